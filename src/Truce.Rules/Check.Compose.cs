using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>From what was gathered in cells to findings: region, witness, replay, sentence.</summary>
public sealed partial class Check
{
    private IEnumerable<Finding> Compose()
    {
        foreach (var ((f, _), g) in _gathered)
        {
            var footing = _footings[f];
            var region = g.Region!;
            var point = region.MostOrdinary();
            if (g.First.Code == "W302")
            {
                point[Situations.Action] = 0;
            }

            var answer = Replay(g.First, region, point, footing);
            var rules = g.Rules.Order().Select(r => _book.Framework.Rules[r]).ToImmutableArray();
            var action = g.First.Code is "E402" or "W302" ? "" : _book.Space.Actions[g.First.Action];
            var subjects = g.First.Subjects.Select(s => s < 0 ? "nobody" : _book.People.All[s].Id).ToImmutableArray();
            yield return new Finding
            {
                Code = g.First.Code,
                Footing = footing,
                Kind = footing.Kind == FootingKind.Text
                    && !_bare.Contains(g.First.Identity) ? FindingKind.Assumed : KindOf(footing),
                Action = action,
                Subjects = subjects,
                Rules = rules,
                Region = region,
                Where = WhereWords(region, g.First.ByPerformer),
                Witness = Region.Name(_book.Space, point),
                WitnessWords = answer,
                Share = region.Share,
                Sentence = Sentence(g.First, region, point, subjects, rules, footing),
                Repairs = Codes.Of(g.First.Code).Repairs,
                Place = rules.IsEmpty ? default : rules[0].Place,
            };
        }
    }

    private static FindingKind KindOf(Footing footing) => footing.Kind switch
    {
        FootingKind.Text => FindingKind.Drafting,
        FootingKind.Practice => FindingKind.Practice,
        _ => FindingKind.Dispute,
    };

