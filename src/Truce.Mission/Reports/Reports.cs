using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>The reports, by name.</summary>
public static class Reports
{
    /// <summary>The name of the relief page, which is of one watch: <see cref="WatchPage"/>.</summary>
    public const string Watch = "watch";

    private static readonly (string Name, string Does, Func<Fold, Period, Report> Of)[] All =
    [
        ("sitrep", "the situation report of a period", SituationReport.Of),
        ("movements", "what became of humanitarian movements, as OCHA counts", Movements.Of),
        ("incidents", "incidents: fact, attribution and breach apart", Incidents.Of),
        ("frictions", "where authorities collided, how often, and who bore it", Frictions.Of),
        ("equal-treatment", "whether all were treated alike", EqualTreatment.Of),
        ("harm", "harm to civilians, sources side by side", Harm.Of),
        (Watch, "the relief page of a watch: what is held, open, due, changed", (fold, period) =>
            WatchPage.Of(fold, WatchPage.Open(fold).FirstOrDefault(), period)),
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
