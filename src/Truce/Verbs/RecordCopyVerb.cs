using System.CommandLine;
using Truce.Http;
using Truce.Record;

namespace Truce.Verbs;

/// <summary><c>truce record copy</c>.</summary>
internal static class RecordCopyVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var from = new Argument<string>("FROM") { Description = "a log's folder, a copy of one, or an http address" };
        var to = new Argument<string>("TO") { Description = "the folder of the copy; it is made where it is missing" };
        var log = new Option<string>("--log")
        {
            Description = "the log's vkey; a log's own folder says it itself",
        };
        var verify = new Option<bool>("--verify") { Description = "read the whole copy again and check every byte" };
        var command = new Command("copy",
            "Write a static copy in the layout of tlog-tiles, for a web server or a stick. It goes on where it was "
            + "interrupted, and stops at a fork with both checkpoints kept.\n\nExamples:\n"
            + "  truce record copy our-log public/our-log\n"
            + "  truce record copy https://log.example/ stick/log --log LOG-VKEY --verify")
        {
            from, to, log, verify,
        };
        command.SetAction(parsed =>
        {
            if (File.Exists(Path.Combine(parsed.GetValue(to)!, RecordFolder.SettingsName)))
            {
                error.WriteLine($"error: `{parsed.GetValue(to)}` is a log's own folder, and a copy would write among "
                    + "its files\n  help: name a folder that is empty, or a copy made before");
                return 2;
            }

            var source = RecordSource.Open(parsed.GetValue(from)!, parsed.GetValue(log));
            if (!source.IsValid)
            {
                error.WriteLine($"error: {source.Error}");
                return 2;
            }

            using var open = source.Value;
            return Run(open, parsed.GetValue(to)!, parsed.GetValue(verify), output, error);
        });
        return command;
    }

    private static int Run(RecordSource source, string to, bool verify, TextWriter output, TextWriter error)
    {
        var copy = RecordSite.StaticFolder(to);
        var done = Copy.Run(source.Read, copy, Shelf.Below(to), source.Log);
        switch (done)
        {
            case { IsValid: false }:
                error.WriteLine($"error: {done.Error}\n  help: nothing was published; run it again to go on");
                return 2;
            case { Value: Copied.Forked fork }:
                output.WriteLine($"FORK: `{source.Log.Name}` signed two histories; nothing was copied. The evidence:");
                output.WriteLine($"  {Path.Combine(to, fork.HeldFile)}\n  {Path.Combine(to, fork.OfferedFile)}");
                return 1;
            case { Value: Copied.Newer newer }:
                output.WriteLine(
                    $"{to}: holds {newer.Head.Size} entries already; the source offers its first {newer.Offered.Size}");
                break;
            case { Value: Copied.Complete complete }:
                output.WriteLine($"{to}: {complete.Head.Size} entries, root {complete.Head.Root}; "
                    + $"{complete.Head.Size - complete.Before} of them new");
                break;
        }

        if (!verify)
        {
            return 0;
        }

        var whole = Copy.Verify(copy, source.Log);
        if (!whole.IsValid)
        {
            output.WriteLine($"{to}/{whole.Error}");
            return 1;
        }

        output.WriteLine($"{to}: every entry and every tile checked");
        return 0;
    }
}
