using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using NodaTime;
using Truce.Json;
using Truce.Maps;
using Truce.Rules;
using Truce.Space;

namespace Truce.Verbs;

/// <summary><c>truce space alternatives</c>: other departures at which a plan meets nothing.</summary>
internal static class SpaceAlternatives
{
    private const int HoursDefault = 12;
    private const int StepMinutesDefault = 15;

    public static Command Command(TextWriter output, TextWriter error)
    {
        var plan = SpaceVerb.Plan();
        var (against, mission, asker) = SpaceVerb.Beside();
        var from = new Option<string?>("--from")
        {
            Description = "the first departure to try, as 2026-03-10T06:00:00Z; by default the planned one",
        };
        var hours = new Option<int>("--hours")
        {
            Description = "how long to go on trying, 1 to 720 hours",
            DefaultValueFactory = _ => HoursDefault,
        };
        var step = new Option<int>("--step")
        {
            Description = "minutes from one try to the next, 1 to 1440",
            DefaultValueFactory = _ => StepMinutesDefault,
        };
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var command = new Command("alternatives",
            "At which other times would each activity of a plan meet nothing? Exit 0 some for each, 1 none for one, " +
            "2 bad input.\n\nExamples:\n" +
            "  truce space alternatives convoy.geojson --against operations.geojson --hours 24 --step 30\n" +
            "  truce space alternatives convoy.geojson --against all.geojson --mission missions/gaza --as isf")
        {
            plan, against, mission, asker, from, hours, step, json,
        };
        command.SetAction(parsed =>
        {
            var (many, every) = (parsed.GetValue(hours), parsed.GetValue(step));
            var first = MissionMap.Time(parsed.GetValue(from));
            if (many is < 1 or > 720 || every is < 1 or > 1_440 || (parsed.GetValue(from) is not null && first is null))
            {
                error.WriteLine("error: `--hours` is 1 to 720, `--step` 1 to 1440, `--from` a time with its offset\n" +
                    "  help: truce space alternatives PLAN --from 2026-03-10T06:00:00Z --hours 24 --step 30");
                return 2;
            }

            var who = parsed.GetValue(asker);
            if (SpaceVerb.Open(parsed.GetValue(plan)!, parsed.GetValue(against), parsed.GetValue(mission), who, error)
                is not { } files)
            {
                return 2;
            }

            if (first is { } begin && files.Map.Seconds(begin) is null)
            {
                error.WriteLine(
                    $"error: `--from` lies outside ten years from the mission's epoch, {files.Map.Iso(0)}\n" +
                    "  help: correct the year, or the mission's epoch");
                return 2;
            }

            var check = PlanCheck.Of(files.Map, files.Plan, files.Against, who);
            var found = check.Results.Select(r => (r.Planned, Begins: Begins(check, r.Planned, first, many, every)))
                .ToImmutableArray();
            if (parsed.GetValue(json))
            {
                Json(output, check, found);
            }
            else
            {
                output.Write(Text(check, found, every));
            }

            return found.All(f => !f.Begins.IsEmpty) && check.NotChecked.IsEmpty ? 0 : 1;
        });
        return command;
    }

    /// <summary>The begins of an activity at which it would meet nothing: when it sets out, without slack.</summary>
    internal static ImmutableArray<int> Begins(
        PlanCheck check, Planned planned, Instant? first, int hours, int stepMinutes)
    {
        var slack = planned.Activity.SlackSeconds;
        var from = first is { } at && check.Map.Seconds(at) is { } seconds
            ? Math.Max(0, seconds - slack) : planned.Activity.Window.FromSeconds;
        var until = (int)Math.Min(Space.Limits.HorizonSeconds, from + (hours * 3600L) + 1);
        return [.. check.Alternatives(planned, new Window(from, until), stepMinutes * 60).Select(b => b + slack)];
    }

    /// <summary>The departures in words: runs of tries without a gap as from and until.</summary>
    internal static string Text(
        PlanCheck check, ImmutableArray<(Planned Planned, ImmutableArray<int> Begins)> found, int stepMinutes)
    {
        var text = new System.Text.StringBuilder();
        foreach (var (planned, begins) in found)
        {
            FindingText.Wrap(text, PlanText.Headline(check.Map, planned), "", "  ");
            var runs = Runs(begins, stepMinutes * 60).ToList();
            foreach (var (first, last) in runs)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"  clear: {(first == last ? "at" : "from")} {check.Map.Words(first)}");
                text.Append(first == last ? "\n" : $" to {check.Map.Words(last)}\n");
            }

            text.Append(runs.Count == 0 ? "  no clear departure among those tried\n" : "").Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"Every {stepMinutes} minutes were tried.\n");
        PlanText.Unchecked(text, check);
        text.Append(PlanText.Ground(check.Map)).Append('\n');
        FindingText.Wrap(text, PlanText.Standing, "", "");
        return text.Append(Prose.RecognitionLine).Append('\n').ToString();
    }

    private static IEnumerable<(int First, int Last)> Runs(ImmutableArray<int> begins, int step)
    {
        for (var i = 0; i < begins.Length;)
        {
            var j = i;
            while (j + 1 < begins.Length && begins[j + 1] - begins[j] == step)
            {
                j++;
            }

            yield return (begins[i], begins[j]);
            i = j + 1;
        }
    }

    private static void Json(
        TextWriter output, PlanCheck check, ImmutableArray<(Planned Planned, ImmutableArray<int> Begins)> found) =>
        Wire.Write(output, (json, flush) =>
        {
            json.WriteStartObject();
            json.WriteNumber("version", Wire.Version);
            json.WriteString("kind", "truce-space-alternatives");
            SpaceJson.Frame(json, check.Map);
            json.Strings("standing", [PlanText.Standing, Prose.RecognitionLine]);
            json.WriteStartArray("activities");
            foreach (var (planned, begins) in found)
            {
                json.WriteStartObject();
                SpaceJson.Who(json, check.Map, planned);
                json.Strings("clear_departures", begins.Select(check.Map.Iso));
                json.WriteEndObject();
                flush();
            }

            json.WriteEndArray();
            json.Strings("not_checked", check.NotChecked.Select(p => p.Name));
            json.WriteEndObject();
        });
}
