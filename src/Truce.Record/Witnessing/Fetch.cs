namespace Truce.Record;

/// <summary>
/// What a log that is behind fetches from a mirror or a copy: entries that go on from its own tree to a checkpoint that
/// its own key signed. All of them are checked before the first is given away.
/// </summary>
public sealed class Fetch
{
    private readonly StaticLog _source;

    private Fetch(StaticLog source, long from) => (_source, From) = (source, from);

    /// <summary>The checkpoint that the entries lead to.</summary>
    public Checkpoint Head => _source.Head;

    /// <summary>The checkpoint with its signatures.</summary>
    public SignedNote Note => _source.Note;

    /// <summary>The first entry that the log does not have.</summary>
    public long From { get; }

    /// <summary>
    /// Looks whether a source goes on from what a log holds, to the checkpoint that is ahead of it or beyond.
    /// </summary>
    /// <param name="read">The source.</param>
    /// <param name="log">The log's key.</param>
    /// <param name="size">How many entries are held.</param>
    /// <param name="root">The root over them.</param>
    /// <param name="ahead">The checkpoint that a witness showed; null where anything newer will do.</param>
    public static Parsed<Fetch> Look(ReadPath read, VerifierKey log, long size, Digest root, Checkpoint? ahead = null)
    {
        try
        {
            var source = StaticLog.Open(read, log);
            if (!source.IsValid)
            {
                return new Unreadable(source.Error);
            }

            var head = source.Value.Head;
            if (head.Size < size || source.Value.RootAt(size) != root)
            {
                return new Unreadable(head.Size < size
                    ? $"the source holds {head.Size} entries, fewer than the log's {size}"
                    : $"the source does not begin with the log's {size} entries: one of the two was changed");
            }

            if (ahead is not null && (head.Size < ahead.Size || source.Value.RootAt(ahead.Size) != ahead.Root))
            {
                return new Unreadable($"the source does not lead to the checkpoint of {ahead.Size} entries that a "
                    + "witness showed: the log's key signed two histories, or the entries are gone");
            }

            return FirstFault(source.Value, size) is { } fault
                ? new Unreadable(fault)
                : new Fetch(source.Value, size);
        }
        catch (IOException e)
        {
            return new Unreadable(e.Message);
        }
    }

    /// <summary>
    /// Appends what is missing to a log that was opened for writing. What the source gives the second time is held
    /// against the checkpoint again, and the log must end with its root.
    /// </summary>
    public Parsed<Checkpoint> Into(RecordLog log)
    {
        for (var number = From / Tile.FullWidth; number < _source.BundleCount; number++)
        {
            var bundle = _source.Bundle(number);
            if (!bundle.IsValid)
            {
                return new Unreadable(bundle.Error);
            }

            var leaves = new List<Leaf>();
            foreach (var entry in bundle.Value.Entries.Skip((int)Math.Max(0, log.Size - bundle.Value.First)))
            {
                var leaf = Leaf.Parse(entry);
                if (!leaf.IsValid || !log.Fits(leaf.Value))
                {
                    return new Unreadable(leaf.Error ?? "an entry is longer than a segment of this log");
                }

                leaves.Add(leaf.Value);
            }

            var appended = log.Append(leaves);
            if (!appended.IsValid)
            {
                return new Unreadable(appended.Error);
            }
        }

        return log.Size != Head.Size || log.Root != Head.Root
            ? new Unreadable("what was appended is not what the checkpoint vouches for")
            : Head;
    }

    /// <summary>
    /// Every entry must be vouched for, be a leaf, and stand for another statement than all before it, or appending it
    /// would give another tree.
    /// </summary>
    private static string? FirstFault(StaticLog source, long size)
    {
        var statements = new HashSet<Digest>();
        for (var number = size / Tile.FullWidth; number < source.BundleCount; number++)
        {
            var bundle = source.Bundle(number);
            if (!bundle.IsValid)
            {
                return bundle.Error;
            }

            var index = bundle.Value.First;
            foreach (var entry in bundle.Value.Entries)
            {
                if (index >= size && (Leaf.StatementHash(entry) is not { } statement || !statements.Add(statement)))
                {
                    return $"entry {index} is not a leaf, or repeats a statement";
                }

                index++;
            }
        }

        return null;
    }
}
