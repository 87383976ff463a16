namespace Truce.Record;

/// <summary>The random values of one sealing, each used once: they come in, so that a test can repeat them.</summary>
/// <param name="Salt">32 bytes in the committed object.</param>
/// <param name="Key">32 bytes: the key of the ciphertext.</param>
/// <param name="Seeds">32 bytes for each recipient, in their order.</param>
public sealed record SealRandom(
    ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Key, IReadOnlyList<ReadOnlyMemory<byte>> Seeds)
{
    /// <summary>How many random bytes a sealing to so many recipients takes.</summary>
    public static int BytesFor(int recipients) => Committed.SaltBytes + Cipher.KeyBytes + (recipients * SeedBytes);

    /// <summary>Cuts random bytes into a salt, a key and seeds.</summary>
    /// <exception cref="ArgumentException">There are not exactly as many bytes as are needed.</exception>
    public static SealRandom From(ReadOnlyMemory<byte> random, int recipients) =>
        random.Length != BytesFor(recipients)
            ? throw new ArgumentException($"{recipients} recipients take {BytesFor(recipients)} random bytes")
            : new SealRandom(
                random[..Committed.SaltBytes], random.Slice(Committed.SaltBytes, Cipher.KeyBytes),
                [.. Enumerable.Range(0, recipients).Select(
                    i => random.Slice(Committed.SaltBytes + Cipher.KeyBytes + (i * SeedBytes), SeedBytes))]);

    private const int SeedBytes = 32;
}

/// <summary>A ciphertext with the commitment to what it hides, and its key wrapped for the recipients.</summary>
public sealed record SealedBody(Digest Commit, Digest CiphertextHash, ReadOnlyMemory<byte> Ciphertext, Wraps Wraps)
{
    /// <summary>How a step names it.</summary>
    public Attached Attached => new(Commit, CiphertextHash);
}

/// <summary>What a device sends for a confidential step. It signs S′ and keeps O.</summary>
public sealed record SealedStatement(ConfidentialStatement Statement, Committed Committed, SealedBody Body);

/// <summary>What the operator stores for the outcome of a confidential step.</summary>
public sealed record SealedOutcome(ConfidentialOutcome Outcome, Committed Committed, SealedBody Body);

/// <summary>A reader: under which name its wraps are, and its key.</summary>
public sealed record Reader(string Name, ReadingKey Key);

/// <summary>Sealing statements, outcomes and documents to recipients, and opening them again.</summary>
public static class Seal
{
    /// <summary>Seals a statement to its audience and the operator, who must be exactly the recipients.</summary>
    /// <exception cref="ArgumentException">The recipients are not exactly those, or the statement is clear.</exception>
    public static SealedStatement Statement(
        Statement statement, IReadOnlyList<Recipient> recipients, SealRandom random)
    {
        var committed = Committed.Of(statement, random.Salt.Span);
        var body = Body(committed.Bytes, committed.Commit, statement.Genesis, recipients, random);
        return body.Wraps.AreFor(statement.Audience!)
            ? new SealedStatement(new(body.Commit, body.CiphertextHash), committed, body)
            : throw new ArgumentException("the recipients are not the audience and the operator", nameof(recipients));
    }

    /// <summary>Seals an outcome to the audience of its step and the operator, under a key of its own.</summary>
    /// <exception cref="ArgumentException">The recipients are not exactly those.</exception>
    public static SealedOutcome Outcome(
        Outcome outcome, Audience audience, Digest genesis, IReadOnlyList<Recipient> recipients, SealRandom random)
    {
        var committed = Committed.Of(outcome, random.Salt.Span);
        var body = Body(committed.Bytes, committed.Commit, genesis, recipients, random);
        return body.Wraps.AreFor(audience)
            ? new SealedOutcome(new(outcome.ReceivedAt, body.Commit, body.CiphertextHash), committed, body)
            : throw new ArgumentException("the recipients are not the audience and the operator", nameof(recipients));
    }

    /// <summary>
    /// Seals a document or a photograph to whoever the author names. Without the operator among them it is a *sealed*
    /// document: nobody else ever reads it, and no rule may depend on it.
    /// </summary>
    public static SealedBody Document(
        ReadOnlySpan<byte> content, Digest genesis, IReadOnlyList<Recipient> recipients, SealRandom random)
    {
        var body = Attached.Body(random.Salt.Span, content);
        return Body(body, Attached.CommitTo(body), genesis, recipients, random);
    }

    /// <summary>
    /// Opens a confidential statement and holds its parts against each other: ciphertext, commitment, audience, wraps,
    /// genesis, and the device that O names against the one that signed S′.
    /// </summary>
    public static Parsed<Statement> Open(
        ConfidentialStatement s, ReadOnlySpan<byte> signature, Lineage log, ReadOnlySpan<byte> ciphertext,
        Wraps wraps, Reader reader) => Open(s, signature, log, ciphertext, wraps, reader, out _);

