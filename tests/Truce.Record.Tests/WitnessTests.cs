namespace Truce.Record.Tests;

public sealed class WitnessTests
{
    private static readonly Trees.Plain Tree = new(Trees.Leaves(40));
    private static readonly Trees.Plain Fork = new([.. Trees.Leaves(41).Skip(1)]);
    private static readonly WatchedLog Log = new(Some.Origin, [Some.Log.Verifier]);

    private static readonly Digest[] TooMany = [.. Enumerable.Repeat(Tree.Root(1), 64)];

    [Fact]
    public void A_first_and_a_later_checkpoint_are_cosigned_and_held()
    {
        var first = Ask(null, old: 0, [], Signed(5));
        var later = Ask(first.Next, old: 5, Proof(5, 40), Signed(40));
        var again = Ask(later.Next, old: 40, [], Signed(40));

        Assert.Equal([200, 200, 200], new[] { first, later, again }.Select(a => a.Status));
        Assert.Equal((40, Tree.Root(40)), (later.Next!.Size, later.Next.Root));
        Assert.Equal(Signed(40).ToString() + later.Body, later.Next.Note.ToString());
        var reply = Witness.Read(200, Some.Bytes(later.Body), Signed(40), Some.Witness.Verifier);
        Assert.Equal(99, Assert.IsType<WitnessReply.Cosigned>(reply).Time);
        Assert.Equal(99, later.Next.Note.Verify(Some.Witness.Verifier).Required().Single().Time);
    }

    [Fact]
    public void Each_refusal_has_the_status_of_the_specification_and_holds_nothing()
    {
        var held = Ask(null, old: 0, [], Signed(5)).Next;
        using var stranger = Some.Key("stranger.example", KeyUse.Note);
        using var thief = Some.Key(Some.Origin, KeyUse.Note, salt: "thief");
        var foreign = new Checkpoint("stranger.example", size: 5, Tree.Root(5)).Sign(stranger);
        var unsigned = Signed(9).With([new("x", 1, new byte[64])]).Only(s => s.Name == "x");
        var broken = Signed(9).With([new(Some.Origin, Some.Log.Verifier.Id, new byte[64])]);
        var emptyTree = new Checkpoint(Some.Origin, size: 0, Tree.Root(1)).Sign(Some.Log);
        (int Status, WitnessedHead? Held, long Old, IReadOnlyList<Digest> Proof, SignedNote Note)[] table =
        [
            (404, null, 0, [], foreign),
            (404, held, 9, [], foreign),
            (403, held, 5, Proof(5, 9), unsigned),
            (403, held, 5, Proof(5, 9), broken),
            (403, held, 5, Proof(5, 9), SignedNote.Sign(Signed(9).Text, thief)),
            (403, held, 99, [], unsigned),
            (400, held, 10, [], Signed(9)),
            (400, null, 10, [], Signed(9)),
            (409, held, 0, [], Signed(9)),
            (409, held, 4, Proof(4, 9), Signed(9)),
            (409, null, 5, Proof(5, 9), Signed(9)),
            (409, held, 0, [], emptyTree),
            (422, held, 5, [], Signed(9)),
            (422, held, 5, Proof(4, 9), Signed(9)),
            (422, held, 5, [.. Proof(5, 9), Tree.Root(1)], Signed(9)),
            (422, held, 5, Fork9(), ForkNote(9)),
            (422, held, 5, [], ForkNote(5)),
            (422, held, 5, [Tree.Root(1)], Signed(5)),
            (422, null, 0, [Tree.Root(1)], Signed(9)),
            (422, null, 0, [], emptyTree),
        ];
        foreach (var (status, before, old, proof, note) in table)
        {
            var answer = Ask(before, old, proof, note);

            Assert.Equal((status, old), (answer.Status, old));
            Assert.Null(answer.Next);
            Assert.Equal(status == 409 ? Witness.SizeType : "text/plain; charset=utf-8", answer.ContentType);
            Assert.True(status != 409 || answer.Body == $"{before?.Size ?? 0}\n");
        }
    }

