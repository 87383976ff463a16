namespace Truce.Record.Tests;

public sealed class PolicyTests
{
    private static readonly SigningKey[] Witnesses =
        [.. Enumerable.Range(0, 6).Select(i => Some.Key($"w{i}.example", KeyUse.Cosignature))];

    private static readonly Trees.Plain Tree = new(Trees.Leaves(70));

    private static string TwoLevels => $"""
        # two of the first three, and any of the others
        log {Some.Log.Verifier} https://truce.example/

        {string.Join('\n', Witnesses.Select((w, i) => $"\twitness  w{i} {w.Verifier}"))}
        group X 2 w0 w1 w2
        group Y any w3 w4 w5
        group both all X Y
        quorum both

        """;

    [Theory]
    [InlineData(new[] { 0, 1, 3 }, true)]
    [InlineData(new[] { 0, 1, 2, 3, 4, 5 }, true)]
    [InlineData(new[] { 2, 5, 0 }, true)]
    [InlineData(new[] { 0, 1, 2 }, false)]
    [InlineData(new[] { 0, 3, 4, 5 }, false)]
    [InlineData(new int[0], false)]
    public void A_quorum_of_groups_is_met_by_exactly_the_cosigners_that_it_names(int[] cosigners, bool isMet)
    {
        var policy = TrustPolicy.Parse(Some.Bytes(TwoLevels)).Required();

        var accepted = policy.Accept(Cosigned(cosigners));

        Assert.Equal(isMet, accepted.IsValid);
        if (isMet)
        {
            Assert.Equal(cosigners.Order().Select(i => $"w{i}"), accepted.Required().Witnesses.Keys.Order());
            Assert.Equal(1000 + cosigners[0], accepted.Required().Witnesses[$"w{cosigners[0]}"]);
        }
    }

    [Fact]
    public void A_checkpoint_of_another_log_or_of_a_log_under_another_origin_is_not_accepted()
    {
        var policy = Parse($"log {Some.Log.Verifier}\nquorum none\n").Required();
        using var other = Some.Key("other.example", KeyUse.Note);
        var elsewhere = new Checkpoint("other.example", size: 7, Tree.Root(7));

        Assert.True(policy.Accept(Cosigned([])).IsValid);
        Assert.False(policy.Accept(elsewhere.Sign(other)).IsValid);
        Assert.False(policy.Accept(SignedNote.Sign(elsewhere.Text, Some.Log)).IsValid);
    }

    [Theory]
    [InlineData("quorum none\n", null)]
    [InlineData("quorum none", null)]
    [InlineData("  \t# comment \u00ff\n\tquorum\t none \n", null)]
    [InlineData("", "no quorum line")]
    [InlineData("quorum none\nquorum none\n", "line 2: a second quorum")]
    [InlineData("quorum W\n", "line 1: the quorum is not defined on a line before")]
    [InlineData("quorum none\r\n", "line 1: a control character")]
    [InlineData("quorum none # no comment here\n", "line 1: not `log`")]
    [InlineData("Quorum none\n", "line 1: not `log`")]
    [InlineData("witness W {w0}\nquorum W\n", null)]
    [InlineData("witness W {w0} url more\nquorum W\n", "line 1: not `log`")]
    [InlineData("witness W {log}\nquorum W\n", "line 1: a witness's key has signature type 0x04")]
    [InlineData("log {w0}\nquorum none\n", "line 1: a log's key has signature type 0x01")]
    [InlineData("log {log}\nlog {log}\nquorum none\n", "line 2: a log with this key is already there")]
    [InlineData("witness V {w0}\nwitness W {w0}\nquorum none\n", "line 2: a witness with this key is already there")]
    [InlineData("witness W {w0}\nwitness W {w1}\nquorum none\n", "line 2: the name is already defined")]
    [InlineData("witness none {w0}\nquorum none\n", "line 1: the name `none` is taken")]
    [InlineData("witness W {w0}\ngroup W any W\nquorum none\n", "line 2: the name is already defined")]
    [InlineData("witness W {w0}\ngroup G 1 W\nquorum G\n", null)]
    [InlineData("witness W {w0}\ngroup G any\nquorum G\n", "line 2: not `log`")]
    [InlineData("witness W {w0}\ngroup G 0 W\nquorum G\n", "line 2: a group needs")]
    [InlineData("witness W {w0}\ngroup G 01 W\nquorum G\n", "line 2: a group needs")]
    [InlineData("witness W {w0}\ngroup G 2 W\nquorum G\n", "line 2: a group needs")]
    [InlineData("witness W {w0}\ngroup G 2 W W\nquorum G\n", "line 2: a member is already a member of a group")]
    [InlineData("witness W {w0}\ngroup G any W\ngroup H any W\nquorum G\n", "line 3: a member is already a member")]
    [InlineData("group G any W\nwitness W {w0}\nquorum G\n", "line 1: a member is not defined on a line before")]
    [InlineData("witness W {w0}\ngroup G any none\nquorum G\n", "line 2: a member is not defined on a line before")]
    [InlineData("group G any G\nquorum G\n", "line 1: a member is not defined on a line before")]
    public void Each_rule_of_policy_files_is_kept(string file, string? error)
    {
        var policy = Parse(file
            .Replace("{log}", Some.Log.Verifier.ToString(), StringComparison.Ordinal)
            .Replace("{w0}", Witnesses[0].Verifier.ToString(), StringComparison.Ordinal)
            .Replace("{w1}", Witnesses[1].Verifier.ToString(), StringComparison.Ordinal));

        Assert.Equal(error is null, policy.IsValid);
        Assert.Contains(error ?? "", policy.Error ?? "", StringComparison.Ordinal);
    }

