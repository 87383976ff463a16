using System.Text;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;

namespace Truce.Record.Tests;

/// <summary>keys.json: keys of devices, leaf 0, and a history of acts on keys. P-256 signs as RFC 6979 says.</summary>
internal static class KeyVectors
{
    private static readonly string[] Founders = ["amber", "birch", "cedar", "dune"];
    private static readonly (string Name, DeviceKeyKind Kind)[] Devices =
        [("enroller", DeviceKeyKind.Ed25519), ("desk", DeviceKeyKind.P256), ("radio", DeviceKeyKind.Ed25519)];

    private static readonly Genesis Genesis = Genesis.Make(
        "an invented mission",
        Some.Log.Verifier,
        Some.Key("receipts.example", KeyUse.Note).Verifier,
        Founded.Reading,
        [.. Founders.Select(n => new Founder(n, Root(n).Key, n != "dune", n == "amber" ? Founded.Reading : null))],
        [Founded.Witness("w0", "amber"), Founded.Witness("w1", "birch")],
        [Founded.Witness("m0", "dune")]).Required();

    private static readonly Leaf Leaf0 = Founding.Seal(
        Genesis, Founders[..3].Select(n => GuardianSignature.Sign(Genesis, Root(n)).Required()),
        Founded.FirstOutcome.ToBytes())
        .Required();

    private static readonly Digest Hash = Merkle.Leaf(Leaf0.ToBytes());

    public static object Content()
    {
        var history = History();
        return new
        {
            About = "Keys of RECORD: keys of devices, leaf 0, acts on keys in the order of a log, what keys are worth "
                + "at an index. `hash` is the leaf's. All secrets are public.",
            Secrets = Secrets(),
            Keys = KeyCases(),
            Signatures = SignatureCases(),
            Genesis = GenesisCases(),
            Messages = Messages(history),
            History = history.Select(h => (object)new
            {
                Valid = h.Why is null,
                h.Why,
                Index = $"{h.Index}",
                Statement = Encoding.UTF8.GetString(h.Leaf.Statement.Span),
                SignatureHex = VectorFile.Hex(h.Leaf.Signature.Span),
                Hash = Merkle.Leaf(h.Leaf.ToBytes()).ToHex(),
            }),
            Standings = Standings(),
        };
    }

    private static DeviceSigner Root(string organisation) => Some.Device($"root of {organisation}");

    private static byte[] Secret(string name, DeviceKeyKind kind) => Digest.Of(Some.Bytes($"{name} {kind}")).ToArray();

    private static DeviceSigner Device(string name) => Some.Device(name, Kind(name));

    private static DeviceKeyKind Kind(string name) => Devices.FirstOrDefault(d => d.Name == name).Kind;

    private static byte[] Sign(string name, byte[] message) => Kind(name) == DeviceKeyKind.P256
        ? Deterministic.Sign(Secret(name, DeviceKeyKind.P256), message)
        : Device(name).Sign(message);

    private static IEnumerable<object> Secrets() =>
    [
        .. Founders.Select(n => $"root of {n}").Concat(Devices.Select(d => d.Name)).Select(name => new
        {
            Name = name,
            SecretHex = VectorFile.Hex(Secret(name, Kind(name))),
            Key = Device(name).Key.ToString(),
        }),
    ];

    private static IEnumerable<object> KeyCases()
    {
        var desk = Device("desk").Key;
        string P256(params byte[] bytes) => "p256:" + Convert.ToBase64String(bytes);
        (string Key, string? Why)[] all =
        [
            (Device("radio").Key.ToString(), null),
            (desk.ToString(), null),
            (P256([(byte)(desk.PublicBytes[0] ^ 1), .. desk.PublicBytes[1..]]), null),
            (P256([4, .. desk.PublicBytes[1..]]), "a compressed point begins with 2 or 3"),
            (P256([2, .. Enumerable.Repeat((byte)0xff, 32)]), "x lies below the prime"),
            (P256([2, .. new byte[31], 1]), "no point of the curve has this x"),
            (P256(desk.PublicBytes[..32]), "33 bytes"),
            ("ed25519:" + Convert.ToBase64String(new byte[31]), "32 bytes"),
            (Device("radio").Key.ToString().TrimEnd('='), "base64 with its padding"),
            (Device("radio").Key.ToString().ToUpperInvariant(), "the kind is in small letters"),
            ("mldsa44:" + Convert.ToBase64String(new byte[1312]), "reserved"),
        ];
        return all.Select(c => new { Valid = c.Why is null, c.Why, c.Key });
    }

