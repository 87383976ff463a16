using System.CommandLine;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce check</c>.</summary>
internal static class CheckVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var mission = new Argument<string>("MISSION") { Description = "a framework file, or a folder with a framework.yaml" };
        var basis = new Option<string>("--basis") { Description = "text: leave claims and practice out; all", DefaultValueFactory = _ => "all" };
        basis.AcceptOnlyFromAmong("text", "all");
        var failOn = new Option<string>("--fail-on") { Description = "exit 1 from this severity on", DefaultValueFactory = _ => "warning" };
        failOn.AcceptOnlyFromAmong("error", "warning");
        var command = new Command("check", "Ask the closed list of questions: where do two hold the last word, where nobody, " +
            "which task may nobody carry out?\n\nExamples:\n  truce check missions/gaza\n  truce check draft.yaml --basis text --fail-on error")
        {
            mission, basis, failOn,
        };
        command.SetAction(parsed =>
        {
            if (MissionFile.Open(parsed.GetValue(mission)!, error) is not { } book)
            {
                return 2;
            }

            var result = Check.Run(book, new CheckOptions(parsed.GetValue(basis) == "text"));
            output.Write(FindingText.Of(book, result));
            var worst = parsed.GetValue(failOn) == "error" ? Severity.Error : Severity.Warning;
            return result.NotDecided.IsEmpty && !result.Findings.Any(f => f.Severity <= worst) ? 0 : 1;
        });
        return command;
    }
}
