using System.Collections.Immutable;

namespace Truce.Space;

/// <summary>Names an activity or a zone; the number of the record entry that first stated it serves well.</summary>
/// <param name="Value">Any number.</param>
public readonly record struct ActivityId(long Value);

/// <summary>One statement of an activity.</summary>
/// <param name="Id">Which activity.</param>
/// <param name="Version">1 for the first statement, one more with each amendment.</param>
public readonly record struct ActivityVersion(ActivityId Id, int Version);

/// <summary>A state of the register: what was recorded up to a step. Every later answer for it is the same.</summary>
/// <param name="Seq">The step; 0 is the empty register.</param>
public readonly record struct SnapshotId(long Seq);

/// <summary>An activity that somebody means to undertake, or an amendment of one.</summary>
/// <param name="Id">Its name. A proposal never conflicts with an earlier version of itself.</param>
/// <param name="Activity">The undertaking.</param>
public sealed record Proposal(ActivityId Id, Activity Activity);

/// <summary>An activity or zone that a proposal meets.</summary>
/// <param name="Version">Which one, as stated at the snapshot.</param>
/// <param name="Particulars">Who and what.</param>
/// <param name="Conflict">Why: the proposal is the first side.</param>
/// <param name="NoticeDueSeconds">
/// Until when each must have told the other, in seconds from the epoch; may lie before it. Past it a notice is late.
/// </param>
public sealed record Met(ActivityVersion Version, Particulars Particulars, Conflict Conflict, int NoticeDueSeconds);

/// <summary>What a proposal meets at a snapshot.</summary>
/// <param name="At">The snapshot.</param>
/// <param name="Activities">The activities in conflict, in the order in which they were recorded.</param>
/// <param name="Zones">The zones it enters or comes near, in the order in which they were stated.</param>
public sealed record ConflictReport(SnapshotId At, ImmutableArray<Met> Activities, ImmutableArray<Met> Zones);

/// <summary>What became of a commit.</summary>
public abstract record CommitResult
{
    private CommitResult()
    {
    }

    /// <summary>The proposal is in the register.</summary>
    /// <param name="At">The first snapshot that has it.</param>
    /// <param name="Version">Its version.</param>
    /// <param name="Unaware">What it conflicts with and did not name; they must be told.</param>
    public sealed record Accepted(SnapshotId At, ActivityVersion Version, ImmutableArray<ActivityVersion> Unaware)
        : CommitResult;

    /// <summary>
    /// Nothing changed: the proposal conflicts with activities that its author has not shown to know.
    /// </summary>
    /// <param name="At">The snapshot at which it was checked.</param>
    /// <param name="Missing">The activities, in the order in which they were recorded.</param>
    public sealed record MissingAwareness(SnapshotId At, ImmutableArray<ActivityVersion> Missing) : CommitResult;
}

/// <summary>
/// How long before they overlap two who conflict must have told each other. Mission data, with a source there.
/// </summary>
/// <param name="HumanitarianSeconds">Where one of them is humanitarian.</param>
/// <param name="EmergencySeconds">Where one of them is an emergency.</param>
/// <param name="OtherSeconds">Between all others.</param>
public sealed record NoticeTerms(int HumanitarianSeconds, int EmergencySeconds, int OtherSeconds)
{
    /// <summary>48 h and 24 h, as OCHA's procedure for Yemen has them; none between others.</summary>
    public static NoticeTerms Default { get; } = new(172_800, 86_400, 0);

    /// <summary>How long before the overlap notice is due between two.</summary>
    /// <param name="a">One of them.</param>
    /// <param name="b">The other.</param>
    public int LeadSeconds(Particulars a, Particulars b) =>
        a.IsEmergency || b.IsEmergency ? EmergencySeconds
        : a.Kind == ActivityKind.Humanitarian || b.Kind == ActivityKind.Humanitarian ? HumanitarianSeconds
        : OtherSeconds;
}

/// <summary>
/// The activities and zones of a mission and how they meet. One thread writes at a time; any number read without a
/// lock,
/// each at a snapshot of its choice, and an answer for a snapshot never changes. It holds what it is given and
/// discloses
/// nothing by itself: who may see an answer is decided by whoever asks on his behalf.
/// </summary>
/// <param name="terms">When notice is due.</param>
public sealed class Register(NoticeTerms terms)
{
    /// <summary>Departures that <see cref="Alternatives"/> tries at most.</summary>
    public const int AlternativesMax = 10_000;

    private readonly Lock _writing = new();
    private readonly TimeIndex _activities = new();
    private readonly TimeIndex _zones = new();
    private long _seq;

    /// <summary>The register as it is now.</summary>
    public SnapshotId Head => new(Volatile.Read(ref _seq));

