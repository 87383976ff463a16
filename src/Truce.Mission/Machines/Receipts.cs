using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>
/// Who has had a notice: transmitted to each recipient, received by which unit, acknowledged by whom. Receipt is no
/// approval, and silence is shown, never waited for.
/// </summary>
public static class Receipts
{
    private const string Recipient = "recipient";

    /// <summary>How far a notice has come with a recipient, from least to most.</summary>
    public static ImmutableArray<string> Stages { get; } = ["submitted", "transmitted", "received", "acknowledged"];

    /// <summary>
    /// How far the notice of a movement or a site has come with each recipient, and the step that says so. Anybody can
    /// say that it came; an acknowledgement counts by the recipient's own word.
    /// </summary>
    /// <param name="subject">A movement or a site.</param>
    public static IEnumerable<(string Recipient, string Stage, Step Step)> Of(Subject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (!subject.IsOpen)
        {
            yield break;
        }

        foreach (var recipient in subject.Opening.Words("recipients"))
        {
            var (stage, step) = (0, subject.Opening);
            foreach (var next in subject.Steps.Where(s => s.IsHere && s.Word(Recipient) == recipient))
            {
                var at = next.Row.Command switch
                {
                    "transmit" => 1,
                    "receive" => 2,
                    "acknowledge" when IsOwnWord(next, recipient) => 3,
                    _ => -1,
                };
                (stage, step) = at > stage ? (at, next) : (stage, step);
            }

            yield return (recipient, Stages[stage], step);
        }
    }

    /// <summary>Who had received the notice by a time, which unit, since when: what stands when it is hit.</summary>
    /// <param name="subject">A movement or a site.</param>
    /// <param name="at">The time, in POSIX milliseconds.</param>
    public static IEnumerable<(string Recipient, string? Unit, long Since, Step Step)> Knew(Subject subject, long at)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var recipients = subject.IsOpen ? subject.Opening.Words("recipients") : [];
        return subject.Steps.Where(s => s.IsHere && s.OccurredAt <= at
                && s.Row.Command is "receive" or "acknowledge" && recipients.Contains(s.Word(Recipient)!))
            .GroupBy(s => (s.Word(Recipient), s.Word("unit")))
            .Select(g => (g.Key.Item1!, g.Key.Item2, g.First().OccurredAt, g.First()));
    }

    /// <summary>That recipients acknowledged a notice, as others say of them.</summary>
    /// <param name="subject">A movement or a site.</param>
    public static IEnumerable<(string Recipient, string Stage, Step Step)> SaidOfOthers(Subject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return subject.All("acknowledge").Where(s => s.IsHere && s.Word(Recipient) is { } of && !IsOwnWord(s, of))
            .Select(s => (s.Word(Recipient)!, Stages[^1], s));
    }

    /// <summary>
    /// Whether a step is somebody's own word: he stated it, or it was entered for him and he does not deny it, or he is
    /// named as its performer and belongs to its author by the framework in force.
    /// </summary>
    internal static bool IsOwnWord(Step step, string of) =>
        step.Author == of ? !ConfirmationMachine.IsDenied(step)
            : step.Performer == of && Sides.BelongsTo(step.Subject.Fold.BookAt(step.OccurredAt), of, step.Author);

    /// <summary>What is said of an acknowledgement in somebody else's name; null where it is its author's own.
    /// </summary>
    internal static string? SaidOfAnother(Asking asking) => asking.Act.Word(Recipient) is { } of
        && of != asking.Speaker.Of
        && !(of == asking.Performer && Sides.BelongsTo(Sides.Book(asking), of, asking.Speaker.Of))
            ? $"{asking.Speaker.Of} says it of {of}: it is no word of {of}, who acknowledges himself" : null;

    internal static ImmutableArray<Row> Rows(string of) =>
    [
        Row("transmit", $"state that the notice of {of} went to a recipient",
            Field.May("channel", FieldKind.Code, MessageMachine.Channels)),
        Row("receive", $"state that a unit received the notice of {of}", Field.Must("unit", FieldKind.Name)),
        Row("acknowledge", $"acknowledge the notice of {of}: that it was read, no more",
            Field.Must("unit", FieldKind.Name), Field.Must("function", FieldKind.Name)),
    ];

    internal static IEnumerable<Due> Dues(Subject subject, Terms terms)
    {
        var urgent = subject.Opening.Flag("emergency");
        foreach (var (recipient, stage, _) in Of(subject))
        {
            if (stage != "acknowledged")
            {
                yield return new Due("acknowledgement", recipient, subject.Opening.ReceivedAt
                    + (urgent ? terms.UrgentAcknowledgement : terms.RoutineAcknowledgement),
                    urgent ? "urgent-acknowledgement" : "routine-acknowledgement");
            }
        }
    }

    private static Row Row(string command, string does, params ImmutableArray<Field> fields) => new()
    {
        Command = command,
        Kind = RowKind.Adds,
        Does = does,
        IsReserve = true,
        Fields = [Field.Must(Recipient, FieldKind.Name), .. fields],
        Remark = asking => asking.Subject is { IsOpen: true } subject
            && !subject.Opening.Words("recipients").Contains(asking.Act.Word(Recipient)!)
                ? $"it was not addressed to {asking.Act.Word(Recipient)}"
            : command == "acknowledge" ? SaidOfAnother(asking) : null,
    };
}
