using System.CommandLine;
using Truce.Maps;
using Truce.Mission;
using Truce.Missions;
using Truce.Record;

namespace Truce.Verbs;

/// <summary>What <c>truce mission act</c> takes beside the act.</summary>
internal sealed class ActOptions
{
    private readonly TimeOption _at = new("--at", "when it happened; without it now");

    private readonly Option<string?> _for = new("--for")
    {
        Description = "whose word it is, where it is entered for somebody without keys at hand: an organisation, or "
            + Speaker.Anonymous,
    };

    private readonly Option<string?> _by = new("--by")
    {
        Description = $"how that word came: {string.Join(", ", Speaker.Ways)}",
    };

    private readonly Option<string?> _evidence = new("--evidence")
    {
        Description = "a file that is attached and shows that word, such as the scanned paper",
    };

    private readonly Option<string?> _to = new("--to")
    {
        Description = "the organisations that may read it: un,relief; without it everybody may, at once and for ever",
    };

    private readonly Option<string[]> _attach = new("--attach")
    {
        Description = "a file to attach: public with a public act, else for its audience",
    };

    private readonly Option<string[]> _seal = new("--seal")
    {
        Description = "FILE=ORG,ORG: a file that these alone may read, not even the operator; no rule reads it",
    };

    public Option<string?> Log { get; } = new("--log") { Description = "the log's folder" };

    public Option<string?> Key { get; } = new("--key") { Description = "the device's private key file" };

    public Option<string?> Keys { get; } = new("--keys") { Description = "the folder of the operator's keys" };

    public Option<string?> ReadingKey { get; } = new("--reading-key")
    {
        Description = "the mission's private reading key, or - for the standard input: confidential acts need it",
    };

    public Option<string?> Receipts { get; } = new("--receipts")
    {
        Description = "the folder for INDEX.receipt and HASH.refusal",
    };

    public Option<bool> IsDraft { get; } = new("--draft") { Description = "show what would be sent, and send nothing" };

    /// <summary>Whether it goes out although something of it is asked about.</summary>
    public Option<bool> IsKnowing { get; } = new("--even-so")
    {
        Description = "send it although it names a subject that those who will read it may not know, holds testimony "
            + "that is not sealed, or a place or name that looks misspelt",
    };

    public Option<bool> Json { get; } = new("--json") { Description = "print JSON instead of text" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            Log, Key, _at.Option, _to, _attach, _seal, _for, _by, _evidence, Keys, ReadingKey, Receipts, IsDraft,
            IsKnowing, Json,
        })
        {
            command.Add(option);
        }
    }

    /// <summary>What is missing or does not go together, with the remedy; null where nothing is.</summary>
    public string? Fault(ParseResult parsed)
    {
        var (of, by) = (parsed.GetValue(_for), parsed.GetValue(_by));
        return parsed.GetValue(Log) is null || parsed.GetValue(Key) is null
                ? "an act is signed and recorded with `--log FOLDER` and `--key FILE`\n"
                    + "  help: without an act, `truce mission act TYPE` explains the type"
            : (of is null) != (by is null) || (by is not null && !Speaker.Ways.Contains(by))
                ? $"`--for ORG` and `--by WAY` go together\n  help: ways are {string.Join(", ", Speaker.Ways)}"
            : parsed.GetValue(_seal)!.FirstOrDefault(s => s.Split('=', 2) is not [{ Length: > 0 }, { Length: > 0 }])
                is { } seal ? $"`--seal {seal}` is not FILE=ORG,ORG\n  help: name those who alone may read the file"
            : parsed.GetValue(_evidence) is not null && of is null
                ? "`--evidence` shows a word that is entered for somebody\n  help: add `--for` and `--by`"
            : null;
    }

    /// <summary>When it happened; null, and the reason printed, where that is no time.</summary>
    public long? OccurredAt(ParseResult parsed, TextWriter error) => _at.Read(parsed, MissionTimes.Now, error);

    /// <summary>Who may read it; neither a value nor an error for everybody.</summary>
    public Parsed<Audience> Audience(ParseResult parsed)
    {
        if (parsed.GetValue(_to) is not { } names)
        {
            return default;
        }

        var audience = Record.Audience.Of(names.Split(','));
        return audience.IsValid ? audience : new Unreadable($"`--to {names}`: {audience.Error}");
    }

    /// <summary>The files to attach, each with fresh salt; null, and the reason printed, where one cannot be.</summary>
    public List<AttachedFile>? Files(ParseResult parsed, TextWriter error)
    {
        var all = new List<AttachedFile>();
        string[] paths =
        [
            .. parsed.GetValue(_attach)!, .. parsed.GetValue(_seal)!.Select(s => s.Split('=')[0]),
            .. parsed.GetValue(_evidence) is { } shown ? new[] { shown } : [],
        ];
        foreach (var path in paths)
        {
            if (MissionFile.Bounded(path, MapFile.BytesMax - Committed.SaltBytes, error) is not { } bytes)
            {
                return null;
            }

            var name = Path.GetFileName(path);
            if (all.Exists(f => f.Name == name))
            {
                error.WriteLine($"error: two attached files are called {name}\n  help: rename one");
                return null;
            }

            all.Add(AttachedFile.Of(name, bytes));
        }

        return all;
    }

    /// <summary>Whose eyes alone files are for.</summary>
    public Dictionary<string, string[]> SealedFiles(ParseResult parsed) => parsed.GetValue(_seal)!
        .Select(s => s.Split('=', 2)).ToDictionary(
            s => Path.GetFileName(s[0]), s => s[1].Split(','), StringComparer.Ordinal);

    /// <summary>On whose behalf it is entered; null for the author's own word.</summary>
    public JsonValue? For(ParseResult parsed, IReadOnlyList<AttachedFile> files) =>
        parsed.GetValue(_for) is not { } of ? null : ActDraft.For(of, parsed.GetValue(_by)!,
            parsed.GetValue(_evidence) is { } shown
                ? files.First(f => f.Name == Path.GetFileName(shown)).Commit : null);
}
