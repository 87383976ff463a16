using System.Collections.Immutable;
using Truce.Record;

namespace Truce.Mission;

/// <summary>How a command stands to the order in which statements come. RECORD.md §1.</summary>
public enum RowKind
{
    /// <summary>It opens a subject, and needs nothing to be there.</summary>
    Opens,

    /// <summary>It adds a fact: any order folds to the same state, arranged by when it happened.</summary>
    Adds,

    /// <summary>It decides: it names the last decision that its author saw.</summary>
    Decides,
}

/// <summary>What a field holds. Free text, geometry and photographs are attachments, never fields.</summary>
public enum FieldKind
{
    /// <summary>One of the field's codes.</summary>
    Code,

    /// <summary>Some of the field's codes, each once, at most 16.</summary>
    Codes,

    /// <summary>A name of an organisation, a unit, a function or a place: one line of at most 80 characters.</summary>
    Name,

    /// <summary>Names, each once, at most 64.</summary>
    Names,

    /// <summary>A whole number of at least 0.</summary>
    Number,

    /// <summary>An instant in POSIX milliseconds.</summary>
    Time,

    /// <summary>The id of another subject.</summary>
    Subject,

    /// <summary>A hash in base64: of something attached, or of an entry's statement.</summary>
    Hash,

    /// <summary>True or false.</summary>
    Flag,
}

/// <summary>A field of a command.</summary>
/// <param name="Name">Its name in the act.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="IsRequired">Whether it must be there.</param>
/// <param name="Codes">What a code can be; empty for other kinds.</param>
public sealed record Field(string Name, FieldKind Kind, bool IsRequired, ImmutableArray<string> Codes)
{
    /// <summary>A field that must be there.</summary>
    public static Field Must(string name, FieldKind kind, params ImmutableArray<string> codes) =>
        new(name, kind, true, codes);

    /// <summary>A field that may be there.</summary>
    public static Field May(string name, FieldKind kind, params ImmutableArray<string> codes) =>
        new(name, kind, false, codes);
}

/// <summary>One question of a machine about a subject, with the states that it can be in.</summary>
/// <param name="Name">Its name: <c>fact</c>, <c>attribution</c>, <c>decision</c>.</param>
/// <param name="States">The states; the first is the one that a subject opens in.</param>
/// <param name="IsArranged">
/// Whether adding facts move it, in order of when they happened; else decisions alone do.
/// </param>
public sealed record Axis(string Name, ImmutableArray<string> States, bool IsArranged = false);

/// <summary>What a command needs of an axis.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="States">The states in which it can be done.</param>
/// <param name="Because">Why not in others: a clause that follows "it is …:".</param>
public sealed record Need(string Axis, ImmutableArray<string> States, string Because);

/// <summary>A command of a machine.</summary>
public sealed record Row
{
    private RowNames? _names;

    /// <summary>The command: the act's type is the machine's name, a dot, and it.</summary>
    public required string Command { get; init; }

    /// <summary>How it stands to order.</summary>
    public required RowKind Kind { get; init; }

    /// <summary>What it does, as a phrase for people: "notify a movement".</summary>
    public required string Does { get; init; }

    /// <summary>The axis that it moves; null where it moves none.</summary>
    public string? Axis { get; init; }

    /// <summary>The state that it leads to; null where a field says, or nothing moves.</summary>
    public string? To { get; init; }

    /// <summary>The field whose code is the state that it leads to.</summary>
    public string? ToField { get; init; }

    /// <summary>Other axes that it moves at once, with the state.</summary>
    public ImmutableArray<(string Axis, string To)> Moves { get; init; } = [];

    /// <summary>
    /// What it needs. For a decision: else it is inapplicable. For an adding fact on an arranged axis: else it is out
    /// of place, which is shown, and moves nothing.
    /// </summary>
    public ImmutableArray<Need> Needs { get; init; } = [];

    /// <summary>Its fields, at most 32.</summary>
    public ImmutableArray<Field> Fields { get; init; } = [];

    /// <summary>What the machine adds to the event, for good: whether it was late, what it meets. At most 32.</summary>
    public ImmutableArray<Field> Added { get; init; } = [];

    /// <summary>The values of <see cref="Added"/> for an act that applies.</summary>
    public Func<Asking, IEnumerable<KeyValuePair<string, JsonValue>>>? Add { get; init; }

    /// <summary>
    /// What is wrong with an act's form beside its fields, from the act and its audience alone: who sends it is refused
    /// before it is signed. Null where nothing is.
    /// </summary>
    public Func<Act, Audience?, string?>? Form { get; init; }

    /// <summary>
    /// Why it is inapplicable, from whatever the reader of its audience may know; null where it is not.
    /// </summary>
    public Func<Asking, string?>? Guard { get; init; }

    /// <summary>
    /// What is said of a fact that applies and counts for nothing, or that the mission's data contradict; null where
    /// nothing is. A fact is never inapplicable for what is here: what it needs may still be on its way.
    /// </summary>
    public Func<Asking, string?>? Remark { get; init; }

    /// <summary>What else happens: events of this and other subjects, at most 16.</summary>
    public Func<Asking, IEnumerable<Event>>? Also { get; init; }

    /// <summary>Whether it draws on the reserve for humanitarian, medical and hotline acts.</summary>
    public bool IsReserve { get; init; }

