using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Truce.Rules;

/// <summary>
/// A framework file as a tree with its comments. The parser gives the places of all scalars; a <c>#</c> outside of them
/// begins a comment; whatever is neither of both nor YAML's own signs is <see cref="Stray"/>, so that no text is lost
/// unseen.
/// </summary>
internal sealed class CommentedYaml
{
    private readonly string _text;
    private readonly List<CommentedEntry> _entries = [];
    private readonly List<(int Start, int End)> _scalars = [];
    private readonly List<(int Start, int End)> _comments = [];

    /// <summary>Takes a file apart that YAML can be read from, with line feeds alone.</summary>
    /// <exception cref="YamlException">If it cannot be read.</exception>
    public CommentedYaml(string text)
    {
        _text = text;
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        parser.Consume<DocumentStart>();
        Root = Node(parser, null);
        MarkRules();
        Stray = FindComments();
        foreach (var (start, end) in _comments)
        {
            Attach(start, Clean(start, end));
        }

        foreach (var entry in _entries.Where(e => !e.Container.IsFlow
            && (e.Container.Entries[0] != e || e.Lead.Count > 0)))
        {
            AddBlank(entry.Lead, entry.Start);
        }
    }

    public CommentedNode Root { get; }

    /// <summary>Index of the first character that would be lost, or null.</summary>
    public int? Stray { get; }

    /// <summary>Every comment, in the order of the file.</summary>
    public IEnumerable<string> Comments => _comments.Select(c => Clean(c.Start, c.End));

    /// <summary>Characters that end a line for YAML.</summary>
    public static bool IsBreak(char c) => c is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029';

    private void MarkRules()
    {
        if (Root.Entries.Find(e => e.Key?.Value == "rules")?.Value is { Kind: YamlKind.List } rules)
        {
            rules.IsRules = true;
            rules.Entries.ForEach(e => e.Value.IsRule = e.Value.Kind == YamlKind.Map);
        }
    }

    private string Clean(int start, int end) => _text[start..end].TrimEnd();

    private CommentedNode Node(Parser parser, CommentedEntry? owner)
    {
        var e = parser.Consume<NodeEvent>();
        var (start, column) = (Index(e.Start), checked((int)e.Start.Column));
        switch (e)
        {
            case Scalar s:
                var end = Index(s.End);
                if (end > start)
                {
                    _scalars.Add((start, end));
                }

                return new CommentedNode(YamlKind.Scalar, start, column)
                {
                    Style = s.Style,
                    Value = s.Value,
                    Raw = _text[start..end],
                    End = end,
                };
            case SequenceStart q:
                var list = new CommentedNode(YamlKind.List, start, column) { IsFlow = q.Style == SequenceStyle.Flow };
                while (!parser.Accept<SequenceEnd>(out _))
                {
                    Entry(parser, list, owner, null, Index(parser.Current!.Start));
                }

                list.End = Index(parser.Consume<SequenceEnd>().Start);
                return list;
            default:
                var map = new CommentedNode(YamlKind.Map, start, column)
                {
                    IsFlow = e is MappingStart { Style: MappingStyle.Flow },
                };
                while (!parser.Accept<MappingEnd>(out _))
                {
                    var key = Node(parser, owner);
                    Entry(parser, map, owner, key, key.Start);
                }

                map.End = Index(parser.Consume<MappingEnd>().Start);
                return map;
        }
    }

    private void Entry(Parser parser, CommentedNode container, CommentedEntry? owner, CommentedNode? key, int start)
    {
        var entry = new CommentedEntry(container, owner, key, start);
        container.Entries.Add(entry);
        _entries.Add(entry);
        entry.Value = Node(parser, entry);
    }

    private static int Index(Mark mark) => checked((int)mark.Index);

    /// <summary>Finds the comments; gives the first character that is no part of anything known.</summary>
    private int? FindComments()
    {
        _scalars.Sort();
        var scalar = 0;
        int? stray = null;
        for (var i = 0; i < _text.Length; i++)
        {
            while (scalar < _scalars.Count && _scalars[scalar].End <= i)
            {
                scalar++;
            }

            var inside = scalar < _scalars.Count && _scalars[scalar].Start <= i;
            if (inside && _text[_scalars[scalar].Start] is '|' or '>' && HeaderComment(_scalars[scalar]) is { } header)
            {
                _comments.Add(header);
            }

            if (inside)
            {
                i = _scalars[scalar].End - 1;
            }
            else if (_text[i] == '#')
            {
                var end = LineEnd(i);
                _comments.Add((i, end));
                i = end - 1;
            }
            else if (!char.IsWhiteSpace(_text[i]) && !"{}[],:-?".Contains(_text[i], StringComparison.Ordinal)
                && !IsDocumentEnd(i))
            {
                stray ??= i;
            }
        }

        return stray;
    }

