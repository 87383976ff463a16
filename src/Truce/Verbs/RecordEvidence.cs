using Truce.Json;
using Truce.Record;
using Truce.Rules;
using Leaf = Truce.Record.Leaf;
using Statement = Truce.Record.Statement;

namespace Truce.Verbs;

/// <summary>What evidence proves.</summary>
internal enum Verdict
{
    /// <summary>It proves what it says.</summary>
    Proved,

    /// <summary>The operator has kept a promise.</summary>
    Kept,

    /// <summary>The operator has broken a promise.</summary>
    Broken,

    /// <summary>It proves neither.</summary>
    Open,

    /// <summary>It does not hold.</summary>
    NotProved,
}

/// <summary>A piece of evidence with what it proves, by itself and a policy alone.</summary>
/// <param name="Kind">entry, receipt, refusal or disclosure.</param>
/// <param name="Verdict">What it proves.</param>
/// <param name="Words">The same in a sentence.</param>
internal sealed record RecordEvidence(string Kind, Verdict Verdict, string Words)
{
    /// <summary>The log.</summary>
    public string? Origin { get; init; }

    /// <summary>The entry.</summary>
    public long? Index { get; init; }

    /// <summary>The checkpoint on which it rests.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>Who cosigned it, and when in POSIX seconds.</summary>
    public IReadOnlyList<(string Name, long Time)> Cosigners { get; init; } = [];

    /// <summary>More for people.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>What was stated, where the evidence shows it.</summary>
    public Statement? Statement { get; init; }

    /// <summary>What became of it, where the evidence shows that.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>An entry and the proof of its place.</summary>
    public static RecordEvidence OfEntry(byte[] bytes, Leaf leaf, TlogProof proof, RecordTrust trust)
    {
        var seen = proof.Verify(Merkle.Leaf(bytes), trust.Policy!);
        if (!seen.IsValid)
        {
            return new RecordEvidence("entry", Verdict.NotProved, seen.Error) { Index = proof.Index };
        }

        var (origin, index) = (seen.Value.Checkpoint.Origin, proof.Index);
        var entry = Entry.Read(index, leaf);
        var fault = !entry.IsValid ? $"it stands in the log, and is no entry of a record: {entry.Error}"
            : entry.Value switch
            {
                Entry.Clear c => ClearFault(c.Statement, leaf, origin, trust),
                Entry.Genesis => Founding.Open(bytes, trust.Pinned).Error,
                _ => null,
            };
        return With(new RecordEvidence(
            "entry", fault is null ? Verdict.Proved : Verdict.NotProved,
            fault ?? $"entry {index} stands in the log {origin}"), trust.Policy!, seen.Value) with
        {
            Index = index,
            Statement = (entry.Value as Entry.Clear)?.Statement,
            Outcome = (entry.Value as Entry.Clear)?.Outcome,
            Lines = entry.Value is Entry.Confidential
                ? ["It is confidential: that it was recorded, and when, is proved; what it says is closed."] : [],
        };
    }

