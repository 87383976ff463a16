using System.Buffers.Binary;
using System.Numerics;

namespace Truce.Record;

/// <summary>
/// Finds two entries with the same statement, in memory that does not grow with the log: the file of statements is read
/// once for each share of the hashes, and only that share is held.
/// </summary>
internal static class Duplicates
{
    /// <summary>How many hashes are held at once by a thread, in a table of 64 MiB.</summary>
    public const int ShareEntries = 1 << 22;

    private const int AtOnce = 1 << 15;

    /// <summary>The two entries of which the second comes first in the log; null where each is there once.</summary>
    public static (long First, long Second)? First(
        Disk disk, long size, int threads, int shareEntries = ShareEntries)
    {
        // Hashes are spread evenly, so that a share is about as large as another; a quarter of the room is for chance.
        var shares = (int)(size / (shareEntries - (shareEntries / 4))) + 1;
        (long First, long Second)? found = null;
        var gate = new Lock();
        var slots = BitOperations.RoundUpToPowerOf2((ulong)(size / shares * 3 / 2) + 16);
        Threads.For(shares, threads, () => new ulong[slots], (share, table) =>
        {
            if (InShare(disk, size, share, shares, table) is { } here)
            {
                lock (gate)
                {
                    found = found is null || here.Second < found.Value.Second ? here : found;
                }
            }
        });
        return found;
    }

    private static (long First, long Second)? InShare(Disk disk, long size, int share, int shares, ulong[] table)
    {
        Array.Clear(table);
        var (held, mask) = (0L, table.Length - 1);
        var bytes = new byte[Math.Min(AtOnce, size) * Digest.Bytes];
        for (var at = 0L; at < size; at += AtOnce)
        {
            var some = Read(disk, bytes, at, size);
            for (var i = 0; i < some; i++)
            {
                var prefix = BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(i * Digest.Bytes));
                if (Math.BigMul(prefix, (ulong)shares, out _) != (ulong)share)
                {
                    continue;
                }

                var mark = prefix == 0 ? 1 : prefix; // 0 is a free place; what is found is confirmed
                var slot = (int)(mark & (ulong)mask);
                for (; table[slot] != 0 && table[slot] != mark; slot = (slot + 1) & mask)
                {
                }

                if (table[slot] == mark
                    && Before(disk, at + i, bytes.AsSpan(i * Digest.Bytes, Digest.Bytes)) is { } first)
                {
                    return (first, at + i);
                }

                held += table[slot] == 0 ? 1 : 0;
                table[slot] = mark;
                if (held == table.Length)
                {
                    throw new InvalidOperationException("hashes are not spread as hashes are");
                }
            }
        }

        return null;
    }

    /// <summary>The first entry before an index with a statement's hash.</summary>
    private static long? Before(Disk disk, long index, ReadOnlySpan<byte> statement)
    {
        var bytes = new byte[AtOnce * Digest.Bytes];
        for (var at = 0L; at < index; at += AtOnce)
        {
            var some = Read(disk, bytes, at, index);
            for (var i = 0; i < some; i++)
            {
                if (bytes.AsSpan(i * Digest.Bytes, Digest.Bytes).SequenceEqual(statement))
                {
                    return at + i;
                }
            }
        }

        return null;
    }

    private static int Read(Disk disk, byte[] bytes, long at, long end)
    {
        var some = (int)Math.Min(AtOnce, end - at);
        var offset = at * Digest.Bytes;
        return disk.Read(FlatFiles.Statements, offset, bytes.AsSpan(0, some * Digest.Bytes)) == some * Digest.Bytes
            ? some
            : throw RecordLog.Damage(FlatFiles.Statements, offset, "ends too early");
    }
}
