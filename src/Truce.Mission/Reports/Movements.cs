using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>What became of movements, as OCHA publishes it; who had the notice; who held them, and how long.</summary>
public static class Movements
{
    private const string Silent = "no word since the time of departure";
    private const string OnTheWay = "not over";

    /// <summary>The report.</summary>
    /// <param name="fold">A reader's state.</param>
    /// <param name="period">Movements that were to depart in it count.</param>
    public static Report Of(Fold fold, Period period)
    {
        ArgumentNullException.ThrowIfNull(fold);
        var movements = In(fold, period).ToArray();
        return new Report("movements", "Humanitarian movements", period,
        [
            Results(movements),
            By(movements, "By purpose", m => m.Opening.Word("purpose")!),
            By(movements, "By kind", m => m.Opening.Word("kind")!),
            By(movements, "By place", PlaceOf),
            Decisions(movements, fold.Terms, period.Until), Denials(movements), Impeded(movements),
            Held(movements, period), Notices(movements), Notice(fold, movements, period),
            Struck.Section(Incidents.In(fold, period), new Merged(fold), "movement"), Contradictions(movements),
        ]);
    }

    /// <summary>The movements of a period: those that were to depart in it, by their notice.</summary>
    internal static IEnumerable<Subject> In(Fold fold, Period period) =>
        Counting.Of(fold, "movement").Where(m => period.Has(m.Opening.Number("departure")!.Value));

    internal static string PlaceOf(Subject subject) => subject.Opening.Places.IsEmpty ? "place not stated"
        : string.Join(", ", subject.Opening.Places);

    internal static string Words(MovementResult result) => result switch
    {
        MovementResult.PartlyFacilitated => "partly facilitated",
        MovementResult.ImpededAccomplished => "impeded, accomplished",
        MovementResult.ImpededNotAccomplished => "impeded, not accomplished",
        MovementResult.NoAnswer => "without answer",
        MovementResult.Open => "not over",
        _ => result.ToString().ToLowerInvariant(),
    };

    /// <summary>What became of a movement that was to depart: one of the lines of the first table.</summary>
    internal static string Became(Subject movement) =>
        MovementMachine.ResultOf(movement) is var result && result != MovementResult.Open ? Words(result)
            : movement["movement"] is "underway" or "holding" ? OnTheWay : Silent;

    internal static Section Results(Subject[] movements)
    {
        var tally = new Tally();
        foreach (var movement in movements)
        {
            tally.Add(Became(movement), Counting.Entries(movement));
        }

        string[] open = [OnTheWay, Silent];
        return new Section("What became of them",
        [
            .. Enum.GetValues<MovementResult>().Where(r => r != MovementResult.Open).Select(Words)
                .Concat(open.Where(o => tally[o] > 0)).Select(r => tally.Of(r, "movements", of: tally.Sum,
                    mark: r == Silent ? Mark.Overdue : Mark.None)),
            new Figure("attempts", Counting.Text(movements.Length), "movements",
                Counting.Entries(movements.Select(m => m.OpenedBy))),
        ], "Each movement is in exactly one line, and the lines add up to the attempts. Impeded: held, turned back or "
            + "obstructed on its way by somebody else, whatever was approved.");
    }

    private static Section By(Subject[] movements, string title, Func<Subject, string> what)
    {
        var tally = new Tally();
        foreach (var movement in movements)
        {
            tally.Add($"{what(movement)}: {Became(movement)}", Counting.Entries(movement));
        }

        return new Section(title, tally.ByName("movements"));
    }

    private static Section Decisions(Subject[] movements, Terms terms, long now)
    {
        var (tally, asked) = (new Tally(), movements
            .Where(m => m.Opening.Word("mode") == MovementMachine.NeedsClearance).ToArray());
        foreach (var movement in asked)
        {
            var state = movement["decision"];
            var isOverdue = state == "none" && movement.Machine.Dues(movement, terms)
                .Any(d => d.What == "decision" && d.AtMilliseconds < now);
            tally.Add(isOverdue ? "overdue" : state, movement.OpenedBy,
                movement.LastDecisionBy < 0 ? movement.OpenedBy : movement.LastDecisionBy);
        }

        Figure Line(string state, string? label = null, Mark mark = Mark.None) =>
            tally.Of(state, "movements", label, tally[state] > 0 ? mark : Mark.None, of: asked.Length);
        return new Section("Decisions, where a clearance is needed",
        [
            Line("approved"), Line("conditional", "approved with conditions"), Line("noted"), Line("denied"),
            Line("no-answer", "no answer by the deadline", Mark.Overdue),
            Line("overdue", "no decision, the deadline has passed", Mark.Overdue), Line("none", "no decision yet"),
            Line("expired", "approved, and expired"),
            new Figure("movements that need a clearance", Counting.Text(asked.Length), "movements",
                Counting.Entries(asked.Select(m => m.OpenedBy))),
            Counting.Median("median time from notice to the first decision", asked.SelectMany(m =>
                m.All("decide").Where(d => d.IsHere).OrderBy(d => d.Entry).Take(1)
                    .Select(d => (d.ReceivedAt - m.Opening.ReceivedAt, d.Entry))), "decisions"),
        ], "A movement that is notified only needs no clearance: it is in no line here. The last decision counts.");
    }

