using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>What holds of every history, whatever is done and in whatever order it comes.</summary>
public sealed class RandomHistoryTests(ITestOutputHelper output)
{
    private const int Histories = 25;

    /// <summary>Seeds, of so many histories each.</summary>
    public static TheoryData<int> Seeds => [1, 2, 3];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_snapshot_at_every_cut_and_the_rest_fold_to_the_whole(int seed) => Each(seed, s =>
    {
        var world = new RandomHistory(s).Run(60).World;
        var whole = world.All.Save();
        var growing = world.Mission.Begin();
        for (var cut = 0; cut <= world.Entries.Count; cut++)
        {
            var restored = world.Mission.Begin();
            restored.Load(growing.Save());
            Assert.Equal(growing.Save(), restored.Save());
            Assert.Equal(growing.StateHash(), restored.StateHash());
            foreach (var (received, outcome) in world.Entries.Skip(cut))
            {
                restored.Take(received, outcome);
            }

            Assert.Equal(whole, restored.Save());
            Assert.Equal(Dues(world.All), Dues(restored));
            if (cut < world.Entries.Count)
            {
                growing.Take(world.Entries[cut].Received, world.Entries[cut].Outcome);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whoever_judged_and_whoever_reads_R_hold_the_same_bytes(int seed) => Each(seed, s =>
    {
        var world = new RandomHistory(s).Run(60).World;
        var reader = world.Mission.Begin();
        foreach (var (received, outcome) in world.Entries)
        {
            reader.Take(received, Outcome.Parse(outcome.ToBytes()).Required());
        }

        Assert.Equal(world.All.Save(), reader.Save());
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_hash_of_a_state_is_of_what_its_page_lists(int seed) => Each(seed, s =>
    {
        var world = new RandomHistory(s).Run(60).World;
        foreach (var fold in new[] { world.All, world.Public() })
        {
            Assert.Equal(Digest.Of(StateOracle.Bytes(fold)), fold.StateHash());
        }
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Facts_fold_to_the_same_state_in_whatever_order_they_come(int seed) => Each(seed, s =>
    {
        var world = new RandomHistory(s).Run(50, IsOfFacts, r => r.Kind != RowKind.Decides).World;
        var random = new Random(s);
        var order = Enumerable.Range(0, world.Entries.Count).OrderBy(_ => random.Next()).ToArray();
        Assert.Equal(world.All.Shown(), world.Folded(_ => true, order).Shown());

        // Not only taken but judged in that order: no fact is lost to the order in which it came.
        var other = world.InAnotherOrder(order);
        Assert.Equal(Kept(world.All), Kept(other.All));
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_history_reaches_a_state_that_the_tables_do_not_allow(int seed) => Each(seed, s =>
    {
        foreach (var subject in new RandomHistory(s).Run(120).World.All.Subjects.Values)
        {
            foreach (var axis in subject.Machine.Axes)
            {
                Assert.Equal(Walked(subject, axis), subject[axis.Name]);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_does_not_apply_changes_nothing_and_nothing_is_lost(int seed) => Each(seed, s =>
    {
        var world = new RandomHistory(s).Run(120).World;
        var fold = world.Mission.Begin();
        foreach (var (received, outcome) in world.Entries)
        {
            var before = outcome.Kind == OutcomeKind.Applied ? "" : fold.Shown();
            fold.Take(received, outcome);
            Assert.NotNull(fold.Labelled(received.Index));
            if (outcome.Kind == OutcomeKind.Applied)
            {
                Assert.Contains(fold.Subjects.Values, x => x.Steps.Any(t => t.Entry == received.Index));
            }
            else
            {
                Assert.NotNull(outcome.Why);
                Assert.Empty(outcome.Events);
                Assert.Equal(before, fold.Shown());
            }
        }

        // A label says what its entry says, also where steps that came late lie before its own.
        foreach (var (received, outcome) in world.Entries)
        {
            var (label, statement) = (fold.Labelled(received.Index)!, received.Statement);
            Assert.Equal((statement.Type, statement.OccurredAt, received.ReceivedAt, statement.Audience is null),
                (label.Type, label.OccurredAt, label.ReceivedAt, label.IsClear));
            Assert.Equal((outcome.Kind, outcome.Why, Speaker.From(received.Author)!.Of),
                (label.Outcome, label.Why, label.Author));
            Assert.All(outcome.Events.Take(1), e => Assert.Equal(Event.Read(e)!.Subject, label.Subject));
        }

        Assert.Equal(world.Entries.Count, fold.LabelCount);
        Assert.Equal(world.All.Shown(), fold.Shown());
        Assert.True(fold.Labels.Select(l => l.Outcome).Distinct().Count() > 1);
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_judgement_is_the_same_for_everybody_who_may_read_the_entry(int seed) => Each(seed, s =>
    {
        // Whoever reads what the audience reads, and no more, comes to the same outcome, events and ruling.
        var world = new RandomHistory(s).Run(60).World;
        var mission = new Mission(world.Mission.Sources);
        var folds = world.Entries.Select(e => e.Received.Statement.Audience).Distinct()
            .Select(a => (Audience: a, Fold: mission.Begin())).ToArray();
        foreach (var (received, outcome) in world.Entries)
        {
            var audience = received.Statement.Audience;
            var (_, fold) = folds.First(f => Equals(f.Audience, audience));
            var judged = mission.Judge(fold, received);
            Assert.Equal((outcome.Kind, outcome.Why), (judged.Kind, judged.Why));
            Assert.Equal(outcome.Events.Select(Text), judged.Events.Select(Text));
            Assert.Equal(Text(outcome.Ruling), Text(judged.Ruling));
            foreach (var (mine, taking) in folds)
            {
                if (audience is null || (mine is not null && audience.Covers(mine)))
                {
                    taking.Take(received, outcome);
                }
            }
        }
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Merging_loses_no_report_and_every_movement_is_in_one_category(int seed) => Each(seed, s =>
    {
        var world = new RandomHistory(s).Run(100, m => m.Name is "incident" or "movement").World;
        var incidents = world.All.Of("incident").Where(i => i.IsOpen).ToArray();
        var reports = world.Entries.Count(e => e.Received.Statement.Type == "incident.report"
            && e.Outcome.Kind == OutcomeKind.Applied);
        Assert.Equal(reports, incidents.Length);
        foreach (var incident in incidents)
        {
            var merged = IncidentMachine.Merged(world.All, incident);
            Assert.True(incident.Steps.All(x => merged.Any(m => m.Entry == x.Entry)));
            Assert.All(IncidentMachine.Duplicates(world.All, incident),
                d => Assert.Contains(merged, m => m.Entry == d.OpenedBy));
        }

        var movements = world.All.Of("movement").Where(m => m.IsOpen).ToArray();
        Assert.Equal(movements.Length, movements.GroupBy(MovementMachine.ResultOf).Sum(g => g.Count()));
        Assert.Equal(incidents.Length, incidents.GroupBy(i => i["progress"]).Sum(g => g.Count()));
    });

    /// <summary>
    /// The state of an axis by the table alone: facts in order of when they happened, decisions in the order in which
    /// they came; each from a state that its row allows.
    /// </summary>
    private static string Walked(Subject subject, Axis axis)
    {
        var state = axis.States[0];
        var steps = subject.Steps.Where(t => t.IsHere && (axis.IsArranged || t.Row.Kind != RowKind.Adds));
        foreach (var step in axis.IsArranged ? steps : steps.OrderBy(t => t.Entry))
        {
            var row = step.Row;
            var allowed = row.Needs.Where(n => n.Axis == axis.Name).All(n => n.States.Contains(state));
            if (row.Kind == RowKind.Decides)
            {
                // Its needs of a fact's axis held when it was judged; a late fact may have changed that since.
                Assert.True(allowed || axis.IsArranged, $"{subject.Id}: {row.Command} from {axis.Name} {state}");
            }
            else if (axis.IsArranged && !step.IsOutOfPlace)
            {
                Assert.True(allowed, $"{subject.Id}: {row.Command} from {axis.Name} {state}");
            }

            if (axis.IsArranged && (step.IsOutOfPlace || row.Kind == RowKind.Decides))
            {
                continue;
            }

            state = row.Axis == axis.Name ? row.To ?? step.Word(row.ToField!) ?? state : state;
            state = row.Moves.Where(m => m.Axis == axis.Name).Select(m => m.To).LastOrDefault(state);
            Assert.Contains(state, axis.States);
        }

        return subject.IsOpen ? state : axis.IsArranged ? subject[axis.Name] : axis.States[0];
    }

    /// <summary>What is promised whatever the order: who said what when, and where each axis stands.</summary>
    private static string[] Kept(Fold fold) =>
    [
        .. fold.Subjects.Values.Where(s => s.IsOpen)
            .Select(s => $"{s.Id} {string.Join(", ", s.Machine.Axes.Select(a => s[a.Name]))} {s.Revisions} "
                + string.Join("; ", s.Steps.Where(t => t.IsHere).Select(Kept)))
            .Order(StringComparer.Ordinal),
    ];

    private static string Kept(Step step) => $"{step.Row.Command} {step.OccurredAt} {step.Author} {step.IsOutOfPlace} "
        + string.Join(',', step.Row.Fields.Select(f => Value(step, f)));

    private static string? Value(Step step, Field field) => field.Kind switch
    {
        FieldKind.Codes or FieldKind.Names => string.Join('+', step.Words(field.Name)),
        FieldKind.Number or FieldKind.Time or FieldKind.Flag => $"{step.Number(field.Name)}",
        _ => step.Word(field.Name),
    };

    /// <summary>Machines whose openers need nothing to be there.</summary>
    private static bool IsOfFacts(Machine machine) =>
        machine.Name is not ("timer" or "terms" or "mode" or "phase" or "fact" or "framework" or "plan");

    private static IEnumerable<(string, Due)> Dues(Fold fold) => fold.Dues().Select(d => (d.Subject.Id, d.Due));

    private static string Text(JsonValue? json) =>
        json is null ? "" : System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(json));

    private void Each(int seed, Action<int> check)
    {
        for (var i = 0; i < Histories; i++)
        {
            var s = (seed * 1_000) + i;
            try
            {
                check(s);
            }
            catch (Exception)
            {
                output.WriteLine($"history {s}");
                throw;
            }
        }
    }
}
