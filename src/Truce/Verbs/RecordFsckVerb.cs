using System.CommandLine;
using Truce.Http;
using Truce.Json;
using Truce.Missions;
using Truce.Record;

namespace Truce.Verbs;

/// <summary><c>truce record fsck</c>.</summary>
internal static class RecordFsckVerb
{
    private const int DisputesMax = 20;

    public static Command Command(TextWriter output, TextWriter error)
    {
        var from = new Argument<string>("DIR") { Description = "a log's folder, a copy of one, or an http address" };
        var replay = new Option<bool>("--replay")
        {
            Description = "compute what became of each act again, as far as you can read",
        };
        var witnesses = new Option<string[]>("--witness")
        {
            Description = "the vkey of a witness that the log itself does not name",
        };
        var log = new Option<string?>("--log") { Description = "the log's vkey; a log's own folder says it itself" };
        var format = new Option<string>("--format") { Description = "text or json", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var reader = new ReaderOptions();
        var command = new Command("fsck",
            "Derive everything again: every hash, root, checkpoint, signature, key and time, and every body. It "
            + "changes nothing, and names the first wrong byte. Exit 1 where anything is wrong.\n\nExamples:\n"
            + "  truce record fsck our-log\n  truce record fsck our-log --replay\n"
            + "  truce record fsck our-log --replay --reading-key - --as operator\n"
            + "  truce record fsck stick/our-log --log LOG-VKEY --format json")
        {
            from, replay, witnesses, log, format,
        };
        reader.AddTo(command);
        var before = new BeforeOptions();
        before.AddTo(command);
        command.SetAction(parsed =>
        {
            var known = new List<VerifierKey>();
            foreach (var text in parsed.GetValue(witnesses)!)
            {
                var key = VerifierKey.Parse(text);
                if (!key.IsValid)
                {
                    error.WriteLine($"error: `--witness {text}`: {key.Error}\n  help: it is what `truce witness init` "
                        + "printed");
                    return 2;
                }

                known.Add(key.Value);
            }

            var found = Run(parsed, parsed.GetValue(from)!, parsed.GetValue(log), known, parsed.GetValue(replay),
                reader, error);
            if (found is { IsSound: true } && before.IsGiven(parsed))
            {
                found = Continued(parsed, found, before, parsed.GetValue(log), error);
            }

            if (found is null)
            {
                return 2;
            }

            if (parsed.GetValue(format) == "json")
            {
                found.WriteJson(output);
            }
            else
            {
                found.Write(output);
            }

            return found.IsSound ? 0 : 1;
        });
        return command;
    }

    private static FsckFindings? Run(
        ParseResult parsed, string from, string? vkey, List<VerifierKey> witnesses, bool replay,
        ReaderOptions readers, TextWriter error)
    {
        using var folder = Directory.Exists(from) ? new Folder(from) : null;
        var log = folder is null ? default : PublishedLog.Open(folder);
        var audit = new RecordAudit(witnesses);
        var progress = new ProgressLine(error);
        var found = log.IsValid || (folder is not null && File.Exists(Path.Combine(from, RecordFolder.SettingsName)))
            ? OfFolder(from, folder!, witnesses, audit, progress)
            : RecordPathsAudit.Run(from, vkey, witnesses, audit, progress, error);
        progress.End();
        if (found is null || !found.IsSound)
        {
            return found;
        }

        var reader = readers.IsGiven(parsed) ? readers.Read(parsed, audit.Roster!, error) : null;
        if (readers.IsGiven(parsed) && reader is null)
        {
            return null;
        }

        using var source = log.IsValid ? null : RecordReading.Open(from, vkey, error);
        Func<IEnumerable<Leaf>> leaves = log.IsValid
            ? () => RecordAudit.Leaves(log.Value, found.Size)
            : () => source!.Leaves(0, source.Size).Select(e => e.Leaf);
        var path = Path.Combine(from, RecordFolder.BodiesName);
        using var bodies = Directory.Exists(path) ? new Folder(path) : null;
        if (bodies is not null)
        {
            found = found with { Bodies = RecordAudit.Bodies(leaves(), bodies, audit.Founding!.Lineage, reader) };
        }

        return replay ? Replayed(found, audit.Founding!, leaves, bodies, reader) : found;
    }

    /// <summary>Holds the log against the one that it says it continues.</summary>
    private static FsckFindings? Continued(
        ParseResult parsed, FsckFindings found, BeforeOptions options, string? vkey, TextWriter error)
    {
        using var before = options.Open(parsed, error);
        using var here = before is null ? null : RecordReading.Open(found.From, vkey, error);
        return here is null ? null : found with
        {
            Continues = (before!.Founding.Genesis.Origin, Continuation.Check(
                here.Founding, here.Leaves(0, here.Size).Select(e => e.Leaf),
                before.Leaves(0, before.Size).Select(e => e.Leaf))),
        };
    }

    private static FsckFindings Replayed(
        FsckFindings found, Founding founding, Func<IEnumerable<Leaf>> leaves, Folder? folder, Reader? reader)
    {
        var bodies = folder is null ? new BodySource(_ => null, _ => null) : BodySource.Of(folder);
        Reader[] readers = reader is null ? [] : [reader];
        var sources = new MissionSources(founding.Lineage, bodies, readers);
        return found with
        {
            As = reader?.Name ?? "the public",
            Replayed = Replay.Run(
                founding.Lineage, leaves, bodies, readers, RecordFold.Of(founding, sources.Mission.ForRecord())),
            Unread = sources.Missing,
        };
    }

    /// <summary>A log's own folder: every file and byte of it.</summary>
    private static FsckFindings OfFolder(
        string from, Folder folder, List<VerifierKey> witnesses, RecordAudit audit, ProgressLine progress)
    {
        VerifierKey[] given = [.. witnesses]; // the audit adds those that the log names
        var report = Fsck.Check(folder, new FsckOptions
        {
            Witnesses = witnesses,
            InOrder = audit.Take,
            Each = RecordAudit.Signed,
            Progress = p => progress.Show(p.Entries, p.Bytes, p.BytesInAll),
        });
        var notes = new List<string>(report.Notes);
        var first = report.First ?? Kept(from, folder, given, audit, report.Size, notes);
        return new FsckFindings(from, report.Size, report.Root,
            first is { } f ? [new FsckFault(f.File, f.Offset, f.What)] : [], notes);
    }

    /// <summary>
    /// The checkpoints that were kept, by the witnesses of their time, and the log's clock against them. A disputed
    /// time is no fault of the log: it is said, and everybody draws his own conclusions.
    /// </summary>
    private static Fault? Kept(
        string from, Folder folder, IReadOnlyList<VerifierKey> given, RecordAudit audit, long size, List<string> notes)
    {
        var below = Path.Combine(from, Publishing.KeptFolder);
        if (!File.Exists(Path.Combine(below, KeptCheckpoints.FileName)))
        {
            return null;
        }

        var file = $"{Publishing.KeptFolder}/{KeptCheckpoints.FileName}";
        var witnesses = FollowedRoster.Of(audit.Roster, given);
        if (witnesses(size).Count == 0)
        {
            notes.Add($"{file}: not checked: the log names no witness, and no `--witness VKEY` was given");
            return null;
        }

        using var disk = new Folder(below);
        var log = PublishedLog.Open(folder).Required();
        var (kept, fault) = KeptCheckpoints.Check(disk, log.Settings.Key, witnesses, size, log.Subtree);
        if (fault is not null)
        {
            return fault with { File = file };
        }

        (long Number, Leaf[] Leaves) bundle = (-1, []);
        var disputes = Clock.Disputes(kept, size, index =>
        {
            var number = index / Tile.FullWidth;
            bundle = bundle.Number == number ? bundle : (number, RecordAudit.Bundle(log, number, size));
            return Entry.Read(index, bundle.Leaves[index % Tile.FullWidth]).Required().ReceivedAt;
        }).ToArray();
        foreach (var (first, to, bracket) in disputes.Take(DisputesMax))
        {
            notes.Add($"{Clock.Disputed}: entries {first} to {to - 1}: by the witnesses they came "
                + EntryView.Words(bracket));
        }

        if (disputes.Length > DisputesMax)
        {
            notes.Add($"{Clock.Disputed}: {disputes.Sum(d => d.Count)} entries in all");
        }

        return null;
    }
}

/// <summary>Something that is wrong, with its file, and where it is known the offset.</summary>
internal sealed record FsckFault(string File, long? Offset, string What)
{
    /// <inheritdoc/>
    public override string ToString() => Offset is { } at ? $"{File}:{at}: {What}"
        : File.Length > 0 ? $"{File}: {What}" : What;

