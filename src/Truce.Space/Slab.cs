using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Truce.Space;

/// <summary>
/// What is going on in one stretch of time: a box and a window an entry, in steps, sorted along a Hilbert curve and
/// packed in blocks of 16 under boxes of their own, then a short unsorted tail. The packed part never changes; the one
/// writer adds to the tail and publishes its length after the entry, and replaces the whole slab when the tail is full.
/// </summary>
internal sealed class Slab
{
    private const int Width = Prefilter.Width;

    /// <summary>Sixteen boxes and windows, two steps a number.</summary>
    private const int TopLength = Prefilter.PackLength / 2;

    /// <summary>The same, then the numbers of their entries: 256 bytes.</summary>
    private const int BlockLength = TopLength + Width;

    private const int LineLength = 16;

    private readonly int[] _sorted;
    private readonly int[] _tops;
    private readonly int[] _tail;
    private readonly int _count;
    private int _tailCount;

    private Slab(Item[] sorted)
    {
        _count = sorted.Length;
        _sorted = Blocks(_count, BlockLength);
        _tops = Blocks(_sorted.Length / BlockLength, TopLength);
        _tail = Blocks(Math.Max(Width, _count / 16), BlockLength);
        for (var i = 0; i < _count; i++)
        {
            Set(_sorted, i, sorted[i]);
        }

        for (var b = 0; b < _count; b += Width)
        {
            var box = sorted[b].Box;
            foreach (var item in sorted.AsSpan(b..Math.Min(b + Width, _count)))
            {
                box = box.Union(item.Box);
            }

            Prefilter.SetInPack(
                Steps(_tops.AsSpan(b / Width / Width * TopLength, TopLength)), b / Width % Width, box);
        }
    }

    public static Slab Empty() => new([]);

    /// <summary>Adds an entry; the writer alone may call it.</summary>
    /// <returns>This slab, or the one that takes its place.</returns>
    public Slab Add(Item item)
    {
        if (_tailCount == _tail.Length / BlockLength * Width)
        {
            return new Slab(Merged(item));
        }

        Set(_tail, _tailCount, item);
        Volatile.Write(ref _tailCount, _tailCount + 1);
        return this;
    }

    /// <summary>Says that the slab will be searched soon.</summary>
    public void ReadSoon()
    {
        if (_tops.Length > 0)
        {
            Soon.Read(ref _tops[0], _tops.Length / LineLength);
        }

        Soon.Read(ref _tail[0], BlockLength / LineLength);
    }

    /// <summary>Hands over every entry whose box meets a box and whose window overlaps its window.</summary>
    public void Scan(in CoarseBox box, ref Candidates candidates)
    {
        for (var tops = 0; tops < _tops.Length; tops += TopLength)
        {
            var near = Prefilter.Coarse(Steps(_tops.AsSpan(tops, TopLength)), box);
            var first = tops / TopLength * Width;
            for (var soon = near; soon != 0; soon &= soon - 1)
            {
                Soon.Read(ref _sorted[(first + Prefilter.Lowest(soon)) * BlockLength], BlockLength / LineLength);
            }

            for (; near != 0; near &= near - 1)
            {
                var block = _sorted.AsSpan((first + Prefilter.Lowest(near)) * BlockLength, BlockLength);
                candidates.Consider(block, Prefilter.Coarse(Steps(block), box));
            }
        }

        var tail = Volatile.Read(ref _tailCount);
        for (var first = 0; first < tail; first += Width)
        {
            // Places beyond the published length may be half written: they are masked out.
            var block = _tail.AsSpan(first / Width * BlockLength, BlockLength);
            candidates.Consider(block, Prefilter.Coarse(Steps(block), box) & Prefilter.First(tail - first));
        }
    }

    /// <summary>The number of an entry in a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EntryOf(ReadOnlySpan<int> block, int i) => block[TopLength + i];

    /// <summary>The box of an entry in a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CoarseBox BoxOf(ReadOnlySpan<int> block, int i) => Prefilter.CoarseInPack(Steps(block), i);

    private static ReadOnlySpan<short> Steps(ReadOnlySpan<int> block) => MemoryMarshal.Cast<int, short>(block);

    private static Span<short> Steps(Span<int> block) => MemoryMarshal.Cast<int, short>(block);

    private Item[] Merged(Item last)
    {
        var items = new Item[_count + _tailCount + 1];
        for (var i = 0; i < _count; i++)
        {
            items[i] = Get(_sorted, i);
        }

        for (var i = 0; i < _tailCount; i++)
        {
            items[_count + i] = Get(_tail, i);
        }

        items[^1] = last;
        var keys = Array.ConvertAll(items, i => Hilbert.NumberOf(
            (i.Box.West + i.Box.East) / 2, (i.Box.South + i.Box.North) / 2));
        Array.Sort(keys, items);
        return items;
    }

    /// <summary>Blocks for so many entries, all of them boxes that meet nothing.</summary>
    private static int[] Blocks(int count, int blockLength)
    {
        var blocks = new int[(count + Width - 1) / Width * blockLength];
        for (var at = 0; at < blocks.Length; at += blockLength)
        {
            Prefilter.ClearPack(Steps(blocks.AsSpan(at, blockLength)));
        }

        return blocks;
    }

    private static void Set(int[] blocks, int i, Item item)
    {
        var block = blocks.AsSpan(i / Width * BlockLength, BlockLength);
        Prefilter.SetInPack(Steps(block), i % Width, item.Box);
        block[TopLength + (i % Width)] = item.Entry;
    }

    private static Item Get(int[] blocks, int i)
    {
        var block = blocks.AsSpan(i / Width * BlockLength, BlockLength);
        return new Item(BoxOf(block, i % Width), EntryOf(block, i % Width));
    }

    /// <summary>What a slab knows of an entry: where it is during the slab, its buffer included, and when.</summary>
    internal readonly record struct Item(CoarseBox Box, int Entry);
}
