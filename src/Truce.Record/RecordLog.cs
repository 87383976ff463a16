using System.Buffers.Binary;
using System.Globalization;

namespace Truce.Record;

/// <summary>Where an entry stands. Where it was there before, it keeps its first index.</summary>
public sealed record Appended(long Index, Digest Leaf, bool IsNew);

/// <summary>What a batch gave, in the order in which it was handed in.</summary>
public sealed record AppendedBatch(IReadOnlyList<Appended> Entries);

/// <summary>A tree: how many entries, and the root over them.</summary>
public sealed record TreeHead(long Size, Digest Root);

/// <summary>
/// The log on a disk. One caller at a time appends, signs and publishes; reading is safe from any thread beside it, and
/// shows what is durable. A batch is one write and one sync; what is returned is durable. After an error of the disk,
/// or an exception that nobody expected, nothing more is accepted: opening it again decides what holds.
/// </summary>
public sealed partial class RecordLog : IDisposable
{
    /// <summary>Why a folder cannot be opened that another has open for writing.</summary>
    public const string InUse = "the folder is in use by another process";

    /// <summary>The longest batch in one frame, in bytes; longer ones become several.</summary>
    public const int FrameBytesMax = 1 << 20;

    internal const string Signed = "checkpoint.signed";
    internal const string Published = "checkpoint";

    private readonly Disk _disk;
    private readonly IDisposable _lock;
    private readonly FlatFiles _flat = new();
    private readonly StatementIndex _index = new();
    private readonly Batch _batch;
    private readonly Nodes _nodes;
    private readonly SubtreeHash _subtree;
    private Frontier _tree = new();
    private int _segment;
    private int _end; // of the last frame in the segment
    private TreeHead _head = new(0, Merkle.EmptyRoot);
    private SignedNote? _lastSigned;
    private string? _stopped;

    private RecordLog(Disk disk, IDisposable held, LogSettings settings)
    {
        (_disk, _lock, Settings) = (disk, held, settings);
        _nodes = new Nodes(disk);
        _subtree = (height, index) => _nodes.Subtree(height, index, Size);
        _batch = new Batch(Math.Min(FrameBytesMax, settings.SegmentBytes - Frame.HeadBytes));
    }

    /// <summary>What the log was made with.</summary>
    public LogSettings Settings { get; }

    /// <summary>The durable tree, its size and root from one moment.</summary>
    public TreeHead Head => Volatile.Read(ref _head);

    /// <summary>How many entries are durable.</summary>
    public long Size => Head.Size;

    /// <summary>The root over them; who needs size and root from one moment takes <see cref="Head"/>.</summary>
    public Digest Root => Head.Root;

    /// <summary>The checkpoint that was signed last; null before the first.</summary>
    public SignedNote? LastSigned => Volatile.Read(ref _lastSigned);

    /// <summary>What opening cut from the end: the file that keeps the bytes; null where nothing was cut.</summary>
    public string? Cut { get; private set; }

    /// <summary>Why nothing more is accepted; null while it is.</summary>
    public string? Stopped => Volatile.Read(ref _stopped);

    /// <summary>
    /// Called on the writer's thread before a frame is written: what its entries name by hash is made durable here.
    /// An exception stops the log before anything of the frame is written.
    /// </summary>
    public Action? BeforeFrame { get; set; }

    /// <summary>The complete subtrees of the durable tree, from the flat files.</summary>
    public SubtreeHash Subtree => _subtree;

    /// <summary>Whether a leaf fits into a segment of this log.</summary>
    public bool Fits(Leaf leaf) => _batch.CanHold(leaf);

    /// <summary>Appends leaves; when it returns they are durable. An error means that the log has stopped.</summary>
    /// <exception cref="ArgumentException">A leaf does not fit into a segment.</exception>
    public Parsed<AppendedBatch> Append(IReadOnlyList<Leaf> leaves)
    {
        if (leaves.Any(leaf => !Fits(leaf)))
        {
            throw new ArgumentException("a leaf is longer than a segment", nameof(leaves));
        }

        var results = AppendEach([.. leaves.Select(leaf => new Arrival(leaf))]);
        var wrong = results.FirstOrDefault(r => !r.IsValid);
        return wrong.Error is null
            ? new AppendedBatch([.. results.Select(r => r.Required())])
            : new Unreadable(wrong.Error);
    }

    /// <summary>
    /// Gives each arrival its turn, in order, and each its own result. An entry that is given back is durable; an error
    /// is the reason that the turn gave, or the reason why the log has stopped (<see cref="Stopped"/>).
    /// </summary>
    public IReadOnlyList<Parsed<Appended>> AppendEach(IReadOnlyList<Arrival> arrivals)
    {
        var results = new Parsed<Appended>[arrivals.Count];
        var all = Guarded(() =>
        {
            TakeTurns(arrivals, results);
            return results;
        });
        for (var i = 0; !all.IsValid && i < results.Length; i++)
        {
            results[i] = results[i] is { Value: null, Error: null } ? new Unreadable(all.Error) : results[i];
        }

        return results;
    }

    /// <summary>
    /// Signs the durable tree as a checkpoint and keeps it durably before it gives it away. Where the tree is as it
    /// was, the last one is given again.
    /// </summary>
    /// <exception cref="ArgumentException">The key is not the log's.</exception>
    public Parsed<SignedNote> Sign(SigningKey key)
    {
        if (!key.Verifier.Equals(Settings.Key))
        {
            throw new ArgumentException("this is not the log's key", nameof(key));
        }

        return Guarded(() => SignHead(key));
    }

