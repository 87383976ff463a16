using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Truce.Record;

namespace Truce.Benchmarks;

/// <summary>A statement with its cryptography: verified, appended, answered with a signed receipt.</summary>
internal static class SignedLoad
{
    private const int Hands = 64;
    private const int StatementBytes = 400;

    private static readonly Digest Genesis = Digest.Of("genesis"u8);

    private static DeviceSigner Device(int hand) =>
        DeviceSigner.From(DeviceKeyKind.Ed25519, Digest.Of(BitConverter.GetBytes(hand)).ToArray()).Required();

    /// <summary>
    /// How often all cores together verify a statement and sign a receipt, and nothing else: by the clock, and in a
    /// second of processor time for each core.
    /// </summary>
    public static (double PerSecond, double PerProcessor) Bound(double seconds)
    {
        var begun = Measure.ProcessSeconds();
        using var receiptKey = RecordParts.Key();
        var counts = new long[Environment.ProcessorCount];
        var clock = Stopwatch.StartNew();
        Threads(core =>
        {
            using var device = Device(core);
            var message = Statement.Message(Genesis, new byte[StatementBytes]);
            var signature = device.Sign(message);
            var receipt = Encoding.UTF8.GetBytes(Receipt(core, core, Genesis, Genesis).Text);
            for (; clock.Elapsed.TotalSeconds < seconds; counts[core]++)
            {
                if (!device.Key.Verify(message, signature) || receiptKey.Sign(receipt).Length == 0)
                {
                    throw new InvalidOperationException("a signature does not hold");
                }
            }
        });
        return (counts.Sum() / clock.Elapsed.TotalSeconds,
            Environment.ProcessorCount * counts.Sum() / (Measure.ProcessSeconds() - begun));
    }

    /// <summary>64 hands, each with one statement under way; statements are signed beforehand.</summary>
    public static (Appends Appends, double PerProcessor) Run(string path, int each)
    {
        using var key = RecordParts.Key();
        using var folder = new Folder(path);
        using var log = RecordLog.Create(folder, new LogSettings(key.Verifier)).Required();
        var devices = Enumerable.Range(0, Hands).Select(Device).ToArray();
        var ready = new (byte[] Statement, byte[] Signature)[Hands][];
        Parallel.For(0, Hands, hand => ready[hand] = [.. Enumerable.Range(0, each).Select(number =>
        {
            var statement = new byte[StatementBytes];
            BinaryPrimitives.WriteInt32BigEndian(statement, hand);
            BinaryPrimitives.WriteInt32BigEndian(statement.AsSpan(4), number);
            return (statement, Statement.Sign(devices[hand], Genesis, statement));
        })]);
        var latencies = new long[Hands * each];
        var writer = new RecordWriter(log);
        var (clock, begun) = (Stopwatch.StartNew(), Measure.ProcessSeconds());
        Task.WaitAll([.. Enumerable.Range(0, Hands).Select(hand => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
            {
                var sent = clock.ElapsedTicks;
                var (statement, signature) = ready[hand][i];
                if (!devices[hand].Key.Verify(Statement.Message(Genesis, statement), signature))
                {
                    throw new InvalidOperationException("a signature does not hold");
                }

                var arrival = new Arrival(statement, signature, static index => BitConverter.GetBytes(index));
                var entry = (await writer.TryAppend(arrival)!.ConfigureAwait(false)).Required();
                _ = Receipt(hand, entry.Index, entry.Leaf, arrival.Statement).Sign(key);
                latencies[(hand * each) + i] = clock.ElapsedTicks - sent;
            }
        }))]);
        var (elapsed, processor) = (clock.Elapsed.TotalSeconds, Measure.ProcessSeconds() - begun);
        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Array.Sort(latencies);
        Array.ForEach(devices, d => d.Dispose());
        double At(double share) =>
            latencies[(int)(share * (latencies.Length - 1))] * 1000.0 / Stopwatch.Frequency;
        return (new Appends(latencies.Length / elapsed, At(0.5), At(0.99)),
            Environment.ProcessorCount * latencies.Length / processor);
    }

    private static Receipt Receipt(int hand, long index, Digest leaf, Digest statement) =>
        new("bench.example", index, leaf, statement, 1_700_000_000_000 + hand);

    private static void Threads(Action<int> act)
    {
        var threads = Enumerable.Range(0, Environment.ProcessorCount)
            .Select(core => new Thread(() => act(core))).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
    }
}
