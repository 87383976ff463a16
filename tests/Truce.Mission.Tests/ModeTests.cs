using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Whether a movement is notified alone or needs clearance is the mission's data, by place and date.</summary>
public sealed class ModeTests
{
    private const long Day = 24 * World.Hour;

    [Theory]
    [InlineData("needs-clearance", "north", 0, null)]
    [InlineData("needs-clearance", "north+line-1", 0, null)]
    [InlineData("notify-only", "north", 0, "the mission's data say needs-clearance here: entry 1, source order 7")]
    [InlineData("notify-only", "south\",\"north", 0,
        "the mission's data say needs-clearance here: entry 1, source order 7")]
    [InlineData("notify-only", "south", 0, null)]
    [InlineData("needs-clearance", "south", 0,
        "the mission's data say notify-only here: no other mode is declared for this place and time")]
    [InlineData("notify-only", "north+road-2", 0, null)]
    [InlineData("needs-clearance", "north+road-2", 0,
        "the mission's data say notify-only here: entry 2, source order 8")]
    [InlineData("notify-only", "north", 10, null)]
    [InlineData("needs-clearance", "north", 10,
        "the mission's data say notify-only here: no other mode is declared for this place and time")]
    [InlineData("needs-clearance", "south", 25, null)]
    [InlineData("notify-only", "elsewhere", 25,
        "the mission's data say needs-clearance here: entry 3, source order 9")]
    public void A_notice_that_states_another_mode_is_accepted_and_flagged(
        string mode, string place, int days, string? why)
    {
        var world = Declared();
        Notify(world, mode, place, days);
        Assert.Equal((OutcomeKind.Applied, why), (world.Last.Kind, world.Last.Why));
        var opening = world.All.Of("movement").Single().Opening;
        Assert.Equal(mode, opening.Word("mode"));
        Assert.Equal(why is null ? null : mode == "notify-only" ? "needs-clearance" : "notify-only",
            opening.Word("mission-mode"));
    }

    [Fact]
    public void While_the_mission_declares_no_mode_its_authors_word_stands()
    {
        var world = new World();
        Notify(world, "needs-clearance", "north", 0);
        Assert.Equal((OutcomeKind.Applied, null), (world.Last.Kind, world.Last.Why));
    }

    [Fact]
    public void A_mode_is_declared_by_whom_the_framework_lets_revise_and_ends_after_it_begins()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        const string act = """{"mode":"needs-clearance","source":"order 7"}""";
        Assert.Equal("committee may revise-framework, by the framework",
            world.After(1).Send("force", "mode.declare", act).Why);
        Assert.Equal("it ends before it begins", world.Send("committee", "mode.declare",
            $$"""{"mode":"notify-only","source":"order 7","until":{{World.Start}}}""").Why);
        Assert.Equal(OutcomeKind.Applied, world.Send("committee", "mode.declare", act).Kind);
    }

    /// <summary>North needs clearance for a week, but for road 2; everywhere from the twentieth day on.</summary>
    private static World Declared()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        foreach (var act in new[]
        {
            $$"""{"mode":"needs-clearance","source":"order 7","place":["north"],"until":{{World.Start + (7 * Day)}}}""",
            """{"mode":"notify-only","source":"order 8","place":["north+road-2"]}""",
            $$"""{"mode":"needs-clearance","source":"order 9","from":{{World.Start + (20 * Day)}}}""",
        })
        {
            Assert.Equal(OutcomeKind.Applied, world.After(1).Send("committee", "mode.declare", act).Kind);
        }

        return world;
    }

    private static void Notify(World world, string mode, string place, int days) =>
        world.After(World.Hour).Send("agencies", "movement.notify", $$"""
            {"mode":"{{mode}}","kind":"convoy","purpose":"food","departure":{{world.Now + (days * Day)}},
             "recipients":["idf"],"place":["{{place}}"]}
            """);
}
