using Truce.Http;
using Truce.Record;

namespace Truce.Verbs;

/// <summary>
/// A log as somebody reads it who need not trust where it lies: its folder, a copy, or a server. Only what the signed
/// checkpoint vouches for is given away.
/// </summary>
internal sealed class RecordReading : IDisposable
{
    private readonly RecordSource _source;
    private readonly Folder? _bodies;
    private readonly Folder? _kept;

    private RecordReading(RecordSource source, (Folder? Bodies, Folder? Kept) beside, StaticLog log, Founding founding)
    {
        (_source, (_bodies, _kept), Log, Founding) = (source, beside, log, founding);
        Roster = Roster.Begin(founding);
    }

    /// <summary>The log up to its published checkpoint.</summary>
    public StaticLog Log { get; }

    /// <summary>The key that signs its checkpoints.</summary>
    public VerifierKey Key => _source.Log;

    /// <summary>The paths as they are, unchecked.</summary>
    public ReadPath Paths => _source.Read;

    /// <summary>How many entries the checkpoint vouches for.</summary>
    public long Size => Log.Head.Size;

    /// <summary>Leaf 0.</summary>
    public Founding Founding { get; }

    /// <summary>Who may sign what: of leaf 0 alone until <see cref="Survey"/> has read the rest.</summary>
    public Roster Roster { get; private set; }

    /// <summary>What was erased, after <see cref="Survey"/>.</summary>
    public Erasures Erasures { get; } = new();

    /// <summary>When the witnesses saw the entries appear; null before <see cref="Survey"/>.</summary>
    public WitnessedTimes? Times { get; private set; }

    /// <summary>Where ciphertexts and attachments are; null where the source has none: a copy, a server.</summary>
    public Disk? Bodies => _bodies;

    /// <summary>The same, for whoever asks by hash.</summary>
    public BodySource BodySource => _bodies is null ? new BodySource(_ => null, _ => null) : BodySource.Of(_bodies);

    /// <summary>Opens a source; null, and the reason printed, where it cannot be read.</summary>
    /// <param name="from">A folder or an address.</param>
    /// <param name="vkey">The log's key; a log's own folder says it itself.</param>
    /// <param name="error">Where the reason goes.</param>
    public static RecordReading? Open(string from, string? vkey, TextWriter error)
    {
        var source = RecordSource.Open(from, vkey);
        if (!source.IsValid)
        {
            error.WriteLine($"error: {source.Error}");
            return null;
        }

        var log = StaticLog.Open(source.Value.Read, source.Value.Log);
        var founding = !log.IsValid ? new Unreadable(log.Error)
            : log.Value.Head.Size == 0 ? new Unreadable("the log has no leaf 0")
            : FoundingOf(log.Value);
        if (!founding.IsValid)
        {
            error.WriteLine($"error: `{from}`: {founding.Error}\n  help: `truce record fsck {from}` names the first "
                + "byte that is wrong; another copy may be whole");
            source.Value.Dispose();
            return null;
        }

        Folder? Beside(string name) =>
            Path.Combine(from, name) is var path && Directory.Exists(path) ? new Folder(path) : null;
        return new RecordReading(source.Value,
            (Beside(RecordFolder.BodiesName), Beside(Publishing.KeptFolder)), log.Value!, founding.Value);
    }

    /// <summary>The entries [from, to), each checked against the checkpoint.</summary>
    /// <exception cref="IOException">One is missing, or is not what the checkpoint vouches for.</exception>
    public IEnumerable<(long Index, Leaf Leaf)> Leaves(long from, long to)
    {
        for (var number = from / Tile.FullWidth; number * Tile.FullWidth < to; number++)
        {
            var bundle = Log.Bundle(number);
            if (!bundle.IsValid)
            {
                throw new IOException($"{bundle.Error}: another copy of the log may be whole");
            }

            var index = bundle.Value.First;
            foreach (var entry in bundle.Value.Entries)
            {
                if (index >= from && index < to)
                {
                    var leaf = Leaf.Parse(entry);
                    yield return leaf.IsValid
                        ? (index, leaf.Value)
                        : throw new IOException($"entry {index}: {leaf.Error}");
                }

                index++;
            }
        }
    }

    /// <summary>One entry.</summary>
    public Leaf LeafAt(long index) => Leaves(index, index + 1).First().Leaf;

    /// <summary>Reads the log once for what its clear entries say about keys and erasures.</summary>
    public void Survey()
    {
        foreach (var (index, leaf) in Leaves(1, Size))
        {
            if (Record.Statement.TypeOf(leaf.Statement.Span) is not { } type
                || !(KeyAct.IsType(type) || Erasure.IsOne(type))
                || Entry.Read(index, leaf).Value is not Entry.Clear { Outcome.Kind: OutcomeKind.Applied } entry)
            {
                continue;
            }

            Roster = Roster.Apply(index, leaf).Value ?? Roster;
            Erasures.Take(index, entry.Statement, entry.Outcome);
        }

        Times = WitnessedTimes.Read(
            _kept, Log.Note, Key, FollowedRoster.Of(Roster, others: []), Log.RootAt);
    }

    /// <summary>The witnesses and mirrors now whose cosignatures the published checkpoint has, and when each.</summary>
    public IEnumerable<(Cosigner Cosigner, long Time)> Cosigners() =>
        from cosigner in Roster.Witnesses.Concat(Roster.Mirrors)
        let held = Log.Note.Verify(cosigner.Key).Value
        where held is not null
        select (cosigner, held[0].Time!.Value);

    /// <inheritdoc/>
    public void Dispose()
    {
        _bodies?.Dispose();
        _kept?.Dispose();
        _source.Dispose();
    }

    private static Parsed<Founding> FoundingOf(StaticLog log)
    {
        var bundle = log.Bundle(0);
        return bundle.IsValid ? Founding.Open(bundle.Value.Entries.First()) : new Unreadable(bundle.Error);
    }
}
