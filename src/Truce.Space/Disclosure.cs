using System.Collections.Immutable;

namespace Truce.Space;

/// <summary>What somebody states: an activity, and who may know it exactly.</summary>
/// <param name="Proposal">The activity with its name.</param>
/// <param name="Readers">
/// Who may know it exactly beside whoever acts, by the mission's names; null where everybody may.
/// </param>
/// <param name="Contact">Whom the others are told to ask; the same for all that one owner guards.</param>
public sealed record Stated(Proposal Proposal, ImmutableArray<string>? Readers, string Contact);

/// <summary>What is told of activities that the asker may not know: where and when, and whom to ask.</summary>
/// <param name="Contact">Whom to ask.</param>
/// <param name="Cells">
/// The cells and windows in which something of his may be, as far as the question reaches; of how many activities they
/// are is not told.
/// </param>
public sealed record Coarse(string Contact, ImmutableArray<CoarseCell> Cells);

/// <summary>What a proposal meets, as far as the asker may know it.</summary>
/// <param name="At">The snapshot.</param>
/// <param name="Activities">Activities that he may know, with the conflict explained.</param>
/// <param name="Zones">Zones, which everybody knows.</param>
/// <param name="Coarse">The rest, by contact.</param>
public sealed record Disclosed(
    SnapshotId At, ImmutableArray<Met> Activities, ImmutableArray<Met> Zones, ImmutableArray<Coarse> Coarse);

/// <summary>What became of a statement.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>It is recorded.</summary>
    /// <param name="At">The first snapshot that has it.</param>
    /// <param name="Version">Its version.</param>
    /// <param name="Unaware">What it conflicts with, he may know and did not name: recorded as conflicting.</param>
    /// <param name="Coarse">What it may meet beside that, and whom to ask.</param>
    public sealed record Recorded(
        SnapshotId At, ActivityVersion Version, ImmutableArray<ActivityVersion> Unaware, ImmutableArray<Coarse> Coarse)
        : Outcome;

    /// <summary>Nothing changed: it conflicts with activities that he may know and has not shown to know.</summary>
    /// <param name="At">The snapshot at which it was checked.</param>
    /// <param name="Missing">The activities.</param>
    public sealed record MissingAwareness(SnapshotId At, ImmutableArray<ActivityVersion> Missing) : Outcome;

    /// <summary>Nothing changed.</summary>
    /// <param name="Text">Why, one lower-case sentence without a final period.</param>
    public sealed record Refused(string Text) : Outcome;
}

/// <summary>
/// The activities of a mission through the eyes of whoever asks. Activities that different people may know lie in
/// registers of their own; an answer is worked out from the registers that the asker may read, and from the coarse
/// cells of the rest. Neither the answer, nor what becomes of a statement, nor the work that either takes depends on
/// the exact drawing of an activity that he may not know. One thread writes at a time; any number ask.
/// </summary>
/// <param name="terms">When notice is due.</param>
/// <param name="grid">The cells.</param>
public sealed class Disclosure(NoticeTerms terms, CoarseGrid grid)
{
    private readonly Lock _writing = new();
    private readonly Group _open = new(readers: null, new Register(terms));
    private readonly Dictionary<ActivityId, Standing> _standing = [];
    private readonly List<Change> _changes = [];
    private ImmutableArray<Group> _groups = [];
    private ImmutableArray<Guarded> _guarded = [];
    private long _seq;
    private long _steps;

    /// <summary>As it is now.</summary>
    public SnapshotId Head => new(Volatile.Read(ref _seq));

    /// <summary>The cells that protect.</summary>
    public CoarseGrid Grid => grid;

    /// <summary>Cells that were compared for answers so far: the work that depends on guarded activities.</summary>
    internal long Steps => Volatile.Read(ref _steps);

