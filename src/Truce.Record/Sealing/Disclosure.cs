namespace Truce.Record;

/// <summary>An entry with the proof of its place: how a disclosure shows that a key was enrolled.</summary>
public sealed record ProvedLeaf(Leaf Leaf, TlogProof Proof);

/// <summary>What a disclosure proves to whoever pins the genesis and has a policy of his own.</summary>
/// <param name="Index">Where the entry stands.</param>
/// <param name="Statement">What was stated.</param>
/// <param name="ReceivedAt">When the operator says that it had it, in POSIX milliseconds.</param>
/// <param name="Outcome">What became of it; null where that is not disclosed.</param>
/// <param name="Author">Whose key signed, by the enrolments shown; null where they do not show it.</param>
/// <param name="Witnessed">The checkpoint that holds it, and who cosigned it when.</param>
public sealed record Disclosed(
    long Index, Statement Statement, long ReceivedAt, Outcome? Outcome, EnrolledKey? Author,
    WitnessedCheckpoint Witnessed);

/// <summary>
/// A file that shows one confidential entry to an outsider, who verifies it alone. It holds no key: it opens this entry
/// and no other. That its key was not revoked before, it cannot show: whoever wants to know that reads the log.
/// </summary>
public sealed record Disclosure
{
    /// <summary>The version that is written and read.</summary>
    public const int Version = 1;

    /// <summary>The largest file.</summary>
    public const int BytesMax = 4 << 20;

    /// <summary>The most enrolments: a device's, and of those who enrolled it.</summary>
    public const int EnrolmentsMax = 16;

    private Disclosure(
        Leaf genesis, Leaf leaf, Committed statement, Committed? outcome, TlogProof proof,
        IReadOnlyList<ProvedLeaf> enrolments) =>
        (Genesis, Leaf, Statement, Outcome, Proof, Enrolments) = (genesis, leaf, statement, outcome, proof, enrolments);

    /// <summary>Leaf 0.</summary>
    public Leaf Genesis { get; }

    /// <summary>The entry.</summary>
    public Leaf Leaf { get; }

    /// <summary>O of its statement.</summary>
    public Committed Statement { get; }

    /// <summary>O of its outcome; null where that is not disclosed.</summary>
    public Committed? Outcome { get; }

    /// <summary>The entry's place in a witnessed checkpoint.</summary>
    public TlogProof Proof { get; }

    /// <summary>The entries that admitted and enrolled the author's key, oldest first.</summary>
    public IReadOnlyList<ProvedLeaf> Enrolments { get; }

    /// <summary>A disclosure of its parts. Whether they belong together is the verifier's question.</summary>
    /// <exception cref="ArgumentException">There are more enrolments than a file holds.</exception>
    public static Disclosure Make(
        Leaf genesis, Leaf leaf, Committed statement, Committed? outcome, TlogProof proof,
        params IReadOnlyList<ProvedLeaf> enrolments)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(enrolments.Count, EnrolmentsMax, nameof(enrolments));
        return new Disclosure(genesis, leaf, statement, outcome, proof, enrolments);
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() => CanonicalJson.Write(new JsonValue.Members(
    [
        new("v", new JsonValue.Number(Version)),
        new("genesis", Text(Genesis.ToBytes())),
        new("leaf", Text(Leaf.ToBytes())),
        new("committed", Text(Statement.Bytes.Span)),
        new("outcome", Outcome is null ? new JsonValue.Nothing() : Text(Outcome.Bytes.Span)),
        new("tlog_proof", new JsonValue.Text(Proof.ToString())),
        new("enrolments", new JsonValue.Items([.. Enrolments.Select(e => new JsonValue.Members(
            [new("leaf", Text(e.Leaf.ToBytes())), new("tlog_proof", new JsonValue.Text(e.Proof.ToString()))]))])),
    ]));

