using NSec.Cryptography;

namespace Truce.Record;

/// <summary>The public half of a reading key, X25519, written `x25519:` and base64.</summary>
public sealed record PublicReadingKey
{
    /// <summary>The length in bytes.</summary>
    public const int KeyBytes = 32;

    private const string Kind = "x25519:";

    // 2^255 − 19, little-endian: a number at or above it is a second name of a smaller one
    private static readonly byte[] Prime = [0xed, .. Enumerable.Repeat((byte)0xff, KeyBytes - 2), 0x7f];

    private PublicReadingKey(PublicKey key) => Key = key;

    internal PublicKey Key { get; }

    /// <summary>A key of its bytes; an error where nothing can be sealed to it.</summary>
    public static Parsed<PublicReadingKey> From(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != KeyBytes || !IsBelowPrime(bytes)
            || !PublicKey.TryImport(KeyAgreementAlgorithm.X25519, bytes, KeyBlobFormat.RawPublicKey, out var key))
        {
            return new Unreadable($"a reading key is {KeyBytes} bytes, a number below 2^255 − 19");
        }

        // any private key tells whether a point is of small order: what is agreed with it is zero
        using var probe = Hpke.Import(Hpke.DeriveKey([]));
        using var agreed = KeyAgreementAlgorithm.X25519.Agree(probe, key!);
        return agreed is null
            ? new Unreadable("the reading key is a point of small order")
            : new PublicReadingKey(key!);
    }

    /// <summary>Reads `x25519:` and base64.</summary>
    public static Parsed<PublicReadingKey> Parse(string text) =>
        text.StartsWith(Kind, StringComparison.Ordinal) && Base64.Decode(text.AsSpan(Kind.Length)) is { } bytes
            ? From(bytes)
            : new Unreadable("a reading key is `x25519:` and 32 bytes in base64");

    /// <summary>The 32 bytes.</summary>
    public byte[] ToBytes() => Hpke.Raw(Key);

    /// <inheritdoc/>
    public bool Equals(PublicReadingKey? other) => other is not null && Key.Equals(other.Key);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode();

    /// <summary>The key's text.</summary>
    public override string ToString() => Kind + Convert.ToBase64String(ToBytes());

    private static bool IsBelowPrime(ReadOnlySpan<byte> bytes)
    {
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            if (bytes[i] != Prime[i])
            {
                return bytes[i] < Prime[i];
            }
        }

        return false;
    }
}

/// <summary>A private reading key: an organisation's, or the mission's, which is never on the disk.</summary>
public sealed class ReadingKey : IDisposable
{
    /// <summary>The key of 32 secret bytes.</summary>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public ReadingKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != PublicReadingKey.KeyBytes)
        {
            throw new ArgumentException($"a reading key has {PublicReadingKey.KeyBytes} bytes", nameof(bytes));
        }

        Key = Hpke.Import(bytes);
        Public = PublicReadingKey.From(Hpke.Raw(Key.PublicKey)).Required();
    }

    /// <summary>The public half.</summary>
    public PublicReadingKey Public { get; }

    internal Key Key { get; }

    /// <summary>Forgets the private half.</summary>
    public void Dispose() => Key.Dispose();
}
