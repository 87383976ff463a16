using System.Collections.Immutable;
using NodaTime;

namespace Truce.Rules;

/// <summary>
/// A framework as its file states it: names, not yet compiled. <c>FrameworkReader</c> makes it; it may be partial
/// when the reading gave errors. Every collection keeps the file's order. Immutable.
/// </summary>
public sealed record Framework
{
    /// <summary>The name of the framework, in words.</summary>
    public string Name { get; init; } = "";

    /// <summary>What kind of text it is.</summary>
    public Status Status { get; init; }

    /// <summary>The IANA time zone of its local days and hours.</summary>
    public string Zone { get; init; } = "UTC";

    /// <summary>The documents that are quoted or reported.</summary>
    public ImmutableArray<Document> Documents { get; init; } = [];

    /// <summary>The places in the documents that rules and numbers cite.</summary>
    public ImmutableArray<Source> Sources { get; init; } = [];

    /// <summary>The mandate: who adopted it, its term, its ceiling.</summary>
    public Mandate Mandate { get; init; } = new();

    /// <summary>Sectors first, then every other area, each in the file's order.</summary>
    public ImmutableArray<Area> Areas { get; init; } = [];

    /// <summary>Names for unions of places.</summary>
    public ImmutableArray<AreaGroup> Groups { get; init; } = [];

    /// <summary>The phases, in order. Empty where the framework has none: then there is one nameless phase.</summary>
    public ImmutableArray<Phase> Phases { get; init; } = [];

    /// <summary>The declared facts; those that delegations add (<see cref="Delegation"/>) are not among them.</summary>
    public ImmutableArray<Fact> Facts { get; init; } = [];

    /// <summary>The actions that the file declares; <see cref="ReservedActions"/> come on top.</summary>
    public ImmutableArray<ActionTerm> Actions { get; init; } = [];

    /// <summary>Units, commands, bodies, offices, parties: everyone who is named. Ids are unique among them.</summary>
    public ImmutableArray<Actor> Actors { get; init; } = [];

    /// <summary>The rules, in the file's order, which means nothing.</summary>
    public ImmutableArray<Rule> Rules { get; init; } = [];

    /// <summary>Situations that cannot occur.</summary>
    public ImmutableArray<Never> Nevers { get; init; } = [];

    /// <summary>
    /// What contributors pledge; empty with <see cref="ContributorsMissing"/> where the text names none.
    /// </summary>
    public ImmutableArray<Pledge> Pledges { get; init; } = [];

    /// <summary>True where the file says <c>contributors: missing</c> or leaves them out.</summary>
    public bool ContributorsMissing { get; init; }

    /// <summary>Objections to contributors.</summary>
    public ImmutableArray<Objection> Objections { get; init; } = [];

    /// <summary>Those whose cooperation the text asks for.</summary>
    public ImmutableArray<Cooperation> Cooperation { get; init; } = [];

    /// <summary>The police service that is to be formed, or null.</summary>
    public PolicePlan? Police { get; init; }

    /// <summary>The benchmarks.</summary>
    public ImmutableArray<Benchmark> Benchmarks { get; init; } = [];

    /// <summary>What ends the mandate; null where it is missing.</summary>
    public Endgame? Endgame { get; init; }

    /// <summary>Claims of the source that are not encoded, with the reason.</summary>
    public ImmutableArray<NotEncoded> NotEncoded { get; init; } = [];

    /// <summary>Which actions the acts of a mission's record touch.</summary>
    public ImmutableArray<ActMapping> Acts { get; init; } = [];

    /// <summary>
    /// The reserved actions of LANGUAGE §1, always present: granted, owned and obliged like any other. Bodies, offices
    /// and parties perform these alone.
    /// </summary>
    public static ImmutableArray<string> ReservedActions { get; } =
    [
        "declare-phase", "declare-benchmark", "declare-fact", "revise-framework", "interpret", "settle",
        "decide-movement", "hand-over", "certify",
    ];
}

/// <summary>What kind of text a framework file encodes.</summary>
public enum Status
{
    /// <summary>A draft.</summary>
    Draft,

    /// <summary>An instrument that has been adopted.</summary>
    Adopted,

    /// <summary>A past mission.</summary>
    Historical,

    /// <summary>An exercise.</summary>
    Exercise,

    /// <summary>An invented example.</summary>
    Invented,
}

