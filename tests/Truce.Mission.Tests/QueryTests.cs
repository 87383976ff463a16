using System.Collections.Immutable;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Checks, their answers and the digests of them, one by one.</summary>
public sealed class QueryTests
{
    private const string Hash = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private const long Day = 24 * World.Hour;

    private static readonly Audience Relief = Audience.Of("agencies", "un").Required();
    private static readonly Audience Idf = Audience.Of("idf").Required();

    /// <summary>Window 38 of the epoch holds 10 October 2025, 12:00 to 18:00 UTC.</summary>
    private static readonly AskedCell Hit = new(2, -3, 39);
    private static readonly AskedCell Miss = new(5, 5, 39);

    /// <summary>A convoy in one cell, from six hours on.</summary>
    internal static string Convoy(World world) => Notified(world, $$"""
        {"mode":"notify-only","kind":"convoy","purpose":"food","recipients":["un"],"cells":["2:-3"],
        "departure":{{world.Now + (7 * World.Hour)}},"arrival":{{world.Now + (9 * World.Hour)}} }
        """);

    internal static string Notified(World world, string act)
    {
        Assert.Equal(OutcomeKind.Applied, world.Send("agencies", "movement.notify", act, Relief).Kind);
        return world.LastSubject;
    }

    /// <summary>The operator enters that somebody asks.</summary>
    internal static Outcome Ask(
        World world, string asker, params AskedCell[] cells) => world.Send("operator", "query.check",
        $$"""{"asker":"{{asker}}","plan":"{{Hash}}","cells":[{{Quoted(Questions.Cells(cells))}}]}""",
        Audience.Of(asker).Required(), role: EnrolledKey.OperatorRole);

    /// <summary>The operator answers the last check.</summary>
    internal static Outcome Answer(World world, string check, ImmutableArray<string>? told = null) => world.Send(
        "operator", "query.answer",
        $$"""{"subject":"{{check}}","contact":"the access cell","told":[{{Quoted(
            told ?? Questions.Answer(world.All, world.All.Subjects[check]))}}]}""",
        world.All.Subjects[check].Audience, role: EnrolledKey.OperatorRole,
        expects: [new Expectation(check, world.All.Subjects[check].LastDecision)]);

    internal static Outcome Digest(World world, string owner, long day, params string[] organisations)
    {
        var (askers, entries) = Questions.Digest(world.All, owner, day, organisations);
        return world.Send("operator", "digest.give",
            $$"""{"owner":"{{owner}}","day":{{day}},"askers":[{{Quoted(askers)}}],"entries":[{{Quoted(entries)}}]}""",
            Audience.Of(owner).Required(), role: EnrolledKey.OperatorRole);
    }

    private static string Quoted(IEnumerable<string> texts) => string.Join(',', texts.Select(t => $"\"{t}\""));

    private static int Size(ReadOnlyMemory<byte> bytes) => bytes.Length;

    /// <summary>The size classes of an entry's S and R, which everybody sees.</summary>
    internal static (int S, int R) Classes(Received received, Outcome outcome) => (
        Size(Committed.Of(received.Statement, new byte[Committed.SaltBytes]).Bytes),
        Size(Committed.Of(outcome, new byte[Committed.SaltBytes]).Bytes));

    private static World Begun()
    {
        var world = new World();
        world.Framework(Frameworks.Curfew);
        return world;
    }

    [Fact]
    public void A_check_is_answered_by_cell_and_window_and_whom_to_ask_and_the_asker_alone_reads_both()
    {
        var world = Begun();
        var convoy = Convoy(world);
        Ask(world, "idf", Hit, Miss, Hit with { Window = 38 }, Hit with { East = 3 });
        var check = world.LastSubject;
        Assert.Equal("due", world.All.Subjects[check]["answer"]);
        Assert.Equal(OutcomeKind.Applied, Answer(world, check).Kind);
        var read = world.As("idf");
        Assert.Equal([Hit], Questions.MayBeIn(read.Subjects[check].Last("answer")!.Value.Words("told")));
        Assert.Equal("the access cell", read.Subjects[check].Last("answer")!.Value.Word("contact"));
        Assert.DoesNotContain(convoy, read.Subjects.Keys);
        Assert.Equal([convoy], world.As("un").Subjects.Keys.Where(k => k.StartsWith('m')));
        Assert.DoesNotContain(check, world.As("un").Subjects.Keys);
        Assert.DoesNotContain(check, world.Public().Subjects.Keys);
        Assert.Empty(Questions.MayBeIn(Questions.Answer(world.All, "un", Questions.Cells([Hit])))); // he may know it
    }

