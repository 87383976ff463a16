namespace Truce.Space;

/// <summary>
/// Entries by time, then place: slabs of four hours, and slabs of 256 hours for what lasts longer than three days, so
/// that a site of a year costs forty places and not two thousand. One writer; readers take no lock. Nothing is taken
/// out: who reads an older snapshot skips what was added later and keeps what was cancelled later.
/// </summary>
internal sealed class TimeIndex
{
    private const int SlabSeconds = 14_400;
    private const int LongSlabSeconds = 64 * SlabSeconds;
    private const int LongSeconds = 18 * SlabSeconds;

    private readonly Slab?[] _slabs = new Slab?[(Limits.HorizonSeconds / SlabSeconds) + 1];
    private readonly Slab?[] _longSlabs = new Slab?[(Limits.HorizonSeconds / LongSlabSeconds) + 1];
    private int[] _current = new int[64];

    /// <summary>What the entries are.</summary>
    public Store Store { get; } = new();

    /// <summary>The latest entry of a name, removed or not; -1 where there is none. For the writer alone.</summary>
    public int Current(ActivityId id)
    {
        ref var place = ref PlaceOf(id);
        return place - 1;
    }

    /// <summary>Adds an entry; the writer alone may call it.</summary>
    public void Add(ActivityVersion version, Activity activity, long added)
    {
        var number = Store.Add(version, activity, added);
        var (slabs, seconds) = activity.Window.UntilSeconds - activity.Window.FromSeconds > LongSeconds
            ? (_longSlabs, LongSlabSeconds)
            : (_slabs, SlabSeconds);
        for (var s = activity.Window.FromSeconds / seconds; s <= (activity.Window.UntilSeconds - 1) / seconds; s++)
        {
            var window = activity.Window.Intersect(new Window(s * seconds, (s + 1) * seconds));
            var (first, end) = activity.PartsIn(window);
            if (first < end)
            {
                var box = BoxOf(activity, first, end).Grow(activity.BufferMillimetres);
                Volatile.Write(
                    ref slabs[s], (slabs[s] ?? Slab.Empty()).Add(new Slab.Item(box, window, number)));
            }
        }

        if (Store.Count > _current.Length / 8 * 5)
        {
            _current = new int[2 * _current.Length];
            for (var n = 0; n <= number; n++)
            {
                PlaceOf(Store.VersionOf(n).Id) = n + 1;
            }
        }

        PlaceOf(version.Id) = number + 1;
    }

    /// <summary>
    /// Removes an entry; a second removal changes nothing, so that older answers stay what they were. For the writer
    /// alone.
    /// </summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(int number, long seq)
    {
        ref var header = ref Store.Of(number);
        if (header.Removed != long.MaxValue)
        {
            return false;
        }

        header.Removed = seq;
        return true;
    }

    /// <summary>Finds what conflicts with an activity as of a snapshot, in the order in which it was added.</summary>
    public ReadOnlySpan<int> Find(Activity activity, long seq, ActivityId? except)
    {
        var candidates = new Candidates(activity, Store, seq, except, Scratch.OfThread());
        Scan(_slabs, SlabSeconds, activity, ref candidates);
        Scan(_longSlabs, LongSlabSeconds, activity, ref candidates);
        return candidates.Found();
    }

    private static void Scan(Slab?[] slabs, int seconds, Activity activity, ref Candidates candidates)
    {
        for (var s = activity.Window.FromSeconds / seconds; s <= (activity.Window.UntilSeconds - 1) / seconds; s++)
        {
            if (Volatile.Read(ref slabs[s]) is { } slab)
            {
                var window = activity.Window.Intersect(new Window(s * seconds, (s + 1) * seconds));
                var (first, end) = activity.PartsIn(window);
                if (first < end)
                {
                    candidates.Begin(s * seconds, first, end);
                    slab.Scan(BoxOf(activity, first, end).Grow(activity.BufferMillimetres), window, ref candidates);
                }
            }
        }
    }

    /// <summary>Where an activity is during some of its parts.</summary>
    private static Box BoxOf(Activity activity, int first, int end) => activity.Shape == Shape.Route
        ? Box.Around(activity.Easts[first..(end + 1)], activity.Norths[first..(end + 1)])
        : activity.Box;

