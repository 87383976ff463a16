using System.Text;
using Truce.Mission;
using Truce.Record;
using Truce.Verbs;
using Answer = Truce.Record.Answer;
using Leaf = Truce.Record.Leaf;
using Statement = Truce.Record.Statement;

namespace Truce.Missions;

/// <summary>
/// An exercise played into a log: keys of fixed seeds, a device for each organisation, two parties' witnesses and a
/// mirror, sealed steps, receipts. Time is the script's, so that every run gives the same bytes.
/// </summary>
internal sealed class ExerciseLog : IDisposable
{
    private readonly ExerciseFile _script;
    private readonly string _missionFolder;
    private readonly string _folder;
    private readonly List<IDisposable> _open = [];
    private readonly Dictionary<string, Pen> _pens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Entry, Digest Hash, string Subject)> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Digest> _decisions = new(StringComparer.Ordinal);
    private readonly SigningKey _logKey;
    private readonly SigningKey _receiptKey;
    private readonly Founding _founding;
    private readonly RecordLog _log;
    private readonly Folder _bodies;
    private readonly Reception _reception;
    private readonly List<(string Who, WitnessStore Store)> _witnesses = [];
    private readonly Mirror _mirror;
    private long _cosigned;
    private long _random;

    /// <summary>Begins the log in a folder that is empty or not there.</summary>
    /// <param name="script">The script, without defects.</param>
    /// <param name="missionFolder">Where the files lie that it attaches.</param>
    /// <param name="folder">Where the log goes, and beside it what the witnesses and the mirror keep.</param>
    public ExerciseLog(ExerciseFile script, string missionFolder, string folder)
    {
        (_script, _missionFolder, _folder) = (script, missionFolder, folder);
        (_logKey, _receiptKey) = (Key(Origin, KeyUse.Note), Key($"receipts.{Origin}", KeyUse.Note));
        var genesis = Genesis.Make(
            script.Title, _logKey.Verifier, _receiptKey.Verifier, Reading(Audience.Operator).Public,
            [.. Sorted.Select(o => new Founder(o, Device(o).Key, IsGuardian: true, Reading(o).Public))],
            [.. Witnessing.Select(o => new Cosigner(WitnessKey(o).Verifier.Name, o, WitnessKey(o).Verifier))],
            [new Cosigner(MirrorKey.Verifier.Name, Mirroring, MirrorKey.Verifier)]).Required();
        var first = new Outcome { ReceivedAt = script.Start, Fold = 0, Semantics = 0, Kind = OutcomeKind.Applied };
        var leaf = Founding.Seal(genesis, Sorted.Select(o => GuardianSignature.Sign(genesis, Device(o)).Required()),
            first.ToBytes()).Required();
        _founding = Founding.Open(leaf.ToBytes()).Required();
        _log = Opened(RecordLog.Create(Disk("log"), new LogSettings(_logKey.Verifier, 1 << 20)).Required());
        _log.Append([leaf]).Required();
        WriteKeys();
        _bodies = Disk("log/bodies");
        Sources = new MissionSources(_founding.Hash, BodySource.Of(_bodies), [Operator]);
        _reception = Opened(Reception.Open(_log, _bodies, new ReceptionSettings(
            _receiptKey, Reading(Audience.Operator), Sources.Mission.ForRecord(), new SendingLimits(), Random)).Required());
        foreach (var party in Witnessing)
        {
            _witnesses.Add((party, Opened(WitnessStore.Open(Disk($"witness-{party}"), WitnessKey(party),
                new WatchedLog(Origin, [_logKey.Verifier])).Required())));
        }

        _mirror = Opened(Mirror.Open(Disk($"mirror-{Mirroring}"), new WatchedLog(Origin, [_logKey.Verifier]), MirrorKey,
            Random(Digest.Bytes)).Required());
        Now = script.Start;
        Enrol();
    }

    /// <summary>The log's name.</summary>
    public string Origin => $"{_script.Host}/exercise";

    /// <summary>The log's folder.</summary>
    public string LogFolder => Path.Combine(_folder, "log");

    /// <summary>The log.</summary>
    public RecordLog Log => _log;

    /// <summary>Leaf 0.</summary>
    public Founding Founding => _founding;

    /// <summary>The script's time, in POSIX milliseconds.</summary>
    public long Now { get; private set; }

    /// <summary>The bodies beside the log.</summary>
    public BodySource Bodies => BodySource.Of(_bodies);

    /// <summary>The organisations that have a witness.</summary>
    public IEnumerable<string> Witnessing => _script.Organisations.Skip(1).Take(2);

    /// <summary>The organisation that has a mirror.</summary>
    public string Mirroring => _script.Organisations[3];

    /// <summary>What the parties ask of a checkpoint: both witnesses.</summary>
    public TrustPolicy Policy => TrustPolicy.Parse(Encoding.UTF8.GetBytes(
        $"log {_logKey.Verifier}\n" + string.Concat(Witnessing.Select(w => $"witness {w} {WitnessKey(w).Verifier}\n"))
        + $"group both all {string.Join(' ', Witnessing)}\nquorum both\n")).Required();

    /// <summary>The operator's eyes: every confidential step.</summary>
    public static Reader Operator => new(Audience.Operator, Reading(Audience.Operator));

    private MissionSources Sources { get; }

    private IEnumerable<string> Sorted => _script.Organisations.Order(StringComparer.Ordinal);

    private SigningKey MirrorKey => Key($"mirror.{Mirroring}.{_script.Host}", KeyUse.Cosignature);

    /// <summary>An organisation's eyes.</summary>
    public static Reader EyesOf(string organisation) => new(organisation, Reading(organisation));

    /// <summary>What an earlier act of the script became: its entry, and the subject that it is about.</summary>
    public (long Entry, string Subject) Labelled(string label) => (_labels[label].Entry, _labels[label].Subject);

    /// <summary>Plays an act; null, and a defect of the script, where it cannot be.</summary>
    public (long Index, Receipt Receipt)? Play(ScriptedAct act)
    {
        Now = Math.Max(Now, act.ReceivedAt);
        var files = new List<(string Field, AttachedFile File)>();
        if (StatementOf(act, files) is not { } draft)
        {
            return null;
        }

        var pen = PenOf(act.By, act.Device);
        var audience = act.Audience.IsEmpty ? null : Audience.Of(act.Audience).Required();
        var sealing = ActSealing.Of(_reception.Roster, audience, [.. files.Select(f => f.File)], act.SealedTo.IsEmpty ? new
            Dictionary<string, string[]>() : files.Where(f => f.Field is not "plan").ToDictionary(
                f => f.File.Name, _ => act.SealedTo.ToArray(), StringComparer.Ordinal), Random).Required();
        SubmittedBody[] bodies = [.. sealing.Bodies.Select(b => b.Body)];
        var statement = draft with { Audience = audience, Attached = [.. sealing.Bodies.Select(b => b.Attached)] };
        var submission = audience is null ? pen.Sign(statement, bodies) : pen.Seal(statement, sealing.Recipients,
            SealRandom.From(Random(SealRandom.BytesFor(sealing.Recipients.Count)), sealing.Recipients.Count), bodies);
        if (_reception.Take(submission, Now) is not Answer.Recorded recorded)
        {
            _script.Defect(act.Place, $"it was refused: {Said(_reception.Take(submission, Now))}",
                "mend the act: `truce mission act` says what it takes");
            return null;
        }

        Remember(act, recorded.Index, statement);
        return (recorded.Index, Receipt.Open(recorded.Receipt, _receiptKey.Verifier).Required());
    }

    /// <summary>Signs the tree, has both witnesses cosign, and mirrors it.</summary>
    public SignedNote Cosign()
    {
        var note = _log.Sign(_logKey).Required();
        foreach (var (party, store) in _witnesses)
        {
            var request = Witness.Request(
                _cosigned, Merkle.Consistency(_cosigned, _log.Size, _log.Subtree), note);
            var answer = store.AddCheckpoint(request, Now / 1_000);
            if (Witness.Read(answer.Status, Encoding.UTF8.GetBytes(answer.Body), note, WitnessKey(party).Verifier)
                is WitnessReply.Cosigned cosigned)
            {
                note = note.With([cosigned.Line]);
            }
        }

        note = _log.Publish(note).Required();
        Mirrored(note);
        _cosigned = _log.Size;
        return note;
    }

    /// <summary>The state as somebody may know it, read again from the log.</summary>
    /// <param name="reader">His eyes; null for everybody.</param>
    public (Fold Fold, ReaderReport Report) Read(Reader? reader)
    {
        Reader[] readers = reader is null ? [] : [reader];
        var sources = new MissionSources(_founding.Hash, Bodies, readers);
        var fold = sources.Mission.Begin();
        var report = RecordFold.Read(_founding, () => Leaves(_log), Bodies, readers, sources.Mission.Reading(fold));
        return (fold, report);
    }

    /// <summary>Recomputes every R that somebody can open.</summary>
    public ReplayReport Replayed(Reader? reader)
    {
        Reader[] readers = reader is null ? [] : [reader];
        var sources = new MissionSources(_founding.Hash, Bodies, readers);
        return Replay.Run(_founding.Hash, () => Leaves(_log), Bodies, readers,
            RecordFold.Of(_founding, sources.Mission.ForRecord()));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _open.Reverse();
        _open.ForEach(o => o.Dispose());
        _logKey.Dispose();
        _receiptKey.Dispose();
    }

    internal static IEnumerable<Leaf> Leaves(RecordLog log)
    {
        for (var i = 0L; i < log.Size; i++)
        {
            yield return Leaf.Parse(log.Entries(i, i + 1)!.AsMemory(sizeof(ushort))).Required();
        }
    }

    private static string Said(Answer answer) => answer is Answer.Refused refused ? refused.Refusal.Words : answer.ToString();

    private Statement? StatementOf(ScriptedAct act, List<(string Field, AttachedFile File)> files)
    {
        var members = new List<KeyValuePair<string, JsonValue>>();
        var form = new ExerciseAct(_script, act, _labels.ToDictionary(l => l.Key, l => (l.Value.Hash, l.Value.Subject)),
            _missionFolder, Random, files, members);
        if (!form.Write())
        {
            return null;
        }

        var subject = act.About.Length == 0 ? null : _labels[act.About].Subject;
        var expects = act.Row.Row.Kind != RowKind.Decides ? null : new[]
        {
            new Expectation(subject!, act.Saw switch
            {
                null => _decisions.TryGetValue(subject!, out var last) ? last : null,
                "nothing" => null,
                _ => _labels[act.Saw].Hash,
            }),
        };
        return PenOf(act.By, act.Device).Draft($"{act.Row.Machine.Name}.{act.Row.Row.Command}",
            new JsonValue.Members(members), act.OccurredAt, _log.Size, Random(Pen.RandomBytes)) with
        {
            Expects = expects,
            For = form.For,
        };
    }

    private void Remember(ScriptedAct act, long index, Statement statement)
    {
        var leaf = Leaf.Parse(_log.Entries(index, index + 1)!.AsMemory(sizeof(ushort))).Required();
        var hash = Digest.Of(leaf.Statement.Span);
        var subject = act.About.Length > 0 ? _labels[act.About].Subject : Mission.Mission.IdOf(act.Row.Machine, hash);
        if (act.Label.Length > 0)
        {
            _labels[act.Label] = (index, hash, subject);
        }

        if (statement.Expects is not null && act.Expect == OutcomeKind.Applied)
        {
            _decisions[subject] = hash;
        }
    }

    private void Enrol()
    {
        foreach (var organisation in _script.Organisations)
        {
            var devices = organisation == _script.Organisations[0] ? new[] { "desk", "relief", "operator" }
                : ["desk", "relief"];
            foreach (var device in devices)
            {
                var signer = Device($"{organisation} {device}");
                var role = device == "operator" ? EnrolledKey.OperatorRole : "desk";
                var enrol = new KeyAct.Enrol(organisation, signer.Key, role, null,
                    KeyAct.Possess(signer, Origin, _founding.Hash, organisation));
                var root = PenOf(organisation, "");
                _reception.Take(root.Sign(root.Draft(
                    enrol.Type, enrol.ToJson(), Now, _log.Size, Random(Pen.RandomBytes))), Now);
            }
        }
    }

    /// <summary>A device's pen; without a device the organisation's root.</summary>
    private Pen PenOf(string organisation, string device)
    {
        var name = device.Length == 0 ? organisation : $"{organisation} {device}";
        return _pens.TryGetValue(name, out var pen) ? pen : _pens[name] = new Pen(Device(name), _founding);
    }

    private void Mirrored(SignedNote note)
    {
        var from = _mirror.Size;
        _mirror.AddCheckpoint(Witness.Request(
            _cosigned, Merkle.Consistency(_cosigned, _log.Size, _log.Subtree), note));
        var (upload, refusal) = _mirror.Begin(new UploadHeader(Origin, from, _log.Size, default));
        foreach (var (first, end) in upload is null ? [] : Packages.Of(from, _log.Size))
        {
            var entries = Enumerable.Range((int)first, (int)(end - first))
                .Select(i => (ReadOnlyMemory<byte>)_log.Entries(i, i + 1)![2..]);
            refusal ??= _mirror.Take(upload!, new EntryPackage(first, [.. entries], []));
        }

        if (upload is not null && refusal is null)
        {
            _mirror.Finish(upload, Now / 1_000);
        }
    }

    /// <summary>The keys of everybody, as `record init --exercise` lays them down: no real mission keeps them so.</summary>
    private void WriteKeys()
    {
        var keys = Directory.CreateDirectory(Path.Combine(LogFolder, RecordFolder.KeysName)).FullName;
        void Put(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(keys, name), bytes);
        Put(RecordFolder.LogKeyName, Encoding.UTF8.GetBytes(SecretKey.Text(Origin, KeyUse.Note, Seed(Origin)) + "\n"));
        var receipts = $"receipts.{Origin}";
        Put(RecordFolder.ReceiptKeyName,
            Encoding.UTF8.GetBytes(SecretKey.Text(receipts, KeyUse.Note, Seed(receipts)) + "\n"));
        Put("reading.key", Private(PrivateKeyKind.X25519, $"reading {Audience.Operator}"));
        foreach (var organisation in _script.Organisations)
        {
            Put($"{organisation}.key", Private(PrivateKeyKind.Ed25519, $"device {organisation}"));
            Put($"{organisation}.desk.key", Private(PrivateKeyKind.Ed25519, $"device {organisation} desk"));
            Put($"{organisation}.reading.key", Private(PrivateKeyKind.X25519, $"reading {organisation}"));
        }
    }

    private static byte[] Private(PrivateKeyKind kind, string name) =>
        PrivateKeyFile.From(kind, Seed(name)).Required().ToBytes();

    private SigningKey WitnessKey(string party) => Key($"witness.{party}.{_script.Host}", KeyUse.Cosignature);

    private static SigningKey Key(string name, KeyUse use) => new(name, use, Seed(name));

    private static DeviceSigner Device(string name) =>
        DeviceSigner.From(DeviceKeyKind.Ed25519, Seed($"device {name}")).Required();

    private static ReadingKey Reading(string name) => new(Seed($"reading {name}"));

    private static byte[] Seed(string name) => Digest.Of(Encoding.UTF8.GetBytes($"truce exercise {name}")).ToArray();

    private byte[] Random(int count) =>
        [.. Enumerable.Range(0, (count / Digest.Bytes) + 1).SelectMany(_ => Seed($"random {_random++}")).Take(count)];

    private Folder Disk(string name) =>
        Opened(new Folder(Directory.CreateDirectory(Path.Combine(_folder, name)).FullName));

    private T Opened<T>(T item)
        where T : IDisposable
    {
        _open.Add(item);
        return item;
    }
}
