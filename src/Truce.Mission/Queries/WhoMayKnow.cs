using System.Collections.Immutable;
using Truce.Record;

namespace Truce.Mission;

/// <summary>How much somebody is told of a subject.</summary>
public enum Told
{
    /// <summary>
    /// Nothing beyond what everybody sees of any confidential entry: that it exists, when, and its size class.
    /// </summary>
    Nothing,

    /// <summary>Once a day, how often and by whom: <c>digest.give</c>.</summary>
    Daily,

    /// <summary>A cell of the mission's grid, a window of six hours and the access cell: <c>query.answer</c>.</summary>
    Coarse,

    /// <summary>All of it.</summary>
    Exact,
}

/// <summary>Whoever looks at a subject, from nearest to farthest.</summary>
public enum Eyes
{
    /// <summary>Its audience: its author, and whom he named; and the auditor, who has the mission's reading key.
    /// </summary>
    Audience,

    /// <summary>Of a check: an organisation that has a protected movement or site in the cells asked about.</summary>
    AskedAbout,

    /// <summary>Any other organisation of the mission, armed or not.</summary>
    Organisation,

    /// <summary>Everybody else.</summary>
    Public,
}

/// <summary>A line of <see cref="WhoMayKnow"/>.</summary>
/// <param name="What">The subjects, for people.</param>
/// <param name="Holds">Whether it is about a confidential subject of a machine.</param>
/// <param name="ToAudience">What its audience is told.</param>
/// <param name="ToAskedAbout">What an organisation is told that was asked about.</param>
/// <param name="ToOrganisation">What any other organisation is told.</param>
/// <param name="ToPublic">What everybody is told.</param>
public sealed record Knowing(
    string What, Func<Machine, bool> Holds, Told ToAudience, Told ToAskedAbout, Told ToOrganisation, Told ToPublic)
{
    /// <summary>What somebody is told.</summary>
    public Told To(Eyes eyes) => eyes switch
    {
        Eyes.Audience => ToAudience,
        Eyes.AskedAbout => ToAskedAbout,
        Eyes.Organisation => ToOrganisation,
        _ => ToPublic,
    };
}

/// <summary>
/// Who may know: MISSION.md §3 as one table. Every answer about others' activities goes through it, and nothing else
/// decides. A clear subject is public. A sealed document is no subject: those to whom it is sealed open it themselves,
/// and nothing here reads it.
/// </summary>
public static class WhoMayKnow
{
    /// <summary>The table: the first line that holds counts.</summary>
    public static ImmutableArray<Knowing> Table { get; } =
    [
        new("a check and its answer", m => m.Name == QueryMachine.Name,
            Told.Exact, Told.Daily, Told.Nothing, Told.Nothing),
        new("what lies in space: a movement, a site, a hazard area, a plan", SpaceFold.IsOne,
            Told.Exact, Told.Coarse, Told.Coarse, Told.Nothing),
        new("everything else: incidents, messages, complaints, watches, counts and the rest", _ => true,
            Told.Exact, Told.Nothing, Told.Nothing, Told.Nothing),
    ];

    /// <summary>What somebody is told of a subject.</summary>
    /// <param name="machine">What kind it is.</param>
    /// <param name="audience">Who may read it; null for everybody.</param>
    /// <param name="organisation">Who looks; <see cref="Audience.Operator"/> for the auditor, null for the public.
    /// </param>
    /// <param name="isAskedAbout">Whether it is a check that asked about a place of his.</param>
    public static Told Of(Machine machine, Audience? audience, string? organisation, bool isAskedAbout = false)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var eyes = organisation is null ? Eyes.Public
            : organisation == Audience.Operator || audience?.Contains(organisation) == true ? Eyes.Audience
            : isAskedAbout ? Eyes.AskedAbout
            : Eyes.Organisation;
        return audience is null ? Told.Exact : Table.First(line => line.Holds(machine)).To(eyes);
    }
}
