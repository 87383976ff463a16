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
}
