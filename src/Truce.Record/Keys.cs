using System.Buffers.Binary;
using System.Globalization;
using NSec.Cryptography;

namespace Truce.Record;

/// <summary>What a key signs, as the identifier byte of signed notes.</summary>
public enum KeyUse
{
    /// <summary>Ed25519 over the text of a note: a log, a receipt.</summary>
    Note = 0x01,

    /// <summary>Ed25519 with a time over a checkpoint, "cosignature/v1": a witness or a mirror.</summary>
    Cosignature = 0x04,
}

/// <summary>A public key with its name and use, written as a vkey.</summary>
public sealed record VerifierKey
{
    /// <summary>The longest name, in characters.</summary>
    public const int NameLengthMax = 255;

    internal const int PublicKeyBytes = 32;

    private readonly PublicKey _key;

    private VerifierKey(string name, KeyUse use, PublicKey key)
    {
        (Name, Use, _key) = (name, use, key);
        var bytes = PublicBytes;
        Id = BinaryPrimitives.ReadUInt32BigEndian(
            Digest.Of([.. Utf8.Bytes(name), (byte)'\n', (byte)use, .. bytes]).ToArray());
    }

    /// <summary>The name, as it stands in signature lines.</summary>
    public string Name { get; }

    /// <summary>What the key signs.</summary>
    public KeyUse Use { get; }

    /// <summary>The first four bytes of SHA-256(name ‖ newline ‖ use ‖ public key), big-endian.</summary>
    public uint Id { get; }

    /// <summary>The 32 bytes of the public key.</summary>
    public byte[] PublicBytes => _key.Export(KeyBlobFormat.RawPublicKey);

    /// <summary>A key of its parts; an error where the name or the bytes cannot be one's.</summary>
    public static Parsed<VerifierKey> From(string name, KeyUse use, ReadOnlySpan<byte> publicKey)
    {
        if (!IsName(name))
        {
            return new Unreadable("a key's name is 1 to 255 characters without spaces, `+` and control characters");
        }

        return publicKey.Length == PublicKeyBytes
            && PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out var key)
            ? new VerifierKey(name, use, key!)
            : new Unreadable("the public key is not an Ed25519 key of 32 bytes");
    }

    /// <summary>Reads `name+hex id+base64(type ‖ public key)`.</summary>
    public static Parsed<VerifierKey> Parse(string vkey)
    {
        const int idDigits = 8;
        if (vkey.Split('+', 3) is not [var name, { Length: idDigits } id, var rest])
        {
            return new Unreadable("a vkey is a name, eight hex digits and base64, joined by `+`");
        }

        if (Base64.Decode(rest) is not [var type, .. var publicKey])
        {
            return new Unreadable("the vkey's last part is not base64");
        }

        if (type is not ((byte)KeyUse.Note or (byte)KeyUse.Cosignature))
        {
            return new Unreadable($"signature type 0x{type:x2} is not supported: 0x01 and 0x04 are");
        }

        var key = From(name, (KeyUse)type, publicKey);
        return key.IsValid && key.Value.IdText != id
            ? new Unreadable($"the vkey says key id `{id}` but its key has `{key.Value.IdText}`")
            : key;
    }

    /// <summary>Whether bytes are this key's Ed25519 signature over a message.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == SigningKey.SignatureBytes
        && SignatureAlgorithm.Ed25519.Verify(_key, message, signature);

    /// <summary>The same public key under the same name, for another use: another id.</summary>
    public VerifierKey As(KeyUse use) => use == Use ? this : new VerifierKey(Name, use, _key);

    /// <summary>Whether two keys wrap the same public key, whatever their names and uses.</summary>
    public bool IsSameKeyAs(VerifierKey other) => _key.Equals(other._key);

    /// <summary>The vkey.</summary>
    public override string ToString() =>
        $"{Name}+{IdText}+{Convert.ToBase64String([(byte)Use, .. PublicBytes])}";

    internal static bool IsName(string name) => name.Length <= NameLengthMax && IsNoteName(name);

    /// <summary>Whether a line of a note may carry the name: somebody else's key may have a longer one.</summary>
    internal static bool IsNoteName(string name) =>
        name.Length > 0 && name.All(c => c >= ' ' && c != '+' && !char.IsWhiteSpace(c)) && Utf8.IsText(name);

    private string IdText => Id.ToString("x8", CultureInfo.InvariantCulture);
}

/// <summary>A private Ed25519 key with its name and use. Its seed comes in as a value and never leaves.</summary>
public sealed class SigningKey : IDisposable
{
    /// <summary>The length of a seed.</summary>
    public const int SeedBytes = 32;

    /// <summary>The length of an Ed25519 signature.</summary>
    public const int SignatureBytes = 64;

    private readonly Key _key;
    private readonly bool _isBorrowed;

    private SigningKey(Key key, VerifierKey verifier) => (_key, Verifier, _isBorrowed) = (key, verifier, true);

    /// <summary>The key that a seed gives.</summary>
    /// <exception cref="ArgumentException">The name cannot be a key's, or the seed has another length.</exception>
    public SigningKey(string name, KeyUse use, ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedBytes)
        {
            throw new ArgumentException($"a seed has {SeedBytes} bytes", nameof(seed));
        }

        _key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        var verifier = VerifierKey.From(name, use, _key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
        Verifier = verifier.Value ?? throw new ArgumentException(verifier.Error, nameof(name));
    }

    /// <summary>The public half.</summary>
    public VerifierKey Verifier { get; }

    /// <summary>The same key under the same name for another use; it holds until this one is disposed.</summary>
    public SigningKey As(KeyUse use) => new(_key, Verifier.As(use));

    /// <summary>The 64 bytes of the signature over a message.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => SignatureAlgorithm.Ed25519.Sign(_key, message);

    /// <summary>Forgets the private half.</summary>
    public void Dispose()
    {
        if (!_isBorrowed)
        {
            _key.Dispose();
        }
    }
}
