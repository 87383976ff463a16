using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>What kind of defect a finding is. LANGUAGE §2.</summary>
public enum FindingKind
{
    /// <summary>A defect of the text.</summary>
    Drafting,

    /// <summary>A defect that comes with the claims of one party, or of two.</summary>
    Dispute,

    /// <summary>A defect of what is done.</summary>
    Practice,

    /// <summary>A defect of the text that falls away without our own assumptions.</summary>
    Assumed,
}

/// <summary>
/// A contradiction, gap or doubt. One finding an identity: code, action and whom it concerns, on one footing, with its
/// whole
/// region.
/// </summary>
public sealed record Finding
{
    /// <summary>The code of LANGUAGE §5, such as <c>E101</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Errors begin with E, warnings with W.</summary>
    public Severity Severity => Code[0] == 'E' ? Severity.Error : Severity.Warning;

    /// <summary>On what footing it stands.</summary>
    public required Footing Footing { get; init; }

    /// <summary>Its kind.</summary>
    public required FindingKind Kind { get; init; }

    /// <summary>The action, or empty where the identity has none.</summary>
    public string Action { get; init; } = "";

    /// <summary>Whom or what it concerns: holders, an obligor, chains, a rule, a benchmark; ordered.</summary>
    public ImmutableArray<string> Subjects { get; init; } = [];

    /// <summary>The rules involved, in the file's order.</summary>
    public ImmutableArray<Rule> Rules { get; init; } = [];

    /// <summary>All situations in which it holds; null for findings outside the rules.</summary>
    public Region? Region { get; init; }

    /// <summary>The region in words, one entry a box, most ordinary first.</summary>
    public ImmutableArray<string> Where { get; init; } = [];

    /// <summary>The most ordinary situation in which it holds; null for findings outside the rules.</summary>
    public Situation? Witness { get; init; }

    /// <summary>What the ruling says in that situation, in one sentence; empty without a witness.</summary>
    public string WitnessWords { get; init; } = "";

    /// <summary>Share of the term's days and hours, 0 to 1; null where it cannot be stated or does not apply.</summary>
    public double? Share { get; init; }

    /// <summary>One sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>Arithmetic, the minimal conflicting set and single repairs of E701 and E801, line by line; else
    /// empty.</summary>
    public ImmutableArray<string> Workings { get; init; } = [];

    /// <summary>The kinds of repair.</summary>
    public ImmutableArray<string> Repairs { get; init; } = [];

    /// <summary>Where in the file: the first rule involved, or what is concerned.</summary>
    public Place Place { get; init; }

    /// <summary><c>E101 search idf,isf</c>: what makes two findings the same, but for the footing.</summary>
    public string Identity =>
        string.Join(' ', new[] { Code, Action, string.Join(',', Subjects) }.Where(p => p.Length > 0));
}

/// <summary>The three values of an answer, and "not decided".</summary>
public enum Trivalue
{
    /// <summary>Impossible, whatever the unknown numbers are.</summary>
    Cannot,

    /// <summary>It depends on numbers that are not known.</summary>
    OnlyIf,

    /// <summary>Possible, whatever the unknown numbers are.</summary>
    Can,

    /// <summary>Not decided: a number that it turns on is unknown or missing.</summary>
    NotDecided,
}

/// <summary>An answer to E603, E701 or E801 that is no finding: "can", "only if at least …", "not decided".</summary>
/// <param name="Code">The code.</param>
/// <param name="Subject">The phase, component or plan that is asked about.</param>
/// <param name="Value">The answer.</param>
/// <param name="Sentence">One sentence.</param>
/// <param name="Workings">The arithmetic, line by line.</param>
public sealed record OpenAnswer(
    string Code, string Subject, Trivalue Value, string Sentence, ImmutableArray<string> Workings);

/// <summary>What checking a framework gave.</summary>
/// <param name="Findings">Ordered by footing, code, action and subjects as the file orders them.</param>
/// <param name="Answers">Three-valued answers that are no findings.</param>
/// <param name="NotDecided">Questions left undecided at the node limit, in words.</param>
/// <param name="Nodes">How many nodes were visited.</param>
public sealed record CheckResult(
    ImmutableArray<Finding> Findings, ImmutableArray<OpenAnswer> Answers, ImmutableArray<string> NotDecided,
        long Nodes);
