using System.Text;

namespace Truce.Record.Tests;

/// <summary>statement.json: canonical form, envelopes and signatures.</summary>
internal static class StatementVectors
{
    private static readonly Digest Genesis = Merkle.Leaf("genesis"u8);
    private static readonly DeviceSigner Device = Some.Device("device.example");
    private static readonly string Hash = Digest.Of("before"u8).ToString();

    /// <summary>Written by hand: members in the order of their names, no space.</summary>
    private static readonly string Adding =
        $$"""{"act":{"code":7},"genesis":"{{Genesis}}","id":"01932c07-209a-7c3d-8000-0123456789ab","""
        + $$""" "key":"{{Device.Key}}","occurred_at":1768000000000,"origin":"{{Some.Origin}}","""
        + """ "prev":null,"seen":41,"type":"report","v":1}""";

    private static string Body => $"{{\"ciphertext_hash\":null,\"commit\":\"{Hash}\"}}";

    private static string Clean => Adding.Replace(", \"", ",\"", StringComparison.Ordinal);

    private static string Deciding => Clean
        .Replace("\"genesis\"", "\"expects\":[{\"decision\":\"" + Hash + "\",\"subject\":\"incident/7\"},"
            + "{\"decision\":null,\"subject\":\"movement/2\"}],\"for\":\"anonymous\",\"genesis\"",
            StringComparison.Ordinal)
        .Replace("\"prev\":null", $"\"prev\":\"{Hash}\"", StringComparison.Ordinal)
        .Replace("\"report\"", "\"incident.verify\"", StringComparison.Ordinal);

    public static object Content() => new
    {
        About = "Statements S of RECORD. `hash` is SHA-256(S) in hex. The seed of the device's key is public.",
        DeviceSeedHex = Digest.Of("device.example Ed25519"u8).ToHex(),
        DeviceKey = Device.Key.ToString(),
        GenesisHex = Genesis.ToHex(),
        Canonical = CanonicalCases(),
        Cases = StatementCases(),
        Signatures = SignatureCases(),
    };

    private static IEnumerable<object> CanonicalCases()
    {
        (string Json, string? Canonical)[] all =
        [
            ("{}", "{}"),
            (" [ 1 , -2 , 0 ]\n", "[1,-2,0]"),
            ("""{"b":1,"a":[true,false,null]}""", """{"a":[true,false,null],"b":1}"""),
            ("9007199254740991", "9007199254740991"),
            ("-9007199254740991", "-9007199254740991"),
            (@"""\u20ac$\u000F\nA'\u0042\u0022\u005c\\\""\/""", "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\""),
            (@"""\ud83d\ude00\u007f""", "\"😀\u007f\""),
            ("{\"\\ufb33\":3,\"\\ud83d\\ude00\":5,\"\\u20ac\":1,\"1\":4,\"\\r\":2}",
                "{\"\\r\":2,\"1\":4,\"€\":1,\"😀\":5,\"\ufb33\":3}"),
            (new string('[', 33) + new string(']', 33), new string('[', 33) + new string(']', 33)),
        ];
        (string Json, string Why)[] refused =
        [
            ("9007199254740992", "integers lie within ±(2^53−1)"),
            ("-9007199254740992", "integers lie within ±(2^53−1)"),
            ("-0", "no minus zero"),
            ("1.0", "no fractions, even of zero"),
            ("0.5", "no fractions"),
            ("1e2", "no exponents"),
            ("01", "no leading zeros"),
            ("""{"a":1,"a":2}""", "each name once"),
            (@"{""a"":1,""\u0061"":2}", "each name once, however it is written"),
            (@"""\ud800""", "no lone surrogates"),
            (@"""\ude00\ud83d""", "no lone surrogates"),
            ("\"\t\"", "control characters are escaped"),
            (@"""\x""", "no other escapes"),
            ("[1,]", "no comma at the end"),
            ("1 2", "one document"),
            ("", "a document"),
            ("\ufeff1", "no byte order mark"),
            (new string('[', 34) + new string(']', 34), "nested deeper than 32"),
        ];
        return all.Select(c => (object)new { Valid = true, c.Json, c.Canonical })
            .Concat(refused.Select(c => new { Valid = false, c.Why, c.Json }));
    }

