using System.Collections.Immutable;
using Truce.Record;

namespace Truce.Mission;

/// <summary>
/// Own casualties in numbers alone, by the organisation whose people they are; nobody is named here. Until it says that
/// the next of kin are informed they are under embargo: for an audience, and for nobody else not even that they are.
/// What everybody may know is a public word of the same organisation, opened anew, which names nothing that is hidden.
/// </summary>
/// <remarks>
/// All but the opening decides: the last word on an embargo is by whoever had seen the word before it, and nobody
/// else's word counts. Figures that are raised say anew whether the kin of those who were added are informed.
/// </remarks>
public static class CasualtiesMachine
{
    /// <summary>What is counted.</summary>
    public static ImmutableArray<string> Whats { get; } = ["killed", "injured", "missing"];

    internal const string Name = "casualties";

    private const string Embargo = "embargo";
    private const string Contingent = "contingent";
    private const string Held = "kin-not-informed";
    private const string Informed = "kin-informed";
    private const string Released = "released";
    private const string ReleasedAs = "released-as";

    private static ImmutableArray<Field> Numbers { get; } =
    [
        .. Whats.Select(w => Field.Must(w, FieldKind.Number)), Field.Must(Embargo, FieldKind.Code, Held, Informed),
    ];

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new(Name, "Own casualties, in numbers",
        [new Axis(Embargo, [Held, Informed, Released])],
    [
        new Row
        {
            Command = "report",
            Kind = RowKind.Opens,
            Does = "report own casualties: sealed to an audience, or in public once their kin are informed",
            Axis = Embargo,
            ToField = Embargo,
            Fields = [Field.Must(Contingent, FieldKind.Name), .. Numbers, Field.May("cells", FieldKind.Names)],
            Form = (act, audience) => Early(act, audience) ?? Hidden(act, audience) ?? Nowhere(act),
            Guard = NotTheirs,
        },
        new Row
        {
            Command = "correct",
            Kind = RowKind.Decides,
            Does = "state the figures anew, and whether the kin of all of them are informed",
            Axis = Embargo,
            ToField = Embargo,
            Fields = Numbers,
            Form = Early,
            Guard = NotWhoReported,
        },
        new Row
        {
            Command = "inform",
            Kind = RowKind.Decides,
            Does = "state that the kin of all of them are informed",
            Level = Level.Confidential,
            Axis = Embargo,
            To = Informed,
            Needs = [new Need(Embargo, [Held], "their kin are informed already")],
            Guard = NotWhoReported,
        },
        new Row
        {
            Command = "release",
            Kind = RowKind.Decides,
            Does = "state which public report releases the figures, so that they are counted there alone",
            Level = Level.Confidential,
            Axis = Embargo,
            To = Released,
            Needs = [new Need(Embargo, [Informed], "figures are released once, when their kin are informed")],
            Fields = [Field.Must(ReleasedAs, FieldKind.Subject)],
            Guard = asking => NotWhoReported(asking) ?? NoRelease(asking),
        },
    ])
    {
        Dues = DuesOf,
    };

    /// <summary>Whether a subject is a report of own casualties whose kin are not yet said to be informed.</summary>
    public static bool IsUnderEmbargo(Subject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return subject is { IsOpen: true } && subject.Machine == Table && subject[Embargo] == Held;
    }

    /// <summary>Whether the figures of a report that is not public are counted in a public one.</summary>
    internal static bool IsReleased(Subject casualties) => casualties[Embargo] == Released;

    /// <summary>The step with the figures that stand.</summary>
    internal static Step Standing(Subject casualties) => Decided(casualties).Last(s => s.Word(Embargo) is not null);

    /// <summary>Whose people they are, and by whose word where it is not theirs.</summary>
    internal static string Whose(Subject casualties) => casualties.Opening is var opening
        && opening.Word(Contingent)! is var contingent && contingent == opening.Author ? contingent
            : $"{opening.Word(Contingent)}, by the word of {opening.Author}";

    /// <summary>What is due is due since the embargo began, however often the figures were corrected in it.</summary>
    private static IEnumerable<Due> DuesOf(Subject casualties, Terms terms) => !IsUnderEmbargo(casualties) ? [] :
    [
        new Due("kin informed", casualties.Opening.Author, Decided(casualties).Reverse().TakeWhile(s =>
            s.Word(Embargo) == Held).Last().OccurredAt + terms.KinInformed, "kin-informed"),
    ];

    /// <summary>The steps in the order in which they decided.</summary>
    private static Step[] Decided(Subject casualties) =>
        [.. casualties.Steps.Where(s => s.IsHere).OrderBy(s => s.Entry)];

    private static string? Early(Act act, Audience? audience) => audience is null && act.Word(Embargo) == Held
        ? "while their kin are not informed own casualties are for an audience: seal it, or say `embargo` "
            + $"{Informed} once they are"
        : null;

    private static string? Hidden(Act act, Audience? audience) => audience is null && act.Continues is not null
        ? "a public report of own casualties continues none, which could be under embargo: leave `continues` out"
        : null;

    private static string? Nowhere(Act act) => act.Places.IsEmpty && act.Words("cells").IsEmpty
        ? "own casualties happened somewhere: `place`, or `cells` of the mission's grid"
        : act.Words("cells").All(c => MissionGrid.Cell(c) is not null) ? null
        : "`cells` are of the mission's grid, such as \"0:-1\"";

    private static string? NotTheirs(Asking asking)
    {
        var whose = asking.Act.Word(Contingent)!;
        var isOwn = !asking.Speaker.IsForAnother || asking.Received.Author.IsBySponsor;
        return asking.SpeaksFor(whose) || (isOwn && Sides.BelongsTo(Sides.Book(asking), whose, asking.Speaker.Of))
            ? null : $"they are people of {whose}: it reports them, or whom it belongs to by the framework";
    }

    private static string? NotWhoReported(Asking asking) => asking.Subject!.Opening.Author is var author
        && asking.SpeaksFor(author) ? null : $"{author} reported them, and says how they stand";

    private static string? NoRelease(Asking asking)
    {
        var (id, own) = (asking.Act.Word(ReleasedAs)!, asking.Subject!.Opening);
        return Sides.WrongKind(asking.Act, ReleasedAs, Name)
            ?? (asking.Fold.Subjects.GetValueOrDefault(id) is { IsOpen: true, Audience: null, Opening: var released }
                && released.Author == own.Author && released.Word(Contingent) == own.Word(Contingent) ? null
                : $"{id} is no public report by {own.Author} of people of {own.Word(Contingent)}");
    }
}
