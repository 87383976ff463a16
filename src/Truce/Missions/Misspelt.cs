using Truce.Mission;
using Truce.Record;
using Truce.Rules;

namespace Truce.Missions;

/// <summary>
/// Names in an act that look like a slip of the hand. A statement that is signed stays: a message to <c>isreal</c> goes
/// to nobody, and an act in <c>nroth</c> is outside of every framework. So it is asked about before it is signed.
/// </summary>
internal static class Misspelt
{
    private static readonly string[] Named =
    [
        "to", "recipients", "recipient", "addressee", "alleged", "parties", "performer", "by", "of", "between",
        "complainant", "contingent", "reviewer", "body", "party", "owner",
    ];

    /// <summary>What seems misspelt, with what may be meant; null for nothing, or where no framework is here.</summary>
    /// <param name="act">The act as it would be signed.</param>
    /// <param name="fold">The state of whoever drafts it.</param>
    /// <param name="organisations">Those that are enrolled.</param>
    /// <param name="at">When it happened, in POSIX milliseconds.</param>
    public static string? Of(JsonValue.Members act, Fold fold, IEnumerable<string> organisations, long at)
    {
        if (fold.BookAt(at)?.Framework is not { } framework)
        {
            return null;
        }

        string[] areas = [.. framework.Areas.Select(a => a.Id)];
        string[] names = [.. framework.Actors.Select(a => a.Id).Concat(organisations).Distinct(StringComparer.Ordinal)];
        var faults = Telling.Texts(act["place"]).SelectMany(p => p.Split('+')).Where(p => !areas.Contains(p))
            .Select(p => $"`{p}` in `place` is no area of the framework in force"
                + (Spelling.DidYouMean(p, areas) is { } near ? $": {near}" : ""))
            .Concat(from member in act.All
                    where Named.Contains(member.Key)
                    from name in Telling.Texts(member.Value)
                    where !names.Contains(name) && Spelling.Nearest(name, names) is not null
                    select $"`{name}` in `{member.Key}` is nobody here: {Spelling.DidYouMean(name, names)}")
            .Distinct().ToArray();
        return faults.Length == 0 ? null : string.Join("; ", faults);
    }
}
