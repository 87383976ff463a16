using Truce.Rules;

namespace Truce.Page;

/// <summary>A rule in one line, in the file's own names.</summary>
internal static class RuleWords
{
    /// <summary>"isf has the last word over search, patrol; in border; if hostile-act".</summary>
    public static string Of(Rule rule)
    {
        var who = Text.And(rule.Who);
        var acts = string.Join(", ", rule.Actions);
        var by = rule.By.IsEmpty || rule.By is ["anyone"] ? "" : $" when {Text.Or(rule.By)} acts";
        var core = rule.Kind switch
        {
            RuleKind.Grant => $"{who} may {acts}",
            RuleKind.Prohibit => $"{who} may not {acts}{(rule.Always ? ", and nothing overrides it" : "")}",
            RuleKind.Final => $"{who} has the last word over {acts}{by}{Delegation(rule)}",
            RuleKind.Oblige => $"{who} must {acts}",
            RuleKind.Inherent => $"{who} may always {acts}",
            _ => Require(rule, who, acts, by),
        };
        return string.Join("; ", Extent(rule.Extent).Prepend(core));
    }

    private static string Delegation(Rule rule) =>
        rule.Delegable is { } d ? $", and may hand it to {d.To} for {Text.Span(d.AtMost)} at most" : "";

    private static string Require(Rule rule, string who, string acts, string by)
    {
        var whose = who.Length == 0 ? "somebody whom the text does not name" : who;
        var channel = rule.Channel is { } c ? $" by {c}" : "";
        return rule.Require switch
        {
            RequireKind.Consent => $"{acts} needs the consent of {whose}{by}{channel} ({Terms(rule)})",
            RequireKind.Consultation => $"{acts} needs consultation with {whose}{by}{channel}",
            _ => $"{acts} needs notice to {whose}{by}{channel}{When(rule)}",
        };
    }

    private static string When(Rule rule) => rule switch
    {
        { Before: { } before } => $", {Text.Span(before)} before",
        { After: { } after } => $", at most {Text.Span(after)} after",
        _ => "",
    };

    private static string Terms(Rule rule) => string.Join("; ",
        rule.AnswerWithin is { } within ? $"answer within {Text.Span(within)}" : "no time for an answer is said",
        $"on refusal: {rule.OnRefusal}", $"on silence: {rule.OnSilence}");

    private static IEnumerable<string> Extent(Extent e)
    {
        if (!e.In.IsEmpty)
        {
            yield return "in " + Text.Or([.. e.In.Select(p => string.Join(" + ", p))]);
        }

        if (!e.During.IsEmpty)
        {
            yield return "during " + Text.Or(e.During);
        }

        if (e.From is { } from)
        {
            yield return "from " + Text.Date(from);
        }

        if (e.Until is { } until)
        {
            yield return "until " + Text.Date(until);
        }

        if (!e.Hours.IsEmpty)
        {
            yield return "at " + Text.And([.. e.Hours.Select(h => h.ToString())]);
        }

        if (!e.If.IsEmpty)
        {
            yield return "if " + Text.And([.. e.If.Select(c => c.ToString())]);
        }

        if (!e.Unless.IsEmpty)
        {
            yield return "unless " + Text.Or([.. e.Unless.Select(c => c.ToString())]);
        }
    }
}
