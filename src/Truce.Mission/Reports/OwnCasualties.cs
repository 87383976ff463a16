namespace Truce.Mission;

/// <summary>Own casualties as a reader may know them: what was released, and apart from it what was not.</summary>
internal static class OwnCasualties
{
    private const string Note = "Released: by public words of those whose people they are. What was not released "
        + "stands by report, for those who may read it; it is never added to what was. That none is here does not say "
        + "that there were none.";

    /// <summary>A table of those that happened in a period, by the word of who reported them.</summary>
    public static Section Section(Fold fold, Period period)
    {
        var all = Counting.Of(fold, CasualtiesMachine.Name).Where(c => period.Has(Counting.When(c))).ToArray();
        var closed = all.Where(c => c.Audience is not null && !CasualtiesMachine.IsReleased(c)).ToArray();
        return new Section("Own casualties",
        [
            .. from whose in all.Where(c => c.Audience is null)
                   .GroupBy(CasualtiesMachine.Whose, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
               from what in CasualtiesMachine.Whats
               select new Figure($"{whose.Key}: {what}, released",
                   Counting.Text(whose.Sum(c => CasualtiesMachine.Standing(c).Number(what)!.Value)), "people",
                   Counting.Entries(whose.SelectMany(Counting.Entries))),
            .. from casualties in closed.Take(WatchPage.RowsMax)
               from what in CasualtiesMachine.Whats
               select Closed(casualties, what),
            .. WatchPage.More(closed.Length, "reports"),
        ], Note);
    }

    private static Figure Closed(Subject casualties, string what) => new(
        $"{CasualtiesMachine.Whose(casualties)}: {what}, {casualties.Id}",
        Counting.Text(CasualtiesMachine.Standing(casualties).Number(what)!.Value), "people",
        Counting.Entries(Counting.Entries(casualties)),
        CasualtiesMachine.IsUnderEmbargo(casualties) ? Mark.Embargo : Mark.None,
        CasualtiesMachine.IsUnderEmbargo(casualties) ? "their kin are not informed"
            : "their kin are informed; not released");
}