    /// <summary>What a proposal meets, as far as the asker may know it. Changes nothing.</summary>
    /// <param name="asker">Who asks.</param>
    /// <param name="proposal">The undertaking.</param>
    /// <param name="at">A snapshot that was <see cref="Head"/> once.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such snapshot yet.</exception>
    public Disclosed Assess(string asker, Proposal proposal, SnapshotId at)
    {
        Check(at);
        var reports = Readable(asker).Select(g => g.For(asker).Assess(proposal, At(g, at))).ToArray();
        return new Disclosed(
            at,
            [.. reports.SelectMany(r => r.Activities)],
            _open.For(asker).Assess(proposal, At(_open, at)).Zones,
            CoarseOf(asker, proposal.Activity, at));
    }

    /// <summary>
    /// Records a statement once its author has shown that he knows what it conflicts with, among what he may know.
    /// Emergencies and humanitarian notices are never held up, and nobody is held up by what he may not know.
    /// </summary>
    /// <param name="author">Who states it.</param>
    /// <param name="stated">The activity and who may know it.</param>
    /// <param name="known">The versions of other activities that he knows.</param>
    public Outcome Commit(string author, Stated stated, IReadOnlySet<ActivityVersion> known) =>
        Enter(author, stated, known, mayBeHeldUp: true);

    /// <summary>
    /// Records a statement whatever it conflicts with: a plan unaware of a conflict stands as conflicting.
    /// </summary>
    /// <param name="author">Who states it.</param>
    /// <param name="stated">The activity and who may know it.</param>
    /// <param name="known">The versions of other activities that he knows.</param>
    public Outcome Record(string author, Stated stated, IReadOnlySet<ActivityVersion> known) =>
        Enter(author, stated, known, mayBeHeldUp: false);

    /// <summary>Takes an activity out from the next snapshot on.</summary>
    /// <param name="author">Who says so: whoever stated it.</param>
    /// <param name="id">Its name. One that is not there, is his no more or is another's changes nothing.</param>
    /// <returns>As it is afterwards.</returns>
    public SnapshotId Cancel(string author, ActivityId id)
    {
        lock (_writing)
        {
            if (_standing.TryGetValue(id, out var was) && was.Author == author && was.Current is { } current)
            {
                Leave(current, _seq + 1);
                _standing[id] = was with { Current = null };
                _changes.Add(new Change(_seq + 1, id, current, After: null));
                Volatile.Write(ref _seq, _seq + 1);
            }

            return Head;
        }
    }

    /// <summary>States a zone, which everybody knows.</summary>
    /// <param name="id">Its name, apart from the names of activities.</param>
    /// <param name="zone">An area with a buffer of 0.</param>
    /// <returns>As it is afterwards.</returns>
    /// <exception cref="ArgumentException">It is no area, or has a buffer.</exception>
    public SnapshotId StateZone(ActivityId id, Activity zone)
    {
        lock (_writing)
        {
            _open.Register.CatchUp(Head);
            Volatile.Write(ref _seq, _open.Register.StateZone(id, zone).Seq);
            return Head;
        }
    }

    /// <summary>
    /// Begins of a proposal at which it would meet no activity and no zone that the asker may know, and no cell and
    /// window of another: the same for every place and time in that cell and window.
    /// </summary>
    /// <param name="asker">Who asks.</param>
    /// <param name="proposal">The undertaking as first meant.</param>
    /// <param name="begins">When its window may begin: the first second and the second after the last one.</param>
    /// <param name="stepSeconds">From one try to the next, 1 or more.</param>
    /// <param name="at">A snapshot that was <see cref="Head"/> once.</param>
    /// <returns>Ascending seconds from the epoch. At most <see cref="Register.AlternativesMax"/> are tried.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such snapshot yet, or the step is below 1.</exception>
    public ImmutableArray<int> Alternatives(
        string asker, Proposal proposal, Window begins, int stepSeconds, SnapshotId at)
    {
        Check(at);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepSeconds, 1);
        var readable = Readable(asker).ToArray();
        var clear = ImmutableArray.CreateBuilder<int>();
        var from = (long)begins.FromSeconds;
        for (var tries = 0; tries < Register.AlternativesMax && from < begins.UntilSeconds; tries++)
        {
            if (proposal.Activity.ShiftedTo((int)from) is { } shifted
                && CoarseOf(asker, shifted, at).IsEmpty
                && _open.For(asker).FindZones(shifted, At(_open, at), []) == 0
                && readable.All(g => g.For(asker).Find(shifted, proposal.Id, At(g, at), []) == 0))
            {
                clear.Add((int)from);
            }

            from += stepSeconds;
        }

