namespace Truce.Record;

/// <summary>
/// The folds of a log as they were at a size, so that opening need not begin at leaf 0. It is bound to the machines'
/// semantics, the size, the root and its content's hash, and it is encrypted to the mission's reading key: a seized
/// disk shows nothing. It is never needed: what does not fit is passed over, and the log is read.
/// </summary>
internal static class Snapshot
{
    /// <summary>The file's name.</summary>
    public const string Name = "folds";

    /// <summary>How many random bytes one takes.</summary>
    public const int RandomBytes = Cipher.KeyBytes + PublicReadingKey.KeyBytes;

    private const string Head = "truce/snapshot/v2";
    private const int HeadBytesMax = 8_192;

    /// <summary>Puts a snapshot in place of the one before.</summary>
    public static void Write(
        Disk disk, Founding founding, long semantics, long size, Digest root, ReadOnlySpan<byte> content,
        ReadOnlySpan<byte> random)
    {
        var key = random[..Cipher.KeyBytes];
        var hash = Digest.Of(content);
        var ciphertext = Cipher.Seal(content, hash, key);
        var to = new Recipient(Audience.Operator, Epoch: 0, founding.Genesis.ReadingKey);
        var wraps = Wraps.Make(
            founding.Hash, Digest.Of(ciphertext), key, [to], [random[Cipher.KeyBytes..].ToArray()]);
        byte[] head =
        [
            .. Utf8.Bytes($"{Head}\n{founding.Hash}\n{Decimal.Text(semantics)}\n{Decimal.Text(size)}\n"),
            .. Utf8.Bytes($"{root}\n{hash}\n"),
            .. wraps.ToBytes(), (byte)'\n',
        ];
        disk.Replace(Name, [.. head, .. ciphertext]);
    }

    /// <summary>The size and the content of the snapshot, or why it is passed over.</summary>
    public static Parsed<SnapshotContent> Read(
        Disk disk, RecordLog log, Founding founding, long semantics, Reader reader)
    {
        if (disk.Length(Name) is null)
        {
            return new Unreadable("there is no snapshot");
        }

        var bytes = disk.ReadAll(Name).AsSpan();
        var at = 0;
        for (var line = 0; line < 7; line++)
        {
            var end = bytes[at..Math.Min(bytes.Length, HeadBytesMax)].IndexOf((byte)'\n');
            if (end < 0)
            {
                return new Unreadable("the snapshot's head is cut");
            }

            at += end + 1;
        }

        var head = Utf8.Text(bytes[..at])?.Split('\n');
        if (head is not [Head, var genesis, var meaning, var count, var root, var hash, var keys, ""]
            || Digest.Parse(genesis) != founding.Hash || Decimal.Parse(meaning) != semantics
            || Decimal.Parse(count) is not { } size || Digest.Parse(root) is not { } treeRoot
            || Digest.Parse(hash) is not { } contentHash
            || Wraps.Parse(Utf8.Bytes(keys)) is not { IsValid: true, Value: var wraps })
        {
            return new Unreadable("the snapshot is of another log or of another version");
        }

        if (size == 0 || size > log.Size || Merkle.Root(size, log.Subtree) != treeRoot)
        {
            return new Unreadable("the snapshot is of another tree");
        }

        var ciphertext = bytes[at..];
        return wraps.CiphertextHash == Digest.Of(ciphertext)
            && wraps.Open(founding.Hash, reader.Name, reader.Key) is { } key
            && Cipher.Open(ciphertext, contentHash, key) is { } content && Digest.Of(content) == contentHash
            ? new SnapshotContent(size, content)
            : new Unreadable("the snapshot does not open");
    }
}

/// <summary>What a snapshot holds, and at which size.</summary>
internal sealed record SnapshotContent(long Size, byte[] Content);