    /// <summary>A receipt, with what was shown for or against it.</summary>
    /// <param name="note">The receipt.</param>
    /// <param name="checkpoint">A checkpoint; null where none was shown.</param>
    /// <param name="proved">An entry with its proof; null where none was shown.</param>
    /// <param name="trust">The genesis that names the receipt key and the witnesses.</param>
    public static RecordEvidence OfReceipt(
        SignedNote note, SignedNote? checkpoint, (byte[] Entry, TlogProof Proof)? proved, RecordTrust trust)
    {
        var genesis = trust.Founding!.Genesis;
        var read = Receipt.Open(note, genesis.ReceiptKey);
        if (!read.IsValid || read.Value.Origin != genesis.Origin)
        {
            return new RecordEvidence("receipt", Verdict.NotProved,
                read.Error ?? $"the receipt is of `{read.Value!.Origin}`, and the genesis of `{genesis.Origin}`");
        }

        var (receipt, policy) = (read.Value, RecordTrust.Of(genesis));
        var bare = new RecordEvidence("receipt", Verdict.Open, "") { Origin = receipt.Origin, Index = receipt.Index };
        var promise = $"The operator signed on {RecordWords.Time(receipt.ReceivedAt)} that entry {receipt.Index} "
            + $"has the hash {receipt.Leaf}, and is witnessed by {RecordWords.Time(receipt.Deadline)}.";
        if (checkpoint is null && proved is null)
        {
            return bare with
            {
                Words = "nothing was shown beside it",
                Lines = [promise, NeededFor(receipt)],
            };
        }

        var shown = proved?.Proof.Checkpoint ?? checkpoint!;
        var seen = proved is { } p
            ? p.Proof.Verify(Merkle.Leaf(p.Entry), policy) : policy.Accept(shown);
        if (!seen.IsValid)
        {
            return bare with
            {
                Words = $"what was shown does not hold: {seen.Error}",
                Lines = [promise, NeededFor(receipt)],
            };
        }

        var there = proved is { } q && q.Proof.Index == receipt.Index ? Merkle.Leaf(q.Entry) : (Digest?)null;
        var verdict = receipt.Judge(seen.Value, there, genesis.Witnesses.Count);
        var size = seen.Value.Checkpoint.Size;
        return With(bare, policy, seen.Value) with
        {
            Verdict = verdict switch
            {
                Promise.Kept => Verdict.Kept,
                Promise.Broken => Verdict.Broken,
                _ => Verdict.Open,
            },
            Words = verdict switch
            {
                Promise.Kept => $"the entry stands where it was promised, at {receipt.Index}",
                Promise.Broken when there is { } other =>
                    $"at {receipt.Index} stands another entry, with the hash {other}",
                Promise.Broken => $"more than a minute after the deadline the log had {size} entries, and entry "
                    + $"{receipt.Index} was not among them",
                _ when genesis.Witnesses.Count == 0 => "leaf 0 names no witnesses: nobody can prove it either way",
                _ when size > receipt.Index => $"the checkpoint of {size} entries holds entry {receipt.Index}, and "
                    + "what stands there was not shown",
                _ => $"the checkpoint of {size} entries is not old enough to prove that the entry is missing",
            },
            Lines = verdict == Promise.Open ? [promise, NeededFor(receipt)] : [promise],
        };
    }

    /// <summary>A refusal: that the operator signed it.</summary>
    public static RecordEvidence OfRefusal(SignedNote note, RecordTrust trust)
    {
        var genesis = trust.Founding!.Genesis;
        var read = Refusal.Open(note, genesis.ReceiptKey);
        if (!read.IsValid || read.Value.Origin != genesis.Origin)
        {
            return new RecordEvidence("refusal", Verdict.NotProved,
                read.Error ?? $"the refusal is of `{read.Value!.Origin}`, and the genesis of `{genesis.Origin}`");
        }

        var refusal = read.Value;
        return new RecordEvidence("refusal", Verdict.Proved,
            $"the operator refused the statement with SHA-256 {refusal.Statement}")
        {
            Origin = refusal.Origin,
            Lines =
            [
                $"on {RecordWords.Time(refusal.Time)}, for the reason `{refusal.Word}`: {Plain.Words(refusal.Words)}",
                refusal.ResendAt is { } at ? $"It may be sent again from {RecordWords.Time(at)} on."
                    : "These bytes are never taken: make the statement anew.",
            ],
        };
    }

    /// <summary>A disclosure; its own genesis counts where its hash is pinned.</summary>
    public static RecordEvidence OfDisclosure(Disclosure file, RecordTrust trust)
    {
        var founding = Founding.Open(file.Genesis.ToBytes(), trust.Pinned!.Value);
        if (!founding.IsValid)
        {
            return new RecordEvidence("disclosure", Verdict.NotProved, founding.Error);
        }

        var policy = trust.Policy ?? RecordTrust.Of(founding.Value.Genesis);
        var disclosed = file.Verify(trust.Pinned.Value, policy);
        if (!disclosed.IsValid)
        {
            return new RecordEvidence("disclosure", Verdict.NotProved, disclosed.Error);
        }

        var d = disclosed.Value;
        var author = d.Author is { } key
            ? $"signed by a key of {Plain.Words(key.Organisation)}, with the role {Plain.Words(key.Role)}, by the "
                + "enrolments shown"
            : $"signed by the key {d.Statement.Key}; the file does not show whose it is";
        return With(new RecordEvidence("disclosure", Verdict.Proved,
            $"entry {d.Index} of {founding.Value.Genesis.Origin} says what follows"), policy, d.Witnessed) with
        {
            Index = d.Index,
            Statement = d.Statement,
            Outcome = d.Outcome,
            Lines =
            [
                author + ".",
                "That the key was not revoked before, the log alone shows.",
            ],
        };
    }

    /// <summary>What exit code the verdict has.</summary>
    public int Code => Verdict is Verdict.Proved or Verdict.Kept ? 0 : 1;

