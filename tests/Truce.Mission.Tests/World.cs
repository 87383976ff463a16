using System.Text;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// A mission without a log: statements are judged by the fold of their audience and taken by every fold that may read
/// them, as the record does it. Signatures, clocks and disks are left out; all else is the real thing.
/// </summary>
internal sealed class World
{
    /// <summary>Noon of the first day, in POSIX milliseconds.</summary>
    public const long Start = 1_760_097_600_000; // 2025-10-10T12:00:00Z

    public const long Hour = 3_600_000;

    private readonly Dictionary<string, DeviceKey> _keys = [];
    private readonly Dictionary<string, (Audience? Audience, Fold Fold)> _folds = [];
    private readonly List<(Received Received, Outcome Outcome)> _entries = [];
    private readonly Dictionary<Digest, byte[]> _bodies = [];
    private long _now = Start;

    public World(Func<ReadOnlyMemory<byte>, System.Collections.Immutable.ImmutableArray<Space.Activity>>? plan = null)
    {
        Mission = new Mission(new Sources
        {
            Body = (a, _) => _bodies.TryGetValue(a.Commit, out var bytes) ? bytes : null,
            Plan = plan ?? (_ => []),
        });
        All = Mission.Begin();
    }

    public Mission Mission { get; }

    /// <summary>What an auditor who reads everything sees.</summary>
    public Fold All { get; }

    public IReadOnlyList<(Received Received, Outcome Outcome)> Entries => _entries;

    public long Now => _now;

    /// <summary>What statements have attached.</summary>
    public IEnumerable<byte[]> Bodies => _bodies.Values;

    /// <summary>The last entry's outcome.</summary>
    public Outcome Last => _entries[^1].Outcome;

    /// <summary>The id of the subject that the last entry opened or was about.</summary>
    public string LastSubject => Event.Read(_entries[^1].Outcome.Events[0])!.Subject;

    /// <summary>Lets time pass.</summary>
    public World After(long milliseconds)
    {
        _now += milliseconds;
        return this;
    }

    /// <summary>Keeps a body, and says what a statement attaches.</summary>
    public Attached Attach(byte[] content)
    {
        var commit = Attached.CommitTo(Attached.Body(new byte[32], content));
        _bodies[commit] = content;
        return new Attached(commit, CiphertextHash: null);
    }

    /// <summary>Puts a framework in force, as the operator does it first.</summary>
    public Outcome Framework(string yaml)
    {
        var bytes = Encoding.UTF8.GetBytes(yaml);
        Assert.Empty(Truce.Rules.FrameworkReader.Read(bytes, "framework.yaml").Diagnostics
            .Where(d => d.Severity == Truce.Rules.Severity.Error));
        var attached = Attach(bytes);
        return Send("operator", "framework.revise",
            $$"""{"framework":"{{Digest.Of(bytes)}}","body":"{{attached.Commit}}"}""", attached: [attached],
            role: EnrolledKey.OperatorRole);
    }

    /// <summary>A statement that decides on one subject, having seen its last decision.</summary>
    public Outcome Decide(string author, string type, string subject, string act = "{}", Audience? audience = null) =>
        Send(author, type, WithSubject(subject, act), audience,
            expects: [new Expectation(subject, All.Subjects.GetValueOrDefault(subject)?.LastDecision)]);

    /// <summary>A statement that adds to one subject.</summary>
    public Outcome Add(
        string author, string type, string subject, string act = "{}", Audience? audience = null, long? at = null) =>
        Send(author, type, WithSubject(subject, act), audience, at);

    /// <summary>Sends a statement: it is judged by what its audience may read, and kept whatever it is.</summary>
    public Outcome Send(
        string author, string type, string act, Audience? audience = null, long? at = null,
        IReadOnlyList<Expectation>? expects = null, IReadOnlyList<Attached>? attached = null, string? entered = null,
        string role = "liaison", long seen = 0)
    {
        var statement = new Statement
        {
            Origin = "test",
            Genesis = Digest.Of([]),
            Id = $"00000000-0000-7000-8000-{_entries.Count:x12}",
            Key = KeyOf(author),
            Seen = seen,
            Expects = expects,
            Type = type,
            OccurredAt = at ?? _now,
            For = entered is null ? null : CanonicalJson.Parse(Encoding.UTF8.GetBytes(entered)).Required(),
            Act = CanonicalJson.Parse(Encoding.UTF8.GetBytes(act)).Required(),
            Audience = audience,
            Attached = attached ?? [],
        };
        Assert.Null(Mission.FormFault(statement));
        return Enter(statement, author, role);
    }

