using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Truce.Tests;

/// <summary>
/// The drawings of <c>docs/space-definition.md</c> are what the program draws for the command under each
/// (UPDATE_EXPECT=1 draws them anew).
/// </summary>
public sealed partial class DefinitionPageTests
{
    private static readonly string Paper = File.ReadAllText(
        Path.Combine(MissionTests.Root, "docs", "space-definition.md"));

    public static TheoryData<string, string> Drawings
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (Match m in Drawing().Matches(Paper))
            {
                data.Add(m.Groups[1].Value, m.Groups[2].Value);
            }

            return data;
        }
    }

    [Fact]
    public void There_are_drawings() => Assert.Equal(4, Drawings.Count);

    [Theory]
    [MemberData(nameof(Drawings))]
    public void Each_drawing_is_what_the_command_under_it_draws(string image, string command)
    {
        var temporary = Path.GetTempFileName();
        try
        {
            var args = command.Split(' ').Select(w => w.Contains('/', StringComparison.Ordinal)
                ? Path.Combine(MissionTests.Root, w) : w);
            var (code, output, error) = DecideTests.Truce([.. args, "--svg", temporary]);
            Assert.True(code is 0 or 1, error);
            Assert.NotEmpty(output);
            var (now, path) = (File.ReadAllText(temporary), Path.Combine(MissionTests.Root, "docs", image));
            if (Environment.GetEnvironmentVariable("UPDATE_EXPECT") == "1")
            {
                File.WriteAllText(path, now);
            }

            Assert.Equal(File.ReadAllText(path), now);
            Assert.Equal("svg", XDocument.Parse(now).Root!.Name.LocalName);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>The cases that the page names, and the numbers of its rules.</summary>
    [Fact]
    public void The_page_names_what_exists_and_the_limits_that_hold()
    {
        foreach (Match m in Cases().Matches(Paper))
        {
            var path = Path.Combine(MissionTests.Root, "docs", "conformance", "space", m.Groups[1].Value);
            Assert.True(File.Exists(path), path);
        }

        (string Words, long Number)[] limits =
        [
            ("315,576,000 s", Space.Limits.HorizonSeconds), ("500 km", Space.Limits.FrameMillimetres / 1_000_000),
            ("s > 300", Space.Limits.LegSeconds), ("21,600·n", Space.CoarseGrid.WindowSeconds),
            ("4,096 cells", Space.CoarseGrid.CellsMax),
            ("at least 5 km", Space.CoarseGrid.CellMillimetresMin / 1_000_000),
            ("48 h where", Space.NoticeTerms.Default.HumanitarianSeconds / 3_600),
            ("24 h where", Space.NoticeTerms.Default.EmergencySeconds / 3_600),
        ];
        foreach (var (words, number) in limits)
        {
            Assert.Contains(words, Paper, StringComparison.Ordinal);
            Assert.Equal(number.ToString(CultureInfo.InvariantCulture), Digits().Replace(words, ""));
        }
    }

    [GeneratedRegex(@"!\[[^\]]+\]\(([^)]+)\)\n\n`truce ([^`]+)`")]
    private static partial Regex Drawing();

    [GeneratedRegex(@"`(\w+\.json)`")]
    private static partial Regex Cases();

    [GeneratedRegex(@"[^0-9]")]
    private static partial Regex Digits();
}
