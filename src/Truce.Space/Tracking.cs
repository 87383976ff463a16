using System.Numerics;
using System.Runtime.InteropServices;

namespace Truce.Space;

/// <summary>Names whatever reports its positions.</summary>
/// <param name="Value">Any number.</param>
public readonly record struct UnitId(long Value);

/// <summary>A reported position.</summary>
/// <param name="Unit">Who.</param>
/// <param name="Place">Where.</param>
/// <param name="AtSeconds">When, in seconds from the mission's epoch.</param>
/// <param name="AccuracyMillimetres">
/// How far off it may be, 0 or more; above <see cref="Tracking.AccuracyMillimetresMax"/> the report shows only that he
/// is not silent.
/// </param>
public readonly record struct Position(UnitId Unit, Place Place, int AtSeconds, int AccuracyMillimetres);

/// <summary>Where a unit stands to a zone.</summary>
public enum Standing
{
    /// <summary>Outside, no nearer to the edge than the accuracy; or the zone does not hold at that time.</summary>
    Outside,

    /// <summary>Nearer to the edge than the accuracy, or as near.</summary>
    Uncertain,

    /// <summary>Inside or on the edge, and with an accuracy above 0 farther from the edge than that.</summary>
    Inside,
}

/// <summary>What was noticed.</summary>
public enum TrackEventKind
{
    /// <summary>Certainly inside a zone, and not so when last certain, or never certain before.</summary>
    Entered,

    /// <summary>Certainly outside a zone after having been inside, or the zone ended.</summary>
    Left,

    /// <summary>Certainly farther from every leg of his route than the rules allow.</summary>
    Deviated,

    /// <summary>Certainly back within the narrower distance of the rules.</summary>
    Rejoined,

    /// <summary>On his route where he is expected only later than slack allows.</summary>
    Early,

    /// <summary>On his route where he was expected earlier than slack allows.</summary>
    Late,

    /// <summary>Has not moved for as long as the rules say, other than at a planned halt.</summary>
    Stopped,

    /// <summary>
    /// No report for as long as the rules say. Of whoever is expected on a route and has never reported it is counted
    /// from when he must have set out: the time of the first waypoint and the slack.
    /// </summary>
    Silent,
}

/// <summary>Something that was noticed about a unit.</summary>
/// <param name="Unit">Who.</param>
/// <param name="Kind">What.</param>
/// <param name="AtSeconds">
/// When: the time of the report; of silence, the moment at which the report was overdue.
/// </param>
/// <param name="Zone">The number of the zone for entered and left, else -1.</param>
public readonly record struct TrackEvent(UnitId Unit, TrackEventKind Kind, int AtSeconds, int Zone);

/// <summary>When something is worth noticing. All values are above 0.</summary>
/// <param name="DeviationMillimetres">Farther from the route than this is off it.</param>
/// <param name="RejoinMillimetres">Back within this is on it again; less than the deviation.</param>
/// <param name="StopMillimetres">Who stays within this of where he was has not moved.</param>
/// <param name="StopSeconds">So long without moving is a stop.</param>
/// <param name="SilenceSeconds">So long without a report is silence.</param>
public sealed record TrackRules(
    int DeviationMillimetres, int RejoinMillimetres, int StopMillimetres, int StopSeconds, int SilenceSeconds)
{
    /// <summary>
    /// 500 m off, 300 m back, 50 m and 15 minutes for a stop, 10 minutes for silence. Assumptions; a mission states
    /// its own.
    /// </summary>
    public static TrackRules Default { get; } = new(500_000, 300_000, 50_000, 900, 600);
}

/// <summary>
/// Follows units by their reported positions. Between certain reports nothing changes: an uncertain one keeps the last
/// certain standing, so that a position that wavers at an edge makes no events. Reports older than the unit's last are
/// left out. One thread at a time.
/// </summary>
public sealed class Tracking
{
    /// <summary>A position that may be farther off than 10 km says nothing about place.</summary>
    public const int AccuracyMillimetresMax = 10_000_000;

    /// <summary>Units below this have their track looked up by number, all others by a table.</summary>
    private const long NumberedMax = 1 << 20;

    /// <summary>So many reports are looked up side by side.</summary>
    private const int Together = 64;

