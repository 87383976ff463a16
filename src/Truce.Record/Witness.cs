using System.Text;

namespace Truce.Record;

/// <summary>A log that a witness watches: its origin, and the keys that it trusts for it.</summary>
public sealed record WatchedLog(string Origin, IReadOnlyList<VerifierKey> Keys);

/// <summary>
/// What a witness holds of a log: the latest checkpoint that it cosigned, as a note with the log's signatures and its
/// own. It is what the monitoring path serves.
/// </summary>
public sealed record WitnessedHead(long Size, Digest Root, SignedNote Note);

/// <summary>
/// A witness's answer over HTTP. Where <see cref="Next"/> is not null the witness replaces what it holds by it,
/// atomically with the comparison and durably, before it sends the answer.
/// </summary>
public sealed record WitnessAnswer(int Status, string ContentType, string Body, WitnessedHead? Next)
{
    /// <summary>
    /// A checkpoint that the log's key signed and that denies the one held: of its size, with another root. The two
    /// convict the log; a witness keeps both. Null where nothing is proved.
    /// </summary>
    public SignedNote? Fork { get; init; }
}

/// <summary>tlog-witness as functions of a request and of what the witness holds; it does no input or output.</summary>
public static class Witness
{
    /// <summary>The path below the submission prefix.</summary>
    public const string AddCheckpointPath = "add-checkpoint";

    /// <summary>The largest request: 63 hashes and a note.</summary>
    public const int RequestBytesMax = SignedNote.BytesMax + 4096;

    /// <summary>The largest checkpoint that is held: a note, less a line of 1024 bytes for the cosignature.</summary>
    public const int HeldBytesMax = SignedNote.BytesMax - 1024;

    /// <summary>The content type of a conflict, whose body is the size that the witness holds.</summary>
    public const string SizeType = "text/x.tlog.size";

    private const string PlainType = "text/plain; charset=utf-8";
    private const string OldWord = "old ";

    /// <summary>The path below the monitoring prefix at which the latest checkpoint of a log lies.</summary>
    public static string MonitoringPath(string origin) => $"{Digest.Of(Utf8.Bytes(origin)).ToHex()}/checkpoint";

    /// <summary>
    /// Answers a request to add a checkpoint. The caller holds the log's lock from <paramref name="held"/> until the
    /// new head is on the disk.
    /// </summary>
    /// <param name="body">The request's body.</param>
    /// <param name="watched">The log with an origin; null where the witness does not watch it.</param>
    /// <param name="held">What is held of a log; null where nothing was cosigned yet.</param>
    /// <param name="cosigner">The witness's key; null where a mirror only takes note of a checkpoint.</param>
    /// <param name="time">POSIX seconds.</param>
    public static WitnessAnswer AddCheckpoint(
        ReadOnlySpan<byte> body,
        Func<string, WatchedLog?> watched,
        Func<string, WitnessedHead?> held,
        SigningKey? cosigner,
        long time)
    {
        var request = AddCheckpointRequest.Parse(body);
        if (!request.IsValid)
        {
            return Refuse(400, request.Error);
        }

        var (old, proof, note, head) = request.Value;
        if (watched(head.Origin) is not { } log)
        {
            return Refuse(404, "unknown log");
        }

        var signatures = note.Verify(log.Keys);
        if (!signatures.IsValid)
        {
            return Refuse(403, signatures.Error);
        }

        if (old > head.Size)
        {
            return Refuse(400, "the old size is larger than the checkpoint's");
        }

        var before = held(head.Origin);
        if (old != (before?.Size ?? 0))
        {
            return new WitnessAnswer(409, SizeType, $"{Decimal.Text(before?.Size ?? 0)}\n", Next: null);
        }

        if (head.Size == 0 && head.Root != Merkle.EmptyRoot)
        {
            return Refuse(422, "an empty tree has the hash of nothing as its root");
        }

        if (!Merkle.VerifyConsistency(old, before?.Root ?? Merkle.EmptyRoot, head.Size, head.Root, proof))
        {
            return Refuse(422, "the checkpoint is not consistent with the one held") with
            {
                Fork = before is not null && before.Size == head.Size && before.Root != head.Root ? note : null,
            };
        }

        // What is held is read again at the next start: a line of each key, and room for the cosignature.
        var kept = note.FirstOf(log.Keys);
        if (kept.ToBytes().Length > HeldBytesMax)
        {
            return Refuse(413, $"a checkpoint with its log's signatures has at most {HeldBytesMax} bytes");
        }

        if (cosigner is null)
        {
            return new WitnessAnswer(200, PlainType, "", new WitnessedHead(head.Size, head.Root, kept));
        }

        var mine = Cosignature.Sign(cosigner, note.Text, time);
        return new WitnessAnswer(
            200, PlainType, mine.Line, new WitnessedHead(head.Size, head.Root, kept.With([mine])));
    }

