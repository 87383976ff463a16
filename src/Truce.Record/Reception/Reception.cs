using System.Diagnostics;

namespace Truce.Record;

/// <summary>What a reception works with.</summary>
/// <param name="ReceiptKey">The key of receipts and refusals that leaf 0 names.</param>
/// <param name="ReadingKey">
/// The mission's reading key; null where it was not entered: confidential acts are refused.
/// </param>
/// <param name="Machines">The mission's machines.</param>
/// <param name="Limits">What each may send.</param>
/// <param name="Random">Gives so many random bytes: the operator's salts and keys.</param>
/// <param name="Snapshots">The folder of the folds' snapshot; null for none.</param>
/// <param name="HeldBefore">
/// Where the log that this one continues holds a statement, by SHA-256(S or S′); null where it does not. Without it
/// whoever read an old statement could enter it anew.
/// </param>
public sealed record ReceptionSettings(
    SigningKey ReceiptKey, ReadingKey? ReadingKey, Machines Machines, SendingLimits Limits, Func<int, byte[]> Random,
    Disk? Snapshots = null, Func<Digest, long?>? HeldBefore = null);

/// <summary>
/// The way of a statement into the log. Its form, its signature and its bodies are checked on any thread; access,
/// limits and R belong to its turn. Nothing that is signed is lost to a rule: only form, log, access, signature,
/// bodies and limits are refused, each by a signed refusal, and whatever is taken gets a receipt.
/// </summary>
public sealed partial class Reception : IDisposable
{
    /// <summary>The longest time for which a full queue is told to be waited for.</summary>
    public const long FullMilliseconds = 1_000;

    /// <summary>After what time one who was refused access asks again: an enrolment may have come.</summary>
    public const long AccessMilliseconds = 60_000;

    // The disk's own words name the operator's folders; they are for him, and a refusal is signed for everybody.
    private const string StoppedWords = "the log cannot write now: its operator knows why; send it again";

    /// <summary>
    /// How many audiences one organisation may open between two starts: each costs a pass over the log, and a place in
    /// every later one.
    /// </summary>
    public const int NewAudiencesMax = 16;

    private const long DayMilliseconds = 24 * 60 * 60_000;

    private readonly RecordLog _log;
    private readonly Bodies _bodies;
    private readonly Disk _bodyDisk;
    private readonly ReceptionSettings _settings;
    private readonly SendingMeter _meter;
    private readonly Dictionary<Digest, StoredBody> _staged = []; // they become durable before the next frame
    private readonly StatementIds _ids = new();
    private readonly RecordFold _clear;
    private readonly Dictionary<Audience, RecordFold> _folds = [];
    private readonly Dictionary<Audience, string> _openers = []; // the organisation whose step was the first
    private readonly Queue<VisibleEntry> _unwritten = []; // taken, and not yet in the log
    private readonly RefusalList _refused;
    private readonly DeviceChains _chains;

    private Reception(RecordLog log, Disk bodyDisk, Bodies bodies, ReceptionSettings settings, Founding founding)
    {
        (_log, _bodyDisk, _bodies, _settings) = (log, bodyDisk, bodies, settings);
        _clear = RecordFold.Begin(founding, _ids, audience: null, settings.Machines);
        _meter = new SendingMeter(settings.Limits);
        _refused = new RefusalList(settings.Snapshots);
        _chains = new DeviceChains(log.Find);
        log.BeforeFrame = StoreStaged;
    }

    /// <summary>Who may sign what, behind the last entry.</summary>
    public Roster Roster => _clear.Roster;

    /// <summary>Why nothing more is taken, for the operator alone; null while it is.</summary>
    public string? Stopped => _log.Stopped ?? _bodies.Stopped;

    /// <summary>The received_at of the last entry.</summary>
    public long LastReceivedAt { get; private set; }

    /// <summary>Which statements each device has made, as far as they are read.</summary>
    public DeviceChains Chains => _chains;

    private Founding Founding => Roster.Founding;

    private Reader? Operator => _settings.ReadingKey is { } key ? new Reader(Audience.Operator, key) : null;

