namespace Truce.Record;

/// <summary>
/// A statement that waits for its turn in the log. S and its signature are fixed and were checked outside the turn; R
/// is formed inside it, because R depends on the index, the time and what stands before.
/// </summary>
/// <remarks>
/// <para>
/// In its turn the function for R is given the index that the entry will have. Turns are taken one after the other, in
/// the order in which arrivals were handed in, never two at once, though not always on the same thread: state that only
/// such functions touch needs no lock. It is not called where an entry with the same S is there already, or comes
/// earlier in the same batch.
/// </para>
/// <para>
/// Once it has given R, the entry becomes durable at that index, or the log stops: whatever the function changed may
/// count on it. Where it gives a reason instead, nothing is appended, and the reason is the arrival's result.
/// An exception that leaves it stops the log; so do an R that is too long and an entry that no segment can hold.
/// It must not call the log's writer, and should be quick: everybody waits for it.
/// </para>
/// </remarks>
public sealed class Arrival
{
    private readonly Func<long, Parsed<byte[]>> _outcome;
    private readonly ReadOnlyMemory<byte> _statement;
    private readonly ReadOnlyMemory<byte> _signature;

    /// <summary>A statement whose R is formed in its turn.</summary>
    /// <exception cref="ArgumentException">S or the signature is longer than its limit.</exception>
    public Arrival(
        ReadOnlyMemory<byte> statement, ReadOnlyMemory<byte> signature, Func<long, Parsed<byte[]>> outcome)
        : this(statement, signature, Digest.Of(statement.Span), outcome)
    {
    }

    /// <summary>The same, by one who has hashed S already.</summary>
    internal Arrival(
        ReadOnlyMemory<byte> statement, ReadOnlyMemory<byte> signature, Digest hash,
        Func<long, Parsed<byte[]>> outcome)
    {
        var leaf = new Leaf(statement, signature, default); // for its limits
        (_statement, _signature, _outcome) = (leaf.Statement, leaf.Signature, outcome);
        Statement = hash;
    }

    /// <summary>A leaf that is complete before its turn.</summary>
    public Arrival(Leaf leaf)
    {
        (_statement, _signature, _outcome) = (leaf.Statement, leaf.Signature, static _ => default);
        (Whole, Statement) = (leaf, Digest.Of(leaf.Statement.Span));
    }

    /// <summary>SHA-256(S), by which entries are the same.</summary>
    public Digest Statement { get; }

    internal Leaf? Whole { get; }

    internal Parsed<Leaf> Form(long index)
    {
        if (Whole is not null)
        {
            return Whole;
        }

        var outcome = _outcome(index);
        return outcome.IsValid ? new Leaf(_statement, _signature, outcome.Value) : new Unreadable(outcome.Error);
    }
}
