using System.Diagnostics;
using System.Text;

namespace Truce.Record.Tests;

/// <summary>Others' packages on Node, pinned in `npm/package-lock.json`. Without them a test is skipped.</summary>
internal static class NodeScript
{
    private static readonly string Tools = Path.Combine(AppContext.BaseDirectory, "npm");

    /// <summary>Tests of several classes run at once; the packages are installed once.</summary>
    private static readonly Lazy<string?> Missing = new(() =>
        !Runs("node", "--version") ? "node is not installed"
        : !Runs("npm", "ci --ignore-scripts --no-audit --no-fund") ? "the npm packages cannot be installed here"
        : null);

    /// <summary>What a script answers to lines, line by line. Skips the test without Node or packages.</summary>
    public static async Task<string[]> Answers(string script, IEnumerable<string> lines)
    {
        Assert.SkipUnless(Missing.Value is null, Missing.Value ?? "");
        var start = new ProcessStartInfo("node", script)
        {
            WorkingDirectory = Tools,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        foreach (var line in lines)
        {
            await node.StandardInput.WriteAsync(line + "\n");
        }

        node.StandardInput.Close();
        return (await output).Split('\n')[..^1];
    }

    private static bool Runs(string tool, string arguments)
    {
        try
        {
            var start = new ProcessStartInfo(tool, arguments)
            {
                WorkingDirectory = Tools,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            _ = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
