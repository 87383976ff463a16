using System.Globalization;
using System.Text;

namespace Truce.Page;

/// <summary>Text into HTML. Everything that comes from a file goes through <see cref="Text(string)"/>.</summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    /// <summary>How many characters there are so far.</summary>
    public int Length => _text.Length;

    /// <summary>Markup of ours, verbatim.</summary>
    public Html Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <summary>Text of anybody, escaped.</summary>
    public Html Text(string text)
    {
        _text.Append(Escape(text));
        return this;
    }

    /// <summary>
    /// A line of ours with words of anybody in it, escaped: each right-to-left part is set apart, and turns no other.
    /// </summary>
    public Html Mixed(string text)
    {
        foreach (var (part, isRight) in Bidi.Parts(text))
        {
            _ = isRight ? Raw("<bdi>").RightToLeft(part).Raw("</bdi>") : Text(part);
        }

        return this;
    }

    /// <summary>Right-to-left words of anybody, escaped: numbers in groups keep the order of their groups.</summary>
    public Html RightToLeft(string text)
    {
        var from = 0;
        foreach (var number in Bidi.Grouped().EnumerateMatches(text))
        {
            Text(text[from..number.Index]);
            from = number.Index + number.Length;
            Element("bdi dir=\"ltr\"", text[number.Index..from]);
        }

        return Text(text[from..]);
    }

    /// <summary>A sentence of ours: what stands in backticks is an id.</summary>
    public Html Sentence(string text)
    {
        var parts = text.Split('`');
        if (parts.Length % 2 == 0)
        {
            return Text(text);
        }

        for (var i = 0; i < parts.Length; i++)
        {
            _ = i % 2 == 0 ? Text(parts[i]) : Element("code", parts[i]);
        }

        return this;
    }

    /// <summary>An element with text in it. <paramref name="open"/> is a tag name with attributes of ours.</summary>
    public Html Element(string open, string text)
    {
        var space = open.IndexOf(' ', StringComparison.Ordinal);
        var name = space < 0 ? open : open[..space];
        return Raw($"<{open}>").Text(text).Raw($"</{name}>");
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>
    /// Escapes markup, and makes visible what could make a reader see other words than are there: control characters
    /// and those that turn the direction of text.
    /// </summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                '\n' or '\t' => escaped.Append(c),
                _ when IsHidden(c) => escaped.Append(CultureInfo.InvariantCulture, $"[U+{(int)c:X4}]"),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    /// <summary>Whether a character is shown as its code.</summary>
    public static bool IsHidden(char c) => char.IsControl(c)
        || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')
            or '\u200E' or '\u200F' or '\u061C' or '\uFEFF' or '\u2028' or '\u2029';
}
