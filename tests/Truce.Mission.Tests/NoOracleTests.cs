using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Truce.Record;
using Truce.Space;

namespace Truce.Mission.Tests;

/// <summary>
/// Two worlds that differ in nothing but where a convoy exactly is, how it got on and where a hospital stands, within
/// the same cells and windows. An armed adversary does ten thousand things in each: he checks, nested and shifted after
/// what he was told, records plans, decides, adds, and reads what he may read. What he sees is equal, byte by byte.
/// </summary>
public sealed class NoOracleTests
{
    private const int Queries = 10_000;
    private const int CellMillimetres = CoarseGrid.CellMillimetresMin;

    /// <summary>Window 38 holds the first hours; the convoy moves in window 39.</summary>
    private const int Begin = 39 * CoarseGrid.WindowSeconds;

    private const string Word = """{"channel":"hotline","to":["un"],"urgency":"routine"}""";

    private static readonly Audience Relief = Audience.Of("agencies", "un").Required();
    private static readonly Audience Idf = Audience.Of("idf").Required();
    private static readonly CoarseGrid Cells = new(CellMillimetres);

    private static readonly AskedCell[] Guarded = [new(1, 2, 39), new(2, 2, 39), new(-4, -4, 40)];

    [Fact]
    public void Ten_thousand_queries_of_any_kind_tell_an_armed_party_the_cell_and_the_window_and_nothing_else()
    {
        var (first, second) = (new Adversary(seed: 1, Honest).Played(), new Adversary(seed: 2, Honest).Played());
        Assert.Equal(first.Seen, second.Seen);
        Assert.NotEqual(first.Hidden, second.Hidden); // the worlds do differ
        Assert.Equal(Guarded, first.Learnt.Order());
        Assert.True(first.Counts.Values.Min() > 300, string.Join(", ", first.Counts));
        Assert.Empty(Questions.Untrue(first.World.All));
    }

    [Fact]
    public void An_answer_that_leaks_the_exact_place_is_caught_by_the_same_adversary_and_by_an_auditor()
    {
        var first = new Adversary(seed: 1, Leaking).Played(1_500);
        var second = new Adversary(seed: 2, Leaking).Played(1_500);
        Assert.NotEqual(first.Seen, second.Seen);
        Assert.NotEmpty(Questions.Untrue(first.World.All));
    }

    [Fact]
    public void A_world_without_the_convoy_differs_by_what_was_told_of_its_cells_alone()
    {
        var with = new Adversary(seed: 1, Honest).Played(600);
        var without = new Adversary(seed: null, Honest).Played(600, follow: with.Asked);
        Assert.NotEqual(with.Seen, without.Seen);
        Assert.Empty(without.Learnt);
        Assert.Equal(with.Sizes, without.Sizes); // who counts or measures entries learns nothing
    }

    /// <summary>R of an act that he seals to others alone is closed to him; its size class is not.</summary>
    [Fact]
    public void Who_seals_a_plan_to_others_alone_learns_nothing_from_the_length_of_what_they_are_told()
    {
        (int, int) Sizes(string cell, Audience audience)
        {
            var world = new World();
            world.Framework(Frameworks.Curfew);
            for (var i = 0; i < 64; i++)
            {
                world.Send("agencies", "movement.notify", """
                    {"mode":"notify-only","kind":"convoy","purpose":"food","departure":1760101200000,
                     "recipients":["un"],"cells":["0:0"]}
                    """, Relief);
            }

            world.Send("idf", "plan.state", $$"""{"kind":"search","cells":["{{cell}}"]}""", audience);
            return QueryTests.Classes(world.Entries[^1].Received, world.Entries[^1].Outcome);
        }

        var all = Audience.Of("agencies", "idf", "un").Required();
        Assert.Equal(Sizes("9:9", all), Sizes("0:0", all)); // not for all of its readers
        Assert.Equal(Sizes("9:9", Relief), Sizes("0:0", Relief));
    }

    private static ImmutableArray<string> Honest(World world, Subject check, Activity probe) =>
        Questions.Answer(world.All, check);

    /// <summary>Says yes only where the probe comes within 2 km of the exact place: what must be caught.</summary>
    private static ImmutableArray<string> Leaking(World world, Subject check, Activity probe)
    {
        var wide = Activity.Point(probe.Particulars with { BufferMillimetres = 2_000_000 }, probe.Vertex(0),
            new Window(Begin, Begin + (2 * CoarseGrid.WindowSeconds))).ActivityOrNull!;
        var isNear = Questions.Meets(world.All, Audience.Operator, [wide]).Any(s => s.Audience == Relief);
        return [.. Questions.Answer(world.All, check).Select(t => isNear ? t : t[..^1] + "0")];
    }

