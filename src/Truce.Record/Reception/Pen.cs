using System.Buffers.Binary;

namespace Truce.Record;

/// <summary>
/// A device's statements for one log, each naming the one before of its chain. Ids come of a time and of random bytes
/// that are handed in.
/// </summary>
/// <param name="device">The device's key; it stays the caller's.</param>
/// <param name="founding">The log.</param>
/// <param name="clear">SHA-256 of the device's last clear statement; null before its first.</param>
/// <param name="confidential">SHA-256 of its last S′; null before its first.</param>
public sealed class Pen(DeviceSigner device, Founding founding, Digest? clear = null, Digest? confidential = null)
{
    /// <summary>How many random bytes an id takes.</summary>
    public const int RandomBytes = 10;

    private Digest? _clear = clear;
    private Digest? _confidential = confidential;

    /// <summary>What every statement of this device begins with; the caller fills in the rest.</summary>
    /// <param name="type">What kind of act.</param>
    /// <param name="act">The act.</param>
    /// <param name="occurredAt">When it happened, in POSIX milliseconds.</param>
    /// <param name="seen">The checkpoint size that the device knew.</param>
    /// <param name="random">Ten random bytes.</param>
    public Statement Draft(string type, JsonValue act, long occurredAt, long seen, ReadOnlySpan<byte> random) => new()
    {
        Origin = founding.Genesis.Origin,
        Genesis = founding.Hash,
        Id = Id(occurredAt, random),
        Key = device.Key,
        Previous = _clear,
        Seen = seen,
        Type = type,
        OccurredAt = occurredAt,
        Act = act,
    };

    /// <summary>Signs a clear statement; the next one names it.</summary>
    public Submission Sign(Statement statement, params IReadOnlyList<SubmittedBody> bodies)
    {
        var signed = SignedStatement.Sign(statement, device);
        _clear = Digest.Of(signed.Statement.Span);
        return new Submission(signed.Statement, signed.Signature, Ciphertext: null, Wraps: null, bodies);
    }

    /// <summary>Seals a statement to its audience and signs S′; the next confidential one names it.</summary>
    /// <exception cref="ArgumentException">The recipients are not the audience and the operator.</exception>
    public Submission Seal(
        Statement statement, IReadOnlyList<Recipient> recipients, SealRandom random,
        params IReadOnlyList<SubmittedBody> bodies)
    {
        var hidden = Record.Seal.Statement(statement with { Previous = _confidential }, recipients, random);
        var s = hidden.Statement.ToBytes();
        _confidential = Digest.Of(s);
        return new Submission(
            s, Statement.Sign(device, founding.Hash, s), hidden.Body.Ciphertext, hidden.Body.Wraps.ToBytes(), bodies);
    }

    /// <summary>A UUIDv7 (RFC 9562, section 5.7) of a time and random bytes.</summary>
    /// <exception cref="ArgumentException">
    /// There are not exactly ten random bytes, or the time has no 48 bits.
    /// </exception>
    public static string Id(long milliseconds, ReadOnlySpan<byte> random)
    {
        if (random.Length != RandomBytes || milliseconds is < 0 or >= 1L << 48)
        {
            throw new ArgumentException($"an id takes {RandomBytes} random bytes and a time since 1970");
        }

        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id, (ulong)milliseconds << 16);
        random.CopyTo(id[6..]);
        id[6] = (byte)(0x70 | (id[6] & 0x0f));
        id[8] = (byte)(0x80 | (id[8] & 0x3f));
        return new Guid(id, bigEndian: true).ToString();
    }
}
