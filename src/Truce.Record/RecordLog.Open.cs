namespace Truce.Record;

/// <content>Making a log, and opening it after whatever has happened to it.</content>
public sealed partial class RecordLog
{
    internal const string CutPrefix = "cut-";

    private const string SegmentPrefix = "segment-";

    /// <summary>Makes a log in a folder that has none.</summary>
    public static Parsed<RecordLog> Create(Disk disk, LogSettings settings)
    {
        try
        {
            using (var held = disk.TryLock())
            {
                if (held is null)
                {
                    return new Unreadable(InUse);
                }

                if (disk.Length(LogSettings.FileName) is not null)
                {
                    return new Unreadable("the folder has a log already");
                }

                MakeSegment(disk, settings);
                disk.Replace(LogSettings.FileName, settings.ToBytes());
            }

            return Open(disk);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable($"the log could not be made: {e.Message}");
        }
    }

    /// <summary>
    /// Opens a log for writing. One incomplete frame at the very end is cut, and its bytes are kept; the accepted end
    /// is written and synced again; anything else that is wrong stops here and is named.
    /// </summary>
    public static Parsed<RecordLog> Open(Disk disk)
    {
        IDisposable? held = null;
        try
        {
            held = disk.TryLock();
            if (held is null)
            {
                return new Unreadable(InUse);
            }

            if (disk.Length(LogSettings.FileName) is null
                || LogSettings.Parse(disk.ReadSmall(LogSettings.FileName, LogSettings.BytesMax)) is not { } settings)
            {
                throw Damage(LogSettings.FileName, 0, "missing or damaged");
            }

            foreach (var left in disk.Names().Where(n => n.EndsWith(Folder.FreshSuffix, StringComparison.Ordinal)))
            {
                disk.Delete(left);
            }

            var log = new RecordLog(disk, held, settings);
            log.Recover();
            held = null;
            return log;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable($"the log cannot be opened: {e.Message}");
        }
        finally
        {
            held?.Dispose();
        }
    }

    internal static DamageException Damage(string file, long offset, string what) => new(new Fault(file, offset, what));

