namespace Truce.Record;

/// <summary>A statement in its turn: whatever may be asked of it before R is formed.</summary>
/// <param name="Index">The index that its entry will have.</param>
/// <param name="Hash">SHA-256 of S, or of S′.</param>
/// <param name="Statement">The statement; a confidential one is open here.</param>
/// <param name="Author">Who entered it, for whom, and what the key was worth.</param>
/// <param name="ReceivedAt">When, in POSIX milliseconds; never before that of the entry before it.</param>
public sealed record Received(long Index, Digest Hash, Statement Statement, Authorship Author, long ReceivedAt);

/// <summary>What a mission's machines say of an act: the part of R that the record does not understand.</summary>
/// <param name="Kind">What has become of it.</param>
/// <param name="Why">A short reason, for people; null where none is needed.</param>
/// <param name="Events">What happened; empty unless it was applied.</param>
/// <param name="Ruling">The ruling as codes; null where nothing was ruled.</param>
/// <param name="Framework">The framework in force, by hash; null where none is.</param>
public sealed record Judgement(
    OutcomeKind Kind, string? Why, IReadOnlyList<JsonValue> Events, JsonValue? Ruling, Digest? Framework)
{
    /// <summary>An act that is recorded and means nothing to a machine.</summary>
    public static Judgement Kept { get; } = new(OutcomeKind.Applied, Why: null, [], Ruling: null, Framework: null);
}

/// <summary>
/// A mission's machines as one audience may see them: a fold over the entries that all of it may read, and nothing
/// else. Judging changes nothing; taking changes the state.
/// </summary>
/// <param name="Semantics">The version of their meaning, which R states.</param>
/// <param name="Judge">Judges an act by what was taken.</param>
/// <param name="Take">Takes an entry with its R; R is null where its body is not there to be read.</param>
/// <param name="TakeCodes">Takes what stays of an erased entry: its index, its received_at, and its codes.</param>
public sealed record MachineFold(
    long Semantics, Func<Received, Judgement> Judge, Action<Received, Outcome?> Take,
    Action<long, long, JsonValue> TakeCodes)
{
    /// <summary>
    /// The number of the form in which <see cref="Save"/> writes: another form is never loaded. It rises with every
    /// change of those bytes, whether or not what they mean has changed.
    /// </summary>
    public int Form { get; init; }

    /// <summary>The state as bytes, for a snapshot; equal states give equal bytes.</summary>
    public Func<byte[]> Save { get; init; } = () => [];

    /// <summary>
    /// The hash of the state, which daily entries publish. It is of what the state says and not of <see cref="Save"/>'s
    /// bytes: a program of the same semantics computes it again, whatever its form.
    /// </summary>
    public Func<Digest> StateHash { get; init; } = () => Digest.Of([]);

    /// <summary>Takes a state that the same semantics saved in the same form, in place of the empty one.</summary>
    public Action<byte[]> Load { get; init; } = _ => { };

    /// <summary>No machine: every act is kept, applied, without events.</summary>
    public static MachineFold None { get; } = new(0, _ => Judgement.Kept, (_, _) => { }, (_, _, _) => { });
}

/// <summary>
/// A mission's machines, as the record sees them: functions and nothing else. A log without them keeps every act and
/// reads its own types alone.
/// </summary>
public sealed record Machines
{
    /// <summary>No machine.</summary>
    public static Machines None { get; } = new();

    /// <summary>The empty fold of an audience; null stands for the public.</summary>
    public Func<Audience?, MachineFold> Begin { get; init; } = _ => MachineFold.None;

    /// <summary>
    /// What is wrong with an act's form, in one line; null where nothing is. It reads the statement alone, and may be
    /// asked on any thread: what it says is a refusal, so a rule must never be among it.
    /// </summary>
    public Func<Statement, string?> FormFault { get; init; } = _ => null;

    /// <summary>Whether acts of a type draw on the reserve: humanitarian, medical, hotline.</summary>
    public Func<string, bool> HasReserve { get; init; } = _ => false;
}
