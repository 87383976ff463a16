namespace Truce.Record;

/// <summary>
/// What R is a function of, for one audience: the roster, the statements that it may read, and a mission's machines
/// over them. The operator judges by it in each turn, and a replay judges by it again: there is no other way to R.
/// </summary>
/// <remarks>
/// Whatever the audience may not read counts as absent. So a clear statement that has the key and id of a confidential
/// one is no equivocation for the public: it is one for those who may read both.
/// </remarks>
public sealed partial class RecordFold
{
    /// <summary>What R says where a machine's outcome is longer than R can be, or of no form.</summary>
    internal const string DoesNotFit = "what the machine says of it does not fit in an outcome";

    private static readonly byte[] Domain = Utf8.Bytes("truce/fold/v1\0");

    private readonly StatementIds _ids;
    private readonly Audience? _audience;
    private readonly MachineFold _machines;

    private RecordFold(Roster roster, StatementIds ids, Audience? audience, MachineFold machines) =>
        (Roster, _ids, _audience, _machines) = (roster, ids, audience, machines);

    /// <summary>Who may sign what, behind the entries that were taken.</summary>
    public Roster Roster { get; private set; }

    /// <summary>The folds of a log from leaf 0 on, one for each audience: for a replay.</summary>
    /// <param name="founding">Leaf 0.</param>
    /// <param name="machines">The mission's machines; <see cref="Machines.None"/> for none.</param>
    public static Func<Audience?, AudienceFold> Of(Founding founding, Machines machines)
    {
        var ids = new StatementIds();
        return audience =>
        {
            var fold = Begin(founding, ids, audience, machines);
            return new AudienceFold(fold.Take, q => fold.Judge(fold.Received(q), q.Named, q.Semantics));
        };
    }

    /// <summary>
    /// The state of one reader: his machines take, in order, every entry that he can open. Nothing is judged again.
    /// </summary>
    /// <param name="founding">Leaf 0.</param>
    /// <param name="leaves">The leaves from the first on; it is called twice.</param>
    /// <param name="bodies">Where ciphertexts and wraps are.</param>
    /// <param name="readers">The names and keys under which he opens; none for the public.</param>
    /// <param name="machines">What takes the entries.</param>
    public static ReaderReport Read(
        Founding founding, Func<IEnumerable<Leaf>> leaves, BodySource bodies, IReadOnlyList<Reader> readers,
        MachineFold machines)
    {
        ArgumentNullException.ThrowIfNull(founding);
        ArgumentNullException.ThrowIfNull(leaves);
        var opening = new Opening(founding.Lineage, bodies, readers);
        opening.Survey(leaves());
        var fold = Begin(founding, new StatementIds(), audience: null, new Machines { Begin = _ => machines });
        var counts = new long[(int)OpenedKind.Erased + 1];
        foreach (var chunk in leaves().Index().Chunk(Opening.ChunkLength))
        {
            var opened = new Opened[chunk.Length];
            Parallel.For(0, chunk.Length, i => opened[i] = opening.Open(chunk[i].Index, chunk[i].Item));
            foreach (var next in opened)
            {
                counts[(int)next.Kind]++;
                if (next.Entry is { } entry)
                {
                    fold.Take(entry);
                }
            }
        }

        return new ReaderReport(counts[(int)OpenedKind.Whole], counts[(int)OpenedKind.Closed],
            counts[(int)OpenedKind.Erased], fold.Roster, [.. opening.Notes]);
    }

    /// <summary>The empty fold of an audience; ids are shared between the folds of one log.</summary>
    internal static RecordFold Begin(Founding founding, StatementIds ids, Audience? audience, Machines machines) =>
        new(Roster.Begin(founding), ids, audience, machines.Begin(audience));

    internal long Semantics => _machines.Semantics;

    internal int Form => _machines.Form;

    internal byte[] SaveMachines() => _machines.Save();

    internal void Restore(Roster roster, byte[] machines)
    {
        Roster = roster;
        _machines.Load(machines);
    }

    /// <summary>
    /// SHA-256("truce/fold/v1\0" ‖ SHA-256 of the roster's canonical form ‖ the hash of the machines' state): what a
    /// daily entry publishes, and each reader computes again.
    /// </summary>
    internal Digest Hash() => Digest.Of(
    [
        .. Domain, .. Digest.Of(CanonicalJson.Write(Roster.ToJson())).ToArray(),
        .. _machines.StateHash().ToArray(),
    ]);

