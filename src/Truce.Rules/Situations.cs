using System.Collections.Immutable;
using System.Globalization;
using NodaTime;

namespace Truce.Rules;

/// <summary>Days between two cuts, both ends included. A null end is open: the term's end there is not known.</summary>
/// <param name="First">First day, or null.</param>
/// <param name="Last">Last day, or null.</param>
public readonly record struct DayCell(LocalDate? First, LocalDate? Last)
{
    /// <summary>How many days, or null where an end is open.</summary>
    public int? Count => First is { } a && Last is { } b ? Period.DaysBetween(a, b) + 1 : null;

    /// <summary>Whether a day lies in the cell.</summary>
    public bool Contains(LocalDate day) => !(day < First) && !(day > Last);
}

/// <summary>A fact as a dimension.</summary>
/// <param name="Id">The fact's id.</param>
/// <param name="Values">Its answers; for a bounded number the least of each cell.</param>
/// <param name="Ordinary">The index of the ordinary answer.</param>
/// <param name="Starts">For a bounded number the least value of each cell, else empty.</param>
/// <param name="Most">For a bounded number its most, else 0.</param>
public sealed record FactAxis(string Id, ImmutableArray<string> Values, int Ordinary, ImmutableArray<long> Starts,
    long Most)
{
    /// <summary>The index of an answer, or -1.</summary>
    public int IndexOf(string value)
    {
        if (Starts.IsEmpty)
        {
            return Values.IndexOf(value);
        }

        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) || n < Starts[0]
            || n > Most)
        {
            return -1;
        }

        var at = Starts.BinarySearch(n);
        return at >= 0 ? at : ~at - 1;
    }

    /// <summary>An answer in words: <c>3</c>, <c>3 to 5</c>, <c>high</c>.</summary>
    public string Words(int index)
    {
        if (Starts.IsEmpty)
        {
            return Values[index];
        }

        var end = index + 1 < Starts.Length ? Starts[index + 1] - 1 : Most;
        return end == Starts[index] ? Values[index] : $"{Values[index]} to {Text.Plain(end)}";
    }
}

/// <summary>
/// The space of situations: a finite product of performer, action, leaf, phase, day, hour and facts. LANGUAGE §1. A set
/// of
/// situations is a box (one bitset a dimension, all in one array of words) or a list of boxes.
/// </summary>
public sealed class Situations
{
    internal const int Performer = 0, Action = 1, Leaf = 2, Phase = 3, Day = 4, Hour = 5, FirstFact = 6;

    private readonly int[] _sizes;

    private Situations(ImmutableArray<string> performers, int units, ImmutableArray<string> actions,
        ImmutableArray<Leaf> leaves, ImmutableArray<string> phases, ImmutableArray<DayCell> days,
        ImmutableArray<HourSpan> hours, ImmutableArray<FactAxis> facts)
    {
        (Performers, Units, Actions, Leaves) = (performers, units, actions, leaves);
        (Phases, Days, Hours, Facts) = (phases, days, hours, facts);
        _sizes = [performers.Length, actions.Length, leaves.Length, phases.Length, days.Length, hours.Length,
            .. facts.Select(f => f.Values.Length)];
        Offsets = new int[_sizes.Length + 1];
        for (var d = 0; d < _sizes.Length; d++)
        {
            Offsets[d + 1] = Offsets[d] + ((_sizes[d] + 63) / 64);
        }

        Full = new ulong[Offsets[^1]];
        for (var d = 0; d < _sizes.Length; d++)
        {
            Mask.Fill(Dim(Full, d), _sizes[d]);
        }
    }

    /// <summary>Units first, then bodies, offices and parties, which perform reserved actions alone.</summary>
    public ImmutableArray<string> Performers { get; }

    /// <summary>How many of <see cref="Performers"/> are units.</summary>
    public int Units { get; }

    /// <summary>The declared actions, then the reserved ones.</summary>
    public ImmutableArray<string> Actions { get; }

    /// <summary>The leaves.</summary>
    public ImmutableArray<Leaf> Leaves { get; }

    /// <summary>The phases in order; one empty name where the framework has none.</summary>
    public ImmutableArray<string> Phases { get; }

    /// <summary>The cells of days, in order.</summary>
    public ImmutableArray<DayCell> Days { get; }

    /// <summary>The cells of the local day, in order; together they are the whole day.</summary>
    public ImmutableArray<HourSpan> Hours { get; }

    /// <summary>The facts, those of delegations last.</summary>
    public ImmutableArray<FactAxis> Facts { get; }

    internal int Dims => _sizes.Length;

    internal int[] Offsets { get; }

    internal int Words => Offsets[^1];

    internal ulong[] Full { get; }

    internal int Size(int dim) => _sizes[dim];

    internal Span<ulong> Dim(ulong[] box, int dim) => box.AsSpan(Offsets[dim]..Offsets[dim + 1]);

