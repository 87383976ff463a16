using System.Text.RegularExpressions;

namespace Truce.Tests;

/// <summary>The pages that name, for each rule and each thing that users ask for, the tests that show it.</summary>
public sealed partial class EvidenceTests
{
    /// <summary>Each test by class and name, read from the source of every test project.</summary>
    private static readonly HashSet<string> There =
        [.. Directory.EnumerateFiles(Path.Combine(MissionTests.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => TestsIn(File.ReadAllText(file)))];

    [Theory]
    [InlineData("asks.md", 15)]
    [InlineData("c2sp-conformance.md", 55)]
    [InlineData("mission-evidence.md", 45)]
    [InlineData("record-evidence.md", 120)]
    public void Each_row_names_tests_that_exist_or_says_why_there_is_none(string page, int rowsMin)
    {
        var lines = File.ReadAllLines(Path.Combine(MissionTests.Root, "docs", page));
        var notes = lines.Where(l => l.StartsWith("- **", StringComparison.Ordinal))
            .SelectMany(l => Note().Matches(l[..l.IndexOf(": ", StringComparison.Ordinal)]))
            .Select(m => m.Groups[1].Value).Append("not yet").ToArray();
        var rows = lines
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal))
            .Where(l => !l.EndsWith("| shown by |", StringComparison.Ordinal))
            .Select(l => l.Trim('|', ' ').Split(" | ")).ToArray();

        Assert.True(rows.Length >= rowsMin, $"{rows.Length} rows");
        Assert.All(rows, row => Assert.Equal(2, row.Length));
        string[] empty =
        [
            .. rows.Where(row => !Named().IsMatch(row[1])
                && !notes.Any(n => row[1].StartsWith(n, StringComparison.Ordinal))).Select(row => row[0]),
        ];
        Assert.Empty(empty);
        string[] missing =
        [
            .. lines.SelectMany(l => Named().Matches(l)).Select(m => m.Groups[1].Value).Where(n => !There.Contains(n)),
        ];
        Assert.Empty(missing);
    }

    [Fact]
    public void Each_test_that_is_named_for_an_ask_stands_on_the_page()
    {
        var page = File.ReadAllText(Path.Combine(MissionTests.Root, "docs", "asks.md"));
        var asks = There.Where(n => n.StartsWith("FifteenAsksTests.", StringComparison.Ordinal)).ToArray();

        Assert.True(asks.Length >= 11, $"{asks.Length} tests");
        Assert.All(asks, n => Assert.Contains($"`{n}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_section_of_the_records_rules_has_its_rows()
    {
        var lines = File.ReadAllLines(Path.Combine(MissionTests.Root, "docs", "record-evidence.md"));

        Assert.All(Enumerable.Range(1, 9), i =>
            Assert.Contains(lines, l => l.StartsWith($"## §{i} ", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> TestsIn(string source)
    {
        var type = "";
        foreach (Match m in Declared().Matches(source))
        {
            if (m.Groups["type"].Success)
            {
                type = m.Groups["type"].Value;
            }
            else
            {
                yield return $"{type}.{m.Groups["test"].Value}";
            }
        }
    }

    /// <summary>A class, or a public method that returns nothing: xUnit's analyzer refuses one that is no
    /// test.</summary>
    [GeneratedRegex(@"^public [a-z ]*class (?<type>\w+)|^    public (async )?(void|Task) (?<test>\w+)\(",
        RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex("`([A-Za-z0-9]+Tests\\.[A-Za-z0-9_]+)`")]
    private static partial Regex Named();

    /// <summary>The words that a page lets a row begin with instead of a test: "- **meaning**: …".</summary>
    [GeneratedRegex(@"\*\*([\w ]+)\*\*")]
    private static partial Regex Note();
}