/// <summary>A document that sources cite.</summary>
/// <param name="Id">Its id in the file.</param>
/// <param name="Title">Its title.</param>
/// <param name="Date">Its date as written: a year, a month or a day; null where none is given.</param>
/// <param name="File">A text file beside the framework in which quotes are found verbatim, or null.</param>
/// <param name="Place">Where the file declares it.</param>
public sealed record Document(string Id, string Title, string? Date, string? File, Place Place);

/// <summary>
/// A place in a document. Either <paramref name="Quote"/> or <paramref name="Says"/> is given, or neither.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="DocumentId">The document.</param>
/// <param name="At">Where in it, as a reader would look it up.</param>
/// <param name="Quote">The words, verbatim.</param>
/// <param name="Says">What it says, in our words, where no verbatim text was at hand ("as reported").</param>
/// <param name="Place">Where the file declares it.</param>
public sealed record Source(string Id, string DocumentId, string At, string? Quote, string? Says, Place Place);

/// <summary>On what footing a rule stands. LANGUAGE §2.</summary>
public enum BasisKind
{
    /// <summary>In the instrument.</summary>
    Text,

    /// <summary>In a proposed text.</summary>
    Proposed,

    /// <summary>What one party says.</summary>
    Claim,

    /// <summary>What is done.</summary>
    Practice,

    /// <summary>Ours, to make an example run.</summary>
    Assumption,
}

/// <summary>The footing of a rule or a number.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Claimant">Whose claim; null unless <see cref="BasisKind.Claim"/>.</param>
public readonly record struct Basis(BasisKind Kind, string? Claimant = null)
{
    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        BasisKind.Text => "text",
        BasisKind.Proposed => "proposed",
        BasisKind.Claim => $"claim of {Claimant}",
        BasisKind.Practice => "practice",
        _ => "assumption",
    };
}

/// <summary>What something rests on: a source and a footing. Both are null only where reading failed.</summary>
/// <param name="Sources">Ids of the sources cited, at least one.</param>
/// <param name="Basis">The footing.</param>
public sealed record Ground(ImmutableArray<string> Sources, Basis Basis)
{
    /// <summary>For values that the text leaves out.</summary>
    public static Ground None { get; } = new([], new Basis(BasisKind.Text));
}

/// <summary>A number that may be missing (the text says nothing), unknown, known, or a range. Never negative.</summary>
public readonly record struct Quantity
{
    private readonly byte _kind;

    private Quantity(byte kind, long least, long most) => (_kind, Least, Most) = (kind, least, most);

    /// <summary>The text leaves it out. This is the default value.</summary>
    public static Quantity Missing => default;

    /// <summary>It exists and nobody says how much.</summary>
    public static Quantity Unknown => new(1, 0, long.MaxValue);

    /// <summary>True where the text leaves it out.</summary>
    public bool IsMissing => _kind == 0;

    /// <summary>True where it exists and nobody says how much.</summary>
    public bool IsUnknown => _kind == 1;

    /// <summary>True where a number or a range is given.</summary>
    public bool IsStated => _kind == 2;

    /// <summary>The least it can be; 0 where unknown or missing.</summary>
    public long Least { get; }

    /// <summary>The most it can be; <see cref="long.MaxValue"/> where unknown, 0 where missing.</summary>
    public long Most { get; }

    /// <summary>A number.</summary>
    public static Quantity Of(long value) => Range(value, value);

    /// <summary>A range, both ends included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">If it is reversed or negative.</exception>
    public static Quantity Range(long least, long most)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(least);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        return new(2, least, most);
    }

    /// <inheritdoc/>
    public override string ToString() => _kind switch
    {
        0 => "missing",
        1 => "unknown",
        _ when Least == Most => Text.Number(Least),
        _ => $"{Text.Number(Least)} to {Text.Number(Most)}",
    };
}

/// <summary>The mandate.</summary>
public sealed record Mandate
{
    /// <summary>Who adopted it, in words; null where missing.</summary>
    public string? AdoptedBy { get; init; }

    /// <summary>What the adoption rests on.</summary>
    public Ground AdoptedGround { get; init; } = Ground.None;

    /// <summary>First day, or null where it is unknown.</summary>
    public LocalDate? From { get; init; }

    /// <summary>Last day, inclusive, or null where it is unknown or there is none.</summary>
    public LocalDate? Until { get; init; }

