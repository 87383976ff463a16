namespace Truce.Record.Tests;

public sealed class SnapshotTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_start_from_a_snapshot_and_the_rest_goes_on_as_one_from_leaf_0(int seed)
    {
        var snapshots = new SimulatedDisk(new Random(9));
        var world = new ReceptionWorld(RecordFoldTests.Counting) { Snapshots = snapshots };
        world.Restart();
        RecordFoldTests.Story(world, new Random(seed), length: 25, restarts: false);
        Assert.True(world.Reception.WriteSnapshot());
        RecordFoldTests.Story(world, new Random(seed + 100), length: 10);
        world.Restart();
        Assert.Null(world.Reception.SnapshotPassedOver);
        Assert.InRange(world.Reception.ReadAtStart, 1, 12);
        RecordFoldTests.Story(world, new Random(seed + 200), length: 20, restarts: false);
        var (hash, hidden, chains) = State(world);

        world.Snapshots = null;
        world.Restart();
        Assert.Equal(world.Log.Size, world.Reception.ReadAtStart);
        Assert.Equal((hash, hidden), (State(world).Clear, State(world).Hidden));
        Assert.Equal(State(world).Chains, chains);
        Assert.Null(RecordFoldTests.Replayed(world, [new Reader("g0", ReceptionWorld.ReadingKey)]).First);
    }

    [Fact]
    public void A_snapshot_that_does_not_fit_is_passed_over_with_its_reason()
    {
        var world = new ReceptionWorld(RecordFoldTests.Counting) { Snapshots = new SimulatedDisk(new Random(9)) };
        world.Restart();
        RecordFoldTests.Story(world, new Random(1), length: 20, restarts: false);
        world.Reception.WriteSnapshot();
        var good = world.Snapshots.Bytes("folds").ToArray();
        for (var at = 0; at < good.Length; at += 37)
        {
            good.CopyTo(world.Snapshots.Bytes("folds"), 0);
            world.Snapshots.Bytes("folds")[at] ^= 1;
            world.Restart();
            Assert.NotNull(world.Reception.SnapshotPassedOver);
            Assert.Equal(world.Log.Size, world.Reception.ReadAtStart);
        }

        good.CopyTo(world.Snapshots.Bytes("folds"), 0);
        world.Restart();
        Assert.Null(world.Reception.SnapshotPassedOver);
        Assert.Equal(0, world.Reception.ReadAtStart);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void A_snapshot_in_another_form_is_never_loaded_even_where_its_head_is_altered(int form, bool isAltered)
    {
        var world = new ReceptionWorld(InForm(1)) { Snapshots = new SimulatedDisk(new Random(9)) };
        world.Restart();
        RecordFoldTests.Story(world, new Random(1), length: 20, restarts: false);
        Assert.True(world.Reception.WriteSnapshot());
        world.Restart();
        Assert.Null(world.Reception.SnapshotPassedOver);

        if (isAltered)
        {
            var bytes = world.Snapshots.Bytes("folds");
            var at = Enumerable.Range(0, 3).Aggregate(0, (from, _) => Array.IndexOf(bytes, (byte)'\n', from) + 1);
            Assert.Equal((byte)'1', bytes[at]);
            bytes[at] = (byte)('0' + form);
        }

        world.Machines = InForm(form);
        world.Restart();
        Assert.Equal(isAltered ? "the snapshot does not open" : $"the snapshot is in another form than form {form}",
            world.Reception.SnapshotPassedOver);
        Assert.Equal(world.Log.Size, world.Reception.ReadAtStart);
        var read = State(world);

        world.Snapshots = null;
        world.Restart();
        Assert.Equal((State(world).Clear, State(world).Hidden), (read.Clear, read.Hidden));
        Assert.Equal(State(world).Chains, read.Chains);
    }

    [Fact]
    public void A_snapshot_that_is_cut_anywhere_is_passed_over()
    {
        var world = new ReceptionWorld(InForm(1)) { Snapshots = new SimulatedDisk(new Random(9)) };
        world.Restart();
        RecordFoldTests.Story(world, new Random(1), length: 20, restarts: false);
        world.Reception.WriteSnapshot();
        var good = world.Snapshots.Bytes("folds").ToArray();
        for (var length = 0; length < good.Length; length += 41)
        {
            world.Snapshots.Replace("folds", good.AsSpan(0, length));
            world.Restart();
            Assert.NotNull(world.Reception.SnapshotPassedOver);
            Assert.Equal(world.Log.Size, world.Reception.ReadAtStart);
        }
    }

    [Fact]
    public void A_snapshot_shows_nothing_to_whoever_seizes_the_disk()
    {
        var world = new ReceptionWorld(RecordFoldTests.Counting) { Snapshots = new SimulatedDisk(new Random(9)) };
        world.Restart();
        var confided = world.Confide("post 1", """{"code":7,"place":"the-secret-place"}""");
        world.Recorded(confided);
        world.Reception.WriteSnapshot();
        var bytes = System.Text.Encoding.Latin1.GetString(world.Snapshots.Bytes("folds"));

        Assert.DoesNotContain("secret", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Device("post 1").Key.ToString(), bytes, StringComparison.Ordinal);
    }

    [Fact]
    public void The_daily_entry_says_the_hash_that_every_reader_computes_again()
    {
        var world = new ReceptionWorld(RecordFoldTests.Counting);
        RecordFoldTests.Story(world, new Random(3), length: 15);
        var pen = world.Pen("operator's", role: EnrolledKey.OperatorRole);
        var daily = world.Reception.Daily();
        Assert.Equal(2, daily.Count);
        foreach (var (audience, act) in daily)
        {
            var draft = world.Draft("operator's", Reception.DailyType) with { Act = act, Audience = audience };
            var receipt = world.Recorded(audience is null ? pen.Sign(draft) : pen.Seal(
                draft, [new("g0", 0, Founded.Reading), new(Audience.Operator, 0, Founded.Reading)],
                Parties.Randoms("daily", recipients: 2)));
            if (audience is null)
            {
                Assert.Equal(OutcomeKind.Applied, world.Outcome(receipt.Index).Kind);
            }
        }

        var lie = world.Recorded(pen.Sign(world.Draft("operator's", Reception.DailyType) with
        {
            Act = ReceptionWorld.Json($$"""{"fold":"{{Digest.Of("x"u8)}}"}"""),
        }));
        Assert.Equal(OutcomeKind.Inapplicable, world.Outcome(lie.Index).Kind);
        var clear = world.Reception.Daily()[^1].Act;
        var forged = world.Draft("desk", Reception.DailyType) with { Act = clear };
        var other = world.Recorded(world.Pen("desk").Sign(forged));
        Assert.Equal(OutcomeKind.Inapplicable, world.Outcome(other.Index).Kind);
        Assert.Null(RecordFoldTests.Replayed(world, []).First);
        Assert.Null(RecordFoldTests.Replayed(world, [new Reader("g0", ReceptionWorld.ReadingKey)]).First);
    }

    /// <summary>A machine whose state cannot be read in another form than its own.</summary>
    private static Machines InForm(int form) => RecordFoldTests.Counting with
    {
        Begin = audience => RecordFoldTests.Counting.Begin(audience) is var fold ? fold with
        {
            Form = form,
            Load = bytes => fold.Load(bytes[^1] == form ? bytes.AsSpan(0, bytes.Length - 1).ToArray()
                : throw new InvalidOperationException("misread")),
            Save = () => [.. fold.Save(), (byte)form],
        } : throw new System.Diagnostics.UnreachableException(),
    };

    private static (Digest? Clear, Digest? Hidden, string[] Chains) State(ReceptionWorld world) => (
        world.Reception.FoldHash(audience: null), world.Reception.FoldHash(Audience.Of("g0").Required()),
        [.. world.Reception.Chains.All.Select(
            c => $"{c.Key} {c.IsClear} {c.Chain.Count} {c.Chain.Missing} {c.Chain.Last}")]);
}
