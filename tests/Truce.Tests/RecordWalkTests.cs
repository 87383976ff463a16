using System.Text.RegularExpressions;
using Truce.Record;

namespace Truce.Tests;

/// <summary>
/// docs/record.md as it is run: each command line of its console blocks, in order, in a folder of its own. What differs
/// from run to run (hashes, keys, times) must stand in the same places, and is carried into the commands behind.
/// </summary>
public sealed partial class RecordWalkTests : IDisposable
{
    private const string Prompt = "$ truce ";
    private const string Walk = "line/";

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-walk-").FullName;
    private readonly Dictionary<string, string> _values = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_command_of_the_walk_prints_what_the_page_shows()
    {
        var page = File.ReadAllLines(Path.Combine(Frameworks.Root, "docs", "record.md"));
        var (inside, count) = (false, 0);
        for (var at = 0; at < page.Length; at++)
        {
            if (page[at].StartsWith("<!-- here the witnesses cosign", StringComparison.Ordinal))
            {
                Cosign();
            }
            else if (page[at].StartsWith("```", StringComparison.Ordinal))
            {
                inside = page[at] == "```console";
            }
            else if (inside && page[at].StartsWith(Prompt, StringComparison.Ordinal))
            {
                string[] shown =
                [
                    .. page.Skip(at + 1).TakeWhile(l => !l.StartsWith("```", StringComparison.Ordinal)
                        && !l.StartsWith(Prompt, StringComparison.Ordinal)),
                ];
                Same(page[at], shown, Run(page[at][Prompt.Length..]));
                count++;
            }
        }

        Assert.InRange(count, 25, 100);
    }

    /// <summary>What differs from run to run; the longest form first.</summary>
    [GeneratedRegex(@"[a-z0-9./-]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}|[A-Za-z0-9+/]{43}=|\d{4}-\d\d-\d\dT[\d:.]+Z"
        + @"|\d+(?:\.\d+)? KiB(?=,|$)")]
    private static partial Regex Varying();

    private void Same(string command, string[] shown, string printed)
    {
        var page = Text(shown);
        var run = Text(printed.Split('\n'));
        Assert.True(Varying().Replace(page, "VALUE") == Varying().Replace(run, "VALUE"),
            $"{command}\nthe page shows:\n{page}\nthe program prints:\n{run}");
        foreach (var (there, here) in Varying().Matches(page).Zip(Varying().Matches(run)))
        {
            _values[there.Value] = here.Value;
        }
    }

    /// <summary>Lines without the counts of days: a run may go past midnight.</summary>
    private static string Text(IEnumerable<string> lines) =>
        string.Join('\n', lines.Where(l => !DayCount().IsMatch(l))).Trim('\n');

    [GeneratedRegex(@"^  \d{4}-\d\d-\d\d \d+$")]
    private static partial Regex DayCount();

    private string Run(string command)
    {
        string[] args =
        [
            .. Words(command).Select(w => Varying().Replace(w, m => _values.GetValueOrDefault(m.Value, m.Value)))
                .Select(w => w.StartsWith(Walk, StringComparison.Ordinal) ? At(w) : w),
        ];
        var (_, output, error) = Frameworks.Run(args);
        return (output + error).Replace(_folder + "/", "", StringComparison.Ordinal);
    }

    /// <summary>A command line as a shell splits it, single quotes only.</summary>
    private static IEnumerable<string> Words(string command) => command.Split('\'').SelectMany(
        (part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private string At(string path) => Path.Combine(_folder, path);

    /// <summary>What the witnesses do when `serve` asks them; the page shows that part without running it.</summary>
    private void Cosign()
    {
        var file = At("line/log/checkpoint");
        var note = SignedNote.Parse(File.ReadAllBytes(file)).Required();
        var time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        foreach (var name in new[] { "un", "agency" })
        {
            using var key = Http.Keys.Read(At($"line/{name}-witness/witness.key")).Required();
            note = note.With([Cosignature.Sign(key, note.Text, time)]);
        }

        File.WriteAllBytes(file, note.ToBytes());
    }
}
