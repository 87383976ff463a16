using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>A place with all the area names that hold there: a sector and the areas that cross it there. LANGUAGE
/// §1.</summary>
/// <param name="Sector">The sector.</param>
/// <param name="Areas">The other areas, in the file's order.</param>
public sealed record Leaf(string Sector, ImmutableArray<string> Areas)
{
    /// <summary>True where the leaf has this name.</summary>
    public bool Has(string name) => Sector == name || Areas.Contains(name);

    /// <inheritdoc/>
    public override string ToString() => Areas.IsEmpty ? Sector : $"{Sector} + {string.Join(" + ", Areas)}";
}

/// <summary>Sectors and areas to leaves.</summary>
internal static class Territory
{
    /// <summary>
    /// Every leaf: a sector with each set of areas that cross it and, pairwise, each other, closed under
    /// <c>within</c>. Null where there would be more than <see cref="Limits.ValuesPerDimension"/>.
    /// </summary>
    public static ImmutableArray<Leaf>? Leaves(Framework f)
    {
        var areas = f.Areas.Where(a => !a.IsSector).ToList();
        var index = areas.Select((a, i) => (a.Id, i)).ToDictionary(x => x.Id, x => x.i, StringComparer.Ordinal);
        var closed = Closures(areas, index);
        var together = Together(areas, index, closed);
        var leaves = ImmutableArray.CreateBuilder<Leaf>();
        foreach (var sector in f.Areas.Where(a => a.IsSector))
        {
            var here = new ulong[(areas.Count + 63) / 64];
            foreach (var (area, i) in areas.Select((a, i) => (a, i)).Where(x => x.a.Crosses.Contains(sector.Id)))
            {
                Mask.Set(here, i);
            }

            var sets = new List<ulong[]>();
            var room = Limits.ValuesPerDimension - leaves.Count;
            if (!Extend(new ulong[here.Length], here, new ulong[here.Length], closed, together, sets, room))
            {
                return null;
            }

            leaves.AddRange(sets.Select(s => Mask.Bits(s)).Order(Comparer<List<int>>.Create(InOrder))
                .Select(set => new Leaf(sector.Id, [.. set.Select(i => areas[i].Id)])));
        }

        return leaves.ToImmutable();
    }

    /// <summary>Smaller first areas first; a set before those that begin with it.</summary>
    private static int InOrder(List<int> a, List<int> b)
    {
        var i = 0;
        while (i < a.Count && i < b.Count && a[i] == b[i])
        {
            i++;
        }

        return i < a.Count && i < b.Count ? a[i].CompareTo(b[i]) : a.Count.CompareTo(b.Count);
    }

    /// <summary>Each area with those in which it lies, at any remove.</summary>
    private static ulong[][] Closures(List<Area> areas, Dictionary<string, int> index)
    {
        var closed = new ulong[areas.Count][];
        for (var start = 0; start < areas.Count; start++)
        {
            var mask = closed[start] = new ulong[(areas.Count + 63) / 64];
            var open = new Stack<int>([start]);
            while (open.TryPop(out var next))
            {
                if (Mask.Has(mask, next))
                {
                    continue;
                }

                Mask.Set(mask, next);
                if (next < start)
                {
                    Mask.Or(mask, closed[next]);
                    continue;
                }

                foreach (var outer in areas[next].Within)
                {
                    open.Push(index[outer]);
                }
            }
        }

        return closed;
    }

    /// <summary>
    /// For each area those that share ground with it: one crosses the other, or lies within it, or both hold
    /// something that shares ground.
    /// </summary>
    private static ulong[][] Together(List<Area> areas, Dictionary<string, int> index, ulong[][] closed)
    {
        // What each area meets by what is written; then what lies around either meets too.
        ulong[][] met = [.. closed.Select(c => (ulong[])c.Clone())];
        for (var i = 0; i < areas.Count; i++)
        {
            foreach (var other in areas[i].Crosses.Where(index.ContainsKey).Select(c => index[c]))
            {
                Mask.Or(met[i], closed[other]);
                Mask.Or(met[other], closed[i]);
            }
        }

        ulong[][] together = [.. closed.Select(c => new ulong[c.Length])];
        for (var i = 0; i < areas.Count; i++)
        {
            foreach (var outer in Mask.Bits(closed[i]))
            {
                Mask.Or(together[outer], met[i]);
            }
        }

        return together;
    }

    /// <summary>
    /// Adds <paramref name="chosen"/>, which is closed, and every closed set that adds candidates to it, each once: a
    /// child takes the first candidate that it adds, with all around it, and leaves out those before. False past the
    /// limit.
    /// </summary>
    private static bool Extend(ulong[] chosen, ulong[] candidates, ulong[] left, ulong[][] closed, ulong[][] together,
        List<ulong[]> sets, int room)
    {
        if (sets.Count >= room)
        {
            return false;
        }

        sets.Add(chosen);
        var without = (ulong[])left.Clone();
        foreach (var area in Mask.Bits(Mask.Less(candidates, chosen)))
        {
            if (!Mask.Meets(closed[area], without)
                && !Extend(Mask.Either(chosen, closed[area]), Shared(candidates, closed[area], together),
                    without, closed, together, sets, room))
            {
                return false;
            }

            Mask.Set(without, area);
        }

        return true;
    }

    /// <summary>Those candidates that share ground with each of some areas.</summary>
    private static ulong[] Shared(ulong[] candidates, ulong[] areas, ulong[][] together)
    {
        var shared = (ulong[])candidates.Clone();
        foreach (var area in Mask.Bits(areas))
        {
            Mask.And(shared, together[area]);
        }

        return shared;
    }

    /// <summary>Whether a place expression (any of intersections) holds in a leaf.</summary>
    public static bool Matches(
        ImmutableArray<ImmutableArray<string>> places, Leaf leaf, IReadOnlyDictionary<string, AreaGroup> groups)
    {
        foreach (var place in places)
        {
            if (place.All(name => name == "sectors" || leaf.Has(name)
                || (groups.TryGetValue(name, out var g) && Matches(g.Parts, leaf, groups))))
            {
                return true;
            }
        }

        return false;
    }
}
