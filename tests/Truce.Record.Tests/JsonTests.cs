using System.Diagnostics;
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
        var tools = Path.Combine(AppContext.BaseDirectory, "npm");
        Assert.SkipUnless(Runs("node", "--version", tools), "node is not installed");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(tools, "node_modules"))
                || Runs("npm", "ci --ignore-scripts --no-audit --no-fund", tools),
            "the package canonicalize cannot be installed here");
        var random = new Random(seed);
        var documents = Enumerable.Range(0, 100_000).Select(_ => RandomJson.Any(random, depth: 0)).ToArray();

        var start = new ProcessStartInfo("node", "canonical.mjs")
        {
            WorkingDirectory = tools,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        foreach (var document in documents)
        {
            node.StandardInput.Write(document + "\n");
        }

        node.StandardInput.Close();
        var lines = (await output).Split('\n');
        for (var i = 0; i < documents.Length; i++)
        {
            Assert.True(lines[i] == Canonical(documents[i]), $"seed {seed}, document {i}: {documents[i]}");
        }
    }

    private static bool Runs(string tool, string arguments, string folder)
    {
        try
        {
            var start = new ProcessStartInfo(tool, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            _ = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
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
