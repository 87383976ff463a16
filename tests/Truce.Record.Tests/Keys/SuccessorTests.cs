using System.Text;

namespace Truce.Record.Tests;

/// <summary>A log that continues another takes what was signed for that one, once, and nobody is fooled.</summary>
public sealed class SuccessorTests
{
    private const string Second = "truce.example/exercise/2";
    private const string Third = "truce.example/exercise/3";

    [Fact]
    public void A_statement_signed_for_the_log_before_is_taken_and_verified_from_the_successor_alone()
    {
        var before = Before();
        var (clear, hidden) = (before.Report("post 1"), before.Confide("post 1"));
        var world = After(before);
        var (first, second) = (world.Recorded(clear).Index, world.Recorded(hidden).Index);

        Assert.Equal(first, world.Recorded(clear).Index); // sent again: the original receipt
        world.Restart();
        Assert.Equal(second, world.Recorded(hidden).Index);
        Assert.Equal(clear.Statement.ToArray(), world.Leaf(first).Statement.ToArray());
        Assert.Equal(hidden.Statement.ToArray(), world.Leaf(second).Statement.ToArray());
        Assert.Equal(OutcomeKind.Applied, world.Outcome(first).Kind);
        Assert.Equal("1 of 2 recomputed, 1 closed to you, 0 sealed unread", Replayed(world));
        Assert.Equal("2 of 2 recomputed, 0 closed to you, 0 sealed unread",
            Replayed(world, new Reader(Audience.Operator, ReceptionWorld.ReadingKey)));
        Assert.Equal("2 of 2 recomputed, 0 closed to you, 0 sealed unread",
            Replayed(world, new Reader("g0", ReceptionWorld.ReadingKey)));

        // Who knows of no log before it, opens nothing and verifies nothing.
        var opened = ConfidentialStatement.Parse(world.Leaf(second).Statement.Span).Required();
        Parsed<Statement> Open(Lineage log) => Seal.Open(opened, world.Leaf(second).Signature.Span, log,
            Bodies.Get(world.BodyDisk, opened.CiphertextHash), Bodies.Wraps(world.BodyDisk, opened.CiphertextHash)!,
            new Reader("g0", ReceptionWorld.ReadingKey));
        Assert.Equal(before.Founded.Hash, Open(world.Founded.Founding.Lineage).Required().Genesis);
        Assert.Contains("another genesis", Open(world.Founded.Hash).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_successor_of_a_successor_takes_what_was_signed_for_the_first()
    {
        var first = Before();
        var statement = first.Report("post 1");
        var second = After(first);
        var third = After(second, Third);

        Assert.Equal([new EarlierLog(Second, second.Founded.Hash), new EarlierLog(Some.Origin, first.Founded.Hash)],
            third.Founded.Founding.Lineage.Earlier);
        third.Recorded(statement);
        Assert.Equal("1 of 1 recomputed, 0 closed to you, 0 sealed unread", Replayed(third));
    }

    [Fact]
    public void A_successor_in_the_form_of_before_takes_no_statement_of_its_predecessor()
    {
        var before = Before();
        var whole = Continues(before);
        var world = new ReceptionWorld(founded: new Founded(
            origin: Second, continues: new Predecessor(whole.Origin, whole.Checkpoint)));
        var refusal = world.Refused(before.Report("post 1"));

        Assert.Equal(RefusalReason.Log, refusal.Reason);
        Assert.DoesNotContain("\"genesis\":\"", Encoding.UTF8.GetString(world.Founded.Genesis.ToBytes()),
            StringComparison.Ordinal);
    }

    /// <summary>A clear statement is public with its signature: anybody could send an old one anew.</summary>
    [Fact]
    public void What_the_log_before_holds_is_refused_with_its_place_and_where_it_was_taken_it_is_the_same_statement()
    {
        var before = Before();
        var (clear, hidden) = (before.Report("post 1"), before.Confide("post 1"));
        long[] there = [before.Recorded(clear).Index, before.Recorded(hidden).Index];
        var fresh = before.Report("post 1");
        var world = After(before);
        world.HeldBefore = hash => hash == Digest.Of(clear.Statement.Span) ? there[0]
            : hash == Digest.Of(hidden.Statement.Span) ? there[1] : null;
        world.Restart();

        foreach (var (held, at) in new[] { (clear, there[0]), (hidden, there[1]) })
        {
            var refusal = world.Refused(held);
            Assert.Equal((RefusalReason.Log, null), (refusal.Reason, refusal.ResendAt));
            Assert.Contains($"`{Some.Origin}` holds the statement already, as entry {at}", refusal.Words,
                StringComparison.Ordinal);
        }

        world.Recorded(fresh);
        Assert.Empty(Compared(world, before).Same);

        world.HeldBefore = null; // an operator who lost the log before, or who means ill
        world.Restart();
        long[] here = [world.Recorded(clear).Index, world.Recorded(hidden).Index];
        Assert.Equal([(here[0], there[0]), (here[1], there[1])], Compared(world, before).Same);
    }

    [Fact]
    public void Acts_that_the_record_reads_itself_are_for_one_log_and_change_nothing_in_another()
    {
        var before = Before();
        var target = before.Device("post 1").Key;
        var world = After(before);
        using var stranger = Some.Device("stranger");
        Submission[] acts =
        [
            before.Rooted("g0", new KeyAct.Revoke(target, Since: 0)),
            before.Rooted("g0", before.Founded.Enrolment("g0", stranger)),
            before.Pen("post 1").Sign(before.Draft("post 1", "erase-order",
                CanonicalText(new Erasure.Order(1, [Digest.Of("x"u8)]).ToAct()))),
        ];

        foreach (var act in acts)
        {
            var outcome = world.Outcome(world.Recorded(act).Index);
            Assert.Equal(OutcomeKind.Inapplicable, outcome.Kind);
            Assert.Contains("is for one log", outcome.Why, StringComparison.Ordinal);
        }

        Assert.Null(world.Reception.Roster.Find(target)!.RevokedAt);
        Assert.Null(world.Reception.Roster.Find(stranger.Key));
        Assert.Equal("3 of 3 recomputed, 0 closed to you, 0 sealed unread", Replayed(world));
    }

    [Fact]
    public void Ids_are_scoped_to_the_log_that_a_statement_was_signed_for()
    {
        var before = Before();
        var draft = before.Draft("post 1");
        var device = before.Device("post 1");
        var world = After(before);
        world.Recorded(before.Pen("post 1").Sign(draft));
        var own = new Pen(device, world.Founded.Founding).Sign(draft with
        {
            Origin = Second,
            Genesis = world.Founded.Hash,
            Previous = null,
        });
        var other = before.Pen("post 1").Sign(draft with { OccurredAt = draft.OccurredAt + 1 });

        Assert.Null(world.Outcome(world.Recorded(own).Index).Equivocates);
        Assert.NotNull(world.Outcome(world.Recorded(other).Index).Equivocates);
        world.Snapshots = new SimulatedDisk(new Random(3));
        world.Restart();
        world.Reception.WriteSnapshot();
        world.Restart();
        var third = new Pen(device, world.Founded.Founding).Sign(draft with
        {
            Origin = Second,
            Genesis = world.Founded.Hash,
            Previous = null,
            Seen = 3,
        });
        Assert.Equal(Digest.Of(own.Statement.Span), world.Outcome(world.Recorded(third).Index).Equivocates);
    }

    [Fact]
    public void A_revoked_key_goes_on_as_revoked_and_its_late_acts_wait_for_a_voucher()
    {
        var before = Before();
        var late = before.Report("post 1");
        before.Recorded(before.Rooted("g0", new KeyAct.Revoke(before.Device("post 1").Key, Since: 1)));
        var world = After(before);
        var index = world.Recorded(late).Index;

        Assert.True(world.Outcome(index).IsUnauthenticated);
        world.Recorded(world.Rooted("g0", new KeyAct.Vouch(Digest.Of(late.Statement.Span))));
        var key = world.Reception.Roster.Keys.Single(k => k.RevokedAt == 0).Key;
        Assert.Equal(Standing.Vouched,
            world.Reception.Roster.KeyAt(key, index, Digest.Of(late.Statement.Span)).Standing);
        var again = world.Rooted("g0", world.Founded.Enrolment("g0", before.Device("post 1")));
        Assert.Equal(OutcomeKind.Inapplicable, world.Outcome(world.Recorded(again).Index).Kind);
    }

    /// <summary>Leaf 0 has room for some two hundred keys; no device needs to be reached for another.</summary>
    [Fact]
    public void A_proof_of_possession_that_was_made_for_the_log_before_enrols_its_key_in_the_successor()
    {
        var before = Before();
        var (late, device) = (before.Report("post 1"), before.Device("post 1"));
        var world = After(before, keys: []);
        Assert.Equal(RefusalReason.Access, world.Refused(late).Reason);

        Assert.Equal(OutcomeKind.Applied, world.Outcome(world.Recorded(
            world.Rooted("g0", before.Founded.Enrolment("g0", device))).Index).Kind);
        world.Recorded(late);
        var stranger = new Founded(origin: "other.example/exercise").Enrolment("g0", Some.Device("post 2"));
        Assert.Equal(OutcomeKind.Inapplicable,
            world.Outcome(world.Recorded(world.Rooted("g0", stranger)).Index).Kind);
    }

    [Fact]
    public void A_successor_that_claims_a_log_which_it_does_not_follow_is_told_every_reason()
    {
        var before = Before();
        before.Pen("post 2", "g1");
        before.Recorded(before.Rooted("g0", new KeyAct.Revoke(before.Device("post 1").Key, Since: 1)));
        var good = Continues(before);
        var (one, two) = (good.Keys.Single(k => k.IsRevoked), good.Keys.Single(k => !k.IsRevoked));
        CarriedKey[] Keys(CarriedKey changed) => [.. good.Keys.Select(k => k.Key == changed.Key ? changed : k)];
        var unsigned = good.Checkpoint.Only(s => s.Name != Some.Origin);
        var half = good.Checkpoint.Only(s => s.Name != "w1.example/w");
        var other = Signed(new Checkpoint(Some.Origin, before.Log.Size, Merkle.Leaf("other"u8)));
        (Predecessor Claim, string Reason)[] table =
        [
            (good with { Genesis = Merkle.Leaf("other"u8) }, "continues a log with the genesis"),
            (good with { Earlier = [new("a.example/exercise", Merkle.Leaf("a"u8))] }, "names other logs before"),
            (good with { Checkpoint = unsigned }, "is not signed by its log"),
            (good with { Checkpoint = half }, "1 of 2 witnesses"),
            (good with { Checkpoint = other }, "is of another tree"),
            (good with { Keys = Keys(one with { IsRevoked = false }) }, "it was revoked before"),
            (good with { Keys = Keys(two with { Role = "enroller" }) }, "goes on otherwise"),
            (good with { Keys = Keys(two with { Organisation = "g0" }) }, "goes on otherwise"),
        ];

        Assert.Empty(Compared(After(before), before).Faults);
        Assert.All(table, row => Assert.Contains(row.Reason,
            Assert.Single(Compared(After(before, claim: row.Claim), before).Faults), StringComparison.Ordinal));
        var strangers = new Founding[] { Strangers(good) };
        Assert.Contains("1 of the 3 guardians", Assert.Single(Continuation.Check(
            strangers[0], [], Entry.Leaves(before.Log)).Faults), StringComparison.Ordinal);
        Assert.Contains(
            "it continues no log", Assert.Single(Compared(before, before).Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_goes_on_behind_its_successor_is_named_and_its_later_keys_and_entries_are_no_part()
    {
        var before = Before();
        var continues = Continues(before);
        var world = After(before, claim: continues);
        before.Pen("post 9");
        var late = before.Report("post 9");
        before.Recorded(late);

        var report = Compared(world, before);
        Assert.Empty(report.Faults);
        Assert.Contains("went on: it has 2 entries behind", Assert.Single(report.Notes), StringComparison.Ordinal);
        Assert.Equal(RefusalReason.Access, world.Refused(late).Reason);
        var behind = Continuation.Check(world.Founded.Founding, [], Entry.Leaves(before.Log).Take(1));
        Assert.Contains(behind.Notes, n => n.Contains("are not here", StringComparison.Ordinal));
        var early = Continues(before) with { Checkpoint = continues.Checkpoint }; // keys that came behind it
        Assert.Contains("goes on otherwise", Assert.Single(
            Compared(After(before, claim: early), before).Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"earlier\":[]", "\"earlier\":[{}]", "is missing from a log of `earlier`")]
    [InlineData("\"revoked\":false", "\"revoked\":0", "neither true nor false")]
    [InlineData("\"role\":\"desk\"", "\"role\":\"root\"", "which no device has")]
    [InlineData("\"role\":\"desk\"", "\"role\":\"\"", "is not a name of")]
    [InlineData("\"g0\",\"revoked\"", "\"x\",\"revoked\"", "which is no founder")]
    public void A_continuation_that_is_altered_in_form_is_refused_with_its_reason(string from, string to, string reason)
    {
        var text = Encoding.UTF8.GetString(After(Before()).Founded.Genesis.ToBytes());
        var altered = text.Replace(from, to, StringComparison.Ordinal);

        Assert.NotEqual(text, altered);
        Assert.Contains(reason, Genesis.Parse(Some.Bytes(altered)).Error, StringComparison.Ordinal);
    }

    internal static ReceptionWorld Before()
    {
        var world = new ReceptionWorld();
        world.Pen("post 1");
        return world;
    }

    internal static ReceptionWorld After(
        ReceptionWorld before, string origin = Second, CarriedKey[]? keys = null, Predecessor? claim = null)
    {
        var continues = claim ?? Continues(before);
        var founded = new Founded(origin: origin, continues: keys is null ? continues : continues with { Keys = keys });
        Assert.Equal(founded.Genesis, Genesis.Parse(founded.Genesis.ToBytes()).Required());
        return new ReceptionWorld(founded: founded);
    }

    private static Predecessor Continues(ReceptionWorld before) => Predecessor.Of(
        before.Reception.Roster,
        Signed(new Checkpoint(before.Founded.Genesis.Origin, before.Log.Size, before.Log.Root)),
        ["g0", "g1", "g2", "plain"]).Required();

    private static SignedNote Signed(Checkpoint head)
    {
        using var log = Some.Key(head.Origin, KeyUse.Note);
        return head.Sign(log).With([.. new[] { "w0.example/w", "w1.example/w" }.Select(
            n => Cosignature.Sign(Some.Key(n, KeyUse.Cosignature), head.Text, time: 7))]);
    }

    /// <summary>A successor whose guardians are others, but for one.</summary>
    private static Founding Strangers(Predecessor continues)
    {
        DeviceSigner[] roots = [Founded.Root("g0"), Some.Device("thief 1"), Some.Device("thief 2")];
        var genesis = Genesis.Make(
            "m", Some.Key(Second, KeyUse.Note).Verifier, Some.Key("receipts.example", KeyUse.Note).Verifier,
            Founded.Reading, [.. roots.Select((r, i) => new Founder($"g{i}", r.Key, IsGuardian: true))], [], [],
            continues: continues).Required();
        var leaf = Founding.Seal(genesis, roots.Select(r => GuardianSignature.Sign(genesis, r).Required()),
            Founded.FirstOutcome.ToBytes()).Required();
        return Founding.Open(leaf.ToBytes()).Required();
    }

    private static ContinuationReport Compared(ReceptionWorld here, ReceptionWorld before) => Continuation.Check(
        here.Founded.Founding, Entry.Leaves(here.Log), Entry.Leaves(before.Log));

    private static string Replayed(ReceptionWorld world, params Reader[] readers)
    {
        var founding = world.Founded.Founding;
        var report = Replay.Run(founding.Lineage, () => Entry.Leaves(world.Log), BodySource.Of(world.BodyDisk), readers,
            RecordFold.Of(founding, world.Machines));
        Assert.Null(report.First);
        return report.ToString();
    }

    private static string CanonicalText(JsonValue value) => Encoding.UTF8.GetString(CanonicalJson.Write(value));
}
