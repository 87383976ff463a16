using NJsonSchema;

namespace Truce.Tests;

/// <summary><c>truce decide</c>: command line in, words and exit code out.</summary>
public sealed class DecideTests
{
    private static string Mission(string name) => Path.Combine(MissionTests.Root, "missions", name);

    internal static (int Code, string Out, string Error) Truce(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        return (Program.Run(args, output, error), output.ToString(), error.ToString());
    }

    private static (int Code, string Out, string Error) Curfew(string actor, string at) => Truce("decide",
        Mission("exercises/curfew.yaml"), "--actor", actor, "--action", "move", "--area", "town", "--at", at);

    [Theory]
    [InlineData("ambulances", "2026-03-10T20:01", 0, "PERMITTED by the text")]
    [InlineData("residents", "2026-03-10T20:01", 1, "FORBIDDEN by the text")]
    [InlineData("ambulances", "2026-03-10T06:00", 0, "PERMITTED by the text")]
    [InlineData("residents", "2026-03-10T06:00", 0, "PERMITTED by the text")]
    [InlineData("residents", "2026-03-10T05:59", 1, "FORBIDDEN by the text")]
    [InlineData("residents", "2026-04-10T12:00", 1, "OUTSIDE THE TERM")]
    public void Curfew_with_ambulances(string actor, string at, int code, string words)
    {
        var (exit, output, _) = Curfew(actor, at);
        Assert.Equal(code, exit);
        Assert.Contains(words, output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("no order, no clearance and no legal opinion", output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ambulance_past_the_curfew_is_told_what_was_set_aside() =>
        Assert.Contains("`curfew` is set aside by `ambulances-move`",
            Curfew("ambulances", "2026-03-10T20:01").Out.ReplaceLineEndings(" "),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("--actor", "isff", "unknown actor `isff`", "did you mean `isf`?")]
    [InlineData("--action", "serch", "unknown action `serch`", "did you mean `search`?")]
    [InlineData("--area", "rafa", "unknown area `rafa`", "did you mean `rafah`?")]
    [InlineData("--area", "rafah + north", "no place has exactly the names rafah and north", "one sector")]
    [InlineData("--phase", "stabilisation", "unknown phase `stabilisation`", "did you mean `stabilization`?")]
    [InlineData("--at", "tomorrow", "`tomorrow` is no instant", "2026-03-10T02:10")]
    [InlineData("--at", "2026-03-28T02:30", "never", "add the offset")]
    [InlineData("--fact", "hostile-act=perhaps", "fact `hostile-act` is never `perhaps`", "or unknown")]
    [InlineData("--fact", "hostile-act", "is no pair", "name=value")]
    [InlineData("--consent", "idf=maybe", "nobody can have said `maybe`", "given, refused, silent")]
    [InlineData("--consent", "idff=given", "unknown actor `idff`", "did you mean `idf`?")]
    public void Bad_input_is_named_with_a_way_out(string option, string value, string message, string help)
    {
        var good = new Dictionary<string, string>
        {
            ["--actor"] = "isf",
            ["--action"] = "search",
            ["--area"] = "rafah",
            ["--phase"] = "stabilization",
            ["--at"] = "2026-03-10T02:10",
            [option] = value,
        };
        var (code, output, error) =
            Truce(["decide", Mission("gaza"), .. good.SelectMany(g => (string[])[g.Key, g.Value])]);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Contains(help, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_facts_give_the_smallest_conditions_that_tell_the_answers_apart()
    {
        var (code, output, _) =
            Truce("decide", Mission("gaza"), "--actor", "idf", "--action", "defend", "--area", "rafah",
            "--phase", "stabilization", "--at", "2026-03-10T00:10Z");
        Assert.Equal(1, code);
        Assert.Contains("it depends. If not hostile-act: NOT GRANTED by the text.", output.ReplaceLineEndings(" "),
            StringComparison.Ordinal);
        Assert.Contains("If hostile-act: PERMITTED by the text, as an inherent right.", output.ReplaceLineEndings(" "),
            StringComparison.Ordinal);
        Assert.DoesNotContain("threat-evolving", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_as_published()
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(MissionTests.Root, "docs/schemas/ruling.schema.json"),
            TestContext.Current.CancellationToken);
        foreach (var (mission, args) in new[]
        {
            ("gaza", "--actor isf --action use-force-first --area line-1 --phase stabilization --at 2026-03-10T02:10"),
            ("exercises/committee.yaml",
                "--actor guard --action open-crossing --area crossing --at 2026-03-10T02:10 --consent " +
                "committee=deadlocked"),
            ("line", "--actor azara --action search --area line --phase p1 --at 2026-03-10T02:10 --consent " +
                "army=refused"),
        })
        {
            var (code, output, error) = Truce(["decide", Mission(mission), "--format", "json", .. args.Split(' ')]);
            Assert.True(code < 2, error);
            Assert.Empty(schema.Validate(output));
            Assert.NotEmpty(schema.Validate(output.Replace("\"verdict\"", "\"verdikt\"", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Many_questions_lose_nothing_and_bad_lines_are_named()
    {
        var file = Path.Combine(Path.GetTempPath(), $"truce-{Environment.ProcessId}-questions.jsonl");
        File.WriteAllText(file, """
            {"actor":"isf","action":"search","area":"rafah","phase":"stabilization","at":"2026-03-10T02:10"}
            {"actor":"isf","action":"serch","area":"rafah","phase":"stabilization","at":"2026-03-10T02:10"}
            not json

            {"actor":"idf","action":"defend","area":["rafah","line-1"],"phase":"PHASE","at":"AT","facts":HOSTILE}
            """
            .Replace("\"AT\"", "\"2026-03-10T00:10Z\"", StringComparison.Ordinal)
            .Replace("HOSTILE", "{\"hostile-act\":true}", StringComparison.Ordinal)
            .Replace("PHASE", "stabilization", StringComparison.Ordinal));
        try
        {
            var (code, output, error) = Truce("decide", Mission("gaza"), "--situations", file);
            var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(2, code);
            Assert.Equal(4, lines.Length);
            Assert.Contains("\"line\":1", lines[0], StringComparison.Ordinal);
            Assert.Contains("\"errors\"", lines[1], StringComparison.Ordinal);
            Assert.Contains("\"errors\"", lines[2], StringComparison.Ordinal);
            Assert.Contains("\"permission\":\"inherent\"", lines[3], StringComparison.Ordinal);
            Assert.Contains(":2: error: unknown action `serch`", error, StringComparison.Ordinal);
            Assert.Contains(":3: error: this is not JSON", error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task An_act_that_nothing_maps_is_outside_the_framework()
    {
        var file = Path.Combine(Path.GetTempPath(), $"truce-{Environment.ProcessId}-acts.yaml");
        File.WriteAllText(file, File.ReadAllText(Mission("exercises/curfew.yaml")) + "\nacts: {passage: [move]}\n");
        try
        {
            string[] rest = ["--actor", "residents", "--area", "town", "--at", "2026-03-10T20:01"];
            var mapped = Truce(["decide", file, "--act", "passage", .. rest]);
            Assert.Equal(1, mapped.Code);
            Assert.Contains("FORBIDDEN by the text", mapped.Out, StringComparison.Ordinal);
            var outside = Truce(["decide", file, "--act", "shelling", .. rest]);
            Assert.Equal(1, outside.Code);
            Assert.StartsWith("OUTSIDE THE FRAMEWORK: ", outside.Out, StringComparison.Ordinal);
            var json = Truce(["decide", file, "--act", "shelling", "--format", "json", .. rest]).Out;
            var published = Path.Combine(MissionTests.Root, "docs/schemas/ruling.schema.json");
            var schema = await JsonSchema.FromFileAsync(published, TestContext.Current.CancellationToken);
            Assert.Empty(schema.Validate(json));
            Assert.Contains("\"outside_the_framework\": \"shelling\"", json, StringComparison.Ordinal);
            Assert.Equal(2, Truce(["decide", file, "--act", "passage", "--action", "move", .. rest]).Code);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("no", "under governor")]
    [InlineData("yes", "under deputy")]
    public void While_it_is_delegated_the_last_word_is_the_others(string delegated, string words)
    {
        var (code, output, _) =
            Truce("decide", Mission("exercises/delegation.yaml"), "--actor", "teams", "--action", "open-corridor",
            "--area", "north + corridor", "--at", "2026-03-10T02:10", "--fact",
                $"corridor-decision.delegated={delegated}");
        Assert.Equal(0, code);
        Assert.Contains(words, output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }
}
