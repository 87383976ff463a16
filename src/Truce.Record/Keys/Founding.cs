namespace Truce.Record;

/// <summary>Leaf 0, its signatures verified: the genesis, and the hash that is pinned everywhere.</summary>
public sealed record Founding
{
    private Founding(Genesis genesis, Digest hash) => (Genesis, Hash) = (genesis, hash);

    /// <summary>What the guardians signed.</summary>
    public Genesis Genesis { get; }

    /// <summary>The leaf's hash, which is the root of the tree of one leaf.</summary>
    public Digest Hash { get; }

    /// <summary>For which logs a statement in this one may be signed.</summary>
    public Lineage Lineage => new(Hash, Genesis.Continues?.Logs ?? []);

    /// <summary>Leaf 0 of the signatures of all guardians.</summary>
    /// <param name="genesis">What they signed.</param>
    /// <param name="signatures">One of each guardian, in any order.</param>
    /// <param name="outcome">R of leaf 0.</param>
    public static Parsed<Leaf> Seal(
        Genesis genesis, IEnumerable<GuardianSignature> signatures, ReadOnlyMemory<byte> outcome)
    {
        var s = genesis.ToBytes();
        var all = signatures.ToArray();
        var fault = all.Select(a => a.Fault(genesis)).FirstOrDefault(f => f is not null)
            ?? (all.Select(a => a.Organisation).Distinct(StringComparer.Ordinal).Count() < all.Length
                ? "a guardian has signed twice"
                : Missing(genesis, [.. all.Select(a => a.Organisation)]));
        return fault is not null
            ? new Unreadable(fault)
            : new Leaf(s, CanonicalJson.Write(new JsonValue.Members(
                [.. all.Select(a => KeyValuePair.Create(a.Organisation, Fields.Write(a.Signature)))])), outcome);
    }

    /// <summary>Reads leaf 0 and verifies that every guardian signed it.</summary>
    /// <param name="leaf">The leaf's bytes.</param>
    /// <param name="pinned">The hash that the reader knows; null where he has none yet.</param>
    public static Parsed<Founding> Open(ReadOnlyMemory<byte> leaf, Digest? pinned = null)
    {
        var hash = Merkle.Leaf(leaf.Span);
        if (pinned is { } known && known != hash)
        {
            return new Unreadable(
                $"this is another log: leaf 0 has the hash `{hash}`, and the one that you know is `{known}`");
        }

        var parts = Leaf.Parse(leaf);
        if (!parts.IsValid)
        {
            return new Unreadable(parts.Error);
        }

        var genesis = Genesis.Parse(parts.Value.Statement.Span);
        if (!genesis.IsValid)
        {
            return new Unreadable($"leaf 0 is no genesis: {genesis.Error}");
        }

        var outcome = Outcome.Parse(parts.Value.Outcome.Span);
        return (SignatureFault(genesis.Value, parts.Value.Signature.Span) ?? outcome.Error) is { } fault
            ? new Unreadable(fault)
            : new Founding(genesis.Value, hash);
    }

    private static string? SignatureFault(Genesis genesis, ReadOnlySpan<byte> signatures)
    {
        if (CanonicalJson.ParseCanonical(signatures).Value is not JsonValue.Members { All: var all })
        {
            return "the signature of leaf 0 is an object of its guardians' signatures, in canonical form";
        }

        var hash = Digest.Of(genesis.ToBytes());
        foreach (var (organisation, value) in all)
        {
            var signature = value is JsonValue.Text text ? Base64.Decode(text.Value) : null;
            if (new GuardianSignature(organisation, hash, signature ?? []).Fault(genesis) is { } fault)
            {
                return fault;
            }
        }

        return Missing(genesis, [.. all.Select(m => m.Key)]);
    }

    private static string? Missing(Genesis genesis, HashSet<string> signers) =>
        genesis.Guardians.FirstOrDefault(g => !signers.Contains(g.Name)) is { } missing
            ? $"the guardian `{missing.Name}` has not signed: all {genesis.Guardians.Count()} guardians sign a genesis"
            : null;
}

/// <summary>
/// A guardian's signature over a genesis, made where its root is and carried to the others: a file of canonical JSON
/// {organisation, signature, statement (SHA-256 of S0)} and a newline.
/// </summary>
public sealed record GuardianSignature(string Organisation, Digest Statement, byte[] Signature)
{
    /// <summary>The signature of a guardian's root.</summary>
    public static Parsed<GuardianSignature> Sign(Genesis genesis, DeviceSigner root)
    {
        var s = genesis.ToBytes();
        return genesis.Organisations.FirstOrDefault(o => o.Root == root.Key) is { IsGuardian: true } guardian
            ? new GuardianSignature(guardian.Name, Digest.Of(s), root.Sign(Genesis.Message(s)))
            : new Unreadable($"the key `{root.Key}` is the root of none of the genesis's guardians");
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() =>
    [
        .. CanonicalJson.Write(new JsonValue.Members(
        [
            new("organisation", new JsonValue.Text(Organisation)),
            new("signature", Fields.Write(Signature)),
            new("statement", Fields.Write(Statement)),
        ])),
        (byte)'\n',
    ];

    /// <summary>Reads the file.</summary>
    public static Parsed<GuardianSignature> Parse(ReadOnlySpan<byte> bytes)
    {
        var json = SignedStatement.OneLine(bytes);
        if (!json.IsValid)
        {
            return new Unreadable(json.Error);
        }

        var fields = new Fields(json.Value, "a guardian's signature", "organisation", "signature", "statement");
        var read = new GuardianSignature(
            fields.Name("organisation"), fields.Hash("statement"), fields.Signature("signature"));
        return fields.Error is { } error ? new Unreadable(error) : read;
    }

    /// <summary>Why this is no signature of a guardian over a genesis; null where it is one.</summary>
    public string? Fault(Genesis genesis)
    {
        var s = genesis.ToBytes();
        return genesis.Organisations.FirstOrDefault(o => o.Name == Organisation) is not { IsGuardian: true } guardian
            ? "a signature is of somebody who is no guardian of the genesis"
            : Statement != Digest.Of(s)
            ? $"the signature of `{Organisation}` is over another genesis, with SHA-256 `{Statement}`, "
                + $"not `{Digest.Of(s)}`"
            : !guardian.Root.Verify(Genesis.Message(s), Signature)
            ? $"the signature of `{Organisation}` does not hold"
            : null;
    }
}