    internal bool IsEmptyBox(ulong[] box)
    {
        for (var d = 0; d < Dims; d++)
        {
            if (!Mask.Any(Dim(box, d)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many situations there are, impossible ones included; at most <see cref="double"/>
    /// precision.</summary>
    public double Count => _sizes.Aggregate(1.0, (n, s) => n * s);

    /// <summary>The space of one framework. The framework must have been read without errors.</summary>
    public static Situations Of(Framework f)
    {
        ArgumentNullException.ThrowIfNull(f);
        return Over([f]);
    }

    /// <summary>The space that two frameworks have in common, cut at the dates, hours and numbers of both.</summary>
    internal static Situations Common(Framework a, Framework b) => Over([a, b]);

    private static Situations Over(Framework[] all)
    {
        var units = Shared(all, f => f.Actors.Where(IsPerformingUnit).Select(a => a.Id));
        var deciders = Shared(all, f => f.Actors.Where(a => !a.IsUnit).Select(a => a.Id));
        var actions = Shared(all, f => f.Actions.Select(a => a.Id).Concat(Framework.ReservedActions));
        var leaves = Leafs(all);
        return new Situations([.. units, .. deciders], units.Count, [.. actions], leaves, PhasesOf(all), DaysOf(all),
            HoursOf(all), FactsOf(all));
    }

    /// <summary>A command whose contingents are all declared is no unit of its own. LANGUAGE §1.</summary>
    internal static bool IsPerformingUnit(Actor a) => a.IsUnit && !a.Complete;

    private static List<string> Shared(Framework[] all, Func<Framework, IEnumerable<string>> names)
    {
        var shared = names(all[0]);
        return all.Length == 1 ? [.. shared]
            : [.. shared.Where(names(all[1]).ToHashSet(StringComparer.Ordinal).Contains)];
    }

    private static ImmutableArray<Leaf> Leafs(Framework[] all)
    {
        var leaves = Territory.Leaves(all[0]) ?? [];
        if (all.Length == 1)
        {
            return leaves;
        }

        // The same place in both: the same sector with the same set of other names.
        static string Key(Leaf l) => l.Sector + "|" + string.Join("|", l.Areas.Order(StringComparer.Ordinal));
        var other = (Territory.Leaves(all[1]) ?? []).Select(Key).ToHashSet(StringComparer.Ordinal);
        return [.. leaves.Where(l => other.Contains(Key(l)))];
    }

    private static ImmutableArray<string> PhasesOf(Framework[] all)
    {
        static IEnumerable<string> Names(Framework f) => f.Phases.IsEmpty ? [""] : f.Phases.Select(p => p.Id);
        return [.. Shared(all, Names)];
    }

    private static ImmutableArray<DayCell> DaysOf(Framework[] all)
    {
        var cuts = new SortedSet<LocalDate>(all.SelectMany(Cuts.Days));
        LocalDate? from = all.Where(f => Rulebook.ByText(f.Mandate.TermGround)).Select(f => f.Mandate.From).Max();
        LocalDate? until = all.Where(f => Rulebook.ByText(f.Mandate.TermGround)).Select(f => f.Mandate.Until).Min();
        var firsts = cuts.Where(c => !(c <= from) && !(c > until)).Select(c => (LocalDate?)c).Prepend(from).ToList();
        if (from is { } a && until is { } b && b < a)
        {
            return [];
        }

        return
        [
            .. firsts.Select((first, i) =>
                new DayCell(first, i + 1 < firsts.Count ? firsts[i + 1]!.Value.PlusDays(-1) : until)),
        ];
    }

    private static ImmutableArray<HourSpan> HoursOf(Framework[] all)
    {
        var cuts = new SortedSet<int>(all.SelectMany(Cuts.Hours)).ToList();
        return [.. cuts.Select((c, i) => new HourSpan(c, i + 1 < cuts.Count ? cuts[i + 1] : 1440))];
    }

    private static ImmutableArray<FactAxis> FactsOf(Framework[] all)
    {
        var axes = new List<FactAxis>();
        foreach (var fact in all.SelectMany(f => f.Facts))
        {
            if (!axes.Exists(a => a.Id == fact.Id && a.Starts.IsEmpty == fact.Least is null))
            {
                axes.Add(AxisOf(fact, [.. all.Select(f => (f, f.Facts.FirstOrDefault(x => x.Id == fact.Id
                    && x.Least is null == fact.Least is null))).Where(x => x.Item2 is not null)]));
            }
        }

        foreach (var d in all.SelectMany(f => f.Rules).Select(r => r.Delegable).OfType<Delegation>())
        {
            if (!axes.Exists(a => a.Id == d.FactId))
            {
                axes.Add(new FactAxis(d.FactId, ["no", "yes"], 0, [], 0));
            }
        }

        return [.. axes];
    }

    /// <summary>The answers that all who have the fact know: an answer that one lacks makes no situation of
    /// both.</summary>
    private static FactAxis AxisOf(Fact fact, (Framework Framework, Fact? Fact)[] all)
    {
        if (fact.Least is null)
        {
            var values = fact.Values.Where(v => all.All(x => x.Fact!.Values.Contains(v))).ToImmutableArray();
            return new FactAxis(fact.Id, values, Math.Max(0, values.IndexOf(fact.Ordinary)), [], 0);
        }

        var (least, most) = (all.Max(x => x.Fact!.Least!.Value), all.Min(x => x.Fact!.Most!.Value));
        var starts = new SortedSet<long>(all.SelectMany(x => Cuts.Numbers(x.Framework, x.Fact!))
            .Where(n => n > least && n <= most));
        if (least <= most)
        {
            starts.Add(least);
        }

        var axis = new FactAxis(fact.Id, [.. starts.Select(Text.Plain)], 0, [.. starts], most);
        return axis with { Ordinary = starts.Count == 0 ? 0 : Math.Max(0, axis.IndexOf(fact.Ordinary)) };
    }
}
