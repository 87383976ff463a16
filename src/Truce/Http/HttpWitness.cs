using System.Net.Http.Headers;
using Truce.Record;

namespace Truce.Http;

/// <summary>A witness or a mirror that a log asks: its name in the policy, its key, its prefix.</summary>
internal sealed record WitnessLink(string Name, VerifierKey Key, Uri Prefix)
{
    /// <summary>The links of a policy; a witness without an address cannot be asked.</summary>
    public static Parsed<IReadOnlyList<WitnessLink>> Of(TrustPolicy policy)
    {
        var links = new List<WitnessLink>();
        foreach (var witness in policy.Witnesses)
        {
            if (!Uri.TryCreate(witness.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            {
                return new Unreadable($"witness `{witness.Name}` has no http address\n"
                    + "  help: write `witness NAME VKEY http://ADDRESS`");
            }

            links.Add(new WitnessLink(witness.Name, witness.Key, url));
        }

        return links;
    }

    /// <summary>An address below the prefix.</summary>
    public Uri Below(string path) => new($"{Prefix.AbsoluteUri.TrimEnd('/')}/{path}");
}

/// <summary>Asks witnesses and mirrors over HTTP. Whatever goes wrong is an answer with a reason.</summary>
internal static class HttpWitness
{
    /// <summary>How long one request may take.</summary>
    public static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(5);

    /// <summary>A witness says where it is, and is believed once or twice.</summary>
    private const int TriesMax = 3;

    /// <summary>Requests of one upload to a mirror; the next round goes on.</summary>
    private const int UploadsMax = 64;

    private const string UploadType = "application/octet-stream";

    /// <summary>Asks a witness to cosign.</summary>
    /// <param name="client">The client.</param>
    /// <param name="link">The witness.</param>
    /// <param name="note">The checkpoint as the log signed it.</param>
    /// <param name="old">What the witness held when it was asked last; 0 where nobody knows.</param>
    /// <param name="subtree">The log's tree.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<WitnessReply> Cosign(
        HttpClient client, WitnessLink link, SignedNote note, long old, SubtreeHash subtree, CancellationToken stop)
    {
        var (status, body, refused) = await AddCheckpoint(client, link, note, old, subtree, stop).ConfigureAwait(false);
        return refused ?? Witness.Read(status, body, note, link.Key);
    }

    /// <summary>
    /// Brings a mirror up to a checkpoint: adds it, uploads what is missing, and takes the mirror's cosignature.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="link">The mirror.</param>
    /// <param name="note">The checkpoint as the log signed it.</param>
    /// <param name="old">What was pending there last.</param>
    /// <param name="entry">The log's entries.</param>
    /// <param name="subtree">The log's tree.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<WitnessReply> Mirror(
        HttpClient client, WitnessLink link, SignedNote note, long old, Func<long, ReadOnlyMemory<byte>> entry,
        SubtreeHash subtree, CancellationToken stop)
    {
        var (_, _, refused) = await AddCheckpoint(client, link, note, old, subtree, stop).ConfigureAwait(false);
        if (refused is not null)
        {
            return refused;
        }

        var head = Checkpoint.Parse(note.Text).Required();
        var (from, ticket) = (old, Array.Empty<byte>());
        for (var i = 0; i < UploadsMax; i++)
        {
            var upload = Packages.Body(new UploadHeader(head.Origin, from, head.Size, ticket), entry, subtree);
            var (status, body) = await Post(
                client, link.Below(Truce.Record.Mirror.AddEntriesPath), upload, UploadType, RequestTime, stop,
                isZipped: true)
                .ConfigureAwait(false);
            if (status is not (202 or 409))
            {
                return Witness.Read(status, body, note, link.Key);
            }

            if (System.Text.Encoding.UTF8.GetString(body).Split('\n') is not [_, var next, var opaque, ""]
                || !long.TryParse(next, out var there) || there < 0 || there > head.Size
                || (status == 202 && there <= from))
            {
                return new WitnessReply.Refused(status, "the mirror does not say where to go on");
            }

            (from, ticket) = (there, Decoded(opaque));
            if (ticket.Length > ushort.MaxValue)
            {
                return new WitnessReply.Refused(status, "the mirror's ticket is longer than a header can say");
            }
        }

        return new WitnessReply.Refused(202, "the mirror has not everything yet");
    }

    /// <summary>A witness's latest checkpoint of a log; null where it did not answer.</summary>
    public static async Task<StartAnswer?> Latest(
        HttpClient client, WitnessLink link, string origin, CancellationToken stop)
    {
        try
        {
            using var answer = await client.GetAsync(link.Below(Witness.MonitoringPath(origin)), stop)
                .ConfigureAwait(false);
            if ((int)answer.StatusCode == 404)
            {
                return new StartAnswer(Latest: null);
            }

            var body = await answer.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
            var note = SignedNote.Parse(body);
            return answer.IsSuccessStatusCode && note.IsValid && note.Value.Verify(link.Key).IsValid
                ? new StartAnswer(note.Value)
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    private static byte[] Decoded(string base64) =>
        Convert.TryFromBase64String(base64, new byte[base64.Length], out _) ? Convert.FromBase64String(base64) : [];

    private static async Task<(int Status, byte[] Body, WitnessReply? Refused)> AddCheckpoint(
        HttpClient client, WitnessLink link, SignedNote note, long old, SubtreeHash subtree, CancellationToken stop)
    {
        var size = Checkpoint.Parse(note.Text).Required().Size;
        for (var i = 0; i < TriesMax; i++)
        {
            if (old > size)
            {
                return (409, [], new WitnessReply.Refused(409, $"it holds {old} entries, more than the log's {size}"));
            }

            var request = Witness.Request(old, Merkle.Consistency(old, size, subtree), note);
            var (status, body) = await Post(
                client, link.Below(Witness.AddCheckpointPath), request, "text/plain", RequestTime, stop)
                .ConfigureAwait(false);
            if (status == 200)
            {
                return (status, body, null);
            }

            if (Witness.Read(status, body, note, link.Key) is not WitnessReply.Elsewhere elsewhere
                || elsewhere.Size == old)
            {
                var reason = status == 0 ? "it does not answer" : $"it answered {status}";
                return (status, body, new WitnessReply.Refused(status, reason));
            }

            old = elsewhere.Size;
        }

        return (409, [], new WitnessReply.Refused(409, "it holds another size each time it is asked"));
    }

    /// <summary>The status is 0 where nothing came back.</summary>
    internal static async Task<(int Status, byte[] Body)> Post(
        HttpClient client, Uri to, byte[] body, string type, TimeSpan within, CancellationToken stop,
        bool isZipped = false)
    {
        try
        {
            using var time = CancellationTokenSource.CreateLinkedTokenSource(stop);
            time.CancelAfter(within);
            using var content = new ByteArrayContent(isZipped ? RecordSite.Zipped(body) : body);
            content.Headers.ContentType = new MediaTypeHeaderValue(type);
            if (isZipped)
            {
                content.Headers.ContentEncoding.Add("gzip");
            }

            using var answer = await client.PostAsync(to, content, time.Token).ConfigureAwait(false);
            var bytes = await answer.Content.ReadAsByteArrayAsync(time.Token).ConfigureAwait(false);
            return ((int)answer.StatusCode, bytes);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return (0, []);
        }
    }
}
