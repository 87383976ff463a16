using System.Collections.Immutable;
using System.Globalization;
using Truce.Space;

namespace Truce.Mission;

/// <summary>
/// Checks of plans against what the asker may not know, and their answers. A question is cells and windows alone, and
/// an answer says of each whether something may be there: so each nested or shifted question gets the same answer for
/// the same cell, and none tells more. What is told is worked out from what was stated before the question; that a
/// movement has ended since is not told, since the moment would be more than the window.
/// </summary>
public static class Questions
{
    /// <summary>The cells with a window of one check. A larger question is several checks.</summary>
    public const int CellsMax = 64;

    /// <summary>The checks of one question; who needs more asks about less at once.</summary>
    public const int ChecksMax = 16;

    /// <summary>The entries that a digest names; all are counted.</summary>
    public const int EntriesMax = 16;

    private const string May = "=1";
    private const string Not = "=0";
    private const long Day = 86_400_000;

    /// <summary>What a plan asks about: each cell and window that it touches, its room included.</summary>
    /// <param name="grid">The mission's cells.</param>
    /// <param name="plan">The plan, in the mission's frame.</param>
    /// <returns>In order; null where it is more than <see cref="ChecksMax"/> checks can ask.</returns>
    public static ImmutableArray<AskedCell>? Of(CoarseGrid grid, IEnumerable<Activity> plan)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(plan);
        var all = new SortedSet<AskedCell>();
        foreach (var b in plan.SelectMany(a => grid.BlocksOf(a)))
        {
            if (((long)b.EastCell - b.WestCell + 1) * ((long)b.NorthCell - b.SouthCell + 1)
                * ((long)b.LastWindow - b.FirstWindow + 1) > CellsMax * ChecksMax)
            {
                return null;
            }

            all.UnionWith(
                from east in Enumerable.Range(b.WestCell, b.EastCell - b.WestCell + 1)
                from north in Enumerable.Range(b.SouthCell, b.NorthCell - b.SouthCell + 1)
                from window in Enumerable.Range(b.FirstWindow, b.LastWindow - b.FirstWindow + 1)
                select new AskedCell(east, north, window));
            if (all.Count > CellsMax * ChecksMax)
            {
                return null;
            }
        }

