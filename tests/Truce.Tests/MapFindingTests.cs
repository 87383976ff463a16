using Truce.Maps;

namespace Truce.Tests;

/// <summary>
/// The map beside a framework, and what the two say differently, within the precision of the drawings.
/// </summary>
public sealed class MapFindingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("truce-map-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Gaza(string file) => Path.Combine(MissionTests.Root, "missions", "gaza", file);

    private (int Code, string Out, string Error) Check(string map)
    {
        File.Copy(Gaza("framework.yaml"), Path.Combine(_folder, "framework.yaml"), overwrite: true);
        File.WriteAllText(Path.Combine(_folder, "areas.geojson"), map);
        return DecideTests.Truce("check", _folder, "--format", "brief", "--basis", "text");
    }

    private static string Found(string output) => string.Join(' ', output.Split('\n')
        .SkipWhile(l => !l.StartsWith("  W903", StringComparison.Ordinal)
            && !l.StartsWith("  W904", StringComparison.Ordinal))
        .TakeWhile(l => l.Length > 0).Select(l => l.Trim()));

    [Fact]
    public void The_worked_mission_and_its_map_agree_within_the_precision_of_the_drawings() =>
        Assert.Equal("", Found(Check(File.ReadAllText(Gaza("areas.geojson"))).Out));

    [Fact]
    public void A_more_precise_map_shows_what_the_text_leaves_out()
    {
        var precise = File.ReadAllText(Gaza("areas.geojson")).Replace("\"precision_m\":500,", "\"precision_m\":20,")
            .Replace("\"precision_m\":500}", "\"precision_m\":20}").Replace("\"precision_m\":700", "\"precision_m\":20")
            .Replace("\"precision_m\":50}", "\"precision_m\":20}")
            .Replace("\"precision_m\":1000", "\"precision_m\":20");
        Assert.Equal(
            "W903 together on the map: coast + crossing-2, khan-yunis + crossing-3, border-north-east + line-1, " +
            "crossing-1 + line-1, crossing-5 + line-1, coast + line-2, rafah + line-2 " +
            "W904 apart on the map: border-north-east + crossing-3",
            Found(Check(precise).Out));
    }

    [Fact]
    public void A_map_that_cannot_be_read_is_refused_with_its_feature()
    {
        var (code, output, error) = Check("""
            {"type": "FeatureCollection", "features": [{"type": "Feature", "id": "rafah", "properties": {},
              "geometry": {"type": "Polygon", "coordinates": [[[34, 31], [35, 32], [35, 31], [34, 32], [34, 31]]]}},
              {"type": "Feature", "id": "line-1", "properties": {},
              "geometry": {"type": "LineString", "coordinates": [[34, 31], [35, 32]]}}]}
            """);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("feature 0 `rafah`: its ring crosses", error, StringComparison.Ordinal);
        Assert.Contains("feature 1 `line-1`: a line has no `width_m`", error, StringComparison.Ordinal);
    }

    /// <summary>Squares of a degree side by side: metres of overlap against metres of precision.</summary>
    [Theory]
    [InlineData(0.0, 0, "")]
    [InlineData(0.0, 10, "")]
    [InlineData(0.001, 0, "together")]
    [InlineData(0.001, 40, "together")]
    [InlineData(0.001, 60, "")]
    [InlineData(-0.001, 0, "apart")]
    [InlineData(-0.001, 40, "apart")]
    [InlineData(-0.001, 60, "")]
    public void Only_what_no_imprecision_explains_counts(double over, int precision, string expected)
    {
        string Square(string id, double west) => FormattableString.Invariant(
            $"{{\"type\":\"Feature\",\"id\":\"{id}\",\"properties\":{{\"precision_m\":{precision}}},\"geometry\":") +
            FormattableString.Invariant($"{{\"type\":\"Polygon\",\"coordinates\":[[[{west},0],[{west + 1},0],") +
            FormattableString.Invariant($"[{west + 1},1],[{west},1],[{west},0]]]}}}}");
        var file = MapFile.Read(
            System.Text.Encoding.UTF8.GetBytes(
                $"{{\"type\":\"FeatureCollection\",\"features\":[{Square("a", 10)},{Square("b", 11 - over)}]}}"),
            "map");
        var map = MapFiles.Stated(file, [], NodaTime.DateTimeZone.Utc);
        var drawn = DrawnAreas.Of(file, map.Areas, map.Frame);
        Assert.Empty(file.Defects);
        Assert.Equal(expected, !drawn.Together.IsEmpty ? "together" : !drawn.Apart.IsEmpty ? "apart" : "");
    }

    [Fact]
    public void Place_codes_are_read_where_the_file_gives_them()
    {
        var file = MapFile.Read(
            """
            {"type": "Feature", "id": "a", "properties": {"radius_m": 5, "ADM1_PCODE": "XX01", "ADM2_PCODE": "XX0102"},
              "geometry": {"type": "Point", "coordinates": [34, 31]}}
            """u8.ToArray(),
            "map");
        Assert.Equal("XX0102", Assert.Single(MissionMap.AreasOf(file)).PCode);
        Assert.Empty(file.Defects);
    }
}
