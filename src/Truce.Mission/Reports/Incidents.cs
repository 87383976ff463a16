using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Mission;

/// <summary>Incidents, harm to civilians, and whether all were treated alike. Fact, attribution and breach never mix.
/// </summary>
public static class Incidents
{
    private const long Hour = 3_600_000;

    /// <summary>The report of incidents.</summary>
    /// <param name="fold">A reader's state.</param>
    /// <param name="period">Incidents that occurred in it count.</param>
    public static Report Of(Fold fold, Period period)
    {
        ArgumentNullException.ThrowIfNull(fold);
        var incidents = In(fold, period).ToArray();
        return new Report("incidents", "Incidents", period,
        [
            Axis(incidents, "fact", "Did it happen"), Axis(incidents, "attribution", "Whose act"),
            Axis(incidents, "breach", "Was it a breach"), Axis(incidents, "protest", "What followed"),
            Kinds(incidents), Attributed(incidents), Denied(incidents, i => i), Review(incidents),
        ]);
    }

    /// <summary>The report of harm to civilians: sources side by side, never added up across them.</summary>
    public static Report Harm(Fold fold, Period period)
    {
        ArgumentNullException.ThrowIfNull(fold);
        var figures = ImmutableArray.CreateBuilder<Figure>();
        var bySource = new SortedDictionary<string, (long Killed, long Injured, SortedSet<long> Entries, bool Known)>(
            StringComparer.Ordinal);
        foreach (var incident in In(fold, period))
        {
            foreach (var harm in incident.All("harm").Where(h => h.IsHere))
            {
                foreach (var what in new[] { "killed", "injured" })
                {
                    figures.Add(new Figure(
                        $"{incident.Id}, {harm.Word("source")}: {what}", Spread(harm, what), "people", [harm.Entry],
                        Spread(harm, what) is null ? Mark.Blank : IsVerified(incident) ? Mark.None
                            : Mark.Unverified));
                }

                var (killed, injured, entries, known) =
                    bySource.GetValueOrDefault(harm.Word("source")!, (0, 0, [], false));
                entries.Add(harm.Entry);
                bySource[harm.Word("source")!] = (killed + (harm.Number("killed-best") ?? 0),
                    injured + (harm.Number("injured-best") ?? 0), entries,
                    known || harm.Number("killed-best") is not null || harm.Number("injured-best") is not null);
            }
        }

        return new Report("harm", "Harm to civilians", period,
        [
            new Section("By incident and source", figures.ToImmutable(),
                "Low, best and high, as each source counts. Sources compete: they are never added up."),
            new Section("By source, best counts", [.. bySource.SelectMany(s => new[]
            {
                Sum($"{s.Key}: killed", s.Value.Killed, s.Value), Sum($"{s.Key}: injured", s.Value.Injured, s.Value),
            })]),
        ]);
    }

    /// <summary>
    /// Whether all were treated alike, by complainant and by alleged party, in order of name. It ranks nobody.
    /// </summary>
    public static Report EqualTreatment(Fold fold, Period period)
    {
        ArgumentNullException.ThrowIfNull(fold);
        var incidents = In(fold, period).ToArray();
        return new Report("equal-treatment", "Equal treatment", period,
        [
            .. Treated(incidents, "Reported by", i => [i.Opening.Word("complainant") ?? i.Opening.Author]),
            .. Treated(incidents, "Alleged", i => [.. Sides.Alleged(i)]),
            Standards(incidents),
        ]);
    }

    internal static IEnumerable<Subject> In(Fold fold, Period period) =>
        fold.Of("incident").Where(i => i.IsOpen && period.Has(i.Opening.Window.From));

    internal static bool IsVerified(Subject incident) =>
        incident["fact"] is "verified" or "partly" && !incident.NeedsReview("fact");

    private static Figure Sum(
        string label, long count, (long Killed, long Injured, SortedSet<long> Entries, bool Known) source) =>
        new(label, source.Known ? count.ToString(CultureInfo.InvariantCulture) : null, "people", [.. source.Entries],
            source.Known ? Mark.Unverified : Mark.Blank);

    private static string? Spread(Step harm, string what)
    {
        var numbers = new[] { "low", "best", "high" }.Select(n => harm.Number($"{what}-{n}")).ToArray();
        return numbers.All(n => n is null) ? null
            : string.Join(" / ", numbers.Select(n => n?.ToString(CultureInfo.InvariantCulture) ?? "–"));
    }