    /// <summary>The numbers of segments, from 0 without a gap.</summary>
    internal static int CountSegments(Disk disk)
    {
        var names = disk.Names().Where(n => n.StartsWith(SegmentPrefix, StringComparison.Ordinal)
            && !n.EndsWith(Folder.FreshSuffix, StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < Math.Max(1, names.Count); i++)
        {
            if (!names.Contains(SegmentName(i)))
            {
                throw Damage(SegmentName(i), 0, "missing");
            }
        }

        return names.Count;
    }

    /// <summary>
    /// How many bytes behind the last good frame are one incomplete frame: 0 where all is zero. Whatever cannot be one
    /// incomplete frame with only zeros beyond it is damage.
    /// </summary>
    internal static int IncompleteBytes(ReadOnlySpan<byte> segment, int end, long size, string name)
    {
        var rest = segment[end..];
        var used = rest.LastIndexOfAnyExcept((byte)0) + 1;
        if (used == 0)
        {
            return 0;
        }

        var limit = Math.Min(FrameBytesMax, segment.Length - Frame.HeadBytes);
        if (Frame.ReadHead(rest) is { } torn)
        {
            if (torn.First != size || torn.Total > limit || used > torn.Total)
            {
                throw Damage(name, end, "a damaged frame with more behind it");
            }
        }
        else if (used > limit)
        {
            throw Damage(name, end, "more bytes than one frame behind the last good one");
        }

        for (var at = Frame.Alignment; at < used; at += Frame.Alignment)
        {
            if (Frame.ReadHead(rest[at..]) is { } later && later.First > size && Frame.Read(rest[at..]) is not null)
            {
                throw Damage(name, end, "a damaged frame with a good one behind it");
            }
        }

        return used;
    }

    private void Recover()
    {
        _segment = CountSegments(_disk) - 1;
        var name = SegmentName(_segment);
        var bytes = _disk.ReadSmall(name, LogSettings.SegmentBytesMax);
        if (bytes.Length != Settings.SegmentBytes
            || Frame.ReadSegmentHead(bytes) is not { } head || head.Number != _segment)
        {
            throw Damage(name, 0, "the segment's head is damaged, or its length is wrong");
        }

        foreach (var (file, length) in FlatFiles.For(head.First).Where(f => f.Length > 0))
        {
            if (_disk.Length(file) is not { } there || there < length)
            {
                throw Damage(file, _disk.Length(file) ?? 0, "ends before the segments that are complete");
            }
        }

        _tree = Frontier.Of(head.First, FlatFiles.Tree(_disk));
        if (_tree.Root != head.Root)
        {
            throw Damage(name, 0, "the flat files do not give the root that this segment begins with");
        }

        LoadStatements(head.First);
        var last = Replay(bytes, name);
        CutTail(bytes, name);
        RewriteTail(bytes, name, last);
        _head = new TreeHead(_tree.Size, _tree.Root);
        CheckSigned();
    }

    private void LoadStatements(long count) => _index.AddAll(count, Environment.ProcessorCount, (first, into) =>
        Fill(FlatFiles.Statements, first * Digest.Bytes, into.Span));

    /// <summary>Takes every good frame of the segment; gives the offset of the last.</summary>
    private int Replay(byte[] bytes, string name)
    {
        var last = _end = Frame.HeadBytes;
        var stretch = new Stretch();
        var start = _segment * (long)Settings.SegmentBytes;
        do
        {
            _end = stretch.Take(bytes, name, start, _end, _tree.Size);
            if (stretch.Count > 0)
            {
                last = stretch.LastFrame;
                TakeStretch(stretch, bytes, name);
            }

            if (stretch.Behind is { } wrong)
            {
                throw new DamageException(wrong);
            }
        }
        while (stretch.Count > 0);

        return last;
    }

    private void TakeStretch(Stretch stretch, byte[] bytes, string name)
    {
        var first = _tree.Size;
        stretch.Hash(bytes);
        if (stretch.Grow(_tree) is { } frame)
        {
            throw Damage(name, stretch.FrameAt(frame).At, "the frame's root is not that of its entries");
        }

        for (var i = 0; i < stretch.Count; i++)
        {
            _index.Add(stretch.Statements[i], first + i);
        }

        _flat.Add(stretch.Growth, stretch.Statements, stretch.Positions);
    }

    /// <summary>Keeps the bytes of an incomplete frame in a file of their own, and puts zeros in their place.</summary>
    private void CutTail(byte[] bytes, string name)
    {
        var used = IncompleteBytes(bytes, _end, _tree.Size, name);
        if (used == 0)
        {
            return;
        }

        var cut = bytes.AsSpan(_end, used);
        Cut = $"{CutPrefix}{Decimal.Text(_tree.Size)}-{Digest.Of(cut).ToHex()}";
        _disk.Replace(Cut, cut);
        cut.Clear();
        _disk.Write(name, _end, cut);
    }

    /// <summary>
    /// After a failed sync the page cache may show what the disk does not hold: the last frame is written and synced
    /// again, the names too, and everything derived from this segment, before anything is acknowledged or signed.
    /// </summary>
    private void RewriteTail(byte[] bytes, string name, int last)
    {
        _disk.Write(name, last, bytes.AsSpan(last, _end - last));
        _disk.Sync(name);
        _flat.Write(_disk);
        foreach (var (file, length) in FlatFiles.For(_tree.Size))
        {
            if (_disk.Length(file) is null)
            {
                _disk.Create(file);
            }

            if (_disk.Length(file) != length)
            {
                _disk.SetLength(file, length);
            }
        }

        var known = FlatFiles.For(_tree.Size).Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var extra in _disk.Names().Where(n => FlatFiles.IsOne(n) && !known.Contains(n)))
        {
            _disk.Delete(extra);
        }

        _disk.SyncNames();
    }

    /// <summary>A log that is behind its own checkpoint has lost what it signed for: it must not go on.</summary>
    private void CheckSigned()
    {
        if (_disk.Length(Signed) is null)
        {
            return;
        }

        var note = SignedNote.Parse(_disk.ReadSmall(Signed, SignedNote.BytesMax));
        if (!note.IsValid || !note.Value.Verify(Settings.Key).IsValid
            || Checkpoint.Parse(note.Value.Text) is not { IsValid: true, Value: var head }
            || head.Origin != Settings.Key.Name)
        {
            throw Damage(Signed, 0, "not a checkpoint of this log");
        }

        if (head.Size > Size || Merkle.Root(head.Size, Subtree) != head.Root)
        {
            throw Damage(Signed, 0, $"signed for {head.Size} entries that the log does not have; it has {Size}");
        }

        _lastSigned = note.Value;
    }
}

/// <summary>A file that cannot be as it is; it never leaves the library.</summary>
internal sealed class DamageException(Fault fault) : IOException(fault.ToString())
{
    public Fault Fault => fault;
}
