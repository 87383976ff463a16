using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>
/// An area that is dangerous: explosive remnants, mines, a structure; as each source states it, with its age. Anybody
/// may say that it is cleared, and it is shown so; plans meet it until whoever stated it says so too.
/// </summary>
public static class HazardMachine
{
    private static readonly ImmutableArray<string> Confidences = ["confirmed", "suspected", "reported"];

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("hazard", "Hazard area",
        [new Axis("state", ["stated", "confirmed", "cleared", "discredited"], IsArranged: true)],
    [
        new Row
        {
            Command = "state",
            Kind = RowKind.Opens,
            Does = "state a hazard area",
            Fields =
            [
                Field.Must("kind", FieldKind.Code, "unexploded-ordnance", "mines", "improvised-device", "structure",
                    "contamination", "other"),
                Field.Must("confidence", FieldKind.Code, Confidences), Field.Must("source", FieldKind.Name),
                Field.May("since", FieldKind.Time), .. SpaceFold.Fields,
            ],
            Added = SpaceFold.Added,
            Add = SpaceFold.Meets,
            Guard = SpaceFold.Fault,
        },
        Step("confirm", "confirmed", "confirm a hazard area", ["stated", "confirmed", "discredited", "cleared"]),
        Step("clear", "cleared", "state that a hazard area is cleared", ["stated", "confirmed", "cleared"]),
        Step("discredit", "discredited", "state that a hazard area is none", ["stated", "confirmed", "discredited"]),
    ]);

    /// <summary>
    /// Whether nothing is met there any more: the last word is that it is cleared or was none, and whoever stated it
    /// says so. Who wants others on a road that he mined says first that it is clear.
    /// </summary>
    internal static bool IsGone(Subject hazard)
    {
        var isGone = false;
        if (hazard["state"] is "cleared" or "discredited")
        {
            foreach (var step in hazard.Steps.Where(s => s.IsHere && !s.IsOutOfPlace))
            {
                isGone = step.Row.Command is "clear" or "discredit" && (isGone || step.IsOpenersWord);
            }
        }

        return isGone;
    }

    private static Row Step(string command, string to, string does, ImmutableArray<string> from) => new()
    {
        Command = command,
        Kind = RowKind.Adds,
        Does = does,
        Axis = "state",
        To = to,
        Needs = [new Need("state", from, "it is cleared, or was none")],
        Fields =
        [
            Field.Must("source", FieldKind.Name), Field.May("by", FieldKind.Name), Field.May("text", FieldKind.Hash),
        ],
    };
}
