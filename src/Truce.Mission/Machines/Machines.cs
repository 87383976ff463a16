using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>Every machine that there is.</summary>
public static class Machines
{
    /// <summary>The machines, in the order of the documents.</summary>
    public static ImmutableArray<Machine> All { get; } =
    [
        Declarations.Framework,
        Declarations.Phase,
        Declarations.Fact,
        IncidentMachine.Table,
        ForceUseMachine.Table,
        ComplaintMachine.Table,
        DetentionMachine.Table,
        CasualtiesMachine.Table,
        TermsMachine.Table,
        DisputeMachines.Reading,
        DisputeMachines.Clarification,
        DisputeMachines.Settlement,
        MessageMachine.Table,
        WatchMachine.Table,
        TimerMachine.Table,
        MovementMachine.Table,
        SiteMachine.Table,
        PlanMachine.Table,
        QueryMachine.Table,
        DigestMachine.Table,
        HazardMachine.Table,
        CountMachine.Table,
        CrossingMachine.Table,
        ConfirmationMachine.Table,
        ModeMachine.Table,
    ];

    private static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Numbers =
        All.Select((m, i) => (m.Name, i)).ToDictionary(x => x.Name, x => x.i, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The place of a machine in <see cref="All"/> by its name, or -1.</summary>
    internal static int NumberOf(ReadOnlySpan<char> name) => Numbers.TryGetValue(name, out var number) ? number : -1;
}
