using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Truce.Record;

/// <summary>A SHA-256 hash: 32 bytes, compared by value. The default is 32 zero bytes.</summary>
public readonly record struct Digest
{
    /// <summary>The length in bytes.</summary>
    public const int Bytes = 32;

    private const int TextLength = 44;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>A hash of exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Bytes)
        {
            throw new ArgumentException($"a hash has {Bytes} bytes, not {bytes.Length}", nameof(bytes));
        }

        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    internal Digest(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    /// <summary>The first eight bytes as a big-endian number: where a table begins to look.</summary>
    public ulong Prefix => _a;

    /// <summary>SHA-256 of some bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Bytes];
        SHA256.HashData(bytes, hash);
        return new Digest(hash);
    }

    /// <summary>Reads standard base64 in its only form; null where the text is anything else.</summary>
    public static Digest? Parse(ReadOnlySpan<char> text) =>
        text.Length == TextLength && Base64.Decode(text) is { Length: Bytes } bytes ? new Digest(bytes) : null;

    /// <summary>Writes the 32 bytes to the start of a buffer.</summary>
    public void CopyTo(Span<byte> into)
    {
        BinaryPrimitives.WriteUInt64BigEndian(into, _a);
        BinaryPrimitives.WriteUInt64BigEndian(into[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(into[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(into[24..], _d);
    }

    /// <summary>Writes the bytes of many, one after the other.</summary>
    internal static void CopyTo(ReadOnlySpan<Digest> hashes, Span<byte> into)
    {
        var words = MemoryMarshal.Cast<Digest, ulong>(hashes);
        var bytes = MemoryMarshal.Cast<byte, ulong>(into[..checked(hashes.Length * Bytes)]);
        if (BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(words, bytes);
        }
        else
        {
            words.CopyTo(bytes);
        }
    }

    /// <summary>Reads many that lie one after the other.</summary>
    internal static void CopyFrom(ReadOnlySpan<byte> bytes, Span<Digest> into)
    {
        var words = MemoryMarshal.Cast<Digest, ulong>(into);
        var from = MemoryMarshal.Cast<byte, ulong>(bytes);
        if (BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(from, words);
        }
        else
        {
            from.CopyTo(words);
        }
    }

    /// <summary>The 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Bytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Standard base64.</summary>
    public override string ToString() => Text(this);

    private static string Text(Digest hash)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        hash.CopyTo(bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Lower-case hex.</summary>
    public string ToHex() => Convert.ToHexStringLower(ToArray());
}
