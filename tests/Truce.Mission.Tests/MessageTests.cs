using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>The hotline: receipt, acknowledgement, silence, escalation, telephone calls.</summary>
public sealed class MessageTests
{
    [Fact]
    public void Each_addressee_has_a_chain_of_his_own_and_no_acknowledgement_approves()
    {
        var world = new World();
        world.Send("force", "message.send",
            """{"channel":"hotline","to":["idf","agencies"],"urgency":"urgent","kind":"convoy-held"}""");
        var message = world.LastSubject;
        world.After(60_000).Add("idf", "message.receive", message, """{"recipient":"idf","unit":"Liaison cell"}""");
        world.Add("idf", "message.acknowledge", message,
            """{"recipient":"idf","unit":"Liaison cell","function":"duty officer"}""");
        Assert.Equal(["agencies sent", "idf acknowledged"],
            MessageMachine.Chains(world.All.Subjects[message]).Select(c => $"{c.Recipient} {c.Stage}").Order());
        Assert.Equal(["agencies"], world.All.Dues().Select(d => d.Due.Of));
        Assert.Equal("sent", MessageMachine.StageOf(world.All.Subjects[message]));
        Assert.True(MessageMachine.IsOwnWord(world.All.Subjects[message].Last("acknowledge")!.Value));
        world.After(1).Add("force", "message.receive", message, """{"recipient":"agencies","unit":"Access cell"}""");
        Assert.False(MessageMachine.IsOwnWord(world.All.Subjects[message].Last("receive")!.Value));
        Assert.Equal("received", MessageMachine.StageOf(world.All.Subjects[message]));
        world.Add("police", "message.act", message, """{"recipient":"police","unit":"x","what":"let-pass"}""");
        Assert.True(world.All.Subjects[message].Last("act")!.Value.Flag("not-addressed"));
        Assert.Equal(2, MessageMachine.Chains(world.All.Subjects[message]).Count());
    }

    [Fact]
    public void An_acknowledgement_that_another_states_is_said_of_the_addressee_and_is_no_word_of_his()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        world.Send("agencies", "message.send",
            """{"channel":"hotline","to":["force"],"urgency":"urgent","kind":"convoy-held"}""");
        var message = world.LastSubject;
        const string ack = """{"recipient":"force","unit":"desk","function":"duty officer"}""";
        const string posing = """{"performer":"force","recipient":"force","unit":"desk","function":"duty officer"}""";
        foreach (var said in new[] { ack, posing })
        {
            var outcome = world.After(1).Add("agencies", "message.acknowledge", message, said);
            Assert.Equal(
                (OutcomeKind.Applied, "agencies says it of force: it is no word of force, who acknowledges himself"),
                (outcome.Kind, outcome.Why));
        }

        Assert.Equal(["force sent"],
            MessageMachine.Chains(world.All.Subjects[message]).Select(c => $"{c.Recipient} {c.Stage}"));
        Assert.Equal(["force acknowledged agencies", "force acknowledged agencies"],
            MessageMachine.SaidOfOthers(world.All.Subjects[message])
                .Select(c => $"{c.Recipient} {c.Stage} {c.Step.Author}"));
        Assert.Equal(["acknowledgement"], world.All.Dues().Select(d => d.Due.What)); // it is still waited for

