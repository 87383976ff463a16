using System.Text;
using System.Text.Json;

namespace Truce.Record.Tests;

public sealed class SealTests
{
    private static readonly SealedStatement Sealed = Parties.Seal(Parties.Statement(Parties.Both), "seal");

    [Fact]
    public void Hpke_gives_what_the_RFC_and_two_other_implementations_give()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Sealing", "hpke-vectors.json");
        using var file = JsonDocument.Parse(File.ReadAllText(path));
        var count = 0;
        foreach (var v in file.RootElement.GetProperty("vectors").EnumerateArray())
        {
            byte[] Of(string name) => Convert.FromHexString(v.GetProperty(name).GetString()!);
            var aead = (Hpke.Aead)v.GetProperty("aead").GetInt32();
            using var recipient = Hpke.Import(Of("skRm"));
            byte[] message = [.. Of("enc"), .. Of("ct")];

            Assert.Equal(Of("pkRm"), Hpke.Raw(recipient.PublicKey));
            Assert.Equal(
                message, Hpke.Seal(recipient.PublicKey, Of("info"), Of("aad"), Of("pt"), Of("ikmE"), aead));
            Assert.Equal(Of("pt"), Hpke.Open(recipient, Of("info"), Of("aad"), message, aead));
            for (var i = 0; i < message.Length; i++)
            {
                message[i] ^= 1;
                Assert.Null(Hpke.Open(recipient, Of("info"), Of("aad"), message, aead));
                message[i] ^= 1;
            }

            Assert.Null(Hpke.Open(recipient, [.. Of("info"), 0], Of("aad"), message, aead));
            Assert.Null(Hpke.Open(recipient, Of("info"), [.. Of("aad"), 0], message, aead));
            count++;
        }

