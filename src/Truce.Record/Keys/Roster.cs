using System.Collections.Immutable;

namespace Truce.Record;

/// <summary>What a key's signature at an index is worth.</summary>
public enum Standing
{
    /// <summary>The key was not enrolled before the index.</summary>
    Unknown,

    /// <summary>The key was enrolled and not revoked.</summary>
    Valid,

    /// <summary>The key was enrolled; a later revocation says that it may have been in other hands by then.</summary>
    Disputed,

    /// <summary>The key was revoked before: a late act, unauthenticated until an enroller vouches for it.</summary>
    Revoked,

    /// <summary>The key was revoked before, and its organisation has vouched for this statement.</summary>
    Vouched,
}

/// <summary>An enrolled key, or an organisation's root.</summary>
/// <param name="Key">The key.</param>
/// <param name="Organisation">Whose it is: one organisation's, for ever.</param>
/// <param name="Role">What it may do, in the framework's words; `root` and `enroller` mean something here.</param>
/// <param name="Area">Where; null for everywhere.</param>
/// <param name="EnrolledAt">The index of its enrolment: it signs behind it.</param>
/// <param name="EnrolledBy">The key that enrolled it; null for a root.</param>
/// <param name="RevokedAt">The index of its first revocation; null while there is none.</param>
/// <param name="Since">The index from which its entries are disputed; null while it is not revoked.</param>
public sealed record EnrolledKey(
    DeviceKey Key, string Organisation, string Role, string? Area, long EnrolledAt, DeviceKey? EnrolledBy,
    long? RevokedAt = null, long? Since = null)
{
    /// <summary>The role of an organisation's root. Nobody is enrolled with it.</summary>
    public const string RootRole = "root";

    /// <summary>The role that enrols, revokes and vouches for its organisation. The root alone gives it.</summary>
    public const string EnrollerRole = "enroller";

    /// <summary>
    /// The role of the operator's own keys: timers, digests, lists of refusals, answers to orders of erasure. The
    /// organisation that first gives it is the operator's, and no other gives it then.
    /// </summary>
    public const string OperatorRole = "operator";

    /// <summary>Whether it enrols, revokes and vouches.</summary>
    public bool IsEnroller => Role is RootRole or EnrollerRole;
}

/// <summary>What a key's signature at an index is worth, and whose key it is; null where it is unknown.</summary>
public sealed record KeyStanding(Standing Standing, EnrolledKey? Key)
{
    /// <summary>Whether what the key signs takes effect at once: it is valid, or disputed only by hindsight.</summary>
    public bool MaySign => Standing is Standing.Valid or Standing.Disputed;
}

/// <summary>An organisation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Root">Its root; null while it has no keys.</param>
/// <param name="Sponsor">Who acts for it while it has no keys.</param>
/// <param name="IsGuardian">Whether it approves admissions and changes of witnesses.</param>
/// <param name="ReadingKey">The key under which objects are sealed for it; null where it reads none.</param>
/// <param name="AdmittedAt">The index of its first admission; 0 for a founder.</param>
public sealed record Organisation(
    string Name, DeviceKey? Root, string? Sponsor, bool IsGuardian, PublicReadingKey? ReadingKey, long AdmittedAt);

/// <summary>Who entered a statement, and for whom; null where it is the author's own.</summary>
/// <remarks>
/// An act that was entered for somebody else is shown "entered by X for Y". It is never Y's signature, whatever Y's
/// own keys are.
/// </remarks>
public sealed record Authorship(KeyStanding By, JsonValue? For)
{
    /// <summary>The organisation whose signature it is; null where no valid key signed, or it is for another.</summary>
    public string? SignedBy =>
        For is null && (By.MaySign || By.Standing == Standing.Vouched) ? By.Key!.Organisation : null;

    /// <summary>Whether it was entered for an organisation without keys by its sponsor.</summary>
    public bool IsBySponsor { get; init; }
}

/// <summary>
/// Who may sign what at each index: a fold over the leaves, by what was signed alone. A value: applying a statement
/// gives another, and an earlier one is asked for at no cost.
/// </summary>
/// <remarks>
/// Validity is by index: a key signs behind its enrolment, up to and with its revocation's index. A statement that is
/// refused changes nothing; its entry stays in the log, as inapplicable. The record tells a statement that equivocates
/// before it asks here, and does not apply it.
/// </remarks>
public sealed partial class Roster
{
    /// <summary>The most organisations.</summary>
    public const int OrganisationsMax = 1_024;

