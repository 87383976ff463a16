using System.Buffers.Binary;

namespace Truce.Record;

/// <summary>
/// An entry of the log: what the author's device signed, its signature, and the operator's statement, verbatim. Each
/// is preceded by its length, two bytes, big-endian.
/// </summary>
public sealed record Leaf
{
    /// <summary>The longest statement.</summary>
    public const int StatementBytesMax = 32_000;

    /// <summary>The longest signature.</summary>
    public const int SignatureBytesMax = 4_000;

    /// <summary>The longest operator's statement.</summary>
    public const int OutcomeBytesMax = 24_000;

    /// <summary>The longest entry; tlog-tiles allows 65,535.</summary>
    public const int BytesMax = StatementBytesMax + SignatureBytesMax + OutcomeBytesMax + (3 * LengthBytes);

    internal const int PrefixBytes = 3 * LengthBytes;

    private const int LengthBytes = 2;

    /// <summary>A leaf within the limits.</summary>
    /// <exception cref="ArgumentException">A part is longer than its limit.</exception>
    public Leaf(ReadOnlyMemory<byte> statement, ReadOnlyMemory<byte> signature, ReadOnlyMemory<byte> outcome)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statement.Length, StatementBytesMax, nameof(statement));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(signature.Length, SignatureBytesMax, nameof(signature));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(outcome.Length, OutcomeBytesMax, nameof(outcome));
        (Statement, Signature, Outcome) = (statement, signature, outcome);
    }

    /// <summary>S, or S′ of a confidential entry.</summary>
    public ReadOnlyMemory<byte> Statement { get; }

    /// <summary>The device's signature.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>R.</summary>
    public ReadOnlyMemory<byte> Outcome { get; }

    internal int Length => PrefixBytes + Statement.Length + Signature.Length + Outcome.Length;

    /// <summary>The entry's bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    internal void CopyTo(Span<byte> into) => Put(Put(Put(into, Statement), Signature), Outcome);

    /// <summary>Reads an entry: three parts within their limits, and nothing behind them.</summary>
    public static Parsed<Leaf> Parse(ReadOnlyMemory<byte> bytes)
    {
        var rest = bytes;
        if (Part(ref rest, StatementBytesMax) is not { } statement
            || Part(ref rest, SignatureBytesMax) is not { } signature
            || Part(ref rest, OutcomeBytesMax) is not { } outcome
            || !rest.IsEmpty)
        {
            return new Unreadable("a leaf is three byte strings within their limits, each after its length");
        }

        return new Leaf(statement, signature, outcome);
    }

    /// <summary>SHA-256(S) of an entry, by which entries are the same; null where it is not a leaf.</summary>
    public static Digest? StatementHash(ReadOnlyMemory<byte> bytes) =>
        Parse(bytes) is { IsValid: true, Value: var leaf } ? Digest.Of(leaf.Statement.Span) : null;

    /// <summary>Where S lies within an entry; null where it is not a leaf.</summary>
    internal static Hashing.Piece? FindStatement(ReadOnlySpan<byte> entry)
    {
        var (at, statement) = (0, default(Hashing.Piece));
        for (var part = 0; part < 3; part++)
        {
            var longest = part switch { 0 => StatementBytesMax, 1 => SignatureBytesMax, _ => OutcomeBytesMax };
            if (entry.Length - at < LengthBytes)
            {
                return null;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(entry[at..]);
            at += LengthBytes;
            if (length > longest || entry.Length - at < length)
            {
                return null;
            }

            statement = part == 0 ? new(at, length) : statement;
            at += length;
        }

        return at == entry.Length ? statement : null;
    }

    private static Span<byte> Put(Span<byte> into, ReadOnlyMemory<byte> part)
    {
        BinaryPrimitives.WriteUInt16BigEndian(into, (ushort)part.Length);
        part.Span.CopyTo(into[LengthBytes..]);
        return into[(LengthBytes + part.Length)..];
    }

    private static ReadOnlyMemory<byte>? Part(ref ReadOnlyMemory<byte> rest, int longest)
    {
        if (rest.Length < LengthBytes || BinaryPrimitives.ReadUInt16BigEndian(rest.Span) is var length
            && (length > longest || rest.Length < LengthBytes + length))
        {
            return null;
        }

        var part = rest.Slice(LengthBytes, length);
        rest = rest[(LengthBytes + length)..];
        return part;
    }
}