    private static IEnumerable<object> SignatureCases()
    {
        var message = Some.Bytes("a message");
        var order = CustomNamedCurves.GetByName("P-256").N;
        var p256 = Sign("desk", message);
        var turned = order.Subtract(new BigInteger(1, p256, 32, 32)).ToByteArrayUnsigned();
        (string Name, byte[] Signature, string? Why)[] all =
        [
            ("radio", Sign("radio", message), null),
            ("desk", p256, null),
            ("desk", [.. p256[..32], .. new byte[32 - turned.Length], .. turned], null),
            ("desk", Sign("radio", message), "another key's"),
            ("desk", [.. p256[..32], .. new byte[32]], "s is not zero"),
            ("desk", [.. p256[..32], .. order.ToByteArrayUnsigned()], "s lies below the order"),
            ("desk", p256[..63], "64 bytes"),
            ("radio", [.. Sign("radio", message), 0], "64 bytes"),
        ];
        return all.Select(c => new
        {
            Valid = c.Why is null,
            c.Why,
            Key = Device(c.Name).Key.ToString(),
            Message = "a message",
            SignatureHex = VectorFile.Hex(c.Signature),
        });
    }

    /// <summary>Leaf 0 of a log that continues this one, which itself continued another.</summary>
    private static IEnumerable<object> SuccessorCases()
    {
        var last = new Checkpoint(Some.Origin, size: 9, Merkle.Leaf("the last root"u8));
        var witnessed = last.Sign(Some.Log).With([.. new[] { "w0.example/w", "w1.example/w" }.Select(
            n => Cosignature.Sign(Some.Key(n, KeyUse.Cosignature), last.Text, time: 1_768_000_000))]);
        CarriedKey[] keys =
        [
            new(Device("desk").Key, "birch", "desk", "the north", IsRevoked: false),
            new(Device("radio").Key, "amber", "desk", Area: null, IsRevoked: true),
        ];
        var successor = Genesis.Make(
            Genesis.Mission, Some.Key("truce.example/exercise/2", KeyUse.Note).Verifier, Genesis.ReceiptKey,
            Genesis.ReadingKey, Genesis.Organisations, Genesis.Witnesses, Genesis.Mirrors,
            continues: new Predecessor(Some.Origin, witnessed)
            {
                Genesis = Hash,
                Earlier = [new("truce.example/exercise/0", Merkle.Leaf("a log before"u8))],
                Keys = [.. keys.OrderBy(k => k.Key.ToString(), StringComparer.Ordinal)],
            }).Required();
        var s0 = Encoding.UTF8.GetString(successor.ToBytes());
        yield return GenesisCase(s0, Founders[..3], why: null);
        (string From, string To, string Why)[] altered =
        [
            ("\"role\":\"desk\"", "\"role\":\"root\"", "no root goes on: founders name theirs"),
            ("\"organisation\":\"birch\",\"revoked\"", "\"organisation\":\"elm\",\"revoked\"", "a founder's key"),
            ("\"origin\":\"truce.example/exercise/0\"", "\"origin\":\"truce.example/exercise/2\"", "not itself"),
            ("\"origin\":\"truce.example/exercise/0\"", "\"origin\":\"truce.example/line\"", "exercises alone"),
            ("\"origin\":\"truce.example/exercise/0\"", "\"origin\":\"truce.example/exercise\"", "each log once"),
            ("\"revoked\":true", "\"revoked\":1", "true or false"),
        ];
        foreach (var (from, to, why) in altered)
        {
            yield return GenesisCase(s0.Replace(from, to, StringComparison.Ordinal), Founders[..3], why);
        }
    }

