using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Incidents: who may judge, what reopens a judgement, what falls due.</summary>
public sealed class IncidentTests
{
    private const string Hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    private const string Report = """
        {"kind":"shooting","source-kinds":["witness"],"alleged":["force"],"actions":["patrol"],"place":["north"]}
        """;
    private const string Verified = """{"finding":"verified","standard":"reasonable-grounds"}""";

    /// <summary>Two units of one force, an army and a police of one state, agencies, monitors of nobody.</summary>
    private static string Actors { get; } = Frameworks.Curfew
        .Replace("  agencies: {is: humanitarian, source", """
              army: {is: state force, of: state, source: s, basis: assumption}
              police: {is: police, of: state, source: s, basis: assumption}
              relief: {is: humanitarian, of: union, source: s, basis: assumption}
              agencies: {is: humanitarian, source
            """.TrimStart('\n'), StringComparison.Ordinal)
        .Replace("  committee: {role", """
              state: {role: civil authority, source: s, basis: assumption}
              union: {role: organisation, source: s, basis: assumption}
              committee: {role
            """, StringComparison.Ordinal);

    [Theory]
    [InlineData("monitors", null)]
    [InlineData("agencies", "agencies stands with who reported it: somebody apart judges")]
    [InlineData("army", "army stands with who is alleged: somebody apart judges")]
    [InlineData("state", "state stands with who is alleged: somebody apart judges")]
    [InlineData("police", "police stands with who is alleged: somebody apart judges")]
    [InlineData("village", "village stands with who reported it: somebody apart judges")]
    public void A_verifier_from_either_side_is_inapplicable(string verifier, string? why)
    {
        var world = new World();
        Assert.Equal(OutcomeKind.Applied, world.Framework(Actors).Kind);
        world.After(1).Send("agencies", "incident.report",
            Report.Replace("force", "army", StringComparison.Ordinal),
            entered: """{"of":"village","by":"telephone"}""");
        var incident = world.LastSubject;
        world.Decide("operator", "incident.triage", incident, """{"triage":"triaged"}""");
        Assert.Equal(why, world.Decide(verifier, "incident.set-out", incident).Why);
        if (why is not null)
        {
            world.Decide("monitors", "incident.set-out", incident);
        }

        Assert.Equal(why, world.Decide(verifier, "incident.verify", incident, Verified).Why);
        Assert.Equal(why is null ? "verified" : "under-verification", world.All.Subjects[incident]["fact"]);
        world.Decide("monitors", "incident.verify", incident, Verified);
        Assert.Equal(why, world.Decide(verifier, "incident.attribute", incident,
            """{"attribution":"attributed","parties":["army"],"standard":"reasonable-grounds"}""").Why);
    }

    [Fact]
    public void A_word_for_somebody_else_hides_no_side()
    {
        var world = new World();
        var incident = Incident(world);
        world.Decide("monitors", "incident.set-out", incident);
        Assert.Equal("force stands with who is alleged: somebody apart judges",
            Entered(world, "force", incident, "monitors").Why);
        Assert.Equal("force stands with who is alleged: somebody apart judges",
            Entered(world, "operator", incident, "force").Why);
        Assert.Equal("whoever judges is named", Entered(world, "operator", incident, "anonymous").Why);
        Assert.Equal(OutcomeKind.Applied, Entered(world, "operator", incident, "monitors").Kind);
    }

    [Fact]
    public void Nobody_shuts_a_judge_out_by_alleging_him()
    {
        var world = new World();
        var incident = Incident(world);
        world.Decide("monitors", "incident.set-out", incident);
        world.Add("force", "incident.amend", incident, """{"alleged":["monitors"]}""");
        Assert.Equal(OutcomeKind.Applied, world.Decide("monitors", "incident.verify", incident, Verified).Kind);
        world.Add("agencies", "incident.amend", incident, """{"alleged":["observers"]}""");
        Assert.Equal("observers stands with who is alleged: somebody apart judges",
            world.Decide("observers", "incident.verify", incident, Verified).Why);
    }

