using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>What is in force, by whose word, and that every act carries the ruling of it.</summary>
public sealed class DeclarationTests
{
    [Fact]
    public void Acts_carry_the_ruling_of_the_framework_in_force()
    {
        var world = new World();
        world.Send("force", "crossing.list", """{"crossing":"c"}""");
        Assert.Null(world.Last.Ruling);
        Assert.Equal((OutcomeKind.Applied, null), (world.Framework(Mapped).Kind, world.Last.Why));
        var crossing = world.All.Of("crossing").Single().Id;

        world.After(1).Add("force", "crossing.state", crossing, """{"status":"open","source":"x","place":["north"]}""");
        var label = world.All.Labelled(2)!;
        Assert.Equal(["permitted"], label.Ruling!.Now.Select(a => a.Verdict));
        Assert.Equal(["last-word", "patrols"], label.Ruling.Now[0].Rules.Order());
        Assert.Equal("north", label.Ruling.Now[0].Place);

        world.Add("agencies", "crossing.state", crossing, """{"status":"open","source":"x","place":["north"]}""");
        Assert.Equal("not-granted", world.All.Labelled(3)!.Ruling!.Worst);
        world.Add("nobody", "crossing.state", crossing, """{"status":"open","source":"x","place":["north"]}""");
        Assert.Equal(Answered.Outside, world.All.Labelled(4)!.Ruling!.Worst);
        world.Send("force", "crossing.list", """{"crossing":"d"}"""); // nothing maps it
        Assert.Equal(Answered.Outside, world.All.Labelled(5)!.Ruling!.Worst);
        Assert.Equal(Digest.Of(System.Text.Encoding.UTF8.GetBytes(Mapped)), world.Last.Framework);
    }

    [Fact]
    public void Whom_the_framework_names_revises_it_and_nobody_else()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        var bytes = System.Text.Encoding.UTF8.GetBytes(Mapped);
        var attached = world.Attach(bytes);
        var act = $$"""{"framework":"{{Digest.Of(bytes)}}","body":"{{attached.Commit}}"}""";
        Assert.Equal("committee may revise-framework, by the framework",
            world.After(1).Send("force", "framework.revise", act, attached: [attached]).Why);
        Assert.Equal(OutcomeKind.Applied,
            world.Send("committee", "framework.revise", act, attached: [attached]).Kind);
    }

    [Theory]
    [InlineData("force", "committee", null)]
    [InlineData("force", null, "committee")]
    [InlineData("operator", "committee", "committee")]
    public void Nobody_revises_in_the_name_of_whom_the_framework_names(string author, string? performer, string? of)
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        var bytes = System.Text.Encoding.UTF8.GetBytes(Mapped);
        var attached = world.Attach(bytes);
        var named = performer is null ? "" : $$""","performer":"{{performer}}" """;
        Assert.Equal("committee may revise-framework, by the framework", world.After(1).Send(author,
            "framework.revise", $$"""{"framework":"{{Digest.Of(bytes)}}","body":"{{attached.Commit}}"{{named}}}""",
            attached: [attached], entered: of is null ? null : $$"""{"of":"{{of}}","by":"paper"}""").Why);
    }

    [Fact]
    public void A_difference_between_then_and_now_is_flagged()
    {
        var world = new World();
        world.Framework(Mapped);
        world.Send("force", "crossing.list", """{"crossing":"c"}""");
        var crossing = world.LastSubject;
        var other = Mapped.Replace("may: patrol", "may: move-aid", StringComparison.Ordinal);
        var bytes = System.Text.Encoding.UTF8.GetBytes(other);
        var attached = world.Attach(bytes);
        world.After(World.Hour).Send("committee", "framework.revise",
            $$"""{"framework":"{{Digest.Of(bytes)}}","body":"{{attached.Commit}}"}""", attached: [attached]);
        world.After(World.Hour).Add("force", "crossing.state", crossing,
            """{"status":"open","source":"x","place":["north"]}""", at: World.Start + 1);
        var ruling = world.All.Labels.Last().Ruling!;
        Assert.True(ruling.Differs);
        Assert.Equal(["permitted", "not-granted"], [ruling.Then[0].Verdict, ruling.Now[0].Verdict]);
    }

    [Fact]
    public void A_long_act_is_asked_about_every_hour_that_it_meets_however_short()
    {
        var world = new World();
        world.Framework(Mapped.Replace("\nacts:", """

              - prohibit: force
                from: patrol
                hours: 14:06-14:09
                overrides: [patrols]
                id: noon
                basis: assumption
                source: s
            acts:
            """, StringComparison.Ordinal));
        world.Send("force", "crossing.list", """{"crossing":"c"}""");
        var at = World.Start - (5 * 60_000); // 14:55 in Gaza
        foreach (var (hours, worst) in new[] { (1, "permitted"), (24, "forbidden"), (366 * 24, "forbidden") })
        {
            world.After(1).Add("force", "crossing.state", world.All.Of("crossing").Single().Id, $$"""
                {"status":"open","source":"x","place":["north"],
                 "at":{"from":{{at}},"to":{{at + (hours * World.Hour)}} } }
                """);
            Assert.Equal(worst, world.All.Labels.Last().Ruling!.Worst);
        }
    }

    private const string Mapped = Frameworks.Curfew + "\n  crossing.state: [patrol]\n";
}
