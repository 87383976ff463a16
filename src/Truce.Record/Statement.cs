namespace Truce.Record;

/// <summary>A subject that a deciding statement is about, with the last decision on it that the author knew.</summary>
public sealed record Expectation(string Subject, Digest? Decision);

/// <summary>
/// The envelope of a statement. What is recorded (<c>act</c>) and for whom (<c>for</c>) is opaque here. Hashes are
/// base64, times are POSIX milliseconds, a device's key is its text: `ed25519:` or `p256:` and base64.
/// </summary>
public sealed record Statement
{
    /// <summary>The version that is written and read.</summary>
    public const int Version = 1;

    /// <summary>The most subjects of one statement.</summary>
    public const int ExpectationsMax = 256;

    private const int TextLengthMax = 255;

    private static readonly byte[] Domain = Utf8.Bytes("truce/statement/v1\n");

    private static readonly HashSet<string> Names =
    [
        "v", "origin", "genesis", "id", "key", "prev", "seen", "expects", "type", "occurred_at", "for", "act",
        "audience", "attached",
    ];

    /// <summary>The log that the statement is for.</summary>
    public required string Origin { get; init; }

    /// <summary>The hash of leaf 0.</summary>
    public required Digest Genesis { get; init; }

    /// <summary>A UUIDv7 in its usual form; it orders nothing.</summary>
    public required string Id { get; init; }

    /// <summary>The device's public key.</summary>
    public required DeviceKey Key { get; init; }

    /// <summary>SHA-256 of this device's previous statement; null for its first.</summary>
    public Digest? Previous { get; init; }

    /// <summary>The checkpoint size that the device knew.</summary>
    public required long Seen { get; init; }

    /// <summary>The subjects of a deciding statement; null for an adding one.</summary>
    public IReadOnlyList<Expectation>? Expects { get; init; }

    /// <summary>What kind of act.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened, in POSIX milliseconds, by the author's word.</summary>
    public required long OccurredAt { get; init; }

    /// <summary>On whose behalf, and by what evidence; null for the author's own.</summary>
    public JsonValue? For { get; init; }

    /// <summary>The act.</summary>
    public required JsonValue Act { get; init; }

    /// <summary>Who may read a confidential statement; null exactly for a clear one.</summary>
    public Audience? Audience { get; init; }

    /// <summary>What the statement names by hash; empty for nothing.</summary>
    public IReadOnlyList<Attached> Attached { get; init; } = [];

    /// <summary>S: the canonical bytes.</summary>
    public byte[] ToBytes()
    {
        List<KeyValuePair<string, JsonValue>> all =
        [
            new("v", new JsonValue.Number(Version)),
            new("origin", new JsonValue.Text(Origin)),
            new("genesis", Hash(Genesis)),
            new("id", new JsonValue.Text(Id)),
            new("key", new JsonValue.Text(Key.ToString())),
            new("prev", Hash(Previous)),
            new("seen", new JsonValue.Number(Seen)),
            new("type", new JsonValue.Text(Type)),
            new("occurred_at", new JsonValue.Number(OccurredAt)),
            new("act", Act),
        ];
        if (For is not null)
        {
            all.Add(new("for", For));
        }

        if (Expects is not null)
        {
            all.Add(new("expects", new JsonValue.Items([.. Expects.Select(e => new JsonValue.Members(
                [new("subject", new JsonValue.Text(e.Subject)), new("decision", Hash(e.Decision))]))])));
        }

        if (Audience is not null)
        {
            all.Add(new("audience", Audience.ToJson()));
        }

        if (Attached.Count > 0)
        {
            all.Add(new("attached", Truce.Record.Attached.Write(Attached)));
        }

        return CanonicalJson.Write(new JsonValue.Members(all));
    }

