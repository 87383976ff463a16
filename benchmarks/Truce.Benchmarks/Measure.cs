using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Truce.Benchmarks;

/// <summary>One line of the result.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">Of <paramref name="Ours"/> and <paramref name="PeerValue"/>.</param>
/// <param name="Ours">The median.</param>
/// <param name="Peer">What it is compared with, or a physical limit, or why a peer is absent.</param>
/// <param name="PeerValue">The peer's median in the same run, or null.</param>
/// <param name="Ratio">How many times better than the peer; below 1 is worse.</param>
/// <param name="Target">What the project asks for, in words, or null.</param>
/// <param name="Met">Whether it is met; null where there is no target or no peer.</param>
internal sealed record Row(string Name, string Unit, double Ours, string? Peer = null, double? PeerValue = null,
    double? Ratio = null,
    string? Target = null, bool? Met = null);

/// <summary>Medians of repeated runs: other programs may be running, and a mean would count them.</summary>
internal static partial class Measure
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    /// <summary>
    /// The median of several runs, in milliseconds, after runs that are not counted: the compiler improves code while
    /// it runs,
    /// and needs a second of it to have done its best.
    /// </summary>
    public static double Milliseconds(int runs, Action work)
    {
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun).TotalSeconds < 1;)
        {
            work();
        }

        return Median(Enumerable.Range(0, runs).Select(_ => Once(work)));
    }

    public static double Once(Action work)
    {
        var begun = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    /// <summary>One child: seconds by the clock, seconds of processor, and its exit code.</summary>
    public static (double Wall, double Processor, int Exit) Child(string file, params string[] arguments)
    {
        var before = Children();
        var begun = Stopwatch.GetTimestamp();
        using var child = Process.Start(new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = child.StandardError.ReadToEndAsync();
        child.StandardOutput.ReadToEnd();
        errors.GetAwaiter().GetResult();
        child.WaitForExit();
        return (Stopwatch.GetElapsedTime(begun).TotalSeconds, Children().Seconds - before.Seconds, child.ExitCode);
    }

    /// <summary>What all children so far that have ended took: seconds of processor, and the largest one's memory in
    /// MB.</summary>
    public static (double Seconds, double LargestMegabytes) Children()
    {
        Span<long> usage = stackalloc long[18];
        return getrusage(-1, ref MemoryMarshal.GetReference(usage)) == 0
            ? (usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6), usage[4] / 1024.0)
            : (double.NaN, double.NaN);
    }

    /// <summary>Seconds of processor that this thread has had.</summary>
    public static double ThreadSeconds() => Seconds(clock: 3);

    /// <summary>Seconds of processor that the program has had, with its compiler and collector.</summary>
    public static double ProcessSeconds() => Seconds(clock: 2);

    /// <summary>
    /// The median of several runs in seconds of the program's processor, after a second of runs that are not counted.
    /// </summary>
    public static double ProcessorSeconds(int runs, Action work)
    {
        for (var begun = ProcessSeconds(); ProcessSeconds() - begun < 1;)
        {
            work();
        }

        return Median(Enumerable.Range(0, runs).Select(_ =>
        {
            var begun = ProcessSeconds();
            work();
            return ProcessSeconds() - begun;
        }));
    }

    private static double Seconds(int clock)
    {
        Span<long> time = stackalloc long[2];
        return clock_gettime(clock, ref MemoryMarshal.GetReference(time)) == 0
            ? time[0] + (time[1] / 1e9)
            : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, ref long time);

    [LibraryImport("libc")]
    private static partial int getrusage(int who, ref long usage);
}
