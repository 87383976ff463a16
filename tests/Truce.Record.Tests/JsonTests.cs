using System.Text;

namespace Truce.Record.Tests;

public sealed class JsonTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData(" [ 1 , -2 , 0 ] ", "[1,-2,0]")]
    [InlineData("""{"b":1,"a":[true,false,null]}""", """{"a":[true,false,null],"b":1}""")]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("-9007199254740991", "-9007199254740991")]
    [InlineData(@"""\u20ac$\u000F\nA'\u0042\u0022\u005c\\\""\/""", "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"")]
    [InlineData(@"""\ud83d\ude00\u007f""", "\"😀\u007f\"")]
    [InlineData("{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}",
        "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}")]
    public void Canonical_form_is_that_of_RFC_8785(string json, string canonical) =>
        Assert.Equal(canonical, Canonical(json));

    [Theory]
    [InlineData("")]
    [InlineData("9007199254740992")]
    [InlineData("-9007199254740992")]
    [InlineData("99999999999999999999")]
    [InlineData("-0")]
    [InlineData("1.0")]
    [InlineData("0.5")]
    [InlineData("1e2")]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData("-")]
    [InlineData("NaN")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData(@"{""a"":1,""\u0061"":2}")]
    [InlineData("""{"b":1,"a":2,"b":3}""")]
    [InlineData("""{"b":1,"a":2,"a":3}""")]
    [InlineData("""{"b":1,"c":2,"a":3,"c":4}""")]
    [InlineData(@"""\ud800""")]
    [InlineData(@"""\ude00\ud83d""")]
    [InlineData("\"\t\"")]
    [InlineData(@"""\x""")]
    [InlineData(@"""\u12g4""")]
    [InlineData(@"""\u 123""")]
    [InlineData("[1,]")]
    [InlineData("[,1]")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"a" 1}""")]
    [InlineData("{a:1}")]
    [InlineData("[1")]
    [InlineData("1 2")]
    [InlineData("truE")]
    [InlineData("\ufeff1")]
    [InlineData("\u00a01")]
    [InlineData("// c\n1")]
    public void What_the_record_forbids_is_refused(string json) => Assert.Null(Canonical(json));

    [Fact]
    public void Bytes_that_are_not_UTF_8_and_deep_nesting_are_refused()
    {
        Assert.False(CanonicalJson.Parse([0x22, 0xed, 0xa0, 0x80, 0x22]).IsValid);
        Assert.False(CanonicalJson.Parse([0x22, 0xff, 0x22]).IsValid);
        Assert.NotNull(Canonical(new string('[', 33) + new string(']', 33)));
        Assert.Null(Canonical(new string('[', 34) + new string(']', 34)));
        Assert.False(CanonicalJson.Parse(new byte[CanonicalJson.BytesMax + 1]).IsValid);
    }

    [Fact]
    public void Names_in_any_order_and_any_number_are_written_in_their_order_and_read_back()
    {
        const int seed = 13;
        var random = new Random(seed);
        for (var count = 0; count < 40; count++)
        {
            string[] names = [.. Enumerable.Range(0, count).Select(i => $"{"é\ue000\"\n\0a"[i % 6]}{i}")];
            KeyValuePair<string, JsonValue>[] ordered =
                [.. names.Order(StringComparer.Ordinal).Select(n => KeyValuePair.Create(n, (JsonValue)Long(n)))];
            KeyValuePair<string, JsonValue>[] mixed = [.. ordered];
            random.Shuffle(mixed);

            var written = CanonicalJson.Write(new JsonValue.Members(mixed));

            Assert.Equal(CanonicalJson.Write(new JsonValue.Members(ordered)), written);
            Assert.Equal(ordered, ((JsonValue.Members)CanonicalJson.ParseCanonical(written).Required()).All);
            var loose = string.Join(", ", mixed.Select(m => $"{Quoted(m.Key)} : {Quoted(Long(m.Key).Value)}"));
            Assert.Equal(ordered, ((JsonValue.Members)CanonicalJson.Parse(Some.Bytes($"{{{loose}}}")).Required()).All);
        }

        JsonValue.Text Long(string name) => new(string.Concat(Enumerable.Repeat(name, 30)));
        string Quoted(string text) => Encoding.UTF8.GetString(CanonicalJson.Write(new JsonValue.Text(text)));
    }

    [Fact]
    public void Only_the_canonical_form_is_read_where_it_is_demanded()
    {
        Assert.True(CanonicalJson.ParseCanonical("""{"a":1,"b":2}"""u8).IsValid);
        Assert.False(CanonicalJson.ParseCanonical("""{"b":2,"a":1}"""u8).IsValid);
        Assert.False(CanonicalJson.ParseCanonical("""{"a": 1}"""u8).IsValid);
        Assert.False(CanonicalJson.ParseCanonical(@"""\u0041"""u8).IsValid);
    }

    [Fact]
    public async Task The_package_canonicalize_writes_the_same_bytes()
    {
        const int seed = 8785;
        var random = new Random(seed);
        string[] documents =
            [.. EdgeCases(), .. Enumerable.Range(0, 100_000).Select(_ => RandomJson.Any(random, depth: 0))];

        var lines = await NodeScript.Answers("canonical.mjs", documents);

        Assert.Equal(documents.Length, lines.Length);
        for (var i = 0; i < documents.Length; i++)
        {
            Assert.True(lines[i] == Canonical(documents[i]), $"seed {seed}, document {i}: {documents[i]}");
        }
    }

    [Fact]
    public async Task What_the_package_canonicalize_would_change_in_silence_the_record_refuses()
    {
        string[] documents =
        [
            "-0", "[-0]", "-0.0", "1.0", "1e2", "0.10", "9007199254740993", "-9007199254740993", "1e-400",
            """{"a":1,"a":2}""", @"{""a"":1,""\u0061"":2}", @"{""__proto__"":1,""__proto__"":2}",
        ];

        var lines = await NodeScript.Answers("canonical.mjs", documents);

        Assert.Equal(documents.Length, lines.Length);
        for (var i = 0; i < documents.Length; i++)
        {
            Assert.NotEqual(documents[i], lines[i]);
            Assert.True(Canonical(documents[i]) is null, $"{documents[i]}, which canonicalize writes as {lines[i]}");
        }
    }

    /// <summary>RECORD.md, section 1: the ends of what is allowed, and what is sorted or escaped oddly.</summary>
    private static IEnumerable<string> EdgeCases()
    {
        string[] numbers = ["0", "1", "-1", "9007199254740991", "-9007199254740991", "9007199254740990", "4294967296"];
        string[] names = ["10", "9", "1", "01", "", " ", "a", "A", "aa", "__proto__", "constructor", "length", "é",
            "\u0065\u0301", "\ufb33", "\ud83d\ude00", "\ue000", "\uffff", "\ufeff", "\u2028", "\u007f", "\u0080",
            @"\u0000", @"\n", @"\\", @"\""", "/", @"\/\/"];
        foreach (var number in numbers)
        {
            yield return number;
        }

        foreach (var first in names)
        {
            yield return $"\"{first}\"";
            foreach (var second in names.Where(n => n != first))
            {
                yield return $"{{\"{first}\":[],\"{second}\":{{}}}}";
            }
        }

        for (var c = 0; c < 0x20; c++)
        {
            yield return $"\"\\u{c:x4}\"";
            yield return $"\"\\u{c:X4}\"";
        }

        yield return new string('[', 33) + new string(']', 33);
        yield return $"\"{new string('x', CanonicalJson.BytesMax - 2)}\"";
    }

    private static string? Canonical(string json) =>
        CanonicalJson.Parse(Some.Bytes(json)) is { IsValid: true, Value: var value }
            ? Encoding.UTF8.GetString(CanonicalJson.Write(value))
            : null;
}

/// <summary>Random documents without line breaks, in any order of names and any escapes.</summary>
internal static class RandomJson
{
    private static readonly string[] Pieces =
    [
        "a", "b", "A", "10", "9", " ", "é", "€", "😀", "\u0080", "\ufb33", "\u2028", "\u007f", "/", "'", "<",
        @"\n", @"\r", @"\t", @"\b", @"\f", @"\""", @"\\", @"\/", @"\u0000", @"\u001f", @"\u0041", @"\ud83d\ude00",
    ];

    public static string Any(Random random, int depth) => random.Next(depth > 4 ? 4 : 7) switch
    {
        0 => random.Next(2) == 0 ? "true" : "null",
        1 => $"{random.NextInt64(-CanonicalJson.NumberMax, CanonicalJson.NumberMax + 1)}",
        2 => $"{random.Next(-3, 300)}".Replace("-0", "0", StringComparison.Ordinal),
        3 => Text(random, tag: ""),
        4 => $"[{string.Join(" , ", Enumerable.Range(0, random.Next(5)).Select(_ => Any(random, depth + 1)))}]",
        _ => $"{{{string.Join(',', Enumerable.Range(0, random.Next(6)).Select(i =>
            $"{Text(random, $"{i}")}: {Any(random, depth + 1)}"))}}}",
    };

    /// <summary>The tag at the end keeps names apart.</summary>
    private static string Text(Random random, string tag) =>
        $"\"{string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => Piece(random)))}{tag}\"";

    private static string Piece(Random random) => Pieces[random.Next(Pieces.Length)];
}
