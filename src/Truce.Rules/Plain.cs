using System.Buffers;
using System.Globalization;
using System.Text;

namespace Truce.Rules;

/// <summary>
/// Words from a file or a command line as they may be shown: nothing in them that a terminal obeys, and nothing that
/// makes one line look like two, or like another.
/// </summary>
public static class Plain
{
    /// <summary>What stands in the place of a character that is not shown.</summary>
    public const char Replacement = '\uFFFD';

    /// <summary>Control characters, line and paragraph separators, and what overrides or isolates a text's
    /// direction.</summary>
    private static readonly SearchValues<char> Unsafe = SearchValues.Create(
        [.. Enumerable.Range(0, 0x10000).Select(c => (char)c).Where(IsUnsafe)]);

    private static readonly SearchValues<char> UnsafeOrSpace = SearchValues.Create(
        [.. Enumerable.Range(0, 0x10000).Select(c => (char)c).Where(c => IsUnsafe(c) || char.IsWhiteSpace(c)
            || char.IsSurrogate(c))]);

    private static readonly SearchValues<char> UnsafeInText = SearchValues.Create(
        [.. Enumerable.Range(0, 0x10000).Select(c => (char)c).Where(c => IsUnsafe(c) && c is not ('\n' or '\t'))]);

    /// <summary>True where a word holds a character that is not shown as it is.</summary>
    /// <param name="word">The word.</param>
    public static bool IsHostile(string word) => word.AsSpan().ContainsAny(Unsafe);

    /// <summary>
    /// Words on one line: a run of white space is one space, any other control character, direction override or half
    /// of a surrogate pair is U+FFFD.
    /// </summary>
    /// <param name="words">The words.</param>
    public static string Words(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (!words.AsSpan().ContainsAny(UnsafeOrSpace))
        {
            return words;
        }

        var clean = new StringBuilder(words.Length);
        var afterSpace = false;
        foreach (var rune in words.EnumerateRunes())
        {
            var space = Rune.IsWhiteSpace(rune);
            if (space && afterSpace)
            {
                // The run may have begun with a space of another width: what it is now is a plain one.
                clean[^1] = ' ';
            }
            else if (space)
            {
                clean.Append(Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator ? (char)rune.Value : ' ');
            }
            else
            {
                clean.Append(rune.IsBmp && IsUnsafe((char)rune.Value) ? new Rune(Replacement) : rune);
            }

            afterSpace = space;
        }

        return clean.ToString();
    }

    /// <summary>A text of several lines: as it is, but for what a terminal obeys. Line feeds and tabs stay.</summary>
    /// <param name="text">The text.</param>
    public static string Lines(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return !text.AsSpan().ContainsAny(UnsafeInText) ? text : string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                to[i] = UnsafeInText.Contains(from[i]) ? Replacement : from[i];
            }
        });
    }

    private static bool IsUnsafe(char c) => char.IsControl(c)
        || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
