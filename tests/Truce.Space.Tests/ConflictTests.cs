using NetTopologySuite.Geometries;

namespace Truce.Space.Tests;

/// <summary>
/// The predicate: against the definition in unbounded integers, against NetTopologySuite, and by its laws.
/// </summary>
public sealed class ConflictTests
{
    private const int LatticePairs = 200_000;

    private static readonly Particulars Plain = new("x", ActivityKind.Operation, IsEmergency: false, 0);

    [Theory]
    [InlineData(1)]
    [InlineData(39_999_983)]
    public void On_lattices_full_of_ties_the_predicate_is_the_definition(int scale)
    {
        var (pairs, conflicts) = (0, 0);
        for (var seed = 1; pairs < LatticePairs; seed++)
        {
            var world = Worlds.Lattice(seed, count: 100, scale);
            for (var i = 0; i < world.Length; i++)
            {
                for (var j = i; j < world.Length; j++, pairs++)
                {
                    var expected = Definition.Conflict(world[i], world[j]);
                    Assert.True(expected == Conflict.Exists(world[i], world[j]), $"seed {seed}, {i} and {j}");
                    Assert.True(expected == Conflict.Exists(world[j], world[i]), $"seed {seed}, {j} and {i}");
                    conflicts += expected ? 1 : 0;
                }
            }
        }

        Assert.InRange(conflicts, pairs / 20, pairs * 19 / 20);
    }

    [Fact]
    public void In_a_town_the_predicate_is_the_definition()
    {
        var town = Worlds.Town(seed: 5, count: 150, days: 1, boxMetres: 5_000);
        var conflicts = 0;
        foreach (var a in town)
        {
            foreach (var b in town)
            {
                var expected = Definition.Conflict(a, b);
                Assert.Equal(expected, Conflict.Exists(a, b));
                conflicts += expected ? 1 : 0;
            }
        }

        Assert.True(conflicts > 1_000);
    }

    [Fact]
    public void Products_near_a_tie_are_compared_in_full()
    {
        // Squares that differ in the last of 120 bits, where floating point sees them as equal.
        const long Cross = 1_999_999_999_999_999_989;
        (long, long)[] sides = [(40_000_000_000_000_000, 1_999_999_999_999_999_999), (3, 7)];
        foreach (var (reachSquared, length) in sides)
        {
            for (var off = -3L; off <= 3; off++)
            {
                var square = (Int128)Cross + off;
                Assert.Equal(
                    square * square <= (Int128)reachSquared * length,
                    Exact.IsSquareAtMost((long)square, reachSquared, length));
            }
        }

        for (var root = 1_000_000_007L; root < 1_000_001_007; root++)
        {
            Assert.True(Exact.IsSquareAtMost(root * 14_142_135, 14_142_135L * 14_142_135, root * root));
            Assert.False(Exact.IsSquareAtMost((root * 14_142_135) + 1, 14_142_135L * 14_142_135, root * root));
        }
    }

    [Fact]
    public void Distances_are_those_of_NetTopologySuite_to_the_last_bit_and_a_rounding_up()
    {
        var factory = new GeometryFactory();
        Geometry Drawn(Activity a, int part)
        {
            var corners = Enumerable.Range(0, a.VertexCount).Select(a.Vertex)
                .Select(p => new Coordinate(p.EastMillimetres, p.NorthMillimetres)).ToArray();
            return a.Shape == Shape.Area
                ? factory.CreatePolygon([.. corners, corners[0]])
                : factory.CreateLineString([corners[part], corners[part + 1]]);
        }

        var town = Worlds.Town(seed: 6, count: 300, days: 1, boxMetres: 8_000);
        var compared = 0;
        foreach (var a in town)
        {
            foreach (var b in town.Where(b => Conflict.Exists(a, b)))
            {
                foreach (var pair in Conflict.Between(a, b)!.Pairs.Take(3))
                {
                    var theirs = Drawn(a, pair.PartOfFirst).Distance(Drawn(b, pair.PartOfSecond));
                    Assert.InRange(pair.DistanceMillimetres, theirs - Ulps(theirs), theirs + 1 + Ulps(theirs));
                    compared++;
                }

                var least = Conflict.Between(a, b)!;
                var (p, q) = (least.NearestOfFirst, least.NearestOfSecond);
                var apart = Math.Sqrt(
                    Math.Pow(p.EastMillimetres - (double)q.EastMillimetres, 2)
                    + Math.Pow(p.NorthMillimetres - (double)q.NorthMillimetres, 2));
                Assert.InRange(apart, least.LeastDistanceMillimetres - 2.5, least.LeastDistanceMillimetres + 2.5);
            }
        }

        Assert.True(compared > 1_000, $"{compared}");
        static double Ulps(double distance) => 1e-6 + Math.BitIncrement(distance) - distance;
    }

