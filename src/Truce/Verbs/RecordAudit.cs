using Truce.Record;

namespace Truce.Verbs;

/// <summary>
/// What a record's entries must be beyond their hashes: envelopes, signatures, times that never go back, keys that were
/// enrolled before they signed, acts on keys that took effect exactly where they hold.
/// </summary>
/// <param name="witnesses">Whose cosignatures are known; every witness and mirror that the log names is added.</param>
internal sealed class RecordAudit(List<VerifierKey> witnesses)
{
    private long _time;

    /// <summary>Leaf 0; null before it.</summary>
    public Founding? Founding { get; private set; }

    /// <summary>Who may sign what, behind the entries that were taken.</summary>
    public Roster? Roster { get; private set; }

    /// <summary>What is wrong with the next entry; null where nothing is.</summary>
    public string? Take(long index, Leaf leaf)
    {
        var entry = Entry.Read(index, leaf);
        if (!entry.IsValid)
        {
            return $"no entry of a record: {entry.Error}";
        }

        if (index == 0)
        {
            var founding = Founding.Open(leaf.ToBytes());
            (Founding, Roster) = (founding.Value, founding.IsValid ? Roster.Begin(founding.Value) : null);
            Know();
            _time = entry.Value.ReceivedAt;
            return founding.Error;
        }

        if (entry.Value.ReceivedAt < _time)
        {
            return $"received at {RecordWords.Time(entry.Value.ReceivedAt)}, before the entry before it";
        }

        _time = entry.Value.ReceivedAt;
        return entry.Value is Entry.Clear clear ? Take(index, leaf, clear) : null;
    }

    /// <summary>What an entry shows alone: whether its device signed it. Any thread may ask.</summary>
    public static string? Signed(long index, Leaf leaf)
    {
        if (index == 0 || ConfidentialStatement.Parse(leaf.Statement.Span).IsValid)
        {
            return null; // leaf 0 is its guardians' matter; the key of a confidential statement lies within it
        }

        return new SignedStatement(leaf.Statement, leaf.Signature).Verify().Error;
    }

    /// <summary>The leaves of a log's folder, published or not, as its own flat files lay them out.</summary>
    public static IEnumerable<Leaf> Leaves(PublishedLog log, long size)
    {
        for (var number = 0L; number * Tile.FullWidth < size; number++)
        {
            foreach (var leaf in Bundle(log, number, size))
            {
                yield return leaf;
            }
        }
    }

    /// <summary>The leaves of one bundle.</summary>
    public static Leaf[] Bundle(PublishedLog log, long number, long size) =>
        [.. log.Entries(number, size).Select(e => Leaf.Parse(e).Required())];

    /// <summary>Holds the bodies against the entries; what a reader opens counts with its attachments.</summary>
    public static BodyReport Bodies(IEnumerable<Leaf> leaves, Disk bodies, Lineage log, Reader? reader)
    {
        var check = new BodyCheck(bodies);
        foreach (var (index, leaf) in leaves.Index())
        {
            check.Take(index, leaf, reader is null ? null : Opened(leaf, bodies, log, reader));
        }

        return check.Finish();
    }

    /// <summary>The statement within a confidential leaf; null where the reader cannot open it.</summary>
    public static Statement? Opened(Leaf leaf, Disk bodies, Lineage log, Reader reader) =>
        ConfidentialStatement.Parse(leaf.Statement.Span) is { IsValid: true, Value: var s }
        && Record.Bodies.Get(bodies, s.CiphertextHash) is { } ciphertext
        && Record.Bodies.Wraps(bodies, s.CiphertextHash) is { } wraps
            ? Seal.Open(s, leaf.Signature.Span, log, ciphertext, wraps, reader).Value
            : null;

    private string? Take(long index, Leaf leaf, Entry.Clear entry)
    {
        var (statement, outcome) = (entry.Statement, entry.Outcome);
        if (statement.Origin != Founding!.Genesis.Origin || statement.Genesis != Founding.Hash)
        {
            if (Founding.Lineage.EarlierOf(statement) is null)
            {
                return "its statement is for another log";
            }

            if (outcome.Kind == OutcomeKind.Applied
                && (KeyAct.IsType(statement.Type) || Erasure.IsOne(statement.Type)))
            {
                return $"the operator applied an act of the record itself that was signed for `{statement.Origin}`";
            }
        }

        if (Roster!.KeyAt(statement.Key, index).Standing == Standing.Unknown)
        {
            return $"signed by `{statement.Key}`, which was not enrolled before it";
        }

        if (!KeyAct.IsType(statement.Type))
        {
            return null;
        }

        var after = Roster.Apply(index, leaf);
        var isApplied = outcome.Kind == OutcomeKind.Applied;
        if (isApplied && after.IsValid)
        {
            Roster = after.Value;
            Know();
            return null;
        }

        return isApplied ? $"the operator applied this act on keys, and it does not hold: {after.Error}"
            : after.IsValid && outcome is { Equivocates: null, IsUnauthenticated: false }
                ? "the operator did not apply this act on keys, and it holds"
            : null;
    }

    private void Know()
    {
        foreach (var cosigner in Roster is null ? [] : Roster.Witnesses.Concat(Roster.Mirrors))
        {
            if (!witnesses.Contains(cosigner.Key))
            {
                witnesses.Add(cosigner.Key);
            }
        }
    }
}
