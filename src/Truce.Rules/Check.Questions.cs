namespace Truce.Rules;

/// <summary>The questions about one action in one cell.</summary>
public sealed partial class Check
{
    private List<Hit> Ask(int action, Cell cell, ulong bits)
    {
        var hits = new List<Hit>();
        var s = cell.Of(action, bits);
        AskLastWords(s, hits);
        AskConsents(s, hits);
        AskMeans(s, hits);
        AskAddressees(s, cell, hits);
        AskDuties(s, cell, bits, hits);
        AskCommands(s, cell, hits);
        return hits;
    }

    /// <summary>E101: two last words over the same act by the same performer. E102: an act without a last
    /// word.</summary>
    private static void AskLastWords(Standing s, List<Hit> hits)
    {
        for (var i = 0; i < s.Holders.Count; i++)
        {
            for (var j = i + 1; j < s.Holders.Count; j++)
            {
                var both = Mask.Both(Mask.Both(s.Holders[i].For, s.Holders[j].For), s.Asked);
                if (Mask.Any(both))
                {
                    var (a, b) = (s.Holders[i].Holder, s.Holders[j].Holder);
                    hits.Add(new Hit("E101", s.Action, [Math.Min(a, b), Math.Max(a, b)], both,
                        RulesOf(s, both, c => c.Kind == RuleKind.Final && (c.Whom == a || c.Whom == b))));
                }
            }
        }

        var (none, _, _) = s.HolderCounts();
        var nobody = Mask.Less(Mask.Both(none, s.Asked), s.Free);
        if (Mask.Any(nobody))
        {
            hits.Add(new Hit("E102", s.Action, [], nobody,
                RulesOf(s, nobody, c => c.Kind is RuleKind.Grant or RuleKind.Oblige)));
        }
    }

    private static List<int> RulesOf(Standing s, ulong[] mask, Func<Clause, bool> which) =>
        [.. s.Live.Where(l => which(l.Clause) && Mask.Meets(l.Live, mask)).Select(l => l.Clause.RuleIndex)];

    /// <summary>E103: a second key without a way out, or somebody who can deadlock.</summary>
    private void AskConsents(Standing s, List<Hit> hits)
    {
        var (none, one, _) = s.HolderCounts();
        var keyed = Mask.Either(Mask.Either(Mask.Less(s.Possible, none), s.Duty), s.Free);
        var asked = new SortedDictionary<int, (ulong[] For, List<int> Rules)>();
        void Note(int whom, ulong[] mask, IEnumerable<int> rules)
        {
            if (Mask.Any(mask))
            {
                if (!asked.TryGetValue(whom, out var known))
                {
                    asked[whom] = known = (new ulong[mask.Length], []);
                }

                Mask.Or(known.For, mask);
                known.Rules.AddRange(rules);
            }
        }

        foreach (var (clause, live) in s.Live)
        {
            // Where the text names nobody, E105 says so.
            if (clause is not { Kind: RuleKind.Require, Rule.Require: RequireKind.Consent, Whom: >= 0 })
            {
                continue;
            }

            var due = Mask.Less(Mask.Both(live, s.Asked), s.GivenBy(clause.Whom));
            var r = clause.Rule;
            if (r.AnswerWithin is null || r.OnRefusal.Kind == FallbackKind.NotStated
                || r.OnSilence.Kind == FallbackKind.NotStated)
            {
                var open = Mask.Both(due, keyed);
                foreach (var (holder, mask) in s.Holders.Where(h => h.Holder == clause.Whom))
                {
                    Mask.AndNot(open, Mask.Both(mask, one));
                }

                Note(clause.Whom, open, [clause.RuleIndex, .. RulesOf(s, open, c => c.Kind == RuleKind.Final)]);
            }

            if (_book.People.All[clause.Whom].CanDeadlock)
            {
                Note(clause.Whom, due, [clause.RuleIndex]);
            }
        }

        foreach (var (holder, mask) in s.Holders.Where(h => _book.People.All[h.Holder].CanDeadlock))
        {
            var held = Mask.Both(mask, s.Asked);
            Note(holder, held, RulesOf(s, held, c => c.Kind == RuleKind.Final && c.Whom == holder));
        }

        hits.AddRange(asked.Select(a => new Hit("E103", s.Action, [a.Key], a.Value.For, a.Value.Rules)));
    }

