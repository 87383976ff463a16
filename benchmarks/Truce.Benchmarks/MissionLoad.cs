using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Truce.Mission;
using Truce.Record;

namespace Truce.Benchmarks;

/// <summary>
/// Signed acts through a reception into a log on the disk: form, signature, ruling, space, R, one sync a batch, folds
/// and signed receipts. 64 hands, each with one act under way; the acts of one subject come by one hand.
/// </summary>
internal sealed class MissionLoad : IDisposable
{
    private const int Hands = 64;
    private const int SignedAtOnce = 20_000;
    private const string Operator = "board-of-peace"; // enrols the operator's key

    private readonly SigningKey _logKey = RecordParts.Key();
    private readonly SigningKey _receiptKey = new("receipts.example", KeyUse.Note, Digest.Of("receipts"u8).ToArray());
    private readonly Dictionary<string, (DeviceSigner Device, Pen Pen)> _pens = [];
    private readonly Dictionary<Digest, Submission> _ready = [];

    // Made once: a private key has guarded memory, and giving it back for each act would fall into the measured time.
    private readonly Dictionary<string, PublicReadingKey> _readers = MissionActs.Organisations.Append(Audience.Operator)
        .ToDictionary(o => o, o => Reading(o).Public, StringComparer.Ordinal);

    private readonly Folder _logFolder;
    private readonly Folder _bodyFolder;
    private readonly Folder _snapshots;
    private readonly Founding _founding;
    private readonly ReceptionSettings _settings;
    private RecordLog _log;
    private Reception _reception;

    /// <summary>A log in which everybody is enrolled and the framework is in force.</summary>
    public MissionLoad(string path)
    {
        Folder In(string name) => new(Directory.CreateDirectory(Path.Combine(path, name)).FullName);
        (_logFolder, _bodyFolder, _snapshots) = (In("log"), In("bodies"), In("snapshots"));
        var genesis = Genesis.Make("a load", _logKey.Verifier, _receiptKey.Verifier, Reading("operator").Public,
            [.. MissionActs.Organisations.Select(o => new Founder(
                o, Root(o).Key, IsGuardian: o is "isf" or Operator, Reading(o).Public))],
            [Cosigner("w0"), Cosigner("w1")], [Cosigner("m0")]).Required();
        var leaf = Founding.Seal(genesis,
            [.. genesis.Guardians.Select(g => GuardianSignature.Sign(genesis, Root(g.Name)).Required())],
            new Outcome
            {
                ReceivedAt = MissionActs.Start - MissionActs.Hour,
                Fold = 0,
                Semantics = 0,
                Kind = OutcomeKind.Applied,
            }.ToBytes()).Required();
        _founding = Founding.Open(leaf.ToBytes()).Required();
        _log = RecordLog.Create(_logFolder, new LogSettings(_logKey.Verifier)).Required();
        _log.Append([leaf]).Required();
        var framework = MissionActs.Framework();
        var body = Attached.Body(new byte[Committed.SaltBytes], framework);
        var attached = new Attached(Attached.CommitTo(body), CiphertextHash: null);
        var machines = MissionOf(framework).ForRecord();
        var much = new Allowance(Burst: 1_000_000_000, PerMinute: 1_000_000_000);
        _settings = new ReceptionSettings(_receiptKey, Reading("operator"), machines,
            new SendingLimits { Key = much, Organisation = much, Reserve = much }, RandomNumberGenerator.GetBytes,
            _snapshots);
        _reception = Reception.Open(_log, _bodyFolder, _settings).Required();
        MissionActs.Organisations.ToList().ForEach(o => Enrol(o, o, "desk"));
        Enrol("operator", Operator, EnrolledKey.OperatorRole);
        var act = new JsonValue.Members([new("framework", new JsonValue.Text(Digest.Of(framework).ToString())),
            new("body", new JsonValue.Text(attached.Commit.ToString()))]);
        Recorded(_pens["operator"].Pen.Sign(Draft("operator", "framework.revise", act,
            MissionActs.Start - MissionActs.Hour) with
        {
            Attached = [attached],
        }, new SubmittedBody(body, Wraps: null)), MissionActs.Start - MissionActs.Hour);
    }

    /// <summary>Sends acts: how many a second by the clock, and a second of all processor time.</summary>
    /// <param name="count">How many; the first tenth warms up and is not counted.</param>
    /// <param name="confidential">The share of subjects for an audience.</param>
    public (double PerSecond, double PerProcessorSecond) Send(int count, double confidential)
    {
        var (wall, processor, sent) = (0.0, 0.0, 0);
        var writer = new RecordWriter(_log);
        var seen = 0;
        var chunk = Math.Clamp(count / 10, 1, SignedAtOnce);
        foreach (var acts in new MissionActs(new ActPen(Draft, Ready), confidential).All().Take(count).Chunk(chunk))
        {
            var hands = acts.GroupBy(a => a.Story % Hands).Select(g => g.Select(a => (_ready[a.Hash], a.ReceivedAt))
                .ToArray()).ToArray();
            _ready.Clear();
            var (begun, clock) = (Measure.ProcessSeconds(), Stopwatch.GetTimestamp());
            Task.WaitAll([.. hands.Select(hand => Task.Run(() => Send(writer, hand)))]);
            seen += acts.Length;
            if (seen > count / 10)
            {
                wall += Stopwatch.GetElapsedTime(clock).TotalSeconds;
                processor += Measure.ProcessSeconds() - begun;
                sent += acts.Length;
            }
        }

        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return (sent / wall, sent / processor);
    }

