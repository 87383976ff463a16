using System.Collections.Immutable;
using System.Globalization;
using Truce.Mission;
using Truce.Record;
using Truce.Rules;

namespace Truce.Missions;

/// <summary>An act of an exercise, as its script states it.</summary>
/// <param name="Place">Where it stands in the file.</param>
/// <param name="Label">Its name in the script; empty for none.</param>
/// <param name="ReceivedAt">When it comes in, in POSIX milliseconds.</param>
/// <param name="OccurredAt">When it happens, by its author's word.</param>
/// <param name="By">The organisation whose device signs.</param>
/// <param name="Device">Which of its devices: <c>desk</c>, <c>relief</c>, <c>operator</c>.</param>
/// <param name="For">For whom it is entered; null for its own.</param>
/// <param name="Row">The command, with its machine.</param>
/// <param name="About">The label of the act that opened the subject; empty for one that opens.</param>
/// <param name="Saw">The label of the last decision that the author saw, where that was not the last.</param>
/// <param name="Audience">Who may read it; empty for everybody.</param>
/// <param name="SealedTo">Who alone may open its attachments; empty for its audience.</param>
/// <param name="Expect">What is to become of it.</param>
/// <param name="Fields">Place, window, performer and the row's fields, as written.</param>
internal sealed record ScriptedAct(
    Rules.Place Place, string Label, long ReceivedAt, long OccurredAt, string By, string Device, string? For,
    (Machine Machine, Row Row) Row, string About, string? Saw, ImmutableArray<string> Audience,
    ImmutableArray<string> SealedTo, OutcomeKind Expect, ImmutableDictionary<string, YamlNode> Fields);

/// <summary>
/// The script of an exercise: who states what, when, to whom, and what is to become of it. Invented; its origin says
/// EXERCISE. Limits: the file's size is the framework files'; at most 10,000 acts.
/// </summary>
internal sealed class ExerciseFile
{
    private const int ActsMax = 10_000;
    private const long Minute = 60_000;
    private const long Week = 7L * 24 * 60 * Minute;

    private static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    private static readonly string[] ActKeys =
    [
        "on", "received", "by", "device", "for", "act", "as", "about", "saw", "to", "sealed-to", "expect", "place", "from",
        "until", "performer", "continues", "with",
    ];

    private readonly List<Diagnostic> _defects = [];
    private readonly string _file;

    private ExerciseFile(string file) => _file = file;

    /// <summary>Its title.</summary>
    public string Title { get; private set; } = "";

    /// <summary>The host in its log's origin.</summary>
    public string Host { get; private set; } = "";

    /// <summary>The Monday on which it begins, in POSIX milliseconds.</summary>
    public long Start { get; private set; }

    /// <summary>The organisations; the first is the operator's, the next two have witnesses, the fourth a mirror.</summary>
    public ImmutableArray<string> Organisations { get; private set; } = [];

    /// <summary>The acts in the order in which they come in.</summary>
    public ImmutableArray<ScriptedAct> Acts { get; private set; } = [];

    /// <summary>What is wrong with the file.</summary>
    public IReadOnlyList<Diagnostic> Defects => _defects;

    /// <summary>Reads a script; what is wrong with it is in <see cref="Defects"/>.</summary>
    public static ExerciseFile Read(byte[] bytes, string file)
    {
        var exercise = new ExerciseFile(file);
        var root = YamlReader.Read(bytes, (_, place, message, help) => exercise.Defect(place, message, help ?? ""));
        if (root is null)
        {
            return exercise;
        }

        if (root.Kind != YamlKind.Map)
        {
            exercise.Defect(root.Place, "an exercise is a mapping", "begin with `exercise:` and its title");
            return exercise;
        }

        exercise.Body(Keys(root));
        return exercise;
    }

    /// <summary>An instant such as <c>2 tue 14:30</c>: week, day and time; null where it is none.</summary>
    public long? At(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 3 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var week)
            && week is > 0 and <= 520 && Array.IndexOf(Days, parts[1]) is >= 0 and var day
            && TimeOnly.TryParseExact(parts[2], "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? Start + ((week - 1) * Week) + (day * Week / 7) + ((long)time.ToTimeSpan().TotalMilliseconds) : null;
    }

    /// <summary>Adds a defect that playing found.</summary>
    public void Defect(Rules.Place place, string message, string help) =>
        _defects.Add(new Diagnostic("", Severity.Error, _file, place, message, help));

    private static Dictionary<string, YamlNode> Keys(YamlNode map) => map.Entries
        .GroupBy(e => e.Key.Value, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Value);

