using System.Collections.Immutable;
using System.Text.Json;
using NodaTime;
using Truce.Space;

namespace Truce.Maps;

/// <summary>An activity of a plan file.</summary>
/// <param name="Feature">Which feature.</param>
/// <param name="Name">Its id in the file.</param>
/// <param name="Activity">The activity.</param>
/// <param name="IsZone">Whether it is a zone: an area with a window that everybody knows.</param>
/// <param name="Readers">Who may know it exactly; null where everybody may.</param>
/// <param name="Contact">Whom the others are told to ask.</param>
/// <param name="Unit">The unit that is expected on this route, for tracks; null where none is named.</param>
internal sealed record Planned(
    int Feature, string Name, Activity Activity, bool IsZone, ImmutableArray<string>? Readers, string Contact,
    string? Unit);

/// <summary>
/// Activities in GeoJSON. A route is a LineString with <c>times</c>, or <c>departs</c> and <c>speed_kmh</c>; points and
/// polygons have <c>from</c> and <c>until</c>. <c>docs/space-geojson.md</c> is the reference.
/// </summary>
internal sealed class PlanFile
{
    private readonly MapFile _file;
    private readonly MissionMap _map;
    private readonly Intake _intake;

    private PlanFile(MapFile file, MissionMap map) => (_file, _map, _intake) = (file, map, new Intake(map.Frame));

    /// <summary>Takes in every feature; adds what is wrong to the file's defects.</summary>
    public static ImmutableArray<Planned> Read(MapFile file, MissionMap map)
    {
        var reader = new PlanFile(file, map);
        return [.. file.Features.Select(reader.Feature).OfType<Planned>()];
    }

    /// <summary>All instants that a file names, for a mission that has no file of its own.</summary>
    public static IEnumerable<Instant> Instants(MapFile file) => file.Features.SelectMany(f =>
        new[] { "from", "until", "departs" }.Select(n => MissionMap.Time(MissionMap.TextOf(f.Properties, n)))
            .Concat(TimesOf(f).Select(MissionMap.Time))).OfType<Instant>();

    private static IEnumerable<string?> TimesOf(MapFeature f) =>
        f.Properties.TryGetProperty("times", out var times) && times.ValueKind == JsonValueKind.Array
            ? times.EnumerateArray().Select(t => t.ValueKind == JsonValueKind.String ? t.GetString() : null) : [];

    private Planned? Feature(MapFeature f)
    {
        var (isZone, kind) = Kind(f);
        var actor = MissionMap.TextOf(f.Properties, "actor") ?? (isZone ? "mission" : null);
        if (actor is null || Rules.Plain.IsHostile(actor))
        {
            _file.Refuse(
                f, null, "it has no `actor`", "say who acts, by the mission's name for him: `\"actor\": \"isf\"`");
            return null;
        }

        var buffer = isZone ? 0 : Millimetres(f, "buffer_m", Limits.BufferMillimetres);
        var isEmergency = Flag(f, "emergency");
        if (kind is null || buffer is null || isEmergency is null || !Readers(f, isZone, out var readers))
        {
            return null;
        }

        var particulars = new Particulars(actor, kind.Value, isEmergency.Value, buffer.Value);
        var ingested = f.Drawing switch
        {
            Drawing.Line when isZone => Refused(f, "a zone is drawn as a line", "draw the zone as a Polygon"),
            Drawing.Point when isZone => Refused(f, "a zone is drawn as a point", "draw the zone as a Polygon"),
            Drawing.Line => Route(f, particulars),
            Drawing.Point => WindowOf(f) is { } w ? _intake.Point(particulars, f.Positions[0], w) : null,
            _ => WindowOf(f) is { } w ? _intake.Area(particulars, f.Positions.AsSpan(), w) : null,
        };
        if (ingested is Ingested.Refused { Refusal: var why })
        {
            _file.Refuse(f, why.Vertex, why.Text, Remedy(why.Reason));
        }

        var contact = MissionMap.TextOf(f.Properties, "contact") ?? "the access cell";
        return ingested?.ActivityOrNull is { } activity
            ? new Planned(
                f.Index, f.Id, activity, isZone, readers, contact, MissionMap.TextOf(f.Properties, "unit"))
            : null;
    }

