namespace Truce.Space;

/// <summary>What sort of undertaking an activity is; it decides how early notice is due.</summary>
public enum ActivityKind
{
    /// <summary>An operation of a force.</summary>
    Operation,

    /// <summary>A humanitarian movement or site: its notice is never held up.</summary>
    Humanitarian,

    /// <summary>Police work.</summary>
    Police,

    /// <summary>Reconstruction and other works.</summary>
    Works,
}

/// <summary>The drawing of an activity.</summary>
public enum Shape
{
    /// <summary>One place for the whole window.</summary>
    Point,

    /// <summary>Waypoints with expected times; two in one place are a halt.</summary>
    Route,

    /// <summary>A ring with its interior for the whole window.</summary>
    Area,
}

/// <summary>What an activity says beside its drawing.</summary>
/// <param name="Actor">Who acts, by the mission's name for him.</param>
/// <param name="Kind">The sort of undertaking.</param>
/// <param name="IsEmergency">Whether it is an emergency: never held up by awareness, always notified.</param>
/// <param name="BufferMillimetres">The room it needs around it, 0 to <see cref="Limits.BufferMillimetres"/>.</param>
public sealed record Particulars(string Actor, ActivityKind Kind, bool IsEmergency, int BufferMillimetres);

/// <summary>
/// Somebody's undertaking in space and time, exact: whole millimetres and seconds. It consists of parts. A point is one
/// part, an area is one part, a route has one part a leg: the segment between two waypoints from the earlier expected
/// time less the slack until the later one and the slack. Made by <see cref="Point"/>, <see cref="Route"/> and
/// <see cref="Area"/>, which refuse what cannot be represented; it never changes afterwards.
/// </summary>
public sealed class Activity
{
    /// <summary>
    /// East, north and time of each vertex, one after the other, then room that vector instructions may read. A point
    /// stands here twice, and a ring's first vertex once more at its end.
    /// </summary>
    private readonly int[] _chain;

    private readonly int _vertices;

    private Activity(Particulars particulars, Shape shape, int slackSeconds, int[] chain, int vertices)
    {
        (Particulars, Shape, SlackSeconds, _chain, _vertices) = (particulars, shape, slackSeconds, chain, vertices);
        BufferMillimetres = particulars.BufferMillimetres;
        Box = Box.Around(Easts, Norths);
        Window = new Window(Times[0] - slackSeconds, Times[^1] + slackSeconds);
    }

    /// <summary>Who acts, the kind and the buffer.</summary>
    public Particulars Particulars { get; }

    /// <summary>The drawing.</summary>
    public Shape Shape { get; }

    /// <summary>How much earlier or later than expected a route may be, in seconds; 0 for points and areas.</summary>
    public int SlackSeconds { get; }

    /// <summary>From the first second of the first part until the end of the last.</summary>
    public Window Window { get; }

    /// <summary>How many parts there are: legs of a route, else 1.</summary>
    public int PartCount => Shape == Shape.Area ? 1 : _vertices - 1;

    /// <summary>
    /// How many vertices the drawing has: waypoints after splitting, vertices of the ring, 2 for a point.
    /// </summary>
    public int VertexCount => _vertices;

    internal Box Box { get; }

    /// <summary>A copy of the particulars' buffer: every exact test asks for it.</summary>
    internal int BufferMillimetres { get; }

    internal ReadOnlySpan<int> Easts => _chain.AsSpan(0, _vertices);

    internal ReadOnlySpan<int> Norths => _chain.AsSpan(Stride, _vertices);

    /// <summary>A time a waypoint; of points and areas the begin and the end.</summary>
    internal ReadOnlySpan<int> Times => _chain.AsSpan(2 * Stride, _chain.Length - Prefilter.Width - (2 * Stride));

    /// <summary>The chain without the room at its end, as an index keeps it.</summary>
    internal ReadOnlySpan<int> Chain => _chain.AsSpan(0, _chain.Length - Prefilter.Width);

