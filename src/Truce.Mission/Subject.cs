using System.Collections.Immutable;
using Truce.Record;

namespace Truce.Mission;

/// <summary>
/// One incident, movement, message or other subject, as one reader may know it: the state of each axis, and every step
/// that was taken, in order of when it occurred. It belongs to its fold, and changes with it.
/// </summary>
public sealed class Subject
{
    private readonly Fold _fold;
    private States _states;
    private int[]? _judged; // by axis, -1 where nothing was judged; null where nothing was on any
    private Decision? _decision;
    private StepPage _page = new();
    private int _revisions;
    private ushort _audience;
    private int _continues = -1;
    private int _openedBy = -1;

    private readonly byte _machine;

    internal Subject(Fold fold, Machine machine, string id, int number) =>
        (_fold, _machine, Id, Number) = (fold, (byte)Machines.NumberOf(machine.Name), id, number);

    /// <summary>What kind it is.</summary>
    public Machine Machine => Machines.All[_machine];

    /// <summary>Its id: the machine's name and the first digits of the opening statement's hash.</summary>
    public string Id { get; }

    /// <summary>The entry that opened it; -1 while only later steps are here.</summary>
    public long OpenedBy => _openedBy;

    /// <summary>Whether the step that opens it is here.</summary>
    public bool IsOpen => _openedBy >= 0;

    /// <summary>The subject that it continues, for another audience; null for none.</summary>
    public string? Continues => _continues < 0 ? null : _fold.Symbols[_continues];

    /// <summary>Who may read it, fixed by its first step; null for everybody.</summary>
    public Audience? Audience => _fold.AudienceAt(_audience);

    /// <summary>SHA-256 of the statement that decided last on it; null while nobody has.</summary>
    public Digest? LastDecision => _decision?.Statement;

    /// <summary>The entry that decided last on it; -1 while nobody has.</summary>
    public long LastDecisionBy => _decision?.Entry ?? -1;

    /// <summary>How often what is judged was changed or added to.</summary>
    public int Revisions => _revisions;

    /// <summary>How many steps there are.</summary>
    public int StepCount => _page.Count;

    /// <summary>The state of an axis.</summary>
    /// <exception cref="ArgumentException">The machine has no such axis.</exception>
    public string this[string axis]
    {
        get
        {
            var at = Machine.AxisAt(axis);
            return at >= 0 ? Machine.Axes[at].States[_states[at]]
                : throw new ArgumentException($"{Machine.Name} has no axis {axis}", nameof(axis));
        }
    }

    /// <summary>Whether a judgement on an axis was followed by a change of what it judged.</summary>
    public bool NeedsReview(string axis)
    {
        var at = Machine.AxisAt(axis);
        return at >= 0 && _judged is not null && _judged[at] >= 0 && _judged[at] < _revisions;
    }

    /// <summary>The steps in order of when they occurred, then of hash.</summary>
    public IEnumerable<Step> Steps
    {
        get
        {
            for (var i = 0; i < _page.Count; i++)
            {
                yield return new Step(this, _page.At(i));
            }
        }
    }

    /// <summary>A step by its place in <see cref="Steps"/>.</summary>
    public Step StepAt(int index) => index >= 0 && index < _page.Count ? new Step(this, _page.At(index))
        : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>The step that opened it. Ask <see cref="IsOpen"/> first.</summary>
    public Step Opening => OpeningAt() is >= 0 and var at ? new Step(this, at)
        : throw new InvalidOperationException("the step that opens it is not here");

    /// <summary>
    /// The last step of a command that counts here, by when it occurred; null where there is none.
    /// </summary>
    public Step? Last(string command)
    {
        for (var i = _page.Count - 1; i >= 0; i--)
        {
            if (_page.At(i) is var at && RowAt(at).Command == command && IsHere(at) && !IsOutOfPlace(at))
            {
                return new Step(this, at);
            }
        }

        return null;
    }

    /// <summary>The steps of a command, those of strangers too: ask <see cref="Step.IsHere"/> of each.</summary>
    public IEnumerable<Step> All(string command) => Steps.Where(s => s.Row.Command == command);

