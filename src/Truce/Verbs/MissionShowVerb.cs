using System.CommandLine;
using System.Globalization;
using Truce.Json;
using Truce.Mission;
using Truce.Missions;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce mission show</c>.</summary>
internal static class MissionShowVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var what = new Argument<string>("SUBJECT|ENTRY")
        {
            Description = "a subject's id or its beginning, movement/01ab; or the number of an entry",
        };
        var eyes = new MissionEyes();
        var now = new TimeOption("--now", "the time by which it is judged; without it the clock of this machine");
        var command = new Command("show",
            "One subject on one screen, as far as you may know it: its state, what is due, whom to call, whose word it "
            + "is, every step. Exit 1 where something is overdue or needs review.\n\nExamples:\n"
            + "  truce mission show movement/0123456789abcdef --log our-log --as relief.reading.key\n"
            + "  truce mission show 12 --log our-log --now 2026-03-10T02:10:00+02:00")
        {
            what, now.Option,
        };
        eyes.AddTo(command);
        command.SetAction(parsed =>
        {
            if (now.Read(parsed, MissionTimes.Now, error) is not { } at || eyes.Open(parsed, error) is not { } reading)
            {
                return 2;
            }

            using (reading)
            {
                return Show(reading, parsed.GetValue(what)!, at, parsed.GetValue(eyes.Json), output, error);
            }
        });
        return command;
    }

    private static int Show(
        MissionReading reading, string what, long now, bool isJson, TextWriter output, TextWriter error)
    {
        var label = long.TryParse(what, NumberStyles.None, CultureInfo.InvariantCulture, out var entry)
            ? reading.Fold.Labelled(entry) : null;
        var id = label?.Subject ?? (reading.Fold.Subjects.ContainsKey(what) ? what : ActDraft.Only(reading.Fold, what));
        var subject = id is null ? null : reading.Fold.Subjects.GetValueOrDefault(id);
        if (label is null && subject is null)
        {
            error.WriteLine($"error: `{what}` is no subject and no entry of an act that {reading.As} may read\n"
                + "  help: `truce mission timeline` lists them; `--as KEY` opens what is for its owner");
            return 2;
        }

        if (isJson)
        {
            WriteJson(output, reading, label, subject, now);
        }
        else
        {
            MissionVerb.Head(output, reading, id ?? "");
            if (label is not null)
            {
                output.WriteLine();
                Write(output, reading, label, now);
            }

            if (subject is not null)
            {
                output.Write(new SubjectText(reading, subject, now).Screen());
            }

            MissionVerb.Standing(output);
        }

        return subject is not null && (subject.Machine.Axes.Any(a => subject.NeedsReview(a.Name))
            || Dues(reading, subject).Any(d => d.AtMilliseconds <= now)) ? 1 : 0;
    }

    private static IEnumerable<Due> Dues(MissionReading reading, Subject subject) =>
        subject.IsOpen ? subject.Machine.Dues(subject, reading.Fold.Terms).OrderBy(d => d.AtMilliseconds) : [];

    private static void Write(TextWriter output, MissionReading reading, Labelled label, long now)
    {
        var times = MissionTimes.Of(reading, now);
        output.WriteLine($"ENTRY {label.Entry}  {Plain.Words(label.Type)}, by {Plain.Words(label.Author)}, "
            + $"{times.Words(label.OccurredAt)}, received {times.Words(label.ReceivedAt)}");
        output.WriteLine($"  {RecordWords.Wire(label.Outcome)}"
            + (label.Why is { } why ? $": {Plain.Words(why)}" : "") + (label.IsClear ? "; public" : "; confidential"));
        var text = new System.Text.StringBuilder();
        foreach (var line in label.Ruling is { } ruled
            ? RulingWords.Lines(ruled, reading.Fold.BookAt(label.ReceivedAt)) : [])
        {
            FindingText.Wrap(text, Plain.Words(line), "  ", "    ");
        }

        output.Write(text.ToString());
    }

    private static void WriteJson(
        TextWriter output, MissionReading reading, Labelled? label, Subject? subject, long now) =>
        Wire.Write(output, (json, _) =>
        {
            json.WriteStartObject();
            MissionJson.Head(json, reading, subject?.Id ?? "");
            json.WriteNumber("now", now);
            if (label is not null)
            {
                json.WriteStartObject("act");
                MissionJson.Labelled(json, label);
                MissionJson.Ruling(json, label.Ruling, reading.Fold.BookAt(label.ReceivedAt));
                json.WriteEndObject();
            }

            if (subject is not null)
            {
                json.WriteStartObject("subject");
                Write(json, reading, subject, now);
                json.WriteEndObject();
            }

            MissionJson.Standing(json);
            json.WriteEndObject();
        });

    private static void Write(System.Text.Json.Utf8JsonWriter json, MissionReading reading, Subject subject, long now)
    {
        json.WriteString("id", subject.Id);
        json.WriteString("machine", subject.Machine.Name);
        json.WriteNumber("opened_by", subject.OpenedBy);
        json.Strings("audience", subject.Audience?.Organisations ?? []);
        json.WriteStartObject("state");
        foreach (var axis in subject.Machine.Axes)
        {
            json.WriteString(axis.Name, subject[axis.Name]);
        }

        json.WriteEndObject();
        json.Strings("needs_review", subject.Machine.Axes.Select(a => a.Name).Where(subject.NeedsReview));
        json.Text("last_decision", subject.LastDecision?.ToString());
        json.WriteNumber("last_decision_by", subject.LastDecisionBy);
        json.WriteStartArray("competing");
        foreach (var competing in SubjectView.Competing(subject))
        {
            json.WriteStartObject();
            json.WriteString("axis", competing.Axis);
            json.WriteStartArray("said");
            foreach (var (author, state, step) in competing.Said)
            {
                json.WriteStartObject();
                json.WriteString("author", author);
                json.WriteString("state", state);
                json.WriteNumber("entry", step.Entry);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("calls");
        foreach (var (whom, why, channel) in SubjectView.Calls(reading, subject, now))
        {
            json.WriteStartObject();
            json.WriteString("whom", whom);
            json.WriteString("why", why);
            json.Text("channel", channel);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("deadlines");
        foreach (var due in Dues(reading, subject))
        {
            MissionJson.Due(json, subject, due, now);
        }

        json.WriteEndArray();
        json.WriteStartArray("steps");
        foreach (var step in subject.Steps)
        {
            MissionJson.Step(json, step);
        }

        json.WriteEndArray();
    }
}
