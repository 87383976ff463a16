using System.Collections.Immutable;

namespace Truce.Space;

/// <summary>
/// Which zones hold a place, prepared in cells of about 128 m. A cell that no edge enters has its answer; another
/// keeps,
/// for each zone with an edge in it, whether its south-west corner lies inside, and those edges. It never changes;
/// windows of the zones are not looked at. A zone holds the places on its edge. Any thread may ask.
/// </summary>
public sealed class ZoneGrid
{
    /// <summary>Cells grow by doubling until all zones together cover at most this many.</summary>
    private const long CellsMax = 8_000_000;

    private const int CellBitsMin = 17; // 131 m
    private const int TableMax = 6;

    /// <summary>
    /// An edge is entered in cells that it misses by so much, so that a corner is never on the wrong side.
    /// </summary>
    private const int MarginMillimetres = 4;

    private readonly Activity[] _zones;
    private readonly int _bits;
    private readonly Box _box;
    private readonly int _columns;
    private readonly int[] _cells;
    private readonly List<EdgeCell> _edgeCells = [];
    private readonly ZoneSets _sets = new();

    /// <summary>Prepares zones.</summary>
    /// <param name="zones">Areas; each is known by its number in this list.</param>
    /// <exception cref="ArgumentException">One of them is no area.</exception>
    public ZoneGrid(IReadOnlyList<Activity> zones)
    {
        _zones = [.. zones];
        if (_zones.Any(z => z.Shape != Shape.Area))
        {
            throw new ArgumentException("a zone is an area", nameof(zones));
        }

        if (_zones.Length == 0)
        {
            _cells = [];
            return;
        }

        _box = _zones.Select(z => z.Box).Aggregate((a, b) => a.Union(b)).Grow(MarginMillimetres);
        for (_bits = CellBitsMin; Cost(_zones) + Cells(_box) > CellsMax; _bits++)
        {
        }

        _columns = Column(_box.East) + 1;
        _cells = new int[_columns * (Row(_box.North) + 1)];
        for (var zone = 0; zone < _zones.Length; zone++)
        {
            Enter(zone);
        }
    }

    /// <summary>How many zones there are.</summary>
    public int ZoneCount => _zones.Length;

    /// <summary>A zone by its number.</summary>
    public Activity Zone(int zone) => _zones[zone];

    /// <summary>
    /// The set of zones that hold a place, as a number: two places have the same set if and only if the numbers are
    /// equal.
    /// </summary>
    /// <param name="place">Any place.</param>
    public int SetAt(Place place)
    {
        var (x, y) = (place.EastMillimetres, place.NorthMillimetres);
        if (_cells.Length == 0 || !_box.Holds(x, y))
        {
            return 0;
        }

        var cell = _cells[(Row(y) * _columns) + Column(x)];
        return cell >= 0 ? cell : SetIn(_edgeCells[~cell], x, y);
    }

    /// <summary>The zones of a set, by number, ascending. Set 0 is empty.</summary>
    /// <param name="set">An answer of <see cref="SetAt"/>.</param>
    public ImmutableArray<int> ZonesIn(int set) => _sets[set];

    /// <summary>Marks the zones whose edge comes within reach of a place, the reach included.</summary>
    /// <returns>Whether there is any.</returns>
    internal bool MarkNearEdges(Place place, int reach, HashSet<int> near)
    {
        near.Clear();
        var (x, y) = (place.EastMillimetres, place.NorthMillimetres);
        var box = new Box(x, y, x, y).Grow(reach);
        if (_cells.Length == 0 || !box.Meets(_box) || !AnyEdgeCell(box))
        {
            return false;
        }

        for (var zone = 0; zone < _zones.Length; zone++)
        {
            if (_zones[zone].Box.Meets(box) && IsNearEdge(_zones[zone], x, y, reach))
            {
                near.Add(zone);
            }
        }

        return near.Count > 0;
    }

    private static bool IsNearEdge(Activity zone, int x, int y, int reach)
    {
        for (var edge = 0; edge < zone.VertexCount; edge++)
        {
            if (Exact.IsWithin(x, y, zone.Edge(edge), reach))
            {
                return true;
            }
        }

        return false;
    }

