using System.Text.RegularExpressions;

namespace Truce.Mission.Tests;

/// <summary>The pages that name the tests of what users ask for, and of each rule of a mission.</summary>
public sealed partial class AsksTests
{
    private static readonly string[] Notes = ["meaning", "record", "later", "not yet"];

    private static string Root { get; } = Folder(AppContext.BaseDirectory);

    [Theory]
    [InlineData("asks.md", 15)]
    [InlineData("mission-evidence.md", 45)]
    public void Each_row_names_tests_that_exist_or_says_why_there_is_none(string page, int rowsMin)
    {
        var rows = File.ReadAllLines(Path.Combine(Root, "docs", page))
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal))
            .Where(l => !l.EndsWith("| shown by |", StringComparison.Ordinal))
            .Select(l => l.Trim('|', ' ').Split(" | ")).ToArray();
        Assert.True(rows.Length >= rowsMin, $"{rows.Length} rows");
        Assert.All(rows, row => Assert.Equal(2, row.Length));
        string[] empty =
        [
            .. rows.Where(row => !Test().IsMatch(row[1])
                && !Notes.Any(n => row[1].StartsWith(n, StringComparison.Ordinal))).Select(row => row[0]),
        ];
        Assert.Empty(empty);

        var here = typeof(AsksTests).Assembly.GetTypes().Where(t => t.IsClass)
            .SelectMany(t => t.GetMethods().Where(IsTest).Select(m => $"{t.Name}.{m.Name}"))
            .ToHashSet(StringComparer.Ordinal);
        string[] missing =
        [
            .. rows.SelectMany(r => Test().Matches(r[1])).Select(m => m.Groups[1].Value)
                .Where(n => !here.Contains(n) && !StandsInTheProgramsTests(n)),
        ];
        Assert.Empty(missing);
    }

    [Fact]
    public void Each_test_that_is_named_for_an_ask_stands_on_the_page()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs", "asks.md"));
        Assert.All(typeof(FifteenAsksTests).GetMethods().Where(IsTest),
            m => Assert.Contains($"`FifteenAsksTests.{m.Name}`", page, StringComparison.Ordinal));
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
