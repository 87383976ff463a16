namespace Truce.Record;

/// <summary>A log by its name and the hash of its leaf 0.</summary>
public sealed record EarlierLog(string Origin, Digest Genesis);

/// <summary>
/// For which logs a statement may be signed that stands in one log: for itself, and for those that it continues, as its
/// leaf 0 says. A device signs for the log that it knows, and what it has signed is never signed again.
/// </summary>
/// <param name="Genesis">The log's own genesis hash.</param>
/// <param name="Earlier">The logs that it continues, the latest first; empty for a first one.</param>
public sealed record Lineage(Digest Genesis, IReadOnlyList<EarlierLog> Earlier)
{
    /// <summary>The genesis hashes, the log's own first.</summary>
    public IEnumerable<Digest> All => Earlier.Select(e => e.Genesis).Prepend(Genesis);

    /// <summary>A log of which nothing before it is known.</summary>
    public static implicit operator Lineage(Digest genesis) => Of(genesis);

    /// <summary>A log of which nothing before it is known.</summary>
    public static Lineage Of(Digest genesis) => new(genesis, []);

    /// <summary>
    /// Whether a statement is for the log, or for one before it, by genesis and origin. The log's own origin is the
    /// caller's to compare: it is not known here.
    /// </summary>
    public bool Takes(Statement statement) => statement.Genesis == Genesis
        || Earlier.Any(e => e.Genesis == statement.Genesis && e.Origin == statement.Origin);

    /// <summary>The log before this one that a statement was signed for; null where it is this one, or none.</summary>
    public EarlierLog? EarlierOf(Statement statement) =>
        Earlier.FirstOrDefault(e => e.Genesis == statement.Genesis && e.Origin == statement.Origin);
}
