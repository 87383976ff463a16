using System.Globalization;

namespace Truce.Rules;

/// <summary>After reading: are the names known, the values possible, the orders acyclic, the overrides legal?</summary>
internal sealed class Resolution
{
    private readonly Framework _f;
    private readonly Reports _reports;
    private readonly Dictionary<string, Names> _names = new(StringComparer.Ordinal);

    public Resolution(Framework framework, Reports reports) => (_f, _reports) = (framework, reports);

    public void Run()
    {
        DeclareNames();
        foreach (var (name, kinds, place) in _reports.Uses)
        {
            CheckUse(name, kinds, place);
        }

        CheckFacts();
        CheckCycles();
        CheckOverrides();
        CheckSizes();
        CheckTerritory();
    }

    private void DeclareNames()
    {
        Declare("document", _f.Documents.Select(d => (d.Id, Names.Document, d.Place)));
        Declare("source", _f.Sources.Select(s => (s.Id, Names.Source, s.Place)));
        Declare("area", _f.Areas.Select(a => (a.Id, a.IsSector ? Names.Sector : Names.Area, a.Place))
            .Concat(_f.Groups.Select(g => (g.Id, Names.Group, g.Place))));
        Declare("phase", _f.Phases.Select(p => (p.Id, Names.Phase, p.Place)));
        Declare("fact", _f.Facts.Select(x => (x.Id, Names.Fact, x.Place)).Concat(_f.Rules
            .Where(r => r.Delegable is not null).Select(r => (r.Delegable!.FactId, Names.Fact, r.Place))));
        Declare("action", Framework.ReservedActions.Select(a => (a, Names.Action, default(Place)))
            .Concat(_f.Actions.Select(a => (a.Id, Names.Action, a.Place))));
        Declare("actor", _f.Actors.Select(a => (a.Id, a.Kind == ActorKind.Party ? Names.Party
            : a.IsUnit ? Names.Unit : Names.Decider, a.Place)));
        Declare("rule", _f.Rules.Select(r => (r.Id, Names.Rule, r.Place)));
        Declare("benchmark", _f.Benchmarks.Select(b => (b.Id, Names.Benchmark, b.Place)));
        Declare("objection", _f.Objections.Select(o => (o.Id, Names.None, o.Place)));
    }

    private void Declare(string what, IEnumerable<(string Id, Names Kind, Place Place)> entries)
    {
        var seen = new Dictionary<string, Place>(StringComparer.Ordinal);
        foreach (var (id, kind, place) in entries)
        {
            if (id.Length > 0 && !seen.TryAdd(id, place) && seen[id].Line > 0)
            {
                // A reserved action (line 0) that is declared again is reported as a reserved name.
                _reports.Error("F202", place,
                    $"the {what} `{YamlNode.Clip(id)}` is declared twice, first on line {Text.Plain(seen[id].Line)}",
                    "rename one of the two");
            }

            _names[id] = _names.GetValueOrDefault(id) | kind;
        }
    }

    private void CheckUse(string name, Names kinds, Place place)
    {
        var known = _names.GetValueOrDefault(name);
        if ((known & kinds) != 0 || _reports.IsFull)
        {
            return;
        }

        var shown = YamlNode.Clip(name);
        if (name == "anyone")
        {
            _reports.Error("F201", place, "`anyone` cannot stand here", "name somebody; `anyone` may follow `grant`, " +
                "`prohibit`, `inherent`, `by` and `who`");
        }
        else if (known == Names.None)
        {
            _reports.Error("F201", place, $"unknown {Describe(kinds)} `{shown}`",
                Spelling.DidYouMean(name, _names.Where(n => (n.Value & kinds) != 0).Select(n => n.Key))
                ?? $"declare it under {Where(kinds)}, or correct the name");
        }
        else
        {
            _reports.Error("F204", place,
                $"`{shown}` is {Describe(known, true)}, and here {Describe(kinds, true)} is needed",
                Spelling.DidYouMean(name, _names.Where(n => (n.Value & kinds) != 0).Select(n => n.Key))
                ?? $"name one that is declared under {Where(kinds)}");
        }
    }

    private static string Describe(Names kinds, bool article = false)
    {
        var word = kinds switch
        {
            _ when (kinds & (Names.Place)) != 0 => "area",
            _ when (kinds & Names.Actor) == Names.Party => "party",
            _ when (kinds & Names.Actor) != 0 => "actor",
            _ when (kinds & Names.Document) != 0 => "document",
            _ when (kinds & Names.Source) != 0 => "source",
            _ when (kinds & Names.Phase) != 0 => "phase",
            _ when (kinds & Names.Fact) != 0 => "fact",
            _ when (kinds & Names.Action) != 0 => "action",
            _ when (kinds & Names.Rule) != 0 => "rule",
            _ => "benchmark",
        };
        return !article ? word : word is "area" or "actor" or "action" ? $"an {word}" : $"a {word}";
    }

