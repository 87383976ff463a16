namespace Truce.Space.Tests;

/// <summary>What is taken in, exactly, and what is refused, with its reason and vertex.</summary>
public sealed class IngestionTests
{
    private static readonly Particulars Convoy = new("relief", ActivityKind.Humanitarian, IsEmergency: false, 100_000);
    private static readonly Window Hour = new(0, 3600);

    private static (RefusalReason Reason, int? Vertex) Refused(Ingested ingested)
    {
        var refusal = Assert.IsType<Ingested.Refused>(ingested).Refusal;
        Assert.NotEmpty(refusal.Text);
        return (refusal.Reason, refusal.Vertex);
    }

    private static Place[] Ring(params (int X, int Y)[] vertices) => [.. vertices.Select(v => new Place(v.X, v.Y))];

    private static (RefusalReason, int?) RefusedRing(params (int, int)[] vertices) =>
        Refused(Activity.Area(Convoy, Ring(vertices), Hour));

    [Fact]
    public void A_ring_that_crosses_or_touches_itself_is_refused_at_its_vertex()
    {
        Assert.Equal((RefusalReason.SelfCrossing, 2), RefusedRing((0, 0), (10, 10), (10, 0), (0, 10)));
        Assert.Equal((RefusalReason.SelfCrossing, 2), RefusedRing((0, 0), (10, 0), (5, 5), (5, 0), (0, 9)));
        Assert.Equal((RefusalReason.SelfCrossing, 1), RefusedRing((0, 0), (10, 0), (4, 0)));
        Assert.Equal((RefusalReason.SelfCrossing, 1), RefusedRing((0, 0), (10, 0), (5, 0), (5, 5)));
        Assert.Equal((RefusalReason.RepeatedVertex, 3), RefusedRing((0, 0), (10, 0), (10, 10), (10, 0), (0, 10)));
        Assert.Equal((RefusalReason.TooFewVertices, null), RefusedRing((0, 0), (10, 0), (0, 0)));
        Assert.Equal((RefusalReason.BeyondFrame, 1), RefusedRing((0, 0), (500_000_001, 0), (0, 5)));
    }

    [Fact]
    public void A_simple_ring_is_taken_either_way_round_closed_or_open()
    {
        Assert.Equal(
            4, Taken(Activity.Area(Convoy, Ring((0, 0), (10, 0), (10, 10), (0, 10), (0, 0)), Hour)).VertexCount);
        Assert.Equal(4, Taken(Activity.Area(Convoy, Ring((0, 0), (0, 10), (10, 10), (10, 0)), Hour)).VertexCount);
        Assert.Equal(3, Taken(Activity.Area(Convoy, Ring((0, 0), (1, 0), (0, 1)), Hour)).VertexCount);
        Assert.Equal(4, Taken(Activity.Area(Convoy, Ring((0, 0), (5, 0), (10, 0), (5, 9)), Hour)).VertexCount);
    }

    [Fact]
    public void A_ring_has_at_most_so_many_vertices()
    {
        var comb = Enumerable.Range(0, Limits.RingVertices + 2).Select(i => new Place(i, i % 2)).ToArray();
        Assert.Equal((RefusalReason.TooManyVertices, Limits.RingVertices), Refused(Activity.Area(Convoy, comb, Hour)));
    }

