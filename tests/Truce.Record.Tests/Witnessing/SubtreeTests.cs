namespace Truce.Record.Tests.Witnessing;

public sealed class SubtreeTests
{
    private const int SizeMax = 70;

    private static readonly Trees.Plain Tree = new(Trees.Leaves(SizeMax));

    [Fact]
    public void Every_subtree_of_every_size_to_70_is_proved_and_no_other_hash_root_or_proof_is()
    {
        for (var size = 1; size <= SizeMax; size++)
        {
            foreach (var (start, end) in Ranges(size))
            {
                var hash = Merkle.Root(Tree.Leaves.AsSpan(start, end - start));
                var proof = SubtreeProof.Make(start, end, size, Tree.Subtree);

                Assert.Equal(hash, SubtreeProof.Hash(start, end, Tree.Subtree));
                Assert.True(SubtreeProof.Verify(start, end, size, hash, Tree.Root(size), proof));
                Assert.False(SubtreeProof.Verify(start, end, size, Merkle.EmptyRoot, Tree.Root(size), proof));
                Assert.False(SubtreeProof.Verify(start, end, size, hash, Merkle.EmptyRoot, proof));
                Assert.False(SubtreeProof.Verify(start, end, size, hash, Tree.Root(size), [.. proof, hash]));
                Assert.False(proof.Count > 0
                    && SubtreeProof.Verify(start, end, size, hash, Tree.Root(size), [.. proof.Skip(1)]));
                Assert.All(Enumerable.Range(0, proof.Count), i => Assert.False(SubtreeProof.Verify(
                    start, end, size, hash, Tree.Root(size),
                    [.. proof.Take(i), Merkle.EmptyRoot, .. proof.Skip(i + 1)])));
            }
        }
    }

    [Fact]
    public void From_the_start_on_it_is_the_proof_of_RFC_6962_and_of_one_leaf_the_inclusion_proof()
    {
        for (var size = 1; size <= SizeMax; size++)
        {
            for (var i = 1; i <= size; i++)
            {
                Assert.Equal(
                    Merkle.Consistency(i, size, Tree.Subtree), SubtreeProof.Make(0, i, size, Tree.Subtree));
                Assert.Equal(
                    Merkle.Inclusion(i - 1, size, Tree.Subtree), SubtreeProof.Make(i - 1, i, size, Tree.Subtree));
            }
        }
    }

    [Fact]
    public void What_is_no_subtree_is_neither_proved_nor_believed()
    {
        Assert.All(new[] { (1, 3), (2, 5), (4, 9), (0, 0), (3, 2), (-2, 0) }, range =>
        {
            Assert.False(SubtreeProof.IsSubtree(range.Item1, range.Item2));
            Assert.False(SubtreeProof.Verify(range.Item1, range.Item2, 9, Tree.Root(9), Tree.Root(9), []));
        });
        Assert.Throws<ArgumentOutOfRangeException>(() => SubtreeProof.Make(0, 10, 9, Tree.Subtree));
    }

    [Fact]
    public void A_subtree_is_given_to_a_key_that_can_sign_it_or_refused_with_the_status_of_the_specification()
    {
        var note = Head(14).With([Cosignature.Sign(Some.Witness, Head(14).Text, 7)]);
        (int Status, string Body)[] table =
        [
            (200, Request(8, 13, note)),
            (400, Request(8, 13, note).Replace("subtree 8 13", "subtree 9 13", StringComparison.Ordinal)),
            (400, Request(8, 13, note).Replace("subtree 8 13", "subtree 08 13", StringComparison.Ordinal)),
            (400, Request(8, 13, note).Replace("subtree 8 13", "subtree 8 16", StringComparison.Ordinal)),
            (422, Request(8, 13, note).Replace("subtree 8 13", "subtree 8 14", StringComparison.Ordinal)),
            (403, Request(8, 13, Head(14))),
            (404, Request(8, 13, note).Replace(Some.Origin, "other.example", StringComparison.Ordinal)),
        ];
        foreach (var (status, body) in table)
        {
            var answer = SubtreeRequest.Answer(
                Some.Bytes(body), o => o == Some.Origin, n => n.Verify(Some.Witness.Verifier).IsValid,
                claim => $"{claim.Start} {claim.End} {claim.Hash}");

            Assert.Equal((status, body), (answer.Status, body));
            Assert.True(status != 200 || answer.Body == $"8 13 {SubtreeProof.Hash(8, 13, Tree.Subtree)}");
        }
    }

    private static IEnumerable<(int Start, int End)> Ranges(int size) =>
        from start in Enumerable.Range(0, size)
        from end in Enumerable.Range(start + 1, size - start)
        where SubtreeProof.IsSubtree(start, end)
        select (start, end);

    private static SignedNote Head(int size) => new Checkpoint(Some.Origin, size, Tree.Root(size)).Sign(Some.Log);

    private static string Request(int start, int end, SignedNote note)
    {
        var hash = SubtreeProof.Hash(start, end, Tree.Subtree);
        var lines = SubtreeProof.Make(start, end, 14, Tree.Subtree).Prepend(hash);
        return $"subtree {start} {end}\n{string.Concat(lines.Select(h => $"{h}\n"))}\n{note}";
    }
}