    private static string Where(Names kinds) => Describe(kinds) switch
    {
        "area" => "`areas:`",
        "party" => "`parties:`",
        "actor" => "`actors:`, `contingents:` or `parties:`",
        var word => $"`{word}s:`",
    };

    private void CheckFacts()
    {
        foreach (var fact in _f.Facts.Where(x => !Allows(x, x.Ordinary)))
        {
            _reports.Error("F303", fact.Place,
                $"the ordinary answer `{YamlNode.Clip(fact.Ordinary)}` of fact `{fact.Id}` " +
                "is none of its answers", $"it is {Answers(fact)}");
        }

        var facts = _f.Facts.GroupBy(x => x.Id).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        foreach (var (condition, place) in _reports.Conditions)
        {
            if (!facts.TryGetValue(condition.FactId, out var fact))
            {
                // A delegation's fact, or an unknown one that is reported already.
                if (_names.ContainsKey(condition.FactId) && (condition.Operator is not ("=" or "!=")
                    || condition.Value is not ("yes" or "no")))
                {
                    _reports.Error("F303", place, $"`{condition.FactId}` is yes or no",
                        "write the fact alone, or `not` before it");
                }

                continue;
            }

            if (fact.Least is null && condition.Operator is not ("=" or "!="))
            {
                _reports.Error("F303", place, $"`{condition.Operator}` compares numbers, and fact `{fact.Id}` is none",
                    $"it is {Answers(fact)}");
            }
            else if (!Allows(fact, condition.Value))
            {
                _reports.Error("F303", place, $"fact `{fact.Id}` is never `{YamlNode.Clip(condition.Value)}`",
                    (fact.Least is null ? Spelling.DidYouMean(condition.Value, fact.Values) : null)
                        ?? $"it is {Answers(fact)}");
            }
        }
    }

    private static bool Allows(Fact fact, string value) => fact.Least is { } least && fact.Most is { } most
        ? long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= least && n <= most
        : fact.Values.Contains(value);

    private static string Answers(Fact fact) => fact.Least is { } least
        ? $"a number from {Text.Plain(least)} to {Text.Plain(fact.Most!.Value)}"
        : Text.Or([.. fact.Values.Take(12).Select(v => $"`{v}`")]);

    private void CheckCycles()
    {
        var actors = _f.Actors.GroupBy(a => a.Id).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        Cycles(actors.Keys, id => actors[id].Under.Concat(actors[id].Of), id => actors[id].Place,
            "is below itself, by way of", "`under` and `of` lead upward only: break the circle");
        Cycles(actors.Keys, id => actors[id].Members, id => actors[id].Place,
            "sits in itself, by way of", "a body cannot be its own member");
        Cycles(actors.Keys, id => actors[id].Via is { } via ? [via] : [], id => actors[id].Place,
            "speaks through itself, by way of", "break the circle");
        var rules = _f.Rules.GroupBy(r => r.Id).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        Cycles(rules.Keys, id => rules[id].Overrides, id => rules[id].Place,
            "overrides itself, by way of", "no order of precedence comes out of a circle: break it");
        var areas = _f.Areas.GroupBy(a => a.Id).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        Cycles(areas.Keys, id => areas[id].Within, id =>
            areas[id].Place, "lies within itself, by way of", "break the circle");
        var actions = _f.Actions.GroupBy(a => a.Id).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        Cycles(actions.Keys, id => actions[id].Needs, id =>
            actions[id].Place, "needs itself, by way of", "break the circle");
    }

    /// <summary>Reports each circle once, at its first node in the order given. Iterative: a chain may be
    /// long.</summary>
    private void Cycles(IEnumerable<string> nodes, Func<string, IEnumerable<string>> edges, Func<string, Place> place,
        string verb, string help)
    {
        var all = nodes.ToHashSet(StringComparer.Ordinal);
        var state = new Dictionary<string, bool>(StringComparer.Ordinal); // true: on the path, false: done
        var path = new List<(string Node, IEnumerator<string> Next)>();
        foreach (var start in all.Where(n => !state.ContainsKey(n)))
        {
            path.Add((start, edges(start).GetEnumerator()));
            state[start] = true;
            while (path.Count > 0)
            {
                var (node, next) = path[^1];
                if (!next.MoveNext())
                {
                    state[node] = false;
                    path.RemoveAt(path.Count - 1);
                    continue;
                }

                if (!all.Contains(next.Current))
                {
                    continue;
                }

                if (!state.TryGetValue(next.Current, out var onPath))
                {
                    state[next.Current] = true;
                    path.Add((next.Current, edges(next.Current).GetEnumerator()));
                }
                else if (onPath && !_reports.IsFull)
                {
                    var circle = path.SkipWhile(p => p.Node != next.Current).Select(p => p.Node).ToList();
                    _reports.Error("F301", place(circle[0]), $"`{circle[0]}` {verb} " +
                        string.Join(" -> ", circle.Skip(1).Append(circle[0]).Take(12).Select(c => $"`{c}`")), help);
                }
            }
        }
    }

