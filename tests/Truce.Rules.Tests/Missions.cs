namespace Truce.Rules.Tests;

/// <summary>The worked frameworks under <c>missions/</c>.</summary>
internal static class Missions
{
    public static string Root { get; } = FindRoot();

    /// <summary>Paths, relative to the repository, of every framework file.</summary>
    public static IEnumerable<string> Files => Directory
        .EnumerateFiles(Path.Combine(Root, "missions"), "*.yaml", SearchOption.AllDirectories)
        .Where(f => File.ReadLines(f).Any(l => l.StartsWith("truce:", StringComparison.Ordinal)))
        .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/')).Order(StringComparer.Ordinal);

    /// <summary>The same as data of a theory.</summary>
    public static TheoryData<string> Theory => [.. Files];

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static Framework Read(string file)
    {
        var reading = FrameworkReader.Read(Text(file), file);
        Assert.True(reading.IsUsable, string.Join('\n', reading.Diagnostics));
        return reading.Framework;
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
