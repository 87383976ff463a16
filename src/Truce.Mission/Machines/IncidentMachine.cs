using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>
/// An incident: whether it happened, who did it, and whether it was a breach are three questions that never mix. What
/// competes stands side by side; no report is lost. MISSION.md §1 and §2.
/// </summary>
public static class IncidentMachine
{
    /// <summary>What an incident can be: the codes of ceasefire monitors. What is not here is an attachment's matter.
    /// </summary>
    public static ImmutableArray<string> Kinds { get; } =
    [
        "shelling", "air-operation", "drone-overflight", "shooting", "raid", "incursion", "line-crossing", "seizure",
        "arrest", "obstruction", "checkpoint", "attack-on-aid", "attack-on-site", "attack-on-monitors", "explosion",
        "explosive-ordnance", "looting", "demolition", "weapons-presence", "fortification", "jamming", "threat",
        "civilian-harm", "failure-to-act", "other",
    ];

    /// <summary>With what.</summary>
    public static ImmutableArray<string> Means { get; } =
    [
        "small-arms", "machine-gun", "grenade", "mortar", "artillery", "rocket", "missile", "tank", "aircraft",
        "helicopter", "drone", "mine", "improvised-device", "vehicle", "bulldozer", "electronic", "none", "unknown",
    ];

    /// <summary>What was damaged.</summary>
    public static ImmutableArray<string> Damage { get; } =
    [
        "homes", "shelter", "hospital", "clinic", "ambulance", "school", "worship", "water", "power", "roads", "market",
        "bakery", "crops", "livestock", "warehouse", "aid", "vehicles", "heritage", "other",
    ];

    /// <summary>What can be asked for or done about an incident or a complaint.</summary>
    public static ImmutableArray<string> Measures { get; } =
    [
        "explanation", "apology", "compensation", "repair", "return", "release", "access-restored", "withdrawal",
        "order-changed", "training", "discipline", "prosecution", "referral", "other",
    ];

    private static ImmutableArray<Field> Reported { get; } =
    [
        Field.May("alleged", FieldKind.Names), Field.May("actions", FieldKind.Names),
        Field.May("complainant", FieldKind.Name), Field.May("object", FieldKind.Subject),
        Field.May("means", FieldKind.Codes, Means), Field.May("explosions", FieldKind.Number),
        Field.May("place-precision", FieldKind.Code, "exact", "near", "area"),
        Field.May("time-precision", FieldKind.Code, "exact", "day", "week"),
        Field.May("text", FieldKind.Hash),
    ];

    /// <summary>
    /// Who had received the notice of what was hit, which unit, since when, by whose word, and the entry that proves
    /// it: the lists run side by side; <c>known-since</c> is the earliest.
    /// </summary>
    private static ImmutableArray<Field> Knew { get; } =
    [
        Field.May("known-to", FieldKind.Names), Field.May("known-at", FieldKind.Names),
        Field.May("known-word", FieldKind.Names), Field.May("known-entries", FieldKind.Names),
        Field.May("known-since", FieldKind.Time),
    ];

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("incident", "Incident", Axes(),
        [
            .. Opening(), .. Facts(), .. Reviews(), .. Progress(), .. Findings(), .. Judgements(), .. Protest(),
            .. Afterwards(),
        ])
    {
        Dues = IncidentGuards.Dues,
    };

    /// <summary>
    /// The incidents that stand in one's place as duplicates, and those that are listed as perhaps the same: every
    /// report of each is there to be read. In order of when they occurred.
    /// </summary>
    public static IReadOnlyList<Subject> Listed(Fold fold, Subject incident)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(incident);
        var all = new Dictionary<string, Subject>(StringComparer.Ordinal) { [incident.Id] = incident };
        var open = new Queue<Subject>([incident]);
        while (open.TryDequeue(out var here))
        {
            foreach (var id in here.All("merge").Select(m => m.Word("merged"))
                .Concat(here.All("duplicate").Select(d => d.Word("duplicate-of"))).OfType<string>())
            {
                if (fold.Subjects.GetValueOrDefault(id) is { IsOpen: true } other && all.TryAdd(id, other))
                {
                    open.Enqueue(other);
                }
            }
        }

