using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Complaints of civilians: anonymous, through an organisation, on paper.</summary>
public sealed class ComplaintTests
{
    private const string Hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    private const string Lodged = """{"kinds":["checkpoint"],"alleged":["force"],"addressee":"force"}""";

    internal static Table Answers { get; } =
        new Grid(ComplaintMachine.Table, Frameworks.Curfew, Audience.Of("agencies", "force").Required(), """
            ack = answer:acknowledged
            ex = answer:examined
            an = answer:answered
            un = answer:unanswered
            mt = measure:taken

            axis answer  lodged  acknowledged  examined  answered  unanswered
            lodge        new     new           new       new       new
            evidence     .       .             .         .         .
            correction   .       .             .         .         .
            dissent      .       .             .         .         .
            link         .       .             .         .         .
            note         .       .             .         .         .
            acknowledge  ack     A             B         C         D
            examine      E       ex            ex        F         ex
            answer       E       an            an        F         an
            unanswered   un      un            un        G         H
            measure      mt      mt            mt        mt        mt
            reopen       I       J             K         ack       L

            A = its answer is acknowledged: it was acknowledged already
            B = its answer is examined: it was acknowledged already
            C = its answer is answered: it was acknowledged already
            D = its answer is unanswered: it was acknowledged already
            E = its answer is lodged: it is acknowledged first, or reopened
            F = its answer is answered: it is acknowledged first, or reopened
            G = its answer is answered: no answer is awaited
            H = its answer is unanswered: no answer is awaited
            I = its answer is lodged: it is not answered
            J = its answer is acknowledged: it is not answered
            K = its answer is examined: it is not answered
            L = its answer is unanswered: it is not answered

            axis measure  none  taken
            lodge         new   new
            evidence      .     .
            correction    .     .
            dissent       .     .
            link          .     .
            note          .     .
            acknowledge   ack   ack
            examine       E     E
            answer        E     E
            unanswered    un    un
            measure       mt    mt
            reopen        I     I
            """)
            .Try("lodge", "agencies", Lodged)
            .Try("evidence", "agencies", $$"""{"evidence":"{{Hash}}","form":"testimony","consent":"to-examine"}""")
            .Try("correction", "agencies", $$"""{"corrects":"{{Hash}}"}""")
            .Try("dissent", "agencies", """{"axis":"answer"}""")
            .Try("link", "agencies", """{"linked":"$other"}""")
            .Try("note", "agencies", $$"""{"text":"{{Hash}}"}""")
            .Try("acknowledge", "force")
            .Try("examine", "oversight", """{"finding":"upheld","standard":"reasonable-grounds"}""")
            .Try("answer", "force", """{"answer":"accept"}""")
            .Try("unanswered", "operator")
            .Try("measure", "force", """{"measure":"training"}""")
            .Try("reopen", "agencies", """{"reason":"appeal"}""")
            .Way("answer", "acknowledged", "acknowledge")
            .Way("answer", "examined", "acknowledge, examine")
            .Way("answer", "answered", "acknowledge, answer")
            .Way("answer", "unanswered", "acknowledge, unanswered")
            .Way("measure", "taken", "measure");

    [Fact]
    public void An_anonymous_complaint_on_paper_is_shown_as_entered_for_nobody_named()
    {
        var world = new World();
        Assert.Equal(OutcomeKind.Applied,
            world.Send("agencies", "complaint.lodge", Lodged, entered: """{"of":"anonymous","by":"paper"}""").Kind);
        var opening = world.All.Subjects[world.LastSubject].Opening;
        Assert.Equal((Speaker.Anonymous, "agencies"), (opening.Author, opening.EnteredBy));
    }

    [Theory]
    [InlineData("force", "force stands with who is alleged: somebody apart judges")]
    [InlineData("agencies", "agencies stands with who reported it: somebody apart judges")]
    [InlineData("oversight", null)]
    public void Whoever_examines_stands_apart(string examiner, string? why)
    {
        var world = new World();
        world.Send("agencies", "complaint.lodge", Lodged, entered: """{"of":"anonymous","by":"paper"}""");
        var complaint = world.LastSubject;
        world.Decide("force", "complaint.acknowledge", complaint);
        Assert.Equal(why, world.Decide(examiner, "complaint.examine", complaint,
            """{"finding":"upheld","standard":"reasonable-grounds"}""").Why);
    }

    [Fact]
    public void Its_silence_is_recorded_when_it_is_due_and_no_sooner_and_a_late_answer_is_late()
    {
        var world = new World();
        world.Send("agencies", "complaint.lodge", Lodged);
        var complaint = world.LastSubject;
        var due = World.Start + world.All.Terms.ComplaintAnswer;
        Assert.Equal([("answer to complaint", "force", due)],
            world.All.Dues().Select(d => (d.Due.What, d.Due.Of, d.Due.AtMilliseconds)));
        Assert.Equal("the answer is due by 2025-11-09T12:00:00Z",
            world.After(due - World.Start).Decide("operator", "complaint.unanswered", complaint).Why);
        Assert.Equal(OutcomeKind.Applied,
            world.After(1).Decide("operator", "complaint.unanswered", complaint).Kind);
        Assert.Empty(world.All.Dues());
        Assert.Equal("force was asked", world.Decide("police", "complaint.answer", complaint,
            """{"answer":"reject"}""").Why);
        world.Decide("force", "complaint.answer", complaint, """{"answer":"reject"}""");
        Assert.Equal("answered", world.All.Subjects[complaint]["answer"]);
        Assert.True(world.All.Subjects[complaint].Last("answer")!.Value.Flag("late"));
    }

    [Fact]
    public void It_is_tied_to_incident_use_of_force_and_detention_on_both_sides()
    {
        var world = new World();
        world.Send("agencies", "incident.report", """{"kind":"shooting","source-kinds":["witness"]}""");
        var incident = world.LastSubject;
        world.Send("force", "detention.report", """{"ground":"security","held":1,"hours-max":3}""");
        var detention = world.LastSubject;
        world.Send("agencies", "complaint.lodge",
            $$"""{"kinds":["detention"],"incident":"{{incident}}","detention":"{{detention}}"}""");
        Assert.All([incident, detention], s =>
            Assert.Equal(world.LastSubject, world.All.Subjects[s].Last("link")!.Value.Word("linked")));
    }
}
