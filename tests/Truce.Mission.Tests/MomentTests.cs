using System.Text;
using NodaTime;
using Truce.Rules;

namespace Truce.Mission.Tests;

/// <summary>Each situation that an act touches is asked, however long the act and short the hours.</summary>
public sealed class MomentTests
{
    private const long Minute = 60_000;

    [Fact]
    public void Every_minute_of_a_window_lies_in_a_cell_that_is_asked()
    {
        var book = Book();
        var random = new Random(20_251_010);
        for (var i = 0; i < 60; i++)
        {
            // About the days on which clocks change and on which the term and a clause begin and end.
            var from = World.Start + (random.Next(-20, 200) * 24 * World.Hour) + (random.Next(1440) * Minute);
            var until = from + (random.Next(0, 4_000) * Minute);
            var asked = Rulings.Moments(book, from, until);
            Assert.All(asked, m => Assert.InRange(m, from, until));
            var expected = new HashSet<(int, int)>();
            for (var at = from; at <= until; at += Minute)
            {
                expected.Add(book.CellsOf(Instant.FromUnixTimeMilliseconds(at)));
            }

            Assert.Equal(expected.Order(),
                asked.Select(m => book.CellsOf(Instant.FromUnixTimeMilliseconds(m))).Order());
        }
    }

    [Fact]
    public void An_act_that_touches_too_much_says_what_is_not_decided()
    {
        var world = new World();
        var hours = string.Concat(Enumerable.Range(0, 200).Select(i => $"""
              - prohibit: force
                from: patrol
                hours: "{i / 10:00}:{i % 10 * 5:00}-{i / 10:00}:{(i % 10 * 5) + 2:00}"
                id: hour-{i}
                basis: assumption
                source: s

            """));
        string[] sectors = [.. Enumerable.Range(0, 20).Select(i => $"s{i}")];
        world.Framework(Frameworks.Curfew.Replace("acts:\n", hours + "acts:\n  plan: [patrol]\n",
            StringComparison.Ordinal).Replace("[north, south]", $"[{string.Join(", ", sectors)}]",
            StringComparison.Ordinal));
        Assert.Equal(Record.OutcomeKind.Applied, world.Last.Kind);
        Ruled Ruling(params string[] places)
        {
            world.After(1).Send("force", "plan.state", $$"""
                {"kind":"patrol","cells":["0:0"],"place":[{{string.Join(',', places.Select(p => $"\"{p}\""))}}],
                 "at":{"from":1760100000000,"to":1765100000000} }
                """);
            Assert.Equal(Record.OutcomeKind.Applied, world.Last.Kind);
            return world.All.Labels.Last().Ruling!;
        }

        var one = Ruling("s0");
        Assert.Equal(("forbidden", false, 201), (one.Worst, one.IsPartial, one.Count));
        Assert.True(Ruling(sectors).IsPartial);
    }

    private static Rulebook Book()
    {
        var yaml = Frameworks.Curfew.Replace("acts:\n", """
              - prohibit: force
                from: patrol
                hours: "20:01-20:03"
                until: 2025-11-30
                id: minutes
                basis: assumption
                source: s
              - prohibit: force
                from: patrol
                hours: "22:00-05:30"
                id: night
                basis: assumption
                source: s

            """ + "acts:\n", StringComparison.Ordinal);
        var read = FrameworkReader.Read(Encoding.UTF8.GetBytes(yaml), "f.yaml");
        Assert.True(read.IsUsable, string.Join('\n', read.Diagnostics.Select(d => d.Message)));
        return new Rulebook(read.Framework);
    }
}
