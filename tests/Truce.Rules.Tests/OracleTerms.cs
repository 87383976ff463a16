using System.Collections.Immutable;
using System.Globalization;
using NodaTime;

namespace Truce.Rules.Tests;

/// <summary>A point without performer and action, as labels.</summary>
internal sealed record OraclePoint(string Leaf, string Phase, string Day, string Hour, string Facts);

/// <summary>A point with what clauses are compared with. A null day lies before every date in the file.</summary>
internal sealed record OracleSpace(
    OraclePoint Label, OracleLeaf Leaf, string Phase, LocalDate? Day, int Minute,
    IReadOnlyDictionary<string, string> Facts);

/// <summary>A sector with areas that cross it and, pairwise, each other.</summary>
internal sealed record OracleLeaf(string Label, HashSet<string> Names);

/// <summary>A fact with the answers that the file tells apart.</summary>
internal sealed record OracleFact(string Id, IReadOnlyList<string> Values, bool IsInteger);

/// <summary>The words of a framework as LANGUAGE.md §1 to §4 mean them: dimensions, trees, clauses, answers.</summary>
internal sealed class OracleTerms
{
    private readonly Framework _f;
    private readonly Dictionary<string, Actor> _actors;
    private readonly Dictionary<string, ActionTerm> _actions;
    private readonly Dictionary<string, AreaGroup> _groups;
    private readonly Dictionary<string, HashSet<string>> _above = [];
    private readonly Dictionary<string, HashSet<string>> _superiors = [];
    private readonly Dictionary<string, HashSet<string>> _tops = [];
    private readonly Dictionary<string, OracleFact> _facts;

    /// <summary>The one whom `of: missing` asks.</summary>
    public const string Missing = "(missing)";

    public OracleTerms(Framework f)
    {
        _f = f;
        _actors = f.Actors.ToDictionary(a => a.Id);
        _actions = f.Actions.ToDictionary(a => a.Id);
        _groups = f.Groups.ToDictionary(g => g.Id);
        foreach (var actor in f.Actors)
        {
            _above[actor.Id] = Climb(actor.Id, a => a.Under.Concat(a.Of));
            _superiors[actor.Id] = Climb(actor.Id, a => a.Under);
            _tops[actor.Id] = [.. _superiors[actor.Id].Append(actor.Id).Where(x => _actors[x].Under.IsEmpty)];
        }

        Leaves = LeavesOf(f);
        Phases = f.Phases.IsEmpty ? [""] : [.. f.Phases.Select(p => p.Id)];
        Days = Cells(Cuts(), Term.First, Term.Last);
        Minutes = [.. Extents().SelectMany(e => e.Hours).SelectMany(h => new[] { h.FromMinute, h.UntilMinute })
            .Append(0).Where(m => m < 1440).Distinct().Order()];
        Facts = [.. f.Facts.Select(FactOf).Concat(f.Rules.Where(r => r.Delegable is not null)
            .Select(r => new OracleFact(r.Delegable!.FactId, ["no", "yes"], false)))];
        _facts = Facts.ToDictionary(x => x.Id);
    }

    /// <summary>No clause speaks.</summary>
    public OracleAnswer Silence { get; } = new()
    {
        Permission = OraclePermission.NotGranted,
        Verdict = OracleVerdict.NotGranted,
        IfDeadlocked = OracleVerdict.NotGranted,
        Granted = false,
        Prohibited = false,
        Free = false,
        Holders = [],
        Asked = [],
        Consents = [],
        Consultations = [],
        Notices = [],
        Duties = [],
        Addressed = [],
    };

    public List<OracleLeaf> Leaves { get; }

    public List<string> Phases { get; }

    public List<LocalDate?> Days { get; }

    public List<int> Minutes { get; }

    public List<OracleFact> Facts { get; }

    /// <summary>§1: the term; with an unknown start all dates lie inside.</summary>
    private (LocalDate? First, LocalDate? Last) Term => _f.Mandate switch
    {
        { From: null } => (null, null),
        { From: { } from, Until: null, Duration: { } lasts } => (from, from.Plus(lasts).PlusDays(-1)),
        { From: { } from, Until: var until } => (from, until),
    };