    /// <summary>The drawing as the exact tests read it.</summary>
    internal Drawing Drawing => new(_chain, Stride, Shape == Shape.Area, SlackSeconds, BufferMillimetres);

    private int Stride => Shape == Shape.Area ? _vertices + 1 : _vertices;

    /// <summary>A vertex of the drawing.</summary>
    /// <param name="vertex">From 0 to <see cref="VertexCount"/> less 1.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such vertex.</exception>
    public Place Vertex(int vertex) => new(Easts[vertex], Norths[vertex]);

    /// <summary>When a part holds, slack included.</summary>
    /// <param name="part">From 0 to <see cref="PartCount"/> less 1.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such part.</exception>
    public Window PartWindow(int part) => new(Times[part] - SlackSeconds, Times[part + 1] + SlackSeconds);

    /// <summary>The leg of a route or the place of a point. An area has none.</summary>
    internal Segment Leg(int part) => new(Easts[part], Norths[part], Easts[part + 1], Norths[part + 1]);

    /// <summary>An edge of a ring, from its vertex of the same number.</summary>
    internal Segment Edge(int edge)
    {
        var next = edge + 1 < _vertices ? edge + 1 : 0;
        return new Segment(Easts[edge], Norths[edge], Easts[next], Norths[next]);
    }

    /// <summary>
    /// The parts of a route, one after the other, whose windows overlap a window; of others part 0 if it does.
    /// </summary>
    internal (int First, int End) PartsIn(Window window)
    {
        if (Shape != Shape.Route)
        {
            return (0, Window.Overlaps(window) ? 1 : 0);
        }

        // Both ends of the windows grow from leg to leg: skip those that end too early, then those that begin too late.
        var (first, end) = (0, PartCount);
        for (var (low, high) = (0, PartCount); low < high; first = low)
        {
            var middle = (low + high) / 2;
            (low, high) = Times[middle + 1] + SlackSeconds <= window.FromSeconds ? (middle + 1, high) : (low, middle);
        }

        for (var (low, high) = (first, PartCount); low < high; end = low)
        {
            var middle = (low + high) / 2;
            (low, high) = Times[middle] - SlackSeconds < window.UntilSeconds ? (middle + 1, high) : (low, middle);
        }

        return (first, Math.Max(first, end));
    }

    /// <summary>An activity from what an index kept of it.</summary>
    internal static Activity FromChain(
        Particulars particulars, Shape shape, int slackSeconds, ReadOnlySpan<int> chain)
    {
        var vertices = shape == Shape.Route ? chain.Length / 3 : shape == Shape.Point ? 2 : (chain.Length / 2) - 2;
        return new Activity(particulars, shape, slackSeconds, [.. chain, .. new int[Prefilter.Width]], vertices);
    }

    /// <summary>An order of drawings that knows nothing of who, so that an explanation has one direction.</summary>
    internal static int CompareDrawings(Activity a, Activity b)
    {
        var order = (a.Shape, a.SlackSeconds, a.BufferMillimetres).CompareTo(
            (b.Shape, b.SlackSeconds, b.BufferMillimetres));
        return order != 0 ? order : a._chain.AsSpan().SequenceCompareTo(b._chain);
    }

    /// <summary>One place for a window.</summary>
    /// <param name="particulars">Who, what and the buffer.</param>
    /// <param name="place">Where.</param>
    /// <param name="window">When; within the epoch and the horizon, not empty.</param>
    /// <returns>The activity, or why it cannot be taken in.</returns>
    public static Ingested Point(Particulars particulars, Place place, Window window) =>
        Unfit(particulars, slackSeconds: 0) ?? Unfit(window) ?? Unfit(place, vertex: 0)
        ?? new Ingested.Accepted(new Activity(
            particulars,
            Shape.Point,
            slackSeconds: 0,
            [
                place.EastMillimetres, place.EastMillimetres, place.NorthMillimetres, place.NorthMillimetres,
                window.FromSeconds, window.UntilSeconds, .. new int[Prefilter.Width],
            ],
            vertices: 2));

