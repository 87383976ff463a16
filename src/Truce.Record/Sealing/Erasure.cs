namespace Truce.Record;

/// <summary>
/// What stays of a step whose statement was erased: its audience and codes that name nobody, so that totals and
/// replay survive. It is open to everybody, or it is sealed to the step's audience.
/// </summary>
public sealed record Stub(Audience Audience, JsonValue Codes)
{
    /// <summary>The canonical bytes: what is sealed, where it is.</summary>
    public byte[] ToBytes() => CanonicalJson.Write(ToJson());

    /// <summary>Reads a stub in its canonical form.</summary>
    public static Parsed<Stub> Parse(ReadOnlySpan<byte> bytes)
    {
        var json = CanonicalJson.ParseCanonical(bytes);
        return (json.Value is null ? null : Read(json.Value)) ?? (Parsed<Stub>)new Unreadable(
            json.Error ?? "a stub is an `audience` and `codes`");
    }

    internal JsonValue ToJson() =>
        new JsonValue.Members([new("audience", Audience.ToJson()), new("codes", Codes)]);

    internal static Stub? Read(JsonValue json) =>
        json is JsonValue.Members { All.Count: 2 } s && s["codes"] is { } codes
        && s["audience"] is { } names && Audience.Read(names) is { IsValid: true, Value: var audience }
            ? new Stub(audience, codes)
            : null;
}

/// <summary>
/// The acts of erasure, which Record reads. They are clear statements: what they say is which bodies, by hash, go or
/// are gone. An order comes from the author's organisation, an answer from each holder.
/// </summary>
public abstract record Erasure
{
    /// <summary>The most bodies of one order: a statement, its outcome, and what is attached.</summary>
    public const int BodiesMax = Attached.CountMax + 2;

    /// <summary>The longest reason of a refusal, in UTF-16 code units.</summary>
    public const int WhyLengthMax = 255;

    private const string OrderType = "erase-order";
    private const string DoneType = "erase-done";
    private const string RefusedType = "erase-refused";

    private Erasure()
    {
    }

