using System.Collections.Immutable;
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
            command, $"{seen}\n\n$ {hidden}\n\n{nothing}\n\n{Checked(entry, error)}\n\n{Exact(route, error)}");
    }

    /// <summary>An armed party asks about every corner of one cell while the convoy is due in it.</summary>
    private string Checked(long entry, TextWriter error)
    {
        using var reading = MissionReading.Open(Log, ExerciseLog.EyesOf("isf"), error)!;
        var notice = reading.Fold.Subjects[reading.Fold.Labelled(entry)!.Subject].Opening;
        var grid = MissionGrid.Default;
        var told = new Truce.Space.Disclosure(NoticeTerms.Default, new CoarseGrid(grid.CellMillimetres));
        var window = new Window(grid.Seconds(notice.Window.From), grid.Seconds(notice.Window.Until));
        var protects = new Particulars("agencies", ActivityKind.Humanitarian, IsEmergency: false, 0);
        var cells = notice.Words("cells").Select(c => MissionGrid.Cell(c)!.Value).ToArray();
        var id = 0L;
        foreach (var (east, north) in cells)
        {
            Place Corner(int e, int n) => new((east + e) * grid.CellMillimetres, (north + n) * grid.CellMillimetres);
            var cell = Activity.Area(protects, [Corner(0, 0), Corner(1, 0), Corner(1, 1), Corner(0, 1)], window);
            told.Record("agencies", new Stated(new Proposal(new ActivityId(++id), cell.ActivityOrNull!),
                ["isf"], notice.Word("contact")!), ImmutableHashSet<ActivityVersion>.Empty);
        }

        const int side = 100;
        var answers = new Dictionary<string, int>(StringComparer.Ordinal);
        var asks = new Particulars("idf", ActivityKind.Operation, IsEmergency: false, 0);
        for (var i = 0; i < Checks; i++)
        {
            // A hundred by a hundred places within the cell, and another minute each time.
            var place = new Place((cells[^1].East * grid.CellMillimetres) + (((i % side) + 1) * 49_000),
                (cells[^1].North * grid.CellMillimetres) + (((i / side) + 1) * 49_000));
            var at = window.FromSeconds + (i % 350 * 60);
            var probe = Activity.Point(asks, place, new Window(at, at + 60)).ActivityOrNull!;
            var answer = told.Assess("israel", new Proposal(new ActivityId(++id), probe), told.Head);
            var words = string.Join("; ", answer.Coarse.Select(c => $"{string.Join(", ", c.Cells.Select(k =>
                $"cell {k.EastCell}:{k.NorthCell} of 5 km, {At(grid, CoarseGrid.WindowOf(k))}"))}; ask {c.Contact}"));
            answers[words] = answers.GetValueOrDefault(words) + 1;
        }

        var text = new StringBuilder();
        FindingText.Wrap(text, $"israel, an armed party, asks {Checks:N0} times, its budget lifted: other places in "
            + $"one cell, other minutes. Different answers: {answers.Count}.", "", "");
        foreach (var (answer, times) in answers)
        {
            FindingText.Wrap(text, $"{times:N0} times: {(answer.Length == 0 ? "nothing" : answer)}", "  ", "    ");
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string At(MissionGrid grid, Window window)
    {
        string Text(int seconds) => DateTimeOffset.FromUnixTimeMilliseconds(grid.EpochMilliseconds + (seconds * 1_000L))
            .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return $"{Text(window.FromSeconds)} to {Text(window.UntilSeconds)} UTC";
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
