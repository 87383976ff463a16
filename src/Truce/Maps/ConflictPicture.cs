using System.Globalization;
using NetTopologySuite.Geometries;
using Truce.Page;
using Truce.Space;
using Place = Truce.Space.Place;

namespace Truce.Maps;

/// <summary>
/// A picture of what a plan meets: the whole, then each conflict near by. Made for a telephone's width: one column, 400
/// units wide, so that letters stay readable. What the asker may not know is drawn as its cell.
/// </summary>
internal sealed class ConflictPicture
{
    /// <summary>Conflicts that are drawn near by; the whole shows all.</summary>
    private const int CloseUpsMax = 6;

    private const int Width = 400;
    private const int MapHeight = 300;
    private const int Margin = 12;
    private const string Own = "#0b57a4";
    private const string Other = "#b3430b";
    private const string Ink = "#1b1f24";

    private readonly Html _svg = new();
    private readonly PlanCheck _check;
    private int _top;
    private int _maps;

    private ConflictPicture(PlanCheck check) => _check = check;

    /// <summary>The picture as one SVG document.</summary>
    public static string Of(PlanCheck check)
    {
        var picture = new ConflictPicture(check);
        picture.DrawAll();
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {picture._top + 8}\" " +
            $"role=\"img\" font-family=\"sans-serif\" font-size=\"12\" fill=\"{Ink}\">\n" +
            $"<title>What the plan meets</title>\n<desc>{Html.Escape(PlanText.Counts(check))}</desc>\n" +
            "<defs><pattern id=\"cell\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" " +
            "patternTransform=\"rotate(45)\"><path d=\"M0 0V8\" stroke=\"#777\" stroke-width=\"2\"/></pattern></defs>" +
            "\n" +
            "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n" + picture._svg + "</svg>\n";
    }

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private void DrawAll()
    {
        Line(PlanText.Counts(_check), size: 15, isBold: true);
        Whole();
        var met = _check.Results.SelectMany(r => r.Told.Activities.Select(m => (r, m, IsZone: false))
            .Concat(r.Told.Zones.Select(m => (r, m, IsZone: true)))).ToList();
        foreach (var (result, conflict, isZone) in met.Take(CloseUpsMax))
        {
            CloseUp(result, conflict, isZone);
        }

        if (met.Count > CloseUpsMax)
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"and {met.Count - CloseUpsMax} more"));
        }

        foreach (var coarse in _check.Results.SelectMany(r => r.Told.Coarse).DistinctBy(c => c.Contact))
        {
            Line($"Hatched: something may be there that is not told. Ask {coarse.Contact}.");
        }

        Line(PlanText.Standing, size: 10);
        Line(Rules.Prose.RecognitionLine, size: 10);
    }

    private void Whole()
    {
        // In a plan that is checked alone an activity may be met by another of it: then it is drawn as met.
        var others = _check.Results.SelectMany(r => r.Told.Activities.Select(m => _check.Other(m, isZone: false))
            .Concat(r.Told.Zones.Select(m => _check.Other(m, isZone: true)))).Distinct().ToList();
        var own = _check.Results.Select(r => r.Planned).Except(others).ToList();
        var cells = _check.Results.SelectMany(r => r.Told.Coarse).SelectMany(c => c.Cells)
            .DistinctBy(c => (c.EastCell, c.NorthCell)).Select(_check.Map.Grid.CornersOf).ToList();
        var view = new Envelope();
        foreach (var planned in own.Concat(others))
        {
            view.ExpandToInclude(Shapes.Of(planned.Activity).EnvelopeInternal);
        }

        foreach (var (southWest, northEast) in cells)
        {
            view.ExpandToInclude(new Envelope(Metres(southWest), Metres(northEast)));
        }

        view.ExpandBy(Math.Max(200, view.MaxExtent * 0.04));
        var map = Begin(view);
        foreach (var area in _check.Map.Areas)
        {
            map.Named(area, Shapes.Of(area, _check.Map.Frame));
        }

        cells.ForEach(c => map.Cell(c.SouthWest, c.NorthEast));
        others.ForEach(o => map.Draw(o.Activity, Other, isDashed: true));
        own.ForEach(o => map.Draw(o.Activity, Own, isDashed: false));
        foreach (var met in _check.Results.SelectMany(r => r.Told.Activities.Concat(r.Told.Zones)))
        {
            map.Ring(met.Conflict.NearestOfFirst);
        }

        others.ForEach(o => map.Name(o, Other));
        own.ForEach(o => map.Name(o, Own));

        End(map);
        Line("Blue: the plan. Brown, dashed: what it meets. Pale around each: the room that it needs.");
    }

    private void CloseUp(Checked result, Met met, bool isZone)
    {
        var (c, other) = (met.Conflict, _check.Other(met, isZone));
        var reach = result.Planned.Activity.Particulars.BufferMillimetres
            + (long)other.Activity.Particulars.BufferMillimetres;
        _top += 6;
        Line($"{result.Planned.Name} and {other.Name}", size: 14, isBold: true);
        Line($"{other.Activity.Particulars.Actor}, {(isZone ? "zone" : PlanText.Kind(other.Activity.Particulars))}. " +
            $"Nearest: {PlanText.Metres(c.LeastDistanceMillimetres)}; together they need {PlanText.Metres(reach)}.");
        var view = new Envelope(Metres(c.NearestOfFirst), Metres(c.NearestOfSecond));
        view.ExpandBy(Math.Max(150, reach * 2.2 / 1000));
        var map = Begin(view);
        map.Draw(other.Activity, Other, isDashed: true);
        map.Draw(result.Planned.Activity, Own, isDashed: false);
        map.Between(c.NearestOfFirst, c.NearestOfSecond);
        End(map);
        Times(result.Planned.Activity.Window, other.Activity.Window, c.Overlap);
        Line($"Upper bar {result.Planned.Name}, lower bar {other.Name}; yellow: when parts that are too near both " +
            "hold, " + _check.Map.Words(c.Overlap) + ".");
    }

    private static Coordinate Metres(Place p) => new(p.EastMillimetres / 1000.0, p.NorthMillimetres / 1000.0);

    /// <summary>Two bars of time, and behind them when parts that are too near both hold.</summary>
    private void Times(Window own, Window other, Window together)
    {
        double from = Math.Min(own.FromSeconds, other.FromSeconds);
        double until = Math.Max(own.UntilSeconds, other.UntilSeconds);
        double X(int seconds) => Margin + ((seconds - from) / (until - from) * (Width - (2 * Margin)));
        double Long(Window w) => Math.Max(1.5, X(w.UntilSeconds) - X(w.FromSeconds));
        void Bar(Window w, int y, int height, string attributes) => _svg.Raw(
            $"<rect x=\"{N(X(w.FromSeconds))}\" y=\"{y}\" width=\"{N(Long(w))}\" " +
            $"height=\"{height}\" {attributes}/>\n");
        Bar(together, _top, 26, "fill=\"#ffd54d\"");
        Bar(own, _top + 4, 7, $"fill=\"{Own}\"");
        Bar(other, _top + 15, 7, $"fill=\"{Other}\"");
        _top += 30;
    }

    private MapPart Begin(Envelope view)
    {
        var map = new MapPart(_svg, view, _top, ++_maps);
        _svg.Raw(
            $"<clipPath id=\"m{_maps}\"><rect x=\"0\" y=\"{_top}\" width=\"{Width}\" height=\"{MapHeight}\"/>" +
            "</clipPath>\n" +
            $"<g clip-path=\"url(#m{_maps})\"><rect x=\"0\" y=\"{_top}\" width=\"{Width}\" height=\"{MapHeight}\" " +
            "fill=\"#fbfaf7\" stroke=\"#b9b4a7\"/>\n");
        return map;
    }

    private void End(MapPart map)
    {
        map.Scale();
        _svg.Raw("</g>\n");
        _top += MapHeight + 8;
    }

    /// <summary>Text, broken where the picture ends.</summary>
    private void Line(string text, int size = 12, bool isBold = false)
    {
        var columns = (int)((Width - (2 * Margin)) / (size * 0.55));
        var line = "";
        foreach (var word in text.Split(' ').Append("\n"))
        {
            if (word == "\n" || line.Length + word.Length + 1 > columns)
            {
                _top += size + 4;
                var weight = isBold ? " font-weight=\"bold\"" : "";
                _svg.Raw($"<text x=\"{Margin}\" y=\"{_top}\" font-size=\"{size}\"{weight}>")
                    .Text(line).Raw("</text>\n");
                line = "";
            }

            line += (line.Length == 0 ? "" : " ") + word;
        }

        _top += 6;
    }

    /// <summary>One map of the picture: metres of the plane to units of the drawing, north up.</summary>
    private sealed class MapPart(Html svg, Envelope view, int top, int number)
    {
        private readonly double _unit = Math.Min(Width / view.Width, MapHeight / view.Height);

        public void Draw(Activity activity, string colour, bool isDashed)
        {
            var shape = Shapes.Of(activity);
            var buffer = activity.Particulars.BufferMillimetres / 1000.0;
            if (buffer > 0)
            {
                // Room around it: a stroke twice as wide, with round ends, is the buffer to scale.
                svg.Raw("<g opacity=\"0.15\">");
                Draw(shape, $"fill=\"{(activity.Shape == Shape.Area ? colour : "none")}\" stroke=\"{colour}\" " +
                    $"stroke-width=\"{N(2 * buffer * _unit)}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"");
                svg.Raw("</g>\n");
            }

            var dash = isDashed ? " stroke-dasharray=\"5 3\"" : "";
            Draw(shape, $"fill=\"{(activity.Shape == Shape.Area ? colour : "none")}\" fill-opacity=\"0.18\" " +
                $"stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\" stroke-linecap=\"round\"{dash}");
        }

        public void Draw(Geometry shape, string attributes)
        {
            if (shape is Point)
            {
                svg.Raw($"<path d=\"M{At(shape.Coordinate)}h0.01\" {attributes}/>\n");
                svg.Raw($"<circle cx=\"{N(X(shape.Coordinate))}\" cy=\"{N(Y(shape.Coordinate))}\" r=\"3\"/>\n");
                return;
            }

            var close = shape is Polygon ? "Z" : "";
            svg.Raw($"<path d=\"M{string.Join('L', shape.Coordinates.Select(At))}{close}\" {attributes}/>\n");
        }

        /// <summary>A named area of the mission; sectors and the like have their names on them.</summary>
        public void Named(MapArea area, Geometry shape)
        {
            Draw(shape, $"fill=\"{(shape is Polygon ? "#f2f0ea" : "none")}\" stroke=\"#b9b4a7\" stroke-width=\"0.8\"");
            if (area.Drawing == Drawing.Polygon && shape.IsValid)
            {
                var at = shape.InteriorPoint.Coordinate;
                svg.Raw($"<text x=\"{N(X(at))}\" y=\"{N(Y(at))}\" font-size=\"10\" fill=\"#6b6659\" " +
                    "text-anchor=\"middle\">").Text(area.Id).Raw("</text>\n");
            }
        }

        /// <summary>The name of an activity, beside its first vertex.</summary>
        public void Name(Planned planned, string colour)
        {
            var at = Metres(planned.Activity.Vertex(0));
            var (x, y) = (
                Math.Clamp(X(at) + 6, 2, Width - 90), Math.Clamp(Y(at) + 14, top + 12, top + MapHeight - 26));
            svg.Raw($"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"11\" fill=\"{colour}\" " +
                "stroke=\"#fff\" stroke-width=\"2.5\" paint-order=\"stroke\">").Text(planned.Name).Raw("</text>\n");
        }

        public void Cell(Place southWest, Place northEast)
        {
            var (a, b) = (Metres(southWest), Metres(northEast));
            svg.Raw($"<rect x=\"{N(X(a))}\" y=\"{N(Y(b))}\" width=\"{N(X(b) - X(a))}\" height=\"{N(Y(a) - Y(b))}\" " +
                "fill=\"url(#cell)\" fill-opacity=\"0.5\" stroke=\"#555\" stroke-width=\"1.5\"/>\n");
        }

        public void Ring(Place place) => svg.Raw(
            $"<circle cx=\"{N(X(Metres(place)))}\" cy=\"{N(Y(Metres(place)))}\" r=\"9\" fill=\"none\" " +
            $"stroke=\"{Ink}\" stroke-width=\"2\"/>\n");

        public void Between(Place a, Place b)
        {
            var (p, q) = (Metres(a), Metres(b));
            svg.Raw($"<path d=\"M{At(p)}L{At(q)}\" stroke=\"{Ink}\" stroke-width=\"2.5\" fill=\"none\"/>\n");
            foreach (var end in (Coordinate[])[p, q])
            {
                svg.Raw($"<circle cx=\"{N(X(end))}\" cy=\"{N(Y(end))}\" r=\"4\" fill=\"{Ink}\"/>\n");
            }
        }

        /// <summary>A round length, at most a third of the width, and north.</summary>
        public void Scale()
        {
            var most = Width / 3.0 / _unit;
            var power = Math.Pow(10, Math.Floor(Math.Log10(most)));
            var metres = power * (most / power >= 5 ? 5 : most / power >= 2 ? 2 : 1);
            var (y, x) = (top + MapHeight - 10, Margin);
            svg.Raw($"<path d=\"M{x} {y - 5}v5h{N(metres * _unit)}v-5\" stroke=\"{Ink}\" fill=\"none\" " +
                $"stroke-width=\"1.5\" id=\"scale{number}\"/>\n");
            svg.Raw($"<text x=\"{x + 4}\" y=\"{y - 6}\" font-size=\"11\">").Text(PlanText.Metres((long)(metres * 1000)))
                .Raw("</text>\n");
            svg.Raw($"<path d=\"M{Width - 20} {top + 30}v-18m-5 7l5 -7l5 7\" stroke=\"{Ink}\" fill=\"none\" " +
                $"stroke-width=\"1.5\"/>\n<text x=\"{Width - 24}\" y=\"{top + 43}\" font-size=\"11\">N</text>\n");
        }

        private string At(Coordinate c) => $"{N(X(c))} {N(Y(c))}";

        private double X(Coordinate c) => (Width / 2.0) + ((c.X - view.Centre.X) * _unit);

        private double Y(Coordinate c) => top + (MapHeight / 2.0) - ((c.Y - view.Centre.Y) * _unit);
    }
}
