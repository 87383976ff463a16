using Truce.Record;
using Truce.Verbs;

namespace Truce.Tests;

/// <summary>
/// An exercise in a folder of its own, made by the program alone, with two witnesses that cosign when they are told to.
/// </summary>
internal sealed class RecordStory : IDisposable
{
    public const string Host = "line.example";

    private readonly SigningKey[] _witnesses =
    [
        new("w.example/un", KeyUse.Cosignature, Digest.Of("un's witness"u8).ToArray()),
        new("w.example/agency", KeyUse.Cosignature, Digest.Of("the agency's witness"u8).ToArray()),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-record-").FullName;

    public RecordStory()
        : this("un", "agency")
    {
        Enrol("desk", "desk");
    }

    /// <summary>A log of organisations; the first two have the witnesses. No device is enrolled.</summary>
    public RecordStory(params string[] organisations) => Done(
    [
        "record", "init", Log, "--exercise", Host, .. organisations.SelectMany(o => new[] { "--organisation", o }),
        .. organisations.Zip(_witnesses, (o, w) => new[] { "--witness", $"{o}={w.Verifier}" }).SelectMany(w => w),
    ]);

    public IEnumerable<VerifierKey> Witnesses => _witnesses.Select(w => w.Verifier);

    public string Log => At("log");

    public string LogKey => PublishedLog.Open(new Folder(Log)).Required().Settings.Key.ToString();

    public string Reading => Key("reading");

    /// <summary>The hash of leaf 0.</summary>
    public string Genesis => Merkle.Leaf(Leaf(0)).ToString();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public string At(string name) => Path.Combine(_folder, name);

    public string Key(string name) => Path.Combine(Log, "keys", $"{name}.key");

    public byte[] Leaf(int index)
    {
        using var disk = new Folder(Log);
        var bundle = PublishedLog.Open(disk).Required().Read(new Tile(level: null, 0, index + 1), long.MaxValue)!;
        return new EntryBundle(0, bundle, []).Entries.ElementAt(index).ToArray();
    }

    /// <summary>Makes a key for an organisation and enters its enrolment.</summary>
    public void Enrol(string name, string role, string organisation = "un")
    {
        Done("key", "new", At($"{name}.key"));
        Done("key", "possess", At($"{name}.key"), "--organisation", organisation, "--origin", $"{Host}/exercise",
            "--genesis", Genesis, "--to", At($"{name}.possession"));
        Done("key", "enrol", At($"{name}.possession"), "--role", role, "--by", Key(organisation), "--to",
            At($"{name}.statement"));
        Done("record", "append", Log, At($"{name}.statement"), "--receipts", At("receipts"));
    }

    /// <summary>A note by the desk, clear or to an audience; gives nothing back.</summary>
    public void Note(int code, params string[] audience) => Done(
    [
        "record", "append", Log, "--key", At("desk.key"), "--type", "note", "--act", $"{{\"text_code\":{code}}}",
        "--receipts", At("receipts"), .. audience.SelectMany(a => new[] { "--audience", a }),
        .. audience.Length > 0 ? new[] { "--reading-key", Reading } : [],
    ]);

    /// <summary>The witnesses cosign a log's checkpoint, as they do when `serve` asks them.</summary>
    public void Cosign(string log, long seconds, int witnesses = 2)
    {
        var file = Path.Combine(log, "checkpoint");
        var note = SignedNote.Parse(File.ReadAllBytes(file)).Required();
        var all = _witnesses.Take(witnesses).Select(w => Cosignature.Sign(w, note.Text, seconds));
        File.WriteAllBytes(file, note.With(all).ToBytes());
    }

    /// <summary>The log's folder as a backup: another folder with the same keys, from which it can go on.</summary>
    public string Backup(string name)
    {
        foreach (var file in Directory.EnumerateFiles(Log, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(At(name), Path.GetRelativePath(Log, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        return At(name);
    }

    public string Prove(int index, string? log = null, string to = "evidence")
    {
        Done("record", "prove", log ?? Log, $"{index}", "--to", At(to));
        return Path.Combine(At(to), $"{index}.entry");
    }

    public static string Done(params string[] args)
    {
        var (code, output, error) = Frameworks.Run(args);
        // No witness runs beside these tests, and some acts are sealed away from their author on purpose.
        var isNote = error.Split('\n', StringSplitOptions.RemoveEmptyEntries).All(l =>
            l == RecordAppendVerb.NobodyAsked || l.StartsWith("truce: `--to` leaves out ", StringComparison.Ordinal));
        Assert.True(code == 0 && isNote, $"{string.Join(' ', args)}: {code}\n{output}{error}");
        return output;
    }

    public static void Is(int code, string says, params string[] args)
    {
        var (got, output, error) = Frameworks.Run(args);
        Assert.True(got == code && (output + error).Contains(says, StringComparison.Ordinal),
            $"{string.Join(' ', args)}: {got}, not {code} with `{says}`\n{output}{error}");
        Assert.True(code != 2 || error.Contains("help: ", StringComparison.Ordinal), $"no help: {error}");
    }
}