        return [.. all.Values.OrderBy(s => s.Opening.OccurredAt).ThenBy(s => s.Id, StringComparer.Ordinal)];
    }

    /// <summary>Every step of an incident and of what is listed with it, in order of when it occurred.</summary>
    public static IReadOnlyList<Step> Merged(Fold fold, Subject incident) =>
        [.. Listed(fold, incident).SelectMany(s => s.Steps).OrderBy(s => s.OccurredAt)];

    /// <summary>
    /// The incidents that were decided to be duplicates of one, and of those: they count with it, and not apart.
    /// </summary>
    public static IEnumerable<Subject> Duplicates(Fold fold, Subject incident)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(incident);
        return IncidentGuards.Duplicates(fold, incident);
    }

    private static ImmutableArray<Axis> Axes() =>
    [
        new("progress", ["reported", "triaged", "duplicate", "out-of-scope"]),
        new("fact", ["open", "under-verification", "verified", "partly", "refuted", "unverifiable"]),
        new("attribution", ["open", "attributed", "multiple", "contested", "undetermined"]),
        new("breach", ["open", "decided", "referred", "none"]),
        new("protest", ["none", "sent", "answered", "unanswered", "measure", "closed", "reopened"]),
    ];

    private static ImmutableArray<Row> Opening() =>
    [
        new Row
        {
            Command = "report",
            Kind = RowKind.Opens,
            Does = "report an incident",
            IsReport = true,
            Fields =
            [
                Field.Must("kind", FieldKind.Code, Kinds), Field.Must("source-kinds", FieldKind.Codes, Proof.Sources),
                .. Reported,
            ],
            Added = Knew,
            Guard = IncidentGuards.Object,
            Add = IncidentGuards.Knew,
        },
    ];

    private static ImmutableArray<Row> Facts() =>
    [
        Proof.EvidenceRow("an incident"),
        new Row
        {
            Command = "amend",
            Kind = RowKind.Adds,
            Does = "amend or add to the report of an incident",
            IsReport = true,
            Revises = true,
            Fields =
            [
                Field.May("kind", FieldKind.Code, Kinds), Field.May("source-kinds", FieldKind.Codes, Proof.Sources),
                .. Reported,
            ],
            Added = Knew,
            Guard = IncidentGuards.Object,
            Add = IncidentGuards.Knew,
        },
        new Row
        {
            Command = "harm",
            Kind = RowKind.Adds,
            Does = "record harm to civilians, as one source counts it",
            Fields =
            [
                Field.Must("source", FieldKind.Name), Field.Must("source-kind", FieldKind.Code, Proof.Sources),
                Field.May("as-of", FieldKind.Time), .. Proof.Spread("killed"), .. Proof.Spread("injured"),
                .. Proof.Bands("killed"), .. Proof.Bands("injured"), Field.May("damage", FieldKind.Codes, Damage),
                Field.May("buildings", FieldKind.Number), Field.May("text", FieldKind.Hash),
            ],
            Guard = IncidentGuards.Numbers,
        },
        new Row
        {
            Command = "access-denied",
            Kind = RowKind.Adds,
            Does = "record that access to an incident was denied",
            Fields =
            [
                Field.Must("by", FieldKind.Name), Field.May("to", FieldKind.Name), Field.Must("since", FieldKind.Time),
                Field.May("hours", FieldKind.Number),
                Field.May("reason", FieldKind.Code, "security", "no-coordination", "order", "danger", "not-given"),
            ],
        },
    ];

    private static ImmutableArray<Row> Reviews() =>
    [
        new Row
        {
            Command = "legal-review",
            Kind = RowKind.Adds,
            Does = "record the legal review of an incident",
            Fields =
            [
                Field.Must("finding", FieldKind.Code, "engages", "does-not-engage", "unclear"),
                Field.May("clauses", FieldKind.Names), Field.May("text", FieldKind.Hash),
            ],
        },
        new Row
        {
            Command = "refer",
            Kind = RowKind.Adds,
            Does = "refer cases that are not recorded here, by their number alone",
            Level = Level.Confidential,
            Fields = [Field.Must("cases", FieldKind.Number), Field.Must("body", FieldKind.Name)],
            Guard = IncidentGuards.Refer,
        },
        new Row
        {
            Command = "merge",
            Kind = RowKind.Adds,
            Does = "list another incident that may be the same",
            Fields = [Field.Must("merged", FieldKind.Subject)],
            Guard = IncidentGuards.Merge,
            Also = IncidentGuards.MergeBack,
        },
        Proof.CorrectionRow("an incident"),
        Proof.DissentRow("an incident", "progress", "fact", "attribution", "breach", "protest"),
        Proof.LinkRow("an incident"),
        Proof.NoteRow("an incident"),
    ];

    private static ImmutableArray<Row> Progress() =>
    [
        new Row
        {
            Command = "triage",
            Kind = RowKind.Decides,
            Does = "triage an incident",
            Axis = "progress",
            ToField = "triage",
            Fields =
            [
                Field.Must("triage", FieldKind.Code, "triaged", "out-of-scope"),
                Field.May("priority", FieldKind.Code, "urgent", "normal", "low"),
            ],
            Guard = IncidentGuards.Triage,
        },
        new Row
        {
            Command = "duplicate",
            Kind = RowKind.Decides,
            Does = "mark an incident as a duplicate of another; every report of both stays",
            Axis = "progress",
            To = "duplicate",
            Needs = [new("progress", ["reported", "triaged", "out-of-scope"], "it is listed with the other already")],
            Fields = [Field.Must("duplicate-of", FieldKind.Subject)],
            Guard = IncidentGuards.Duplicate,
            Also = IncidentGuards.MergeBack,
        },
    ];

    private static ImmutableArray<Row> Findings() =>
    [
        new Row
        {
            Command = "set-out",
            Kind = RowKind.Decides,
            Does = "set out to verify an incident",
            Axis = "fact",
            To = "under-verification",
            Needs = [Triaged, new("fact", ["open", .. Found], "somebody has set out already")],
            Fields = [Field.May("method", FieldKind.Codes, Proof.Methods), Field.May("unit", FieldKind.Name)],
            Guard = IncidentGuards.SetOut,
        },
        new Row
        {
            Command = "verify",
            Kind = RowKind.Decides,
            Does = "say whether an incident happened",
            Axis = "fact",
            ToField = "finding",
            Judges = true,
            Needs = [Triaged, new("fact", ["under-verification", .. Found], "set out first")],
            Fields =
            [
                Field.Must("finding", FieldKind.Code, Found), Proof.StandardField,
                Field.May("why", FieldKind.Code, "access-denied", "too-late", "no-source"),
                Field.May("method", FieldKind.Codes, Proof.Methods), Proof.RevisionField,
                Field.May("text", FieldKind.Hash),
            ],
            Added = [Field.May(Proof.OtherStandard, FieldKind.Flag)],
            Guard = IncidentGuards.Verify,
            Add = Sides.OtherStandard,
        },
    ];

    private static ImmutableArray<Row> Judgements() =>
    [
        new Row
        {
            Command = "attribute",
            Kind = RowKind.Decides,
            Does = "say whose act an incident was",
            Axis = "attribution",
            ToField = "attribution",
            Judges = true,
            Needs = [Triaged, new("fact", ["verified", "partly"], "only what was verified is attributed")],
            Fields =
            [
                Field.Must("attribution", FieldKind.Code, "attributed", "multiple", "contested", "undetermined"),
                Field.May("parties", FieldKind.Names), Proof.StandardField, Proof.RevisionField,
                Field.May("text", FieldKind.Hash),
            ],
            Added = [Field.May(Proof.OtherStandard, FieldKind.Flag), Field.May("under-review", FieldKind.Flag)],
            Guard = IncidentGuards.Attribute,
            Add = IncidentGuards.AttributeAdds,
        },
        new Row
        {
            Command = "decide",
            Kind = RowKind.Decides,
            Does = "decide whether an incident was a breach",
            Axis = "breach",
            ToField = "breach",
            Judges = true,
            Needs = [Triaged],
            Fields =
            [
                Field.Must("breach", FieldKind.Code, "decided", "none"), Field.May("is-breach", FieldKind.Flag),
                Field.May("clauses", FieldKind.Names), Proof.RevisionField, Field.May("text", FieldKind.Hash),
            ],
            Added = [Field.May("own-case", FieldKind.Flag), Field.May("under-review", FieldKind.Flag)],
            Guard = IncidentGuards.Decide,
            Add = IncidentGuards.DecideAdds,
        },
        new Row
        {
            Command = "refer-breach",
            Kind = RowKind.Decides,
            Does = "refer the question of a breach to a body",
            Axis = "breach",
            To = "referred",
            Needs = [Triaged, new("breach", ["open", "none", "decided"], "a body has it already")],
            Fields = [Field.Must("body", FieldKind.Name)],
        },
    ];

    private static ImmutableArray<string> Found => ["verified", "partly", "refuted", "unverifiable"];

    private static Need Triaged => new("progress", ["triaged"], "it is triaged first, and not in another's place");

    private static ImmutableArray<Row> Protest() =>
    [
        new Row
        {
            Command = "protest",
            Kind = RowKind.Decides,
            Does = "protest an incident to whom it concerns",
            Axis = "protest",
            To = "sent",
            Needs =
            [
                new("progress", ["reported", "triaged"], "protest in the incident that stands for it"),
                new("protest", ["none", "answered", "unanswered", "measure", "reopened"],
                    "an answer is awaited, or it is to be reopened first"),
            ],
            Fields =
            [
                Field.Must("addressee", FieldKind.Name), Field.May("due", FieldKind.Time),
                Field.May("asks", FieldKind.Codes, Measures), Field.May("text", FieldKind.Hash),
            ],
        },
        new Row
        {
            Command = "answer",
            Kind = RowKind.Decides,
            Does = "answer a protest",
            Axis = "protest",
            To = "answered",
            Needs = [new("protest", ["sent", "unanswered"], "no protest waits for an answer")],
            Fields =
            [
                Field.Must("answer", FieldKind.Code, "accept", "reject", "explain"), Field.May("text", FieldKind.Hash),
            ],
            Added = [Field.May("late", FieldKind.Flag)],
            Guard = IncidentGuards.Answer,
            Add = IncidentGuards.AnswerAdds,
        },
        new Row
        {
            Command = "unanswered",
            Kind = RowKind.Decides,
            Does = "record that a protest was not answered in time",
            Axis = "protest",
            To = "unanswered",
            Needs = [new("protest", ["sent"], "no protest waits for an answer")],
            Guard = IncidentGuards.Unanswered,
        },
    ];

    private static ImmutableArray<Row> Afterwards() =>
    [
        new Row
        {
            Command = "measure",
            Kind = RowKind.Decides,
            Does = "record a measure that was taken",
            Axis = "protest",
            To = "measure",
            Needs =
            [
                new("protest", ["none", "answered", "unanswered", "measure", "reopened"],
                    "record the answer first, or its silence, or reopen it"),
            ],
            Fields =
            [
                Field.Must("measure", FieldKind.Code, Measures), Field.May("by", FieldKind.Name),
                Field.May("text", FieldKind.Hash),
            ],
        },
        new Row
        {
            Command = "close",
            Kind = RowKind.Decides,
            Does = "close an incident",
            Axis = "protest",
            To = "closed",
            Needs =
            [
                new("protest", ["none", "answered", "unanswered", "measure", "reopened"],
                    "an answer is awaited, or it is closed already"),
            ],
            Fields =
            [
                Field.Must("outcome", FieldKind.Code, "measure-taken", "no-measure", "settled", "withdrawn", "no-case"),
            ],
        },
        new Row
        {
            Command = "reopen",
            Kind = RowKind.Decides,
            Does = "reopen a closed incident",
            Axis = "protest",
            To = "reopened",
            Revises = true,
            Needs = [new("protest", ["closed"], "it is not closed")],
            Fields = [Field.Must("reason", FieldKind.Code, "new-evidence", "appeal", "error", "recurrence")],
        },
    ];
}