    private void Body(Dictionary<string, YamlNode> all)
    {
        foreach (var (name, node) in all.Where(a => a.Key is not ("exercise" or "host" or "start" or "organisations" or "acts"
            or "audiences")))
        {
            Defect(node.Place, $"an exercise has no key `{name}`",
                "its keys are `exercise`, `host`, `start`, `organisations`, `audiences` and `acts`");
        }

        Title = all.GetValueOrDefault("exercise")?.Value ?? "";
        Host = all.GetValueOrDefault("host")?.Value ?? "";
        Organisations = [.. Names(all.GetValueOrDefault("organisations"))];
        var start = all.GetValueOrDefault("start");
        if (Title.Length == 0 || Host.Length == 0 || Organisations.Length < 4 || start is null
            || !DateOnly.TryParseExact(start.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
                out var day) || day.DayOfWeek != DayOfWeek.Monday)
        {
            Defect(default, "an exercise has a title, a host, at least four organisations, and a Monday on which it starts",
                "begin as missions/gaza/exercise.yaml does");
            return;
        }

        Start = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
        var audiences = all.TryGetValue("audiences", out var map) ? map.Entries.ToDictionary(
            e => e.Key.Value, e => (ImmutableArray<string>)[.. Names(e.Value)], StringComparer.Ordinal) : [];
        var acts = all.GetValueOrDefault("acts")?.Items ?? [];
        if (acts.Count is 0 or > ActsMax)
        {
            Defect(default, $"an exercise has 1 to {ActsMax} acts", "list them under `acts:`");
            return;
        }

        Acts = [.. acts.Select(a => ActOf(a, audiences)).OfType<ScriptedAct>().OrderBy(a => a.ReceivedAt)];
    }

    private static IEnumerable<string> Names(YamlNode? node) => node is null ? []
        : node.Kind == YamlKind.List ? node.Items.Select(i => i.Value) : [node.Value];

    private ScriptedAct? ActOf(YamlNode node, Dictionary<string, ImmutableArray<string>> audiences)
    {
        var defects = _defects.Count;
        var all = Keys(node);
        foreach (var (name, value) in all.Where(a => !ActKeys.Contains(a.Key)))
        {
            Defect(value.Place, $"an act has no key `{name}`", $"its keys are {string.Join(", ", ActKeys)}");
        }

        string Word(string name) => all.GetValueOrDefault(name)?.Value ?? "";
        var (on, by, type) = (At(Word("on")), Word("by"), Word("act"));
        var received = all.ContainsKey("received") ? At(Word("received")) : on;
        var row = Truce.Mission.Machines.All.Where(m => type.StartsWith($"{m.Name}.", StringComparison.Ordinal))
            .Select(m => (m, m.Row(type[(m.Name.Length + 1)..]))).FirstOrDefault(x => x.Item2 is not null);
        if (on is null || received is null)
        {
            Defect(node.Place, "`on` and `received` are a week, a day and a time", "write `on: 2 tue 14:30`");
        }

        if (!Organisations.Contains(by))
        {
            Defect(node.Place, $"`{by}` is no organisation of the exercise", "list it under `organisations:`");
        }

        if (row.Item2 is null)
        {
            Defect(node.Place, $"no act is called `{YamlNode.Clip(type)}`", "`truce mission act` lists them");
        }

        if (all.ContainsKey("to") && !audiences.ContainsKey(Word("to")))
        {
            Defect(node.Place, $"`{YamlNode.Clip(Word("to"))}` is no audience", "list it under `audiences:`");
        }

        var expect = Word("expect") switch
        {
            "" or "applied" => OutcomeKind.Applied,
            "conflicting" => OutcomeKind.Conflicting,
            "inapplicable" => OutcomeKind.Inapplicable,
            _ => (OutcomeKind?)null,
        };
        if (expect is null)
        {
            Defect(node.Place, "`expect` is applied, conflicting or inapplicable", "leave it out where it applies");
        }

        return _defects.Count > defects ? null : new ScriptedAct(
            node.Place, Word("as"), received!.Value, on!.Value, by, all.ContainsKey("device") ? Word("device") : "desk",
            all.ContainsKey("for") ? Word("for") : null, (row.m, row.Item2!), Word("about"),
            all.ContainsKey("saw") ? Word("saw") : null, all.ContainsKey("to") ? audiences[Word("to")] : [],
            [.. Names(all.GetValueOrDefault("sealed-to"))], expect!.Value,
            all.Where(a => a.Key is "place" or "from" or "until" or "performer" or "continues")
                .Concat(all.TryGetValue("with", out var with) ? Keys(with) : [])
                .ToImmutableDictionary(StringComparer.Ordinal));
    }
}
