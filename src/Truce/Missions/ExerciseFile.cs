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
/// <param name="SignedAt">When it happens by its author's word, and is signed: before it comes in, or at once.</param>
/// <param name="By">The organisation whose device signs.</param>
/// <param name="Device">Which of its devices: <c>desk</c>, <c>relief</c>, <c>operator</c>.</param>
/// <param name="For">For whom it is entered; null for its own.</param>
/// <param name="Row">The command, with its machine.</param>
/// <param name="About">The label of the act that opened the subject; empty for one that opens.</param>
/// <param name="Saw">The label of the last decision that the author saw, where that was not the last.</param>
/// <param name="Again">The label of an act of the same device whose id it has too; null for an id of its own.</param>
/// <param name="Audience">Who may read it; empty for everybody.</param>
/// <param name="SealedTo">Who alone may open its attachments; empty for its audience.</param>
/// <param name="Expect">What is to become of it.</param>
/// <param name="Header">Place, window, performer, facts and what it continues, as written.</param>
/// <param name="Fields">The row's fields, as written.</param>
internal sealed record ScriptedAct(
    Rules.Place Place, string Label, long ReceivedAt, long SignedAt, string By, string Device, string? For,
    (Machine Machine, Row Row) Row, string About, string? Saw, string? Again, ImmutableArray<string> Audience,
    ImmutableArray<string> SealedTo, OutcomeKind Expect, ImmutableDictionary<string, YamlNode> Header,
    ImmutableDictionary<string, YamlNode> Fields)
{
    /// <summary>Its type.</summary>
    public string Type => $"{Row.Machine.Name}.{Row.Row.Command}";
}

/// <summary>
/// The script of an exercise: who states what, when, to whom, and what is to become of it. Invented; its origin says
/// EXERCISE. Limits: the file's size is the framework files'; at most 10,000 acts.
/// </summary>
internal sealed class ExerciseFile
{
    /// <summary>A week, in milliseconds.</summary>
    public const long Week = 7L * 24 * 60 * 60_000;

    private const int ActsMax = 10_000;
    private const int WeeksMax = 520;
    private const int OrganisationsMin = 4;
    private const string Everybody = "everybody";

    private static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    private static readonly string[] FileKeys =
        ["exercise", "host", "start", "organisations", "audiences", "weeks", "acts"];

    private static readonly string[] ActKeys =
    [
        "on", "received", "by", "device", "for", "act", "as", "about", "saw", "again", "to", "sealed-to", "expect",
        "place", "from", "until", "performer", "facts", "continues", "with",
    ];

    private static readonly string[] HeaderKeys = ["place", "from", "until", "performer", "facts", "continues"];

    private readonly List<Diagnostic> _defects = [];
    private readonly Dictionary<string, ImmutableArray<string>> _audiences = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ScriptedAct> _labelled = new(StringComparer.Ordinal);

    private ExerciseFile(string file) => Name = file;

    /// <summary>The file, as it was named.</summary>
    public string Name { get; }

    /// <summary>Its title.</summary>
    public string Title { get; private set; } = "";

    /// <summary>The host in its log's origin.</summary>
    public string Host { get; private set; } = "";

    /// <summary>The Monday on which it begins, in POSIX milliseconds.</summary>
    public long Start { get; private set; }

    /// <summary>The organisations; the first is the operator's, the next two have witnesses, the fourth a mirror.
    /// </summary>
    public ImmutableArray<string> Organisations { get; private set; } = [];

    /// <summary>What each week is about, in a line.</summary>
    public ImmutableArray<string> Weeks { get; private set; } = [];

    /// <summary>The acts as they stand in the file.</summary>
    public ImmutableArray<ScriptedAct> Acts { get; private set; } = [];

    /// <summary>What is wrong with the file, in the order of its lines.</summary>
    public IReadOnlyList<Diagnostic> Defects =>
        [.. _defects.OrderBy(d => d.Place.Line).ThenBy(d => d.Place.Column)];

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

