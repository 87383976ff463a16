namespace Truce.Record;

/// <summary>What a step names by hash: a body's commitment, and its ciphertext's hash unless it is clear.</summary>
public sealed record Attached(Digest Commit, Digest? CiphertextHash)
{
    /// <summary>The most of one statement.</summary>
    public const int CountMax = 64;

    /// <summary>The largest body, salt included: a photograph or a document, not a film.</summary>
    public const int BodyBytesMax = 16 << 20;

    private static readonly byte[] Domain = Utf8.Bytes("truce/attachment/v1\0");

    /// <summary>Under which hash <see cref="Bodies"/> hold it.</summary>
    public Digest Hash => CiphertextHash ?? Commit;

    /// <summary>A body: a salt of 32 bytes before what is attached, so that its commitment tells nothing.</summary>
    /// <exception cref="ArgumentException">The salt has another length, or it is all too long.</exception>
    public static byte[] Body(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> bytes)
    {
        if (salt.Length != Committed.SaltBytes || bytes.Length > BodyBytesMax - Committed.SaltBytes)
        {
            throw new ArgumentException($"a body is a salt of {Committed.SaltBytes} bytes and at most 16 MiB");
        }

        return [.. salt, .. bytes];
    }

    /// <summary>What is attached, without the salt before it; null where there is none.</summary>
    public static ReadOnlyMemory<byte>? Content(ReadOnlyMemory<byte> body) =>
        body.Length < Committed.SaltBytes ? null : body[Committed.SaltBytes..];

    /// <summary>The commitment to a body.</summary>
    public static Digest CommitTo(ReadOnlySpan<byte> body) => Digest.Of([.. Domain, .. body]);

    internal static JsonValue Write(IReadOnlyList<Attached> all) => new JsonValue.Items([.. all.Select(Write)]);

    internal static JsonValue Write(Attached one) => new JsonValue.Members(
    [
        new("commit", Statement.Hash(one.Commit)),
        new("ciphertext_hash", Statement.Hash(one.CiphertextHash)),
    ]);

    internal static Parsed<IReadOnlyList<Attached>> Read(JsonValue json)
    {
        var all = new List<Attached>();
        foreach (var item in (json as JsonValue.Items)?.All ?? [])
        {
            if (ReadOne(item) is not { } one || all.Count == CountMax || all.Any(a => a.Hash == one.Hash))
            {
                all.Clear();
                break;
            }

            all.Add(one);
        }

        return all.Count > 0
            ? all
            : new Unreadable($"`attached` is 1 to {CountMax} of `commit` and `ciphertext_hash`, each body once");
    }

    internal static Attached? ReadOne(JsonValue? json) =>
        json is JsonValue.Members { All.Count: 2 } a && Statement.AsHash(a["commit"]) is { } commit
        && a["ciphertext_hash"] is { } hash && (hash is JsonValue.Nothing || Statement.AsHash(hash) is not null)
            ? new Attached(commit, Statement.AsHash(hash))
            : null;
}
