using System.CommandLine;
using System.CommandLine.Completions;
using System.Text;

namespace Truce.Verbs;

/// <summary>
/// <c>truce completion</c>: a script made from the verbs and options themselves. It starts no process while somebody
/// types.
/// </summary>
internal static class CompletionVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        _ = error;
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a script that completes verbs, options and their values." +
            "\n\nExamples:\n  truce completion bash > ~/.local/share/bash-completion/completions/truce\n" +
            "  truce completion zsh > ~/.zfunc/_truce\n  truce completion fish > ~/.config/fish/completions/truce.fish")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            var verbs = Verbs(parsed.RootCommandResult.Command);
            output.Write(parsed.GetValue(shell) switch
            {
                "bash" => Bash(verbs),
                "zsh" => "#compdef truce\nautoload -U +X bashcompinit && bashcompinit\n" + Bash(verbs),
                _ => Fish(verbs),
            });
            return 0;
        });
        return command;
    }

    private sealed record Flag(string Name, string Says, string[] Values, bool TakesValue);

    private sealed record Verb(string Name, string Says, string[] Values, Flag[] Flags);

    private static List<Verb> Verbs(Command root) =>
    [
        .. root.Subcommands.Where(c => !c.Hidden).OrderBy(c => c.Name, StringComparer.Ordinal)
            .Select(c => new Verb(c.Name,
            FirstLine(c.Description),
            [
                .. c.Subcommands.Select(s => s.Name),
                .. c.Arguments.SelectMany(a => Values(a.GetCompletions(CompletionContext.Empty))),
            ],
            [
                .. c.Subcommands.Append(c).SelectMany(s => s.Options).DistinctBy(o => o.Name)
                    .Where(o => !o.Hidden && o.Name.StartsWith("--", StringComparison.Ordinal))
                    .Select(o => new Flag(o.Name, FirstLine(o.Description),
                    [.. o.ValueType == typeof(bool) ? [] : Values(o.GetCompletions(CompletionContext.Empty))],
                    o.ValueType != typeof(bool) && o.Arity.MaximumNumberOfValues > 0)),
                new Flag("--help", "Show help and examples", [], false),
            ])),
    ];

    private static IEnumerable<string> Values(IEnumerable<CompletionItem> items) =>
        items.Select(i => i.Label).Where(l => l.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'));

    private static string FirstLine(string? words) => (words ?? "")
        .Split('\n')[0].Replace("'", "’", StringComparison.Ordinal);

    /// <summary>Where nothing is listed for a value, files are offered.</summary>
    private static string Bash(List<Verb> verbs)
    {
        var text = new StringBuilder();
        text.Append("# Completion of truce; made by `truce completion`.\n_truce() {\n")
            .Append("  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]} " +
                "words=\n")
            .Append("  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W '")
            .AppendJoin(' ', verbs.Select(v => v.Name)).Append("' -- \"$word\"))\n    return\n  fi\n")
            .Append("  case $verb:$before in\n");
        foreach (var (verb, flag) in verbs.SelectMany(v => v.Flags.Where(f => f.TakesValue).Select(f => (v, f))))
        {
            text.Append("    ").Append(verb.Name).Append(':').Append(flag.Name).Append(") ")
                .Append(flag.Values.Length == 0
                ? "COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n"
                : $"COMPREPLY=($(compgen -W '{string.Join(' ', flag.Values)}' -- \"$word\")); return ;;\n");
        }

        text.Append("  esac\n  case $verb in\n");
        foreach (var verb in verbs)
        {
            text.Append("    ").Append(verb.Name).Append(") words='")
                .AppendJoin(' ', verb.Values.Concat(verb.Flags.Select(f => f.Name)))
                .Append("' ;;\n");
        }

        return text.Append("  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n")
            .Append("  case $word in -*) ;; *) COMPREPLY+=($(compgen -f -- \"$word\")) ;; esac\n}\n")
            .Append("complete -o filenames -F _truce truce ./truce\n").ToString();
    }

    private static string Fish(List<Verb> verbs)
    {
        var text = new StringBuilder("# Completion of truce; made by `truce completion`.\n");
        foreach (var verb in verbs)
        {
            text.Append("complete -c truce -n __fish_use_subcommand -f -a ").Append(verb.Name).Append(" -d '")
                .Append(verb.Says).Append("'\n");
            var condition = $"complete -c truce -n '__fish_seen_subcommand_from {verb.Name}' ";
            if (verb.Values.Length > 0)
            {
                text.Append(condition).Append("-f -a '").AppendJoin(' ', verb.Values).Append("'\n");
            }

            foreach (var flag in verb.Flags)
            {
                text.Append(condition).Append("-l ").Append(flag.Name[2..]).Append(!flag.TakesValue ? ""
                    : flag.Values.Length > 0 ? $" -x -a '{string.Join(' ', flag.Values)}'" : " -r").Append(" -d '")
                        .Append(flag.Says).Append("'\n");
            }
        }

        return text.ToString();
    }
}
