using System.CommandLine;
using Truce.Http;
using Truce.Record;

namespace Truce.Verbs;

/// <summary><c>truce record stick</c>.</summary>
internal static class RecordStickVerb
{
    private const int OutboxBytesMax = SignedNote.BytesMax;

    public static Command Command(TextWriter output, TextWriter error)
    {
        var from = new Argument<string>("DIR") { Description = "a log's folder, a copy of one, or an http address" };
        var to = new Argument<string>("TO") { Description = "the folder to write; it is made where it is missing" };
        var size = new Option<long>("--from")
        {
            Description = "how many entries the receiver holds: 0 for everything",
            Required = true,
        };
        var receiver = new Option<string?>("--for")
        {
            Description = "the organisation that receives it: ciphertexts that are wrapped for it go along, with its "
                + "wraps alone; without it, or the owner of --reading-key, only what is clear",
        };
        var outbox = new Option<string[]>("--outbox")
        {
            Description = "signed statements that no log has yet, receipts and deposits",
            AllowMultipleArgumentsPerToken = true,
        };
        var log = new Option<string?>("--log") { Description = "the log's vkey; a log's own folder says it itself" };
        var reader = new ReaderOptions();
        var command = new Command("stick",
            "Write what somebody carries by hand: the entries from a size on, the tiles, the cosigned checkpoint, what "
            + "the receiver may read, and an outbox. From a copy, a reading key finds what is attached to confidential "
            + "entries too.\n\nExamples:\n"
            + "  truce record stick our-log /media/stick/log --from 0\n"
            + "  truce record stick our-log /media/stick/log --from 1200 --for un --outbox 7.statement 7.receipt")
        {
            from, to, size, receiver, outbox, log,
        };
        reader.AddTo(command);
        command.SetAction(parsed =>
        {
            using var reading = RecordReading.Open(parsed.GetValue(from)!, parsed.GetValue(log), error);
            if (reading is null || Outbox(parsed.GetValue(outbox)!, error) is not { } outgoing)
            {
                return 2;
            }

            if (parsed.GetValue(size) is var first && (first < 0 || first > reading.Size))
            {
                error.WriteLine($"error: `--from {first}`: the log has {reading.Size} entries\n"
                    + "  help: give how many the receiver holds, 0 for none");
                return 2;
            }

            reading.Survey();
            var eyes = reader.IsGiven(parsed) ? reader.Read(parsed, reading.Roster, error) : null;
            if (reader.IsGiven(parsed) && eyes is null)
            {
                return 2;
            }

            var name = parsed.GetValue(receiver) ?? (eyes?.Name == Audience.Operator ? null : eyes?.Name);
            if (name is not null && reading.Roster.Find(name) is null)
            {
                error.WriteLine($"error: `--for {name}` is no organisation of this log\n"
                    + "  help: `truce record show DIR 0` names the founders");
                return 2;
            }

            return Write(reading, parsed.GetValue(to)!, parsed.GetValue(size), (name, eyes), outgoing, output, error);
        });
        return command;
    }

    private static List<StickFile>? Outbox(string[] files, TextWriter error)
    {
        var all = new List<StickFile>();
        foreach (var file in files)
        {
            if (KeyFiles.Read(file, b => StickFile.Outgoing(b.ToArray()),
                "an outbox holds `.statement` files, receipts and deposits", error, OutboxBytesMax) is not { } outgoing)
            {
                return null;
            }

            all.Add(outgoing);
        }

        return all;
    }

    private static int Write(
        RecordReading reading, string to, long from, (string? Name, Reader? Eyes) receiver, List<StickFile> outgoing,
        TextWriter output, TextWriter error)
    {
        if (Alien(to) is { } alien)
        {
            error.WriteLine($"error: `{to}`: {alien}\n  help: an empty folder, or one that this command wrote");
            return 2;
        }

        var (granted, closed) = (0, 0L);
        IEnumerable<StickFile> Beside()
        {
            foreach (var hash in Named(reading, Math.Max(0, from), receiver))
            {
                if (Granted.For(reading.Bodies!, hash, receiver.Name) is { } body)
                {
                    granted++;
                    foreach (var file in StickFile.Of(body))
                    {
                        yield return file;
                    }
                }
                else
                {
                    closed++;
                }
            }

            foreach (var file in outgoing)
            {
                yield return file;
            }
        }

        var done = Stick.Write(reading.Paths, Shelf.Below(to), reading.Key, from, Beside());
        if (!done.IsValid)
        {
            error.WriteLine($"error: {done.Error}\n  help: without a checkpoint it is not whole; run it again");
            return 2;
        }

        output.WriteLine($"{to}: entries {from} to {done.Value.Size - 1} of {reading.Founding.Genesis.Origin}, "
            + $"root {done.Value.Root}");
        output.WriteLine(reading.Bodies is null
            ? "  no bodies: this source has none"
            : $"  {granted} bodies for {receiver.Name ?? "everybody"}; {closed} are not for them, or not here");
        output.WriteLine($"  {outgoing.Count} files of the outbox");
        return 0;
    }

    private static IEnumerable<Digest> Named(
        RecordReading reading, long from, (string? Name, Reader? Eyes) receiver)
    {
        if (reading.Bodies is not { } bodies || from > reading.Size)
        {
            yield break;
        }

        var given = new HashSet<Digest>();
        foreach (var (index, leaf) in reading.Leaves(from, reading.Size))
        {
            var named = receiver switch
            {
                { Eyes: { } eyes } => Granted.Named(
                    index, leaf, RecordAudit.Opened(leaf, bodies, reading.Founding.Lineage, eyes)),
                { Name: { } name } => Granted.NamedTo(bodies, index, leaf, name),
                _ => Granted.Named(index, leaf),
            };
            foreach (var hash in named.Where(given.Add))
            {
                yield return hash;
            }
        }
    }

    /// <summary>What does not belong on a stick and is there already.</summary>
    private static string? Alien(string to) => !Directory.Exists(to) ? null : Stick.FirstThatDoesNotBelong(
        new DirectoryInfo(to).EnumerateFiles("*", SearchOption.AllDirectories).Select(f => (
            Path.GetRelativePath(to, f.FullName).Replace(Path.DirectorySeparatorChar, '/'), f.Length,
            f.LinkTarget is null)));
}
