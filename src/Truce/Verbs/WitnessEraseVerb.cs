using System.CommandLine;
using System.Security.Cryptography;
using Truce.Http;
using Truce.Record;
using Plain = Truce.Rules.Plain;

namespace Truce.Verbs;

/// <summary><c>truce witness erase</c>: a mirror carries out an order of erasure, or refuses it.</summary>
internal static class WitnessEraseVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var folder = new Argument<string>("DIR") { Description = "the mirror's folder; stop its server meanwhile" };
        var order = new Option<long>("--order") { Description = "the entry that orders the erasure", Required = true };
        var key = new Option<string>("--key")
        {
            Description = "the private key of a device of the organisation, which signs the answer",
            Required = true,
        };
        var to = new Option<string>("--to") { Description = "the file for the signed answer", Required = true };
        var refuse = new Option<string?>("--refuse") { Description = "erase nothing, and answer with this reason" };
        var origin = new Option<string?>("--log") { Description = "the log's origin, where it mirrors several" };
        var command = new Command("erase",
            "Destroy bodies that an entry of the mirrored log orders to be erased, and sign the answer that the "
            + "organisation then posts (`truce record append`, a stick). Nothing else of the mirror changes.\n\n"
            + "Examples:\n"
            + "  truce witness erase our-mirror --order 812 --key desk.key --to done.statement\n"
            + "  truce witness erase our-mirror --order 812 --key desk.key --to no.statement --refuse \"evidence\"")
        {
            folder, order, key, to, refuse, origin,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(refuse) is { Length: 0 or > Erasure.WhyLengthMax })
            {
                error.WriteLine($"error: `--refuse` takes 1 to {Erasure.WhyLengthMax} characters");
                return 2;
            }

            using var signer = KeyFiles.Signer(parsed.GetValue(key)!, error);
            if (signer is null || File.Exists(parsed.GetValue(to)))
            {
                error.WriteLine(signer is null ? "" : $"error: `{parsed.GetValue(to)}` is there already");
                return 2;
            }

            using var host = Opened(parsed.GetValue(folder)!, error);
            var mirrors = host?.Mirrors.Where(m => parsed.GetValue(origin) is not { } o || m.Origin == o).ToArray();
            if (mirrors is not [var mirror])
            {
                error.WriteLine(mirrors is null ? "" : $"error: {mirrors.Length} mirrored logs fit\n"
                    + "  help: name one with `--log ORIGIN`; a mirror is made with `truce witness init --mirror`");
                return 2;
            }

            return Run(mirror, parsed.GetValue(order), parsed.GetValue(refuse), signer, parsed.GetValue(to)!, output,
                error);
        });
        return command;
    }

    private static WitnessHost? Opened(string path, TextWriter error)
    {
        var host = WitnessHost.Open(path, RandomNumberGenerator.GetBytes(32));
        if (!host.IsValid)
        {
            error.WriteLine($"error: {host.Error}");
        }

        return host.Value;
    }

    private static int Run(
        Mirror mirror, long index, string? why, DeviceSigner signer, string to, TextWriter output, TextWriter error)
    {
        var (roster, previous) = Read(mirror, signer.Key);
        var standing = roster?.KeyAt(signer.Key, mirror.Size);
        if (mirror.Bodies is not { } bodies || standing is not { MaySign: true }
            || standing.Key!.Organisation != bodies.Organisation)
        {
            error.WriteLine(mirror.Bodies is null
                ? "error: this mirror keeps no bodies\n  help: a line `organisation NAME` in witness.conf says whose"
                : $"error: the key `{signer.Key}` is no valid key of `{mirror.Bodies.Organisation}` in this log");
            return 2;
        }

        var leaf = mirror.Entry(index);
        var ordered = leaf.IsValid ? MirrorBodies.OrderOf(index, leaf.Value) : new Unreadable(leaf.Error);
        var done = !ordered.IsValid ? new Unreadable(ordered.Error)
            : why is not null ? (Parsed<Erasure>)new Erasure.Refused(index, bodies.Organisation, why)
            : bodies.Erase(index, leaf.Value!) is { IsValid: true, Value: var gone } ? gone
            : new Unreadable("the disk failed: nothing is answered; run it again");
        if (!done.IsValid)
        {
            error.WriteLine($"error: {done.Error}\n  help: `truce record show` says what an entry is");
            return 2;
        }

        var pen = new Pen(signer, roster!.Founding, previous);
        var draft = pen.Draft(done.Value.Type, done.Value.ToAct(), TimeProvider.System.GetUtcNow()
            .ToUnixTimeMilliseconds(), mirror.Size, RandomNumberGenerator.GetBytes(Pen.RandomBytes));
        var signed = pen.Sign(draft);
        if (!KeyFiles.Write(to, new SignedStatement(signed.Statement, signed.Signature).ToBytes(), false, error))
        {
            return 2;
        }

        var by = roster.KeyAt(ordered.Value!.By, index).Key?.Organisation ?? "nobody enrolled";
        output.WriteLine($"the order of entry {index} is by {Plain.Words(by)}, about entry "
            + $"{ordered.Value.Order.Entry}");
        output.WriteLine(why is not null ? "nothing was erased"
            : $"{ordered.Value.Order.Bodies.Count} bodies are erased here and will not be taken again");
        output.WriteLine($"{to}: `{done.Value.Type}`. Post it: truce record append DIR {to}");
        return 0;
    }

    /// <summary>Who may sign, by the mirror's own entries, and the last clear statement of a key.</summary>
    private static (Roster? Roster, Digest? Previous) Read(Mirror mirror, DeviceKey key)
    {
        var (followed, last) = (new FollowedRoster(), (Digest?)null);
        for (var index = 0L; index < mirror.Size; index++)
        {
            var leaf = mirror.Entry(index);
            followed.Take(leaf);
            if (index > 0 && leaf.IsValid && Entry.Read(index, leaf.Value).Value is Entry.Clear clear
                && clear.Statement.Key == key)
            {
                last = Digest.Of(leaf.Value.Statement.Span);
            }
        }

        return (followed.Roster, last);
    }
}