    /// <summary>Whether there is a step of a command, be it a stranger's.</summary>
    internal bool Has(string command)
    {
        for (var i = 0; i < _page.Count; i++)
        {
            if (RowAt(_page.At(i)).Command == command)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether somebody speaks as whoever opened it: it is his word, or he entered it then and now.</summary>
    internal bool IsOpeners(Speaker speaker) =>
        speaker.Of == Opening.Author || speaker.EnteredBy == Opening.EnteredBy;

    internal Fold Fold => _fold;

    /// <summary>The place of its machine in <see cref="Machines.All"/>.</summary>
    internal int MachineNumber => _machine;

    /// <summary>The how manieth subject of its fold it is, from 0.</summary>
    internal int Number { get; }

    /// <summary>The revision that was judged on an axis, by its number; -1 where nothing was.</summary>
    internal int JudgedRevision(int axis) => _judged is null ? -1 : _judged[axis];

    /// <summary>Where a step lies, by its place in <see cref="Steps"/>.</summary>
    internal int PlaceOf(int index) => _page.At(index);

    /// <summary>How many bytes its fields, places and windows have.</summary>
    internal int ContentBytes => _page.ContentBytes;

    internal ReadOnlySpan<byte> Bytes => _page.Bytes;

    internal StepHead Head(int at, out int content) => _page.Head(at, out content);

    internal Row RowAt(int at) => Machine.Rows[_page.Row(at)];

    internal bool IsOutOfPlace(int at) => _page.IsOutOfPlace(at);

    /// <summary>Whether a step was sent to the subject's own audience.</summary>
    internal bool IsHere(int at) => !IsOpen || _page.Audience(at) == _audience;

    /// <summary>When a step occurred.</summary>
    internal long OccurredAt(in StepHead step) => _fold.Acts.ReceivedAt(step.Label) - step.Lag;

    /// <summary>Takes an event of the act that is under way.</summary>
    /// <returns>Where its step lies, for good.</returns>
    internal int Take(Event e, int row, in Taking taking, Scratch scratch)
    {
        var r = Machine.Rows[row];
        var opens = r.Kind == RowKind.Opens && !IsOpen;
        if (opens)
        {
            (_openedBy, _audience) = (taking.Entry, taking.Audience);
            _continues = e.Continues is null ? -1 : _fold.Symbols.Of(e.Continues);
        }

        scratch.Clear();
        Packed.Write(scratch, e, r, _fold.Symbols);
        var head = new StepHead((byte)row, IsOutOfPlace: false, taking.Audience, taking.Received.Hash.Prefix,
            taking.Label, taking.Speaker, taking.Received.ReceivedAt - (Declarations.IsOne(Machine)
                ? taking.Received.Statement.OccurredAt : taking.Received.HappenedAt()));
        var index = _page.Count;
        while (index > 0 && IsBefore(head, _page.At(index - 1)))
        {
            index--;
        }

        var at = _page.Insert(index, head, scratch.Written);
        foreach (var (axis, to) in e.Moves)
        {
            Move(axis, to);
        }

        Count(r, e, taking, opens, at);
        Arrange(index);
        return at;
    }

    internal void Save(BinaryWriter writer)
    {
        writer.Write(OpenedBy);
        writer.Write(_audience);
        writer.Write(_continues);
        writer.Write(LastDecisionBy);
        writer.Write(LastDecision?.ToArray() ?? new byte[Digest.Bytes]);
        writer.Write(_revisions);
        writer.Write(((ReadOnlySpan<byte>)_states)[..Machine.Axes.Length]);
        for (var axis = 0; axis < Machine.Axes.Length; axis++)
        {
            writer.Write(_judged is null ? -1 : _judged[axis]);
        }

        _page.Save(writer);
    }

    internal void Load(BinaryReader reader)
    {
        _openedBy = checked((int)reader.ReadInt64());
        _audience = reader.ReadUInt16();
        _continues = reader.ReadInt32();
        var entry = reader.ReadInt64();
        var decision = reader.ReadBytes(Digest.Bytes);
        _decision = entry < 0 ? null : new Decision(new Digest(decision), entry);
        _revisions = reader.ReadInt32();
        reader.BaseStream.ReadExactly(((Span<byte>)_states)[..Machine.Axes.Length]);
        for (var axis = 0; axis < Machine.Axes.Length; axis++)
        {
            if (reader.ReadInt32() is >= 0 and var judged)
            {
                Judged(axis, judged);
            }
        }

        _page.Load(reader);
    }

    /// <summary>By when they occurred, then by hash, then by entry: does one go before a step that is here.</summary>
    private bool IsBefore(in StepHead step, int other)
    {
        var last = _page.Head(other, out _);
        var (mine, its) = (OccurredAt(step), OccurredAt(last));
        return mine != its ? mine < its
            : step.HashHead != last.HashHead ? step.HashHead < last.HashHead
            : _fold.Acts.EntryOf(step.Label) < _fold.Acts.EntryOf(last.Label);
    }

    private void Count(Row row, Event e, in Taking taking, bool opens, int at)
    {
        if (opens)
        {
            // What strangers added before the audience was known counts for nothing.
            _revisions = 0;
            for (var i = 0; i < _page.Count; i++)
            {
                _revisions += RowAt(_page.At(i)).Revises && IsHere(_page.At(i)) ? 1 : 0;
            }
        }
        else if (row.Revises && IsHere(at))
        {
            _revisions++;
        }

        if (row.Kind == RowKind.Decides)
        {
            _decision = new Decision(taking.Received.Hash, taking.Entry);
        }

        if (row.Judges)
        {
            var judged = (int)Math.Clamp(Machine.RevisionOf(e) ?? _revisions, 0, _revisions);
            foreach (var (axis, _) in e.Moves)
            {
                if (Machine.AxisAt(axis) is >= 0 and var axisAt)
                {
                    Judged(axisAt, judged);
                }
            }
        }
    }

    private void Judged(int axis, int revision)
    {
        if (_judged is null)
        {
            _judged = new int[Machine.Axes.Length];
            Array.Fill(_judged, -1);
        }

        _judged[axis] = revision;
    }

    private void Move(string axis, string to)
    {
        var at = Machine.AxisAt(axis);
        var state = at < 0 ? -1 : Machine.Axes[at].States.IndexOf(to);
        if (state >= 0)
        {
            _states[at] = (byte)state;
        }
    }

    /// <summary>
    /// Steps the arranged axes on from what was inserted: all of them again where it came between others, or where it
    /// opened the subject after others were here.
    /// </summary>
    private void Arrange(int from, bool again = false)
    {
        if (!Machine.HasArranged)
        {
            return;
        }

        if (again || from < _page.Count - 1 || RowAt(_page.At(from)).Kind == RowKind.Opens)
        {
            from = 0;
            for (var a = 0; a < Machine.Axes.Length; a++)
            {
                _states[a] = Machine.Axes[a].IsArranged ? (byte)0 : _states[a];
            }
        }

        for (var i = from; i < _page.Count; i++)
        {
            var at = _page.At(i);
            var row = RowAt(at);
            var isOutOfPlace = row.Kind == RowKind.Adds && IsHere(at) && (!Fits(row) || IsAnothers(at));
            _page.Mark(at, isOutOfPlace);
            if (row.Kind != RowKind.Decides && IsHere(at) && !isOutOfPlace)
            {
                MoveArranged(row, at);
            }
        }
    }

    /// <summary>
    /// Where an axis stands for a step that happened at a time: the last word on it, or for what came late, the word
    /// before it. Axes that decisions move stand where the last one left them.
    /// </summary>
    internal (string State, bool IsLast) StateFor(string axis, long occurredAt, Digest hash)
    {
        var axisAt = Machine.AxisAt(axis);
        if (!Machine.Axes[axisAt].IsArranged || _page.Count == 0
            || !IsAfter(_page.At(_page.Count - 1), occurredAt, hash))
        {
            return (this[axis], true);
        }

        var state = Machine.Axes[axisAt].States[0];
        for (var i = 0; i < _page.Count && _page.At(i) is var at && !IsAfter(at, occurredAt, hash); i++)
        {
            var row = RowAt(at);
            if (row.Kind != RowKind.Decides && IsHere(at) && !_page.IsOutOfPlace(at))
            {
                state = row.Axis == axis ? row.To ?? new Step(this, at).Word(row.ToField!) ?? state : state;
                state = row.Moves.Where(m => m.Axis == axis).Select(m => m.To).LastOrDefault(state);
            }
        }

        return (state, false);
    }

    /// <summary>Whether a step goes behind whatever happened at a time with a hash.</summary>
    private bool IsAfter(int at, long occurredAt, Digest hash)
    {
        var step = _page.Head(at, out _);
        var its = OccurredAt(step);
        return its != occurredAt ? its > occurredAt : step.HashHead > hash.Prefix;
    }

    private bool Fits(Row row)
    {
        foreach (var need in row.Needs)
        {
            var at = Machine.AxisAt(need.Axis);
            if (Machine.Axes[at].IsArranged && !need.States.Contains(Machine.Axes[at].States[_states[at]]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes in that somebody says of a word, entered for him, that it is or is not his.</summary>
    internal void Confirmed()
    {
        if (_page.Count > 0)
        {
            Arrange(0, again: true);
        }
    }

    /// <summary>Whether a step is for whoever opened the subject, and somebody else's.</summary>
    internal bool IsAnothers(int at) => IsOpen && RowAt(at).IsOpeners && !IsOpenersWord(at);

    /// <summary>
    /// Whether a step is the word of whoever opened the subject: he stated it, or entered both, or it was entered for
    /// him and he does not deny it.
    /// </summary>
    internal bool IsOpenersWord(int at)
    {
        var (by, opener) = (_page.Head(at, out _).Speaker, _page.Head(OpeningAt(), out _).Speaker);
        var ((of, enteredBy), (opened, entered)) = (_fold.SpeakerAt(by), _fold.SpeakerAt(opener));
        return by == opener || enteredBy == entered
            || (of == opened && !ConfirmationMachine.IsDenied(new Step(this, at)));
    }

    /// <summary>
    /// Where the step that opened it lies; -1 where it is not here. Another can have its id, which is half of a hash.
    /// </summary>
    private int OpeningAt()
    {
        for (var i = 0; i < _page.Count; i++)
        {
            if (_page.At(i) is var at && RowAt(at).Kind == RowKind.Opens
                && _fold.Acts.EntryOf(_page.Head(at, out _).Label) == _openedBy)
            {
                return at;
            }
        }

        return -1;
    }

    private void MoveArranged(Row row, int step)
    {
        if (Machine.AxisAt(row.Axis) is >= 0 and var at && Machine.Axes[at].IsArranged
            && (row.To ?? (row.ToField is { } f ? new Step(this, step).Word(f) : null)) is { } to)
        {
            Move(row.Axis!, to);
        }

        foreach (var (axis, state) in row.Moves)
        {
            if (Machine.Axes[Machine.AxisAt(axis)].IsArranged)
            {
                Move(axis, state);
            }
        }
    }

    /// <summary>The state of each axis: a machine has at most 8.</summary>
    [System.Runtime.CompilerServices.InlineArray(8)]
    private struct States
    {
        private byte _first;
    }

    private sealed record Decision(Digest Statement, long Entry);
}

/// <summary>An act while its events are taken.</summary>
/// <param name="Received">The statement in its turn.</param>
/// <param name="Label">The number of the act.</param>
/// <param name="Speaker">The number of whose word it is.</param>
/// <param name="Audience">The number of its audience.</param>
internal readonly record struct Taking(Received Received, int Label, int Speaker, ushort Audience)
{
    /// <summary>Its entry.</summary>
    public int Entry { get; } = checked((int)Received.Index);
}

/// <summary>A step of a subject: a view of what the fold holds.</summary>
public readonly struct Step
{
    private readonly Subject _subject;
    private readonly int _at;

    internal Step(Subject subject, int at) => (_subject, _at) = (subject, at);

    /// <summary>The subject.</summary>
    public Subject Subject => _subject;

    /// <summary>Its command.</summary>
    public Row Row => _subject.RowAt(_at);

    /// <summary>The entry that holds it.</summary>
    public long Entry => _subject.Fold.Acts.EntryOf(Head.Label);

    /// <summary>When it happened, by its author's word, in POSIX milliseconds.</summary>
    public long OccurredAt => _subject.OccurredAt(Head);

    /// <summary>When the operator had it, in POSIX milliseconds.</summary>
    public long ReceivedAt => _subject.Fold.Acts.ReceivedAt(Head.Label);

    /// <summary>The organisation whose word it is, or <see cref="Speaker.Anonymous"/>.</summary>
    public string Author => _subject.Fold.SpeakerAt(Head.Speaker).Of;

    /// <summary>The organisation that entered it: another one where it spoke for somebody without keys.</summary>
    public string EnteredBy => _subject.Fold.SpeakerAt(Head.Speaker).EnteredBy;

    /// <summary>Whether a hash names its statement: the hash's first digits are what a state keeps.</summary>
    public bool IsStatement(Digest hash) => Head.HashHead == hash.Prefix;

    /// <summary>
    /// Whether it does not follow from the steps before it: shown as contradicting them, moving nothing.
    /// </summary>
    public bool IsOutOfPlace => _subject.IsOutOfPlace(_at);

    /// <summary>Whether it is for whoever opened the subject, and somebody else's: shown, and moving nothing.</summary>
    internal bool IsAnothers => _subject.IsAnothers(_at);

    /// <summary>Whether it is the word of whoever opened its subject, which is open.</summary>
    internal bool IsOpenersWord => _subject.IsOpenersWord(_at);

    /// <summary>Whether it was sent to the subject's own audience; else it counts for nothing here.</summary>
    public bool IsHere => _subject.IsHere(_at);

    /// <summary>Who did it, as the framework names him; the author where nobody else is named.</summary>
    public string Performer
    {
        get
        {
            var at = Content;
            return Packed.Number(Text, ref at) is > 0 and var symbol ? Symbols[(int)symbol - 1] : Author;
        }
    }

    /// <summary>Where; empty for nowhere in particular.</summary>
    public ImmutableArray<string> Places
    {
        get
        {
            var at = Content;
            Packed.Number(Text, ref at);
            return List(ref at);
        }
    }

    /// <summary>From when until when, in POSIX milliseconds.</summary>
    public (long From, long Until) Window
    {
        get
        {
            var at = Content;
            Packed.Number(Text, ref at);
            for (var places = Packed.Number(Text, ref at); places > 0; places--)
            {
                Packed.Number(Text, ref at);
            }

            if (Text[at++] == 0)
            {
                return (OccurredAt, OccurredAt);
            }

            var from = Packed.Number(Text, ref at);
            return (from, from + Packed.Number(Text, ref at));
        }
    }

    /// <summary>A field that is a word: a code, a name, a subject or a hash. Null where it is not there.</summary>
    public string? Word(string field) => Find(field, out var at) ? Symbols[(int)Packed.Number(Text, ref at)] : null;

    /// <summary>A field that is a number or an instant; null where it is not there.</summary>
    public long? Number(string field) => Find(field, out var at) ? Packed.Number(Text, ref at) : null;

    /// <summary>A field that is true or false; false where it is not there.</summary>
    public bool Flag(string field) => Number(field) == 1;

    /// <summary>A field's words; empty where it is not there.</summary>
    public ImmutableArray<string> Words(string field) => Find(field, out var at) ? List(ref at) : [];

    private StepHead Head => _subject.Head(_at, out _);

    private int Content
    {
        get
        {
            _subject.Head(_at, out var content);
            return content;
        }
    }

    private ReadOnlySpan<byte> Text => _subject.Bytes;

    private Symbols Symbols => _subject.Fold.Symbols;

    private ImmutableArray<string> List(ref int at)
    {
        var words = new string[Packed.Number(Text, ref at)];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = Symbols[(int)Packed.Number(Text, ref at)];
        }

        return [.. words];
    }

    private bool Find(string field, out int at)
    {
        at = Content;
        var number = Row.EventFieldAt(field);
        return number >= 0 && Packed.Find(Text, Row, number, ref at);
    }
}