    public static IEnumerable<OracleSpace> Points(
        List<OracleLeaf> leaves, List<string> phases, List<LocalDate?> days, List<int> minutes, List<OracleFact> facts)
    {
        var worlds = Worlds(facts);
        foreach (var leaf in leaves)
        {
            foreach (var phase in phases)
            {
                foreach (var day in days)
                {
                    foreach (var minute in minutes)
                    {
                        foreach (var (label, world) in worlds)
                        {
                            var date = day is { } d ? Text.Date(d) : "";
                            var point = new OraclePoint(leaf.Label, phase, date, Text.Clock(minute), label);
                            yield return new OracleSpace(point, leaf, phase, day, minute, world);
                        }
                    }
                }
            }
        }
    }

    /// <summary>Day cells of the days that lie in both terms, cut at the dates of both files.</summary>
    public List<LocalDate?> JointDays(OracleTerms other)
    {
        var ((a, b), (c, d)) = (Term, other.Term);
        var first = a is null || (c is not null && c > a) ? c : a;
        var last = b is null || (d is not null && d < b) ? d : b;
        return first > last ? [] : Cells([.. Cuts(), .. other.Cuts()], first, last);
    }

    /// <summary>The facts of both files; where both have one, the answers that both have.</summary>
    public List<OracleFact> JointFacts(OracleTerms other) =>
    [
        .. Facts.Select(a => !other._facts.TryGetValue(a.Id, out var b) ? a
            : a.IsInteger && b.IsInteger ? Common(a.Id, other)
            : new OracleFact(a.Id, [.. a.Values.Intersect(b.Values)], false)),
        .. other.Facts.Where(b => !_facts.ContainsKey(b.Id)),
    ];

    // ---- Actors

    /// <summary>
    /// §1: units act; a command is a unit unless it is complete. Reserved actions are performed by bodies, offices and
    /// parties as well.
    /// </summary>
    public IEnumerable<string> Performers(string action) => _f.Actors
        .Where(a => a.IsUnit
            ? !(a.Kind == ActorKind.Command && a.Complete)
            : Framework.ReservedActions.Contains(action))
        .Select(a => a.Id);

    /// <summary>§1: a rule that names X reaches X and every unit below X, by any path through both trees.</summary>
    public bool Reaches(IEnumerable<string> names, string performer) =>
        names.Any(n => n == "anyone" || n == performer || _above[performer].Contains(n));

    public bool IsAbove(string upper, string lower) => _above[lower].Contains(upper);

    public bool IsSuperior(string upper, string lower) => _superiors[lower].Contains(upper);

    /// <summary>§5, E402: the tops of `under:`.</summary>
    public HashSet<string> Tops(string unit) => _tops[unit];

    /// <summary>§2: nothing is said for a deadlock, and it can occur.</summary>
    public bool CanDeadlock(string id)
    {
        if (!_actors.TryGetValue(id, out var body) || body.Kind != ActorKind.Body
            || body.OnDeadlock.Kind != FallbackKind.NotStated)
        {
            return false;
        }

        var members = body.Members.Length;
        return members >= 2 && (body.Decides == Decides.Unanimously
            || (body.Decides == Decides.ByMajority && members % 2 == 0));
    }

    /// <summary>§1: `in`, `from` and `until` of a unit say who is there, not which situations exist.</summary>
    public bool IsPresent(Actor unit, OracleSpace at) =>
        InPlace(unit.In, at.Leaf.Names) && InTime(unit.From, unit.Until, at.Day);

    /// <summary>§5, E402: it asks or tells the unit, one above it, or a body where one of these sits.</summary>
    public bool Tells(OracleAnswer answer, string unit)
    {
        bool IsOrAbove(string x) => x == unit || IsAbove(x, unit);
        return answer.Addressed.Any(x => IsOrAbove(x)
            || (_actors.TryGetValue(x, out var body) && body.Kind == ActorKind.Body && body.Members.Any(IsOrAbove)));
    }

    // ---- Actions

    public bool IsForce(string action) => _actions.TryGetValue(action, out var a) && a.Force;

