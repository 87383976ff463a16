using System.Globalization;
using System.Text;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Own casualties: under embargo until those whose people they are say that their kin are informed.</summary>
public sealed class CasualtiesTests
{
    private const string Held = """
        {"contingent":"alpha","killed":1,"injured":2,"missing":0,"embargo":"kin-not-informed","place":["north"]}
        """;

    private static readonly string Informed = Held.Replace("not-informed", "informed", StringComparison.Ordinal);

    /// <summary>A force with a contingent of a state.</summary>
    private static readonly string Contingents = Frameworks.Curfew
        .Replace("\nparties:", """

            contingents:
              alpha: {under: force, of: state, in: north, source: s, basis: assumption}
            parties:
              state: {role: civil authority, source: s, basis: assumption}
            """, StringComparison.Ordinal);

    private static Audience Own { get; } = Audience.Of("alpha", "force", "oversight").Required();

    private static Period Ever { get; } = new(long.MinValue, World.Start + (1_000 * World.Hour));

    internal static Table Answers { get; } =
        new Grid(CasualtiesMachine.Table, Contingents, Own, """
            ei = embargo:kin-informed
            er = embargo:released

            axis embargo  kin-not-informed  kin-informed  released
            report        new               new           new
            correct       ei                ei            ei
            inform        ei                A             B
            release       C                 er            D

            A = its embargo is kin-informed: their kin are informed already
            B = its embargo is released: their kin are informed already
            C = its embargo is kin-not-informed: figures are released once, when their kin are informed
            D = its embargo is released: figures are released once, when their kin are informed
            """)
            .Before("force", "casualties.report", Informed)
            .Try("report", "force", Held)
            .Try("correct", "force", """{"killed":2,"injured":1,"missing":0,"embargo":"kin-informed"}""")
            .Try("inform", "force")
            .Try("release", "force", """{"released-as":"$before"}""")
            .Way("embargo", "kin-informed", "inform")
            .Way("embargo", "released", "inform, release");

    [Fact]
    public void What_is_public_before_kin_are_informed_is_refused_before_it_is_signed_and_counts_nowhere_if_it_comes()
    {
        const string why = "while their kin are not informed own casualties are for an audience: seal it, or say "
            + "`embargo` kin-informed once they are";
        var world = Begun();
        var raised = """{"subject":"casualties/0000000000000000",KILLED}""".Replace("KILLED",
            """ "killed":9,"injured":0,"missing":0,"embargo":"kin-not-informed" """.Trim(), StringComparison.Ordinal);
        Assert.Equal(why, world.Fault("casualties.report", Held));
        Assert.Null(world.Fault("casualties.report", Held, Own));
        Assert.Null(world.Fault("casualties.report", Informed));

        world.Send("alpha", "casualties.report", Held, Own);
        var sealedReport = world.Entries[^1].Received.Statement;
        world.Again(sealedReport with { Audience = null }, "alpha"); // by a device that checks nothing
        Assert.Equal((OutcomeKind.Inapplicable, why, 0), (world.Last.Kind, world.Last.Why, world.Last.Events.Count));
        Assert.Empty(world.Public().Of("casualties"));
        Assert.Empty(Rows(world.Public()));

        world.Send("alpha", "casualties.report", Informed);
        var released = world.LastSubject;
        world.Decide("alpha", "casualties.correct", released,
            """{"killed":2,"injured":1,"missing":0,"embargo":"kin-informed"}""");
        world.Again(world.Entries[^1].Received.Statement with
        {
            Expects = [new Expectation(released, world.All.Subjects[released].LastDecision)],
            Act = CanonicalJson.Parse(Encoding.UTF8.GetBytes(raised.Replace(
                "casualties/0000000000000000", released, StringComparison.Ordinal))).Required(),
        }, "alpha");
        Assert.Equal((OutcomeKind.Inapplicable, why), (world.Last.Kind, world.Last.Why));
        Assert.Equal("alpha: killed, released 2", Rows(world.Public())[0]);
    }

