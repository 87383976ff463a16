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

    /// <summary>OCHA's published figures: the table, its total, and how many had each result.</summary>
    public static TheoryData<string, string> Published => new()
    {
        {
            "January 2024, north Gaza, 61 planned",
            "10 Facilitated, 2 PartlyFacilitated, 34 Denied, 6 Postponed, 9 ImpededNotAccomplished"
        },
        {
            "a week of September 2025, 89 attempts",
            "53 Facilitated, 5 ImpededAccomplished, 18 ImpededNotAccomplished, 7 Denied, 6 Withdrawn"
        },
        { "October 2024, 285 planned", "86 Facilitated, 140 Denied, 48 ImpededNotAccomplished, 11 Withdrawn" },
        { "November 2025, 8 attempts", "2 Facilitated, 4 ImpededAccomplished, 1 Open, 1 Denied" },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Played_through_the_machine_the_published_categories_add_up(string table, string expected)
    {
        var attempts = Number(table.Split(", ")[^1]);
        var world = new World();
        foreach (var part in expected.Split(", "))
        {
            var result = Enum.Parse<MovementResult>(part.Split(' ')[1]);
            for (var i = Number(part); i > 0; i--)
            {
                Play(world, result);
            }
        }

        var counted = world.All.Of("movement").GroupBy(MovementMachine.ResultOf)
            .ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(attempts, counted.Values.Sum());
        Assert.Equal(expected, string.Join(", ", expected.Split(", ")
            .Select(p => Enum.Parse<MovementResult>(p.Split(' ')[1])).Select(r => $"{counted[r]} {r}")));
        if (attempts == 89)
        {
            // Published: 59 %, 26 %, 8 %, 7 %; of 23 impeded 5 accomplished.
            Assert.Equal([60, 26, 8, 7], new[] { 53, 23, 7, 6 }.Select(n => (int)Math.Round(100.0 * n / attempts)));
        }
    }

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
    private static void Play(World world, MovementResult result)
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
