using System.Buffers.Binary;

namespace Truce.Record;

/// <summary>
/// The folds of a log as they were at a size, so that opening need not begin at leaf 0. It is bound to the machines'
/// semantics, to the form of its bytes, the size, the root and its content's hash, and it is encrypted to the mission's
/// reading key: a seized disk shows nothing. It is never needed: what does not fit is passed over, and the log is read.
/// </summary>
internal static class Snapshot
{
    /// <summary>The file's name.</summary>
    public const string Name = "folds";

    /// <summary>How many random bytes one takes.</summary>
    public const int RandomBytes = Cipher.KeyBytes + PublicReadingKey.KeyBytes;

    /// <summary>The version of the head, and of what the record itself puts into the content.</summary>
    private const string Head = "truce/snapshot/v4";

    private const int HeadLines = 8;
    private const int BoundBytes = sizeof(long) + sizeof(int);
    private const int HeadBytesMax = 8_192;

    /// <summary>Puts a snapshot in place of the one before.</summary>
    public static void Write(
        Disk disk, Founding founding, (long Semantics, int Form) machines, long size, Digest root,
        ReadOnlySpan<byte> content, ReadOnlySpan<byte> random)
    {
        var key = random[..Cipher.KeyBytes];
        byte[] bound = [.. Bound(machines), .. content];
        var hash = Digest.Of(bound);
        var ciphertext = Cipher.Seal(bound, hash, key);
        var to = new Recipient(Audience.Operator, Epoch: 0, founding.Genesis.ReadingKey);
        var wraps = Wraps.Make(
            founding.Hash, Digest.Of(ciphertext), key, [to], [random[Cipher.KeyBytes..].ToArray()]);
        byte[] head =
        [
            .. Utf8.Bytes($"{Head}\n{founding.Hash}\n{Decimal.Text(machines.Semantics)}\n"),
            .. Utf8.Bytes($"{Decimal.Text(machines.Form)}\n{Decimal.Text(size)}\n{root}\n{hash}\n"),
            .. wraps.ToBytes(), (byte)'\n',
        ];
        disk.Replace(Name, [.. head, .. ciphertext]);
    }

    /// <summary>The size and the content of the snapshot, or why it is passed over.</summary>
    public static Parsed<SnapshotContent> Read(
        Disk disk, RecordLog log, Founding founding, (long Semantics, int Form) machines, Reader reader)
    {
        var bytes = disk.ReadAll(Name).AsSpan();
        var at = 0;
        for (var line = 0; line < HeadLines; line++)
        {
            var end = bytes[at..Math.Min(bytes.Length, HeadBytesMax)].IndexOf((byte)'\n');
            if (end < 0)
            {
                return new Unreadable("the snapshot's head is cut");
            }

            at += end + 1;
        }

        var head = Utf8.Text(bytes[..at])?.Split('\n');
        if (head is not [Head, var genesis, var meaning, var form, var count, var root, var hash, var keys, ""])
        {
            return new Unreadable("the snapshot is of another version of the program");
        }

        if (Decimal.Parse(form) != machines.Form)
        {
            return new Unreadable($"the snapshot is in another form than form {Decimal.Text(machines.Form)}");
        }

        if (Digest.Parse(genesis) != founding.Hash || Decimal.Parse(meaning) != machines.Semantics
            || Decimal.Parse(count) is not { } size || Digest.Parse(root) is not { } treeRoot
            || Digest.Parse(hash) is not { } contentHash
            || Wraps.Parse(Utf8.Bytes(keys)) is not { IsValid: true, Value: var wraps })
        {
            return new Unreadable("the snapshot is of another log or of another meaning");
        }

        if (size == 0 || size > log.Size || Merkle.Root(size, log.Subtree) != treeRoot)
        {
            return new Unreadable("the snapshot is of another tree");
        }

        var ciphertext = bytes[at..];
        return wraps.CiphertextHash == Digest.Of(ciphertext)
            && wraps.Open(founding.Hash, reader.Name, reader.Key) is { } key
            && Cipher.Open(ciphertext, contentHash, key) is { } content && Digest.Of(content) == contentHash
            && content.AsSpan().StartsWith(Bound(machines))
            ? new SnapshotContent(size, content.AsMemory(BoundBytes))
            : new Unreadable("the snapshot does not open");
    }

    /// <summary>Meaning and form once more under the content's hash: the head alone could be altered.</summary>
    private static byte[] Bound((long Semantics, int Form) machines)
    {
        var bytes = new byte[BoundBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, machines.Semantics);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(long)), machines.Form);
        return bytes;
    }
}

/// <summary>What a snapshot holds, and at which size.</summary>
internal sealed record SnapshotContent(long Size, ReadOnlyMemory<byte> Content);
