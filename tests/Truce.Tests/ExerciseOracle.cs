using Truce.Missions;
using Truce.Record;

namespace Truce.Tests;

/// <summary>
/// What comes of the exercise, counted from its script by hand's rules: it asks no machine, no fold and no ruling. What
/// the framework says of an act stands here as a table that one can read beside the framework.
/// </summary>
internal sealed class ExerciseOracle(ExerciseFile script)
{
    /// <summary>What can become of a movement.</summary>
    public static readonly string[] Results =
    [
        "facilitated", "partly facilitated", "denied", "postponed", "impeded, accomplished",
        "impeded, not accomplished", "withdrawn", "without answer", "not over",
    ];

    /// <summary>What the framework can say of an act here, worst first.</summary>
    public static readonly string[] Verdicts =
    [
        "forbidden", "outside-the-framework", "not-granted", "unowned", "permitted", "reports of others' acts",
        "no framework in force",
    ];

    private static readonly string[] Accomplished = ["complete", "part"];

    /// <summary>As whom: nobody, a party, the auditor.</summary>
    public static IReadOnlyList<(string Who, string? Reader)> Readers { get; } =
        [("the public", null), ("israel", "israel"), ("an auditor", "")];

    /// <summary>Every figure as a line, in groups, for each of the readers.</summary>
    public IEnumerable<string> Lines() => Readers.SelectMany(r =>
        Figures([.. script.Acts.Where(a => CanRead(a, r.Reader)).OrderBy(a => a.ReceivedAt)])
            .Select(f => $"{r.Who}: {f.What}: {f.Count}"));

    private static bool CanRead(ScriptedAct act, string? reader) =>
        act.Audience.IsEmpty || reader is "" || (reader is not null && act.Audience.Contains(reader));

    private IEnumerable<(string What, int Count)> Figures(ScriptedAct[] acts) =>
    [
        .. Counted("acts", acts.Select(a => a.Expect.ToString().ToLowerInvariant()), ["applied", "conflicting",
            "inapplicable"]),
        .. Counted("movements", Subjects(acts, "movement").Select(ResultOf), Results),
        ("movements, attempts", Subjects(acts, "movement").Count()),
        .. new[] { "progress", "fact", "attribution", "breach", "protest" }.SelectMany(axis => Counted(
            $"incidents, {axis}", Subjects(acts, "incident").Select(s => StateOf(s, axis)), StatesOf(axis))),
        .. Counted("frictions, acts", acts.Where(a => !IsOfRecord(a)).Select(VerdictOf), Verdicts),
        .. Counted("frictions, findings", acts.SelectMany(a => FindingsOf(a).Distinct()), Findings),
    ];

    /// <summary>Timers, checks, their answers and digests are the record's own, and no act of anybody.</summary>
    private static bool IsOfRecord(ScriptedAct act) => act.Row.Machine.Name is "timer" or "query" or "digest";

    private static IEnumerable<(string, int)> Counted(string group, IEnumerable<string> all, string[] names)
    {
        var counted = all.ToArray();
        Assert.Empty(counted.Except(names));
        return names.Select(n => ($"{group}, {n}", counted.Count(c => c == n)));
    }

    /// <summary>The acts of each subject of a machine, in the order in which they came in, that applied.</summary>
    private static IEnumerable<ScriptedAct[]> Subjects(ScriptedAct[] acts, string machine) => acts
        .Where(a => a.Row.Machine.Name == machine && a.Expect == OutcomeKind.Applied)
        .GroupBy(a => a.About.Length > 0 ? a.About : a.Label).Select(g => g.ToArray());

    private static string Word(ScriptedAct act, string field) => act.Fields.GetValueOrDefault(field)?.Value ?? "";

    /// <summary>As OCHA counts: how it ended, and whether somebody stood in its way.</summary>
    private static string ResultOf(ScriptedAct[] movement)
    {
        var steps = movement.OrderBy(a => a.SignedAt).Select(a => a.Row.Row.Command).ToArray();
        var decided = movement.LastOrDefault(a => a.Row.Row.Command is "decide" or "no-answer" or "expire");
        var isImpeded = steps.Contains("hold") || steps.Contains("impede");
        return steps.Contains("withdraw") ? "withdrawn"
            : steps.Contains("abort") ? "impeded, not accomplished"
            : steps.Intersect(Accomplished).Any() ? isImpeded ? "impeded, accomplished"
                : steps.Contains("part") ? "partly facilitated" : "facilitated"
            : steps.Contains("depart") ? "not over"
            : decided is not null && Word(decided, "decision") == "denied" ? "denied"
            : steps.Contains("postpone") ? "postponed"
            : decided?.Row.Row.Command == "no-answer" ? "without answer" : "not over";
    }

