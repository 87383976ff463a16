using System.Buffers.Binary;
using System.Globalization;

namespace Truce.Record;

/// <summary>Where an entry stands. Where it was there before, it keeps its first index.</summary>
public readonly record struct Appended(long Index, Digest Leaf, bool IsNew);

/// <summary>What a batch gave, in the order in which it was handed in.</summary>
public sealed record AppendedBatch(IReadOnlyList<Appended> Entries);

/// <summary>
/// The log on a disk. One caller at a time appends, signs and publishes. A batch is one write and one sync; what is
/// returned is durable. After an error of the disk nothing more is accepted: opening it again decides what holds.
/// </summary>
public sealed partial class RecordLog : IDisposable
{
    /// <summary>The longest batch in one frame, in bytes; longer ones become several.</summary>
    public const int FrameBytesMax = 1 << 20;

    internal const string Signed = "checkpoint.signed";
    internal const string Published = "checkpoint";

    private readonly Disk _disk;
    private readonly IDisposable _lock;
    private readonly FlatFiles _flat = new();
    private readonly StatementIndex _index;
    private readonly byte[] _frame;
    private Frontier _tree = new();
    private int _segment;
    private int _end; // of the last frame in the segment
    private string? _stopped;

    private RecordLog(Disk disk, IDisposable held, LogSettings settings)
    {
        (_disk, _lock, Settings) = (disk, held, settings);
        _index = new StatementIndex(disk);
        _frame = new byte[Math.Min(FrameBytesMax, settings.SegmentBytes - Frame.HeadBytes)];
    }

    /// <summary>What the log was made with.</summary>
    public LogSettings Settings { get; }

    /// <summary>How many entries are durable.</summary>
    public long Size { get; private set; }

    /// <summary>The root over them.</summary>
    public Digest Root { get; private set; } = Merkle.EmptyRoot;

    /// <summary>The checkpoint that was signed last; null before the first.</summary>
    public SignedNote? LastSigned { get; private set; }

    /// <summary>What opening cut from the end: the file that keeps the bytes; null where nothing was cut.</summary>
    public string? Cut { get; private set; }

    /// <summary>Why nothing more is accepted; null while it is.</summary>
    public string? Stopped => _stopped;

    /// <summary>The complete subtrees of the durable tree, from the flat files.</summary>
    public SubtreeHash Subtree => FlatFiles.Tree(_disk);

    /// <summary>Whether a leaf fits into a segment of this log.</summary>
    public bool Fits(Leaf leaf) => EntryBytes(leaf) <= _frame.Length - Frame.HeadBytes - Frame.Alignment;

    /// <summary>Appends leaves; when it returns they are durable. An error means that the log has stopped.</summary>
    /// <exception cref="ArgumentException">A leaf does not fit into a segment.</exception>
    public Parsed<AppendedBatch> Append(IReadOnlyList<Leaf> leaves)
    {
        if (leaves.Any(leaf => !Fits(leaf)))
        {
            throw new ArgumentException("a leaf is longer than a segment", nameof(leaves));
        }

        return Guarded(() =>
        {
            var done = new Appended[leaves.Count];
            for (var at = 0; at < leaves.Count;)
            {
                at = AppendFrame(leaves, at, done);
            }

            return new AppendedBatch(done);
        });
    }

    /// <summary>
    /// Signs the durable tree as a checkpoint and keeps it durably before it gives it away. Where the tree is as it
    /// was, the last one is given again.
    /// </summary>
    public Parsed<SignedNote> Sign(SigningKey key) => Guarded(() =>
    {
        var head = new Checkpoint(Settings.Key.Name, Size, Root);
        if (LastSigned?.Text == head.Text)
        {
            return LastSigned;
        }

        var kept = _disk.Length(Signed) is null ? null : _disk.ReadAll(Signed);
        if (!(kept ?? []).AsSpan().SequenceEqual(LastSigned?.ToBytes() ?? []))
        {
            throw new IOException($"`{Signed}` was changed by somebody else");
        }

        var note = head.Sign(key);
        if (!note.Verify(Settings.Key).IsValid)
        {
            throw new ArgumentException("this is not the log's key", nameof(key));
        }

        _disk.Replace(Signed, note.ToBytes());
        LastSigned = note;
        return note;
    });

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

    /// <summary>The entries [from, to) in the encoding of bundles; null where the log does not have them.</summary>
    public byte[]? Entries(long from, long to)
    {
        if (from < 0 || to <= from || to > Size || to - from > Tile.FullWidth)
        {
            return null;
        }

        var positions = new byte[checked((int)(to - from)) * FlatFiles.PositionBytes];
        _disk.Read(FlatFiles.Positions, from * FlatFiles.PositionBytes, positions);
        var bundle = new List<byte>();
        Span<byte> head = stackalloc byte[Frame.EntryHeadBytes];
        for (var i = 0; i < positions.Length; i += FlatFiles.PositionBytes)
        {
            var position = BinaryPrimitives.ReadInt64BigEndian(positions.AsSpan(i));
            var name = SegmentName((int)(position / Settings.SegmentBytes));
            var offset = position % Settings.SegmentBytes;
            _disk.Read(name, offset, head);
            var entry = new byte[Frame.EntryHeadBytes + BinaryPrimitives.ReadUInt16BigEndian(head)];
            _disk.Read(name, offset, entry);
            bundle.AddRange(entry);
        }

        return [.. bundle];
    }

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

