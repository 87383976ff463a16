namespace Truce.Tests;

/// <summary>
/// What the program says of files that it cannot use: exit code 2, one line that says what to do, no stack trace.
/// </summary>
public sealed class BadFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("truce").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static (int Code, string Output, string Error) Check(string path)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = Program.Run(["check", path], output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static void Refused(string path, string sentence)
    {
        var (code, output, error) = Check(path);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
        Assert.Contains("the framework cannot be used until", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file() => Refused(PathOf("none.yaml"), "error F001: there is no such file");

    [Fact]
    public void A_folder_without_a_framework() => Refused(_folder, "error F001: the folder has no `framework.yaml`");

    [Fact]
    public void A_folder_called_framework_yaml()
    {
        Directory.CreateDirectory(PathOf("framework.yaml"));
        Refused(_folder, "error F001: ");
    }

    [Fact]
    public void An_empty_file()
    {
        File.WriteAllText(PathOf("framework.yaml"), "");
        Refused(_folder, "framework.yaml: error F009: the file is empty");
    }

    [Fact]
    public void A_file_of_ten_megabytes()
    {
        File.WriteAllText(PathOf("big.yaml"), new string('#', 10_000_000));
        Refused(PathOf("big.yaml"), "error F002: the file is larger than");
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    public void A_device(string path)
    {
        Assert.SkipUnless(File.Exists(path), $"this system has no {path}");
        Refused(path, $"{path}: error F001: this is no regular file");
    }

    [Fact]
    public void A_pipe_is_refused_and_not_waited_for()
    {
        const string Maker = "/usr/bin/mkfifo";
        Assert.SkipUnless(File.Exists(Maker), $"this system has no {Maker}");
        using (var made = System.Diagnostics.Process.Start(Maker, [PathOf("pipe")]))
        {
            made.WaitForExit();
            Assert.Equal(0, made.ExitCode);
        }

        Refused(PathOf("pipe"), "error F001: this is no regular file");
        File.CreateSymbolicLink(PathOf("framework.yaml"), PathOf("pipe"));
        Refused(_folder, "error F001: this is no regular file");
    }

    [Fact]
    public void A_folder_that_cannot_be_made()
    {
        // A file stands where a folder would have to be.
        File.WriteAllText(PathOf("taken"), "");
        var folder = Path.Combine(PathOf("taken"), "x");
        var (code, output, error) = Frameworks.Run("new", folder);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"error: the folder `{folder}` cannot be written: ", error, StringComparison.Ordinal);
        Assert.Contains(" ", error.Split(": ")[2], StringComparison.Ordinal);
        Assert.DoesNotContain("IO_", error, StringComparison.Ordinal);
    }

    [Fact]
    public void More_defects_than_are_printed_are_counted()
    {
        File.WriteAllText(PathOf("many.yaml"), "truce: 1\n" +
            string.Concat(Enumerable.Range(0, 300).Select(i => $"key-{i}: 1\n")));
        Refused(PathOf("many.yaml"), "… and 104 more");
    }
}