    /// <summary>
    /// Begins at what the log holds: leaf 0, then every entry. The reading key and the receipt key are held against
    /// leaf 0. Costs one pass over the log.
    /// </summary>
    /// <param name="log">The log; it stays the caller's.</param>
    /// <param name="bodyDisk">The folder of the bodies.</param>
    /// <param name="settings">Keys, machines, limits.</param>
    public static Parsed<Reception> Open(RecordLog log, Disk bodyDisk, ReceptionSettings settings)
    {
        if (log.Size == 0 || log.Entries(0, 1) is not { } first)
        {
            return new Unreadable("the log has no leaf 0: `truce record init` makes one");
        }

        var founding = Founding.Open(first.AsMemory(Frame.EntryHeadBytes));
        if (!founding.IsValid)
        {
            return new Unreadable($"leaf 0: {founding.Error}");
        }

        var genesis = founding.Value.Genesis;
        if (!genesis.LogKey.Equals(log.Settings.Key))
        {
            return new Unreadable("leaf 0 names another log key than the log was made with");
        }

        if (!genesis.ReceiptKey.Equals(settings.ReceiptKey.Verifier))
        {
            return new Unreadable($"leaf 0 names the receipt key `{genesis.ReceiptKey}`, and this is another");
        }

        if (settings.ReadingKey is { } key && !key.Public.Equals(genesis.ReadingKey))
        {
            return new Unreadable("leaf 0 names another reading key than this one");
        }

        var bodies = Bodies.Open(bodyDisk);
        if (!bodies.IsValid)
        {
            return new Unreadable(bodies.Error);
        }

        var reception = new Reception(log, bodyDisk, bodies.Value, settings, founding.Value);
        if (reception.TakeAll() is { } fault)
        {
            reception.Dispose();
            return fault;
        }

        return reception;
    }

    /// <summary>
    /// Checks what can be checked before its turn, and stores what is attached durably. Any thread may call it.
    /// </summary>
    /// <param name="submission">What a device sent.</param>
    /// <param name="now">POSIX milliseconds.</param>
    /// <returns>What may take its turn, or the refusal.</returns>
    public Checked Check(Submission submission, long now)
    {
        var hash = Digest.Of(submission.Statement.Span);
        if (submission.Signature.Length > Leaf.SignatureBytesMax || submission.Bodies.Count > Submission.BodiesMax)
        {
            return Refuse(hash, now, RefusalReason.Form, "the signature or the number of bodies is over its limit");
        }

        var opened = submission.Ciphertext is null ? Clear(submission, hash, now) : Confidential(submission, hash, now);
        if (opened.Refusal is not null)
        {
            return opened;
        }

        if (Roster.Find(opened.Statement!.Key) is null)
        {
            // Its turn would say the same; before it, nothing of a stranger's is stored.
            return Refuse(hash, now, RefusalReason.Access, $"the key `{opened.Statement.Key}` is not enrolled here",
                now + AccessMilliseconds);
        }

        var fault = _settings.Machines.FormFault(opened.Statement);
        return fault is not null
            ? Refuse(opened, now, RefusalReason.Form, fault)
            : Stored(opened, submission, now);
    }

    /// <summary>
    /// The arrival of what was checked, to be handed to the log's writer. Its turn may still refuse it: the answer
    /// says so.
    /// </summary>
    public Arrival Arrive(Checked item)
    {
        if (item.Refusal is not null)
        {
            throw new ArgumentException("what was refused does not arrive", nameof(item));
        }

        return new Arrival(item.Bytes, item.Signature, item.Hash, index => TakeTurn(item, index));
    }

    /// <summary>What the sender is told, when the turn is over.</summary>
    public Answer Answer(Checked item, Parsed<Appended> result)
    {
        if (item.Refusal is { } refusal)
        {
            return Signed(refusal);
        }

        if (!result.IsValid)
        {
            return Signed(new Refusal(
                Founding.Genesis.Origin, item.Hash, item.Time, RefusalReason.Stopped, item.Time + FullMilliseconds,
                StoppedWords));
        }

        var received = result.Value.IsNew ? item.ReceivedAt : ReceivedAt(result.Value.Index);
        var receipt = new Receipt(
            Founding.Genesis.Origin, result.Value.Index, result.Value.Leaf, item.Hash, received);
        return new Answer.Recorded(receipt.Sign(_settings.ReceiptKey), result.Value.Index, result.Value.IsNew);
    }

