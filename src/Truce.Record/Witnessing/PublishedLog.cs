using System.Buffers.Binary;

namespace Truce.Record;

/// <summary>
/// A log's folder as another process's readers see it: nothing is locked, nothing is cut, nothing is written.
/// </summary>
public sealed class PublishedLog
{
    /// <summary>The file of the checkpoint that was published last. Each look opens it anew.</summary>
    public const string CheckpointFile = RecordLog.Published;

    private readonly Disk _disk;

    private PublishedLog(Disk disk, LogSettings settings) => (_disk, Settings) = (disk, settings);

    /// <summary>What the log was made with.</summary>
    public LogSettings Settings { get; }

    /// <summary>How many entries the flat files hold by now. What is behind the checkpoint is not published.</summary>
    public long Written => (_disk.Length(FlatFiles.Statements) ?? 0) / Digest.Bytes;

    /// <summary>The complete subtrees of what is written.</summary>
    public SubtreeHash Subtree => FlatFiles.Tree(_disk);

    /// <summary>Looks into a folder that has a log.</summary>
    public static Parsed<PublishedLog> Open(Disk disk)
    {
        try
        {
            return disk.Length(LogSettings.FileName) is null
                ? new Unreadable($"the folder has no log: its file `{LogSettings.FileName}` is missing")
                : LogSettings.Parse(disk.ReadSmall(LogSettings.FileName, LogSettings.BytesMax)) is { } settings
                    ? new PublishedLog(disk, settings)
                    : new Unreadable($"`{LogSettings.FileName}` is damaged");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable($"the log cannot be read: {e.Message}");
        }
    }

    /// <summary>The bytes of a tile or a bundle of a published size; null where a log of that size has none.</summary>
    /// <exception cref="IOException">The disk failed, or the log's files end too early.</exception>
    public byte[]? Read(Tile tile, long size)
    {
        if (!tile.IsIn(Math.Min(size, Written)))
        {
            return null;
        }

        return tile.Level is { } level
            ? Bytes(FlatFiles.Hashes(level), tile.HashBytes.Offset, tile.HashBytes.Length)
            : Bundle(tile);
    }

    /// <summary>The entries of one bundle of a size.</summary>
    /// <exception cref="IOException">The disk failed, or the log's files end too early.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Entries(long number, long size)
    {
        var first = number * Tile.FullWidth;
        var bytes = Read(new Tile(level: null, number, (int)Math.Min(Tile.FullWidth, size - first)), size)
            ?? throw new IOException($"entry {first}: missing");
        return new EntryBundle(first, bytes, []).Entries;
    }

    private byte[] Bundle(Tile tile)
    {
        var positions = Bytes(
            FlatFiles.Positions, tile.Span.From * FlatFiles.PositionBytes, tile.Width * FlatFiles.PositionBytes);
        var bundle = new MemoryStream();
        for (var at = 0; at < positions.Length; at += FlatFiles.PositionBytes)
        {
            var position = BinaryPrimitives.ReadInt64BigEndian(positions.AsSpan(at));
            var segment = RecordLog.SegmentName((int)(position / Settings.SegmentBytes));
            var offset = position % Settings.SegmentBytes;
            var head = Bytes(segment, offset, Frame.EntryHeadBytes);
            bundle.Write(head);
            bundle.Write(Bytes(segment, offset + head.Length, BinaryPrimitives.ReadUInt16BigEndian(head)));
        }

        return bundle.ToArray();
    }

    private byte[] Bytes(string file, long offset, int length)
    {
        var bytes = new byte[length];
        return _disk.Read(file, offset, bytes) == length ? bytes : throw new IOException($"`{file}` ends too early");
    }
}
