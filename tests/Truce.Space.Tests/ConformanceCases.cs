namespace Truce.Space.Tests;

/// <summary>
/// The named cases of the conformance pack: exact ties, edges of windows, insides; then seeded lattices.
/// </summary>
internal static class ConformanceCases
{
    public sealed record Case(string Name, Stated A, Stated B);

    /// <summary>An activity as it is stated, in whole millimetres and seconds, before legs are split.</summary>
    public sealed record Stated(string Shape, int Buffer, int Slack, int[][] Vertices, int[]? Window, int[]? Times);

    public static Activity? Taken(Stated s) => Ingested(s).ActivityOrNull;

    public static Ingested Ingested(Stated s)
    {
        var who = new Particulars("x", ActivityKind.Operation, IsEmergency: false, s.Buffer);
        Place[] places = [.. s.Vertices.Select(v => new Place(v[0], v[1]))];
        return s.Shape switch
        {
            "point" => Activity.Point(who, places[0], new Window(s.Window![0], s.Window[1])),
            "route" => Activity.Route(who, [.. places.Select((p, i) => new Waypoint(p, s.Times![i]))], s.Slack),
            _ => Activity.Area(who, places, new Window(s.Window![0], s.Window[1])),
        };
    }

    public static IEnumerable<Case> Ties() => [.. Reaches(), .. Windows(), .. Areas(), .. Legs()];

    private static IEnumerable<Case> Reaches()
    {
        // Distance: at most the sum of the buffers, the sum included.
        yield return new("apart by the sum of both buffers", Point(0, 0, 2_000), Point(3_000, 4_000, 3_000));
        yield return new("apart by a millimetre more", Point(0, 0, 2_000), Point(3_000, 4_000, 2_999));
        yield return new("the same place without room", Point(7, 7, 0), Point(7, 7, 0));
        yield return new("a millimetre apart without room", Point(7, 7, 0), Point(8, 7, 0));
        yield return new(
            "beside a slanting leg by exactly its room", Point(-800, 600, 1_000), Route(0, 0, [0, 0], [3_000, 4_000]));
        yield return new(
            "beside a slanting leg, room a millimetre short", Point(-800, 600, 999),
            Route(0, 0, [0, 0], [3_000, 4_000]));
        yield return new(
            "past the end of a leg by exactly its room", Point(6_000, 8_000, 5_000),
            Route(0, 0, [0, 0], [3_000, 4_000]));

        // The leg's length is a whole number by Pythagoras: 99929599² + 894444720² = 900009601². The places lie beside
        // it as far as both rooms reach, or some thousand-millionths of a millimetre nearer or farther. Of the last
        // three, numbers of 53 bits give the wrong answer.
        foreach (var (x, y, room, name) in ((int, int, int, string)[])
            [
                (-109_736_772, -76_013_800, 100_000_000, "200 km beside a long leg, exactly"),
                (-105_376_529, -36_986_361, 100_000_000, "200 km beside a long leg and a hair more"),
                (-114_097_015, -115_041_239, 100_000_000, "200 km beside a long leg less a hair"),
                (-76_102_144, 225_041_246, 99_999_994, "beside a long leg exactly at the reach"),
                (-73_016_870, 252_656_776, 99_999_996, "beside a long leg, a hair nearer than the reach"),
                (-59_880_835, 370_233_979, 99_999_980, "beside a long leg, a hair farther than the reach"),
            ])
        {
            yield return new(name, Point(x, y, room), new Stated(
                "route", 100_000_000, 0, [[50_035_201, -447_222_360], [149_964_800, 447_222_360]], null,
                [1_000, 1_300]));
        }
    }

    /// <summary>Half-open.</summary>
    private static IEnumerable<Case> Windows()
    {
        yield return new("windows that meet end to start", Point(0, 0, 5, 100, 200), Point(0, 0, 5, 200, 300));
        yield return new("windows that share a second", Point(0, 0, 5, 100, 201), Point(0, 0, 5, 200, 300));
        yield return new(
            "a route whose slack ends as the other begins", Route(60, 5, [0, 0], [1_000, 0]),
            Point(0, 0, 5, 1_160, 1_300));
        yield return new(
            "a route whose slack ends a second later", Route(61, 5, [0, 0], [1_000, 0]), Point(0, 0, 5, 1_160, 1_300));
        yield return new(
            "near in place on one leg and in time on another", Route(0, 100, [0, 0], [50_000, 0], [50_000, 90_000]),
            Point(50_000, 90_000, 100, 1_000, 1_100));
    }

