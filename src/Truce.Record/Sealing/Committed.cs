namespace Truce.Record;

/// <summary>
/// O: the committed object of a confidential entry. It is the canonical JSON of a salt, the members of S or of R, and
/// padding to exactly 1, 4, 16 or 64 KiB, the smallest that fits, so that its length tells its size class and nothing
/// more. R takes at least 4 KiB, so that a short ruling is not told from a longer one.
/// </summary>
public sealed record Committed
{
    /// <summary>The length of a salt.</summary>
    public const int SaltBytes = 32;

    /// <summary>The smallest size class of a committed outcome.</summary>
    public const int OutcomeBytesMin = 4096;

    private const string Salt = "salt";
    private const string Padding = "padding";
    private const int FrameBytes = 67; // ,"salt":"…44…" and ,"padding":"" beside the members of S or R

    private readonly JsonValue.Members _fields;

    private Committed(byte[] bytes, JsonValue.Members fields) =>
        (Bytes, Commit, _fields) = (bytes, ConfidentialStatement.CommitTo(bytes), fields);

    /// <summary>The lengths that there are.</summary>
    public static IReadOnlyList<int> SizeClasses { get; } = [1024, 4096, 16_384, 65_536];

    /// <summary>The canonical bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>SHA-256("truce/commit/v1\0" ‖ O).</summary>
    public Digest Commit { get; }

    /// <summary>Whether an outcome is within; otherwise a statement is.</summary>
    public bool IsOutcome => _fields["received_at"] is not null;

    /// <summary>The object of a confidential statement. The salt is random and used once.</summary>
    /// <exception cref="ArgumentException">The statement is clear or too long, or the salt is no salt.</exception>
    public static Committed Of(Statement statement, ReadOnlySpan<byte> salt)
    {
        if (statement.Audience is null)
        {
            throw new ArgumentException("a confidential statement has an audience", nameof(statement));
        }

        var bytes = statement.ToBytes();
        return bytes.Length > Leaf.StatementBytesMax
            ? throw new ArgumentException($"a statement has at most {Leaf.StatementBytesMax} bytes", nameof(statement))
            : Of((JsonValue.Members)CanonicalJson.Parse(bytes).Required(), salt, smallest: 0);
    }

    /// <summary>The object of a confidential entry's outcome. The salt is random and used once.</summary>
    /// <exception cref="ArgumentException">The outcome is too long, or the salt has another length.</exception>
    public static Committed Of(Outcome outcome, ReadOnlySpan<byte> salt)
    {
        _ = outcome.ToBytes();
        return Of(outcome.ToJson(), salt, OutcomeBytesMin);
    }

    /// <summary>Reads O: canonical, a size class long, padded with zeros, and no larger than it must be.</summary>
    public static Parsed<Committed> Parse(ReadOnlySpan<byte> bytes)
    {
        if (!SizeClasses.Contains(bytes.Length))
        {
            return new Unreadable("a committed object has exactly 1, 4, 16 or 64 KiB");
        }

        var json = CanonicalJson.ParseCanonical(bytes);
        if (json.Value is not JsonValue.Members o
            || o[Salt] is not JsonValue.Text { Value: var salt } || Base64.Decode(salt) is not { Length: SaltBytes }
            || o[Padding] is not JsonValue.Text { Value: var padding } || padding.AsSpan().ContainsAnyExcept('0'))
        {
            return new Unreadable(
                json.Error ?? $"a committed object has a `salt` of {SaltBytes} bytes in base64 and `padding` of zeros");
        }

        var fields = new JsonValue.Members([.. o.All.Where(m => m.Key is not (Salt or Padding))]);
        var committed = new Committed(bytes.ToArray(), fields);
        var (smallest, longest) = committed.IsOutcome
            ? (OutcomeBytesMin, Leaf.OutcomeBytesMax)
            : (0, Leaf.StatementBytesMax);
        var used = bytes.Length - padding.Length;
        return ClassFor(used, smallest) != bytes.Length
            ? new Unreadable("the committed object is padded to more than the smallest size that fits")
            : used - FrameBytes > longest
                ? new Unreadable($"what is committed is longer than {longest} bytes")
                : committed;
    }

    /// <summary>The statement within, with its audience.</summary>
    public Parsed<Statement> Statement()
    {
        var statement = Truce.Record.Statement.Read(_fields);
        return statement is { IsValid: true, Value.Audience: null }
            ? new Unreadable("a confidential statement has no `audience`")
            : statement;
    }

    /// <summary>The outcome within.</summary>
    public Parsed<Outcome> Outcome() => Truce.Record.Outcome.Read(_fields);

    /// <inheritdoc/>
    public bool Equals(Committed? other) => other is not null && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => Commit.GetHashCode();

    private static Committed Of(JsonValue.Members fields, ReadOnlySpan<byte> salt, int smallest)
    {
        if (salt.Length != SaltBytes)
        {
            throw new ArgumentException($"a salt has {SaltBytes} bytes", nameof(salt));
        }

        var salted = new JsonValue.Text(Convert.ToBase64String(salt));
        byte[] Padded(string padding) => CanonicalJson.Write(new JsonValue.Members(
            [.. fields.All, new(Salt, salted), new(Padding, new JsonValue.Text(padding))]));

        var used = Padded("").Length;
        return new Committed(Padded(new string('0', ClassFor(used, smallest) - used)), fields);
    }

    private static int ClassFor(int used, int smallest) => SizeClasses.First(c => c >= used && c >= smallest);
}
