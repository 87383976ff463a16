using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Truce.Record;

namespace Truce.Benchmarks;

/// <summary>
/// Logs for <see cref="RecordBench"/>, and what is done with them in a process of its own, which prints three numbers:
/// the figure, a p99 in milliseconds, and its largest memory in bytes.
/// </summary>
internal static partial class RecordParts
{
    public const string Word = "record-part";

    private const int Batch = 64;

    public static SigningKey Key() => new("bench.example", KeyUse.Note, new byte[SigningKey.SeedBytes]);

    /// <summary>Makes a log, or goes on with one, up to a size, in batches as 64 writers give them; signs it.</summary>
    public static string Make(string path, int entries)
    {
        using var key = Key();
        using var folder = new Folder(Directory.CreateDirectory(path).FullName);
        using var log = (folder.Length(LogSettings.FileName) is null
            ? RecordLog.Create(folder, new LogSettings(key.Verifier)) : RecordLog.Open(folder)).Required();
        var arrivals = new Arrival[Batch];
        while (log.Size < entries)
        {
            var from = (int)log.Size;
            var some = Math.Min(Batch, entries - from);
            Parallel.For(0, some, i => arrivals[i] = new Arrival(RecordLoad.Entry(1, from + i)));
            log.AppendEach(arrivals[..some]);
            log.FillNext();
        }

        log.Publish(log.Sign(key).Required()).Required();
        return path;
    }

    /// <summary>
    /// Leaves a log as a loss of power does at its worst: the last frame torn, and of the flat files only what was
    /// synced with the segments before.
    /// </summary>
    public static void Crash(string path)
    {
        var last = Directory.GetFiles(path, "segment-????????").Order(StringComparer.Ordinal).Last();
        var bytes = File.ReadAllBytes(last);
        bytes.AsSpan(Array.FindLastIndex(bytes, b => b != 0) - 40).Clear();
        File.WriteAllBytes(last, bytes);
        foreach (var (name, length) in FlatFiles.For(Frame.ReadSegmentHead(bytes)!.Value.First))
        {
            using var file = File.OpenWrite(Path.Combine(path, name));
            file.SetLength(length);
        }

        File.Delete(Path.Combine(path, RecordLog.Signed)); // it signed for the frame that is torn
        File.Delete(Path.Combine(path, RecordLog.Published));
    }

    /// <summary>One part, as the program's arguments say it.</summary>
    public static int Run(string[] arguments)
    {
        var (number, p99) = arguments switch
        {
            ["make", var path, var entries] => (Make(path, int.Parse(entries, CultureInfo.InvariantCulture)).Length, 0),
            ["append", var path, var hands] => AppendAll(path, int.Parse(hands, CultureInfo.InvariantCulture)),
            ["signed", var path] => (SignedLoad.Run(path, 3000).PerProcessor, 0),
            ["open", var path] => (Open(path), 0),
            ["open-cold", var path] => (Forget(path) ? Open(path) : 0, 0),
            ["audit", var path] => (Audit(path), 0),
            ["prove", var path, var threads] => Prove(path, int.Parse(threads, CultureInfo.InvariantCulture)),
            _ => throw new ArgumentException("no such part", nameof(arguments)),
        };
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{number} {p99} {Memory()}"));
        return 0;
    }

    /// <summary>Appends under load for some seconds, for a profiler to look at; gives the median latency.</summary>
    private static (double PerSecond, double P99) AppendAll(string path, int hands)
    {
        var result = RecordBench.Ours(path, hands, seconds: 4);
        return (result.PerSecond, result.Median);
    }

    private static double Open(string path)
    {
        var begun = Stopwatch.GetTimestamp();
        using var folder = new Folder(path);
        using var log = RecordLog.Open(folder).Required();
        var last = log.Find(Digest.Of(RecordLoad.Entry(1, (int)log.Size - 1).Statement.Span));
        var elapsed = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return last == log.Size - 1 ? elapsed : throw new InvalidOperationException("the last entry is not found");
    }

    private static double Audit(string path)
    {
        using var folder = new Folder(path);
        var begun = Stopwatch.GetTimestamp();
        var report = Fsck.Check(folder);
        return report.First is null
            ? report.Size / Stopwatch.GetElapsedTime(begun).TotalSeconds
            : throw new InvalidOperationException(report.First.ToString());
    }

    private static (double PerSecond, double P99) Prove(string path, int threads)
    {
        const int each = 400_000;
        using var folder = new Folder(path);
        using var log = RecordLog.Open(folder).Required();
        var times = new long[threads][];
        var begun = Stopwatch.GetTimestamp();
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
        {
            var random = new Random(thread);
            var mine = times[thread] = new long[each];
            for (var i = 0; i < each; i++)
            {
                var start = Stopwatch.GetTimestamp();
                var index = random.NextInt64(log.Size);
                var proof = log.Inclusion(index, log.Size);
                mine[i] = Stopwatch.GetTimestamp() - start;
                if (i % 1000 == 0 && !Merkle.VerifyInclusion(
                    Merkle.Leaf(log.Entries(index, index + 1).AsSpan(2)), index, log.Size, log.Root, proof))
                {
                    throw new InvalidOperationException("a proof does not hold");
                }
            }
        });
        var elapsed = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var sorted = times.SelectMany(t => t).Order().ToArray();
        return (sorted.Length / elapsed, sorted[sorted.Length * 99 / 100] * 1000.0 / Stopwatch.Frequency);
    }

    /// <summary>The largest memory of this process; Linux tells it.</summary>
    private static long Memory() => File.Exists("/proc/self/status")
        ? 1024 * long.Parse(
            File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
        : Environment.WorkingSet;

    /// <summary>Asks the system to keep nothing of a folder's files in memory.</summary>
    private static bool Forget(string path)
    {
        const int doNotNeed = 4; // POSIX_FADV_DONTNEED
        foreach (var name in Directory.GetFiles(path))
        {
            using var file = File.OpenHandle(name);
            _ = Advise(file, 0, 0, doNotNeed);
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
