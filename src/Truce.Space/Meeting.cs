namespace Truce.Space;

/// <summary>
/// Whether two activities conflict: some part of the one and some part of the other have windows that overlap, and
/// their
/// exact distance is at most the sum of the buffers. An area's part is its ring with the interior.
/// </summary>
internal static class Meeting
{
    public static bool Exists(Activity a, Activity b)
    {
        var reach = a.BufferMillimetres + b.BufferMillimetres;
        var common = a.Window.Intersect(b.Window);
        return !common.IsEmpty && a.Box.Grow(reach).Meets(b.Box)
            && (a.Shape, b.Shape) switch
            {
                (Shape.Area, Shape.Area) => AreasMeet(a, b, reach),
                (Shape.Area, _) => LegsMeetArea(b, a, common, reach),
                (_, Shape.Area) => LegsMeetArea(a, b, common, reach),
                _ => LegsMeet(a, b, common, reach),
            };
    }

    private static bool LegsMeet(Activity a, Activity b, Window common, int reach)
    {
        var bEasts = b.Easts;
        var bNorths = b.Norths;
        var bTimes = b.Times;
        var (first, end) = a.PartsIn(common);
        var (low, last) = b.PartsIn(common);
        var high = low;
        for (var i = first; i < end; i++)
        {
            // Windows begin and end later from leg to leg, so those of the other that overlap only move on.
            var window = a.PartWindow(i);
            while (low < last && bTimes[low + 1] + b.SlackSeconds <= window.FromSeconds)
            {
                low++;
            }

            while (high < last && bTimes[high] - b.SlackSeconds < window.UntilSeconds)
            {
                high++;
            }

            var leg = a.Leg(i);
            var box = Box.Of(leg).Grow(reach);
            if (!box.Meets(b.Box))
            {
                continue;
            }

            for (var j = low; j < high; j += Prefilter.Width)
            {
                var near = Prefilter.Legs(bEasts, bNorths, j, Math.Min(Prefilter.Width, high - j), box);
                for (; near != 0; near &= near - 1)
                {
                    var k = j + Prefilter.Lowest(near);
                    if (Exact.AreWithin(leg, new Segment(bEasts[k], bNorths[k], bEasts[k + 1], bNorths[k + 1]), reach))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    /// <summary>
    /// A leg that comes near no edge lies wholly inside or outside, and then so do all legs that follow it.
    /// </summary>
    private static bool LegsMeetArea(Activity legs, Activity area, Window common, int reach)
    {
        var (first, end) = legs.PartsIn(common);
        if (first < end && Rings.Holds(area.Easts, area.Norths, legs.Easts[first], legs.Norths[first]))
        {
            return true;
        }

        for (var i = first; i < end; i++)
        {
            if (MeetsEdge(legs.Leg(i), area, reach))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AreasMeet(Activity a, Activity b, int reach)
    {
        if (Rings.Holds(a.Easts, a.Norths, b.Easts[0], b.Norths[0])
            || Rings.Holds(b.Easts, b.Norths, a.Easts[0], a.Norths[0]))
        {
            return true;
        }

        for (var i = 0; i < a.VertexCount; i++)
        {
            if (MeetsEdge(a.Edge(i), b, reach))
            {
                return true;
            }
        }

        return false;
    }

    private static bool MeetsEdge(in Segment segment, Activity area, int reach)
    {
        var box = Box.Of(segment).Grow(reach);
        if (!box.Meets(area.Box))
        {
            return false;
        }

        var easts = area.Easts;
        var norths = area.Norths;
        var last = area.VertexCount - 1;
        for (var j = 0; j < last; j += Prefilter.Width)
        {
            var near = Prefilter.Legs(easts, norths, j, Math.Min(Prefilter.Width, last - j), box);
            for (; near != 0; near &= near - 1)
            {
                if (Exact.AreWithin(segment, area.Edge(j + Prefilter.Lowest(near)), reach))
                {
                    return true;
                }
            }
        }

        return Exact.AreWithin(segment, area.Edge(last), reach);
    }
}
