using System.CommandLine;
using Truce.Json;
using Truce.Maps;
using Truce.Page;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce check</c>.</summary>
internal static class CheckVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var mission = new Argument<string>("MISSION")
        {
            Description = "a framework file, or a folder with a framework.yaml",
        };
        var basis = Choice("--basis", "text: leave claims and practice out; all", "all", "text");
        var failOn = Choice("--fail-on", "exit 1 from this severity on", "warning", "error");
        var format = Choice("--format", "text, brief, json or sarif (2.1.0)", "text", "brief", "json", "sarif");
        var page = new Option<string?>("--html")
        {
            Description = "write a page too: the findings, and who decides what, where and when",
        };
        var command = new Command("check",
            "Ask the closed list of questions: where do two hold the last word, where nobody, " +
            "which task may nobody carry out?\n\nExamples:\n  truce check missions/gaza\n" +
            "  truce check draft.yaml --basis text --fail-on error\n" +
            "  truce check missions/gaza --html page.html\n  truce check draft.yaml --format sarif > draft.sarif")
        {
            mission, basis, failOn, format, page,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(mission)!;
            var reading = MissionFile.ReadAll(path);
            MissionFile.Print(reading, error);
            var file = MissionFile.Locate(path);
            if (!reading.IsUsable)
            {
                PrintUnusable(output, parsed.GetValue(format)!, reading, file);
                return 2;
            }

            var book = new Rulebook(reading.Framework);
            var textOnly = parsed.GetValue(basis) == "text";
            if (!Map(path, error, out var drawn))
            {
                return 2;
            }

            var result = Check.Run(book, new CheckOptions(textOnly, Drawn: drawn));
            Print(output, parsed.GetValue(format)!, book, result, reading, file);
            if (parsed.GetValue(page) is { } to && !PageFile.Write(to, CheckPage.Of(book, result, textOnly), error))
            {
                return 2;
            }

            var worst = parsed.GetValue(failOn) == "error" ? Severity.Error : Severity.Warning;
            return result.NotDecided.IsEmpty && !result.Findings.Any(f => f.Severity <= worst) ? 0 : 1;
        });
        return command;
    }

    /// <summary>
    /// What the map beside the framework says of its areas; null where there is none. False, and every defect printed,
    /// where the map cannot be read.
    /// </summary>
    internal static bool Map(string path, TextWriter error, out Drawn? drawn)
    {
        drawn = null;
        var file = SpaceVerb.AreasFile(path);
        if (!File.Exists(file))
        {
            return true;
        }

        if (SpaceVerb.Areas(path, error) is not { } areas)
        {
            return false;
        }

        var map = MapFiles.Stated(areas, [], NodaTime.DateTimeZone.Utc);
        drawn = DrawnAreas.Of(areas, map.Areas, map.Frame);
        return !MapFiles.Print([areas], error);
    }

    /// <summary>An option that takes one of a few words, the first by default.</summary>
    private static Option<string> Choice(string name, string description, string first, params string[] others)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => first };
        option.AcceptOnlyFromAmong([first, .. others]);
        return option;
    }

    private static void Print(TextWriter output, string format, Rulebook book, CheckResult result, Reading reading,
        string file)
    {
        switch (format)
        {
            case "json":
                CheckJson.Write(output, book, result, reading, file);
                break;
            case "sarif":
                Sarif.Write(output, result, reading, file);
                break;
            case "brief":
                output.Write(FindingText.Brief(book, result));
                break;
            default:
                output.Write(FindingText.Of(book, result));
                break;
        }
    }

    /// <summary>
    /// The defects of a file that cannot be used, for programs. People read them on the error stream.
    /// </summary>
    private static void PrintUnusable(TextWriter output, string format, Reading reading, string file)
    {
        if (format == "json")
        {
            CheckJson.WriteUnusable(output, reading, file);
        }
        else if (format == "sarif")
        {
            Sarif.WriteUnusable(output, reading);
        }
    }
}
