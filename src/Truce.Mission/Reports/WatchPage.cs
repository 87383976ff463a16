using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>
/// The relief page of a watch, drafted from its briefing: which movements are held, whose word it is and whom to call;
/// what is open, unacknowledged, due; what came since the watch was taken over. The officer signs or changes it.
/// </summary>
public static class WatchPage
{
    /// <summary>The most rows of one of its lists: a page is read at four in the morning. A line says how many more.
    /// </summary>
    internal const int RowsMax = 200;

    private const int Words = 3;
    private const long SecondMilliseconds = 1_000;
    private const long MinuteMilliseconds = 60 * SecondMilliseconds;
    private const long HourMilliseconds = 60 * MinuteMilliseconds;
    private const long DayMilliseconds = 24 * HourMilliseconds;

    /// <summary>The watches that are open, the newest first.</summary>
    /// <param name="fold">A reader's state.</param>
    public static ImmutableArray<Subject> Open(Fold fold)
    {
        ArgumentNullException.ThrowIfNull(fold);
        return [.. fold.Of("watch").Where(w => w.IsOpen && w["state"] != "closed").Reverse()];
    }

    /// <summary>The page.</summary>
    /// <param name="fold">A reader's state.</param>
    /// <param name="watch">The watch; null where none is open: then what came in the period is what changed.</param>
    /// <param name="period">Until when; its beginning counts where there is no watch.</param>
    /// <param name="hours">How far ahead what falls due is listed.</param>
    public static Report Of(Fold fold, Subject? watch, Period period, int hours = 12)
    {
        ArgumentNullException.ThrowIfNull(fold);
        var briefing = watch is null ? null : Briefing.Of(fold, watch, period.Until - 1, hours);
        var since = briefing?.Since ?? period.From;
        period = period with { From = since };
        var until = period.Until + (hours * HourMilliseconds);
        var dues = Counting.Dues(fold).ToArray();
        var changes = briefing?.Changes ?? Changed(fold, period);
        return new Report("watch", "Watch: relief page", period,
        [
            .. Held(fold, period), Items(watch, briefing), Messages(fold, period),
            Dues($"Due in the next {Counting.Text(hours)} hours", [.. dues.Where(d =>
                d.Due.AtMilliseconds >= period.Until && d.Due.AtMilliseconds <= until)], period),
            Dues("Overdue, the newest first",
                [.. dues.Where(d => d.Due.AtMilliseconds < period.Until).Reverse()], period),
            Changes(changes),
        ])
        {
            HasRulings = true,
        };
    }

    /// <summary>What falls due, as a row.</summary>
    internal static Figure Line(Subject subject, Due due, Period period) => new(
        $"{subject.Id}: {due.What}{(due.Of.Length == 0 ? "" : $", {due.Of}")}", period.Text(due.AtMilliseconds), "",
        [subject.OpenedBy], due.AtMilliseconds < period.Until ? Mark.Overdue : Mark.None,
        due.AtMilliseconds < period.Until ? $"since {Length(period.Until - due.AtMilliseconds)}; {due.Term}"
            : due.Term);

    private static IEnumerable<Section> Held(Fold fold, Period period)
    {
        var held = Counting.Of(fold, "movement")
            .Where(m => MovementMachine.HeldNow(m, period.Until) is not null).ToArray();
        if (held.Length == 0)
        {
            yield return new Section("Held now", [], "No movement that you may read is held.");
        }

        foreach (var movement in held.Take(RowsMax))
        {
            yield return Held(fold, movement, period);
        }
    }

    private static Section Held(Fold fold, Subject movement, Period period)
    {
        var opening = movement.Opening;
        var (_, _, milliseconds, hold) = MovementMachine.HeldNow(movement, period.Until)!.Value;
        return new Section($"Held now: {movement.Id}",
        [
            new Figure("held for", Length(milliseconds), "", [hold.Entry],
                Note: $"since {period.Text(period.Until - milliseconds)}"
                    + $"{(hold.Word("at-point") is { } at ? $", at {at}" : "")}"
                    + (hold.Word("reason") is { } reason ? $", {reason}" : "")),
            new Figure("by", hold.Word("by"), "", [hold.Entry], hold.Word("by") is null ? Mark.Blank : Mark.None),
            new Figure("what it is", $"{opening.Word("kind")}, {opening.Word("purpose")}"
                + (opening.Number("vehicles") is { } vehicles ? $", {vehicles} vehicles" : "")
                + (opening.Flag("emergency") ? ", EMERGENCY" : ""), "", [movement.OpenedBy], Note:
                $"of {opening.Author}; {Movements.PlaceOf(movement)}"),
            new Figure("its contact", opening.Word("contact"), "", [movement.OpenedBy],
                opening.Word("contact") is null ? Mark.Blank : Mark.None),
            .. Calls.Words(fold, movement).DistinctBy(w => (w.Answer.Action, w.Answer.Place, w.Answer.Verdict))
                .Take(Words).Select(w => Whose(w.Answer, w.Entry)),
            .. Calls.Of(fold, movement, period.Until).Take(RowsMax).Select(c => new Figure($"call {c.Whom}", c.Channel,
                "", [movement.OpenedBy], c.Channel is null ? Mark.Blank : Mark.None, c.Why)),
        ]);
    }

