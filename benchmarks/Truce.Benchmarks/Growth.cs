using System.Globalization;
using System.Text;
using Truce.Rules;

namespace Truce.Benchmarks;

/// <summary>How reading and checking grow with the file.</summary>
internal static class Growth
{
    public const int Seed = 1;

    public sealed record Point(int Rules, double ReadMs, double CheckMs, long Cells, int Findings, bool Decided);

    public static Point At(int rules)
    {
        var yaml = Frameworks.Growing(rules, Seed);
        var reading = FrameworkReader.Read(yaml, "grown.yaml");
        var read = Measure.Milliseconds(rules <= 1_000 ? 5 : 1, () => reading = FrameworkReader.Read(yaml,
            "grown.yaml"));
        if (!reading.IsUsable)
        {
            throw new InvalidOperationException(reading.Diagnostics[0].ToString());
        }

        CheckResult? result = null;
        void Work() => result = Check.Run(new Rulebook(reading.Framework));
        var check = rules <= 100 ? Measure.Milliseconds(5, Work) : Measure.Once(Work);
        return new Point(rules, read, check, result!.Nodes, result.Findings.Length, result.NotDecided.IsEmpty);
    }

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>A plot of both times over the number of rules, both axes logarithmic.</summary>
    public static string Plot(IReadOnlyList<Point> points)
    {
        const int Left = 70, Top = 20, Wide = 520, High = 300;
        static double X(double rules) => Left + (Wide * (Math.Log10(rules) - 2) / 2);
        static double Y(double ms) => Top + High - (High * Math.Log10(Math.Max(1, ms)) / 5);
        var text = new StringBuilder();
        text.Append(Invariant,
                $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 370\" font-family=\"sans-serif\" " +
            $"font-size=\"12\"\n");
        text.Append(Invariant, $"  role=\"img\" aria-labelledby=\"t\">\n");
        text.Append(Invariant,
                $"<title id=\"t\">Time to read and to check a framework, over its number of rules</title>\n");
        text.Append(Invariant,
                $"<rect width=\"640\" height=\"370\" fill=\"#fff\"/>\n");
        foreach (var (ms, label) in new[] { (1, "1 ms"), (10, "10 ms"), (100, "100 ms"), (1_000, "1 s"), (10_000,
            "10 s"), (100_000, "100 s") })
        {
            text.Append(Invariant,
                $"<path d=\"M{Left} {Y(ms):0.#}H{Left + Wide}\" stroke=\"#ddd\"/>\n");
            text.Append(Invariant,
                $"<text x=\"{Left - 8}\" y=\"{Y(ms) + 4:0.#}\" text-anchor=\"end\">{label}</text>\n");
        }

        foreach (var rules in new[] { 100, 1_000, 10_000 })
        {
            text.Append(Invariant,
                $"<text x=\"{X(rules):0.#}\" y=\"{Top + High + 18}\" text-anchor=\"middle\">{rules}</text>\n");
        }

        text.Append(Invariant,
                $"<text x=\"{Left + (Wide / 2)}\" y=\"{Top + High + 38}\" text-anchor=\"middle\">rules in the " +
                    $"file</text>\n");
        foreach (var (name, dash, value) in new (string, string, Func<Point, double>)[]
        {
            ("check", "", p => p.CheckMs), ("read", " stroke-dasharray=\"6 4\"", p => p.ReadMs),
        })
        {
            var line = points.Select(p => FormattableString.Invariant($"{X(p.Rules):0.#},{Y(value(p)):0.#}"));
            text.Append(Invariant,
                $"<polyline fill=\"none\" stroke=\"#123\" stroke-width=\"2\"{dash} " +
                $"points=\"{string.Join(' ', line)}\"/>\n");
            foreach (var p in points)
            {
                text.Append(Invariant,
                $"<circle cx=\"{X(p.Rules):0.#}\" cy=\"{Y(value(p)):0.#}\" r=\"3\" fill=\"#123\"/>\n");
            }

            var last = points[^1];
            text.Append(Invariant,
                $"<text x=\"{X(last.Rules) - 8:0.#}\" y=\"{Y(value(last)) - 8:0.#}\" " +
                $"text-anchor=\"end\">{name}</text>\n");
        }

        return text.Append("</svg>\n").ToString();
    }
}
