namespace Truce.Record;

/// <summary>
/// What a device hands in: S or S′, its signature, and the bytes that the statement names by hash.
/// </summary>
/// <param name="Statement">S, or S′ of a confidential statement.</param>
/// <param name="Signature">The device's signature.</param>
/// <param name="Ciphertext">The sealed O of a confidential statement; null for a clear one.</param>
/// <param name="Wraps">The key of the ciphertext, wrapped for each grantee; null for a clear one.</param>
/// <param name="Bodies">Clear attachments, and ciphertexts with their wraps.</param>
public sealed record Submission(
    ReadOnlyMemory<byte> Statement,
    ReadOnlyMemory<byte> Signature,
    ReadOnlyMemory<byte>? Ciphertext,
    ReadOnlyMemory<byte>? Wraps,
    IReadOnlyList<SubmittedBody> Bodies)
{
    /// <summary>The most bodies with one statement.</summary>
    public const int BodiesMax = 64;

    /// <summary>A clear submission without attachments.</summary>
    public Submission(ReadOnlyMemory<byte> statement, ReadOnlyMemory<byte> signature)
        : this(statement, signature, Ciphertext: null, Wraps: null, [])
    {
    }
}

/// <summary>An attachment: its bytes as they are stored, and the wraps of its key where it is encrypted.</summary>
public sealed record SubmittedBody(ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte>? Wraps);

/// <summary>What became of a submission.</summary>
public abstract record Answer
{
    private Answer()
    {
    }

    /// <summary>
    /// It is durable: the receipt, signed by the receipt key. The same statement gets the same receipt.
    /// </summary>
    public sealed record Recorded(SignedNote Receipt, long Index, bool IsNew) : Answer;

    /// <summary>It was not taken: the signed refusal.</summary>
    public sealed record Refused(SignedNote Note, Refusal Refusal) : Answer;
}
