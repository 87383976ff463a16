using System.Text.Json.Nodes;
using NJsonSchema;
using NJsonSchema.Validation;
using Truce.Rules;

namespace Truce.Tests;

/// <summary>
/// What <c>truce check</c> prints for programs: by our published schema, by SARIF's, and with nothing lost.
/// </summary>
public sealed class FormatTests
{
    private static readonly JsonSchema OurSchema = JsonSchema.FromJsonAsync(
        File.ReadAllText(Path.Combine(MissionTests.Root, "docs", "schemas", "check.schema.json"))).GetAwaiter()
            .GetResult();

    private static readonly Lazy<JsonSchema> SarifSchema = new(() => JsonSchema.FromJsonAsync(
        File.ReadAllText(SarifFile)).GetAwaiter().GetResult());

    public static TheoryData<string> Frameworks => MissionTests.Frameworks;

    private static string SarifFile => Path.Combine(AppContext.BaseDirectory, "sarif-2.1.0.json");

    /// <summary>Runs the program in this process; its mission is named from the root of the repository.</summary>
    internal static (int Exit, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = Program.Run(arguments, output, error);
        return (exit, output.ToString(), error.ToString());
    }

    private static string Check(string file, string format) => Run("check", Path.Combine(MissionTests.Root, file),
        "--format", format).Output;

    private static void AssertValid(JsonSchema schema, string json)
    {
        var errors = schema.Validate(json);
        Assert.True(errors.Count == 0, string.Join('\n', errors.SelectMany(Leaves).Take(10)));
    }

    private static IEnumerable<string> Leaves(ValidationError error) => error is ChildSchemaValidationError child
        ? child.Errors.Values.SelectMany(e => e).SelectMany(Leaves) : [error.ToString()];

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void The_JSON_of_every_mission_is_valid(string file) => AssertValid(OurSchema, Check(file, "json"));

    public static TheoryData<string> Breaks => ["a field goes", "a field comes", "a code of no kind", "another version",
        "an empty box", "a place without a line", "a footing that is none", "a share above one",
            "a fact with both forms"];

    [Theory]
    [MemberData(nameof(Breaks))]
    public void A_broken_output_is_not_valid(string how)
    {
        var json = JsonNode.Parse(Check("missions/line/framework.yaml", "json"))!;
        var finding = json["findings"]![0]!;
        var box = finding["region"]!["boxes"]![0]!;
        Action breaks = how switch
        {
            "a field goes" => () => finding.AsObject().Remove("sentence"),
            "a field comes" => () => finding["severity_words"] = "grave",
            "a code of no kind" => () => finding["code"] = "X101",
            "another version" => () => json["version"] = 2,
            "an empty box" => () => box["performers"] = new JsonArray(),
            "a place without a line" => () => finding["place"]!.AsObject().Remove("line"),
            "a footing that is none" => () => finding["footing"]!["kind"] = "Text",
            "a share above one" => () => finding["share"] = 1.5,
            _ => () => box["facts"]![0]!["ranges"] = new JsonArray(new JsonObject { ["from"] = 0, ["to"] = 1 }),
        };
        AssertValid(OurSchema, json.ToJsonString());
        breaks();
        Assert.NotEmpty(OurSchema.Validate(json.ToJsonString()));
    }

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void The_JSON_has_every_finding_with_its_whole_region(string file)
    {
        var book = MissionTests.Open(file);
        var result = Rules.Check.Run(book);
        var json = JsonNode.Parse(Check(file, "json"))!;
        var findings = json["findings"]!.AsArray();
        Assert.Equal(result.Findings.Length, findings.Count);
        foreach (var (finding, node) in result.Findings.Zip(findings))
        {
            Assert.Equal($"{finding.Footing}: {finding.Identity}", $"{node!["footing"]!["words"]}: {node["identity"]}");
            Assert.Equal(finding.Sentence, (string?)node["sentence"]);
            Assert.Equal(finding.Rules.Select(r => r.Id), node["rules"]!.AsArray().Select(r => (string)r!["id"]!));
            Assert.Equal(finding.Region is null, node["region"] is null);
            if (finding.Region is { } region)
            {
                Assert.Equal(region.Boxes.Select(b => Described(region.Space, b)),
                    node["region"]!["boxes"]!.AsArray().Select(b => Described(b!)));
            }
        }

        Assert.Equal(result.Answers.Select(a => a.Sentence), json["answers"]!.AsArray()
            .Select(a => (string)a!["sentence"]!));
        Assert.Equal(result.Nodes, (long)json["nodes"]!);
    }

