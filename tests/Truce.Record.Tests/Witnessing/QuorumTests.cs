namespace Truce.Record.Tests.Witnessing;

public sealed class QuorumTests
{
    private static readonly string[] Three = ["c", "a", "b"];

    [Fact]
    public void A_quorum_is_more_than_half_and_never_all()
    {
        Assert.Equal([1, 2, 2, 3, 3, 4], Enumerable.Range(1, 6).Select(Quorum.Needed));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quorum.Needed(0));
    }

    [Fact]
    public void An_act_waits_a_minute_for_its_witnesses_then_stands_and_the_absent_are_named()
    {
        (long Now, Waits Waits, string[] Cosigned, int Size, ActStanding Standing, string Absent)[] table =
        [
            (1_000, Waits.ForQuorum, [], 8, ActStanding.Waiting, "a b c"),
            (1_000, Waits.ForQuorum, ["a"], 8, ActStanding.Waiting, "b c"),
            (1_000, Waits.ForQuorum, ["a", "c"], 8, ActStanding.Witnessed, "b"),
            (1_000, Waits.ForQuorum, ["a", "c"], 7, ActStanding.Waiting, "a b c"),
            (1_000, Waits.ForQuorum, ["a", "x", "y"], 8, ActStanding.Waiting, "b c"),
            (60_999, Waits.ForQuorum, ["a"], 8, ActStanding.Waiting, "b c"),
            (61_000, Waits.ForQuorum, ["a"], 8, ActStanding.Unwitnessed, "b c"),
            (61_000, Waits.ForQuorum, ["a", "b"], 8, ActStanding.Witnessed, "c"),
            (1_000, Waits.ForNobody, [], 8, ActStanding.Unwitnessed, "a b c"),
            (1_000, Waits.ForNobody, ["a", "b", "c"], 8, ActStanding.Witnessed, ""),
        ];
        foreach (var (now, waits, cosigned, size, standing, absent) in table)
        {
            var judged = Quorum.Judge(7, receivedAt: 1_000, now, waits, Three, Seen(size, cosigned));

            Assert.Equal((standing, absent), (judged.Standing, string.Join(' ', judged.Absent)));
        }
    }

    [Fact]
    public void Witnesses_of_several_checkpoints_count_together()
    {
        var judged = Quorum.Judge(7, 0, 1, Waits.ForQuorum, Three, Seen(8, "a"), Seen(9, "b"));
        Assert.Equal(ActStanding.Witnessed, judged.Standing);
    }

    [Fact]
    public void A_deposit_is_the_depositarys_word_and_no_other_text()
    {
        using var party = Some.Key("party.example/mirror", KeyUse.Cosignature);
        using var depositary = party.As(KeyUse.Note);
        var deposit = new Deposit(Some.Origin, Digest.Of("S"u8), 1_700_000_000_123);
        var note = deposit.Sign(party);

        Assert.Equal(
            $"truce/deposit/v1\n{Some.Origin}\n{Digest.Of("S"u8)}\n1700000000123\n", note.Text);
        Assert.Equal(deposit, Deposit.Open(note, party.Verifier).Required().Deposit);
        Assert.False(Deposit.Open(note, Some.Log.Verifier).IsValid);
        string[] bad =
        [
            note.Text + "more\n", note.Text.Replace("/v1", "/v2"), note.Text.Replace("1700", "01700"),
            note.Text.Replace("=\n", "\n"), note.Text.Replace(Some.Origin, ""), "truce/deposit/v1\n",
        ];
        Assert.All(bad, text => Assert.False(Deposit.Open(SignedNote.Sign(text, depositary), party.Verifier).IsValid));
        Assert.Equal(party.Verifier.PublicBytes, depositary.Verifier.PublicBytes);
        Assert.NotEqual(party.Verifier.Id, depositary.Verifier.Id);
        Assert.False(SignedNote.Sign(note.Text, depositary).Verify(party.Verifier).IsValid);
    }

    [Fact]
    public void A_deposit_is_overdue_after_fifteen_minutes_and_two_depositaries_make_a_proof()
    {
        using var one = Some.Key("one.example", KeyUse.Note);
        using var two = Some.Key("two.example", KeyUse.Note);
        using var alias = new SigningKey("three.example", KeyUse.Note,
            Digest.Of(Some.Bytes($"one.example {KeyUse.Note}")).ToArray());
        var (s, t) = (Digest.Of("S"u8), Digest.Of("T"u8));
        SignedDeposit[] deposits =
        [
            new(new(Some.Origin, s, 1_000), one.Verifier), new(new(Some.Origin, s, 2_000), two.Verifier),
            new(new(Some.Origin, t, 3_000), one.Verifier), new(new(Some.Origin, t, 3_000), alias.Verifier),
        ];

        Assert.Empty(Deposit.Overdue(deposits, _ => false, now: 901_000));
        var first = Assert.Single(Deposit.Overdue(deposits, _ => false, now: 901_001));
        Assert.Equal((s, 1_000L, false), (first.Statement, first.Since, first.IsProof));
        var later = Deposit.Overdue(deposits, _ => false, now: 2_000_000);
        Assert.Equal([("one.example two.example", true), ("one.example three.example", false)],
            later.Select(d => (string.Join(' ', d.By), d.IsProof)));
        Assert.Equal(t, Assert.Single(Deposit.Overdue(deposits, d => d == s, now: 2_000_000)).Statement);
    }

    private static WitnessedCheckpoint Seen(int size, params string[] cosigned) => new(
        new Checkpoint(Some.Origin, size, Merkle.EmptyRoot), Some.Log.Verifier,
        cosigned.ToDictionary(c => c, _ => 9L));
}
