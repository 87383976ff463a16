using System.Security.Cryptography;
using NSec.Cryptography;

namespace Truce.Record;

/// <summary>
/// RFC 9180 in base mode and for one message: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. The libraries at
/// hand have its parts and not the whole; AES-128-GCM is there for the RFC's own vectors.
/// </summary>
internal static class Hpke
{
    public const int EncBytes = 32;
    public const int TagBytes = 16;

    private const ushort Kem = 0x0020;
    private const ushort Kdf = 0x0001;
    private const int HashBytes = 32;
    private const int NonceBytes = 12;

    private static readonly byte[] KemSuite = [.. "KEM"u8, Kem >> 8, Kem & 0xff];

    public enum Aead
    {
        Aes128Gcm = 1,
        Aes256Gcm = 2,
    }

    /// <summary>DeriveKeyPair of section 7.1.3: the private key that a seed gives.</summary>
    public static byte[] DeriveKey(ReadOnlySpan<byte> seed) =>
        Expand(KemSuite, Extract(KemSuite, [], "dkp_prk"u8, seed), "sk"u8, [], EncBytes);

    /// <summary>The encapsulated key ‖ the ciphertext; null where the recipient's key is of small order.</summary>
    public static byte[]? Seal(
        PublicKey recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext,
        ReadOnlySpan<byte> seed, Aead aead = Aead.Aes256Gcm)
    {
        using var ephemeral = Import(DeriveKey(seed));
        var enc = Raw(ephemeral.PublicKey);
        if (Shared(ephemeral, recipient, enc, Raw(recipient)) is not { } shared)
        {
            return null;
        }

        var (key, nonce) = Schedule(shared, info, aead);
        using var aes = new AesGcm(key, TagBytes);
        var all = new byte[EncBytes + plaintext.Length + TagBytes];
        enc.CopyTo(all, 0);
        aes.Encrypt(nonce, plaintext, all.AsSpan(EncBytes, plaintext.Length), all.AsSpan(all.Length - TagBytes), aad);
        CryptographicOperations.ZeroMemory(key);
        return all;
    }

    /// <summary>The plaintext; null where anything is not as the sender made it for this recipient.</summary>
    public static byte[]? Open(
        Key recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> message,
        Aead aead = Aead.Aes256Gcm)
    {
        if (message.Length < EncBytes + TagBytes
            || !PublicKey.TryImport(
                KeyAgreementAlgorithm.X25519, message[..EncBytes], KeyBlobFormat.RawPublicKey, out var sender)
            || Shared(recipient, sender!, message[..EncBytes], Raw(recipient.PublicKey)) is not { } shared)
        {
            return null;
        }

        var (key, nonce) = Schedule(shared, info, aead);
        using var aes = new AesGcm(key, TagBytes);
        var plaintext = new byte[message.Length - EncBytes - TagBytes];
        try
        {
            aes.Decrypt(nonce, message[EncBytes..^TagBytes], message[^TagBytes..], plaintext, aad);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public static Key Import(ReadOnlySpan<byte> privateKey) =>
        Key.Import(KeyAgreementAlgorithm.X25519, privateKey, KeyBlobFormat.RawPrivateKey);

    public static byte[] Raw(PublicKey key) => key.Export(KeyBlobFormat.RawPublicKey);

    /// <summary>ExtractAndExpand of section 4.1; null where the points meet in zero.</summary>
    private static byte[]? Shared(Key own, PublicKey other, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> recipient)
    {
        using var agreed = KeyAgreementAlgorithm.X25519.Agree(own, other, new SharedSecretCreationParameters
        {
            ExportPolicy = KeyExportPolicies.AllowPlaintextExport,
        });
        return agreed is null
            ? null
            : Expand(
                KemSuite, Extract(KemSuite, [], "eae_prk"u8, agreed.Export(SharedSecretBlobFormat.RawSharedSecret)),
                "shared_secret"u8, [.. enc, .. recipient], HashBytes);
    }

    /// <summary>KeySchedule of section 5.1 in base mode: the key and the nonce of the first message.</summary>
    private static (byte[] Key, byte[] Nonce) Schedule(byte[] shared, ReadOnlySpan<byte> info, Aead aead)
    {
        byte[] suite = [.. "HPKE"u8, Kem >> 8, Kem & 0xff, Kdf >> 8, Kdf & 0xff, 0, (byte)aead];
        byte[] context =
        [
            0, .. Extract(suite, [], "psk_id_hash"u8, []), .. Extract(suite, [], "info_hash"u8, info),
        ];
        var secret = Extract(suite, shared, "secret"u8, []);
        var keyBytes = aead == Aead.Aes256Gcm ? Cipher.KeyBytes : Cipher.KeyBytes / 2;
        return (Expand(suite, secret, "key"u8, context, keyBytes),
            Expand(suite, secret, "base_nonce"u8, context, NonceBytes));
    }

    private static byte[] Extract(
        ReadOnlySpan<byte> suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ikm)
    {
        var prk = new byte[HashBytes];
        HKDF.Extract(HashAlgorithmName.SHA256, [.. "HPKE-v1"u8, .. suite, .. label, .. ikm], salt, prk);
        return prk;
    }

    private static byte[] Expand(
        ReadOnlySpan<byte> suite, ReadOnlySpan<byte> prk, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int length)
    {
        var okm = new byte[length];
        HKDF.Expand(
            HashAlgorithmName.SHA256, prk, okm, [0, (byte)length, .. "HPKE-v1"u8, .. suite, .. label, .. info]);
        return okm;
    }
}
