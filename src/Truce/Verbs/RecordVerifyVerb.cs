using System.CommandLine;
using Truce.Record;

namespace Truce.Verbs;

/// <summary><c>truce record verify</c>: evidence in files, checked without the log.</summary>
internal static class RecordVerifyVerb
{
    private static readonly byte[] ReceiptHead = "truce/receipt/v1\n"u8.ToArray();
    private static readonly byte[] RefusalHead = "truce/refusal/v1\n"u8.ToArray();

    public static Command Command(TextWriter output, TextWriter error)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "an entry, a receipt, a refusal or a disclosure; its content says which",
        };
        var proof = new Argument<string?>("PROOF")
        {
            Description = "the .tlog-proof of an entry; beside the entry it is found",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var options = new Shown();
        var format = new Option<string>("--format") { Description = "text or json", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new Command("verify",
            "Check evidence by itself, without the log and without us. Exit 0: proved, or a promise kept. Exit 1: "
            + "broken, or not proved.\n\nExamples:\n"
            + "  truce record verify 12.entry 12.tlog-proof --policy our.policy\n"
            + "  truce record verify 12.entry --genesis 0.entry\n"
            + "  truce record verify 12.receipt --genesis 0.entry --proof 12.tlog-proof --entry 12.entry\n"
            + "  truce record verify 12.receipt --genesis 0.entry --checkpoint their-checkpoint\n"
            + "  truce record verify 12.disclosure --pin HASH")
        {
            file, proof, format,
        };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            if (KeyFiles.Read(path, error, Disclosure.BytesMax) is not { } bytes
                || RecordTrust.Read(options.Policy(parsed), options.Genesis(parsed), options.Pin(parsed), error)
                    is not { } trust)
            {
                return 2;
            }

            var evidence = Judge(path, bytes, parsed.GetValue(proof) ?? options.Proof(parsed), options.Entry(parsed),
                options.Checkpoint(parsed), trust, error);
            if (evidence is null)
            {
                return 2;
            }

            if (parsed.GetValue(format) == "json")
            {
                evidence.WriteJson(output);
            }
            else
            {
                evidence.Write(output);
                if (trust.Founding is { } founding && options.Pin(parsed) is null)
                {
                    // Whoever hands over an entry may hand over a leaf 0 of his own making.
                    output.WriteLine($"genesis {founding.Hash}, as {options.Genesis(parsed)} says: hold it against the "
                        + "one that you pinned, or give that with --pin");
                }
            }

            return evidence.Code;
        });
        return command;
    }

    private static RecordEvidence? Judge(
        string file, byte[] bytes, string? proof, string? entry, string? checkpoint, RecordTrust trust,
        TextWriter error)
    {
        if (bytes.AsSpan().StartsWith(ReceiptHead) || bytes.AsSpan().StartsWith(RefusalHead))
        {
            return Note(file, bytes, proof, entry, checkpoint, trust, error);
        }

        if (bytes is [(byte)'{', ..])
        {
            var disclosure = Disclosure.Parse(bytes);
            if (disclosure.IsValid && trust.Pinned is not null)
            {
                return RecordEvidence.OfDisclosure(disclosure.Value, trust);
            }

            error.WriteLine(disclosure.IsValid
                ? $"error: `{file}` is a disclosure, and nothing says which genesis is the right one\n"
                    + "  help: add `--pin HASH`, which `truce record init` printed, or `--genesis 0.entry`"
                : $"error: `{file}`: {disclosure.Error}\n  help: name a file that `truce record disclose` wrote");
            return null;
        }

        var leaf = Leaf.Parse(bytes);
        if (!leaf.IsValid)
        {
            error.WriteLine($"error: `{file}` is no entry, receipt, refusal or disclosure: {leaf.Error}\n"
                + "  help: `truce record prove` writes INDEX.entry and INDEX.tlog-proof; give the entry first");
            return null;
        }

        if (trust.Policy is null)
        {
            error.WriteLine("error: a hash alone names no log and no witnesses\n"
                + "  help: add `--genesis 0.entry` or `--policy FILE`");
            return null;
        }

        var place = ReadProof(proof ?? Path.ChangeExtension(file, RecordProveVerb.ProofSuffix), error);
        return place is null ? null : RecordEvidence.OfEntry(bytes, leaf.Value, place, trust);
    }

    private static RecordEvidence? Note(
        string file, byte[] bytes, string? proof, string? entry, string? checkpoint, RecordTrust trust,
        TextWriter error)
    {
        var note = SignedNote.Parse(bytes);
        if (!note.IsValid || trust.Founding is null)
        {
            error.WriteLine(!note.IsValid
                ? $"error: `{file}`: {note.Error}\n  help: the file is damaged: take the one that was handed out"
                : $"error: `{file}` is signed by the receipt key, which leaf 0 alone names\n"
                    + "  help: add `--genesis 0.entry`, of `truce record prove LOG 0`");
            return null;
        }

        if (bytes.AsSpan().StartsWith(RefusalHead))
        {
            return RecordEvidence.OfRefusal(note.Value, trust);
        }

        var shown = checkpoint is null ? null : KeyFiles.Read(checkpoint, b => SignedNote.Parse(b),
            "name a checkpoint: a log's, a copy's, or one that a witness kept", error);
        if (checkpoint is not null && shown is null)
        {
            return null;
        }

        if (proof is null && entry is null)
        {
            return RecordEvidence.OfReceipt(note.Value, shown, proved: null, trust);
        }

        var place = ReadProof(proof ?? Path.ChangeExtension(entry!, RecordProveVerb.ProofSuffix), error);
        var leaf = place is null ? null
            : KeyFiles.Read(entry ?? Path.ChangeExtension(proof!, RecordProveVerb.EntrySuffix), error);
        return leaf is null ? null : RecordEvidence.OfReceipt(note.Value, shown, (leaf, place!), trust);
    }

    private static TlogProof? ReadProof(string file, TextWriter error) => KeyFiles.Read(
        file, b => TlogProof.Parse(b), "name the .tlog-proof that `truce record prove` wrote", error, ProofBytesMax);

    private const int ProofBytesMax = 2 * SignedNote.BytesMax;

    /// <summary>What is shown beside the file, and whom to believe.</summary>
    private sealed class Shown
    {
        private readonly Option<string?> _policy = new("--policy")
        {
            Description = "a policy file of tlog-policy: which logs and witnesses count",
        };

        private readonly Option<string?> _genesis = new("--genesis")
        {
            Description = "entry 0 as a file: its log and receipt key, and more than half of its witnesses count",
        };

        private readonly Option<string?> _pin = new("--pin") { Description = "the hash of entry 0 that you know" };
        private readonly Option<string?> _proof = new("--proof")
        {
            Description = "for a receipt: a proof at its index",
        };

        private readonly Option<string?> _entry = new("--entry") { Description = "for a receipt: the entry there" };

        private readonly Option<string?> _checkpoint = new("--checkpoint")
        {
            Description = "for a receipt: a cosigned checkpoint",
        };

        public void AddTo(Command command)
        {
            foreach (var option in new[] { _policy, _genesis, _pin, _proof, _entry, _checkpoint })
            {
                command.Add(option);
            }
        }

        public string? Policy(ParseResult parsed) => parsed.GetValue(_policy);

        public string? Genesis(ParseResult parsed) => parsed.GetValue(_genesis);

        public string? Pin(ParseResult parsed) => parsed.GetValue(_pin);

        public string? Proof(ParseResult parsed) => parsed.GetValue(_proof);

        public string? Entry(ParseResult parsed) => parsed.GetValue(_entry);

        public string? Checkpoint(ParseResult parsed) => parsed.GetValue(_checkpoint);
    }
}
