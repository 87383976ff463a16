using System.Text;
using Truce.Missions;
using Truce.Record;

namespace Truce.Verbs;

/// <summary>
/// The step of the tour about the record: a log with two party witnesses and a mirror, in a temporary folder. Keys come
/// of fixed seeds and time stands still, so that every run prints the same.
/// </summary>
internal sealed class RecordDemo : IDisposable
{
    private const string Origin = "tour.example/exercise";
    private const long Begins = 1_773_101_400_000; // 2026-03-10 00:10 UTC
    private const string Red = "red";
    private const string Blue = "blue";
    private const string Agency = "agency";

    private static readonly string[] Guardians = [Agency, Blue, Red, "un"];

    private static readonly SeededKeys Seeded = new("tour");

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-tour-").FullName;
    private readonly List<IDisposable> _open = [];
    private readonly Func<int, byte[]> _random = Seeded.Randomness();
    private readonly SigningKey _logKey = Seeded.Signing(Origin, KeyUse.Note);
    private readonly SigningKey _receiptKey = Seeded.Signing($"receipts.{Origin}", KeyUse.Note);
    private readonly Founding _founding;
    private readonly RecordLog _log;
    private readonly Folder _bodies;
    private readonly Reception _reception;
    private readonly (WitnessStore Red, WitnessStore Blue) _witnesses;
    private readonly StringBuilder _text = new();
    private long _now = Begins;

    private RecordDemo()
    {
        var genesis = Genesis.Make(
            "the tour", _logKey.Verifier, _receiptKey.Verifier, Seeded.Reading("operator").Public,
            [
                .. Guardians.Select(g =>
                    new Founder(g, Seeded.Device(g).Key, IsGuardian: true, Seeded.Reading(g).Public)),
            ],
            [.. new[] { Red, Blue }.Select(p => new Cosigner(WitnessOf(p).Verifier.Name, p, WitnessOf(p).Verifier))],
            [new Cosigner(MirrorKey.Verifier.Name, Agency, MirrorKey.Verifier)]).Required();
        var first = new Outcome { ReceivedAt = Begins, Fold = 0, Semantics = 0, Kind = OutcomeKind.Applied };
        var leaf = Founding.Seal(
            genesis, Guardians.Select(g => GuardianSignature.Sign(genesis, Seeded.Device(g)).Required()),
            first.ToBytes()).Required();
        _founding = Founding.Open(leaf.ToBytes()).Required();
        _log = Opened(RecordLog.Create(Disk("log"), Settings).Required());
        _log.Append([leaf]).Required();
        _bodies = Disk("bodies");
        _reception = Opened(Reception.Open(_log, _bodies, new ReceptionSettings(
            _receiptKey, Seeded.Reading("operator"), Machines.None, new SendingLimits(), _random)).Required());
        _witnesses = (Witness(Red), Witness(Blue));
    }

    private static SigningKey MirrorKey { get; } = Seeded.Signing($"mirror.{Agency}.example", KeyUse.Cosignature);

    private LogSettings Settings => new(_logKey.Verifier, 1 << 20);

    /// <summary>What the step prints.</summary>
    /// <param name="findings">How many findings the tour's check gave.</param>
    /// <param name="verdict">The verdict that the tour's ruling gave, as a code.</param>
    public static string Text(int findings, string verdict)
    {
        using var demo = new RecordDemo();
        return demo.Tour(findings, verdict);
    }

    /// <summary>Closes everything and removes the folder.</summary>
    public void Dispose()
    {
        _open.Reverse();
        _open.ForEach(o => o.Dispose());
        _logKey.Dispose();
        _receiptKey.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Tour(int findings, string verdict)
    {
        Say($"leaf 0 of {Origin} is signed by {string.Join(", ", Guardians)}; everybody pins");
        Say($"  {_founding.Hash}");
        var desk = Enrolled("desk", "un");
        var liaison = Enrolled("liaison", Red);
        Recorded("the check", desk.Sign(Draft(desk, "framework.check", $$"""{"findings":{{findings}}}""")));
        Recorded("the ruling", desk.Sign(Draft(desk, "framework.ruling", $$"""{"verdict":"{{verdict}}"}""")));
        Recorded($"a word for {Red} alone, sealed on the device", Sealed(desk, """{"held_minutes":95}"""));
        var note = Cosigned(_log);
        var mirrored = Mirrored(note);
        Say($"checkpoint of {_log.Size} entries: cosigned by {string.Join(" and ", Policy.Accept(note).Required()
            .Witnesses.Keys)}; {Agency} {(mirrored ? "mirrors every entry" : "does not mirror it")}");
        Proved(note);
        Doctored(note);
        Convicted(liaison, note);
        Replayed();
        return _text.ToString();
    }

