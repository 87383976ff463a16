using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Every state and command of checks and of digests.</summary>
internal static class QueryTables
{
    internal static Table Query { get; } = new QueryTable();

    internal static Table Digest { get; } = new Grid(
        DigestMachine.Table, Frameworks.Curfew, Audience.Of("agencies").Required(), """
        axis state  given
        give        T

        T = it is given already, in entry 1
        """)
        .Try("give", "operator",
            """{"owner":"agencies","day":1759968000000,"askers":["idf=00000"],"entries":["-000000000"]}""");

    /// <summary>Checks: each state comes of the day's budget and of the answer.</summary>
    private sealed class QueryTable() : Table(QueryMachine.Table, ["answer"])
    {
        private const string Over = "it has its answer, or the day's budget was spent";

        private static readonly AskedCell Cell = new(2, -3, 39);

        private static readonly (string State, string Check, string Answer)[] Expected =
        [
            ("due", "new", "answer:given"),
            ("spent", "new", $"its answer is spent: {Over}"),
            ("given", "new", $"its answer is given: {Over}"),
        ];

        public override void Check(string axis)
        {
            Assert.Equal(Machine.Axes[0].States.Order(), Expected.Select(e => e.State).Order());
            Assert.Equal(["check", "answer"], Machine.Rows.Select(r => r.Command));
            foreach (var (state, check, answer) in Expected)
            {
                var (world, subject) = In(state);
                Assert.Equal(answer, QueryTests.Answer(world, subject) is { Kind: OutcomeKind.Applied }
                    ? $"answer:{world.All.Subjects[subject]["answer"]}" : world.Last.Why);
                (world, subject) = In(state);
                QueryTests.Ask(world, "idf", Cell);
                Assert.Equal(check, world.LastSubject != subject ? "new" : "the same");
                Assert.Equal(state, world.All.Subjects[subject]["answer"]);
            }
        }

        public override IEnumerable<(Row Row, World World)> Applied() =>
            [(Machine.Row("check")!, In("due").World), (Machine.Row("answer")!, In("given").World)];

        private static (World World, string Subject) In(string state)
        {
            var world = new World();
            world.Framework(Frameworks.Curfew);
            world.Send("committee", "terms.declare",
                $$"""{"term":"query-budget","checks":{{(state == "spent" ? 0 : 9)}},"source":"order 1"}""");
            QueryTests.Ask(world, "idf", Cell);
            var subject = world.LastSubject;
            if (state == "given")
            {
                QueryTests.Answer(world, subject);
            }

            Assert.Equal(state, world.All.Subjects[subject]["answer"]);
            return (world, subject);
        }
    }
}
