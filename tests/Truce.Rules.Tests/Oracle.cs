using System.Collections.Immutable;

namespace Truce.Rules.Tests;

/// <summary>A point of the product of LANGUAGE §1. Empty where a dimension does not count for a finding.</summary>
/// <param name="Performer">Who acts.</param>
/// <param name="Action">What is done.</param>
/// <param name="Leaf">The sector, then the other area names in ordinal order, joined by " + ".</param>
/// <param name="Phase">The phase; "" where the framework has none.</param>
/// <param name="Day">ISO date of the first day of the cell, "" if it has none.</param>
/// <param name="Hour">HH:MM, the start of the cell.</param>
/// <param name="Facts">"id=value" joined by ",": facts in the file's order, then delegations by rule.</param>
internal sealed record OracleSituation(
    string Performer, string Action, string Leaf, string Phase, string Day, string Hour, string Facts);

internal enum OraclePermission { ForbiddenAlways, Inherent, Forbidden, NotGranted, Open }

internal enum OracleVerdict { Forbidden, Permitted, NotGranted, Contested, Unowned, Deadlock, Refused, Awaits }

internal enum OracleStatement { Given, Refused, Silent }

/// <summary>LANGUAGE §2: the rules that count.</summary>
/// <param name="Index">Its place in the list of footings.</param>
/// <param name="Name">"text", "claims of X", "practice", "claims of X and Y".</param>
/// <param name="Claimants">Whose claims count.</param>
/// <param name="Practice">Whether practice counts.</param>
/// <param name="Assumptions">Whether assumptions count.</param>
internal sealed record OracleFooting(
    int Index, string Name, IReadOnlyList<string> Claimants, bool Practice, bool Assumptions)
{
    public bool IsText => Claimants.Count == 0 && !Practice;

    public bool Includes(Rule rule) => rule.Ground.Basis.Kind switch
    {
        BasisKind.Claim => Claimants.Contains(rule.Ground.Basis.Claimant!),
        BasisKind.Practice => Practice,
        BasisKind.Assumption => Assumptions,
        _ => true,
    };

    /// <summary>The footing on which the rule itself is judged (W501, W502).</summary>
    public bool IsOwnOf(Rule rule) => Claimants.Count < 2 && rule.Ground.Basis.Kind switch
    {
        BasisKind.Claim => Claimants is [var one] && one == rule.Ground.Basis.Claimant,
        BasisKind.Practice => Practice,
        _ => IsText && Includes(rule),
    };

    public override string ToString() => Name;
}

/// <summary>One live consent, as one rule asks it of one actor.</summary>
internal sealed record OracleConsent(
    string Of, string Terms, Fallback OnRefusal, Fallback OnSilence, bool AllWritten, bool CountsAsGiven);

/// <summary>What the rules say of one situation on one footing. LANGUAGE §4.</summary>
internal sealed class OracleAnswer
{
    public required OraclePermission Permission { get; init; }

    /// <summary>Those who have the last word, without those who yield, sorted.</summary>
    public required IReadOnlyList<string> Holders { get; init; }

    public required IReadOnlyList<OracleConsent> Asked { get; init; }

    /// <summary>"who: terms", sorted, each once.</summary>
    public required IReadOnlyList<string> Consents { get; init; }

    public required IReadOnlyList<string> Consultations { get; init; }

    public required IReadOnlyList<string> Notices { get; init; }

    /// <summary>The obligors whose unit the performer is.</summary>
    public required IReadOnlyList<string> Duties { get; init; }

    /// <summary>Whom a live consultation or notice (or consent) names.</summary>
    public required IReadOnlyList<string> Addressed { get; init; }

    public required bool Granted { get; init; }

    public required bool Prohibited { get; init; }

    public required bool Free { get; init; }

    /// <summary>The verdict when nobody has stated anything.</summary>
    public OracleVerdict Verdict { get; set; }

    /// <summary>The verdict when every body is stated to be deadlocked: a rule that matters only then matters
    /// too.</summary>
    public OracleVerdict IfDeadlocked { get; set; }

    /// <summary>LANGUAGE §5: May(a).</summary>
    public bool May => Permission is OraclePermission.Inherent or OraclePermission.Open;

