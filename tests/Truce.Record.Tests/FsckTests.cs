using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Truce.Record.Tests;

/// <summary>A full audit with its callbacks, on several threads; more damaged bytes are in LogTests.</summary>
public sealed class FsckTests
{
    private const int Entries = 150;

    private static readonly LogSettings Small = new(Some.Log.Verifier, segmentBytes: 16_384);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Each_entry_is_handed_out_and_once_in_order(int threads)
    {
        var disk = Filled();
        var (inOrder, progress) = (new List<long>(), new List<FsckProgress>());
        var each = new ConcurrentDictionary<long, int>();

        var report = Fsck.Check(disk, new FsckOptions
        {
            Threads = threads,
            Witnesses = [Some.Witness.Verifier],
            InOrder = (index, leaf) =>
            {
                inOrder.Add(index);
                return leaf.ToBytes().AsSpan().SequenceEqual(Entry((int)index).ToBytes()) ? null : "another entry";
            },
            Each = (index, leaf) =>
            {
                each[index] = BinaryPrimitives.ReadInt32BigEndian(leaf.Statement.Span);
                return null;
            },
            Progress = progress.Add,
        });

        Assert.Equal((null, Entries), (report.First, report.Size));
        Assert.Equal(Enumerable.Range(0, Entries).Select(i => (long)i), inOrder);
        Assert.Equal(Entries, each.Count);
        Assert.All(each, e => Assert.Equal(e.Key, e.Value));
        Assert.Equal(Segments(disk), progress.Count);
        Assert.Equal(progress.Select(p => p.Entries).Order(), progress.Select(p => p.Entries));
        Assert.Equal((Entries, progress[^1].BytesInAll), (progress[^1].Entries, progress[^1].Bytes));
    }

