namespace Truce.Space;

/// <summary>
/// Distances of points and segments compared without error. Coordinates differ by at most 2^30, so that products of two
/// differences fit in 63 bits; where a square of such a product is needed, floating point decides unless the two sides
/// are within a hundred million millionths, and 128-bit integers decide then.
/// </summary>
internal static class Exact
{
    /// <summary>Seven times the greatest relative error of the comparison in floating point.</summary>
    private const double NearTie = 1e-14;

    /// <summary>Whether two closed segments come within reach of each other, the reach included.</summary>
    public static bool AreWithin(in Segment p, in Segment q, int reach) =>
        IsWithin(p.X1, p.Y1, q, reach) || IsWithin(p.X2, p.Y2, q, reach)
        || IsWithin(q.X1, q.Y1, p, reach) || IsWithin(q.X2, q.Y2, p, reach)
        || DoCross(p, q);

    /// <summary>
    /// Whether each segment passes from one side of the other to the other side; touching is not crossing.
    /// </summary>
    public static bool DoCross(in Segment p, in Segment q)
    {
        unchecked
        {
            long px = p.X2 - p.X1, py = p.Y2 - p.Y1, qx = q.X2 - q.X1, qy = q.Y2 - q.Y1;
            long dx = q.X1 - p.X1, dy = q.Y1 - p.Y1;
            long ex = q.X2 - p.X1, ey = q.Y2 - p.Y1, fx = q.X1 - p.X2, fy = q.Y1 - p.Y2;
            var (a, b) = (Math.Sign((px * dy) - (py * dx)), Math.Sign((px * ey) - (py * ex)));
            if (a * b >= 0)
            {
                return false;
            }

            var (c, d) = (Math.Sign((qx * -dy) - (qy * -dx)), Math.Sign((qx * -fy) - (qy * -fx)));
            return c * d < 0;
        }
    }

    /// <summary>Whether a place comes within reach of a closed segment, the reach included.</summary>
    public static bool IsWithin(int x, int y, in Segment s, long reach)
    {
        unchecked
        {
            long dx = s.X2 - s.X1, dy = s.Y2 - s.Y1, ux = x - s.X1, uy = y - s.Y1;
            var along = (ux * dx) + (uy * dy);
            if (along <= 0)
            {
                return (ux * ux) + (uy * uy) <= reach * reach;
            }

            var length = (dx * dx) + (dy * dy);
            if (along >= length)
            {
                long vx = x - s.X2, vy = y - s.Y2;
                return (vx * vx) + (vy * vy) <= reach * reach;
            }

            return IsSquareAtMost((ux * dy) - (uy * dx), reach * reach, length);
        }
    }

    /// <summary>The least whole reach within which two segments come: their distance rounded up.</summary>
    public static long Distance(in Segment p, in Segment q) => DoCross(p, q) ? 0 : Math.Min(
        Math.Min(Distance(p.X1, p.Y1, q), Distance(p.X2, p.Y2, q)),
        Math.Min(Distance(q.X1, q.Y1, p), Distance(q.X2, q.Y2, p)));

    /// <summary>The least whole reach within which a place comes to a segment.</summary>
    public static long Distance(int x, int y, in Segment s)
    {
        var (nx, ny) = Nearest(x, y, s);
        var guess = (long)Math.Sqrt(((nx - x) * (nx - x)) + ((ny - y) * (ny - y)));
        while (!IsWithin(x, y, s, guess))
        {
            guess++;
        }

        while (guess > 0 && IsWithin(x, y, s, guess - 1))
        {
            guess--;
        }

        return guess;
    }

    /// <summary>Where on a segment a place is nearest, in floating point.</summary>
    public static (double X, double Y) Nearest(double x, double y, in Segment s)
    {
        double dx = s.X2 - s.X1, dy = s.Y2 - s.Y1;
        var length = (dx * dx) + (dy * dy);
        var share = length == 0 ? 0 : Math.Clamp((((x - s.X1) * dx) + ((y - s.Y1) * dy)) / length, 0, 1);
        return (s.X1 + (share * dx), s.Y1 + (share * dy));
    }

    /// <summary>Whether the square of a cross product is at most the product of two squares.</summary>
    internal static bool IsSquareAtMost(long cross, long reachSquared, long length)
    {
        unchecked
        {
            var left = (double)cross * cross;
            var right = (double)reachSquared * length;
            return left < right * (1 - NearTie)
                || (left <= right * (1 + NearTie) && (Int128)cross * cross <= (Int128)reachSquared * length);
        }
    }
}