    /// <summary>One world, and what the adversary sees of it.</summary>
    private sealed class Adversary
    {
        private readonly Random _random = new(77); // the adversary's own luck is the same in every world
        private readonly StringBuilder _seen = new();
        private readonly Func<World, Subject, Activity, ImmutableArray<string>> _answer;
        private readonly List<AskedCell> _hits = [];
        private int _told;

        public Adversary(int? seed, Func<World, Subject, Activity, ImmutableArray<string>> answer)
        {
            _answer = answer;
            World = new World(plan: bytes => [Parsed(Encoding.UTF8.GetString(bytes.Span))]);
            World.Framework(Frameworks.Curfew);
            World.Send("committee", "terms.declare",
                """{"term":"query-budget","checks":1000000,"source":"exercise"}""");
            var random = new Random(seed ?? 0);
            if (seed is not null)
            {
                Convoy = Notified("movement.notify", $$"""
                    "mode":"notify-only","kind":"convoy","purpose":"food","departure":{{World.Now + (7 * World.Hour)}},
                    """, $"route {Within(random, 1)} {Within(random, 2)}");
                Notified("site.notify", "\"kind\":\"hospital\",", $"point {Within(random, -4, -4)}");
            }
            else
            {
                Convoy = "movement/0123456789abcdef";
                World.Send("agencies", "message.send", Word, Relief);
                World.Send("agencies", "message.send", Word, Relief);
            }

            Hidden = string.Join('\n', World.Entries.Select(e => e.Received.Hash));
        }

        public World World { get; }

        public string Convoy { get; }

        public string Hidden { get; }

        public string Seen => _seen.ToString();

        public HashSet<AskedCell> Learnt { get; } = [];

        public List<(Activity Probe, AskedCell[] Cells)> Asked { get; } = [];

        public SortedDictionary<string, int> Counts { get; } = [];

        public List<(int, int)> Sizes { get; } = [];

        public Adversary Played(int queries = Queries, List<(Activity Probe, AskedCell[] Cells)>? follow = null)
        {
            for (var n = 0; n < Math.Min(queries, follow?.Count ?? queries); n++)
            {
                if (n == queries / 2 && Convoy[^1] != 'f')
                {
                    // How it gets on differs too; that something was stated, and when, does not.
                    World.Add("agencies", "movement.depart", Convoy, "{}", Relief);
                    World.Add("agencies", "movement.complete", Convoy, $"{{\"vehicles\":{Hidden[0] % 7}}}", Relief);
                }
                else if (n == queries / 2)
                {
                    World.Send("agencies", "message.send", Word, Relief);
                    World.Send("agencies", "message.send", Word, Relief);
                }

                Act(n, follow);
                World.After(1_000);
            }

            Look();
            foreach (var (received, outcome) in World.Entries)
            {
                if (received.Statement.Type.StartsWith("query.", StringComparison.Ordinal))
                {
                    Sizes.Add(QueryTests.Classes(received, outcome));
                }
            }

            return this;
        }

        private void Act(int n, List<(Activity Probe, AskedCell[] Cells)>? follow)
        {
            var probe = follow is null ? Probe() : follow[n].Probe;
            var kind = follow is not null ? 0 : _random.Next(20);
            if (kind < 16)
            {
                Check(probe, follow is not null ? follow[n].Cells : [.. Questions.Of(Cells, [probe])!.Value]);
                Count("check");
                return;
            }

            var audience = _random.Next(2) == 0 ? null : Idf;
            var cell = Questions.Of(Cells, [probe])!.Value[0];
            _ = kind switch
            {
                16 => World.Send("idf", "plan.state", $$"""
                    {"kind":"patrol","cells":["{{cell.East}}:{{cell.North}}"],
                    "at":{"from":{{At(cell)}},"to":{{At(cell) + 9}} } }
                    """, audience),
                17 => World.Decide("idf", "movement.decide", Convoy,
                    """{"decision":"denied","reason":"security","authority":"idf"}""", audience),
                18 => World.Add("idf", "movement.hold", Convoy, """{"by":"idf"}""", audience),
                _ => World.Send("idf", "timer.note", $$"""{"about":"{{Convoy}}","what":"acknowledgement","due":1}"""),
            };
            Count(kind switch { 16 => "plan", 17 => "decide", 18 => "add", _ => "timer" });
            if (n % 500 == 0)
            {
                Look();
            }
        }