    [Fact]
    public void A_route_backwards_in_time_or_past_the_horizon_is_refused_at_its_waypoint()
    {
        static Waypoint At(int x, int seconds) => new(new Place(x, 0), seconds);
        static (RefusalReason, int?) Of(int slack, params Waypoint[] waypoints) =>
            Refused(Activity.Route(Convoy, waypoints, slack));
        Assert.Equal((RefusalReason.BackwardsInTime, 2), Of(0, At(0, 100), At(1, 200), At(2, 199)));
        Assert.Equal((RefusalReason.BackwardsInTime, 1), Of(0, At(0, 100), At(1, 100)));
        Assert.Equal((RefusalReason.BeyondHorizon, 0), Of(101, At(0, 100), At(1, 200)));
        Assert.Equal((RefusalReason.BeyondHorizon, 1), Of(1, At(0, 100), At(1, Limits.HorizonSeconds)));
        Assert.Equal((RefusalReason.TooFewVertices, null), Of(0, At(0, 100)));
        Assert.Equal((RefusalReason.OutOfRange, null), Of(-1, At(0, 100), At(1, 200)));
        Assert.Equal((RefusalReason.OutOfRange, null), Of(Limits.SlackSeconds + 1, At(0, 100), At(1, 200)));
        Assert.Equal((RefusalReason.TooManyVertices, 1), Of(0, At(0, 0), At(1, 300 * (Limits.RouteLegs + 1))));
        var many = Enumerable.Range(0, Limits.RouteWaypoints + 1).Select(i => At(i, i)).ToArray();
        Assert.Equal((RefusalReason.TooManyVertices, Limits.RouteWaypoints), Of(0, many));
    }

    [Fact]
    public void A_window_that_is_empty_or_past_the_horizon_and_a_buffer_out_of_range_are_refused()
    {
        static (RefusalReason, int?) Of(int from, int until) =>
            Refused(Activity.Point(Convoy, default, new Window(from, until)));
        Assert.Equal((RefusalReason.EmptyWindow, null), Of(5, 5));
        Assert.Equal((RefusalReason.BeyondHorizon, null), Of(-1, 5));
        Assert.Equal((RefusalReason.BeyondHorizon, null), Of(5, Limits.HorizonSeconds + 1));
        var bad = Convoy with { BufferMillimetres = -1 };
        Assert.Equal((RefusalReason.OutOfRange, null), Refused(Activity.Point(bad, default, Hour)));
    }

    [Fact]
    public void Positions_are_refused_with_their_vertex()
    {
        var intake = new Intake(new MissionFrame(new GeodeticPosition(31.4, 34.38)));
        var (here, there) = (new GeodeticPosition(31.4, 34.4), new GeodeticPosition(31.5, 34.4));
        GeodeticPosition[] ring = [here, there, new(double.NaN, 34)];
        GeodeticWaypoint[] route = [new(here, 0), new(new GeodeticPosition(-90, 0), 60)];
        Assert.Equal((RefusalReason.NotANumber, 2), Refused(intake.Area(Convoy, ring, Hour)));
        Assert.Equal((RefusalReason.Pole, 1), Refused(intake.Route(Convoy, route, slackSeconds: 0)));
        Assert.Equal((RefusalReason.NotOnEarth, 0), Refused(intake.Point(Convoy, new GeodeticPosition(0, 181), Hour)));
        Assert.Equal(1, Taken(intake.Point(Convoy, here, Hour)).PartCount);
    }

    [Fact]
    public void A_long_leg_is_split_where_steady_speed_brings_him()
    {
        var route = Taken(
            Activity.Route(Convoy, [new(new Place(0, 0), 60), new(new Place(1001, -1001), 760)], slackSeconds: 60));
        Assert.Equal(3, route.PartCount);
        Assert.Equal(
            [new Place(0, 0), new(333, -333), new(666, -666), new(1001, -1001)],
            Enumerable.Range(0, 4).Select(route.Vertex));
        Assert.Equal([new Window(0, 353), new(233, 586), new(466, 820)],
            Enumerable.Range(0, 3).Select(route.PartWindow));
    }

    [Fact]
    public void A_halt_is_one_leg_and_300_seconds_are_not_split()
    {
        Waypoint[] waypoints = [new(new Place(0, 0), 100), new(new Place(0, 0), 90_000), new(new Place(9, 9), 90_300)];
        Assert.Equal(2, Taken(Activity.Route(Convoy, waypoints, slackSeconds: 0)).PartCount);
    }

    private static Activity Taken(Ingested ingested) => Assert.IsType<Ingested.Accepted>(ingested).Activity;
}