    /// <summary>E104: the last word over its own units too, and none of them may, though the performer may.</summary>
    private void AskMeans(Standing s, List<Hit> hits)
    {
        var (_, one, _) = s.HolderCounts();
        foreach (var (holder, mask) in s.Holders)
        {
            var units = Mask.Both(_book.People.Reach(holder), s.Possible);
            var others = Mask.Both(Mask.Both(mask, one), s.May);
            if (Mask.Meets(units, mask) && !Mask.Meets(units, s.May) && Mask.Any(others))
            {
                hits.Add(new Hit("E104", s.Action, [holder], others, RulesOf(s, others,
                    c => (c.Kind == RuleKind.Final && c.Whom == holder)
                        || c.Kind is RuleKind.Grant or RuleKind.Inherent)));
            }
        }
    }

    /// <summary>E105, E401: somebody who does not exist or has ended; a notice without a channel.</summary>
    private void AskAddressees(Standing s, Cell cell, List<Hit> hits)
    {
        foreach (var group in s.Live.Where(l => l.Clause.Kind == RuleKind.Require)
            .GroupBy(l => (l.Clause.Whom, Notice: l.Clause.Rule.Require == RequireKind.Notice)))
        {
            var (whom, notice) = group.Key;
            var gone = whom < 0 || cell.Ended.Contains(whom);
            var due = notice ? Mask.Either(s.Asked, Mask.Both(s.ByRight, s.Possible)) : s.Asked;
            var mask = new ulong[due.Length];
            var rules = new List<int>();
            foreach (var (clause, live) in group)
            {
                var silent = notice && whom >= 0 && clause.Rule.Channel is null
                    && _book.People.All[whom].Channel is null;
                var part = Mask.Both(live, due);
                if ((gone || silent) && Mask.Any(part))
                {
                    Mask.Or(mask, part);
                    rules.Add(clause.RuleIndex);
                }
            }

            if (Mask.Any(mask))
            {
                hits.Add(new Hit(notice ? "E401" : "E105", s.Action, [whom], mask, rules));
            }
        }
    }

    /// <summary>E202, E201, E203: duties that are forbidden, that nobody may meet, or that nobody is there to
    /// meet.</summary>
    private void AskDuties(Standing s, Cell cell, ulong bits, List<Hit> hits)
    {
        foreach (var group in s.Live.Where(l => l.Clause.Kind == RuleKind.Oblige).GroupBy(l => l.Clause.Whom))
        {
            var units = new ulong[s.Possible.Length];
            foreach (var (_, live) in group)
            {
                Mask.Or(units, live);
            }

            var able = Mask.Both(Able(s.Action, cell, bits), units);
            var code = Mask.Holds(s.Forbidden, units) ? "E202"
                : !Mask.Any(able) ? "E201"
                : !Mask.Meets(able, cell.Present) ? "E203" : null;
            if (code is not null)
            {
                var duty = group.Select(g => g.Clause.RuleIndex);
                var needs = Mask.Bits(NeedsOf(s.Action)).Select(n => cell.Of(n, bits));
                var blocking = code == "E203" ? [] : needs.SelectMany(n => n.Live)
                    .Where(l => l.Clause.Kind == RuleKind.Prohibit
                        && (Mask.Meets(l.Live, units) || l.Clause.Rule.Actions
                        .Any(n => n != _book.Space.Actions[s.Action]))).Select(l => l.Clause.RuleIndex);
                hits.Add(new Hit(code, s.Action, [group.Key], units, duty.Concat(blocking)));
            }
        }
    }

    /// <summary>Who is able to: may do it, and can do all that it needs. LANGUAGE §2.</summary>
    private ulong[] Able(int action, Cell cell, ulong bits)
    {
        if (cell.AbleTo.TryGetValue((action, bits), out var known))
        {
            return known;
        }

        var able = (ulong[])cell.Of(action, bits).May.Clone();
        foreach (var need in _book.Terms[action].Needs.Select(n => _book.Space.Actions.IndexOf(n)))
        {
            var those = Able(need, cell, bits);
            if (_book.Terms[need].FreeTo.IsEmpty)
            {
                Mask.And(able, those);
            }
            else if (!Mask.Meets(those, _book.Free[need]))
            {
                Array.Clear(able);
            }
        }

        cell.AbleTo[(action, bits)] = able;
        return able;
    }

