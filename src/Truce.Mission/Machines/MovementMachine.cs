using System.Collections.Immutable;
using Truce.Record;

namespace Truce.Mission;

/// <summary>What became of a movement, as OCHA counts it. Every movement is in exactly one.</summary>
public enum MovementResult
{
    /// <summary>It is not over.</summary>
    Open,

    /// <summary>It was completed, and nobody impeded it.</summary>
    Facilitated,

    /// <summary>It was completed in part, and nobody impeded it.</summary>
    PartlyFacilitated,

    /// <summary>It was denied.</summary>
    Denied,

    /// <summary>Its organiser put it off, or its planned time passed and it was put off.</summary>
    Postponed,

    /// <summary>It was held or turned on its way, and accomplished all the same.</summary>
    ImpededAccomplished,

    /// <summary>It was held or turned on its way, and not accomplished.</summary>
    ImpededNotAccomplished,

    /// <summary>Its organiser withdrew it, for reasons of his own.</summary>
    Withdrawn,

    /// <summary>A decision was needed, and none came by its deadline.</summary>
    NoAnswer,
}

/// <summary>
/// A humanitarian movement: notified, transmitted, received and acknowledged by named units; decided on only where a
/// clearance is needed; then moved. A notice is never refused, never delayed by a silence, never called approval.
/// MISSION.md §2 and §3.
/// </summary>
public static class MovementMachine
{
    /// <summary>The mode in which no approval exists.</summary>
    public const string NotifyOnly = "notify-only";

    /// <summary>The mode in which somebody decides.</summary>
    public const string NeedsClearance = "needs-clearance";

    internal const string Withdrawn = "withdrawn";

    /// <summary>What a movement carries or does.</summary>
    public static ImmutableArray<string> Purposes { get; } =
        ["food", "fuel", "medical", "water", "shelter", "staff", "works", "mixed", "other"];

    /// <summary>What a movement is.</summary>
    public static ImmutableArray<string> Kinds { get; } =
        ["convoy", "staff-rotation", "casualty-evacuation", "medical-evacuation", "fuel", "works", "mission"];

    /// <summary>The codes with which somebody can deny.</summary>
    public static ImmutableArray<string> Reasons { get; } =
        ["security", "operations", "route", "cargo", "identity", "late-notice", "capacity", "other", "not-given"];

    private static readonly ImmutableArray<string> Moving = ["underway", "holding"];

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("movement", "Movement",
    [
        new Axis("decision", ["none", "noted", "approved", "conditional", "denied", "no-answer", "expired"]),
        new Axis("movement", ["scheduled", "postponed", "underway", "holding", "completed", "partly", "aborted",
            Withdrawn], IsArranged: true),
    ],
    [
        Notify(),
        .. Receipts.Rows("a movement"),
        .. Decisions(),
        .. Steps(),
    ])
    {
        Dues = DuesOf,
    };

    /// <summary>What became of a movement. Asked at any time; it reads no clock.</summary>
    /// <param name="movement">A movement that is open here.</param>
    public static MovementResult ResultOf(Subject movement)
    {
        ArgumentNullException.ThrowIfNull(movement);
        var (state, decision, impeded) = (movement["movement"], movement["decision"], IsImpeded(movement));
        return state switch
        {
            Withdrawn => MovementResult.Withdrawn,
            "completed" => impeded ? MovementResult.ImpededAccomplished : MovementResult.Facilitated,
            "partly" => impeded ? MovementResult.ImpededAccomplished : MovementResult.PartlyFacilitated,
            "aborted" => impeded ? MovementResult.ImpededNotAccomplished
                : decision == "denied" ? MovementResult.Denied : MovementResult.Withdrawn,
            "underway" or "holding" => MovementResult.Open,
            _ when decision == "denied" => MovementResult.Denied,
            "postponed" => MovementResult.Postponed,
            _ => decision == "no-answer" ? MovementResult.NoAnswer : MovementResult.Open,
        };
    }

