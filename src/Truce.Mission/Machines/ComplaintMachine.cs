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
                Field.Must("kinds", FieldKind.Codes, "use-of-force", "conduct", "damage", "loss-of-property",
                    "detention", "search", "checkpoint", "restriction", "aid", "traffic", "failure-to-protect",
                    "corruption", "other"),
                Field.May("alleged", FieldKind.Names), Field.May("actions", FieldKind.Names),
                Field.May("addressee", FieldKind.Name), Field.May("incident", FieldKind.Subject),
                Field.May("force-use", FieldKind.Subject), Field.May("detention", FieldKind.Subject),
                Field.May("asks", FieldKind.Codes, IncidentMachine.Measures),
                Field.May("consent", FieldKind.Code, Proof.Consents), Field.May("text", FieldKind.Hash),
            ],
            Guard = asking => Sides.WrongKind(asking.Act, "incident", "incident")
                ?? Sides.WrongKind(asking.Act, "force-use", "force-use")
                ?? Sides.WrongKind(asking.Act, "detention", "detention"),
            Also = asking => Sides.LinkBack(asking, "incident", "force-use", "detention"),
        },
        Proof.EvidenceRow("a complaint"),
        Proof.CorrectionRow("a complaint"),
        Proof.DissentRow("a complaint", "answer", "measure"),
        Proof.LinkRow("a complaint"),
        Proof.NoteRow("a complaint"),
        .. Answers(),
        .. Afterwards(),
    ])
    {
        Dues = Dues,
    };

    private static Need Acknowledged =>
        new("answer", ["acknowledged", "examined", "unanswered"], "it is acknowledged first, or reopened");

    private static long Due(Subject subject, Terms terms) =>
        (Sides.Decision(subject, "reopen") ?? subject.Opening).ReceivedAt + terms.ComplaintAnswer;

    private static IEnumerable<Due> Dues(Subject subject, Terms terms) =>
        subject["answer"] is "lodged" or "acknowledged" or "examined"
            ? [new("answer to complaint", subject.Opening.Word("addressee") ?? "", Due(subject, terms),
                "complaint-answer")]
            : [];

    private static string? Answer(Asking asking) =>
        asking.Subject!.Opening.Word("addressee") is not { } asked ? null
            : Sides.NotAsked(asking, asked, Sides.Authors(asking.Subject));

    private static string? Unanswered(Asking asking)
    {
        var due = Due(asking.Subject!, asking.Fold.Terms);
        return asking.Received.ReceivedAt > due ? null : $"the answer is due by {Sides.Text(due)}";
    }

    private static ImmutableArray<Row> Answers() =>
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
            Needs = [Acknowledged],
            Fields =
            [
                Field.Must("finding", FieldKind.Code, "upheld", "partly", "not-upheld", "not-examinable"),
                Proof.StandardField, Proof.RevisionField, Field.May("text", FieldKind.Hash),
            ],
            Added = [Field.May(Proof.OtherStandard, FieldKind.Flag)],
            Guard = asking =>
                Sides.NotApart(asking, Sides.Authors(asking.Subject!), Sides.Alleged(asking.Subject!)),
            Add = Sides.OtherStandard,
        },
        new Row
        {
            Command = "answer",
            Kind = RowKind.Decides,
            Does = "answer a complaint",
            Axis = "answer",
            To = "answered",
            Needs = [Acknowledged],
            Fields =
            [
                Field.Must("answer", FieldKind.Code, "accept", "reject", "explain"), Field.May("text", FieldKind.Hash),
            ],
            Added = [Field.May("late", FieldKind.Flag)],
            Guard = Answer,
            Add = asking => Sides.FlagIf(
                asking.Received.ReceivedAt > Due(asking.Subject!, asking.Fold.Terms), "late"),
        },
        new Row
        {
            Command = "unanswered",
            Kind = RowKind.Decides,
            Does = "record that a complaint was not answered in time",
            Axis = "answer",
            To = "unanswered",
            Needs = [new("answer", ["lodged", "acknowledged", "examined"], "no answer is awaited")],
            Guard = Unanswered,
        },
    ];

    private static ImmutableArray<Row> Afterwards() =>
    [
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
