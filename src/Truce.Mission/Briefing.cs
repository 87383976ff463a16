using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>
/// What whoever takes a watch over is to know, drafted from the record: a draft, which the officer signs or changes. It
/// is a function of the state, the watch and a time.
/// </summary>
/// <param name="Watch">The watch.</param>
/// <param name="Since">Since when changes count: the last hand-over, else when the watch was opened.</param>
/// <param name="Until">Until when, in POSIX milliseconds.</param>
/// <param name="Items">Its open items.</param>
/// <param name="Messages">
/// Every addressee's chain of the messages that are not closed: how far it came, and the step that says so.
/// </param>
/// <param name="Dues">What is overdue, or falls due within the hours asked for; earliest first.</param>
/// <param name="Changes">What came to the record in between, by subject, in the order of the log.</param>
public sealed record Briefing(
    Subject Watch, long Since, long Until, ImmutableArray<(string Name, Step Step)> Items,
    ImmutableArray<(Subject Message, string Recipient, string Stage, Step Step)> Messages,
    ImmutableArray<(Subject Subject, Due Due)> Dues,
    ImmutableArray<(Subject Subject, ImmutableArray<Step> Steps)> Changes)
{
    private const long HourMilliseconds = 3_600_000;

    /// <summary>Drafts the briefing of a watch.</summary>
    /// <param name="fold">The state, as those who take over may read it.</param>
    /// <param name="watch">A watch that is open there.</param>
    /// <param name="now">When, in POSIX milliseconds.</param>
    /// <param name="hours">How far ahead what falls due is listed.</param>
    public static Briefing Of(Fold fold, Subject watch, long now, int hours = 12)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(watch);
        var since = Sides.Decision(watch, "take-over") ?? watch.Opening;
        return new Briefing(watch, since.ReceivedAt, now, [.. WatchMachine.OpenItems(watch)],
            [.. MessageMachine.Open(fold).SelectMany(m =>
                MessageMachine.Chains(m).Select(c => (m, c.Recipient, c.Stage, c.Step)))],
            [.. fold.Dues().Where(d => d.Due.AtMilliseconds <= now + (hours * HourMilliseconds))],
            [.. Changed(fold, watch, since.Entry, now)]);
    }

    /// <summary>What came to the record behind an entry, until a time: what happened long ago and is new here is news.
    /// </summary>
    private static IEnumerable<(Subject Subject, ImmutableArray<Step> Steps)> Changed(
        Fold fold, Subject watch, long entry, long now)
    {
        var changed = new List<(Subject Subject, ImmutableArray<Step> Steps)>();
        foreach (var subject in fold.Subjects.Values.Where(s => s.IsOpen && s != watch))
        {
            ImmutableArray<Step> steps =
                [.. subject.Steps.Where(s => s.Entry > entry && s.ReceivedAt <= now).OrderBy(s => s.Entry)];
            if (steps.Length > 0)
            {
                changed.Add((subject, steps));
            }
        }

        return changed.OrderBy(c => c.Steps[0].Entry).ThenBy(c => c.Subject.Id, StringComparer.Ordinal);
    }
}
