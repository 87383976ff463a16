using System.Text.Json;
using System.Xml.Linq;

namespace Truce.Tests;

/// <summary><c>truce space</c>: files in, answers out, every defect with its place and a remedy.</summary>
public sealed class SpaceVerbTests : IDisposable
{
    private const string When = "\"from\":\"2026-03-10T06:00:00Z\",\"until\":\"2026-03-10T08:00:00Z\"";

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-space-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Gaza(string file = "") => Path.Combine(MissionTests.Root, "missions", "gaza", file);

    private static (int Code, string Out, string Error) Space(params string[] args) =>
        DecideTests.Truce(["space", .. args]);

    private static (int Code, string Out, string Error) Exercise(params string[] more) => Space(
    [
        "check", Gaza("exercise-convoy.geojson"), "--against", Gaza("exercise-operations.geojson"), "--mission", Gaza(),
        .. more,
    ]);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string Plan(params string[] features) => Write(
        $"plan-{Guid.CreateVersion7():N}.geojson",
        $"{{\"type\":\"FeatureCollection\",\"features\":[{string.Join(',', features)}]}}");

    private static string Feature(string geometry, string properties, string id = "a") =>
        $"{{\"type\":\"Feature\",\"id\":\"{id}\",\"properties\":{{{properties}}},\"geometry\":{geometry}}}";

    private static string At(double longitude, double latitude) => FormattableString.Invariant(
        $"{{\"type\":\"Point\",\"coordinates\":[{longitude},{latitude}]}}");

    private static string Who(string actor = "isf", string more = "") =>
        $"\"actor\":\"{actor}\",\"kind\":\"operation\",\"buffer_m\":100,{When}{more}";