    [Theory]
    [InlineData("alpha", null, true)]
    [InlineData("force", null, true)] // alpha is under it
    [InlineData("state", null, true)] // alpha is of it
    [InlineData("idf", null, false)]
    [InlineData("agencies", "alpha", false)] // a name in `performer` makes it nobody else's
    [InlineData("oversight", null, false)]
    public void Those_whose_people_they_are_report_them_and_nobody_else(string author, string? performer, bool may)
    {
        foreach (var audience in new[] { Own, null })
        {
            var world = Begun();
            world.Send(author, "casualties.report", performer is null ? Informed
                : Informed.Insert(1, $"\"performer\":\"{performer}\","), audience);
            Assert.Equal(may ? (OutcomeKind.Applied, null) : (OutcomeKind.Inapplicable,
                "they are people of alpha: it reports them, or whom it belongs to by the framework"),
                (world.Last.Kind, world.Last.Why));
            Assert.Equal(may ? 3 : 0, Rows(world.All).Length);
        }
    }

    [Fact]
    public void A_word_that_another_enters_for_them_reports_nothing()
    {
        var world = Begun();
        world.Send("idf", "casualties.report", Held, Own, entered: """{"by":"telephone","of":"alpha"}""");
        Assert.Equal(OutcomeKind.Inapplicable, world.Last.Kind);
        Assert.Empty(world.All.Of("casualties"));
    }

    [Theory]
    [InlineData("alpha", "alpha", true)]
    [InlineData("force", "force", true)]
    [InlineData("alpha", "force", false)]
    [InlineData("force", "alpha", false)]
    [InlineData("alpha", "oversight", false)]
    [InlineData("alpha", "idf", false)]
    public void The_organisation_that_reported_says_how_they_stand_and_nobody_else(string by, string author, bool may)
    {
        foreach (var (command, act) in new[]
        {
            ("inform", "{}"), ("correct", """{"killed":0,"injured":0,"missing":0,"embargo":"kin-informed"}"""),
            ("release", """{"released-as":"RELEASED"}"""),
        })
        {
            var world = Begun();
            world.Send(by, "casualties.report", Informed);
            var released = world.LastSubject;
            world.After(1).Send(by, "casualties.report", command == "release" ? Informed : Held, Own);
            var subject = world.LastSubject;
            var before = world.All.Subjects[subject].Shown();
            world.Decide(author, $"casualties.{command}", subject,
                act.Replace("RELEASED", released, StringComparison.Ordinal), Own);
            Assert.Equal(may ? null : $"{by} reported them, and says how they stand", world.Last.Why);
            Assert.Equal(may, before != world.All.Subjects[subject].Shown());
        }
    }

    [Fact]
    public void A_release_is_a_public_report_by_the_same_of_the_same()
    {
        var world = Begun();
        world.Send("force", "casualties.report", Informed); // alpha's people, by the force
        var byForce = world.LastSubject;
        world.Send("alpha", "casualties.report", Informed, Own);
        var sealedToo = world.LastSubject;
        world.After(1).Send("alpha", "casualties.report", Informed, Own);
        var subject = world.LastSubject;
        foreach (var wrong in new[] { byForce, sealedToo, subject, "casualties/0000000000000000" })
        {
            world.Decide("alpha", "casualties.release", subject, $$"""{"released-as":"{{wrong}}"}""", Own);
            Assert.Equal($"{wrong} is no public report by alpha of people of alpha", world.Last.Why);
        }

        Assert.Equal("a public report of own casualties continues none, which could be under embargo: leave "
            + "`continues` out", world.Fault("casualties.report", Informed.Insert(1, $"\"continues\":\"{subject}\",")));
        foreach (var command in new[] { "inform", "release" })
        {
            Assert.NotNull(world.Fault($"casualties.{command}", $$"""{"subject":"{{subject}}"}"""));
        }
    }

