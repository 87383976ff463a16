namespace Truce.Record;

/// <summary>The complete subtrees at the right edge of a growing tree: all that is needed to go on.</summary>
internal sealed class Frontier
{
    private readonly Digest[] _edge = new Digest[64];

    public long Size { get; private set; }

    public Digest Root
    {
        get
        {
            Digest? root = null;
            for (var height = 0; height < _edge.Length - 1; height++)
            {
                if ((Size >> height & 1) == 1)
                {
                    root = root is null ? _edge[height] : Merkle.Node(_edge[height], root.Value);
                }
            }

            return root ?? Merkle.EmptyRoot;
        }
    }

    /// <summary>The frontier of a tree of a size.</summary>
    public static Frontier Of(long size, SubtreeHash subtree)
    {
        var frontier = new Frontier { Size = size };
        for (var height = 0; height < frontier._edge.Length - 1; height++)
        {
            if ((size >> height & 1) == 1)
            {
                frontier._edge[height] = subtree(height, (size >> height) - 1);
            }
        }

        return frontier;
    }

    /// <summary>Adds a leaf; each hash that completes a level of tiles is given to the caller.</summary>
    public void Add(Digest leaf, Action<int, Digest> completed)
    {
        completed(0, leaf);
        var (hash, height) = (leaf, 0);
        for (; (Size >> height & 1) == 1; height++)
        {
            hash = Merkle.Node(_edge[height], hash);
            if ((height + 1) % Tile.Height == 0)
            {
                completed((height + 1) / Tile.Height, hash);
            }
        }

        _edge[height] = hash;
        Size++;
    }
}
