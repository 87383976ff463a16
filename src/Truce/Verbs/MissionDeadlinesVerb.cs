using System.CommandLine;
using System.Globalization;
using Truce.Json;
using Truce.Mission;
using Truce.Missions;

namespace Truce.Verbs;

/// <summary><c>truce mission deadlines</c>.</summary>
internal static class MissionDeadlinesVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var eyes = new MissionEyes();
        var within = new Option<string?>("--within") { Description = "only what is overdue or due in 90m, 24h or 7d" };
        var now = new TimeOption("--now", "the time by which it is judged; without it the clock of this machine");
        var command = new Command("deadlines",
            "What is overdue, and what falls due next, by the state that you may know. Exit 0 nothing is overdue, 1 "
            + "something is.\n\nExamples:\n  truce mission deadlines --log our-log --within 24h\n"
            + "  truce mission deadlines --log our-log --as un.reading.key --now 2026-03-10T02:10:00+02:00 --json")
        {
            within, now.Option,
        };
        eyes.AddTo(command);
        command.SetAction(parsed =>
        {
            var text = parsed.GetValue(within);
            var span = text is null ? long.MaxValue : Span(text);
            if (span is null)
            {
                error.WriteLine($"error: `--within {text}` is no stretch of time\n  help: write 90m, 24h or 7d");
                return 2;
            }

            if (now.Read(parsed, MissionTimes.Now, error) is not { } at || eyes.Open(parsed, error) is not { } reading)
            {
                return 2;
            }

            using (reading)
            {
                (Subject, Due)[] dues = [.. reading.Fold.Dues()
                    .Where(d => span == long.MaxValue || d.Due.AtMilliseconds - at <= span)];
                if (parsed.GetValue(eyes.Json))
                {
                    WriteJson(output, reading, dues, at);
                }
                else
                {
                    Write(output, reading, dues, at);
                }

                return dues.Any(d => d.Item2.AtMilliseconds <= at) ? 1 : 0;
            }
        });
        return command;
    }

    /// <summary>Milliseconds of 90m, 24h or 7d; null for anything else.</summary>
    internal static long? Span(string text)
    {
        const long minute = 60_000;
        var unit = text.Length < 2 ? 0
            : text[^1] switch { 'm' => minute, 'h' => 60 * minute, 'd' => 24 * 60 * minute, _ => 0 };
        return unit > 0 && int.TryParse(
            text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count * unit : null;
    }

    private static void Write(TextWriter output, MissionReading reading, (Subject, Due)[] dues, long now)
    {
        MissionVerb.Head(output, reading, dues.Select(d => d.Item1.Id));
        var times = MissionTimes.Of(reading, now);
        output.WriteLine($"now {times.Words(now)}: {dues.Count(d => d.Item2.AtMilliseconds <= now)} overdue, "
            + $"{dues.Count(d => d.Item2.AtMilliseconds > now)} to come");
        foreach (var (subject, due) in dues)
        {
            output.WriteLine(times.Due(due, now) + $": {subject.Machine.Title.ToLowerInvariant()} {subject.Id}");
        }

        MissionVerb.Standing(output);
    }

    private static void WriteJson(TextWriter output, MissionReading reading, (Subject, Due)[] dues, long now) =>
        Wire.Write(output, (json, _) =>
        {
            json.WriteStartObject();
            MissionJson.Head(json, reading, dues.Select(d => d.Item1.Id));
            json.WriteNumber("now", now);
            json.WriteStartArray("deadlines");
            foreach (var (subject, due) in dues)
            {
                MissionJson.Due(json, subject, due, now);
            }

            json.WriteEndArray();
            MissionJson.Standing(json);
            json.WriteEndObject();
        });
}
