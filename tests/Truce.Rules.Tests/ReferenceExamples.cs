using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Truce.Rules.Tests;

/// <summary>
/// The fenced examples of the language's reference. A block <c>yaml check</c> is a whole framework. A block
/// <c>yaml fragment</c> lacks some top-level keys, which the block <c>yaml preamble</c> supplies, after it, so that
/// lines keep their numbers. A block <c>map</c> before it says what a map shows. The blocks that follow say what must
/// come of it: <c>findings</c>, <c>diagnostics</c> or
/// <c>rulings</c>; without one it must be read without a defect.
/// </summary>
internal sealed partial record ReferenceExample(string Paper, int Line, string Heading, string Text, Drawn? Map = null)
{
    public static readonly string[] Papers =
    [
        "docs/framework-language.md", "docs/framework-findings.md", "docs/framework-map.md",
        "docs/framework-diagnostics.md",
    ];

    public static readonly string Root = FindRoot();

    private Reading? _reading;

    public Reading Reading => _reading ??= FrameworkReader.Read(Text, "example.yaml");

    /// <summary>Everything in the order of the papers.</summary>
    public static IReadOnlyList<ReferenceExample> All { get; } = [.. Papers.SelectMany(p => Rewrite(p).Examples)];

    /// <summary>The codes of the findings; none where the file cannot be used.</summary>
    public IReadOnlySet<string> Codes() => Reading.IsUsable
        ? Check.Run(new Rulebook(Reading.Framework), new CheckOptions(Drawn: Map)).Findings
            .Select(f => f.Code).ToHashSet(StringComparer.Ordinal)
        : new HashSet<string>();

    /// <summary>A paper with every expected block as the program now gives it.</summary>
    public static (string Text, List<ReferenceExample> Examples) Rewrite(string paper)
    {
        var lines = File.ReadAllText(Path.Combine(Root, paper)).TrimEnd('\n').Split('\n');
        var preamble = Preamble();
        var examples = new List<ReferenceExample>();
        var text = new StringBuilder();
        var heading = "";
        var told = true;
        Drawn? map = null;
        for (var i = 0; i < lines.Length; i++)
        {
            text.Append(lines[i]).Append('\n');
            heading = lines[i].StartsWith('#') ? lines[i].TrimStart('#', ' ') : heading;
            if (!lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                continue;
            }

            var (kind, start) = (lines[i][3..].Trim(), i + 1);
            i = Array.IndexOf(lines, "```", start);
            var block = lines[start..i];
            if (kind == "map")
            {
                map = new Drawn(Pairs(block, "together: "), Pairs(block, "apart: "));
            }
            else if (kind is "yaml check" or "yaml fragment")
            {
                RequireReadable(examples, told);
                var own = string.Join('\n', block) + "\n";
                examples.Add(new ReferenceExample(paper, start, heading, kind == "yaml check" ? own
                    : Complete(own, preamble), map));
                map = null;
                told = false;
            }
            else if (kind is "findings" or "diagnostics" or "rulings")
            {
                block = [.. Expected(kind, examples[^1], block)];
                told = true;
            }

            block.ToList().ForEach(l => text.Append(l).Append('\n'));
            text.Append("```\n");
        }

        RequireReadable(examples, told);
        return (text.ToString(), examples);
    }

    /// <summary>Where nothing else is said of an example, it must be read without a defect.</summary>
    private static void RequireReadable(List<ReferenceExample> examples, bool told)
    {
        if (!told && !examples[^1].Reading.Diagnostics.IsEmpty)
        {
            Assert.Fail($"{examples[^1].Paper}:{examples[^1].Line}: " +
                $"{string.Join('\n', examples[^1].Reading.Diagnostics)}");
        }
    }

    private static IEnumerable<string> Expected(string kind, ReferenceExample example, string[] block)
    {
        var (reading, where) = (example.Reading, $"{example.Paper}:{example.Line}");
        if (kind == "diagnostics")
        {
            Assert.False(reading.Diagnostics.IsEmpty, $"{where}: read without a defect");
            return reading.Diagnostics.SelectMany(d => d.ToString().Split('\n'));
        }

        Assert.True(reading.IsUsable, $"{where}: {string.Join('\n', reading.Diagnostics)}");
        var book = new Rulebook(reading.Framework);
        return kind == "findings" ? FindingLines(book, example.Map) : block.Select(b => RulingLine(book, b, where));
    }

    /// <summary>The pairs of a line of a block <c>map</c>: <c>together: a + b, c + d</c>.</summary>
    private static ImmutableArray<(string, string)> Pairs(string[] block, string head) =>
    [
        .. block.Where(l => l.StartsWith(head, StringComparison.Ordinal))
            .SelectMany(l => l[head.Length..].Split(", ")).Select(p => p.Split(" + ")).Select(p => (p[0], p[1])),
    ];

