namespace Truce.Record.Tests;

/// <summary>
/// A log of five entries that shows one of them to an outsider: leaf 0, an enrolment, a confidential act, a filler and
/// another enrolment. Every key and random value comes of a hash, and all keys are Ed25519, so that each run gives the
/// same bytes.
/// </summary>
internal sealed class Showing
{
    public Showing(string origin = Some.Origin, string act = """{"movement":2,"route":"by the sea"}""")
    {
        var log = Some.Key(origin, KeyUse.Note);
        var witness = Some.Key("w.example/w", KeyUse.Cosignature);
        var genesis = Record.Genesis.Make(
            "an invented mission", log.Verifier, Some.Key("receipts.example", KeyUse.Note).Verifier,
            Parties.Key(Audience.Operator).Public,
            [Founder(Parties.North), Founder(Parties.South)],
            [new("w", Parties.North, witness.Verifier)],
            []).Required();
        Leaves.Add(Founding.Seal(
            genesis, [.. new[] { Parties.North, Parties.South }.Select(n =>
                GuardianSignature.Sign(genesis, Root(n)).Required())],
            Outcome(0).ToBytes()).Required());
        Hash = Merkle.Leaf(Leaves[0].ToBytes());
        var founding = Founding.Open(Leaves[0].ToBytes()).Required();
        Add(Enrol(founding, Parties.Device), Root(Parties.North));
        Statement = Parties.Statement(Parties.Both, act) with
        {
            Origin = origin,
            Genesis = Hash,
            Type = "movement.notify",
        };
        Random = Parties.Randoms("disclosure", 3);
        OutcomeRandom = Parties.Randoms("disclosed outcome", 3);
        Sealed = Record.Seal.Statement(Statement, Recipients, Random);
        Shown = Outcome(2);
        SealedOutcome = Record.Seal.Outcome(Shown, Parties.Both, Hash, Recipients, OutcomeRandom);
        var s = Sealed.Statement.ToBytes();
        Leaves.Add(new Leaf(
            s, Record.Statement.Sign(Parties.Device, Hash, s), SealedOutcome.Outcome.ToBytes()));
        Add(State(Root(Parties.South), "note", new JsonValue.Nothing()), Root(Parties.South));
        Add(Enrol(founding, Parties.DeviceOf("second device")), Root(Parties.North));
        var tree = new Trees.Plain([.. Leaves.Select(l => Merkle.Leaf(l.ToBytes()))]);
        var note = new Checkpoint(origin, Leaves.Count, tree.Root(Leaves.Count)).Sign(log);
        Note = note.With([Cosignature.Sign(witness, note.Text, time: 1_768_000_060)]);
        Tree = tree;
        PolicyText = $"log {log.Verifier}\nwitness w {witness.Verifier}\nquorum w\n";
        Disclosure = Record.Disclosure.Make(
            Leaves[0], Leaves[2], Sealed.Committed, SealedOutcome.Committed, Proof(2),
            new ProvedLeaf(Leaves[1], Proof(1)));
    }

    public List<Leaf> Leaves { get; } = [];

    public Digest Hash { get; }

    public Statement Statement { get; }

    public Outcome Shown { get; }

    public SealRandom Random { get; }

    public SealRandom OutcomeRandom { get; }

    public SealedStatement Sealed { get; }

    public SealedOutcome SealedOutcome { get; }

    public SignedNote Note { get; }

    public Trees.Plain Tree { get; }

    public string PolicyText { get; }

    public TrustPolicy Policy => TrustPolicy.Parse(Some.Bytes(PolicyText)).Required();

    public Disclosure Disclosure { get; }

    public static Recipient[] Recipients => Parties.For(Parties.Both);

    public TlogProof Proof(int index) => new(
        null, index, Merkle.Inclusion(index, Leaves.Count, Tree.Subtree), Note);

    private static DeviceSigner Root(string organisation) => Some.Device($"root of {organisation}");

    private static Founder Founder(string name) => new(name, Root(name).Key, IsGuardian: true);

    private static Outcome Outcome(int index) => Parties.Outcome(1_768_000_000_000 + index) with { Fold = index };

    private static Statement Enrol(Founding founding, DeviceSigner device)
    {
        var act = new KeyAct.Enrol(
            Parties.North, device.Key, "desk", Area: null,
            KeyAct.Possess(device, founding.Genesis.Origin, founding.Hash, Parties.North));
        return Parties.Statement(audience: null) with
        {
            Origin = founding.Genesis.Origin,
            Genesis = founding.Hash,
            Key = Root(Parties.North).Key,
            Type = act.Type,
            Act = act.ToJson(),
        };
    }

    private Statement State(DeviceSigner author, string type, JsonValue act) =>
        Statement with { Audience = null, Key = author.Key, Type = type, Act = act };

    private void Add(Statement statement, DeviceSigner author)
    {
        var s = statement.ToBytes();
        Leaves.Add(new Leaf(s, Record.Statement.Sign(author, Hash, s), Outcome(Leaves.Count).ToBytes()));
    }
}
