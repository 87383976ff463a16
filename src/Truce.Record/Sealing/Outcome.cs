namespace Truce.Record;

/// <summary>What has become of an act. Whatever it is, the act is kept.</summary>
public enum OutcomeKind
{
    /// <summary>It changed the state.</summary>
    Applied,

    /// <summary>It was decided on something that has been decided again since.</summary>
    Conflicting,

    /// <summary>It is impossible in the state that there was.</summary>
    Inapplicable,
}

/// <summary>R: the operator's statement about an entry. Events and ruling are opaque here.</summary>
public sealed record Outcome
{
    /// <summary>The version that is written and read.</summary>
    public const int Version = 1;

    /// <summary>The longest reason, in UTF-16 code units.</summary>
    public const int WhyLengthMax = 255;

    private const string Unauthenticated = "unauthenticated";

    private static readonly string[] Required =
        ["v", "received_at", "fold", "framework", "semantics", "outcome", "why", "events", "ruling"];

    private static readonly HashSet<string> Names = [.. Required, "equivocates", "key"];

    /// <summary>When the operator had it, in POSIX milliseconds.</summary>
    public required long ReceivedAt { get; init; }

    /// <summary>How many entries before it the fold had taken.</summary>
    public required long Fold { get; init; }

    /// <summary>The framework that was in force, by hash; null where none was.</summary>
    public Digest? Framework { get; init; }

    /// <summary>By which version of the program's meaning it was judged.</summary>
    public required long Semantics { get; init; }

    /// <summary>What has become of the act.</summary>
    public required OutcomeKind Kind { get; init; }

    /// <summary>A short reason, for people; null where none is needed.</summary>
    public string? Why { get; init; }

    /// <summary>What happened.</summary>
    public IReadOnlyList<JsonValue> Events { get; init; } = [];

    /// <summary>The ruling as codes; null where nothing was ruled.</summary>
    public JsonValue? Ruling { get; init; }

    /// <summary>SHA-256 of the first statement with the same key and id; such an act is inapplicable.</summary>
    public Digest? Equivocates { get; init; }

    /// <summary>Whether the key was revoked, and nobody has vouched for the act yet.</summary>
    public bool IsUnauthenticated { get; init; }

    /// <summary>R: the canonical bytes.</summary>
    /// <exception cref="ArgumentException">It is longer than 24,000 bytes, or not what R can say.</exception>
    public byte[] ToBytes()
    {
        var bytes = CanonicalJson.Write(ToJson());
        if (bytes.Length > Leaf.OutcomeBytesMax)
        {
            throw new ArgumentException($"an outcome has at most {Leaf.OutcomeBytesMax} bytes, not {bytes.Length}");
        }

        return bytes;
    }

