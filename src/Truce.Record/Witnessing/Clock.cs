namespace Truce.Record;

/// <summary>
/// Between which two times, in POSIX seconds, witnesses saw that an entry was not there yet and that it was; null where
/// nobody said.
/// </summary>
/// <param name="After">When a tree without the entry was seen last.</param>
/// <param name="Before">When a tree with the entry was seen first.</param>
public sealed record ClockBracket(long? After, long? Before)
{
    /// <summary>How far the log's clock may be from the witnesses'.</summary>
    public const long ToleranceMilliseconds = 5_000;

    /// <summary>Whether a time of receipt is shown as disputed; it is never refused.</summary>
    /// <param name="receivedAt">POSIX milliseconds.</param>
    public bool IsDisputed(long receivedAt) =>
        (After is { } after && receivedAt < (after * 1000) - ToleranceMilliseconds)
        || (Before is { } before && receivedAt > (before * 1000) + ToleranceMilliseconds);
}

/// <summary>The log's clock against the witnesses'.</summary>
public static class Clock
{
    /// <summary>The label of an entry whose time the witnesses contradict.</summary>
    public const string Disputed = "clock disputed";

    /// <summary>The bracket of an entry, from kept checkpoints in order of size.</summary>
    public static ClockBracket Bracket(IReadOnlyList<KeptCheckpoint> kept, long index)
    {
        var (low, high) = (0, kept.Count); // the first whose tree holds the entry
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = kept[middle].Head.Size > index ? (low, middle) : (middle + 1, high);
        }

        return new ClockBracket(
            low > 0 ? kept[low - 1].Time : null, low < kept.Count ? kept[low].Time : null);
    }

    /// <summary>The first entry whose time of receipt lies before that of the entry in front; null for none.</summary>
    /// <param name="receivedAt">The times of consecutive entries, in POSIX milliseconds.</param>
    /// <param name="first">The index of the first of them.</param>
    public static long? FirstThatGoesBack(IEnumerable<long> receivedAt, long first = 0)
    {
        long? before = null;
        foreach (var time in receivedAt)
        {
            if (time < before)
            {
                return first;
            }

            before = time;
            first++;
        }

        return null;
    }
}
