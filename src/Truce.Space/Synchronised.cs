namespace Truce.Space;

/// <summary>
/// How near two are expected to come at moments that differ by no more than their slacks together: the least value of a
/// convex function of two times over a rectangle between two slanting lines.
/// </summary>
internal static class Synchronised
{
    /// <summary>The separation of two parts in millimetres; infinite where no moments are near enough.</summary>
    public static double Separation(Activity a, int i, Activity b, int j) => (a.Shape, b.Shape) switch
    {
        (Shape.Area, Shape.Area) => Closest.Of(a, i, b, j, 2 * Limits.BufferMillimetres).Distance,
        (Shape.Area, _) => FromArea(b, j, a),
        (_, Shape.Area) => FromArea(a, i, b),
        _ => OfMoving(Motion.Of(a, i), Motion.Of(b, j), a.SlackSeconds + b.SlackSeconds),
    };

    private static double OfMoving(Motion p, Motion q, double slack)
    {
        // Corners and edges of the polygon of times (u, v) that both may have; walked once around.
        List<(double U, double V)> polygon =
            [(p.From, q.From), (p.Until, q.From), (p.Until, q.Until), (p.From, q.Until)];
        polygon = Clip(Clip(polygon, t => slack - (t.U - t.V)), t => slack - (t.V - t.U));
        var least = double.PositiveInfinity;
        for (var k = 0; k < polygon.Count; k++)
        {
            var (s, t) = (polygon[k], polygon[(k + 1) % polygon.Count]);
            least = Math.Min(least, AlongEdge(p, q, s, t));
        }

        return polygon.Count > 0 && Crossing(p, q) is { } meets && IsIn(polygon, meets) ? 0 : Math.Sqrt(least);
    }

    /// <summary>The least squared distance while both times run along one edge of the polygon.</summary>
    private static double AlongEdge(Motion p, Motion q, (double U, double V) s, (double U, double V) t)
    {
        var (x, y) = (p.X(s.U) - q.X(s.V), p.Y(s.U) - q.Y(s.V));
        var dx = p.X(t.U) - q.X(t.V) - x;
        var dy = p.Y(t.U) - q.Y(t.V) - y;
        var length = (dx * dx) + (dy * dy);
        var share = length == 0 ? 0 : Math.Clamp(-((x * dx) + (y * dy)) / length, 0, 1);
        return Square(x + (share * dx)) + Square(y + (share * dy));
    }

    /// <summary>
    /// The times at which the two lines meet in one place. Where the lines are parallel the least value is at an edge.
    /// </summary>
    private static (double U, double V)? Crossing(Motion p, Motion q)
    {
        var determinant = (p.SpeedX * q.SpeedY) - (p.SpeedY * q.SpeedX);
        if (determinant == 0)
        {
            return null;
        }

        var (x, y) = (q.X(q.From) - p.X(p.From), q.Y(q.From) - p.Y(p.From));
        return (
            p.From + (((x * q.SpeedY) - (y * q.SpeedX)) / determinant),
            q.From + (((x * p.SpeedY) - (y * p.SpeedX)) / determinant));
    }

    private static bool IsIn(List<(double U, double V)> polygon, (double U, double V) at)
    {
        for (var k = 0; k < polygon.Count; k++)
        {
            var (s, t) = (polygon[k], polygon[(k + 1) % polygon.Count]);
            if (((t.U - s.U) * (at.V - s.V)) - ((t.V - s.V) * (at.U - s.U)) < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static List<(double U, double V)> Clip(
        List<(double U, double V)> polygon, Func<(double U, double V), double> room)
    {
        var kept = new List<(double U, double V)>();
        for (var k = 0; k < polygon.Count; k++)
        {
            var (s, t) = (polygon[k], polygon[(k + 1) % polygon.Count]);
            var (a, b) = (room(s), room(t));
            if (a >= 0)
            {
                kept.Add(s);
            }

            if ((a > 0 && b < 0) || (a < 0 && b > 0))
            {
                var share = a / (a - b);
                kept.Add((s.U + (share * (t.U - s.U)), s.V + (share * (t.V - s.V))));
            }
        }

        return kept;
    }

    /// <summary>
    /// Areas stand still: what counts is the stretch of the leg that their window and the slack let be.
    /// </summary>
    private static double FromArea(Activity legs, int leg, Activity area)
    {
        var motion = Motion.Of(legs, leg);
        var from = Math.Max(motion.From, area.Window.FromSeconds - legs.SlackSeconds);
        var until = Math.Min(motion.Until, area.Window.UntilSeconds + legs.SlackSeconds);
        if (from > until)
        {
            return double.PositiveInfinity;
        }

        var stretch = new Segment(
            (int)Math.Round(motion.X(from)), (int)Math.Round(motion.Y(from)),
            (int)Math.Round(motion.X(until)), (int)Math.Round(motion.Y(until)));
        if (Rings.Holds(area.Easts, area.Norths, stretch.X1, stretch.Y1))
        {
            return 0;
        }

        var least = long.MaxValue;
        for (var k = 0; k < area.VertexCount; k++)
        {
            least = Math.Min(least, Exact.Distance(stretch, area.Edge(k)));
        }

        return least;
    }

    private static double Square(double x) => x * x;

    /// <summary>Steady movement along a leg, by its expected times.</summary>
    private readonly record struct Motion(double X1, double Y1, double SpeedX, double SpeedY, double From, double Until)
    {
        public static Motion Of(Activity activity, int part)
        {
            var leg = activity.Leg(part);
            double from = activity.Times[part], until = activity.Times[part + 1];
            return new Motion(
                leg.X1, leg.Y1, (leg.X2 - leg.X1) / (until - from), (leg.Y2 - leg.Y1) / (until - from), from, until);
        }

        public double X(double time) => X1 + (SpeedX * (time - From));

        public double Y(double time) => Y1 + (SpeedY * (time - From));
    }
}
