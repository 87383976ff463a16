using Truce.Record;

namespace Truce.Verbs;

/// <summary>One device's statements in clear, or in confidence, in the order of the log.</summary>
internal sealed class DeviceCount
{
    private readonly HashSet<Digest> _made = [];
    private readonly HashSet<Digest> _missing = [];
    private Digest? _last;

    /// <summary>How many.</summary>
    public long Count { get; private set; }

    /// <summary>How many name as the one before them what another named already.</summary>
    public long Repeated { get; private set; }

    /// <summary>How many are named and are not in the log.</summary>
    public int Missing => _missing.Count;

    public void Take(Digest hash, Digest? previous)
    {
        if (previous != _last && (previous is not { } named || !_missing.Contains(named)))
        {
            var isKnown = previous is null || _made.Contains(previous.Value);
            Repeated += isKnown ? 1 : 0;
            if (!isKnown)
            {
                _missing.Add(previous!.Value);
            }
        }

        _missing.Remove(hash);
        _made.Add(hash);
        (_last, Count) = (hash, Count + 1);
    }
}

/// <summary>What there is in a log, counted in one pass with one reader's eyes.</summary>
internal sealed class RecordStats
{
    /// <summary>Entries of each day in UTC.</summary>
    public SortedDictionary<string, long> Days { get; } = new(StringComparer.Ordinal);

    /// <summary>Entries of each type that the reader can read.</summary>
    public SortedDictionary<string, long> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>What became of the acts that the reader can read.</summary>
    public SortedDictionary<OutcomeKind, long> Outcomes { get; } = [];

    /// <summary>Devices, those that the reader can see.</summary>
    public SortedDictionary<string, DeviceCount[]> Devices { get; } = new(StringComparer.Ordinal);

    /// <summary>Entries that are confidential.</summary>
    public long Confidential { get; private set; }

    /// <summary>Of these, how many the reader cannot open.</summary>
    public long Closed { get; private set; }

    /// <summary>Bytes of all entries.</summary>
    public long EntryBytes { get; private set; }

    /// <summary>received_at of the last entry.</summary>
    public long LastReceivedAt { get; private set; }

    public static RecordStats Of(RecordReading reading, Reader? reader)
    {
        const int partBytes = 3 * sizeof(ushort);
        var stats = new RecordStats();
        foreach (var (index, leaf) in reading.Leaves(0, reading.Size))
        {
            var entry = Entry.Read(index, leaf);
            if (!entry.IsValid)
            {
                throw new IOException($"entry {index}: no entry of a record: {entry.Error}");
            }

            stats.EntryBytes += partBytes + leaf.Statement.Length + leaf.Signature.Length + leaf.Outcome.Length;
            stats.LastReceivedAt = entry.Value.ReceivedAt;
            Add(stats.Days, Day(entry.Value.ReceivedAt));
            stats.Take(reading, leaf, entry.Value, reader);
        }

        return stats;
    }

    private void Take(RecordReading reading, Leaf leaf, Entry entry, Reader? reader)
    {
        var clear = entry as Entry.Clear;
        var (statement, outcome) = (clear?.Statement, clear?.Outcome);
        if (entry is Entry.Confidential hidden)
        {
            Confidential++;
            if (reader is not null && reading.Bodies is { } bodies)
            {
                statement = RecordAudit.Opened(leaf, bodies, reading.Founding.Lineage, reader);
                outcome = statement is null ? null : EntryView.OutcomeOf(reading, hidden, reader);
            }

            Closed += statement is null ? 1 : 0;
        }

        if (statement is null)
        {
            return;
        }

        Add(Types, statement.Type);
        if (outcome is not null)
        {
            Add(Outcomes, outcome.Kind);
        }

        var key = statement.Key.ToString();
        if (!Devices.TryGetValue(key, out var device))
        {
            Devices.Add(key, device = [new(), new()]);
        }

        device[clear is null ? 1 : 0].Take(Digest.Of(leaf.Statement.Span), statement.Previous);
    }

    private static string Day(long milliseconds) => RecordWords.Time(milliseconds).Split('T')[0];

    private static void Add<T>(SortedDictionary<T, long> counts, T of)
        where T : notnull => counts[of] = counts.GetValueOrDefault(of) + 1;
}

/// <summary>What a log takes on a disk.</summary>
internal sealed record RecordDisk(long Log, long Bodies)
{
    /// <summary>The bytes of a folder's files and of its bodies'; null where the source is no folder.</summary>
    public static RecordDisk? Of(string from)
    {
        if (!Directory.Exists(from))
        {
            return null;
        }

        var bodies = Path.Combine(from, RecordFolder.BodiesName);
        var tiles = Path.Combine(from, "tile");
        return new RecordDisk(
            Sum(from, SearchOption.TopDirectoryOnly) + Sum(tiles, SearchOption.AllDirectories),
            Sum(bodies, SearchOption.TopDirectoryOnly));
    }

    private static long Sum(string folder, SearchOption depth) => !Directory.Exists(folder) ? 0
        : new DirectoryInfo(folder).EnumerateFiles("*", depth).Sum(f => f.Length);
}
