using Microsoft.AspNetCore.Http;
using Truce.Record;

namespace Truce.Http;

/// <summary>A witness's folder, opened: its settings, its keys, and what it holds.</summary>
internal sealed class WitnessHost : IDisposable
{
    private readonly SigningKey _key;
    private readonly WitnessStore _store;

    private WitnessHost(WitnessSettings settings, SigningKey key, WitnessStore store) =>
        (Settings, _key, _store) = (settings, key, store);

    /// <summary>What its file says.</summary>
    public WitnessSettings Settings { get; }

    /// <summary>Opens a folder that `witness init` made. An error names the file and the line.</summary>
    public static Parsed<WitnessHost> Open(string path)
    {
        var file = Path.Combine(path, WitnessSettings.FileName);
        if (!File.Exists(file) || new FileInfo(file).Length > WitnessSettings.BytesMax)
        {
            return new Unreadable($"{file}: there is no such settings file\n"
                + $"  help: `truce witness init {path} --log VKEY` makes one");
        }

        var settings = WitnessSettings.Parse(File.ReadAllBytes(file), file);
        if (!settings.IsValid)
        {
            return new Unreadable(settings.Error);
        }

        var key = Keys.Read(Path.Combine(path, settings.Value.KeyFile));
        if (!key.IsValid || key.Value.Verifier.Use != KeyUse.Cosignature)
        {
            return new Unreadable(
                key.Error ?? $"{settings.Value.KeyFile}:1: a witness's key has signature type 0x04");
        }

        var store = WitnessStore.Open(new Folder(path), key.Value, settings.Value.Logs);
        return store.IsValid
            ? new WitnessHost(settings.Value, key.Value, store.Value)
            : new Unreadable($"{path}: {store.Error}");
    }

    /// <summary>Answers the requests that a witness takes, and those of a mirror where it is one.</summary>
    /// <param name="clock">For the times of cosignatures.</param>
    /// <param name="secret">Random bytes that authenticate a mirror's tickets until it stops.</param>
    public Func<HttpContext, CancellationToken, Task> Answer(TimeProvider clock, ReadOnlyMemory<byte> secret) =>
        WitnessSite.Answer(_store, About, clock);

    /// <inheritdoc/>
    public void Dispose()
    {
        _store.Dispose();
        _key.Dispose();
    }

    private string About =>
        $"A witness (c2sp.org/tlog-witness).\n{_key.Verifier}\nIt watches:\n"
        + string.Concat(Settings.Logs.SelectMany(l => l.Keys).Select(k => $"{k}\n"));
}