    /// <summary>Everything in which two answers can differ (§5, W502), in one string.</summary>
    public string Words => field ??= string.Join(" | ",
        Verdict, IfDeadlocked, string.Join(", ", Holders), string.Join(", ", Consents),
            string.Join(", ", Consultations),
        string.Join(", ", Notices), string.Join(", ", Duties));

    public override string ToString() => $"{Permission}: {Words}";
}

/// <summary>A finding on one footing; footings other than the text hold only what they add.</summary>
internal sealed class OracleFinding(
    OracleFooting footing, string identity, bool assumed, Func<HashSet<OracleSituation>> situations)
{
    private readonly Lazy<HashSet<OracleSituation>> _situations = new(situations);

    public OracleFooting Footing => footing;

    public string Identity => identity;

    /// <summary>A finding of the text that falls away without the assumptions.</summary>
    public bool Assumed => assumed;

    public IReadOnlySet<OracleSituation> Situations => _situations.Value;

    public override string ToString() => $"{footing}: {identity}{(assumed ? " (assumed)" : "")}";
}

/// <summary>
/// A second opinion on the rules: LANGUAGE.md by enumeration, with sets and strings. It shares nothing with the engine
/// but the framework that was read. To be quick enough for thousands of random frameworks it asks each question once
/// for all points at which the same clauses hold (<see cref="Setting"/>), and once for all settings in which the same
/// clauses concern the performer and the action (<see cref="Case"/>): an answer can depend on nothing else.
/// </summary>
internal sealed class Oracle
{
    private readonly Framework _f;
    private readonly OracleTerms _terms;
    private readonly List<(string Performer, string Action)> _pairs = [];
    private readonly Dictionary<(string Performer, string Action), List<Rule>> _concerns = [];
    private readonly Dictionary<string, Setting> _settings = [];
    private readonly Dictionary<(string, string, string), Case> _cases = [];
    private readonly Dictionary<OraclePoint, Setting> _points = [];
    private readonly OracleFooting _bare;
    private IReadOnlyList<OracleSituation>? _situations;

    public Oracle(Framework f)
    {
        _f = f;
        _terms = new OracleTerms(f);
        foreach (var action in f.Actions.Select(a => a.Id).Concat(Framework.ReservedActions))
        {
            foreach (var performer in _terms.Performers(action))
            {
                _pairs.Add((performer, action));
                var rules = f.Rules.Where(r => _terms.Concerns(r, performer, action)).ToList();
                if (rules.Count > 0 || _terms.Free(performer, action))
                {
                    _concerns[(performer, action)] = rules;
                }
            }
        }

        (Footings, _bare) = AllFootings(f);
        foreach (var point in OracleTerms.Points(
            _terms.Leaves, _terms.Phases, _terms.Days, _terms.Minutes, _terms.Facts))
        {
            var setting = At(point);
            setting.Points.Add(point.Label);
            _points[point.Label] = setting;
        }

        foreach (var spot in _settings.Values.SelectMany(s => s.Spots.Values))
        {
            spot.Case.Spots.Add(spot);
        }
    }

    public IReadOnlyList<OracleFooting> Footings { get; }

    public OracleFooting Text => Footings[0];

    /// <summary>Every situation, those that cannot occur included.</summary>
    public IReadOnlyList<OracleSituation> Situations => _situations ??=
        [.. from pair in _pairs from p in _points.Keys select Situation(pair.Performer, pair.Action, p)];

    /// <summary>False where a `never` or a phase's earliest day says that it cannot occur. §1.</summary>
    public bool IsPossible(OracleSituation s) => Possible(SettingOf(s), s.Performer, s.Action);

    public OracleAnswer Rule(OracleSituation s, OracleFooting footing) =>
        Answer(SettingOf(s), s.Performer, s.Action, footing);

    /// <summary>The verdict for what has been stated; those who are awaited, sorted, if it is Awaits.</summary>
    public (OracleVerdict Verdict, IReadOnlyList<string> Awaited) Verdict(
        OracleSituation s, OracleFooting footing, IReadOnlyDictionary<string, OracleStatement> stated,
        IReadOnlySet<string> deadlocked)
    {
        var answer = Rule(s, footing);
        var awaited = new SortedSet<string>(StringComparer.Ordinal);
        var verdict = _terms.Verdict(answer, s.Performer, stated, deadlocked, awaited);
        return (verdict, verdict == OracleVerdict.Awaits ? [.. awaited] : []);
    }