        exercise.Body(root, Keys(root));
        return exercise;
    }

    /// <summary>An instant such as <c>2 tue 14:30</c>: week, day and time in UTC; null where it is none.</summary>
    public long? At(string text)
    {
        const int parts = 3;
        var written = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return written.Length == parts && Array.IndexOf(Days, written[1]) is >= 0 and var day
            && int.TryParse(written[0], NumberStyles.None, CultureInfo.InvariantCulture, out var week)
            && week is > 0 and <= WeeksMax && TimeOnly.TryParseExact(
                written[2], "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? Start + ((week - 1) * Week) + (day * Week / Days.Length) + (long)time.ToTimeSpan().TotalMilliseconds
            : null;
    }

    /// <summary>Adds a defect, which playing may find too.</summary>
    public void Defect(Rules.Place place, string message, string help) =>
        _defects.Add(new Diagnostic("", Severity.Error, Name, place, message, help));

    /// <summary>A defect as it is printed: the place, one sentence, the remedy.</summary>
    public static string Words(Diagnostic defect) =>
        (defect.Place.Line == 0 ? defect.File : $"{defect.File}:{defect.Place.Line}:{defect.Place.Column}")
            + $": error: {defect.Message}\n  help: {defect.Help}";

    private static Dictionary<string, YamlNode> Keys(YamlNode map) => map.Entries
        .GroupBy(e => e.Key.Value, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Value);

    private static IEnumerable<string> Names(YamlNode? node) => node is null ? []
        : node.Kind == YamlKind.List ? node.Items.Select(i => i.Value) : [node.Value];

    private void Body(YamlNode root, Dictionary<string, YamlNode> all)
    {
        foreach (var (key, _) in root.Entries.Where(e => !FileKeys.Contains(e.Key.Value)))
        {
            Defect(key.Place, $"an exercise has no key `{YamlNode.Clip(key.Value)}`",
                $"its keys are {string.Join(", ", FileKeys)}");
        }

        Title = all.GetValueOrDefault("exercise")?.Value ?? "";
        Host = all.GetValueOrDefault("host")?.Value ?? "";
        Organisations = [.. Names(all.GetValueOrDefault("organisations"))];
        Weeks = [.. Names(all.GetValueOrDefault("weeks"))];
        var day = default(DateOnly);
        if (Title.Length == 0 || Host.Length == 0 || Organisations.Distinct().Count() < OrganisationsMin
            || !DateOnly.TryParseExact(all.GetValueOrDefault("start")?.Value, "yyyy-MM-dd",
                CultureInfo.InvariantCulture, DateTimeStyles.None, out day) || day.DayOfWeek != DayOfWeek.Monday)
        {
            Defect(root.Place, "an exercise has a title, a host, four organisations or more, and a Monday on which it "
                + "starts", "write `exercise:`, `host:`, `organisations:` and `start: 2026-02-02`");
            return;
        }

        Start = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
        Audiences(all.GetValueOrDefault("audiences"));
        var acts = all.GetValueOrDefault("acts")?.Items ?? [];
        if (acts.Count is 0 or > ActsMax)
        {
            Defect(root.Place, $"an exercise has 1 to {ActsMax} acts", "list them under `acts:`");
            return;
        }

        // An act is read after those whose names it uses, so that what is late need not stand out of order.
        Acts = [.. acts.Select(ActOf).OfType<ScriptedAct>()];
        foreach (var act in Acts)
        {
            Named(act, "about", act.About);
            Named(act, "saw", act.Saw is "nothing" ? null : act.Saw);
            Named(act, "again", act.Again);
        }
    }

    private void Audiences(YamlNode? map)
    {
        foreach (var (key, value) in map?.Entries ?? [])
        {
            _audiences[key.Value] = [.. Names(value)];
            Known(value.Place, _audiences[key.Value]);
        }
    }

    private void Known(Rules.Place place, IEnumerable<string> organisations)
    {
        foreach (var organisation in organisations.Where(o => !Organisations.Contains(o)))
        {
            Defect(place, $"`{YamlNode.Clip(organisation)}` is no organisation of the exercise",
                "list it under `organisations:`");
        }
    }

    /// <summary>What an act names was signed before it.</summary>
    private void Named(ScriptedAct act, string key, string? label)
    {
        if (label is { Length: > 0 } && (!_labelled.TryGetValue(label, out var named) || named.SignedAt > act.SignedAt))
        {
            Defect(act.Place, $"`{key}`: no act signed before it is called `{YamlNode.Clip(label)}`",
                "name an act with `as:` and refer to it later");
        }
    }

    private ScriptedAct? ActOf(YamlNode node)
    {
        var defects = _defects.Count;
        var all = Keys(node);
        foreach (var (key, _) in node.Entries.Where(a => !ActKeys.Contains(a.Key.Value)))
        {
            Defect(key.Place, $"an act has no key `{YamlNode.Clip(key.Value)}`",
                $"its keys are {string.Join(", ", ActKeys)}");
        }

        string Word(string name) => all.GetValueOrDefault(name)?.Value ?? "";
        string? Maybe(string name) => all.ContainsKey(name) ? Word(name) : null;
        var (on, by, device) = (At(Word("on")), Word("by"), Maybe("device") ?? "desk");
        var received = all.ContainsKey("received") ? At(Word("received")) : on;
        var row = RowOf(node, Word("act"));
        if (on is null || received is null || received < on)
        {
            Defect(node.Place, "`on` is a week, a day and a time, and `received`, where it is not at once, a later one",
                "write `on: 2 tue 14:30`");
        }

        Known(all.GetValueOrDefault("by")?.Place ?? node.Place, [by]);
        if (device is not ("desk" or "relief") && (device != "operator" || by != Organisations[0]))
        {
            Defect(node.Place, $"`device` is desk or relief, or of {Organisations[0]} operator",
                "leave it out for desk");
        }

        var sealedTo = Names(all.GetValueOrDefault("sealed-to")).ToImmutableArray();
        Known(node.Place, sealedTo);
        var audience = AudienceOf(node, Maybe("to"), Word("about"));
        var expect = ExpectOf(node, Maybe("expect"));
        if (_defects.Count > defects)
        {
            return null;
        }

        var act = new ScriptedAct(
            node.Place, Word("as"), received!.Value, on!.Value, by, device, Maybe("for"), row!.Value, Word("about"),
            Maybe("saw"), Maybe("again"), audience, sealedTo, expect,
            all.Where(a => HeaderKeys.Contains(a.Key)).ToImmutableDictionary(StringComparer.Ordinal),
            (all.TryGetValue("with", out var with) ? Keys(with) : []).ToImmutableDictionary(StringComparer.Ordinal));
        if (act.Label.Length > 0 && !_labelled.TryAdd(act.Label, act))
        {
            Defect(node.Place, $"another act is called `{YamlNode.Clip(act.Label)}`", "each name is given once");
        }

        return act;
    }

    private (Machine Machine, Row Row)? RowOf(YamlNode node, string type)
    {
        foreach (var machine in Mission.Machines.All)
        {
            if (type.StartsWith($"{machine.Name}.", StringComparison.Ordinal)
                && machine.Row(type[(machine.Name.Length + 1)..]) is { } row)
            {
                return (machine, row);
            }
        }

        Defect(node.Place, $"no act is called `{YamlNode.Clip(type)}`", "`truce mission act` lists them");
        return null;
    }

    /// <summary>Whom it is for: as it says, else as the act that opened its subject.</summary>
    private ImmutableArray<string> AudienceOf(YamlNode node, string? to, string about)
    {
        if (to is null)
        {
            return _labelled.TryGetValue(about, out var opened) ? opened.Audience : [];
        }

        if (to == Everybody)
        {
            return [];
        }

        if (!_audiences.TryGetValue(to, out var audience))
        {
            Defect(node.Place, $"`{YamlNode.Clip(to)}` is no audience",
                $"list it under `audiences:`, or write `{Everybody}`");
        }

        return audience.IsDefault ? [] : audience;
    }

    private OutcomeKind ExpectOf(YamlNode node, string? expect)
    {
        switch (expect)
        {
            case null or "applied":
                return OutcomeKind.Applied;
            case "conflicting":
                return OutcomeKind.Conflicting;
            case "inapplicable":
                return OutcomeKind.Inapplicable;
            default:
                Defect(node.Place, "`expect` is applied, conflicting or inapplicable", "leave it out where it applies");
                return OutcomeKind.Applied;
        }
    }
}