    private static string[] StatesOf(string axis) => axis switch
    {
        "progress" => ["reported", "triaged", "duplicate", "out-of-scope"],
        "fact" => ["open", "under-verification", "verified", "partly", "refuted", "unverifiable"],
        "attribution" => ["open", "attributed", "multiple", "contested", "undetermined"],
        "breach" => ["open", "decided", "referred", "none"],
        _ => ["none", "sent", "answered", "unanswered", "measure", "closed", "reopened"],
    };

    /// <summary>The last word on one question about an incident.</summary>
    private static string StateOf(ScriptedAct[] incident, string axis) => incident.Select(a => (axis,
        a.Row.Row.Command) switch
    {
        ("progress", "triage") => Word(a, "triage"),
        ("progress", "duplicate") => "duplicate",
        ("fact", "set-out") => "under-verification",
        ("fact", "verify") => Word(a, "finding"),
        ("attribution", "attribute") => Word(a, "attribution"),
        ("breach", "decide") => Word(a, "breach"),
        ("breach", "refer-breach") => "referred",
        ("protest", "protest") => "sent",
        ("protest", "answer") => "answered",
        ("protest", "unanswered") => "unanswered",
        ("protest", "measure") => "measure",
        ("protest", "close") => "closed",
        ("protest", "reopen") => "reopened",
        _ => null,
    }).LastOrDefault(s => s is not null) ?? StatesOf(axis)[0];

    private static readonly string[] Contested =
    [
        .. new[] { "search", "seize-weapons", "detain", "use-force", "use-force-first", "hold-border", "enforce-truce" }
            .Select(a => $"E101 {a} isf/idf (with israel's claims)"),
    ];

    private const string Pair = "E402 isf/idf (with israel's claims)";

    private const string Escort = "E201 protect-aid isf (as practised)";

    private const string First = "E101 use-force-first isf/idf (with the claims of israel and united-states)";

    private const string Civilians = "E102 protect-civilians (by the text)";

    private const string Training = "E102 form-police (by the text)";

    private const string Order = "E102 keep-order (by the text)";

    private static readonly string[] Drafted = [Civilians, Training, Order, .. Contested, Pair, Escort, First];

    private static readonly string[] Revised = [Civilians, .. Contested, Escort, First];

    private static readonly string[] Findings =
        [.. Drafted.Select(f => $"drafted, {f}"), .. Revised.Select(f => $"revised, {f}")];

    private long RevisedAt => script.At("6 mon 12:00")!.Value;

    /// <summary>What the framework says by the text: the worst answer of the actions that an act touches.</summary>
    private string VerdictOf(ScriptedAct act) =>
        act.SignedAt < script.Acts.First(a => a.Label == "framework-1").SignedAt || act.Label == "framework-1"
            || act.Again is not null ? "no framework in force"
        : act.Row.Row.IsReport ? "reports of others' acts"
        : ActionsOf(act).Select(a => Verdict(act, a)).OrderBy(v => Array.IndexOf(Verdicts, v))
            .FirstOrDefault("outside-the-framework");

    private string Verdict(ScriptedAct act, string action) => (PerformerOf(act), action) switch
    {
        ("agencies", "move-aid") => "permitted",
        ("isf", "protect-civilians") => "unowned",
        ("isf", "form-police") => act.SignedAt < RevisedAt ? "unowned" : "permitted",
        ("isf", "admit-materials" or "use-force-first") => "not-granted",
        ("isf", _) => "permitted",
        ("idf", "search") => "not-granted",
        ("idf", "strike-from-air") or ("armed-groups", "use-force") => "forbidden",
        ("police", "keep-order") => PhaseOf(act) != "transfer" ? "not-granted"
            : act.SignedAt < RevisedAt ? "unowned" : "permitted",
        _ => "outside-the-framework",
    };

