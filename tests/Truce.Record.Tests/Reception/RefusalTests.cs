namespace Truce.Record.Tests;

public sealed class RefusalTests
{
    private static readonly SigningKey ReceiptKey = Some.Key("receipts.example", KeyUse.Note);

    private static Refusal Late => new(
        Some.Origin, Digest.Of("S"u8), 1_768_000_000_000, RefusalReason.Limit, ResendAt: 1_768_000_060_000,
        "this key has sent 600 at once: send it again after a minute");

    [Fact]
    public void A_refusal_is_read_as_it_was_signed_for_every_reason()
    {
        foreach (var reason in Enum.GetValues<RefusalReason>())
        {
            var late = Late with { Reason = reason };
            foreach (var refusal in new[] { late, late with { ResendAt = null } })
            {
                var note = SignedNote.Parse(refusal.Sign(ReceiptKey).ToBytes()).Required();
                Assert.Equal(refusal, Refusal.Open(note, ReceiptKey.Verifier).Required());
            }
        }
    }

    [Theory]
    [InlineData("truce/refusal/v1", "truce/refusal/v2")]
    [InlineData("\nlimit\n", "\nruling\n")]
    [InlineData("1768000060000", "tomorrow")]
    [InlineData("1768000000000", "01768000000000")]
    [InlineData("this key", "this\nkey")]
    public void A_text_that_is_no_refusal_is_not_read_as_one(string from, string to)
    {
        var text = Late.Text.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Late.Text, text);
        Assert.False(Refusal.Open(SignedNote.Sign(text, ReceiptKey), ReceiptKey.Verifier).IsValid);
    }

    [Fact]
    public void Another_key_does_not_refuse_for_the_operator() => Assert.False(
        Refusal.Open(Late.Sign(Some.Key("receipts.example", KeyUse.Note, "other")), ReceiptKey.Verifier).IsValid);
}
