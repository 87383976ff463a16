using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Truce.Space;

/// <summary>
/// Says of eight boxes at once which ones meet a box. It only spares exact tests: each has a twin without vector
/// instructions that gives the same bits, and machines without them use the twin.
/// </summary>
internal static class Prefilter
{
    public const int Width = 8;

    /// <summary>Which of the legs from a first one on meet a box; bit 0 is the first leg.</summary>
    /// <param name="xs">A coordinate a vertex; leg i runs from vertex i to vertex i + 1.</param>
    /// <param name="ys">The other coordinate.</param>
    /// <param name="first">The first leg.</param>
    /// <param name="count">How many legs, 1 to 8.</param>
    /// <param name="box">The box.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Legs(ReadOnlySpan<int> xs, ReadOnlySpan<int> ys, int first, int count, in Box box) =>
        Vector256.IsHardwareAccelerated && count == Width
            ? LegsByVector(xs, ys, first, box)
            : LegsOneByOne(xs, ys, first, count, box);

    internal static uint LegsOneByOne(ReadOnlySpan<int> xs, ReadOnlySpan<int> ys, int first, int count, in Box box)
    {
        var met = 0u;
        for (var k = 0; k < count; k++)
        {
            var i = first + k;
            var leg = Box.Of(new Segment(xs[i], ys[i], xs[i + 1], ys[i + 1]));
            met |= leg.Meets(box) ? 1u << k : 0;
        }

        return met;
    }

    internal static uint LegsByVector(ReadOnlySpan<int> xs, ReadOnlySpan<int> ys, int first, in Box box)
    {
        var (x1, x2) = (At(xs, first), At(xs, first + 1));
        var (y1, y2) = (At(ys, first), At(ys, first + 1));
        return Meeting(
            Vector256.Min(x1, x2), Vector256.Min(y1, y2), Vector256.Max(x1, x2), Vector256.Max(y1, y2), box);
    }

    /// <summary>Which of eight packed boxes meet a box and overlap a window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Boxes(in Packed packed, int at, in Box box, Window window) => Vector256.IsHardwareAccelerated
        ? BoxesByVector(packed, at, box, window)
        : BoxesOneByOne(packed, at, box, window);

    internal static uint BoxesOneByOne(in Packed p, int at, in Box box, Window window)
    {
        var met = 0u;
        for (var i = at; i < at + Width; i++)
        {
            var meets = new Box(p.West[i], p.South[i], p.East[i], p.North[i]).Meets(box);
            var overlaps = p.From[i] < window.UntilSeconds && window.FromSeconds < p.Until[i];
            met |= meets && overlaps ? 1u << (i - at) : 0;
        }

        return met;
    }

    internal static uint BoxesByVector(in Packed p, int at, in Box box, Window window)
    {
        var overlaps = Vector256.LessThan(At(p.From, at), Vector256.Create(window.UntilSeconds))
            & Vector256.GreaterThan(At(p.Until, at), Vector256.Create(window.FromSeconds));
        return Meeting(At(p.West, at), At(p.South, at), At(p.East, at), At(p.North, at), box)
            & overlaps.ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Meeting(
        Vector256<int> west, Vector256<int> south, Vector256<int> east, Vector256<int> north, in Box box)
    {
        var apart = Vector256.GreaterThan(west, Vector256.Create(box.East))
            | Vector256.LessThan(east, Vector256.Create(box.West))
            | Vector256.GreaterThan(south, Vector256.Create(box.North))
            | Vector256.LessThan(north, Vector256.Create(box.South));
        return ~apart.ExtractMostSignificantBits() & 0xFF;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> At(ReadOnlySpan<int> values, int at) =>
        Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(values.Slice(at, Width)));

    /// <summary>Boxes and windows, one array a bound.</summary>
    internal readonly record struct Packed(
        int[] West, int[] South, int[] East, int[] North, int[] From, int[] Until);

    /// <summary>The lowest bit that is set; the caller knows that there is one.</summary>
    public static int Lowest(uint bits) => BitOperations.TrailingZeroCount(bits);
}
