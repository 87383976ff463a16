using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>
/// Handling marks and release lists: what whoever opens a subject for an audience asks of those who may read it. The
/// words of a mark are the organisation's own, and no order between marks is assumed. Neither opens anything: who can
/// read is the audience alone. MISSION.md §3.
/// </summary>
public static class Handling
{
    /// <summary>The field with the mark: "FORCE CONFIDENTIAL".</summary>
    public const string Mark = "handling";

    /// <summary>
    /// The field with the organisations beyond the audience to which what is counted from the subject may be released.
    /// </summary>
    public const string Release = "release";

    private static readonly ImmutableArray<Field> Both =
        [Field.May(Mark, FieldKind.Name), Field.May(Release, FieldKind.Names)];

    /// <summary>The rows of a machine, with both fields where a subject is opened that need not be public.</summary>
    internal static ImmutableArray<Row> On(ImmutableArray<Row> rows) =>
    [
        .. rows.Select(r => r is { Kind: RowKind.Opens, IsOfRecord: false, Level: not Level.Clear }
            ? r with { Fields = [.. r.Fields, .. Both] } : r),
    ];

    /// <summary>What a subject's opening asks; null where it asks nothing, or cannot be read here.</summary>
    /// <param name="subject">A subject.</param>
    public static Asked? Of(Subject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return subject is { IsOpen: true, Audience: not null } && subject.Opening is var opening
            && (opening.Word(Mark), opening.Words(Release)) is var (mark, release)
            && (mark is not null || !release.IsEmpty) ? new Asked(mark, release) : null;
    }

    /// <summary>
    /// Whether what is counted from a subject may go to an organisation: it is public, or the organisation is in its
    /// audience or on its release list. What is not open here may not.
    /// </summary>
    /// <param name="subject">A subject.</param>
    /// <param name="organisation">An organisation, as the record names it.</param>
    public static bool MayGoTo(Subject subject, string organisation)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return subject.IsOpen && (subject.Audience is not { } audience || audience.Contains(organisation)
            || subject.Opening.Words(Release).Contains(organisation));
    }
}

/// <summary>What is asked of those who may read a subject.</summary>
/// <param name="Mark">The handling mark, one line of at most 80 characters; null for none.</param>
/// <param name="Release">To whom beyond the audience its content may be released; empty for nobody.</param>
public sealed record Asked(string? Mark, ImmutableArray<string> Release);
