using Microsoft.AspNetCore.Http;
using Truce.Record;

namespace Truce.Http;

/// <summary>A witness's folder, opened: its settings, its keys, what it holds, and what it mirrors.</summary>
internal sealed class WitnessHost : IDisposable
{
    private const string MirrorsFolder = "mirror";

    private readonly List<IDisposable> _open;
    private readonly string _path;
    private readonly SigningKey _key;
    private readonly WitnessStore _store;
    private readonly IReadOnlyList<Mirror> _mirrors;

    private WitnessHost(
        string path, WitnessSettings settings, SigningKey key, WitnessStore store, IReadOnlyList<Mirror> mirrors,
        List<IDisposable> open) =>
        (_path, Settings, _key, _store, _mirrors, _open) = (path, settings, key, store, mirrors, open);

    /// <summary>What its file says.</summary>
    public WitnessSettings Settings { get; }

    /// <summary>The logs that it mirrors.</summary>
    public IReadOnlyList<Mirror> Mirrors => _mirrors;

    /// <summary>Opens a folder that `witness init` made. An error names the file and the line.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="secret">Random bytes that authenticate a mirror's tickets until it stops.</param>
    public static Parsed<WitnessHost> Open(string path, byte[] secret)
    {
        var file = Path.Combine(path, WitnessSettings.FileName);
        var bytes = Keys.Small(file, WitnessSettings.BytesMax);
        if (!bytes.IsValid)
        {
            return new Unreadable(bytes.Error + (File.Exists(file)
                ? "\n  help: let the witness's user read it; it is a text of some lines"
                : $"\n  help: `truce witness init {path} --log VKEY` makes one"));
        }

        var settings = WitnessSettings.Parse(bytes.Value, file);
        if (!settings.IsValid)
        {
            return new Unreadable(settings.Error);
        }

        var open = new List<IDisposable>();
        var host = Open(path, settings.Value, secret, open);
        if (!host.IsValid)
        {
            Close(open);
        }

        return host;
    }

    /// <summary>The files of its folder that convict a log of having signed two trees of one size.</summary>
    public IReadOnlyList<string> Forks => _store.Forks();

    /// <summary>What has stopped after an error of the disk, and what to do; empty while all goes well.</summary>
    public IReadOnlyList<string> Stopped =>
    [
        .. from stopped in _mirrors.Select(m => m.Stopped).Prepend(_store.Stopped)
           where stopped is not null
           select $"STOPPED: {stopped}\n  help: see to the disk under {_path}, then start `truce witness serve` again",
    ];

    /// <summary>Answers the requests that a witness takes, and those of a mirror where it is one.</summary>
    /// <param name="clock">For the times of cosignatures.</param>
    public Func<HttpContext, CancellationToken, Task> Answer(TimeProvider clock)
    {
        var witness = WitnessSite.Answer(_store, About, clock);
        return (context, stop) =>
            _mirrors.Count > 0
                && context.Request.Path.Value!.StartsWith(MirrorSite.Prefix + "/", StringComparison.Ordinal)
                ? MirrorSite.Answer(context, _mirrors, clock, stop)
                : witness(context, stop);
    }

    /// <inheritdoc/>
    public void Dispose() => Close(_open);

    private string About =>
        $"A witness (c2sp.org/tlog-witness).\n{_key.Verifier}\n"
        + string.Concat(_mirrors.Take(1).Select(m =>
            $"A mirror (c2sp.org/tlog-mirror) below {MirrorSite.Prefix}/.\n{m.Key}\n"))
        + "It watches:\n" + string.Concat(Settings.Logs.SelectMany(l => l.Keys).Select(k => $"{k}\n"));

    private static Parsed<WitnessHost> Open(
        string path, WitnessSettings settings, byte[] secret, List<IDisposable> open)
    {
        var key = Key(Path.Combine(path, settings.KeyFile), open);
        var mirrorKey = settings.MirrorKeyFile is { } name ? Key(Path.Combine(path, name), open) : default;
        if (!key.IsValid || (settings.MirrorKeyFile is not null && !mirrorKey.IsValid))
        {
            return new Unreadable((key.Error ?? mirrorKey.Error!)
                + "\n  help: restore the key's file from a backup; a new key is a new witness, in a folder of its own");
        }

        if (mirrorKey.IsValid && (mirrorKey.Value.Verifier.IsSameKeyAs(key.Value.Verifier)
            || mirrorKey.Value.Verifier.Name == key.Value.Verifier.Name))
        {
            return new Unreadable($"{settings.MirrorKeyFile}:1: the mirror's key and name are not the witness's");
        }

        var folder = new Folder(path);
        open.Add(folder);
        var store = WitnessStore.Open(folder, key.Value, settings.Logs);
        if (!store.IsValid)
        {
            return new Unreadable($"{path}: {store.Error}");
        }

        open.Add(store.Value);
        var mirrors = new List<Mirror>();
        foreach (var log in mirrorKey.IsValid ? settings.Logs : [])
        {
            var below = Path.GetFullPath(Path.Combine(path, MirrorsFolder, MirrorSite.HashOf(log.Origin)));
            Shelf.Make(below);
            var disk = new Folder(below);
            open.Add(disk);
            var bodies = settings.Organisation is { } organisation
                ? BodiesOf(organisation, below, disk, open) : default;
            if (bodies.Error is not null)
            {
                return new Unreadable($"{below}: {bodies.Error}");
            }

            var mirror = Mirror.Open(disk, log, mirrorKey.Value!, secret, check: null, bodies.Value);
            if (!mirror.IsValid)
            {
                return new Unreadable($"{below}: {mirror.Error}");
            }

            open.Add(mirror.Value);
            mirrors.Add(mirror.Value);
        }

        return new WitnessHost(path, settings, key.Value, store.Value, mirrors, open);
    }

    private static Parsed<MirrorBodies> BodiesOf(
        string organisation, string mirror, Folder disk, List<IDisposable> open)
    {
        var path = Path.Combine(mirror, MirrorBodies.FolderName);
        Shelf.Make(path);
        var folder = new Folder(path);
        open.Add(folder);
        var bodies = MirrorBodies.Open(organisation, folder, disk);
        if (bodies.IsValid)
        {
            open.Add(bodies.Value);
        }

        return bodies;
    }

    private static Parsed<SigningKey> Key(string file, List<IDisposable> open)
    {
        var key = Keys.Read(file);
        if (!key.IsValid)
        {
            return key;
        }

        open.Add(key.Value);
        return key.Value.Verifier.Use == KeyUse.Cosignature
            ? key
            : new Unreadable($"{file}:1: the key of a witness or a mirror has signature type 0x04");
    }

    private static void Close(List<IDisposable> open)
    {
        for (var i = open.Count - 1; i >= 0; i--)
        {
            open[i].Dispose();
        }

        open.Clear();
    }
}
