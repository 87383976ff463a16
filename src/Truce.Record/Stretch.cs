using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Truce.Record.Hashing;

namespace Truce.Record;

/// <summary>
/// Some frames of a segment that follow one another, read and hashed together: what recovery and fsck do with entries.
/// Its memory is used again for the next stretch.
/// </summary>
internal sealed class Stretch
{
    /// <summary>A stretch ends with the frame that reaches this many entries, so that its hashes stay near.</summary>
    private const int EntriesMax = 4096;

    [ThreadStatic]
    private static Piece[]? _marked;

    [ThreadStatic]
    private static byte[]? _kept;

    private readonly List<int> _frames = []; // where each begins
    private readonly List<long> _sizes = []; // of the tree after each
    private readonly List<Digest> _claimed = []; // its root after each
    private readonly List<Piece> _entries = [];
    private readonly List<Piece> _said = []; // the statements within the entries
    private readonly List<long> _positions = [];
    private Digest[] _statements = [];
    private Digest[] _leaves = [];
    private Digest[] _roots = [];

    public int Count => _entries.Count;

    public ReadOnlySpan<Piece> Entries => CollectionsMarshal.AsSpan(_entries);

    public ReadOnlySpan<Digest> Statements => _statements.AsSpan(0, Count);

    public ReadOnlySpan<long> Positions => CollectionsMarshal.AsSpan(_positions);

    /// <summary>What is wrong behind the frames that were taken; null where nothing was found.</summary>
    public Fault? Behind { get; private set; }

    public Growth Growth { get; } = new();

    /// <summary>Where the last of the frames begins.</summary>
    public int LastFrame => _frames[^1];

    /// <summary>Takes good frames from an offset on, for a tree of a size; gives the offset behind them.</summary>
    public int Take(ReadOnlySpan<byte> segment, string name, long segmentStart, int from, long size)
    {
        Clear();
        while (Count < EntriesMax && Behind is null && Frame.Read(segment[from..]) is { } frame)
        {
            if (frame.First != size + Count)
            {
                Behind = new Fault(name, from, $"the frame begins at entry {frame.First}, not at {size + Count}");
            }
            else if (TakeEntries(segment, from, frame) is { } wrong)
            {
                Behind = new Fault(name, wrong, "not a leaf");
            }
            else
            {
                _frames.Add(from);
                _sizes.Add(size + Count);
                _claimed.Add(frame.Root);
                from += frame.Total;
            }
        }

        foreach (var entry in _entries)
        {
            _positions.Add(segmentStart + entry.At - Frame.EntryHeadBytes);
        }

        return from;
    }

    /// <summary>Hashes the entries. A byte before each is changed meanwhile, and put back.</summary>
    public void Hash(Span<byte> segment)
    {
        _statements = _statements.Length < Count ? new Digest[Count * 2] : _statements;
        _leaves = _leaves.Length < Count ? new Digest[Count * 2] : _leaves;
        Sha256Lanes.Messages(segment, CollectionsMarshal.AsSpan(_said), _statements);
        LeafHashes(segment, Entries, _leaves);
    }

    /// <summary>The hashes of leaves. The byte before each is used, and put back.</summary>
    public static void LeafHashes(Span<byte> buffer, ReadOnlySpan<Piece> entries, Span<Digest> into)
    {
        var marked = _marked = _marked?.Length >= entries.Length ? _marked : new Piece[entries.Length];
        var kept = _kept = _kept?.Length >= entries.Length ? _kept : new byte[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            marked[i] = new Piece(entries[i].At - 1, entries[i].Length + 1);
            kept[i] = buffer[marked[i].At];
            buffer[marked[i].At] = Merkle.LeafMark;
        }

        Sha256Lanes.Messages(buffer, marked.AsSpan(0, entries.Length), into);
        for (var i = 0; i < entries.Length; i++)
        {
            buffer[marked[i].At] = kept[i];
        }
    }

    /// <summary>Adds the entries to their tree; gives the number of the first frame whose root is another.</summary>
    public int? Grow(Frontier tree)
    {
        tree.Add(_leaves.AsSpan(0, Count), Growth);
        _roots = _roots.Length < _frames.Count ? new Digest[_frames.Count * 2] : _roots;
        Growth.Roots(CollectionsMarshal.AsSpan(_sizes), _roots);
        for (var i = 0; i < _frames.Count; i++)
        {
            if (_roots[i] != _claimed[i])
            {
                return i;
            }
        }

        return null;
    }

    /// <summary>The tree behind the last frame.</summary>
    public TreeHead After => new(_sizes[^1], _roots[_sizes.Count - 1]);

    /// <summary>Where a frame begins, and the tree before it; null for the tree before the first.</summary>
    public (int At, TreeHead? Before) FrameAt(int number) =>
        (_frames[number], number == 0 ? null : new TreeHead(_sizes[number - 1], _roots[number - 1]));

    private int? TakeEntries(ReadOnlySpan<byte> segment, int start, Frame frame)
    {
        var (before, at) = (Count, start + Frame.HeadBytes);
        for (var i = 0; i < frame.Count; i++)
        {
            var entry = new Piece(at + Frame.EntryHeadBytes, BinaryPrimitives.ReadUInt16BigEndian(segment[at..]));
            if (Leaf.FindStatement(segment.Slice(entry.At, entry.Length)) is not { } said)
            {
                _entries.RemoveRange(before, i);
                _said.RemoveRange(before, i);
                return at;
            }

            _entries.Add(entry);
            _said.Add(said with { At = entry.At + said.At });
            at = entry.At + entry.Length;
        }

        return null;
    }

    private void Clear()
    {
        _frames.Clear();
        _sizes.Clear();
        _claimed.Clear();
        _entries.Clear();
        _said.Clear();
        _positions.Clear();
        Behind = null;
    }
}
