using System.Buffers.Binary;
using System.Diagnostics;

namespace Truce.Mission;

/// <summary>A step as its page has it.</summary>
/// <param name="Row">The number of its row.</param>
/// <param name="IsOutOfPlace">Whether it does not follow from the steps before it.</param>
/// <param name="Audience">The number of its audience; 0 for everybody.</param>
/// <param name="HashHead">The first eight bytes of its statement's hash.</param>
/// <param name="Label">The number of the act that made it: entry and time of receipt are there.</param>
/// <param name="Speaker">The number of whose word it is.</param>
/// <param name="Lag">Milliseconds from when it occurred until it was received; negative for what is to come.</param>
internal readonly record struct StepHead(
    byte Row, bool IsOutOfPlace, ushort Audience, ulong HashHead, int Label, int Speaker, long Lag);

/// <summary>
/// The steps of one subject in one array: 16 bytes each beside their content, where a million of them are held.
/// </summary>
/// <remarks>
/// Steps lie from the front in the order in which they came, and never move: the place of a step is its name for good.
/// From the end of the array lie the places, in order of when the steps occurred, the first one last; two bytes each
/// while the array has at most 65,535, then four. A step is row, marks, audience where it is not 0, eight bytes of
/// hash, label, speaker, lag where it is not 0, content; numbers are LEB128, and the content ends itself.
/// </remarks>
internal struct StepPage
{
    private const byte OutOfPlace = 1;
    private const byte HasAudience = 2;
    private const byte HasLag = 4;
    private const int HeadBytesMax = 2 + 3 + sizeof(ulong) + 5 + 5 + 10;

    private byte[] _bytes;
    private int _used;

    public StepPage() => _bytes = [];

    /// <summary>How many steps there are.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes, for whoever reads a step's content.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _used);

    /// <summary>How many bytes the content of the steps has.</summary>
    public readonly int ContentBytes
    {
        get
        {
            var heads = 0;
            for (var i = 0; i < Count; i++)
            {
                Head(At(i), out var content);
                heads += content - At(i);
            }

            return _used - heads;
        }
    }

    private readonly int SlotBytes => SlotBytesOf(_bytes.Length);

