using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// A party with keys of its own, among a subject's readers: what it says is kept and shown as its word, and it ends,
/// empties or decides nothing that is another's, whatever date it writes and whoever it says it speaks for.
/// </summary>
public sealed class HostilePartyTests
{
    private const string Convoy = """
        {"mode":"needs-clearance","kind":"convoy","purpose":"food","departure":1760270400000,"place":["north"],
         "recipients":["idf","force"]}
        """;

    private const string Shooting = """{"kind":"shooting","source-kinds":["witness"],"alleged":["idf"]}""";

    private const string Ack = """{"recipient":"idf","unit":"desk 2","function":"shift officer"}""";

    private static readonly long Ahead = Act.TimeMaxMilliseconds - 1;

    [Theory]
    [InlineData("withdraw", """{"reason":"logistics"}""")]
    [InlineData("postpone", """{"reason":"own"}""")]
    [InlineData("depart", "{}")]
    public void Nobody_withdraws_puts_off_or_begins_what_another_notified(string command, string act)
    {
        var world = new World();
        world.Send("agencies", "movement.notify", Convoy);
        var movement = world.LastSubject;
        var outcome = world.After(1).Add("idf", $"movement.{command}", movement, act);
        Assert.Equal((OutcomeKind.Applied, "idf says it of what agencies opened: it is shown, and moves nothing"),
            (outcome.Kind, outcome.Why));
        Assert.Equal("scheduled", world.All.Subjects[movement]["movement"]);
        Assert.Equal(3, world.All.Dues().Count());
        world.Decide("idf", "movement.decide", movement,
            """{"decision":"denied","reason":"security","authority":"idf"}""");
        Assert.Equal(MovementResult.Denied, MovementMachine.ResultOf(world.All.Subjects[movement]));
        Assert.Null(world.After(1).Add("agencies", $"movement.{command}", movement, act).Why);
        Assert.NotEqual("scheduled", world.All.Subjects[movement]["movement"]);
    }

    [Fact]
    public void A_hazard_that_somebody_else_calls_cleared_is_shown_so_and_met_all_the_same()
    {
        var world = new World();
        world.Send("agencies", "hazard.state",
            """{"kind":"mines","confidence":"confirmed","source":"clinic","cells":["0:0"]}""");
        var hazard = world.LastSubject;
        bool IsMet()
        {
            world.After(1).Send("force", "plan.state", """{"kind":"patrol","cells":["0:0"]}""");
            return world.All.Subjects[world.LastSubject].Opening.Words("meets").Contains(hazard);
        }

        foreach (var (author, command, state, isMet) in new[]
        {
            ("idf", "clear", "cleared", true), ("force", "clear", "cleared", true),
            ("agencies", "clear", "cleared", false), ("force", "confirm", "confirmed", true),
            ("idf", "discredit", "discredited", true), ("agencies", "discredit", "discredited", false),
        })
        {
            world.After(1).Add(author, $"hazard.{command}", hazard, """{"source":"team 4"}""");
            Assert.Equal(state, world.All.Subjects[hazard]["state"]);
            Assert.Equal(isMet, IsMet());
        }

        world.After(1).Add("agencies", "hazard.confirm", hazard, """{"source":"team 4"}""");
        var act = $$"""{"subject":"{{hazard}}","source":"team 4"}""";
        world.After(1).Send("idf", "hazard.clear", act, entered: """{"of":"agencies","by":"telephone"}""");
        Assert.False(IsMet()); // the word of agencies, as entered by idf
        var cleared = world.Entries[^2].Received.Hash;
        world.After(1).Send("agencies", "confirmation.state",
            $$"""{"about":"{{hazard}}","statement":"{{cleared}}","word":"denies"}""");
        Assert.True(IsMet());
    }

    [Fact]
    public void Whoever_was_not_asked_neither_clears_nor_denies()
    {
        var world = new World();
        world.Send("agencies", "movement.notify", Convoy);
        var movement = world.LastSubject;
        foreach (var author in new[] { "militia", "agencies" })
        {
            Assert.Equal("it was notified to idf, force: one of them decides, or whom the framework names",
                world.After(1).Decide(author, "movement.decide", movement,
                    """{"decision":"denied","reason":"security","authority":"idf"}""").Why);
            Assert.Equal("none", world.All.Subjects[movement]["decision"]);
        }

        world.After(1).Send("agencies", "movement.decide",
            $$"""{"subject":"{{movement}}","decision":"approved"}""", expects: [new Expectation(movement, null)],
            entered: """{"of":"idf","by":"telephone"}""");
        Assert.Equal("approved", world.All.Subjects[movement]["decision"]); // idf's word, shown as entered by agencies
    }

