using System.Buffers.Binary;

namespace Truce.Record.Tests;

/// <summary>Trees by the recursive definition of RFC 6962, sharing no arithmetic with tiles or proofs.</summary>
internal static class Trees
{
    public static Digest[] Leaves(int count)
    {
        var leaves = new Digest[count];
        var entry = new byte[4];
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(entry, i);
            leaves[i] = Merkle.Leaf(entry);
        }

        return leaves;
    }

    /// <summary>All roots are remembered, so that exhaustive tests stay short.</summary>
    public sealed class Plain(Digest[] leaves)
    {
        private readonly Dictionary<(int, long), Digest> _subtrees = [];
        private readonly Dictionary<int, Digest> _roots = [];

        public Digest[] Leaves => leaves;

        public Digest Root(int size)
        {
            if (!_roots.TryGetValue(size, out var root))
            {
                _roots[size] = root = Merkle.Root(leaves.AsSpan(0, size));
            }

            return root;
        }

        public Digest Subtree(int height, long index)
        {
            if (!_subtrees.TryGetValue((height, index), out var hash))
            {
                _subtrees[(height, index)] = hash = Merkle.Root(leaves.AsSpan((int)(index << height), 1 << height));
            }

            return hash;
        }
    }
}
