using System.Globalization;
using System.Text;
using System.Text.Json;
using Truce.Record;

namespace Truce.Tests;

/// <summary>The record's verbs, told as stories through the program alone.</summary>
public sealed class RecordVerbTests : IDisposable
{
    private const long Noon = 4_000_000_000; // long after every receipt of a test, in POSIX seconds

    private readonly RecordStory _story = new();

    public void Dispose() => _story.Dispose();

    [Fact]
    public void What_is_recorded_and_changes_nothing_is_said_beside_its_receipt()
    {
        string[] append = ["record", "append", _story.Log, "--key", _story.At("desk.key"), "--type"];
        RecordStory.Is(0, "entry 2: recorded; inapplicable: ", [.. append, "incident.triage", "--act",
            """{"subject":"incident/0000000000000000","triage":"triaged"}""", "--expects",
            "incident/0000000000000000="]);
        Assert.Contains("entry 3: recorded\n", RecordStory.Done([.. append, "crossing.list", "--act",
            """{"crossing":"five"}"""]), StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_are_shown_as_far_as_the_reader_s_key_opens_them_and_so_from_a_copy()
    {
        _story.Note(7);
        _story.Note(8, "un");
        RecordStory.Done("record", "append", _story.Log, "--key", _story.At("desk.key"), "--type", "claim", "--act",
            "{\"text_code\":9}", "--for", "agency", "--expects", "route-7=");

        var shown = RecordStory.Done("record", "show", _story.Log);
        Assert.StartsWith("EXERCISE: ", shown, StringComparison.Ordinal);
        Assert.Contains("note  by un (desk)\n", shown, StringComparison.Ordinal);
        Assert.Contains("  confidential: closed to you; 1 KiB class\n", shown, StringComparison.Ordinal);
        Assert.Contains("claim  by un (desk); entered by it for agency\n", shown, StringComparison.Ordinal);
        Assert.Contains("expects route-7: no decision before it\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\"text_code\":8", shown, StringComparison.Ordinal);
        var own = RecordStory.Done("record", "show", _story.Log, "3", "--reading-key", _story.Key("un.reading"));
        Assert.Contains("confidential to un and the operator\n", own, StringComparison.Ordinal);
        Assert.Contains("\"text_code\":8", own, StringComparison.Ordinal);
        Assert.DoesNotContain("\"text_code\":7", own, StringComparison.Ordinal);
        RecordStory.Is(0, "closed to you", "record", "show", _story.Log, "3", "--reading-key",
            _story.Key("agency.reading"));
        RecordStory.Is(2, "is the key of `un`", "record", "show", _story.Log, "--as", "agency", "--reading-key",
            _story.Key("un.reading"));
        RecordStory.Is(2, "entries 0 to 4", "record", "show", _story.Log, "5");
        RecordStory.Is(2, "opens nothing without the key", "record", "show", _story.Log, "--as", "un");
        RecordStory.Is(2, "no such folder", "record", "show", _story.At("none"), "--log", _story.LogKey);

        RecordStory.Done("record", "copy", _story.Log, _story.At("copy"));
        var copied = RecordStory.Done("record", "show", _story.At("copy"), "--log", _story.LogKey);
        Assert.Equal(shown.Replace("1 KiB class", "its ciphertext is not here", StringComparison.Ordinal), copied);
        RecordStory.Is(0, "1 closed to you", "record", "fsck", _story.At("copy"), "--log", _story.LogKey, "--replay");
        using var json = JsonDocument.Parse(RecordStory.Done(
            "record", "show", _story.Log, "--format", "json", "--reading-key", _story.Reading));
        var entries = json.RootElement.GetProperty("entries").EnumerateArray().ToArray();
        Assert.Equal(["genesis", "clear", "clear", "opened", "clear"],
            entries.Select(e => e.GetProperty("state").GetString()));
        Assert.Equal(8, entries[3].GetProperty("statement").GetProperty("act").GetProperty("text_code").GetInt32());
        Assert.Equal("un", entries[3].GetProperty("signed_by").GetString());
        Assert.Equal(JsonValueKind.Null, entries[4].GetProperty("signed_by").ValueKind);
    }

    [Fact]
    public void Wraps_that_were_changed_are_a_fault_for_the_operator_who_opens_everything()
    {
        const string operators = "\"to\":\"operator\",\"wrap\":\"";
        _story.Note(8, "un");
        string[] fsck = ["record", "fsck", _story.Log, "--replay", "--as", "operator", "--reading-key", _story.Reading];
        RecordStory.Is(0, "0 closed to you", fsck);
        // Whoever can write there can make every CRC fit: bodies are put again, with wraps whose key is another one.
        using (var folder = new Folder(Path.Combine(_story.Log, "bodies")))
        using (var bodies = Bodies.Open(folder).Required())
        {
            var leaf = Leaf.Parse(_story.Leaf(2)).Required();
            foreach (var hash in new[] { ConfidentialStatement.Parse(leaf.Statement.Span).Required().CiphertextHash,
                ConfidentialOutcome.Parse(leaf.Outcome.Span).Required().CiphertextHash })
            {
                var (body, text) = (Bodies.Get(folder, hash)!,
                    Encoding.UTF8.GetString(Bodies.Wraps(folder, hash)!.ToBytes()));
                var at = text.IndexOf(operators, StringComparison.Ordinal) + operators.Length;
                text = text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..];
                Assert.Null(bodies.Erase(hash));
                var wraps = Wraps.Parse(Encoding.UTF8.GetBytes(text)).Required();
                Assert.Null(bodies.Put(StoredBody.Ciphertext(body, wraps)));
            }
        }

        RecordStory.Is(1, "1 entries do not open with the mission's reading key", fsck);
    }

    [Fact]
    public void A_revoked_key_s_entries_are_shown_as_disputed_and_as_unauthenticated()
    {
        _story.Note(7);
        _story.Note(8);
        var desk = Frameworks.Run("key", "show", _story.At("desk.key")).Output.Split('\n')[0];
        RecordStory.Done("key", "revoke", desk, "--since", "3", "--by", _story.Key("un"), "--origin",
            $"{RecordStory.Host}/exercise", "--genesis", _story.Genesis, "--to", _story.At("2.statement"));
        RecordStory.Done("record", "append", _story.Log, _story.At("2.statement"));
        _story.Note(9);

        var shown = RecordStory.Done("record", "show", _story.Log);
        var notes = shown.Split("\n\n").Where(e => e.Contains("note  by", StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain('!', notes[0]);
        Assert.Contains("! disputed: the key was revoked at entry 4", notes[1], StringComparison.Ordinal);
        Assert.Contains("! unauthenticated: ", notes[2], StringComparison.Ordinal);
        Assert.Contains("outcome: inapplicable: ", notes[2], StringComparison.Ordinal);
        var stats = RecordStory.Done("record", "stats", _story.Log);
        Assert.Contains("REVOKED at entry 4, disputed from entry 3 on", stats, StringComparison.Ordinal);
        RecordStory.Is(0, "5 of 5 recomputed", "record", "fsck", _story.Log, "--replay");
    }

    [Fact]
    public void A_time_that_the_witnesses_contradict_is_shown_as_disputed()
    {
        _story.Cosign(_story.Log, Noon);
        Directory.CreateDirectory(Path.Combine(_story.Log, "witnessed"));
        using (var disk = new Folder(Path.Combine(_story.Log, "witnessed")))
        {
            var log = VerifierKey.Parse(_story.LogKey).Required();
            var kept = KeptCheckpoints.Open(disk, log, [.. _story.Witnesses]).Required();
            var note = File.ReadAllBytes(Path.Combine(_story.Log, "checkpoint"));
            Assert.True(kept.Add(SignedNote.Parse(note).Required()));
        }

        _story.Note(7);
        RecordStory.Is(0, "! clock disputed: by the witnesses it came after 2096-10-02T07:06:40Z", "record", "show",
            _story.Log, "2");
        Assert.DoesNotContain(
            "disputed", RecordStory.Done("record", "show", _story.Log, "1"), StringComparison.Ordinal);
        RecordStory.Is(0, "holds", "record", "fsck", _story.Log);
        Flip(Path.Combine(_story.Log, "witnessed", "kept"), 100);
        RecordStory.Is(1, "FAULT witnessed/kept:0: ", "record", "fsck", _story.Log);
    }

    [Fact]
    public void An_entry_and_its_proof_verify_without_the_log_and_no_doctored_byte_does()
    {
        _story.Note(7);
        _story.Note(8, "agency");
        RecordStory.Is(0, "UNWITNESSED", "record", "prove", _story.Log, "2", "--to", _story.At("early"));
        var genesis = _story.Prove(0, to: "early0");
        RecordStory.Is(1, "the quorum", "record", "verify", _story.At("early/2.entry"), "--genesis", genesis);
        _story.Cosign(_story.Log, Noon);
        var (entry, hidden) = (_story.Prove(2), _story.Prove(3));
        Directory.Move(_story.Log, _story.At("away"));

        RecordStory.Is(0, "PROVED: entry 2 stands in the log line.example/exercise", "record", "verify", entry,
            "--genesis", genesis);
        RecordStory.Is(0, "cosigned by w.example/agency at 2096-10-02T07:06:40Z", "record", "verify", entry,
            "--genesis", genesis);
        RecordStory.Is(0, "what it says is closed", "record", "verify", hidden, "--genesis", genesis);
        RecordStory.Is(2, "nothing says whom to believe", "record", "verify", entry);
        RecordStory.Is(2, "another log", "record", "verify", entry, "--genesis", genesis, "--pin",
            Merkle.EmptyRoot.ToString());
        using var json = JsonDocument.Parse(RecordStory.Done(
            "record", "verify", entry, "--genesis", genesis, "--format", "json"));
        Assert.Equal(("proved", 2), (json.RootElement.GetProperty("verdict").GetString(),
            json.RootElement.GetProperty("index").GetInt32()));
        var policy = _story.At("policy");
        var opened = Founding.Open(File.ReadAllBytes(genesis)).Required().Genesis;
        File.WriteAllText(policy, $"log {opened.LogKey}\nwitness mine {opened.Witnesses[0].Key}\nquorum mine\n");
        RecordStory.Is(0, "PROVED", "record", "verify", entry, "--policy", policy);
        File.WriteAllText(policy, $"log {opened.LogKey}\nquorum another\n");
        RecordStory.Is(2, "line 2", "record", "verify", entry, "--policy", policy);
        foreach (var file in new[] { entry, Path.ChangeExtension(entry, ".tlog-proof") })
        {
            EveryFlip(file, entry, genesis);
        }
    }

    /// <summary>Turns one bit of each byte of a file; none may leave a proof.</summary>
    private static void EveryFlip(string file, string entry, string genesis)
    {
        var good = File.ReadAllBytes(file);
        for (var at = 0; at < good.Length; at++)
        {
            var bad = good.ToArray();
            bad[at] ^= 1;
            File.WriteAllBytes(file, bad);
            var (code, output, error) = Frameworks.Run("record", "verify", entry, "--genesis", genesis);
            Assert.True(code is 1 or 2, $"{Path.GetFileName(file)}: byte {at} doctored and {output}");
            Assert.True(code == 1 ? output.StartsWith("NOT PROVED: ", StringComparison.Ordinal)
                : error.Contains("help: ", StringComparison.Ordinal), $"byte {at}: {output}{error}");
        }

        File.WriteAllBytes(file, good);
    }

    [Fact]
    public void A_receipt_is_kept_broken_or_open_and_an_operator_who_dropped_an_entry_is_convicted()
    {
        var genesis = _story.Prove(0, to: "start");
        var backup = _story.Backup("restored");
        _story.Note(7);
        _story.Cosign(_story.Log, Noon);
        var (receipt, kept) = (_story.At("receipts/2.receipt"), _story.Prove(2));
        string[] verify = ["record", "verify", receipt, "--genesis", genesis];

        RecordStory.Is(1, "OPEN: this proves neither", verify);
        RecordStory.Is(0, "KEPT: ", [.. verify, "--entry", kept]);
        RecordStory.Is(1, "what stands there was not shown", [.. verify, "--entry", _story.Prove(1)]);
        RecordStory.Is(2, "which leaf 0 alone names", "record", "verify", receipt, "--pin", _story.Genesis);

        // The disk is restored from a backup, and the log goes on without the entry.
        var late = File.ReadAllText(receipt).Split('\n')[6];
        var second = (long.Parse(late, CultureInfo.InvariantCulture) + Receipt.GraceMilliseconds) / 1000;
        var checkpoint = Path.Combine(backup, "checkpoint");
        var bare = File.ReadAllBytes(checkpoint);
        _story.Cosign(backup, second);
        RecordStory.Is(1, "not old enough", [.. verify, "--checkpoint", checkpoint]);
        File.WriteAllBytes(checkpoint, bare);
        _story.Cosign(backup, second + 1, witnesses: 1);
        RecordStory.Is(1, "OPEN", [.. verify, "--checkpoint", checkpoint]);
        File.WriteAllBytes(checkpoint, bare);
        _story.Cosign(backup, second + 1);
        RecordStory.Is(1, "BROKEN: more than a minute after the deadline the log had 2 entries",
            [.. verify, "--checkpoint", checkpoint]);
        RecordStory.Done("record", "append", backup, "--key", _story.Key("un"), "--type", "note", "--act", "{}");
        _story.Cosign(backup, Noon);
        var other = _story.Prove(2, backup, "restored-evidence");
        RecordStory.Is(1, "BROKEN: at 2 stands another entry", [.. verify, "--entry", other]);
        RecordStory.Is(1, "what stands there was not shown", [.. verify, "--checkpoint", checkpoint]);

        var forged = File.ReadAllText(receipt).Replace("\n2\n", "\n3\n", StringComparison.Ordinal);
        File.WriteAllText(_story.At("forged"), forged);
        RecordStory.Is(1, "NOT PROVED: ", "record", "verify", _story.At("forged"), "--genesis", genesis);
    }

    [Fact]
    public void A_successor_takes_what_was_signed_for_the_log_before_and_says_so()
    {
        _story.Note(1);
        var late = Signed("late", 2);
        var held = _story.At("held.statement");
        var leaf = Leaf.Parse(_story.Leaf(2)).Required();
        File.WriteAllBytes(held, new SignedStatement(leaf.Statement, leaf.Signature).ToBytes());
        _story.Cosign(_story.Log, seconds: 1_768_000_000);
        var log = Succeed("two");

        string[] before = ["--continues", _story.Log];
        string[] append = ["record", "append", log, "--keys", _story.At("two-keys")];
        RecordStory.Is(0, "entry 1: recorded", [.. append, late, .. before]);
        RecordStory.Is(1, "holds the statement already, as entry 2", [.. append, held, .. before]);
        RecordStory.Is(0, "a statement that it holds already is refused", [.. append, late]);
        RecordStory.Is(2, "this log does not continue", [.. append, late, "--continues", log]);
        RecordStory.Is(0, "! signed for line.example/exercise, which this log continues", "record", "show", log, "1");
        RecordStory.Is(0, "genesis, signed by agency, un; continues line.example/exercise", "record", "show", log, "0");
        RecordStory.Is(0, "1 of 1 recomputed", "record", "fsck", log, "--replay");
        RecordStory.Is(0, "0 statements stand in both", ["record", "fsck", log, .. before]);

        RecordStory.Is(0, "entry 2: recorded", [.. append, held]); // nobody asked the log before
        RecordStory.Is(0, "entry 2 is the same statement as entry 2 of line.example/exercise",
            ["record", "fsck", log, .. before]);
        RecordStory.Is(0, "\"same_statements\": [", ["record", "fsck", log, .. before, "--format", "json"]);
        RecordStory.Done("record", "prove", log, "1", "--to", _story.At("new"));
        RecordStory.Done("record", "prove", log, "0", "--to", _story.At("new"));
        RecordStory.Is(0, "PROVED: entry 1 stands in the log line.example/exercise/2", "record", "verify",
            _story.At("new/1.entry"), "--genesis", _story.At("new/0.entry"));

        _story.Note(3);
        RecordStory.Is(0, "went on: it has 1 entries behind", ["record", "fsck", log, .. before]);
        using var other = new RecordStory();
        RecordStory.Is(1, "FAULT continues: it continues a log with the genesis",
            "record", "fsck", log, "--continues", other.Log);
    }

    /// <summary>A statement of the desk that it has not sent yet.</summary>
    private string Signed(string name, int code)
    {
        var file = PrivateKeyFile.Parse(File.ReadAllBytes(_story.At("desk.key"))).Required();
        using var device = file.ToSigner().Required();
        var pen = new Pen(device, Founding.Open(_story.Leaf(0)).Required());
        var act = new JsonValue.Members([new("text_code", new JsonValue.Number(code))]);
        var submission = pen.Sign(pen.Draft("note", act, 1_768_000_000_000, seen: 0, new byte[Pen.RandomBytes]));
        var to = _story.At($"{name}.statement");
        File.WriteAllBytes(to, new SignedStatement(submission.Statement, submission.Signature).ToBytes());
        return to;
    }

    /// <summary>A log that continues the story's: drafted, signed by both guardians, begun.</summary>
    private string Succeed(string name)
    {
        var genesis = Founding.Open(_story.Leaf(0)).Required().Genesis;
        var keys = _story.At($"{name}-keys");
        RecordStory.Done(
        [
            "record", "draft", keys, "--origin", "line.example/exercise/2", "--mission", "the rest",
            "--reading-key", genesis.ReadingKey.ToString(), "--continues", _story.Log,
            .. genesis.Guardians.SelectMany(g => new[] { "--guardian", $"{g.Name}={g.Root},{g.ReadingKey}" }),
        ]);
        var file = Path.Combine(keys, "genesis.json");
        var signatures = genesis.Guardians.SelectMany(g =>
        {
            var to = _story.At($"{name}-{g.Name}.signature");
            Assert.Contains("continues: line.example/exercise, genesis ", RecordStory.Done(
                "key", "sign-genesis", file, "--key", _story.Key(g.Name), "--to", to), StringComparison.Ordinal);
            return new[] { "--signature", to };
        });
        RecordStory.Done(["record", "init", _story.At(name), "--genesis", file, "--keys", keys, .. signatures]);
        return _story.At(name);
    }

    [Fact]
    public void A_snapshot_that_does_not_fit_is_passed_over_and_the_program_says_so()
    {
        string[] append =
        [
            "record", "append", _story.Log, "--key", _story.At("desk.key"), "--type", "note", "--act", "{}",
            "--reading-key", _story.Reading,
        ];
        const string said = "the log was read from its first entry";
        Assert.DoesNotContain(said, Frameworks.Run(append).Error, StringComparison.Ordinal);
        var folds = Directory.CreateDirectory(Path.Combine(_story.Log, "folds")).FullName;
        foreach (var (bytes, why) in new[]
        {
            ("truce/snapshot/v4\n", "the snapshot's head is cut"),
            ("truce/snapshot/v2\n\n\n\n\n\n\n\n", "the snapshot is of another version of the program"),
            ("truce/snapshot/v4\n\n\n1\n\n\n\n\n", "the snapshot is in another form than form 4"),
        })
        {
            File.WriteAllText(Path.Combine(folds, "folds"), bytes);
            var (code, _, error) = Frameworks.Run(append);
            Assert.Equal(0, code);
            Assert.Contains($"truce: {why}: {said}", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_cannot_be_asked_for_is_told_with_its_remedy_and_touches_nothing()
    {
        var before = Directory.EnumerateFileSystemEntries(_story.Log).Order().ToArray();
        RecordStory.Is(2, "is a log's own folder", "record", "copy", _story.Log, _story.Log);
        Assert.Equal(before, Directory.EnumerateFileSystemEntries(_story.Log).Order());
        RecordStory.Is(2, "cannot listen on 192.0.2.1:80", "record", "serve", _story.Log, "--listen", "192.0.2.1:80");
        RecordStory.Is(2, "entry 0 is the genesis", "record", "disclose", _story.Log, "0", "--reading-key",
            _story.Reading, "--to", _story.At("0.disclosure"));
        foreach (var size in new[] { "-5", "99" })
        {
            RecordStory.Is(2, $"`--from {size}`: the log has 2 entries", "record", "stick", _story.Log,
                _story.At("stick"), "--from", size);
        }

        Assert.False(Directory.Exists(_story.At("stick")));
    }

    [Fact]
    public void A_refusal_is_proved_to_be_the_operator_s()
    {
        RecordStory.Done("key", "new", _story.At("stranger.key"));
        Assert.Equal(1, Frameworks.Run("record", "append", _story.Log, "--key", _story.At("stranger.key"), "--type",
            "note", "--act", "{}", "--receipts", _story.At("refused")).Code);
        var file = Directory.GetFiles(_story.At("refused"), "*.refusal").Single();
        RecordStory.Is(0, "PROVED: the operator refused", "record", "verify", file, "--genesis", _story.Prove(0));
        File.WriteAllText(file, File.ReadAllText(file).Replace("access", "limit", StringComparison.Ordinal));
        RecordStory.Is(1, "NOT PROVED", "record", "verify", file, "--genesis", _story.At("evidence/0.entry"));
    }

    [Fact]
    public void A_disclosure_is_verified_alone_by_whoever_knows_the_genesis()
    {
        _story.Note(7);
        _story.Note(8, "agency");
        _story.Cosign(_story.Log, Noon);
        var file = _story.At("3.disclosure");
        string[] disclose = ["record", "disclose", _story.Log, "3", "--to", file, "--reading-key"];
        RecordStory.Is(2, "closed to `un`", [.. disclose, _story.Key("un.reading")]);
        RecordStory.Is(2, "it is clear", "record", "disclose", _story.Log, "2", "--to", file, "--reading-key",
            _story.Reading);
        RecordStory.Done([.. disclose, _story.Key("agency.reading")]);
        var pin = _story.Genesis;
        Directory.Delete(_story.Log, recursive: true);

        var (code, output, _) = Frameworks.Run("record", "verify", file, "--pin", pin);
        Assert.Equal(0, code);
        Assert.Contains("PROVED: entry 3 of line.example/exercise says what follows", output, StringComparison.Ordinal);
        Assert.Contains("signed by a key of un, with the role desk", output, StringComparison.Ordinal);
        Assert.Contains("act {\"text_code\":8}", output, StringComparison.Ordinal);
        RecordStory.Is(1, "another log", "record", "verify", file, "--pin", Merkle.EmptyRoot.ToString());
        var text = File.ReadAllText(file);
        File.WriteAllText(_story.At("x"), text.Replace(":\"eyJ", ":\"eyK", StringComparison.Ordinal));
        Assert.NotEqual(text, File.ReadAllText(_story.At("x")));
        Assert.NotEqual(0, Frameworks.Run("record", "verify", _story.At("x"), "--pin", pin).Code);
    }

    [Fact]
    public void What_is_erased_is_gone_is_shown_as_erased_and_stays_gone_after_a_restore()
    {
        _story.Note(7);
        _story.Note(8, "agency");
        var backup = _story.Backup("backup");
        string[] order = ["record", "erase", "order", _story.Log, "3", "--reading-key", _story.Reading, "--key"];
        RecordStory.Is(2, "is of `un`, and the key is of `agency`", [.. order, _story.Key("agency")]);
        RecordStory.Is(2, "add `--reading-key`", "record", "erase", "order", _story.Log, "3", "--key",
            _story.At("desk.key"));
        RecordStory.Is(2, "public for ever", "record", "erase", "order", _story.Log, "2", "--key",
            _story.At("desk.key"));
        RecordStory.Done([.. order, _story.At("desk.key")]);
        RecordStory.Is(0, "order 4: 1 body of entry 3", "record", "erase", "status", _story.Log);
        RecordStory.Is(0, "is ordered and not answered", "record", "fsck", _story.Log);
        RecordStory.Is(2, "these do: 4", "record", "erase", "done", _story.Log, "3", "--key", _story.Key("un"));
        string[] done = ["record", "erase", "done", _story.Log, "4", "--reading-key", _story.Reading, "--codes",
            "{\"step\":\"note\"}", "--key"];
        RecordStory.Is(2, "no key of the operator", [.. done, _story.Key("un")]);
        _story.Enrol("operator", "operator");
        RecordStory.Is(2, "reading key is needed", "record", "erase", "done", _story.Log, "4", "--key",
            _story.At("operator.key"));
        RecordStory.Is(0, "destroyed on this disk: 1 body of entry 3", [.. done, _story.At("operator.key")]);

        RecordStory.Is(0, "confidential: erased", "record", "show", _story.Log, "3");
        RecordStory.Is(0, "of it stays {\"step\":\"note\"}", "record", "show", _story.Log, "3", "--reading-key",
            _story.Reading);
        RecordStory.Is(0, "1 erased", "record", "fsck", _story.Log, "--replay", "--reading-key", _story.Reading);
        RecordStory.Is(2, "it was erased", "record", "disclose", _story.Log, "3", "--to", _story.At("d"),
            "--reading-key", _story.Reading);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(backup, "bodies")))
        {
            File.Copy(file, Path.Combine(_story.Log, "bodies", Path.GetFileName(file)), overwrite: true);
        }

        RecordStory.Is(1, "was erased and is there again", "record", "erase", "status", _story.Log);
        RecordStory.Is(0, "destroyed again: 1 body", "record", "erase", "again", _story.Log);
        RecordStory.Is(0, "orders that wait: 0; erased: 1 body", "record", "erase", "status", _story.Log);
    }

    [Fact]
    public void Replay_names_what_the_operator_judged_otherwise_than_the_entries_before_it_give()
    {
        var backup = _story.Backup("wrong");
        _story.Note(7);
        Forge(backup, leaf => new Leaf(leaf.Statement, leaf.Signature, (Outcome.Parse(leaf.Outcome.Span).Required() with
        {
            Kind = OutcomeKind.Conflicting,
        }).ToBytes()));
        RecordStory.Is(0, "2 of 2 recomputed", "record", "fsck", _story.Log, "--replay");
        RecordStory.Is(0, "holds", "record", "fsck", backup);
        RecordStory.Is(1, "FAULT replay: entry 2: its `outcome` is \"conflicting\"", "record", "fsck", backup,
            "--replay");
    }

    [Fact]
    public void An_operator_who_records_what_nobody_signed_or_turns_back_his_clock_is_named()
    {
        var (unsigned, early) = (_story.Backup("unsigned"), _story.Backup("early"));
        _story.Note(7);
        Forge(unsigned, leaf => new Leaf(leaf.Statement, new byte[leaf.Signature.Length], leaf.Outcome));
        Forge(early, leaf => new Leaf(leaf.Statement, leaf.Signature, (Outcome.Parse(leaf.Outcome.Span).Required() with
        {
            ReceivedAt = 1,
        }).ToBytes()));

        RecordStory.Is(0, "THE SIGNATURE DOES NOT HOLD", "record", "show", unsigned, "2");
        RecordStory.Is(1, "does not hold", "record", "fsck", unsigned);
        var genesis = _story.Prove(0, unsigned, "u");
        _story.Cosign(unsigned, Noon);
        RecordStory.Is(1, "NOT PROVED: it stands in the log, and the device's signature does not hold", "record",
            "verify", _story.Prove(2, unsigned, "v"), "--genesis", genesis);
        RecordStory.Is(1, "before the entry before it", "record", "fsck", early);
        RecordStory.Done("record", "copy", early, _story.At("copied"));
        RecordStory.Is(1, "entry 2: received at 1970", "record", "fsck", _story.At("copied"),
            "--log", _story.LogKey);
    }

    /// <summary>The story's entry 2 in another history of the log, as a dishonest operator would have it.</summary>
    private void Forge(string log, Func<Leaf, Leaf> forged)
    {
        using var disk = new Folder(log);
        using var open = RecordLog.Open(disk).Required();
        using var key = Http.Keys.Read(Path.Combine(log, "keys", "log.key")).Required();
        Assert.True(open.Append([forged(Leaf.Parse(_story.Leaf(2)).Required())]).IsValid);
        Assert.True(open.Publish(open.Sign(key).Required()).IsValid);
    }

    [Fact]
    public void Fsck_names_the_damage_and_the_lost_body()
    {
        _story.Note(7);
        _story.Note(8, "agency");
        _story.Cosign(_story.Log, Noon);
        RecordStory.Is(0, "every hash, root, checkpoint, signature, key and time holds", "record", "fsck", _story.Log);
        var segment = Path.Combine(_story.Log, "segment-00000000");
        var bytes = File.ReadAllBytes(segment);
        var at = bytes.AsSpan().IndexOf("\"text_code\":7"u8) + 12;
        Flip(segment, at);
        RecordStory.Is(1, "FAULT segment-00000000:", "record", "fsck", _story.Log);
        using (var json = JsonDocument.Parse(
            Frameworks.Run("record", "fsck", _story.Log, "--format", "json").Output))
        {
            Assert.False(json.RootElement.GetProperty("sound").GetBoolean());
            Assert.InRange(json.RootElement.GetProperty("faults")[0].GetProperty("offset").GetInt64(), 1, at);
        }

        Flip(segment, at);
        var hashes = Path.Combine(_story.Log, "hashes-0");
        Flip(hashes, 40);
        RecordStory.Is(1, "FAULT hashes-0:40:", "record", "fsck", _story.Log);
        Flip(hashes, 40);
        var checkpoint = Path.Combine(_story.Log, "checkpoint");
        var note = File.ReadAllBytes(checkpoint);
        Flip(checkpoint, note.Length - 10);
        RecordStory.Is(1, "FAULT checkpoint:", "record", "fsck", _story.Log);
        File.WriteAllBytes(checkpoint, note);
        RecordStory.Is(0, "0 lost", "record", "fsck", _story.Log);
        var bodies = Path.Combine(_story.Log, "bodies", "bodies-00000000");
        Flip(bodies, 100);
        RecordStory.Is(1, "damaged at bodies-00000000:0", "record", "fsck", _story.Log);
        File.Delete(bodies);
        RecordStory.Is(1, "entry 3: LOST", "record", "fsck", _story.Log);
        RecordStory.Is(0, "LOST", "record", "show", _story.Log, "3");
    }

    /// <summary>A copy is what those have who do not trust the operator: its audit says as much as the log's.</summary>
    [Fact]
    public void Fsck_of_a_copy_names_the_damage_the_entries_before_it_and_a_cosignature_that_does_not_hold()
    {
        _story.Note(7);
        _story.Note(8);
        _story.Cosign(_story.Log, Noon);
        RecordStory.Done("record", "copy", _story.Log, _story.At("copy"));
        string[] fsck = ["record", "fsck", _story.At("copy"), "--log", _story.LogKey];
        RecordStory.Is(0, "every hash, root, checkpoint, signature, key and time holds", fsck);
        void Damaged(string path, Action<byte[]> change, string says)
        {
            var file = Path.Combine(_story.At("copy"), path);
            var good = File.ReadAllBytes(file);
            byte[] bad = [.. good];
            change(bad);
            File.WriteAllBytes(file, bad);
            RecordStory.Is(1, says, fsck);
            File.WriteAllBytes(file, good);
        }

        var third = 2 + _story.Leaf(0).Length + 2 + _story.Leaf(1).Length + 2 + _story.Leaf(2).Length;
        Damaged("tile/entries/000.p/4", b => b[third + 9] ^= 1, $"the first 3 entries are sound, and then:\n"
            + $"FAULT tile/entries/000.p/4:{third}: entry 3 is not what the checkpoint vouches for");
        Damaged("tile/0/000.p/4", b => b[70] ^= 1, "FAULT tile/0/000.p/4:70: not the hash of entry 2");
        var note = File.ReadAllText(Path.Combine(_story.At("copy"), "checkpoint"));
        var cosigned = note.TrimEnd().LastIndexOf(' ') + 20;
        var at = Encoding.UTF8.GetByteCount(note[..cosigned]);
        // Another letter of base64: a bit turned over in A, Z, a, z, + or / gives none, and the note would be no note.
        Damaged("checkpoint", b => b[at] = b[at] == (byte)'A' ? (byte)'B' : (byte)'A',
            "the signature of `w.example/agency` does not hold");
        File.Delete(Path.Combine(_story.At("copy"), "tile/entries/000.p/4"));
        RecordStory.Is(1, "FAULT tile/entries/000.p/4:0: missing", fsck);
        RecordStory.Is(2, "is the server there?", "record", "fsck", "http://127.0.0.1:1/", "--log", _story.LogKey);
    }

    [Fact]
    public void The_operator_lists_its_refusals_once_and_publishes_what_each_reader_computes_again()
    {
        _story.Enrol("operator", "operator");
        _story.Note(7, "un");
        string[] digest = ["record", "digest", _story.Log, "--key", _story.At("operator.key")];
        RecordStory.Is(0, "nothing was refused", digest);
        RecordStory.Is(1, "refused (form)", "record", "append", _story.Log, "--key", _story.At("desk.key"), "--type",
            "crossing.list", "--act", "{}", "--receipts", _story.At("refused"));
        var refusal = Path.GetFileNameWithoutExtension(Assert.Single(Directory.GetFiles(_story.At("refused"))));
        RecordStory.Is(2, "is no key of the operator here", "record", "digest", _story.Log, "--key",
            _story.At("desk.key"));

        RecordStory.Is(0, "entry 4: recorded", digest);
        RecordStory.Is(0, new Digest(Convert.FromHexString(refusal)).ToString(), "record", "show", _story.Log, "4");
        RecordStory.Is(0, "nothing was refused", digest);
        RecordStory.Is(0, "entry 6: recorded", [.. digest, "--daily", "--reading-key", _story.Reading]);
        RecordStory.Is(0, "outcome: applied", "record", "show", _story.Log, "6");
        RecordStory.Is(0, "4 of 6 recomputed", "record", "fsck", _story.Log, "--replay");
        RecordStory.Is(0, "6 of 6 recomputed", "record", "fsck", _story.Log, "--replay", "--reading-key",
            _story.Key("un.reading"));
    }

    [Fact]
    public void Stats_count_and_name_the_witnesses_that_are_missing()
    {
        _story.Note(7);
        _story.Note(8, "agency");
        _story.Cosign(_story.Log, Noon, witnesses: 1);
        var stats = RecordStory.Done("record", "stats", _story.Log);
        Assert.Contains(
            "witness w.example.un of un: cosigned at 2096-10-02T07:06:40Z\n", stats, StringComparison.Ordinal);
        Assert.Contains("witness w.example.agency of agency: has NOT cosigned", stats, StringComparison.Ordinal);
        Assert.Contains("entries: 4, of them 1 confidential, 1 closed to you", stats, StringComparison.Ordinal);
        Assert.Contains("types: 1 enrol, 1 note\n", stats, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(RecordStory.Done(
            "record", "stats", _story.Log, "--format", "json", "--reading-key", _story.Reading));
        var root = json.RootElement;
        Assert.Equal((0, 3), (root.GetProperty("closed").GetInt32(),
            root.GetProperty("outcomes").GetProperty("applied").GetInt32()));
        var keys = root.GetProperty("organisations").EnumerateArray()
            .Single(o => o.GetProperty("name").GetString() == "un").GetProperty("keys").EnumerateArray().ToArray();
        var desk = keys.Single(k => k.GetProperty("role").GetString() == "desk");
        Assert.Equal((2, 0, 0), (desk.GetProperty("statements").GetInt32(), desk.GetProperty("missing").GetInt32(),
            desk.GetProperty("repeated").GetInt32()));
    }

    private static void Flip(string file, int at)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.Position = at;
        var changed = (byte)(stream.ReadByte() ^ 1);
        stream.Position = at;
        stream.WriteByte(changed);
    }
}
