using System.Text.RegularExpressions;
using Truce.Mission;
using Truce.Record;

namespace Truce.Missions;

/// <summary>
/// What an act would tell those who will read it, and they may not know: a subject that is not theirs, named in it.
/// From the statement alone nobody can see that; whoever may read both can, before it is signed.
/// </summary>
internal static partial class Telling
{
    /// <summary>The member that is meant to name a subject to those who may not read it.</summary>
    private const string Continues = "continues";

    /// <summary>The members that name what their readers may not know, and what they name; null for none.</summary>
    /// <param name="act">The act as it would be signed.</param>
    /// <param name="audience">Who will read it; null for everybody.</param>
    /// <param name="fold">The state of whoever drafts it.</param>
    public static string? Of(JsonValue.Members act, Audience? audience, Fold fold)
    {
        string[] told =
        [
            .. act.All.Where(m => m.Key != Continues).SelectMany(m => Texts(m.Value)
                    .SelectMany(t => Subjects(t, fold)).Where(s => !MayKnow(audience, s))
                    .Select(s => $"`{m.Key}` names {s.Id}, which is for {s.Audience}")).Distinct(),
        ];
        return told.Length == 0 ? null : string.Join("; ", told);
    }

    private static bool MayKnow(Audience? audience, Subject subject) =>
        subject is not { IsOpen: true, Audience: not null }
        || audience?.Organisations.All(o => Handling.MayGoTo(subject, o)) == true;

    /// <summary>Every text in a value.</summary>
    public static IEnumerable<string> Texts(JsonValue? value) => value switch
    {
        JsonValue.Text t => [t.Value],
        JsonValue.Items i => i.All.SelectMany(Texts),
        JsonValue.Members m => m.All.SelectMany(v => Texts(v.Value)),
        _ => [],
    };

    /// <summary>The subjects that a text names: by their ids anywhere in it, or by a statement's hash.</summary>
    private static IEnumerable<Subject> Subjects(string text, Fold fold) => Digest.Parse(text) is { } hash
        ? fold.Subjects.Values.Where(s => s.Audience is not null && s.Steps.Any(step => step.IsStatement(hash)))
        : Ids().Matches(text).Select(m => fold.Subjects.GetValueOrDefault(m.Value)).OfType<Subject>();

    [GeneratedRegex("[a-z-]+/[0-9a-f]{16}", RegexOptions.CultureInvariant)]
    private static partial Regex Ids();
}