        // By telephone, entered for the force and marked so: its word.
        world.After(1).Send("agencies", "message.acknowledge", $$"""{"subject":"{{message}}",{{ack[1..]}}""",
            entered: """{"of":"force","by":"telephone"}""");
        Assert.Null(world.Last.Why);
        Assert.Equal(["force acknowledged"],
            MessageMachine.Chains(world.All.Subjects[message]).Select(c => $"{c.Recipient} {c.Stage}"));
        Assert.Empty(world.All.Dues());
    }

    [Fact]
    public void So_is_an_acknowledgement_of_a_notice()
    {
        var world = new World();
        world.Send("un", "site.notify", """{"kind":"clinic","name":"clinic 7","recipients":["idf"]}""");
        var site = world.LastSubject;
        const string ack = """{"recipient":"idf","unit":"desk 2","function":"shift officer"}""";
        Assert.Equal("un says it of idf: it is no word of idf, who acknowledges himself",
            world.After(1).Add("un", "site.acknowledge", site, ack).Why);
        Assert.Equal("submitted", Receipts.Of(world.All.Subjects[site]).Single().Stage);
        Assert.Equal("idf", Receipts.SaidOfOthers(world.All.Subjects[site]).Single().Recipient);
        Assert.Null(world.After(1).Add("idf", "site.acknowledge", site, ack).Why);
        Assert.Equal("acknowledged", Receipts.Of(world.All.Subjects[site]).Single().Stage);
    }

    [Fact]
    public void A_silence_becomes_an_entry_by_the_operator_alone_and_only_once_it_is_overdue()
    {
        var world = new World();
        world.Send("force", "message.send", """{"channel":"hotline","to":["idf"],"urgency":"urgent"}""");
        var message = world.LastSubject;
        var due = World.Start + (5 * 60_000);
        var act = $$"""{"about":"{{message}}","what":"acknowledgement","of":"idf","due":{{due}}}""";
        Assert.Equal("the operator's key alone says this",
            world.After(World.Hour).Send("force", "timer.note", act).Why);
        Assert.Equal(OutcomeKind.Applied,
            world.Send("operator", "timer.note", act, role: EnrolledKey.OperatorRole).Kind);
        world.Add("force", "message.escalate", message, """{"level":"second","to":["idf"]}""");
        Assert.Equal("second", world.All.Subjects[message]["level"]);
        Assert.Equal([world.Now + (5 * 60_000)], world.All.Dues().Select(d => d.Due.AtMilliseconds));
        Assert.Equal("by the record nothing of the kind is due",
            world.Send("operator", "timer.note", act, role: EnrolledKey.OperatorRole).Why);
    }

    [Fact]
    public void A_chain_does_not_depend_on_the_order_in_which_its_statements_came()
    {
        var world = new World();
        world.Send("force", "message.send", """{"channel":"radio","to":["idf"],"urgency":"routine"}""");
        var message = world.LastSubject;
        world.After(World.Hour).Add("idf", "message.receive", message, """{"recipient":"brigade","unit":"x"}""",
            at: World.Start + 2);
        world.Add("force", "message.escalate", message, """{"level":"second","to":["brigade"]}""",
            at: World.Start + 1);
        Assert.Equal(["brigade received", "idf sent"],
            MessageMachine.Chains(world.All.Subjects[message]).Select(c => $"{c.Recipient} {c.Stage}").Order());
    }

    [Fact]
    public void A_message_shows_who_decides_on_what_it_asks_for()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        world.After(1).Send("idf", "message.send",
            """{"channel":"hotline","to":["force"],"urgency":"urgent","action":"patrol","place":["north"]}""");
        Assert.Equal(["force"], world.All.Subjects[world.LastSubject].Opening.Words("who-decides"));
    }

    [Fact]
    public void One_act_logs_a_telephone_call()
    {
        var world = new World();
        world.Send("force", "message.call",
            """{"channel":"telephone","to":["idf"],"urgency":"urgent","function":"duty officer"}""");
        var chain = MessageMachine.Chains(world.All.Subjects[world.LastSubject]).Single();
        Assert.Equal(("idf", "acknowledged", true), (chain.Recipient, chain.Stage, chain.Step.Flag("by-voice")));
        Assert.Empty(world.All.Dues());
    }

    internal static Table Answers { get; } = new TableCheck(MessageMachine.Table, "end",
    [
        ("open", """{"channel":"hotline","to":["idf"],"urgency":"routine"}""", "send", []),
        ("closed", """{"channel":"hotline","to":["idf"],"urgency":"routine"}""", "send",
            ["close {\"result\":\"done\"}"]),
    ],
    """
    open send: opens
    open call: opens
    open deliver {"recipient":"idf"}: applied
    open receive {"recipient":"idf","unit":"u"}: applied
    open acknowledge {"recipient":"idf","unit":"u","function":"f"}: applied
    open act {"recipient":"idf","unit":"u","what":"let-pass"}: applied
    open reject {"recipient":"idf","unit":"u","reason":"danger"}: applied
    open escalate {"level":"second","to":["idf"]}: applied
    open close {"result":"done"}: applied
    closed send: opens
    closed call: opens
    closed deliver {"recipient":"idf"}: applied
    closed receive {"recipient":"idf","unit":"u"}: applied
    closed acknowledge {"recipient":"idf","unit":"u","function":"f"}: applied
    closed act {"recipient":"idf","unit":"u","what":"let-pass"}: applied
    closed reject {"recipient":"idf","unit":"u","reason":"danger"}: applied
    closed escalate {"level":"second","to":["idf"]}: out of place: by the last word its end is closed: it is closed
    closed close {"result":"done"}: out of place: by the last word its end is closed: it is closed already
    """);

    internal static Table Levels { get; } = new TableCheck(MessageMachine.Table, "level",
    [
        ("first", """{"channel":"hotline","to":["idf"],"urgency":"routine"}""", "send", []),
        ("second", """{"channel":"hotline","to":["idf"],"urgency":"routine"}""", "send",
            ["escalate {\"level\":\"second\",\"to\":[\"idf\"]}"]),
        ("third", """{"channel":"hotline","to":["idf"],"urgency":"routine"}""", "send",
            ["escalate {\"level\":\"third\",\"to\":[\"idf\"]}"]),
    ],
    string.Concat(new[] { "first", "second", "third" }.Select(level => $$"""
    {{level}} send: opens
    {{level}} call: opens
    {{level}} deliver {"recipient":"idf"}: applied
    {{level}} receive {"recipient":"idf","unit":"u"}: applied
    {{level}} acknowledge {"recipient":"idf","unit":"u","function":"f"}: applied
    {{level}} act {"recipient":"idf","unit":"u","what":"let-pass"}: applied
    {{level}} reject {"recipient":"idf","unit":"u","reason":"danger"}: applied
    {{level}} escalate {"level":"second","to":["idf"]}: applied
    {{level}} close {"result":"done"}: applied

    """)));
}
