using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>
/// A set of situations as boxes that do not overlap. Boxes that agree in all dimensions but one are merged, in a fixed
/// order,
/// so that equal pieces give equal regions.
/// </summary>
public sealed class Region
{
    private Region(Situations space, List<ulong[]> boxes) => (Space, Boxes) = (space, boxes);

    /// <summary>The space.</summary>
    public Situations Space { get; }

    internal List<ulong[]> Boxes { get; }

    /// <summary>How many boxes there are.</summary>
    public int BoxCount => Boxes.Count;

    internal static Region Of(Situations space, IEnumerable<ulong[]> pieces)
    {
        // Merging widens boxes where they lie: they are the region's own.
        var boxes = pieces.Select(p => (ulong[])p.Clone()).ToList();
        for (var before = int.MaxValue; boxes.Count < before;)
        {
            before = boxes.Count;
            for (var d = 0; d < space.Dims; d++)
            {
                boxes = Merge(space, boxes, d);
            }
        }

        boxes.Sort((a, b) => Compare(space, a, b));
        return new Region(space, boxes);
    }

    private static List<ulong[]> Merge(Situations space, List<ulong[]> boxes, int dim)
    {
        var merged = new HashSet<ulong[]>(boxes.Count, new AllBut(space.Offsets[dim], space.Offsets[dim + 1]));
        var list = new List<ulong[]>();
        foreach (var box in boxes)
        {
            if (merged.TryGetValue(box, out var other))
            {
                Mask.Or(space.Dim(other, dim), space.Dim(box, dim));
            }
            else
            {
                merged.Add(box);
                list.Add(box);
            }
        }

        return list;
    }

    private static int Compare(Situations space, ulong[] a, ulong[] b)
    {
        for (var d = 0; d < space.Dims; d++)
        {
            var c = Mask.First(space.Dim(a, d)).CompareTo(Mask.First(space.Dim(b, d)));
            if (c != 0)
            {
                return c;
            }
        }

        return a.AsSpan().SequenceCompareTo(b);
    }

    /// <summary>Whether a situation, one index a dimension, lies in the region.</summary>
    internal bool Contains(ReadOnlySpan<int> point)
    {
        foreach (var box in Boxes)
        {
            var inside = true;
            for (var d = 0; d < point.Length && inside; d++)
            {
                inside = Mask.Has(Space.Dim(box, d), point[d]);
            }

            if (inside)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The union of the boxes' values in one dimension.</summary>
    internal ulong[] Values(int dim)
    {
        var all = new ulong[Space.Offsets[dim + 1] - Space.Offsets[dim]];
        foreach (var box in Boxes)
        {
            Mask.Or(all, Space.Dim(box, dim));
        }

        return all;
    }

    /// <summary>
    /// The most ordinary situation: fewest facts that are not ordinary, then the earliest day, then the earliest hour,
    /// phase,
    /// leaf, performer and action in the file's order. The region must not be empty.
    /// </summary>
    internal int[] MostOrdinary() => Boxes.Select(MostOrdinaryOf).MinBy(RankOf, Comparer<int[]>.Create(
        (a, b) => a.AsSpan().SequenceCompareTo(b)))!;

    private int[] MostOrdinaryOf(ulong[] box)
    {
        var point = new int[Space.Dims];
        for (var d = 0; d < Space.Dims; d++)
        {
            var mask = Space.Dim(box, d);
            var ordinary = d < Situations.FirstFact ? -1 : Space.Facts[d - Situations.FirstFact].Ordinary;
            point[d] = ordinary >= 0 && Mask.Has(mask, ordinary) ? ordinary : Mask.First(mask);
        }

        return point;
    }

    private int[] RankOf(int[] point)
    {
        var odd = 0;
        for (var f = 0; f < Space.Facts.Length; f++)
        {
            odd += point[Situations.FirstFact + f] == Space.Facts[f].Ordinary ? 0 : 1;
        }

        return [odd, point[Situations.Day], point[Situations.Hour], point[Situations.Phase], point[Situations.Leaf],
            point[Situations.Performer], point[Situations.Action], .. point[Situations.FirstFact..]];
    }

    /// <summary>
    /// The share of the term's days and hours in which the region has a situation: 0 to 1, or null where the term's
    /// start or
    /// end is not known and not all days are alike.
    /// </summary>
    public double? Share
    {
        get
        {
            double hit = 0, all = 0;
            var (open, allDays) = (false, true);
            double? hours = null;
            for (var day = 0; day < Space.Days.Length; day++)
            {
                var minutes = MinutesOn(day);
                allDays &= hours is null || hours == minutes;
                hours = minutes;
                if (Space.Days[day].Count is { } n)
                {
                    hit += (double)n * minutes;
                    all += (double)n * 1440;
                }
                else
                {
                    open = true;
                }
            }

            return !open && all > 0 ? hit / all : allDays ? hours / 1440 : null;
        }
    }

    private int MinutesOn(int day)
    {
        var hours = new ulong[Space.Offsets[Situations.Hour + 1] - Space.Offsets[Situations.Hour]];
        foreach (var box in Boxes)
        {
            if (Mask.Has(Space.Dim(box, Situations.Day), day))
            {
                Mask.Or(hours, Space.Dim(box, Situations.Hour));
            }
        }

        return Mask.Bits(hours).Sum(h => Space.Hours[h].UntilMinute - Space.Hours[h].FromMinute);
    }

    /// <summary>A point in the file's names.</summary>
    internal static Situation Name(Situations s, ReadOnlySpan<int> point)
    {
        var facts = ImmutableArray.CreateBuilder<(string, string?)>();
        for (var f = 0; f < s.Facts.Length; f++)
        {
            facts.Add((s.Facts[f].Id, s.Facts[f].Words(point[Situations.FirstFact + f])));
        }

        return new Situation(s.Performers[point[Situations.Performer]], s.Actions[point[Situations.Action]],
            s.Leaves[point[Situations.Leaf]], s.Phases[point[Situations.Phase]], s.Days[point[Situations.Day]],
            s.Hours[point[Situations.Hour]], facts.ToImmutable());
    }

    /// <summary>Boxes are equal where they agree in all words but those of one dimension, which may change
    /// meanwhile.</summary>
    private sealed class AllBut(int from, int until) : IEqualityComparer<ulong[]>
    {
        public bool Equals(ulong[]? a, ulong[]? b) => a.AsSpan(0, from).SequenceEqual(b.AsSpan(0, from))
            && a.AsSpan(until).SequenceEqual(b.AsSpan(until));

        public int GetHashCode(ulong[] box)
        {
            unchecked
            {
                return (int)Bits.Hash(box.AsSpan(until), Bits.Hash(box.AsSpan(0, from), 17UL));
            }
        }
    }
}
