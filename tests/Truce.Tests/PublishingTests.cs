using System.Net;
using System.Text;
using Truce.Http;
using Truce.Record;

namespace Truce.Tests;

/// <summary>A log, its witnesses and a mirror, each a server on the loopback.</summary>
public sealed class PublishingTests : IAsyncDisposable
{
    private const string Origin = "truce.example/exercise";
    private const StringComparison Exactly = StringComparison.Ordinal;

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-publishing-").FullName;
    private readonly List<IAsyncDisposable> _sites = [];
    private readonly List<IDisposable> _open = [];
    private readonly HttpClient _client = RecordSource.Client();
    private readonly SigningKey _key = new(Origin, KeyUse.Note, Digest.Of("log"u8).ToArray());

    public async ValueTask DisposeAsync()
    {
        foreach (var site in _sites)
        {
            await site.DisposeAsync();
        }

        _open.ForEach(o => o.Dispose());
        _client.Dispose();
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_round_publishes_what_the_witnesses_and_the_mirror_cosign_and_names_who_is_absent()
    {
        var (path, log) = Log("log", 700);
        var a = await Witness("a", isMirror: true);
        var b = await Witness("b", isMirror: false);
        var gone = new WitnessLink("gone", b.Key, new Uri("http://127.0.0.1:1/"));
        var mirrored = a with { Name = "m", Key = _mirrorKeys["a"], Prefix = MirrorOf(a) };
        var publisher = Publisher(path, a, b, mirrored, gone);
        using var disk = new Folder(path);
        var kept = KeptCheckpoints.Open(disk, _key.Verifier, a.Key, b.Key, _mirrorKeys["a"]).Required();

        var first = (await publisher.Next(log, kept, Stop))!.Value.Required();
        Grow(path, 900);
        var second = (await publisher.Next(log, kept, Stop))!.Value.Required();

        foreach (var (round, size) in new[] { (first, 700), (second, 900) })
        {
            Assert.Equal((size, "a b m"), (round.Head.Size, string.Join(' ', round.Cosigned)));
            Assert.Equal("gone", round.Absent.Single().Name);
        }

        Assert.Null(await publisher.Next(log, kept, Stop));
        var served = SignedNote.Parse(File.ReadAllBytes(Path.Combine(path, "checkpoint"))).Required();
        Assert.Equal(4, served.Verify(_key.Verifier, a.Key, b.Key, _mirrorKeys["a"]).Required().Count);
        Assert.NotEmpty(kept.All);
        var mirror = new Uri($"{MirrorOf(a)}/{MirrorSite.HashOf(Origin)}/");
        Assert.Equal(900, Copy.Verify(RecordSource.Remote(_client, mirror), _key.Verifier).Required().Size);
    }

    [Fact]
    public async Task A_witness_that_goes_is_named_as_absent_and_not_as_one_that_cosigned()
    {
        var clock = new Hands();
        var (path, log) = Log("log", 3);
        var (a, b) = (await Witness("a", isMirror: false, clock), await Witness("b", isMirror: false, clock));
        var publisher = Publisher(path, clock, a, b);
        Assert.Empty((await publisher.Next(log, kept: null, Stop))!.Value.Required().Absent);
        await _sites[1].DisposeAsync();
        _sites.RemoveAt(1);
        clock.Seconds += (long)Http.Publisher.RefreshAfter.TotalSeconds;

        var second = (await publisher.Next(log, kept: null, Stop))!.Value.Required();

        Assert.Equal(("a", "b"), (string.Join(' ', second.Cosigned), second.Absent.Single().Name));
        var served = SignedNote.Parse(File.ReadAllBytes(Path.Combine(path, "checkpoint"))).Required();
        Assert.Equal(3, served.Verify(_key.Verifier, a.Key, b.Key).Required().Count); // it is not 10 s old yet
    }

    [Fact]
    public async Task No_cosignature_that_is_offered_is_older_than_ten_seconds_also_of_a_witness_that_falls_silent()
    {
        var clock = new Hands();
        var (path, log) = Log("log", 3);
        var (a, b) = (await Witness("a", isMirror: false, clock), await Witness("b", isMirror: false, clock));
        var publisher = Publisher(path, clock, a, b);
        for (var second = 0; second < 30; second++)
        {
            var round = await publisher.Next(log, kept: null, Stop);
            Assert.True(round is null || round.Value.IsValid);
            var served = SignedNote.Parse(File.ReadAllBytes(Path.Combine(path, "checkpoint"))).Required();
            var times = served.Verify(a.Key, b.Key).Required().Select(v => v.Time!.Value).ToArray();
            Assert.Equal(second < 13 ? 2 : 1, times.Length);
            Assert.All(times, t => Assert.InRange(clock.Seconds - t, 0, 8));
            clock.Seconds++;
            if (second == 7)
            {
                await _sites[1].DisposeAsync();
                _sites.RemoveAt(1);
            }
        }
    }

    /// <summary>A clock whose hands are moved; what waits, waits in real time.</summary>
    private sealed class Hands : TimeProvider
    {
        public long Seconds { get; set; } = 1_000_000;

        public override long TimestampFrequency => 1;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Seconds);

        public override long GetTimestamp() => Seconds;
    }

