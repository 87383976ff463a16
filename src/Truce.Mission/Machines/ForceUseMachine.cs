namespace Truce.Mission;

/// <summary>
/// A report of the force or the police on its own use of force: received, reviewed by a body that is not its author,
/// referred or closed. It is due within the mission's term.
/// </summary>
public static class ForceUseMachine
{
    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("force-use", "Use-of-force report",
        [new Axis("review", ["reported", "received", "reviewed", "referred", "closed"])],
    [
        new Row
        {
            Command = "report",
            Kind = RowKind.Opens,
            Does = "report one's own use of force",
            Fields =
            [
                Field.Must("unit", FieldKind.Name),
                Field.Must("kinds", FieldKind.Codes, "show", "warning-shot", "physical", "restraint", "baton",
                    "irritant", "dog", "water", "vehicle", "kinetic-impact", "firearm", "heavy-weapon", "other"),
                Field.Must("warning", FieldKind.Code, "given", "not-given", "not-possible"),
                Field.Must("occasion", FieldKind.Code, "self-defence", "defence-of-others", "protection-of-aid",
                    "protection-of-site", "crowd", "checkpoint", "arrest", "search", "enforcement", "threat", "other"),
                Field.May("rounds", FieldKind.Number), .. Proof.Spread("killed"), .. Proof.Spread("injured"),
                .. Proof.Bands("killed"), .. Proof.Bands("injured"), Field.May("reviewer", FieldKind.Name),
                Field.May("incident", FieldKind.Subject), Field.May("text", FieldKind.Hash),
            ],
            Added = [Field.May("late", FieldKind.Flag)],
            Guard = asking => IncidentGuards.Numbers(asking) ?? Sides.WrongKind(asking.Act, "incident", "incident"),
            Add = asking => Sides.FlagIf(
                asking.Received.ReceivedAt - asking.Act.From > asking.Fold.Terms.UseOfForceReport, "late"),
            Also = asking => Sides.LinkBack(asking, "incident"),
        },
        Proof.EvidenceRow("a use-of-force report"),
        new Row
        {
            Command = "amend",
            Kind = RowKind.Adds,
            Does = "amend a use-of-force report",
            Revises = true,
            Fields =
            [
                .. Proof.Spread("killed"), .. Proof.Spread("injured"), .. Proof.Bands("killed"),
                .. Proof.Bands("injured"), Field.May("text", FieldKind.Hash),
            ],
            Guard = IncidentGuards.Numbers,
        },
        Proof.CorrectionRow("a use-of-force report"),
        Proof.DissentRow("a use-of-force report", "review"),
        Proof.LinkRow("a use-of-force report"),
        Proof.NoteRow("a use-of-force report"),
        new Row
        {
            Command = "receive",
            Kind = RowKind.Decides,
            Does = "receive a use-of-force report for review",
            Axis = "review",
            To = "received",
            Needs = [new("review", ["reported"], "it was received already")],
        },
        new Row
        {
            Command = "review",
            Kind = RowKind.Decides,
            Does = "review a use of force",
            Axis = "review",
            To = "reviewed",
            Judges = true,
            Needs = [new("review", ["received", "reviewed", "referred"], "it is received first, or reopened")],
            Fields =
            [
                Field.Must("finding", FieldKind.Code, "within-the-rules", "outside-the-rules", "unclear"),
                Proof.StandardField, Proof.RevisionField, Field.May("text", FieldKind.Hash),
            ],
            Added = [Field.May(Proof.OtherStandard, FieldKind.Flag)],
            Guard = NotOwn,
            Add = Sides.OtherStandard,
        },
        new Row
        {
            Command = "refer",
            Kind = RowKind.Decides,
            Does = "refer a use of force to a body",
            Axis = "review",
            To = "referred",
            Needs = [new("review", ["reviewed"], "it is referred once it was reviewed")],
            Fields = [Field.Must("body", FieldKind.Name)],
            Guard = NotOwn,
        },
        new Row
        {
            Command = "close",
            Kind = RowKind.Decides,
            Does = "close a use-of-force report",
            Axis = "review",
            To = "closed",
            Needs = [new("review", ["reviewed", "referred"], "it is closed once it was reviewed")],
            Fields = [Field.May("measure", FieldKind.Codes, IncidentMachine.Measures)],
            Guard = NotOwn,
        },
        new Row
        {
            Command = "reopen",
            Kind = RowKind.Decides,
            Does = "reopen a closed use-of-force report",
            Axis = "review",
            To = "received",
            Revises = true,
            Needs = [new("review", ["closed"], "it is not closed")],
            Fields = [Field.Must("reason", FieldKind.Code, "new-evidence", "appeal", "error")],
        },
    ])
    {
        Dues = Dues,
    };

    private static string? NotOwn(Asking asking) => Sides.NotApart(asking, Sides.Authors(asking.Subject!), []);

    private static IEnumerable<Due> Dues(Subject subject, Terms terms) =>
        subject["review"] is "reported" or "received"
            ? [new("review", subject.Opening.Word("reviewer") ?? "",
                (Sides.Decision(subject, "reopen") ?? subject.Opening).ReceivedAt + terms.UseOfForceReview,
                "use-of-force-review")]
            : [];
}
