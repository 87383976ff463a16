namespace Truce.Record;

/// <summary>
/// A statement on its way to the record, S or S′ with the device's signature: a file `.statement` of canonical JSON
/// {signature, statement}, both base64, and a newline.
/// </summary>
public sealed record SignedStatement(ReadOnlyMemory<byte> Statement, ReadOnlyMemory<byte> Signature)
{
    /// <summary>A statement signed by the device that it names.</summary>
    /// <exception cref="ArgumentException">It names another key, or is too large for a leaf.</exception>
    public static SignedStatement Sign(Statement statement, DeviceSigner device)
    {
        if (statement.Key != device.Key)
        {
            throw new ArgumentException("a statement is signed by the key that it names", nameof(device));
        }

        var s = statement.ToBytes();
        return s.Length <= Leaf.StatementBytesMax
            ? new SignedStatement(s, Record.Statement.Sign(device, statement.Genesis, s))
            : throw new ArgumentException($"the statement is larger than {Leaf.StatementBytesMax} bytes");
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() =>
    [
        .. CanonicalJson.Write(new JsonValue.Members(
        [
            new("signature", Fields.Write(Signature.Span)),
            new("statement", Fields.Write(Statement.Span)),
        ])),
        (byte)'\n',
    ];

    /// <summary>Reads the file. Whether the signature holds is another question.</summary>
    public static Parsed<SignedStatement> Parse(ReadOnlySpan<byte> bytes)
    {
        var json = OneLine(bytes);
        if (!json.IsValid)
        {
            return new Unreadable(json.Error);
        }

        var fields = new Fields(json.Value, "a signed statement", "signature", "statement");
        var read = new SignedStatement(
            fields.Bytes("statement", Leaf.StatementBytesMax), fields.Bytes("signature", Leaf.SignatureBytesMax));
        return fields.Error is { } error ? new Unreadable(error) : read;
    }

    /// <summary>Reads S and checks the signature of the key that it names. S′ names none: see its object.</summary>
    public Parsed<Statement> Verify()
    {
        var s = Record.Statement.Parse(Statement.Span);
        return s.IsValid && !Record.Statement.Verify(s.Value.Key, s.Value.Genesis, Statement.Span, Signature.Span)
            ? new Unreadable($"the signature of `{s.Value.Key}` does not hold")
            : s;
    }

    /// <summary>A document of one line in canonical form, with its newline.</summary>
    internal static Parsed<JsonValue> OneLine(ReadOnlySpan<byte> bytes) => bytes is [.. var json, (byte)'\n']
        ? CanonicalJson.ParseCanonical(json)
        : new Unreadable("the file is not one line of JSON with its newline");
}
