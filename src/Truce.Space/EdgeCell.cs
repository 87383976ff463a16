using System.Runtime.InteropServices;

namespace Truce.Space;

/// <summary>
/// A cell that an edge of a zone enters, and how it is written down: a byte for each of its 64 parts, which is 0 where
/// an edge enters the part and else tells which set of the palette holds it; the set of the zones that hold the whole
/// cell; its corner; the palette; the zones with an edge in it and these edges; then, where they are few, the set by
/// which of them hold a place, -1 where nobody asked yet.
/// </summary>
internal sealed class EdgeCell(int @fixed, int west, int south)
{
    public const int SideBits = 3;
    public const int SideMask = (1 << SideBits) - 1;

    /// <summary>The parts' bytes, counted in whole numbers.</summary>
    public const int AnswersLength = 1 << ((2 * SideBits) - 2);

    public const int FixedAt = AnswersLength;
    public const int WestAt = FixedAt + 1;
    public const int SouthAt = FixedAt + 2;
    public const int CountAt = FixedAt + 3;

    /// <summary>Where the zones begin, counted from the cell's first number.</summary>
    public const int NearAt = FixedAt + 4;

    /// <summary>The number before the palette: its first set has the number 1.</summary>
    public const int PaletteAt = NearAt;

    /// <summary>Cells with more zones have no table.</summary>
    public const int TableMax = 6;

    /// <summary>Parts of more different answers are looked at edge by edge.</summary>
    public const int PaletteMax = 12;

    private const int EdgeLength = 4;

    /// <summary>The set of the zones that hold the whole cell.</summary>
    public int Fixed { get; set; } = @fixed;

    /// <summary>The zones with an edge in it, whether they hold its corner, and their edges.</summary>
    public List<(int Zone, bool IsCornerInside, Segment[] Edges)> Near { get; } = [];

    /// <summary>Where it is written.</summary>
    public int At { get; set; }

    public int Length => PaletteAt + 1 + PaletteMax + Near.Sum(n => 2 + (EdgeLength * n.Edges.Length))
        + (Near.Count <= TableMax ? 1 << Near.Count : 0);

    public void Write(Span<int> onto)
    {
        (onto[FixedAt], onto[WestAt], onto[SouthAt]) = (Fixed, west, south);
        (onto[CountAt], onto[NearAt]) = (Near.Count, PaletteAt + 1 + PaletteMax);
        var at = PaletteAt + 1 + PaletteMax;
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
