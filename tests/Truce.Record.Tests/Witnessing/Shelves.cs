namespace Truce.Record.Tests.Witnessing;

/// <summary>Files by path, and logs to copy, in memory.</summary>
internal sealed class Shelves
{
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>What was put, in order.</summary>
    public List<string> Put { get; } = [];

    /// <summary>After how many files the machine stops; negative for never.</summary>
    public int StopAfter { get; set; } = -1;

    public ReadPath Read => path => Files.GetValueOrDefault(path);

    public Action<string, byte[]> Write => (path, bytes) =>
    {
        if (StopAfter-- == 0)
        {
            throw new IOException("stopped");
        }

        Files[path] = bytes;
        Put.Add(path);
    };

    /// <summary>A log's folder with entries from one to another, signed and published.</summary>
    public static (SimulatedDisk Disk, ReadPath Read) Log(int entries, string salt = "", int same = 0)
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = RecordLog.Create(disk, new LogSettings(Some.Log.Verifier, segmentBytes: 1 << 18)).Required();
        Grow(log, entries, salt, same);
        var published = PublishedLog.Open(disk).Required();
        return (disk, path => path == StaticLog.CheckpointPath
            ? disk.ReadAll(PublishedLog.CheckpointFile)
            : Tile.Parse(path) is { } tile ? published.Read(tile, Size(disk)) : null);
    }

    /// <summary>Appends until there are so many; the first are the same whatever the salt.</summary>
    public static void Grow(RecordLog log, int entries, string salt = "", int same = 0)
    {
        var leaves = Enumerable.Range((int)log.Size, (int)(entries - log.Size))
            .Select(i => new Leaf(Some.Bytes($"entry {i} {(i < same ? "" : salt)}"), default, default));
        log.Append([.. leaves]).Required();
        log.Publish(log.Sign(Some.Log).Required()).Required();
    }

    public static long Size(Disk disk) =>
        Checkpoint.Parse(Some.Note(System.Text.Encoding.UTF8.GetString(disk.ReadAll("checkpoint"))).Text)
            .Required().Size;
}
