using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>Incidents: fact, attribution and breach apart; what followed; who kept whom away.</summary>
public static class Incidents
{
    private const double HourMilliseconds = 3_600_000;

    /// <summary>The report of incidents.</summary>
    /// <param name="fold">A reader's state.</param>
    /// <param name="period">Incidents that happened in it, by who reported them, count.</param>
    public static Report Of(Fold fold, Period period)
    {
        ArgumentNullException.ThrowIfNull(fold);
        var (incidents, merged) = (In(fold, period).ToArray(), new Merged(fold));
        return new Report("incidents", "Incidents", period,
        [
            Reports(fold, period, incidents),
            Axis(incidents, "fact", "Did it happen"), Unverifiable(incidents),
            Axis(incidents, "attribution", "Whose act"), Attributed(incidents),
            Axis(incidents, "breach", "Was it a breach"), Breaches(incidents), Times(incidents),
            Kinds(incidents, "By kind", Kind), Kinds(incidents, "By place", i => (Movements.PlaceOf(i), i.OpenedBy)),
            Struck.Section(incidents, merged), Axis(incidents, "protest", "What followed"),
            Followed(incidents, merged), new Section("Access denied, by whom", Denied(incidents, merged, ""),
                "Access to an incident, for those who verify."),
            Review(incidents),
        ]);
    }

    /// <summary>
    /// The incidents of a period that count: a duplicate counts with the one that stands for it, what is out of scope
    /// not at all.
    /// </summary>
    internal static IEnumerable<Subject> In(Fold fold, Period period) =>
        All(fold, period).Where(i => i["progress"] is not ("duplicate" or "out-of-scope"));

    internal static bool IsVerified(Subject incident) =>
        incident["fact"] is "verified" or "partly" && !incident.NeedsReview("fact");

    /// <summary>
    /// A report, then what its own author amended in it and did not take back, by when he did. Others' amendments stand
    /// beside it and change none of it.
    /// </summary>
    internal static IEnumerable<Step> Said(Subject incident)
    {
        var opening = incident.Opening;
        return incident.All("amend").Where(a => a.IsHere && a.Author == opening.Author
            && a.EnteredBy == opening.EnteredBy && !Proof.IsRetracted(a)).Prepend(opening);
    }

    /// <summary>The kind, by the last word of who reported it.</summary>
    internal static Step KindOf(Subject incident) => Said(incident).Last(s => s.Word("kind") is not null);

    private static (string Name, long Entry) Kind(Subject incident)
    {
        var said = KindOf(incident);
        return (said.Word("kind")!, said.Entry);
    }

    internal static Section Axis(Subject[] incidents, string axis, string title)
    {
        var tally = new Tally();
        foreach (var incident in incidents)
        {
            tally.Add(incident[axis], Counting.Entries(incident));
        }

        return new Section(title,
        [
            .. IncidentMachine.Table.Axes.First(a => a.Name == axis).States.Select(s => tally.Of(s, "incidents",
                of: incidents.Length, mark: tally[s] == 0 ? Mark.None
                    : axis == "fact" && s is "open" or "under-verification" ? Mark.Unverified
                    : axis == "protest" && s == "unanswered" ? Mark.Overdue : Mark.None)),
            new Figure("incidents", Counting.Text(incidents.Length), "incidents",
                Counting.Entries(incidents.Select(i => i.OpenedBy))),
        ]);
    }

    /// <summary>The last decision that moved an axis; null where none did.</summary>
    internal static Step? Last(Subject incident, string axis) => incident.Steps.Where(s => s.Row.Axis == axis
        && s.Row.Kind == RowKind.Decides).OrderBy(s => s.Entry).Select(s => (Step?)s).LastOrDefault();

    /// <summary>How long it took from the report's receipt to the first decision of a command.</summary>
    internal static Figure Until(IEnumerable<Subject> incidents, string label, string command) =>
        Counting.Median(label, incidents.SelectMany(i => i.All(command).OrderBy(s => s.Entry).Take(1)
            .Select(s => (s.ReceivedAt - i.Opening.ReceivedAt, s.Entry))), "incidents");

    internal static Section Unverifiable(Subject[] incidents)
    {
        var (tally, found) = (new Tally(), 0);
        foreach (var incident in incidents)
        {
            if (incident["fact"] is "verified" or "partly" or "refuted" or "unverifiable"
                && Sides.Decision(incident, "verify") is { } finding)
            {
                found++;
                if (finding.Word("why") is { } why)
                {
                    tally.Add(why, finding.Entry);
                }
            }
        }

        return new Section("Not verifiable, by reason",
            [.. new[] { "access-denied", "too-late", "no-source" }.Select(w => tally.Of(w, "incidents", of: found))],
            "The share is of the incidents on which there is a finding.");
    }

    internal static ImmutableArray<Figure> Denied(IEnumerable<Subject> incidents, Merged merged, string prefix)
    {
        var times = new Tally();
        var hours = new SortedDictionary<string, (double Hours, int Without)>(StringComparer.Ordinal);
        foreach (var denied in incidents.SelectMany(merged.Steps)
            .Where(d => d.Row.Command == "access-denied" && !Proof.IsRetracted(d)))
        {
            var by = denied.Word("by")!;
            times.Add(by, denied.Entry);
            var (length, without) = hours.GetValueOrDefault(by);
            hours[by] = denied.Number("hours") is { } h ? (length + h, without) : (length, without + 1);
        }

        return [.. hours.Select(h => times.Of(h.Key, "times", prefix + h.Key, note:
            $"{Counting.Hours(h.Value.Hours * HourMilliseconds)} hours stated"
                + (h.Value.Without > 0 ? $", {h.Value.Without} without a length" : "")))];
    }

