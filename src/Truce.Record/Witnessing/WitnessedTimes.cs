namespace Truce.Record;

/// <summary>
/// Between which times the witnesses saw an entry appear, for whoever reads a log without writing it: from its kept
/// checkpoints and the one that it publishes. Only those that an entry needs are verified, each by the witnesses of its
/// size and against the log's own tree; one that does not hold says nothing.
/// </summary>
public sealed class WitnessedTimes
{
    private readonly VerifierKey _log;
    private readonly WitnessesAt _witnesses;
    private readonly Func<long, Digest> _rootAt;
    private readonly List<(long Size, SignedNote Note)> _notes = [];
    private readonly Dictionary<int, KeptCheckpoint?> _verified = [];

    private WitnessedTimes(VerifierKey log, WitnessesAt witnesses, Func<long, Digest> rootAt) =>
        (_log, _witnesses, _rootAt) = (log, witnesses, rootAt);

    /// <summary>Reads what a folder keeps beside the checkpoint that is published.</summary>
    /// <param name="kept">The folder of kept checkpoints; null where the source has none: a copy, a server.</param>
    /// <param name="published">The checkpoint that was served.</param>
    /// <param name="log">The log's key.</param>
    /// <param name="witnesses">The witnesses of each size.</param>
    /// <param name="rootAt">The root that the log had at a size up to the published one.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public static WitnessedTimes Read(
        Disk? kept, SignedNote published, VerifierKey log, WitnessesAt witnesses, Func<long, Digest> rootAt)
    {
        var times = new WitnessedTimes(log, witnesses, rootAt);
        var size = Checkpoint.Parse(published.Text).Value?.Size ?? 0;
        foreach (var note in kept is null ? [] : KeptCheckpoints.Notes(kept))
        {
            if (Checkpoint.Parse(note.Text) is { IsValid: true, Value: var head } && head.Size <= size)
            {
                times._notes.Add((head.Size, note));
            }
        }

        times._notes.Add((size, published));
        return times;
    }

    /// <summary>Whether anything was kept; with the published checkpoint alone, nobody can tell silence.</summary>
    public bool HasKept => _notes.Count > 1;

    /// <summary>The bracket of an entry.</summary>
    public ClockBracket Bracket(long index)
    {
        var (low, high) = (0, _notes.Count); // the first whose tree holds the entry
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _notes[middle].Size > index ? (low, middle) : (middle + 1, high);
        }

        var before = low;
        for (low--; low >= 0 && Verified(low) is null;)
        {
            low--;
        }

        while (before < _notes.Count && Verified(before) is null)
        {
            before++;
        }

        return new ClockBracket(
            low >= 0 ? Verified(low)!.Time : null, before < _notes.Count ? Verified(before)!.Time : null);
    }

    private KeptCheckpoint? Verified(int number)
    {
        if (!_verified.TryGetValue(number, out var known))
        {
            var (size, note) = _notes[number];
            known = KeptCheckpoint.From(note, _log, _witnesses) is { IsValid: true, Value: var kept }
                && _rootAt(size) == kept.Head.Root ? kept : null;
            _verified[number] = known;
        }

        return known;
    }
}
