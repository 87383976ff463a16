using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Movements: notice, decision and movement are three things; what became of them adds up as published.
/// </summary>
public sealed class MovementTests
{
    private const string Convoy = """
        {"mode":"MODE","kind":"convoy","purpose":"food","departure":DEPARTS,"recipients":["idf","force"],
         "place":["north"]}
        """;

    /// <summary>
    /// OCHA's published figures: how many were planned or attempted, and for each category how many and the published
    /// share. Where shares alone are published, the counts are the whole numbers nearest to them that make the total.
    /// </summary>
    public static TheoryData<string, int, string> Published => new()
    {
        {
            "January 2024, north Gaza", 61,
            "10 facilitated 16%, 2 partly 3%, 34 denied 56%, 6 postponed 10%, 9 impeded 15%"
        },
        { "a week of September 2025", 89, "53 facilitated 59%, 23 impeded 26%, 7 denied 8%, 6 withdrawn 7%" },
        { "the 23 impeded of that week", 23, "5 impeded-accomplished, 18 impeded-not-accomplished" },
        { "October 2024", 285, "140 denied 49%, 86 facilitated 30%, 48 impeded 17%, 11 withdrawn 4%" },
        // One was held up for ten hours before its clearance; of the eighth nothing is published: both stay open.
        { "November 2025", 8, "2 facilitated, 4 impeded, 2 open" },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Played_through_the_machine_the_published_categories_add_up(string table, int total, string published)
    {
        var world = new World();
        var rows = published.Split(", ").Select(r => r.Split(' ')).ToArray();
        foreach (var row in rows)
        {
            var results = Enum.GetValues<MovementResult>().Where(r => Named(r, row[1])).ToArray();
            for (var i = 0; i < Number(row[0]); i++)
            {
                Play(world, results[i % results.Length]);
            }
        }

        var all = world.All.Of("movement").Select(MovementMachine.ResultOf).ToArray();
        Assert.True(total == all.Length, table);
        foreach (var row in rows)
        {
            var count = all.Count(r => Named(r, row[1]));
            Assert.Equal(Number(row[0]), count);
            Assert.True(row.Length < 3 || Math.Abs((100.0 * count / total) - Share(row)) < 1, string.Join(' ', row));
        }

        Assert.True(rows[0].Length < 3 || rows.Sum(Share) == 100);
        Assert.Equal(total, rows.Sum(r => all.Count(x => Named(x, r[1])))); // each movement is in one category
    }

    private static int Share(string[] row) => Number(row[2].TrimEnd('%'));

    private static bool Named(MovementResult result, string category) => result switch
    {
        MovementResult.PartlyFacilitated => category == "partly",
        MovementResult.ImpededAccomplished => category is "impeded" or "impeded-accomplished",
        MovementResult.ImpededNotAccomplished => category is "impeded" or "impeded-not-accomplished",
        _ => result.ToString().Equals(category, StringComparison.OrdinalIgnoreCase),
    };

    [Fact]
    public void Where_no_clearance_is_needed_no_approval_exists()
    {
        var world = new World();
        var movement = Notify(world, MovementMachine.NotifyOnly);
        Assert.Equal("it is notified and needs no clearance: no approval exists here",
            world.Decide("idf", "movement.decide", movement, """{"decision":"approved"}""").Why);
        Assert.Equal("it was not addressed to police", world.Add("police", "movement.receive", movement,
            """{"recipient":"police","unit":"x"}""").Why);
        Assert.Equal(OutcomeKind.Applied, world.Last.Kind); // it is kept and shown
        Assert.Empty(Receipts.Knew(world.All.Subjects[movement], world.Now));
    }

    [Fact]
    public void Receipt_by_named_units_and_silence_are_shown_and_late_notice_is_accepted()
    {
        var world = new World();
        var movement = Notify(world, MovementMachine.NotifyOnly, leadHours: 3);
        Assert.Equal(OutcomeKind.Applied, world.Last.Kind);
        Assert.True(world.All.Subjects[movement].Opening.Flag("late"));
        world.Add("idf", "movement.receive", movement, """{"recipient":"idf","unit":"liaison cell"}""");
        Assert.Equal(["force submitted", "idf received"],
            Receipts.Of(world.All.Subjects[movement]).Select(r => $"{r.Recipient} {r.Stage}").Order());
        Assert.Equal(["idf liaison cell"],
            Receipts.Knew(world.All.Subjects[movement], world.Now).Select(k => $"{k.Recipient} {k.Unit}"));
        Assert.Equal(["force", "idf"], world.All.Dues().Select(d => d.Due.Of).Order());
    }

    [Fact]
    public void What_a_team_that_was_offline_for_two_days_says_late_takes_its_place_or_is_shown_as_contradicting()
    {
        var world = new World();
        var movement = Notify(world, MovementMachine.NotifyOnly);
        void Say(string author, long hours, string command, string act = "{}") =>
            world.Add(author, $"movement.{command}", movement, act, at: World.Start + (hours * World.Hour));
        world.After(48 * World.Hour);
        Say("agencies", 1, "depart");
        world.Send("force", "movement.complete", $$"""{"subject":"{{movement}}"}""",
            at: World.Start + (12 * World.Hour),
            entered: """{"of":"agencies","by":"radio"}"""); // before the team is back
        Assert.Equal(MovementResult.Facilitated, MovementMachine.ResultOf(world.All.Subjects[movement]));
        Say("agencies", 3, "hold", """{"by":"idf","at-point":"gate"}""");
        Assert.Null(world.Last.Why); // it came after the end, and happened before
        Say("agencies", 8, "resume");
        Assert.Null(world.Last.Why);
        Assert.Equal(MovementResult.ImpededAccomplished, MovementMachine.ResultOf(world.All.Subjects[movement]));
        Assert.Equal([5 * World.Hour], MovementMachine.Holds(world.All.Subjects[movement], world.Now)
            .Select(h => h.Milliseconds));

        Say("agencies", 9, "resume");
        Assert.Equal("by the word before it its movement is underway: it is not held", world.Last.Why);
        Say("agencies", 11, "abort", """{"reason":"held"}""");
        var subject = world.All.Subjects[movement];
        Assert.Equal("aborted", subject["movement"]); // what contradicts it, though it came first, is shown so
        Assert.Equal(["resume", "complete"], subject.Steps.Where(s => s.IsOutOfPlace).Select(s => s.Row.Command));
    }

    [Fact]
    public void A_hold_says_where_by_whom_and_for_how_long()
    {
        var world = new World();
        var movement = Notify(world, MovementMachine.NotifyOnly);
        world.Add("agencies", "movement.depart", movement);
        world.After(World.Hour).Add("agencies", "movement.hold", movement,
            """{"by":"idf","at-point":"checkpoint on line-1","reason":"not-given"}""");
        Assert.Equal("holding", world.All.Subjects[movement]["movement"]);
        world.After(10 * World.Hour).Add("agencies", "movement.resume", movement);
        world.After(World.Hour).Add("agencies", "movement.complete", movement);
        var held = MovementMachine.Holds(world.All.Subjects[movement], world.Now).Single();
        Assert.Equal(("idf", "checkpoint on line-1", 10 * World.Hour), (held.By, held.At, held.Milliseconds));
        Assert.Equal(MovementResult.ImpededAccomplished, MovementMachine.ResultOf(world.All.Subjects[movement]));
    }

    [Fact]
    public void A_movement_meets_what_its_readers_may_read_and_nothing_else()
    {
        var world = new World();
        var owner = Audience.Of("agencies", "un").Required();
        world.Send("agencies", "movement.notify", Cells("food"), owner);
        var hidden = world.LastSubject;
        world.Send("force", "plan.state", """
            {"kind":"patrol","cells":["0:0"],"at":{"from":1760100000000,"to":1760110000000}}
            """);
        Assert.Null(world.All.Subjects[world.LastSubject].Opening.Word("meets"));
        Assert.Empty(world.All.Subjects[world.LastSubject].Opening.Words("meets"));
        Assert.Equal("aware", world.All.Subjects[world.LastSubject]["awareness"]);
        var plan = world.LastSubject;

        world.Send("un", "movement.notify", Cells("water"), owner);
        Assert.Equal([hidden, plan], world.All.Subjects[world.LastSubject].Opening.Words("meets").Order());

        world.Send("force", "plan.state", """
            {"kind":"patrol","cells":["0:0"],"at":{"from":1760100000000,"to":1760110000000}}
            """);
        Assert.Equal(OutcomeKind.Applied, world.Last.Kind);
        Assert.Equal("conflicting", world.All.Subjects[world.LastSubject]["awareness"]);
        Assert.Equal([plan], world.All.Subjects[world.LastSubject].Opening.Words("unaware-of"));
        var second = world.LastSubject;
        world.Decide("force", "plan.awareness", second, $$"""{"aware-of":["{{plan}}"]}""");
        Assert.Equal("aware", world.All.Subjects[second]["awareness"]);
    }

    [Fact]
    public void What_comes_back_from_over_is_met_again_and_a_snapshot_meets_the_same()
    {
        const string patrol = """
            {"kind":"patrol","cells":["0:0"],"at":{"from":1760100000000,"to":1760110000000}}
            """;
        var world = new World();
        var restored = world.Mission.Begin();
        static IEnumerable<string> Texts(IEnumerable<JsonValue> events) =>
            events.Select(e => Convert.ToHexString(CanonicalJson.Write(e)));

        void Meets(params string[] expected)
        {
            Assert.NotEqual(OutcomeKind.Inapplicable, world.Send("force", "plan.state", patrol).Kind);
            var (received, outcome) = world.Entries[^1];
            Assert.Equal(expected.Order(), world.All.Subjects[world.LastSubject].Opening.Words("meets").Order());

            // Judged again by a snapshot that was asked before, and by one that is asked for the first time.
            var fresh = world.Mission.Begin();
            fresh.Load(world.Folded(_ => true, Enumerable.Range(0, world.Entries.Count - 1)).Save());
            Assert.Equal(Texts(outcome.Events), Texts(world.Mission.Judge(fresh, received).Events));
            foreach (var (r, o) in world.Entries.Skip((int)restored.Taken).SkipLast(1))
            {
                restored.Take(r, o);
            }

            Assert.Equal(Texts(outcome.Events), Texts(world.Mission.Judge(restored, received).Events));
            world.Add("force", "plan.cancel", world.LastSubject);
        }

        world.Send("agencies", "movement.notify", Cells("food"));
        var movement = world.LastSubject;
        Meets(movement);
        world.After(2 * World.Hour).Add("agencies", "movement.withdraw", movement, """{"reason":"logistics"}""");
        Meets();
        world.Add("agencies", "movement.depart", movement, at: world.Now - World.Hour); // told late
        Assert.Equal("underway", world.All.Subjects[movement]["movement"]);
        Meets(movement);
        world.After(World.Hour).Add("agencies", "movement.complete", movement);
        Meets();
    }

    [Theory]
    [InlineData("hazard.state", """{"kind":"structure","confidence":"confirmed","source":"un","cells":["0:0"]}""", 900)]
    [InlineData("site.notify",
        """{"kind":"clinic","name":"clinic 7","recipients":["idf"],"cells":["0:0"]}""", 900)]
    [InlineData("site.notify",
        """{"kind":"clinic","name":"clinic 7","recipients":["idf"],"cells":["0:0"],"until":1760360400000}""", 72)]
    [InlineData("plan.state", """{"kind":"patrol","cells":["0:0"]}""", 900)]
    [InlineData("movement.notify", """
        {"mode":"notify-only","kind":"convoy","purpose":"food","departure":1760101200000,"recipients":["idf"],
         "cells":["0:0"]}
        """, 900)]
    [InlineData("movement.notify", """
        {"mode":"notify-only","kind":"convoy","purpose":"food","departure":1760101200000,"arrival":1760112000000,
         "recipients":["idf"],"cells":["0:0"]}
        """, 3)]
    public void What_states_no_window_is_met_until_the_end_that_it_states_or_until_it_is_over(
        string type, string act, int lastHour)
    {
        var world = new World();
        world.Send("un", type, act);
        var there = world.LastSubject;

        bool IsMet(long hour)
        {
            var (from, to) = (World.Start + (hour * World.Hour), World.Start + ((hour + 1) * World.Hour));
            world.Send("force", "plan.state",
                $$$"""{"kind":"patrol","cells":["0:0"],"at":{"from":{{{from}}},"to":{{{to}}}}}""");
            var plan = world.All.Subjects[world.LastSubject];
            world.Add("force", "plan.cancel", plan.Id);
            return plan.Opening.Words("meets").Contains(there);
        }

        Assert.True(IsMet(1));
        Assert.True(IsMet(lastHour));
        Assert.Equal(lastHour == 900, IsMet(lastHour + 1));
    }

    private static int Number(string text) =>
        int.Parse(text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    private static string Cells(string purpose) => $$"""
        {"mode":"notify-only","kind":"convoy","purpose":"{{purpose}}","departure":1760104000000,"recipients":["idf"],
         "at":{"from":1760100000000,"to":1760120000000},"cells":["0:0"]}
        """;

    private static string Notify(World world, string mode, int leadHours = 72)
    {
        world.Send("agencies", "movement.notify", Convoy.Replace("MODE", mode, StringComparison.Ordinal)
            .Replace("DEPARTS", $"{world.Now + (leadHours * World.Hour)}", StringComparison.Ordinal));
        return world.LastSubject;
    }

    /// <summary>Plays one movement to its end; every statement applies and is in its place.</summary>
    internal static void Play(World world, MovementResult result)
    {
        var movement = Notify(world, MovementMachine.NeedsClearance);
        void Step(string command, string act = "{}")
        {
            world.After(60_000).Add("agencies", $"movement.{command}", movement, act);
            Assert.Equal((OutcomeKind.Applied, null), (world.Last.Kind, world.Last.Why));
        }

        var denied = result == MovementResult.Denied;
        if (result is not (MovementResult.Withdrawn or MovementResult.Postponed))
        {
            world.Decide("idf", "movement.decide", movement, denied
                ? """{"decision":"denied","reason":"not-given","authority":"idf"}""" : """{"decision":"approved"}""");
        }

        var impeded = result is MovementResult.ImpededAccomplished or MovementResult.ImpededNotAccomplished;
        if (impeded || result is MovementResult.Facilitated or MovementResult.PartlyFacilitated)
        {
            Step("depart");
        }

        if (impeded)
        {
            Step("hold", """{"by":"idf","reason":"checkpoint"}""");
        }

        Action last = result switch
        {
            MovementResult.Facilitated or MovementResult.ImpededAccomplished => () =>
            {
                if (impeded)
                {
                    Step("resume");
                }

                Step("complete");
            }
            ,
            MovementResult.PartlyFacilitated => () => Step("part"),
            MovementResult.ImpededNotAccomplished => () => Step("abort", """{"reason":"held"}"""),
            MovementResult.Postponed => () => Step("postpone", """{"reason":"own"}"""),
            MovementResult.Withdrawn => () => Step("withdraw", """{"reason":"logistics"}"""),
            _ => () => { }
            ,
        };
        last();
        Assert.Equal(result, MovementMachine.ResultOf(world.All.Subjects[movement]));
    }
}
