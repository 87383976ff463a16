using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NJsonSchema;
using Truce.Rules;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Truce.Tests;

public sealed partial class SchemaTests
{
    private const string Head = "truce: 1\nframework: x\nstatus: draft\nzone: UTC\n";
    private const string Areas = "areas: {sectors: [a]}\n";

    /// <summary>
    /// A file in which one mapping of each shape has an unknown key: the reader then lists those it knows.
    /// </summary>
    private static readonly Dictionary<string, string> Probes = new()
    {
        ["framework"] = Head + Areas + "@@\n",
        ["document"] = Head + Areas + "documents: {d: {@@}}\n",
        ["source"] = Head + Areas + "sources: {d: {@@}}\n",
        ["basis"] = Head + Areas + "endgame: {basis: {@@}}\n",
        ["refer"] = Head + Areas + "actors: {x: {is: body, on_deadlock: {@@}}}\n",
        ["mandate"] = Head + Areas + "mandate: {@@}\n",
        ["term"] = Head + Areas + "mandate: {term: {@@}}\n",
        ["adoption"] = Head + Areas + "mandate: {adopted_by: {@@}}\n",
        ["report"] = Head + Areas + "mandate: {reports: {@@}}\n",
        ["sector"] = Head + "areas: {sectors: {a: {@@}}}\n",
        ["area"] = Head + "areas: {sectors: [a], b: {@@}}\n",
        ["phase"] = Head + Areas + "phases: {p: {@@}}\n",
        ["fact"] = Head + Areas + "facts: {p: {from: 1, to: 2, @@}}\n",
        ["action"] = Head + Areas + "actions: {p: {@@}}\n",
        ["actor"] = Head + Areas + "actors: {p: {@@}}\n",
        ["contingent"] = Head + Areas + "contingents: {p: {@@}}\n",
        ["party"] = Head + Areas + "parties: {p: {@@}}\n",
        ["grant"] = Head + Areas + "rules: [{grant: x, @@}]\n",
        ["prohibit"] = Head + Areas + "rules: [{prohibit: x, @@}]\n",
        ["final"] = Head + Areas + "rules: [{final: x, @@}]\n",
        ["consent"] = Head + Areas + "rules: [{require: consent, @@}]\n",
        ["consultation"] = Head + Areas + "rules: [{require: consultation, @@}]\n",
        ["notice"] = Head + Areas + "rules: [{require: notice, @@}]\n",
        ["oblige"] = Head + Areas + "rules: [{oblige: x, @@}]\n",
        ["inherent"] = Head + Areas + "rules: [{inherent: x, @@}]\n",
        ["delegation"] = Head + Areas + "rules: [{final: x, delegable: {@@}}]\n",
        ["never"] = Head + Areas + "never: [{@@}]\n",
        ["objection"] = Head + Areas + "objections: [{@@}]\n",
        ["target"] = Head + Areas + "objections: [{to: {@@}}]\n",
        ["cooperation"] = Head + Areas + "cooperation: [{@@}]\n",
        ["police"] = Head + Areas + "police: {@@}\n",
        ["benchmark"] = Head + Areas + "benchmarks: {b: {@@}}\n",
        ["endgame"] = Head + Areas + "endgame: {@@}\n",
    };

