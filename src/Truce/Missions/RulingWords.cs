using System.Collections.Immutable;
using Truce.Mission;
using Truce.Rules;

namespace Truce.Missions;

/// <summary>
/// The ruling of an act in words, from the codes that R states: whose word it is, who must be asked, who must be told.
/// An act of somebody else has no verdict: "if as reported" these clauses would be engaged.
/// </summary>
internal static class RulingWords
{
    /// <summary>The ruling, a line for each distinct answer, worst first.</summary>
    /// <param name="ruled">The codes.</param>
    /// <param name="book">The framework in force, for the sources of its rules; null where it is not here.</param>
    public static IEnumerable<string> Lines(Ruled ruled, Rulebook? book)
    {
        if (ruled.IsReported)
        {
            yield return "If as reported, these clauses would be engaged:";
        }

        if (ruled.Differs)
        {
            yield return "By what was in force when it happened:";
        }

        foreach (var answer in ruled.Then)
        {
            yield return Line(answer, ruled.IsReported, book);
        }

        if (ruled.Differs)
        {
            yield return "By what was in force when it was received, which differs:";
            foreach (var answer in ruled.Now)
            {
                yield return Line(answer, ruled.IsReported, book);
            }
        }

        if (ruled.Count > ruled.Now.Length)
        {
            yield return $"and {ruled.Count - ruled.Now.Length} more answers that differ, none of them worse";
        }

        if (ruled.Now.Concat(ruled.Then).Any(a => a.IsPhaseUnknown))
        {
            yield return "The phase is declared in two ways, by those who had not seen each other's word: it is "
                + "unknown until somebody who has seen both declares it.";
        }

        if (ruled.IsPartial)
        {
            yield return "It touched more situations than are asked for one act: of the rest nothing is decided.";
        }

        if (ruled.Then.IsEmpty && ruled.Now.IsEmpty)
        {
            yield return ruled.IsReported && book is not null
                ? "None: it names no action of the framework, and the framework maps it to none."
                : "No framework was in force: nothing is ruled.";
        }
    }

    /// <summary>The worst verdict of an act, in capitals; of one that turns on what it does not state, that.</summary>
    public static string Headline(Ruled ruled) => ruled.Verdicts.FirstOrDefault() is { Verdict: Answered.Depends } worst
        ? $"DEPENDS on what the act does not state: {string.Join(" or ", ruled.Then
            .Where(a => (a.Action, a.Performer, a.Place) == (worst.Answer.Action, worst.Answer.Performer,
                worst.Answer.Place)).Select(a => $"{Headline(a)} if {string.Join(", or ", a.If)}"))}"
        : ruled.Verdicts.Any() ? Headline(ruled.Verdicts.First().Answer) : "no framework was in force";

    /// <summary>The verdict of a code, in capitals, with whose word it is.</summary>
    public static string Headline(Answered answer) => answer.Verdict switch
    {
        "permitted" => "PERMITTED" + (answer.Holders is [var one] ? $", under {one}" : ""),
        "contested" => $"CONTESTED between {And(answer.Holders)}",
        "unowned" => "UNOWNED: nobody has the last word",
        "awaits" => answer.Ask.IsEmpty ? "AWAITS an answer" : $"AWAITS the answer of {And(answer.Ask)}",
        "deadlock" => answer.Ask.IsEmpty ? "DEADLOCK" : $"DEADLOCK over the answer of {And(answer.Ask)}",
        Answered.Outside => "OUTSIDE THE FRAMEWORK: no clause speaks of it",
        var code => code.ToUpperInvariant().Replace('-', ' '),
    };

    private static string Line(Answered a, bool isReported, Rulebook? book)
    {
        var action = a.Action.Length == 0 ? "no action of the framework" : a.Action + Is(a.Action, book);
        var head = $"{a.Performer}: {action}" + (a.Place.Length > 0 ? $", in {a.Place.Replace("+", " + ")}" : "")
            + (a.IsElsewhere ? " and elsewhere" : "") + (a.Phase.Length > 0 ? $" during {a.Phase}" : "");
        if (!a.Facts.IsEmpty)
        {
            head += $", as its author states {And([.. a.Facts.Select(f => f.Replace("=", ": "))])}";
        }

        if (!a.If.IsEmpty)
        {
            head += $", if {string.Join(", or if ", a.If)}";
        }

        List<string> parts = [isReported ? Engaged(a, book) : $"{head}: {Headline(a)}"];
        if (isReported)
        {
            parts[0] = $"{head}: {parts[0]}";
        }

        Add(parts, "Whose word: ", a.Holders);
        Add(parts, "Must be asked: ", a.Ask);
        Add(parts, "Must be told: ", a.Tell);
        if (!isReported)
        {
            Add(parts, "By ", [.. a.Rules.Select(r => Reference(r, book))]);
        }

        parts.AddRange(a.Claims.Select(c => $"Otherwise {c.Replace("not-", "not ")}"));
        return string.Join(". ", parts) + ".";
    }

    private static string Engaged(Answered a, Rulebook? book) => a.Rules.IsEmpty
        ? "no clause speaks of it" : string.Join(", ", a.Rules.Select(r => Reference(r, book)));

    private static void Add(List<string> parts, string head, ImmutableArray<string> names)
    {
        if (!names.IsEmpty)
        {
            parts.Add(head + And(names));
        }
    }

    private static string Reference(string rule, Rulebook? book) =>
        book?.Framework.Rules.FirstOrDefault(r => r.Id == rule) is { } known ? Prose.Reference(known) : $"`{rule}`";

    private static string Is(string action, Rulebook? book) =>
        book?.Framework.Actions.FirstOrDefault(a => a.Id == action) is { } term ? $" ({term.Is})" : "";

    private static string And(ImmutableArray<string> names) => names.Length switch
    {
        0 => "nobody",
        1 => names[0],
        _ => $"{string.Join(", ", names[..^1])} and {names[^1]}",
    };
}
