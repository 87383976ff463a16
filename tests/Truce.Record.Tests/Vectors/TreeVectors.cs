namespace Truce.Record.Tests;

/// <summary>tree.json: RFC 6962's hashes and proofs, and the tiles that trees consist of.</summary>
internal static class TreeVectors
{
    /// <summary>The entries of the reference tree, as Certificate Transparency has them.</summary>
    public static readonly string[] Entries =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly int[] LargeSizes = [1, 2, 3, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000];

    private static readonly Trees.Plain Reference =
        new([.. Entries.Select(hex => Merkle.Leaf(Convert.FromHexString(hex)))]);

    public static object Content()
    {
        var large = new Trees.Plain(Trees.Leaves(70_000));
        return new
        {
            About = "Merkle trees of RFC 6962, section 2.1. Hashes are hex. Proofs run from the leaf to the root.",
            Leaves = Entries.Zip(Reference.Leaves, (entry, hash) => new { EntryHex = entry, Hash = hash.ToHex() }),
            Roots = Enumerable.Range(0, Entries.Length + 1)
                .Select(size => new { Size = $"{size}", Root = Reference.Root(size).ToHex() }),
            LargeAbout = "entry number i is i in four bytes, big-endian",
            LargeRoots = LargeSizes.Select(size => new { Size = $"{size}", Root = large.Root(size).ToHex() }),
            Inclusion = Inclusion().Concat(ForgedInclusion()),
            Consistency = Consistency().Concat(ForgedConsistency()),
            Tiles = LargeSizes.Select(size => new
            {
                Size = $"{size}",
                Right = Tile.All(size).GroupBy(t => t.Level).Select(level => level.Last().Path),
                Bundle = new Tile(level: null, Tile.All(size).Where(t => t.Level == 0).Max(t => t.Index),
                    Tile.All(size).Last(t => t.Level == 0).Width).Path,
            }),
            Paths = Paths(),
        };
    }

    private static IEnumerable<object> Inclusion() =>
        from size in Enumerable.Range(1, Entries.Length)
        from index in Enumerable.Range(0, size)
        select Included($"entry {index} of {size}", valid: true, why: null, index, size, index, size,
            Merkle.Inclusion(index, size, Reference.Subtree));

    private static IEnumerable<object> ForgedInclusion()
    {
        var proof = Merkle.Inclusion(index: 3, size: 7, Reference.Subtree);
        yield return Included("another leaf", valid: false, "the leaf is entry 4's", 3, 7, 4, 7, proof);
        yield return Included("another index", valid: false, "the leaf stands at 3, not at 2", 2, 7, 3, 7, proof);
        yield return Included("the index is the size", valid: false, "index < size", 7, 7, 3, 7, proof);
        yield return Included("another root", valid: false, "the root is the tree of six's", 3, 7, 3, 6, proof);
        yield return Included(
            "a hash less", valid: false, "the proof ends below the root", 3, 7, 3, 7, [.. proof.SkipLast(1)]);
        yield return Included(
            "a hash more", valid: false, "the proof goes on above the root", 3, 7, 3, 7, [.. proof, proof[0]]);
        yield return Included(
            "hashes in another order", valid: false, "from the leaf to the root", 3, 7, 3, 7, [.. proof.Reverse()]);
        yield return Included(
            "a proof where none is needed", valid: false, "a tree of one has no proof", 0, 1, 0, 1, [proof[0]]);
    }

    private static object Included(
        string name, bool valid, string? why, int index, int size, int leaf, int rootOf, IReadOnlyList<Digest> proof) =>
        new
        {
            Name = name,
            Valid = valid,
            Why = why,
            Index = $"{index}",
            Size = $"{size}",
            Leaf = Reference.Leaves[leaf].ToHex(),
            Root = Reference.Root(rootOf).ToHex(),
            Proof = proof.Select(h => h.ToHex()),
        };

    private static IEnumerable<object> Consistency() =>
        from size in Enumerable.Range(0, Entries.Length + 1)
        from old in Enumerable.Range(0, size + 1)
        select Consistent($"{old} to {size}", valid: true, why: null, old, size, old, size,
            Merkle.Consistency(old, size, Reference.Subtree));

    private static IEnumerable<object> ForgedConsistency()
    {
        var proof = Merkle.Consistency(old: 3, size: 7, Reference.Subtree);
        yield return Consistent("another old root", valid: false, "the old root is two's", 3, 7, 2, 7, proof);
        yield return Consistent("another new root", valid: false, "the new root is eight's", 3, 7, 3, 8, proof);
        yield return Consistent("a smaller new size", valid: false, "old <= new", 7, 3, 7, 3, proof);
        yield return Consistent(
            "a hash less", valid: false, "the proof is too short", 3, 7, 3, 7, [.. proof.SkipLast(1)]);
        yield return Consistent(
            "a hash more", valid: false, "the proof is too long", 3, 7, 3, 7, [.. proof, proof[0]]);
        yield return Consistent(
            "no proof", valid: false, "only from 0, and to itself, is nothing to prove", 3, 7, 3, 7, []);
        yield return Consistent(
            "a proof from nothing", valid: false, "from 0 the proof is empty", 0, 7, 0, 7, [proof[0]]);
        yield return Consistent(
            "from nothing with a root", valid: false, "the root of nothing is SHA-256 of nothing", 0, 7, 1, 7, []);
        yield return Consistent("the same size, other roots", valid: false, "a fork", 7, 7, 6, 7, []);
        yield return Consistent(
            "a proof to itself", valid: false, "of the same size the proof is empty", 7, 7, 7, 7, [proof[0]]);
    }

    private static object Consistent(
        string name, bool valid, string? why, int old, int size, int oldRootOf, int rootOf,
        IReadOnlyList<Digest> proof) =>
        new
        {
            Name = name,
            Valid = valid,
            Why = why,
            Old = $"{old}",
            OldRoot = Reference.Root(oldRootOf).ToHex(),
            Size = $"{size}",
            Root = Reference.Root(rootOf).ToHex(),
            Proof = proof.Select(h => h.ToHex()),
        };

    private static IEnumerable<object> Paths()
    {
        (string Path, string? Why)[] all =
        [
            ("tile/0/000", null),
            ("tile/0/273.p/112", null),
            ("tile/0/x001/x234/067", null),
            ("tile/0/x001/x234/067.p/1", null),
            ("tile/63/000.p/255", null),
            ("tile/entries/000", null),
            ("tile/entries/x001/000.p/8", null),
            ("tile/64/000", "levels end at 63"),
            ("tile/00/000", "no leading zero in a level"),
            ("tile/-1/000", "a level is a decimal number"),
            ("tile/0/0", "three digits in each group"),
            ("tile/0/x000/001", "no leading group of zeros"),
            ("tile/0/001/002", "every group but the last begins with x"),
            ("tile/0/x001", "the last group has no x"),
            ("tile/0/000.p/0", "a partial tile has a hash"),
            ("tile/0/000.p/256", "a full tile is not partial"),
            ("tile/0/000.p/01", "no leading zero in a width"),
            ("tile/0/000.p", "the width is missing"),
            ("tile/0/", "the index is missing"),
            ("tile/0/000/", "nothing follows"),
            ("/tile/0/000", "the path is below the log's prefix"),
            ("tile/data/000", "bundles are at entries"),
        ];
        return all.Select(p => new { p.Path, Valid = p.Why is null, p.Why });
    }
}
