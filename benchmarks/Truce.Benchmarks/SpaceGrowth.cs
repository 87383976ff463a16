using System.Globalization;
using System.Text;

namespace Truce.Benchmarks;

/// <summary>How a check grows with the register.</summary>
internal static class SpaceGrowth
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>One size.</summary>
    /// <param name="Count">Activities.</param>
    /// <param name="Days">The days over which they are spread.</param>
    /// <param name="Hits">What a proposal meets on average.</param>
    /// <param name="Check">Microseconds of processor for the search among activities.</param>
    /// <param name="Limit">The same for the exact tests of the true conflicts alone.</param>
    /// <param name="Megabytes">The register's memory.</param>
    /// <param name="Load">Seconds of processor for making the activities and recording them.</param>
    public sealed record Point(
        int Count, int Days, double Hits, double Check, double Limit, double Megabytes, double Load);

    public static void Table(IReadOnlyList<Point> points, TextWriter output)
    {
        output.WriteLine("Growth, activities alone\n activities  days      meets   check µs   limit µs  µs a conflict  "
            + "     MB   load s");
        foreach (var p in points)
        {
            output.WriteLine(string.Create(Invariant,
                $"{p.Count,11:N0} {p.Days,5} {p.Hits,10:0.00} {p.Check,10:0.00} {p.Limit,10:0.00} ")
                + string.Create(Invariant,
                $"{(p.Hits > 0.5 ? p.Check / p.Hits : double.NaN),14:0.00} {p.Megabytes,8:0.0} {p.Load,8:0.0}"));
        }
    }

    /// <summary>
    /// Microseconds over activities, and over what is met; both axes logarithmic. What lies on one slanting line in the
    /// second follows the conflicts.
    /// </summary>
    public static string Plot(IReadOnlyList<Point> points)
    {
        var text = new StringBuilder();
        text.Append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 330\" font-family=\"sans-serif\" "
            + "font-size=\"12\"\n  role=\"img\" aria-labelledby=\"t\">\n"
            + "<title id=\"t\">Time of a check over the number of activities, and over the number met</title>\n"
            + "<rect width=\"720\" height=\"330\" fill=\"#fff\"/>\n");
        Panel(text, 60, "activities in the register", [1_000, 10_000, 100_000, 1_000_000],
            points.Select(p => (p, (double)p.Count)));
        Panel(text, 420, "activities that a proposal meets", [0.1, 1, 10, 100], points.Select(p => (p, p.Hits)));
        return text.Append("</svg>\n").ToString();
    }

    private static void Panel(
        StringBuilder text, int left, string label, double[] ticks, IEnumerable<(Point Point, double At)> points)
    {
        const int Wide = 270, High = 230, Top = 20;
        var (low, high) = (Math.Log10(ticks[0]), Math.Log10(ticks[^1]));
        double X(double at) => left + (Wide * Math.Clamp((Math.Log10(at) - low) / (high - low), 0, 1));
        double Y(double microseconds) => Top + High - (High * (Math.Log10(microseconds) + 2) / 4);
        foreach (var (us, name) in new[]
        {
            (0.01, "0.01 µs"), (0.1, "0.1 µs"), (1, "1 µs"), (10, "10 µs"), (100, "100 µs"),
        })
        {
            text.Append(Invariant, $"<path d=\"M{left} {Y(us):0.#}H{left + Wide}\" stroke=\"#ddd\"/>\n")
                .Append(Invariant, $"<text x=\"{left - 6}\" y=\"{Y(us) + 4:0.#}\" text-anchor=\"end\">{name}</text>\n");
        }

        foreach (var tick in ticks)
        {
            text.Append(Invariant, $"<text x=\"{X(tick):0.#}\" y=\"{Top + High + 18}\" text-anchor=\"middle\">")
                .Append(Invariant, $"{tick:#,0.##}</text>\n");
        }

        text.Append(Invariant, $"<text x=\"{left + (Wide / 2)}\" y=\"{Top + High + 38}\" text-anchor=\"middle\">")
            .Append(Invariant, $"{label}</text>\n");
        var all = points.ToArray();
        foreach (var (name, dash, of) in new (string, string, Func<Point, double>)[]
        {
            ("check", "", p => p.Check), ("limit", " stroke-dasharray=\"6 4\"", p => p.Limit),
        })
        {
            var line = all.Where(p => p.Point.Days == all[0].Point.Days).ToArray();
            var corners = line.Select(p => FormattableString.Invariant($"{X(p.At):0.#},{Y(of(p.Point)):0.#}"));
            text.Append(Invariant, $"<polyline fill=\"none\" stroke=\"#123\" stroke-width=\"2\"{dash} ")
                .Append(Invariant, $"points=\"{string.Join(' ', corners)}\"/>\n")
                .Append(Invariant, $"<text x=\"{X(line[^2].At) + 6:0.#}\" y=\"{Y(of(line[^2].Point)) + 16:0.#}\" ")
                .Append(Invariant, $">{name}</text>\n");
            foreach (var (p, at) in all)
            {
                var fill = p.Days == all[0].Point.Days ? "#123" : "#fff";
                text.Append(Invariant, $"<circle cx=\"{X(at):0.#}\" cy=\"{Y(of(p)):0.#}\" r=\"3.5\" ")
                    .Append(Invariant, $"fill=\"{fill}\" stroke=\"#123\"/>\n");
            }
        }
    }
}
