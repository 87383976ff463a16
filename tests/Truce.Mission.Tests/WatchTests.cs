using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>The duty log of a post: no thread is lost from one officer to the next.</summary>
public sealed class WatchTests
{
    private const string Open = """{"post":"operations","function":"duty officer"}""";

    [Fact]
    public void A_watch_with_an_open_item_is_handed_over_and_not_closed()
    {
        var world = new World();
        world.Send("force", "watch.open", Open);
        var watch = world.LastSubject;
        world.After(1).Add("force", "watch.item", watch, """{"item":"convoy 7","kind":"movement","open":true}""");
        world.Add("force", "watch.item", watch, """{"item":"rain","kind":"weather"}""");
        Assert.Equal("convoy 7 is open: hand the watch over, or state that it is done",
            world.Decide("force", "watch.close", watch, """{"function":"duty officer"}""").Why);
        Assert.Equal("it leaves out an open item: convoy 7", world.Decide("force", "watch.hand-over", watch,
            """{"function":"duty officer","to":"night officer"}""").Why);
        world.Decide("force", "watch.hand-over", watch,
            """{"function":"duty officer","to":"night officer","items":["convoy 7"]}""");
        Assert.Equal("it does not take over convoy 7",
            world.Decide("police", "watch.take-over", watch, """{"function":"night officer"}""").Why);
        Assert.Equal("it was handed to night officer", world.Decide("police", "watch.take-over", watch,
            """{"function":"cook","items":["convoy 7"]}""").Why);
        world.Decide("police", "watch.take-over", watch, """{"function":"night officer","items":["convoy 7"]}""");
        Assert.Equal("taken-over", world.All.Subjects[watch]["state"]);
        world.After(1).Add("police", "watch.done", watch, """{"item":"convoy 7"}""");
        world.After(1).Add("police", "watch.item", watch, """{"item":"convoy 7","kind":"movement","open":true}""");
        Assert.Single(WatchMachine.OpenItems(world.All.Subjects[watch])); // open again under the same name
        world.After(1).Add("police", "watch.done", watch, """{"item":"convoy 7"}""");
        world.Decide("police", "watch.close", watch, """{"function":"night officer"}""");
        Assert.Equal("closed", world.All.Subjects[watch]["state"]);
    }

    [Fact]
    public void Whoever_takes_over_takes_from_the_last_who_handed_over_whatever_their_clocks_say()
    {
        var world = new World();
        world.Send("force", "watch.open", Open);
        var watch = world.LastSubject;
        world.After(World.Hour).Decide("force", "watch.hand-over", watch, """{"function":"duty officer","to":"b"}""");
        world.Decide("force", "watch.take-over", watch, """{"function":"b"}""");
        world.Send("force", "watch.hand-over", $$"""{"subject":"{{watch}}","function":"b","to":"c"}""",
            at: World.Start, expects: [new(watch, world.All.Subjects[watch].LastDecision)]);
        Assert.Equal("it was handed to c", world.Decide("force", "watch.take-over", watch, """{"function":"b"}""").Why);
        Assert.Equal(OutcomeKind.Applied, world.Decide("force", "watch.take-over", watch, """{"function":"c"}""").Kind);
    }

    [Fact]
    public void The_briefing_is_drafted_from_the_record()
    {
        var world = new World();
        world.Send("force", "watch.open", Open);
        var watch = world.LastSubject;
        world.Send("force", "message.send", """{"channel":"hotline","to":["idf"],"urgency":"routine"}""");
        var message = world.LastSubject;
        world.Send("force", "message.send", """{"channel":"radio","to":["idf"],"urgency":"routine","test":true}""");
        world.After(World.Hour).Add("force", "watch.item", watch, """{"item":"gate 2","kind":"order","open":true}""");
        world.Decide("force", "watch.hand-over", watch,
            """{"function":"duty officer","to":"night","items":["gate 2"]}""");
        world.Decide("police", "watch.take-over", watch, """{"function":"night","items":["gate 2"]}""");
        var before = Briefing.Of(world.All, world.All.Subjects[watch], world.Now, hours: 1);
        Assert.Empty(before.Changes);
        Assert.Empty(before.Dues); // the acknowledgement is due in three hours
        world.After(World.Hour).Add("idf", "message.receive", message, """{"recipient":"idf","unit":"cell"}""",
            at: World.Start + 1);

        var briefing = Briefing.Of(world.All, world.All.Subjects[watch], world.Now, hours: 4);
        Assert.Equal(["gate 2"], briefing.Items.Select(i => i.Name));
        Assert.Equal([(message, "idf", "received")],
            briefing.Messages.Select(m => (m.Message.Id, m.Recipient, m.Stage)));
        Assert.Equal(["acknowledgement"], briefing.Dues.Where(d => d.Subject.Id == message).Select(d => d.Due.What));
        Assert.Equal([$"{message} receive"],
            briefing.Changes.Select(c => $"{c.Subject.Id} {string.Join(',', c.Steps.Select(s => s.Row.Command))}"));
    }

    internal static Table Answers { get; } = new TableCheck(WatchMachine.Table, "state",
    [
        ("open", Open, "open", []),
        ("handed-over", Open, "open", ["hand-over {\"as\":\"a\",\"function\":\"d\",\"to\":\"e\"}"]),
        ("taken-over", Open, "open",
            ["hand-over {\"as\":\"a\",\"function\":\"d\",\"to\":\"e\"}", "take-over {\"function\":\"e\"}"]),
        ("closed", Open, "open", ["close {\"as\":\"a\",\"function\":\"d\"}"]),
    ],
    """
    open open: opens
    open item {"item":"x","kind":"order","open":true}: applied
    open done {"item":"x"}: applied
    open hand-over {"as":"a","function":"d","to":"d"}: inapplicable: a watch is handed to another function
    open hand-over {"as":"a","function":"d","to":"e"}: applied: state handed-over
    open hand-over {"function":"d","to":"e"}: inapplicable: a has the watch: it hands it over, or closes it
    open take-over {"function":"e"}: inapplicable: its state is open: nobody has handed it over
    open close {"as":"a","function":"d"}: applied: state closed
    open close {"function":"d"}: inapplicable: a has the watch: it hands it over, or closes it
    handed-over open: opens
    handed-over item {"item":"x","kind":"order","open":true}: applied
    handed-over done {"item":"x"}: applied
    handed-over hand-over {"function":"d","to":"e"}: inapplicable: its state is handed-over: \
    it is handed over, or closed
    handed-over take-over {"function":"f"}: inapplicable: it was handed to e
    handed-over take-over {"function":"e"}: applied: state taken-over
    handed-over close {"function":"d"}: inapplicable: its state is handed-over: it is handed over, or closed
    taken-over open: opens
    taken-over item {"item":"x","kind":"order","open":true}: applied
    taken-over done {"item":"x"}: applied
    taken-over hand-over {"function":"e","to":"g"}: applied: state handed-over
    taken-over take-over {"function":"e"}: inapplicable: its state is taken-over: nobody has handed it over
    taken-over close {"function":"e"}: applied: state closed
    taken-over close {"as":"a","function":"e"}: inapplicable: b has the watch: it hands it over, or closes it
    closed open: opens
    closed item {"item":"x","kind":"order","open":true}: applied
    closed done {"item":"x"}: applied
    closed hand-over {"function":"d","to":"e"}: inapplicable: its state is closed: it is handed over, or closed
    closed take-over {"function":"e"}: inapplicable: its state is closed: nobody has handed it over
    closed close {"function":"d"}: inapplicable: its state is closed: it is handed over, or closed
    """);
}
