namespace Truce.Record;

/// <summary>
/// Who a log's witnesses and mirrors are at each size, followed entry by entry. Of a log that is no record it knows
/// nobody.
/// </summary>
public sealed class FollowedRoster
{
    /// <summary>The first entry that was not taken.</summary>
    public long Next { get; private set; }

    /// <summary>Who may sign what, behind the entries that were taken; null where there is no leaf 0.</summary>
    public Roster? Roster { get; private set; }

    /// <summary>Takes the next entry; one that is no leaf says nothing.</summary>
    public void Take(Parsed<Leaf> entry)
    {
        var index = Next++;
        if (entry is not { IsValid: true, Value: var leaf })
        {
            return;
        }

        if (index == 0)
        {
            Roster = Founding.Open(leaf.ToBytes()) is { IsValid: true, Value: var founding }
                ? Roster.Begin(founding) : null;
        }
        else if (Roster is not null && Statement.TypeOf(leaf.Statement.Span) is { } type && KeyAct.IsType(type)
            && Entry.Read(index, leaf).Value is Entry.Clear { Outcome.Kind: OutcomeKind.Applied })
        {
            Roster = Roster.Apply(index, leaf).Value ?? Roster;
        }
    }

    /// <summary>The keys of the witnesses for a tree of a size.</summary>
    /// <param name="roster">Who may sign what, as far as it is known.</param>
    /// <param name="others">Whose word counts where the log itself names no witness.</param>
    public static WitnessesAt Of(Roster? roster, IReadOnlyList<VerifierKey> others) => size =>
        roster?.At(size).Witnesses is { Count: > 0 } named ? [.. named.Select(w => w.Key)] : others;
}
