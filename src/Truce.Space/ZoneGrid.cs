using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Truce.Space;

/// <summary>
/// Which zones hold a place, prepared in cells of about 128 m. A cell that no edge enters has its answer; another is
/// cut in 64, of which those that no edge enters have theirs, and keeps for each zone with an edge in it whether its
/// south-west corner lies inside, and those edges. It never changes; windows of the zones are not looked at. A zone
/// holds the places on its edge. Any thread may ask.
/// </summary>
public sealed class ZoneGrid
{
    /// <summary>Cells grow by doubling until all zones together cover at most this many.</summary>
    private const long CellsMax = 8_000_000;

    private const int CellBitsMin = 17; // 131 m

    /// <summary>So many places are looked up side by side.</summary>
    private const int Together = 64;

    /// <summary>A place that is less certain than so many cells is compared with each zone.</summary>
    private const int CellsLookedAt = 64;

    /// <summary>
    /// An edge is entered in cells that it misses by so much, so that a corner is never on the wrong side.
    /// </summary>
    private const int MarginMillimetres = 4;

    private readonly Activity[] _zones;
    private readonly int _bits;
    private readonly Box _box;
    private readonly uint _width;
    private readonly uint _height;
    private readonly int _columns;

    /// <summary>The set of a cell that no edge enters; of others the complement of their number.</summary>
    private readonly int[] _cells;

    /// <summary>The sets of the 64 parts of each cell that an edge enters; below 0 where one enters the part.</summary>
    private readonly short[] _parts = [];

    /// <summary>What else is known of such a cell; <see cref="EdgeCell"/> writes it down.</summary>
    private readonly int[] _edges = [];

    /// <summary>Where a cell's edges begin.</summary>
    private readonly int[] _edgesAt = [];
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

        (_width, _height) = ((uint)((long)_box.East - _box.West), (uint)((long)_box.North - _box.South));
        _columns = Column(_box.East) + 1;
        _cells = new int[(_columns * (Row(_box.North) + 1)) + 1];
        var edgeCells = new List<EdgeCell>();
        for (var zone = 0; zone < _zones.Length; zone++)
        {
            Enter(zone, edgeCells);
        }

        (_edges, _edgesAt) = Written(edgeCells);
        _parts = new short[Math.Max(1, edgeCells.Count) * EdgeCell.Parts];
        for (var cell = 0; cell < edgeCells.Count; cell++)
        {
            Answer(cell);
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
        if (_cells.Length == 0)
        {
            return 0;
        }

        var cell = _cells[CellOf(place)];
        if (cell >= 0)
        {
            return cell;
        }

        var set = _parts[(~cell << (2 * EdgeCell.SideBits)) | PartOf(place)];
        return set >= 0 ? set : SetIn(_edgesAt[~cell], place.EastMillimetres, place.NorthMillimetres);
    }

    /// <summary>
    /// The same of many places. Memory is asked for some places ahead, so that one wait serves several of them.
    /// </summary>
    /// <param name="places">Any places.</param>
    /// <param name="sets">Takes a set for each.</param>
    /// <exception cref="ArgumentException">There is no room for all sets.</exception>
    public void SetsAt(ReadOnlySpan<Place> places, Span<int> sets)
    {
        if (sets.Length < places.Length)
        {
            throw new ArgumentException("there is no room for all sets", nameof(sets));
        }

        if (_cells.Length == 0)
        {
            sets[..places.Length].Clear();
            return;
        }

        for (var at = 0; at < places.Length; at += Together)
        {
            var some = places.Slice(at, Math.Min(Together, places.Length - at));
            SomeSetsAt(some, sets.Slice(at, some.Length));
        }
    }

