using System.Text;

namespace Truce.Record;

/// <summary>An entry's proof for those who cannot reach the log: index, inclusion proof, cosigned checkpoint.</summary>
public sealed record TlogProof(byte[]? Extra, long Index, IReadOnlyList<Digest> Proof, SignedNote Checkpoint)
{
    /// <summary>The largest extra data, in bytes.</summary>
    public const int ExtraBytesMax = 65_536;

    private const string Head = "c2sp.org/tlog-proof@v1";
    private const string ExtraWord = "extra ";
    private const string IndexWord = "index ";
    private const int HeaderBytesMax = 100_000;

    /// <summary>The file's text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Head).Append('\n');
        if (Extra is not null)
        {
            text.Append(ExtraWord).Append(Convert.ToBase64String(Extra)).Append('\n');
        }

        text.Append(IndexWord).Append(Decimal.Text(Index)).Append('\n');
        foreach (var hash in Proof)
        {
            text.Append(hash.ToString()).Append('\n');
        }

        return text.Append('\n').Append(Checkpoint).ToString();
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() => Utf8.Bytes(ToString());

    /// <summary>Reads a .tlog-proof file. Nothing is verified yet.</summary>
    public static Parsed<TlogProof> Parse(ReadOnlySpan<byte> bytes)
    {
        var split = bytes.IndexOf("\n\n"u8);
        if (split is < 0 or > HeaderBytesMax || Utf8.Text(bytes[..split]) is not { } header)
        {
            return new Unreadable("a proof has an empty line between its hashes and its checkpoint");
        }

        var lines = header.Split('\n').AsSpan();
        if (lines[0] != Head)
        {
            return new Unreadable($"a proof begins with `{Head}`");
        }

        lines = lines[1..];
        byte[]? extra = null;
        if (lines is [var first, ..] && first.StartsWith(ExtraWord, StringComparison.Ordinal))
        {
            extra = Base64.Decode(first.AsSpan(ExtraWord.Length));
            if (extra is null || extra.Length > ExtraBytesMax)
            {
                return new Unreadable($"the extra data is not base64 of at most {ExtraBytesMax} bytes");
            }

            lines = lines[1..];
        }

        if (lines is not [var indexLine, .. var hashLines] || !indexLine.StartsWith(IndexWord, StringComparison.Ordinal)
            || Decimal.Parse(indexLine.AsSpan(IndexWord.Length)) is not { } index)
        {
            return new Unreadable("the line `index` with a decimal number is missing");
        }

        if (ProofLines.Parse(hashLines) is not { } proof)
        {
            return new Unreadable($"the proof is not at most {Merkle.ProofHashesMax} hashes in base64");
        }

        var note = SignedNote.Parse(bytes[(split + 2)..]);
        return note.IsValid ? new TlogProof(extra, index, proof, note.Value) : new Unreadable(note.Error);
    }

    /// <summary>Whether a leaf's hash stands at the proof's index in a tree that a policy accepts.</summary>
    public Parsed<WitnessedCheckpoint> Verify(Digest leaf, TrustPolicy policy)
    {
        var accepted = policy.Accept(Checkpoint);
        if (accepted.IsValid && accepted.Value.Checkpoint is var head
            && !Merkle.VerifyInclusion(leaf, Index, head.Size, head.Root, Proof))
        {
            return new Unreadable("the entry is not at this index of the checkpoint's tree");
        }

        return accepted;
    }
}

/// <summary>Proof hashes, one base64 line each.</summary>
internal static class ProofLines
{
    /// <summary>The hashes; null where a line is not one, or there are too many.</summary>
    public static IReadOnlyList<Digest>? Parse(ReadOnlySpan<string> lines)
    {
        if (lines.Length > Merkle.ProofHashesMax)
        {
            return null;
        }

        var proof = new List<Digest>(lines.Length);
        foreach (var line in lines)
        {
            if (Digest.Parse(line) is not { } hash)
            {
                return null;
            }

            proof.Add(hash);
        }

        return proof;
    }
}