    [Fact]
    public void A_hit_has_the_size_of_a_miss_and_a_small_question_that_of_a_large_one()
    {
        var world = Begun();
        Convoy(world);
        var sizes = new HashSet<string>();
        AskedCell[] many = [.. Enumerable.Range(0, Questions.CellsMax).Select(i => new AskedCell(i - 30, -3, 39))];
        AskedCell[][] questions = [[Hit], [Miss], many, [.. many.Select(m => m with { North = 7 })]];
        foreach (var cells in questions)
        {
            Ask(world, "idf", cells);
            Answer(world, world.LastSubject);
            sizes.Add(string.Join(' ', world.Entries.TakeLast(2).SelectMany(e => new[]
            {
                Classes(e.Received, e.Outcome).S, Classes(e.Received, e.Outcome).R,
                Size(CanonicalJson.Write(e.Received.Statement.Act)), Size(e.Outcome.ToBytes()),
            })));
        }

        Assert.Equal(4, world.All.Of("query").Count());
        Assert.Equal(2, world.All.Of("query").Count(q => // that both occur, else the sizes show nothing
            Questions.MayBeIn(q.Last("answer")!.Value.Words("told")).Any()));
        Assert.Single(sizes);
    }

    [Fact]
    public void A_check_that_nobody_answers_is_overdue_by_the_missions_term_and_its_asker_sees_it()
    {
        var world = Begun();
        Ask(world, "idf", Hit);
        var check = world.LastSubject;
        var due = world.As("idf").Dues().Single().Due;
        Assert.Equal(("answer to check", "operator", world.Now + (World.Hour / 4), "query-answer"),
            (due.What, due.Of, due.AtMilliseconds, due.Term));
        Assert.Empty(world.As("un").Dues());
        Assert.Equal(OutcomeKind.Applied, world.After(World.Hour).Send("operator", "timer.note",
            $$"""{"about":"{{check}}","what":"answer to check","of":"operator","due":{{due.AtMilliseconds}}}""",
            Idf, role: EnrolledKey.OperatorRole).Kind);
        Answer(world, check);
        Assert.Empty(world.As("idf").Dues());
    }

    [Fact]
    public void Only_the_operators_key_checks_answers_and_gives_digests()
    {
        var world = Begun();
        const string alone = "the operator's key alone says this";
        Assert.Equal(alone, world.Send("idf", "query.check",
            $$"""{"asker":"idf","plan":"{{Hash}}","cells":["x"]}""", Idf).Why);
        Assert.Equal(alone, world.Send("un", "digest.give",
            """{"owner":"un","day":0,"askers":["x"],"entries":["x"]}""", Audience.Of("un").Required()).Why);
        Ask(world, "idf", Hit);
        Assert.Equal(alone, world.Decide("idf", "query.answer", world.LastSubject,
            """{"told":["x"],"contact":"me"}""", Idf).Why);
    }

    [Fact]
    public void A_check_has_one_form_and_its_answer_that_of_the_check()
    {
        var world = Begun();
        string? Check(string asker, Audience audience, params IEnumerable<string> cells) => world.Send(
            "operator", "query.check", $$"""{"asker":"{{asker}}","plan":"{{Hash}}","cells":[{{Quoted(cells)}}]}""",
            audience, role: EnrolledKey.OperatorRole).Why;
        var good = Questions.Cells([Hit, Miss]);
        Assert.Equal("a check is for the asker's eyes alone", Check("un", Idf, good));
        Assert.Equal("a check is for the asker's eyes alone", Check("idf", Audience.Of("idf", "un").Required(), good));
        IEnumerable<string>[] bad =
        [
            Questions.Cells([]), good.Take(63), good.Reverse(), good.SetItem(0, "2:-3"),
            good.SetItem(5, "+009:+009:00039"),
        ];
        Assert.All(bad, b => Assert.StartsWith("`cells` is 64 texts", Check("idf", Idf, b), StringComparison.Ordinal));
        Assert.Null(Check("idf", Idf, good));
        var check = world.LastSubject;
        var told = Questions.Answer(world.All, world.All.Subjects[check]);
        const string form = "it says of each cell of the check, in order, `=1` or `=0`";
        Assert.Equal(form, Answer(world, check, told[1..]).Why);
        Assert.Equal(form, Answer(world, check, told.SetItem(0, told[0][..^1] + "2")).Why);
        Assert.Null(Answer(world, check, told).Why);
        Assert.Equal("its answer is given: it has its answer, or the day's budget was spent",
            Answer(world, check, told).Why);
    }

