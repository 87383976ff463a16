using System.Buffers.Binary;

namespace Truce.Record;

/// <summary>The frame that is being filled. Its memory is used again for the next.</summary>
internal sealed class Batch(int bytesMax)
{
    private readonly byte[] _frame = new byte[bytesMax];
    private readonly List<int> _starts = [];
    private int _end = Frame.HeadBytes;

    public int Count => Statements.Count;

    /// <summary>The length of the frame on the disk.</summary>
    public int Total => Frame.Padded(_end);

    public List<Digest> Statements { get; } = [];

    /// <summary>The hashes of the leaves, once they are known.</summary>
    public List<Digest> Leaves { get; } = [];

    public bool CanHold(Leaf leaf) => Frame.HeadBytes + EntryBytes(leaf) + Frame.Alignment <= _frame.Length;

    public bool HasRoomFor(Leaf leaf) => _end + EntryBytes(leaf) + Frame.Alignment <= _frame.Length;

    public void Add(Leaf leaf, Digest statement)
    {
        var length = EntryBytes(leaf) - Frame.EntryHeadBytes;
        BinaryPrimitives.WriteUInt16BigEndian(_frame.AsSpan(_end), (ushort)length);
        leaf.CopyTo(_frame.AsSpan(_end + Frame.EntryHeadBytes, length));
        _starts.Add(_end);
        Statements.Add(statement);
        _end += Frame.EntryHeadBytes + length;
    }

    /// <summary>An entry's bytes, and where its length before them begins in the frame.</summary>
    public (int At, ReadOnlyMemory<byte> Entry) Entry(int number)
    {
        var start = _starts[number];
        var end = number + 1 < _starts.Count ? _starts[number + 1] : _end;
        return (start, _frame.AsMemory(start + Frame.EntryHeadBytes, end - start - Frame.EntryHeadBytes));
    }

    /// <summary>The whole frame, with its head.</summary>
    public ReadOnlySpan<byte> Seal(long first, Digest root)
    {
        _frame.AsSpan(_end, Total - _end).Clear();
        new Frame(first, Count, _end - Frame.HeadBytes, root).Seal(_frame);
        return _frame.AsSpan(0, Total);
    }

    public void Clear()
    {
        _starts.Clear();
        Statements.Clear();
        Leaves.Clear();
        _end = Frame.HeadBytes;
    }

    private static int EntryBytes(Leaf leaf) => Frame.EntryHeadBytes + leaf.Length;
}
