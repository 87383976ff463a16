using System.Globalization;
using Truce.Record;
using Plain = Truce.Rules.Plain;

namespace Truce.Http;

/// <summary>
/// Brings mirrors the bodies that their organisations may read, when the mirror holds the entries that name them. How
/// far each mirror has everything is kept, so that a new start does not begin anew.
/// </summary>
/// <param name="bodies">The log's bodies.</param>
/// <param name="state">The folder in which it is kept how far each mirror is.</param>
/// <param name="key">The log's key, which signs each delivery.</param>
/// <param name="organisationOf">Whose mirror a key is, for a tree of a size; null where the log names it not.</param>
/// <param name="client">For the requests.</param>
internal sealed class BodyPost(
    Disk bodies, Disk state, SigningKey key, Func<VerifierKey, long, string?> organisationOf, HttpClient client)
{
    /// <summary>How long one body may take.</summary>
    public static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(30);

    private const string FileName = "mirrored";

    private readonly Lock _gate = new();
    private Dictionary<string, long>? _next;

    /// <summary>Whether the log names a mirror, so that it is somebody's.</summary>
    public bool IsFor(WitnessLink mirror, long size) => organisationOf(mirror.Key, size) is not null;

    /// <summary>From which entry on a mirror lacks bodies.</summary>
    public long Next(WitnessLink mirror)
    {
        lock (_gate)
        {
            return (_next ??= Load()).GetValueOrDefault(mirror.Key.ToString());
        }
    }

    /// <summary>Brings what is missing up to a size that the mirror cosigned; null, or why not everything.</summary>
    public async Task<string?> Deliver(WitnessLink mirror, PublishedLog log, long size, CancellationToken stop)
    {
        try
        {
            var from = Next(mirror);
            if (organisationOf(mirror.Key, size) is not { } organisation || from >= size)
            {
                return null;
            }

            for (var number = from / Tile.FullWidth; number * Tile.FullWidth < size; number++)
            {
                var index = number * Tile.FullWidth;
                foreach (var entry in log.Entries(number, size))
                {
                    var why = index < from ? null
                        : await One(mirror, index, Leaf.Parse(entry), organisation, stop).ConfigureAwait(false);
                    if (why is not null)
                    {
                        Keep(mirror, index);
                        return why;
                    }

                    index++;
                }

                Keep(mirror, index);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private async Task<string?> One(
        WitnessLink mirror, long index, Parsed<Leaf> leaf, string organisation, CancellationToken stop)
    {
        foreach (var hash in leaf.IsValid ? Granted.NamedTo(bodies, index, leaf.Value, organisation) : [])
        {
            if (Granted.For(bodies, hash, organisation) is not { } body)
            {
                continue; // not for it, or erased
            }

            var delivery = new BodyDelivery(key.Verifier.Name, index, body).ToBytes(key);
            var (status, answer) = await HttpWitness.Post(
                client, mirror.Below(BodyDelivery.Path), delivery, BodyDelivery.ContentType, BodyTime, stop)
                .ConfigureAwait(false);
            if (status is not (200 or 410))
            {
                return $"entry {index}: " + (status == 0 ? "it does not answer" : $"it answered {status}: "
                    + Plain.Words(System.Text.Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(answer.Length, 200)))
                        .Trim()));
            }
        }

        return null;
    }

    private void Keep(WitnessLink mirror, long next)
    {
        lock (_gate)
        {
            _next![mirror.Key.ToString()] = next;
            var lines = _next.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => $"{n.Key} {n.Value}\n");
            state.Put(FileName, System.Text.Encoding.UTF8.GetBytes(string.Concat(lines)));
        }
    }

    /// <summary>What is not readable is forgotten: everything is delivered again, which harms nobody.</summary>
    private Dictionary<string, long> Load()
    {
        var all = new Dictionary<string, long>(StringComparer.Ordinal);
        var text = state.Length(FileName) is null ? "" : System.Text.Encoding.UTF8.GetString(state.ReadAll(FileName));
        foreach (var line in text.Split('\n'))
        {
            if (line.LastIndexOf(' ') is > 0 and var at
                && long.TryParse(line.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var next))
            {
                all[line[..at]] = next;
            }
        }

        return all;
    }
}