    /// <summary>The place of a step, by its number in order of when the steps occurred.</summary>
    public readonly int At(int index)
    {
        Debug.Assert(index >= 0 && index < Count, "a step that there is");
        var bytes = _bytes.AsSpan(_bytes.Length - ((index + 1) * SlotBytes));
        return SlotBytes == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
            : BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    public readonly byte Row(int at) => _bytes[at];

    public readonly bool IsOutOfPlace(int at) => (_bytes[at + 1] & OutOfPlace) != 0;

    /// <summary>Marks a step as one that does not follow, or takes the mark off.</summary>
    public readonly void Mark(int at, bool isOutOfPlace) =>
        _bytes[at + 1] = (byte)((_bytes[at + 1] & ~OutOfPlace) | (isOutOfPlace ? OutOfPlace : 0));

    public readonly ushort Audience(int at)
    {
        var behind = at + 2;
        return (_bytes[at + 1] & HasAudience) == 0 ? (ushort)0 : (ushort)Packed.Number(_bytes, ref behind);
    }

    /// <summary>A step's head, and where its content begins.</summary>
    public readonly StepHead Head(int at, out int content)
    {
        ReadOnlySpan<byte> bytes = _bytes;
        var (row, marks) = (bytes[at], bytes[at + 1]);
        at += 2;
        var audience = (marks & HasAudience) == 0 ? (ushort)0 : (ushort)Packed.Number(bytes, ref at);
        var hash = BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
        at += sizeof(ulong);
        var label = (int)Packed.Number(bytes, ref at);
        var speaker = (int)Packed.Number(bytes, ref at);
        var lag = (marks & HasLag) == 0 ? 0 : Unfolded(Packed.Number(bytes, ref at));
        content = at;
        return new StepHead(row, (marks & OutOfPlace) != 0, audience, hash, label, speaker, lag);
    }

    /// <summary>Adds a step, as the one with a number in order of when they occurred.</summary>
    /// <returns>Its place.</returns>
    public int Insert(int index, in StepHead head, ReadOnlySpan<byte> content)
    {
        Span<byte> begin = stackalloc byte[HeadBytesMax];
        begin = begin[..Write(begin, head)];
        var at = _used;
        Reserve(at + begin.Length + content.Length);
        begin.CopyTo(_bytes.AsSpan(at));
        content.CopyTo(_bytes.AsSpan(at + begin.Length));
        _used = at + begin.Length + content.Length;

        // Those that occurred later lie further from the end.
        var slots = _bytes.AsSpan(_bytes.Length - ((Count + 1) * SlotBytes));
        slots.Slice(SlotBytes, (Count - index) * SlotBytes).CopyTo(slots);
        Count++;
        Slot(_bytes, SlotBytes, index, at);
        return at;
    }

    public readonly void Save(BinaryWriter writer)
    {
        writer.Write(Count);
        writer.Write(_used);
        writer.Write(Bytes);
        for (var i = 0; i < Count; i++)
        {
            if (_used <= ushort.MaxValue)
            {
                writer.Write((ushort)At(i));
            }
            else
            {
                writer.Write(At(i));
            }
        }
    }

    /// <summary>Reads what was saved, into an empty page.</summary>
    public void Load(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        var used = reader.ReadInt32();
        var slot = SlotBytesOf(used + (count * 2));
        _bytes = new byte[used + (count * slot)];
        reader.BaseStream.ReadExactly(_bytes.AsSpan(0, used));
        for (var i = 0; i < count; i++)
        {
            Slot(_bytes, slot, i, used <= ushort.MaxValue ? reader.ReadUInt16() : reader.ReadInt32());
        }

        (_used, Count) = (used, count);
    }

    private static int SlotBytesOf(int length) => length <= ushort.MaxValue ? 2 : 4;

    private static void Slot(byte[] bytes, int width, int index, int at)
    {
        var slot = bytes.AsSpan(bytes.Length - ((index + 1) * width));
        if (width == 2)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(slot, (ushort)at);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(slot, at);
        }
    }

    /// <summary>A number whose lowest bit is its sign.</summary>
    private static long Unfolded(long folded) => (folded >>> 1) ^ -(folded & 1);

    private static int Write(Span<byte> into, in StepHead head)
    {
        var length = 0;
        into[length++] = head.Row;
        into[length++] = (byte)((head.IsOutOfPlace ? OutOfPlace : 0) | (head.Audience != 0 ? HasAudience : 0)
            | (head.Lag != 0 ? HasLag : 0));
        if (head.Audience != 0)
        {
            Packed.Number(into, ref length, head.Audience);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(into[length..], head.HashHead);
        length += sizeof(ulong);
        Packed.Number(into, ref length, head.Label);
        Packed.Number(into, ref length, head.Speaker);
        if (head.Lag != 0)
        {
            Packed.Number(into, ref length, (head.Lag << 1) ^ (head.Lag >> 63));
        }

        return length;
    }

    /// <summary>Makes room for so many bytes of steps and the place of one more.</summary>
    private void Reserve(int used)
    {
        if (used + ((Count + 1) * SlotBytes) <= _bytes.Length)
        {
            return;
        }

        // Whole words of memory, an eighth to spare; where places grow to four bytes, room for that.
        const int word = 8;
        var length = used + ((Count + 1) * SlotBytesOf(used + ((Count + 1) * 4)));
        length = (length + (length / word) + word - 1) / word * word;
        var larger = new byte[length];
        Bytes.CopyTo(larger);
        var slot = SlotBytesOf(length);
        for (var i = 0; i < Count; i++)
        {
            Slot(larger, slot, i, At(i));
        }

        _bytes = larger;
    }
}
