using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Truce.Record;

namespace Truce.Http;

/// <summary>The paths of tlog-mirror, below a prefix of their own.</summary>
internal static class MirrorSite
{
    /// <summary>A mirror's submission and monitoring prefix.</summary>
    public const string Prefix = "/mirror";

    /// <summary>Uploads at once: each may hold a package of some 17 MB.</summary>
    public const int UploadsMax = 4;

    /// <summary>How much more of a part must come before it is looked at again, from its front.</summary>
    private const int StepBytes = 1 << 18;

    private const string UploadType = "application/octet-stream";

    /// <summary>How long an upload waits for a place: longer than a client that pauses keeps its own.</summary>
    private static readonly TimeSpan PlaceTime = TimeSpan.FromSeconds(8);

    private static readonly SemaphoreSlim Places = new(UploadsMax);

    /// <summary>Answers the requests below the prefix.</summary>
    public static async Task Answer(
        HttpContext context, IReadOnlyList<Mirror> mirrors, TimeProvider clock, CancellationToken stop)
    {
        var path = context.Request.Path.Value![(Prefix.Length + 1)..];
        if (path is Witness.AddCheckpointPath or Mirror.AddEntriesPath or BodyDelivery.Path)
        {
            await (!HttpMethods.IsPost(context.Request.Method) ? Site.NotAllowed(context, "POST")
                : path == BodyDelivery.Path ? AddBody(context, mirrors, stop)
                : path == Mirror.AddEntriesPath ? AddEntries(context, mirrors, clock, stop)
                : WitnessSite.AddCheckpoint(context, body => AddCheckpoint(mirrors, body), stop)).ConfigureAwait(false);
            return;
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            await Site.NotAllowed(context, "GET, HEAD").ConfigureAwait(false);
            return;
        }

        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var mirror = slash < 0 ? null : mirrors.FirstOrDefault(m => HashOf(m.Origin) == path[..slash]);
        context.Response.Headers.AccessControlAllowOrigin = "*";
        await RecordSite.Give(context, path[(slash + 1)..], mirror?.Read(path[(slash + 1)..])).ConfigureAwait(false);
    }

    /// <summary>The path element of a log in a mirror.</summary>
    public static string HashOf(string origin) => Witness.MonitoringPath(origin).Split('/')[0];

    private static WitnessAnswer AddCheckpoint(IReadOnlyList<Mirror> mirrors, byte[] body)
    {
        // Each mirror answers for its own log alone; a request that is none gets the same answer from all.
        var answers = mirrors.Select(m => m.AddCheckpoint(body));
        return answers.FirstOrDefault(a => a.Status != 404)
            ?? new WitnessAnswer(404, RecordSite.TextType, "unknown log\n", Next: null);
    }

    private static async Task AddBody(HttpContext context, IReadOnlyList<Mirror> mirrors, CancellationToken stop)
    {
        if (!await Places.WaitAsync(PlaceTime, stop).ConfigureAwait(false))
        {
            context.Response.Headers.RetryAfter = "1";
            await Site.Text(context, 503, "too many uploads at once\n").ConfigureAwait(false);
            return;
        }

        try
        {
            if (await Site.Body(context, BodyDelivery.BytesMax, stop).ConfigureAwait(false) is not { } body)
            {
                await Site.Text(context, 413, $"a delivery has at most {BodyDelivery.BytesMax} bytes\n")
                    .ConfigureAwait(false);
                return;
            }

            // Each mirror knows the keys of its own log alone; another's delivery is none for it.
            var answers = mirrors.Select(m => m.AddBody(body)).ToArray();
            var given = answers.OrderBy(a => a.Status is 400 or 404).First();
            await Site.Text(context, given.Status, given.Body).ConfigureAwait(false);
        }
        finally
        {
            Places.Release();
        }
    }

