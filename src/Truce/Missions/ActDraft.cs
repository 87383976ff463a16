using System.Security.Cryptography;
using Truce.Maps;
using Truce.Mission;
using Truce.Record;

namespace Truce.Missions;

/// <summary>A file that an act attaches, with the salt before it.</summary>
internal sealed record AttachedFile(string Name, byte[] Body)
{
    /// <summary>Its content.</summary>
    public ReadOnlyMemory<byte> Content => Attached.Content(Body)!.Value;

    /// <summary>What commits to it.</summary>
    public Digest Commit => Attached.CommitTo(Body);

    /// <summary>A file with fresh salt.</summary>
    public static AttachedFile Of(string name, ReadOnlySpan<byte> content) =>
        new(name, Attached.Body(RandomNumberGenerator.GetBytes(Committed.SaltBytes), content));
}

/// <summary>
/// An act as a person writes it: times with their offset, files by their name, subjects by the entry that was about
/// them. What comes out has the record's form, and is checked there.
/// </summary>
internal static class ActDraft
{
    private const string EntryHead = "entry:";
    private const string Revision = "revision";

    /// <summary>The act in the record's form; an error says which member is wrong and what to write.</summary>
    /// <param name="row">Its type's row.</param>
    /// <param name="act">As it was written.</param>
    /// <param name="files">What is attached.</param>
    /// <param name="fold">The state of whoever drafts it.</param>
    /// <param name="statementAt">The hash of the statement of an entry; null where there is no such entry.</param>
    public static Parsed<JsonValue.Members> Resolve(
        Row row, JsonValue.Members act, IReadOnlyList<AttachedFile> files, Fold fold,
        Func<long, Digest?> statementAt)
    {
        var all = new List<KeyValuePair<string, JsonValue>>();
        foreach (var (name, value) in act.All)
        {
            var kind = name is "subject" or "continues" ? FieldKind.Subject
                : row.Fields.FirstOrDefault(f => f.Name == name)?.Kind;
            var resolved = name == "at" ? Window(value)
                : kind == FieldKind.Time ? Time(name, value)
                : kind == FieldKind.Hash ? Hash(name, value, files, statementAt)
                : kind == FieldKind.Subject ? Subject(name, value, fold)
                : value;
            if (!resolved.IsValid)
            {
                return new Unreadable(resolved.Error);
            }

            all.Add(new(name, resolved.Value));
        }

        return new JsonValue.Members(all);
    }

    /// <summary>
    /// The act with the revision that its author judges, where it judges and does not say: how often what is judged was
    /// changed, as far as he can read.
    /// </summary>
    public static JsonValue.Members Judging(Row row, JsonValue.Members act, Fold fold) =>
        row.Judges && row.Fields.Any(f => f.Name == Revision) && act[Revision] is null
        && (act["subject"] as JsonValue.Text)?.Value is { } subject
        && fold.Subjects.GetValueOrDefault(subject) is { } judged
            ? new JsonValue.Members([.. act.All, new(Revision, new JsonValue.Number(judged.Revisions))]) : act;

    /// <summary>The last decision of each subject that a deciding act is about, as its author knows it.</summary>
    public static IReadOnlyList<Expectation>? Expects(Row row, JsonValue.Members act, Fold fold) =>
        row.Kind != RowKind.Decides || (act["subject"] as JsonValue.Text)?.Value is not { } subject ? null
            : [new Expectation(subject, fold.Subjects.GetValueOrDefault(subject)?.LastDecision)];

    /// <summary>POSIX milliseconds of a time with its offset; null where it is none.</summary>
    public static long? Milliseconds(string? text) => MissionMap.Time(text)?.ToUnixTimeMilliseconds();

    /// <summary>Whom a word is by, and how it came, where it is entered for somebody without keys at hand.</summary>
    public static JsonValue For(string of, string by, Digest? evidence)
    {
        List<KeyValuePair<string, JsonValue>> all =
            [new("of", new JsonValue.Text(of)), new("by", new JsonValue.Text(by))];
        if (evidence is { } hash)
        {
            all.Add(new("evidence", new JsonValue.Text(hash.ToString())));
        }

        return new JsonValue.Members(all);
    }

    private static Parsed<JsonValue> Window(JsonValue value)
    {
        if (value is not JsonValue.Members window)
        {
            var instant = Time("at", value);
            return instant.Value is JsonValue.Number
                ? new JsonValue.Members([new("from", instant.Value), new("to", instant.Value)]) : instant;
        }

        var all = new List<KeyValuePair<string, JsonValue>>();
        foreach (var (name, end) in window.All)
        {
            var time = Time($"at.{name}", end);
            if (!time.IsValid)
            {
                return time;
            }

            all.Add(new(name, time.Value));
        }

        return new JsonValue.Members(all);
    }

    private static Parsed<JsonValue> Time(string name, JsonValue value) =>
        value is not JsonValue.Text { Value: var text } ? value
        : Milliseconds(text) is { } time ? new JsonValue.Number(time)
        : new Unreadable($"`{name}` is `{text}`, which is no time with its offset: write 2026-03-10T02:10:00+02:00");

    private static Parsed<JsonValue> Hash(
        string name, JsonValue value, IReadOnlyList<AttachedFile> files, Func<long, Digest?> statementAt)
    {
        if (value is JsonValue.Text { Value: var said } && said.StartsWith(EntryHead, StringComparison.Ordinal))
        {
            return long.TryParse(said.AsSpan(EntryHead.Length), out var entry) && statementAt(entry) is { } hash
                ? new JsonValue.Text(hash.ToString()) : new Unreadable($"`{name}` is `{said}`: there is no such entry");
        }

        if (value is not JsonValue.Text { Value: ['@' or '#', .. var file] text })
        {
            return value;
        }

        return files.FirstOrDefault(f => f.Name == file) is not { } attached
            ? new Unreadable($"`{name}` names {file}, which is not attached: add `--attach {file}`")
            : new JsonValue.Text((text[0] == '@' ? attached.Commit : Digest.Of(attached.Content.Span)).ToString());
    }

    private static Parsed<JsonValue> Subject(string name, JsonValue value, Fold fold)
    {
        if (value is not JsonValue.Text { Value: var text })
        {
            return value;
        }

        if (!text.StartsWith(EntryHead, StringComparison.Ordinal))
        {
            return fold.Subjects.ContainsKey(text) || Only(fold, text) is not { } one ? value : new JsonValue.Text(one);
        }

        return long.TryParse(text.AsSpan(EntryHead.Length), out var entry)
            && fold.Labelled(entry) is { Subject: { Length: > 0 } subject } ? new JsonValue.Text(subject)
            : new Unreadable($"`{name}` is `{text}`: no entry that you may read there is about a subject");
    }

    /// <summary>The one subject whose id begins so; null where there is none or several.</summary>
    public static string? Only(Fold fold, string start)
    {
        string[] all = [.. fold.Subjects.Keys.Where(id => id.StartsWith(start, StringComparison.Ordinal)).Take(2)];
        return start.Contains('/') && all is [var one] ? one : null;
    }
}
