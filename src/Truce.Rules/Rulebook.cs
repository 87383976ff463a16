using System.Collections.Immutable;
using NodaTime;

namespace Truce.Rules;

/// <summary>
/// A rule as boxes: one clause for each holder, addressee or obligor. A final that is delegable is two clauses, one for
/// each
/// answer to the delegation's fact.
/// </summary>
internal sealed class Clause
{
    /// <summary>Place in <see cref="Rulebook.Clauses"/>: whoever overrides comes before whom it overrides.</summary>
    public required int Index { get; init; }

    public required Rule Rule { get; init; }

    public required int RuleIndex { get; init; }

    /// <summary>The holder, addressee or obligor, as an index into <see cref="People"/>; -1 where missing or not
    /// one.</summary>
    public required int Whom { get; init; }

    public required ulong[] Box { get; init; }

    /// <summary>One bit: the class of its basis. See <see cref="Footing"/>.</summary>
    public required ulong BasisBit { get; init; }

    public required int[] OverriddenBy { get; init; }

    public RuleKind Kind => Rule.Kind;
}

/// <summary>
/// A framework compiled over a space of situations: what <c>decide</c>, <c>check</c> and <c>diff</c> ask. Immutable
/// after
/// construction and safe to share between threads.
/// </summary>
public sealed partial class Rulebook
{
    private readonly ulong[] _units;
    private readonly ulong[] _everyPerformer;
    private readonly bool[] _reserved;

    /// <summary>Compiles a framework over its own situations. Linear in rules times the size of a box.</summary>
    /// <param name="framework">A framework that was read without errors.</param>
    public Rulebook(Framework framework)
        : this(framework, Situations.Of(framework))
    {
    }

    internal Rulebook(Framework framework, Situations space)
    {
        (Framework, Space) = (framework, space);
        People = new People(framework, space);
        Footings = Rules.Footings.Of(framework);
        _everyPerformer = space.Dim(space.Full, Situations.Performer).ToArray();
        _units = new ulong[_everyPerformer.Length];
        Mask.Fill(_units, space.Units);
        _reserved = [.. space.Actions.Select(a => Framework.ReservedActions.Contains(a))];
        Groups = framework.Groups.ToDictionary(g => g.Id, StringComparer.Ordinal);
        Terms = [.. space.Actions.Select(a => framework.Actions.FirstOrDefault(t => t.Id == a)
            ?? new ActionTerm(a, ReservedSentence(a), false, false, [], [], default))];
        Free = [.. Terms.Select(FreeTo)];
        Clauses = Compile();
        Nevers = CompileNevers();
    }

    /// <summary>The framework.</summary>
    public Framework Framework { get; }

    /// <summary>Its situations.</summary>
    public Situations Space { get; }

    internal People People { get; }

    internal Footings Footings { get; }

    internal Clause[] Clauses { get; }

    internal ulong[][] Nevers { get; }

    internal Dictionary<string, AreaGroup> Groups { get; }

    internal ImmutableArray<ActionTerm> Terms { get; }

    /// <summary>For each action, the performers to whom it is free.</summary>
    internal ImmutableArray<ulong[]> Free { get; }

    /// <summary>Who can perform an action at all: units; for a reserved one bodies, offices and parties too.</summary>
    internal ReadOnlySpan<ulong> Performing(int action) => _reserved[action] ? _everyPerformer : _units;

    internal static string ReservedSentence(string action) => action switch
    {
        "declare-phase" => "declare that a phase is reached or reversed",
        "declare-benchmark" => "declare that a benchmark is met",
        "declare-fact" => "declare a fact",
        "revise-framework" => "revise the framework",
        "interpret" => "say what a clause means",
        "settle" => "settle a deadlock or a dispute",
        "decide-movement" => "decide on a humanitarian movement where one needs clearance",
        "hand-over" => "hand over a sector",
        _ => "certify a police officer or unit",
    };

    private ulong[] FreeTo(ActionTerm term)
    {
        if (term.FreeToAll)
        {
            return [.. _everyPerformer];
        }

        var mask = new ulong[_everyPerformer.Length];
        foreach (var actor in term.FreeTo)
        {
            Mask.Or(mask, People.Reach(People.IndexOf(actor)));
        }

        return mask;
    }