    /// <summary>
    /// Whether it reports what somebody else did: then it has no ruling of its own; the rulings say which clauses would
    /// be engaged if it was as reported. The field <c>alleged</c> names whom, and <c>action</c> what.
    /// </summary>
    public bool IsReport { get; init; }

    /// <summary>
    /// Whether it is the record's own: no act of anybody in the mission, so that no ruling is asked for it.
    /// </summary>
    public bool IsOfRecord { get; init; }

    /// <summary>
    /// Whether it is the undertaking itself that its subject's kind names: begun, done. What opens a subject always is.
    /// A framework's mapping of the kind (<c>plan.search</c>) holds for these rows alone: to cancel a search, or to say
    /// what it meets, is not to search.
    /// </summary>
    public bool IsUndertaking { get; init; }

    /// <summary>
    /// Whether it is for whoever opened the subject: his word, or what he entered, moves it. Somebody else's is kept,
    /// shown as his, and moves nothing; so nobody ends or empties what is another's.
    /// </summary>
    public bool IsOpeners { get; init; }

    /// <summary>Whether it changes what was judged: later than a judgement, it calls for review.</summary>
    public bool Revises { get; init; }

    /// <summary>
    /// Whether it judges what is there: it is bound to the revision that its author saw, which its field
    /// <c>revision</c> counts. Without that field, all that is here counts as seen.
    /// </summary>
    public bool Judges { get; init; }

    /// <summary>Whether it may be a clear entry, a confidential one, or either.</summary>
    public Level Level { get; init; } = Level.Either;

    /// <summary>
    /// How an event of each earlier version is read as one of the next, the first version first; docs/decisions/0014.
    /// </summary>
    public ImmutableArray<Func<Event, Event>> Earlier { get; init; } = [];

    /// <summary>The version of its event.</summary>
    public int Version => Earlier.Length + 1;

    /// <summary>An event of any released version, as one of today's; null for one of a later program.</summary>
    internal Event? Today(Event e)
    {
        while (e.Version < Version)
        {
            e = Earlier[e.Version - 1](e) with { Version = e.Version + 1 };
        }

        return e.Version == Version ? e : null;
    }

    /// <summary>Its fields and what is added, by name.</summary>
    internal RowNames Names => _names is { } known && known.AreOf(this) ? known : _names = new RowNames(this);

    /// <summary>The place of a field of the event: the act's come first, then what was added; or -1.</summary>
    internal int EventFieldAt(string name) =>
        At(Fields, name) is >= 0 and var own ? own : At(Added, name) is >= 0 and var added ? Fields.Length + added : -1;

    internal Field EventField(int at) => at < Fields.Length ? Fields[at] : Added[at - Fields.Length];

    private static int At(ImmutableArray<Field> fields, string name)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>For whom a step may be. MISSION.md §3.</summary>
public enum Level
{
    /// <summary>Either.</summary>
    Either,

    /// <summary>Public.</summary>
    Clear,

    /// <summary>For an audience: who sends it as a clear entry is refused before it is signed.</summary>
    Confidential,
}

/// <summary>A kind of subject: its axes and commands. Diagrams are made from it.</summary>
/// <param name="Name">Its name: the first part of its acts' types and of its subjects' ids.</param>
/// <param name="Title">What it is, for people.</param>
/// <param name="Axes">Its axes, at most 8.</param>
/// <param name="Rows">Its commands, each once; the first opens.</param>
public sealed record Machine(string Name, string Title, ImmutableArray<Axis> Axes, ImmutableArray<Row> Rows)
{
    /// <summary>Its commands, each once; the first opens, and can carry what <see cref="Handling"/> asks.</summary>
    public ImmutableArray<Row> Rows { get; } = Handling.On(Rows);

    /// <summary>
    /// What falls due on a subject, from its state and the mission's terms: deadlines, expiries, silences. Asked
    /// whenever somebody wants to know; it reads no clock.
    /// </summary>
    public Func<Subject, Terms, IEnumerable<Due>> Dues { get; init; } = (_, _) => [];

    /// <summary>The types of its acts, a row each: <c>incident.report</c>.</summary>
    internal ImmutableArray<string> Types { get; } = [.. Rows.Select(r => $"{Name}.{r.Command}")];

    internal bool HasArranged { get; } = Axes.Any(a => a.IsArranged);

    /// <summary>The place of an axis, or -1.</summary>
    public int AxisAt(string? name)
    {
        for (var i = 0; i < Axes.Length; i++)
        {
            if (Axes[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>How many revisions the author of a judgement had seen; null where it does not say.</summary>
    internal static long? RevisionOf(Event e) =>
        (e.Fields.FirstOrDefault(f => f.Key == "revision").Value as JsonValue.Number)?.Value;

    /// <summary>The command with a name, or null.</summary>
    public Row? Row(string command) => Rows.FirstOrDefault(r => r.Command == command);
}

/// <summary>Something that falls due on a subject.</summary>
/// <param name="What">What, in the field's words: <c>acknowledgement</c>, <c>answer to protest</c>.</param>
/// <param name="Of">Whose it is; empty where nobody is named.</param>
/// <param name="AtMilliseconds">When, in POSIX milliseconds.</param>
/// <param name="Term">The term that says so, with its source.</param>
public sealed record Due(string What, string Of, long AtMilliseconds, string Term);