    [SkipLocalsInit]
    private void SomeSetsAt(ReadOnlySpan<Place> places, Span<int> sets)
    {
        Span<int> parts = stackalloc int[Together];
        Span<int> entered = stackalloc int[Together];
        for (var i = 0; i < places.Length; i++)
        {
            sets[i] = CellOf(places[i]);
            Soon.Read(ref _cells[sets[i]], lines: 1);
        }

        for (var i = 0; i < places.Length; i++)
        {
            // Without a branch, which would be foretold wrongly once in three places: of a cell without edges, part 0
            // of the first cell is read and left alone.
            var cell = _cells[sets[i]];
            sets[i] = cell;
            parts[i] = unchecked(((~cell << (2 * EdgeCell.SideBits)) | PartOf(places[i])) & (cell >> 31));
            Soon.Read(ref _parts[parts[i]], lines: 1);
        }

        var count = 0;
        for (var i = 0; i < places.Length; i++)
        {
            var (cell, hasEdges) = (sets[i], sets[i] >> 31);
            var set = (_parts[parts[i]] & hasEdges) | (cell & ~hasEdges);
            sets[i] = set;
            (entered[count], parts[count]) = (i, ~cell);
            count += set >>> 31;
        }

        for (var k = 0; k < count; k++)
        {
            parts[k] = _edgesAt[parts[k]];
            Soon.Read(ref _edges[parts[k]], lines: 2);
        }

        for (var k = 0; k < count; k++)
        {
            var (x, y) = (places[entered[k]].EastMillimetres, places[entered[k]].NorthMillimetres);
            sets[entered[k]] = SetIn(parts[k], x, y);
        }
    }

