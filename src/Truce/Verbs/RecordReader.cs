using System.CommandLine;
using Truce.Record;

namespace Truce.Verbs;

/// <summary>The options by which a reader says whose eyes he reads with.</summary>
internal sealed class ReaderOptions
{
    private readonly Option<string?> _key = new("--reading-key")
    {
        Description = "a private reading key, or - for the standard input: it opens what is sealed for its owner",
    };

    private readonly Option<string?> _as = new("--as")
    {
        Description = "the organisation whose key it is, or `operator`; the record finds it without",
    };

    public void AddTo(Command command)
    {
        command.Add(_key);
        command.Add(_as);
    }

    /// <summary>Whether a reading key is named.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_key) is not null || parsed.GetValue(_as) is not null;

    /// <summary>The reader; null, and the reason printed, where his key is nobody's in this log.</summary>
    public Reader? Read(ParseResult parsed, Roster roster, TextWriter error)
    {
        var name = parsed.GetValue(_as);
        if (parsed.GetValue(_key) is not { } file)
        {
            error.WriteLine($"error: `--as {name}` opens nothing without the key of `{name}`\n"
                + "  help: add `--reading-key FILE`, or - for the standard input");
            return null;
        }

        return Of(file, name, roster, error);
    }

    /// <summary>The reader whose key a file holds; null, and the reason printed, where it is nobody's.</summary>
    public static Reader? Of(string file, string? name, Roster roster, TextWriter error)
    {
        if (RecordFolder.ReadingKeyOf(file, error) is not { } key)
        {
            return null;
        }

        string?[] owners =
        [
            key.Public.Equals(roster.Genesis.ReadingKey) ? Audience.Operator : null,
            .. roster.Organisations.Where(o => key.Public.Equals(o.ReadingKey)).Select(o => o.Name),
        ];
        var owner = owners.FirstOrDefault(o => o is not null && (name is null || o == name));
        if (owner is not null)
        {
            return new Reader(owner, key);
        }

        var whose = owners.FirstOrDefault(o => o is not null) is { } other ? $"the key of `{other}`"
            : "nobody's reading key in this log";
        error.WriteLine($"error: `{file}` is {whose}{(name is null ? "" : $", not that of `{name}`")}\n"
            + "  help: `truce record stats` lists the organisations that have one");
        key.Dispose();
        return null;
    }
}
