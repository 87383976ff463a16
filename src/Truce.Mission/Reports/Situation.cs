using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Mission;

/// <summary>The situation report and the duty officer's briefing, drafted from the record.</summary>
public static class SituationReports
{
    private const long Day = 86_400_000;

    /// <summary>The situation report of a period.</summary>
    /// <param name="fold">A reader's state.</param>
    /// <param name="period">What happened in it counts.</param>
    public static Report Sitrep(Fold fold, Period period)
    {
        ArgumentNullException.ThrowIfNull(fold);
        var incidents = Incidents.In(fold, period).ToArray();
        return new Report("sitrep", "Situation report", period,
        [
            Incidents.Axis(incidents, "fact", "Incidents: did it happen"),
            Movements.Results([.. Movements.In(fold, period)]) with { Title = "Movements: what became of them" },
            Crossings(fold, period.Until), Counts(fold, period), Hazards(fold), ForceAndComplaints(fold, period),
            Messages(fold, period), Dues(fold, period.Until, period.Until),
        ]);
    }

    /// <summary>The briefing of a watch: what is open, what is due in the next day, what has changed.</summary>
    /// <param name="fold">A reader's state.</param>
    /// <param name="period">What has changed in it is listed; deadlines of the day after it too.</param>
    public static Report Watch(Fold fold, Period period)
    {
        ArgumentNullException.ThrowIfNull(fold);
        return new Report("watch", "Watch briefing", period,
        [
            Watches(fold), Messages(fold, period),
            Dues(fold, period.Until, period.Until + Day), Changed(fold, period), Held(fold),
        ]);
    }

    private static Section Crossings(Fold fold, long until) => new("Crossings, by the last word of each",
        [.. fold.Of("crossing").Where(c => c.IsOpen).Select(c => c.Steps.Where(s => s.Row.Command == "state" && s.IsHere
            && s.OccurredAt < until).Select(s => (Step?)s).LastOrDefault() is { } last
            ? new Figure(c.Opening.Word("crossing")!, last.Word("status"), "", [last.Entry],
                Note: $"{last.Word("source")}, {Period.Text(last.OccurredAt)}")
            : new Figure(c.Opening.Word("crossing")!, null, "", [c.OpenedBy], Mark.Blank))]);

    private static Section Counts(Fold fold, Period period)
    {
        var figures = ImmutableArray.CreateBuilder<Figure>();
        foreach (var count in fold.Of("count").Where(c => c.IsOpen))
        {
            var stated = count.All("figure").Where(f => f.IsHere && period.Has(f.Number("as-of")!.Value))
                .GroupBy(f => f.Word("source")!, StringComparer.Ordinal).Select(g => g.Last()).ToArray();
            figures.AddRange(stated.Select(f => new Figure($"{count.Opening.Word("indicator")}, {f.Word("source")}",
                f.Number("value")?.ToString(CultureInfo.InvariantCulture), count.Opening.Word("unit")!, [f.Entry],
                f.Number("value") is null ? Mark.Blank : stated.Select(s => s.Number("value")).Distinct().Count() > 1
                    ? Mark.Disputed : Mark.None,
                f.Word("why-blank") ?? $"as of {Period.Text(f.Number("as-of")!.Value)}")));
            if (stated.Length == 0)
            {
                figures.Add(new Figure(count.Opening.Word("indicator")!, null, count.Opening.Word("unit")!,
                    [count.OpenedBy], Mark.Blank, "nobody stated it for this period"));
            }
        }

        return new Section("Counts, sources side by side", figures.ToImmutable());
    }

    private static Section Hazards(Fold fold)
    {
        var tally = new Tally();
        foreach (var hazard in fold.Of("hazard").Where(h => h.IsOpen))
        {
            tally.Add($"{hazard.Opening.Word("kind")}: {hazard["state"]}", hazard.OpenedBy);
        }

        return new Section("Hazard areas", tally.ByName("areas"));
    }

    private static Section ForceAndComplaints(Fold fold, Period period)
    {
        var tally = new Tally();
        foreach (var machine in new[] { ForceUseMachine.Table, ComplaintMachine.Table })
        {
            foreach (var subject in fold.Of(machine.Name).Where(s => s.IsOpen && period.Has(s.Opening.OccurredAt)))
            {
                tally.Add($"{machine.Title}: {subject[machine.Axes[0].Name]}",
                    [.. subject.Steps.Where(s => s.IsHere).Select(s => s.Entry)]);
            }
        }

        return new Section("Use of force and complaints", tally.ByName("reports"));
    }

    private static Section Messages(Fold fold, Period period)
    {
        var tally = new Tally();
        foreach (var message in fold.Of("message").Where(m => m.IsOpen && period.Has(m.Opening.OccurredAt)))
        {
            foreach (var (recipient, stage, step) in MessageMachine.Chains(message))
            {
                tally.Add($"{recipient}: {stage}", message.OpenedBy, step.Entry);
            }
        }

        return new Section("Messages, by addressee and how far they came", tally.ByName("messages", n =>
            n.EndsWith(": sent", StringComparison.Ordinal) || n.EndsWith(": delivered", StringComparison.Ordinal)
                || n.EndsWith(": received", StringComparison.Ordinal) ? Mark.Overdue : Mark.None),
            "An acknowledgement says that a message was read, no more.");
    }

    private static Section Dues(Fold fold, long now, long until) => new("Due and overdue",
        [.. fold.Dues().Where(d => d.Due.AtMilliseconds <= until).Select(d => new Figure(
            $"{d.Subject.Id}: {d.Due.What}{(d.Due.Of.Length == 0 ? "" : $", {d.Due.Of}")}",
            Period.Text(d.Due.AtMilliseconds), "", [d.Subject.OpenedBy],
            d.Due.AtMilliseconds < now ? Mark.Overdue : Mark.None, d.Due.Term))]);

    private static Section Watches(Fold fold) => new("Open items of the watch",
        [.. fold.Of("watch").Where(w => w.IsOpen && w["state"] != "closed").SelectMany(w => WatchMachine.OpenItems(w)
            .Select(i => new Figure($"{w.Opening.Word("post")}: {i.Name}", i.Step.Word("owner"), "", [i.Step.Entry],
                i.Step.Word("owner") is null ? Mark.Blank : Mark.None, i.Step.Word("about") ?? "")))]);

    private static Section Changed(Fold fold, Period period)
    {
        var tally = new Tally();
        foreach (var act in fold.Labels.Where(l => period.Has(l.ReceivedAt)))
        {
            tally.Add(act.Type, act.Entry);
        }

        return new Section("Received since", tally.ByName("acts"));
    }

    private static Section Held(Fold fold) => new("Held now",
        [.. fold.Of("movement").Where(m => m.IsOpen && m["movement"] == "holding").Select(m => m.Last("hold")!.Value)
            .Select(h => new Figure(h.Subject.Id, h.Word("by"), "", [h.Entry], h.Word("by") is null ? Mark.Blank
                : Mark.None, $"since {Period.Text(h.Number("since") ?? h.OccurredAt)} {h.Word("at-point")}"))]);
}