    /// <summary>The statement's type.</summary>
    public string Type => this switch
    {
        Order => OrderType,
        Done => DoneType,
        Refused => RefusedType,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Key, salt, wraps and ciphertext of bodies that an entry names are to be destroyed.</summary>
    /// <param name="Entry">The entry's index.</param>
    /// <param name="Bodies">What is to go, by the hash under which it is held.</param>
    /// <param name="With">
    /// An organisation whose own order is needed too; null for none. Its form is fixed; it is not carried out yet.
    /// </param>
    public sealed record Order(long Entry, IReadOnlyList<Digest> Bodies, string? With = null) : Erasure
    {
        /// <summary>Why the order does not fit the entry that it names; null where it does.</summary>
        /// <param name="leaf">The entry's leaf.</param>
        /// <param name="opened">The statement within a confidential entry, where one can open it.</param>
        public string? Fault(Leaf leaf, Statement? opened)
        {
            var entry = Truce.Record.Entry.Read(Entry, leaf).Value;
            var hidden = entry as Truce.Record.Entry.Confidential;
            var statement = opened ?? (entry as Truce.Record.Entry.Clear)?.Statement;
            Digest?[] own = [hidden?.Statement.CiphertextHash, hidden?.Outcome.CiphertextHash];
            Digest?[] named = [.. own, .. (statement?.Attached ?? []).Select(a => (Digest?)a.Hash)];
            return Bodies.All(b => named.Contains(b))
                ? null
                : $"entry {Decimal.Text(Entry)} does not name a body that the order names";
        }
    }

    /// <summary>A holder has destroyed them.</summary>
    /// <param name="OrderIndex">The order's index.</param>
    /// <param name="Entry">The index of the entry whose bodies they are.</param>
    /// <param name="Holder">The operator, or the organisation that held a copy.</param>
    /// <param name="Bodies">What is gone.</param>
    /// <param name="Stub">What stays of the step, open to everybody; null where nothing does or it is sealed.</param>
    /// <param name="SealedStub">The sealed stub, which the statement also names among what is attached.</param>
    public sealed record Done(
        long OrderIndex, long Entry, string Holder, IReadOnlyList<Digest> Bodies, Stub? Stub, Attached? SealedStub)
        : Erasure;

    /// <summary>A holder will not.</summary>
    public sealed record Refused(long OrderIndex, string Holder, string Why) : Erasure;

    /// <summary>The statement's act.</summary>
    public JsonValue ToAct() => this switch
    {
        Order order => new JsonValue.Members(
        [
            new("entry", new JsonValue.Number(order.Entry)),
            new("bodies", Hashes(order.Bodies)),
            new("with", order.With is null ? new JsonValue.Nothing() : new JsonValue.Text(order.With)),
        ]),
        Done done => new JsonValue.Members(
        [
            new("order", new JsonValue.Number(done.OrderIndex)),
            new("entry", new JsonValue.Number(done.Entry)),
            new("holder", new JsonValue.Text(done.Holder)),
            new("bodies", Hashes(done.Bodies)),
            new("stub", done.Stub?.ToJson()
                ?? (done.SealedStub is null ? new JsonValue.Nothing() : Attached.Write(done.SealedStub))),
        ]),
        Refused refused => new JsonValue.Members(
        [
            new("order", new JsonValue.Number(refused.OrderIndex)),
            new("holder", new JsonValue.Text(refused.Holder)),
            new("why", new JsonValue.Text(refused.Why)),
        ]),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Whether a type of statement is one of these.</summary>
    public static bool IsOne(string type) => type is OrderType or DoneType or RefusedType;

    /// <summary>The index of the entry that an order names; null for any other statement.</summary>
    internal static long? Ordered(Statement statement) =>
        statement.Type == OrderType ? (Read(statement).Value as Order)?.Entry : null;

    /// <summary>Reads the act of a statement of one of these types.</summary>
    public static Parsed<Erasure> Read(Statement statement)
    {
        var act = statement.Act as JsonValue.Members;
        Erasure? read = (statement.Type, act?.All.Count) switch
        {
            (OrderType, 3) => ReadOrder(act!),
            (DoneType, 5) => ReadDone(act!, statement.Attached),
            (RefusedType, 3) => ReadRefused(act!),
            _ => null,
        };
        return statement.Audience is not null ? new Unreadable("an act of erasure is clear")
            : read ?? (Parsed<Erasure>)new Unreadable($"this is not the act of an `{statement.Type}`");
    }

    private static Order? ReadOrder(JsonValue.Members act) =>
        AsIndex(act["entry"]) is { } entry && AsBodies(act["bodies"]) is { } bodies
        && act["with"] is { } with && (with is JsonValue.Nothing || AsOrganisation(with) is not null)
            ? new Order(entry, bodies, AsOrganisation(with))
            : null;

    private static Done? ReadDone(JsonValue.Members act, IReadOnlyList<Attached> attached)
    {
        if (AsIndex(act["order"]) is not { } order || AsIndex(act["entry"]) is not { } entry || order <= entry
            || AsHolder(act["holder"]) is not { } holder || AsBodies(act["bodies"]) is not { } bodies
            || act["stub"] is not { } json)
        {
            return null;
        }

        var (stub, closed) = (Stub.Read(json), Attached.ReadOne(json));
        var isKnown = json is JsonValue.Nothing || stub is not null
            || (closed?.CiphertextHash is not null && attached.Contains(closed));
        return isKnown ? new Done(order, entry, holder, bodies, stub, closed) : null;
    }

    private static Refused? ReadRefused(JsonValue.Members act) =>
        AsIndex(act["order"]) is { } order && AsHolder(act["holder"]) is { } holder
        && act["why"] is JsonValue.Text { Value: { Length: > 0 and <= WhyLengthMax } why }
            ? new Refused(order, holder, why)
            : null;

    private static JsonValue.Items Hashes(IReadOnlyList<Digest> hashes) =>
        new JsonValue.Items([.. hashes.Select(h => Statement.Hash(h))]);

    private static long? AsIndex(JsonValue? json) =>
        json is JsonValue.Number { Value: >= 0 and var index } ? index : null;

    private static string? AsOrganisation(JsonValue? json) =>
        json is JsonValue.Text { Value: var name } && Audience.IsName(name) ? name : null;

    private static string? AsHolder(JsonValue? json) =>
        json is JsonValue.Text { Value: Audience.Operator } ? Audience.Operator : AsOrganisation(json);

    private static List<Digest>? AsBodies(JsonValue? json)
    {
        if (json is not JsonValue.Items { All: { Count: > 0 and <= BodiesMax } items })
        {
            return null;
        }

        var hashes = items.Select(Statement.AsHash).OfType<Digest>().ToList();
        return hashes.Count == items.Count && hashes.Distinct().Count() == hashes.Count ? hashes : null;
    }
}

/// <summary>
/// The erasures of a log, folded from its clear entries. An answer counts if it was applied and fits an order that was
/// applied before it; who may order and who may answer is the judge's to say, who knows the roster.
/// </summary>
public sealed class Erasures
{
    private readonly Dictionary<long, Erasure.Order> _orders = [];
    private readonly Dictionary<long, Erasure.Order> _open = [];
    private readonly Dictionary<Digest, long> _erased = [];
    private readonly Dictionary<long, Erasure.Done> _stubs = [];

    /// <summary>An order that was applied, by its index; null where there is none.</summary>
    public Erasure.Order? Order(long index) => _orders.GetValueOrDefault(index);

    /// <summary>The orders that the operator has not answered, by index.</summary>
    public IReadOnlyDictionary<long, Erasure.Order> Open => _open;

    /// <summary>The bodies that the operator has erased, with the index of the answer that says so.</summary>
    public IReadOnlyDictionary<Digest, long> Erased => _erased;

    /// <summary>The operator's answers that leave a stub, by the index of the erased entry.</summary>
    public IReadOnlyDictionary<long, Erasure.Done> Stubs => _stubs;

    /// <summary>Takes the next clear entry; what is no applied act of erasure is passed over.</summary>
    public void Take(long index, Statement statement, Outcome outcome)
    {
        if (!Erasure.IsOne(statement.Type) || outcome.Kind != OutcomeKind.Applied
            || Erasure.Read(statement) is not { IsValid: true, Value: var act })
        {
            return;
        }

        switch (act)
        {
            case Erasure.Order order when order.Entry < index:
                _orders[index] = order;
                _open[index] = order;
                break;
            case Erasure.Done { Holder: Audience.Operator } done when Answers(done):
                _open.Remove(done.OrderIndex);
                foreach (var hash in done.Bodies)
                {
                    _erased.TryAdd(hash, index);
                }

                if (done.Stub is not null || done.SealedStub is not null)
                {
                    _stubs.TryAdd(done.Entry, done);
                }

                break;
            case Erasure.Refused { Holder: Audience.Operator } refused:
                _open.Remove(refused.OrderIndex);
                break;
            default:
                break; // another holder's answer says nothing about the operator's disk
        }
    }

    /// <summary>
    /// Erases again what is there although it was erased: after a restore. Null when that is durable; how many bodies
    /// were found comes out.
    /// </summary>
    public Unreadable? EraseAgain(Disk disk, Bodies bodies, out int found)
    {
        Digest[] back = [.. _erased.Keys.Where(hash => Bodies.HasAny(disk, hash))];
        found = back.Length;
        return back.Length == 0 ? null : bodies.Erase(back);
    }

    private bool Answers(Erasure.Done done) =>
        _orders.TryGetValue(done.OrderIndex, out var order) && order.With is null && order.Entry == done.Entry
        && done.Bodies.All(order.Bodies.Contains);
}
