using System.Text.Json;
using System.Text.RegularExpressions;
using NJsonSchema;
using Truce.Record;
using Truce.Rules;

namespace Truce.Tests;

/// <summary>
/// <c>truce report</c> as a journalist, an officer and a spreadsheet meet it: whose eyes, what is not known, from each
/// figure to its entries and their proof, in every form.
/// </summary>
public sealed partial class ReportVerbTests : IDisposable
{
    private const string Hostile = """=HYPERLINK(\"http://x\"),<script>|`*_[x](y)""";
    private const string Arabic = "الهلال الأحمر";

    private static readonly string[] Names =
        ["sitrep", "movements", "incidents", "frictions", "equal-treatment", "harm", "watch"];

    private static readonly string Until = "2100-01-01T00:00:00Z";

    private readonly RecordStory _story = new();

    public ReportVerbTests()
    {
        Act("movement.notify", $$"""
            {"mode":"notify-only","kind":"convoy","purpose":"food","departure":"2026-03-10T06:00:00Z","place":["north"],
             "recipients":["{{Arabic}}","agency"],"contact":"{{Arabic}}"}
            """, "2026-03-08T06:00:00Z");
        Act("movement.hold", """{"subject":"entry:2","by":"army","at-point":"حاجز 5"}""", "2026-03-10T07:00:00Z");
        Act("incident.report", $$"""
            {"kind":"shooting","source-kinds":["agency"],"alleged":["{{Hostile}}"],"complainant":"{{Arabic}}",
             "object":"entry:2"}
            """, "2026-03-10T08:00:00Z");
        Act("incident.harm", $$"""
            {"subject":"entry:4","source":"{{Arabic}}","source-kind":"medical","killed-low":1,"killed-best":2,
             "killed-high":4}
            """, "2026-03-10T09:00:00Z");
        Act("watch.open", """{"post":"operations","function":"duty officer"}""", "2026-03-10T06:00:00Z");
        Act("watch.item", $$"""{"subject":"entry:6","item":"{{Hostile}}","kind":"order","open":true}""",
            "2026-03-10T06:00:00Z");
    }

    public void Dispose() => _story.Dispose();

