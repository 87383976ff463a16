using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Reports of the force and the police on their own use of force.</summary>
public sealed class ForceUseTests
{
    private const string Hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    private const string Report = """
        {"unit":"patrol 3","kinds":["warning-shot"],"warning":"given","occasion":"checkpoint","killed-best":0}
        """;

    internal static Table Answers { get; } =
        new Grid(ForceUseMachine.Table, Frameworks.Curfew, Audience.Of("force", "oversight").Required(), """
            axis review  reported         received         reviewed         referred         closed
            report       new              new              new              new              new
            evidence     .                .                .                .                .
            amend        .                .                .                .                .
            correction   .                .                .                .                .
            dissent      .                .                .                .                .
            link         .                .                .                .                .
            note         .                .                .                .                .
            receive      review:received  A                B                C                D
            review       E                review:reviewed  review:reviewed  review:reviewed  F
            refer        G                H                review:referred  I                J
            close        K                L                review:closed    review:closed    M
            reopen       N                O                P                Q                review:received

            A = its review is received: it was received already
            B = its review is reviewed: it was received already
            C = its review is referred: it was received already
            D = its review is closed: it was received already
            E = its review is reported: it is received first, or reopened
            F = its review is closed: it is received first, or reopened
            G = its review is reported: it is referred once it was reviewed
            H = its review is received: it is referred once it was reviewed
            I = its review is referred: it is referred once it was reviewed
            J = its review is closed: it is referred once it was reviewed
            K = its review is reported: it is closed once it was reviewed
            L = its review is received: it is closed once it was reviewed
            M = its review is closed: it is closed once it was reviewed
            N = its review is reported: it is not closed
            O = its review is received: it is not closed
            P = its review is reviewed: it is not closed
            Q = its review is referred: it is not closed
            """)
            .Try("report", "force", Report)
            .Try("evidence", "force", $$"""{"evidence":"{{Hash}}","form":"video"}""")
            .Try("amend", "force", """{"injured-best":1}""")
            .Try("correction", "force", $$"""{"corrects":"{{Hash}}"}""")
            .Try("dissent", "force", """{"axis":"review"}""")
            .Try("link", "force", """{"linked":"$other"}""")
            .Try("note", "force", $$"""{"text":"{{Hash}}"}""")
            .Try("receive", "oversight")
            .Try("review", "oversight", """{"finding":"unclear","standard":"reasonable-grounds"}""")
            .Try("refer", "oversight", """{"body":"prosecutor"}""")
            .Try("close", "oversight", """{"measure":["training"]}""")
            .Try("reopen", "oversight", """{"reason":"appeal"}""")
            .Way("review", "received", "receive")
            .Way("review", "reviewed", "receive, review")
            .Way("review", "referred", "receive, review, refer")
            .Way("review", "closed", "receive, review, close");

    [Fact]
    public void Nobody_reviews_or_closes_his_own_use_of_force()
    {
        var world = new World();
        world.Send("force", "force-use.report", Report);
        var report = world.LastSubject;
        Assert.Equal(OutcomeKind.Applied, world.Decide("force", "force-use.receive", report).Kind);
        const string Review = """{"finding":"within-the-rules","standard":"beyond-reasonable-doubt"}""";
        Assert.Equal("force stands with who reported it: somebody apart judges",
            world.Decide("force", "force-use.review", report, Review).Why);
        Assert.Equal(OutcomeKind.Applied, world.Decide("oversight", "force-use.review", report, Review).Kind);
        Assert.True(world.All.Subjects[report].Last("review")!.Value.Flag("other-standard"));
        Assert.Equal("force stands with who reported it: somebody apart judges",
            world.Decide("force", "force-use.close", report).Why);
    }

    [Fact]
    public void A_report_past_its_term_is_late_and_its_review_falls_due()
    {
        var world = new World();
        world.After(25 * World.Hour).Send("force", "force-use.report",
            Report.Trim()[..^1]
            + $$""","at":{"from":{{World.Start}},"to":{{World.Start + 1}}},"reviewer":"oversight"}""");
        var late = world.All.Subjects[world.LastSubject];
        Assert.True(late.Opening.Flag("late"));
        Assert.Equal([("review", "oversight", world.Now + world.All.Terms.UseOfForceReview)],
            world.All.Dues().Select(d => (d.Due.What, d.Due.Of, d.Due.AtMilliseconds)));
        world.Send("force", "force-use.report", Report);
        Assert.False(world.All.Subjects[world.LastSubject].Opening.Flag("late"));
    }

    [Fact]
    public void It_is_tied_to_the_incident_on_both_sides()
    {
        var world = new World();
        world.Send("agencies", "incident.report", """{"kind":"shooting","source-kinds":["witness"]}""");
        var incident = world.LastSubject;
        world.Send("force", "force-use.report", Report.Trim()[..^1] + $$""","incident":"{{incident}}"}""");
        Assert.Equal([world.LastSubject], world.All.Subjects[incident].All("link").Select(l => l.Word("linked")));
        Assert.Equal("`incident` is the id of incident/…: force-use/0000000000000000 is none", world.Send("force",
            "force-use.report", Report.Trim()[..^1] + ""","incident":"force-use/0000000000000000"}""").Why);
    }
}