    private Ingested? Refused(MapFeature f, string text, string help)
    {
        _file.Refuse(f, null, text, help);
        return null;
    }

    private (bool IsZone, ActivityKind? Kind) Kind(MapFeature f)
    {
        var kind = MissionMap.TextOf(f.Properties, "kind");
        switch (kind)
        {
            case "operation":
                return (false, ActivityKind.Operation);
            case "humanitarian":
                return (false, ActivityKind.Humanitarian);
            case "police":
                return (false, ActivityKind.Police);
            case "works":
                return (false, ActivityKind.Works);
            case "zone":
                return (true, ActivityKind.Operation);
            default:
                _file.Refuse(f, null, kind is null ? "it has no `kind`" : $"there is no kind `{kind}`",
                    "write operation, humanitarian, police, works or zone");
                return (false, null);
        }
    }

    private bool Readers(MapFeature f, bool isZone, out ImmutableArray<string>? readers)
    {
        readers = null;
        if (!f.Properties.TryGetProperty("readers", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (isZone || list.ValueKind != JsonValueKind.Array
            || list.EnumerateArray().Any(r => r.ValueKind != JsonValueKind.String))
        {
            _file.Refuse(f, null, isZone ? "a zone has `readers`" : "`readers` is no list of names",
                isZone ? "everybody knows a zone: take `readers` out"
                    : "write `\"readers\": [\"isf\"]`, or [] for nobody else");
            return false;
        }

        readers = [.. list.EnumerateArray().Select(r => r.GetString()!)];
        return true;
    }

    private bool? Flag(MapFeature f, string name)
    {
        if (!f.Properties.TryGetProperty(name, out var value))
        {
            return false;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            _file.Refuse(f, null, $"`{name}` is neither true nor false", $"write `\"{name}\": true`, or leave it out");
            return null;
        }

        return value.GetBoolean();
    }

    /// <summary>Metres with at most three decimals, as millimetres.</summary>
    private int? Millimetres(MapFeature f, string name, int most)
    {
        if (!f.Properties.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Number
            || !value.TryGetDecimal(out var metres) || metres < 0 || metres > most / 1000m
            || metres * 1000 != decimal.Truncate(metres * 1000))
        {
            _file.Refuse(f, null, $"it has no `{name}` of 0 to {most / 1000}, to the millimetre",
                $"write the room that it needs around it, as `\"{name}\": 50`; 0 for none");
            return null;
        }

        return (int)(metres * 1000);
    }

    private Window? WindowOf(MapFeature f) =>
        Moment(f, "from") is { } from && Moment(f, "until") is { } until ? new Window(from, until) : null;

    private int? Moment(MapFeature f, string name)
    {
        var text = MissionMap.TextOf(f.Properties, name);
        return Moment(f, null, text, text is null ? $"it has no `{name}`" : $"`{name}` is `{text}`");
    }

    private int? Moment(MapFeature f, int? vertex, string? text, string what)
    {
        if (MissionMap.Time(text) is not { } at)
        {
            _file.Refuse(f, vertex, what + ": no time with its offset from UTC",
                "write 2026-03-10T06:00:00Z or 2026-03-10T08:00:00+02:00");
            return null;
        }

        if (_map.Seconds(at) is not { } seconds)
        {
            _file.Refuse(f, vertex, what + $": outside ten years from the mission's epoch, {_map.Iso(0)}",
                "correct the year, or the mission's epoch");
            return null;
        }

        return seconds;
    }

    private Ingested? Route(MapFeature f, Particulars particulars)
    {
        var minutes = f.Properties.TryGetProperty("slack_min", out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDecimal(out var stated) && stated >= 0 && stated <= Limits.SlackSeconds / 60
            && stated * 60 == decimal.Truncate(stated * 60) ? stated : (decimal?)null;
        if (minutes is null)
        {
            return Refused(f, $"it has no `slack_min` of 0 to {Limits.SlackSeconds / 60} minutes, to the second",
                "say how much earlier or later than planned it may be, as `\"slack_min\": 20`");
        }

        var times = f.Properties.TryGetProperty("times", out _) ? StatedTimes(f) : SteadyTimes(f);
        return times is null ? null : _intake.Route(
            particulars,
            [.. f.Positions.Select((p, i) => new GeodeticWaypoint(p, times[i]))],
            (int)(minutes.Value * 60));
    }

    private int[]? StatedTimes(MapFeature f)
    {
        string?[] texts = [.. TimesOf(f)];
        if (texts.Length != f.Positions.Length)
        {
            _file.Refuse(f, null, $"`times` has {texts.Length} times for {f.Positions.Length} positions",
                "give one time to each position of the line");
            return null;
        }

        int?[] times = [.. texts.Select((t, i) => Moment(f, i, t, $"`times` has `{t}`"))];
        return times.All(t => t is not null) ? [.. times.Select(t => t!.Value)] : null;
    }

    /// <summary>Steady speed from vertex to vertex; each leg takes whole seconds, rounded up, at least one.</summary>
    private int[]? SteadyTimes(MapFeature f)
    {
        var speed = f.Properties.TryGetProperty("speed_kmh", out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble() : double.NaN;
        if (MissionMap.TextOf(f.Properties, "departs") is null || !(speed is >= 0.1 and <= 1_000))
        {
            _file.Refuse(f, null, "a route has neither `times` nor `departs` and `speed_kmh` of 0.1 to 1000",
                "give one time to each position, or `\"departs\": \"2026-03-10T06:00:00Z\", \"speed_kmh\": 20`");
            return null;
        }

        if (Moment(f, "departs") is not { } at)
        {
            return null;
        }

        var times = new int[f.Positions.Length];
        times[0] = at;
        for (var i = 1; i < times.Length; i++)
        {
            var (a, b) = (_map.Frame.MetresOf(f.Positions[i - 1]), _map.Frame.MetresOf(f.Positions[i]));
            var (east, north) = (b.EastMetres - a.EastMetres, b.NorthMetres - a.NorthMetres);
            var metres = Math.Sqrt((east * east) + (north * north));
            var seconds = Math.Max(1, Math.Ceiling(Math.Round(metres, 3) / (speed / 3.6)));
            times[i] = (int)Math.Min(Limits.HorizonSeconds, times[i - 1] + (double.IsFinite(seconds) ? seconds : 1));
        }

        return times;
    }

    private static string Remedy(RefusalReason reason) => reason switch
    {
        RefusalReason.NotANumber => "correct the coordinate",
        RefusalReason.NotOnEarth => "the longitude comes first",
        RefusalReason.Pole => "plans within a degree of a pole are not taken",
        RefusalReason.BeyondFrame => "is the longitude first? else the mission's centre is wrong: stay within " +
            $"{Limits.FrameMillimetres / 1_000_000} km",
        RefusalReason.OutOfRange => "state less room, or less slack",
        RefusalReason.EmptyWindow => "let `until` come after `from`",
        RefusalReason.BeyondHorizon => "correct the year, or take a later epoch for the mission",
        RefusalReason.BackwardsInTime => "order the positions as they are reached; each a second later at least",
        RefusalReason.TooFewVertices => "draw more positions",
        RefusalReason.TooManyVertices => "simplify the drawing, or split it",
        RefusalReason.RepeatedVertex => "take the position out that stands twice",
        _ => "redraw the ring so that it does not cross or touch itself; split a figure of eight into two areas",
    };
}