    /// <summary>Publishes the checkpoint that was signed last, with whatever cosignatures it has by now.</summary>
    /// <exception cref="ArgumentException">It is not the one that was signed last.</exception>
    public Parsed<SignedNote> Publish(SignedNote note)
    {
        if (note.Text != LastSigned?.Text || !note.Verify(Settings.Key).IsValid)
        {
            throw new ArgumentException("only the checkpoint that was signed last is published", nameof(note));
        }

        return Guarded(() =>
        {
            _disk.Replace(Published, note.ToBytes());
            return note;
        });
    }

    /// <summary>The checkpoint that was published last, with its cosignatures; null before the first.</summary>
    public SignedNote? ReadPublished()
    {
        try
        {
            return SignedNote.Parse(_disk.ReadSmall(Published, SignedNote.BytesMax)).Value;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The entries [from, to) in the encoding of bundles; null where the log does not have them.</summary>
    public byte[]? Entries(long from, long to) =>
        from < 0 || to <= from || to > Size || to - from > Tile.FullWidth ? null : ReadEntries(from, to);

    /// <summary>The bytes of a tile or a bundle; null where the log does not have it.</summary>
    public byte[]? Read(Tile tile)
    {
        if (!tile.IsIn(Size))
        {
            return null;
        }

        if (tile.Level is not { } level)
        {
            return Entries(tile.Span.From, tile.Span.To);
        }

        var bytes = new byte[tile.HashBytes.Length];
        return _disk.Read(FlatFiles.Hashes(level), tile.HashBytes.Offset, bytes) == bytes.Length ? bytes : null;
    }

    /// <summary>The hashes that prove an entry's place in the tree of a size that is durable.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The log has no such tree, or the tree no such entry.</exception>
    public IReadOnlyList<Digest> Inclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        return _nodes.Inclusion(index, size, Size);
    }

    /// <summary>The entry with a SHA-256(S); null where there is none.</summary>
    public long? Find(Digest statement) => _index.Find(statement, IsThere);

    /// <summary>Gives the folder free.</summary>
    public void Dispose() => _lock.Dispose();

    internal static string SegmentName(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{SegmentPrefix}{number:00000000}");

    /// <summary>The entries, read segment by segment, each in one piece.</summary>
    private byte[] ReadEntries(long from, long to)
    {
        var positions = new byte[checked((int)(to - from)) * FlatFiles.PositionBytes];
        Fill(FlatFiles.Positions, from * FlatFiles.PositionBytes, positions);
        long Position(int i) => BinaryPrimitives.ReadInt64BigEndian(positions.AsSpan(i * FlatFiles.PositionBytes));
        var bundle = new MemoryStream();
        var count = (int)(to - from);
        for (var i = 0; i < count;)
        {
            var (first, start) = (i, Position(i));
            var segment = start / Settings.SegmentBytes;
            while (i < count && Position(i) / Settings.SegmentBytes == segment)
            {
                i++;
            }

            var name = SegmentName((int)segment);
            var last = Position(i - 1);
            var piece = new byte[last - start + Frame.EntryHeadBytes];
            Fill(name, start % Settings.SegmentBytes, piece);
            for (var j = first; j < i - 1; j++)
            {
                bundle.Write(Entry(piece.AsSpan((int)(Position(j) - start))));
            }

            piece = new byte[Frame.EntryHeadBytes + BinaryPrimitives.ReadUInt16BigEndian(piece.AsSpan(^2))];
            Fill(name, last % Settings.SegmentBytes, piece);
            bundle.Write(piece);
        }

        return bundle.ToArray();
    }

    private static ReadOnlySpan<byte> Entry(ReadOnlySpan<byte> bytes) =>
        bytes[..(Frame.EntryHeadBytes + BinaryPrimitives.ReadUInt16BigEndian(bytes))];

    private void Fill(string name, long offset, Span<byte> into)
    {
        if (_disk.Read(name, offset, into) != into.Length)
        {
            throw Damage(name, offset, "ends too early");
        }
    }

    private bool IsThere(Digest statement, long index)
    {
        Span<byte> bytes = stackalloc byte[Digest.Bytes];
        return index < Size
            && _disk.Read(FlatFiles.Statements, index * Digest.Bytes, bytes) == Digest.Bytes
            && new Digest(bytes) == statement;
    }

    private SignedNote SignHead(SigningKey key)
    {
        var head = new Checkpoint(Settings.Key.Name, Size, Root);
        if (LastSigned?.Text == head.Text)
        {
            return LastSigned;
        }

        var kept = _disk.Length(Signed) is null ? null : _disk.ReadSmall(Signed, SignedNote.BytesMax);
        if (!(kept ?? []).AsSpan().SequenceEqual(LastSigned?.ToBytes() ?? []))
        {
            throw new IOException($"`{Signed}` was changed by somebody else");
        }

        var note = head.Sign(key);
        _disk.Replace(Signed, note.ToBytes());
        Volatile.Write(ref _lastSigned, note);
        return note;
    }

    /// <summary>Does something with the disk; after its first error nothing is done any more.</summary>
    private Parsed<T> Guarded<T>(Func<T> act)
        where T : class
    {
        if (_stopped is not null)
        {
            return new Unreadable(_stopped);
        }

        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable(Stop(e));
        }
        catch (Exception e)
        {
            Stop(e); // an invariant is broken: nothing may be built on what is in memory
            throw;
        }
    }

    private string Stop(Exception why)
    {
        var reason = $"the log has stopped: {why.Message}";
        Volatile.Write(ref _stopped, reason);
        return reason;
    }
}
