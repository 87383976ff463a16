using Truce.Record;

namespace Truce.Http;

/// <summary>What one round gave: the checkpoint that was published, and who is absent and why.</summary>
internal sealed record Round(
    Checkpoint Head, IReadOnlyList<string> Cosigned, IReadOnlyList<(string Name, string Why)> Absent)
{
    /// <summary>Which mirror has entries and bodies up to where, and why not further; empty without bodies.</summary>
    public IReadOnlyList<(string Name, long Next, string? Why)> Mirrored { get; init; } = [];

    /// <summary>One line for the operator.</summary>
    public override string ToString() =>
        $"checkpoint of {Head.Size} entries: cosigned by "
        + (Cosigned.Count == 0 ? "nobody" : string.Join(", ", Cosigned))
        + string.Concat(Mirrored.Select(m => $"; mirrored with bodies by {m.Name}: {m.Next}"
            + (m.Why is null ? "" : $" ({m.Why})")))
        + string.Concat(Absent.Select(a => $"; absent {a.Name}: {a.Why}"));
}

/// <summary>
/// Signs, asks every witness at once, merges and publishes: in that order. Whoever has the log open for writing lends
/// it for a moment.
/// </summary>
/// <param name="lend">Does something with the log, opened for writing; an error where another has it.</param>
/// <param name="key">The log's key.</param>
/// <param name="links">The witnesses.</param>
/// <param name="mirrors">The names of those that are mirrors.</param>
/// <param name="client">For the requests.</param>
/// <param name="clock">For how old a cosignature is.</param>
/// <param name="post">Brings mirrors the bodies; null for none.</param>
internal sealed class Publisher(
    Func<Func<RecordLog, Parsed<SignedNote>>, Parsed<SignedNote>> lend,
    SigningKey key,
    IReadOnlyList<WitnessLink> links,
    IReadOnlyCollection<string> mirrors,
    HttpClient client,
    TimeProvider clock,
    BodyPost? post = null)
{
    /// <summary>The time between two rounds.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A log offers no cosignature older than 10 s, so that it asks anew after half of that.</summary>
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A cosignature of this age is offered no more: the next round may come an interval later, and be patient for as
    /// long again. So who has fallen silent is named as absent, and not shown as he was.
    /// </summary>
    public static readonly TimeSpan OfferedFor = TimeSpan.FromSeconds(8);

    // A line of the last round is a little younger than the round, and is renewed all the same.
    private static readonly TimeSpan Fresh = RefreshAfter - Interval - Interval;

    /// <summary>How long a round waits for the slow: whoever unplugs a witness delays the others no more.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (SignedNote Note, NoteSignature Line, long Time)> _last =
        new(StringComparer.Ordinal);

    private readonly Dictionary<string, (SignedNote Note, Task<WitnessReply> Reply)> _asked =
        new(StringComparer.Ordinal);

    private readonly Dictionary<string, Task<string?>> _posting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _posted = new(StringComparer.Ordinal);

    private (long Size, long Timestamp)? _round;
    private NoteSignature[] _offered = [];

    /// <summary>
    /// One round. Null where nothing has to be done: the log is as it was, and every cosignature is fresh.
    /// </summary>
    /// <param name="log">The log as its readers see it.</param>
    /// <param name="kept">Where cosigned checkpoints are kept; null for nowhere.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<Parsed<Round>?> Next(PublishedLog log, KeptCheckpoints? kept, CancellationToken stop)
    {
        var size = log.Written;
        if (_round is var (before, at) && before == size && clock.GetElapsedTime(at) < RefreshAfter
            && !_asked.Values.Any(a => a.Reply.IsCompleted)
            && !_posting.Values.Any(p => p is { IsCompletedSuccessfully: true, Result: null })
            && !_last.Values.Any(l => _offered.Contains(l.Line) && Age(l.Time) >= OfferedFor))
        {
            return null;
        }

        _round = (size, clock.GetTimestamp());

        var signed = lend(open => open.Sign(key));
        if (!signed.IsValid)
        {
            return new Unreadable(signed.Error);
        }

        var note = signed.Value;
        var absent = await AskAll(note, log, stop).ConfigureAwait(false);
        var lines = links.Where(l => _last.TryGetValue(l.Name, out var last) && last.Note.Text == note.Text
            && Age(last.Time) < OfferedFor).ToArray();
        _offered = [.. lines.Select(l => _last[l.Name].Line)];
        var merged = note.With(_offered);
        var published = lend(open => open.LastSigned?.Text == note.Text
            ? open.Publish(merged)
            : new Unreadable("the log was signed anew meanwhile"));
        if (!published.IsValid)
        {
            return new Unreadable(published.Error);
        }

        kept?.Add(published.Value);
        string[] cosigned = [.. lines.Select(l => l.Name).Except(absent.Select(a => a.Name), StringComparer.Ordinal)];
        return new Round(Checkpoint.Parse(note.Text).Required(), cosigned, absent)
        {
            Mirrored = Posted(lines.Where(l => mirrors.Contains(l.Name)), log, SizeOf(note), stop),
        };
    }

    /// <summary>When nothing is brought to mirrors any more, after it was told to stop.</summary>
    public async Task Ended()
    {
        await Task.WhenAny(Task.WhenAll(_posting.Values)).ConfigureAwait(false); // whatever became of them
    }

    /// <summary>Asks every witness for what it has seen of this log, before anything is signed.</summary>
    public async Task<IReadOnlyList<StartAnswer?>> AtStart(CancellationToken stop)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stop);
        time.CancelAfter(TimeSpan.FromSeconds(Start.WaitSecondsMax));
        return await Task.WhenAll(links.Select(l => HttpWitness.Latest(client, l, key.Verifier.Name, time.Token)))
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Asks all at once, and waits for the slow ones no longer than <see cref="Patience"/>: their answers count in a
    /// later round. Gives the absent.
    /// </summary>
    private async Task<IReadOnlyList<(string Name, string Why)>> AskAll(
        SignedNote note, PublishedLog log, CancellationToken stop)
    {
        var absent = new Dictionary<string, string>(StringComparer.Ordinal);
        Harvest(absent);
        foreach (var link in links.Where(l => !_asked.ContainsKey(l.Name)))
        {
            var isThere = _last.TryGetValue(link.Name, out var last) && last.Note.Text == note.Text;
            if (!isThere || Age(last.Time) >= Fresh)
            {
                _asked[link.Name] = (note, Ask(link, note, log, last.Note, stop));
            }
        }

        await Task.WhenAny(
            Task.WhenAll(_asked.Values.Select(a => a.Reply)), Task.Delay(Patience, clock, stop)).ConfigureAwait(false);
        Harvest(absent);
        foreach (var name in _asked.Keys)
        {
            absent[name] = "it has not answered yet";
        }

        return [.. links.Where(l => absent.ContainsKey(l.Name)).Select(l => (l.Name, absent[l.Name]))];
    }

    /// <summary>
    /// Brings each mirror that holds the entries their bodies, beside the rounds: a large body delays no cosignature.
    /// </summary>
    private List<(string Name, long Next, string? Why)> Posted(
        IEnumerable<WitnessLink> holding, PublishedLog log, long size, CancellationToken stop)
    {
        var all = new List<(string, long, string?)>();
        foreach (var link in holding.Where(l => post?.IsFor(l, size) == true))
        {
            if (_posting.TryGetValue(link.Name, out var running) && running.IsCompletedSuccessfully)
            {
                _posted[link.Name] = running.Result;
                _posting.Remove(link.Name);
            }

            if (!_posting.ContainsKey(link.Name) && post!.Next(link) < size)
            {
                _posting[link.Name] = Task.Run(() => post.Deliver(link, log, size, stop), stop);
            }

            all.Add((link.Name, post!.Next(link), _posted.GetValueOrDefault(link.Name)));
        }

        return all;
    }

    /// <summary>Takes the answers that have come.</summary>
    private void Harvest(Dictionary<string, string> absent)
    {
        foreach (var (name, (note, reply)) in _asked.Where(a => a.Value.Reply.IsCompletedSuccessfully).ToArray())
        {
            _asked.Remove(name);
            if (reply.Result is WitnessReply.Cosigned cosigned)
            {
                _last[name] = (note, cosigned.Line, cosigned.Time);
                absent.Remove(name);
            }
            else
            {
                absent[name] = reply.Result is WitnessReply.Refused refused ? refused.Reason : "it is elsewhere";
            }
        }
    }

    private async Task<WitnessReply> Ask(
        WitnessLink link, SignedNote note, PublishedLog log, SignedNote? last, CancellationToken stop)
    {
        try
        {
            var known = last is null ? 0 : SizeOf(last);
            return await (mirrors.Contains(link.Name)
                ? HttpWitness.Mirror(client, link, note, known, Entries(log, SizeOf(note)), log.Subtree, stop)
                : HttpWitness.Cosign(client, link, note, known, log.Subtree, stop)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new WitnessReply.Refused(0, e.Message);
        }
    }

    private TimeSpan Age(long time) => TimeSpan.FromSeconds(clock.GetUtcNow().ToUnixTimeSeconds() - time);

    private static long SizeOf(SignedNote note) => Checkpoint.Parse(note.Text).Required().Size;

    /// <summary>Single entries, a bundle read at a time.</summary>
    private static Func<long, ReadOnlyMemory<byte>> Entries(PublishedLog log, long size)
    {
        (long Number, ReadOnlyMemory<byte>[] Entries) last = (-1, []);
        return index =>
        {
            var number = index / Tile.FullWidth;
            if (last.Number != number)
            {
                last = (number, [.. log.Entries(number, size)]);
            }

            return last.Entries[index % Tile.FullWidth];
        };
    }
}