    /// <summary>How long it lasts, where only that is stated (or both); null otherwise.</summary>
    public Period? Duration { get; init; }

    /// <summary>True where the mandate ends on a day (or after a duration) unless it is renewed.</summary>
    public bool Expires { get; init; }

    /// <summary>Renewable, or null where the text does not say.</summary>
    public bool? Renewable { get; init; }

    /// <summary>What the term rests on.</summary>
    public Ground TermGround { get; init; } = Ground.None;

    /// <summary>Where the file states the term; line 0 where it does not.</summary>
    public Place TermPlace { get; init; }

    /// <summary>Ceilings by component (<c>troops</c>, <c>police</c>, …), each with its ground.</summary>
    public ImmutableArray<Strength> Ceilings { get; init; } = [];

    /// <summary>Required strengths and capabilities by name (<c>troops</c>, <c>engineers</c>, …).</summary>
    public ImmutableArray<Strength> Needed { get; init; } = [];

    /// <summary>Reports due.</summary>
    public ImmutableArray<ReportDue> Reports { get; init; } = [];
}

/// <summary>A strength of one component.</summary>
/// <param name="Component"><c>troops</c>, <c>police</c> or a capability.</param>
/// <param name="Amount">How much.</param>
/// <param name="Ground">What it rests on.</param>
/// <param name="Place">Where the file states it.</param>
public sealed record Strength(string Component, Quantity Amount, Ground Ground, Place Place);

/// <summary>A report that is due.</summary>
/// <param name="By">Who reports.</param>
/// <param name="To">To whom, in words.</param>
/// <param name="Every">How often, or null where unknown.</param>
/// <param name="First">When the first is due, or null where unknown.</param>
/// <param name="Ground">What it rests on.</param>
/// <param name="Place">Where the file states it.</param>
public sealed record ReportDue(string By, string To, Period? Every, LocalDate? First, Ground Ground, Place Place);

/// <summary>An area: a sector, or another area that crosses sectors.</summary>
/// <param name="Id">A neutral code.</param>
/// <param name="IsSector">Sectors partition the territory.</param>
/// <param name="Crosses">The sectors and other areas that it crosses; empty for a sector.</param>
/// <param name="Within">Areas in which it lies: every leaf of it has their names too.</param>
/// <param name="Labels">Local names by language; the key is empty where no language is given.</param>
/// <param name="Place">Where the file declares it.</param>
public sealed record Area(
    string Id, bool IsSector, ImmutableArray<string> Crosses, ImmutableArray<string> Within,
    ImmutableDictionary<string, string> Labels, Place Place);

/// <summary>A name for a union of places.</summary>
/// <param name="Id">The name.</param>
/// <param name="Parts">Each part is an intersection of area names (<c>rafah + line-1</c> is two). The word
/// <c>sectors</c> stands for the whole territory.</param>
/// <param name="Place">Where the file declares it.</param>
public sealed record AreaGroup(string Id, ImmutableArray<ImmutableArray<string>> Parts, Place Place);

/// <summary>A phase. A sector is in exactly one.</summary>
/// <param name="Id">Its name.</param>
/// <param name="After">The benchmarks that must be met, on top of the phase before it.</param>
/// <param name="NotBefore">It cannot begin before this day; null where nothing is said.</param>
/// <param name="DeclaredBy">Who says, per sector, that it is reached or reversed; null where missing.</param>
/// <param name="Ground">What it rests on.</param>
/// <param name="Place">Where the file declares it.</param>
public sealed record Phase(
    string Id, ImmutableArray<string> After, LocalDate? NotBefore, string? DeclaredBy, Ground Ground, Place Place);

/// <summary>A fact: a question that has one of finitely many answers.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Ask">The question.</param>
/// <param name="Values">
/// The answers in order. A bool has <c>no</c>, <c>yes</c>. A bounded integer has no values here; see
/// <paramref name="Least"/>.
/// </param>
/// <param name="Least">Least value of a bounded integer, else null.</param>
/// <param name="Most">Most value of a bounded integer, else null.</param>
/// <param name="Ordinary">The ordinary answer, one of the values (a decimal number for an integer).</param>
/// <param name="Declared">True: declared; false: whoever acts judges on the scene and states it afterwards.</param>
/// <param name="DeclaredBy">Who declares it; null where missing or judged on the scene.</param>
/// <param name="Lasts">How long a declaration lasts, or null.</param>
/// <param name="Place">Where the file declares it.</param>
public sealed record Fact(
    string Id, string Ask, ImmutableArray<string> Values, long? Least, long? Most, string Ordinary,
    bool Declared, string? DeclaredBy, Period? Lasts, Place Place)
{
    /// <summary>True for <c>no</c>/<c>yes</c>.</summary>
    public bool IsBool => Least is null && Values is ["no", "yes"];
}

