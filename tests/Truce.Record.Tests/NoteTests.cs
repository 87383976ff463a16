using System.Buffers.Binary;
using System.Text;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Truce.Record.Tests;

public sealed class NoteTests
{
    private const string PublishedKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    private const string PublishedNote =
        "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ON"
        + "ncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    private static string Text => new Checkpoint(Some.Origin, size: 7, Merkle.Leaf([])).Text;

    [Fact]
    public void The_published_example_holds_and_its_key_is_written_as_it_was_read()
    {
        var key = VerifierKey.Parse(PublishedKey).Required();

        Assert.Equal(PublishedKey, key.ToString());
        Assert.Equal(0x530d903au, key.Id);
        Assert.Equal(key, Some.Note(PublishedNote).Verify(key).Required().Single().Key);
        Assert.Equal(PublishedNote, Some.Note(PublishedNote).ToString());
        Assert.False(Some.Note(PublishedNote.Replace("This", "Thus", StringComparison.Ordinal)).Verify(key).IsValid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData("name+530d903a")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/fooo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k=")]
    [InlineData("example.com/foo+530d903a+Aeky")]
    [InlineData("a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+BukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    public void A_vkey_that_is_not_one_is_refused(string vkey) => Assert.False(VerifierKey.Parse(vkey).IsValid);

    [Fact]
    public void Another_library_makes_the_same_note_and_the_same_cosignature()
    {
        const long time = 1_679_315_147;
        var seed = Digest.Of("seed"u8).ToArray();
        using var log = new SigningKey(Some.Origin, KeyUse.Note, seed);
        using var witness = new SigningKey("witness.example/a", KeyUse.Cosignature, seed);

        var byLog = OtherLine(seed, Some.Origin, type: 1, [], Some.Bytes(Text));
        var timeBytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(timeBytes, time);
        var message = Some.Bytes($"cosignature/v1\ntime {time}\n{Text}");
        var byWitness = OtherLine(seed, "witness.example/a", type: 4, timeBytes, message);

        var note = SignedNote.Sign(Text, log).With([Cosignature.Sign(witness, Text, time)]);
        Assert.Equal($"{Text}\n{byLog}{byWitness}", note.ToString());
        Assert.Equal([null, time], note.Verify(log.Verifier, witness.Verifier).Required().Select(s => s.Time));
    }

    [Fact]
    public void Lines_of_unknown_keys_are_passed_over_even_under_a_known_name_or_a_known_id()
    {
        var key = Some.Log.Verifier;
        var foreign = new NoteSignature(key.Name, key.Id ^ 1, new byte[64]);
        var sameId = new NoteSignature("other.example", key.Id, new byte[3000]);
        var note = SignedNote.Sign(Text, Some.Log).With([foreign, sameId]);

        Assert.Equal(key, note.Verify(key).Required().Single().Key);
        Assert.False(note.Only(s => s.Name != key.Name || s.KeyId != key.Id).Verify(key).IsValid);
    }

    [Fact]
    public void A_line_of_an_unknown_key_is_passed_over_however_long_its_name_is()
    {
        var note = SignedNote.Sign(Text, Some.Log);
        var (name, line) = (new string('n', 1_000), note.ToString()[(Text.Length + 1)..]);

        var longer = Some.Note($"{note}{line.Replace(Some.Origin, name, StringComparison.Ordinal)}");

        Assert.Equal(name, longer.Signatures[1].Name);
        Assert.Single(longer.Verify(Some.Log.Verifier).Required());
        Assert.False(VerifierKey.From(name, KeyUse.Note, Some.Log.Verifier.PublicBytes).IsValid);
    }

    [Fact]
    public void One_bad_signature_of_a_known_key_condemns_the_note()
    {
        var key = Some.Log.Verifier;
        var bad = new NoteSignature(key.Name, key.Id, new byte[64]);

        Assert.Equal(
            $"the signature of `{Some.Origin}` does not hold",
            SignedNote.Sign(Text, Some.Log).With([bad]).Verify(key).Error);
    }

    [Fact]
    public void A_cosignature_holds_for_its_time_its_text_and_its_key_alone()
    {
        var line = Cosignature.Sign(Some.Witness, Text, time: 99);
        var note = SignedNote.Sign(Text, Some.Log);
        var later = line.Signature.ToArray();
        later[7]++;
        var beyond = line.Signature.ToArray();
        beyond[0] |= 0x80;

        Assert.Equal(99, note.With([line]).Verify(Some.Witness.Verifier).Required().Single().Time);
        Assert.False(note.With([line with { Signature = later }]).Verify(Some.Witness.Verifier).IsValid);
        Assert.False(note.With([line with { Signature = beyond }]).Verify(Some.Witness.Verifier).IsValid);
        byte[] longer = [.. line.Signature, 0];
        Assert.False(note.With([line with { Signature = longer }]).Verify(Some.Witness.Verifier).IsValid);
        var other = SignedNote.Sign(Text.Replace("7", "8", StringComparison.Ordinal), Some.Log);
        Assert.False(other.With([line]).Verify(Some.Witness.Verifier).IsValid);
    }

    [Theory]
    [InlineData("", "no signature lines")]
    [InlineData("text\n", "no signature lines")]
    [InlineData("text\n\n", "no signature lines")]
    [InlineData("text\n\n— a AAAAAAA=", "no signature lines")]
    [InlineData("te\txt\n\n— a AAAAAAA=\n", "control character")]
    [InlineData("text\r\n\n— a AAAAAAA=\n", "control character")]
    [InlineData("text\n\n- a AAAAAAA=\n", "not a signature line")]
    [InlineData("text\n\n— a AAAA\n", "not a signature line")]
    [InlineData("text\n\n— a AAAAAAB=\n", "not a signature line")]
    [InlineData("text\n\n— a  AAAAAAA=\n", "not a signature line")]
    [InlineData("text\n\n— a+b AAAAAAA=\n", "not a signature line")]
    [InlineData("text\n\n— a\u00a0b AAAAAAA=\n", "not a signature line")]
    [InlineData("text\n\n—  AAAAAAA=\n", "not a signature line")]
    [InlineData("text\n\n— a AAAAAAA=\nmore\n", "not a signature line")]
    public void What_is_not_a_note_is_refused_with_its_reason(string text, string reason) =>
        Assert.Contains(reason, SignedNote.Parse(Some.Bytes(text)).Error, StringComparison.Ordinal);

    [Fact]
    public void Text_ends_at_the_last_empty_line_and_sixteen_large_signatures_are_read()
    {
        var lines = Enumerable.Range(0, 16).Select(i => new NoteSignature($"k{i}", (uint)i, new byte[5000]));
        var note = SignedNote.Sign("a\n\n\nb\n", Some.Log).With(lines);

        var read = SignedNote.Parse(note.ToBytes()).Required();

        Assert.Equal("a\n\n\nb\n", read.Text);
        Assert.Equal(17, read.Signatures.Count);
        Assert.False(SignedNote.Parse([.. "a\n\n"u8, 0xff, (byte)'\n']).IsValid);
        Assert.False(SignedNote.Parse(new byte[SignedNote.BytesMax + 1]).IsValid);
    }

    [Theory]
    [InlineData("o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", true)]
    [InlineData("o\n9223372036854775807\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n", true)]
    [InlineData("o\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("o\n00\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("o\n+1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("o\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", false)]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n", false)]
    [InlineData("\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\nx\n", false)]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", false)]
    [InlineData("o\n1\n", false)]
    public void A_checkpoint_has_one_form(string text, bool isOne)
    {
        var checkpoint = Checkpoint.Parse(text);

        Assert.Equal(isOne, checkpoint.IsValid);
        Assert.Equal(isOne ? text : null, checkpoint.Value?.Text);
    }

    private static string OtherLine(byte[] seed, string name, byte type, byte[] before, byte[] message)
    {
        var key = new Ed25519PrivateKeyParameters(seed);
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, key);
        signer.BlockUpdate(message, 0, message.Length);
        byte[] hashed = [.. Encoding.UTF8.GetBytes(name), 10, type, .. key.GeneratePublicKey().GetEncoded()];
        byte[] line = [.. Digest.Of(hashed).ToArray()[..4], .. before, .. signer.GenerateSignature()];
        return $"— {name} {Convert.ToBase64String(line)}\n";
    }
}
