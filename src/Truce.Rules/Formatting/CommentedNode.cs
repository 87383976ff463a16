using YamlDotNet.Core;

namespace Truce.Rules;

/// <summary>A node of a file as it is laid out: the text of its scalars and the comments around its entries.</summary>
internal sealed class CommentedNode(YamlKind kind, int start, int column)
{
    public YamlKind Kind => kind;

    /// <summary>Index of its first character.</summary>
    public int Start => start;

    /// <summary>Index after a scalar's last character; of a flow collection's closing bracket.</summary>
    public int End { get; set; }

    /// <summary>The column at which its entries begin, from 1; of no use in a flow collection.</summary>
    public int Column => column;

    /// <summary>Written in brackets.</summary>
    public bool IsFlow { get; init; }

    public ScalarStyle Style { get; init; }

    /// <summary>The value of a scalar.</summary>
    public string Value { get; init; } = "";

    /// <summary>A scalar as it stands in the file, quotes and all.</summary>
    public string Raw { get; init; } = "";

    /// <summary>A rule: the order of its keys means nothing.</summary>
    public bool IsRule { get; set; }

    /// <summary>The list of rules.</summary>
    public bool IsRules { get; set; }

    public List<CommentedEntry> Entries { get; } = [];

    /// <summary>Comments on lines of their own after the last entry; an empty string is a blank line.</summary>
    public List<string> Foot { get; } = [];

    public bool IsBlockScalar => Style is ScalarStyle.Literal or ScalarStyle.Folded;

    /// <summary>A plain scalar that stands for nothing.</summary>
    public bool IsEmpty => Kind == YamlKind.Scalar && Style == ScalarStyle.Plain && Value is "" or "null" or "~";
}

/// <summary>An entry of a mapping (it has a key) or of a list, with its comments.</summary>
internal sealed class CommentedEntry(CommentedNode container, CommentedEntry? owner, CommentedNode? key, int start)
{
    public CommentedNode Container => container;

    /// <summary>The entry whose value the container is; null at the top.</summary>
    public CommentedEntry? Owner => owner;

    public CommentedNode? Key => key;

    public CommentedNode Value { get; set; } = null!;

    public int Start => start;

    /// <summary>Comments on lines of their own before it; an empty string is a blank line.</summary>
    public List<string> Lead { get; } = [];

    /// <summary>The comment at the end of its line, or null.</summary>
    public string? Trail { get; set; }
}
