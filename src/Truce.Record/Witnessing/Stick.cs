namespace Truce.Record;

/// <summary>What a file on a stick is.</summary>
public enum StickPart
{
    /// <summary>The cosigned checkpoint of size n.</summary>
    Checkpoint,

    /// <summary>A tile of hashes.</summary>
    Tile,

    /// <summary>An entry bundle, from size m on.</summary>
    Entries,

    /// <summary>A ciphertext that the receiver may have, or a clear body; named as in the log's folder.</summary>
    Body,

    /// <summary>The receiver's own wraps of a ciphertext, named by the ciphertext's hash.</summary>
    Wraps,

    /// <summary>A `.statement` file that no log has sequenced yet, named by the hash of its bytes.</summary>
    Unsequenced,

    /// <summary>A receipt, named by the hash of its bytes.</summary>
    Receipt,

    /// <summary>A deposit, named by the hash of its bytes.</summary>
    Deposit,
}

/// <summary>A file that is carried beside the log, named by a hash.</summary>
public sealed record StickFile
{
    private StickFile(StickPart part, Digest name, ReadOnlyMemory<byte> bytes) =>
        (Part, Name, Bytes) = (part, name, bytes);

    /// <summary>What it is.</summary>
    public StickPart Part { get; }

    /// <summary>The hash in its name.</summary>
    public Digest Name { get; }

    /// <summary>Its bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>A body, and its wraps where it has any.</summary>
    public static IEnumerable<StickFile> Of(StoredBody body)
    {
        yield return new StickFile(StickPart.Body, body.Hash, body.Bytes);
        if (body.Wraps is not null)
        {
            yield return new StickFile(StickPart.Wraps, body.Hash, body.Wraps.ToBytes());
        }
    }

    /// <summary>A file of an outbox: a statement, a receipt or a deposit, told apart by what it holds.</summary>
    public static Parsed<StickFile> Outgoing(ReadOnlyMemory<byte> bytes)
    {
        if (SignedStatement.Parse(bytes.Span).IsValid)
        {
            return new StickFile(StickPart.Unsequenced, Digest.Of(bytes.Span), bytes);
        }

        var text = SignedNote.Parse(bytes.Span).Value?.Text;
        StickPart? part = text is null ? null
            : text.StartsWith(Receipt.Head + '\n', StringComparison.Ordinal) ? StickPart.Receipt
            : text.StartsWith(Deposit.Head + '\n', StringComparison.Ordinal) ? StickPart.Deposit
            : null;
        return part is { } known
            ? new StickFile(known, Digest.Of(bytes.Span), bytes)
            : new Unreadable("neither a signed statement nor a receipt nor a deposit");
    }
}

/// <summary>
/// What an organisation carries by hand: fixed names, size limits, nothing else. A statement on it becomes a deposit
/// and is shown as *only here*; a stick gives no entry an index.
/// </summary>
public static class Stick
{
    /// <summary>The file that says which log it is and from which size on.</summary>
    public const string HeadFile = "stick";

    /// <summary>The most files on a stick.</summary>
    public const int FilesMax = 1_000_000;

    /// <summary>The largest body: a ciphertext with its tag.</summary>
    public const int BodyMax = Attached.BodyBytesMax + Cipher.TagBytes;

    /// <summary>The largest `.statement` file: S and its signature in base64, with the JSON around them.</summary>
    public const int StatementFileBytesMax =
        (((Leaf.StatementBytesMax + 2) / 3) * 4) + (((Leaf.SignatureBytesMax + 2) / 3) * 4) + StatementFileFrame;

    private const int StatementFileFrame = 32; // {"signature":"","statement":""} and a newline
    private const string Head = "truce/stick/v1";
    private const string BodyFolder = "body";
    private const string WrapsFolder = "wraps";
    private const string Unsequenced = "unsequenced";
    private const string Receipts = "receipt";
    private const string Deposits = "deposit";
    private const int HashBytesMax = Tile.FullWidth * Digest.Bytes;
    private const int BundleBytesMax = Tile.FullWidth * (sizeof(ushort) + ushort.MaxValue);

    /// <summary>The file's path for a part named by its hash.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not named by a hash.</exception>
    public static string Path(StickPart part, Digest hash) => $"{Folder(part)}/{hash.ToHex()}";

    /// <summary>The text of the head file.</summary>
    public static string Text(VerifierKey log, long from) => $"{Head}\n{log}\n{Decimal.Text(from)}\n";