    /// <summary>The most keys of one organisation, revoked ones included.</summary>
    public const int KeysMax = 65_536;

    /// <summary>The state from behind each index at which it changed; what lies beyond the count is later.</summary>
    private readonly ImmutableList<State> _states;
    private readonly int _count;

    private Roster(Founding founding, ImmutableList<State> states, int count) =>
        (Founding, _states, _count, Now) = (founding, states, count, states[count - 1]);

    /// <summary>Leaf 0.</summary>
    public Founding Founding { get; }

    /// <summary>What the guardians signed.</summary>
    public Genesis Genesis => Founding.Genesis;

    /// <summary>The index of the last entry that changed it.</summary>
    public long ChangedAt => Now.At;

    /// <summary>The witnesses now.</summary>
    public IReadOnlyList<Cosigner> Witnesses => Now.Witnesses;

    /// <summary>The mirrors now.</summary>
    public IReadOnlyList<Cosigner> Mirrors => Now.Mirrors;

    /// <summary>How many times witnesses and mirrors were changed. The next change has the number behind it.</summary>
    public long WitnessChanges => Now.Change;

    /// <summary>The operator's organisation: the first that enrolled a key for it; null before.</summary>
    public string? Operator => Now.Operator;

    /// <summary>Every organisation, in the order of names.</summary>
    public IEnumerable<Organisation> Organisations => Now.Organisations.Values;

    /// <summary>Every key ever enrolled and every root, in the order of their texts.</summary>
    public IEnumerable<EnrolledKey> Keys => Now.Keys.Values.OrderBy(k => k.Key.ToString(), StringComparer.Ordinal);

    /// <summary>The keys of one organisation, revoked ones and its root included, in no order.</summary>
    internal IEnumerable<EnrolledKey> KeysOf(string organisation) =>
        Now.Keys.Values.Where(k => k.Organisation == organisation);

    private State Now { get; }

    /// <summary>The roster of leaf 0 alone.</summary>
    public static Roster Begin(Founding founding)
    {
        var genesis = founding.Genesis;
        var carried = genesis.Continues?.Keys ?? [];
        return new Roster(founding, [new State(
            At: 0,
            genesis.Organisations.ToImmutableSortedDictionary(
                o => o.Name,
                o => new Organisation(o.Name, o.Root, Sponsor: null, o.IsGuardian, o.ReadingKey, AdmittedAt: 0),
                StringComparer.Ordinal),
            genesis.Organisations.ToImmutableDictionary(
                o => o.Root,
                o => new EnrolledKey(
                    o.Root, o.Name, EnrolledKey.RootRole, Area: null, EnrolledAt: 0, EnrolledBy: null))
                .AddRange(carried.Select(k => KeyValuePair.Create(k.Key, new EnrolledKey(
                    k.Key, k.Organisation, k.Role, k.Area, EnrolledAt: 0, EnrolledBy: null,
                    k.IsRevoked ? 0 : null, k.IsRevoked ? 0 : null)))),
            KeysOf: genesis.Organisations.ToImmutableDictionary(
                o => o.Name, o => 1 + carried.Count(k => k.Organisation == o.Name)),
            Vouched: [],
            InUse: genesis.KeysInUse().ToImmutableDictionary(k => k.Key, k => k.Whose),
            genesis.Witnesses,
            genesis.Mirrors,
            Change: 0,
            Operator: genesis.Continues?.Operators().FirstOrDefault())], count: 1);
    }

    /// <summary>The roster of leaf 0's bytes, its signatures verified.</summary>
    /// <param name="leaf">Leaf 0.</param>
    /// <param name="pinned">The hash that the reader knows; null where he has none yet.</param>
    public static Parsed<Roster> Begin(ReadOnlyMemory<byte> leaf, Digest? pinned = null)
    {
        var founding = Founding.Open(leaf, pinned);
        return founding.IsValid ? Begin(founding.Value) : new Unreadable(founding.Error);
    }

