namespace Truce.Record;

/// <summary>
/// What each device has said: a chain in clear and one in confidence, each statement naming the one before. Gaps and
/// repetitions are shown; nothing is refused for them.
/// </summary>
public sealed class DeviceChains
{
    private readonly Func<Digest, long?> _find;
    private readonly Dictionary<(DeviceKey Key, bool IsClear), Chain> _chains = [];
    private readonly HashSet<Digest> _erased = [];

    /// <summary>Chains over a log.</summary>
    /// <param name="find">The index of the entry with a SHA-256(S); null where there is none.</param>
    public DeviceChains(Func<Digest, long?> find) => _find = find;

    /// <summary>The devices' chains, in the order of the keys' texts, the clear one first.</summary>
    public IEnumerable<(DeviceKey Key, bool IsClear, Chain Chain)> All => _chains
        .OrderBy(c => c.Key.Key.ToString(), StringComparer.Ordinal).ThenByDescending(c => c.Key.IsClear)
        .Select(c => (c.Key.Key, c.Key.IsClear, c.Value));

    /// <summary>The last statement of a device; null before its first.</summary>
    public Digest? Last(DeviceKey key, bool isClear) => _chains.GetValueOrDefault((key, isClear))?.Last;

    /// <summary>Takes the next statement of the log.</summary>
    public void Add(Statement statement, Digest hash)
    {
        var at = (statement.Key, statement.Audience is null);
        var isErased = statement.Previous is { } previous && _erased.Remove(previous);
        _chains[at] = (_chains.GetValueOrDefault(at) ?? new Chain()).With(statement.Previous, hash, _find, isErased);
    }

    /// <summary>Passes over a statement that was erased: its key is gone, and the next of that key names it.</summary>
    public void PassOver(Digest hash) => _erased.Add(hash);

    internal void Save(BinaryWriter writer)
    {
        writer.Write(_chains.Count);
        foreach (var ((key, isClear), chain) in _chains)
        {
            writer.Write(key.ToString());
            writer.Write(isClear);
            chain.Save(writer);
        }

        Write(writer, _erased);
    }

    internal void Load(BinaryReader reader)
    {
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var key = DeviceKey.Parse(reader.ReadString()).Required();
            _chains.Add((key, reader.ReadBoolean()), Chain.Load(reader));
        }

        Read(reader, _erased);
    }

    private static void Write(BinaryWriter writer, HashSet<Digest> hashes)
    {
        writer.Write(hashes.Count);
        foreach (var hash in hashes)
        {
            writer.Write(hash.ToArray());
        }
    }

    private static void Read(BinaryReader reader, HashSet<Digest> hashes)
    {
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            hashes.Add(new Digest(reader.ReadBytes(Digest.Bytes)));
        }
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

        /// <summary>
        /// How many name what an earlier one named already, or nothing though they are not the first.
        /// </summary>
        public long Repeated { get; private init; }

        /// <summary>How many that were named have not arrived: the device said more than the log holds.</summary>
        public int Missing => _missing.Count;

        internal void Save(BinaryWriter writer)
        {
            writer.Write(Count);
            writer.Write(Last!.Value.ToArray());
            writer.Write(Repeated);
            DeviceChains.Write(writer, _missing);
        }

        internal static Chain Load(BinaryReader reader)
        {
            var count = reader.ReadInt64();
            var last = new Digest(reader.ReadBytes(Digest.Bytes));
            var chain = new Chain { Count = count, Last = last, Repeated = reader.ReadInt64() };
            DeviceChains.Read(reader, chain._missing);
            return chain;
        }

        internal Chain With(Digest? previous, Digest hash, Func<Digest, long?> find, bool isErased)
        {
            var follows = previous == Last || isErased || (previous is { } p && _missing.Contains(p));
            var isUnknown = previous is { } named && !follows && find(named) is null;
            if (isUnknown && _missing.Count < MissingMax)
            {
                _missing.Add(previous!.Value);
            }

            _missing.Remove(hash);
            return this with
            {
                Count = Count + 1,
                Last = hash,
                Repeated = Repeated + (follows || isUnknown ? 0 : 1),
            };
        }
    }
}
