using System.Text.RegularExpressions;

namespace Truce.Tests;

/// <summary>
/// STYLE.md as a test. It reads the files of the repository as text, so it is rough on purpose: it relies on the
/// layout that <c>dotnet format</c> keeps. Each failure names a place and the remedy.
/// </summary>
public sealed partial class Tidy
{
    private const int CodeColumnsMax = 120;
    private const int ProseColumnsMax = 160;
    private const int FunctionLinesMax = 70;
    private const int FileLinesMax = 800;

    /// <summary>
    /// Functions that may be longer, by "path Name", with their length. A ratchet: an entry must equal the length, so
    /// that it can only be lowered and must go once the function fits. Empty is the aim.
    /// </summary>
    private static readonly Dictionary<string, int> LongFunctions = [];

    /// <summary>Who may reference whom. Everything not listed is forbidden.</summary>
    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["Truce.Rules"] = [],
        ["Truce.Record"] = [],
        ["Truce.Space"] = [],
        ["Truce.Mission"] = ["Truce.Rules", "Truce.Record", "Truce.Space"],
        ["Truce.Foresight"] = ["Truce.Mission", "Truce.Rules"],
        ["Truce.Cluster"] = ["Truce.Mission", "Truce.Foresight"],
        ["Truce"] =
        [
            "Truce.Rules", "Truce.Record", "Truce.Space", "Truce.Mission", "Truce.Foresight", "Truce.Cluster",
        ],
    };

    private static readonly string[] PureProjects = ["Truce.Rules", "Truce.Space", "Truce.Mission", "Truce.Foresight"];

    private static readonly string[] EmptyWords =
        ["Manager", "Helper", "Helpers", "Service", "Dto", "Utils", "Util", "Common"];

    private static readonly string[] NotOurs =
        ["artifacts", "bin", "obj", "node_modules", ".git", ".vs", ".idea"];

    private static readonly string Root = FindRoot(AppContext.BaseDirectory);

    private static readonly SourceFile[] Files =
        [.. Walk(Root).Order(StringComparer.Ordinal).Select(Read).OfType<SourceFile>()];

    private static IEnumerable<SourceFile> CSharp => Files.Where(f => f.Path.EndsWith(".cs", StringComparison.Ordinal));

    private static IEnumerable<SourceFile> Papers => Files.Where(f => f.Path.EndsWith(".md", StringComparison.Ordinal));

    [Fact]
    public void Lines_of_code_fit_in_120_columns() => Report(
        from file in CSharp
        from line in file.Numbered
        where line.Text.Length > CodeColumnsMax
        select $"{file.Path}:{line.Number}: {line.Text.Length} columns: break the line, at most {CodeColumnsMax}");

    [Fact]
    public void Lines_of_prose_fit_in_160_columns() => Report(
        from file in Papers
        from line in Prose(file)
        let columns = LinkTarget().Replace(line.Text, "").Length
        where columns > ProseColumnsMax && !line.Text.TrimStart().StartsWith('|')
        select $"{file.Path}:{line.Number}: {columns} columns: break the line, at most {ProseColumnsMax}");

    [Fact]
    public void Functions_fit_on_a_screen()
    {
        var lengths = (
            from file in CSharp
            from function in Functions(file)
            let place = $"{file.Path}:{function.Line}"
            select (Key: $"{file.Path} {function.Name}", Place: place, function.Lines)).ToArray();
        var tooLong =
            from f in lengths
            where f.Lines > LongFunctions.GetValueOrDefault(f.Key, FunctionLinesMax)
            select $"{f.Place}: {f.Lines} lines: split the function by meaning, at most {FunctionLinesMax}";
        var stale =
            from allowed in LongFunctions
            let longest = lengths.Where(f => f.Key == allowed.Key).Select(f => f.Lines).DefaultIfEmpty(0).Max()
            where longest < allowed.Value
            select $"tests/Truce.Tests/Tidy.cs:1: `{allowed.Key}` has {longest} lines now: lower or remove its entry";
        Report(tooLong.Concat(stale));
    }

    [Fact]
    public void Files_are_at_most_800_lines() => Report(
        from file in Files
        where Extension(file) is ".cs" or ".md" or ".ts" or ".svelte" or ".css" or ".sh"
        where file.Lines.Length > FileLinesMax
        select $"{file.Path}:{FileLinesMax + 1}: {file.Lines.Length} lines: split the file by meaning");

    [Fact]
    public void File_names_say_something() => Report(
        from file in Files
        from part in Path.GetFileName(file.Path).Split('.')
        from word in EmptyWords
        where part.EndsWith(word, StringComparison.Ordinal) || part.Equals(word, StringComparison.OrdinalIgnoreCase)
        select $"{file.Path}:1: `{word}` says nothing: name it as the field would");

    [Fact]
    public void Nothing_is_left_undone_in_the_source() => Report(
        from file in Files
        where file.Path.StartsWith("src/", StringComparison.Ordinal)
        from line in file.Numbered
        where LeftUndone().IsMatch(line.Text)
        select $"{file.Path}:{line.Number}: left undone: finish it, or take it out and open an issue");

    [Fact]
    public void Each_paper_has_one_title() => Report(
        from file in Papers
        let titles = Prose(file).Where(l => l.Text.StartsWith("# ", StringComparison.Ordinal)).ToArray()
        where titles.Length != 1
        select $"{file.Path}:{(titles.Length == 0 ? 1 : titles[1].Number)}: {titles.Length} titles: "
            + "a paper has exactly one line that begins with `# `");

    [Fact]
    public void The_code_map_names_what_exists() => Report(
        from line in Architecture().Numbered
        from Match path in MapPath().Matches(line.Text)
        let name = path.Value.TrimEnd('.')
        where !Path.Exists(Path.Combine(Root, name))
        select $"ARCHITECTURE.md:{line.Number}: `{name}` does not exist: correct the map");

    [Fact]
    public void Each_project_is_on_the_code_map() => Report(
        from project in Projects()
        let name = Path.GetFileNameWithoutExtension(project.Path)
        let onTheMap = new Regex($@"(?<![\w.]){Regex.Escape(name)}[/`]", RegexOptions.None, TimeSpan.FromSeconds(5))
        where !Architecture().Lines.Any(onTheMap.IsMatch)
        select $"{project.Path}:1: `src/{name}/` is not in ARCHITECTURE.md: say there in a sentence why it exists");

    [Fact]
    public void Each_worked_framework_states_its_findings() => Report(
        from file in Files
        where file.Path.StartsWith("missions/", StringComparison.Ordinal) && Extension(file) is ".yaml" or ".yml"
        where file.Lines.Any(l => l.StartsWith("truce:", StringComparison.Ordinal))
        let findings = Path.ChangeExtension(file.Path, ".findings.txt")
        where !File.Exists(Path.Combine(Root, findings))
        select $"{file.Path}:1: `{findings}` is missing: run UPDATE_EXPECT=1 ./test, then read what it wrote");

    [Fact]
    public void No_file_names_a_directory_of_a_machine() => Report(
        from file in Files
        from line in file.Numbered
        where MachinePath().IsMatch(line.Text)
        select $"{file.Path}:{line.Number}: names a directory of one machine: use a path inside the repository");

    [Fact]
    public void Projects_depend_one_way() => Report(
        from project in Projects()
        let name = Path.GetFileNameWithoutExtension(project.Path)
        from line in project.Numbered
        from Match reference in ProjectReference().Matches(line.Text)
        let target = reference.Groups["name"].Value
        where !MayReference.GetValueOrDefault(name, []).Contains(target)
        select $"{project.Path}:{line.Number}: {name} may not reference {target}: move the code, or write a decision "
            + "in docs/decisions and add it to MayReference in Tidy.cs");

    [Fact]
    public void Pure_projects_do_no_input_or_output_and_read_no_clock() => Report(
        from file in CSharp
        where PureProjects.Any(p => file.Path.StartsWith($"src/{p}/", StringComparison.Ordinal))
        from line in file.Numbered
        from Match found in Impure().Matches(CodeOnly(line.Text))
        select $"{file.Path}:{line.Number}: `{found.Value}`: the same question must give the same answer everywhere, "
            + "so files, clock and machine stay in src/Truce: take the value as a parameter");

    [Fact]
    public void Tests_wait_for_no_clock() => Report(
        from file in CSharp
        where file.Path.StartsWith("tests/", StringComparison.Ordinal)
        from line in file.Numbered
        where Waits().IsMatch(CodeOnly(line.Text))
        select $"{file.Path}:{line.Number}: waits for the clock: slow, and it fails on a busy machine: give it a fake "
            + "clock, or wait for the event itself");

    [Fact]
    public void Functions_are_measured_from_head_to_closing_brace()
    {
        var file = new SourceFile("a.cs", """
            public sealed class A
            {
                private readonly Func<int, int>[] _table =
                [
                    x => 1,
                    x =>
                    {
                    },
                ];

                [Theory]
                [InlineData(1)]
                public A(
                    int a)
                {
                    if (a > 0)
                    {
                    }
                }

                public string B => _table.Length switch
                {
                    _ => "",
                };

                private static int C(int a) =>
                    a
                    + 1;

                public enum D
                {
                    E = 1
                }

                /// <summary>a => b</summary>
                public static bool operator ==(A a, A b) => F(
                    a,
                    b);
            }
            """.Split('\n'));

        Assert.Equal([("A", 13, 7), ("B", 21, 4), ("C", 26, 3), ("operator ==", 36, 3)], Functions(file));
    }

    private static void Report(IEnumerable<string> faults)
    {
        var all = faults.ToArray();
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    /// <summary>Every outermost function, from the first line of its head to its last brace or semicolon.</summary>
    private static IEnumerable<(string Name, int Line, int Lines)> Functions(SourceFile file)
    {
        var lines = file.Lines;
        for (var i = 0; i < lines.Length; i++)
        {
            var isBlock = lines[i].Trim() == "{";
            var isTable = TableStart().IsMatch(lines[i]);
            if (!isBlock && !isTable && !ArrowStart().IsMatch(lines[i]))
            {
                continue;
            }

            var start = isBlock ? i - 1 : i;
            while (start > 0 && ContinuesInto(lines[start - 1]))
            {
                start--;
            }

            var head = string.Join(' ', lines[Math.Max(0, start)..(i + 1)]);
            if (isBlock && DeclaresType().IsMatch(head.Split('(')[0]))
            {
                continue;
            }

            i = MemberEnd(lines, i, isBlock);
            if (!isTable)
            {
                yield return (NameBefore().Match(head).Groups["name"].Value, start + 1, i - start + 1);
            }
        }
    }

    private static bool ContinuesInto(string line) =>
        line.Trim() is { Length: > 0 } text
        && !text.StartsWith("//", StringComparison.Ordinal) && !text.StartsWith('#')
        && !(text[^1] is ';' or '{' or '}' or ']');

    /// <summary>
    /// The last line of a member whose body begins at a line. A body in brackets closes at its own indent; another ends
    /// with the first semicolon deeper than that.
    /// </summary>
    private static int MemberEnd(string[] lines, int at, bool isBlock)
    {
        var indent = Indent(lines[at]);
        var opensBelow = at + 1 < lines.Length && lines[at + 1].Trim() is "{" or "[" && Indent(lines[at + 1]) == indent;
        var inBrackets = isBlock || opensBelow || lines[at][^1] is '{' or '[';
        for (var i = at + 1; i < lines.Length; i++)
        {
            var text = lines[i].TrimStart();
            if (text.Length > 0 && Indent(lines[i]) < indent)
            {
                return i - 1; // the type around it closes
            }

            var closes = Indent(lines[i]) == indent && text is ['}' or ']' or ')', ..];
            if (closes || (!inBrackets && Indent(lines[i]) > indent && text.EndsWith(';')))
            {
                return i;
            }
        }

        return lines.Length - 1;
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    /// <summary>A line without its comment and its texts.</summary>
    private static string CodeOnly(string line) => TextOrComment().Replace(line, "");

    /// <summary>The lines of a paper outside its code blocks.</summary>
    private static IEnumerable<(int Number, string Text)> Prose(SourceFile file)
    {
        var inCode = false;
        foreach (var line in file.Numbered)
        {
            var fence = line.Text.TrimStart().StartsWith("```", StringComparison.Ordinal);
            inCode ^= fence;
            if (!inCode && !fence)
            {
                yield return line;
            }
        }
    }

    private static SourceFile Architecture()
    {
        var map = Files.FirstOrDefault(f => f.Path == "ARCHITECTURE.md");
        Assert.True(map is not null, "ARCHITECTURE.md:1: missing: its map shows a newcomer each room: write it");
        return map;
    }

    private static IEnumerable<SourceFile> Projects() => Files.Where(f =>
        f.Path.StartsWith("src/", StringComparison.Ordinal) && Extension(f) == ".csproj");

    private static string Extension(SourceFile file) => Path.GetExtension(file.Path);

    private static string FindRoot(string start)
    {
        for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Truce.slnx")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"no Truce.slnx in {start} or above it");
    }

    private static IEnumerable<string> Walk(string directory)
    {
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            // In a second work tree `.git` is a file.
            if (entry.LinkTarget is not null || NotOurs.Contains(entry.Name))
            {
                continue;
            }

            if (entry is FileInfo)
            {
                yield return entry.FullName;
            }
            else
            {
                foreach (var below in Walk(entry.FullName))
                {
                    yield return below;
                }
            }
        }
    }

    /// <summary>A text file's lines; null where the file is not text.</summary>
    private static SourceFile? Read(string path)
    {
        var text = File.ReadAllText(path);
        return text.Contains('\0')
            ? null
            : new SourceFile(Path.GetRelativePath(Root, path).Replace('\\', '/'), text.TrimEnd('\n').Split('\n'));
    }

    private sealed record SourceFile(string Path, string[] Lines)
    {
        public IEnumerable<(int Number, string Text)> Numbered => Lines.Select((text, i) => (i + 1, text));
    }

    [GeneratedRegex(@"(?<=\])\([^)]*\)|https?://\S+")]
    private static partial Regex LinkTarget();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX|NotImplementedException)\b")]
    private static partial Regex LeftUndone();

    [GeneratedRegex(@"(?<![\w./-])(src|tests|bench|console|docs|eng|missions|\.ci)/[\w./-]*(?![\w./*<{…-])")]
    private static partial Regex MapPath();

    [GeneratedRegex(@"(?<![\w.-])/(home|work|root)/")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"<ProjectReference\s[^>]*?(?<name>[\w.]+)\.csproj")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(
        @"System\.IO\b|(?<![\w.])(System\.([A-Z]\w+\.)*)?"
        + @"(Console|Directory|Environment|Process|Stopwatch|TimeProvider)\."
        + @"|(?<![\w.])File\.(Append|Copy|Create|Delete|Exists|Get|Move|Open|Read|Replace|Set|Write)\w*"
        + @"|\b(HttpClient|FileStream|FileInfo|DirectoryInfo|StreamReader|StreamWriter|Socket|SystemClock)\b"
        + @"|\bDateTime(Offset)?\.(Now|UtcNow|Today)\b")]
    private static partial Regex Impure();

    [GeneratedRegex(@"\b(Thread\.Sleep|Task\.Delay)\b")]
    private static partial Regex Waits();

    [GeneratedRegex(@"""(\\.|[^""\\])*""|//.*")]
    private static partial Regex TextOrComment();

    [GeneratedRegex(@"\b(class|struct|record|interface|enum|namespace)\b")]
    private static partial Regex DeclaresType();

    [GeneratedRegex(@"^\s*(?!//)[\w\[][^(]*\s=(\s.*)?(?<![;,])$")]
    private static partial Regex TableStart();

    [GeneratedRegex(@"^\s*(?!//)\S.*=>.*(?<![;,])$")]
    private static partial Regex ArrowStart();

    [GeneratedRegex(@"(?<name>operator\s+\S+?|\w+)(<[^>(]*>)?\s*(\(|=>|\{|$)")]
    private static partial Regex NameBefore();
}
