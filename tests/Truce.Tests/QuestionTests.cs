namespace Truce.Tests;

/// <summary>Questions of <c>truce decide</c> that contradict themselves or cannot be meant.</summary>
public sealed class QuestionTests
{
    private static readonly string Gaza = Path.Combine(Frameworks.Root, "missions", "gaza");

    private static string[] Asked(string at, params string[] more) =>
        ["decide", Gaza, "--actor", "isf", "--action", "search", "--area", "rafah", "--phase", "stabilization",
            "--at", at, .. more];

    private static void Refused((int Code, string Output, string Error) result, string sentence)
    {
        Assert.Equal(2, result.Code);
        Assert.Empty(result.Output);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9999-12-31T23:59Z")]
    [InlineData("9999-12-31T23:59")]
    [InlineData("-9998-01-01T00:00+18:00")]
    [InlineData("-9998-01-01T00:00")]
    [InlineData("1899-12-31T23:59Z")]
    [InlineData("3000-01-01T00:00Z")]
    [InlineData("2999-12-31T23:59-02:00")]
    public void An_instant_of_no_mission(string at) => Refused(Frameworks.Run(Asked(at)), "is no instant of a mission");

    [Fact]
    public void Contradictory_statements() => Refused(
        Frameworks.Run(Asked("2026-03-10T02:10", "--consent", "idf=refused", "--consent", "idf=given")),
        "`idf` is stated as `refused` and as `given`");

    [Fact]
    public void Only_a_body_is_deadlocked() => Refused(
        Frameworks.Run(Asked("2026-03-10T02:10", "--consent", "israel=deadlocked")), "`israel` is no body");

    [Fact]
    public void One_question_or_a_file_of_them() => Refused(
        Frameworks.Run("decide", Gaza, "--situations", "none.jsonl", "--actor", "isf"),
        "--situations and --actor exclude each other");

    [Theory]
    [InlineData("\"consent\":{\"idf\":\"refused\",\"idf\":\"given\"}", "the key `idf` of `consent` is stated 2 times")]
    [InlineData("\"facts\":{\"x\":true,\"x\":false}", "the key `x` of `facts` is stated 2 times")]
    [InlineData("\"actor\":\"idf\",\"actor\":\"isf\"", "the key `actor` is stated 2 times")]
    [InlineData("\"actor\":\"isf\"", "add \"action\"")]
    public void A_line_that_cannot_be_meant(string keys, string sentence)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $"{{{keys}}}\n");
            var (code, _, error) = Frameworks.Run("decide", Gaza, "--situations", file);
            Assert.Equal(2, code);
            Assert.Contains(sentence, error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_defect_of_the_program_is_a_sentence()
    {
        using var error = new StringWriter { NewLine = "\n" };
        Assert.Equal(70, Program.Guarded(() => throw new OverflowException("too far"), error));
        Assert.Equal("truce: a defect of this program, please report it: OverflowException: too far\n",
            error.ToString());
    }
}
