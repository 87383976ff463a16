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
        var acts = new Acts(fold, period);
        return new Report("frictions", "Frictions", period,
        [
            Verdicts(acts), Collisions(acts), .. Findings(fold, acts), Borne(fold, acts, period), Reported(acts),
            Kept(acts),
        ])
        {
            HasRulings = true,
        };
    }

    internal static Section Verdicts(Acts acts)
    {
        var tally = acts.By(a => [a.Ruling is not { } r ? "no framework in force"
            : r.IsReported ? "reports of others' acts" : r.Worst ?? "no framework in force"]);
        var differs = acts.By(a => a.Ruling is { Differs: true } ? ["differs"] : []);
        return new Section("Acts by what the framework in force said of them",
        [
            .. Answered.WorstFirst.Concat(["reports of others' acts", "no framework in force"])
                .Where(v => tally[v] > 0).Select(v => tally.Of(v, "acts", of: tally.Sum)),
            new Figure("all acts", Counting.Text(tally.Sum), "acts", acts.Entries),
            differs.Of("differs", "acts", "answered otherwise when they were received than when they happened"),
        ], "The worst answer that an act touched counts. A ruling labels an act; it never refuses it.");
    }

    private static Section Collisions(Acts acts) => new("Where two have the last word",
        acts.By(a => a.Ruling is { IsReported: false } ruling ? Contested(ruling) : []).ByName("acts"));

    private static IEnumerable<string> Contested(Ruled ruling)
    {
        foreach (var answer in ruling.Then.Where(a => a.Verdict == "contested")
            .DistinctBy(a => (a.Action, a.Place, string.Join(',', a.Holders), string.Join(',', a.If))))
        {
            yield return $"{answer.Action}, {answer.Place}: {string.Join(" and ", answer.Holders)}"
                + (answer.If.IsEmpty ? "" : $", if {string.Join(", or ", answer.If)}");
        }

        foreach (var answer in ruling.Then.Where(a => a.Verdict != "contested" && a.Claims.Any(c =>
            c.EndsWith(": contested", StringComparison.Ordinal))).DistinctBy(a => (a.Action, a.Place)))
        {
            var claims = answer.Claims.Where(c => c.EndsWith(": contested", StringComparison.Ordinal))
                .Select(c => c[..^": contested".Length]);
            yield return $"{answer.Action}, {answer.Place}: contested as {string.Join(" or ", claims)}";
        }
    }

    /// <summary>The situational findings of each framework that was in force, with the acts that met them.</summary>
    private static IEnumerable<Section> Findings(Fold fold, Acts acts)
    {
        foreach (var book in acts.Alike.Where(a => a.Ruling is not null).Select(a => a.Book).OfType<Rulebook>()
            .Distinct())
        {
            var findings = Check.Run(book).Findings.Where(f => f.Region is not null).ToArray();
            var meeting = new Meeting(book, findings, fold.InForce);
            var tally = acts.By(a => a.Ruling is { } ruling && a.Book == book
                ? meeting.Of(ruling, acts.FirstOf(a)) : []);
            yield return new Section($"Findings of the check met, of the framework in force: {book.Framework.Name}",
                [.. findings.Select(f => tally.Of(Meeting.Name(f), "acts", note: f.Sentence))],
                "A finding that no act met stands with 0: it lies in wait.");
        }
    }

    private static Section Borne(Fold fold, Acts acts, Period period)
    {
        var tally = acts.By(a => a.Ruling is { IsReported: false, Worst: { } worst } ruling && !Fine.Contains(worst)
            ? ruling.Verdicts.Where(v => !Fine.Contains(v.Verdict) && v.Answer.Action.Length > 0)
                .Select(v => v.Verdict == Answered.Depends
                    ? $"{v.Answer.Performer}: acts that depend on a fact that they do not state"
                    : $"{v.Answer.Performer}: acts that were {v.Verdict}")
            : []);
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

    private static Section Reported(Acts acts) => new("If as reported",
        acts.By(a => a is { Ruling: { IsReported: true } ruling, Kept.Length: 0 }
            ? ruling.Then.Select(t => $"{t.Performer}, {t.Action}: {t.Verdict}") : [])
            .ByName("reports", _ => Mark.Unverified),
        "What somebody reports of another gets no verdict: these clauses would be engaged if it was as reported.");

    private static Section Kept(Acts acts) => new("Acts that were kept and changed nothing",
        acts.By(a => a.Kept.Length > 0 ? [a.Kept] : []).ByName("acts"));

    /// <summary>All that the tables ask of an act: a million acts differ in few ways.</summary>
    /// <param name="Ruling">Its ruling.</param>
    /// <param name="Book">The framework in force when it happened; null where none is that can be read.</param>
    /// <param name="Day">The framework's cell of days in which it happened.</param>
    /// <param name="Hour">The framework's cell of hours.</param>
    /// <param name="Era">Between which turns of the declared facts it happened.</param>
    /// <param name="Kept">What it was and why it changed nothing; empty for one that applied.</param>
    internal readonly record struct Alike(Ruled? Ruling, Rulebook? Book, int Day, int Hour, int Era, string Kept);

    /// <summary>The acts of a period, and in which ways they differ: each way is worked out once.</summary>
    internal sealed class Acts
    {
        private readonly List<(long Entry, int Alike)> _all = [];
        private readonly List<Alike> _alike = [];
        private readonly List<long> _first = [];
        private readonly Dictionary<Alike, int> _numbers = [];

        /// <summary>Those that occurred in it.</summary>
        public Acts(Fold fold, Period period)
        {
            var kept = new Dictionary<(string, OutcomeKind), string>();
            foreach (var act in fold.Labels
                .Where(l => period.Has(l.HappenedAt) && !Mission.IsOfRecord(l.Type)))
            {
                var one = Of(fold.InForce, act, act.Outcome == OutcomeKind.Applied ? ""
                    : kept.TryGetValue((act.Type, act.Outcome), out var words) ? words
                    : kept[(act.Type, act.Outcome)] = $"{act.Type}: {act.Outcome.ToString().ToLowerInvariant()}");
                if (!_numbers.TryGetValue(one, out var number))
                {
                    _numbers.Add(one, number = _alike.Count);
                    _alike.Add(one);
                    _first.Add(act.OccurredAt);
                }

                _all.Add((act.Entry, number));
            }
        }

        /// <summary>In which ways they differ, in the order in which each first came.</summary>
        public IReadOnlyList<Alike> Alike => _alike;

        /// <summary>Their entries.</summary>
        public ImmutableArray<long> Entries => [.. _all.Select(a => a.Entry)];

        /// <summary>When the first of those happened that are alike in this way.</summary>
        public long FirstOf(Alike alike) => _first[_numbers[alike]];

        /// <summary>Counts them by names; of one act each name once.</summary>
        public Tally By(Func<Alike, IEnumerable<string>> names)
        {
            var tally = new Tally();
            Tally.Line[][] lines = [.. _alike.Select(a => names(a).Distinct().Select(tally.LineOf).ToArray())];
            foreach (var (entry, alike) in _all)
            {
                foreach (var line in lines[alike])
                {
                    line.Add(entry);
                }
            }

            return tally;
        }

        private static Alike Of(InForce inForce, Labelled act, string kept)
        {
            if (inForce.BookAt(act.OccurredAt) is not { } book)
            {
                return new Alike(act.Ruling, null, 0, 0, 0, kept);
            }

            var (day, hour) = book.CellsOf(Instant.FromUnixTimeMilliseconds(act.OccurredAt));
            return new Alike(act.Ruling, book, day, hour, inForce.EraAt(book, act.OccurredAt), kept);
        }
    }

    /// <summary>Which findings the situation of an act lies in; situations are asked once.</summary>
    private sealed class Meeting(Rulebook book, Finding[] findings, InForce inForce)
    {
        private readonly Dictionary<Located, ImmutableArray<string>> _known = [];

        public static string Name(Finding f) =>
            string.Join(' ', new[] { f.Code, f.Action, string.Join("/", f.Subjects) }.Where(p => p.Length > 0))
                + (f.Footing.ToString() is "text" ? "" : $" ({f.Footing})");

        /// <summary>By a ruling on an act that happened at a time.</summary>
        public IEnumerable<string> Of(Ruled ruling, long occurredAt) =>
            ruling.Then.Where(a => a.Verdict != Answered.Outside && a.Action.Length > 0)
                .SelectMany(a => Of(a, Instant.FromUnixTimeMilliseconds(occurredAt)));

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
