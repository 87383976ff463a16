using System.CommandLine;
using Truce.Record;

namespace Truce.Verbs;

/// <summary>
/// The verbs of <c>truce key</c> that sign: each writes a file to be given to the record or to somebody else, so that
/// the machine with the key needs no connection.
/// </summary>
internal static class KeyStatementVerbs
{
    private const string HashHelp = "`--genesis` takes the hash of leaf 0 in base64; everybody who takes part has it";

    public static Command Possess(TextWriter output, TextWriter error)
    {
        var device = new Argument<string>("DEVICE") { Description = "the device's private key file" };
        var organisation = new Option<string>("--organisation")
        {
            Description = "the organisation that is to enrol the device",
            Required = true,
        };
        var (origin, genesis, to) = (Origin(), GenesisHash(), To("OUT.possession"));
        var command = new Command("possess",
            "On a device: prove that it has its private key, for whoever enrols it elsewhere." +
            $"\n\nExamples:\n  truce key possess desk.key --organisation red {LogExample} --to desk.possession")
        {
            device, organisation, origin, genesis, to,
        };
        command.SetAction(parsed =>
        {
            if (Hash(parsed.GetValue(genesis)!, error) is not { } hash
                || KeyFiles.Signer(parsed.GetValue(device)!, error) is not { } key)
            {
                return 2;
            }

            using (key)
            {
                var proof = Possession.Prove(
                    key, parsed.GetValue(organisation)!, parsed.GetValue(origin)!, hash).ToBytes();
                if (Possession.Parse(proof) is { IsValid: false, Error: var reason })
                {
                    error.WriteLine($"error: {reason}\n  help: correct `--organisation` or `--origin`");
                    return 2;
                }

                return Put(parsed.GetValue(to)!, proof, output, error,
                    "send it to your organisation's root or enroller, for `truce key enrol`");
            }
        });
        return command;
    }

    public static Command Enrol(TextWriter output, TextWriter error)
    {
        var proof = new Argument<string>("PROOF") { Description = "the device's file of `truce key possess`" };
        var role = new Option<string>("--role")
        {
            Description = "what it may do, in the framework's words; `enroller` may enrol and revoke",
            Required = true,
        };
        var area = new Option<string>("--area") { Description = "where it may; everywhere without" };
        var (by, envelope) = (By("the root's or an enroller's private key file"), new Envelope());
        var command = new Command("enrol",
            "Sign the statement that enrols a device for your organisation." +
            "\n\nExamples:\n  truce key enrol desk.possession --role desk --by root.key --to enrol.statement\n" +
            "  truce key enrol desk.possession --role desk --area north --by root.key --to enrol.statement")
        {
            proof, role, area, by, envelope.After, envelope.Seen, envelope.To,
        };
        command.SetAction(parsed =>
        {
            const string help = "name a file that `truce key possess` made on the device";
            if (KeyFiles.Read(parsed.GetValue(proof)!, b => Possession.Parse(b), help, error) is not { } device)
            {
                return 2;
            }

            return envelope.Sign(
                parsed, by, device.Origin, device.Genesis,
                device.ToEnrolment(parsed.GetValue(role)!, parsed.GetValue(area)), output, error);
        });
        return command;
    }

    public static Command Revoke(TextWriter output, TextWriter error)
    {
        var key = new Argument<string>("KEY") { Description = "the public key to revoke, ed25519:… or p256:…" };
        var since = new Option<long>("--since")
        {
            Description = "the first entry that may not be the owner's: from it on all of this key is disputed",
            Required = true,
        };
        since.Validators.Add(Count);
        var (by, origin, genesis, envelope) =
            (By("the root's or an enroller's private key file"), Origin(), GenesisHash(), new Envelope());
        var command = new Command("revoke",
            "Sign the statement that ends a key: it signs no more, and its entries from an index on are disputed." +
            "\n\nExamples:\n" +
            $"  truce key revoke {KeyExample} --since 1200 --by root.key {LogExample} --to revoke.statement")
        {
            key, since, by, origin, genesis, envelope.After, envelope.Seen, envelope.To,
        };
        command.SetAction(parsed =>
        {
            var revoked = DeviceKey.Parse(parsed.GetValue(key)!);
            if (!revoked.IsValid)
            {
                error.WriteLine($"error: `{parsed.GetValue(key)}`: {revoked.Error}\n" +
                    "  help: `truce key show FILE` prints a file's public key; the record lists all of them");
                return 2;
            }

            return Hash(parsed.GetValue(genesis)!, error) is { } hash
                ? envelope.Sign(
                    parsed, by, parsed.GetValue(origin)!, hash,
                    new KeyAct.Revoke(revoked.Value, parsed.GetValue(since)), output, error)
                : 2;
        });
        return command;
    }

