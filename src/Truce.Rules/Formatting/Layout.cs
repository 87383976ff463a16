using System.Text;
using YamlDotNet.Core;

namespace Truce.Rules;

/// <summary>Writes a tree with comments in the canonical layout.</summary>
internal sealed class Layout
{
    private const int Width = 120;

    /// <summary>
    /// A comment at the end of a line begins here, from 0, or two spaces after the line where that is longer.
    /// </summary>
    private const int CommentColumn = 40;

    /// <summary>The order of a rule's keys; the effect word comes first, and an unknown key last.</summary>
    private static readonly string[] RuleKeys =
    [
        "grant", "prohibit", "final", "require", "oblige", "inherent", "may", "over", "to", "of", "for", "from", "by",
        "in", "during", "starting", "from", "until", "hours", "if", "unless",
        "always", "delegable", "answer_within", "on_refusal", "on_silence", "before", "after", "channel", "overrides",
        "id", "basis", "source", "note",
    ];

    private readonly List<string> _lines = [];

    public static string Write(CommentedNode root)
    {
        var layout = new Layout();
        layout.Block(root, 0, null);
        return string.Join('\n', layout._lines) + "\n";
    }

    /// <summary>
    /// Entries on lines of their own. The first one follows <paramref name="first"/> where that is given.
    /// </summary>
    private void Block(CommentedNode node, int indent, string? first)
    {
        var margin = new string(' ', indent);
        foreach (var (entry, i) in Ordered(node).Select((e, i) => (e, i)))
        {
            if (i > 0 || first is null)
            {
                Comments(Leads(entry, node.IsRules), margin, node.IsRule || node.IsFlow, i == 0);
            }

            Entry(entry, i == 0 && first is not null ? first : margin, indent);
        }

        Comments(node.Foot, margin, node.IsRule || node.IsFlow, node.Entries.Count == 0);
    }

    private static IEnumerable<CommentedEntry> Ordered(CommentedNode rule)
    {
        if (!rule.IsRule)
        {
            return rule.Entries;
        }

        var dated = rule.Entries.Exists(e => e.Key?.Value == "prohibit") ? Array.IndexOf(RuleKeys, "from")
            : Array.LastIndexOf(RuleKeys, "from");
        return rule.Entries.OrderBy(e => e.Key?.Value switch
        {
            "from" => dated,
            { } key when Array.IndexOf(RuleKeys, key) is >= 0 and var at => at,
            _ => RuleKeys.Length,
        });
    }

    /// <summary>What stands above an entry; a list's item takes over what stands above its first entry.</summary>
    private static List<string> Leads(CommentedEntry entry, bool apart)
    {
        var lead = apart && !entry.Lead.Contains("") ? ["", .. entry.Lead] : entry.Lead.ToList();
        while (entry.Key is null && IsBlock(entry))
        {
            if (entry.Trail is { } trail)
            {
                lead.Add(trail);
            }

            entry = Ordered(entry.Value).First();
            lead.AddRange(entry.Lead.Where(l => l.Length > 0));
        }

        return lead;
    }

    private void Comments(IEnumerable<string> comments, string margin, bool dense, bool first)
    {
        foreach (var comment in comments)
        {
            if (comment.Length > 0)
            {
                _lines.Add(margin + comment);
                first = false;
            }
            else if (!first && !dense && _lines.Count > 0 && _lines[^1].Length > 0)
            {
                _lines.Add("");
            }
        }
    }

    private void Entry(CommentedEntry entry, string prefix, int indent)
    {
        var value = entry.Value;
        var head = entry.Key is { } key ? $"{prefix}{Scalar(key, inFlow: false)}:" : $"{prefix}-";
        if (entry.Key is null && IsBlock(entry))
        {
            Block(value, indent + 2, $"{head} ");
        }
        else if (IsBlock(entry))
        {
            Line(head, entry.Trail);
            Block(value, indent + 2, null);
        }
        else if (BlockScalar(value, indent + 2) is { } lines)
        {
            Line($"{head} {lines[0]}", entry.Trail);
            _lines.AddRange(lines[1..]);
        }
        else
        {
            var text = Inline(value, inFlow: false);
            Line(text.Length == 0 ? head : $"{head} {text}", entry.Trail);
            Comments(value.Foot, new string(' ', indent), true, false);
        }
    }

