using System.Text;

namespace Truce.Record.Tests;

public sealed class GenesisTests
{
    private static readonly Founded Log = new();

    [Fact]
    public void A_genesis_is_read_as_it_was_written_and_its_leaf_is_the_tree_of_one()
    {
        Assert.Equal(Log.Genesis, Genesis.Parse(Log.Genesis.ToBytes()).Required());
        Assert.Equal(Merkle.Root([Merkle.Leaf(Log.Leaf.ToBytes())]), Log.Hash);
        Assert.Equal(Some.Origin, Log.Genesis.Origin);
        Assert.Equal(["g0", "g1", "g2"], Log.Genesis.Guardians.Select(g => g.Name));
        Assert.Equal(2, Log.Genesis.Threshold);
        Assert.Equal(Founded.Reading.ToString(), Log.Roster.Find("g0")!.ReadingKey!.ToString());
        Assert.Null(Log.Roster.Find("g1")!.ReadingKey);
    }

    [Theory]
    [InlineData("truce.example/exercise", true)]
    [InlineData("truce.example/exercise/2", true)]
    [InlineData("truce.example/a/exercise", true)]
    [InlineData("exercise", false)]
    [InlineData("truce.example/exercises", false)]
    [InlineData("truce.example/line", false)]
    public void An_exercise_is_one_by_its_origin(string origin, bool isExercise) =>
        Assert.Equal(isExercise, new Founded(origin: origin).Genesis.IsExercise);