    [Fact]
    public void A_day_has_a_budget_and_what_is_over_it_is_entered_and_says_so_and_relief_spends_nothing()
    {
        var world = Begun();
        world.Send("committee", "terms.declare", """{"term":"query-budget","checks":2,"source":"order 3"}""");
        Assert.Equal(2, world.All.Terms.QueryBudget);
        string State() => world.All.Subjects[world.LastSubject]["answer"];
        Ask(world, "idf", Hit);
        Ask(world, "idf", Miss);
        Assert.Equal("due", State());
        Ask(world, "idf", Hit);
        Assert.Equal("spent", State());
        var spent = world.LastSubject;
        Assert.Equal((3, 2), (world.All.Subjects[spent].Opening.Number("of-today"),
            world.All.Subjects[spent].Opening.Number("budget")));
        Assert.Equal("its answer is spent: it has its answer, or the day's budget was spent", Answer(world, spent).Why);
        Ask(world, "force", Hit); // everybody has a budget of his own
        Assert.Equal("due", State());
        for (var i = 0; i < 5; i++)
        {
            Ask(world, "agencies", Hit);
            Assert.Equal("due", State());
        }

        // A spent budget stops nothing but checks: notices and plans go on.
        Assert.Null(world.Send("idf", "movement.notify", $$"""
            {"mode":"notify-only","kind":"medical-evacuation","purpose":"medical","recipients":["un"],"departure":1}
            """).Why);
        Assert.Null(world.Send("idf", "plan.state", """{"kind":"patrol","cells":["2:-3"]}""").Why);
        world.After(Day);
        Ask(world, "idf", Hit);
        Assert.Equal("due", State());
        Assert.Equal("due", world.As("idf").Subjects[world.LastSubject]["answer"]);
    }

    [Fact]
    public void An_owner_sees_who_checked_his_cells_each_day_also_when_nobody_did_in_one_size()
    {
        var world = Begun();
        Convoy(world);
        string[] all = ["agencies", "idf", "force", "un"];
        var day = world.Now / Day * Day;
        Ask(world, "idf", Hit, Miss);
        var first = world.Entries.Count - 1;
        Ask(world, "idf", Miss);
        Ask(world, "idf", Hit with { Window = 500 });
        Ask(world, "force", Hit);
        Assert.Equal("the day is not over", Digest(world, "agencies", day, all).Why);
        world.After(2 * Day);
        var sizes = new HashSet<(int, int)>();
        foreach (var (owner, when) in new[] { ("agencies", day), ("agencies", day + Day), ("idf", day) })
        {
            Assert.Equal(OutcomeKind.Applied, Digest(world, owner, when, all).Kind);
            sizes.Add(Classes(world.Entries[^1].Received, world.Entries[^1].Outcome));
        }

        Assert.Single(sizes);
        var digests = world.As("agencies").Of("digest").Select(d => d.Opening).ToArray();
        Assert.Equal(["force=00001", "idf=00001", "un=00000", "others=00000"], digests[0].Words("askers"));
        Assert.Equal([$"{first:0000000000}", $"{first + 3:0000000000}"],
            digests[0].Words("entries").Where(e => e[0] != '-'));
        Assert.Equal(["force=00000", "idf=00000", "un=00000", "others=00000"], digests[1].Words("askers"));
        Assert.Equal(16, digests[1].Words("entries").Count(e => e[0] == '-'));
        Assert.StartsWith("it is given already, in entry ", Digest(world, "agencies", day, all).Why,
            StringComparison.Ordinal);
        Assert.Equal("`day` is a midnight of UTC", Digest(world, "agencies", day + 1, all).Why);
        Assert.Empty(world.As("un").Of("digest"));
    }

    [Fact]
    public void What_was_told_stays_told_when_the_movement_ends_and_what_is_notified_later_is_no_part_of_it()
    {
        var world = Begun();
        Ask(world, "idf", Hit);
        var early = world.LastSubject;
        var convoy = Convoy(world);
        Assert.Empty(Questions.MayBeIn(Questions.Answer(world.All, world.All.Subjects[early])));
        Ask(world, "idf", Hit);
        Assert.Equal(OutcomeKind.Applied, world.Add("agencies", "movement.withdraw", convoy,
            """{"reason":"logistics"}""", Relief).Kind);
        Ask(world, "idf", Hit);
        Answer(world, world.LastSubject);
        Assert.Equal([Hit], Questions.MayBeIn(Questions.Answer(world.All, world.All.Subjects[world.LastSubject])));
        Assert.Empty(Questions.Untrue(world.All));
    }

