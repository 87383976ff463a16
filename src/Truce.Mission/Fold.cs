using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Truce.Record;
using Truce.Rules;
using Statement = Truce.Record.Statement;

namespace Truce.Mission;

/// <summary>
/// An act that was recorded and changed nothing, or an act's ruling: what reports count beside the steps.
/// </summary>
/// <param name="Entry">The entry.</param>
/// <param name="Type">The act's type.</param>
/// <param name="Subject">The subject that it is about.</param>
/// <param name="Author">Whose word it is.</param>
/// <param name="OccurredAt">When, by its author's word, in POSIX milliseconds.</param>
/// <param name="ReceivedAt">When the operator had it, in POSIX milliseconds.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Why">Why, where it did not apply.</param>
/// <param name="IsClear">Whether everybody may read it.</param>
/// <param name="Ruling">The ruling as codes; null where no framework was in force.</param>
public sealed record Labelled(
    long Entry, string Type, string Subject, string Author, long OccurredAt, long ReceivedAt, OutcomeKind Outcome,
    string? Why, bool IsClear, Ruled? Ruling)
{
    /// <summary>
    /// When it happened, at the latest when it was received, in POSIX milliseconds: it counts in a period by this.
    /// </summary>
    public long HappenedAt => Math.Min(OccurredAt, ReceivedAt);
}

/// <summary>
/// The state of a mission as one reader may know it: a fold of the entries that he may read, and nothing else. R's
/// events alone change it; no rule is run again. One thread owns it.
/// </summary>
public sealed partial class Fold
{
    /// <summary>
    /// The form of <see cref="Save"/>'s bytes. Whoever changes what lies in them raises it: a snapshot of another form
    /// is passed over, and never misread.
    /// </summary>
    internal const int Form = 4;

    /// <summary>How many keys are known again by their object.</summary>
    private const int SpeakersMax = 4_096;

    private readonly Ids _ids = new();
    private readonly List<Audience?> _audiences = [null];
    private readonly Dictionary<Machine, List<int>> _ofMachine = new(ReferenceEqualityComparer.Instance);
    private readonly List<(int Of, int EnteredBy)> _speakers = [];
    private readonly Dictionary<(string Of, string EnteredBy), int> _speakerAt = [];
    private readonly List<Kept> _kept = [];
    private readonly List<Ruled> _ruled = [];
    private readonly KnownRulings _known = new();
    private readonly Dictionary<string, int> _ruledByCode = new(StringComparer.Ordinal);
    private readonly Dictionary<EnrolledKey, int> _speakerOf = new(ReferenceEqualityComparer.Instance);
    private readonly Scratch _scratch = new();
    private readonly Dictionary<string, List<Step>> _confirmations = new(StringComparer.Ordinal);
    private readonly Mission _mission;

    internal Fold(Mission mission)
    {
        _mission = mission;
        Symbols = new Symbols(_ids);
        InForce = new InForce(mission.BookOf, mission.Terms);
        Space = new SpaceFold(mission, this);
    }

    /// <summary>How many entries it has taken.</summary>
    public long Taken { get; private set; }

    /// <summary>
    /// Entries whose statement could be read here and whose R could not, and events of a later program's versions.
    /// </summary>
    public long Lost { get; private set; }

    /// <summary>What stays of erased entries: how many, by their codes.</summary>
    public SortedDictionary<string, long> Erased { get; } = new(StringComparer.Ordinal);

    /// <summary>The subjects by id.</summary>
    public IReadOnlyDictionary<string, Subject> Subjects => _ids;

    /// <summary>The subjects of a machine, by the entry that opened them; those not opened here come last.</summary>
    public IEnumerable<Subject> Of(string machine) => AllOf(machine)
        .OrderBy(s => s.IsOpen ? s.OpenedBy : long.MaxValue).ThenBy(s => s.Id, StringComparer.Ordinal);

    /// <summary>The terms that the mission has stated.</summary>
    public Terms Terms => InForce.Terms;

    /// <summary>How many acts have a label.</summary>
    public int LabelCount => Acts.Count;

    /// <summary>The distinct rulings that acts have.</summary>
    public IReadOnlyList<Ruled> Rulings => _ruled;

    /// <summary>Every act that was taken, in the order of the log, with its outcome and ruling.</summary>
    public IEnumerable<Labelled> Labels => Enumerable.Range(0, Acts.Count).Select(LabelAt);

    /// <summary>The framework in force at a time, by hash; null where none is that this reader may know.</summary>
    public Digest? FrameworkAt(long milliseconds) => InForce.FrameworkAt(milliseconds);

    /// <summary>Its rulebook; null where none is in force, or its file is not here.</summary>
    public Rulebook? BookAt(long milliseconds) => InForce.BookAt(milliseconds);

