using System.Buffers.Binary;

namespace Truce.Record;

/// <summary>A cosigned checkpoint that is kept, with the median of its witnesses' times in POSIX seconds.</summary>
public sealed record KeptCheckpoint(SignedNote Note, Checkpoint Head, long Time)
{
    /// <summary>Reads a note that the log signed and more than half of the witnesses cosigned.</summary>
    public static Parsed<KeptCheckpoint> From(
        SignedNote note, VerifierKey log, IReadOnlyList<VerifierKey> witnesses)
    {
        var signatures = note.Verify([log, .. witnesses]);
        var head = Checkpoint.Parse(note.Text);
        if (!signatures.IsValid || !head.IsValid)
        {
            return new Unreadable(signatures.Error ?? head.Error!);
        }

        if (signatures.Value.All(s => s.Key != log) || head.Value.Origin != log.Name)
        {
            return new Unreadable("the log did not sign it under its origin");
        }

        // Of a witness that cosigned twice the earlier word counts: by then it had seen the tree.
        var times = signatures.Value.Where(s => s.Time is > 0).GroupBy(s => s.Key)
            .Select(g => g.Min(s => s.Time!.Value)).Order().ToArray();
        return times.Length <= witnesses.Count / 2
            ? new Unreadable($"{times.Length} of {witnesses.Count} witnesses cosigned it, which is not more than half")
            : new KeptCheckpoint(note, head.Value, Median(times));
    }

    /// <summary>The middle one; of two in the middle their mean, rounded down.</summary>
    private static long Median(long[] times)
    {
        var (low, high) = (times[(times.Length - 1) / 2], times[times.Length / 2]);
        return low + ((high - low) / 2);
    }
}

/// <summary>
/// The cosigned checkpoints that are kept for ever, one file to which is only ever added: of each minute in which the
/// log grew the first and the last, and the last word before it grew again, so that silence shows as a bracket.
/// </summary>
public sealed class KeptCheckpoints
{
    /// <summary>The file, on a disk of its own: a log's folder holds the engine's files alone.</summary>
    public const string FileName = "kept";

    private const int LengthBytes = 4;
    private const int CheckBytes = 8;
    private const int SecondsPerMinute = 60;

    private readonly Disk _disk;
    private readonly VerifierKey _log;
    private readonly IReadOnlyList<VerifierKey> _witnesses;
    private readonly List<KeptCheckpoint> _all = [];
    private long _end;
    private KeptCheckpoint? _grown; // seen and not written: the first of the latest size
    private KeptCheckpoint? _latest; // seen and not written: the latest word for that size

    private KeptCheckpoints(Disk disk, VerifierKey log, IReadOnlyList<VerifierKey> witnesses) =>
        (_disk, _log, _witnesses) = (disk, log, witnesses);

    /// <summary>What is kept, in order.</summary>
    public IReadOnlyList<KeptCheckpoint> All => _all;

    /// <summary>
    /// Opens the file; one record at its very end that is not whole is cut, anything else that is wrong is named.
    /// </summary>
    public static Parsed<KeptCheckpoints> Open(Disk disk, VerifierKey log, params IReadOnlyList<VerifierKey> witnesses)
    {
        try
        {
            var kept = new KeptCheckpoints(disk, log, witnesses);
            if (kept.Load(cuts: true) is { } fault)
            {
                return new Unreadable(fault.ToString());
            }

            return kept;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable(e.Message);
        }
    }

    /// <summary>Reads the file beside whoever writes it, and changes nothing; what is not whole is an error.</summary>
    public static Parsed<KeptCheckpoints> Read(Disk disk, VerifierKey log, params IReadOnlyList<VerifierKey> witnesses)
    {
        try
        {
            var kept = new KeptCheckpoints(disk, log, witnesses);
            if (kept.Load(cuts: false) is { } fault)
            {
                return new Unreadable(fault.ToString());
            }

            return kept;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable(e.Message);
        }
    }

    /// <summary>
    /// Re-derives the file: signatures, order of sizes and times, and each root against the log's tree. It changes
    /// nothing.
    /// </summary>
    /// <param name="disk">The folder.</param>
    /// <param name="log">The log's key.</param>
    /// <param name="witnesses">The witnesses' keys.</param>
    /// <param name="size">How many entries of the log are sound.</param>
    /// <param name="subtree">The log's tree.</param>
    public static Fault? Check(
        Disk disk, VerifierKey log, IReadOnlyList<VerifierKey> witnesses, long size, SubtreeHash subtree)
    {
        try
        {
            var kept = new KeptCheckpoints(disk, log, witnesses);
            return kept.Load(cuts: false) ?? kept._all
                .Where(k => k.Head.Size > size || Merkle.Root(k.Head.Size, subtree) != k.Head.Root)
                .Select(k => new Fault(FileName, 0, $"a kept checkpoint of {k.Head.Size} entries is not of this log"))
                .FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Fault(FileName, 0, e.Message);
        }
    }

