namespace Truce.Record.Tests;

/// <summary>leaf.json, receipt.json and refusal.json.</summary>
internal static class LeafVectors
{
    private const long ReceivedAt = 1_768_000_000_000;

    private static readonly SigningKey ReceiptKey = Some.Key("receipts.example", KeyUse.Note);

    private static readonly SigningKey[] Witnesses =
        [.. Enumerable.Range(0, 3).Select(i => Some.Key($"w{i}.example", KeyUse.Cosignature))];

    private static readonly Trees.Plain Tree = new(Trees.Leaves(10));

    private static readonly Receipt Promised =
        new(Some.Origin, Index: 3, Tree.Leaves[3], Digest.Of("S"u8), ReceivedAt);

    private static readonly Refusal Late = new(
        Some.Origin, Digest.Of("S"u8), ReceivedAt, RefusalReason.Limit, ResendAt: ReceivedAt + 60_000,
        "this key has sent 600 at once: send it again after a minute");

    public static object Leaves() => new
    {
        About = "Leaves: three byte strings, each after its length of two bytes, big-endian. `hash` is the leaf's. "
            + "`lengths` stands for parts of so many zero bytes.",
        Cases = LeafCases(),
    };

    private static IEnumerable<object> LeafCases()
    {
        yield return Whole("three parts", "ab"u8, "c"u8, "def"u8);
        yield return Whole("empty parts", [], [], []);
        yield return new { Name = "the largest parts", Valid = true, Lengths = new[] { 32_000, 4_000, 24_000 } };
        (string Name, string Hex, string Why)[] cut =
        [
            ("nothing", "", "three lengths at least"),
            ("two parts", "000161000162", "the third length is missing"),
            ("half a length", "0001610001620", "the third length is missing"),
            ("a part that ends early", "0001610001620002" + "63", "the third part has two bytes"),
            ("a byte more", "000161000162000163" + "00", "nothing follows"),
        ];
        foreach (var (name, hex, why) in cut)
        {
            yield return new { Name = name, Valid = false, Why = why, LeafHex = hex.Length % 2 == 0 ? hex : hex + "0" };
        }

        yield return Long("a statement of 32,001 bytes", 32_001, 0, 0);
        yield return Long("a signature of 4,001 bytes", 0, 4_001, 0);
        yield return Long("an outcome of 24,001 bytes", 0, 0, 24_001);
    }

    private static object Whole(
        string name, ReadOnlySpan<byte> statement, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> outcome)
    {
        var leaf = new Leaf(statement.ToArray(), signature.ToArray(), outcome.ToArray()).ToBytes();
        return new
        {
            Name = name,
            Valid = true,
            StatementHex = VectorFile.Hex(statement),
            SignatureHex = VectorFile.Hex(signature),
            OutcomeHex = VectorFile.Hex(outcome),
            LeafHex = VectorFile.Hex(leaf),
            Hash = Merkle.Leaf(leaf).ToHex(),
        };
    }

    private static object Long(string name, params int[] lengths) =>
        new { Name = name, Valid = false, Why = "at most 32,000, 4,000 and 24,000 bytes", Lengths = lengths };

    private static string Policy => $"log {Some.Log.Verifier}\n"
        + string.Concat(Witnesses.Select((w, i) => $"witness w{i} {w.Verifier}\n")) + "quorum none\n";

    public static object Receipts() => new
    {
        About = "Receipts, and what a witnessed checkpoint says of one. `policy` is that of leaf 0's three witnesses. "
            + "Where the tree is larger than the receipt's index, `leaf` is the hash that `proof` proves there.",
        ReceiptKey = ReceiptKey.Verifier.ToString(),
        Cases = ReceiptCases(),
        Policy,
        Witnesses = Witnesses.Length,
        Receipt = Promised.Sign(ReceiptKey).ToString(),
        Verdicts = Verdicts(),
    };

    private static IEnumerable<object> ReceiptCases()
    {
        yield return new
        {
            Name = "a receipt",
            Valid = true,
            Note = Promised.Sign(ReceiptKey).ToString(),
            Promised.Origin,
            Index = $"{Promised.Index}",
            Leaf = Promised.Leaf.ToHex(),
            Statement = Promised.Statement.ToHex(),
            ReceivedAt = $"{Promised.ReceivedAt}",
            Deadline = $"{Promised.Deadline}",
        };
        (string Name, string From, string To, string Why)[] all =
        [
            ("another version", "truce/receipt/v1", "truce/receipt/v2", "the first line"),
            ("another deadline", "1768000060000", "1768000060001", "received_at and 60,000"),
            ("a leading zero", "\n3\n", "\n03\n", "a number has one form"),
            ("no index", "\n3\n", "\n", "seven lines"),
            ("a line more", "1768000060000\n", "1768000060000\nmore\n", "seven lines"),
            ("a hash in hex", $"{Promised.Leaf}", Promised.Leaf.ToHex(), "hashes are base64"),
        ];
        foreach (var (name, from, to, why) in all)
        {
            var text = Altered(Promised.Text, from, to);
            yield return new { Name = name, Valid = false, Why = why, Note = $"{SignedNote.Sign(text, ReceiptKey)}" };
        }

        using var other = Some.Key("receipts.example", KeyUse.Note, "other");
        yield return new
        {
            Name = "of another key",
            Valid = false,
            Why = "signed by a key of the same name",
            Note = Promised.Sign(other).ToString(),
        };
    }

