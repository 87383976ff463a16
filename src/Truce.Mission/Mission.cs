using System.Collections.Concurrent;
using System.Collections.Immutable;
using Truce.Record;
using Truce.Rules;
using Statement = Truce.Record.Statement;

namespace Truce.Mission;

/// <summary>
/// Where a mission takes from what its statements name by hash. Pure: nothing is fetched, nothing changes.
/// </summary>
public sealed record Sources
{
    /// <summary>Nothing is here.</summary>
    public static Sources None { get; } = new();

    /// <summary>
    /// The content of a body, without its salt, where it is here and all of an audience may read it; null stands for
    /// everybody. A body that is for some of the audience counts as absent: no rule may turn on it.
    /// </summary>
    public Func<Attached, Audience?, ReadOnlyMemory<byte>?> Body { get; init; } = (_, _) => null;

    /// <summary>The activities of a plan's file; empty where it is none.</summary>
    public Func<ReadOnlyMemory<byte>, ImmutableArray<Space.Activity>> Plan { get; init; } = _ => [];
}

/// <summary>
/// A mission's machines: what acts mean. Commands decide to an outcome and events; events fold to the state. It reads
/// no clock, no file and no randomness. MISSION.md §1 and §2.
/// </summary>
public sealed class Mission
{
    /// <summary>The version of their meaning, which R states.</summary>
    public const long Semantics = 1;

    /// <summary>What R says of an act that is kept and that none of the machines reads.</summary>
    public const string NoMachine = "no machine reads acts of this type";

    /// <summary>The most events of one act.</summary>
    public const int EventsMax = 17;

    private static readonly Dictionary<string, (Machine Machine, int Row)> Rows = Machines.All
        .SelectMany(m => m.Rows.Select((r, i) => (Type: $"{m.Name}.{r.Command}", m, i)))
        .ToDictionary(x => x.Type, x => (x.m, x.i), StringComparer.Ordinal);

    private static readonly bool[] Watched = [.. Machines.All.Select(m => Declarations.IsOne(m)
        || m == QueryMachine.Table || m == ConfirmationMachine.Table)];

    private const int PlansMax = 65_536;

    private readonly ConcurrentDictionary<Digest, Rulebook?> _books = new();
    private readonly ConcurrentDictionary<string, ImmutableArray<Space.Activity>> _plans = new();
    private Read? _read; // the events that were read, or decided, last

    /// <summary>The machines over what statements name.</summary>
    public Mission(Sources sources) => Sources = sources;

    /// <summary>Where bodies come from.</summary>
    public Sources Sources { get; }

    /// <summary>The terms.</summary>
    public Terms Terms { get; init; } = Terms.Default;

    /// <summary>How it counts place and time.</summary>
    public MissionGrid Grid { get; init; } = MissionGrid.Default;

    internal Rulings Rulings { get; } = new();

    /// <summary>As the record calls them.</summary>
    public Record.Machines ForRecord() => new()
    {
        Begin = _ =>
        {
            var fold = Begin();
            return Reading(fold) with
            {
                Form = Fold.Form,
                Save = fold.Save,
                Load = fold.Load,
                StateHash = fold.StateHash,
            };
        },
        FormFault = FormFault,
        HasReserve = type => RowOf(type) is { } known && known.Machine.Rows[known.Row].IsReserve,
    };

    /// <summary>A state as the record fills it, entry by entry.</summary>
    public MachineFold Reading(Fold fold)
    {
        ArgumentNullException.ThrowIfNull(fold);
        return new MachineFold(Semantics, r => Judge(fold, r), fold.Take, fold.TakeCodes);
    }

    /// <summary>An empty state: for a reader who takes every entry that he may read.</summary>
    public Fold Begin() => new(this);

    /// <summary>Takes an entry with its R into a reader's state; R is null where its body is not there.</summary>
    public static void Take(Fold fold, Received received, Outcome? outcome)
    {
        ArgumentNullException.ThrowIfNull(fold);
        fold.Take(received, outcome);
    }

    /// <summary>
    /// What is wrong with an act's form, in one line; null where nothing is. It reads the statement alone: no rule is
    /// among it. A type of no machine here has any form: whoever has that machine reads it.
    /// </summary>
    public static string? FormFault(Statement statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return RowOf(statement.Type) is { } known
                ? Act.Read(known.Machine, known.Machine.Rows[known.Row], statement).Error
                    ?? Speaker.Fault(statement.For)
            : MachineOf(statement.Type, '.') is { } machine
                ? $"no act is called `{statement.Type}`: {machine.Name} has "
                    + string.Join(", ", machine.Rows.Select(r => r.Command))
            : null;
    }