    /// <summary>
    /// Waypoints in the order in which they are expected to be reached. A moving leg longer than
    /// <see cref="Limits.LegSeconds"/> is split into the fewest legs of nearly equal time; the new waypoints stand
    /// where
    /// steady speed brings them, rounded to the nearest millimetre, halves away from the leg's beginning.
    /// </summary>
    /// <param name="particulars">Who, what and the buffer.</param>
    /// <param name="waypoints">
    /// At least two, each later than the one before; at most <see cref="Limits.RouteWaypoints"/>.
    /// </param>
    /// <param name="slackSeconds">How much earlier or later he may be, 0 to <see cref="Limits.SlackSeconds"/>.</param>
    /// <returns>The activity, or why it cannot be taken in.</returns>
    public static Ingested Route(Particulars particulars, ReadOnlySpan<Waypoint> waypoints, int slackSeconds)
    {
        if ((Unfit(particulars, slackSeconds) ?? UnfitRoute(waypoints, slackSeconds)) is { } refused)
        {
            return refused;
        }

        var split = new List<Waypoint> { waypoints[0] };
        for (var i = 1; i < waypoints.Length; i++)
        {
            Split(waypoints[i - 1], waypoints[i], split);
            if (split.Count > Limits.RouteLegs)
            {
                return Ingested.Refuse(
                    RefusalReason.TooManyVertices, i, $"more than {Limits.RouteLegs} legs of {Limits.LegSeconds} s");
            }
        }

        var chain = new int[(3 * split.Count) + Prefilter.Width];
        for (var i = 0; i < split.Count; i++)
        {
            chain[i] = split[i].Place.EastMillimetres;
            chain[split.Count + i] = split[i].Place.NorthMillimetres;
            chain[(2 * split.Count) + i] = split[i].ExpectedSeconds;
        }

        return new Ingested.Accepted(new Activity(particulars, Shape.Route, slackSeconds, chain, split.Count));
    }

    /// <summary>A ring with its interior for a window.</summary>
    /// <param name="particulars">Who, what and the buffer.</param>
    /// <param name="ring">
    /// Three vertices or more, either way round; a last vertex equal to the first is left out. At most
    /// <see cref="Limits.RingVertices"/>.
    /// </param>
    /// <param name="window">When; within the epoch and the horizon, not empty.</param>
    /// <returns>The activity, or why it cannot be taken in: a ring may not cross or touch itself.</returns>
    public static Ingested Area(Particulars particulars, ReadOnlySpan<Place> ring, Window window)
    {
        if (ring.Length > 1 && ring[0] == ring[^1])
        {
            ring = ring[..^1];
        }

        if ((Unfit(particulars, slackSeconds: 0) ?? Unfit(window) ?? Rings.Unfit(ring)) is { } refused)
        {
            return refused;
        }

        var stride = ring.Length + 1;
        var chain = new int[(2 * stride) + 2 + Prefilter.Width];
        for (var i = 0; i < stride; i++)
        {
            var vertex = ring[i < ring.Length ? i : 0];
            (chain[i], chain[stride + i]) = (vertex.EastMillimetres, vertex.NorthMillimetres);
        }

        (chain[2 * stride], chain[(2 * stride) + 1]) = (window.FromSeconds, window.UntilSeconds);
        return new Ingested.Accepted(new Activity(particulars, Shape.Area, slackSeconds: 0, chain, ring.Length));
    }

    /// <summary>
    /// The same at another time, its window beginning then; null where it would leave epoch or horizon.
    /// </summary>
    internal Activity? ShiftedTo(int fromSeconds)
    {
        var shift = (long)fromSeconds - Window.FromSeconds;
        if (fromSeconds < 0 || Window.UntilSeconds + shift > Limits.HorizonSeconds)
        {
            return null;
        }

        var chain = (int[])_chain.Clone();
        foreach (ref var time in chain.AsSpan(2 * Stride, Times.Length))
        {
            time += (int)shift;
        }

        return new Activity(Particulars, Shape, SlackSeconds, chain, _vertices);
    }