    /// <summary>
    /// The situations in which the two frameworks answer differently by the text: over what they have in common, with
    /// the days, hours and facts of both; without those that cannot occur in either.
    /// </summary>
    public IReadOnlyList<OracleSituation> Difference(Oracle other)
    {
        var (a, b) = (_terms, other._terms);
        var leaves = a.Leaves.Where(x => b.Leaves.Any(y => x.Label == y.Label)).ToList();
        var pairs = _pairs.Where(other._pairs.Contains).ToList();
        var found = new List<OracleSituation>();
        foreach (var point in OracleTerms.Points(leaves, [.. a.Phases.Where(b.Phases.Contains)], a.JointDays(b),
            [.. a.Minutes.Union(b.Minutes).Order()], a.JointFacts(b)))
        {
            var (here, there) = (At(point), other.At(point));
            foreach (var (performer, action) in pairs)
            {
                var possible = Possible(here, performer, action) || other.Possible(there, performer, action);
                if (possible && Answer(here, performer, action, Text).Words
                    != other.Answer(there, performer, action, other.Text).Words)
                {
                    found.Add(Situation(performer, action, point.Label));
                }
            }
        }

        return found;
    }

    /// <summary>The findings of LANGUAGE §5 that depend on situations, footing by footing.</summary>
    public IReadOnlyList<OracleFinding> Findings()
    {
        var text = Find(Text);
        var bare = _f.Rules.Any(r => r.Ground.Basis.Kind == BasisKind.Assumption) ? Find(_bare) : text;
        var all = new Dictionary<string, Dictionary<string, HashSet<Spot>>>();
        var findings = new List<OracleFinding>();
        foreach (var footing in Footings)
        {
            var found = footing.IsText ? text : Find(footing);
            all[footing.Name] = found;
            foreach (var (identity, spots) in found)
            {
                // §2: each other footing holds only what it adds: to the text, and two claimants also to each alone.
                var before = footing.IsText ? [] : new[] { text }
                    .Concat(footing.Claimants.Count < 2 ? [] : footing.Claimants.Select(c => all[$"claims of {c}"]))
                    .Select(f => f.GetValueOrDefault(identity, [])).ToArray();
                var added = spots.Where(s => !before.Any(b => b.Contains(s))).ToList();
                if (added.Count > 0 || identity.StartsWith("W501", StringComparison.Ordinal))
                {
                    var assumed = footing.IsText && !bare.ContainsKey(identity);
                    findings.Add(new(footing, identity, assumed, () => Expand(added)));
                }
            }
        }

        return findings;
    }

    private static HashSet<OracleSituation> Expand(List<Spot> spots) =>
        [.. spots.SelectMany(s => s.At.Points, (s, p) => Situation(s.Performer, s.Action, p))];

    private static OracleSituation Situation(string performer, string action, OraclePoint p) =>
        new(performer, action, p.Leaf, p.Phase, p.Day, p.Hour, p.Facts);

    /// <summary>§2: the text, each claimant, practice; and two claimants together.</summary>
    private static (IReadOnlyList<OracleFooting> All, OracleFooting Bare) AllFootings(Framework f)
    {
        var claimants = f.Rules.Where(r => r.Ground.Basis.Kind == BasisKind.Claim)
            .Select(r => r.Ground.Basis.Claimant!).Distinct().Order(StringComparer.Ordinal).ToList();
        var all = new List<OracleFooting> { new(0, "text", [], false, true) };
        all.AddRange(claimants.Select((c, i) => new OracleFooting(1 + i, $"claims of {c}", [c], false, true)));
        if (f.Rules.Any(r => r.Ground.Basis.Kind == BasisKind.Practice))
        {
            all.Add(new(all.Count, "practice", [], true, true));
        }

        foreach (var a in claimants)
        {
            foreach (var b in claimants.Where(b => string.CompareOrdinal(a, b) < 0))
            {
                all.Add(new(all.Count, $"claims of {a} and {b}", [a, b], false, true));
            }
        }

        return (all, new OracleFooting(all.Count, "text without assumptions", [], false, false));
    }

    private Setting SettingOf(OracleSituation s) => _points[new OraclePoint(s.Leaf, s.Phase, s.Day, s.Hour, s.Facts)];

