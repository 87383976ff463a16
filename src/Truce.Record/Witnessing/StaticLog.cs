using System.Buffers.Binary;

namespace Truce.Record;

/// <summary>What lies at a path below a log's prefix; null where there is nothing. It may throw IOException.</summary>
public delegate byte[]? ReadPath(string path);

/// <summary>An entry bundle that was checked: its bytes, and the hash of each of its entries.</summary>
public sealed record EntryBundle(long First, byte[] Bytes, IReadOnlyList<Digest> Leaves)
{
    /// <summary>The entries, one after the other.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Entries
    {
        get
        {
            for (var at = 0; at < Bytes.Length;)
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(at));
                yield return Bytes.AsMemory(at + sizeof(ushort), length);
                at += sizeof(ushort) + length;
            }
        }
    }

    /// <summary>Reads bytes as so many entries and nothing behind them; null where they are not.</summary>
    internal static EntryBundle? Parse(long first, byte[] bytes, int width)
    {
        var leaves = new List<Digest>(width);
        var at = 0;
        while (at + sizeof(ushort) <= bytes.Length && leaves.Count < width)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));
            at += sizeof(ushort);
            if (at + length > bytes.Length)
            {
                return null;
            }

            leaves.Add(Merkle.Leaf(bytes.AsSpan(at, length)));
            at += length;
        }

        return at == bytes.Length && leaves.Count == width ? new EntryBundle(first, bytes, leaves) : null;
    }
}

/// <summary>
/// A log read through the paths of tlog-tiles: a web server, a mirror, a folder, a stick. Nothing is given away that
/// the signed checkpoint does not vouch for.
/// </summary>
public sealed class StaticLog
{
    /// <summary>The path of the checkpoint.</summary>
    public const string CheckpointPath = "checkpoint";

    /// <summary>The largest log that is read: 32 bytes are held for 256 entries.</summary>
    public const long SizeMax = 1L << 32;

    private readonly ReadPath _read;
    private readonly Digest[] _bundles; // the root of each full bundle
    private readonly Digest[] _tail; // the leaf hashes behind them

    private StaticLog(ReadPath read, SignedNote note, Checkpoint head, Digest[] bundles, Digest[] tail) =>
        (_read, Note, Head, _bundles, _tail) = (read, note, head, bundles, tail);

    /// <summary>The checkpoint as it was served, with whatever cosignatures it has.</summary>
    public SignedNote Note { get; }

    /// <summary>The tree that everything is checked against.</summary>
    public Checkpoint Head { get; }

    /// <summary>How many bundles, the last one possibly partial.</summary>
    public long BundleCount => _bundles.Length + (_tail.Length > 0 ? 1 : 0);

    /// <summary>
    /// The complete subtrees of the tree. Each is checked; a source that has lost or changed what it needs throws
    /// <see cref="IOException"/>.
    /// </summary>
    public SubtreeHash Subtree => (height, index) => height >= Tile.Height
        ? Fold(_bundles.AsSpan((int)(index << (height - Tile.Height)), 1 << (height - Tile.Height)))
        : Fold(LeafHashes(index << height >> Tile.Height)
            .AsSpan((int)((index << height) % Tile.FullWidth), 1 << height));

    /// <summary>Reads a checkpoint that the log's key signed, and the hashes that its root is made of.</summary>
    public static Parsed<StaticLog> Open(ReadPath read, VerifierKey log)
    {
        try
        {
            var head = ReadHead(read, log);
            if (!head.IsValid)
            {
                return new Unreadable(head.Error);
            }

            var (note, checkpoint) = head.Value;
            return checkpoint.Size > SizeMax
                ? new Unreadable($"{CheckpointPath}: a log of more than {SizeMax} entries is not read")
                : Open(read, note, checkpoint);
        }
        catch (IOException e)
        {
            return new Unreadable(e.Message);
        }
    }

