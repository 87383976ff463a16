using System.Collections.Immutable;
using System.Globalization;
using Truce.Record;
using Truce.Space;

namespace Truce.Mission;

/// <summary>How a mission counts place and time: the width of its cells, and the second from which it counts.</summary>
/// <param name="EpochMilliseconds">The epoch, in POSIX milliseconds.</param>
/// <param name="CellMillimetres">The width of a cell, at least 5 km.</param>
public sealed record MissionGrid(long EpochMilliseconds, int CellMillimetres)
{
    /// <summary>From 1 October 2025, cells of 5 km.</summary>
    public static MissionGrid Default { get; } = new(1_759_276_800_000, CoarseGrid.CellMillimetresMin);

    /// <summary>An instant as the mission's second.</summary>
    public int Seconds(long milliseconds) =>
        (int)Math.Clamp((milliseconds - EpochMilliseconds) / 1_000, 0, Limits.HorizonSeconds - 1);

    /// <summary>A cell by its name, <c>east:north</c>: <c>0:-1</c>; null where it is none.</summary>
    public static (int East, int North)? Cell(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var at = name.IndexOf(':', StringComparison.Ordinal);
        return at > 0 && Number(name.AsSpan(0, at)) is { } east && Number(name.AsSpan(at + 1)) is { } north
            ? (east, north) : null;
    }

    private static int? Number(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && Math.Abs(number) < 1_000 && number.ToString(CultureInfo.InvariantCulture).AsSpan().SequenceEqual(text)
            ? number : null;
}

/// <summary>
/// Movements, sites, hazards and plans of a state as activities: what a plan meets among what the readers of the state
/// may read. It checks what the step states; what lies in a sealed route is for its recipients to work out.
/// </summary>
/// <remarks>
/// What it holds follows the states alone: open subjects that are not over. A state that comes of a snapshot, and one
/// that took a late step and is no longer over, meet the same. Whoever only reads never asks, and holds nothing.
/// </remarks>
internal sealed class SpaceFold(Mission mission, Fold fold)
{
    /// <summary>The most subjects that an event names as met; there may be more.</summary>
    private const int MeetsMax = 64;

    private const int PerSubject = 64;

    private static readonly Comparer<ActivityVersion> ById =
        Comparer<ActivityVersion>.Create((x, y) => x.Id.Value.CompareTo(y.Id.Value));

    private readonly Register _register = new(NoticeTerms.Default);
    private readonly Dictionary<Subject, ImmutableArray<CoarseBlock>> _blocks = [];
    private readonly Dictionary<long, (Subject Subject, int Count)> _here = []; // by the entry that opened it
    private bool _isAsked;

    /// <summary>The fields of a step that lies in space: an attached plan, or cells of the mission's grid.</summary>
    public static ImmutableArray<Field> Fields { get; } =
    [
        Field.May("plan", FieldKind.Hash), Field.May("cells", FieldKind.Names), Field.May("route", FieldKind.Hash),
    ];

    /// <summary>Whether a machine's subjects lie in space.</summary>
    public static bool IsOne(Machine machine) => machine.Name is "movement" or "site" or "hazard" or "plan";

    /// <summary>What is wrong with a step's place; null where nothing is.</summary>
    public static string? Fault(Asking asking) =>
        asking.Act.Words("cells").FirstOrDefault(c => MissionGrid.Cell(c) is null) is { } wrong
            ? $"`{wrong}` is no cell of the mission's grid: east and north as in 0:-1"
        : asking.Act.Word("plan") is { } plan && asking.Attached(plan) is null
            ? "its plan is not attached, or not for all who read it: seal the route and state its cells"
        : asking.Act.Word("plan") is not null && Drawn(asking).IsEmpty ? "what is attached is no plan that can be read"
        : null;

    /// <summary>What a step that lies in space adds to its event.</summary>
    public static ImmutableArray<Field> Added { get; } =
        [Field.May("meets", FieldKind.Names), Field.May("plan-sealed", FieldKind.Hash)];

    /// <summary>
    /// The subjects that an act meets among what its readers may read, for its event, and where its plan lies.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, JsonValue>> Meets(Asking asking)
    {
        var plan = asking.Act.Word("plan");
        var attached = asking.Received.Statement.Attached.FirstOrDefault(a => a.Commit.ToString() == plan);
        return Names("meets", Met(asking)).Concat(attached?.CiphertextHash is { } sealedAs
            ? [KeyValuePair.Create<string, JsonValue>("plan-sealed", new JsonValue.Text(sealedAs.ToString()))] : []);
    }

