using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>
/// Somebody's plan in space and time: an operation, police work, works. A plan that meets what its author may read and
/// does not name is recorded as conflicting, never rejected. MISSION.md §3.
/// </summary>
public static class PlanMachine
{
    /// <summary>What a plan is for. A framework's <c>acts:</c> say which actions each touches.</summary>
    public static ImmutableArray<string> Kinds { get; } =
    [
        "patrol", "search", "seizure", "detention", "escort", "border", "protection", "enforcement", "air", "police",
        "training", "transport", "works", "materials", "operation", "other",
    ];

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("plan", "Plan",
    [
        new Axis("awareness", ["aware", "conflicting"]),
        new Axis("state", ["planned", "underway", "done", "cancelled"], IsArranged: true),
    ],
    [
        new Row
        {
            Command = "state",
            Kind = RowKind.Opens,
            Does = "state a plan, naming what it is known to meet",
            Fields =
            [
                Field.Must("kind", FieldKind.Code, Kinds), Field.May("aware-of", FieldKind.Names),
                Field.May("emergency", FieldKind.Flag), Field.May("contact", FieldKind.Name), .. SpaceFold.Fields,
            ],
            Axis = "awareness",
            ToField = "awareness",
            Added =
            [
                .. SpaceFold.Added, Field.May("unaware-of", FieldKind.Names),
                Field.May("awareness", FieldKind.Code, "aware", "conflicting"),
            ],
            Add = asking => SpaceFold.Meets(asking).Concat(SpaceFold.Unaware(asking)),
            Guard = SpaceFold.Fault,
        },
        new Row
        {
            Command = "awareness",
            Kind = RowKind.Decides,
            Does = "name what the plan meets, now that it is known",
            Axis = "awareness",
            To = "aware",
            Fields = [Field.May("aware-of", FieldKind.Names)],
            Guard = asking => SpaceFold.StillUnaware(asking) is { Length: > 0 } left
                ? $"it meets {string.Join(", ", left)} too" : null,
        },
        Step("begin", "underway", "state that a plan is underway", "planned"),
        Step("end", "done", "state that a plan is done", "planned", "underway"),
        Step("cancel", "cancelled", "cancel a plan", "planned", "underway"),
    ]);

    private static Row Step(string command, string to, string does, params string[] from) => new()
    {
        Command = command,
        Kind = RowKind.Adds,
        Does = does,
        Axis = "state",
        To = to,
        Needs = [new Need("state", [.. from], "it is over, or has begun")],
        IsUndertaking = to != "cancelled",
        IsOpeners = true,
    };
}