    private Clause[] Compile()
    {
        var order = OverridersFirst();
        var clauses = new List<Clause>();
        var ofRule = new Dictionary<string, int[]>(StringComparer.Ordinal);
        var overriders = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var rule in Framework.Rules)
        {
            foreach (var target in rule.Overrides)
            {
                (overriders.TryGetValue(target, out var list) ? list : overriders[target] = []).Add(rule.Id);
            }
        }

        foreach (var at in order)
        {
            var rule = Framework.Rules[at];
            var by = overriders.TryGetValue(rule.Id, out var ids) ? ids.SelectMany(o => ofRule[o]).ToArray() : [];
            var first = clauses.Count;
            foreach (var (whom, box) in Parts(rule))
            {
                clauses.Add(new Clause
                {
                    Index = clauses.Count,
                    Rule = rule,
                    RuleIndex = at,
                    Whom = whom,
                    Box = box,
                    BasisBit = Footings.BitOf(rule.Ground.Basis),
                    OverriddenBy = by,
                });
            }

            ofRule[rule.Id] = [.. Enumerable.Range(first, clauses.Count - first)];
        }

        return [.. clauses];
    }

    /// <summary>Indices of the rules so that whoever overrides comes first; otherwise the file's order.</summary>
    private List<int> OverridersFirst()
    {
        var rules = Framework.Rules;
        var index = rules.Select((r, i) => (r.Id, i)).ToDictionary(x => x.Id, x => x.i, StringComparer.Ordinal);
        var waiting = new int[rules.Length];
        foreach (var target in rules.SelectMany(r => r.Overrides))
        {
            waiting[index[target]]++;
        }

        var ready = new PriorityQueue<int, int>();
        for (var i = 0; i < rules.Length; i++)
        {
            if (waiting[i] == 0)
            {
                ready.Enqueue(i, i);
            }
        }

        var order = new List<int>(rules.Length);
        while (ready.TryDequeue(out var i, out _))
        {
            order.Add(i);
            foreach (var target in rules[i].Overrides.Select(o => index[o]))
            {
                if (--waiting[target] == 0)
                {
                    ready.Enqueue(target, target);
                }
            }
        }

        return order;
    }

    private IEnumerable<(int Whom, ulong[] Box)> Parts(Rule rule)
    {
        switch (rule.Kind)
        {
            case RuleKind.Final:
                var holder = People.IndexOf(rule.Who[0]);
                var box = BoxOf(rule, rule.By);
                if (rule.Delegable is not { } d)
                {
                    yield return (holder, box);
                    break;
                }

                var axis = Situations.FirstFact + FactIndex(d.FactId);
                yield return (holder, Narrow(box, axis, 0));
                yield return (People.IndexOf(d.To), Narrow(box, axis, 1));
                break;
            case RuleKind.Require:
                var asked = BoxOf(rule, rule.By);
                foreach (var whom in rule.Who.IsEmpty ? [-1] : rule.Who.Select(People.IndexOf))
                {
                    yield return (whom, asked);
                }

                break;
            case RuleKind.Oblige:
                foreach (var who in rule.Who)
                {
                    yield return (People.IndexOf(who), BoxOf(rule, [who]));
                }

                break;
            default:
                yield return (-1, BoxOf(rule, rule.Who));
                break;
        }
    }

    private ulong[] Narrow(ulong[] box, int dim, int value)
    {
        var narrow = (ulong[])box.Clone();
        var keep = new ulong[Space.Offsets[dim + 1] - Space.Offsets[dim]];
        Mask.Set(keep, value);
        Mask.And(Space.Dim(narrow, dim), keep);
        return narrow;
    }

    private ulong[] BoxOf(Rule rule, ImmutableArray<string> who) => BoxOf(who, rule.Actions, rule.Extent);

    private ulong[] BoxOf(ImmutableArray<string> who, ImmutableArray<string> actions, Extent extent)
    {
        var box = ExtentBox(extent);
        if (!who.IsEmpty && who is not ["anyone"])
        {
            var mask = new ulong[_everyPerformer.Length];
            foreach (var name in who)
            {
                Mask.Or(mask, People.Reach(People.IndexOf(name)));
            }

            mask.CopyTo(Space.Dim(box, Situations.Performer));
        }

        if (!actions.IsEmpty)
        {
            Only(box, Situations.Action, i => actions.Contains(Space.Actions[i]));
        }

        return box;
    }

    /// <summary>The axis of a fact. Of two frameworks one may ask a number where the other asks a word: these are two
    /// axes.</summary>
    private int FactIndex(string id)
    {
        var number = Framework.Facts.Any(f => f.Id == id && f.Least is not null);
        for (var i = 0; i < Space.Facts.Length; i++)
        {
            if (Space.Facts[i].Id == id && Space.Facts[i].Starts.IsEmpty != number)
            {
                return i;
            }
        }

        return Enumerable.Range(0, Space.Facts.Length).First(i => Space.Facts[i].Id == id);
    }

    private void Only(ulong[] box, int dim, Func<int, bool> keep)
    {
        var mask = Space.Dim(box, dim);
        for (var i = 0; i < Space.Size(dim); i++)
        {
            if (!keep(i))
            {
                mask[i >> 6] &= ~(1UL << (i & 63));
            }
        }
    }

    internal ulong[] ExtentBox(Extent extent)
    {
        var box = (ulong[])Space.Full.Clone();
        if (!extent.In.IsEmpty)
        {
            Only(box, Situations.Leaf, i => Territory.Matches(extent.In, Space.Leaves[i], Groups));
        }

        if (!extent.During.IsEmpty)
        {
            Only(box, Situations.Phase, i => extent.During.Contains(Space.Phases[i]));
        }

        if (extent.From is not null || extent.Until is not null)
        {
            Only(box, Situations.Day, i => Within(Space.Days[i], extent.From, extent.Until));
        }

        if (!extent.Hours.IsEmpty)
        {
            Only(box, Situations.Hour, i => extent.Hours.Any(h => Within(Space.Hours[i], h)));
        }

        foreach (var (conditions, holds) in new[] { (extent.If, true), (extent.Unless, false) })
        {
            foreach (var c in conditions)
            {
                var at = FactIndex(c.FactId);
                var axis = Space.Facts[at];
                Only(box, Situations.FirstFact + at, i => Holds(c, axis, i) == holds);
            }
        }

        return box;
    }

    /// <summary>Cells are cut at every date, so that one day of a cell speaks for all.</summary>
    internal static bool Within(DayCell cell, LocalDate? from, LocalDate? until) =>
        (cell.First ?? cell.Last) is not { } day || (!(day < from) && !(day > until));

    private static bool Within(HourSpan cell, HourSpan span) => span.FromMinute < span.UntilMinute
        ? cell.FromMinute >= span.FromMinute && cell.FromMinute < span.UntilMinute
        : cell.FromMinute >= span.FromMinute || cell.FromMinute < span.UntilMinute;

    private static bool Holds(Condition c, FactAxis axis, int value)
    {
        if (axis.Starts.IsEmpty)
        {
            return (axis.Values[value] == c.Value) == (c.Operator == "=");
        }

        var (at, n) = (axis.Starts[value], long.Parse(c.Value, System.Globalization.CultureInfo.InvariantCulture));
        return c.Operator switch
        {
            "=" => at == n,
            "!=" => at != n,
            "<" => at < n,
            "<=" => at <= n,
            ">" => at > n,
            _ => at >= n,
        };
    }

    /// <summary>What a party claims of a phase or of the term takes nothing from what can occur.</summary>
    internal static bool ByText(Ground ground) => ground.Basis.Kind is not (BasisKind.Claim or BasisKind.Practice);

    /// <summary>What cannot be: the file's <c>never</c>, and phases before the day on which they can begin.</summary>
    private ulong[][] CompileNevers()
    {
        var boxes = Framework.Nevers.Select(n => BoxOf(n.Who, n.Actions, n.Extent)).ToList();
        for (var i = 0; i < Framework.Phases.Length; i++)
        {
            if (Framework.Phases[i].NotBefore is { } day && ByText(Framework.Phases[i].Ground))
            {
                var box = ExtentBox(new Extent { Until = day.PlusDays(-1) });
                var later = Framework.Phases.Skip(i).Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
                Only(box, Situations.Phase, p => later.Contains(Space.Phases[p]));
                boxes.Add(box);
            }
        }

        return [.. boxes.Where(b => !IsEmpty(b))];
    }

    internal bool IsEmpty(ulong[] box) => Space.IsEmptyBox(box);
}
