using NetTopologySuite.Geometries;
using Truce.Space;

namespace Truce.Maps;

/// <summary>
/// Drawings in metres of the mission's plane, for what need not be exact: which areas a route passes by the map, and
/// pictures. Conflicts are never decided with these.
/// </summary>
internal static class Shapes
{
    /// <summary>Segments of a quarter of a circle.</summary>
    private const int Quarter = 16;

    /// <summary>A named area with its radius or width.</summary>
    public static Geometry Of(MapArea area, MissionFrame frame)
    {
        var bare = Bare(area, frame);
        return area.ReachMetres > 0 ? bare.Buffer(area.ReachMetres, Quarter) : bare;
    }

    /// <summary>A named area as it is drawn, without its radius or width.</summary>
    public static Geometry Bare(MapArea area, MissionFrame frame)
    {
        Coordinate[] line =
            [.. area.Positions.Select(frame.MetresOf).Select(m => new Coordinate(m.EastMetres, m.NorthMetres))];
        return area.Drawing switch
        {
            Drawing.Point => new Point(line[0]),
            Drawing.Line => new LineString(line),
            _ => new Polygon(new LinearRing([.. line, line[0]])),
        };
    }

    /// <summary>An activity without its buffer.</summary>
    public static Geometry Of(Activity activity)
    {
        Coordinate[] line =
        [
            .. Enumerable.Range(0, activity.VertexCount).Select(activity.Vertex)
                .Select(v => new Coordinate(v.EastMillimetres / 1000.0, v.NorthMillimetres / 1000.0)),
        ];
        return activity.Shape switch
        {
            Shape.Point => new Point(line[0]),
            Shape.Route => new LineString(line),
            _ => new Polygon(new LinearRing([.. line, line[0]])),
        };
    }

    /// <summary>The named areas that an activity touches by the map, in the map's order.</summary>
    public static IEnumerable<MapArea> Passed(Activity activity, MissionMap map)
    {
        var shape = Of(activity);
        return map.Areas.Where(a =>
            Bare(a, map.Frame) is { IsValid: true } bare && bare.Distance(shape) <= a.ReachMetres);
    }
}