    /// <summary>Those that it does not name.</summary>
    public static IEnumerable<KeyValuePair<string, JsonValue>> Unaware(Asking asking) =>
        asking.Act["emergency"] is JsonValue.Truth { Value: true } ? []
            : Names("unaware-of", Met(asking).Except(asking.Act.Words("aware-of"))) is var left && left.Any()
                ? left.Append(new("awareness", new JsonValue.Text("conflicting"))) : [];

    /// <summary>What a plan that is here meets now and an act about it does not name.</summary>
    public static ImmutableArray<string> StillUnaware(Asking asking)
    {
        var subject = asking.Subject!;
        if (!MayReadIt(asking))
        {
            return [];
        }

        var named = subject.Steps.SelectMany(s => s.Words("aware-of")).Concat(asking.Act.Words("aware-of"));
        var space = asking.Fold.Space;
        return [.. space.Met(space.Drawn(subject), subject).Except(named)];
    }

    /// <summary>Everything that was ever stated to lie in space, over or not.</summary>
    public IEnumerable<Subject> Stated => fold.Subjects.Values.Where(s => IsOne(s.Machine) && s.IsOpen);

    /// <summary>
    /// The cells and windows of a subject, each once and in one form: all that is ever told of it to those who may not
    /// know it exactly.
    /// </summary>
    public ImmutableArray<CoarseBlock> BlocksOf(Subject subject)
    {
        if (_blocks.TryGetValue(subject, out var known))
        {
            return known;
        }

        var opening = subject.Opening;
        var grid = new CoarseGrid(mission.Grid.CellMillimetres);
        var when = ToldWhen(subject);
        var (from, until) = (mission.Grid.Seconds(when.From), mission.Grid.Seconds(when.Until));
        return _blocks[subject] = opening.Word("plan") is not null
            ? [.. Drawn(subject).SelectMany(a => grid.CellsOf(a) is { } cells ? cells.Select(One) : grid.BlocksOf(a))]
            : [.. opening.Words("cells").Select(MissionGrid.Cell).OfType<(int East, int North)>().Select(c => One(
                new CoarseCell(c.East, c.North, from / CoarseGrid.WindowSeconds,
                    Math.Max(from, until - 1) / CoarseGrid.WindowSeconds)))];
    }

    /// <summary>The ids of subjects that are not over and that some activities meet.</summary>
    public IEnumerable<string> MetBy(ImmutableArray<Activity> drawn) => Met(drawn, own: null);

    /// <summary>Follows a subject that took a step.</summary>
    public void Watch(Subject subject)
    {
        if (_isAsked && IsOne(subject.Machine) && subject.IsOpen)
        {
            Follow(subject);
        }
    }

    /// <summary>
    /// From when until when a step lies in its cells: as its <c>at</c> says; else a movement from departure until
    /// arrival, a site until the date that it states, a hazard since it is there. What states no end has none: it is
    /// met until it is over.
    /// </summary>
    private static (long From, long Until) When(
        Machine machine, (long From, long Until) stated, Func<string, long?> number) =>
        stated.From != stated.Until ? stated : machine.Name switch
        {
            "movement" => (number("departure") ?? stated.From, number("arrival") ?? long.MaxValue),
            "site" => (stated.From, number("until") ?? long.MaxValue),
            "hazard" => (number("since") ?? stated.From, long.MaxValue),
            _ => (stated.From, long.MaxValue),
        };

    /// <summary>
    /// The same as it is told to those who may not know it exactly. They are not told that it is over; so a movement
    /// that states no end is told for the six hours of a window, and not for good.
    /// </summary>
    private static (long From, long Until) ToldWhen(Subject subject)
    {
        var (from, until) = When(subject.Machine, subject.Opening.Window, subject.Opening.Number);
        return (from, until == long.MaxValue && subject.Machine == MovementMachine.Table
            ? from + (CoarseGrid.WindowSeconds * 1_000L) : until);
    }

    private static CoarseBlock One(CoarseCell c) =>
        new(c.EastCell, c.NorthCell, c.EastCell, c.NorthCell, c.FirstWindow, c.LastWindow);

    private static bool IsOver(Subject subject) => subject.Machine.Name switch
    {
        "movement" => subject["movement"] is "completed" or "partly" or "aborted" or "withdrawn",
        "site" => subject["notice"] == "withdrawn",
        "hazard" => HazardMachine.IsGone(subject),
        _ => subject["state"] is "done" or "cancelled",
    };

