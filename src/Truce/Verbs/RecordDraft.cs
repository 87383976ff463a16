using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Truce.Record;

namespace Truce.Verbs;

/// <summary><c>truce record draft</c>: the operator's keys, and the genesis that the guardians then sign.</summary>
internal static class RecordDraft
{
    /// <summary>The file that the guardians sign.</summary>
    public const string GenesisName = "genesis.json";

    public static Command Command(TextWriter output, TextWriter error)
    {
        var folder = new Argument<string>("KEYS") { Description = "the folder to make for the operator's keys" };
        var origin = Required("--origin", "the log's name for ever, such as record.un.example/line");
        var mission = Required("--mission", "the mission in words, one line");
        var reading = Required("--reading-key", "the mission's public reading key, x25519:…; its private half is "
            + "entered at each start and lies on no disk of the operator");
        var guardians = Many("--guardian", "NAME=ROOT or NAME=ROOT,READING: a founding organisation that approves");
        var organisations = Many("--organisation", "NAME=ROOT or NAME=ROOT,READING: a founding organisation");
        var witnesses = Many("--witness", "ORGANISATION=VKEY of a witness");
        var mirrors = Many("--mirror", "ORGANISATION=VKEY of a mirror");
        var command = new Command("draft",
            "Make the operator's keys and draft a genesis. Every guardian then signs it where its root is, with "
            + "`truce key sign-genesis`, and `truce record init` begins the log.\n\nExamples:\n"
            + "  truce record draft operator-keys --origin record.example/line --mission \"The line\" --reading-key X "
            + "--guardian un=ROOT --guardian agency=ROOT --witness agency=VKEY")
        {
            folder, origin, mission, reading, guardians, organisations, witnesses, mirrors,
        };
        var before = new BeforeOptions();
        before.AddTo(command);
        command.SetAction(parsed =>
        {
            if (Founders(parsed, guardians, organisations, error) is not { } founders)
            {
                return 2;
            }

            var name = parsed.GetValue(origin)!;
            var (log, receipt) = (RandomNumberGenerator.GetBytes(SigningKey.SeedBytes),
                RandomNumberGenerator.GetBytes(SigningKey.SeedBytes));
            var bytes = new SigningKey("x", KeyUse.Note, log).Verifier.PublicBytes;
            if (!VerifierKey.From(name, KeyUse.Note, bytes).IsValid)
            {
                error.WriteLine($"error: `--origin {name}`: a log's name has no spaces and no `+`\n  help: use a host "
                    + "name and a path");
                return 2;
            }

            using var logKey = new SigningKey(name, KeyUse.Note, log);
            using var receiptKey = new SigningKey($"receipts.{name}", KeyUse.Note, receipt);
            var continues = before.IsGiven(parsed) ? Continues(parsed, before, founders, error) : null;
            if (before.IsGiven(parsed) && continues is null)
            {
                return 2;
            }

            var genesis = Of(name, parsed.GetValue(mission)!, logKey.Verifier, receiptKey.Verifier,
                parsed.GetValue(reading)!, founders, parsed.GetValue(witnesses)!, parsed.GetValue(mirrors)!, continues);
            if (!genesis.IsValid)
            {
                error.WriteLine($"error: {genesis.Error}\n  help: `truce record draft --help` shows the forms");
                return 2;
            }

            return Write(parsed.GetValue(folder)!, genesis.Value,
                SecretKey.Text(name, KeyUse.Note, log), SecretKey.Text(receiptKey.Verifier.Name, KeyUse.Note, receipt),
                output, error);
        });
        return command;
    }

