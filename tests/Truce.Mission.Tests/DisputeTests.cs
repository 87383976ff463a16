using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Readings, clarifications, settlements; the mission's own terms; what fell due, as entries.</summary>
public sealed class DisputeTests
{
    private const string Reads = """{"clause":"R1","effect":"permits"}""";
    private const string Asks = """{"clause":"R1","of":"committee","due":1760097601500}""";
    private const string Refers = """{"between":["force","idf"]}""";

    [Fact]
    public void Whom_the_framework_names_clarifies_and_settles_and_nobody_else()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        world.After(1).Send("idf", "clarification.ask", Asks);
        var question = world.LastSubject;
        Assert.Equal("committee may interpret, by the framework",
            world.Decide("idf", "clarification.answer", question, """{"effect":"permits"}""").Why);
        Assert.Equal(["answer to a question"], world.All.Dues().Select(d => d.Due.What));
        world.Decide("committee", "clarification.answer", question, """{"effect":"forbids"}""");
        Assert.Equal("answered", world.All.Subjects[question]["answer"]);
        Assert.Empty(world.All.Dues());

        world.Send("idf", "settlement.refer", Refers);
        var dispute = world.LastSubject;
        Assert.Equal("committee may settle, by the framework",
            world.Decide("force", "settlement.settle", dispute, """{"for":"both"}""").Why);
        world.Decide("committee", "settlement.deadlock", dispute, """{"body":"committee"}""");
        world.Decide("committee", "settlement.settle", dispute, """{"for":"neither"}""");
        Assert.Equal("settled", world.All.Subjects[dispute]["state"]);
    }

    [Fact]
    public void Terms_are_the_missions_own_with_their_source()
    {
        var world = new World();
        const string four = """{"term":"urgent-acknowledgement","minutes":4,"source":"order 7"}""";
        Assert.Equal("before a framework is in force, the operator enters it, for everybody to see",
            world.Send("force", "terms.declare", four).Why);
        world.Send("operator", "terms.declare", four, role: EnrolledKey.OperatorRole);
        Assert.Equal(4 * 60_000, world.All.Terms.UrgentAcknowledgement);
        world.Framework(Frameworks.Curfew);
        Assert.Equal("committee may revise-framework, by the framework",
            world.After(1).Send("force", "terms.declare", four).Why);
        world.After(1).Send("committee", "terms.declare",
            """{"term":"standard-of-proof","standard":"clear-and-convincing","source":"order 8"}""");
        Assert.Equal("clear-and-convincing", world.All.Terms.StandardOfProof);

        // What was declared for an earlier time and came later does not stand before what was declared for a later one.
        world.After(World.Hour).Send("committee", "terms.declare",
            """{"term":"urgent-acknowledgement","minutes":9,"source":"order 9"}""");
        world.After(World.Hour).Send("committee", "terms.declare",
            """{"term":"urgent-acknowledgement","minutes":2,"source":"order 1"}""", at: world.Now - (2 * World.Hour));
        Assert.Equal(9 * 60_000, world.All.Terms.UrgentAcknowledgement);
        Assert.Equal("the standard of proof has a `standard`, query-budget its `checks`, access-contact its `contact`, "
            + "every other term its `minutes`",
            world.Send("committee", "terms.declare", """{"term":"triage","source":"x"}""").Why);
        Assert.Equal("a term is at most 366 days", world.Send("committee", "terms.declare",
            """{"term":"triage","minutes":527041,"source":"x"}""").Why);
    }

    [Fact]
    public void A_silence_is_noted_once_for_each_who_was_silent()
    {
        var world = new World();
        world.Send("force", "message.send", """{"channel":"hotline","to":["idf","police"],"urgency":"urgent"}""");
        string Note(string of) => $$"""
            {"about":"{{world.All.Of("message").Single().Id}}","what":"acknowledgement","of":"{{of}}",
             "due":{{World.Start + (5 * 60_000)}}}
            """;
        Assert.Equal("it is not due yet",
            world.Send("operator", "timer.note", Note("idf"), role: EnrolledKey.OperatorRole).Why);
        world.After(World.Hour);
        Assert.Equal(OutcomeKind.Applied,
            world.Send("operator", "timer.note", Note("idf"), role: EnrolledKey.OperatorRole).Kind);
        Assert.Equal("it is noted already, in entry 2",
            world.Send("operator", "timer.note", Note("idf"), role: EnrolledKey.OperatorRole).Why);
        Assert.Equal(OutcomeKind.Applied,
            world.Send("operator", "timer.note", Note("police"), role: EnrolledKey.OperatorRole).Kind);
    }

    internal static Table Reading { get; } = new TableCheck(DisputeMachines.Reading, "state",
    [
        ("declared", Reads, "declare", []),
        ("withdrawn", Reads, "declare", ["withdraw {\"as\":\"a\"}"]),
    ],
    """
    declared declare: opens
    declared withdraw: inapplicable: only whoever declared a reading withdraws it
    declared withdraw {"as":"a"}: applied: state withdrawn
    withdrawn declare: opens
    withdrawn withdraw {"as":"a"}: inapplicable: its state is withdrawn: it is withdrawn already
    withdrawn withdraw: inapplicable: its state is withdrawn: it is withdrawn already
    """);

    internal static Table Clarification { get; } = new TableCheck(
        DisputeMachines.Clarification, "answer",
    [
        ("asked", Asks, "ask", []),
        ("answered", Asks, "ask", ["answer {\"as\":\"committee\",\"effect\":\"permits\"}"]),
        ("unanswered", Asks, "ask", ["wait", "unanswered"]),
    ],
    """
    asked ask: opens
    asked answer {"effect":"permits"}: inapplicable: committee may interpret, by the framework
    asked answer {"as":"committee","effect":"permits"}: applied: answer answered
    asked unanswered: inapplicable: it is not due yet
    answered ask: opens
    answered answer {"as":"committee","effect":"permits"}: inapplicable: its answer is answered: \
    it is answered: ask again
    answered unanswered: inapplicable: its answer is answered: no answer is awaited
    unanswered ask: opens
    unanswered answer {"as":"committee","effect":"permits"}: applied: answer answered
    unanswered unanswered: inapplicable: its answer is unanswered: no answer is awaited
    """, Frameworks.Curfew);

    internal static Table Settlement { get; } = new TableCheck(
        DisputeMachines.Settlement, "state",
    [
        ("referred", Refers, "refer", []),
        ("settled", Refers, "refer", ["settle {\"as\":\"committee\",\"for\":\"both\"}"]),
        ("deadlocked", Refers, "refer", ["deadlock {\"as\":\"committee\",\"body\":\"x\"}"]),
    ],
    """
    referred refer: opens
    referred settle {"for":"both"}: inapplicable: committee may settle, by the framework
    referred settle {"as":"committee","for":"both"}: applied: state settled
    referred deadlock {"body":"x"}: inapplicable: committee may settle, by the framework
    referred deadlock {"as":"committee","body":"x"}: applied: state deadlocked
    settled refer: opens
    settled settle {"as":"committee","for":"both"}: inapplicable: its state is settled: it is settled: refer it again
    settled deadlock {"as":"committee","body":"x"}: inapplicable: its state is settled: \
    it is settled, or known to be deadlocked
    deadlocked refer: opens
    deadlocked settle {"as":"committee","for":"both"}: applied: state settled
    deadlocked deadlock {"as":"committee","body":"x"}: inapplicable: its state is deadlocked: \
    it is settled, or known to be deadlocked
    """, Frameworks.Curfew);
}
