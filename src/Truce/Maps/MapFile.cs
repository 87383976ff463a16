using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Truce.Space;

namespace Truce.Maps;

/// <summary>What is wrong with a map file, where, and what to do about it.</summary>
/// <param name="File">The file.</param>
/// <param name="Feature">Which feature, counted from 0; null where the whole file is meant.</param>
/// <param name="Id">The feature's id where it has one.</param>
/// <param name="Vertex">Which position of it, counted from 0; null where no single one is at fault.</param>
/// <param name="Text">What is wrong, one lower-case sentence without a final period.</param>
/// <param name="Help">What to do.</param>
internal sealed record MapDefect(string File, int? Feature, string? Id, int? Vertex, string Text, string Help)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{File}: {(Feature is { } f ? $"feature {f}{(Id is null ? "" : $" `{Id}`")}" : "file")}" +
            $"{(Vertex is { } v ? $", vertex {v}" : "")}: {Text}\n  help: {Help}");
}

/// <summary>The kinds of drawing that a map file may have.</summary>
internal enum Drawing
{
    /// <summary>One position.</summary>
    Point,

    /// <summary>Two positions or more.</summary>
    Line,

    /// <summary>One closed ring, without holes.</summary>
    Polygon,
}

/// <summary>A feature as its file has it: its drawing on the ellipsoid and its properties.</summary>
/// <param name="Index">Which feature, counted from 0.</param>
/// <param name="Id">Its name: the member <c>id</c>.</param>
/// <param name="Drawing">The kind of drawing.</param>
/// <param name="Positions">The positions; of a ring the first one is not repeated.</param>
/// <param name="Properties">The properties; an empty object where the file has none.</param>
internal sealed record MapFeature(
    int Index, string Id, Drawing Drawing, ImmutableArray<GeodeticPosition> Positions, JsonElement Properties);

/// <summary>Reads GeoJSON (RFC 7946): every defect at once, each with its feature and vertex.</summary>
internal sealed class MapFile
{
    /// <summary>A larger file is refused: it would be read into memory whole.</summary>
    public const int BytesMax = 16 * 1024 * 1024;

    /// <summary>More features are refused: a plan is read by people.</summary>
    public const int FeaturesMax = 10_000;

    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    private readonly List<MapDefect> _defects = [];

    private MapFile(string name) => Name = name;

    /// <summary>The file's name, as it was given.</summary>
    public string Name { get; }

    /// <summary>The file's own members.</summary>
    public JsonElement Root { get; private set; } = Nothing;

    /// <summary>The features that could be read.</summary>
    public ImmutableArray<MapFeature> Features { get; private set; } = [];

    /// <summary>What is wrong, in the file's order.</summary>
    public IReadOnlyList<MapDefect> Defects => _defects;

    /// <summary>Reads bytes. Never throws on what a file may hold.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">Its name for messages.</param>
    public static MapFile Read(ReadOnlyMemory<byte> bytes, string name)
    {
        var file = new MapFile(name);
        try
        {
            var skip = bytes.Span.StartsWith("\uFEFF"u8) ? 3 : 0;
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 32 };
            var root = JsonDocument.Parse(bytes[skip..], options).RootElement;
            if (HasOnlyText(root))
            {
                file.ReadRoot(root);
            }
            else
            {
                file.Refuse("it has a string with half a character (a lone surrogate)", "write the character whole");
            }
        }
        catch (JsonException e)
        {
            var at = e.LineNumber is { } line ? $"line {line + 1}, byte {e.BytePositionInLine + 1}" : "the file";
            file.Refuse($"{at} is no JSON: {Sentence(e.Message)}", "write one GeoJSON object, RFC 7946");
        }

