using Truce.Space;

namespace Truce.Benchmarks;

/// <summary>
/// The workload of <c>./bench space</c>: a box of 38 by 44 km for 90 days. Of the activities 60 % are routes of 5 to 20
/// waypoints at 3 to 20 km/h, 1 to 5 minutes a leg, slack 10 to 60 minutes, buffer 50 to 200 m; 30 % points of 2 to 24
/// hours, buffer 200 m; 10 % areas of 6 to 24 vertices, 4 to 72 hours, buffer 0 to 500 m. Half lie at 12 hotspots, 70 %
/// begin by day. Of 500 zones 20 are sectors that tile the box, 80 corridors, 400 restricted rings; three in ten hold
/// for some days only.
/// </summary>
internal sealed class SpaceWorld
{
    public const int Seed = 5;
    public const int Days = 90;
    private const int HalfEast = 19_050_000;
    private const int HalfNorth = 22_200_000;
    private const int Hotspots = 12;
    private const int HotspotMillimetres = 800_000;
    private const int Horizon = (Days + 10) * 86_400;

    private readonly Random _random;
    private readonly (int X, int Y)[] _hotspots;

    private readonly int _days;

    private SpaceWorld(int seed, int days)
    {
        _random = new Random(seed);
        _days = days;
        var fixedPlaces = new Random(Seed); // proposals gather at the same hotspots as what is there
        _hotspots = [.. Enumerable.Range(0, Hotspots).Select(_ => (
            fixedPlaces.Next(-HalfEast * 4 / 5, HalfEast * 4 / 5),
            fixedPlaces.Next(-HalfNorth * 4 / 5, HalfNorth * 4 / 5)))];
    }

    /// <summary>Activities from a seed, one after the other.</summary>
    public static IEnumerable<Activity> Activities(int seed, int count, int days = Days)
    {
        var world = new SpaceWorld(seed, days);
        return Enumerable.Range(0, count).Select(_ => world.One());
    }

    public static Activity[] Zones()
    {
        var world = new SpaceWorld(Seed + 1, Days);
        return [.. world.Sectors(), .. world.Corridors(80), .. world.Rings(400)];
    }

    /// <summary>Parts: legs of routes, points, edges of rings.</summary>
    public static int Parts(Activity a) => a.Shape == Shape.Area ? a.VertexCount : a.PartCount;

    private Activity One()
    {
        var (x, y) = Somewhere();
        var day = 86_400 * (2 + _random.Next(_days));
        var from = day + (_random.NextDouble() < 0.7 ? _random.Next(21_600, 64_800)
            : (64_800 + _random.Next(43_200)) % 86_400);
        return _random.Next(10) switch
        {
            < 6 => Route(x, y, from),
            < 9 => Taken(Activity.Point(
                Who(200_000), new Place(x, y), new Window(from, from + _random.Next(7_200, 86_400)))),
            _ => Taken(Activity.Area(
                Who(_random.Next(500_001)), Star(x, y, 100_000, 800_000, _random.Next(6, 25)),
                new Window(from, from + _random.Next(14_400, 259_200)))),
        };
    }

    private Activity Route(int x, int y, int from)
    {
        var waypoints = new Waypoint[_random.Next(5, 21)];
        var metresASecond = (3 + (17 * _random.NextDouble())) / 3.6;
        var heading = _random.NextDouble() * 2 * Math.PI;
        for (var i = 0; i < waypoints.Length; i++)
        {
            waypoints[i] = new Waypoint(new Place(x, y), from);
            var seconds = _random.Next(60, 301);
            heading += (_random.NextDouble() - 0.5) * 1.2;
            x += (int)(1000 * seconds * metresASecond * Math.Cos(heading));
            y += (int)(1000 * seconds * metresASecond * Math.Sin(heading));
            from += seconds;
        }

        return Taken(Activity.Route(Who(_random.Next(50_000, 200_001)), waypoints, _random.Next(600, 3_601)));
    }

    private Particulars Who(int buffer) =>
        new(Names[_random.Next(Names.Length)], (ActivityKind)_random.Next(4), IsEmergency: false, buffer);

    private static readonly string[] Names = [.. Enumerable.Range(0, 20).Select(i => $"party-{i}")];

    private (int X, int Y) Somewhere()
    {
        if (_random.Next(2) == 0)
        {
            return (_random.Next(-HalfEast, HalfEast), _random.Next(-HalfNorth, HalfNorth));
        }

        var (x, y) = _hotspots[_random.Next(Hotspots)];
        return (x + Around(HotspotMillimetres), y + Around(HotspotMillimetres));
    }

