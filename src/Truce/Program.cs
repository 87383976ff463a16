using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Truce.Rules;
using Truce.Verbs;

namespace Truce;

/// <summary>The program: verbs only. Each verb is a file in <c>Verbs/</c>.</summary>
public static class Program
{
    /// <summary>Runs a command line. Exit codes: 0 clean, 1 findings or another verdict, 2 bad input.</summary>
    public static int Main(string[] args) => Run(args, Console.Out, Console.Error);

    /// <summary>Runs a command line against given writers, for tests.</summary>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        (output, error) = (new CleanWriter(output), new CleanWriter(error));
        if (args.FirstOrDefault(Plain.IsHostile) is { } hostile)
        {
            error.WriteLine($"error: `{Plain.Words(hostile)}` holds a line break or another character that is not " +
                "shown\n  help: take it out; a file with such a name must be renamed first");
            return 2;
        }

        return Guarded(() => Unguarded(args, output, error), error);
    }

    private static int Unguarded(string[] args, TextWriter output, TextWriter error)
    {
        var root = Root(output, error);
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.CommandResult.Command is { Subcommands.Count: > 0 } group)
        {
            // The list of verbs shows a sentence each; the examples stand in each verb's own help.
            foreach (var verb in group.Subcommands)
            {
                verb.Description = verb.Description!.Split("\n\n")[0];
            }
        }

        if (parsed.Action is ParseErrorAction wrong)
        {
            wrong.ShowHelp = false;
        }

        var wrongs = new StringWriter();
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = parsed.Errors.Count == 0 ? error : wrongs,
            EnableDefaultExceptionHandler = false,
        };
        var code = parsed.Invoke(configuration);
        if (parsed.Errors.Count == 0)
        {
            return code;
        }

        error.WriteLine(Said(wrongs.ToString(), parsed.CommandResult));
        error.WriteLine($"  help: `truce{Path(parsed.CommandResult, root)} --help` shows what it takes, with examples");
        return 2;
    }

    /// <summary>What the parser says of a line, with what is missing by name and without names of types.</summary>
    private static string Said(string wrongs, CommandResult verb)
    {
        const string missing = "Required argument missing for command";
        IEnumerable<string> lines =
        [
            .. wrongs.TrimEnd().Split(Environment.NewLine).Where(l => !l.StartsWith(missing, StringComparison.Ordinal)),
            .. verb.Command.Arguments
                .Where(a => a.Arity.MinimumNumberOfValues > 0 && verb.GetResult(a) is not { Tokens.Count: > 0 })
                .Select(a => $"{a.Name} is missing: {a.Description}"),
        ];
        return string.Join('\n', lines.Where(l => l.Length > 0))
            .Replace("as expected type 'System.Int64'", "as a whole number", StringComparison.Ordinal)
            .Replace("as expected type 'System.Int32'", "as a whole number", StringComparison.Ordinal);
    }

    /// <summary>The words that lead to a verb of a group, each after a space.</summary>
    private static string Path(CommandResult result, RootCommand root) => result.Command == root
        ? ""
        : $"{(result.Parent is CommandResult parent ? Path(parent, root) : "")} {result.Command.Name}";

    /// <summary>Whatever goes wrong, the user reads a sentence and never a stack trace.</summary>
    internal static int Guarded(Func<int> run, TextWriter error)
    {
        try
        {
            return run();
        }
        catch (IOException e)
        {
            error.WriteLine($"truce: {e.Message}");
            return 2;
        }
        catch (UnauthorizedAccessException e)
        {
            error.WriteLine($"truce: {e.Message}");
            return 2;
        }
        catch (Exception e) when (e is not (IOException or UnauthorizedAccessException))
        {
            // A broken invariant: say so, and nothing that looks like an answer.
            error.WriteLine($"truce: {Defect(e)}");
            return 70;
        }
    }

    /// <summary>How an exception that nobody expected is told.</summary>
    internal static string Defect(Exception e) =>
        $"a defect of this program, please report it: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}";

    /// <summary>The command line: every verb.</summary>
    internal static RootCommand Root(TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Truce: a stabilization force's framework, made executable. " +
            "It reads a framework; it gives no order, no clearance and no legal opinion.");
        foreach (var verb in All(output, error))
        {
            root.Add(verb);
        }

        return root;
    }

    private static IEnumerable<Command> All(TextWriter output, TextWriter error) =>
    [
        CheckVerb.Command(output, error),
        CompletionVerb.Command(output, error),
        DecideVerb.Command(output, error),
        DiffVerb.Command(output, error),
        ExplainVerb.Command(output, error),
        DemoVerb.Command(output, error),
        FmtVerb.Command(output, error),
        KeyVerb.Command(output, error),
        MissionVerb.Command(output, error),
        NewVerb.Command(output, error),
        PlayVerb.Command(output, error),
        SchemaVerb.Command(output),
        RecordVerb.Command(output, error),
        ReportVerb.Command(output, error),
        SpaceVerb.Command(output, error),
        WeaveVerb.Command(output, error),
        WitnessVerb.Command(output, error),
    ];
}
