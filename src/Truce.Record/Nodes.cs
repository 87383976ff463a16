using System.Collections.Concurrent;
using System.Numerics;
using Truce.Record.Hashing;

namespace Truce.Record;

/// <summary>
/// The nodes of a log's tree, for proofs: read from the flat files, with the upper part of each tile kept. Of a tile
/// of leaves what stands from height 4 on is kept, 1 KiB; below, sixteen hashes are read for a proof. Safe from
/// several threads.
/// </summary>
internal sealed class Nodes(Disk disk)
{
    private const int BlockHeight = 4;
    private const int BlockLeaves = 1 << BlockHeight;

    /// <summary>How many tiles are kept: 64 MiB, for 16 million entries; then one takes another's place.</summary>
    private const int KeptMax = 1 << 16;

    private readonly KeptTile?[] _kept = new KeptTile?[KeptMax];
    private RightEdge _edge = new(0, new ConcurrentDictionary<long, Digest>());

    /// <summary>A tile with so many hashes, of which every complete node from a height on is kept.</summary>
    private sealed record KeptTile(int Level, long Index, int Count, int FromHeight, Digest[] Nodes)
    {
        public bool Has(int height, long place) => place < Count >> height;

        /// <summary>A node by its height above the tile's hashes, and its place in the tile.</summary>
        public Digest At(int height, long place)
        {
            var offset = (int)place;
            for (var h = FromHeight; h < height; h++)
            {
                offset += Count >> h;
            }

            return Nodes[offset];
        }
    }

    /// <summary>What lies between an index and the end of a tree, where that is no complete subtree.</summary>
    private sealed record RightEdge(long Size, ConcurrentDictionary<long, Digest> From);

    /// <summary>The hash of a complete subtree of the durable tree.</summary>
    public Digest Subtree(int height, long index, long durable)
    {
        var (level, within) = (height / Tile.Height, height % Tile.Height);
        var fromHeight = level == 0 ? BlockHeight : 0;
        return within < fromHeight
            ? Combined(level, within, index)
            : Kept(level, index, within, fromHeight, durable).At(within, index & ((Tile.FullWidth >> within) - 1));
    }

    /// <summary>The hashes that prove a leaf's place in the tree of a size that the durable tree has reached.</summary>
    public IReadOnlyList<Digest> Inclusion(long index, long size, long durable)
    {
        var block = index >> BlockHeight;
        Span<Digest> nodes = stackalloc Digest[2 * BlockLeaves]; // the leaves, then each height above them
        var isWhole = (block + 1) << BlockHeight <= size;
        if (isWhole)
        {
            Read(0, block << BlockHeight, nodes[..BlockLeaves]);
            for (var (from, count) = (0, BlockLeaves); count > 1; (from, count) = (from + count, count / 2))
            {
                Sha256Lanes.Nodes(nodes.Slice(from, count), nodes[(from + count)..]);
            }
        }

        var proof = new Digest[Merkle.ProofHashesMax];
        var free = proof.Length;
        for (var (low, high) = (0L, size); high - low > 1;)
        {
            var middle = low + Merkle.Split(high - low);
            var (from, to) = index < middle ? (middle, high) : (low, middle);
            (low, high) = index < middle ? (low, middle) : (middle, high);
            var height = BitOperations.TrailingZeroCount(to - from);
            proof[--free] = !BitOperations.IsPow2(to - from) ? Edge(from, size, durable)
                : isWhole && height < BlockHeight && from >> BlockHeight == block
                    ? nodes[Offset(height) + (int)((from & (BlockLeaves - 1)) >> height)]
                    : Subtree(height, from >> height, durable);
        }

        return proof[free..];
    }

    /// <summary>Where the nodes of a height begin in a block.</summary>
    private static int Offset(int height) => (2 * BlockLeaves) - (2 * BlockLeaves >> height);

    private Digest Edge(long from, long size, long durable)
    {
        var edge = Volatile.Read(ref _edge);
        if (edge.Size != size)
        {
            edge = new RightEdge(size, new ConcurrentDictionary<long, Digest>());
            Volatile.Write(ref _edge, edge);
        }

        return edge.From.TryGetValue(from, out var hash) ? hash : edge.From[from] =
            Merkle.Range(from, size, (height, index) => Subtree(height, index, durable));
    }

    private Digest Combined(int level, int within, long index)
    {
        Span<Digest> hashes = stackalloc Digest[1 << within];
        Read(level, index << within, hashes);
        for (; hashes.Length > 1; hashes = hashes[..(hashes.Length / 2)])
        {
            Sha256Lanes.Nodes(hashes, hashes);
        }

        return hashes[0];
    }

    private KeptTile Kept(int level, long index, int within, int fromHeight, long durable)
    {
        var tile = index >> (Tile.Height - within);
        ref var place = ref _kept[(int)((tile + (level * 40_503L)) & (KeptMax - 1))];
        if (Volatile.Read(ref place) is { } kept && kept.Level == level && kept.Index == tile
            && kept.Has(within, index & ((Tile.FullWidth >> within) - 1)))
        {
            return kept;
        }

        var count = (int)Math.Min(Tile.FullWidth, Tile.Count(level, durable) - (tile * Tile.FullWidth));
        Span<Digest> hashes = stackalloc Digest[count];
        Read(level, tile * Tile.FullWidth, hashes);
        var nodes = new List<Digest>(2 * count >> fromHeight);
        for (var height = 0; hashes.Length > 0; height++)
        {
            if (height >= fromHeight)
            {
                nodes.AddRange(hashes);
            }

            Sha256Lanes.Nodes(hashes, hashes);
            hashes = hashes[..(hashes.Length / 2)];
        }

        kept = new KeptTile(level, tile, count, fromHeight, [.. nodes]);
        Volatile.Write(ref place, kept);
        return kept;
    }

    private void Read(int level, long index, Span<Digest> into)
    {
        Span<byte> bytes = stackalloc byte[into.Length * Digest.Bytes];
        if (disk.Read(FlatFiles.Hashes(level), index * Digest.Bytes, bytes) != bytes.Length)
        {
            throw new IOException($"`{FlatFiles.Hashes(level)}` ends too early");
        }

        Digest.CopyFrom(bytes, into);
    }
}
