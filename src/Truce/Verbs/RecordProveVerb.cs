using System.CommandLine;
using Truce.Record;

namespace Truce.Verbs;

/// <summary><c>truce record prove</c>: what somebody needs who cannot reach the log.</summary>
internal static class RecordProveVerb
{
    /// <summary>How the file of an entry's bytes ends.</summary>
    public const string EntrySuffix = ".entry";

    /// <summary>How the file of its proof ends.</summary>
    public const string ProofSuffix = ".tlog-proof";

    public static Command Command(TextWriter output, TextWriter error)
    {
        var from = new Argument<string>("FROM") { Description = "a log's folder, a copy of one, or an http address" };
        var index = new Argument<long>("INDEX") { Description = "the entry" };
        var to = new Option<string>("--to")
        {
            Description = "the folder for INDEX.entry and INDEX.tlog-proof",
            DefaultValueFactory = _ => ".",
        };
        var log = new Option<string?>("--log") { Description = "the log's vkey; a log's own folder says it itself" };
        var command = new Command("prove",
            "Write an entry and the proof of its place in the published, cosigned checkpoint. Entry 0 is the genesis, "
            + "from which `truce record verify` takes keys and witnesses.\n\nExamples:\n"
            + "  truce record prove our-log 12\n  truce record prove our-log 0 --to evidence\n"
            + "  truce record prove https://log.example/ 12 --log LOG-VKEY --to evidence")
        {
            from, index, to, log,
        };
        command.SetAction(parsed =>
        {
            using var reading = RecordReading.Open(parsed.GetValue(from)!, parsed.GetValue(log), error);
            if (reading is null)
            {
                return 2;
            }

            var at = parsed.GetValue(index);
            if (at < 0 || at >= reading.Size)
            {
                error.WriteLine($"error: the checkpoint of `{parsed.GetValue(from)}` has the entries 0 to "
                    + $"{reading.Size - 1}, and {at} is none\n  help: a later checkpoint may have it: try again soon");
                return 2;
            }

            reading.Survey();
            return Write(reading, at, parsed.GetValue(to)!, output, error);
        });
        return command;
    }

    /// <summary>The proof of an entry's place in the published checkpoint.</summary>
    public static TlogProof Proof(RecordReading reading, long index) => new(
        Extra: null, index, Merkle.Inclusion(index, reading.Size, reading.Log.Subtree), reading.Log.Note);

    private static int Write(RecordReading reading, long index, string folder, TextWriter output, TextWriter error)
    {
        Directory.CreateDirectory(folder);
        var (entry, proof) = (
            Path.Combine(folder, $"{index}{EntrySuffix}"), Path.Combine(folder, $"{index}{ProofSuffix}"));
        var bytes = reading.LeafAt(index).ToBytes();
        var isThere = File.Exists(entry) && File.ReadAllBytes(entry).AsSpan().SequenceEqual(bytes);
        if ((!isThere && !KeyFiles.Write(entry, bytes, isSecret: false, error))
            || !KeyFiles.Write(proof, Proof(reading, index).ToBytes(), isSecret: false, error))
        {
            return 2;
        }

        string[] cosigners = [.. reading.Cosigners().Select(c => c.Cosigner.Name)];
        output.WriteLine($"{entry}, {proof}: entry {index} in the tree of {reading.Size} entries of "
            + reading.Founding.Genesis.Origin);
        output.WriteLine(cosigners.Length > 0
            ? $"cosigned by {string.Join(", ", cosigners)}, of {reading.Roster.Witnesses.Count} witnesses"
            : "UNWITNESSED: no witness has cosigned this checkpoint; it proves no more than the log's own word");
        return 0;
    }
}
