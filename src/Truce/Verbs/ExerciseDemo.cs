using System.Globalization;
using System.Text;
using Truce.Maps;
using Truce.Mission;
using Truce.Missions;
using Truce.Record;
using Truce.Space;
using Place = Truce.Space.Place;

namespace Truce.Verbs;

/// <summary>
/// The steps of the tour about a mission's record: the exercise is played, a convoy goes with a sealed route, an
/// acknowledgement is proved offline, and the frictions are counted for the public and for the auditor. What stands
/// after a `$` is what was run.
/// </summary>
internal sealed class ExerciseDemo : IDisposable
{
    private const string Convoy = "m15";
    private const string Acknowledgement = "g02-read";
    private const string Played = "played";
    private const string Underway = "2026-03-10T07:00:00Z";
    private const string End = "2026-04-11T00:00:00Z";
    private const int Checks = 10_000;

    private readonly string _missions;
    private readonly string _folder = Directory.CreateTempSubdirectory("truce-tour-").FullName;

    private ExerciseDemo(string missions) => _missions = missions;

    /// <summary>The steps: a title, the command that does the same, and the text; null where a file is wrong.</summary>
    /// <param name="missions">The folder of worked missions.</param>
    /// <param name="error">Takes what is wrong.</param>
    public static IReadOnlyList<(string Title, string Command, string Text)>? Steps(string missions, TextWriter error)
    {
        using var demo = new ExerciseDemo(missions);
        return PlayVerb.Read(demo.Gaza, exercise: null, error) is { } script ? demo.Told(script, error) : null;
    }

    private string Gaza => Path.Combine(_missions, "gaza");

    private string Log => Path.Combine(_folder, Played, ExerciseLog.LogName);

    private string Policy => Path.Combine(_folder, Played, ExerciseLog.PolicyName);

    /// <summary>Removes the folder.</summary>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Key(string name) => Path.Combine(Log, RecordFolder.KeysName, $"{name}.key");

    private List<(string, string, string)>? Told(ExerciseFile script, TextWriter error)
    {
        var text = new StringBuilder();
        (long Entry, string Subject) convoy, acknowledged;
        ReadOnlyMemory<byte> route;
        Digest genesis;
        using (var log = new ExerciseLog(script, Gaza, Path.Combine(_folder, Played)))
        {
            var acts = new List<(ScriptedAct Act, long Entry)>();
            log.Play((act, entry) => acts.Add((act, entry)));
            if (!PlayVerb.Sound(script, error))
            {
                return null;
            }

            var told = new ExerciseText(script, log.Read(ExerciseLog.Operator).Fold, acts);
            text.Append(told.Head()).Append(told.Brief()).Append(told.End()).Append(PlayVerb.Replays(log).Text);
            (convoy, acknowledged) = (log.Labelled(Convoy), log.Labelled(Acknowledgement));
            (route, genesis) = (log.Attachment(Convoy, ExerciseLog.EyesOf("isf"))!.Value, log.Founding.Hash);
        }

        return
        [
            ("7. Ten weeks of an exercise, as the machines of a mission record them, and who can check it.",
                $"./truce play missions/gaza --to {Played}", text.ToString()),
            Sealed(convoy.Entry, route, error),
            Proved(acknowledged.Entry, genesis),
            Frictions(error),
        ];
    }

    /// <summary>A convoy with a sealed route: what its readers see, what others do, and who can compute the rest.
    /// </summary>
    private (string, string, string) Sealed(long entry, ReadOnlyMemory<byte> route, TextWriter error)
    {
        var (command, seen) = Ran(lines: 22, "mission", "show", $"{entry}", "--log", Log, "--as", Key("isf.reading"),
            "--now", Underway);
        var (hidden, nothing) = Ran(lines: 2, "mission", "show", $"{entry}", "--log", Log, "--as",
            Key("israel.reading"), "--now", Underway);
        return ("8. A convoy with a sealed route: a cell for those who ask, the road for its recipients alone.",
            command, $"{seen}\n\n$ {hidden}\n\n{nothing}\n\n{Checked(entry)}\n\n{Exact(route, error)}");
    }