    [Fact]
    public void Testimony_is_not_public_without_the_consent_of_whoever_gave_it()
    {
        var world = new World();
        world.Send("agencies", "incident.report", Shooting);
        var open = world.Attach([1, 2, 3]);
        var statement = world.Entries[0].Received.Statement with { Type = "incident.evidence" };
        string? Fault(Attached attached, string? consent) => Mission.FormFault(statement with
        {
            Attached = [attached],
            Act = CanonicalJson.Parse(System.Text.Encoding.UTF8.GetBytes($$"""
                {"subject":"{{world.LastSubject}}","form":"testimony","evidence":"{{attached.Commit}}"{{(consent is null
                    ? "" : $",\"consent\":\"{consent}\"")}}}
                """)).Required(),
        });

        Assert.StartsWith("testimony says what its witness allows", Fault(open, null), StringComparison.Ordinal);
        Assert.StartsWith("testimony would be public", Fault(open, "to-share"), StringComparison.Ordinal);
        Assert.Null(Fault(open, "to-publish"));
        Assert.Null(Fault(open with { CiphertextHash = Digest.Of([4]) }, "none"));
    }

    [Fact]
    public void Who_holds_a_convoy_does_not_say_that_it_went_on_and_arrived()
    {
        var world = new World();
        world.Send("agencies", "movement.notify", Convoy);
        var movement = world.LastSubject;
        world.After(1).Add("agencies", "movement.depart", movement);
        world.After(1).Add("force", "movement.hold", movement, """{"by":"idf"}"""); // anybody may say that
        world.After(1).Add("idf", "movement.resume", movement);
        world.After(1).Add("idf", "movement.complete", movement, at: Ahead);
        Assert.Equal("holding", world.All.Subjects[movement]["movement"]);
        Assert.Equal("idf", MovementMachine.HeldNow(world.All.Subjects[movement], world.Now)!.Value.By);
        Assert.Equal(["resume", "complete"],
            world.All.Subjects[movement].Steps.Where(s => s.IsOutOfPlace).Select(s => s.Row.Command));
    }

    [Fact]
    public void Whoever_ends_it_in_anothers_name_ends_it_until_that_one_denies_it()
    {
        var world = new World();
        world.Send("agencies", "movement.notify", Convoy);
        var movement = world.LastSubject;
        world.After(1).Send("idf", "movement.withdraw", $$"""{"subject":"{{movement}}","reason":"logistics"}""",
            entered: """{"of":"agencies","by":"telephone"}""");
        Assert.Equal("withdrawn", world.All.Subjects[movement]["movement"]); // as entered by idf: it is shown so
        var statement = world.Entries[^1].Received.Hash;
        world.After(1).Send("agencies", "confirmation.state",
            $$"""{"about":"{{movement}}","statement":"{{statement}}","word":"denies"}""");
        Assert.Null(world.Last.Why);
        Assert.Equal("scheduled", world.All.Subjects[movement]["movement"]);
        var restored = world.Mission.Begin();
        restored.Load(world.All.Save());
        Assert.Equal(world.All.Shown(), restored.Shown());
        Assert.Equal("scheduled", world.Folded(_ => true, [0, 2, 1]).Subjects[movement]["movement"]);
    }

    [Fact]
    public void An_acknowledgement_that_was_entered_for_somebody_counts_until_he_denies_it()
    {
        var world = new World();
        world.Send("agencies", "message.send", """{"channel":"hotline","to":["idf"],"urgency":"urgent"}""");
        var message = world.LastSubject;
        world.After(1).Send("agencies", "message.acknowledge", $$"""{"subject":"{{message}}",{{Ack[1..]}}""",
            entered: """{"of":"idf","by":"telephone"}""");
        Assert.Empty(world.All.Dues());
        var statement = world.Entries[^1].Received.Hash;
        string Says(string word) => $$"""{"about":"{{message}}","statement":"{{statement}}","word":"{{word}}"}""";
        world.After(1).Send("agencies", "confirmation.state", Says("denies")); // his alone counts
        Assert.Empty(world.All.Dues());
        world.After(1).Send("idf", "confirmation.state", Says("denies"));
        Assert.Equal(["idf"], world.All.Dues().Select(d => d.Due.Of));
        Assert.Equal("sent", MessageMachine.StageOf(world.All.Subjects[message]));
        world.After(1).Send("idf", "confirmation.state", Says("confirms"));
        Assert.Empty(world.All.Dues());
    }