    private ImmutableArray<string> WhereWords(Region region, bool byPerformer)
    {
        var lines = region.Boxes.Select(b =>
        {
            var where = _words.Where(b);
            return byPerformer ? $"{where}, by {_words.Performers(_book.Space.Dim(b, Situations.Performer))}" : where;
        });
        return [.. lines.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Asks the ruling about the witness and compares. Returns what it says, in words.</summary>
    private string Replay(Hit hit, Region region, int[] point, Footing footing)
    {
        var none = ImmutableDictionary<string, Statement>.Empty;
        var answer = _book.AnswerAt(point, footing, none);
        var whom = hit.Subjects.Select(s => s < 0 ? "" : _book.People.All[s].Id).ToList();
        var open = answer.Permission is Permission.Granted or Permission.Free or Permission.NotGranted;
        var agrees = hit.Code switch
        {
            "E101" => open && whom.TrueForAll(answer.Holders.Contains),
            "E102" => open && answer.Holders.IsEmpty && answer.Permission != Permission.Free
                && (answer.Permission == Permission.Granted || answer.Duties.Length > 0),
            "E103" => open && (answer.Consents.Any(c => c.Of == whom[0] && !c.CountsAsGiven)
                || answer.Holders.Contains(whom[0])),
            "E104" => answer.Holders.AsSpan().SequenceEqual(whom.ToArray()) && MayAt(point, footing),
            "E105" => answer.Consents.Any(c => c.Of == whom[0]) || answer.Consultations.Any(c => c.With == whom[0]),
            "E401" => answer.Notices.Any(n => n.To == whom[0]),
            "E201" or "E202" => !UnitsAt(region, point)
                .Exists(p => AbleAt(With(point, Situations.Performer, p), footing)),
            "E203" => UnitsAt(region, point).Exists(p => AbleAt(With(point, Situations.Performer, p), footing)),
            "W301" => UnitsAt(region, point) is var all
                && all.Exists(p => MayAt(With(point, Situations.Performer, p), footing))
                && all.Exists(p => !MayAt(With(point, Situations.Performer, p), footing)),
            "E402" => UnitsAt(region, point).Count(p => Enumerable.Range(0, _book.Space.Actions.Length).Any(a =>
                _book.Terms[a].Force
                    && MayAt(With(With(point, Situations.Performer, p), Situations.Action, a), footing))) > 1,
            _ => true,
        };
        if (!agrees || (hit.ByPerformer && !SameAsStanding(answer, point, footing)))
        {
            throw new InvalidOperationException(
                $"the witness of {hit.Identity} does not replay: {Region.Name(_book.Space, point)}");
        }

        return hit.ByPerformer ? Prose.Headline(answer, footing) : "";
    }

    /// <summary>The permission and holders that the cells' arithmetic gives at a point are those of the
    /// ruling.</summary>
    private bool SameAsStanding(Answer answer, int[] point, Footing footing)
    {
        var active = _book.Clauses.Where(c => HoldsBut(c.Box, point)).ToList();
        var nevers = _book.Nevers.Where(n => HoldsBut(n, point)).ToList();
        var s = Standing.Of(_book, point[Situations.Action], active, nevers, footing.Bits);
        var p = point[Situations.Performer];
        var may = answer.Permission is Permission.Granted or Permission.Free or Permission.Inherent;
        return Mask.Has(s.May, p) == may
            && s.HoldersOf(p).Select(h => _book.People.All[h].Id).SequenceEqual(answer.Holders, StringComparer.Ordinal);
    }

    private bool HoldsBut(ulong[] box, int[] point)
    {
        for (var d = Situations.Leaf; d < point.Length; d++)
        {
            if (!Mask.Has(_book.Space.Dim(box, d), point[d]))
            {
                return false;
            }
        }

        return true;
    }

    private bool MayAt(int[] point, Footing footing) =>
        _book.AnswerAt(point, footing, ImmutableDictionary<string, Statement>.Empty).Permission
            is Permission.Granted or Permission.Free or Permission.Inherent;

    private bool AbleAt(int[] point, Footing footing) => AbleAt(point, footing, []);

    /// <summary>Each performer and action is asked once: needs may meet again and again.</summary>
    private bool AbleAt(int[] point, Footing footing, Dictionary<(int, int), bool> known)
    {
        var key = (point[Situations.Performer], point[Situations.Action]);
        return known.TryGetValue(key, out var able) ? able : known[key] = _book.IsPossible(point)
            && MayAt(point, footing)
            && _book.Terms[point[Situations.Action]].Needs.All(need =>
            {
                var a = _book.Space.Actions.IndexOf(need);
                var there = With(point, Situations.Action, a);
                return _book.Terms[a].FreeTo.IsEmpty
                    ? AbleAt(there, footing, known)
                    : Mask.Bits(_book.Free[a])
                        .Exists(p => AbleAt(With(there, Situations.Performer, p), footing, known));
            });
    }

    private static int[] With(int[] point, int dim, int value)
    {
        var other = (int[])point.Clone();
        other[dim] = value;
        return other;
    }

    /// <summary>The performers of the region at a point's other values.</summary>
    private static List<int> UnitsAt(Region region, int[] point) =>
    [
        .. Mask.Bits(region.Values(Situations.Performer))
            .Where(p => region.Contains(With(point, Situations.Performer, p))),
    ];

    private static string Ref(Rule rule) => Prose.Reference(rule);

    private static string Refs(IEnumerable<Rule> rules)
    {
        var all = rules.Select(Ref).ToList();
        return all.Count <= 12 ? Text.And(all) : $"{string.Join(", ", all.Take(11))} and {all.Count - 11} more rules";
    }

    private string Sentence(Hit hit, Region region, int[] point, ImmutableArray<string> subjects,
        ImmutableArray<Rule> rules,
        Footing footing)
    {
        var action = hit.Action >= 0 ? _book.Space.Actions[hit.Action] : "";
        IEnumerable<Rule> Of(params RuleKind[] kinds) => rules.Where(r => kinds.Contains(r.Kind));
        var blocked = footing.Kind == FootingKind.Practice ? "blocked" : "forbidden";
        var because = Of(RuleKind.Prohibit).Any()
            ? $"; {Refs(Of(RuleKind.Prohibit))} stand{(Of(RuleKind.Prohibit).Count() == 1 ? "s" : "")} against it" : "";
        return hit.Code switch
        {
            "E101" => $"{Text.And(subjects)} both have the last word over {action}: {Refs(rules)}",
            "E102" => $"nobody has the last word over {action}, which is {DueBy(rules)}",
            "E103" => ConsentSentence(action, subjects[0], rules),
            "E104" => $"{subjects[0]} has the last word over {action}, and none of its own units may do it, though " +
                $"{_words.Performers(region.Values(Situations.Performer))} may: {Refs(rules)}",
            "E105" => $"{subjects[0]} must be asked before {action}, and {GoneWords(subjects[0])}: {Refs(rules)}",
            "E401" => $"{subjects[0]} must be told of {action}, and {GoneWords(subjects[0])}: {Refs(rules)}",
            "E201" => $"{subjects[0]} has the duty to {action}, and none of its units may carry it out: " +
                Refs(Of(RuleKind.Oblige)) +
                (because.Length > 0 ? because : "; nothing grants it, or what it needs"),
            "E202" => $"{subjects[0]} has the duty to {action}, and it is {blocked} to every one of its units: " +
                $"{Refs(Of(RuleKind.Oblige))}{because}",
            "E203" => $"{subjects[0]} has the duty to {action}, and none of its units that may do it is there: " +
                $"{Refs(rules)}",
            "E402" => $"{Text.And(subjects)} may both use force in one place, and neither must ask, consult or tell " +
                "the other: " +
                Refs(rules),
            "W301" => $"contingents of {subjects[0]} stand together, and {Divided(region, point, footing)} " +
                $"{action}: {Refs(rules)}",
            _ => PrioritiesSentence(subjects[0], region),
        };
    }

    private static string DueBy(ImmutableArray<Rule> rules)
    {
        var granted = rules.Where(r => r.Kind == RuleKind.Grant).ToList();
        var due = rules.Where(r => r.Kind == RuleKind.Oblige).ToList();
        var parts = new List<string>();
        if (granted.Count > 0)
        {
            parts.Add($"granted by {Refs(granted)}");
        }

        if (due.Count > 0)
        {
            parts.Add($"a duty by {Refs(due)}");
        }

        return string.Join(" and ", parts);
    }

    private string ConsentSentence(string action, string whom, ImmutableArray<Rule> rules)
    {
        var asked = rules.Where(r => r.Kind == RuleKind.Require).ToList();
        var held = rules.Where(r => r.Kind == RuleKind.Final).ToList();
        var actor = whom == "nobody" ? null : _book.People.All[_book.People.IndexOf(whom)];
        if (actor?.CanDeadlock == true && !asked.Exists(r => r.AnswerWithin is null
            || r.OnRefusal.Kind == FallbackKind.NotStated || r.OnSilence.Kind == FallbackKind.NotStated))
        {
            return $"{whom} decides {(actor.Decides == Decides.Unanimously ? "unanimously" : "by majority")} over " +
                $"{action} with " +
                $"{actor.Members.Length} members, and no clause says what follows a deadlock: {Refs(rules)}";
        }

        var unsaid = new List<string>();
        void Unsaid(bool any, string what)
        {
            if (any)
            {
                unsaid.Add(what);
            }
        }

        Unsaid(asked.Exists(r => r.AnswerWithin is null), "how long an answer may take");
        Unsaid(asked.Exists(r => r.OnRefusal.Kind == FallbackKind.NotStated), "what follows a refusal");
        Unsaid(asked.Exists(r => r.OnSilence.Kind == FallbackKind.NotStated), "what follows a silence");
        var holds = held.Count > 0
            ? $", though the last word is {Text.And([.. held.Select(r => r.Who[0]).Distinct()])}'s " +
            $"by {Refs(held)}" : "";
        return $"{whom} can block {action} by {Refs(asked)}{holds}, and no clause says {Text.Or(unsaid)}";
    }

    private string GoneWords(string whom)
    {
        if (whom == "nobody")
        {
            return "the text names nobody";
        }

        var actor = _book.People.All[_book.People.IndexOf(whom)];
        return actor switch
        {
            { Until: { } last } => $"it ends on {Text.Date(last)}",
            { From: { } first } => $"it begins on {Text.Date(first)}",
            _ => "no channel is named by which it is told",
        };
    }

    private string Divided(Region region, int[] point, Footing footing)
    {
        var here = UnitsAt(region, point);
        string Names(bool may) =>
            Text.And([.. here.Where(p => MayAt(With(point, Situations.Performer, p), footing) == may)
            .Select(p => _book.Space.Performers[p])]);
        return $"{Names(true)} may and {Names(false)} may not";
    }

    private string PrioritiesSentence(string command, Region region)
    {
        var ranked = Mask.Bits(region.Values(Situations.Performer)).Select(p => _book.People.ActorOf(p))
            .Select(a => $"{a.Id} puts {Text.And([.. a.Priorities.Take(3)])} in this order").ToList();
        return $"contingents of {command} stand together and rank their priorities differently: " +
            $"{string.Join("; ", ranked)}";
    }

    /// <summary>By footing, then code, action and subjects in the file's order.</summary>
    private IEnumerable<Finding> Ordered(IEnumerable<Finding> findings)
    {
        var footing = _footings.Select((f, i) => (f, i)).ToDictionary(x => x.f, x => x.i);
        var actor = _book.People.All.Select((a, i) => (a.Id, i))
            .ToDictionary(x => x.Id, x => x.i, StringComparer.Ordinal);
        return findings.Select((f, i) => (f, i)).OrderBy(x => footing[x.f.Footing])
            .ThenBy(x => x.f.Severity).ThenBy(x => x.f.Code, StringComparer.Ordinal)
            .ThenBy(x => x.f.Action.Length == 0 ? -1 : _book.Space.Actions.IndexOf(x.f.Action))
            .ThenBy(x => x.f.Subjects.Length > 0 ? actor.GetValueOrDefault(x.f.Subjects[0], int.MaxValue) : -1)
            .ThenBy(x => x.f.Subjects.Length > 1 ? actor.GetValueOrDefault(x.f.Subjects[1], int.MaxValue) : -1)
            .ThenBy(x => x.f.Place).ThenBy(x => x.f.Identity, StringComparer.Ordinal).Select(x => x.f);
    }
}
