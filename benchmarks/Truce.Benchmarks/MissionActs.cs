using System.Text;
using Truce.Mission;
using Truce.Record;

namespace Truce.Benchmarks;

/// <summary>An act of the load, as its device stated it.</summary>
/// <param name="Story">The number of the subject's story: acts of one story come in order.</param>
/// <param name="Author">The organisation that signed.</param>
/// <param name="Statement">The statement.</param>
/// <param name="Hash">SHA-256 of what stands in its leaf.</param>
/// <param name="ReceivedAt">When the operator has it, in POSIX milliseconds.</param>
internal sealed record MadeAct(int Story, string Author, Statement Statement, Digest Hash, long ReceivedAt);

/// <summary>How acts become statements: a draft of the author's device, and its hash when it is ready.</summary>
/// <param name="Draft">Author, type, act and time to a statement.</param>
/// <param name="Ready">Signs or seals it; gives SHA-256 of what stands in the leaf.</param>
internal sealed record ActPen(
    Func<string, string, JsonValue, long, Statement> Draft, Func<string, Statement, Digest> Ready);

/// <summary>
/// The daily work of a mission, made from a written seed: so many subjects are under way at once, each goes its way
/// step by step, and another begins where one ends. One act a minute; one fact in 33 comes two days late.
/// </summary>
internal sealed class MissionActs
{
    public const int Seed = 20251010;

    /// <summary>20 November 2025, noon: the framework is in force since the hour before.</summary>
    public const long Start = 1_763_640_000_000;

    public const long Hour = 3_600_000;

    /// <summary>From one act to the next, in milliseconds.</summary>
    public const long Pace = 60_000;

    private const int UnderWay = 400;
    private const long Late = 48 * Hour;
    private const int LateOneIn = 33;

    private static readonly string[] Sectors = ["north", "gaza-city", "middle", "khan-yunis", "rafah"];

    private static readonly string[] Crossings =
        ["north+crossing-1", "north+crossing-2", "middle+crossing-3", "rafah+crossing-4", "rafah+crossing-5"];

    /// <summary>The organisations that sign, as the framework names them.</summary>
    public static IReadOnlyList<string> Organisations { get; } =
        ["agencies", "board-of-peace", "egypt", "idf", "isf", "palestinian-committee", "police"];

    /// <summary>The audiences; a quarter of the subjects is for one of them, the rest is public.</summary>
    public static IReadOnlyList<Audience> Audiences { get; } =
    [
        Audience.Of("agencies", "egypt", "isf").Required(), Audience.Of("egypt", "idf", "isf").Required(),
        Audience.Of("agencies", "egypt", "idf", "isf").Required(),
    ];

    private readonly Random _random = new(Seed);
    private readonly ActPen _pen;
    private readonly double _confidential;
    private readonly string?[] _movements = new string?[64]; // public ones, of late
    private int _stories;
    private long _now = Start;

    /// <summary>Acts from the first on.</summary>
    /// <param name="pen">How they become statements.</param>
    /// <param name="confidential">The share of the subjects that are for an audience.</param>
    public MissionActs(ActPen pen, double confidential = 0.25) => (_pen, _confidential) = (pen, confidential);

    /// <summary>missions/gaza/adopted.yaml, and what its acts are called in the record.</summary>
    public static byte[] Framework()
    {
        var text = File.ReadAllText(Path.Combine(RulesBench.Root, "missions", "gaza", "adopted.yaml"));
        return Encoding.UTF8.GetBytes(text + """


            acts:
              movement: [move-aid]
              crossing: [hold-border]
              force-use: [use-force]
              plan.patrol: [patrol]
              plan.search: [search]
              plan.escort: [protect-aid]
            """);
    }

    /// <summary>A pen that signs nothing: statements are hashed as they would be in a clear leaf.</summary>
    public static ActPen Unsigned()
    {
        var keys = Organisations.Append("operator").ToDictionary(o => o, KeyOf);
        var random = new Random(Seed + 1);
        var bytes = new byte[Pen.RandomBytes];
        return new ActPen(
            (author, type, act, at) =>
            {
                random.NextBytes(bytes);
                return new Statement
                {
                    Origin = "bench.example",
                    Genesis = default,
                    Id = Pen.Id(at, bytes),
                    Key = keys[author].Key,
                    Seen = 0,
                    Type = type,
                    OccurredAt = at,
                    Act = act,
                };
            },
            (_, statement) => Digest.Of(statement.ToBytes()));
    }

    /// <summary>The key of an organisation's desk.</summary>
    public static EnrolledKey KeyOf(string organisation)
    {
        using var signer = Device(organisation);
        var role = organisation == "operator" ? EnrolledKey.OperatorRole : "desk";
        return new EnrolledKey(signer.Key, organisation, role, Area: null, 0, EnrolledBy: null);
    }

