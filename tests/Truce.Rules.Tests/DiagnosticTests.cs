namespace Truce.Rules.Tests;

public sealed class DiagnosticTests
{
    [Fact]
    public void Prints_place_code_sentence_and_help() => Assert.Equal(
        "a.yaml:3:7: error F201: unknown area `crossing-5`\n  help: did you mean `crossing-4`?",
        new Diagnostic("F201", Severity.Error, "a.yaml", new Place(3, 7), "unknown area `crossing-5`",
            "did you mean `crossing-4`?").ToString());
}