    private static IEnumerable<object> Verdicts()
    {
        const int late = 120; // seconds: the deadline, and a minute more
        yield return Grown("the entry stands there", "kept", leaf: 3, cosigners: 2);
        yield return Grown("another entry stands there", "broken", leaf: null, cosigners: 2);
        yield return Grown("another entry, one witness of three", "open", leaf: null, cosigners: 1);
        yield return Small("too small, more than a minute after the deadline", "broken", late + 1, cosigners: 2);
        yield return Small("too small, a minute after the deadline", "open", late, cosigners: 2);
        yield return Small("too small and late, one witness of three", "open", late + 1, cosigners: 1);
        yield return Small("too small, in time", "open", 3, cosigners: 3);
        yield return Small("the size is the index", "broken", late + 1, cosigners: 3, size: 3);
    }

    private static object Grown(string name, string verdict, int? leaf, int cosigners)
    {
        var leaves = Tree.Leaves.ToArray();
        leaves[3] = leaf is null ? Merkle.Leaf("another"u8) : leaves[3];
        var tree = new Trees.Plain(leaves);
        var note = Cosigned(new Checkpoint(Some.Origin, size: 10, tree.Root(10)), secondsAfter: 3, cosigners);
        return new
        {
            Name = name,
            Verdict = verdict,
            Leaf = leaves[3].ToHex(),
            Proof = new TlogProof(Extra: null, Index: 3, Merkle.Inclusion(3, 10, tree.Subtree), note).ToString(),
        };
    }

    private static object Small(string name, string verdict, int secondsAfter, int cosigners, int size = 2) => new
    {
        Name = name,
        Verdict = verdict,
        Checkpoint = Cosigned(new Checkpoint(Some.Origin, size, Tree.Root(size)), secondsAfter, cosigners).ToString(),
    };

    private static SignedNote Cosigned(Checkpoint checkpoint, int secondsAfter, int cosigners) =>
        checkpoint.Sign(Some.Log).With(Witnesses.Take(cosigners).Select(
            w => Cosignature.Sign(w, checkpoint.Text, (ReceivedAt / 1000) + secondsAfter)));

    public static object Refusals() => new
    {
        About = "Signed refusals. `resend_at` is absent where these bytes are never taken.",
        ReceiptKey = ReceiptKey.Verifier.ToString(),
        Cases = RefusalCases(),
    };

    private static IEnumerable<object> RefusalCases()
    {
        foreach (var reason in Enum.GetValues<RefusalReason>())
        {
            yield return Told(Late with { Reason = reason });
        }

        yield return Told(Late with { Reason = RefusalReason.Form, ResendAt = null, Words = "`seen` is missing" });
        (string Name, string From, string To, string Why)[] all =
        [
            ("another version", "truce/refusal/v1", "truce/refusal/v2", "the first line"),
            ("an unknown reason", "\nlimit\n", "\nruling\n", "eight words"),
            ("a word for a time", "1768000060000", "tomorrow", "a time, or never"),
            ("a leading zero", "1768000000000", "01768000000000", "a number has one form"),
            ("words on two lines", "this key", "this\nkey", "seven lines"),
            ("no words", Late.Words, "", "1 to 500 characters"),
            ("501 characters", Late.Words, new string('x', 501), "1 to 500 characters"),
        ];
        foreach (var (name, from, to, why) in all)
        {
            var text = Altered(Late.Text, from, to);
            yield return new { Name = name, Valid = false, Why = why, Note = $"{SignedNote.Sign(text, ReceiptKey)}" };
        }
    }

    private static object Told(Refusal refusal) => new
    {
        Name = $"{refusal.Word}{(refusal.ResendAt is null ? ", never" : "")}",
        Valid = true,
        Note = refusal.Sign(ReceiptKey).ToString(),
        refusal.Origin,
        Statement = refusal.Statement.ToHex(),
        Time = $"{refusal.Time}",
        Reason = refusal.Word,
        ResendAt = refusal.ResendAt is { } at ? $"{at}" : null,
        refusal.Words,
    };

    private static string Altered(string text, string from, string to)
    {
        Assert.Contains(from, text, StringComparison.Ordinal);
        return text.Replace(from, to, StringComparison.Ordinal);
    }
}
