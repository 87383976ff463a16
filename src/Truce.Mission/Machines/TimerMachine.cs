using Truce.Record;

namespace Truce.Mission;

/// <summary>
/// What fell due and did not come, as an entry: said by the operator's key alone, and only of what is overdue by the
/// record. A silence is never approval.
/// </summary>
public static class TimerMachine
{
    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("timer", "Timer", [new Axis("state", ["noted"])],
    [
        new Row
        {
            Command = "note",
            Kind = RowKind.Opens,
            Does = "note that something fell due and did not come",
            IsOfRecord = true,
            Fields =
            [
                Field.Must("about", FieldKind.Subject), Field.Must("what", FieldKind.Name),
                Field.May("of", FieldKind.Name), Field.Must("due", FieldKind.Time),
            ],
            Guard = IsOverdue,
        },
    ]);

    private static string? IsOverdue(Asking asking)
    {
        var (about, what, due) = (asking.Act.Word("about")!, asking.Act.Word("what"), asking.Act.Number("due"));
        return asking.Received.Author.By.Key?.Role != EnrolledKey.OperatorRole ? "the operator's key alone says this"
            : asking.Fold.Subjects.GetValueOrDefault(about) is not { IsOpen: true } subject
                ? $"there is no {about} that its readers may read"
            : due >= asking.Received.ReceivedAt ? "it is not due yet"
            : subject.Machine.Dues(subject, asking.Fold.Terms).Any(d =>
                d.What == what && d.AtMilliseconds == due && (d.Of == (asking.Act.Word("of") ?? "")))
                    ? Noted(asking, about)
            : "by the record nothing of the kind is due";
    }

    private static string? Noted(Asking asking, string about) => asking.Fold.Of("timer")
        .Where(t => t.IsOpen && t.Opening is var note && note.Word("about") == about
            && note.Word("what") == asking.Act.Word("what") && note.Word("of") == asking.Act.Word("of")
            && note.Number("due") == asking.Act.Number("due"))
        .Select(t => $"it is noted already, in entry {t.OpenedBy}").FirstOrDefault();
}
