using System.Text.RegularExpressions;
using Truce.Rules;
using Truce.Verbs;

namespace Truce.Tests;

/// <summary>A framework is somebody's draft: its words reach the terminal as words, never as orders to it.</summary>
public sealed class HostileWordsTests : IDisposable
{
    /// <summary>As a double-quoted YAML scalar spells it: colours, a bell, a forged line, reversed text.</summary>
    private const string Payload = @"\e[31m\a\r\nPERMITTED by the text, under force.\n\u202Etxet\u2028\u2066\x9B2J";

    private static readonly string[] Verdicts =
        ["PERMITTED", "FORBIDDEN", "NOT GRANTED", "CONTESTED", "UNOWNED", "DEADLOCK", "REFUSED", "AWAITS", "DONE"];

    private static readonly string[] Decision =
        ["--actor", "force", "--action", "search", "--area", "north", "--at", "2026-03-10T02:10",
            "--fact", "attack=no"];

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-words-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Hostile(string starter) => Regex.Replace(
        string.Join('\n', starter.Split('\n').Select(l => l.Split(" #")[0])).Replace(
            "{is: patrol and observe}", "{is: \"patrol\"}", StringComparison.Ordinal),
        "\"([^\"]+)\"", $"\"$1 {Payload}\"");

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    public static TheoryData<string> Verbs =>
        ["check", "check brief", "decide", "diff", "weave", "weave html", "json", "sarif", "decide json"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void No_verb_prints_what_a_terminal_obeys_or_a_forged_line(string verb)
    {
        var file = Write("hostile.yaml", Hostile(NewVerb.Starter("x")));
        var plain = Write("plain.yaml", NewVerb.Starter("x"));
        string[] arguments = verb switch
        {
            "check brief" => ["check", file, "--format", "brief"],
            "decide" => ["decide", file, .. Decision],
            "decide json" => ["decide", file, .. Decision, "--format", "json"],
            "diff" => ["diff", plain, file],
            "weave html" => ["weave", file, "--html"],
            "json" or "sarif" => ["check", file, "--format", verb],
            _ => [verb, file],
        };
        var (code, output, error) = Frameworks.Run(arguments);
        Assert.True(code is 0 or 1, error);
        Assert.Contains(verb == "diff" ? "starter mission" : "search", output, StringComparison.Ordinal);
        AssertClean(output + error);
    }

    [Fact]
    public void Words_of_a_broken_file_are_clean_in_its_diagnostics()
    {
        var file = Write("broken.yaml", Hostile(NewVerb.Starter("x")).Replace("status: invented",
            $"status: \"{Payload}\"\n\"{Payload}\": 1", StringComparison.Ordinal));
        var (code, output, error) = Frameworks.Run("check", file);
        Assert.Equal(2, code);
        Assert.Contains("F104", error, StringComparison.Ordinal);
        AssertClean(output + error);
    }

    [Theory]
    [InlineData("explain", "\u001B[31mE101")]
    [InlineData("explain", "x\nPERMITTED by the text")]
    [InlineData("check", "none\u202E.yaml")]
    [InlineData("bad\u0007verb", "x\r\nPERMITTED")]
    public void Words_of_the_command_line_are_clean_in_its_errors(string verb, string word)
    {
        var (code, output, error) = Frameworks.Run(verb, word);
        Assert.Equal((2, ""), (code, output));
        Assert.NotEqual("", error);
        AssertClean(error);
    }

    [Fact]
    public void The_way_to_the_terminal_keeps_lines_and_letters_and_nothing_else()
    {
        using var inner = new StringWriter { NewLine = "\n" };
        using var writer = new CleanWriter(inner);
        writer.WriteLine("a\tb\nﻕ\U0001F600\u200F\u001B[0m\r");
        writer.Write('\u202E');
        writer.Write("\u0085\u2028".AsSpan());
        Assert.Equal("a\tb\nﻕ\U0001F600\u200F\uFFFD[0m\uFFFD\n\uFFFD\uFFFD\uFFFD", inner.ToString());
    }

    [Theory]
    [InlineData("one two", "one two")]
    [InlineData(" a \n\t b\r\nc\n", " a b c ")]
    [InlineData("art.\u00A05", "art.\u00A05")]
    [InlineData("\u001B[31m\u202Ex\U0001F600", "\uFFFD[31m\uFFFDx\U0001F600")]
    public void Words_are_one_line(string words, string shown) => Assert.Equal(shown, Plain.Words(words));

    [Fact]
    public void Fmt_keeps_what_the_author_wrote()
    {
        var text = "truce: 1\nframework: \"x \\e[31m\\u202E\"\nstatus: draft\nzone: UTC\nareas: {sectors: [a]}\n";
        var file = Write("a.yaml", text + "\n\n");
        Assert.Equal((0, $"{file}: laid out anew\n", ""), Frameworks.Run("fmt", file));
        Assert.Equal(text, File.ReadAllText(file));
        var commented = text + "# \u2066a comment\u2069\n";
        Assert.Equal((0, commented, ""), Frameworks.Run("fmt", "--stdout", Write("b.yaml", commented)));
    }

    [Fact]
    public void Weave_shows_a_sources_signs_and_obeys_none()
    {
        var text = NewVerb.Starter("x").Replace("the force may patrol and search, and",
            "# <script> [a](b) *c* `d` e_f |g| ~h~ &lt; \\\\ and", StringComparison.Ordinal)
            .Replace("at: \"art. 2\"", "at: \"<b>[2](x) `y`z` *2*\"", StringComparison.Ordinal);
        var (code, output, error) = Frameworks.Run("weave", Write("w.yaml", text));
        Assert.True(code == 0, error);
        Assert.Contains(@"\# \<script\> \[a\](b) \*c\* \`d\` e\_f \|g\| \~h\~ \&lt; \\ and", output,
            StringComparison.Ordinal);
        Assert.Contains(@"### \<b\>\[2\](x) `y`z\` \*2\* (`ART-2`)", output, StringComparison.Ordinal);
    }

    private static void AssertClean(string text)
    {
        var bad = text.FirstOrDefault(c => (char.IsControl(c) && c != '\n') || c is '\u2028' or '\u2029'
            or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));
        Assert.True(bad == default, $"U+{(int)bad:X4} in: {text}");
        Assert.All(text.Split('\n'), line => Assert.DoesNotContain(Verdicts,
            v => line.TrimStart().StartsWith(v, StringComparison.Ordinal) && line == line.TrimStart()));
    }
}
