using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>The ruling on one situation. It reads LANGUAGE §4 point by point and shares nothing with the cells of
/// check.</summary>
public sealed partial class Rulebook
{
    /// <summary>
    /// Answers one situation, all facts known. <paramref name="point"/> has one index a dimension. Cost: one pass over
    /// the
    /// clauses of the action.
    /// </summary>
    internal Answer AnswerAt(ReadOnlySpan<int> point, Footing footing, IReadOnlyDictionary<string,
        Statement> statements)
    {
        var live = new List<Clause>();
        var isLive = new bool[Clauses.Length];
        var aside = new List<(Clause Clause, List<string> By)>();
        foreach (var clause in Clauses)
        {
            if ((clause.BasisBit & footing.Bits) == 0 || !Contains(clause.Box, point))
            {
                continue;
            }

            if (!Array.Exists(clause.OverriddenBy, o => isLive[o]))
            {
                isLive[clause.Index] = true;
                live.Add(clause);
            }
            else
            {
                aside.Add((clause, [.. clause.OverriddenBy.Where(o => isLive[o]).Select(o => Clauses[o].Rule.Id)
                    .Distinct(StringComparer.Ordinal)]));
            }
        }

        return Compose(point, live, aside, statements);
    }

    internal bool Contains(ulong[] box, ReadOnlySpan<int> point)
    {
        for (var d = 0; d < point.Length; d++)
        {
            if (!Mask.Has(Space.Dim(box, d), point[d]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the situation can occur.</summary>
    internal bool IsPossible(ReadOnlySpan<int> point)
    {
        if (!Mask.Has(Performing(point[Situations.Action]), point[Situations.Performer]))
        {
            return false;
        }

        foreach (var never in Nevers)
        {
            if (Contains(never, point))
            {
                return false;
            }
        }

        return true;
    }

    internal Answer Compose(ReadOnlySpan<int> point, List<Clause> live, List<(Clause Clause, List<string> By)> aside,
        IReadOnlyDictionary<string, Statement> statements)
    {
        var performer = point[Situations.Performer];
        var free = Mask.Has(Free[point[Situations.Action]], performer);
        var permission = PermissionOf(live, free);
        var holders = HoldersOf(live);
        ImmutableArray<ConsentDue> consents =
            [.. Asked(live, RequireKind.Consent).Select(c => Consent(c, performer, statements))
            .DistinctBy(c => (c.Of, c.RuleId))];
        var (verdict, turnsOn) = VerdictOf(performer, permission, free, holders, consents, statements);
        return new Answer
        {
            Verdict = verdict,
            Permission = permission,
            Holders = [.. holders.Select(h => People.All[h].Id)],
            Consents = consents,
            TurnsOn = turnsOn,
            Consultations = [.. Asked(live, RequireKind.Consultation)
                .Select(c => new ConsultationDue(IdOf(c.Whom), c.Rule.Id, c.Rule.Channel ?? ChannelOf(c.Whom)))],
            Notices = [.. Asked(live, RequireKind.Notice)
                .Select(c => new NoticeDue(IdOf(c.Whom), c.Rule.Id, c.Rule.Before,
                c.Rule.After, c.Rule.Channel ?? ChannelOf(c.Whom)))],
            Duties = [.. InFileOrder(live.FindAll(c => c.Kind == RuleKind.Oblige))
                .Select(c => new DutyDue(IdOf(c.Whom), c.Rule.Id))],
            Live = [.. live.Select(c => c.RuleIndex).Distinct().Order().Select(r => Framework.Rules[r])],
            SetAside = aside.Count == 0 ? []
                : [.. aside.Where(a => !live.Exists(l => l.RuleIndex == a.Clause.RuleIndex))
                .OrderBy(a => a.Clause.RuleIndex).Select(a => new SetAside(a.Clause.Rule.Id, [.. a.By]))
                    .DistinctBy(a => a.RuleId)],
        };
    }

    private static List<Clause> Asked(List<Clause> live, RequireKind kind) =>
        InFileOrder(live.FindAll(c => c.Kind == RuleKind.Require && c.Rule.Require == kind));

    private static List<Clause> InFileOrder(List<Clause> clauses)
    {
        if (clauses.Count > 1)
        {
            clauses.Sort((a, b) =>
                a.RuleIndex != b.RuleIndex ? a.RuleIndex.CompareTo(b.RuleIndex) : a.Index.CompareTo(b.Index));
        }

        return clauses;
    }

    private string IdOf(int actor) => actor < 0 ? "" : People.All[actor].Id;

    private string? ChannelOf(int actor) => actor < 0 ? null : People.All[actor].Channel;

    private static Permission PermissionOf(List<Clause> live, bool free)
    {
        if (live.Exists(c => c is { Kind: RuleKind.Prohibit, Rule.Always: true }))
        {
            return Permission.ForbiddenAlways;
        }

        if (live.Exists(c => c.Kind == RuleKind.Inherent))
        {
            return Permission.Inherent;
        }

        if (live.Exists(c => c.Kind == RuleKind.Prohibit))
        {
            return Permission.Forbidden;
        }

        return live.Exists(c => c.Kind == RuleKind.Grant) ? Permission.Granted
            : free ? Permission.Free : Permission.NotGranted;
    }

    /// <summary>Who has the last word: a holder yields only where one above it is a live holder too.</summary>
    private List<int> HoldersOf(List<Clause> live)
    {
        var all = new List<int>();
        foreach (var clause in live)
        {
            if (clause.Kind == RuleKind.Final && !all.Contains(clause.Whom))
            {
                all.Add(clause.Whom);
            }
        }

        if (all.Count > 1)
        {
            all.Sort();
            var every = all.ToArray();
            all.RemoveAll(h => Array.Exists(every, other => People.IsAbove(other, h)));
        }

        return all;
    }

    /// <summary>A consent counts as given from the performer itself or its superior in <c>under:</c>.</summary>
    internal bool CountsAsGiven(int whom, int performer) =>
        whom >= 0 && (whom == People.ActorIndexOf(performer)
            || People.IsSuperior(whom, People.ActorIndexOf(performer)));

    private ConsentDue Consent(Clause clause, int performer, IReadOnlyDictionary<string, Statement> statements)
    {
        return new ConsentDue(IdOf(clause.Whom), clause.Rule.Id,
            statements.GetValueOrDefault(IdOf(clause.Whom)), CountsAsGiven(clause.Whom, performer),
            clause.Rule.AnswerWithin, clause.Rule.OnRefusal, clause.Rule.OnSilence);
    }

    private (Verdict, ImmutableArray<string> TurnsOn) VerdictOf(int performer, Permission permission, bool free,
        List<int> holders, ImmutableArray<ConsentDue> consents, IReadOnlyDictionary<string, Statement> statements)
    {
        switch (permission)
        {
            case Permission.ForbiddenAlways or Permission.Forbidden:
                return (Verdict.Forbidden, []);
            case Permission.Inherent:
                return (Verdict.Permitted, []);
            case Permission.NotGranted:
                return (Verdict.NotGranted, []);
            default:
                break;
        }

        if (!free && holders.Count != 1)
        {
            return (holders.Count == 0 ? Verdict.Unowned : Verdict.Contested, []);
        }

        var outcomes = consents.Where(c => !c.CountsAsGiven).Select(c => Outcome(performer, c.Of, c.State,
            c.State == Statement.Refused ? c.OnRefusal : c.OnSilence, statements)).ToList();
        if (!free && statements.GetValueOrDefault(People.All[holders[0]].Id) == Statement.Deadlocked)
        {
            outcomes.Add(Outcome(performer, People.All[holders[0]].Id, Statement.Deadlocked, default, statements));
        }

        foreach (var verdict in (ReadOnlySpan<Verdict>)[Verdict.Deadlock, Verdict.Refused, Verdict.Awaits])
        {
            if (outcomes.Exists(o => o.Verdict == verdict))
            {
                return (verdict, [.. outcomes.Where(o => o.Verdict == verdict).Select(o => o.Who)
                    .Distinct(StringComparer.Ordinal)]);
            }
        }

        return (Verdict.Permitted, []);
    }

    /// <summary>What becomes of one question put to somebody.</summary>
    private (Verdict Verdict, string Who) Outcome(int performer, string who, Statement state, Fallback fallback,
        IReadOnlyDictionary<string, Statement> statements)
    {
        if (state == Statement.None)
        {
            return (Verdict.Awaits, who);
        }

        if (state == Statement.Given)
        {
            return (Verdict.Permitted, who);
        }

        if (state == Statement.Deadlocked)
        {
            fallback = People.TryIndexOf(who, out var at) ? People.All[at].OnDeadlock : default;
        }

        return fallback.Kind switch
        {
            FallbackKind.Proceed => (Verdict.Permitted, who),
            FallbackKind.Stop => (Verdict.Refused, who),
            FallbackKind.Refer when CountsAsGiven(People.IndexOf(fallback.To!), performer) =>
                (Verdict.Permitted, fallback.To!),
            FallbackKind.Refer => statements.GetValueOrDefault(fallback.To!) switch
            {
                Statement.None => (Verdict.Awaits, fallback.To!),
                Statement.Given => (Verdict.Permitted, fallback.To!),
                _ => (Verdict.Refused, fallback.To!),
            },
            _ => (Verdict.Deadlock, who),
        };
    }

    internal static string SignatureOf(Answer a)
    {
        static string List(IEnumerable<string> items) =>
            string.Join(",", items.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        return string.Join('|', a.Verdict, a.Permission, List(a.Holders), List(a.TurnsOn),
            List(a.Consents.Select(c =>
                $"{c.Of}:{c.State}:{c.CountsAsGiven}:{c.AnswerWithin}:{c.OnRefusal}:{c.OnSilence}")),
            List(a.Consultations.Select(c => $"{c.With}:{c.Channel}")),
                List(a.Notices.Select(n => $"{n.To}:{n.Before}:{n.After}:{n.Channel}")),
            List(a.Duties.Select(d => d.Of)));
    }
}