    private static IEnumerable<object> StatementCases()
    {
        yield return Read("adding", Clean);
        yield return Read("deciding, on behalf of somebody", Deciding);
        yield return Read("any value as act", Altered(Clean, "{\"code\":7}", "null"));
        yield return Read("with bodies", Altered(Clean, "\"genesis\"", $"\"attached\":[{Body}],\"genesis\""));
        yield return Read("of 32,000 bytes", Padded(Leaf.StatementBytesMax));
        (string Name, string From, string To, string Why)[] refused =
        [
            ("a space", "{\"code\":7}", "{\"code\": 7}", "canonical form"),
            ("members in another order", "\"seen\":41,\"type\":\"report\"", "\"type\":\"report\",\"seen\":41",
                "canonical form"),
            ("a needless escape", "\"report\"", "\"repor\\u0074\"", "canonical form"),
            ("another version", "\"v\":1", "\"v\":2", "`v` is 1"),
            ("the version as text", "\"v\":1", "\"v\":\"1\"", "`v` is a number"),
            ("an unknown member", "\"v\":1", "\"v\":1,\"x\":1", "no other members"),
            ("no size", "\"seen\":41,", "", "`seen` must stand"),
            ("a negative size", "\"seen\":41", "\"seen\":-1", "`seen` is not negative"),
            ("no previous", "\"prev\":null,", "", "`prev` must stand, null for the first"),
            ("a hash in hex", "\"prev\":null", $"\"prev\":\"{Digest.Of("x"u8).ToHex()}\"", "hashes are base64"),
            ("UUIDv4", "-7c3d-", "-4c3d-", "version 7"),
            ("another variant", "-8000-", "-c000-", "the variant of RFC 9562"),
            ("capitals in the UUID", "209a", "209A", "lower case"),
            ("another kind of key", "ed25519:", "ed448:", "`ed25519:` or `p256:`"),
            ("ML-DSA", "ed25519:", "mldsa44:", "reserved"),
            ("a fraction of a millisecond", "1768000000000", "1768000000000.5", "no fractions"),
            ("an empty type", "\"report\"", "\"\"", "1 to 255 characters"),
            ("a type of 256 characters", "\"report\"", $"\"{new string('t', 256)}\"", "1 to 255 characters"),
            ("an audience", "\"genesis\"", "\"audience\":[\"north\"],\"genesis\"", "a clear one is for everybody"),
            ("no bodies", "\"genesis\"", "\"attached\":[],\"genesis\"", "absent, or not empty"),
            ("a body twice", "\"genesis\"", $"\"attached\":[{Body},{Body}],\"genesis\"", "each body once"),
            ("a body without its commit", "\"genesis\"", "\"attached\":[{\"ciphertext_hash\":null}],\"genesis\"",
                "both members stand"),
            ("empty expectations", "\"genesis\"", "\"expects\":[],\"genesis\"", "absent, or not empty"),
        ];
        foreach (var (name, from, to, why) in refused)
        {
            yield return new { Name = name, Valid = false, Why = why, Statement = Altered(Clean, from, to) };
        }

        yield return Refused("a subject twice", Altered(Deciding, "movement/2", "incident/7"), "each subject once");
        yield return Refused(
            "an expectation without a decision", Altered(Deciding, "\"decision\":null,", ""),
            "null where none was seen");
        yield return Refused("of 32,001 bytes", Padded(Leaf.StatementBytesMax + 1), "at most 32,000 bytes");
        yield return Refused("a byte order mark", "\ufeff" + Clean, "none stands before JSON");
        yield return new
        {
            Name = "bytes that are not UTF-8",
            Valid = false,
            Why = "UTF-8",
            StatementHex = VectorFile.Hex([.. Encoding.UTF8.GetBytes(Clean[..^1]), 0xff, (byte)'}']),
        };
    }

    private static object Read(string name, string s) =>
        new { Name = name, Valid = true, Statement = s, Hash = Digest.Of(Some.Bytes(s)).ToHex() };

    private static object Refused(string name, string s, string why) =>
        new { Name = name, Valid = false, Why = why, Statement = s };

    private static IEnumerable<object> SignatureCases()
    {
        var s = Some.Bytes(Clean);
        var signature = Statement.Sign(Device, Genesis, s);
        var flipped = signature.ToArray();
        flipped[63] ^= 0x10;
        var message = Statement.Message(Genesis, s);
        yield return Case("a signature", null, Device, Genesis, Clean, signature, VectorFile.Hex(message));
        yield return Case("of another log", "the genesis is signed", Device, Merkle.Leaf("other"u8), Clean, signature);
        yield return Case("of another statement", "the bytes are signed", Device, Genesis, Deciding, signature);
        yield return Case("of another device", "its key", Some.Device("other.example"), Genesis, Clean, signature);
        yield return Case("a flipped bit", "every bit counts", Device, Genesis, Clean, flipped);
        yield return Case("a byte less", "64 bytes", Device, Genesis, Clean, signature[..63]);
        yield return Case(
            "over the statement alone", "the domain and the genesis are signed", Device, Genesis, Clean,
            Device.Sign(s));
    }

    private static object Case(
        string name, string? why, DeviceSigner device, Digest genesis, string s, byte[] signature,
        string? message = null) =>
        new
        {
            Name = name,
            Valid = why is null,
            Why = why,
            Key = device.Key.ToString(),
            Genesis = genesis.ToHex(),
            Statement = s,
            MessageHex = message,
            SignatureHex = VectorFile.Hex(signature),
        };

    private static string Padded(int length) =>
        Altered(Clean, "{\"code\":7}", $"\"{new string('x', length - Clean.Length + 8)}\"");

    private static string Altered(string s, string from, string to)
    {
        Assert.Contains(from, s, StringComparison.Ordinal);
        return s.Replace(from, to, StringComparison.Ordinal);
    }
}