    public void Write(TextWriter output)
    {
        output.WriteLine($"{Heading(Verdict)}: {Words}");
        if (Checkpoint is { } head)
        {
            output.WriteLine($"by the checkpoint of {head.Size} entries, root {head.Root}");
            foreach (var (name, time) in Cosigners)
            {
                output.WriteLine($"  cosigned by {Plain.Words(name)} at {RecordWords.Seconds(time)}");
            }

            if (Cosigners.Count == 0)
            {
                output.WriteLine("  UNWITNESSED: no witness was asked for; this is the log's own word");
            }
        }

        foreach (var line in Lines)
        {
            output.WriteLine(line);
        }

        if (Statement is { } statement)
        {
            output.WriteLine($"{Plain.Words(statement.Type)}, occurred {RecordWords.Time(statement.OccurredAt)}"
                + (statement.For is { } whom ? $", entered for {RecordWords.For(whom)}" : ""));
            output.WriteLine($"  key {statement.Key}");
            output.WriteLine($"  act {RecordWords.Json(statement.Act)}");
        }

        if (Outcome is { } outcome)
        {
            output.WriteLine($"  received {RecordWords.Time(outcome.ReceivedAt)}, {RecordWords.Wire(outcome.Kind)}"
                + (outcome.Why is { } why ? $": {Plain.Words(why)}" : ""));
            if (outcome.Ruling is { } ruling)
            {
                output.WriteLine($"  ruling {RecordWords.Json(ruling)}\n{Prose.StandingLine}\n{Prose.RecognitionLine}");
            }
        }
    }

    public void WriteJson(TextWriter output) => Wire.Write(output, (json, _) =>
    {
        json.WriteStartObject();
        json.WriteNumber("version", Wire.Version);
        json.WriteString("kind", Kind);
        json.WriteString("verdict", Verdict switch
        {
            Verdict.Proved => "proved",
            Verdict.Kept => "kept",
            Verdict.Broken => "broken",
            Verdict.Open => "open",
            _ => "not_proved",
        });
        json.WriteString("words", Words);
        json.Text("origin", Origin);
        if (Index is { } index)
        {
            json.WriteNumber("index", index);
        }

        if (Checkpoint is { } head)
        {
            json.WriteNumber("size", head.Size);
            json.WriteString("root", head.Root.ToString());
        }

        json.WriteStartArray("cosigned");
        foreach (var (name, time) in Cosigners)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteNumber("time", time);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Strings("lines", Lines);
        if (Statement is { } statement)
        {
            json.WritePropertyName("statement");
            json.WriteRawValue(statement.ToBytes());
        }

        if (Outcome is { } outcome)
        {
            json.WritePropertyName("outcome");
            json.WriteRawValue(outcome.ToBytes());
        }

        json.WriteEndObject();
    });

    private static string Heading(Verdict verdict) => verdict switch
    {
        Verdict.Proved => "PROVED",
        Verdict.Kept => "KEPT",
        Verdict.Broken => "BROKEN",
        Verdict.Open => "OPEN: this proves neither",
        _ => "NOT PROVED",
    };

    private static RecordEvidence With(RecordEvidence evidence, TrustPolicy policy, WitnessedCheckpoint seen) =>
        evidence with
        {
            Origin = seen.Checkpoint.Origin,
            Checkpoint = seen.Checkpoint,
            Cosigners = RecordTrust.Cosigners(policy, seen),
        };

    private static string? ClearFault(Statement statement, Leaf leaf, string origin, RecordTrust trust) =>
        trust.Founding?.Lineage.EarlierOf(statement) is not null
            ? Unsigned(statement, leaf)
        : statement.Origin != origin ? $"it stands in the log {origin}, and is for `{Plain.Words(statement.Origin)}`"
        : trust.Pinned is { } hash && statement.Genesis != hash
            ? $"it is for the genesis {statement.Genesis}, and the one that you know is {hash}"
        : Unsigned(statement, leaf);

    private static string? Unsigned(Statement statement, Leaf leaf) =>
        Record.Statement.Verify(statement.Key, statement.Genesis, leaf.Statement.Span, leaf.Signature.Span)
            ? null
            : $"it stands in the log, and the device's signature does not hold: `{statement.Key}` did not sign it";

    private static string NeededFor(Receipt receipt) =>
        $"To prove it kept or broken, show what stands at {receipt.Index} (`--proof` and `--entry`, of `truce record "
        + $"prove`), or a checkpoint without it (`--checkpoint`) that witnesses cosigned after "
        + $"{RecordWords.Time(receipt.Deadline + Receipt.GraceMilliseconds)}.";
}
