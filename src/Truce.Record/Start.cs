namespace Truce.Record;

/// <summary>Whether a log that was just opened may sign.</summary>
public abstract record Start
{
    private Start()
    {
    }

    /// <summary>More than half of the witnesses answered, and none has seen more than the log holds.</summary>
    public sealed record Cleared : Start;

    /// <summary>Half of the witnesses or fewer answered: only a signed order starts the log, and it is shown.</summary>
    public sealed record NeedsOrder(int Answered, int Witnesses) : Start;

    /// <summary>
    /// The log's own key signed a tree that the log does not hold: fetch the rest from a mirror and verify it, or stay
    /// read-only; where the entries are gone, a successor origin.
    /// </summary>
    public sealed record Behind(SignedNote Ahead, Checkpoint Head) : Start;

    /// <summary>How long witnesses are waited for before a log starts to sign.</summary>
    public const int WaitSecondsMax = 30;

    /// <summary>
    /// Judges what the witnesses answered when asked for their latest checkpoint of this log; null where one did not
    /// answer. What the log's key did not sign
    /// counts as an answer and as nothing more, so that no witness can stop a log by a lie.
    /// </summary>
    public static Start Judge(RecordLog log, IReadOnlyList<StartAnswer?> answers)
    {
        foreach (var note in answers.Select(a => a?.Latest).OfType<SignedNote>())
        {
            if (note.Verify(log.Settings.Key).IsValid
                && Checkpoint.Parse(note.Text) is { IsValid: true, Value: var head }
                && head.Origin == log.Settings.Key.Name
                && (head.Size > log.Size || Merkle.Root(head.Size, log.Subtree) != head.Root))
            {
                return new Behind(note, head);
            }
        }

        var answered = answers.Count(a => a is not null);
        return answered > answers.Count / 2 ? new Cleared() : new NeedsOrder(answered, answers.Count);
    }
}

/// <summary>A witness's answer at the start: the checkpoint that it cosigned last; null where there is none.</summary>
public sealed record StartAnswer(SignedNote? Latest);
