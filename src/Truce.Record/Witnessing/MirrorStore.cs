using System.Buffers.Binary;

namespace Truce.Record;

/// <summary>
/// The entries of a mirrored log on a disk: one file of entries in the encoding of bundles, where each begins, and the
/// hashes of tiles. `state` says how much of them is durable; opening cuts what is behind it.
/// </summary>
internal sealed class MirrorStore
{
    private const string Entries = "entries";
    private const string Offsets = "offsets";
    private const string State = "state";
    private const string Head = "truce/mirror/v1";
    private const int OffsetBytes = 8;
    private const int LevelsMax = 7;

    private readonly Disk _disk;
    private readonly string _origin;
    private readonly Growth _growth = new();
    private Frontier _tree = new();
    private long _end;

    private MirrorStore(Disk disk, string origin) => (_disk, _origin) = (disk, origin);

    /// <summary>The first entry that is not held.</summary>
    public long Next => _tree.Size;

    /// <summary>The complete subtrees of what is held.</summary>
    public SubtreeHash Subtree => FlatFiles.Tree(_disk);

    /// <summary>Opens what is there; what was not durable is cut.</summary>
    /// <exception cref="IOException">It is damaged, or another log's.</exception>
    public static MirrorStore Open(Disk disk, string origin)
    {
        var store = new MirrorStore(disk, origin);
        var lines = disk.Length(State) is null ? null
            : Utf8.Text(disk.ReadSmall(State, LogSettings.BytesMax))?.Split('\n');
        if (lines is null)
        {
            foreach (var name in Files().Where(n => disk.Length(n) is not null))
            {
                disk.SetLength(name, 0);
            }

            store.Sync();
            return store;
        }

        if (lines is not [Head, var name1, var count, var bytes, var root, ""] || name1 != origin
            || Decimal.Parse(count) is not { } size || Decimal.Parse(bytes) is not { } end)
        {
            throw RecordLog.Damage(State, 0, $"damaged, or not of `{origin}`");
        }

        store._end = end;
        store.CutTo(size, end);
        store._tree = Frontier.Of(size, store.Subtree);
        return store._tree.Root.ToString() == root
            ? store
            : throw RecordLog.Damage(FlatFiles.Hashes(0), 0, "the hashes do not give the root that was durable");
    }

    /// <summary>Adds an entry; it is durable after the next <see cref="Sync"/>.</summary>
    public void Add(ReadOnlySpan<byte> entry)
    {
        Span<byte> offset = stackalloc byte[OffsetBytes];
        BinaryPrimitives.WriteInt64BigEndian(offset, _end);
        var framed = new byte[Frame.EntryHeadBytes + entry.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, checked((ushort)entry.Length));
        entry.CopyTo(framed.AsSpan(Frame.EntryHeadBytes));
        Put(Entries, _end, framed);
        Put(Offsets, Next * OffsetBytes, offset);
        var size = Next + 1;
        _tree.Add([Merkle.Leaf(entry)], _growth);
        for (var level = 0; _growth.Nodes(level * Tile.Height) is [.., var hash]; level++)
        {
            Put(FlatFiles.Hashes(level), (Tile.Count(level, size) - 1) * Digest.Bytes, hash.ToArray());
        }

        _end += framed.Length;
    }

    /// <summary>Makes what was added durable, and then says so durably.</summary>
    public void Sync()
    {
        foreach (var name in Files().Where(n => _disk.Length(n) is not null))
        {
            _disk.Sync(name);
        }

        _disk.SyncNames();
        _disk.Replace(State, Utf8.Bytes(
            $"{Head}\n{_origin}\n{Decimal.Text(Next)}\n{Decimal.Text(_end)}\n{_tree.Root}\n"));
    }

    /// <summary>The bytes of a tile or a bundle; null where what is held has none.</summary>
    public byte[]? Read(Tile tile)
    {
        if (!tile.IsIn(Next))
        {
            return null;
        }

        if (tile.Level is { } level)
        {
            return Bytes(FlatFiles.Hashes(level), tile.HashBytes.Offset, tile.HashBytes.Length);
        }

        var (from, to) = (Offset(tile.Span.From), tile.Span.To == Next ? _end : Offset(tile.Span.To));
        return Bytes(Entries, from, checked((int)(to - from)));
    }

    /// <summary>The bytes of an entry that is held.</summary>
    public byte[] Entry(long index)
    {
        var from = Offset(index);
        var to = index + 1 == Next ? _end : Offset(index + 1);
        return Bytes(Entries, from, checked((int)(to - from)))[Frame.EntryHeadBytes..];
    }

    private static IEnumerable<string> Files() =>
        Enumerable.Range(0, LevelsMax + 1).Select(FlatFiles.Hashes).Prepend(Offsets).Prepend(Entries);

    private void CutTo(long size, long end)
    {
        var lengths = Enumerable.Range(0, LevelsMax + 1)
            .Select(level => (Name: FlatFiles.Hashes(level), Length: Tile.Count(level, size) * Digest.Bytes))
            .Prepend((Offsets, size * OffsetBytes)).Prepend((Entries, end));
        foreach (var (name, length) in lengths)
        {
            var there = _disk.Length(name) ?? 0;
            if (there < length)
            {
                throw RecordLog.Damage(name, there, "ends before what was durable");
            }

            if (there > length)
            {
                _disk.SetLength(name, length);
            }
        }
    }

    private long Offset(long index) => BinaryPrimitives.ReadInt64BigEndian(
        Bytes(Offsets, index * OffsetBytes, OffsetBytes));

    private void Put(string name, long offset, ReadOnlySpan<byte> bytes)
    {
        if (_disk.Length(name) is null)
        {
            _disk.Create(name);
        }

        _disk.Write(name, offset, bytes);
    }

    private byte[] Bytes(string name, long offset, int length)
    {
        var bytes = new byte[length];
        return _disk.Read(name, offset, bytes) == length ? bytes : throw new IOException($"`{name}` ends too early");
    }
}
