using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Truce.Rules;

/// <summary>
/// All pairs of boxes of different kinds that have a situation in common. In each dimension the boxes that meet a given mask are
/// a row of bits, so that one box is compared with many at a time.
/// </summary>
internal static class Overlaps
{
    /// <summary>Columns are taken in blocks, so that memory follows the boxes and not their square.</summary>
    private const int BlockWords = 16;

    private const int Block = BlockWords * 64;

    /// <summary>The pairs, each once with the lesser index first, in a fixed order.</summary>
    /// <param name="space">The space of the boxes.</param>
    /// <param name="boxes">The boxes; an empty one meets none.</param>
    /// <param name="kinds">The kind of each, for example its holder. Boxes of one kind are not compared.</param>
    public static List<(int First, int Second)> Pairs(Situations space, IReadOnlyList<ulong[]> boxes, IReadOnlyList<int> kinds)
    {
        var axes = new List<Axis>();
        for (var d = 0; d < space.Dims; d++)
        {
            var axis = new Axis(space, boxes, d);
            if (!axis.TellsNothing)
            {
                axes.Add(axis);
            }
        }

        var pairs = new List<(int, int)>();
        for (var from = 0; from < boxes.Count; from += Block)
        {
            var until = Math.Min(boxes.Count, from + Block);
            axes.ForEach(a => a.Load(from, until));
            PairsOf(from, until, axes, SameKind(kinds, from, until), kinds, pairs);
        }

        return pairs;
    }

    private static Dictionary<int, ulong[]> SameKind(IReadOnlyList<int> kinds, int from, int until)
    {
        var rows = new Dictionary<int, ulong[]>();
        for (var i = from; i < until; i++)
        {
            ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, kinds[i], out _);
            Mask.Set(row ??= new ulong[BlockWords], i - from);
        }

        return rows;
    }

    private static void PairsOf(int from, int until, List<Axis> axes, Dictionary<int, ulong[]> sameKind, IReadOnlyList<int> kinds,
        List<(int, int)> pairs)
    {
        Span<ulong> meets = stackalloc ulong[BlockWords];
        for (var i = 0; i < until; i++)
        {
            Mask.Fill(meets, until - from);
            if (sameKind.TryGetValue(kinds[i], out var same))
            {
                Mask.AndNot(meets, same);
            }

            foreach (var axis in axes)
            {
                And(meets, axis.Row(i));
            }

            for (var w = Math.Max(0, (i - from) >> 6); w < BlockWords; w++)
            {
                for (var word = meets[w]; word != 0; word &= word - 1)
                {
                    var j = from + (w << 6) + BitOperations.TrailingZeroCount(word);
                    if (j > i)
                    {
                        pairs.Add((i, j));
                    }
                }
            }
        }
    }

    private static void And(Span<ulong> a, ReadOnlySpan<ulong> b)
    {
        for (var w = 0; w < BlockWords; w += Vector256<ulong>.Count)
        {
            (Vector256.Create<ulong>(a[w..]) & Vector256.Create<ulong>(b[w..])).CopyTo(a[w..]);
        }
    }

    /// <summary>One dimension: its distinct masks, and for each the boxes of the block that meet it.</summary>
    private sealed class Axis
    {
        private readonly int[] _class;
        private readonly List<List<int>> _values = [];
        private readonly int _size;
        private readonly ulong[] _byClass;
        private readonly ulong[] _byValue;

        public Axis(Situations space, IReadOnlyList<ulong[]> boxes, int dim)
        {
            _size = space.Size(dim);
            _class = new int[boxes.Count];
            var known = new Dictionary<UInt128, List<int>>();
            var masks = new List<ulong[]>();
            for (var i = 0; i < boxes.Count; i++)
            {
                var mask = space.Dim(boxes[i], dim);
                ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(known, Hash(mask), out _);
                list ??= [];
                var at = list.FindIndex(k => Mask.Same(masks[k], space.Dim(boxes[i], dim)));
                if (at < 0)
                {
                    (at, _class[i]) = (list.Count, masks.Count);
                    list.Add(masks.Count);
                    masks.Add(mask.ToArray());
                    _values.Add(Mask.Bits(mask));
                }

                _class[i] = list[at];
            }

            TellsNothing = masks.TrueForAll(m => Mask.Any(m)) && masks.Count == 1;
            _byClass = new ulong[masks.Count * BlockWords];
            _byValue = new ulong[_size * BlockWords];
        }

        /// <summary>Every box has the same values here.</summary>
        public bool TellsNothing { get; }

        public ReadOnlySpan<ulong> Row(int box) => _byClass.AsSpan(_class[box] * BlockWords, BlockWords);

        public void Load(int from, int until)
        {
            Array.Clear(_byValue);
            for (var i = from; i < until; i++)
            {
                var (word, bit) = ((i - from) >> 6, 1UL << ((i - from) & 63));
                foreach (var value in CollectionsMarshal.AsSpan(_values[_class[i]]))
                {
                    _byValue[(value * BlockWords) + word] |= bit;
                }
            }

            Array.Clear(_byClass);
            for (var c = 0; c < _values.Count; c++)
            {
                var row = _byClass.AsSpan(c * BlockWords, BlockWords);
                foreach (var value in CollectionsMarshal.AsSpan(_values[c]))
                {
                    Or(row, _byValue.AsSpan(value * BlockWords, BlockWords));
                }
            }
        }

        private static void Or(Span<ulong> a, ReadOnlySpan<ulong> b)
        {
            for (var w = 0; w < BlockWords; w += Vector256<ulong>.Count)
            {
                (Vector256.Create<ulong>(a[w..]) | Vector256.Create<ulong>(b[w..])).CopyTo(a[w..]);
            }
        }

        private static UInt128 Hash(ReadOnlySpan<ulong> mask)
        {
            UInt128 hash = 17;
            unchecked
            {
                foreach (var word in mask)
                {
                    hash = (hash ^ word) * 0x9E3779B97F4A7C15UL;
                    hash ^= hash >> 61;
                }
            }

            return hash;
        }
    }
}