    [Fact]
    public void An_addressee_neither_closes_a_message_nor_gains_time_by_raising_it()
    {
        var world = new World();
        world.Send("agencies", "message.send", """{"channel":"hotline","to":["idf"],"urgency":"urgent"}""");
        var message = world.LastSubject;
        var due = world.All.Dues().Single().Due.AtMilliseconds;
        foreach (var at in new[] { World.Start + 60_000, Ahead })
        {
            world.After(60_000).Add("idf", "message.escalate", message, """{"level":"second","to":["idf"]}""", at: at);
            Assert.Equal(due, world.All.Dues().Single().Due.AtMilliseconds);
        }

        world.After(60_000).Add("idf", "message.close", message, """{"result":"done"}""");
        Assert.Equal("idf is an addressee, and ends no wait for itself: acknowledge, act or reject", world.Last.Why);
        Assert.Single(MessageMachine.Open(world.All));
        Assert.Equal(due, world.All.Dues().Single().Due.AtMilliseconds);
        world.Add("agencies", "message.escalate", message, """{"level":"third","to":["idf"]}""", at: Ahead);
        Assert.Equal(world.Now + (5 * 60_000), world.All.Dues().Single().Due.AtMilliseconds);
    }

    [Fact]
    public void Nobody_is_late_before_he_could_read_it()
    {
        var world = new World();
        world.Send("idf", "message.send", """{"channel":"hotline","to":["agencies"],"urgency":"urgent"}""",
            at: World.Start - (24 * World.Hour));
        Assert.Equal([world.Now + (5 * 60_000)], world.All.Dues().Select(d => d.Due.AtMilliseconds));
    }

    [Fact]
    public void A_protest_whose_date_had_passed_gives_the_missions_time()
    {
        var world = new World();
        world.Send("agencies", "incident.report", Shooting);
        var incident = world.LastSubject;
        world.Decide("agencies", "incident.protest", incident, """{"addressee":"idf","due":1}""");
        Assert.Equal(OutcomeKind.Applied, world.Last.Kind);
        Assert.StartsWith("the answer is due by ",
            world.After(1).Decide("agencies", "incident.unanswered", incident).Why, StringComparison.Ordinal);
        world.After(8 * 24 * World.Hour);
        Assert.Equal(OutcomeKind.Applied, world.Decide("agencies", "incident.unanswered", incident).Kind);
    }

    [Fact]
    public void An_answer_is_late_when_it_comes_late_whatever_date_it_bears()
    {
        var world = new World();
        world.Send("agencies", "incident.report", Shooting);
        var incident = world.LastSubject;
        world.Decide("agencies", "incident.protest", incident, """{"addressee":"idf"}""");
        world.After(30 * 24 * World.Hour).Send("idf", "incident.answer",
            $$"""{"subject":"{{incident}}","answer":"reject"}""", at: World.Start + 1,
            expects: [new Expectation(incident, world.All.Subjects[incident].LastDecision)]);
        Assert.Equal("answered", world.All.Subjects[incident]["protest"]);
        Assert.True(world.All.Subjects[incident].Last("answer")!.Value.Flag("late"));
    }

    [Fact]
    public void What_is_dated_ahead_is_no_last_word_for_ever()
    {
        var world = new World();
        world.Send("agencies", "crossing.list", """{"crossing":"gate 3"}""");
        var crossing = world.LastSubject;
        Assert.Equal("it is dated after it came: it counts from 2025-10-10T12:00:00Z, when it was received",
            world.Add("idf", "crossing.state", crossing, """{"status":"closed","source":"idf"}""", at: Ahead).Why);
        Assert.Equal("closed", world.All.Subjects[crossing]["status"]);
        world.After(World.Hour).Add("agencies", "crossing.state", crossing, """{"status":"open","source":"un"}""");
        Assert.Equal("open", world.All.Subjects[crossing]["status"]);
        Assert.Equal(World.Start, world.All.Subjects[crossing].All("state").First().OccurredAt);
        Assert.Null(world.Add("agencies", "crossing.state", crossing, """{"status":"open","source":"un"}""",
            at: world.Now + (5 * 60_000)).Why); // a clock that is a little ahead is no matter
    }

