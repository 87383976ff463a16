namespace Truce.Space.Tests;

/// <summary>Who is told what: answers, statements and areas of interest through what each may know.</summary>
public sealed class DisclosureTests
{
    private static readonly HashSet<ActivityVersion> None = [];

    private static Disclosure Mission() => new(NoticeTerms.Default, new CoarseGrid(CoarseGrid.CellMillimetresMin));

    private static Proposal At(
        long id, string actor, int x, int from, ActivityKind kind = ActivityKind.Operation, bool emergency = false) =>
        new(new ActivityId(id), Worlds.Taken(Activity.Point(
            new Particulars(actor, kind, emergency, BufferMillimetres: 100_000),
            new Place(x, 1_000_000),
            new Window(from, from + 3_600))));

    private static Stated Open(Proposal p) => new(p, Readers: null, "desk");

    private static Stated Guarded(Proposal p, params string[] readers) => new(p, [.. readers], "access cell");

    private static Activity Box(int west, int east, int from, int until) => Worlds.Taken(Activity.Area(
        new Particulars("watch", ActivityKind.Operation, IsEmergency: false, BufferMillimetres: 0),
        [new(west, 0), new(east, 0), new(east, 2_000_000), new(west, 2_000_000)],
        new Window(from, until)));

    [Fact]
    public void Readers_get_the_conflict_and_others_the_cell_the_window_and_whom_to_ask()
    {
        var mission = Mission();
        mission.Record("relief", Guarded(At(1, "relief", 1_000_000, 30_000, ActivityKind.Humanitarian), "force"), None);
        var plan = At(2, "force", 1_150_000, 31_000);
        Assert.Equal(1, Assert.Single(mission.Assess("force", plan, mission.Head).Activities).Version.Id.Value);
        Assert.Empty(mission.Assess("force", plan, mission.Head).Coarse);
        foreach (var x in (int[])[1_150_000, 4_000_000, 200_000])
        {
            var told = mission.Assess("army", At(2, "army", x, 40_000), mission.Head);
            Assert.Empty(told.Activities);
            var coarse = Assert.Single(told.Coarse);
            Assert.Equal("access cell", coarse.Contact);
            Assert.Equal([new CoarseCell(0, 0, 1, 1)], coarse.Cells);
        }

        Assert.Empty(mission.Assess("army", At(2, "army", 5_200_000, 40_000), mission.Head).Coarse);
        Assert.Empty(mission.Assess("army", At(2, "army", 1_000_000, 43_200), mission.Head).Coarse);
    }

    [Fact]
    public void Only_what_he_may_know_holds_a_plan_up_and_relief_is_never_held_up()
    {
        var mission = Mission();
        mission.Record("relief", Guarded(At(1, "relief", 0, 30_000, ActivityKind.Humanitarian), "force"), None);
        var plan = Open(At(2, "force", 0, 30_000));
        var held = Assert.IsType<Outcome.MissingAwareness>(mission.Commit("force", plan, None));
        Assert.Equal([new ActivityVersion(new ActivityId(1), 1)], held.Missing);
        Assert.Equal(1, mission.Head.Seq);
        Assert.IsType<Outcome.Recorded>(mission.Commit("force", plan, held.Missing.ToHashSet()));
        var army = Assert.IsType<Outcome.Recorded>(mission.Commit("army", Open(At(3, "army", 0, 40_000)), None));
        Assert.Equal(["access cell"], army.Coarse.Select(c => c.Contact));
        Assert.IsType<Outcome.MissingAwareness>(mission.Commit("army", Open(At(4, "army", 0, 30_500)), None));
        foreach (var p in (Proposal[])
            [At(5, "aid", 0, 30_000, ActivityKind.Humanitarian), At(6, "army", 0, 30_000, emergency: true)])
        {
            var recorded = Assert.IsType<Outcome.Recorded>(mission.Commit(p.Activity.Particulars.Actor, Open(p), None));
            Assert.NotEmpty(recorded.Unaware);
        }

        var unaware = Assert.IsType<Outcome.Recorded>(mission.Record("army", Open(At(7, "army", 0, 30_000)), None));
        Assert.Equal([2, 5, 6], unaware.Unaware.Select(v => v.Id.Value));
    }

    [Fact]
    public void A_name_belongs_to_whoever_stated_it_and_versions_go_on_when_the_readers_change()
    {
        var mission = Mission();
        mission.Record("relief", Open(At(1, "relief", 0, 30_000)), None);
        var first = mission.Head;
        Assert.IsType<Outcome.Refused>(mission.Record("army", Open(At(1, "army", 0, 30_000)), None));
        Assert.Equal(first, mission.Cancel("army", new ActivityId(1)));
        var second = Assert.IsType<Outcome.Recorded>(
            mission.Record("relief", Guarded(At(1, "relief", 0, 30_000)), None));
        Assert.Equal(2, second.Version.Version);
        var probe = At(9, "army", 0, 30_000);
        Assert.Single(mission.Assess("army", probe, first).Activities);
        Assert.Empty(mission.Assess("army", probe, first).Coarse);
        Assert.Empty(mission.Assess("army", probe, second.At).Activities);
        Assert.Single(mission.Assess("army", probe, second.At).Coarse);
        Assert.Equal(2, Assert.Single(mission.Assess("relief", probe, second.At).Activities).Version.Version);
        var last = mission.Cancel("relief", new ActivityId(1));
        Assert.Empty(mission.Assess("army", probe, last).Coarse);
        Assert.Single(mission.Assess("army", probe, second.At).Coarse);
    }

