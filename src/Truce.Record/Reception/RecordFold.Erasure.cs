namespace Truce.Record;

/// <content>
/// Who may order an erasure, and who may answer. Everybody can tell: for a confidential entry the fold knows S′ and its
/// signature, which holds under the author's key and under no other, and every enrolled key is clear.
/// </content>
public sealed partial class RecordFold
{
    /// <summary>
    /// The most keys of an organisation that are tried on a confidential entry's signature: the order's own first, then
    /// the others in the order of their enrolment. Past them, the key that signed the entry must sign the order.
    /// </summary>
    public const int SignerTriesMax = 1_024;

    private readonly Erasures _erasures = new();

    /// <summary>The erasures that were ordered and answered; the public fold alone has them.</summary>
    internal Erasures Erasures => _erasures;

    private string? ErasureFault(Received received, Leaf? named)
    {
        var act = Erasure.Read(received.Statement);
        return act.Value switch
        {
            null => act.Error,
            Erasure.Order order => OrderFault(received, order, named),
            Erasure.Done done => AnswerFault(received, done.OrderIndex, done.Holder) ?? DoneFault(done),
            Erasure.Refused refused => AnswerFault(received, refused.OrderIndex, refused.Holder),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private string? OrderFault(Received received, Erasure.Order order, Leaf? named)
    {
        var entry = order.Entry < received.Index && named is not null ? Entry.Read(order.Entry, named).Value : null;
        if (entry is null or Entry.Genesis || received.Author.By.Key is not { } by)
        {
            return $"there is no entry {Decimal.Text(order.Entry)} before the order that could be erased";
        }

        if (!IsAuthor(by, order.Entry, entry, named!))
        {
            return $"entry {Decimal.Text(order.Entry)} was signed by no key of `{by.Organisation}`: its author's "
                + "organisation orders its erasure";
        }

        // What a confidential entry attaches is for the operator to look up, who can open it, before he answers.
        return order.Bodies.Any(_erasures.Erased.ContainsKey) ? "a body that the order names was erased already"
            : entry is not Entry.Clear clear ? null
            : Erasure.IsOne(clear.Statement.Type) ? "what an answer leaves behind, stays"
            : order.Fault(named!, opened: null);
    }

    private bool IsAuthor(EnrolledKey by, long index, Entry entry, Leaf leaf)
    {
        if (entry is Entry.Clear clear)
        {
            return Roster.Find(clear.Statement.Key)?.Organisation == by.Organisation;
        }

        return Roster.KeysOf(by.Organisation).Where(k => k.EnrolledAt < index)
            .OrderByDescending(k => k.Key == by.Key).ThenBy(k => k.EnrolledAt)
            .Take(SignerTriesMax)
            .Any(k => Roster.Founding.Lineage.All.Any(
                g => Statement.Verify(k.Key, g, leaf.Statement.Span, leaf.Signature.Span)));
    }

    private string? AnswerFault(Received received, long orderIndex, string holder)
    {
        var by = received.Author.By.Key;
        return _erasures.Order(orderIndex) is null ? $"entry {Decimal.Text(orderIndex)} is no order that holds"
            : holder != Audience.Operator
                ? by?.Organisation == holder ? null : $"`{holder}` answers for itself"
            : by?.Role != EnrolledKey.OperatorRole
                ? $"only a key with the role `{EnrolledKey.OperatorRole}` answers for the operator"
            : !_erasures.Open.ContainsKey(orderIndex) ? "the operator has answered the order already"
            : null;
    }

    private string? DoneFault(Erasure.Done done)
    {
        var order = _erasures.Order(done.OrderIndex)!;
        return order.Entry != done.Entry ? $"the order is about entry {Decimal.Text(order.Entry)}"
            : order.With is { } other ? $"the order needs that of `{other}` too, and none is carried out with two yet"
            : !done.Bodies.All(order.Bodies.Contains) ? "the order does not name a body that the answer names"
            : done.Holder == Audience.Operator && done.Bodies.Count != order.Bodies.Count
                ? "the operator erases every body that the order names, or refuses"
            : null;
    }
}