    private static IEnumerable<object> GenesisCases()
    {
        var s0 = Encoding.UTF8.GetString(Genesis.ToBytes());
        yield return GenesisCase(s0, Founders[..3], why: null);
        yield return GenesisCase(s0, Founders[..2], "every guardian signs");
        yield return GenesisCase(s0, Founders, "guardians alone sign");
        yield return GenesisCase(s0, ["amber", "birch", "cedar"], "a signature of another genesis", "x");
        foreach (var one in SuccessorCases())
        {
            yield return one;
        }

        (string From, string To, string Why)[] altered =
        [
            ("\"threshold\":2", "\"threshold\":1", "more than half of the guardians"),
            ("\"threshold\":2", "\"threshold\":4", "no more than there are guardians"),
            ("\"threshold\":2,", "", "each member stands there"),
            ("\"v\":1,", "\"v\":1,\"vx\":1,", "no other member"),
            ("\"v\":1,", "\"v\": 1,", "canonical form"),
            ("\"type\":\"genesis\"", "\"type\":\"report\"", "the type"),
            ("\"origin\":\"truce.example/exercise\"", "\"origin\":\"truce.example\"", "the log key's name"),
            ("\"organisation\":\"dune\"", "\"organisation\":\"nobody\"", "a mirror of a founding organisation"),
            ("\"dune\"", "\"operator\"", "a reserved name"),
            ("\"dune\"", "\"düne\"", "small letters of ASCII"),
            (Root("dune").Key.ToString(), Root("amber").Key.ToString(), "each root a key of its own"),
            (Genesis.ReceiptKey.ToString(), Genesis.LogKey.ToString(), "the receipts a key of their own"),
            (Genesis.Mirrors[0].Key.ToString(), $"{Some.Key("m0", KeyUse.Note).Verifier}", "a mirror's type is 04"),
            ("\"guardian\":true", "\"guardian\":false", "two guardians or more"),
        ];
        foreach (var (from, to, why) in altered)
        {
            yield return GenesisCase(s0.Replace(from, to, StringComparison.Ordinal), Founders[..3], why);
        }
    }

    /// <summary>A leaf 0 whose guardians signed it, so that what is wrong is wrong alone.</summary>
    private static object GenesisCase(string s0, string[] signers, string? why, string also = "")
    {
        var message = Genesis.Message(Some.Bytes(s0 + also));
        var signature = CanonicalJson.Write(new JsonValue.Members([.. signers.Select(n =>
            KeyValuePair.Create<string, JsonValue>(
                n, new JsonValue.Text(Convert.ToBase64String(Root(n).Sign(message)))))]));
        return new
        {
            Valid = why is null,
            Why = why,
            Statement = s0,
            Signature = Encoding.UTF8.GetString(signature),
            Outcome = System.Text.Encoding.UTF8.GetString(Founded.FirstOutcome.ToBytes()),
            Hash = Merkle.Leaf(new Leaf(Some.Bytes(s0), signature, Founded.FirstOutcome.ToBytes()).ToBytes()).ToHex(),
        };
    }

    private static IEnumerable<object> Messages(List<(long Index, Leaf Leaf, string? Why)> history)
    {
        var admit = (KeyAct.Admit)Read(history, "admit");
        yield return new
        {
            What = "approval of the first admission, without its approvals",
            MessageHex = VectorFile.Hex(admit.ApprovalMessage(Hash)),
        };
        var enrol = (KeyAct.Enrol)Read(history, "enrol");
        yield return new
        {
            What = "possession of the first key that is enrolled",
            MessageHex = VectorFile.Hex(KeyAct.PossessionMessage(enrol.Key, Genesis.Origin, Hash, enrol.Organisation)),
        };
    }

    private static KeyAct Read(List<(long Index, Leaf Leaf, string? Why)> history, string type)
    {
        var first = history.Select(h => Statement.Parse(h.Leaf.Statement.Span).Required()).First(s => s.Type == type);
        return KeyAct.Read(first.Type, first.Act).Required();
    }

