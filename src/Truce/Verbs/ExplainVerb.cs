using System.CommandLine;
using System.Text;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce explain</c>.</summary>
internal static class ExplainVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var code = new Argument<string?>("CODE")
        {
            Description = "a code such as E101; all of them where left out",
            Arity = ArgumentArity.ZeroOrOne
        };
        var command = new Command("explain",
            "Say what a code means, and the law or practice behind it.\n\nExamples:\n  truce explain E101\n  truce " +
            "explain")
        {
            code,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(code) is not { } wanted)
            {
                foreach (var c in Codes.All)
                {
                    output.WriteLine($"{c.Code}  {c.Name}: {c.Question}");
                }

                return 0;
            }

            if (Codes.All.FirstOrDefault(c =>
                c.Code.Equals(wanted, StringComparison.OrdinalIgnoreCase)) is not { } meaning)
            {
                error.WriteLine($"error: there is no code `{wanted}`\n  help: `truce explain` lists them");
                return 2;
            }

            var text = new StringBuilder().Append(meaning.Code).Append(": ").Append(meaning.Name).Append("\n\n");
            FindingText.Wrap(text, meaning.Question, "", "");
            text.Append('\n');
            FindingText.Wrap(text, meaning.Meaning, "", "");
            text.Append('\n');
            FindingText.Wrap(text, $"Law and practice: {meaning.Practice}", "", "");
            text.Append("\nKinds of repair:\n");
            foreach (var repair in meaning.Repairs)
            {
                FindingText.Wrap(text, repair, "  - ", "    ");
            }

            output.Write(text.ToString());
            return 0;
        });
        return command;
    }
}