    /// <summary>The cell of a place; of a place outside, the last, which stands outside and holds nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int CellOf(Place place)
    {
        unchecked
        {
            var (dx, dy) = ((uint)(place.EastMillimetres - _box.West), (uint)(place.NorthMillimetres - _box.South));
            var cell = ((int)(dy >> _bits) * _columns) + (int)(dx >> _bits);
            return dx <= _width && dy <= _height ? cell : _cells.Length - 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PartOf(Place place)
    {
        unchecked
        {
            var sub = _bits - EdgeCell.SideBits;
            var (dx, dy) = ((uint)(place.EastMillimetres - _box.West), (uint)(place.NorthMillimetres - _box.South));
            return (int)((((dy >> sub) & EdgeCell.SideMask) << EdgeCell.SideBits) | ((dx >> sub) & EdgeCell.SideMask));
        }
    }

    /// <summary>The zones of a set, by number, ascending. Set 0 is empty.</summary>
    /// <param name="set">An answer of <see cref="SetAt"/>.</param>
    public ImmutableArray<int> ZonesIn(int set) => _sets[set];

    /// <summary>Lists the zones whose edge comes within reach of a place, the reach included, ascending.</summary>
    /// <returns>Whether there is any.</returns>
    internal bool MarkNearEdges(Place place, int reach, List<int> near)
    {
        near.Clear();
        var (x, y) = (place.EastMillimetres, place.NorthMillimetres);
        var box = new Box(x, y, x, y).Grow(reach);
        if (_cells.Length == 0 || !box.Meets(_box))
        {
            return false;
        }

        var (west, east) = (Column(Math.Max(box.West, _box.West)), Column(Math.Min(box.East, _box.East)));
        var (south, north) = (Row(Math.Max(box.South, _box.South)), Row(Math.Min(box.North, _box.North)));
        if ((east - west + 1) * (north - south + 1) > CellsLookedAt)
        {
            for (var zone = 0; zone < _zones.Length; zone++)
            {
                if (_zones[zone].Box.Meets(box) && IsNearEdge(_zones[zone], x, y, reach))
                {
                    near.Add(zone);
                }
            }

            return near.Count > 0;
        }

        for (var row = south; row <= north; row++)
        {
            foreach (var cell in _cells.AsSpan((row * _columns) + west, east - west + 1))
            {
                if (cell < 0)
                {
                    MarkNearEdges(_edgesAt[~cell], x, y, reach, near);
                }
            }
        }

        near.Sort();
        return near.Count > 0;
    }

    private void MarkNearEdges(int cell, int x, int y, int reach, List<int> near)
    {
        var at = cell + EdgeCell.NearAt;
        for (var k = _edges[cell + EdgeCell.CountAt]; k > 0; k--)
        {
            var zone = EdgeCell.Next(_edges, ref at, out _, out var edges);
            for (var e = 0; e < edges.Length && !near.Contains(zone); e++)
            {
                if (Exact.IsWithin(x, y, edges[e], reach))
                {
                    near.Add(zone);
                }
            }
        }
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

    private int Column(int x) => (x - _box.West) >> _bits;

    private int Row(int y) => (y - _box.South) >> _bits;

    private long Cost(Activity[] zones) => zones.Sum(z => Cells(z.Box));

    private long Cells(in Box box) =>
        ((((long)box.East - box.West) >> _bits) + 2) * ((((long)box.North - box.South) >> _bits) + 2);

    private int SetIn(int cell, int x, int y)
    {
        var (count, west, south) = (
            _edges[cell + EdgeCell.CountAt], _edges[cell + EdgeCell.WestAt], _edges[cell + EdgeCell.SouthAt]);
        var (mask, at) = (0, cell + EdgeCell.NearAt);
        var set = _edges[cell + EdgeCell.FixedAt];
        var hasTable = count <= EdgeCell.TableMax;
        for (var k = 0; k < count; k++)
        {
            var zone = EdgeCell.Next(_edges, ref at, out var isCornerInside, out var edges);
            if (Holds(edges, isCornerInside, west, south, x, y))
            {
                mask |= 1 << (k & 31);
                set = hasTable ? set : _sets.With(set, zone);
            }
        }

        // The table stands behind the last of the zones: the set by which of them hold the place.
        return hasTable ? Known(cell, ref _edges[at + mask], mask) : set;
    }

    private int Known(int cell, ref int known, int mask)
    {
        if (Volatile.Read(ref known) is var set && set < 0)
        {
            set = _edges[cell + EdgeCell.FixedAt];
            var at = cell + EdgeCell.NearAt;
            for (; mask != 0; mask >>= 1)
            {
                var zone = EdgeCell.Next(_edges, ref at, out _, out _);
                set = (mask & 1) != 0 ? _sets.With(set, zone) : set;
            }

            Volatile.Write(ref known, set);
        }

        return set;
    }

    /// <summary>Answers for the parts of a cell that no edge enters.</summary>
    private void Answer(int cell)
    {
        var (side, at) = (1 << (_bits - EdgeCell.SideBits), _edgesAt[cell]);
        var (west, south) = (_edges[at + EdgeCell.WestAt], _edges[at + EdgeCell.SouthAt]);
        for (var i = 0; i < EdgeCell.Parts; i++)
        {
            var (x, y) = (west + ((i & EdgeCell.SideMask) * side), south + ((i >> EdgeCell.SideBits) * side));
            var isEntered = IsEntered(at, new Box(x, y, x + side - 1, y + side - 1).Grow(MarginMillimetres));
            var set = isEntered ? -1 : SetIn(at, x + (side / 2), y + (side / 2));
            _parts[(cell << (2 * EdgeCell.SideBits)) + i] = set <= short.MaxValue ? (short)set : (short)-1;
        }
    }

    private bool IsEntered(int cell, in Box part)
    {
        var at = cell + EdgeCell.NearAt;
        for (var k = _edges[cell + EdgeCell.CountAt]; k > 0; k--)
        {
            EdgeCell.Next(_edges, ref at, out _, out var edges);
            foreach (ref readonly var e in edges)
            {
                if (!Box.Of(e).Meets(part))
                {
                    continue;
                }

                var (a, b) = (Side(e, 2L * part.West, 2L * part.South), Side(e, 2L * part.East, 2L * part.South));
                var (c, d) = (Side(e, 2L * part.West, 2L * part.North), Side(e, 2L * part.East, 2L * part.North));
                if (Math.Min(Math.Min(a, b), Math.Min(c, d)) <= 0 && Math.Max(Math.Max(a, b), Math.Max(c, d)) >= 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// Parity along a bent path from the place, raised by less than any fraction, west to half a millimetre beyond the
    /// cell and then south to its corner. Half a millimetre keeps every vertex off the second stretch.
    /// </summary>
    private static bool Holds(
        ReadOnlySpan<Segment> edges, bool isCornerInside, int west, int south, int x, int y)
    {
        var isInside = isCornerInside;
        foreach (ref readonly var e in edges)
        {
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

    private void Enter(int number, List<EdgeCell> edgeCells)
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
                        edgeCells.Add(new EdgeCell(_cells[at], west, south));
                        _cells[at] = ~(edgeCells.Count - 1);
                    }

                    edgeCells[~_cells[at]].Near.Add((number, isInside, [.. own.Select(zone.Edge)]));
                }
                else if (isInside)
                {
                    if (_cells[at] < 0)
                    {
                        edgeCells[~_cells[at]].Fixed = _sets.With(edgeCells[~_cells[at]].Fixed, number);
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

    private static (int[] Edges, int[] At) Written(List<EdgeCell> cells)
    {
        var (written, starts, at) = (new int[cells.Sum(c => c.Length)], new int[cells.Count], 0);
        foreach (var (number, cell) in cells.Index())
        {
            cell.Write(written.AsSpan(at, cell.Length));
            starts[number] = at;
            at += cell.Length;
        }

        return (written, starts);
    }
}
