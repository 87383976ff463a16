namespace Truce.Record.Tests;

public sealed class StartTests
{
    private static readonly LogSettings Small = new(Some.Log.Verifier, segmentBytes: 16_384);

    [Fact]
    public void A_disk_restored_from_an_older_copy_does_not_sign_while_a_witness_remembers_more()
    {
        using var log = Filled(5);
        using var restored = Filled(3);
        var latest = log.Sign(Some.Log).Required();

        var behind = Assert.IsType<Start.Behind>(Start.Judge(restored, [new(latest), null, null]));

        Assert.Equal(5, behind.Head.Size);
        Assert.IsType<Start.Cleared>(Start.Judge(log, [new(latest), new(Latest: null), null]));
    }

    [Fact]
    public void Another_tree_of_the_same_size_signed_by_the_log_is_a_fork_and_stops_the_start()
    {
        using var log = Filled(3);
        var fork = new Checkpoint(Some.Origin, size: 3, Merkle.Leaf([])).Sign(Some.Log);

        Assert.IsType<Start.Behind>(Start.Judge(log, [new(fork), new(Latest: null), new(Latest: null)]));
    }

    [Fact]
    public void A_lying_witness_stops_nothing_and_half_of_the_witnesses_are_not_enough()
    {
        using var log = Filled(3);
        using var thief = Some.Key(Some.Origin, KeyUse.Note, salt: "thief");
        var lie = new Checkpoint(Some.Origin, size: 900, Merkle.Leaf([])).Sign(thief);

        Assert.IsType<Start.Cleared>(Start.Judge(log, [new(lie), new(lie), null]));
        Assert.Equal(new Start.NeedsOrder(2, 4), Start.Judge(log, [new(lie), new(Latest: null), null, null]));
        Assert.IsType<Start.NeedsOrder>(Start.Judge(log, []));
    }

    private static RecordLog Filled(int entries)
    {
        var log = RecordLog.Create(new SimulatedDisk(new Random(1)), Small).Required();
        var leaves = Enumerable.Range(0, entries).Select(i => new Leaf(new[] { (byte)i }, default, default));
        log.Append([.. leaves]).Required();
        return log;
    }
}
