using System.CommandLine;
using Truce.Record;

namespace Truce.Verbs;

/// <summary>The options that name the log before a log: the one that its leaf 0 says it continues.</summary>
internal sealed class BeforeOptions
{
    private readonly Option<string?> _from = new("--continues")
    {
        Description = "the log that this one continues: its folder, a copy of it, or an http address",
    };

    private readonly Option<string?> _log = new("--continues-log")
    {
        Description = "the vkey of the log that is continued; its own folder says it itself",
    };

    public void AddTo(Command command)
    {
        command.Add(_from);
        command.Add(_log);
    }

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_from) is not null;

    /// <summary>The log before; null, and the reason printed, where it cannot be read.</summary>
    public RecordReading? Open(ParseResult parsed, TextWriter error) =>
        RecordReading.Open(parsed.GetValue(_from)!, parsed.GetValue(_log), error);

    /// <summary>Where the log before holds each statement; null, the reason printed, where it is unreadable.</summary>
    public StatementsBefore? Statements(ParseResult parsed, TextWriter error)
    {
        using var before = Open(parsed, error);
        if (before is null)
        {
            return null;
        }

        var all = new Dictionary<Digest, long>();
        foreach (var (index, leaf) in before.Leaves(1, before.Size))
        {
            all.TryAdd(Digest.Of(leaf.Statement.Span), index);
        }

        return new StatementsBefore(new EarlierLog(before.Founding.Genesis.Origin, before.Founding.Hash), all);
    }
}

/// <summary>The statements of a log that another continues.</summary>
internal sealed record StatementsBefore(EarlierLog Log, Dictionary<Digest, long> Indices)
{
    /// <summary>Where a statement stands; null where it does not.</summary>
    public long? Find(Digest statement) => Indices.TryGetValue(statement, out var index) ? index : null;
}