    /// <summary>The ring with its interior.</summary>
    private static IEnumerable<Case> Areas()
    {
        int[][] square = [[0, 0], [1_000, 0], [1_000, 1_000], [0, 1_000]];
        yield return new("inside an area", Point(500, 500, 0), Area(0, square));
        yield return new("on the edge of an area", Point(1_000, 500, 0), Area(0, square));
        yield return new("on a vertex of an area", Point(1_000, 1_000, 0), Area(0, square));
        yield return new("a millimetre outside", Point(1_001, 500, 0), Area(0, square));
        yield return new(
            "an area in an area", Area(0, square), Area(0, [[-9, -9], [2_000, -9], [2_000, 2_000], [-9, 2_000]]));
        yield return new(
            "areas that share an edge",
            Area(0, square), Area(0, [[1_000, 0], [2_000, 0], [2_000, 1_000], [1_000, 1_000]]));
        yield return new(
            "areas that touch in a vertex", Area(0, square), Area(0, [[1_000, 1_000], [2_000, 1_000], [2_000, 2_000]]));
        yield return new(
            "areas a millimetre apart", Area(0, square), Area(0, [[1_001, 0], [2_000, 0], [2_000, 1_000]]));
        yield return new("in the bay of a horseshoe", Point(500, 500, 0), Area(0, Horseshoe));
        yield return new("in the bay, with room to its side", Point(500, 500, 400), Area(0, Horseshoe));
        yield return new("level with a vertex of a horseshoe", Point(50, 1_000, 0), Area(0, Horseshoe));
        yield return new(
            "through an area between two waypoints", Route(0, 0, [-500, 500], [1_500, 500]), Area(0, square));
    }

    private static IEnumerable<Case> Legs()
    {
        yield return new("legs that cross", Route(0, 0, [0, 0], [1_000, 1_000]), Route(0, 0, [0, 1_000], [1_000, 0]));
        yield return new(
            "legs in one line that touch", Route(0, 0, [0, 0], [500, 500]), Route(0, 0, [500, 500], [900, 900]));
        yield return new(
            "legs in one line a step apart", Route(0, 0, [0, 0], [500, 500]), Route(0, 0, [501, 501], [900, 900]));
        yield return new(
            "parallel legs at their room", Route(0, 60, [0, 0], [900, 0]), Route(0, 40, [0, 100], [900, 100]));
        yield return new(
            "parallel legs a millimetre more", Route(0, 60, [0, 0], [900, 0]), Route(0, 40, [0, 101], [900, 101]));
    }

    /// <summary>Random activities on a small lattice, where ties are everywhere.</summary>
    public static IEnumerable<Case> Lattice(int seed, int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            Stated Any()
            {
                while (true)
                {
                    int[] At() => [random.Next(13) - 6, random.Next(13) - 6];
                    var (from, buffer) = (10 + random.Next(20), random.Next(4));
                    int[] window = [from, from + 1 + random.Next(8)];
                    int[][] vertices = [.. Enumerable.Range(0, 2 + random.Next(5)).Select(_ => At())];
                    var stated = random.Next(3) switch
                    {
                        0 => new Stated("point", buffer, 0, [At()], window, null),
                        1 => new Stated("area", buffer, 0, vertices, window, null),
                        _ => new Stated(
                            "route", buffer, random.Next(3), vertices, null,
                            [.. vertices.Select((_, k) => from + (2 * k))]),
                    };
                    if (Taken(stated) is not null)
                    {
                        return stated;
                    }
                }
            }

            yield return new Case($"lattice {i}", Any(), Any());
        }
    }

    private static int[][] Horseshoe =>
        [[0, 0], [1_000, 0], [1_000, 1_000], [900, 1_000], [900, 100], [100, 100], [100, 1_000], [0, 1_000]];

    private static Stated Point(int x, int y, int buffer, int from = 1_000, int until = 2_000) =>
        new("point", buffer, 0, [[x, y]], [from, until], null);

    private static Stated Area(int buffer, int[][] ring) => new("area", buffer, 0, ring, [1_000, 2_000], null);

    /// <summary>A waypoint every hundred seconds from 1,000 on.</summary>
    private static Stated Route(int slack, int buffer, params int[][] waypoints) =>
        new("route", buffer, slack, waypoints, null, [.. waypoints.Select((_, i) => 1_000 + (100 * i))]);
}
