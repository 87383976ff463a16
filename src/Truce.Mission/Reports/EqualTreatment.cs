using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>
/// Whether all were treated alike, by complainant and by alleged party: the same lines for each, in order of name. It
/// ranks nobody, and adds nobody up.
/// </summary>
public static class EqualTreatment
{
    private const string Nobody = "nobody is alleged";

    /// <summary>The report.</summary>
    /// <param name="fold">A reader's state.</param>
    /// <param name="period">Incidents that happened in it, by who reported them, count.</param>
    public static Report Of(Fold fold, Period period)
    {
        ArgumentNullException.ThrowIfNull(fold);
        var (incidents, merged) = (Incidents.In(fold, period).ToArray(), new Merged(fold));
        return new Report("equal-treatment", "Equal treatment", period,
        [
            .. Treated(incidents, merged, "Reported by", i => merged.Reports(i).Select(Complainant)),
            .. Treated(incidents, merged, "Alleged", i => merged.Reports(i).SelectMany(r => Incidents.Said(r))
                .SelectMany(s => s.Words("alleged")).DefaultIfEmpty(Nobody)),
            Standards(incidents, merged),
        ]);
    }

    /// <summary>On whose behalf its author reported, by his last word; else himself.</summary>
    private static string Complainant(Subject report) => Incidents.Said(report).Select(s => s.Word("complainant"))
        .LastOrDefault(c => c is not null) ?? report.Opening.Author;

    private static IEnumerable<Section> Treated(
        Subject[] incidents, Merged merged, string title, Func<Subject, IEnumerable<string>> whom) =>
        incidents.SelectMany(i => whom(i).Distinct().Select(w => (Who: w, Incident: i)))
            .GroupBy(x => x.Who, x => x.Incident, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new Section($"{title}: {g.Key}", Lines(g.Key, [.. g], merged),
                title == "Alleged" ? "As reported: to be alleged establishes nothing." : ""));

    private static ImmutableArray<Figure> Lines(string who, Subject[] incidents, Merged merged)
    {
        var (fact, attribution, protest) = (new Tally(), new Tally(), new Tally());
        foreach (var incident in incidents)
        {
            fact.Add(incident["fact"], Counting.Entries(incident));
            var decided = Sides.Decision(incident, "attribute");
            attribution.Add(incident["attribution"] is "attributed" or "multiple"
                ? decided!.Value.Words("parties").Contains(who) ? "to it" : "to others"
                : incident["attribution"], decided?.Entry ?? incident.OpenedBy);
            protest.Add(incident["protest"], Incidents.Last(incident, "protest")?.Entry ?? incident.OpenedBy);
        }

        return
        [
            new Figure("incidents", Counting.Text(incidents.Length), "incidents",
                Counting.Entries(incidents.Select(i => i.OpenedBy))),
            Incidents.Until(incidents, "median time to triage", "triage"),
            Incidents.Until(incidents, "median time to the first finding", "verify"),
            Incidents.Until(incidents, "median time to the first attribution", "attribute"),
            .. IncidentMachine.Table.Axes.First(a => a.Name == "fact").States.Select(s => fact.Of(s, "incidents",
                $"fact: {s}", of: incidents.Length, mark: s is "open" or "under-verification" && fact[s] > 0
                    ? Mark.Unverified : Mark.None)),
            .. Incidents.Unverifiable(incidents).Figures.Select(f => f with
            {
                Label = $"not verifiable: {f.Label}",
            }),
            .. new[] { "open", "to it", "to others", "contested", "undetermined" }
                .Select(a => attribution.Of(a, "incidents", $"attribution: {a}", of: incidents.Length)),
            protest.Of("answered", "incidents", "protest: answered"),
            protest.Of("unanswered", "incidents", "protest: unanswered"),
            .. Standards(incidents, merged).Figures.Select(f => f with { Label = $"standard: {f.Label}" }),
            .. Incidents.Denied(incidents, merged, "access denied by "),
        ];
    }

    private static Section Standards(Subject[] incidents, Merged merged)
    {
        var tally = new Tally();
        foreach (var step in incidents.SelectMany(merged.Steps).Where(s => s.Word("standard") is not null))
        {
            tally.Add($"{step.Row.Command}: {step.Word("standard")}"
                + (step.Flag(Proof.OtherStandard) ? " (not the mission's)" : ""), step.Entry);
        }

        return new Section("Standards of proof used", tally.ByName("judgements",
            n => n.EndsWith("(not the mission's)", StringComparison.Ordinal) ? Mark.Disputed : Mark.None),
            "One standard for all: another is shown, never refused.");
    }
}