        private void Check(Activity probe, AskedCell[] cells)
        {
            Asked.Add((probe, cells));
            QueryTests.Ask(World, "idf", [.. cells.Take(Questions.CellsMax)]);
            var check = World.All.Subjects[World.LastSubject];
            QueryTests.Answer(World, check.Id, _answer(World, check, probe));
            foreach (var cell in Questions.MayBeIn(check.Last("answer")!.Value.Words("told")))
            {
                Learnt.Add(cell);
                _hits.Add(cell);
            }
        }

        /// <summary>Anywhere at first; then ever smaller places in and around what he was told.</summary>
        private Activity Probe()
        {
            var about = _hits.Count == 0 || _random.Next(3) == 0
                ? new AskedCell(_random.Next(-6, 6), _random.Next(-6, 6), _random.Next(37, 42))
                : _hits[_random.Next(_hits.Count)];
            var depth = 1 << _random.Next(0, 12);
            int Somewhere(int cell) => (cell * CellMillimetres) + (CellMillimetres / depth * _random.Next(0, depth))
                + _random.Next(-9, 9);
            var (east, north) = (Somewhere(about.East), Somewhere(about.North));
            var from = (about.Window * CoarseGrid.WindowSeconds) + _random.Next(-600, CoarseGrid.WindowSeconds);
            return Parsed(_random.Next(2) == 0
                ? $"point {east} {north} {from} {from + _random.Next(1, 3_600)}"
                : $"route {east} {north} {from} {east + _random.Next(CellMillimetres)} {north} {from + 600}");
        }

        /// <summary>
        /// What he reads: his timeline, every report, and of the rest that it exists, when, and its size.
        /// </summary>
        private void Look()
        {
            var read = World.As("idf");
            foreach (var (received, outcome) in World.Entries.Skip(_told))
            {
                var own = received.Statement.Audience is not { } audience || audience.Contains("idf");
                _seen.AppendLine(Known(own
                    ? Encoding.UTF8.GetString(received.Statement.ToBytes()) + Encoding.UTF8.GetString(outcome.ToBytes())
                    : $"{received.Index} {received.ReceivedAt} {QueryTests.Classes(received, outcome)}"));
            }

            _told = World.Entries.Count;
            foreach (var label in read.Labels)
            {
                _seen.AppendLine(Known($"{label with { Ruling = null }}"));
            }

            foreach (var (name, _) in Reports.Names)
            {
                var report = Reports.Of(name, read, new Period(0, World.Now))!;
                foreach (var figure in report.Sections.SelectMany(s => s.Figures))
                {
                    _seen.AppendLine(Known($"{figure with { Entries = [] }} {string.Join(',', figure.Entries)}"));
                }
            }
        }

        /// <summary>The convoy's id, which he is assumed to have got hold of, is another in each world.</summary>
        private string Known(string text) => text.Replace(Convoy, "movement/his", StringComparison.Ordinal);

        private void Count(string what) => Counts[what] = Counts.GetValueOrDefault(what) + 1;

        private string Notified(string type, string act, string plan)
        {
            var attached = World.Attach(Encoding.UTF8.GetBytes(plan));
            Assert.Null(World.Send("agencies", type,
                $$"""{ {{act}}"recipients":["un"],"plan":"{{attached.Commit}}"}""", Relief, attached: [attached]).Why);
            return World.LastSubject;
        }

        private static long At(AskedCell cell) =>
            MissionGrid.Default.EpochMilliseconds + (cell.Window * (CoarseGrid.WindowSeconds * 1_000L));

        private static string Within(Random random, int east, int north = 2)
        {
            string At(int cell) => ((cell * CellMillimetres) + random.Next(1_000_000, CellMillimetres - 1_000_000))
                .ToString(CultureInfo.InvariantCulture);
            var from = (north < 0 ? Begin + CoarseGrid.WindowSeconds : Begin) + random.Next(900, 3_600)
                + (east == 2 ? 7_200 : 0);
            return $"{At(east)} {At(north)} {from}" + (north < 0 ? $" {from + random.Next(900, 7_200)}" : "");
        }

        /// <summary>A plan's file of these tests: a shape and its numbers.</summary>
        private static Activity Parsed(string text)
        {
            var words = text.Split(' ');
            int[] n = [.. words[1..].Select(w => int.Parse(w, CultureInfo.InvariantCulture))];
            var who = new Particulars("x", ActivityKind.Operation, IsEmergency: false, 100_000);
            return (words[0] == "point"
                ? Activity.Point(who, new Place(n[0], n[1]), new Window(n[2], n[3]))
                : Activity.Route(who,
                    [new Waypoint(new Place(n[0], n[1]), n[2]), new Waypoint(new Place(n[3], n[4]), n[5])], 60))
                .ActivityOrNull!;
        }
    }
}