    public static Command Vouch(TextWriter output, TextWriter error)
    {
        var late = new Argument<string>("STATEMENT") { Description = "the statement's SHA-256 in base64" };
        var (by, origin, genesis, envelope) =
            (By("the root's or an enroller's private key file"), Origin(), GenesisHash(), new Envelope());
        var command = new Command("vouch",
            "Sign the statement that a late act of a revoked key is the device's after all, signed offline before." +
            "\n\nExamples:\n" +
            $"  truce key vouch {HashExample} --by root.key {LogExample} --to vouch.statement")
        {
            late, by, origin, genesis, envelope.After, envelope.Seen, envelope.To,
        };
        command.SetAction(parsed =>
        {
            if (Digest.Parse(parsed.GetValue(late)!) is not { } statement)
            {
                error.WriteLine($"error: `{parsed.GetValue(late)}` is no hash in base64\n" +
                    "  help: give the statement's SHA-256 as the record shows it");
                return 2;
            }

            return Hash(parsed.GetValue(genesis)!, error) is { } hash
                ? envelope.Sign(
                    parsed, by, parsed.GetValue(origin)!, hash, new KeyAct.Vouch(statement), output, error)
                : 2;
        });
        return command;
    }

    public static Command SignGenesis(TextWriter output, TextWriter error)
    {
        var file = new Argument<string>("FILE") { Description = "the genesis that all guardians are to sign" };
        var key = new Option<string>("--key") { Description = "your root's private key file", Required = true };
        var to = To("OUT.signature");
        var command = new Command("sign-genesis",
            "As a guardian: read what a new record is founded on, and sign it with your organisation's root." +
            "\n\nExamples:\n  truce key sign-genesis line.genesis --key root.key --to red.signature")
        {
            file, key, to,
        };
        command.SetAction(parsed =>
        {
            const string help = "name the file of the genesis that you were sent";
            var genesis = KeyFiles.Read(
                parsed.GetValue(file)!, b => Genesis.Parse(KeyFiles.WithoutNewline(b)), help, error);
            if (genesis is null || KeyFiles.Signer(parsed.GetValue(key)!, error) is not { } root)
            {
                return 2;
            }

            using (root)
            {
                var signature = GuardianSignature.Sign(genesis, root);
                if (!signature.IsValid)
                {
                    error.WriteLine($"error: {signature.Error}\n  help: take the root's key that the genesis names");
                    return 2;
                }

                output.Write(Founded(genesis));
                return Put(parsed.GetValue(to)!, signature.Value.ToBytes(), output, error,
                    $"the signature of `{signature.Value.Organisation}`; send it to whoever begins the record");
            }
        });
        return command;
    }

    /// <summary>What a guardian puts its name to.</summary>
    internal static string Founded(Genesis genesis)
    {
        string List(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } all ? all : "none";
        return $"{(genesis.IsExercise ? "EXERCISE" : "mission")}: {genesis.Mission}\n"
            + $"origin: {genesis.Origin}\n"
            + $"log key: {genesis.LogKey}\nreceipt key: {genesis.ReceiptKey}\nreading key: {genesis.ReadingKey}\n"
            + $"guardians: {List(genesis.Guardians.Select(g => g.Name))}; {genesis.Threshold} of them approve\n"
            + $"other founders: {List(genesis.Organisations.Where(o => !o.IsGuardian).Select(o => o.Name))}\n"
            + $"witnesses: {List(genesis.Witnesses.Select(w => $"{w.Name} of {w.Organisation}"))}\n"
            + $"mirrors: {List(genesis.Mirrors.Select(m => $"{m.Name} of {m.Organisation}"))}\n"
            + Continues(genesis.Continues)
            + $"SHA-256 of what is signed: {Digest.Of(genesis.ToBytes())}\n";
    }

