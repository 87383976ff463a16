using Truce.Mission;

namespace Truce.Missions;

/// <summary>The line at the head of whatever shows something under embargo.</summary>
internal static class Embargoed
{
    /// <summary>The line; null where nothing of what is shown is under embargo.</summary>
    /// <param name="fold">The state that it is shown from.</param>
    /// <param name="subjects">What is shown: subjects' ids.</param>
    public static string? Words(Fold fold, IEnumerable<string> subjects) => subjects.Distinct()
        .Count(id => fold.Subjects.GetValueOrDefault(id) is { } s && CasualtiesMachine.IsUnderEmbargo(s))
        is > 0 and var n
            ? $"UNDER EMBARGO: it holds {ReportPaper.Text(n)} report{(n == 1 ? "" : "s")} of own casualties whose next "
                + "of kin are not informed. Whoever may not read it is told nothing, not even that it is there."
            : null;
}
