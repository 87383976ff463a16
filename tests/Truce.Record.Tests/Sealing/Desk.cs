namespace Truce.Record.Tests;

/// <summary>
/// A small operator. Acts add to a subject, or decide on it if they know its sum: so what becomes of an act depends on
/// the order and on whose earlier acts count. It computes each outcome from the whole past anew, by filtering: the slow
/// way, against which replay is held.
/// </summary>
internal sealed class Desk
{
    public static readonly string[] Organisations = [Parties.North, Parties.South, Parties.Relief];

    private readonly List<(long Index, Audience? Audience, Statement Statement)> _past = [];
    private readonly Dictionary<string, Digest> _last = [];
    private readonly Bodies _bodies;

    public Desk()
    {
        Disk = new SimulatedDisk(new Random(1));
        _bodies = Bodies.Open(Disk).Required();
        Leaves.Add(new Leaf("""{"type":"genesis"}"""u8.ToArray(), default, (Plain with { ReceivedAt = 1 }).ToBytes()));
    }

    public SimulatedDisk Disk { get; }

    public Bodies Bodies => _bodies;

    public BodySource Source => BodySource.Of(Disk);

    public List<Leaf> Leaves { get; } = [];

    /// <summary>The audience of each entry, and what was sealed for it.</summary>
    public Dictionary<int, (Audience Audience, SealedStatement Statement, SealedOutcome Outcome)> Sealed { get; } = [];

    /// <summary>Whether judging looks at entries that the audience cannot read: a leak, to be caught.</summary>
    public bool Leaks { get; init; }

    public static Outcome Plain { get; } = new()
    {
        ReceivedAt = 0,
        Fold = 0,
        Semantics = 1,
        Kind = OutcomeKind.Applied,
    };

    public static Audience[] Audiences { get; } =
    [
        Audience.Of(Parties.North).Required(), Parties.Both, Audience.Of(Organisations).Required(),
        Audience.Of(Parties.Relief).Required(),
    ];

    /// <summary>What a fold of one audience does; live and replayed alike.</summary>
    public static AudienceFold Fold()
    {
        var sums = new SortedDictionary<long, long>();
        long Sum(long subject) => sums.TryGetValue(subject, out var sum) ? sum : 0;
        return new AudienceFold(
            entry =>
            {
                if ((entry.Statement?.Act ?? entry.Codes) is JsonValue.Members act
                    && Number(act, "subject") is { } subject && Number(act, "add") is { } add)
                {
                    var decides = Number(act, "knows");
                    sums[subject] = decides is null ? Sum(subject) + add : decides == Sum(subject) ? add : Sum(subject);
                }
            },
            question =>
            {
                if (question.Statement.Act is not JsonValue.Members act || Number(act, "subject") is not { } subject)
                {
                    return Plain;
                }

                var isStale = Number(act, "knows") is { } known && known != Sum(subject);
                return Plain with
                {
                    Kind = isStale ? OutcomeKind.Conflicting : OutcomeKind.Applied,
                    Why = isStale ? "decided again since" : null,
                    Events = isStale ? [] : [new JsonValue.Number(Sum(subject))],
                    Ruling = new JsonValue.Text(Sum(subject) % 2 == 0 ? "PERMITTED" : "FORBIDDEN"),
                };
            });
    }

    public static JsonValue Act(long subject, long add, long? knows = null) => CanonicalJson.Parse(Some.Bytes(
        $$"""{"subject":{{subject}},"add":{{add}}{{(knows is null ? "" : $",\"knows\":{knows}")}}}""")).Required();

    /// <summary>Records an act; gives its index.</summary>
    public int Add(
        Audience? audience, JsonValue act, string type = "count", string device = "device.example",
        IReadOnlyList<Attached>? attached = null, Func<Outcome, Outcome>? altered = null, int lag = 0)
    {
        var index = Leaves.Count;
        var signer = Parties.DeviceOf(device);
        var chain = $"{device} {audience is null}";
        var statement = Parties.Statement(audience) with
        {
            Key = signer.Key,
            Act = act,
            Type = type,
            Attached = attached ?? [],
            Previous = _last.TryGetValue(chain, out var last) ? last : null,
            Seen = index,
        };
        var fold = Fold();
        foreach (var past in _past.Where(p => p.Index < index - lag
            && (Leaks || p.Audience is null || (audience is not null && p.Audience.Covers(audience)))))
        {
            fold.Take(new VisibleEntry(past.Index, null!, 0, past.Audience, past.Statement, Plain, null));
        }

        var outcome = fold.Judge(new Question(index, null!, statement, 0, 0, 1)) with
        {
            ReceivedAt = 1000 + index,
            Fold = index - lag,
        };
        outcome = altered?.Invoke(outcome) ?? outcome;
        _past.Add((index, audience, statement));
        Leaves.Add(audience is null ? Clear(statement, outcome, signer) : Hidden(statement, outcome, signer, index));
        _last[chain] = Digest.Of(Leaves[index].Statement.Span);
        return index;
    }

    public ReplayReport Replayed(params Reader[] readers) =>
        Replay.Run(Parties.Genesis, () => Leaves, Source, readers, _ => Fold());

    private static Leaf Clear(Statement statement, Outcome outcome, DeviceSigner signer)
    {
        var s = statement.ToBytes();
        return new Leaf(s, Statement.Sign(signer, Parties.Genesis, s), outcome.ToBytes());
    }

    private Leaf Hidden(Statement statement, Outcome outcome, DeviceSigner signer, int index)
    {
        var s = Parties.Seal(statement, $"s {index}");
        var r = Parties.Seal(outcome, statement.Audience!, $"r {index}");
        Sealed[index] = (statement.Audience!, s, r);
        Assert.Null(_bodies.Put(StoredBody.Of(s.Body), StoredBody.Of(r.Body)));
        return new Leaf(s.Statement.ToBytes(), Parties.Sign(s, signer), r.Outcome.ToBytes());
    }

    private static long? Number(JsonValue.Members act, string name) => (act[name] as JsonValue.Number)?.Value;
}