    [Fact]
    public void What_is_not_a_request_is_a_bad_request()
    {
        var good = System.Text.Encoding.UTF8.GetString(Witness.Request(5, Proof(5, 9), Signed(9)));
        string[] bad =
        [
            "", "\n\n", good[1..], good.Replace("old 5", "old 05", StringComparison.Ordinal),
            good.Replace("old 5", "old  5", StringComparison.Ordinal),
            good.Replace("old 5\n", "", StringComparison.Ordinal),
            good.Replace("\n\n", "\nx\n\n", StringComparison.Ordinal), good[..^1],
            good.Replace("old 5\n", "old 5\n" + string.Concat(TooMany.Select(h => h + "\n")), StringComparison.Ordinal),
            "old 0\n\nnot a checkpoint\n\n— a AAAAAAA=\n",
        ];

        Assert.All(bad, body => Assert.Equal(400, Ask(null, Some.Bytes(body)).Status));
        Assert.Equal(409, Ask(null, Some.Bytes(good)).Status);
    }

    [Fact]
    public void A_client_takes_nothing_but_the_cosignature_of_the_witness_that_it_asked()
    {
        var good = Cosignature.Sign(Some.Witness, Signed(9).Text, 7);
        using var other = Some.Key("other.example", KeyUse.Cosignature);
        var foreign = Cosignature.Sign(other, Signed(9).Text, 7);

        Assert.Equal(good, Assert.IsType<WitnessReply.Cosigned>(Read(200, foreign.Line + good.Line)).Line, SameLine);
        Assert.IsType<WitnessReply.Refused>(Read(200, foreign.Line));
        Assert.IsType<WitnessReply.Refused>(Read(200, Cosignature.Sign(Some.Witness, Signed(8).Text, 7).Line));
        Assert.IsType<WitnessReply.Refused>(Read(200, "x\n\n" + good.Line));
        Assert.IsType<WitnessReply.Refused>(Read(200, ""));
        Assert.Equal(20, Assert.IsType<WitnessReply.Elsewhere>(Read(409, "20\n")).Size);
        Assert.IsType<WitnessReply.Refused>(Read(409, ""));
        Assert.IsType<WitnessReply.Refused>(Read(409, "020\n"));
        Assert.IsType<WitnessReply.Refused>(Read(500, good.Line));
    }

    [Fact]
    public void The_latest_checkpoint_lies_under_the_hash_of_the_origin() => Assert.Equal(
        "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae/checkpoint", Witness.MonitoringPath("foo"));

    [Fact]
    public void Two_forks_signed_by_the_log_itself_are_never_both_cosigned_by_one_witness()
    {
        for (var old = 1; old < 12; old++)
        {
            var held = Ask(null, old: 0, [], Signed(old)).Next;
            for (var size = old; size < 20; size++)
            {
                var proof = Merkle.Consistency(old, size, Fork.Subtree);
                Assert.Equal(422, Ask(held, old, proof, ForkNote(size)).Status);
            }
        }
    }

    private static bool SameLine(NoteSignature a, NoteSignature b) => a.Line == b.Line;

    private static WitnessReply Read(int status, string body) =>
        Witness.Read(status, Some.Bytes(body), Signed(9), Some.Witness.Verifier);

    private static WitnessAnswer Ask(WitnessedHead? held, long old, IReadOnlyList<Digest> proof, SignedNote note) =>
        Ask(held, Witness.Request(old, proof, note));

    private static WitnessAnswer Ask(WitnessedHead? held, byte[] body) => Witness.AddCheckpoint(
        body, origin => origin == Some.Origin ? Log : null, _ => held, Some.Witness, time: 99);

    private static IReadOnlyList<Digest> Proof(int old, int size) => Merkle.Consistency(old, size, Tree.Subtree);

    private static IReadOnlyList<Digest> Fork9() => Merkle.Consistency(5, 9, Fork.Subtree);

    private static SignedNote Signed(int size) => new Checkpoint(Some.Origin, size, Tree.Root(size)).Sign(Some.Log);

    private static SignedNote ForkNote(int size) => new Checkpoint(Some.Origin, size, Fork.Root(size)).Sign(Some.Log);
}
