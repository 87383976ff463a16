using System.Globalization;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>What reports count, and from which entries.</summary>
public sealed class ReportTests
{
    private const string Incident = """{"kind":"shooting","source-kinds":["witness"],"place":["north"]}""";

    private static Period Ever { get; } = new(long.MinValue, World.Start + (1_000 * World.Hour));

    [Fact]
    public void January_2024_is_counted_as_OCHA_published_it_shares_and_all()
    {
        var world = new World();
        foreach (var (count, result) in new[]
        {
            (10, MovementResult.Facilitated), (2, MovementResult.PartlyFacilitated), (34, MovementResult.Denied),
            (6, MovementResult.Postponed), (9, MovementResult.ImpededNotAccomplished),
        })
        {
            for (var i = 0; i < count; i++)
            {
                MovementTests.Play(world, result);
            }
        }

        var lines = Movements.Of(world.All, Ever).Sections[0].Figures;
        Assert.Equal(
            """
            facilitated 10 16 % of 61
            partly facilitated 2 3 % of 61
            denied 34 56 % of 61
            postponed 6 10 % of 61
            impeded, accomplished 0 0 % of 61
            impeded, not accomplished 9 15 % of 61
            withdrawn 0 0 % of 61
            without answer 0 0 % of 61
            attempts 61
            """.ReplaceLineEndings("\n"),
            string.Join('\n', lines.Select(l => $"{l.Label} {l.Value} {l.Note}".TrimEnd())));
        Assert.Equal(61, lines[^1].Entries.Length);
        Assert.Equal(["idf: not-given 34"], Rows(Movements.Of(world.All, Ever), "Denials"));
        Assert.Equal("approved 21 34 % of 61", Rows(Movements.Of(world.All, Ever), "Decisions")[0]);
    }

    [Fact]
    public void A_hold_that_two_report_is_no_longer_for_it()
    {
        var world = new World();
        var movement = Movement(world);
        world.After(World.Hour).Add("agencies", "movement.hold", movement,
            $$"""{"by":"idf","at-point":"line-1","since":{{World.Start + (World.Hour / 2)}}}""");
        world.After(World.Hour / 2).Add("un", "movement.hold", movement,
            $$"""{"by":"idf","at-point":"line-1","since":{{World.Start + (World.Hour / 2)}}}""");
        world.After(World.Hour).Add("agencies", "movement.resume", movement);
        Assert.Equal(["idf, line-1 2.0 2 holds"], Rows(Movements.Of(world.All, Ever), "Hours held"));
        Assert.Equal(["idf: held (reason not stated) 2"], Rows(Movements.Of(world.All, Ever), "Impediments"));
    }

    [Fact]
    public void Silence_after_departure_and_a_decision_that_is_overdue_are_lines_of_their_own()
    {
        var world = new World();
        Movement(world, "needs-clearance");
        var before = Movements.Of(world.All, new Period(long.MinValue, World.Start + World.Hour));
        Assert.Empty(before.Sections[0].Figures[^1].Entries); // it departs later than that period
        Assert.Contains("notified in the period, to depart outside of it 1 in no other line of this report",
            Rows(before, "Notice"));
        var late = Movements.Of(world.All, Ever);
        Assert.Contains("no word since the time of departure 1 100 % of 1", Rows(late, "What became"));
        Assert.Contains("no decision, the deadline has passed 1 100 % of 1", Rows(late, "Decisions"));
        Assert.Equal(Mark.Overdue, late.Sections[0].Figures[^2].Mark);
    }

    [Fact]
    public void Of_each_source_its_last_word_counts_and_sources_are_never_added_up()
    {
        var world = new World();
        world.Send("agencies", "incident.report", Incident);
        var incident = world.LastSubject;
        Harm(world, "ministry", """ "killed-best":3,"killed-high":5""");
        world.After(World.Hour);
        Harm(world, "ministry", """ "killed-best":4,"killed-high":6""");
        Harm(world, "army", """ "killed-best":1""");
        Harm(world, "press", """ "killed-best":9""");
        world.Add("agencies", "incident.correction", incident,
            $$"""{"corrects":"{{world.Entries[^1].Received.Hash}}","retracts":true}""");

        var report = Truce.Mission.Harm.Of(world.All, Ever);
        Assert.Equal(["army, by the word of agencies: killed 1", "ministry, by the word of agencies: killed 4"],
            Rows(report, "By source").Where(r => r.Contains("killed", StringComparison.Ordinal))
                .Select(r => r.Split(" in 1 ")[0]));
        var total = report.Sections[0].Figures.Single(f => f.Label == "killed, in incidents that are not verified");
        Assert.Equal((null, 1L, 6L, Mark.Disputed), (total.Value, total.Low, total.High, total.Mark));
        Assert.Equal([2L, 3L], total.Entries);

        void Harm(World w, string source, string numbers) => w.Add("agencies", "incident.harm", incident,
            $$"""{"source":"{{source}}","source-kind":"medical",{{numbers}}}""");
    }