    private static List<string> FindingLines(Rulebook book, Drawn? map)
    {
        var result = Check.Run(book, new CheckOptions(Drawn: map));
        var lines = result.Findings.GroupBy(f => f.Footing).SelectMany(g => g
            .Select(f => $"  {f.Identity}{(f.Kind == FindingKind.Assumed ? " (assumed)" : "")}")
                .Prepend(g.Key.ToString())).ToList();
        lines.AddRange(result.Answers.Select(a => $"{a.Code} {a.Subject}: {Words(a.Value)}"));
        return lines.Count == 0 ? ["no finding"] : lines;
    }

    private static string Words(Trivalue value) => value switch
    {
        Trivalue.Cannot => "cannot",
        Trivalue.OnlyIf => "only if at least …",
        Trivalue.Can => "can",
        _ => "not decided",
    };

    /// <summary>
    /// <c>force: patrol, in north + line, at 12:00, army=given => …</c>; what is not said is ordinary.
    /// </summary>
    private static string RulingLine(Rulebook book, string line, string where)
    {
        var question = line.Split(" => ")[0].TrimEnd();
        var m = QuestionPattern().Match(question);
        Assert.True(m.Success, $"{where}: not a question: {question}");
        var s = book.Space;
        var point = new int[s.Dims];
        point[Situations.Performer] = s.Performers.IndexOf(m.Groups[1].Value);
        point[Situations.Action] = s.Actions.IndexOf(m.Groups[2].Value);
        for (var f = 0; f < s.Facts.Length; f++)
        {
            point[Situations.FirstFact + f] = s.Facts[f].Ordinary;
        }

        var statements = new Dictionary<string, Statement>(StringComparer.Ordinal);
        foreach (var part in m.Groups[3].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries))
        {
            Place(s, point, part, statements);
        }

        Assert.True(point.All(p => p >= 0), $"{where}: a name is unknown in: {question}");
        var answers = book.Footings.Single.Select(f => (Footing: f, Answer: book.AnswerAt(point, f, statements)))
            .ToList();
        var told = answers.Where((a, i) => i == 0 || a.Answer.Signature != answers[0].Answer.Signature)
            .Select(a => Prose.Headline(a.Answer, a.Footing));
        return $"{question} => {string.Join("; ", told)}";
    }

    private static void Place(Situations s, int[] point, string part, Dictionary<string, Statement> statements)
    {
        var (word, rest) = (part.Split(' ')[0], part[(part.IndexOf(' ') + 1)..]);
        if (word == "in")
        {
            point[Situations.Leaf] = s.Leaves.ToList().FindIndex(l => l.ToString() == rest);
        }
        else if (word == "during")
        {
            point[Situations.Phase] = s.Phases.IndexOf(rest);
        }
        else if (word == "on")
        {
            var day = NodaTime.Text.LocalDatePattern.Iso.Parse(rest).Value;
            point[Situations.Day] = s.Days.ToList().FindIndex(d => d.Contains(day));
        }
        else if (word == "at")
        {
            var clock = NodaTime.Text.LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(rest).Value;
            var minute = (clock.Hour * 60) + clock.Minute;
            point[Situations.Hour] = s.Hours.ToList().FindIndex(h => minute >= h.FromMinute && minute < h.UntilMinute);
        }
        else if (part.Split('=') is [var name, var value] && s.Facts.FirstOrDefault(f => f.Id == name) is { } fact)
        {
            point[Situations.FirstFact + s.Facts.IndexOf(fact)] = fact.IndexOf(value);
        }
        else
        {
            statements[part.Split('=')[0]] = Enum.Parse<Statement>(part.Split('=')[1], ignoreCase: true);
        }
    }

    /// <summary>The supplied keys, each with its lines, from the first paper.</summary>
    private static List<(string Key, string Lines)> Preamble()
    {
        var lines = File.ReadAllLines(Path.Combine(Root, Papers[0]));
        var start = Array.IndexOf(lines, "```yaml preamble") + 1;
        Assert.True(start > 0, $"{Papers[0]} has no block `yaml preamble`");
        var keys = new List<(string Key, string Lines)>();
        foreach (var line in lines[start..Array.IndexOf(lines, "```", start)])
        {
            if (KeyPattern().Match(line) is { Success: true } m)
            {
                keys.Add((m.Groups[1].Value, line + "\n"));
            }
            else
            {
                keys[^1] = (keys[^1].Key, keys[^1].Lines + line + "\n");
            }
        }

        return keys;
    }

    /// <summary>A fragment with the keys of the preamble that it does not state itself.</summary>
    private static string Complete(string own, List<(string Key, string Lines)> preamble)
    {
        var stated = own.Split('\n').Select(l => KeyPattern().Match(l)).Where(m => m.Success)
            .Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        return own + string.Concat(preamble.Where(k => !stated.Contains(k.Key)).Select(k => k.Lines));
    }

    /// <summary>A whole framework from a fragment, for other tests.</summary>
    public static string Complete(string own) => Complete(own, Preamble());

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Truce.slnx")))
        {
            at = at.Parent ?? throw new InvalidOperationException("no Truce.slnx above the tests");
        }

        return at.FullName;
    }

    [GeneratedRegex(@"^([a-z_]+):")]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"^([\w.-]+): ([\w.-]+)((?:, [\w.=+: -]+)*)$")]
    private static partial Regex QuestionPattern();
}
