namespace Truce.Record;

/// <summary>
/// A witness on a disk: what it cosigned last of each log, one file for each origin. A new head is durable before its
/// cosignature is given away. After an error of the disk it answers nothing more, for it cannot know what it holds.
/// </summary>
public sealed class WitnessStore : IDisposable
{
    /// <summary>How many forked checkpoints of one log are kept: the first convicts it already.</summary>
    public const int ForksMax = 16;

    private const string Prefix = "head-";
    private const string ForkPrefix = "fork-";
    private const int HexLength = 2 * Digest.Bytes;

    private readonly Lock _gate = new();
    private readonly Disk _disk;
    private readonly IDisposable _lock;
    private readonly SigningKey _cosigner;
    private readonly Dictionary<string, WatchedLog> _watched;
    private readonly Dictionary<string, WitnessedHead> _held = new(StringComparer.Ordinal);
    private readonly List<string> _forks;

    private WitnessStore(Disk disk, IDisposable held, SigningKey cosigner, IReadOnlyList<WatchedLog> logs)
    {
        (_disk, _lock, _cosigner) = (disk, held, cosigner);
        _watched = logs.ToDictionary(l => l.Origin, StringComparer.Ordinal);
        _forks =
        [
            .. disk.Names().Where(n => n.StartsWith(ForkPrefix, StringComparison.Ordinal)
                && !n.EndsWith(Folder.FreshSuffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Why it answers nothing more; null while it does.</summary>
    public string? Stopped { get; private set; }

    /// <summary>Opens a witness's folder for one process. A head that is not what was cosigned here stops it.</summary>
    /// <exception cref="ArgumentException">The key is not one for cosignatures.</exception>
    public static Parsed<WitnessStore> Open(
        Disk disk, SigningKey cosigner, params IReadOnlyList<WatchedLog> logs)
    {
        if (cosigner.Verifier.Use != KeyUse.Cosignature)
        {
            throw new ArgumentException("a witness's key has signature type 0x04", nameof(cosigner));
        }

        IDisposable? held = null;
        try
        {
            held = disk.TryLock();
            if (held is null)
            {
                return new Unreadable("the folder is in use by another witness: two would sign two histories\n"
                    + "  help: stop `truce witness serve` of this folder first");
            }

            var store = new WitnessStore(disk, held, cosigner, logs);
            foreach (var log in logs)
            {
                if (store.Load(log) is { } error)
                {
                    return new Unreadable(error);
                }
            }

            held = null;
            return store;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable($"the witness cannot be opened: {e.Message}\n"
                + "  help: let the witness's user read and write all that is in the folder");
        }
        finally
        {
            held?.Dispose();
        }
    }

    /// <summary>Answers a request to add a checkpoint: compared, made durable, and only then answered.</summary>
    /// <param name="body">The request's body.</param>
    /// <param name="time">POSIX seconds.</param>
    public WitnessAnswer AddCheckpoint(ReadOnlySpan<byte> body, long time)
    {
        lock (_gate)
        {
            if (Stopped is not null)
            {
                return new WitnessAnswer(500, "text/plain; charset=utf-8", "the witness has stopped\n", Next: null);
            }

            var answer = Witness.AddCheckpoint(
                body, origin => _watched.GetValueOrDefault(origin), origin => _held.GetValueOrDefault(origin),
                _cosigner, time);
            if (answer.Fork is { } fork)
            {
                Keep(fork);
            }

            if (answer.Next is not { } next)
            {
                return answer;
            }

            try
            {
                var origin = Checkpoint.Parse(next.Note.Text).Required().Origin;
                _disk.Replace(FileOf(origin), next.Note.ToBytes());
                _held[origin] = next;
                return answer;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Stopped = $"the witness has stopped: {e.Message}";
                return new WitnessAnswer(500, "text/plain; charset=utf-8", "the witness has stopped\n", Next: null);
            }
        }
    }

    /// <summary>
    /// The names of the files that hold forked checkpoints: two of one size, both signed by the log's key, convict it.
    /// </summary>
    public IReadOnlyList<string> Forks()
    {
        lock (_gate)
        {
            return [.. _forks];
        }
    }

    /// <summary>What a path below the monitoring prefix serves; null where there is nothing.</summary>
    public byte[]? Latest(string path)
    {
        lock (_gate)
        {
            return _held.FirstOrDefault(h => Witness.MonitoringPath(h.Key) == path).Value?.Note.ToBytes();
        }
    }

    /// <summary>Gives the folder free.</summary>
    public void Dispose() => _lock.Dispose();

    internal static string FileOf(string origin) => Prefix + Witness.MonitoringPath(origin)[..HexLength];

    /// <summary>Keeps both checkpoints of a fork.</summary>
    private void Keep(SignedNote fork)
    {
        var head = Checkpoint.Parse(fork.Text).Required();
        var log = Witness.MonitoringPath(head.Origin)[..HexLength];
        try
        {
            SignedNote[] both = [_held[head.Origin].Note, fork];
            foreach (var note in both)
            {
                var root = Checkpoint.Parse(note.Text).Required().Root;
                var name = $"{ForkPrefix}{log}-{Decimal.Text(head.Size)}-{root.ToHex()}";
                if (!_forks.Contains(name)
                    && _forks.Count(n => n.StartsWith(ForkPrefix + log, StringComparison.Ordinal)) < ForksMax)
                {
                    _disk.Put(name, note.ToBytes());
                    _forks.Add(name);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Stopped = $"the witness has stopped: {e.Message}";
        }
    }

    private string? Load(WatchedLog log)
    {
        var file = FileOf(log.Origin);
        if (_disk.Length(file) is not { } length)
        {
            return null;
        }

        var note = length > SignedNote.BytesMax
            ? new Unreadable("larger than a note")
            : SignedNote.Parse(_disk.ReadAll(file));
        if (!note.IsValid || !note.Value.Verify(log.Keys).IsValid
            || Checkpoint.Parse(note.Value.Text) is not { IsValid: true, Value: var head } || head.Origin != log.Origin)
        {
            return $"{file}: not a checkpoint of `{log.Origin}` that a configured key signed: restore it, or begin a "
                + "new witness with a new key";
        }

        if (!note.Value.Verify(_cosigner.Verifier).IsValid)
        {
            return $"{file}: not cosigned by `{_cosigner.Verifier.Name}`: another key is another witness, with a "
                + "folder of its own";
        }

        // A process that was killed may have left it in the page cache alone, and it is served from now on.
        _disk.Replace(file, note.Value.ToBytes());
        _held[log.Origin] = new WitnessedHead(head.Size, head.Root, note.Value);
        return null;
    }
}