    public static DeviceSigner Device(string name) =>
        DeviceSigner.From(DeviceKeyKind.Ed25519, Digest.Of(Encoding.UTF8.GetBytes(name)).ToArray()).Required();

    /// <summary>The acts, without an end.</summary>
    public IEnumerable<MadeAct> All()
    {
        var stories = Crossings.Select(c => new Story(_stories++, Audience: null, Crossing(c))).ToList();
        while (true)
        {
            while (stories.Count < UnderWay)
            {
                stories.Add(Fresh());
            }

            var at = _random.Next(stories.Count);
            if (at < Crossings.Length && _random.Next(5) > 0)
            {
                continue; // the crossings speak five times less often than others
            }

            var story = stories[at];
            if (!story.Steps.MoveNext())
            {
                stories[at] = stories[^1];
                stories.RemoveAt(stories.Count - 1);
                continue;
            }

            yield return Next(story, story.Steps.Current);
        }
    }

    private MadeAct Next(Story story, Said said)
    {
        _now += Pace;
        var (machine, number) = Mission.Mission.RowOf(said.Type)!.Value;
        var row = machine.Rows[number];
        var isLate = row.Kind == RowKind.Adds && _random.Next(LateOneIn) == 0;
        var act = row.Kind == RowKind.Opens ? said.Fields : [Of("subject", story.Subject!), .. said.Fields];
        var statement = _pen.Draft(said.Author, said.Type, new JsonValue.Members(act), isLate ? _now - Late : _now) with
        {
            Audience = story.Audience,
            Expects = row.Kind == RowKind.Decides ? [new Expectation(story.Subject!, story.Decision)] : null,
        };
        var hash = _pen.Ready(said.Author, statement);
        if (row.Kind == RowKind.Opens)
        {
            story.Subject = Mission.Mission.IdOf(machine, hash);
            if (machine.Name == "movement" && story.Audience is null)
            {
                _movements[_random.Next(_movements.Length)] = story.Subject;
            }
        }
        else if (row.Kind == RowKind.Decides)
        {
            story.Decision = hash;
        }

        return new MadeAct(story.Number, said.Author, statement, hash, _now);
    }

    private Story Fresh()
    {
        var audience = _random.NextDouble() < _confidential ? Audiences[_random.Next(Audiences.Count)] : null;
        return new Story(_stories++, audience, _random.Next(100) switch
        {
            < 34 => Movement(),
            < 54 => Incident(),
            < 76 => Message(),
            < 82 => Watch(),
            < 88 => ForceUse(),
            < 97 => Plan(),
            _ => Site(),
        });
    }

    private IEnumerator<Said> Movement()
    {
        var needs = Chance(20);
        var departure = _now + (30 * Hour) + (_random.Next(40) * Hour);
        string[] recipients = ["idf", "isf"];
        yield return Say("agencies", "movement.notify", Of("mode", needs ? "needs-clearance" : "notify-only"),
            Of("kind", Any("convoy", "convoy", "fuel", "staff-rotation", "medical-evacuation")),
            Of("purpose", Any("food", "fuel", "medical", "water", "staff")), Of("vehicles", 2 + _random.Next(20)),
            Of("departure", departure), Of("arrival", departure + (6 * Hour)), Of("recipients", recipients),
            Of("contact", "access cell"), Of("cells", Cells()), Window(departure, 6), Where(Chance(40)));
        foreach (var to in recipients)
        {
            yield return Say("agencies", "movement.transmit", Of("recipient", to), Of("channel", "system"));
            yield return Say(to, "movement.receive", Of("recipient", to), Of("unit", $"{to} cell {_random.Next(4)}"));
            if (Chance(85))
            {
                yield return Say(to, "movement.acknowledge", Of("recipient", to), Of("unit", $"{to} cell"),
                    Of("function", "duty officer"));
            }
        }

        if (needs)
        {
            var approved = Chance(70);
            yield return approved
                ? Say("idf", "movement.decide", Of("decision", Any("approved", "conditional")))
                : Say("idf", "movement.decide", Of("decision", "denied"), Of("reason", Any("security", "not-given")),
                    Of("authority", "idf"));
            if (!approved)
            {
                yield break;
            }
        }

        if (Chance(10))
        {
            yield return Say("agencies", "movement.postpone", Of("reason", Any("own", "security")));
        }

        yield return Say("agencies", "movement.depart", Of("vehicles", 2 + _random.Next(20)));
        if (Chance(30))
        {
            yield return Say("agencies", "movement.hold", Of("by", Any("idf", "armed-groups", "idf")),
                Of("at-point", Any("checkpoint 1", "checkpoint 2", "line-1")), Of("reason", "checkpoint"));
            yield return Say("agencies", "movement.resume");
        }

        yield return Chance(8) ? Say("agencies", "movement.abort", Of("reason", Any("held", "turned-back", "own")))
            : Say("agencies", Chance(12) ? "movement.part" : "movement.complete", Of("vehicles", 2 + _random.Next(9)));
    }

