namespace Truce.Record.Tests;

public sealed class ErasureTests
{
    private static readonly Digest Body = Digest.Of("body"u8);
    private static readonly Reader North = Parties.Reader(Parties.North);
    private static readonly Reader Operation = Parties.Reader(Audience.Operator);

    public static TheoryData<int> Acts => [.. Enumerable.Range(0, All.Length)];

    private static Erasure[] All =>
    [
        new Erasure.Order(3, [Body]),
        new Erasure.Order(3, [Body, Digest.Of("other"u8)], Parties.South),
        new Erasure.Done(5, 3, Audience.Operator, [Body], Stub: null, SealedStub: null),
        new Erasure.Done(5, 3, Parties.South, [Body], new Stub(Parties.Both, new JsonValue.Number(7)), null),
        new Erasure.Done(5, 3, Audience.Operator, [Body], null, new Attached(Body, Body)),
        new Erasure.Refused(5, Parties.South, "held as evidence by order of a court"),
    ];

    [Theory]
    [MemberData(nameof(Acts))]
    public void An_act_of_erasure_is_read_as_it_was_written(int which)
    {
        var act = All[which];
        Attached[] attached = act is Erasure.Done { SealedStub: { } stub } ? [stub] : [];
        var statement = State(act) with { Attached = attached };

        var read = Erasure.Read(Statement.Parse(statement.ToBytes()).Required()).Required();
        Assert.Equal(CanonicalJson.Write(act.ToAct()), CanonicalJson.Write(read.ToAct()));
        Assert.Equal(act.GetType(), read.GetType());
        Assert.True(Erasure.IsOne(statement.Type) && !Erasure.IsOne("enrol"));
        Assert.False(Erasure.Read(statement with { Audience = Parties.Both }).IsValid);
        Assert.False(Erasure.Read(statement with { Type = "erase" }).IsValid);
        foreach (var (name, _) in ((JsonValue.Members)act.ToAct()).All)
        {
            var without = ((JsonValue.Members)act.ToAct()).All.Where(m => m.Key != name).ToArray();
            Assert.False(Erasure.Read(statement with { Act = new JsonValue.Members(without) }).IsValid, name);
        }
    }

    [Fact]
    public void An_act_of_erasure_that_cannot_be_meant_is_not_read()
    {
        Assert.False(Read(new Erasure.Order(3, [])));
        Assert.False(Read(new Erasure.Order(3, [Body, Body])));
        Assert.False(Read(new Erasure.Order(-1, [Body])));
        Assert.False(Read(new Erasure.Order(3, [Body], Audience.Operator)));
        Assert.False(Read(new Erasure.Done(3, 3, Audience.Operator, [Body], null, null)));
        Assert.False(Read(new Erasure.Done(5, 3, "", [Body], null, null)));
        Assert.False(Read(new Erasure.Done(5, 3, Audience.Operator, [Body], null, new Attached(Body, Body))));
        Assert.False(Read(new Erasure.Refused(5, Audience.Operator, "")));

        static bool Read(Erasure act) => Erasure.Read(State(act)).IsValid;
    }

    [Fact]
    public void An_order_names_bodies_of_its_own_entry_alone()
    {
        var desk = new Desk();
        var entry = desk.Add(Parties.Both, Desk.Act(1, 2), attached: [new Attached(Body, null)]);
        var other = desk.Add(Parties.Both, Desk.Act(1, 3));
        var opened = desk.Sealed[entry].Statement.Committed.Statement().Required();

        Assert.Null(new Erasure.Order(entry, Hashes(desk, entry)).Fault(desk.Leaves[entry], opened: null));
        Assert.NotNull(new Erasure.Order(entry, [Body]).Fault(desk.Leaves[entry], opened: null));
        Assert.Null(new Erasure.Order(entry, [Body]).Fault(desk.Leaves[entry], opened));
        Assert.NotNull(new Erasure.Order(entry, Hashes(desk, other)).Fault(desk.Leaves[entry], opened));
    }

