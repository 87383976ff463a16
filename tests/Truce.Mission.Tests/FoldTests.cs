using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>What holds of every machine: order, audiences, stale decisions, snapshots, labels.</summary>
public sealed class FoldTests
{
    [Fact]
    public void A_statement_that_came_late_is_arranged_by_when_it_happened()
    {
        var world = new World();
        world.Send("a", "crossing.list", """{"crossing":"crossing-4"}""");
        var crossing = world.LastSubject;
        world.After(2 * World.Hour).Add("a", "crossing.state", crossing, """{"status":"closed","source":"a"}""");
        Assert.Equal("closed", world.All.Subjects[crossing]["status"]);

        world.After(48 * World.Hour).Add("b", "crossing.state", crossing, """{"status":"open","source":"b"}""",
            at: World.Start + World.Hour);

        var subject = world.All.Subjects[crossing];
        Assert.Equal("closed", subject["status"]);
        Assert.Equal(["crossing-4 list", "open state", "closed state"],
            subject.Steps.Select(s => $"{s.Word("crossing") ?? s.Word("status")} {s.Row.Command}"));
    }

    [Fact]
    public void A_fact_before_its_subject_waits_for_it()
    {
        var world = new World();
        world.Send("a", "crossing.list", """{"crossing":"crossing-4"}""");
        world.Add(
            "a", "crossing.state", world.LastSubject, """{"status":"closed","source":"a"}""", at: World.Start + 5);
        var fold = world.Folded(_ => true, [1, 0]);
        Assert.Equal("closed", fold.Subjects[world.LastSubject]["status"]);
        Assert.True(fold.Subjects[world.LastSubject].IsOpen);
    }

    [Fact]
    public void A_subject_has_one_audience()
    {
        var world = new World();
        var audience = Audience.Of("a", "b").Required();
        world.Send("a", "crossing.list", """{"crossing":"crossing-4"}""", audience);
        var crossing = world.LastSubject;
        var stranger = world.Add("c", "crossing.state", crossing, """{"status":"open","source":"c"}""");
        Assert.Equal(OutcomeKind.Applied, stranger.Kind); // the public knows no such subject: it waits, for ever
        Assert.Equal("its subject is not here yet: it counts once it is", stranger.Why);
        Assert.Equal("unknown", world.All.Subjects[crossing]["status"]);
        Assert.False(world.Public().Subjects[crossing].IsOpen);
        Assert.Equal(OutcomeKind.Applied,
            world.Add("b", "crossing.state", crossing, """{"status":"open","source":"b"}""", audience).Kind);
        Assert.Equal("open", world.As("a").Subjects[crossing]["status"]);
        Assert.Equal(
            "a subject has one audience: open another that continues it",
            world.Add("a", "crossing.state", crossing, """{"status":"closed","source":"a"}""",
                Audience.Of("a").Required()).Why);
    }

    [Fact]
    public void What_a_stranger_adds_counts_for_nothing_and_moves_no_deadline()
    {
        var world = new World();
        var audience = Audience.Of("agencies", "idf").Required();
        world.Send("agencies", "site.notify", """{"kind":"hospital","recipients":["idf"]}""", audience);
        var site = world.LastSubject;
        world.Send("agencies", "message.send", """{"channel":"hotline","to":["idf"],"urgency":"routine"}""", audience);
        var message = world.LastSubject;
        var before = world.All.Dues().Select(d => (d.Subject.Id, d.Due)).ToArray();
        world.After(World.Hour).Add("c", "site.revalidate", site);
        world.Add("c", "message.escalate", message, """{"level":"second","to":["c","idf"]}""");
        Assert.Equal(before, world.All.Dues().Select(d => (d.Subject.Id, d.Due)));
        Assert.Equal(["idf"], MessageMachine.Chains(world.All.Subjects[message]).Select(c => c.Recipient));
    }

    [Fact]
    public void Equal_entries_give_equal_bytes_and_a_snapshot_goes_on_as_if_nothing_had_been()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        world.Send("a", "crossing.list", """{"crossing":"crossing-4"}""");
        var crossing = world.LastSubject;
        for (var i = 0; i < 20; i++)
        {
            world.After(World.Hour).Add("b", "crossing.state", crossing,
                $$"""{"status":"{{(i % 3 == 0 ? "open" : "closed")}}","source":"source {{i}}"}""");
        }

        var whole = world.Folded(_ => true);
        var half = world.Folded(_ => true, Enumerable.Range(0, 10));
        var restored = world.Mission.Begin();
        restored.Load(half.Save());
        foreach (var (received, outcome) in world.Entries.Skip(10))
        {
            restored.Take(received, outcome);
        }

        Assert.Equal(whole.Save(), restored.Save());
        Assert.Equal(whole.Labels, restored.Labels, (x, y) => x with { Ruling = null } == y with { Ruling = null });
    }

    [Theory]
    [InlineData("note")]
    [InlineData("weather.report")]
    public void What_no_machine_reads_is_kept_and_says_so(string type)
    {
        var world = new World();
        Assert.Null(world.Fault(type, """{"any":["thing"]}"""));
        var outcome = world.Send("agency", type, """{"any":["thing"]}""");
        Assert.Equal((OutcomeKind.Applied, Mission.NoMachine), (outcome.Kind, outcome.Why));
        Assert.Empty(outcome.Events);
        Assert.Null(outcome.Ruling);
        Assert.Equal(type, Assert.Single(world.All.Labels).Type);
    }

    [Fact]
    public void A_machine_that_is_known_has_no_other_commands()
    {
        Assert.Equal("no act is called `crossing`: crossing has list, state", new World().Fault("crossing", "{}"));
    }

    [Fact]
    public void Forms_are_refused_with_the_remedy()
    {
        var world = new World();
        Assert.Equal("no act is called `crossing.close`: crossing has list, state",
            world.Fault("crossing.close", "{}"));
        Assert.Equal("crossing.list lacks `crossing`: one line of at most 80 characters; longer text is an attachment",
            world.Fault("crossing.list", "{}"));
        Assert.Equal("`status` of crossing.state is one of open, partly, closed", world.Fault("crossing.state",
            """{"subject":"crossing/0123456789abcdef","status":"shut","source":"x"}"""));
        Assert.StartsWith("`colour` is no field of crossing.list: it has subject, performer",
            world.Fault("crossing.list", """{"crossing":"x","colour":"red"}"""), StringComparison.Ordinal);
        Assert.Equal("`subject` of crossing.state is an id such as crossing/0123456789abcdef",
            world.Fault("crossing.state", """{"subject":"movement/0123456789abcdef","status":"open","source":"x"}"""));
    }
}
