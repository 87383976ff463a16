using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Published counts of confidential entries: by sector and whole week, 72 hours late.</summary>
public sealed class CountTests
{
    private const long Day = 24 * World.Hour;

    /// <summary>Monday 6 October 2025, 00:00 in Gaza, where summer time holds.</summary>
    private const long Monday = 1_759_698_000_000;

    private const string Sector = "finer: what is published of movements and incidents is of whole sectors (`place`)";

    private const string Week =
        "finer: what is published of movements and incidents is of whole weeks, from Monday to Monday (`at`)";

    private const string Early = "early: what is published of movements and incidents is so 72 hours after its week";

    [Theory]
    [InlineData("movements", 0, 7, 10, "north", null)]
    [InlineData("incidents", -7, 7, 10, "south", null)]
    [InlineData("movements", 0, 7, 9, "north", Early)]
    [InlineData("movements", 0, 6, 30, "north", Week)]
    [InlineData("movements", 1, 8, 30, "north", Week)] // subtracted from the week before, it would tell a day
    [InlineData("movements", 0, 0, 30, "north", Week)]
    [InlineData("incidents", 0, 7, 30, "north+line-1", Sector)]
    [InlineData("incidents", 0, 7, 30, "line-1", Sector)]
    [InlineData("fuel", 0, 1, 1, "line-1", null)] // what is no count of confidential entries is anybody's
    public void A_published_count_is_of_a_sector_and_a_whole_week_72_hours_late_and_else_no_report_repeats_it(
        string of, int from, int until, int stated, string place, string? why)
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        world.Send("un", "count.open", $$"""{"indicator":"attempted","unit":"each","of":"{{of}}"}""");
        var count = world.LastSubject;
        world.After(Math.Max(1, Monday + (stated * Day) - world.Now));
        var asOf = Monday + (until * Day);
        Assert.Equal((OutcomeKind.Applied, why), (world.Add("un", "count.figure", count, $$$"""
            {"value":731,"source":"un","as-of":{{{asOf}}},"place":["{{{place}}}"],
             "at":{"from":{{{Monday + (from * Day)}}},"to":{{{asOf}}}}}
            """).Kind, world.Last.Why));
        var rows = SituationReport.Of(world.Public(), new Period(0, long.MaxValue)).Sections
            .Single(s => s.Title == "Counts, sources side by side").Figures;
        Assert.Equal(why is null, rows.Any(r => r.Value == "731"));
        Assert.Equal(why is not null, rows.Any(r => r.Label == "attempted: figures that are not repeated"
            && r.Entries.SequenceEqual([world.Entries.Count - 1L])));
    }

    [Fact]
    public void What_its_own_readers_count_for_themselves_is_not_published()
    {
        var world = new World();
        var relief = Audience.Of("agencies", "un").Required();
        world.Send("un", "count.open", """{"indicator":"attempted","unit":"each","of":"movements"}""", relief);
        var act = $$"""{"value":731,"source":"un","as-of":{{world.Now}}}""";
        Assert.Null(world.Add("un", "count.figure", world.LastSubject, act, relief).Why);
        Assert.Contains(SituationReport.Of(world.As("un"), new Period(0, long.MaxValue)).Sections
            .SelectMany(s => s.Figures), f => f.Value == "731");
    }
}