    /// <summary>A box by its names, and the days and minutes that it covers.</summary>
    private static string Described(Situations s, ulong[] box)
    {
        string List(int dim, Func<int, string> name) => string.Join(',', Mask.Bits(s.Dim(box, dim)).Select(name));
        var minutes = Mask.Bits(s.Dim(box, Situations.Hour)).Sum(h => s.Hours[h].UntilMinute - s.Hours[h].FromMinute);
        var days = Mask.Bits(s.Dim(box, Situations.Day)).Select(d => s.Days[d].Count ?? 0).Sum();
        var facts = s.Facts.Select((f, i) => f.Id + "=" + (f.Starts.IsEmpty ? List(Situations.FirstFact + i, v =>
            f.Values[v])
            : Mask.Bits(s.Dim(box, Situations.FirstFact + i)).Sum(v => (v + 1 < f.Starts.Length ? f.Starts[v + 1]
                : f.Most + 1) - f.Starts[v])
                .ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return $"{List(Situations.Performer, p => s.Performers[p])}|{List(Situations.Action, a => s.Actions[a])}|" +
            $"{List(Situations.Leaf, l => string.Join('+', s.Leaves[l].Areas.Prepend(s.Leaves[l].Sector)))}|" +
            $"{List(Situations.Phase, p => s.Phases[p])}|{days}|{minutes}|{string.Join(';', facts)}";
    }

    private static string Described(JsonNode box)
    {
        string List(string name) => string.Join(',', box[name]!.AsArray().Select(x => (string)x!));
        static int Clock(JsonNode? t) =>
            (int.Parse(((string)t!)[..2], System.Globalization.CultureInfo.InvariantCulture) * 60)
            + int.Parse(((string)t!)[3..], System.Globalization.CultureInfo.InvariantCulture);
        var minutes = box["hours"]!.AsArray().Sum(h => Clock(h!["until"]) - Clock(h["from"]));
        var days = box["days"]!.AsArray().Sum(d => d!["from"] is null || d["until"] is null ? 0
            : NodaTime.Period.DaysBetween(Day(d["from"]!), Day(d["until"]!)) + 1);
        var facts = box["facts"]!.AsArray().Select(f => (string)f!["fact"]! + "=" + (f["values"] is { } v
            ? string.Join(',', v.AsArray().Select(x => (string)x!))
            : f["ranges"]!.AsArray().Sum(r => (long)r!["to"]! - (long)r["from"]! + 1)
                .ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var leaves = box["leaves"]!.AsArray().Select(l => string.Join('+', l!.AsArray().Select(x => (string)x!)));
        return $"{List("performers")}|{List("actions")}|" +
            $"{string.Join(',', leaves)}|" +
            $"{List("phases")}|{days}|{minutes}|{string.Join(';', facts)}";
    }

    private static NodaTime.LocalDate Day(JsonNode day) => NodaTime.Text.LocalDatePattern.Iso.Parse((string)day!).Value;

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void The_SARIF_of_every_mission_is_valid_by_the_published_schema(string file)
    {
        Assert.SkipUnless(File.Exists(SarifFile), "the package with the published schema of SARIF was not restored");
        AssertValid(SarifSchema.Value, Check(file, "sarif"));
    }

    [Fact]
    public void A_broken_SARIF_log_is_not_valid()
    {
        Assert.SkipUnless(File.Exists(SarifFile), "the package with the published schema of SARIF was not restored");
        var log = JsonNode.Parse(Check("missions/line/framework.yaml", "sarif"))!;
        AssertValid(SarifSchema.Value, log.ToJsonString());
        log["runs"]![0]!["results"]![0]!["level"] = "grave";
        Assert.NotEmpty(SarifSchema.Value.Validate(log.ToJsonString()));
    }

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void The_SARIF_has_every_finding_at_its_place(string file)
    {
        var result = Rules.Check.Run(MissionTests.Open(file));
        var run = JsonNode.Parse(Check(file, "sarif"))!["runs"]![0]!;
        var rules = run["tool"]!["driver"]!["rules"]!.AsArray().Select(r => (string)r!["id"]!).ToList();
        var results = run["results"]!.AsArray();
        Assert.Equal(result.Findings.Length + result.Answers.Length, results.Count);
        foreach (var (f, node) in result.Findings.Zip(results))
        {
            Assert.Equal(f.Code, (string?)node!["ruleId"]);
            Assert.Equal(f.Code, rules[(int)node["ruleIndex"]!]);
            Assert.Contains(f.Sentence, (string)node["message"]!["text"]!, StringComparison.Ordinal);
            Assert.Equal($"{f.Identity}, {f.Footing}", (string?)node["partialFingerprints"]!["truceIdentity/v1"]);
            Assert.Equal(f.Footing.ToString(), (string?)node["properties"]!["footing"]);
            var at = node["locations"]![0]!["physicalLocation"]!;
            Assert.Equal(f.Place.Line, (int?)at["region"]?["startLine"] ?? 0);
            Assert.Equal(f.Rules.Count(r => r.Place != f.Place), node["relatedLocations"]!.AsArray().Count);
        }
    }

    [Fact]
    public void Fingerprints_are_unique_and_stay_when_lines_move()
    {
        static string[] Prints(string log) => [.. JsonNode.Parse(log)!["runs"]![0]!["results"]!.AsArray()
            .Select(r => (string)r!["partialFingerprints"]!["truceIdentity/v1"]!)];
        var file = Path.Combine(MissionTests.Root, "missions", "line", "framework.yaml");
        var moved = Path.Combine(Directory.CreateTempSubdirectory("truce-test-").FullName, "framework.yaml");
        File.WriteAllText(moved, "# a line\n# and another\n" + File.ReadAllText(file));
        var before = Prints(Run("check", file, "--format", "sarif").Output);
        Assert.Equal(before, Prints(Run("check", moved, "--format", "sarif").Output));
        Assert.Equal(before.Length, before.Distinct().Count());
    }

    [Theory]
    [InlineData("a b/ü#1.yaml", "a%20b/%C3%BC%231.yaml")]
    [InlineData("/x/100%.yaml", "file:///x/100%25.yaml")]
    public void A_path_is_written_as_an_address(string path, string address) =>
        Assert.Equal(address, Json.Sarif.Address(path));

    [Theory]
    [InlineData("json")]
    [InlineData("sarif")]
    public void A_file_that_cannot_be_used_gives_its_defects_in_the_format(string format)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("truce-test-").FullName, "bad.yaml");
        File.WriteAllText(file, "truce: 1\nframework: x\nstatus: drafd\n");
        var (exit, output, error) = Run("check", file, "--format", format);
        Assert.Equal(2, exit);
        var reading = FrameworkReader.Read(File.ReadAllBytes(file), file);
        var json = JsonNode.Parse(output)!;
        var defects = format == "json" ? json["diagnostics"]!.AsArray() : json["runs"]![0]!["results"]!.AsArray();
        Assert.Equal(reading.Diagnostics.Select(d => d.Code),
            defects.Select(d => (string)(d!["code"] ?? d["ruleId"])!));
        Assert.Contains("drafd", output, StringComparison.Ordinal);
        Assert.Contains("drafd", error, StringComparison.Ordinal);
        if (format == "json")
        {
            AssertValid(OurSchema, output);
        }
        else if (File.Exists(SarifFile))
        {
            AssertValid(SarifSchema.Value, output);
        }
    }

    [Fact]
    public void A_missing_file_gives_a_valid_output_too()
    {
        var (exit, output, _) = Run("check", "no-such-mission", "--format", "json");
        Assert.Equal(2, exit);
        AssertValid(OurSchema, output);
    }

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void Every_finding_of_the_text_is_in_each_format(string file)
    {
        var result = Rules.Check.Run(MissionTests.Open(file));
        static string Plain(string text) =>
            string.Join(' ', text.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
        var text = Plain(Check(file, "text"));
        var (json, sarif) = (JsonNode.Parse(Check(file, "json"))!, JsonNode.Parse(Check(file, "sarif"))!);
        var inJson = json["findings"]!.AsArray().Concat(json["answers"]!.AsArray())
            .Select(f => (string)f!["sentence"]!).ToHashSet();
        var inSarif = sarif["runs"]![0]!["results"]!.AsArray().Select(r => (string)r!["message"]!["text"]!).ToList();
        var page = Plain(PageTests.TextOf(PageTests.PageOf(file)));
        foreach (var sentence in result.Findings.Select(f => f.Sentence).Concat(result.Answers.Select(a => a.Sentence)))
        {
            Assert.Contains(sentence, text, StringComparison.Ordinal);
            Assert.Contains(sentence, inJson);
            Assert.Contains(inSarif, m => m.Contains(sentence, StringComparison.Ordinal));
            Assert.Contains(sentence.Replace("`", "", StringComparison.Ordinal), page, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("json")]
    [InlineData("sarif")]
    public void Two_runs_give_the_same_bytes(string format)
    {
        var first = Check("missions/gaza/adopted.yaml", format);
        Assert.Equal(first, Check("missions/gaza/adopted.yaml", format));
        Assert.DoesNotContain('\r', first);
    }
}