    /// <summary>
    /// Whether somebody other than its organiser held it, or it was given up for what it met on its way: an overlay on
    /// how it ended.
    /// </summary>
    /// <param name="movement">A movement.</param>
    public static bool IsImpeded(Subject movement)
    {
        ArgumentNullException.ThrowIfNull(movement);
        for (var i = 0; i < movement.StepCount; i++)
        {
            var step = movement.StepAt(i);
            if (step.IsHere && !step.IsOutOfPlace && (step.Row.Command is "hold" or "impede"
                || (step.Row.Command == "abort" && step.Word("reason") is not ("own" or null))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>For how long it was held, in milliseconds, by whom and where; a hold that goes on ends at a time.
    /// </summary>
    /// <param name="movement">A movement.</param>
    /// <param name="now">Until when a hold that goes on is counted, in POSIX milliseconds.</param>
    public static IEnumerable<(string By, string At, long Milliseconds, Step Step)> Holds(Subject movement, long now)
    {
        ArgumentNullException.ThrowIfNull(movement);
        Step? holding = null;
        var ended = long.MinValue;
        (string, string, long, Step) Held(Step hold, long until)
        {
            // Two who report one hold do not make it twice as long: the second counts from where the first ended.
            var from = Math.Min(until, Math.Max(ended, hold.Number("since") ?? hold.OccurredAt));
            ended = until;
            return (hold.Word("by") ?? "", hold.Word("at-point") ?? "", until - from, hold);
        }

        foreach (var step in movement.Steps.Where(s => s.IsHere && !s.IsOutOfPlace && s.Row.Axis == "movement"))
        {
            if (holding is { } before)
            {
                yield return Held(before, step.OccurredAt);
            }

            holding = step.Row.Command == "hold" ? step : null;
        }

        if (holding is { } last)
        {
            yield return Held(last, Math.Max(now, last.OccurredAt));
        }
    }

    /// <summary>
    /// By whom, where and since when a movement is held now, in milliseconds until a time; null where it is not. What
    /// several report of one hold is one hold, from the earliest that any states.
    /// </summary>
    /// <param name="movement">A movement.</param>
    /// <param name="now">Until when, in POSIX milliseconds.</param>
    public static (string By, string At, long Milliseconds, Step Step)? HeldNow(Subject movement, long now)
    {
        ArgumentNullException.ThrowIfNull(movement);
        Step? holding = null;
        var since = long.MaxValue;
        foreach (var step in movement.Steps.Where(s => s.IsHere && !s.IsOutOfPlace && s.Row.Axis == "movement"))
        {
            var isHold = step.Row.Command == "hold";
            since = isHold ? Math.Min(since, step.Number("since") ?? step.OccurredAt) : long.MaxValue;
            holding = isHold ? step : null;
        }

        return holding is not { } hold ? null
            : (hold.Word("by") ?? "", hold.Word("at-point") ?? "", Math.Max(0, now - since), hold);
    }

    private static Row Notify() => new()
    {
        Command = "notify",
        Kind = RowKind.Opens,
        Does = "notify a movement",
        IsReserve = true,
        Fields =
        [
            Field.Must("mode", FieldKind.Code, NotifyOnly, NeedsClearance), Field.Must("kind", FieldKind.Code, Kinds),
            Field.Must("purpose", FieldKind.Code, Purposes), Field.May("emergency", FieldKind.Flag),
            Field.May("vehicles", FieldKind.Number), Field.May("persons", FieldKind.Number),
            Field.Must("departure", FieldKind.Time), Field.May("arrival", FieldKind.Time),
            Field.Must("recipients", FieldKind.Names), Field.May("contact", FieldKind.Name),
            Field.May("mode-source", FieldKind.Name), .. SpaceFold.Fields,
        ],
        Added =
        [
            Field.May("late", FieldKind.Flag), .. SpaceFold.Added,
            Field.May("mission-mode", FieldKind.Code, NotifyOnly, NeedsClearance),
        ],
        Add = Added,
        Guard = SpaceFold.Fault,
        Remark = ModeMachine.Remark,
    };

    private static IEnumerable<KeyValuePair<string, JsonValue>> Added(Asking asking)
    {
        var (terms, act) = (asking.Fold.Terms, asking.Act);
        var lead = act["emergency"] is JsonValue.Truth { Value: true } ? terms.EmergencyLead : terms.MovementLead;
        return Sides.FlagIf(act.Number("departure") - asking.Received.ReceivedAt < lead, "late")
            .Concat(SpaceFold.Meets(asking))
            .Concat(ModeMachine.Otherwise(asking) is var (mode, _)
                ? [KeyValuePair.Create<string, JsonValue>("mission-mode", new JsonValue.Text(mode))] : []);
    }

    private static ImmutableArray<Row> Decisions()
    {
        Need open = new("movement", ["scheduled", "postponed", .. Moving], "it is over");
        return
        [
            new Row
            {
                Command = "decide",
                Kind = RowKind.Decides,
                Does = "decide on a movement that needs clearance",
                Axis = "decision",
                ToField = "decision",
                Needs = [open],
                Fields =
                [
                    Field.Must("decision", FieldKind.Code, "noted", "approved", "conditional", "denied"),
                    Field.May("reason", FieldKind.Code, Reasons), Field.May("authority", FieldKind.Name),
                    Field.May("conditions", FieldKind.Hash), Field.May("until", FieldKind.Time),
                ],
                Guard = asking => NoApproval(asking) ?? NotAsked(asking)
                    ?? (asking.Act.Word("decision") == "denied" && (asking.Act.Word("reason") is null
                        || asking.Act.Word("authority") is null)
                            ? "a denial states its reason, or that none was given, and on whose authority" : null),
                Added = [Field.May("not-his", FieldKind.Flag)],
                Add = asking => Sides.FlagIf(IsNotHis(asking), "not-his"),
            },
            new Row
            {
                Command = "no-answer",
                Kind = RowKind.Decides,
                Does = "record that no decision came by its deadline",
                Axis = "decision",
                To = "no-answer",
                IsReserve = true,
                Needs = [open, new("decision", ["none"], "a decision came, or its silence is recorded")],
                Guard = asking => NoApproval(asking) ?? (DecisionDue(asking.Subject!, asking.Fold.Terms) is var due
                    && asking.Received.ReceivedAt <= due ? $"a decision is due by {Sides.Text(due)}" : null),
            },
            new Row
            {
                Command = "expire",
                Kind = RowKind.Decides,
                Does = "record that an approval has expired",
                Axis = "decision",
                To = "expired",
                Needs = [new("decision", ["approved", "conditional", "noted"], "there is no approval to expire")],
                Guard = asking => Expiry(asking.Subject!, asking.Fold.Terms) is { } at
                    && asking.Received.ReceivedAt <= at ? $"it holds until {Sides.Text(at)}" : null,
            },
        ];
    }

    private static ImmutableArray<Row> Steps()
    {
        Row Step(string command, string to, string does, ImmutableArray<string> from, string because,
            params ImmutableArray<Field> fields) => new()
            {
                Command = command,
                Kind = RowKind.Adds,
                Does = does,
                IsReserve = true,
                Axis = "movement",
                To = to,
                Needs = [new Need("movement", from, because)],
                Fields = fields,
                IsUndertaking = to is "underway" or "completed" or "partly",
                IsOpeners = to != "holding",
            };

        var text = Field.May("text", FieldKind.Hash);
        return
        [
            Step("postpone", "postponed", "put a movement off", ["scheduled", "postponed"],
                "it has departed, or is over",
                Field.Must("reason", FieldKind.Code, "own", "security", "coordination", "weather", "route", "other"),
                Field.May("until", FieldKind.Time), text),
            Step("depart", "underway", "state that a movement departed", ["scheduled", "postponed"],
                "it has departed already, or is over", Field.May("vehicles", FieldKind.Number), text),
            Step("hold", "holding", "state that a movement is held", ["scheduled", "postponed", "underway", "holding"],
                "it is over", Field.May("by", FieldKind.Name), Field.May("at-point", FieldKind.Name),
                Field.May("since", FieldKind.Time), Field.May("reason", FieldKind.Code, [.. Reasons, "checkpoint",
                    "route-unpassable", "fire"]), text),
            Step("resume", "underway", "state that a held movement went on", ["holding"], "it is not held", text),
            new Row
            {
                Command = "impede",
                Kind = RowKind.Adds,
                Does = "state what impeded a movement without holding it",
                IsReserve = true,
                Fields =
                [
                    Field.May("by", FieldKind.Name), Field.Must("how", FieldKind.Code, "route-unpassable", "delay",
                        "cargo-reduced", "rerouted", "searched", "fire", "looting", "other"), text,
                ],
            },
            Step("complete", "completed", "state that a movement was completed", Moving,
                "it has not departed, or is over",
                Field.May("vehicles", FieldKind.Number), text),
            Step("part", "partly", "state that a movement was completed in part", Moving,
                "it has not departed, or is over", Field.May("vehicles", FieldKind.Number), text),
            Step("abort", "aborted", "state that a movement was given up on its way", Moving,
                "it has not departed, or is over",
                Field.Must("reason", FieldKind.Code, "held", "turned-back", "route-unpassable", "fire", "own"), text),
            Step("withdraw", Withdrawn, "withdraw a movement", ["scheduled", "postponed"],
                "it has departed, or is over",
                Field.Must("reason", FieldKind.Code, "logistics", "security", "operational", "overtaken", "other"),
                text),
        ];
    }

    private static string? NoApproval(Asking asking) => Mode(asking.Subject!) == NotifyOnly
        ? "it is notified and needs no clearance: no approval exists here" : null;

    /// <summary>
    /// Whoever was not asked, and whom the framework does not name, neither clears nor denies; nor does the organiser.
    /// </summary>
    private static string? NotAsked(Asking asking)
    {
        var asked = asking.Subject!.Opening.Words("recipients");
        return asked.Contains(asking.Speaker.Of) || asked.Any(asking.SpeaksFor) || !IsNotHis(asking) ? null
            : $"it was notified to {string.Join(", ", asked)}: one of them decides, or whom the framework names";
    }

    private static string Mode(Subject movement) => movement.Opening.Word("mode")!;

    /// <summary>Somebody decided whom the framework does not name: a label, never a bar.</summary>
    private static bool IsNotHis(Asking asking)
    {
        var places = asking.Subject!.Opening.Places;
        return (places.IsEmpty ? [""] : places).Any(p => asking.NotHis(p, "decide-movement") is not null);
    }

    private static long DecisionDue(Subject movement, Terms terms) => movement.Opening.ReceivedAt
        + (movement.Opening.Flag("emergency") ? terms.EmergencyLead : terms.MovementDecision);

    private static long? Expiry(Subject movement, Terms terms) => Sides.Decision(movement, "decide") is { } decided
        ? decided.Number("until") ?? decided.OccurredAt + terms.ApprovalExpiry : null;

    private static IEnumerable<Due> DuesOf(Subject movement, Terms terms)
    {
        if (movement["movement"] is "completed" or "partly" or "aborted" or Withdrawn)
        {
            yield break;
        }

        foreach (var due in Receipts.Dues(movement, terms))
        {
            yield return due;
        }

        if (Mode(movement) == NeedsClearance && movement["decision"] == "none")
        {
            yield return new Due("decision", "", DecisionDue(movement, terms),
                movement.Opening.Flag("emergency") ? "emergency-lead" : "movement-decision");
        }

        if (movement["decision"] is "approved" or "conditional" && Expiry(movement, terms) is { } expiry)
        {
            yield return new Due("approval expires", "", expiry, "approval-expiry");
        }

        if (movement.Opening.Number("arrival") is { } arrival && Moving.Contains(movement["movement"]))
        {
            yield return new Due("arrival", movement.Opening.Author, arrival, "stated");
        }
    }
}