    /// <summary>A disk of somebody hostile may hold anything: it must not fill the memory or stop the audit.</summary>
    [Theory]
    [InlineData("log")]
    [InlineData("checkpoint")]
    [InlineData("checkpoint.signed")]
    [InlineData("positions")]
    [InlineData("segment-00000000")]
    public void A_file_that_is_far_larger_than_it_can_be_or_no_file_at_all_is_named(string name)
    {
        var path = Directory.CreateTempSubdirectory("truce-fsck-").FullName;
        try
        {
            using (var made = new Folder(path))
            using (var log = RecordLog.Create(made, Small).Required())
            {
                log.Append([.. Enumerable.Range(0, 5).Select(Entry)]).Required();
                log.Publish(log.Sign(Some.Log).Required()).Required();
            }

            Assert.Null(FirstFile(path));
            using (var file = File.OpenWrite(Path.Combine(path, name)))
            {
                file.SetLength(3L << 30);
            }

            Assert.Equal(name, FirstFile(path));

            File.Delete(Path.Combine(path, name));
            using var pipe = System.Diagnostics.Process.Start("mkfifo", Path.Combine(path, name));
            pipe.WaitForExit();
            Assert.Equal(name, FirstFile(path));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static string? FirstFile(string path)
    {
        using var disk = new Folder(path);
        return Fsck.Check(disk).First?.File;
    }

    [Fact]
    public void What_a_callback_finds_is_named_with_its_segment_and_offset_and_the_first_counts()
    {
        var disk = Filled();
        var last = long.MinValue;

        var late = Fsck.Check(disk, new FsckOptions
        {
            InOrder = (index, leaf) =>
            {
                var receivedAt = index == 70 ? 3L : 1000 + index;
                var isBack = receivedAt < last;
                last = receivedAt;
                return isBack ? "received before the entry before it" : null;
            },
        });
        var unsigned = Fsck.Check(disk, new FsckOptions
        {
            Threads = 4,
            Each = (index, _) => index is 70 or 149 ? "its signature does not hold" : null,
        });

        Assert.EndsWith("entry 70: received before the entry before it", late.First!.What, StringComparison.Ordinal);
        Assert.EndsWith("entry 70: its signature does not hold", unsigned.First!.What, StringComparison.Ordinal);
        Assert.Equal((late.First.File, late.First.Offset), (unsigned.First.File, unsigned.First.Offset));
        var at = disk.Bytes(late.First.File).AsSpan((int)late.First.Offset);
        Assert.Equal(Entry(70).ToBytes(), at.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(at)).ToArray());
    }

    [Fact]
    public void Two_entries_with_one_statement_are_a_fault()
    {
        var disk = Filled();
        disk.Bytes(FlatFiles.Statements).AsSpan(7 * Digest.Bytes, Digest.Bytes).Clear(); // so that it is not found
        using (var log = RecordLog.Open(disk).Required())
        {
            Assert.True(log.Append([Entry(7)]).Required().Entries[0].IsNew);
        }

        Digest.Of(Entry(7).Statement.Span).CopyTo(disk.Bytes(FlatFiles.Statements).AsSpan(7 * Digest.Bytes));

        var fault = Fsck.Check(disk).First!;

        Assert.EndsWith($"entry {Entries} has the statement of entry 7", fault.What, StringComparison.Ordinal);
        Assert.Equal(RecordLog.SegmentName(Segments(disk) - 1), fault.File);
    }

    [Fact]
    public void Duplicates_are_found_whatever_the_share_of_hashes_that_is_held_at_once()
    {
        var random = new Random(11);
        for (var round = 0; round < 60; round++)
        {
            var count = random.Next(2, 400);
            var bytes = new byte[count * Digest.Bytes];
            random.NextBytes(bytes);
            var (first, second) = (random.Next(count - 1), 0);
            second = random.Next(first + 1, count);
            var disk = new SimulatedDisk(random);
            disk.Create(FlatFiles.Statements);
            disk.Write(FlatFiles.Statements, 0, bytes);
            Assert.Null(Duplicates.First(disk, count, threads: 2, shareEntries: 64));

            bytes.AsSpan(first * Digest.Bytes, Digest.Bytes).CopyTo(bytes.AsSpan(second * Digest.Bytes));
            disk.Write(FlatFiles.Statements, 0, bytes);

            Assert.Equal((first, second), Duplicates.First(disk, count, threads: 2, shareEntries: 64));
            Assert.Equal((first, second), Duplicates.First(disk, count, threads: 1));
        }
    }

    [Fact]
    public void Several_threads_find_what_one_finds()
    {
        var random = new Random(12);
        var disk = Filled();
        foreach (var name in disk.Names().Order(StringComparer.Ordinal))
        {
            for (var round = 0; round < 120; round++)
            {
                var at = random.Next(disk.Bytes(name).Length);
                disk.Bytes(name)[at] ^= (byte)(1 << random.Next(8));
                var (one, many) = (Check(disk, 1), Check(disk, 4));
                Assert.Equal((name, at, one.First, one.Size, one.Root), (name, at, many.First, many.Size, many.Root));
                Assert.Equal(one.Notes, many.Notes);
                Assert.True(one.First is not null || one.Notes.Count > 0, $"{name}:{at} was not found");
                disk = Filled();
            }
        }
    }

    [Fact]
    public void Each_file_that_is_missing_is_named()
    {
        foreach (var name in Filled().Names())
        {
            var disk = Filled();
            disk.Delete(name);

            var report = Check(disk, threads: 3);

            var mayMiss = name is RecordLog.Published or RecordLog.Signed;
            var isLast = name == RecordLog.SegmentName(Segments(Filled()) - 1);
            Assert.True(mayMiss || isLast || report.First?.File == name, $"{name}: {report.First}");
            Assert.True(mayMiss || report.First is not null, name);
        }
    }

    [Fact]
    public void A_line_of_an_unknown_key_is_passed_over_and_said_and_a_known_key_s_bad_line_is_a_fault()
    {
        using var stranger = Some.Key("witness.example/stranger", KeyUse.Cosignature);
        var (good, bad) = (Filled(), Filled());
        using (var log = RecordLog.Open(good).Required())
        {
            var note = log.ReadPublished()!;
            log.Publish(note.With([Cosignature.Sign(stranger, note.Text, 9)])).Required();
        }

        using (var log = RecordLog.Open(bad).Required())
        {
            var note = log.ReadPublished()!;
            var other = new Checkpoint(Some.Origin, 1, Merkle.EmptyRoot).Sign(Some.Log);
            log.Publish(note.With([Cosignature.Sign(Some.Witness, other.Text, 9)])).Required();
        }

        var passed = Check(good, threads: 1);

        Assert.Null(passed.First);
        Assert.Contains(passed.Notes, n => n.Contains("witness.example/stranger", StringComparison.Ordinal));
        Assert.Equal(RecordLog.Published, Check(bad, threads: 1).First?.File);
        Assert.Null(Fsck.Check(good, Some.Witness.Verifier, stranger.Verifier).First);
        var flipped = Filled();
        var bytes = flipped.Bytes(RecordLog.Published);
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 1;
            Assert.Equal((RecordLog.Published, at), (Check(flipped, threads: 1).First?.File, at));
            bytes[at] ^= 1;
        }
    }

    private static FsckReport Check(SimulatedDisk disk, int threads) =>
        Fsck.Check(disk, new FsckOptions { Threads = threads, Witnesses = [Some.Witness.Verifier] });

    private static int Segments(SimulatedDisk disk) =>
        disk.Names().Count(n => n.StartsWith("segment-", StringComparison.Ordinal));

    private static SimulatedDisk Filled()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = RecordLog.Create(disk, Small).Required();
        for (var i = 0; i < Entries; i += 3)
        {
            log.Append([Entry(i), Entry(i + 1), Entry(i + 2)]).Required();
        }

        var note = log.Sign(Some.Log).Required();
        log.Publish(note.With([Cosignature.Sign(Some.Witness, note.Text, 7)])).Required();
        return disk;
    }

    private static Leaf Entry(int number)
    {
        var statement = new byte[300 + (number % 50)];
        BinaryPrimitives.WriteInt32BigEndian(statement, number);
        statement.AsSpan(4).Fill(0x5a);
        return new Leaf(statement, new byte[20], "{}"u8.ToArray());
    }
}
