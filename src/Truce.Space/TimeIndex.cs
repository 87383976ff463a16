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
    private Entry[] _entries = new Entry[256];
    private int _count;

    /// <summary>The entries as of now; every entry of a snapshot that was taken before is among them.</summary>
    public Entry[] Entries => Volatile.Read(ref _entries);

    /// <summary>Adds an entry; the writer alone may call it.</summary>
    public void Add(Entry entry)
    {
        var activity = entry.Activity;
        if (_count == _entries.Length)
        {
            var more = _entries;
            Array.Resize(ref more, 2 * _count);
            Volatile.Write(ref _entries, more);
        }

        _entries[_count] = entry;
        var (slabs, seconds) = activity.Window.UntilSeconds - activity.Window.FromSeconds > LongSeconds
            ? (_longSlabs, LongSlabSeconds)
            : (_slabs, SlabSeconds);
        for (var s = activity.Window.FromSeconds / seconds; s <= (activity.Window.UntilSeconds - 1) / seconds; s++)
        {
            var window = activity.Window.Intersect(new Window(s * seconds, (s + 1) * seconds));
            if (BoxDuring(activity, window) is { } box)
            {
                var item = new Slab.Item(box.Grow(activity.BufferMillimetres), window, _count);
                Volatile.Write(ref slabs[s], (slabs[s] ?? Slab.Empty()).Add(item));
            }
        }

        _count++;
    }

    /// <summary>Finds what conflicts with an activity as of a snapshot, in the order in which it was added.</summary>
    public ReadOnlySpan<int> Find(Activity activity, long seq, ActivityId? except)
    {
        var candidates = new Candidates(activity, Entries, seq, except, Scratch.OfThread());
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
                if (BoxDuring(activity, window) is { } box)
                {
                    slab.Scan(box.Grow(activity.BufferMillimetres), window, ref candidates);
                }
            }
        }
    }

    /// <summary>Where an activity is during a window; null where none of its parts holds then.</summary>
    private static Box? BoxDuring(Activity activity, Window window)
    {
        if (activity.Shape != Shape.Route)
        {
            return activity.Box;
        }

        var (first, end) = activity.PartsIn(window);
        return first == end
            ? null
            : Box.Around(activity.Easts[first..(end + 1)], activity.Norths[first..(end + 1)]);
    }
}

/// <summary>
/// An activity in the register, from the step at which it was added until the step at which it was removed.
/// </summary>
internal sealed class Entry(ActivityVersion version, Activity activity, long added)
{
    private long _removed = long.MaxValue;

    public ActivityVersion Version { get; } = version;

    public Activity Activity { get; } = activity;

    public bool IsRemoved => Volatile.Read(ref _removed) != long.MaxValue;

    public bool IsIn(long seq) => added <= seq && seq < Volatile.Read(ref _removed);

    /// <summary>Removes it; a second removal changes nothing, so that older answers stay what they were.</summary>
    public void Remove(long seq)
    {
        if (!IsRemoved)
        {
            Volatile.Write(ref _removed, seq);
        }
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

    public static Scratch OfThread() => _ofThread ??= new Scratch();
}

/// <summary>One query under way: candidates come in, each is tested once, and those that conflict are kept.</summary>
internal ref struct Candidates
{
    private readonly Activity _activity;
    private readonly Entry[] _entries;
    private readonly long _seq;
    private readonly ActivityId? _except;
    private readonly Scratch _scratch;
    private int _count;

    public Candidates(Activity activity, Entry[] entries, long seq, ActivityId? except, Scratch scratch)
    {
        (_activity, _entries, _seq, _except, _scratch) = (activity, entries, seq, except, scratch);
        if (scratch.Stamps.Length < entries.Length)
        {
            scratch.Stamps = new int[entries.Length];
        }

        if (scratch.Stamp == int.MaxValue)
        {
            Array.Clear(scratch.Stamps);
            scratch.Stamp = 0;
        }

        scratch.Stamp++;
    }

    public void Consider(int[] entries, int at, uint near)
    {
        for (; near != 0; near &= near - 1)
        {
            var number = entries[at + Prefilter.Lowest(near)];
            if (number >= _entries.Length || _scratch.Stamps[number] == _scratch.Stamp)
            {
                continue; // added after the snapshot, or tested already
            }

            _scratch.Stamps[number] = _scratch.Stamp;
            var entry = _entries[number];
            if (entry.IsIn(_seq) && entry.Version.Id != _except && Meeting.Exists(_activity, entry.Activity))
            {
                Keep(number);
            }
        }
    }

    public readonly ReadOnlySpan<int> Found()
    {
        var found = _scratch.Found.AsSpan(0, _count);
        found.Sort();
        return found;
    }

    private void Keep(int number)
    {
        if (_count == _scratch.Found.Length)
        {
            Array.Resize(ref _scratch.Found, 2 * _count);
        }

        _scratch.Found[_count++] = number;
    }
}
