namespace Truce.Mission;

/// <summary>How many, by what the sources of one incident say. They stand side by side: nothing is averaged.</summary>
/// <param name="Low">The lowest that any source states.</param>
/// <param name="Best">What the sources hold best, where all that state one agree; null where they compete.</param>
/// <param name="High">The highest that any source states.</param>
/// <param name="Sources">How many sources state a number.</param>
public sealed record HarmRange(long Low, long? Best, long High, int Sources);

/// <summary>The harm to civilians that an incident's sources count, and totals over incidents.</summary>
public static class HarmCount
{
    /// <summary>
    /// The last record of each source on an incident and its duplicates, by who says it and whom he names as source;
    /// what he retracted is left out. In order of when it occurred.
    /// </summary>
    public static IReadOnlyList<Step> Standing(Fold fold, Subject incident)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(incident);
        return !incident.Has("harm") && !incident.Has("merge") ? []
            : Standing(IncidentGuards.Duplicates(fold, incident).Prepend(incident));
    }

    /// <summary>The same of the reports that are one incident.</summary>
    internal static IReadOnlyList<Step> Standing(IEnumerable<Subject> reports) =>
        [
            .. reports.Where(r => r.Has("harm"))
                .SelectMany(s => s.All("harm").Where(h => h.IsHere && !Proof.IsRetracted(h)))
                .GroupBy(h => (h.Author, Source: h.Word("source")))
                .Select(g => g.Aggregate((a, b) => Later(a, b) ? b : a))
                .OrderBy(h => h.OccurredAt).ThenBy(h => h.Author, StringComparer.Ordinal)
                .ThenBy(h => h.Word("source"), StringComparer.Ordinal),
        ];

    /// <summary>What the sources say of one kind of harm; null where none states a number.</summary>
    /// <param name="records">The records that stand, of one incident.</param>
    /// <param name="what"><c>killed</c> or <c>injured</c>.</param>
    public static HarmRange? Range(IEnumerable<Step> records, string what)
    {
        var all = records.Select(r => (Low: r.Number($"{what}-low"), Best: r.Number($"{what}-best"),
            High: r.Number($"{what}-high"))).Where(r => (r.Low ?? r.Best ?? r.High) is not null).ToArray();
        if (all.Length == 0)
        {
            return null;
        }

        var bests = all.Select(r => r.Best).OfType<long>().Distinct().ToArray();
        return new HarmRange(all.Min(r => r.Low ?? r.Best ?? r.High!.Value), bests.Length == 1 ? bests[0] : null,
            all.Max(r => r.High ?? r.Best ?? r.Low!.Value), all.Length);
    }

    /// <summary>
    /// The sum over incidents: of lows, of highs, and of what is held best, which is null as soon as one incident's
    /// sources compete. Duplicates count with the incident that stands for them, once.
    /// </summary>
    public static HarmRange Total(Fold fold, IEnumerable<Subject> incidents, string what)
    {
        ArgumentNullException.ThrowIfNull(incidents);
        return Total(incidents.Where(i => i.IsOpen && i["progress"] != "duplicate")
            .Select(i => Standing(fold, i)), what);
    }

    /// <summary>The sum over incidents, of the records that stand for each.</summary>
    internal static HarmRange Total(IEnumerable<IReadOnlyList<Step>> records, string what)
    {
        var total = new HarmRange(0, 0, 0, 0);
        foreach (var incident in records)
        {
            if (Range(incident, what) is { } range)
            {
                total = new HarmRange(total.Low + range.Low, total.Best + range.Best, total.High + range.High,
                    total.Sources + range.Sources);
            }
        }

        return total;
    }

    private static bool Later(Step a, Step b) => Held(b).CompareTo(Held(a)) >= 0;

    private static (long, long) Held(Step step) => (step.Number("as-of") ?? step.OccurredAt, step.OccurredAt);
}
