using System.Security.Cryptography;

namespace Truce.Record;

/// <summary>
/// AES-256-GCM under a key that is used once, hence with a nonce of zeros. The commitment is authenticated with it: a
/// ciphertext cannot be passed off as that of another body.
/// </summary>
public static class Cipher
{
    /// <summary>The length of a key.</summary>
    public const int KeyBytes = 32;

    /// <summary>How much longer a ciphertext is than what it hides.</summary>
    public const int TagBytes = 16;

    private const int NonceBytes = 12;

    private static readonly byte[] Domain = Utf8.Bytes("truce/seal/v1\0");

    /// <summary>The ciphertext and its tag. The key is random and never used again.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> plaintext, Digest commit, ReadOnlySpan<byte> key)
    {
        using var aes = new AesGcm(key, TagBytes);
        var sealedBytes = new byte[plaintext.Length + TagBytes];
        aes.Encrypt(
            stackalloc byte[NonceBytes], plaintext, sealedBytes.AsSpan(0, plaintext.Length),
            sealedBytes.AsSpan(plaintext.Length), [.. Domain, .. commit.ToArray()]);
        return sealedBytes;
    }

    /// <summary>What a ciphertext hides; null where it is not this key's, or not of this commitment.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> ciphertext, Digest commit, ReadOnlySpan<byte> key)
    {
        if (ciphertext.Length < TagBytes || key.Length != KeyBytes)
        {
            return null;
        }

        using var aes = new AesGcm(key, TagBytes);
        var plaintext = new byte[ciphertext.Length - TagBytes];
        try
        {
            aes.Decrypt(
                stackalloc byte[NonceBytes], ciphertext[..^TagBytes], ciphertext[^TagBytes..], plaintext,
                [.. Domain, .. commit.ToArray()]);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
