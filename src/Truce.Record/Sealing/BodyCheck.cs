namespace Truce.Record;

/// <summary>A body that an entry names and that is not there, or not what the entry names.</summary>
/// <param name="Index">The entry.</param>
/// <param name="Hash">The hash that it names.</param>
/// <param name="What">What is missing or damaged, for people.</param>
/// <param name="DamagedAt">The file, and the offset in a segment; null where nothing is there.</param>
public sealed record LostBody(long Index, Digest Hash, string What, string? DamagedAt = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"entry {Decimal.Text(Index)}: LOST: {What} {Hash}"
        + (DamagedAt is null ? "" : $", damaged at {DamagedAt}");
}

/// <summary>What holding the bodies against the log found.</summary>
/// <param name="Named">How many bodies the entries name.</param>
/// <param name="Erased">How many of them were erased, and an entry says so.</param>
/// <param name="LostCount">How many are lost.</param>
/// <param name="Lost">The lost ones, the first of them: a fault.</param>
/// <param name="FoundAgain">Bodies that were erased and are there: they are to be erased again.</param>
/// <param name="Notes">What is no fault and yet worth knowing.</param>
public sealed record BodyReport(
    long Named, long Erased, long LostCount, IReadOnlyList<LostBody> Lost, IReadOnlyList<Digest> FoundAgain,
    IReadOnlyList<string> Notes);

/// <summary>
/// Holds the bodies of a disk against the entries that name them, every byte. Erasures are known at the end alone, so
/// what is missing waits until then.
/// </summary>
public sealed class BodyCheck(Disk disk)
{
    /// <summary>How many lost bodies a report lists; it counts all.</summary>
    public const int ListedMax = 1000;

    private readonly Dictionary<Digest, LostBody> _missing = [];
    private readonly Erasures _erasures = new();
    private readonly List<long> _unnoted = [];
    private long _named;

    /// <summary>Checks a whole log; what confidential statements attach stays out, since they are closed.</summary>
    public static BodyReport Check(IEnumerable<Leaf> leaves, Disk disk)
    {
        var check = new BodyCheck(disk);
        foreach (var (index, leaf) in leaves.Index())
        {
            check.Take(index, leaf);
        }

        return check.Finish();
    }

    /// <summary>Takes the next entry, with the statement within a confidential one where one can open it.</summary>
    public void Take(long index, Leaf leaf, Statement? opened = null)
    {
        switch (Entry.Read(index, leaf).Value)
        {
            case Entry.Confidential entry:
                Need(index, entry.Statement.CiphertextHash, "the ciphertext of the statement", hasWraps: true);
                Need(index, entry.Outcome.CiphertextHash, "the ciphertext of the outcome", hasWraps: true);
                var names = Bodies.Names(disk, entry.Statement.CiphertextHash);
                if (_unnoted.Count < ListedMax
                    && (names is null || opened?.Attached.Select(a => a.Hash).SequenceEqual(names) == false))
                {
                    _unnoted.Add(index);
                }

                break;
            case Entry.Clear entry:
                opened = entry.Statement;
                _erasures.Take(index, entry.Statement, entry.Outcome);
                break;
            default:
                break; // leaf 0 names no body; what is no entry is another check's fault
        }

        foreach (var attached in opened?.Attached ?? [])
        {
            Need(index, attached.Hash, "what is attached", hasWraps: attached.CiphertextHash is not null);
        }
    }

    /// <summary>What was found, after the last entry.</summary>
    public BodyReport Finish()
    {
        var lost = _missing.Values.Where(m => !_erasures.Erased.ContainsKey(m.Hash)).OrderBy(m => m.Index).ToArray();
        return new BodyReport(
            _named, _missing.Count - lost.Length, lost.Length, [.. lost.Take(ListedMax)],
            [.. _erasures.Erased.Keys.Where(hash => Bodies.HasAny(disk, hash))], [.. Notes()]);
    }

    private IEnumerable<string> Notes()
    {
        foreach (var (index, order) in _erasures.Open.OrderBy(o => o.Key))
        {
            yield return $"entry {Decimal.Text(index)}: the erasure of {order.Bodies.Count} bodies of entry "
                + $"{Decimal.Text(order.Entry)} is ordered and not answered";
        }

        foreach (var index in _unnoted)
        {
            yield return $"entry {Decimal.Text(index)}: what it attaches is not noted for mirrors, or wrongly: a start "
                + "of the operator with the reading key, without a snapshot, notes it";
        }

        foreach (var fault in BodySegments.Of(disk).Faults())
        {
            yield return fault;
        }

        foreach (var name in disk.Names().Order(StringComparer.Ordinal)
            .Where(n => Bodies.HashOf(n) is null && !BodySegments.IsOne(n)))
        {
            yield return name.EndsWith(Folder.FreshSuffix, StringComparison.Ordinal)
                ? $"{name}: left by a crash; opening removes it"
                : $"{name}: not a file of bodies";
        }
    }

    private void Need(long index, Digest hash, string what, bool hasWraps)
    {
        _named++;
        var problem = Bodies.Get(disk, hash) is null ? what
            : hasWraps && Bodies.Wraps(disk, hash) is null ? $"the wraps for {what}"
            : null;
        if (problem is not null)
        {
            _missing.TryAdd(hash, new LostBody(index, hash, problem, Bodies.DamagedAt(disk, hash)));
        }
    }
}
