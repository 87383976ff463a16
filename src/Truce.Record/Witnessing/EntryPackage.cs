using System.Buffers;
using System.Buffers.Binary;

namespace Truce.Record;

/// <summary>The beginning of an `add-entries` request of tlog-mirror.</summary>
public sealed record UploadHeader(string Origin, long Start, long End, ReadOnlyMemory<byte> Ticket)
{
    /// <summary>The longest header.</summary>
    public const int BytesMax = (3 * sizeof(ushort)) + (2 * sizeof(long)) + (2 * ushort.MaxValue);

    /// <summary>The header's bytes.</summary>
    public byte[] ToBytes()
    {
        var origin = Utf8.Bytes(Origin);
        var bytes = new List<byte>();
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteUInt16BigEndian(number, checked((ushort)origin.Length));
        bytes.AddRange(number[..sizeof(ushort)]);
        bytes.AddRange(origin);
        BinaryPrimitives.WriteInt64BigEndian(number, Start);
        bytes.AddRange(number);
        BinaryPrimitives.WriteInt64BigEndian(number, End);
        bytes.AddRange(number);
        BinaryPrimitives.WriteUInt16BigEndian(number, checked((ushort)Ticket.Length));
        bytes.AddRange(number[..sizeof(ushort)]);
        bytes.AddRange(Ticket.Span);
        return [.. bytes];
    }

    /// <summary>
    /// Reads a header from the beginning of a body and moves behind it. Null where more bytes are needed.
    /// </summary>
    public static Parsed<UploadHeader>? TryRead(ref SequenceReader<byte> body)
    {
        if (!Packages.TryBlock(ref body, out var originBytes)
            || !body.TryReadBigEndian(out long start) || !body.TryReadBigEndian(out long end)
            || !Packages.TryBlock(ref body, out var ticket))
        {
            return null;
        }

        // A number of 64 bits that no tree has is behind every tree: it conflicts, and is no bad request.
        (start, end) = (start < 0 ? long.MaxValue : start, end < 0 ? long.MaxValue : end);
        return end < start ? new Unreadable("the upload's end lies before its start")
            : Utf8.Text(originBytes) is not { Length: > 0 } origin ? new Unreadable("the origin is not UTF-8")
            : new UploadHeader(origin, start, end, ticket);
    }
}

/// <summary>
/// A package of an upload: entries that end where a bundle ends or the upload does, and the proof that the leaves from
/// the bundle's beginning on are the log's.
/// </summary>
public sealed record EntryPackage(long First, IReadOnlyList<ReadOnlyMemory<byte>> Entries, IReadOnlyList<Digest> Proof)
{
    /// <summary>The package's bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new List<byte>();
        foreach (var entry in Entries)
        {
            bytes.Add(checked((byte)(entry.Length >> 8)));
            bytes.Add((byte)(entry.Length & 0xff));
            bytes.AddRange(entry.Span);
        }

        bytes.Add(checked((byte)Proof.Count));
        return [.. bytes, .. Proof.SelectMany(hash => hash.ToArray())];
    }

    /// <summary>Reads a package and moves behind it. Null where more bytes are needed.</summary>
    internal static Parsed<EntryPackage>? TryRead(ref SequenceReader<byte> body, long first, long end)
    {
        var entries = new List<ReadOnlyMemory<byte>>(checked((int)(end - first)));
        while (entries.Count < end - first)
        {
            if (!Packages.TryBlock(ref body, out var entry))
            {
                return null;
            }

            entries.Add(entry);
        }

        if (!body.TryRead(out var hashes))
        {
            return null;
        }

        if (hashes > Merkle.ProofHashesMax)
        {
            return new Unreadable($"a proof has at most {Merkle.ProofHashesMax} hashes");
        }

        var bytes = new byte[hashes * Digest.Bytes];
        if (!body.TryCopyTo(bytes))
        {
            return null;
        }

        body.Advance(bytes.Length);
        return new EntryPackage(first, entries, [.. bytes.Chunk(Digest.Bytes).Select(b => new Digest(b))]);
    }
}

/// <summary>The packages of an upload, of which each request has the first ones.</summary>
public static class Packages
{
    /// <summary>How many packages a client puts into one request.</summary>
    public const int PerRequest = 32;

    /// <summary>The intervals of the packages of an upload, in order.</summary>
    public static IEnumerable<(long First, long End)> Of(long start, long end)
    {
        for (var first = start; first < end;)
        {
            var next = Math.Min(end, checked((first / Tile.FullWidth * Tile.FullWidth) + Tile.FullWidth));
            yield return (first, next);
            first = next;
        }
    }

    /// <summary>The body of a request: its header, and as many packages as one request takes.</summary>
    /// <param name="header">What is uploaded.</param>
    /// <param name="entry">The log's entries.</param>
    /// <param name="subtree">The log's tree.</param>
    public static byte[] Body(UploadHeader header, Func<long, ReadOnlyMemory<byte>> entry, SubtreeHash subtree) =>
    [
        .. header.ToBytes(),
        .. Of(header.Start, header.End).Take(PerRequest).SelectMany(p => new EntryPackage(
            p.First,
            [.. Enumerable.Range(0, (int)(p.End - p.First)).Select(i => entry(p.First + i))],
            SubtreeProof.Make(p.First / Tile.FullWidth * Tile.FullWidth, p.End, header.End, subtree)).ToBytes()),
    ];

    /// <summary>Reads bytes after their length, two bytes; false where more are needed.</summary>
    internal static bool TryBlock(ref SequenceReader<byte> body, out byte[] block)
    {
        block = [];
        if (!body.TryReadBigEndian(out short signed))
        {
            return false;
        }

        block = new byte[unchecked((ushort)signed)];
        if (!body.TryCopyTo(block))
        {
            return false;
        }

        body.Advance(block.Length);
        return true;
    }
}
