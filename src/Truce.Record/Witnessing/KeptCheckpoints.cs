using System.Buffers.Binary;

namespace Truce.Record;

/// <summary>The keys of a log's witnesses as they were for a tree of a size.</summary>
public delegate IReadOnlyList<VerifierKey> WitnessesAt(long size);

/// <summary>A cosigned checkpoint that is kept, with the median of its witnesses' times in POSIX seconds.</summary>
public sealed record KeptCheckpoint(SignedNote Note, Checkpoint Head, long Time)
{
    /// <summary>Reads a note by the witnesses of its size.</summary>
    public static Parsed<KeptCheckpoint> From(SignedNote note, VerifierKey log, WitnessesAt witnesses) =>
        Checkpoint.Parse(note.Text) is { IsValid: true, Value: var head }
            ? From(note, log, witnesses(head.Size))
            : new Unreadable("not a checkpoint");

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
    private readonly WitnessesAt _witnesses;
    private readonly List<KeptCheckpoint> _all = [];
    private long _end;
    private KeptCheckpoint? _grown; // seen and not written: the first of the latest size
    private KeptCheckpoint? _latest; // seen and not written: the latest word for that size

    private KeptCheckpoints(Disk disk, VerifierKey log, WitnessesAt witnesses) =>
        (_disk, _log, _witnesses) = (disk, log, witnesses);

    /// <summary>What is kept, in order.</summary>
    public IReadOnlyList<KeptCheckpoint> All => _all;

    /// <summary>
    /// Opens the file; one record at its very end that is not whole is cut, anything else that is wrong is named.
    /// </summary>
    public static Parsed<KeptCheckpoints> Open(
        Disk disk, VerifierKey log, params IReadOnlyList<VerifierKey> witnesses) => Open(disk, log, _ => witnesses);

    /// <summary>The same for a log whose witnesses change: an old note is read by those of its size.</summary>
    public static Parsed<KeptCheckpoints> Open(Disk disk, VerifierKey log, WitnessesAt witnesses)
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
        Disk disk, VerifierKey log, IReadOnlyList<VerifierKey> witnesses, long size, SubtreeHash subtree) =>
        Check(disk, log, _ => witnesses, size, subtree).First;

    /// <summary>The same for a log whose witnesses change; gives what is kept too, up to the first fault.</summary>
    public static (IReadOnlyList<KeptCheckpoint> Kept, Fault? First) Check(
        Disk disk, VerifierKey log, WitnessesAt witnesses, long size, SubtreeHash subtree)
    {
        var kept = new KeptCheckpoints(disk, log, witnesses);
        try
        {
            var fault = kept.Load(cuts: false) ?? kept._all
                .Where(k => k.Head.Size > size || Merkle.Root(k.Head.Size, subtree) != k.Head.Root)
                .Select(k => new Fault(FileName, 0, $"a kept checkpoint of {k.Head.Size} entries is not of this log"))
                .FirstOrDefault();
            return (kept._all, fault);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (kept._all, new Fault(FileName, 0, e.Message));
        }
    }

    /// <summary>
    /// The notes of a file as they stand, for whoever reads beside the writer: nothing is verified or changed, and
    /// what is not whole is where it ends.
    /// </summary>
    /// <exception cref="IOException">The disk failed.</exception>
    internal static IEnumerable<SignedNote> Notes(Disk disk)
    {
        for (var at = 0L; Record(disk, at) is { } bytes; at += LengthBytes + CheckBytes + bytes.Length)
        {
            if (SignedNote.Parse(bytes) is { IsValid: true, Value: var note })
            {
                yield return note;
            }
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

        while (_end < length)
        {
            if (Record(_disk, _end) is not { } note)
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
            _end += LengthBytes + CheckBytes + note.Length;
        }

        return null;
    }

    /// <summary>The note's bytes of the record at an offset; null where none is whole there.</summary>
    private static byte[]? Record(Disk disk, long at)
    {
        var head = new byte[LengthBytes + CheckBytes];
        if (disk.Length(FileName) is null || disk.Read(FileName, at, head) < head.Length
            || BinaryPrimitives.ReadInt32BigEndian(head) is not (> 0 and <= SignedNote.BytesMax and var count))
        {
            return null;
        }

        var note = new byte[count];
        return disk.Read(FileName, at + head.Length, note) == count
            && Digest.Of(note).ToArray().AsSpan(0, CheckBytes).SequenceEqual(head.AsSpan(LengthBytes)) ? note : null;
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
