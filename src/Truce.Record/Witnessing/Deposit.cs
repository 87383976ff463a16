namespace Truce.Record;

/// <summary>
/// Another organisation's word that it held a statement for a log at a time: against an operator that answers nothing.
/// </summary>
/// <param name="Origin">The log that the statement is for.</param>
/// <param name="Statement">SHA-256 of S, or of S′.</param>
/// <param name="Time">When the depositary took it, in POSIX milliseconds.</param>
public sealed record Deposit(string Origin, Digest Statement, long Time)
{
    /// <summary>Within this time after a deposit the log holds the statement or a signed refusal.</summary>
    public const long AnswerMilliseconds = 15 * 60_000;

    /// <summary>How many depositaries prove that the operator had it: one alone may not have forwarded it.</summary>
    public const int DepositariesNeeded = 2;

    internal const string Head = "truce/deposit/v1";
    private const int Lines = 4;

    /// <summary>The text that the depositary signs as a note.</summary>
    public string Text => $"{Head}\n{Origin}\n{Statement}\n{Decimal.Text(Time)}\n";

    /// <summary>By when the log must have answered, in POSIX milliseconds.</summary>
    public long Due => checked(Time + AnswerMilliseconds);

    /// <summary>
    /// The deposit as a note that a mirror signs: with its own Ed25519 key under its own name, of type 0x01, since a
    /// deposit is no checkpoint. A cosignature's message and a deposit's text never begin alike.
    /// </summary>
    public SignedNote Sign(SigningKey mirror) => SignedNote.Sign(Text, mirror.As(KeyUse.Note));

    /// <summary>Reads a deposit that one of some mirrors signed; their keys are those that leaf 0 names.</summary>
    public static Parsed<SignedDeposit> Open(SignedNote note, params IReadOnlyList<VerifierKey> mirrors)
    {
        var signatures = note.Verify([.. mirrors.Select(m => m.As(KeyUse.Note))]);
        if (!signatures.IsValid)
        {
            return new Unreadable(signatures.Error);
        }

        var lines = note.Text[..^1].Split('\n');
        return lines.Length == Lines && lines[0] == Head && lines[1].Length > 0
            && Digest.Parse(lines[2]) is { } statement
            && Decimal.Parse(lines[3]) is <= CanonicalJson.NumberMax and { } time
            ? new SignedDeposit(new Deposit(lines[1], statement, time), signatures.Value[0].Key)
            : new Unreadable($"a deposit is `{Head}` and three lines");
    }

    /// <summary>
    /// The statements that the log has left without an answer past their time, each with its earliest deposit and all
    /// its depositaries.
    /// </summary>
    /// <param name="deposits">Deposits for one log.</param>
    /// <param name="isAnswered">Whether the log holds a statement, or a signed refusal of it.</param>
    /// <param name="now">POSIX milliseconds.</param>
    public static IReadOnlyList<OverdueDeposit> Overdue(
        IEnumerable<SignedDeposit> deposits, Func<Digest, bool> isAnswered, long now) =>
    [
        .. from deposit in deposits
           group deposit by deposit.Deposit.Statement into same
           let due = same.Where(d => d.Deposit.Due < now).ToArray()
           where due.Length > 0 && !isAnswered(same.Key)
           select new OverdueDeposit(
               same.Key, due.Min(d => d.Deposit.Time),
               [.. due.Select(d => d.By.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
               Distinct(due) >= DepositariesNeeded),
    ];

    /// <summary>One machine under two names is one depositary.</summary>
    private static int Distinct(SignedDeposit[] deposits) =>
        deposits.Select(d => Convert.ToHexString(d.By.PublicBytes)).Distinct(StringComparer.Ordinal).Count();
}

/// <summary>A deposit and whose it is.</summary>
public sealed record SignedDeposit(Deposit Deposit, VerifierKey By);

/// <summary>A statement that the log owes an answer.</summary>
/// <param name="Statement">SHA-256 of it.</param>
/// <param name="Since">The earliest deposit that is due, in POSIX milliseconds.</param>
/// <param name="By">The names of its depositaries.</param>
/// <param name="IsProof">Whether there are enough of them to prove that the operator had it.</param>
public sealed record OverdueDeposit(Digest Statement, long Since, IReadOnlyList<string> By, bool IsProof);
