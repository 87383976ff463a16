using System.Collections.Immutable;
using Truce.Record;
using Truce.Rules;

namespace Truce.Mission;

/// <summary>
/// Detention in numbers alone: how many are held, how long at most, for which lawful recipient, whether the ICRC was
/// told. No register of persons is kept here.
/// </summary>
public static class DetentionMachine
{
    private static ImmutableArray<Field> Numbers { get; } =
    [
        Field.Must("held", FieldKind.Number), Field.Must("hours-max", FieldKind.Number),
        Field.May("released", FieldKind.Number), Field.May("transferred", FieldKind.Number),
        Field.May("recipient", FieldKind.Name), Field.May("icrc-told", FieldKind.Flag),
    ];

    /// <summary>That no lawful recipient is named, and the grants by which they are held all the same.</summary>
    private static ImmutableArray<Field> NoRecipient { get; } =
        [Field.May("no-recipient", FieldKind.Flag), Field.May("grants", FieldKind.Names)];

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("detention", "Detention, in numbers",
        [new Axis("custody", ["holding", "ended"], IsArranged: true)],
    [
        new Row
        {
            Command = "report",
            Kind = RowKind.Opens,
            Does = "report how many are held",
            Fields =
            [
                Field.May("unit", FieldKind.Name),
                Field.Must("ground", FieldKind.Code, "security", "criminal", "protection", "not-stated"), .. Numbers,
                Field.May("incident", FieldKind.Subject),
            ],
            Guard = asking => Sides.WrongKind(asking.Act, "incident", "incident"),
            Also = asking => Sides.LinkBack(asking, "incident"),
            Added = NoRecipient,
            Add = Unnamed,
        },
        new Row
        {
            Command = "count",
            Kind = RowKind.Adds,
            Does = "state how many are held now, and how many were released and transferred since the first report",
            IsOpeners = true,
            Needs = [new("custody", ["holding"], "nobody was held any more")],
            Fields = Numbers,
            Added = NoRecipient,
            Add = Unnamed,
        },
        new Row
        {
            Command = "tell",
            Kind = RowKind.Adds,
            Does = "record that the ICRC or another body was told of those held",
            Fields = [Field.Must("body", FieldKind.Name), Field.May("held", FieldKind.Number)],
        },
        new Row
        {
            Command = "end",
            Kind = RowKind.Adds,
            Does = "record that nobody is held any more",
            Axis = "custody",
            To = "ended",
            IsOpeners = true,
            Needs = [new("custody", ["holding"], "nobody was held any more")],
            Fields =
            [
                Field.Must("released", FieldKind.Number), Field.Must("transferred", FieldKind.Number),
                Field.May("recipient", FieldKind.Name), Field.May("hours-max", FieldKind.Number),
            ],
        },
        Proof.CorrectionRow("a detention report"),
        Proof.DissentRow("a detention report", "custody"),
        Proof.LinkRow("a detention report"),
        Proof.NoteRow("a detention report"),
    ]);

    /// <summary>
    /// Where a detention stands: the numbers of the last word on it by when it held, whoever's word it is. What was
    /// released and transferred counts from the first report on.
    /// </summary>
    public static Detained Standing(Subject detention)
    {
        ArgumentNullException.ThrowIfNull(detention);
        return Standing(detention.Steps.Where(s => s.IsHere && !s.IsOutOfPlace));
    }

    /// <summary>The same by words of one's choice, in order of when they held.</summary>
    internal static Detained Standing(IEnumerable<Step> words)
    {
        var now = new Detained(0, 0, 0, 0, Recipient: null, IsIcrcTold: false, Unaccounted: 0);
        long most = 0;
        foreach (var step in words)
        {
            now = now with { IsIcrcTold = now.IsIcrcTold || step.Flag("icrc-told") || step.Word("body") == "icrc" };
            if (step.Row.Command is "report" or "count" or "end")
            {
                now = now with
                {
                    Held = step.Number("held") ?? 0,
                    HoursMax = Math.Max(now.HoursMax, step.Number("hours-max") ?? 0),
                    Released = step.Number("released") ?? now.Released,
                    Transferred = step.Number("transferred") ?? now.Transferred,
                    Recipient = step.Word("recipient") ?? now.Recipient,
                };
                most = Math.Max(most, now.Held + now.Released + now.Transferred);
            }
        }

        return now with { Unaccounted = most - now.Held - now.Released - now.Transferred };
    }

    /// <summary>
    /// A detention for which nobody is named who may lawfully take those held; with the framework's grants that allow
    /// it all the same.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, JsonValue>> Unnamed(Asking asking)
    {
        if (asking.Act.Word("recipient") is not null || DetentionRecipient(asking.Subject) is not null)
        {
            return [];
        }

        var grants = Grants(asking);
        return grants.Length == 0 ? Sides.FlagIf(holds: true, "no-recipient") :
        [
            new("no-recipient", new JsonValue.Truth(true)),
            new("grants", new JsonValue.Items([.. grants.Select(g => new JsonValue.Text(g))])),
        ];
    }

    private static string? DetentionRecipient(Subject? detention) =>
        detention is { IsOpen: true } ? Standing(detention).Recipient : null;

    private static string[] Grants(Asking asking)
    {
        if (Sides.Book(asking) is not { } book)
        {
            return [];
        }

        var (at, fold) = (asking.Received.Statement.OccurredAt, asking.Fold);
        ImmutableArray<string> places = asking.Act.Places.IsEmpty ? [""] : asking.Act.Places;
        var live = places.SelectMany(p =>
            asking.Mission.Rulings.Answers(fold.InForce, asking.Performer, "detain", p, at)).SelectMany(a => a.Rules);
        return [.. live.Where(id => book.Framework.Rules.Any(r => r.Id == id && r.Kind == RuleKind.Grant))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}

/// <summary>Where a detention stands, in numbers.</summary>
/// <param name="Held">How many are held.</param>
/// <param name="HoursMax">The longest that anybody was held, in hours.</param>
/// <param name="Released">How many were released since the first report.</param>
/// <param name="Transferred">How many were handed to the recipient since.</param>
/// <param name="Recipient">The lawful recipient; null where none was named.</param>
/// <param name="IsIcrcTold">Whether the ICRC was told.</param>
/// <param name="Unaccounted">How many were held once and are neither held, released nor transferred.</param>
public sealed record Detained(
    long Held, long HoursMax, long Released, long Transferred, string? Recipient, bool IsIcrcTold, long Unaccounted);
