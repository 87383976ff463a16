namespace Truce.Space;

/// <summary>Which rings are taken in, and what lies in them.</summary>
internal static class Rings
{
    /// <summary>Why a ring, first vertex not repeated, is refused; null where it is simple.</summary>
    public static Ingested? Unfit(ReadOnlySpan<Place> ring)
    {
        if (ring.Length < 3)
        {
            return Ingested.Refuse(RefusalReason.TooFewVertices, null, "a ring needs three vertices");
        }

        if (ring.Length > Limits.RingVertices)
        {
            return Ingested.Refuse(
                RefusalReason.TooManyVertices, Limits.RingVertices, $"more than {Limits.RingVertices} vertices");
        }

        var seen = new HashSet<Place>();
        for (var i = 0; i < ring.Length; i++)
        {
            if (Activity.Unfit(ring[i], i) is { } refused)
            {
                return refused;
            }

            if (!seen.Add(ring[i]))
            {
                return Ingested.Refuse(
                    RefusalReason.RepeatedVertex,
                    i,
                    $"vertex {i} stands where an earlier one stands, to the millimetre");
            }
        }

        return SelfCrossing(ring);
    }

    /// <summary>Whether a place lies in a ring or on it.</summary>
    public static bool Holds(ReadOnlySpan<int> easts, ReadOnlySpan<int> norths, int east, int north)
    {
        var isInside = false;
        var (x1, y1) = ((long)easts[^1], (long)norths[^1]);
        for (var i = 0; i < easts.Length; i++)
        {
            var (x2, y2) = ((long)easts[i], (long)norths[i]);
            if (Math.Min(y1, y2) <= north && north <= Math.Max(y1, y2))
            {
                var side = ((x2 - x1) * (north - y1)) - ((y2 - y1) * (east - x1));
                if (side == 0 && Math.Min(x1, x2) <= east && east <= Math.Max(x1, x2))
                {
                    return true;
                }

                // An edge belongs to its lower end and not to its upper one, so that a vertex counts once.
                isInside ^= (y1 > north) != (y2 > north) && (side > 0) == (y2 > y1);
            }

            (x1, y1) = (x2, y2);
        }

        return isInside;
    }

    /// <summary>
    /// The same, sixteen edges at a time: only those that reach the place's level and its east count.
    /// </summary>
    public static bool Holds(in Drawing ring, int east, int north)
    {
        var isInside = false;
        var ray = new Box(east, north, int.MaxValue, north);
        for (var j = 0; j < ring.SegmentCount; j += Prefilter.Width)
        {
            var near = Prefilter.Segments(ring.Xs[j..], ring.Ys[j..], ray) & Prefilter.First(ring.SegmentCount - j);
            for (; near != 0; near &= near - 1)
            {
                var (x1, y1, x2, y2) = ring.Segment(j + Prefilter.Lowest(near));
                var side = unchecked(((long)(x2 - x1) * (north - y1)) - ((long)(y2 - y1) * (east - x1)));
                if (side == 0 && Math.Min(x1, x2) <= east)
                {
                    return true;
                }

                // An edge belongs to its lower end and not to its upper one, so that a vertex counts once.
                isInside ^= (y1 > north) != (y2 > north) && (side > 0) == (y2 > y1);
            }
        }

        return isInside;
    }

    private static Ingested? SelfCrossing(ReadOnlySpan<Place> ring)
    {
        for (var i = 0; i < ring.Length; i++)
        {
            var edge = Edge(ring, i);
            var box = Box.Of(edge);
            for (var j = i + 1; j < ring.Length; j++)
            {
                var other = Edge(ring, j);
                if (!box.Meets(Box.Of(other)))
                {
                    continue;
                }

                var follows = j == i + 1;
                var precedes = i == 0 && j == ring.Length - 1;
                var isBad = follows ? GoesBack(edge, other)
                    : precedes ? GoesBack(other, edge)
                    : Exact.AreWithin(edge, other, reach: 0);
                if (isBad)
                {
                    return Ingested.Refuse(
                        RefusalReason.SelfCrossing, j, $"the edge from vertex {j} meets the edge from vertex {i}");
                }
            }
        }

        return null;
    }

    private static Segment Edge(ReadOnlySpan<Place> ring, int i)
    {
        var (a, b) = (ring[i], ring[i + 1 < ring.Length ? i + 1 : 0]);
        return new Segment(a.EastMillimetres, a.NorthMillimetres, b.EastMillimetres, b.NorthMillimetres);
    }

    /// <summary>Whether the second edge, which begins where the first ends, runs back along it.</summary>
    private static bool GoesBack(in Segment first, in Segment second)
    {
        long ax = first.X2 - first.X1, ay = first.Y2 - first.Y1, bx = second.X2 - second.X1, by = second.Y2 - second.Y1;
        return (ax * by) - (ay * bx) == 0 && (ax * bx) + (ay * by) < 0;
    }
}
