namespace Truce.Record;

/// <summary>A key that goes on in a successor: the log before it had enrolled it at the last checkpoint.</summary>
/// <param name="Key">The key.</param>
/// <param name="Organisation">Whose it is: a founder of the successor.</param>
/// <param name="Role">What it may do. Roots are founders' and do not stand here.</param>
/// <param name="Area">Where; null for everywhere.</param>
/// <param name="IsRevoked">Whether it was revoked: its late acts are kept, unauthenticated.</param>
public sealed record CarriedKey(DeviceKey Key, string Organisation, string Role, string? Area, bool IsRevoked);

/// <summary>The log that a log continues, and the last witnessed checkpoint of it.</summary>
/// <param name="Origin">Its name.</param>
/// <param name="Checkpoint">Its last checkpoint, signed by it and cosigned.</param>
public sealed record Predecessor(string Origin, SignedNote Checkpoint)
{
    /// <summary>The most logs before the predecessor that are named.</summary>
    public const int EarlierMax = 16;

    private const string What = "`continues`";

    /// <summary>
    /// The hash of its leaf 0, over which its devices signed; null in the form of before, which takes none of its
    /// statements.
    /// </summary>
    public Digest? Genesis { get; init; }

    /// <summary>The logs that it continues itself, the latest first.</summary>
    public IReadOnlyList<EarlierLog> Earlier { get; init; } = [];

    /// <summary>The keys that go on, in the order of their texts.</summary>
    public IReadOnlyList<CarriedKey> Keys { get; init; } = [];

    /// <summary>All logs before the successor, the latest first; empty in the form of before.</summary>
    public IReadOnlyList<EarlierLog> Logs => Genesis is { } hash ? [new(Origin, hash), .. Earlier] : [];

    /// <summary>
    /// What a successor says of a log: its genesis, those before it, and the keys that it had at the last checkpoint.
    /// </summary>
    /// <param name="roster">Who may sign in it; later changes than the checkpoint do not count.</param>
    /// <param name="checkpoint">Its last witnessed checkpoint.</param>
    /// <param name="founders">The organisations of the successor: only their keys go on.</param>
    public static Parsed<Predecessor> Of(Roster roster, SignedNote checkpoint, IEnumerable<string> founders)
    {
        var head = Record.Checkpoint.Parse(checkpoint.Text);
        if (!head.IsValid || head.Value.Origin != roster.Genesis.Origin)
        {
            return new Unreadable(head.Error ?? $"the checkpoint is of `{head.Value!.Origin}`");
        }

        var named = founders.ToHashSet(StringComparer.Ordinal);
        return new Predecessor(roster.Genesis.Origin, checkpoint)
        {
            Genesis = roster.Founding.Hash,
            Earlier = roster.Genesis.Continues?.Logs ?? [],
            Keys = [.. CarriedBy(roster.At(head.Value.Size)).Where(k => named.Contains(k.Organisation))],
        };
    }

    /// <summary>The keys of a roster that go on, in the order of their texts.</summary>
    internal static IEnumerable<CarriedKey> CarriedBy(Roster roster) =>
        roster.Keys.Where(k => k.Role != EnrolledKey.RootRole)
            .Select(k => new CarriedKey(k.Key, k.Organisation, k.Role, k.Area, k.RevokedAt is not null));

    internal JsonValue ToJson()
    {
        List<KeyValuePair<string, JsonValue>> all =
        [
            new("origin", new JsonValue.Text(Origin)),
            new("checkpoint", new JsonValue.Text(Checkpoint.ToString())),
        ];
        if (Genesis is { } genesis)
        {
            all.Add(new("genesis", Fields.Write(genesis)));
            all.Add(new("earlier", new JsonValue.Items([.. Earlier.Select(e => new JsonValue.Members(
                [new("genesis", Fields.Write(e.Genesis)), new("origin", new JsonValue.Text(e.Origin))]))])));
            all.Add(new("keys", new JsonValue.Items([.. Keys.Select(k => new JsonValue.Members(
            [
                new("area", Fields.Write(k.Area)), new("key", Fields.Write(k.Key)),
                new("organisation", new JsonValue.Text(k.Organisation)),
                new("revoked", new JsonValue.Truth(k.IsRevoked)), new("role", new JsonValue.Text(k.Role)),
            ]))])));
        }

        return new JsonValue.Members(all);
    }

