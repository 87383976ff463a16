using System.Runtime.InteropServices;
using System.Text;

namespace Truce.Record;

/// <content>Snapshots of the folds, and the hashes of them that a daily entry publishes.</content>
public sealed partial class Reception
{
    private readonly List<long> _ownActs = []; // the entries from which roster and erasures are rebuilt

    /// <summary>
    /// Why the snapshot was passed over at the start, and the log read from leaf 0; null where it was taken, or where
    /// none is there or none was asked for.
    /// </summary>
    public string? SnapshotPassedOver { get; private set; }

    /// <summary>How many entries were read one by one at the start.</summary>
    public long ReadAtStart { get; private set; }

    /// <summary>
    /// Writes a snapshot of every fold, durably, between two turns. Without a reading key there is none.
    /// </summary>
    /// <returns>Whether one was written.</returns>
    public bool WriteSnapshot()
    {
        if (Operator is null || _settings.Snapshots is not { } disk || _holdsErased)
        {
            return false;
        }

        Snapshot.Write(disk, Founding, (_clear.Semantics, _clear.Form), _log.Size, _log.Root, Saved(),
            _settings.Random(Snapshot.RandomBytes));
        return true;
    }

    /// <summary>The type of the daily entries, of the operator's key.</summary>
    public const string DailyType = "daily";

    /// <summary>
    /// The acts of the daily entries: the clear fold's hash, and each audience's, to be entered confidentially to it.
    /// They hold for the size that the log has: entered later they are kept as inapplicable, and are made again.
    /// </summary>
    public IReadOnlyList<(Audience? Audience, JsonValue Act)> Daily() =>
    [
        .. _folds.Select(f => ((Audience?)f.Key, Act(f.Value.Hash()))), (null, Act(_clear.Hash())),
    ];

    /// <summary>The hash of a fold now; null where the audience has none.</summary>
    public Digest? FoldHash(Audience? audience) =>
        audience is null ? _clear.Hash() : _folds.GetValueOrDefault(audience)?.Hash();

    internal static string DailyAct(Digest hash) => Encoding.UTF8.GetString(CanonicalJson.Write(Act(hash)));

    private static JsonValue.Members Act(Digest hash) => new([new("fold", Statement.Hash(hash))]);

    private byte[] Saved()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(LastReceivedAt);
        writer.Write(_ownActs.Count);
        _ownActs.ForEach(writer.Write);
        _ids.Save(writer);
        _chains.Save(writer);
        writer.Write(_folds.Count);
        Write(writer, _clear.SaveMachines());
        foreach (var (audience, fold) in _folds)
        {
            Write(writer, CanonicalJson.Write(audience.ToJson()));
            Write(writer, fold.SaveMachines());
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Takes a snapshot where there is a good one; gives the size from which the log is read.</summary>
    private long TakeSnapshot()
    {
        if (Operator is not { } reader || _settings.Snapshots is not { } disk || disk.Length(Snapshot.Name) is null)
        {
            return 0;
        }

        var read = Snapshot.Read(disk, _log, Founding, (_clear.Semantics, _clear.Form), reader);
        if (!read.IsValid)
        {
            SnapshotPassedOver = read.Error;
            return 0;
        }

        using var bytes = Stream(read.Value.Content);
        using var binary = new BinaryReader(bytes, Encoding.UTF8);
        Load(binary);
        return read.Value.Size;
    }

    /// <summary>Its content is authentic: it was sealed under our own key and is bound by its hash.</summary>
    private void Load(BinaryReader reader)
    {
        LastReceivedAt = reader.ReadInt64();
        var roster = Roster;
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var index = reader.ReadInt64();
            _ownActs.Add(index);
            var leaf = LeafAt(index);
            var statement = Statement.Parse(leaf.Statement.Span).Required();
            if (Erasure.IsOne(statement.Type))
            {
                _clear.Erasures.Take(index, statement, Outcome.Parse(leaf.Outcome.Span).Required());
            }
            else
            {
                roster = roster.Apply(index, statement).Required();
            }
        }

        _ids.Load(reader);
        _chains.Load(reader);
        var folds = reader.ReadInt32();
        _clear.Restore(roster, ReadBytes(reader));
        for (; folds > 0; folds--)
        {
            var audience = Audience.Read(CanonicalJson.Parse(ReadBytes(reader)).Required()).Required();
            var fold = RecordFold.Begin(Founding, _ids, audience, _settings.Machines);
            fold.Restore(roster, ReadBytes(reader));
            _folds.Add(audience, fold);
        }
    }

    private static void Write(BinaryWriter writer, byte[] bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static MemoryStream Stream(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);

    private static byte[] ReadBytes(BinaryReader reader) => reader.ReadBytes(reader.ReadInt32());
}
