using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Truce.Http;
using Truce.Record;

namespace Truce.Tests;

/// <summary>A witness among neighbours who mean harm, and with a folder that is not what it should be.</summary>
public sealed class HostileHttpTests : IDisposable
{
    private const string Origin = "truce.example/exercise";
    private const StringComparison Exactly = StringComparison.Ordinal;

    private static readonly SigningKey Log = new(Origin, KeyUse.Note, Digest.Of("log"u8).ToArray());

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-hostile-").FullName;
    private readonly List<Socket> _sockets = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _sockets.ForEach(s => s.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task One_host_with_all_the_connections_that_it_can_open_shuts_no_other_out()
    {
        var closed = new List<Task>();
        await using var site = await Start(_ => Task.CompletedTask);
        for (var i = 0; i < Site.ConnectionsMax + 20; i++)
        {
            closed.Add(Closed(site, "127.0.0.1"));
        }

        for (var i = 0; i < Site.ConnectionsMax + 20 - Site.ConnectionsEach; i++)
        {
            closed.Remove(await Task.WhenAny(closed)); // those above the share
        }

        Assert.Equal(HttpStatusCode.OK, await Get(site, "127.0.0.2"));
        _sockets.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task One_host_with_all_the_half_requests_that_it_can_begin_shuts_no_other_out()
    {
        var begun = 0;
        await using var site = await Start(async context =>
        {
            Interlocked.Increment(ref begun);
            await Site.Body(context, 100, context.RequestAborted);
        });
        var answers = new List<Task<int>>();
        for (var i = 0; i < Site.RequestsEach + 8; i++)
        {
            var socket = await Connect(site, "127.0.0.1");
            await socket.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"u8.ToArray(), Stop);
            answers.Add(socket.ReceiveAsync(new byte[100], Stop).AsTask());
        }

        for (var i = 0; i < 8; i++)
        {
            answers.Remove(await Task.WhenAny(answers)); // eight are refused at once; the others wait for their bodies
        }

        Assert.Equal(HttpStatusCode.OK, await Get(site, "127.0.0.2"));
        Assert.InRange(begun, 1, Site.RequestsEach + 1);
        _sockets.ForEach(s => s.Dispose());
    }

    [Fact]
    public void A_share_is_that_of_an_address_and_of_a_prefix_of_IPv6_and_is_free_again_when_given_back()
    {
        var shares = new Shares(each: 2);
        (string Address, bool Has)[] table =
        [
            ("192.0.2.1", true), ("::ffff:192.0.2.1", true), ("192.0.2.1", false), ("192.0.2.2", true),
            ("2001:db8::1", true), ("2001:db8::2:0:0:1", true), ("2001:db8::ffff", false), ("2001:db8:0:1::1", true),
        ];
        Assert.All(table, t => Assert.Equal(t.Has, shares.TryTake(IPAddress.Parse(t.Address))));

        shares.Give(IPAddress.Parse("192.0.2.1"));

        Assert.True(shares.TryTake(IPAddress.Parse("192.0.2.1")));
        Assert.False(shares.TryTake(IPAddress.Parse("192.0.2.1")));
    }

    [Fact]
    public async Task An_upload_is_sent_in_gzip_and_its_media_type_is_read_in_any_case()
    {
        var seen = "";
        await using var site = await Start(async context =>
        {
            seen = $"{context.Request.Headers.ContentEncoding}";
            using var zipped = new System.IO.Compression.GZipStream(
                new MemoryStream((await Site.Body(context, 1000, Stop))!),
                System.IO.Compression.CompressionMode.Decompress);
            using var plain = new StreamReader(zipped);
            await Site.Text(context, 200, await plain.ReadToEndAsync(Stop));
        });
        using var client = RecordSource.Client();
        var (status, body) = await HttpWitness.Post(client, site.Url, "entries"u8.ToArray(), "application/octet-stream",
            TimeSpan.FromSeconds(30), Stop, isZipped: true);
        Assert.Equal((200, "entries", "gzip"), (status, Encoding.UTF8.GetString(body), seen));

        using var host = Host();
        await using var mirror = await Start(c => host.Answer(TimeProvider.System)(c, Stop));
        using var content = new ByteArrayContent(RecordSite.Zipped(new UploadHeader(Origin, 0, 1, default).ToBytes()));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("Application/Octet-Stream; v=1");
        content.Headers.ContentEncoding.Add("GZip");
        using var answer = await client.PostAsync(new Uri(mirror.Url, "/mirror/add-entries"), content, Stop);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "gzip"),
            (answer.StatusCode, string.Join(' ', answer.Headers.GetValues("Accept-Encoding"))));
    }