    internal Symbols Symbols { get; }

    /// <summary>The acts that were taken: a step names its own by number.</summary>
    internal Labels Acts { get; } = new();

    internal InForce InForce { get; }

    internal SpaceFold Space { get; }

    internal CheckCount Checks { get; } = new();

    /// <summary>The label of one entry; null where it has none.</summary>
    public Labelled? Labelled(long entry) => Acts.Find(entry) is >= 0 and var at ? LabelAt(at) : null;

    /// <summary>What falls due on open subjects, earliest first: deadlines, silences, expiries.</summary>
    public IEnumerable<(Subject Subject, Due Due)> Dues() =>
        _ids.InOrder.Where(s => s.IsOpen).SelectMany(s => s.Machine.Dues(s, Terms).Select(d => (s, d)))
            .OrderBy(x => x.d.AtMilliseconds).ThenBy(x => x.s.Id, StringComparer.Ordinal);

    /// <summary>The subjects of a machine in the order in which they came here.</summary>
    internal IEnumerable<Subject> AllOf(string machine) => Machines.NumberOf(machine) is >= 0 and var number
        && _ofMachine.TryGetValue(Machines.All[number], out var all) ? all.Select(i => _ids.InOrder[i]) : [];

    internal IReadOnlyList<Step> ConfirmationsAbout(string subject) =>
        _confirmations.TryGetValue(subject, out var all) ? all : [];

    internal ushort AudienceNumber(Audience? audience)
    {
        for (var i = 0; i < _audiences.Count; i++)
        {
            if (audience is null ? _audiences[i] is null : audience.Equals(_audiences[i]))
            {
                return (ushort)i;
            }
        }

        _audiences.Add(audience);
        return checked((ushort)(_audiences.Count - 1));
    }

    internal Audience? AudienceAt(int number) => _audiences[number];

    internal (string Of, string EnteredBy) SpeakerAt(int number) =>
        (Symbols[_speakers[number].Of], Symbols[_speakers[number].EnteredBy]);

    /// <summary>Takes an entry that the reader may read, with its R.</summary>
    internal void Take(Received received, Outcome? outcome)
    {
        Taken++;
        if (outcome is null)
        {
            Lost++;
            return;
        }

        var taking = new Taking(received, Acts.Begin(checked((int)received.Index), received.ReceivedAt),
            SpeakerOf(received.Author), AudienceNumber(received.Statement.Audience));
        var (first, own) = ("", default((int Subject, int At)?));
        foreach (var read in _mission.EventsOf(outcome))
        {
            if (read.Today is not { } e)
            {
                Lost++;
                continue;
            }

            var taken = Take(e, read.Machine, read.Row, taking);
            if (first.Length == 0)
            {
                first = e.Subject;
                own = read.Type == received.Statement.Type ? taken : null;
            }
        }

        var ruling = RulingOf(outcome.Ruling);
        if (own is { } step && outcome is { Why: null, Kind: OutcomeKind.Applied })
        {
            Acts.End(ruling, step.Subject, step.At);
            return;
        }

        Acts.End(ruling, ~_kept.Count, at: 0);
        _kept.Add(new Kept(Symbols.Of(received.Statement.Type),
            Symbols.Of(first.Length > 0 ? first : SubjectOf(received.Statement)), taking.Speaker,
            outcome.Why is null ? -1 : Symbols.Of(outcome.Why), taking.Audience, (ushort)outcome.Kind,
            received.Statement.OccurredAt));
    }

    /// <summary>Takes what stays of an erased entry: totals survive, and name nobody.</summary>
    internal void TakeCodes(long index, long receivedAt, JsonValue codes)
    {
        Taken++;
        var type = codes is JsonValue.Members m && m["type"] is JsonValue.Text { Value.Length: <= 80 } t
            && !t.Value.Any(char.IsControl) ? t.Value : "unknown";
        Erased[type] = Erased.GetValueOrDefault(type) + 1;
    }

    /// <summary>The state as bytes; the same entries in the same order give the same bytes.</summary>
    internal byte[] Save()
    {
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Taken);
        writer.Write(Lost);
        Symbols.Save(writer);
        Write(writer, _speakers);
        writer.Write(_audiences.Count - 1);
        foreach (var audience in _audiences.Skip(1))
        {
            writer.Write(string.Join('\n', audience!.Organisations));
        }

        writer.Write(Erased.Count);
        foreach (var (type, count) in Erased)
        {
            writer.Write(type);
            writer.Write(count);
        }

        writer.Write(_ruled.Count);
        foreach (var ruled in _ruled)
        {
            writer.Write(Json(ruled.Json));
        }

