using System.Runtime.CompilerServices;

namespace Truce.Space;

/// <summary>
/// Whether two activities conflict: some part of the one and some part of the other have windows that overlap, and
/// their exact distance is at most the sum of the buffers. An area's part is its ring with the interior.
/// </summary>
internal static class Meeting
{
    /// <summary>Routes with more legs have those in time looked up first; fewer are looked at all.</summary>
    private const int LegsLookedAt = 64;

    public static bool Exists(Activity a, Activity b)
    {
        var asked = Scratch.OfThread().Asked;
        asked.Set(a);
        return Exists(asked, a.Drawing, 0, asked.GroupCount, b.Drawing, b.Box.Grow(b.BufferMillimetres), b.Window);
    }

    /// <summary>
    /// Whether what is asked about, in some groups of its legs, meets another, in a box with its buffer and a window.
    /// </summary>
    public static bool Exists(
        Asked asked, in Drawing a, int group, int endGroup, in Drawing b, in Box box, Window window)
    {
        for (; group < endGroup; group++)
        {
            var near = Prefilter.Boxes(asked.Group(group), box, window.FromSeconds, window.UntilSeconds);
            if (near != 0 && Exists(asked, a, group, near, b))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same for the legs of one group that came near; of an area, for all of it.</summary>
    public static bool Exists(Asked asked, in Drawing a, int group, uint near, in Drawing b) =>
        !a.IsArea ? b.IsArea ? LegsMeetArea(asked, a, group, near, b) : LegsMeet(asked, a, group, near, b)
        : b.IsArea ? AreasMeet(a, b)
        : AreaMeetsLegs(asked, a, b);

    private static bool LegsMeet(Asked asked, in Drawing a, int group, uint near, in Drawing b)
    {
        var pack = asked.Group(group);
        var reach = a.Buffer + b.Buffer;
        for (; near != 0; near &= near - 1)
        {
            var k = Prefilter.Lowest(near);
            var box = Prefilter.BoxInPack(pack, k).Grow(b.Buffer);
            var window = Prefilter.WindowInPack(pack, k);
            var leg = a.Segment((group * Prefilter.Width) + k);
            var (after, before) = (window.FromSeconds - b.Slack, window.UntilSeconds + b.Slack);
            var (first, end) = b.SegmentCount > LegsLookedAt ? InTime(b, after, before) : (0, b.SegmentCount);
            for (var j = first; j < end; j += Prefilter.Width)
            {
                var both = Prefilter.Segments(b.Xs[j..], b.Ys[j..], box) & Prefilter.Times(b.Ts[j..], after, before)
                    & Prefilter.First(end - j);
                for (; both != 0; both &= both - 1)
                {
                    if (Exact.AreWithin(leg, b.Segment(j + Prefilter.Lowest(both)), reach))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    /// <summary>The legs of a route that end after a moment and begin before another: they follow each other.</summary>
    private static (int First, int End) InTime(in Drawing route, int after, int before)
    {
        var (first, end) = (0, route.SegmentCount);
        for (var (low, high) = (0, end); low < high; first = low)
        {
            var middle = (low + high) / 2;
            (low, high) = route.Ts[middle + 1] <= after ? (middle + 1, high) : (low, middle);
        }

        for (var (low, high) = (first, end); low < high; end = low)
        {
            var middle = (low + high) / 2;
            (low, high) = route.Ts[middle] < before ? (middle + 1, high) : (low, middle);
        }

        return (first, end);
    }

    /// <summary>
    /// Legs that come near the area. A leg that comes near no edge lies wholly inside or outside, and so does the leg
    /// that follows it: only a leg whose forerunner is not among them is looked up.
    /// </summary>
    private static bool LegsMeetArea(Asked asked, in Drawing legs, int group, uint near, in Drawing area)
    {
        for (var begins = near & ~(near << 1); begins != 0; begins &= begins - 1)
        {
            var i = (group * Prefilter.Width) + Prefilter.Lowest(begins);
            if (Rings.Holds(area, legs.Xs[i], legs.Ys[i]))
            {
                return true;
            }
        }

        var pack = asked.Group(group);
        var box = Prefilter.BoxInPack(pack, Prefilter.Lowest(near));
        for (var more = near & (near - 1); more != 0; more &= more - 1)
        {
            box = box.Union(Prefilter.BoxInPack(pack, Prefilter.Lowest(more)));
        }

        box = box.Grow(area.Buffer);
        var reach = legs.Buffer + area.Buffer;
        for (var j = 0; j < area.SegmentCount; j += Prefilter.Width)
        {
            var edges = Prefilter.Segments(area.Xs[j..], area.Ys[j..], box)
                & Prefilter.First(area.SegmentCount - j);
            for (; edges != 0; edges &= edges - 1)
            {
                var edge = area.Segment(j + Prefilter.Lowest(edges));
                if (EdgeMeetsLegs(legs, group, near, pack, edge, area.Buffer, reach))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool EdgeMeetsLegs(
        in Drawing legs, int group, uint near, ReadOnlySpan<int> pack, in Segment edge, int buffer, int reach)
    {
        near &= Prefilter.Boxes(pack, Box.Of(edge).Grow(buffer), int.MinValue, int.MaxValue);
        for (; near != 0; near &= near - 1)
        {
            if (Exact.AreWithin(legs.Segment((group * Prefilter.Width) + Prefilter.Lowest(near)), edge, reach))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AreaMeetsLegs(Asked asked, in Drawing area, in Drawing legs)
    {
        var pack = asked.Group(0);
        var box = Prefilter.BoxInPack(pack, 0).Grow(legs.Buffer);
        var window = Prefilter.WindowInPack(pack, 0);
        var (after, before) = (window.FromSeconds - legs.Slack, window.UntilSeconds + legs.Slack);
        var reach = area.Buffer + legs.Buffer;
        for (var j = 0; j < legs.SegmentCount; j += Prefilter.Width)
        {
            var near = Prefilter.Segments(legs.Xs[j..], legs.Ys[j..], box)
                & Prefilter.Times(legs.Ts[j..], after, before) & Prefilter.First(legs.SegmentCount - j);
            for (var begins = near & ~(near << 1); begins != 0; begins &= begins - 1)
            {
                var i = j + Prefilter.Lowest(begins);
                if (Rings.Holds(area, legs.Xs[i], legs.Ys[i]))
                {
                    return true;
                }
            }

            for (; near != 0; near &= near - 1)
            {
                if (MeetsEdge(legs.Segment(j + Prefilter.Lowest(near)), area, reach))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool AreasMeet(in Drawing a, in Drawing b)
    {
        if (Rings.Holds(a, b.Xs[0], b.Ys[0]) || Rings.Holds(b, a.Xs[0], a.Ys[0]))
        {
            return true;
        }

        var reach = a.Buffer + b.Buffer;
        var box = Box.Around(b.Xs[..b.SegmentCount], b.Ys[..b.SegmentCount]).Grow(reach);
        for (var i = 0; i < a.SegmentCount; i += Prefilter.Width)
        {
            var near = Prefilter.Segments(a.Xs[i..], a.Ys[i..], box) & Prefilter.First(a.SegmentCount - i);
            for (; near != 0; near &= near - 1)
            {
                if (MeetsEdge(a.Segment(i + Prefilter.Lowest(near)), b, reach))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool MeetsEdge(in Segment segment, in Drawing area, int reach)
    {
        var box = Box.Of(segment).Grow(reach);
        for (var j = 0; j < area.SegmentCount; j += Prefilter.Width)
        {
            var near = Prefilter.Segments(area.Xs[j..], area.Ys[j..], box) & Prefilter.First(area.SegmentCount - j);
            for (; near != 0; near &= near - 1)
            {
                if (Exact.AreWithin(segment, area.Segment(j + Prefilter.Lowest(near)), reach))
                {
                    return true;
                }
            }
        }

        return false;
    }
}

/// <summary>
/// What is asked about, laid out for the filter: the boxes of its legs with its buffer, and their windows, in groups of
/// sixteen. An area is one box. It is kept from question to question.
/// </summary>
internal sealed class Asked
{
    private int[] _packs = new int[4 * Prefilter.PackLength];

    /// <summary>How many groups of legs there are.</summary>
    public int GroupCount { get; private set; }

    /// <summary>Lays an activity out.</summary>
    public void Set(Activity activity)
    {
        var legs = activity.Shape == Shape.Area ? 1 : activity.PartCount;
        GroupCount = (legs + Prefilter.Width - 1) / Prefilter.Width;
        if (_packs.Length < GroupCount * Prefilter.PackLength)
        {
            _packs = new int[2 * GroupCount * Prefilter.PackLength];
        }

        Prefilter.ClearPack(_packs.AsSpan((GroupCount - 1) * Prefilter.PackLength, Prefilter.PackLength));
        var (buffer, slack) = (activity.BufferMillimetres, activity.SlackSeconds);
        if (activity.Shape == Shape.Area)
        {
            var window = activity.Window;
            Prefilter.SetInPack(
                _packs, 0, activity.Box.Grow(buffer), window.FromSeconds, window.UntilSeconds);
            return;
        }

        var times = activity.Times;
        for (var i = 0; i < legs; i++)
        {
            Prefilter.SetInPack(
                _packs.AsSpan(i / Prefilter.Width * Prefilter.PackLength), i % Prefilter.Width,
                Box.Of(activity.Leg(i)).Grow(buffer), times[i] - slack, times[i + 1] + slack);
        }
    }

    /// <summary>The boxes and windows of a group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<int> Group(int group) =>
        _packs.AsSpan(group * Prefilter.PackLength, Prefilter.PackLength);
}
