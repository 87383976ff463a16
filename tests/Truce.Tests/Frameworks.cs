namespace Truce.Tests;

/// <summary>The worked frameworks under <c>missions/</c>, and running the program.</summary>
internal static class Frameworks
{
    public static string Root { get; } = FindRoot();

    /// <summary>Paths, relative to the repository, of every framework file.</summary>
    public static IEnumerable<string> Files => Directory
        .EnumerateFiles(Path.Combine(Root, "missions"), "*.yaml", SearchOption.AllDirectories)
        .Where(f => File.ReadLines(f).Any(l => l.StartsWith("truce:", StringComparison.Ordinal)))
        .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/')).Order(StringComparer.Ordinal);

    public static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = Program.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Truce.slnx")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("the tests run inside the repository");
    }
}
