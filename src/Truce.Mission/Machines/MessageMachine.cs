using System.Collections.Immutable;
using Truce.Record;

namespace Truce.Mission;

/// <summary>
/// A message of the hotline: sent, delivered, received, acknowledged by a person and a unit, acted on or rejected; or
/// unacknowledged, and raised a level. Each addressee has a chain of his own. An acknowledgement approves nothing.
/// </summary>
public static class MessageMachine
{
    private const string Recipient = "recipient";
    private const int HoldersMax = 16;

    /// <summary>By what a message went.</summary>
    public static ImmutableArray<string> Channels { get; } =
        ["hotline", "radio", "telephone", "courier", "meeting", "system"];

    /// <summary>How far a message has come with one addressee, from least to most.</summary>
    public static ImmutableArray<string> Stages { get; } =
        ["sent", "delivered", "received", "acknowledged", "rejected", "acted"];

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("message", "Message",
    [
        new Axis("level", ["first", "second", "third"], IsArranged: true),
        new Axis("end", ["open", "closed"], IsArranged: true),
    ],
    [
        Opening("send", "send a message") with
        {
            Added = [WhoDecides],
            Add = Deciding,
        },
        Opening("call", "log a telephone or radio call, made and answered") with
        {
            Added = [WhoDecides, Field.May("by-voice", FieldKind.Flag)],
            Add = asking => Deciding(asking).Append(new("by-voice", new JsonValue.Truth(true))),
        },
        Stage("deliver", "state that a message was delivered"),
        Stage("receive", "state that a message was received", Field.Must("unit", FieldKind.Name)),
        Stage("acknowledge", "acknowledge a message: that it was read, no more",
            Field.Must("unit", FieldKind.Name), Field.Must("function", FieldKind.Name)),
        Stage("act", "state that a message was acted on", Field.Must("unit", FieldKind.Name),
            Field.Must("what", FieldKind.Code, "held-fire", "withdrew", "let-pass", "opened", "answered", "stood-by",
                "investigated", "other")),
        Stage("reject", "reject what a message asks", Field.Must("unit", FieldKind.Name),
            Field.Must("reason", FieldKind.Code, "not-competent", "no-order", "contested", "danger", "not-understood",
                "not-given", "other")),
        new Row
        {
            Command = "escalate",
            Kind = RowKind.Adds,
            Does = "raise a message a level, where nobody acknowledged it",
            IsReserve = true,
            Axis = "level",
            ToField = "level",
            Needs = [new Need("end", ["open"], "it is closed")],
            Fields =
            [
                Field.Must("level", FieldKind.Code, "second", "third"), Field.Must("to", FieldKind.Names),
            ],
        },
        new Row
        {
            Command = "close",
            Kind = RowKind.Adds,
            Does = "close a message",
            IsReserve = true,
            Axis = "end",
            To = "closed",
            Needs = [new Need("end", ["open"], "it is closed already")],
            Fields =
            [
                Field.Must("result", FieldKind.Code, "done", "overtaken", "unanswered", "test-passed", "test-failed"),
            ],
            Remark = asking => asking.Subject is { IsOpen: true } message && !Closes(message, asking.Speaker.Of)
                ? $"{asking.Speaker.Of} is an addressee, and ends no wait for itself: acknowledge, act or reject"
                : null,
        },
    ])
    {
        Dues = DuesOf,
    };

    /// <summary>
    /// How far a message has come with each addressee: the furthest stage that was stated, with the step that did.
    /// Anybody can say that it came; that it was acknowledged, acted on or rejected counts by the addressee's own word.
    /// What others say of him is in <see cref="SaidOfOthers"/>.
    /// </summary>
    /// <param name="message">A message.</param>
    public static IEnumerable<(string Recipient, string Stage, Step Step)> Chains(Subject message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!message.IsOpen)
        {
            yield break;
        }