    /// <summary>A request's body, for whoever asks for a cosignature.</summary>
    public static byte[] Request(long old, IReadOnlyList<Digest> proof, SignedNote checkpoint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(old);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(proof.Count, Merkle.ProofHashesMax);
        var text = new StringBuilder(OldWord).Append(Decimal.Text(old)).Append('\n');
        foreach (var hash in proof)
        {
            text.Append(hash.ToString()).Append('\n');
        }

        return Utf8.Bytes(text.Append('\n').Append(checkpoint).ToString());
    }

    /// <summary>What a witness's answer means. Lines of keys other than the witness's own are passed over.</summary>
    public static WitnessReply Read(int status, ReadOnlySpan<byte> body, SignedNote checkpoint, VerifierKey witness)
    {
        if (body.Length > SignedNote.BytesMax)
        {
            return new WitnessReply.Refused(status, "the answer is too large");
        }

        if (status == 409)
        {
            return Utf8.Text(body) is [.. var digits, '\n'] && Decimal.Parse(digits) is { } size
                ? new WitnessReply.Elsewhere(size)
                : new WitnessReply.Refused(status, "the witness holds another size and does not say which");
        }

        if (status != 200)
        {
            return new WitnessReply.Refused(status, "the witness did not cosign");
        }

        var note = SignedNote.Parse([.. Utf8.Bytes(checkpoint.Text), (byte)'\n', .. body]);
        if (!note.IsValid)
        {
            return new WitnessReply.Refused(status, note.Error);
        }

        var signatures = note.Value.Verify(witness);
        if (note.Value.Text != checkpoint.Text || !signatures.IsValid || signatures.Value[0].Time is not > 0)
        {
            return new WitnessReply.Refused(status, signatures.Error ?? "the cosignature has no time");
        }

        var line = note.Value.Signatures.First(s => s.KeyId == witness.Id && s.Name == witness.Name);
        return new WitnessReply.Cosigned(line, signatures.Value[0].Time!.Value);
    }

    private static WitnessAnswer Refuse(int status, string reason) => new(status, PlainType, reason + "\n", Next: null);

    private sealed record AddCheckpointRequest(
        long Old, IReadOnlyList<Digest> Proof, SignedNote Note, Checkpoint Head)
    {
        public static Parsed<AddCheckpointRequest> Parse(ReadOnlySpan<byte> body)
        {
            var split = body.IndexOf("\n\n"u8);
            if (body.Length > RequestBytesMax || split < 0 || Utf8.Text(body[..split]) is not { } header)
            {
                return new Unreadable("a request is a size, a proof, an empty line and a checkpoint");
            }

            if (header.Split('\n') is not [var first, .. var lines]
                || !first.StartsWith(OldWord, StringComparison.Ordinal)
                || Decimal.Parse(first.AsSpan(OldWord.Length)) is not { } old)
            {
                return new Unreadable("the first line is not `old` and a decimal number");
            }

            if (ProofLines.Parse(lines) is not { } proof)
            {
                return new Unreadable($"the proof is not at most {Merkle.ProofHashesMax} hashes in base64");
            }

            var note = SignedNote.Parse(body[(split + 2)..]);
            if (!note.IsValid)
            {
                return new Unreadable(note.Error);
            }

            var head = Checkpoint.Parse(note.Value.Text);
            return head.IsValid
                ? new AddCheckpointRequest(old, proof, note.Value, head.Value)
                : new Unreadable(head.Error);
        }
    }
}

/// <summary>What a witness said.</summary>
public abstract record WitnessReply
{
    private WitnessReply()
    {
    }

    /// <summary>It cosigned: the verified line, and its time in POSIX seconds.</summary>
    public sealed record Cosigned(NoteSignature Line, long Time) : WitnessReply;

    /// <summary>It holds a checkpoint of another size: prove consistency from there.</summary>
    public sealed record Elsewhere(long Size) : WitnessReply;

    /// <summary>It refused, or its answer is none.</summary>
    public sealed record Refused(int Status, string Reason) : WitnessReply;
}
