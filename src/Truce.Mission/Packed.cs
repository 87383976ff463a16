using System.Collections.Immutable;
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
    public static void Write(Scratch into, Event e, Row row, Symbols symbols)
    {
        into.Number(e.Performer is null ? 0 : symbols.Of(e.Performer) + 1);
        into.Number(e.Places.Length);
        foreach (var place in e.Places)
        {
            into.Number(symbols.Of(place));
        }

        if (e.Window is { } w)
        {
            into.Byte(1);
            into.Number(w.From);
            into.Number(w.Until - w.From);
        }
        else
        {
            into.Byte(NoWindow);
        }

        var count = 0;
        var countAt = into.Length;
        into.Byte(0);
        var (names, next) = (row.Names, 0);
        foreach (var (name, value) in InOrder(e.Fields))
        {
            if (names.EventAt(name, ref next, out var kind) is >= 0 and var at
                && TryWrite(into, (byte)at, kind, value, symbols))
            {
                count++;
            }
        }

        into.Bytes[countAt] = (byte)count;
    }

    /// <summary>
    /// Fields in the order of their names, as they stand in R: whoever judged an act and whoever reads its R hold the
    /// same state to the byte.
    /// </summary>
    public static ImmutableArray<KeyValuePair<string, JsonValue>> InOrder(
        ImmutableArray<KeyValuePair<string, JsonValue>> fields)
    {
        for (var i = 1; i < fields.Length; i++)
        {
            if (string.CompareOrdinal(fields[i - 1].Key, fields[i].Key) > 0)
            {
                return fields.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
            }
        }

        return fields;
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

    /// <summary>Appends a number at a place, and moves on.</summary>
    public static void Number(Span<byte> into, ref int at, long value)
    {
        var rest = unchecked((ulong)value);
        while (rest >= 0x80)
        {
            into[at++] = unchecked((byte)(rest | 0x80));
            rest >>= 7;
        }

        into[at++] = (byte)rest;
    }

    /// <summary>
    /// Appends a field that can be kept as its kind. What cannot be kept is left out: an outcome that somebody made up
    /// must not stop those who read it.
    /// </summary>
    private static bool TryWrite(Scratch into, byte field, FieldKind kind, JsonValue value, Symbols symbols)
    {
        switch (kind, value)
        {
            case (FieldKind.Codes or FieldKind.Names, JsonValue.Items { All: var items }):
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is not JsonValue.Text)
                    {
                        return false;
                    }
                }

                into.Byte(field);
                into.Number(items.Count);
                for (var i = 0; i < items.Count; i++)
                {
                    into.Number(symbols.Of(((JsonValue.Text)items[i]).Value));
                }

                return true;
            case (FieldKind.Number or FieldKind.Time, JsonValue.Number n):
                into.Byte(field);
                into.Number(n.Value);
                return true;
            case (FieldKind.Flag, JsonValue.Truth t):
                into.Byte(field);
                into.Number(t.Value ? 1 : 0);
                return true;
            case (not (FieldKind.Codes or FieldKind.Names or FieldKind.Number or FieldKind.Time or FieldKind.Flag),
                JsonValue.Text t):
                into.Byte(field);
                into.Number(symbols.Of(t.Value));
                return true;
            default:
                return false;
        }
    }
}

/// <summary>Where a content is written before it has its place; used again and again.</summary>
internal sealed class Scratch
{
    private const int NumberBytesMax = 10;

    /// <summary>The bytes; those from <see cref="Length"/> on are of earlier contents.</summary>
    public byte[] Bytes { get; private set; } = new byte[1_024];

    /// <summary>How many there are.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => Bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Byte(byte value)
    {
        Reserve();
        Bytes[Length++] = value;
    }

    /// <summary>Appends a number as LEB128.</summary>
    public void Number(long value)
    {
        Reserve();
        var at = Length;
        Packed.Number(Bytes, ref at, value);
        Length = at;
    }

    private void Reserve()
    {
        if (Length > Bytes.Length - NumberBytesMax)
        {
            var larger = new byte[Bytes.Length * 2];
            Bytes.CopyTo(larger, 0);
            Bytes = larger;
        }
    }
}
