using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>What whoever opens a subject for an audience asks of those who may read it.</summary>
public sealed class HandlingTests
{
    private static readonly Audience Two = Audience.Of("agencies", "force").Required();

    [Theory]
    [InlineData("\"handling\":\"AGENCIES CONFIDENTIAL\",\"release\":[\"oversight\",\"village\"]", "village", true)]
    [InlineData("\"handling\":\"AGENCIES CONFIDENTIAL\",\"release\":[\"oversight\"]", "village", false)]
    [InlineData("\"handling\":\"AGENCIES CONFIDENTIAL\"", "village", false)]
    [InlineData("\"kind\":\"shooting\"", "village", false)]
    [InlineData("\"kind\":\"shooting\"", "force", true)]
    public void Beyond_its_audience_a_subject_goes_to_whom_its_opening_lists(string more, string whom, bool goes)
    {
        var world = new World();
        world.Send("agencies", "incident.report", Incident(more), Two);
        var subject = world.All.Subjects[world.LastSubject];

        Assert.Equal(goes, Handling.MayGoTo(subject, whom));
        Assert.Equal(more.Contains("CONFIDENTIAL", StringComparison.Ordinal) ? "AGENCIES CONFIDENTIAL" : null,
            Handling.Of(subject)?.Mark);
    }

    [Theory]
    [InlineData("\"handling\":\"AGENCIES CONFIDENTIAL\"")]
    [InlineData("\"release\":[\"village\"]")]
    public void A_public_entry_has_no_mark_and_no_list(string more)
    {
        Assert.StartsWith("a public entry is for everybody",
            new World().Fault("incident.report", Incident(more)), StringComparison.Ordinal);
        Assert.Null(new World().Fault("incident.report", Incident(more), Two));
    }

    [Fact]
    public void A_list_opens_nothing()
    {
        var world = new World();
        world.Send("agencies", "incident.report", Incident("\"release\":[\"village\"]"), Two);

        Assert.True(world.As("force").Subjects.ContainsKey(world.LastSubject));
        Assert.False(world.As("village").Subjects.ContainsKey(world.LastSubject));
    }

    [Fact]
    public void Whatever_opens_a_subject_that_need_not_be_public_can_carry_both()
    {
        foreach (var row in Machines.All.SelectMany(m => m.Rows))
        {
            Assert.Equal(row is { Kind: RowKind.Opens, IsOfRecord: false, Level: not Level.Clear },
                row.Fields.Any(f => f.Name == Handling.Mark) && row.Fields.Any(f => f.Name == Handling.Release));
        }
    }

    private static string Incident(string more) => "{\"source-kinds\":[\"witness\"],\"place\":[\"north\"],"
        + (more.Contains("kind", StringComparison.Ordinal) ? "" : "\"kind\":\"shooting\",") + more + "}";
}
