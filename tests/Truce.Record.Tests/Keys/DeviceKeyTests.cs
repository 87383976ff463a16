using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace Truce.Record.Tests;

public sealed class DeviceKeyTests
{
    private static readonly X9ECParameters Curve = CustomNamedCurves.GetByName("P-256");
    private static readonly ECDomainParameters Domain = new(Curve);

    [Theory]
    [InlineData(DeviceKeyKind.Ed25519, "ed25519:")]
    [InlineData(DeviceKeyKind.P256, "p256:")]
    public void A_key_is_read_as_it_was_written_and_signs_for_itself_alone(DeviceKeyKind kind, string prefix)
    {
        using var device = Some.Device("device.example", kind);
        using var other = Some.Device("other.example", kind);
        var signature = device.Sign("message"u8);

        Assert.StartsWith(prefix, device.Key.ToString(), StringComparison.Ordinal);
        Assert.Equal(device.Key, DeviceKey.Parse(device.Key.ToString()).Required());
        Assert.Equal(device.Key, DeviceKey.From(kind, device.Key.PublicBytes).Required());
        Assert.NotEqual(device.Key, other.Key);
        Assert.True(device.Key.Verify("message"u8, signature));
        Assert.False(device.Key.Verify("another"u8, signature));
        Assert.False(other.Key.Verify("message"u8, signature));
        Assert.False(device.Key.Verify("message"u8, signature.AsSpan(1)));
        Assert.False(device.Key.Verify("message"u8, [.. signature, 0]));
        Assert.False(device.Key.Verify("message"u8, new byte[64]));
        signature[40] ^= 1;
        Assert.False(device.Key.Verify("message"u8, signature));
    }

    [Theory]
    [InlineData("", "a device's key is")]
    [InlineData("ed448:AAAA", "a device's key is")]
    [InlineData("mldsa44:AAAA", "reserved")]
    [InlineData("ed25519:AAAA", "32 bytes")]
    [InlineData("ed25519:AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "32 bytes")]
    [InlineData("p256:AAAA", "compressed point")]
    [InlineData("p256: AAAA", "a device's key is")]
    [InlineData("P256:AAAA", "a device's key is")]
    public void What_is_no_key_is_refused_with_its_reason(string text, string reason) =>
        Assert.Contains(reason, DeviceKey.Parse(text).Error, StringComparison.Ordinal);

    /// <summary>
    /// What docs/record-format.md says of signatures that nobody makes by accident, on the edge cases of C2SP's CCTV:
    /// one encoding of a point, no point of small order, and the equation without cofactor.
    /// </summary>
    [Fact]
    public void Ed25519_takes_of_the_edge_cases_of_CCTV_those_that_the_page_allows_and_no_other()
    {
        string[] refused = ["low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R", "low_order_residue"];
        var (taken, all) = (0, 0);
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Keys", "cctv-ed25519.txt"))
            .Where(l => !l.StartsWith('#')))
        {
            var (parts, flags) = (line.Split(' '), line.Split(' ')[3].Split(','));
            var (bytes, signature) = (Convert.FromHexString(parts[0]), Convert.FromHexString(parts[1]));
            var message = Some.Bytes(parts[2].Replace('_', ' '));
            var key = DeviceKey.From(DeviceKeyKind.Ed25519, bytes);
            var holds = key.IsValid && key.Value.Verify(message, signature);

            Assert.True(holds == !flags.Any(refused.Contains), line);
            taken += holds ? 1 : 0;
            all++;
        }

        Assert.Equal((43, 166), (taken, all));
    }

    [Fact]
    public void Points_of_P256_are_read_exactly_where_another_library_reads_them()
    {
        const int seed = 256;
        var random = new Random(seed);
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = new byte[33];
            random.NextBytes(bytes);
            bytes[0] = (byte)random.Next(6);
            if (i % 4 == 0)
            {
                // Just below, at and above the prime: x must be smaller than it.
                bytes = [2, .. Unsigned(Curve.Curve.Field.Characteristic.Add(BigInteger.ValueOf((i / 4) - 250)))];
            }

            var key = DeviceKey.From(DeviceKeyKind.P256, bytes);
            Assert.True(key.IsValid == IsPoint(bytes), $"seed {seed}, point {i}: {Convert.ToHexString(bytes)}");
            Assert.True(!key.IsValid || key.Value.PublicBytes.AsSpan().SequenceEqual(bytes));
        }

        Assert.False(DeviceKey.From(DeviceKeyKind.P256, [4, .. Curve.G.GetEncoded()[1..]]).IsValid);
        Assert.False(DeviceKey.From(DeviceKeyKind.P256, [0]).IsValid);
        Assert.True(DeviceKey.From(DeviceKeyKind.P256, Curve.G.GetEncoded(compressed: true)).IsValid);
    }

