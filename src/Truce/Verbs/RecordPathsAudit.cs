using Truce.Http;
using Truce.Record;

namespace Truce.Verbs;

/// <summary>
/// An audit of a log through its published paths: a copy, a stick, a mirror, a server. It needs nothing of the
/// operator but the log's key.
/// </summary>
internal static class RecordPathsAudit
{
    /// <summary>Among how many statements equal ones are looked for: some 2 GB are held for as many.</summary>
    private const int StatementsMax = 1 << 25;

    /// <summary>Audits a source; null, and the reason printed, where there is none to be read.</summary>
    /// <param name="from">A folder or an address.</param>
    /// <param name="vkey">The log's key.</param>
    /// <param name="witnesses">Whose cosignatures are known; the audit adds those that the log names.</param>
    /// <param name="audit">What entries must be.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="error">Where the reason goes.</param>
    public static FsckFindings? Run(
        string from, string? vkey, List<VerifierKey> witnesses, RecordAudit audit, ProgressLine progress,
        TextWriter error)
    {
        var source = RecordSource.Open(from, vkey);
        if (!source.IsValid)
        {
            error.WriteLine($"error: {source.Error}");
            return null;
        }

        using var open = source.Value;
        var unreachable = default(string);
        ReadPath read = Directory.Exists(from) ? open.Read : path =>
        {
            try
            {
                return open.Read(path);
            }
            catch (IOException e)
            {
                unreachable = e.Message;
                throw;
            }
        };
        var found = Audited(from, read, open.Log, witnesses, audit, progress);
        if (unreachable is null)
        {
            return found;
        }

        error.WriteLine($"error: `{from}`: {unreachable}\n  help: nothing is known of what was not read: is the "
            + "server there? Try again, or read a copy");
        return null;
    }

    private static FsckFindings Audited(
        string from, ReadPath read, VerifierKey key, List<VerifierKey> witnesses, RecordAudit audit,
        ProgressLine progress)
    {
        var log = StaticLog.Open(read, key);
        if (!log.IsValid)
        {
            return Faulty(from, read, key, log.Error);
        }

        var head = log.Value.Head;
        if (head.Size == 0)
        {
            return new FsckFindings(from, 0, head.Root, [FsckFault.Of("checkpoint: a record has an entry 0")], []);
        }

        var statements = new Dictionary<Digest, long>();
        for (var number = 0L; number < log.Value.BundleCount; number++)
        {
            var bundle = log.Value.Bundle(number);
            if (!bundle.IsValid)
            {
                return Faulty(from, read, key, bundle.Error);
            }

            if (Entries(bundle.Value, audit, statements) is var (index, fault))
            {
                return new FsckFindings(from, index, log.Value.RootAt(index), [fault], []);
            }

            progress.Show(bundle.Value.First, bundle.Value.First, head.Size);
        }

        var whole = Copy.Verify(read, key);
        return whole.IsValid
            ? Cosigned(from, log.Value, [key, .. witnesses])
            : Faulty(from, read, key, whole.Error);
    }

    /// <summary>What is wrong with the first wrong entry of a bundle. Signatures take every core.</summary>
    private static (long Index, FsckFault Fault)? Entries(
        EntryBundle bundle, RecordAudit audit, Dictionary<Digest, long> statements)
    {
        byte[][] entries = [.. bundle.Entries.Select(e => e.ToArray())];
        var wrong = new string?[entries.Length];
        Parallel.For(0, entries.Length, i => wrong[i] = Leaf.Parse(entries[i]) is { IsValid: true, Value: var leaf }
            ? RecordAudit.Signed(bundle.First + i, leaf) : null);
        var offset = 0L;
        for (var i = 0; i < entries.Length; i++)
        {
            var (index, leaf) = (bundle.First + i, Leaf.Parse(entries[i]));
            if ((leaf.Error ?? audit.Take(index, leaf.Value!) ?? wrong[i]
                ?? Twice(leaf.Value!, index, statements)) is { } what)
            {
                var tile = new Tile(null, bundle.First / Tile.FullWidth, entries.Length).Path;
                return (index, new FsckFault(tile, offset, $"entry {index}: {what}"));
            }

            offset += sizeof(ushort) + entries[i].Length;
        }

        return null;
    }

    /// <summary>One statement is one entry: a second one would count what was said once for twice.</summary>
    private static string? Twice(Leaf leaf, long index, Dictionary<Digest, long> statements)
    {
        var hash = Digest.Of(leaf.Statement.Span);
        return statements.Count < StatementsMax && !statements.TryAdd(hash, index)
            ? $"it has the statement of entry {statements[hash]}"
            : null;
    }

    /// <summary>The cosignatures that stand on the checkpoint: who vouches for the tree besides its operator.</summary>
    private static FsckFindings Cosigned(string from, StaticLog log, IReadOnlyList<VerifierKey> known)
    {
        var (note, head) = (log.Note, log.Head);
        if (note.Verify(known) is { IsValid: false, Error: var why })
        {
            var offset = System.Text.Encoding.UTF8.GetByteCount(note.Text) + 1;
            return new FsckFindings(
                from, head.Size, head.Root, [new FsckFault(StaticLog.CheckpointPath, offset, why)], []);
        }

        string[] others =
        [
            .. note.Signatures.Where(s => known.All(k => k.Id != s.KeyId || k.Name != s.Name)).Select(s => s.Name),
        ];
        return new FsckFindings(from, head.Size, head.Root, [], others.Length == 0 ? [] :
        [
            $"{StaticLog.CheckpointPath}: {others.Length} cosignatures of keys that nobody named were passed over: "
                + string.Join(", ", others),
        ]);
    }

    private static FsckFindings Faulty(string from, ReadPath read, VerifierKey key, string what)
    {
        var found = CopyFault.Find(read, key);
        return new FsckFindings(from, found?.Sound ?? 0, Merkle.EmptyRoot, [found is null ? FsckFault.Of(what)
            : new FsckFault(found.First.File, found.First.Offset, found.First.What)], []);
    }
}