        Acts.Save(writer);
        Write(writer, _kept);
        writer.Write(_ids.InOrder.Count);
        foreach (var subject in _ids.InOrder)
        {
            writer.Write(Symbols.Of(subject.Id));
            subject.Save(writer);
        }

        writer.Flush();
        return stream.ToArray();
    }

    internal void Load(byte[] state)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        Taken = reader.ReadInt64();
        Lost = reader.ReadInt64();
        Symbols.Load(reader);
        Read(reader, _speakers);
        for (var i = 0; i < _speakers.Count; i++)
        {
            _speakerAt.Add(SpeakerAt(i), i);
        }

        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            _audiences.Add(Audience.Of(reader.ReadString().Split('\n')).Required());
        }

        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            Erased.Add(reader.ReadString(), reader.ReadInt64());
        }

        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            RulingOf(Json(reader.ReadString()));
        }

        Acts.Load(reader);
        Read(reader, _kept);
        for (var subjects = reader.ReadInt32(); subjects > 0; subjects--)
        {
            var id = Symbols[reader.ReadInt32()];
            var machine = Mission.MachineOf(id) ?? throw new InvalidDataException($"no machine has {id}");
            Open(machine, id).Load(reader);
        }

        // What is derived of declarations and checks, in the order in which they came.
        foreach (var step in _ids.InOrder.Where(s => Mission.IsWatched(s.MachineNumber)).SelectMany(s => s.Steps)
            .OrderBy(s => s.Entry))
        {
            Watch(step);
        }
    }

    /// <summary>Takes an event; null where it is about no subject of its machine.</summary>
    private (int Subject, int At)? Take(Event e, Machine machine, int row, in Taking taking)
    {
        if (!_ids.TryGetValue(e.Subject, out var subject))
        {
            if (!ReferenceEquals(Mission.MachineOf(e.Subject), machine))
            {
                return null;
            }

            subject = Open(machine, e.Subject);
        }
        else if (!ReferenceEquals(subject.Machine, machine))
        {
            return null;
        }

        var at = subject.Take(e, row, taking, _scratch);
        Space.Watch(subject);
        if (Mission.IsWatched(subject.MachineNumber))
        {
            var step = new Step(subject, at);
            Watch(step);
            if (machine == ConfirmationMachine.Table && _ids.TryGetValue(step.Word("about") ?? "", out var about))
            {
                about.Confirmed();
                Space.Watch(about);
            }
        }

        return (subject.Number, at);
    }

    private Subject Open(Machine machine, string id)
    {
        var subject = new Subject(this, machine, id, _ids.Count);
        _ids.Add(subject);
        (_ofMachine.TryGetValue(machine, out var all) ? all : _ofMachine[machine] = []).Add(subject.Number);
        return subject;
    }

    /// <summary>The number of whose word it is; of an own word by the key, which is one object in a roster.</summary>
    private int SpeakerOf(Authorship author)
    {
        var own = author.For is null && author.By.MaySign ? author.By.Key : null;
        if (own is not null && _speakerOf.TryGetValue(own, out var known))
        {
            return known;
        }

        var number = SpeakerOf(Speaker.Names(author));
        if (own is not null)
        {
            if (_speakerOf.Count >= SpeakersMax)
            {
                _speakerOf.Clear();
            }

            _speakerOf.Add(own, number);
        }

        return number;
    }

    private int SpeakerOf((string Of, string EnteredBy, string? By)? speaker)
    {
        var pair = (speaker?.Of ?? "", speaker?.EnteredBy ?? "");
        if (!_speakerAt.TryGetValue(pair, out var number))
        {
            _speakerAt.Add(pair, number = _speakers.Count);
            _speakers.Add((Symbols.Of(pair.Item1), Symbols.Of(pair.Item2)));
        }

        return number;
    }

    private void Watch(Step step)
    {
        Declarations.Watch(_mission, InForce, step);
        Checks.Watch(step);
        if (step.Subject.Machine == ConfirmationMachine.Table && step.Word("about") is { } about)
        {
            (_confirmations.TryGetValue(about, out var all) ? all : _confirmations[about] = []).Add(step);
        }
    }

    private int RulingOf(JsonValue? ruling)
    {
        if (ruling is null or JsonValue.Nothing)
        {
            return -1;
        }

        if (_known.Find(ruling) is >= 0 and var at)
        {
            return at;
        }

        var code = Json(ruling);
        if (!_ruledByCode.TryGetValue(code, out at))
        {
            _ruledByCode.Add(code, at = _ruled.Count);
            _ruled.Add(new Ruled(ruling));
        }

        return _known.Add(ruling, at);
    }

    private Labelled LabelAt(int at)
    {
        var label = Acts[at];
        var ruling = label.Ruling < 0 ? null : _ruled[label.Ruling];
        if (label.Subject < 0)
        {
            var k = _kept[~label.Subject];
            return new Labelled(label.Entry, Symbols[k.Type], Symbols[k.Subject], SpeakerAt(k.Speaker).Of,
                k.OccurredAt, label.ReceivedAt, (OutcomeKind)k.Kind, k.Why < 0 ? null : Symbols[k.Why], k.Audience == 0,
                ruling);
        }

        var subject = _ids.InOrder[label.Subject];
        var step = subject.Head(label.At, out _);
        return new Labelled(label.Entry, subject.Machine.Types[step.Row], subject.Id, SpeakerAt(step.Speaker).Of,
            label.ReceivedAt - step.Lag, label.ReceivedAt, OutcomeKind.Applied, Why: null, step.Audience == 0, ruling);
    }

    private static void Write<T>(BinaryWriter writer, List<T> all)
        where T : unmanaged
    {
        writer.Write(all.Count);
        writer.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(all)));
    }

    private static void Read<T>(BinaryReader reader, List<T> into)
        where T : unmanaged
    {
        CollectionsMarshal.SetCount(into, reader.ReadInt32());
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(into)));
    }

    private static string SubjectOf(Statement statement) =>
        statement.Act is JsonValue.Members m && m["subject"] is JsonValue.Text { Value: var subject } ? subject : "";

    private static string Json(JsonValue json) => System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(json));

    private static JsonValue Json(string text) =>
        CanonicalJson.Parse(System.Text.Encoding.UTF8.GetBytes(text)).Required();

    // No byte of it is padding: padding holds whatever was in memory, and equal states save equal bytes.
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly record struct Kept(
        int Type, int Subject, int Speaker, int Why, ushort Audience, ushort Kind, long OccurredAt);
}

