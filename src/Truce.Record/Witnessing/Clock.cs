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

    /// <summary>A longer time without a word of the witnesses is silence, and is shown.</summary>
    public const long SilenceSeconds = 60;

    /// <summary>
    /// Whether the witnesses were silent around it: nobody can say more of its time than this bracket. Where nobody
    /// said anything at all there is no bracket to show.
    /// </summary>
    public bool IsSilence => (After ?? Before) is not null && !(Before - After <= SilenceSeconds);

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

    /// <summary>
    /// The stretches of entries whose times the witnesses contradict, in order. Times never go back, so that of what
    /// lies between two kept checkpoints they are the first entries, the last ones, or both.
    /// </summary>
    /// <param name="kept">Kept checkpoints in order of size.</param>
    /// <param name="size">How many entries there are.</param>
    /// <param name="receivedAt">The time of an entry, in POSIX milliseconds; asked for few of them.</param>
    public static IEnumerable<DisputedTimes> Disputes(
        IReadOnlyList<KeptCheckpoint> kept, long size, Func<long, long> receivedAt)
    {
        long[] bounds = [0, .. kept.Select(k => k.Head.Size).Where(s => s < size), size];
        for (var i = 1; i < bounds.Length && kept.Count > 0; i++)
        {
            var (from, to) = (bounds[i - 1], bounds[i]);
            if (from == to)
            {
                continue;
            }

            var bracket = Bracket(kept, from);
            var late = bracket with { After = null };
            var low = First(from, to, n => !(bracket with { Before = null }).IsDisputed(receivedAt(n)));
            var high = First(low, to, n => late.IsDisputed(receivedAt(n)));
            if (low > from)
            {
                yield return new DisputedTimes(from, low, bracket);
            }

            if (high < to)
            {
                yield return new DisputedTimes(high, to, bracket);
            }
        }
    }

    /// <summary>The first number from which on something holds; the end where it never does.</summary>
    private static long First(long low, long high, Func<long, bool> holds)
    {
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = holds(middle) ? (low, middle) : (middle + 1, high);
        }

        return low;
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

/// <summary>Entries from one to before another, whose times of receipt lie outside their bracket.</summary>
public sealed record DisputedTimes(long From, long To, ClockBracket Bracket)
{
    /// <summary>How many.</summary>
    public long Count => To - From;
}
