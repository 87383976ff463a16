using System.Security.Cryptography;
using Truce.Http;
using Truce.Missions;
using Truce.Record;

namespace Truce.Verbs;

/// <summary>
/// A log's folder opened by its operator: the engine's files, `bodies/` below it, and the keys that sign. The reading
/// key is entered, never kept here.
/// </summary>
internal sealed class RecordFolder : IDisposable
{
    /// <summary>The file by which a folder is a log's own, and no copy.</summary>
    public const string SettingsName = "log";

    /// <summary>The folder of ciphertexts, wraps and attachments, below the log's.</summary>
    public const string BodiesName = RecordSite.BodiesFolder;

    /// <summary>The folder of the operator's keys, below the log's unless another is named.</summary>
    public const string KeysName = "keys";

    /// <summary>The key of checkpoints.</summary>
    public const string LogKeyName = "log.key";

    /// <summary>The key of receipts and refusals.</summary>
    public const string ReceiptKeyName = "receipt.key";

    /// <summary>The folder of the folds' snapshot, below the log's.</summary>
    public const string FoldsName = "folds";

    /// <summary>After so many entries that were read one by one, the next start reads a snapshot instead.</summary>
    private const long SnapshotAfter = 10_000;

    private readonly Folder _disk;
    private readonly Folder _bodyDisk;
    private readonly Folder _foldDisk;
    private readonly SigningKey _logKey;
    private readonly SigningKey _receiptKey;
    private readonly ReadingKey? _readingKey;

    private RecordFolder(
        (Folder Log, Folder Bodies, Folder Folds) disks,
        (SigningKey Log, SigningKey Receipt, ReadingKey? Reading) keys,
        RecordLog log,
        Reception reception,
        Mission.Mission mission)
    {
        (_disk, _bodyDisk, _foldDisk) = disks;
        (_logKey, _receiptKey, _readingKey) = keys;
        (Log, Reception, Mission) = (log, reception, mission);
    }

    /// <summary>The log.</summary>
    public RecordLog Log { get; }

    /// <summary>The way into it.</summary>
    public Reception Reception { get; }

    /// <summary>The machines that judge.</summary>
    public Mission.Mission Mission { get; }

    /// <summary>The operator as a reader; null where the reading key was not entered.</summary>
    public Reader? Reader => _readingKey is null ? null : new Reader(Audience.Operator, _readingKey);

    /// <summary>Opens a folder for writing; null, and the reason printed, where it cannot be.</summary>
    /// <param name="path">The log's folder.</param>
    /// <param name="keys">The folder of the operator's keys; null for the one within.</param>
    /// <param name="readingKey">The file of the mission's reading key; null where it is not entered.</param>
    /// <param name="error">Where the reason goes.</param>
    /// <param name="heldBefore">Where the log before this one holds a statement; null where it is not asked.</param>
    public static RecordFolder? Open(
        string path, string? keys, string? readingKey, TextWriter error, Func<Digest, long?>? heldBefore = null)
    {
        if (!Directory.Exists(path))
        {
            error.WriteLine($"error: `{path}`: there is no such folder\n  help: `truce record init` makes a log");
            return null;
        }

        var keyFolder = keys ?? Path.Combine(path, KeysName);
        var (log, receipt) = (Keys.Read(Path.Combine(keyFolder, LogKeyName)),
            Keys.Read(Path.Combine(keyFolder, ReceiptKeyName)));
        var reading = readingKey is null ? null : ReadingKeyOf(readingKey, error);
        if ((log.Error ?? receipt.Error) is { } fault || (readingKey is not null && reading is null))
        {
            if (log.Error is not null || receipt.Error is not null)
            {
                error.WriteLine($"error: {log.Error ?? receipt.Error}\n"
                    + "  help: name the folder of the operator's keys: `--keys DIR`");
            }

            return null;
        }

        return Open(path, (log.Value!, receipt.Value!, reading), heldBefore, error);
    }

    /// <summary>The private reading key of a file, or of the standard input for `-`.</summary>
    public static ReadingKey? ReadingKeyOf(string file, TextWriter error)
    {
        const string help = "name a file that `truce key new --type x25519` made, or - for the standard input";
        var key = KeyFiles.Read(file == "-" ? "/dev/stdin" : file, b => PrivateKeyFile.Parse(b), help, error);
        if (key is null)
        {
            return null;
        }

        var reading = key.ToReadingKey();
        if (!reading.IsValid)
        {
            error.WriteLine($"error: `{file}`: {reading.Error}\n  help: {help}");
        }

        return reading.Value;
    }

