using System.Collections.Immutable;
using NodaTime;
using Truce.Space;

namespace Truce.Maps;

/// <summary>The files of one question about places, read together.</summary>
/// <param name="Map">Where the mission is.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Against">What else is planned; null where no file is named.</param>
internal sealed record MapFiles(MissionMap Map, ImmutableArray<Planned> Plan, ImmutableArray<Planned>? Against)
{
    /// <summary>Defects that are printed; the rest is counted.</summary>
    private const int DefectsMax = 100;

    /// <summary>A centre that nobody stated is rounded to a tenth of a degree, and an epoch to a day.</summary>
    private static readonly Duration BeforeTheFirst = Duration.FromDays(8);

    /// <summary>Takes in what was read. Null, and every defect printed, where something is wrong.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="against">What else is planned.</param>
    /// <param name="areas">The mission's areas.</param>
    /// <param name="zone">The mission's time zone.</param>
    /// <param name="error">Takes the defects.</param>
    public static MapFiles? Of(MapFile plan, MapFile? against, MapFile? areas, DateTimeZone zone, TextWriter error)
    {
        MapFile[] plans = against is null ? [plan] : [plan, against];
        var map = areas is null ? Derived(plans, [], zone) : Stated(areas, plans, zone);
        var files = new MapFiles(
            map, PlanFile.Read(plan, map), against is null ? null : PlanFile.Read(against, map));
        return Print(areas is null ? plans : [areas, .. plans], error) ? null : files;
    }

    /// <summary>Prints every defect; true where there is any.</summary>
    public static bool Print(IEnumerable<MapFile> files, TextWriter error)
    {
        MapDefect[] all = [.. files.SelectMany(f => f.Defects)];
        foreach (var defect in all.Take(DefectsMax))
        {
            error.WriteLine(defect);
        }

        if (all.Length > DefectsMax)
        {
            error.WriteLine($"… and {all.Length - DefectsMax} more");
        }

        return all.Length > 0;
    }

    /// <summary>
    /// The mission as its file states it; without a member <c>frame</c> as the files together suggest.
    /// </summary>
    public static MissionMap Stated(MapFile areas, MapFile[] plans, DateTimeZone zone)
    {
        var named = MissionMap.AreasOf(areas);
        return MissionMap.FrameOf(areas) is { } f
            ? new MissionMap(f.Frame, f.Epoch, f.Grid, IsStated: true, named, zone)
            : Derived([areas, .. plans], named, zone);
    }

    private static MissionMap Derived(MapFile[] files, ImmutableArray<MapArea> areas, DateTimeZone zone)
    {
        GeodeticPosition[] all = [.. files.SelectMany(f => f.Features).SelectMany(f => f.Positions)];
        double Middle(Func<GeodeticPosition, double> of) =>
            all.Length == 0 ? 0 : Math.Round((all.Min(of) + all.Max(of)) / 2, 1);
        var centre = new GeodeticPosition(
            Math.Clamp(Middle(p => p.LatitudeDegrees), -84, 84), Middle(p => p.LongitudeDegrees));
        var first = files.SelectMany(PlanFile.Instants).DefaultIfEmpty(Instant.FromUtc(2026, 1, 1, 0, 0)).Min();
        var epoch = (first - BeforeTheFirst).InUtc().Date.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant();
        return new MissionMap(
            new MissionFrame(centre), epoch, new CoarseGrid(CoarseGrid.CellMillimetresMin), IsStated: false, areas,
            zone);
    }
}