    private bool AnyEdgeCell(in Box box)
    {
        var (west, east) = (Column(Math.Max(box.West, _box.West)), Column(Math.Min(box.East, _box.East)));
        var (south, north) = (Row(Math.Max(box.South, _box.South)), Row(Math.Min(box.North, _box.North)));
        for (var row = south; row <= north; row++)
        {
            foreach (var cell in _cells.AsSpan((row * _columns) + west, east - west + 1))
            {
                if (cell < 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private int Column(int x) => (x - _box.West) >> _bits;

    private int Row(int y) => (y - _box.South) >> _bits;

    private long Cost(Activity[] zones) => zones.Sum(z => Cells(z.Box));

    private long Cells(in Box box) =>
        ((((long)box.East - box.West) >> _bits) + 2) * ((((long)box.North - box.South) >> _bits) + 2);

    private int SetIn(EdgeCell cell, int x, int y)
    {
        var (mask, set) = (0UL, cell.Fixed);
        for (var k = 0; k < cell.Near.Count; k++)
        {
            var near = cell.Near[k];
            if (Holds(_zones[near.Zone], near, cell.West, cell.South, x, y))
            {
                mask |= 1UL << (k & 63);
                set = cell.Table is null ? _sets.With(set, near.Zone) : set;
            }
        }

        if (cell.Table is not { } table)
        {
            return set;
        }

        if (Volatile.Read(ref table[mask]) is var known && known < 0)
        {
            for (var k = 0; k < cell.Near.Count; k++)
            {
                set = (mask & (1UL << k)) != 0 ? _sets.With(set, cell.Near[k].Zone) : set;
            }

            Volatile.Write(ref table[mask], known = set);
        }

        return known;
    }

    /// <summary>
    /// Parity along a bent path from the place, raised by less than any fraction, west to half a millimetre beyond the
    /// cell and then south to its corner. Half a millimetre keeps every vertex off the second stretch.
    /// </summary>
    private static bool Holds(Activity zone, NearZone near, int west, int south, int x, int y)
    {
        var isInside = near.IsCornerInside;
        foreach (var edge in near.Edges)
        {
            var e = zone.Edge(edge);
            var side = Side(e, 2L * x, 2L * y);
            if (side == 0 && Box.Of(e).Holds(x, y))
            {
                return true;
            }

            if ((e.Y1 > y) != (e.Y2 > y))
            {
                // Of the edge drawn upwards, the place lies to the right and the bend to the left.
                var isUp = e.Y2 > e.Y1;
                var bend = Side(e, (2L * west) - 1, 2L * y);
                isInside ^= (isUp ? side < 0 : side > 0) && IsEastOf(e, isUp ? bend : -bend);
            }

            if ((e.X1 >= west) != (e.X2 >= west))
            {
                // Of the edge drawn eastwards, the bend lies on it or above, the corner below.
                var isEast = e.X2 > e.X1;
                var (bend, corner) = (Side(e, (2L * west) - 1, 2L * y), Side(e, (2L * west) - 1, 2L * south));
                isInside ^= isEast ? bend >= 0 && corner < 0 : bend <= 0 && corner > 0;
            }
        }

        return isInside;
    }

    /// <summary>Whether an edge passes a point, raised by less than any fraction, on its east.</summary>
    private static bool IsEastOf(in Segment e, long sideOfEdgeDrawnUpwards) =>
        sideOfEdgeDrawnUpwards > 0
        || (sideOfEdgeDrawnUpwards == 0 && (e.Y2 > e.Y1 ? e.X2 > e.X1 : e.X1 > e.X2));

    /// <summary>
    /// Twice the cross product of an edge and a point in half millimetres: positive to the left of it.
    /// </summary>
    private static long Side(in Segment e, long twiceX, long twiceY) =>
        ((long)(e.X2 - e.X1) * (twiceY - (2L * e.Y1))) - ((long)(e.Y2 - e.Y1) * (twiceX - (2L * e.X1)));

    private static bool IsCornerInside(Activity zone, int west, int south)
    {
        var isInside = false;
        for (var i = 0; i < zone.VertexCount; i++)
        {
            var e = zone.Edge(i);
            if ((e.Y1 > south) != (e.Y2 > south))
            {
                var side = Side(e, (2L * west) - 1, 2L * south);
                isInside ^= IsEastOf(e, e.Y2 > e.Y1 ? side : -side);
            }
        }

        return isInside;
    }

    private void Enter(int number)
    {
        var zone = _zones[number];
        var edges = EdgesByCell(zone);
        var reach = zone.Box.Grow(MarginMillimetres);
        var (first, last) = (Column(Math.Max(reach.West, _box.West)), Column(Math.Min(reach.East, _box.East)));
        for (var row = Row(Math.Max(reach.South, _box.South)); row <= Row(Math.Min(reach.North, _box.North)); row++)
        {
            for (var column = first; column <= last; column++)
            {
                var at = (row * _columns) + column;
                var (west, south) = (_box.West + (column << _bits), _box.South + (row << _bits));
                var isInside = IsCornerInside(zone, west, south);
                if (edges.TryGetValue(at, out var own))
                {
                    if (_cells[at] >= 0)
                    {
                        _edgeCells.Add(new EdgeCell(_cells[at], west, south));
                        _cells[at] = ~(_edgeCells.Count - 1);
                    }

                    _edgeCells[~_cells[at]].Add(new NearZone(number, isInside, [.. own]));
                }
                else if (isInside)
                {
                    if (_cells[at] < 0)
                    {
                        _edgeCells[~_cells[at]].Fixed = _sets.With(_edgeCells[~_cells[at]].Fixed, number);
                    }
                    else
                    {
                        _cells[at] = _sets.With(_cells[at], number);
                    }
                }
            }
        }
    }

    private Dictionary<int, List<int>> EdgesByCell(Activity zone)
    {
        var cells = new Dictionary<int, List<int>>();
        for (var edge = 0; edge < zone.VertexCount; edge++)
        {
            var e = zone.Edge(edge);
            var reach = Box.Of(e).Grow(MarginMillimetres);
            for (var row = Row(reach.South); row <= Row(reach.North); row++)
            {
                // Where the edge is while it runs through the row, rounded outwards.
                double low = _box.South + (row << _bits) - MarginMillimetres;
                var high = low + (1 << _bits) + (2 * MarginMillimetres);
                var (a, b) = e.Y1 == e.Y2 ? (e.X1, (double)e.X2) : (Across(e, low), Across(e, high));
                var west = Math.Max(reach.West, (int)Math.Floor(Math.Min(a, b)) - MarginMillimetres);
                var east = Math.Min(reach.East, (int)Math.Ceiling(Math.Max(a, b)) + MarginMillimetres);
                for (var column = Column(west); column <= Column(east); column++)
                {
                    var at = (row * _columns) + column;
                    (cells.TryGetValue(at, out var list) ? list : cells[at] = []).Add(edge);
                }
            }
        }

        return cells;
    }

    private static double Across(in Segment e, double y)
    {
        var share = Math.Clamp((y - e.Y1) / ((double)e.Y2 - e.Y1), 0, 1);
        return e.X1 + (share * ((double)e.X2 - e.X1));
    }

    /// <summary>A zone with an edge in a cell.</summary>
    private sealed record NearZone(int Zone, bool IsCornerInside, int[] Edges);

    /// <summary>A cell that an edge enters.</summary>
    private sealed class EdgeCell(int @fixed, int west, int south)
    {
        public int West => west;

        public int South => south;

        /// <summary>The set of the zones that hold the whole cell.</summary>
        public int Fixed { get; set; } = @fixed;

        public List<NearZone> Near { get; } = [];

        /// <summary>
        /// The set by which of the near zones hold the place; -1 is not asked yet. Null where they are too many.
        /// </summary>
        public int[]? Table { get; private set; } = [];

        public void Add(NearZone zone)
        {
            Near.Add(zone);
            Table = Near.Count > TableMax ? null : new int[1 << Near.Count];
            Table?.AsSpan().Fill(-1);
        }
    }
}