    internal static Ingested? Unfit(Place place, int vertex) => place.IsInFrame
        ? null
        : Ingested.Refuse(
            RefusalReason.BeyondFrame, vertex, $"vertex {vertex} lies more than 500 km from the mission's centre");

    private static Ingested? Unfit(Particulars p, int slackSeconds) => p switch
    {
        { BufferMillimetres: < 0 or > Limits.BufferMillimetres } => Ingested.Refuse(
            RefusalReason.OutOfRange, null, $"a buffer of {p.BufferMillimetres} mm: 0 to {Limits.BufferMillimetres}"),
        _ when slackSeconds is < 0 or > Limits.SlackSeconds => Ingested.Refuse(
            RefusalReason.OutOfRange, null, $"a slack of {slackSeconds} s: 0 to {Limits.SlackSeconds}"),
        _ => null,
    };

    private static Ingested? Unfit(Window w) => w switch
    {
        _ when w.IsEmpty => Ingested.Refuse(
            RefusalReason.EmptyWindow, null, $"the window ends at {w.UntilSeconds} s, not after it begins"),
        { FromSeconds: < 0 } or { UntilSeconds: > Limits.HorizonSeconds } => Ingested.Refuse(
            RefusalReason.BeyondHorizon, null, $"the window leaves 0 to {Limits.HorizonSeconds} s from the epoch"),
        _ => null,
    };

    private static Ingested? UnfitRoute(ReadOnlySpan<Waypoint> waypoints, int slackSeconds)
    {
        if (waypoints.Length < 2)
        {
            return Ingested.Refuse(RefusalReason.TooFewVertices, null, "a route needs two waypoints");
        }

        if (waypoints.Length > Limits.RouteWaypoints)
        {
            return Ingested.Refuse(
                RefusalReason.TooManyVertices, Limits.RouteWaypoints, $"more than {Limits.RouteWaypoints} waypoints");
        }

        for (var i = 0; i < waypoints.Length; i++)
        {
            var expected = waypoints[i].ExpectedSeconds;
            if (Unfit(waypoints[i].Place, i) is { } refused)
            {
                return refused;
            }

            if (i > 0 && expected <= waypoints[i - 1].ExpectedSeconds)
            {
                return Ingested.Refuse(
                    RefusalReason.BackwardsInTime, i, $"waypoint {i} is not expected after waypoint {i - 1}");
            }

            if ((long)expected - slackSeconds < 0 || (long)expected + slackSeconds > Limits.HorizonSeconds)
            {
                return Ingested.Refuse(
                    RefusalReason.BeyondHorizon,
                    i,
                    $"waypoint {i} with its slack leaves 0 to {Limits.HorizonSeconds} s");
            }
        }

        return null;
    }

    private static void Split(Waypoint from, Waypoint to, List<Waypoint> onto)
    {
        var seconds = to.ExpectedSeconds - from.ExpectedSeconds;
        var legs = from.Place == to.Place ? 1 : ((seconds - 1) / Limits.LegSeconds) + 1;
        for (var k = 1; k < Math.Min(legs, Limits.RouteLegs + 1); k++)
        {
            var after = (int)((long)seconds * k / legs);
            onto.Add(new Waypoint(
                new Place(
                    Share(from.Place.EastMillimetres, to.Place.EastMillimetres, after, seconds),
                    Share(from.Place.NorthMillimetres, to.Place.NorthMillimetres, after, seconds)),
                from.ExpectedSeconds + after));
        }

        onto.Add(to);
    }

    /// <summary>
    /// The rounding depends on the difference alone, so that a shifted route splits into the shifted legs.
    /// </summary>
    private static int Share(int from, int to, int part, int whole)
    {
        var twice = 2L * (to - from) * part;
        return from + (int)((twice + (Math.Sign(twice) * (long)whole)) / (2L * whole));
    }
}