    /// <summary>
    /// The public's state, read from the log's first entries as a reader does it: how many a second by the clock, and a
    /// second of all processor time. The machines take them; nothing is judged again.
    /// </summary>
    public (double PerSecond, double PerProcessorSecond) Read(int count)
    {
        var mission = MissionOf(MissionActs.Framework());
        var size = Math.Min(_log.Size, count);
        IEnumerable<Leaf> Leaves()
        {
            for (var index = 0L; index < size; index++)
            {
                yield return Leaf.Parse(_log.Entries(index, index + 1).AsMemory(Frame.EntryHeadBytes)).Required();
            }
        }

        var fold = mission.Begin();
        var (begun, clock) = (Measure.ProcessSeconds(), Stopwatch.GetTimestamp());
        RecordFold.Read(_founding, Leaves, BodySource.Of(_bodyFolder), [], mission.Reading(fold));
        return (size / Stopwatch.GetElapsedTime(clock).TotalSeconds, size / (Measure.ProcessSeconds() - begun));
    }

    /// <summary>Writes a snapshot, and opens log and reception again from it: seconds by the clock.</summary>
    public (double Seconds, double Megabytes) Reopen()
    {
        _ = _reception.WriteSnapshot() ? true : throw new InvalidOperationException("no snapshot was written");
        var size = _log.Size;
        _reception.Dispose();
        _log.Dispose();
        (_reception, _log) = (null!, null!);
        GC.Collect();
        var begun = Stopwatch.GetTimestamp();
        _log = RecordLog.Open(_logFolder).Required();
        _reception = Reception.Open(_log, _bodyFolder, _settings).Required();
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return _reception.SnapshotPassedOver is null && _reception.ReadAtStart == 0 && _log.Size == size
            ? (seconds, _snapshots.Names().Sum(n => _snapshots.Length(n) ?? 0) / 1e6)
            : throw new InvalidOperationException($"not from the snapshot: {_reception.SnapshotPassedOver}");
    }

    public void Dispose()
    {
        _reception.Dispose();
        _log.Dispose();
        foreach (var (device, _) in _pens.Values)
        {
            device.Dispose();
        }

        foreach (var folder in new[] { _logFolder, _bodyFolder, _snapshots })
        {
            folder.Dispose();
        }

        _logKey.Dispose();
        _receiptKey.Dispose();
    }

    private static Mission.Mission MissionOf(byte[] framework)
    {
        var commit = Attached.CommitTo(Attached.Body(new byte[Committed.SaltBytes], framework));
        return new(new Sources
        {
            Body = (a, _) => a.Commit == commit ? framework : (ReadOnlyMemory<byte>?)null,
        });
    }

    private static DeviceSigner Root(string organisation) => MissionActs.Device($"root of {organisation}");

    private static ReadingKey Reading(string name) =>
        new(Digest.Of(Encoding.UTF8.GetBytes($"reads: {name}")).ToArray());

    private static Cosigner Cosigner(string name) => new(name, "egypt", new SigningKey($"{name}.example/w",
        KeyUse.Cosignature, Digest.Of(Encoding.UTF8.GetBytes(name)).ToArray()).Verifier);

    private async Task Send(RecordWriter writer, (Submission Submission, long At)[] hand)
    {
        foreach (var (submission, at) in hand)
        {
            var item = _reception.Check(submission, at);
            var result = item.Refusal is null
                ? await writer.TryAppend(_reception.Arrive(item))!.ConfigureAwait(false) : default;
            if (_reception.Answer(item, result) is Answer.Refused refused)
            {
                throw new InvalidOperationException(refused.Refusal.Words);
            }
        }
    }

    private Statement Draft(string author, string type, JsonValue act, long at) =>
        _pens[author].Pen.Draft(type, act, at, seen: 0, RandomNumberGenerator.GetBytes(Pen.RandomBytes));

    private Digest Ready(string author, Statement statement)
    {
        var pen = _pens[author].Pen;
        Recipient[] readers = [.. (statement.Audience?.Organisations ?? []).Append(Audience.Operator)
            .Select(o => new Recipient(o, 0, _readers[o]))];
        var submission = statement.Audience is null ? pen.Sign(statement)
            : pen.Seal(statement, readers, SealRandom.From(
                RandomNumberGenerator.GetBytes(SealRandom.BytesFor(readers.Length)), readers.Length));
        var hash = Digest.Of(submission.Statement.Span);
        _ready.Add(hash, submission);
        return hash;
    }

    private void Enrol(string name, string organisation, string role)
    {
        var device = MissionActs.Device(name);
        _pens[name] = (device, new Pen(device, _founding));
        using var root = Root(organisation);
        var enrol = new KeyAct.Enrol(organisation, device.Key, role, Area: null,
            KeyAct.Possess(device, _founding.Genesis.Origin, _founding.Hash, organisation));
        var at = MissionActs.Start - MissionActs.Hour;
        Recorded(new Pen(root, _founding).Sign(new Pen(root, _founding).Draft(
            enrol.Type, enrol.ToJson(), at, seen: 0, RandomNumberGenerator.GetBytes(Pen.RandomBytes))), at);
    }

    private void Recorded(Submission submission, long at)
    {
        if (_reception.Take(submission, at) is Answer.Refused refused)
        {
            throw new InvalidOperationException(refused.Refusal.Words);
        }
    }
}