    public IEnumerable<string> Needs(string action) => _actions.TryGetValue(action, out var a) ? a.Needs : [];

    /// <summary>§2: `free`.</summary>
    public bool Free(string performer, string action) =>
        _actions.TryGetValue(action, out var a) && (a.FreeToAll || Reaches(a.FreeTo, performer));

    /// <summary>§2, `needs`: those to whom an action is free by name, one of whom must be able; else null.</summary>
    public List<string>? DoersOf(string need) => _actions.TryGetValue(need, out var a) && !a.FreeTo.IsEmpty
        ? [.. Performers(need).Where(u => Reaches(a.FreeTo, u))]
        : null;

    // ---- Clauses

    /// <summary>Whether a rule is about this performer and this action; where and when is another matter.</summary>
    public bool Concerns(Rule rule, string performer, string action)
    {
        var names = rule.Kind is RuleKind.Final or RuleKind.Require ? rule.By : rule.Who;
        var anyone = rule.Kind is RuleKind.Final or RuleKind.Require && rule.By.IsEmpty;
        return rule.Actions.Contains(action) && (anyone || Reaches(names, performer));
    }

    /// <summary>§1, lists: any place, any phase, any span; all of `if`, none of `unless`.</summary>
    public bool Holds(Extent e, OracleSpace at) =>
        InPlace(e.In, at.Leaf.Names)
        && (e.During.IsEmpty || e.During.Contains(at.Phase))
        && InTime(e.From, e.Until, at.Day)
        && (e.Hours.IsEmpty || e.Hours.Any(h => InHours(h, at.Minute)))
        && e.If.All(c => IsTrue(c, at.Facts))
        && !e.Unless.Any(c => IsTrue(c, at.Facts));

    /// <summary>A phase's `not_before` removes that phase and all later ones on the days before it.</summary>
    public bool IsEarly(OracleSpace at) => _f.Phases.Any(p =>
        p.NotBefore is { } date && (at.Day is null || at.Day < date)
        && Phases.IndexOf(at.Phase) >= Phases.IndexOf(p.Id));

    /// <summary>§3: what applies and no live rule overrides. `overrides` is acyclic, so this ends.</summary>
    public static List<Rule> Live(List<Rule> applying)
    {
        bool IsLive(Rule rule) => !applying.Any(o => o.Overrides.Contains(rule.Id) && IsLive(o));
        return applying.TrueForAll(r => r.Overrides.IsEmpty) ? applying : [.. applying.Where(IsLive)];
    }

    /// <summary>§4, from the rules of the footing that apply here.</summary>
    public OracleAnswer Answer(string performer, string action, List<Rule> applying, HashSet<string> delegated)
    {
        var live = Live(applying);
        var granted = live.Any(r => r.Kind == RuleKind.Grant);
        var prohibited = live.Any(r => r.Kind == RuleKind.Prohibit);
        var free = Free(performer, action);
        var permission = live.Any(r => r.Kind == RuleKind.Prohibit && r.Always) ? OraclePermission.ForbiddenAlways
            : live.Any(r => r.Kind == RuleKind.Inherent) ? OraclePermission.Inherent
            : prohibited ? OraclePermission.Forbidden
            : granted || free ? OraclePermission.Open
            : OraclePermission.NotGranted;

        // §2: while its fact is yes, a delegable last word is the delegate's instead of the holder's.
        var named = live.Where(r => r.Kind == RuleKind.Final)
            .Select(r => delegated.Contains(r.Id) ? r.Delegable!.To : r.Who[0]).ToHashSet();
        var asked = live.Where(r => r is { Kind: RuleKind.Require, Require: RequireKind.Consent })
            .SelectMany(r => Asked(r).Select(of => ConsentOf(r, of, performer))).ToList();
        var answer = new OracleAnswer
        {
            Permission = permission,
            Granted = granted,
            Prohibited = prohibited,
            Free = free,

            // §4.5: a holder yields only where one above it is also a live holder.
            Holders = Sorted(named.Where(h => !named.Any(upper => IsAbove(upper, h)))),
            Asked = asked,
            Consents = Sorted(asked.Select(q => $"{q.Of}: {q.Terms}")),
            Consultations = Sorted(Requirements(live, RequireKind.Consultation)),
            Notices = Sorted(Requirements(live, RequireKind.Notice)),
            Duties = Sorted(live.Where(r => r.Kind == RuleKind.Oblige)
                .SelectMany(r => r.Who.Where(x => Reaches([x], performer)))),
            Addressed = Sorted(live.Where(r => r.Kind == RuleKind.Require).SelectMany(r => r.Who)),
        };
        answer.Verdict = Verdict(answer, performer, NothingStated, Nobody, new HashSet<string>());
        answer.IfDeadlocked = Verdict(answer, performer, NothingStated, Bodies, new HashSet<string>());
        return answer;
    }

