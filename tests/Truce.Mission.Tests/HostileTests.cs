using System.Globalization;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// Acts and outcomes that somebody made to break a reader: each has an answer, and nobody's program stops. Times,
/// numbers and lists are of any size, fields are missing, doubled in other forms, or of another kind.
/// </summary>
public sealed class HostileTests(ITestOutputHelper output)
{
    private const long Edge = (1L << 53) - 1;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_act_has_an_answer(int seed)
    {
        var random = new Random(seed);
        var (refused, judged) = (0, 0);
        for (var history = 0; history < 20; history++)
        {
            output.WriteLine($"seed {seed}, history {history}");
            var world = new RandomHistory((seed * 100) + history).Run(15).World;
            foreach (var statement in world.Entries.Select(e => e.Received.Statement).ToArray())
            {
                for (var i = 0; i < 12; i++)
                {
                    var changed = Changed(random, statement);
                    if (Mission.FormFault(changed) is { } fault)
                    {
                        Assert.DoesNotContain('\n', fault);
                        refused++;
                        continue;
                    }

                    var author = Any(random, ["agencies", "committee", "force", "operator"]);
                    Assert.NotNull(world.Enter(changed, author, author == "operator" ? "operator" : "liaison"));
                    judged++;
                }
            }

            Read(world.All);
            Read(world.Public());
        }

        Assert.True(refused > 500 && judged > 300, $"{refused} refused, {judged} judged");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_outcome_that_a_dishonest_operator_states_is_read(int seed)
    {
        var random = new Random(seed);
        for (var history = 0; history < 20; history++)
        {
            output.WriteLine($"seed {seed}, history {history}");
            var world = new RandomHistory((seed * 100) + history).Run(25).World;
            var fold = world.Mission.Begin();
            foreach (var (received, outcome) in world.Entries)
            {
                fold.Take(received, outcome with
                {
                    Events =
                    [
                        .. outcome.Events.SelectMany(e => new[] { e, Mutated(random, e, 0), Mutated(random, e, 0) }),
                    ],
                    Ruling = outcome.Ruling is null ? null : Mutated(random, outcome.Ruling, 0),
                });
            }

            Read(fold);
            var again = world.Mission.Begin();
            again.Load(fold.Save());
            Assert.Equal(fold.Shown(), again.Shown());
        }
    }

    [Fact]
    public void Times_and_numbers_have_ends_that_every_calendar_and_sum_has()
    {
        var world = new World();
        const string told = "`due` of incident.protest is an instant in POSIX milliseconds, before the year 9999";
        Assert.Equal(told, world.Fault("incident.protest",
            $$"""{"subject":"incident/0000000000000000","addressee":"x","due":{{Edge}}}""", expects: true));
        Assert.Equal("`killed-best` of incident.harm is a whole number from 0 to 999999999999",
            world.Fault("incident.harm",
            $$"""{"subject":"incident/0000000000000000","source":"x","source-kind":"party","killed-best":{{Edge}}}"""));
        Assert.Equal("`at` is `from` and `to` in POSIX milliseconds, at most 366 days, before the year 9999",
            world.Fault("watch.open", $$"""{"post":"x","function":"y","at":{"from":{{Edge}},"to":{{Edge}} } }"""));
    }

    /// <summary>Everything that is derived of a state, and every word about it.</summary>
    private static void Read(Fold fold)
    {
        Assert.NotNull(fold.Shown());
        foreach (var (_, due) in fold.Dues())
        {
            Assert.NotNull(due.What);
        }

        foreach (var label in fold.Labels)
        {
            Assert.True(label.Ruling is null || label.Ruling.Count >= 0);
        }
    }

    private static Statement Changed(Random random, Statement statement) => statement with
    {
        Act = random.Next(6) == 0 ? statement.Act : Mutated(random, statement.Act, 0),
        OccurredAt = random.Next(4) == 0 ? Any(random, [0, 1, Edge, statement.OccurredAt + 1]) : statement.OccurredAt,
        Expects = random.Next(6) == 0 ? null : statement.Expects,
    };

    /// <summary>The same with one thing or several changed.</summary>
    private static JsonValue Mutated(Random random, JsonValue json, int depth)
    {
        if (depth < 4 && json is JsonValue.Members { All.Count: > 0 } members && random.Next(8) > 0)
        {
            var all = members.All.ToList();
            var at = random.Next(all.Count);
            all[at] = random.Next(10) == 0 ? new("other", all[at].Value)
                : new(all[at].Key, Mutated(random, all[at].Value, depth + 1));
            if (random.Next(6) == 0)
            {
                all.RemoveAt(random.Next(all.Count));
            }

            return new JsonValue.Members(all);
        }

        if (depth < 4 && json is JsonValue.Items { All.Count: > 0 } items && random.Next(3) > 0)
        {
            var all = items.All.ToList();
            all[random.Next(all.Count)] = Mutated(random, all[0], depth + 1);
            return new JsonValue.Items(random.Next(4) == 0 ? [.. all, .. all] : all);
        }

        return random.Next(2) == 0 && json is JsonValue.Number
            ? new JsonValue.Number(Any(random, [0, 1, Act.NumberMax, Act.TimeMaxMilliseconds, Edge]))
            : Any<JsonValue>(random,
        [
            new JsonValue.Nothing(), new JsonValue.Truth(true), new JsonValue.Number(0), new JsonValue.Number(-1),
            new JsonValue.Number(Edge), new JsonValue.Number(-Edge), new JsonValue.Number(random.Next()),
            new JsonValue.Text(""), new JsonValue.Text("north"), new JsonValue.Text("incident/00000000000000ff"),
            new JsonValue.Text(new string('x', 80)), new JsonValue.Text("a\u0000b"), new JsonValue.Text("999:999"),
            new JsonValue.Text(random.Next().ToString(CultureInfo.InvariantCulture)), new JsonValue.Items([]),
            new JsonValue.Items([.. Enumerable.Range(0, 70).Select(i => new JsonValue.Text($"n{i}"))]),
            new JsonValue.Members([]), new JsonValue.Members([new("from", new JsonValue.Number(0)),
                new("to", new JsonValue.Number(366L * 86_400_000))]),
            new JsonValue.Members([new("from", new JsonValue.Number(Act.TimeMaxMilliseconds)),
                new("to", new JsonValue.Number(Act.TimeMaxMilliseconds))]),
        ]);
    }

    private static T Any<T>(Random random, IReadOnlyList<T> all) => all[random.Next(all.Count)];
}
