using System.Collections.Immutable;
using Truce.Maps;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary>
/// The step of the tour about places: a convoy, an operation in its way, and when it could leave instead.
/// </summary>
internal static class SpaceDemo
{
    private const int Hours = 6;
    private const int StepMinutes = 30;

    /// <summary>The commands that the step shows, as one would type them.</summary>
    public const string Command = "./truce space check missions/gaza/exercise-convoy.geojson " +
        "--against missions/gaza/exercise-operations.geojson --mission missions/gaza";

    /// <summary>What the invented convoy meets, and departures that are clear; null where a file is wrong.</summary>
    /// <param name="missions">The folder of worked missions.</param>
    /// <param name="error">Takes what is wrong.</param>
    public static string? Text(string missions, TextWriter error)
    {
        var gaza = Path.Combine(missions, "gaza");
        if (SpaceVerb.Open(
            Path.Combine(gaza, "exercise-convoy.geojson"), Path.Combine(gaza, "exercise-operations.geojson"), gaza,
            asker: null, error) is not { } files)
        {
            return null;
        }

        var check = PlanCheck.Of(files.Map, files.Plan, files.Against, asker: null);
        var found = check.Results.Select(r =>
            (r.Planned, Begins: SpaceAlternatives.Begins(check, r.Planned, null, Hours, StepMinutes)))
            .ToImmutableArray();
        return Bare(PlanText.Of(check)) + $"\n\n$ {Alternatives}\n\n" +
            Bare(SpaceAlternatives.Text(check, found, StepMinutes));
    }

    private static string Alternatives => Command.Replace("space check", "space alternatives", StringComparison.Ordinal)
        + $" --hours {Hours} --step {StepMinutes}";

    /// <summary>Without the standing lines, which the tour prints once, at its end.</summary>
    private static string Bare(string text)
    {
        var end = text.IndexOf(PlanText.Standing[..40], StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).Replace(Prose.RecognitionLine, "", StringComparison.Ordinal)
            .TrimEnd('\n');
    }
}
