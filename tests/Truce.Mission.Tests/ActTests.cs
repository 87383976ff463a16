using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>What holds of every act: whose word it is, what was in force then and now, its answers.</summary>
public sealed class ActTests
{
    [Theory]
    [InlineData("paper")]
    [InlineData("telephone")]
    [InlineData("mediator")]
    public void A_word_entered_for_somebody_without_keys_is_his_and_never_shown_as_his_signature(string by)
    {
        var world = new World();
        world.Send("agencies", "message.send", """{"channel":"hotline","to":["village"],"urgency":"routine"}""");
        var message = world.LastSubject;
        world.After(1).Send("agencies", "message.acknowledge",
            $$"""{"subject":"{{message}}","recipient":"village","unit":"council","function":"clerk"}""",
            entered: $$"""{"by":"{{by}}","of":"village"}""");
        var step = world.All.Subjects[message].Last("acknowledge")!.Value;
        Assert.Equal(("village", "agencies"), (step.Author, step.EnteredBy));
        Assert.Equal("village", world.All.Labels.Last().Author);
        Assert.Equal("acknowledged", MessageMachine.StageOf(world.All.Subjects[message]));
    }

    [Fact]
    public void Distinct_answers_are_kept_worst_first_sixteen_and_a_count()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        var alleged = string.Join(',', Enumerable.Range(0, 19).Select(i => $"\"militia {i}\""));
        world.Send("agencies", "incident.report",
            $$"""
            {"kind":"shooting","source-kinds":["witness"],"alleged":["force",{{alleged}}],"actions":["patrol"],
             "place":["north"]}
            """);
        var ruling = world.All.Labels.Last().Ruling!;
        Assert.Equal((20, 16), (ruling.Count, ruling.Now.Length));
        Assert.All(ruling.Now, a => Assert.Equal(Answered.Outside, a.Verdict)); // permitted comes last
        Assert.True(ruling.IsReported);
    }

    [Fact]
    public void A_report_that_names_nobody_and_no_action_has_no_answer_at_all()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        world.Send("agencies", "incident.report",
            """{"kind":"shooting","source-kinds":["witness"],"place":["north"]}""");
        var ruling = world.All.Labels.Last().Ruling!;
        Assert.True(ruling.IsReported);
        Assert.Empty(ruling.Now);
        Assert.Null(ruling.Worst);
    }

    [Fact]
    public void Phase_and_declared_fact_count_as_they_stood_when_it_happened_and_a_difference_is_flagged()
    {
        var world = new World();
        world.Framework(Frameworks.Phased);
        const string patrol = """{"kind":"patrol","cells":["0:0"],"place":["north"]}""";
        world.After(World.Hour).Send("committee", "phase.declare", """{"sector":"north","phase":"transfer"}""");
        world.Send("committee", "fact.declare", """{"sector":"north","fact":"alarm","value":"yes"}""");
        world.After(World.Hour).Send("force", "plan.state", patrol, at: World.Start + 1);
        var late = world.All.Labels.Last().Ruling!;
        Assert.True(late.Differs);
        Assert.Equal(("permitted", "stabilization"), (late.Then[0].Verdict, late.Then[0].Phase));
        Assert.Equal("transfer", late.Now[0].Phase);
        Assert.NotEqual("permitted", late.Now[0].Verdict);
        world.Send("force", "plan.state", patrol);
        Assert.False(world.All.Labels.Last().Ruling!.Differs);
    }

    [Fact]
    public void To_cancel_a_search_or_to_say_what_it_meets_is_not_to_search()
    {
        var world = new World();
        world.Framework(Frameworks.Phased);
        world.Send("force", "plan.state", """{"kind":"patrol","cells":["0:0"],"place":["north"]}""");
        var other = world.LastSubject;
        world.After(1).Send("force", "plan.state", """{"kind":"search","cells":["0:0"],"place":["north"]}""");
        var search = world.LastSubject;
        string Action() => world.All.Labels.Last().Ruling!.Now.Select(a => a.Action).Distinct().Single();
        Assert.Equal("search", Action());
        Assert.Equal("conflicting", world.All.Subjects[search]["awareness"]);
        Assert.Equal(OutcomeKind.Applied, world.After(1).Decide("force", "plan.awareness", search,
            $$"""{"aware-of":["{{other}}"]}""").Kind);
        Assert.Equal("", Action());
        world.After(1).Add("force", "plan.begin", search);
        Assert.Equal("search", Action());
        world.After(1).Add("force", "plan.cancel", search);
        Assert.Equal(("", Answered.Outside), (Action(), world.All.Labels.Last().Ruling!.Worst));
    }

    [Fact]
    public void A_timer_is_the_records_own_and_no_act_of_anybody()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        world.Send("force", "message.send", """{"channel":"hotline","to":["idf"],"urgency":"urgent"}""");
        var message = world.LastSubject;
        var before = Frictions.Of(world.All, new Period(0, long.MaxValue)).Sections[0].Figures[^2].Value;
        Assert.Equal(OutcomeKind.Applied, world.After(World.Hour).Send("operator", "timer.note",
            $$"""{"about":"{{message}}","what":"acknowledgement","of":"idf","due":{{World.Start + 300_000}}}""",
            role: EnrolledKey.OperatorRole).Kind);
        Assert.Null(world.All.Labels.Last().Ruling);
        Assert.Equal(before, Frictions.Of(world.All, new Period(0, long.MaxValue)).Sections[0].Figures[^2].Value);
    }

    [Fact]
    public void An_act_is_kept_whatever_its_ruling()
    {
        var world = new World();
        world.Framework(Frameworks.Phased);
        foreach (var author in new[] { "agencies", "nobody in particular" })
        {
            Assert.Equal(OutcomeKind.Applied, world.After(1).Send(author, "plan.state",
                """{"kind":"patrol","cells":["0:0"],"emergency":true,"place":["north"]}""").Kind);
            Assert.NotEqual("permitted", world.All.Labels.Last().Ruling!.Worst);
        }
    }
}
