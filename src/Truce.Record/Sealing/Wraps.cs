namespace Truce.Record;

/// <summary>For whom a key is wrapped: an organisation, or the operator, and its key epoch.</summary>
public sealed record Recipient(string To, int Epoch, PublicReadingKey Key);

/// <summary>A content key for one recipient: 32 bytes of HPKE's encapsulated key and 48 of its ciphertext.</summary>
public sealed record Wrap(string To, int Epoch, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// The wraps of one ciphertext's key. They go to the grantees alone. A wrap holds for one genesis and one ciphertext:
/// it cannot be moved from an exercise to a mission or from one body to another.
/// </summary>
public sealed record Wraps
{
    /// <summary>The version that is written and read.</summary>
    public const int Version = 1;

    /// <summary>The most wraps of one ciphertext: an audience, the operator, and as many of older epochs.</summary>
    public const int CountMax = 2 * (Audience.OrganisationsMax + 1);

    /// <summary>The length of a wrap.</summary>
    public const int WrapBytes = Hpke.EncBytes + Cipher.KeyBytes + Hpke.TagBytes;

    private static readonly byte[] Domain = Utf8.Bytes("truce/wrap/v1\0");

    private Wraps(Digest ciphertextHash, IReadOnlyList<Wrap> all) => (CiphertextHash, All) = (ciphertextHash, all);

    /// <summary>SHA-256 of the ciphertext.</summary>
    public Digest CiphertextHash { get; }

    /// <summary>The wraps, sorted by recipient and epoch, each pair once.</summary>
    public IReadOnlyList<Wrap> All { get; }

    /// <summary>Wraps a content key. Each seed is 32 random bytes, used once, one for each recipient.</summary>
    /// <exception cref="ArgumentException">Recipients stand twice or are too many, or a length is wrong.</exception>
    public static Wraps Make(
        Digest genesis, Digest ciphertextHash, ReadOnlySpan<byte> key, IReadOnlyList<Recipient> recipients,
        IReadOnlyList<ReadOnlyMemory<byte>> seeds)
    {
        if (seeds.Count != recipients.Count || key.Length != Cipher.KeyBytes
            || seeds.Any(s => s.Length != PublicReadingKey.KeyBytes))
        {
            throw new ArgumentException("a key and seeds have 32 bytes, and there is a seed for each recipient");
        }

        var all = new List<Wrap>();
        foreach (var (recipient, seed) in recipients.Zip(seeds))
        {
            var wrap = Hpke.Seal(recipient.Key.Key, Info(genesis, ciphertextHash), [], key, seed.Span)
                ?? throw new ArgumentException("a recipient's key is of small order", nameof(recipients));
            all.Add(new Wrap(recipient.To, recipient.Epoch, wrap));
        }

        var wraps = Of(ciphertextHash, all.OrderBy(w => w.To, StringComparer.Ordinal).ThenBy(w => w.Epoch));
        return wraps.Value ?? throw new ArgumentException(wraps.Error, nameof(recipients));
    }

    /// <summary>The content key, from a wrap for a recipient; null where none of its wraps opens.</summary>
    public byte[]? Open(Digest genesis, string to, ReadingKey key)
    {
        foreach (var wrap in All.Where(w => w.To == to))
        {
            if (Hpke.Open(key.Key, Info(genesis, CiphertextHash), [], wrap.Bytes.Span) is { } content)
            {
                return content;
            }
        }

        return null;
    }

    /// <summary>One recipient's wraps alone: what a grantee gets; null where there is none for him.</summary>
    public Wraps? Only(string to) =>
        All.Where(w => w.To == to).ToArray() is { Length: > 0 } own ? new Wraps(CiphertextHash, own) : null;

    /// <summary>Whether somebody is among the recipients; whether his wrap opens, only his key can tell.</summary>
    public bool Names(string to) => All.Any(w => w.To == to);

    /// <summary>Whether the recipients are exactly an audience and the operator.</summary>
    public bool AreFor(Audience audience) =>
        Names(Audience.Operator) && audience.Organisations.All(Names)
        && All.All(w => w.To == Audience.Operator || audience.Contains(w.To));

    /// <summary>
    /// The same for whoever was brought his own wraps alone, by a stick or as a mirror: he is of the audience, and what
    /// others got he cannot see. The operator sees all.
    /// </summary>
    public bool AreFor(Audience audience, string reader) =>
        AreFor(audience) || (audience.Contains(reader) && All.All(w => w.To == reader));

    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes() => CanonicalJson.Write(new JsonValue.Members(
    [
        new("v", new JsonValue.Number(Version)),
        new("ciphertext_hash", Statement.Hash(CiphertextHash)),
        new("wraps", new JsonValue.Items([.. All.Select(w => new JsonValue.Members(
        [
            new("to", new JsonValue.Text(w.To)),
            new("epoch", new JsonValue.Number(w.Epoch)),
            new("wrap", new JsonValue.Text(Convert.ToBase64String(w.Bytes.Span))),
        ]))])),
    ]));

    /// <summary>Reads a file of wraps.</summary>
    public static Parsed<Wraps> Parse(ReadOnlySpan<byte> bytes)
    {
        var json = CanonicalJson.ParseCanonical(bytes);
        if (json.Value is not JsonValue.Members { All.Count: 3 } file
            || file["v"] is not JsonValue.Number { Value: Version }
            || Statement.AsHash(file["ciphertext_hash"]) is not { } hash
            || file["wraps"] is not JsonValue.Items { All: { Count: > 0 and <= CountMax } items })
        {
            return new Unreadable(json.Error
                ?? $"a file of wraps is `v`, `ciphertext_hash` and 1 to {CountMax} `wraps`");
        }

        var all = new List<Wrap>();
        foreach (var item in items)
        {
            if (item is not JsonValue.Members { All.Count: 3 } w
                || w["to"] is not JsonValue.Text { Value: var to }
                || w["epoch"] is not JsonValue.Number { Value: >= 0 and <= int.MaxValue and var epoch }
                || w["wrap"] is not JsonValue.Text { Value: var text } || Base64.Decode(text) is not { } wrap)
            {
                return new Unreadable("a wrap is `to`, `epoch` and `wrap`");
            }

            all.Add(new Wrap(to, (int)epoch, wrap));
        }

        return Of(hash, all);
    }

    /// <inheritdoc/>
    public bool Equals(Wraps? other) => other is not null && ToBytes().AsSpan().SequenceEqual(other.ToBytes());

    /// <inheritdoc/>
    public override int GetHashCode() => CiphertextHash.GetHashCode();

    private static Parsed<Wraps> Of(Digest hash, IEnumerable<Wrap> wraps)
    {
        var all = wraps.ToArray();
        for (var i = 0; i < all.Length; i++)
        {
            var order = i == 0 ? 1 : string.CompareOrdinal(all[i].To, all[i - 1].To);
            if (order < 0 || (order == 0 && all[i].Epoch <= all[i - 1].Epoch)
                || all[i].Bytes.Length != WrapBytes || all[i].Epoch < 0
                || (all[i].To != Audience.Operator && !Audience.IsName(all[i].To)))
            {
                return new Unreadable(
                    $"wraps are sorted by name and epoch, each once, with {WrapBytes} bytes for a named recipient");
            }
        }

        return all.Length is 0 or > CountMax
            ? new Unreadable($"a ciphertext has 1 to {CountMax} wraps")
            : new Wraps(hash, all);
    }

    private static byte[] Info(Digest genesis, Digest ciphertextHash) =>
        [.. Domain, .. genesis.ToArray(), .. ciphertextHash.ToArray()];
}