        Assert.Equal(9, count);
    }

    [Fact]
    public void A_reading_key_has_one_text_and_weak_points_are_refused()
    {
        var key = Parties.Key(Parties.North).Public;

        Assert.Equal(key, PublicReadingKey.Parse(key.ToString()).Required());
        Assert.StartsWith("x25519:", key.ToString(), StringComparison.Ordinal);
        Assert.False(PublicReadingKey.Parse(key.ToString()[7..]).IsValid);
        Assert.False(PublicReadingKey.From(new byte[31]).IsValid);
        Assert.False(PublicReadingKey.From(new byte[32]).IsValid); // the point of order 4
        byte[] one = [1, .. new byte[31]];
        Assert.False(PublicReadingKey.From(one).IsValid);
        byte[] prime = [0xed, .. Enumerable.Repeat((byte)0xff, 30), 0x7f];
        Assert.False(PublicReadingKey.From(prime).IsValid);
        var high = key.ToBytes();
        high[31] |= 0x80;
        Assert.False(PublicReadingKey.From(high).IsValid);
        Assert.Throws<ArgumentException>(() => new ReadingKey(new byte[33]));
    }

    [Fact]
    public void An_audience_is_sorted_and_covers_its_parts()
    {
        var one = Audience.Of(Parties.North).Required();

        Assert.Equal(Parties.Both, Audience.Of(Parties.South, Parties.North).Required());
        Assert.True(Parties.Both.Covers(one) && !one.Covers(Parties.Both) && one.Covers(one));
        Assert.True(Parties.Both.Contains(Parties.South) && !one.Contains(Parties.South));
        Assert.False(Audience.Of().IsValid);
        Assert.False(Audience.Of("a", "a").IsValid);
        Assert.False(Audience.Of("a", "").IsValid);
        Assert.False(Audience.Of(Audience.Operator).IsValid);
        Assert.False(Audience.Of(Enumerable.Range(0, 65).Select(i => $"o{i}")).IsValid);
    }

    [Theory]
    [InlineData(100, 1024)]
    [InlineData(1020, 4096)]
    [InlineData(4000, 16_384)]
    [InlineData(16_300, 65_536)]
    [InlineData(31_000, 65_536)]
    public void A_committed_object_has_the_smallest_size_that_fits(int content, int size)
    {
        var statement = Parties.Statement(Parties.Both, $"\"{new string('x', content)}\"");
        var committed = Committed.Of(statement, Parties.Hash("salt"));

        Assert.Equal(size, committed.Bytes.Length);
        var read = Committed.Parse(committed.Bytes.Span).Required();
        Assert.Equal(committed.Commit, read.Commit);
        Assert.Equal(statement.ToBytes(), read.Statement().Required().ToBytes());
        Assert.Equal(read.Commit, ConfidentialStatement.CommitTo(committed.Bytes.Span));
    }

    [Fact]
    public void One_byte_more_is_the_next_size()
    {
        var without = Committed.Of(Parties.Statement(Parties.Both, "\"\""), Parties.Hash("salt"));
        var text = Encoding.UTF8.GetString(without.Bytes.Span);
        var padding = text.Split("\"padding\":\"")[1].TakeWhile(c => c == '0').Count();

        Committed With(int content) => Committed.Of(
            Parties.Statement(Parties.Both, $"\"{new string('x', content)}\""), Parties.Hash("salt"));
        Assert.Equal(1024, With(padding).Bytes.Length);
        Assert.True(Committed.Parse(With(padding).Bytes.Span).IsValid);
        Assert.Equal(4096, With(padding + 1).Bytes.Length);
    }

    [Fact]
    public void A_committed_object_that_carries_more_than_its_size_class_is_refused()
    {
        var good = Encoding.UTF8.GetString(Sealed.Committed.Bytes.Span);
        string Fitted(string from, string to, int size)
        {
            var altered = good.Replace(from, to, StringComparison.Ordinal);
            var at = altered.IndexOf("\"padding\":\"", StringComparison.Ordinal) + 11;
            var change = size - altered.Length;
            return change >= 0 ? altered.Insert(at, new string('0', change)) : altered.Remove(at, -change);
        }

        bool Reads(string text) => Committed.Parse(Some.Bytes(text)).IsValid;
        Assert.True(Reads(good));
        Refused("smallest", Committed.Parse(Some.Bytes(Fitted("x", "x", 4096))));
        Assert.False(Reads(good.Replace("\"padding\":\"0", "\"padding\":\"1", StringComparison.Ordinal)));
        Assert.False(Reads(good.Replace("\"padding\":\"00", "\"padding\":\"0 ", StringComparison.Ordinal)));
        Assert.False(Reads(good[..^1] + " "));
        Assert.False(Reads(Fitted("\"salt\":\"", "\"salt\":\"AAAA", 1024)));
        Assert.False(Reads(good + "\n"));
        var clear = Fitted("\"audience\":[\"north\",\"south\"],", "", 1024);
        Refused("no `audience`", Committed.Parse(Some.Bytes(clear)).Required().Statement());
        var unsorted = Fitted("[\"north\",\"south\"]", "[\"south\",\"north\"]", 1024);
        Assert.False(Committed.Parse(Some.Bytes(unsorted)).Required().Statement().IsValid);
    }

    [Fact]
    public void A_clear_statement_with_an_audience_is_refused_and_attachments_are_read()
    {
        Attached[] attached = [new(Digest.Of("a"u8), null), new(Digest.Of("b"u8), Digest.Of("c"u8))];
        var statement = Parties.Statement(audience: null) with { Attached = attached };

        Assert.Equal(attached, Statement.Parse(statement.ToBytes()).Required().Attached);
        Assert.Contains(
            "clear", Statement.Parse(Parties.Statement(Parties.Both).ToBytes()).Error!, StringComparison.Ordinal);
        Assert.False(Statement.Parse((statement with { Attached = [attached[0], attached[0]] }).ToBytes()).IsValid);
        Attached[] many = [.. Enumerable.Range(0, 65).Select(i => new Attached(Merkle.Leaf([(byte)i]), null))];
        Assert.False(Statement.Parse((statement with { Attached = many }).ToBytes()).IsValid);
        Assert.True(Statement.Parse((statement with { Attached = many[1..] }).ToBytes()).IsValid);
        Assert.Throws<ArgumentException>(() => Committed.Of(statement, Parties.Hash("salt")));
    }

    [Fact]
    public void Everybody_of_the_audience_and_the_operator_opens_a_statement_and_nobody_else()
    {
        var signature = Parties.Sign(Sealed);
        foreach (var name in new[] { Parties.North, Parties.South, Audience.Operator })
        {
            var opened = Open(Sealed, signature, Parties.Reader(name)).Required();
            Assert.Equal(Parties.Statement(Parties.Both).ToBytes(), opened.ToBytes());
        }

        Refused("nothing is wrapped", Open(Sealed, signature, Parties.Reader(Parties.Relief)));
        Refused("does not open", Open(Sealed, signature, new Reader(Parties.North, Parties.Key(Parties.Relief))));
    }

    [Fact]
    public void A_part_that_does_not_belong_to_the_others_is_refused_with_its_reason()
    {
        var signature = Parties.Sign(Sealed);
        var operation = Parties.Reader(Audience.Operator);
        var other = Parties.Seal(Parties.Statement(Parties.Both, "8"), "other");

        var thief = Parties.Sign(Sealed, Parties.DeviceOf("thief.example"));
        Refused("not signed by the device", Open(Sealed, thief, operation));
        Refused("not signed by the device", Open(Sealed, Parties.Sign(other), operation));
        Refused("not those that the entry names", Seal.Open(
            Sealed.Statement, signature, Parties.Genesis, other.Body.Ciphertext.Span, Sealed.Body.Wraps, operation));
        Refused("not those that the entry names", Seal.Open(
            Sealed.Statement, signature, Parties.Genesis, Sealed.Body.Ciphertext.Span, other.Body.Wraps, operation));
        Refused("does not open with the key", Seal.Open(
            Sealed.Statement with { Commit = other.Statement.Commit }, signature, Parties.Genesis,
            Sealed.Body.Ciphertext.Span, Sealed.Body.Wraps, operation));
        Refused("does not open with this key", Seal.Open(
            Sealed.Statement, signature, Merkle.Leaf("exercise"u8), Sealed.Body.Ciphertext.Span, Sealed.Body.Wraps,
            operation));
    }

    [Fact]
    public void A_statement_of_another_genesis_or_with_the_wrong_recipients_is_refused()
    {
        var operation = Parties.Reader(Audience.Operator);
        var elsewhere = Parties.Statement(Parties.Both) with { Genesis = Merkle.Leaf("exercise"u8) };
        var committed = Committed.Of(elsewhere, Parties.Hash("salt"));
        var recipients = Parties.For(Parties.Both);
        SealedStatement Handmade(Committed o, Recipient[] to)
        {
            var key = Parties.Hash("key");
            var ciphertext = Cipher.Seal(o.Bytes.Span, o.Commit, key);
            var hash = Digest.Of(ciphertext);
            var wraps = Wraps.Make(Parties.Genesis, hash, key, to, Parties.Randoms("w", to.Length).Seeds);
            return new(new(o.Commit, hash), o, new(o.Commit, hash, ciphertext, wraps));
        }

        var forged = Handmade(committed, recipients);
        Refused("another genesis", Open(forged, Parties.Sign(forged), operation));
        var narrow = Handmade(Sealed.Committed, Parties.Recipients(Parties.North, Audience.Operator));
        Refused("exactly the audience", Open(narrow, Parties.Sign(narrow), operation));
        var wide = Handmade(Sealed.Committed, [.. recipients, .. Parties.Recipients(Parties.Relief)]);
        Refused("exactly the audience", Open(wide, Parties.Sign(wide), operation));
        Assert.Throws<ArgumentException>(() => Seal.Statement(
            Parties.Statement(Parties.Both), recipients[1..], Parties.Randoms("w", recipients.Length - 1)));
    }

    [Fact]
    public void An_outcome_opens_under_a_key_of_its_own()
    {
        var outcome = Parties.Seal(Parties.Outcome(), Parties.Both, "outcome");
        Parsed<Outcome> Read(ConfidentialOutcome r, string who) => Seal.Open(
            r, Parties.Genesis, outcome.Body.Ciphertext.Span, outcome.Body.Wraps, Parties.Reader(who));

        Assert.Equal(Committed.OutcomeBytesMin, outcome.Committed.Bytes.Length);
        Assert.Equal(Parties.Outcome().ToBytes(), Read(outcome.Outcome, Parties.South).Required().ToBytes());
        Refused("another time", Read(outcome.Outcome with { ReceivedAt = 1 }, Parties.South));
        Assert.False(Read(outcome.Outcome, Parties.Relief).IsValid);
        Assert.False(outcome.Committed.Statement().IsValid);
        Assert.False(Sealed.Committed.Outcome().IsValid);
    }

    [Fact]
    public void A_sealed_document_opens_for_whom_it_names_and_not_for_the_operator()
    {
        var recipients = Parties.Recipients(Parties.Relief);
        var document = Seal.Document("the exact route"u8, Parties.Genesis, recipients, Parties.Randoms("route", 1));
        ReadOnlyMemory<byte>? Read(string who) => Seal.Open(
            document.Attached, Parties.Genesis, document.Ciphertext.Span, document.Wraps, Parties.Reader(who));

        Assert.Equal("the exact route"u8.ToArray(), Read(Parties.Relief)!.Value.ToArray());
        Assert.Null(Read(Audience.Operator));
        Assert.Null(Seal.Open(
            new Attached(document.Commit, null), Parties.Genesis, document.Ciphertext.Span, document.Wraps,
            Parties.Reader(Parties.Relief)));
    }

    [Fact]
    public void Wraps_are_read_as_they_were_written()
    {
        var wraps = Sealed.Body.Wraps;
        var text = Encoding.UTF8.GetString(wraps.ToBytes());

        Assert.Equal(wraps, Wraps.Parse(wraps.ToBytes()).Required());
        Assert.Equal([Parties.North, Audience.Operator, Parties.South], wraps.All.Select(w => w.To));
        (string, string)[] changes = [("\"south\"", "\"aaaaa\""), ("\"south\"", "\"north\""), ("\":0,", "\":-1,")];
        foreach (var (from, to) in changes)
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            Assert.False(Wraps.Parse(Some.Bytes(text.Replace(from, to, StringComparison.Ordinal))).IsValid);
        }

        Assert.Throws<ArgumentException>(() => Wraps.Make(
            Parties.Genesis, default, new byte[32], Parties.Recipients("a", "a"), Parties.Randoms("x", 2).Seeds));
        Recipient[] epochs = [new("a", 1, Parties.Key("a").Public), new("a", 0, Parties.Key("b").Public)];
        var two = Wraps.Make(Parties.Genesis, default, new byte[32], epochs, Parties.Randoms("x", 2).Seeds);
        Assert.NotNull(two.Open(Parties.Genesis, "a", Parties.Key("a")));
        Assert.NotNull(two.Open(Parties.Genesis, "a", Parties.Key("b")));
        Assert.Null(two.Open(Parties.Genesis, "a", Parties.Key("c")));
    }

    private static Parsed<Statement> Open(SealedStatement s, byte[] signature, Reader reader) => Seal.Open(
        s.Statement, signature, Parties.Genesis, s.Body.Ciphertext.Span, s.Body.Wraps, reader);

    private static void Refused<T>(string why, Parsed<T> parsed)
        where T : class => Assert.Contains(why, parsed.Error ?? "accepted", StringComparison.Ordinal);
}
