using System.Collections.Concurrent;
using System.Globalization;

namespace Truce.Record.Tests.Faults;

/// <summary>
/// <c>./bench record --soak FROM-COUNT</c>: schedules of crashes beyond those of each test run, and each call of the
/// real program with each fault. It exits 1 at the first failure, and names its seed.
/// </summary>
internal static class Soak
{
    /// <summary>The first argument of the program that hosts this one.</summary>
    public const string Word = "soak";

    /// <summary>The schedules that are tried unless others are named.</summary>
    public const string Usual = "20000-1000000";

    private const int Block = 10_000;

    public static int Run(string range) =>
        range.Split('-') is [var from, var count]
        && int.TryParse(from, CultureInfo.InvariantCulture, out var first)
        && int.TryParse(count, CultureInfo.InvariantCulture, out var many)
            ? Faults() && Schedules(first, many) ? 0 : 1
            : 2;

    private static bool Schedules(int first, int count)
    {
        for (var from = first; from < first + count; from += Block)
        {
            var failures = ScheduleTests.Failures(from, Math.Min(Block, first + count - from));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"schedules from {from}: {(failures.Count == 0 ? "nothing lost" : string.Join('\n', failures))}"));
            if (failures.Count > 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool Faults()
    {
        if (RealFaults.Missing() is { } reason)
        {
            Console.WriteLine($"faults of a real run: skipped: {reason}");
            return true;
        }

        var fresh = Directory.CreateTempSubdirectory("truce-faults-").FullName;
        var crashed = Directory.CreateTempSubdirectory("truce-faults-").FullName;
        try
        {
            var promised = RealFaults.LeaveCrashed(RealFaultTests.Program, crashed);
            return Faults("a new log", fresh, []) && Faults("a log that recovers", crashed, promised);
        }
        finally
        {
            Directory.Delete(fresh, recursive: true);
            Directory.Delete(crashed, recursive: true);
        }
    }

    private static bool Faults(string what, string template, IReadOnlyList<string> before)
    {
        var calls = RealFaults.Count(RealFaultTests.Program, template);
        var wrong = new ConcurrentBag<string>();
        Parallel.For(0, calls.Count * 3, i =>
        {
            var found = RealFaults.Try(RealFaultTests.Program, template, before, calls[i / 3], (FaultKind)(i % 3));
            if (found is not null)
            {
                wrong.Add(found);
            }
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {calls.Count} calls, each with EIO, ENOSPC and a kill: {wrong.Count} failures"));
        foreach (var line in wrong)
        {
            Console.WriteLine(line);
        }

        return wrong.IsEmpty;
    }
}