    private static IEnumerable<Subject> All(Fold fold, Period period) =>
        Counting.Of(fold, "incident").Where(i => period.Has(Counting.When(i)));

    private static Section Reports(Fold fold, Period period, Subject[] incidents)
    {
        var tally = new Tally();
        foreach (var incident in All(fold, period))
        {
            tally.Add(incident["progress"] is "duplicate" or "out-of-scope" ? incident["progress"] : "incidents",
                incident.OpenedBy);
        }

        var waiting = incidents.Count(i => i["progress"] == "reported");
        return new Section("Reports",
        [
            tally.Of("incidents", "reports", "of incidents that count",
                note: waiting > 0 ? $"{Counting.Text(waiting)} of them wait for triage" : ""),
            tally.Of("duplicate", "reports", "duplicates, counted with another"),
            tally.Of("out-of-scope", "reports", "out of scope, by triage"),
            new Figure("reports", Counting.Text(tally.Sum), "reports",
                Counting.Entries(All(fold, period).Select(i => i.OpenedBy))),
            .. Counting.ContinuedFigures(fold, "incident", "reports"),
        ], "No report is lost: a duplicate and what is out of scope stay readable.");
    }

    private static Section Kinds(Subject[] incidents, string title, Func<Subject, (string Name, long Entry)> what)
    {
        var tally = new Tally();
        foreach (var incident in incidents)
        {
            var (name, entry) = what(incident);
            var found = Last(incident, "fact");
            var fact = IsVerified(incident) ? "verified" : incident["fact"] is "refuted" or "unverifiable"
                ? incident["fact"] : "reported";
            tally.Add($"{name}: {fact}", incident.OpenedBy, entry, found?.Entry ?? incident.OpenedBy);
        }

        return new Section(title, tally.ByName("incidents",
            n => n.EndsWith(": reported", StringComparison.Ordinal) ? Mark.Unverified : Mark.None));
    }

    private static Section Attributed(Subject[] incidents)
    {
        var tally = new Tally();
        foreach (var incident in incidents.Where(i => i["attribution"] is "attributed" or "multiple"))
        {
            var decided = Sides.Decision(incident, "attribute")!.Value;
            foreach (var party in decided.Words("parties"))
            {
                tally.Add($"{party}, by {decided.Word("standard")}", decided.Entry);
            }
        }

        return new Section("Attributed to", tally.ByName("incidents"),
            "In order of name. An incident of several counts with each of them.");
    }

    private static Section Breaches(Subject[] incidents)
    {
        var tally = new Tally();
        foreach (var incident in incidents.Where(i => i["breach"] is "decided" or "referred"))
        {
            var isReferred = incident["breach"] == "referred";
            if (Sides.Decision(incident, isReferred ? "refer-breach" : "decide") is { } decided)
            {
                tally.Add(isReferred ? $"referred to {decided.Word("body")}"
                    : $"{(decided.Flag("is-breach") ? "a breach" : "no breach")}, by {decided.Performer}"
                        + (decided.Flag("own-case") ? ", in its own case" : ""), decided.Entry);
            }
        }

        return new Section("Breach, by whose decision", tally.ByName("incidents", n =>
            n.EndsWith("in its own case", StringComparison.Ordinal) ? Mark.Disputed : Mark.None));
    }

    private static Section Times(Subject[] incidents) => new("How long it took",
    [
        Until(incidents, "median time to triage", "triage"), Until(incidents, "median time to setting out", "set-out"),
        Until(incidents, "median time to the first finding", "verify"),
        Until(incidents, "median time to the first attribution", "attribute"),
        Until(incidents, "median time to the first decision on a breach", "decide"),
    ], "From when the operator had the report to when it had the decision.");

    private static Section Followed(Subject[] incidents, Merged merged)
    {
        var tally = new Tally();
        foreach (var step in incidents.SelectMany(merged.Steps))
        {
            var what = step.Row.Command switch
            {
                "protest" => $"protest to {step.Word("addressee")}",
                "answer" => $"answer by {step.Performer}: {step.Word("answer")}{(step.Flag("late") ? ", late" : "")}",
                "unanswered" => "protest not answered in time",
                "measure" => $"measure: {step.Word("measure")}",
                "close" => $"closed: {step.Word("outcome")}",
                "reopen" => $"reopened: {step.Word("reason")}",
                "correction" => step.Flag("retracts") ? "word retracted" : "word corrected",
                "dissent" => $"dissent from {step.Word("axis")}, by {step.Word("party") ?? step.Author}",
                "refer" => $"cases referred to {step.Word("body")}, and not recorded here",
                _ => null,
            };
            if (what is not null)
            {
                tally.Add(what, step.Entry);
            }
        }

        return new Section("Protests, answers, measures, corrections", tally.ByName("times", n =>
            n.EndsWith("in time", StringComparison.Ordinal) ? Mark.Overdue
                : n.EndsWith(", late", StringComparison.Ordinal) ? Mark.Late : Mark.None));
    }

    private static Section Review(Subject[] incidents)
    {
        var tally = new Tally();
        foreach (var incident in incidents)
        {
            foreach (var axis in incident.Machine.Axes.Where(a => incident.NeedsReview(a.Name)))
            {
                var judged = incident.Steps.Where(s => s.Row.Judges && s.Row.Axis == axis.Name).Max(s => s.Entry);
                tally.Add(axis.Name, [incident.OpenedBy, judged, .. incident.Steps.Where(s => s.IsHere
                    && s.Row.Revises && s.Entry > judged).Select(s => s.Entry)]);
            }
        }

        return new Section("Changed since it was judged", tally.ByName("incidents", _ => Mark.Disputed));
    }
}
