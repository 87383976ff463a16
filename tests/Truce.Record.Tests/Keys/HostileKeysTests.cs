using System.Security.Cryptography;
using System.Text;

namespace Truce.Record.Tests;

/// <summary>Files and acts on keys, damaged as bytes and as canonical JSON. Nothing throws; one form each.</summary>
public sealed class HostileKeysTests
{
    private const int Inputs = 24_000;

    private static readonly Founded Log = new();
    private static readonly DeviceSigner Device = Some.Device("device", DeviceKeyKind.P256);

    private static readonly DeviceSigner Root = Founded.Root("g0");
    private static readonly Roster Begun = Log.Roster;

    private static readonly string[] Texts =
    [
        "", "a", "g0", "operator", "A", "é", "ed25519:", "p256:", "p256:AAAA", "x25519:", "+", "\n", "root", "enroller",
        new string('a', 65), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "AAAA", "— x AAAAAAA=", "\0", "1",
    ];

    private static readonly byte[][] Seeds = [.. Documents()];

    [Fact]
    public void Damaged_files_of_keys_are_refused_as_values()
    {
        const int seed = 1949;
        var random = new Random(seed);
        var read = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var document = Seeds[random.Next(Seeds.Length)];
            var input = random.Next(3) == 0 ? DamageBytes(document, random) : DamageJson(document, random);
            try
            {
                read += ReadAsEverything(input);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, input {i}: {e}\n{Convert.ToBase64String(input)}");
            }
        }