    [Theory]
    [InlineData("incident.evidence", $$"""{"evidence":"{{Hash}}","form":"photograph"}""")]
    [InlineData("incident.amend", """{"explosions":3}""")]
    [InlineData("incident.correction", $$"""{"corrects":"{{Hash}}","retracts":true}""")]
    public void An_edit_reopens_what_was_judged(string type, string act)
    {
        var world = new World();
        var incident = Incident(world);
        world.Decide("monitors", "incident.set-out", incident);
        world.Decide("monitors", "incident.verify", incident, Verified);
        world.Decide("monitors", "incident.attribute", incident, Attributed("force"));
        Assert.False(world.All.Subjects[incident].NeedsReview("fact"));

        world.After(1).Add("agencies", type, incident, act);
        Assert.True(world.All.Subjects[incident].NeedsReview("fact"));
        Assert.True(world.All.Subjects[incident].NeedsReview("attribution"));
        world.After(1).Decide("monitors", "incident.attribute", incident, Attributed("force"));
        Assert.True(Last(world, incident, "attribute").Flag("under-review"));

        world.Decide("monitors", "incident.verify", incident, Verified);
        Assert.False(world.All.Subjects[incident].NeedsReview("fact"));
        Assert.False(world.All.Subjects[incident].NeedsReview("breach"));
    }

    [Fact]
    public void A_verification_is_bound_to_the_revision_that_its_author_saw()
    {
        var world = new World();
        var incident = Incident(world);
        world.Decide("monitors", "incident.set-out", incident);
        world.Add("agencies", "incident.evidence", incident, $$"""{"evidence":"{{Hash}}","form":"video"}""");
        world.Add("force", "incident.evidence", incident, $$"""{"evidence":"{{Hash}}","form":"radio-log"}""");
        world.Decide("monitors", "incident.verify", incident, Verified[..^1] + ""","revision":1}""");
        Assert.True(world.All.Subjects[incident].NeedsReview("fact")); // the second came while the team was offline
        world.Decide("monitors", "incident.verify", incident, Verified[..^1] + ""","revision":2}""");
        Assert.False(world.All.Subjects[incident].NeedsReview("fact"));
    }

    [Fact]
    public void Whoever_may_not_read_an_incident_reopens_nothing()
    {
        var world = new World();
        var audience = Audience.Of("agencies", "monitors").Required();
        world.Send("agencies", "incident.report", Report, audience);
        var incident = world.LastSubject;
        world.Decide("monitors", "incident.triage", incident, """{"triage":"triaged"}""", audience);
        world.Decide("monitors", "incident.set-out", incident, audience: audience);
        world.Decide("monitors", "incident.verify", incident, Verified, audience);
        world.Add("force", "incident.evidence", incident, $$"""{"evidence":"{{Hash}}","form":"video"}""");
        Assert.False(world.As("monitors").Subjects[incident].NeedsReview("fact"));
        var early = world.Folded(_ => true, [4, 0, 1, 2, 3]);
        Assert.False(early.Subjects[incident].NeedsReview("fact"));
        Assert.Equal(0, early.Subjects[incident].Revisions);
    }

    [Fact]
    public void A_stale_decision_conflicts_and_changes_nothing()
    {
        var world = new World();
        var incident = Incident(world);
        var seen = world.All.Subjects[incident].LastDecision;
        world.Decide("monitors", "incident.set-out", incident);
        var stale = world.Send("observers", "incident.triage",
            $$"""{"subject":"{{incident}}","triage":"out-of-scope"}""", expects: [new Expectation(incident, seen)]);
        Assert.Equal((OutcomeKind.Conflicting, $"{incident} was decided on again since, in entry 2"),
            (stale.Kind, stale.Why));
        Assert.Equal("triaged", world.All.Subjects[incident]["progress"]);
    }

