using System.Buffers.Binary;
using System.Numerics;

namespace Truce.Record;

/// <summary>
/// Where the entry with a SHA-256(S) stands: an open-addressing table of eight bytes a slot. A slot is an index and the
/// first 32 bits of the hash; whether it is the hash in full is for the caller to confirm. A slot's place is the hash's
/// first bits, so that a larger table is filled in one pass. One thread adds; any may look, without a lock.
/// </summary>
internal sealed class StatementIndex
{
    /// <summary>The most entries of a log: what 32 bits can count, less the mark of a free slot.</summary>
    public const long EntriesMax = uint.MaxValue;

    private const int TagBits = 32;
    private const int FirstSlotBits = 10;
    private const int AtOnce = 1 << 14;

    private ulong[] _slots = new ulong[1 << FirstSlotBits]; // the tag, and one more than the index; 0 is free
    private long _count;

    /// <summary>The first index with the tag of a hash that is confirmed; null where there is none.</summary>
    public long? Find(Digest statement, Func<Digest, long, bool> confirm)
    {
        var slots = Volatile.Read(ref _slots);
        var tag = Tag(statement.Prefix);
        for (var at = At(tag, slots); Volatile.Read(ref slots[at]) is not 0 and var slot; at = Next(at, slots))
        {
            if (Tag(slot) == tag && confirm(statement, Index(slot)))
            {
                return Index(slot);
            }
        }

        return null;
    }

    /// <summary>Adds what a log holds when it is opened, on several threads at once.</summary>
    public void AddAll(long count, int threads, Action<long, Memory<byte>> read)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(count, EntriesMax);
        _slots = new ulong[Math.Max(_slots.Length, (int)BitOperations.RoundUpToPowerOf2((ulong)(count / 3 * 4) + 1))];
        _count = count;
        var pieces = (int)((count + AtOnce - 1) / AtOnce);
        Threads.For(pieces, threads, () => new byte[Math.Min(AtOnce, count) * Digest.Bytes], (piece, bytes) =>
        {
            var first = (long)piece * AtOnce;
            var some = (int)Math.Min(AtOnce, count - first);
            read(first, bytes.AsMemory(0, some * Digest.Bytes));
            for (var i = 0; i < some; i++)
            {
                PutShared(_slots, bytes.AsSpan(i * Digest.Bytes), first + i);
            }
        });
    }

    public void Add(Digest statement, long index) => Add(statement.Prefix, index);

    public void Add(ulong prefix, long index)
    {
        if (index is < 0 or >= EntriesMax)
        {
            throw new InvalidOperationException($"a log has at most {EntriesMax} entries");
        }

        if (++_count > _slots.Length / 4 * 3L)
        {
            Grow();
        }

        Put(_slots, (Tag(prefix) << TagBits) | (ulong)(index + 1));
    }

    /// <summary>A full table is copied to one of twice its size; who looks meanwhile sees the old one.</summary>
    private void Grow()
    {
        var larger = new ulong[_slots.Length * 2];
        foreach (var slot in _slots)
        {
            if (slot != 0)
            {
                Put(larger, slot);
            }
        }

        Volatile.Write(ref _slots, larger);
    }

    private static void Put(ulong[] slots, ulong slot)
    {
        var at = At(Tag(slot), slots);
        while (slots[at] != 0)
        {
            at = Next(at, slots);
        }

        Volatile.Write(ref slots[at], slot);
    }

    private static void PutShared(ulong[] slots, ReadOnlySpan<byte> statement, long index)
    {
        var slot = ((ulong)BinaryPrimitives.ReadUInt32BigEndian(statement) << TagBits) | (ulong)(index + 1);
        var at = At(Tag(slot), slots);
        while (slots[at] != 0 || Interlocked.CompareExchange(ref slots[at], slot, 0) != 0)
        {
            at = Next(at, slots);
        }
    }

    private static ulong Tag(ulong word) => word >> TagBits;

    private static long Index(ulong slot) => (long)(slot & uint.MaxValue) - 1;

    private static int At(ulong tag, ulong[] slots) =>
        (int)(tag >> (TagBits - BitOperations.Log2((ulong)slots.Length)));

    private static int Next(int at, ulong[] slots) => (at + 1) & (slots.Length - 1);
}
