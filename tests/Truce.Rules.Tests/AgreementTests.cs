using System.Globalization;

namespace Truce.Rules.Tests;

/// <summary>The engine and the brute-force oracle, written from the language's page alone, on random small
/// frameworks.</summary>
public sealed class AgreementTests
{
    /// <summary>TRUCE_SEEDS=from-count plays other seeds; a failing seed is printed with the smallest file that
    /// fails.</summary>
    private static (int From, int Count) Seeds(int count)
    {
        var set = Environment.GetEnvironmentVariable("TRUCE_SEEDS")?.Split('-');
        return set is [var from, var n]
            ? (int.Parse(from, CultureInfo.InvariantCulture), int.Parse(n, CultureInfo.InvariantCulture))
            : (1, count);
    }

    [Fact]
    public void Findings_agree_with_brute_force_on_20_000_random_frameworks() =>
        Compare(20_000, (framework, _, _) => Agreement.OfFindings(framework));

    [Fact]
    public void Rulings_agree_with_brute_force_on_20_000_random_frameworks() =>
        Compare(20_000, (framework, _, seed) => Agreement.OfRulings(framework, seed));

    [Fact]
    public void Differences_agree_with_brute_force_on_20_000_random_pairs() =>
        Compare(20_000, Agreement.OfDifferences);

    private static void Compare(int frameworks, Func<Framework, string, int, string?> difference)
    {
        var (from, count) = Seeds(frameworks);
        string? failure = null;
        var usable = 0;
        Parallel.For(from, from + count, (seed, state) =>
        {
            var yaml = RandomFrameworks.Yaml(seed);
            string? Read(string y) => FrameworkReader.Read(y, "random.yaml") is { IsUsable: true } reading
                ? difference(reading.Framework, y, seed) ?? "" : null;
            if (Read(yaml) is not { } found)
            {
                return;
            }

            Interlocked.Increment(ref usable);
            if (found.Length > 0)
            {
                var least = RandomFrameworks.Minimal(yaml, y => Read(y) is { Length: > 0 });
                Interlocked.CompareExchange(ref failure, $"seed {seed}: {Read(least)}\n{least}", null);
                state.Stop();
            }
        });
        Assert.True(failure is null, failure);

        // A file that cannot be used is not compared: were there many, the agreement would be empty.
        Assert.True(usable >= count - (count / 100), $"{usable} of {count} frameworks can be used");
    }
}
