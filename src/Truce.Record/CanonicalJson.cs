using System.Buffers;
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

    /// <summary>What a text does not hold as it is.</summary>
    private static readonly SearchValues<char> Special =
        SearchValues.Create(['"', '\\', .. Enumerable.Range(0, ' ').Select(c => (char)c)]);

    /// <summary>Reads JSON in any layout.</summary>
    public static Parsed<JsonValue> Parse(ReadOnlySpan<byte> bytes) => Parse(bytes, BytesMax);

    /// <summary>Reads JSON that must be in canonical form.</summary>
    public static Parsed<JsonValue> ParseCanonical(ReadOnlySpan<byte> bytes) => ParseCanonical(bytes, BytesMax);

    /// <summary>The same, for a file that carries others within and so has a limit of its own.</summary>
    internal static Parsed<JsonValue> ParseCanonical(ReadOnlySpan<byte> bytes, int bytesMax)
    {
        var value = Parse(bytes, bytesMax);
        if (value.IsValid)
        {
            using var writer = new Writer(bytes.Length);
            writer.Value(value.Value);
            return bytes.SequenceEqual(writer.Written) ? value
                : new Unreadable("the document is not in its canonical form");
        }

        return value;
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
        using var writer = new Writer(Writer.BytesUsual);
        writer.Value(value);
        return writer.Written.ToArray();
    }

    /// <summary>Writes UTF-8 into memory that is used again: a statement is written each time it is read.</summary>
    private ref struct Writer(int room)
    {
        /// <summary>What most documents need.</summary>
        public const int BytesUsual = 1_024;

        private const int FewNames = 16;
        private const int NumberBytesMax = 20;
        private const int UnitBytesMax = 3; // of UTF-8, for a code unit of UTF-16

        private byte[] _bytes = ArrayPool<byte>.Shared.Rent(room);
        private int _count;

        public readonly ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _count);

        public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

        public void Value(JsonValue value)
        {
            switch (value)
            {
                case JsonValue.Members members:
                    Members(InOrder(members.All));
                    break;
                case JsonValue.Items items:
                    Ascii("["u8);
                    for (var i = 0; i < items.All.Count; i++)
                    {
                        Ascii(i == 0 ? ""u8 : ","u8);
                        Value(items.All[i]);
                    }

                    Ascii("]"u8);
                    break;
                case JsonValue.Text t:
                    Text(t.Value);
                    break;
                case JsonValue.Number { Value: >= -NumberMax and <= NumberMax and var number }:
                    Room(NumberBytesMax);
                    _ = number.TryFormat(_bytes.AsSpan(_count), out var digits, default, CultureInfo.InvariantCulture);
                    _count += digits;
                    break;
                case JsonValue.Number:
                    throw new ArgumentException("an integer lies within ±(2^53−1): write a larger one as text");
                case JsonValue.Truth truth:
                    Ascii(truth.Value ? "true"u8 : "false"u8);
                    break;
                case JsonValue.Nothing:
                    Ascii("null"u8);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }

        private void Members(IReadOnlyList<KeyValuePair<string, JsonValue>> all)
        {
            Ascii("{"u8);
            for (var i = 0; i < all.Count; i++)
            {
                var (name, member) = all[i];
                Ascii(i == 0 ? ""u8 : ","u8);
                Text(name);
                Ascii(":"u8);
                Value(member);
            }

            Ascii("}"u8);
        }

        /// <summary>What was read is in order already; what is made here has few names.</summary>
        private static IReadOnlyList<KeyValuePair<string, JsonValue>> InOrder(
            IReadOnlyList<KeyValuePair<string, JsonValue>> all)
        {
            var sorted = 1;
            while (sorted < all.Count && string.CompareOrdinal(all[sorted - 1].Key, all[sorted].Key) <= 0)
            {
                sorted++;
            }

            if (sorted >= all.Count)
            {
                return all;
            }

            if (all.Count > FewNames)
            {
                return [.. all.OrderBy(m => m.Key, StringComparer.Ordinal)];
            }

            KeyValuePair<string, JsonValue>[] few = [.. all];
            for (; sorted < few.Length; sorted++)
            {
                var (next, at) = (few[sorted], sorted);
                for (; at > 0 && string.CompareOrdinal(few[at - 1].Key, next.Key) > 0; at--)
                {
                    few[at] = few[at - 1];
                }

                few[at] = next;
            }

            return few;
        }

        private void Text(ReadOnlySpan<char> text)
        {
            Ascii("\""u8);
            for (int plain; (plain = text.IndexOfAny(Special)) >= 0; text = text[(plain + 1)..])
            {
                Plain(text[..plain]);
                Escaped(text[plain]);
            }

            Plain(text);
            Ascii("\""u8);
        }

        private void Plain(ReadOnlySpan<char> text)
        {
            Room(text.Length * UnitBytesMax);
            _count += Utf8.Bytes(text, _bytes.AsSpan(_count));
        }

        private void Escaped(char c)
        {
            switch (c)
            {
                case '"':
                    Ascii("\\\""u8);
                    break;
                case '\\':
                    Ascii("\\\\"u8);
                    break;
                case '\b':
                    Ascii("\\b"u8);
                    break;
                case '\t':
                    Ascii("\\t"u8);
                    break;
                case '\n':
                    Ascii("\\n"u8);
                    break;
                case '\f':
                    Ascii("\\f"u8);
                    break;
                case '\r':
                    Ascii("\\r"u8);
                    break;
                default:
                    Ascii("\\u00"u8);
                    Ascii([(byte)('0' + (c >> 4)), (byte)"0123456789abcdef"[c & 0xf]]);
                    break;
            }
        }

        private void Ascii(scoped ReadOnlySpan<byte> bytes)
        {
            Room(bytes.Length);
            bytes.CopyTo(_bytes.AsSpan(_count));
            _count += bytes.Length;
        }

        private void Room(int more)
        {
            if (_bytes.Length - _count < more)
            {
                var wider = ArrayPool<byte>.Shared.Rent(Math.Max(_count + more, 2 * _bytes.Length));
                Written.CopyTo(wider);
                ArrayPool<byte>.Shared.Return(_bytes);
                _bytes = wider;
            }
        }
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
            var members = new List<KeyValuePair<string, JsonValue>>();
            SortedDictionary<string, JsonValue>? sorted = null; // where the names do not come in their order
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
                if (_error is null)
                {
                    var isNext = members.Count == 0 || string.CompareOrdinal(members[^1].Key, name) < 0;
                    sorted ??= isNext ? null : new(new Dictionary<string, JsonValue>(members), StringComparer.Ordinal);
                    members.Add(new(name, Value(depth + 1)));
                    if (sorted?.TryAdd(name, members[^1].Value) == false)
                    {
                        Fail("a name stands twice");
                    }
                }

                Skip();
            }

            Expect('}');
            return new JsonValue.Members(sorted is null ? members.ToArray() : [.. sorted]);
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
            var rest = text.AsSpan(_at);
            if (_error is null && rest.IndexOfAny(Special) is >= 0 and var plain && rest[plain] == '"')
            {
                _at += plain + 1;
                return rest[..plain].ToString(); // what was UTF-8 has no lone surrogate: only an escape makes one
            }

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