    private void CheckOverrides()
    {
        var rules = _f.Rules.GroupBy(r => r.Id).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        foreach (var rule in _f.Rules)
        {
            foreach (var target in rule.Overrides.Where(rules.ContainsKey).Select(id => rules[id])
                .Where(t => t.Id != rule.Id))
            {
                var legal = (rule.Kind, target.Kind) is (RuleKind.Final, RuleKind.Final)
                    or (RuleKind.Require, RuleKind.Require) or (RuleKind.Grant, RuleKind.Prohibit)
                    or (RuleKind.Prohibit, RuleKind.Grant) or (RuleKind.Grant, RuleKind.Require);
                if (target.Always)
                {
                    _reports.Error("F302", rule.Place,
                        $"rule `{rule.Id}` overrides `{target.Id}`, which holds always",
                            "nothing overrides the legal floor");
                }
                else if (!legal)
                {
                    _reports.Error("F302", rule.Place,
                        $"rule `{rule.Id}`, {Word(rule.Kind)}, cannot override `{target.Id}`, {Word(target.Kind)}",
                        "legal are: last word over last word, requirement over requirement, grant over prohibition, " +
                        "prohibition over grant, grant over requirement");
                }
            }
        }
    }

    private static string Word(RuleKind kind) => kind switch
    {
        RuleKind.Grant => "a grant",
        RuleKind.Prohibit => "a prohibition",
        RuleKind.Final => "a last word",
        RuleKind.Require => "a requirement",
        RuleKind.Oblige => "a duty",
        _ => "an inherent right",
    };

    private void CheckSizes()
    {
        void Most(int count, string what)
        {
            if (count > Limits.ValuesPerDimension)
            {
                _reports.Error("F401", default, $"there are {Text.Number(count)} {what}, the limit is " +
                    Text.Number(Limits.ValuesPerDimension), "split the framework");
            }
        }

        Most(_f.Actors.Length, "actors");
        Most(_f.Actions.Length + Framework.ReservedActions.Length, "actions");
        Most(_f.Phases.Length, "phases");
        Most(_f.Areas.Length, "areas");
        Most(_f.Benchmarks.Length, "benchmarks");
        Most(_f.Objections.Length, "objections");
        var facts = _f.Facts.Length + _f.Rules.Count(r => r.Delegable is not null);
        if (facts > Limits.Facts)
        {
            _reports.Error("F401", default,
                $"there are {facts} facts, those of delegations included, the limit is {Limits.Facts}",
                "a question that no rule asks can be left out");
        }

        var claimants = Footings.ClaimantsOf(_f).Count;
        if (claimants > Limits.Claimants)
        {
            _reports.Error("F401", default, $"{claimants} parties make claims, the limit is {Limits.Claimants}",
                "leave out the claims that no other rule meets");
        }

        var dates = Cuts.Days(_f).Count;
        Most(dates, "different dates");
        var constants = _reports.Conditions.Select(c => c.Condition).Distinct().GroupBy(c => c.FactId)
            .Select(g => g.Count()).DefaultIfEmpty(0).Max();
        Most(2 * constants, "values of one fact");
    }

    private void CheckTerritory()
    {
        foreach (var area in _f.Areas.Where(a => a.Crosses.Contains(a.Id) || a.Within.Contains(a.Id)))
        {
            _reports.Error("F301", area.Place, $"area `{area.Id}` crosses itself or lies within itself",
                "leave it out");
        }

        if (_reports.HasErrors)
        {
            return;
        }

        var sectors = _f.Areas.Where(a => a.IsSector).Select(a => a.Id).ToHashSet(StringComparer.Ordinal);
        var areas = _f.Areas.ToDictionary(a => a.Id, StringComparer.Ordinal);
        foreach (var area in _f.Areas)
        {
            foreach (var outer in area.Within.Select(w => areas[w]))
            {
                if (area.Crosses.FirstOrDefault(c => sectors.Contains(c) && !outer.Crosses.Contains(c)) is { } stray)
                {
                    _reports.Error("F307", area.Place,
                        $"area `{area.Id}` lies within `{outer.Id}` and crosses `{stray}`, which `{outer.Id}` does not",
                        $"add `{stray}` to what `{outer.Id}` crosses, or take it from `{area.Id}`");
                }
            }
        }

        if (!_reports.HasErrors && Territory.Leaves(_f) is null)
        {
            _reports.Error("F401", default, "the areas overlap in more than " + Text.Number(Limits.ValuesPerDimension) +
                " ways", "declare as crossing only those that do cross");
        }
    }
}
