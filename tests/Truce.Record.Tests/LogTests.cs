using System.Buffers.Binary;

namespace Truce.Record.Tests;

public sealed class LogTests
{
    private static readonly LogSettings Small = new(Some.Log.Verifier, segmentBytes: 16_384);

    private static readonly FsckOptions OneThread = new() { Witnesses = [Some.Witness.Verifier], Threads = 1 };

    [Fact]
    public void Tiles_bundles_and_proofs_come_out_of_the_files_for_every_size_to_600()
    {
        var disk = Disk();
        using var log = RecordLog.Create(disk, Small).Required();
        var leaves = new List<Digest>();
        for (var size = 1; size <= 600; size++)
        {
            leaves.Add(log.Append([Entry(size)]).Required().Entries[0].Leaf);

            Assert.Equal((size, Merkle.Root(leaves.ToArray())), (log.Size, log.Root));
            foreach (var tile in Tile.All(size))
            {
                Assert.Equal(tile.Width * Digest.Bytes, log.Read(tile)!.Length);
            }

            foreach (var index in new[] { 0, size / 3, size / 2, size - 1 })
            {
                var proof = log.Inclusion(index, size);
                Assert.Equal(Merkle.Inclusion(index, size, FlatFiles.Tree(disk)), proof);
                Assert.True(Merkle.VerifyInclusion(leaves[index], index, size, log.Root, proof));
            }
        }

        var bundle = log.Read(new Tile(level: null, index: 2, width: 88))!;
        for (var (i, at) = (512, 0); i < 600; i++)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle.AsSpan(at));
            Assert.Equal(leaves[i], Merkle.Leaf(bundle.AsSpan(at + 2, length)));
            at += 2 + length;
            Assert.True(i < 599 || at == bundle.Length);
        }

        Assert.Null(log.Read(new Tile(level: null, index: 2, width: 89)));
        Assert.Null(log.Read(new Tile(level: 1, index: 0, width: 3)));
    }

    [Fact]
    public void The_same_statement_keeps_its_first_place_within_a_batch_later_and_after_a_restart()
    {
        var disk = Disk();
        var log = RecordLog.Create(disk, Small).Required();
        var again = new Leaf(Entry(1).Statement, "other"u8.ToArray(), "other"u8.ToArray());

        var first = log.Append([Entry(0), Entry(1), again]).Required().Entries;
        log.Dispose();
        log = RecordLog.Open(disk).Required();
        var second = log.Append([again, Entry(2), Entry(0)]).Required().Entries;

        Assert.Equal([(0, true), (1, true), (1, false)], first.Select(e => (e.Index, e.IsNew)));
        Assert.Equal([(1, false), (2, true), (0, false)], second.Select(e => (e.Index, e.IsNew)));
        Assert.Equal(first[1].Leaf, second[0].Leaf);
        Assert.Equal(3, log.Size);
    }

    [Fact]
    public void After_an_error_of_the_disk_nothing_more_is_accepted()
    {
        var disk = Disk();
        var log = RecordLog.Create(disk, Small).Required();
        log.Append([Entry(0)]).Required();
        (disk.FaultAfter, disk.FaultKills) = (1, false); // the sync behind the next write

        Assert.Contains("simulated", log.Append([Entry(1)]).Error, StringComparison.Ordinal);
        Assert.False(log.Append([Entry(2)]).IsValid);
        Assert.False(log.Sign(Some.Log).IsValid);
        Assert.Equal(1, log.Size);
    }

    [Fact]
    public void The_tail_that_a_failed_sync_left_in_the_cache_survives_power_loss_once_it_was_accepted()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var disk = new SimulatedDisk(new Random(seed));
            var log = RecordLog.Create(disk, Small).Required();
            log.Append([Entry(0)]).Required();
            (disk.FaultAfter, disk.FaultKills) = (1, false);
            Assert.False(log.Append([Entry(1)]).IsValid);
            disk.Restart(powerLoss: false);
            log = RecordLog.Open(disk).Required();
            var size = log.Size;
            log.Sign(Some.Log).Required();
            disk.Restart(powerLoss: true);

            Assert.Equal((seed, size), (seed, RecordLog.Open(disk).Required().Size));
        }
    }

    [Fact]
    public void A_torn_last_frame_is_cut_and_kept_and_a_torn_middle_stops()
    {
        var disk = Filled(40, sign: false);
        var segment = RecordLog.SegmentName(Segments(disk) - 1);
        var end = Array.FindLastIndex(disk.Bytes(segment), b => b != 0);
        disk.Bytes(segment)[end] ^= 1;

        using (var log = RecordLog.Open(disk).Required())
        {
            Assert.Equal(39, log.Size);
            Assert.NotNull(log.Cut);
        }

        disk.Bytes(segment)[Frame.HeadBytes + 200] ^= 1;
        disk.Restart(powerLoss: false);
        Assert.Contains($"{segment}:64: ", RecordLog.Open(disk).Error, StringComparison.Ordinal);
        Assert.Equal((segment, 64), (Fsck.Check(disk).First!.File, Fsck.Check(disk).First!.Offset));
    }

    [Fact]
    public void A_log_behind_its_own_checkpoint_does_not_open()
    {
        var disk = Filled(30, sign: true);
        var segment = RecordLog.SegmentName(Segments(disk) - 1);
        var bytes = disk.Bytes(segment);
        bytes[Array.FindLastIndex(bytes, b => b != 0)] ^= 1;

        var error = RecordLog.Open(disk).Error;
        Assert.Contains("checkpoint.signed:0: signed for 30 entries", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_that_somebody_else_changed_is_not_overwritten()
    {
        var disk = Filled(3, sign: true);
        using var log = RecordLog.Open(disk).Required();
        log.Append([Entry(3)]).Required();
        disk.Bytes("checkpoint.signed")[0] ^= 1;

        Assert.False(log.Sign(Some.Log).IsValid);
        Assert.NotNull(log.Stopped);
    }

    [Fact]
    public void Every_bit_that_flips_in_a_small_log_is_named()
    {
        var pristine = Filled(33, sign: true);
        Assert.Null(Fsck.Check(pristine, Some.Witness.Verifier).First);
        Assert.Equal(2, Segments(pristine));
        var names = pristine.Names();
        Parallel.ForEach(names, name =>
        {
            var disk = Filled(33, sign: true);
            var bytes = disk.Bytes(name);
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.True(IsNamed(Fsck.Check(disk, OneThread), name, bit / 8), $"{name}: bit {bit}");
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        });
    }

    /// <summary>
    /// A flat file's fault is named to the byte; a segment's at the byte or at the start of its frame. The last frame
    /// and the space behind it may be cut at opening: they are named as an incomplete frame.
    /// </summary>
    private static bool IsNamed(FsckReport report, string name, int at)
    {
        var isIncomplete = report.Notes.Any(n => n.StartsWith($"{name}:", StringComparison.Ordinal));
        if (report.First is not { } fault)
        {
            return isIncomplete && name == RecordLog.SegmentName(1);
        }

        var isSegment = name.StartsWith("segment-", StringComparison.Ordinal);
        var isNear = FlatFiles.IsOne(name) ? fault.Offset == at
            : !isSegment || (fault.Offset <= at && at - fault.Offset < 600);
        return (fault.File == name && isNear) || (isIncomplete && FlatFiles.IsOne(fault.File));
    }

    [Fact]
    public void Truncated_and_swapped_files_are_named()
    {
        foreach (var name in Filled(33, sign: true).Names())
        {
            var cut = Filled(33, sign: true);
            cut.Cut(name, cut.Bytes(name).Length - 1);
            Assert.Equal(name, Fsck.Check(cut, Some.Witness.Verifier).First?.File);
            foreach (var other in Filled(33, sign: true).Names().Where(o => o != name && !o.Contains('.')))
            {
                var swapped = Filled(33, sign: true);
                swapped.Swap(name, other);
                Assert.Contains(Fsck.Check(swapped, Some.Witness.Verifier).First?.File, new[] { name, other });
            }
        }
    }

    [Fact]
    public async Task A_real_folder_is_refused_to_a_second_writer_and_is_sound_after_64_writers()
    {
        var path = Directory.CreateTempSubdirectory("truce-record-").FullName;
        try
        {
            using var folder = new Folder(path);
            using var log = RecordLog.Create(folder, Small).Required();
            using var second = new Folder(path);
            Assert.Contains("in use", RecordLog.Open(second).Error, StringComparison.Ordinal);
            await using (var writer = new RecordWriter(log))
            {
                var hands = Enumerable.Range(0, 64).Select(hand => Task.Run(async () =>
                {
                    for (var i = 0; i < 20; i++)
                    {
                        Assert.True((await writer.TryAppend(Entry((hand * 100) + i))!).IsValid);
                    }
                }));
                await Task.WhenAll(hands);
                writer.Between(l => l.Sign(Some.Log)).Required();
            }

            Assert.Equal((1280, null), (log.Size, Fsck.Check(folder).First));
            log.Dispose();
            using var again = RecordLog.Open(second).Required();
            Assert.Equal((1280, log.Root), (again.Size, again.Root));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public async Task Past_its_bound_the_queue_refuses_at_once_and_loses_nothing_that_it_took()
    {
        using var log = RecordLog.Create(Disk(), Small).Required();
        await using var writer = new RecordWriter(log, queueMax: 3);
        var taken = new List<Task<Parsed<Appended>>>();
        var refused = 0;
        writer.Between(l =>
        {
            for (var i = 0; i < 2000; i++)
            {
                if (writer.TryAppend(Entry(i)) is { } task)
                {
                    taken.Add(task);
                }
                else
                {
                    refused++;
                }
            }

            return l.Size;
        });
        foreach (var task in taken)
        {
            Assert.True((await task).IsValid);
        }

        Assert.True(refused > 0);
        Assert.Equal(taken.Count, writer.Between(l => l.Size));
    }

    private static SimulatedDisk Disk() => new(new Random(1));

    private static int Segments(SimulatedDisk disk) =>
        disk.Names().Count(n => n.StartsWith("segment-", StringComparison.Ordinal));

    private static SimulatedDisk Filled(int entries, bool sign)
    {
        var disk = Disk();
        using var log = RecordLog.Create(disk, Small).Required();
        for (var i = 0; i < entries; i++)
        {
            log.Append([Entry(i)]).Required();
        }

        if (sign)
        {
            var note = log.Sign(Some.Log).Required();
            log.Publish(note.With([Cosignature.Sign(Some.Witness, note.Text, 7)])).Required();
        }

        return disk;
    }

    private static Leaf Entry(int number)
    {
        var statement = new byte[460];
        BinaryPrimitives.WriteInt32BigEndian(statement, number);
        statement.AsSpan(4).Fill(0x5a);
        return new Leaf(statement, new byte[20], "{}"u8.ToArray());
    }
}
