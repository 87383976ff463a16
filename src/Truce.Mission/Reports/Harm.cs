namespace Truce.Mission;

/// <summary>
/// Harm to civilians: sources side by side, never added up across them; of each source its last word.
/// </summary>
public static class Harm
{
    private static readonly string[] Whats = ["killed", "injured"];

    /// <summary>The report.</summary>
    /// <param name="fold">A reader's state.</param>
    /// <param name="period">Incidents that happened in it, by who reported them, count.</param>
    public static Report Of(Fold fold, Period period)
    {
        ArgumentNullException.ThrowIfNull(fold);
        var (incidents, merged) = (Incidents.In(fold, period).ToArray(), new Merged(fold));
        var harmed = Harmed(incidents, merged);
        return new Report("harm", "Harm to civilians", period,
        [
            Totals(harmed), BySource(harmed), Bands(harmed), ByIncident(harmed), Damage(harmed),
            Referred(incidents, merged),
        ]);
    }

    /// <summary>The incidents of which a source states harm, with the records that stand.</summary>
    internal static (Subject Incident, IReadOnlyList<Step> Records)[] Harmed(Subject[] incidents, Merged merged) =>
        [.. incidents.Select(i => (i, HarmCount.Standing(merged.Reports(i)))).Where(h => h.Item2.Count > 0)];

    /// <summary>Totals over incidents, from the lowest to the highest stated, those verified apart.</summary>
    internal static Section Totals((Subject Incident, IReadOnlyList<Step> Records)[] harmed)
    {
        var isVerified = harmed.ToLookup(h => Incidents.IsVerified(h.Incident), h => h.Records);
        return new Section("Over all incidents",
        [
            .. Whats.Select(w => Total([.. isVerified[true]], w, "in verified incidents", Mark.None)),
            .. Whats.Select(w => Total([.. isVerified[false]], w, "in incidents that are not verified",
                Mark.Unverified)),
        ], "The lowest and the highest that any source states, added up over the incidents. Where sources compete on "
            + "an incident there is no best figure.");
    }

    private static Figure Total(IReadOnlyList<Step>[] records, string what, string where, Mark mark)
    {
        var total = HarmCount.Total(records, what);
        var entries = Counting.Entries(records.SelectMany(r => r)
            .Where(r => HarmCount.Range([r], what) is not null).Select(r => r.Entry));
        var isKnown = total.Sources > 0;
        return new Figure($"{what}, {where}", isKnown && total.Best is { } best ? Counting.Text(best) : null, "people",
            entries, !isKnown ? Mark.Blank : total.Best is null ? Mark.Disputed : mark,
            !isKnown ? "no source states a number" : total.Best is null ? "sources compete" : "")
        {
            Low = isKnown ? total.Low : null,
            High = isKnown ? total.High : null,
        };
    }

    private static IEnumerable<IGrouping<string, (Subject Incident, Step Record)>> Sources(
        (Subject Incident, IReadOnlyList<Step> Records)[] harmed) => harmed
            .SelectMany(h => h.Records.Select(r => (h.Incident, Record: r)))
            .GroupBy(r => Counting.Source(r.Record), StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal);

    private static Section ByIncident((Subject Incident, IReadOnlyList<Step> Records)[] harmed) => new(
        "By incident and source",
        [
            .. from h in harmed
               from record in h.Records
               from what in Whats
               let range = HarmCount.Range([record], what)
               select new Figure($"{h.Incident.Id}, {Counting.Source(record)}: {what}",
                   record.Number($"{what}-best") is { } best ? Counting.Text(best) : null, "people", [record.Entry],
                   range is null || record.Number($"{what}-best") is null ? Mark.Blank
                       : Incidents.IsVerified(h.Incident) ? Mark.None : Mark.Unverified,
                   range is not null && record.Number($"{what}-best") is null ? "it states no best figure" : "")
               {
                   Low = range?.Low,
                   High = range?.High,
               },
        ], "Low, best and high, as each source counts. Sources compete: they are never added up.");

    private static Section BySource((Subject Incident, IReadOnlyList<Step> Records)[] harmed) => new(
        "By source",
        [
            .. from source in Sources(harmed)
               from what in Whats
               let stated = source.Where(r => HarmCount.Range([r.Record], what) is not null).ToArray()
               let ranges = stated.Select(r => HarmCount.Range([r.Record], what)!).ToArray()
               let verified = stated.Count(r => Incidents.IsVerified(r.Incident))
               select new Figure($"{source.Key}: {what}",
                   ranges.Length == 0 || ranges.Any(r => r.Best is null) ? null
                       : Counting.Text(ranges.Sum(r => r.Best!.Value)),
                   "people", Counting.Entries((stated.Length == 0 ? source.Select(s => s.Record)
                       : stated.Select(s => s.Record)).Select(r => r.Entry)),
                   ranges.Length == 0 || ranges.Any(r => r.Best is null) ? Mark.Blank
                       : verified == stated.Length ? Mark.None : Mark.Unverified,
                   $"in {Counting.Text(stated.Length)} incidents, {Counting.Text(verified)} of them verified")
               {
                   Low = ranges.Length == 0 ? null : ranges.Sum(r => r.Low),
                   High = ranges.Length == 0 ? null : ranges.Sum(r => r.High),
               },
        ], "The last word of each source on each incident; what it retracted is left out.");

    private static Section Bands((Subject Incident, IReadOnlyList<Step> Records)[] harmed) => new(
        "By sex and age, by source",
        [
            .. from source in Sources(harmed)
               from what in Whats
               from band in Proof.BandNames
               let stated = source.Where(r => r.Record.Number($"{what}-{band}") is not null).ToArray()
               where stated.Length > 0
               select new Figure($"{source.Key}: {what}, {band}",
                   Counting.Text(stated.Sum(r => r.Record.Number($"{what}-{band}")!.Value)), "people",
                   Counting.Entries(stated.Select(r => r.Record.Entry)),
                   stated.All(r => Incidents.IsVerified(r.Incident)) ? Mark.None : Mark.Unverified),
        ], "Bands that a source does not state are in no line: they are not zero.");

    private static Section Damage((Subject Incident, IReadOnlyList<Step> Records)[] harmed)
    {
        var tally = new Tally();
        foreach (var (incident, records) in harmed)
        {
            foreach (var damage in records.SelectMany(r => r.Words("damage").Select(d => (What: d, r.Entry)))
                .GroupBy(d => d.What, d => d.Entry, StringComparer.Ordinal))
            {
                tally.Add($"{damage.Key}: {(Incidents.IsVerified(incident) ? "verified" : "reported")}", [.. damage]);
            }
        }

        return new Section("Damage, by what was damaged", tally.ByName("incidents", n =>
            n.EndsWith(": reported", StringComparison.Ordinal) ? Mark.Unverified : Mark.None));
    }

    private static Section Referred(Subject[] incidents, Merged merged) => new("Cases referred, and not recorded here",
        [.. incidents.SelectMany(merged.Steps).Where(r => r.Row.Command == "refer")
            .GroupBy(r => r.Word("body")!, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new Figure($"to {g.Key}", Counting.Text(g.Sum(r => r.Number("cases")!.Value)), "cases",
                Counting.Entries(g.Select(r => r.Entry))))]);
}
