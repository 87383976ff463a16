using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Truce.Page;
using Truce.Rules;

namespace Truce.Tests;

/// <summary>
/// The page of <c>truce check --html</c>: what it says, and that anybody can read it and nobody can break it.
/// </summary>
public sealed partial class PageTests
{
    private static readonly string[] Void = ["meta", "br", "hr"];

    public static TheoryData<string> Frameworks => MissionTests.Frameworks;

    internal static string PageOf(string file) => PageOf(MissionTests.Open(file));

    private static string PageOf(Rulebook book, int bytesMax = CheckPage.BytesMax) =>
        CheckPage.Of(book, Check.Run(book), textOnly: false, bytesMax);

    /// <summary>The text of a page, as a reader sees it.</summary>
    internal static string TextOf(string page) => WebUtility.HtmlDecode(Tag()
        .Replace(StyleElement().Replace(page, ""), ""));

    private static Rulebook Read(string text)
    {
        var reading = FrameworkReader.Read(text, "x.yaml");
        Assert.True(reading.IsUsable, string.Join('\n', reading.Diagnostics));
        return new Rulebook(reading.Framework);
    }

    private static PhasePicture PictureOf(Rulebook book, string phase)
    {
        var picture = PictureMaker.Make(book, textOnly: false)!;
        return picture.Phases.Single(p => book.Space.Phases[p.Phase] == phase);
    }

    /// <summary>
    /// What the cell of an act shows in the column that holds a sector outside any other area, or a leaf.
    /// </summary>
    private static string Cell(Rulebook book, string phase, string action, string leaf)
    {
        var picture = PictureOf(book, phase);
        var actions = PictureMaker.Make(book, textOnly: false)!.Actions;
        var column = picture.Columns.Single(c => c.Leaves.Any(l => book.Space.Leaves[l].ToString() == leaf));
        var cell = picture.Rows[actions.IndexOf(book.Space.Actions.IndexOf(action))][picture.Columns.IndexOf(column)];
        return PictureMaker.Shown(cell.ByText, cell.Others) + (cell.With.Length > 0 ? $" ~ {cell.With}" : "");
    }

    [Theory]
    [InlineData("patrol", "north", "isf")]
    [InlineData("search", "north", "isf; with israel's claims: isf / idf ✗ contested (when isf or idf acts)")]
    [InlineData("form-police", "rafah", "nobody ✗ (when isf acts)")]
    [InlineData("hold-border", "north", "–")]
    [InlineData("hold-border", "north + border-north-east",
        "isf; with israel's claims: isf / idf ✗ contested (when isf acts)")]
    [InlineData("hold-border", "rafah + border-south", "isf")]
    [InlineData("move-aid", "gaza-city", "free (for agencies)")]
    [InlineData("move-aid", "gaza-city + line-1", "free (for agencies); as practised: blocked (for agencies)")]
    [InlineData("attack-protected", "middle", "forbidden (for anyone)")]
    [InlineData("defend", "middle", "– ~ hostile-act")]
    [InlineData("keep-order", "middle", "–")]
    public void The_draft_for_Gaza_before_the_transfer(string action, string leaf, string shown) =>
        Assert.Equal(shown, Cell(MissionTests.Open("missions/gaza/framework.yaml"), "stabilization", action, leaf));

    [Fact]
    public void After_the_transfer_the_police_may_keep_order_and_nobody_has_the_last_word() =>
        Assert.Equal("nobody ✗ (when police acts)",
        Cell(MissionTests.Open("missions/gaza/framework.yaml"), "transfer", "keep-order", "middle"));

