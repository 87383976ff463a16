using System.Collections.Immutable;
using System.Text;

namespace Truce.Rules;

/// <summary>What laying out a file gave. <see cref="Text"/> is null where the file is to be left alone.</summary>
/// <param name="Text">The file in the canonical layout, or null.</param>
/// <param name="Diagnostics">Why it was left alone, where the file has defects.</param>
/// <param name="Refusal">Why it was left alone, where the layout would not keep everything: a defect of this
/// program.</param>
public sealed record Formatted(string? Text, ImmutableArray<Diagnostic> Diagnostics, string? Refusal);

/// <summary>
/// The canonical layout of framework files. It changes spaces, line breaks and the order of a rule's keys, nothing
/// else: the result is read again, and refused unless it says the same and has the same comments.
/// </summary>
public static class Formatter
{
    /// <summary>Lays out a file. Never throws on any input; a file with errors is left alone.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="fileName">The name that diagnostics print.</param>
    public static Formatted Format(ReadOnlySpan<byte> utf8, string fileName)
    {
        var reading = FrameworkReader.Read(utf8, fileName);
        if (!reading.IsUsable)
        {
            return new Formatted(null, reading.Diagnostics, null);
        }

        var bytes = utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        var text = Encoding.UTF8.GetString(bytes).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var before = new CommentedYaml(text);
        if (before.Stray is { } at)
        {
            var line = text.AsSpan(0, at).Count('\n') + 1;
            return new Formatted(null,
            [
                new Diagnostic("F004", Severity.Error, fileName,
                    new Place(line, at - text.LastIndexOf('\n', Math.Max(0, at - 1))),
                    "this is neither a key, a value nor a comment of a framework",
                        "take it out: the layout could not keep it"),
            ], null);
        }

        var result = Layout.Write(before.Root);
        return Defect(before, result, fileName) is { } defect ? new Formatted(null, [], defect)
            : new Formatted(result, [], null);
    }

    /// <summary>What the layout would change beside the layout, or null.</summary>
    private static string? Defect(CommentedYaml before, string result, string fileName)
    {
        if (!FrameworkReader.Read(result, fileName).IsUsable)
        {
            return "the result could not be read";
        }

        var after = new CommentedYaml(result);
        if (after.Stray is not null || !Same(before.Root, after.Root))
        {
            return "the result would say something else";
        }

        return before.Comments.Order(StringComparer.Ordinal).SequenceEqual(after.Comments.Order(StringComparer.Ordinal))
            ? null
            : "a comment would be lost";
    }

    /// <summary>The same keys and values in the same order; the keys of a rule in any order.</summary>
    private static bool Same(CommentedNode a, CommentedNode b)
    {
        if (a.Kind != b.Kind || a.Entries.Count != b.Entries.Count)
        {
            return false;
        }

        if (a.Kind == YamlKind.Scalar)
        {
            return a.IsEmpty == b.IsEmpty && (a.IsEmpty || a.Value == b.Value);
        }

        var (left, right) = a.IsRule
            ? (a.Entries.OrderBy(Key, StringComparer.Ordinal), b.Entries.OrderBy(Key, StringComparer.Ordinal))
            : (a.Entries.AsEnumerable(), b.Entries.AsEnumerable());
        return left.Zip(right).All(p => Key(p.First) == Key(p.Second) && Same(p.First.Value, p.Second.Value));
    }

    private static string Key(CommentedEntry e) => e.Key?.Value ?? "";
}
