using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Truce.Record.Tests.Faults;

/// <summary>
/// A small program that keeps bodies, appends, signs and publishes in one folder, on its main thread alone, and says on
/// a line of its own what it was promised: `body HASH`, `entry INDEX LEAF`, `signed SIZE ROOT`, `erased HASH`. Faults
/// are put under it from outside.
/// </summary>
internal static class AppendRun
{
    /// <summary>The first argument of the program that hosts this one.</summary>
    public const string Word = "append-run";

    /// <summary>It ended because the log stopped or did not open, as it should after an error of the disk.</summary>
    public const int Stopped = 3;

    public const int SegmentBytes = 4096;

    /// <summary>The folder of the bodies, below the log's.</summary>
    public const string BodiesName = "bodies";

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
        using var bodyDisk = BodyDisk(folder);
        var kept = Bodies.Open(bodyDisk);
        if (!kept.IsValid)
        {
            return Stop(kept.Error);
        }

        using var bodies = kept.Value;
        var begun = log.Size;
        for (var batch = 0; batch < Batches; batch++)
        {
            SealedBody[] sealedBodies = [.. Enumerable.Range(0, 1 + (batch % 3)).Select(i => Body(begun, batch, i))];
            if (bodies.Put([.. sealedBodies.Select(StoredBody.Of)]) is { } refused)
            {
                return Stop(refused.Error);
            }

            foreach (var body in sealedBodies)
            {
                Say($"body {body.CiphertextHash.ToHex()}");
            }

            var appended = log.Append([.. Enumerable.Range(0, 1 + (batch % 3)).Select(i => Entry(begun, batch, i))]);
            if (!appended.IsValid)
            {
                return Stop(appended.Error);
            }

            foreach (var entry in appended.Value.Entries)
            {
                Say($"entry {entry.Index} {entry.Leaf.ToHex()}");
            }

            if (batch % 4 == 2 && (SignAndPublish(log, key) ?? Erase(bodies, sealedBodies[0])) is { } error)
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

    /// <summary>The bodies' own disk below a log's folder.</summary>
    public static Folder BodyDisk(string folder) =>
        new(Directory.CreateDirectory(Path.Combine(folder, BodiesName)).FullName);

    private static SealedBody Body(long begun, int batch, int number)
    {
        var bytes = Entry(begun, batch, number).Statement.ToArray();
        var hash = Digest.Of(bytes);
        var wraps = $$"""
            {"ciphertext_hash":"{{hash}}","v":1,"wraps":[{"epoch":0,"to":"a","wrap":"{{Wrap}}"}]}
            """;
        return new SealedBody(default, hash, bytes, Wraps.Parse(Encoding.UTF8.GetBytes(wraps)).Required());
    }

    /// <summary>An order to erase stands in a record first: what is said before the body goes is no loss.</summary>
    private static string? Erase(Bodies bodies, SealedBody body)
    {
        Say($"erasing {body.CiphertextHash.ToHex()}");
        if (bodies.Erase(body.CiphertextHash) is { } refused)
        {
            return refused.Error;
        }

        Say($"erased {body.CiphertextHash.ToHex()}");
        return null;
    }

    private static string Wrap { get; } = Convert.ToBase64String(new byte[Wraps.WrapBytes]);

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