    private IEnumerator<Said> Incident()
    {
        var alleged = Chance(60) ? "idf" : "armed-groups";
        var action = alleged == "idf" ? Any("strike-from-air", "use-force") : "use-force";
        var author = Any("agencies", "palestinian-committee", "isf");
        var hit = Chance(25) ? _movements[_random.Next(_movements.Length)] : null;
        var place = Where(onRoad: false);
        yield return Say(author, "incident.report",
            [Of("kind", Any("shelling", "shooting", "obstruction", "attack-on-aid")),
            Of("source-kinds", ["own-observation"]), Of("alleged", [alleged]), Of("actions", [action]), place,
            .. hit is null ? [] : new[] { Of("object", hit) }]);
        if (Chance(50))
        {
            yield return Say(author, "incident.evidence", Of("evidence", Some()),
                Of("form", Any("photograph", "document")));
        }

        if (Chance(40))
        {
            var killed = _random.Next(6);
            yield return Say(author, "incident.harm", Of("source", author), Of("source-kind", "agency"),
                Of("killed-best", killed), Of("killed-high", killed + 2), Of("injured-best", 2 * killed));
        }

        yield return Say("egypt", "incident.triage", Of("triage", Chance(90) ? "triaged" : "out-of-scope"));
        yield return Say("egypt", "incident.set-out", Of("method", ["site-visit", "interviews"]));
        if (Chance(20))
        {
            yield return Say("egypt", "incident.access-denied", Of("by", alleged), Of("since", _now - Hour));
        }

        yield return Say("egypt", "incident.verify", Of("finding", Any("verified", "verified", "partly", "refuted")),
            Of("standard", "reasonable-grounds"));
        if (Chance(60))
        {
            yield return Say("egypt", "incident.attribute", Of("attribution", "attributed"), Of("parties", [alleged]),
                Of("standard", Any("reasonable-grounds", "balance-of-probabilities")));
        }

        yield return Say(author, "incident.protest", Of("addressee", alleged), Of("asks", ["explanation"]));
        yield return Say(alleged == "idf" ? "idf" : "egypt", "incident.answer", Of("answer", Any("reject", "explain")));
        yield return Say("egypt", "incident.close", Of("outcome", Any("no-measure", "settled")));
    }

    private IEnumerator<Said> Message()
    {
        var from = Any("isf", "agencies", "idf");
        var to = from == "isf" ? Any("idf", "police") : "isf";
        var about = _movements[_random.Next(_movements.Length)];
        yield return Say(from, Chance(20) ? "message.call" : "message.send", [Of("channel", Any("hotline", "radio")),
            Of("to", [to]), Of("urgency", Any("urgent", "routine")),
            Of("kind", Any("convoy-held", "warning", "request")), Where(onRoad: false),
            .. Chance(30) ? new[] { Of("action", "search") } : [],
            .. about is null ? [] : new[] { Of("about", about) }]);
        yield return Say(from, "message.deliver", Of("recipient", to));
        yield return Say(to, "message.receive", Of("recipient", to), Of("unit", $"{to} desk"));
        if (Chance(85))
        {
            yield return Say(to, "message.acknowledge", Of("recipient", to), Of("unit", $"{to} desk"),
                Of("function", "duty officer"));
            yield return Chance(70)
                ? Say(to, "message.act", Of("recipient", to), Of("unit", $"{to} desk"), Of("what", "let-pass"))
                : Say(to, "message.reject", Of("recipient", to), Of("unit", $"{to} desk"), Of("reason", "no-order"));
        }
        else
        {
            yield return Say(from, "message.escalate", Of("level", "second"), Of("to", [to]));
        }

        yield return Say(from, "message.close", Of("result", "done"));
    }

    private IEnumerator<Said> Watch()
    {
        yield return Say("isf", "watch.open", Of("post", Any("main", "north", "south")), Of("function", "watch 1"));
        for (var i = 0; i < 5; i++)
        {
            yield return Say("isf", "watch.item", Of("item", $"item {i}"),
                Of("kind", Any("incident", "movement", "contact")), Of("open", true));
            yield return Say("isf", "watch.done", Of("item", $"item {i}"));
        }

        yield return Say("isf", "watch.item", Of("item", "what stays"), Of("kind", "visit"), Of("open", true));
        yield return Say("isf", "watch.hand-over", Of("function", "watch 1"), Of("to", "watch 2"),
            Of("items", ["what stays"]));
        yield return Say("isf", "watch.take-over", Of("function", "watch 2"), Of("items", ["what stays"]));
        yield return Say("isf", "watch.done", Of("item", "what stays"));
        yield return Say("isf", "watch.close", Of("function", "watch 2"));
    }

