using System.CommandLine;
using System.Net;
using Truce.Http;
using Truce.Record;

namespace Truce.Verbs;

/// <summary><c>truce record serve</c>.</summary>
internal static class RecordServeVerb
{
    private const int PortUsual = 7390;

    public static Command Command(TextWriter output, TextWriter error)
    {
        var folder = new Argument<string>("DIR") { Description = "a log's folder, or a copy of one" };
        var listen = new Option<string>("--listen")
        {
            Description = "address and port",
            DefaultValueFactory = _ => $"127.0.0.1:{PortUsual}",
        };
        var command = new Command("serve",
            "Publish a log on the standard paths (checkpoint, tiles, entry bundles) until stopped.\n\nExamples:\n"
            + "  truce record serve our-log\n  truce record serve our-log --listen 0.0.0.0:8080")
        {
            folder, listen,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var path = parsed.GetValue(folder)!;
            if (!IPEndPoint.TryParse(parsed.GetValue(listen)!, out var address))
            {
                error.WriteLine($"error: `--listen {parsed.GetValue(listen)}` is not an address and a port\n"
                    + $"  help: write 127.0.0.1:{PortUsual}");
                return 2;
            }

            using var log = new Folder(path);
            var published = Directory.Exists(path) ? PublishedLog.Open(log) : default;
            if (!published.IsValid && !File.Exists(Path.Combine(path, StaticLog.CheckpointPath)))
            {
                error.WriteLine($"error: `{path}`: neither a log nor a copy of one\n"
                    + "  help: `truce record init` makes a log, `truce record copy` a copy");
                return 2;
            }

            var read = published.IsValid
                ? RecordSite.Folder(path, published.Value) : RecordSite.StaticFolder(path);
            var gate = new Lock();
            await using var site = await Site.Start(address, TimeProvider.System, line =>
            {
                lock (gate)
                {
                    output.WriteLine(line);
                    output.Flush();
                }
            }, RecordSite.Answer(read)).ConfigureAwait(false);
            output.WriteLine($"listening at {site.Url}");
            output.Flush();
            await site.UntilStopped(stop).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
