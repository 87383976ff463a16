using NetTopologySuite.Algorithm;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using NetTopologySuite.Index;
using NetTopologySuite.Index.Strtree;
using NetTopologySuite.Operation.Distance;
using Truce.Space;

namespace Truce.Benchmarks;

/// <summary>
/// The same search with NetTopologySuite: a packed tree for each six hours, of single legs or of the stretch of a route
/// in those hours; of legs the bare distance of two segments, of areas its geometries. Zones: one tree, prepared
/// polygons and indexed facets.
/// </summary>
internal sealed class NtsPeer
{
    private const int BucketSeconds = 21_600;

    public static GeometryFactory Factory { get; } = new();

    private readonly Dictionary<int, STRtree<Stretch>> _buckets = [];
    private readonly STRtree<Zone> _zones = new();
    private readonly bool _byLeg;
    private readonly Visit _visit = new();

    public NtsPeer(IEnumerable<Activity> activities, Activity[] zones, bool byLeg)
    {
        _byLeg = byLeg;
        foreach (var (i, activity) in activities.Index())
        {
            foreach (var (bucket, stretch) in Stretches(i, activity, byLeg))
            {
                (_buckets.TryGetValue(bucket, out var tree) ? tree : _buckets[bucket] = new STRtree<Stretch>())
                    .Insert(stretch.Envelope, stretch);
            }
        }

        foreach (var tree in _buckets.Values)
        {
            tree.Build();
        }

        foreach (var (i, zone) in zones.Index())
        {
            var polygon = Drawn(zone, 0);
            _zones.Insert(polygon.EnvelopeInternal, new Zone(
                i, zone.Window, polygon, PreparedGeometryFactory.Prepare(polygon), new IndexedFacetDistance(polygon)));
        }

        _zones.Build();
    }

    /// <summary>A part as a geometry in millimetres.</summary>
    public static Geometry Drawn(Activity a, int part)
    {
        Coordinate At(int i) => new(a.Vertex(i).EastMillimetres, a.Vertex(i).NorthMillimetres);
        return a.Shape switch
        {
            Shape.Area => Factory.CreatePolygon(
                [.. Enumerable.Range(0, a.VertexCount).Select(At), At(0)]),
            Shape.Point => Factory.CreatePoint(At(0)),
            _ => Factory.CreateLineString([At(part), At(part + 1)]),
        };
    }

    /// <summary>The numbers of the activities that an activity meets.</summary>
    public HashSet<int> Find(Activity activity)
    {
        _visit.Found.Clear();
        foreach (var (bucket, stretch) in Stretches(-1, activity, _byLeg))
        {
            if (_buckets.TryGetValue(bucket, out var tree))
            {
                _visit.Asked = stretch;
                tree.Query(stretch.Envelope, _visit);
            }
        }

        return _visit.Found;
    }

    /// <summary>The numbers of the zones that it enters or comes near.</summary>
    public HashSet<int> FindZones(Activity activity)
    {
        var found = new HashSet<int>();
        for (var part = 0; part < activity.PartCount; part++)
        {
            var window = activity.PartWindow(part);
            var drawn = Drawn(activity, part);
            var envelope = drawn.EnvelopeInternal.Copy();
            envelope.ExpandBy(activity.Particulars.BufferMillimetres);
            foreach (var zone in _zones.Query(envelope))
            {
                if (!found.Contains(zone.Number) && zone.Window.Overlaps(window)
                    && (zone.Prepared.Intersects(drawn)
                        || zone.Facets.IsWithinDistance(drawn, activity.Particulars.BufferMillimetres)))
                {
                    found.Add(zone.Number);
                }
            }
        }

        return found;
    }

