using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>
/// A civilian's complaint: anonymous, through an organisation or on paper as well as anybody's own. An answer is due;
/// its silence is recorded; what was done about it is asked apart.
/// </summary>
public static class ComplaintMachine
{
    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("complaint", "Civilian complaint",
    [
        new Axis("answer", ["lodged", "acknowledged", "examined", "answered", "unanswered"]),
        new Axis("measure", ["none", "taken"]),
    ],
    [
        new Row
        {
            Command = "lodge",
            Kind = RowKind.Opens,
            Does = "lodge a complaint",
            IsReport = true,
            Fields =
            [
                Field.Must("kinds", FieldKind.Codes, "use-of-force", "conduct", "damage", "loss-of-property", "detention",
                    "search", "checkpoint", "restriction", "aid", "traffic", "failure-to-protect", "corruption", "other"),
                Field.May("alleged", FieldKind.Names), Field.May("actions", FieldKind.Names),
                Field.May("addressee", FieldKind.Name), Field.May("incident", FieldKind.Subject),
                Field.May("force-use", FieldKind.Subject), Field.May("detention", FieldKind.Subject),
                Field.May("asks", FieldKind.Codes, IncidentMachine.Measures),
                Field.May("consent", FieldKind.Code, Proof.Consents), Field.May("text", FieldKind.Hash),
            ],
        },
        Proof.EvidenceRow("a complaint"),
        Proof.CorrectionRow("a complaint"),
        Proof.DissentRow("a complaint", "answer", "measure"),
        Proof.LinkRow("a complaint"),
        Proof.NoteRow("a complaint"),
        .. Decisions(),
    ]);

    private static ImmutableArray<Row> Decisions() =>
    [
        new Row
        {
            Command = "acknowledge",
            Kind = RowKind.Decides,
            Does = "acknowledge a complaint",
            Axis = "answer",
            To = "acknowledged",
            Needs = [new("answer", ["lodged"], "it was acknowledged already")],
        },
        new Row
        {
            Command = "examine",
            Kind = RowKind.Decides,
            Does = "examine a complaint",
            Axis = "answer",
            To = "examined",
            Judges = true,
            Needs = [new("answer", ["acknowledged", "examined", "unanswered"], "it is acknowledged first, or reopened")],
            Fields =
            [
                Field.Must("finding", FieldKind.Code, "upheld", "partly", "not-upheld", "not-examinable"),
                Proof.StandardField, Proof.RevisionField, Field.May("text", FieldKind.Hash),
            ],
            Added = [Field.May(Proof.OtherStandard, FieldKind.Flag)],
        },
        new Row
        {
            Command = "answer",
            Kind = RowKind.Decides,
            Does = "answer a complaint",
            Axis = "answer",
            To = "answered",
            Needs = [new("answer", ["acknowledged", "examined", "unanswered"], "it is acknowledged first, or reopened")],
            Fields =
            [
                Field.Must("answer", FieldKind.Code, "accept", "reject", "explain"), Field.May("text", FieldKind.Hash),
            ],
            Added = [Field.May("late", FieldKind.Flag)],
        },
        new Row
        {
            Command = "unanswered",
            Kind = RowKind.Decides,
            Does = "record that a complaint was not answered in time",
            Axis = "answer",
            To = "unanswered",
            Needs = [new("answer", ["lodged", "acknowledged", "examined"], "no answer is awaited")],
        },
        new Row
        {
            Command = "measure",
            Kind = RowKind.Decides,
            Does = "record a measure that was taken on a complaint",
            Axis = "measure",
            To = "taken",
            Fields =
            [
                Field.Must("measure", FieldKind.Code, IncidentMachine.Measures), Field.May("by", FieldKind.Name),
                Field.May("text", FieldKind.Hash),
            ],
        },
        new Row
        {
            Command = "reopen",
            Kind = RowKind.Decides,
            Does = "reopen an answered complaint",
            Axis = "answer",
            To = "acknowledged",
            Revises = true,
            Needs = [new("answer", ["answered"], "it is not answered")],
            Fields = [Field.Must("reason", FieldKind.Code, "new-evidence", "appeal", "error")],
        },
    ];
}
