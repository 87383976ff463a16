namespace Truce.Record.Tests;

/// <summary>Erasure in reception: who may order it, who may answer, and that what is gone stays gone.</summary>
public sealed class ErasedTests
{
    private const string OperatorDevice = "operator's";

    [Fact]
    public void The_author_s_organisation_orders_the_erasure_of_an_entry_and_nobody_else_does()
    {
        var world = new ReceptionWorld();
        var hidden = world.Recorded(world.Confide("post 1")).Index;
        var (clear, body) = Attaching(world, "post 1");
        world.Pen("stranger", "g1");
        (string Device, long Entry, Digest[] Bodies, string? Why)[] cases =
        [
            ("stranger", hidden, Own(world, hidden), "signed by no key of `g1`"),
            ("stranger", clear, [body], "signed by no key of `g1`"),
            ("post 1", clear, [Digest.Of("other"u8)], "does not name a body"),
            ("post 1", 99, [body], "no entry 99 before"),
            ("post 1", 0, [body], "no entry 0 before"),
            ("post 1", hidden, Own(world, hidden), null),
            ("post 2", hidden, Own(world, hidden), null),
            ("post 2", clear, [body], null),
        ];
        foreach (var (device, entry, bodies, why) in cases)
        {
            Judged(world, device, new Erasure.Order(entry, bodies), why);
        }

        Assert.Equal(3, world.Reception.Erasures.Open.Count);
        Recomputed(world);
    }

    [Fact]
    public void An_order_by_another_key_of_a_large_organisation_is_told_to_be_signed_with_the_entry_s_own()
    {
        var world = new ReceptionWorld(limits: new SendingLimits { Organisation = new(9_999, 1), Key = new(9_999, 1) });
        for (var i = 0; i <= RecordFold.SignerTriesMax; i++)
        {
            world.Pen($"device {i}");
        }

        var hidden = world.Recorded(world.Confide($"device {RecordFold.SignerTriesMax}")).Index;
        Judged(world, "device 0", new Erasure.Order(hidden, Own(world, hidden)), "signed by no key");
        Judged(world, $"device {RecordFold.SignerTriesMax}", new Erasure.Order(hidden, Own(world, hidden)), why: null);
    }

    [Fact]
    public void The_operator_answers_with_his_own_key_once_for_all_bodies_and_others_for_themselves()
    {
        var world = new ReceptionWorld();
        var entry = world.Recorded(world.Confide("post 1")).Index;
        var bodies = Own(world, entry);
        var order = Judged(world, "post 1", new Erasure.Order(entry, bodies), why: null);
        world.Pen(OperatorDevice, role: EnrolledKey.OperatorRole);
        world.Pen("post 3", "g1");
        var done = new Erasure.Done(order, entry, Audience.Operator, bodies, null, null);
        (string Device, Erasure Answer, string? Why)[] cases =
        [
            ("post 1", done, "with the role `operator`"),
            (OperatorDevice, done with { OrderIndex = entry + 5 }, "no order that holds"),
            (OperatorDevice, done with { Entry = 1 }, "is about entry"),
            (OperatorDevice, done with { Bodies = bodies[..1] }, "every body"),
            (OperatorDevice, done with { Bodies = [Digest.Of("x"u8)] }, "does not name"),
            ("post 1", done with { Holder = "g1" }, "answers for itself"),
            ("post 3", done with { Holder = "g1", Bodies = bodies[..1] }, null),
            ("post 3", new Erasure.Refused(order, "plain", "no"), "answers for itself"),
            ("post 3", new Erasure.Refused(order, Audience.Operator, "no"), "with the role `operator`"),
            (OperatorDevice, done, null),
            (OperatorDevice, done, "answered the order already"),
            (OperatorDevice, new Erasure.Refused(order, Audience.Operator, "no"), "answered the order already"),
            ("post 1", new Erasure.Order(entry, bodies), "erased already"),
        ];
        foreach (var (device, answer, why) in cases)
        {
            Judged(world, device, answer, why);
        }

        Assert.Equal(2, world.Reception.Erasures.Erased.Count);
    }

