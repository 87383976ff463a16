namespace Truce.Record;

/// <summary>
/// An order to start a log though half of its witnesses or more did not answer: it is signed, and it is shown.
/// </summary>
/// <param name="Origin">The log.</param>
/// <param name="Size">How many entries it held when the order was given.</param>
/// <param name="Root">The root over them.</param>
/// <param name="Time">POSIX milliseconds.</param>
public sealed record StartOrder(string Origin, long Size, Digest Root, long Time)
{
    private const string Head = "truce/start/v1";
    private const int Lines = 5;

    /// <summary>The text that is signed as a note.</summary>
    public string Text => $"{Head}\n{Origin}\n{Decimal.Text(Size)}\n{Root}\n{Decimal.Text(Time)}\n";

    /// <summary>The order as a signed note.</summary>
    public SignedNote Sign(SigningKey key) => SignedNote.Sign(Text, key);

    /// <summary>Reads an order that one of some keys signed.</summary>
    public static Parsed<StartOrder> Open(SignedNote note, params IReadOnlyList<VerifierKey> keys)
    {
        var signatures = note.Verify(keys);
        if (!signatures.IsValid)
        {
            return new Unreadable(signatures.Error);
        }

        var lines = note.Text[..^1].Split('\n');
        return lines.Length == Lines && lines[0] == Head && lines[1].Length > 0
            && Decimal.Parse(lines[2]) is { } size && Digest.Parse(lines[3]) is { } root
            && Decimal.Parse(lines[4]) is <= CanonicalJson.NumberMax and { } time
            ? new StartOrder(lines[1], size, root, time)
            : new Unreadable($"a start order is `{Head}` and four lines");
    }

    /// <summary>Whether it is for a log as it is now; an order does not serve twice once the log has grown.</summary>
    public bool IsFor(RecordLog log) => Origin == log.Settings.Key.Name && Size == log.Size && Root == log.Root;
}