    /// <summary>The comment behind <c>key: |</c>: it lies within what the parser calls the scalar.</summary>
    private (int Start, int End)? HeaderComment((int Start, int End) scalar)
    {
        var end = LineEnd(scalar.Start);
        var hash = _text.IndexOf('#', scalar.Start, Math.Min(end, scalar.End) - scalar.Start);
        return hash < 0 ? null : (hash, end);
    }

    private bool IsDocumentEnd(int i) => _text[i] == '.' && _text[LineStart(i)..LineEnd(i)].TrimEnd() == "...";

    private int LineEnd(int i)
    {
        while (i < _text.Length && !IsBreak(_text[i]))
        {
            i++;
        }

        return i;
    }

    private int LineStart(int i)
    {
        while (i > 0 && !IsBreak(_text[i - 1]))
        {
            i--;
        }

        return i;
    }

    /// <summary>
    /// Finds the entry to which a comment belongs: the one on its line, else the next one, else the last.
    /// </summary>
    private void Attach(int at, string comment)
    {
        var index = LastStarted(at);
        var before = index < 0 ? null : Closed(_entries[index], at);
        var next = index + 1 < _entries.Count ? _entries[index + 1] : null;
        var line = _text[LineStart(at)..at];
        if (line.AsSpan().Trim().IsEmpty)
        {
            AttachLine(at, comment, line.Length + 1, before, next);
        }
        else if (before is not null && !line.AsSpan().Trim("-? \t").IsEmpty)
        {
            if (before.Trail is null)
            {
                before.Trail = comment;
            }
            else
            {
                before.Lead.Add(comment);
            }
        }
        else
        {
            (next?.Lead ?? Root.Foot).Add(comment);
        }
    }

    private void AttachLine(int at, string comment, int column, CommentedEntry? before, CommentedEntry? next)
    {
        var target = next?.Lead ?? Root.Foot;
        if (before is not null && InFlow(before, at) is { } flow)
        {
            target = next?.Container == flow ? next.Lead : flow.Foot;
        }
        else if (before is not null && before.Value.Start > at
            && (before.Value.Kind == YamlKind.Scalar || before.Value.IsFlow))
        {
            target = before.Lead;
        }
        else if (before is not null && (next is null || next.Owner != before)
            && !(next?.Lead.Exists(l => l.Length > 0) ?? false))
        {
            target = Ended(before, column, next?.Container.Column ?? 0)?.Foot ?? target;
        }

        AddBlank(target, at);
        target.Add(comment);
    }

    /// <summary>
    /// The innermost block that has ended here and at whose column, or to the right of it, the comment stands.
    /// </summary>
    private static CommentedNode? Ended(CommentedEntry before, int column, int next)
    {
        for (var e = before; e is not null; e = e.Owner)
        {
            if (!e.Container.IsFlow && e.Container.Column <= column && e.Container.Column > next)
            {
                return e.Container;
            }
        }

        return null;
    }

    /// <summary>The innermost open flow collection around a place.</summary>
    private static CommentedNode? InFlow(CommentedEntry before, int at) =>
        before.Value.IsFlow && before.Value.Start < at && at < before.Value.End ? before.Value
            : before.Container.IsFlow && at < before.Container.End ? before.Container : null;

    /// <summary>The entry itself, or the one whose flow collection around it has closed before the place.</summary>
    private static CommentedEntry? Closed(CommentedEntry entry, int at)
    {
        CommentedEntry? result = entry;
        for (var e = entry; e is not null; e = e.Owner)
        {
            if (e.Container.IsFlow && e.Container.End < at)
            {
                result = e.Owner;
            }
        }

        return result;
    }

    /// <summary>Index of the last entry that starts before a place, or -1.</summary>
    private int LastStarted(int at)
    {
        var (low, high) = (0, _entries.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _entries[middle].Start < at ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }

    /// <summary>Notes a blank line above a place that begins its line.</summary>
    private void AddBlank(List<string> lines, int at)
    {
        var start = LineStart(at);
        if (start > 0 && _text.AsSpan(start, at - start).Trim("- \t").IsEmpty
            && _text.AsSpan(LineStart(start - 1), start - 1 - LineStart(start - 1)).Trim().IsEmpty
            && (lines.Count == 0 || lines[^1].Length > 0))
        {
            lines.Add("");
        }
    }
}
