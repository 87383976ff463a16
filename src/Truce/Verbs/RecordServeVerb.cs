using System.CommandLine;
using System.Net;
using Truce.Http;
using Truce.Record;

namespace Truce.Verbs;

/// <summary><c>truce record serve</c>.</summary>
internal sealed class RecordServeVerb
{
    private const int PortUsual = 7390;

    private readonly Argument<string> Folder = new("DIR") { Description = "a log's folder, or a copy of one" };

    private readonly Option<string> Listen = new("--listen")
    {
        Description = "address and port",
        DefaultValueFactory = _ => $"127.0.0.1:{PortUsual}",
    };

    private readonly Option<string> Policy = new("--witness-policy")
    {
        Description = "a policy file: ask its witnesses, and publish what they cosign",
    };

    private readonly Option<string> Key = new("--key")
    {
        Description = "the file of the log's private key; else keys/log.key in the log's folder",
    };

    private readonly Option<string[]> Mirrors = new("--mirror")
    {
        Description = "the name of a witness of the policy that is a mirror and gets the entries",
    };

    private readonly Option<string> From = new("--fetch")
    {
        Description = "a mirror's address or a copy's folder, to fetch from where the log is behind its witnesses",
    };

    private readonly Option<string> Order = new("--start-order")
    {
        Description = "a signed order to start though half of the witnesses or more do not answer",
    };

    public static Command Command(TextWriter output, TextWriter error) => new RecordServeVerb().Make(output, error);

    private Command Make(TextWriter output, TextWriter error)
    {
        var command = new Command("serve",
            "Publish a log on the standard paths (checkpoint, tiles, entry bundles) until stopped. With a policy, ask "
            + "its witnesses every second; while another process writes, only read.\n\nExamples:\n"
            + "  truce record serve our-log\n"
            + "  truce record serve our-log --witness-policy policy.txt --key log.key --listen 0.0.0.0:8080\n"
            + "  truce record serve restored --witness-policy policy.txt --fetch http://127.0.0.1:7380/mirror/HASH")
        {
            Folder, Listen, Policy, Key, Mirrors, From, Order,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var path = parsed.GetValue(Folder)!;
            if (!IPEndPoint.TryParse(parsed.GetValue(Listen)!, out var address))
            {
                error.WriteLine($"error: `--listen {parsed.GetValue(Listen)}` is not an address and a port\n"
                    + $"  help: write 127.0.0.1:{PortUsual}");
                return 2;
            }

            using var disk = new Folder(path);
            var published = Directory.Exists(path) ? PublishedLog.Open(disk) : default;
            if (!published.IsValid && !File.Exists(Path.Combine(path, StaticLog.CheckpointPath)))
            {
                error.WriteLine($"error: `{path}`: neither a log nor a copy of one\n"
                    + "  help: `truce record init` makes a log, `truce record copy` a copy");
                return 2;
            }

            Publishing? publishing = null;
            if (parsed.GetValue(Policy) is { } policy)
            {
                var made = Publishing.Of(path, published.Value, policy, KeyOf(path, parsed.GetValue(Key)),
                    parsed.GetValue(Mirrors) ?? [], new Orders(parsed.GetValue(From), parsed.GetValue(Order)));
                if (!made.IsValid)
                {
                    error.WriteLine($"error: {made.Error}");
                    return 2;
                }

                publishing = made.Value;
            }

            using var open = publishing;
            return await Serve(path, published.Value, address, publishing, output, stop).ConfigureAwait(false);
        });
        return command;
    }

    private static string? KeyOf(string path, string? given)
    {
        var usual = Path.Combine(path, RecordFolder.KeysName, RecordFolder.LogKeyName);
        return given ?? (File.Exists(usual) ? usual : null);
    }

    private static async Task<int> Serve(
        string path, PublishedLog? log, IPEndPoint address, Publishing? publishing, TextWriter output,
        CancellationToken stop)
    {
        var gate = new Lock();
        void Say(string line)
        {
            lock (gate)
            {
                output.WriteLine(line);
                output.Flush();
            }
        }

        var read = log is not null ? RecordSite.Folder(path, log) : RecordSite.StaticFolder(path);
        await using var site = await Site.Start(address, TimeProvider.System, Say, RecordSite.Answer(read))
            .ConfigureAwait(false);
        Say($"listening at {site.Url}");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var loop = publishing?.Run(TimeProvider.System, Say, ending.Token) ?? Task.CompletedTask;
        await site.UntilStopped(stop).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(false);
        return 0;
    }
}