    private static string Canonical(JsonValue act) => System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(act));

    /// <summary>An entry that is asked about, with its author as this fold knows him.</summary>
    internal Received Received(Question question) => Received(
        question.Index, Digest.Of(question.Leaf.Statement.Span), question.Statement, question.ReceivedAt);

    /// <summary>A statement in its turn, with its author as this fold knows him.</summary>
    internal Received Received(long index, Digest hash, Statement statement, long receivedAt) =>
        new(index, hash, statement, Roster.Author(statement, index, hash), receivedAt);

    /// <summary>R of a statement. Nothing changes.</summary>
    /// <param name="received">The statement in its turn.</param>
    /// <param name="named">The leaf of the earlier entry that an order of erasure names; null for any other.</param>
    /// <param name="semantics">By which meaning; null for the machines' own. 0 is that of no machine.</param>
    internal Outcome Judge(Received received, Leaf? named, long? semantics = null)
    {
        var bare = new Outcome
        {
            ReceivedAt = received.ReceivedAt,
            Fold = received.Index,
            Semantics = _machines.Semantics,
            Kind = OutcomeKind.Inapplicable,
        };
        if (_ids.First(received.Statement, _audience) is { } first && first != received.Hash)
        {
            return bare with { Equivocates = first, Why = "another statement has this key and id" };
        }

        if (received.Author.By is { Standing: Standing.Revoked })
        {
            return bare with { IsUnauthenticated = true, Why = "the key was revoked before" };
        }

        if (IsOwn(received.Statement.Type))
        {
            return Fault(received, named) is { } fault
                ? bare with { Why = fault.Length <= Outcome.WhyLengthMax ? fault : fault[..Outcome.WhyLengthMax] }
                : bare with { Kind = OutcomeKind.Applied };
        }

        var judged = semantics == MachineFold.None.Semantics ? Judgement.Kept : _machines.Judge(received);
        var outcome = bare with
        {
            Kind = judged.Kind,
            Why = judged.Why,
            Events = judged.Events,
            Ruling = judged.Ruling,
            Framework = judged.Framework,
        };

        // Machines bound what they say. One that does not must not stop the log for everybody.
        return outcome.Fits() ? outcome : bare with { Why = DoesNotFit, Framework = judged.Framework };
    }

    /// <summary>Takes an entry that the audience may read, with its R.</summary>
    internal void Take(VisibleEntry entry)
    {
        if (entry.Statement is not { } statement)
        {
            if (entry.Codes is not null)
            {
                _machines.TakeCodes(entry.Index, entry.ReceivedAt, entry.Codes);
            }

            return; // leaf 0, or a statement that was erased
        }

        var hash = entry.Hash;
        var received = Received(entry.Index, hash, statement, entry.ReceivedAt);
        _ids.Add(statement, hash);
        if (KeyAct.IsType(statement.Type) && entry.Outcome?.Kind == OutcomeKind.Applied && statement.Audience is null)
        {
            // A log whose operator applied what does not hold is no reason to fail here: replay names the difference.
            Roster = Roster.Apply(entry.Index, statement).Value ?? Roster;
        }
        else if (Erasure.IsOne(statement.Type) && _audience is null && entry.Outcome is { } outcome)
        {
            _erasures.Take(entry.Index, statement, outcome);
        }
        else if (!IsOwn(statement.Type))
        {
            _machines.Take(received, entry.Outcome);
        }
    }

    /// <summary>The types whose acts the record reads itself; a mission's machines are not asked about them.</summary>
    internal static bool IsOwn(string type) => KeyAct.IsType(type) || Erasure.IsOne(type)
        || type is KeyAct.NewRootType or Genesis.Type or RefusalList.Type or Reception.DailyType;

    /// <summary>Why an act that the record reads itself changes nothing; null where it does.</summary>
    private string? Fault(Received received, Leaf? named)
    {
        var statement = received.Statement;
        if (statement.Genesis != Roster.Founding.Hash)
        {
            return "an act that the record reads itself is for one log: sign it for this one";
        }

        if (statement.Type is RefusalList.Type or Reception.DailyType)
        {
            return received.Author.By.Key?.Role != EnrolledKey.OperatorRole
                    ? $"only a key with the role `{EnrolledKey.OperatorRole}` says this"
                : statement.Type == Reception.DailyType && Canonical(statement.Act) != Reception.DailyAct(Hash())
                    ? "the fold has another hash here"
                : null;
        }

        return statement.Audience is not null ? "an act that the record reads itself is clear"
            : Erasure.IsOne(statement.Type) ? ErasureFault(received, named)
            : Roster.Apply(received.Index, statement).Error;
    }
}

