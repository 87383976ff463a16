using System.Globalization;

namespace Truce.Mission.Tests;

/// <summary>A state as text: for comparison, and for the files that hold what old events fold to.</summary>
internal static class Shows
{
    /// <summary>Every subject of a state, by id.</summary>
    public static string Shown(this Fold fold) => string.Concat(
        fold.Subjects.Values.OrderBy(s => s.Id, StringComparer.Ordinal).Select(s => s.Shown()));

    /// <summary>A subject: its axes, what was judged, and its steps with every field.</summary>
    public static string Shown(this Subject subject)
    {
        var axes = subject.Machine.Axes.Select(a => $"{a.Name} {subject[a.Name]}{Review(subject, a.Name)}");
        return string.Create(CultureInfo.InvariantCulture, $"""
            {subject.Id}: {string.Join(", ", axes)}
              opened in entry {subject.OpenedBy}, for {subject.Audience?.ToString() ?? "everybody"}
              revised {subject.Revisions}, decided on in entry {subject.LastDecisionBy}, {subject.LastDecision}
            {string.Concat(subject.Steps.Select(Shown))}
            """);
    }

    private static string Shown(Step step)
    {
        var who = string.Join('/', step.Author, step.EnteredBy, step.Performer);
        var marks = (step.IsOutOfPlace ? ", out of place" : "") + (step.IsHere ? "" : ", of another audience");
        return string.Create(CultureInfo.InvariantCulture, $"""
              {step.Row.Command} in entry {step.Entry} at {step.OccurredAt} by {who}{marks}
            {At(step)}{string.Concat(step.Row.Fields.Concat(step.Row.Added).Select(f => Shown(step, f)))}
            """);
    }

    private static string At(Step step) => (step.Places.IsEmpty ? "" : $"    place: {string.Join(", ", step.Places)}\n")
        + (step.Window == (step.OccurredAt, step.OccurredAt) ? "" : string.Create(CultureInfo.InvariantCulture,
            $"    window: {step.Window.From} {step.Window.Until}\n"));

    private static string Shown(Step step, Field field)
    {
        var value = field.Kind switch
        {
            FieldKind.Codes or FieldKind.Names => string.Join(", ", step.Words(field.Name)),
            FieldKind.Number or FieldKind.Time => step.Number(field.Name)?.ToString(CultureInfo.InvariantCulture) ?? "",
            FieldKind.Flag => step.Number(field.Name) is null ? "" : step.Flag(field.Name) ? "yes" : "no",
            _ => step.Word(field.Name) ?? "",
        };
        return value.Length == 0 ? "" : $"    {field.Name}: {value}\n";
    }

    private static string Review(Subject subject, string axis) => subject.NeedsReview(axis) ? " (for review)" : "";
}
