using System.CommandLine;
using System.Text;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce fmt</c>.</summary>
internal static class FmtVerb
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static Command Command(TextWriter output, TextWriter error)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "framework files, or folders with a framework.yaml",
            Arity = ArgumentArity.OneOrMore,
        };
        var check = new Option<bool>("--check") { Description = "write nothing; exit 1 where a file would change" };
        var stdout = new Option<bool>("--stdout") { Description = "print the result and leave the files alone" };
        var command = new Command("fmt",
            "Lay out framework files. Spaces, line breaks and the order of a rule's keys change, " +
            "nothing else: every comment stays.\n\nExamples:\n  truce fmt missions/gaza/framework.yaml\n" +
            "  truce fmt --check missions/gaza missions/line\n  truce fmt draft.yaml --stdout")
        {
            files, check, stdout,
        };
        command.SetAction(parsed =>
        {
            var worst = 0;
            foreach (var file in parsed.GetValue(files)!.Select(MissionFile.Locate))
            {
                var code = One(file, parsed.GetValue(check), parsed.GetValue(stdout), output, error);
                worst = Math.Max(worst, code);
            }

            return worst;
        });
        return command;
    }

    private static int One(string file, bool check, bool stdout, TextWriter output, TextWriter error)
    {
        if (MissionFile.Bytes(file, error) is not { } bytes)
        {
            return 2;
        }

        var result = Formatter.Format(bytes, file);
        if (result.Refusal is { } refusal)
        {
            error.WriteLine($"{file}: left as it is: {refusal}: a defect of this program, please report it with " +
                $"the file");
            return 70;
        }

        if (result.Text is null)
        {
            MissionFile.Print(new Reading(new Framework(), result.Diagnostics), error);
            return 2;
        }

        if (stdout)
        {
            // The author's file, not a message of ours: as it is.
            CleanWriter.Beneath(output).Write(result.Text);
        }

        if (bytes.AsSpan().SequenceEqual(Utf8.GetBytes(result.Text)))
        {
            return 0;
        }

        if (check)
        {
            error.WriteLine($"{file}: would change: `truce fmt {file}` lays it out");
            return 1;
        }

        if (!stdout)
        {
            Replace(file, result.Text);
            output.WriteLine($"{file}: laid out anew");
        }

        return 0;
    }

    /// <summary>Whoever reads the file meanwhile sees the old one or the new one, never a part.</summary>
    private static void Replace(string file, string text)
    {
        var target = new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file;
        var draft = $"{target}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(Utf8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(draft, File.GetUnixFileMode(target));
            }

            File.Move(draft, target, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
