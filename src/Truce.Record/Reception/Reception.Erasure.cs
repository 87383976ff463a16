using System.Collections.Concurrent;

namespace Truce.Record;

/// <content>
/// Carrying out erasures. What was erased stays so: it is not stored again with a statement that is sent again, nor
/// with another that names it, a restore is made good at the start, and no snapshot outlives it.
/// </content>
public sealed partial class Reception
{
    private readonly ConcurrentDictionary<Digest, byte> _erased = [];
    private bool _isFromLeaf0; // the start is reading the whole log: what was erased stands as its stub
    private bool _holdsErased; // the folds in memory have taken what is erased now

    /// <summary>The erasures that were ordered and answered.</summary>
    public Erasures Erasures => _clear.Erasures;

    /// <summary>How many bodies were erased again at the start, because a restore had brought them back.</summary>
    public int ErasedAgain { get; private set; }

    /// <summary>
    /// What speaks against carrying out an order: the operator answers with it that he refuses. Null where nothing
    /// does. It opens the log's entries, so that it costs a pass over them.
    /// </summary>
    /// <param name="index">The order's index.</param>
    public string? Obstacle(long index)
    {
        if (!Erasures.Open.TryGetValue(index, out var order))
        {
            return $"entry {Decimal.Text(index)} is no order that waits";
        }

        if (order.With is { } other)
        {
            return $"the order needs that of `{other}` too, and this version does not carry that out";
        }

        if (Operator is null && Leaves(first: 0).Any(Entry.IsHidden))
        {
            return "whose bodies these are, lies within confidential entries: the mission's reading key is needed";
        }

        var wanted = order.Bodies.ToHashSet();
        var opening = Opened(first: 0);
        for (var at = 0L; at < index && wanted.Count > 0; at++)
        {
            var leaf = LeafAt(at);
            var statement = opening.Open(at, leaf).Entry?.Statement;
            if (at == order.Entry)
            {
                return order.Fault(leaf, statement);
            }

            // Whoever names a body first has it: another could name it after him, and order that it be destroyed.
            if (Naming(at, leaf, statement).Any(wanted.Contains))
            {
                return $"entry {Decimal.Text(at)} names a body of the order before entry "
                    + $"{Decimal.Text(order.Entry)} does";
            }
        }

        return null;
    }

    /// <summary>
    /// Destroys what an order names, keys first; null when that is durable. The answer is for the operator to enter:
    /// until then the order waits, and carrying it out once more changes nothing.
    /// </summary>
    /// <param name="index">The order's index.</param>
    public Unreadable? CarryOut(long index)
    {
        if (Obstacle(index) is { } obstacle)
        {
            return new Unreadable(obstacle);
        }

        var bodies = Erasures.Open[index].Bodies;
        foreach (var hash in bodies)
        {
            _erased.TryAdd(hash, 0);
        }

        DropSnapshot();
        lock (_bodies)
        {
            return _bodies.Erase(bodies);
        }
    }

    private static IEnumerable<Digest> Naming(long index, Leaf leaf, Statement? opened)
    {
        var attached = (opened?.Attached ?? []).Select(a => a.Hash);
        return Entry.Read(index, leaf).Value is Entry.Confidential c
            ? [c.Statement.CiphertextHash, c.Outcome.CiphertextHash, .. attached]
            : attached;
    }

    /// <summary>Whether an entry of the clear fold was an act of erasure that holds.</summary>
    private bool TakeErasure(VisibleEntry entry)
    {
        if (entry.Statement is not { } statement || !Erasure.IsOne(statement.Type)
            || entry.Outcome?.Kind != OutcomeKind.Applied)
        {
            return false;
        }

        if (Erasure.Read(statement).Value is Erasure.Done { Holder: Audience.Operator } done)
        {
            foreach (var hash in done.Bodies)
            {
                _erased.TryAdd(hash, 0);
            }

            DropSnapshot();
        }

        return true;
    }

    /// <summary>
    /// The folds in memory, and a snapshot of them, may hold what is erased now. The next start reads the log from leaf
    /// 0, where the stub stands in for it; until then no snapshot is written.
    /// </summary>
    private void DropSnapshot()
    {
        if (_isFromLeaf0)
        {
            return;
        }

        _holdsErased = true;
        if (_settings.Snapshots is { } disk && disk.Length(Snapshot.Name) is not null)
        {
            disk.Delete(Snapshot.Name);
            disk.SyncNames();
        }
    }

    private Unreadable? EraseAgain()
    {
        foreach (var hash in Erasures.Erased.Keys)
        {
            _erased.TryAdd(hash, 0);
        }

        var fault = Erasures.EraseAgain(_bodyDisk, _bodies, out var found);
        ErasedAgain = found;
        return fault;
    }

    private Leaf? EarlierLeaf(long named, long index) => named >= index ? null
        : named < _log.Size ? LeafAt(named)
        : _unwritten.FirstOrDefault(e => e.Index == named)?.Leaf;
}