        return clear.DrainToImmutable();
    }

    /// <summary>Follows an area on somebody's behalf.</summary>
    /// <param name="reader">Who is to be told, through what he may know.</param>
    /// <param name="area">Where and when: an area with its buffer and its window.</param>
    /// <returns>What is there already comes as the first notices.</returns>
    /// <exception cref="ArgumentException">It is no area.</exception>
    public Interest Follow(string reader, Activity area) =>
        area.Shape == Shape.Area
            ? new Interest(this, reader, area, grid.BlocksOf(area))
            : throw new ArgumentException("an area of interest is an area", nameof(area));

    /// <summary>The changes after a step, oldest first, at most a few at once.</summary>
    internal ImmutableArray<Change> ChangesFrom(int number, int count)
    {
        lock (_writing)
        {
            return [.. _changes.Skip(number).Take(count)];
        }
    }

    private static SnapshotId At(Group group, SnapshotId at) => new(Math.Min(at.Seq, group.Register.Head.Seq));

    private static void Leave(Placed placed, long seq)
    {
        placed.Group.Register.CatchUp(new SnapshotId(seq - 1));
        placed.Group.Register.Cancel(placed.Version.Id);
        placed.Guarded?.Remove(seq);
    }

    private IEnumerable<Group> Readable(string asker) => _groups.Where(g => g.MayRead(asker)).Prepend(_open);

    private void Check(SnapshotId at)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(at.Seq, nameof(at));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at.Seq, Head.Seq, nameof(at));
    }

    private ImmutableArray<Coarse> CoarseOf(string asker, Activity activity, SnapshotId at)
    {
        var probe = grid.BlocksOf(activity);
        var told = new SortedDictionary<string, List<CoarseCell>>(StringComparer.Ordinal);
        foreach (var guarded in _guarded)
        {
            Interlocked.Add(ref _steps, (long)guarded.Cells.Length * probe.Length);
            if (!guarded.IsIn(at.Seq) || guarded.Group.MayRead(asker))
            {
                continue;
            }

            var common = CoarseGrid.Common(probe, guarded.Cells);
            if (!common.IsEmpty)
            {
                var isKnown = told.TryGetValue(guarded.Contact, out var cells);
                (isKnown ? cells! : told[guarded.Contact] = []).AddRange(common);
            }
        }

        return [.. told.Select(t => new Coarse(t.Key, CoarseGrid.Joined(t.Value)))];
    }

    private Outcome Enter(string author, Stated stated, IReadOnlySet<ActivityVersion> known, bool mayBeHeldUp)
    {
        var activity = stated.Proposal.Activity;
        lock (_writing)
        {
            var was = _standing.GetValueOrDefault(stated.Proposal.Id);
            var cells = stated.Readers is null ? null : grid.CellsOf(activity);
            if (was is not null && was.Author != author)
            {
                return new Outcome.Refused("the name belongs to an activity that somebody else stated");
            }

            if (stated.Readers is not null && cells is null)
            {
                return new Outcome.Refused(
                    $"it touches more than {CoarseGrid.CellsMax} cells: state it openly, or in parts");
            }

            var missing = Missing(author, stated.Proposal).Where(v => !known.Contains(v)).ToImmutableArray();
            if (mayBeHeldUp && missing.Length > 0
                && activity.Particulars is { IsEmergency: false, Kind: not ActivityKind.Humanitarian })
            {
                return new Outcome.MissingAwareness(Head, missing);
            }

            var coarse = CoarseOf(author, activity, Head);
            var placed = Place(author, stated, cells, (was?.Version ?? 0) + 1);
            if (was?.Current is { } before)
            {
                // An amendment in the register of the version before has replaced it there already.
                before.Guarded?.Remove(_seq + 1);
                if (before.Group != placed.Group)
                {
                    Leave(before, _seq + 1);
                }
            }

            _standing[stated.Proposal.Id] = new Standing(author, placed.Version.Version, placed);
            _changes.Add(new Change(_seq + 1, stated.Proposal.Id, was?.Current, placed));
            Volatile.Write(ref _seq, _seq + 1);
            return new Outcome.Recorded(Head, placed.Version, missing, coarse);
        }
    }

    private Placed Place(string author, Stated stated, ImmutableArray<CoarseCell>? cells, int version)
    {
        var group = GroupOf(stated.Readers?.Add(author).Add(stated.Proposal.Activity.Particulars.Actor));
        var entered = group.Register.RecordAs(stated.Proposal, version, Head);
        var guarded = cells is null ? null : new Guarded(group, stated.Contact, cells.Value, _seq + 1);
        if (guarded is not null)
        {
            ImmutableInterlocked.Update(ref _guarded, (all, one) => all.Add(one), guarded);
        }

        return new Placed(group, entered.Version, stated.Proposal.Activity, guarded);
    }

    private Group GroupOf(ImmutableArray<string>? readers)
    {
        if (readers is not { } names)
        {
            return _open;
        }

        ImmutableArray<string> sorted = [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (_groups.FirstOrDefault(g => g.Readers!.Value.SequenceEqual(sorted)) is { } group)
        {
            return group;
        }

        group = new Group(sorted, new Register(terms));
        ImmutableInterlocked.Update(ref _groups, (all, one) => all.Add(one), group);
        return group;
    }

    private IEnumerable<ActivityVersion> Missing(string author, Proposal proposal)
    {
        foreach (var group in Readable(author).ToArray())
        {
            var (register, found) = (group.For(author), new ActivityVersion[64]);
            var count = register.Find(proposal.Activity, proposal.Id, register.Head, found);
            if (count > found.Length)
            {
                found = new ActivityVersion[count];
                register.Find(proposal.Activity, proposal.Id, register.Head, found);
            }

            foreach (var version in found.Take(count))
            {
                yield return version;
            }
        }
    }

    /// <summary>Activities that the same people may know; null is everybody.</summary>
    internal sealed class Group(ImmutableArray<string>? readers, Register register)
    {
        public ImmutableArray<string>? Readers => readers;

        /// <summary>For writing, and for what tells nobody anything.</summary>
        public Register Register => register;

        public bool MayRead(string asker) => readers is not { } names || names.Contains(asker);

        /// <summary>
        /// For an answer. Whoever may not read it gets none: even the time that a search in it takes would tell.
        /// </summary>
        public Register For(string asker) =>
            MayRead(asker) ? register : throw new InvalidOperationException("not his to read");
    }

    /// <summary>The cells of an activity that not everybody may know, between two steps.</summary>
    internal sealed class Guarded(Group group, string contact, ImmutableArray<CoarseCell> cells, long added)
    {
        private long _removed = long.MaxValue;

        public Group Group => group;

        public string Contact => contact;

        public ImmutableArray<CoarseCell> Cells => cells;

        public bool IsIn(long seq) => added <= seq && seq < Volatile.Read(ref _removed);

        public void Remove(long seq) => Volatile.Write(ref _removed, seq);
    }

    /// <summary>One version where it lies.</summary>
    internal sealed record Placed(Group Group, ActivityVersion Version, Activity Activity, Guarded? Guarded);

    /// <summary>What became of one name in one step.</summary>
    internal sealed record Change(long Seq, ActivityId Id, Placed? Before, Placed? After);

    private sealed record Standing(string Author, int Version, Placed? Current);
}
