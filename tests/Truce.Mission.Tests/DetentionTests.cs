using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Detention in numbers.</summary>
public sealed class DetentionTests
{
    private const string Hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    internal static Table Answers { get; } =
        new Grid(DetentionMachine.Table, Frameworks.Curfew, Audience.Of("force", "icrc").Required(), """
            axis custody  holding        ended
            report        new            new
            count         .              ~
            tell          .              .
            end           custody:ended  ~
            correction    .              .
            dissent       .              .
            link          .              .
            note          .              .
            """)
            .Try("report", "force", """{"ground":"security","held":4,"hours-max":2}""")
            .Try("count", "force", """{"held":3,"hours-max":20,"released":1}""")
            .Try("tell", "force", """{"body":"icrc","held":4}""")
            .Try("end", "force", """{"released":1,"transferred":3,"recipient":"police"}""")
            .Try("correction", "force", $$"""{"corrects":"{{Hash}}"}""")
            .Try("dissent", "icrc", """{"axis":"custody"}""")
            .Try("link", "force", """{"linked":"$other"}""")
            .Try("note", "force", $$"""{"text":"{{Hash}}"}""")
            .Way("custody", "ended", "end");

    [Fact]
    public void Numbers_add_up_whatever_the_order_in_which_they_come_and_who_is_missing_shows()
    {
        var world = new World();
        world.Send("force", "detention.report", """{"ground":"security","held":10,"hours-max":2}""");
        var detention = world.LastSubject;
        world.After(48 * World.Hour).Add("force", "detention.count", detention,
            """{"held":3,"hours-max":47,"released":4,"transferred":2,"recipient":"police","icrc-told":true}""");
        world.Add("force", "detention.count", detention, """{"held":8,"hours-max":20,"released":2}""",
            at: World.Start + (20 * World.Hour));
        Assert.Equal(new Detained(3, 47, 4, 2, "police", IsIcrcTold: true, Unaccounted: 1),
            DetentionMachine.Standing(world.All.Subjects[detention]));
        world.After(1).Add("force", "detention.end", detention, """{"released":6,"transferred":4}""");
        Assert.Equal(new Detained(0, 47, 6, 4, "police", IsIcrcTold: true, Unaccounted: 0),
            DetentionMachine.Standing(world.All.Subjects[detention]));
        Assert.Equal("ended", world.All.Subjects[detention]["custody"]);
    }

    [Fact]
    public void A_grant_to_detain_without_a_lawful_recipient_is_flagged()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew
            .Replace("  patrol: {is: p", "  detain: {is: detain}\n  patrol: {is: p", StringComparison.Ordinal)
            .Replace("may: patrol", "may: [patrol, detain]", StringComparison.Ordinal));
        world.Send("force", "detention.report", """{"ground":"security","held":1,"hours-max":2,"place":["north"]}""");
        var flagged = world.All.Subjects[world.LastSubject].Opening;
        Assert.True(flagged.Flag("no-recipient"));
        Assert.Equal(["patrols"], flagged.Words("grants"));

        world.Send("agencies", "detention.report",
            """{"ground":"security","held":1,"hours-max":2,"place":["north"]}""");
        Assert.Empty(world.All.Subjects[world.LastSubject].Opening.Words("grants"));

        world.Send("force", "detention.report",
            """{"ground":"security","held":1,"hours-max":2,"recipient":"police","place":["north"]}""");
        Assert.False(world.All.Subjects[world.LastSubject].Opening.Flag("no-recipient"));
        world.Add("force", "detention.count", world.LastSubject, """{"held":0,"hours-max":5,"transferred":1}""");
        Assert.False(world.All.Subjects[world.LastSubject].Last("count")!.Value.Flag("no-recipient"));
    }

    [Fact]
    public void It_has_no_field_for_a_person()
    {
        var fields = DetentionMachine.Table.Rows.SelectMany(r => r.Fields)
            .Where(f => f.Kind is FieldKind.Name or FieldKind.Names).Select(f => f.Name).Distinct().Order();
        Assert.Equal(["body", "handling", "party", "recipient", "release", "unit"], fields);
    }
}