    /// <summary>W301: contingents of one command, present together, of which some may and some may not.</summary>
    private void AskCommands(Standing s, Cell cell, List<Hit> hits)
    {
        foreach (var (command, contingents) in Commands)
        {
            var here = Mask.Both(Mask.Both(contingents, cell.Present), s.Possible);
            if (Mask.Meets(here, s.May) && !Mask.Holds(s.May, here))
            {
                hits.Add(new Hit("W301", s.Action, [command], here, RulesOf(s, here,
                    c => c.Kind is RuleKind.Prohibit or RuleKind.Grant or RuleKind.Inherent)));
            }
        }
    }

    private List<(int Command, ulong[] Contingents)> Commands => _commands ??= FindCommands();

    private List<(int Command, ulong[] Contingents)>? _commands;

    private List<(int, ulong[])> FindCommands()
    {
        var people = _book.People;
        var list = new List<(int, ulong[])>();
        foreach (var c in Enumerable.Range(0, people.All.Length).Where(c => people.All[c].Kind == ActorKind.Command))
        {
            var mask = new ulong[people.PerformerWords];
            foreach (var p in Mask.Bits(people.Reach(c)).Where(p => p < _book.Space.Units))
            {
                if (people.ActorOf(p).Kind == ActorKind.Contingent && people.IsSuperior(c, people.ActorIndexOf(p)))
                {
                    Mask.Set(mask, p);
                }
            }

            if (Mask.Count(mask) > 1)
            {
                list.Add((c, mask));
            }
        }

        return list;
    }

    /// <summary>W302: contingents of one command, present together, that rank priorities differently.</summary>
    private void AskPriorities()
    {
        foreach (var (command, contingents) in Commands)
        {
            var ranked = Mask.Bits(contingents).Where(p => !_book.People.ActorOf(p).Priorities.IsEmpty).ToList();
            if (ranked.Select(p => string.Join('\n', _book.People.ActorOf(p).Priorities)).Distinct().Count() < 2)
            {
                continue;
            }

            EachCell([], "priorities (W302)", cell =>
            {
                bool Differ(IEnumerable<int> those) =>
                    those.Select(p => string.Join('\n', _book.People.ActorOf(p).Priorities)).Distinct().Count() > 1;
                List<int> On(ulong bits) => ranked.Where(p => Mask.Has(cell.Present, p)
                    && (_book.Footings.BitOf(_book.People.ActorOf(p).Ground.Basis) & bits) != 0
                    && !cell.Nevers.Exists(n => Mask.Has(_book.Space.Dim(n, Situations.Performer), p))).ToList();
                List<Hit> byText = [];
                for (var f = 0; f < _footings.Length && _footings[f].Kind != FootingKind.TwoClaims; f++)
                {
                    var here = On(_footings[f].Bits);
                    List<Hit> hits = Differ(here) ? [Unlike(command, here)] : [];
                    Keep(f, cell, hits, [byText]);
                    byText = f == 0 ? hits : byText;
                }

                if (Differ(On(Footings.WithoutAssumptions)))
                {
                    _bare.Add($"W302 0 {command}");
                }
            }, _ => 0);
        }
    }

    private Hit Unlike(int command, List<int> contingents)
    {
        var mask = new ulong[_book.People.PerformerWords];
        contingents.ForEach(p => Mask.Set(mask, p));
        return new Hit("W302", 0, [command], mask, [])
        {
            Actions = _book.Space.Dim(_book.Space.Full, Situations.Action).ToArray(),
        };
    }

    /// <summary>E402: units of two chains may use force in one place, and neither must ask, consult or tell the
    /// other.</summary>
    private void AskForce()
    {
        var force = Enumerable.Range(0, _book.Space.Actions.Length).Where(a => _book.Terms[a].Force).ToList();
        var mask = new ulong[_book.Space.Offsets[2] - _book.Space.Offsets[1]];
        force.ForEach(a => Mask.Set(mask, a));
        var clauses = _book.Clauses.Where(c => !_book.IsEmpty(c.Box)
            && c.Kind is RuleKind.Grant or RuleKind.Prohibit or RuleKind.Require
            && Mask.Meets(_book.Space.Dim(c.Box, Situations.Action), mask)).ToList();
        if (force.Count > 0 && (clauses.Exists(c => c.Kind == RuleKind.Grant)
            || force.Exists(a => Mask.Any(_book.Free[a]))))
        {
            EachCell(clauses, "force (E402)", cell => Gather(cell, bits => AskChains(force, cell, bits)),
                _ => force.Count * _book.Space.Performers.Length * _book.People.PerformerWords / 32);
        }
    }