    [Fact]
    public void A_duplicate_counts_with_the_incident_that_stands_for_it()
    {
        var world = new World();
        world.Send("agencies", "incident.report", Incident);
        var first = world.LastSubject;
        world.After(1).Send("un", "incident.report", Incident);
        world.Decide("monitors", "incident.duplicate", world.LastSubject, $$"""{"duplicate-of":"{{first}}"}""");
        world.Send("un", "incident.report", Incident);
        world.Decide("monitors", "incident.triage", world.LastSubject, """{"triage":"out-of-scope"}""");
        var report = Incidents.Of(world.All, Ever);
        Assert.Equal(
            ["of incidents that count 1 1 of them wait for triage", "duplicates, counted with another 1",
                "out of scope, by triage 1", "reports 3"],
            Rows(report, "Reports"));
        Assert.Equal("incidents 1", Rows(report, "Did it happen")[^1]);
    }

    [Fact]
    public void What_its_author_continues_for_others_counts_once_and_nobody_hides_another_s()
    {
        var world = new World();
        world.Send("agencies", "incident.report", Incident, Audience.Of("agencies", "un").Required());
        var own = world.LastSubject;
        world.After(1).Send("agencies", "incident.report", Continuing(own));
        Assert.Equal(own, world.All.Subjects[world.LastSubject].Continues);
        var report = Incidents.Of(world.All, Ever);
        Assert.Equal("incidents 1", Rows(report, "Did it happen")[^1]);
        Assert.Contains("continued for other readers, and counted there alone 1", Rows(report, "Reports"));
        Assert.Equal("incidents 1", Rows(Incidents.Of(world.Public(), Ever), "Did it happen")[^1]);

        world.After(1).Send("force", "incident.report", Continuing(world.LastSubject));
        Assert.Equal("incidents 2", Rows(Incidents.Of(world.All, Ever), "Did it happen")[^1]);

        // Nor do two for whom one organisation enters, nor two organisations that enter for one.
        const string Village = """{"by":"paper","of":"village"}""";
        const string Town = """{"by":"paper","of":"town"}""";
        world.After(1).Send("un", "incident.report", Incident, entered: Village);
        world.After(1).Send("un", "incident.report", Continuing(world.LastSubject), entered: Town);
        Assert.Equal("incidents 4", Rows(Incidents.Of(world.All, Ever), "Did it happen")[^1]);
        world.After(1).Send("force", "incident.report", Continuing(world.LastSubject), entered: Town);
        Assert.Equal("incidents 5", Rows(Incidents.Of(world.All, Ever), "Did it happen")[^1]);

        static string Continuing(string id) =>
            Incident.Replace("{", $$"""{"continues":"{{id}}",""", StringComparison.Ordinal);
    }

    [Fact]
    public void Times_are_medians_to_the_first_decision_and_reasons_why_not_verified_are_shares_of_the_findings()
    {
        var world = new World();
        foreach (var hours in new[] { 1, 4 })
        {
            world.Send("agencies", "incident.report", Incident);
            var incident = world.LastSubject;
            world.After(hours * World.Hour).Decide("monitors", "incident.triage", incident, """{"triage":"triaged"}""");
            world.Decide("monitors", "incident.set-out", incident);
            world.Add("monitors", "incident.access-denied", incident,
                $$"""{"by":"idf","since":{{world.Now}},"hours":2}""");
            world.After(World.Hour).Decide("monitors", "incident.verify", incident, hours == 1
                ? """{"finding":"verified","standard":"reasonable-grounds"}"""
                : """{"finding":"unverifiable","why":"access-denied","standard":"clear-and-convincing"}""");
        }

        var report = Incidents.Of(world.All, Ever);
        Assert.Equal("median time to triage 2.5 of 2 incidents, 1.0 to 4.0 hours", Rows(report, "How long")[0]);
        Assert.Equal("median time to the first finding 3.5 of 2 incidents, 2.0 to 5.0 hours",
            Rows(report, "How long")[2]);
        Assert.Equal("access-denied 1 50 % of 2", Rows(report, "Not verifiable")[0]);
        Assert.Equal(["idf 2 4.0 hours stated"], Rows(report, "Access denied"));
        var equal = EqualTreatment.Of(world.All, Ever);
        Assert.Equal(["Reported by: agencies", "Alleged: nobody is alleged", "Standards of proof used"],
            equal.Sections.Select(s => s.Title));
        Assert.Contains(equal.Sections[0].Figures, f => f is
        {
            Label: "standard: verify: clear-and-convincing (not the mission's)",
            Mark: Mark.Disputed,
        });
    }