    /// <summary>Reads a file. Nothing is verified yet.</summary>
    public static Parsed<Disclosure> Parse(ReadOnlySpan<byte> bytes)
    {
        var json = CanonicalJson.ParseCanonical(bytes, BytesMax);
        if (json.Value is not JsonValue.Members { All.Count: 7 } file
            || file["v"] is not JsonValue.Number { Value: Version }
            || file["enrolments"] is not JsonValue.Items { All: { Count: <= EnrolmentsMax } items }
            || file["outcome"] is not (JsonValue.Text or JsonValue.Nothing))
        {
            return new Unreadable(json.Error ?? "a disclosure is `v`, `genesis`, `leaf`, `committed`, `outcome`, "
                + $"`tlog_proof` and at most {EnrolmentsMax} `enrolments`");
        }

        var genesis = AsLeaf(file["genesis"], "genesis");
        var leaf = AsLeaf(file["leaf"], "leaf");
        var statement = AsCommitted(file["committed"], "committed");
        var outcome = file["outcome"] is JsonValue.Nothing ? default : AsCommitted(file["outcome"], "outcome");
        var proof = AsProof(file["tlog_proof"]);
        if ((genesis.Error ?? leaf.Error ?? statement.Error ?? outcome.Error ?? proof.Error) is { } error)
        {
            return new Unreadable(error);
        }

        var enrolments = new List<ProvedLeaf>();
        foreach (var item in items)
        {
            var enrolled = AsLeaf((item as JsonValue.Members)?["leaf"], "enrolments");
            var place = AsProof((item as JsonValue.Members)?["tlog_proof"]);
            if (item is not JsonValue.Members { All.Count: 2 } || !enrolled.IsValid || !place.IsValid)
            {
                return new Unreadable(enrolled.Error ?? place.Error ?? "an enrolment is `leaf` and `tlog_proof`");
            }

            enrolments.Add(new ProvedLeaf(enrolled.Value, place.Value));
        }

        return new Disclosure(
            genesis.Required(), leaf.Required(), statement.Required(), outcome.Value, proof.Required(), enrolments);
    }

    /// <summary>Verifies everything that the file shows.</summary>
    /// <param name="pinned">The genesis that the outsider knows: the hash of leaf 0.</param>
    /// <param name="policy">Whose word he takes for what the log holds.</param>
    public Parsed<Disclosed> Verify(Digest pinned, TrustPolicy policy)
    {
        var roster = Roster.Begin(Genesis.ToBytes(), pinned);
        if (!roster.IsValid)
        {
            return new Unreadable(roster.Error);
        }

        var index = Proof.Index;
        if (Entry.Read(index, Leaf).Value is not Entry.Confidential entry)
        {
            return new Unreadable("the leaf is not a confidential entry");
        }

        var statement = Seal.Check(
            entry.Statement, Leaf.Signature.Span, roster.Value.Founding.Lineage, Statement);
        var outcome = Outcome is null ? default : Seal.Check(entry.Outcome, Outcome);
        var witnessed = Place(new ProvedLeaf(Leaf, Proof), roster.Value.Genesis.Origin, policy);
        if ((statement.Error ?? outcome.Error ?? witnessed.Error) is { } error)
        {
            return new Unreadable(error);
        }

        if (statement.Required().Origin != roster.Value.Genesis.Origin
            && roster.Value.Founding.Lineage.EarlierOf(statement.Required()) is null)
        {
            return new Unreadable("the statement within is for another origin");
        }

        var known = roster.Value;
        foreach (var enrolment in Enrolments)
        {
            var place = Place(enrolment, known.Genesis.Origin, policy);
            var at = enrolment.Proof.Index;
            var next = !place.IsValid ? new Unreadable(place.Error)
                : at >= index || at <= known.ChangedAt
                    ? new Unreadable("the enrolments are not in their order, before the entry")
                    : known.Apply(at, enrolment.Leaf);
            if (!next.IsValid)
            {
                return new Unreadable($"enrolment {Decimal.Text(at)}: {next.Error}");
            }

            known = next.Value;
        }

        var author = known.KeyAt(statement.Required().Key, index, Digest.Of(Leaf.Statement.Span));
        return new Disclosed(
            index, statement.Required(), entry.ReceivedAt, outcome.Value, author.Key, witnessed.Required());
    }

    private static Parsed<WitnessedCheckpoint> Place(ProvedLeaf proved, string origin, TrustPolicy policy)
    {
        var place = proved.Proof.Verify(Merkle.Leaf(proved.Leaf.ToBytes()), policy);
        return place.IsValid && place.Value.Checkpoint.Origin != origin
            ? new Unreadable("the proof is from the log of another origin")
            : place;
    }

    private static JsonValue.Text Text(ReadOnlySpan<byte> bytes) => new(Convert.ToBase64String(bytes));

    private static byte[]? Bytes(JsonValue? json) => json is JsonValue.Text text ? Base64.Decode(text.Value) : null;

    private static Parsed<Leaf> AsLeaf(JsonValue? json, string name) =>
        Bytes(json) is { } bytes ? Leaf.Parse(bytes) : new Unreadable($"`{name}` is not a leaf in base64");

    private static Parsed<Committed> AsCommitted(JsonValue? json, string name) =>
        Bytes(json) is { } bytes ? Committed.Parse(bytes) : new Unreadable($"`{name}` is not an object in base64");

    private static Parsed<TlogProof> AsProof(JsonValue? json) =>
        json is JsonValue.Text text
            ? TlogProof.Parse(Utf8.Bytes(text.Value))
            : new Unreadable("`tlog_proof` is not a text");
}
