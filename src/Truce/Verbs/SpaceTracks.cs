using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Truce.Json;
using Truce.Maps;
using Truce.Rules;
using Truce.Space;
using Place = Truce.Space.Place;
using Polygon = NetTopologySuite.Geometries.Polygon;

namespace Truce.Verbs;

/// <summary><c>truce space tracks</c>: what reported positions show.</summary>
internal static class SpaceTracks
{
    private const int DefectsMax = 100;

    private static readonly TrackEventKind[] Alarms =
    [
        TrackEventKind.Deviated, TrackEventKind.Early, TrackEventKind.Late, TrackEventKind.Stopped,
        TrackEventKind.Silent,
    ];

    public static Command Command(TextWriter output, TextWriter error)
    {
        var table = new Argument<string>("TABLE") { Description = "reported positions (CSV, docs/space-geojson.md)" };
        var plan = new Option<string?>("--plan")
        {
            Description = "a GeoJSON file with zones, and with the routes on which units (`unit`) are expected",
        };
        var mission = new Option<string?>("--mission") { Description = "a mission folder with areas.geojson" };
        var now = new Option<string?>("--now")
        {
            Description = "as of when silence is judged, as 2026-03-10T06:00:00Z; by default the last report's time",
        };
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var command = new Command("tracks",
            "Who entered or left an area, strayed from the route, came early or late, stopped, fell silent? Exit 0 " +
            "nothing but areas, 1 something else or a zone entered, 2 bad input.\n\nExamples:\n" +
            "  truce space tracks tracks.csv --mission missions/gaza\n" +
            "  truce space tracks tracks.csv --mission missions/gaza --plan convoy.geojson --json")
        {
            table, plan, mission, now, json,
        };
        command.SetAction(parsed =>
        {
            var (path, of, beside) = (parsed.GetValue(table)!, parsed.GetValue(mission), parsed.GetValue(plan));
            if (of is null && beside is null)
            {
                error.WriteLine("error: without areas, zones and routes no report shows anything\n" +
                    "  help: name a mission (`--mission`), a plan (`--plan`) or both");
                return 2;
            }

            // Areas alone are a plan without activities.
            var empty = MapFile.Read("{\"type\": \"FeatureCollection\", \"features\": []}"u8.ToArray(), "none");
            var areas = of is null ? null : SpaceVerb.Areas(of, error);
            var planned = beside is null ? empty : SpaceVerb.Read(beside, error);
            if (planned is null || (of is not null && areas is null)
                || MapFiles.Of(planned, null, areas, SpaceVerb.ZoneOf(of), error) is not { } files
                || MissionFile.Bounded(path, TrackTable.BytesMax, error) is not { } bytes)
            {
                return 2;
            }

            var units = new Dictionary<string, UnitId>(StringComparer.Ordinal);
            var at = MissionMap.Time(parsed.GetValue(now)) is { } instant ? files.Map.Seconds(instant) : null;
            if (parsed.GetValue(now) is not null && at is null)
            {
                error.WriteLine("error: `--now` is no time with its offset, within ten years of the mission's epoch\n" +
                    "  help: write 2026-03-10T06:00:00Z or 2026-03-10T08:00:00+02:00");
                return 2;
            }

            var (reports, defects) = TrackTable.Read(Encoding.UTF8.GetString(bytes), path, files.Map, units);
            foreach (var defect in defects.Take(DefectsMax))
            {
                error.WriteLine(defect);
            }

            return !defects.IsEmpty ? 2 : Follow(output, files, units, reports, at, parsed.GetValue(json));
        });
        return command;
    }

