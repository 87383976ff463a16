using System.Net;
using Truce.Record;

namespace Truce.Http;

/// <summary>Something that a log can be read from: its own folder, a copy, or a server.</summary>
internal sealed class RecordSource : IDisposable
{
    private readonly IDisposable? _open;

    private RecordSource(ReadPath read, VerifierKey log, IDisposable? open) =>
        (Read, Log, _open) = (read, log, open);

    /// <summary>Its paths.</summary>
    public ReadPath Read { get; }

    /// <summary>The log's key.</summary>
    public VerifierKey Log { get; }

    /// <summary>Opens a folder or an address; all but a log's own folder needs to be told the log's key.</summary>
    public static Parsed<RecordSource> Open(string from, string? vkey)
    {
        var key = vkey is null ? new Unreadable("") : VerifierKey.Parse(vkey);
        if (vkey is not null && !key.IsValid)
        {
            return new Unreadable($"`--log`: {key.Error}");
        }

        if (Uri.TryCreate(from, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            var client = Client();
            return key.IsValid
                ? new RecordSource(Remote(client, url), key.Value, client)
                : new Unreadable($"`{from}` needs the log's key\n  help: add `--log VKEY`, from somebody you trust");
        }

        if (!Directory.Exists(from))
        {
            return new Unreadable($"`{from}`: there is no such folder\n"
                + "  help: name a log's folder, a copy of one, or an address");
        }

        var folder = new Folder(from);
        var log = PublishedLog.Open(folder);
        if (log.IsValid)
        {
            return key.IsValid && key.Value != log.Value.Settings.Key
                ? new Unreadable($"`{from}` is the log of `{log.Value.Settings.Key}`, not of `--log`")
                : new RecordSource(RecordSite.Folder(from, log.Value), log.Value.Settings.Key, folder);
        }

        folder.Dispose();
        return key.IsValid
            ? new RecordSource(RecordSite.StaticFolder(from), key.Value, open: null)
            : new Unreadable($"`{from}`: {log.Error}\n  help: a copy needs the log's key: add `--log VKEY`");
    }

    /// <summary>The paths below an address.</summary>
    public static ReadPath Remote(HttpClient client, Uri prefix)
    {
        var root = prefix.AbsoluteUri.EndsWith('/') ? prefix : new Uri(prefix.AbsoluteUri + "/");
        return path =>
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(root, path));
                using var answer = client.Send(request);
                if (answer.StatusCode == HttpStatusCode.NotFound)
                {
                    return null;
                }

                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    throw new IOException($"{path}: the server answered {(int)answer.StatusCode}");
                }

                return answer.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult();
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                throw new IOException($"{path}: {e.Message}");
            }
        };
    }

    /// <summary>A client that bounds what it takes, and follows nobody elsewhere.</summary>
    public static HttpClient Client() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.GZip,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        UseCookies = false,
    })
    {
        Timeout = TimeSpan.FromSeconds(30),
        MaxResponseContentBufferSize = Tile.FullWidth * (sizeof(ushort) + ushort.MaxValue),
    };

    /// <inheritdoc/>
    public void Dispose() => _open?.Dispose();
}