    internal static Predecessor? Read(Fields outer)
    {
        var value = outer.Value("continues");
        var isWhole = (value as JsonValue.Members)?["genesis"] is not null;
        var fields = isWhole
            ? new Fields(value, What, "origin", "checkpoint", "genesis", "earlier", "keys")
            : new Fields(value, What, "origin", "checkpoint");
        var read = new Predecessor(
            fields.Text("origin", VerifierKey.IsName, "a log's origin"),
            fields.As("checkpoint", text => SignedNote.Parse(Utf8.Bytes(text))));
        if (isWhole)
        {
            read = read with
            {
                Genesis = fields.Hash("genesis"),
                Earlier = fields.Each("earlier", EarlierMax, ReadEarlier),
                Keys = fields.Each("keys", Roster.KeysMax, ReadKey),
            };
        }

        if (fields.Error is not { } error)
        {
            return read;
        }

        outer.Fail(error);
        return null;
    }

    /// <summary>What is wrong with it in a genesis; null where nothing is.</summary>
    internal string? Fault(Genesis successor)
    {
        EarlierLog[] logs = Genesis is null ? [new(Origin, default)] : [.. Logs];
        return logs.Any(l => l.Origin == successor.Origin)
                ? "a log does not continue itself: a successor has an origin of its own"
            : logs.Any(l => Record.Genesis.IsExerciseOrigin(l.Origin) != successor.IsExercise)
                ? "a mission does not continue an exercise, nor an exercise a mission"
            : Record.Checkpoint.Parse(Checkpoint.Text) is not { IsValid: true, Value: var last }
                || last.Origin != Origin
                ? $"`checkpoint` of {What} is no checkpoint of `{Origin}`"
            : logs.DistinctBy(l => l.Origin).Count() < logs.Length
                || logs.DistinctBy(l => l.Genesis).Count() < logs.Length
                ? $"{What} names a log twice"
            : Keys.Select(k => KeyFault(k, successor)).FirstOrDefault(f => f is not null)
                ?? (Record.Genesis.Disorder(Keys.Select(k => k.Key.ToString())) is { } twice
                    ? $"the keys of {What} are not in the order of their texts, each once: `{twice}`" : null)
                ?? (Operators().Count() > 1
                    ? $"{What} gives the role `{EnrolledKey.OperatorRole}` to keys of two organisations" : null);
    }

    /// <summary>The operator's organisation, as the keys that go on say it.</summary>
    internal IEnumerable<string> Operators() =>
        Keys.Where(k => k.Role == EnrolledKey.OperatorRole).Select(k => k.Organisation)
            .Distinct(StringComparer.Ordinal);

    private static string? KeyFault(CarriedKey key, Genesis successor) =>
        successor.Organisations.All(o => o.Name != key.Organisation)
            ? $"the key `{key.Key}` of {What} belongs to `{key.Organisation}`, which is no founder"
        : !Fields.IsName(key.Role) || key.Role == EnrolledKey.RootRole
            ? $"the key `{key.Key}` of {What} has the role `{key.Role}`, which no device has"
        : key.Area is { } area && !Fields.IsLine(area)
            ? $"the area of the key `{key.Key}` of {What} is not {Fields.LineForm}"
        : null;

    private static Parsed<EarlierLog> ReadEarlier(JsonValue value)
    {
        var fields = new Fields(value, $"a log of `earlier` in {What}", "genesis", "origin");
        var read = new EarlierLog(
            fields.Text("origin", VerifierKey.IsName, "a log's origin"), fields.Hash("genesis"));
        return fields.Error is { } error ? new Unreadable(error) : read;
    }

    private static Parsed<CarriedKey> ReadKey(JsonValue value)
    {
        var fields = new Fields(value, $"a key in {What}", "area", "key", "organisation", "revoked", "role");
        var read = new CarriedKey(
            fields.As("key", DeviceKey.Parse), fields.Name("organisation"), fields.Name("role"),
            fields.LineOrNull("area"), fields.Truth("revoked"));
        return fields.Error is { } error ? new Unreadable(error) : read;
    }
}