    /// <summary>Reads R in its canonical form.</summary>
    public static Parsed<Outcome> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Leaf.OutcomeBytesMax)
        {
            return new Unreadable($"the outcome is larger than {Leaf.OutcomeBytesMax} bytes");
        }

        var json = CanonicalJson.ParseCanonical(bytes);
        return json.IsValid ? Read(json.Value) : new Unreadable(json.Error);
    }

    internal JsonValue.Members ToJson()
    {
        List<KeyValuePair<string, JsonValue>> all =
        [
            new("v", new JsonValue.Number(Version)),
            new("received_at", new JsonValue.Number(ReceivedAt)),
            new("fold", new JsonValue.Number(Fold)),
            new("framework", Statement.Hash(Framework)),
            new("semantics", new JsonValue.Number(Semantics)),
            new("outcome", new JsonValue.Text(Word(Kind))),
            new("why", Why is null ? new JsonValue.Nothing() : new JsonValue.Text(Why)),
            new("events", new JsonValue.Items(Events)),
            new("ruling", Ruling ?? new JsonValue.Nothing()),
        ];
        if (Equivocates is not null)
        {
            all.Add(new("equivocates", Statement.Hash(Equivocates)));
        }

        if (IsUnauthenticated)
        {
            all.Add(new("key", new JsonValue.Text(Unauthenticated)));
        }

        return Fault() is { } fault ? throw new ArgumentException(fault) : new JsonValue.Members(all);
    }

    /// <summary>Reads the members of R, clear or within a committed object.</summary>
    internal static Parsed<Outcome> Read(JsonValue json)
    {
        if (json is not JsonValue.Members r || r["v"] is not JsonValue.Number { Value: Version })
        {
            return new Unreadable($"an outcome is an object with `v` {Version}");
        }

        if (Required.FirstOrDefault(name => r[name] is null) is { } missing)
        {
            return new Unreadable($"`{missing}` is missing in the outcome");
        }

        if (r.All.FirstOrDefault(m => !Names.Contains(m.Key)).Key is { } name)
        {
            return new Unreadable($"`{name}` is not a member of outcomes");
        }

        if (r["received_at"] is not JsonValue.Number { Value: var received }
            || r["fold"] is not JsonValue.Number { Value: var fold }
            || r["semantics"] is not JsonValue.Number { Value: var semantics }
            || r["outcome"] is not JsonValue.Text { Value: var word } || AsKind(word) is not { } kind
            || r["why"] is not (JsonValue.Text or JsonValue.Nothing)
            || r["events"] is not JsonValue.Items { All: var events }
            || r["framework"] is not { } framework
            || (framework is not JsonValue.Nothing && Statement.AsHash(framework) is null)
            || (r["equivocates"] is { } first && Statement.AsHash(first) is null)
            || (r["key"] is { } key && key is not JsonValue.Text { Value: Unauthenticated }))
        {
            return new Unreadable("a member of the outcome is of another kind than it should be");
        }

        var outcome = new Outcome
        {
            ReceivedAt = received,
            Fold = fold,
            Framework = Statement.AsHash(framework),
            Semantics = semantics,
            Kind = kind,
            Why = (r["why"] as JsonValue.Text)?.Value,
            Events = events,
            Ruling = r["ruling"] is JsonValue.Nothing ? null : r["ruling"],
            Equivocates = Statement.AsHash(r["equivocates"]),
            IsUnauthenticated = r["key"] is not null,
        };
        return outcome.Fault() is { } fault ? new Unreadable(fault) : outcome;
    }

    /// <summary>
    /// Whether R can hold it, whatever its fold and its semantics count: so a replay that counts otherwise agrees. What
    /// is surely short is not written for it.
    /// </summary>
    internal bool Fits()
    {
        const long countMax = (1L << 53) - 1;
        const long restMax = 4_000;
        return Fault() is null && (Events.Sum(BytesAtMost) + BytesAtMost(Ruling) <= Leaf.OutcomeBytesMax - restMax
            || CanonicalJson.Write((this with { Fold = countMax, Semantics = countMax }).ToJson()).Length
                <= Leaf.OutcomeBytesMax);
    }

    private static long BytesAtMost(JsonValue? value)
    {
        const int word = 24;
        const int character = 6;
        long Text(string text) => 2 + (character * (long)text.Length);
        return value switch
        {
            JsonValue.Text t => Text(t.Value),
            JsonValue.Items items => 2 + items.All.Sum(i => BytesAtMost(i) + 1),
            JsonValue.Members members => 2 + members.All.Sum(m => Text(m.Key) + BytesAtMost(m.Value) + 2),
            _ => word,
        };
    }

    private string? Fault() =>
        ReceivedAt < 0 || Fold < 0 || Semantics < 0 ? "a time, a count and a version are not negative"
        : Why is not (null or { Length: > 0 and <= WhyLengthMax }) || Why?.Any(char.IsControl) == true
            ? $"`why` is one line of 1 to {WhyLengthMax} characters"
        : Equivocates is not null && Kind != OutcomeKind.Inapplicable ? "an act that equivocates is inapplicable"
        : null;

    private static string Word(OutcomeKind kind) => kind switch
    {
        OutcomeKind.Applied => "applied",
        OutcomeKind.Conflicting => "conflicting",
        OutcomeKind.Inapplicable => "inapplicable",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static OutcomeKind? AsKind(string word) =>
        Enum.GetValues<OutcomeKind>().Cast<OutcomeKind?>().FirstOrDefault(k => Word(k!.Value) == word);
}

/// <summary>R′: what stands in a confidential leaf in place of R, whose fields lie in a committed object.</summary>
public sealed record ConfidentialOutcome(long ReceivedAt, Digest Commit, Digest CiphertextHash)
{
    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes() => CanonicalJson.Write(new JsonValue.Members(
    [
        new("v", new JsonValue.Number(Outcome.Version)),
        new("received_at", new JsonValue.Number(ReceivedAt)),
        new("commit", Statement.Hash(Commit)),
        new("ciphertext_hash", Statement.Hash(CiphertextHash)),
    ]));

    /// <summary>Reads R′: exactly its four members.</summary>
    public static Parsed<ConfidentialOutcome> Parse(ReadOnlySpan<byte> bytes)
    {
        const string form = "a confidential outcome is `v`, `received_at`, `commit` and `ciphertext_hash`";
        if (bytes.Length > Leaf.OutcomeBytesMax)
        {
            return new Unreadable($"the outcome is larger than {Leaf.OutcomeBytesMax} bytes");
        }

        var json = CanonicalJson.ParseCanonical(bytes);
        return json.Value is JsonValue.Members { All.Count: 4 } r
            && r["v"] is JsonValue.Number { Value: Outcome.Version }
            && r["received_at"] is JsonValue.Number { Value: >= 0 and var received }
            && Statement.AsHash(r["commit"]) is { } commit
            && Statement.AsHash(r["ciphertext_hash"]) is { } ciphertext
            ? new ConfidentialOutcome(received, commit, ciphertext)
            : new Unreadable(json.Error ?? form);
    }
}
