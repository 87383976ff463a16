using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>A place with all the area names that hold there: a sector and the areas that cross it there. LANGUAGE §1.</summary>
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
    /// Every leaf: a sector with each set of areas that cross it and, pairwise, each other, closed under <c>within</c>. Null
    /// where there would be more than <see cref="Limits.ValuesPerDimension"/>.
    /// </summary>
    public static ImmutableArray<Leaf>? Leaves(Framework f)
    {
        var sectors = f.Areas.Where(a => a.IsSector).Select(a => a.Id).ToList();
        var areas = f.Areas.Where(a => !a.IsSector).ToList();
        var outer = areas.ToDictionary(a => a.Id, a => Outer(a.Id, areas), StringComparer.Ordinal);
        var together = Together(areas, outer);
        var leaves = ImmutableArray.CreateBuilder<Leaf>();
        foreach (var sector in sectors)
        {
            var here = areas.Where(a => a.Crosses.Contains(sector)).Select(a => a.Id).ToList();
            var budget = 40 * Limits.ValuesPerDimension;
            if (!Extend(sector, here, [], together, outer, leaves, ref budget))
            {
                return null;
            }
        }

        return leaves.ToImmutable();
    }

    /// <summary>The areas in which an area lies, at any remove.</summary>
    private static HashSet<string> Outer(string id, List<Area> areas)
    {
        var all = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([id]);
        while (open.TryPop(out var next))
        {
            foreach (var w in areas.Find(a => a.Id == next)?.Within ?? [])
            {
                if (all.Add(w))
                {
                    open.Push(w);
                }
            }
        }

        return all;
    }

    /// <summary>
    /// Pairs of areas that share ground: one crosses the other, or lies within it, or both hold something that shares ground.
    /// </summary>
    private static HashSet<(string, string)> Together(List<Area> areas, Dictionary<string, HashSet<string>> outer)
    {
        var pairs = new HashSet<(string, string)>();
        void Add(string a, string b)
        {
            foreach (var x in outer[a].Append(a))
            {
                foreach (var y in outer[b].Append(b).Where(y => y != x))
                {
                    pairs.Add((x, y));
                    pairs.Add((y, x));
                }
            }
        }

        foreach (var area in areas)
        {
            Add(area.Id, area.Id);
            foreach (var other in area.Crosses.Where(outer.ContainsKey))
            {
                Add(area.Id, other);
            }
        }

        return pairs;
    }

    /// <summary>Grows <paramref name="chosen"/> by each candidate that shares ground with all of it, in order.</summary>
    private static bool Extend(string sector, List<string> candidates, ImmutableArray<string> chosen,
        HashSet<(string, string)> together, Dictionary<string, HashSet<string>> outer,
        ImmutableArray<Leaf>.Builder leaves, ref int budget)
    {
        if (--budget < 0)
        {
            return false;
        }

        if (chosen.All(c => outer[c].All(o => chosen.Contains(o))))
        {
            leaves.Add(new Leaf(sector, chosen));
        }

        for (var i = 0; i < candidates.Count && leaves.Count <= Limits.ValuesPerDimension; i++)
        {
            var area = candidates[i];
            var rest = candidates.Skip(i + 1).Where(c => together.Contains((area, c))).ToList();
            if (!Extend(sector, rest, chosen.Add(area), together, outer, leaves, ref budget))
            {
                return false;
            }
        }

        return leaves.Count <= Limits.ValuesPerDimension;
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