    [Fact]
    public void What_was_hit_stands_with_the_receipts_of_its_notice()
    {
        var world = new World();
        var movement = Movement(world);
        world.Add("idf", "movement.receive", movement, """{"recipient":"idf","unit":"cell"}""");
        world.After(World.Hour).Send("agencies", "incident.report",
            Incident.Replace("{", $$"""{"object":"{{movement}}",""", StringComparison.Ordinal));
        var hit = Movements.Of(world.All, Ever).Sections.Single(s => s.Title == "Notified movements hit").Figures;
        Assert.Equal(
            ["shooting, a movement: its notice was received before, reported 1", "notified objects that were hit 1"],
            hit.Select(Row));
        Assert.Equal([1L, 2L], hit[0].Entries);
        Assert.Equal(Mark.Unverified, hit[0].Mark);
    }

    [Fact]
    public void The_relief_page_says_what_is_held_whose_word_it_is_and_whom_to_call()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew.Replace(
            "force: {is: command,", "force: {is: command, channel: \"hotline 1\",", StringComparison.Ordinal)
            .Replace("movement: [move-aid]", "movement: [patrol]", StringComparison.Ordinal));
        world.After(1).Send("force", "watch.open", """{"post":"operations","function":"duty officer"}""");
        var watch = world.LastSubject;
        world.Add("force", "watch.item", watch, """{"item":"gate 2","kind":"order","open":true,"owner":"liaison"}""");
        world.After(1);
        var movement = Movement(world);
        world.After(World.Hour).Add("agencies", "movement.hold", movement, """{"by":"idf","at-point":"line-1"}""");
        world.Send("force", "message.send",
            """{"channel":"hotline","to":["idf"],"urgency":"urgent","kind":"convoy-held"}""");
        world.After(World.Hour);

        var page = WatchPage.Of(world.All, WatchPage.Open(world.All)[0], new Period(0, world.Now));
        Assert.True(page.HasRulings);
        var held = Rows(page, $"Held now: {movement}");
        Assert.StartsWith("held for 1 h 0 min since 2025-10-10 13:00Z, at line-1", held[0], StringComparison.Ordinal);
        Assert.Contains("whose word force patrol, north: not-granted", held);
        Assert.Contains("call force hotline 1 acknowledgement is due; has the last word (patrol)", held);
        Assert.Equal(["gate 2 liaison order"], Rows(page, "Open items of operations"));
        Assert.StartsWith(
            "idf: convoy-held, message/", Rows(page, "Messages that nobody")[0], StringComparison.Ordinal);
        Assert.Contains(page.Marked(Mark.Overdue), f =>
            f.Label.EndsWith("acknowledgement, idf", StringComparison.Ordinal));
        Assert.Contains(Rows(page, "What came since"), r =>
            r.StartsWith($"{movement} notify, hold", StringComparison.Ordinal));
    }

    private static string[] Rows(Report report, string title) =>
        [.. report.Sections.Single(s => s.Title.StartsWith(title, StringComparison.Ordinal)).Figures.Select(Row)];

    private static string Row(Figure f) => $"{f.Label} {f.Value} {f.Note}".TrimEnd();

    private static string Movement(World world, string mode = "notify-only")
    {
        world.Send("agencies", "movement.notify", string.Create(CultureInfo.InvariantCulture, $$"""
            {"mode":"{{mode}}","kind":"convoy","purpose":"food","departure":{{world.Now + (2 * World.Hour)}},
             "recipients":["idf","force"],"place":["north"]}
            """));
        return world.LastSubject;
    }
}
