namespace Truce.Record;

/// <summary>How much of an entry a reader has.</summary>
internal enum OpenedKind
{
    Genesis,
    Whole,
    Closed,
    Erased,
}

/// <summary>An entry as one reader may see it; without an entry where it counts as absent for him.</summary>
internal sealed record Opened(long Index, OpenedKind Kind, long ReceivedAt, VisibleEntry? Entry, string? Fault);

/// <summary>
/// Opens the entries of a log for one reader. The first pass finds the audiences and the erasures, which may stand far
/// behind what they erase, and keeps the keys that it unwrapped: the second pass does not agree on them again.
/// </summary>
internal sealed class Opening(Lineage log, BodySource bodies, IReadOnlyList<Reader> readers)
{
    public const int ChunkLength = 1024;

    private const int NotesMax = 100;

    private readonly Erasures _erasures = new();
    private readonly Dictionary<long, (Audience Audience, byte[] Key)> _keys = [];
    private readonly Dictionary<long, Stub> _stubs = [];
    private readonly HashSet<long> _ordered = [];
    private readonly List<Audience> _audiences = [];
    private readonly HashSet<Audience> _known = [];
    private readonly List<string> _notes = [];

    /// <summary>The audiences of the entries that the reader can open, each once, in order of appearance.</summary>
    public IReadOnlyList<Audience> Audiences => _audiences;

    /// <summary>Entries that are wrapped for the reader and do not open.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>The first pass, from leaf 0 or from a later one on.</summary>
    public void Survey(IEnumerable<Leaf> leaves, long first = 0)
    {
        foreach (var chunk in leaves.Select((leaf, i) => (Index: first + i, Item: leaf)).Chunk(ChunkLength))
        {
            var found = new (Entry? Entry, Audience? Audience, byte[]? Key, string? Note)[chunk.Length];
            Parallel.For(0, chunk.Length, i => found[i] = Look(chunk[i].Index, chunk[i].Item));
            for (var i = 0; i < chunk.Length; i++)
            {
                var (entry, audience, key, note) = found[i];
                if (entry is Entry.Clear clear)
                {
                    if (Erasure.Ordered(clear.Statement) is { } ordered)
                    {
                        _ordered.Add(ordered);
                    }

                    _erasures.Take(chunk[i].Index, clear.Statement, clear.Outcome);
                }
                else if (audience is not null)
                {
                    _keys[chunk[i].Index] = (audience, key!);
                    Know(audience);
                }
                else if (note is not null && _notes.Count < NotesMax)
                {
                    _notes.Add($"entry {Decimal.Text(chunk[i].Index)}: {note}");
                }
            }
        }

        foreach (var (index, done) in _erasures.Stubs)
        {
            if ((done.Stub ?? OpenStub(done.SealedStub!)) is { } stub)
            {
                _stubs[index] = stub;
                Know(stub.Audience);
            }
        }
    }

