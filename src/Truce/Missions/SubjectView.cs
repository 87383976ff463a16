using System.Collections.Immutable;
using Truce.Mission;

namespace Truce.Missions;

/// <summary>What the authors of a subject say of one axis, where they do not say the same.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Said">The last word of each author: his name, the state, and the step that says so.</param>
internal sealed record Competing(string Axis, ImmutableArray<(string Author, string State, Step Step)> Said);

/// <summary>What is asked of a subject beyond its own state: what competes, and who is called.</summary>
internal static class SubjectView
{
    /// <summary>Words that stand side by side: the last of each author on an axis, where they differ.</summary>
    public static IEnumerable<Competing> Competing(Subject subject)
    {
        foreach (var axis in subject.Machine.Axes)
        {
            var last = new Dictionary<string, (string State, Step Step)>(StringComparer.Ordinal);
            foreach (var step in subject.Steps.Where(s => s.IsHere && s.Row.Kind != RowKind.Decides))
            {
                if (StateOf(step, axis.Name) is { } state)
                {
                    last[step.Author] = (state, step);
                }
            }

            if (last.Values.Select(l => l.State).Distinct(StringComparer.Ordinal).Count() > 1)
            {
                yield return new Competing(axis.Name, [.. last.OrderBy(l => l.Value.Step.OccurredAt)
                    .ThenBy(l => l.Key, StringComparer.Ordinal).Select(l => (l.Key, l.Value.State, l.Value.Step))]);
            }
        }
    }

    /// <summary>
    /// Whom to call: those whom what is due is waited from, and those whom the rulings of its acts name, each once with
    /// every reason and how he is reached, as the framework says.
    /// </summary>
    public static IEnumerable<(string Whom, string Why, string? Channel)> Calls(
        MissionReading reading, Subject subject, long now) => Mission.Calls.Of(reading.Fold, subject, now);

    /// <summary>By whom, where and for how long a movement is held now; null where it is not.</summary>
    public static (string By, string At, long Milliseconds, Step Step)? Held(Subject subject, long now) =>
        subject.Machine == MovementMachine.Table && subject.IsOpen ? MovementMachine.HeldNow(subject, now) : null;

    /// <summary>The state that a step says of an axis; null where it says nothing of it.</summary>
    private static string? StateOf(Step step, string axis) =>
        step.Row.Axis == axis && (step.Row.To ?? (step.Row.ToField is { } f ? step.Word(f) : null)) is { } state ? state
            : step.Row.Moves.FirstOrDefault(m => m.Axis == axis).To;
}
