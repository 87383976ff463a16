using System.Runtime.InteropServices;

namespace Truce.Space;

/// <summary>
/// A cell that an edge of a zone enters, and how it is written down: the set of the zones that hold the whole cell; its
/// corner; how many zones have an edge in it, which, and these edges; then, where they are few, the set by which of
/// them hold a place, -1 where nobody asked yet.
/// </summary>
internal sealed class EdgeCell(int @fixed, int west, int south)
{
    public const int SideBits = 3;
    public const int SideMask = (1 << SideBits) - 1;

    public const int Parts = 1 << (2 * SideBits);

    public const int FixedAt = 0;
    public const int WestAt = 1;
    public const int SouthAt = 2;
    public const int CountAt = 3;

    /// <summary>Where the zones begin.</summary>
    public const int NearAt = 4;

    /// <summary>Cells with more zones have no table.</summary>
    public const int TableMax = 6;

    private const int EdgeLength = 4;

    /// <summary>The set of the zones that hold the whole cell.</summary>
    public int Fixed { get; set; } = @fixed;

    /// <summary>The zones with an edge in it, whether they hold its corner, and their edges.</summary>
    public List<(int Zone, bool IsCornerInside, Segment[] Edges)> Near { get; } = [];

    public int Length => NearAt + Near.Sum(n => 2 + (EdgeLength * n.Edges.Length))
        + (Near.Count <= TableMax ? 1 << Near.Count : 0);

    public void Write(Span<int> onto)
    {
        (onto[FixedAt], onto[WestAt], onto[SouthAt]) = (Fixed, west, south);
        onto[CountAt] = Near.Count;
        var at = NearAt;
        foreach (var (zone, isCornerInside, edges) in Near)
        {
            (onto[at], onto[at + 1]) = (isCornerInside ? ~zone : zone, edges.Length);
            edges.CopyTo(MemoryMarshal.Cast<int, Segment>(onto[(at + 2)..]));
            at += 2 + (EdgeLength * edges.Length);
        }

        onto[at..].Fill(-1);
    }

    /// <summary>Reads the next zone of a cell.</summary>
    public static int Next(int[] written, ref int at, out bool isCornerInside, out ReadOnlySpan<Segment> edges)
    {
        var (zone, count) = (written[at], written[at + 1]);
        edges = MemoryMarshal.Cast<int, Segment>(written.AsSpan(at + 2, EdgeLength * count));
        at += 2 + (EdgeLength * count);
        isCornerInside = zone < 0;
        return zone < 0 ? ~zone : zone;
    }
}
