using System.Numerics;

namespace Truce.Rules;

/// <summary>
/// Cuts the space, but for performers and actions, into cells in which every given box holds either the whole cell or
/// none of
/// it. Values that no box tells apart stay together, so the number of cells follows the boxes, not the situations.
/// </summary>
/// <remarks>A set of boxes is a row of bits. A dimension is cut once at most on the way to a cell: into values that all
/// boxes
/// still in question see alike, which then either hold it whole or miss it.</remarks>
internal sealed class Cells(Situations space, int nodeLimit)
{
    private int _nodes;

    /// <summary>How many nodes have been visited.</summary>
    public int Nodes => _nodes;

    /// <summary>True once the limit was met: what was asked last is not decided.</summary>
    public bool GaveUp { get; private set; }

    /// <summary>Visits each cell once, in a fixed order.</summary>
    /// <param name="boxes">The boxes; empty ones are ignored.</param>
    /// <param name="start">The part of the space to cut.</param>
    /// <param name="firstDim">The first dimension to cut; those before are left as they are in <paramref
    /// name="start"/>.</param>
    /// <param name="visit">Receives the cell (owned by the receiver) and the indices of the boxes that hold it,
    /// ascending.</param>
    /// <returns>False where the node limit was met.</returns>
    public bool Each(IReadOnlyList<ulong[]> boxes, ulong[] start, int firstDim, Action<ulong[], List<int>> visit) =>
        EachSet(boxes, start, firstDim, (cell, holding) => visit((ulong[])cell.Clone(), Mask.Bits(holding)));

    /// <summary>As <see cref="Each"/>; the cell and the set of boxes that hold it are lent for the visit
    /// alone.</summary>
    public bool EachSet(IReadOnlyList<ulong[]> boxes, ulong[] start, int firstDim, Visit visit)
    {
        new Walk(this, space, boxes, start, firstDim, visit).Run();
        return !GaveUp;
    }

    /// <summary>Receives a cell and the boxes that hold it, as a set of bits.</summary>
    public delegate void Visit(ulong[] cell, ulong[] holding);

    /// <summary>Counts work done on a visit as so many nodes.</summary>
    public void Charge(int nodes)
    {
        _nodes = (int)Math.Min(int.MaxValue, (long)_nodes + nodes);
        GaveUp |= _nodes > nodeLimit;
    }

    private bool MayGoOn()
    {
        GaveUp |= ++_nodes > nodeLimit;
        return !GaveUp;
    }

    private sealed class Walk
    {
        private readonly Cells _cells;
        private readonly Situations _space;
        private readonly Visit _visit;
        private readonly ulong[] _cell;
        private readonly int _firstDim;
        private readonly int _words;
        private readonly ulong[]?[] _rows;
        private readonly ulong[][] _partial;
        private readonly ulong[] _meeting;

        public Walk(Cells cells, Situations space, IReadOnlyList<ulong[]> boxes, ulong[] start, int firstDim,
            Visit visit)
        {
            (_cells, _space, _visit, _firstDim) = (cells, space, visit, firstDim);
            _cell = (ulong[])start.Clone();
            _words = Math.Max(1, (boxes.Count + 63) / 64);
            _meeting = new ulong[_words];
            _rows = new ulong[]?[space.Dims];
            _partial = new ulong[space.Dims][];
            Mask.Fill(_meeting, boxes.Count);
            for (var d = 0; d < space.Dims; d++)
            {
                _partial[d] = new ulong[_words];
                if (d >= firstDim)
                {
                    Compare(boxes, start, d);
                }
            }
        }

        /// <summary>Which boxes meet the start in a dimension, and which of them do not hold it whole there.</summary>
        private void Compare(IReadOnlyList<ulong[]> boxes, ulong[] start, int dim)
        {
            var cell = _space.Dim(start, dim);
            for (var i = 0; i < boxes.Count; i++)
            {
                var box = _space.Dim(boxes[i], dim);
                if (!Mask.Meets(box, cell))
                {
                    _meeting[i >> 6] &= ~(1UL << (i & 63));
                }
                else if (!Mask.Holds(box, cell))
                {
                    Mask.Set(_partial[dim], i);
                }
            }

            if (!Mask.Any(_partial[dim]))
            {
                return;
            }

            var rows = _rows[dim] = new ulong[_space.Size(dim) * _words];
            for (var i = 0; i < boxes.Count; i++)
            {
                foreach (var value in Mask.Bits(_space.Dim(boxes[i], dim)))
                {
                    rows[(value * _words) + (i >> 6)] |= 1UL << (i & 63);
                }
            }
        }

        public void Run() => Split(_meeting, 0);

        /// <summary>Cuts the dimension in which most boxes hold only a part, until none is left.</summary>
        private void Split(ulong[] meeting, ulong done)
        {
            if (_cells.GaveUp || !_cells.MayGoOn())
            {
                return;
            }

            var (most, count) = (-1, 0);
            for (var d = _firstDim; d < _partial.Length; d++)
            {
                if (_rows[d] is not null && (done >> d & 1) == 0)
                {
                    var n = CountBoth(meeting, _partial[d]);
                    (most, count) = n > count ? (d, n) : (most, count);
                }
            }

            if (most < 0)
            {
                _visit(_cell, meeting);
                return;
            }

            var dim = _space.Dim(_cell, most);
            var whole = dim.ToArray();
            foreach (var (values, holding) in Groups(whole, _rows[most]!, meeting))
            {
                values.CopyTo(_space.Dim(_cell, most));
                Split(holding, done | (1UL << most));
            }

            whole.CopyTo(_space.Dim(_cell, most));
        }

        private static int CountBoth(ulong[] a, ulong[] b)
        {
            var n = 0;
            for (var w = 0; w < a.Length; w++)
            {
                n += BitOperations.PopCount(a[w] & b[w]);
            }

            return n;
        }

        /// <summary>The values of one dimension, those together that no box tells apart; ordered by their least
        /// value.</summary>
        private List<(ulong[] Values, ulong[] Holding)> Groups(ulong[] values, ulong[] rows, ulong[] meeting)
        {
            var groups = new List<(ulong[] Values, ulong[] Holding)>();
            Span<ulong> scratch = stackalloc ulong[64];
            var seen = _words <= scratch.Length ? scratch[.._words] : new ulong[_words];
            for (var w = 0; w < values.Length; w++)
            {
                for (var left = values[w]; left != 0; left &= left - 1)
                {
                    var value = (w << 6) + BitOperations.TrailingZeroCount(left);
                    for (var i = 0; i < _words; i++)
                    {
                        seen[i] = rows[(value * _words) + i] & meeting[i];
                    }

                    var at = groups.Count - 1;
                    while (at >= 0 && !seen.SequenceEqual(groups[at].Holding))
                    {
                        at--;
                    }

                    if (at < 0)
                    {
                        at = groups.Count;
                        groups.Add((new ulong[values.Length], seen.ToArray()));
                    }

                    Mask.Set(groups[at].Values, value);
                }
            }

            return groups;
        }
    }
}
