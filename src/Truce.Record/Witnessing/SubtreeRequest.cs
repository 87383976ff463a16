namespace Truce.Record;

/// <summary>
/// A request to sign a subtree (tlog-witness, `sign-subtree`). Ed25519 cosignatures cannot sign one, so that a witness
/// needs a key of another kind to answer it: what is signed is checked here, and by what comes in as a function.
/// </summary>
public sealed record SubtreeRequest(
    long Start, long End, Digest Hash, IReadOnlyList<Digest> Proof, SignedNote Note, Checkpoint Head)
{
    /// <summary>The path below the submission prefix.</summary>
    public const string Path = "sign-subtree";

    private const string Word = "subtree";

    /// <summary>Reads a request's body.</summary>
    public static Parsed<SubtreeRequest> Parse(ReadOnlySpan<byte> body)
    {
        var split = body.IndexOf("\n\n"u8);
        if (body.Length > Witness.RequestBytesMax || split < 0 || Utf8.Text(body[..split]) is not { } header
            || header.Split('\n') is not [var range, var hashLine, .. var lines])
        {
            return new Unreadable("a request is a range, a hash, a proof, an empty line and a checkpoint");
        }

        if (range.Split(' ') is not [Word, var low, var high]
            || Decimal.Parse(low) is not { } start || Decimal.Parse(high) is not { } end)
        {
            return new Unreadable("the first line is not `subtree` and two decimal numbers");
        }

        if (Digest.Parse(hashLine) is not { } hash || ProofLines.Parse(lines) is not { } proof)
        {
            return new Unreadable($"a hash, and a proof of at most {Merkle.ProofHashesMax} hashes, in base64");
        }

        var note = SignedNote.Parse(body[(split + 2)..]);
        var head = note.IsValid ? Checkpoint.Parse(note.Value.Text) : new Unreadable(note.Error);
        return !head.IsValid ? new Unreadable(head.Error)
            : !SubtreeProof.IsSubtree(start, end) || end > head.Value.Size
                ? new Unreadable("the range is not a subtree of the checkpoint's tree")
            : new SubtreeRequest(start, end, hash, proof, note.Value!, head.Value);
    }

    /// <summary>Answers a request.</summary>
    /// <param name="body">The request's body.</param>
    /// <param name="isKnown">Whether the origin is of a log that is watched.</param>
    /// <param name="isOwn">Whether one of the witness's own keys cosigned the checkpoint, validly.</param>
    /// <param name="sign">Signature lines over the subtree, with time 0, by keys whose format supports it.</param>
    public static WitnessAnswer Answer(
        ReadOnlySpan<byte> body, Func<string, bool> isKnown, Func<SignedNote, bool> isOwn,
        Func<SubtreeRequest, string> sign)
    {
        var request = Parse(body);
        if (!request.IsValid)
        {
            return Refuse(400, request.Error);
        }

        var it = request.Value;
        return !isKnown(it.Head.Origin) ? Refuse(404, "unknown log")
            : !isOwn(it.Note) ? Refuse(403, "the checkpoint has no cosignature of this witness that holds")
            : !SubtreeProof.Verify(it.Start, it.End, it.Head.Size, it.Hash, it.Head.Root, it.Proof)
                ? Refuse(422, "the subtree is not consistent with the checkpoint")
            : new WitnessAnswer(200, Plain, sign(it), Next: null);
    }

    private const string Plain = "text/plain; charset=utf-8";

    private static WitnessAnswer Refuse(int status, string reason) => new(status, Plain, reason + "\n", Next: null);
}
