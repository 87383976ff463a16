using NodaTime;
using NodaTime.Text;
using Truce.Mission;

namespace Truce.Missions;

/// <summary>Times as the duty officer reads them: in the zone of the framework in force, with its offset.</summary>
internal sealed class MissionTimes(DateTimeZone zone)
{
    private const long Second = 1_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    private static readonly ZonedDateTimePattern Pattern = ZonedDateTimePattern
        .CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss o<Z+HH:mm>", DateTimeZoneProviders.Tzdb);

    /// <summary>The zone.</summary>
    public DateTimeZone Zone => zone;

    /// <summary>The clock of this machine: the only place of a mission's screens that reads one.</summary>
    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The zone of the framework in force at a time, as far as the reader knows it; else UTC.</summary>
    public static MissionTimes Of(MissionReading reading, long now) => new(
        (reading.Fold.BookAt(now) is { } book ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(book.Framework.Zone) : null)
        ?? DateTimeZone.Utc);

    /// <summary>A time with its offset; what no calendar has stays a number.</summary>
    public string Words(long milliseconds) =>
        milliseconds < Instant.MinValue.ToUnixTimeMilliseconds() / 2
        || milliseconds > Instant.MaxValue.ToUnixTimeMilliseconds() / 2
            ? $"{milliseconds} ms"
            : Pattern.Format(Instant.FromUnixTimeMilliseconds(milliseconds).InZone(zone))
                .Replace(" Z", "Z", StringComparison.Ordinal);

    /// <summary>A stretch of time; once where it is an instant.</summary>
    public string Words((long From, long Until) window) =>
        window.From == window.Until ? Words(window.From) : $"{Words(window.From)} to {Words(window.Until)}";

    /// <summary>Something that falls due, with how long since or until.</summary>
    public string Due(Due due, long now)
    {
        var late = now - due.AtMilliseconds;
        var what = due.What + (due.Of.Length > 0 ? $" by {due.Of}" : "");
        return late >= 0 ? $"OVERDUE for {Length(late)}: {what}, due {Words(due.AtMilliseconds)} ({due.Term})"
            : $"in {Length(-late)}: {what}, due {Words(due.AtMilliseconds)} ({due.Term})";
    }

    /// <summary>A length of time in its two largest units.</summary>
    public static string Length(long milliseconds) => milliseconds switch
    {
        >= Day => $"{milliseconds / Day} d {milliseconds % Day / Hour} h",
        >= Hour => $"{milliseconds / Hour} h {milliseconds % Hour / Minute} min",
        >= Minute => $"{milliseconds / Minute} min",
        _ => $"{milliseconds / Second} s",
    };
}