    private static string Continues(Predecessor? before) => before switch
    {
        null => "continues: no other record\n",
        { Genesis: null } => $"continues: {before.Origin}; what was signed for it is not taken\n",
        _ => $"continues: {before.Origin}, genesis {before.Genesis}, from its entry "
            + $"{Checkpoint.Parse(before.Checkpoint.Text).Required().Size} on; {before.Keys.Count} of its keys go on, "
            + $"{before.Keys.Count(k => k.IsRevoked)} of them as revoked\n"
            + string.Concat(before.Earlier.Select(e => $"before that: {e.Origin}, genesis {e.Genesis}\n")),
    };

    private const string HashExample = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    private const string KeyExample = "ed25519:6TJ5GubnqECkYWTJBHhkJtXngh3YspoA1hyucq/dTaQ=";

    private const string LogExample = $"--origin truce.example/line --genesis {HashExample}";

    private static Option<string> Origin() => new("--origin") { Description = "the record's origin", Required = true };

    private static Option<string> GenesisHash() =>
        new("--genesis") { Description = "the hash of the record's leaf 0 in base64", Required = true };

    private static Option<string> By(string what) => new("--by") { Description = what, Required = true };

    private static Option<string> To(string what) =>
        new("--to") { Description = $"the file to make, {what}; nothing is overwritten", Required = true };

    private static void Count(System.CommandLine.Parsing.OptionResult option)
    {
        if (option.Tokens is [{ Value: var text }] && long.TryParse(text, out var number)
            && number is < 0 or > CanonicalJson.NumberMax)
        {
            option.AddError($"`{option.Option.Name}` takes a number from 0 to {CanonicalJson.NumberMax}");
        }
    }

    private static Digest? Hash(string text, TextWriter error)
    {
        var hash = Digest.Parse(text);
        if (hash is null)
        {
            error.WriteLine($"error: `{text}` is no hash in base64\n  help: {HashHelp}");
        }

        return hash;
    }

    private static int Put(string file, byte[] bytes, TextWriter output, TextWriter error, string then)
    {
        if (!KeyFiles.Write(file, bytes, isSecret: false, error))
        {
            return 2;
        }

        output.WriteLine($"{file}: {then}");
        return 0;
    }

    /// <summary>What every statement needs beside its act.</summary>
    private sealed class Envelope
    {
        public Option<string> After { get; } = new("--after")
        {
            Description = "this key's previous .statement file, so that a gap shows; none for its first",
        };

        public Option<long> Seen { get; } = new("--seen")
        {
            Description = "how many entries the record had, as far as you know",
            Validators = { Count },
        };

        public Option<string> To { get; } = To("OUT.statement");

        public int Sign(
            ParseResult parsed, Option<string> by, string origin, Digest genesis, KeyAct act, TextWriter output,
            TextWriter error)
        {
            SignedStatement? before = null;
            if (parsed.GetValue(After) is { } after && (before = KeyFiles.Read(
                after, b => SignedStatement.Parse(b), "name the last .statement file of this key", error)) is null)
            {
                return 2;
            }

            if (KeyFiles.Signer(parsed.GetValue(by)!, error) is not { } key)
            {
                return 2;
            }

            using (key)
            {
                var now = TimeProvider.System.GetUtcNow();
                var statement = new Statement
                {
                    Origin = origin,
                    Genesis = genesis,
                    Id = Guid.CreateVersion7(now).ToString(),
                    Key = key.Key,
                    Previous = before is null ? null : Digest.Of(before.Statement.Span),
                    Seen = parsed.GetValue(Seen),
                    Type = act.Type,
                    OccurredAt = now.ToUnixTimeMilliseconds(),
                    Act = act.ToJson(),
                };
                var signed = SignedStatement.Sign(statement, key);
                var read = signed.Verify();
                var form = read.IsValid ? KeyAct.Read(read.Value.Type, read.Value.Act).Error : read.Error;
                if (form is not null)
                {
                    error.WriteLine($"error: {form}\n  help: correct the command line and sign again");
                    return 2;
                }

                return Put(parsed.GetValue(To)!, signed.ToBytes(), output, error,
                    $"signed, SHA-256 {Digest.Of(signed.Statement.Span)}; give it to `truce record append`");
            }
        }
    }
}
