namespace Truce.Record;

/// <summary>What holding a successor against the log that it continues found.</summary>
/// <param name="Faults">Why it is no successor of that log; empty where it is.</param>
/// <param name="Notes">What is no fault of the successor and yet worth knowing.</param>
/// <param name="Same">Statements that both logs hold: where here, and where there.</param>
public sealed record ContinuationReport(
    IReadOnlyList<string> Faults, IReadOnlyList<string> Notes, IReadOnlyList<(long Here, long There)> Same);

/// <summary>
/// Holds a successor against the log that it says it continues. A successor's own readers pin its leaf 0; whoever knows
/// the log before it asks here whether that is followed: anybody can name somebody else's checkpoint.
/// </summary>
public static class Continuation
{
    /// <summary>Compares both logs. Each is read once.</summary>
    /// <param name="successor">Leaf 0 of the successor.</param>
    /// <param name="leaves">The successor's leaves, leaf 0 first.</param>
    /// <param name="before">The leaves of the log before it, leaf 0 first, as far as they are held.</param>
    public static ContinuationReport Check(
        Founding successor, IEnumerable<Leaf> leaves, IEnumerable<Leaf> before)
    {
        ArgumentNullException.ThrowIfNull(successor);
        ArgumentNullException.ThrowIfNull(leaves);
        ArgumentNullException.ThrowIfNull(before);
        if (successor.Genesis.Continues is not { } continues)
        {
            return new ContinuationReport(["it continues no log: its leaf 0 names none"], [], []);
        }

        var end = Checkpoint.Parse(continues.Checkpoint.Text).Required();
        var here = new Dictionary<Digest, long>();
        foreach (var (index, leaf) in leaves.Index().Skip(1))
        {
            here.TryAdd(Digest.Of(leaf.Statement.Span), index);
        }

        var (frontier, size) = (new Frontier(), 0L);
        var same = new List<(long, long)>();
        Roster? roster = null;
        Digest? root = null;
        foreach (var leaf in before)
        {
            if (size == 0)
            {
                var founding = Founding.Open(leaf.ToBytes());
                if (!founding.IsValid)
                {
                    return new ContinuationReport([$"the log before it has no leaf 0: {founding.Error}"], [], []);
                }

                roster = Roster.Begin(founding.Value);
            }
            else if (here.TryGetValue(Digest.Of(leaf.Statement.Span), out var at))
            {
                same.Add((at, size));
            }

            // As the operator applied them: what equivocates is not applied, and that does not show in a leaf alone.
            if (size > 0 && size < end.Size
                && Entry.Read(size, leaf).Value is Entry.Clear { Outcome.Kind: OutcomeKind.Applied }
                && roster!.Apply(size, leaf) is { IsValid: true, Value: var next })
            {
                roster = next;
            }

            frontier.Add(Merkle.Leaf(leaf.ToBytes()), (_, _) => { });
            size++;
            root = size == end.Size ? frontier.Root : root;
        }

        return roster is null
            ? new ContinuationReport(["nothing of the log before it is there"], [], [])
            : new ContinuationReport(
                [.. Faults(successor.Genesis, continues, roster, size >= end.Size ? root == end.Root : null)],
                [.. Notes(continues, roster, end.Size, size)], same);
    }

    private static IEnumerable<string> Faults(
        Genesis successor, Predecessor continues, Roster roster, bool? hasRoot)
    {
        var before = roster.Genesis;
        if (continues.Genesis is { } hash && hash != roster.Founding.Hash)
        {
            yield return $"it continues a log with the genesis {hash}, and this one has {roster.Founding.Hash}";
        }

        if (continues.Genesis is not null && !continues.Earlier.SequenceEqual(before.Continues?.Logs ?? []))
        {
            yield return $"it names other logs before `{before.Origin}` than that one does itself";
        }

        if (successor.VerifyContinuation(before.LogKey, roster.Witnesses).Error is { } unwitnessed)
        {
            yield return unwitnessed;
        }

        if (hasRoot == false)
        {
            yield return "the checkpoint that it continues from is of another tree than this log has";
        }

        var roots = before.Guardians.Select(g => g.Root).ToHashSet();
        var signed = successor.Guardians.Count(g => roots.Contains(g.Root));
        if (signed < before.Threshold)
        {
            yield return $"{signed} of the {roots.Count} guardians of `{before.Origin}` signed it: "
                + $"{before.Threshold} are needed";
        }

        var known = Predecessor.CarriedBy(roster).ToDictionary(k => k.Key);
        foreach (var key in continues.Keys.Where(k => known.GetValueOrDefault(k.Key) != k))
        {
            yield return known.TryGetValue(key.Key, out var other) && other.IsRevoked && !key.IsRevoked
                ? $"the key `{key.Key}` goes on, and it was revoked before"
                : $"the key `{key.Key}` goes on otherwise than `{before.Origin}` had enrolled it";
        }
    }

    private static IEnumerable<string> Notes(Predecessor continues, Roster roster, long end, long size)
    {
        if (size > end)
        {
            yield return $"`{continues.Origin}` went on: it has {Decimal.Text(size - end)} entries behind the "
                + "checkpoint from which it is continued; they are no part of what goes on";
        }
        else if (size < end)
        {
            yield return $"of `{continues.Origin}` the entries from {Decimal.Text(size)} to {Decimal.Text(end - 1)} "
                + "are not here: neither its last root nor all of its keys could be compared";
        }

        var carried = continues.Keys.Select(k => k.Key).ToHashSet();
        var absent = Predecessor.CarriedBy(roster).Count(k => !carried.Contains(k.Key));
        if (absent > 0)
        {
            yield return $"{Decimal.Text(absent)} keys of `{continues.Origin}` do not go on";
        }
    }
}
