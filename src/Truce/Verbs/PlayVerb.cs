using System.CommandLine;
using System.Text;
using Truce.Missions;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce play</c>: a scripted exercise, played into a log that everybody can check.</summary>
internal static class PlayVerb
{
    /// <summary>The script's name where only the mission is named.</summary>
    public const string DefaultName = "exercise.yaml";

    public static Command Command(TextWriter output, TextWriter error)
    {
        var mission = new Argument<string>("MISSION")
        {
            Description = "a mission's folder: the script's files lie there",
        };
        var exercise = new Argument<string?>("EXERCISE")
        {
            Description = $"the script: a file, or its name in the folder; without one {DefaultName}",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var to = new Option<string?>("--to")
        {
            Description = "the folder for the log, its witnesses, its mirror and everybody's keys; it is made",
        };
        var verbose = new Option<bool>("--verbose") { Description = "print each act, and not a digest of each week" };
        var command = new Command("play",
            "Play the script of an exercise into a log with two parties' witnesses and a mirror, say what came of each "
            + "week, and replay it as the public, as each of the parties and as an auditor. Keys and times come of the "
            + "script: the same script gives the same bytes. Exit 0 where all came as the script expects; 1 where "
            + "something did not; 2 for a bad script.\n\nExamples:\n  truce play missions/gaza\n"
            + "  truce play missions/gaza exercise.yaml --to played\n  truce play missions/gaza --verbose")
        {
            mission, exercise, to, verbose,
        };
        command.SetAction(parsed => Run(parsed.GetValue(mission)!, parsed.GetValue(exercise), parsed.GetValue(to),
            parsed.GetValue(verbose), output, error));
        return command;
    }

    /// <summary>Reads a script; null, and every defect printed, where it is none.</summary>
    public static ExerciseFile? Read(string mission, string? exercise, TextWriter error)
    {
        if (!Directory.Exists(mission))
        {
            error.WriteLine($"error: `{Plain.Words(mission)}`: there is no such folder\n"
                + "  help: name a mission's folder, as missions/gaza");
            return null;
        }

        var file = exercise is not null && File.Exists(exercise) ? exercise
            : Path.Combine(mission, exercise ?? DefaultName);
        if (MissionFile.Bounded(file, Limits.FileBytes, error) is not { } bytes)
        {
            return null;
        }

        var script = ExerciseFile.Read(bytes, file);
        return Sound(script, error) ? script : null;
    }

    /// <summary>Whether a script has no defects so far; they are printed, in the order of its lines.</summary>
    public static bool Sound(ExerciseFile script, TextWriter error)
    {
        foreach (var defect in script.Defects)
        {
            error.WriteLine(ExerciseFile.Words(defect));
        }

        return script.Defects.Count == 0;
    }

    private static int Run(
        string mission, string? exercise, string? to, bool isVerbose, TextWriter output, TextWriter error)
    {
        if (to is not null && Path.Exists(to))
        {
            error.WriteLine($"error: `{Plain.Words(to)}` is there already: a log is never overwritten\n"
                + "  help: name a folder that is not there, or remove it first");
            return 2;
        }

        if (Read(mission, exercise, error) is not { } script)
        {
            return 2;
        }

        var folder = to is null ? Directory.CreateTempSubdirectory("truce-play-").FullName
            : Directory.CreateDirectory(to).FullName;
        var code = 2;
        try
        {
            code = Played(script, mission, folder, to, isVerbose, output, error);
        }
        finally
        {
            if (to is null || code == 2)
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return code;
    }

    private static int Played(
        ExerciseFile script, string mission, string folder, string? to, bool isVerbose, TextWriter output,
        TextWriter error)
    {
        using var log = new ExerciseLog(script, mission, folder);
        var acts = new List<(ScriptedAct Act, long Entry)>();
        log.Play((act, entry) => acts.Add((act, entry)));
        if (!Sound(script, error))
        {
            return 2;
        }

        var (fold, _) = log.Read(ExerciseLog.Operator);
        var text = new ExerciseText(script, fold, acts);
        output.Write(text.Head());
        output.Write(isVerbose ? text.Each() : text.Weeks());
        output.Write(text.End());
        var (isClean, replays) = Replays(log);
        output.Write(replays);
        foreach (var (act, said) in text.Otherwise)
        {
            error.WriteLine($"{Plain.Words(script.Name)}:{act.Place.Line}:{act.Place.Column}: "
                + $"{act.Type} came otherwise than the script expects: {said}\n"
                + "  help: mend the act, or write `expect:` as it came");
        }

        output.Write(to is null ? "\nNothing was kept: `--to FOLDER` keeps the log, its witnesses and its mirror.\n"
            : Next(log, to));
        MissionVerb.Standing(output);
        return isClean && text.Otherwise.Count == 0 ? 0 : 1;
    }

    /// <summary>Replays as everybody, and says of each how much he could compute again.</summary>
    public static (bool IsClean, string Text) Replays(ExerciseLog log)
    {
        var text = new StringBuilder("\nEvery outcome and ruling is computed again, by whoever may read it:\n");
        var isClean = true;
        foreach (var (who, reader) in log.Eyes)
        {
            var report = log.Replayed(reader);
            isClean &= report.First is null;
            text.Append($"  replay as {who}: {report}"
                + (report.First is { } first ? $"; the first that differs: {first}\n" : "\n"));
        }

        return (isClean, text.ToString());
    }

    private static string Next(ExerciseLog log, string to)
    {
        var (at, keys) = (Path.Combine(to, ExerciseLog.LogName),
            Path.Combine(to, ExerciseLog.LogName, RecordFolder.KeysName));
        var party = log.Witnessing.First();
        return $"""

            Next, on anybody's machine that has the folder:
              truce mission timeline --log {at} --as {keys}/{party}.reading.key
              truce mission deadlines --log {at} --as {keys}/reading.key --now {log.Until}
              truce record fsck {at} --replay
              truce record fsck {at} --replay --reading-key {keys}/reading.key --as operator
              truce record prove {at} 12 --to evidence
              truce record verify evidence/12.entry --policy {Path.Combine(to, ExerciseLog.PolicyName)}

            """;
    }
}