    /// <summary>The same, with the key of the ciphertext, by which it opens again.</summary>
    internal static Parsed<Statement> Open(
        ConfidentialStatement s, ReadOnlySpan<byte> signature, Lineage log, ReadOnlySpan<byte> ciphertext,
        Wraps wraps, Reader reader, out byte[]? key)
    {
        var committed = Object(s.Commit, s.CiphertextHash, log.Genesis, ciphertext, wraps, reader, out key);
        return committed.IsValid
            ? Check(s, signature, log, committed.Value, audience => wraps.AreFor(audience, reader.Name))
            : new Unreadable(committed.Error);
    }

    /// <summary>Opens the outcome of a confidential entry and holds its parts against each other.</summary>
    public static Parsed<Outcome> Open(
        ConfidentialOutcome r, Digest genesis, ReadOnlySpan<byte> ciphertext, Wraps wraps, Reader reader)
    {
        var committed = Object(r.Commit, r.CiphertextHash, genesis, ciphertext, wraps, reader, out _);
        return committed.IsValid ? Check(r, committed.Value) : new Unreadable(committed.Error);
    }

    /// <summary>Opens a document: what was attached, without its salt; null where the reader cannot.</summary>
    public static ReadOnlyMemory<byte>? Open(
        Attached attached, Lineage log, ReadOnlySpan<byte> ciphertext, Wraps wraps, Reader reader)
    {
        byte[]? body = null;
        foreach (var genesis in attached.CiphertextHash is null ? [] : log.All)
        {
            // Its wraps were made for the log that its author knew, and nobody else can make them anew.
            body ??= Opened(
                attached.Commit, attached.CiphertextHash!.Value, genesis, ciphertext, wraps, reader, out _).Value;
        }

        return body is not null && Attached.CommitTo(body) == attached.Commit ? Attached.Content(body) : null;
    }

    /// <summary>Whether a committed object is what a signed S′ stands for.</summary>
    internal static Parsed<Statement> Check(
        ConfidentialStatement s, ReadOnlySpan<byte> signature, Lineage log, Committed committed,
        Func<Audience, bool>? isFor = null)
    {
        if (committed.Commit != s.Commit)
        {
            return new Unreadable("the committed object is not the one that the entry commits to");
        }

        var statement = committed.Statement();
        return !statement.IsValid ? statement
            : !log.Takes(statement.Value)
                ? new Unreadable("the statement within is for another genesis")
            : !Truce.Record.Statement.Verify(
                statement.Value.Key, statement.Value.Genesis, s.ToBytes(), signature)
                ? new Unreadable("the entry is not signed by the device that the statement within names")
            : isFor?.Invoke(statement.Value.Audience!) == false
                ? new Unreadable("the key is not wrapped for exactly the audience and the operator")
            : statement;
    }

    /// <summary>Whether a committed object is what R′ stands for.</summary>
    internal static Parsed<Outcome> Check(ConfidentialOutcome r, Committed committed)
    {
        if (committed.Commit != r.Commit)
        {
            return new Unreadable("the committed outcome is not the one that the entry commits to");
        }

        var outcome = committed.Outcome();
        return outcome.IsValid && outcome.Value.ReceivedAt != r.ReceivedAt
            ? new Unreadable("the outcome within says another time than the entry")
            : outcome;
    }

    private static Parsed<Committed> Object(
        Digest commit, Digest ciphertextHash, Digest genesis, ReadOnlySpan<byte> ciphertext, Wraps wraps,
        Reader reader, out byte[]? key)
    {
        var opened = Opened(commit, ciphertextHash, genesis, ciphertext, wraps, reader, out key);
        return opened.IsValid ? Committed.Parse(opened.Value) : new Unreadable(opened.Error);
    }

    private static Parsed<byte[]> Opened(
        Digest commit, Digest ciphertextHash, Digest genesis, ReadOnlySpan<byte> ciphertext, Wraps wraps,
        Reader reader, out byte[]? key)
    {
        key = null;
        if (wraps.CiphertextHash != ciphertextHash || Digest.Of(ciphertext) != ciphertextHash)
        {
            return new Unreadable("the ciphertext or the wraps are not those that the entry names");
        }

        if (!wraps.Names(reader.Name))
        {
            return new Unreadable($"nothing is wrapped for `{reader.Name}`");
        }

        key = wraps.Open(genesis, reader.Name, reader.Key);
        return key is null ? new Unreadable($"the wrap for `{reader.Name}` does not open with this key")
            : Cipher.Open(ciphertext, commit, key) is not { } plaintext
                ? new Unreadable("the ciphertext does not open with the key that is wrapped")
            : plaintext;
    }

    private static SealedBody Body(
        ReadOnlyMemory<byte> plaintext, Digest commit, Digest genesis, IReadOnlyList<Recipient> recipients,
        SealRandom random)
    {
        var ciphertext = Cipher.Seal(plaintext.Span, commit, random.Key.Span);
        var hash = Digest.Of(ciphertext);
        return new SealedBody(
            commit, hash, ciphertext, Wraps.Make(genesis, hash, random.Key.Span, recipients, random.Seeds));
    }
}
