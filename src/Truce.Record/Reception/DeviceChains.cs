namespace Truce.Record;

/// <summary>
/// What each device has said: a chain in clear and one in confidence, each statement naming the one before. Gaps and
/// repetitions are shown; nothing is refused for them. It holds some fifty bytes a statement.
/// </summary>
public sealed class DeviceChains
{
    /// <summary>More than one batch, whose entries cannot be read from the log yet.</summary>
    private const int RecentMax = 1 << 12;

    private readonly (long Index, Digest Hash)[] _recent = new (long, Digest)[RecentMax];
    private readonly Func<Digest, long?> _find;
    private readonly Func<long, Digest> _statementAt;
    private readonly Dictionary<DeviceKey, int> _numbers = [];
    private readonly Dictionary<(int Key, Guid Id), long> _first = [];
    private readonly Dictionary<(DeviceKey Key, bool IsClear), Chain> _chains = [];

    /// <summary>Chains over a log.</summary>
    /// <param name="find">The index of the entry with a SHA-256(S); null where there is none.</param>
    /// <param name="statementAt">SHA-256(S) of an entry.</param>
    internal DeviceChains(Func<Digest, long?> find, Func<long, Digest> statementAt) =>
        (_find, _statementAt) = (find, statementAt);

    /// <summary>The devices' chains, in the order of the keys' texts, the clear one first.</summary>
    public IEnumerable<(DeviceKey Key, bool IsClear, Chain Chain)> All => _chains
        .OrderBy(c => c.Key.Key.ToString(), StringComparer.Ordinal).ThenByDescending(c => c.Key.IsClear)
        .Select(c => (c.Key.Key, c.Key.IsClear, c.Value));

    /// <summary>The last statement of a device; null before its first.</summary>
    public Digest? Last(DeviceKey key, bool isClear) => _chains.GetValueOrDefault((key, isClear))?.Last;

    /// <summary>The first statement with the key and the id of another; null where there is none.</summary>
    internal Digest? FirstWith(Statement statement) =>
        _numbers.TryGetValue(statement.Key, out var number)
        && _first.TryGetValue((number, Guid.Parse(statement.Id)), out var index)
            ? _recent[index % RecentMax] is var recent && recent.Index == index ? recent.Hash : _statementAt(index)
            : null;

    internal void Add(Received received)
    {
        var statement = received.Statement;
        if (!_numbers.TryGetValue(statement.Key, out var number))
        {
            _numbers.Add(statement.Key, number = _numbers.Count);
        }

        _recent[received.Index % RecentMax] = (received.Index, received.Hash);
        _first.TryAdd((number, Guid.Parse(statement.Id)), received.Index);
        var at = (statement.Key, statement.Audience is null);
        _chains[at] = (_chains.GetValueOrDefault(at) ?? new Chain()).With(received, _find);
    }

    /// <summary>One device's statements in the order of the log.</summary>
    public sealed record Chain
    {
        /// <summary>The most missing statements that are remembered by name.</summary>
        public const int MissingMax = 1_000;

        private readonly HashSet<Digest> _missing = [];

        /// <summary>How many.</summary>
        public long Count { get; private init; }

        /// <summary>SHA-256 of the last S or S′.</summary>
        public Digest? Last { get; private init; }

        /// <summary>How many name what an earlier one named already, or nothing though they are not the first.</summary>
        public long Repeated { get; private init; }

        /// <summary>How many that were named have not arrived: the device said more than the log holds.</summary>
        public int Missing => _missing.Count;

        internal Chain With(Received received, Func<Digest, long?> find)
        {
            var previous = received.Statement.Previous;
            var follows = previous == Last || (previous is { } p && _missing.Contains(p));
            var isUnknown = previous is { } named && !follows && find(named) is null;
            if (isUnknown && _missing.Count < MissingMax)
            {
                _missing.Add(previous!.Value);
            }

            _missing.Remove(received.Hash);
            return this with
            {
                Count = Count + 1,
                Last = received.Hash,
                Repeated = Repeated + (follows || isUnknown ? 0 : 1),
            };
        }
    }
}
