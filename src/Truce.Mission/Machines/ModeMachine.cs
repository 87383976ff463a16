namespace Truce.Mission;

/// <summary>
/// Whether movements somewhere, in some window, are notified alone or need clearance: the mission's data, with their
/// source, by whom the framework lets revise them. A notice that states another mode is flagged, never refused.
/// MISSION.md §2.
/// </summary>
public static class ModeMachine
{
    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("mode", "Mode of movements", [new Axis("state", ["declared"])],
    [
        new Row
        {
            Command = "declare",
            Kind = RowKind.Opens,
            Does = "declare whether movements in a place are notified alone or need clearance",
            Level = Level.Clear,
            Fields =
            [
                Field.Must("mode", FieldKind.Code, MovementMachine.NotifyOnly, MovementMachine.NeedsClearance),
                Field.May("from", FieldKind.Time), Field.May("until", FieldKind.Time),
                Field.Must("source", FieldKind.Name),
            ],
            Guard = asking => asking.Act.Number("until") is { } until
                && until <= (asking.Act.Number("from") ?? asking.Received.Statement.OccurredAt)
                    ? "it ends before it begins" : Declarations.MayRevise(asking),
        },
    ]);

    /// <summary>What the mission's data say of a movement, where it states another mode; null where they agree.
    /// </summary>
    internal static (string Mode, Step? By)? Otherwise(Asking asking) =>
        asking.Fold.InForce.ModeAt(asking.Act.Places, asking.Act.Number("departure")!.Value) is { } data
            && data.Mode != asking.Act.Word("mode") ? data : null;

    /// <summary>The same in words.</summary>
    internal static string? Remark(Asking asking) => Otherwise(asking) is not var (mode, by) ? null
        : by is { } step ? $"the mission's data say {mode} here: entry {step.Entry}, source {step.Word("source")}"
        : $"the mission's data say {mode} here: no other mode is declared for this place and time";

    /// <summary>How closely a declaration names a place: the areas that it joins, 0 for everywhere; null where it is
    /// about other places.</summary>
    /// <param name="step">The declaration.</param>
    /// <param name="place">Area names joined by <c>+</c>; empty for nowhere in particular.</param>
    internal static int? Closeness(Step step, string place)
    {
        if (step.Places.IsEmpty)
        {
            return 0;
        }

        var names = place.Split('+');
        int[] meant = [.. step.Places.Select(p => p.Split('+')).Where(p => p.All(names.Contains))
            .Select(p => p.Length)];
        return meant.Length == 0 ? null : meant.Max();
    }
}
