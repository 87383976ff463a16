using System.Text;

namespace Truce.Record.Tests;

public sealed class DisclosureTests
{
    private static readonly Showing Log = new();
    private static readonly Showing Other = new(act: """{"movement":3}""");

    private static Disclosure Good => Log.Disclosure;

    [Fact]
    public void An_outsider_verifies_a_disclosure_alone()
    {
        var read = Disclosure.Parse(Good.ToBytes()).Required();
        var shown = read.Verify(Log.Hash, Log.Policy).Required();

        Assert.Equal(Good.ToBytes(), read.ToBytes());
        Assert.Equal(Log.Statement.ToBytes(), shown.Statement.ToBytes());
        Assert.Equal(Log.Shown.ToBytes(), shown.Outcome!.ToBytes());
        Assert.Equal((2, Parties.North, "desk"), ((int)shown.Index, shown.Author!.Organisation, shown.Author.Role));
        Assert.Equal(1_768_000_060, shown.Witnessed.Witnesses["w"]);
        Assert.Equal(5, shown.Witnessed.Checkpoint.Size);
    }

    [Fact]
    public void A_disclosure_holds_no_key_and_shows_the_outcome_and_the_author_only_if_they_are_given()
    {
        var file = Encoding.UTF8.GetString(Good.ToBytes());
        ReadOnlyMemory<byte>[] secrets = [Log.Random.Key, Log.OutcomeRandom.Key, .. Log.Random.Seeds];
        Assert.All(secrets, key =>
            Assert.DoesNotContain(Convert.ToBase64String(key.Span), file, StringComparison.Ordinal));

        var bare = Disclosure.Make(Log.Leaves[0], Log.Leaves[2], Log.Sealed.Committed, outcome: null, Log.Proof(2));
        var shown = Disclosure.Parse(bare.ToBytes()).Required().Verify(Log.Hash, Log.Policy).Required();
        Assert.Null(shown.Outcome);
        Assert.Null(shown.Author);
        Assert.Throws<ArgumentOutOfRangeException>(() => Disclosure.Make(
            Log.Leaves[0], Log.Leaves[2], Log.Sealed.Committed, null, Log.Proof(2),
            [.. Enumerable.Repeat(Good.Enrolments[0], 17)]));
    }

    [Fact]
    public void Each_part_that_is_not_of_the_entry_is_refused_with_its_reason()
    {
        var (s, r, proof, leaf) = (Log.Sealed.Committed, Log.SealedOutcome.Committed, Log.Proof(2), Log.Leaves[2]);
        var enrolled = Good.Enrolments[0];
        Refused("another log", Good, pinned: Other.Leaves[1]);
        Refused("commits to", Disclosure.Make(Log.Leaves[0], leaf, Other.Sealed.Committed, r, proof));
        Refused("committed outcome", Disclosure.Make(Log.Leaves[0], leaf, s, s, proof));
        Refused("not at this index", Disclosure.Make(Log.Leaves[0], leaf, s, r, proof with { Index = 3 }));
        Refused("not at this index", Disclosure.Make(Log.Leaves[0], leaf, s, r, Log.Proof(3)));
        Refused("not a confidential entry", Disclosure.Make(Log.Leaves[0], Log.Leaves[1], s, r, Log.Proof(1)));
        var forged = new Leaf(leaf.Statement, Log.Leaves[1].Signature, leaf.Outcome);
        Refused("not signed by the device", Disclosure.Make(Log.Leaves[0], forged, s, r, proof));
        var early = Log.SealedOutcome.Outcome with { ReceivedAt = 9 };
        var moved = new Leaf(leaf.Statement, leaf.Signature, early.ToBytes());
        Refused("another time", Disclosure.Make(Log.Leaves[0], moved, s, r, proof));
        Refused("not at this index", Disclosure.Make(Log.Leaves[0], moved, s, null, proof));
        var unseen = proof with { Checkpoint = Log.Note.Only(line => line.Name == Some.Origin) };
        Refused("has not cosigned", Disclosure.Make(Log.Leaves[0], leaf, s, r, unseen));
        Refused("not in their order", Disclosure.Make(
            Log.Leaves[0], leaf, s, r, proof, new ProvedLeaf(Log.Leaves[4], Log.Proof(4))));
        Refused("not in their order", Disclosure.Make(Log.Leaves[0], leaf, s, r, proof, enrolled, enrolled));
        Refused("not at this index", Disclosure.Make(
            Log.Leaves[0], leaf, s, r, proof, new ProvedLeaf(Log.Leaves[4], Log.Proof(1))));
    }

    [Fact]
    public void A_disclosure_of_another_log_does_not_pass_under_a_policy_that_knows_both()
    {
        var elsewhere = new Showing("other.example/exercise");
        var both = TrustPolicy.Parse(Some.Bytes(string.Concat(
            $"log {Some.Key(Some.Origin, KeyUse.Note).Verifier}\n",
            $"log {Some.Key("other.example/exercise", KeyUse.Note).Verifier}\nquorum none\n"))).Required();

        Assert.True(Good.Verify(Log.Hash, both).IsValid);
        Assert.True(elsewhere.Disclosure.Verify(elsewhere.Hash, both).IsValid);
        var mixed = Disclosure.Make(
            Log.Leaves[0], elsewhere.Leaves[2], elsewhere.Sealed.Committed, null, elsewhere.Proof(2));
        Assert.False(mixed.Verify(Log.Hash, both).IsValid);
        var foreign = Disclosure.Make(
            Log.Leaves[0], Log.Leaves[2], Log.Sealed.Committed, null, elsewhere.Proof(2));
        Assert.False(foreign.Verify(Log.Hash, both).IsValid);

        // another log took the same leaves and signs for them
        var key = Some.Key("other.example/exercise", KeyUse.Note);
        var copied = Log.Proof(2) with
        {
            Checkpoint = new Checkpoint("other.example/exercise", 5, Log.Tree.Root(5)).Sign(key),
        };
        var copy = Disclosure.Make(Log.Leaves[0], Log.Leaves[2], Log.Sealed.Committed, null, copied);
        Assert.Contains("another origin", copy.Verify(Log.Hash, both).Error!, StringComparison.Ordinal);
    }

    [Fact]
    public void No_altered_byte_of_the_file_passes()
    {
        const int seed = 9180;
        var random = new Random(seed);
        var good = Good.ToBytes();
        for (var i = 0; i < 1_500; i++)
        {
            var bytes = (byte[])good.Clone();
            var at = random.Next(bytes.Length);
            bytes[at] ^= (byte)(1 << random.Next(7));

            var read = Disclosure.Parse(bytes);
            var passes = read.IsValid && read.Value.Verify(Log.Hash, Log.Policy).IsValid;
            Assert.False(passes, $"seed {seed}, input {i}: byte {at} of {Encoding.UTF8.GetString(bytes)}");
        }
    }

    private static void Refused(string why, Disclosure disclosure, Leaf? pinned = null)
    {
        var hash = pinned is null ? Log.Hash : Merkle.Leaf(pinned.ToBytes());
        var verified = Disclosure.Parse(disclosure.ToBytes()).Required().Verify(hash, Log.Policy);
        Assert.Contains(why, verified.Error ?? "accepted", StringComparison.Ordinal);
    }
}
