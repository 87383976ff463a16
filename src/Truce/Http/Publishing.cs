using Truce.Record;

namespace Truce.Http;

/// <summary>What the operator gave for the case that the start is not clear.</summary>
/// <param name="Fetch">Where to fetch from when the log is behind; null for nowhere.</param>
/// <param name="Order">The file of a signed order to start; null for none.</param>
internal sealed record Orders(string? Fetch, string? Order);

/// <summary>
/// The publishing loop of a log: the start protocol, then a round a second. The folder is opened for a moment at a
/// time, so that other processes can append between two rounds.
/// </summary>
internal sealed class Publishing : IDisposable
{
    /// <summary>The folder of kept checkpoints, below the log's.</summary>
    public const string KeptFolder = "witnessed";

    private readonly string _path;
    private readonly PublishedLog _log;
    private readonly SigningKey _key;
    private readonly IReadOnlyList<WitnessLink> _links;
    private readonly IReadOnlyCollection<string> _mirrors;
    private readonly Orders _orders;
    private readonly HttpClient _client = RecordSource.Client();
    private readonly FollowedRoster _followed = new();

    private Publishing(
        string path, PublishedLog log, SigningKey key, IReadOnlyList<WitnessLink> links,
        IReadOnlyCollection<string> mirrors, Orders orders) =>
        (_path, _log, _key, _links, _mirrors, _orders) = (path, log, key, links, mirrors, orders);

    /// <summary>Reads policy and key; an error names the file, and the line where there is one.</summary>
    public static Parsed<Publishing> Of(
        string path, PublishedLog? log, string policyFile, string? keyFile, IReadOnlyCollection<string> mirrors,
        Orders orders)
    {
        if (log is null || keyFile is null)
        {
            return new Unreadable(log is null
                ? $"`{path}` is a copy: only a log's own folder is signed and published"
                : "`--witness-policy` needs the log's key\n  help: add `--key FILE`");
        }

        if (!File.Exists(policyFile) || new FileInfo(policyFile).Length > TrustPolicy.BytesMax)
        {
            return new Unreadable($"{policyFile}: there is no such policy file");
        }

        var policy = TrustPolicy.Parse(File.ReadAllBytes(policyFile));
        if (!policy.IsValid)
        {
            return new Unreadable($"{policyFile}: {policy.Error}");
        }

        var links = WitnessLink.Of(policy.Value);
        if (!links.IsValid)
        {
            return new Unreadable($"{policyFile}: {links.Error}");
        }

        if (mirrors.FirstOrDefault(m => links.Value.All(l => l.Name != m)) is { } stranger)
        {
            return new Unreadable($"{policyFile}: no witness has the name `{stranger}` that `--mirror` gives");
        }

        var key = Keys.Read(keyFile);
        if (!key.IsValid || key.Value.Verifier != log.Settings.Key)
        {
            return new Unreadable(key.Error ?? $"{keyFile}:1: not the key of this log, `{log.Settings.Key}`");
        }

        return new Publishing(path, log, key.Value, links.Value, mirrors, orders);
    }

    /// <summary>Runs until it is stopped. Where the start is not clear it says why, and nothing is signed.</summary>
    public async Task Run(TimeProvider clock, Action<string> say, CancellationToken stop)
    {
        try
        {
            var below = Path.GetFullPath(Path.Combine(_path, KeptFolder));
            Shelf.Make(below);
            using var folder = new Folder(below);
            var store = Path.Combine(_path, RecordSite.BodiesFolder);
            using var bodies = Directory.Exists(store) ? new Folder(store) : null;
            var post = bodies is null ? null : new BodyPost(bodies, folder, _key, OrganisationOf, _client);
            var publisher = new Publisher(Lend, _key, _links, _mirrors, _client, clock, post);
            if (!await IsClear(publisher, say, stop).ConfigureAwait(false))
            {
                say("read-only: nothing is signed");
                return;
            }

            var kept = KeptCheckpoints.Open(folder, _key.Verifier, size => WitnessesAt(size));
            if (!kept.IsValid)
            {
                say($"read-only: {kept.Error}");
                return;
            }

            if (RecordSite.Folder(_path, _log)(StaticLog.CheckpointPath) is { } last
                && SignedNote.Parse(last) is { IsValid: true, Value: var seen })
            {
                kept.Value.Add(seen); // a crash may have come between publishing and keeping
            }

            try
            {
                await Rounds(publisher, kept.Value, clock, say, stop).ConfigureAwait(false);
            }
            finally
            {
                await publisher.Ended().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            say($"read-only: {e.Message}");
        }
    }

    private async Task Rounds(
        Publisher publisher, KeptCheckpoints kept, TimeProvider clock, Action<string> say, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Publisher.Interval, clock);
        var before = "";
        do
        {
            var round = await publisher.Next(_log, kept, stop).ConfigureAwait(false);
            var line = round is not { } done ? before : done.IsValid ? done.Value.ToString() : done.Error;
            if (line != before)
            {
                say(before = line);
            }
        }
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _key.Dispose();
    }

