using System.Collections.Immutable;
using NodaTime;
using Truce.Record;
using Truce.Rules;
using Question = Truce.Rules.Question;

namespace Truce.Mission;

/// <summary>
/// Where the authorities collided, how often, and who bore it: the acts of a period by what the framework in force said
/// of them, finding by finding of its check.
/// </summary>
public static class Frictions
{
    private static readonly ImmutableArray<string> Fine = ["permitted"];

    /// <summary>The report.</summary>
    /// <param name="fold">A reader's state.</param>
    /// <param name="period">The acts that occurred in it count.</param>
    public static Report Of(Fold fold, Period period)
    {
        ArgumentNullException.ThrowIfNull(fold);
        var acts = Acts(fold, period);
        return new Report("frictions", "Frictions", period,
        [
            Verdicts(acts), Collisions(acts), .. Findings(fold, acts), Borne(fold, acts, period), Reported(acts),
            Kept(acts),
        ])
        {
            HasRulings = true,
        };
    }

    internal static Labelled[] Acts(Fold fold, Period period) =>
        [.. fold.Labels.Where(l => period.Has(l.OccurredAt) && !Mission.IsOfRecord(l.Type))];

    internal static Section Verdicts(Labelled[] acts)
    {
        var tally = new Tally();
        foreach (var act in acts)
        {
            tally.Add(act.Ruling is not { } r ? "no framework in force" : r.IsReported ? "reports of others' acts"
                : r.Worst ?? "no framework in force", act.Entry);
        }

        var differs = new Tally();
        foreach (var act in acts.Where(a => a.Ruling is { Differs: true }))
        {
            differs.Add("differs", act.Entry);
        }

        return new Section("Acts by what the framework in force said of them",
        [
            .. Answered.WorstFirst.Concat(["reports of others' acts", "no framework in force"])
                .Where(v => tally[v] > 0).Select(v => tally.Of(v, "acts", of: tally.Sum)),
            new Figure("all acts", Counting.Text(acts.Length), "acts", Counting.Entries(acts.Select(a => a.Entry))),
            differs.Of("differs", "acts", "answered otherwise when they were received than when they happened"),
        ], "The worst answer that an act touched counts. A ruling labels an act; it never refuses it.");
    }

    private static Section Collisions(Labelled[] acts)
    {
        var tally = new Tally();
        foreach (var act in acts.Where(a => a.Ruling is { IsReported: false }))
        {
            foreach (var answer in act.Ruling!.Then.Where(a => a.Verdict == "contested")
                .DistinctBy(a => (a.Action, a.Place, string.Join(',', a.Holders), string.Join(',', a.If))))
            {
                tally.Add($"{answer.Action}, {answer.Place}: {string.Join(" and ", answer.Holders)}"
                    + (answer.If.IsEmpty ? "" : $", if {string.Join(", or ", answer.If)}"), act.Entry);
            }

            foreach (var answer in act.Ruling.Then.Where(a => a.Verdict != "contested" && a.Claims.Any(c =>
                c.EndsWith(": contested", StringComparison.Ordinal))).DistinctBy(a => (a.Action, a.Place)))
            {
                var claims = answer.Claims.Where(c => c.EndsWith(": contested", StringComparison.Ordinal))
                    .Select(c => c[..^": contested".Length]);
                tally.Add($"{answer.Action}, {answer.Place}: contested as {string.Join(" or ", claims)}", act.Entry);
            }
        }

        return new Section("Where two have the last word", tally.ByName("acts"));
    }

    /// <summary>The situational findings of each framework that was in force, with the acts that met them.</summary>
    private static IEnumerable<Section> Findings(Fold fold, Labelled[] acts)
    {
        foreach (var group in acts.Where(a => a.Ruling is not null)
            .GroupBy(a => fold.InForce.FrameworkAt(a.OccurredAt)).Where(g => g.Key is not null))
        {
            var book = fold.InForce.BookAt(group.First().OccurredAt);
            if (book is null)
            {
                continue;
            }

            var findings = Check.Run(book).Findings.Where(f => f.Region is not null).ToArray();
            var meeting = new Meeting(book, findings, fold.InForce);
            var tally = new Tally();
            foreach (var act in group)
            {
                foreach (var met in meeting.Of(act))
                {
                    tally.Add(met, act.Entry);
                }
            }

            yield return new Section($"Findings of the check met, of the framework in force: {book.Framework.Name}",
                [.. findings.Select(f => tally.Of(Meeting.Name(f), "acts", note: f.Sentence))],
                "A finding that no act met stands with 0: it lies in wait.");
        }
    }

