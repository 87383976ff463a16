using System.Collections.Immutable;
using NodaTime;

namespace Truce.Rules;

/// <summary>E701 and E801: exact integer arithmetic, unknown numbers kept as unknown.</summary>
/// <remarks>The framework is read as one footing has it: claims of others are not in it.</remarks>
internal sealed class Strengths(
    Framework framework, Footing footing, Action<Finding> find, Action<OpenAnswer> answer)
{
    private readonly Framework _f = framework;

    public void Ask()
    {
        if (_f.Police is { } plan)
        {
            AskPolice(plan);
        }

        foreach (var component in _f.Mandate.Needed.Select(n => n.Component)
            .Concat(_f.ContributorsMissing ? [] : ["troops"])
            .Distinct(StringComparer.Ordinal))
        {
            AskForce(component);
        }
    }

    /// <summary>
    /// A minimal set of sentences that cannot all stand, with the background. Junker, QuickXplain (AAAI 2004).
    /// </summary>
    /// <param name="sentences">Candidates; those that come first are preferred to stay out of the set.</param>
    /// <param name="fails">Whether a set of sentences cannot stand. Monotone: more sentences never help.</param>
    public static List<T> MinimalConflict<T>(List<T> sentences, Func<IReadOnlyList<T>, bool> fails)
    {
        return !fails(sentences) ? [] : fails([]) ? [] : Explain([], false, sentences);

        List<T> Explain(List<T> background, bool grown, List<T> candidates)
        {
            if (grown && fails(background))
            {
                return [];
            }

            if (candidates.Count == 1)
            {
                return [.. candidates];
            }

            var (first, second) = (candidates[..(candidates.Count / 2)], candidates[(candidates.Count / 2)..]);
            var late = Explain([.. background, .. first], first.Count > 0, second);
            var early = Explain([.. background, .. late], late.Count > 0, first);
            return [.. early, .. late];
        }
    }

    private sealed record Sentence(string Words, string? Bars);

    private void AskForce(string component)
    {
        var needed = _f.Mandate.Needed.FirstOrDefault(n => n.Component == component);
        if (needed is not { Amount.IsStated: true })
        {
            answer(new OpenAnswer("E801", component, Trivalue.NotDecided,
                $"whether the {component} needed can be raised is not " +
                $"decided: how many are needed is {(needed?.Amount ?? Quantity.Missing)}", PledgeLines(component)));
            return;
        }

        if (_f.ContributorsMissing)
        {
            // What the text leaves out is not zero.
            answer(new OpenAnswer("E801", component, Trivalue.OnlyIf,
                $"the {needed.Amount} {component} needed can be raised only " +
                $"if at least {Text.Number(needed.Amount.Least)} are pledged: no pledge is stated", []));
            return;
        }

        AskForce(component, needed, [.. _f.Objections.Where(o =>
            o.Components.IsEmpty || o.Components.Contains(component))]);
    }

    private void AskForce(string component, Strength needed, List<Objection> objections)
    {
        var (bars, doubtful) = Bars(objections);
        var sentences = new List<Sentence> { new($"{needed.Amount} {component} are needed", null) };
        sentences.AddRange(bars.Select(b =>
            new Sentence($"{b.Objection.By} objects to {b.Contributor} ({PledgeOf(b.Contributor, component)}) " +
            $"by `{b.Objection.Id}`", b.Contributor)));
        long Most(IEnumerable<Sentence> with) => Sum(component, c => !with.Any(s => s.Bars == c), q => q.Most);
        var least = Sum(component, c => !bars.Exists(b => b.Contributor == c) && doubtful.Count == 0, q => q.Least);
        var workings = PledgeLines(component);
        if (Most(sentences) < needed.Amount.Least)
        {
            var conflict = MinimalConflict(sentences, s => s.Any(x => x.Bars is null) && Most(s) < needed.Amount.Least);
            workings =
            [
                .. workings,
                $"what no objection bars: {Upper(Most(sentences))}, needed: {needed.Amount}",
                "cannot all stand: " + (conflict.Count > 0 ? string.Join(" + ", conflict.Select(s => s.Words))
                    : "the pledges alone are too few"),
                .. conflict.Where(s => s.Bars is not null).Select(s =>
                    $"repair: without \"{s.Words}\": {Upper(Most(conflict.Where(x => x != s)))}"),
                $"repair: a requirement of at most {Upper(Most(sentences))}",
            ];
            find(new Finding
            {
                Code = "E801",
                Footing = footing,
                Kind = FindingKind.Drafting,
                Subjects = [component],
                Sentence = $"{needed.Amount} {component} are needed{Cited(needed.Ground)}, and the pledges that " +
                    "nobody's objection bars " +
                    $"come to {Upper(Most(sentences))} at most",
                Workings = workings,
                Repairs = Codes.Of("E801").Repairs,
                Place = needed.Place,
            });
            return;
        }

        if (least >= needed.Amount.Most)
        {
            answer(new OpenAnswer("E801", component, Trivalue.Can,
                $"the {needed.Amount} {component} needed can be raised {footing}: " +
                $"{Text.Number(least)} are pledged at the least that nobody's objection bars", workings));
        }
        else
        {
            var why = doubtful.Count > 0 ? $", whatever \"{doubtful[0].Criterion}\" (`{doubtful[0].Id}`) bars" : "";
            answer(new OpenAnswer("E801", component, Trivalue.OnlyIf,
                $"the {needed.Amount} {component} needed can be raised {footing} " +
                $"only if at least {Text.Number(needed.Amount.Most - Math.Min(least, needed.Amount.Most))} more " +
                    "come than the " +
                $"{Text.Number(least)} that are certain{why}", workings));
        }
    }

    private (List<(Objection Objection, string Contributor)> Bars,
        List<Objection> Doubtful) Bars(List<Objection> objections)
    {
        var bars = objections.SelectMany(o => o.Names.Concat(o.AppliesTo ?? []).Select(n => (o, n)))
            .Where(x => _f.Pledges.Any(p => p.Contributor == x.n)).ToList();
        return (bars, [.. objections.Where(o => o.Criterion is not null && o.AppliesTo is null)]);
    }

    private Quantity PledgeOf(string contributor, string component) =>
        _f.Pledges.First(p => p.Contributor == contributor)
        .Amounts.FirstOrDefault(a => a.Component == component)?.Amount ?? Quantity.Missing;

    private long Sum(string component, Func<string, bool> which, Func<Quantity, long> side)
    {
        Int128 sum = 0;
        foreach (var p in _f.Pledges.Where(p => which(p.Contributor)))
        {
            sum += side(PledgeOf(p.Contributor, component));
        }

        return sum > long.MaxValue ? long.MaxValue : (long)sum;
    }

    /// <summary>A sum with an unknown pledge in it has no upper bound.</summary>
    private static string Upper(long n) => n > 1_000_000_000_000_000 ? "an unknown number" : Text.Number(n);

    private ImmutableArray<string> PledgeLines(string component)
    {
        if (_f.Pledges.IsEmpty)
        {
            return [$"pledges of {component}: none is stated"];
        }

        var stated = _f.Pledges.Select(p => (p.Contributor, Amount: PledgeOf(p.Contributor, component)))
            .Where(p => !p.Amount.IsMissing).Select(p => $"{p.Contributor} {p.Amount}").ToList();
        return [$"pledges of {component}: {(stated.Count == 0 ? "none is stated" : string.Join(", ", stated))}"];
    }

    private static string Cited(Ground ground) =>
        ground.Sources.IsEmpty ? "" : $" ({string.Join(" ", ground.Sources)}, {ground.Basis})";

    private sealed record Pipeline(long Needed, LocalDate By, LocalDate Start, long Intake, long Every, long Course,
        long PassPerMille)
    {
        public long PerCourse => (long)((Int128)Intake * PassPerMille / 1000);

        /// <summary>How many have passed by a day: whole courses that have ended by then.</summary>
        public Int128 PassedBy(LocalDate day)
        {
            var days = Period.DaysBetween(Start, day) - Course;
            return days < 0 ? 0 : ((Int128)(days / Every) + 1) * PerCourse;
        }

        public LocalDate? ReachedOn()
        {
            if (PerCourse == 0)
            {
                return null;
            }

            var courses = (Needed + PerCourse - 1) / PerCourse;
            var days = Course + (Math.Max(0, courses - 1) * (Int128)Every);
            return days > 100_000 ? null : Start.PlusDays((int)days);
        }
    }

    private void AskPolice(PolicePlan plan)
    {
        var by = plan.By ?? _f.Mandate.Until;
        Quantity[] numbers = [plan.Needed, plan.Intake, plan.EveryDays, plan.CourseDays, plan.PassPerMille];
        if (by is null || plan.Start is null || !numbers.All(n => n.IsStated))
        {
            AskUnknownPolice(plan, by);
            return;
        }

        Pipeline Of(bool best) => new(best ? plan.Needed.Least : plan.Needed.Most, by.Value, plan.Start.Value,
            best ? plan.Intake.Most : plan.Intake.Least, Math.Max(1, best ? plan.EveryDays.Least : plan.EveryDays.Most),
            best ? plan.CourseDays.Least : plan.CourseDays.Most, best ? plan.PassPerMille.Most
                : plan.PassPerMille.Least);
        var (likely, hardly) = (Of(true), Of(false));
        if (likely.PassedBy(likely.By) < likely.Needed)
        {
            find(PoliceFinding(plan, likely));
        }
        else if (hardly.PassedBy(hardly.By) >= hardly.Needed)
        {
            answer(new OpenAnswer("E701", "police", Trivalue.Can,
                $"{plan.Needed} police can be formed by {Text.Date(by.Value)}",
                PoliceLines(hardly)));
        }
        else
        {
            answer(new OpenAnswer("E701", "police", Trivalue.OnlyIf,
                $"{plan.Needed} police can be formed by {Text.Date(by.Value)} only " +
                $"if the better ends of the ranges hold: at worst {Text.Number((long)hardly.PassedBy(hardly.By))}",
                    PoliceLines(hardly)));
        }
    }

    private ImmutableArray<string> PoliceLines(Pipeline p)
    {
        var lines = new List<string>
        {
            $"each course: {Text.Number(p.Intake)} begin, {Text.Number(p.PerCourse)} pass, after " +
                $"{Text.Number(p.Course)} days, a new " +
            $"one every {Text.Number(p.Every)} days from {Text.Date(p.Start)}",
            $"by {Text.Date(p.By)}: {Text.Number((long)p.PassedBy(p.By))} of {Text.Number(p.Needed)}",
        };
        if (_f.Mandate.Until is { } end && end > p.By)
        {
            lines.Add($"by the end of the term, {Text.Date(end)}: {Text.Number((long)p.PassedBy(end))}");
        }

        lines.Add(p.ReachedOn() is { } day ? $"{Text.Number(p.Needed)} is reached on {Text.Date(day)}"
            : $"{Text.Number(p.Needed)} is never reached");
        return [.. lines];
    }

    private Finding PoliceFinding(PolicePlan plan, Pipeline p)
    {
        // Each sentence, if it falls, is as favourable as it can be.
        var sentences = new List<(string Words, Func<Pipeline, Pipeline> Freed)>
        {
            ($"each course takes in {Text.Number(p.Intake)}", x => x with { Intake = 1_000_000_000 }),
            ($"a course begins every {Text.Number(p.Every)} days", x => x with { Every = 1 }),
            ($"a course lasts {Text.Number(p.Course)} days", x => x with { Course = 0 }),
            ($"{Text.Plain(p.PassPerMille / 10)} % pass", x => x with { PassPerMille = 1000 }),
            ($"the first begins on {Text.Date(p.Start)}", x =>
                x with { Start = LocalDate.FromDateTime(new DateTime(1900, 1, 1)) }),
            ($"{Text.Number(p.Needed)} are needed by {Text.Date(p.By)}", x => x with { Needed = 0 }),
        };
        bool Fails(IReadOnlyList<(string Words, Func<Pipeline, Pipeline> Freed)> kept)
        {
            var freed = sentences.Where(s => !kept.Contains(s)).Aggregate(p, (x, s) => s.Freed(x));
            return freed.PassedBy(freed.By) < freed.Needed;
        }

        var conflict = MinimalConflict(sentences, Fails);
        var lines = PoliceLines(p).ToList();
        lines.Add("cannot all stand: " + string.Join(" + ", conflict.Select(c => c.Words)));
        lines.AddRange(PoliceRepairs(p).Select(r => $"repair: {r}"));
        return new Finding
        {
            Code = "E701",
            Footing = footing,
            Kind = FindingKind.Drafting,
            Subjects = ["police"],
            Sentence = $"{Text.Number(p.Needed)} police are needed by {Text.Date(p.By)}{Cited(plan.Ground)}, and " +
                $"{Text.Number((long)p.PassedBy(p.By))} can have passed by then at most",
            Workings = [.. lines],
            Repairs = Codes.Of("E701").Repairs,
            Place = plan.Place,
        };
    }

    private static IEnumerable<string> PoliceRepairs(Pipeline p)
    {
        var days = Period.DaysBetween(p.Start, p.By) - p.Course;
        if (days >= 0 && p.PassPerMille > 0)
        {
            var courses = (days / p.Every) + 1;
            var pass = (p.Needed + courses - 1) / courses;
            yield return $"at least " +
                $"{Text.Number((long)(((Int128)pass * 1000 + p.PassPerMille - 1) / p.PassPerMille))} begin each course";
        }

        if (p.PerCourse > 0 && days >= 0)
        {
            var courses = (p.Needed + p.PerCourse - 1) / p.PerCourse;
            if (courses > 1 && days / (courses - 1) is > 0 and var pace)
            {
                yield return $"a course every {Text.Number(pace)} days or oftener";
            }
        }

        if (p.ReachedOn() is { } day)
        {
            yield return $"a later date: {Text.Date(day)}";
        }

        yield return $"at most {Text.Number((long)p.PassedBy(p.By))} by that date";
    }

    private void AskUnknownPolice(PolicePlan plan, LocalDate? by)
    {
        var unknown = new (string Name, bool Known)[]
        {
            ("the number needed", plan.Needed.IsStated), ("the date", by is not null),
                ("the first course's date", plan.Start is not null),
            ("the intake", plan.Intake.IsStated), ("the pace of courses", plan.EveryDays.IsStated),
            ("the length of a course", plan.CourseDays.IsStated), ("the share that passes", plan.PassPerMille.IsStated),
        }.Where(x => !x.Known).Select(x => x.Name).ToList();
        var months = by is { } end && (plan.Start ?? _f.Mandate.From) is { } from
            ? Math.Max(1, Period.DaysBetween(from, end) * 12 / 365)
            : _f.Mandate.Duration is { } d ? (12 * d.Years) + d.Months + ((d.Days + (7 * d.Weeks)) / 30) : 0;
        var pace = months <= 0 ? "only if at least the number needed passes in the time that there is"
            : plan.Needed.IsStated
                ? $"only if at least {Text.Number((plan.Needed.Least + months - 1) / months)} pass a month, for " +
                    $"{months} months"
                : $"only if at least the number needed, divided by {months}, passes each month of {months}";
        answer(new OpenAnswer("E701", "police", Trivalue.OnlyIf,
            $"the police can be formed in time {pace}", [$"not known: {string.Join(", ", unknown)}"]));
    }
}