    /// <summary>A genesis of texts as they stand on a command line.</summary>
    public static Parsed<Genesis> Of(
        string origin, string mission, VerifierKey logKey, VerifierKey receiptKey, string readingKey,
        IReadOnlyList<Founder> founders, string[] witnesses, string[] mirrors, Predecessor? continues = null)
    {
        var reading = PublicReadingKey.Parse(readingKey);
        if (!reading.IsValid)
        {
            return new Unreadable($"the reading key of {origin}: {reading.Error}");
        }

        var cosigners = new List<Cosigner>[] { [], [] };
        foreach (var (texts, list) in new[] { witnesses, mirrors }.Zip(cosigners))
        {
            foreach (var text in texts)
            {
                var key = text.Split('=', 2) is [_, var vkey] ? VerifierKey.Parse(vkey) : new Unreadable("no `=`");
                if (!key.IsValid)
                {
                    return new Unreadable($"`{text}` is not ORGANISATION=VKEY: {key.Error}");
                }

                // A witness's key is usually named by an address; a genesis names witnesses without `/`.
                var name = key.Value.Name.Replace('/', '.').ToLowerInvariant();
                list.Add(new Cosigner(name, text.Split('=', 2)[0], key.Value));
            }
        }

        return Genesis.Make(mission, logKey, receiptKey, reading.Value, founders, cosigners[0], cosigners[1],
            continues: continues);
    }

    /// <summary>The last published checkpoint of a log, and the keys that it had then.</summary>
    private static Predecessor? Continues(
        ParseResult parsed, BeforeOptions options, List<Founder> founders, TextWriter error)
    {
        using var before = options.Open(parsed, error);
        if (before is null)
        {
            return null;
        }

        before.Survey();
        var made = Predecessor.Of(before.Roster, before.Log.Note, founders.Select(f => f.Name));
        if (!made.IsValid)
        {
            error.WriteLine($"error: {made.Error}\n  help: name the log's folder, or a copy of it that is whole");
        }

        return made.Value;
    }

    /// <summary>The founders of a command line; null, and the reason printed, where one is none.</summary>
    private static List<Founder>? Founders(
        ParseResult parsed, Option<string[]> guardians, Option<string[]> organisations, TextWriter error)
    {
        var founders = new List<Founder>();
        foreach (var (option, isGuardian) in new[] { (guardians, true), (organisations, false) })
        {
            foreach (var text in parsed.GetValue(option)!)
            {
                var founder = FounderOf(text, isGuardian);
                if (!founder.IsValid)
                {
                    error.WriteLine($"error: `{option.Name} {text}`: {founder.Error}\n  help: the root is what "
                        + "`truce key show ROOT.key` prints");
                    return null;
                }

                founders.Add(founder.Value);
            }
        }

        return founders;
    }

    private static Parsed<Founder> FounderOf(string text, bool isGuardian)
    {
        if (text.Split('=', 2) is not [{ Length: > 0 } name, var keys] || keys.Split(',') is not [var root, .. var more]
            || more.Length > 1)
        {
            return new Unreadable("not NAME=ROOT or NAME=ROOT,READING");
        }

        var key = DeviceKey.Parse(root);
        var reading = more is [var r] ? PublicReadingKey.Parse(r) : default;
        return (key.Error ?? reading.Error) is { } fault
            ? new Unreadable(fault)
            : new Founder(name, key.Value!, isGuardian, reading.Value);
    }

    private static int Write(
        string folder, Genesis genesis, string logKey, string receiptKey, TextWriter output, TextWriter error)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, GenesisName);
        bool Put(string name, string key) => KeyFiles.Write(
            Path.Combine(folder, name), Encoding.UTF8.GetBytes(key + "\n"), isSecret: true, error);
        if (!Put(RecordFolder.LogKeyName, logKey) || !Put(RecordFolder.ReceiptKeyName, receiptKey)
            || !KeyFiles.Write(file, [.. genesis.ToBytes(), (byte)'\n'], isSecret: false, error))
        {
            return 2;
        }

        output.WriteLine($"{file}: the genesis of {genesis.Origin}. Next, each guardian:");
        foreach (var guardian in genesis.Guardians)
        {
            output.WriteLine($"  truce key sign-genesis {file} --key {guardian.Name}-root.key "
                + $"--to {guardian.Name}.signature");
        }

        output.WriteLine($"Then: truce record init DIR --genesis {file} --signature … --keys {folder}");
        return 0;
    }

    private static Option<string> Required(string name, string says) =>
        new(name) { Description = says, Required = true };

    private static Option<string[]> Many(string name, string says) => new(name) { Description = says };
}
