using System.Collections.Immutable;
using Truce.Record;
using Truce.Rules;

namespace Truce.Mission;

/// <summary>
/// Who stands on which side of a matter: who reported it, and who is alleged to have done it. Whoever judges belongs to
/// neither, by the same test for everybody.
/// </summary>
internal static class Sides
{
    /// <summary>
    /// Why whoever acts here does not stand apart from the matter; null where he does.
    /// </summary>
    public static string? NotApart(Asking asking, IEnumerable<string> authors, IEnumerable<string> alleged)
    {
        var acting = Acting(asking);
        return acting.Contains(Speaker.Anonymous) ? "whoever judges is named"
            : Met(asking, acting, authors) is { } own ? $"{own} stands with who reported it: somebody apart judges"
            : Met(asking, acting, alleged) is { } side ? $"{side} stands with who is alleged: somebody apart judges"
            : null;
    }

    /// <summary>Why whoever acts here may not, standing with those who are alleged; null where he does not.</summary>
    public static string? WithAlleged(Asking asking, IEnumerable<string> alleged, string what) =>
        Met(asking, Acting(asking), alleged) is { } side ? $"{side} stands with who is alleged, and does not {what}"
            : null;

    /// <summary>Who acts: who signed it, whose word it is, and who does it as the framework names him.</summary>
    public static ImmutableArray<string> Acting(Asking asking) =>
        [.. new[] { asking.Speaker.Of, asking.Speaker.EnteredBy, asking.Performer }.Distinct()];

    /// <summary>Whose report a subject is: who signed it, whose word it is, and on whose behalf he complains.</summary>
    public static IEnumerable<string> Authors(Subject subject)
    {
        var opening = subject.Opening;
        return new[] { opening.Author, opening.EnteredBy, opening.Performer, opening.Word("complainant") }
            .OfType<string>().Where(o => o != Speaker.Anonymous).Distinct();
    }

    /// <summary>Whom its author alleges; others' amendments name nobody, so that none can shut a judge out.</summary>
    public static IEnumerable<string> Alleged(Subject subject)
    {
        var opening = subject.Opening;
        return opening.Words("alleged").Concat(subject.All("amend")
            .Where(a => a.IsHere && a.Author == opening.Author && a.EnteredBy == opening.EnteredBy)
            .SelectMany(a => a.Words("alleged"))).Distinct();
    }

    /// <summary>
    /// Whether two are of one organisation: the same, or one belongs to the other, or both to a third, by the chain of
    /// command or the owner that the framework names.
    /// </summary>
    public static bool AreOne(Rulebook? book, string a, string b) =>
        a == b || (book is not null && Owners(book, a).Overlaps(Owners(book, b)));

    /// <summary>Whether somebody is another, or belongs to him by the chain of command or the owner that the framework
    /// names.</summary>
    public static bool BelongsTo(Rulebook? book, string who, string owner) =>
        who == owner || (book is not null && Owners(book, who).Contains(owner));

    /// <summary>
    /// Why whoever acts here does not answer for whom something was asked of; null where he does. His word may be
    /// entered by others, but not by those who asked.
    /// </summary>
    public static string? NotAsked(Asking asking, string asked, IEnumerable<string> askers) =>
        asking.SpeaksFor(asked) || (asking.Speaker.IsForAnother && asking.Speaker.Of == asked
            && Met(asking, [asking.Speaker.EnteredBy], askers) is null) ? null : $"{asked} was asked";

    /// <summary>The rulebook in force when the act happened; null where none is.</summary>
    public static Rulebook? Book(Asking asking) =>
        asking.Fold.InForce.BookAt(asking.Received.Statement.OccurredAt);

    /// <summary>The last decision of a command, by the order in which they came; null where there is none.</summary>
    public static Step? Decision(Subject subject, string command)
    {
        Step? last = null;
        foreach (var step in subject.All(command))
        {
            last = last is null || step.Entry > last.Value.Entry ? step : last;
        }

        return last;
    }

    /// <summary>A truth for an event's field, where it holds; nothing where it does not.</summary>
    public static IEnumerable<KeyValuePair<string, JsonValue>> FlagIf(bool holds, string name) =>
        holds ? [new(name, new JsonValue.Truth(true))] : [];

    /// <summary>That the standard of proof is another than the mission's.</summary>
    public static IEnumerable<KeyValuePair<string, JsonValue>> OtherStandard(Asking asking) =>
        FlagIf(asking.Act.Word("standard") != asking.Fold.Terms.StandardOfProof, Proof.OtherStandard);

    /// <summary>Why a field names no subject of a machine; null where it does, or is not there.</summary>
    public static string? WrongKind(Act act, string field, string machine) =>
        act.Word(field) is not { } subject || subject.StartsWith(machine + "/", StringComparison.Ordinal) ? null
            : $"`{field}` is the id of {machine}/…: {subject} is none";

    /// <summary>The same link on the other subject, where its machine has links.</summary>
    public static IEnumerable<Event> LinkBack(Asking asking, params IEnumerable<string> fields) =>
        from subject in fields.Select(asking.Act.Word).OfType<string>().Distinct()
        where subject != asking.SubjectId && Mission.MachineOf(subject)?.Row("link") is not null
        select new Event($"{Mission.MachineOf(subject)!.Name}.link", 1, subject, [],
            [new("linked", new JsonValue.Text(asking.SubjectId))]);

    /// <summary>An instant as people read it.</summary>
    public static string Text(long milliseconds) =>
        NodaTime.Text.InstantPattern.General.Format(NodaTime.Instant.FromUnixTimeMilliseconds(milliseconds));

    private static string? Met(Asking asking, ImmutableArray<string> acting, IEnumerable<string> side)
    {
        var book = Book(asking);
        var others = side.ToArray();
        return acting.FirstOrDefault(a => others.Any(o => AreOne(book, a, o)));
    }

    /// <summary>Somebody and all that he belongs to.</summary>
    private static HashSet<string> Owners(Rulebook book, string of)
    {
        var owners = new HashSet<string>(StringComparer.Ordinal) { of };
        var open = new Stack<string>([of]);
        while (open.TryPop(out var here))
        {
            if (book.Framework.Actors.FirstOrDefault(a => a.Id == here) is { } actor)
            {
                foreach (var owner in actor.Under.AddRange(actor.Of).Where(owners.Add))
                {
                    open.Push(owner);
                }
            }
        }

        return owners;
    }
}