    /// <summary>
    /// Writes a stick: what the receiver, who holds m entries, needs to go on to the source's checkpoint, and what the
    /// bearer has beside the log. The checkpoint is written last.
    /// </summary>
    /// <param name="from">The log.</param>
    /// <param name="put">Puts a whole file in place, durably.</param>
    /// <param name="log">The log's key.</param>
    /// <param name="m">How many entries the receiver holds.</param>
    /// <param name="beside">Permitted bodies with wraps, unsequenced statements, receipts, deposits.</param>
    public static Parsed<Checkpoint> Write(
        ReadPath from, Action<string, byte[]> put, VerifierKey log, long m,
        IEnumerable<StickFile> beside)
    {
        try
        {
            var source = StaticLog.Open(from, log);
            if (!source.IsValid)
            {
                return new Unreadable(source.Error);
            }

            if (m < 0 || m > source.Value.Head.Size)
            {
                return new Unreadable($"the log holds {source.Value.Head.Size} entries, not {m}");
            }

            put(HeadFile, Utf8.Bytes(Text(log, m)));
            foreach (var file in beside)
            {
                if (file.Bytes.Length > BytesMax(file.Part))
                {
                    return new Unreadable($"{Folder(file.Part)}: larger than {BytesMax(file.Part)} bytes");
                }

                put(Path(file.Part, file.Name), file.Bytes.ToArray());
            }

            for (var number = m / Tile.FullWidth; number < source.Value.BundleCount; number++)
            {
                var bundle = source.Value.Bundle(number);
                if (!bundle.IsValid)
                {
                    return new Unreadable(bundle.Error);
                }

                put(new Tile(level: null, number, bundle.Value.Leaves.Count).Path, bundle.Value.Bytes);
            }

            foreach (var tile in Tile.All(source.Value.Head.Size))
            {
                put(tile.Path, source.Value.Hashes(tile));
            }

            put(StaticLog.CheckpointPath, source.Value.Note.ToBytes());
            return source.Value.Head;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable(e.Message);
        }
    }

    /// <summary>Reads the head file: the log's key, and the size from which on there are bundles.</summary>
    public static Parsed<StickHead> ReadHead(ReadOnlySpan<byte> bytes) =>
        Utf8.Text(bytes)?.Split('\n') is [Head, var vkey, var size, ""] && Decimal.Parse(size) is { } from
        && VerifierKey.Parse(vkey) is { IsValid: true, Value: { Use: KeyUse.Note } log }
            ? new StickHead(log, from)
            : new Unreadable($"{HeadFile}: not `{Head}`, the log's vkey and a size");

    /// <summary>
    /// What a file on a stick is, by its name; null where no stick has such a file. A name has one form alone, and no
    /// way out of the folder.
    /// </summary>
    public static StickPart? Part(string path)
    {
        if (path == StaticLog.CheckpointPath)
        {
            return StickPart.Checkpoint;
        }

        if (Tile.Parse(path) is { } tile)
        {
            return tile.Level is null ? StickPart.Entries : StickPart.Tile;
        }

        return path.Split('/') is [var folder, { Length: 2 * Digest.Bytes } hash]
            && hash.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'))
            ? folder switch
            {
                BodyFolder => StickPart.Body,
                WrapsFolder => StickPart.Wraps,
                Unsequenced => StickPart.Unsequenced,
                Receipts => StickPart.Receipt,
                Deposits => StickPart.Deposit,
                _ => null,
            }
            : null;
    }

    /// <summary>
    /// Looks at a stick's files before anything of them is read: names, sizes, links, count. Gives the first that does
    /// not belong there.
    /// </summary>
    /// <param name="files">Each file's path below the stick, its length, and whether it is a plain file.</param>
    public static string? FirstThatDoesNotBelong(IEnumerable<(string Path, long Length, bool IsPlain)> files)
    {
        var count = 0;
        foreach (var (path, length, isPlain) in files)
        {
            if (++count > FilesMax)
            {
                return $"more than {FilesMax} files";
            }

            var limit = path == HeadFile ? SignedNote.BytesMax : Part(path) is { } part ? BytesMax(part) : (int?)null;
            if (limit is null || !isPlain || length > limit)
            {
                return limit is null ? $"{path}: no stick has such a file"
                    : !isPlain ? $"{path}: not a plain file"
                    : $"{path}: larger than {limit} bytes";
            }
        }

        return null;
    }

    /// <summary>Whether a file named by a hash is what it says: a clear body is named by its commitment.</summary>
    public static bool IsWhole(string path, ReadOnlySpan<byte> bytes)
    {
        Digest?[] hashes = Part(path) switch
        {
            StickPart.Body => [Digest.Of(bytes), Attached.CommitTo(bytes)],
            StickPart.Wraps => [Truce.Record.Wraps.Parse(bytes).Value?.CiphertextHash],
            StickPart.Unsequenced or StickPart.Receipt or StickPart.Deposit => [Digest.Of(bytes)],
            _ => [],
        };
        var name = path[(path.LastIndexOf('/') + 1)..];
        return hashes.Any(h => h?.ToHex() == name);
    }

    /// <summary>The largest file of a part.</summary>
    public static int BytesMax(StickPart part) => part switch
    {
        StickPart.Tile => HashBytesMax,
        StickPart.Entries => BundleBytesMax,
        StickPart.Body => BodyMax,
        StickPart.Wraps => CanonicalJson.BytesMax,
        StickPart.Unsequenced => StatementFileBytesMax,
        StickPart.Checkpoint or StickPart.Receipt or StickPart.Deposit => SignedNote.BytesMax,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Folder(StickPart part) => part switch
    {
        StickPart.Body => BodyFolder,
        StickPart.Wraps => WrapsFolder,
        StickPart.Unsequenced => Unsequenced,
        StickPart.Receipt => Receipts,
        StickPart.Deposit => Deposits,
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };
}

/// <summary>What a stick says of itself.</summary>
public sealed record StickHead(VerifierKey Log, long From);
