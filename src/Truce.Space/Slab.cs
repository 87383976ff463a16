namespace Truce.Space;

/// <summary>
/// What is going on in one stretch of time: a box and a window an entry, sorted along a Hilbert curve and packed in
/// blocks of 16 under boxes of their own, then a short unsorted tail. The packed part never changes; the one writer
/// adds to the tail and publishes its length after the entry, and replaces the whole slab when the tail is full.
/// </summary>
internal sealed class Slab
{
    private const int Width = Prefilter.Width;

    /// <summary>Sixteen boxes and windows, then the numbers of their entries.</summary>
    private const int BlockLength = Prefilter.PackLength + Width;

    private readonly int[] _sorted;
    private readonly int[] _tops;
    private readonly int[] _tail;
    private readonly int _count;
    private int _tailCount;

    private Slab(Item[] sorted)
    {
        _count = sorted.Length;
        _sorted = Blocks(_count, BlockLength);
        _tops = Blocks(_sorted.Length / BlockLength, Prefilter.PackLength);
        _tail = Blocks(Math.Max(Width, _count / 16), BlockLength);
        for (var i = 0; i < _count; i++)
        {
            Set(_sorted, i, sorted[i]);
        }

        for (var b = 0; b < _count; b += Width)
        {
            var (box, window) = (sorted[b].Box, sorted[b].Window);
            foreach (var item in sorted.AsSpan(b..Math.Min(b + Width, _count)))
            {
                box = box.Union(item.Box);
                window = new Window(
                    Math.Min(window.FromSeconds, item.Window.FromSeconds),
                    Math.Max(window.UntilSeconds, item.Window.UntilSeconds));
            }

            Prefilter.SetInPack(
                _tops.AsSpan(b / Width / Width * Prefilter.PackLength), b / Width % Width, box, window.FromSeconds,
                window.UntilSeconds);
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

    /// <summary>Hands over every entry whose box meets a box and whose window overlaps a window.</summary>
    public void Scan(in Box box, Window window, ref Candidates candidates)
    {
        var (from, until) = (window.FromSeconds, window.UntilSeconds);
        for (var tops = 0; tops < _tops.Length; tops += Prefilter.PackLength)
        {
            var near = Prefilter.Boxes(_tops.AsSpan(tops, Prefilter.PackLength), box, from, until);
            for (var soon = near; soon != 0; soon &= soon - 1)
            {
                var at = ((tops / Prefilter.PackLength * Width) + Prefilter.Lowest(soon)) * BlockLength;
                Soon.Read(ref _sorted[at], BlockLength / Width);
            }

            for (; near != 0; near &= near - 1)
            {
                var at = ((tops / Prefilter.PackLength * Width) + Prefilter.Lowest(near)) * BlockLength;
                var block = _sorted.AsSpan(at, BlockLength);
                candidates.Consider(block, Prefilter.Boxes(block, box, from, until));
            }
        }

        var tail = Volatile.Read(ref _tailCount);
        for (var first = 0; first < tail; first += Width)
        {
            // Places beyond the published length may be half written: they are masked out.
            var block = _tail.AsSpan(first / Width * BlockLength, BlockLength);
            candidates.Consider(block, Prefilter.Boxes(block, box, from, until) & Prefilter.First(tail - first));
        }
    }

    /// <summary>The number of an entry in a block.</summary>
    public static int EntryOf(ReadOnlySpan<int> block, int i) => block[Prefilter.PackLength + i];

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
            ((long)i.Box.West + i.Box.East) / 2, ((long)i.Box.South + i.Box.North) / 2));
        Array.Sort(keys, items);
        return items;
    }

    /// <summary>Blocks for so many entries, all of them boxes that meet nothing.</summary>
    private static int[] Blocks(int count, int blockLength)
    {
        var blocks = new int[(count + Width - 1) / Width * blockLength];
        for (var at = 0; at < blocks.Length; at += blockLength)
        {
            Prefilter.ClearPack(blocks.AsSpan(at, blockLength));
        }

        return blocks;
    }

    private static void Set(int[] blocks, int i, Item item)
    {
        var block = blocks.AsSpan(i / Width * BlockLength, BlockLength);
        Prefilter.SetInPack(block, i % Width, item.Box, item.Window.FromSeconds, item.Window.UntilSeconds);
        block[Prefilter.PackLength + (i % Width)] = item.Entry;
    }

    private static Item Get(int[] blocks, int i)
    {
        var block = blocks.AsSpan(i / Width * BlockLength, BlockLength);
        return new Item(
            Prefilter.BoxInPack(block, i % Width), Prefilter.WindowInPack(block, i % Width),
            EntryOf(block, i % Width));
    }

    /// <summary>What a slab knows of an entry: where it is during the slab, its buffer included, and when.</summary>
    internal readonly record struct Item(Box Box, Window Window, int Entry);
}
