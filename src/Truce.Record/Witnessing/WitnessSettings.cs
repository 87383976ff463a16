using System.Net;

namespace Truce.Record;

/// <summary>What a witness is told in its one file: which logs it watches, with which keys, and where.</summary>
/// <param name="KeyFile">The file of the witness's private key, in the witness's folder.</param>
/// <param name="MirrorKeyFile">The file of the mirror's private key; null where it is no mirror.</param>
/// <param name="Listen">The address; the loopback where the file names none.</param>
/// <param name="Logs">The logs, one for each origin.</param>
/// <param name="Organisation">Whose it is: a mirror keeps this organisation's bodies; null where none is named.</param>
public sealed record WitnessSettings(
    string KeyFile, string? MirrorKeyFile, IPEndPoint Listen, IReadOnlyList<WatchedLog> Logs, string? Organisation)
{
    /// <summary>The file's name in a witness's folder.</summary>
    public const string FileName = "witness.conf";

    /// <summary>The largest file.</summary>
    public const int BytesMax = 65_536;

    /// <summary>The most logs.</summary>
    public const int LogsMax = 256;

    /// <summary>The port that a witness listens on where its file names none.</summary>
    public const int PortUsual = 7380;

    /// <summary>Reads the file. An error begins with the file's name and the line.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="file">Its name, for errors.</param>
    public static Parsed<WitnessSettings> Parse(ReadOnlySpan<byte> bytes, string file = FileName)
    {
        if (bytes.Length > BytesMax || Utf8.Text(bytes) is not { } text)
        {
            return new Unreadable($"{file}:1: not a text of at most {BytesMax} bytes");
        }

        var draft = new Draft();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var words = line.TrimEnd('\r').Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            if (draft.Take(words) is { } error)
            {
                return new Unreadable($"{file}:{number}: {error}");
            }
        }

        return draft.Key is null ? new Unreadable($"{file}:{number}: no line `key FILE` names the witness's key")
            : draft.Logs.Count == 0 ? new Unreadable($"{file}:{number}: no line `log VKEY` names a log to watch")
            : draft.Key == draft.Mirror
                ? new Unreadable($"{file}:{number}: the mirror needs a key of its own, not the witness's")
            : new WitnessSettings(
                draft.Key, draft.Mirror, draft.Listen ?? new IPEndPoint(IPAddress.Loopback, PortUsual),
                [.. draft.Logs.Select(l => new WatchedLog(l.Key, l.Value))], draft.Organisation);
    }

    private sealed class Draft
    {
        public string? Key { get; private set; }

        public string? Mirror { get; private set; }

        public string? Organisation { get; private set; }

        public IPEndPoint? Listen { get; private set; }

        public Dictionary<string, List<VerifierKey>> Logs { get; } = new(StringComparer.Ordinal);

        /// <summary>Takes a line's words; gives what is wrong with them.</summary>
        public string? Take(string[] words)
        {
            switch (words)
            {
                case ["key", var name]:
                    var key = Once(words[0], Key, name);
                    Key ??= name;
                    return key;
                case ["mirror", var name]:
                    var mirror = Once(words[0], Mirror, name);
                    Mirror ??= name;
                    return mirror;
                case ["organisation", var name]:
                    var second = Organisation is not null;
                    Organisation ??= name;
                    return second ? "a second `organisation`"
                        : Audience.IsName(name) ? null : $"`{name}` is not an organisation's name";
                case ["listen", var address]:
                    return Address(address);
                case ["log", var vkey]:
                    return Log(vkey);
                default:
                    return "not `key FILE`, `mirror FILE`, `organisation NAME`, `listen ADDRESS:PORT` or `log VKEY`";
            }
        }

        private static string? Once(string word, string? before, string name) =>
            before is not null ? $"a second `{word}`"
            : name != Path.GetFileName(name) || name is "." or ".." ? $"`{name}` is not a file's name in this folder"
            : null;

        private string? Address(string text)
        {
            if (Listen is not null)
            {
                return "a second `listen`";
            }

            if (!IPEndPoint.TryParse(text, out var address) || !text.Contains(':', StringComparison.Ordinal))
            {
                return $"`{text}` is not an address and a port, as in `127.0.0.1:{PortUsual}` or `[::1]:{PortUsual}`";
            }

            Listen = address;
            return null;
        }

        private string? Log(string vkey)
        {
            var key = VerifierKey.Parse(vkey);
            if (!key.IsValid)
            {
                return key.Error;
            }

            if (key.Value.Use != KeyUse.Note)
            {
                return "a log's key has signature type 0x01";
            }

            if (Logs.Values.Any(l => l.Any(k => k.IsSameKeyAs(key.Value))))
            {
                return "a log with this key is already there";
            }

            if (!Logs.TryGetValue(key.Value.Name, out var keys))
            {
                Logs.Add(key.Value.Name, keys = []);
            }

            keys.Add(key.Value);
            return Logs.Count > LogsMax ? $"more than {LogsMax} logs" : null;
        }
    }
}
