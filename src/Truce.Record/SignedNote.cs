using System.Buffers.Binary;
using System.Text;

namespace Truce.Record;

/// <summary>A signature line of a note: a key's name and id, and bytes that mean something to that key alone.</summary>
public sealed record NoteSignature(string Name, uint KeyId, byte[] Signature)
{
    internal const string Dash = "— ";

    private const int IdBytes = 4;

    /// <summary>The line with its newline.</summary>
    public string Line
    {
        get
        {
            var bytes = new byte[IdBytes + Signature.Length];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
            Signature.CopyTo(bytes, IdBytes);
            return $"{Dash}{Name} {Convert.ToBase64String(bytes)}\n";
        }
    }

    /// <summary>Reads a line without its newline; null where it is not a signature line.</summary>
    internal static NoteSignature? Parse(string line)
    {
        if (!line.StartsWith(Dash, StringComparison.Ordinal) || line.Split(' ') is not [_, var name, var text]
            || !VerifierKey.IsNoteName(name) || Base64.Decode(text) is not { Length: > IdBytes } bytes)
        {
            return null;
        }

        return new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[IdBytes..]);
    }
}

/// <summary>A signature that held: whose, and for a cosignature when (POSIX seconds).</summary>
public sealed record VerifiedSignature(VerifierKey Key, long? Time);

/// <summary>
/// A signed note of C2SP: text, and lines by which keys vouch for it. The text means nothing until a trusted key's
/// signature has been verified.
/// </summary>
public sealed record SignedNote
{
    /// <summary>The largest note. Sixteen signatures of the largest kind take 80,000 bytes.</summary>
    public const int BytesMax = 131_072;

    /// <summary>The most signature lines.</summary>
    public const int SignaturesMax = 64;

    private SignedNote(string text, IReadOnlyList<NoteSignature> signatures) =>
        (Text, Signatures) = (text, signatures);

    /// <summary>The text with its final newline.</summary>
    public string Text { get; }

    /// <summary>Every signature line, known or not.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>The note's bytes.</summary>
    public byte[] ToBytes() => Utf8.Bytes(ToString());

    /// <summary>The note's text, an empty line, and the signature lines.</summary>
    public override string ToString() =>
        Signatures.Aggregate(new StringBuilder(Text).Append('\n'), (text, s) => text.Append(s.Line)).ToString();