    [Fact]
    public void Another_library_agrees_on_keys_and_signatures_of_both_kinds()
    {
        for (var i = 0; i < 50; i++)
        {
            byte[] message = [.. "message "u8, (byte)i];
            var secret = Digest.Of(message).ToArray();
            using var edwards = DeviceSigner.From(DeviceKeyKind.Ed25519, secret).Required();
            using var p256 = DeviceSigner.From(DeviceKeyKind.P256, secret).Required();
            var theirs = new Ed25519PrivateKeyParameters(secret);

            Assert.Equal(theirs.GeneratePublicKey().GetEncoded(), edwards.Key.PublicBytes);
            Assert.Equal(Signed(theirs, message), edwards.Sign(message));
            var number = new BigInteger(1, secret);
            var point = Curve.G.Multiply(number).Normalize();
            Assert.Equal(point.GetEncoded(compressed: true), p256.Key.PublicBytes);
            var signature = p256.Sign(message);
            var verifier = new ECDsaSigner();
            verifier.Init(forSigning: false, new ECPublicKeyParameters(point, Domain));
            Assert.True(verifier.VerifySignature(
                SHA256.HashData(message), new(1, signature, 0, 32), new(1, signature, 32, 32)));
            Assert.True(p256.Key.Verify(message, Deterministic.Sign(secret, message)));
        }
    }

    [Fact]
    public void A_signature_of_P256_holds_in_both_of_its_forms_and_with_nothing_out_of_range()
    {
        using var device = Some.Device("device.example", DeviceKeyKind.P256);
        var signature = device.Sign("message"u8);
        byte[] r = signature[..32], s = signature[32..];
        byte[] turned = [.. r, .. Unsigned(Domain.N.Subtract(new BigInteger(1, s)))];
        byte[] beyond = [.. r, .. Enumerable.Repeat((byte)0xff, 32)];

        Assert.True(device.Key.Verify("message"u8, turned));
        Assert.False(device.Key.Verify("message"u8, beyond));
        Assert.False(device.Key.Verify("message"u8, [.. r, .. new byte[32]]));
        Assert.False(device.Key.Verify("message"u8, [.. new byte[32], .. s]));
    }

    [Fact]
    public void Private_keys_are_read_from_PKCS8_and_nothing_else_is_one()
    {
        var secret = Digest.Of("secret"u8).ToArray();
        byte[] edwards = [.. Convert.FromHexString("302e020100300506032b657004220420"), .. secret];
        using var p256 = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret });
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.Equal(
            DeviceSigner.From(DeviceKeyKind.Ed25519, secret).Required().Key,
            DeviceSigner.FromPkcs8(edwards).Required().Key);
        Assert.Equal(
            DeviceSigner.From(DeviceKeyKind.P256, secret).Required().Key,
            DeviceSigner.FromPkcs8(p256.ExportPkcs8PrivateKey()).Required().Key);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        const int pointBytes = 65;
        var (one, two) = (p256.ExportPkcs8PrivateKey(), other.ExportPkcs8PrivateKey());
        byte[] mixed = [.. one[..^pointBytes], .. two[^pointBytes..]];
        Assert.False(DeviceSigner.FromPkcs8(mixed).IsValid);
        Assert.False(DeviceSigner.FromPkcs8(p384.ExportPkcs8PrivateKey()).IsValid);
        Assert.False(DeviceSigner.FromPkcs8([.. p256.ExportPkcs8PrivateKey(), 0]).IsValid);
        Assert.False(DeviceSigner.FromPkcs8(secret).IsValid);
        Assert.False(DeviceSigner.From(DeviceKeyKind.P256, new byte[32]).IsValid);
        Assert.False(DeviceSigner.From(DeviceKeyKind.P256, [.. Enumerable.Repeat((byte)0xff, 32)]).IsValid);
        Assert.False(DeviceSigner.From(DeviceKeyKind.Ed25519, new byte[31]).IsValid);
    }

    [Fact]
    public void A_statement_is_signed_with_P256_as_with_Ed25519()
    {
        using var device = Some.Device("device.example", DeviceKeyKind.P256);
        var statement = new Statement
        {
            Origin = Some.Origin,
            Genesis = Merkle.EmptyRoot,
            Id = "01932c07-209a-7c3d-8000-0123456789ab",
            Key = device.Key,
            Seen = 1,
            Type = "report",
            OccurredAt = 1,
            Act = new JsonValue.Nothing(),
        };
        var s = statement.ToBytes();

        var signature = Statement.Sign(device, Merkle.EmptyRoot, s);

        Assert.True(Statement.Verify(Statement.Parse(s).Required().Key, Merkle.EmptyRoot, s, signature));
        Assert.False(Statement.Verify(device.Key, Merkle.Leaf("other"u8), s, signature));
    }

    private static bool IsPoint(byte[] bytes)
    {
        try
        {
            return bytes[0] is 2 or 3 && Curve.Curve.DecodePoint(bytes).IsValid();
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static byte[] Signed(Ed25519PrivateKeyParameters key, byte[] message)
    {
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, key);
        signer.BlockUpdate(message, 0, message.Length);
        return signer.GenerateSignature();
    }

    private static byte[] Unsigned(BigInteger number) =>
        [.. new byte[32 - number.ToByteArrayUnsigned().Length], .. number.ToByteArrayUnsigned()];
}

/// <summary>ECDSA of P-256 without drawn numbers (RFC 6979), by another library: vectors stay the same.</summary>
internal static class Deterministic
{
    public static byte[] Sign(byte[] secret, byte[] message)
    {
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        var domain = new ECDomainParameters(CustomNamedCurves.GetByName("P-256"));
        signer.Init(forSigning: true, new ECPrivateKeyParameters(new BigInteger(1, secret), domain));
        var pair = signer.GenerateSignature(SHA256.HashData(message));
        return [.. pair.SelectMany(n => (byte[])
            [.. new byte[32 - n.ToByteArrayUnsigned().Length], .. n.ToByteArrayUnsigned()])];
    }
}