    private IEnumerator<Said> ForceUse()
    {
        yield return Say(Any("isf", "isf", "police"), "force-use.report", Of("unit", $"battalion {_random.Next(6)}"),
            Of("kinds", [Any("show", "warning-shot", "firearm")]), Of("warning", "given"),
            Of("occasion", Any("checkpoint", "crowd", "protection-of-aid")), Of("rounds", _random.Next(30)),
            Where(onRoad: false));
        yield return Say("egypt", "force-use.receive");
        yield return Say("egypt", "force-use.review", Of("finding", Any("within-the-rules", "unclear")),
            Of("standard", "reasonable-grounds"));
        yield return Say("egypt", "force-use.close");
    }

    private IEnumerator<Said> Plan()
    {
        yield return Say(Any("isf", "isf", "idf"), "plan.state", Of("kind", Any("patrol", "search", "escort")),
            Of("cells", Cells()), Window(_now + (4 * Hour), 6), Where(onRoad: false));
        yield return Say("isf", "plan.begin");
        yield return Say("isf", "plan.end");
    }

    private IEnumerator<Said> Site()
    {
        yield return Say("agencies", "site.notify", Of("kind", Any("hospital", "shelter", "warehouse")),
            Of("recipients", ["idf", "isf"]), Of("persons", _random.Next(900)), Of("cells", Cells()),
            Window(_now, 24 * 30), Where(onRoad: false));
        foreach (var to in new[] { "idf", "isf" })
        {
            yield return Say(to, "site.receive", Of("recipient", to), Of("unit", $"{to} cell"));
            yield return Say(to, "site.acknowledge", Of("recipient", to), Of("unit", $"{to} cell"),
                Of("function", "duty officer"));
        }

        yield return Say("agencies", "site.revalidate", Of("persons", _random.Next(900)));
        yield return Say("agencies", "site.withdraw", Of("reason", "moved"));
    }

    private IEnumerator<Said> Crossing(string place)
    {
        var where = new KeyValuePair<string, JsonValue>("place", Texts(place));
        yield return Say("isf", "crossing.list", Of("crossing", place.Split('+')[1]), where);
        while (true)
        {
            var source = Any("idf", "egypt", "agencies", "isf");
            yield return Say(source, "crossing.state", Of("status", Any("open", "partly", "closed")),
                Of("source", source), where);
        }
    }

    private KeyValuePair<string, JsonValue> Where(bool onRoad)
    {
        var sector = Any(Sectors);
        return new("place", Texts(onRoad ? $"{sector}+line-1" : sector));
    }

    private string[] Cells()
    {
        var (east, north) = (_random.Next(-4, 5), _random.Next(-4, 5));
        return Chance(50) ? [$"{east}:{north}"] : [$"{east}:{north}", $"{east}:{north + 1}"];
    }

    private string Some()
    {
        Span<byte> bytes = stackalloc byte[Digest.Bytes];
        _random.NextBytes(bytes);
        return new Digest(bytes).ToString();
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private string Any(params ReadOnlySpan<string> words) => words[_random.Next(words.Length)];

    private static Said Say(string author, string type, params KeyValuePair<string, JsonValue>[] fields) =>
        new(author, type, fields);

    private static KeyValuePair<string, JsonValue> Window(long from, int hours) => new("at", new JsonValue.Members(
        [new("from", new JsonValue.Number(from)), new("to", new JsonValue.Number(from + (hours * Hour)))]));

    private static JsonValue.Items Texts(params string[] words) => new([.. words.Select(w => new JsonValue.Text(w))]);

    private static KeyValuePair<string, JsonValue> Of(string name, string word) => new(name, new JsonValue.Text(word));

    private static KeyValuePair<string, JsonValue> Of(string name, long number) =>
        new(name, new JsonValue.Number(number));

    private static KeyValuePair<string, JsonValue> Of(string name, bool truth) => new(name, new JsonValue.Truth(truth));

    private static KeyValuePair<string, JsonValue> Of(string name, string[] words) => new(name, Texts(words));

    private sealed record Story(int Number, Audience? Audience, IEnumerator<Said> Steps)
    {
        public string? Subject { get; set; }

        public Digest? Decision { get; set; }
    }

    private readonly record struct Said(string Author, string Type, KeyValuePair<string, JsonValue>[] Fields);
}