    [Fact]
    public void An_explanation_is_the_definition_told_part_by_part()
    {
        var world = Worlds.Lattice(seed: 77, count: 150).Concat(Worlds.Lattice(seed: 78, count: 50, scale: 1_000))
            .ToArray();
        foreach (var a in world)
        {
            foreach (var b in world)
            {
                var conflict = Conflict.Between(a, b);
                Assert.Equal(Definition.Conflict(a, b), conflict is not null);
                if (conflict is null)
                {
                    continue;
                }

                var reach = a.Particulars.BufferMillimetres + b.Particulars.BufferMillimetres;
                Assert.InRange(conflict.LeastDistanceMillimetres, 0, reach);
                Assert.Equal(conflict.Pairs.Min(p => p.DistanceMillimetres), conflict.LeastDistanceMillimetres);
                Assert.Equal(conflict.Pairs.Min(p => p.Overlap.FromSeconds), conflict.Overlap.FromSeconds);
                Assert.Equal(conflict.Pairs.Max(p => p.Overlap.UntilSeconds), conflict.Overlap.UntilSeconds);
                Assert.True(conflict.SynchronisedSeparationMillimetres >= conflict.LeastDistanceMillimetres - 2);
                var back = Conflict.Between(b, a)!;
                Assert.Equal(
                    (conflict.NearestOfFirst, conflict.NearestOfSecond, conflict.SynchronisedSeparationMillimetres),
                    (back.NearestOfSecond, back.NearestOfFirst, back.SynchronisedSeparationMillimetres));
            }
        }
    }

    [Fact]
    public void Two_on_one_road_at_different_times_are_apart_when_synchronised()
    {
        // Both drive east along one line at 10 m/s, the second 100 s behind: together within 20 s they are 800 m apart.
        var first = Drive(from: 100, slack: 10);
        var second = Drive(from: 200, slack: 10);
        Assert.Equal(800_000, Conflict.Between(first, second)!.SynchronisedSeparationMillimetres);
        Assert.Equal(0, Conflict.Between(first, second)!.LeastDistanceMillimetres);
        static Activity Drive(int from, int slack) => Worlds.Taken(Activity.Route(
            Plain, [new(new Place(0, 0), from), new(new Place(3_000_000, 0), from + 300)], slack));
    }

    [Fact]
    public void Bookings_back_to_back_do_not_meet_and_buffers_that_touch_do()
    {
        static Activity At(int x, int from, int buffer) => Worlds.Taken(Activity.Point(
            Plain with { BufferMillimetres = buffer }, new Place(x, 0), new Window(from, from + 100)));
        Assert.False(Conflict.Exists(At(0, 0, 5), At(0, 100, 5)));
        Assert.True(Conflict.Exists(At(0, 0, 5), At(0, 99, 5)));
        Assert.True(Conflict.Exists(At(0, 0, 5), At(10, 50, 5)));
        Assert.False(Conflict.Exists(At(0, 0, 5), At(11, 50, 5)));
    }

    [Fact]
    public void More_buffer_slack_or_window_never_ends_a_conflict()
    {
        var world = Worlds.Lattice(seed: 90, count: 120);
        foreach (var a in world)
        {
            foreach (var wider in new[] { Change(a, buffer: 1), Change(a, slack: 1), Change(a, slack: 5, buffer: 2) })
            {
                Assert.All(world, b => Assert.True(!Conflict.Exists(a, b) || Conflict.Exists(wider, b)));
            }
        }
    }

