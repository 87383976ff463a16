namespace Truce.Record.Tests;

/// <summary>A log with guardians `g0`, `g1` … and a founder `plain` that is none. Each key comes of its name.</summary>
internal sealed class Founded
{
    public Founded(int guardians = 3, int? threshold = null, string origin = Some.Origin, Predecessor? continues = null)
    {
        Log = Some.Key(origin, KeyUse.Note);
        Names = [.. Enumerable.Range(0, guardians).Select(i => $"g{i}")];
        Genesis = Genesis.Make(
            "an invented mission",
            Log.Verifier,
            Some.Key("receipts.example", KeyUse.Note).Verifier,
            Reading,
            [
                .. Names.Select((n, i) => new Founder(n, Root(n).Key, IsGuardian: true, i == 0 ? Reading : null)),
                new("plain", Root("plain").Key, IsGuardian: false),
            ],
            [Witness("w0", "g0"), Witness("w1", "g1")],
            [Witness("m0", "plain")],
            threshold,
            continues).Required();
        Leaf = Founding.Seal(Genesis, Names.Select(n => Sign(n)), FirstOutcome.ToBytes()).Required();
        Founding = Founding.Open(Leaf.ToBytes()).Required();
    }

    /// <summary>R of a leaf 0, or of any entry of which no more is asked.</summary>
    public static Outcome FirstOutcome { get; } = new()
    {
        ReceivedAt = 1_767_000_000_000,
        Fold = 0,
        Semantics = 0,
        Kind = OutcomeKind.Applied,
    };

    public static PublicReadingKey Reading { get; } = new ReadingKey(Digest.Of("reading"u8).ToArray()).Public;

    public SigningKey Log { get; }

    public string[] Names { get; }

    public Genesis Genesis { get; }

    public Leaf Leaf { get; }

    public Founding Founding { get; }

    public Digest Hash => Founding.Hash;

    public Roster Roster => Roster.Begin(Founding);

    /// <summary>Roots of every second organisation are of P-256.</summary>
    public static DeviceSigner Root(string organisation) => Some.Device(
        $"root of {organisation}", organisation[^1] % 2 == 0 ? DeviceKeyKind.Ed25519 : DeviceKeyKind.P256);

    public static Cosigner Witness(string name, string organisation) =>
        new(name, organisation, Some.Key($"{name}.example/w", KeyUse.Cosignature).Verifier);

    public GuardianSignature Sign(string guardian) => GuardianSignature.Sign(Genesis, Root(guardian)).Required();

    public KeyAct Approved(KeyAct act, params IEnumerable<string> by) =>
        act.With(by.Select(n => act.Approve(n, Root(n), Hash)));

    public KeyAct.Enrol Enrolment(
        string organisation, DeviceSigner device, string role = "desk", string? area = null) =>
        new(organisation, device.Key, role, area, KeyAct.Possess(device, Genesis.Origin, Hash, organisation));

    public Statement State(DeviceSigner author, KeyAct act) => State(author, act.Type, act.ToJson());

    public Statement State(DeviceSigner author, string type, JsonValue act, int number = 0) => new()
    {
        Origin = Genesis.Origin,
        Genesis = Hash,
        Id = $"01932c07-209a-7c3d-8000-{number:x12}",
        Key = author.Key,
        Seen = 1,
        Type = type,
        OccurredAt = 1_768_000_000_000,
        Act = act,
    };
}
