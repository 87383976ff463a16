namespace Truce.Record;

public sealed partial record Genesis
{
    private const string Anonymous = "anonymous";
    private const string Operator = "operator";

    /// <summary>Whether a name may be an organisation's: two names mean something else where names stand.</summary>
    internal static string? NameFault(string organisation) =>
        !Fields.IsName(organisation) ? $"the organisation `{Shown(organisation)}` needs {Fields.NameForm}"
        : organisation is Anonymous or Operator
            ? $"`{organisation}` cannot name an organisation: it means something else in a record"
        : null;

    private static string Shown(string text) => new([.. text.Where(c => !char.IsControl(c)).Take(NameShownMax)]);

    private const int NameShownMax = 80;

    private static JsonValue Write(Founder founder) => new JsonValue.Members(
    [
        new("name", new JsonValue.Text(founder.Name)),
        new("root", Fields.Write(founder.Root)),
        new("guardian", new JsonValue.Truth(founder.IsGuardian)),
        new("reading_key", Fields.Write(founder.ReadingKey)),
    ]);

    private static Genesis Read(Fields fields)
    {
        if (fields.Number("v", least: 1) != Version)
        {
            fields.Fail($"a genesis has `v` {Version}");
        }

        fields.Text("type", t => t == Type, $"`{Type}`");
        var origin = fields.Text("origin", VerifierKey.IsName, "a log's origin");
        var genesis = new Genesis
        {
            Mission = fields.Line("mission"),
            LogKey = fields.As("log_key", VerifierKey.Parse),
            ReceiptKey = fields.As("receipt_key", VerifierKey.Parse),
            ReadingKey = fields.As("reading_key", PublicReadingKey.Parse),
            Witnesses = fields.Each("witnesses", CosignersMax, v => CosignerList.Read(v, "a witness")),
            Mirrors = fields.Each("mirrors", CosignersMax, v => CosignerList.Read(v, "a mirror")),
            Organisations = fields.Each("organisations", FoundersMax, ReadFounder),
            Threshold = (int)Math.Min(fields.Number("threshold", least: 1), int.MaxValue),
            Continues = fields.IsNull("continues") ? null : Predecessor.Read(fields),
        };
        if (fields.Error is null && genesis.LogKey.Name != origin)
        {
            fields.Fail($"the origin is `{origin}`, but the log's key is named `{genesis.LogKey.Name}`");
        }

        return genesis;
    }

    private static Parsed<Founder> ReadFounder(JsonValue value)
    {
        var fields = new Fields(value, "an organisation", "name", "root", "guardian", "reading_key");
        var founder = new Founder(
            fields.Name("name"), fields.As("root", DeviceKey.Parse), fields.Truth("guardian"),
            fields.AsOrNull("reading_key", PublicReadingKey.Parse));
        return fields.Error is { } error ? new Unreadable(error) : founder;
    }

    /// <summary>What is wrong with the whole; null where nothing is.</summary>
    private string? Fault()
    {
        var guardians = Guardians.Count();
        if (!Fields.IsLine(Mission))
        {
            return $"the mission is not {Fields.LineForm}";
        }

        if (LogKey.Use != KeyUse.Note || ReceiptKey.Use != KeyUse.Note)
        {
            return "the log's key and the receipt key have signature type 0x01";
        }

        if (Organisations.Count > FoundersMax)
        {
            return $"more than {FoundersMax} founding organisations: admit the others later";
        }

        if (Organisations.Select(o => NameFault(o.Name)).FirstOrDefault(f => f is not null) is { } name)
        {
            return name;
        }

        if (Disorder(Organisations.Select(o => o.Name)) is { } twice)
        {
            return $"the organisations are not in the order of their names, each once: `{twice}`";
        }

        return guardians is < GuardiansMin or > GuardiansMax
            ? $"{guardians} guardians: there are from {GuardiansMin} to {GuardiansMax}"
            : Threshold <= guardians / 2 || Threshold > guardians
            ? $"the threshold is {Threshold}: of {guardians} guardians it is from {(guardians / 2) + 1} to {guardians}"
            : CosignerList.Fault(Witnesses, Mirrors, n => Organisations.Any(o => o.Name == n))
                ?? Continues?.Fault(this) ?? SharedKey()
                ?? (ToBytes().Length > Leaf.StatementBytesMax
                    ? $"the genesis is larger than {Leaf.StatementBytesMax} bytes: name fewer organisations, "
                        + "or fewer keys that go on"
                    : null);
    }