    [Fact]
    public void Until_kin_are_informed_nobody_else_learns_that_there_are_any_and_then_they_count_once()
    {
        var world = Begun();
        world.Send("alpha", "casualties.report", Held, Own);
        var held = world.LastSubject;
        Assert.Equal(
            [
                $"alpha: killed, {held} 1 Embargo", $"alpha: injured, {held} 2 Embargo",
                $"alpha: missing, {held} 0 Embargo",
            ],
            Rows(world.As("oversight")));
        Assert.True(CasualtiesMachine.IsUnderEmbargo(world.All.Subjects[held]));

        world.After(1).Decide("alpha", "casualties.inform", held, audience: Own);
        var informed = world.Entries.Count - 1L;
        Assert.False(CasualtiesMachine.IsUnderEmbargo(world.All.Subjects[held]));
        Assert.Equal($"alpha: killed, {held} 1", Rows(world.As("oversight"))[0]);
        Assert.Empty(Rows(world.Public()));

        world.After(1).Send("alpha", "casualties.report", Informed);
        var (released, entry) = (world.LastSubject, world.Entries.Count - 1L);
        Assert.Equal(["alpha: killed, released 1", "alpha: injured, released 2", "alpha: missing, released 0"],
            Rows(world.Public()));
        Assert.Equal(6, Rows(world.All).Length); // nothing says yet that they are the same
        world.After(1).Decide("alpha", "casualties.release", held, $$"""{"released-as":"{{released}}"}""", Own);
        Assert.Equal(Rows(world.Public()), Rows(world.As("oversight")));
        Assert.Equal([entry], Figures(world.As("oversight"))[0].Entries);
        Assert.Contains(informed, Counting(world, held));

        // One more has died, whose kin are not informed: the embargo is back, and what was released stands.
        world.After(1).Decide("alpha", "casualties.correct", held,
            """{"killed":2,"injured":1,"missing":0,"embargo":"kin-not-informed"}""", Own);
        Assert.Equal("alpha: killed, released 1", Rows(world.Public())[0]);
        Assert.Equal(3, Rows(world.Public()).Length);
        Assert.Contains($"alpha: killed, {held} 2 Embargo", Rows(world.As("oversight")));
    }

    [Fact]
    public void What_is_under_embargo_shows_to_those_who_may_read_it_once_it_is_overdue()
    {
        var world = Begun();
        world.Send("alpha", "casualties.report", Held, Own);
        var held = world.LastSubject;
        Assert.Equal([("kin informed", "alpha", World.Start + (24 * World.Hour), "kin-informed")], Dues(world.All));
        world.After(World.Hour).Decide("alpha", "casualties.correct", held,
            """{"killed":2,"injured":1,"missing":0,"embargo":"kin-not-informed"}""", Own);
        Assert.Equal(World.Start + (24 * World.Hour), Dues(world.All).Single().At); // a correction wins no time
        world.Send("committee", "terms.declare", """{"term":"kin-informed","minutes":120,"source":"order 9"}""");
        Assert.Equal(World.Start + (2 * World.Hour), Dues(world.As("oversight")).Single().At);
        foreach (var other in new[] { world.Public(), world.As("idf"), world.As("agencies") })
        {
            Assert.Empty(Dues(other));
            Assert.Empty(Overdue(other));
        }

        Assert.Equal([$"{held}: kin informed, alpha"], Overdue(world.As("oversight")));
        world.After(World.Hour).Decide("alpha", "casualties.inform", held, audience: Own);
        Assert.Empty(Dues(world.All));
        world.After(World.Hour).Decide("alpha", "casualties.correct", held,
            """{"killed":3,"injured":0,"missing":0,"embargo":"kin-not-informed"}""", Own);
        Assert.Equal(world.Now + (2 * World.Hour), Dues(world.All).Single().At);

        static string[] Overdue(Fold fold) => [.. SituationReport.Of(fold, Ever).Sections
            .Single(s => s.Title == "Overdue").Figures.Select(f => f.Label)];
    }

