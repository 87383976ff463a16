using System.CommandLine;
using Truce.Json;
using Truce.Mission;
using Truce.Missions;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce mission timeline</c>.</summary>
internal static class MissionTimelineVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var subject = new Option<string?>("--subject") { Description = "one subject: its id, or its beginning" };
        var type = new Option<string?>("--type")
        {
            Description = "acts of one type, movement.notify, or of one machine, movement",
        };
        var from = new TimeOption("--from", "acts that happened at this time or later");
        var to = new TimeOption("--to", "acts that happened before this time");
        var eyes = new MissionEyes();
        var command = new Command("timeline",
            "Every act that you may read, by when it happened, with what became of it.\n\nExamples:\n"
            + "  truce mission timeline --log our-log --from 2026-03-09T18:00:00Z\n"
            + "  truce mission timeline --log our-log --subject incident/01ab --as un.reading.key --json")
        {
            subject, type, from.Option, to.Option,
        };
        eyes.AddTo(command);
        command.SetAction(parsed =>
        {
            if (from.Read(parsed, long.MinValue, error) is not { } first
                || to.Read(parsed, long.MaxValue, error) is not { } end
                || IsEmpty(first, end, error)
                || eyes.Open(parsed, error) is not { } reading)
            {
                return 2;
            }

            using (reading)
            {
                var wanted = parsed.GetValue(subject);
                var id = wanted is null || reading.Fold.Subjects.ContainsKey(wanted) ? wanted
                    : ActDraft.Only(reading.Fold, wanted);
                if (wanted is not null && id is null)
                {
                    error.WriteLine($"error: `--subject {wanted}` is no subject that {reading.As} may read\n"
                        + "  help: without `--subject` all are listed");
                    return 2;
                }

                var kind = parsed.GetValue(type);
                if (kind is not null && !Mission.Machines.All.Any(m => m.Name == kind
                    || m.Rows.Any(r => $"{m.Name}.{r.Command}" == kind)))
                {
                    error.WriteLine($"error: `--type {kind}` is no type and no machine\n"
                        + "  help: `truce mission act` lists them");
                    return 2;
                }

                Labelled[] acts = [.. reading.Fold.Labels
                    .Where(l => (id is null || l.Subject == id) && l.OccurredAt >= first && l.OccurredAt < end
                        && (kind is null || l.Type == kind || l.Type.StartsWith(kind + ".", StringComparison.Ordinal)))
                    .OrderBy(l => l.OccurredAt).ThenBy(l => l.Entry)];
                if (parsed.GetValue(eyes.Json))
                {
                    WriteJson(output, reading, acts);
                }
                else
                {
                    Write(output, reading, acts);
                }

                return 0;
            }
        });
        return command;
    }

    private static bool IsEmpty(long from, long to, TextWriter error)
    {
        if (from >= to)
        {
            error.WriteLine("error: `--from` is not before `--to`\n  help: what happened at `--from` or later is "
                + "listed, and before `--to`");
        }

        return from >= to;
    }

    private static void Write(TextWriter output, MissionReading reading, Labelled[] acts)
    {
        MissionVerb.Head(output, reading, acts.Select(a => a.Subject));
        var times = MissionTimes.Of(reading, acts.Length == 0 ? 0 : acts.Max(a => a.ReceivedAt));
        foreach (var act in acts)
        {
            output.WriteLine($"{times.Words(act.OccurredAt)}  {Plain.Words(act.Type)}, by {Plain.Words(act.Author)}  "
                + $"{Plain.Words(act.Subject)} (entry {act.Entry})"
                + (IsUnmapped(act) ? ", outside the framework" : ""));
            if (act.Outcome != Record.OutcomeKind.Applied || act.Why is not null)
            {
                output.WriteLine($"    {RecordWords.Wire(act.Outcome)}"
                    + (act.Why is { } why ? $": {Plain.Words(why)}" : ""));
            }

            if (act.Ruling is { IsReported: false, Worst: { } worst } && worst != "permitted" && !IsUnmapped(act))
            {
                output.WriteLine($"    {Plain.Words(RulingWords.Headline(act.Ruling))}");
            }
        }

        output.WriteLine(acts.Length == 1 ? "1 act" : $"{acts.Length} acts");
        MissionVerb.Standing(output);
    }

    /// <summary>Whether the framework maps an act to no action: it is outside, and no more is to be said.</summary>
    private static bool IsUnmapped(Labelled act) =>
        act.Ruling is { IsReported: false, Then: [{ Verdict: Answered.Outside, Action.Length: 0 }] };

    private static void WriteJson(TextWriter output, MissionReading reading, Labelled[] acts) =>
        Wire.Write(output, (json, flush) =>
        {
            json.WriteStartObject();
            MissionJson.Head(json, reading, acts.Select(a => a.Subject));
            json.WriteStartArray("acts");
            foreach (var act in acts)
            {
                json.WriteStartObject();
                MissionJson.Labelled(json, act);
                json.Text("worst", act.Ruling is { IsReported: false } ruled ? ruled.Worst : null);
                json.WriteEndObject();
                flush();
            }

            json.WriteEndArray();
            MissionJson.Standing(json);
            json.WriteEndObject();
        });
}
