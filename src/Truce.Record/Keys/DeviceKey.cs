using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace Truce.Record;

/// <summary>How a device signs.</summary>
public enum DeviceKeyKind
{
    /// <summary>Ed25519, 32 bytes, written after `ed25519:`.</summary>
    Ed25519,

    /// <summary>ECDSA on P-256 with SHA-256, a compressed point of 33 bytes, written after `p256:`.</summary>
    P256,
}

/// <summary>
/// The public key of a device or of an organisation's root: `ed25519:` and base64 of 32 bytes, or `p256:` and base64
/// of 33, where a browser lacks Ed25519. One key has one text, and keys are equal where their texts are.
/// </summary>
/// <remarks>
/// ECDSA is malleable: with (r, s) also (r, n−s) holds. Nothing here is identified by a signature, so both are taken,
/// as browsers make both.
/// </remarks>
public sealed record DeviceKey
{
    /// <summary>The length of a signature of either kind; of P-256 it is r ‖ s.</summary>
    public const int SignatureBytes = 64;

    private const string Ed25519Prefix = "ed25519:";
    private const string P256Prefix = "p256:";
    private const string MlDsaPrefix = "mldsa44:";

    private readonly string _text;
    private readonly PublicKey? _edwards;
    private readonly ECPoint _point;

    private DeviceKey(PublicKey key)
    {
        (Kind, _edwards) = (DeviceKeyKind.Ed25519, key);
        _text = Ed25519Prefix + Convert.ToBase64String(PublicBytes);
    }

    private DeviceKey(ECPoint point)
    {
        (Kind, _point) = (DeviceKeyKind.P256, point);
        _text = P256Prefix + Convert.ToBase64String(PublicBytes);
    }

    /// <summary>How it signs.</summary>
    public DeviceKeyKind Kind { get; }

    /// <summary>32 bytes of Ed25519, or the compressed point of P-256.</summary>
    public byte[] PublicBytes => _edwards is null ? P256.Compress(_point) : _edwards.Export(KeyBlobFormat.RawPublicKey);

    /// <summary>A key of its bytes; an error where they cannot be one's.</summary>
    public static Parsed<DeviceKey> From(DeviceKeyKind kind, ReadOnlySpan<byte> bytes)
    {
        if (kind == DeviceKeyKind.P256)
        {
            return P256.Decompress(bytes) is { } point
                ? new DeviceKey(point)
                : new Unreadable("the key is not a compressed point on P-256, 33 bytes");
        }

        return bytes.Length == VerifierKey.PublicKeyBytes
            && PublicKey.TryImport(SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out var key)
            ? new DeviceKey(key!)
            : new Unreadable("the key is not an Ed25519 key of 32 bytes");
    }

    /// <summary>Reads `ed25519:` or `p256:` and base64. `mldsa44:` is reserved, and refused with that reason.</summary>
    public static Parsed<DeviceKey> Parse(string text)
    {
        if (text.StartsWith(MlDsaPrefix, StringComparison.Ordinal))
        {
            return new Unreadable("`mldsa44:` is reserved for keys that this version cannot check: use `ed25519:`");
        }

        DeviceKeyKind? kind = text.StartsWith(Ed25519Prefix, StringComparison.Ordinal) ? DeviceKeyKind.Ed25519
            : text.StartsWith(P256Prefix, StringComparison.Ordinal) ? DeviceKeyKind.P256
            : null;
        return kind is { } known && Base64.Decode(text.AsSpan(text.IndexOf(':') + 1)) is { } bytes
            ? From(known, bytes)
            : new Unreadable("a device's key is `ed25519:` or `p256:` and its bytes in base64");
    }

    /// <summary>Whether bytes are this key's signature over a message. Nothing else checks one of a device.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes)
        {
            return false;
        }

        if (_edwards is not null)
        {
            return SignatureAlgorithm.Ed25519.Verify(_edwards, message, signature);
        }

        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = _point });
        return key.VerifyData(
            message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <inheritdoc/>
    public bool Equals(DeviceKey? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The key's only text.</summary>
    public override string ToString() => _text;
}

/// <summary>Points of P-256 in their compressed form (SEC 1, section 2.3), which the platform does not read.</summary>
internal static class P256
{
    /// <summary>The curve's object identifier.</summary>
    public const string Oid = "1.2.840.10045.3.1.7";

    /// <summary>The length of a coordinate, and of a private number.</summary>
    public const int CoordinateBytes = 32;

    private static readonly BigInteger Prime = Hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger B = Hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    /// <summary>2 or 3 by the parity of y, and x.</summary>
    public static byte[] Compress(ECPoint point) => [(byte)(2 | (point.Y![^1] & 1)), .. point.X!];

    /// <summary>The point; null where the bytes are no point of the curve in this form.</summary>
    public static ECPoint? Decompress(ReadOnlySpan<byte> bytes)
    {
        if (bytes is not [2 or 3, .. { Length: CoordinateBytes } xBytes])
        {
            return null;
        }

        var x = new BigInteger(xBytes, isUnsigned: true, isBigEndian: true);
        if (x >= Prime)
        {
            return null;
        }

        // y² = x³ − 3x + b; the prime is 3 modulo 4, so that a root is a power.
        var square = (((((x * x) - 3) * x) + B) % Prime + Prime) % Prime;
        var y = BigInteger.ModPow(square, (Prime + 1) / 4, Prime);
        if (y * y % Prime != square)
        {
            return null;
        }

        if (!y.IsZero && (int)(y & 1) != (bytes[0] & 1))
        {
            y = Prime - y;
        }

        return new ECPoint { X = xBytes.ToArray(), Y = Coordinate(y) };
    }

    private static byte[] Coordinate(BigInteger number)
    {
        var bytes = new byte[CoordinateBytes];
        var used = number.GetByteCount(isUnsigned: true);
        number.TryWriteBytes(bytes.AsSpan(CoordinateBytes - used), out _, isUnsigned: true, isBigEndian: true);
        return bytes;
    }

    private static BigInteger Hex(string digits) =>
        BigInteger.Parse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
