namespace Truce.Space.Tests;

/// <summary>
/// The rules of events told once more, over all zones, edges and legs for each report, in 128-bit integers.
/// </summary>
internal sealed class Replay(Activity[] zones, TrackRules rules)
{
    private readonly Dictionary<long, Seen> _seen = [];

    /// <summary>West, south, east and north of each zone: beyond these by more than the accuracy is outside.</summary>
    private readonly (int W, int S, int E, int N)[] _bounds =
    [
        .. zones.Select(z => Enumerable.Range(0, z.VertexCount).Select(z.Vertex).ToArray()).Select(v => (
            v.Min(p => p.EastMillimetres), v.Min(p => p.NorthMillimetres),
            v.Max(p => p.EastMillimetres), v.Max(p => p.NorthMillimetres))),
    ];

    public Dictionary<long, Activity?> Routes { get; } = [];

    public static Int128 Cross(Place o, Place s, Place t) =>
        ((Int128)(s.EastMillimetres - o.EastMillimetres) * (t.NorthMillimetres - o.NorthMillimetres))
        - ((Int128)(s.NorthMillimetres - o.NorthMillimetres) * (t.EastMillimetres - o.EastMillimetres));

    public static bool IsNear(Place p, Place a, Place b, long reach)
    {
        Int128 Dot(Place o, Place s, Place t) =>
            ((Int128)(s.EastMillimetres - o.EastMillimetres) * (t.EastMillimetres - o.EastMillimetres))
            + ((Int128)(s.NorthMillimetres - o.NorthMillimetres) * (t.NorthMillimetres - o.NorthMillimetres));
        var (along, length) = (Dot(a, b, p), Dot(a, b, b));
        return along <= 0 ? Dot(p, a, a) <= (Int128)reach * reach
            : along >= length ? Dot(p, b, b) <= (Int128)reach * reach
            : Cross(a, b, p) * Cross(a, b, p) <= (Int128)reach * reach * length;
    }

    public void Report(Position p, List<TrackEvent> events)
    {
        var seen = _seen.TryGetValue(p.Unit.Value, out var before) ? before : _seen[p.Unit.Value] = new Seen();
        if (seen.Last is { } last)
        {
            if (p.AtSeconds < last)
            {
                return;
            }

            if (p.AtSeconds - last >= rules.SilenceSeconds)
            {
                events.Add(new TrackEvent(p.Unit, TrackEventKind.Silent, last + rules.SilenceSeconds, -1));
            }
        }

        else if (Routes[p.Unit.Value] is { } expected
            && p.AtSeconds >= expected.Times[0] + expected.SlackSeconds + rules.SilenceSeconds)
        {
            events.Add(new TrackEvent(p.Unit, TrackEventKind.Silent,
                expected.Times[0] + expected.SlackSeconds + rules.SilenceSeconds, -1));
        }

        seen.Last = p.AtSeconds;
        void Note(TrackEventKind kind, int zone = -1) => events.Add(new TrackEvent(p.Unit, kind, p.AtSeconds, zone));
        for (var z = 0; z < zones.Length; z++)
        {
            var standing = IsFar(_bounds[z], p) ? Standing.Outside : StandingTo(zones[z], p);
            if (standing == Standing.Inside && seen.Inside.Add(z))
            {
                Note(TrackEventKind.Entered, z);
            }

            if (standing == Standing.Outside && seen.Inside.Remove(z))
            {
                Note(TrackEventKind.Left, z);
            }
        }

        FollowRoute(p, seen, Note);
        FollowMovement(p, seen, Note);
    }

    private static bool IsFar((int W, int S, int E, int N) b, Position p) =>
        p.Place.EastMillimetres < b.W - p.AccuracyMillimetres || p.Place.EastMillimetres > b.E + p.AccuracyMillimetres
        || p.Place.NorthMillimetres < b.S - p.AccuracyMillimetres
        || p.Place.NorthMillimetres > b.N + p.AccuracyMillimetres;

    private static Standing StandingTo(Activity zone, Position p)
    {
        if (p.AtSeconds < zone.Window.FromSeconds || p.AtSeconds >= zone.Window.UntilSeconds)
        {
            return Standing.Outside;
        }

        var isNear = p.AccuracyMillimetres > 0 && Enumerable.Range(0, zone.VertexCount).Any(i =>
            IsNear(p.Place, zone.Vertex(i), zone.Vertex((i + 1) % zone.VertexCount), p.AccuracyMillimetres));
        return isNear ? Standing.Uncertain : TrackingTests.Holds(zone, p.Place) ? Standing.Inside : Standing.Outside;
    }

    private void FollowRoute(Position p, Seen seen, Action<TrackEventKind, int> note)
    {
        if (Routes[p.Unit.Value] is not { } route)
        {
            return;
        }

        int[] Within(long reach) =>
        [
            .. Enumerable.Range(0, route.PartCount)
                .Where(i => IsNear(p.Place, route.Vertex(i), route.Vertex(i + 1), reach)),
        ];
        if (!seen.IsOff && Within(rules.DeviationMillimetres + p.AccuracyMillimetres).Length == 0)
        {
            seen.IsOff = true;
            note(TrackEventKind.Deviated, -1);
        }
        else if (seen.IsOff && p.AccuracyMillimetres <= rules.RejoinMillimetres
            && Within(rules.RejoinMillimetres - p.AccuracyMillimetres).Length > 0)
        {
            seen.IsOff = false;
            note(TrackEventKind.Rejoined, -1);
        }

        var windows = Within(rules.DeviationMillimetres).Select(route.PartWindow);
        var times = windows
            .Select(w => p.AtSeconds < w.FromSeconds ? "early" : p.AtSeconds >= w.UntilSeconds ? "late" : "in time")
            .Distinct().ToArray();
        var now = times.Contains("in time") ? "in time" : times is [var only] ? only : seen.Punctuality;
        if (!seen.IsOff && now != seen.Punctuality)
        {
            seen.Punctuality = now;
            if (now != "in time")
            {
                note(now == "early" ? TrackEventKind.Early : TrackEventKind.Late, -1);
            }
        }
    }

    private void FollowMovement(Position p, Seen seen, Action<TrackEventKind, int> note)
    {
        if (seen.Anchor is not { } anchor
            || !IsNear(p.Place, anchor.Place, anchor.Place, rules.StopMillimetres + p.AccuracyMillimetres))
        {
            (seen.Anchor, seen.IsStopped) = (p, false);
            return;
        }

        var isHalt = Routes[p.Unit.Value] is { } route && Enumerable.Range(0, route.PartCount).Any(i =>
            route.Vertex(i) == route.Vertex(i + 1)
            && route.PartWindow(i).FromSeconds <= p.AtSeconds && p.AtSeconds < route.PartWindow(i).UntilSeconds
            && IsNear(p.Place, route.Vertex(i), route.Vertex(i), rules.DeviationMillimetres));
        if (p.AtSeconds - anchor.AtSeconds >= rules.StopSeconds && !seen.IsStopped && !isHalt)
        {
            seen.IsStopped = true;
            note(TrackEventKind.Stopped, -1);
        }
    }

    private sealed class Seen
    {
        public int? Last { get; set; }

        public HashSet<int> Inside { get; } = [];

        public bool IsOff { get; set; }

        public string Punctuality { get; set; } = "in time";

        public Position? Anchor { get; set; }

        public bool IsStopped { get; set; }
    }
}
