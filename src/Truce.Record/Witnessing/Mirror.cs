using System.Security.Cryptography;

namespace Truce.Record;

/// <summary>An upload that a mirror has let begin: what is expected, and the checkpoint that vouches for it.</summary>
public sealed class Upload
{
    internal Upload(UploadHeader header, SignedNote note, Checkpoint head)
    {
        (Header, Note, Head) = (header, note, head);
        Expected = Packages.Of(header.Start, header.End).GetEnumerator();
        HasMore = Expected.MoveNext();
    }

    /// <summary>What was announced.</summary>
    public UploadHeader Header { get; }

    /// <summary>Whether a package is still expected.</summary>
    public bool HasMore { get; internal set; }

    /// <summary>How many packages were authenticated.</summary>
    public int Taken { get; internal set; }

    internal SignedNote Note { get; }

    internal Checkpoint Head { get; }

    internal IEnumerator<(long First, long End)> Expected { get; }

    /// <summary>Reads the next package of a body; null where more bytes are needed.</summary>
    public Parsed<EntryPackage>? TryRead(ref System.Buffers.SequenceReader<byte> body) =>
        EntryPackage.TryRead(ref body, Expected.Current.First, Expected.Current.End);
}

/// <summary>Something that a mirror saw in an entry and stored all the same: the log has signed for it.</summary>
public sealed record MirrorRemark(long Index, string What);

/// <summary>
/// tlog-mirror for one log on a disk: a pending checkpoint, entries that it vouches for, and the mirror's own
/// checkpoint, cosigned when every entry is durable. A mirror's key is nobody else's.
/// </summary>
public sealed class Mirror : IDisposable
{
    /// <summary>The path below the submission prefix that takes entries.</summary>
    public const string AddEntriesPath = "add-entries";

    /// <summary>The content type of what a mirror says of itself: sizes and a ticket.</summary>
    public const string InfoType = "text/x.tlog.mirror-info";

    /// <summary>How many entries that are held already an upload may repeat.</summary>
    public const int ExcessMax = Packages.PerRequest * Tile.FullWidth;

    /// <summary>The most remarks that are kept.</summary>
    public const int RemarksMax = 1000;

    private const string Pending = "pending";
    private const string Own = "checkpoint";
    private const string PlainType = "text/plain; charset=utf-8";
    private const int MacBytes = 32;

    private readonly Lock _gate = new();
    private readonly Disk _disk;
    private readonly IDisposable _lock;
    private readonly WatchedLog _log;
    private readonly SigningKey _cosigner;
    private readonly byte[] _secret;
    private readonly Func<long, Leaf, string?>? _check;
    private readonly MirrorBodies? _bodies;
    private readonly List<MirrorRemark> _remarks = [];
    private readonly MirrorStore _store;
    private WitnessedHead? _pending;
    private WitnessedHead? _own;

    private Mirror(
        Disk disk, IDisposable held, WatchedLog log, SigningKey cosigner, byte[] secret,
        Func<long, Leaf, string?>? check, MirrorBodies? bodies)
    {
        (_disk, _lock, _log, _cosigner, _secret, _check) = (disk, held, log, cosigner, secret, check);
        _bodies = bodies;
        _store = MirrorStore.Open(disk, log.Origin);
        _pending = Load(Pending, needsOwn: false);
        _own = Load(Own, needsOwn: true);
    }

    /// <summary>Why it answers nothing more; null while it does.</summary>
    public string? Stopped { get; private set; }

    /// <summary>The log.</summary>
    public string Origin => _log.Origin;

    /// <summary>The mirror's key.</summary>
    public VerifierKey Key => _cosigner.Verifier;

    /// <summary>Its organisation's bodies; null where it keeps none.</summary>
    public MirrorBodies? Bodies => _bodies;

    /// <summary>The first entry that is not held.</summary>
    public long Next => Locked(() => _store.Next);

    /// <summary>The size of the checkpoint that the mirror cosigned last.</summary>
    public long Size => Locked(() => _own?.Size ?? 0);

    /// <summary>What it saw in entries, the first of it.</summary>
    public IReadOnlyList<MirrorRemark> Remarks => Locked(() => _remarks.ToArray());

    /// <summary>Opens a mirror's folder for one log and one process.</summary>
    /// <param name="disk">The folder.</param>
    /// <param name="log">The log.</param>
    /// <param name="cosigner">The mirror's key, which no witness has.</param>
    /// <param name="secret">Random bytes that authenticate its tickets until it is closed.</param>
    /// <param name="check">Looks into an entry that can be opened here; gives what is wrong with it.</param>
    /// <param name="bodies">Its organisation's bodies, which stay the caller's; null where it keeps none.</param>
    public static Parsed<Mirror> Open(
        Disk disk, WatchedLog log, SigningKey cosigner, ReadOnlySpan<byte> secret,
        Func<long, Leaf, string?>? check = null, MirrorBodies? bodies = null)
    {
        IDisposable? held = null;
        try
        {
            held = disk.TryLock();
            if (held is null)
            {
                return new Unreadable("the folder is in use by another mirror\n"
                    + "  help: stop `truce witness serve` of this folder first");
            }

            var mirror = new Mirror(disk, held, log, cosigner, secret.ToArray(), check, bodies);
            held = null;
            return mirror;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable($"the mirror cannot be opened: {e.Message}\n"
                + "  help: let the mirror's user read and write the folder; a damaged one, moved away, is filled anew");
        }
        finally
        {
            held?.Dispose();
        }
    }

