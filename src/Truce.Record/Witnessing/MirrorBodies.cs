namespace Truce.Record;

/// <summary>
/// The bodies that a mirror keeps for its organisation: what is clear, and ciphertexts with the organisation's own
/// wraps. What was erased here does not come back.
/// </summary>
public sealed class MirrorBodies : IDisposable
{
    /// <summary>The folder of bodies below a mirrored log's.</summary>
    public const string FolderName = "bodies";

    private const string ErasedFile = "erased";

    private readonly Disk _disk;
    private readonly Disk _mirror;
    private readonly Bodies _bodies;
    private readonly HashSet<Digest> _erased;

    private MirrorBodies(string organisation, Disk disk, Disk mirror, Bodies bodies, HashSet<Digest> erased) =>
        (Organisation, _disk, _mirror, _bodies, _erased) = (organisation, disk, mirror, bodies, erased);

    /// <summary>Whose mirror it is.</summary>
    public string Organisation { get; }

    /// <summary>Opens the folder for one process.</summary>
    /// <param name="organisation">Whose mirror it is.</param>
    /// <param name="disk">The folder of bodies.</param>
    /// <param name="mirror">The mirrored log's folder, which says what was erased.</param>
    public static Parsed<MirrorBodies> Open(string organisation, Disk disk, Disk mirror)
    {
        try
        {
            var lines = mirror.Length(ErasedFile) is null ? []
                : Utf8.Text(mirror.ReadAll(ErasedFile))?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [""];
            Digest?[] erased = [.. lines.Select(l => Digest.Parse(l))];
            var bodies = erased.Contains(null)
                ? new Unreadable($"`{ErasedFile}` is damaged") : Bodies.Open(disk);
            return bodies.IsValid
                ? new MirrorBodies(organisation, disk, mirror, bodies.Value, [.. erased.OfType<Digest>()])
                : new Unreadable(bodies.Error);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable(e.Message);
        }
    }

    /// <summary>Takes a body that the entry names; durable before it answers.</summary>
    /// <param name="delivery">What the log sends.</param>
    /// <param name="leaf">The entry's leaf as it is held here.</param>
    public WitnessAnswer Take(BodyDelivery delivery, Leaf leaf)
    {
        var body = delivery.Body;
        if (!Granted.Named(delivery.Entry, leaf).Contains(body.Hash) && AttachedTo(delivery.Entry, leaf) is { } refused)
        {
            return refused;
        }

        if (body.Wraps?.All.Any(w => w.To != Organisation) == true)
        {
            return Answer(403, $"wraps for others than `{Organisation}` do not belong here");
        }

        if (_erased.Contains(body.Hash))
        {
            return Answer(410, "it was erased here");
        }

        return _bodies.Put(body) is { } error ? Answer(500, error.Error) : Answer(200, "durable");
    }

    /// <summary>
    /// Carries out an order of erasure; gives the answer that the organisation posts, or why not. What is gone is
    /// written down first: a delivery that comes again is refused from then on.
    /// </summary>
    /// <param name="index">Where the order stands.</param>
    /// <param name="leaf">Its leaf, as it is held here.</param>
    public Parsed<Erasure.Done> Erase(long index, Leaf leaf)
    {
        var read = OrderOf(index, leaf);
        if (!read.IsValid)
        {
            return new Unreadable(read.Error);
        }

        var order = read.Value.Order;
        try
        {
            _erased.UnionWith(order.Bodies);
            _mirror.Replace(ErasedFile, Utf8.Bytes(string.Concat(_erased.Select(h => $"{h}\n"))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable(e.Message);
        }

        return _bodies.Erase(order.Bodies) is { } error
            ? new Unreadable(error.Error)
            : new Erasure.Done(index, order.Entry, Organisation, order.Bodies, Stub: null, SealedStub: null);
    }

    /// <summary>
    /// The order that an entry holds, and whose key signed it; the reason where it is none to carry out.
    /// </summary>
    public static Parsed<SignedOrder> OrderOf(long index, Leaf leaf)
    {
        if (Entry.Read(index, leaf).Value is not Entry.Clear { Outcome.Kind: OutcomeKind.Applied } entry
            || !Statement.Verify(
                entry.Statement.Key, entry.Statement.Genesis, leaf.Statement.Span, leaf.Signature.Span)
            || !Erasure.IsOne(entry.Statement.Type)
            || Erasure.Read(entry.Statement).Value is not Erasure.Order order || order.Entry >= index)
        {
            return new Unreadable($"entry {Decimal.Text(index)} is no order of erasure that was applied");
        }

        return order.With is not null
            ? new Unreadable($"the order needs `{order.With}` too, and that is not carried out yet")
            : new SignedOrder(order, entry.Statement.Key);
    }

    /// <summary>A body and the organisation's wraps, as they are held.</summary>
    public StoredBody? Find(Digest hash) => Granted.For(_disk, hash, Organisation);

    /// <summary>Gives the folder free.</summary>
    public void Dispose() => _bodies.Dispose();

    /// <summary>
    /// Null where a body may be what a confidential statement attaches. Without the reading key nobody here can look:
    /// the log has signed that it is, and sends it only to those for whom the statement is, so that they hold it.
    /// </summary>
    private WitnessAnswer? AttachedTo(long index, Leaf leaf)
    {
        if (Entry.Read(index, leaf).Value is Entry.Confidential { Statement.CiphertextHash: var hash })
        {
            return _erased.Contains(hash) ? Answer(410, "the statement was erased here")
                : Find(hash) is not null ? null
                : Answer(422, $"entry {Decimal.Text(index)} does not name this body; its statement is not held here");
        }

        return Answer(422, $"entry {Decimal.Text(index)} does not name this body");
    }

    private static WitnessAnswer Answer(int status, string words) =>
        new(status, "text/plain; charset=utf-8", words + "\n", Next: null);
}

/// <summary>An order of erasure and the key that signed it.</summary>
public sealed record SignedOrder(Erasure.Order Order, DeviceKey By);