    /// <summary>Reads a note. Nothing is verified yet.</summary>
    public static Parsed<SignedNote> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BytesMax)
        {
            return new Unreadable($"the note is larger than {BytesMax} bytes");
        }

        if (Utf8.Text(bytes) is not { } all)
        {
            return new Unreadable("the note is not UTF-8");
        }

        if (all.Any(c => c < ' ' && c != '\n'))
        {
            return new Unreadable("the note has a control character");
        }

        var split = all.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || !all.EndsWith('\n') || split + 2 == all.Length)
        {
            return new Unreadable("the note has no signature lines after an empty line");
        }

        var lines = all[(split + 2)..^1].Split('\n');
        if (lines.Length > SignaturesMax)
        {
            return new Unreadable($"the note has more than {SignaturesMax} signatures");
        }

        var signatures = new List<NoteSignature>();
        foreach (var line in lines)
        {
            if (NoteSignature.Parse(line) is not { } signature)
            {
                return new Unreadable("a line after the empty line is not a signature line");
            }

            signatures.Add(signature);
        }

        return new SignedNote(all[..(split + 1)], signatures);
    }

    /// <summary>A note of a text and the signatures of keys of the use <see cref="KeyUse.Note"/>.</summary>
    /// <exception cref="ArgumentException">The text cannot be a note's, or a key has another use.</exception>
    public static SignedNote Sign(string text, params IReadOnlyList<SigningKey> keys)
    {
        if (!text.EndsWith('\n') || text.Any(c => c < ' ' && c != '\n') || !Utf8.IsText(text) || keys.Count == 0)
        {
            throw new ArgumentException("a note's text ends in a newline, has no control characters and is signed");
        }

        if (keys.Any(k => k.Verifier.Use != KeyUse.Note))
        {
            throw new ArgumentException("a key for cosignatures does not sign notes", nameof(keys));
        }

        var bytes = Utf8.Bytes(text);
        return new SignedNote(
            text, [.. keys.Select(k => new NoteSignature(k.Verifier.Name, k.Verifier.Id, k.Sign(bytes)))]);
    }

    /// <summary>The note with more signature lines behind those that it has.</summary>
    public SignedNote With(IEnumerable<NoteSignature> more) => new(Text, [.. Signatures, .. more]);

    /// <summary>
    /// The note with the lines of an earlier one of the same text whose keys it has no line of: nobody's word is given
    /// up. An earlier note of another text has nothing to keep.
    /// </summary>
    public SignedNote Keeping(SignedNote? earlier) => earlier?.Text != Text ? this : With(earlier.Signatures
        .Where(mine => Signatures.All(s => s.Name != mine.Name || s.KeyId != mine.KeyId))
        .Take(SignaturesMax - Signatures.Count));

    /// <summary>The note with the first line of each of some keys, and with room for one line more.</summary>
    public SignedNote FirstOf(IReadOnlyList<VerifierKey> keys) => new(Text,
    [
        .. keys.Select(k => Signatures.FirstOrDefault(s => s.KeyId == k.Id && s.Name == k.Name))
            .OfType<NoteSignature>().Take(SignaturesMax - 1),
    ]);

    /// <summary>The note with only some of its signature lines.</summary>
    public SignedNote Only(Func<NoteSignature, bool> kept) => new(Text, [.. Signatures.Where(kept)]);

    /// <summary>
    /// The signatures of known keys. Lines of unknown keys are passed over; one that names a known key and does not
    /// hold condemns the whole note, as does the absence of any that holds.
    /// </summary>
    public Parsed<IReadOnlyList<VerifiedSignature>> Verify(params IReadOnlyList<VerifierKey> known)
    {
        var held = new List<VerifiedSignature>();
        foreach (var line in Signatures)
        {
            foreach (var key in known.Where(k => k.Id == line.KeyId && k.Name == line.Name))
            {
                if (Cosignature.Check(key, Text, line) is not { } signature)
                {
                    return new Unreadable($"the signature of `{key.Name}` does not hold");
                }

                held.Add(signature);
            }
        }

        return held.Count > 0
            ? held
            : new Unreadable("no signature of a known key");
    }

    /// <inheritdoc/>
    public bool Equals(SignedNote? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}

/// <summary>Cosignatures of witnesses and mirrors: Ed25519 over a time and a checkpoint's text.</summary>
public static class Cosignature
{
    private const int TimeBytes = 8;

    /// <summary>A witness's signature line on a note, with a time in POSIX seconds.</summary>
    /// <exception cref="ArgumentException">The key has another use, or the time is not after the epoch.</exception>
    public static NoteSignature Sign(SigningKey key, string noteText, long time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, 1);
        if (key.Verifier.Use != KeyUse.Cosignature)
        {
            throw new ArgumentException("only a key for cosignatures signs them", nameof(key));
        }

        var bytes = new byte[TimeBytes + SigningKey.SignatureBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, time);
        key.Sign(Message(noteText, time)).CopyTo(bytes, TimeBytes);
        return new NoteSignature(key.Verifier.Name, key.Verifier.Id, bytes);
    }

    /// <summary>Whether a line that names a key holds; null where it does not.</summary>
    internal static VerifiedSignature? Check(VerifierKey key, string noteText, NoteSignature line)
    {
        if (key.Use == KeyUse.Note)
        {
            return key.Verify(Utf8.Bytes(noteText), line.Signature) ? new VerifiedSignature(key, Time: null) : null;
        }

        if (line.Signature.Length != TimeBytes + SigningKey.SignatureBytes)
        {
            return null;
        }

        var time = BinaryPrimitives.ReadUInt64BigEndian(line.Signature);
        return time <= long.MaxValue && key.Verify(Message(noteText, (long)time), line.Signature.AsSpan(TimeBytes))
            ? new VerifiedSignature(key, (long)time)
            : null;
    }

    private static byte[] Message(string noteText, long time) =>
        Utf8.Bytes($"cosignature/v1\ntime {Decimal.Text(time)}\n{noteText}");
}