    private static async Task AddEntries(
        HttpContext context, IReadOnlyList<Mirror> mirrors, TimeProvider clock, CancellationToken stop)
    {
        context.Response.Headers.AcceptEncoding = "gzip";
        if (context.Request.GetTypedHeaders().ContentType is not { } type
            || !type.MediaType.Equals(UploadType, StringComparison.OrdinalIgnoreCase))
        {
            await Site.Text(context, 415, $"an upload has the content type {UploadType}\n").ConfigureAwait(false);
            return;
        }

        var encoding = context.Request.Headers.ContentEncoding.ToString().ToLowerInvariant();
        if (encoding is not ("" or "identity" or "gzip"))
        {
            await Site.Text(context, 415, "an upload is as it is, or in gzip\n").ConfigureAwait(false);
            return;
        }

        if (!await Places.WaitAsync(PlaceTime, stop).ConfigureAwait(false))
        {
            context.Response.Headers.RetryAfter = "1";
            await Site.Text(context, 503, "too many uploads at once\n").ConfigureAwait(false);
            return;
        }

        try
        {
            var stream = encoding == "gzip"
                ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
            var answer = await Take(PipeReader.Create(stream), mirrors, clock, stop).ConfigureAwait(false);
            await Site.Bytes(
                context, answer.Status, answer.ContentType, System.Text.Encoding.UTF8.GetBytes(answer.Body))
                .ConfigureAwait(false);
        }
        finally
        {
            Places.Release();
        }
    }

    private static async Task<WitnessAnswer> Take(
        PipeReader body, IReadOnlyList<Mirror> mirrors, TimeProvider clock, CancellationToken stop)
    {
        var header = await Next(body, UploadHeader.TryRead, stop).ConfigureAwait(false);
        if (header is not { IsValid: true, Value: var announced })
        {
            return new WitnessAnswer(
                400, RecordSite.TextType, (header?.Error ?? "the header is not whole") + "\n", Next: null);
        }

        if (mirrors.FirstOrDefault(m => m.Origin == announced.Origin) is not { } mirror)
        {
            return new WitnessAnswer(404, RecordSite.TextType, "unknown log\n", Next: null);
        }

        var (upload, refusal) = mirror.Begin(announced);
        if (upload is null)
        {
            return refusal!;
        }

        try
        {
            while (upload.HasMore
                && await Next(body, upload.TryRead, stop).ConfigureAwait(false)
                    is { IsValid: true, Value: var package })
            {
                if (mirror.Take(upload, package) is { } refused)
                {
                    _ = upload.Taken > 0 ? mirror.Finish(upload, clock.GetUtcNow().ToUnixTimeSeconds()) : null;
                    return refused;
                }
            }
        }
        catch (Exception e) when (upload.Taken > 0 && e is IOException or OperationCanceledException)
        {
            // Broken off: what was authenticated stays, and the client hears where to go on if it still listens.
        }

        return mirror.Finish(upload, clock.GetUtcNow().ToUnixTimeSeconds());
    }

    private delegate Parsed<T>? Reads<T>(ref SequenceReader<byte> body)
        where T : class;

    /// <summary>Reads the next part of a body; null where the body ends before it does.</summary>
    private static async Task<Parsed<T>?> Next<T>(PipeReader body, Reads<T> read, CancellationToken stop)
        where T : class
    {
        var enough = 0L;
        while (true)
        {
            ReadResult some;
            try
            {
                some = await body.ReadAsync(stop).ConfigureAwait(false);
            }
            catch (InvalidDataException)
            {
                return null; // not gzip: the body ends here
            }

            if ((some.Buffer.Length >= enough || some.IsCompleted) && Try(some.Buffer, read) is var (part, used))
            {
                body.AdvanceTo(used);
                return part;
            }

            enough = some.Buffer.Length < enough ? enough : some.Buffer.Length + StepBytes;
            if (some.IsCompleted)
            {
                body.AdvanceTo(some.Buffer.Start, some.Buffer.End);
                return null;
            }

            body.AdvanceTo(some.Buffer.Start, some.Buffer.End);
        }
    }

    private static (Parsed<T> Part, SequencePosition Used)? Try<T>(ReadOnlySequence<byte> buffer, Reads<T> read)
        where T : class
    {
        var reader = new SequenceReader<byte>(buffer);
        return read(ref reader) is { } part ? (part, reader.Position) : null;
    }
}
