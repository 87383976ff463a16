using System.Buffers.Binary;

namespace Truce.Record.Tests;

/// <summary>Turns, their results, and readers beside a busy writer.</summary>
public sealed class WriterTests
{
    private static readonly LogSettings Small = new(Some.Log.Verifier, segmentBytes: 16_384);

    [Fact(Timeout = 60_000)]
    public async Task An_exception_that_nobody_expected_stops_the_log_and_everybody_is_told()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = RecordLog.Create(disk, Small).Required();
        await using var writer = new RecordWriter(log);
        Assert.True((await writer.TryAppend(Entry(0))!).IsValid);
        (disk.FaultAfter, disk.FaultThrows) = (0, () => new InvalidOperationException("a bug of ours"));

        // The fault may meet the writer between two batches too, as it fills the next segment: the outcome is the same.
        Task<Parsed<Appended>>[] waiting = writer.Between(_ =>
            new[] { writer.TryAppend(Entry(1))!, writer.TryAppend(Entry(2))!, writer.TryAppend(Entry(3))! });

        foreach (var result in await Task.WhenAll(waiting).WaitAsync(TestContext.Current.CancellationToken))
        {
            Assert.Contains("stopped: a bug of ours", result.Error, StringComparison.Ordinal);
        }

        Assert.Contains("a bug of ours", (await writer.TryAppend(Entry(4))!).Error, StringComparison.Ordinal);
        Assert.False(writer.Between(l => l.Sign(Some.Log)).IsValid);
        Assert.Equal(1, log.Size);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_exception_between_two_batches_stops_the_log_too()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = RecordLog.Create(disk, Small).Required();
        await using var writer = new RecordWriter(log);
        // A frame's write and sync and three flat files go well; then the next segment begins to be filled.
        (disk.FaultAfter, disk.FaultThrows) = (5, () => new InvalidOperationException("a bug of ours"));

        Assert.True((await writer.TryAppend(Entry(0))!).IsValid);

        var after = await writer.TryAppend(Entry(1))!.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("stopped: a bug of ours", after.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_turn_is_given_its_index_once_in_order_and_not_for_what_stands_already()
    {
        using var log = RecordLog.Create(new SimulatedDisk(new Random(1)), Small).Required();
        log.Append([Entry(0)]).Required();
        var turns = new List<(int Number, long Index)>();
        Arrival Of(int number, string? refusal = null) => new(Entry(number).Statement, default, index =>
        {
            turns.Add((number, index));
            return refusal is null ? BitConverter.GetBytes(index) : new Unreadable(refusal);
        });

        int[] numbers = [1, 0, 2, 3, 2, .. Enumerable.Range(4, 80)];
        var results = log.AppendEach([.. numbers.Select(n => Of(n, n == 2 ? "not in this mission" : null))]);

        Assert.Equal([(1, 1), (2, 2), (3, 2), (2, 3), .. Enumerable.Range(4, 80).Select(n => (n, n - 1L))], turns);
        Assert.Equal("not in this mission", results[2].Error);
        Assert.Equal("not in this mission", results[4].Error);
        Assert.Equal((0, false), (results[1].Required().Index, results[1].Required().IsNew));
        Assert.Equal(83, log.Size);
        for (var i = 1; i < log.Size; i++)
        {
            var leaf = Leaf.Parse(log.Entries(i, i + 1)!.AsMemory(2)).Required();
            Assert.Equal(i, BitConverter.ToInt64(leaf.Outcome.Span));
        }
    }

    [Fact]
    public void A_turn_that_throws_stops_the_log_before_anything_of_its_frame_is_written()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = RecordLog.Create(disk, Small).Required();
        var bad = new Arrival(Entry(1).Statement, default, _ => throw new InvalidOperationException("in the fold"));

        Assert.Throws<InvalidOperationException>(() => log.AppendEach([new Arrival(Entry(0)), bad]));

        Assert.Contains("in the fold", log.Append([Entry(2)]).Error, StringComparison.Ordinal);
        Assert.Equal((0, null), (log.Size, log.Find(Digest.Of(Entry(0).Statement.Span))));
        log.Dispose();
        using var again = RecordLog.Open(disk).Required();
        Assert.Equal(0, again.Size);
    }

