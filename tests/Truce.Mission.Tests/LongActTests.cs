using System.Text;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>No act and no framework makes an outcome that the record cannot hold: that would stop it for everybody.
/// </summary>
public sealed class LongActTests
{
    /// <summary>Names of the longest kind: 80 characters of three bytes each, all different.</summary>
    private static string Names(int count, int length = 80) => string.Join(',', Enumerable.Range(0, count)
        .Select(i => $"\"{new string('ق', length - 3)}{i:000}\""));

    [Fact]
    public void An_act_that_is_too_long_is_refused_by_its_form()
    {
        var act = $$"""{"channel":"hotline","urgency":"urgent","to":[{{Names(64)}}]}""";
        Assert.Equal("`act` of message.send has at most 8000 bytes: what is longer is an attachment",
            new World().Fault("message.send", act));
    }

    [Fact]
    public void The_longest_act_with_the_longest_answers_fits()
    {
        var world = new World();
        Assert.Equal((OutcomeKind.Applied, null), (world.Framework(Long()).Kind, world.Last.Why));
        var recipients = Names(20);
        world.After(1).Send("agencies", "movement.notify",
            $$"""
            {"mode":"notify-only","kind":"convoy","purpose":"food","departure":1760104000000,
             "recipients":[{{recipients}}],"place":["north"]}
            """);
        var movement = world.LastSubject;
        foreach (var recipient in recipients.Split(','))
        {
            foreach (var unit in Enumerable.Range(0, 4))
            {
                world.Add("agencies", "movement.receive", movement,
                    $$"""{"recipient":{{recipient}},"unit":"{{new string('ق', 78)}}{{unit}}"}""");
                Assert.Equal(OutcomeKind.Applied, world.Last.Kind);
            }
        }

        world.After(1).Send("agencies", "incident.report",
            $$"""
            {"kind":"attack-on-aid","source-kinds":["agency"],"object":"{{movement}}","alleged":["force"],
             "actions":["patrol"],"place":["north","south","north+a-1",{{Names(27)}}]}
            """);
        Assert.Equal(OutcomeKind.Applied, world.Last.Kind);
        Assert.InRange(world.All.Subjects[world.LastSubject].Opening.Words("known-to").Length, 1, 64);
        world.After(1).Send("force", "plan.state", """{"kind":"patrol","cells":["0:0"],"place":["north"]}""");
        Assert.InRange(world.Last.ToBytes().Length, 1_000, 24_000);
        Assert.Equal("permitted", world.All.Labels.Last().Ruling!.Worst);
    }

    /// <summary>A framework in which hundreds of clauses with long names hold at once.</summary>
    private static string Long()
    {
        var rules = new StringBuilder();
        for (var i = 0; i < 600; i++)
        {
            rules.Append($"""
                  - grant: force
                    may: patrol
                    id: a-clause-with-a-long-name-that-goes-on-for-sixty-characters-{i:000}
                    basis: assumption
                    source: s

                """);
        }

        return Frameworks.Curfew.Replace("acts:\n", rules + "acts:\n  plan: [patrol]\n", StringComparison.Ordinal);
    }
}
