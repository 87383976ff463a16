using System.Buffers.Binary;
using System.Diagnostics;
using Truce.Record;

namespace Truce.Benchmarks;

/// <summary>What a run of appends gave: how many a second, and how long each waited.</summary>
/// <param name="PerSecond">Durable appends a second.</param>
/// <param name="Median">In milliseconds, of each append.</param>
/// <param name="P99">In milliseconds.</param>
internal sealed record Appends(double PerSecond, double Median, double P99)
{
    /// <summary>The run in the middle of several, by appends a second.</summary>
    public static Appends Middle(int runs, Func<Appends> run) =>
        Enumerable.Range(0, runs).Select(_ => run()).OrderBy(r => r.PerSecond).ElementAt(runs / 2);

    public override string ToString() => FormattableString.Invariant(
        $"{PerSecond:N0}/s, p50 {Median:0.000} ms, p99 {P99:0.000} ms");
}

/// <summary>The same load for every writer: so many hands, each with one entry of 500 bytes under way.</summary>
internal static class RecordLoad
{
    public const int EntryBytes = 500;

    private const int SignatureBytes = 64;
    private const int OutcomeBytes = 30;
    private const int Parts = 6; // the three lengths within the entry

    /// <summary>Appends for some seconds; the first fifth warms up and is not counted.</summary>
    public static Appends Run(int hands, double seconds, Func<int, int, Task> append)
    {
        var clock = Stopwatch.StartNew();
        var warm = (long)(seconds / 5 * Stopwatch.Frequency);
        var latencies = new List<long>[hands];
        Task.WaitAll([.. Enumerable.Range(0, hands).Select(hand => Task.Run(async () =>
        {
            var mine = latencies[hand] = new List<long>(1 << 12);
            for (var number = 0; clock.Elapsed.TotalSeconds < seconds; number++)
            {
                var begun = clock.ElapsedTicks;
                await append(hand, number).ConfigureAwait(false);
                if (begun > warm)
                {
                    mine.Add(clock.ElapsedTicks - begun);
                }
            }
        }))]);
        var counted = clock.Elapsed.TotalSeconds - (seconds / 5);
        var sorted = latencies.SelectMany(l => l).Order().ToArray();
        double At(double share) => sorted[(int)(share * (sorted.Length - 1))] * 1000.0 / Stopwatch.Frequency;
        return new Appends(sorted.Length / counted, At(0.5), At(0.99));
    }

    /// <summary>An entry of 500 bytes; none is twice.</summary>
    public static Leaf Entry(int hand, int number)
    {
        var statement = new byte[EntryBytes - SignatureBytes - OutcomeBytes - Parts];
        BinaryPrimitives.WriteInt32BigEndian(statement, hand);
        BinaryPrimitives.WriteInt32BigEndian(statement.AsSpan(4), number);
        return new Leaf(statement, new byte[SignatureBytes], new byte[OutcomeBytes]);
    }

    /// <summary>What a write and fdatasync of some bytes into a file of zeros takes, in milliseconds.</summary>
    public static (double Median, double P99) Sync(string path, int bytes, int times)
    {
        using var folder = new Folder(path);
        var some = new byte[bytes];
        folder.Create("sync");
        for (var i = 0; i < times; i++)
        {
            folder.Write("sync", (long)i * bytes, some);
        }

        folder.Sync("sync");
        some.AsSpan().Fill(1);
        var sorted = Enumerable.Range(0, times).Select(i => Measure.Once(() =>
        {
            folder.Write("sync", (long)i * bytes, some);
            folder.Sync("sync");
        })).Order().ToArray();
        folder.Delete("sync");
        return (sorted[times / 2], sorted[times * 99 / 100]);
    }
}
