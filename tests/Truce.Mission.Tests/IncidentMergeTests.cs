using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Duplicates, merged views, orders of coming, harm: no report is lost and none counts twice.</summary>
public sealed class IncidentMergeTests
{
    private const string Report = """{"kind":"shelling","source-kinds":["witness"],"alleged":["force"]}""";
    private const string Triaged = """{"triage":"triaged"}""";

    [Fact]
    public void Late_reports_of_two_teams_fold_to_one_state_in_any_order()
    {
        var world = new World();
        world.Send("team-a", "incident.report", Report);
        var a = world.LastSubject;
        world.Send("team-b", "incident.report", Report, at: World.Start - 5);
        var b = world.LastSubject;
        world.After(48 * World.Hour);
        world.Add("team-a", "incident.evidence", a, Evidence("one"), at: World.Start + 1);
        world.Add("team-b", "incident.evidence", b, Evidence("two"), at: World.Start + 1);
        world.Add("team-a", "incident.harm", a, Harm("hospital", 2, 3, 5), at: World.Start + 2);
        world.Add("team-b", "incident.harm", a, Harm("village", 3, 4, 4), at: World.Start + 2);
        world.Add("team-b", "incident.merge", b, $$"""{"merged":"{{a}}"}""", at: World.Start + 3);
        var states = Orders(world.Entries.Count).Select(order => State(world, order)).Distinct().ToArray();
        Assert.Single(states);
        Assert.Contains($"{a} reported open: report evidence harm harm merge", states[0], StringComparison.Ordinal);
        Assert.Contains("2 reports", states[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_duplicate_loses_no_report_and_counts_no_harm_twice()
    {
        var world = new World();
        var (a, b) = (Open(world, "team-a"), Open(world, "team-b"));
        world.Add("team-a", "incident.harm", a, Harm("hospital", 2, 3, 5));
        world.Add("team-b", "incident.harm", b, Harm("hospital", 2, 3, 5));
        world.Add("team-b", "incident.harm", b, Harm("village", 4, 6, 9));
        var other = Open(world, "team-c");
        world.Add("team-c", "incident.harm", other, Harm("clinic", 1, 1, 1));
        Assert.Equal(new HarmRange(5, null, 15, 4), Total(world));

        Assert.Equal(OutcomeKind.Applied,
            world.Decide("monitors", "incident.duplicate", b, $$"""{"duplicate-of":"{{a}}"}""").Kind);
        Assert.Equal(b, world.All.Subjects[a].Last("merge")!.Value.Word("merged"));
        foreach (var from in new[] { a, b })
        {
            Assert.Equal(["team-a", "team-b"], IncidentMachine.Merged(world.All, world.All.Subjects[from])
                .Where(s => s.Row.Command == "report").Select(s => s.Author).Order());
        }

        Assert.Equal(new HarmRange(3, null, 10, 4), Total(world));
        world.Decide("monitors", "incident.triage", b, Triaged); // it was none after all
        Assert.Equal(new HarmRange(5, null, 15, 4), Total(world));
    }

    [Fact]
    public void A_duplicate_is_of_another_that_is_none_of_it_and_the_alleged_mark_none()
    {
        var world = new World();
        var (a, b) = (Open(world, "team-a"), Open(world, "team-b"));
        string? Why(string who, string what, string of) =>
            world.Decide(who, "incident.duplicate", what, $$"""{"duplicate-of":"{{of}}"}""").Why;
        Assert.Equal("an incident is no duplicate of itself", Why("monitors", a, a));
        Assert.Equal("there is no incident incident/0000000000000000 that its readers may read",
            Why("monitors", a, "incident/0000000000000000"));
        Assert.Equal("force stands with who is alleged, and does not mark it as a duplicate", Why("force", a, b));
        Assert.Null(Why("monitors", a, b));
        Assert.Equal($"{a} is a duplicate of this one", Why("monitors", b, a));
        Assert.Equal("force stands with who is alleged, and does not triage it",
            world.Decide("force", "incident.triage", b, """{"triage":"out-of-scope"}""").Why);
        Assert.Equal("team-a stands with who reported it: somebody apart judges",
            world.Decide("team-a", "incident.set-out", b).Why); // its report is one of this incident's now
    }

    [Fact]
    public void Sources_that_compete_stand_side_by_side()
    {
        var world = new World();
        var incident = Open(world, "team-a");
        world.Add("team-a", "incident.harm", incident, Harm("hospital", 2, 3, 5));
        Assert.Equal(new HarmRange(2, 3, 5, 1), Total(world));
        world.After(1).Add("force", "incident.harm", incident, Harm("force", 0, 0, 1));
        Assert.Equal(new HarmRange(0, null, 5, 2), Total(world));
        Assert.Null(HarmCount.Range(HarmCount.Standing(world.All, world.All.Subjects[incident]), "injured"));
        world.After(1).Add("team-a", "incident.harm", incident, Harm("hospital", 4, 4, 6)); // its newer word
        Assert.Equal(new HarmRange(0, null, 6, 2), Total(world));
        world.Add("team-a", "incident.harm", incident, Harm("hospital", 1, 1, 1), at: World.Start - 9); // came late
        Assert.Equal(new HarmRange(0, null, 6, 2), Total(world));
    }

    [Fact]
    public void Its_author_alone_retracts_a_number()
    {
        var world = new World();
        var incident = Open(world, "team-a");
        world.Add("team-a", "incident.harm", incident, Harm("hospital", 2, 3, 5));
        var retraction = $$"""{"corrects":"{{world.Entries[^1].Received.Hash}}","retracts":true}""";
        world.Add("force", "incident.correction", incident, retraction);
        Assert.Equal(1, Total(world).Sources);
        world.Add("team-a", "incident.correction", incident, retraction);
        Assert.Equal(0, Total(world).Sources);
        Assert.Single(world.All.Subjects[incident].All("harm"));
    }

    [Theory]
    [InlineData("\"killed-low\":3,\"killed-high\":2", "`killed-low`, -best and -high rise")]
    [InlineData("\"injured-best\":3,\"injured-high\":2", "`injured-low`, -best and -high rise")]
    [InlineData("\"killed-best\":3,\"killed-female\":2,\"killed-male\":2",
        "the bands of killed add up to more than there are")]
    [InlineData("\"injured-best\":3,\"injured-under-5\":2,\"injured-18-to-59\":2",
        "the bands of injured add up to more than there are")]
    [InlineData("\"killed-best\":3,\"killed-female\":2,\"killed-male\":1,\"killed-under-5\":1,\"killed-18-to-59\":2",
        null)]
    public void Numbers_of_harm_add_up(string numbers, string? why)
    {
        var world = new World();
        var incident = Open(world, "team-a");
        Assert.Equal(why, world.Add("team-a", "incident.harm", incident,
            $$"""{"source":"hospital","source-kind":"medical",{{numbers}}}""").Why);
    }

    private static HarmRange Total(World world) =>
        HarmCount.Total(world.All, world.All.Of("incident"), "killed");

    private static string Open(World world, string author)
    {
        world.Send(author, "incident.report", Report);
        var incident = world.LastSubject;
        world.Decide("monitors", "incident.triage", incident, Triaged);
        return incident;
    }

    private static string Harm(string source, int low, int best, int high) =>
        $$"""{"source":"{{source}}","source-kind":"medical","killed-low":{{low}},"killed-best":{{best}},"""
        + $$"""
        "killed-high":{{high}}}
        """;

    private static string Evidence(string of) =>
        $$"""{"evidence":"{{Digest.Of(System.Text.Encoding.UTF8.GetBytes(of))}}","form":"photograph"}""";

    /// <summary>The entries judged and taken in another order: by what a server knew that had them so.</summary>
    private static string State(World world, int[] order)
    {
        var fold = world.Mission.Begin();
        foreach (var (at, index) in order.Select((at, index) => (at, index)))
        {
            var received = world.Entries[at].Received with { Index = index };
            var judged = world.Mission.Judge(fold, received);
            Assert.Equal(OutcomeKind.Applied, judged.Kind);
            Mission.Take(fold, received, world.Entries[at].Outcome with { Events = judged.Events, Why = judged.Why });
        }

        var incidents = fold.Of("incident").OrderBy(i => i.Id, StringComparer.Ordinal).ToArray();
        return string.Join('\n', incidents.Select(i =>
            $"{i.Id} {i["progress"]} {i["fact"]}: {string.Join(' ', i.Steps.Select(s => s.Row.Command))}; "
            + $"{i.Revisions} {i.NeedsReview("fact")} "
            + string.Join(' ', i.Steps.Select(s => $"{s.Author} {s.OccurredAt}"))))
            + $"\n{HarmCount.Total(fold, incidents, "killed")}\n"
            + $"{IncidentMachine.Merged(fold, incidents[0]).Count(s => s.Row.Command == "report")} reports";
    }

    /// <summary>Two hundred orders, by a generator with a fixed seed.</summary>
    private static IEnumerable<int[]> Orders(int count)
    {
        var random = new Random(20251010);
        for (var i = 0; i < 200; i++)
        {
            var order = Enumerable.Range(0, count).ToArray();
            random.Shuffle(order);
            yield return order;
        }
    }
}