    private Setting At(OracleSpace point)
    {
        var rules = _f.Rules.Where(r => _terms.Holds(r.Extent, point)).ToList();
        var nevers = _f.Nevers.Where(n => _terms.Holds(n.Extent, point)).ToList();
        var delegated = rules.Where(r => r.Delegable is { } d && point.Facts[d.FactId] == "yes")
            .Select(r => r.Id).ToHashSet();
        var present = _f.Actors.Where(a => !a.IsUnit || _terms.IsPresent(a, point)).Select(a => a.Id).ToHashSet();
        var early = _terms.IsEarly(point);
        var key = string.Join(",", rules.Select(r => r.Id)) + "|" + string.Join(",", delegated) + "|"
            + string.Join(",", present) + "|" + string.Join(",", nevers.Select(n => _f.Nevers.IndexOf(n))) + early;
        if (_settings.TryGetValue(key, out var known))
        {
            return known;
        }

        var setting = new Setting(rules, nevers, delegated, present, early);
        _settings[key] = setting;
        foreach (var ((performer, action), concerns) in _concerns)
        {
            var applying = concerns.Where(rules.Contains).ToList();
            var name = string.Join(",", applying.Select(r => delegated.Contains(r.Id) ? $"{r.Id}*" : r.Id));
            if (!_cases.TryGetValue((performer, action, name), out var c))
            {
                c = new Case(performer, action, applying, delegated, new OracleAnswer?[_bare.Index + 1]);
                _cases[(performer, action, name)] = c;
            }

            var possible = Possible(setting, performer, action);
            setting.Spots[(performer, action)] = new Spot(performer, action, setting, c, possible);
        }

        return setting;
    }

    private bool Possible(Setting at, string performer, string action) => !at.Early && !at.Nevers.Any(n =>
        (n.Who.IsEmpty || _terms.Reaches(n.Who, performer)) && (n.Actions.IsEmpty || n.Actions.Contains(action)));

    private OracleAnswer Answer(Setting at, string performer, string action, OracleFooting footing) =>
        at.Spots.TryGetValue((performer, action), out var spot) ? Answer(spot.Case, footing) : _terms.Silence;

    private OracleAnswer Answer(Case c, OracleFooting footing) =>
        c.Answers[footing.Index] ??= _terms.Answer(c.Performer, c.Action, Standing(c, footing), c.Delegated);

    private static List<Rule> Standing(Case c, OracleFooting footing) => [.. c.Rules.Where(footing.Includes)];

    /// <summary>All findings on one footing, without regard to what other footings have: identity to region.</summary>
    private Dictionary<string, HashSet<Spot>> Find(OracleFooting footing)
    {
        var found = new Dictionary<string, HashSet<Spot>>();
        void Add(string identity, Spot spot)
        {
            if (!found.TryGetValue(identity, out var spots))
            {
                found[identity] = spots = new HashSet<Spot>(ReferenceEqualityComparer.Instance);
            }

            spots.Add(spot);
        }

        var pair = footing.Claimants.Count == 2;
        foreach (var c in _cases.Values)
        {
            // §2: two claimants together are asked about E101, E103 and E402 alone.
            foreach (var identity in LastWords(c, footing)
                .Where(i => !pair || !i.StartsWith("E102", StringComparison.Ordinal)))
            {
                foreach (var spot in c.Spots.Where(s => s.Possible))
                {
                    Add(identity, spot);
                }
            }
        }

        foreach (var at in _settings.Values.Where(s => !s.Early && s.Points.Count > 0))
        {
            Chains(at, footing, Add);
            if (!pair)
            {
                NotOwn(at, footing, Add);
                Tasks(at, footing, Add);
                Contingents(at, footing, Add);
            }
        }

        if (!pair)
        {
            Redundant(footing, found);
        }

        return found;
    }

