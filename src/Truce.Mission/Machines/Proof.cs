using System.Collections.Immutable;
using Truce.Record;

namespace Truce.Mission;

/// <summary>
/// What machines that judge have in common: the standards of proof and the kinds of source, the same for everybody, and
/// the facts that anybody may put beside a judgement.
/// </summary>
public static class Proof
{
    /// <summary>Standards of proof, weakest first.</summary>
    public static ImmutableArray<string> Standards { get; } =
    [
        "reasonable-suspicion", "reasonable-grounds", "balance-of-probabilities", "clear-and-convincing",
        "beyond-reasonable-doubt",
    ];

    /// <summary>Where a word comes from.</summary>
    public static ImmutableArray<string> Sources { get; } =
    [
        "own-observation", "patrol", "sensor", "imagery", "party", "agency", "medical", "witness", "public", "media",
        "third-party",
    ];

    /// <summary>What evidence can be. The document itself is attached or sealed; its hash stands here.</summary>
    public static ImmutableArray<string> Evidence { get; } =
    [
        "photograph", "video", "imagery", "testimony", "document", "fragment", "crater", "medical-record", "sensor-log",
        "radio-log", "other",
    ];

    /// <summary>How something was looked into.</summary>
    public static ImmutableArray<string> Methods { get; } =
        ["site-visit", "interviews", "imagery", "documents", "forensics", "sensors", "party-statements", "remote"];

    /// <summary>Whether its own author took a step back, by a correction of his that retracts it.</summary>
    public static bool IsRetracted(Step step) => step.Subject.All("correction").Any(c => c.IsHere
        && c.Flag("retracts") && c.Author == step.Author && c.EnteredBy == step.EnteredBy
        && Digest.Parse(c.Word("corrects")!) is { } hash && step.IsStatement(hash));

    internal const string Revision = "revision";

    internal const string OtherStandard = "other-standard";

    internal static Field StandardField { get; } = Field.Must("standard", FieldKind.Code, Standards);

    /// <summary>
    /// What was revised how often when the author judged; without it, all that is here counts as seen.
    /// </summary>
    internal static Field RevisionField { get; } = Field.May(Revision, FieldKind.Number);

    /// <summary>Evidence, by the hash of what is attached or sealed. It calls for review of what was judged.</summary>
    internal static Row EvidenceRow(string of) => new()
    {
        Command = "evidence",
        Kind = RowKind.Adds,
        Does = $"add evidence to {of}",
        Revises = true,
        Fields =
        [
            Field.Must("evidence", FieldKind.Hash), Field.Must("form", FieldKind.Code, Evidence),
            Field.May("source-kind", FieldKind.Code, Sources), Field.May("taken", FieldKind.Time),
            Field.May("consent", FieldKind.Code, Consents),
        ],
    };

    /// <summary>
    /// What is wrong with testimony that a statement attaches: it says what its witness allows, and it is no public
    /// body unless he allows that. Null where nothing is. MISSION.md §3.
    /// </summary>
    internal static string? Unsealed(Act act, Statement statement) =>
        act.Row.Command != "evidence" || act.Word("form") != "testimony" ? null
            : act.Word("consent") is not { } consent
                ? $"testimony says what its witness allows: `consent` is one of {string.Join(", ", Consents)}"
            : consent != "to-publish" && act.Word("evidence") is { } evidence && statement.Attached.Any(a =>
                a.CiphertextHash is null && a.Commit.ToString() == evidence)
                ? "testimony would be public for ever: seal it to those who verify, or state the consent `to-publish`"
            : null;

    /// <summary>What a witness or complainant allows to be done with his word.</summary>
    internal static ImmutableArray<string> Consents { get; } = ["none", "to-examine", "to-share", "to-publish"];

    /// <summary>Takes back or puts right a word; what was said stays where it is.</summary>
    internal static Row CorrectionRow(string of) => new()
    {
        Command = "correction",
        Kind = RowKind.Adds,
        Does = $"correct or retract a word about {of}",
        Revises = true,
        Fields =
        [
            Field.Must("corrects", FieldKind.Hash), Field.May("retracts", FieldKind.Flag),
            Field.May("text", FieldKind.Hash),
        ],
    };

    /// <summary>Says that somebody does not share where an axis stands.</summary>
    internal static Row DissentRow(string of, params ImmutableArray<string> axes) => new()
    {
        Command = "dissent",
        Kind = RowKind.Adds,
        Does = $"dissent from what was decided on {of}",
        Fields =
        [
            Field.Must("axis", FieldKind.Code, axes), Field.May("party", FieldKind.Name),
            Field.May("decision", FieldKind.Hash), Field.May("text", FieldKind.Hash),
        ],
    };

    /// <summary>A note, in an attachment.</summary>
    internal static Row NoteRow(string of) => new()
    {
        Command = "note",
        Kind = RowKind.Adds,
        Does = $"add a note to {of}",
        Fields = [Field.Must("text", FieldKind.Hash)],
    };

    /// <summary>Ties it to another subject.</summary>
    internal static Row LinkRow(string of) => new()
    {
        Command = "link",
        Kind = RowKind.Adds,
        Does = $"link {of} to another subject",
        Fields = [Field.Must("linked", FieldKind.Subject)],
        Guard = asking => asking.Act.Word("linked") == asking.SubjectId ? "a subject is not linked to itself" : null,
        Also = asking => Sides.LinkBack(asking, "linked"),
    };

    /// <summary>Numbers of people, low, best and high.</summary>
    internal static ImmutableArray<Field> Spread(string what) =>
    [
        Field.May($"{what}-low", FieldKind.Number), Field.May($"{what}-best", FieldKind.Number),
        Field.May($"{what}-high", FieldKind.Number),
    ];

    /// <summary>Numbers of people by sex and by age.</summary>
    internal static ImmutableArray<Field> Bands(string what) =>
        [.. BandNames.Select(b => Field.May($"{what}-{b}", FieldKind.Number))];

    /// <summary>The bands of sex, then those of age.</summary>
    internal static ImmutableArray<string> BandNames { get; } =
        ["female", "male", "sex-unknown", "under-5", "5-to-17", "18-to-59", "60-and-over", "age-unknown"];
}