        return [.. all];
    }

    /// <summary>The field <c>cells</c> of a check: always <see cref="CellsMax"/> texts of one length.</summary>
    /// <param name="asked">1 to <see cref="CellsMax"/> cells.</param>
    public static ImmutableArray<string> Cells(IReadOnlyCollection<AskedCell> asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(asked.Count, CellsMax, nameof(asked));
        return [.. asked.Order().Select(a => a.ToString()), .. Enumerable.Range(asked.Count, CellsMax - asked.Count)
            .Select(AskedCell.None)];
    }

    /// <summary>
    /// The field <c>told</c> of the answer to a check: for each of its cells, in order, whether something may be there
    /// that the asker may not know. As long for yes as for no.
    /// </summary>
    /// <param name="all">The state of whoever reads everything: the operator, an auditor.</param>
    /// <param name="check">The check.</param>
    public static ImmutableArray<string> Answer(Fold all, Subject check)
    {
        ArgumentNullException.ThrowIfNull(all);
        ArgumentNullException.ThrowIfNull(check);
        var asker = check.Opening.Word("asker")!;
        return Answer(all, asker, check.Opening.Words("cells"), check.OpenedBy);
    }

    /// <summary>The same for cells that nobody has asked about on the record.</summary>
    /// <param name="all">The state of whoever reads everything.</param>
    /// <param name="asker">Who asks.</param>
    /// <param name="cells">The cells, as in a check.</param>
    /// <param name="before">What was stated by this entry or later does not count.</param>
    public static ImmutableArray<string> Answer(
        Fold all, string asker, ImmutableArray<string> cells, long before = long.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(all);
        var guarded = all.Space.Stated.Where(s => s.OpenedBy < before
                && WhoMayKnow.Of(s.Machine, s.Audience, asker) == Told.Coarse)
            .SelectMany(s => all.Space.BlocksOf(s)).ToHashSet();
        return
        [
            .. cells.Select(c => c + (AskedCell.Read(c) is { } cell && guarded.Any(b => cell.IsIn(b)) ? May : Not)),
        ];
    }

    /// <summary>The cells of an answer in which something may be.</summary>
    public static IEnumerable<AskedCell> MayBeIn(ImmutableArray<string> told) => told
        .Where(t => t.EndsWith(May, StringComparison.Ordinal))
        .Select(t => AskedCell.Read(t[..^May.Length])).OfType<AskedCell>();

    /// <summary>
    /// Those words of a field that say something. Checks, answers and digests have lists of one length, whatever they
    /// say.
    /// </summary>
    public static IEnumerable<string> Said(Step step, string field, ImmutableArray<string> words)
    {
        IEnumerable<string> said = (step.Subject.Machine.Name, field) switch
        {
            (QueryMachine.Name, "cells") => words.Where(w => !AskedCell.IsNone(w)),
            (QueryMachine.Name, "told") => MayBeIn(words).Select(c => c.ToString()),
            ("digest", "askers") => words.Where(w => !w.EndsWith("=00000", StringComparison.Ordinal)),
            ("digest", "entries") => words.Where(w => w[0] != '-'),
            _ => words,
        };
        return said.DefaultIfEmpty(field == "told" ? "nothing" : field == "entries" ? "none" : "nobody");
    }

    /// <summary>What a plan meets now among what the asker may know exactly.</summary>
    /// <param name="all">A state: of the asker, or of whoever reads everything.</param>
    /// <param name="asker">Who asks.</param>
    /// <param name="plan">The plan, in the mission's frame.</param>
    public static IEnumerable<Subject> Meets(Fold all, string asker, ImmutableArray<Activity> plan)
    {
        ArgumentNullException.ThrowIfNull(all);
        return all.Space.MetBy(plan).Select(id => all.Subjects[id])
            .Where(s => WhoMayKnow.Of(s.Machine, s.Audience, asker) == Told.Exact);
    }

    /// <summary>
    /// Answers on the record that say other than what was stated before them: what an auditor asks about an operator.
    /// </summary>
    /// <param name="all">The state of whoever reads everything.</param>
    public static IEnumerable<Subject> Untrue(Fold all)
    {
        ArgumentNullException.ThrowIfNull(all);
        return all.Of(QueryMachine.Name).Where(q => q.IsOpen && q.Last("answer") is { } answer
            && !answer.Words("told").SequenceEqual(Answer(all, q)));
    }

    /// <summary>
    /// A day's digest for one organisation: who checked how often cells in which it has a protected movement or site,
    /// and the last of those entries. One line for each other organisation, so that none is as long as some.
    /// </summary>
    /// <param name="all">The state of whoever reads everything.</param>
    /// <param name="owner">Whom it is for.</param>
    /// <param name="day">The day's midnight UTC, in POSIX milliseconds.</param>
    /// <param name="organisations">All organisations of the mission.</param>
    public static (ImmutableArray<string> Askers, ImmutableArray<string> Entries) Digest(
        Fold all, string owner, long day, IEnumerable<string> organisations)
    {
        ArgumentNullException.ThrowIfNull(all);
        var checks = all.Of(QueryMachine.Name).Where(q => q.IsOpen && q.Opening.ReceivedAt >= day
            && q.Opening.ReceivedAt < day + Day && IsAbout(all, q, owner)
            && WhoMayKnow.Of(q.Machine, q.Audience, owner, isAskedAbout: true) == Told.Daily).ToArray();
        string Line(string asker, int count) => string.Create(
            CultureInfo.InvariantCulture, $"{asker}={Math.Min(count, 99_999):00000}");
        var named = organisations.Where(o => o != owner).Order(StringComparer.Ordinal).Take(CellsMax - 1).ToArray();
        var others = checks.Count(c => !named.Contains(c.Opening.Word("asker")!));
        return (
            [
                .. named.Select(o => Line(o, checks.Count(c => c.Opening.Word("asker") == o))),
                Line("others", others),
            ],
            [
                .. checks.Select(c => c.OpenedBy).Order().TakeLast(EntriesMax)
                    .Select(e => string.Create(CultureInfo.InvariantCulture, $"{e:0000000000}")),
                .. Enumerable.Range(0, EntriesMax - Math.Min(EntriesMax, checks.Length))
                    .Select(n => string.Create(CultureInfo.InvariantCulture, $"-{n:000000000}")),
            ]);
    }

    /// <summary>Whether a check asked about cells in which an organisation has a protected movement or site.</summary>
    private static bool IsAbout(Fold all, Subject check, string owner)
    {
        AskedCell[] asked = [.. check.Opening.Words("cells").Select(AskedCell.Read).OfType<AskedCell>()];
        return all.Space.Stated.Where(s => s.OpenedBy < check.OpenedBy && s.Machine.Name is "movement" or "site"
                && s.Audience is not null && (s.Opening.Author == owner || s.Opening.EnteredBy == owner))
            .Any(s => all.Space.BlocksOf(s).Any(b => asked.Any(a => a.IsIn(b))));
    }
}
