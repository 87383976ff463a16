using System.Globalization;
using System.Text;
using Truce.Record;
using Truce.Rules;
using Standing = Truce.Record.Standing;

namespace Truce.Verbs;

/// <summary>How the record's values are written for people. Somebody hostile may have chosen any text in it.</summary>
internal static class RecordWords
{
    private const int JsonLengthMax = 600;
    private const long SecondMilliseconds = 1_000;

    /// <summary>A time in POSIX milliseconds, in UTC; what no calendar has stays a number.</summary>
    public static string Time(long milliseconds) =>
        milliseconds < DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
        || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? $"{milliseconds} ms"
            : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A time in POSIX seconds, as witnesses write it.</summary>
    public static string Seconds(long seconds) =>
        seconds > long.MaxValue / SecondMilliseconds ? $"{seconds} s"
            : Time(seconds * SecondMilliseconds).Replace(".000Z", "Z", StringComparison.Ordinal);

    /// <summary>A JSON value on one line, cut where it is long.</summary>
    public static string Json(JsonValue value)
    {
        var text = Plain.Words(Encoding.UTF8.GetString(CanonicalJson.Write(value)));
        return text.Length <= JsonLengthMax
            ? text
            : $"{text[..JsonLengthMax]}… ({text.Length} characters; `--format json` shows all)";
    }

    /// <summary>On whose behalf a statement was entered.</summary>
    public static string For(JsonValue whom) => whom is JsonValue.Text text ? Plain.Words(text.Value) : Json(whom);

    /// <summary>What a key's signature is worth.</summary>
    public static string Wire(Standing standing) => standing switch
    {
        Standing.Valid => "valid",
        Standing.Disputed => "disputed",
        Standing.Revoked => "revoked",
        Standing.Vouched => "vouched",
        _ => "unknown",
    };

    /// <summary>What became of an act.</summary>
    public static string Wire(OutcomeKind kind) => kind switch
    {
        OutcomeKind.Applied => "applied",
        OutcomeKind.Conflicting => "conflicting",
        _ => "inapplicable",
    };

    /// <summary>A number of bodies in words.</summary>
    public static string Bodies(long count) => count == 1 ? "1 body" : $"{count} bodies";

    /// <summary>A number of bytes in words.</summary>
    public static string Bytes(long bytes) =>
        bytes < 1024 ? $"{bytes} bytes"
        : bytes < 1 << 20 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB")
        : bytes < 1L << 30 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.#} GiB");
}
