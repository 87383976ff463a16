using System.Text.Json;
using Truce.Maps;
using Truce.Space;

namespace Truce.Json;

/// <summary>
/// Answers about places as JSON and as GeoJSON. <c>docs/space-geojson.md</c> says what each member is.
/// </summary>
internal static class SpaceJson
{
    /// <summary>What a plan meets.</summary>
    public static void Write(TextWriter output, PlanCheck check) => Wire.Write(output, (json, flush) =>
    {
        var map = check.Map;
        json.WriteStartObject();
        json.WriteNumber("version", Wire.Version);
        json.WriteString("kind", "truce-space-check");
        Frame(json, map);
        json.Strings("standing", [PlanText.Standing, Rules.Prose.RecognitionLine]);
        json.WriteStartArray("activities");
        foreach (var result in check.Results)
        {
            json.WriteStartObject();
            Who(json, map, result.Planned);
            json.WriteBoolean("clear", result.IsClear);
            json.WriteStartArray("areas");
            foreach (var area in result.Areas)
            {
                json.WriteStartObject();
                json.WriteString("id", area.Id);
                json.Text("pcode", area.PCode);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            All(json, "conflicts", check, result.Told.Activities, isZone: false);
            All(json, "zones", check, result.Told.Zones, isZone: true);
            json.WriteStartArray("coarse");
            foreach (var coarse in result.Told.Coarse)
            {
                Coarse(json, map, coarse);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            flush();
        }

        json.WriteEndArray();
        json.Strings("not_checked", check.NotChecked.Select(p => p.Name));
        json.WriteEndObject();
    });

    /// <summary>What a plan meets, as features that any map shows.</summary>
    public static void WriteFeatures(TextWriter output, PlanCheck check) => Wire.Write(output, (json, flush) =>
    {
        json.WriteStartObject();
        json.WriteString("type", "FeatureCollection");
        Frame(json, check.Map);
        json.Strings("standing", [PlanText.Standing, Rules.Prose.RecognitionLine]);
        json.WriteStartArray("features");
        foreach (var result in check.Results)
        {
            foreach (var (met, isZone) in result.Told.Activities.Select(m => (m, false))
                .Concat(result.Told.Zones.Select(m => (m, true))))
            {
                Nearest(json, check.Map, met.Conflict);
                json.WriteStartObject("properties");
                json.WriteString("what", isZone ? "zone" : "conflict");
                json.WriteString("of", result.Planned.Name);
                Facts(json, check, met, isZone);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            foreach (var coarse in result.Told.Coarse)
            {
                Cells(json, check.Map, result.Planned, coarse);
            }

            flush();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Where the mission is.</summary>
    public static void Frame(Utf8JsonWriter json, MissionMap map)
    {
        json.WriteStartObject("frame");
        json.WriteStartArray("centre");
        json.WriteNumberValue(map.Frame.Centre.LongitudeDegrees);
        json.WriteNumberValue(map.Frame.Centre.LatitudeDegrees);
        json.WriteEndArray();
        json.WriteString("epoch", map.Iso(0));
        json.WriteNumber("cell_m", map.Grid.CellMillimetres / 1000);
        json.WriteBoolean("stated", map.IsStated);
        json.WriteEndObject();
    }

    /// <summary>Who, what and when.</summary>
    public static void Who(Utf8JsonWriter json, MissionMap map, Planned p)
    {
        var who = p.Activity.Particulars;
        json.WriteString("id", p.Name);
        json.WriteString("actor", who.Actor);
        json.WriteString("kind", p.IsZone ? "zone" : Wire.Of(who.Kind));
        json.WriteBoolean("emergency", who.IsEmergency);
        Window(json, "window", map, p.Activity.Window);
    }

    /// <summary>A stretch of time, half-open.</summary>
    public static void Window(Utf8JsonWriter json, string name, MissionMap map, Window window)
    {
        json.WriteStartObject(name);
        json.WriteString("from", map.Iso(window.FromSeconds));
        json.WriteString("until", map.Iso(window.UntilSeconds));
        json.WriteEndObject();
    }

    /// <summary>Longitude and latitude to seven decimals: about a centimetre.</summary>
    public static void Position(Utf8JsonWriter json, MissionMap map, Place place)
    {
        var p = map.Frame.PositionOf(place);
        json.WriteStartArray();
        json.WriteNumberValue(Math.Round(p.LongitudeDegrees, 7));
        json.WriteNumberValue(Math.Round(p.LatitudeDegrees, 7));
        json.WriteEndArray();
    }

    private static void All(
        Utf8JsonWriter json, string name, PlanCheck check, IEnumerable<Met> all, bool isZone)
    {
        json.WriteStartArray(name);
        foreach (var met in all)
        {
            json.WriteStartObject();
            Facts(json, check, met, isZone);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Facts(Utf8JsonWriter json, PlanCheck check, Met met, bool isZone)
    {
        var (map, other, c) = (check.Map, check.Other(met, isZone), met.Conflict);
        json.WriteStartObject("with");
        Who(json, map, other);
        json.WriteString("contact", other.Contact);
        json.WriteEndObject();
        Window(json, "together", map, c.Overlap);
        json.WriteNumber("least_distance_mm", c.LeastDistanceMillimetres);
        json.WritePropertyName("nearest");
        Position(json, map, c.NearestOfFirst);
        json.WritePropertyName("nearest_of_other");
        Position(json, map, c.NearestOfSecond);
        json.WriteNumber("synchronised_separation_mm", c.SynchronisedSeparationMillimetres);
        if (isZone)
        {
            json.WriteNull("notice_due");
        }
        else
        {
            json.WriteString("notice_due", map.Iso(met.NoticeDueSeconds));
        }

        json.WriteNumber("pair_count", c.PairCount);
        json.WriteStartArray("pairs");
        foreach (var pair in c.Pairs)
        {
            json.WriteStartObject();
            json.WriteNumber("part", pair.PartOfFirst);
            json.WriteNumber("part_of_other", pair.PartOfSecond);
            Window(json, "together", map, pair.Overlap);
            json.WriteNumber("distance_mm", pair.DistanceMillimetres);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Coarse(Utf8JsonWriter json, MissionMap map, Coarse coarse)
    {
        json.WriteStartObject();
        json.WriteString("contact", coarse.Contact);
        json.WriteStartArray("cells");
        foreach (var cell in coarse.Cells)
        {
            var (southWest, northEast) = map.Grid.CornersOf(cell);
            json.WriteStartObject();
            json.WriteNumber("east", cell.EastCell);
            json.WriteNumber("north", cell.NorthCell);
            json.WritePropertyName("south_west");
            Position(json, map, southWest);
            json.WritePropertyName("north_east");
            Position(json, map, northEast);
            Window(json, "window", map, CoarseGrid.WindowOf(cell));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The shortest line between the two; a point where they touch.</summary>
    private static void Nearest(Utf8JsonWriter json, MissionMap map, Conflict c)
    {
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteStartObject("geometry");
        json.WriteString("type", c.NearestOfFirst == c.NearestOfSecond ? "Point" : "LineString");
        json.WritePropertyName("coordinates");
        if (c.NearestOfFirst == c.NearestOfSecond)
        {
            Position(json, map, c.NearestOfFirst);
        }
        else
        {
            json.WriteStartArray();
            Position(json, map, c.NearestOfFirst);
            Position(json, map, c.NearestOfSecond);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Cells(Utf8JsonWriter json, MissionMap map, Planned planned, Coarse coarse)
    {
        foreach (var cell in coarse.Cells)
        {
            var (a, b) = map.Grid.CornersOf(cell);
            json.WriteStartObject();
            json.WriteString("type", "Feature");
            json.WriteStartObject("geometry");
            json.WriteString("type", "Polygon");
            json.WriteStartArray("coordinates");
            json.WriteStartArray();
            foreach (var corner in (Place[])
                [a, new(b.EastMillimetres, a.NorthMillimetres), b, new(a.EastMillimetres, b.NorthMillimetres), a])
            {
                Position(json, map, corner);
            }

            json.WriteEndArray();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject("properties");
            json.WriteString("what", "coarse");
            json.WriteString("of", planned.Name);
            json.WriteString("contact", coarse.Contact);
            Window(json, "window", map, CoarseGrid.WindowOf(cell));
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }
}
