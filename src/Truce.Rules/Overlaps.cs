using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Truce.Rules;

/// <summary>
/// All pairs of boxes of different kinds that have a situation in common. In each dimension the boxes that meet a given
/// mask are
/// a row of bits, so that one box is compared with many at a time.
/// </summary>
internal static class Overlaps
{
    /// <summary>Columns are taken in blocks of at most so many words, so that memory follows the boxes and not their
    /// square.</summary>
    private const int BlockWordsMost = 16;

    /// <summary>The pairs, each once with the lesser index first, in a fixed order.</summary>
    /// <param name="space">The space of the boxes.</param>
    /// <param name="boxes">The boxes; an empty one meets none.</param>
    /// <param name="kinds">The kind of each, for example its holder. Boxes of one kind are not compared.</param>
    public static List<(int First, int Second)> Pairs(Situations space, IReadOnlyList<ulong[]> boxes,
        IReadOnlyList<int> kinds)
    {
        // Whole vectors of words, and no more of them than the boxes need.
        var words = Math.Min(BlockWordsMost, (boxes.Count + 255) / 256 * Vector256<ulong>.Count);
        var axes = new List<Axis>();
        for (var d = 0; d < space.Dims; d++)
        {
            if (Axis.Of(space, boxes, d, words) is { } axis)
            {
                axes.Add(axis);
            }
        }

        var pairs = new List<(int, int)>();
        for (var from = 0; from < boxes.Count; from += words * 64)
        {
            var until = Math.Min(boxes.Count, from + (words * 64));
            axes.ForEach(a => a.Load(from, until));
            PairsOf(from, until, words, axes, SameKind(kinds, from, until, words), kinds, pairs);
        }

        return pairs;
    }

    private static Dictionary<int, ulong[]> SameKind(IReadOnlyList<int> kinds, int from, int until, int words)
    {
        var rows = new Dictionary<int, ulong[]>();
        for (var i = from; i < until; i++)
        {
            ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, kinds[i], out _);
            Mask.Set(row ??= new ulong[words], i - from);
        }

        return rows;
    }

    private static void PairsOf(int from, int until, int words, List<Axis> axes, Dictionary<int, ulong[]> sameKind,
        IReadOnlyList<int> kinds,
        List<(int, int)> pairs)
    {
        Span<ulong> all = stackalloc ulong[BlockWordsMost];
        var meets = all[..words];
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

            for (var w = Math.Max(0, (i - from) >> 6); w < meets.Length; w++)
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
        for (var w = 0; w < a.Length; w += Vector256<ulong>.Count)
        {
            (Vector256.Create<ulong>(a[w..]) & Vector256.Create<ulong>(b[w..])).CopyTo(a[w..]);
        }
    }

    /// <summary>One dimension: its distinct masks, and for each the boxes of the block that meet it.</summary>
    private sealed class Axis
    {
        private readonly int[] _class;
        private readonly List<ulong[]> _masks;
        private readonly ulong[] _byClass;
        private readonly ulong[] _byValue;

        private Axis(int[] classes, List<ulong[]> masks, int size, int words)
        {
            (_class, _masks, Words) = (classes, masks, words);
            (_byClass, _byValue) = (new ulong[masks.Count * words], new ulong[size * words]);
        }

        /// <summary>Null where every box has the same values: then all meet, and the dimension tells nothing.</summary>
        public static Axis? Of(Situations space, IReadOnlyList<ulong[]> boxes, int dim, int words)
        {
            var classes = new int[boxes.Count];
            var known = new Dictionary<Bits, int>();
            var masks = new List<ulong[]>();
            for (var i = 0; i < boxes.Count; i++)
            {
                var mask = space.Dim(boxes[i], dim);
                if (i > 0 && Mask.Same(mask, masks[classes[i - 1]]))
                {
                    classes[i] = classes[i - 1];
                    continue;
                }

                var own = mask.ToArray();
                ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(known, new Bits(own), out var before);
                if (!before)
                {
                    at = masks.Count;
                    masks.Add(own);
                }

                classes[i] = at;
            }

            return masks.Count == 1 && Mask.Any(masks[0]) ? null : new Axis(classes, masks, space.Size(dim), words);
        }

        private int Words { get; }

        public ReadOnlySpan<ulong> Row(int box) => _byClass.AsSpan(_class[box] * Words, Words);

        public void Load(int from, int until)
        {
            Array.Clear(_byValue);
            for (var i = from; i < until; i++)
            {
                var (word, bit) = ((i - from) >> 6, 1UL << ((i - from) & 63));
                var mask = _masks[_class[i]];
                for (var w = 0; w < mask.Length; w++)
                {
                    for (var left = mask[w]; left != 0; left &= left - 1)
                    {
                        _byValue[(((w << 6) + BitOperations.TrailingZeroCount(left)) * Words) + word] |= bit;
                    }
                }
            }

            Array.Clear(_byClass);
            for (var c = 0; c < _masks.Count; c++)
            {
                var row = _byClass.AsSpan(c * Words, Words);
                var mask = _masks[c];
                for (var w = 0; w < mask.Length; w++)
                {
                    for (var left = mask[w]; left != 0; left &= left - 1)
                    {
                        Or(row, _byValue.AsSpan(((w << 6) + BitOperations.TrailingZeroCount(left)) * Words, Words));
                    }
                }
            }
        }

        private static void Or(Span<ulong> a, ReadOnlySpan<ulong> b)
        {
            for (var w = 0; w < a.Length; w += Vector256<ulong>.Count)
            {
                (Vector256.Create<ulong>(a[w..]) | Vector256.Create<ulong>(b[w..])).CopyTo(a[w..]);
            }
        }
    }
}
