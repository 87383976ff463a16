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
/// A mission's machines, as the record sees them: functions and nothing else. A log without them keeps every act and
/// reads its own types alone.
/// </summary>
public sealed record Machines
{
    /// <summary>No machine: every act is kept, applied, without events.</summary>
    public static Machines None { get; } = new();

    /// <summary>The version of their meaning, which R states; 0 for none.</summary>
    public long Semantics { get; init; }

    /// <summary>
    /// What is wrong with an act's form, in one line; null where nothing is. It reads the statement alone, and may be
    /// asked on any thread: what it says is a refusal, so a rule must never be among it.
    /// </summary>
    public Func<Statement, string?> FormFault { get; init; } = _ => null;

    /// <summary>Whether acts of a type draw on the reserve: humanitarian, medical, hotline.</summary>
    public Func<string, bool> HasReserve { get; init; } = _ => false;

    /// <summary>Judges an act in its turn and changes the state. Turns follow the order of the log.</summary>
    public Func<Received, Judgement> Judge { get; init; } = _ => Judgement.Kept;

    /// <summary>
    /// Takes an entry that is in the log already, with its R: at the start. The outcome is null where its body is not
    /// there to be read.
    /// </summary>
    public Action<Received, Outcome?> Replay { get; init; } = (_, _) => { };
}