    [Fact]
    public void An_erased_body_comes_back_by_no_restart_no_restore_and_no_statement_that_is_sent_again()
    {
        var world = new ReceptionWorld(RecordFoldTests.Counting);
        var sent = world.Confide("post 1");
        var first = world.Recorded(sent);
        var own = Own(world, first.Index);
        var kept = own.ToDictionary(h => h, h => (Bodies.Get(world.BodyDisk, h)!, Bodies.Wraps(world.BodyDisk, h)!));
        Erase(world, first.Index, own);
        Gone(world, own);

        Assert.Equal(first, world.Recorded(sent, ReceptionWorld.Noon + 99_000));
        Gone(world, own);
        world.Restart();
        Assert.Equal(0, world.Reception.ErasedAgain);
        Assert.Equal(first, world.Recorded(sent, ReceptionWorld.Noon + 99_000));
        Gone(world, own);

        foreach (var (hash, (body, wraps)) in kept)
        {
            world.BodyDisk.Replace($"body-{hash.ToHex()}", body);
            world.BodyDisk.Replace($"wraps-{hash.ToHex()}", wraps.ToBytes());
        }

        world.Restart();
        Assert.Equal(2, world.Reception.ErasedAgain);
        Gone(world, own);
    }

    [Fact]
    public void A_new_statement_that_names_an_erased_body_is_refused_and_the_old_one_gets_its_receipt()
    {
        var world = new ReceptionWorld();
        var body = new SubmittedBody(Attached.Body(Parties.Hash("salt"), "photograph"u8), null);
        var attached = new Attached(Attached.CommitTo(body.Bytes.Span), null);
        var old = world.Pen("post 1").Sign(world.Draft("post 1") with { Attached = [attached] }, body);
        var receipt = world.Recorded(old);
        Erase(world, receipt.Index, [attached.Hash]);
        var fresh = world.Pen("post 2").Sign(world.Draft("post 2") with { Attached = [attached] }, body);

        Assert.Equal(RefusalReason.Body, world.Refused(fresh).Reason);
        Assert.Equal(receipt, world.Recorded(old));
        Assert.Equal(receipt, world.Recorded(old with { Bodies = [] }));
        Gone(world, [attached.Hash]);
    }

    [Fact]
    public void A_fall_between_erasing_and_answering_leaves_an_order_that_is_carried_out_again()
    {
        var world = new ReceptionWorld();
        var entry = world.Recorded(world.Confide("post 1")).Index;
        var bodies = Own(world, entry);
        var order = Judged(world, "post 1", new Erasure.Order(entry, bodies), why: null);
        Assert.Null(world.Reception.CarryOut(order));
        world.Restart();

        Assert.Equal([order], world.Reception.Erasures.Open.Keys);
        Assert.Equal(2, BodyCheck.Check(RecordFoldTests.Leaves(world), world.BodyDisk).LostCount);
        world.Pen(OperatorDevice, role: EnrolledKey.OperatorRole);
        Assert.Null(world.Reception.CarryOut(order));
        Judged(world, OperatorDevice, new Erasure.Done(order, entry, Audience.Operator, bodies, null, null), why: null);
        Assert.Equal(0, BodyCheck.Check(RecordFoldTests.Leaves(world), world.BodyDisk).LostCount);
        Assert.NotNull(world.Reception.CarryOut(order));
    }

    /// <summary>Otherwise whoever names somebody else's body after him could have it destroyed.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_body_that_another_entry_named_first_is_not_destroyed(bool isHidden)
    {
        var world = new ReceptionWorld();
        var owner = isHidden ? world.Recorded(world.Confide("post 1")).Index : Attaching(world, "post 1").Index;
        var body = isHidden ? Own(world, owner)[0] : Statement.Parse(world.Leaf(owner).Statement.Span).Required()
            .Attached[0].Hash;
        world.Pen("thief", "g1");
        var theft = world.Recorded(world.Pen("thief").Sign(world.Draft("thief") with
        {
            Attached = [new Attached(body, isHidden ? body : null)],
        })).Index;
        var order = Judged(world, "thief", new Erasure.Order(theft, [body]), why: null);

        Assert.Contains($"entry {owner} names", world.Reception.CarryOut(order)?.Error, StringComparison.Ordinal);
        Assert.True(Bodies.HasAny(world.BodyDisk, body));
        var own = Judged(world, "post 1", new Erasure.Order(owner, [body]), why: null);
        Assert.Null(world.Reception.CarryOut(own));
    }

    [Fact]
    public void What_a_confidential_entry_does_not_name_is_not_destroyed_and_without_the_reading_key_nothing_is()
    {
        var world = new ReceptionWorld();
        var entry = world.Recorded(world.Confide("post 1")).Index;
        var (_, other) = Attaching(world, "post 2");
        var order = Judged(world, "post 1", new Erasure.Order(entry, [other]), why: null);
        Assert.Contains("does not name", world.Reception.CarryOut(order)?.Error, StringComparison.Ordinal);
        world.HasReadingKey = false;
        world.Restart();
        Assert.Contains("reading key is needed", world.Reception.CarryOut(order)?.Error, StringComparison.Ordinal);
        Assert.True(Bodies.HasAny(world.BodyDisk, other));
    }

