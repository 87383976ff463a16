namespace Truce.Record;

/// <summary>What a leaf is, by its form alone.</summary>
public abstract record Entry
{
    // S′ has one length; whatever has another is not tried as one, since most entries are long and clear
    private static readonly int HiddenBytes = new ConfidentialStatement(default, default).ToBytes().Length;

    private Entry()
    {
    }

    /// <summary>When the operator had it, in POSIX milliseconds: public for every entry.</summary>
    public abstract long ReceivedAt { get; }

    /// <summary>Leaf 0, whose statement is no envelope.</summary>
    public sealed record Genesis(Outcome Outcome) : Entry
    {
        /// <inheritdoc/>
        public override long ReceivedAt => Outcome.ReceivedAt;
    }

    /// <summary>An entry that everybody may read.</summary>
    public sealed record Clear(Statement Statement, Outcome Outcome) : Entry
    {
        /// <inheritdoc/>
        public override long ReceivedAt => Outcome.ReceivedAt;
    }

    /// <summary>An entry whose statement and outcome are sealed to an audience.</summary>
    public sealed record Confidential(ConfidentialStatement Statement, ConfidentialOutcome Outcome) : Entry
    {
        /// <inheritdoc/>
        public override long ReceivedAt => Outcome.ReceivedAt;
    }

    /// <summary>Reads a leaf: both of its statements are clear, or both are confidential.</summary>
    public static Parsed<Entry> Read(long index, Leaf leaf)
    {
        var hidden = IsHidden(leaf) ? ConfidentialStatement.Parse(leaf.Statement.Span) : default;
        if (hidden.IsValid)
        {
            var sealedOutcome = ConfidentialOutcome.Parse(leaf.Outcome.Span);
            return sealedOutcome.IsValid
                ? new Confidential(hidden.Value, sealedOutcome.Value)
                : new Unreadable(sealedOutcome.Error);
        }

        var outcome = Record.Outcome.Parse(leaf.Outcome.Span);
        if (!outcome.IsValid)
        {
            return new Unreadable(outcome.Error);
        }

        var statement = Record.Statement.Parse(leaf.Statement.Span);
        return statement.IsValid ? new Clear(statement.Value, outcome.Value)
            : index == 0 ? new Genesis(outcome.Value)
            : new Unreadable(statement.Error);
    }

    /// <summary>Whether a leaf may be a confidential entry: one look at its length.</summary>
    internal static bool IsHidden(Leaf leaf) => leaf.Statement.Length == HiddenBytes;

    /// <summary>The leaves of a log, in order.</summary>
    public static IEnumerable<Leaf> Leaves(RecordLog log)
    {
        for (var from = 0L; from < log.Size; from += Tile.FullWidth)
        {
            var bundle = log.Entries(from, Math.Min(from + Tile.FullWidth, log.Size)).AsMemory();
            while (!bundle.IsEmpty)
            {
                var length = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(bundle.Span);
                yield return Leaf.Parse(bundle.Slice(Frame.EntryHeadBytes, length)).Required();
                bundle = bundle[(Frame.EntryHeadBytes + length)..];
            }
        }
    }
}