    /// <summary>The answer where the queue has no room.</summary>
    public Answer Full(Checked item)
    {
        List(item);
        return Signed(new Refusal(
            Founding.Genesis.Origin, item.Hash, item.Time, RefusalReason.Full, item.Time + FullMilliseconds,
            "too many wait to be written: send it again in a second"));
    }

    /// <summary>Takes submissions one after the other, in one write, on the caller's thread.</summary>
    public IReadOnlyList<Answer> Take(IReadOnlyList<Submission> submissions, long now)
    {
        Checked[] items = [.. submissions.Select(s => Check(s, now))];
        var arriving = items.Where(i => i.Refusal is null).ToArray();
        var results = arriving.Zip(_log.AppendEach([.. arriving.Select(Arrive)])).ToDictionary();
        return [.. items.Select(i => Answer(i, results.GetValueOrDefault(i)))];
    }

    /// <summary>Takes one submission.</summary>
    public Answer Take(Submission submission, long now) => Take([submission], now)[0];

    /// <summary>
    /// The refusals to enrolled keys that no entry lists yet, as the acts of hourly entries; the operator enters them
    /// as statements of the type <see cref="RefusalList.Type"/>, and each is then listed no more.
    /// </summary>
    public IReadOnlyList<JsonValue> Refusals() => _refused.Acts();

    /// <summary>Gives the folder of the bodies free.</summary>
    public void Dispose()
    {
        _log.BeforeFrame = null;
        _bodies.Dispose();
    }

    private Checked Clear(Submission submission, Digest hash, long now)
    {
        var statement = Statement.Parse(submission.Statement.Span);
        if (!statement.IsValid)
        {
            return ConfidentialStatement.Parse(submission.Statement.Span).IsValid
                ? Refuse(hash, now, RefusalReason.Body, "a confidential statement comes with its ciphertext and wraps")
                : Refuse(hash, now, RefusalReason.Form, statement.Error);
        }

        return LogFault(statement.Value, hash) is { } other ? Refuse(hash, now, RefusalReason.Log, other)
            : !Statement.Verify(statement.Value.Key, statement.Value.Genesis, submission.Statement.Span,
                    submission.Signature.Span)
                ? Refuse(hash, now, RefusalReason.Signature, "the signature is not that of the key in the statement")
            : new Checked(submission.Statement, submission.Signature, hash, now, statement.Value, null, null);
    }

    private Checked Confidential(Submission submission, Digest hash, long now)
    {
        var s = ConfidentialStatement.Parse(submission.Statement.Span);
        if (!s.IsValid)
        {
            return Refuse(hash, now, RefusalReason.Form, s.Error);
        }

        if (Operator is not { } reader)
        {
            return Refuse(hash, now, RefusalReason.Stopped, "the mission's reading key was not entered",
                now + AccessMilliseconds);
        }

        var wraps = Wraps.Parse((submission.Wraps ?? default).Span);
        if (!wraps.IsValid)
        {
            return Refuse(hash, now, RefusalReason.Body, wraps.Error);
        }

        var ciphertext = submission.Ciphertext!.Value;
        var (statement, key) = Unsealed(s.Value, submission.Signature.Span, ciphertext.Span, wraps.Value, reader);
        if (!statement.IsValid)
        {
            return Refuse(hash, now, RefusalReason.Signature, statement.Error);
        }

        if (LogFault(statement.Value, hash) is { } other)
        {
            return Refuse(hash, now, RefusalReason.Log, other);
        }

        var audience = statement.Value.Audience!;
        if (Blind(audience) is { } blind)
        {
            List(new Checked(submission.Statement, submission.Signature, hash, now, statement.Value, null, null));
            return Refuse(hash, now, RefusalReason.Access, $"`{blind}` of the audience has no reading key here",
                now + AccessMilliseconds);
        }

        return new Checked(submission.Statement, submission.Signature, hash, now, statement.Value,
            StoredBody.Ciphertext(ciphertext, Wrapped(s.Value.CiphertextHash, key!, audience)) with
            {
                Names = [.. statement.Value.Attached.Select(a => a.Hash)],
            }, null);
    }