    [Fact]
    public async Task A_witness_whose_disk_fails_says_so_to_its_operator_with_a_remedy()
    {
        using var host = Host();
        Assert.Empty(host.Stopped);
        Directory.CreateDirectory(Path.Combine(_folder, "head-" + MirrorSite.HashOf(Origin)));
        await using var site = await Start(c => host.Answer(TimeProvider.System)(c, Stop));
        using var client = RecordSource.Client();
        var head = new Checkpoint(Origin, 5, Digest.Of("a"u8)).Sign(Log);
        using var content = new ByteArrayContent(Witness.Request(0, [], head));

        using var answer = await client.PostAsync(new Uri(site.Url, "/add-checkpoint"), content, Stop);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.StartsWith("STOPPED: the witness has stopped: ", Assert.Single(host.Stopped), Exactly);
        Assert.Contains($"help: see to the disk under {_folder}, then start", host.Stopped[0], Exactly);
    }

    [Theory]
    [InlineData("witness.conf", "large", "larger than 65536 bytes\n  help: let the witness's user read it")]
    [InlineData("witness.conf", "pipe", "no line `key FILE`")]
    [InlineData("witness.conf", "missing", "there is no such file\n  help: `truce witness init")]
    [InlineData("witness.key", "large", "larger than ")]
    [InlineData("witness.key", "pipe", "help: restore the key's file from a backup")]
    [InlineData("mirror.key", "folder", "there is no such file\n  help: restore the key's file")]
    public void A_file_of_a_witness_that_is_none_is_named_with_a_remedy_and_is_not_waited_for(
        string name, string what, string error)
    {
        Assert.SkipUnless(what != "pipe" || OperatingSystem.IsLinux(), "no pipes with names here");
        Host().Dispose();
        var file = Path.Combine(_folder, name);
        File.Delete(file);
        switch (what)
        {
            case "large":
                File.WriteAllBytes(file, new byte[100_000]);
                break;
            case "folder":
                Directory.CreateDirectory(file);
                break;
            case "pipe":
                using (var made = Process.Start("mkfifo", [file]))
                {
                    made.WaitForExit();
                }

                break;
        }

        var opened = WitnessHost.Open(_folder, new byte[32]);

        Assert.StartsWith(file, opened.Error, Exactly);
        Assert.Contains(error, opened.Error, Exactly);
    }

    private static Task<Site> Start(Func<Microsoft.AspNetCore.Http.HttpContext, Task> answer) => Site.Start(
        new(IPAddress.Loopback, 0), TimeProvider.System, HttpTests.Quiet, (context, _) => answer(context));

    private WitnessHost Host()
    {
        var quiet = new StringWriter();
        string[] init = ["witness", "init", _folder, "--name", "w.example/a", "--mirror", "--log", $"{Log.Verifier}"];
        Assert.Equal(0, Program.Run(init, quiet, quiet));
        return WitnessHost.Open(_folder, new byte[32]).Required();
    }

    /// <summary>A connection from an address of this machine; the loopback has many.</summary>
    private async Task<Socket> Connect(Site site, string from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, site.Url.Port, Stop);
        return socket;
    }

    /// <summary>Connects, and ends when the other side closes.</summary>
    private async Task Closed(Site site, string from)
    {
        try
        {
            await (await Connect(site, from)).ReceiveAsync(new byte[1], Stop);
        }
        catch (SocketException)
        {
            // reset, or disposed at the end
        }
    }

    private async Task<HttpStatusCode> Get(Site site, string from)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, _) => new NetworkStream(await Connect(site, from), ownsSocket: false),
        });
        using var answer = await client.GetAsync(site.Url, Stop);
        return answer.StatusCode;
    }
}