    /// <summary>§5, E101 to E103, for one performer and one action where the same clauses concern them.</summary>
    private List<string> LastWords(Case c, OracleFooting footing)
    {
        var ids = new List<string>();
        var a = Answer(c, footing);

        // Asked where the performer is granted the act, has the duty or is free, and neither `inherent` nor a
        // prohibition settles it.
        var settled = a.Permission is not (OraclePermission.Open or OraclePermission.NotGranted);
        if (settled || !(a.Granted || a.Duties.Count > 0 || a.Free))
        {
            return ids;
        }

        foreach (var h in a.Holders)
        {
            foreach (var other in a.Holders.Where(o => string.CompareOrdinal(h, o) < 0))
            {
                ids.Add($"E101|{c.Action}|{h},{other}");
            }
        }

        if (a.Holders.Count == 0 && !a.Free)
        {
            ids.Add($"E102|{c.Action}|");
        }

        // A consent that counts as given (the performer's own, its superior's) is no second key.
        var asked = a.Holders.Count > 0 || a.Duties.Count > 0 || a.Free;
        var keys = a.Asked.Where(q => !q.CountsAsGiven && q.Of != OracleTerms.Missing).Where(q =>
            _terms.CanDeadlock(q.Of) || (asked && !q.AllWritten && !(a.Holders is [var only] && only == q.Of)));
        ids.AddRange(keys.Select(q => q.Of).Concat(a.Holders.Where(_terms.CanDeadlock)).Distinct()
            .Select(x => $"E103|{c.Action}|{x}"));
        return ids;
    }

    /// <summary>§5, E104: the only holder may not do it, though it has the last word over its own units too.</summary>
    private void NotOwn(Setting at, OracleFooting footing, Action<string, Spot> add)
    {
        foreach (var spot in at.Spots.Values.Where(s => s.Possible))
        {
            var a = Answer(spot.Case, footing);
            if (!a.May || a.Holders is not [var holder])
            {
                continue;
            }

            var own = at.Spots.Values.Where(s => s.Possible && s.Action == spot.Action
                && _terms.Reaches([holder], s.Performer)).Select(s => Answer(s.Case, footing)).ToList();
            if (own.Any(o => o.Holders.Contains(holder)) && !own.Any(o => o.May))
            {
                add($"E104|{spot.Action}|{holder}", spot);
            }
        }
    }

    /// <summary>
    /// §5, a duty, asked of each obligor at each point where it holds: prohibitions forbid the duty itself to every
    /// unit (E202); otherwise none of them may do it and all that it needs (E201); some may, none is present (E203).
    /// </summary>
    private void Tasks(Setting at, OracleFooting footing, Action<string, Spot> add)
    {
        foreach (var rule in at.Rules.Where(r => r.Kind == RuleKind.Oblige && footing.Includes(r)))
        {
            foreach (var action in rule.Actions)
            {
                foreach (var obligor in rule.Who)
                {
                    var units = _terms.Performers(action)
                        .Where(u => _terms.Reaches([obligor], u) && Possible(at, u, action)).ToList();
                    var able = units.Where(u => IsAble(at, u, action, footing, [])).ToList();
                    var code = units.Count == 0 ? null
                        : able.Count > 0 ? (able.Any(at.Present.Contains) ? null : "E203")
                        : units.All(u => IsForbidden(at, u, action, footing)) ? "E202" : "E201";
                    if (code is not null)
                    {
                        add($"{code}|{action}|{obligor}", at.Whole(action));
                    }
                }
            }
        }
    }

    private bool IsForbidden(Setting at, string unit, string action, OracleFooting footing) =>
        Answer(at, unit, action, footing).Permission is OraclePermission.Forbidden or OraclePermission.ForbiddenAlways;

    /// <summary>
    /// §2, `needs`: whoever does this must be able to do what it needs; where a need is free to named actors, one of
    /// them must. <paramref name="asked"/> ends circles of needs.
    /// </summary>
    private bool IsAble(
        Setting at, string unit, string action, OracleFooting footing, ImmutableHashSet<string> asked) =>
        asked.Contains($"{unit}|{action}")
        || (Possible(at, unit, action) && Answer(at, unit, action, footing).May
            && _terms.Needs(action).All(need =>
            {
                var next = asked.Add($"{unit}|{action}");
                return _terms.DoersOf(need) is { } named
                    ? named.Any(v => IsAble(at, v, need, footing, next))
                    : IsAble(at, unit, need, footing, next);
            }));

    /// <summary>§5, W301: contingents of one command, present together, of which some may and some may not.</summary>
    private void Contingents(Setting at, OracleFooting footing, Action<string, Spot> add)
    {
        foreach (var command in _f.Actors.Where(a => a.Kind == ActorKind.Command))
        {
            foreach (var action in at.Spots.Keys.Select(k => k.Action).Distinct())
            {
                var may = _f.Actors.Where(a => a.Kind == ActorKind.Contingent
                        && _terms.IsSuperior(command.Id, a.Id)
                        && at.Present.Contains(a.Id) && Possible(at, a.Id, action))
                    .Select(a => Answer(at, a.Id, action, footing).May).ToHashSet();
                if (may.Count == 2)
                {
                    add($"W301|{action}|{command.Id}", at.Whole(action));
                }
            }
        }
    }

