using System.Collections.Immutable;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using Truce.Space;

namespace Truce.Maps;

/// <summary>A named area of a mission as it is drawn.</summary>
/// <param name="Id">Its name, as in the framework.</param>
/// <param name="Kind">What the file calls it: sector, crossing, line, border.</param>
/// <param name="Name">Its label in English, else its id.</param>
/// <param name="PCode">Its place code (P-code) where the file gives one.</param>
/// <param name="Drawing">The kind of drawing.</param>
/// <param name="Positions">The drawing.</param>
/// <param name="ReachMetres">Radius of a point, half the width of a line; 0 for a polygon.</param>
/// <param name="PrecisionMetres">How far off the drawing may be.</param>
internal sealed record MapArea(
    string Id, string Kind, string Name, string? PCode, Drawing Drawing, ImmutableArray<GeodeticPosition> Positions,
    double ReachMetres, double PrecisionMetres);

/// <summary>
/// Where a mission is: the plane in which it measures, the second from which it counts, the cells that protect, and its
/// named areas.
/// </summary>
/// <param name="Frame">The plane.</param>
/// <param name="Epoch">Second 0: a midnight of UTC, so that six-hour windows begin at 0, 6, 12 and 18 o'clock.</param>
/// <param name="Grid">The cells.</param>
/// <param name="IsStated">Whether a mission's file states them; else they were derived from what was asked.</param>
/// <param name="Areas">The named areas.</param>
/// <param name="Zone">The time zone in which times are told.</param>
internal sealed record MissionMap(
    MissionFrame Frame, Instant Epoch, CoarseGrid Grid, bool IsStated, ImmutableArray<MapArea> Areas, DateTimeZone Zone)
{
    /// <summary>The name of the file beside a framework.</summary>
    public const string FileName = "areas.geojson";

    private static readonly OffsetDateTimePattern[] Times =
    [
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:sso<Z+HH:mm>"),
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mmo<Z+HH:mm>"),
    ];

    /// <summary>An instant with its offset, whole seconds or minutes; null where it is none.</summary>
    public static Instant? Time(string? text) => Times.Select(p => p.Parse(text ?? ""))
        .Where(r => r.Success).Select(r => (Instant?)r.Value.ToInstant()).FirstOrDefault();

    /// <summary>A moment as people read it, in the mission's zone.</summary>
    public string Words(int seconds) => ZonedDateTimePattern
        .CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss o<Z+HH:mm>", DateTimeZoneProviders.Tzdb)
        .Format((Epoch + Duration.FromSeconds(seconds)).InZone(Zone));

    /// <summary>A stretch of time as people read it; date and offset once where both ends have the same.</summary>
    public string Words(Window window)
    {
        var (from, until) = (Words(window.FromSeconds), Words(window.UntilSeconds));
        return from[..10] == until[..10] && from[20..] == until[20..]
            ? $"{from[..19]} to {until[11..]}" : $"{from} to {until}";
    }

    /// <summary>A moment as programs read it.</summary>
    public string Iso(int seconds) => InstantPattern.General.Format(Epoch + Duration.FromSeconds(seconds));

    /// <summary>A place as people read it: the military grid, then degrees.</summary>
    public string Words(Place place)
    {
        var p = Frame.PositionOf(place);
        return $"{Mgrs.Of(p, digits: 5)} ({PositionText.Decimal(p, decimals: 5)})";
    }

    /// <summary>Seconds from the epoch; null outside what an activity may have.</summary>
    public int? Seconds(Instant at)
    {
        var seconds = (at - Epoch).TotalSeconds;
        return seconds is >= 0 and <= Limits.HorizonSeconds ? (int)seconds : null;
    }

    /// <summary>Reads a mission's areas; adds what is wrong to the file's defects.</summary>
    public static ImmutableArray<MapArea> AreasOf(MapFile file) =>
        [.. file.Features.Select(f => Area(file, f)).OfType<MapArea>()];

    /// <summary>The member <c>frame</c> of a mission's file: null where it has none or a wrong one.</summary>
    public static (MissionFrame Frame, Instant Epoch, CoarseGrid Grid)? FrameOf(MapFile file)
    {
        if (!file.Root.TryGetProperty("frame", out var frame))
        {
            return null;
        }

        const string Help = "write \"frame\": {\"centre\": [34.38, 31.4], \"epoch\": \"2026-01-01T00:00:00Z\", " +
            "\"cell_m\": 5000}";
        var isObject = frame.ValueKind == JsonValueKind.Object;
        double[] centre = isObject && frame.TryGetProperty("centre", out var c) && c.ValueKind == JsonValueKind.Array
            ? [.. c.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.Number ? n.GetDouble() : double.NaN)]
            : [];
        var epoch = Time(isObject ? TextOf(frame, "epoch") : null);
        var cell = !isObject || !frame.TryGetProperty("cell_m", out var m) ? CoarseGrid.CellMillimetresMin / 1000
            : m.ValueKind == JsonValueKind.Number && m.TryGetInt32(out var metres) ? metres : -1;
        var text = centre.Length != 2 || !(Math.Abs(centre[0]) <= 180) || !(Math.Abs(centre[1]) <= 84)
            ? "`frame` has no `centre` of longitude and latitude within 84 degrees"
            : epoch is not { } e || e.InUtc().TimeOfDay != LocalTime.Midnight
            ? "`frame` has no `epoch` at a midnight of UTC"
            : cell is < CoarseGrid.CellMillimetresMin / 1000 or > 100_000
            ? "`frame` has a `cell_m` that is not 5000 to 100000"
            : null;
        if (text is not null)
        {
            file.Refuse(text, Help);
            return null;
        }

        return (
            new MissionFrame(new GeodeticPosition(centre[1], centre[0])), epoch!.Value, new CoarseGrid(cell * 1000));
    }

    /// <summary>A text property; null where it is missing, empty or something else.</summary>
    public static string? TextOf(JsonElement properties, string name) =>
        properties.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : null;

    private static MapArea? Area(MapFile file, MapFeature f)
    {
        var of = f.Drawing switch { Drawing.Point => "radius_m", Drawing.Line => "width_m", _ => null };
        var kind = TextOf(f.Properties, "kind") ?? "area";
        var isBorder = f.Drawing == Drawing.Line && kind == "border";
        var metres = of is not null && f.Properties.TryGetProperty(of, out var n) && n.ValueKind == JsonValueKind.Number
            ? n.GetDouble() : isBorder || of is null ? 0 : double.NaN;
        if (!(metres is >= 0 and <= 100_000))
        {
            file.Refuse(f, null, $"a {(f.Drawing == Drawing.Point ? "point" : "line")} has no `{of}` of 0 to 100000",
                $"write `\"{of}\": 200`: an area has an extent");
            return null;
        }

        var precision = f.Properties.TryGetProperty("precision_m", out var p) && p.ValueKind == JsonValueKind.Number
            ? p.GetDouble() : 0;
        var name = f.Properties.TryGetProperty("name", out var names)
            ? names.ValueKind == JsonValueKind.Object ? TextOf(names, "en") : TextOf(f.Properties, "name") : null;
        return new MapArea(
            f.Id, kind, name ?? f.Id, PCode(f.Properties), f.Drawing, f.Positions,
            f.Drawing == Drawing.Line ? metres / 2 : metres, Math.Max(0, precision));
    }

    /// <summary>
    /// A member <c>pcode</c>, or the finest of OCHA's columns <c>ADM0_PCODE</c> to <c>ADM4_PCODE</c>.
    /// </summary>
    private static string? PCode(JsonElement properties)
    {
        var columns = Enumerable.Range(0, 5).Reverse()
            .SelectMany(i => new[] { $"ADM{i}_PCODE", $"adm{i}_pcode" }).Prepend("pcode");
        return columns.Select(c => TextOf(properties, c)).FirstOrDefault(c => c is not null);
    }
}