    /// <summary>A key that two take for their own.</summary>
    private string? SharedKey()
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, whose) in KeysInUse())
        {
            if (!seen.TryAdd(key, whose))
            {
                return $"{seen[key]} and {whose} have the same key: each needs its own";
            }
        }

        return null;
    }

    /// <summary>Every signing key as a device's text, and whose it is.</summary>
    internal IEnumerable<(string Key, string Whose)> KeysInUse() =>
    [
        (CosignerList.Text(LogKey), "the log"),
        (CosignerList.Text(ReceiptKey), "the receipts"),
        .. Witnesses.Select(w => (CosignerList.Text(w.Key), $"the witness `{w.Name}`")),
        .. Mirrors.Select(m => (CosignerList.Text(m.Key), $"the mirror `{m.Name}`")),
        .. Organisations.Select(o => (o.Root.ToString(), $"the root of `{o.Name}`")),
        .. (Continues?.Keys ?? []).Select(k => (k.Key.ToString(), $"a key of `{k.Organisation}` that goes on")),
    ];

    /// <summary>The first name that does not stand behind the one before it; null where all do.</summary>
    internal static string? Disorder(IEnumerable<string> names)
    {
        string? before = null;
        foreach (var name in names)
        {
            if (before is not null && string.CompareOrdinal(before, name) >= 0)
            {
                return name;
            }

            before = name;
        }

        return null;
    }
}

/// <summary>Lists of witnesses and mirrors, in leaf 0 and in changes of them.</summary>
internal static class CosignerList
{
    /// <summary>A key as the text that it would have as a device's: by it keys are told apart.</summary>
    public static string Text(VerifierKey key) =>
        DeviceKey.From(DeviceKeyKind.Ed25519, key.PublicBytes).Required().ToString();

    public static JsonValue Write(IReadOnlyList<Cosigner> all) => new JsonValue.Items([.. all.Select(c =>
        new JsonValue.Members(
        [
            new("name", new JsonValue.Text(c.Name)),
            new("organisation", new JsonValue.Text(c.Organisation)),
            new("vkey", Fields.Write(c.Key)),
        ]))]);

    public static Parsed<Cosigner> Read(JsonValue value, string what)
    {
        var fields = new Fields(value, what, "name", "organisation", "vkey");
        var cosigner = new Cosigner(
            fields.Name("name"), fields.Name("organisation"), fields.As("vkey", VerifierKey.Parse));
        return fields.Error is { } error ? new Unreadable(error) : cosigner;
    }

    /// <summary>What is wrong with both lists; null where nothing is.</summary>
    public static string? Fault(
        IReadOnlyList<Cosigner> witnesses, IReadOnlyList<Cosigner> mirrors, Func<string, bool> isOrganisation)
    {
        foreach (var (list, what) in new[] { (witnesses, "witness"), (mirrors, "mirror") })
        {
            if (list.Count > Genesis.CosignersMax)
            {
                return $"more than {Genesis.CosignersMax} of one kind: {what}";
            }

            if (Genesis.Disorder(list.Select(c => c.Name)) is { } twice)
            {
                return $"the list is not in the order of names, each once: {what} `{twice}`";
            }

            foreach (var one in list)
            {
                var fault = !Fields.IsName(one.Name) ? $"needs {Fields.NameForm}"
                    : !isOrganisation(one.Organisation) ? $"belongs to `{one.Organisation}`, which is not admitted"
                    : one.Key.Use != KeyUse.Cosignature ? "needs a key of signature type 0x04"
                    : null;
                if (fault is not null)
                {
                    return $"the {what} `{one.Name}` {fault}";
                }
            }
        }

        return null;
    }
}
