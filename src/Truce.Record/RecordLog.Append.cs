using System.Runtime.InteropServices;

namespace Truce.Record;

/// <content>Appending: turns, frames, segments.</content>
public sealed partial class RecordLog
{
    private static readonly byte[] Zeros = new byte[1 << 18];

    private readonly List<Turn> _turns = [];
    private int _filled; // zeros of the next segment

    private readonly record struct Turn(int Item, long Index, bool IsNew);

    /// <summary>Gives each arrival its turn; a frame is written when it is full, and at the end.</summary>
    private void TakeTurns(IReadOnlyList<Arrival> arrivals, Parsed<Appended>[] results)
    {
        for (var i = 0; i < arrivals.Count; i++)
        {
            var arrival = arrivals[i];
            if (_index.Find(arrival.Statement, IsThereOrComes) is { } there)
            {
                _turns.Add(new Turn(i, there, IsNew: false));
                continue;
            }

            var index = Size + _batch.Count;
            var leaf = arrival.Form(index);
            if (!leaf.IsValid)
            {
                results[i] = new Unreadable(leaf.Error);
                continue;
            }

            if (!_batch.CanHold(leaf.Value))
            {
                throw new InvalidOperationException($"entry {index} is longer than a segment");
            }

            if (!_batch.HasRoomFor(leaf.Value))
            {
                EndTurns(results);
            }

            _batch.Add(leaf.Value, arrival.Statement);
            _index.Add(arrival.Statement, index);
            _turns.Add(new Turn(i, index, IsNew: true));
        }

        EndTurns(results);
    }

    /// <summary>Writes what has come together, and only then gives results.</summary>
    private void EndTurns(Parsed<Appended>[] results)
    {
        var first = Size;
        if (_batch.Count > 0)
        {
            BeforeFrame?.Invoke();
            WriteFrame();
        }

        foreach (var turn in _turns)
        {
            var leaf = turn.Index >= first ? _batch.Leaves[(int)(turn.Index - first)] : Subtree(0, turn.Index);
            results[turn.Item] = new Appended(turn.Index, leaf, turn.IsNew);
        }

        _turns.Clear();
        _batch.Clear();
    }

    private bool IsThereOrComes(Digest statement, long index) => index < Size
        ? IsThere(statement, index)
        : _batch.Statements[(int)(index - Size)] == statement;

    private void WriteFrame()
    {
        if (_end + _batch.Total > Settings.SegmentBytes)
        {
            BeginSegment();
        }

        var start = (_segment * (long)Settings.SegmentBytes) + _end;
        _batch.Grow(_tree);
        _flat.Add(_batch.Growth, CollectionsMarshal.AsSpan(_batch.Statements), _batch.Positions(start));
        var head = new TreeHead(_tree.Size, _tree.Root);
        _disk.Write(SegmentName(_segment), _end, _batch.Seal(Size, head.Root));
        _disk.Sync(SegmentName(_segment));
        _end += _batch.Total;
        _flat.Write(_disk);
        Volatile.Write(ref _head, head); // last, so that who sees the size can read everything below it
    }

    /// <summary>
    /// Writes the zeros of the next segment while this one fills, piece by piece and faster than it fills, so that the
    /// appends that need it do not wait for all of it. The writer does this between two batches.
    /// </summary>
    internal void FillNext()
    {
        if (_filled < Settings.SegmentBytes && _filled < 2L * _end && _stopped is null)
        {
            _ = Guarded(() =>
            {
                FillSome();
                _disk.StartWriting(SegmentName(_segment + 1) + Folder.FreshSuffix);
                foreach (var (name, _) in FlatFiles.For(Size).Where(f => f.Length > 0))
                {
                    _disk.StartWriting(name);
                }

                return this;
            });
        }
    }

    private void FillSome()
    {
        var name = SegmentName(_segment + 1) + Folder.FreshSuffix;
        if (_filled == 0)
        {
            _disk.Create(name);
        }

        var count = Math.Min(Zeros.Length, Settings.SegmentBytes - _filled);
        _disk.Write(name, _filled, Zeros.AsSpan(0, count));
        _filled += count;
    }

    /// <summary>
    /// What is derived is made durable before the next segment is there, so that opening replays one segment alone.
    /// </summary>
    private void BeginSegment()
    {
        foreach (var (name, _) in FlatFiles.For(Size).Where(f => f.Length > 0))
        {
            _disk.Sync(name);
        }

        _disk.SyncNames();
        while (_filled < Settings.SegmentBytes)
        {
            FillSome();
        }

        NameSegment(_disk, _segment + 1, Size, Root);
        (_segment, _end, _filled) = (_segment + 1, Frame.HeadBytes, 0);
    }

    /// <summary>Makes the first segment.</summary>
    private static void MakeSegment(Disk disk, LogSettings settings)
    {
        var name = SegmentName(0) + Folder.FreshSuffix;
        disk.Create(name);
        for (var at = 0; at < settings.SegmentBytes; at += Zeros.Length)
        {
            disk.Write(name, at, Zeros.AsSpan(0, Math.Min(Zeros.Length, settings.SegmentBytes - at)));
        }

        NameSegment(disk, number: 0, first: 0, Merkle.EmptyRoot);
    }

    /// <summary>Gives a segment full of zeros its head, and its name when it is durable.</summary>
    private static void NameSegment(Disk disk, int number, long first, Digest root)
    {
        var name = SegmentName(number);
        disk.Write(name + Folder.FreshSuffix, 0, Frame.SegmentHead(number, first, root));
        disk.Sync(name + Folder.FreshSuffix);
        disk.Rename(name + Folder.FreshSuffix, name);
        disk.SyncNames();
    }
}
