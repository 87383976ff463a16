using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Mission;

/// <summary>What became of movements, as OCHA publishes it; who had the notice; who held them, and how long.</summary>
public static class Movements
{
    private const long Hour = 3_600_000;

    /// <summary>The report.</summary>
    /// <param name="fold">A reader's state.</param>
    /// <param name="period">Movements that were notified in it count.</param>
    public static Report Of(Fold fold, Period period)
    {
        ArgumentNullException.ThrowIfNull(fold);
        var movements = In(fold, period).ToArray();
        return new Report("movements", "Humanitarian movements", period,
        [
            Results(movements), By(movements, "By purpose", m => m.Opening.Word("purpose")!),
            By(movements, "By place", m => m.Opening.Places.IsEmpty ? "place not stated"
                : string.Join(", ", m.Opening.Places)),
            Notices(movements), Held(movements, period.Until), Late(movements), Denials(movements),
        ]);
    }

    internal static IEnumerable<Subject> In(Fold fold, Period period) =>
        fold.Of("movement").Where(m => m.IsOpen && period.Has(m.Opening.OccurredAt));

    internal static string Words(MovementResult result) => result switch
    {
        MovementResult.PartlyFacilitated => "partly facilitated",
        MovementResult.ImpededAccomplished => "impeded, accomplished",
        MovementResult.ImpededNotAccomplished => "impeded, not accomplished",
        MovementResult.NoAnswer => "without answer",
        MovementResult.Open => "not over",
        _ => result.ToString().ToLowerInvariant(),
    };

    internal static Section Results(Subject[] movements)
    {
        var tally = new Tally();
        foreach (var movement in movements)
        {
            tally.Add(Words(MovementMachine.ResultOf(movement)), Entries(movement));
        }

        return new Section("What became of them",
        [
            .. Enum.GetValues<MovementResult>().Where(r => r != MovementResult.Open || tally[Words(r)] > 0)
                .Select(r => tally.Of(Words(r), "movements")),
            new Figure("attempts", tally.Sum.ToString(CultureInfo.InvariantCulture), "movements",
                [.. movements.Select(m => m.OpenedBy)]),
        ], "Each movement is in exactly one line; the lines add up to the attempts. Impeded: held, turned back or "
            + "obstructed on its way by somebody else, whatever was approved.");
    }

    private static Section By(Subject[] movements, string title, Func<Subject, string> what)
    {
        var tally = new Tally();
        foreach (var movement in movements)
        {
            tally.Add($"{what(movement)}: {Words(MovementMachine.ResultOf(movement))}", Entries(movement));
        }

        return new Section(title, tally.ByName("movements"));
    }

    private static Section Notices(Subject[] movements)
    {
        var tally = new Tally();
        foreach (var movement in movements)
        {
            foreach (var (recipient, stage, step) in Receipts.Of(movement))
            {
                tally.Add(stage == "submitted" ? $"{recipient}: no receipt" : step.Word("unit") is { } unit
                    ? $"{recipient}: {stage} by {unit}" : $"{recipient}: {stage}", movement.OpenedBy, step.Entry);
            }
        }

        return new Section("Who had the notice",
            tally.ByName("notices",
                n => n.EndsWith(": no receipt", StringComparison.Ordinal) ? Mark.Overdue : Mark.None),
            "A receipt and an acknowledgement approve nothing; a silence is no answer.");
    }

    private static Section Held(Subject[] movements, long now)
    {
        var by = new SortedDictionary<string, (long Length, SortedSet<long> Entries)>(StringComparer.Ordinal);
        foreach (var (who, at, length, step) in movements.SelectMany(m => MovementMachine.Holds(m, now)))
        {
            var name = $"{(who.Length == 0 ? "by whom is not stated" : who)}{(at.Length == 0 ? "" : $", {at}")}";
            var (before, entries) = by.GetValueOrDefault(name, (0, []));
            entries.Add(step.Entry);
            by[name] = (before + length, entries);
        }

        return new Section("Hours held", [.. by.Select(b => new Figure(b.Key,
            ((double)b.Value.Length / Hour).ToString("0.0", CultureInfo.InvariantCulture), "hours",
            [.. b.Value.Entries]))]);
    }

    private static Section Late(Subject[] movements)
    {
        var late = movements.Where(m => m.Opening.Flag("late")).ToArray();
        var lead = movements.Select(m => m.Opening.Number("departure") - m.Opening.ReceivedAt).Order().ToArray();
        return new Section("Notice",
        [
            new Figure("notified late, and accepted", late.Length.ToString(CultureInfo.InvariantCulture), "movements",
                [.. late.Select(m => m.OpenedBy)], late.Length > 0 ? Mark.Late : Mark.None),
            new Figure("median time from notice to departure", lead.Length == 0 ? null
                : ((double)lead[lead.Length / 2]!.Value / Hour).ToString("0.0", CultureInfo.InvariantCulture), "hours",
                [.. movements.Select(m => m.OpenedBy)], lead.Length == 0 ? Mark.Blank : Mark.None),
        ]);
    }

    private static Section Denials(Subject[] movements)
    {
        var tally = new Tally();
        foreach (var movement in movements)
        {
            foreach (var denial in movement.All("decide").Where(d => d.Word("decision") == "denied"))
            {
                tally.Add($"{denial.Word("authority")}: {denial.Word("reason")}", denial.Entry);
            }

            if (movement["decision"] == "no-answer")
            {
                tally.Add("no answer by the deadline", movement.LastDecisionBy);
            }
        }

        return new Section("Denials and silences, by authority and reason", tally.ByName("movements"));
    }

    private static long[] Entries(Subject movement) => [.. movement.Steps.Where(s => s.IsHere).Select(s => s.Entry)];
}