    [Fact]
    public void Two_worlds_that_differ_in_what_is_under_embargo_give_others_one_record_and_the_same_reports()
    {
        // What the first shows is printed before the second is played: nothing that is kept between them may tell.
        var strangers = new[] { null, "idf", "agencies" };
        var one = Played(killed: 1, place: "north", informs: true);
        var shown = strangers.Select(r => Printed(one, r)).ToArray();
        var other = Played(7, "south", informs: false);
        Assert.Equal(one.Entries.Count, other.Entries.Count);
        Assert.Equal(shown, strangers.Select(r => Printed(other, r)));

        foreach (var reader in new[] { "alpha", "oversight" })
        {
            Assert.NotEqual(Printed(one, reader), Printed(other, reader));
            Assert.Contains("Embargo", Printed(other, reader), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("casualties/", Printed(other, reader: null), StringComparison.Ordinal);

        static World Played(int killed, string place, bool informs)
        {
            var world = Begun();
            world.Send("alpha", "casualties.report", Held
                .Replace("\"killed\":1", $"\"killed\":{killed.ToString(CultureInfo.InvariantCulture)}",
                    StringComparison.Ordinal).Replace("north", place, StringComparison.Ordinal), Own);
            var held = world.LastSubject;
            if (informs)
            {
                world.After(1).Decide("alpha", "casualties.inform", held, audience: Own);
            }
            else
            {
                world.After(1).Decide("alpha", "casualties.correct", held,
                    """{"killed":9,"injured":9,"missing":9,"embargo":"kin-not-informed"}""", Own);
            }

            world.After(60 * World.Hour).Send("un", "incident.report",
                """{"kind":"shooting","source-kinds":["witness"],"place":["north"]}""");
            return world;
        }
    }

    [Fact]
    public void It_has_no_field_for_a_person_and_says_where()
    {
        var fields = CasualtiesMachine.Table.Rows.SelectMany(r => r.Fields)
            .Where(f => f.Kind is FieldKind.Name or FieldKind.Names or FieldKind.Hash).Select(f => f.Name);
        Assert.Equal(["contingent", "cells", "handling", "release"], fields);
        var nowhere = Held.Replace(""","place":["north"]""", "", StringComparison.Ordinal);
        Assert.StartsWith("own casualties happened somewhere", new World().Fault("casualties.report", nowhere, Own)!,
            StringComparison.Ordinal);
        var cell = nowhere.Insert(1, "\"cells\":[\"0:-1\"],");
        Assert.Null(new World().Fault("casualties.report", cell, Own));
        Assert.StartsWith("`cells` are of the mission's grid", new World().Fault("casualties.report",
            cell.Replace("0:-1", "post 4", StringComparison.Ordinal), Own)!, StringComparison.Ordinal);
    }

    private static World Begun()
    {
        var world = new World();
        world.Framework(Contingents);
        return world;
    }

    private static Figure[] Figures(Fold fold) =>
        [.. SituationReport.Of(fold, Ever).Sections.Single(s => s.Title == "Own casualties").Figures];

    private static string[] Rows(Fold fold) => [.. Figures(fold).Select(f =>
        $"{f.Label} {f.Value}{(f.Mark == Mark.None ? "" : $" {f.Mark}")}")];

    private static IEnumerable<long> Counting(World world, string subject) =>
        world.All.Subjects[subject].Steps.Select(s => s.Entry);

    private static (string What, string Of, long At, string Term)[] Dues(Fold fold) =>
        [.. fold.Dues().Select(d => (d.Due.What, d.Due.Of, d.Due.AtMilliseconds, d.Due.Term))
            .Where(d => d.What == "kin informed")];

    /// <summary>All that a reader is shown: his state, every report, and what is due.</summary>
    private static string Printed(World world, string? reader)
    {
        var fold = reader is null ? world.Public() : world.As(reader);
        var text = new StringBuilder(fold.Shown());
        foreach (var (name, _) in Reports.Names)
        {
            foreach (var section in Reports.Of(name, fold, Ever)!.Sections)
            {
                text.AppendLine(section.Title).AppendLine(section.Note);
                text.AppendJoin('\n', section.Figures.Select(f => $"{f} {string.Join(' ', f.Entries)}"));
            }
        }

        return text.AppendJoin('\n', fold.Dues().Select(d => $"{d.Subject.Id} {d.Due}")).ToString();
    }
}
