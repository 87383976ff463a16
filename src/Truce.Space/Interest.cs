using System.Collections.Immutable;

namespace Truce.Space;

/// <summary>What happened in an area that somebody follows.</summary>
public enum NoticeKind
{
    /// <summary>Something is in the area that was not.</summary>
    Appeared,

    /// <summary>Something in the area was amended; told coarsely, its cells there are others.</summary>
    Changed,

    /// <summary>Something is in the area no more: cancelled, or amended so that it lies elsewhere.</summary>
    Ended,
}

/// <summary>
/// One notice. <see cref="Version"/> and <see cref="Particulars"/> are those of an activity that the reader may know;
/// both are null where he is told coarsely, and then <see cref="Coarse"/> says what is left to tell.
/// </summary>
/// <param name="Index">1 for the first notice of the interest, one more with each: a gap shows.</param>
/// <param name="At">The snapshot at which it happened.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Version">Which activity; the last version in the area where it ended.</param>
/// <param name="Particulars">Who and what.</param>
/// <param name="Coarse">
/// The cells in the area in which this contact may have something now; none where it ended.
/// </param>
public sealed record Notice(
    long Index, SnapshotId At, NoticeKind Kind, ActivityVersion? Version, Particulars? Particulars, Coarse? Coarse);

/// <summary>
/// An area that somebody follows. What happened since he last asked is worked out when he asks, so that nobody's
/// statement takes longer because somebody follows an area. One thread at a time.
/// </summary>
public sealed class Interest
{
    /// <summary>Notices that are kept; older ones are dropped, which shows as a gap.</summary>
    public const int NoticesMax = 10_000;

    private const int ChangesAtOnce = 1_024;

    private readonly Disclosure _mission;
    private readonly string _reader;
    private readonly ImmutableArray<CoarseBlock> _blocks;
    private readonly Dictionary<ActivityId, (string Contact, ImmutableArray<CoarseCell> Cells)> _guarded = [];
    private readonly Dictionary<string, ImmutableArray<CoarseCell>> _told = new(StringComparer.Ordinal);
    private readonly Queue<Notice> _notices = [];
    private int _seen;
    private long _index;

    internal Interest(Disclosure mission, string reader, Activity area, ImmutableArray<CoarseBlock> blocks) =>
        (_mission, _reader, Area, _blocks) = (mission, reader, area, blocks);

    /// <summary>Where and when.</summary>
    public Activity Area { get; }

    /// <summary>The notices after one, oldest first.</summary>
    /// <param name="afterIndex">The last notice that the reader has; 0 for all that are kept.</param>
    public ImmutableArray<Notice> Notices(long afterIndex)
    {
        for (var more = _mission.ChangesFrom(_seen, ChangesAtOnce); !more.IsEmpty;
            more = _mission.ChangesFrom(_seen, ChangesAtOnce))
        {
            foreach (var change in more)
            {
                NoteExact(change);
                NoteCoarse(change);
            }

            _seen += more.Length;
        }

        return [.. _notices.SkipWhile(n => n.Index <= afterIndex)];
    }

    private void NoteExact(Disclosure.Change change)
    {
        var (was, isNow) = (IsSeen(change.Before), IsSeen(change.After));
        if (was || isNow)
        {
            var kind = !was ? NoticeKind.Appeared : isNow ? NoticeKind.Changed : NoticeKind.Ended;
            var told = isNow ? change.After! : change.Before!;
            Add(change, kind, told.Version, told.Activity.Particulars, coarse: null);
        }
    }

    /// <summary>
    /// Compares what a contact had in the area with what it has: a change of one of its activities that does not change
    /// the cells makes no notice, and of how many activities the cells are is not told.
    /// </summary>
    private void NoteCoarse(Disclosure.Change change)
    {
        var before = _guarded.GetValueOrDefault(change.Id);
        var after = change.After is { Guarded: { } guarded } && !guarded.Group.MayRead(_reader)
            && CoarseGrid.Common(_blocks, guarded.Cells) is { IsEmpty: false } cells
            ? (guarded.Contact, Cells: cells)
            : default;
        _guarded.Remove(change.Id);
        if (after.Contact is not null)
        {
            _guarded.Add(change.Id, after);
        }

        foreach (var contact in new[] { before.Contact, after.Contact }.OfType<string>()
            .Distinct(StringComparer.Ordinal))
        {
            var now = CoarseGrid.Joined(_guarded.Values.Where(g => g.Contact == contact).SelectMany(g => g.Cells));
            var had = _told.GetValueOrDefault(contact, []);
            if (!had.SequenceEqual(now))
            {
                _told[contact] = now;
                var kind = had.IsEmpty ? NoticeKind.Appeared : now.IsEmpty ? NoticeKind.Ended : NoticeKind.Changed;
                Add(change, kind, version: null, particulars: null, new Coarse(contact, now));
            }
        }
    }

    private bool IsSeen(Disclosure.Placed? placed) =>
        placed is not null && placed.Group.MayRead(_reader) && Conflict.Exists(Area, placed.Activity);

    private void Add(
        Disclosure.Change change, NoticeKind kind, ActivityVersion? version, Particulars? particulars, Coarse? coarse)
    {
        _notices.Enqueue(new Notice(++_index, new SnapshotId(change.Seq), kind, version, particulars, coarse));
        if (_notices.Count > NoticesMax)
        {
            _notices.Dequeue();
        }
    }
}
