using System.Collections.Immutable;
using NetTopologySuite.Geometries;
using Truce.Rules;
using Truce.Space;

namespace Truce.Maps;

/// <summary>
/// What the drawings of named areas say for certain. Each may be off by its precision: two are together where they
/// share ground deeper than both precisions, and apart where they are farther from each other than that.
/// </summary>
internal static class DrawnAreas
{
    /// <summary>What the map says; adds a defect for each ring that crosses itself.</summary>
    public static Drawn Of(MapFile file, ImmutableArray<MapArea> areas, MissionFrame frame)
    {
        var drawn = areas.Select(a => (Area: a, Shape: Shapes.Bare(a, frame))).ToList();
        foreach (var (area, _) in drawn.Where(d => !d.Shape.IsValid))
        {
            file.Refuse(file.Features.First(f => f.Id == area.Id), null, "its ring crosses or touches itself",
                "redraw the ring; split a figure of eight into two areas");
        }

        var (together, apart) = (
            ImmutableArray.CreateBuilder<(string, string)>(), ImmutableArray.CreateBuilder<(string, string)>());
        for (var i = 0; i < drawn.Count; i++)
        {
            for (var j = i + 1; j < drawn.Count; j++)
            {
                var (a, b) = (drawn[i], drawn[j]);
                if (!a.Shape.IsValid || !b.Shape.IsValid)
                {
                    continue;
                }

                var off = a.Area.PrecisionMetres + b.Area.PrecisionMetres;
                var reach = a.Area.ReachMetres + b.Area.ReachMetres;
                if (a.Shape.Distance(b.Shape) > reach + off)
                {
                    apart.Add((a.Area.Id, b.Area.Id));
                }
                else if (AreTogether(a.Shape, b.Shape, reach, off))
                {
                    together.Add((a.Area.Id, b.Area.Id));
                }
            }
        }

        return new Drawn(together.ToImmutable(), apart.ToImmutable());
    }

    /// <summary>
    /// Whether they share ground that moving either outline by so much would not take away: some part of the one lies
    /// so deep in the other. A disc or a strip adds its reach to the depth.
    /// </summary>
    private static bool AreTogether(Geometry a, Geometry b, double reach, double off) => (a, b) switch
    {
        (Polygon, Polygon) => IsDeep(a, b, off) || IsDeep(b, a, off),
        (Polygon, _) => IsDeep(a, b, off - reach),
        (_, Polygon) => IsDeep(b, a, off - reach),
        _ => a.Distance(b) <= reach - off,
    };

    /// <summary>Touching is sharing no ground: an outline that only meets another is not deep.</summary>
    private static bool IsDeep(Geometry area, Geometry other, double depth) =>
        area.Buffer(-depth) is { IsEmpty: false } core && core.Intersects(other)
            && (depth > 0 || !core.Touches(other));
}
