using System.CommandLine;
using Truce.Mission;
using Truce.Missions;
using Truce.Record;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce record disclose</c>: one confidential entry in a file that an outsider verifies alone.</summary>
internal static class RecordDiscloseVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var from = new Argument<string>("DIR") { Description = "a log's folder, with the bodies below it" };
        var index = new Argument<long>("INDEX") { Description = "the confidential entry" };
        var to = new Option<string>("--to") { Description = "the file to make", Required = true };
        var bare = new Option<bool>("--without-outcome") { Description = "leave out what became of it" };
        var log = new Option<string?>("--log") { Description = "the log's vkey; a log's own folder says it itself" };
        var reader = new ReaderOptions();
        var command = new Command("disclose",
            "Show one confidential entry to an outsider: a file with what it says, its signature, its place in the "
            + "cosigned tree, and how the author's key was enrolled. It holds no key and opens nothing else.\n\n"
            + "Examples:\n"
            + "  truce record disclose our-log 12 --reading-key un.reading.key --to 12.disclosure\n"
            + "  truce record disclose our-log 12 --reading-key - --as operator --to 12.disclosure --without-outcome")
        {
            from, index, to, bare, log,
        };
        reader.AddTo(command);
        command.SetAction(parsed =>
        {
            using var reading = RecordReading.Open(parsed.GetValue(from)!, parsed.GetValue(log), error);
            if (reading is null)
            {
                return 2;
            }

            var at = parsed.GetValue(index);
            if (at < 1 || at >= reading.Size || !reader.IsGiven(parsed))
            {
                error.WriteLine(!reader.IsGiven(parsed)
                    ? "error: a confidential entry is opened by a key\n  help: add `--reading-key FILE`, or - for the "
                        + "standard input"
                    : at == 0 ? "error: entry 0 is the genesis: everybody may read it as it stands\n"
                        + "  help: `truce record prove DIR 0` writes it with its proof"
                    : $"error: the checkpoint of `{parsed.GetValue(from)}` has the entries 1 to {reading.Size - 1}, "
                        + $"and {at} is none\n  help: `truce record show` lists them");
                return 2;
            }

            reading.Survey();
            if (reader.Read(parsed, reading.Roster, error) is not { } eyes)
            {
                return 2;
            }

            var made = Make(reading, at, eyes, parsed.GetValue(bare));
            if (!made.IsValid)
            {
                error.WriteLine($"error: entry {at}: {made.Error}\n"
                    + $"  help: `truce record show {parsed.GetValue(from)} {at}` says what you may see of it");
                return 2;
            }

            var code = Put(reading, made.Value, parsed.GetValue(to)!, output, error);
            if (code == 0)
            {
                Asked(parsed.GetValue(from)!, parsed.GetValue(log), at, eyes, output);
            }

            return code;
        });
        return command;
    }

    private static int Put(RecordReading reading, Disclosure made, string file, TextWriter output, TextWriter error)
    {
        if (!KeyFiles.Write(file, made.ToBytes(), isSecret: true, error))
        {
            return 2;
        }

        var genesis = reading.Founding.Genesis;
        output.WriteLine(
            $"{file}: all that entry {made.Proof.Index} says. Whoever has the file can read it and prove it.");
        output.WriteLine($"  truce record verify {file} --pin {reading.Founding.Hash}");
        if (made.Verify(reading.Founding.Hash, RecordTrust.Of(genesis)).Error is { } fault)
        {
            output.WriteLine($"As yet it proves nothing under leaf 0's witnesses: {fault}");
        }
        else if (genesis.Witnesses.Count == 0)
        {
            output.WriteLine("UNWITNESSED: leaf 0 names no witness; it proves no more than the log's own word");
        }

        return 0;
    }

    /// <summary>Says what those who opened the entry's subject ask of whoever passes it on.</summary>
    private static void Asked(string from, string? log, long entry, Reader eyes, TextWriter output)
    {
        using var mission = MissionReading.Open(from, log, eyes, TextWriter.Null);
        if (mission?.Fold.Labelled(entry) is not { Subject: var id }
            || mission.Fold.Subjects.GetValueOrDefault(id) is not { Audience: { } audience } subject)
        {
            return;
        }

        if (Embargoed.Words(mission.Fold, [id]) is { } embargo)
        {
            output.WriteLine(embargo);
        }

        if (Handling.Of(subject) is var (mark, release))
        {
            output.WriteLine($"It is for {Plain.Words(audience.ToString())} and the operator"
                + (mark is null ? "" : $", marked {Plain.Words(mark)}") + "; beyond them it may be released to "
                + (release.IsEmpty ? "nobody." : $"{string.Join(", ", release.Select(Plain.Words))}."));
        }
    }

    private static Parsed<Disclosure> Make(RecordReading reading, long index, Reader reader, bool isBare)
    {
        var leaf = reading.LeafAt(index);
        if (Entry.Read(index, leaf).Value is not Entry.Confidential entry)
        {
            return new Unreadable("it is clear: everybody may read it; `truce record prove` writes it");
        }

        var (s, r) = (entry.Statement, entry.Outcome);
        var statement = Opened(reading, s.CiphertextHash, s.Commit, reader);
        var outcome = isBare ? default : Opened(reading, r.CiphertextHash, r.Commit, reader);
        var within = statement.IsValid ? statement.Value.Statement() : new Unreadable(statement.Error);
        if ((within.Error ?? outcome.Error) is { } fault)
        {
            return new Unreadable(fault);
        }

        ProvedLeaf[] enrolments =
        [
            .. Enrolments(reading.Roster, within.Required().Key).Order()
                .Select(i => new ProvedLeaf(reading.LeafAt(i), RecordProveVerb.Proof(reading, i))),
        ];
        return enrolments.Length > Disclosure.EnrolmentsMax
            ? new Unreadable($"its key stands behind more than {Disclosure.EnrolmentsMax} enrolments")
            : Disclosure.Make(reading.LeafAt(0), leaf, statement.Required(), outcome.Value,
                RecordProveVerb.Proof(reading, index), enrolments);
    }

    /// <summary>The entries that enrolled a key, who enrolled that one, and so on to a root.</summary>
    private static IEnumerable<long> Enrolments(Roster roster, DeviceKey device)
    {
        for (var key = roster.Find(device); key is not null; key = key.EnrolledBy is { } by ? roster.Find(by) : null)
        {
            if (key.EnrolledAt > 0)
            {
                yield return key.EnrolledAt;
            }
        }
    }

    private static Parsed<Committed> Opened(RecordReading reading, Digest hash, Digest commit, Reader reader)
    {
        if (reading.Erasures.Erased.ContainsKey(hash))
        {
            return new Unreadable("it was erased");
        }

        return reading.BodySource.Body(hash) is not { } ciphertext || reading.BodySource.Wraps(hash) is not { } wraps
            ? new Unreadable("its ciphertext or its wraps are not here")
            : !wraps.Names(reader.Name) ? new Unreadable($"it is closed to `{reader.Name}`")
            : wraps.Open(reading.Founding.Hash, reader.Name, reader.Key) is { } key
                && Cipher.Open(ciphertext, commit, key) is { } o ? Committed.Parse(o)
            : new Unreadable($"it does not open with the key of `{reader.Name}`");
    }
}
