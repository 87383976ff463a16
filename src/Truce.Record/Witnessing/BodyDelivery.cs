using System.Buffers.Binary;

namespace Truce.Record;

/// <summary>
/// A body on its way to a mirror. The log's key signs what it is and which entry names it, so that nobody else can put
/// anything there: a note of its length, wraps of their length, and the body.
/// </summary>
public sealed record BodyDelivery(string Origin, long Entry, StoredBody Body)
{
    /// <summary>The path below the submission prefix.</summary>
    public const string Path = "add-body";

    /// <summary>The content type of a delivery.</summary>
    public const string ContentType = "application/octet-stream";

    /// <summary>The largest delivery.</summary>
    public const int BytesMax = (2 * LengthBytes) + NoteBytesMax + CanonicalJson.BytesMax + Stick.BodyMax;

    private const string Head = "truce/body/v1";
    private const string NoWraps = "none";
    private const int LengthBytes = 4;
    private const int NoteBytesMax = 4_096;

    private string Text =>
        $"{Head}\n{Origin}\n{Decimal.Text(Entry)}\n{Body.Hash}\n"
        + $"{(Body.Wraps is { } wraps ? Digest.Of(wraps.ToBytes()).ToString() : NoWraps)}\n";

    /// <summary>The delivery, signed by the log.</summary>
    public byte[] ToBytes(SigningKey log)
    {
        var (note, wraps) = (SignedNote.Sign(Text, log).ToBytes(), Body.Wraps?.ToBytes() ?? []);
        var bytes = new byte[(2 * LengthBytes) + note.Length + wraps.Length + Body.Bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, note.Length);
        note.CopyTo(bytes, LengthBytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(LengthBytes + note.Length), wraps.Length);
        wraps.CopyTo(bytes, (2 * LengthBytes) + note.Length);
        Body.Bytes.CopyTo(bytes.AsMemory((2 * LengthBytes) + note.Length + wraps.Length));
        return bytes;
    }

    /// <summary>Reads a delivery that one of a log's keys signed.</summary>
    public static Parsed<BodyDelivery> Open(ReadOnlyMemory<byte> bytes, IReadOnlyList<VerifierKey> log)
    {
        if (bytes.Length > BytesMax || Part(ref bytes, NoteBytesMax) is not { } signed
            || Part(ref bytes, CanonicalJson.BytesMax) is not { } sealing || bytes.Length > Stick.BodyMax)
        {
            return new Unreadable("a delivery is a note, wraps and a body, within their limits");
        }

        var note = SignedNote.Parse(signed.Span);
        var wraps = sealing.Length == 0 ? default : Wraps.Parse(sealing.Span);
        var held = note.IsValid ? note.Value.Verify(log) : new Unreadable(note.Error);
        if (!held.IsValid || (sealing.Length > 0 && !wraps.IsValid))
        {
            return new Unreadable(held.Error ?? wraps.Error!);
        }

        if (note.Value!.Text[..^1].Split('\n') is not [Head, var origin, var index, var hash, _]
            || Decimal.Parse(index) is not { } entry || Digest.Parse(hash) is not { } name
            || (wraps.Value?.CiphertextHash ?? name) != name
            || (wraps.Value is null && bytes.Length > Attached.BodyBytesMax))
        {
            return new Unreadable($"a delivery's note is `{Head}` and four lines about what comes with it");
        }

        var body = wraps.Value is null ? StoredBody.Clear(bytes)
            : Digest.Of(bytes.Span) == name ? StoredBody.Ciphertext(bytes, wraps.Value) : null;
        return body is not null && new BodyDelivery(origin, entry, body) is var read && read.Text == note.Value.Text
            ? read
            : new Unreadable("the body or its wraps are not those that the note names");
    }

    private static ReadOnlyMemory<byte>? Part(ref ReadOnlyMemory<byte> bytes, int bytesMax)
    {
        if (bytes.Length < LengthBytes || BinaryPrimitives.ReadInt32BigEndian(bytes.Span) is var length
            && (length < 0 || length > bytesMax || length > bytes.Length - LengthBytes))
        {
            return null;
        }

        var count = BinaryPrimitives.ReadInt32BigEndian(bytes.Span);
        var part = bytes.Slice(LengthBytes, count);
        bytes = bytes[(LengthBytes + count)..];
        return part;
    }
}
