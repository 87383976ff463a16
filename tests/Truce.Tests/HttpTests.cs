using System.Net;
using System.Text;
using Truce.Http;
using Truce.Record;

namespace Truce.Tests;

/// <summary>The sites on the loopback, at whatever port is free: each row is a request and what it must get.</summary>
public sealed class HttpTests : IDisposable
{
    private static readonly SigningKey Log = new(Origin, KeyUse.Note, Digest.Of("log"u8).ToArray());

    private const string Origin = "truce.example/exercise";
    private const string Kept = "public, max-age=31536000, immutable";

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-http-").FullName;
    private readonly HttpClient _client = new();

    public void Dispose()
    {
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_witness_answers_each_request_as_the_specification_says()
    {
        Assert.Equal(0, Verb("witness", "init", _folder, "--name", "w.example/a", "--log", $"{Log.Verifier}").Code);
        using var host = WitnessHost.Open(_folder, new byte[32]).Required();
        await using var site = await Serve(host);
        var five = Encoding.UTF8.GetString(Request(0, [], Head(5, "a")));
        var fork = Encoding.UTF8.GetString(Request(5, [], Head(5, "b")));
        (string Method, string Path, string Body, int Status, string Type, string Answer)[] table =
        [
            ("GET", "/", "", 200, "text/plain; charset=utf-8", "A witness"),
            ("GET", Latest, "", 404, "text/plain; charset=utf-8", "nothing"),
            ("POST", "/add-checkpoint", "old 0", 400, "text/plain; charset=utf-8", "a request is"),
            ("POST", "/add-checkpoint", five.Replace(Origin, "x"), 404, "text/plain; charset=utf-8", "unknown log"),
            ("POST", "/add-checkpoint", five.Replace("\n5\n", "\n6\n"), 403, "text/plain; charset=utf-8", "the sig"),
            ("POST", "/add-checkpoint", five, 200, "text/plain; charset=utf-8", "— w.example/a "),
            ("POST", "/add-checkpoint", five, 409, "text/x.tlog.size", "5\n"),
            ("POST", "/add-checkpoint", fork, 422, "text/plain; charset=utf-8", "the checkpoint is not"),
            ("POST", "/add-checkpoint", new string('x', Witness.RequestBytesMax + 1), 413, "text/plain; charset=utf-8",
                "a request has at most"),
            ("GET", "/add-checkpoint", "", 405, "text/plain; charset=utf-8", "this path takes POST"),
            ("PUT", Latest, "x", 405, "text/plain; charset=utf-8", "this path takes GET"),
            ("GET", Latest, "", 200, "text/plain; charset=utf-8", Head(5, "a").Text),
            ("GET", Latest + "/", "", 404, "text/plain; charset=utf-8", "nothing"),
            ("GET", "/witness.key", "", 404, "text/plain; charset=utf-8", "nothing"),
            ("GET", "/../witness.key", "", 404, "text/plain; charset=utf-8", "nothing"),
        ];
        foreach (var (method, path, body, status, type, answer) in table)
        {
            using var got = await Send(site, method, path, Encoding.UTF8.GetBytes(body));
            var text = await got.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            Assert.Equal((status, type, path), ((int)got.StatusCode, $"{got.Content.Headers.ContentType}", path));
            Assert.StartsWith(answer, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_log_is_served_on_the_standard_paths_while_another_process_writes_it()
    {
        using var disk = new Folder(_folder);
        using var log = RecordLog.Create(disk, new LogSettings(Log.Verifier, segmentBytes: 1 << 18)).Required();
        using var reader = new Folder(_folder);
        var read = RecordSite.Folder(_folder, PublishedLog.Open(reader).Required());
        await using var site = await Site.Start(new(IPAddress.Loopback, 0), TimeProvider.System, Quiet,
            RecordSite.Answer(read));
        using var early = await Send(site, "GET", "/checkpoint", []);
        Grow(log, 300);
        (string Method, string Path, int Status, string Type, string Cache, int Length)[] table =
        [
            ("GET", "/checkpoint", 200, "text/plain; charset=utf-8", "public, max-age=2", -1),
            ("GET", "/tile/0/000", 200, "application/octet-stream", Kept, 8192),
            ("GET", "/tile/0/001.p/44", 200, "application/octet-stream", Kept, 1408),
            ("GET", "/tile/0/001.p/7", 200, "application/octet-stream", Kept, 224),
            ("GET", "/tile/1/000.p/1", 200, "application/octet-stream", Kept, 32),
            ("GET", "/tile/entries/001.p/44", 200, "application/octet-stream", Kept, -1),
            ("HEAD", "/tile/0/000", 200, "application/octet-stream", Kept, 8192),
            ("GET", "/tile/0/001", 404, "text/plain; charset=utf-8", "", -1),
            ("GET", "/tile/0/001.p/45", 404, "text/plain; charset=utf-8", "", -1),
            ("GET", "/tile/2/000", 404, "text/plain; charset=utf-8", "", -1),
            ("GET", "/tile/00/000", 404, "text/plain; charset=utf-8", "", -1),
            ("GET", "/segment-00000000", 404, "text/plain; charset=utf-8", "", -1),
            ("GET", "/", 404, "text/plain; charset=utf-8", "", -1),
            ("POST", "/checkpoint", 405, "text/plain; charset=utf-8", "", -1),
        ];
        Assert.Equal(HttpStatusCode.NotFound, early.StatusCode);
        foreach (var (method, path, status, type, cache, length) in table)
        {
            using var got = await Send(site, method, path, []);

            Assert.Equal((status, type, path), ((int)got.StatusCode, $"{got.Content.Headers.ContentType}", path));
            Assert.Equal(cache, $"{got.Headers.CacheControl}");
            Assert.True(length < 0 || got.Content.Headers.ContentLength == length);
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("gzip", "gzip")]
    [InlineData("br, gzip;q=0.5", "gzip")]
    [InlineData("gzip;q=0", "")]
    [InlineData("identity, gzip;q=0.0, xgzip", "")]
    public async Task A_bundle_is_zipped_for_those_alone_who_take_it_so(string accepted, string encoding)
    {
        await using var site = await Site.Start(new(IPAddress.Loopback, 0), TimeProvider.System, Quiet,
            RecordSite.Answer(_ => "a bundle"u8.ToArray()));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(site.Url, "/tile/entries/000"));
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);

        using var got = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(encoding, string.Join(", ", got.Content.Headers.ContentEncoding));
    }

    [Fact]
    public async Task A_copy_over_the_network_is_the_log_and_follows_it()
    {
        var (from, to) = (Path.Combine(_folder, "log"), Path.Combine(_folder, "copies", "log"));
        Directory.CreateDirectory(from);
        using var disk = new Folder(from);
        using var log = RecordLog.Create(disk, new LogSettings(Log.Verifier, segmentBytes: 1 << 18)).Required();
        Grow(log, 300);
        using var reader = new Folder(from);
        var read = RecordSite.Folder(from, PublishedLog.Open(reader).Required());
        await using var site = await Site.Start(new(IPAddress.Loopback, 0), TimeProvider.System, Quiet,
            RecordSite.Answer(read));

        var first = Verb("record", "copy", $"{site.Url}", to, "--log", $"{Log.Verifier}", "--verify");
        Grow(log, 900);
        var second = Verb("record", "copy", from, to, "--verify");
        var wrong = Verb("record", "copy", $"{site.Url}", to);
        File.WriteAllBytes(Path.Combine(to, "tile", "entries", "001"), [1, 2, 3]);
        var doctored = Verb("record", "copy", from, to, "--verify");

        Assert.Equal((0, 0, 2, 1), (first.Code, second.Code, wrong.Code, doctored.Code));
        Assert.Contains("300 entries", first.Text, StringComparison.Ordinal);
        Assert.Contains("600 of them new", second.Text, StringComparison.Ordinal);
        Assert.Contains("tile/entries/001", doctored.Text, StringComparison.Ordinal);
        Assert.Equal(read("tile/0/003.p/132"), File.ReadAllBytes(Path.Combine(to, "tile", "0", "003.p", "132")));
    }

    internal static void Quiet(string line)
    {
    }

    private static string Latest => "/" + Witness.MonitoringPath(Origin);

    private static Task<Site> Serve(WitnessHost host) =>
        Site.Start(new(IPAddress.Loopback, 0), TimeProvider.System, Quiet, host.Answer(TimeProvider.System));

    private static SignedNote Head(long size, string root) =>
        new Checkpoint(Origin, size, Digest.Of(Encoding.UTF8.GetBytes(root))).Sign(Log);

    private static byte[] Request(long old, Digest[] proof, SignedNote head) => Witness.Request(old, proof, head);

    private static void Grow(RecordLog log, int entries)
    {
        var leaves = Enumerable.Range((int)log.Size, (int)(entries - log.Size))
            .Select(i => new Record.Leaf(Encoding.UTF8.GetBytes($"entry {i}"), default, default));
        log.Append([.. leaves]).Required();
        log.Publish(log.Sign(Log).Required()).Required();
    }

    private async Task<HttpResponseMessage> Send(Site site, string method, string path, byte[] body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(site.Url, path));
        request.Content = method is "GET" or "HEAD" ? null : new ByteArrayContent(body);
        return await _client.SendAsync(request);
    }

    private static (int Code, string Text) Verb(params string[] args)
    {
        var text = new StringWriter();
        return (Program.Run(args, text, text), text.ToString());
    }
}
