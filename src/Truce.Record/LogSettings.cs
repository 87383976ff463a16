namespace Truce.Record;

/// <summary>What a log never changes: its key, whose name is its origin, and its segments' size.</summary>
public sealed record LogSettings
{
    /// <summary>The smallest segment. Small ones are for tests.</summary>
    public const int SegmentBytesMin = 4096;

    /// <summary>The largest segment.</summary>
    public const int SegmentBytesMax = 1 << 28;

    /// <summary>The usual segment.</summary>
    public const int SegmentBytesUsual = 1 << 26;

    internal const string FileName = "log";

    internal const int BytesMax = 4_096;

    private const string Head = "truce/log/v1";

    /// <summary>Settings within the limits.</summary>
    /// <exception cref="ArgumentException">The key is no log's, or the size is none of the limits.</exception>
    public LogSettings(VerifierKey key, int segmentBytes = SegmentBytesUsual)
    {
        if (key.Use != KeyUse.Note || !IsSize(segmentBytes))
        {
            throw new ArgumentException("a log has a key for notes and segments of 4,096 bytes to 256 MiB");
        }

        (Key, SegmentBytes) = (key, segmentBytes);
    }

    /// <summary>The log's key.</summary>
    public VerifierKey Key { get; }

    /// <summary>The size of a segment file.</summary>
    public int SegmentBytes { get; }

    internal byte[] ToBytes()
    {
        var text = $"{Head}\n{Key}\n{Decimal.Text(SegmentBytes)}\n";
        return Utf8.Bytes($"{text}{Digest.Of(Utf8.Bytes(text))}\n");
    }

    internal static LogSettings? Parse(ReadOnlySpan<byte> bytes) =>
        Utf8.Text(bytes)?.Split('\n') is [Head, var vkey, var size, _, ""]
        && VerifierKey.Parse(vkey) is { IsValid: true, Value: { Use: KeyUse.Note } key }
        && Decimal.Parse(size) is { } number && IsSize(number)
        && new LogSettings(key, (int)number) is var settings && bytes.SequenceEqual(settings.ToBytes())
            ? settings
            : null;

    private static bool IsSize(long bytes) => bytes is >= SegmentBytesMin and <= SegmentBytesMax && bytes % 4096 == 0;
}