    [Fact]
    public void Every_form_says_whose_eyes_at_which_checkpoint_what_is_not_known_and_what_it_implies()
    {
        Act("crossing.list", """{"crossing":"hidden"}""", "2026-03-10T06:00:00Z", "--to", "agency", "--reading-key",
            _story.Reading);
        var root = File.ReadAllLines(Path.Combine(_story.Log, "checkpoint"))[2];
        foreach (var name in Names)
        {
            foreach (var format in new[] { "text", "markdown", "html", "csv", "json" })
            {
                var said = Words(Report(name, format), format);
                foreach (var word in new[] { "the public", root, Prose.RecognitionLine, "closed" })
                {
                    Assert.True(said.Contains(word, StringComparison.Ordinal), $"{format} lacks {word}:\n{said}");
                }

                Assert.Equal(name is "frictions" or "watch" or "sitrep", said.Contains(Prose.StandingLine,
                    StringComparison.Ordinal));
                Assert.DoesNotContain("hidden", said, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void The_page_is_well_formed_every_link_arrives_and_nothing_comes_from_outside()
    {
        foreach (var name in Names)
        {
            var page = Report(name, "html");
            PageTests.AssertWellFormed(Regex.Replace(page, "<br>", ""));
            Assert.DoesNotMatch(@"<(script|link|img|iframe|object|embed|form|base|svg)\b", page);
            Assert.DoesNotMatch(@"\s(src|srcset|action|on[a-z]+|style)\s*=",
                Regex.Replace(page, "<meta[^>]*>|>[^<]*<", "><"));
            Assert.DoesNotMatch(@"href=""[^#]", page);
            Assert.DoesNotMatch(@"url\(|@import|@font-face", page);
            Assert.DoesNotMatch(@"<th(?![^>]*scope=)[ >]", page);
            Assert.Equal(Regex.Count(page, "<table"), Regex.Count(page, "<table[^>]*><caption"));
            Assert.DoesNotContain("[x](y)</a>", Report(name, "markdown"), StringComparison.Ordinal);
            var levels = Regex.Matches(page, "<h([1-6])").Select(m => m.Groups[1].Value[0] - '0').ToList();
            Assert.Equal(1, levels.Count(l => l == 1));
            Assert.All(levels.Zip(levels.Skip(1)), p => Assert.True(p.Second <= p.First + 1));
        }
    }

    [Fact]
    public void From_a_figure_to_its_entry_to_its_proof_on_ones_own_machine()
    {
        _story.Cosign(_story.Log, DateTimeOffset.UnixEpoch.AddYears(60).ToUnixTimeSeconds());
        using var json = JsonDocument.Parse(Report("harm", "json"));
        var killed = json.RootElement.GetProperty("sections").EnumerateArray()
            .SelectMany(s => s.GetProperty("figures").EnumerateArray())
            .First(f => f.GetProperty("label").GetString() == $"{Arabic}, by the word of un: killed");
        Assert.Equal((2, 1, 4), (killed.GetProperty("value").GetInt32(), killed.GetProperty("lowest").GetInt32(),
            killed.GetProperty("highest").GetInt32()));
        var entry = killed.GetProperty("entries").EnumerateArray().Single().GetInt32();
        var listed = json.RootElement.GetProperty("entries").EnumerateArray()
            .Single(e => e.GetProperty("entry").GetInt32() == entry);

        var file = _story.Prove(entry);
        _story.Prove(0);
        Assert.Equal(Merkle.Leaf(File.ReadAllBytes(file)).ToString(), listed.GetProperty("leaf_hash").GetString());
        RecordStory.Is(0, $"PROVED: entry {entry} stands", "record", "verify", file, "--genesis",
            _story.At("evidence/0.entry"));
        Assert.Contains($"<a href=\"#e{entry}\">{entry}</a>", Report("harm", "html"), StringComparison.Ordinal);
        Assert.Contains($"truce record prove LOG {entry}", Report("harm", "html"), StringComparison.Ordinal);
    }

    [Fact]
    public void On_the_page_a_name_from_right_to_left_turns_no_number_and_no_word_of_ours()
    {
        Act("watch.item", """
            {"subject":"entry:6","item":"اتصل بـ UNRWA قبل 5:30","kind":"order","open":true,"owner":"أحمد، 059-123"}
            """, "2026-03-10T06:00:00Z");
        Act("watch.item", $$"""{"subject":"entry:6","item":"{{Arabic}} <b>, 3","kind":"order","open":true}""",
            "2026-03-10T06:00:00Z");
        foreach (var (name, says) in new[]
        {
            ("harm", $"<span><bdi>{Arabic}</bdi>, by the word of un: killed</span></th>"),
            ("movements", $"<span><bdi>{Arabic}</bdi>: no receipt</span></th>"),
            ("watch", "00Z, at <bdi>حاجز 5</bdi></span>"), ("watch", $"<span>call <bdi>{Arabic}</bdi></span>"),
            ("watch", "<span dir=\"auto\">اتصل بـ UNRWA قبل 5:30</span></th>"),
            ("watch", "<span class=\"text\" dir=\"auto\">أحمد، <bdi dir=\"ltr\">059-123</bdi></span>"),
            ("watch", $"<span><bdi>{Arabic}</bdi> &lt;b&gt;, 3</span>"),
        })
        {
            Assert.Contains(says, Report(name, "html"), StringComparison.Ordinal);
        }

        foreach (var name in Names)
        {
            var page = Report(name, "html");
            PageTests.AssertWellFormed(Regex.Replace(page, "<br>", ""));
            var rest = Regex.Replace(page, "<bdi>[^<]*</bdi>|<[a-z]+[^<>]* dir=\"auto\">[^<]*<", "");
            Assert.DoesNotMatch("[\u0590-\u08FF]", Regex.Replace(rest, "<title>[^<]*", ""));
            Assert.DoesNotContain("<bdi", Report(name, "markdown"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_json_is_valid_by_its_schema()
    {
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(MissionTests.Root, "docs/schemas/report.schema.json"), TestContext.Current.CancellationToken);
        foreach (var name in Names)
        {
            var json = Report(name, "json");
            Assert.Empty(schema.Validate(json).Select(e => e.ToString()));
            foreach (var (was, becomes) in new[]
            {
                ("\"truce_report\": 1", "\"truce_report\": 2"), ("\"label\"", "\"name\""),
                ("\"size\": 8", "\"size\": \"8\""),
                ("\"not_known\"", "\"known\""),
            })
            {
                Assert.Contains(was, json, StringComparison.Ordinal);
                Assert.NotEmpty(schema.Validate(json.Replace(was, becomes, StringComparison.Ordinal)));
            }
        }
    }

    [Fact]
    public void The_table_is_csv_with_hxl_tags_and_no_cell_is_a_formula()
    {
        foreach (var name in Names)
        {
            var text = Report(name, "csv");
            Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
            var rows = Csv(text);
            Assert.All(rows, r => Assert.Equal(rows[0].Length, r.Length));
            Assert.All(rows[1], tag => Assert.Matches(@"^#[a-z]+(\+[a-z]+)*$", tag));
            Assert.Equal(rows[1].Length, rows[1].Distinct().Count());
            Assert.Contains("#indicator+num", rows[1]);
            var number = Array.IndexOf(rows[1], "#indicator+num");
            Assert.All(rows.Skip(2), r => Assert.Matches(@"^(-?[0-9]+(\.[0-9]+)?)?$", r[number]));
            Assert.All(rows.Skip(2), r => Assert.DoesNotContain(r.Where((c, i) => i != number), c =>
                c.Length > 0 && c[0] is '=' or '+' or '-' or '@' or '\t'));
            Assert.Equal(name is "watch", text.Contains("'=HYPERLINK", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Two_worlds_that_differ_in_a_confidential_act_give_the_public_and_a_stranger_one_report()
    {
        var other = _story.Backup("other");
        Act("incident.report", """{"kind":"raid","source-kinds":["agency"],"alleged":["north"]}""",
            "2026-03-10T08:00:00Z", "--to", "un", "--reading-key", _story.Reading);
        ActIn(other, "incident.report", """{"kind":"looting","source-kinds":["agency"],"alleged":["south"]}""",
            "2026-03-10T08:00:00Z", "--to", "un", "--reading-key", Path.Combine(other, "keys", "reading.key"));
        foreach (var name in Names)
        {
            foreach (var format in new[] { "text", "html", "csv", "json" })
            {
                foreach (var key in new[] { null, "agency.reading.key" })
                {
                    string[] reads = key is null ? [] : ["--as", Path.Combine(_story.Log, "keys", key)];
                    var one = Unrooted(Report(name, format, _story.Log, reads));
                    var two = Unrooted(Report(name, format, other, reads));
                    Assert.Contains("closed", one, StringComparison.Ordinal);
                    Assert.Equal(one, two);
                }
            }

            if (name is "incidents")
            {
                var own = Report(name, "text", _story.Log, "--as", _story.Key("un.reading"));
                Assert.Contains("raid: reported", own, StringComparison.Ordinal);
                Assert.Contains("NOT PUBLIC", own, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Marks_stand_on_the_page_and_on_each_line_and_a_report_goes_to_nobody_whom_a_list_leaves_out()
    {
        foreach (var (place, release) in new[] { ("hidden", "[\"icrc\",\"un\"]"), ("lost", "[\"un\"]") })
        {
            Act("crossing.list", $$"""{"crossing":"{{place}}","handling":"DESK ONLY","release":{{release}}}""",
                "2026-03-10T06:00:00Z", "--to", "agency", "--reading-key", _story.Reading);
        }

        string[] eyes = ["--as", _story.Key("agency.reading")];
        foreach (var format in new[] { "text", "markdown", "html", "csv", "json" })
        {
            var said = Words(Report("sitrep", format, _story.Log, eyes), format);
            Assert.True(Regex.Count(said, "DESK ONLY") >= 3, said);
            Assert.Contains(format == "json" ? "\"release\": [ \"un\" ]" : "it may be released to un.", said,
                StringComparison.Ordinal);
            Assert.DoesNotContain("DESK ONLY", Words(Report("sitrep", format), format), StringComparison.Ordinal);
        }

        Assert.Equal(Report("sitrep", "text", _story.Log, eyes),
            Report("sitrep", "text", _story.Log, [.. eyes, "--release-to", "un"]));
        var (exit, output, error) = Frameworks.Run(["report", "sitrep", "--log", _story.Log, "--until", Until,
            .. eyes, "--release-to", "icrc"]);
        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("1 subject that does not go to icrc", error, StringComparison.Ordinal);
        Assert.Contains("release un", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_holds_something_under_embargo_says_so_at_its_head_and_nobody_else_is_told()
    {
        const string warning = "UNDER EMBARGO: it holds 1 report of own casualties";
        const string held = """
            {"contingent":"un","killed":1,"injured":2,"missing":0,"embargo":"kin-not-informed","place":["north"]}
            """;
        RecordStory.Is(2, "seal it, or say `embargo` kin-informed once they are", "mission", "act",
            "casualties.report", held.ReplaceLineEndings(" "), "--log", _story.Log, "--key", _story.At("desk.key"));
        Act("casualties.report", held, "2026-03-10T08:00:00Z", "--to", "un", "--reading-key", _story.Reading);
        string[] own = ["--as", _story.Key("un.reading")];
        string[] stranger = ["--as", _story.Key("agency.reading")];
        foreach (var format in new[] { "text", "markdown", "html", "csv", "json" })
        {
            foreach (var name in new[] { "sitrep", "watch", "frictions" })
            {
                Assert.Contains(warning, Words(Report(name, format, _story.Log, own), format)[..600],
                    StringComparison.Ordinal);
                foreach (var reads in new[] { [], stranger })
                {
                    var said = Words(Report(name, format, _story.Log, reads), format);
                    Assert.DoesNotContain("EMBARGO", said, StringComparison.Ordinal);
                    Assert.DoesNotContain("casualties/", said, StringComparison.Ordinal);
                }
            }

            Assert.DoesNotContain(warning, Words(Report("harm", format, _story.Log, own), format),
                StringComparison.Ordinal);
        }

        Assert.StartsWith(warning, Report("sitrep", "text", _story.Log, own), StringComparison.Ordinal);
        foreach (var screen in new string[][] { ["timeline"], ["show", "8"], ["deadlines"] })
        {
            string[] args = ["mission", .. screen, "--log", _story.Log];
            string[] now = screen[0] == "timeline" ? [] : ["--now", "2026-03-10T09:30:00Z"];
            Assert.StartsWith(warning, Frameworks.Run([.. args, .. now, .. own]).Output, StringComparison.Ordinal);
            Assert.Contains(warning, Frameworks.Run([.. args, .. now, .. own, "--json"]).Output,
                StringComparison.Ordinal);
            Assert.DoesNotContain("EMBARGO", Frameworks.Run([.. args, .. now, .. stranger]).Output,
                StringComparison.Ordinal);
        }

        Act("casualties.inform", """{"subject":"entry:8"}""", "2026-03-10T09:00:00Z", "--to", "un", "--reading-key",
            _story.Reading);
        Assert.DoesNotContain(warning, Report("sitrep", "text", _story.Log, own), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_that_is_written_to_a_file_is_the_one_that_is_printed()
    {
        var file = _story.At("page.html");
        var (code, output, error) = Frameworks.Run("report", "harm", "--log", _story.Log, "--until", Until, "--format",
            "html", "--output", file);
        Assert.Equal((0, ""), (code, output));
        Assert.Contains($"wrote the page {file}", error, StringComparison.Ordinal);
        Assert.Equal(Report("harm", "html"), File.ReadAllText(file));
        var (no, _, why) = Frameworks.Run(
            "report", "harm", "--log", _story.Log, "--output", _story.At("none/page.html"));
        Assert.Equal(2, no);
        Assert.Contains("there is no folder", why, StringComparison.Ordinal);
        RecordStory.Is(2, "`--from` is not before `--until`", "report", "harm", "--log", _story.Log, "--from", Until,
            "--until", Until);
    }

    [Fact]
    public void A_period_holds_its_first_moment_and_not_its_last()
    {
        string Attempts(string from, string until) => Line(RecordStory.Done("report", "movements", "--log", _story.Log,
            "--from", from, "--until", until), "attempts");
        Assert.StartsWith("attempts: 1 movement ", Attempts("2026-03-10T06:00:00Z", "2026-03-10T06:00:01Z"),
            StringComparison.Ordinal);
        Assert.StartsWith("attempts: 0 movements", Attempts("2026-03-09T06:00:00Z", "2026-03-10T06:00:00Z"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_watches_one_is_named()
    {
        Act("watch.open", """{"post":"gate","function":"guard"}""", "2026-03-10T06:00:00Z");
        RecordStory.Is(2, "2 watches are open", "report", "watch", "--log", _story.Log);
        RecordStory.Is(2, "is no open watch", "report", "watch", "--log", _story.Log, "--watch", "tower");
        RecordStory.Is(0, "Open items of gate", "report", "watch", "--log", _story.Log, "--watch", "gate");
    }

    [Fact]
    public void Colours_contrast_by_day_and_by_night()
    {
        var style = Style().Match(Report("harm", "html")).Value;
        var schemes = Regex.Matches(style, @":root \{([^}]*)\}").Select(m => Regex.Matches(m.Groups[1].Value,
            "--([a-z]+): (#[0-9a-f]{6})").ToDictionary(c => c.Groups[1].Value, c => c.Groups[2].Value)).ToArray();
        Assert.Equal(3, schemes.Length); // by day, by night, on paper
        foreach (var scheme in schemes)
        {
            foreach (var ink in new[] { "ink", "soft", "link", "alarm", "care" })
            {
                Assert.All(new[] { "paper", "tint" }, ground => Assert.True(
                    PageTests.Contrast(scheme[ink], scheme[ground]) >= 4.5, $"{ink} on {scheme[ground]}"));
            }
        }
    }

    private static string Unrooted(string report) => Regex.Replace(report, "root[\": ]+[A-Za-z0-9+/]{43}=", "root");

    private static string Line(string text, string start) =>
        text.Split('\n').Select(l => l.Trim()).First(l => l.StartsWith(start, StringComparison.Ordinal));

    /// <summary>A form's words as its reader sees them: line breaks, quotes and markup taken off.</summary>
    private static string Words(string report, string format) => Regex.Replace(format switch
    {
        "html" => PageTests.TextOf(report),
        "markdown" => report.Replace("\\", "", StringComparison.Ordinal),
        _ => report,
    }, @"\s+", " ");

    /// <summary>RFC 4180, read by the letter: quoted fields, doubled quotes, CR LF.</summary>
    private static string[][] Csv(string text)
    {
        var rows = new List<string[]>();
        var row = new List<string>();
        foreach (Match field in Field().Matches(text))
        {
            var quoted = field.Groups["quoted"];
            row.Add(quoted.Success ? quoted.Value.Replace("\"\"", "\"", StringComparison.Ordinal)
                : field.Groups["plain"].Value);
            if (field.Groups["end"].Value == "\r\n")
            {
                rows.Add([.. row]);
                row.Clear();
            }
        }

        Assert.Equal(text, string.Concat(Field().Matches(text).Select(m => m.Value)));
        return [.. rows];
    }

    private string Report(string name, string format) => Report(name, format, _story.Log);

    private static string Report(string name, string format, string log, params string[] more) => RecordStory.Done(
        ["report", name, "--log", log, "--until", Until, "--format", format, .. more]);

    private void Act(string type, string act, string at, params string[] more) =>
        ActIn(_story.Log, type, act, at, more);

    private void ActIn(string log, string type, string act, string at, params string[] more) => RecordStory.Done(
    [
        "mission", "act", type, act.ReplaceLineEndings(" "), "--log", log, "--key", _story.At("desk.key"), "--at", at,
        .. more,
    ]);

    [GeneratedRegex("(?:\"(?<quoted>(?:[^\"]|\"\")*)\"|(?<plain>[^\",\\r\\n]*))(?<end>,|\\r\\n)")]
    private static partial Regex Field();

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