    /// <summary>
    /// Takes note of a checkpoint, and keeps it durably where it is the first of its minute, after what was seen last
    /// before it. False where it is not one to keep: too few cosigned it, or it goes back.
    /// </summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public bool Add(SignedNote note)
    {
        var next = KeptCheckpoint.From(note, _log, _witnesses);
        var before = _latest ?? _grown ?? _all.LastOrDefault();
        if (!next.IsValid || next.Value.Head.Size < (before?.Head.Size ?? 0) || next.Value.Time < (before?.Time ?? 0))
        {
            return false;
        }

        if (before?.Head.Size == next.Value.Head.Size)
        {
            if (_grown is not null && Minute(_grown) != Minute(next.Value))
            {
                Write(_grown);
                _grown = null;
            }

            _latest = next.Value;
            return true;
        }

        if (_all.Count > 0 && Minute(_all[^1]) == Minute(next.Value))
        {
            (_grown, _latest) = (next.Value, null);
            return true;
        }

        foreach (var waiting in new[] { _grown, _latest }.OfType<KeptCheckpoint>())
        {
            Write(waiting);
        }

        (_grown, _latest) = (null, null);
        Write(next.Value);
        return true;
    }

    private static long Minute(KeptCheckpoint kept) => kept.Time / SecondsPerMinute;

    private void Write(KeptCheckpoint kept)
    {
        var note = kept.Note.ToBytes();
        var record = new byte[LengthBytes + CheckBytes + note.Length];
        BinaryPrimitives.WriteInt32BigEndian(record, note.Length);
        Digest.Of(note).ToArray().AsSpan(0, CheckBytes).CopyTo(record.AsSpan(LengthBytes));
        note.CopyTo(record, LengthBytes + CheckBytes);
        if (_disk.Length(FileName) is null)
        {
            _disk.Create(FileName);
            _disk.SyncNames();
        }

        _disk.Write(FileName, _end, record);
        _disk.Sync(FileName);
        _end += record.Length;
        _all.Add(kept);
    }

    private Fault? Load(bool cuts)
    {
        if (_disk.Length(FileName) is not { } length)
        {
            return null;
        }

        var head = new byte[LengthBytes + CheckBytes];
        while (_end < length)
        {
            if (_disk.Read(FileName, _end, head) < head.Length
                || BinaryPrimitives.ReadInt32BigEndian(head) is not (> 0 and <= SignedNote.BytesMax and var count)
                || Bytes(count) is not { } note
                || !Digest.Of(note).ToArray().AsSpan(0, CheckBytes).SequenceEqual(head.AsSpan(LengthBytes)))
            {
                return EndsHere(length, cuts);
            }

            var parsed = SignedNote.Parse(note);
            var kept = parsed.IsValid
                ? KeptCheckpoint.From(parsed.Value, _log, _witnesses) : new Unreadable(parsed.Error);
            if (!kept.IsValid)
            {
                return new Fault(FileName, _end, kept.Error);
            }

            if (_all.LastOrDefault() is { } before
                && (kept.Value.Head.Size < before.Head.Size || kept.Value.Time < before.Time))
            {
                return new Fault(FileName, _end, "goes back in size or time");
            }

            _all.Add(kept.Value);
            _end += head.Length + count;
        }

        return null;
    }

    private byte[]? Bytes(int count)
    {
        var bytes = new byte[count];
        return _disk.Read(FileName, _end + LengthBytes + CheckBytes, bytes) == count ? bytes : null;
    }

    /// <summary>A crash leaves one record that is not whole at the very end; more than that is damage.</summary>
    private Fault? EndsHere(long length, bool cuts)
    {
        if (length - _end > LengthBytes + CheckBytes + SignedNote.BytesMax || !cuts)
        {
            return new Fault(FileName, _end, "not a whole record");
        }

        var rest = new byte[length - _end];
        _disk.Read(FileName, _end, rest);
        var next = Math.Min(rest.Length, LengthBytes + CheckBytes + 1);
        if (rest.AsSpan(next).IndexOf(Utf8.Bytes($"{_log.Name}\n")) >= 0)
        {
            return new Fault(FileName, _end, "a damaged record with another behind it");
        }

        _disk.SetLength(FileName, _end);
        _disk.Sync(FileName);
        return null;
    }
}
