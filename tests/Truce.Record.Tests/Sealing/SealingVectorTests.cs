using System.Text;

namespace Truce.Record.Tests;

/// <summary>
/// docs/vectors/record/sealing.json: written from fixed seeds with UPDATE_EXPECT=1, and read again through the public
/// API alone, as somebody else's reader would.
/// </summary>
public sealed class SealingVectorTests
{
    private const string Name = "sealing";

    [Fact]
    public void The_file_is_what_the_code_writes()
    {
        var text = VectorFile.Write(Content());
        if (VectorFile.IsUpdating)
        {
            File.WriteAllText(VectorFile.PathOf(Name), text);
        }

        Assert.Equal(text, File.ReadAllText(VectorFile.PathOf(Name)));
    }

    [Fact]
    public void A_reader_gets_from_the_file_what_it_says()
    {
        var file = VectorFile.Read(Name).AsObject();
        string Of(string name) => file.Text(name);
        byte[] Hex(string name) => Convert.FromHexString(Of(name));
        var genesis = file.Hash("genesis");
        using var key = new ReadingKey(Hex("reading_key_of_north_hex"));
        var reader = new Reader("north", key);
        var s = ConfidentialStatement.Parse(file.Bytes("s_prime")).Required();
        var wraps = Wraps.Parse(file.Bytes("wraps")).Required();
        var statement = Seal.Open(s, Hex("signature_hex"), genesis, Hex("ciphertext_hex"), wraps, reader).Required();
        var r = ConfidentialOutcome.Parse(file.Bytes("r_prime")).Required();
        var outcomeWraps = Wraps.Parse(file.Bytes("outcome_wraps")).Required();
        var outcome = Seal.Open(r, genesis, Hex("outcome_ciphertext_hex"), outcomeWraps, reader).Required();
        var policy = TrustPolicy.Parse(file.Bytes("policy")).Required();
        var disclosed = Disclosure.Parse(file.Bytes("disclosure")).Required().Verify(genesis, policy).Required();

        Assert.Equal(Of("reading_key_of_north"), key.Public.ToString());
        Assert.Equal(Of("statement"), Encoding.UTF8.GetString(statement.ToBytes()));
        Assert.Equal(Of("r"), Encoding.UTF8.GetString(outcome.ToBytes()));
        Assert.Equal(Outcome.Parse(file.Bytes("r")).Required().ToBytes(), outcome.ToBytes());
        Assert.Equal(s.Commit, ConfidentialStatement.CommitTo(file.Bytes("o")));
        Assert.Equal((file.Hash("commit"), file.Hash("ciphertext_hash")), (s.Commit, s.CiphertextHash));
        Assert.Equal(Hex("ciphertext_hex"), Cipher.Seal(file.Bytes("o"), s.Commit, Hex("key_hex")));
        Assert.Equal(Hex("key_hex"), wraps.Open(genesis, "north", key));
        Assert.Equal(statement.ToBytes(), disclosed.Statement.ToBytes());
        Assert.Equal(2, disclosed.Index);
    }

    private static object Content()
    {
        var log = new Showing();
        var (s, r) = (log.Sealed, log.SealedOutcome);
        static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
        return new
        {
            About = "One confidential step from S to its disclosure. Members in `_hex` are bytes, hashes are hex, all "
                + "others are texts, exactly. Salts, keys and seeds are SHA-256 of short texts, for this file alone.",
            Genesis = log.Hash.ToHex(),
            ReadingKeyOfNorthHex = VectorFile.Hex(Parties.Hash("reading key of north")),
            ReadingKeyOfNorth = Parties.Key(Parties.North).Public.ToString(),
            ReadingKeyOfSouth = Parties.Key(Parties.South).Public.ToString(),
            ReadingKeyOfOperator = Parties.Key(Audience.Operator).Public.ToString(),
            Recipients = Showing.Recipients.Select(recipient => recipient.To),
            Statement = Text(log.Statement.ToBytes()),
            SaltHex = VectorFile.Hex(log.Random.Salt.Span),
            KeyHex = VectorFile.Hex(log.Random.Key.Span),
            SeedsHex = log.Random.Seeds.Select(seed => VectorFile.Hex(seed.Span)),
            O = Text(s.Committed.Bytes.Span),
            Commit = s.Committed.Commit.ToHex(),
            CiphertextHex = VectorFile.Hex(s.Body.Ciphertext.Span),
            CiphertextHash = s.Body.CiphertextHash.ToHex(),
            Wraps = Text(s.Body.Wraps.ToBytes()),
            SPrime = Text(s.Statement.ToBytes()),
            SignatureHex = VectorFile.Hex(log.Leaves[2].Signature.Span),
            R = Text(log.Shown.ToBytes()),
            OutcomeSaltHex = VectorFile.Hex(log.OutcomeRandom.Salt.Span),
            OutcomeKeyHex = VectorFile.Hex(log.OutcomeRandom.Key.Span),
            OutcomeSeedsHex = log.OutcomeRandom.Seeds.Select(seed => VectorFile.Hex(seed.Span)),
            OutcomeO = Text(r.Committed.Bytes.Span),
            OutcomeCiphertextHex = VectorFile.Hex(r.Body.Ciphertext.Span),
            OutcomeWraps = Text(r.Body.Wraps.ToBytes()),
            RPrime = Text(r.Outcome.ToBytes()),
            LeafHex = VectorFile.Hex(log.Leaves[2].ToBytes()),
            Policy = log.PolicyText,
            Disclosure = Text(log.Disclosure.ToBytes()),
        };
    }
}