/// <summary>An action.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Is">Its sentence: "patrol and observe".</param>
/// <param name="Force">It is a use of force.</param>
/// <param name="FreeToAll">It needs no grant and no last word, whoever does it.</param>
/// <param name="FreeTo">It is free to these actors and all below them; empty where not.</param>
/// <param name="Needs">What whoever does it must be able to do. Counts for E201 to E203 only.</param>
/// <param name="Place">Where the file declares it.</param>
public sealed record ActionTerm(
    string Id, string Is, bool Force, bool FreeToAll, ImmutableArray<string> FreeTo, ImmutableArray<string> Needs,
    Place Place);

/// <summary>What an actor is. Only units can act; bodies, offices and parties perform reserved actions alone.</summary>
public enum ActorKind
{
    /// <summary>A command: a unit ("its other units") and whatever stands under it.</summary>
    Command,

    /// <summary>A contingent that a contributor gives to a command.</summary>
    Contingent,

    /// <summary>The force of a state.</summary>
    StateForce,

    /// <summary>An armed group.</summary>
    ArmedGroup,

    /// <summary>A police service or unit.</summary>
    Police,

    /// <summary>Humanitarian organisations.</summary>
    Humanitarian,

    /// <summary>Civilians and civilian services.</summary>
    Civilian,

    /// <summary>A body with members: it holds and consents, it does not act.</summary>
    Body,

    /// <summary>An office or authority of one: it holds and consents, it does not act.</summary>
    Office,

    /// <summary>
    /// A party, state or organisation named under <c>parties:</c>: it does not act but through what is below it.
    /// </summary>
    Party,
}

/// <summary>How a body decides.</summary>
public enum Decides
{
    /// <summary>Not stated.</summary>
    NotStated,

    /// <summary>All members must agree.</summary>
    Unanimously,

    /// <summary>More than half.</summary>
    ByMajority,

    /// <summary>The chair decides.</summary>
    ByChair,
}

/// <summary>What happens on a refusal, a silence or a deadlock.</summary>
public enum FallbackKind
{
    /// <summary>Nothing is said.</summary>
    NotStated,

    /// <summary>The act stops.</summary>
    Stop,

    /// <summary>The act proceeds.</summary>
    Proceed,

    /// <summary>Somebody else answers.</summary>
    Refer,
}

/// <summary>What happens on a refusal, a silence or a deadlock.</summary>
/// <param name="Kind">Which.</param>
/// <param name="To">To whom it is referred; null unless <see cref="FallbackKind.Refer"/>.</param>
public readonly record struct Fallback(FallbackKind Kind, string? To = null)
{
    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        FallbackKind.Stop => "stop",
        FallbackKind.Proceed => "proceed",
        FallbackKind.Refer => $"refer to {To}",
        _ => "nothing said",
    };
}

/// <summary>Anyone who is named: a unit, a command, a contingent, a body, an office, a party.</summary>
public sealed record Actor
{
    /// <summary>A neutral code, unique in the file.</summary>
    public required string Id { get; init; }

    /// <summary>What it is.</summary>
    public required ActorKind Kind { get; init; }

    /// <summary>Who is above it in the chain of command.</summary>
    public ImmutableArray<string> Under { get; init; } = [];

    /// <summary>The organisations, states or parties to which it belongs.</summary>
    public ImmutableArray<string> Of { get; init; } = [];

    /// <summary>
    /// True where the file says <c>of: missing</c> or <c>under: missing</c>: it ought to answer to somebody and the
    /// text names nobody.
    /// </summary>
    public bool OwnerMissing { get; init; }

    /// <summary>To whom it answers where that is neither a command nor an owner; null where not stated.</summary>
    public string? AnswersTo { get; init; }

    /// <summary>A command whose contingents are all declared: it is then no unit of its own.</summary>
    public bool Complete { get; init; }

