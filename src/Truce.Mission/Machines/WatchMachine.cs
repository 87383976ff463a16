using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>
/// The duty log of a post: a watch is opened, keeps items, is handed over and taken over with what is open, and closed.
/// No thread is lost: a watch with open items is handed over, not closed.
/// </summary>
public static class WatchMachine
{
    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("watch", "Watch",
        [new Axis("state", ["open", "handed-over", "taken-over", "closed"])],
    [
        new Row
        {
            Command = "open",
            Kind = RowKind.Opens,
            Does = "open the watch of a post",
            Fields =
            [
                Field.Must("post", FieldKind.Name), Field.Must("function", FieldKind.Name),
                Field.May("list", FieldKind.Names), Field.May("follows", FieldKind.Subject),
            ],
        },
        new Row
        {
            Command = "item",
            Kind = RowKind.Adds,
            Does = "note an item on the watch",
            Fields =
            [
                Field.Must("item", FieldKind.Name),
                Field.Must("kind", FieldKind.Code, "incident", "movement", "message", "contact", "order", "visit",
                    "equipment", "weather", "other"),
                Field.May("about", FieldKind.Subject), Field.May("text", FieldKind.Hash),
                Field.May("open", FieldKind.Flag), Field.May("owner", FieldKind.Name),
            ],
        },
        new Row
        {
            Command = "done",
            Kind = RowKind.Adds,
            Does = "state that an item is done",
            Fields = [Field.Must("item", FieldKind.Name), Field.May("text", FieldKind.Hash)],
        },
        new Row
        {
            Command = "hand-over",
            Kind = RowKind.Decides,
            Does = "hand the watch over with its open items",
            Axis = "state",
            To = "handed-over",
            Needs = [new Need("state", ["open", "taken-over"], "it is handed over, or closed")],
            Fields =
            [
                Field.Must("function", FieldKind.Name), Field.Must("to", FieldKind.Name),
                Field.May("items", FieldKind.Names), Field.May("briefing", FieldKind.Hash),
            ],
            Guard = asking => NotHis(asking) ?? (asking.Act.Word("to") == asking.Act.Word("function")
                ? "a watch is handed to another function"
                : OpenItems(asking.Subject!).Where(i => !asking.Act.Words("items").Contains(i.Name))
                    .Select(i => $"it leaves out an open item: {i.Name}").FirstOrDefault()),
        },
        new Row
        {
            Command = "take-over",
            Kind = RowKind.Decides,
            Does = "take the watch over, open items and all",
            Axis = "state",
            To = "taken-over",
            Needs = [new Need("state", ["handed-over"], "nobody has handed it over")],
            Fields = [Field.Must("function", FieldKind.Name), Field.May("items", FieldKind.Names)],
            Guard = TakesOver,
        },
        new Row
        {
            Command = "close",
            Kind = RowKind.Decides,
            Does = "close the watch",
            Axis = "state",
            To = "closed",
            Needs = [new Need("state", ["open", "taken-over"], "it is handed over, or closed")],
            Fields = [Field.Must("function", FieldKind.Name)],
            Guard = asking => NotHis(asking) ?? OpenItems(asking.Subject!)
                .Select(i => $"{i.Name} is open: hand the watch over, or state that it is done").FirstOrDefault(),
        },
    ]);

    /// <summary>The items of a watch that are open, in order of when they were noted.</summary>
    public static IEnumerable<(string Name, Step Step)> OpenItems(Subject watch)
    {
        ArgumentNullException.ThrowIfNull(watch);
        var open = new Dictionary<string, Step>(StringComparer.Ordinal);
        foreach (var step in watch.Steps.Where(s => s.IsHere && s.Row.Command is "item" or "done"))
        {
            var name = step.Word("item")!;
            if (step.Row.Command == "done")
            {
                open.Remove(name);
            }
            else if (step.Flag("open"))
            {
                open[name] = step;
            }
        }

        return open.Select(i => (i.Key, i.Value)).OrderBy(i => i.Value.OccurredAt)
            .ThenBy(i => i.Key, StringComparer.Ordinal);
    }

    /// <summary>A post may be shared: who has the watch is who took it over last, else who opened it.</summary>
    private static string? NotHis(Asking asking)
    {
        var has = (Sides.Decision(asking.Subject!, "take-over") ?? asking.Subject!.Opening).EnteredBy;
        return asking.Speaker.EnteredBy == has ? null : $"{has} has the watch: it hands it over, or closes it";
    }

    private static string? TakesOver(Asking asking)
    {
        var handed = Sides.Decision(asking.Subject!, "hand-over")!.Value;
        ImmutableArray<string> items = handed.Words("items");
        return asking.Act.Word("function") != handed.Word("to") ? $"it was handed to {handed.Word("to")}"
            : items.Except(asking.Act.Words("items")).FirstOrDefault() is { } left ? $"it does not take over {left}"
            : null;
    }
}