    /// <summary>The roster as it was for the entry at an index: of the entries before it alone.</summary>
    public Roster At(long index)
    {
        var (low, high) = (1, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _states[middle].At < index ? (middle + 1, high) : (low, middle);
        }

        return low == _count ? this : new Roster(Founding, _states, low);
    }

    /// <summary>An organisation; null where none has the name.</summary>
    public Organisation? Find(string organisation) => Now.Organisations.GetValueOrDefault(organisation);

    /// <summary>A key, revoked or not, or a root; null where it was never enrolled.</summary>
    public EnrolledKey? Find(DeviceKey key) => Now.Keys.GetValueOrDefault(key);

    /// <summary>
    /// What a key's signature at an index is worth, by all that this roster knows. At the index itself it is what
    /// counted then; a later roster knows later revocations and vouchings too.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="index">The index of the entry that it signed.</param>
    /// <param name="statement">SHA-256(S or S′) of it, for which may have been vouched.</param>
    public KeyStanding KeyAt(DeviceKey key, long index, Digest? statement = null)
    {
        if (Find(key) is not { } known || known.EnrolledAt >= index)
        {
            return new KeyStanding(Standing.Unknown, null);
        }

        if (known.RevokedAt < index)
        {
            var isVouched = statement is { } hash && Now.Vouched.Contains((hash, known.Organisation));
            return new KeyStanding(isVouched ? Standing.Vouched : Standing.Revoked, known);
        }

        return new KeyStanding(known.Since <= index ? Standing.Disputed : Standing.Valid, known);
    }

    /// <summary>Who entered a statement at an index, and for whom.</summary>
    /// <param name="statement">The statement, whose signature was verified.</param>
    /// <param name="index">Its index.</param>
    /// <param name="hash">SHA-256 of what stands in its leaf, S or S′.</param>
    public Authorship Author(Statement statement, long index, Digest hash)
    {
        var by = KeyAt(statement.Key, index, hash);
        var of = (statement.For as JsonValue.Members)?["of"] as JsonValue.Text;
        return new Authorship(
            by, statement.For is JsonValue.Text own && own.Value == by.Key?.Organisation ? null : statement.For)
        {
            IsBySponsor = of is not null && by.Key is { } key && Find(of.Value) is { Root: null, Sponsor: { } sponsor }
                && sponsor == key.Organisation,
        };
    }

    /// <summary>Everything that it knows now, in one canonical order: for the hash of a fold.</summary>
    internal JsonValue ToJson() => new JsonValue.Members(
    [
        new("genesis", new JsonValue.Text(Founding.Hash.ToString())),
        new("organisations", new JsonValue.Items([.. Organisations.Select(o => Texts(
            o.Name, o.Root?.ToString(), o.Sponsor, o.ReadingKey?.ToString(), o.IsGuardian ? "guardian" : ""))])),
        new("keys", new JsonValue.Items([.. Keys.Select(k => Texts(
            k.Key.ToString(), k.Organisation, k.Role, k.Area, Decimal.Text(k.EnrolledAt),
            k.RevokedAt is { } at ? Decimal.Text(at) : null, k.Since is { } since ? Decimal.Text(since) : null))])),
        new("vouched", new JsonValue.Items([.. Now.Vouched.Select(v => $"{v.Statement} {v.Organisation}")
            .Order(StringComparer.Ordinal).Select(v => new JsonValue.Text(v))])),
        new("witnesses", CosignerList.Write(Witnesses)),
        new("mirrors", CosignerList.Write(Mirrors)),
    ]);

    private static JsonValue.Items Texts(params IReadOnlyList<string?> texts) =>
        new([.. texts.Select(t => t is null ? (JsonValue)new JsonValue.Nothing() : new JsonValue.Text(t))]);

    private sealed record State(
        long At,
        ImmutableSortedDictionary<string, Organisation> Organisations,
        ImmutableDictionary<DeviceKey, EnrolledKey> Keys,
        ImmutableDictionary<string, int> KeysOf,
        ImmutableHashSet<(Digest Statement, string Organisation)> Vouched,
        ImmutableDictionary<string, string> InUse,
        IReadOnlyList<Cosigner> Witnesses,
        IReadOnlyList<Cosigner> Mirrors,
        long Change,
        string? Operator);
}