    private void Line(string text, string? trail) => _lines.Add(trail is null ? text
        : $"{(text.Length > CommentColumn - 2 ? text + "  " : text.PadRight(CommentColumn))}{trail}");

    /// <summary>
    /// Whether a value stands on lines of its own: asked once an entry, so that its width is measured once.
    /// </summary>
    private static bool IsBlock(CommentedEntry entry)
    {
        var value = entry.Value;
        if (value.Kind == YamlKind.Scalar || value.Entries.Count == 0)
        {
            return false;
        }

        if (!MayInline(value) || value.IsRules || value.IsRule)
        {
            return true;
        }

        var indent = 0;
        for (var e = entry; e is not null; e = e.Owner)
        {
            indent += e.Owner is null ? 0 : 2;
        }

        var head = entry.Key is { } key ? Scalar(key, inFlow: false).Length + 2 : 2;
        return indent + head + Inline(value, inFlow: false).Length > Width;
    }

    /// <summary>
    /// What was written in brackets stays so, and lists of words and numbers go in brackets, unless a comment is
    /// inside.
    /// </summary>
    private static bool MayInline(CommentedNode node) => node.Kind == YamlKind.Scalar
        ? !node.IsBlockScalar
        : node.Foot.Count == 0
            && (node.IsFlow || (node.Kind == YamlKind.List
                && node.Entries.TrueForAll(e => e.Value.Kind == YamlKind.Scalar)))
            && node.Entries.TrueForAll(e => e.Trail is null && !e.Lead.Exists(l => l.Length > 0) && MayInline(e.Value));

    private static string Inline(CommentedNode node, bool inFlow) => node.Kind switch
    {
        YamlKind.List => $"[{string.Join(", ", node.Entries.Select(e => Inline(e.Value, inFlow: true)))}]",
        YamlKind.Map => "{" + string.Join(", ", node.Entries.Select(e =>
            $"{Scalar(e.Key!, inFlow: true)}: {Inline(e.Value, inFlow: true)}")) + "}",
        _ => Scalar(node, inFlow),
    };

    /// <summary>A scalar on one line, as it was written wherever that still means the same.</summary>
    private static string Scalar(CommentedNode node, bool inFlow)
    {
        if (node.Style == ScalarStyle.Plain)
        {
            return node.Value.Length == 0 ? (inFlow ? "null" : "") : IsPlain(node, inFlow) ? node.Value
                : Quoted(node.Value);
        }

        return node.IsBlockScalar || node.Raw.Any(CommentedYaml.IsBreak) ? Quoted(node.Value) : node.Raw;
    }

    private static bool IsPlain(CommentedNode node, bool inFlow)
    {
        var value = node.Value;
        return !value.Any(CommentedYaml.IsBreak)
            && (!inFlow || (!value.Any(c => ",[]{}?#".Contains(c, StringComparison.Ordinal))
            && !value.Contains(": ", StringComparison.Ordinal) && !value.EndsWith(':')));
    }

    private static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' =>
                    string.Create(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => c.ToString(),
            });
        }

        return text.Append('"').ToString();
    }

    /// <summary>
    /// A text over several lines (<c>|</c> or <c>&gt;</c>) as it was written, moved to its new indentation; null for
    /// any other scalar, and where the first line begins with a space, which needs a number in the head.
    /// </summary>
    private static List<string>? BlockScalar(CommentedNode node, int indent)
    {
        var lines = node.IsBlockScalar ? node.Raw.Split('\n') : [];
        var head = lines.Length == 0 ? "" : lines[0].Split('#')[0].Trim();
        var body = lines.Skip(1).ToList();
        var first = body.Find(l => l.AsSpan().Trim().Length > 0);
        if (first is null || head.Any(char.IsAsciiDigit) || node.Value.TrimStart('\n').StartsWith(' '))
        {
            return null;
        }

        while (body.Count > 0 && body[^1].AsSpan().Trim().IsEmpty && !head.Contains('+'))
        {
            body.RemoveAt(body.Count - 1);
        }

        if (head.Contains('+') && body.Count > 0 && body[^1].Length == 0)
        {
            body.RemoveAt(body.Count - 1); // the line break at the end of the last line
        }

        var old = first.Length - first.TrimStart(' ').Length;
        var margin = new string(' ', indent);
        return [head, .. body.Select(l => l.Length > old ? margin + l[old..] : "")];
    }
}
