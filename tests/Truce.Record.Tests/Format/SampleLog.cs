using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Truce.Record.Tests;

/// <summary>
/// The log of docs/record-format.md: a genesis, an enrolment, a clear report, a confidential one; then as many clear
/// reports as are wanted, behind the enrolment of a device with a key of P-256. Every key and every random value is
/// the SHA-256 of a label, so that its bytes never change.
/// </summary>
internal sealed class SampleLog
{
    public const string Origin = "truce.example/exercise";
    public const long Start = 1_768_000_000_000;
    public const int SegmentBytes = 8_192;
    public const int WorkedSize = 4;

    private readonly List<StoredBody> _bodies = [];

    public SampleLog(int size = WorkedSize)
    {
        Genesis = MakeGenesis();
        var first = Founding.Seal(Genesis, Approvals(), R(0).ToBytes()).Required();
        Founding = Founding.Open(first.ToBytes()).Required();
        Leaves.Add(first);
        Leaves.Add(Clear(1, Root("north"), previous: null, Enrolment.Type, Enrolment.ToJson()));
        Leaves.Add(Clear(2, Desk, previous: null, "report", Json("""{"place":"crossing-5","what":"opened"}""")));
        Leaves.Add(Confidential(3, "notice", Json("""{"convoy":2,"place":"crossing-5"}""")));
        if (size > WorkedSize)
        {
            AddMore(size);
        }

        Hashes = [.. Leaves.Select(l => Merkle.Leaf(l.ToBytes()))];
    }

    public Genesis Genesis { get; }

    public Founding Founding { get; }

    public List<Leaf> Leaves { get; } = [];

    public Digest[] Hashes { get; }

    public Committed? Object { get; private set; }

    public Committed? OutcomeObject { get; private set; }

    /// <summary>Leaf 3 for an outsider, with the enrolment of its author's key.</summary>
    public Disclosure Disclosure => Disclosure.Make(
        Leaves[0], Leaves[3], Object!, OutcomeObject, Proof(3), new ProvedLeaf(Leaves[1], Proof(1)));

    public static SigningKey Log { get; } = new(Origin, KeyUse.Note, Seed("log"));

    public static SigningKey Receipts { get; } = new("truce.example/receipts", KeyUse.Note, Seed("receipts"));

    public static DeviceSigner Desk { get; } =
        DeviceSigner.From(DeviceKeyKind.Ed25519, Seed("desk of north")).Required();

    public static DeviceSigner SouthDesk { get; } =
        DeviceSigner.From(DeviceKeyKind.P256, Seed("desk of south")).Required();

    public KeyAct.Enrol Enrolment => new(
        "north", Desk.Key, "desk", Area: null, KeyAct.Possess(Desk, Origin, Founding.Hash, "north"));

    private KeyAct.Enrol SouthEnrolment => new("south", SouthDesk.Key, "desk", Area: null, SameEachTime(
        Seed("desk of south"), KeyAct.PossessionMessage(SouthDesk.Key, Origin, Founding.Hash, "south")));

    public Checkpoint Head => new(Origin, Leaves.Count, Merkle.Root(Hashes));

    /// <summary>The checkpoint with the cosignatures of both witnesses.</summary>
    public SignedNote Checkpoint => Head.Sign(Log).With(
        new[] { "north", "south" }.Select(n => Cosignature.Sign(Witness(n), Head.Text, (Start / 1000) + 10)));

    public static string Policy => $"""
        log {Log.Verifier}
        witness north {Witness("north").Verifier}
        witness south {Witness("south").Verifier}
        group both all north south
        quorum both

        """;

    public static byte[] Seed(string label) => Digest.Of(Some.Bytes($"truce example: {label}")).ToArray();

    public static SigningKey Witness(string name) =>
        new($"{name}.example/witness", KeyUse.Cosignature, Seed($"witness {name}"));

    public static SigningKey Mirror => new("relief.example/mirror", KeyUse.Cosignature, Seed("mirror relief"));

    public static ReadingKey Reading(string name) => new(Seed($"reading key of {name}"));

    /// <summary>South's root is of P-256, north's of Ed25519.</summary>
    public static DeviceSigner Root(string name) => DeviceSigner.From(
        name == "south" ? DeviceKeyKind.P256 : DeviceKeyKind.Ed25519, Seed($"root of {name}")).Required();