    /// <summary>
    /// Signs the tree as it is and publishes it, with the cosignatures that it has already: `serve` asks witnesses.
    /// </summary>
    public bool Publish(TextWriter error)
    {
        var note = Log.Sign(_logKey);
        var published = note.IsValid ? Log.Publish(note.Value.Keeping(Log.ReadPublished())) : note;
        if (!published.IsValid)
        {
            error.WriteLine($"error: {published.Error}\n  help: `truce record fsck` says what is wrong");
        }

        return published.IsValid;
    }

    /// <summary>A pen that goes on where a device's chains end.</summary>
    public Pen PenOf(DeviceSigner device) => new(device, Reception.Roster.Founding,
        Reception.Chains.Last(device.Key, isClear: true), Reception.Chains.Last(device.Key, isClear: false));

    /// <summary>A statement of now, which its author's key is to sign.</summary>
    public Statement Draft(Pen pen, string type, JsonValue act) => pen.Draft(
        type, act, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), Log.Size,
        RandomNumberGenerator.GetBytes(Pen.RandomBytes));

    /// <summary>An entry; null where the log has none there.</summary>
    public Leaf? LeafAt(long index) => Log.Entries(index, index + 1) is { } bytes
        ? Leaf.Parse(bytes.AsMemory(sizeof(ushort))).Value
        : null;

    /// <summary>The statement within a confidential entry; null where it is clear, gone, or closed.</summary>
    public Statement? Opened(Leaf leaf) => _readingKey is null ? null : RecordAudit.Opened(
        leaf, _bodyDisk, Reception.Roster.Founding.Lineage, new Reader(Audience.Operator, _readingKey));

    /// <summary>What became of an entry; null where it is confidential and closed.</summary>
    public Outcome? OutcomeOf(long index) => LeafAt(index) is not { } leaf ? null
        : Entry.Read(index, leaf).Value switch
        {
            Entry.Clear clear => clear.Outcome,
            Entry.Confidential { Outcome: var r } when Reader is { } reader
                && Bodies.Get(_bodyDisk, r.CiphertextHash) is { } ciphertext
                && Bodies.Wraps(_bodyDisk, r.CiphertextHash) is { } wraps =>
                Seal.Open(r, Reception.Roster.Founding.Hash, ciphertext, wraps, reader).Value,
            _ => null,
        };

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Reception.ReadAtStart > SnapshotAfter && Log.Stopped is null)
        {
            Reception.WriteSnapshot();
        }

        Reception.Dispose();
        Log.Dispose();
        _disk.Dispose();
        _bodyDisk.Dispose();
        _foldDisk.Dispose();
        _logKey.Dispose();
        _receiptKey.Dispose();
        _readingKey?.Dispose();
    }

    private static RecordFolder? Open(
        string path, (SigningKey Log, SigningKey Receipt, ReadingKey? Reading) keys, Func<Digest, long?>? heldBefore,
        TextWriter error)
    {
        Directory.CreateDirectory(Path.Combine(path, BodiesName));
        Directory.CreateDirectory(Path.Combine(path, FoldsName));
        var disks = (Log: new Folder(path), Bodies: new Folder(Path.Combine(path, BodiesName)),
            Folds: new Folder(Path.Combine(path, FoldsName)));
        var log = Turns.Open(disks.Log, Turns.Pause);
        if (!log.IsValid)
        {
            error.WriteLine($"error: `{path}`: {log.Error}\n  help: `truce record fsck {path}` names the first fault");
            return null;
        }

        if (log.Value.Cut is { } cut)
        {
            error.WriteLine($"truce: an incomplete write at the end was cut; its bytes are kept in `{cut}`");
        }

        // A log without leaf 0 is refused by the reception, before a machine is asked anything.
        var first = log.Value.Size == 0 ? null : log.Value.Entries(0, 1);
        var founding = first is null ? null : Founding.Open(first.AsMemory(sizeof(ushort))).Value;
        var mission = new MissionSources(founding?.Lineage ?? default(Digest), BodySource.Of(disks.Bodies),
            keys.Reading is null ? [] : [new Reader(Audience.Operator, keys.Reading)]).Mission;
        var reception = Reception.Open(log.Value, disks.Bodies, new ReceptionSettings(
            keys.Receipt, keys.Reading, mission.ForRecord(), new SendingLimits(), RandomNumberGenerator.GetBytes,
            disks.Folds, heldBefore));
        if (!reception.IsValid)
        {
            error.WriteLine($"error: `{path}`: {reception.Error}");
            log.Value.Dispose();
            return null;
        }

        if (reception.Value.SnapshotPassedOver is { } why)
        {
            error.WriteLine($"truce: {why}: the log was read from its first entry");
        }

        return new RecordFolder(disks, keys, log.Value, reception.Value, mission);
    }
}
