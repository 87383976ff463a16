namespace Truce.Record;

/// <summary>A founding organisation: its offline root, whether it is a guardian, and where it reads, its key.</summary>
public sealed record Founder(string Name, DeviceKey Root, bool IsGuardian, PublicReadingKey? ReadingKey = null);

/// <summary>A witness or a mirror: its name, whose it is, and its key.</summary>
public sealed record Cosigner(string Name, string Organisation, VerifierKey Key);

/// <summary>
/// S of leaf 0: the log, its keys, its founding organisations, and how many guardians must approve. The hash of the
/// whole leaf is pinned everywhere.
/// </summary>
/// <remarks>
/// The signature part of leaf 0 is canonical JSON, {organisation: base64 signature, …}, of all guardians over
/// "truce/genesis/v1\n" ‖ S0. Guardians are founding organisations: nobody becomes one later, so that the number of
/// approvals is fixed with the log.
/// </remarks>
public sealed partial record Genesis
{
    /// <summary>The version that is written and read.</summary>
    public const int Version = 1;

    /// <summary>The type that S0 has.</summary>
    public const string Type = "genesis";

    /// <summary>The fewest guardians.</summary>
    public const int GuardiansMin = 2;

    /// <summary>The most guardians: their signatures fit into one leaf.</summary>
    public const int GuardiansMax = 24;

    /// <summary>The most founding organisations.</summary>
    public const int FoundersMax = 64;

    /// <summary>The most witnesses, and the most mirrors.</summary>
    public const int CosignersMax = 32;

    private const string ExerciseElement = "exercise";

    private static readonly byte[] Domain = Utf8.Bytes("truce/genesis/v1\n");

    private Genesis()
    {
    }

    /// <summary>The log's identity, which is the name of its key.</summary>
    public string Origin => LogKey.Name;

    /// <summary>The mission in words.</summary>
    public required string Mission { get; init; }

    /// <summary>The key that signs checkpoints.</summary>
    public required VerifierKey LogKey { get; init; }

    /// <summary>The key that signs receipts and refusals.</summary>
    public required VerifierKey ReceiptKey { get; init; }

    /// <summary>The mission's reading key, which is the operator's.</summary>
    public required PublicReadingKey ReadingKey { get; init; }

    /// <summary>The witnesses at the start.</summary>
    public required IReadOnlyList<Cosigner> Witnesses { get; init; }

    /// <summary>The mirrors at the start.</summary>
    public required IReadOnlyList<Cosigner> Mirrors { get; init; }

    /// <summary>The founding organisations.</summary>
    public required IReadOnlyList<Founder> Organisations { get; init; }

    /// <summary>How many guardians must approve: more than half of them.</summary>
    public required int Threshold { get; init; }

    /// <summary>The log that this one continues; null for a first one.</summary>
    public Predecessor? Continues { get; init; }

    /// <summary>The founding organisations that approve admissions and changes of witnesses.</summary>
    public IEnumerable<Founder> Guardians => Organisations.Where(o => o.IsGuardian);

    /// <summary>Whether the log is an exercise's. No entry of it can be replayed into a mission.</summary>
    public bool IsExercise => IsExerciseOrigin(Origin);

    /// <summary>Whether an origin's path has the element `exercise`.</summary>
    public static bool IsExerciseOrigin(string origin) => origin.Split('/').Skip(1).Contains(ExerciseElement);

    /// <summary>A genesis of its parts, or why it cannot be one. The origin is the name of the log's key.</summary>
    /// <param name="mission">The mission in words, one line.</param>
    /// <param name="logKey">The key that signs checkpoints.</param>
    /// <param name="receiptKey">The key that signs receipts.</param>
    /// <param name="readingKey">The mission's reading key.</param>
    /// <param name="organisations">The founding organisations, two or more of them guardians.</param>
    /// <param name="witnesses">The witnesses.</param>
    /// <param name="mirrors">The mirrors.</param>
    /// <param name="threshold">How many guardians must approve; null for the smallest number above half.</param>
    /// <param name="continues">The log that this one continues.</param>
    public static Parsed<Genesis> Make(
        string mission,
        VerifierKey logKey,
        VerifierKey receiptKey,
        PublicReadingKey readingKey,
        IReadOnlyList<Founder> organisations,
        IReadOnlyList<Cosigner> witnesses,
        IReadOnlyList<Cosigner> mirrors,
        int? threshold = null,
        Predecessor? continues = null)
    {
        var genesis = new Genesis
        {
            Mission = mission,
            LogKey = logKey,
            ReceiptKey = receiptKey,
            ReadingKey = readingKey,
            Organisations = [.. organisations.OrderBy(o => o.Name, StringComparer.Ordinal)],
            Witnesses = [.. witnesses.OrderBy(w => w.Name, StringComparer.Ordinal)],
            Mirrors = [.. mirrors.OrderBy(m => m.Name, StringComparer.Ordinal)],
            Threshold = threshold ?? (organisations.Count(o => o.IsGuardian) / 2) + 1,
            Continues = continues,
        };
        return genesis.Fault() is { } fault ? new Unreadable(fault) : genesis;
    }