    /// <summary>
    /// Whose word is kept: of the witnesses that the log itself names for a size; of a log that names none, those of
    /// the policy.
    /// </summary>
    private IReadOnlyList<VerifierKey> WitnessesAt(long size)
    {
        VerifierKey[] others = [.. _links.Where(l => !_mirrors.Contains(l.Name)).Select(l => l.Key)];
        return FollowedRoster.Of(RosterAt(size), others)(size);
    }

    private string? OrganisationOf(VerifierKey mirror, long size) =>
        RosterAt(size)?.Mirrors.FirstOrDefault(m => m.Key == mirror)?.Organisation;

    private Roster? RosterAt(long size)
    {
        lock (_followed)
        {
            while (_followed.Next < size)
            {
                var index = _followed.Next;
                foreach (var entry in _log.Entries(index / Tile.FullWidth, size).Skip((int)(index % Tile.FullWidth)))
                {
                    _followed.Take(Leaf.Parse(entry));
                }
            }

            return _followed.Roster;
        }
    }

    private Parsed<T> Lend<T>(Func<RecordLog, Parsed<T>> use)
        where T : class
    {
        using var disk = new Folder(_path);
        var log = Turns.Open(disk, Turns.Pause);
        if (!log.IsValid)
        {
            return new Unreadable(log.Error);
        }

        using var open = log.Value;
        return use(open);
    }

    private async Task<bool> IsClear(Publisher publisher, Action<string> say, CancellationToken stop)
    {
        var answers = await publisher.AtStart(stop).ConfigureAwait(false);
        var start = Lend(log => Judge(log, answers, say));
        switch (start)
        {
            case { Value: Start.Cleared }:
                return true;
            case { Value: Start.NeedsOrder few }:
                say($"{few.Answered} of {few.Witnesses} witnesses answered, which is not more than half\n"
                    + "  help: wait for them, or give a signed order with `--start-order FILE`");
                return false;
            case { Value: Start.Behind ahead }:
                say($"the log is behind: its own key signed {ahead.Head.Size} entries with root {ahead.Head.Root}\n"
                    + "  help: `--fetch` a mirror or a copy; where the entries are gone, a successor origin");
                return false;
            default:
                say(start.Error!);
                return false;
        }
    }

    /// <summary>The judgement of the start, after fetching and by order where there is one.</summary>
    private Parsed<Start> Judge(RecordLog log, IReadOnlyList<StartAnswer?> answers, Action<string> say)
    {
        var start = Start.Judge(log, answers);
        if (start is Start.Behind behind && _orders.Fetch is { } from)
        {
            say($"behind: a witness has seen {behind.Head.Size} entries, the log has {log.Size}; fetching");
            if (Fetched(log, behind.Head, from) is { } error)
            {
                return new Unreadable($"{from}: {error}");
            }

            start = Start.Judge(log, answers);
        }

        return start is Start.NeedsOrder && IsOrdered(log, say) ? new Start.Cleared() : start;
    }

    private static string? Fetched(RecordLog log, Checkpoint ahead, string from)
    {
        var source = RecordSource.Open(from, log.Settings.Key.ToString());
        if (!source.IsValid)
        {
            return source.Error;
        }

        using var open = source.Value;
        var fetch = Fetch.Look(open.Read, log.Settings.Key, log.Size, log.Root, ahead);
        return fetch.IsValid ? fetch.Value.Into(log).Error : fetch.Error;
    }

    private bool IsOrdered(RecordLog log, Action<string> say)
    {
        if (_orders.Order is not { } file || !File.Exists(file) || new FileInfo(file).Length > SignedNote.BytesMax)
        {
            return false;
        }

        var note = SignedNote.Parse(File.ReadAllBytes(file));
        var order = note.IsValid ? StartOrder.Open(note.Value, log.Settings.Key) : new Unreadable(note.Error);
        if (!order.IsValid || !order.Value.IsFor(log))
        {
            say($"{file}: {order.Error ?? "an order for another size of the log"}");
            return false;
        }

        say($"started by signed order, without more than half of the witnesses:\n{note.Value}");
        return true;
    }
}