    /// <summary>One entry, proved to a reader who has the proof and a policy, and nothing of ours.</summary>
    private void Proved(SignedNote note)
    {
        const int ruling = 4;
        var proof = new TlogProof(null, ruling, Merkle.Inclusion(ruling, _log.Size, _log.Subtree), note);
        var held = TlogProof.Parse(proof.ToBytes()).Required().Verify(Merkle.Leaf(Leaf(_log, ruling)), Policy);
        Say($"entry {ruling} proved offline under the policy \"{Red} and {Blue}\": "
            + (held.IsValid ? $"yes, by {proof.Proof.Count} hashes" : held.Error));
    }

    /// <summary>A copy with one byte changed, as somebody might pass it on.</summary>
    private void Doctored(SignedNote note)
    {
        byte[]? Read(string path)
        {
            var bytes = path == StaticLog.CheckpointPath ? note.ToBytes()
                : Tile.Parse(path) is { } tile ? _log.Read(tile) : null;
            if (bytes is not null && path.StartsWith("tile/entries/", StringComparison.Ordinal))
            {
                bytes[^200] ^= 1;
            }

            return bytes;
        }

        var verified = Copy.Verify(Read, _logKey.Verifier);
        Say($"a copy with one bit changed: {(verified.IsValid ? "not caught" : $"refused: {verified.Error}")}");
    }

