using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>The reports, by name.</summary>
public static class Reports
{
    private static readonly (string Name, string Does, Func<Fold, Period, Report> Of)[] All =
    [
        ("sitrep", "the situation report of a period", SituationReports.Sitrep),
        ("movements", "what became of humanitarian movements, as OCHA counts", Movements.Of),
        ("incidents", "incidents: fact, attribution and breach apart", Incidents.Of),
        ("frictions", "where authorities collided, how often, and who bore it", Frictions.Of),
        ("equal-treatment", "whether all were treated alike", Incidents.EqualTreatment),
        ("harm", "harm to civilians, sources side by side", Incidents.Harm),
        ("watch", "the briefing of a watch: what is open, due, changed", SituationReports.Watch),
    ];

    /// <summary>The names, with what each report says.</summary>
    public static ImmutableArray<(string Name, string Does)> Names { get; } = [.. All.Select(a => (a.Name, a.Does))];

    /// <summary>A report; null where none has the name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="fold">A reader's state.</param>
    /// <param name="period">What it covers.</param>
    public static Report? Of(string name, Fold fold, Period period) =>
        All.FirstOrDefault(a => a.Name == name).Of?.Invoke(fold, period);
}