/// <summary>The ruling of an act, as R states it.</summary>
public sealed class Ruled
{
    internal Ruled(JsonValue json)
    {
        Json = json;
        var all = json as JsonValue.Members;
        IsReported = all?["reported"] is JsonValue.Truth { Value: true };
        Differs = all?["differs"] is JsonValue.Truth { Value: true };
        IsPartial = all?["partial"] is JsonValue.Truth { Value: true };
        Now = Answers(all?["now"]);
        Then = Differs ? Answers(all?["then"]) : Now;
        Count = (int)((all?["now_count"] as JsonValue.Number)?.Value ?? Now.Length);
    }

    /// <summary>The ruling of R; null where it has none.</summary>
    public static Ruled? Of(JsonValue? ruling) => ruling is null or JsonValue.Nothing ? null : new Ruled(ruling);

    /// <summary>The codes.</summary>
    public JsonValue Json { get; }

    /// <summary>Whether it is about what somebody else did: if as reported, these clauses would be engaged.</summary>
    public bool IsReported { get; }

    /// <summary>Whether what was in force when it happened answers otherwise than when it was received.</summary>
    public bool Differs { get; }

    /// <summary>Whether it touched more situations than are asked for one act: of the rest nothing is said.</summary>
    public bool IsPartial { get; }

    /// <summary>By what was in force when it was received, worst first, at most sixteen.</summary>
    public ImmutableArray<Answered> Now { get; }

    /// <summary>By what was in force when it happened.</summary>
    public ImmutableArray<Answered> Then { get; }

    /// <summary>How many distinct answers there were.</summary>
    public int Count { get; }

    /// <summary>
    /// The worst verdict by what was in force when it happened; null where nothing was. What turns on a fact that the
    /// act does not state is <see cref="Answered.Depends"/>, and neither the better nor the worse of the answers.
    /// </summary>
    public string? Worst => Verdicts.FirstOrDefault().Verdict;

    /// <summary>
    /// One verdict for each situation that the act touched, by what was in force when it happened, worst first: where
    /// answers differ by facts that nobody stated, or by a phase that is declared in two ways,
    /// <see cref="Answered.Depends"/> and the worst of those answers.
    /// </summary>
    public IEnumerable<(Answered Answer, string Verdict)> Verdicts =>
        Then.GroupBy(a => (a.Action, a.Performer, a.Place, a.IsPhaseUnknown ? "" : a.Phase,
                a.If.IsEmpty ? a.Sameness : ""))
            .Select(g => (Answer: g.First(), Verdict: g.Select(a => a.Verdict).Distinct().Skip(1).Any()
                ? Answered.Depends : g.First().Verdict))
            .OrderBy(v => Answered.WorstFirst.IndexOf(v.Verdict));

    private static ImmutableArray<Answered> Answers(JsonValue? json) =>
        json is JsonValue.Items i ? [.. i.All.Select(Answered.Read).OfType<Answered>()] : [];
}