    [Fact]
    public void Standards_are_the_same_for_all_and_another_is_flagged_not_refused()
    {
        var flagged = from sides in new[] { ("agencies", "force"), ("force", "agencies"), ("army", "militia") }
                      from standard in Proof.Standards
                      select (standard, Flagged(sides.Item1, sides.Item2, standard));
        Assert.All(flagged, f => Assert.Equal((f.standard, f.standard != "reasonable-grounds"), f));
    }

    [Fact]
    public void A_breach_is_decided_by_whom_the_framework_names_after_legal_review_on_what_was_verified()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        var incident = Incident(world.After(1));
        const string Breach = """{"breach":"decided","is-breach":true}""";
        Assert.Equal("committee may settle or interpret, by the framework",
            world.Decide("monitors", "incident.decide", incident, Breach).Why);
        const string Review = "it is reviewed in law first, and not by who is alleged";
        Assert.Equal(Review, world.Decide("committee", "incident.decide", incident, Breach).Why);
        world.Add("force", "incident.legal-review", incident, """{"finding":"does-not-engage"}""");
        Assert.Equal(Review, world.Decide("committee", "incident.decide", incident, Breach).Why);
        world.Add("monitors", "incident.legal-review", incident, """{"finding":"engages","clauses":["patrols"]}""");
        Assert.Equal("its fact is open: a breach is decided on what was verified",
            world.Decide("committee", "incident.decide", incident, Breach).Why);
        world.Decide("monitors", "incident.set-out", incident);
        world.Decide("monitors", "incident.verify", incident, Verified);
        Assert.Equal("`is-breach` says yes or no where it is decided, alone",
            world.Decide("committee", "incident.decide", incident, """{"breach":"decided"}""").Why);
        Assert.Equal(OutcomeKind.Applied, world.Decide("committee", "incident.decide", incident, Breach).Kind);
        var subject = world.All.Subjects[incident];
        Assert.Equal(("decided", "open", false), (subject["breach"], subject["attribution"],
            Last(world, incident, "decide").Flag("own-case")));
    }

    [Fact]
    public void Without_a_framework_nobody_decides_a_breach_and_a_judge_in_his_own_case_is_shown()
    {
        var world = new World();
        var incident = Incident(world);
        world.Add("monitors", "incident.legal-review", incident, """{"finding":"engages"}""");
        Assert.Equal("the framework names nobody who may settle or interpret",
            world.Decide("committee", "incident.decide", incident, """{"breach":"none"}""").Why);
        world.Framework(Frameworks.Curfew);
        world.After(1).Send("agencies", "incident.report",
            Report.Replace("force", "committee", StringComparison.Ordinal));
        var own = world.LastSubject;
        world.Decide("monitors", "incident.triage", own, """{"triage":"triaged"}""");
        world.Add("monitors", "incident.legal-review", own, """{"finding":"engages"}""");
        Assert.Equal(OutcomeKind.Applied,
            world.Decide("committee", "incident.decide", own, """{"breach":"none"}""").Kind);
        Assert.True(Last(world, own, "decide").Flag("own-case"));
    }

    [Theory]
    [InlineData("attributed", "[]", "`parties` names the one to whom it is attributed")]
    [InlineData("attributed", """["force","army"]""", "`parties` names the one to whom it is attributed")]
    [InlineData("multiple", """["force"]""", "`parties` names two or more")]
    [InlineData("undetermined", """["force"]""", "`parties` is left out where it is undetermined")]
    public void An_attribution_names_whom_it_says(string how, string parties, string why)
    {
        var world = new World();
        var incident = Incident(world);
        world.Decide("monitors", "incident.set-out", incident);
        world.Decide("monitors", "incident.verify", incident, Verified);
        var named = parties == "[]" ? "" : $""","parties":{parties}""";
        Assert.Equal(why, world.Decide("monitors", "incident.attribute", incident,
            $$"""{"attribution":"{{how}}","standard":"reasonable-grounds"{{named}}}""").Why);
    }

    [Fact]
    public void A_protest_is_answered_by_its_addressee_or_its_silence_is_recorded_once_due()
    {
        var world = new World();
        var incident = Incident(world);
        world.Decide("agencies", "incident.protest", incident,
            $$"""{"addressee":"force","due":{{World.Start + (2 * World.Hour)}}}""");
        Assert.Contains(("answer to protest", "force", World.Start + (2 * World.Hour)),
            world.All.Dues().Select(d => (d.Due.What, d.Due.Of, d.Due.AtMilliseconds)));
        Assert.Equal("force was asked",
            world.Decide("army", "incident.answer", incident, """{"answer":"reject"}""").Why);
        Assert.Equal("the answer is due by 2025-10-10T14:00:00Z",
            world.After(2 * World.Hour).Decide("operator", "incident.unanswered", incident).Why);
        world.After(1).Decide("operator", "incident.unanswered", incident);
        Assert.Equal("unanswered", world.All.Subjects[incident]["protest"]);
        world.After(1).Decide("force", "incident.answer", incident, """{"answer":"explain"}""");
        Assert.True(Last(world, incident, "answer").Flag("late"));
        Assert.Equal("answered", world.All.Subjects[incident]["protest"]);
    }

    [Fact]
    public void Triage_and_verification_fall_due()
    {
        var world = new World();
        world.Send("agencies", "incident.report", Report, at: World.Start - (48 * World.Hour));
        var incident = world.LastSubject;
        Assert.Equal([("triage", World.Start + (24 * World.Hour))],
            world.All.Dues().Select(d => (d.Due.What, d.Due.AtMilliseconds)));
        world.After(World.Hour).Decide("monitors", "incident.triage", incident, """{"triage":"triaged"}""");
        Assert.Equal([("verification sets out", World.Start + (25 * World.Hour))],
            world.All.Dues().Select(d => (d.Due.What, d.Due.AtMilliseconds)));
        world.Decide("monitors", "incident.set-out", incident);
        Assert.Empty(world.All.Dues());
    }

    [Fact]
    public void A_report_has_no_verdict_but_clauses_that_would_be_engaged()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        Incident(world.After(1));
        var ruling = world.All.Labelled(1)!.Ruling!;
        Assert.True(ruling.IsReported);
        Assert.Equal([("force", "patrol", "north")], ruling.Now.Select(a => (a.Performer, a.Action, a.Place)));
    }

    [Fact]
    public void Cases_that_are_not_recorded_here_are_referred_by_number_alone()
    {
        var world = new World();
        const string Cases = """{"subject":"incident/0000000000000000","cases":2,"body":"protection"}""";
        Assert.Equal("incident.refer is for an audience: seal it, it is never public",
            world.Fault("incident.refer", Cases));
        Assert.StartsWith("`text` is no field of incident.refer", world.Fault("incident.refer",
            Cases[..^1] + $$""","text":"{{Hash}}"}""", Audience.Of("a").Required()), StringComparison.Ordinal);
        var audience = Audience.Of("agencies", "monitors").Required();
        world.Send("agencies", "incident.report", Report, audience);
        var incident = world.LastSubject;
        Assert.Equal("a referral states a number and a body: leave place and time out", world.Add("monitors",
            "incident.refer", incident, """{"cases":2,"body":"protection","place":["north"]}""", audience).Why);
        Assert.Equal(OutcomeKind.Applied, world.Add("monitors", "incident.refer", incident,
            """{"cases":2,"body":"protection"}""", audience).Kind);
    }

    [Theory]
    [InlineData("movement", """{"mode":"notify-only","kind":"convoy","purpose":"food","departure":1760200000000,""")]
    [InlineData("site", """{"kind":"hospital",""")]
    public void An_incident_on_what_was_notified_opens_with_who_knew_since_when(string machine, string notice)
    {
        var world = new World();
        world.Send("agencies", $"{machine}.notify", notice + "\"recipients\":[\"army\",\"police\",\"force\"]}");
        var hit = world.LastSubject;
        world.After(5 * World.Hour);
        Receive("army", "brigade 2", 2);
        Receive("agencies", "company 1", 1, of: "force");
        Receive("police", "post 4", 4);
        world.Send("agencies", "incident.report", Report.TrimEnd()[..^1] + $$""","object":"{{hit}}"}""",
            at: World.Start + (3 * World.Hour));
        var report = world.All.Subjects[world.LastSubject].Opening;
        Assert.Equal(["force, company 1", "army, brigade 2"], report.Words("known-to"));
        Assert.Equal(["2025-10-10T13:00:00Z", "2025-10-10T14:00:00Z"], report.Words("known-at"));
        Assert.Equal(["agencies", "army"], report.Words("known-word")); // who says that the force had it is seen
        Assert.Equal(["2", "1"], report.Words("known-entries"));
        Assert.Equal(World.Start + World.Hour, report.Number("known-since"));

        void Receive(string author, string unit, int hours, string? of = null) => Assert.Equal(OutcomeKind.Applied,
            world.Add(author, $"{machine}.receive", hit, $$"""{"recipient":"{{of ?? author}}","unit":"{{unit}}"}""",
                at: World.Start + (hours * World.Hour)).Kind);
    }

    [Fact]
    public void A_public_incident_says_nothing_of_a_notice_that_the_public_may_not_read()
    {
        var world = new World();
        var audience = Audience.Of("agencies", "army").Required();
        world.Send("agencies", "site.notify", """{"kind":"hospital","recipients":["army"]}""", audience);
        var site = world.LastSubject;
        world.Add("army", "site.receive", site, """{"recipient":"army","unit":"brigade 2"}""", audience);
        var act = Report.TrimEnd()[..^1] + $$""","object":"{{site}}"}""";
        world.After(1).Send("agencies", "incident.report", act);
        Assert.Empty(world.All.Subjects[world.LastSubject].Opening.Words("known-to"));
        world.Send("agencies", "incident.report", act, audience);
        Assert.Equal(["army, brigade 2"], world.All.Subjects[world.LastSubject].Opening.Words("known-to"));
        Assert.Equal("`object` is a notified movement or site: crossing/0000000000000000 is none",
            world.Send("agencies", "incident.report",
                act.Replace(site, "crossing/0000000000000000", StringComparison.Ordinal)).Why);
    }

    private static string Incident(World world)
    {
        world.Send("agencies", "incident.report", Report);
        var incident = world.LastSubject;
        world.Decide("monitors", "incident.triage", incident, """{"triage":"triaged"}""");
        return incident;
    }

    private static string Attributed(string party) =>
        $$"""{"attribution":"attributed","parties":["{{party}}"],"standard":"reasonable-grounds"}""";

    private static Step Last(World world, string subject, string command) =>
        world.All.Subjects[subject].Last(command)!.Value;

    private static bool Flagged(string author, string alleged, string standard)
    {
        var world = new World();
        world.Send(author, "incident.report", Report.Replace("force", alleged, StringComparison.Ordinal));
        var incident = world.LastSubject;
        world.Decide("monitors", "incident.triage", incident, """{"triage":"triaged"}""");
        world.Decide("monitors", "incident.set-out", incident);
        var verified = world.Decide("monitors", "incident.verify", incident,
            $$"""{"finding":"verified","standard":"{{standard}}"}""");
        Assert.Equal(OutcomeKind.Applied, verified.Kind);
        Assert.Equal("verified", world.All.Subjects[incident]["fact"]);
        return Last(world, incident, "verify").Flag("other-standard");
    }

    private static Outcome Entered(World world, string by, string incident, string of) =>
        world.Send(by, "incident.verify", $$"""{"subject":"{{incident}}",{{Verified[1..]}}""",
            expects: [new Expectation(incident, world.All.Subjects[incident].LastDecision)],
            entered: $$"""{"of":"{{of}}","by":"telephone"}""");
}
