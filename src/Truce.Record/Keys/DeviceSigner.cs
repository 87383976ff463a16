using System.Security.Cryptography;
using NSec.Cryptography;

namespace Truce.Record;

/// <summary>The private half of a device's or a root's key. Its bytes come in as a value and never leave.</summary>
/// <remarks>An Ed25519 signature is the same each time; one of P-256 holds a number that the platform draws.</remarks>
public sealed class DeviceSigner : IDisposable
{
    private readonly Key? _edwards;
    private readonly ECDsa? _p256;

    private DeviceSigner(Key edwards)
    {
        _edwards = edwards;
        Key = DeviceKey.From(DeviceKeyKind.Ed25519, edwards.PublicKey.Export(KeyBlobFormat.RawPublicKey)).Required();
    }

    private DeviceSigner(ECDsa p256)
    {
        _p256 = p256;
        var point = p256.ExportParameters(includePrivateParameters: false).Q;
        Key = DeviceKey.From(DeviceKeyKind.P256, P256.Compress(point)).Required();
    }

    /// <summary>The public half.</summary>
    public DeviceKey Key { get; }

    /// <summary>The key of 32 secret bytes: the seed of Ed25519, or the private number of P-256, big-endian.</summary>
    public static Parsed<DeviceSigner> From(DeviceKeyKind kind, ReadOnlySpan<byte> secret)
    {
        if (secret.Length != SigningKey.SeedBytes)
        {
            return new Unreadable($"a private key has {SigningKey.SeedBytes} bytes");
        }

        if (kind == DeviceKeyKind.Ed25519)
        {
            return new DeviceSigner(NSec.Cryptography.Key.Import(
                SignatureAlgorithm.Ed25519, secret, KeyBlobFormat.RawPrivateKey));
        }

        try
        {
            return new DeviceSigner(ECDsa.Create(
                new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret.ToArray() }));
        }
        catch (CryptographicException)
        {
            return new Unreadable("the bytes are no private number of P-256: it lies above zero and below the order");
        }
    }

    /// <summary>The key of a PKCS #8 file's bytes (DER), of either kind.</summary>
    public static Parsed<DeviceSigner> FromPkcs8(ReadOnlySpan<byte> der)
    {
        if (NSec.Cryptography.Key.TryImport(
            SignatureAlgorithm.Ed25519, der, KeyBlobFormat.PkixPrivateKey, out var edwards))
        {
            return new DeviceSigner(edwards!);
        }

        try
        {
            using var read = ECDsa.Create();
            read.ImportPkcs8PrivateKey(der, out var length);
            var parts = read.ExportParameters(includePrivateParameters: true);
            if (length == der.Length && parts.Curve is { IsNamed: true, Oid.Value: P256.Oid }
                && From(DeviceKeyKind.P256, parts.D) is { IsValid: true, Value: var p256 })
            {
                // The file holds the public half too: it must be that of the private one.
                if (p256.Key.PublicBytes.AsSpan().SequenceEqual(P256.Compress(parts.Q)))
                {
                    return p256;
                }

                p256.Dispose();
            }
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            // Told below with the other forms that are not read; a curve that the platform lacks is one of them.
        }

        return new Unreadable("the bytes are no PKCS #8 private key of Ed25519 or P-256");
    }

    /// <summary>The 64 bytes of the signature over a message.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => _edwards is not null
        ? SignatureAlgorithm.Ed25519.Sign(_edwards, message)
        : _p256!.SignData(
            message.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>Forgets the private half.</summary>
    public void Dispose()
    {
        _edwards?.Dispose();
        _p256?.Dispose();
    }
}
