using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Truce.Rules;

/// <summary>What a YAML node is.</summary>
internal enum YamlKind
{
    Scalar,
    List,
    Map,
}

/// <summary>A node of a parsed file, with its place. Anchors, aliases and tags are refused, so the tree is a
/// tree.</summary>
internal sealed class YamlNode(YamlKind kind, Place place)
{
    public YamlKind Kind => kind;

    public Place Place => place;

    /// <summary>The words of a scalar on one line, as they may be shown, else empty.</summary>
    public string Value { get; init; } = "";

    /// <summary>The text of a scalar as it was read, for no framework: lines and all.</summary>
    public string Raw { get; init; } = "";

    /// <summary>True for a scalar without quotes.</summary>
    public bool IsPlain { get; init; }

    public List<YamlNode> Items { get; } = [];

    public List<(YamlNode Key, YamlNode Value)> Entries { get; } = [];

    /// <summary>A plain scalar that stands for nothing: <c>key:</c>, <c>null</c>, <c>~</c>.</summary>
    public bool IsEmpty => Kind == YamlKind.Scalar && IsPlain && Value is "" or "null" or "~";

    public bool Is(string word) => Kind == YamlKind.Scalar && Value == word;

    public string Describe() => Kind switch
    {
        YamlKind.List => "a list",
        YamlKind.Map => "a mapping",
        _ when IsEmpty => "nothing",
        _ => $"`{Clip(Value)}`",
    };

    /// <summary>User input as it is quoted in a message: one line, at most 60 characters unless said, nothing that a
    /// terminal obeys.</summary>
    public static string Clip(string s, int most = 60)
    {
        var clean = new StringBuilder();
        foreach (var c in s.Length > most ? string.Concat(s.AsSpan(0, most - 3), "...") : s)
        {
            clean.Append(char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029'
                || (c >= '\u202A' && c <= '\u202E') || (c >= '\u2066' && c <= '\u2069') ? '\uFFFD' : c);
        }

        return clean.ToString();
    }
}

/// <summary>Bytes to a tree of nodes. Never throws; gives null and says why where there is no tree.</summary>
internal static class YamlReader
{
    public static YamlNode? Read(ReadOnlySpan<byte> bytes, Action<string, Place, string, string?> report)
    {
        if (bytes.Length > Limits.FileBytes)
        {
            report("F002", default, $"the file is larger than {Text.Number(Limits.FileBytes)} bytes, the limit",
                "split the framework, or leave out what no rule needs");
            return null;
        }

        if (bytes.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        if (Utf8Defect(bytes) is { } at)
        {
            report("F003", at, "the file is not valid UTF-8 here", "save the file as UTF-8");
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes);
        if (TabIndent(text) is { } tab)
        {
            report("F005", tab, "a tab is used for indentation", "use spaces");
            return null;
        }

        return Parse(text, report);
    }

    private static Place? Utf8Defect(ReadOnlySpan<byte> bytes)
    {
        int line = 1, column = 1;
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) != System.Buffers.OperationStatus.Done)
            {
                return new Place(line, column);
            }

            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + rune.Utf16SequenceLength);
            bytes = bytes[used..];
        }

        return null;
    }

    private static Place? TabIndent(string text)
    {
        var line = 1;
        foreach (var row in text.AsSpan().EnumerateLines())
        {
            var indent = row.Length - row.TrimStart(" \t").Length;
            if (row[..indent].Contains('\t') && indent < row.Length && row[indent] != '#')
            {
                return new Place(line, row.IndexOf('\t') + 1);
            }

            line++;
        }

        return null;
    }

    private static YamlNode? Parse(string text, Action<string, Place, string, string?> report)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                report("F009", default, "the file is empty", "`truce new NAME` writes a commented starter mission");
                return null;
            }

            parser.Consume<DocumentStart>();
            var root = Node(parser, 0, report);
            if (root is null)
            {
                return null;
            }

            parser.Consume<DocumentEnd>();
            if (parser.TryConsume<DocumentStart>(out var second))
            {
                report("F004", At(second.Start), "the file has a second YAML document", "a framework is one document");
                return null;
            }

            return root;
        }
        catch (YamlException e)
        {
            report("F004", At(e.Start), $"this is not YAML: {Lower(e.Message)}",
                "look at the indentation, brackets and quotes here and on the line before; words that hold `: ` or " +
                    "` #` stand in quotes");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException
            or IndexOutOfRangeException or OverflowException or KeyNotFoundException)
        {
            // The YAML library's own slips on hostile input: the file is at fault all the same.
            report("F004", default, "this is not YAML that can be read",
                "look for a bracket, a quote or a sign out of place");
        }

        return null;
    }

    private static string Lower(string message)
    {
        var one = YamlNode.Clip(message.ReplaceLineEndings(" ").TrimEnd('.'), 120);
        return one.Length == 0 ? "unreadable" : char.ToLowerInvariant(one[0]) + one[1..];
    }

    private static Place At(Mark mark) => new(checked((int)mark.Line), checked((int)mark.Column));

    private static YamlNode? Node(Parser parser, int depth, Action<string, Place, string, string?> report)
    {
        if (parser.Accept<AnchorAlias>(out var alias))
        {
            report("F006", At(alias.Start), $"`*{YamlNode.Clip(alias.Value.Value)}` is an alias",
                "aliases are not part of the language: write the value out");
            return null;
        }

        var node = parser.Consume<NodeEvent>();
        if (!node.Anchor.IsEmpty || !node.Tag.IsEmpty)
        {
            report("F006", At(node.Start), "anchors and tags are not part of the language", "write the value out");
            return null;
        }

        if (depth > Limits.Depth)
        {
            report("F007", At(node.Start), $"the nesting is deeper than {Limits.Depth}",
                "a framework needs no such depth");
            return null;
        }

        return node switch
        {
            Scalar s => new YamlNode(YamlKind.Scalar, At(s.Start))
            {
                Value = Plain.Words(s.Value),
                Raw = s.Value,
                IsPlain = s.Style == ScalarStyle.Plain,
            },
            SequenceStart s => List(parser, s, depth, report),
            MappingStart s => Map(parser, s, depth, report),
            _ => null,
        };
    }

    private static YamlNode? List(
        Parser parser, SequenceStart start, int depth, Action<string, Place, string, string?> report)
    {
        var list = new YamlNode(YamlKind.List, At(start.Start));
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            if (Node(parser, depth + 1, report) is not { } item)
            {
                return null;
            }

            list.Items.Add(item);
        }

        return list;
    }

    private static YamlNode? Map(
        Parser parser, MappingStart start, int depth, Action<string, Place, string, string?> report)
    {
        var map = new YamlNode(YamlKind.Map, At(start.Start));
        var seen = new Dictionary<string, Place>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (Node(parser, depth + 1, report) is not { } key || Node(parser, depth + 1, report) is not { } value)
            {
                return null;
            }

            if (key.Kind != YamlKind.Scalar)
            {
                report("F103", key.Place, $"a key must be a word, this is {key.Describe()}",
                    "write `key: value`");
            }
            else if (!seen.TryAdd(key.Value, key.Place))
            {
                report("F008", key.Place, $"the key `{YamlNode.Clip(key.Value)}` stands twice, first on line " +
                    Text.Plain(seen[key.Value].Line), "merge the two, or rename one");
            }
            else
            {
                map.Entries.Add((key, value));
            }
        }

        return map;
    }
}