    [Fact]
    public void A_device_s_chain_goes_on_behind_what_was_erased_without_a_gap_or_a_repetition()
    {
        var world = new ReceptionWorld { Snapshots = new SimulatedDisk(new Random(9)) };
        var entries = Enumerable.Range(0, 2).Select(_ => world.Recorded(world.Confide("post 1")).Index).ToArray();
        Erase(world, entries[1], Own(world, entries[1]));
        world.Restart();
        Assert.True(world.Reception.WriteSnapshot());
        world.Restart();
        Assert.Equal(0, world.Reception.ReadAtStart);
        world.Recorded(world.Confide("post 1"));
        var chain = world.Reception.Chains.All
            .Single(c => c.Key == world.Device("post 1").Key && !c.IsClear).Chain;

        Assert.Equal((2L, 0, 0L), (chain.Count, chain.Missing, chain.Repeated));
    }

    [Fact]
    public void No_snapshot_outlives_what_was_erased()
    {
        var world = new ReceptionWorld(RecordFoldTests.Counting) { Snapshots = new SimulatedDisk(new Random(9)) };
        world.Restart();
        var entry = world.Recorded(world.Confide("post 1")).Index;
        Assert.True(world.Reception.WriteSnapshot());
        var before = world.Snapshots.Bytes("folds").ToArray();
        Erase(world, entry, Own(world, entry));
        Assert.Null(world.Snapshots.Length("folds"));
        Assert.False(world.Reception.WriteSnapshot());

        world.Snapshots.Replace("folds", before); // a restore
        world.Restart();
        Assert.Null(world.Snapshots.Length("folds"));
        world.Restart();
        Assert.Equal(world.Log.Size, world.Reception.ReadAtStart);
        Assert.True(world.Reception.WriteSnapshot());
        var orders = world.Reception.Erasures.Erased.Count;
        world.Restart();
        Assert.Equal((0, orders), (world.Reception.ReadAtStart, world.Reception.Erasures.Erased.Count));
        Assert.Equal(2, orders);
    }

    private static (long Index, Digest Body) Attaching(ReceptionWorld world, string device)
    {
        var body = new SubmittedBody(Attached.Body(Parties.Hash(device), "photograph"u8), null);
        var attached = new Attached(Attached.CommitTo(body.Bytes.Span), null);
        var index = world.Recorded(
            world.Pen(device).Sign(world.Draft(device) with { Attached = [attached] }, body)).Index;
        return (index, attached.Hash);
    }

    /// <summary>Enters an act of erasure and says what R must say; gives its index.</summary>
    private static long Judged(ReceptionWorld world, string device, Erasure act, string? why)
    {
        var index = world.Recorded(world.Pen(device).Sign(
            world.Draft(device, act.Type) with { Act = act.ToAct() })).Index;
        var outcome = world.Outcome(index);
        Assert.Equal(why is null ? OutcomeKind.Applied : OutcomeKind.Inapplicable, outcome.Kind);
        Assert.Contains(why ?? "", outcome.Why ?? "", StringComparison.Ordinal);
        return index;
    }

    private static void Erase(ReceptionWorld world, long entry, Digest[] bodies)
    {
        var order = Judged(world, "post 1", new Erasure.Order(entry, bodies), why: null);
        Assert.Null(world.Reception.CarryOut(order));
        world.Pen(OperatorDevice, role: EnrolledKey.OperatorRole);
        Judged(world, OperatorDevice, new Erasure.Done(order, entry, Audience.Operator, bodies, null, null), why: null);
    }

    private static Digest[] Own(ReceptionWorld world, long entry) =>
        Entry.Read(entry, world.Leaf(entry)).Required() is Entry.Confidential c
            ? [c.Statement.CiphertextHash, c.Outcome.CiphertextHash]
            : [];

    private static void Gone(ReceptionWorld world, Digest[] bodies) =>
        Assert.All(bodies, h => Assert.False(Bodies.HasAny(world.BodyDisk, h)));

    private static void Recomputed(ReceptionWorld world)
    {
        Assert.Null(RecordFoldTests.Replayed(world, []).First);
        Assert.Null(RecordFoldTests.Replayed(world, [new Reader("g0", ReceptionWorld.ReadingKey)]).First);
    }
}
