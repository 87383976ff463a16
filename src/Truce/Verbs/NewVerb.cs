using System.CommandLine;
using System.Text.RegularExpressions;

namespace Truce.Verbs;

/// <summary><c>truce new</c>.</summary>
internal static partial class NewVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var name = new Argument<string>("NAME")
        {
            Description =
            "the folder to make; its last part names the framework"
        };
        var command = new Command("new", "Write a folder with a commented starter framework. Nothing is overwritten." +
            "\n\nExamples:\n  truce new exercise-1\n  truce new missions/valley")
        {
            name,
        };
        command.SetAction(parsed => Make(parsed.GetValue(name)!, output, error));
        return command;
    }

    /// <summary>The starter framework under a name.</summary>
    internal static string Starter(string name)
    {
        using var stream = typeof(NewVerb).Assembly.GetManifestResourceStream("starter-framework.yaml")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Replace("NAME", name, StringComparison.Ordinal);
    }

    private static int Make(string folder, TextWriter output, TextWriter error)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        if (!GoodName().IsMatch(name))
        {
            error.WriteLine($"error: `{name}` cannot name a mission\n  help: use letters, digits, `-`, `_` and `.`, " +
                $"at most 64");
            return 2;
        }

        var file = Path.Combine(folder, "framework.yaml");
        if (Path.Exists(file) || File.Exists(folder))
        {
            error.WriteLine($"error: `{(Path.Exists(file) ? file : folder)}` is there already, and is not " +
                $"overwritten\n  help: choose another name");
            return 2;
        }

        try
        {
            Directory.CreateDirectory(folder);
            using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write);
            stream.Write(System.Text.Encoding.UTF8.GetBytes(Starter(name)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"error: the folder `{folder}` cannot be written: {e.Message.TrimEnd('.')}\n" +
                "  help: choose a folder that you may write to");
            return 2;
        }

        output.WriteLine($"{file} is written: an invented framework, with comments. What next:");
        output.WriteLine($"  truce check {folder}    its findings, each explained beside its rule");
        output.WriteLine($"  truce weave {folder}    the same as a document");
        output.WriteLine($"  truce fmt {folder}      after each change");
        return 0;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex GoodName();
}
