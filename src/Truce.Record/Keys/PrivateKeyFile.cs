namespace Truce.Record;

/// <summary>What a private key is for.</summary>
public enum PrivateKeyKind
{
    /// <summary>Signs, as Ed25519: a device, a root; with a name also a log, a witness.</summary>
    Ed25519,

    /// <summary>Signs, as ECDSA on P-256: a device, a root.</summary>
    P256,

    /// <summary>Opens what is sealed for its owner, as X25519. It signs nothing.</summary>
    X25519,
}

/// <summary>
/// A private key as a file of four lines: a head that says what it is, `type`, `public` and the public key's text,
/// `secret` and 32 bytes in base64. The bytes come in as a value.
/// </summary>
public sealed class PrivateKeyFile
{
    /// <summary>The largest file.</summary>
    public const int BytesMax = 1_024;

    /// <summary>The length of a secret.</summary>
    public const int SecretBytes = SigningKey.SeedBytes;

    /// <summary>The first line.</summary>
    public const string Head = "truce/private-key/v1 KEEP SECRET: whoever has this file acts as its owner";

    private const int LineCount = 4;
    private const string PublicWord = "public ";
    private const string SecretWord = "secret ";

    private readonly byte[] _secret;

    private PrivateKeyFile(PrivateKeyKind kind, byte[] secret, string publicText) =>
        (Kind, _secret, PublicText) = (kind, secret, publicText);

    /// <summary>What the key is for.</summary>
    public PrivateKeyKind Kind { get; }

    /// <summary>The public key: `ed25519:`, `p256:` or `x25519:` and base64.</summary>
    public string PublicText { get; }

    /// <summary>The key of 32 secret bytes.</summary>
    public static Parsed<PrivateKeyFile> From(PrivateKeyKind kind, ReadOnlySpan<byte> secret)
    {
        if (secret.Length != SecretBytes)
        {
            return new Unreadable($"a private key has {SecretBytes} bytes");
        }

        if (kind == PrivateKeyKind.X25519)
        {
            using var reading = new ReadingKey(secret);
            return new PrivateKeyFile(kind, secret.ToArray(), reading.Public.ToString());
        }

        var signer = DeviceSigner.From(DeviceKind(kind), secret);
        if (!signer.IsValid)
        {
            return new Unreadable(signer.Error);
        }

        using var device = signer.Value;
        return new PrivateKeyFile(kind, secret.ToArray(), device.Key.ToString());
    }

    /// <summary>Reads the file. A public key that is not the secret's is an error: the file is damaged.</summary>
    public static Parsed<PrivateKeyFile> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BytesMax || Utf8.Text(bytes) is not { } text
            || text.Split('\n') is not [Head, var kind, var publicKey, var secret, ""])
        {
            return new Unreadable($"a private key is {LineCount} lines, of which the first is `{Head}`");
        }

        PrivateKeyKind[] kinds = [.. Enum.GetValues<PrivateKeyKind>().Where(k => kind == $"type {Name(k)}")];
        if (kinds.Length == 0 || !secret.StartsWith(SecretWord, StringComparison.Ordinal)
            || Base64.Decode(secret.AsSpan(SecretWord.Length)) is not { } secretBytes)
        {
            return new Unreadable("the key's type is none of ed25519, p256 and x25519, or its secret is no base64");
        }

        var file = From(kinds[0], secretBytes);
        return file.IsValid && publicKey != $"{PublicWord}{file.Value.PublicText}"
            ? new Unreadable("the file is damaged: its public key is not that of its secret")
            : file;
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() => Utf8.Bytes(
        $"{Head}\ntype {Name(Kind)}\n{PublicWord}{PublicText}\n{SecretWord}{Convert.ToBase64String(_secret)}\n");

    /// <summary>The key as a device's or a root's.</summary>
    public Parsed<DeviceSigner> ToSigner() => Kind == PrivateKeyKind.X25519
        ? new Unreadable("a reading key signs nothing")
        : DeviceSigner.From(DeviceKind(Kind), _secret);

    /// <summary>The key as that of a log, a receipt, a witness, which signs notes under a name.</summary>
    public Parsed<SigningKey> ToSigningKey(string name, KeyUse use) =>
        Kind != PrivateKeyKind.Ed25519 ? new Unreadable("notes are signed with a key of type ed25519")
        : !VerifierKey.IsName(name)
            ? new Unreadable("a key's name is 1 to 255 characters without spaces, `+` and control characters")
        : new SigningKey(name, use, _secret);

    /// <summary>The key as a reading key.</summary>
    public Parsed<ReadingKey> ToReadingKey() => Kind == PrivateKeyKind.X25519
        ? new ReadingKey(_secret)
        : new Unreadable("a reading key has the type x25519");

    /// <summary>How a kind is written.</summary>
    public static string Name(PrivateKeyKind kind) => kind switch
    {
        PrivateKeyKind.Ed25519 => "ed25519",
        PrivateKeyKind.P256 => "p256",
        PrivateKeyKind.X25519 => "x25519",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static DeviceKeyKind DeviceKind(PrivateKeyKind kind) =>
        kind == PrivateKeyKind.P256 ? DeviceKeyKind.P256 : DeviceKeyKind.Ed25519;
}
