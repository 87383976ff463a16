using Truce.Record;

namespace Truce.Mission;

/// <summary>
/// The fields, places and window of a step as bytes, words as symbols: a live subject stays small, and a count over a
/// million steps reads no JSON. Numbers are LEB128.
/// </summary>
internal static class Packed
{
    private const byte NoWindow = 0;

    /// <summary>Appends an event's content.</summary>
    public static void Write(List<byte> into, Event e, Row row, Symbols symbols)
    {
        Number(into, e.Performer is null ? 0 : symbols.Of(e.Performer) + 1);
        Number(into, e.Places.Length);
        foreach (var place in e.Places)
        {
            Number(into, symbols.Of(place));
        }

        if (e.Window is { } w)
        {
            into.Add(1);
            Number(into, w.From);
            Number(into, w.Until - w.From);
        }
        else
        {
            into.Add(NoWindow);
        }

        var count = 0;
        var countAt = into.Count;
        into.Add(0);
        foreach (var (name, value) in e.Fields)
        {
            var at = row.EventFieldAt(name);
            if (at >= 0 && Holds(row.EventField(at).Kind, value))
            {
                into.Add((byte)at);
                Value(into, value, symbols);
                count++;
            }
        }

        into[countAt] = (byte)count;
    }

    /// <summary>Reads a number and moves on.</summary>
    public static long Number(ReadOnlySpan<byte> bytes, ref int at)
    {
        long value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = bytes[at++];
            value |= (long)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>Moves behind performer, places and window, to the count of fields.</summary>
    public static void SkipHead(ReadOnlySpan<byte> bytes, ref int at)
    {
        Number(bytes, ref at);
        for (var places = Number(bytes, ref at); places > 0; places--)
        {
            Number(bytes, ref at);
        }

        if (bytes[at++] != NoWindow)
        {
            Number(bytes, ref at);
            Number(bytes, ref at);
        }
    }

    /// <summary>Moves to the value of a field; false where it is not there.</summary>
    public static bool Find(ReadOnlySpan<byte> bytes, Row row, int field, ref int at)
    {
        SkipHead(bytes, ref at);
        for (int count = bytes[at++]; count > 0; count--)
        {
            int here = bytes[at++];
            if (here == field)
            {
                return true;
            }

            var kind = row.EventField(here).Kind;
            for (var items = kind is FieldKind.Codes or FieldKind.Names ? Number(bytes, ref at) : 1; items > 0; items--)
            {
                Number(bytes, ref at);
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a value can be kept as its field's kind. What cannot be kept is left out: an outcome that somebody made
    /// up must not stop those who read it.
    /// </summary>
    private static bool Holds(FieldKind kind, JsonValue value) => kind switch
    {
        FieldKind.Codes or FieldKind.Names =>
            value is JsonValue.Items items && items.All.All(i => i is JsonValue.Text),
        FieldKind.Number or FieldKind.Time => value is JsonValue.Number,
        FieldKind.Flag => value is JsonValue.Truth,
        _ => value is JsonValue.Text,
    };

    private static void Value(List<byte> into, JsonValue value, Symbols symbols)
    {
        switch (value)
        {
            case JsonValue.Text t:
                Number(into, symbols.Of(t.Value));
                break;
            case JsonValue.Number n:
                Number(into, n.Value);
                break;
            case JsonValue.Truth t:
                Number(into, t.Value ? 1 : 0);
                break;
            case JsonValue.Items items:
                Number(into, items.All.Count);
                foreach (var item in items.All)
                {
                    Number(into, symbols.Of(((JsonValue.Text)item).Value));
                }

                break;
            default:
                throw new InvalidOperationException("an event's field is a word, words, a number or a truth");
        }
    }

    private static void Number(List<byte> into, long value)
    {
        var rest = (ulong)value;
        while (rest >= 0x80)
        {
            into.Add(unchecked((byte)(rest | 0x80)));
            rest >>= 7;
        }

        into.Add((byte)rest);
    }
}
