namespace Truce.Mission;

/// <summary>
/// An act that was taken. What it says else is in the step that it made, of a subject at a place in its page. An act
/// that made none, or of which something is remarked, is kept whole: then the subject is the complement of its place
/// among those.
/// </summary>
internal readonly record struct Label(long Entry, long ReceivedAt, int Ruling, int Subject, int At);

/// <summary>The acts that were taken, in the order of the log: a million of them in a dozen bytes each.</summary>
internal sealed class Labels
{
    private readonly Column _entries = new();
    private readonly Column _received = new();
    private readonly Column _rulings = new();
    private readonly Column _subjects = new();
    private readonly Column _places = new();

    /// <summary>How many acts are complete.</summary>
    public int Count => _places.Count;

    public Label this[int at] => new(
        _entries[at], _received[at], (int)_rulings[at], (int)_subjects[at], (int)_places[at]);

    /// <summary>The entry of an act; of one that is under way too.</summary>
    public int EntryOf(int at) => (int)_entries[at];

    /// <summary>When the operator had it, in POSIX milliseconds; of one that is under way too.</summary>
    public long ReceivedAt(int at) => _received[at];

    /// <summary>Begins an act: its steps name it by the number that it gets. <see cref="End"/> completes it.</summary>
    public int Begin(int entry, long receivedAt)
    {
        _entries.Add(entry);
        _received.Add(receivedAt);
        return _entries.Count - 1;
    }

    /// <summary>Says what became of the act that was begun.</summary>
    public void End(int ruling, int subject, int at)
    {
        _rulings.Add(ruling);
        _subjects.Add(subject);
        _places.Add(at);
    }

    /// <summary>The act of an entry, or -1.</summary>
    public int Find(long entry)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _entries[middle] < entry ? (middle + 1, high) : (low, middle);
        }

        return low < Count && _entries[low] == entry ? low : -1;
    }

    public void Save(BinaryWriter writer)
    {
        foreach (var column in All())
        {
            column.Save(writer);
        }
    }

    public void Load(BinaryReader reader)
    {
        foreach (var column in All())
        {
            column.Load(reader);
        }
    }

    private Column[] All() => [_entries, _received, _rulings, _subjects, _places];
}