    [Fact]
    public void Departures_are_clear_of_cells_of_others_of_zones_and_of_what_he_may_know()
    {
        var mission = Mission();
        mission.Record("relief", Guarded(At(1, "relief", 0, 25_000, ActivityKind.Humanitarian)), None);
        mission.Record("force", Open(At(2, "force", 0, 46_800)), None);
        mission.StateZone(new ActivityId(1), Box(-500_000, 500_000, 54_000, 57_600));
        var plan = At(3, "army", 0, 0);
        Assert.Equal([0, 3_600, 7_200, 10_800, 14_400, 18_000, 43_200, 50_400, 57_600, 61_200], mission.Alternatives(
            "army", plan, new Window(0, 64_800), stepSeconds: 3_600, mission.Head));
        var own = mission.Alternatives("relief", plan, new Window(0, 64_800), stepSeconds: 3_600, mission.Head);
        Assert.Equal([0, 3_600, 7_200, 10_800, 14_400, 18_000, 28_800, 32_400, 36_000, 39_600, 43_200], own.Take(11));
    }

    [Fact]
    public void Who_follows_an_area_is_told_what_appears_changes_and_ends_as_far_as_he_may_know()
    {
        var mission = Mission();
        mission.Record("force", Open(At(1, "force", 0, 30_000)), None);
        var (army, force) = (
            mission.Follow("army", Box(-2_000_000, 2_000_000, 0, 90_000)),
            mission.Follow("force", Box(-2_000_000, 2_000_000, 0, 90_000)));
        mission.Record("relief", Guarded(At(2, "relief", 200_000, 30_000), "force"), None);
        mission.Record("relief", Guarded(At(2, "relief", 700_000, 31_000), "force"), None); // in the same cell
        mission.Record("relief", Guarded(At(3, "relief", 800_000, 31_000), "force"), None); // and another there
        mission.Record("relief", Guarded(At(3, "relief", 800_000, 50_000), "force"), None);
        mission.Record("force", Open(At(1, "force", 90_000_000, 30_000)), None);
        mission.Cancel("relief", new ActivityId(2));
        mission.Cancel("relief", new ActivityId(3));
        Assert.Equal(
            [
                "1 Appeared 1.1", "2 Appeared access cell 0,0,1-1", "3 Changed access cell 0,0,1-2",
                "4 Ended 1.1", "5 Changed access cell 0,0,2-2", "6 Ended access cell ",
            ],
            army.Notices(0).Select(Words));
        Assert.Equal(
            [
                "1 Appeared 1.1", "2 Appeared 2.1", "3 Changed 2.2", "4 Appeared 3.1", "5 Changed 3.2", "6 Ended 1.1",
                "7 Ended 2.2", "8 Ended 3.2",
            ],
            force.Notices(0).Select(Words));
        Assert.Equal([7, 8], force.Notices(6).Select(n => n.Index));
        mission.Record("force", Open(At(1, "force", 0, 30_000)), None);
        Assert.Equal(["9 Appeared 1.3"], force.Notices(8).Select(Words));
    }

    [Fact]
    public void Notices_are_those_of_a_replay_by_brute_force()
    {
        var (mission, random) = (Mission(), new Random(410));
        var town = Worlds.Town(seed: 411, count: 400, days: 1, boxMetres: 15_000);
        var interests = Enumerable.Range(0, 10).Select(i => (
            Reader: i % 2 == 0 ? "a" : "b",
            Area: Box((i - 5) * 1_000_000, (i - 2) * 1_000_000, 9_000 * i, 90_000))).ToArray();
        var follows = interests.Select(i => mission.Follow(i.Reader, i.Area)).ToArray();
        var current = new Dictionary<long, (Activity Activity, bool IsOpen)>();
        var expected = interests.Select(_ => new List<string>()).ToArray();
        foreach (var activity in town)
        {
            var (id, isOpen, isCancel) = ((long)random.Next(60), random.Next(3) > 0, random.Next(5) == 0);
            var was = current.TryGetValue(id, out var before) ? before : default;
            _ = isCancel
                ? (object)mission.Cancel("a", new ActivityId(id))
                : mission.Record(
                    "a", new Stated(new Proposal(new ActivityId(id), activity), isOpen ? null : [], "c"), None);
            current[id] = isCancel ? default : (activity, isOpen);
            for (var i = 0; i < interests.Length; i++)
            {
                bool Seen((Activity Activity, bool IsOpen) a) => a.Activity is not null
                    && (a.IsOpen || interests[i].Reader == "a" || a.Activity.Particulars.Actor == interests[i].Reader)
                    && Definition.Conflict(interests[i].Area, a.Activity);
                if (Seen(was) || Seen(current[id]))
                {
                    expected[i].Add(
                        $"{(!Seen(was) ? "Appeared" : Seen(current[id]) ? "Changed" : "Ended")} {id}");
                }
            }
        }

        Assert.True(expected.Sum(e => e.Count) > 200);
        for (var i = 0; i < interests.Length; i++)
        {
            Assert.Equal(
                expected[i],
                follows[i].Notices(0).Where(n => n.Version is not null)
                    .Select(n => $"{n.Kind} {n.Version!.Value.Id.Value}"));
        }
    }

    private static string Words(Notice n) => n.Version is { } v
        ? $"{n.Index} {n.Kind} {v.Id.Value}.{v.Version}"
        : $"{n.Index} {n.Kind} {n.Coarse!.Contact} " + string.Join(' ', n.Coarse.Cells.Select(
            c => $"{c.EastCell},{c.NorthCell},{c.FirstWindow}-{c.LastWindow}"));
}
