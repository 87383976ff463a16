using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Truce.Record;

/// <summary>Bytes of a file from an offset on.</summary>
internal delegate void FileBytes(string name, long offset, ReadOnlySpan<byte> bytes);

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

    private static readonly string[] Levels =
        [.. Enumerable.Range(0, LevelsMax + 1).Select(l => HashesPrefix + l.ToString(CultureInfo.InvariantCulture))];

    private readonly Dictionary<string, (long Offset, List<byte> Bytes)> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private byte[] _scratch = [];

    public static string Hashes(int level) =>
        level <= LevelsMax ? Levels[level] : HashesPrefix + level.ToString(CultureInfo.InvariantCulture);

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

    /// <summary>What entries add to each file, from the growth of the tree that they made.</summary>
    public static void Derive(
        Growth growth, ReadOnlySpan<Digest> statements, ReadOnlySpan<long> positions,
        ref byte[] scratch, FileBytes take)
    {
        var first = growth.First(0);
        take(Statements, first * Digest.Bytes, Bytes(statements, ref scratch));
        take(Positions, first * PositionBytes, Bytes(positions, ref scratch));
        for (var level = 0; level <= LevelsMax && growth.Nodes(level * Tile.Height) is { IsEmpty: false } n; level++)
        {
            take(Hashes(level), growth.First(level * Tile.Height) * Digest.Bytes, Bytes(n, ref scratch));
        }
    }

    /// <summary>Collects what entries add.</summary>
    public void Add(Growth growth, ReadOnlySpan<Digest> statements, ReadOnlySpan<long> positions) =>
        Derive(growth, statements, positions, ref _scratch, Collect);

    /// <summary>Writes what was collected.</summary>
    public void Write(Disk disk)
    {
        foreach (var (name, (offset, bytes)) in _waiting)
        {
            if (bytes.Count == 0)
            {
                continue;
            }

            if (_made.Add(name) && disk.Length(name) is null)
            {
                disk.Create(name);
            }

            disk.Write(name, offset, CollectionsMarshal.AsSpan(bytes));
            bytes.Clear();
        }
    }

    private void Collect(string name, long offset, ReadOnlySpan<byte> bytes)
    {
        ref var waiting = ref CollectionsMarshal.GetValueRefOrAddDefault(_waiting, name, out _);
        if (waiting.Bytes is not { Count: > 0 })
        {
            waiting = (offset, waiting.Bytes ?? []);
        }

        waiting.Bytes.AddRange(bytes);
    }

    private static ReadOnlySpan<byte> Bytes(ReadOnlySpan<Digest> hashes, ref byte[] scratch)
    {
        Grow(ref scratch, hashes.Length * Digest.Bytes);
        Digest.CopyTo(hashes, scratch);
        return scratch.AsSpan(0, hashes.Length * Digest.Bytes);
    }

    private static ReadOnlySpan<byte> Bytes(ReadOnlySpan<long> positions, ref byte[] scratch)
    {
        Grow(ref scratch, positions.Length * PositionBytes);
        for (var i = 0; i < positions.Length; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(scratch.AsSpan(i * PositionBytes), positions[i]);
        }

        return scratch.AsSpan(0, positions.Length * PositionBytes);
    }

    private static void Grow(ref byte[] scratch, int length) =>
        scratch = scratch.Length < length ? new byte[Math.Max(length, 2 * scratch.Length)] : scratch;
}
