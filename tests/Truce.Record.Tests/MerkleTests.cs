using System.Text;

namespace Truce.Record.Tests;

public sealed class MerkleTests
{
    /// <summary>The leaves of RFC 6962's own test tree, as Certificate Transparency has them.</summary>
    private static readonly string[] ReferenceEntries =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] ReferenceRoots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void Roots_are_those_of_the_reference_tree()
    {
        var leaves = ReferenceEntries.Select(hex => Merkle.Leaf(Convert.FromHexString(hex))).ToArray();
        for (var size = 0; size <= leaves.Length; size++)
        {
            Assert.Equal(ReferenceRoots[size], Merkle.Root(leaves.AsSpan(0, size)).ToHex());
        }
    }

    [Fact]
    public void Proofs_are_those_of_the_reference_tree()
    {
        var tree = new Trees.Plain([.. ReferenceEntries.Select(hex => Merkle.Leaf(Convert.FromHexString(hex)))]);

        Assert.Equal(
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
            Merkle.Inclusion(index: 0, size: 8, tree.Subtree).Select(h => h.ToHex()));
        Assert.Equal(
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
            Merkle.Consistency(old: 6, size: 8, tree.Subtree).Select(h => h.ToHex()));
    }

    [Fact]
    public void Every_leaf_of_every_size_to_300_is_proved_and_nothing_else_is()
    {
        var tree = new Trees.Plain(Trees.Leaves(301));
        for (var size = 1; size <= 300; size++)
        {
            var root = tree.Root(size);
            for (var index = 0; index < size; index++)
            {
                var proof = Merkle.Inclusion(index, size, tree.Subtree);
                Assert.True(Merkle.VerifyInclusion(tree.Leaves[index], index, size, root, proof));
                Assert.False(Merkle.VerifyInclusion(tree.Leaves[index + 1], index, size, root, proof));
                Assert.False(Merkle.VerifyInclusion(tree.Leaves[index], index, size, tree.Root(size - 1), proof));
                Assert.False(Merkle.VerifyInclusion(tree.Leaves[index], index, size, root, [.. proof, root]));
                Assert.False(Merkle.VerifyInclusion(tree.Leaves[index], size, size, root, proof));
                if (proof.Count > 0)
                {
                    Assert.False(Merkle.VerifyInclusion(tree.Leaves[index], index, size, root, [.. proof.Skip(1)]));
                    Assert.False(Merkle.VerifyInclusion(tree.Leaves[index], index ^ 1, size, root, proof));
                }
            }
        }
    }

    [Fact]
    public void A_proof_of_another_length_than_the_size_demands_is_refused()
    {
        var tree = new Trees.Plain(Trees.Leaves(64));
        for (var size = 1; size <= 64; size++)
        {
            for (var index = 0; index < size; index++)
            {
                var proof = Merkle.Inclusion(index, size, tree.Subtree);
                for (var claimed = index + 1; claimed <= 64; claimed++)
                {
                    var fits = Merkle.Inclusion(index, claimed, tree.Subtree).Count == proof.Count;
                    var holds = Merkle.VerifyInclusion(tree.Leaves[index], index, claimed, tree.Root(size), proof);
                    Assert.True(fits || !holds, $"{index} of {size} as {claimed}");
                }
            }
        }
    }

    [Fact]
    public void Every_pair_of_sizes_to_300_is_consistent_and_no_other_pair_of_roots_is()
    {
        var tree = new Trees.Plain(Trees.Leaves(300));
        for (var size = 0; size <= 300; size++)
        {
            var root = tree.Root(size);
            for (var old = 0; old <= size; old++)
            {
                var proof = Merkle.Consistency(old, size, tree.Subtree);
                var oldRoot = tree.Root(old);
                Assert.True(Merkle.VerifyConsistency(old, oldRoot, size, root, proof), $"{old} to {size}");
                Assert.False(Merkle.VerifyConsistency(old, tree.Leaves[299 - (old / 2)], size, root, proof));
                Assert.False(Merkle.VerifyConsistency(old, oldRoot, size, root, [.. proof, root]));
                if (proof.Count > 0)
                {
                    Assert.False(Merkle.VerifyConsistency(old, oldRoot, size, oldRoot, proof), $"{old} to {size}");
                    Assert.False(Merkle.VerifyConsistency(old, oldRoot, size, root, [.. proof.Skip(1)]));
                    Digest[] altered = [.. proof.SkipLast(1), Merkle.Leaf("altered"u8)];
                    Assert.False(Merkle.VerifyConsistency(old, oldRoot, size, root, altered));
                }
            }
        }
    }

    [Fact]
    public void Leaf_and_node_hashes_are_marked_apart()
    {
        var left = Merkle.Leaf(Encoding.UTF8.GetBytes("a"));
        var right = Merkle.Leaf(new byte[5000]);

        Assert.Equal(Digest.Of([0, (byte)'a']), left);
        Assert.Equal(Digest.Of([0, .. new byte[5000]]), right);
        Assert.Equal(Digest.Of([1, .. left.ToArray(), .. right.ToArray()]), Merkle.Node(left, right));
    }

    [Fact]
    public async Task The_package_sigstore_verify_accepts_our_inclusion_proofs_and_refuses_forged_ones()
    {
        const int seed = 6962;
        const int sizeMax = 5_000;
        var random = new Random(seed);
        var tree = new Trees.Plain(Trees.Leaves(sizeMax));
        var asked = new List<(string What, bool Holds, string Line)>();
        for (var i = 0; i < 400; i++)
        {
            var size = i < 40 ? i + 1 : random.Next(1, sizeMax + 1);
            var index = random.Next(size);
            var root = tree.Root(size);
            var proof = Merkle.Inclusion(index, size, tree.Subtree);
            var what = $"seed {seed}, entry {index} of {size}";
            asked.Add((what, true, Line(index, size, root, index, proof)));
            asked.Add(($"{what}, another entry", false, Line(index, size, root, index + 1, proof)));
            asked.Add(($"{what}, another root", false, Line(index, size, tree.Leaves[index / 2 + 7], index, proof)));
            asked.Add(($"{what}, a hash more", false, Line(index, size, root, index, [.. proof, root])));
            if (proof.Count > 0)
            {
                Digest[] forged = [.. proof];
                forged[random.Next(forged.Length)] = Merkle.Leaf("forged"u8);
                asked.Add(($"{what}, another hash", false, Line(index, size, root, index, forged)));
                asked.Add(($"{what}, another index", false, Line(index ^ 1, size, root, index, proof)));
            }
        }

        var answers = await NodeScript.Answers("inclusion.mjs", asked.Select(a => a.Line));

        Assert.Equal(asked.Count, answers.Length);
        for (var i = 0; i < answers.Length; i++)
        {
            Assert.True(answers[i] == "true" == asked[i].Holds, $"{asked[i].What}: {answers[i]}: {asked[i].Line}");
        }
    }

    private static string Line(int index, int size, Digest root, int entry, IReadOnlyList<Digest> proof) =>
        $"{{\"index\":\"{index}\",\"size\":\"{size}\",\"root\":\"{root.ToHex()}\",\"entry\":\"{entry:x8}\","
        + $"\"proof\":[{string.Join(',', proof.Select(h => $"\"{h.ToHex()}\""))}]}}";
}
