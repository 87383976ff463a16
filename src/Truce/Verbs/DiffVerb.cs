using System.CommandLine;
using System.Text;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce diff</c>.</summary>
internal static class DiffVerb
{
    private const int BoxesShownMax = 4;

    public static Command Command(TextWriter output, TextWriter error)
    {
        var first = new Argument<string>("A") { Description = "the earlier framework" };
        var second = new Argument<string>("B") { Description = "the later framework" };
        var command = new Command("diff",
            "Say exactly in which situations two frameworks answer differently, and what changed " +
            "outside the rules. Exit 0 where nothing differs, else 1.\n\nExamples:\n" +
            "  truce diff missions/gaza/framework.yaml missions/gaza/adopted.yaml")
        {
            first, second,
        };
        command.SetAction(parsed =>
        {
            var (a, b) = (MissionFile.Read(parsed.GetValue(first)!, error),
                MissionFile.Read(parsed.GetValue(second)!, error));
            if (a is null || b is null)
            {
                return 2;
            }

            var result = Diff.Of(a, b);
            output.Write(Text(a, b, result));
            return result.IsEmpty ? 0 : 1;
        });
        return command;
    }

    internal static string Text(Framework a, Framework b, DiffResult result, bool outside = true)
    {
        var text = new StringBuilder();
        if (result.IsEmpty)
        {
            return text.Append("Nothing differs: every situation has the same answer, and nothing outside the rules " +
                "changed.\n").ToString();
        }

        text.Append("first:  ").Append(a.Name).Append("\nsecond: ").Append(b.Name).Append('\n');
        if (result.Changes.IsEmpty)
        {
            text.Append("\nNo situation that both know is answered differently.\n");
        }

        foreach (var footing in result.Changes.GroupBy(c => c.Footing))
        {
            var head = footing.Key.ToString();
            text.Append('\n').Append(char.ToUpperInvariant(head[0])).Append(head.AsSpan(1))
                .Append(footing.Key.Kind == FootingKind.Text ? "\n" : ", also\n");
            foreach (var change in footing)
            {
                Append(text, change);
            }
        }

        Findings(text, "Findings of the first that are gone", result.Gone);
        Findings(text, "Findings that the second adds", result.New);
        if (!result.Outside.IsEmpty && !outside)
        {
            text.Append("\nOutside the rules: ").Append(result.Outside.Length).Append(" changes\n");
        }
        else if (!result.Outside.IsEmpty)
        {
            text.Append("\nOutside the rules\n");
            foreach (var line in result.Outside)
            {
                FindingText.Wrap(text, line, "  ", "    ");
            }
        }

        foreach (var line in result.NotDecided)
        {
            text.Append('\n').Append(line).Append('\n');
        }

        return text.Append('\n').Append(Prose.StandingLine).Append('\n').ToString();
    }

    private static void Append(StringBuilder text, Change change)
    {
        var what = change.Actions.Length <= 6 ? string.Join(", ", change.Actions)
            : $"{string.Join(", ", change.Actions.Take(5))} and {change.Actions.Length - 5} more";
        FindingText.Wrap(text, $"{what}: {string.Join("; ", change.Parts)}", "  ", "    ");
        foreach (var line in change.Where.Take(BoxesShownMax))
        {
            FindingText.Wrap(text, line, "      ", "        ");
        }

        if (change.Where.Length > BoxesShownMax)
        {
            text.Append("      and ").Append(change.Where.Length - BoxesShownMax).Append(" more places and times\n");
        }

        if (change.Share is { } share && share < 0.9999999)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"      share: {share * 100:0.#} % of the common days and hours\n");
        }
    }

    private static void Findings(StringBuilder text, string head,
        System.Collections.Immutable.ImmutableArray<Finding> findings)
    {
        if (findings.IsEmpty)
        {
            return;
        }

        text.Append('\n').Append(head).Append('\n');
        foreach (var group in findings.GroupBy(f => f.Footing.ToString()))
        {
            FindingText.Wrap(text, $"{group.Key}: {string.Join(", ", group.Select(f => f.Identity))}", "  ", "    ");
        }
    }
}