    private List<Hit> AskChains(List<int> force, Cell cell, ulong bits)
    {
        // For each performer who may use force here: whom nothing makes it ask, consult or tell; and the actions.
        var open = new (ulong[] Others, ulong[] Actions)?[_book.Space.Performers.Length];
        foreach (var action in force)
        {
            var s = cell.Of(action, bits);
            var told = s.Live.Where(l => l.Clause is { Kind: RuleKind.Require, Whom: >= 0 }).ToList();
            foreach (var p in Mask.Bits(Mask.Both(s.MayOrdinarily, cell.Present)))
            {
                var others = _book.Performing(action).ToArray();
                foreach (var (clause, live) in told)
                {
                    if (Mask.Has(live, p))
                    {
                        Mask.AndNot(others, Represented(clause.Whom));
                    }
                }

                var known = open[p] ??= (new ulong[others.Length],
                    new ulong[_book.Space.Offsets[2] - _book.Space.Offsets[1]]);
                Mask.Or(known.Others, others);
                Mask.Set(known.Actions, action);
            }
        }

        return Chains(open, cell, bits, force);
    }

    private ulong[] Represented(int whom) => (_represented ??= new ulong[_book.People.All.Length][])[whom]
        ??= _book.People.Represented(whom);

    private ulong[][]? _represented;

    /// <summary>For each performer the tops of its chains, and everybody who shares none of them.</summary>
    private (List<int> Tops, ulong[] Apart) ChainOf(int performer)
    {
        _chains ??= new (List<int>, ulong[])[_book.Space.Performers.Length];
        if (_chains[performer].Tops is null)
        {
            var tops = _book.People.Tops(_book.People.ActorIndexOf(performer));
            var apart = new ulong[_book.People.PerformerWords];
            for (var q = 0; q < _book.Space.Performers.Length; q++)
            {
                if (!tops.Intersect(_book.People.Tops(_book.People.ActorIndexOf(q))).Any())
                {
                    Mask.Set(apart, q);
                }
            }

            _chains[performer] = (tops, apart);
        }

        return _chains[performer];
    }

    private (List<int> Tops, ulong[] Apart)[]? _chains;

    private List<Hit> Chains((ulong[] Others, ulong[] Actions)?[] open, Cell cell, ulong bits, List<int> force)
    {
        var everyone = new ulong[_book.People.PerformerWords];
        for (var p = 0; p < open.Length; p++)
        {
            if (open[p] is not null)
            {
                Mask.Set(everyone, p);
            }
        }

        var hits = new SortedDictionary<(int, int), Hit>();
        List<int>? grants = null;
        foreach (var p in Mask.Bits(everyone))
        {
            var (others, actions) = open[p]!.Value;
            var (tops, apart) = ChainOf(p);
            foreach (var q in Mask.Bits(Mask.Both(Mask.Both(others, everyone), apart)))
            {
                var (back, theirs) = open[q]!.Value;
                if (q <= p || !Mask.Has(back, p))
                {
                    continue;
                }

                grants ??= [.. force.SelectMany(a => cell.Of(a, bits).Live)
                    .Where(l => l.Clause.Kind == RuleKind.Grant).Select(l => l.Clause.RuleIndex)];
                foreach (var x in tops)
                {
                    foreach (var y in ChainOf(q).Tops)
                    {
                        var hit = ChainHit(hits, (Math.Min(x, y), Math.Max(x, y)), grants);
                        Mask.Set(hit.For, p);
                        Mask.Set(hit.For, q);
                        Mask.Or(hit.Actions!, actions);
                        Mask.Or(hit.Actions!, theirs);
                    }
                }
            }
        }

        return [.. hits.Values];
    }

    private Hit ChainHit(SortedDictionary<(int, int), Hit> hits, (int X, int Y) chains, List<int> grants)
    {
        if (!hits.TryGetValue(chains, out var hit))
        {
            hits[chains] = hit =
                new Hit("E402", -1, [chains.X, chains.Y], new ulong[_book.People.PerformerWords], grants)
                {
                    Actions = new ulong[_book.Space.Offsets[2] - _book.Space.Offsets[1]],
                };
        }

        return hit;
    }
}
