using System.Collections.Immutable;
using NodaTime;

namespace Truce.Mission;

/// <summary>
/// Counts of fuel and aid, and figures that somebody publishes of confidential entries. Competing figures stand side by
/// side, each with its source and its day; a blank stays a blank.
/// </summary>
/// <remarks>
/// What is published of confidential movements and incidents is by sector and whole week, 72 hours late: who could
/// subtract one day from the next, or one street from its quarter, would read from counts what he may not know. A
/// figure that is earlier or finer is kept, says so, and no report repeats it. MISSION.md §3.
/// </remarks>
public static class CountMachine
{
    private const long LateMilliseconds = 72L * 3_600_000;

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("count", "Count",
    [new Axis("state", ["open", "closed"], IsArranged: true)],
    [
        new Row
        {
            Command = "open",
            Kind = RowKind.Opens,
            Does = "open a count",
            Fields =
            [
                Field.Must("indicator", FieldKind.Name), Field.Must("unit", FieldKind.Name),
                Field.Must("of", FieldKind.Code, "fuel", "food", "water", "medical", "trucks", "movements", "incidents",
                    "people", "other"),
            ],
        },
        new Row
        {
            Command = "figure",
            Kind = RowKind.Adds,
            Does = "state a figure of a count, or that there is none",
            Fields =
            [
                Field.May("value", FieldKind.Number), Field.May("low", FieldKind.Number),
                Field.May("high", FieldKind.Number), Field.Must("source", FieldKind.Name),
                Field.Must("as-of", FieldKind.Time), Field.May("method", FieldKind.Name),
                Field.May("why-blank", FieldKind.Code, "not-measured", "no-access", "not-published", "disputed"),
            ],
            Guard = asking => asking.Act.Number("value") is { } value
                ? asking.Act.Number("low") > value || asking.Act.Number("high") < value
                    ? "low is at most the value, and the value at most high" : null
                : asking.Act.Word("why-blank") is null ? "a figure without a value says why it is blank" : null,
            Remark = asking => asking.Received.Statement.Audience is not null
                || asking.Subject is not { IsOpen: true } count || !IsGuarded(count) ? null
                : Fault((asking.Act.From, asking.Act.Until), asking.Act.Number("as-of")!.Value, asking.Act.Places,
                    asking.Received.ReceivedAt, asking.Fold),
        },
        new Row
        {
            Command = "close",
            Kind = RowKind.Adds,
            Does = "close a count",
            Axis = "state",
            To = "closed",
            IsOpeners = true,
            Needs = [new Need("state", ["open"], "it is closed already")],
        },
    ]);

    /// <summary>
    /// Why a figure is not to be repeated: it is public, counts movements or incidents, and was stated early or is
    /// finer than a sector's whole week. Null where it may be.
    /// </summary>
    /// <param name="figure">A figure of a count that is open here.</param>
    public static string? Unrepeatable(Step figure) => figure.Subject.Audience is not null
        || !IsGuarded(figure.Subject) ? null
        : Fault(figure.Window, figure.Number("as-of")!.Value, figure.Places, figure.ReceivedAt, figure.Subject.Fold);

    private static bool IsGuarded(Subject count) => count.Opening.Word("of") is "movements" or "incidents";

    private static string? Fault(
        (long From, long Until) period, long asOf, ImmutableArray<string> places, long receivedAt, Fold fold)
    {
        var book = fold.BookAt(receivedAt);
        var zone = book is null ? DateTimeZone.Utc : DateTimeZoneProviders.Tzdb[book.Framework.Zone];
        bool IsMonday(long at) => Instant.FromUnixTimeMilliseconds(at).InZone(zone) is
        { DayOfWeek: IsoDayOfWeek.Monday, TimeOfDay: var time } && time == LocalTime.Midnight;
        return period.From == period.Until || !IsMonday(period.From) || !IsMonday(period.Until)
                ? "finer: what is published of movements and incidents is of whole weeks, from Monday to Monday (`at`)"
            : places.IsEmpty || places.Any(p => book is null ? p.Contains('+', StringComparison.Ordinal)
                : !book.Space.Leaves.Any(l => l.Sector == p))
                ? "finer: what is published of movements and incidents is of whole sectors (`place`)"
            : receivedAt < Math.Max(period.Until, asOf) + LateMilliseconds
                ? "early: what is published of movements and incidents is so 72 hours after its week"
            : null;
    }
}