    /// <summary>What a proposal meets, explained. Changes nothing.</summary>
    /// <param name="proposal">The undertaking.</param>
    /// <param name="at">A snapshot that was <see cref="Head"/> once.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such snapshot yet.</exception>
    public ConflictReport Assess(Proposal proposal, SnapshotId at)
    {
        Check(at);
        return new ConflictReport(
            at, Explained(_activities, proposal, at, proposal.Id), Explained(_zones, proposal, at, except: null));
    }

    /// <summary>Which activities an activity meets, without an explanation and without allocating.</summary>
    /// <param name="activity">The undertaking.</param>
    /// <param name="except">Its name, where it is in the register already.</param>
    /// <param name="at">A snapshot that was <see cref="Head"/> once.</param>
    /// <param name="found">Takes the first ones, in the order in which they were recorded.</param>
    /// <returns>How many there are, also where the span takes fewer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such snapshot yet.</exception>
    public int Find(Activity activity, ActivityId? except, SnapshotId at, Span<ActivityVersion> found) =>
        FindIn(_activities, activity, except, at, found);

    /// <summary>Which zones an activity enters or comes near, as <see cref="Find"/> does it.</summary>
    /// <param name="activity">The undertaking.</param>
    /// <param name="at">A snapshot that was <see cref="Head"/> once.</param>
    /// <param name="found">Takes the first ones.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such snapshot yet.</exception>
    public int FindZones(Activity activity, SnapshotId at, Span<ActivityVersion> found) =>
        FindIn(_zones, activity, except: null, at, found);

    /// <summary>
    /// Records a proposal once its author has shown that he knows what it conflicts with, checked against the register
    /// as it is now. Emergencies and humanitarian notices are never held up: they come back with whom to tell. A
    /// proposal
    /// with the name of an activity amends it, in one step.
    /// </summary>
    /// <param name="proposal">The undertaking.</param>
    /// <param name="known">The versions of other activities that the author knows.</param>
    public CommitResult Commit(Proposal proposal, IReadOnlySet<ActivityVersion> known)
    {
        lock (_writing)
        {
            var missing = Missing(proposal, known);
            var mayBeHeldUp =
                proposal.Activity.Particulars is { IsEmergency: false, Kind: not ActivityKind.Humanitarian };
            return missing.Length > 0 && mayBeHeldUp
                ? new CommitResult.MissingAwareness(Head, missing)
                : Enter(_activities, proposal, missing);
        }
    }

    /// <summary>
    /// Records a proposal whatever it conflicts with: a replay of what was recorded, or a plan that is to stand as
    /// conflicting.
    /// </summary>
    /// <param name="proposal">The undertaking.</param>
    /// <param name="known">The versions of other activities that the author knows.</param>
    public CommitResult.Accepted Record(Proposal proposal, IReadOnlySet<ActivityVersion> known)
    {
        lock (_writing)
        {
            return Enter(_activities, proposal, Missing(proposal, known));
        }
    }

    /// <summary>
    /// As <see cref="Record"/>, with the version that the whole of several registers counts; the step is the one after
    /// <paramref name="after"/>.
    /// </summary>
    internal CommitResult.Accepted RecordAs(Proposal proposal, int version, SnapshotId after)
    {
        lock (_writing)
        {
            CatchUp(after);
            return Enter(_activities, proposal, [], version);
        }
    }

    /// <summary>
    /// Moves on to a step at which nothing changed here, as one of several registers that count together.
    /// </summary>
    internal void CatchUp(SnapshotId to)
    {
        lock (_writing)
        {
            Volatile.Write(ref _seq, Math.Max(_seq, to.Seq));
        }
    }

    /// <summary>Takes an activity out from the next snapshot on; earlier snapshots keep it.</summary>
    /// <param name="id">Its name. One that is not there, or was cancelled before, changes nothing.</param>
    /// <returns>The register afterwards.</returns>
    public SnapshotId Cancel(ActivityId id)
    {
        lock (_writing)
        {
            return Leave(_activities, id);
        }
    }

    /// <summary>States a zone, or states it anew: a ring with a window.</summary>
    /// <param name="id">Its name, apart from the names of activities.</param>
    /// <param name="zone">An area with a buffer of 0.</param>
    /// <returns>The register afterwards.</returns>
    /// <exception cref="ArgumentException">It is no area, or has a buffer.</exception>
    public SnapshotId StateZone(ActivityId id, Activity zone)
    {
        CheckZone(zone);
        lock (_writing)
        {
            return Enter(_zones, new Proposal(id, zone), []).At;
        }
    }

    /// <summary>Takes a zone out from the next snapshot on.</summary>
    /// <param name="id">Its name. One that is not there changes nothing.</param>
    /// <returns>The register afterwards.</returns>
    public SnapshotId LiftZone(ActivityId id)
    {
        lock (_writing)
        {
            return Leave(_zones, id);
        }
    }

