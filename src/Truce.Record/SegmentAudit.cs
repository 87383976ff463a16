namespace Truce.Record;

/// <summary>
/// Re-derives one segment: its frames, hashes and roots, and what the flat files must hold for it. Segments are audited
/// on several threads at once: each begins with the tree that the flat files claim stood before it. Whether it did is
/// checked when the segment's turn comes; where it did not, the segment is audited once more, with the true tree.
/// Its memory is used again for the next segment.
/// </summary>
internal sealed class SegmentAudit(Disk disk, LogSettings settings, FsckOptions options)
{
    private const int CompareBytes = 1 << 16;

    private readonly byte[] _segment = new byte[settings.SegmentBytes];
    private readonly byte[] _there = new byte[CompareBytes];
    private readonly Stretch _stretch = new();
    private readonly Frontier _begun = new();
    private byte[] _scratch = [];
    private string _name = "";
    private int _number;
    private bool _isLast;

    /// <summary>The tree behind the segment, as far as it is sound.</summary>
    public Frontier Tree { get; } = new();

    /// <summary>How many entries are sound, and the root over them.</summary>
    public TreeHead Sound { get; private set; } = new(0, Merkle.EmptyRoot);

    /// <summary>The first thing that is wrong; null where nothing is.</summary>
    public Fault? Fault { get; private set; }

    /// <summary>What is no fault and yet worth knowing.</summary>
    public string? Note { get; private set; }

    /// <summary>Audits a segment with the tree that stands before it; null for the one that is claimed to.</summary>
    public SegmentAudit Begin(int number, bool isLast, Frontier? before)
    {
        (_number, _isLast, _name) = (number, isLast, RecordLog.SegmentName(number));
        Audit(before ?? Claimed());
        return this;
    }

    /// <summary>The segment's turn: what was found, with the tree that really stands before it.</summary>
    public void End(Frontier before)
    {
        if (!_begun.IsSameAs(before))
        {
            Audit(before);
        }
    }

    /// <summary>Gives the entries in order to whoever wants to see them so.</summary>
    public void EndInOrder(Func<long, Leaf, string?> inOrder)
    {
        var (at, size) = (Frame.HeadBytes, _begun.Size);
        while (Fault is null)
        {
            at = _stretch.Take(_segment, _name, 0, at, size);
            if (_stretch.Count == 0)
            {
                return;
            }

            Ask(inOrder, size);
            size += _stretch.Count;
        }
    }

    private Frontier Claimed()
    {
        try
        {
            Read();
            if (Frame.ReadSegmentHead(_segment) is { } head)
            {
                return Frontier.Of(head.First, FlatFiles.Tree(disk));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // its own turn names what is wrong, if nothing before it is
        }

        return new Frontier();
    }

    private void Audit(Frontier before)
    {
        _begun.CopyFrom(before);
        Tree.CopyFrom(before);
        (Fault, Note) = (null, null);
        try
        {
            Sound = new TreeHead(before.Size, before.Root);
            Read();
            Same(_name, 0, _segment.AsSpan(0, Frame.HeadBytes), Frame.SegmentHead(_number, before.Size, Sound.Root));
            Tail(Frames());
        }
        catch (DamageException damage)
        {
            Fault = damage.Fault;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fault = new Fault(_name, 0, e.Message);
        }
    }

    private void Read()
    {
        var length = disk.Length(_name) ?? throw RecordLog.Damage(_name, 0, "missing");
        if (length != _segment.Length)
        {
            throw RecordLog.Damage(_name, Math.Min(length, _segment.Length), "has another length");
        }

        if (disk.Read(_name, 0, _segment) != _segment.Length)
        {
            throw RecordLog.Damage(_name, 0, "ends too early");
        }
    }

    /// <summary>Audits the frames; gives the offset behind the last good one.</summary>
    private int Frames()
    {
        var end = Frame.HeadBytes;
        do
        {
            end = _stretch.Take(_segment, _name, _number * (long)_segment.Length, end, Tree.Size);
            if (_stretch.Count > 0)
            {
                Entries();
            }

            if (_stretch.Behind is { } wrong)
            {
                throw new DamageException(wrong);
            }
        }
        while (_stretch.Count > 0);

        return end;
    }

    private void Entries()
    {
        var first = Tree.Size;
        _stretch.Hash(_segment);
        if (_stretch.Grow(Tree) is { } number)
        {
            var (at, before) = _stretch.FrameAt(number);
            Sound = before ?? Sound;
            throw RecordLog.Damage(_name, at, "the frame's root is not that of its entries");
        }

        Sound = _stretch.After;
        FlatFiles.Derive(_stretch.Growth, _stretch.Statements, _stretch.Positions, ref _scratch, Compare);
        if (options.Each is { } each && Fault is null)
        {
            Ask(each, first);
            if (Fault is not null)
            {
                throw new DamageException(Fault);
            }
        }
    }

    private void Ask(Func<long, Leaf, string?> who, long first)
    {
        var entries = _stretch.Entries;
        for (var i = 0; i < entries.Length && Fault is null; i++)
        {
            var leaf = Leaf.Parse(_segment.AsMemory(entries[i].At, entries[i].Length)).Required();
            if (who(first + i, leaf) is { } what)
            {
                Fault = new Fault(_name, entries[i].At - Frame.EntryHeadBytes, $"entry {first + i}: {what}");
            }
        }
    }

    /// <summary>What lies behind the last good frame: zeros, or in the last segment one incomplete frame.</summary>
    private void Tail(int end)
    {
        if (!_isLast)
        {
            var wrong = _segment.AsSpan(end).IndexOfAnyExcept((byte)0);
            if (wrong >= 0)
            {
                throw RecordLog.Damage(_name, end + wrong, "a damaged frame, or bytes behind the last one");
            }
        }
        else if (RecordLog.IncompleteBytes(_segment, end, Tree.Size, _name) is > 0 and var used)
        {
            Note = $"{_name}:{end}: an incomplete frame of {used} bytes, which opening will cut and keep";
        }
    }

    /// <summary>Holds what the entries give against a flat file.</summary>
    private void Compare(string name, long offset, ReadOnlySpan<byte> expected)
    {
        if (disk.Length(name) is null)
        {
            throw RecordLog.Damage(name, 0, "missing");
        }

        for (var at = 0; at < expected.Length; at += CompareBytes)
        {
            var some = expected.Slice(at, Math.Min(CompareBytes, expected.Length - at));
            var read = disk.Read(name, offset + at, _there.AsSpan(0, some.Length));
            Same(name, offset + at, _there.AsSpan(0, read), some);
        }
    }

    private static void Same(string name, long offset, ReadOnlySpan<byte> there, ReadOnlySpan<byte> expected)
    {
        var same = there.CommonPrefixLength(expected);
        if (same < expected.Length)
        {
            throw RecordLog.Damage(name, offset + same, "not what the entries give");
        }
    }
}