    /// <summary>
    /// The wraps that are kept are ours, to the keys that the roster has: a device that wraps something else for one of
    /// its audience takes nobody's reading away. Those that are there already stay.
    /// </summary>
    private Wraps Wrapped(Digest ciphertextHash, byte[] key, Audience audience)
    {
        if (Bodies.Wraps(_bodyDisk, ciphertextHash) is { } there && there.AreFor(audience))
        {
            return there;
        }

        var recipients = Recipients(audience);
        return Wraps.Make(Founding.Hash, ciphertextHash, key, recipients,
            [.. recipients.Select(_ => (ReadOnlyMemory<byte>)_settings.Random(PublicReadingKey.KeyBytes))]);
    }

    private string? Blind(Audience audience) =>
        audience.Organisations.FirstOrDefault(o => Roster.Find(o)?.ReadingKey is null);

    /// <summary>
    /// Opens what a device sealed: for this log, or for one before it, whose genesis its wraps are then bound to.
    /// </summary>
    private (Parsed<Statement> Statement, byte[]? Key) Unsealed(
        ConfidentialStatement s, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> ciphertext, Wraps wraps,
        Reader reader)
    {
        var own = Seal.Open(s, signature, Founding.Lineage, ciphertext, wraps, reader, out var key);
        foreach (var earlier in own.IsValid ? [] : Founding.Lineage.Earlier)
        {
            var opened = Seal.Open(s, signature, earlier.Genesis, ciphertext, wraps, reader, out key);
            if (opened.IsValid)
            {
                return (opened, key);
            }
        }

        return (own, key);
    }

    private string? LogFault(Statement statement, Digest hash) =>
        Founding.Lineage.EarlierOf(statement) is { } earlier
            ? _settings.HeldBefore?.Invoke(hash) is { } index
                ? $"`{earlier.Origin}` holds the statement already, as entry {Decimal.Text(index)}: its receipt stands"
                : null
        : statement.Origin != Founding.Genesis.Origin
            ? $"the statement is for `{statement.Origin}`, and this is `{Founding.Genesis.Origin}`"
        : statement.Genesis != Founding.Hash
            ? $"the statement is for the genesis `{statement.Genesis}`, and this log's is `{Founding.Hash}`"
        : null;

    /// <summary>Stores what the statement names: exactly that, no more and no less.</summary>
    private Checked Stored(Checked item, Submission submission, long now)
    {
        var given = new List<StoredBody>();
        foreach (var body in submission.Bodies)
        {
            var wraps = body.Wraps is { } bytes ? Wraps.Parse(bytes.Span) : default;
            if (wraps.Error is not null || body.Bytes.Length > Attached.BodyBytesMax)
            {
                return Refuse(item, now, RefusalReason.Body, wraps.Error ?? "a body is over 16 MiB");
            }

            var isCiphertext = wraps.Value is not null;
            if (isCiphertext && wraps.Value!.CiphertextHash != Digest.Of(body.Bytes.Span))
            {
                return Refuse(item, now, RefusalReason.Body, "wraps that come with a body are of another");
            }

            given.Add(isCiphertext ? StoredBody.Ciphertext(body.Bytes, wraps.Value) : StoredBody.Clear(body.Bytes));
        }

        var named = item.Statement!.Attached.Select(a => a.Hash).ToHashSet();
        bool IsMissing(Digest hash) => given.TrueForAll(g => g.Hash != hash) && Bodies.Get(_bodyDisk, hash) is null
            && !_erased.ContainsKey(hash); // its turn says so, unless it is a statement that is sent again
        if (named.FirstOrDefault(IsMissing) is var missing
            && missing != default)
        {
            return Refuse(item, now, RefusalReason.Body,
                $"the body `{missing}` that the statement names is missing");
        }

        if (given.Find(g => !named.Contains(g.Hash)) is { } extra)
        {
            return Refuse(item, now, RefusalReason.Body, $"the statement does not name the body `{extra.Hash}`");
        }

        return StoredAtOnce(item, given, now) ?? item;
    }

