using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Truce.Record;

namespace Truce.Http;

/// <summary>The paths of tlog-tiles over whatever can be read by path.</summary>
internal static class RecordSite
{
    /// <summary>The content type of a checkpoint.</summary>
    public const string TextType = "text/plain; charset=utf-8";

    /// <summary>What is replaced is not kept longer than this.</summary>
    public const string Brief = "public, max-age=2";

    /// <summary>What never changes.</summary>
    public const string Immutable = "public, max-age=31536000, immutable";

    /// <summary>The folder of bodies, below a log's own.</summary>
    public const string BodiesFolder = "bodies";

    private const string BytesType = "application/octet-stream";

    /// <summary>A log's folder as readable paths. The checkpoint bounds what is given away.</summary>
    public static ReadPath Folder(string folder, PublishedLog log) => path =>
    {
        if (Stick.Part(path) == StickPart.Body)
        {
            return ClearBody(folder, path);
        }

        var checkpoint = CheckpointOf(folder);
        if (path == StaticLog.CheckpointPath || checkpoint is null || Tile.Parse(path) is not { } tile)
        {
            return path == StaticLog.CheckpointPath ? checkpoint : null;
        }

        var note = SignedNote.Parse(checkpoint);
        return note.IsValid && Checkpoint.Parse(note.Value.Text) is { IsValid: true, Value: var head }
            ? log.Read(tile, head.Size)
            : null;
    };

    /// <summary>A static folder in the layout of tlog-tiles as readable paths: a copy, a stick.</summary>
    public static ReadPath StaticFolder(string folder) => path =>
    {
        if (path != StaticLog.CheckpointPath && Tile.Parse(path) is null)
        {
            return null;
        }

        var file = new FileInfo(Path.Combine(folder, path));
        return !file.Exists ? null
            : file.LinkTarget is not null || file.Length > StaticFileBytesMax
                ? throw new IOException($"{path}: a link, or larger than a bundle can be")
            : Bytes(file);
    };

    /// <summary>Answers the requests that a log takes.</summary>
    public static Func<HttpContext, CancellationToken, Task> Answer(ReadPath read) => (context, _) =>
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            return Site.NotAllowed(context, "GET, HEAD");
        }

        var path = context.Request.Path.Value![1..];
        context.Response.Headers.AccessControlAllowOrigin = "*"; // whoever verifies in a browser has another origin
        var isPath = path == StaticLog.CheckpointPath || Tile.Parse(path) is not null
            || Stick.Part(path) == StickPart.Body;
        return Give(context, path, isPath ? read(path) : null);
    };

    /// <summary>Gives a path's bytes with its type and its time to be kept; 404 where there are none.</summary>
    internal static Task Give(HttpContext context, string path, byte[]? bytes)
    {
        if (bytes is null)
        {
            return Site.Text(context, 404, "nothing is here\n");
        }

        if (path == StaticLog.CheckpointPath)
        {
            context.Response.Headers.CacheControl = Brief;
            return Site.Bytes(context, 200, TextType, bytes);
        }

        // A body may be erased, so that nobody keeps it for later.
        context.Response.Headers.CacheControl = Tile.Parse(path) is null ? Brief : Immutable;
        if (Tile.Parse(path) is { Level: null })
        {
            context.Response.Headers.Vary = "Accept-Encoding";
            if (context.Request.GetTypedHeaders().AcceptEncoding.Any(e => e.Value == "gzip" && e.Quality != 0))
            {
                context.Response.Headers.ContentEncoding = "gzip";
                bytes = Zipped(bytes);
            }
        }

        return Site.Bytes(context, 200, BytesType, bytes);
    }

    private const int StaticFileBytesMax = Tile.FullWidth * (sizeof(ushort) + ushort.MaxValue);

    /// <summary>
    /// A clear body. Ciphertexts are for those whose organisation they are wrapped for, and go to them and their
    /// mirrors alone.
    /// </summary>
    private static byte[]? ClearBody(string folder, string path)
    {
        var below = Path.Combine(folder, BodiesFolder);
        if (!Directory.Exists(below))
        {
            return null;
        }

        using var disk = new Folder(below);
        var hash = new Digest(Convert.FromHexString(path[(path.LastIndexOf('/') + 1)..]));
        return Granted.For(disk, hash, organisation: null)?.Bytes.ToArray();
    }

    private static byte[]? CheckpointOf(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, PublishedLog.CheckpointFile));
        return !file.Exists ? null
            : file.Length > SignedNote.BytesMax
                ? throw new IOException($"{StaticLog.CheckpointPath}: larger than a note can be")
            : Bytes(file);
    }

    /// <summary>A pipe has no length either, and whoever opens it waits for ever.</summary>
    private static byte[] Bytes(FileInfo file) => file.Length == 0 ? [] : File.ReadAllBytes(file.FullName);

    internal static byte[] Zipped(byte[] bytes)
    {
        var zipped = new MemoryStream();
        using (var stream = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(bytes);
        }

        return zipped.ToArray();
    }
}