    /// <summary>Keys that the reader knows only to say why they do not belong there.</summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["grant"] = "[a]",
        ["prohibit"] = "[a]",
        ["final"] = "a",
        ["require"] = "consent",
        ["oblige"] = "[a]",
        ["inherent"] = "[a]",
        ["delegable"] = "{to: x, at_most: 14 days}",
        ["answer_within"] = "2h",
        ["on_refusal"] = "stop",
        ["on_silence"] = "stop",
        ["before"] = "2h",
        ["after"] = "2h",
    };

    public static TheoryData<string> Shapes => [.. FileKeys.All.Select(s => s.Name)];

    public static TheoryData<string> Missions => [.. Frameworks.Files];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_schema_has_the_keys_that_the_reader_knows(string name)
    {
        var shape = FileKeys.All.Single(s => s.Name == name);
        if (shape.Others is not null)
        {
            return; // any name may be a key
        }

        var keys = shape.Keys.Select(k => k.Name).ToHashSet();
        var known = KnownTo(Probe(name, "zqzqzqzqzqzqzqzq: x"));
        Assert.Empty(keys.Except(known));
        foreach (var key in known.Except(keys))
        {
            var file = Probe(name, $"{key}: {Refused[key]}");
            Assert.Contains(FrameworkReader.Read(file, "a.yaml").Diagnostics, d =>
                d.Code is "F102" or "F304" or "F306");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void What_the_schema_needs_the_reader_misses(string name)
    {
        var shape = FileKeys.All.Single(s => s.Name == name);
        foreach (var key in shape.Keys.Where(k => k.Needed && Probes.ContainsKey(name)
            && k.Name is not ("grant" or "prohibit" or "final" or "require" or "oblige" or "inherent")))
        {
            var text = name == "framework"
                ? Regex.Replace(Head + Areas, $"^{key.Name}:.*\n", "", RegexOptions.Multiline)
                : Probe(name, "zqzqzqzqzqzqzqzq: x");
            Assert.Contains(FrameworkReader.Read(text, "a.yaml").Diagnostics, d => d.Code is "F102" or "F305" or "F306"
                && (d.Message.Contains($"`{key.Name}`", StringComparison.Ordinal)
                    || d.Message.Contains(key.Name, StringComparison.Ordinal)
                    || d.Help!.Contains($"{key.Name}:", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void The_published_schema_is_what_the_program_prints() => Assert.Equal(
        File.ReadAllText(Path.Combine(Frameworks.Root, "docs/schemas/framework.schema.json")), FrameworkSchema.Json());

    [Theory]
    [MemberData(nameof(Missions))]
    public async Task Every_mission_is_valid(string file) =>
        Assert.Empty(await Errors(File.ReadAllText(Path.Combine(Frameworks.Root, file))));

    [Theory]
    [InlineData("status: invented", "status: drafty")]
    [InlineData("zone: UTC\n", "")]
    [InlineData("truce: 1", "truce: 2")]
    [InlineData("sectors: [north, line, south]", "sectors: []\n  line: {cross: [north]}")]
    [InlineData("judged: on-scene", "judged: onscene")]
    [InlineData("term: {from: 2026-01-01", "term: {from: 1 January 2026")]
    [InlineData("ceiling: {troops: 8000", "ceiling: {troops: many")]
    [InlineData("    after: 2h\n", "")]
    [InlineData("after: 2h\n", "after: soon\n")]
    [InlineData("    unless: imminent-attack\n    id: G4", "    unless: when needed, if ever\n    id: G4")]
    [InlineData("    id: T1 ", "    hours: all day\n    id: T1 ")]
    [InlineData("oblige: host-state", "obliged: host-state")]
    [InlineData("final: police\n", "final: police\n    grant: police\n")]
    [InlineData("id: C1\n    basis: text", "id: C1\n    basis: {claims: army}")]
    [InlineData("id: C2\n    basis: text\n", "id: C2\n")]
    [InlineData("to: {names: [state-belmor, state-jorvik]}", "to: {name: state-belmor}")]
    [InlineData("pass_rate: 85 %", "pass_rate: most")]
    public async Task A_broken_file_is_not_valid(string was, string becomes)
    {
        var text = File.ReadAllText(Path.Combine(Frameworks.Root, "missions/line/framework.yaml"));
        Assert.Contains(was, text, StringComparison.Ordinal);
        Assert.NotEmpty(await Errors(text.Replace(was, becomes, StringComparison.Ordinal)));
    }

    private static string Probe(string shape, string entry) =>
        Probes[shape].Replace("@@", entry, StringComparison.Ordinal);

    private static HashSet<string> KnownTo(string file)
    {
        var unknown = FrameworkReader.Read(file, "a.yaml").Diagnostics
            .Single(d => d.Code == "F101" && d.Message.Contains("zqzq", StringComparison.Ordinal));
        Assert.StartsWith("its keys are ", unknown.Help, StringComparison.Ordinal);
        return [.. Quoted().Matches(unknown.Help!).Select(m => m.Groups[1].Value)];
    }

    private static async Task<IEnumerable<string>> Errors(string yaml)
    {
        var schema = await JsonSchema.FromJsonAsync(FrameworkSchema.Json(), TestContext.Current.CancellationToken);
        var parser = new Parser(new StringReader(yaml));
        parser.Consume<StreamStart>();
        parser.Consume<DocumentStart>();
        return schema.Validate(Json(parser)!.ToJsonString()).Select(e => e.ToString());
    }

    /// <summary>As an editor's YAML 1.2 reads it: plain numbers and true and false are no strings.</summary>
    private static JsonNode? Json(Parser parser)
    {
        switch (parser.Consume<NodeEvent>())
        {
            case Scalar s:
                return s.Style != ScalarStyle.Plain ? JsonValue.Create(s.Value)
                    : long.TryParse(s.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
                        ? JsonValue.Create(n)
                    : s.Value is "true" or "false" ? JsonValue.Create(s.Value == "true") : JsonValue.Create(s.Value);
            case SequenceStart:
                var list = new JsonArray();
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    list.Add(Json(parser));
                }

                return list;
            default:
                var map = new JsonObject();
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    var key = parser.Consume<Scalar>().Value;
                    map[key] = Json(parser);
                }

                return map;
        }
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