    /// <summary>The operator gives a receipt, and then shows everybody a log without the entry.</summary>
    private void Convicted(Pen liaison, SignedNote before)
    {
        var honest = Leaves(_log);
        var answer = _reception.Take(liaison.Sign(Draft(liaison, "protest", """{"code":3}""")), Tick());
        var receipt = Receipt.Open(((Answer.Recorded)answer).Receipt, _receiptKey.Verifier).Required();
        using var disk = Disk("dropped");
        using var other = RecordLog.Create(disk, Settings).Required();
        other.Append([.. honest, Another(liaison)]).Required();
        var note = Cosigned(other, before);
        var seen = Policy.Accept(note).Required();
        var there = Merkle.Leaf(Leaf(other, receipt.Index));
        var promise = receipt.Judge(seen, there, witnesses: 2);
        Say($"{Red}'s protest got a receipt for index {receipt.Index}; the operator then shows a log without it,");
        Say($"  cosigned by both. The receipt and that checkpoint: {(promise == Promise.Broken
            ? "the promise is BROKEN, and anybody can check it" : promise.ToString())}");
    }

    private void Replayed()
    {
        foreach (var (who, readers) in new (string, Reader[])[]
        {
            ("public", []),
            ($"{Red}, a party", [new Reader(Red, Seeded.Reading(Red))]),
            ("auditor", [new Reader(Audience.Operator, Seeded.Reading("operator"))]),
        })
        {
            var report = Replay.Run(_founding.Hash, () => Leaves(_log), BodySource.Of(_bodies), readers,
                RecordFold.Of(_founding, Machines.None));
            Say($"replay as {who}: {report}{(report.First is null ? "" : $"; {report.First}")}");
        }
    }

    /// <summary>The mirror takes every entry, checks each against the checkpoint, and cosigns.</summary>
    private bool Mirrored(SignedNote note)
    {
        var mirror = Opened(Mirror.Open(
            Disk("mirror"), new WatchedLog(Origin, [_logKey.Verifier]), MirrorKey, _random(32)).Required());
        mirror.AddCheckpoint(Record.Witness.Request(0, [], note));
        var (upload, refusal) = mirror.Begin(new UploadHeader(Origin, 0, _log.Size, default));
        foreach (var (first, end) in upload is null ? [] : Packages.Of(0, _log.Size))
        {
            var entries = Enumerable.Range((int)first, (int)(end - first))
                .Select(i => (ReadOnlyMemory<byte>)Leaf(_log, i));
            refusal ??= mirror.Take(upload!, new EntryPackage(first, [.. entries], []));
        }

        return upload is not null && refusal is null && mirror.Finish(upload, _now / 1000).Status == 200;
    }

    private Pen Enrolled(string device, string organisation)
    {
        var signer = Seeded.Device(device);
        var enrol = new KeyAct.Enrol(organisation, signer.Key, "desk", null,
            KeyAct.Possess(signer, Origin, _founding.Hash, organisation));
        var root = new Pen(Seeded.Device(organisation), _founding);
        Recorded($"{organisation} enrols its {device}", root.Sign(Draft(root, enrol.Type, enrol.ToJson())));
        return new Pen(signer, _founding);
    }

    private void Recorded(string what, Submission submission)
    {
        var answer = _reception.Take(submission, Tick());
        Say(answer is Answer.Recorded recorded ? $"entry {recorded.Index}: {what}" : $"refused: {what}");
    }

    private Submission Sealed(Pen pen, string act)
    {
        Recipient[] to =
        [
            new(Red, 0, Seeded.Reading(Red).Public), new(Audience.Operator, 0, Seeded.Reading("operator").Public),
        ];
        var draft = Draft(pen, "note", act) with { Audience = Audience.Of(Red).Required() };
        return pen.Seal(draft, to, SealRandom.From(_random(SealRandom.BytesFor(to.Length)), to.Length));
    }

    private Statement Draft(Pen pen, string type, string act) =>
        Draft(pen, type, CanonicalJson.Parse(Encoding.UTF8.GetBytes(act)).Required());

    private Statement Draft(Pen pen, string type, JsonValue act) =>
        pen.Draft(type, act, _now, _log.Size, _random(Pen.RandomBytes));

    private Leaf Another(Pen pen)
    {
        var other = pen.Sign(Draft(pen, "note", """{"code":1}"""));
        return new Leaf(other.Statement, other.Signature, Leaves(_log)[^1].Outcome);
    }

    /// <summary>Signs the tree, asks both witnesses, and merges what they sign.</summary>
    private SignedNote Cosigned(RecordLog log, SignedNote? before = null)
    {
        var note = log.Sign(_logKey).Required();
        var old = before is null ? 0 : Checkpoint.Parse(before.Text).Required().Size;
        var request = Record.Witness.Request(old, Merkle.Consistency(old, log.Size, log.Subtree), note);
        foreach (var (store, key) in new[] { (_witnesses.Red, WitnessOf(Red)), (_witnesses.Blue, WitnessOf(Blue)) })
        {
            var answer = store.AddCheckpoint(request, _now / 1000);
            if (Record.Witness.Read(answer.Status, Encoding.UTF8.GetBytes(answer.Body), note, key.Verifier)
                is WitnessReply.Cosigned cosigned)
            {
                note = note.With([cosigned.Line]);
            }
        }

        return log.Publish(note).Required();
    }

    private TrustPolicy Policy => TrustPolicy.Parse(Encoding.UTF8.GetBytes(
        $"log {_logKey.Verifier}\nwitness {Red} {WitnessOf(Red).Verifier}\nwitness {Blue} {WitnessOf(Blue).Verifier}\n"
        + $"group both all {Red} {Blue}\nquorum both\n")).Required();

    private WitnessStore Witness(string party) => Opened(WitnessStore.Open(
        Disk($"witness-{party}"), WitnessOf(party), new WatchedLog(Origin, [_logKey.Verifier])).Required());

    private static SigningKey WitnessOf(string party) => Seeded.Signing($"witness.{party}.example", KeyUse.Cosignature);

    private static List<Leaf> Leaves(RecordLog log) =>
        [.. Enumerable.Range(0, (int)log.Size).Select(i => Record.Leaf.Parse(Leaf(log, i)).Required())];

    private static byte[] Leaf(RecordLog log, long index) => log.Entries(index, index + 1)![2..];

    private Folder Disk(string name) =>
        Opened(new Folder(Directory.CreateDirectory(Path.Combine(_folder, name)).FullName));

    private T Opened<T>(T item)
        where T : IDisposable
    {
        _open.Add(item);
        return item;
    }

    private long Tick() => _now += 60_000;

    private void Say(string line) => _text.Append(line).Append('\n');
}