    private static SortedSet<string> Met(Asking asking) =>
        MayReadIt(asking) ? asking.Fold.Space.Met(Drawn(asking), asking.Subject) : [];

    /// <summary>
    /// Whether the author is among his act's readers. Whoever seals to others alone asks what only they may know, and
    /// the length of the answer, which everybody sees, would tell him: his act meets nothing.
    /// </summary>
    private static bool MayReadIt(Asking asking) =>
        asking.Received.Statement.Audience is not { } audience || audience.Contains(asking.Speaker.EnteredBy);

    private static IEnumerable<KeyValuePair<string, JsonValue>> Names(string name, IEnumerable<string> subjects)
    {
        JsonValue[] names = [.. subjects.Take(MeetsMax).Select(s => new JsonValue.Text(s))];
        return names.Length > 0 ? [new(name, new JsonValue.Items(names))] : [];
    }

    private static ImmutableArray<Activity> Drawn(Asking asking) => asking.Act.Word("plan") is { } plan
        ? asking.Mission.PlanOf(plan, () => asking.Attached(plan))
        : asking.Mission.CellsOf(asking.Act.Words("cells"), asking.Performer, KindOf(asking.Act.Machine,
            asking.Act.Word("kind")), asking.Act["emergency"] is JsonValue.Truth { Value: true },
            When(asking.Act.Machine, (asking.Act.From, asking.Act.Until), asking.Act.Number));

    private static ActivityKind KindOf(Machine machine, string? kind) => (machine.Name, kind) switch
    {
        ("movement" or "site", _) => ActivityKind.Humanitarian,
        ("hazard", _) or (_, "works" or "materials") => ActivityKind.Works,
        (_, "police" or "training") => ActivityKind.Police,
        _ => ActivityKind.Operation,
    };

    private SortedSet<string> Met(ImmutableArray<Activity> drawn, Subject? own)
    {
        var met = new SortedSet<string>(StringComparer.Ordinal);
        if (drawn.IsEmpty)
        {
            return met;
        }

        FollowAll();
        var found = new ActivityVersion[MeetsMax];
        foreach (var activity in drawn)
        {
            var count = _register.Find(activity, except: null, _register.Head, found);
            if (count > found.Length)
            {
                found = new ActivityVersion[count];
                count = _register.Find(activity, except: null, _register.Head, found);
            }

            // The first by entry, whatever order they came in: one that was over may have come back.
            Array.Sort(found, 0, count, ById);
            foreach (var version in found.AsSpan(0, Math.Min(count, MeetsMax)))
            {
                if (_here[version.Id.Value / PerSubject].Subject is var subject && subject != own)
                {
                    met.Add(subject.Id);
                }
            }
        }

        return met;
    }

    private void FollowAll()
    {
        if (_isAsked)
        {
            return;
        }

        _isAsked = true;
        foreach (var subject in fold.Subjects.Values.Where(s => IsOne(s.Machine) && s.IsOpen)
            .OrderBy(s => s.OpenedBy))
        {
            Follow(subject);
        }
    }

    /// <summary>Takes a subject in, or lets it go, as its state is now.</summary>
    private void Follow(Subject subject)
    {
        var first = subject.OpenedBy * PerSubject;
        if (_here.TryGetValue(subject.OpenedBy, out var here) != IsOver(subject))
        {
            return;
        }

        if (IsOver(subject))
        {
            _here.Remove(subject.OpenedBy);
            for (var i = 0; i < here.Count; i++)
            {
                _register.Cancel(new ActivityId(first + i));
            }

            return;
        }

        var count = 0;
        foreach (var activity in Drawn(subject).Take(PerSubject))
        {
            _register.Record(
                new Proposal(new ActivityId(first + count++), activity), ImmutableHashSet<ActivityVersion>.Empty);
        }

        _here.Add(subject.OpenedBy, (subject, count));
    }

    /// <summary>What the step that opened a subject draws; empty where it states no plan and no cells.</summary>
    private ImmutableArray<Activity> Drawn(Subject subject)
    {
        var step = subject.Steps.First(s => s.Entry == subject.OpenedBy && s.Row.Kind == RowKind.Opens);
        return step.Word("plan") is { } plan && Digest.Parse(plan) is { } commit
            ? mission.PlanOf(plan, () => mission.Sources.Body(new Attached(commit,
                step.Word("plan-sealed") is { } text ? Digest.Parse(text) : null), subject.Audience))
            : mission.CellsOf(step.Words("cells"), step.Performer, KindOf(subject.Machine, step.Word("kind")),
                step.Flag("emergency"), When(subject.Machine, step.Window, step.Number));
    }
}