    /// <summary>S0: the canonical bytes.</summary>
    public byte[] ToBytes() => CanonicalJson.Write(new JsonValue.Members(
    [
        new("v", new JsonValue.Number(Version)),
        new("type", new JsonValue.Text(Type)),
        new("origin", new JsonValue.Text(Origin)),
        new("mission", new JsonValue.Text(Mission)),
        new("log_key", Fields.Write(LogKey)),
        new("receipt_key", Fields.Write(ReceiptKey)),
        new("reading_key", Fields.Write(ReadingKey)),
        new("witnesses", CosignerList.Write(Witnesses)),
        new("mirrors", CosignerList.Write(Mirrors)),
        new("organisations", new JsonValue.Items([.. Organisations.Select(Write)])),
        new("threshold", new JsonValue.Number(Threshold)),
        new("continues", Continues?.ToJson() ?? new JsonValue.Nothing()),
    ]));

    /// <summary>Reads S0. Whether its guardians signed it is another question: see <see cref="Founding"/>.</summary>
    public static Parsed<Genesis> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Leaf.StatementBytesMax)
        {
            return new Unreadable($"the genesis is larger than {Leaf.StatementBytesMax} bytes");
        }

        var json = CanonicalJson.ParseCanonical(bytes);
        if (!json.IsValid)
        {
            return new Unreadable(json.Error);
        }

        var fields = new Fields(
            json.Value, "a genesis", "v", "type", "origin", "mission", "log_key", "receipt_key", "reading_key",
            "witnesses", "mirrors", "organisations", "threshold", "continues");
        var genesis = Read(fields);
        return (fields.Error ?? genesis.Fault()) is { } fault ? new Unreadable(fault) : genesis;
    }

    /// <summary>What guardians sign: "truce/genesis/v1\n" ‖ S0.</summary>
    public static byte[] Message(ReadOnlySpan<byte> genesis) => [.. Domain, .. genesis];

    /// <summary>Whether a predecessor's last checkpoint is its log's, and witnessed by more than half.</summary>
    /// <param name="log">The key of the predecessor's log.</param>
    /// <param name="witnesses">The predecessor's witnesses as they were last.</param>
    /// <returns>The checkpoint that this log continues from.</returns>
    public Parsed<Checkpoint> VerifyContinuation(VerifierKey log, IReadOnlyList<Cosigner> witnesses)
    {
        if (Continues is null)
        {
            return new Unreadable("the genesis continues no log");
        }

        if (log.Name != Continues.Origin)
        {
            return new Unreadable($"the genesis continues `{Continues.Origin}`, not `{log.Name}`");
        }

        var held = Continues.Checkpoint.Verify([log, .. witnesses.Select(w => w.Key)]);
        if (!held.IsValid)
        {
            return new Unreadable(held.Error);
        }

        var cosigned = held.Value.Where(s => s.Time is not null).Select(s => s.Key).Distinct().Count();
        return !held.Value.Any(s => s.Key == log)
            ? new Unreadable($"the last checkpoint of `{Continues.Origin}` is not signed by its log")
            : cosigned <= witnesses.Count / 2
            ? new Unreadable(
                $"the last checkpoint of `{Continues.Origin}` has the cosignatures of {cosigned} of {witnesses.Count} "
                + "witnesses: more than half are needed")
            : Checkpoint.Parse(Continues.Checkpoint.Text);
    }

    /// <inheritdoc/>
    public bool Equals(Genesis? other) => other is not null && ToBytes().AsSpan().SequenceEqual(other.ToBytes());

    /// <inheritdoc/>
    public override int GetHashCode() => Origin.GetHashCode(StringComparison.Ordinal);
}