    private static Section Borne(Fold fold, Labelled[] acts, Period period)
    {
        var tally = new Tally();
        foreach (var act in acts.Where(
            a => a.Ruling is { IsReported: false, Worst: { } worst } && !Fine.Contains(worst)))
        {
            foreach (var (answer, verdict) in act.Ruling!.Verdicts
                .Where(v => !Fine.Contains(v.Verdict) && v.Answer.Action.Length > 0)
                .DistinctBy(v => (v.Answer.Performer, v.Verdict)))
            {
                tally.Add(verdict == Answered.Depends
                    ? $"{answer.Performer}: acts that depend on a fact that they do not state"
                    : $"{answer.Performer}: acts that were {verdict}", act.Entry);
            }
        }

        foreach (var movement in Movements.In(fold, period))
        {
            var result = MovementMachine.ResultOf(movement);
            if (result is MovementResult.Denied or MovementResult.NoAnswer or MovementResult.ImpededAccomplished
                or MovementResult.ImpededNotAccomplished)
            {
                tally.Add($"{movement.Opening.Performer}: movements {Movements.Words(result)}",
                    Counting.Entries(movement));
            }
        }

        return new Section("Who bore it", tally.ByName("cases"));
    }

    private static Section Reported(Labelled[] acts)
    {
        var tally = new Tally();
        foreach (var act in acts.Where(a => a.Ruling is { IsReported: true } && a.Outcome == OutcomeKind.Applied))
        {
            foreach (var answer in act.Ruling!.Then.DistinctBy(a => (a.Performer, a.Action, a.Verdict)))
            {
                tally.Add($"{answer.Performer}, {answer.Action}: {answer.Verdict}", act.Entry);
            }
        }

        return new Section("If as reported", tally.ByName("reports", _ => Mark.Unverified),
            "What somebody reports of another gets no verdict: these clauses would be engaged if it was as reported.");
    }

    private static Section Kept(Labelled[] acts)
    {
        var tally = new Tally();
        foreach (var act in acts.Where(a => a.Outcome != OutcomeKind.Applied))
        {
            tally.Add($"{act.Type}: {act.Outcome.ToString().ToLowerInvariant()}", act.Entry);
        }

        return new Section("Acts that were kept and changed nothing", tally.ByName("acts"));
    }

    /// <summary>Which findings the situation of an act lies in; situations are asked once.</summary>
    private sealed class Meeting(Rulebook book, Finding[] findings, InForce inForce)
    {
        private readonly Dictionary<Located, ImmutableArray<string>> _known = [];
        private readonly Dictionary<(Answered, int, int), ImmutableArray<string>> _answers = [];

        public static string Name(Finding f) =>
            string.Join(' ', new[] { f.Code, f.Action, string.Join("/", f.Subjects) }.Where(p => p.Length > 0))
                + (f.Footing.ToString() is "text" ? "" : $" ({f.Footing})");

        public IEnumerable<string> Of(Labelled act)
        {
            var at = Instant.FromUnixTimeMilliseconds(act.OccurredAt);
            var (day, hour) = book.CellsOf(at);
            return act.Ruling!.Then.Where(a => a.Verdict != Answered.Outside && a.Action.Length > 0)
                .SelectMany(a => _answers.TryGetValue((a, day, hour), out var known) ? known
                    : _answers[(a, day, hour)] = Of(a, at)).Distinct();
        }

        private ImmutableArray<string> Of(Answered answer, Instant at)
        {
            var names = answer.Place.Split('+');
            var (points, _) = book.Locate(new Question
            {
                Performer = answer.Performer,
                Action = answer.Action,
                Areas = [.. names],
                Phase = answer.Phase,
                At = at,
                Facts = inForce.FactsAt(book, names[0], at.ToUnixTimeMilliseconds())
                    .SetItems(answer.Facts.Select(f => f.Split('=', 2)).Select(f => KeyValuePair.Create(f[0], f[1])))
                    .Where(f => book.Space.Facts.Any(a => a.Id == f.Key)).ToImmutableDictionary(),
            });
            return [.. points.SelectMany(p => Met(p)).Distinct()];
        }

        private ImmutableArray<string> Met(Located point) => _known.TryGetValue(point, out var known) ? known
            : _known[point] = [.. findings.Where(f => point.MayLieIn(f.Region!)).Select(Name).Distinct()];
    }
}