    private static IEnumerable<(int Bucket, Stretch Stretch)> Stretches(int number, Activity a, bool byLeg)
    {
        var shared = a.Shape == Shape.Route ? null : Drawn(a, 0);
        for (var bucket = a.Window.FromSeconds / BucketSeconds;
            bucket <= (a.Window.UntilSeconds - 1) / BucketSeconds; bucket++)
        {
            var (first, end) = a.PartsIn(new Window(bucket * BucketSeconds, (bucket + 1) * BucketSeconds));
            if (!byLeg && first < end)
            {
                yield return (bucket, new Stretch(number, a, first, end, shared));
            }

            for (var part = first; byLeg && part < end; part++)
            {
                yield return (bucket, new Stretch(number, a, part, part + 1, shared));
            }
        }
    }

    private sealed record Zone(
        int Number, Window Window, Geometry Polygon, IPreparedGeometry Prepared, IndexedFacetDistance Facets);

    private sealed class Leg(Coordinate from, Coordinate until, Window window)
    {
        public Coordinate From => from;

        public Coordinate Until => until;

        public Window Window => window;

        public Envelope Envelope { get; } = new(from, until);

        public LineString? Drawn { get; set; }
    }

    /// <summary>Some parts of an activity, one after the other.</summary>
    private sealed class Stretch
    {
        public Stretch(int number, Activity activity, int first, int end, Geometry? drawn)
        {
            (Number, Buffer, Drawn, Window) = (number, activity.Particulars.BufferMillimetres, drawn, activity.Window);
            if (activity.Shape == Shape.Area)
            {
                Envelope = drawn!.EnvelopeInternal.Copy();
            }
            else
            {
                Coordinate At(int i) => new(activity.Vertex(i).EastMillimetres, activity.Vertex(i).NorthMillimetres);
                Legs = new Leg[end - first];
                var (at, envelope) = (At(first), new Envelope());
                for (var i = first; i < end; i++)
                {
                    var next = At(i + 1);
                    Legs[i - first] = new Leg(at, next, activity.PartWindow(i));
                    envelope.ExpandToInclude(Legs[i - first].Envelope);
                    at = next;
                }

                Envelope = envelope;
            }

            Envelope.ExpandBy(Buffer);
        }

        public int Number { get; }

        public int Buffer { get; }

        public Window Window { get; }

        public Envelope Envelope { get; }

        /// <summary>The legs, or the place of a point; null for an area.</summary>
        public Leg[]? Legs { get; }

        public Geometry? Drawn { get; }

        public bool Meets(Stretch other)
        {
            double reach = (double)Buffer + other.Buffer;
            if (Legs is null && other.Legs is null)
            {
                return Window.Overlaps(other.Window) && Drawn!.IsWithinDistance(other.Drawn, reach);
            }

            return Legs is null ? other.MeetsArea(this, reach)
                : other.Legs is null ? MeetsArea(other, reach)
                : MeetsLegs(other.Legs, reach);
        }

        private bool MeetsLegs(Leg[] others, double reach)
        {
            foreach (var a in Legs!)
            {
                foreach (var b in others)
                {
                    if (a.Window.Overlaps(b.Window) && a.Envelope.Distance(b.Envelope) <= reach
                        && DistanceComputer.SegmentToSegment(a.From, a.Until, b.From, b.Until) <= reach)
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        private bool MeetsArea(Stretch area, double reach)
        {
            foreach (var leg in Legs!)
            {
                if (area.Window.Overlaps(leg.Window) && leg.Envelope.Distance(area.Drawn!.EnvelopeInternal) <= reach)
                {
                    leg.Drawn ??= Factory.CreateLineString([leg.From, leg.Until]);
                    if (area.Drawn.IsWithinDistance(leg.Drawn, reach))
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }

    private sealed class Visit : IItemVisitor<Stretch>
    {
        public HashSet<int> Found { get; } = [];

        public Stretch? Asked { get; set; }

        public void VisitItem(Stretch item)
        {
            if (!Found.Contains(item.Number) && Asked!.Meets(item))
            {
                Found.Add(item.Number);
            }
        }
    }
}
