using System.Numerics;
using System.Security.Cryptography;

namespace Truce.Record;

/// <summary>The hash of the complete subtree of 2^height leaves that begins at leaf index · 2^height.</summary>
public delegate Digest SubtreeHash(int height, long index);

/// <summary>
/// The Merkle tree of RFC 6962, section 2.1: hashes, proofs and their verification. A proof is made from the hashes of
/// complete subtrees and is verified from hashes alone.
/// </summary>
public static class Merkle
{
    /// <summary>The most hashes that a proof can have: a tree has fewer than 2^63 leaves.</summary>
    public const int ProofHashesMax = 63;

    internal const byte LeafMark = 0;

    private const byte NodeMark = 1;
    private const int EntryOnStackMax = 1024;

    /// <summary>The root of the tree without leaves: SHA-256 of nothing.</summary>
    public static Digest EmptyRoot { get; } = Digest.Of([]);

    /// <summary>The hash of a leaf: SHA-256(0x00 ‖ entry).</summary>
    public static Digest Leaf(ReadOnlySpan<byte> entry)
    {
        var length = checked(entry.Length + 1);
        var bytes = length <= EntryOnStackMax ? stackalloc byte[EntryOnStackMax] : new byte[length];
        bytes[0] = LeafMark;
        entry.CopyTo(bytes[1..]);
        return Digest.Of(bytes[..length]);
    }

    /// <summary>The hash of a node: SHA-256(0x01 ‖ left ‖ right).</summary>
    public static Digest Node(Digest left, Digest right)
    {
        Span<byte> bytes = stackalloc byte[1 + Digest.Bytes + Digest.Bytes];
        bytes[0] = NodeMark;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[(1 + Digest.Bytes)..]);
        Span<byte> hash = stackalloc byte[Digest.Bytes];
        SHA256.HashData(bytes, hash);
        return new Digest(hash);
    }

    /// <summary>The root over leaf hashes.</summary>
    public static Digest Root(ReadOnlySpan<Digest> leaves) => leaves.Length switch
    {
        0 => EmptyRoot,
        1 => leaves[0],
        var n => Node(Root(leaves[..(int)Split(n)]), Root(leaves[(int)Split(n)..])),
    };

    /// <summary>The root of the first leaves of a tree.</summary>
    public static Digest Root(long size, SubtreeHash subtree) =>
        size == 0 ? EmptyRoot : Range(0, NotNegative(size), subtree);

    /// <summary>The hashes that prove a leaf's place in the tree of a size, from its sibling to the root.</summary>
    public static IReadOnlyList<Digest> Inclusion(long index, long size, SubtreeHash subtree)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var proof = new List<Digest>();
        var (low, high) = (0L, size);
        while (high - low > 1)
        {
            var middle = low + Split(high - low);
            proof.Add(index < middle ? Range(middle, high, subtree) : Range(low, middle, subtree));
            (low, high) = index < middle ? (low, middle) : (middle, high);
        }

        proof.Reverse();
        return proof;
    }

    /// <summary>The hashes that prove that the tree of a size begins with the tree of an older size.</summary>
    public static IReadOnlyList<Digest> Consistency(long old, long size, SubtreeHash subtree)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(old);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(old, size);
        if (old == 0 || old == size)
        {
            return [];
        }

        var proof = new List<Digest>();
        var (low, high) = (0L, size);
        while (old != high)
        {
            var middle = low + Split(high - low);
            proof.Add(old <= middle ? Range(middle, high, subtree) : Range(low, middle, subtree));
            (low, high) = old <= middle ? (low, middle) : (middle, high);
        }

        if (low > 0)
        {
            proof.Add(Range(low, high, subtree));
        }

        proof.Reverse();
        return proof;
    }

    /// <summary>Whether a proof shows that a leaf stands at an index of the tree with a size and a root.</summary>
    public static bool VerifyInclusion(
        Digest leaf, long index, long size, Digest root, IReadOnlyList<Digest> proof)
    {
        if (index < 0 || index >= size || proof.Count > ProofHashesMax)
        {
            return false;
        }

        var (hash, at, last) = (leaf, index, size - 1);
        foreach (var step in proof)
        {
            if (last == 0)
            {
                return false;
            }

            if ((at & 1) == 1 || at == last)
            {
                hash = Node(step, hash);
                while ((at & 1) == 0 && at != 0)
                {
                    (at, last) = (at >> 1, last >> 1);
                }
            }
            else
            {
                hash = Node(hash, step);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && hash == root;
    }

    /// <summary>Whether a proof shows that the tree with a size and a root begins with an older one.</summary>
    public static bool VerifyConsistency(
        long old, Digest oldRoot, long size, Digest root, IReadOnlyList<Digest> proof)
    {
        if (old < 0 || old > size || proof.Count > ProofHashesMax)
        {
            return false;
        }

        if (old == size || old == 0)
        {
            return proof.Count == 0 && (old == size ? oldRoot == root : oldRoot == EmptyRoot);
        }

        var steps = BitOperations.IsPow2(old) ? [oldRoot, .. proof] : proof.ToArray();
        if (steps.Length == 0)
        {
            return false;
        }

        var shift = BitOperations.TrailingZeroCount(~(old - 1));
        var (at, last) = ((old - 1) >> shift, (size - 1) >> shift);
        var (older, newer) = (steps[0], steps[0]);
        foreach (var step in steps.AsSpan(1))
        {
            if (last == 0)
            {
                return false;
            }

            if ((at & 1) == 1 || at == last)
            {
                (older, newer) = (Node(step, older), Node(step, newer));
                while ((at & 1) == 0 && at != 0)
                {
                    (at, last) = (at >> 1, last >> 1);
                }
            }
            else
            {
                newer = Node(newer, step);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && older == oldRoot && newer == root;
    }

    /// <summary>The hash over the leaves [low, high); low is a multiple of a power of two that holds them.</summary>
    internal static Digest Range(long low, long high, SubtreeHash subtree)
    {
        var count = high - low;
        if (BitOperations.IsPow2(count))
        {
            var height = BitOperations.TrailingZeroCount(count);
            return subtree(height, low >> height);
        }

        var middle = low + Split(count);
        return Node(Range(low, middle, subtree), Range(middle, high, subtree));
    }

    /// <summary>The largest power of two below a number above one.</summary>
    internal static long Split(long count) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(count - 1)));

    private static long NotNegative(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return size;
    }
}
