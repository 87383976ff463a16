using System.Text.RegularExpressions;

namespace Truce.Tests;

/// <summary>
/// A page of the documentation as it is run: each command line of its console blocks, in order, in a folder of its own.
/// What differs from run to run (hashes, keys, times) must stand in the same places, and is carried into the commands
/// behind. A line <c>…</c> stands for any number of lines.
/// </summary>
public sealed partial class PageWalk : IDisposable
{
    private const string Prompt = "$ truce ";
    private const string Left = "…";

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-walk-").FullName;
    private readonly Dictionary<string, string> _values = [];
    private readonly string _page;
    private readonly string _root;

    /// <summary>A walk along a page.</summary>
    /// <param name="page">Its name under <c>docs/</c>.</param>
    /// <param name="root">How paths in its own folder begin: <c>line/</c>.</param>
    public PageWalk(string page, string root) => (_page, _root) = (page, root);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Runs every command and compares; how many there were.</summary>
    /// <param name="comment">What is done at a line that is a comment.</param>
    public int Run(Action<string> comment)
    {
        var page = File.ReadAllLines(Path.Combine(Frameworks.Root, "docs", _page));
        var (inside, count) = (false, 0);
        for (var at = 0; at < page.Length; at++)
        {
            if (page[at].StartsWith("<!-- ", StringComparison.Ordinal))
            {
                comment(page[at]);
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
                var printed = Run(page[at][Prompt.Length..]);
                if (Environment.GetEnvironmentVariable("UPDATE_EXPECT") == "1" && !shown.Contains(Left))
                {
                    string[] lines = [.. printed.TrimEnd('\n').Split('\n').Where(l => printed.Length > 0)];
                    page = [.. page[..(at + 1)], .. lines, .. page[(at + 1 + shown.Length)..]];
                    shown = lines;
                }

                Same($"docs/{_page}:{at + 1}: {page[at]}", shown, printed);
                count++;
            }
        }

        if (Environment.GetEnvironmentVariable("UPDATE_EXPECT") == "1")
        {
            File.WriteAllText(Path.Combine(Frameworks.Root, "docs", _page), string.Join('\n', page) + '\n');
        }

        return count;
    }

    /// <summary>A path of the page's own folder on this machine.</summary>
    public string At(string path) => Path.Combine(_folder, path);

    /// <summary>What differs from run to run; the longest form first.</summary>
    [GeneratedRegex(@"[a-z0-9./-]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}|[A-Za-z0-9+/]{43}=|\d{4}-\d\d-\d\dT[\d:.]+Z"
        + @"|\d+(?:\.\d+)? KiB(?=,|$)|(?<=[a-z]/)[0-9a-f]{16}\b")]
    private static partial Regex Varying();

    private void Same(string command, string[] shown, string printed)
    {
        var page = Text(shown);
        var run = Text(printed.Split('\n'));
        if (!page.Contains(Left, StringComparison.Ordinal))
        {
            Assert.True(Varying().Replace(page, "VALUE") == Varying().Replace(run, "VALUE"),
                $"{command}\nthe page shows:\n{page}\nthe program prints:\n{run}");
            Carry(page, run);
            return;
        }

        var lines = run.Split('\n');
        var from = 0;
        foreach (var part in $"\n{page}\n".Split($"\n{Left}\n").Select(p => p.Trim('\n')).Where(p => p.Length > 0))
        {
            var wanted = Varying().Replace(part, "VALUE");
            var size = part.Split('\n').Length;
            var at = Enumerable.Range(from, Math.Max(0, lines.Length - size - from + 1)).FirstOrDefault(i =>
                Varying().Replace(string.Join('\n', lines.Skip(i).Take(size)), "VALUE") == wanted, -1);
            Assert.True(at >= 0, $"{command}\nthe page shows:\n{part}\nthe program prints:\n{run}");
            Carry(part, string.Join('\n', lines.Skip(at).Take(size)));
            from = at + size;
        }
    }

    private void Carry(string page, string run)
    {
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
                .Select(w => w.StartsWith(_root, StringComparison.Ordinal) ? At(w)
                    : w.StartsWith("missions/", StringComparison.Ordinal) ? Path.Combine(Frameworks.Root, w) : w),
        ];
        var (_, output, error) = Frameworks.Run(args);
        return (output + error).Replace(_folder + "/", "", StringComparison.Ordinal)
            .Replace(Frameworks.Root + "/", "", StringComparison.Ordinal);
    }

    /// <summary>A command line as a shell splits it, single quotes only.</summary>
    private static IEnumerable<string> Words(string command) => command.Split('\'').SelectMany(
        (part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