    /// <summary>
    /// The type of a clear statement without reading the rest: in canonical form it is the last member but one, so its
    /// name is the last of that form. Null for S′.
    /// </summary>
    public static string? TypeOf(ReadOnlySpan<byte> statement)
    {
        var name = "\"type\":\""u8;
        var at = statement.LastIndexOf(name);
        var text = at < 0 ? default : statement[(at + name.Length)..];
        return at < 0 ? null : Utf8.Text(text[..Math.Max(0, text.IndexOf((byte)'"'))]);
    }

    /// <summary>Reads S. Its canonical form is demanded; whether its signature holds is another question.</summary>
    public static Parsed<Statement> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Leaf.StatementBytesMax)
        {
            return new Unreadable($"the statement is larger than {Leaf.StatementBytesMax} bytes");
        }

        var json = CanonicalJson.ParseCanonical(bytes);
        return !json.IsValid ? new Unreadable(json.Error)
            : json.Value is JsonValue.Members { All: var all } && all.Any(m => m.Key == "audience")
                ? new Unreadable("a clear statement has no `audience`: it is for everybody")
            : Read(json.Value);
    }

    /// <summary>Reads the members of a statement, clear or within a committed object.</summary>
    internal static Parsed<Statement> Read(JsonValue json)
    {
        if (json is not JsonValue.Members s || s["v"] is not JsonValue.Number { Value: Version })
        {
            return new Unreadable($"a statement is an object with `v` {Version}");
        }

        if (s.All.FirstOrDefault(m => !Names.Contains(m.Key)).Key is { } unknown)
        {
            return new Unreadable($"`{unknown}` is not a member of statements");
        }

        var envelope = Envelope(s);
        if (!envelope.IsValid || (s["audience"] is null && s["attached"] is null))
        {
            return envelope;
        }

        var audience = s["audience"] is { } names ? Audience.Read(names) : default;
        var attached = s["attached"] is { } list ? Truce.Record.Attached.Read(list) : default;
        return (audience.Error ?? attached.Error) is { } error
            ? new Unreadable(error)
            : envelope.Value with { Audience = audience.Value, Attached = attached.Value ?? [] };
    }

    /// <summary>What a device signs: "truce/statement/v1\n" ‖ genesis ‖ S, or S′.</summary>
    public static byte[] Message(Digest genesis, ReadOnlySpan<byte> statement) =>
        [.. Domain, .. genesis.ToArray(), .. statement];

    /// <summary>The signature of a device over S or S′.</summary>
    public static byte[] Sign(DeviceSigner device, Digest genesis, ReadOnlySpan<byte> statement) =>
        device.Sign(Message(genesis, statement));

    /// <summary>Whether a device's key signed S or S′ for the log with a genesis.</summary>
    public static bool Verify(
        DeviceKey key, Digest genesis, ReadOnlySpan<byte> statement, ReadOnlySpan<byte> signature) =>
        key.Verify(Message(genesis, statement), signature);

    private static Parsed<Statement> Envelope(JsonValue.Members s)
    {
        if (s["for"] is JsonValue.Nothing)
        {
            return new Unreadable("`for` is left out where a statement is the author's own");
        }

        if (s["origin"] is not JsonValue.Text { Value: { Length: > 0 and <= TextLengthMax } origin } || !IsLine(origin)
            || AsHash(s["genesis"]) is not { } genesis)
        {
            return new Unreadable("`origin` is a short text and `genesis` a hash in base64");
        }

        if (s["id"] is not JsonValue.Text { Value: var id } || !IsUuid7(id))
        {
            return new Unreadable("`id` is not a UUIDv7 in lower case");
        }

        var key = DeviceKey.Parse(s["key"] is JsonValue.Text { Value: var keyText } ? keyText : "");
        if (!key.IsValid)
        {
            return new Unreadable($"`key`: {key.Error}");
        }

        if (s["prev"] is not (JsonValue.Nothing or JsonValue.Text)
            || (s["prev"] is JsonValue.Text && AsHash(s["prev"]) is null))
        {
            return new Unreadable("`prev` is neither a hash in base64 nor null");
        }

        if (s["seen"] is not JsonValue.Number { Value: >= 0 and var seen }
            || s["occurred_at"] is not JsonValue.Number { Value: var occurredAt }
            || s["type"] is not JsonValue.Text { Value: { Length: > 0 and <= TextLengthMax } type } || !IsLine(type)
            || s["act"] is not { } act)
        {
            return new Unreadable("`seen`, `occurred_at`, `type` and `act` are two numbers, a short text and a value");
        }

        var expects = Expectations(s["expects"]);
        return s["expects"] is not null && expects is null
            ? new Unreadable(
                $"`expects` is at most {ExpectationsMax} subjects, each once, each with a decision or null")
            : new Statement
            {
                Origin = origin,
                Genesis = genesis,
                Id = id,
                Key = key.Value,
                Previous = AsHash(s["prev"]),
                Seen = seen,
                Expects = expects,
                Type = type,
                OccurredAt = occurredAt,
                For = s["for"],
                Act = act,
            };
    }

    private static List<Expectation>? Expectations(JsonValue? value)
    {
        if (value is not JsonValue.Items { All: { Count: > 0 and <= ExpectationsMax } items })
        {
            return null;
        }

        var expectations = new List<Expectation>();
        foreach (var item in items)
        {
            if (item is not JsonValue.Members { All.Count: 2 } e
                || e["subject"] is not JsonValue.Text { Value: { Length: > 0 and <= TextLengthMax } subject }
                || !IsLine(subject)
                || e["decision"] is not { } decision
                || (decision is not JsonValue.Nothing && AsHash(decision) is null)
                || expectations.Any(x => x.Subject == subject))
            {
                return null;
            }

            expectations.Add(new Expectation(subject, AsHash(decision)));
        }

        return expectations;
    }

    internal static JsonValue Hash(Digest? hash) =>
        hash is null ? new JsonValue.Nothing() : new JsonValue.Text(hash.Value.ToString());

    internal static Digest? AsHash(JsonValue? value) => value is JsonValue.Text text ? Digest.Parse(text.Value) : null;

    /// <summary>Whether a text can be shown on one line as it is.</summary>
    internal static bool IsLine(string text) => !text.Any(char.IsControl);

    private static bool IsUuid7(string text)
    {
        const int length = 36;
        if (text.Length != length || text[14] != '7' || text[19] is not ('8' or '9' or 'a' or 'b'))
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23 ? text[i] != '-' : text[i] is not ((>= '0' and <= '9') or (>= 'a' and <= 'f')))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>S′: what stands in a confidential leaf in place of S, whose fields lie in the committed object.</summary>
public sealed record ConfidentialStatement(Digest Commit, Digest CiphertextHash)
{
    private static readonly byte[] CommitDomain = Utf8.Bytes("truce/commit/v1\0");

    /// <summary>The commitment to an object's canonical bytes, which hold a salt of 32 bytes.</summary>
    public static Digest CommitTo(ReadOnlySpan<byte> committed) => Digest.Of([.. CommitDomain, .. committed]);

    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes() => CanonicalJson.Write(new JsonValue.Members(
    [
        new("v", new JsonValue.Number(Statement.Version)),
        new("commit", Statement.Hash(Commit)),
        new("ciphertext_hash", Statement.Hash(CiphertextHash)),
    ]));

    /// <summary>Reads S′: exactly its three members.</summary>
    public static Parsed<ConfidentialStatement> Parse(ReadOnlySpan<byte> bytes)
    {
        var json = CanonicalJson.ParseCanonical(bytes);
        return json.Value is JsonValue.Members { All.Count: 3 } s
            && s["v"] is JsonValue.Number { Value: Statement.Version }
            && Statement.AsHash(s["commit"]) is { } commit
            && Statement.AsHash(s["ciphertext_hash"]) is { } ciphertext
            ? new ConfidentialStatement(commit, ciphertext)
            : new Unreadable(json.Error ?? "a confidential statement is `v`, `commit` and `ciphertext_hash`");
    }
}