/// <summary>How much of a log a reader could read. Leaf 0 is not counted.</summary>
/// <param name="Read">Entries that he read.</param>
/// <param name="Closed">Entries that are closed to him.</param>
/// <param name="Erased">Entries whose content was erased.</param>
/// <param name="Roster">Who may sign what, behind the last entry.</param>
/// <param name="Notes">Entries that are wrapped for him and yet do not open, the first of them.</param>
public sealed record ReaderReport(long Read, long Closed, long Erased, Roster Roster, IReadOnlyList<string> Notes)
{
    /// <summary>How many there are.</summary>
    public long Entries => Read + Closed + Erased;

    /// <inheritdoc/>
    public override string ToString() => $"{Decimal.Text(Read)} of {Decimal.Text(Entries)} entries read, "
        + $"{Decimal.Text(Closed)} closed to you" + (Erased > 0 ? $", {Decimal.Text(Erased)} erased" : "");
}

/// <summary>
/// The first statement with each key and id, told apart by audience: what one fold may see of it. Adding what is there
/// changes nothing, so that several folds of one log can share it.
/// </summary>
internal sealed class StatementIds
{
    // ids are scoped to key and log: what was signed for a log before this one has its own
    private readonly Dictionary<(DeviceKey Key, Digest Genesis), int> _numbers = [];
    private readonly Dictionary<(int Key, Guid Id), Digest> _clear = [];
    private readonly List<(Audience Audience, Dictionary<(int Key, Guid Id), Digest> First)> _hidden = [];

    /// <summary>
    /// SHA-256 of the first statement with the key and id of another; null where the audience sees none.
    /// </summary>
    public Digest? First(Statement statement, Audience? audience)
    {
        if (!_numbers.TryGetValue((statement.Key, statement.Genesis), out var number))
        {
            return null;
        }

        var at = (number, Guid.Parse(statement.Id));
        if (_clear.TryGetValue(at, out var clear))
        {
            return clear;
        }

        foreach (var (hidden, first) in _hidden)
        {
            if (audience is not null && hidden.Covers(audience) && first.TryGetValue(at, out var found))
            {
                return found;
            }
        }

        return null;
    }

    public void Add(Statement statement, Digest hash)
    {
        if (!_numbers.TryGetValue((statement.Key, statement.Genesis), out var number))
        {
            _numbers.Add((statement.Key, statement.Genesis), number = _numbers.Count);
        }

        var first = statement.Audience is { } audience ? Hidden(audience) : _clear;
        first.TryAdd((number, Guid.Parse(statement.Id)), hash);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_numbers.Count);
        foreach (var key in _numbers.OrderBy(n => n.Value).Select(n => n.Key))
        {
            writer.Write(key.Key.ToString());
            writer.Write(key.Genesis.ToString());
        }

        Save(writer, _clear);
        writer.Write(_hidden.Count);
        foreach (var (audience, first) in _hidden)
        {
            writer.Write(System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(audience.ToJson())));
            Save(writer, first);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var key = DeviceKey.Parse(reader.ReadString()).Required();
            _numbers.Add((key, Digest.Parse(reader.ReadString())!.Value), _numbers.Count);
        }

        Load(reader, _clear);
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var audience = CanonicalJson.Parse(Utf8.Bytes(reader.ReadString())).Required();
            Load(reader, Hidden(Audience.Read(audience).Required()));
        }
    }

    private static void Save(BinaryWriter writer, Dictionary<(int Key, Guid Id), Digest> first)
    {
        Span<byte> bytes = stackalloc byte[Digest.Bytes];
        writer.Write(first.Count);
        foreach (var ((key, id), hash) in first)
        {
            writer.Write(key);
            id.TryWriteBytes(bytes);
            writer.Write(bytes[..16]);
            hash.CopyTo(bytes);
            writer.Write(bytes);
        }
    }

    private static void Load(BinaryReader reader, Dictionary<(int Key, Guid Id), Digest> first)
    {
        Span<byte> bytes = stackalloc byte[Digest.Bytes];
        var count = reader.ReadInt32();
        first.EnsureCapacity(count);
        for (; count > 0; count--)
        {
            var key = reader.ReadInt32();
            reader.BaseStream.ReadExactly(bytes[..16]);
            var id = new Guid(bytes[..16]);
            reader.BaseStream.ReadExactly(bytes);
            first.Add((key, id), new Digest(bytes));
        }
    }

    private Dictionary<(int Key, Guid Id), Digest> Hidden(Audience audience)
    {
        if (_hidden.Find(h => h.Audience.Equals(audience)).First is { } known)
        {
            return known;
        }

        var fresh = new Dictionary<(int, Guid), Digest>();
        _hidden.Add((audience, fresh));
        return fresh;
    }
}