    /// <summary>A bell of that standard deviation, near enough, never beyond six of it.</summary>
    private int Around(int millimetres) =>
        (int)(millimetres * (Enumerable.Range(0, 12).Sum(_ => _random.NextDouble()) - 6));

    private Place[] Star(int x, int y, int near, int far, int vertices) =>
    [
        .. Enumerable.Range(0, vertices).Select(i =>
        {
            var (reach, angle) = (_random.Next(near, far), 2 * Math.PI * i / vertices);
            return new Place(x + (int)(reach * Math.Cos(angle)), y + (int)(reach * Math.Sin(angle)));
        }),
    ];

    private Window Holding()
    {
        if (_random.Next(10) >= 3)
        {
            return new Window(0, Horizon);
        }

        var from = 86_400 * _random.Next(2, Days);
        return new Window(from, from + _random.Next(86_400, 14 * 86_400));
    }

    private Activity Zone(Place[] ring) => Taken(Activity.Area(
        new Particulars("mission", ActivityKind.Operation, IsEmergency: false, 0), ring, Holding()));

    /// <summary>Four by five, with borders of many vertices that neighbours share.</summary>
    private IEnumerable<Activity> Sectors()
    {
        const int Columns = 4, Rows = 5, Steps = 56;
        Place Corner(int c, int r) =>
            new(-HalfEast + (2 * HalfEast / Columns * c), -HalfNorth + (2 * HalfNorth / Rows * r));
        Place[] Border(Place a, Place b) =>
        [
            .. Enumerable.Range(0, Steps).Select(i => i == 0 ? a : new Place(
                a.EastMillimetres + (int)((long)(b.EastMillimetres - a.EastMillimetres) * i / Steps)
                    + (a.EastMillimetres == b.EastMillimetres ? _random.Next(-120_000, 120_001) : 0),
                a.NorthMillimetres + (int)((long)(b.NorthMillimetres - a.NorthMillimetres) * i / Steps)
                    + (a.NorthMillimetres == b.NorthMillimetres ? _random.Next(-120_000, 120_001) : 0))),
            b,
        ];
        var east = new Place[Columns, Rows + 1][];
        var north = new Place[Columns + 1, Rows][];
        for (var c = 0; c <= Columns; c++)
        {
            for (var r = 0; r <= Rows; r++)
            {
                _ = c < Columns ? east[c, r] = Border(Corner(c, r), Corner(c + 1, r)) : null;
                _ = r < Rows ? north[c, r] = Border(Corner(c, r), Corner(c, r + 1)) : null;
            }
        }

        for (var c = 0; c < Columns; c++)
        {
            for (var r = 0; r < Rows; r++)
            {
                yield return Zone([
                    .. east[c, r][..^1], .. north[c + 1, r][..^1],
                    .. east[c, r + 1].Reverse().SkipLast(1), .. north[c, r].Reverse().SkipLast(1)]);
            }
        }
    }

    private IEnumerable<Activity> Corridors(int count)
    {
        for (var made = 0; made < count;)
        {
            var (x, y) = ((double)_random.Next(-HalfEast, HalfEast), (double)_random.Next(-HalfNorth, HalfNorth));
            var (heading, half) = (_random.NextDouble() * 2 * Math.PI, _random.Next(100_000, 250_000));
            var (left, right) = (new List<Place>(), new List<Place>());
            for (var i = _random.Next(12, 32); i > 0; i--)
            {
                var (dx, dy) = (half * -Math.Sin(heading), half * Math.Cos(heading));
                left.Add(new Place((int)(x + dx), (int)(y + dy)));
                right.Add(new Place((int)(x - dx), (int)(y - dy)));
                heading += (_random.NextDouble() - 0.5) * 0.5;
                var step = _random.Next(400_000, 900_000);
                (x, y) = (x + (step * Math.Cos(heading)), y + (step * Math.Sin(heading)));
            }

            right.Reverse();
            var ring = Activity.Area(
                new Particulars("mission", ActivityKind.Operation, IsEmergency: false, 0), [.. left, .. right],
                Holding());
            if (ring.ActivityOrNull is { } corridor)
            {
                made++;
                yield return corridor;
            }
        }
    }

    private IEnumerable<Activity> Rings(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (x, y) = Somewhere();
            yield return Zone(Star(x, y, 300_000, 1_200_000, _random.Next(8, 24)));
        }
    }

    private static Activity Taken(Ingested ingested) =>
        ingested.ActivityOrNull ?? throw new InvalidOperationException(ingested.ToString());
}
