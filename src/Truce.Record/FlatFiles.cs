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
