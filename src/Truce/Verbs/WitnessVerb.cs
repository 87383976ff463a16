using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Truce.Http;
using Truce.Record;

namespace Truce.Verbs;

/// <summary><c>truce witness</c>: what each organisation runs to hold the record to its word.</summary>
internal static class WitnessVerb
{
    private const string KeyFile = "witness.key";
    private const string MirrorKeyFile = "mirror.key";

    public static Command Command(TextWriter output, TextWriter error) => new(
        "witness",
        "Run a witness: it cosigns a log's checkpoints, and never two that contradict each other.\n\nExamples:\n"
        + "  truce witness init our-witness --name witness.example/w1 --log LOG-VKEY\n"
        + "  truce witness serve our-witness")
    {
        Init(output, error), Serve(output, error), WitnessEraseVerb.Command(output, error),
    };

    private static Command Init(TextWriter output, TextWriter error)
    {
        var folder = new Argument<string>("DIR") { Description = "a new folder: keys, settings and what it cosigned" };
        var logs = new Option<string[]>("--log")
        {
            Description = "the vkey of a log to watch; more than once for more logs. Where leaf 0 is to name the "
                + "witness, the log is not there yet: it is added to the settings later",
        };
        var name = new Option<string>("--name")
        {
            Description = "the witness's name, usually its address without https://; else the folder's name",
        };
        var mirror = new Option<bool>("--mirror") { Description = "keep every entry too, under a second key" };
        var organisation = new Option<string?>("--organisation")
        {
            Description = "whose it is: a mirror keeps the bodies that this organisation may read",
        };
        var listen = new Option<string>("--listen")
        {
            Description = "address and port",
            DefaultValueFactory = _ => $"127.0.0.1:{WitnessSettings.PortUsual}",
        };
        var command = new Command("init",
            "Make a witness's folder: a new key, and one settings file.\n\nExamples:\n"
            + "  truce witness init our-witness --name witness.example/w1 --log LOG-VKEY\n"
            + "  truce witness init our-mirror --log LOG-VKEY --mirror --organisation un --listen 0.0.0.0:7380")
        {
            folder, logs, name, mirror, organisation, listen,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(folder)!;
            var called = parsed.GetValue(name) ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
            var text = new StringBuilder("# A witness of Truce. One word and its value a line.\n")
                .Append($"key {KeyFile}\n").Append(parsed.GetValue(mirror) ? $"mirror {MirrorKeyFile}\n" : "")
                .Append(parsed.GetValue(organisation) is { } whose ? $"organisation {whose}\n" : "")
                .Append($"listen {parsed.GetValue(listen)}\n");
            foreach (var log in parsed.GetValue(logs)!)
            {
                text.Append($"log {log}\n");
            }

            var hasLog = parsed.GetValue(logs)!.Length > 0;
            return Make(path, called, (parsed.GetValue(mirror), hasLog), text.ToString(), output, error);
        });
        return command;
    }

    private static int Make(
        string path, string name, (bool IsMirror, bool HasLog) kind, string settings, TextWriter output,
        TextWriter error)
    {
        var (isMirror, hasLog) = kind;
        var bytes = Encoding.UTF8.GetBytes(settings);
        var seed = RandomNumberGenerator.GetBytes(SigningKey.SeedBytes);
        var read = WitnessSettings.Parse(hasLog ? bytes : [.. bytes, .. Example(seed)]);
        if (!read.IsValid)
        {
            error.WriteLine($"error: {read.Error}\n  help: `--log` takes the log's vkey, `--listen` ADDRESS:PORT");
            return 2;
        }

        var longest = MirrorName(name);
        if (longest.Length > VerifierKey.NameLengthMax || name.Length == 0
            || name.Any(c => c <= ' ' || c == '+' || char.IsWhiteSpace(c)))
        {
            error.WriteLine($"error: `{name}` cannot be a witness's name\n"
                + "  help: `--name` takes one without spaces and `+`, such as witness.example/w1");
            return 2;
        }

        if (File.Exists(Path.Combine(path, WitnessSettings.FileName)) || File.Exists(Path.Combine(path, KeyFile)))
        {
            error.WriteLine($"error: `{path}` has a witness already\n  help: a new witness needs a new folder");
            return 2;
        }

        Shelf.Make(Path.GetFullPath(path));
        PutSecret(path, KeyFile, SecretKey.Text(name, KeyUse.Cosignature, seed));
        if (isMirror)
        {
            var second = RandomNumberGenerator.GetBytes(SigningKey.SeedBytes);
            PutSecret(path, MirrorKeyFile, SecretKey.Text(MirrorName(name), KeyUse.Cosignature, second));
        }

        Shelf.Below(path)(WitnessSettings.FileName, bytes);
        using var witness = Keys.Read(Path.Combine(path, KeyFile)).Required();
        using var mirror = isMirror ? Keys.Read(Path.Combine(path, MirrorKeyFile)).Required() : null;
        output.WriteLine(hasLog
            ? $"{path}: a witness of {string.Join(", ", read.Value.Logs.Select(l => l.Origin))}"
            : $"{path}: a witness. When the log has begun, add a line `log VKEY` to "
                + Path.Combine(path, WitnessSettings.FileName));
        output.WriteLine("For those who read the record, a line of their policy file:");
        output.WriteLine($"witness NAME {witness.Verifier} http://{read.Value.Listen}");
        if (mirror is not null)
        {
            output.WriteLine($"witness NAME-mirror {mirror.Verifier} http://{read.Value.Listen}{MirrorSite.Prefix}");
        }

        output.WriteLine($"Start it with `truce witness serve {path}`.");
        return 0;
    }

    /// <summary>A line for a log that is not there yet, so that the rest of the settings is checked.</summary>
    private static byte[] Example(byte[] seed)
    {
        using var key = new SigningKey("log.example", KeyUse.Note, seed);
        return Encoding.UTF8.GetBytes($"log {key.Verifier}\n");
    }

    internal static string MirrorName(string witness) => witness + "/mirror";

    private static void PutSecret(string folder, string name, string line)
    {
        var file = Path.Combine(folder, name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(file, options);
        stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Says it as soon as a log is convicted, and again at each start; and what has stopped.</summary>
    private static (int Forks, int Stopped) Tell(
        string folder, WitnessHost host, (int Forks, int Stopped) before, TextWriter output)
    {
        var stopped = host.Stopped;
        foreach (var what in stopped.Skip(before.Stopped))
        {
            output.WriteLine(what);
        }

        var forks = host.Forks;
        foreach (var file in forks.Count > before.Forks ? forks : [])
        {
            output.WriteLine($"FORK: a log signed two trees of one size; the evidence: {Path.Combine(folder, file)}");
        }

        return (forks.Count, stopped.Count);
    }

    private static Command Serve(TextWriter output, TextWriter error)
    {
        var folder = new Argument<string>("DIR") { Description = "the witness's folder" };
        var command = new Command("serve",
            "Answer logs and readers until stopped; one line for each request.\n\nExamples:\n"
            + "  truce witness serve our-witness")
        {
            folder,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var opened = WitnessHost.Open(parsed.GetValue(folder)!, RandomNumberGenerator.GetBytes(32));
            if (!opened.IsValid)
            {
                error.WriteLine($"error: {opened.Error}");
                return 2;
            }

            using var host = opened.Value;
            var gate = new Lock();
            var told = (Forks: 0, Stopped: 0);
            await using var site = await Site.Start(host.Settings.Listen, TimeProvider.System, line =>
            {
                lock (gate)
                {
                    output.WriteLine(line);
                    told = Tell(parsed.GetValue(folder)!, host, told, output);
                    output.Flush();
                }
            }, host.Answer(TimeProvider.System)).ConfigureAwait(false);
            lock (gate)
            {
                told = Tell(parsed.GetValue(folder)!, host, told, output);
            }

            output.WriteLine($"listening at {site.Url}");
            output.Flush();
            await site.UntilStopped(stop).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