    /// <summary>A fault that names its file at the front.</summary>
    public static FsckFault Of(string text) => text.Split(": ", 2) is [var file, var what] && !file.Contains(' ')
        ? new FsckFault(file, null, what)
        : new FsckFault("", null, text);
}

/// <summary>What an audit found.</summary>
internal sealed record FsckFindings(
    string From, long Size, Digest Root, IReadOnlyList<FsckFault> Faults, IReadOnlyList<string> Notes)
{
    private const int UnreadMax = 20;

    /// <summary>What holding the bodies against the log found; null where there are none.</summary>
    public BodyReport? Bodies { get; init; }

    /// <summary>With whose eyes it was replayed.</summary>
    public string? As { get; init; }

    /// <summary>What the replay found; null where none was asked for.</summary>
    public ReplayReport? Replayed { get; init; }

    /// <summary>Clear bodies, such as a framework's file, that the replay needed and that are not here.</summary>
    public IReadOnlyCollection<Digest> Unread { get; init; } = [];

    /// <summary>What holding it against the log before it found, and whose; null where it was not.</summary>
    public (string Origin, ContinuationReport Report)? Continues { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => Faults.Count == 0 && Continues is not { Report.Faults.Count: > 0 }
        && Bodies is not { LostCount: > 0 } && Replayed?.First is null && ClosedToOperator == 0;

    /// <summary>
    /// Entries that the operator's own key does not open: every entry is wrapped for it, so that wraps or bodies were
    /// changed. Wraps are in no tree, and nothing else shows it.
    /// </summary>
    private long ClosedToOperator => As == Audience.Operator ? Replayed?.Closed ?? 0 : 0;

    public void Write(TextWriter output)
    {
        output.WriteLine(Faults.Count == 0
            ? $"{From}: {Size} entries, root {Root}: every hash, root, checkpoint, signature, key and time holds"
            : $"{From}: the first {Size} entries are sound, and then:");
        foreach (var fault in Faults)
        {
            output.WriteLine($"FAULT {fault}");
        }

        if (Bodies is { } bodies)
        {
            output.WriteLine($"bodies: {bodies.Named} named, {bodies.Erased} erased, {bodies.LostCount} lost");
            foreach (var lost in bodies.Lost)
            {
                output.WriteLine($"FAULT {RecordFolder.BodiesName}: {lost}");
            }

            foreach (var back in bodies.FoundAgain)
            {
                output.WriteLine($"note: {RecordFolder.BodiesName}: {back} was erased and is there: `truce record "
                    + "erase again` removes it");
            }
        }

        if (Replayed is { } replay)
        {
            output.WriteLine($"replay as {As}: {replay}");
            if (replay.First is { } first)
            {
                output.WriteLine(Unread.Count == 0 ? $"FAULT replay: {first}"
                    : $"NOT REPLAYED from here on: {first}");
            }

            foreach (var hash in Unread.Take(UnreadMax))
            {
                output.WriteLine($"  the body {hash}, which acts name, is not here: replay where the bodies are");
            }

            if (ClosedToOperator > 0)
            {
                output.WriteLine($"FAULT {RecordFolder.BodiesName}: {ClosedToOperator} entries do not open with the "
                    + "mission's reading key: their wraps or bodies were changed");
            }
        }

        if (Continues is var (origin, continued))
        {
            WriteContinuation(output, origin, continued);
        }

        foreach (var note in AllNotes)
        {
            output.WriteLine($"note: {note}");
        }
    }

    private static void WriteContinuation(TextWriter output, string origin, ContinuationReport continued)
    {
        output.WriteLine(continued.Faults.Count == 0
            ? $"it continues {origin}; {continued.Same.Count} statements stand in both"
            : $"it does not follow {origin}:");
        foreach (var fault in continued.Faults)
        {
            output.WriteLine($"FAULT continues: {fault}");
        }

        foreach (var (here, there) in continued.Same.Take(UnreadMax))
        {
            output.WriteLine($"  entry {here} is the same statement as entry {there} of {origin}");
        }
    }

    public void WriteJson(TextWriter output) => Wire.Write(output, (json, _) =>
    {
        json.WriteStartObject();
        json.WriteNumber("version", Wire.Version);
        json.WriteBoolean("sound", IsSound);
        json.WriteNumber("size", Size);
        json.WriteString("root", Root.ToString());
        json.WriteStartArray("faults");
        foreach (var fault in Faults)
        {
            json.WriteStartObject();
            json.Text("file", fault.File);
            if (fault.Offset is { } offset)
            {
                json.WriteNumber("offset", offset);
            }

            json.WriteString("what", fault.What);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (Bodies is { } bodies)
        {
            json.WriteStartObject("bodies");
            json.WriteNumber("named", bodies.Named);
            json.WriteNumber("erased", bodies.Erased);
            json.WriteNumber("lost", bodies.LostCount);
            json.Strings("first_lost", bodies.Lost.Select(l => l.ToString()));
            json.Strings("found_again", bodies.FoundAgain.Select(h => h.ToString()));
            json.WriteEndObject();
        }

        if (Replayed is { } replay)
        {
            json.WriteStartObject("replay");
            json.Text("as", As);
            json.WriteNumber("outcomes", replay.Outcomes);
            json.WriteNumber("recomputed", replay.Recomputed);
            json.WriteNumber("closed", replay.Closed);
            json.WriteNumber("erased", replay.Erased);
            json.WriteNumber("sealed_unread", replay.SealedUnread);
            json.Text("first_difference", replay.First?.ToString());
            json.Strings("bodies_not_here", Unread.Select(h => h.ToString()));
            json.WriteEndObject();
        }

        if (Continues is var (origin, continued))
        {
            json.WriteStartObject("continues");
            json.Text("origin", origin);
            json.Strings("faults", continued.Faults);
            json.Strings("same_statements", continued.Same.Select(s => $"{s.Here} {s.There}"));
            json.WriteEndObject();
        }

        json.Strings("notes", AllNotes);
        json.WriteEndObject();
    });

    private IEnumerable<string> AllNotes =>
        [.. Notes, .. Continues?.Report.Notes ?? [], .. Bodies?.Notes ?? [], .. Replayed?.Notes ?? []];
}

/// <summary>A line on the terminal that is written over; nothing where nobody looks.</summary>
internal sealed class ProgressLine(TextWriter error)
{
    private const int Percent = 100;

    private readonly TextWriter? _terminal =
        !Console.IsErrorRedirected && CleanWriter.Beneath(error) == Console.Error ? Console.Error : null;

    private long _shown = -1;

    /// <summary>How far it has come.</summary>
    public void Show(long entries, long done, long all)
    {
        var percent = all == 0 ? Percent : done * Percent / all;
        if (_terminal is not null && percent != _shown)
        {
            _shown = percent;
            _terminal.Write($"\r{percent,3} %  {entries} entries");
        }
    }

    /// <summary>Takes the line away.</summary>
    public void End()
    {
        if (_shown >= 0)
        {
            _terminal!.Write($"\r{new string(' ', 60)}\r");
        }
    }
}
