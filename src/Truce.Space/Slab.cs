namespace Truce.Space;

/// <summary>
/// What is going on in one stretch of time: a box and a window an entry, sorted along a Hilbert curve and packed in
/// blocks
/// of 16 under boxes of their own, then a short unsorted tail. The packed part never changes; the one writer adds
/// to the
/// tail and publishes its length after the entry, and replaces the whole slab when the tail is full.
/// </summary>
internal sealed class Slab
{
    private const int Block = 16;
    private const int TailMin = 16;

    private readonly Prefilter.Packed _sorted;
    private readonly Prefilter.Packed _blocks;
    private readonly int[] _entries;
    private readonly Prefilter.Packed _tail;
    private readonly int[] _tailEntries;
    private readonly int _count;
    private int _tailCount;

    private Slab(Item[] sorted)
    {
        _count = sorted.Length;
        var padded = RoundUp(_count, Block);
        var blocks = padded / Block;
        (_sorted, _entries) = (Nothing(padded), new int[padded]);
        _blocks = Nothing(RoundUp(blocks, Prefilter.Width));
        var tail = RoundUp(Math.Max(TailMin, _count / 16), Prefilter.Width);
        (_tail, _tailEntries) = (Nothing(tail), new int[tail]);
        for (var i = 0; i < _count; i++)
        {
            Set(_sorted, i, sorted[i].Box, sorted[i].Window);
            _entries[i] = sorted[i].Entry;
        }

        for (var b = 0; b < blocks; b++)
        {
            var (box, window) = (sorted[b * Block].Box, sorted[b * Block].Window);
            foreach (var item in sorted.AsSpan((b * Block)..Math.Min((b + 1) * Block, _count)))
            {
                box = box.Union(item.Box);
                window = new Window(
                    Math.Min(window.FromSeconds, item.Window.FromSeconds),
                    Math.Max(window.UntilSeconds, item.Window.UntilSeconds));
            }

            Set(_blocks, b, box, window);
        }
    }

    public static Slab Empty() => new([]);

    /// <summary>Adds an entry; the writer alone may call it.</summary>
    /// <returns>This slab, or the one that takes its place.</returns>
    public Slab Add(Item item)
    {
        if (_tailCount == _tailEntries.Length)
        {
            return new Slab(Merged(item));
        }

        Set(_tail, _tailCount, item.Box, item.Window);
        _tailEntries[_tailCount] = item.Entry;
        Volatile.Write(ref _tailCount, _tailCount + 1);
        return this;
    }

    /// <summary>Hands over every entry whose box meets a box and whose window overlaps a window.</summary>
    public void Scan(in Box box, Window window, ref Candidates candidates)
    {
        var blocks = RoundUp(_count, Block) / Block;
        for (var first = 0; first < blocks; first += Prefilter.Width)
        {
            for (var near = Prefilter.Boxes(_blocks, first, box, window); near != 0; near &= near - 1)
            {
                var at = (first + Prefilter.Lowest(near)) * Block;
                candidates.Consider(_entries, at, Prefilter.Boxes(_sorted, at, box, window));
                at += Prefilter.Width;
                candidates.Consider(_entries, at, Prefilter.Boxes(_sorted, at, box, window));
            }
        }

        var tail = Volatile.Read(ref _tailCount);
        for (var first = 0; first < tail; first += Prefilter.Width)
        {
            // Slots beyond the published length may be half written: they are masked out.
            var written = tail - first >= Prefilter.Width ? 0xFFu : (1u << (tail - first)) - 1;
            candidates.Consider(_tailEntries, first, Prefilter.Boxes(_tail, first, box, window) & written);
        }
    }

    private Item[] Merged(Item last)
    {
        var all = new List<Item>(_count + _tailCount + 1);
        for (var i = 0; i < _count; i++)
        {
            all.Add(Get(_sorted, _entries, i));
        }

        for (var i = 0; i < _tailCount; i++)
        {
            all.Add(Get(_tail, _tailEntries, i));
        }

        all.Add(last);
        var items = all.ToArray();
        var keys = Array.ConvertAll(items, i => Hilbert.NumberOf(
            ((long)i.Box.West + i.Box.East) / 2, ((long)i.Box.South + i.Box.North) / 2));
        Array.Sort(keys, items);
        return items;
    }

    private static int RoundUp(int n, int to) => (n + to - 1) / to * to;

    /// <summary>Boxes that meet nothing, so that a padded place is never found.</summary>
    private static Prefilter.Packed Nothing(int n)
    {
        var packed = new Prefilter.Packed(new int[n], new int[n], new int[n], new int[n], new int[n], new int[n]);
        Array.Fill(packed.West, int.MaxValue);
        Array.Fill(packed.East, int.MinValue);
        return packed;
    }

    private static void Set(in Prefilter.Packed p, int i, Box box, Window window) =>
        (p.West[i], p.South[i], p.East[i], p.North[i], p.From[i], p.Until[i]) =
            (box.West, box.South, box.East, box.North, window.FromSeconds, window.UntilSeconds);

    private static Item Get(in Prefilter.Packed p, int[] entries, int i) => new(
        new Box(p.West[i], p.South[i], p.East[i], p.North[i]), new Window(p.From[i], p.Until[i]), entries[i]);

    /// <summary>What a slab knows of an entry: where it is during the slab, its buffer included, and when.</summary>
    internal readonly record struct Item(Box Box, Window Window, int Entry);
}
