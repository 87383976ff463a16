using System.Collections.Concurrent;

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
        Assert.Equal([$"body-{Attached.CommitTo(clear).ToHex()}"], disk.Names());
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
        Assert.Empty(disk.Names());
    }

    [Fact]
    public void What_is_erased_is_overwritten_before_its_name_goes()
    {
        var kept = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var disk = new SimulatedDisk(new Random(seed));
            using var bodies = Bodies.Open(disk).Required();
            Assert.Null(bodies.Put(StoredBody.Of(Sealed.Body)));
            var wraps = disk.Names().Single(n => n.StartsWith("wraps-", StringComparison.Ordinal));

            disk.FaultAfter = 2; // the zeros and their sync go well; the name stays, or goes without being durable
            Assert.NotNull(bodies.Erase(Sealed.Body.CiphertextHash));
            Assert.NotNull(bodies.Stopped);
            Assert.NotNull(bodies.Put(StoredBody.Of(Sealed.Body)));
            disk.Restart(powerLoss: true);

            if (disk.Length(wraps) is not null)
            {
                kept++;
                Assert.All(disk.Bytes(wraps), b => Assert.Equal(0, b));
            }
        }

        Assert.NotEqual(0, kept);
    }

    [Fact]
    public void A_damaged_body_is_not_given_away()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var bodies = Bodies.Open(disk).Required();
        Assert.Null(bodies.Put(StoredBody.Of(Sealed.Body)));
        var hash = Sealed.Body.CiphertextHash;

        disk.Bytes($"body-{hash.ToHex()}")[7] ^= 1;
        Assert.Null(Bodies.Get(disk, hash));
        disk.Bytes($"wraps-{hash.ToHex()}")[0] ^= 1;
        Assert.Null(Bodies.Wraps(disk, hash));
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

    [Fact]
    public void After_any_crash_no_frame_names_a_body_that_is_missing()
    {
        var failures = new ConcurrentBag<(int Seed, string What)>();
        var named = 0;
        Parallel.For(0, Schedules, (seed, state) =>
        {
            try
            {
                Interlocked.Add(ref named, new Schedule(seed).Run());
            }
            catch (Exception e)
            {
                failures.Add((seed, e.ToString()));
                state.Stop();
            }
        });
        Assert.True(failures.IsEmpty, failures.Select(f => $"seed {f.Seed}: {f.What}").FirstOrDefault());
        Assert.True(named > Schedules, "the schedules recorded next to nothing");
    }

    /// <summary>Bodies and log on one machine: what fails or loses power, does so on both disks.</summary>
    private sealed class Schedule
    {
        private readonly Random _random;
        private readonly SimulatedDisk _logDisk;
        private readonly SimulatedDisk _bodyDisk;

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
                Assert.NotNull(Bodies.Get(_bodyDisk, s.CiphertextHash));
                Assert.NotNull(Bodies.Wraps(_bodyDisk, s.CiphertextHash));
            }

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
                SealedBody[] batch = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Fresh())];
                if (bodies.Value.Put([.. batch.Select(StoredBody.Of)]) is null)
                {
                    log.Value.Append([.. batch.Select(b => new Leaf(
                        new ConfidentialStatement(b.Commit, b.CiphertextHash).ToBytes(), default, default))]);
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
