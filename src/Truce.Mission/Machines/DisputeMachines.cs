namespace Truce.Mission;

/// <summary>
/// Readings, clarifications and settlements: how parties read a clause, what those say whom the framework names, and
/// how a dispute ended. A reading is its author's alone; it changes no ruling.
/// </summary>
public static class DisputeMachines
{
    /// <summary>A party's reading of a clause.</summary>
    public static Machine Reading { get; } = new("reading", "Reading of a clause",
        [new Axis("state", ["declared", "withdrawn"])],
    [
        new Row
        {
            Command = "declare",
            Kind = RowKind.Opens,
            Does = "declare how one reads a clause",
            Fields =
            [
                Field.Must("clause", FieldKind.Name),
                Field.Must("effect", FieldKind.Code, "permits", "forbids", "requires-consent", "gives-last-word",
                    "does-not-apply", "other"),
                Field.May("action", FieldKind.Name), Field.May("whom", FieldKind.Name),
                Field.May("text", FieldKind.Hash),
            ],
        },
        new Row
        {
            Command = "withdraw",
            Kind = RowKind.Decides,
            Does = "withdraw one's reading",
            Axis = "state",
            To = "withdrawn",
            Needs = [new Need("state", ["declared"], "it is withdrawn already")],
            Guard = asking => asking.Subject!.Opening.Author == asking.Speaker.Of ? null
                : "only whoever declared a reading withdraws it",
        },
    ]);

    /// <summary>A question about a clause, for whom the framework names to say what it means.</summary>
    public static Machine Clarification { get; } = new("clarification", "Clarification",
        [new Axis("answer", ["asked", "answered", "unanswered"])],
    [
        new Row
        {
            Command = "ask",
            Kind = RowKind.Opens,
            Does = "ask what a clause means",
            Fields =
            [
                Field.Must("clause", FieldKind.Name), Field.Must("of", FieldKind.Name),
                Field.May("about", FieldKind.Subject), Field.May("reading", FieldKind.Subject),
                Field.May("due", FieldKind.Time), Field.May("text", FieldKind.Hash),
            ],
        },
        new Row
        {
            Command = "answer",
            Kind = RowKind.Decides,
            Does = "say what a clause means",
            Axis = "answer",
            To = "answered",
            Needs = [new Need("answer", ["asked", "unanswered"], "it is answered: ask again")],
            Fields =
            [
                Field.Must("effect", FieldKind.Code, "permits", "forbids", "requires-consent", "gives-last-word",
                    "does-not-apply", "to-be-revised", "other"),
                Field.May("text", FieldKind.Hash),
            ],
            Guard = asking => asking.NotHis(place: "", "interpret"),
        },
        new Row
        {
            Command = "unanswered",
            Kind = RowKind.Decides,
            Does = "record that a question was not answered in time",
            Axis = "answer",
            To = "unanswered",
            Needs = [new Need("answer", ["asked"], "no answer is awaited")],
            Guard = asking => asking.Subject!.Opening.Number("due") is { } due && due < asking.Received.ReceivedAt
                ? null : "it is not due yet",
        },
    ])
    {
        Dues = (subject, _) => subject["answer"] == "asked" && subject.Opening.Number("due") is { } due
            ? [new Due("answer to a question", subject.Opening.Word("of")!, due, "stated")] : [],
    };

    /// <summary>A dispute, and how it ended.</summary>
    public static Machine Settlement { get; } = new("settlement", "Settlement of a dispute",
        [new Axis("state", ["referred", "settled", "deadlocked"])],
    [
        new Row
        {
            Command = "refer",
            Kind = RowKind.Opens,
            Does = "refer a dispute",
            Fields =
            [
                Field.Must("between", FieldKind.Names), Field.May("about", FieldKind.Subject),
                Field.May("clause", FieldKind.Name), Field.May("action", FieldKind.Name),
                Field.May("due", FieldKind.Time), Field.May("text", FieldKind.Hash),
            ],
        },
        new Row
        {
            Command = "settle",
            Kind = RowKind.Decides,
            Does = "settle a dispute",
            Axis = "state",
            To = "settled",
            Needs = [new Need("state", ["referred", "deadlocked"], "it is settled: refer it again")],
            Fields =
            [
                Field.Must("for", FieldKind.Code, "one-party", "other-party", "both", "neither", "referred-on"),
                Field.May("in-favour-of", FieldKind.Name), Field.May("text", FieldKind.Hash),
            ],
            Guard = asking => asking.NotHis(place: "", "settle"),
        },
        new Row
        {
            Command = "deadlock",
            Kind = RowKind.Decides,
            Does = "state that a body could not decide",
            Axis = "state",
            To = "deadlocked",
            Needs = [new Need("state", ["referred"], "it is settled, or known to be deadlocked")],
            Fields = [Field.Must("body", FieldKind.Name), Field.May("text", FieldKind.Hash)],
            Guard = asking => asking.NotHis(place: "", "settle"),
        },
    ])
    {
        Dues = (subject, _) => subject["state"] == "referred" && subject.Opening.Number("due") is { } due
            ? [new Due("settlement", "", due, "stated")] : [],
    };
}
