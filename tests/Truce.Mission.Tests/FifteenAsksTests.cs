using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// What users of such systems ask for and nobody does well, one test for each that acts, incidents, movements, messages
/// and the watch touch. docs/asks.md lists them.
/// </summary>
public sealed class FifteenAsksTests
{
    private const string Verified = """{"finding":"verified","standard":"reasonable-grounds"}""";
    private const string Hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    private readonly World _world = new();

    [Fact]
    public void Receipt_by_the_unit_that_matters_and_acknowledged_is_not_approved()
    {
        var movement = Movement("notify-only");
        _world.Add("idf", "movement.receive", movement, """{"recipient":"idf","unit":"Brigade 9"}""");
        _world.After(1).Add("idf", "movement.acknowledge", movement,
            """{"recipient":"idf","unit":"Brigade 9","function":"duty officer"}""");
        Assert.Equal(["force submitted ", "idf acknowledged Brigade 9"], Receipts.Of(_world.All.Subjects[movement])
            .Select(r => $"{r.Recipient} {r.Stage} {r.Step.Word("unit")}").Order());
        Assert.Equal("none", _world.All.Subjects[movement]["decision"]);
        Assert.Equal("it is notified and needs no clearance: no approval exists here",
            _world.Decide("idf", "movement.decide", movement, """{"decision":"approved"}""").Why);
    }

    [Fact]
    public void Approved_then_impeded_says_where_by_whom_how_long_and_whether_it_was_done()
    {
        var movement = Movement("needs-clearance");
        _world.Decide("idf", "movement.decide", movement, """{"decision":"approved"}""");
        _world.Add("agencies", "movement.depart", movement);
        _world.After(World.Hour).Add("agencies", "movement.hold", movement, """{"by":"idf","at-point":"gate"}""");
        _world.After(10 * World.Hour).Add("agencies", "movement.abort", movement, """{"reason":"held"}""");
        var subject = _world.All.Subjects[movement];
        var held = Assert.Single(MovementMachine.Holds(subject, _world.Now));
        Assert.Equal(("idf", "gate", 10 * World.Hour), (held.By, held.At, held.Milliseconds));
        Assert.Equal(("approved", MovementResult.ImpededNotAccomplished),
            (subject["decision"], MovementMachine.ResultOf(subject)));
    }

    [Fact]
    public void Every_denial_has_its_reason_and_authority_and_every_silence_is_an_entry()
    {
        var movement = Movement("needs-clearance");
        Assert.Equal("a denial states its reason, or that none was given, and on whose authority",
            _world.Decide("idf", "movement.decide", movement, """{"decision":"denied"}""").Why);
        _world.Decide("idf", "movement.decide", movement,
            """{"decision":"denied","reason":"not-given","authority":"brigade"}""");
        Assert.Equal(MovementResult.Denied, MovementMachine.ResultOf(_world.All.Subjects[movement]));
        var silent = Movement("needs-clearance");
        Assert.StartsWith("a decision is due by ", _world.Decide("agencies", "movement.no-answer", silent).Why,
            StringComparison.Ordinal);
        _world.After(49 * World.Hour).Decide("agencies", "movement.no-answer", silent);
        Assert.Equal(MovementResult.NoAnswer, MovementMachine.ResultOf(_world.All.Subjects[silent]));
    }

    [Fact]
    public void A_ladder_of_verification_climbed_by_somebody_other_than_the_author()
    {
        var incident = Triaged();
        Assert.Equal("agencies stands with who reported it: somebody apart judges",
            _world.Decide("agencies", "incident.set-out", incident).Why);
        _world.Decide("monitors", "incident.set-out", incident);
        Assert.Equal("say `why` it is unverifiable", _world.Decide("monitors", "incident.verify", incident,
            """{"finding":"unverifiable","standard":"reasonable-grounds"}""").Why);
        _world.Decide("monitors", "incident.verify", incident,
            """{"finding":"unverifiable","standard":"reasonable-grounds","why":"access-denied"}""");
        Assert.Equal("unverifiable", _world.All.Subjects[incident]["fact"]);
        var other = Triaged();
        _world.Decide("monitors", "incident.duplicate", other, $$"""{"duplicate-of":"{{incident}}"}""");
        Assert.Equal("duplicate", _world.All.Subjects[other]["progress"]);
    }

    [Fact]
    public void A_verification_holds_for_the_revision_judged_and_an_edit_reopens_it()
    {
        var incident = Triaged();
        _world.Decide("monitors", "incident.set-out", incident);
        _world.Decide("monitors", "incident.verify", incident, Verified);
        Assert.False(_world.All.Subjects[incident].NeedsReview("fact"));
        _world.Add("agencies", "incident.evidence", incident, $$"""{"evidence":"{{Hash}}","form":"photograph"}""");
        Assert.True(_world.All.Subjects[incident].NeedsReview("fact"));
        _world.Decide("monitors", "incident.verify", incident, Verified);
        Assert.False(_world.All.Subjects[incident].NeedsReview("fact"));
    }

    [Fact]
    public void One_standard_of_proof_is_stated_for_every_side_and_another_is_shown()
    {
        foreach (var alleged in new[] { "force", "idf" })
        {
            var incident = Triaged(alleged);
            _world.Decide("monitors", "incident.set-out", incident);
            Assert.Contains("`standard`", _world.Fault("incident.verify",
                """{"subject":"incident/0000000000000000","finding":"verified"}""", expects: true),
                StringComparison.Ordinal);
            _world.Decide("monitors", "incident.verify", incident,
                """{"finding":"verified","standard":"beyond-reasonable-doubt"}""");
            Assert.True(_world.All.Subjects[incident].Last("verify")!.Value.Flag("other-standard"));
            _world.Decide("monitors", "incident.attribute", incident,
                $$"""{"attribution":"attributed","parties":["{{alleged}}"],"standard":"reasonable-grounds"}""");
            Assert.False(_world.All.Subjects[incident].Last("attribute")!.Value.Flag("other-standard"));
        }
    }