    [Fact]
    public void A_shift_in_space_or_time_changes_nothing()
    {
        var world = Worlds.Lattice(seed: 91, count: 150, scale: 1_001);
        var shifted = world.Select(a => Change(a, x: 345_678_901, y: -412_345_677, seconds: 2_000_000)).ToArray();
        for (var i = 0; i < world.Length; i++)
        {
            for (var j = 0; j < world.Length; j++)
            {
                Assert.Equal(Conflict.Exists(world[i], world[j]), Conflict.Exists(shifted[i], shifted[j]));
            }
        }
    }

    [Fact]
    public void Finer_legs_that_divide_exactly_only_shrink()
    {
        var random = new Random(92);
        var (lost, world) = (0, Worlds.Lattice(seed: 93, count: 100, scale: 4));
        for (var n = 0; n < 400; n++)
        {
            var coarse = Enumerable.Range(0, 5)
                .Select(i => new Waypoint(new Place(random.Next(13) * 4, random.Next(13) * 4), 10 + (4 * i))).ToArray();
            var fine = coarse.Zip(coarse.Skip(1))
                .SelectMany(p => Enumerable.Range(0, 4).Select(k => Between(p.First, p.Second, k)))
                .Append(coarse[^1]).ToArray();
            var (a, b) = (Worlds.Taken(Activity.Route(Plain, coarse, 1)), Worlds.Taken(Activity.Route(Plain, fine, 1)));
            foreach (var other in world)
            {
                Assert.True(!Conflict.Exists(b, other) || Conflict.Exists(a, other), $"route {n}");
                lost += Conflict.Exists(a, other) && !Conflict.Exists(b, other) ? 1 : 0;
            }
        }

        Assert.True(lost > 0);
        static Waypoint Between(Waypoint a, Waypoint b, int quarter) => new(
            new Place(
                a.Place.EastMillimetres + ((b.Place.EastMillimetres - a.Place.EastMillimetres) / 4 * quarter),
                a.Place.NorthMillimetres + ((b.Place.NorthMillimetres - a.Place.NorthMillimetres) / 4 * quarter)),
            a.ExpectedSeconds + quarter);
    }

    [Fact]
    public void Vector_instructions_say_what_their_twins_say()
    {
        var random = new Random(94);
        int[] xs = new int[64], ys = new int[64], ts = new int[64];
        for (var n = 0; n < 20_000; n++)
        {
            var span = random.Next(2) == 0 ? 4 : Limits.FrameMillimetres;
            int At() => random.Next(-span, span + 1);
            for (var i = 0; i < 40; i++)
            {
                (xs[i], ys[i], ts[i]) = (At(), At(), At());
            }

            var box = Box.Of(new Segment(At(), At(), At(), At()));
            var x = xs.AsSpan(n % 8);
            var y = ys.AsSpan(n % 8);
            var t = ts.AsSpan(n % 8);
            var near = Prefilter.SegmentsOneByOne(x, y, box);
            Assert.Equal((near, near), (Prefilter.SegmentsBy512(x, y, box), Prefilter.SegmentsBy256(x, y, box)));
            var (after, before) = (At(), At());
            var during = Prefilter.TimesOneByOne(t, after, before);
            Assert.Equal(
                (during, during), (Prefilter.TimesBy512(t, after, before), Prefilter.TimesBy256(t, after, before)));
        }
    }

    private static Activity Change(Activity a, int buffer = 0, int slack = 0, int x = 0, int y = 0, int seconds = 0)
    {
        var who = a.Particulars with { BufferMillimetres = a.Particulars.BufferMillimetres + buffer };
        var vertices = Enumerable.Range(0, a.VertexCount).Select(a.Vertex)
            .Select(p => new Place(p.EastMillimetres + x, p.NorthMillimetres + y)).ToArray();
        var window = new Window(a.Window.FromSeconds + seconds - slack, a.Window.UntilSeconds + seconds + slack);
        return Worlds.Taken(a.Shape switch
        {
            Shape.Point => Activity.Point(who, vertices[0], window),
            Shape.Area => Activity.Area(who, vertices, window),
            _ => Activity.Route(
                who, [.. vertices.Select((v, i) => new Waypoint(v, a.Times[i] + seconds))], a.SlackSeconds + slack),
        });
    }
}
