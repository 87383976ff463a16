namespace Truce.Record;

/// <summary>A log's tree head: who it is, how many leaves, and the root. The text of a signed note.</summary>
public sealed record Checkpoint
{
    private Checkpoint(string origin, long size, Digest root, IReadOnlyList<string> extensions) =>
        (Origin, Size, Root, Extensions) = (origin, size, root, extensions);

    /// <summary>A tree head without extension lines.</summary>
    /// <exception cref="ArgumentException">The origin or the size cannot be a checkpoint's.</exception>
    public Checkpoint(string origin, long size, Digest root)
        : this(origin, size, root, [])
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (origin.Length == 0 || origin.Any(c => c < ' ') || !Utf8.IsText(origin))
        {
            throw new ArgumentException("an origin is a line without control characters", nameof(origin));
        }
    }

    /// <summary>The log's identity; it equals the name of the log's key.</summary>
    public string Origin { get; }

    /// <summary>How many leaves.</summary>
    public long Size { get; }

    /// <summary>The root over them.</summary>
    public Digest Root { get; }

    /// <summary>Lines that are signed and mean nothing here. Our own log writes none.</summary>
    public IReadOnlyList<string> Extensions { get; }

    /// <summary>The note's text.</summary>
    public string Text =>
        $"{Origin}\n{Decimal.Text(Size)}\n{Root}\n{string.Concat(Extensions.Select(line => line + "\n"))}";

    /// <summary>Reads a note's text.</summary>
    public static Parsed<Checkpoint> Parse(string text)
    {
        if (!text.EndsWith('\n') || text[..^1].Split('\n') is not [var origin, var size, var root, .. var extensions])
        {
            return new Unreadable("a checkpoint has at least three lines: origin, size, root");
        }

        if (origin.Length == 0 || extensions.Any(line => line.Length == 0))
        {
            return new Unreadable("a checkpoint has an empty line");
        }

        if (Decimal.Parse(size) is not { } leaves)
        {
            return new Unreadable("the checkpoint's size is not a decimal number without leading zeros below 2^63");
        }

        return Digest.Parse(root) is { } hash
            ? new Checkpoint(origin, leaves, hash, extensions)
            : new Unreadable("the checkpoint's root is not the base64 of 32 bytes");
    }

    /// <summary>The checkpoint as a note that a log's key signed.</summary>
    /// <exception cref="ArgumentException">The key's name is not the origin.</exception>
    public SignedNote Sign(SigningKey log) => log.Verifier.Name == Origin
        ? SignedNote.Sign(Text, log)
        : throw new ArgumentException("a log signs under its origin", nameof(log));

    /// <inheritdoc/>
    public bool Equals(Checkpoint? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}
