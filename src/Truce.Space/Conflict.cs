using System.Collections.Immutable;

namespace Truce.Space;

/// <summary>Two parts that meet.</summary>
/// <param name="PartOfFirst">The part of the first activity.</param>
/// <param name="PartOfSecond">The part of the second.</param>
/// <param name="Overlap">The seconds that belong to both windows.</param>
/// <param name="DistanceMillimetres">Their distance, rounded up: the least whole reach within which they come.</param>
public readonly record struct PartPair(int PartOfFirst, int PartOfSecond, Window Overlap, long DistanceMillimetres);

/// <summary>
/// Why two activities conflict. <see cref="Between"/> gives the same with the sides exchanged when the two are
/// exchanged.
/// </summary>
public sealed record Conflict
{
    private Conflict()
    {
    }

    /// <summary>
    /// The pairs of parts that meet, in the order of the parts, at most <see cref="Limits.ExplainedPairs"/>; of
    /// activities that meet in more pairs the first ones of the side whose drawing sorts first.
    /// </summary>
    public required ImmutableArray<PartPair> Pairs { get; init; }

    /// <summary>How many pairs of parts meet in all.</summary>
    public required int PairCount { get; init; }

    /// <summary>The first second at which parts that meet overlap, and the second after the last one.</summary>
    public required Window Overlap { get; init; }

    /// <summary>The least distance of parts that meet, rounded up to whole millimetres; 0 where they touch.</summary>
    public required long LeastDistanceMillimetres { get; init; }

    /// <summary>Where on the first activity the distance is least, to the nearest millimetre.</summary>
    public required Place NearestOfFirst { get; init; }

    /// <summary>Where on the second activity the distance is least, to the nearest millimetre.</summary>
    public required Place NearestOfSecond { get; init; }

    /// <summary>
    /// The least distance between where the two are expected at moments that differ by no more than both slacks
    /// together, to the nearest millimetre. It grades a conflict; it is no part of the definition.
    /// </summary>
    public required long SynchronisedSeparationMillimetres { get; init; }

    /// <summary>
    /// Whether two activities conflict: a part of each with windows that overlap (half-open) and a distance of at most
    /// both buffers together (closed). Exact, symmetric, and the same on every machine.
    /// </summary>
    /// <param name="a">One activity.</param>
    /// <param name="b">The other.</param>
    public static bool Exists(Activity a, Activity b) => Meeting.Exists(a, b);

    /// <summary>The conflict of two activities, explained.</summary>
    /// <param name="first">One activity.</param>
    /// <param name="second">The other.</param>
    /// <returns>Null where they do not conflict.</returns>
    public static Conflict? Between(Activity first, Activity second) =>
        !Meeting.Exists(first, second) ? null
        : Activity.CompareDrawings(first, second) <= 0 ? Explain(first, second)
        : Explain(second, first).Exchanged();

    private static Conflict Explain(Activity a, Activity b)
    {
        var reach = a.BufferMillimetres + b.BufferMillimetres;
        var pairs = ImmutableArray.CreateBuilder<PartPair>();
        var (count, from, until) = (0, int.MaxValue, int.MinValue);
        var least = new Closest(long.MaxValue, default, default);
        var together = double.PositiveInfinity;
        for (var i = 0; i < a.PartCount; i++)
        {
            var (low, high) = b.PartsIn(a.PartWindow(i));
            for (var j = low; j < high; j++)
            {
                var closest = Closest.Of(a, i, b, j, reach);
                if (closest.Distance > reach)
                {
                    continue;
                }

                var overlap = a.PartWindow(i).Intersect(b.PartWindow(j));
                (from, until) = (Math.Min(from, overlap.FromSeconds), Math.Max(until, overlap.UntilSeconds));
                least = closest.Distance < least.Distance ? closest : least;
                count++;
                if (pairs.Count < Limits.ExplainedPairs)
                {
                    pairs.Add(new PartPair(i, j, overlap, closest.Distance));
                }
            }
        }

        for (var i = 0; i < a.PartCount; i++)
        {
            var (low, high) = b.PartsIn(a.PartWindow(i));
            for (var j = low; j < high; j++)
            {
                together = Math.Min(together, Synchronised.Separation(a, i, b, j));
            }
        }

        return new Conflict
        {
            Pairs = pairs.DrainToImmutable(),
            PairCount = count,
            Overlap = new Window(from, until),
            LeastDistanceMillimetres = least.Distance,
            NearestOfFirst = least.First,
            NearestOfSecond = least.Second,
            SynchronisedSeparationMillimetres = (long)Math.Round(together),
        };
    }

    private Conflict Exchanged() => this with
    {
        Pairs =
        [
            .. Pairs.Select(p => new PartPair(p.PartOfSecond, p.PartOfFirst, p.Overlap, p.DistanceMillimetres))
                .OrderBy(p => (p.PartOfFirst, p.PartOfSecond)),
        ],
        NearestOfFirst = NearestOfSecond,
        NearestOfSecond = NearestOfFirst,
    };
}