    [Fact]
    public void What_was_erased_is_gone_and_replay_goes_on_from_the_stub()
    {
        var desk = ReplayTests.Random(new Random(1), entries: 12);
        var act = Desk.Act(1, 100);
        var entry = desk.Add(Parties.Both, act);
        var kept = Erase(desk, entry, stub: new Stub(Parties.Both, act));
        desk.Add(Parties.Both, Desk.Act(1, 1));
        desk.Add(Desk.Audiences[0], Desk.Act(1, 1));

        Assert.All(kept, b => Assert.False(Bodies.HasAny(desk.Disk, b.CiphertextHash)));
        foreach (var reader in new[] { North, Operation })
        {
            var report = desk.Replayed(reader);
            Assert.Null(report.First);
            Assert.Equal(1, report.Erased);
            Assert.Equal(report.Outcomes, report.Recomputed + report.Closed + report.Erased);
        }

        Assert.EndsWith("0 closed to you, 1 erased, 0 sealed unread", desk.Replayed(Operation).ToString());
        var checkedBodies = BodyCheck.Check(desk.Leaves, desk.Disk);
        Assert.Equal((2, 0), (checkedBodies.Erased, checkedBodies.LostCount));
        Assert.Empty(checkedBodies.FoundAgain);
    }

    [Fact]
    public void Without_its_stub_an_erased_step_counts_as_absent()
    {
        var desk = ReplayTests.Random(new Random(1), entries: 12);
        var entry = desk.Add(Parties.Both, Desk.Act(1, 100));
        Erase(desk, entry, stub: null);
        var later = desk.Add(Parties.Both, Desk.Act(1, 1));

        Assert.Equal(later, desk.Replayed(Operation).First?.Index);
        Assert.Null(desk.Replayed(Parties.Reader(Parties.Relief)).First);
    }

