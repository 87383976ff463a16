
namespace Truce.Record.Tests;

public sealed class BodiesTests
{
    private const int Schedules = 3_000;

    private static readonly SealedStatement Sealed = Parties.Seal(Parties.Statement(Parties.Both), "body");

    [Fact]
    public void A_body_is_found_under_its_hash_until_it_is_erased()
    {
        var disk = new SimulatedDisk(new Random(1));
        var clear = Attached.Body(Parties.Hash("salt"), "a photograph"u8);
        using var bodies = Bodies.Open(disk).Required();
        Assert.Null(bodies.Put(StoredBody.Of(Sealed.Body), StoredBody.Clear(clear)));

        var hash = Sealed.Body.CiphertextHash;
        Assert.Equal(Sealed.Body.Ciphertext.ToArray(), Bodies.Get(disk, hash));
        Assert.Equal(Sealed.Body.Wraps, Bodies.Wraps(disk, hash));
        Assert.Equal(clear, Bodies.Get(disk, Attached.CommitTo(clear)));
        Assert.Null(Bodies.Wraps(disk, Attached.CommitTo(clear)));
        Assert.Null(Bodies.Get(disk, Digest.Of("other"u8)));
        Assert.False(Bodies.Open(disk).IsValid);

        Assert.Null(bodies.Erase(hash, Digest.Of("not there"u8)));
        Assert.False(Bodies.HasAny(disk, hash));
        Assert.Equal(["bodies-00000000"], disk.Names());
        Assert.False(Holds(disk, Sealed.Body.Ciphertext) || Holds(disk, Sealed.Body.Wraps.ToBytes()));
        Assert.Equal(clear, Bodies.Get(disk, Attached.CommitTo(clear)));
    }

    /// <summary>Wherever the process falls while it erases: what is there in part is found, and erased again.</summary>
    [Fact]
    public void What_is_erased_leaves_no_byte_whatever_happened_on_the_way()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var (disk, body) = (new SimulatedDisk(new Random(seed)), Sealed.Body);
            Fall(disk, after: seed % 4, b => b.Put(StoredBody.Of(body))); // a crash may leave a part of it
            using (var bodies = Bodies.Open(disk).Required())
            {
                Assert.Null(bodies.Put(StoredBody.Of(body)));
            }

            Fall(disk, after: 3 + (seed % 11), b => b.Erase(body.CiphertextHash));
            using (var bodies = Bodies.Open(disk).Required())
            {
                Assert.Null(Bodies.HasAny(disk, body.CiphertextHash) ? bodies.Erase(body.CiphertextHash) : null);
            }

