using Truce.Record;

namespace Truce.Tests;

public sealed class KeyVerbTests : IDisposable
{
    private const string Origin = "truce.example/exercise";
    private readonly string _folder = Directory.CreateTempSubdirectory("truce-key-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("ed25519")]
    [InlineData("p256")]
    [InlineData("x25519")]
    public void A_new_key_is_its_owner_s_alone_is_shown_without_its_secret_and_is_never_overwritten(string type)
    {
        var file = At("a.key");
        var (code, output, error) = Frameworks.Run("key", "new", "--type", type, file);
        var text = File.ReadAllText(file);
        var lines = text.Split('\n');

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith($"{type}:", output, StringComparison.Ordinal);
        Assert.StartsWith("truce/private-key/v1 KEEP SECRET", text, StringComparison.Ordinal);
        Assert.Equal(5, lines.Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        var shown = Frameworks.Run("key", "show", file);
        Assert.Equal((0, output.Split('\n')[0]), (shown.Code, shown.Output.Split('\n')[0]));
        Assert.DoesNotContain(lines[3]["secret ".Length..], output + shown.Output, StringComparison.Ordinal);
        Assert.Equal(shown, Frameworks.Run("key", "show", output.Split('\n')[0]));
        var again = Frameworks.Run("key", "new", file);
        Assert.Equal((2, ""), (again.Code, again.Output));
        Assert.Contains("not overwritten", again.Error, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(file));
        Frameworks.Run("key", "new", "--type", type, At("b.key"));
        Assert.NotEqual(text, File.ReadAllText(At("b.key")));
    }

    [Fact]
    public void A_key_is_shown_under_a_name_as_a_vkey()
    {
        Frameworks.Run("key", "new", At("log.key"));
        var vkey = Frameworks.Run("key", "show", At("log.key"), "--name", Origin).Output.TrimEnd('\n');
        var cosigner = Frameworks.Run("key", "show", At("log.key"), "--name", "w", "--use", "cosignature").Output;

        var log = VerifierKey.Parse(vkey).Required();
        Assert.Equal((Origin, KeyUse.Note), (log.Name, log.Use));
        Assert.Equal(KeyUse.Cosignature, VerifierKey.Parse(cosigner.TrimEnd('\n')).Required().Use);
        Assert.Contains($"the key of `{Origin}`", Frameworks.Run("key", "show", vkey).Output, StringComparison.Ordinal);
        Frameworks.Run("key", "new", "--type", "p256", At("p.key"));
        Refused("type ed25519", "key", "show", At("p.key"), "--name", Origin);
        Refused("name is 1 to 255", "key", "show", At("log.key"), "--name", "a b");
    }

    [Fact]
    public void What_is_no_key_is_told_with_what_to_do()
    {
        Refused("no such file", "key", "show", At("none.key"));
        Refused("compressed point", "key", "show", "p256:AAAA");
        Refused("reserved", "key", "show", "mldsa44:AAAA");
        Refused("a vkey is", "key", "show", "a+b");
        Refused("x25519", "key", "show", "x25519:AAAA");
        File.WriteAllText(At("text"), "hello\n");
        Refused("is 4 lines", "key", "show", At("text"));
        Refused("a device's key is", "key", "show", "ed25519");
        Frameworks.Run("key", "new", At("a.key"));
        var text = File.ReadAllText(At("a.key"));
        File.WriteAllText(At("damaged.key"), text.Replace("public ed", "public Ed", StringComparison.Ordinal));
        Refused("damaged", "key", "show", At("damaged.key"));
        File.WriteAllBytes(At("large"), new byte[70_000]);
        Refused("larger", "key", "show", At("large"));
        Refused("cannot be written", "key", "new", At("no/such/folder/a.key"));
    }

    [Fact]
    public void Guardians_sign_a_genesis_and_the_roster_takes_the_statements_that_the_verbs_sign()
    {
        var genesis = Prepare();
        foreach (var name in new[] { "red", "blue" })
        {
            var (code, output, _) = Frameworks.Run(
                "key", "sign-genesis", At("a.genesis"), "--key", At($"{name}.key"), "--to", At($"{name}.signature"));
            Assert.Equal(0, code);
            Assert.StartsWith("EXERCISE: an invented mission\n", output, StringComparison.Ordinal);
            Assert.Contains("guardians: blue, red; 2 of them approve\n", output, StringComparison.Ordinal);
        }

        var signatures = new[] { "red", "blue" }
            .Select(n => GuardianSignature.Parse(File.ReadAllBytes(At($"{n}.signature"))).Required());
        var outcome = new Outcome { ReceivedAt = 0, Fold = 0, Semantics = 0, Kind = OutcomeKind.Applied };
        var leaf = Founding.Seal(genesis, signatures, outcome.ToBytes()).Required();
        var founding = Founding.Open(leaf.ToBytes()).Required();
        string[] log = ["--origin", Origin, "--genesis", founding.Hash.ToString()];
        Frameworks.Run("key", "new", "--type", "p256", At("desk.key"));
        var desk = Frameworks.Run("key", "show", At("desk.key")).Output.Split('\n')[0];

        Done(["key", "possess", At("desk.key"), "--organisation", "red", .. log, "--to", At("desk.possession")]);
        Done("key", "enrol", At("desk.possession"), "--role", "desk", "--area", "north", "--by", At("red.key"),
            "--to", At("1.statement"));
        Done(["key", "revoke", desk, "--since", "4", "--by", At("red.key"), .. log, "--after", At("1.statement"),
            "--seen", "9", "--to", At("2.statement")]);
        var late = Digest.Of("late"u8);
        Done(["key", "vouch", late.ToString(), "--by", At("red.key"), .. log, "--to", At("3.statement")]);

        var roster = Roster.Begin(founding);
        var index = 0;
        foreach (var number in new[] { 1, 2, 3 })
        {
            var signed = SignedStatement.Parse(File.ReadAllBytes(At($"{number}.statement"))).Required();
            index += 5;
            roster = roster.Apply(index, new Leaf(signed.Statement, signed.Signature, default)).Required();
        }

        var key = DeviceKey.Parse(desk).Required();
        var known = roster.Find(key)!;
        Assert.Equal(("red", "desk", "north"), (known.Organisation, known.Role, known.Area));
        Assert.Equal(Standing.Disputed, roster.KeyAt(key, 6).Standing);
        Assert.Equal(Standing.Revoked, roster.KeyAt(key, 11).Standing);
        Assert.Equal(Standing.Vouched, roster.KeyAt(key, 11, late).Standing);
        var second = SignedStatement.Parse(File.ReadAllBytes(At("2.statement"))).Required().Verify().Required();
        var first = SignedStatement.Parse(File.ReadAllBytes(At("1.statement"))).Required();
        Assert.Equal(Digest.Of(first.Statement.Span), second.Previous);
        Assert.Equal(9, second.Seen);
    }

    [Fact]
    public void What_cannot_be_signed_is_refused_and_no_file_is_made()
    {
        Prepare();
        string[] log = ["--origin", Origin, "--genesis", Merkle.EmptyRoot.ToString(), "--to", At("out")];
        Frameworks.Run("key", "new", At("desk.key"));
        Frameworks.Run("key", "new", "--type", "x25519", At("reading.key"));
        var desk = Frameworks.Run("key", "show", At("desk.key")).Output.Split('\n')[0];

        Refused("the root of none", "key", "sign-genesis", At("a.genesis"), "--key", At("desk.key"), "--to", At("out"));
        Refused("signs nothing", "key", "sign-genesis", At("a.genesis"), "--key", At("reading.key"), "--to", At("out"));
        Refused("not a value", "key", "sign-genesis", At("desk.key"), "--key", At("red.key"), "--to", At("out"));
        Refused("is not a name", ["key", "possess", At("desk.key"), "--organisation", "Red", .. log]);
        Refused("no hash", "key", "possess", At("desk.key"), "--organisation", "red", "--origin", Origin,
            "--genesis", "x", "--to", At("out"));
        Refused("`ed25519:` or `p256:`", ["key", "revoke", "x", "--since", "1", "--by", At("red.key"), .. log]);
        Refused("from 0", ["key", "revoke", desk, "--since", "-1", "--by", At("red.key"), .. log]);
        Refused("from 0", ["key", "revoke", desk, "--since", "9007199254740992", "--by", At("red.key"), .. log]);
        Refused("no hash", ["key", "vouch", "x", "--by", At("red.key"), .. log]);
        Refused("is missing from a signed statement",
            ["key", "revoke", desk, "--since", "1", "--by", At("red.key"), "--after", At("a.genesis"), .. log]);
        Done(["key", "possess", At("desk.key"), "--organisation", "red", .. log[..^1], At("desk.possession")]);
        Refused("role `root`", "key", "enrol", At("desk.possession"), "--role", "root", "--by", At("red.key"), "--to",
            At("out"));
        var other = File.ReadAllText(At("desk.possession")).Replace("\"red\"", "\"blue\"", StringComparison.Ordinal);
        File.WriteAllText(At("other.possession"), other);
        Refused("private half", "key", "enrol", At("other.possession"), "--role", "desk", "--by", At("red.key"), "--to",
            At("out"));
        Assert.False(File.Exists(At("out")));
    }

    private Genesis Prepare()
    {
        foreach (var name in new[] { "red", "blue", "log", "receipts" })
        {
            Assert.Equal(0, Frameworks.Run("key", "new", At($"{name}.key")).Code);
        }

        Assert.Equal(0, Frameworks.Run("key", "new", "--type", "x25519", At("operator.key")).Code);
        PrivateKeyFile Key(string name) => PrivateKeyFile.Parse(File.ReadAllBytes(At($"{name}.key"))).Required();
        Founder Founder(string name) => new(name, Key(name).ToSigner().Required().Key, IsGuardian: true);
        var genesis = Genesis.Make(
            "an invented mission",
            Key("log").ToSigningKey(Origin, KeyUse.Note).Required().Verifier,
            Key("receipts").ToSigningKey("receipts.example", KeyUse.Note).Required().Verifier,
            Key("operator").ToReadingKey().Required().Public,
            [Founder("red"), Founder("blue")], [], []).Required();
        File.WriteAllBytes(At("a.genesis"), [.. genesis.ToBytes(), (byte)'\n']);
        return genesis;
    }

    private string At(string name) => Path.Combine(_folder, name);

    private static void Done(params string[] args)
    {
        var (code, output, error) = Frameworks.Run(args);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains(args[^1], output, StringComparison.Ordinal);
    }

    private static void Refused(string reason, params string[] args)
    {
        var (code, output, error) = Frameworks.Run(args);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Contains("help: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_of_a_log_or_a_witness_is_shown_as_the_vkey_that_it_is()
    {
        var file = At("log.key");
        using var key = new SigningKey(Origin, KeyUse.Note, new byte[32]);
        File.WriteAllText(file, SecretKey.Text(Origin, KeyUse.Note, new byte[32]) + "\n");
        Assert.Equal((0, $"{key.Verifier}\n", ""), Frameworks.Run("key", "show", file));
    }
}
