using System.Net;
using System.Text;
using Truce.Http;
using Truce.Record;
using Truce.Verbs;

namespace Truce.Tests;

/// <summary>A record on a disk with two witnesses and relief's mirror, each a server on the loopback.</summary>
internal sealed class WitnessedRecord : IAsyncDisposable
{
    public const string Origin = "truce.example/exercise";
    public const string Relief = "relief";

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-witnessed-").FullName;
    private readonly List<IAsyncDisposable> _sites = [];
    private readonly List<IDisposable> _open = [];
    private readonly SigningKey _logKey = new(Origin, KeyUse.Note, Seed("log"));
    private readonly SigningKey _receiptKey = new("receipts.example", KeyUse.Note, Seed("receipts"));
    private readonly StringBuilder _policy = new();
    private int _draw;

    /// <summary>The log's folder.</summary>
    public string Log => Below("log");

    /// <summary>The policy file that `serve` uses.</summary>
    public string Policy => Below("policy");

    public static ReadingKey Reading(string name) => new(Seed($"reading {name}"));

    public string Below(string name) => Path.Combine(_folder, name);

    /// <summary>Makes the witnesses, the mirror and the log with leaf 0.</summary>
    public static async Task<WitnessedRecord> Make()
    {
        var record = new WitnessedRecord();
        var a = await record.Witness("a", isMirror: false);
        var b = await record.Witness("b", isMirror: false);
        var relief = await record.Witness(Relief, isMirror: true);
        var all = record._policy.ToString();
        File.WriteAllText(record.Policy, all + "quorum a\n");
        Founder Founder(string name, bool guards) => new(name, Device(name).Key, guards, Reading(name).Public);
        var genesis = Genesis.Make(
            "an invented mission", record._logKey.Verifier, record._receiptKey.Verifier, Reading("operator").Public,
            [Founder("north", true), Founder("south", true), Founder(Relief, false)],
            [new Cosigner("a", "north", a[0]), new Cosigner("b", "south", b[0])],
            [new Cosigner(Relief, Relief, relief[1])]).Required();
        var first = new Outcome { ReceivedAt = 1_000, Fold = 0, Semantics = 0, Kind = OutcomeKind.Applied };
        var leaf = Founding.Seal(genesis, new[] { "north", "south" }.Select(
            g => GuardianSignature.Sign(genesis, Device(g)).Required()), first.ToBytes()).Required();
        var keys = Directory.CreateDirectory(Path.Combine(record.Log, RecordFolder.KeysName)).FullName;
        File.WriteAllText(Path.Combine(keys, RecordFolder.LogKeyName),
            SecretKey.Text(Origin, KeyUse.Note, Seed("log")));
        File.WriteAllText(Path.Combine(keys, RecordFolder.ReceiptKeyName),
            SecretKey.Text("receipts.example", KeyUse.Note, Seed("receipts")));
        using var disk = new Folder(record.Log);
        using var log = RecordLog.Create(disk, new LogSettings(record._logKey.Verifier, 1 << 18)).Required();
        log.Append([leaf]).Required();
        return record;
    }

    /// <summary>Records an act of north's root; to an audience, or in clear.</summary>
    public long Take(long receivedAt, params string[] audience) => Take(receivedAt, audience, []);

    /// <summary>The same, with documents: each sealed to organisations, or clear where it names none.</summary>
    public long Take(
        long receivedAt, string[] audience, (string Content, string[] To)[] documents,
        Action<Attached[]>? attached = null)
    {
        using var disk = new Folder(Log);
        using var bodies = new Folder(Directory.CreateDirectory(Path.Combine(Log, RecordFolder.BodiesName)).FullName);
        using var log = RecordLog.Open(disk).Required();
        using var reception = Reception.Open(log, bodies, new ReceptionSettings(
            _receiptKey, Reading("operator"), Machines.None, new SendingLimits(), Random)).Required();
        var founding = reception.Roster.Founding;
        var device = Device("north");
        var pen = new Pen(device, founding, reception.Chains.Last(device.Key, isClear: true),
            reception.Chains.Last(device.Key, isClear: false));
        var draft = pen.Draft("note", new JsonValue.Number(7), receivedAt, log.Size, Random(Pen.RandomBytes));
        Recipient[] to =
        [
            .. audience.Select(o => new Recipient(o, 0, Reading(o).Public)),
            new Recipient(Audience.Operator, 0, Reading("operator").Public),
        ];
        var given = documents.Select(d => Document(founding.Hash, d.Content, d.To)).ToArray();
        var names = given.Select(g => g.Named).ToArray();
        attached?.Invoke(names);
        draft = draft with { Attached = names };
        SubmittedBody[] with = [.. given.Select(g => g.Body)];
        var submission = audience.Length == 0 ? pen.Sign(draft, with)
            : pen.Seal(draft with { Audience = Audience.Of(audience).Required() }, to,
                SealRandom.From(Random(SealRandom.BytesFor(to.Length)), to.Length), with);
        return Assert.IsType<Answer.Recorded>(reception.Take(submission, receivedAt)).Index;
    }

    /// <summary>Records a clear act of somebody's root.</summary>
    public long Take(string by, string type, JsonValue act, long receivedAt)
    {
        using var disk = new Folder(Log);
        using var bodies = new Folder(Path.Combine(Log, RecordFolder.BodiesName));
        using var log = RecordLog.Open(disk).Required();
        using var reception = Reception.Open(log, bodies, new ReceptionSettings(
            _receiptKey, Reading("operator"), Machines.None, new SendingLimits(), Random)).Required();
        var device = Device(by);
        var pen = new Pen(device, reception.Roster.Founding, reception.Chains.Last(device.Key, isClear: true));
        var draft = pen.Draft(type, act, receivedAt, log.Size, Random(Pen.RandomBytes));
        return Assert.IsType<Answer.Recorded>(reception.Take(pen.Sign(draft), receivedAt)).Index;
    }

