namespace Truce.Space;

/// <summary>How near two parts come, in whole millimetres rounded up, and where on each.</summary>
internal readonly record struct Closest(long Distance, Place First, Place Second)
{
    /// <summary>The closest places of two parts; somewhere beyond reach where they are farther apart.</summary>
    public static Closest Of(Activity a, int i, Activity b, int j, int reach)
    {
        var best = new Closest((long)reach + 1, default, default);
        if (a.Shape == Shape.Area && Rings.Holds(a.Easts, a.Norths, b.Easts[j], b.Norths[j]))
        {
            return new Closest(0, b.Vertex(j), b.Vertex(j));
        }

        if (b.Shape == Shape.Area && Rings.Holds(b.Easts, b.Norths, a.Easts[i], a.Norths[i]))
        {
            return new Closest(0, a.Vertex(i), a.Vertex(i));
        }

        var (aFirst, aEnd) = a.Shape == Shape.Area ? (0, a.VertexCount) : (i, i + 1);
        var (bFirst, bEnd) = b.Shape == Shape.Area ? (0, b.VertexCount) : (j, j + 1);
        for (var p = aFirst; p < aEnd; p++)
        {
            var one = a.Shape == Shape.Area ? a.Edge(p) : a.Leg(p);
            var box = Box.Of(one).Grow(reach);
            for (var q = bFirst; q < bEnd; q++)
            {
                var other = b.Shape == Shape.Area ? b.Edge(q) : b.Leg(q);
                if (box.Meets(Box.Of(other)))
                {
                    var found = Of(one, other);
                    best = found.Distance < best.Distance ? found : best;
                }
            }
        }

        return best;
    }

    private static Closest Of(in Segment p, in Segment q)
    {
        if (Exact.DoCross(p, q))
        {
            var where = Crossing(p, q);
            return new Closest(0, where, where);
        }

        var best = End(p.X1, p.Y1, q, isOnFirst: true);
        best = Nearer(best, End(p.X2, p.Y2, q, isOnFirst: true));
        best = Nearer(best, End(q.X1, q.Y1, p, isOnFirst: false));
        return Nearer(best, End(q.X2, q.Y2, p, isOnFirst: false));
    }

    private static Closest Nearer(Closest a, Closest b) => b.Distance < a.Distance ? b : a;

    private static Closest End(int x, int y, in Segment other, bool isOnFirst)
    {
        var (nearX, nearY) = Exact.Nearest(x, y, other);
        var (end, near) = (new Place(x, y), new Place((int)Math.Round(nearX), (int)Math.Round(nearY)));
        var distance = Exact.Distance(x, y, other);
        return isOnFirst ? new Closest(distance, end, near) : new Closest(distance, near, end);
    }

    private static Place Crossing(in Segment p, in Segment q)
    {
        double px = p.X2 - p.X1, py = p.Y2 - p.Y1, qx = q.X2 - q.X1, qy = q.Y2 - q.Y1;
        var share = (((q.X1 - p.X1) * qy) - ((q.Y1 - p.Y1) * qx)) / ((px * qy) - (py * qx));
        return new Place((int)Math.Round(p.X1 + (share * px)), (int)Math.Round(p.Y1 + (share * py)));
    }
}