            disk.Restart(powerLoss: true);
            Assert.False(Holds(disk, body.Ciphertext) || Holds(disk, body.Wraps.ToBytes()), $"seed {seed}");
            Assert.False(Bodies.HasAny(disk, body.CiphertextHash));
        }
    }

    [Fact]
    public void What_a_statement_attaches_is_noted_beside_it_and_goes_with_it()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var bodies = Bodies.Open(disk).Required();
        var hash = Sealed.Body.CiphertextHash;
        Digest[] names = [Digest.Of("a"u8), Digest.Of("b"u8)];
        Assert.Null(bodies.Put(StoredBody.Of(Sealed.Body)));
        Assert.Equal([], Bodies.Names(disk, hash)!);
        Assert.Null(bodies.Put(StoredBody.Of(Sealed.Body) with { Names = names }));
        Assert.Equal(names, Bodies.Names(disk, hash)!);

        var file = $"names-{hash.ToHex()}";
        for (var at = 0; at < disk.Bytes(file).Length; at++)
        {
            disk.Bytes(file)[at] ^= 1;
            Assert.Null(Bodies.Names(disk, hash));
            disk.Bytes(file)[at] ^= 1;
        }

        foreach (var damaged in new[] { "", "x", new string('x', 32), new string('x', 66 * 32) })
        {
            disk.Replace(file, Some.Bytes(damaged));
            Assert.Null(Bodies.Names(disk, hash));
        }

        Assert.Null(bodies.Note(hash, names));
        Assert.Equal(names, Bodies.Names(disk, hash)!);
        Assert.Null(bodies.Erase(hash));
        Assert.Equal(["bodies-00000000"], disk.Names());
        Assert.False(Bodies.HasAny(disk, hash));
    }

    [Fact]
    public void What_is_marked_as_erased_is_overwritten_before()
    {
        var marked = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var (disk, body) = (new SimulatedDisk(new Random(seed)), Sealed.Body);
            using (var bodies = Bodies.Open(disk).Required())
            {
                Assert.Null(bodies.Put(StoredBody.Of(body)));
            }

            Fall(disk, after: 3 + (seed % 9), b => b.Erase(body.CiphertextHash));
            if (!Bodies.HasAny(disk, body.CiphertextHash))
            {
                marked++;
                Assert.False(Holds(disk, body.Ciphertext) || Holds(disk, body.Wraps.ToBytes()), $"seed {seed}");
            }
        }

        Assert.InRange(marked, 10, 190);
    }

    [Fact]
    public void Bodies_fill_segment_after_segment_and_a_long_one_has_a_file_of_its_own()
    {
        var disk = new SimulatedDisk(new Random(1));
        StoredBody[] all = [.. Enumerable.Range(0, 30).Select(i => Random(i, bytes: 400_000)), Random(30, 600_000)];
        using (var bodies = Bodies.Open(disk).Required())
        {
            Assert.Null(bodies.Put(all[..7]));
            Assert.Null(bodies.Put(all));
            All();
        }

        Assert.Equal(["bodies-00000000", "bodies-00000001", "bodies-00000002", $"body-{all[30].Hash.ToHex()}"],
            disk.Names().Order(StringComparer.Ordinal));
        Assert.All(disk.Names(), n => Assert.InRange(disk.Length(n)!.Value, 1, BodySegments.SegmentBytes));
        All();
        using (var bodies = Bodies.Open(disk).Required())
        {
            Assert.Null(bodies.Erase(all[3].Hash, all[30].Hash));
            Assert.Null(bodies.Put(all[3]));
            Assert.Null(bodies.Erase(all[3].Hash));
        }

        Assert.DoesNotContain(disk.Names(), n => Holds(disk, all[3].Bytes) || Holds(disk, all[30].Bytes));
        void All() => Assert.All(all, b => Assert.Equal(b.Bytes.ToArray(), Bodies.Get(disk, b.Hash)));
    }

    /// <summary>The first form of the folder; nothing is moved, and what is new goes into a segment.</summary>
    [Fact]
    public void A_folder_with_a_file_for_each_body_is_read_and_erased_as_it_is()
    {
        var (disk, body) = (new SimulatedDisk(new Random(1)), Sealed.Body);
        disk.Replace($"body-{body.CiphertextHash.ToHex()}", body.Ciphertext.Span);
        disk.Replace($"wraps-{body.CiphertextHash.ToHex()}", body.Wraps.ToBytes());
        using var bodies = Bodies.Open(disk).Required();

        Assert.Equal(body.Ciphertext.ToArray(), Bodies.Get(disk, body.CiphertextHash));
        Assert.Equal(body.Wraps, Bodies.Wraps(disk, body.CiphertextHash));
        Assert.Null(bodies.Put(StoredBody.Of(body)));
        Assert.Null(bodies.Erase(body.CiphertextHash));
        Assert.False(Bodies.HasAny(disk, body.CiphertextHash));
        Assert.False(Holds(disk, body.Ciphertext));
        Assert.Equal(["bodies-00000000"], disk.Names());
    }

    [Fact]
    public void Who_reads_beside_the_writer_finds_what_was_added_since()
    {
        var path = Directory.CreateTempSubdirectory("truce-bodies-").FullName;
        try
        {
            using var mine = new Folder(path);
            using var others = new Folder(path);
            using var bodies = Bodies.Open(mine).Required();
            for (var i = 0; i < 25; i++)
            {
                var body = Random(i, bytes: 300_000);
                Assert.Null(Bodies.Get(others, body.Hash));
                Assert.Null(bodies.Put(body));
                Assert.Equal(body.Bytes.ToArray(), Bodies.Get(others, body.Hash));
            }

            Assert.Null(bodies.Erase(Random(3, bytes: 300_000).Hash));
            Assert.False(Bodies.HasAny(others, Random(3, bytes: 300_000).Hash));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>What is damaged is named by file and offset, and its neighbours are read.</summary>
    [Fact]
    public void A_flipped_bit_is_named_with_file_and_offset_and_costs_one_body_at_most()
    {
        var desk = ReplayTests.Random(new Random(2), entries: 6);
        var bytes = desk.Disk.Bytes("bodies-00000000");
        var places = desk.Sealed.Values.SelectMany(s => new[] { s.Statement.Body, s.Outcome.Body })
            .Select(b => BodySegments.Of(desk.Disk).Find(b.CiphertextHash).Single()).OrderBy(i => i.Offset).ToArray();
        Assert.Equal(bytes.Length, places[^1].Offset + places[^1].Total);
        foreach (var place in places)
        {
            int[] near = [.. Enumerable.Range(0, 80), .. Enumerable.Range(1, 20).Select(i => i * place.Total / 21)];
            foreach (var at in near.Append(place.Total - 1).Select(n => place.Offset + n))
            {
                bytes[at] ^= (byte)(1 << (at % 8));
                var report = BodyCheck.Check(desk.Leaves, desk.Disk);
                Assert.Contains(report.Notes, n => n.StartsWith($"{place}: ", StringComparison.Ordinal));
                Assert.InRange(report.LostCount, 0, 1);
                var isPadding = at - place.Offset >= 72 + place.WrapsBytes + place.BodyBytes;
                Assert.Equal(isPadding ? 0 : 1, report.LostCount);
                bytes[at] ^= (byte)(1 << (at % 8));
            }
        }

        Assert.Empty(BodyCheck.Check(desk.Leaves, desk.Disk).Notes);
    }

    [Fact]
    public void A_damaged_body_is_not_given_away()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var bodies = Bodies.Open(disk).Required();
        Assert.Null(bodies.Put(StoredBody.Of(Sealed.Body)));
        var hash = Sealed.Body.CiphertextHash;

        disk.Bytes("bodies-00000000")[^20] ^= 1;
        Assert.Null(Bodies.Get(disk, hash));
        Assert.Null(Bodies.Wraps(disk, hash));
        Assert.True(Bodies.HasAny(disk, hash));
        Assert.Null(bodies.Put(StoredBody.Of(Sealed.Body)));
        Assert.NotNull(Bodies.Get(disk, hash));
        Assert.Equal(Sealed.Body.Wraps, Bodies.Wraps(disk, hash));
    }

    [Fact]
    public void Nobody_replaces_the_wraps_of_a_ciphertext_of_somebody_else()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var bodies = Bodies.Open(disk).Required();
        Assert.Null(bodies.Put(StoredBody.Of(Sealed.Body)));
        var recipients = Parties.For(Parties.Both);
        var other = Wraps.Make(
            Parties.Genesis, Sealed.Body.CiphertextHash, Parties.Hash("not the key"), recipients,
            Parties.Randoms("other", recipients.Length).Seeds);

        var refused = bodies.Put(StoredBody.Ciphertext(Sealed.Body.Ciphertext, other));

        Assert.Contains("other wraps already", refused!.Value.Error, StringComparison.Ordinal);
        Assert.Equal(Sealed.Body.Wraps, Bodies.Wraps(disk, Sealed.Body.CiphertextHash));
        Assert.Null(bodies.Put(StoredBody.Of(Sealed.Body)));
    }

    private static StoredBody Random(int seed, int bytes)
    {
        var body = new byte[bytes];
        new Random(seed).NextBytes(body);
        return StoredBody.Clear(body);
    }

    /// <summary>Does something to the store until the power goes.</summary>
    private static void Fall(SimulatedDisk disk, int after, Action<Bodies> act)
    {
        try
        {
            using var bodies = Bodies.Open(disk).Required();
            (disk.FaultAfter, disk.FaultKills) = (after, true);
            act(bodies);
        }
        catch (KilledException)
        {
            // the process is gone
        }

        disk.Restart(powerLoss: true);
    }

    /// <summary>Whether sixteen bytes of something, from up to 256 places in it, lie anywhere on a disk.</summary>
    private static bool Holds(SimulatedDisk disk, ReadOnlyMemory<byte> what)
    {
        var step = Math.Max(16, what.Length / 256);
        return disk.Names().Any(name => Enumerable.Range(0, what.Length / step).Any(i =>
            disk.Bytes(name).AsSpan().IndexOf(what.Span.Slice(i * step, 16)) >= 0));
    }

    [Fact]
    public void After_any_crash_no_frame_names_a_body_that_is_missing()
    {
        var named = 0;
        Seeds.Hold(Schedules, seed => Interlocked.Add(ref named, new Schedule(seed).Run()));
        Assert.True(named > Schedules, "the schedules recorded next to nothing");
    }

    /// <summary>Bodies and log on one machine: what fails or loses power, does so on both disks.</summary>
    private sealed class Schedule
    {
        private readonly Random _random;
        private readonly SimulatedDisk _logDisk;
        private readonly SimulatedDisk _bodyDisk;
        private readonly HashSet<Digest> _erasing = [];
        private readonly Dictionary<Digest, SealedBody> _erased = [];
        private SealedBody[] _again = []; // a batch that was not acknowledged is sent again

        public Schedule(int seed)
        {
            _random = new Random(seed);
            (_logDisk, _bodyDisk) = (new SimulatedDisk(_random), new SimulatedDisk(_random));
        }

        public int Run()
        {
            for (var round = _random.Next(1, 5); round > 0; round--)
            {
                var faulty = _random.Next(3) == 0 ? _logDisk : _bodyDisk;
                faulty.FaultAfter = _random.Next(40);
                faulty.FaultKills = _random.Next(2) == 0;
                try
                {
                    Live();
                }
                catch (KilledException)
                {
                    // the process is gone; the next round finds what it left
                }

                var powerLoss = _random.Next(3) > 0;
                _logDisk.Restart(powerLoss);
                _bodyDisk.Restart(powerLoss);
            }

            using var log = OpenLog().Required();
            for (var i = 0L; i < log.Size; i++)
            {
                var leaf = Leaf.Parse(log.Entries(i, i + 1)![2..].AsMemory()).Required();
                var s = ConfidentialStatement.Parse(leaf.Statement.Span).Required();
                if (!_erasing.Contains(s.CiphertextHash))
                {
                    Assert.NotNull(Bodies.Get(_bodyDisk, s.CiphertextHash));
                    Assert.NotNull(Bodies.Wraps(_bodyDisk, s.CiphertextHash));
                }
            }

            Assert.All(_erased, e => Assert.False(
                Bodies.HasAny(_bodyDisk, e.Key) || Holds(_bodyDisk, e.Value.Ciphertext)));

            return (int)log.Size;
        }

        private Parsed<RecordLog> OpenLog() => _logDisk.Length("log") is null
            ? RecordLog.Create(_logDisk, new LogSettings(Some.Log.Verifier, segmentBytes: 8192))
            : RecordLog.Open(_logDisk);

        private void Live()
        {
            var bodies = Bodies.Open(_bodyDisk);
            var log = OpenLog();
            using var _ = bodies.Value;
            using var __ = log.Value;
            for (var step = _random.Next(8); step > 0 && bodies.IsValid && log.IsValid; step--)
            {
                var batch = _again = [.. _again, .. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Fresh())];
                Leaf[] leaves = [.. batch.Select(b => new Leaf(
                    new ConfidentialStatement(b.Commit, b.CiphertextHash).ToBytes(), default, default))];
                if (bodies.Value.Put([.. batch.Select(StoredBody.Of)]) is null && log.Value.Append(leaves).IsValid)
                {
                    _again = [];
                    Erase(bodies.Value, batch[_random.Next(batch.Length)]);
                }
            }
        }

        private void Erase(Bodies bodies, SealedBody body)
        {
            if (_random.Next(3) == 0)
            {
                _erasing.Add(body.CiphertextHash);
                if (bodies.Erase(body.CiphertextHash) is null)
                {
                    _erased.Add(body.CiphertextHash, body);
                }
            }
        }

        private SealedBody Fresh()
        {
            var bytes = new byte[_random.Next(16, 1400)];
            _random.NextBytes(bytes);
            var hash = Digest.Of(bytes);
            var text = $$"""
                {"ciphertext_hash":"{{hash}}","v":1,"wraps":[{"epoch":0,"to":"a","wrap":"{{Wrap}}"}]}
                """;
            return new SealedBody(default, hash, bytes, Wraps.Parse(Some.Bytes(text)).Required());
        }

        private static string Wrap { get; } = Convert.ToBase64String(new byte[Wraps.WrapBytes]);
    }
}
