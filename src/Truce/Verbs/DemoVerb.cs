using System.CommandLine;
using Truce.Json;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce demo</c>: the tour.</summary>
internal static class DemoVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var noServe = new Option<bool>(
            "--no-serve")
        { Description = "print and end; this version opens no page in any case" };
        var command = new Command("demo",
            "The tour: check the framework of the worked mission, ask one situation, compare draft " +
            "and adopted text.\n\nExamples:\n  truce demo\n  truce demo --no-serve")
        {
            noServe,
        };
        command.SetAction(_ => Run(output, error));
        return command;
    }

    private static int Run(TextWriter output, TextWriter error)
    {
        if (Missions() is not { } missions)
        {
            error.WriteLine("error: the folder `missions` is not found above the program or here\n" +
                "  help: run the demo from a clone of the repository");
            return 2;
        }

        var (draft, adopted) =
            (Path.Combine(missions, "gaza", "framework.yaml"), Path.Combine(missions, "gaza", "adopted.yaml"));
        if (MissionFile.Open(draft, error) is not { } book || MissionFile.Read(adopted, error) is not { } later)
        {
            return 2;
        }

        var result = Check.Run(book);
        Step(output, "1. What does the framework contradict? Every finding, by what it rests on.",
            "./truce check missions/gaza --format brief", FindingText.Brief(book, result));
        var border = result.Findings.First(f => f is { Code: "E101", Action: "hold-border" });
        Step(output, "2. One finding in full: every rule with its source, one situation, its share.",
            "./truce check missions/gaza", FindingText.One(border));
        var w = border.Witness!;
        var (rulings, _) = book.Ask(new Question
        {
            Performer = w.Performer,
            Action = w.Action,
            Areas = [w.Leaf.Sector, .. w.Leaf.Areas],
            Phase = w.Phase,
            At = NodaTime.Instant.FromUtc(2026, 3, 10, 0, 10),
        });
        Step(output, "3. The same function answers a duty officer: that situation, clause by clause.",
            $"./truce decide missions/gaza --actor {w.Performer} --action {w.Action} --area \"{w.Leaf}\" --phase " +
                $"{w.Phase} " +
            "--at 2026-03-10T02:10", RulingText.Of(book, rulings));
        Step(output, "4. What changed between the draft and the adopted text, as publicly reported?",
            "./truce diff missions/gaza/framework.yaml missions/gaza/adopted.yaml",
            DiffVerb.Text(book.Framework, later, Diff.Of(book.Framework, later), outside: false));
        Step(output, "5. An invented convoy on line-1: what does it meet, and when could it leave instead?",
            SpaceDemo.Command, SpaceDemo.Text(missions, error) ?? "not shown: the files of the exercise are missing");
        Step(output, "6. The check and the ruling go into a record that two parties witness and a third mirrors.",
            "./truce record --help",
            RecordDemo.Text(result.Findings.Length, RulingJson.Code(rulings[0].Text.Branches[0].Answer.Verdict)));
        foreach (var (title, command, text) in ExerciseDemo.Steps(missions, error) ?? [])
        {
            Step(output, title, command, text);
        }

        output.WriteLine("Next: ./truce explain E101 · ./truce check missions/line · ./truce weave missions/gaza · " +
            "./truce new my-mission");
        output.WriteLine(Prose.RecognitionLine);
        return 0;
    }

    private static void Step(TextWriter output, string title, string command, string text)
    {
        output.WriteLine(title);
        output.WriteLine($"$ {command}");
        output.WriteLine();
        output.WriteLine(text.TrimEnd('\n').Replace("\n" + Prose.StandingLine, "", StringComparison.Ordinal)
            .TrimEnd('\n'));
        output.WriteLine();
    }

    /// <summary>The folder of worked missions: beside the program's repository, or under the current folder.</summary>
    private static string? Missions()
    {
        foreach (var start in (string[])[AppContext.BaseDirectory, Directory.GetCurrentDirectory()])
        {
            for (var at = start; at is not null; at = Path.GetDirectoryName(at))
            {
                var folder = Path.Combine(at, "missions");
                if (File.Exists(Path.Combine(folder, "gaza", "framework.yaml")))
                {
                    return folder;
                }
            }
        }

        return null;
    }
}
