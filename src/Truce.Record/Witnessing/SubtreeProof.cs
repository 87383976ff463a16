using System.Numerics;

namespace Truce.Record;

/// <summary>
/// Subtree consistency proofs of draft-ietf-plants-merkle-tree-certs-03, section 4: that a tree's leaves [start, end)
/// have a hash. With start 0 it is the proof of RFC 6962.
/// </summary>
public static class SubtreeProof
{
    /// <summary>Whether [start, end) can be proved: start is a multiple of the power of two that holds it.</summary>
    public static bool IsSubtree(long start, long end) =>
        start >= 0 && end > start && start % (long)BitOperations.RoundUpToPowerOf2((ulong)(end - start)) == 0;

    /// <summary>The hash over the leaves [start, end).</summary>
    public static Digest Hash(long start, long end, SubtreeHash subtree)
    {
        Demand(start, end, end);
        return Range(start, end, subtree);
    }

    /// <summary>The hashes that prove a subtree of the tree of a size.</summary>
    public static IReadOnlyList<Digest> Make(long start, long end, long size, SubtreeHash subtree)
    {
        Demand(start, end, size);
        var proof = new List<Digest>();
        Make(start, end, 0, size, isKnown: true, subtree, proof);
        return proof;
    }

    /// <summary>Whether a proof shows that the leaves [start, end) of a tree have a hash.</summary>
    public static bool Verify(
        long start, long end, long size, Digest hash, Digest root, IReadOnlyList<Digest> proof)
    {
        if (!IsSubtree(start, end) || end > size || proof.Count > Merkle.ProofHashesMax)
        {
            return false;
        }

        var rest = new Queue<Digest>(proof);
        return Climb(start, end, 0, size, known: hash, rest) is var (part, whole)
            && rest.Count == 0 && part == hash && whole == root;
    }

    private static void Make(
        long start, long end, long low, long high, bool isKnown, SubtreeHash subtree, List<Digest> proof)
    {
        if (start == low && end == high)
        {
            if (!isKnown)
            {
                proof.Add(Range(low, high, subtree));
            }

            return;
        }

        var middle = low + Split(high - low);
        if (end <= middle)
        {
            Make(start, end, low, middle, isKnown, subtree, proof);
            proof.Add(Range(middle, high, subtree));
        }
        else
        {
            // A subtree that begins before the middle and ends behind it begins where this range does.
            Make(Math.Max(start, middle), end, middle, high, isKnown && start >= middle, subtree, proof);
            proof.Add(Range(low, middle, subtree));
        }
    }

    /// <summary>
    /// The hashes of the part of [start, end) within a range and of the range, each made of the proof; null where the
    /// proof is too short.
    /// </summary>
    private static (Digest Part, Digest Whole)? Climb(
        long start, long end, long low, long high, Digest? known, Queue<Digest> proof)
    {
        if (start == low && end == high)
        {
            return known is { } hash ? (hash, hash) : proof.TryDequeue(out var given) ? (given, given) : null;
        }

        var middle = low + Split(high - low);
        var isLeft = end <= middle;
        var inner = isLeft
            ? Climb(start, end, low, middle, known, proof)
            : Climb(Math.Max(start, middle), end, middle, high, start >= middle ? known : null, proof);
        if (inner is not var (part, whole) || !proof.TryDequeue(out var beside))
        {
            return null;
        }

        return isLeft ? (part, Merkle.Node(whole, beside))
            : (start >= middle ? part : Merkle.Node(beside, part), Merkle.Node(beside, whole));
    }

    private static Digest Range(long low, long high, SubtreeHash subtree)
    {
        var count = high - low;
        if (BitOperations.IsPow2(count))
        {
            var height = BitOperations.TrailingZeroCount(count);
            return subtree(height, low >> height);
        }

        var middle = low + Split(count);
        return Merkle.Node(Range(low, middle, subtree), Range(middle, high, subtree));
    }

    private static long Split(long count) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(count - 1)));

    private static void Demand(long start, long end, long size)
    {
        if (!IsSubtree(start, end) || end > size)
        {
            throw new ArgumentOutOfRangeException(nameof(start), "not a subtree of this tree");
        }
    }
}
