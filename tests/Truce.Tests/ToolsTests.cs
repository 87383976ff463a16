using System.Diagnostics;
using Truce.Rules;
using Truce.Verbs;

namespace Truce.Tests;

public sealed class ToolsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("truce-tools-").FullName;

    public static TheoryData<string> Verbs =>
        [.. Leaves(Program.Root(TextWriter.Null, TextWriter.Null), "").Select(name => name.Trim())];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Each_verb_has_examples_that_parse(string verb)
    {
        var (code, help, _) = Frameworks.Run([.. verb.Split(' '), "--help"]);
        Assert.Equal(0, code);
        var at = help.IndexOf("Examples:", StringComparison.Ordinal);
        Assert.True(at > 0, $"`truce {verb} --help` has no examples");
        var examples = help[at..].Split('\n').Skip(1).Select(l => l.Trim())
            .TakeWhile(l => l.StartsWith("truce ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var parsed = Program.Root(TextWriter.Null, TextWriter.Null)
                .Parse(example["truce ".Length..].Split('>', '|')[0].Trim());
            Assert.True(parsed.Errors.Count == 0,
                $"{example}: {string.Join("; ", parsed.Errors.Select(e => e.Message))}");
            Assert.StartsWith($"truce {verb}", example, StringComparison.Ordinal);
            Assert.Equal(verb.Split(' ')[^1], parsed.CommandResult.Command.Name);
        }
    }

    /// <summary>Every verb, those of groups by all their words.</summary>
    private static IEnumerable<string> Leaves(System.CommandLine.Command command, string path) =>
        command.Subcommands.Count == 0
            ? [path]
            : command.Subcommands.SelectMany(c => Leaves(c, $"{path} {c.Name}"));

    [Fact]
    public void A_new_mission_reads_is_laid_out_and_has_the_findings_that_it_explains()
    {
        var folder = Path.Combine(_folder, "valley");
        var (code, output, error) = Frameworks.Run("new", folder);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"truce check {folder}", output, StringComparison.Ordinal);
        Assert.Equal((0, "", ""), Frameworks.Run("fmt", "--check", folder));
        var text = File.ReadAllText(Path.Combine(folder, "framework.yaml"));
        var reading = FrameworkReader.Read(text, "framework.yaml");
        Assert.Empty(reading.Diagnostics);
        Assert.Equal("valley, a starter mission", reading.Framework.Name);
        Assert.Equal(Enum.GetValues<RuleKind>(), reading.Framework.Rules.Select(r => r.Kind).Distinct().Order());
        var findings = Check.Run(new Rulebook(reading.Framework)).Findings;
        Assert.Equal(["E102 search", "E102 escort-aid", "E201 escort-aid force", "E104 search state-force"],
            findings.Select(f => f.Identity));
        Assert.All(findings, f => Assert.Contains($"({f.Code})", text, StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_starter_says_of_a_dual_key_is_so()
    {
        var text = NewVerb.Starter("x");
        var line = text.Split('\n').Single(l => l.Contains("(E103)", StringComparison.Ordinal)) + "\n";
        var reading = FrameworkReader.Read(text.Replace(line, "", StringComparison.Ordinal), "framework.yaml");
        Assert.Contains(Check.Run(new Rulebook(reading.Framework)).Findings, f => f.Code == "E103");
    }

    [Fact]
    public void Nothing_is_overwritten()
    {
        var folder = Path.Combine(_folder, "valley");
        Frameworks.Run("new", folder);
        File.WriteAllText(Path.Combine(folder, "framework.yaml"), "mine");
        var (code, output, error) = Frameworks.Run("new", folder);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("not overwritten", error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(folder, "framework.yaml")));
        Assert.Equal(2, Frameworks.Run("new", Path.Combine(folder, "framework.yaml")).Code);
        Assert.Equal(2, Frameworks.Run("new", Path.Combine(_folder, "a\nb")).Code);
    }

    [Fact]
    public void Weave_says_where_a_quote_is_not_found()
    {
        Frameworks.Run("new", Path.Combine(_folder, "m"));
        var file = Path.Combine(_folder, "m", "framework.yaml");
        File.WriteAllText(file, File.ReadAllText(file)
            .Replace("{title: \"Agreement", "{file: a.txt, title: \"Agreement", StringComparison.Ordinal)
            .Replace("says: \"after a year the state", "quote: \"after a year the state", StringComparison.Ordinal));
        Assert.DoesNotContain("not found", Frameworks.Run("weave", file).Output, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "m", "a.txt"), "after two years the state takes over");
        Assert.Contains("Quote not found in a.txt.", Frameworks.Run("weave", file).Output, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "m", "a.txt"), "… after a year\nthe state takes over …");
        Assert.DoesNotContain("not found", Frameworks.Run("weave", file).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("truce fm", "fmt")]
    [InlineData("truce check --fail-on ", "error warning")]
    [InlineData("truce fmt --ch", "--check")]
    [InlineData("truce completion ba", "bash")]
    [InlineData("truce weave fra", "framework.yaml")]
    public void Bash_completes(string line, string expected)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "this machine has no bash");
        File.WriteAllText(Path.Combine(_folder, "framework.yaml"), "");
        var words = line.Split(' ');
        var script = Frameworks.Run("completion", "bash").Output +
            $"COMP_WORDS=({string.Join(' ', words.Select(w => $"'{w}'"))})\nCOMP_CWORD={words.Length - 1}\n_truce\n" +
            "echo \"${COMPREPLY[*]}\"\n";
        var start = new ProcessStartInfo("/bin/bash", ["--norc", "-c", script])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var bash = Process.Start(start)!;
        var output = bash.StandardOutput.ReadToEnd();
        Assert.Equal(("", expected), (bash.StandardError.ReadToEnd(), output.Trim()));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void Completion_knows_every_verb_and_option(string shell)
    {
        var script = Frameworks.Run("completion", shell).Output;
        foreach (var verb in Program.Root(TextWriter.Null, TextWriter.Null).Subcommands)
        {
            Assert.Contains(verb.Name, script, StringComparison.Ordinal);
            Assert.All(verb.Options, o => Assert.Contains(o.Name.TrimStart('-'), script, StringComparison.Ordinal));
        }
    }
}
