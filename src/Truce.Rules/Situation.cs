using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>A single situation, in the file's own names.</summary>
/// <param name="Performer">Who acts.</param>
/// <param name="Action">What is done.</param>
/// <param name="Leaf">Where: a sector and the areas that hold there.</param>
/// <param name="Phase">The phase; empty where the framework has none.</param>
/// <param name="Day">The days that are all alike; a witness means its first.</param>
/// <param name="Hour">The part of the local day that is all alike; a witness means its beginning.</param>
/// <param name="Facts">The facts, in order; null stands for an answer that is unknown.</param>
public sealed record Situation(string Performer, string Action, Leaf Leaf, string Phase, DayCell Day, HourSpan Hour,
    ImmutableArray<(string Fact, string? Value)> Facts)
{
    /// <summary>The day as it is shown: a date, or words where the term's start is not known.</summary>
    public string DayWords => Day switch
    {
        { First: { } first } => Text.Date(first),
        { Last: { } last } => $"a day up to {Text.Date(last)}",
        _ => "any day",
    };

    /// <summary>One line: "idf: search, in rafah + line-1, during stabilization, on 2026-01-01 at 00:00,
    /// threat-evolving".</summary>
    public override string ToString()
    {
        var parts = new List<string> { $"{Performer}: {Action}", $"in {Leaf}" };
        if (Phase.Length > 0)
        {
            parts.Add($"during {Phase}");
        }

        parts.Add(Day.First is null ? DayWords : $"on {DayWords}");
        if (Hour != new HourSpan(0, 1440))
        {
            parts.Add($"at {Text.Clock(Hour.FromMinute)}");
        }

        parts.AddRange(Facts.Where(f => f.Value is not null).Select(f => FactWords(f.Fact, f.Value!)));
        return string.Join(", ", parts);
    }

    internal static string FactWords(string fact, string value) => value switch
    {
        "yes" => fact,
        "no" => $"not {fact}",
        _ => $"{fact} {value}",
    };
}
