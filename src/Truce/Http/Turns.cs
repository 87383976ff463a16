using Truce.Record;

namespace Truce.Http;

/// <summary>
/// Opening a log for a moment while another process may have it for a moment too: the publishing loop and `append`
/// take turns. What is in use for longer is an error, and never a wait without end.
/// </summary>
internal static class Turns
{
    /// <summary>How often it is tried in all.</summary>
    public const int TriesMax = 80;

    /// <summary>Between two tries.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromMilliseconds(25);

    /// <summary>Lets the other go on.</summary>
    public static void Pause() => Thread.Sleep(Between);

    /// <summary>
    /// Opens a log for writing; while the folder is in use, again after each pause, for two seconds in all.
    /// </summary>
    /// <param name="disk">The log's folder.</param>
    /// <param name="pause">What is done between two tries.</param>
    public static Parsed<RecordLog> Open(Disk disk, Action pause)
    {
        for (var tries = 1; ; tries++)
        {
            var log = RecordLog.Open(disk);
            if (log.IsValid || log.Error != RecordLog.InUse || tries == TriesMax)
            {
                return log;
            }

            pause();
        }
    }
}
