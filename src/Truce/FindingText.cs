using System.Globalization;
using System.Text;
using Truce.Rules;

namespace Truce;

/// <summary>Findings as plain text, at most 120 columns wide.</summary>
internal static class FindingText
{
    private const int Width = 110;

    /// <summary>What the headline of a ruling begins with, see <see cref="Prose"/>.</summary>
    private static readonly HashSet<string> Verdicts =
    [
        "PERMITTED", "FORBIDDEN", "NOT", "CONTESTED", "UNOWNED", "DEADLOCK", "REFUSED", "AWAITS", "BLOCKED", "DONE",
        "OUTSIDE",
    ];

    /// <summary>The findings of a check by footing, the three-valued answers, and the counts.</summary>
    public static string Of(Rulebook book, CheckResult result)
    {
        var text = new StringBuilder();
        var f = book.Framework;
        text.Append(CultureInfo.InvariantCulture,
            $"{f.Name} ({f.Status.ToString().ToLowerInvariant()}), {f.Rules.Length} rules\n");
        foreach (var footing in result.Findings.GroupBy(x => x.Footing))
        {
            text.Append('\n').Append(Heading(footing.Key)).Append('\n');
            foreach (var finding in footing)
            {
                Append(text, finding);
            }
        }

        if (!result.Answers.IsEmpty)
        {
            text.Append("\nQuestions that turn on numbers\n");
            foreach (var a in result.Answers)
            {
                Wrap(text, $"{a.Code} {Value(a.Value)}: {a.Sentence}", "  ", "       ");
                foreach (var line in a.Workings)
                {
                    Wrap(text, line, "       ", "         ");
                }
            }
        }

        foreach (var line in result.NotDecided)
        {
            text.Append('\n').Append(line).Append('\n');
        }

        text.Append('\n').Append(Counts(result)).Append('\n').Append(Prose.StandingLine).Append('\n');
        return text.ToString();
    }

    /// <summary>The findings in a few lines: by footing and code, whom they concern and which actions.</summary>
    public static string Brief(Rulebook book, CheckResult result)
    {
        var text = new StringBuilder();
        var f = book.Framework;
        text.Append(CultureInfo.InvariantCulture,
            $"{f.Name} ({f.Status.ToString().ToLowerInvariant()}), {f.Rules.Length} rules\n");
        foreach (var footing in result.Findings.GroupBy(x => x.Footing))
        {
            text.Append('\n').Append(Heading(footing.Key)).Append('\n');
            foreach (var group in footing.GroupBy(x =>
                (x.Code, Who: x.Action.Length > 0 ? string.Join(" + ", x.Subjects) : "")))
            {
                var what = group.Select(x => (x.Action.Length > 0 ? x.Action : string.Join(" + ", x.Subjects))
                    + (x.Kind == FindingKind.Assumed ? " (assumed)" : ""));
                Wrap(text, $"{group.Key.Code} " +
                    $"{Codes.Of(group.Key.Code).Name}{(group.Key.Who.Length > 0 ? $", {group.Key.Who}" : "")}: " +
                    string.Join(", ", what), "  ", "       ");
            }
        }

        foreach (var line in result.NotDecided)
        {
            text.Append('\n').Append(line).Append('\n');
        }

        return text.Append('\n').Append(Counts(result)).Append('\n').Append(Prose.StandingLine).Append('\n').ToString();
    }

    /// <summary>One finding, as the full text shows it.</summary>
    public static string One(Finding finding)
    {
        var text = new StringBuilder();
        Append(text, finding);
        return text.ToString();
    }

    internal static string Heading(Footing footing) => footing.Kind switch
    {
        FootingKind.Text => "By the text",
        FootingKind.Claims => $"W{footing.ToString()[1..]}, also",
        FootingKind.Practice => "As practised, also",
        _ => $"With the claims of {footing.Claimant} and {footing.Second}, also",
    };

    internal static string Value(Trivalue value) => value switch
    {
        Trivalue.Cannot => "cannot",
        Trivalue.OnlyIf => "only if",
        Trivalue.Can => "can",
        _ => "not decided",
    };

    internal static string Counts(CheckResult result)
    {
        var errors = result.Findings.Count(x => x.Severity == Severity.Error);
        var warnings = result.Findings.Length - errors;
        if (errors + warnings == 0)
        {
            return result.NotDecided.IsEmpty ? "No finding." : "No finding in what was decided.";
        }

        var kinds = result.Findings.GroupBy(x => x.Kind).OrderBy(g => g.Key)
            .Select(g => $"{g.Count()} {g.Key.ToString().ToLowerInvariant()}");
        return $"{errors} error{(errors == 1 ? "" : "s")}, {warnings} warning{(warnings == 1 ? "" : "s")}: " +
            $"{string.Join(", ", kinds)}.";
    }

    private static void Append(StringBuilder text, Finding f)
    {
        var kind = f.Kind == FindingKind.Assumed ? " (assumed)" : "";
        Wrap(text, $"{f.Code}{kind} {f.Sentence}", "  ", "       ");
        foreach (var line in f.Workings)
        {
            Wrap(text, line, "       ", "         ");
        }

        if (f.Region is null)
        {
            return;
        }

        var where = f.Where.Take(3).ToList();
        foreach (var (line, i) in where.Select((l, i) => (l, i)))
        {
            Wrap(text, (i == 0 ? "where: " : "and    ") + line, "       ", "              ");
        }

        if (f.Where.Length > where.Count)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"       and {f.Where.Length - where.Count} more (see --format json)\n");
        }

        Wrap(text, "for example: " + Example(f) + (f.WitnessWords.Length > 0 ? $": {f.WitnessWords}" : ""), "       ",
            "         ");
        if (Share(f) is { } share)
        {
            text.Append("       share: ").Append(share).Append('\n');
        }
    }

    /// <summary>The witness in words; without performer and act where the finding is about several.</summary>
    internal static string Example(Finding f)
    {
        // The ordinary answers are taken as read; what is out of the ordinary is said.
        var facts = f.Witness!.Facts;
        var odd = facts.Where((x, i) => x.Value != f.Region!.Space.Facts[i].Words(f.Region.Space.Facts[i].Ordinary));
        var w = (f.Witness with { Facts = [.. odd] }).ToString();
        return f.Action.Length == 0 ? w[(w.IndexOf(", ", StringComparison.Ordinal) + 2)..] : w;
    }

    /// <summary>The share of days and hours, in words; null where it cannot be stated.</summary>
    internal static string? Share(Finding f) => f.Share switch
    {
        null => null,
        >= 0.9999999 => "all days and hours of the term",
        var s => string.Create(CultureInfo.InvariantCulture, $"{s * 100:0.#} % of the term's days and hours"),
    };

    internal static void Wrap(StringBuilder text, string words, string first, string rest)
    {
        var line = new StringBuilder(first);
        var empty = true;
        foreach (var word in words.Split(' '))
        {
            // No line at the margin begins with a verdict that the first words did not give.
            if (!empty && line.Length + 1 + word.Length > Width && !(rest.Length == 0 && Verdicts.Contains(word)))
            {
                text.Append(line).Append('\n');
                line.Clear().Append(rest);
                empty = true;
            }

            line.Append(empty ? "" : " ").Append(word);
            empty = false;
        }

        text.Append(line).Append('\n');
    }
}