    private static Section Denials(Subject[] movements)
    {
        var tally = new Tally();
        foreach (var movement in movements)
        {
            foreach (var denial in movement.All("decide").Where(d => d.IsHere && d.Word("decision") == "denied"))
            {
                var (authority, author) = (denial.Word("authority")!, denial.Author);
                tally.Add($"{authority}{(authority == author ? "" : $", by the word of {author}")}: "
                    + denial.Word("reason"), denial.Entry);
            }

            if (movement["decision"] == "no-answer")
            {
                tally.Add("no answer by the deadline", movement.OpenedBy, movement.LastDecisionBy);
            }
        }

        return new Section("Denials and silences, by authority and reason", tally.ByName("decisions"),
            "Every denial counts, one that was reversed later too. Its author names the authority.");
    }

    private static Section Impeded(Subject[] movements)
    {
        var tally = new Tally();
        foreach (var step in movements.SelectMany(m => m.Steps).Where(s => s.IsHere && !s.IsOutOfPlace))
        {
            var how = step.Row.Command switch
            {
                "hold" => $"held ({step.Word("reason") ?? "reason not stated"})",
                "impede" => step.Word("how"),
                "abort" when step.Word("reason") is not ("own" or null) => $"given up: {step.Word("reason")}",
                _ => null,
            };
            if (how is not null)
            {
                tally.Add($"{step.Word("by") ?? "by whom is not stated"}: {how}", step.Entry);
            }
        }

        return new Section("Impediments, by whom and how", tally.ByName("impediments"),
            "One movement can meet several.");
    }

    private static Section Held(Subject[] movements, Period period)
    {
        var by = new SortedDictionary<string, (long Length, List<long> Entries)>(StringComparer.Ordinal);
        foreach (var (who, at, length, step) in movements.SelectMany(m => MovementMachine.Holds(m, period.Until)))
        {
            var name = $"{(who.Length == 0 ? "by whom is not stated" : who)}{(at.Length == 0 ? "" : $", {at}")}";
            var (before, entries) = by.GetValueOrDefault(name, (0, []));
            entries.Add(step.Entry);
            by[name] = (before + length, entries);
        }

        return new Section("Hours held", [.. by.Select(b => new Figure(b.Key, Counting.Hours(b.Value.Length), "hours",
            Counting.Entries(b.Value.Entries), Note: b.Value.Entries.Count == 1 ? "1 hold"
                : $"{Counting.Text(b.Value.Entries.Count)} holds"))],
            $"A hold that goes on is counted until {period.Text(period.Until)}. "
            + "What two report of one hold counts once.");
    }

    private static Section Notices(Subject[] movements)
    {
        var (tally, lengths) = (new Tally(), new List<(long, long)>());
        foreach (var movement in movements)
        {
            foreach (var (recipient, stage, step) in Receipts.Of(movement))
            {
                tally.Add(stage == "submitted" ? $"{recipient}: no receipt" : step.Word("unit") is { } unit
                    ? $"{recipient}: {stage} by {unit}" : $"{recipient}: {stage}", movement.OpenedBy, step.Entry);
                lengths.AddRange(movement.Steps.Where(s => s.IsHere && s.Row.Command is "receive" or "acknowledge"
                    && s.Word("recipient") == recipient).Take(1)
                    .Select(s => (Math.Max(0, s.OccurredAt - movement.Opening.OccurredAt), s.Entry)));
            }
        }

        return new Section("Who had the notice",
        [
            .. tally.ByName("notices", n => n.EndsWith(": no receipt", StringComparison.Ordinal) ? Mark.Overdue
                : Mark.None),
            Counting.Median("median time from notice to receipt", lengths, "receipts"),
        ], "A receipt and an acknowledgement approve nothing; a silence is no answer.");
    }

    private static Section Notice(Fold fold, Subject[] movements, Period period)
    {
        var late = movements.Where(m => m.Opening.Flag("late")).ToArray();
        var others = Counting.Of(fold, "movement").Where(m => period.Has(m.Opening.OccurredAt)
            && !period.Has(m.Opening.Number("departure")!.Value)).ToArray();
        return new Section("Notice",
        [
            new Figure("notified late, and accepted", Counting.Text(late.Length), "movements",
                Counting.Entries(late.Select(m => m.OpenedBy)), late.Length > 0 ? Mark.Late : Mark.None),
            Counting.Median("median time from notice to departure", movements.Select(m =>
                (m.Opening.Number("departure")!.Value - m.Opening.ReceivedAt, m.OpenedBy)), "notices"),
            new Figure("notified in the period, to depart outside of it", Counting.Text(others.Length), "movements",
                Counting.Entries(others.Select(m => m.OpenedBy)), Note: "in no other line of this report"),
            .. Counting.ContinuedFigures(fold, "movement", "movements"),
        ]);
    }

    private static Section Contradictions(Subject[] movements)
    {
        var tally = new Tally();
        foreach (var movement in movements)
        {
            if (movement["movement"] is "completed" or "partly"
                && movement.Opening.Word("mode") == MovementMachine.NeedsClearance
                && movement["decision"] is not ("approved" or "conditional" or "noted"))
            {
                tally.Add($"went, its decision is {movement["decision"]}", Counting.Entries(movement));
            }

            foreach (var step in movement.Steps.Where(s => s.IsHere && s.IsOutOfPlace))
            {
                tally.Add($"does not follow from the steps before it: {step.Row.Command}", step.Entry);
            }
        }

        return new Section("Words that do not fit", tally.ByName("cases", _ => Mark.Disputed),
            "They are kept and shown; a step that does not follow moves nothing.");
    }
}
