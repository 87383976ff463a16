using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace Truce.Record;

/// <summary>
/// RFC 9180 in base mode and for one message: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. The libraries at
/// hand have its parts and not the whole; AES-128-GCM is there for the RFC's own vectors.
/// </summary>
internal static partial class Hpke
{
    public const int EncBytes = 32;
    public const int TagBytes = 16;

    private const ushort Kem = 0x0020;
    private const ushort Kdf = 0x0001;
    private const int HashBytes = 32;
    private const int NonceBytes = 12;

    private static readonly byte[] KemSuite = [.. "KEM"u8, Kem >> 8, Kem & 0xff];

    // in base mode nobody has a secret beforehand: the hash of its name is that of nothing
    private static readonly byte[] NoSecret128 = Extract(Suite(Aead.Aes128Gcm), [], "psk_id_hash"u8, []);
    private static readonly byte[] NoSecret256 = Extract(Suite(Aead.Aes256Gcm), [], "psk_id_hash"u8, []);

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
        // The ephemeral key lives for this call alone, beside the key that it wraps. In the library's guarded memory it
        // and what is agreed would each be mapped, protected and unmapped, which took as long as the agreement.
        var ephemeral = DeriveKey(seed);
        var (own, enc, agreed) = (Raw(recipient), new byte[EncBytes], new byte[EncBytes]);
        if (crypto_scalarmult_curve25519_base(ref enc[0], ref ephemeral[0]) != 0
            || crypto_scalarmult_curve25519(ref agreed[0], ref ephemeral[0], ref own[0]) != 0)
        {
            return null;
        }

        var shared = Shared(agreed, enc, own);
        CryptographicOperations.ZeroMemory(ephemeral);
        CryptographicOperations.ZeroMemory(agreed);
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
            || Agreed(recipient, sender!, message[..EncBytes]) is not { } shared)
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

    /// <summary>What the recipient's key and the sender's point agree on; null where they meet in zero.</summary>
    private static byte[]? Agreed(Key own, PublicKey other, ReadOnlySpan<byte> enc)
    {
        using var agreed = KeyAgreementAlgorithm.X25519.Agree(own, other, new SharedSecretCreationParameters
        {
            ExportPolicy = KeyExportPolicies.AllowPlaintextExport,
        });
        return agreed is null ? null
            : Shared(agreed.Export(SharedSecretBlobFormat.RawSharedSecret), enc, Raw(own.PublicKey));
    }

    /// <summary>ExtractAndExpand of section 4.1.</summary>
    private static byte[] Shared(ReadOnlySpan<byte> agreed, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> recipient) =>
        Expand(KemSuite, Extract(KemSuite, [], "eae_prk"u8, agreed), "shared_secret"u8, [.. enc, .. recipient],
            HashBytes);

    private static byte[] Suite(Aead aead) => [.. "HPKE"u8, Kem >> 8, Kem & 0xff, Kdf >> 8, Kdf & 0xff, 0, (byte)aead];

    /// <summary>KeySchedule of section 5.1 in base mode: the key and the nonce of the first message.</summary>
    private static (byte[] Key, byte[] Nonce) Schedule(byte[] shared, ReadOnlySpan<byte> info, Aead aead)
    {
        var suite = Suite(aead);
        byte[] context =
        [
            0, .. aead == Aead.Aes256Gcm ? NoSecret256 : NoSecret128, .. Extract(suite, [], "info_hash"u8, info),
        ];
        var secret = Extract(suite, shared, "secret"u8, []);
        var keyBytes = aead == Aead.Aes256Gcm ? Cipher.KeyBytes : Cipher.KeyBytes / 2;
        return (Expand(suite, secret, "key"u8, context, keyBytes),
            Expand(suite, secret, "base_nonce"u8, context, NonceBytes));
    }

    private static byte[] Extract(
        ReadOnlySpan<byte> suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ikm) =>
        HMACSHA256.HashData(salt, [.. "HPKE-v1"u8, .. suite, .. label, .. ikm]);

    /// <summary>HKDF-Expand of at most one block, which is all that is needed here.</summary>
    private static byte[] Expand(
        ReadOnlySpan<byte> suite, ReadOnlySpan<byte> prk, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, HashBytes);
        var block = HMACSHA256.HashData(
            prk, [0, (byte)length, .. "HPKE-v1"u8, .. suite, .. label, .. info, 1]);
        return length == HashBytes ? block : block[..length];
    }

    [LibraryImport("libsodium")]
    private static partial int crypto_scalarmult_curve25519(ref byte q, ref byte n, ref byte p);

    [LibraryImport("libsodium")]
    private static partial int crypto_scalarmult_curve25519_base(ref byte q, ref byte n);
}