    [Fact]
    public void A_body_that_is_missing_without_an_answer_is_LOST()
    {
        var desk = ReplayTests.Random(new Random(2), entries: 8);
        Attached clear = new(Attached.CommitTo(Attached.Body(Parties.Hash("salt"), "photograph"u8)), null);
        Assert.Null(desk.Bodies.Put(StoredBody.Clear(Attached.Body(Parties.Hash("salt"), "photograph"u8))));
        var shown = desk.Add(null, Desk.Act(1, 1), attached: [clear]);
        var entry = desk.Add(Parties.Both, Desk.Act(1, 1));
        Assert.Equal(0, BodyCheck.Check(desk.Leaves, desk.Disk).LostCount);

        var hash = desk.Sealed[entry].Outcome.Body.CiphertextHash;
        var (first, second) = (BodySegments.Of(desk.Disk).Find(clear.Hash).Single(),
            BodySegments.Of(desk.Disk).Find(hash).Single());
        desk.Disk.Bytes("bodies-00000000")[first.Offset + first.Total - 12] ^= 1;
        desk.Disk.Bytes("bodies-00000000").AsSpan(second.Offset, 8).Clear();
        var report = BodyCheck.Check(desk.Leaves, desk.Disk);

        Assert.Equal([(shown, clear.Hash), (entry, hash)], report.Lost.Select(l => ((int)l.Index, l.Hash)));
        var named = report.Lost[0].ToString();
        Assert.StartsWith($"entry {shown}: LOST: what is attached", named, StringComparison.Ordinal);
        Assert.EndsWith($", damaged at bodies-00000000:{first.Offset}", named, StringComparison.Ordinal);
        Assert.Null(report.Lost[1].DamagedAt);
        Assert.Contains(report.Notes, n => n.StartsWith($"{second}: ", StringComparison.Ordinal));

        var order = desk.Add(null, new Erasure.Order(entry, [hash]).ToAct(), "erase-order");
        report = BodyCheck.Check(desk.Leaves, desk.Disk);
        Assert.Equal(2, report.LostCount);
        Assert.Contains($"entry {order}: the erasure of 1 bodies of entry {entry}", report.Notes[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_restore_brings_back_is_erased_again()
    {
        var desk = ReplayTests.Random(new Random(3), entries: 5);
        var entry = desk.Add(Parties.Both, Desk.Act(1, 1));
        var kept = Erase(desk, entry, stub: null);
        Assert.Null(desk.Bodies.Put([.. kept.Select(StoredBody.Of)]));

        Assert.Equal(2, BodyCheck.Check(desk.Leaves, desk.Disk).FoundAgain.Count);
        var erasures = Erasures(desk);
        Assert.Null(erasures.EraseAgain(desk.Disk, desk.Bodies, out var found));
        Assert.Equal(2, found);
        Assert.All(kept, b => Assert.False(Bodies.HasAny(desk.Disk, b.CiphertextHash)));
        Assert.Null(erasures.EraseAgain(desk.Disk, desk.Bodies, out found));
        Assert.Equal(0, found);
    }

    [Fact]
    public void Only_an_answer_of_the_operator_that_fits_its_order_counts()
    {
        Assert.Equal(1, Erased(d => d));
        Assert.Equal(0, Erased(d => d with { Entry = 2 }));
        Assert.Equal(0, Erased(d => d with { OrderIndex = 4 }));
        Assert.Equal(0, Erased(d => d with { Bodies = [Body, Digest.Of("more"u8)] }));
        Assert.Equal(0, Erased(d => d with { Holder = Parties.South }));
        Assert.Equal(0, Erased(d => d, order: o => o with { With = Parties.South }));
        Assert.Equal(0, Erased(d => d, order: o => o with { Entry = 6 }));
        Assert.Equal(0, Erased(d => d, answer: OutcomeKind.Inapplicable));

        static int Erased(
            Func<Erasure.Done, Erasure.Done> done, Func<Erasure.Order, Erasure.Order>? order = null,
            OutcomeKind answer = OutcomeKind.Applied)
        {
            var erasures = new Erasures();
            var ordered = new Erasure.Order(3, [Body]);
            erasures.Take(5, State(order?.Invoke(ordered) ?? ordered), Desk.Plain);
            erasures.Take(
                7, State(done(new(5, 3, Audience.Operator, [Body], null, null))), Desk.Plain with { Kind = answer });
            return erasures.Erased.Count;
        }
    }

    [Fact]
    public void A_refusal_answers_an_order()
    {
        var erasures = new Erasures();
        erasures.Take(5, State(new Erasure.Order(3, [Body])), Desk.Plain);
        Assert.Equal([5L], erasures.Open.Keys);
        erasures.Take(6, State(new Erasure.Refused(5, Parties.South, "not ours")), Desk.Plain);
        Assert.Equal([5L], erasures.Open.Keys);
        erasures.Take(7, State(new Erasure.Refused(5, Audience.Operator, "evidence")), Desk.Plain);
        Assert.Empty(erasures.Open);
    }

    /// <summary>Order, erasure and answer; a stub is sealed to the step's audience. Gives what was there.</summary>
    private static SealedBody[] Erase(Desk desk, int entry, Stub? stub)
    {
        SealedBody[] bodies = [desk.Sealed[entry].Statement.Body, desk.Sealed[entry].Outcome.Body];
        var hashes = Hashes(desk, entry);
        var order = desk.Add(null, new Erasure.Order(entry, hashes).ToAct(), "erase-order");
        Assert.Null(desk.Bodies.Erase(hashes));
        SealedBody? hidden = null;
        if (stub is not null)
        {
            var recipients = Parties.For(stub.Audience);
            hidden = Seal.Document(
                stub.ToBytes(), Parties.Genesis, recipients, Parties.Randoms($"stub {entry}", recipients.Length));
            Assert.Null(desk.Bodies.Put(StoredBody.Of(hidden)));
        }

        var done = new Erasure.Done(order, entry, Audience.Operator, hashes, Stub: null, hidden?.Attached);
        desk.Add(null, done.ToAct(), done.Type, attached: hidden is null ? [] : [hidden.Attached]);
        return bodies;
    }

    private static Digest[] Hashes(Desk desk, int entry) =>
        [desk.Sealed[entry].Statement.Body.CiphertextHash, desk.Sealed[entry].Outcome.Body.CiphertextHash];

    private static Erasures Erasures(Desk desk)
    {
        var erasures = new Erasures();
        foreach (var (index, leaf) in desk.Leaves.Index())
        {
            if (Entry.Read(index, leaf).Value is Entry.Clear clear)
            {
                erasures.Take(index, clear.Statement, clear.Outcome);
            }
        }

        return erasures;
    }

    private static Statement State(Erasure act) =>
        Parties.Statement(audience: null) with { Type = act.Type, Act = act.ToAct() };
}
