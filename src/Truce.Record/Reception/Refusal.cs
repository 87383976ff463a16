namespace Truce.Record;

/// <summary>Why a submission was not taken. A rule or a ruling is never among the reasons.</summary>
public enum RefusalReason
{
    /// <summary>It is no statement, or its parts do not fit together: these bytes will never be taken.</summary>
    Form,

    /// <summary>It is for another log, or for another genesis.</summary>
    Log,

    /// <summary>The key is not enrolled here.</summary>
    Access,

    /// <summary>The signature does not hold.</summary>
    Signature,

    /// <summary>A ciphertext, its wraps or an attachment that it names is missing or another.</summary>
    Body,

    /// <summary>The key or its organisation has used what it may send for now.</summary>
    Limit,

    /// <summary>Too many wait to be written.</summary>
    Full,

    /// <summary>The log has stopped.</summary>
    Stopped,
}

/// <summary>
/// The operator's signed answer that a submission was not taken. It names the statement and says when to send it
/// again, so that nothing is refused in silence. The receipt key signs it as a note.
/// </summary>
/// <param name="Origin">The log.</param>
/// <param name="Statement">SHA-256 of S or S′, as it came.</param>
/// <param name="Time">When, in POSIX milliseconds.</param>
/// <param name="Reason">Why, as a word.</param>
/// <param name="ResendAt">When to send it again, in POSIX milliseconds; null where these bytes are never taken.</param>
/// <param name="Words">Why, as one line for people.</param>
public sealed record Refusal(
    string Origin, Digest Statement, long Time, RefusalReason Reason, long? ResendAt, string Words)
{
    /// <summary>The longest line of words, in characters.</summary>
    public const int WordsLengthMax = 500;

    private const string Head = "truce/refusal/v1";
    private const string Never = "never";
    private const int Lines = 7;

    private static readonly (RefusalReason Reason, string Word)[] Reasons =
    [
        (RefusalReason.Form, "form"),
        (RefusalReason.Log, "log"),
        (RefusalReason.Access, "access"),
        (RefusalReason.Signature, "signature"),
        (RefusalReason.Body, "body"),
        (RefusalReason.Limit, "limit"),
        (RefusalReason.Full, "full"),
        (RefusalReason.Stopped, "stopped"),
    ];

    /// <summary>The reason's word.</summary>
    public string Word => Reasons.First(r => r.Reason == Reason).Word;

    /// <summary>The text that the receipt key signs.</summary>
    public string Text =>
        $"{Head}\n{Origin}\n{Statement}\n{Decimal.Text(Time)}\n{Word}\n"
        + $"{(ResendAt is { } at ? Decimal.Text(at) : Never)}\n{Words}\n";

    /// <summary>The refusal as a signed note.</summary>
    /// <exception cref="ArgumentException">The words are empty, too long or no single line.</exception>
    public SignedNote Sign(SigningKey receiptKey) =>
        Words.Length is > 0 and <= WordsLengthMax && Words.All(c => c >= ' ')
            ? SignedNote.Sign(Text, receiptKey)
            : throw new ArgumentException("a refusal's words are one line of 1 to 500 characters");

    /// <summary>Reads a refusal that the receipt key of its log signed.</summary>
    public static Parsed<Refusal> Open(SignedNote note, VerifierKey receiptKey)
    {
        var signatures = note.Verify(receiptKey);
        if (!signatures.IsValid)
        {
            return new Unreadable(signatures.Error);
        }

        var lines = note.Text[..^1].Split('\n');
        if (lines.Length != Lines || lines[0] != Head || lines[1].Length == 0
            || Digest.Parse(lines[2]) is not { } statement
            || Decimal.Parse(lines[3]) is not (<= CanonicalJson.NumberMax and { } time)
            || Reasons.FirstOrDefault(r => r.Word == lines[4]) is not { Word: not null } reason
            || (lines[5] != Never && Decimal.Parse(lines[5]) is not <= CanonicalJson.NumberMax)
            || lines[6].Length is 0 or > WordsLengthMax)
        {
            return new Unreadable($"a refusal is `{Head}` and six lines");
        }

        return new Refusal(lines[1], statement, time, reason.Reason, Decimal.Parse(lines[5]), lines[6]);
    }
}
