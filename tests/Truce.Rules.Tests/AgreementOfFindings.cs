using System.Globalization;

namespace Truce.Rules.Tests;

/// <summary>A file that can be used, as the engine and as the oracle have it: read and set up once for all that is
/// compared.</summary>
internal sealed record Sides(string Yaml, Framework Framework, Rulebook Book, Oracle Oracle)
{
    /// <summary>Both of a file; null where it cannot be used.</summary>
    public static Sides? Of(string yaml) => FrameworkReader.Read(yaml, "random.yaml") is { IsUsable: true } reading
        ? new(yaml, reading.Framework, new Rulebook(reading.Framework), new Oracle(reading.Framework)) : null;
}

/// <summary>Comparisons of engine and oracle on one file; null where they agree, else the first difference in
/// words.</summary>
internal static partial class Agreement
{
    private static readonly HashSet<string> Compared =
        ["E101", "E102", "E103", "E104", "E201", "E202", "E203", "E402", "W301", "W501", "W502"];

    private static readonly HashSet<string> Regionless = ["W501", "W502"];

    public static string? OfFindings(Sides sides)
    {
        var (book, oracle) = (sides.Book, sides.Oracle);
        var ours = Check.Run(book).Findings.Where(f => Compared.Contains(f.Code))
            .ToDictionary(f => (Footing(f.Footing), Identity(f)));
        var theirs = oracle.Findings().ToDictionary(f => (f.Footing.ToString(), f.Identity));
        foreach (var (key, finding) in ours)
        {
            if (!theirs.TryGetValue(key, out var expected))
            {
                return $"engine alone finds {key}";
            }

            if (!Regionless.Contains(finding.Code) && Region(book.Space, finding) is var region
                && !region.SetEquals(expected.Situations.Select(Text)))
            {
                return $"{key}: engine {region.Count} situations, oracle {expected.Situations.Count}; for one: " +
                    (region.Except(expected.Situations.Select(Text)).FirstOrDefault()
                    ?? expected.Situations.Select(Text).Except(region).First());
            }

            if (key.Item1 == "text" && (finding.Kind == FindingKind.Assumed) != expected.Assumed
                && !Regionless.Contains(finding.Code))
            {
                return $"{key}: engine {finding.Kind}, oracle assumed: {expected.Assumed}";
            }
        }

        return theirs.Keys.FirstOrDefault(k => !ours.ContainsKey(k)) is { Identity: not null } missed
            ? $"oracle alone finds {missed}" : null;
    }

    private static string Footing(Footing f) => f.Kind switch
    {
        FootingKind.Text => "text",
        FootingKind.Claims => $"claims of {f.Claimant}",
        FootingKind.Practice => "practice",
        _ => $"claims of {f.Claimant} and {f.Second}",
    };

    private static string Identity(Finding f) =>
        $"{f.Code}|{f.Action}|{string.Join(',', f.Subjects.Order(StringComparer.Ordinal))}";

    private static string Text(OracleSituation s) =>
        string.Join(" / ", s.Performer, s.Action, s.Leaf, s.Phase, s.Day, s.Hour, s.Facts);

    private static HashSet<string> Region(Situations s, Finding f)
    {
        var byPerformer = f.Code is "E101" or "E102" or "E103" or "E104";
        var all = new HashSet<string>(StringComparer.Ordinal);
        foreach (var box in f.Region!.Boxes)
        {
            foreach (var p in byPerformer ? Mask.Bits(s.Dim(box, Situations.Performer)) : [-1])
            {
                Collect(s, box, p, f.Code == "E402" ? "" : f.Action, all);
            }
        }

        return all;
    }

    private static void Collect(Situations s, ulong[] box, int performer, string action, HashSet<string> all)
    {
        var facts = new List<string> { "" };
        for (var f = 0; f < s.Facts.Length; f++)
        {
            facts = [.. facts.SelectMany(head => Mask.Bits(s.Dim(box, Situations.FirstFact + f)).Select(v =>
                head + (head.Length > 0 ? "," : "") + $"{s.Facts[f].Id}={s.Facts[f].Values[v]}"))];
        }

        foreach (var leaf in Mask.Bits(s.Dim(box, Situations.Leaf)))
        {
            var l = s.Leaves[leaf];
            var place = string.Join(" + ", l.Areas.Order(StringComparer.Ordinal).Prepend(l.Sector));
            foreach (var phase in Mask.Bits(s.Dim(box, Situations.Phase)))
            {
                foreach (var day in Mask.Bits(s.Dim(box, Situations.Day)))
                {
                    var first = s.Days[day].First is { } d ? NodaTime.Text.LocalDatePattern.Iso.Format(d) : "";
                    foreach (var hour in Mask.Bits(s.Dim(box, Situations.Hour)))
                    {
                        var clock = string.Create(CultureInfo.InvariantCulture,
                            $"{s.Hours[hour].FromMinute / 60:00}:{s.Hours[hour].FromMinute % 60:00}");
                        all.UnionWith(facts.Select(x =>
                            string.Join(" / ", performer < 0 ? "" : s.Performers[performer], action,
                            place, s.Phases[phase], first, clock, x)));
                    }
                }
            }
        }
    }
}
