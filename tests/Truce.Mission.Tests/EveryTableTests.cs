using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// Every command in every state of every machine: applied with what it moves, conflicting, or inapplicable with its
/// reason, held against expectations that were written by hand.
/// </summary>
public sealed class EveryTableTests
{
    /// <summary>Every machine and axis that there is.</summary>
    public static TheoryData<string, string> Axes =>
        [.. Machines.All.SelectMany(m => m.Axes.Select(a => (m.Name, a.Name)))];

    [Theory]
    [MemberData(nameof(Axes))]
    public void Every_command_in_every_state_has_its_answer(string machine, string axis)
    {
        var tables = Table.All.Where(t => t.Machine.Name == machine && t.Axes.Contains(axis)).ToArray();
        Assert.True(tables.Length == 1,
            $"{tables.Length} tables for {machine}, {axis}: write a static property of type Grid or TableCheck");
        tables[0].Check(axis);
    }

    [Fact]
    public void Every_decision_is_conflicting_for_whoever_has_not_seen_the_last_one()
    {
        var tried = 0;
        var decisions = Table.All.SelectMany(t => t.Applied()).DistinctBy(a => a.Row)
            .Where(a => a.Row.Kind == RowKind.Decides);
        foreach (var (_, world) in decisions)
        {
            var (received, outcome) = world.Entries[^1];
            var subject = Event.Read(outcome.Events[0])!.Subject;
            Assert.Equal(received.Hash, world.All.Subjects[subject].LastDecision);
            var before = world.All.Subjects[subject].Shown();
            var again = world.Again(received.Statement);
            Assert.Equal(OutcomeKind.Conflicting, again.Kind);
            Assert.Equal($"{subject} was decided on again since, in entry {received.Index}", again.Why);
            Assert.Empty(again.Events);
            Assert.Equal(before, world.All.Subjects[subject].Shown());
            tried++;
        }

        Assert.Equal(Machines.All.SelectMany(m => m.Rows).Count(r => r.Kind == RowKind.Decides), tried);
    }
}