    [Fact]
    public void Sites_plans_and_detentions_are_ended_by_whose_they_are()
    {
        var world = new World();
        (string Open, string Act, string Axis, string[] Steps)[] all =
        [
            ("site.notify", """{"kind":"clinic","recipients":["idf"]}""", "notice",
                ["withdraw {\"reason\":\"closed\"}"]),
            ("plan.state", """{"kind":"patrol"}""", "state", ["begin {}", "end {}", "cancel {}"]),
            ("detention.report", """{"ground":"security","held":12,"hours-max":4}""", "custody",
                ["count {\"held\":0,\"hours-max\":4}", "end {\"released\":12,\"transferred\":0}"]),
            ("count.open", """{"indicator":"fuel","unit":"l","of":"fuel"}""", "state", ["close {}"]),
        ];
        foreach (var (open, act, axis, steps) in all)
        {
            world.After(1).Send("agencies", open, act);
            var subject = world.LastSubject;
            var state = world.All.Subjects[subject][axis];
            foreach (var step in steps)
            {
                var at = step.IndexOf(' ', StringComparison.Ordinal);
                var type = $"{open.Split('.')[0]}.{step[..at]}";
                Assert.EndsWith("it is shown, and moves nothing",
                    world.After(1).Add("idf", type, subject, step[(at + 1)..]).Why, StringComparison.Ordinal);
                Assert.Equal(state, world.All.Subjects[subject][axis]);
            }
        }

        var report = SituationReport.Of(world.All, new Period(0, long.MaxValue));
        Assert.Equal("12", report.Sections.SelectMany(s => s.Figures).Single(f => f.Label == "held now").Value);
        var site = world.All.Of("site").Single().Id;
        var due = world.All.Dues().Single(d => d.Due.What == "revalidation").Due.AtMilliseconds;
        world.After(World.Hour).Add("idf", "site.revalidate", site, at: Ahead);
        Assert.Equal(due, world.All.Dues().Single(d => d.Due.What == "revalidation").Due.AtMilliseconds);
    }

    [Fact]
    public void Whoever_lost_the_last_word_does_not_have_it_again_by_an_old_date()
    {
        var world = new World();
        Outcome Revise(string author, string yaml, long at, long? from = null)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(yaml);
            var attached = world.Attach(bytes);
            return world.Send(author, "framework.revise",
                $$"""{"framework":"{{Digest.Of(bytes)}}","body":"{{attached.Commit}}","from":{{from ?? at}}}""", at: at,
                attached: [attached], role: author == "operator" ? EnrolledKey.OperatorRole : "liaison");
        }

        world.Framework(Frameworks.Curfew);
        world.After(World.Hour);
        Assert.Equal(OutcomeKind.Applied, Revise("committee", Frameworks.Curfew
            .Replace("final: committee", "final: agencies", StringComparison.Ordinal), world.Now).Kind);
        var stands = world.All.FrameworkAt(world.Now);
        world.After(World.Hour);
        Assert.Equal("agencies may revise-framework, by the framework in force when it was received",
            Revise("committee", Frameworks.Curfew, World.Start + 1, world.Now).Why);
        Assert.StartsWith("a framework is in force, and it is dated before any was",
            Revise("operator", Frameworks.Curfew, World.Start - World.Hour, world.Now).Why, StringComparison.Ordinal);
        Assert.Equal("agencies may revise-framework, by the framework in force when it was received",
            world.Send("committee", "terms.declare",
                """{"term":"protest-answer","minutes":1,"source":"us"}""", at: World.Start + 1).Why);
        Assert.Equal(stands, world.All.FrameworkAt(world.Now));
        Assert.Equal(OutcomeKind.Applied,
            Revise("agencies", Frameworks.Curfew + "\n# once more\n", world.Now).Kind);
    }

    [Fact]
    public void Two_reports_with_one_id_are_read_as_the_one_that_opened_it()
    {
        // Half a hash is an id: who computes for long makes two of his own that share it.
        var world = new World();
        world.Send("idf", "incident.report", """{"kind":"shooting","source-kinds":["party"],"alleged":["force"]}""");
        var (received, outcome) = world.Entries[0];
        var fold = world.Mission.Begin();
        fold.Take(received, outcome);
        fold.Take(received with
        {
            Index = 1,
            Statement = received.Statement with { OccurredAt = 1, Audience = Audience.Of("idf", "un").Required() },
        }, outcome);
        var incident = fold.Of("incident").Single();
        Assert.Equal((0L, World.Start), (incident.OpenedBy, incident.Opening.OccurredAt));
    }
}