    [Fact]
    public async Task A_log_restored_from_an_older_disk_stays_read_only_or_fetches_from_the_mirror()
    {
        var (path, log) = Log("log", 300);
        var a = await Witness("a", isMirror: true);
        var mirror = a with { Name = "m", Key = _mirrorKeys["a"], Prefix = MirrorOf(a) };
        Backup(path, Path.Combine(_folder, "restored"));
        Backup(path, Path.Combine(_folder, "fetched"));
        Grow(path, 600);
        Assert.Empty((await Publisher(path, a, mirror).Next(log, kept: null, Stop))!.Value.Required().Absent);
        var policy = Path.Combine(_folder, "policy");
        File.WriteAllText(policy, $"witness a {a.Key} {a.Prefix}\nquorum a\n");
        File.WriteAllText(
            Path.Combine(_folder, "log.key"), SecretKey.Text(Origin, KeyUse.Note, Digest.Of("log"u8).ToArray()));

        var restored = await Run("restored", policy, fetch: null);
        var fetched = await Run("fetched", policy, $"{MirrorOf(a)}/{MirrorSite.HashOf(Origin)}/");

        Assert.Single(restored, l => l.StartsWith("the log is behind: its own key signed 600", Exactly));
        Assert.Equal("read-only: nothing is signed", restored[^1]);
        Assert.Contains(fetched, l => l == "checkpoint of 600 entries: cosigned by a");
    }

    [Fact]
    public async Task Half_of_the_witnesses_are_not_enough_to_start_but_for_a_signed_order()
    {
        var (path, _) = Log("log", 3);
        var policy = Path.Combine(_folder, "policy");
        using var w = new SigningKey("w.example/w", KeyUse.Cosignature, new byte[32]);
        File.WriteAllText(policy, $"witness w {w.Verifier} http://127.0.0.1:1/\nquorum w\n");
        File.WriteAllText(
            Path.Combine(_folder, "log.key"), SecretKey.Text(Origin, KeyUse.Note, Digest.Of("log"u8).ToArray()));
        var order = Path.Combine(_folder, "order");

        var refused = await Run("log", policy, fetch: null);
        File.WriteAllBytes(order, Order(path, 2).Sign(_key).ToBytes());
        var stale = await Run("log", policy, fetch: null, order);
        File.WriteAllBytes(order, Order(path, 3).Sign(_key).ToBytes());
        var ordered = await Run("log", policy, fetch: null, order);

        Assert.StartsWith("0 of 1 witnesses answered", refused[0], StringComparison.Ordinal);
        Assert.Contains("another size", stale[0], StringComparison.Ordinal);
        Assert.StartsWith("started by signed order", ordered[0], StringComparison.Ordinal);
        Assert.Single(ordered, l => l.StartsWith("checkpoint of 3 entries: cosigned by nobody", Exactly));
    }

    [Fact]
    public async Task Whatever_a_witness_answers_the_log_takes_a_valid_cosignature_and_nothing_else()
    {
        using var w = new SigningKey("w.example/w", KeyUse.Cosignature, new byte[32]);
        using var other = new SigningKey("w.example/w", KeyUse.Cosignature, Digest.Of("other"u8).ToArray());
        var note = new Checkpoint(Origin, size: 1, Digest.Of("leaf"u8)).Sign(_key);
        var good = Cosignature.Sign(w, note.Text, 9).Line;
        (int Status, string Type, string Body, bool Taken)[] table =
        [
            (200, "text/plain", good, true), (200, "", Cosignature.Sign(other, note.Text, 9).Line + good, true),
            (200, "text/plain", Cosignature.Sign(other, note.Text, 9).Line, false), (200, "", "", false),
            (200, "text/plain", new string('x', 200_000), false), (403, "", "", false), (404, "", "", false),
            (409, "text/x.tlog.size", "", false), (409, "", "0\n", false), (409, "", "7\n", false),
            (500, "", "", false), (302, "", "", false),
        ];
        foreach (var (status, type, body, taken) in table)
        {
            await using var site = await Site.Start(new(IPAddress.Loopback, 0), TimeProvider.System, HttpTests.Quiet,
                (context, _) =>
                {
                    context.Response.Headers.Location = "/elsewhere";
                    return Site.Bytes(context, status, type, Encoding.UTF8.GetBytes(body));
                });
            var link = new WitnessLink("w", w.Verifier, site.Url);

            var reply = await HttpWitness.Cosign(_client, link, note, 0, (_, _) => Digest.Of("leaf"u8), Stop);

            Assert.Equal((taken, status, body[..Math.Min(9, body.Length)]),
                (reply is WitnessReply.Cosigned, status, body[..Math.Min(9, body.Length)]));
        }
    }

