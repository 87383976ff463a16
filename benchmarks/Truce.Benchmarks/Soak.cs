using System.Diagnostics;
using System.Globalization;
using Truce.Rules.Tests;

namespace Truce.Benchmarks;

/// <summary>The checker against the brute force of the tests, on many more random frameworks than a test has time
/// for.</summary>
internal static class Soak
{
    /// <summary>Blocks are reported as they are done, so that a run that is stopped has said how far it came.</summary>
    private const int Block = 10_000;

    /// <param name="range">FROM-COUNT, seeds.</param>
    /// <param name="findingsAlone">Leave rulings and differences out, which take most of the time.</param>
    /// <param name="output">Receives a line for each block.</param>
    public static int Run(string range, bool findingsAlone, TextWriter output)
    {
        if (range.Split('-') is not [var first, var number]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            Console.Error.WriteLine($"`{range}` is not FROM-COUNT, for example 1-1000000");
            return 2;
        }

        var begun = Stopwatch.GetTimestamp();
        for (var at = from; at < from + count; at += Block)
        {
            var until = Math.Min(at + Block, from + count);
            string? failure = null;
            Parallel.For(at, until, (seed, state) =>
            {
                var yaml = RandomFrameworks.Yaml(seed);
                if (Difference(yaml, seed, findingsAlone) is { } difference)
                {
                    var least = RandomFrameworks.Minimal(yaml, y => Difference(y, seed, findingsAlone) is not null);
                    Interlocked.CompareExchange(ref failure, $"seed {seed}: {difference}\n{least}", null);
                    state.Stop();
                }
            });
            if (failure is not null)
            {
                output.WriteLine(failure);
                return 1;
            }

            var what = findingsAlone ? "findings" : "findings, rulings and differences";
            output.WriteLine($"seeds {at} to {until - 1}: {what} agree with brute force; " +
                $"{Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s");
        }

        return 0;
    }

    private static string? Difference(string yaml, int seed, bool findingsAlone) =>
        Sides.Of(yaml) is not { } sides ? null
            : Agreement.OfFindings(sides) ?? (findingsAlone ? null
                : Agreement.OfRulings(sides, seed) ?? Agreement.OfDifferences(sides, seed));
}
