namespace Truce.Space.Tests;

/// <summary>
/// Positions on, beside and between vertices: the grid and the events against a replay by brute force.
/// </summary>
public sealed class TrackingTests
{
    private const int Positions = 200_000;

    private static readonly Particulars Plain = new("x", ActivityKind.Operation, IsEmergency: false, 0);

    private static Activity[] Zones(int seed, int count, bool haveWindows, int boxMetres = 6_000)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                var (x, y) = (random.Next(boxMetres) * 1000, random.Next(boxMetres) * 1000);
                var from = haveWindows && i % 3 == 0 ? random.Next(20_000) : 0;
                return Worlds.Taken(Activity.Area(
                    Plain,
                    i % 5 == 0
                        ? Rectangle(x, y, random.Next(1, 3_000) * 1000)
                        : Worlds.Star(random, x, y, 50_000, 1_500_000),
                    new Window(from, from > 0 ? from + 15_000 : Limits.HorizonSeconds)));
            }),
        ];
    }

    /// <summary>Corners on whole metres, so that edges of several share lines and corners.</summary>
    private static Place[] Rectangle(int x, int y, int side) =>
        [new Place(x, y), new Place(x + side, y), new Place(x + side, y + side), new Place(x, y + side)];

    /// <summary>
    /// On a vertex, a millimetre beside one, on or beside the middle of an edge, on its level, or anywhere.
    /// </summary>
    private static Place Near(Random random, Activity[] zones)
    {
        var zone = zones[random.Next(zones.Length)];
        var (a, b) = (zone.Vertex(random.Next(zone.VertexCount)), zone.Vertex(random.Next(zone.VertexCount)));
        var (dx, dy) = (random.Next(3) - 1, random.Next(3) - 1);
        return random.Next(5) switch
        {
            0 => a,
            1 => new Place(a.EastMillimetres + dx, a.NorthMillimetres + dy),
            2 => new Place(
                ((a.EastMillimetres + b.EastMillimetres) / 2) + dx,
                ((a.NorthMillimetres + b.NorthMillimetres) / 2) + dy),
            3 => new Place(random.Next(-1_000_000, 9_000_000), a.NorthMillimetres),
            _ => new Place(random.Next(-1_000_000, 9_000_000), random.Next(-1_000_000, 9_000_000)),
        };
    }

    [Theory]
    [InlineData(200, 60)]
    [InlineData(201, 12)]
    public void The_zones_of_a_place_are_those_of_brute_force(int seed, int count)
    {
        var zones = Zones(seed, count, haveWindows: false);
        var grid = new ZoneGrid(zones);
        var random = new Random(seed);
        for (var n = 0; n < Positions / 10; n++)
        {
            var place = Near(random, zones);
            var set = grid.ZonesIn(grid.SetAt(place));
            for (var z = 0; z < zones.Length; z++)
            {
                if (Holds(zones[z], place) != (set.Contains(z)))
                {
                    Assert.Fail($"seed {seed}, position {n}, {place}, zone {z}");
                }
            }
        }
    }

    [Fact]
    public void On_a_tight_lattice_the_zones_of_a_place_are_those_of_brute_force()
    {
        var random = new Random(205);
        for (var world = 0; world < 300; world++)
        {
            var zones = Worlds.Lattice(3_000 + world, 30, scale: 1 << random.Next(20))
                .Where(a => a.Shape == Shape.Area).ToArray();
            var grid = new ZoneGrid(zones);
            for (var n = 0; n < 300; n++)
            {
                var place = Near(random, zones);
                Assert.Equal(
                    Enumerable.Range(0, zones.Length).Where(z => Holds(zones[z], place)),
                    grid.ZonesIn(grid.SetAt(place)));
            }
        }
    }

    [Fact]
    public void Zones_of_every_size_fit_one_grid()
    {
        Activity Square(int half) => Worlds.Taken(
            Activity.Area(Plain, Rectangle(-half, -half, 2 * half), new Window(0, 10)));
        var grid = new ZoneGrid([Square(500_000_000), Square(3), Square(40_000_000)]);
        Assert.Equal([0, 1, 2], grid.ZonesIn(grid.SetAt(new Place(3, -3))));
        Assert.Equal([0, 2], grid.ZonesIn(grid.SetAt(new Place(4, -3))));
        Assert.Equal([0], grid.ZonesIn(grid.SetAt(new Place(500_000_000, 40_000_001))));
        Assert.Equal(0, new ZoneGrid([]).SetAt(default));
    }

    [Fact]
    public void Events_of_200_000_positions_are_those_of_a_replay_by_brute_force()
    {
        var zones = Zones(210, 40, haveWindows: true);
        var routes = Worlds.Town(seed: 211, count: 200, days: 1, boxMetres: 6_000).Where(a => a.Shape == Shape.Route)
            .Take(40).ToArray();
        var rules = new TrackRules(300_000, 200_000, 60_000, 300, 240);
        var tracking = new Tracking(new ZoneGrid(zones), rules);
        var replay = new Replay(zones, rules);
        var random = new Random(212);
        var (at, place) = (new int[60], new Place[60]);
        for (var unit = 0; unit < 60; unit++)
        {
            var route = unit < routes.Length ? routes[unit] : null;
            tracking.Expect(new UnitId(unit), route);
            replay.Routes[unit] = route;
            (at[unit], place[unit]) = ((route?.Window.FromSeconds ?? 100) + (unit % 2 * 9_000), Near(random, zones));
        }

        var (found, expected) = (new List<TrackEvent>(), new List<TrackEvent>());
        for (var n = 0; n < Positions; n++)
        {
            var unit = random.Next(60);
            place[unit] = Move(random, replay.Routes[unit], place[unit], at[unit], zones);
            at[unit] += random.Next(20) == 0 ? random.Next(-5, 400) : random.Next(0, 12);
            var accuracy = random.Next(3) switch { 0 => 0, 1 => random.Next(1, 4), _ => random.Next(1, 200_000) };
            var position = new Position(new UnitId(unit), place[unit], at[unit], accuracy);
            tracking.Report([position], found);
            replay.Report(position, expected);
            if (found.Count != expected.Count)
            {
                var (last, meant) = (string.Join(' ', found.TakeLast(3)), string.Join(' ', expected.TakeLast(3)));
                Assert.Fail($"position {n}: {last} but {meant}");
            }
        }

        Assert.Equal(expected, found);
        Assert.True(tracking.LeftOut > 100);
        foreach (var kind in Enum.GetValues<TrackEventKind>())
        {
            Assert.True(found.Count(e => e.Kind == kind) > 20, $"{kind}: {found.Count(e => e.Kind == kind)}");
        }
    }

    private static Place Move(Random random, Activity? route, Place from, int at, Activity[] zones)
    {
        if (random.Next(3) == 0)
        {
            return from; // stands still
        }

        if (route is null || random.Next(200) == 0)
        {
            return Near(random, zones);
        }

        var vertex = Enumerable.Range(0, route.VertexCount)
            .LastOrDefault(v => route.Times[v] <= at + (random.Next(30) == 0 ? 4_000 : 0));
        var wander = random.Next(10) == 0 ? 500_000 : 20_000;
        var on = route.Vertex(vertex);
        return new Place(
            on.EastMillimetres + random.Next(-wander, wander), on.NorthMillimetres + random.Next(-wander, wander));
    }

    [Fact]
    public void A_position_that_wavers_at_an_edge_makes_no_events()
    {
        var zone = Worlds.Taken(Activity.Area(Plain, Rectangle(0, 0, 1_000_000), new Window(0, Limits.HorizonSeconds)));
        var tracking = new Tracking(new ZoneGrid([zone]), TrackRules.Default);
        var events = new List<TrackEvent>();
        var unit = new UnitId(1);
        void Report(int x, int at) => tracking.Report([new Position(unit, new Place(x, 500_000), at, 20_000)], events);
        Report(-50_000, 0);
        Assert.Equal(Standing.Outside, tracking.StandingOf(unit, 0));
        Report(10_000, 10);
        Report(-10_000, 20);
        Assert.Equal(Standing.Uncertain, tracking.StandingOf(unit, 0));
        Assert.Empty(events);
        Report(20_001, 30);
        Report(-15_000, 40);
        Report(30_000, 50);
        Assert.Equal(Standing.Inside, tracking.StandingOf(unit, 0));
        Assert.Equal([new TrackEvent(unit, TrackEventKind.Entered, 30, 0)], events);
        Report(-20_001, 60);
        Assert.Equal(new TrackEvent(unit, TrackEventKind.Left, 60, 0), events[^1]);
    }

    [Fact]
    public void Silence_is_noticed_once_by_whoever_asks_first()
    {
        var tracking = new Tracking(new ZoneGrid([]), TrackRules.Default);
        var events = new List<TrackEvent>();
        var unit = new UnitId(1);
        tracking.Report([new Position(unit, default, 1_000, 0)], events);
        tracking.Tick(1_599, events);
        Assert.Empty(events);
        tracking.Tick(1_700, events);
        tracking.Tick(1_800, events);
        tracking.Report([new Position(unit, new Place(90_000, 0), 1_900, 0)], events);
        Assert.Equal([new TrackEvent(unit, TrackEventKind.Silent, 1_600, -1)], events);
    }

    [Fact]
    public void Who_never_reports_is_silent_once_he_must_have_set_out()
    {
        var tracking = new Tracking(new ZoneGrid([]), TrackRules.Default);
        var events = new List<TrackEvent>();
        var route = Worlds.Taken(Activity.Route(
            Plain, [new Waypoint(default, 1_000), new Waypoint(new Place(90_000, 0), 1_100)], slackSeconds: 200));
        tracking.Expect(new UnitId(1), route);
        tracking.Expect(new UnitId(2), route: null);
        tracking.Tick(1_799, events);
        Assert.Empty(events);
        tracking.Tick(1_800, events);
        tracking.Report([new Position(new UnitId(1), default, 1_900, 0)], events);
        Assert.Equal(new TrackEvent(new UnitId(1), TrackEventKind.Silent, 1_800, -1), events[0]);
        Assert.Single(events, e => e.Kind == TrackEventKind.Silent);
    }

    /// <summary>Inside or on the edge, by the winding number in 128 bits.</summary>
    internal static bool Holds(Activity zone, Place p)
    {
        var winding = 0;
        for (var i = 0; i < zone.VertexCount; i++)
        {
            var (a, b) = (zone.Vertex(i), zone.Vertex((i + 1) % zone.VertexCount));
            if (Replay.IsNear(p, a, b, reach: 0))
            {
                return true;
            }

            var side = Replay.Cross(a, b, p);
            var isBelow = a.NorthMillimetres <= p.NorthMillimetres;
            var endsBelow = b.NorthMillimetres <= p.NorthMillimetres;
            winding += isBelow && !endsBelow && side > 0 ? 1 : !isBelow && endsBelow && side < 0 ? -1 : 0;
        }

        return winding != 0;
    }
}
