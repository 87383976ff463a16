using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using NetTopologySuite.Index.Strtree;
using Truce.Space;
using Position = Truce.Space.Position;

namespace Truce.Benchmarks;

/// <summary>The zones of random places, and the live rule over reports of units on their routes.</summary>
internal sealed partial class SpaceBench
{
    private const int PlacesSeed = 78;
    private const int Units = 20_000;
    private const int ReportSeconds = 120;
    private const int CellMillimetres = 1 << 17;

    private void Geofence()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var grid = new ZoneGrid(_zones);
        var memory = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;
        var random = new Random(PlacesSeed);
        var places = Enumerable.Range(0, _isQuick ? 200_000 : 2_000_000)
            .Select(_ => new Place(random.Next(-19_050_000, 19_050_000), random.Next(-22_200_000, 22_200_000)))
            .ToArray();
        var sum = 0L;
        var sets = new int[places.Length];
        double Each(int count, Action work) => Measure.ProcessorSeconds(Runs, work) / count * 1e9;
        var ours = Each(places.Length, () => grid.SetsAt(places, sets));
        var single = Each(places.Length, () =>
        {
            foreach (var place in places)
            {
                sum += grid.SetAt(place);
            }
        });
        var limit = Each(places.Length, () => sum += CellLoads(places));
        var (count, differ, theirs) = FencesOfNts(grid, places[..Math.Min(places.Length, 200_000)]);
        _rows.Add(new Row("zones of a place", "ns", ours, "limit: one cell load a place", limit, limit / ours,
            "at most 4 times the limit", ours <= 4 * limit));
        _rows.Add(new Row("zones of a place, asked one by one", "ns", single));
        _rows.Add(new Row("zones of a place, against the tree", "ns", ours, "NetTopologySuite, prepared polygons",
            theirs, theirs / ours, "at least 40 times", theirs >= 40 * ours));
        _rows.Add(new Row("memberships that differ from NetTopologySuite's", "memberships", differ,
            Target: "none", Met: differ == 0));
        _rows.Add(new Row("memory of the zones prepared in a grid", "MB", memory));
        _notes.Add(FormattableString.Invariant($"places: seed {PlacesSeed}; {count:N0} memberships compared"));
        Live(grid, accuracy: 0);
        Live(grid, accuracy: 10_000);
        GC.KeepAlive(sum);
    }

    /// <summary>The least that a grid can do: find the cell of each place and read it.</summary>
    private static long CellLoads(Place[] places)
    {
        const int Columns = (38_100_000 / CellMillimetres) + 2;
        var cells = Cells;
        var sum = 0L;
        foreach (var place in places)
        {
            unchecked
            {
                var (x, y) = ((uint)(place.EastMillimetres + 19_050_000), (uint)(place.NorthMillimetres + 22_200_000));
                sum += cells[((int)(y / CellMillimetres) * Columns) + (int)(x / CellMillimetres)];
            }
        }

        return sum;
    }

    private static readonly int[] Cells =
        new int[((38_100_000 / CellMillimetres) + 2) * ((44_400_000 / CellMillimetres) + 2)];

    private (long Count, long Differ, double Nanoseconds) FencesOfNts(ZoneGrid grid, Place[] places)
    {
        var tree = new STRtree<int>();
        var prepared = _zones.Select(z => PreparedGeometryFactory.Prepare(NtsPeer.Drawn(z, 0))).ToArray();
        for (var zone = 0; zone < prepared.Length; zone++)
        {
            tree.Insert(prepared[zone].Geometry.EnvelopeInternal, zone);
        }

        tree.Build();
        var held = new List<int>();
        void Ask(Place place)
        {
            held.Clear();
            var at = new Coordinate(place.EastMillimetres, place.NorthMillimetres);
            var point = NtsPeer.Factory.CreatePoint(at);
            foreach (var zone in tree.Query(new Envelope(at)))
            {
                if (prepared[zone].Intersects(point))
                {
                    held.Add(zone);
                }
            }
        }

        var (count, differ) = (0L, 0L);
        foreach (var place in places)
        {
            Ask(place);
            var ours = grid.ZonesIn(grid.SetAt(place));
            (count, differ) = (count + ours.Length, differ + ours.Except(held).Count() + held.Except(ours).Count());
        }

        var seconds = Measure.ProcessorSeconds(3, () => Array.ForEach(places, Ask));
        return (count, differ, seconds / places.Length * 1e9);
    }

    /// <summary>Each second each unit reports, in random order; all routes begin at one moment.</summary>
    private void Live(ZoneGrid grid, int accuracy)
    {
        const int Begin = 40 * 86_400;
        var random = new Random(PlacesSeed + 1);
        var routes = SpaceWorld.Activities(SpaceWorld.Seed + 3, 2 * Units)
            .Where(a => a.Shape == Shape.Route).Take(Units).Select(a => a.ShiftedTo(Begin)!).ToArray();
        var order = Enumerable.Range(0, Units).ToArray();
        var batch = new Position[Units];
        var runs = new List<double>();
        for (var run = 0; run < (_isQuick ? 1 : 3); run++)
        {
            var (tracking, events) = (new Tracking(grid, TrackRules.Default), new List<TrackEvent>(1 << 20));
            for (var unit = 0; unit < Units; unit++)
            {
                tracking.Expect(new UnitId(unit), routes[unit]);
            }

            var seconds = 0.0;
            for (var second = 0; second < ReportSeconds; second++)
            {
                random.Shuffle(order);
                for (var i = 0; i < Units; i++)
                {
                    batch[i] = On(random, routes[order[i]], order[i], second, accuracy);
                }

                var begun = Measure.ThreadSeconds();
                tracking.Report(batch, events);
                seconds += Measure.ThreadSeconds() - begun;
            }

            runs.Add(seconds / (Units * (double)ReportSeconds) * 1e9);
            if (run == 0)
            {
                _notes.Add(FormattableString.Invariant(
                    $"live rule, accuracy {accuracy / 1000} m: {Units:N0} units, {ReportSeconds} s, ")
                    + FormattableString.Invariant($"{events.Count:N0} events"));
            }
        }

        var ours = Measure.Median(runs);
        _rows.Add(accuracy == 0
            ? new Row("live rule, a report", "ns", ours, Target: "at most 100", Met: ours <= 100)
            : new Row($"live rule, a report that may be {accuracy / 1000} m off", "ns", ours));
    }

    /// <summary>Where a unit is on its route some seconds after it set out, some metres off.</summary>
    private static Position On(Random random, Activity route, int unit, int second, int accuracy)
    {
        var at = route.Times[0] + second;
        var leg = 0;
        while (leg + 1 < route.PartCount && route.Times[leg + 1] <= at)
        {
            leg++;
        }

        var (a, b) = (route.Vertex(leg), route.Vertex(leg + 1));
        var share = Math.Min(1, (at - route.Times[leg]) / (double)(route.Times[leg + 1] - route.Times[leg]));
        return new Position(
            new UnitId(unit),
            new Place(
                a.EastMillimetres + (int)(share * (b.EastMillimetres - a.EastMillimetres)) + random.Next(-9_000, 9_001),
                a.NorthMillimetres + (int)(share * (b.NorthMillimetres - a.NorthMillimetres))
                    + random.Next(-9_000, 9_001)),
            at, accuracy);
    }
}
