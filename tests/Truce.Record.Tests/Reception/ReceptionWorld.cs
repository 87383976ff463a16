namespace Truce.Record.Tests;

/// <summary>
/// An operator with a log on a simulated disk, three guardians, and devices that are enrolled by name.
/// </summary>
internal sealed class ReceptionWorld
{
    public const long Noon = 1_768_000_000_000;

    private readonly Dictionary<string, (DeviceSigner Device, Pen Pen)> _devices = [];
    private int _number;

    public ReceptionWorld(
        Machines? machines = null, SendingLimits? limits = null, bool hasReadingKey = true, Founded? founded = null)
    {
        Founded = founded ?? new Founded();
        Machines = machines ?? Machines.None;
        Limits = limits ?? new SendingLimits();
        HasReadingKey = hasReadingKey;
        Log = RecordLog.Create(Disk, new LogSettings(Founded.Log.Verifier, 1 << 20)).Required();
        Log.Append([Founded.Leaf]).Required();
        Reception = Open();
    }

    public Founded Founded { get; }

    /// <summary>The mission's machines, from the next restart on.</summary>
    public Machines Machines { get; set; }

    public SendingLimits Limits { get; init; }

    public bool HasReadingKey { get; set; }

    /// <summary>Where the log before holds a statement, from the next restart on.</summary>
    public Func<Digest, long?>? HeldBefore { get; set; }

    public SimulatedDisk Disk { get; } = new(new Random(1));

    public SimulatedDisk BodyDisk { get; } = new(new Random(2));

    /// <summary>Where snapshots go, from the next restart on; null for none.</summary>
    public SimulatedDisk? Snapshots { get; set; }

    public RecordLog Log { get; private set; }

    public Reception Reception { get; private set; }

    public static ReadingKey ReadingKey => new(Digest.Of("reading"u8).ToArray());

    public static SigningKey ReceiptKey => Some.Key("receipts.example", KeyUse.Note);

    /// <summary>The operator's machine is started again.</summary>
    public void Restart()
    {
        Reception.Dispose();
        Log.Dispose();
        Log = RecordLog.Open(Disk).Required();
        Reception = Open();
    }

    public Pen Pen(string device, string organisation = "g0", string role = "desk")
    {
        if (!_devices.TryGetValue(device, out var known))
        {
            var signer = Some.Device(device);
            known = _devices[device] = (signer, new Pen(signer, Founded.Founding));
            var enrol = Founded.Enrolment(organisation, signer, role);
            Assert.IsType<Answer.Recorded>(Take(Rooted(organisation, enrol)));
        }

        return known.Pen;
    }

    public DeviceSigner Device(string device) => _devices[device].Device;

    /// <summary>An act on keys, signed by an organisation's root.</summary>
    public Submission Rooted(string organisation, KeyAct act)
    {
        var signed = SignedStatement.Sign(
            Founded.State(Founded.Root(organisation), act.Type, act.ToJson(), ++_number), Founded.Root(organisation));
        return new Submission(signed.Statement, signed.Signature);
    }

    public Statement Draft(string device, string type = "incident.report", string act = """{"code":7}""") =>
        Pen(device).Draft(type, Json(act), Noon, seen: 0,
            Digest.Of(Some.Bytes($"{device} {++_number}")).ToArray().AsSpan(0, 10));

    public Submission Report(string device, string act = """{"code":7}""") =>
        Pen(device).Sign(Draft(device, act: act));

    public Submission Confide(string device, string act = """{"code":7}""") => Pen(device).Seal(
        Draft(device, act: act) with { Audience = Audience.Of("g0").Required() },
        [new("g0", 0, Founded.Reading), new(Audience.Operator, 0, Founded.Reading)],
        Parties.Randoms($"{device} {++_number}", recipients: 2));

    public Answer Take(Submission submission, long now = Noon) => Reception.Take(submission, now);

    public Receipt Recorded(Submission submission, long now = Noon)
    {
        var answer = Take(submission, now);
        var recorded = Assert.IsType<Answer.Recorded>(answer);
        return Receipt.Open(recorded.Receipt, ReceiptKey.Verifier).Required();
    }

    public Refusal Refused(Submission submission, long now = Noon)
    {
        var refused = Assert.IsType<Answer.Refused>(Take(submission, now));
        Assert.Equal(refused.Refusal, Refusal.Open(refused.Note, ReceiptKey.Verifier).Required());
        return refused.Refusal;
    }

    public Leaf Leaf(long index) => Record.Leaf.Parse(Log.Entries(index, index + 1).AsMemory(2)).Required();

    public Outcome Outcome(long index) => Record.Outcome.Parse(Leaf(index).Outcome.Span).Required();

    public static JsonValue Json(string text) => CanonicalJson.Parse(Some.Bytes(text)).Required();

    private Reception Open()
    {
        var random = 0;
        return Reception.Open(Log, BodyDisk, new ReceptionSettings(
            ReceiptKey, HasReadingKey ? ReadingKey : null, Machines, Limits,
            count => [.. Enumerable.Range(0, count).Select(i => (byte)(++random * 31 % 251))], Snapshots,
            HeldBefore)).Required();
    }
}