    /// <summary>Members of a body.</summary>
    public ImmutableArray<string> Members { get; init; } = [];

    /// <summary>How a body decides.</summary>
    public Decides Decides { get; init; }

    /// <summary>What happens when a body is deadlocked.</summary>
    public Fallback OnDeadlock { get; init; }

    /// <summary>Where a contingent is present: unions of intersections; empty means everywhere.</summary>
    public ImmutableArray<ImmutableArray<string>> In { get; init; } = [];

    /// <summary>
    /// First day, inclusive; null where none. For a unit it bounds its presence; for whoever is asked or told, its
    /// existence.
    /// </summary>
    public LocalDate? From { get; init; }

    /// <summary>Last day, inclusive; null where none.</summary>
    public LocalDate? Until { get; init; }

    /// <summary>What it ranks first, second and so on; empty where not stated.</summary>
    public ImmutableArray<string> Priorities { get; init; } = [];

    /// <summary>How it is reached; null where no channel is stated.</summary>
    public string? Channel { get; init; }

    /// <summary>A party's roles, in the words of LANGUAGE §2.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>A party's seat: in what body or process it sits; null where missing.</summary>
    public string? Seat { get; init; }

    /// <summary>Through whom a party speaks; null where it speaks for itself.</summary>
    public string? Via { get; init; }

    /// <summary>Searchable local names by language.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What it rests on, where stated.</summary>
    public Ground Ground { get; init; } = Ground.None;

    /// <summary>Where the file declares it.</summary>
    public Place Place { get; init; }

    /// <summary>True for those who can act: all but bodies, offices and parties.</summary>
    public bool IsUnit => Kind is not (ActorKind.Body or ActorKind.Office or ActorKind.Party);

    /// <summary>
    /// A body that can deadlock: it says nothing for that case and decides unanimously with two members or more, or by
    /// majority with an even number. LANGUAGE §2.
    /// </summary>
    public bool CanDeadlock => Kind == ActorKind.Body && OnDeadlock.Kind == FallbackKind.NotStated
        && ((Decides == Decides.Unanimously && Members.Length >= 2)
            || (Decides == Decides.ByMajority && Members.Length >= 2 && Members.Length % 2 == 0));
}

/// <summary>A condition on one fact.</summary>
/// <param name="FactId">The fact.</param>
/// <param name="Operator">One of <c>=</c>, <c>!=</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>.</param>
/// <param name="Value">A value of the fact.</param>
public sealed record Condition(string FactId, string Operator, string Value)
{
    /// <inheritdoc/>
    public override string ToString() => (Operator, Value) switch
    {
        ("=", "yes") => FactId,
        ("=", "no") => $"not {FactId}",
        _ => $"{FactId} {Operator} {Value}",
    };
}

/// <summary>A span of the local day, from a to before b; b may be smaller: then it passes midnight.</summary>
/// <param name="FromMinute">0 to 1439.</param>
/// <param name="UntilMinute">1 to 1440, not equal to <paramref name="FromMinute"/>.</param>
public readonly record struct HourSpan(int FromMinute, int UntilMinute)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Text.Clock(FromMinute)}-{Text.Clock(UntilMinute)}";
}

/// <summary>Where and when something holds. Empty or null means: no limit.</summary>
public sealed record Extent
{
    /// <summary>No limit at all.</summary>
    public static Extent Everywhere { get; } = new();

    /// <summary>Any of these; each is an intersection of area or group names.</summary>
    public ImmutableArray<ImmutableArray<string>> In { get; init; } = [];

    /// <summary>Any of these phases.</summary>
    public ImmutableArray<string> During { get; init; } = [];

    /// <summary>First day, inclusive.</summary>
    public LocalDate? From { get; init; }

    /// <summary>Last day, inclusive.</summary>
    public LocalDate? Until { get; init; }

    /// <summary>Any of these spans of the day.</summary>
    public ImmutableArray<HourSpan> Hours { get; init; } = [];

    /// <summary>All of these hold.</summary>
    public ImmutableArray<Condition> If { get; init; } = [];

    /// <summary>None of these holds.</summary>
    public ImmutableArray<Condition> Unless { get; init; } = [];
}

/// <summary>The kinds of rule. LANGUAGE §2.</summary>
public enum RuleKind
{
    /// <summary>Units may.</summary>
    Grant,

