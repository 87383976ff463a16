using System.Text;
using Truce.Http;
using Truce.Record;
using Truce.Verbs;

namespace Truce.Tests;

/// <summary>A record, its witnesses and its mirror together, as their owners run them.</summary>
public sealed class WitnessedRecordTests
{
    private const StringComparison Exactly = StringComparison.Ordinal;

    private static string Kept(WitnessedRecord record) =>
        Path.Combine(record.Log, Publishing.KeptFolder, KeptCheckpoints.FileName);

    private static bool IsWhole(string line) => line.Contains("cosigned by a, b, relief", Exactly);

    [Fact]
    public async Task A_time_that_the_witnesses_contradict_is_shown_as_disputed_and_is_no_fault()
    {
        await using var record = await WitnessedRecord.Make();
        Assert.Contains(await record.Publish(IsWhole), IsWhole);
        var index = record.Take(receivedAt: 2_000); // long before the witnesses saw a tree without it
        await record.Publish(l => l.StartsWith("checkpoint of 2", Exactly) && IsWhole(l));

        var (shown, text) = WitnessedRecord.Verb("record", "show", record.Log, $"{index}");
        var json = WitnessedRecord.Verb("record", "show", record.Log, $"{index}", "--format", "json").Text;
        var first = WitnessedRecord.Verb("record", "show", record.Log, "0").Text;
        var (sound, fsck) = WitnessedRecord.Verb("record", "fsck", record.Log);

        Assert.Equal((0, 0), (shown, sound));
        Assert.Contains("! clock disputed: by the witnesses it came between ", text, Exactly);
        Assert.Contains("\"clock_disputed\"", json, Exactly);
        Assert.Contains("\"seen_before\"", json, Exactly);
        Assert.Contains("the witnesses were silent: by them it came before ", first, Exactly);
        Assert.Contains("note: clock disputed: entries 1 to 1: by the witnesses they came ", fsck, Exactly);

        var bytes = File.ReadAllBytes(Kept(record));
        bytes[40] ^= 1;
        File.WriteAllBytes(Kept(record), bytes);
        var damaged = WitnessedRecord.Verb("record", "fsck", record.Log);
        Assert.Equal(1, damaged.Code);
        Assert.Contains("FAULT witnessed/kept:0: ", damaged.Text, Exactly);
    }

    [Fact]
    public async Task Append_keeps_the_cosignatures_that_an_unchanged_tree_has()
    {
        await using var record = await WitnessedRecord.Make();
        await record.Publish(IsWhole);
        var before = record.Published();
        var statement = new SignedStatement(Encoding.UTF8.GetBytes("{}"), new byte[64]).ToBytes();
        File.WriteAllBytes(record.Below("empty.statement"), statement);

        var refused = WitnessedRecord.Verb("record", "append", record.Log, record.Below("empty.statement"));

        Assert.Equal(1, refused.Code);
        Assert.Equal(4, before.Signatures.Count);
        Assert.Equal(before, record.Published());
    }

