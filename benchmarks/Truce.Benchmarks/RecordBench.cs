using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Truce.Record;

namespace Truce.Benchmarks;

/// <summary>The record's engine on the disk of the temporary folder: durable appends, opening, full audit.</summary>
internal static class RecordBench
{
    private const int EntryBytes = 500;
    private const int Seconds = 4;

    public static int Run(TextWriter output)
    {
        var path = Directory.CreateTempSubdirectory("truce-bench-").FullName;
        try
        {
            output.WriteLine(FormattableString.Invariant($"fdatasync of 32 KiB: p50 {SyncLatency(path):0.000} ms"));
            foreach (var writers in new[] { 1, 64, 1024 })
            {
                Appends(Directory.CreateDirectory(Path.Combine(path, $"{writers}")).FullName, writers, output);
            }

            Audit(Path.Combine(path, "1024"), output);
            return 0;
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static void Appends(string path, int writers, TextWriter output)
    {
        using var key = new SigningKey("bench.example", KeyUse.Note, new byte[SigningKey.SeedBytes]);
        using var folder = new Folder(path);
        using var log = RecordLog.Create(folder, new LogSettings(key.Verifier)).Required();
        var latencies = new List<long>[writers];
        var clock = Stopwatch.StartNew();
        var writer = new RecordWriter(log);
        Task.WaitAll([.. Enumerable.Range(0, writers).Select(hand => Task.Run(async () =>
        {
            var mine = latencies[hand] = [];
            while (clock.Elapsed.TotalSeconds < Seconds)
            {
                var start = Stopwatch.GetTimestamp();
                var done = await writer.TryAppend(Entry(hand, mine.Count))!;
                _ = done.Required();
                mine.Add(Stopwatch.GetTimestamp() - start);
            }
        }))]);
        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        var elapsed = clock.Elapsed.TotalSeconds;
        log.Sign(key).Required();
        var sorted = latencies.SelectMany(l => l).Order().ToArray();
        string At(double share) => (sorted[(int)(share * (sorted.Length - 1))] * 1000.0 / Stopwatch.Frequency)
            .ToString("0.000", CultureInfo.InvariantCulture);
        output.WriteLine(FormattableString.Invariant(
            $"{writers} writers: {log.Size / elapsed:0} durable appends/s of {EntryBytes} B; ")
            + $"p50 {At(0.5)}, p99 {At(0.99)}, p99.9 {At(0.999)} ms");
    }

    private static void Audit(string path, TextWriter output)
    {
        using var folder = new Folder(path);
        var clock = Stopwatch.StartNew();
        RecordLog.Open(folder).Required().Dispose();
        output.WriteLine(FormattableString.Invariant($"opening it: {clock.Elapsed.TotalSeconds:0.00} s"));
        clock.Restart();
        var report = Fsck.Check(folder);
        var rate = report.Size / clock.Elapsed.TotalSeconds;
        output.WriteLine(FormattableString.Invariant($"full audit on one core: {report.Size} entries, {rate:0}/s"));
        var bytes = new DirectoryInfo(path).EnumerateFiles()
            .Where(f => !f.Name.StartsWith("seg", StringComparison.Ordinal));
        output.WriteLine(FormattableString.Invariant(
            $"beside the segments: {bytes.Sum(f => f.Length) / (double)report.Size:0.0} B an entry; {report.First}"));
    }

    private static double SyncLatency(string path)
    {
        using var folder = new Folder(path);
        var bytes = new byte[32_768];
        folder.Create("sync");
        folder.SetLength("sync", 1000L * bytes.Length);
        var times = new List<double>();
        for (var i = 0; i < 1000; i++)
        {
            var start = Stopwatch.GetTimestamp();
            folder.Write("sync", (long)i * bytes.Length, bytes);
            folder.Sync("sync");
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return times.Order().ElementAt(times.Count / 2);
    }

    private static Leaf Entry(int hand, int number)
    {
        var statement = new byte[EntryBytes - 100];
        BinaryPrimitives.WriteInt32BigEndian(statement, hand);
        BinaryPrimitives.WriteInt32BigEndian(statement.AsSpan(4), number);
        return new Leaf(statement, new byte[64], new byte[30]);
    }
}
