using System.Net;
using System.Text.RegularExpressions;
using Truce.Page;

namespace Truce.Tests;

/// <summary>
/// Names in Arabic and Hebrew in lines of ours: each is set apart, and what stands beside it stays on its side.
/// </summary>
public sealed partial class BidiTests
{
    private const string Crescent = "الهلال الأحمر";

    /// <summary>What a line may be put together from: names, numbers, our marks, and what is hostile.</summary>
    private static readonly string[] Pieces =
    [
        Crescent, "حاجز 5", "צה\"ל", "٣", "\U0001E900", "\u064B", ": ", ", ", "; ", " ", " (", ")", "«", "»", "\"", "3",
        "killed", "–", "059-123", "<b>", "&amp;", "</bdi>", "'", "\u202E", "\u200F", "\u2067", "\n", "\uD83B", "é",
    ];

    [Theory]
    [InlineData($"{Crescent}: 3", $"[{Crescent}]: 3")]
    [InlineData($"{Crescent}: killed, released: 2", $"[{Crescent}]: killed, released: 2")]
    [InlineData($"{Crescent}, {Crescent}: 4 (1 to 9)", $"[{Crescent}], [{Crescent}]: 4 (1 to 9)")]
    [InlineData($"held at {Crescent}, 2 hours", $"held at [{Crescent}], 2 hours")]
    [InlineData("حاجز 5 الشمالي: 7", "[حاجز 5 الشمالي]: 7")]
    [InlineData("حاجز 5: 7", "[حاجز 5]: 7")]
    [InlineData("طريق 12/3, 2026-03-10", "[طريق 12/3], 2026-03-10")]
    [InlineData("معبر (الشمالي) (2): 3", "[معبر (الشمالي) (2)]: 3")]
    [InlineData("held (حاجز)", "held ([حاجز])")]
    [InlineData("حاجز (north)", "[حاجز] (north)")]
    [InlineData("جمعية «النور»: 3", "[جمعية «النور»]: 3")]
    [InlineData("جمعية \"النور\", 3", "[جمعية \"النور\"], 3")]
    [InlineData("צה\"ל: 3", "[צה\"ל]: 3")]
    [InlineData("مستشفى Al-Shifa الشمالي: 3", "[مستشفى] Al-Shifa [الشمالي]: 3")]
    [InlineData("north: 3 (1 to 4)", "north: 3 (1 to 4)")]
    [InlineData("حاجز\u202E5: 3", "[حاجز]\u202E5: 3")]
    [InlineData("", "")]
    public void A_name_is_set_apart_whole_and_what_stands_beside_it_is_not(string line, string parts) =>
        Assert.Equal(parts, string.Concat(Bidi.Parts(line).Select(p => p.IsRight ? $"[{p.Text}]" : p.Text)));

    [Theory]
    [InlineData(Crescent, true)]
    [InlineData("اتصل بـ UNRWA قبل 5:30!", true)]
    [InlineData($"{Crescent}: 3", false)]
    [InlineData($"by {Crescent}", false)]
    [InlineData("3", false)]
    [InlineData("", false)]
    public void Words_of_somebody_alone_keep_their_own_direction(string words, bool areOwn) =>
        Assert.Equal(areOwn, Bidi.IsOwnWords(words));

    [Theory]
    [InlineData("هاتف 059-123", "هاتف [059-123]")]
    [InlineData("هاتف +970 59 123-4567 أو 059 12", "هاتف [+970 59 123-4567] أو [059 12]")]
    [InlineData("يوم 2026-03-10", "يوم [2026-03-10]")]
    [InlineData("حاجز 5 الساعة 5:30", "حاجز 5 الساعة 5:30")]
    [InlineData("طريق 12/3 <5>", "طريق 12/3 &lt;5&gt;")]
    public void A_telephone_number_keeps_the_order_of_its_groups(string words, string groups) =>
        Assert.Equal(groups, Group().Replace(new Html().RightToLeft(words).ToString(), "[${number}]"));

    [Fact]
    public void A_line_keeps_its_words_in_their_order_and_every_sign_of_them_stays_escaped()
    {
        var random = new Random(20260310);
        for (var i = 0; i < 20_000; i++)
        {
            var line = string.Concat(Enumerable.Range(0, 9).Select(_ => Pieces[random.Next(Pieces.Length)]));
            var html = new Html().Mixed(line).ToString();
            Assert.Equal(Html.Escape(line), Mark().Replace(html, ""));
            Assert.Equal(Html.Escape(line), Mark().Replace(new Html().RightToLeft(line).ToString(), ""));
            foreach (Match part in Part().Matches(Group().Replace(html, "${number}")))
            {
                var words = WebUtility.HtmlDecode(part.Groups["words"].Value);
                var isApart = part.Value.StartsWith("<bdi>", StringComparison.Ordinal);
                Assert.False(!isApart && words.Any(IsRight), $"not set apart in {html}");
                Assert.False(isApart && (!IsRight(words[0]) || Ours().IsMatch(words)), $"ours is set apart in {html}");
            }
        }
    }

    private static bool IsRight(char c) => c is (>= '\u0590' and <= '\u08FF') or '\uD83A';

    [GeneratedRegex("</?bdi( dir=\"ltr\")?>")]
    private static partial Regex Mark();

    [GeneratedRegex("<bdi dir=\"ltr\">(?<number>[0-9 +-]*)</bdi>")]
    private static partial Regex Group();

    [GeneratedRegex("<bdi>(?<words>[^<]*)</bdi>|(?<words>[^<]+)")]
    private static partial Regex Part();

    [GeneratedRegex(@"[:,;]\s|[a-zé]|\n|[:,; ]$")]
    private static partial Regex Ours();
}
