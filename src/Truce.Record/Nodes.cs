using Truce.Record.Hashing;

namespace Truce.Record;

/// <summary>
/// The nodes of a log's tree, for proofs: read from the flat files, with the upper part of each full tile kept. Of a
/// tile of leaves what stands from height 4 on is kept, 1 KiB; below, sixteen hashes are read for a proof. Safe from
/// several threads.
/// </summary>
internal sealed class Nodes(Disk disk)
{
    private const int BlockHeight = 4;
    private const int BlockLeaves = 1 << BlockHeight;

    /// <summary>
    /// How many tiles are kept: 64 MiB at most, for 16 million entries. Another tile takes the place.
    /// </summary>
    private const int KeptMax = 1 << 16;

    private readonly KeptTile?[] _kept = new KeptTile?[KeptMax];

    private sealed record KeptTile(int Level, long Index, int FromHeight, Digest[] Nodes)
    {
        /// <summary>A node by its height above the tile's hashes, and its place in the tile.</summary>
        public Digest At(int height, long place) => Nodes[Offset(height) + (int)place];

        private int Offset(int height)
        {
            var offset = 0;
            for (var h = FromHeight; h < height; h++)
            {
                offset += Tile.FullWidth >> h;
            }

            return offset;
        }
    }

    /// <summary>The hash of a complete subtree of the durable tree.</summary>
    public Digest Subtree(int height, long index, long size)
    {
        var (level, within) = (height / Tile.Height, height % Tile.Height);
        var fromHeight = level == 0 ? BlockHeight : 0;
        var tile = index >> (Tile.Height - within);
        return within >= fromHeight && tile < Tile.Count(level, size) / Tile.FullWidth
            ? Kept(level, tile, fromHeight).At(within, index & ((Tile.FullWidth >> within) - 1))
            : Combined(level, within, index);
    }

    /// <summary>The hashes that prove a leaf's place in the tree of a size that the durable tree has reached.</summary>
    public IReadOnlyList<Digest> Inclusion(long index, long size, long durable)
    {
        var block = index >> BlockHeight;
        if ((block + 1) << BlockHeight > size)
        {
            return Merkle.Inclusion(index, size, (height, at) => Subtree(height, at, durable));
        }

        var nodes = new Digest[2 * BlockLeaves]; // the leaves, then each height above them
        Read(0, block << BlockHeight, nodes.AsSpan(0, BlockLeaves));
        for (var (from, count) = (0, BlockLeaves); count > 1; (from, count) = (from + count, count / 2))
        {
            Sha256Lanes.Nodes(nodes.AsSpan(from, count), nodes.AsSpan(from + count));
        }

        return Merkle.Inclusion(index, size, (height, at) =>
            height < BlockHeight && at >> (BlockHeight - height) == block
            ? nodes[(2 * BlockLeaves) - (2 * BlockLeaves >> height) + (int)(at & ((BlockLeaves >> height) - 1))]
            : Subtree(height, at, durable));
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

    private KeptTile Kept(int level, long tile, int fromHeight)
    {
        ref var place = ref _kept[(int)((tile + (level * 40_503L)) & (KeptMax - 1))];
        if (Volatile.Read(ref place) is { } kept && kept.Level == level && kept.Index == tile)
        {
            return kept;
        }

        Span<Digest> hashes = stackalloc Digest[Tile.FullWidth];
        Read(level, tile * Tile.FullWidth, hashes);
        var nodes = new List<Digest>(2 * Tile.FullWidth >> fromHeight);
        for (var height = 0; hashes.Length > 0; height++)
        {
            if (height >= fromHeight)
            {
                nodes.AddRange(hashes);
            }

            Sha256Lanes.Nodes(hashes, hashes);
            hashes = hashes[..(hashes.Length / 2)];
        }

        kept = new KeptTile(level, tile, fromHeight, [.. nodes]);
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
