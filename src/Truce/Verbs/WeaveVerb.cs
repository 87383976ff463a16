using System.CommandLine;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce weave</c>.</summary>
internal static class WeaveVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var mission = new Argument<string>("MISSION")
        {
            Description =
            "a framework file, or a folder with a framework.yaml"
        };
        var html = new Option<bool>("--html") { Description = "one page of HTML instead of Markdown" };
        var command = new Command("weave",
            "Print the framework as a document: by source and place, the quote beside each clause " +
            "that cites it, and the findings that name it.\n\nExamples:\n  truce weave missions/gaza\n  truce weave " +
                "missions/line --html > line.html")
        {
            mission, html,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(mission)!;
            if (MissionFile.Open(path, error) is not { } book)
            {
                return 2;
            }

            var missing = Quotes.Missing(book.Framework, name => MissionFile.Document(path, name));
            var result = Check.Run(book);
            output.Write(parsed.GetValue(html) ? Weave.Html(book, result, missing)
                : Weave.Markdown(book, result, missing));
            return 0;
        });
        return command;
    }
}