    /// <summary>Which activities a zone affects: ask before it changes and after.</summary>
    /// <param name="zone">An area with a buffer of 0, in the register or not.</param>
    /// <param name="at">A snapshot that was <see cref="Head"/> once.</param>
    /// <exception cref="ArgumentException">
    /// It is no area, or has a buffer, or there is no such snapshot yet.
    /// </exception>
    public ImmutableArray<ActivityVersion> ZoneChanged(Activity zone, SnapshotId at)
    {
        CheckZone(zone);
        Check(at);
        return Versions(_activities, _activities.Find(zone, at.Seq, except: null));
    }

    /// <summary>Shifts by which a proposal would meet no other activity.</summary>
    /// <param name="proposal">The undertaking as first meant.</param>
    /// <param name="begins">When its window may begin: the first second and the second after the last one.</param>
    /// <param name="stepSeconds">From one try to the next, 1 or more; the tries start at the first second.</param>
    /// <param name="at">A snapshot that was <see cref="Head"/> once.</param>
    /// <returns>
    /// The begins that are clear, in seconds from the epoch, ascending. At most <see cref="AlternativesMax"/> are
    /// tried.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such snapshot yet, or the step is below 1.</exception>
    public ImmutableArray<int> Alternatives(Proposal proposal, Window begins, int stepSeconds, SnapshotId at)
    {
        Check(at);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepSeconds, 1);
        var clear = ImmutableArray.CreateBuilder<int>();
        var from = (long)begins.FromSeconds;
        for (var tries = 0; tries < AlternativesMax && from < begins.UntilSeconds; tries++, from += stepSeconds)
        {
            if (proposal.Activity.ShiftedTo((int)from) is { } shifted
                && _activities.Find(shifted, at.Seq, proposal.Id).IsEmpty)
            {
                clear.Add((int)from);
            }
        }

        return clear.DrainToImmutable();
    }

    /// <summary>Where activities are found; for whoever measures.</summary>
    internal TimeIndex Activities => _activities;

    private static void CheckZone(Activity zone)
    {
        if (zone.Shape != Shape.Area || zone.BufferMillimetres != 0)
        {
            throw new ArgumentException("a zone is an area with a buffer of 0", nameof(zone));
        }
    }

    private static ImmutableArray<ActivityVersion> Versions(TimeIndex index, ReadOnlySpan<int> numbers)
    {
        var versions = ImmutableArray.CreateBuilder<ActivityVersion>(numbers.Length);
        foreach (var number in numbers)
        {
            versions.Add(index.Store.VersionOf(number));
        }

        return versions.MoveToImmutable();
    }

    private void Check(SnapshotId at)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(at.Seq, nameof(at));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at.Seq, Head.Seq, nameof(at));
    }

    private int FindIn(
        TimeIndex index, Activity activity, ActivityId? except, SnapshotId at, Span<ActivityVersion> found)
    {
        Check(at);
        var numbers = index.Find(activity, at.Seq, except);
        for (var i = 0; i < Math.Min(numbers.Length, found.Length); i++)
        {
            found[i] = index.Store.VersionOf(numbers[i]);
        }

        return numbers.Length;
    }

    private ImmutableArray<Met> Explained(TimeIndex index, Proposal proposal, SnapshotId at, ActivityId? except)
    {
        var met = ImmutableArray.CreateBuilder<Met>();
        foreach (var number in index.Find(proposal.Activity, at.Seq, except))
        {
            var (version, other) = (index.Store.VersionOf(number), index.Store.ActivityOf(number));
            var conflict = Conflict.Between(proposal.Activity, other)!;
            var lead = terms.LeadSeconds(proposal.Activity.Particulars, other.Particulars);
            met.Add(new Met(version, other.Particulars, conflict, conflict.Overlap.FromSeconds - lead));
        }

        return met.DrainToImmutable();
    }

    private ImmutableArray<ActivityVersion> Missing(Proposal proposal, IReadOnlySet<ActivityVersion> known) =>
        [.. Versions(_activities, _activities.Find(proposal.Activity, _seq, proposal.Id))
            .Where(v => !known.Contains(v))];

    private CommitResult.Accepted Enter(
        TimeIndex index, Proposal proposal, ImmutableArray<ActivityVersion> unaware, int? stated = null)
    {
        var before = index.Current(proposal.Id);
        var version = new ActivityVersion(
            proposal.Id, stated ?? (before < 0 ? 1 : index.Store.VersionOf(before).Version + 1));
        if (before >= 0)
        {
            index.Remove(before, _seq + 1);
        }

        index.Add(version, proposal.Activity, _seq + 1);
        Volatile.Write(ref _seq, _seq + 1);
        return new CommitResult.Accepted(Head, version, unaware);
    }

    private SnapshotId Leave(TimeIndex index, ActivityId id)
    {
        var number = index.Current(id);
        if (number >= 0 && index.Remove(number, _seq + 1))
        {
            Volatile.Write(ref _seq, _seq + 1);
        }

        return Head;
    }
}