    /// <summary>An armed party asks about a cell that the convoy passes, in every way and with no budget.</summary>
    private string Checked(long entry)
    {
        const int metre = 1_000;
        using var auditor = MissionReading.Open(Log, ExerciseLog.Operator, TextWriter.Null)!;
        var notice = auditor.Fold.Subjects[auditor.Fold.Labelled(entry)!.Subject].Opening;
        var grid = MissionGrid.Default;
        var (east, north) = MissionGrid.Cell(notice.Words("cells")[^1])!.Value;
        var inside = grid.CellMillimetres - (2 * metre);
        Place Corner(int e, int n) => new((east * grid.CellMillimetres) + metre + (e * inside),
            (north * grid.CellMillimetres) + metre + (n * inside));
        var window = new Window(grid.Seconds(notice.Window.From), grid.Seconds(notice.Window.Until));
        var plan = Activity.Area(new Particulars("idf", ActivityKind.Operation, IsEmergency: false, 0),
            [Corner(0, 0), Corner(1, 0), Corner(1, 1), Corner(0, 1)], window).ActivityOrNull!;
        var told = NoOracle.Probe(auditor.Fold, new CoarseGrid(grid.CellMillimetres), "israel", plan, Checks);
        var text = new StringBuilder();
        FindingText.Wrap(text, $"israel, an armed party, asks {Checks:N0} times with its budget lifted: about that "
            + "cell, and about ever smaller places and hours in it. All that the record's answers ever told it: "
            + PlanText.Number(told.Length, "cell") + ".", "", "");
        foreach (var cell in told)
        {
            FindingText.Wrap(text, $"cell {cell.East}:{cell.North} of 5 km, {At(grid, cell.Window)}; ask "
                + auditor.Fold.Terms.AccessContact, "  ", "    ");
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string At(MissionGrid grid, int window)
    {
        string Text(int number) => DateTimeOffset.FromUnixTimeMilliseconds(
            grid.EpochMilliseconds + (number * CoarseGrid.WindowSeconds * 1_000L))
            .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return $"{Text(window)} to {Text(window + 1)} UTC";
    }

    /// <summary>Its recipients open the route, and compute on their own machine what it meets.</summary>
    private string Exact(ReadOnlyMemory<byte> route, TextWriter error)
    {
        var operations = Path.Combine(Gaza, "exercise-operations.geojson");
        var areas = Path.Combine(Gaza, MissionMap.FileName);
        if (SpaceVerb.Read(operations, error) is not { } against || SpaceVerb.Read(areas, error) is not { } map
            || MapFiles.Of(MapFile.Read(route, "the sealed route"), against, map,
                NodaTime.DateTimeZoneProviders.Tzdb["Asia/Gaza"], error) is not { } files)
        {
            return "not shown: the files of the exercise are missing";
        }

        var text = PlanText.Of(PlanCheck.Of(files.Map, files.Plan, files.Against, "isf"));
        return "The force opens the sealed route with its own key, and compares it with its own plans; the operator\n"
            + "of the record cannot:\n" + string.Join('\n', text.Split('\n').Take(7).Select(l => $"  {l}")).TrimEnd();
    }

    /// <summary>Who acknowledged a message, proved to somebody who has one file and reaches nobody.</summary>
    private (string, string, string) Proved(long entry, Digest genesis)
    {
        var file = Path.Combine(_folder, $"{entry}.disclosure");
        var (disclose, made) = Ran(lines: 1, "record", "disclose", Log, $"{entry}", "--reading-key",
            Key("israel.reading"), "--to", file);
        var (verify, held) = Ran(lines: 12, "record", "verify", file, "--pin", $"{genesis}", "--policy", Policy);
        return ("9. Who acknowledged the message about the convoy that was held? Proved offline, from one file.",
            disclose, $"{made}\n\n$ {verify}\n\n{held}");
    }

    /// <summary>The frictions as everybody may count them, as the auditor does, and how a figure is followed.</summary>
    private (string, string, string) Frictions(TextWriter error)
    {
        var (published, first) = Counted("frictions", "--log", Log, "--until", End);
        var (full, second) = Counted("frictions", "--log", Log, "--until", End, "--as", Key("reading"));
        using var reading = MissionReading.Open(Log, reader: null, error)!;
        var followed = Mission.Frictions.Of(reading.Fold, new Period(0, long.MaxValue)).Sections
            .SelectMany(s => s.Figures).First(f => f.Label.StartsWith("hold-border", StringComparison.Ordinal)
                && f.Label.Contains("contested", StringComparison.Ordinal));
        var entry = followed.Entries[0];
        var text = new StringBuilder($"As published: what everybody can count.\n\n{first}\n\n$ {full}\n\n"
            + $"In full: what an auditor counts, with the mission's reading key.\n\n{second}\n\n");
        FindingText.Wrap(text, $"A journalist follows the figure \"{followed.Label}\", {followed.Value}, on his own "
            + "machine:", "", "");
        foreach (var (command, said) in new[]
        {
            Ran(lines: 9, "mission", "show", $"{entry}", "--log", Log),
            Ran(lines: 2, "record", "prove", Log, $"{entry}", "--to", Path.Combine(_folder, "evidence")),
            Ran(lines: 6, "record", "verify", Path.Combine(_folder, "evidence", $"{entry}.entry"), "--policy", Policy),
        })
        {
            text.Append($"\n$ {command}\n\n{said}\n");
        }

        return ("10. Where did two authorities collide, how often, and who bore it? As published, and in full.",
            published, text.ToString());
    }

    /// <summary>A report, without the sections that come after who bore it.</summary>
    private (string Command, string Said) Counted(params string[] args)
    {
        var (command, said) = Ran(int.MaxValue, ["report", .. args]);
        var end = said.IndexOf("\nIf as reported", StringComparison.Ordinal);
        return (command, end < 0 ? said : said[..end].TrimEnd('\n') + "\n…");
    }

    /// <summary>Runs a command line; gives it as one would type it, and the first lines of what it printed.</summary>
    private (string Command, string Said) Ran(int lines, params string[] args)
    {
        var said = new StringWriter();
        Program.Run(args, said, said);
        string Shown(string text) => text.Replace(_folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
        var all = Shown(said.ToString()).TrimEnd('\n').Split('\n');
        return ($"./truce {Shown(string.Join(' ', args))}",
            string.Join('\n', all.Take(lines)) + (all.Length > lines ? "\n…" : ""));
    }
}
