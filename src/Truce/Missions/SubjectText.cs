using System.Text;
using Truce.Mission;
using Truce.Rules;

namespace Truce.Missions;

/// <summary>One subject on one screen: the state, the clock, whom to call, the rulings, and every step.</summary>
internal sealed class SubjectText(MissionReading reading, Subject subject, long now)
{
    private readonly MissionTimes _times = MissionTimes.Of(reading, now);
    private readonly StringBuilder _text = new();

    /// <summary>The screen.</summary>
    public string Screen()
    {
        Heading();
        State();
        Section("DUE", Dues());
        Section("RECEIPTS", Had());
        Section("CALL", SubjectView.Calls(reading, subject, now)
            .Select(c => $"{c.Whom}: {c.Why}" + (c.Channel is null ? "" : $", by {c.Channel}")));
        Section("COMPETING", SubjectView.Competing(subject).Select(c => $"{c.Axis}: " + string.Join("; ", c.Said.Select(
            s => $"{s.Author} says {s.State} ({_times.Words(s.Step.OccurredAt)}, entry {s.Step.Entry})"))));
        Section("CONTRADICTED: one author had not seen the other's", Declarations.Contradicting(subject).Select(o =>
            $"entry {o.OpenedBy}, by {Who(o.Opening)}, {_times.Words(o.Opening.OccurredAt)}: "
            + (Declarations.Standing(subject, o) is not { } stands
                ? "it is unknown while both last, and until who has seen both declares it again"
                : stands != subject && stands != o ? $"entry {stands.OpenedBy} settles it: its author had seen both"
                : (stands == subject ? "this one stands" : "that one stands")
                    + ", declared for the later time or, for one time, in the later entry")));
        Rulings();
        _text.Append("STEPS, by when they happened\n");
        foreach (var step in subject.Steps)
        {
            Step(step);
        }

        return _text.ToString();
    }

    /// <summary>A field of a step as people read it; null where it is not there.</summary>
    public string? Words(Step step, Field field) => field.Kind switch
    {
        FieldKind.Codes or FieldKind.Names => step.Words(field.Name) is { IsEmpty: false } words
            ? $"{field.Name} {string.Join(", ", Questions.Said(step, field.Name, words))}" : null,
        FieldKind.Number => step.Number(field.Name) is { } number ? $"{field.Name} {number}" : null,
        FieldKind.Time => step.Number(field.Name) is { } time ? $"{field.Name} {_times.Words(time)}" : null,
        FieldKind.Flag => step.Number(field.Name) is { } flag ? Flag(field.Name, flag == 1) : null,
        FieldKind.Hash => step.Word(field.Name) is not { } hash ? null
            : $"{field.Name} {(field.Name is "statement" or "corrects" ? "" : "attached ")}({hash[..8]}…)",
        _ => step.Word(field.Name) is { } word ? $"{field.Name} {word}" : null,
    };

    private void Heading()
    {
        _text.Append($"\n{subject.Machine.Title.ToUpperInvariant()} {subject.Id}\n");
        if (!subject.IsOpen)
        {
            Line("  ", "not opened here: only later steps are, or you may not read its opening");
            return;
        }

        var opening = subject.Opening;
        Line("  ", $"opened by entry {subject.OpenedBy}, {_times.Words(opening.OccurredAt)}, by {Who(opening)}; "
            + (subject.Audience is null ? "public" : $"for {subject.Audience} and the operator")
            + (subject.Audience?.Contains(opening.EnteredBy) == false && !opening.Row.IsOfRecord
                ? $"; {opening.EnteredBy}, who entered it, is not among them" : ""));
        Line("  ", (opening.Places.IsEmpty ? "no place stated" : string.Join(", ", opening.Places.Select(Place)))
            + $"; {_times.Words(opening.Window)}");
        Fields(opening, "  ");
        Confirmations(opening, "  ");
    }

    private void State()
    {
        foreach (var axis in subject.Machine.Axes)
        {
            var review = subject.NeedsReview(axis.Name) ? "   NEEDS REVIEW: what it judged was changed since" : "";
            _text.Append($"  {axis.Name}: {subject[axis.Name].ToUpperInvariant()}{review}\n");
        }

        if (SubjectView.Held(subject, now) is var (by, place, milliseconds, _))
        {
            Line("  ", $"HELD for {MissionTimes.Length(milliseconds)}"
                + (by.Length > 0 ? $" by {by}" : ", nobody says by whom") + (place.Length > 0 ? $", at {place}" : ""));
        }

        if (subject.LastDecision is not null)
        {
            Line("  ", $"decided last by entry {subject.LastDecisionBy}");
        }
    }

