using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Truce.Mission;

/// <summary>
/// The ids that a state has met, as numbers in order of first use, and the subjects that have them. An id is a machine
/// and eight bytes; a table over those bytes finds it, and holds no text.
/// </summary>
/// <remarks>
/// A word that only looks like an id, such as one with upper-case digits, is none here: it is a word among others, and
/// a subject that somebody gave such a name is found by that word.
/// </remarks>
internal sealed class Ids : IReadOnlyDictionary<string, Subject>
{
    private const int Digits = 16;
    private const int SlotsMin = 64;

    // At most three quarters of the slots are taken: a free one ends each search.
    private readonly Dictionary<string, Subject> _odd = new(StringComparer.Ordinal);
    private readonly List<Subject> _inOrder = [];
    private readonly List<byte> _machines = [];
    private Known[] _known = new Known[SlotsMin / 2];
    private int[] _slots = new int[SlotsMin]; // number + 1; 0 is free
    private int _count;

    /// <summary>The subjects in the order in which they came here.</summary>
    public IReadOnlyList<Subject> InOrder => _inOrder;

    /// <summary>How many subjects there are.</summary>
    public int Count => _inOrder.Count;

    public IEnumerable<string> Keys => _inOrder.Select(s => s.Id);

    public IEnumerable<Subject> Values => _inOrder;

    /// <summary>An id by its number.</summary>
    public string this[int number] => _known[number].Subject?.Id ?? string.Create(
        CultureInfo.InvariantCulture, $"{Machines.All[_machines[number]].Name}/{_known[number].Key:x16}");

    public Subject this[string key] => TryGetValue(key, out var subject) ? subject
        : throw new KeyNotFoundException($"there is no {key}");

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Subject value)
    {
        if (!Read(key, out var machine, out var digits))
        {
            return _odd.TryGetValue(key, out value);
        }

        var number = _slots[SlotOf(machine, digits)] - 1;
        value = number < 0 ? null : _known[number].Subject;
        return value is not null;
    }

    /// <summary>The number of an id, which it gets where it has none; -1 for a word that is none.</summary>
    public int Of(string word) => Read(word, out var machine, out var digits) ? Of(machine, digits) : -1;

    /// <summary>Takes in a subject that is not here yet.</summary>
    public void Add(Subject subject)
    {
        _inOrder.Add(subject);
        if (Of(subject.Id) is >= 0 and var number)
        {
            _known[number].Subject = subject;
        }
        else
        {
            _odd.Add(subject.Id, subject);
        }
    }

    public IEnumerator<KeyValuePair<string, Subject>> GetEnumerator() =>
        _inOrder.Select(s => KeyValuePair.Create(s.Id, s)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Save(BinaryWriter writer)
    {
        writer.Write(_count);
        for (var i = 0; i < _count; i++)
        {
            writer.Write(_machines[i]);
            writer.Write(_known[i].Key);
        }
    }

    /// <summary>Reads what was saved, into an empty table; subjects are added afterwards.</summary>
    public void Load(BinaryReader reader)
    {
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            Of(reader.ReadByte(), reader.ReadUInt64());
        }
    }

    private static bool Read(string word, out byte machine, out ulong digits)
    {
        (machine, digits) = (0, 0);
        var at = word.Length - Digits - 1;
        if (at <= 0 || word[at] != '/' || Machines.NumberOf(word.AsSpan(0, at)) is not (>= 0 and var number))
        {
            return false;
        }

        for (var i = at + 1; i < word.Length; i++)
        {
            var c = word[i];
            var digit = c is >= '0' and <= '9' ? c - '0' : c is >= 'a' and <= 'f' ? c - 'a' + 10 : -1;
            if (digit < 0)
            {
                return false;
            }

            digits = (digits << 4) | (uint)digit;
        }

        machine = (byte)number;
        return true;
    }

    private int Of(byte machine, ulong digits)
    {
        var slot = SlotOf(machine, digits);
        if (_slots[slot] > 0)
        {
            return _slots[slot] - 1;
        }

        if (_count == _known.Length)
        {
            Array.Resize(ref _known, _count + (_count / 4));
        }

        _known[_count].Key = digits;
        _machines.Add(machine);
        _slots[slot] = ++_count;
        if (_count > _slots.Length / 4 * 3)
        {
            Widen();
        }

        return _count - 1;
    }

    private void Widen()
    {
        _slots = new int[_slots.Length * 2];
        for (var i = 0; i < _count; i++)
        {
            _slots[SlotOf(_machines[i], _known[i].Key)] = i + 1;
        }
    }

    /// <summary>The slot that has an id, or the free one where it would be.</summary>
    private int SlotOf(byte machine, ulong digits)
    {
        // The digits are those of a hash; but somebody may state others, and choose them: mix them first.
        var slot = (int)(unchecked((digits ^ machine) * 0x9E3779B97F4A7C15) >> 33) & (_slots.Length - 1);
        while (_slots[slot] is > 0 and var number
            && (_known[number - 1].Key != digits || _machines[number - 1] != machine))
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        return slot;
    }

    private struct Known
    {
        public ulong Key;
        public Subject? Subject;
    }
}