    private static Figure Whose(Answered answer, long entry) => new("whose word",
        !answer.Holders.IsEmpty ? string.Join(" and ", answer.Holders)
            : answer.Verdict == Answered.Outside ? "the framework does not say"
            : answer.Verdict == "permitted" ? "nobody's is needed" : "nobody has the last word", "", [entry],
        answer.Verdict == "contested" ? Mark.Disputed : Mark.None,
        string.Join(", ", new[]
        {
            answer.Action.Length == 0 ? "no action of the framework" : answer.Action, answer.Place,
        }.Where(w => w.Length > 0)) + $": {answer.Verdict}");

    private static Section Items(Subject? watch, Briefing? briefing) => new(
        watch is null ? "Open items" : $"Open items of {watch.Opening.Word("post")}",
        [.. (briefing?.Items ?? []).Take(RowsMax).Select(i => new Figure(i.Name, i.Step.Word("owner"), "",
            [i.Step.Entry], i.Step.Word("owner") is null ? Mark.Blank : Mark.None, string.Join(", ",
                new[] { i.Step.Word("kind"), i.Step.Word("about") }.OfType<string>())))],
        watch is null ? "No watch that you may read is open." : "The value is the owner of the item.");

    private static Section Messages(Fold fold, Period period)
    {
        var chains = Counting.Of(fold, "message").Where(m => !MessageMachine.IsClosed(m))
            .SelectMany(m => MessageMachine.Chains(m).Select(c => (Message: m, c.Recipient, c.Stage, c.Step)))
            .Where(c => c.Stage is "sent" or "delivered" or "received")
            .OrderBy(c => c.Message.Opening.OccurredAt).ThenBy(c => c.Message.OpenedBy).ToArray();
        return new Section("Messages that nobody acknowledged",
        [
            .. chains.Take(RowsMax).Select(c => new Figure(
                $"{c.Recipient}: {c.Message.Opening.Word("kind") ?? "message"}, {c.Message.Id}", c.Stage,
                "", Counting.Entries([c.Message.OpenedBy, c.Step.Entry]),
                c.Message.Machine.Dues(c.Message, fold.Terms).Any(d => d.Of == c.Recipient
                    && d.AtMilliseconds < period.Until) ? Mark.Overdue : Mark.None,
                $"{c.Message.Opening.Word("urgency")}, by {c.Message.Opening.Author}, "
                    + $"{Length(period.Until - c.Message.Opening.OccurredAt)} ago, {c.Message["level"]} level")),
            .. More(chains.Length, "chains"),
        ]);
    }

    private static Section Dues(string title, (Subject Subject, Due Due)[] dues, Period period) => new(
        title, [.. dues.Take(RowsMax).Select(d => Line(d.Subject, d.Due, period)), .. More(dues.Length, "deadlines")]);

    private static Section Changes(ImmutableArray<(Subject Subject, ImmutableArray<Step> Steps)> changes) => new(
        "What came since",
        [
            .. changes.Take(RowsMax).Select(c => new Figure(c.Subject.Id, string.Join(", ", c.Steps.GroupBy(
                s => s.Row.Command).Select(g => g.Count() == 1 ? g.Key : $"{g.Key} × {g.Count()}")), "",
                Counting.Entries(c.Steps.Select(s => s.Entry)), Note: string.Join(", ",
                    c.Subject.Machine.Axes.Select(a => $"{a.Name} {c.Subject[a.Name]}")))),
            .. More(changes.Length, "subjects"),
        ], "By subject, in the order of the record; the remark is where it stands now.");

    private static ImmutableArray<(Subject Subject, ImmutableArray<Step> Steps)> Changed(Fold fold, Period period) =>
        [.. fold.Subjects.Values.Where(s => s.IsOpen).Select(s => (Subject: s, Steps: ImmutableArray.CreateRange(
            s.Steps.Where(t => period.Has(t.ReceivedAt)).OrderBy(t => t.Entry)))).Where(c => c.Steps.Length > 0)
            .OrderBy(c => c.Steps[0].Entry).ThenBy(c => c.Subject.Id, StringComparer.Ordinal)];

    /// <summary>How many rows a list leaves out; none where it is whole.</summary>
    internal static ImmutableArray<Figure> More(int count, string what) => count <= RowsMax ? [] :
        [new Figure("and more", Counting.Text(count - RowsMax), what, [], Note: "`truce mission` lists them")];

    /// <summary>A length of time in its two largest units.</summary>
    internal static string Length(long milliseconds) => milliseconds switch
    {
        < 0 => "not yet",
        >= DayMilliseconds => $"{milliseconds / DayMilliseconds} d "
            + $"{milliseconds % DayMilliseconds / HourMilliseconds} h",
        >= HourMilliseconds => $"{milliseconds / HourMilliseconds} h "
            + $"{milliseconds % HourMilliseconds / MinuteMilliseconds} min",
        >= MinuteMilliseconds => $"{milliseconds / MinuteMilliseconds} min",
        _ => $"{milliseconds / SecondMilliseconds} s",
    };
}
