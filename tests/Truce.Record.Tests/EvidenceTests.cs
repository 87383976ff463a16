using System.Text.RegularExpressions;

namespace Truce.Record.Tests;

/// <summary>The page that names, for each sentence of the record's rules, the tests that show it.</summary>
public sealed partial class EvidenceTests
{
    private const int RowsMin = 120;

    private static readonly string[] Notes =
        ["meaning", "format only", "MISSION", "console", "outbox", "verbs", "not yet"];

    private static string Root { get; } = Folder(AppContext.BaseDirectory);

    private static string[] Page { get; } = File.ReadAllLines(Path.Combine(Root, "docs", "record-evidence.md"));

    [Fact]
    public void Each_test_that_the_page_names_exists()
    {
        var here = typeof(EvidenceTests).Assembly.GetTypes().Where(t => t.IsClass)
            .SelectMany(t => t.GetMethods().Where(IsTest).Select(m => $"{t.Name}.{m.Name}"))
            .ToHashSet(StringComparer.Ordinal);
        var named = Page.SelectMany(l => Test().Matches(l)).Select(m => m.Groups[1].Value).Distinct().ToArray();

        string[] missing = [.. named.Where(n => !here.Contains(n) && !StandsInTheProgramsTests(n))];
        Assert.Empty(missing);
        Assert.True(named.Length > 100);
    }

    [Fact]
    public void Each_row_names_a_test_or_says_why_there_is_none()
    {
        var rows = Page.Where(l => l.StartsWith("| ", StringComparison.Ordinal) && l != "| sentence | shown by |")
            .Select(l => l.Trim('|', ' ').Split(" | ")).ToArray();

        Assert.All(rows, row => Assert.Equal(2, row.Length));
        string[] empty =
        [
            .. rows.Where(row => !Test().IsMatch(row[1])
                && !Notes.Any(n => row[1].StartsWith(n, StringComparison.Ordinal))).Select(row => row[0]),
        ];
        Assert.Empty(empty);
        Assert.True(rows.Length >= RowsMin, $"{rows.Length} rows");
        Assert.All(Enumerable.Range(1, 9), i =>
            Assert.Contains(Page, l => l.StartsWith($"## §{i} ", StringComparison.Ordinal)));
    }

    /// <summary>Tests of the program are in another assembly: their source is asked.</summary>
    private static bool StandsInTheProgramsTests(string name)
    {
        var parts = name.Split('.');
        var file = Path.Combine(Root, "tests", "Truce.Tests", parts[0] + ".cs");
        return File.Exists(file) && Regex.IsMatch(
            File.ReadAllText(file), $@"\[(Fact|Theory)\b[^{{;]*\s(void|Task) {Regex.Escape(parts[1])}\(");
    }

    private static bool IsTest(System.Reflection.MethodInfo method) =>
        method.GetCustomAttributes(inherit: true).Any(a => a is FactAttribute);

    private static string Folder(string from) =>
        File.Exists(Path.Combine(from, "Truce.slnx")) ? from : Folder(Directory.GetParent(from)!.FullName);

    [GeneratedRegex("`([A-Za-z0-9]+Tests\\.[A-Za-z0-9_]+)`")]
    private static partial Regex Test();
}
