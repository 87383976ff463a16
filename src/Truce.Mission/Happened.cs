using Truce.Record;

namespace Truce.Mission;

/// <summary>When an act happened, as a state arranges it.</summary>
internal static class Happened
{
    /// <summary>
    /// When its author says that it happened, and at the latest when it was received: what has not happened yet is no
    /// last word, however far ahead it is dated. In POSIX milliseconds.
    /// </summary>
    public static long HappenedAt(this Received received) =>
        Math.Min(received.Statement.OccurredAt, received.ReceivedAt);
}