    /// <summary>A bundle, by its number; the reason where none is there that the checkpoint vouches for.</summary>
    public Parsed<EntryBundle> Bundle(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, BundleCount);
        var tile = TileAt(level: null, number);
        try
        {
            if (ReadTile(_read, tile) is not { } bytes)
            {
                return new Unreadable($"{tile.Path}: missing");
            }

            // A full bundle may stand in for a partial one that is there no more: its beginning is what counts.
            var bundle = EntryBundle.Parse(tile.Span.From, Beginning(bytes, tile.Width), tile.Width);
            return bundle is not null && IsVouchedFor(number, bundle.Leaves)
                ? bundle
                : new Unreadable($"{tile.Path}: not the entries that the checkpoint of size {Head.Size} vouches for");
        }
        catch (IOException e)
        {
            return new Unreadable(e.Message);
        }
    }

    /// <summary>The root that the log had at a size, by this checkpoint.</summary>
    /// <exception cref="IOException">The source has lost or changed a tile.</exception>
    public Digest RootAt(long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Head.Size);
        return Merkle.Root(size, Subtree);
    }

    /// <summary>The bytes of a tile, made of what was checked.</summary>
    /// <exception cref="IOException">The source has lost or changed a tile.</exception>
    internal byte[] Hashes(Tile tile)
    {
        var hashes = tile.Level == 0
            ? LeafHashes(tile.Index).AsSpan(0, tile.Width).ToArray()
            : [.. Enumerable.Range(0, tile.Width)
                .Select(i => Subtree(tile.Level!.Value * Tile.Height, tile.Span.From + i))];
        return Bytes(hashes);
    }

    /// <summary>Whether bytes are the full tile of leaf hashes of a bundle.</summary>
    internal bool IsFullTile(long number, byte[] bytes) =>
        number < _bundles.Length && bytes.Length == Tile.FullWidth * Digest.Bytes
        && Fold(Split(bytes)) == _bundles[number];

    /// <summary>A checkpoint that a log's key signed under its own origin.</summary>
    internal static Parsed<SignedHead> ReadHead(ReadPath read, VerifierKey log)
    {
        if (read(CheckpointPath) is not { } bytes)
        {
            return new Unreadable($"{CheckpointPath}: missing");
        }

        var note = SignedNote.Parse(bytes);
        if (!note.IsValid)
        {
            return new Unreadable($"{CheckpointPath}: {note.Error}");
        }

        var signatures = note.Value.Verify(log);
        var head = Checkpoint.Parse(note.Value.Text);
        return !signatures.IsValid ? new Unreadable($"{CheckpointPath}: {signatures.Error}")
            : !head.IsValid ? new Unreadable($"{CheckpointPath}: {head.Error}")
            : head.Value.Origin != log.Name
                ? new Unreadable($"{CheckpointPath}: of `{head.Value.Origin}`, not of `{log.Name}`")
            : new SignedHead(note.Value, head.Value);
    }

    private static Parsed<StaticLog> Open(ReadPath read, SignedNote note, Checkpoint head)
    {
        var bundles = new Digest[head.Size / Tile.FullWidth];
        for (var at = 0; at < bundles.Length; at += Tile.FullWidth)
        {
            var width = Math.Min(Tile.FullWidth, bundles.Length - at);
            Split(Required(read, new Tile(level: 1, at / Tile.FullWidth, width))).CopyTo(bundles, at);
        }

        var tail = (int)(head.Size % Tile.FullWidth);
        var log = new StaticLog(
            read, note, head, bundles,
            tail == 0 ? [] : Split(Required(read, new Tile(level: 0, bundles.Length, tail))));
        return Merkle.Root(head.Size, log.Subtree) == head.Root
            ? log
            : new Unreadable($"{CheckpointPath}: its root is not that of the tiles beside it");
    }

    private static byte[] Required(ReadPath read, Tile tile) => ReadTile(read, tile) is { } bytes
        && bytes.Length >= tile.Width * Digest.Bytes
            ? bytes[..(tile.Width * Digest.Bytes)]
            : throw new IOException($"{tile.Path}: missing or too short");

    private static byte[]? ReadTile(ReadPath read, Tile tile) => read(tile.Path)
        ?? (tile.Width == Tile.FullWidth ? null : read(new Tile(tile.Level, tile.Index, Tile.FullWidth).Path));

    private static byte[] Beginning(byte[] bundle, int width)
    {
        var at = 0;
        for (var i = 0; i < width && at + sizeof(ushort) <= bundle.Length; i++)
        {
            at += sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(bundle.AsSpan(at));
        }

        return at <= bundle.Length ? bundle[..at] : bundle;
    }

    private static Digest[] Split(byte[] bytes) =>
        [.. bytes.Chunk(Digest.Bytes).Select(hash => new Digest(hash))];

    private static byte[] Bytes(ReadOnlySpan<Digest> hashes)
    {
        var bytes = new byte[hashes.Length * Digest.Bytes];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i].CopyTo(bytes.AsSpan(i * Digest.Bytes));
        }

        return bytes;
    }

    private static Digest Fold(ReadOnlySpan<Digest> hashes) => TileTree.Combine(Bytes(hashes));

    private Tile TileAt(int? level, long number) => new(
        level, number, number < _bundles.Length ? Tile.FullWidth : _tail.Length);

    private Digest[] LeafHashes(long number)
    {
        if (number >= _bundles.Length)
        {
            return _tail;
        }

        var tile = TileAt(level: 0, number);
        var hashes = Split(Required(_read, tile));
        return Fold(hashes) == _bundles[number]
            ? hashes
            : throw new IOException($"{tile.Path}: not the hashes that the checkpoint vouches for");
    }

    private bool IsVouchedFor(long number, IReadOnlyList<Digest> leaves) => number < _bundles.Length
        ? Fold([.. leaves]) == _bundles[number]
        : leaves.SequenceEqual(_tail);
}

/// <summary>A checkpoint with the note that it came in.</summary>
internal sealed record SignedHead(SignedNote Note, Checkpoint Checkpoint);
