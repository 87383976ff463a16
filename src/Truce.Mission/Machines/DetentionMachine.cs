using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>
/// Detention in numbers alone: how many are held, how long at most, for which lawful recipient, whether the ICRC was
/// told. No register of persons is kept here.
/// </summary>
public static class DetentionMachine
{
    private static ImmutableArray<Field> Numbers { get; } =
    [
        Field.Must("held", FieldKind.Number), Field.Must("hours-max", FieldKind.Number),
        Field.May("released", FieldKind.Number), Field.May("transferred", FieldKind.Number),
        Field.May("recipient", FieldKind.Name), Field.May("icrc-told", FieldKind.Flag),
    ];

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("detention", "Detention, in numbers",
        [new Axis("custody", ["holding", "ended"], IsArranged: true)],
    [
        new Row
        {
            Command = "report",
            Kind = RowKind.Opens,
            Does = "report how many are held",
            Fields =
            [
                Field.May("unit", FieldKind.Name),
                Field.Must("ground", FieldKind.Code, "security", "criminal", "protection", "not-stated"), .. Numbers,
                Field.May("incident", FieldKind.Subject),
            ],
            Added = [Field.May("no-recipient", FieldKind.Flag)],
        },
        new Row
        {
            Command = "count",
            Kind = RowKind.Adds,
            Does = "state how many are held now, and how many were released and transferred since the first report",
            Needs = [new("custody", ["holding"], "nobody was held any more")],
            Fields = Numbers,
            Added = [Field.May("no-recipient", FieldKind.Flag)],
        },
        new Row
        {
            Command = "tell",
            Kind = RowKind.Adds,
            Does = "record that the ICRC or another body was told of those held",
            Fields = [Field.Must("body", FieldKind.Name), Field.May("held", FieldKind.Number)],
        },
        new Row
        {
            Command = "end",
            Kind = RowKind.Adds,
            Does = "record that nobody is held any more",
            Axis = "custody",
            To = "ended",
            Needs = [new("custody", ["holding"], "nobody was held any more")],
            Fields =
            [
                Field.Must("released", FieldKind.Number), Field.Must("transferred", FieldKind.Number),
                Field.May("recipient", FieldKind.Name), Field.May("hours-max", FieldKind.Number),
            ],
        },
        Proof.CorrectionRow("a detention report"),
        Proof.DissentRow("a detention report", "custody"),
        Proof.LinkRow("a detention report"),
        Proof.NoteRow("a detention report"),
    ]);
}
