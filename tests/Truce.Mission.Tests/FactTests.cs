using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Facts: what whoever acts judges on the scene is his to state, what is declared is not.</summary>
public sealed class FactTests
{
    private const string Plan = """
        {"kind":"patrol","cells":["0:0"],"place":["north"]MORE,"at":{"from":1760100000000,"to":1760100000000}}
        """;

    private static readonly string Rules = Frameworks.Curfew
        .Replace("areas:\n", """
            facts:
              hostile-act: {ask: "Is a hostile act under way?", judged: on-scene, ordinary: no}
              flood: {ask: "Is the road under water?", judged: declared, by: committee, lasts: 2 days, ordinary: no}
            areas:

            """, StringComparison.Ordinal)
        .Replace("\nacts:\n", """

              - prohibit: force
                from: patrol
                unless: hostile-act
                overrides: [patrols]
                id: calm
                basis: assumption
                source: s
              - prohibit: force
                from: patrol
                if: flood
                id: under-water
                basis: assumption
                source: s
            acts:
              plan: [patrol]

            """, StringComparison.Ordinal);

    [Fact]
    public void An_act_that_states_nothing_depends_and_is_called_neither_better_nor_worse()
    {
        var ruling = Stated("");
        Assert.Equal(["forbidden if not hostile-act", "permitted if hostile-act"],
            ruling.Then.Select(a => $"{a.Verdict} if {string.Join('|', a.If)}"));
        Assert.Equal(Answered.Depends, ruling.Worst);
    }

    [Theory]
    [InlineData("yes", "permitted")]
    [InlineData("no", "forbidden")]
    public void What_whoever_acts_states_is_counted_as_his_word(string value, string verdict)
    {
        var ruling = Stated($""","facts":["hostile-act={value}"]""");
        Assert.Equal((verdict, $"hostile-act={value}"), (ruling.Worst, ruling.Then.Single().Facts.Single()));
        Assert.Empty(ruling.Then.Single().If);
    }

    [Theory]
    [InlineData("flood=yes")]
    [InlineData("unheard-of=yes")]
    [InlineData("hostile-act=perhaps")]
    public void What_is_not_his_to_judge_tells_nothing(string fact)
    {
        var ruling = Stated($""","facts":["{fact}"]""");
        Assert.Equal(Answered.Depends, ruling.Worst);
        Assert.All(ruling.Then, a => Assert.Empty(a.Facts));
    }

    [Theory]
    [InlineData("""["hostile-act"]""")]
    [InlineData("""["=yes"]""")]
    [InlineData("""["a=1","a=2"]""")]
    [InlineData("[]")]
    [InlineData("7")]
    public void Facts_have_their_form(string facts) =>
        Assert.StartsWith("`facts` is 1 to 16 texts", new World().Fault("plan.state", Plan.Replace("MORE",
            $",\"facts\":{facts}", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void A_declared_fact_is_ordinary_until_it_is_declared_and_again_when_it_has_lapsed()
    {
        var world = new World();
        Assert.Equal((OutcomeKind.Applied, null), (world.Framework(Rules).Kind, world.Last.Why));
        string? Now() => Verdict(world.After(World.Hour), ""","facts":["hostile-act=yes"]""");
        Assert.Equal("permitted", Now());
        Assert.Equal("hostile-act is judged on the scene: whoever acts states it with his act", world.Send("force",
            "fact.declare", """{"sector":"north","fact":"hostile-act","value":"yes"}""").Why);
        world.Send("committee", "fact.declare", """{"sector":"north","fact":"flood","value":"yes"}""");
        Assert.Equal((OutcomeKind.Applied, null), (world.Last.Kind, world.Last.Why));
        Assert.Equal("forbidden", Now());
        world.After(46 * World.Hour);
        Assert.Equal("forbidden", Verdict(world, ""","facts":["hostile-act=yes"]"""));
        Assert.Equal("permitted", Now());
    }

    [Fact]
    public void A_delegation_is_declared_by_the_delegator_and_lapses()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew.Replace("over: patrol\n", "over: patrol\n    delegable: "
            + "{to: agencies, at_most: 1 day}\n", StringComparison.Ordinal).Replace("acts:\n",
            "acts:\n  plan: [patrol]\n", StringComparison.Ordinal));
        Assert.Equal((OutcomeKind.Applied, null), (world.Last.Kind, world.Last.Why));
        string Holder()
        {
            Verdict(world.After(World.Hour), "");
            return string.Join(',', world.All.Labels.Last().Ruling!.Then.Single().Holders);
        }

        Assert.Equal("force", Holder());
        Assert.Equal("force may declare last-word.delegated, by the framework", world.Send("agencies", "fact.declare",
            """{"sector":"north","fact":"last-word.delegated","value":"yes"}""").Why);
        world.Send("force", "fact.declare", """{"sector":"north","fact":"last-word.delegated","value":"yes"}""");
        Assert.Equal((OutcomeKind.Applied, "agencies"), (world.Last.Kind, Holder()));
        world.After(24 * World.Hour);
        Assert.Equal("force", Holder());
    }

    [Fact]
    public void An_act_that_names_no_place_happens_where_its_subject_is()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        world.After(1).Send("agencies", "movement.notify", """
            {"mode":"notify-only","kind":"convoy","purpose":"food","departure":1760104000000,"recipients":["force"],
             "place":["south"]}
            """);
        world.After(1).Add("agencies", "movement.depart", world.LastSubject);
        Assert.Equal(["south"], world.All.Labels.Last().Ruling!.Now.Select(a => a.Place));
    }

    private static Ruled Stated(string facts)
    {
        var world = new World();
        Assert.Equal((OutcomeKind.Applied, null), (world.Framework(Rules).Kind, world.Last.Why));
        Verdict(world.After(World.Hour), facts);
        return world.All.Labels.Last().Ruling!;
    }

    private static string? Verdict(World world, string facts)
    {
        world.Send("force", "plan.state", Plan.Replace("MORE", facts, StringComparison.Ordinal)
            .Replace("1760100000000", $"{world.Now}", StringComparison.Ordinal));
        Assert.Equal(OutcomeKind.Applied, world.Last.Kind);
        return world.All.Labels.Last().Ruling!.Worst;
    }
}
