namespace Truce.Record;

/// <summary>Whether an entry waits for its witnesses before somebody acts on it.</summary>
public enum Waits
{
    /// <summary>For more than half of the witnesses, a minute at most.</summary>
    ForQuorum,

    /// <summary>Humanitarian, medical and hotline entries wait for nobody.</summary>
    ForNobody,
}

/// <summary>How an act stands.</summary>
public enum ActStanding
{
    /// <summary>It waits; the minute is not over.</summary>
    Waiting,

    /// <summary>More than half of the witnesses have cosigned a tree that holds it.</summary>
    Witnessed,

    /// <summary>It stands without them: the minute is over, or it waits for nobody.</summary>
    Unwitnessed,
}

/// <summary>How an act stands, and which witnesses are absent.</summary>
public sealed record QuorumJudgement(ActStanding Standing, IReadOnlyList<string> Absent);

/// <summary>
/// Acting quorums: more than half of the witnesses, never all, so that nobody stops an act by unplugging a machine.
/// </summary>
public static class Quorum
{
    /// <summary>After this time an act stands as unwitnessed, and the absent are named.</summary>
    public const long WaitMilliseconds = 60_000;

    /// <summary>The least number above half.</summary>
    public static int Needed(int members)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(members, 1);
        return (members / 2) + 1;
    }

    /// <summary>Judges an act by the checkpoints whose trees hold it.</summary>
    /// <param name="index">The act's index.</param>
    /// <param name="receivedAt">When the log received it, in POSIX milliseconds.</param>
    /// <param name="now">POSIX milliseconds.</param>
    /// <param name="waits">Whether it waits at all.</param>
    /// <param name="witnesses">The names of the witnesses that leaf 0, as changed since, gives.</param>
    /// <param name="seen">Accepted checkpoints of the log; those that are too small say nothing.</param>
    public static QuorumJudgement Judge(
        long index, long receivedAt, long now, Waits waits, IReadOnlyCollection<string> witnesses,
        params IReadOnlyList<WitnessedCheckpoint> seen)
    {
        var cosigned = seen.Where(s => s.Checkpoint.Size > index).SelectMany(s => s.Witnesses.Keys)
            .Where(witnesses.Contains).ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<string> absent = [.. witnesses.Where(w => !cosigned.Contains(w)).Order(StringComparer.Ordinal)];
        var standing = witnesses.Count > 0 && cosigned.Count >= Needed(witnesses.Count) ? ActStanding.Witnessed
            : waits == Waits.ForNobody || now - receivedAt >= WaitMilliseconds ? ActStanding.Unwitnessed
            : ActStanding.Waiting;
        return new QuorumJudgement(standing, absent);
    }
}
