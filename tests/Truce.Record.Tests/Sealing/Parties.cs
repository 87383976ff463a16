namespace Truce.Record.Tests;

/// <summary>The people of the sealing tests. Keys and random values come of hashes of short texts.</summary>
internal static class Parties
{
    public const string North = "north";
    public const string South = "south";
    public const string Relief = "relief";

    public static Digest Genesis { get; } = Merkle.Leaf("genesis"u8);

    public static DeviceSigner Device { get; } = DeviceOf("device.example");

    public static Audience Both { get; } = Audience.Of(North, South).Required();

    public static DeviceSigner DeviceOf(string name) => Some.Device(name);

    public static byte[] Hash(string text) => Digest.Of(Some.Bytes(text)).ToArray();

    public static ReadingKey Key(string name) => new(Hash($"reading key of {name}"));

    public static Reader Reader(string name) => new(name, Key(name));

    public static Recipient[] Recipients(params IEnumerable<string> names) =>
        [.. names.Select(n => new Recipient(n, Epoch: 0, Key(n).Public))];

    /// <summary>An audience and the operator.</summary>
    public static Recipient[] For(Audience audience) => Recipients([.. audience.Organisations, Audience.Operator]);

    public static SealRandom Randoms(string seed, int recipients)
    {
        var bytes = new byte[SealRandom.BytesFor(recipients)];
        for (var at = 0; at < bytes.Length; at += Digest.Bytes)
        {
            Hash($"{seed} {at}").CopyTo(bytes, at);
        }

        return SealRandom.From(bytes, recipients);
    }

    public static Statement Statement(Audience? audience, string act = """{"code":7}""") => new()
    {
        Origin = Some.Origin,
        Genesis = Genesis,
        Id = "01932c07-209a-7c3d-8000-0123456789ab",
        Key = Device.Key,
        Seen = 41,
        Type = "movement.notify",
        OccurredAt = 1_768_000_000_000,
        Act = CanonicalJson.Parse(Some.Bytes(act)).Required(),
        Audience = audience,
    };

    public static Outcome Outcome(long receivedAt = 1_768_000_000_500) => new()
    {
        ReceivedAt = receivedAt,
        Fold = 3,
        Framework = Digest.Of("framework"u8),
        Semantics = 1,
        Kind = OutcomeKind.Applied,
        Events = [CanonicalJson.Parse("""{"movement":2,"state":"notified"}"""u8).Required()],
        Ruling = CanonicalJson.Parse("""["PERMITTED"]"""u8).Required(),
    };

    public static SealedStatement Seal(Statement statement, string seed)
    {
        var recipients = For(statement.Audience!);
        return Record.Seal.Statement(statement, recipients, Randoms(seed, recipients.Length));
    }

    public static SealedOutcome Seal(Outcome outcome, Audience audience, string seed)
    {
        var recipients = For(audience);
        return Record.Seal.Outcome(outcome, audience, Genesis, recipients, Randoms(seed, recipients.Length));
    }

    public static byte[] Sign(SealedStatement s, DeviceSigner? device = null) =>
        Record.Statement.Sign(device ?? Device, Genesis, s.Statement.ToBytes());
}
