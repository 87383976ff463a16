namespace Truce.Mission;

/// <summary>Whom to call about a subject, why, and how he is reached.</summary>
public static class Calls
{
    /// <summary>
    /// Those whom what is due is waited from, and those whom the rulings of its acts name, each once with every reason
    /// and how he is reached, as the framework in force says.
    /// </summary>
    /// <param name="fold">A reader's state.</param>
    /// <param name="subject">A subject that is open there.</param>
    /// <param name="now">When, in POSIX milliseconds.</param>
    public static IEnumerable<(string Whom, string Why, string? Channel)> Of(Fold fold, Subject subject, long now)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(subject);
        var calls = new List<(string Whom, string Why)>();
        if (subject.Machine == MovementMachine.Table
            && MovementMachine.HeldNow(subject, now) is { By.Length: > 0 } held)
        {
            calls.Add((held.By, $"holds it, for {WatchPage.Length(held.Milliseconds)} now"));
        }

        calls.AddRange(subject.Machine.Dues(subject, fold.Terms).Where(d => d.Of.Length > 0)
            .Select(d => (d.Of, d.AtMilliseconds <= now ? $"{d.What} is overdue" : $"{d.What} is due")));
        foreach (var step in subject.Steps.OrderByDescending(s => s.Entry))
        {
            if (fold.Labelled(step.Entry)?.Ruling is { IsReported: false } ruled)
            {
                calls.AddRange(Named(ruled));
            }
        }

        var actors = fold.BookAt(now)?.Framework.Actors ?? [];
        return calls.Distinct().GroupBy(c => c.Whom, c => c.Why, StringComparer.Ordinal).Select(g => (
            g.Key, string.Join("; ", g), actors.FirstOrDefault(a => a.Id == g.Key)?.Channel));
    }

    /// <summary>Whose word a subject's acts are, by the framework in force, the newest act first.</summary>
    internal static IEnumerable<(Answered Answer, long Entry)> Words(Fold fold, Subject subject) =>
        from step in subject.Steps.OrderByDescending(s => s.Entry)
        let ruled = fold.Labelled(step.Entry)?.Ruling
        where ruled is { IsReported: false }
        from answer in ruled.Now
        select (answer, step.Entry);

    private static IEnumerable<(string Whom, string Why)> Named(Ruled ruled)
    {
        foreach (var a in ruled.Now)
        {
            var what = a.Action.Length > 0 ? $" ({a.Action})" : "";
            foreach (var whom in a.Holders)
            {
                yield return (whom, $"has the last word{what}");
            }

            foreach (var whom in a.Ask)
            {
                yield return (whom, $"must be asked{what}");
            }

            foreach (var whom in a.Tell)
            {
                yield return (whom, $"must be told{what}");
            }
        }
    }
}