    /// <summary>The same statements, received in another order and judged in it; each subject keeps its id.</summary>
    public World InAnotherOrder(IEnumerable<int> order)
    {
        var other = new World { _now = _now };
        foreach (var (commit, bytes) in _bodies)
        {
            other._bodies[commit] = bytes;
        }

        foreach (var (received, _) in order.Select(i => _entries[i]))
        {
            var author = received.Author.By.Key!;
            other.Enter(received.Statement, author.Organisation, author.Role);
        }

        return other;
    }

    /// <summary>Sends what a statement says once more, under an id of its own.</summary>
    public Outcome Again(Statement statement, string author = "again") => Enter(statement with
    {
        Id = $"00000000-0000-7000-8000-{_entries.Count:x12}",
        Key = KeyOf(author),
    }, author, "liaison");

    /// <summary>What is wrong with the form of an act; null where nothing is.</summary>
    public string? Fault(string type, string act, Audience? audience = null, bool expects = false) =>
        Mission.FormFault(new Statement
        {
            Origin = "test",
            Genesis = Digest.Of([]),
            Id = "00000000-0000-7000-8000-000000000000",
            Key = KeyOf("x"),
            Seen = 0,
            Expects = expects ? [new Expectation("incident/0000000000000000", null)] : null,
            Type = type,
            OccurredAt = _now,
            Act = CanonicalJson.Parse(Encoding.UTF8.GetBytes(act)).Required(),
            Audience = audience,
        });

    /// <summary>The state as an organisation may know it.</summary>
    public Fold As(string organisation) => Folded(a => a is null || a.Contains(organisation));

    /// <summary>The state as everybody may know it.</summary>
    public Fold Public() => Folded(a => a is null);

    /// <summary>A fold of the entries whose audience is wanted, in an order of one's choice.</summary>
    public Fold Folded(Func<Audience?, bool> reads, IEnumerable<int>? order = null)
    {
        var fold = Mission.Begin();
        foreach (var at in order ?? Enumerable.Range(0, _entries.Count))
        {
            if (reads(_entries[at].Received.Statement.Audience))
            {
                fold.Take(_entries[at].Received, _entries[at].Outcome);
            }
        }

        return fold;
    }

    private static string WithSubject(string subject, string act) =>
        act == "{}" ? $$"""{"subject":"{{subject}}"}""" : $$"""{"subject":"{{subject}}",{{act[1..]}}""";

    private DeviceKey KeyOf(string author)
    {
        if (!_keys.TryGetValue(author, out var key))
        {
            using var signer = DeviceSigner.From(
                DeviceKeyKind.Ed25519, Digest.Of(Encoding.UTF8.GetBytes(author)).ToArray()).Required();
            _keys[author] = key = signer.Key;
        }

        return key;
    }

    /// <summary>A statement takes its turn, whatever its form.</summary>
    internal Outcome Enter(Statement statement, string author, string role)
    {
        var key = new EnrolledKey(statement.Key, author, role, Area: null, 0, EnrolledBy: null);
        var received = new Received(_entries.Count, Digest.Of(statement.ToBytes()), statement,
            new Authorship(new KeyStanding(Standing.Valid, key), statement.For), _now);
        var name = statement.Audience?.ToString() ?? "";
        if (!_folds.TryGetValue(name, out var own))
        {
            _folds[name] = own = (statement.Audience, Folded(a => a is null
                || (statement.Audience is not null && a.Covers(statement.Audience))));
        }

        var judged = Mission.Judge(own.Fold, received);
        var outcome = new Outcome
        {
            ReceivedAt = _now,
            Fold = received.Index,
            Semantics = Mission.Semantics,
            Kind = judged.Kind,
            Why = judged.Why,
            Events = judged.Events,
            Ruling = judged.Ruling,
            Framework = judged.Framework,
        };
        Assert.True(outcome.ToBytes().Length <= 24_000);
        _entries.Add((received, outcome));
        All.Take(received, outcome);
        foreach (var (audience, fold) in _folds.Values)
        {
            if (statement.Audience is null || (audience is not null && statement.Audience.Covers(audience)))
            {
                fold.Take(received, outcome);
            }
        }

        return outcome;
    }
}