    /// <summary>The second pass, entry by entry; many may be opened at once.</summary>
    public Opened Open(long index, Leaf leaf)
    {
        var entry = Entry.Read(index, leaf);
        return entry.Value switch
        {
            null => new Opened(index, OpenedKind.Closed, ReceivedAt: 0, Entry: null, $"not an entry: {entry.Error}"),
            Entry.Genesis g => new Opened(
                index, OpenedKind.Genesis, g.ReceivedAt,
                new VisibleEntry(index, leaf, g.ReceivedAt, null, null, g.Outcome, null), Fault: null),
            Entry.Clear c => new Opened(
                index, OpenedKind.Whole, c.ReceivedAt,
                new VisibleEntry(index, leaf, c.ReceivedAt, null, c.Statement, c.Outcome, null), Fault: null),
            Entry.Confidential c => Open(index, leaf, c),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Whether an order anywhere in the log names an entry.</summary>
    public bool IsOrdered(long index) => _ordered.Contains(index);

    /// <summary>Whether a document is encrypted to others than the reader.</summary>
    public bool IsClosedDocument(Attached attached) =>
        attached.CiphertextHash is { } hash && !readers.Any(r => bodies.Wraps(hash)?.Names(r.Name) == true);

    private Opened Open(long index, Leaf leaf, Entry.Confidential c)
    {
        var received = c.ReceivedAt;
        if (_erasures.Erased.ContainsKey(c.Statement.CiphertextHash))
        {
            var stub = _stubs.GetValueOrDefault(index);
            return new Opened(index, OpenedKind.Erased, received, stub is null ? null : new VisibleEntry(
                index, leaf, received, stub.Audience, Statement: null, OpenOutcome(c.Outcome).Value, stub.Codes), null);
        }

        if (!_keys.TryGetValue(index, out var known))
        {
            return new Opened(index, OpenedKind.Closed, received, Entry: null, Fault: null);
        }

        var statement = bodies.Body(c.Statement.CiphertextHash) is { } ciphertext
            && Cipher.Open(ciphertext, c.Statement.Commit, known.Key) is { } o
            && Committed.Parse(o) is { IsValid: true, Value: var committed }
            ? committed.Statement().Value
            : null;
        var outcome = OpenOutcome(c.Outcome);
        var isErased = _erasures.Erased.ContainsKey(c.Outcome.CiphertextHash);
        var fault = statement is null ? "its ciphertext has changed meanwhile"
            : !outcome.IsValid && !isErased ? $"its outcome does not open: {outcome.Error}"
            : null;
        return new Opened(
            index, isErased ? OpenedKind.Erased : OpenedKind.Whole, received,
            new VisibleEntry(index, leaf, received, known.Audience, statement, outcome.Value, Codes: null), fault);
    }

    private (Entry? Entry, Audience? Audience, byte[]? Key, string? Note) Look(long index, Leaf leaf)
    {
        // of clear entries the first pass needs the acts of erasure alone
        var matters = Entry.IsHidden(leaf) || leaf.Statement.Span.IndexOf("\"erase-"u8) >= 0;
        var entry = matters ? Entry.Read(index, leaf).Value : null;
        if (entry is not Entry.Confidential c)
        {
            return (entry, null, null, null);
        }

        if (ReaderOf(c.Statement.CiphertextHash) is not ({ } reader, { } wraps)
            || bodies.Body(c.Statement.CiphertextHash) is not { } ciphertext)
        {
            return (c, null, null, null);
        }

        var statement = Seal.Open(
            c.Statement, leaf.Signature.Span, log, ciphertext, wraps, reader, out var key);
        return statement.IsValid
            ? (c, statement.Value.Audience, key, null)
            : (c, null, null, $"wrapped for `{reader.Name}`, and yet closed: {statement.Error}");
    }

    private (Reader? Reader, Wraps? Wraps) ReaderOf(Digest ciphertextHash)
    {
        var wraps = readers.Count == 0 ? null : bodies.Wraps(ciphertextHash);
        return (wraps is null ? null : readers.FirstOrDefault(r => wraps.Names(r.Name)), wraps);
    }

    private Parsed<Outcome> OpenOutcome(ConfidentialOutcome r) =>
        ReaderOf(r.CiphertextHash) is ({ } reader, { } wraps) && bodies.Body(r.CiphertextHash) is { } ciphertext
            ? Seal.Open(r, log.Genesis, ciphertext, wraps, reader)
            : new Unreadable("its ciphertext or its wraps are missing");

    private Stub? OpenStub(Attached attached) =>
        attached.CiphertextHash is { } hash && ReaderOf(hash) is ({ } reader, { } wraps)
        && bodies.Body(hash) is { } ciphertext
        && Seal.Open(attached, log, ciphertext, wraps, reader) is { } content
        && Stub.Parse(content.Span).Value is { } stub && wraps.AreFor(stub.Audience, reader.Name)
            ? stub
            : null;

    private void Know(Audience audience)
    {
        if (_known.Add(audience))
        {
            _audiences.Add(audience);
        }
    }
}