    public TlogProof Proof(int index) =>
        new(Extra: null, index, Merkle.Inclusion(index, Leaves.Count, new Trees.Plain(Hashes).Subtree), Checkpoint);

    public Receipt Receipt(int index) => new(
        Origin, index, Hashes[index], Digest.Of(Leaves[index].Statement.Span), R(index).ReceivedAt);

    public static Refusal Refusal => new(
        Origin, Digest.Of("another statement"u8), Start + 4_500, RefusalReason.Limit, ResendAt: Start + 60_000,
        "this key has sent 600 at once: send it again after a minute");

    /// <summary>Writes `log`, a folder as the program keeps it; `copy`, a static copy; and single files.</summary>
    public void Write(string folder)
    {
        WriteLog(Directory.CreateDirectory(Path.Combine(folder, "log")).FullName);
        foreach (var (path, bytes) in Copy().Concat(Single()))
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, bytes);
        }
    }

    private void WriteLog(string path)
    {
        using var disk = new Folder(path);
        using (var log = RecordLog.Create(disk, new LogSettings(Log.Verifier, SegmentBytes)).Required())
        {
            foreach (var batch in Leaves.Take(2).Chunk(2).Concat(Leaves.Skip(2).Chunk(3)))
            {
                log.Append(batch).Required();
            }

            log.Sign(Log).Required();
            log.Publish(Checkpoint).Required();
        }

        File.Delete(Path.Combine(path, "lock"));
        using var bodiesDisk = new Folder(Directory.CreateDirectory(Path.Combine(path, "bodies")).FullName);
        using (var bodies = Bodies.Open(bodiesDisk).Required())
        {
            Assert.Null(bodies.Put(_bodies));
        }

        File.Delete(Path.Combine(path, "bodies", "lock"));
    }

    private IEnumerable<(string Path, byte[] Bytes)> Copy()
    {
        yield return ("copy/checkpoint", Checkpoint.ToBytes());
        var tree = new Trees.Plain(Hashes);
        foreach (var tile in Tile.All(Leaves.Count))
        {
            var level = tile.Level!.Value;
            var hashes = Enumerable.Range(0, tile.Width).Select(
                i => tree.Subtree(level * Tile.Height, tile.Span.From + i).ToArray());
            yield return ($"copy/{tile.Path}", [.. hashes.SelectMany(h => h)]);
            if (level == 0)
            {
                yield return ($"copy/{new Tile(level: null, tile.Index, tile.Width).Path}", Bundle(tile));
            }
        }
    }

    private byte[] Bundle(Tile tile) =>
    [
        .. Leaves.Skip((int)tile.Span.From).Take(tile.Width).Select(l => l.ToBytes())
            .SelectMany(e => (byte[])[(byte)(e.Length >> 8), (byte)(e.Length & 0xff), .. e]),
    ];

    private IEnumerable<(string Path, byte[] Bytes)> Single() =>
    [
        ("policy", Some.Bytes(Policy)),
        ("genesis", Some.Bytes($"{Founding.Hash}\n")),
        ("entry-2.tlog-proof", Proof(2).ToBytes()),
        ("entry-2", Leaves[2].ToBytes()),
        ("entry-3.disclosure", Disclosure.ToBytes()),
        ("receipt-2", Receipt(2).Sign(Receipts).ToBytes()),
        ("refusal", Refusal.Sign(Receipts).ToBytes()),
    ];

    private static Genesis MakeGenesis() => Genesis.Make(
        "an invented mission",
        Log.Verifier,
        Receipts.Verifier,
        Reading("the mission").Public,
        [
            new("north", Root("north").Key, IsGuardian: true, Reading("north").Public),
            new("relief", Root("relief").Key, IsGuardian: false),
            new("south", Root("south").Key, IsGuardian: true, Reading("south").Public),
        ],
        [new("north", "north", Witness("north").Verifier), new("south", "south", Witness("south").Verifier)],
        [new("relief", "relief", Mirror.Verifier)]).Required();

    private IEnumerable<GuardianSignature> Approvals() =>
    [
        GuardianSignature.Sign(Genesis, Root("north")).Required(),
        new(
            "south", Digest.Of(Genesis.ToBytes()),
            SameEachTime(Seed("root of south"), Genesis.Message(Genesis.ToBytes()))),
    ];

    /// <summary>ECDSA on P-256 with the number of RFC 6979, so that the page's bytes stay as they are.</summary>
    private static byte[] SameEachTime(byte[] secret, byte[] message)
    {
        var curve = Org.BouncyCastle.Asn1.X9.ECNamedCurveTable.GetByName("P-256");
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(forSigning: true, new ECPrivateKeyParameters(
            new Org.BouncyCastle.Math.BigInteger(1, secret), new ECDomainParameters(curve)));
        return [.. signer.GenerateSignature(Digest.Of(message).ToArray()).SelectMany(
            n => Org.BouncyCastle.Utilities.BigIntegers.AsUnsignedByteArray(32, n))];
    }

    private Leaf Clear(int index, DeviceSigner device, Digest? previous, string type, JsonValue act)
    {
        var s = Statement(index, device, previous, type, act).ToBytes();
        var message = Record.Statement.Message(Founding.Hash, s);
        var signature = device == SouthDesk ? SameEachTime(Seed("desk of south"), message)
            : device.Key.Kind == DeviceKeyKind.P256 ? SameEachTime(Seed("root of south"), message)
            : device.Sign(message);
        return new Leaf(s, signature, R(index).ToBytes());
    }

    /// <summary>South's root enrols a device; then both report in turn, each statement naming its last.</summary>
    private void AddMore(int size)
    {
        Leaves.Add(Clear(
            WorkedSize, Root("south"), previous: null, SouthEnrolment.Type, SouthEnrolment.ToJson()));
        Digest?[] last = [Digest.Of(Leaves[2].Statement.Span), null];
        for (var i = WorkedSize + 1; i < size; i++)
        {
            var act = Json($$"""{"number":{{i}},"place":"crossing-5"}""");
            Leaves.Add(Clear(i, i % 2 == 0 ? Desk : SouthDesk, last[i % 2], "report", act));
            last[i % 2] = Digest.Of(Leaves[i].Statement.Span);
        }
    }

    private Leaf Confidential(int index, string type, JsonValue act)
    {
        var audience = Audience.Of("north", "south").Required();
        var recipients = audience.Organisations.Append(Audience.Operator).Select(n => new Recipient(
            n, Epoch: 0, Reading(n == Audience.Operator ? "the mission" : n).Public)).ToArray();
        var statement = Statement(index, Desk, previous: null, type, act) with { Audience = audience };
        var s = Seal.Statement(statement, recipients, Randoms("statement", recipients.Length));
        var r = Seal.Outcome(R(index), audience, Founding.Hash, recipients, Randoms("outcome", recipients.Length));
        (Object, OutcomeObject) = (s.Committed, r.Committed);
        _bodies.AddRange([StoredBody.Of(s.Body), StoredBody.Of(r.Body)]);
        var bytes = s.Statement.ToBytes();
        return new Leaf(bytes, Record.Statement.Sign(Desk, Founding.Hash, bytes), r.Outcome.ToBytes());
    }

    private static SealRandom Randoms(string label, int recipients) => new(
        Seed($"salt of the {label}"), Seed($"key of the {label}"),
        [.. Enumerable.Range(0, recipients).Select(i => new ReadOnlyMemory<byte>(Seed($"wrap {i} of the {label}")))]);

    private Statement Statement(int index, DeviceSigner device, Digest? previous, string type, JsonValue act) => new()
    {
        Origin = Origin,
        Genesis = Founding.Hash,
        Id = $"019ba503-1000-7000-8000-{index:x12}",
        Key = device.Key,
        Previous = previous,
        Seen = index,
        Type = type,
        OccurredAt = Start + (index * 1000) - 300,
        Act = act,
    };

    public static Outcome R(int index) => new()
    {
        ReceivedAt = Start + (index * 1000),
        Fold = index,
        Semantics = 1,
        Kind = OutcomeKind.Applied,
    };

    private static JsonValue Json(string text) => CanonicalJson.Parse(Some.Bytes(text)).Required();
}