    /// <summary>Where the number of a name's latest entry stands, more by 1; 0 where there is none.</summary>
    private ref int PlaceOf(ActivityId id)
    {
        var at = (int)(unchecked((ulong)id.Value * 0x9E37_79B9_7F4A_7C15) >> 33) & (_current.Length - 1);
        while (_current[at] != 0 && Store.Of(_current[at] - 1).Id != id.Value)
        {
            at = (at + 1) & (_current.Length - 1);
        }

        return ref _current[at];
    }
}

/// <summary>The memory that one query uses, kept from query to query.</summary>
internal sealed class Scratch
{
    [ThreadStatic]
    private static Scratch? _ofThread;

    public int[] Stamps = new int[256];

    public int[] Found = new int[64];

    public int Stamp;

    public Asked Asked { get; } = new();

    public static Scratch OfThread() => _ofThread ??= new Scratch();
}

/// <summary>One query under way: candidates come in, each is tested, and those that conflict are kept.</summary>
internal ref struct Candidates
{
    private readonly Drawing _drawing;
    private readonly Store _store;
    private readonly long _seq;
    private readonly long _except;
    private readonly bool _hasExcept;
    private readonly int _from;
    private readonly bool _isStill;
    private readonly Scratch _scratch;
    private int _count;
    private int _slabFrom;
    private int _group;
    private int _endGroup;

    public Candidates(Activity activity, Store store, long seq, ActivityId? except, Scratch scratch)
    {
        scratch.Asked.Set(activity);
        _drawing = activity.Drawing;
        (_store, _seq, _scratch) = (store, seq, scratch);
        (_hasExcept, _except) = (except is not null, except.GetValueOrDefault().Value);
        (_from, _isStill) = (activity.Window.FromSeconds, activity.Shape != Shape.Route);
        if (scratch.Stamps.Length < store.Count)
        {
            scratch.Stamps = new int[2 * store.Count];
        }

        if (scratch.Stamp == int.MaxValue)
        {
            Array.Clear(scratch.Stamps);
            scratch.Stamp = 0;
        }

        scratch.Stamp++;
    }

    /// <summary>Turns to the next slab, in which some parts of what is asked about hold.</summary>
    public void Begin(int slabFrom, int firstPart, int endPart)
    {
        _slabFrom = slabFrom;
        (_group, _endGroup) = (firstPart / Prefilter.Width, ((endPart - 1) / Prefilter.Width) + 1);
    }

    public void Consider(ReadOnlySpan<int> block, uint near)
    {
        for (; near != 0; near &= near - 1)
        {
            var k = Prefilter.Lowest(near);
            var (box, window) = (Prefilter.BoxInPack(block, k), Prefilter.WindowInPack(block, k));
            for (var group = _group; group < _endGroup; group++)
            {
                var legs = Prefilter.Boxes(
                    _scratch.Asked.Group(group), box, window.FromSeconds, window.UntilSeconds);
                if (legs != 0 && Conflicts(Slab.EntryOf(block, k), group, legs))
                {
                    break;
                }
            }
        }
    }

    public readonly ReadOnlySpan<int> Found()
    {
        var found = _scratch.Found.AsSpan(0, _count);
        found.Sort();
        return found;
    }

    /// <summary>Tests an entry and keeps it; true also where nothing is left to test of it in this slab.</summary>
    private bool Conflicts(int number, int group, uint legs)
    {
        ref var header = ref _store.Of(number);
        if (!header.IsIn(_seq) || (_hasExcept && header.Id == _except))
        {
            return true;
        }

        if (header.Window.FromSeconds < _slabFrom && _from < _slabFrom)
        {
            // Both were there in the slab before. Two that stand still were tested then; others may have been found.
            if ((_isStill && header.Shape != (byte)Shape.Route) || _scratch.Stamps[number] == _scratch.Stamp)
            {
                return true;
            }
        }

        if (!Meeting.Exists(_scratch.Asked, _drawing, group, legs, _store.DrawingOf(header)))
        {
            return false;
        }

        _scratch.Stamps[number] = _scratch.Stamp;
        if (_count == _scratch.Found.Length)
        {
            Array.Resize(ref _scratch.Found, 2 * _count);
        }

        _scratch.Found[_count++] = number;
        return true;
    }
}