        var opening = message.Opening;
        var first = opening.Row.Command == "call" ? "acknowledged" : "sent";
        foreach (var to in opening.Words("to").Concat(Raised(message)).Distinct())
        {
            var (stage, step) = (first, opening);
            foreach (var next in message.Steps.Where(s => s.IsHere && s.Word(Recipient) == to))
            {
                if (StageOf(next.Row.Command) is { } at && Stages.IndexOf(at) > Stages.IndexOf(stage)
                    && (!IsAcknowledged(at) || IsOwnWord(next)))
                {
                    (stage, step) = (at, next);
                }
            }

            yield return (to, stage, step);
        }
    }

    /// <summary>Whether an addressee has at least acknowledged.</summary>
    public static bool IsAcknowledged(string stage) => Stages.IndexOf(stage) >= Stages.IndexOf("acknowledged");

    /// <summary>
    /// How far a message has come with all whom it is for: the least of their stages; the first where it has none.
    /// </summary>
    /// <param name="message">A message.</param>
    public static string StageOf(Subject message)
    {
        var least = Stages.Length - 1;
        var any = false;
        foreach (var (_, stage, _) in Chains(message))
        {
            (least, any) = (Math.Min(least, Stages.IndexOf(stage)), true);
        }

        return any ? Stages[least] : Stages[0];
    }

    /// <summary>
    /// Whether a step of a chain is the addressee's own word, and not that of somebody who says so of him. A word that
    /// was entered for him is his, and marked; one that only names him as performer is, where he belongs to its author
    /// by the framework in force.
    /// </summary>
    /// <param name="step">A step of a message.</param>
    public static bool IsOwnWord(Step step) =>
        step.Word(Recipient) is { } of && Receipts.IsOwnWord(step, of);

    /// <summary>That addressees acknowledged, acted on or rejected a message, as others say of them.</summary>
    /// <param name="message">A message.</param>
    public static IEnumerable<(string Recipient, string Stage, Step Step)> SaidOfOthers(Subject message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Steps.Where(s => s.IsHere && StageOf(s.Row.Command) is { } at && IsAcknowledged(at)
            && !IsOwnWord(s)).Select(s => (s.Word(Recipient)!, StageOf(s.Row.Command)!, s));
    }

    /// <summary>The messages that are not closed, by the entry that opened them; tests are left out.</summary>
    /// <param name="fold">A reader's state.</param>
    public static IEnumerable<Subject> Open(Fold fold)
    {
        ArgumentNullException.ThrowIfNull(fold);
        return fold.Of("message").Where(m => m.IsOpen && !IsClosed(m) && !IsTest(m));
    }

    /// <summary>
    /// Whether somebody closed a message who may: anybody but an addressee, who would end the wait for himself.
    /// </summary>
    /// <param name="message">A message that is open here.</param>
    public static bool IsClosed(Subject message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.All("close").Any(c => c.IsHere && Closes(message, c.Author));
    }

    private static bool Closes(Subject message, string who) => message.Opening is var opening
        && (who == opening.Author || !opening.Words("to").Concat(Raised(message)).Contains(who));

    private static IEnumerable<string> Raised(Subject message) =>
        message.All("escalate").Where(e => e.IsHere).SelectMany(e => e.Words("to"));

    /// <summary>Whether a message is a test call or a radio check.</summary>
    /// <param name="message">A message that is open here.</param>
    public static bool IsTest(Subject message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Opening is var opening && (opening.Flag("test") || opening.Word("kind") == "test");
    }

    private static Field WhoDecides => Field.May("who-decides", FieldKind.Names);

    /// <summary>Whose the last word is over what the message asks for, by the framework in force: shown beside it.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, JsonValue>> Deciding(Asking asking)
    {
        if (asking.Act.Word("action") is not { } action)
        {
            return [];
        }

        var places = asking.Act.Places.IsEmpty ? [""] : asking.Act.Places;
        JsonValue[] holders = [.. places.SelectMany(p => asking.HoldersOf(action, p))
            .Distinct(StringComparer.Ordinal).Take(HoldersMax).Select(h => new JsonValue.Text(h))];
        return holders.Length == 0 ? [] : [new("who-decides", new JsonValue.Items(holders))];
    }

    private static string? StageOf(string command) => command switch
    {
        "deliver" => "delivered",
        "receive" => "received",
        "acknowledge" => "acknowledged",
        "act" => "acted",
        "reject" => "rejected",
        _ => null,
    };

    private static Row Opening(string command, string does) => new()
    {
        Command = command,
        Kind = RowKind.Opens,
        Does = does,
        IsReserve = true,
        Fields =
        [
            Field.Must("channel", FieldKind.Code, Channels), Field.Must("to", FieldKind.Names),
            Field.Must("urgency", FieldKind.Code, "urgent", "routine"),
            Field.May("kind", FieldKind.Code, "stop-fire", "convoy-held", "warning", "request", "report", "protest",
                "medical", "test", "other"),
            Field.May("about", FieldKind.Subject), Field.May("action", FieldKind.Name),
            Field.May("text", FieldKind.Hash), Field.May("translation", FieldKind.Hash),
            Field.May("language", FieldKind.Code, "ar", "he", "en", "fr"),
            Field.May("translated-to", FieldKind.Code, "ar", "he", "en", "fr"),
            Field.May("interpreter", FieldKind.Name), Field.May("function", FieldKind.Name),
            Field.May("unit", FieldKind.Name), Field.May("test", FieldKind.Flag),
        ],
    };

    private static Row Stage(string command, string does, params ImmutableArray<Field> fields) => new()
    {
        Command = command,
        Kind = RowKind.Adds,
        Does = does,
        IsReserve = true,
        Fields = [Field.Must(Recipient, FieldKind.Name), .. fields, Field.May("channel", FieldKind.Code, Channels)],
        Added = [Field.May("not-addressed", FieldKind.Flag)],
        Add = asking => Sides.FlagIf(asking.Subject is { IsOpen: true } message
            && Chains(message).All(c => c.Recipient != asking.Act.Word(Recipient)), "not-addressed"),
        Remark = asking => IsAcknowledged(StageOf(command)!) ? Receipts.SaidOfAnother(asking) : null,
    };

    private static IEnumerable<Due> DuesOf(Subject message, Terms terms)
    {
        if (IsClosed(message))
        {
            yield break;
        }

        var (opening, raised) = (message.Opening, message.All("escalate").Where(e => e.IsHere).ToArray());
        var urgent = opening.Word("urgency") == "urgent";
        var term = urgent ? terms.UrgentAcknowledgement : terms.RoutineAcknowledgement;
        foreach (var (recipient, stage, _) in Chains(message))
        {
            if (!IsAcknowledged(stage))
            {
                // By receipt: nobody is late before he could read it, nor gains time by asking himself again.
                var since = raised.Where(r => r.Words("to").Contains(recipient)
                    && r.Author != recipient && r.EnteredBy != recipient).Select(r => r.ReceivedAt)
                    .DefaultIfEmpty(opening.ReceivedAt).Max();
                yield return new Due("acknowledgement", recipient, since + term,
                    urgent ? "urgent-acknowledgement" : "routine-acknowledgement");
            }
        }
    }
}
