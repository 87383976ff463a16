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

    /// <summary>What is compared, by name; each framework is read once for all three.</summary>
    private static readonly (string Name, Func<Sides, int, string?> Difference)[] Parts =
    [
        ("findings", (sides, _) => Agreement.OfFindings(sides)),
        ("rulings", Agreement.OfRulings),
        ("differences", Agreement.OfDifferences),
    ];

    private static readonly Lazy<string?[]> Compared = new(() => Compare(20_000));

    [Fact]
    public void Findings_agree_with_brute_force_on_20_000_random_frameworks() => Agrees("findings");

    [Fact]
    public void Rulings_agree_with_brute_force_on_20_000_random_frameworks() => Agrees("rulings");

    [Fact]
    public void Differences_agree_with_brute_force_on_20_000_random_pairs() => Agrees("differences");

    private static void Agrees(string part)
    {
        var failure = Compared.Value[Array.FindIndex(Parts, p => p.Name == part)];
        Assert.True(failure is null, failure);
    }

    /// <summary>The first failure of each part; null where there is none.</summary>
    private static string?[] Compare(int frameworks)
    {
        var (from, count) = Seeds(frameworks);
        var failures = new string?[Parts.Length];
        var usable = 0;
        Parallel.For(from, from + count, seed =>
        {
            var yaml = RandomFrameworks.Yaml(seed);
            if (Sides.Of(yaml) is not { } sides)
            {
                return;
            }

            Interlocked.Increment(ref usable);
            for (var part = 0; part < Parts.Length; part++)
            {
                var difference = Parts[part].Difference;
                if (Volatile.Read(ref failures[part]) is null && difference(sides, seed) is { } found)
                {
                    var least = RandomFrameworks.Minimal(yaml, y =>
                        Sides.Of(y) is { } smaller && difference(smaller, seed) is not null);
                    Interlocked.CompareExchange(ref failures[part], $"seed {seed}: {found}\n{least}", null);
                }
            }
        });

        // A file that cannot be used is not compared: were there many, the agreement would be empty.
        Assert.True(usable >= count - (count / 100), $"{usable} of {count} frameworks can be used");
        return failures;
    }
}
