using System.Globalization;

namespace Truce.Record;

/// <summary>
/// A tile or an entry bundle of tlog-tiles: its level (null for a bundle), its place in the level, and its width, 1 to
/// 256. Only a width of 256 is full.
/// </summary>
public sealed record Tile
{
    /// <summary>How many hashes a full tile has, and how many entries a full bundle has.</summary>
    public const int FullWidth = 256;

    /// <summary>Binary levels of the tree in one tile.</summary>
    public const int Height = 8;

    /// <summary>The highest level that a path may name.</summary>
    public const int LevelMax = 63;

    private const int PathLengthMax = 64;

    /// <summary>A tile that can exist.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No log can have it.</exception>
    public Tile(int? level, long index, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level ?? 0, nameof(level));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level ?? 0, LevelMax, nameof(level));
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, FullWidth);
        (Level, Index, Width) = (level, index, width);
    }

    /// <summary>The level; null for an entry bundle.</summary>
    public int? Level { get; }

    /// <summary>The place in the level.</summary>
    public long Index { get; }

    /// <summary>How many hashes or entries it has.</summary>
    public int Width { get; }

    /// <summary>The path below the log's prefix.</summary>
    public string Path
    {
        get
        {
            var number = (Index % 1000).ToString("000", CultureInfo.InvariantCulture);
            for (var rest = Index / 1000; rest > 0; rest /= 1000)
            {
                number = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:000}/{number}");
            }

            var level = Level?.ToString(CultureInfo.InvariantCulture) ?? "entries";
            var partial = Width == FullWidth ? "" : string.Create(CultureInfo.InvariantCulture, $".p/{Width}");
            return $"tile/{level}/{number}{partial}";
        }
    }

    /// <summary>Where the tile's bytes lie in the flat file of its level's hashes.</summary>
    /// <exception cref="InvalidOperationException">A bundle has no hashes.</exception>
    public (long Offset, int Length) HashBytes => Level is null
        ? throw new InvalidOperationException("an entry bundle has no hashes")
        : (checked(Index * FullWidth * Digest.Bytes), Width * Digest.Bytes);

    /// <summary>The indices of the entries in a bundle, or of the hashes of a tile within their level.</summary>
    public (long From, long To) Span => (checked(Index * FullWidth), checked((Index * FullWidth) + Width));

    /// <summary>Reads a path below the log's prefix; null where it is not what <see cref="Path"/> gives.</summary>
    public static Tile? Parse(string path)
    {
        if (path.Length > PathLengthMax || path.Split('/') is not ["tile", var kind, .. var rest])
        {
            return null;
        }

        var width = FullWidth;
        if (rest is [.. var before, var last, var partial] && last.EndsWith(".p", StringComparison.Ordinal))
        {
            rest = [.. before, last[..^2]];
            width = Decimal.Parse(partial) is >= 1 and < FullWidth and var w ? (int)w : 0;
        }

        var level = kind == "entries" ? null : Decimal.Parse(kind);
        if (width == 0 || rest.Length == 0 || (kind != "entries" && level is null or > LevelMax))
        {
            return null;
        }

        var digits = string.Concat(rest.Select(part => part.TrimStart('x'))).TrimStart('0');
        if (Decimal.Parse(digits.Length == 0 ? "0" : digits) is not { } index || index > long.MaxValue / FullWidth / 32)
        {
            return null;
        }

        var tile = new Tile((int?)level, index, width);
        return tile.Path == path ? tile : null;
    }

    /// <summary>Whether a log of a size has this tile or bundle, whole or as a beginning of a wider one.</summary>
    public bool IsIn(long size) => Span.To <= Count(Level ?? 0, size);

    /// <summary>How many hashes a level has in a tree of a size.</summary>
    public static long Count(int level, long size) => level * Height > 62 ? 0 : size >> (level * Height);

    /// <summary>Every tile that a tree of a size consists of, level by level; bundles are not among them.</summary>
    public static IEnumerable<Tile> All(long size)
    {
        for (var level = 0; level <= LevelMax && Count(level, size) > 0; level++)
        {
            var count = Count(level, size);
            for (var index = 0L; index < count; index += FullWidth)
            {
                yield return new Tile(level, index / FullWidth, (int)Math.Min(FullWidth, count - index));
            }
        }
    }
}

/// <summary>Reads consecutive hashes of a level, from an index on, into a buffer of a multiple of 32 bytes.</summary>
public delegate void ReadHashes(int level, long index, Span<byte> into);

/// <summary>The tree's complete subtrees, read through the hashes of tiles.</summary>
public static class TileTree
{
    /// <summary>Subtree hashes from tile hashes: at most 128 hashes are read and combined for one.</summary>
    public static SubtreeHash Over(ReadHashes read) => (height, index) =>
    {
        var (level, within) = (height / Tile.Height, height % Tile.Height);
        var width = 1 << within;
        Span<byte> bytes = stackalloc byte[width * Digest.Bytes];
        read(level, index << within, bytes);
        return Combine(bytes);
    };

    /// <summary>The root over a power of two of hashes that lie one after the other; the buffer is used up.</summary>
    internal static Digest Combine(Span<byte> bytes)
    {
        for (var count = bytes.Length / Digest.Bytes; count > 1; count /= 2)
        {
            for (var i = 0; i < count; i += 2)
            {
                var pair = bytes.Slice(i * Digest.Bytes, 2 * Digest.Bytes);
                Merkle.Node(new Digest(pair[..Digest.Bytes]), new Digest(pair[Digest.Bytes..]))
                    .CopyTo(bytes[(i / 2 * Digest.Bytes)..]);
            }
        }

        return new Digest(bytes[..Digest.Bytes]);
    }
}