    /// <summary>The entry with a SHA-256(S); null where there is none.</summary>
    public long? Find(Digest statement) => _index.Find(statement);

    /// <summary>Gives the folder free.</summary>
    public void Dispose() => _lock.Dispose();

    internal static string SegmentName(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{SegmentPrefix}{number:00000000}");

    private static int EntryBytes(Leaf leaf) => Frame.EntryHeadBytes + Leaf.PrefixBytes
        + leaf.Statement.Length + leaf.Signature.Length + leaf.Outcome.Length;

    /// <summary>Appends as many leaves as one frame takes, from one on; gives the first that it did not take.</summary>
    private int AppendFrame(IReadOnlyList<Leaf> leaves, int at, Appended[] done)
    {
        var room = _frame.Length - Frame.HeadBytes - Frame.Alignment;
        var fresh = new Dictionary<Digest, long>();
        var entries = new List<(int At, byte[] Bytes, Digest Statement)>();
        var length = 0;
        var next = at;
        for (; next < leaves.Count; next++)
        {
            var statement = Digest.Of(leaves[next].Statement.Span);
            if ((_index.Find(statement) ?? (fresh.TryGetValue(statement, out var here) ? here : null)) is { } index)
            {
                done[next] = new Appended(index, default, IsNew: false);
                continue;
            }

            if (length + EntryBytes(leaves[next]) > room)
            {
                break;
            }

            fresh.Add(statement, Size + entries.Count);
            done[next] = new Appended(Size + entries.Count, default, IsNew: true);
            entries.Add((next, leaves[next].ToBytes(), statement));
            length += EntryBytes(leaves[next]);
        }

        if (entries.Count > 0)
        {
            WriteFrame(entries, length, done);
        }

        for (var i = at; i < next; i++)
        {
            if (!done[i].IsNew)
            {
                done[i] = done[i] with { Leaf = Subtree(height: 0, done[i].Index) };
            }
        }

        return next;
    }

    private void WriteFrame(List<(int At, byte[] Bytes, Digest Statement)> entries, int length, Appended[] done)
    {
        var total = Frame.Padded(Frame.HeadBytes + length);
        if (_end + total > Settings.SegmentBytes)
        {
            BeginSegment();
        }

        var frame = _frame.AsSpan(0, total);
        frame.Clear();
        var at = Frame.HeadBytes;
        var start = (_segment * (long)Settings.SegmentBytes) + _end;
        foreach (var (index, bytes, statement) in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame[at..], (ushort)bytes.Length);
            bytes.CopyTo(frame[(at + Frame.EntryHeadBytes)..]);
            done[index] = done[index] with { Leaf = _flat.Add(_tree, bytes, statement, start + at) };
            at += Frame.EntryHeadBytes + bytes.Length;
        }

        var root = _tree.Root;
        new Frame(Size, entries.Count, length, root).Seal(frame);
        _disk.Write(SegmentName(_segment), _end, frame);
        _disk.Sync(SegmentName(_segment));
        _end += total;
        _flat.Write(_disk, _tree.Size);
        for (var i = 0; i < entries.Count; i++)
        {
            _index.Add(entries[i].Statement.Prefix, Size + i);
        }

        (Size, Root) = (_tree.Size, root);
    }

    /// <summary>
    /// What is derived is made durable before the next segment is there, so that opening replays one segment alone.
    /// </summary>
    private void BeginSegment()
    {
        foreach (var (name, _) in FlatFiles.For(Size).Where(f => f.Length > 0))
        {
            _disk.Sync(name);
        }

        _disk.SyncNames();
        MakeSegment(_disk, Settings, _segment + 1, Size, Root);
        (_segment, _end) = (_segment + 1, Frame.HeadBytes);
    }

    /// <summary>Makes a segment full of zeros under another name, and gives it its name when it is durable.</summary>
    private static void MakeSegment(Disk disk, LogSettings settings, int number, long first, Digest root)
    {
        var zeros = new byte[Math.Min(settings.SegmentBytes, FrameBytesMax)];
        var name = SegmentName(number);
        disk.Create(name + Folder.FreshSuffix);
        for (var at = 0L; at < settings.SegmentBytes; at += zeros.Length)
        {
            var count = (int)Math.Min(zeros.Length, settings.SegmentBytes - at);
            disk.Write(name + Folder.FreshSuffix, at, zeros.AsSpan(0, count));
        }

        disk.Write(name + Folder.FreshSuffix, 0, Frame.SegmentHead(number, first, root));
        disk.Sync(name + Folder.FreshSuffix);
        disk.Rename(name + Folder.FreshSuffix, name);
        disk.SyncNames();
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
            _stopped = $"the log has stopped: {e.Message}";
            return new Unreadable(_stopped);
        }
    }
}