    private static List<(long Index, Leaf Leaf, string? Why)> History()
    {
        var admit = new KeyAct.Admit("elm", null, "dune");
        var witnesses = new KeyAct.Witnesses(1, [Founded.Witness("w0", "amber"), Founded.Witness("w2", "elm")], []);
        var radio = Enrol("amber", "radio", "desk");
        (string Author, KeyAct Act, string? Why)[] all =
        [
            ("root of amber", Enrol("amber", "enroller", "enroller"), null),
            ("enroller", Enrol("amber", "desk", "desk", "sector/north"), null),
            ("radio", Enrol("amber", "radio", "desk"), "nobody enrols itself"),
            ("desk", Enrol("amber", "radio", "desk"), "the root or an enroller enrols"),
            ("enroller", Enrol("amber", "radio", "enroller"), "the root alone enrols an enroller"),
            ("root of birch", Enrol("amber", "radio", "desk"), "for its own organisation"),
            ("root of birch", Enrol("birch", "desk", "desk"), "a key belongs to one organisation"),
            ("enroller", radio with { Possession = Sign("desk", Possession("amber", "radio")) },
                "the key itself proves its possession"),
            ("enroller", radio with { Possession = Sign("radio", Possession("birch", "radio")) },
                "possession is proved for one organisation"),
            ("desk", Approved(admit, "amber"), "2 of 3 guardians approve"),
            ("desk", Approved(admit, "amber", "dune"), "guardians alone approve"),
            ("desk", Approved(admit, "amber", "cedar"), null),
            ("desk", Approved(admit, "amber", "cedar"), "admitted once"),
            ("root of dune", Approved(witnesses, "birch", "cedar"), null),
            ("root of dune", Approved(witnesses, "birch", "cedar"), "the next change is 2"),
            ("enroller", new KeyAct.Revoke(Device("desk").Key, 10), null),
            ("desk", Enrol("amber", "radio", "desk"), "a revoked key does nothing"),
            ("root of amber", Enrol("amber", "desk", "desk"), "a revoked key is never enrolled again"),
            ("root of amber", new KeyAct.Revoke(Device("desk").Key, 12), "a second revocation is earlier"),
            ("root of amber", new KeyAct.Revoke(Device("desk").Key, 8), null),
            ("root of amber", new KeyAct.Revoke(Root("amber").Key, 1), "a root is not revoked"),
            ("enroller", new KeyAct.Vouch(Digest.Of("late"u8)), null),
            ("root of birch", new KeyAct.Vouch(Digest.Of("other"u8)), null),
        ];
        return [.. all.Select((a, i) => (i + 1L, Leaf(i + 1, a.Author, a.Act), a.Why))];
    }

    private static IEnumerable<object> Standings()
    {
        (string Name, long Index, string? Statement, string Standing)[] all =
        [
            ("root of amber", 1, null, "valid"), ("enroller", 1, null, "unknown"), ("enroller", 2, null, "valid"),
            ("desk", 2, null, "unknown"), ("desk", 3, null, "valid"), ("desk", 7, null, "valid"),
            ("desk", 8, null, "disputed"), ("desk", 16, null, "disputed"), ("desk", 17, null, "revoked"),
            ("desk", 30, "late", "vouched"), ("desk", 30, "other", "revoked"), ("radio", 30, null, "unknown"),
        ];
        return all.Select(c => new
        {
            Key = Device(c.Name).Key.ToString(),
            Index = $"{c.Index}",
            Statement = c.Statement is null ? null : Digest.Of(Some.Bytes(c.Statement)).ToHex(),
            c.Standing,
        });
    }

    private static byte[] Possession(string organisation, string name) =>
        KeyAct.PossessionMessage(Device(name).Key, Genesis.Origin, Hash, organisation);

    private static KeyAct.Enrol Enrol(string organisation, string name, string role, string? area = null) =>
        new(organisation, Device(name).Key, role, area, Sign(name, Possession(organisation, name)));

    private static KeyAct Approved(KeyAct act, params string[] by) =>
        act.With(by.Select(n => act.Approve(n, Root(n), Hash)));

    private static Leaf Leaf(int index, string author, KeyAct act)
    {
        var s = new Statement
        {
            Origin = Genesis.Origin,
            Genesis = Hash,
            Id = $"01932c07-209a-7c3d-8000-{index:x12}",
            Key = Device(author).Key,
            Seen = index,
            Type = act.Type,
            OccurredAt = 1_768_000_000_000 + index,
            Act = act.ToJson(),
        }.ToBytes();
        return new Leaf(s, Sign(author, Statement.Message(Hash, s)), Founded.FirstOutcome.ToBytes());
    }
}
