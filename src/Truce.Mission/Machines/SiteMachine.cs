using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>
/// A notified site: a hospital, a shelter, a warehouse. Notified, received per recipient, confirmed again by a date,
/// withdrawn. A notice that was not renewed protects as before: the law, not the list, protects a site.
/// </summary>
public static class SiteMachine
{
    /// <summary>What a site is.</summary>
    public static ImmutableArray<string> Kinds { get; } =
    [
        "hospital", "clinic", "shelter", "school", "warehouse", "water-point", "bakery", "office", "guesthouse",
        "other",
    ];

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("site", "Notified site",
        [new Axis("notice", ["notified", "withdrawn"], IsArranged: true)],
    [
        new Row
        {
            Command = "notify",
            Kind = RowKind.Opens,
            Does = "notify a site",
            IsReserve = true,
            Fields =
            [
                Field.Must("kind", FieldKind.Code, Kinds), Field.Must("recipients", FieldKind.Names),
                Field.May("name", FieldKind.Name), Field.May("persons", FieldKind.Number),
                Field.May("contact", FieldKind.Name), Field.May("until", FieldKind.Time), .. SpaceFold.Fields,
            ],
            Added = SpaceFold.Added,
            Add = SpaceFold.Meets,
            Guard = SpaceFold.Fault,
        },
        .. Receipts.Rows("a site"),
        new Row
        {
            Command = "revalidate",
            Kind = RowKind.Adds,
            Does = "confirm that a site is as notified",
            IsReserve = true,
            IsOpeners = true,
            Needs = [new Need("notice", ["notified"], "it is withdrawn")],
            Fields = [Field.May("persons", FieldKind.Number)],
        },
        new Row
        {
            Command = "withdraw",
            Kind = RowKind.Adds,
            Does = "withdraw a site",
            Axis = "notice",
            To = "withdrawn",
            IsOpeners = true,
            Needs = [new Need("notice", ["notified"], "it is withdrawn already")],
            Fields = [Field.Must("reason", FieldKind.Code, "closed", "moved", "error", "other")],
        },
    ])
    {
        Dues = DuesOf,
    };

    private static IEnumerable<Due> DuesOf(Subject site, Terms terms)
    {
        if (site["notice"] == "withdrawn")
        {
            yield break;
        }

        foreach (var due in Receipts.Dues(site, terms))
        {
            yield return due;
        }

        yield return new Due("revalidation", site.Opening.Author,
            (site.Last("revalidate") ?? site.Opening).OccurredAt + terms.SiteRevalidation, "site-revalidation");
    }
}
