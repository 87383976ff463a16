namespace Truce.Record;

/// <summary>A guardian's approval of an act, by its root.</summary>
public sealed record Approval(string Organisation, byte[] Signature);

/// <summary>
/// An act that the record itself reads: the `act` of a statement whose type is one of `admit`, `witnesses`, `enrol`,
/// `revoke`, `vouch`. Each has exactly the members that are named here; what is absent is null.
/// </summary>
/// <remarks>
/// <para>Approvals are over "truce/approve/v1\n" ‖ genesis ‖ the act's canonical form without its `approvals`, in the
/// order of the organisations' names, each once.</para>
/// <para>A lost root has its format fixed and is not carried out by this version: type `new-root`, act {organisation,
/// root, possession, approvals} with approvals of k > n/2 of the other guardians, in force seven days after its
/// received_at unless a statement of the old root is recorded in that time. <see cref="Roster"/> refuses it.</para>
/// </remarks>
public abstract partial record KeyAct
{
    /// <summary>The most approvals of an act.</summary>
    public const int ApprovalsMax = Genesis.GuardiansMax;

    /// <summary>The type of the statement that replaces a lost root: reserved.</summary>
    public const string NewRootType = "new-root";

    private static readonly byte[] ApprovalDomain = Utf8.Bytes("truce/approve/v1\n");
    private static readonly byte[] PossessionDomain = Utf8.Bytes("truce/possession/v1\n");

    private KeyAct()
    {
    }

    /// <summary>The type of the statement that holds it.</summary>
    public abstract string Type { get; }

    /// <summary>The approvals; empty where the act needs none.</summary>
    public virtual IReadOnlyList<Approval> Approvals => [];

    /// <summary>Whether the record reads acts of a type.</summary>
    public static bool IsType(string type) => type is Admit.TypeName or Witnesses.TypeName or Enrol.TypeName
        or Revoke.TypeName or Vouch.TypeName;

    /// <summary>
    /// An organisation is admitted with its root, or with a sponsor while it has no keys. One with a sponsor may be
    /// admitted again, with a root. Members: organisation, root, sponsor, reading_key, approvals.
    /// </summary>
    public sealed record Admit(
        string Organisation, DeviceKey? Root, string? Sponsor, PublicReadingKey? ReadingKey = null) : KeyAct
    {
        internal const string TypeName = "admit";

        /// <inheritdoc/>
        public override string Type => TypeName;

        /// <inheritdoc/>
        public override IReadOnlyList<Approval> Approvals => Given;

        /// <summary>The approvals, in the order of names.</summary>
        public IReadOnlyList<Approval> Given { get; init; } = [];
    }

    /// <summary>
    /// The witnesses and mirrors from here on, all of them. Changes are counted from 1, so that approvals of an
    /// earlier one bring nobody back. Members: change, witnesses, mirrors, approvals.
    /// </summary>
    public sealed record Witnesses(long Change, IReadOnlyList<Cosigner> All, IReadOnlyList<Cosigner> Mirrors) : KeyAct
    {
        internal const string TypeName = "witnesses";

        /// <inheritdoc/>
        public override string Type => TypeName;

        /// <inheritdoc/>
        public override IReadOnlyList<Approval> Approvals => Given;

        /// <summary>The approvals, in the order of names.</summary>
        public IReadOnlyList<Approval> Given { get; init; } = [];
    }

    /// <summary>
    /// A device's key is enrolled for its organisation. The device proves that it has the private half. Members:
    /// organisation, key, role, area, possession.
    /// </summary>
    public sealed record Enrol(
        string Organisation, DeviceKey Key, string Role, string? Area, byte[] Possession) : KeyAct
    {
        internal const string TypeName = "enrol";

        /// <inheritdoc/>
        public override string Type => TypeName;
    }

    /// <summary>
    /// A key signs no more from here on; what it signed at the index `since` and later is disputed. A second one may
    /// only set `since` earlier. Members: key, since.
    /// </summary>
    public sealed record Revoke(DeviceKey Key, long Since) : KeyAct
    {
        internal const string TypeName = "revoke";

        /// <inheritdoc/>
        public override string Type => TypeName;
    }

    /// <summary>
    /// A statement of a revoked key of the author's organisation, by SHA-256(S or S′), is the device's after all: it
    /// was signed offline before. Members: statement.
    /// </summary>
    public sealed record Vouch(Digest Statement) : KeyAct
    {
        internal const string TypeName = "vouch";

        /// <inheritdoc/>
        public override string Type => TypeName;
    }

    /// <summary>The act with approvals, put into the order of names.</summary>
    /// <exception cref="InvalidOperationException">Acts of this type are not approved.</exception>
    public KeyAct With(IEnumerable<Approval> approvals)
    {
        Approval[] sorted = [.. approvals.OrderBy(a => a.Organisation, StringComparer.Ordinal)];
        return this switch
        {
            Admit admit => admit with { Given = sorted },
            Witnesses witnesses => witnesses with { Given = sorted },
            _ => throw new InvalidOperationException($"an act of type `{Type}` takes no approvals"),
        };
    }

    /// <summary>A guardian's approval, by its root.</summary>
    public Approval Approve(string organisation, DeviceSigner root, Digest genesis) =>
        new(organisation, root.Sign(ApprovalMessage(genesis)));

    /// <summary>What guardians sign: "truce/approve/v1\n" ‖ genesis ‖ the act without its approvals.</summary>
    public byte[] ApprovalMessage(Digest genesis) => [.. ApprovalDomain, .. genesis.ToArray(),
        .. CanonicalJson.Write(new JsonValue.Members([.. Members()]))];

    /// <summary>A device's proof that it has the private half of a key that is to be enrolled.</summary>
    public static byte[] Possess(DeviceSigner device, string origin, Digest genesis, string organisation) =>
        device.Sign(PossessionMessage(device.Key, origin, genesis, organisation));

    /// <summary>
    /// What the device signs: "truce/possession/v1\n" ‖ genesis ‖ canonical {key, organisation, origin}. It names the
    /// organisation, so that nobody else can enrol the key with a proof that he has seen.
    /// </summary>
    public static byte[] PossessionMessage(DeviceKey key, string origin, Digest genesis, string organisation) =>
    [
        .. PossessionDomain, .. genesis.ToArray(), .. CanonicalJson.Write(new JsonValue.Members(
        [
            new("key", Fields.Write(key)),
            new("organisation", new JsonValue.Text(organisation)),
            new("origin", new JsonValue.Text(origin)),
        ])),
    ];
}
