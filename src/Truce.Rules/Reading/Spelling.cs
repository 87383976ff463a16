namespace Truce.Rules;

/// <summary>"Did you mean": the nearest known name, where one is near.</summary>
internal static class Spelling
{
    /// <summary>A help line, or null where nothing is near. Compares at most 2,000 candidates.</summary>
    public static string? DidYouMean(string word, IEnumerable<string> known) =>
        Nearest(word, known) is { } near ? $"did you mean `{near}`?" : null;

    public static string? Nearest(string word, IEnumerable<string> known)
    {
        if (word.Length is 0 or > 60)
        {
            return null;
        }

        string? best = null;
        var bestDistance = Math.Max(1, word.Length / 3) + 1;
        foreach (var candidate in known.Take(2_000))
        {
            if (Math.Abs(candidate.Length - word.Length) < bestDistance
                && Distance(word, candidate, bestDistance) is var d && d < bestDistance)
            {
                (best, bestDistance) = (candidate, d);
            }
        }

        return best;
    }

    /// <summary>Damerau-Levenshtein distance (adjacent swaps count one), or <paramref name="limit"/> where
    /// larger.</summary>
    private static int Distance(string a, string b, int limit)
    {
        Span<int> before = stackalloc int[b.Length + 1];
        Span<int> previous = stackalloc int[b.Length + 1];
        Span<int> current = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
                }
            }

            previous.CopyTo(before);
            current.CopyTo(previous);
        }

        return Math.Min(previous[b.Length], limit);
    }
}