    [Fact]
    public void A_curfew_varies_with_the_hour()
    {
        var book = MissionTests.Open("missions/exercises/curfew.yaml");
        Assert.Equal("free (for ambulances), forbidden (for residents) ~ hour", Cell(book, "", "move", "town"));
        Assert.Contains("at 06:00-20:00: free", TextOf(PageOf(book)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void A_cell_is_contested_or_unowned_exactly_where_a_finding_says_so(string file)
    {
        var book = MissionTests.Open(file);
        var result = Check.Run(book);
        var picture = PictureMaker.Make(book, textOnly: false)!;
        var cells = 0;
        foreach (var phase in picture.Phases)
        {
            for (var r = 0; r < picture.Actions.Length; r++)
            {
                for (var c = 0; c < phase.Columns.Length; c++)
                {
                    foreach (var footing in phase.Rows[r][c].Others.Prepend(phase.Rows[r][c].ByText))
                    {
                        Agree(book, result, phase, picture.Actions[r], phase.Columns[c], footing);
                        cells++;
                    }
                }
            }
        }

        Assert.True(cells > 0);
    }

    /// <summary>The page reads the ruling, the findings come from sets: they must say the same at each point.</summary>
    private static void Agree(Rulebook book, CheckResult result, PhasePicture phase, int action, PictureColumn column,
        FootingCell cell)
    {
        foreach (var (strand, performer) in cell.Strands.SelectMany(s => s.Performers.Select(p => (s, p))))
        {
            var point = phase.At.ToArray();
            (point[Situations.Performer], point[Situations.Action]) = (performer, action);
            foreach (var leaf in column.Leaves)
            {
                point[Situations.Leaf] = leaf;
                bool Found(string code) => result.Findings.Any(f => f.Code == code && f.Region!.Contains(point)
                    && (f.Footing.Bits & ~cell.Footing.Bits) == 0);
                var granted = strand.Answer.Permission == Permission.Granted && !strand.Free;
                Assert.True(!granted || strand.Answer.Holders.Length < 2 || Found("E101"),
                    $"{cell.Footing} {column.Name}: no E101");
                Assert.True(!granted || strand.Answer.Holders.Length > 0 || Found("E102"),
                    $"{cell.Footing} {column.Name}: no E102");
            }
        }

        var words = cell.Words.Select(w => w.Mark).ToHashSet();
        bool Any(Func<int, bool> holders) => cell.Strands.Any(s =>
            s.Answer.Permission == Permission.Granted && !s.Free && holders(s.Answer.Holders.Length));
        Assert.True(!words.Contains(Mark.Contested) || Any(h => h > 1));
        if (cell.Footing.Kind == FootingKind.Text)
        {
            Assert.Equal(Any(h => h > 1), words.Contains(Mark.Contested));
            Assert.True(!Any(h => h == 0) || words.Contains(Mark.Nobody));
        }
    }

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void The_page_is_well_formed_and_every_link_arrives(string file) => AssertWellFormed(PageOf(file));

    internal static void AssertWellFormed(string page)
    {
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\" dir=\"ltr\">", page, StringComparison.Ordinal);
        var open = new Stack<string>();
        foreach (Match tag in Tag().Matches(StyleElement().Replace(page["<!DOCTYPE html>".Length..], "")))
        {
            var name = tag.Groups["name"].Value;
            Assert.Matches(@"^</?[a-z][a-z0-9]*( [a-z-]+=""[^""<>]*"")*>$", tag.Value);
            if (tag.Value.StartsWith("</", StringComparison.Ordinal))
            {
                Assert.Equal(open.Pop(), name);
            }
            else if (!Void.Contains(name))
            {
                open.Push(name);
            }
        }

        Assert.Empty(open);
        var ids = Id().Matches(page).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Empty(Link().Matches(page).Select(m => m.Groups[1].Value).Except(ids));
        Assert.Empty(LabelledBy().Matches(page).Select(m => m.Groups[1].Value).Except(ids));
    }

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void The_page_needs_nothing_from_outside(string file)
    {
        var page = PageOf(file);
        Assert.DoesNotMatch(@"<(script|link|img|iframe|object|embed|form|base|svg)\b", page);
        Assert.DoesNotMatch(@"\s(src|srcset|action|on[a-z]+|style)\s*=", Tag()
            .Replace(page, m => m.Value.StartsWith("<meta", StringComparison.Ordinal) ? "" : m.Value));
        Assert.DoesNotMatch(@"href=""[^#]", page);
        Assert.DoesNotMatch(@"url\(|@import|@font-face", page);
    }

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void Tables_have_captions_and_their_heads_a_scope(string file)
    {
        var page = PageOf(file);
        Assert.Equal(Regex.Count(page, "<table"), Regex.Count(page, "<table[^>]*><caption"));
        Assert.DoesNotMatch(@"<th(?![^>]*scope=)[ >]", page);
        Assert.Matches("<main>", page);
        Assert.Contains(Prose.StandingLine, TextOf(page), StringComparison.Ordinal);
        Assert.Contains(Prose.RecognitionLine, TextOf(page), StringComparison.Ordinal);
        var levels = Regex.Matches(page, "<h([1-6])").Select(m => m.Groups[1].Value[0] - '0').ToList();
        Assert.Equal(1, levels[0]);
        Assert.Equal(1, levels.Count(l => l == 1));
        Assert.All(levels.Zip(levels.Skip(1)), p => Assert.True(p.Second <= p.First + 1,
            $"h{p.First} is followed by h{p.Second}"));
    }

    [Fact]
    public void Labels_carry_their_language_and_direction()
    {
        var page = PageOf("missions/gaza/framework.yaml");
        Assert.Contains("<bdi class=\"label\" lang=\"ar\" dir=\"rtl\">معبر رفح</bdi>", page, StringComparison.Ordinal);
        Assert.Contains("<bdi class=\"label\" lang=\"he\" dir=\"rtl\">מעבר רפיח</bdi>", page, StringComparison.Ordinal);
        Assert.Contains("<bdi class=\"label\" lang=\"en\" dir=\"ltr\">Rafah crossing</bdi>", page,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_contrast_with_both_grounds()
    {
        var page = PageOf("missions/exercises/curfew.yaml");
        var style = StyleElement().Match(page).Value;
        var colours = Regex.Matches(style, @"(?:\bcolor|--ink|--soft|--link): (#[0-9a-f]{6})")
            .Select(m => m.Groups[1].Value).Distinct().ToList();
        Assert.True(colours.Count > 5);
        Assert.All(colours, c => Assert.All(["#ffffff", "#f4f5f7", "#e8eef5"], g => Assert.True(Contrast(c, g) >= 4.5,
            $"{c} on {g}")));
    }

    /// <summary>WCAG 2.2, relative luminance and contrast ratio.</summary>
    internal static double Contrast(string a, string b)
    {
        static double Channel(string c, int at)
        {
            var v = int.Parse(c.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
        }

        static double Light(string c) => (0.2126 * Channel(c, 1)) + (0.7152 * Channel(c, 3)) + (0.0722 * Channel(c, 5));
        var (x, y) = (Math.Max(Light(a), Light(b)), Math.Min(Light(a), Light(b)));
        return (x + 0.05) / (y + 0.05);
    }

    private const string Attack = "<script>alert(1)</script>\\\" onclick=\\\"x' </style><!-- &amp; " +
        "\\u202Egnol\\u2066 \\u200F";

    [Fact]
    public void Hostile_words_stay_words()
    {
        var text = File.ReadAllText(Path.Combine(MissionTests.Root, "missions/exercises/curfew.yaml"))
            .Replace("framework: A curfew with ambulances", $"framework: \"{Attack}\"", StringComparison.Ordinal)
            .Replace("says: \"nobody moves", $"quote: \"{Attack} nobody moves", StringComparison.Ordinal)
            .Replace("at: \"1\"", $"at: \"{Attack}\"", StringComparison.Ordinal)
            .Replace("{title: \"Curfew order", $"{{title: \"{Attack} Curfew order", StringComparison.Ordinal)
            .Replace("text: \"the town council\"", $"text: \"{Attack}\"", StringComparison.Ordinal)
            .Replace("{is: be and move outdoors", $"{{is: \"{Attack}\"", StringComparison.Ordinal)
            .Replace("sectors: [town]",
                $"sectors: [town]\n  market: {{crosses: [town], label: {{ar: \"{Attack}\"}}}}",
                StringComparison.Ordinal)
            .Replace("residents: {is: civilian}", $"residents: {{is: civilian, label: \"{Attack}\"}}",
                StringComparison.Ordinal);
        var page = PageOf(Read(text));
        AssertWellFormed(page);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<!--", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("[\u202A-\u202E\u2066-\u2069\u200E\u200F]", page);
        Assert.Equal(2, page.Split("</style>").Length);
        var seen = "<script>alert(1)</script>\" onclick=\"x' </style><!-- &amp; \uFFFDgnol\uFFFD [U+200F]";
        Assert.True(TextOf(page).Split(seen).Length - 1 >= 8, "each of the eight places shows the words as they are");
    }

    [Fact]
    public void Past_its_limit_the_page_leaves_the_picture_out_and_says_so()
    {
        var book = MissionTests.Open("missions/gaza/framework.yaml");
        var page = PageOf(book, bytesMax: 60_000);
        Assert.True(Encoding.UTF8.GetByteCount(page) <= 60_000);
        Assert.Contains("The picture is left out", page, StringComparison.Ordinal);
        Assert.Contains("id=\"f25\"", page, StringComparison.Ordinal);
        AssertWellFormed(page);
        Assert.DoesNotContain("left out", PageOf(book), StringComparison.Ordinal);
    }

    [Fact]
    public void Past_its_limit_of_rulings_there_is_no_picture()
    {
        var book = MissionTests.Open("missions/gaza/framework.yaml");
        Assert.Null(PictureMaker.Make(book, textOnly: false, readingsMax: 10));
        Assert.NotNull(PictureMaker.Make(book, textOnly: false));
    }

    [Fact]
    public void The_text_alone_shows_no_claims()
    {
        var book = MissionTests.Open("missions/gaza/framework.yaml");
        var page = CheckPage.Of(book, Check.Run(book, new CheckOptions(TextOnly: true)), textOnly: true);
        Assert.DoesNotContain("contested</b> <span class=\"n\"", page, StringComparison.Ordinal);
        Assert.Contains("contested</b> <span class=\"n\"", PageOf(book), StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_writes_the_page_beside_the_text()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("truce-test-").FullName, "page.html");
        var mission = Path.Combine(MissionTests.Root, "missions", "line");
        var (exit, output, error) = FormatTests.Run("check", mission, "--html", file);
        Assert.Equal((1, FormatTests.Run("check", mission).Output), (exit, output));
        Assert.Contains($"wrote the page {file}", error, StringComparison.Ordinal);
        Assert.Equal(PageOf("missions/line/framework.yaml"), File.ReadAllText(file));
        var nowhere = Path.Combine(file + "-no", "page.html");
        Assert.Equal(2, FormatTests.Run("check", mission, "--html", nowhere).Exit);
        Assert.Contains("there is no folder", FormatTests.Run("check", mission, "--html", nowhere).Error,
            StringComparison.Ordinal);
    }

    [GeneratedRegex("</?(?<name>[A-Za-z0-9]+)[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex StyleElement();

    [GeneratedRegex("\\sid=\"([^\"]*)\"")]
    private static partial Regex Id();

    [GeneratedRegex("href=\"#([^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex("aria-labelledby=\"([^\"]*)\"")]
    private static partial Regex LabelledBy();
}
