namespace Truce.Record;

/// <summary>
/// The operator's promise that an entry stands at an index. With a witnessed checkpoint it proves the promise broken,
/// or kept.
/// </summary>
public sealed record Receipt(string Origin, long Index, Digest Leaf, Digest Statement, long ReceivedAt)
{
    /// <summary>The log holds the entry in a witnessed tree within this time after it received it.</summary>
    public const long DeadlineMilliseconds = 60_000;

    /// <summary>How long after the deadline a checkpoint without the entry proves a breach.</summary>
    public const long GraceMilliseconds = 60_000;

    internal const string Head = "truce/receipt/v1";
    private const int Lines = 7;

    /// <summary>By when the entry must be witnessed, in POSIX milliseconds.</summary>
    public long Deadline => checked(ReceivedAt + DeadlineMilliseconds);

    /// <summary>The text that the receipt key signs as a note.</summary>
    public string Text =>
        $"{Head}\n{Origin}\n{Decimal.Text(Index)}\n{Leaf}\n{Statement}\n"
        + $"{Decimal.Text(ReceivedAt)}\n{Decimal.Text(Deadline)}\n";

    /// <summary>The receipt as a signed note.</summary>
    public SignedNote Sign(SigningKey receiptKey) => SignedNote.Sign(Text, receiptKey);

    /// <summary>Reads a receipt that the receipt key of its log signed.</summary>
    public static Parsed<Receipt> Open(SignedNote note, VerifierKey receiptKey)
    {
        var signatures = note.Verify(receiptKey);
        if (!signatures.IsValid)
        {
            return new Unreadable(signatures.Error);
        }

        var lines = note.Text[..^1].Split('\n');
        if (lines.Length != Lines || lines[0] != Head || lines[1].Length == 0
            || Decimal.Parse(lines[2]) is not { } index || Digest.Parse(lines[3]) is not { } leaf
            || Digest.Parse(lines[4]) is not { } statement
            || Decimal.Parse(lines[5]) is not (<= CanonicalJson.NumberMax and { } received))
        {
            return new Unreadable($"a receipt is `{Head}` and six lines");
        }

        var receipt = new Receipt(lines[1], index, leaf, statement, received);
        return receipt.Text == note.Text
            ? receipt
            : new Unreadable("the receipt's deadline is not its time and a minute");
    }

    /// <summary>What a witnessed checkpoint, with the leaf that it proves at the index, says of the promise.</summary>
    /// <param name="seen">The checkpoint, accepted under a policy of leaf 0's witnesses alone.</param>
    /// <param name="leafThere">The hash proved at the receipt's index; null where the tree is too small.</param>
    /// <param name="witnesses">How many witnesses leaf 0 names.</param>
    public Promise Judge(WitnessedCheckpoint seen, Digest? leafThere, int witnesses)
    {
        if (seen.Checkpoint.Origin != Origin || seen.Witnesses.Count <= witnesses / 2)
        {
            return Promise.Open;
        }

        if (seen.Checkpoint.Size > Index)
        {
            return leafThere is null ? Promise.Open : leafThere == Leaf ? Promise.Kept : Promise.Broken;
        }

        var late = checked(Deadline + GraceMilliseconds);
        var afterwards = seen.Witnesses.Values.Count(time => time > late / 1000);
        return afterwards > witnesses / 2 ? Promise.Broken : Promise.Open;
    }
}

/// <summary>What has become of a receipt.</summary>
public enum Promise
{
    /// <summary>What was shown proves neither.</summary>
    Open,

    /// <summary>The entry stands where it was promised.</summary>
    Kept,

    /// <summary>Another entry stands there, or the time has passed without it.</summary>
    Broken,
}
