using System.Text;

namespace Truce.Record.Tests;

public sealed class StatementTests
{
    private static readonly Digest Genesis = Merkle.Leaf("genesis"u8);
    private static readonly DeviceSigner Device = Some.Device("device.example");
    private static readonly SigningKey ReceiptKey = Some.Key("receipts.example", KeyUse.Note);

    private static Statement Deciding => new()
    {
        Origin = Some.Origin,
        Genesis = Genesis,
        Id = "01932c07-209a-7c3d-8000-0123456789ab",
        Key = Device.Key,
        Previous = Digest.Of("before"u8),
        Seen = 41,
        Expects = [new("incident/7", Digest.Of("decision"u8)), new("movement/2", Decision: null)],
        Type = "incident.verify",
        OccurredAt = 1_768_000_000_000,
        For = new JsonValue.Text("anonymous"),
        Act = CanonicalJson.Parse("""{"code":7}"""u8).Required(),
    };

    [Fact]
    public void A_statement_is_read_as_it_was_written()
    {
        foreach (var statement in new[] { Deciding, Deciding with { Previous = null, For = null, Expects = null } })
        {
            var bytes = statement.ToBytes();
            Assert.Equal(bytes, Statement.Parse(bytes).Required().ToBytes());
        }

        Assert.StartsWith("""{"act":{"code":7},"expects":[{"decision":""", Encoding.UTF8.GetString(Deciding.ToBytes()));
    }

    [Theory]
    [InlineData("\"v\":1", "\"v\":2")]
    [InlineData("\"v\":1", "\"v\":1,\"x\":1")]
    [InlineData("\"act\":", "\"act\": ")]
    [InlineData("\"seen\":41", "\"seen\":-1")]
    [InlineData("\"seen\":41,", "")]
    [InlineData("-7c3d-", "-4c3d-")]
    [InlineData("-8000-", "-C000-")]
    [InlineData("209a", "209A")]
    [InlineData("ed25519:", "ed448:")]
    [InlineData("movement/2", "incident/7")]
    [InlineData("\"decision\":null,", "")]
    [InlineData("1768000000000", "1768000000000.5")]
    [InlineData("1768000000000", "9007199254740992")]
    [InlineData("incident.verify", "")]
    public void An_envelope_that_is_altered_in_form_is_refused(string from, string to)
    {
        var text = Encoding.UTF8.GetString(Deciding.ToBytes());
        var altered = text.Replace(from, to, StringComparison.Ordinal);

        Assert.NotEqual(text, altered);
        Assert.False(Statement.Parse(Some.Bytes(altered)).IsValid);
    }

    [Fact]
    public void A_signature_holds_for_its_bytes_its_log_and_its_device_alone()
    {
        var s = Deciding.ToBytes();
        var signature = Statement.Sign(Device, Genesis, s);
        var key = Device.Key;

        Assert.True(Statement.Verify(key, Genesis, s, signature));
        Assert.False(Statement.Verify(key, Merkle.Leaf("exercise"u8), s, signature));
        Assert.False(Statement.Verify(key, Genesis, [.. s, (byte)' '], signature));
        Assert.False(Statement.Verify(Some.Device("other.example").Key, Genesis, s, signature));
        Assert.False(Statement.Verify(key, Genesis, s, signature.AsSpan(1)));
        Assert.True(Device.Key.Verify([.. "truce/statement/v1\n"u8, .. Genesis.ToArray(), .. s], signature));
    }

    [Fact]
    public void A_leaf_is_three_strings_after_their_lengths_and_nothing_else()
    {
        var leaf = new Leaf("ab"u8.ToArray(), "c"u8.ToArray(), Array.Empty<byte>());

        Assert.Equal("000261620001630000", Convert.ToHexString(leaf.ToBytes()));
        Assert.Equal(leaf.ToBytes(), Leaf.Parse(leaf.ToBytes()).Required().ToBytes());
        Assert.Equal(Digest.Of("ab"u8), Leaf.StatementHash(leaf.ToBytes()));
        Assert.False(Leaf.Parse(leaf.ToBytes().AsMemory(0, 8)).IsValid);
        Assert.False(Leaf.Parse(new byte[] { 0, 0, 0, 0, 0, 0, 0 }).IsValid);
        var largest = new Leaf(new byte[32_000], new byte[4_000], new byte[24_000]);
        Assert.Equal(Leaf.BytesMax, Leaf.Parse(largest.ToBytes()).Required().ToBytes().Length);
        Assert.True(Leaf.BytesMax <= ushort.MaxValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Leaf(new byte[32_001], default, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Leaf(default, new byte[4_001], default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Leaf(default, default, new byte[24_001]));
        Assert.False(Leaf.Parse(new byte[] { 0x7d, 0x01 }.Concat(new byte[32_001 + 4]).ToArray()).IsValid);
    }

    [Fact]
    public void A_confidential_statement_commits_to_its_object()
    {
        var committed = new byte[1024];
        var s = new ConfidentialStatement(ConfidentialStatement.CommitTo(committed), Digest.Of("ciphertext"u8));

        Assert.Equal(s, ConfidentialStatement.Parse(s.ToBytes()).Required());
        Assert.Equal(Digest.Of([.. "truce/commit/v1\0"u8, .. committed]), s.Commit);
        Assert.False(ConfidentialStatement.Parse(Deciding.ToBytes()).IsValid);
        Assert.False(Statement.Parse(s.ToBytes()).IsValid);
    }

    [Fact]
    public void A_receipt_is_read_as_it_was_signed_and_under_its_key_alone()
    {
        var note = Promised.Sign(ReceiptKey);

        Assert.Equal(Promised, Receipt.Open(note, ReceiptKey.Verifier).Required());
        Assert.Equal(Promised.ReceivedAt + 60_000, Promised.Deadline);
        Assert.False(Receipt.Open(note, Some.Log.Verifier).IsValid);
        var late = Promised.Text.Replace($"{Promised.Deadline}", $"{Promised.Deadline + 1}", StringComparison.Ordinal);
        Assert.False(Receipt.Open(SignedNote.Sign(late, ReceiptKey), ReceiptKey.Verifier).IsValid);
    }

    [Theory]
    [InlineData(10, 3, true, 2, Promise.Kept)]
    [InlineData(10, 3, false, 2, Promise.Broken)]
    [InlineData(10, 3, false, 1, Promise.Open)]
    [InlineData(10, 3, null, 2, Promise.Open)]
    [InlineData(3, 121, null, 2, Promise.Broken)]
    [InlineData(3, 120, null, 2, Promise.Open)]
    [InlineData(3, 121, null, 1, Promise.Open)]
    public void A_dropped_or_replaced_entry_convicts_its_operator_and_nothing_less_does(
        int size, int secondsAfter, bool? isTheLeaf, int cosigners, Promise expected)
    {
        var time = (Promised.ReceivedAt / 1000) + secondsAfter;
        var names = Enumerable.Range(0, cosigners).ToDictionary(i => $"w{i}", _ => time);
        var seen = new WitnessedCheckpoint(
            new Checkpoint(Some.Origin, size, Merkle.EmptyRoot), Some.Log.Verifier, names);

        Digest? there = isTheLeaf is null ? null : isTheLeaf.Value ? Promised.Leaf : Merkle.Leaf("other"u8);
        Assert.Equal(expected, Promised.Judge(seen, there, witnesses: 3));
    }

    private static Receipt Promised => new(
        Some.Origin, Index: 3, Merkle.Leaf("leaf"u8), Digest.Of("s"u8), ReceivedAt: 1_768_000_000_000);
}