    /// <summary>Units may not.</summary>
    Prohibit,

    /// <summary>Somebody has the last word.</summary>
    Final,

    /// <summary>Somebody must be asked, consulted or told.</summary>
    Require,

    /// <summary>Somebody must be able to.</summary>
    Oblige,

    /// <summary>Units always may: self-defence.</summary>
    Inherent,
}

/// <summary>What a <see cref="RuleKind.Require"/> rule requires.</summary>
public enum RequireKind
{
    /// <summary>Somebody's consent.</summary>
    Consent,

    /// <summary>That somebody is consulted.</summary>
    Consultation,

    /// <summary>That somebody is told.</summary>
    Notice,
}

/// <summary>
/// A last word that its holder may hand to another for a while. It adds a fact, <see cref="FactId"/>: declared by the
/// holder, ordinarily <c>no</c>. While it is <c>yes</c> the last word is <see cref="To"/>'s instead of the holder's.
/// </summary>
/// <param name="FactId">The id of the fact that it adds: <c>RULE.delegated</c>.</param>
/// <param name="To">Whose the last word then is.</param>
/// <param name="AtMost">How long a declaration lasts.</param>
public sealed record Delegation(string FactId, string To, Period AtMost);

/// <summary>A rule, or clause.</summary>
public sealed record Rule
{
    /// <summary>Its id, unique in the file.</summary>
    public required string Id { get; init; }

    /// <summary>Its kind.</summary>
    public required RuleKind Kind { get; init; }

    /// <summary>
    /// Whom it names: the granted, prohibited, obliged or inherently permitted; the one holder of a final; those whose
    /// consent, consultation or notice is required. <c>anyone</c> is allowed for grant, prohibit and inherent. Empty
    /// only where a requirement says <c>of: missing</c>.
    /// </summary>
    public required ImmutableArray<string> Who { get; init; }

    /// <summary>The actions. Never empty.</summary>
    public required ImmutableArray<string> Actions { get; init; }

    /// <summary>
    /// For final and require: who must be acting for it to apply; <c>[anyone]</c> where not stated. Empty for other
    /// kinds.
    /// </summary>
    public ImmutableArray<string> By { get; init; } = [];

    /// <summary>Where and when it holds.</summary>
    public Extent Extent { get; init; } = Extent.Everywhere;

    /// <summary>The rules that it overrides.</summary>
    public ImmutableArray<string> Overrides { get; init; } = [];

    /// <summary>What it rests on.</summary>
    public Ground Ground { get; init; } = Ground.None;

    /// <summary>A prohibition that nothing overrides.</summary>
    public bool Always { get; init; }

    /// <summary>A final's delegation, or null.</summary>
    public Delegation? Delegable { get; init; }

    /// <summary>For require.</summary>
    public RequireKind Require { get; init; }

    /// <summary>For consent: how long the one who is asked has; null where not stated.</summary>
    public Period? AnswerWithin { get; init; }

    /// <summary>For consent.</summary>
    public Fallback OnRefusal { get; init; }

    /// <summary>For consent.</summary>
    public Fallback OnSilence { get; init; }

    /// <summary>For notice: how long before the act; null where <see cref="After"/> is given or neither.</summary>
    public Period? Before { get; init; }

    /// <summary>For notice: how long after the act at most.</summary>
    public Period? After { get; init; }

    /// <summary>For notice, consultation and consent: by what channel; null where not stated here.</summary>
    public string? Channel { get; init; }

    /// <summary>Where the file states it.</summary>
    public Place Place { get; init; }
}

/// <summary>Situations that cannot occur.</summary>
/// <param name="Who">Performers, or empty for anyone.</param>
/// <param name="Actions">Actions, or empty for any.</param>
/// <param name="Extent">Where, when and under what facts.</param>
/// <param name="Because">Why, in words, or null.</param>
/// <param name="Place">Where the file states it.</param>
public sealed record Never(
    ImmutableArray<string> Who, ImmutableArray<string> Actions, Extent Extent, string? Because, Place Place);

/// <summary>What a contributor pledges.</summary>
/// <param name="Contributor">The contributor, an actor of kind <see cref="ActorKind.Party"/>.</param>
/// <param name="Amounts">
/// By component: <c>troops</c>, <c>police</c>, <c>logistics</c>, <c>money</c> or a capability.
/// </param>
/// <param name="Ground">What it rests on.</param>
/// <param name="Place">Where the file states it.</param>
public sealed record Pledge(string Contributor, ImmutableArray<Strength> Amounts, Ground Ground, Place Place);

