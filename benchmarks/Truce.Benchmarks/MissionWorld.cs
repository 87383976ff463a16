using Truce.Mission;
using Truce.Record;

namespace Truce.Benchmarks;

/// <summary>
/// The operator's folds without a log: each act is judged by the fold of its audience and taken by every fold that may
/// read it, as a reception does it. Signatures, disks and JSON are left out.
/// </summary>
internal sealed class MissionWorld
{
    private readonly Dictionary<string, Authorship> _authors;
    private readonly List<(Audience? Audience, Fold Fold)> _folds = [];

    /// <summary>A mission in which the framework is in force.</summary>
    /// <param name="audiences">Each has a fold of its own beside the public one.</param>
    public MissionWorld(IReadOnlyList<Audience> audiences)
    {
        var framework = MissionActs.Framework();
        var body = Attached.Body(new byte[Committed.SaltBytes], framework);
        var attached = new Attached(Attached.CommitTo(body), CiphertextHash: null);
        Mission = new Mission.Mission(new Sources
        {
            Body = (a, _) => a.Commit == attached.Commit ? framework : (ReadOnlyMemory<byte>?)null,
        });
        _authors = MissionActs.Organisations.Append("operator").ToDictionary(o => o,
            o => new Authorship(new KeyStanding(Standing.Valid, MissionActs.KeyOf(o)), For: null));
        _folds.Add((null, Mission.Begin()));
        _folds.AddRange(audiences.Select(a => ((Audience?)a, Mission.Begin())));
        var act = new JsonValue.Members([new("framework", new JsonValue.Text(Digest.Of(framework).ToString())),
            new("body", new JsonValue.Text(attached.Commit.ToString()))]);
        var statement = MissionActs.Unsigned().Draft(
            "operator", "framework.revise", act, MissionActs.Start - MissionActs.Hour) with
        {
            Attached = [attached],
        };
        First = Decide(new MadeAct(-1, "operator", statement, Digest.Of(statement.ToBytes()), statement.OccurredAt), 0);
        if (First.Outcome.Kind != OutcomeKind.Applied)
        {
            throw new InvalidOperationException(First.Outcome.Why);
        }
    }

    public Mission.Mission Mission { get; }

    /// <summary>The entry that put the framework in force.</summary>
    public (Received Received, Outcome Outcome) First { get; }

    /// <summary>The fold of the public.</summary>
    public Fold Public => _folds[0].Fold;

    /// <summary>A statement in its turn.</summary>
    public Received Receive(MadeAct act, long index) =>
        new(index, act.Hash, act.Statement, _authors[act.Author], act.ReceivedAt);

    /// <summary>One act: judged by its readers' fold, taken by all that may read it.</summary>
    public (Received Received, Outcome Outcome) Decide(MadeAct act, long index)
    {
        var received = Receive(act, index);
        var audience = act.Statement.Audience;
        var outcome = Judge(OwnFold(audience), received);
        foreach (var (readers, fold) in _folds)
        {
            if (audience is null || (readers is not null && audience.Covers(readers)))
            {
                Truce.Mission.Mission.Take(fold, received, outcome);
            }
        }

        return (received, outcome);
    }

    /// <summary>R of an act by one fold.</summary>
    public Outcome Judge(Fold fold, Received received)
    {
        var judged = Mission.Judge(fold, received);
        return new Outcome
        {
            ReceivedAt = received.ReceivedAt,
            Fold = received.Index,
            Semantics = Truce.Mission.Mission.Semantics,
            Kind = judged.Kind,
            Why = judged.Why,
            Events = judged.Events,
            Ruling = judged.Ruling,
            Framework = judged.Framework,
        };
    }

    private Fold OwnFold(Audience? audience)
    {
        foreach (var (readers, fold) in _folds)
        {
            if (audience is null ? readers is null : audience.Equals(readers))
            {
                return fold;
            }
        }

        throw new InvalidOperationException($"no fold is for {audience}");
    }
}
