using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Truce.Record;

/// <summary>
/// A batch on the disk: a head of 64 bytes and the entries in the encoding of bundles, filled with zeros to a multiple
/// of eight. Head: magic, first index, count, length, root after the batch, CRC32C of the entries, zeros, CRC32C of
/// the head. A segment begins with a head too: its number, its first index, and the root before it.
/// </summary>
internal readonly record struct Frame(long First, int Count, int Length, Digest Root)
{
    public const int HeadBytes = 64;
    public const int Alignment = 8;
    public const int EntryHeadBytes = 2;
    public const int LengthMax = 1 << 28;

    private const uint FrameMagic = 0x54524631; // TRF1
    private const uint SegmentMagic = 0x54525331; // TRS1

    public int Total => Padded(HeadBytes + Length);

    public static int Padded(int length) => (length + Alignment - 1) / Alignment * Alignment;

    /// <summary>Writes the head in front of the entries, which already lie in the buffer.</summary>
    public void Seal(Span<byte> frame) =>
        WriteHead(frame, FrameMagic, First, Count, Length, Root, Crc(frame.Slice(HeadBytes, Length)));

    public static byte[] SegmentHead(int number, long first, Digest root)
    {
        var head = new byte[HeadBytes];
        WriteHead(head, SegmentMagic, first, number, 0, root, 0);
        return head;
    }

    /// <summary>A segment's number, first index and root before it; null where the head is damaged.</summary>
    public static (int Number, long First, Digest Root)? ReadSegmentHead(ReadOnlySpan<byte> head) =>
        ReadHead(head, SegmentMagic) is { } h && h.Length == 0 && h.Crc == 0 ? (h.Count, h.First, h.Root) : null;

    /// <summary>The frame whose head is intact at the start of some bytes, whatever its entries are.</summary>
    public static Frame? ReadHead(ReadOnlySpan<byte> bytes) =>
        ReadHead(bytes, FrameMagic) is { } h && h.Count > 0 && h.First >= 0 && h.Length is > 0 and <= LengthMax
            ? new Frame(h.First, h.Count, h.Length, h.Root)
            : null;

    /// <summary>The whole frame at the start of some bytes; null where anything in it is damaged.</summary>
    public static Frame? Read(ReadOnlySpan<byte> bytes)
    {
        if (ReadHead(bytes) is not { } frame || bytes.Length - HeadBytes < frame.Length || bytes.Length < frame.Total
            || Crc(bytes.Slice(HeadBytes, frame.Length)) != BinaryPrimitives.ReadUInt32BigEndian(bytes[CrcAt..])
            || bytes[(HeadBytes + frame.Length)..frame.Total].ContainsAnyExcept((byte)0))
        {
            return null;
        }

        var rest = bytes.Slice(HeadBytes, frame.Length);
        for (var i = 0; i < frame.Count; i++)
        {
            if (rest.Length < EntryHeadBytes
                || rest.Length < EntryHeadBytes + BinaryPrimitives.ReadUInt16BigEndian(rest))
            {
                return null;
            }

            rest = rest[(EntryHeadBytes + BinaryPrimitives.ReadUInt16BigEndian(rest))..];
        }

        return rest.IsEmpty ? frame : null;
    }

    private const int CrcAt = 52;
    private const int HeadCrcAt = 60;

    private static void WriteHead(
        Span<byte> head, uint magic, long first, int count, int length, Digest root, uint crc)
    {
        BinaryPrimitives.WriteUInt32BigEndian(head, magic);
        BinaryPrimitives.WriteInt64BigEndian(head[4..], first);
        BinaryPrimitives.WriteInt32BigEndian(head[12..], count);
        BinaryPrimitives.WriteInt32BigEndian(head[16..], length);
        root.CopyTo(head[20..]);
        BinaryPrimitives.WriteUInt32BigEndian(head[CrcAt..], crc);
        head[56..HeadCrcAt].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(head[HeadCrcAt..], Crc(head[..HeadCrcAt]));
    }

    private static (long First, int Count, int Length, Digest Root, uint Crc)? ReadHead(
        ReadOnlySpan<byte> head, uint magic)
    {
        if (head.Length < HeadBytes || BinaryPrimitives.ReadUInt32BigEndian(head) != magic
            || BinaryPrimitives.ReadUInt32BigEndian(head[HeadCrcAt..]) != Crc(head[..HeadCrcAt])
            || BinaryPrimitives.ReadUInt32BigEndian(head[56..]) != 0)
        {
            return null;
        }

        return (BinaryPrimitives.ReadInt64BigEndian(head[4..]), BinaryPrimitives.ReadInt32BigEndian(head[12..]),
            BinaryPrimitives.ReadInt32BigEndian(head[16..]), new Digest(head.Slice(20, Digest.Bytes)),
            BinaryPrimitives.ReadUInt32BigEndian(head[CrcAt..]));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