    /// <summary>Judges an act by a state. Nothing changes.</summary>
    public Judgement Judge(Fold fold, Received received)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(received);
        if (RowOf(received.Statement.Type) is not { } known)
        {
            return MachineOf(received.Statement.Type, '.') is null ? Judgement.Kept with { Why = NoMachine }
                : Inapplicable($"no act is called {received.Statement.Type}");
        }

        var read = Act.Read(known.Machine, known.Machine.Rows[known.Row], received.Statement);
        if (!read.IsValid)
        {
            return Inapplicable(read.Error);
        }

        if (Speaker.From(received.Author) is not { } speaker)
        {
            return Inapplicable("no enrolled key signed it");
        }

        var act = read.Value;
        var id = act.Subject ?? IdOf(act.Machine, received.Hash);
        var asking = new Asking(this, fold, act, speaker, received, fold.Subjects.GetValueOrDefault(id), id);
        var ruling = act.Row.IsOfRecord ? null : Rulings.Of(
            fold.InForce, act, PlacesOf(asking), KindOf(asking), asking.Performer, received.Statement.OccurredAt,
            received.ReceivedAt);
        var framework = fold.InForce.FrameworkAt(received.ReceivedAt);
        return Decide(asking) with { Ruling = ruling, Framework = framework };
    }

    /// <summary>The id of the subject that a statement opens.</summary>
    public static string IdOf(Machine machine, Digest statement)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return $"{machine.Name}/{statement.Prefix:x16}";
    }

    internal static (Machine Machine, int Row)? RowOf(string type) =>
        Rows.TryGetValue(type, out var known) ? known : null;

    /// <summary>
    /// The events of an outcome that a machine here has, as of today; null for those of a later program's version. The
    /// last ones are kept: the folds that take one entry come one after the other, and the one that judged it before.
    /// </summary>
    internal ReadEvent[] EventsOf(Outcome outcome)
    {
        if (Volatile.Read(ref _read) is { } known && ReferenceEquals(known.Stated, outcome.Events))
        {
            return known.Events;
        }

        var (events, count) = (new ReadEvent[outcome.Events.Count], 0);
        for (var i = 0; i < events.Length; i++)
        {
            if (Event.Read(outcome.Events[i]) is { } e && RowOf(e.Type) is var (machine, row))
            {
                events[count++] = new ReadEvent(machine, row, e.Type, machine.Rows[row].Today(e));
            }
        }

        return Keep(outcome.Events, count == events.Length ? events : events[..count]);
    }

    /// <summary>The machine of a subject's id, or with a dot that of a type; null where there is none.</summary>
    internal static Machine? MachineOf(string subject, char behind = '/')
    {
        var end = subject.IndexOf(behind, StringComparison.Ordinal);
        var name = subject.AsSpan(0, end < 0 ? subject.Length : end);
        foreach (var machine in end < 0 && behind == '/' ? [] : Machines.All)
        {
            if (name.SequenceEqual(machine.Name))
            {
                return machine;
            }
        }

        return null;
    }

    /// <summary>Whether acts of a type are the record's own, and nobody's in the mission.</summary>
    internal static bool IsOfRecord(string type) =>
        RowOf(type) is { } known && known.Machine.Rows[known.Row].IsOfRecord;

    /// <summary>
    /// Whether a state derives something of the steps of a machine, by its number, beside where its subjects lie.
    /// </summary>
    internal static bool IsWatched(int machine) => Watched[machine];

    /// <summary>The rulebook of a framework that was put in force here, by the hash of its file; null for none.
    /// </summary>
    public Rulebook? BookOf(Digest framework) => _books.GetValueOrDefault(framework);

    /// <summary>Keeps the rulebook of a framework that a statement has attached, under the hash of its bytes.</summary>
    internal bool Learn(Digest framework, ReadOnlyMemory<byte> bytes)
    {
        if (Digest.Of(bytes.Span) != framework)
        {
            return false;
        }

        return _books.GetOrAdd(framework, _ => Compile(bytes)) is not null;
    }

    /// <summary>The activities of an attached plan, by its commitment; empty where it is not here or is none.</summary>
    internal ImmutableArray<Space.Activity> PlanOf(string commit, Func<ReadOnlyMemory<byte>?> body)
    {
        if (_plans.TryGetValue(commit, out var known))
        {
            return known;
        }

        if (body() is not { } bytes)
        {
            return [];
        }

        if (_plans.Count >= PlansMax)
        {
            _plans.Clear();
        }

        return _plans[commit] = Sources.Plan(bytes);
    }

    /// <summary>Cells of the mission's grid during a window, as areas that hold them.</summary>
    internal ImmutableArray<Space.Activity> CellsOf(
        ImmutableArray<string> cells, string actor, Space.ActivityKind kind, bool isEmergency,
        (long From, long Until) when)
    {
        var all = ImmutableArray.CreateBuilder<Space.Activity>();
        foreach (var (east, north) in cells.Select(MissionGrid.Cell).OfType<(int, int)>())
        {
            long At(int cell) => (long)cell * Grid.CellMillimetres;
            Space.Place Corner(int e, int n) => new(checked((int)At(e)), checked((int)At(n)));
            var begin = Grid.Seconds(when.From);
            var window = new Space.Window(begin, Math.Max(begin + 1, Grid.Seconds(when.Until)));
            if (Math.Max(Math.Abs(At(east)), Math.Abs(At(north))) < Space.Limits.FrameMillimetres - Grid.CellMillimetres
                && Space.Activity.Area(new Space.Particulars(actor, kind, isEmergency, 0),
                    [
                        Corner(east, north), Corner(east + 1, north), Corner(east + 1, north + 1),
                        Corner(east, north + 1),
                    ],
                    window).ActivityOrNull is { } area)
            {
                all.Add(area);
            }
        }

        return all.ToImmutable();
    }

    private static Rulebook? Compile(ReadOnlyMemory<byte> bytes)
    {
        var read = FrameworkReader.Read(bytes.Span, "framework.yaml");
        return !read.IsUsable ? null : new Rulebook(read.Framework);
    }

    /// <summary>An act that names no place happens where its subject is.</summary>
    private static ImmutableArray<string> PlacesOf(Asking asking) =>
        asking.Act.Places.IsEmpty && asking.Subject is { IsOpen: true } subject
            ? subject.Opening.Places : asking.Act.Places;

    /// <summary>
    /// What kind an act is, as it says, or as the opening says of the undertaking that it is a part of: by it a
    /// framework can map plans and reports.
    /// </summary>
    private static string? KindOf(Asking asking) => asking.Act.Word("kind") ?? asking.Act.Word("occasion")
        ?? (asking.Act.Row.IsUndertaking && asking.Subject is { IsOpen: true } s
            ? s.Opening.Word("kind") ?? s.Opening.Word("occasion") : null);

    private static Judgement Inapplicable(string why) => new(OutcomeKind.Inapplicable, Clip(why), [], null, null);

    private static string Clip(string why) => why.Length <= Outcome.WhyLengthMax ? why : why[..Outcome.WhyLengthMax];

    private static Judgement Decide(Asking asking)
    {
        var (act, subject) = (asking.Act, asking.Subject);
        if (WrongSubject(asking) is { } wrong)
        {
            return Inapplicable(wrong);
        }

        if (act.Row.Kind == RowKind.Decides)
        {
            if (Stale(asking) is { } stale)
            {
                return Inapplicable(stale) with { Kind = OutcomeKind.Conflicting };
            }

            foreach (var need in act.Row.Needs)
            {
                if (!need.States.Contains(subject![need.Axis]))
                {
                    return Inapplicable($"its {need.Axis} is {subject[need.Axis]}: {need.Because}");
                }
            }
        }

        if (act.Row.Guard?.Invoke(asking) is { } fault)
        {
            return Inapplicable(fault);
        }

        ImmutableArray<Event> events = act.Row.Also is not { } also ? [EventOf(asking)]
            : [EventOf(asking), .. also(asking).Take(EventsMax - 1)];
        var (stated, decided) = (new JsonValue[events.Length], new ReadEvent[events.Length]);
        for (var i = 0; i < stated.Length; i++)
        {
            var (e, (machine, row)) = (events[i], RowOf(events[i].Type)!.Value);
            stated[i] = e.ToJson();
            decided[i] = new ReadEvent(machine, row, e.Type, machine.Rows[row].Today(e));
        }

        asking.Mission.Keep(stated, decided);
        var remark = OutOfPlace(asking) ?? act.Row.Remark?.Invoke(asking) ?? Ahead(asking);
        return new Judgement(OutcomeKind.Applied, remark, stated, null, null);
    }

    private static string? WrongSubject(Asking asking)
    {
        var (act, subject, audience) = (asking.Act, asking.Subject, asking.Received.Statement.Audience);
        return act.Row.Kind == RowKind.Opens && subject is { IsOpen: true } ? "the subject is open already"
            : act.Row.Kind == RowKind.Decides && subject is not { IsOpen: true }
                ? $"there is no {act.Subject} that its readers may read"
            : act.Row.Kind != RowKind.Opens && subject is { IsOpen: true }
                && !(audience is null ? subject.Audience is null : audience.Equals(subject.Audience))
                ? "a subject has one audience: open another that continues it"
            : null;
    }

    private static string? Stale(Asking asking)
    {
        foreach (var expected in asking.Received.Statement.Expects!)
        {
            var subject = asking.Fold.Subjects.GetValueOrDefault(expected.Subject);
            if (subject?.LastDecision != expected.Decision)
            {
                return subject is null ? $"there is no {expected.Subject} that its readers may read"
                    : subject.LastDecision is null ? $"nobody has decided on {expected.Subject} yet"
                    : $"{expected.Subject} was decided on again since, in entry {subject.LastDecisionBy}";
            }
        }

        return null;
    }

    /// <summary>
    /// A fact that does not follow where it stands now: recorded, shown as contradicting, moving nothing.
    /// </summary>
    private static string? OutOfPlace(Asking asking)
    {
        if (asking.Act.Row.Kind != RowKind.Adds || asking.Subject is not { } subject)
        {
            return asking.Act.Row.Kind == RowKind.Adds ? "its subject is not here yet: it counts once it is" : null;
        }

        if (!subject.IsOpen)
        {
            return "its subject is not here yet: it counts once it is";
        }

        if (asking.Act.Row.IsOpeners && !subject.IsOpeners(asking.Speaker))
        {
            return $"{asking.Speaker.Of} says it of what {subject.Opening.Author} opened: it is shown, and moves "
                + "nothing";
        }

        foreach (var need in asking.Act.Row.Needs)
        {
            var (state, isLast) = subject.StateFor(need.Axis, asking.Received.HappenedAt(), asking.Received.Hash);
            if (!need.States.Contains(state))
            {
                return $"by the {(isLast ? "last word" : "word before it")} its {need.Axis} is {state}: {need.Because}";
            }
        }

        return null;
    }

    /// <summary>A clock a little ahead is no matter; a year that is wrong is said to whoever wrote it.</summary>
    private static string? Ahead(Asking asking)
    {
        const long clocksMilliseconds = 15 * 60_000;
        return Declarations.IsOne(asking.Act.Machine)
            || asking.Received.Statement.OccurredAt - asking.Received.ReceivedAt <= clocksMilliseconds ? null
            : $"it is dated after it came: it counts from {Sides.Text(asking.Received.ReceivedAt)}, when it was "
                + "received";
    }

    private static Event EventOf(Asking asking)
    {
        var act = asking.Act;
        var row = act.Row;
        var fields = Packed.InOrder(row.Add is null ? act.Fields : [.. act.Fields, .. row.Add(asking)]);
        var moves = ImmutableArray.CreateBuilder<(string, string)>();
        if (act.Machine.AxisAt(row.Axis) is >= 0 and var at && !act.Machine.Axes[at].IsArranged
            && (row.To ?? (fields.FirstOrDefault(f => f.Key == row.ToField).Value as JsonValue.Text)?.Value) is { } to)
        {
            moves.Add((row.Axis!, to));
        }

        foreach (var move in row.Moves)
        {
            if (!act.Machine.Axes[act.Machine.AxisAt(move.Axis)].IsArranged)
            {
                moves.Add(move);
            }
        }

        return new Event(act.Type, row.Version, asking.SubjectId, moves.ToImmutable(), fields)
        {
            Performer = act.Performer,
            Continues = act.Continues,
            Places = act.Places,
            Window = act.From == asking.Received.Statement.OccurredAt && act.Until == act.From
                ? null : (act.From, act.Until),
        };
    }

    private ReadEvent[] Keep(IReadOnlyList<JsonValue> stated, ReadEvent[] events)
    {
        Volatile.Write(ref _read, new Read(stated, events));
        return events;
    }

    private sealed record Read(IReadOnlyList<JsonValue> Stated, ReadEvent[] Events);
}

/// <summary>An event with the row that it is of.</summary>
/// <param name="Machine">Its machine.</param>
/// <param name="Row">The number of its row.</param>
/// <param name="Type">Its type, as it was stated.</param>
/// <param name="Today">The event as one of today's version; null where it is of a later program's.</param>
internal readonly record struct ReadEvent(Machine Machine, int Row, string Type, Event? Today);
