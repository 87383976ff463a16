using System.Globalization;
using System.Text.RegularExpressions;

namespace Truce.Rules.Tests;

/// <summary>The reference of the language is true: each example gives what stands below it.</summary>
public sealed partial class LanguageReferenceTests
{
    [Theory]
    [InlineData("docs/framework-language.md")]
    [InlineData("docs/framework-findings.md")]
    [InlineData("docs/framework-map.md")]
    [InlineData("docs/framework-diagnostics.md")]
    public void Each_example_gives_what_stands_below_it(string paper)
    {
        var path = Path.Combine(ReferenceExample.Root, paper);
        var now = ReferenceExample.Rewrite(paper).Text;
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECT") == "1")
        {
            File.WriteAllText(path, now);
        }

        Assert.Equal(File.ReadAllText(path), now);
    }

    [Fact]
    public void Each_code_has_a_section_with_an_example_that_raises_it_and_one_that_does_not()
    {
        var lacking = new List<string>();
        foreach (var code in Codes.All.Select(c => c.Code))
        {
            var examples = ReferenceExample.All.Where(e => e.Heading.StartsWith(code, StringComparison.Ordinal))
                .ToList();
            if (!examples.Exists(e => e.Codes().Contains(code)))
            {
                lacking.Add($"{code}: no example in its section raises it");
            }

            if (!examples.Exists(e => e.Reading.IsUsable && !e.Codes().Contains(code)))
            {
                lacking.Add($"{code}: no example in its section is free of it");
            }
        }

        Assert.Equal("", string.Join('\n', lacking));
    }

    [Fact]
    public void Each_diagnostic_code_is_raised_by_an_example_or_by_bad_input()
    {
        var raised = ReferenceExample.All.SelectMany(e => e.Reading.Diagnostics).Select(d => d.Code)
            .Concat(BadInputTests.AllDiagnostics().Select(d => d.Code)).ToHashSet(StringComparer.Ordinal);
        Assert.Equal("", string.Join(' ', DeclaredCodes().Where(c => !raised.Contains(c))));
    }

    [Fact]
    public void Each_diagnostic_code_is_explained()
    {
        var paper = File.ReadAllText(Path.Combine(ReferenceExample.Root, "docs/framework-diagnostics.md"));
        Assert.Equal("", string.Join(' ', DeclaredCodes().Append("F001")
            .Where(c => !paper.Contains($"| {c} |", StringComparison.Ordinal))));
    }

    [Fact]
    public void Each_key_that_the_reader_knows_stands_in_the_reference()
    {
        var paper = File.ReadAllText(Path.Combine(ReferenceExample.Root, ReferenceExample.Papers[0]));
        var keys = ReadingSources().SelectMany(s => KeyUse().Matches(s)).Select(m => m.Groups[1].Value).Distinct()
            .ToList();
        Assert.True(keys.Count > 80, $"only {keys.Count} keys found in the reader");
        Assert.Equal("", string.Join(' ', keys.Where(k => !paper.Contains($"`{k}`", StringComparison.Ordinal)
            && !paper.Contains($"`{k}:", StringComparison.Ordinal))));
    }

    [Fact]
    public void Each_written_limit_stands_in_the_reference()
    {
        var paper = File.ReadAllText(Path.Combine(ReferenceExample.Root, ReferenceExample.Papers[0]));
        var start = paper.IndexOf("## 11.", StringComparison.Ordinal);
        var limits = paper[start..paper.IndexOf("## 12.", StringComparison.Ordinal)];
        var written = typeof(Limits).GetFields().Where(f => f.IsLiteral && f.Name != nameof(Limits.FileBytes))
            .Select(f => Convert.ToInt64(f.GetRawConstantValue(), CultureInfo.InvariantCulture).ToString("#,0",
                CultureInfo.InvariantCulture)).ToList();
        Assert.True(written.Count >= 8, "the limits are not found");
        Assert.Equal("", string.Join(' ', written.GroupBy(n => n).Select(g => g.Key).Where(n =>
            Regex.Count(limits, $@"(?<![\d,]){n}(?![\d,]\d)") < written.Count(w => w == n))));
        Assert.Contains($"{Limits.FileBytes >> 20} MiB", limits, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dead_rule_is_not_called_dead_where_a_question_was_left_undecided()
    {
        var dead = ReferenceExample.All.First(e => e.Codes().Contains("W501"));
        var result = Check.Run(new Rulebook(dead.Reading.Framework), new CheckOptions(NodeLimit: 1));
        Assert.NotEmpty(result.NotDecided);
        Assert.DoesNotContain(result.Findings, f => f.Code is "W501" or "W502");
    }

    private static IEnumerable<string> DeclaredCodes() => ReadingSources().SelectMany(s => CodeUse().Matches(s))
        .Select(m => m.Groups[1].Value).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> ReadingSources() => Directory
        .GetFiles(Path.Combine(ReferenceExample.Root, "src", "Truce.Rules", "Reading"), "*.cs")
            .Select(File.ReadAllText);

    [GeneratedRegex("\"(F\\d\\d\\d)\"")]
    private static partial Regex CodeUse();

    [GeneratedRegex("(?:Take|TakeStated|Words|WordsList|Name|NameList|YesNo|OneOf|OneOf<\\w+>|Date|Span|Amount|Has)" +
        "\\(\"([a-z_]+)\"")]
    private static partial Regex KeyUse();
}