    /// <summary>
    /// Makes what is attached durable: machines may read it in the turn. The step's own ciphertext becomes durable with
    /// its frame; but a statement that stands in the log has no turn, and what it lost may come back with it.
    /// </summary>
    /// <returns>The refusal where that fails; null otherwise.</returns>
    private Checked? StoredAtOnce(Checked item, List<StoredBody> bodies, long now)
    {
        if (item.Body is not null && _log.Find(item.Hash) is not null)
        {
            bodies.Add(item.Body);
        }

        if (item.Body is null && bodies.Count == 0)
        {
            return null;
        }

        lock (_bodies)
        {
            bodies.RemoveAll(b => _erased.ContainsKey(b.Hash)); // a statement that is sent again brings nothing back
            return _bodies.Put(bodies) is not { } fault ? null
                : _bodies.Stopped is null ? Refuse(item, now, RefusalReason.Body, fault.Error)
                : Refuse(item.Hash, now, RefusalReason.Stopped, StoppedWords, now + AccessMilliseconds);
        }
    }

    /// <summary>Refuses what an enrolled key signed: the hour's list names it.</summary>
    private Checked Refuse(Checked item, long now, RefusalReason reason, string words)
    {
        List(item);
        return Refuse(item.Hash, now, reason, words);
    }

    private void List(Checked item)
    {
        if (item.Statement is { } statement && Roster.Find(statement.Key) is not null)
        {
            _refused.Add(item.Hash, statement.Audience is null ? statement.Key : null);
        }
    }

    private Checked Refuse(Digest hash, long now, RefusalReason reason, string words, long? resendAt = null) =>
        new(default, default, hash, now, null, null, new Refusal(
            Founding.Genesis.Origin, hash, now, reason, resendAt, OneLine(words)));

    private Answer.Refused Signed(Refusal refusal) => new(refusal.Sign(_settings.ReceiptKey), refusal);

    private static string OneLine(string words)
    {
        var line = string.Concat(words.Select(c => c < ' ' ? ' ' : c));
        return line.Length <= Refusal.WordsLengthMax ? line : line[..Refusal.WordsLengthMax];
    }

    private long ReceivedAt(long index) => TimeOf(LeafAt(index))
        ?? throw new UnreachableException("an entry of this log has no received_at");

    private Leaf LeafAt(long index) =>
        Leaf.Parse(_log.Entries(index, index + 1).AsMemory(Frame.EntryHeadBytes)).Required();

    private static long? TimeOf(Leaf leaf) =>
        Outcome.Parse(leaf.Outcome.Span) is { IsValid: true, Value: var clear } ? clear.ReceivedAt
        : ConfidentialOutcome.Parse(leaf.Outcome.Span) is { IsValid: true, Value: var hidden } ? hidden.ReceivedAt
        : null;
}

/// <summary>A submission that was checked: it may take its turn, or it is refused already.</summary>
public sealed record Checked
{
    internal Checked(
        ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> signature, Digest hash, long time, Statement? statement,
        StoredBody? body, Refusal? refusal) =>
        (Bytes, Signature, Hash, Time, Statement, Body, Refusal) =
            (bytes, signature, hash, time, statement, body, refusal);

    /// <summary>SHA-256 of S or S′.</summary>
    public Digest Hash { get; }

    /// <summary>The refusal; null where it may take its turn.</summary>
    public Refusal? Refusal { get; internal set; }

    internal ReadOnlyMemory<byte> Bytes { get; }

    internal ReadOnlyMemory<byte> Signature { get; }

    internal long Time { get; }

    internal Statement? Statement { get; }

    /// <summary>The ciphertext of a confidential statement; it becomes durable with the frame of its entry.</summary>
    internal StoredBody? Body { get; }

    internal long ReceivedAt { get; set; }
}