    /// <summary>Takes a checkpoint as the pending one, as a witness would, and cosigns nothing.</summary>
    public WitnessAnswer AddCheckpoint(ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            var answer = Stopped is not null ? Halted : Witness.AddCheckpoint(
                body, origin => origin == Origin ? _log : null, _ => _pending, cosigner: null, time: 0);
            if (answer.Next is not { } next)
            {
                return answer;
            }

            return Guarded(() =>
            {
                _disk.Replace(Pending, next.Note.ToBytes());
                _pending = next;
                return answer;
            })!;
        }
    }

    /// <summary>Lets an upload begin, or says why not. Nothing is read of its packages yet.</summary>
    public (Upload? Upload, WitnessAnswer? Refusal) Begin(UploadHeader header)
    {
        lock (_gate)
        {
            if (Stopped is not null)
            {
                return (null, Halted);
            }

            if (header.Origin != Origin)
            {
                return (null, Plain(404, "unknown log"));
            }

            if (_pending is null)
            {
                return (null, Plain(422, "no checkpoint of this log was added yet"));
            }

            if (Vouching(header) is not { } note)
            {
                return (null, Info(409, _pending.Note));
            }

            var excess = Math.Min(header.End, _store.Next) - header.Start;
            return header.End < (_own?.Size ?? 0) || header.Start > _store.Next || excess > ExcessMax
                ? (null, Info(409, header.End < (_own?.Size ?? 0) ? _pending.Note : note))
                : (new Upload(header, note, Checkpoint.Parse(note.Text).Required()), null);
        }
    }

    /// <summary>Authenticates a package and keeps its entries; null where it holds.</summary>
    public WitnessAnswer? Take(Upload upload, EntryPackage package)
    {
        lock (_gate)
        {
            if (Stopped is not null)
            {
                return Halted;
            }

            var (first, end) = upload.Expected.Current;
            if (package.First != first || package.Entries.Count != end - first)
            {
                return Plain(400, "not the package that comes next");
            }

            return Guarded(() =>
            {
                if (!IsVouchedFor(upload.Head, package, end))
                {
                    return Plain(422, $"the entries from {first} on are not those of the checkpoint");
                }

                for (var i = 0; i < package.Entries.Count; i++)
                {
                    if (first + i == _store.Next)
                    {
                        Look(first + i, package.Entries[i]);
                        _store.Add(package.Entries[i].Span);
                    }
                }

                upload.Taken++;
                upload.HasMore = upload.Expected.MoveNext();
                return null;
            });
        }
    }

    /// <summary>
    /// Ends a request, whole or broken off: what was taken becomes durable, and where nothing is missing the mirror's
    /// checkpoint moves and is cosigned.
    /// </summary>
    /// <param name="upload">The upload.</param>
    /// <param name="time">POSIX seconds.</param>
    public WitnessAnswer Finish(Upload upload, long time)
    {
        lock (_gate)
        {
            if (Stopped is not null)
            {
                return Halted;
            }

            return Guarded(() =>
            {
                if (upload.HasMore && upload.Taken == 0)
                {
                    return Plain(400, "the body ended before its first package");
                }

                _store.Sync();
                if (upload.HasMore)
                {
                    return Info(202, upload.Note);
                }

                if (upload.Head.Size < (_own?.Size ?? 0))
                {
                    return Info(409, _pending!.Note);
                }

                var mine = Cosignature.Sign(_cosigner, upload.Note.Text, time);
                var note = upload.Note.With([mine]);
                _disk.Replace(Own, note.ToBytes());
                _own = new WitnessedHead(upload.Head.Size, upload.Head.Root, note);
                return new WitnessAnswer(200, PlainType, mine.Line, _own);
            })!;
        }
    }

    /// <summary>
    /// Takes a body that the log's key sends for an entry that is held and cosigned here. 200 means that it is durable:
    /// entry and body are then mirrored.
    /// </summary>
    public WitnessAnswer AddBody(ReadOnlyMemory<byte> body)
    {
        var delivery = BodyDelivery.Open(body, _log.Keys);
        if (!delivery.IsValid || delivery.Value.Origin != Origin)
        {
            return delivery.IsValid ? Plain(404, "unknown log") : Plain(400, delivery.Error);
        }

        lock (_gate)
        {
            return Stopped is not null ? Halted
                : _bodies is null ? Plain(404, "this mirror keeps no bodies")
                : delivery.Value.Entry >= (_own?.Size ?? 0) ? Plain(409, "the entry is not held here yet")
                : Guarded(() => _bodies.Take(delivery.Value, LeafAt(delivery.Value.Entry)))!;
        }
    }

    /// <summary>An entry that is held and cosigned here; the reason where it is not, or where it is no leaf.</summary>
    public Parsed<Leaf> Entry(long index)
    {
        lock (_gate)
        {
            return index < 0 || index >= (_own?.Size ?? 0)
                ? new Unreadable($"the mirror holds the entries up to {Decimal.Text((_own?.Size ?? 0) - 1)}")
                : Leaf.Parse(_store.Entry(index));
        }
    }

    /// <summary>What lies at a path below the monitoring prefix and the log's hash; null for nothing.</summary>
    public byte[]? Read(string path)
    {
        lock (_gate)
        {
            return path == StaticLog.CheckpointPath ? _own?.Note.ToBytes()
                : Tile.Parse(path) is { } tile ? _store.Read(tile) : null;
        }
    }

    /// <summary>Gives the folder free.</summary>
    public void Dispose() => _lock.Dispose();

    private static WitnessAnswer Halted => Plain(500, "the mirror has stopped");

    private static WitnessAnswer Plain(int status, string reason) => new(status, PlainType, reason + "\n", Next: null);

    private WitnessedHead? Load(string file, bool needsOwn)
    {
        if (_disk.Length(file) is not { } length)
        {
            return null;
        }

        var note = length > SignedNote.BytesMax ? new Unreadable("") : SignedNote.Parse(_disk.ReadAll(file));
        if (!note.IsValid || !note.Value.Verify(_log.Keys).IsValid
            || Checkpoint.Parse(note.Value.Text) is not { IsValid: true, Value: var head } || head.Origin != Origin)
        {
            throw RecordLog.Damage(file, 0, $"not a checkpoint of `{Origin}` that a configured key signed");
        }

        if (needsOwn && (!note.Value.Verify(Key).IsValid || head.Size > _store.Next
            || Merkle.Root(head.Size, _store.Subtree) != head.Root))
        {
            throw RecordLog.Damage(file, 0, "not cosigned by this mirror's key, or its entries are gone");
        }

        _disk.Replace(file, note.Value.ToBytes()); // it may be in the page cache alone
        return new WitnessedHead(head.Size, head.Root, note.Value);
    }

    /// <summary>The checkpoint that an upload aims at: pending, past (by ticket), or the mirror's.</summary>
    private SignedNote? Vouching(UploadHeader header) =>
        header.End == _pending!.Size ? _pending.Note
        : Past(header.Ticket.Span, header.End) is { } past ? past
        : header.End == _own?.Size ? _own.Note.Only(line => line.Name != Key.Name)
        : null;

    private SignedNote? Past(ReadOnlySpan<byte> ticket, long size)
    {
        if (ticket.Length <= MacBytes
            || !CryptographicOperations.FixedTimeEquals(
                HMACSHA256.HashData(_secret, ticket[MacBytes..]), ticket[..MacBytes]))
        {
            return null;
        }

        var note = SignedNote.Parse(ticket[MacBytes..]).Required();
        return Checkpoint.Parse(note.Text).Required().Size == size ? note : null;
    }

    private WitnessAnswer Info(int status, SignedNote note)
    {
        var bytes = note.ToBytes();
        var ticket = bytes.Length > ushort.MaxValue - MacBytes ? "" // a header has no room for it
            : Convert.ToBase64String([.. HMACSHA256.HashData(_secret, bytes), .. bytes]);
        var size = Checkpoint.Parse(note.Text).Required().Size;
        return new WitnessAnswer(
            status, InfoType, $"{Decimal.Text(size)}\n{Decimal.Text(_store.Next)}\n{ticket}\n", Next: null);
    }

    /// <summary>The leaves from the bundle's beginning on: those held before, and those of the package.</summary>
    private bool IsVouchedFor(Checkpoint head, EntryPackage package, long end)
    {
        var low = package.First / Tile.FullWidth * Tile.FullWidth;
        var tree = _store.Subtree;
        Digest[] leaves =
        [
            .. Enumerable.Range(0, (int)(package.First - low)).Select(i => tree(0, low + i)),
            .. package.Entries.Select(e => Merkle.Leaf(e.Span)),
        ];
        return SubtreeProof.Verify(low, end, head.Size, Merkle.Root(leaves), head.Root, package.Proof);
    }

    private void Look(long index, ReadOnlyMemory<byte> entry)
    {
        var leaf = Leaf.Parse(entry);
        if (_remarks.Count < RemarksMax
            && (leaf.IsValid ? _check?.Invoke(index, leaf.Value) : leaf.Error) is { } what)
        {
            _remarks.Add(new MirrorRemark(index, what));
        }
    }

    private Leaf LeafAt(long index) => Leaf.Parse(_store.Entry(index)) is { IsValid: true, Value: var leaf }
        ? leaf : new Leaf(default, default, default); // it names nothing

    private T Locked<T>(Func<T> act)
    {
        lock (_gate)
        {
            return act();
        }
    }

    private WitnessAnswer? Guarded(Func<WitnessAnswer?> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Stopped = $"the mirror has stopped: {e.Message}";
            return Halted;
        }
    }
}