    /// <summary>The findings in whose situations an act lies, a report of somebody else's act too.</summary>
    private IEnumerable<string> FindingsOf(ScriptedAct act)
    {
        var isRevised = act.SignedAt >= RevisedAt;
        var asked = act.Row.Row.IsReport
            ? Words(act, "alleged").SelectMany(w => Words(act, "actions").Select(a => (Who: w, Action: a)))
            : ActionsOf(act).Select(a => (Who: PerformerOf(act), Action: a));
        foreach (var (who, action) in asked)
        {
            var found = (who, action) switch
            {
                ("isf", "protect-civilians") => Civilians,
                ("isf", "form-police") when !isRevised => Training,
                ("police", "keep-order") when !isRevised && PhaseOf(act) == "transfer" => Order,
                ("isf", "protect-aid") when PlaceOf(act).Contains("line-1", StringComparison.Ordinal) => Escort,
                ("isf", "use-force-first") => First,
                ("isf", "hold-border") when !PlaceOf(act).Contains("north-east", StringComparison.Ordinal) => null,
                ("isf" or "idf", "search" or "seize-weapons" or "detain" or "use-force" or "hold-border"
                    or "enforce-truce") => $"E101 {action} isf/idf (with israel's claims)",
                ("idf", "use-force-first") => "E101 use-force-first isf/idf (with israel's claims)",
                _ => null,
            };
            var head = isRevised ? "revised" : "drafted";
            if (found is not null)
            {
                yield return $"{head}, {found}";
            }

            // The finding is about places, and by Israel's claims every place is one: whichever act of force one of the
            // two uses there, until the revision neither has to tell the other.
            if (!isRevised && who is "isf" or "idf"
                && action is "use-force" or "use-force-first" or "strike-from-air")
            {
                yield return $"drafted, {Pair}";
            }
        }
    }

    private static string PerformerOf(ScriptedAct act) => act.Header.GetValueOrDefault("performer")?.Value ?? act.By;

    /// <summary>Where it happens: as it says, else where its subject is.</summary>
    private string PlaceOf(ScriptedAct act) =>
        act.Header.TryGetValue("place", out var place) ? string.Join(' ', place.Items.Select(i => i.Value))
            : act.About.Length > 0 ? PlaceOf(script.Acts.First(a => a.Label == act.About)) : "";

    private static IEnumerable<string> Words(ScriptedAct act, string field) =>
        act.Fields.GetValueOrDefault(field)?.Items.Select(i => i.Value) ?? [];

    /// <summary>The sector's phase: only the exercise's three declarations change one.</summary>
    private string PhaseOf(ScriptedAct act) => script.Acts
        .Where(a => a.Row.Machine.Name == "phase" && a.Expect == OutcomeKind.Applied && a.SignedAt <= act.SignedAt
            && PlaceOf(act).Split(' ', '+').Contains(Word(a, "sector")))
        .OrderBy(a => a.SignedAt).Select(a => Word(a, "phase")).LastOrDefault("stabilization");

    /// <summary>
    /// What the framework's `acts:` make of an act: by its kind, which a plan's beginning and end share; to cancel it,
    /// to say what it meets or to review a use of force is something else.
    /// </summary>
    private IEnumerable<string> ActionsOf(ScriptedAct act)
    {
        if (act.Row.Row.Command is "cancel" or "awareness"
            || (act.Row.Machine.Name == "force-use" && act.Row.Row.Command != "report"))
        {
            return [];
        }

        var opening = act.About.Length == 0 ? act : script.Acts.First(a => a.Label == act.About);
        return (act.Row.Machine.Name, act.Row.Row.Command, Word(opening, "kind") + Word(opening, "occasion")) switch
        {
            ("movement", "notify" or "depart", _) => ["move-aid"],
            ("plan", _, "patrol" or "search") => [Word(opening, "kind")],
            ("plan", _, "seizure") => ["seize-weapons"],
            ("plan", _, "detention") => ["detain"],
            ("plan", _, "escort") => ["protect-aid"],
            ("plan", _, "border") => ["hold-border"],
            ("plan", _, "protection") => ["protect-civilians"],
            ("plan", _, "enforcement") => ["enforce-truce"],
            ("plan", _, "air") => ["strike-from-air"],
            ("plan", _, "police") => ["keep-order"],
            ("plan", _, "training") => ["form-police"],
            ("plan", _, "materials") => ["admit-materials"],
            ("force-use", _, "enforcement") => ["use-force"],
            ("force-use", _, "protection-of-aid") => ["use-force", "protect-aid"],
            ("force-use", _, "threat") => ["use-force-first"],
            ("force-use", _, "self-defence") => ["defend"],
            ("detention", "report" or "count", _) => ["detain"],
            _ => [],
        };
    }
}