    /// <summary>The specification forbids equal keys among logs and among witnesses; who reads it is told.</summary>
    [Fact]
    public void A_policy_whose_log_is_its_own_witness_is_read_and_says_so()
    {
        var own = VerifierKey.From(
            "independent.example", KeyUse.Cosignature, Some.Log.Verifier.PublicBytes).Required();
        string[] files =
        [
            $"log {Some.Log.Verifier}\nwitness W {own}\nquorum W\n",
            $"witness W {own}\nlog {Some.Log.Verifier}\nquorum W\n",
        ];

        Assert.All(files, f => Assert.Equal(["W"], Parse(f).Required().OwnWitnesses.Select(w => w.Name)));
        Assert.Empty(TrustPolicy.Parse(Some.Bytes(TwoLevels)).Required().OwnWitnesses);
    }

    [Fact]
    public void A_checkpoint_of_a_log_that_the_policy_does_not_name_is_refused_by_name()
    {
        var policy = Parse("quorum none\n").Required();

        Assert.Contains($"names no log `{Some.Origin}`", policy.Accept(Cosigned([0])).Error ?? "",
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_proof_is_read_as_it_is_written_and_proves_its_entry_alone()
    {
        var policy = TrustPolicy.Parse(Some.Bytes(TwoLevels)).Required();
        foreach (var (extra, index) in new[] { (null, 0L), (Array.Empty<byte>(), 3L), ("more"u8.ToArray(), 69L) })
        {
            var written = new TlogProof(extra, index, Merkle.Inclusion(index, 70, Tree.Subtree), Cosigned([0, 1, 3]));

            var proof = TlogProof.Parse(written.ToBytes()).Required();

            Assert.Equal(written.ToString(), proof.ToString());
            Assert.Equal(70, proof.Verify(Tree.Leaves[index], policy).Required().Checkpoint.Size);
            Assert.False(proof.Verify(Tree.Leaves[index ^ 1], policy).IsValid);
            Assert.False((proof with { Index = index ^ 1 }).Verify(Tree.Leaves[index], policy).IsValid);
            Assert.False((proof with { Checkpoint = Cosigned([0, 1]) }).Verify(Tree.Leaves[index], policy).IsValid);
        }
    }

    [Theory]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\n\n{note}", true)]
    [InlineData("c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n\n{note}", true)]
    [InlineData("c2sp.org/tlog-proof@v2\nindex 0\n\n{note}", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 00\n\n{note}", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nindex -1\n\n{note}", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nindex  1\n\n{note}", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nextra A\nindex 0\n\n{note}", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\n{note}", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n{note}", false)]
    [InlineData("c2sp.org/tlog-proof@v1\n\n{note}", false)]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\n{note}", false)]
    [InlineData("index 0\n\n{note}", false)]
    public void Only_proof_files_are_read_as_such(string file, bool isOne)
    {
        var bytes = Some.Bytes(file.Replace("{note}", $"{Cosigned([])}", StringComparison.Ordinal));

        Assert.Equal(isOne, TlogProof.Parse(bytes).IsValid);
    }

    private static Parsed<TrustPolicy> Parse(string file) =>
        TrustPolicy.Parse(System.Text.Encoding.Latin1.GetBytes(file));

    private static SignedNote Cosigned(int[] cosigners)
    {
        var checkpoint = new Checkpoint(Some.Origin, size: 70, Tree.Root(70));
        return checkpoint.Sign(Some.Log)
            .With(cosigners.Select(i => Cosignature.Sign(Witnesses[i], checkpoint.Text, 1000 + i)));
    }
}