/// <summary>An objection to contributors, by name or by a criterion in the objector's words.</summary>
/// <param name="Id">Its id.</param>
/// <param name="By">Who objects.</param>
/// <param name="Names">The contributors named; empty where a criterion is given.</param>
/// <param name="Criterion">The objector's words, or null.</param>
/// <param name="AppliesTo">
/// The contributors to which the criterion is said to apply; null where that is unknown.
/// </param>
/// <param name="Components">The components it bars; empty means all.</param>
/// <param name="Reasons">The reasons given.</param>
/// <param name="Ground">What it rests on.</param>
/// <param name="Place">Where the file states it.</param>
public sealed record Objection(
    string Id, string By, ImmutableArray<string> Names, string? Criterion, ImmutableArray<string>? AppliesTo,
    ImmutableArray<string> Components, ImmutableArray<string> Reasons, Ground Ground, Place Place);

/// <summary>Cooperation that the text asks of somebody.</summary>
/// <param name="With">Of whom.</param>
/// <param name="Ground">What it rests on.</param>
/// <param name="Place">Where the file states it.</param>
public sealed record Cooperation(string With, Ground Ground, Place Place);

/// <summary>A police service that is to be formed. Numbers may be unknown.</summary>
public sealed record PolicePlan
{
    /// <summary>How many officers are needed.</summary>
    public Quantity Needed { get; init; }

    /// <summary>By which day, or null: then by the end of the term.</summary>
    public LocalDate? By { get; init; }

    /// <summary>How many begin each course.</summary>
    public Quantity Intake { get; init; }

    /// <summary>Days between the starts of two courses.</summary>
    public Quantity EveryDays { get; init; }

    /// <summary>Days that a course lasts.</summary>
    public Quantity CourseDays { get; init; }

    /// <summary>Of a thousand who begin, how many pass.</summary>
    public Quantity PassPerMille { get; init; }

    /// <summary>When the first course begins, or null where unknown.</summary>
    public LocalDate? Start { get; init; }

    /// <summary>What the numbers rest on.</summary>
    public Ground Ground { get; init; } = Ground.None;

    /// <summary>Where the file states it.</summary>
    public Place Place { get; init; }
}

/// <summary>A benchmark.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Indicator">What is measured, in words; null where missing.</param>
/// <param name="Data">Where the figures come from, in words; null where missing.</param>
/// <param name="Assessor">Who assesses it; null where missing.</param>
/// <param name="DeclaredBy">Who declares it met; null where missing.</param>
/// <param name="After">Benchmarks that must be met first.</param>
/// <param name="NotBefore">It cannot be met before this day.</param>
/// <param name="Takes">How long it takes once those before it are met; null where unknown.</param>
/// <param name="Ground">What it rests on.</param>
/// <param name="Place">Where the file declares it.</param>
public sealed record Benchmark(
    string Id, string? Indicator, string? Data, string? Assessor, string? DeclaredBy, ImmutableArray<string> After,
    LocalDate? NotBefore, Period? Takes, Ground Ground, Place Place);

/// <summary>What ends the mandate.</summary>
/// <param name="Statement">In words; null where missing.</param>
/// <param name="Benchmarks">The benchmarks that end it.</param>
/// <param name="Successor">Who takes over when it ends; null where missing.</param>
/// <param name="Ground">What it rests on.</param>
/// <param name="Place">Where the file states it.</param>
public sealed record Endgame(
    string? Statement, ImmutableArray<string> Benchmarks, string? Successor, Ground Ground, Place Place);

/// <summary>A claim of the source that the file does not encode.</summary>
/// <param name="SourceId">The claim.</param>
/// <param name="Reason">Why.</param>
/// <param name="Place">Where the file states it.</param>
public sealed record NotEncoded(string SourceId, string Reason, Place Place);

/// <summary>Maps an act of a mission's record to actions.</summary>
/// <param name="Act">The act, as MISSION names it.</param>
/// <param name="Actions">The actions that it touches.</param>
/// <param name="Place">Where the file states it.</param>
public sealed record ActMapping(string Act, ImmutableArray<string> Actions, Place Place);
