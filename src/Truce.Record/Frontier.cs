using Truce.Record.Hashing;

namespace Truce.Record;

/// <summary>The complete subtrees at the right edge of a growing tree: all that is needed to go on.</summary>
internal sealed class Frontier
{
    private const int Heights = Merkle.ProofHashesMax + 1;

    private readonly Digest[] _edge = new Digest[Heights];

    public long Size { get; private set; }

    public Digest Root
    {
        get
        {
            Digest? root = null;
            for (var height = 0; height < Heights - 1; height++)
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
        for (var height = 0; height < Heights - 1; height++)
        {
            if ((size >> height & 1) == 1)
            {
                frontier._edge[height] = subtree(height, (size >> height) - 1);
            }
        }

        return frontier;
    }

    public void CopyFrom(Frontier other)
    {
        Size = other.Size;
        other._edge.CopyTo(_edge, 0);
    }

    /// <summary>Whether both go on from the same tree; what lies in unused places does not count.</summary>
    public bool IsSameAs(Frontier other) => Size == other.Size && Enumerable.Range(0, Heights - 1)
        .All(height => (Size >> height & 1) == 0 || _edge[height] == other._edge[height]);

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

    /// <summary>Adds leaves; the growth then holds every node that they completed, height by height.</summary>
    public void Add(ReadOnlySpan<Digest> leaves, Growth growth)
    {
        growth.Begin(_edge);
        leaves.CopyTo(growth.Make(0, Size, leaves.Length));
        for (var height = 0; height < Heights - 1 && growth.Nodes(height) is { IsEmpty: false } nodes; height++)
        {
            var first = growth.First(height);
            var children = growth.WithLeftNeighbour(height, _edge[height]);
            Sha256Lanes.Nodes(children, growth.Make(height + 1, first >> 1, children.Length / 2));
            if ((first + nodes.Length & 1) == 1)
            {
                _edge[height] = nodes[^1];
            }
        }

        Size += leaves.Length;
    }
}

/// <summary>The nodes that a stretch of leaves completed in a tree. Its memory is used again.</summary>
internal sealed class Growth
{
    private const int Heights = Merkle.ProofHashesMax + 1;

    private readonly Digest[] _before = new Digest[Heights];
    private readonly Digest[][] _nodes = new Digest[Heights][]; // the first place is the left neighbour's
    private readonly long[] _first = new long[Heights];
    private readonly int[] _count = new int[Heights];
    private readonly List<Digest> _children = [];
    private readonly List<int> _which = [];
    private Digest[] _parents = [];

    public ReadOnlySpan<Digest> Nodes(int height) =>
        _count[height] == 0 ? [] : _nodes[height].AsSpan(1, _count[height]);

    /// <summary>The index of the first of the nodes of a height.</summary>
    public long First(int height) => _first[height];

    public void Begin(ReadOnlySpan<Digest> edge)
    {
        edge.CopyTo(_before);
        Array.Clear(_count);
    }

    public Span<Digest> Make(int height, long first, int count)
    {
        if (_nodes[height] is null || _nodes[height].Length <= count)
        {
            _nodes[height] = new Digest[Math.Max(count + 1, 2 * (_nodes[height]?.Length ?? 0))];
        }

        (_first[height], _count[height]) = (first, count);
        return _nodes[height].AsSpan(1, count);
    }

    /// <summary>The nodes of a height from an even index on: what stands before them is put in front.</summary>
    public ReadOnlySpan<Digest> WithLeftNeighbour(int height, Digest left)
    {
        var isRight = (_first[height] & 1) == 1;
        _nodes[height][0] = left;
        return isRight ? _nodes[height].AsSpan(0, _count[height] + 1) : _nodes[height].AsSpan(1, _count[height]);
    }

    /// <summary>The root of the tree at each of some sizes that it had while it grew.</summary>
    public void Roots(ReadOnlySpan<long> sizes, Span<Digest> roots)
    {
        Span<long> rest = sizes.Length <= 256 ? stackalloc long[sizes.Length] : new long[sizes.Length];
        for (var i = 0; i < sizes.Length; i++)
        {
            roots[i] = Edge(sizes[i], sizes[i]);
            rest[i] = sizes[i] & (sizes[i] - 1);
        }

        do
        {
            _children.Clear();
            _which.Clear();
            for (var i = 0; i < sizes.Length; i++)
            {
                if (rest[i] != 0)
                {
                    _children.Add(Edge(sizes[i], rest[i]));
                    _children.Add(roots[i]);
                    _which.Add(i);
                    rest[i] &= rest[i] - 1;
                }
            }

            _parents = _parents.Length < _which.Count ? new Digest[_which.Count * 2] : _parents;
            Sha256Lanes.Nodes(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_children), _parents);
            for (var i = 0; i < _which.Count; i++)
            {
                roots[_which[i]] = _parents[i];
            }
        }
        while (_which.Count > 0);
    }

    /// <summary>The subtree at the edge of a tree of a size, at the height of the lowest bit of a number.</summary>
    private Digest Edge(long size, long bits)
    {
        var height = System.Numerics.BitOperations.TrailingZeroCount(bits);
        var at = (size >> height) - 1 - _first[height];
        return at >= 0 && at < _count[height] ? _nodes[height][at + 1] : _before[height];
    }
}
