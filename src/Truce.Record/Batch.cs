using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Truce.Record.Hashing;

namespace Truce.Record;

/// <summary>The frame that is being filled. Its memory is used again for the next.</summary>
internal sealed class Batch(int bytesMax)
{
    private readonly byte[] _frame = new byte[bytesMax];
    private readonly List<Piece> _entries = [];
    private readonly List<long> _positions = [];
    private Digest[] _leaves = [];
    private int _end = Frame.HeadBytes;

    public int Count => Statements.Count;

    /// <summary>The length of the frame on the disk.</summary>
    public int Total => Frame.Padded(_end);

    public List<Digest> Statements { get; } = [];

    /// <summary>The hashes of the leaves, once they are known.</summary>
    public ReadOnlySpan<Digest> Leaves => _leaves.AsSpan(0, Count);

    public Growth Growth { get; } = new();

    public bool CanHold(Leaf leaf) => Frame.HeadBytes + EntryBytes(leaf) + Frame.Alignment <= _frame.Length;

    public bool HasRoomFor(Leaf leaf) => _end + EntryBytes(leaf) + Frame.Alignment <= _frame.Length;

    public void Add(Leaf leaf, Digest statement)
    {
        var length = EntryBytes(leaf) - Frame.EntryHeadBytes;
        BinaryPrimitives.WriteUInt16BigEndian(_frame.AsSpan(_end), (ushort)length);
        leaf.CopyTo(_frame.AsSpan(_end + Frame.EntryHeadBytes, length));
        _entries.Add(new Piece(_end + Frame.EntryHeadBytes, length));
        Statements.Add(statement);
        _end += Frame.EntryHeadBytes + length;
    }

    /// <summary>Hashes the leaves and adds them to their tree.</summary>
    public void Grow(Frontier tree)
    {
        _leaves = _leaves.Length < Count ? new Digest[Count * 2] : _leaves;
        Stretch.LeafHashes(_frame, CollectionsMarshal.AsSpan(_entries), _leaves);
        tree.Add(Leaves, Growth);
    }

    /// <summary>Where each entry's length begins, with the frame at a place.</summary>
    public ReadOnlySpan<long> Positions(long frame)
    {
        foreach (var entry in _entries)
        {
            _positions.Add(frame + entry.At - Frame.EntryHeadBytes);
        }

        return CollectionsMarshal.AsSpan(_positions);
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
        _entries.Clear();
        _positions.Clear();
        Statements.Clear();
        _end = Frame.HeadBytes;
    }

    private static int EntryBytes(Leaf leaf) => Frame.EntryHeadBytes + leaf.Length;
}