    internal static Section Axis(Subject[] incidents, string axis, string title)
    {
        var tally = new Tally();
        foreach (var incident in incidents)
        {
            tally.Add(incident[axis], [.. incident.Steps.Where(s => s.IsHere).Select(s => s.Entry)]);
        }

        return new Section(title, [.. IncidentMachine.Table.Axes.First(a => a.Name == axis).States
            .Select(s => tally.Of(s, "incidents", mark: axis == "fact" && s is "open" or "under-verification"
                && tally[s] > 0 ? Mark.Unverified : Mark.None))]);
    }

    private static Section Kinds(Subject[] incidents)
    {
        var tally = new Tally();
        foreach (var incident in incidents)
        {
            tally.Add($"{incident.Opening.Word("kind")}: {(IsVerified(incident) ? "verified" : "reported")}",
                incident.OpenedBy);
        }

        return new Section("By kind", tally.ByName("incidents",
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

        return new Section("Attributed to", tally.ByName("incidents"));
    }

    private static Section Denied(Subject[] incidents, Func<Subject, Subject> of)
    {
        var tally = new Tally();
        foreach (var denied in incidents.SelectMany(i => of(i).All("access-denied")).Where(d => d.IsHere))
        {
            tally.Add(denied.Word("by")!, denied.Entry);
        }

        return new Section("Access denied, by whom", tally.ByName("times"));
    }

    private static Section Review(Subject[] incidents)
    {
        var tally = new Tally();
        foreach (var incident in incidents)
        {
            foreach (var axis in incident.Machine.Axes.Where(a => incident.NeedsReview(a.Name)))
            {
                tally.Add(axis.Name, incident.OpenedBy, incident.LastDecisionBy);
            }
        }

        return new Section("Changed since it was judged", tally.ByName("incidents", _ => Mark.Disputed));
    }

    private static IEnumerable<Section> Treated(Subject[] incidents, string title, Func<Subject, string[]> whom)
    {
        foreach (var group in incidents.SelectMany(i => whom(i).Distinct().Select(w => (Who: w, Incident: i)))
            .GroupBy(x => x.Who, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var all = group.Select(g => g.Incident).ToArray();
            var tally = new Tally();
            foreach (var incident in all)
            {
                tally.Add($"fact {incident["fact"]}", incident.OpenedBy);
            }

            yield return new Section($"{title}: {group.Key}",
            [
                new Figure("incidents", all.Length.ToString(CultureInfo.InvariantCulture), "incidents",
                    [.. all.Select(i => i.OpenedBy)]),
                Hours(all, "median time to triage", "triage"), Hours(all, "median time to a finding", "verify"),
                .. tally.ByName("incidents"), .. Denied(all, i => i).Figures.Select(f => f with
                {
                    Label = $"access denied by {f.Label}",
                }),
            ]);
        }
    }

    private static Figure Hours(Subject[] incidents, string label, string command)
    {
        var decided = incidents.Select(i => (i, Sides.Decision(i, command))).Where(x => x.Item2 is not null)
            .Select(x => (Length: x.Item2!.Value.ReceivedAt - x.i.Opening.ReceivedAt, x.Item2.Value.Entry))
            .OrderBy(x => x.Length).ToArray();
        return new Figure(label, decided.Length == 0 ? null
            : ((double)decided[decided.Length / 2].Length / Hour).ToString("0.0", CultureInfo.InvariantCulture),
            "hours",
            [.. decided.Select(d => d.Entry).Order()], decided.Length == 0 ? Mark.Blank : Mark.None);
    }

    private static Section Standards(Subject[] incidents)
    {
        var tally = new Tally();
        foreach (var step in incidents.SelectMany(i => i.Steps).Where(s => s.IsHere && s.Word("standard") is not null))
        {
            tally.Add($"{step.Row.Command}: {step.Word("standard")}"
                + (step.Flag(Proof.OtherStandard) ? " (not the mission's)" : ""), step.Entry);
        }

        return new Section("Standards of proof used", tally.ByName("judgements",
            n => n.EndsWith("(not the mission's)", StringComparison.Ordinal) ? Mark.Disputed : Mark.None),
            "One standard for all: another is shown, never refused.");
    }
}
