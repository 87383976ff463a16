using Truce.Record;
using Truce.Rules;

namespace Truce.Mission;

/// <summary>
/// What is in force, declared by those whom the framework names: its revisions, phases and facts. Each declaration is a
/// subject of its own and public, so that a ruling is the same for everybody who may read what it turns on.
/// </summary>
public static class Declarations
{
    private const string Sector = "sector";
    private const string Unseen = "unseen";
    private const int UnseenMax = 16;

    /// <summary>Revisions of the framework. The first is entered by the operator; each later one by whom the one
    /// in force names.</summary>
    public static Machine Framework { get; } = new("framework", "Framework", [new Axis("state", ["revised"])],
    [
        new Row
        {
            Command = "revise",
            Kind = RowKind.Opens,
            Does = "put a framework in force",
            Level = Level.Clear,
            Fields =
            [
                Field.Must("framework", FieldKind.Hash), Field.Must("body", FieldKind.Hash),
                Field.May("from", FieldKind.Time),
            ],
            Guard = FrameworkFault,
            Added = [UnseenField],
            Add = AddUnseen,
            Remark = RemarkUnseen,
        },
    ]);

    /// <summary>Phases of sectors.</summary>
    public static Machine Phase { get; } = new("phase", "Phase", [new Axis("state", ["declared"])],
    [
        new Row
        {
            Command = "declare",
            Kind = RowKind.Opens,
            Does = "declare that a phase is reached or reversed in a sector",
            Level = Level.Clear,
            Fields = [Field.Must(Sector, FieldKind.Name), Field.Must("phase", FieldKind.Name)],
            Guard = MayDeclarePhase,
            Added = [UnseenField],
            Add = AddUnseen,
            Remark = RemarkUnseen,
        },
    ]);

    /// <summary>Declared facts of sectors. Declarations by two who may, and who differ, make a fact unknown.</summary>
    public static Machine Fact { get; } = new("fact", "Declared fact", [new Axis("state", ["declared"])],
    [
        new Row
        {
            Command = "declare",
            Kind = RowKind.Opens,
            Does = "declare a fact in a sector",
            Level = Level.Clear,
            Fields =
            [
                Field.Must(Sector, FieldKind.Name), Field.Must("fact", FieldKind.Name),
                Field.Must("value", FieldKind.Name), Field.May("until", FieldKind.Time),
            ],
            Guard = MayDeclareFact,
            Added = [UnseenField],
            Add = AddUnseen,
            Remark = RemarkUnseen,
        },
    ]);

    internal static bool IsOne(Machine machine) => machine == Framework || machine == Phase || machine == Fact
        || machine == TermsMachine.Table || machine == ModeMachine.Table;

    /// <summary>What a declaration adds: the others of its matter that say otherwise and that its author, by the size
    /// of the log that he states, had not seen.</summary>
    internal static Field UnseenField => Field.May(Unseen, FieldKind.Names);

    /// <summary>
    /// Declarations of the same matter that say otherwise, where one of the two authors had not seen the other's, the
    /// first entry first. Each is a subject of its own, so that none is stale: they stand side by side.
    /// </summary>
    /// <param name="subject">A declaration of a framework, a phase, a fact or a term.</param>
    public static IEnumerable<Subject> Contradicting(Subject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return !subject.IsOpen || Matter(subject.Machine) is not { } matter ? []
            : subject.Fold.Of(subject.Machine.Name).Where(o => o.IsOpen && o != subject
                && AreUnseen(subject.Opening, o.Opening)
                && matter.Of.All(f => o.Opening.Word(f) == subject.Opening.Word(f)));
    }

    /// <summary>Whether the author of one of two declarations had not seen the other, which says otherwise.</summary>
    internal static bool AreUnseen(Step one, Step other) =>
        one.Words(Unseen).Contains(other.Subject.Id) || other.Words(Unseen).Contains(one.Subject.Id);

    /// <summary>
    /// Which declaration stands where two contradict each other: the one for the later time, and of one time the later
    /// entry. Of phases neither does, until somebody who has seen both declares again: then his, a third. Null where
    /// it is unknown: such a phase, and a fact that two who may declare it answer differently.
    /// </summary>
    /// <param name="one">A declaration.</param>
    /// <param name="other">One of <see cref="Contradicting"/>.</param>
    public static Subject? Standing(Subject one, Subject other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var (a, b) = (one.Opening, other.Opening);
        if (one.Machine == Phase)
        {
            var standing = one.Fold.InForce.StandingPhases(a.Word(Sector)!, long.MaxValue);
            return standing is [var last] ? last.Subject : null;
        }

        return one.Machine == Fact && a.Author != b.Author ? null
            : (From(a), a.Entry).CompareTo((From(b), b.Entry)) > 0 ? one : other;
    }

    internal static IEnumerable<KeyValuePair<string, JsonValue>> AddUnseen(Asking asking) =>
        UnseenBy(asking) is { Length: > 0 } unseen
            ? [new(Unseen, new JsonValue.Items([.. unseen.Select(s => new JsonValue.Text(s.Id))]))] : [];

    internal static string? RemarkUnseen(Asking asking) => UnseenBy(asking) is not [.., var last] ? null
        : $"its author had not seen entry {last.OpenedBy}, which says otherwise: both stand side by side"
            + (asking.Act.Machine == Phase ? ", and the phase is unknown until who has seen both declares it" : "");

    private static Subject[] UnseenBy(Asking asking)
    {
        var (of, says) = Matter(asking.Act.Machine)!.Value;
        return
        [
            .. asking.Fold.Of(asking.Act.Machine.Name).Where(s => s.IsOpen
                && s.OpenedBy >= asking.Received.Statement.Seen
                && of.All(f => s.Opening.Word(f) == asking.Act.Word(f))
                && !says.All(f => IsSame(s.Opening, asking.Act, f))).TakeLast(UnseenMax),
        ];
    }