    [Theory]
    [InlineData("\"v\":1", "\"v\":2", "has `v` 1")]
    [InlineData("\"v\":1", "\"v\":1,\"vx\":1", "`vx` is not a member")]
    [InlineData(",\"v\":1", "", "`v` is missing")]
    [InlineData("\"type\":\"genesis\"", "\"type\":\"report\"", "is not `genesis`")]
    [InlineData("\"origin\":\"truce.example/exercise\"", "\"origin\":\"truce.example\"", "the log's key is named")]
    [InlineData("\"threshold\":2", "\"threshold\":1", "from 2 to 3")]
    [InlineData("\"threshold\":2", "\"threshold\":4", "from 2 to 3")]
    [InlineData("\"threshold\":2", "\"threshold\":99999999999", "from 2 to 3")]
    [InlineData("\"guardian\":true", "\"guardian\":false", "0 guardians")]
    [InlineData("\"guardian\":true", "\"guardian\":1", "neither true nor false")]
    [InlineData("\"name\":\"g1\"", "\"name\":\"g0\"", "each once: `g0`")]
    [InlineData("\"name\":\"g1\"", "\"name\":\"gé\"", "is not a name of")]
    [InlineData("\"name\":\"g0\"", "\"name\":\"anonymous\"", "cannot name an organisation")]
    [InlineData("\"organisation\":\"plain\"", "\"organisation\":\"nobody\"", "which is not admitted")]
    [InlineData("\"mission\":\"an invented mission\"", "\"mission\":\"\"", "`mission` of a genesis")]
    [InlineData("\"mission\":\"an", "\"mission\": \"an", "canonical form")]
    [InlineData("x25519:", "x448:", "`reading_key`")]
    [InlineData("\"continues\":null", "\"continues\":{}", "is missing from `continues`")]
    public void A_genesis_that_is_altered_in_form_is_refused_with_its_reason(string from, string to, string reason)
    {
        var text = Encoding.UTF8.GetString(Log.Genesis.ToBytes());
        var altered = text.Replace(from, to, StringComparison.Ordinal);

        Assert.NotEqual(text, altered);
        Assert.Contains(reason, Genesis.Parse(Some.Bytes(altered)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_two_have_one_key_and_each_kind_of_key_has_its_use()
    {
        var g = Log.Genesis;
        Parsed<Genesis> Make(
            VerifierKey? receipt = null, Cosigner? witness = null, Cosigner? mirror = null, DeviceKey? root = null) =>
            Genesis.Make(
                g.Mission, g.LogKey, receipt ?? g.ReceiptKey, g.ReadingKey,
                [.. g.Organisations.Where(o => o.IsGuardian),
                    new("plain", root ?? Founded.Root("plain").Key, IsGuardian: false)],
                [witness ?? g.Witnesses[0]], [mirror ?? g.Mirrors[0]]);

        Assert.True(Make().IsValid);
        Assert.Equal("the log and the receipts have the same key: each needs its own", Make(receipt: g.LogKey).Error);
        Assert.Contains("the same key", Make(mirror: g.Witnesses[0]).Error, StringComparison.Ordinal);
        Assert.Contains("the same key", Make(root: Founded.Root("g1").Key).Error, StringComparison.Ordinal);
        var ofTheLog = DeviceKey.From(DeviceKeyKind.Ed25519, g.LogKey.PublicBytes).Required();
        Assert.Contains("the same key", Make(root: ofTheLog).Error, StringComparison.Ordinal);
        var note = g.Witnesses[0] with { Key = g.ReceiptKey };
        Assert.Contains("0x04", Make(witness: note).Error, StringComparison.Ordinal);
        Assert.Contains("0x01", Make(receipt: g.Witnesses[1].Key).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(9)]
    public void Every_guardian_signs_a_genesis_and_nobody_else(int guardians)
    {
        var log = new Founded(guardians);
        var all = log.Names.Select(log.Sign).ToArray();

        for (var i = 0; i < all.Length; i++)
        {
            Assert.Equal(
                $"the guardian `g{i}` has not signed: all {guardians} guardians sign a genesis",
                Founding.Seal(log.Genesis, all.Where((_, j) => j != i), default).Error);
        }

        Assert.Contains(
            "twice", Founding.Seal(log.Genesis, [.. all, all[0]], default).Error, StringComparison.Ordinal);
        var plain = new GuardianSignature("plain", all[0].Statement, Founded.Root("plain").Sign("x"u8));
        Assert.Contains(
            "no guardian", Founding.Seal(log.Genesis, [.. all, plain], default).Error, StringComparison.Ordinal);
        Assert.False(GuardianSignature.Sign(log.Genesis, Founded.Root("plain")).IsValid);
        Assert.False(GuardianSignature.Sign(log.Genesis, Founded.Root("stranger")).IsValid);
        var forged = all[0] with { Signature = Founded.Root("plain").Sign(Genesis.Message(log.Genesis.ToBytes())) };
        Assert.Equal(
            "the signature of `g0` does not hold", Founding.Seal(log.Genesis, [forged, .. all[1..]], default).Error);
        var elsewhere = new Founded(guardians, origin: "other.example/exercise").Sign("g0");
        Assert.Contains(
            "another genesis", Founding.Seal(log.Genesis, [elsewhere, .. all[1..]], default).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_than_two_guardians_found_nothing() =>
        Assert.Equal("1 guardians: there are from 2 to 24", Genesis.Make(
            "m", Log.Genesis.LogKey, Log.Genesis.ReceiptKey, Founded.Reading,
            [new Founder("g0", Founded.Root("g0").Key, IsGuardian: true)], [], []).Error);

    [Fact]
    public void Leaf_0_is_opened_only_with_every_signature_and_under_the_hash_that_is_pinned()
    {
        var other = new Founded(origin: "other.example/exercise");

        Assert.True(Founding.Open(Log.Leaf.ToBytes(), Log.Hash).IsValid);
        var error = Founding.Open(Log.Leaf.ToBytes(), other.Hash).Error;
        Assert.Equal(
            $"this is another log: leaf 0 has the hash `{Log.Hash}`, and the one that you know is `{other.Hash}`",
            error);
        foreach (var signature in new[] { "", "{}", "[]", "{\"g0\":1,\"g1\":\"\",\"g2\":\"\"}" })
        {
            var leaf = new Leaf(Log.Leaf.Statement, Some.Bytes(signature), Log.Leaf.Outcome);
            Assert.False(Founding.Open(leaf.ToBytes()).IsValid);
        }

        var swapped = new Leaf(Log.Leaf.Statement, other.Leaf.Signature, Log.Leaf.Outcome);
        Assert.Equal("the signature of `g0` does not hold", Founding.Open(swapped.ToBytes()).Error);
        Assert.False(Roster.Begin(swapped.ToBytes(), Merkle.Leaf(swapped.ToBytes())).IsValid);
        Assert.Equal(Log.Hash, Roster.Begin(Log.Leaf.ToBytes(), Log.Hash).Required().Founding.Hash);
    }

    [Fact]
    public void A_successor_names_the_last_checkpoint_that_more_than_half_of_the_witnesses_saw()
    {
        var last = new Checkpoint(Some.Origin, size: 9, Merkle.Leaf("root"u8));
        var note = last.Sign(Log.Log);
        var witnesses = new[] { "w0.example/w", "w1.example/w" }.Select(n => Some.Key(n, KeyUse.Cosignature));
        var witnessed = note.With([.. witnesses.Select(w => Cosignature.Sign(w, last.Text, time: 7))]);
        Parsed<Genesis> Make(string origin, Predecessor from) => Genesis.Make(
            "m", Some.Key(origin, KeyUse.Note).Verifier, Log.Genesis.ReceiptKey, Founded.Reading,
            Log.Genesis.Organisations, [], [], continues: from);

        var successor = Make("truce.example/exercise/2", new(Some.Origin, witnessed)).Required();
        var half = note.With(witnessed.Signatures.Skip(1).Take(1));
        var once = Make("truce.example/exercise/2", new(Some.Origin, half)).Required();

        Assert.Equal(successor, Genesis.Parse(successor.ToBytes()).Required());
        Assert.Equal(last, successor.VerifyContinuation(Log.Log.Verifier, Log.Genesis.Witnesses).Required());
        Assert.Contains(
            "1 of 2 witnesses", once.VerifyContinuation(Log.Log.Verifier, Log.Genesis.Witnesses).Error,
            StringComparison.Ordinal);
        using var thief = Some.Key(Some.Origin, KeyUse.Note, salt: "thief");
        Assert.False(successor.VerifyContinuation(thief.Verifier, Log.Genesis.Witnesses).IsValid);
        Assert.False(Log.Genesis.VerifyContinuation(Log.Log.Verifier, Log.Genesis.Witnesses).IsValid);
        Assert.False(Make(Some.Origin, new(Some.Origin, witnessed)).IsValid);
        Assert.False(Make("truce.example/line", new(Some.Origin, witnessed)).IsValid);
        Assert.False(Make("truce.example/exercise/2", new("other.example/exercise", witnessed)).IsValid);
    }

    [Fact]
    public void Files_of_signatures_are_read_as_they_were_written()
    {
        var signature = Log.Sign("g1");
        var read = GuardianSignature.Parse(signature.ToBytes()).Required();
        Assert.Null(read.Fault(Log.Genesis));
        Assert.Equal(signature.ToBytes(), read.ToBytes());
        Assert.False(GuardianSignature.Parse(signature.ToBytes().AsSpan()[..^1]).IsValid);

        using var device = Some.Device("device");
        var signed = SignedStatement.Sign(Log.State(device, "report", new JsonValue.Nothing()), device);
        Assert.Equal(signed.ToBytes(), SignedStatement.Parse(signed.ToBytes()).Required().ToBytes());
        Assert.Equal(device.Key, signed.Verify().Required().Key);
        var altered = signed with { Signature = new byte[64] };
        Assert.Equal($"the signature of `{device.Key}` does not hold", altered.Verify().Error);
        Assert.Throws<ArgumentException>(
            () => SignedStatement.Sign(Log.State(Founded.Root("g0"), "report", new JsonValue.Nothing()), device));
    }
}
