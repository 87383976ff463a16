using System.Globalization;
using System.Text;
using Truce.Rules;
using Truce.Space;
using Place = Truce.Space.Place;

namespace Truce.Maps;

/// <summary>What a plan meets, as plain text.</summary>
internal static class PlanText
{
    private const string Deep = "      ";

    /// <summary>Every activity with what it meets, and the counts.</summary>
    public static string Of(PlanCheck check)
    {
        var text = new StringBuilder();
        foreach (var result in check.Results)
        {
            FindingText.Wrap(text, Headline(check.Map, result.Planned), "", "  ");
            if (!result.Areas.IsEmpty)
            {
                FindingText.Wrap(text, "passes " + string.Join(", ", result.Areas.Select(Words)), "  ", "         ");
            }
            else if (!check.Map.Areas.IsEmpty)
            {
                text.Append("  passes none of the mission's areas\n");
            }

            foreach (var met in result.Told.Activities)
            {
                Append(text, check, met, isZone: false);
            }

            foreach (var met in result.Told.Zones)
            {
                Append(text, check, met, isZone: true);
            }

            foreach (var coarse in result.Told.Coarse)
            {
                Append(text, check.Map, coarse);
            }

            text.Append(result.IsClear ? "  meets nothing\n" : "").Append('\n');
        }

        FindingText.Wrap(text, Counts(check), "", "");
        Unchecked(text, check);
        text.Append(Ground(check.Map)).Append('\n');
        FindingText.Wrap(text, Standing, "", "");
        return text.Append(Prose.RecognitionLine).Append('\n').ToString();
    }

    /// <summary>What an answer about places is not.</summary>
    public const string Standing = "This compares plans only: it is no order, no clearance and no legal opinion. A " +
        "notification needs nobody's approval, and nothing is safe because nothing is found.";

    /// <summary>Who, what and when.</summary>
    public static string Headline(MissionMap map, Planned p)
    {
        var (who, a) = (p.Activity.Particulars, p.Activity);
        return $"{p.Name} ({who.Actor}, {Kind(who)}, {Shape(a)}), " +
            map.Words(a.Window);
    }

    /// <summary>Says which activities were not checked, if any.</summary>
    public static void Unchecked(StringBuilder text, PlanCheck check)
    {
        if (!check.NotChecked.IsEmpty)
        {
            FindingText.Wrap(text, $"NOT CHECKED: {Number(check.NotChecked.Length, "activity")} from " +
                $"{check.NotChecked[0].Name} on. More than {PlanCheck.ConflictsMax} conflicts came before: " +
                "split the plan.",
                "", "");
        }
    }

    /// <summary>How many of what.</summary>
    public static string Counts(PlanCheck check)
    {
        var (conflicts, zones, coarse) = (
            check.Results.Sum(r => r.Told.Activities.Length),
            check.Results.Sum(r => r.Told.Zones.Length),
            check.Results.Sum(r => r.Told.Coarse.Length));
        return conflicts + zones + coarse == 0
            ? "No conflict."
            : $"{Number(conflicts, "conflict")}, {Number(zones, "zone")}, {Number(coarse, "contact")} to ask.";
    }

    /// <summary>A length in metres, or in kilometres from ten on.</summary>
    public static string Metres(long millimetres) => millimetres >= 10_000_000
        ? (millimetres / 1e6).ToString("0.#", CultureInfo.InvariantCulture) + " km"
        : (millimetres / 1e3).ToString("0.###", CultureInfo.InvariantCulture) + " m";

    /// <summary>The cells of an answer, first ones.</summary>
    public static IEnumerable<string> Cells(MissionMap map, Coarse coarse) =>
        coarse.Cells.Select(c => (Cell: c, Corners: map.Grid.CornersOf(c), Window: CoarseGrid.WindowOf(c)))
            .Select(c => $"between {Degrees(map, c.Corners.SouthWest)} and {Degrees(map, c.Corners.NorthEast)}, " +
                $"{map.Words(c.Window)}");

    /// <summary>The plane in which distances were measured.</summary>
    public static string Ground(MissionMap map) =>
        (map.IsStated ? "Frame of the mission" : "Frame derived from the files") +
            $": centre {PositionText.Decimal(map.Frame.Centre, decimals: 5)}, epoch {map.Iso(0)}.";

    private static string Words(MapArea a) => a.PCode is null ? a.Id : $"{a.Id} ({a.PCode})";

    private static string Degrees(MissionMap map, Place place) =>
        PositionText.Decimal(map.Frame.PositionOf(place), decimals: 3);

    internal static string Kind(Particulars who) =>
        (who.IsEmergency ? "emergency, " : "") + who.Kind.ToString().ToLowerInvariant();

    private static string Shape(Activity a) => a.Shape switch
    {
        Space.Shape.Route => Number(a.PartCount, "leg") + " of a route",
        Space.Shape.Point => "point",
        _ => "area",
    };

    /// <summary>So many of something.</summary>
    public static string Number(int count, string what) => string.Create(CultureInfo.InvariantCulture,
        $"{count} {(count == 1 ? what : what.EndsWith('y') ? what[..^1] + "ies" : what + "s")}");

    private static void Append(StringBuilder text, PlanCheck check, Met met, bool isZone)
    {
        var (map, other, c) = (check.Map, check.Other(met, isZone), met.Conflict);
        FindingText.Wrap(
            text, (isZone ? "ENTERS the zone " : "CONFLICT with ") + Headline(map, other), "  ", "    ");
        FindingText.Wrap(text, $"together: {map.Words(c.Overlap)}", Deep, Deep + "  ");
        FindingText.Wrap(
            text,
            c.LeastDistanceMillimetres == 0
                ? $"nearest: they touch, at {map.Words(c.NearestOfFirst)}"
                : $"nearest: {Metres(c.LeastDistanceMillimetres)}, from {map.Words(c.NearestOfFirst)} to " +
                    map.Words(c.NearestOfSecond),
            Deep, Deep + "  ");
        if (isZone)
        {
            return;
        }

        FindingText.Wrap(
            text,
            $"if both keep their times: {Metres(c.SynchronisedSeparationMillimetres)} apart at the least; " +
                $"{Number(c.PairCount, "pair")} of parts too near",
            Deep, Deep + "  ");
        FindingText.Wrap(
            text,
            $"tell {other.Activity.Particulars.Actor} ({other.Contact}): due {map.Words(met.NoticeDueSeconds)}",
            Deep, Deep + "  ");
    }

    private static void Append(StringBuilder text, MissionMap map, Coarse coarse)
    {
        const int Shown = 4;
        FindingText.Wrap(
            text,
            $"MAY MEET something that the asker may not know: ask {coarse.Contact}. This is all that is told, " +
                "however often one asks:",
            "  ", "    ");
        foreach (var cell in Cells(map, coarse).Take(Shown))
        {
            FindingText.Wrap(text, cell, Deep, Deep + "  ");
        }

        if (coarse.Cells.Length > Shown)
        {
            text.Append(Deep).Append(Number(coarse.Cells.Length - Shown, "cell")).Append(" more (see --json)\n");
        }
    }
}
