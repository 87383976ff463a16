using System.Text;

namespace Truce.Record;

/// <summary>A checkpoint that a policy accepts: its log, and who of the policy's witnesses cosigned it when.</summary>
public sealed record WitnessedCheckpoint(
    Checkpoint Checkpoint, VerifierKey Log, IReadOnlyDictionary<string, long> Witnesses);

/// <summary>A log that a policy knows.</summary>
public sealed record PolicyLog(VerifierKey Key, string? Url);

/// <summary>A witness that a policy knows, under the name that it has in the policy.</summary>
public sealed record PolicyWitness(string Name, VerifierKey Key, string? Url);

/// <summary>A group of witnesses and groups, of which so many must have cosigned.</summary>
public sealed record PolicyGroup(string Name, int Needed, IReadOnlyList<string> Members);

/// <summary>Whose word a reader takes: a policy file of tlog-policy. Names are opaque octets, one char each.</summary>
public sealed record TrustPolicy
{
    /// <summary>The largest policy file.</summary>
    public const int BytesMax = 262_144;

    /// <summary>The most logs, witnesses and groups, each.</summary>
    public const int DefinitionsMax = 256;

    private const string None = "none";

    private readonly Dictionary<string, object> _names = new(StringComparer.Ordinal);
    private readonly List<PolicyLog> _logs = [];
    private readonly List<PolicyWitness> _witnesses = [];
    private readonly List<PolicyGroup> _groups = [];
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);

    private TrustPolicy()
    {
    }

    /// <summary>The logs, any of which is accepted.</summary>
    public IReadOnlyList<PolicyLog> Logs => _logs;

    /// <summary>The witnesses.</summary>
    public IReadOnlyList<PolicyWitness> Witnesses => _witnesses;

    /// <summary>The witnesses with a log's own key, under whatever name: nobody witnesses himself.</summary>
    public IEnumerable<PolicyWitness> OwnWitnesses =>
        _witnesses.Where(w => _logs.Exists(l => l.Key.IsSameKeyAs(w.Key)));

    /// <summary>The groups, each after its members.</summary>
    public IReadOnlyList<PolicyGroup> Groups => _groups;

    /// <summary>The witness or group that must have cosigned; null where none needs to.</summary>
    public string? Quorum { get; private set; }

    /// <summary>Reads a policy file. A missing last newline is forgiven.</summary>
    public static Parsed<TrustPolicy> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BytesMax)
        {
            return new Unreadable($"the policy is larger than {BytesMax} bytes");
        }

        var policy = new TrustPolicy();
        var hasQuorum = false;
        var number = 0;
        foreach (var line in Encoding.Latin1.GetString(bytes).Split('\n'))
        {
            number++;
            if (line.Any(c => c is (< ' ' and not '\t') or (char)0x7f))
            {
                return new Unreadable($"line {number}: a control character");
            }

            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            var error = words switch
            {
                ["log", var vkey, .. { Length: <= 1 } url] => policy.AddLog(vkey, url),
                ["witness", var name, var vkey, .. { Length: <= 1 } url] => policy.AddWitness(name, vkey, url),
                ["group", var name, var needed, .. { Length: >= 1 } members] => policy.AddGroup(name, needed, members),
                ["quorum", _] when hasQuorum => "a second quorum",
                ["quorum", var name] => policy.SetQuorum(name),
                _ => "not `log`, `witness`, `group` or `quorum` with its words",
            };
            if (error is not null)
            {
                return new Unreadable($"line {number}: {error}");
            }

            hasQuorum |= words[0] == "quorum";
        }

        return hasQuorum ? policy : new Unreadable("the policy has no quorum line: add `quorum NAME` or `quorum none`");
    }

    /// <summary>Whether a checkpoint is signed by one of the logs and cosigned as the quorum demands.</summary>
    public Parsed<WitnessedCheckpoint> Accept(SignedNote note)
    {
        var checkpoint = Checkpoint.Parse(note.Text);
        if (!checkpoint.IsValid)
        {
            return new Unreadable(checkpoint.Error);
        }

        var logs = _logs.Select(l => l.Key).Where(k => k.Name == checkpoint.Value.Origin).ToArray();
        if (logs.Length == 0)
        {
            return new Unreadable($"the policy names no log `{checkpoint.Value.Origin}`, whose checkpoint this is");
        }

        var signatures = note.Verify([.. logs, .. _witnesses.Select(w => w.Key)]);
        if (!signatures.IsValid)
        {
            return new Unreadable(signatures.Error);
        }

        if (signatures.Value.FirstOrDefault(s => logs.Contains(s.Key)) is not { } byLog)
        {
            return new Unreadable("the checkpoint is not signed by a log of the policy under its origin");
        }

        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var signature in signatures.Value.Where(s => s.Time is not null))
        {
            seen[_witnesses.First(w => w.Key == signature.Key).Name] = signature.Time!.Value;
        }

        return Quorum is null || Holds(seen.ContainsKey)
            ? new WitnessedCheckpoint(checkpoint.Value, byLog.Key, seen)
            : new Unreadable(
                $"the quorum `{Quorum}` has not cosigned: {seen.Count} of {_witnesses.Count} witnesses have");
    }

    /// <summary>Whether the quorum is met by the witnesses that cosigned.</summary>
    private bool Holds(Func<string, bool> cosigned)
    {
        var met = new HashSet<string>(_witnesses.Select(w => w.Name).Where(cosigned), StringComparer.Ordinal);
        foreach (var group in _groups)
        {
            if (group.Members.Count(met.Contains) >= group.Needed)
            {
                met.Add(group.Name);
            }
        }

        return met.Contains(Quorum!);
    }

    private string? AddLog(string vkey, string[] url)
    {
        var key = Key(vkey, KeyUse.Note);
        if (!key.IsValid)
        {
            return key.Error;
        }

        _logs.Add(new PolicyLog(key.Value, url.FirstOrDefault()));
        return _logs.Count > DefinitionsMax ? $"more than {DefinitionsMax} logs"
            : _logs.SkipLast(1).Any(l => l.Key.IsSameKeyAs(key.Value)) ? "a log with this key is already there"
            : null;
    }

    private string? AddWitness(string name, string vkey, string[] url)
    {
        var key = Key(vkey, KeyUse.Cosignature);
        if (!key.IsValid)
        {
            return key.Error;
        }

        var witness = new PolicyWitness(name, key.Value, url.FirstOrDefault());
        _witnesses.Add(witness);
        return _witnesses.Count > DefinitionsMax ? $"more than {DefinitionsMax} witnesses"
            : _witnesses.SkipLast(1).Any(w => w.Key.IsSameKeyAs(key.Value)) ? "a witness with this key is already there"
            : Define(name, witness);
    }

    private string? AddGroup(string name, string needed, string[] members)
    {
        var count = needed switch { "any" => 1, "all" => members.Length, _ => Decimal.Parse(needed) ?? 0 };
        if (count < 1 || count > members.Length)
        {
            return $"a group needs `any`, `all` or a number from 1 to {members.Length} of its members";
        }

        foreach (var member in members)
        {
            if (!_names.ContainsKey(member))
            {
                return "a member is not defined on a line before";
            }

            if (!_members.Add(member))
            {
                return "a member is already a member of a group";
            }
        }

        var group = new PolicyGroup(name, (int)count, members);
        _groups.Add(group);
        return _groups.Count > DefinitionsMax ? $"more than {DefinitionsMax} groups" : Define(name, group);
    }

    private string? SetQuorum(string name)
    {
        Quorum = name == None ? null : name;
        return Quorum is null || _names.ContainsKey(name) ? null : "the quorum is not defined on a line before";
    }

    private string? Define(string name, object meaning) =>
        name == None ? "the name `none` is taken"
        : !_names.TryAdd(name, meaning) ? "the name is already defined"
        : null;

    private static Parsed<VerifierKey> Key(string octets, KeyUse use)
    {
        if (Utf8.Text(Encoding.Latin1.GetBytes(octets)) is not { } vkey)
        {
            return new Unreadable("the vkey is not UTF-8");
        }

        var key = VerifierKey.Parse(vkey);
        return key.IsValid && key.Value.Use != use
            ? new Unreadable(use == KeyUse.Note
                ? "a log's key has signature type 0x01"
                : "a witness's key has signature type 0x04")
            : key;
    }
}
