namespace Truce.Record;

/// <summary>What became of a copy.</summary>
public abstract record Copied
{
    private Copied()
    {
    }

    /// <summary>The copy is what the log's checkpoint says; so many entries were there before.</summary>
    public sealed record Complete(Checkpoint Head, long Before) : Copied;

    /// <summary>The copy holds more than the source offers, and begins with it; nothing was written.</summary>
    public sealed record Newer(Checkpoint Head, Checkpoint Offered) : Copied;

    /// <summary>
    /// The log's key signed two trees of which neither begins with the other. Both checkpoints are kept as evidence.
    /// </summary>
    public sealed record Forked(SignedNote Held, SignedNote Offered, string HeldFile, string OfferedFile) : Copied;
}

/// <summary>A static folder of a log in the layout of tlog-tiles, for a web server or a stick.</summary>
public static class Copy
{
    /// <summary>Where the two checkpoints of a fork are kept, below the copy.</summary>
    public const string EvidenceFolder = "evidence";

    /// <summary>
    /// Brings a copy up to its source. Every bundle is checked before it is written, and what is there already is not
    /// read again from the source; the checkpoint is written last. After an interruption the same call goes on.
    /// </summary>
    /// <param name="from">The source.</param>
    /// <param name="to">The copy as it is.</param>
    /// <param name="put">Puts a whole file in place; when it returns the file is durable, its name too.</param>
    /// <param name="log">The log's key.</param>
    /// <param name="progress">Told how many entries of how many are there.</param>
    public static Parsed<Copied> Run(
        ReadPath from, ReadPath to, Action<string, byte[]> put, VerifierKey log, Action<long, long>? progress = null)
    {
        try
        {
            var source = StaticLog.Open(from, log);
            if (!source.IsValid)
            {
                return new Unreadable($"the source: {source.Error}");
            }

            var held = to(StaticLog.CheckpointPath) is null ? null : StaticLog.ReadHead(to, log) switch
            {
                { IsValid: true, Value: var head } => head,
                var bad => throw new IOException($"the copy: {bad.Error}"),
            };
            return Against(source.Value, held, to, put, log) ?? Fill(source.Value, held, to, put, progress);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable(e.Message);
        }
    }

    /// <summary>Checks a whole copy: every tile and every entry against its checkpoint.</summary>
    public static Parsed<Checkpoint> Verify(ReadPath copy, VerifierKey log, Action<long, long>? progress = null)
    {
        try
        {
            var all = StaticLog.Open(copy, log);
            if (!all.IsValid)
            {
                return new Unreadable(all.Error);
            }

            for (var number = 0L; number < all.Value.BundleCount; number++)
            {
                var bundle = all.Value.Bundle(number);
                if (!bundle.IsValid)
                {
                    return new Unreadable(bundle.Error);
                }

                progress?.Invoke(bundle.Value.First + bundle.Value.Leaves.Count, all.Value.Head.Size);
            }

            foreach (var tile in Tile.All(all.Value.Head.Size))
            {
                if (copy(tile.Path) is not { } bytes || !bytes.AsSpan().SequenceEqual(all.Value.Hashes(tile)))
                {
                    return new Unreadable($"{tile.Path}: missing, or not the hashes that the checkpoint vouches for");
                }
            }

            return all.Value.Head;
        }
        catch (IOException e)
        {
            return new Unreadable(e.Message);
        }
    }

    /// <summary>Compares the two checkpoints; null where the source goes on from the copy.</summary>
    private static Copied? Against(
        StaticLog source, SignedHead? held, ReadPath to, Action<string, byte[]> put, VerifierKey log)
    {
        if (held is null)
        {
            return null;
        }

        var (mine, offered) = (held.Checkpoint, source.Head);
        var isPrefix = mine.Size <= offered.Size
            ? source.RootAt(mine.Size) == mine.Root
            : StaticLog.Open(to, log) is { IsValid: true, Value: var copy }
                ? copy.RootAt(offered.Size) == offered.Root
                : throw new IOException("the copy: its tiles do not give its checkpoint's root");
        if (isPrefix)
        {
            return mine.Size > offered.Size ? new Copied.Newer(mine, offered) : null;
        }

        var (heldFile, offeredFile) = (EvidenceFile(held.Note), EvidenceFile(source.Note));
        put(heldFile, held.Note.ToBytes());
        put(offeredFile, source.Note.ToBytes());
        return new Copied.Forked(held.Note, source.Note, heldFile, offeredFile);
    }

    private static string EvidenceFile(SignedNote note)
    {
        var size = Checkpoint.Parse(note.Text).Required().Size;
        return $"{EvidenceFolder}/checkpoint-{Decimal.Text(size)}-{Digest.Of(note.ToBytes()).ToHex()}";
    }

    private static Parsed<Copied> Fill(
        StaticLog source, SignedHead? held, ReadPath to, Action<string, byte[]> put, Action<long, long>? progress)
    {
        var size = source.Head.Size;
        for (var number = 0L; number < source.BundleCount; number++)
        {
            var width = (int)Math.Min(Tile.FullWidth, size - (number * Tile.FullWidth));
            var tile = new Tile(level: 0, number, width);

            // Whoever finds the hashes finds the entries: they are written first, and durably.
            if (to(tile.Path) is not { } there || !IsThere(source, tile, there))
            {
                var bundle = source.Bundle(number);
                if (!bundle.IsValid)
                {
                    return new Unreadable($"the source: {bundle.Error}");
                }

                put(new Tile(level: null, number, width).Path, bundle.Value.Bytes);
                put(tile.Path, source.Hashes(tile));
            }

            progress?.Invoke(tile.Span.To, size);
        }

        foreach (var tile in Tile.All(size).Where(t => t.Level > 0))
        {
            var bytes = source.Hashes(tile);
            if (!(to(tile.Path) ?? []).AsSpan().SequenceEqual(bytes))
            {
                put(tile.Path, bytes);
            }
        }

        // Of the same tree two notes may have cosignatures of different witnesses: none is given up.
        var note = source.Note.Keeping(held?.Note);
        if (note != held?.Note)
        {
            put(StaticLog.CheckpointPath, note.ToBytes());
        }

        return new Copied.Complete(source.Head, held?.Checkpoint.Size ?? 0);
    }

    private static bool IsThere(StaticLog source, Tile tile, byte[] there) => tile.Width == Tile.FullWidth
        ? source.IsFullTile(tile.Index, there)
        : there.AsSpan().SequenceEqual(source.Hashes(tile));
}