    /// <summary>Who has had the notice or the message, which unit, by whose word; and who has not.</summary>
    private IEnumerable<string> Had() => !subject.IsOpen ? []
        : [
            .. (IsMessage ? MessageMachine.Chains(subject) : Receipts.Of(subject)).Select(c =>
                $"{c.Recipient}: " + (c.Step.Entry != subject.OpenedBy ? Stated(c.Stage, c.Step)
                    : c.Stage == Receipts.Stages[0] || c.Stage == MessageMachine.Stages[0]
                        ? $"{c.Stage}; nobody says that it came"
                    : $"{c.Stage} by voice, by the word of {Who(c.Step)}")),
            .. (IsMessage ? MessageMachine.SaidOfOthers(subject) : Receipts.SaidOfOthers(subject)).Select(c =>
                $"said of {c.Recipient}, and no word of theirs: {Stated(c.Stage, c.Step)}"),
        ];

    private bool IsMessage => subject.Machine == MessageMachine.Table;

    private string Stated(string stage, Step step) => stage
        + (step.Word("unit") is { } unit ? $" by {unit}" : "")
        + (step.Word("function") is { } function ? $", {function}" : "")
        + $", {_times.Words(step.OccurredAt)}, by the word of {Who(step)} (entry {step.Entry})";

    private IEnumerable<string> Dues() => subject.IsOpen
        ? subject.Machine.Dues(subject, reading.Fold.Terms).OrderBy(d => d.AtMilliseconds)
            .Select(d => _times.Due(d, now))
        : [];

    private void Rulings()
    {
        var lines = new List<string>();
        var seen = new HashSet<Ruled>(ReferenceEqualityComparer.Instance);
        foreach (var step in subject.Steps.OrderByDescending(s => s.Entry))
        {
            if (reading.Fold.Labelled(step.Entry) is { Ruling: { } ruled } label && seen.Add(ruled))
            {
                lines.Add($"{step.Row.Command} (entry {step.Entry}):");
                lines.AddRange(RulingWords.Lines(ruled, reading.Fold.BookAt(label.ReceivedAt)).Select(l => $"  {l}"));
            }
        }

        Section("RULINGS, the newest first", lines);
    }

    private void Step(Step step)
    {
        var label = reading.Fold.Labelled(step.Entry);
        Line("  ", $"{_times.Words(step.OccurredAt)}  {step.Row.Command}, by {Who(step)} (entry {step.Entry}"
            + (step.ReceivedAt - step.OccurredAt >= LateMilliseconds
                ? $", received {MissionTimes.Length(step.ReceivedAt - step.OccurredAt)} later" : "") + ")");
        if (step.IsOutOfPlace || !step.IsHere)
        {
            Line("    ! ", step.IsOutOfPlace ? "it does not follow from the steps before it, and moves nothing"
                : "it was sent to another audience than the subject's, and counts for nothing here");
        }

        if (label?.Why is { } why)
        {
            Line("    ", $"when it came: {Plain.Words(why)}");
        }

        if (step.Row.Kind != RowKind.Opens)
        {
            Fields(step, "    ");
            Confirmations(step, "    ");
        }
    }

    private void Confirmations(Step step, string indent)
    {
        foreach (var c in ConfirmationMachine.Of(step))
        {
            Line(indent, $"{(c.Confirms ? "confirmed" : "denied")} by {c.By} (entry {c.Step.Entry})"
                + (c.Counts ? "" : ", which counts for nobody: it is not their word, or not with their key"));
        }
    }

    private void Fields(Step step, string indent)
    {
        string[] words = [.. step.Row.Fields.Concat(step.Row.Added).Select(f => Words(step, f)).OfType<string>()];
        if (words.Length > 0)
        {
            Line(indent, string.Join("; ", words));
        }
    }

    private void Section(string title, IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        if (all.Length > 0)
        {
            _text.Append($"{title}\n");
            foreach (var line in all)
            {
                Line("  ", line);
            }
        }
    }

    private void Line(string indent, string words) =>
        FindingText.Wrap(_text, Plain.Words(words), indent, indent + "  ");

    /// <summary>A truth in words: what a machine added says what it means.</summary>
    private static string Flag(string name, bool holds) => !holds ? $"not {name}" : name switch
    {
        "not-his" => "by somebody whom the framework does not name for it",
        "not-addressed" => "by somebody to whom it was not addressed",
        "own-case" => "in a case of his own side",
        "under-review" => "while what it rests on needed review",
        "other-standard" => "by another standard of proof than the mission's",
        "no-recipient" => "no lawful recipient is named",
        _ => name,
    };

    private const long LateMilliseconds = 600_000;

    private static string Place(string place) => place.Replace("+", " + ", StringComparison.Ordinal);

    private static string Who(Step step) =>
        (step.Performer == step.Author ? step.Author : $"{step.Performer}, in the word of {step.Author}")
        + (step.EnteredBy == step.Author ? "" : $", entered for them by {step.EnteredBy}");
}
