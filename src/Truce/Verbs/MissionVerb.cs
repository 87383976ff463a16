using System.CommandLine;
using Truce.Missions;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce mission</c>: what is recorded about a mission, and how to record it.</summary>
internal static class MissionVerb
{
    public static Command Command(TextWriter output, TextWriter error) => new(
        "mission",
        "What acts mean: record them, and show what a reader may know of movements, incidents, messages and the "
        + "rest.\n\nExamples:\n  truce mission act\n  truce mission show movement/0123456789abcdef --log our-log")
    {
        MissionActVerb.Command(output, error),
        MissionShowVerb.Command(output, error),
        MissionTimelineVerb.Command(output, error),
        MissionDeadlinesVerb.Command(output, error),
        MissionAskVerb.Command(output, error),
        MissionDigestVerb.Command(output, error),
    };

    /// <summary>The lines under everything that names places, parties or rulings.</summary>
    public static void Standing(TextWriter output) =>
        output.WriteLine($"\n{Prose.StandingLine}\n{Prose.RecognitionLine}");

    /// <summary>
    /// The lines above every screen: whether something of it is under embargo, which record, whose eyes, how much they
    /// could read.
    /// </summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="reading">The state.</param>
    /// <param name="subjects">The ids of what the screen shows.</param>
    public static void Head(TextWriter output, MissionReading reading, params IEnumerable<string> subjects)
    {
        if (Embargoed.Words(reading.Fold, subjects) is { } embargo)
        {
            output.WriteLine(embargo);
        }

        var genesis = reading.Log.Founding.Genesis;
        output.WriteLine($"{(genesis.IsExercise ? "EXERCISE: " : "")}{Plain.Words(genesis.Mission)}, the record "
            + $"{genesis.Origin}; as {reading.As}: {reading.Report}");
        if (reading.Fold.Lost > 0)
        {
            output.WriteLine($"! LOST: what became of {reading.Fold.Lost} of the acts read here is missing");
        }
    }
}

/// <summary>Which log is read, and with whose eyes.</summary>
internal sealed class MissionEyes
{
    private readonly Option<string> _log = new("--log")
    {
        Description = "a log's folder, a copy of one, or an http address",
        Required = true,
    };

    private readonly Option<string?> _vkey = new("--vkey")
    {
        Description = "the log's vkey, for a copy or an address; a log's own folder says it itself",
    };

    private readonly Option<string?> _as = new("--as")
    {
        Description = "a private reading key, or - for the standard input: a party's, or the mission's for an auditor",
    };

    /// <summary>Whether JSON is asked for.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "print JSON instead of text" };

    /// <summary>Adds the options to a verb, the one for JSON only where it has no formats of its own.</summary>
    public void AddTo(Command command, bool json = true)
    {
        foreach (var option in json ? new Option[] { _log, _vkey, _as, Json } : [_log, _vkey, _as])
        {
            command.Add(option);
        }
    }

    /// <summary>The state; null, and the reason printed, where it cannot be read.</summary>
    public MissionReading? Open(ParseResult parsed, TextWriter error) => MissionReading.Open(
        parsed.GetValue(_log)!, parsed.GetValue(_vkey), parsed.GetValue(_as), error);
}

/// <summary>A time option, with its offset from UTC.</summary>
internal sealed class TimeOption(string name, string says)
{
    /// <summary>The option.</summary>
    public Option<string?> Option { get; } = new(name) { Description = says };

    /// <summary>POSIX milliseconds, or a default where it is not given; null, and the reason printed, for no time.
    /// </summary>
    public long? Read(ParseResult parsed, long otherwise, TextWriter error)
    {
        if (parsed.GetValue(Option) is not { } text)
        {
            return otherwise;
        }

        if (ActDraft.Milliseconds(text) is { } time)
        {
            return time;
        }

        error.WriteLine($"error: `{Option.Name} {text}` is no time with its offset from UTC\n"
            + "  help: write 2026-03-10T02:10:00+02:00 or 2026-03-10T00:10:00Z");
        return null;
    }
}