    /// <summary>§4: the first that applies.</summary>
    public OracleVerdict Verdict(
        OracleAnswer a, string performer, IReadOnlyDictionary<string, OracleStatement> stated,
        IReadOnlySet<string> deadlocked, ISet<string> awaited)
    {
        switch (a)
        {
            case { Permission: OraclePermission.ForbiddenAlways or OraclePermission.Forbidden }:
                return OracleVerdict.Forbidden;
            case { Permission: OraclePermission.Inherent }:
                return OracleVerdict.Permitted;
            case { Permission: OraclePermission.NotGranted }:
                return OracleVerdict.NotGranted;
            case { Free: false, Holders.Count: >= 2 }:
                return OracleVerdict.Contested;
            case { Free: false, Holders.Count: 0 }:
                return OracleVerdict.Unowned;
        }

        // A free act needs no last word: only the consents can stop it.
        var outcomes = a.Asked.Where(q => !q.CountsAsGiven)
            .Select(q => Outcome(q.Of, q.OnRefusal, q.OnSilence)).ToList();
        if (!a.Free)
        {
            outcomes.AddRange(a.Holders.Where(deadlocked.Contains).Select(h => Outcome(h, default, default)));
        }

        return outcomes.Contains(OracleVerdict.Deadlock) ? OracleVerdict.Deadlock
            : outcomes.Contains(OracleVerdict.Refused) ? OracleVerdict.Refused
            : outcomes.Contains(OracleVerdict.Awaits) ? OracleVerdict.Awaits
            : OracleVerdict.Permitted;

        OracleVerdict Outcome(string of, Fallback onRefusal, Fallback onSilence)
        {
            if (deadlocked.Contains(of))
            {
                return Follow(_actors[of].OnDeadlock);
            }

            if (!stated.TryGetValue(of, out var said))
            {
                awaited.Add(of);
                return OracleVerdict.Awaits;
            }

            return said switch
            {
                OracleStatement.Given => OracleVerdict.Permitted,
                OracleStatement.Refused => Follow(onRefusal),
                _ => Follow(onSilence),
            };
        }

        // §2: the answer of the one to whom it is referred counts; its refusal, silence or deadlock is REFUSED.
        OracleVerdict Follow(Fallback then) => then.Kind switch
        {
            FallbackKind.NotStated => OracleVerdict.Deadlock,
            FallbackKind.Stop => OracleVerdict.Refused,
            FallbackKind.Proceed => OracleVerdict.Permitted,
            _ when CountsAsGiven(then.To!, performer) => OracleVerdict.Permitted,
            _ when deadlocked.Contains(then.To!) => OracleVerdict.Refused,
            _ when !stated.TryGetValue(then.To!, out _) => Await(then.To!),
            _ => stated[then.To!] == OracleStatement.Given ? OracleVerdict.Permitted : OracleVerdict.Refused,
        };

        OracleVerdict Await(string who)
        {
            awaited.Add(who);
            return OracleVerdict.Awaits;
        }
    }

    private static readonly Dictionary<string, OracleStatement> NothingStated = [];

    private static readonly HashSet<string> Nobody = [];

    private HashSet<string> Bodies =>
        field ??= [.. _f.Actors.Where(a => a.Kind == ActorKind.Body).Select(a => a.Id)];

