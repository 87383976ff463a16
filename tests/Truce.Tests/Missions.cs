using Truce.Rules;

namespace Truce.Tests;

/// <summary>The worked missions: each framework gives exactly the findings that stand beside it. UPDATE_EXPECT=1
/// rewrites them.</summary>
public sealed class MissionTests
{
    internal static string Root { get; } = FindRoot();

    public static TheoryData<string> Frameworks =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, "missions"), "*.yaml",
        SearchOption.AllDirectories)
            .Where(f => File.ReadLines(f).Any(l => l.StartsWith("truce:", StringComparison.Ordinal)))
        .Select(f => Path.GetRelativePath(Root, f)).Order(StringComparer.Ordinal)];

    private static string FindRoot()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Truce.slnx")))
        {
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("no Truce.slnx above the tests");
        }

        return at;
    }

    internal static Rulebook Open(string file)
    {
        var reading = FrameworkReader.Read(File.ReadAllBytes(Path.Combine(Root, file)), file);
        Assert.True(reading.IsUsable, string.Join('\n', reading.Diagnostics));
        return new Rulebook(reading.Framework);
    }

    private static string Identities(CheckResult result) => string.Concat(result.Findings.Select(f =>
        $"{f.Footing}: {f.Identity}{(f.Kind == FindingKind.Assumed ? " (assumed)" : "")}\n"))
        + string.Concat(result.Answers.Select(a => $"{a.Code} {a.Subject}: {FindingText.Value(a.Value)}\n"));

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void Gives_exactly_the_findings_beside_it(string file)
    {
        var expected = Path.Combine(Root, Path.ChangeExtension(file, ".findings.txt"));
        var actual = Identities(Check.Run(Open(file)));
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECT") == "1")
        {
            File.WriteAllText(expected, actual);
        }

        Assert.Equal(File.ReadAllText(expected), actual);
    }

    public static TheoryData<string, string> Mutations
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "missions"), "mutations.yaml",
                SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal))
            {
                foreach (var m in Mutation.ReadAll(file))
                {
                    data.Add(Path.GetRelativePath(Root, file), m.Name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public void A_listed_change_adds_exactly_the_listed_findings_of_one_code(string file, string name)
    {
        var mutation = Mutation.ReadAll(Path.Combine(Root, file)).Single(m => m.Name == name);
        var framework = Path.Combine(Path.GetDirectoryName(file)!, "framework.yaml");
        var text = File.ReadAllText(Path.Combine(Root, framework));
        Assert.True(text.Split(mutation.Replace).Length == 2, $"the text to replace stands once in {framework}");
        var reading = FrameworkReader.Read(text.Replace(mutation.Replace, mutation.With, StringComparison.Ordinal),
            framework);
        Assert.True(reading.IsUsable, string.Join('\n', reading.Diagnostics));
        var before = Check.Run(Open(framework)).Findings.Select(f => f.Identity).ToHashSet(StringComparer.Ordinal);
        var added = Check.Run(new Rulebook(reading.Framework)).Findings.Select(f => f.Identity)
            .Where(i => !before.Contains(i))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        Assert.Equal(mutation.Adds.Order(StringComparer.Ordinal), added);
        Assert.Single(mutation.Adds.Select(a => a.Split(' ')[0]).Distinct());
    }
}

/// <summary>A change to a framework and the findings that it must add.</summary>
internal sealed record Mutation(string Name, string Replace, string With, IReadOnlyList<string> Adds)
{
    public static List<Mutation> ReadAll(string file)
    {
        var root = YamlReader.Read(File.ReadAllBytes(file), (_, place, message, _) =>
            throw new InvalidOperationException($"{file}:{place.Line}: {message}"))!;
        return [.. root.Items.Select(item =>
        {
            var map = item.Entries.ToDictionary(e => e.Key.Value, e => e.Value);
            return new Mutation(map["name"].Value, map["replace"].Raw, map["with"].Raw,
                [.. map["adds"].Items.Select(i => i.Value)]);
        })];
    }
}
