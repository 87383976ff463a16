using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Declarations whose authors had not seen each other's stand side by side, and are shown as that.</summary>
public sealed class UnseenTests
{
    private const string Unknown =
        "which says otherwise: both stand side by side, and the phase is unknown until who has seen both declares it";

    private const string Patrol = """{"kind":"patrol","cells":["0:0"],"place":["north"]}""";

    [Fact]
    public void A_phase_declared_in_two_ways_unseen_is_unknown_and_rulings_answer_both_ways_until_it_is_settled()
    {
        var world = Alarmed();
        string Ruled()
        {
            world.After(1).Send("force", "plan.state", Patrol);
            var ruling = world.All.Labels.Last().Ruling!;
            var answers = ruling.Now.Select(a => $"{a.Verdict} {string.Join('|', a.If)}");
            return $"{ruling.Worst}: {string.Join("; ", answers)}";
        }

        const string both = "depends: forbidden the phase is transfer; permitted the phase is stabilization";
        Phase(world.After(1), "transfer", seen: 2);
        Assert.Equal("forbidden: forbidden ", Ruled());
        Phase(world.After(1), "stabilization", seen: 2);
        Assert.Equal((OutcomeKind.Applied, $"its author had not seen entry 2, {Unknown}"),
            (world.Last.Kind, world.Last.Why));
        var (first, second) = (world.All.Of("phase").First(), world.All.Of("phase").Last());
        Assert.Equal([second], Declarations.Contradicting(first));
        Assert.Equal([first], Declarations.Contradicting(second));
        Assert.Null(Declarations.Standing(first, second));
        Assert.Equal(both, Ruled());

        // Who has seen one of the two alone settles nothing.
        Phase(world.After(1), "transfer", seen: 4);
        Assert.Null(Declarations.Standing(first, second));
        Assert.Equal(both, Ruled());

        Phase(world.After(1), "stabilization", seen: world.Entries.Count);
        Assert.Null(world.Last.Why);
        Assert.Equal(world.All.Of("phase").Last(), Declarations.Standing(first, second));
        Assert.Equal("permitted: permitted ", Ruled());

        // A snapshot knows the same.
        var again = world.Mission.Begin();
        again.Load(world.All.Save());
        Assert.Equal(world.All.Of("phase").Last().Id, Declarations.Standing(
            again.Subjects[first.Id], again.Subjects[second.Id])!.Id);
    }

    [Fact]
    public void Where_both_phases_answer_alike_there_is_one_answer_and_a_sequence_that_was_seen_is_a_change()
    {
        var world = Alarmed();
        Phase(world.After(1), "transfer", seen: 2);
        Phase(world.After(1), "stabilization", seen: 2);
        world.After(1).Send("agencies", "movement.notify", $$"""
            {"mode":"notify-only","kind":"convoy","purpose":"food","departure":{{World.Start}},"recipients":["force"],
             "place":["north"]}
            """);
        var answer = Assert.Single(world.All.Labels.Last().Ruling!.Now);
        Assert.False(answer.IsPhaseUnknown);
        Assert.Empty(answer.If);
        Phase(world.After(1), "transfer", seen: world.Entries.Count);
        world.After(1).Send("force", "plan.state", Patrol);
        Assert.Equal("forbidden", Assert.Single(world.All.Labels.Last().Ruling!.Now).Verdict);
    }

    /// <summary>An alarm: no patrols in the phase of transfer, and patrols in the other.</summary>
    private static World Alarmed()
    {
        var world = new World();
        world.Framework(Frameworks.Phased);
        world.Send("committee", "fact.declare", """{"sector":"north","fact":"alarm","value":"yes"}""");
        return world;
    }

    [Theory]
    [InlineData("transfer", 1)] // the same word
    [InlineData("stabilization", 2)] // the first was seen
    public void What_agrees_or_was_seen_is_no_contradiction(string phase, long seen)
    {
        var world = new World();
        world.Framework(Frameworks.Phased);
        Phase(world.After(1), "transfer", seen: 1);
        Phase(world.After(1), phase, seen);
        Assert.Null(world.Last.Why);
        Assert.All(world.All.Of("phase"), p => Assert.Empty(Declarations.Contradicting(p)));
    }

    [Fact]
    public void Facts_frameworks_and_terms_are_shown_as_contradicting_too()
    {
        var world = new World();
        world.Framework(Frameworks.Phased);
        Send("fact.declare", """{"sector":"north","fact":"alarm","value":"yes"}""");
        Send("fact.declare", """{"sector":"south","fact":"alarm","value":"no"}""");
        Assert.Null(world.Last.Why);
        Send("fact.declare", """{"sector":"north","fact":"alarm","value":"no"}""");
        Assert.Equal("its author had not seen entry 1, which says otherwise: both stand side by side", world.Last.Why);
        Send("terms.declare", """{"term":"triage","minutes":60,"source":"order 7"}""");
        Send("terms.declare", """{"term":"verification","minutes":61,"source":"order 7"}""");
        Assert.Null(world.Last.Why);
        Send("terms.declare", """{"term":"triage","minutes":61,"source":"order 7"}""");
        Assert.Equal("its author had not seen entry 4, which says otherwise: both stand side by side", world.Last.Why);

        var bytes = System.Text.Encoding.UTF8.GetBytes(Frameworks.Curfew);
        var attached = world.Attach(bytes);
        world.After(1).Send("committee", "framework.revise",
            $$"""{"framework":"{{Digest.Of(bytes)}}","body":"{{attached.Commit}}"}""", attached: [attached]);
        Assert.Equal("its author had not seen entry 0, which says otherwise: both stand side by side", world.Last.Why);
        Assert.Equal(world.All.Of("framework").Last(), Declarations.Standing(
            world.All.Of("framework").First(), Declarations.Contradicting(world.All.Of("framework").First()).Single()));

        void Send(string type, string act) =>
            Assert.Equal(OutcomeKind.Applied, world.After(1).Send("committee", type, act).Kind);
    }

    [Fact]
    public void Of_a_fact_that_two_answer_differently_neither_stands()
    {
        var world = new World();
        world.Framework(Frameworks.Phased.Replace("judged: declared, by: committee", "judged: declared",
            StringComparison.Ordinal).Replace("over: [revise-framework", "over: [declare-fact]\n    id: force-word\n"
            + "    basis: assumption\n    source: s\n  - final: committee\n    over: [revise-framework",
            StringComparison.Ordinal).Replace("- final: committee\n    over: [declare-fact]",
            "- final: force\n    over: [declare-fact]", StringComparison.Ordinal));
        foreach (var (who, value) in new[] { ("committee", "yes"), ("force", "no") })
        {
            Assert.Equal(OutcomeKind.Applied, world.After(1).Send(who, "fact.declare",
                $$"""{"sector":"north","fact":"alarm","value":"{{value}}"}""", seen: 1).Kind);
        }

        var (one, other) = (world.All.Of("fact").First(), world.All.Of("fact").Last());
        Assert.Equal([other], Declarations.Contradicting(one));
        Assert.Null(Declarations.Standing(one, other));
    }

    private static void Phase(World world, string phase, long seen, long? at = null) => world.Send("committee",
        "phase.declare", $$"""{"sector":"north","phase":"{{phase}}"}""", at: at, seen: seen);
}