    [Fact]
    public void The_convoy_meets_the_operation_and_everything_is_explained()
    {
        var (code, text, error) = Exercise();
        Assert.Equal((1, ""), (code, error));
        foreach (var words in (string[])
            [
                "passes gaza-city, middle, khan-yunis, rafah, crossing-5, line-1",
                "CONFLICT with operation-7 (isf, operation, area), 2026-03-10 08:30:00 to 10:00:00 +02:00",
                "together: 2026-03-10 08:31:18 to 09:11:18 +02:00",
                "nearest: 84.664 m, from 36RXV 27823 72656 (31.38144, 34.34427) to 36RXV 27893 72609",
                "if both keep their times: 84.664 m apart at the least; 2 pairs of parts too near",
                "tell isf (isf operations desk): due 2026-03-08 08:31:18 +02:00",
                "1 conflict, 0 zones, 0 contacts to ask.", "implies no recognition", "no order, no clearance",
            ])
        {
            Assert.Contains(words, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Json_geojson_and_picture_say_the_same()
    {
        var (features, picture) = (Path.Combine(_folder, "out.geojson"), Path.Combine(_folder, "out.svg"));
        var (code, text, _) = Exercise("--json", "--geojson", features, "--svg", picture);
        Assert.Equal(1, code);
        var conflict = JsonDocument.Parse(text).RootElement.GetProperty("activities")[0].GetProperty("conflicts")[0];
        Assert.Equal("operation-7", conflict.GetProperty("with").GetProperty("id").GetString());
        Assert.Equal(84_664, conflict.GetProperty("least_distance_mm").GetInt64());
        Assert.Equal("2026-03-10T06:31:18Z", conflict.GetProperty("together").GetProperty("from").GetString());
        Assert.Equal("2026-03-08T06:31:18Z", conflict.GetProperty("notice_due").GetString());
        var line = JsonDocument.Parse(File.ReadAllText(features)).RootElement.GetProperty("features")[0];
        Assert.Equal("LineString", line.GetProperty("geometry").GetProperty("type").GetString());
        Assert.Equal(
            conflict.GetProperty("nearest").GetRawText().Where(char.IsAsciiDigit),
            line.GetProperty("geometry").GetProperty("coordinates")[0].GetRawText().Where(char.IsAsciiDigit));
        Assert.Equal("conflict", line.GetProperty("properties").GetProperty("what").GetString());
        var svg = XDocument.Load(picture);
        Assert.Contains("operation-7", svg.Root!.Value, StringComparison.Ordinal);
        Assert.Contains("84.664 m", svg.Root.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_may_not_know_is_told_the_cell_the_window_and_whom_to_ask_and_never_where()
    {
        var probe = Plan(Feature(At(34.41, 31.45), Who("idf").Replace("06:00", "13:30").Replace("08:00", "13:40")));
        string[] asked = ["check", probe, "--against", Gaza("exercise-operations.geojson"), "--mission", Gaza()];
        var (code, told, _) = Space([.. asked, "--as", "idf"]);
        Assert.Equal(1, code);
        Assert.Contains("ask access cell of the agencies", told, StringComparison.Ordinal);
        Assert.Contains("2026-03-10 14:00:00 to 20:00:00 +02:00", told, StringComparison.Ordinal);
        Assert.DoesNotContain("evacuation-2", told, StringComparison.Ordinal);
        Assert.DoesNotContain("evacuation-2", Space([.. asked, "--as", "idf", "--json"]).Out, StringComparison.Ordinal);
        Assert.Equal(0, Space([.. asked, "--as", "isf"]).Code); // he may know, and it comes no nearer
        Assert.Equal((2, ""), Space(["check", probe, "--as", "idf"]) is var (c, o, _) ? (c, o) : default);
    }

    [Fact]
    public void Exit_codes_are_none_conflicts_and_bad_input()
    {
        var near = Plan(Feature(At(34.4, 31.4), Who()), Feature(At(34.4019, 31.4), Who(), "b"));
        Assert.Equal(1, Space("check", near).Code);
        var far = Plan(Feature(At(34.4, 31.4), Who()), Feature(At(34.4022, 31.4), Who(), "b"));
        Assert.Equal(0, Space("check", far).Code);
        Assert.Equal(2, Space("check", Path.Combine(_folder, "none.geojson")).Code);
        Assert.Equal(2, Space("check", far, "--mission", _folder).Code);
    }

    [Fact]
    public void Zones_are_entered_and_clear_departures_avoid_them()
    {
        var zone = Feature(
            "{\"type\":\"Polygon\",\"coordinates\":[[[34.39,31.39],[34.41,31.39],[34.4,31.41],[34.39,31.39]]]}",
            $"\"kind\":\"zone\",{When}", "z");
        var plan = Plan(zone, Feature(At(34.4, 31.4), Who().Replace("08:00:00Z", "07:00:00Z")));
        var (code, text, _) = Space("check", plan);
        Assert.Equal(1, code);
        Assert.Contains("ENTERS the zone z", text, StringComparison.Ordinal);
        (code, text, _) = Space("alternatives", plan, "--hours", "3", "--step", "30");
        Assert.Equal(0, code);
        Assert.Contains("clear: from 2026-03-10 08:00:00 Z to 2026-03-10 09:00:00 Z", text, StringComparison.Ordinal);
        Assert.Equal(1, Space("alternatives", plan, "--hours", "1").Code);
        Assert.Equal(2, Space("alternatives", plan, "--from", "noon").Code);
        var (late, output, error) = Space("alternatives", plan, "--from", "2046-01-01T00:00:00Z");
        Assert.Equal((2, ""), (late, output));
        Assert.Contains("outside ten years", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "no JSON")]
    [InlineData("{\"type\":\"Topology\"}", "no GeoJSON")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[],\"features\":[]}", "no JSON")]
    [InlineData("{\"type\":\"FeatureCollection\",\"crs\":{},\"features\":[]}", "coordinate system")]
    [InlineData("{\"type\":\"FeatureCollection\"}", "no list `features`")]
    [InlineData("{\"type\":\"Feature\"}", "feature 0: it has no usable `id`")]
    [InlineData("{\"type\":\"Feature\",\"id\":\"\\ud800\"}", "half a character")]
    [InlineData("[1e999]", "no GeoJSON")]
    [InlineData(
        "{\"type\":\"Feature\",\"id\":\"a\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[1e999,1]}}",
        "beyond 180")]
    public void A_file_that_is_no_plan_is_refused(string text, string reason)
    {
        var (code, output, error) = Space("check", Write("bad.geojson", text));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Contains("\n  help: ", error, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> BadFeatures()
    {
        const string P = "{\"type\":\"Point\",\"coordinates\":[34.4,31.4]}";
        const string Base = "\"actor\":\"isf\",\"kind\":\"operation\",\"buffer_m\":100";
        static string Line(string coordinates) => $"{{\"type\":\"LineString\",\"coordinates\":[{coordinates}]}}";
        static string Ring(string coordinates) => $"{{\"type\":\"Polygon\",\"coordinates\":[[{coordinates}]]}}";
        const string Steady = Base + ",\"slack_min\":5,\"departs\":\"2026-03-10T06:00:00Z\",\"speed_kmh\":20";
        return new TheoryData<string, string, string>
        {
            { P, "\"kind\":\"operation\"", "no `actor`" },
            { P, "\"actor\":\"isf\",\"buffer_m\":1," + When, "no `kind`" },
            { P, Who().Replace("operation", "raid"), "no kind `raid`" },
            { P, "\"actor\":\"isf\",\"kind\":\"works\"," + When, "no `buffer_m`" },
            { P, Who().Replace(":100,", ":0.0001,"), "to the millimetre" },
            { P, Who().Replace(":100,", ":-1,"), "no `buffer_m` of 0" },
            { P, Who().Replace(":100,", ":79228162514264337593543950335,"), "no `buffer_m` of 0" },
            { P, Base, "it has no `from`" },
            { P, Who().Replace("06:00:00Z", "06:00:00"), "no time with its offset" },
            { P, Who().Replace("06:00:00Z", "09:00:00Z"), "not after it begins" },
            { P, Who().Replace("2026-03-10T08", "2046-03-10T08"), "ten years" },
            { P, Who(more: ",\"readers\":\"isf\""), "no list of names" },
            { P, Who(more: ",\"emergency\":\"yes\""), "neither true nor false" },
            { "{\"type\":\"Point\",\"coordinates\":[31.4,94.4]}", Who(), "vertex 0: [31.4,94.4] lies beyond" },
            { "{\"type\":\"Point\",\"coordinates\":[\"31\",\"34\"]}", Who(), "no list of longitude and latitude" },
            { "{\"type\":\"Point\",\"coordinates\":[34.4,89.5]}", Who(), "within a degree of a pole" },
            { "{\"type\":\"MultiPoint\",\"coordinates\":[[34.4,31.4]]}", Who(), "its geometry is a MultiPoint" },
            { "null", Who(), "no geometry" },
            { Line("[34.4,31.4]"), Steady, "fewer than two positions" },
            { Line("[34.4,31.4],[34.5,31.4]"), Base, "no `slack_min`" },
            { Line("[34.4,31.4],[34.5,31.4]"), Base + ",\"slack_min\":5", "neither `times` nor `departs`" },
            {
                Line("[34.4,31.4],[34.5,31.4]"), Base + ",\"slack_min\":5,\"times\":[\"2026-03-10T06:00:00Z\"]",
                "1 times for 2 positions"
            },
            {
                Line("[34.4,31.4],[34.5,31.4]"),
                Base + ",\"slack_min\":5,\"times\":[\"2026-03-10T06:00:00Z\",\"2026-03-10T06:00:00Z\"]",
                "vertex 1: waypoint 1 is not expected after waypoint 0"
            },
            { Line("[34.4,31.4],[34.5,31.4]"), "\"kind\":\"zone\"," + When, "a zone is drawn as a line" },
            { Ring("[34.4,31.4],[34.5,31.4],[34.5,31.5]"), Who(), "vertex 2: its ring is not closed" },
            {
                Ring("[34.4,31.4],[34.5,31.5],[34.5,31.4],[34.4,31.5],[34.4,31.4]"), Who(),
                "vertex 2: the edge from vertex 2 meets the edge from vertex 0"
            },
            {
                "{\"type\":\"Polygon\",\"coordinates\":[[[34,31],[35,31],[35,32],[34,31]],[[34.5,31.2],[34.6,31.2]," +
                    "[34.6,31.3],[34.5,31.2]]]}", Who(), "has a hole"
            },
        };
    }

    [Theory]
    [MemberData(nameof(BadFeatures))]
    public void A_feature_that_cannot_be_taken_in_is_refused_by_number_and_name(
        string geometry, string properties, string reason)
    {
        var plan = Plan(Feature(At(34.4, 31.4), Who()), Feature(geometry, properties, "b"));
        var (code, output, error) = Space("check", plan);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("feature 1 `b`", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Contains("\n  help: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"frame\": 5", "`frame` has no `centre`")]
    [InlineData("\"frame\": {\"centre\": [\"a\", 31]}", "`frame` has no `centre`")]
    [InlineData("\"frame\": {\"centre\": [34, 31], \"epoch\": \"2026-01-01T01:00:00Z\"}", "midnight")]
    [InlineData("\"frame\": {\"centre\": [34, 31], \"epoch\": \"2026-01-01T00:00:00Z\", \"cell_m\": \"x\"}", "cell_m")]
    [InlineData("\"frame\": {\"centre\": [34, 31], \"epoch\": \"2026-01-01T00:00:00Z\", \"cell_m\": 4999}", "cell_m")]
    public void A_frame_that_is_none_is_refused(string frame, string reason)
    {
        Write("framework.yaml", "");
        Write("areas.geojson", $"{{\"type\": \"FeatureCollection\", {frame}, \"features\": []}}");
        var (code, output, error) = Space("check", Plan(Feature(At(34.4, 31.4), Who())), "--mission", _folder);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_defect_is_told_at_once()
    {
        var (_, _, error) = Space("check", Plan(
            Feature(At(34.4, 31.4), "\"kind\":\"works\""), Feature(At(34.4, 31.4), Who("x"), "b"),
            Feature(At(34.4, 31.4), "\"actor\":\"isf\"", "b")));
        Assert.Equal(4, error.Split("\n  help: ").Length - 1);
        Assert.Contains("the id `b` stands at feature 1 too", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_file_says_reaches_a_picture_escaped()
    {
        var picture = Path.Combine(_folder, "out.svg");
        var plan = Plan(
            Feature(At(34.4, 31.4), Who("<script>")), Feature(At(34.4, 31.4), Who("a & b"), "<b>"));
        Assert.Equal(1, Space("check", plan, "--svg", picture).Code);
        Assert.Contains("<b>", XDocument.Load(picture).Root!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", File.ReadAllText(picture), StringComparison.Ordinal);
    }

    [Fact]
    public void Tracks_tell_what_reports_show_and_which_lines_are_none()
    {
        var table = Write("t.csv", """
            unit,time,position,accuracy_m
            convoy-1,2026-03-10T06:00:00Z,"31.25, 34.259",10
            convoy-1,2026-03-10T06:08:00Z,36RXV 20345 60309,10
            convoy-1,2026-03-10T06:17:00Z,"31.343 34.33",10
            """);
        var (code, text, _) = Space(
            "tracks", table, "--mission", Gaza(), "--plan", Gaza("exercise-convoy.geojson"));
        Assert.Equal(1, code);
        Assert.Equal(
            [
                "08:00:00 entered rafah", "08:00:00 entered crossing-5", "08:00:00 entered line-1",
                "08:08:00 left crossing-5", "08:08:00 left line-1", "08:17:00 entered khan-yunis",
                "08:17:00 left rafah", "08:17:00 left the route",
            ],
            text.Split('\n').Where(l => l.Contains("  convoy-1  ", StringComparison.Ordinal))
                .Select(l => l[11..20] + l[(l.LastIndexOf("  ", StringComparison.Ordinal) + 2)..]));
        Assert.Equal(0, Space("tracks", table, "--mission", Gaza()).Code);
        var bad = Write(
            "b.csv", "unit,time,lat,lon\na,2026-03-10T06:00:00Z,31.4\na,noon,31.4,34.4\na,2026-03-10T06:00:00Z,x,y\n");
        var (refused, _, error) = Space("tracks", bad, "--mission", Gaza());
        Assert.Equal(2, refused);
        foreach (var words in (string[])
            ["b.csv:2: 3 fields for 4", "b.csv:3: `noon`", "b.csv:4: `x, y` is no position"])
        {
            Assert.Contains(words, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Who_is_expected_and_never_reports_is_told_as_silent()
    {
        var table = Write("t.csv", "unit,time,position\nother,2026-03-10T06:00:00Z,31.25 34.259\n");
        string[] asked = ["tracks", table, "--mission", Gaza(), "--plan", Gaza("exercise-convoy.geojson")];
        Assert.Equal(0, Space(asked).Code); // he need not have set out by then
        var (code, text, _) = Space([.. asked, "--now", "2026-03-10T09:00:00+02:00"]);
        Assert.Equal(1, code);
        Assert.Contains("convoy-1  silent", text, StringComparison.Ordinal);
        Assert.Contains("other  silent", text, StringComparison.Ordinal);
        Assert.Contains("1 report of 2 units", text, StringComparison.Ordinal);
        Assert.Equal(2, Space([.. asked, "--now", "noon"]).Code);
    }

    [Theory]
    [InlineData("unit,unit,time,position\na,b,2026-03-10T06:00:00Z,1 1\n", "t.csv:1: the column `unit` stands twice")]
    [InlineData("unit,time,position\n\"a,2026-03-10T06:00:00Z,31.4 34.4\n", "t.csv:2: a quote is not closed")]
    public void A_table_that_can_be_read_two_ways_is_refused(string text, string reason)
    {
        var (code, output, error) = Space("tracks", Write("t.csv", text), "--mission", Gaza());
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_without_activities_is_not_called_free_of_conflicts()
    {
        var (code, output, error) = Space("check", Plan());
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("no activity: nothing would be checked", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_outside_all_areas_says_so_as_it_does_with_longitude_and_latitude_exchanged()
    {
        var (_, text, _) = Space("check", Plan(Feature(At(31.4, 34.4), Who())), "--mission", Gaza());
        Assert.Contains("passes none of the mission's areas", text, StringComparison.Ordinal);
        (_, text, _) = Space("check", Plan(Feature(At(34.3, 31.34), Who())), "--mission", Gaza());
        Assert.DoesNotContain("passes none", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Past_so_many_conflicts_the_rest_is_said_to_be_not_checked()
    {
        const int Many = 200; // all in one place: 19,900 conflicts
        var plan = Plan([.. Enumerable.Range(0, Many).Select(i => Feature(At(34.4, 31.4), Who(), $"p{i}"))]);
        var (code, text, _) = Space("check", plan);
        Assert.Equal(1, code);
        Assert.Contains("NOT CHECKED: 58 activities from p142 on.", text, StringComparison.Ordinal);
        var json = JsonDocument.Parse(Space("check", plan, "--json").Out).RootElement;
        Assert.Equal(58, json.GetProperty("not_checked").GetArrayLength());
        Assert.Equal(Many - 58, json.GetProperty("activities").GetArrayLength());
    }

    [Fact]
    public void Where_gives_every_form()
    {
        var (code, text, _) = Space("where", "36RXV", "23720", "63579");
        Assert.Equal(0, code);
        Assert.Contains("grid     36RXV 23720 63579\ndegrees  31.300000, 34.299999\n", text, StringComparison.Ordinal);
        Assert.Equal((2, ""), Space("where", "91 200") is var (c, o, _) ? (c, o) : default);
    }
}
