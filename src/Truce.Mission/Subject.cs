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
    private Stored[] _steps = new Stored[2];
    private byte[] _text = [];
    private int _textLength;
    private int _count;
    private int _revisions;
    private ushort _audience;
    private int _continues = -1;
    private int _openedBy = -1;

    internal Subject(Fold fold, Machine machine, string id, int number) =>
        (_fold, Machine, Id, Number) = (fold, machine, id, number);

    /// <summary>What kind it is.</summary>
    public Machine Machine { get; }

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
    public int StepCount => _count;

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
            for (var i = 0; i < _count; i++)
            {
                yield return new Step(this, i);
            }
        }
    }

    /// <summary>A step by its place in <see cref="Steps"/>.</summary>
    public Step StepAt(int index) => index >= 0 && index < _count ? new Step(this, index)
        : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>The step that opened it. Ask <see cref="IsOpen"/> first.</summary>
    public Step Opening
    {
        get
        {
            for (var i = 0; i < _count; i++)
            {
                if (Machine.Rows[_steps[i].Row].Kind == RowKind.Opens)
                {
                    return new Step(this, i);
                }
            }

            throw new InvalidOperationException("the step that opens it is not here");
        }
    }

    /// <summary>
    /// The last step of a command that counts here, by when it occurred; null where there is none.
    /// </summary>
    public Step? Last(string command)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (Machine.Rows[_steps[i].Row].Command == command && IsHere(_steps[i]))
            {
                return new Step(this, i);
            }
        }

        return null;
    }

    /// <summary>The steps of a command, those of strangers too: ask <see cref="Step.IsHere"/> of each.</summary>
    public IEnumerable<Step> All(string command) => Steps.Where(s => s.Row.Command == command);

    /// <summary>Whether there is a step of a command, be it a stranger's.</summary>
    internal bool Has(string command)
    {
        for (var i = 0; i < _count; i++)
        {
            if (Machine.Rows[_steps[i].Row].Command == command)
            {
                return true;
            }
        }

        return false;
    }

    internal Fold Fold => _fold;

    /// <summary>The how manieth subject of its fold it is, from 0.</summary>
    internal int Number { get; }

    internal ref readonly Stored Raw(int index) => ref _steps[index];

    internal ReadOnlySpan<byte> Text => _text.AsSpan(0, _textLength);

    /// <summary>Takes an event.</summary>
    internal int Take(Event e, int row, in Received received, int speaker, ushort audience, List<byte> scratch)
    {
        var r = Machine.Rows[row];
        if (r.Kind == RowKind.Opens && !IsOpen)
        {
            (_openedBy, _audience) = (checked((int)received.Index), audience);
            _continues = e.Continues is null ? -1 : _fold.Symbols.Of(e.Continues);
        }

        scratch.Clear();
        Packed.Write(scratch, e, r, _fold.Symbols);
        var stored = new Stored
        {
            OccurredAt = received.Statement.OccurredAt,
            ReceivedAt = received.ReceivedAt,
            HashHead = received.Hash.Prefix,
            Entry = checked((int)received.Index),
            Row = (byte)row,
            Speaker = speaker,
            Text = Append(scratch),
            Audience = audience,
        };
        var at = Insert(stored);
        foreach (var (axis, to) in e.Moves)
        {
            Move(axis, to);
        }

        Count(r, e, received, stored);
        Arrange(at);
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

        writer.Write(_count);
        writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_steps.AsSpan(0, _count)));
        writer.Write(_textLength);
        writer.Write(Text);
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

        _count = reader.ReadInt32();
        _steps = new Stored[Math.Max(2, _count)];
        reader.BaseStream.ReadExactly(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(_steps.AsSpan(0, _count)));
        _textLength = reader.ReadInt32();
        _text = new byte[_textLength];
        reader.BaseStream.ReadExactly(_text);
    }

    internal bool IsHere(in Stored step) => !IsOpen || step.Audience == _audience;

    private void Count(Row row, Event e, in Received received, in Stored stored)
    {
        if (row.Kind == RowKind.Opens && _openedBy == received.Index)
        {
            // What strangers added before the audience was known counts for nothing.
            _revisions = 0;
            for (var i = 0; i < _count; i++)
            {
                _revisions += Machine.Rows[_steps[i].Row].Revises && IsHere(_steps[i]) ? 1 : 0;
            }
        }
        else if (row.Revises && IsHere(stored))
        {
            _revisions++;
        }

        if (row.Kind == RowKind.Decides)
        {
            _decision = new Decision(received.Hash, received.Index);
        }

        if (row.Judges)
        {
            var judged = (int)Math.Clamp(Machine.RevisionOf(e) ?? _revisions, 0, _revisions);
            foreach (var axis in e.Moves.Select(m => Machine.AxisAt(m.Axis)).Where(a => a >= 0))
            {
                Judged(axis, judged);
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

    private int Append(List<byte> scratch)
    {
        var at = _textLength;
        _textLength += scratch.Count;
        if (_textLength > _text.Length)
        {
            Array.Resize(ref _text, _textLength + (at / 4));
        }

        scratch.CopyTo(_text, at);
        return at;
    }

    private int Insert(in Stored stored)
    {
        if (_count == _steps.Length)
        {
            Array.Resize(ref _steps, _count + (_count / 4) + 1);
        }

        var at = _count;
        while (at > 0 && stored.CompareTo(_steps[at - 1]) < 0)
        {
            at--;
        }

        Array.Copy(_steps, at, _steps, at + 1, _count - at);
        _steps[at] = stored;
        _count++;
        return at;
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
    private void Arrange(int from)
    {
        if (!Machine.HasArranged)
        {
            return;
        }

        if (from < _count - 1 || Machine.Rows[_steps[from].Row].Kind == RowKind.Opens)
        {
            from = 0;
            for (var a = 0; a < Machine.Axes.Length; a++)
            {
                _states[a] = Machine.Axes[a].IsArranged ? (byte)0 : _states[a];
            }
        }

        for (var i = from; i < _count; i++)
        {
            ref var step = ref _steps[i];
            var row = Machine.Rows[step.Row];
            step.IsOutOfPlace = row.Kind == RowKind.Adds && IsHere(step) && !Fits(row);
            if (row.Kind != RowKind.Decides && IsHere(step) && !step.IsOutOfPlace)
            {
                MoveArranged(row, i);
            }
        }
    }

    /// <summary>
    /// Where an axis stands for a step that happened at a time: the last word on it, or for what came late, the word
    /// before it. Axes that decisions move stand where the last one left them.
    /// </summary>
    internal (string State, bool IsLast) StateFor(string axis, long occurredAt, Digest hash)
    {
        var at = Machine.AxisAt(axis);
        var key = new Stored { OccurredAt = occurredAt, HashHead = hash.Prefix, Entry = int.MaxValue };
        if (!Machine.Axes[at].IsArranged || _count == 0 || key.CompareTo(_steps[_count - 1]) > 0)
        {
            return (this[axis], true);
        }

        var state = Machine.Axes[at].States[0];
        for (var i = 0; i < _count && _steps[i].CompareTo(key) < 0; i++)
        {
            var row = Machine.Rows[_steps[i].Row];
            if (row.Kind != RowKind.Decides && IsHere(_steps[i]) && !_steps[i].IsOutOfPlace)
            {
                state = row.Axis == axis ? row.To ?? new Step(this, i).Word(row.ToField!) ?? state : state;
                state = row.Moves.Where(m => m.Axis == axis).Select(m => m.To).LastOrDefault(state);
            }
        }

        return (state, false);
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

    private void MoveArranged(Row row, int index)
    {
        if (Machine.AxisAt(row.Axis) is >= 0 and var at && Machine.Axes[at].IsArranged
            && (row.To ?? (row.ToField is { } f ? new Step(this, index).Word(f) : null)) is { } to)
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

    /// <summary>A step as it lies in memory.</summary>
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 4)]
    internal struct Stored : IComparable<Stored>
    {
        public long OccurredAt;
        public long ReceivedAt;
        public ulong HashHead;
        public int Entry;
        public int Speaker;
        public int Text;
        public ushort Audience;
        public byte Row;
        public bool IsOutOfPlace;

        public readonly int CompareTo(Stored other) =>
            OccurredAt != other.OccurredAt ? OccurredAt.CompareTo(other.OccurredAt)
            : HashHead != other.HashHead ? HashHead.CompareTo(other.HashHead)
            : Entry.CompareTo(other.Entry);
    }
}

/// <summary>A step of a subject: a view of what the fold holds.</summary>
public readonly struct Step
{
    private readonly Subject _subject;
    private readonly int _index;

    internal Step(Subject subject, int index) => (_subject, _index) = (subject, index);

    /// <summary>The subject.</summary>
    public Subject Subject => _subject;

    /// <summary>Its command.</summary>
    public Row Row => _subject.Machine.Rows[Raw.Row];

    /// <summary>The entry that holds it.</summary>
    public long Entry => Raw.Entry;

    /// <summary>When it happened, by its author's word, in POSIX milliseconds.</summary>
    public long OccurredAt => Raw.OccurredAt;

    /// <summary>When the operator had it, in POSIX milliseconds.</summary>
    public long ReceivedAt => Raw.ReceivedAt;

    /// <summary>The organisation whose word it is, or <see cref="Speaker.Anonymous"/>.</summary>
    public string Author => _subject.Fold.SpeakerAt(Raw.Speaker).Of;

    /// <summary>The organisation that entered it: another one where it spoke for somebody without keys.</summary>
    public string EnteredBy => _subject.Fold.SpeakerAt(Raw.Speaker).EnteredBy;

    /// <summary>Whether a hash names its statement: the hash's first digits are what a state keeps.</summary>
    public bool IsStatement(Digest hash) => Raw.HashHead == hash.Prefix;

    /// <summary>
    /// Whether it does not follow from the steps before it: shown as contradicting them, moving nothing.
    /// </summary>
    public bool IsOutOfPlace => Raw.IsOutOfPlace;

    /// <summary>Whether it was sent to the subject's own audience; else it counts for nothing here.</summary>
    public bool IsHere => _subject.IsHere(Raw);

    /// <summary>Who did it, as the framework names him; the author where nobody else is named.</summary>
    public string Performer
    {
        get
        {
            var at = Raw.Text;
            return Packed.Number(Text, ref at) is > 0 and var symbol ? Symbols[(int)symbol - 1] : Author;
        }
    }

    /// <summary>Where; empty for nowhere in particular.</summary>
    public ImmutableArray<string> Places
    {
        get
        {
            var at = Raw.Text;
            Packed.Number(Text, ref at);
            return List(ref at);
        }
    }

    /// <summary>From when until when, in POSIX milliseconds.</summary>
    public (long From, long Until) Window
    {
        get
        {
            var at = Raw.Text;
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

    private ref readonly Subject.Stored Raw => ref _subject.Raw(_index);

    private ReadOnlySpan<byte> Text => _subject.Text;

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
        at = Raw.Text;
        var number = Row.EventFieldAt(field);
        return number >= 0 && Packed.Find(Text, Row, number, ref at);
    }
}
