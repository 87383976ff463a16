namespace Truce.Mission;

/// <summary>
/// Counts of fuel and aid, and figures that somebody publishes of confidential entries. Competing figures stand side by
/// side, each with its source and its day; a blank stays a blank.
/// </summary>
public static class CountMachine
{
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
        },
        new Row
        {
            Command = "close",
            Kind = RowKind.Adds,
            Does = "close a count",
            Axis = "state",
            To = "closed",
            Needs = [new Need("state", ["open"], "it is closed already")],
        },
    ]);
}
