namespace Truce.Rules;

/// <summary>W501 and W502: rules that are live nowhere, and rules without which nothing differs.</summary>
public sealed partial class Check
{
    private long _effectSteps;

    private void NoteEffects(int action, Cell cell)
    {
        foreach (var rule in cell.Active.Where(c => Mask.Has(_book.Space.Dim(c.Box, Situations.Action), action))
            .DistinctBy(c => c.RuleIndex))
        {
            if (_liveSomewhere[rule.RuleIndex] && _matters[rule.RuleIndex])
            {
                continue;
            }

            var bits = _book.Footings.OwnOf(rule.Rule.Ground.Basis).Bits;
            var with = cell.Of(action, bits);
            if (!with.Live.Exists(l => l.Clause.RuleIndex == rule.RuleIndex))
            {
                continue;
            }

            _liveSomewhere[rule.RuleIndex] = true;
            if (_matters[rule.RuleIndex] || (_effectSteps += cell.Active.Count) > Limits.EffectSteps)
            {
                continue;
            }

            var without = Standing.Of(_book, action, cell.Active, cell.Nevers, bits, rule.RuleIndex);
            _matters[rule.RuleIndex] |= !SameAnswers(with, without);
        }
    }

    /// <summary>Whether verdict, holders, consents, consultations, notices and duties are the same for
    /// everybody.</summary>
    private bool SameAnswers(Standing a, Standing b)
    {
        var (va, vb) = (Verdicts(a), Verdicts(b));
        for (var i = 0; i < va.Length; i++)
        {
            if (!Mask.Same(va[i], vb[i]))
            {
                return false;
            }
        }

        return Same(ByKey(a.Holders.Select(h =>
            (h.Holder.ToString(System.Globalization.CultureInfo.InvariantCulture), h.For))),
                ByKey(b.Holders.Select(h =>
                    (h.Holder.ToString(System.Globalization.CultureInfo.InvariantCulture), h.For))))
            && Same(ByKey(Terms(a)), ByKey(Terms(b)));
    }

    /// <summary>
    /// Performers by verdict: forbidden, not granted, contested, unowned, turning on what others say, permitted.
    /// Whoever is
    /// possible is in exactly one.
    /// </summary>
    private ulong[][] Verdicts(Standing s)
    {
        var (none, one, several) = s.HolderCounts();
        var settled = Mask.Either(s.Forbidden, s.ByRight);
        var open = Mask.Less(Mask.Either(s.Granted, s.Free), settled);
        var notGranted = Mask.Less(Mask.Less(s.Possible, settled), open);
        var contested = Mask.Less(Mask.Both(open, several), s.Free);
        var unowned = Mask.Less(Mask.Both(open, none), s.Free);
        var turning = new ulong[open.Length];
        foreach (var (clause, live) in s.Live)
        {
            if (clause is { Kind: RuleKind.Require, Rule.Require: RequireKind.Consent })
            {
                Mask.Or(turning, Mask.Less(live, s.GivenBy(clause.Whom)));
            }
        }

        foreach (var (holder, mask) in s.Holders.Where(h => _book.People.All[h.Holder].Kind == ActorKind.Body))
        {
            // A body can be stated to be deadlocked: then what is said for that case decides.
            var then = _book.People.All[holder].OnDeadlock;
            if (then.Kind != FallbackKind.Proceed)
            {
                var turns = Mask.Less(Mask.Both(mask, one), s.Free);
                Mask.Or(turning, then.To is { } to ? Mask.Less(turns, s.GivenBy(_book.People.IndexOf(to))) : turns);
            }
        }

        Mask.And(turning, open);
        Mask.AndNot(turning, contested);
        Mask.AndNot(turning, unowned);
        var permitted = Mask.Either(s.ByRight, Mask.Less(Mask.Less(Mask.Less(open, contested), unowned), turning));
        return [Mask.Both(s.Forbidden, s.Possible), notGranted, contested, unowned, turning, permitted];
    }

    private static IEnumerable<(string, ulong[])> Terms(Standing s) => s.Live
        .Where(l => l.Clause.Kind is RuleKind.Require or RuleKind.Oblige).Select(l =>
        {
            var r = l.Clause.Rule;
            return ($"{r.Kind} {(r.Kind == RuleKind.Require ? r.Require : 0)} {l.Clause.Whom} {r.AnswerWithin} " +
                $"{r.OnRefusal} " +
                $"{r.OnSilence} {r.Before} {r.After} {r.Channel}", l.Live);
        });

    private static Dictionary<string, ulong[]> ByKey(IEnumerable<(string Key, ulong[] For)> items)
    {
        var all = new Dictionary<string, ulong[]>(StringComparer.Ordinal);
        foreach (var (key, mask) in items)
        {
            if (all.TryGetValue(key, out var known))
            {
                Mask.Or(known, mask);
            }
            else
            {
                all[key] = (ulong[])mask.Clone();
            }
        }

        return all;
    }

    private static bool Same(Dictionary<string, ulong[]> a, Dictionary<string, ulong[]> b) =>
        a.Count == b.Count && a.All(x => b.TryGetValue(x.Key, out var y) && Mask.Same(x.Value, y));

    private IEnumerable<Finding> RulesWithoutEffect()
    {
        for (var r = 0; r < _matters.Length; r++)
        {
            var rule = _book.Framework.Rules[r];
            var own = _book.Footings.OwnOf(rule.Ground.Basis);
            if (_matters[r] || (_options.TextOnly && own.Kind != FootingKind.Text) || _notDecided.Count > 0)
            {
                continue;
            }

            var dead = !_liveSomewhere[r];
            yield return new Finding
            {
                Code = dead ? "W501" : "W502",
                Footing = own,
                Kind = KindOf(own),
                Subjects = [rule.Id],
                Rules = [rule],
                Sentence = dead
                    ? $"{Ref(rule)} is live nowhere: {WhyDead(rule)}"
                    : $"{Ref(rule)} changes nothing: without it no verdict, holder, consent, consultation, notice " +
                        "or duty differs",
                Repairs = Codes.Of(dead ? "W501" : "W502").Repairs,
                Place = rule.Place,
            };
        }
    }

    private string WhyDead(Rule rule)
    {
        var boxes = _book.Clauses.Where(c => c.Rule == rule).Select(c => c.Box).ToList();
        var s = _book.Space;
        foreach (var (dim, why) in new[]
        {
            (Situations.Performer, "no unit is reached by whom it names"),
                (Situations.Leaf, "its places have no ground in common"),
            (Situations.Day, "its days lie outside the term"), (Situations.Phase, "it names no phase"),
        })
        {
            if (boxes.TrueForAll(b => !Mask.Any(s.Dim(b, dim))))
            {
                return why;
            }
        }

        if (boxes.TrueForAll(_book.IsEmpty))
        {
            return "its conditions exclude each other";
        }

        var over = _book.Framework.Rules.Where(r => r.Overrides.Contains(rule.Id)).Select(r => Ref(r)).ToList();
        return over.Count > 0 ? $"{Text.And(over)} set{(over.Count == 1 ? "s" : "")} it aside wherever it would hold"
            : "the situations that it speaks of cannot occur";
    }
}
