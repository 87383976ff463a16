using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Truce.Space;

/// <summary>
/// Says of sixteen boxes at once which ones meet a box. It only spares exact tests: each function has a twin without
/// vector instructions that gives the same bits, and machines without them use the twin.
/// </summary>
internal static class Prefilter
{
    /// <summary>How many at once. Whoever stores numbers to be read here leaves room for so many after them.</summary>
    public const int Width = 16;

    /// <summary>Sixteen boxes with their windows: west, south, east, north, from and until, sixteen of each.</summary>
    public const int PackLength = 6 * Width;

    private const int South = Width, East = 2 * Width, North = 3 * Width, From = 4 * Width, Until = 5 * Width;

    /// <summary>The lowest bit that is set; the caller knows that there is one.</summary>
    public static int Lowest(uint bits) => BitOperations.TrailingZeroCount(bits);

    /// <summary>Bits for the first so many, at most sixteen.</summary>
    public static uint First(int count) => count >= Width ? 0xFFFFu : (1u << count) - 1;

    /// <summary>Which of sixteen packed boxes meet a box and overlap a window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Boxes(ReadOnlySpan<int> pack, in Box box, int from, int until) =>
        Vector512.IsHardwareAccelerated ? BoxesBy512(pack, box, from, until)
        : Vector128.IsHardwareAccelerated ? BoxesBy256(pack, box, from, until)
        : BoxesOneByOne(pack, box, from, until);

    /// <summary>Which of sixteen packed boxes meet a box and overlap its window, all in steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Coarse(ReadOnlySpan<short> pack, in CoarseBox box) =>
        Vector128.IsHardwareAccelerated ? CoarseBy256(pack, box) : CoarseOneByOne(pack, box);

    /// <summary>Which of sixteen segments meet a box, as far as their own boxes show.</summary>
    /// <param name="xs">From the first segment's vertex on, at least seventeen numbers.</param>
    /// <param name="ys">The other coordinate.</param>
    /// <param name="box">The box.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Segments(ReadOnlySpan<int> xs, ReadOnlySpan<int> ys, in Box box) =>
        Vector512.IsHardwareAccelerated ? SegmentsBy512(xs, ys, box)
        : Vector128.IsHardwareAccelerated ? SegmentsBy256(xs, ys, box)
        : SegmentsOneByOne(xs, ys, box);

    /// <summary>Which of sixteen legs begin before a moment and end after another.</summary>
    /// <param name="ts">From the time of the first leg's vertex on, at least seventeen numbers.</param>
    /// <param name="after">A leg that ends then or earlier is not meant.</param>
    /// <param name="before">A leg that begins then or later is not meant.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Times(ReadOnlySpan<int> ts, int after, int before) =>
        Vector512.IsHardwareAccelerated ? TimesBy512(ts, after, before)
        : Vector128.IsHardwareAccelerated ? TimesBy256(ts, after, before)
        : TimesOneByOne(ts, after, before);

