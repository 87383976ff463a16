using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Truce.Record;

/// <summary>The first byte that is wrong, or the start of what is.</summary>
public sealed record Fault(string File, long Offset, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Offset}: {What}";
}

/// <summary>What re-deriving everything found.</summary>
/// <param name="Size">How many entries are sound.</param>
/// <param name="Root">The root over them.</param>
/// <param name="First">The first fault; null where there is none.</param>
/// <param name="Notes">What is no fault and yet worth knowing: an incomplete frame that opening will cut.</param>
public sealed record FsckReport(long Size, Digest Root, Fault? First, IReadOnlyList<string> Notes);

/// <summary>How far an audit has come.</summary>
/// <param name="Entries">Entries that are sound.</param>
/// <param name="Bytes">Bytes of segments that are done.</param>
/// <param name="BytesInAll">Bytes of all segments.</param>
public readonly record struct FsckProgress(long Entries, long Bytes, long BytesInAll);

/// <summary>What else an audit looks at. A leaf that is handed out is good during the call alone.</summary>
public sealed record FsckOptions
{
    /// <summary>Whose cosignatures the log publishes.</summary>
    public IReadOnlyList<VerifierKey> Witnesses { get; init; } = [];

    /// <summary>
    /// Called for each entry in order of index, on the caller's thread; gives what is wrong, or null. For what depends
    /// on what stands before: times that never go back, folds, replay.
    /// </summary>
    public Func<long, Leaf, string?>? InOrder { get; init; }

    /// <summary>
    /// Called for each entry once or more, on any thread and in any order; gives what is wrong, or null. For what an
    /// entry shows alone: its signature, whether the bodies that it names are there.
    /// </summary>
    public Func<long, Leaf, string?>? Each { get; init; }

    /// <summary>Called after each segment, on the caller's thread.</summary>
    public Action<FsckProgress>? Progress { get; init; }

    /// <summary>How many segments are audited at once.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}

/// <summary>
/// Re-derives every hash, root and checkpoint of a log from its entries. It changes nothing. Its memory does not grow
/// with the log: about one and a half segments for each thread, and one more.
/// </summary>
public static class Fsck
{
    /// <summary>Checks a whole log; the witnesses are those whose cosignatures it publishes.</summary>
    public static FsckReport Check(Disk disk, params IReadOnlyList<VerifierKey> witnesses) =>
        Check(disk, new FsckOptions { Witnesses = witnesses });

    /// <summary>Checks a whole log.</summary>
    public static FsckReport Check(Disk disk, FsckOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1, nameof(options));
        var check = new Run(disk, options);
        Fault? first = null;
        try
        {
            check.Everything();
        }
        catch (DamageException damage)
        {
            first = damage.Fault;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            first = new Fault("", 0, e.Message);
        }

        return new FsckReport(check.Sound.Size, check.Sound.Root, first, check.Notes);
    }

    private sealed class Run(Disk disk, FsckOptions options)
    {
        private int _segments;

        public TreeHead Sound { get; private set; } = new(0, Merkle.EmptyRoot);

        public List<string> Notes { get; } = [];

        public void Everything()
        {
            if (disk.Length(LogSettings.FileName) is null
                || LogSettings.Parse(disk.ReadSmall(LogSettings.FileName, LogSettings.BytesMax)) is not { } settings)
            {
                throw RecordLog.Damage(LogSettings.FileName, 0, "missing or damaged");
            }

            _segments = RecordLog.CountSegments(disk);
            Segments(settings);
            foreach (var (name, length) in FlatFiles.For(Sound.Size))
            {
                var there = disk.Length(name) ?? throw RecordLog.Damage(name, 0, "missing");
                if (there != length)
                {
                    throw RecordLog.Damage(name, Math.Min(there, length), $"{there} bytes long, not {length}");
                }
            }

            Twice(settings);
            if (Sound.Size > 0 && disk.Length(RecordLog.Signed) is null)
            {
                Notes.Add($"`{RecordLog.Signed}` is missing: either nothing was ever signed, or the log has forgotten "
                    + "what it signed, and only its witnesses know");
            }

            CheckpointFile(RecordLog.Signed, settings, []);
            CheckpointFile(RecordLog.Published, settings, options.Witnesses);
            Names();
        }

        /// <summary>Audits segments ahead on several threads, and ends them in order on this one.</summary>
        private void Segments(LogSettings settings)
        {
            var running = new Queue<Task<SegmentAudit>>();
            var free = new ConcurrentStack<SegmentAudit>();
            var (begun, tree) = (0, new Frontier());
            var atOnce = Math.Min(options.Threads, _segments);
            SegmentAudit Begin(int number, Frontier? before) =>
                (free.TryPop(out var used) ? used : new SegmentAudit(disk, settings, options))
                .Begin(number, number == _segments - 1, before);
            try
            {
                for (var ended = 0; ended < _segments; ended++)
                {
                    for (; atOnce > 1 && begun < _segments && running.Count < atOnce; begun++)
                    {
                        var number = begun;
                        running.Enqueue(Task.Run(() => Begin(number, before: null)));
                    }

                    var next = atOnce > 1 ? running.Dequeue().GetAwaiter().GetResult() : Begin(ended, tree);
                    EndSegment(next, tree);
                    free.Push(next);
                    options.Progress?.Invoke(new FsckProgress(Sound.Size,
                        (ended + 1L) * settings.SegmentBytes, (long)_segments * settings.SegmentBytes));
                }
            }
            finally
            {
                while (running.TryDequeue(out var ahead))
                {
                    ahead.GetAwaiter().GetResult(); // nothing of an audit goes on behind its report
                }
            }
        }

