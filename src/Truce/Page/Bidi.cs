using System.Text;
using System.Text.RegularExpressions;

namespace Truce.Page;

/// <summary>
/// Where right-to-left text stands within a line of ours. In "NAME: 3" a number or a comma that touches a name in
/// Arabic or Hebrew is drawn on the name's other side, unless the name is set apart.
/// </summary>
internal static partial class Bidi
{
    private const string Opening = "([{«“‹";
    private const string Closing = ")]}»”›";

    private enum Way
    {
        None,
        Left,
        Right,
    }

    /// <summary>
    /// Whether a text is somebody's own words alone, and those begin right to left: they keep that direction, and what
    /// they quote of other scripts its place. What we put together has a mark of ours between its parts.
    /// </summary>
    public static bool IsOwnWords(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (EndsPart(text, i))
            {
                return false;
            }
        }

        return text.EnumerateRunes().Select(WayOf).FirstOrDefault(w => w != Way.None) == Way.Right;
    }

    /// <summary>
    /// Numbers in groups, as of telephones and dates: after an Arabic letter their groups would be drawn last first.
    /// </summary>
    [GeneratedRegex("(?<![0-9])(?:\\+[0-9]+(?:[ -][0-9]+)*|[0-9]+(?:-[0-9]+)+|0[0-9]+(?: [0-9]+)+)")]
    public static partial Regex Grouped();

    /// <summary>
    /// A text in parts, in its order and without gaps. A part that is right to left goes on until a letter of another
    /// script, or a colon, comma or semicolon before a space. It begins with a letter, and ends with one, with a
    /// number, or with the other of a pair of brackets or quotes.
    /// </summary>
    public static IEnumerable<(string Text, bool IsRight)> Parts(string text)
    {
        var from = 0;
        var i = 0;
        while (i < text.Length)
        {
            var rune = RuneAt(text, i);
            if (WayOf(rune) != Way.Right)
            {
                i += rune.Utf16SequenceLength;
                continue;
            }

            if (i > from)
            {
                yield return (text[from..i], false);
            }

            from = End(text, i);
            yield return (text[i..from], true);
            i = from;
        }

        if (from < text.Length)
        {
            yield return (text[from..], false);
        }
    }

    /// <summary>The index after the right-to-left part whose first letter is at one.</summary>
    private static int End(string text, int start)
    {
        var end = start;
        var open = new Stack<int>();
        var quotes = 0;
        for (var i = start; i < text.Length && !EndsPart(text, i);)
        {
            var rune = RuneAt(text, i);
            var way = WayOf(rune);
            var closes = Closing.IndexOf(text[i], StringComparison.Ordinal);
            if (way == Way.Left || (closes >= 0 && (!open.TryPop(out var opened) || opened != closes)))
            {
                break;
            }

            if (Opening.IndexOf(text[i], StringComparison.Ordinal) is >= 0 and var opens)
            {
                open.Push(opens);
            }

            quotes += text[i] == '"' ? 1 : 0;
            i += rune.Utf16SequenceLength;
            if (open.Count == 0 && (way == Way.Right || closes >= 0 || Rune.IsDigit(rune)
                || (rune.Value == '"' && quotes % 2 == 0)))
            {
                end = i;
            }
        }

        return end;
    }

    /// <summary>Whether what we put between parts stands there, or what is shown as a code.</summary>
    private static bool EndsPart(string text, int at) => Html.IsHidden(text[at]) || text[at] is '\n' or '\t'
        || (text[at] is ':' or ',' or ';' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1])));

    /// <summary>Half a pair counts as a sign of no direction.</summary>
    private static Rune RuneAt(string text, int at) =>
        Rune.TryGetRuneAt(text, at, out var rune) ? rune : Rune.ReplacementChar;

    /// <summary>The blocks that Unicode keeps for right-to-left scripts, and the digits of Arabic in them.</summary>
    private static Way WayOf(Rune rune) => rune.Value switch
    {
        0x060C or 0x061B => Way.None,
        (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFE)
            or (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EFFF) => Way.Right,
        _ => Rune.IsLetter(rune) ? Way.Left : Way.None,
    };
}