    private static string[] Sorted(IEnumerable<string> items) =>
        [.. items.Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Requirements(List<Rule> live, RequireKind kind) => live
        .Where(r => r.Kind == RuleKind.Require && r.Require == kind)
        .SelectMany(r => Asked(r).Select(of => string.Join(", ", new[]
        {
            of,
            r.Before is null ? "" : $"{Text.Span(r.Before)} before",
            r.After is null ? "" : $"within {Text.Span(r.After)} after",
            r.Channel is null ? "" : $"by {r.Channel}",
        }.Where(s => s.Length > 0))));

    /// <summary>A list means each of them; `of: missing` is somebody who can never answer.</summary>
    private static ImmutableArray<string> Asked(Rule rule) => rule.Who.IsEmpty ? [Missing] : rule.Who;

    private static bool InTime(LocalDate? from, LocalDate? until, LocalDate? day) =>
        (from is null || (day is not null && day >= from)) && (until is null || day is null || day <= until);

    /// <summary>§1: from a to before b, perhaps past midnight; an hour belongs to the date it falls on.</summary>
    private static bool InHours(HourSpan h, int minute) => h.FromMinute < h.UntilMinute
        ? minute >= h.FromMinute && minute < h.UntilMinute
        : minute >= h.FromMinute || minute < h.UntilMinute;

    private static long Integer(string value) => long.Parse(value, CultureInfo.InvariantCulture);

    private static List<LocalDate?> Cells(IEnumerable<LocalDate> cuts, LocalDate? first, LocalDate? last) =>
    [
        first,
        .. cuts.Where(c => (first is null || c > first) && (last is null || c <= last))
            .Distinct().Order().Select(c => (LocalDate?)c),
    ];

    /// <summary>
    /// §1: a sector with any set of areas that cross it and, pairwise, each other; an area that lies within another
    /// shares its leaves with it, and always has its name too.
    /// </summary>
    private static List<OracleLeaf> LeavesOf(Framework f)
    {
        var areas = f.Areas.ToDictionary(a => a.Id);
        bool Within(string inner, string outer) => areas[inner].Within.Any(w => w == outer || Within(w, outer));
        bool Crosses(string a, string b) => areas[a].Crosses.Contains(b) || areas[b].Crosses.Contains(a);
        bool Share(string a, string b) => Crosses(a, b) || Within(a, b) || Within(b, a);
        var leaves = new List<OracleLeaf>();
        foreach (var sector in f.Areas.Where(a => a.IsSector).Select(a => a.Id))
        {
            var sets = new List<List<string>> { new() };
            var crossing = f.Areas.Where(a => !a.IsSector && Share(a.Id, sector)).Select(a => a.Id);
            foreach (var area in crossing.Order(StringComparer.Ordinal))
            {
                var joined = sets.Where(s => s.TrueForAll(x => Share(x, area))).Select(s => s.Append(area).ToList());
                sets.AddRange(joined.ToList());
            }

            leaves.AddRange(sets.Select(s => (Names: s, All: s.Append(sector).ToHashSet()))
                .Where(s => s.Names.TrueForAll(x => areas[x].Within.All(s.All.Contains)))
                .Select(s => new OracleLeaf(string.Join(" + ", s.Names.Prepend(sector)), s.All)));
        }

        return leaves;
    }

    /// <summary>Every combination of answers, as its label and as a table.</summary>
    private static List<(string Label, Dictionary<string, string> World)> Worlds(List<OracleFact> facts)
    {
        var worlds = new List<Dictionary<string, string>> { new() };
        foreach (var fact in facts)
        {
            worlds = [.. worlds.SelectMany(w => fact.Values,
                (w, v) => new Dictionary<string, string>(w) { [fact.Id] = v })];
        }

        return [.. worlds.Select(w => (string.Join(",", facts.Select(x => $"{x.Id}={w[x.Id]}")), w))];
    }

    /// <summary>§4: consent counts as given only from the performer itself or its superior in `under:`.</summary>
    private bool CountsAsGiven(string of, string performer) =>
        of == performer || IsSuperior(of, performer);

    private OracleConsent ConsentOf(Rule rule, string of, string performer)
    {
        var within = rule.AnswerWithin is null ? "no time stated" : $"within {Text.Span(rule.AnswerWithin)}";
        var terms = $"{within}, on refusal {rule.OnRefusal}, on silence {rule.OnSilence}"
            + (rule.Channel is null ? "" : $", by {rule.Channel}");
        var written = rule.AnswerWithin is not null && rule.OnRefusal.Kind != FallbackKind.NotStated
            && rule.OnSilence.Kind != FallbackKind.NotStated;
        return new(of, terms, rule.OnRefusal, rule.OnSilence, written, CountsAsGiven(of, performer));
    }

    private HashSet<string> Climb(string id, Func<Actor, IEnumerable<string>> upwards)
    {
        var found = new HashSet<string>();
        void Visit(string x)
        {
            foreach (var upper in upwards(_actors[x]).Where(found.Add))
            {
                Visit(upper);
            }
        }

        Visit(id);
        return found;
    }

    private bool InPlace(ImmutableArray<ImmutableArray<string>> places, HashSet<string> names) =>
        places.IsEmpty || places.Any(part => part.All(name => IsNamed(name, names)));

    /// <summary>A name means every leaf that contains it; a group any of its parts; `sectors` all of them.</summary>
    private bool IsNamed(string name, HashSet<string> names) => names.Contains(name) || name == "sectors"
        || (_groups.TryGetValue(name, out var group) && InPlace(group.Parts, names));

    private bool IsTrue(Condition c, IReadOnlyDictionary<string, string> facts)
    {
        var value = facts[c.FactId];
        if (!_facts[c.FactId].IsInteger)
        {
            return c.Operator == "=" ? value == c.Value : value != c.Value;
        }

        var order = Integer(value).CompareTo(Integer(c.Value));
        return c.Operator switch
        {
            "=" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    private IEnumerable<Extent> Extents() => _f.Rules.Select(r => r.Extent).Concat(_f.Nevers.Select(n => n.Extent));

    /// <summary>§1: the days at which something begins or has just ended.</summary>
    private List<LocalDate> Cuts()
    {
        var begin = Extents().Select(e => e.From).Concat(_f.Actors.Select(a => a.From))
            .Concat(_f.Phases.Select(p => p.NotBefore)).Concat(_f.Benchmarks.Select(b => b.NotBefore))
            .Append(_f.Mandate.From);
        var end = Extents().Select(e => e.Until).Concat(_f.Actors.Select(a => a.Until)).Append(_f.Mandate.Until);
        return [.. begin.OfType<LocalDate>(), .. end.OfType<LocalDate>().Select(d => d.PlusDays(1))];
    }

    private OracleFact FactOf(Fact fact) => fact.Least is { } least && fact.Most is { } most
        ? IntegerFact(fact.Id, least, most, FactCuts(fact.Id))
        : new OracleFact(fact.Id, fact.Values, false);

    private OracleFact Common(string id, OracleTerms other)
    {
        var (a, b) = (_f.Facts.First(x => x.Id == id), other._f.Facts.First(x => x.Id == id));
        var (least, most) = (Math.Max(a.Least!.Value, b.Least!.Value), Math.Min(a.Most!.Value, b.Most!.Value));
        return IntegerFact(id, least, most, FactCuts(id).Concat(other.FactCuts(id)));
    }

    /// <summary>The values of an integer fact at which a condition becomes true or false.</summary>
    private IEnumerable<long> FactCuts(string id) => Extents().SelectMany(e => e.If.Concat(e.Unless))
        .Where(c => c.FactId == id).SelectMany(c => c.Operator switch
        {
            "<" or ">=" => new[] { Integer(c.Value) },
            "<=" or ">" => [Integer(c.Value) + 1],
            _ => [Integer(c.Value), Integer(c.Value) + 1],
        });

    private static OracleFact IntegerFact(string id, long least, long most, IEnumerable<long> cuts) => new(id,
        least > most ? [] : [.. cuts.Where(c => c > least && c <= most).Append(least).Distinct().Order()
            .Select(v => v.ToString(CultureInfo.InvariantCulture))], true);
}
