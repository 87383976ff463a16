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
    internal const int LongSeconds = 18 * SlabSeconds;

    /// <summary>A route has an entry for so many legs at most, so that its boxes are not much larger than it.</summary>
    private const int PieceLegs = 8;

    /// <summary>The steps of time of long slabs: 32 s, so that 16 bits hold them.</summary>
    private const int LongStepBits = 5;

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
        var (slabs, seconds, stepBits) = activity.Window.UntilSeconds - activity.Window.FromSeconds > LongSeconds
            ? (_longSlabs, LongSlabSeconds, LongStepBits)
            : (_slabs, SlabSeconds, 0);
        for (var s = activity.Window.FromSeconds / seconds; s <= (activity.Window.UntilSeconds - 1) / seconds; s++)
        {
            var time = new SlabTime(s * seconds, stepBits);
            var window = activity.Window.Intersect(new Window(s * seconds, (s + 1) * seconds));
            var (first, end) = activity.PartsIn(window);
            var pieces = (end - first + PieceLegs - 1) / PieceLegs;
            for (var piece = 0; piece < pieces; piece++)
            {
                var (from, until) = (
                    first + ((end - first) * piece / pieces), first + ((end - first) * (piece + 1) / pieces));
                var during = new Window(
                    activity.PartWindow(from).FromSeconds, activity.PartWindow(until - 1).UntilSeconds);
                var box = BoxOf(activity, from, until).Grow(activity.BufferMillimetres);
                var coarse = CoarseBox.Of(box, window.Intersect(during), time);
                Volatile.Write(ref slabs[s], (slabs[s] ?? Slab.Empty()).Add(new Slab.Item(coarse, number)));
            }
        }

        if (Store.Count > _current.Length / 5 * 4)
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
        Scan(_slabs, SlabSeconds, stepBits: 0, activity, ref candidates);
        Scan(_longSlabs, LongSlabSeconds, LongStepBits, activity, ref candidates);
        return candidates.Found();
    }

    /// <summary>
    /// The exact tests of conflicts that are handed over, and nothing else: the limit that a search is measured
    /// against.
    /// </summary>
    /// <returns>How many of them conflict.</returns>
    internal int Test(Activity activity, ReadOnlySpan<Hit> hits)
    {
        var candidates = new Candidates(activity, Store, long.MaxValue - 1, except: null, Scratch.OfThread());
        foreach (ref readonly var hit in hits)
        {
            candidates.Await(hit);
        }

        return candidates.Found().Length;
    }

    /// <summary>What may conflict: the entry, and the legs that came near its box.</summary>
    internal readonly record struct Hit(int Number, int Group, uint Legs);

    private static void Scan(
        Slab?[] slabs, int seconds, int stepBits, Activity activity, ref Candidates candidates)
    {
        var firstSlab = activity.Window.FromSeconds / seconds;
        var lastSlab = (activity.Window.UntilSeconds - 1) / seconds;
        Volatile.Read(ref slabs[firstSlab])?.ReadSoon();
        for (var s = firstSlab; s <= lastSlab; s++)
        {
            if (s < lastSlab)
            {
                Volatile.Read(ref slabs[s + 1])?.ReadSoon();
            }

            if (Volatile.Read(ref slabs[s]) is { } slab)
            {
                var window = activity.Window.Intersect(new Window(s * seconds, (s + 1) * seconds));
                var (first, end) = activity.PartsIn(window);
                if (first < end)
                {
                    var time = new SlabTime(s * seconds, stepBits);
                    var box = BoxOf(activity, first, end).Grow(activity.BufferMillimetres);
                    candidates.Begin(time, first, end);
                    slab.Scan(CoarseBox.Of(box, window, time), ref candidates);
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
    /// <summary>So many wait for one another; more would push each other's memory out again.</summary>
    public const int AwaitingMax = 32;

    [ThreadStatic]
    private static Scratch? _ofThread;

    public int[] Stamps = new int[256];

    public int[] Found = new int[64];

    /// <summary>Candidates that were found and not tested yet.</summary>
    public readonly TimeIndex.Hit[] Awaiting = new TimeIndex.Hit[AwaitingMax];

    public int Stamp;

    public Asked Asked { get; } = new();

    /// <summary>Takes down what is found, where somebody measures; else null.</summary>
    public List<TimeIndex.Hit>? Trace { get; set; }

    public static Scratch OfThread() => _ofThread ??= new Scratch();
}

/// <summary>One query under way: candidates come in, each is tested, and those that conflict are kept.</summary>
internal ref struct Candidates
{
    private static readonly Box Everywhere = new(int.MinValue, int.MinValue, int.MaxValue, int.MaxValue);

    private readonly Drawing _drawing;
    private readonly Store _store;
    private readonly long _seq;
    private readonly long _except;
    private readonly bool _hasExcept;
    private readonly bool _isStill;
    private readonly Scratch _scratch;
    private int _count;
    private int _awaiting;
    private SlabTime _slab;
    private int _group;
    private int _endGroup;

    public Candidates(Activity activity, Store store, long seq, ActivityId? except, Scratch scratch)
    {
        scratch.Asked.Set(activity);
        _drawing = activity.Drawing;
        (_store, _seq, _scratch) = (store, seq, scratch);
        (_hasExcept, _except) = (except is not null, except.GetValueOrDefault().Value);
        _isStill = activity.Shape != Shape.Route;
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
    public void Begin(SlabTime slab, int firstPart, int endPart)
    {
        _slab = slab;
        (_group, _endGroup) = (firstPart / Prefilter.Width, ((endPart - 1) / Prefilter.Width) + 1);
    }

    public void Consider(ReadOnlySpan<int> block, uint near)
    {
        for (; near != 0; near &= near - 1)
        {
            var k = Prefilter.Lowest(near);
            var coarse = Slab.BoxOf(block, k);
            var (box, window) = (coarse.Box, coarse.WindowIn(_slab));
            for (var group = _group; group < _endGroup; group++)
            {
                var legs = Prefilter.Boxes(
                    _scratch.Asked.Group(group), box, window.FromSeconds, window.UntilSeconds);
                if (legs != 0)
                {
                    Await(new TimeIndex.Hit(Slab.EntryOf(block, k), group, legs));
                }
            }
        }
    }

    /// <summary>Puts a candidate aside until some have gathered, while the memory that its test needs comes.</summary>
    public void Await(in TimeIndex.Hit hit)
    {
        if (hit.Number >= _scratch.Stamps.Length)
        {
            return; // added after the snapshot
        }

        // What stands still is tested against all of another at once; of a route, some legs are, and others may follow.
        ref var stamp = ref _scratch.Stamps[hit.Number];
        if (stamp == _scratch.Stamp)
        {
            return;
        }

        stamp = _isStill ? _scratch.Stamp : stamp;
        _store.ReadSoon(hit.Number);
        _scratch.Awaiting[_awaiting++] = hit;
        if (_awaiting == Scratch.AwaitingMax)
        {
            Test();
        }
    }

    public ReadOnlySpan<int> Found()
    {
        Test();
        var found = _scratch.Found.AsSpan(0, _count);
        found.Sort();
        return found;
    }

    private void Test()
    {
        var awaiting = _scratch.Awaiting.AsSpan(0, _awaiting);
        var count = 0;
        foreach (ref var hit in awaiting)
        {
            ref var header = ref _store.Of(hit.Number);
            if (header.IsIn(_seq) && !(_hasExcept && header.Id == _except) && InTime(hit, header) is var legs and not 0)
            {
                _store.ReadChainSoon(header);
                awaiting[count++] = hit with { Legs = legs };
            }
        }

        foreach (ref var hit in awaiting[..count])
        {
            Test(hit);
        }

        _awaiting = 0;
    }

    /// <summary>
    /// Those legs that overlap in time with what lasts long, to the second: its slabs count in steps of 32 s, and of an
    /// area nothing behind looks at times again.
    /// </summary>
    private uint InTime(in TimeIndex.Hit hit, in Store.Header header) =>
        header.Window.UntilSeconds - header.Window.FromSeconds <= TimeIndex.LongSeconds ? hit.Legs
            : hit.Legs & Prefilter.Boxes(_scratch.Asked.Group(hit.Group), Everywhere, header.Window.FromSeconds,
                header.Window.UntilSeconds);

    private void Test(in TimeIndex.Hit hit)
    {
        ref var header = ref _store.Of(hit.Number);
        ref var stamp = ref _scratch.Stamps[hit.Number];
        if ((!_isStill && stamp == _scratch.Stamp)
            || !Meeting.Exists(_scratch.Asked, _drawing, hit.Group, hit.Legs, _store.DrawingOf(header)))
        {
            return;
        }

        stamp = _scratch.Stamp;
        if (_count == _scratch.Found.Length)
        {
            Array.Resize(ref _scratch.Found, 2 * _count);
        }

        _scratch.Found[_count++] = hit.Number;
        _scratch.Trace?.Add(hit);
    }
}