    private readonly Dictionary<string, VerifierKey> _mirrorKeys = [];

    private static Uri MirrorOf(WitnessLink link) => new(link.Prefix, MirrorSite.Prefix[1..]);

    private (string Path, PublishedLog Log) Log(string name, int entries)
    {
        var path = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        using (var disk = new Folder(path))
        {
            RecordLog.Create(disk, new LogSettings(_key.Verifier, segmentBytes: 1 << 18)).Required().Dispose();
        }

        Grow(path, entries);
        var reader = new Folder(path);
        _open.Add(reader);
        return (path, PublishedLog.Open(reader).Required());
    }

    private static void Grow(string path, int entries)
    {
        using var disk = new Folder(path);
        using var log = RecordLog.Open(disk).Required();
        var leaves = Enumerable.Range((int)log.Size, (int)(entries - log.Size))
            .Select(i => new Record.Leaf(Encoding.UTF8.GetBytes($"entry {i}"), default, default));
        log.Append([.. leaves]).Required();
    }

    private static void Backup(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private static StartOrder Order(string path, long size)
    {
        using var disk = new Folder(path);
        using var log = RecordLog.Open(disk).Required();
        return new StartOrder(Origin, size, log.Root, Time: 5);
    }

    private async Task<WitnessLink> Witness(string name, bool isMirror, TimeProvider? clock = null)
    {
        var path = Path.Combine(_folder, name);
        string[] args = ["witness", "init", path, "--name", $"w.example/{name}", "--log", $"{_key.Verifier}"];
        var text = new StringWriter();
        Assert.Equal(0, Program.Run([.. args, .. isMirror ? ["--mirror"] : Array.Empty<string>()], text, text));
        var host = WitnessHost.Open(path, new byte[32]).Required();
        _open.Add(host);
        var answer = host.Answer(clock ?? TimeProvider.System);
        var site = await Site.Start(new(IPAddress.Loopback, 0), TimeProvider.System, HttpTests.Quiet, answer);
        _sites.Add(site);
        var keys = text.ToString().Split('\n').Where(l => l.StartsWith("witness ", StringComparison.Ordinal))
            .Select(l => VerifierKey.Parse(l.Split(' ')[2]).Required()).ToArray();
        _mirrorKeys[name] = keys[^1];
        return new WitnessLink(name, keys[0], site.Url);
    }

    private Publisher Publisher(string path, params WitnessLink[] links) =>
        Publisher(path, TimeProvider.System, links);

    private Publisher Publisher(string path, TimeProvider clock, params WitnessLink[] links) => new(
        use =>
        {
            using var disk = new Folder(path);
            using var log = RecordLog.Open(disk).Required();
            return use(log);
        },
        _key, links, ["m"], _client, clock);

    /// <summary>Runs the loop until it has said what it made of the start and of one round.</summary>
    private async Task<List<string>> Run(string name, string policy, string? fetch, string? order = null)
    {
        var path = Path.Combine(_folder, name);
        var disk = new Folder(path);
        using var publishing = Publishing.Of(path, PublishedLog.Open(disk).Required(), policy,
            Path.Combine(_folder, "log.key"), [], new Orders(fetch, order)).Required();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var said = new List<string>();
        await publishing.Run(TimeProvider.System, line =>
        {
            said.Add(line);
            if (line.StartsWith("checkpoint of", StringComparison.Ordinal))
            {
                done.Cancel();
            }
        }, done.Token);
        disk.Dispose();
        using var after = new Folder(path);
        var keys = TrustPolicy.Parse(File.ReadAllBytes(policy)).Required().Witnesses.Select(w => w.Key);
        Assert.Null(Fsck.Check(after, [.. keys]).First);
        return said;
    }
}