    /// <summary>§5, E402: two chains may use force in one place, and neither must ask or tell the other.</summary>
    private void Chains(Setting at, OracleFooting footing, Action<string, Spot> add)
    {
        // `inherent` apart: granted or free, and not prohibited.
        var armed = at.Spots.Values
            .Where(s => s.Possible && _terms.IsForce(s.Action) && at.Present.Contains(s.Performer))
            .Select(s => (Unit: s.Performer, Answer: Answer(s.Case, footing)))
            .Where(s => (s.Answer.Granted || s.Answer.Free) && !s.Answer.Prohibited).ToList();
        foreach (var a in armed)
        {
            foreach (var b in armed)
            {
                var (tops, others) = (_terms.Tops(a.Unit), _terms.Tops(b.Unit));
                if (tops.Overlaps(others) || _terms.Tells(a.Answer, b.Unit) || _terms.Tells(b.Answer, a.Unit))
                {
                    continue;
                }

                foreach (var (x, y) in tops.SelectMany(x => others, (x, y) => (x, y)))
                {
                    if (string.CompareOrdinal(x, y) < 0)
                    {
                        add($"E402||{x},{y}", at.Whole(""));
                    }
                }
            }
        }
    }

    /// <summary>§5, W501 and W502, each rule on its own footing.</summary>
    private void Redundant(OracleFooting footing, Dictionary<string, HashSet<Spot>> found)
    {
        foreach (var rule in _f.Rules.Where(footing.IsOwnOf))
        {
            var (aside, live, differs) = (new HashSet<Spot>(), new HashSet<Spot>(), false);
            foreach (var c in _cases.Values.Where(c => c.Rules.Contains(rule)))
            {
                var spots = c.Spots.Where(s => s.Possible).ToList();
                var standing = Standing(c, footing);
                var isLive = OracleTerms.Live(standing).Contains(rule);
                (isLive ? live : aside).UnionWith(spots);
                if (spots.Count > 0 && isLive)
                {
                    var rest = standing.Where(r => r != rule).ToList();
                    var without = _terms.Answer(c.Performer, c.Action, rest, c.Delegated);
                    differs |= without.Words != Answer(c, footing).Words;
                }
            }

            if (live.Count == 0)
            {
                found[$"W501||{rule.Id}"] = aside;
            }
            else if (!differs)
            {
                found[$"W502||{rule.Id}"] = live;
            }
        }
    }

    /// <summary>Points at which the same clauses hold, the same units are present and the same cannot occur.</summary>
    private sealed class Setting(
        List<Rule> rules, List<Never> nevers, HashSet<string> delegated, HashSet<string> present, bool early)
    {
        private readonly Dictionary<string, Spot> _wholes = [];

        public List<Rule> Rules => rules;

        public List<Never> Nevers => nevers;

        public HashSet<string> Delegated => delegated;

        public HashSet<string> Present => present;

        public bool Early => early;

        public List<OraclePoint> Points { get; } = [];

        /// <summary>By performer and action, those alone of whom a clause speaks or who are free.</summary>
        public Dictionary<(string Performer, string Action), Spot> Spots { get; } = [];

        /// <summary>For findings that do not vary with the performer.</summary>
        public Spot Whole(string action)
        {
            if (!_wholes.TryGetValue(action, out var spot))
            {
                _wholes[action] = spot = new Spot("", action, this, null!, true);
            }

            return spot;
        }
    }

    /// <summary>A performer and an action in a setting.</summary>
    private sealed class Spot(string performer, string action, Setting at, Case c, bool possible)
    {
        public string Performer => performer;

        public string Action => action;

        public Setting At => at;

        public Case Case => c;

        public bool Possible => possible;
    }

    /// <summary>A performer and an action wherever the same clauses concern them.</summary>
    private sealed class Case(
        string performer, string action, List<Rule> rules, HashSet<string> delegated, OracleAnswer?[] answers)
    {
        public string Performer => performer;

        public string Action => action;

        public List<Rule> Rules => rules;

        public HashSet<string> Delegated => delegated;

        public OracleAnswer?[] Answers => answers;

        public List<Spot> Spots { get; } = [];
    }
}