    [Fact]
    public void What_was_durable_before_the_log_stopped_is_acknowledged_and_the_rest_is_not()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = RecordLog.Create(disk, Small).Required();
        var done = 0;
        var arrivals = Enumerable.Range(0, 60).Select(i => new Arrival(Entry(i).Statement, default, _ =>
        {
            done++;
            if (done == 50)
            {
                disk.FaultAfter = 0;
            }

            return Array.Empty<byte>();
        }));

        var results = log.AppendEach([.. arrivals]);

        var good = results.TakeWhile(r => r.IsValid).Count();
        Assert.InRange(good, 20, 49);
        Assert.Equal(good, log.Size);
        Assert.All(results.Skip(good), r => Assert.Contains("stopped", r.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Several_arrivals_enter_together_or_not_at_all()
    {
        using var log = RecordLog.Create(new SimulatedDisk(new Random(1)), Small).Required();
        await using var writer = new RecordWriter(log, queueMax: 3);
        Arrival[] four = [.. Enumerable.Range(0, 4).Select(i => new Arrival(Entry(i)))];

        Assert.Null(writer.TryAppend(four));
        var results = await writer.TryAppend(four[..3])!;

        Assert.Equal([0L, 1, 2], results.Select(r => r.Required().Index));
        Assert.Equal(3, log.Size);
    }

    [Fact]
    public async Task Readers_beside_a_busy_writer_see_whole_trees_and_nothing_that_is_not_durable()
    {
        const int entries = 3000;
        var path = Directory.CreateTempSubdirectory("truce-readers-").FullName;
        try
        {
            using var folder = new Folder(path);
            using var log = RecordLog.Create(folder, Small).Required();
            await using var writer = new RecordWriter(log);
            var ended = false;
            var readers = Enumerable.Range(1, 3).Select(seed => Task.Run(() =>
            {
                var random = new Random(seed);
                for (var rounds = 0; !Volatile.Read(ref ended) || rounds < 20; rounds++)
                {
                    ReadAround(log, random);
                }
            })).ToArray();
            for (var i = 0; i < entries; i += 30)
            {
                var results = await writer.TryAppend([.. Enumerable.Range(i, 30).Select(n => new Arrival(Entry(n)))])!;
                Assert.All(results, r => Assert.True(r.IsValid));
                writer.Between(l => l.Publish(l.Sign(Some.Log).Required())).Required();
            }

            Volatile.Write(ref ended, value: true);
            await Task.WhenAll(readers);
            Assert.Equal(entries, log.Size);
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static void ReadAround(RecordLog log, Random random)
    {
        var head = log.Head;
        Assert.Equal(head.Root, Merkle.Root(head.Size, log.Subtree));
        if (head.Size > 0)
        {
            var index = head.Size - 1 - (random.Next(2) == 0 ? 0 : random.NextInt64(head.Size));
            var entry = log.Entries(index, index + 1)![2..];
            Assert.Equal(Entry((int)index).ToBytes(), entry);
            Assert.Equal(index, log.Find(Leaf.StatementHash(entry)!.Value));
            var proof = Merkle.Inclusion(index, head.Size, log.Subtree);
            Assert.True(Merkle.VerifyInclusion(Merkle.Leaf(entry), index, head.Size, head.Root, proof));
            var tile = new Tile(null, index / Tile.FullWidth, (int)(index % Tile.FullWidth) + 1);
            Assert.EndsWith(Convert.ToHexString(entry), Convert.ToHexString(log.Read(tile)!), StringComparison.Ordinal);
        }

        if (log.Find(Digest.Of(Entry((int)head.Size + 1).Statement.Span)) is { } later)
        {
            Assert.True(later < log.Size);
        }

        if (log.ReadPublished() is { } published)
        {
            Assert.True(published.Verify(log.Settings.Key).IsValid);
        }
    }

    private static Leaf Entry(int number)
    {
        var statement = new byte[460];
        BinaryPrimitives.WriteInt32BigEndian(statement, number);
        return new Leaf(statement, new byte[20], "{}"u8.ToArray());
    }
}
