using System.Buffers.Binary;
using System.Globalization;

namespace Truce.Record;

/// <summary>
/// What is derived from the segments, as flat files: the hashes of each level of tiles, SHA-256(S) of each entry, and
/// where each entry lies. Bytes are collected and written behind those that are there.
/// </summary>
internal sealed class FlatFiles
{
    public const string Statements = "statements";
    public const string Positions = "positions";
    public const int PositionBytes = 8;

    private const string HashesPrefix = "hashes-";
    private const int LevelsMax = 7;

    private readonly Dictionary<string, List<byte>> _waiting = new(StringComparer.Ordinal);

    public static string Hashes(int level) => HashesPrefix + level.ToString(CultureInfo.InvariantCulture);

    /// <summary>Every file that a log of a size has, with its length.</summary>
    public static IEnumerable<(string Name, long Length)> For(long size)
    {
        yield return (Statements, size * Digest.Bytes);
        yield return (Positions, size * PositionBytes);
        for (var level = 0; level <= LevelsMax && (level == 0 || Tile.Count(level, size) > 0); level++)
        {
            yield return (Hashes(level), Tile.Count(level, size) * Digest.Bytes);
        }
    }

    public static bool IsOne(string name) =>
        name is Statements or Positions || name.StartsWith(HashesPrefix, StringComparison.Ordinal);

    public static SubtreeHash Tree(Disk disk) => TileTree.Over((level, index, into) =>
    {
        if (disk.Read(Hashes(level), index * Digest.Bytes, into) != into.Length)
        {
            throw new IOException($"`{Hashes(level)}` ends too early");
        }
    });

    /// <summary>Collects what one entry adds; gives its leaf's hash.</summary>
    public Digest Add(Frontier tree, ReadOnlySpan<byte> entry, Digest statement, long position)
    {
        Put(Statements, statement);
        Span<byte> bytes = stackalloc byte[PositionBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, position);
        Of(Positions).AddRange(bytes);
        var leaf = Merkle.Leaf(entry);
        tree.Add(leaf, (level, hash) => Put(Hashes(level), hash));
        return leaf;
    }

    /// <summary>Writes what was collected, so that it ends where a log of a size ends.</summary>
    public void Write(Disk disk, long size)
    {
        foreach (var (name, length) in For(size))
        {
            if (!_waiting.TryGetValue(name, out var bytes) || bytes.Count == 0)
            {
                continue;
            }

            if (disk.Length(name) is null)
            {
                disk.Create(name);
            }

            disk.Write(name, length - bytes.Count, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
            bytes.Clear();
        }
    }

    /// <summary>The collected bytes of each file; they are compared instead of written.</summary>
    public IEnumerable<(string Name, byte[] Bytes)> Take()
    {
        foreach (var (name, bytes) in _waiting)
        {
            yield return (name, bytes.ToArray());
            bytes.Clear();
        }
    }

    private void Put(string name, Digest hash)
    {
        Span<byte> bytes = stackalloc byte[Digest.Bytes];
        hash.CopyTo(bytes);
        Of(name).AddRange(bytes);
    }

    private List<byte> Of(string name)
    {
        if (!_waiting.TryGetValue(name, out var bytes))
        {
            _waiting[name] = bytes = [];
        }

        return bytes;
    }
}

/// <summary>Finds an entry by SHA-256(S): 16 bytes a slot, confirmed in the flat file.</summary>
internal sealed class StatementIndex(Disk disk)
{
    private const int FirstSlots = 1024;

    private ulong[] _prefixes = new ulong[FirstSlots];
    private long[] _indices = new long[FirstSlots]; // one more than the index; 0 is free
    private int _count;

    public long? Find(Digest statement)
    {
        Span<byte> bytes = stackalloc byte[Digest.Bytes];
        for (var slot = Slot(statement.Prefix); _indices[slot] != 0; slot = (slot + 1) & (_indices.Length - 1))
        {
            var index = _indices[slot] - 1;
            if (_prefixes[slot] == statement.Prefix
                && disk.Read(FlatFiles.Statements, index * Digest.Bytes, bytes) == Digest.Bytes
                && new Digest(bytes) == statement)
            {
                return index;
            }
        }

        return null;
    }

    public void Add(ulong prefix, long index)
    {
        if (++_count > _indices.Length / 2)
        {
            Grow();
        }

        Put(prefix, index + 1);
    }

    private int Slot(ulong prefix) => (int)(prefix & (ulong)(_indices.Length - 1));

    private void Put(ulong prefix, long indexAndOne)
    {
        var slot = Slot(prefix);
        while (_indices[slot] != 0)
        {
            slot = (slot + 1) & (_indices.Length - 1);
        }

        (_prefixes[slot], _indices[slot]) = (prefix, indexAndOne);
    }

    private void Grow()
    {
        var (prefixes, indices) = (_prefixes, _indices);
        (_prefixes, _indices) = (new ulong[prefixes.Length * 2], new long[indices.Length * 2]);
        for (var i = 0; i < indices.Length; i++)
        {
            if (indices[i] != 0)
            {
                Put(prefixes[i], indices[i]);
            }
        }
    }
}