    [Fact]
    public void Whoever_finds_the_log_in_use_tries_again_for_two_seconds_and_not_for_ever()
    {
        using var folder = new TempFolder();
        using var disk = new Folder(folder.Path);
        using var key = new SigningKey("log.example", KeyUse.Note, new byte[32]);
        var held = RecordLog.Create(disk, new LogSettings(key.Verifier, 1 << 18)).Required();
        var pauses = 0;

        using (var never = new Folder(folder.Path))
        {
            Assert.Equal(RecordLog.InUse, Turns.Open(never, () => pauses++).Error);
        }

        Assert.Equal(Turns.TriesMax - 1, pauses);
        Assert.InRange(Turns.Between * Turns.TriesMax, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        using var soon = new Folder(folder.Path);
        var opened = Turns.Open(soon, held.Dispose);
        Assert.True(opened.IsValid, opened.Error);
        opened.Value.Dispose();
        using var empty = new TempFolder();
        using var nothing = new Folder(empty.Path);
        Assert.False(Turns.Open(nothing, () => throw new InvalidOperationException("not in use")).IsValid);
    }

    [Fact]
    public async Task A_stick_holds_what_its_receiver_may_read_and_the_outbox_and_nothing_more()
    {
        await using var record = await WitnessedRecord.Make();
        record.Take(2_000);
        record.Take(3_000, "north");
        var own = record.Take(4_000, WitnessedRecord.Relief, "north");
        await record.Publish(IsWhole);
        var deposit = record.Below("one.deposit");
        using var mirror = new SigningKey("m.example", KeyUse.Cosignature, new byte[32]);
        File.WriteAllBytes(deposit, new Deposit("x", Merkle.EmptyRoot, 1).Sign(mirror).ToBytes());
        var to = record.Below("stick");

        var (code, text) = WitnessedRecord.Verb(
            "record", "stick", record.Log, to, "--from", "1", "--for", WitnessedRecord.Relief, "--outbox", deposit);
        var bare = WitnessedRecord.Verb("record", "stick", record.Log, record.Below("bare"), "--from", "0");
        var tooFar = WitnessedRecord.Verb("record", "stick", record.Log, record.Below("far"), "--from", "9");
        var nobody = WitnessedRecord.Verb("record", "stick", record.Log, to, "--from", "0", "--for", "nobody");
        var alien = WitnessedRecord.Verb("record", "stick", record.Log, record.Log, "--from", "0");
        var notOne = WitnessedRecord.Verb(
            "record", "stick", record.Log, to, "--from", "0", "--outbox", record.Policy);

        Assert.Equal((0, 0, 2, 2, 2, 2), (code, bare.Code, tooFar.Code, nobody.Code, alien.Code, notOne.Code));
        Assert.Contains("2 bodies for relief; 2 are not for them", text, Exactly);
        Assert.Contains("0 bodies for everybody; 4 are not for them", bare.Text, Exactly);
        string[] Files(string folder) => [.. Directory.EnumerateFiles(to, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(to, f).Replace('\\', '/')).Where(f => f.StartsWith(folder, Exactly))];
        Assert.Equal((2, 2, 1), (Files("body/").Length, Files("wraps/").Length, Files("deposit/").Length));
        Assert.All(Files("").Where(f => f.Contains('/') && !f.StartsWith("tile", Exactly)),
            f => Assert.True(Stick.IsWhole(f, File.ReadAllBytes(Path.Combine(to, f)))));
        Assert.All(Files("wraps/"), f =>
        {
            var wraps = Wraps.Parse(File.ReadAllBytes(Path.Combine(to, f))).Required();
            Assert.Equal(WitnessedRecord.Relief, Assert.Single(wraps.All).To);
        });
        var key = Stick.ReadHead(File.ReadAllBytes(Path.Combine(to, "stick"))).Required();
        Assert.Equal(1, key.From);
        Assert.Equal(own + 1, StaticLog.Open(RecordSite.StaticFolder(to), key.Log).Required().Head.Size);
    }

    [Fact]
    public async Task A_mirror_holds_the_bodies_of_its_organisation_with_its_own_wraps()
    {
        await using var record = await WitnessedRecord.Make();
        var closed = record.Take(2_000, "north");
        var own = record.Take(3_000, WitnessedRecord.Relief, "north");
        var said = await record.Publish(l => l.Contains("mirrored with bodies by relief: 3", Exactly));
        await record.Stop();

        Assert.DoesNotContain(said, l => l.Contains('(', Exactly));
        Assert.Equal((2, 2), Held(record, own));
        using var host = record.Host(WitnessedRecord.Relief);
        var mirror = Assert.Single(host.Mirrors);
        var (hidden, other) = (Hidden(record, own), Hidden(record, closed));
        var stored = mirror.Bodies!.Find(hidden.Statement.CiphertextHash)!;
        using var key = WitnessedRecord.Reading(WitnessedRecord.Relief);
        Assert.Equal(WitnessedRecord.Relief, Assert.Single(stored.Wraps!.All).To);
        Assert.Null(Seal.Open(hidden.Statement, hidden.Signature, hidden.Genesis, stored.Bytes.Span, stored.Wraps,
            new Reader(WitnessedRecord.Relief, key)).Error);

        using var bodies = new Folder(Path.Combine(record.Log, RecordFolder.BodiesName));
        using var operators = WitnessedRecord.Reading(Audience.Operator);
        var less = Bodies.Wraps(bodies, hidden.Statement.CiphertextHash)!.Only(Audience.Operator)!;
        Assert.Contains("not wrapped for exactly the audience", Seal.Open(hidden.Statement, hidden.Signature,
            hidden.Genesis, stored.Bytes.Span, less, new Reader(Audience.Operator, operators)).Error, Exactly);
        var norths = Granted.For(bodies, other.Statement.CiphertextHash, "north")!;
        var whole = StoredBody.Ciphertext(stored.Bytes, Bodies.Wraps(bodies, hidden.Statement.CiphertextHash));
        var bent = record.Delivery(own, stored);
        bent[^1] ^= 1;
        (byte[] Delivery, int Status, string Words)[] table =
        [
            (record.Delivery(own, stored), 200, "durable"), (bent, 400, "not those that the note names"),
            ([], 400, "a delivery is"), (record.Delivery(own, whole), 403, "for others"),
            (record.Delivery(closed, norths), 403, "for others"), (record.Delivery(closed, stored), 422, "not name"),
            (record.Delivery(9, stored), 409, "not held here yet"),
            (record.Delivery(0, StoredBody.Clear(new byte[40])), 422, "not name"),
        ];
        Assert.All(table, row =>
        {
            var answer = mirror.AddBody(row.Delivery);
            Assert.Equal(row.Status, answer.Status);
            Assert.Contains(row.Words, answer.Body, Exactly);
        });
        using var stranger = new SigningKey(WitnessedRecord.Origin, KeyUse.Note, new byte[32]);
        Assert.Equal(400, mirror.AddBody(
            new BodyDelivery(WitnessedRecord.Origin, own, stored).ToBytes(stranger)).Status);
        Assert.Equal((2, 2), Held(record, own));
    }

    /// <summary>
    /// Who may read a step and what it attaches gets both; who may read one of them gets that one alone, and hears
    /// nothing of what the step attaches.
    /// </summary>
    [Fact]
    public async Task What_a_confidential_step_attaches_reaches_mirrors_of_those_who_may_read_both_and_no_others()
    {
        await using var record = await WitnessedRecord.Make();
        Attached[] ours = [], norths = [];
        var own = record.Take(2_000, ["north", WitnessedRecord.Relief],
            [("a route for both", ["north", WitnessedRecord.Relief]), ("north's alone", ["north"]), ("clear", [])],
            a => ours = a);
        var closed = record.Take(3_000, ["north"],
            [("a route", ["north"]), ("a note that relief could open", [WitnessedRecord.Relief]), ("clear too", [])],
            a => norths = a);
        var said = await record.Publish(
            l => l.Contains("mirrored with bodies by relief: 3", Exactly) || l.Contains("(entry", Exactly));
        await record.Stop();
        Assert.DoesNotContain(said, l => l.Contains("(entry", Exactly));

        var (step, other) = (Hidden(record, own), Hidden(record, closed));
        Digest[] expected =
            [step.Statement.CiphertextHash, step.Outcome.CiphertextHash, ours[0].Hash, ours[2].Hash];
        Digest[] others = [other.Statement.CiphertextHash, other.Outcome.CiphertextHash, ours[1].Hash,
            .. norths.Select(a => a.Hash)];
        using (var kept = new Folder(
            Path.Combine(record.MirrorOf(WitnessedRecord.Relief), MirrorBodies.FolderName)))
        {
            Assert.Equal(expected, expected.Concat(others).Where(h => Bodies.HasAny(kept, h)));
        }

        using (var host = record.Host(WitnessedRecord.Relief))
        {
            var held = host.Mirrors[0].Bodies!.Find(ours[0].Hash)!;
            using var key = WitnessedRecord.Reading(WitnessedRecord.Relief);
            Assert.Equal("a route for both", Encoding.UTF8.GetString(Seal.Open(ours[0], step.Genesis,
                held.Bytes.Span, held.Wraps!, new Reader(WitnessedRecord.Relief, key))!.Value.Span));
            var stray = record.Delivery(closed, held);
            Assert.Equal(422, host.Mirrors[0].AddBody(stray).Status);
        }

        var wire = new Wire();
        foreach (var (organisation, may) in new (string, Digest[])[]
        {
            (WitnessedRecord.Relief, expected), ("south", []),
            ("north",
            [
                .. expected, ours[1].Hash, other.Statement.CiphertextHash, other.Outcome.CiphertextHash,
                norths[0].Hash, norths[2].Hash,
            ]),
        })
        {
            wire.Sent.Clear();
            Assert.Null(await record.Post(wire, organisation, size: 3));
            Assert.Equal(may.Select(h => h.ToHex()).Order(StringComparer.Ordinal),
                wire.Sent.Select(s => record.Opened(s).Body.Hash.ToHex()).Order(StringComparer.Ordinal));
            Assert.All(wire.Sent, s => Assert.All(
                record.Opened(s).Body.Wraps?.All ?? [], w => Assert.Equal(organisation, w.To)));
        }

        var stick = record.Below("stick");
        Assert.Equal(0, WitnessedRecord.Verb(
            "record", "stick", record.Log, stick, "--from", "0", "--for", WitnessedRecord.Relief).Code);
        Assert.Equal(expected.Select(h => h.ToHex()).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Path.Combine(stick, "body")).Select(Path.GetFileName)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_mirror_erases_by_order_signs_the_answer_and_takes_nothing_of_it_again()
    {
        await using var record = await WitnessedRecord.Make();
        var own = record.Take(2_000, WitnessedRecord.Relief);
        var hidden = Hidden(record, own);
        var order = record.Take("north", "erase-order", new Erasure.Order(
            own, [hidden.Statement.CiphertextHash, hidden.Outcome.CiphertextHash]).ToAct(), 3_000);
        await record.Publish(l => l.Contains("mirrored with bodies by relief: 3", Exactly));
        var busy = Erase(record, order, "busy");
        await record.Stop();
        byte[] delivery;
        using (var host = record.Host(WitnessedRecord.Relief))
        {
            delivery = record.Delivery(own, host.Mirrors[0].Bodies!.Find(hidden.Statement.CiphertextHash)!);
        }

        var refused = Erase(record, order, "no", "--refuse", "it is evidence");
        Assert.Equal((2, 2), Held(record, own));
        var none = Erase(record, own, "none");
        var done = Erase(record, order, "done");

        Assert.Equal((2, 0, 2, 0), (busy.Code, refused.Code, none.Code, done.Code));
        Assert.Contains("stop `truce witness serve", busy.Text, Exactly);
        Assert.Contains("is no order of erasure", none.Text, Exactly);
        Assert.Contains($"the order of entry {order} is by north, about entry {own}", done.Text, Exactly);
        Assert.Equal((0, 0), Held(record, own));
        using (var host = record.Host(WitnessedRecord.Relief))
        {
            Assert.Equal(410, host.Mirrors[0].AddBody(delivery).Status);
        }

        foreach (var (file, type) in new[] { ("no", "erase-refused"), ("done", "erase-done") })
        {
            var signed = SignedStatement.Parse(File.ReadAllBytes(record.Below($"{file}.statement"))).Required();
            Assert.Equal(type, signed.Verify().Required().Type);
            Assert.True(Erasure.Read(signed.Verify().Required()).IsValid);
            Assert.Equal(0, WitnessedRecord.Verb(
                "record", "append", record.Log, record.Below($"{file}.statement")).Code);
        }
    }

    [Fact]
    public async Task A_log_serves_its_clear_bodies_and_no_ciphertext()
    {
        await using var record = await WitnessedRecord.Make();
        var hidden = Hidden(record, record.Take(2_000, "north"));
        var clear = StoredBody.Clear(new byte[40]);
        using var bodies = new Folder(Path.Combine(record.Log, RecordFolder.BodiesName));
        using (var store = Bodies.Open(bodies).Required())
        {
            Assert.Null(store.Put(clear));
        }

        using var disk = new Folder(record.Log);
        var read = RecordSite.Folder(record.Log, PublishedLog.Open(disk).Required());

        Assert.Equal(clear.Bytes.ToArray(), read($"body/{clear.Hash.ToHex()}"));
        Assert.NotNull(Bodies.Get(bodies, hidden.Statement.CiphertextHash));
        Assert.Null(read($"body/{hidden.Statement.CiphertextHash.ToHex()}"));
        Assert.Null(read($"wraps/{hidden.Statement.CiphertextHash.ToHex()}"));
        Assert.Null(read($"body/{Merkle.EmptyRoot.ToHex()}"));
    }

    private static (ConfidentialStatement Statement, ConfidentialOutcome Outcome, byte[] Signature, Digest Genesis)
        Hidden(WitnessedRecord record, long index)
    {
        using var disk = new Folder(record.Log);
        using var log = RecordLog.Open(disk).Required();
        var leaf = Record.Leaf.Parse(log.Entries(index, index + 1)!.AsMemory(2)).Required();
        return (ConfidentialStatement.Parse(leaf.Statement.Span).Required(),
            ConfidentialOutcome.Parse(leaf.Outcome.Span).Required(), leaf.Signature.ToArray(),
            Merkle.Leaf(log.Entries(0, 1)!.AsSpan(2)));
    }

    /// <summary>How many bodies of an entry the mirror holds, and of how many the wraps.</summary>
    private static (int Bodies, int Wraps) Held(WitnessedRecord record, long entry)
    {
        using var folder = new Folder(
            Path.Combine(record.MirrorOf(WitnessedRecord.Relief), MirrorBodies.FolderName));
        var hidden = Hidden(record, entry);
        Digest[] own = [hidden.Statement.CiphertextHash, hidden.Outcome.CiphertextHash];
        return (own.Count(h => Bodies.HasAny(folder, h)), own.Count(h => Bodies.Wraps(folder, h) is not null));
    }

    private static (int Code, string Text) Erase(
        WitnessedRecord record, long order, string to, params string[] more) => WitnessedRecord.Verb(
    [
        "witness", "erase", record.Below(WitnessedRecord.Relief), "--order", $"{order}", "--key",
        record.KeyFile(WitnessedRecord.Relief), "--to", record.Below($"{to}.statement"), .. more,
    ]);

    /// <summary>A mirror that takes everything and keeps what came over the wire.</summary>
    private sealed class Wire : HttpMessageHandler
    {
        public List<byte[]> Sent { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken stop)
        {
            Sent.Add(await request.Content!.ReadAsByteArrayAsync(stop));
            return new HttpResponseMessage(System.Net.HttpStatusCode.OK) { Content = new StringContent("durable\n") };
        }
    }

    private sealed class TempFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("truce-turns-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
