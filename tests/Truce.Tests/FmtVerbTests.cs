namespace Truce.Tests;

public sealed class FmtVerbTests : IDisposable
{
    private const string Tidy = "truce: 1\nframework: x\nstatus: draft\nzone: UTC\nareas: {sectors: [a]}\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("truce-fmt-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_laid_out_in_place_and_only_once()
    {
        var file = Write(Tidy.Replace(": ", ":   ", StringComparison.Ordinal));
        Assert.Equal((0, $"{file}: laid out anew\n", ""), Frameworks.Run("fmt", file));
        Assert.Equal(Tidy, File.ReadAllText(file));
        Assert.Equal((0, "", ""), Frameworks.Run("fmt", file));
        Assert.Equal([file], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Check_writes_nothing_and_exits_1_where_something_would_change()
    {
        var file = Write(Tidy + "\n\n");
        var (code, output, error) = Frameworks.Run("fmt", "--check", file);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains(file, error, StringComparison.Ordinal);
        Assert.Equal(Tidy + "\n\n", File.ReadAllText(file));
        Assert.Equal((0, "", ""), Frameworks.Run("fmt", "--check", Write(Tidy)));
    }

    [Fact]
    public void Stdout_prints_the_result_and_leaves_the_file_alone()
    {
        var file = Write(Tidy + "\n\n");
        Assert.Equal((0, Tidy, ""), Frameworks.Run("fmt", "--stdout", file));
        Assert.Equal(Tidy + "\n\n", File.ReadAllText(file));
    }

    [Fact]
    public void A_file_with_errors_is_not_touched()
    {
        var text = Tidy.Replace("draft", "drafty", StringComparison.Ordinal) + "\n\n";
        var file = Write(text);
        var (code, output, error) = Frameworks.Run("fmt", file);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"{file}:3:9: error F104", error, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(file));
    }

    [Fact]
    public void A_missing_file_is_bad_input_and_the_others_are_laid_out()
    {
        var file = Write(Tidy + "\n\n");
        Assert.Equal(2, Frameworks.Run("fmt", Path.Combine(_folder, "none.yaml"), file).Code);
        Assert.Equal(Tidy, File.ReadAllText(file));
    }

    private string Write(string text)
    {
        var file = Path.Combine(_folder, "a.yaml");
        File.WriteAllText(file, text);
        return file;
    }
}
