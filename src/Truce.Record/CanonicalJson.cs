using System.Globalization;
using System.Text;

namespace Truce.Record;

/// <summary>A JSON value as the record allows them: numbers are integers within ±(2^53−1).</summary>
public abstract record JsonValue
{
    private JsonValue()
    {
    }

    /// <summary>Members in the order of their names' UTF-16 code units; each name once.</summary>
    public sealed record Members(IReadOnlyList<KeyValuePair<string, JsonValue>> All) : JsonValue
    {
        /// <summary>The member of a name; null where there is none.</summary>
        public JsonValue? this[string name]
        {
            get
            {
                for (var i = 0; i < All.Count; i++)
                {
                    if (All[i].Key == name)
                    {
                        return All[i].Value;
                    }
                }

                return null;
            }
        }
    }

    /// <summary>An array.</summary>
    public sealed record Items(IReadOnlyList<JsonValue> All) : JsonValue;

    /// <summary>A text without lone surrogates.</summary>
    public sealed record Text(string Value) : JsonValue;

    /// <summary>An integer within ±(2^53−1).</summary>
    public sealed record Number(long Value) : JsonValue;

    /// <summary>True or false.</summary>
    public sealed record Truth(bool Value) : JsonValue;

    /// <summary>Null.</summary>
    public sealed record Nothing : JsonValue;
}