        private void EndSegment(SegmentAudit audit, Frontier tree)
        {
            audit.End(tree);
            if (options.InOrder is not null)
            {
                audit.EndInOrder(options.InOrder);
            }

            Sound = audit.Sound;
            if (audit.Note is not null)
            {
                Notes.Add(audit.Note);
            }

            if (audit.Fault is not null)
            {
                throw new DamageException(audit.Fault);
            }

            tree.CopyFrom(audit.Tree);
        }

        /// <summary>Names the second entry with the same statement, if there is one.</summary>
        private void Twice(LogSettings settings)
        {
            if (Duplicates.First(disk, Sound.Size, options.Threads) is not { } found)
            {
                return;
            }

            var bytes = new byte[FlatFiles.PositionBytes];
            disk.Read(FlatFiles.Positions, found.Second * FlatFiles.PositionBytes, bytes);
            var position = BinaryPrimitives.ReadInt64BigEndian(bytes);
            throw RecordLog.Damage(
                RecordLog.SegmentName((int)(position / settings.SegmentBytes)), position % settings.SegmentBytes,
                $"entry {found.Second} has the statement of entry {found.First}");
        }

        private void CheckpointFile(string name, LogSettings settings, IReadOnlyList<VerifierKey> witnesses)
        {
            if (disk.Length(name) is null)
            {
                return;
            }

            var note = SignedNote.Parse(disk.ReadSmall(name, SignedNote.BytesMax));
            if (!note.IsValid || Checkpoint.Parse(note.Value.Text) is not { IsValid: true, Value: var head }
                || head.Origin != settings.Key.Name)
            {
                throw RecordLog.Damage(name, 0, "not a checkpoint of this log");
            }

            var held = note.Value.Verify([settings.Key, .. witnesses]);
            var own = held.Value?.Count(s => s.Key == settings.Key);
            var others = note.Value.Only(line => !IsOf([settings.Key, .. witnesses], line)).Signatures;
            var damaged = others.FirstOrDefault(line => IsDamaged(line, note.Value, [settings.Key, .. witnesses]));
            var hasMore = name == RecordLog.Signed && note.Value.Signatures.Count != own;
            if (own is not > 0 || damaged is not null || hasMore)
            {
                var text = Utf8.Bytes(note.Value.Text).Length;
                throw RecordLog.Damage(name, text + 1, held.Error
                    ?? (own is not > 0 ? "no signature of the log"
                        : damaged is not null ? $"the line of `{damaged.Name}` names another key than signed it"
                        : "a signature beside the log's own"));
            }

            if (others.Count > 0)
            {
                Notes.Add($"{name}: {Decimal.Text(others.Count)} cosignatures of keys that nobody named were passed "
                    + $"over: {string.Join(", ", others.Select(o => o.Name))}");
            }

            if (head.Size > Sound.Size || Merkle.Root(head.Size, FlatFiles.Tree(disk)) != head.Root)
            {
                throw RecordLog.Damage(name, 0, $"signed for {head.Size} entries that the log does not have");
            }
        }

        private static bool IsOf(IReadOnlyList<VerifierKey> keys, NoteSignature line) =>
            keys.Any(k => k.Id == line.KeyId && k.Name == line.Name);

        /// <summary>
        /// A line of an unknown key whose signature is a known key's: its name or its id has changed. One character of
        /// base64 holds the last two bits of the id and the first four of what is behind it.
        /// </summary>
        private static bool IsDamaged(NoteSignature line, SignedNote note, IReadOnlyList<VerifierKey> known) =>
            known.Any(k => Cosignature.Check(k, note.Text, line) is not null
                || (k.Name == line.Name && (k.Id ^ line.KeyId) >> 2 == 0));

        private void Names()
        {
            HashSet<string> known =
            [
                .. FlatFiles.For(Sound.Size).Select(f => f.Name),
                .. Enumerable.Range(0, _segments).Select(RecordLog.SegmentName),
            ];
            foreach (var name in disk.Names().Order(StringComparer.Ordinal))
            {
                if (name.StartsWith(RecordLog.CutPrefix, StringComparison.Ordinal))
                {
                    var hash = Digest.Of(disk.ReadSmall(name, LogSettings.SegmentBytesMax)).ToHex();
                    if (!name.EndsWith(hash, StringComparison.Ordinal))
                    {
                        throw RecordLog.Damage(name, 0, "not the bytes that were cut");
                    }

                    Notes.Add($"{name}: an incomplete frame that was cut");
                }
                else if (name.EndsWith(Folder.FreshSuffix, StringComparison.Ordinal))
                {
                    Notes.Add($"{name}: not in use yet, or left by a crash; opening removes it");
                }
                else if (name is not (LogSettings.FileName or RecordLog.Signed or RecordLog.Published)
                    && !known.Contains(name))
                {
                    throw RecordLog.Damage(name, 0, "not a file of a log");
                }
            }
        }
    }
}
