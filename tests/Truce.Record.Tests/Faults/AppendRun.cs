using System.Buffers.Binary;
using System.Globalization;

namespace Truce.Record.Tests.Faults;

/// <summary>
/// A small program that appends, signs and publishes in one folder, on its main thread alone, and says on a line of its
/// own what it was promised: `entry INDEX LEAF` and `signed SIZE ROOT`. Faults are put under it from outside.
/// </summary>
internal static class AppendRun
{
    /// <summary>The first argument of the program that hosts this one.</summary>
    public const string Word = "append-run";

    /// <summary>It ended because the log stopped or did not open, as it should after an error of the disk.</summary>
    public const int Stopped = 3;

    public const int SegmentBytes = 4096;

    private const int Batches = 9;

    public static SigningKey Key() =>
        new("truce.example/faults/exercise", KeyUse.Note, Digest.Of("faults"u8).ToArray());

    public static int Run(string folder)
    {
        using var key = Key();
        using var disk = new Folder(folder);
        var opened = disk.Length(LogSettings.FileName) is null
            ? RecordLog.Create(disk, new LogSettings(key.Verifier, SegmentBytes))
            : RecordLog.Open(disk);
        if (!opened.IsValid)
        {
            return Stop(opened.Error);
        }

        using var log = opened.Value;
        var begun = log.Size;
        for (var batch = 0; batch < Batches; batch++)
        {
            var appended = log.Append([.. Enumerable.Range(0, 1 + (batch % 3)).Select(i => Entry(begun, batch, i))]);
            if (!appended.IsValid)
            {
                return Stop(appended.Error);
            }

            foreach (var entry in appended.Value.Entries)
            {
                Say($"entry {entry.Index} {entry.Leaf.ToHex()}");
            }

            if (batch % 4 == 2 && SignAndPublish(log, key) is { } error)
            {
                return Stop(error);
            }
        }

        return 0;
    }

    public static Leaf Entry(long begun, int batch, int number)
    {
        var statement = new byte[700];
        BinaryPrimitives.WriteInt64BigEndian(statement, begun);
        (statement[8], statement[9]) = ((byte)batch, (byte)number);
        statement.AsSpan(10).Fill(0xa5);
        return new Leaf(statement, new byte[64], "{}"u8.ToArray());
    }

    private static string? SignAndPublish(RecordLog log, SigningKey key)
    {
        var signed = log.Sign(key);
        if (!signed.IsValid)
        {
            return signed.Error;
        }

        var head = Checkpoint.Parse(signed.Value.Text).Required();
        Say($"signed {head.Size} {head.Root.ToHex()}");
        return log.Publish(signed.Value).Error;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static int Stop(string reason)
    {
        Console.WriteLine(reason);
        return Stopped;
    }
}