        // Damage that nothing survives would test the first check alone.
        Assert.True(read > Inputs / 100, $"{read} read");
    }

    [Fact]
    public void A_private_key_s_file_has_one_form_and_a_damaged_one_is_none()
    {
        foreach (var kind in Enum.GetValues<PrivateKeyKind>())
        {
            var bytes = PrivateKeyFile.From(kind, Digest.Of("secret"u8).ToArray()).Required().ToBytes();
            Assert.Equal(bytes, PrivateKeyFile.Parse(bytes).Required().ToBytes());
            for (var i = 0; i < bytes.Length; i++)
            {
                byte[] flipped = [.. bytes];
                flipped[i] ^= 1;
                Assert.False(PrivateKeyFile.Parse(flipped).IsValid, $"{kind}, byte {i}");
                Assert.False(PrivateKeyFile.Parse(bytes.AsSpan(0, i)).IsValid);
            }

            Assert.False(PrivateKeyFile.Parse([.. bytes, (byte)'\n']).IsValid);
        }

        Assert.False(PrivateKeyFile.From(PrivateKeyKind.P256, new byte[32]).IsValid);
        Assert.False(PrivateKeyFile.From(PrivateKeyKind.X25519, new byte[31]).IsValid);
        var reading = PrivateKeyFile.From(PrivateKeyKind.X25519, new byte[32]).Required();
        Assert.Equal("a reading key signs nothing", reading.ToSigner().Error);
        Assert.False(reading.ToSigningKey("a", KeyUse.Note).IsValid);
    }

    /// <summary>What is read at all is written back as the same bytes. Gives how many forms read it.</summary>
    private static int ReadAsEverything(byte[] input)
    {
        var read = 0;
        void Same(byte[]? written)
        {
            if (written is not null)
            {
                Assert.Equal(input, written);
                read++;
            }
        }

        Same(Genesis.Parse(input).Value?.ToBytes());
        Same(GuardianSignature.Parse(input).Value?.ToBytes());
        Same(SignedStatement.Parse(input).Value?.ToBytes());
        Same(Possession.Parse(input).Value?.ToBytes());
        Same(PrivateKeyFile.Parse(input).Value?.ToBytes());
        _ = SignedStatement.Parse(input).Value?.Verify();
        _ = Founding.Open(input);
        _ = DeviceKey.Parse(Encoding.Latin1.GetString(input));
        if (input is not [(byte)'{', ..])
        {
            using var signer = DeviceSigner.FromPkcs8(input).Value;
        }

        if (input.AsSpan().StartsWith("{\"g0\""u8) && input.Length < Leaf.SignatureBytesMax)
        {
            var leaf = new Leaf(Log.Leaf.Statement, input, Log.Leaf.Outcome);
            Assert.Equal(input.AsSpan().SequenceEqual(Log.Leaf.Signature.Span), Founding.Open(leaf.ToBytes()).IsValid);
        }

        if (CanonicalJson.ParseCanonical(input) is { IsValid: true, Value: var json })
        {
            foreach (var type in new[] { "admit", "witnesses", "enrol", "revoke", "vouch", "new-root", "genesis", "x" })
            {
                if (KeyAct.Read(type, json) is { IsValid: true, Value: var act })
                {
                    Same(CanonicalJson.Write(act.ToJson()));
                }

                _ = Begun.Apply(7, Log.State(Root, type, json));
            }
        }

        return read;
    }

    private static byte[] DamageBytes(byte[] document, Random random)
    {
        var bytes = document.ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            var length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(4))
            {
                case 0 when length > 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, Some.Bytes(Texts[random.Next(Texts.Length)]));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Changes one value or one name anywhere, and writes what results in its canonical form.</summary>
    private static byte[] DamageJson(byte[] document, Random random)
    {
        var isLine = document is [.., (byte)'\n'];
        var json = CanonicalJson.Parse(document).Value;
        if (json is null)
        {
            return DamageBytes(document, random);
        }

        var bytes = CanonicalJson.Write(Damaged(json, random));
        return isLine ? [.. bytes, (byte)'\n'] : bytes;
    }

    private static JsonValue Damaged(JsonValue value, Random random)
    {
        switch (value)
        {
            case JsonValue.Members { All: { Count: > 0 } all } when random.Next(6) > 0:
                var at = random.Next(all.Count);
                var (name, inner) = all[at];
                var kept = all.Where((_, i) => i != at);
                return new JsonValue.Members(random.Next(12) switch
                {
                    0 => [.. kept],
                    1 when !all.Any(m => m.Key == "x") => [.. kept, new("x", inner)],
                    _ => [.. kept, new(name, Damaged(inner, random))],
                });
            case JsonValue.Items { All: { Count: > 0 } items } when random.Next(6) > 0:
                var place = random.Next(items.Count);
                return new JsonValue.Items(random.Next(6) switch
                {
                    0 => [.. items.Where((_, i) => i != place)],
                    1 => [.. items, items[place]],
                    2 => [.. items.Reverse()],
                    _ => [.. items.Select((v, i) => i == place ? Damaged(v, random) : v)],
                });
            case JsonValue.Text { Value: { Length: > 1 } text } when random.Next(3) == 0:
                var cut = random.Next(text.Length);
                return new JsonValue.Text(text[..cut] + (char)('!' + random.Next(90)) + text[(cut + 1)..]);
            default:
                return random.Next(8) switch
                {
                    0 => new JsonValue.Nothing(),
                    1 => new JsonValue.Truth(random.Next(2) == 0),
                    2 => new JsonValue.Number(random.NextInt64(-CanonicalJson.NumberMax, CanonicalJson.NumberMax)),
                    3 => new JsonValue.Number(random.Next(-1, 4)),
                    4 => new JsonValue.Items([]),
                    5 => new JsonValue.Members([]),
                    _ => new JsonValue.Text(Texts[random.Next(Texts.Length)]),
                };
        }
    }

    private static IEnumerable<byte[]> Documents()
    {
        KeyAct[] acts =
        [
            Log.Approved(new KeyAct.Admit("ngo", Device.Key, null, Founded.Reading), "g0", "g1"),
            Log.Approved(new KeyAct.Admit("ngo", null, "plain"), "g0", "g1"),
            Log.Approved(
                new KeyAct.Witnesses(1, [Founded.Witness("w5", "g2")], [Founded.Witness("m0", "g0")]), "g0", "g2"),
            Log.Enrolment("g0", Device, "desk", "sector/north"),
            new KeyAct.Revoke(Device.Key, 3),
            new KeyAct.Vouch(Merkle.EmptyRoot),
        ];
        foreach (var act in acts)
        {
            yield return CanonicalJson.Write(act.ToJson());
        }

        var statement = Log.State(Device, acts[4]);
        using var p256 = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Digest.Of("secret"u8).ToArray(),
        });
        yield return Log.Genesis.ToBytes();
        yield return Log.Leaf.ToBytes();
        yield return Log.Leaf.Signature.ToArray();
        yield return Log.Sign("g1").ToBytes();
        yield return SignedStatement.Sign(statement, Device).ToBytes();
        yield return Possession.Prove(Device, "g0", Log.Genesis.Origin, Log.Hash).ToBytes();
        yield return PrivateKeyFile.From(PrivateKeyKind.P256, Digest.Of("secret"u8).ToArray()).Required().ToBytes();
        yield return p256.ExportPkcs8PrivateKey();
        yield return Some.Bytes(Device.Key.ToString());
    }
}