    [Fact]
    public void What_was_done_with_a_finding_is_asked_until_it_is_answered_or_its_silence_is_an_entry()
    {
        var incident = Triaged();
        _world.Decide("monitors", "incident.protest", incident, """{"addressee":"force","asks":["apology"]}""");
        Assert.Contains(_world.All.Dues(), d => d.Due is { What: "answer to protest", Of: "force" });
        _world.After(8 * 24 * World.Hour).Decide("monitors", "incident.unanswered", incident);
        _world.Decide("monitors", "incident.measure", incident, """{"measure":"apology","by":"force"}""");
        Assert.Equal(("measure", "apology"), (_world.All.Subjects[incident]["protest"],
            _world.All.Subjects[incident].Last("measure")!.Value.Word("measure")));
        Assert.Single(_world.All.Subjects[incident].All("unanswered"));
    }

    [Fact]
    public void Denied_access_is_data_and_so_is_a_place_that_is_nobody_s()
    {
        _world.Framework(Frameworks.Curfew);
        var incident = Triaged();
        _world.Add("monitors", "incident.access-denied", incident,
            $$"""{"by":"force","to":"monitors","since":{{World.Start}},"hours":6,"reason":"not-given"}""");
        var denied = Assert.Single(_world.All.Subjects[incident].All("access-denied"));
        Assert.Equal(("force", 6), (denied.Word("by"), denied.Number("hours")));
        _world.Send("agencies", "movement.notify", MovementAct("notify-only").Replace("north", "the strip between",
            StringComparison.Ordinal));
        Assert.Equal(Answered.Outside, _world.All.Labels.Last().Ruling!.Worst);
    }

    [Fact]
    public void What_was_done_offline_comes_late_and_its_conflicts_are_explicit()
    {
        var incident = Triaged();
        var seen = _world.All.Subjects[incident].LastDecision;
        _world.After(48 * World.Hour).Decide("monitors", "incident.set-out", incident);
        var late = _world.Send("observers", "incident.set-out", $$"""{"subject":"{{incident}}"}""",
            at: World.Start + World.Hour, expects: [new(incident, seen)]);
        Assert.Equal((OutcomeKind.Conflicting, $"{incident} was decided on again since, in entry 2"),
            (late.Kind, late.Why));
        _world.Add("observers", "incident.harm", incident,
            """{"source":"clinic","source-kind":"medical","killed-best":2}""", at: World.Start + World.Hour);
        Assert.Equal(OutcomeKind.Applied, _world.Last.Kind);
        Assert.Equal(["report", "triage", "harm", "set-out"], _world.All.Subjects[incident].Steps
            .OrderBy(s => s.OccurredAt).ThenBy(s => s.Entry).Select(s => s.Row.Command));
    }

    [Fact]
    public void No_message_is_lost_in_silence_and_its_sender_sees_how_far_it_came()
    {
        _world.Send("force", "message.send", """{"channel":"hotline","to":["idf","police"],"urgency":"urgent"}""");
        var message = _world.LastSubject;
        _world.Add("idf", "message.receive", message, """{"recipient":"idf","unit":"cell"}""");
        Assert.Equal(["idf received", "police sent"], MessageMachine.Chains(_world.All.Subjects[message])
            .Select(c => $"{c.Recipient} {c.Stage}").Order());
        Assert.Equal(["idf", "police"], _world.All.Dues().Select(d => d.Due.Of).Order());
        _world.Add("idf", "message.reject", message, """{"recipient":"idf","unit":"cell","reason":"no-order"}""");
        Assert.Equal(["police"], _world.All.Dues().Select(d => d.Due.Of));
    }

    [Fact]
    public void The_briefing_is_drafted_from_records_and_names_its_entries()
    {
        _world.Send("force", "watch.open", """{"post":"operations","function":"duty officer"}""");
        var watch = _world.LastSubject;
        var movement = Movement("notify-only");
        _world.After(1).Add("force", "watch.item", watch, """{"item":"convoy 7","kind":"movement","open":true}""");
        var briefing = Briefing.Of(_world.All, _world.All.Subjects[watch], _world.Now);
        Assert.Equal([2], briefing.Items.Select(i => i.Step.Entry));
        Assert.Contains(briefing.Dues, d => d.Subject.Id == movement);
    }

    private string Movement(string mode)
    {
        _world.Send("agencies", "movement.notify", MovementAct(mode));
        return _world.LastSubject;
    }

    private string MovementAct(string mode) => $$"""
        {"mode":"{{mode}}","kind":"convoy","purpose":"food","departure":{{_world.Now + (72 * World.Hour)}},
         "recipients":["force","idf"],"place":["north"]}
        """;

    private string Triaged(string alleged = "force")
    {
        _world.Send("agencies", "incident.report",
            $$"""{"kind":"shooting","source-kinds":["witness"],"alleged":["{{alleged}}"]}""");
        var incident = _world.LastSubject;
        _world.Decide("operator", "incident.triage", incident, """{"triage":"triaged"}""");
        return incident;
    }
}