    private static bool IsSame(Step step, Act act, string field) =>
        act.Word(field) is { } word ? step.Word(field) == word : step.Number(field) == act.Number(field);

    private static long From(Step step) =>
        (step.Subject.Machine == Framework ? step.Number("from") : null) ?? step.OccurredAt;

    /// <summary>The fields that say what a declaration is about, and those that say what it declares.</summary>
    private static (string[] Of, string[] Says)? Matter(Machine machine) =>
        machine == Framework ? ([], ["framework"])
        : machine == Phase ? ([Sector], ["phase"])
        : machine == Fact ? ([Sector, "fact"], ["value"])
        : machine == TermsMachine.Table ? (["term"], ["standard", "minutes", "checks", "contact"])
        : null;

    /// <summary>Puts a declaration in force in a state.</summary>
    internal static void Watch(Mission mission, InForce inForce, Step step)
    {
        var machine = step.Subject.Machine;
        if (machine == Framework && Hash(step, "framework") is { } hash)
        {
            if (mission.BookOf(hash) is null && Hash(step, "body") is { } body
                && mission.Sources.Body(new Attached(body, CiphertextHash: null), null) is { } bytes)
            {
                mission.Learn(hash, bytes);
            }

            inForce.TakeFramework(step.Number("from") ?? step.OccurredAt, step.Entry, hash);
        }
        else if (machine == TermsMachine.Table && TermsMachine.IsOne(step))
        {
            inForce.TakeTerm(step);
        }
        else if (machine == ModeMachine.Table && step.Word("mode") is not null)
        {
            inForce.TakeMode(step);
        }
        else if (machine == Phase && (step.Word(Sector), step.Word("phase")) is ({ } of, not null))
        {
            inForce.TakePhase(of, step);
        }
        else if (machine == Fact
            && (step.Word(Sector), step.Word("fact"), step.Word("value")) is ({ } where, { } fact, { } value))
        {
            inForce.TakeFact(where, fact, step.Author, value, step.OccurredAt, step.Number("until") ?? long.MaxValue,
                step.Entry);
        }
    }

    private static Digest? Hash(Step step, string field) => step.Word(field) is { } text ? Digest.Parse(text) : null;

    private static string? FrameworkFault(Asking asking)
    {
        var hash = Digest.Parse(asking.Act.Word("framework")!)!.Value;
        if (asking.Attached(asking.Act.Word("body")!) is not { } bytes)
        {
            return "the framework's file is not attached, or not here";
        }

        if (!asking.Mission.Learn(hash, bytes))
        {
            return "`framework` is not the hash of what is attached, or that is no framework without errors";
        }

        return MayRevise(asking);
    }

    /// <summary>Why the author may not state what the mission works by; null where he may.</summary>
    internal static string? MayRevise(Asking asking)
    {
        var (then, now) = (asking.Fold.InForce.FrameworkAt(asking.Received.Statement.OccurredAt),
            asking.Fold.InForce.FrameworkAt(asking.Received.ReceivedAt));
        return then is not null ? asking.NotHis(place: "", "revise-framework")
            : now is not null
                ? "a framework is in force, and it is dated before any was: who may revise it does, dated since"
            : asking.Received.Author.By.Key?.Role == EnrolledKey.OperatorRole ? null
            : "before a framework is in force, the operator enters it, for everybody to see";
    }

    private static string? MayDeclarePhase(Asking asking)
    {
        var (sector, phase) = (asking.Act.Word(Sector)!, asking.Act.Word("phase")!);
        return InForceHere(asking) is not { } book ? "no framework is in force"
            : !book.Space.Phases.Contains(phase) ? $"the framework has no phase {phase}"
            : SectorFault(book, sector) ?? NotOf(asking, ByOf(book, phase), phase)
                ?? (ByOf(book, phase) is null ? asking.NotHis(sector, "declare-phase") : null);
    }

    private static string? ByOf(Rulebook book, string phase) =>
        book.Framework.Phases.First(p => p.Id == phase).DeclaredBy;

    private static string? NotOf(Asking asking, string? by, string what) =>
        by is null || asking.SpeaksFor(by) ? null
            : $"{by} may declare {what}, by the framework";

    private static string? MayDeclareFact(Asking asking)
    {
        var (sector, fact) = (asking.Act.Word(Sector)!, asking.Act.Word("fact")!);
        if (InForceHere(asking) is not { } book)
        {
            return "no framework is in force";
        }

        var term = FactTerm.Of(book.Framework).FirstOrDefault(f => f.Id == fact);
        var axis = book.Space.Facts.FirstOrDefault(f => f.Id == fact);
        return term is null ? $"the framework has no fact {fact}"
            : !term.IsDeclared ? $"{fact} is judged on the scene: whoever acts states it with his act"
            : axis is not null && axis.IndexOf(asking.Act.Word("value")!) < 0
                ? $"{fact} is never {asking.Act.Word("value")}"
            : SectorFault(book, sector) ?? NotOf(asking, term.By, fact)
                ?? (term.By is null ? asking.NotHis(sector, "declare-fact") : null);
    }

    private static string? SectorFault(Rulebook book, string sector) =>
        book.Space.Leaves.Any(l => l.Sector == sector) ? null : $"the framework has no sector {sector}";

    private static Rulebook? InForceHere(Asking asking) =>
        asking.Fold.InForce.BookAt(asking.Received.Statement.OccurredAt);
}
