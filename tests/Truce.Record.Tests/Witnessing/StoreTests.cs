
namespace Truce.Record.Tests.Witnessing;

public sealed class StoreTests
{
    private const int Schedules = 5_000;

    private static readonly Trees.Plain Tree = new(Trees.Leaves(40));
    private static readonly WatchedLog Log = new(Some.Origin, [Some.Log.Verifier]);

    [Fact]
    public void What_was_cosigned_is_held_after_a_restart_and_is_what_the_monitoring_path_serves()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var store = WitnessStore.Open(disk, Some.Witness, Log).Required())
        {
            Assert.Null(store.Latest(Witness.MonitoringPath(Some.Origin)));
            Assert.Equal(200, store.AddCheckpoint(Ask(0, 5), time: 99).Status);
        }

        using var again = WitnessStore.Open(disk, Some.Witness, Log).Required();
        Assert.Equal("5\n", again.AddCheckpoint(Ask(0, 9), time: 100).Body);
        var held = SignedNote.Parse(again.Latest(Witness.MonitoringPath(Some.Origin))!).Required();
        Assert.Equal(2, held.Verify(Some.Log.Verifier, Some.Witness.Verifier).Required().Count);
        Assert.Null(again.Latest(Witness.MonitoringPath("other")));
    }

    /// <summary>What one log sends must not keep the witness from starting again for all the others.</summary>
    [Fact]
    public void Whatever_a_log_signs_is_either_refused_or_read_again_after_a_restart()
    {
        var disk = new SimulatedDisk(new Random(1));
        var head = new Checkpoint(Some.Origin, 5, Tree.Root(5));
        var often = head.Sign(Some.Log);
        often = often.With(Enumerable.Repeat(often.Signatures[0], SignedNote.SignaturesMax - 1));
        SignedNote[] notes = [often, Long(0), Long(-1), Long(Witness.HeldBytesMax - SignedNote.BytesMax), Long(-1025)];
        foreach (var note in notes)
        {
            using (var store = WitnessStore.Open(disk, Some.Witness, Log).Required())
            {
                var old = (int)Size(store);
                var status = store.AddCheckpoint(Witness.Request(old, [], note), time: 99).Status;
                Assert.Equal(note.ToBytes().Length <= Witness.HeldBytesMax || note == often ? 200 : 413, status);
            }

            Assert.True(WitnessStore.Open(disk, Some.Witness, Log) is { IsValid: true } again && Closed(again.Value));
        }

        // A note of the largest size and some bytes, by an extension line.
        SignedNote Long(int more)
        {
            var rest = SignedNote.BytesMax + more - head.Sign(Some.Log).ToBytes().Length - 1;
            return SignedNote.Sign(head.Text + new string('x', rest) + "\n", Some.Log);
        }

        static bool Closed(WitnessStore store)
        {
            store.Dispose();
            return true;
        }
    }

    [Fact]
    public void Two_trees_of_one_size_that_the_log_signed_are_kept_as_evidence_and_nothing_less_is()
    {
        var disk = new SimulatedDisk(new Random(1));
        SignedNote Fork(int size, string root) =>
            new Checkpoint(Some.Origin, size, Digest.Of(Some.Bytes(root))).Sign(Some.Log);
        using (var store = WitnessStore.Open(disk, Some.Witness, Log).Required())
        {
            store.AddCheckpoint(Ask(0, 5), time: 99);
            Assert.Equal(422, store.AddCheckpoint(Witness.Request(5, [], Fork(6, "longer")), time: 100).Status);
            Assert.Equal(422, store.AddCheckpoint(
                Witness.Request(5, [Digest.Of("x"u8)], new Checkpoint(Some.Origin, 5, Tree.Root(5)).Sign(Some.Log)),
                time: 100).Status);
            using var thief = Some.Key(Some.Origin, KeyUse.Note, salt: "thief");
            var forged = new Checkpoint(Some.Origin, 5, Digest.Of("thief"u8)).Sign(thief);
            Assert.Equal(403, store.AddCheckpoint(Witness.Request(5, [], forged), time: 100).Status);
            Assert.Empty(store.Forks());

            Assert.Equal(422, store.AddCheckpoint(Witness.Request(5, [], Fork(5, "other")), time: 100).Status);
            Assert.Equal(2, store.Forks().Count);
            Assert.Equal(200, store.AddCheckpoint(Ask(5, 9), time: 101).Status);
        }

        using var again = WitnessStore.Open(disk, Some.Witness, Log).Required();
        var kept = again.Forks().Select(f => SignedNote.Parse(disk.ReadAll(f)).Required()).ToArray();
        Assert.All(kept, note => Assert.True(note.Verify(Some.Log.Verifier).IsValid));
        Assert.Equal((1, 2), (kept.Select(n => Checkpoint.Parse(n.Text).Required().Size).Distinct().Count(),
            kept.Select(n => Checkpoint.Parse(n.Text).Required().Root).Distinct().Count()));
        for (var i = 0; i < 40; i++)
        {
            again.AddCheckpoint(Witness.Request(9, [], Fork(9, $"{i}")), time: 102);
        }

        Assert.Equal(WitnessStore.ForksMax, again.Forks().Count);
        Assert.Equal(200, again.AddCheckpoint(Ask(9, 10), time: 103).Status);
    }

    [Fact]
    public void Two_witnesses_do_not_run_on_one_folder()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (WitnessStore.Open(disk, Some.Witness, Log).Required())
        {
            Assert.Contains("in use", WitnessStore.Open(disk, Some.Witness, Log).Error, StringComparison.Ordinal);
        }

        WitnessStore.Open(disk, Some.Witness, Log).Required().Dispose();
    }

    [Fact]
    public void A_head_that_was_damaged_or_cosigned_by_another_key_stops_the_witness_and_is_named()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var store = WitnessStore.Open(disk, Some.Witness, Log).Required())
        {
            store.AddCheckpoint(Ask(0, 5), time: 99);
        }

        using var other = Some.Key("other.example", KeyUse.Cosignature);
        Assert.Contains("another key", WitnessStore.Open(disk, other, Log).Error, StringComparison.Ordinal);
        var file = WitnessStore.FileOf(Some.Origin);
        for (var at = 0; at < disk.Bytes(file).Length; at++)
        {
            disk.Bytes(file)[at] ^= 4;
            Assert.StartsWith(file, WitnessStore.Open(disk, Some.Witness, Log).Error, StringComparison.Ordinal);
            disk.Bytes(file)[at] ^= 4;
        }

        WitnessStore.Open(disk, Some.Witness, Log).Required().Dispose();
    }

    [Fact]
    public void After_an_error_of_the_disk_nothing_is_cosigned_until_it_is_opened_again()
    {
        var disk = new SimulatedDisk(new Random(1));
        var store = WitnessStore.Open(disk, Some.Witness, Log).Required();
        disk.FaultAfter = 2;
        Assert.Equal(500, store.AddCheckpoint(Ask(0, 5), time: 99).Status);
        Assert.Equal(500, store.AddCheckpoint(Ask(0, 5), time: 99).Status);
        Assert.NotNull(store.Stopped);
        store.Dispose();

        using var again = WitnessStore.Open(disk, Some.Witness, Log).Required();
        Assert.Contains(again.AddCheckpoint(Ask(0, 5), time: 99).Status, new[] { 200, 409 });
    }

    /// <summary>
    /// Crashes of every kind, by seed: whatever was cosigned or served stays held, so that no fork of it is cosigned.
    /// </summary>
    [Fact]
    public void No_schedule_of_crashes_makes_a_witness_forget_what_it_gave_away() =>
        Seeds.Hold(Schedules, seed => Schedule(new Random(seed)));

    private static void Schedule(Random random)
    {
        var disk = new SimulatedDisk(random);
        var given = 0L;
        for (var round = 0; round < 6; round++)
        {
            disk.FaultAfter = random.Next(4) == 0 ? -1 : random.Next(14);
            disk.FaultKills = random.Next(2) == 0;
            WitnessStore? store = null;
            try
            {
                store = WitnessStore.Open(disk, Some.Witness, Log).Value;
                for (var i = 0; store is not null && i < 3; i++)
                {
                    given = Math.Max(given, Step(store, random));
                }
            }
            catch (KilledException)
            {
                // Nothing in the library may catch it: the process is gone.
            }

            store?.Dispose();
            disk.Restart(powerLoss: random.Next(2) == 0);
            using var check = WitnessStore.Open(disk, Some.Witness, Log).Required();
            var held = Size(check);
            Assert.True(held >= given, $"gave {given} away and holds {held}");
            given = held;
        }
    }

    private static long Step(WitnessStore store, Random random)
    {
        var old = Size(store);
        var served = store.Stopped is null ? old : 0;
        var size = (int)Math.Min(40, old + random.Next(1, 6));
        return store.AddCheckpoint(Ask((int)old, size), time: 99).Status == 200 ? size : served;
    }

    private static long Size(WitnessStore store) =>
        store.Latest(Witness.MonitoringPath(Some.Origin)) is { } note
            ? Checkpoint.Parse(SignedNote.Parse(note).Required().Text).Required().Size
            : 0;

    private static byte[] Ask(int old, int size) => Witness.Request(
        old, Merkle.Consistency(old, size, Tree.Subtree),
        new Checkpoint(Some.Origin, size, Tree.Root(size)).Sign(Some.Log));
}
