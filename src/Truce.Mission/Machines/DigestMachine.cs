namespace Truce.Mission;

/// <summary>
/// What an organisation is told once a day about checks of cells in which it has something protected: by whom, how
/// often, which entries. It is made for every organisation, also when it is empty, and in one size: that it comes, and
/// how long it is, tells nobody anything.
/// </summary>
public static class DigestMachine
{
    private const long Day = 86_400_000;

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("digest", "Digest of checks", [new Axis("state", ["given"])],
    [
        new Row
        {
            Command = "give",
            Kind = RowKind.Opens,
            Does = "tell an organisation who checked cells in which it has something protected",
            Level = Level.Confidential,
            IsOfRecord = true,
            Fields =
            [
                Field.Must("owner", FieldKind.Name), Field.Must("day", FieldKind.Time),
                Field.Must("askers", FieldKind.Names), Field.Must("entries", FieldKind.Names),
            ],
            Guard = Fault,
        },
    ]);

    private static string? Fault(Asking asking)
    {
        var (owner, day) = (asking.Act.Word("owner"), asking.Act.Number("day")!.Value);
        return !QueryMachine.IsOperator(asking) ? QueryMachine.OperatorAlone
            : QueryMachine.OnlyReader(asking) != owner ? "a digest is for its owner's eyes alone"
            : day % Day != 0 ? "`day` is a midnight of UTC"
            : asking.Received.ReceivedAt < day + Day ? "the day is not over"
            : asking.Fold.Of("digest").FirstOrDefault(d => d.IsOpen && d.Opening.Word("owner") == owner
                && d.Opening.Number("day") == day) is { } given ? $"it is given already, in entry {given.OpenedBy}"
            : null;
    }
}