    private readonly ZoneGrid _zones;
    private readonly TrackRules _rules;
    private readonly Dictionary<UnitId, int> _others = [];
    private readonly List<int> _uncertain = [];
    private readonly List<int> _before = [];

    /// <summary>The seconds at which some zone begins or ends, ascending.</summary>
    private readonly int[] _changes;

    /// <summary>The track of a unit by its number, more by 1; 0 where there is none.</summary>
    private int[] _numbered = new int[64];
    private Track[] _tracks = new Track[64];
    private Rest[] _rests = new Rest[64];
    private int _count;

    /// <summary>
    /// The stretch of time, last asked about, in which no zone begins or ends, and how many had before.
    /// </summary>
    private (int From, int Until, int Changes) _steady;

    /// <summary>Follows units in zones.</summary>
    /// <param name="zones">The zones.</param>
    /// <param name="rules">When something is worth noticing.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A rule is not above 0, or rejoining is not nearer than deviating.
    /// </exception>
    public Tracking(ZoneGrid zones, TrackRules rules)
    {
        int[] values = [rules.RejoinMillimetres, rules.StopMillimetres, rules.StopSeconds, rules.SilenceSeconds];
        foreach (var value in values)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(rules));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(
            rules.RejoinMillimetres, rules.DeviationMillimetres, nameof(rules));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            rules.DeviationMillimetres, Limits.BufferMillimetres, nameof(rules));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rules.StopMillimetres, Limits.BufferMillimetres, nameof(rules));
        (_zones, _rules) = (zones, rules);
        _changes =
        [
            .. Enumerable.Range(0, zones.ZoneCount).Select(z => zones.Zone(z).Window)
                .SelectMany(w => new[] { w.FromSeconds, w.UntilSeconds }).Distinct().Order(),
        ];
    }

    /// <summary>How many reports were older than one before, or outside the frame, and were left out.</summary>
    public long LeftOut { get; private set; }

    /// <summary>
    /// Sets the route that a unit is expected on; what was noticed about an earlier route is forgotten.
    /// </summary>
    /// <param name="unit">Who.</param>
    /// <param name="route">A route, or null for none.</param>
    /// <exception cref="ArgumentException">It is no route.</exception>
    public void Expect(UnitId unit, Activity? route)
    {
        if (route is not null && route.Shape != Shape.Route)
        {
            throw new ArgumentException("a unit is expected on a route", nameof(route));
        }

        var index = Of(unit);
        ref var track = ref _tracks[index];
        (track.HasRoute, track.IsOff, track.Punctuality, track.HasLeg) = (route is not null, false, 0, false);
        _rests[index].Route = route;
    }

    /// <summary>Where a unit stands to a zone by its last report.</summary>
    /// <param name="unit">Who; outside everything before the first report.</param>
    /// <param name="zone">The zone's number.</param>
    public Standing StandingOf(UnitId unit, int zone) =>
        Known(unit) is var index && index < 0 ? Standing.Outside
        : _rests[index].Uncertain?.Contains(zone) == true ? Standing.Uncertain
        : _rests[index].Inside?.Contains(zone) == true ? Standing.Inside
        : Standing.Outside;

    /// <summary>Takes in reports, in the order in which they came.</summary>
    /// <param name="batch">The reports.</param>
    /// <param name="sink">Takes what is noticed, in order; zones by number.</param>
    public void Report(ReadOnlySpan<Position> batch, List<TrackEvent> sink)
    {
        Span<Place> places = stackalloc Place[Together];
        Span<int> sets = stackalloc int[Together];
        for (; !batch.IsEmpty; batch = batch[Math.Min(Together, batch.Length)..])
        {
            var some = batch[..Math.Min(Together, batch.Length)];
            for (var i = 0; i < some.Length; i++)
            {
                places[i] = some[i].Place;
                Soon.Read(ref _tracks[Math.Max(0, Known(some[i].Unit))], lines: 2);
            }

            _zones.SetsAt(places[..some.Length], sets);
            for (var i = 0; i < some.Length; i++)
            {
                Report(some[i], sets[i], sink);
            }
        }
    }

    private void Report(in Position position, int set, List<TrackEvent> sink)
    {
        var index = Of(position.Unit);
        ref var track = ref _tracks[index];
        var isOld = track.HasReported && position.AtSeconds < track.LastSeconds;
        if (isOld || !position.Place.IsInFrame || position.AccuracyMillimetres < 0)
        {
            LeftOut++;
            return;
        }

        NoteSilence(position.Unit, ref track, position.AtSeconds, sink);
        (track.HasReported, track.LastSeconds, track.IsSilent) = (true, position.AtSeconds, false);
        if (position.AccuracyMillimetres <= AccuracyMillimetresMax)
        {
            NoteZones(position, set, ref track, ref _rests[index], sink);
            if (track.HasRoute && !IsOnLeg(position, ref track))
            {
                NoteRoute(position, ref track, _rests[index].Route!, sink);
            }

            NoteStop(position, ref track, ref _rests[index], sink);
        }
    }

    /// <summary>
    /// Notices who is silent as of a moment. A silence that nobody asked about is noticed with the next report.
    /// </summary>
    /// <param name="nowSeconds">The moment.</param>
    /// <param name="sink">Takes what is noticed, by unit in the order of first sight.</param>
    public void Tick(int nowSeconds, List<TrackEvent> sink)
    {
        for (var index = 0; index < _count; index++)
        {
            NoteSilence(_rests[index].Unit, ref _tracks[index], nowSeconds, sink);
        }
    }

    /// <summary>The track of a unit; -1 where there is none yet.</summary>
    private int Known(UnitId unit) =>
        unit.Value is >= 0 and < NumberedMax
            ? unit.Value < _numbered.Length ? _numbered[unit.Value] - 1 : -1
            : _others.GetValueOrDefault(unit, -1);

    private int Of(UnitId unit) => Known(unit) is var index && index >= 0 ? index : New(unit);

    private int New(UnitId unit)
    {
        if (_count == _tracks.Length)
        {
            Array.Resize(ref _tracks, 2 * _count);
            Array.Resize(ref _rests, 2 * _count);
        }

        if (unit.Value is < 0 or >= NumberedMax)
        {
            _others.Add(unit, _count);
        }
        else
        {
            if (unit.Value >= _numbered.Length)
            {
                Array.Resize(ref _numbered, (int)BitOperations.RoundUpToPowerOf2((uint)unit.Value + 1));
            }

            _numbered[unit.Value] = _count + 1;
        }

        _rests[_count].Unit = unit;
        return _count++;
    }

    private void NoteSilence(UnitId unit, ref Track track, int nowSeconds, List<TrackEvent> sink)
    {
        if (track.HasReported && !track.IsSilent && (long)nowSeconds - track.LastSeconds >= _rules.SilenceSeconds)
        {
            track.IsSilent = true;
            sink.Add(new TrackEvent(unit, TrackEventKind.Silent, track.LastSeconds + _rules.SilenceSeconds, -1));
        }
        else if (!track.HasReported && track.HasRoute)
        {
            NoteNeverHeard(unit, ref track, nowSeconds, sink);
        }
    }

    /// <summary>Silence of whoever should have set out by now and has not been heard once.</summary>
    private void NoteNeverHeard(UnitId unit, ref Track track, int nowSeconds, List<TrackEvent> sink)
    {
        var route = _rests[Known(unit)].Route!;
        var due = (long)route.Times[0] + route.SlackSeconds + _rules.SilenceSeconds;
        if (!track.IsSilent && nowSeconds >= due)
        {
            track.IsSilent = true;
            sink.Add(new TrackEvent(unit, TrackEventKind.Silent, (int)due, -1));
        }
    }

    private void NoteZones(
        in Position position, int set, ref Track track, ref Rest rest, List<TrackEvent> sink)
    {
        var isUncertain = position.AccuracyMillimetres > 0
            && _zones.MarkNearEdges(position.Place, position.AccuracyMillimetres, _uncertain);
        var changes = ChangesBy(position.AtSeconds);
        if (isUncertain || set != track.CertainSet || changes != track.Changes)
        {
            (track.CertainSet, track.Changes) = (isUncertain ? -1 : set, changes);
            NoteZones(position, set, isUncertain, ref rest, sink);
        }

        // Else all is as it was at the last report, which was certain: no zone has begun or ended since.
    }

    private int ChangesBy(int seconds)
    {
        if (seconds < _steady.From || seconds >= _steady.Until)
        {
            var changes = Array.BinarySearch(_changes, seconds);
            changes = changes < 0 ? ~changes : changes + 1;
            _steady = (
                changes == 0 ? int.MinValue : _changes[changes - 1],
                changes == _changes.Length ? int.MaxValue : _changes[changes], changes);
        }

        return _steady.Changes;
    }

    private void NoteZones(
        in Position position, int set, bool isUncertain, ref Rest rest, List<TrackEvent> sink)
    {
        var (inside, uncertain) = (rest.Inside ??= [], rest.Uncertain ??= []);
        var holding = _zones.ZonesIn(set).AsSpan();
        ReadOnlySpan<int> near = isUncertain ? CollectionsMarshal.AsSpan(_uncertain) : [];
        _before.Clear();
        _before.AddRange(inside);
        inside.Clear();
        uncertain.Clear();

        // Three lists in ascending order, read side by side.
        ReadOnlySpan<int> before = CollectionsMarshal.AsSpan(_before);
        while (before.Length + holding.Length + near.Length > 0)
        {
            var zone = Math.Min(First(before), Math.Min(First(holding), First(near)));
            var (wasInside, isHolding, isNear) =
                (Take(ref before, zone), Take(ref holding, zone), Take(ref near, zone));
            var window = _zones.Zone(zone).Window;
            var holdsNow = window.FromSeconds <= position.AtSeconds && position.AtSeconds < window.UntilSeconds;
            var isCertain = !(holdsNow && isNear);
            if (!isCertain)
            {
                uncertain.Add(zone);
            }

            var isInside = isCertain ? holdsNow && isHolding : wasInside;
            if (isInside)
            {
                inside.Add(zone);
            }

            if (isInside != wasInside)
            {
                var kind = isInside ? TrackEventKind.Entered : TrackEventKind.Left;
                sink.Add(new TrackEvent(position.Unit, kind, position.AtSeconds, zone));
            }
        }
    }

    private static int First(ReadOnlySpan<int> zones) => zones.IsEmpty ? int.MaxValue : zones[0];

    private static bool Take(ref ReadOnlySpan<int> zones, int zone)
    {
        var isFirst = First(zones) == zone;
        zones = isFirst ? zones[1..] : zones;
        return isFirst;
    }

    /// <summary>
    /// Whether he is on the leg on which he was last, at a time at which he is expected there: then nothing is to be
    /// noted of his route.
    /// </summary>
    private bool IsOnLeg(in Position position, ref Track track)
    {
        if (!track.HasLeg || track.IsOff || position.AtSeconds < track.LegFrom || position.AtSeconds >= track.LegUntil
            || !Exact.IsWithin(
                position.Place.EastMillimetres, position.Place.NorthMillimetres, track.Leg,
                _rules.DeviationMillimetres))
        {
            return false;
        }

        track.Punctuality = 0;
        return true;
    }

    private void NoteRoute(in Position position, ref Track track, Activity route, List<TrackEvent> sink)
    {
        var (place, accuracy) = (position.Place, position.AccuracyMillimetres);
        var isCertainlyOff = !AnyLeg(route, place, (long)_rules.DeviationMillimetres + accuracy);
        var within = (long)_rules.RejoinMillimetres - accuracy;
        if (!track.IsOff && isCertainlyOff)
        {
            track.IsOff = true;
            sink.Add(new TrackEvent(position.Unit, TrackEventKind.Deviated, position.AtSeconds, -1));
        }
        else if (track.IsOff && within >= 0 && AnyLeg(route, place, within))
        {
            track.IsOff = false;
            sink.Add(new TrackEvent(position.Unit, TrackEventKind.Rejoined, position.AtSeconds, -1));
        }

        var punctuality = track.IsOff ? null : Punctuality(route, place, position.AtSeconds, ref track);
        if (punctuality is { } now && now != track.Punctuality)
        {
            track.Punctuality = (sbyte)now;
            if (now != 0)
            {
                var kind = now < 0 ? TrackEventKind.Early : TrackEventKind.Late;
                sink.Add(new TrackEvent(position.Unit, kind, position.AtSeconds, -1));
            }
        }
    }

    private static bool AnyLeg(Activity route, Place place, long reach) => NextLeg(route, place, reach, from: 0) >= 0;

    /// <summary>The first leg from one on that comes within reach of a place; -1 where there is none.</summary>
    private static int NextLeg(Activity route, Place place, long reach, int from)
    {
        var (x, y) = (place.EastMillimetres, place.NorthMillimetres);
        var box = new Box(x, y, x, y).Grow((int)reach);
        var drawing = route.Drawing;
        for (var leg = from; leg < route.PartCount; leg += Prefilter.Width)
        {
            var near = Prefilter.Segments(drawing.Xs[leg..], drawing.Ys[leg..], box)
                & Prefilter.First(route.PartCount - leg);
            for (; near != 0; near &= near - 1)
            {
                var found = leg + Prefilter.Lowest(near);
                if (Exact.IsWithin(x, y, route.Leg(found), reach))
                {
                    return found;
                }
            }
        }

        return -1;
    }

    /// <summary>
    /// 0 where the window of some leg in reach holds the moment, -1 where all of them come later, 1 where all have
    /// passed;
    /// null where some have passed and some come later, or none is in reach.
    /// </summary>
    private int? Punctuality(Activity route, Place place, int seconds, ref Track track)
    {
        var (isEarly, isLate, reach) = (false, false, (long)_rules.DeviationMillimetres);
        for (var leg = NextLeg(route, place, reach, 0); leg >= 0; leg = NextLeg(route, place, reach, leg + 1))
        {
            var window = route.PartWindow(leg);
            if (window.FromSeconds <= seconds && seconds < window.UntilSeconds)
            {
                (track.HasLeg, track.Leg) = (true, route.Leg(leg));
                (track.LegFrom, track.LegUntil) = (window.FromSeconds, window.UntilSeconds);
                return 0;
            }

            (isEarly, isLate) = (isEarly || seconds < window.FromSeconds, isLate || seconds >= window.UntilSeconds);
        }

        return isEarly == isLate ? null : isEarly ? -1 : 1;
    }

    private void NoteStop(in Position position, ref Track track, ref Rest rest, List<TrackEvent> sink)
    {
        long dx = (long)position.Place.EastMillimetres - track.Anchor.EastMillimetres;
        long dy = (long)position.Place.NorthMillimetres - track.Anchor.NorthMillimetres;
        var reach = (long)_rules.StopMillimetres + position.AccuracyMillimetres;
        if (!track.HasAnchor || (dx * dx) + (dy * dy) > reach * reach)
        {
            (track.HasAnchor, track.Anchor, track.AnchorSeconds, track.IsStopped) =
                (true, position.Place, position.AtSeconds, false);
        }
        else if (!track.IsStopped && (long)position.AtSeconds - track.AnchorSeconds >= _rules.StopSeconds
            && !IsPlannedHalt(rest.Route, position.Place, position.AtSeconds))
        {
            track.IsStopped = true;
            sink.Add(new TrackEvent(position.Unit, TrackEventKind.Stopped, position.AtSeconds, -1));
        }
    }

    private bool IsPlannedHalt(Activity? route, Place place, int seconds)
    {
        for (var leg = 0; route is not null && leg < route.PartCount; leg++)
        {
            var window = route.PartWindow(leg);
            if (route.Vertex(leg) == route.Vertex(leg + 1)
                && window.FromSeconds <= seconds && seconds < window.UntilSeconds
                && Exact.IsWithin(
                    place.EastMillimetres, place.NorthMillimetres, route.Leg(leg), _rules.DeviationMillimetres))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What is remembered of a unit and asked for at each report: a line of memory or two.</summary>
    private struct Track
    {
        public int LastSeconds;

        /// <summary>The zones at the last report; -1 where it was uncertain.</summary>
        public int CertainSet;

        /// <summary>How many times zones had begun or ended by the last report.</summary>
        public int Changes;

        public Place Anchor;
        public int AnchorSeconds;

        /// <summary>The leg of the route on which he was last in time.</summary>
        public Segment Leg;
        public int LegFrom;
        public int LegUntil;
        public sbyte Punctuality;
        public bool HasLeg;
        public bool HasRoute;
        public bool HasReported;
        public bool HasAnchor;
        public bool IsSilent;
        public bool IsOff;
        public bool IsStopped;
    }

    /// <summary>What is remembered of a unit and seldom asked for.</summary>
    private struct Rest
    {
        public UnitId Unit;
        public Activity? Route;

        /// <summary>The zones in which he was when last certain, ascending.</summary>
        public List<int>? Inside;
        public List<int>? Uncertain;
    }
}
