using System.Collections.Immutable;
using System.Text;
using Truce.Rules;

namespace Truce;

/// <summary>Rulings as plain text: a paragraph, the clauses, the near misses, the standing line.</summary>
internal static class RulingText
{
    /// <summary>The answer to an act that the framework's <c>acts:</c> do not map. LANGUAGE §2.</summary>
    public static string Outside(string act) =>
        $"OUTSIDE THE FRAMEWORK: `acts:` maps the act `{act}` to no action, so no clause speaks of it.\n\n" +
        $"{Prose.StandingLine}\n";

    /// <summary>All rulings of one question.</summary>
    public static string Of(Rulebook book, ImmutableArray<Ruling> rulings)
    {
        var text = new StringBuilder();
        foreach (var ruling in rulings)
        {
            FindingText.Wrap(text, Prose.Paragraph(book, ruling), "", "");
            foreach (var branch in ruling.Text.Branches.Where(_ => !ruling.OutsideTerm))
            {
                if (branch.When.Length > 0)
                {
                    FindingText.Wrap(text, $"Clauses that hold if {string.Join(", or if ", branch.When.Take(5))}"
                        + $"{(branch.When.Length > 5 ? $" or {branch.When.Length - 5} more combinations" : "")}:", "  ",
                        "    ");
                }
                else if (!branch.Answer.Live.IsEmpty)
                {
                    text.Append("  Clauses that hold:\n");
                }

                foreach (var line in Prose.Clauses(book, branch.Answer))
                {
                    FindingText.Wrap(text, line, "    ", "      ");
                }
            }

            if (!ruling.NearMisses.IsEmpty)
            {
                text.Append("  Nearly:\n");
                foreach (var near in ruling.NearMisses.Take(12))
                {
                    FindingText.Wrap(text, Prose.Nearly(near), "    ", "      ");
                }

                if (ruling.NearMisses.Length > 12)
                {
                    text.Append("    and ").Append(ruling.NearMisses.Length - 12).Append(" more (see --format json)\n");
                }
            }

            text.Append('\n');
        }

        return text.Append(Prose.StandingLine).Append('\n').ToString();
    }
}
