using System.Text;
using Truce.Mission;
using Truce.Record;
using Truce.Verbs;
using Answer = Truce.Record.Answer;
using Leaf = Truce.Record.Leaf;

namespace Truce.Missions;

/// <summary>
/// An exercise played into a log: keys of fixed seeds, a device for each organisation, two parties' witnesses and a
/// mirror, sealed steps, receipts. Time is the script's, so that every run gives the same bytes.
/// </summary>
internal sealed class ExerciseLog : IDisposable
{
    /// <summary>The log's folder, below that of the exercise.</summary>
    public const string LogName = "log";

    /// <summary>The file of the parties' policy, in the folder of the exercise.</summary>
    public const string PolicyName = "policy";

    private static readonly SeededKeys Seeded = new("exercise");

    private readonly Func<int, byte[]> _random = Seeded.Randomness();
    private readonly ExerciseFile _script;
    private readonly string _missionFolder;
    private readonly string _folder;
    private readonly List<IDisposable> _open = [];
    private readonly Dictionary<string, Pen> _pens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Entry, Digest Hash, string Subject)> _labels =
        new(StringComparer.Ordinal);

    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<long, SignedNote> _receipts = [];
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

    /// <summary>Begins the log in a folder that is empty or not there.</summary>
    /// <param name="script">The script, without defects.</param>
    /// <param name="missionFolder">Where the files lie that it attaches.</param>
    /// <param name="folder">Where the log goes, and beside it what the witnesses and the mirror keep.</param>
    public ExerciseLog(ExerciseFile script, string missionFolder, string folder)
    {
        (_script, _missionFolder, _folder) = (script, missionFolder, folder);
        _logKey = Seeded.Signing(Origin, KeyUse.Note);
        _receiptKey = Seeded.Signing($"receipts.{Origin}", KeyUse.Note);
        var genesis = Genesis.Make(
            script.Title, _logKey.Verifier, _receiptKey.Verifier, Seeded.Reading(Audience.Operator).Public,
            [.. Sorted.Select(o => new Founder(o, Seeded.Device(o).Key, IsGuardian: true, Seeded.Reading(o).Public))],
            [.. Witnessing.Select(o => new Cosigner(WitnessKey(o).Verifier.Name, o, WitnessKey(o).Verifier))],
            [new Cosigner(MirrorKey.Verifier.Name, Mirroring, MirrorKey.Verifier)]).Required();
        var first = new Outcome { ReceivedAt = script.Start, Fold = 0, Semantics = 0, Kind = OutcomeKind.Applied };
        var leaf = Founding.Seal(
            genesis, Sorted.Select(o => GuardianSignature.Sign(genesis, Seeded.Device(o)).Required()),
            first.ToBytes()).Required();
        _founding = Founding.Open(leaf.ToBytes()).Required();
        _log = Opened(RecordLog.Create(Disk("log"), new LogSettings(_logKey.Verifier, 1 << 20)).Required());
        _log.Append([leaf]).Required();
        File.WriteAllBytes(PolicyFile, PolicyBytes);
        WriteKeys();
        _bodies = Disk("log/bodies");
        Sources = new MissionSources(_founding.Lineage, BodySource.Of(_bodies), [Operator]);
        _reception = Opened(Reception.Open(_log, _bodies, new ReceptionSettings(
            _receiptKey, Seeded.Reading(Audience.Operator), Sources.Mission.ForRecord(), new SendingLimits(), _random))
            .Required());
        foreach (var party in Witnessing)
        {
            _witnesses.Add((party, Opened(WitnessStore.Open(Disk($"witness-{party}"), WitnessKey(party),
                new WatchedLog(Origin, [_logKey.Verifier])).Required())));
        }

        _mirror = Opened(Mirror.Open(Disk($"mirror-{Mirroring}"), new WatchedLog(Origin, [_logKey.Verifier]), MirrorKey,
            _random(Digest.Bytes)).Required());
        Now = script.Start;
        Enrol();
    }

    /// <summary>The log's name.</summary>
    public string Origin => $"{_script.Host}/exercise";

    /// <summary>The log's folder.</summary>
    public string LogFolder => Path.Combine(_folder, LogName);

    /// <summary>The policy of whoever trusts no checkpoint but one that both parties' witnesses cosigned.</summary>
    public string PolicyFile => Path.Combine(_folder, PolicyName);

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
    public TrustPolicy Policy => TrustPolicy.Parse(PolicyBytes).Required();

    private byte[] PolicyBytes => Encoding.UTF8.GetBytes($"log {_logKey.Verifier}\n"
        + string.Concat(Witnessing.Select(w => $"witness {w} {WitnessKey(w).Verifier}\n"))
        + $"group both all {string.Join(' ', Witnessing)}\nquorum both\n");

    /// <summary>The operator's eyes: every confidential step.</summary>
    public static Reader Operator => new(Audience.Operator, Seeded.Reading(Audience.Operator));

    /// <summary>As whom it is replayed: the public, each party that has a witness, an auditor.</summary>
    public IEnumerable<(string Who, Reader? Reader)> Eyes =>
        [("the public", null), .. Witnessing.Select(w => (w, (Reader?)EyesOf(w))), ("an auditor", Operator)];

    /// <summary>The first instant after the last act, as a command line takes it.</summary>
    public string Until => DateTimeOffset.FromUnixTimeMilliseconds(Now + 60_000)
        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private MissionSources Sources { get; }

    private IEnumerable<string> Sorted => _script.Organisations.Order(StringComparer.Ordinal);

    private SigningKey MirrorKey => Seeded.Signing($"mirror.{Mirroring}.{_script.Host}", KeyUse.Cosignature);

    /// <summary>An organisation's eyes.</summary>
    public static Reader EyesOf(string organisation) => new(organisation, Seeded.Reading(organisation));

    /// <summary>What an act of the script became: its entry, and the subject that it is about.</summary>
    public (long Entry, string Subject) Labelled(string label) => (_labels[label].Entry, _labels[label].Subject);

    /// <summary>What a confidential act attaches, the first that a reader can open; null where there is none.</summary>
    public ReadOnlyMemory<byte>? Attachment(string label, Reader reader)
    {
        var leaf = Leaf.Parse(_log.Entries(_labels[label].Entry, _labels[label].Entry + 1)!.AsMemory(sizeof(ushort)))
            .Required();
        return Entry.Read(_labels[label].Entry, leaf).Value is Entry.Confidential { Statement: var s }
            && Bodies.Body(s.CiphertextHash) is { } sealedStep && Bodies.Wraps(s.CiphertextHash) is { } wraps
            && Seal.Open(s, leaf.Signature.Span, _founding.Hash, sealedStep, wraps, reader).Value is { } statement
            ? statement.Attached.Select(a => a.CiphertextHash is { } hash && Bodies.Body(hash) is { } document
                && Bodies.Wraps(hash) is { } grants ? Seal.Open(a, _founding.Hash, document, grants, reader) : null)
                .FirstOrDefault(d => d is not null)
            : null;
    }

    /// <summary>The receipt of an act that was recorded.</summary>
    public Receipt ReceiptOf(long entry) => Receipt.Open(_receipts[entry], _receiptKey.Verifier).Required();

    /// <summary>
    /// Plays the script: each act is signed when it happens and taken when it comes in; witnesses cosign each evening
    /// on which something came. What cannot be played is a defect of the script, and the rest goes on.
    /// </summary>
    /// <param name="played">Hears each act with its entry, in the order of the log.</param>
    public void Play(Action<ScriptedAct, long> played)
    {
        const long day = ExerciseFile.Week / 7;
        var signed = new Dictionary<ScriptedAct, Submission>();
        foreach (var (act, at, isTaking) in _script.Acts
            .SelectMany((a, i) => new[] { (a, At: a.SignedAt, i, false), (a, At: a.ReceivedAt, i, true) })
            .OrderBy(x => x.At).ThenBy(x => x.i).ThenBy(x => x.Item4).Select(x => (x.a, x.At, x.Item4)))
        {
            if (at / day > Now / day && _log.Size > _cosigned)
            {
                Cosign();
            }

            Now = Math.Max(Now, at);
            if (!isTaking && Signed(act) is { } submission)
            {
                signed.Add(act, submission);
            }
            else if (isTaking && signed.Remove(act, out var sent) && Taken(act, sent) is { } entry)
            {
                played(act, entry);
            }
        }

        Cosign();
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
        note = _log.Publish(note.With([Mirrored(note)])).Required();
        _cosigned = _log.Size;
        return note;
    }

    /// <summary>The state as somebody may know it, read again from the log.</summary>
    /// <param name="reader">His eyes; null for everybody.</param>
    public (Fold Fold, ReaderReport Report) Read(Reader? reader)
    {
        Reader[] readers = reader is null ? [] : [reader];
        var sources = new MissionSources(_founding.Lineage, Bodies, readers);
        var fold = sources.Mission.Begin();
        var report = RecordFold.Read(_founding, () => Leaves(_log), Bodies, readers, sources.Mission.Reading(fold));
        return (fold, report);
    }

    /// <summary>Recomputes every R that somebody can open.</summary>
    public ReplayReport Replayed(Reader? reader)
    {
        Reader[] readers = reader is null ? [] : [reader];
        var sources = new MissionSources(_founding.Lineage, Bodies, readers);
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

    private static string Said(Answer answer) =>
        answer is Answer.Refused refused ? refused.Refusal.Words : answer.ToString();

    /// <summary>An act as its author's device sends it; null, and a defect of the script, where it has no form.
    /// </summary>
    private Submission? Signed(ScriptedAct act)
    {
        var known = _labels.ToDictionary(l => l.Key, l => (l.Value.Hash, l.Value.Subject));
        var form = new ExerciseAct(_script, act, known, _missionFolder, _random, () => Read(Operator).Fold);
        if (!form.Write())
        {
            Remember(act, Digest.Of(Encoding.UTF8.GetBytes(act.Label)));
            return null;
        }

        var pen = PenOf(act.By, act.Device);
        var audience = act.Audience.IsEmpty ? null : Audience.Of([.. act.Audience]).Required();
        var alone = form.Files.Where(f => !act.SealedTo.IsEmpty && f.Field != "plan")
            .ToDictionary(f => f.File.Name, _ => act.SealedTo.ToArray(), StringComparer.Ordinal);
        var sealing = ActSealing.Of(
            _reception.Roster, audience, [.. form.Files.Select(f => f.File)], alone, _random).Required();
        SubmittedBody[] bodies = [.. sealing.Bodies.Select(b => b.Body)];
        var statement = pen.Draft(
            act.Type, form.Members, act.SignedAt, _log.Size, _random(Pen.RandomBytes)) with
        {
            Expects = Expects(act),
            For = form.For,
            Audience = audience,
            Attached = [.. sealing.Bodies.Select(b => b.Attached)],
        };
        statement = act.Again is null ? statement : statement with { Id = _ids[act.Again] };
        if (Mission.Mission.FormFault(statement) is { } fault)
        {
            _script.Defect(act.Place, fault, $"`truce mission act {act.Type}` shows its fields and an example");
            Remember(act, Digest.Of(Encoding.UTF8.GetBytes(act.Label)));
            return null;
        }

        var submission = audience is null ? pen.Sign(statement, bodies) : pen.Seal(statement, sealing.Recipients,
            SealRandom.From(_random(SealRandom.BytesFor(sealing.Recipients.Count)), sealing.Recipients.Count),
            bodies);
        Remember(act, Digest.Of(submission.Statement.Span));
        _ids[act.Label] = statement.Id;
        return submission;
    }

    /// <summary>The last decision on a subject that the author of a decision saw.</summary>
    private Expectation[]? Expects(ScriptedAct act)
    {
        if (act.Row.Row.Kind != RowKind.Decides || act.About.Length == 0)
        {
            return null;
        }

        var subject = _labels[act.About].Subject;
        return
        [
            new Expectation(subject, act.Saw switch
            {
                null => _decisions.TryGetValue(subject, out var last) ? last : null,
                "nothing" => null,
                var label => _labels[label].Hash,
            }),
        ];
    }

    private void Remember(ScriptedAct act, Digest hash)
    {
        if (act.Label.Length > 0)
        {
            _labels[act.Label] = (-1, hash, act.About.Length > 0 ? _labels[act.About].Subject
                : Mission.Mission.IdOf(act.Row.Machine, hash));
        }
    }

    /// <summary>An act's entry; null, and a defect of the script, where it was refused.</summary>
    private long? Taken(ScriptedAct act, Submission submission)
    {
        if (_reception.Take(submission, Now) is not Answer.Recorded recorded)
        {
            _script.Defect(act.Place, $"it was refused: {Said(_reception.Take(submission, Now))}",
                $"mend the act: `truce mission act {act.Type}` says what it takes");
            return null;
        }

        _receipts[recorded.Index] = recorded.Receipt;
        if (act.Label.Length > 0)
        {
            _labels[act.Label] = _labels[act.Label] with { Entry = recorded.Index };
        }

        if (act.Row.Row.Kind == RowKind.Decides && act.Expect == OutcomeKind.Applied)
        {
            _decisions[_labels[act.About].Subject] = Digest.Of(submission.Statement.Span);
        }

        return recorded.Index;
    }

    private void Enrol()
    {
        foreach (var organisation in _script.Organisations)
        {
            foreach (var device in DevicesOf(organisation))
            {
                var signer = Seeded.Device($"{organisation} {device}");
                var role = device == "operator" ? EnrolledKey.OperatorRole : "desk";
                var enrol = new KeyAct.Enrol(organisation, signer.Key, role, null,
                    KeyAct.Possess(signer, Origin, _founding.Hash, organisation));
                var root = PenOf(organisation, "");
                _reception.Take(root.Sign(root.Draft(
                    enrol.Type, enrol.ToJson(), Now, _log.Size, _random(Pen.RandomBytes))), Now);
            }
        }
    }

    private string[] DevicesOf(string organisation) =>
        organisation == _script.Organisations[0] ? ["desk", "relief", "operator"] : ["desk", "relief"];

    /// <summary>A device's pen; without a device the organisation's root.</summary>
    private Pen PenOf(string organisation, string device)
    {
        var name = device.Length == 0 ? organisation : $"{organisation} {device}";
        return _pens.TryGetValue(name, out var pen) ? pen : _pens[name] = new Pen(Seeded.Device(name), _founding);
    }

    /// <summary>The mirror takes every entry that it lacks, and cosigns what it holds.</summary>
    /// <exception cref="InvalidOperationException">The mirror refuses: the log and it do not fit.</exception>
    private NoteSignature Mirrored(SignedNote note)
    {
        var from = _mirror.Size;
        _mirror.AddCheckpoint(Witness.Request(
            _cosigned, Merkle.Consistency(_cosigned, _log.Size, _log.Subtree), note));
        var (upload, refusal) = _mirror.Begin(new UploadHeader(Origin, from, _log.Size, default));
        foreach (var (first, end) in upload is null ? [] : Packages.Of(from, _log.Size))
        {
            var entries = Enumerable.Range((int)first, (int)(end - first))
                .Select(i => (ReadOnlyMemory<byte>)_log.Entries(i, i + 1)![2..]);
            refusal ??= _mirror.Take(upload!, new EntryPackage(first, [.. entries], SubtreeProof.Make(
                first / Tile.FullWidth * Tile.FullWidth, end, _log.Size, _log.Subtree)));
        }

        var answer = refusal ?? _mirror.Finish(upload!, Now / 1_000);
        return Witness.Read(answer.Status, Encoding.UTF8.GetBytes(answer.Body), note, MirrorKey.Verifier)
            is WitnessReply.Cosigned cosigned ? cosigned.Line
            : throw new InvalidOperationException($"the mirror refused: {answer.Status} {answer.Body}");
    }

    /// <summary>The keys of everybody, beside the log: it is an exercise, and no real mission keeps them so.</summary>
    private void WriteKeys()
    {
        var keys = Directory.CreateDirectory(Path.Combine(LogFolder, RecordFolder.KeysName)).FullName;
        void Put(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(keys, name), bytes);
        Put(RecordFolder.LogKeyName,
            Encoding.UTF8.GetBytes(SecretKey.Text(Origin, KeyUse.Note, Seeded.Seed(Origin)) + "\n"));
        var receipts = $"receipts.{Origin}";
        Put(RecordFolder.ReceiptKeyName,
            Encoding.UTF8.GetBytes(SecretKey.Text(receipts, KeyUse.Note, Seeded.Seed(receipts)) + "\n"));
        Put("reading.key", Private(PrivateKeyKind.X25519, $"reading {Audience.Operator}"));
        foreach (var organisation in _script.Organisations)
        {
            Put($"{organisation}.key", Private(PrivateKeyKind.Ed25519, $"device {organisation}"));
            foreach (var device in DevicesOf(organisation))
            {
                Put($"{organisation}.{device}.key", Private(PrivateKeyKind.Ed25519, $"device {organisation} {device}"));
            }

            Put($"{organisation}.reading.key", Private(PrivateKeyKind.X25519, $"reading {organisation}"));
        }
    }

    private static byte[] Private(PrivateKeyKind kind, string name) =>
        PrivateKeyFile.From(kind, Seeded.Seed(name)).Required().ToBytes();

    private SigningKey WitnessKey(string party) =>
        Seeded.Signing($"witness.{party}.{_script.Host}", KeyUse.Cosignature);

    private Folder Disk(string name) =>
        Opened(new Folder(Directory.CreateDirectory(Path.Combine(_folder, name)).FullName));

    private T Opened<T>(T item)
        where T : IDisposable
    {
        _open.Add(item);
        return item;
    }
}