    [Fact]
    public void An_auditor_names_an_answer_that_hides_or_invents()
    {
        var world = Begun();
        Convoy(world);
        Ask(world, "idf", Hit);
        var check = world.LastSubject;
        Answer(world, check, [.. Questions.Cells([Hit]).Select(c => c + "=0")]);
        Assert.Equal([check], Questions.Untrue(world.All).Select(q => q.Id));
    }

    [Fact]
    public void Snapshots_keep_the_count_of_the_day()
    {
        var world = Begun();
        Ask(world, "idf", Hit);
        Ask(world, "idf", Hit);
        var again = world.Mission.Begin();
        again.Load(world.All.Save());
        Assert.Equal(2, again.Checks.Of("idf", world.Now / Day));
    }

    [Fact]
    public void Cells_are_guarded_for_as_long_as_the_step_says()
    {
        var world = Begun();
        long At(int hours) => world.Now + (hours * World.Hour);
        const string Convoy = """
            "mode":"notify-only","kind":"convoy","purpose":"food","recipients":["un"],
            """;
        (string Type, string Act, int[] Windows)[] cases =
        [
            ("movement.notify", $$"""{ {{Convoy}} "cells":["7:7"],"departure":{{At(7)}} }""", [39, 40]),
            ("movement.notify", $$"""
                { {{Convoy}} "cells":["7:8"],"departure":{{At(7)}},"at":{"from":{{At(20)}},"to":{{At(21)}} } }
                """, [41]),
            ("site.notify", $$"""{"kind":"hospital","recipients":["un"],"cells":["7:9"],"until":{{At(11)}} }""",
                [38, 39]),
            ("site.notify", """{"kind":"hospital","recipients":["un"],"cells":["7:10"]}""",
                [38, 39, 40, 41, 42, 999, 14_609]),
        ];
        foreach (var (type, act, _) in cases)
        {
            Assert.Null(world.Send("agencies", type, act, Relief).Why);
        }

        for (var i = 0; i < cases.Length; i++)
        {
            AskedCell[] asked =
                [.. new[] { 37, 38, 39, 40, 41, 42, 999, 14_609 }.Select(w => new AskedCell(7, 7 + i, w))];
            var told = Questions.MayBeIn(Questions.Answer(world.All, "idf", Questions.Cells(asked)));
            Assert.Equal(cases[i].Windows, told.Select(t => t.Window));
        }
    }

    [Fact]
    public void The_table_says_who_may_know_and_every_readers_state_is_as_it_says()
    {
        Told Of(string machine, Audience? audience, string? who, bool asked = false) =>
            WhoMayKnow.Of(Machines.All.First(m => m.Name == machine), audience, who, asked);
        Assert.Equal(Told.Exact, Of("incident", null, null));
        foreach (var machine in new[] { "movement", "site", "hazard", "plan" })
        {
            Assert.Equal([Told.Exact, Told.Exact, Told.Coarse, Told.Nothing],
                new[] { "un", Audience.Operator, "idf", null }.Select(w => Of(machine, Relief, w)));
        }

        foreach (var machine in new[] { "incident", "message", "complaint", "watch", "digest", "detention", "count" })
        {
            Assert.Equal([Told.Exact, Told.Nothing, Told.Nothing],
                new[] { "un", "idf", null }.Select(w => Of(machine, Relief, w)));
        }

        Assert.Equal([Told.Exact, Told.Daily, Told.Nothing, Told.Nothing],
            new[]
            {
                Of("query", Idf, "idf"), Of("query", Idf, "un", true), Of("query", Idf, "un"), Of("query", Idf, null),
            });
        var world = Begun();
        Convoy(world);
        Ask(world, "idf", Hit);
        foreach (var who in new[] { "un", "agencies", "idf", "force", null })
        {
            var read = who is null ? world.Public() : world.As(who);
            Assert.Equal(world.All.Subjects.Values
                .Where(s => WhoMayKnow.Of(s.Machine, s.Audience, who) == Told.Exact).Select(s => s.Id).Order(),
                read.Subjects.Keys.Order());
        }
    }
}
