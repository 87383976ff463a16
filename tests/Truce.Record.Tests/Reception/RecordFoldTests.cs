namespace Truce.Record.Tests;

/// <summary>
/// A mission's machine that counts what it has seen and says so in each ruling: whatever reaches an audience that
/// should not, shows.
/// </summary>
public sealed class RecordFoldTests
{
    private static readonly string[] Devices = ["post 1", "post 2", "desk"];

    internal static Machines Counting { get; } = new()
    {
        Begin = _ =>
        {
            var (count, sum) = (0L, 0L);
            return new MachineFold(
                Semantics: 1,
                r => new Judgement(
                    sum % 3 == 0 ? OutcomeKind.Conflicting : OutcomeKind.Applied, null,
                    [ReceptionWorld.Json($"[{count},{sum}]")], null, null),
                (r, o) => (count, sum) =
                    (count + 1, sum + Code(r.Statement) + (o?.Kind == OutcomeKind.Applied ? 7 : 0)),
                (_, _, _) => count++)
            {
                StateHash = () => Digest.Of(System.Text.Encoding.UTF8.GetBytes($"{count} {sum}")),
                Save = () => System.Text.Encoding.UTF8.GetBytes($"{count} {sum}"),
                Load = bytes =>
                {
                    var text = System.Text.Encoding.UTF8.GetString(bytes).Split(' ');
                    (count, sum) = (long.Parse(text[0], null), long.Parse(text[1], null));
                },
            };
        },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_public_a_party_and_an_auditor_recompute_what_the_operator_said(int seed)
    {
        var random = new Random(seed);
        var world = new ReceptionWorld(Counting);
        Story(world, random, length: 60);

        (Reader[] Readers, long Closed)[] replays =
        [
            ([], Hidden(world)),
            ([new Reader("g0", ReceptionWorld.ReadingKey)], 0),
            ([new Reader(Audience.Operator, ReceptionWorld.ReadingKey)], 0),
        ];
        foreach (var (readers, closed) in replays)
        {
            var report = Replayed(world, readers);
            Assert.Null(report.First);
            Assert.Equal(closed, report.Closed);
            Assert.Equal(report.Outcomes - closed, report.Recomputed);
        }
    }

    [Fact]
    public void An_operator_who_says_something_else_is_named_with_the_first_entry()
    {
        var world = new ReceptionWorld(Counting);
        Story(world, new Random(5), length: 20);
        var leaves = Leaves(world).ToArray();
        var at = Array.FindIndex(leaves, 3, l => Statement.Parse(l.Statement.Span).Value?.Type == "incident.report");
        var honest = Outcome.Parse(leaves[at].Outcome.Span).Required();
        leaves[at] = new Leaf(leaves[at].Statement, leaves[at].Signature,
            (honest with { Events = [ReceptionWorld.Json("[0,0]")] }).ToBytes());
        var report = Replay.AsPublic(world.Founded.Hash, () => leaves, RecordFold.Of(world.Founded.Founding, Counting));

        Assert.Equal(at, report.First?.Index);
        Assert.Contains("`events`", report.First!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_confidential_is_no_equivocation_for_those_who_may_not_read_it()
    {
        var world = new ReceptionWorld();
        var hidden = world.Draft("post 1") with { Audience = Audience.Of("g0").Required() };
        var submission = world.Pen("post 1").Seal(
            hidden, [new("g0", 0, Founded.Reading), new(Audience.Operator, 0, Founded.Reading)],
            Parties.Randoms("x", recipients: 2));
        world.Recorded(submission);
        var clear = world.Recorded(world.Pen("post 1").Sign(hidden with { Audience = null }));

        Assert.Null(world.Outcome(clear.Index).Equivocates);
        Assert.Null(Replayed(world, []).First);
        Assert.Null(Replayed(world, [new Reader("g0", ReceptionWorld.ReadingKey)]).First);
    }

    [Theory]
    [InlineData(23_000, 0, 1, true)]
    [InlineData(24_000, 0, 1, false)]
    [InlineData(100, 0, 1, true)]
    [InlineData(9_000, 9_000, 1, true)]
    [InlineData(13_000, 13_000, 1, false)]
    [InlineData(0, 12_100, 2, false)] // two bytes a character
    [InlineData(0, 0, 1, false, "one line\nand another")]
    public void An_outcome_that_does_not_fit_is_inapplicable_without_events_and_stops_nobody(
        int events, int ruling, int width, bool fits, string? why = null)
    {
        var letter = width == 1 ? 'a' : 'ü';
        var machines = new Machines
        {
            Begin = _ => new MachineFold(
                Semantics: 1,
                r => new Judgement(OutcomeKind.Applied, why, [new JsonValue.Text(new string(letter, events))],
                    new JsonValue.Text(new string(letter, ruling)), null),
                (_, _) => { }, (_, _, _) => { }),
        };
        var world = new ReceptionWorld(machines);
        var index = world.Recorded(world.Report("post 1")).Index;
        var outcome = world.Outcome(index);
        Assert.Equal(fits ? (OutcomeKind.Applied, null, 1) : (OutcomeKind.Inapplicable, RecordFold.DoesNotFit, 0),
            (outcome.Kind, outcome.Why, outcome.Events.Count));
        Assert.Equal(fits, outcome.Ruling is not null);

        world.Recorded(world.Confide("post 1"));
        world.Restart();
        world.Recorded(world.Report("post 2"));
        Assert.Null(Replayed(world, []).First);
        Assert.Null(Replayed(world, [new Reader(Audience.Operator, ReceptionWorld.ReadingKey)]).First);
    }

    internal static void Story(ReceptionWorld world, Random random, int length, bool restarts = true)
    {
        var last = new Dictionary<string, Submission>(StringComparer.Ordinal);
        for (var i = 0; i < length; i++)
        {
            var device = Devices[random.Next(Devices.Length)];
            var act = $$"""{"code":{{random.Next(100)}}}""";
            var submission = random.Next(10) switch
            {
                < 5 => world.Report(device, act),
                < 8 => world.Confide(device, act),
                8 => last.GetValueOrDefault(device) ?? world.Report(device),
                _ => world.Rooted("g1", world.Founded.Enrolment("g1", Some.Device($"device {i}"))),
            };
            last[device] = submission;
            Assert.IsType<Answer.Recorded>(world.Take(submission, ReceptionWorld.Noon + (i * 100)));
            if (random.Next(10) == 0 && restarts)
            {
                world.Restart();
            }
        }
    }

    internal static ReplayReport Replayed(ReceptionWorld world, Reader[] readers) => Replay.Run(
        world.Founded.Hash, () => Leaves(world), BodySource.Of(world.BodyDisk), readers,
        RecordFold.Of(world.Founded.Founding, world.Machines));

    internal static IEnumerable<Leaf> Leaves(ReceptionWorld world) =>
        Enumerable.Range(0, (int)world.Log.Size).Select(i => world.Leaf(i));

    private static long Hidden(ReceptionWorld world) =>
        Leaves(world).Count(l => ConfidentialStatement.Parse(l.Statement.Span).IsValid);

    private static long Code(Statement statement) =>
        (statement.Act as JsonValue.Members)?["code"] is JsonValue.Number { Value: var code } ? code : 0;
}