    /// <summary>Writes somebody's root as a device's key file.</summary>
    public string KeyFile(string name)
    {
        var file = Below($"{name}.key");
        File.WriteAllBytes(file, PrivateKeyFile.From(
            PrivateKeyKind.Ed25519, Seed($"device {name}")).Required().ToBytes());
        return file;
    }

    /// <summary>The mirror's folder of one log.</summary>
    public string MirrorOf(string name) => Path.Combine(Below(name), "mirror", MirrorSite.HashOf(Origin));

    /// <summary>Runs the publishing loop until it has said something.</summary>
    public async Task<List<string>> Publish(Func<string, bool> isEnough)
    {
        using var disk = new Folder(Log);
        using var publishing = Publishing.Of(Log, PublishedLog.Open(disk).Required(), Policy,
            Path.Combine(Log, RecordFolder.KeysName, RecordFolder.LogKeyName), [Relief],
            new Orders(null, null)).Required();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var said = new List<string>();
        await publishing.Run(TimeProvider.System, line =>
        {
            said.Add(line);
            if (isEnough(line))
            {
                done.Cancel();
            }
        }, done.Token);
        return said;
    }

    /// <summary>Brings a mirror's bodies to whoever answers, as the publishing loop does; gives why not all.</summary>
    public async Task<string?> Post(HttpMessageHandler network, string organisation, long size)
    {
        using var disk = new Folder(Log);
        using var bodies = new Folder(Path.Combine(Log, RecordFolder.BodiesName));
        using var state = new Folder(Directory.CreateDirectory(Below($"post {organisation}")).FullName);
        using var client = new HttpClient(network, disposeHandler: false);
        var link = new WitnessLink("somewhere", _logKey.Verifier, new Uri("http://mirror.example/"));
        return await new BodyPost(bodies, state, _logKey, (_, _) => organisation, client).Deliver(
            link, PublishedLog.Open(disk).Required(), size, TestContext.Current.CancellationToken);
    }

    /// <summary>What the log signed and sent, read again.</summary>
    public BodyDelivery Opened(byte[] delivery) => BodyDelivery.Open(delivery, [_logKey.Verifier]).Required();

    /// <summary>The published checkpoint.</summary>
    public SignedNote Published() =>
        SignedNote.Parse(File.ReadAllBytes(Path.Combine(Log, PublishedLog.CheckpointFile))).Required();

    /// <summary>A body as the log sends it for an entry.</summary>
    public byte[] Delivery(long entry, StoredBody body) => new BodyDelivery(Origin, entry, body).ToBytes(_logKey);

    /// <summary>The witness's folder, opened; its server is stopped.</summary>
    public WitnessHost Host(string name) => WitnessHost.Open(Below(name), new byte[32]).Required();

    public static (int Code, string Text) Verb(params string[] args)
    {
        var text = new StringWriter();
        return (Program.Run(args, text, text), text.ToString());
    }

    /// <summary>Stops the servers.</summary>
    public async Task Stop()
    {
        foreach (var site in _sites)
        {
            await site.DisposeAsync();
        }

        _sites.Clear();
        _open.ForEach(o => o.Dispose());
        _open.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _logKey.Dispose();
        _receiptKey.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static byte[] Seed(string name) => Digest.Of(Encoding.UTF8.GetBytes($"witnessed {name}")).ToArray();

    private static DeviceSigner Device(string name) =>
        DeviceSigner.From(DeviceKeyKind.Ed25519, Seed($"device {name}")).Required();

    private (Attached Named, SubmittedBody Body) Document(Digest genesis, string content, string[] to)
    {
        var text = Encoding.UTF8.GetBytes(content);
        if (to.Length == 0)
        {
            var clear = Attached.Body(Random(Committed.SaltBytes), text);
            return (
                new Attached(Attached.CommitTo(clear), CiphertextHash: null), new SubmittedBody(clear, Wraps: null));
        }

        var hidden = Seal.Document(text, genesis, [.. to.Select(o => new Recipient(o, 0, Reading(o).Public))],
            SealRandom.From(Random(SealRandom.BytesFor(to.Length)), to.Length));
        return (new Attached(hidden.Commit, hidden.CiphertextHash),
            new SubmittedBody(hidden.Ciphertext, hidden.Wraps.ToBytes()));
    }

    private byte[] Random(int count) =>
        [.. Enumerable.Range(0, (count / Digest.Bytes) + 1).SelectMany(_ => Seed($"random {_draw++}")).Take(count)];

    private async Task<VerifierKey[]> Witness(string name, bool isMirror)
    {
        string[] args = ["witness", "init", Below(name), "--name", $"w.example/{name}", "--log", $"{_logKey.Verifier}"];
        var (code, text) = Verb([.. args, .. isMirror ? ["--mirror", "--organisation", name] : Array.Empty<string>()]);
        Assert.Equal((0, text), (code, text));
        var host = WitnessHost.Open(Below(name), new byte[32]).Required();
        _open.Add(host);
        var site = await Site.Start(
            new(IPAddress.Loopback, 0), TimeProvider.System, HttpTests.Quiet, host.Answer(TimeProvider.System));
        _sites.Add(site);
        VerifierKey[] keys = [.. text.Split('\n').Where(l => l.StartsWith("witness ", StringComparison.Ordinal))
            .Select(l => VerifierKey.Parse(l.Split(' ')[2]).Required())];
        var prefix = isMirror ? new Uri(site.Url, MirrorSite.Prefix[1..]) : site.Url;
        _policy.Append($"witness {name} {keys[^1]} {prefix}\n");
        return keys;
    }
}
