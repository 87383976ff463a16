using System.Globalization;

namespace Truce.Mission;

/// <summary>Notified movements and sites that were hit, as incidents say; whether the notice was received.</summary>
internal static class Struck
{
    private const string Reported = ", reported";

    /// <summary>A table of what was hit.</summary>
    /// <param name="incidents">The incidents that count.</param>
    /// <param name="merged">Which reports are one incident.</param>
    /// <param name="machine"><c>movement</c> or <c>site</c>; null for both.</param>
    public static Section Section(IEnumerable<Subject> incidents, Merged merged, string? machine = null)
    {
        var (tally, hit) = (new Tally(), new Dictionary<string, List<long>>(StringComparer.Ordinal));
        foreach (var incident in incidents)
        {
            foreach (var told in merged.Steps(incident).Where(s => s.Word("object") is { } o
                && (machine is null || o.StartsWith(machine + "/", StringComparison.Ordinal))
                && !(s.Row.Kind == RowKind.Adds && Proof.IsRetracted(s)))
                .GroupBy(s => s.Word("object")!, StringComparer.Ordinal))
            {
                long[] entries =
                [
                    .. told.Select(s => s.Entry), .. told.SelectMany(s => s.Words("known-entries"))
                        .Select(e => long.Parse(e, CultureInfo.InvariantCulture)),
                ];
                hit[told.Key] = [.. hit.GetValueOrDefault(told.Key, []), .. entries];
                var what = told.Key[..told.Key.IndexOf('/', StringComparison.Ordinal)];
                tally.Add($"{Incidents.KindOf(incident).Word("kind")}, a {what}: "
                    + (told.Any(s => s.Number("known-since") is not null) ? "its notice was received before"
                        : "no receipt of its notice before")
                    + (Incidents.IsVerified(incident) ? ", verified" : Reported), entries);
            }
        }

        return new Section(
            machine == "movement" ? "Notified movements hit" : "Notified movements and sites hit",
            [
                .. tally.ByName("incidents", n => n.EndsWith(Reported, StringComparison.Ordinal) ? Mark.Unverified
                    : Mark.None),
                new Figure("notified objects that were hit", Counting.Text(hit.Count), "objects",
                    Counting.Entries(hit.Values.SelectMany(e => e))),
            ], "By incidents that name the object; the receipts before the hit are among the entries.");
    }
}
