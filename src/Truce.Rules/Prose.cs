namespace Truce.Rules;

/// <summary>Sentences about rules and rulings.</summary>
public static partial class Prose
{
    /// <summary>The line that stands under every ruling on a screen. LANGUAGE §4.</summary>
    public const string StandingLine =
        "This reads the framework only: it is no order, no clearance and no legal opinion.";

    /// <summary>The line that stands under every page that names places and parties. MISSION §4.</summary>
    public const string RecognitionLine =
        "Recording a claim, name, line or authority implies no recognition and is without prejudice to status or to " +
            "the law of occupation.";

    /// <summary>"`tasks` (A5, proposed)": a rule with its sources and footing.</summary>
    public static string Reference(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return $"`{rule.Id}` ({string.Join(" ", rule.Ground.Sources)}, {rule.Ground.Basis})";
    }

    /// <summary>The verdict in capitals with whose word it is, as screens show it.</summary>
    public static string Headline(Answer answer, Footing footing)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(footing);
        var practice = footing.Kind == FootingKind.Practice;
        return answer.Verdict switch
        {
            Verdict.Forbidden => practice ? "BLOCKED as practised" : $"FORBIDDEN {footing}",
            Verdict.Permitted => $"{(practice ? "DONE" : "PERMITTED")} {footing}" + answer switch
            {
                { Permission: Permission.Inherent } => ", as an inherent right",
                { Holders.Length: 1 } => $", under {answer.Holders[0]}",
                _ => "",
            },
            Verdict.NotGranted => $"NOT GRANTED {footing}",
            Verdict.Contested => $"CONTESTED {footing} between {Text.And(answer.Holders)}",
            Verdict.Unowned => $"UNOWNED {footing}: nobody has the last word",
            Verdict.Deadlock => $"DEADLOCK {footing} over the answer of {Whose(answer)}",
            Verdict.Refused => $"REFUSED {footing} by {Whose(answer)}",
            Verdict.Awaits => $"AWAITS {Whose(answer)} {footing}",
            _ => "OUTSIDE THE TERM",
        };
    }

    private static string Whose(Answer answer) =>
        Text.And([.. answer.TurnsOn.Select(w => w.Length == 0 ? "somebody whom the text does not name" : w)]);
}
