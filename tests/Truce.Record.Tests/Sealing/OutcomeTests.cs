using System.Text;

namespace Truce.Record.Tests;

public sealed class OutcomeTests
{
    private static Outcome Late => Parties.Outcome() with
    {
        Framework = null,
        Kind = OutcomeKind.Inapplicable,
        Why = "the key was revoked",
        Events = [],
        Ruling = null,
        Equivocates = Digest.Of("first"u8),
        IsUnauthenticated = true,
    };

    [Fact]
    public void An_outcome_is_read_as_it_was_written()
    {
        foreach (var outcome in new[] { Parties.Outcome(), Late })
        {
            var bytes = outcome.ToBytes();
            Assert.Equal(bytes, Outcome.Parse(bytes).Required().ToBytes());
        }

        Assert.Equal(
            "{'equivocates':'p5N7ZLjKpY8Dchu2us9ceMsjX+vg5wsbhM2ZVBRhoI4=','events':[],'fold':3,'framework':null,"
            + "'key':'unauthenticated','outcome':'inapplicable','received_at':1768000000500,'ruling':null,"
            + "'semantics':1,'v':1,'why':'the key was revoked'}",
            Encoding.UTF8.GetString(Late.ToBytes()).Replace('"', '\''));
    }

    [Theory]
    [InlineData("\"v\":1", "\"v\":2")]
    [InlineData("\"v\":1", "\"v\":1,\"x\":1")]
    [InlineData("\"why\":", "\"why\": ")]
    [InlineData("\"why\":\"the key was revoked\"", "\"why\":\"\"")]
    [InlineData("\"fold\":3", "\"fold\":-1")]
    [InlineData("\"fold\":3,", "")]
    [InlineData("\"framework\":null,", "")]
    [InlineData("\"framework\":null", "\"framework\":\"none\"")]
    [InlineData("\"events\":[]", "\"events\":{}")]
    [InlineData("inapplicable", "applied")]
    [InlineData("inapplicable", "Inapplicable")]
    [InlineData("unauthenticated", "revoked")]
    [InlineData("1768000000500", "-1")]
    [InlineData("\"ruling\":null,", "")]
    public void An_outcome_that_is_altered_in_form_is_refused(string from, string to)
    {
        var text = Encoding.UTF8.GetString(Late.ToBytes());
        var altered = text.Replace(from, to, StringComparison.Ordinal);

        Assert.NotEqual(text, altered);
        Assert.False(Outcome.Parse(Some.Bytes(altered)).IsValid);
    }

    [Fact]
    public void An_outcome_has_at_most_24_000_bytes()
    {
        var room = Leaf.OutcomeBytesMax - (Late with { Ruling = new JsonValue.Text("") }).ToBytes().Length;
        var fits = Late with { Ruling = new JsonValue.Text(new string('x', room)) };
        var longer = Late with { Ruling = new JsonValue.Text(new string('x', room + 1)) };

        Assert.Equal(Leaf.OutcomeBytesMax, fits.ToBytes().Length);
        Assert.True(Outcome.Parse(fits.ToBytes()).IsValid);
        Assert.Throws<ArgumentException>(() => longer.ToBytes());
        Assert.False(Outcome.Parse(new byte[Leaf.OutcomeBytesMax + 1]).IsValid);
    }

    [Fact]
    public void What_no_outcome_can_say_is_not_written()
    {
        Assert.Throws<ArgumentException>(() => (Late with { Kind = OutcomeKind.Applied }).ToBytes());
        Assert.Throws<ArgumentException>(() => (Late with { Why = new string('x', 256) }).ToBytes());
        Assert.Throws<ArgumentException>(() => (Late with { ReceivedAt = -1 }).ToBytes());
    }

    [Fact]
    public void A_confidential_outcome_says_when_and_nothing_else()
    {
        var r = new ConfidentialOutcome(5, Digest.Of("o"u8), Digest.Of("c"u8));

        Assert.Equal(r, ConfidentialOutcome.Parse(r.ToBytes()).Required());
        Assert.False(ConfidentialOutcome.Parse(Late.ToBytes()).IsValid);
        Assert.False(Outcome.Parse(r.ToBytes()).IsValid);
        Assert.False(ConfidentialOutcome.Parse((r with { ReceivedAt = -1 }).ToBytes()).IsValid);
    }
}
