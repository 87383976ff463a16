using System.CommandLine;
using System.Security.Cryptography;
using Truce.Record;

namespace Truce.Verbs;

/// <summary><c>truce record init</c>.</summary>
internal static class RecordInitVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var folder = new Argument<string>("DIR") { Description = "the folder to make" };
        var exercise = new Option<string?>("--exercise")
        {
            Description = "make an exercise's log with all keys in one folder, under this host name",
        };
        var organisations = new Option<string[]>("--organisation")
        {
            Description = "an organisation of the exercise, two or more; each is a guardian",
            AllowMultipleArgumentsPerToken = true,
        };
        var witnesses = new Option<string[]>("--witness")
        {
            Description = "ORGANISATION=VKEY of a witness of the exercise",
        };
        var genesis = new Option<string?>("--genesis")
        {
            Description = "the genesis that `truce record draft` wrote and the guardians signed",
        };
        var signatures = new Option<string[]>("--signature")
        {
            Description = "a guardian's signature, of `truce key sign-genesis`",
            AllowMultipleArgumentsPerToken = true,
        };
        var keys = new Option<string?>("--keys") { Description = "the folder of log.key and receipt.key" };
        var command = new Command("init",
            "Begin a log: leaf 0 names its keys, its witnesses and the organisations that found it. Everybody pins the "
            + "hash that is printed.\n\nExamples:\n"
            + "  truce record init drill --exercise line.example --organisation un --organisation agency\n"
            + "  truce record init our-log --genesis our.genesis --signature un.signature --signature agency.signature "
            + "--keys operator-keys")
        {
            folder, exercise, organisations, witnesses, genesis, signatures, keys,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(folder)!;
            if (Path.Exists(path) && (File.Exists(path) || Directory.EnumerateFileSystemEntries(path).Any()))
            {
                error.WriteLine($"error: `{path}` is there already and is not empty\n  help: name a new folder");
                return 2;
            }

            if ((parsed.GetValue(exercise) is null) == (parsed.GetValue(genesis) is null))
            {
                error.WriteLine("error: a log begins with `--genesis FILE` or, for an exercise, `--exercise HOST`\n"
                    + "  help: `truce record draft --help` shows how a genesis is drafted and signed");
                return 2;
            }

            return parsed.GetValue(exercise) is { } host
                ? Exercise(path, host, parsed.GetValue(organisations)!, parsed.GetValue(witnesses)!, output, error)
                : Signed(path, parsed.GetValue(genesis)!, parsed.GetValue(signatures)!, parsed.GetValue(keys), output,
                    error);
        });
        return command;
    }

    /// <summary>Everything in one folder, for an exercise alone: whoever has it can be everybody.</summary>
    private static int Exercise(
        string path, string host, string[] organisations, string[] witnesses, TextWriter output, TextWriter error)
    {
        var keys = Path.Combine(path, RecordFolder.KeysName);
        var drawn = Drawn.For($"{host}/exercise", organisations);
        if (!drawn.IsValid)
        {
            error.WriteLine($"error: {drawn.Error}\n  help: name a host such as line.example, and organisations");
            return 2;
        }

        var draft = RecordDraft.Of(
            drawn.Value.Origin, "an exercise", drawn.Value.LogKey.Verifier, drawn.Value.ReceiptKey.Verifier,
            drawn.Value.Reading.PublicText, drawn.Value.Founders, witnesses, []);
        if (!draft.IsValid)
        {
            error.WriteLine($"error: {draft.Error}\n  help: `truce record init --help` shows the form");
            return 2;
        }

        Directory.CreateDirectory(keys);
        if (!drawn.Value.Write(keys, error))
        {
            return 2;
        }

        var all = drawn.Value.Roots.Select(r => GuardianSignature.Sign(draft.Value, r.Root).Required());
        if (Begin(path, draft.Value, all, drawn.Value.LogKey, output, error) is var code and not 0)
        {
            return code;
        }

        output.WriteLine($"{keys}: the keys of everybody. This is an exercise: no real mission keeps them together.");
        output.WriteLine(
            $"Next: truce record append {path} --key {keys}/{organisations[0]}.key --type note --act '{{}}'");
        return 0;
    }

    private static int Signed(
        string path, string file, string[] signatures, string? keys, TextWriter output, TextWriter error)
    {
        var genesis = KeyFiles.Read(file, b => Genesis.Parse(KeyFiles.WithoutNewline(b)),
            "name the file that `truce record draft` wrote", error);
        if (genesis is null)
        {
            return 2;
        }

        var given = new List<GuardianSignature>();
        foreach (var signature in signatures)
        {
            if (KeyFiles.Read(signature, b => GuardianSignature.Parse(b),
                "name a file that `truce key sign-genesis` wrote", error) is not { } one)
            {
                return 2;
            }

            given.Add(one);
        }

        var logFile = Path.Combine(keys ?? ".", RecordFolder.LogKeyName);
        var log = Http.Keys.Read(logFile);
        if (!log.IsValid || !log.Value.Verifier.Equals(genesis.LogKey))
        {
            error.WriteLine($"error: {log.Error ?? $"{logFile}: not the log key of the genesis"}\n"
                + "  help: name the folder that `truce record draft` made: `--keys DIR`");
            return 2;
        }

        return Begin(path, genesis, given, log.Value, output, error);
    }

    private static int Begin(
        string path, Genesis genesis, IEnumerable<GuardianSignature> signatures, SigningKey logKey, TextWriter output,
        TextWriter error)
    {
        var outcome = new Outcome
        {
            ReceivedAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            Fold = 0,
            Semantics = 0,
            Kind = OutcomeKind.Applied,
        };
        var leaf = Founding.Seal(genesis, signatures, outcome.ToBytes());
        if (!leaf.IsValid)
        {
            error.WriteLine($"error: {leaf.Error}\n  help: every guardian signs: add its `--signature FILE`");
            return 2;
        }

        Directory.CreateDirectory(Path.Combine(path, RecordFolder.BodiesName));
        using var disk = new Folder(path);
        var log = RecordLog.Create(disk, new LogSettings(genesis.LogKey));
        var fault = log.Error;
        if (log.IsValid)
        {
            using var open = log.Value;
            fault = open.Append([leaf.Value]).Error;
            var note = fault is null ? open.Sign(logKey) : new Unreadable(fault);
            fault = note.IsValid ? open.Publish(note.Value).Error : note.Error;
        }

        if (fault is not null)
        {
            error.WriteLine($"error: `{path}`: {fault}\n  help: is the disk full, or write-protected?");
            return 2;
        }

        output.WriteLine($"{path}: the log {genesis.Origin} has begun. Pin its genesis, everywhere:");
        output.WriteLine($"  {Merkle.Leaf(leaf.Value.ToBytes())}");
        return 0;
    }

    /// <summary>The keys of an exercise.</summary>
    private sealed record Drawn(
        string Origin, SigningKey LogKey, SigningKey ReceiptKey, string LogText, string ReceiptText,
        PrivateKeyFile Reading, IReadOnlyList<(string Name, PrivateKeyFile File, DeviceSigner Root)> Roots,
        IReadOnlyList<(string Name, PrivateKeyFile File)> Readers)
    {
        public IReadOnlyList<Founder> Founders =>
        [
            .. Roots.Zip(Readers).Select(r => new Founder(r.First.Name, r.First.Root.Key, IsGuardian: true,
                PublicReadingKey.Parse(r.Second.File.PublicText).Required())),
        ];

        public static Parsed<Drawn> For(string origin, string[] organisations)
        {
            if (organisations.Length == 0
                || organisations.Any(o => o.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')))
            {
                return new Unreadable(
                    "an exercise has organisations, whose names are lower-case letters, digits and `-`");
            }

            var (log, receipt) = (RandomNumberGenerator.GetBytes(SigningKey.SeedBytes),
                RandomNumberGenerator.GetBytes(SigningKey.SeedBytes));
            if (VerifierKey.From(origin, KeyUse.Note, new SigningKey("x", KeyUse.Note, log).Verifier.PublicBytes)
                is { IsValid: false } bad)
            {
                return new Unreadable(bad.Error!);
            }

            var name = $"receipts.{origin}";
            return new Drawn(
                origin, new SigningKey(origin, KeyUse.Note, log), new SigningKey(name, KeyUse.Note, receipt),
                SecretKey.Text(origin, KeyUse.Note, log), SecretKey.Text(name, KeyUse.Note, receipt),
                KeyFiles.Draw(PrivateKeyKind.X25519),
                [
                    .. organisations.Select(o => (o, File: KeyFiles.Draw(PrivateKeyKind.Ed25519)))
                        .Select(o => (o.o, o.File, o.File.ToSigner().Required())),
                ],
                [.. organisations.Select(o => (o, KeyFiles.Draw(PrivateKeyKind.X25519)))]);
        }

        public bool Write(string folder, TextWriter error)
        {
            bool Put(string name, byte[] bytes) =>
                KeyFiles.Write(Path.Combine(folder, name), bytes, isSecret: true, error);
            return Put(RecordFolder.LogKeyName, System.Text.Encoding.UTF8.GetBytes(LogText + "\n"))
                && Put(RecordFolder.ReceiptKeyName, System.Text.Encoding.UTF8.GetBytes(ReceiptText + "\n"))
                && Put("reading.key", Reading.ToBytes())
                && Roots.All(r => Put($"{r.Name}.key", r.File.ToBytes()))
                && Readers.All(r => Put($"{r.Name}.reading.key", r.File.ToBytes()));
        }
    }
}
