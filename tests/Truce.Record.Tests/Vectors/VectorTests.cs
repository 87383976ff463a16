using System.Text.Json.Nodes;

namespace Truce.Record.Tests;

/// <summary>The vectors are what the code writes, and mean through the public API what is said of them.</summary>
public sealed class VectorTests
{
    private static readonly Dictionary<string, Func<object>> Files = new(StringComparer.Ordinal)
    {
        ["tree"] = TreeVectors.Content,
        ["note"] = NoteVectors.Notes,
        ["checkpoint"] = NoteVectors.Checkpoints,
        ["cosignature"] = NoteVectors.Cosignatures,
        ["proof"] = ProofVectors.Proofs,
        ["policy"] = ProofVectors.Policies,
        ["witness"] = ProofVectors.WitnessRequests,
        ["statement"] = StatementVectors.Content,
        ["keys"] = KeyVectors.Content,
        ["leaf"] = LeafVectors.Leaves,
        ["receipt"] = LeafVectors.Receipts,
        ["refusal"] = LeafVectors.Refusals,
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_file_is_what_the_code_writes(string name)
    {
        var now = VectorFile.Write(Files[name]());
        if (VectorFile.IsUpdating)
        {
            File.WriteAllText(VectorFile.PathOf(name), now);
        }

        Assert.Equal(File.ReadAllText(VectorFile.PathOf(name)), now);
    }

    [Fact]
    public void Trees_and_proofs()
    {
        var entries = VectorFile.Cases("tree", "leaves").ToArray();
        var leaves = entries.Select(e => Merkle.Leaf(e.Bytes("entry"))).ToArray();
        Assert.Equal(entries.Select(e => e.Hash("hash")), leaves);
        Each("tree", "roots", c => Assert.Equal(c.Hash("root"), Merkle.Root(leaves.AsSpan(0, (int)c.Long("size")))));
        var large = Trees.Leaves(70_000);
        Each("tree", "large_roots", c =>
            Assert.Equal(c.Hash("root"), Merkle.Root(large.AsSpan(0, (int)c.Long("size")))));
        Each("tree", "inclusion", c => Assert.Equal(c.Valid(), Merkle.VerifyInclusion(
            c.Hash("leaf"), c.Long("index"), c.Long("size"), c.Hash("root"), c.Hashes("proof"))));
        Each("tree", "consistency", c => Assert.Equal(c.Valid(), Merkle.VerifyConsistency(
            c.Long("old"), c.Hash("old_root"), c.Long("size"), c.Hash("root"), c.Hashes("proof"))));
        Each("tree", "paths", c => Assert.Equal(c.Valid(), Tile.Parse(c.Text("path")) is not null));
        Each("tree", "tiles", c =>
        {
            foreach (var path in c.Texts("right").Append(c.Text("bundle")))
            {
                var tile = Tile.Parse(path)!;
                Assert.True(tile.IsIn(c.Long("size")), path);
                Assert.False(tile.IsIn(c.Long("size") - (1L << (Tile.Height * (tile.Level ?? 0)))), path);
            }
        });
    }

    [Fact]
    public void Notes_and_their_keys()
    {
        Each("note", "vkeys", c => Assert.Equal(c.Valid() ? c.Text("vkey") : null, Vkey(c.Text("vkey"))));
        Each("note", "cases", c =>
        {
            var keys = c.Texts("keys").Select(k => VerifierKey.Parse(k).Required()).ToArray();
            var note = SignedNote.Parse(c.Bytes("note"));
            var held = note.IsValid ? note.Value.Verify(keys).Value?.Select(s => s.Key.Name) : null;
            Assert.Equal(c.Valid() ? c.Texts("verified") : null, held);
        });
    }

    private static string? Vkey(string text) => VerifierKey.Parse(text).Value?.ToString();

    [Fact]
    public void Checkpoints_and_cosignatures()
    {
        Each("checkpoint", "cases", c =>
        {
            var read = Checkpoint.Parse(c.Text("checkpoint"));
            Assert.Equal(c.Valid(), read.IsValid);
            if (read.IsValid)
            {
                Assert.Equal(
                    (c.Text("origin"), c.Long("size"), c.Hash("root_hex"), c["extensions"]!.GetValue<int>()),
                    (read.Value.Origin, read.Value.Size, read.Value.Root, read.Value.Extensions.Count));
            }
        });
        Each("cosignature", "cases", c =>
        {
            var key = VerifierKey.Parse(c.Text("key")).Required();
            var held = SignedNote.Parse(c.Bytes("note")).Required().Verify(key);
            Assert.Equal(c.Valid() ? c.Long("time") : null, held.Value?.Single().Time);
        });
    }

    [Fact]
    public void Proofs_and_policies()
    {
        var policy = TrustPolicy.Parse(VectorFile.Read("proof").AsObject().Bytes("policy")).Required();
        Each("proof", "cases", c =>
        {
            var proof = TlogProof.Parse(c.Bytes("proof"));
            Assert.Equal(c.Valid(), proof.IsValid
                && proof.Value.Verify(Merkle.Leaf(c.Bytes("entry")), policy).IsValid);
        });
        Each("policy", "cases", c => Assert.Equal(c.Valid(), TrustPolicy.Parse(c.Bytes("policy")).IsValid));
        policy = TrustPolicy.Parse(VectorFile.Read("policy").AsObject().Bytes("policy")).Required();
        Each("policy", "accepted", c =>
            Assert.Equal(c.Valid(), policy.Accept(SignedNote.Parse(c.Bytes("checkpoint")).Required()).IsValid));
    }

    [Fact]
    public void Answers_of_a_witness()
    {
        var file = VectorFile.Read("witness").AsObject();
        var log = VerifierKey.Parse(file.Text("log")).Required();
        var name = VerifierKey.Parse(file.Text("witness")).Required().Name;
        using var witness = new SigningKey(
            name, KeyUse.Cosignature, Convert.FromHexString(file.Text("witness_seed_hex")));
        Assert.Equal(file.Text("witness"), witness.Verifier.ToString());
        Each("witness", "cases", c =>
        {
            var held = c["held_size"] is null ? null : new WitnessedHead(
                c.Long("held_size"), c.Hash("held_root"), SignedNote.Sign("held\n", Some.Log));
            var answer = Witness.AddCheckpoint(
                c.Bytes("request"), o => o == log.Name ? new WatchedLog(o, [log]) : null, _ => held, witness,
                file.Long("time"));
            Assert.Equal((c["status"]!.GetValue<int>(), c["next"]?.GetValue<string>()),
                (answer.Status, answer.Next?.Note.ToString()));
            if (c["body"] is not null)
            {
                Assert.Equal((c.Text("body"), c.Text("content_type")), (answer.Body, answer.ContentType));
            }
        });
    }

    [Fact]
    public void Statements_and_their_signatures()
    {
        Each("statement", "canonical", c =>
        {
            var read = CanonicalJson.Parse(c.Bytes("json"));
            Assert.Equal(c.Valid(), read.IsValid);
            Assert.True(!read.IsValid || CanonicalJson.Write(read.Value).AsSpan().SequenceEqual(c.Bytes("canonical")));
        });
        Each("statement", "cases", c =>
        {
            var read = Statement.Parse(c.Bytes("statement"));
            Assert.Equal(c.Valid(), read.IsValid);
            Assert.True(!read.IsValid || read.Value.ToBytes().AsSpan().SequenceEqual(c.Bytes("statement")));
            Assert.True(!read.IsValid || Digest.Of(c.Bytes("statement")) == c.Hash("hash"));
        });
        Each("statement", "signatures", c => Assert.Equal(c.Valid(), Statement.Verify(
            DeviceKey.Parse(c.Text("key")).Required(), c.Hash("genesis"), c.Bytes("statement"), c.Bytes("signature"))));
    }

    [Fact]
    public void Keys_of_devices_leaf_0_and_a_history_of_acts_on_keys()
    {
        Each("keys", "keys", c => Assert.Equal(c.Valid(), DeviceKey.Parse(c.Text("key")).IsValid));
        Each("keys", "signatures", c => Assert.Equal(
            c.Valid(), DeviceKey.Parse(c.Text("key")).Required().Verify(c.Bytes("message"), c.Bytes("signature"))));
        Each("keys", "genesis", c =>
        {
            var leaf = new Leaf(c.Bytes("statement"), c.Bytes("signature"), c.Bytes("outcome")).ToBytes();
            Assert.Equal(c.Hash("hash"), Merkle.Leaf(leaf));
            Assert.Equal(c.Valid(), Founding.Open(leaf, c.Hash("hash")).IsValid);
        });
        var zero = VectorFile.Cases("keys", "genesis").First(c => c.Valid());
        var roster = Roster.Begin(
            new Leaf(zero.Bytes("statement"), zero.Bytes("signature"), zero.Bytes("outcome")).ToBytes()).Required();
        Each("keys", "history", c =>
        {
            var leaf = new Leaf(c.Bytes("statement"), c.Bytes("signature"), Founded.FirstOutcome.ToBytes());
            Assert.Equal(c.Hash("hash"), Merkle.Leaf(leaf.ToBytes()));
            var signed = new SignedStatement(leaf.Statement, leaf.Signature);
            Assert.Null(signed.Verify().Error);
            var after = roster.Apply(c.Long("index"), leaf);
            Assert.Equal(c.Valid(), after.IsValid);
            roster = after.Value ?? roster;
        });
        Each("keys", "standings", c => Assert.Equal(c.Text("standing"), $"{roster.KeyAt(
            DeviceKey.Parse(c.Text("key")).Required(), c.Long("index"),
            c["statement"] is null ? null : c.Hash("statement")).Standing}", ignoreCase: true));
    }

    [Fact]
    public void Leaves_of_the_log() => Each("leaf", "cases", c =>
    {
        var bytes = c["lengths"] is JsonArray lengths
            ? lengths.SelectMany(l => Part(l!.GetValue<int>())).ToArray()
            : c.Bytes("leaf");
        var leaf = Leaf.Parse(bytes);
        Assert.Equal(c.Valid(), leaf.IsValid);
        if (leaf.IsValid && c["hash"] is not null)
        {
            Assert.Equal(c.Hash("hash"), Merkle.Leaf(leaf.Value.ToBytes()));
            Assert.Equal(
                (c.Text("statement_hex"), c.Text("signature_hex"), c.Text("outcome_hex")),
                (VectorFile.Hex(leaf.Value.Statement.Span), VectorFile.Hex(leaf.Value.Signature.Span),
                    VectorFile.Hex(leaf.Value.Outcome.Span)));
        }
    });

    private static byte[] Part(int length) => [(byte)(length >> 8), (byte)(length & 0xff), .. new byte[length]];

    [Fact]
    public void Receipts_and_what_becomes_of_them()
    {
        var file = VectorFile.Read("receipt").AsObject();
        var key = VerifierKey.Parse(file.Text("receipt_key")).Required();
        Each("receipt", "cases", c =>
        {
            var read = Receipt.Open(SignedNote.Parse(c.Bytes("note")).Required(), key);
            Assert.Equal(c.Valid(), read.IsValid);
            Assert.True(!read.IsValid || read.Value == new Receipt(c.Text("origin"), c.Long("index"), c.Hash("leaf"),
                c.Hash("statement"), c.Long("received_at")));
        });
        var receipt = Receipt.Open(SignedNote.Parse(file.Bytes("receipt")).Required(), key).Required();
        var policy = TrustPolicy.Parse(file.Bytes("policy")).Required();
        Each("receipt", "verdicts", c =>
        {
            Digest? leaf = c["leaf"] is null ? null : c.Hash("leaf");
            var seen = leaf is null
                ? policy.Accept(SignedNote.Parse(c.Bytes("checkpoint")).Required()).Required()
                : TlogProof.Parse(c.Bytes("proof")).Required().Verify(leaf.Value, policy).Required();
            var verdict = receipt.Judge(seen, leaf, file["witnesses"]!.GetValue<int>());
            Assert.Equal(c.Text("verdict"), $"{verdict}", ignoreCase: true);
        });
    }

    [Fact]
    public void Refusals()
    {
        var key = VerifierKey.Parse(VectorFile.Read("refusal").AsObject().Text("receipt_key")).Required();
        Each("refusal", "cases", c =>
        {
            var read = Refusal.Open(SignedNote.Parse(c.Bytes("note")).Required(), key);
            Assert.Equal(c.Valid(), read.IsValid);
            Assert.True(!read.IsValid || (read.Value.Word, read.Value.Words) == (c.Text("reason"), c.Text("words")));
            Assert.True(!read.IsValid || (read.Value.Statement, read.Value.Time, read.Value.ResendAt)
                == (c.Hash("statement"), c.Long("time"), c["resend_at"] is null ? null : c.Long("resend_at")));
        });
    }

    /// <summary>Every case of a list; a failure names its case, and valid and invalid cases stand in each.</summary>
    private static void Each(string file, string list, Action<JsonObject> check)
    {
        foreach (var c in VectorFile.Cases(file, list))
        {
            try
            {
                check(c);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"{file}.json, {list}: {c.ToJsonString()}", e);
            }
        }
    }
}