/// <summary>
/// RFC 8785 as the record restricts it: integers within ±(2^53−1) alone; duplicate names, lone surrogates, −0,
/// fractions and exponents are refused. What differs from its canonical form is not canonical.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The largest document.</summary>
    public const int BytesMax = 65_536;

    /// <summary>The deepest nesting.</summary>
    public const int DepthMax = 32;

    /// <summary>The largest integer, 2^53 − 1; its negative is the smallest.</summary>
    public const long NumberMax = 9_007_199_254_740_991;

    /// <summary>Reads JSON in any layout.</summary>
    public static Parsed<JsonValue> Parse(ReadOnlySpan<byte> bytes) => Parse(bytes, BytesMax);

    /// <summary>Reads JSON that must be in canonical form.</summary>
    public static Parsed<JsonValue> ParseCanonical(ReadOnlySpan<byte> bytes) => ParseCanonical(bytes, BytesMax);

    /// <summary>The same, for a file that carries others within and so has a limit of its own.</summary>
    internal static Parsed<JsonValue> ParseCanonical(ReadOnlySpan<byte> bytes, int bytesMax)
    {
        var value = Parse(bytes, bytesMax);
        return value.IsValid && !bytes.SequenceEqual(Write(value.Value))
            ? new Unreadable("the document is not in its canonical form")
            : value;
    }

    private static Parsed<JsonValue> Parse(ReadOnlySpan<byte> bytes, int bytesMax)
    {
        if (bytes.Length > bytesMax)
        {
            return new Unreadable($"the document is larger than {bytesMax} bytes");
        }

        return Utf8.Text(bytes) is { } text
            ? new Reader(text).Document()
            : new Unreadable("the document is not UTF-8");
    }

    /// <summary>The canonical bytes of a value.</summary>
    /// <exception cref="ArgumentException">A text has a lone surrogate, or a number is too large.</exception>
    public static byte[] Write(JsonValue value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return Utf8.Bytes(text.ToString());
    }

    private static void Write(JsonValue value, StringBuilder text)
    {
        switch (value)
        {
            case JsonValue.Members members:
                text.Append('{');
                var before = "";
                foreach (var (name, member) in members.All.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    text.Append(before);
                    WriteText(name, text);
                    Write(member, text.Append(':'));
                    before = ",";
                }

                text.Append('}');
                break;
            case JsonValue.Items items:
                text.Append('[');
                for (var i = 0; i < items.All.Count; i++)
                {
                    Write(items.All[i], i == 0 ? text : text.Append(','));
                }

                text.Append(']');
                break;
            case JsonValue.Text t:
                WriteText(t.Value, text);
                break;
            case JsonValue.Number { Value: >= -NumberMax and <= NumberMax and var number }:
                text.Append(CultureInfo.InvariantCulture, $"{number}");
                break;
            case JsonValue.Number:
                throw new ArgumentException("an integer lies within ±(2^53−1): write a larger one as text");
            case JsonValue.Truth truth:
                text.Append(truth.Value ? "true" : "false");
                break;
            case JsonValue.Nothing:
                text.Append("null");
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static void WriteText(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }

    /// <summary>Reads one document. The first error is kept and everything behind it passed over.</summary>
    private sealed class Reader(string text)
    {
        private static readonly JsonValue Null = new JsonValue.Nothing();

        private int _at;
        private string? _error;

        private char Next => _at < text.Length ? text[_at] : '\0';

        public Parsed<JsonValue> Document()
        {
            var value = Value(depth: 0);
            Skip();
            if (_error is null && _at < text.Length)
            {
                Fail("more follows the document");
            }

            return _error is null ? value : new Unreadable($"at character {_at}: {_error}");
        }

        private JsonValue Value(int depth)
        {
            Skip();
            return Next switch
            {
                _ when depth > DepthMax => Fail($"nested deeper than {DepthMax}"),
                '{' => Members(depth),
                '[' => Items(depth),
                '"' => new JsonValue.Text(Quoted()),
                '-' or (>= '0' and <= '9') => Number(),
                't' when Word("true") => new JsonValue.Truth(Value: true),
                'f' when Word("false") => new JsonValue.Truth(Value: false),
                'n' when Word("null") => Null,
                _ => Fail("not a value"),
            };
        }

        private JsonValue.Members Members(int depth)
        {
            var members = new SortedDictionary<string, JsonValue>(StringComparer.Ordinal);
            _at++;
            Skip();
            while (_error is null && Next != '}')
            {
                if (members.Count > 0)
                {
                    Expect(',');
                    Skip();
                }

                var name = Quoted();
                Skip();
                Expect(':');
                if (_error is null && !members.TryAdd(name, Value(depth + 1)))
                {
                    Fail("a name stands twice");
                }

                Skip();
            }

            Expect('}');
            return new JsonValue.Members([.. members]);
        }

        private JsonValue.Items Items(int depth)
        {
            var items = new List<JsonValue>();
            _at++;
            Skip();
            while (_error is null && Next != ']')
            {
                if (items.Count > 0)
                {
                    Expect(',');
                }

                if (_error is null)
                {
                    items.Add(Value(depth + 1));
                }

                Skip();
            }

            Expect(']');
            return new JsonValue.Items(items);
        }

        private JsonValue Number()
        {
            var start = _at;
            while (Next is '-' or '+' or '.' or 'e' or 'E' or (>= '0' and <= '9'))
            {
                _at++;
            }

            var digits = text.AsSpan(start, _at - start);
            var isNegative = digits[0] == '-';
            return Decimal.Parse(isNegative ? digits[1..] : digits) is <= NumberMax and var number
                && !(isNegative && number == 0)
                ? new JsonValue.Number(isNegative ? -number : number)
                : Fail("a number is an integer within ±(2^53−1), without leading zeros and not −0");
        }

        private string Quoted()
        {
            Expect('"');
            var value = new StringBuilder();
            while (_error is null && Next != '"')
            {
                var c = Next;
                if (c < ' ')
                {
                    Fail("a text without its end, or with a control character");
                    return "";
                }

                _at++;
                value.Append(c == '\\' ? Escaped() : c);
            }

            Expect('"');
            var all = value.ToString();
            if (!Utf8.IsText(all))
            {
                Fail("a lone surrogate");
            }

            return all;
        }

        private char Escaped()
        {
            var c = Next;
            _at++;
            switch (c)
            {
                case '"' or '\\' or '/':
                    return c;
                case 'b':
                    return '\b';
                case 't':
                    return '\t';
                case 'n':
                    return '\n';
                case 'f':
                    return '\f';
                case 'r':
                    return '\r';
                case 'u' when _at + 4 <= text.Length && ushort.TryParse(
                    text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                    _at += 4;
                    return (char)code;
                default:
                    _at--;
                    Fail("an unknown escape");
                    return ' ';
            }
        }

        private bool Word(string word)
        {
            var matches = text.AsSpan(_at).StartsWith(word, StringComparison.Ordinal);
            _at += matches ? word.Length : 0;
            return matches;
        }

        private void Skip()
        {
            while (Next is ' ' or '\t' or '\n' or '\r' && _error is null)
            {
                _at++;
            }
        }

        private void Expect(char c)
        {
            if (Next != c || _at >= text.Length)
            {
                Fail($"`{c}` is missing");
            }
            else
            {
                _at++;
            }
        }

        private JsonValue Fail(string error)
        {
            _error ??= error;
            return Null;
        }
    }
}
