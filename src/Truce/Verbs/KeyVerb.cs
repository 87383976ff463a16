using System.CommandLine;
using Truce.Record;

namespace Truce.Verbs;

/// <summary><c>truce key</c>: keys, and the statements that enrol and revoke them.</summary>
internal static class KeyVerb
{
    public static Command Command(TextWriter output, TextWriter error) => new(
        "key",
        "Make and show keys; make the signed statements by which a record enrols and revokes them.\n\nExamples:\n"
        + "  truce key new desk.key\n  truce key show desk.key")
    {
        New(output, error),
        Show(output, error),
        KeyStatementVerbs.Possess(output, error),
        KeyStatementVerbs.Enrol(output, error),
        KeyStatementVerbs.Revoke(output, error),
        KeyStatementVerbs.Vouch(output, error),
        KeyStatementVerbs.SignGenesis(output, error),
    };

    private static Command New(TextWriter output, TextWriter error)
    {
        var file = new Argument<string>("FILE") { Description = "the file to make; nothing is overwritten" };
        var type = new Option<string>("--type")
        {
            Description = "ed25519 or p256 for a device or a root, x25519 for reading",
            DefaultValueFactory = _ => PrivateKeyFile.Name(PrivateKeyKind.Ed25519),
        };
        type.AcceptOnlyFromAmong([.. Enum.GetValues<PrivateKeyKind>().Select(PrivateKeyFile.Name)]);
        var command = new Command("new",
            "Make a private key in a new file that its owner alone can read, and print the public key." +
            "\n\nExamples:\n  truce key new desk.key\n  truce key new --type p256 browser.key\n" +
            "  truce key new --type x25519 reading.key")
        {
            file, type,
        };
        command.SetAction(parsed =>
        {
            var kind = Enum.GetValues<PrivateKeyKind>().First(k => PrivateKeyFile.Name(k) == parsed.GetValue(type));
            var path = parsed.GetValue(file)!;
            var key = KeyFiles.Draw(kind);
            if (!KeyFiles.Write(path, key.ToBytes(), isSecret: true, error))
            {
                return 2;
            }

            output.WriteLine(key.PublicText);
            output.WriteLine($"{path}: the private key. It is nowhere else, and nothing restores it: keep it safe, " +
                "and give away the line above alone.");
            return 0;
        });
        return command;
    }

    private static Command Show(TextWriter output, TextWriter error)
    {
        var key = new Argument<string>("KEY")
        {
            Description = "a private key's file, a public key (ed25519:…, p256:…, x25519:…) or a vkey",
        };
        var name = new Option<string>("--name")
        {
            Description = "print the vkey that the key of a file has under this name (a log: its origin)",
        };
        var use = new Option<string>("--use")
        {
            Description = "what the named key signs: note (a log, receipts) or cosignature (a witness, a mirror)",
            DefaultValueFactory = _ => "note",
        };
        use.AcceptOnlyFromAmong("note", "cosignature");
        var command = new Command("show",
            "Say what a key is, and print its public part. The secret is never printed." +
            "\n\nExamples:\n  truce key show desk.key\n  truce key show log.key --name truce.example/line\n" +
            "  truce key show example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
        {
            key, name, use,
        };
        command.SetAction(parsed =>
        {
            var what = parsed.GetValue(key)!;
            var purpose = parsed.GetValue(use) == "note" ? KeyUse.Note : KeyUse.Cosignature;
            return File.Exists(what) ? ShowFile(what, parsed.GetValue(name), purpose, output, error)
                : ShowPublic(what, output, error);
        });
        return command;
    }

    private static int ShowFile(string file, string? name, KeyUse use, TextWriter output, TextWriter error)
    {
        const string help = "name a file that `truce key new` made";
        if (Http.Keys.Read(file) is { IsValid: true, Value: var line })
        {
            // A log's or a witness's key has its name in the file, in the form of Go's signed notes.
            using var own = line;
            output.WriteLine(own.Verifier);
            return 0;
        }

        if (KeyFiles.Read(file, b => PrivateKeyFile.Parse(b), help, error) is not { } key)
        {
            return 2;
        }

        if (name is null)
        {
            output.WriteLine(key.PublicText);
            output.WriteLine(Words(key.Kind));
            return 0;
        }

        var named = key.ToSigningKey(name, use);
        if (!named.IsValid)
        {
            error.WriteLine($"error: `{file}`: {named.Error}\n" +
                "  help: `--name` takes a log's origin or a witness's name");
            return 2;
        }

        using var signer = named.Value;
        output.WriteLine(signer.Verifier);
        return 0;
    }

    private static int ShowPublic(string text, TextWriter output, TextWriter error)
    {
        if (DeviceKey.Parse(text) is { IsValid: true, Value: var device })
        {
            output.WriteLine(device);
            output.WriteLine(Words(device.Kind == DeviceKeyKind.P256 ? PrivateKeyKind.P256 : PrivateKeyKind.Ed25519));
            return 0;
        }

        if (PublicReadingKey.Parse(text) is { IsValid: true, Value: var reading })
        {
            output.WriteLine(reading);
            output.WriteLine(Words(PrivateKeyKind.X25519));
            return 0;
        }

        var vkey = VerifierKey.Parse(text);
        if (vkey.IsValid)
        {
            output.WriteLine(vkey.Value);
            output.WriteLine($"the key of `{vkey.Value.Name}`, Ed25519: " + (vkey.Value.Use == KeyUse.Note
                ? "it signs notes, as a log's or a receipt's"
                : "it cosigns checkpoints, as a witness's or a mirror's"));
            return 0;
        }

        var form = text.Split(':')[0] switch
        {
            "ed25519" or "p256" or "mldsa44" => DeviceKey.Parse(text).Error,
            "x25519" => PublicReadingKey.Parse(text).Error,
            _ => text.Contains('+') ? vkey.Error : "there is no such file",
        };
        error.WriteLine($"error: `{text}`: {form}\n  help: give a private key's file, a public key or a vkey");
        return 2;
    }

    private static string Words(PrivateKeyKind kind) => kind switch
    {
        PrivateKeyKind.Ed25519 => "the key of a device or a root, Ed25519: it signs",
        PrivateKeyKind.P256 => "the key of a device or a root, ECDSA on P-256: it signs",
        _ => "a reading key, X25519: it opens what is sealed for its owner, and signs nothing",
    };
}
