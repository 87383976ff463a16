namespace Truce.Rules;

/// <summary>Rules as sentences.</summary>
public static partial class Prose
{
    /// <summary>
    /// "isf may patrol or search in line-1, during transfer, if hostile-act": a rule as a lawyer reads it.
    /// </summary>
    public static string Clause(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var who = Text.And(rule.Who);
        var acts = Text.Or(rule.Actions);
        var by = rule.By is [] or ["anyone"] ? "whoever does it"
            : $"when {Text.Or(rule.By)} {(rule.By.Length == 1 ? "does" : "do")} it";
        var sentence = rule.Kind switch
        {
            RuleKind.Grant => $"{who} may {acts}",
            RuleKind.Prohibit when rule.Who is ["anyone"] =>
                $"nobody may {acts}{(rule.Always ? ", and nothing overrides this" : "")}",
            RuleKind.Prohibit => $"{who} may not {acts}{(rule.Always ? ", and nothing overrides this" : "")}",
            RuleKind.Final => $"{who} has the last word over {Text.And(rule.Actions)}, {by}",
            RuleKind.Oblige => $"{who} must be able to {Text.And(rule.Actions)}",
            RuleKind.Inherent => $"{who} may always {acts}, and no ordinary prohibition removes it",
            _ => Required(rule, by),
        };
        if (rule.Delegable is { } d)
        {
            sentence += $"; it may be handed to {d.To} for at most {Text.Span(d.AtMost)}";
        }

        var extent = ExtentWords(rule.Extent);
        return extent.Length == 0 ? sentence : $"{sentence}; {extent}";
    }

    private static string Required(Rule rule, string by)
    {
        var whose = rule.Who.IsEmpty ? "somebody whom the text does not name" : Text.And(rule.Who);
        var acts = Text.Or(rule.Actions);
        var channel = rule.Channel is { } c ? $", by {c}" : "";
        return rule.Require switch
        {
            RequireKind.Consultation => $"{whose} must be consulted on {acts}, {by}{channel}",
            RequireKind.Notice => $"{whose} must be told of {acts}, {by}, " + (rule.Before is { } b
                ? $"at least {Text.Span(b)} before" : rule.After is { } a ? $"at most {Text.Span(a)} after"
                    : "at no stated time") + channel,
            _ => $"{acts} {(rule.Actions.Length == 1 ? "needs" : "need")} the consent of {whose}, {by}{channel}; " +
                (rule.AnswerWithin is { } w ? $"answer within {Text.Span(w)}" : "no time to answer is stated") +
                $"; on refusal: {rule.OnRefusal}; on silence: {rule.OnSilence}",
        };
    }

    /// <summary>
    /// "in a or b, during p, from 2026-01-01 to …, at 20:00-06:00, if x and y, unless z"; empty without a limit.
    /// </summary>
    internal static string ExtentWords(Extent e) => string.Join(", ", new[]
    {
        e.In.IsEmpty ? "" : "in " + Text.Or([.. e.In.Select(p => p.Length == 1 ? p[0] : $"both {Text.And(p)}")]),
        e.During.IsEmpty ? "" : $"during {Text.Or(e.During)}",
        (e.From, e.Until) switch
        {
            ({ } a, { } b) => $"from {Text.Date(a)} to {Text.Date(b)}",
            ({ } a, null) => $"from {Text.Date(a)}",
            (null, { } b) => $"up to {Text.Date(b)}",
            _ => "",
        },
        e.Hours.IsEmpty ? "" : "at " + Text.Or([.. e.Hours.Select(h => h.ToString())]),
        e.If.IsEmpty ? "" : $"if {Text.And([.. e.If.Select(c => c.ToString())])}",
        e.Unless.IsEmpty ? "" : $"unless {Text.Or([.. e.Unless.Select(c => c.ToString())])}",
    }.Where(w => w.Length > 0));
}
