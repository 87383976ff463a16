namespace Truce.Mission;

/// <summary>
/// The status of a crossing, as each source states it, with its time: open, closed, partly open. Competing statements
/// stand side by side; the status shown is the last by when it held.
/// </summary>
public static class CrossingMachine
{
    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("crossing", "Crossing", [new Axis("status",
        ["unknown", "open", "partly", "closed"], IsArranged: true)],
    [
        new Row
        {
            Command = "list",
            Kind = RowKind.Opens,
            Does = "list a crossing",
            Fields = [Field.Must("crossing", FieldKind.Name)],
        },
        new Row
        {
            Command = "state",
            Kind = RowKind.Adds,
            Does = "state whether a crossing is open",
            Axis = "status",
            ToField = "status",
            Fields =
            [
                Field.Must("status", FieldKind.Code, "open", "partly", "closed"),
                Field.May("reason", FieldKind.Code, "security", "holiday", "works", "staff", "order", "not-given"),
                Field.May("by", FieldKind.Name), Field.Must("source", FieldKind.Name),
            ],
        },
    ]);
}
