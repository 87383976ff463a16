using System.Buffers.Binary;

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

/// <summary>Re-derives every hash, root and checkpoint of a log from its entries. It changes nothing.</summary>
public static class Fsck
{
    /// <summary>Checks a whole log; the witnesses are those whose cosignatures it publishes.</summary>
    public static FsckReport Check(Disk disk, params IReadOnlyList<VerifierKey> witnesses)
    {
        var check = new Run(disk);
        Fault? first = null;
        try
        {
            check.Everything(witnesses);
        }
        catch (DamageException damage)
        {
            first = damage.Fault;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            first = new Fault("", 0, e.Message);
        }

        return new FsckReport(check.Tree.Size, check.Tree.Root, first, check.Notes);
    }

    private sealed class Run(Disk disk)
    {
        private readonly FlatFiles _flat = new();
        private readonly Dictionary<string, long> _compared = new(StringComparer.Ordinal);
        private int _segments;

        public Frontier Tree { get; } = new();

        public List<string> Notes { get; } = [];

        public void Everything(IReadOnlyList<VerifierKey> witnesses)
        {
            if (disk.Length(LogSettings.FileName) is null
                || LogSettings.Parse(disk.ReadAll(LogSettings.FileName)) is not { } settings)
            {
                throw RecordLog.Damage(LogSettings.FileName, 0, "missing or damaged");
            }

            _segments = RecordLog.CountSegments(disk);
            for (var number = 0; number < _segments; number++)
            {
                Segment(number, settings);
            }

            foreach (var (name, length) in FlatFiles.For(Tree.Size))
            {
                var there = disk.Length(name) ?? throw RecordLog.Damage(name, 0, "missing");
                if (there != length)
                {
                    throw RecordLog.Damage(name, Math.Min(there, length), $"{there} bytes long, not {length}");
                }
            }

            CheckpointFile(RecordLog.Signed, settings, []);
            CheckpointFile(RecordLog.Published, settings, witnesses);
            Names();
        }

        private void Segment(int number, LogSettings settings)
        {
            var name = RecordLog.SegmentName(number);
            var bytes = disk.ReadAll(name);
            if (bytes.Length != settings.SegmentBytes)
            {
                throw RecordLog.Damage(name, Math.Min(bytes.Length, settings.SegmentBytes), "has another length");
            }

            Same(name, 0, bytes.AsSpan(0, Frame.HeadBytes), Frame.SegmentHead(number, Tree.Size, Tree.Root));
            var end = Frame.HeadBytes;
            while (Frame.Read(bytes.AsSpan(end)) is { } frame)
            {
                Entries(name, bytes, end, frame, number * (long)settings.SegmentBytes);
                end += frame.Total;
            }

            Compare();
            var tail = bytes.AsSpan(end);
            if (number < _segments - 1)
            {
                var wrong = tail.IndexOfAnyExcept((byte)0);
                if (wrong >= 0)
                {
                    throw RecordLog.Damage(name, end + wrong, "a damaged frame, or bytes behind the last one");
                }
            }
            else if (RecordLog.IncompleteBytes(bytes, end, Tree.Size, name) is > 0 and var used)
            {
                Notes.Add($"{name}:{end}: an incomplete frame of {used} bytes, which opening will cut and keep");
            }
        }

        private void Entries(string name, byte[] bytes, int start, Frame frame, long segmentStart)
        {
            if (frame.First != Tree.Size)
            {
                throw RecordLog.Damage(name, start, $"the frame begins at entry {frame.First}, not at {Tree.Size}");
            }

            var at = start + Frame.HeadBytes;
            for (var i = 0; i < frame.Count; i++)
            {
                var entry = bytes.AsMemory(
                    at + Frame.EntryHeadBytes, BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at)));
                var statement = Leaf.StatementHash(entry) ?? throw RecordLog.Damage(name, at, "not a leaf");
                _flat.Add(Tree, entry.Span, statement, segmentStart + at);
                at += Frame.EntryHeadBytes + entry.Length;
            }

            if (frame.Root != Tree.Root)
            {
                throw RecordLog.Damage(name, start, "the frame's root is not that of its entries");
            }
        }

        /// <summary>Holds what a segment's entries give against the flat files.</summary>
        private void Compare()
        {
            foreach (var (name, expected) in _flat.Take())
            {
                var offset = _compared.GetValueOrDefault(name);
                var there = new byte[expected.Length];
                var read = disk.Length(name) is null ? 0 : disk.Read(name, offset, there);
                Same(name, offset, there.AsSpan(0, read), expected);
                _compared[name] = offset + expected.Length;
            }
        }

        private void CheckpointFile(string name, LogSettings settings, IReadOnlyList<VerifierKey> witnesses)
        {
            if (disk.Length(name) is null)
            {
                return;
            }

            var note = SignedNote.Parse(disk.ReadAll(name));
            if (!note.IsValid || Checkpoint.Parse(note.Value.Text) is not { IsValid: true, Value: var head }
                || head.Origin != settings.Key.Name)
            {
                throw RecordLog.Damage(name, 0, "not a checkpoint of this log");
            }

            var held = note.Value.Verify([settings.Key, .. witnesses]);
            if (!held.IsValid || held.Value.Count != note.Value.Signatures.Count || held.Value[0].Key != settings.Key)
            {
                var text = Utf8.Bytes(note.Value.Text).Length;
                throw RecordLog.Damage(
                    name, text + 1, held.Error ?? "a signature of an unknown key, or none of the log");
            }

            if (head.Size > Tree.Size || Merkle.Root(head.Size, FlatFiles.Tree(disk)) != head.Root)
            {
                throw RecordLog.Damage(name, 0, $"signed for {head.Size} entries that the log does not have");
            }
        }

        private void Names()
        {
            foreach (var name in disk.Names().Order(StringComparer.Ordinal))
            {
                if (name.StartsWith(RecordLog.CutPrefix, StringComparison.Ordinal))
                {
                    var hash = Digest.Of(disk.ReadAll(name)).ToHex();
                    if (!name.EndsWith(hash, StringComparison.Ordinal))
                    {
                        throw RecordLog.Damage(name, 0, "not the bytes that were cut");
                    }

                    Notes.Add($"{name}: an incomplete frame that was cut");
                }
                else if (name.EndsWith(Folder.FreshSuffix, StringComparison.Ordinal))
                {
                    Notes.Add($"{name}: left by a crash; opening removes it");
                }
                else if (name is not (LogSettings.FileName or RecordLog.Signed or RecordLog.Published)
                    && !FlatFiles.For(Tree.Size).Any(f => f.Name == name)
                    && !Enumerable.Range(0, _segments).Any(n => RecordLog.SegmentName(n) == name))
                {
                    throw RecordLog.Damage(name, 0, "not a file of a log");
                }
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
}