    public static void SetInPack(Span<int> pack, int i, in Box box, int from, int until)
    {
        (pack[i], pack[South + i], pack[East + i], pack[North + i]) = (box.West, box.South, box.East, box.North);
        (pack[From + i], pack[Until + i]) = (from, until);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Box BoxInPack(ReadOnlySpan<int> pack, int i) =>
        new(pack[i], pack[South + i], pack[East + i], pack[North + i]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Window WindowInPack(ReadOnlySpan<int> pack, int i) => new(pack[From + i], pack[Until + i]);

    /// <summary>Makes all boxes of a pack such that none meets anything.</summary>
    public static void ClearPack(Span<int> pack)
    {
        pack[..PackLength].Clear();
        pack[..Width].Fill(int.MaxValue);
        pack.Slice(East, Width).Fill(int.MinValue);
    }

    internal static uint BoxesOneByOne(ReadOnlySpan<int> pack, in Box box, int from, int until)
    {
        var met = 0u;
        for (var i = 0; i < Width; i++)
        {
            var overlaps = pack[From + i] < until && from < pack[Until + i];
            met |= overlaps && BoxInPack(pack, i).Meets(box) ? 1u << i : 0;
        }

        return met;
    }

    public static void SetInPack(Span<short> pack, int i, in CoarseBox box)
    {
        (pack[i], pack[South + i], pack[East + i], pack[North + i]) = (box.West, box.South, box.East, box.North);
        (pack[From + i], pack[Until + i]) = (box.From, box.Until);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CoarseBox CoarseInPack(ReadOnlySpan<short> pack, int i) =>
        new(pack[i], pack[South + i], pack[East + i], pack[North + i], pack[From + i], pack[Until + i]);

    public static void ClearPack(Span<short> pack)
    {
        pack[..PackLength].Clear();
        pack[..Width].Fill(short.MaxValue);
        pack.Slice(East, Width).Fill(short.MinValue);
    }

    internal static uint CoarseOneByOne(ReadOnlySpan<short> pack, in CoarseBox box)
    {
        var met = 0u;
        for (var i = 0; i < Width; i++)
        {
            var other = CoarseInPack(pack, i);
            met |= other.West <= box.East && box.West <= other.East && other.South <= box.North
                && box.South <= other.North && other.From <= box.Until && box.From <= other.Until
                ? 1u << i : 0;
        }

        return met;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint CoarseBy256(ReadOnlySpan<short> pack, in CoarseBox box)
    {
        pack = pack[..PackLength];
        var apart = Vector256.GreaterThan(At256(pack, 0), Vector256.Create(box.East))
            | Vector256.GreaterThan(At256(pack, South), Vector256.Create(box.North))
            | Vector256.LessThan(At256(pack, East), Vector256.Create(box.West))
            | Vector256.LessThan(At256(pack, North), Vector256.Create(box.South))
            | Vector256.GreaterThan(At256(pack, From), Vector256.Create(box.Until))
            | Vector256.LessThan(At256(pack, Until), Vector256.Create(box.From));
        return ~apart.ExtractMostSignificantBits() & 0xFFFF;
    }

    internal static uint SegmentsOneByOne(ReadOnlySpan<int> xs, ReadOnlySpan<int> ys, in Box box)
    {
        var met = 0u;
        for (var i = 0; i < Width; i++)
        {
            met |= Box.Of(new Segment(xs[i], ys[i], xs[i + 1], ys[i + 1])).Meets(box) ? 1u << i : 0;
        }

        return met;
    }

    internal static uint TimesOneByOne(ReadOnlySpan<int> ts, int after, int before)
    {
        var met = 0u;
        for (var i = 0; i < Width; i++)
        {
            met |= ts[i] < before && ts[i + 1] > after ? 1u << i : 0;
        }

        return met;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint BoxesBy512(ReadOnlySpan<int> pack, in Box box, int from, int until)
    {
        pack = pack[..PackLength];
        var apart = Vector512.GreaterThan(At512(pack, 0), Vector512.Create(box.East))
            | Vector512.GreaterThan(At512(pack, South), Vector512.Create(box.North))
            | Vector512.LessThan(At512(pack, East), Vector512.Create(box.West))
            | Vector512.LessThan(At512(pack, North), Vector512.Create(box.South))
            | Vector512.GreaterThanOrEqual(At512(pack, From), Vector512.Create(until))
            | Vector512.LessThanOrEqual(At512(pack, Until), Vector512.Create(from));
        return ~(uint)apart.ExtractMostSignificantBits() & 0xFFFF;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint SegmentsBy512(ReadOnlySpan<int> xs, ReadOnlySpan<int> ys, in Box box)
    {
        xs = xs[..(Width + 1)];
        ys = ys[..(Width + 1)];
        var (x1, x2, y1, y2) = (At512(xs, 0), At512(xs, 1), At512(ys, 0), At512(ys, 1));
        var apart = Vector512.GreaterThan(Vector512.Min(x1, x2), Vector512.Create(box.East))
            | Vector512.GreaterThan(Vector512.Min(y1, y2), Vector512.Create(box.North))
            | Vector512.LessThan(Vector512.Max(x1, x2), Vector512.Create(box.West))
            | Vector512.LessThan(Vector512.Max(y1, y2), Vector512.Create(box.South));
        return ~(uint)apart.ExtractMostSignificantBits() & 0xFFFF;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint TimesBy512(ReadOnlySpan<int> ts, int after, int before)
    {
        ts = ts[..(Width + 1)];
        var met = Vector512.LessThan(At512(ts, 0), Vector512.Create(before))
            & Vector512.GreaterThan(At512(ts, 1), Vector512.Create(after));
        return (uint)met.ExtractMostSignificantBits();
    }

    internal static uint BoxesBy256(ReadOnlySpan<int> pack, in Box box, int from, int until)
    {
        pack = pack[..PackLength];
        var apart = 0u;
        for (var at = 0; at < Width; at += Width / 2)
        {
            var eight = Vector256.GreaterThan(At256(pack, at), Vector256.Create(box.East))
                | Vector256.GreaterThan(At256(pack, South + at), Vector256.Create(box.North))
                | Vector256.LessThan(At256(pack, East + at), Vector256.Create(box.West))
                | Vector256.LessThan(At256(pack, North + at), Vector256.Create(box.South))
                | Vector256.GreaterThanOrEqual(At256(pack, From + at), Vector256.Create(until))
                | Vector256.LessThanOrEqual(At256(pack, Until + at), Vector256.Create(from));
            apart |= eight.ExtractMostSignificantBits() << at;
        }

        return ~apart & 0xFFFF;
    }

    internal static uint SegmentsBy256(ReadOnlySpan<int> xs, ReadOnlySpan<int> ys, in Box box)
    {
        xs = xs[..(Width + 1)];
        ys = ys[..(Width + 1)];
        var apart = 0u;
        for (var at = 0; at < Width; at += Width / 2)
        {
            var (x1, x2, y1, y2) = (At256(xs, at), At256(xs, at + 1), At256(ys, at), At256(ys, at + 1));
            var eight = Vector256.GreaterThan(Vector256.Min(x1, x2), Vector256.Create(box.East))
                | Vector256.GreaterThan(Vector256.Min(y1, y2), Vector256.Create(box.North))
                | Vector256.LessThan(Vector256.Max(x1, x2), Vector256.Create(box.West))
                | Vector256.LessThan(Vector256.Max(y1, y2), Vector256.Create(box.South));
            apart |= eight.ExtractMostSignificantBits() << at;
        }

        return ~apart & 0xFFFF;
    }

    internal static uint TimesBy256(ReadOnlySpan<int> ts, int after, int before)
    {
        ts = ts[..(Width + 1)];
        var met = 0u;
        for (var at = 0; at < Width; at += Width / 2)
        {
            var eight = Vector256.LessThan(At256(ts, at), Vector256.Create(before))
                & Vector256.GreaterThan(At256(ts, at + 1), Vector256.Create(after));
            met |= eight.ExtractMostSignificantBits() << at;
        }

        return met;
    }

    /// <summary>Sixteen numbers; the callers have cut their spans to a length that holds them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> At512(ReadOnlySpan<int> values, int at) =>
        Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> At256<T>(ReadOnlySpan<T> values, int at)
        where T : struct => Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)at);
}