        return file;
    }

    /// <summary>Adds what is wrong with a feature.</summary>
    public void Refuse(MapFeature feature, int? vertex, string text, string help) =>
        _defects.Add(new MapDefect(Name, feature.Index, feature.Id, vertex, text, help));

    /// <summary>Adds what is wrong with the file.</summary>
    public void Refuse(string text, string help) =>
        _defects.Add(new MapDefect(Name, Feature: null, Id: null, Vertex: null, text, help));

    /// <summary>Whether every name and string is text: JSON can spell half a character, which is none.</summary>
    private static bool HasOnlyText(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.String => element.GetString() is not null,
                JsonValueKind.Array => element.EnumerateArray().All(HasOnlyText),
                JsonValueKind.Object => element.EnumerateObject().All(p => p.Name.Length >= 0 && HasOnlyText(p.Value)),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string Sentence(string message)
    {
        var end = message.IndexOf(" LineNumber", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.').ReplaceLineEndings(" ");
    }

    private void ReadRoot(JsonElement root)
    {
        var type = TypeOf(root);
        if (type is not ("FeatureCollection" or "Feature"))
        {
            Refuse(
                "it is no GeoJSON `FeatureCollection` and no `Feature`", "put the features into a FeatureCollection");
            return;
        }

        Root = root;
        if (root.TryGetProperty("crs", out _))
        {
            Refuse("it names a coordinate system (`crs`)",
                "GeoJSON has longitude and latitude on WGS 84 alone (RFC 7946 §4): convert the file, take `crs` out");
            return;
        }

        JsonElement[] features = [root];
        if (type == "FeatureCollection")
        {
            if (!root.TryGetProperty("features", out var list) || list.ValueKind != JsonValueKind.Array)
            {
                Refuse("it has no list `features`", "add `\"features\": []`");
                return;
            }

            features = [.. list.EnumerateArray()];
        }

        if (features.Length > FeaturesMax)
        {
            Refuse($"it has {features.Length} features, more than {FeaturesMax}", "split the file");
            return;
        }

        Features = [.. features.Select(Feature).OfType<MapFeature>()];
        foreach (var twin in Features.GroupBy(f => f.Id, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            Refuse(twin.Last(), vertex: null, $"the id `{twin.Key}` stands at feature {twin.First().Index} too",
                "give each feature an id of its own");
        }
    }

    private static string? TypeOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("type", out var type)
            && type.ValueKind == JsonValueKind.String ? type.GetString() : null;

    private MapFeature? Feature(JsonElement element, int index)
    {
        if (TypeOf(element) != "Feature")
        {
            _defects.Add(new MapDefect(Name, index, null, null, "it is no `Feature`", "write `\"type\": \"Feature\"`"));
            return null;
        }

        var id = element.TryGetProperty("id", out var given)
            ? given.ValueKind switch
            {
                JsonValueKind.String when given.GetString() is { Length: > 0 and <= 200 } s
                    && !Rules.Plain.IsHostile(s) => s,
                JsonValueKind.Number => given.GetRawText(),
                _ => null,
            }
            : null;
        if (id is null)
        {
            _defects.Add(new MapDefect(
                Name, index, null, null, "it has no usable `id`", "add one beside `type`, as `\"id\": \"convoy-1\"`"));
            return null;
        }

        var properties = element.TryGetProperty("properties", out var p) && p.ValueKind == JsonValueKind.Object
            ? p : Nothing;
        var shell = new MapFeature(index, id, Drawing.Point, [], properties);
        if (!element.TryGetProperty("geometry", out var geometry) || TypeOf(geometry) is not { } type
            || !geometry.TryGetProperty("coordinates", out var coordinates))
        {
            Refuse(
                shell, null, "it has no geometry with `type` and `coordinates`", "draw a Point, LineString or Polygon");
            return null;
        }

        return type switch
        {
            "Point" => Positions(shell, [coordinates]) is { } one ? shell with { Positions = one } : null,
            "LineString" => Line(shell, coordinates),
            "Polygon" => Polygon(shell, coordinates),
            _ => Unknown(shell, type),
        };
    }

    private MapFeature? Unknown(MapFeature shell, string type)
    {
        Refuse(
            shell, null, $"its geometry is a {type}", "draw a Point, LineString or Polygon; of several make features");
        return null;
    }

    private MapFeature? Line(MapFeature shell, JsonElement coordinates)
    {
        if (coordinates.ValueKind != JsonValueKind.Array || coordinates.GetArrayLength() < 2)
        {
            Refuse(shell, null, "its line has fewer than two positions", "draw where it begins and where it ends");
            return null;
        }

        return Positions(shell, [.. coordinates.EnumerateArray()]) is { } all
            ? shell with { Drawing = Drawing.Line, Positions = all } : null;
    }

    private MapFeature? Polygon(MapFeature shell, JsonElement coordinates)
    {
        if (coordinates.ValueKind != JsonValueKind.Array || coordinates.GetArrayLength() != 1
            || coordinates[0].ValueKind != JsonValueKind.Array)
        {
            var isHoled = coordinates.ValueKind == JsonValueKind.Array && coordinates.GetArrayLength() > 1;
            Refuse(shell, null, isHoled ? "its polygon has a hole" : "its polygon has no ring",
                isHoled ? "draw two areas that meet around the hole" : "draw one ring");
            return null;
        }

        if (Positions(shell, [.. coordinates[0].EnumerateArray()]) is not { } all)
        {
            return null;
        }

        if (all.Length < 4 || all[0] != all[^1])
        {
            Refuse(shell, Math.Max(0, all.Length - 1), "its ring is not closed",
                "end it with the position with which it begins; three others at least");
            return null;
        }

        return shell with { Drawing = Drawing.Polygon, Positions = all[..^1] };
    }

    private ImmutableArray<GeodeticPosition>? Positions(MapFeature shell, JsonElement[] coordinates)
    {
        var positions = ImmutableArray.CreateBuilder<GeodeticPosition>(coordinates.Length);
        for (var i = 0; i < coordinates.Length; i++)
        {
            var c = coordinates[i];
            if (c.ValueKind != JsonValueKind.Array || c.GetArrayLength() is < 2 or > 3
                || c[0].ValueKind != JsonValueKind.Number || c[1].ValueKind != JsonValueKind.Number)
            {
                Refuse(shell, i, "a position is no list of longitude and latitude", "write [34.38, 31.4]");
                return null;
            }

            var (longitude, latitude) = (c[0].GetDouble(), c[1].GetDouble());
            if (!(Math.Abs(latitude) <= 90) || !(Math.Abs(longitude) <= 180))
            {
                Refuse(shell, i, $"{c.GetRawText()} lies beyond 180 degrees of longitude or 90 of latitude",
                    "the longitude comes first");
                return null;
            }

            positions.Add(new GeodeticPosition(latitude, longitude));
        }

        return positions.MoveToImmutable();
    }
}
