using System.Collections.Concurrent;

namespace Truce.Record.Tests;

/// <summary>Something that must hold for every seed, tried side by side.</summary>
internal static class Seeds
{
    /// <summary>What went wrong, with its seed; it stops soon after the first.</summary>
    public static IReadOnlyCollection<string> Failures(int from, int count, Action<int> schedule)
    {
        var failures = new ConcurrentBag<string>();
        Parallel.For(from, from + count, (seed, state) =>
        {
            try
            {
                schedule(seed);
            }
            catch (Exception e)
            {
                failures.Add($"seed {seed}: {e}");
                state.Stop();
            }
        });
        return failures;
    }

    /// <summary>Fails with the first that went wrong.</summary>
    public static void Hold(int count, Action<int> schedule)
    {
        var failures = Failures(from: 0, count, schedule);
        Assert.True(failures.Count == 0, failures.FirstOrDefault());
    }
}
