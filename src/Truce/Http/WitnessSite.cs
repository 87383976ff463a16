using Microsoft.AspNetCore.Http;
using Truce.Record;

namespace Truce.Http;

/// <summary>The paths of tlog-witness. A mirror's lie below a prefix of its own.</summary>
internal static class WitnessSite
{
    /// <summary>Answers the requests that a witness takes.</summary>
    /// <param name="store">What it holds.</param>
    /// <param name="about">What the root path tells a person.</param>
    /// <param name="clock">For the times of cosignatures.</param>
    public static Func<HttpContext, CancellationToken, Task> Answer(
        WitnessStore store, string about, TimeProvider clock) => async (context, stop) =>
    {
        var path = context.Request.Path.Value!;
        var isGet = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (path == "/" + Witness.AddCheckpointPath)
        {
            await (HttpMethods.IsPost(context.Request.Method)
                ? AddCheckpoint(context, body => store.AddCheckpoint(body, clock.GetUtcNow().ToUnixTimeSeconds()), stop)
                : Site.NotAllowed(context, "POST")).ConfigureAwait(false);
        }
        else if (!isGet)
        {
            await Site.NotAllowed(context, "GET, HEAD").ConfigureAwait(false);
        }
        else if (path == "/")
        {
            await Site.Text(context, 200, about).ConfigureAwait(false);
        }
        else if (store.Latest(path[1..]) is { } note)
        {
            context.Response.Headers.CacheControl = RecordSite.Brief;
            await Site.Bytes(context, 200, RecordSite.TextType, note).ConfigureAwait(false);
        }
        else
        {
            await Site.Text(context, 404, "nothing is here\n").ConfigureAwait(false);
        }
    };

    /// <summary>Reads a request of its size at most, and gives the answer as it is.</summary>
    internal static async Task AddCheckpoint(
        HttpContext context, Func<byte[], WitnessAnswer> answer, CancellationToken stop)
    {
        if (await Site.Body(context, Witness.RequestBytesMax, stop).ConfigureAwait(false) is not { } body)
        {
            await Site.Text(context, 413, $"a request has at most {Witness.RequestBytesMax} bytes\n")
                .ConfigureAwait(false);
            return;
        }

        var given = answer(body);
        await Site.Bytes(
            context, given.Status, given.ContentType, System.Text.Encoding.UTF8.GetBytes(given.Body))
            .ConfigureAwait(false);
    }
}
