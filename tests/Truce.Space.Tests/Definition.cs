using System.Numerics;

namespace Truce.Space.Tests;

/// <summary>
/// The definition of a conflict in unbounded integers, without an index, a filter or a line of the product's geometry:
/// every part against every part. Distances are fractions compared by cross-multiplication; what lies inside a ring is
/// found by the winding number, not by parity.
/// </summary>
internal static class Definition
{
    public static bool Conflict(Activity a, Activity b)
    {
        BigInteger reach = a.Particulars.BufferMillimetres + b.Particulars.BufferMillimetres;
        foreach (var p in Parts(a))
        {
            foreach (var q in Parts(b))
            {
                if (Math.Max(p.From, q.From) < Math.Min(p.Until, q.Until) && AreWithin(p, q, reach * reach))
                {
                    return true;
                }
            }
        }

        return false;
    }

    public static IEnumerable<Part> Parts(Activity a)
    {
        var vertices = Enumerable.Range(0, a.VertexCount).Select(a.Vertex).ToArray();
        for (var i = 0; i < a.PartCount; i++)
        {
            var window = a.PartWindow(i);
            yield return new Part(
                a.Shape == Shape.Area ? vertices : [vertices[i], vertices[i + 1]], a.Shape == Shape.Area,
                window.FromSeconds, window.UntilSeconds);
        }
    }

    /// <summary>Whether a place lies in a ring or on it, by the winding number.</summary>
    public static bool Holds(Place[] ring, Place p)
    {
        var winding = 0;
        for (var i = 0; i < ring.Length; i++)
        {
            var (a, b) = (ring[i], ring[(i + 1) % ring.Length]);
            if (SquaredDistance(p, a, b).Numerator.IsZero)
            {
                return true;
            }

            var side = Cross(a, b, p).Sign;
            var isBelow = a.NorthMillimetres <= p.NorthMillimetres;
            var endsBelow = b.NorthMillimetres <= p.NorthMillimetres;
            winding += isBelow && !endsBelow && side > 0 ? 1 : !isBelow && endsBelow && side < 0 ? -1 : 0;
        }

        return winding != 0;
    }

    private static bool AreWithin(Part p, Part q, BigInteger reachSquared) =>
        (p.IsRing && Holds(p.Vertices, q.Vertices[0])) || (q.IsRing && Holds(q.Vertices, p.Vertices[0]))
        || Sides(p).Any(s => Sides(q).Any(t => AreNear(s.A, s.B, t.A, t.B, reachSquared)));

    private static IEnumerable<(Place A, Place B)> Sides(Part p) =>
        Enumerable.Range(0, p.IsRing ? p.Vertices.Length : 1)
        .Select(i => (p.Vertices[i], p.Vertices[(i + 1) % p.Vertices.Length]));

    private static bool AreNear(Place a, Place b, Place c, Place d, BigInteger reachSquared) =>
        (Cross(a, b, c).Sign * Cross(a, b, d).Sign < 0 && Cross(c, d, a).Sign * Cross(c, d, b).Sign < 0)
        || new[] { (a, c, d), (b, c, d), (c, a, b), (d, a, b) }
            .Select(t => SquaredDistance(t.Item1, t.Item2, t.Item3))
            .Any(f => f.Numerator <= reachSquared * f.Denominator);

    /// <summary>The squared distance of a place and a segment as a fraction.</summary>
    private static (BigInteger Numerator, BigInteger Denominator) SquaredDistance(Place p, Place a, Place b)
    {
        BigInteger Dot(Place o, Place s, Place t) =>
            ((BigInteger)(s.EastMillimetres - o.EastMillimetres) * (t.EastMillimetres - o.EastMillimetres))
            + ((BigInteger)(s.NorthMillimetres - o.NorthMillimetres) * (t.NorthMillimetres - o.NorthMillimetres));
        var (along, length) = (Dot(a, b, p), Dot(a, b, b));
        return along.Sign <= 0 ? (Dot(p, a, a), 1)
            : along >= length ? (Dot(p, b, b), 1)
            : (BigInteger.Pow(Cross(a, b, p), 2), length);
    }

    private static BigInteger Cross(Place o, Place s, Place t) =>
        ((BigInteger)(s.EastMillimetres - o.EastMillimetres) * (t.NorthMillimetres - o.NorthMillimetres))
        - ((BigInteger)(s.NorthMillimetres - o.NorthMillimetres) * (t.EastMillimetres - o.EastMillimetres));

    internal sealed record Part(Place[] Vertices, bool IsRing, int From, int Until);
}