    private static int Follow(
        TextWriter output, MapFiles files, Dictionary<string, UnitId> units, ImmutableArray<Position> reports,
        int? now, bool json)
    {
        var zones = files.Plan.Where(p => p.IsZone).Select(p => (p.Name, p.Activity, IsArea: false))
            .Concat(files.Map.Areas.Select(a => (Name: a.Id, Activity: ZoneOf(a, files.Map)!, IsArea: true)))
            .Where(z => z.Activity is not null).ToList();
        var tracking = new Tracking(new ZoneGrid([.. zones.Select(z => z.Activity)]), TrackRules.Default);
        foreach (var planned in files.Plan.Where(p => p.Unit is not null && p.Activity.Shape == Shape.Route))
        {
            // Who is expected and never reports is silent too: he is followed from the beginning.
            if (!units.TryGetValue(planned.Unit!, out var unit))
            {
                units[planned.Unit!] = unit = new UnitId(units.Count + 1);
            }

            tracking.Expect(unit, planned.Activity);
        }

        var events = new List<TrackEvent>();
        tracking.Report(reports.AsSpan(), events);
        tracking.Tick(now ?? reports.Select(r => r.AtSeconds).DefaultIfEmpty(0).Max(), events);
        var names = units.ToDictionary(u => u.Value, u => u.Key);
        string Zone(TrackEvent e) => e.Zone < 0 ? "" : zones[e.Zone].Name;
        if (json)
        {
            Json(output, files.Map, reports.Length, tracking.LeftOut, events.Select(e => (e, names[e.Unit], Zone(e))));
        }
        else
        {
            foreach (var e in events)
            {
                var words = $"{files.Map.Words(e.AtSeconds)}  {names[e.Unit]}  {Word(e.Kind)} {Zone(e)}";
                output.WriteLine(words.TrimEnd());
            }

            output.WriteLine(
                $"{PlanText.Number(reports.Length, "report")} of {PlanText.Number(units.Count, "unit")}, " +
                $"{PlanText.Number(events.Count, "event")}, {tracking.LeftOut} out of order.");
            output.WriteLine(PlanText.Ground(files.Map));
            output.WriteLine(Prose.RecognitionLine);
        }

        return events.Exists(e => Alarms.Contains(e.Kind)
            || (e.Kind == TrackEventKind.Entered && !zones[e.Zone].IsArea)) ? 1 : 0;
    }

    /// <summary>
    /// A named area as a ring for all time: radius and width as polygons of 64 edges a circle. Null for what has no
    /// extent, as a border.
    /// </summary>
    private static Activity? ZoneOf(MapArea area, MissionMap map) =>
        Shapes.Of(area, map.Frame) is Polygon { IsValid: true } polygon
            ? Activity.Area(
                new Particulars("mission", ActivityKind.Operation, IsEmergency: false, BufferMillimetres: 0),
                [
                    .. polygon.ExteriorRing.Coordinates.Select(c =>
                        new Place((int)Math.Round(c.X * 1000), (int)Math.Round(c.Y * 1000))),
                ],
                new Window(0, Space.Limits.HorizonSeconds)).ActivityOrNull
            : null;

    private static string Word(TrackEventKind kind) => kind switch
    {
        TrackEventKind.Deviated => "left the route",
        TrackEventKind.Rejoined => "is back on the route",
        TrackEventKind.Early => "is early",
        TrackEventKind.Late => "is late",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static void Json(
        TextWriter output, MissionMap map, int reports, long leftOut,
        IEnumerable<(TrackEvent Event, string Unit, string Zone)> events) => Wire.Write(output, (json, flush) =>
        {
            json.WriteStartObject();
            json.WriteNumber("version", Wire.Version);
            json.WriteString("kind", "truce-space-tracks");
            SpaceJson.Frame(json, map);
            json.Strings("standing", [Prose.RecognitionLine]);
            json.WriteNumber("reports", reports);
            json.WriteNumber("left_out", leftOut);
            json.WriteStartArray("events");
            foreach (var (e, unit, zone) in events)
            {
                json.WriteStartObject();
                json.WriteString("at", map.Iso(e.AtSeconds));
                json.WriteString("unit", unit);
                json.WriteString("event", e.Kind.ToString().ToLowerInvariant());
                json.Text("area", zone);
                json.WriteEndObject();
                flush();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
}
