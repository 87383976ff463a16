namespace Truce.Space.Tests;

/// <summary>
/// The register: its index against brute force, snapshots under a busy writer, awareness, alternatives, zones.
/// </summary>
public sealed class RegisterTests
{
    private static readonly HashSet<ActivityVersion> Nobody = [];

    private static ActivityVersion[] Found(
        Register register, Activity activity, SnapshotId at, ActivityId? except = null)
    {
        var found = new ActivityVersion[4_096];
        return found[..register.Find(activity, except, at, found)];
    }

    /// <summary>
    /// What was recorded, told without an index: each statement with the steps from and until which it stands.
    /// </summary>
    private sealed class Chronicle
    {
        private readonly List<(ActivityVersion Version, Activity Activity, long From, long Until)> _statements = [];

        public Register Register { get; } = new(NoticeTerms.Default);

        public List<SnapshotId> Snapshots { get; } = [];

        public void Record(ActivityId id, Activity activity)
        {
            var accepted = Register.Record(new Proposal(id, activity), Nobody);
            End(id, accepted.At.Seq);
            _statements.Add((accepted.Version, activity, accepted.At.Seq, long.MaxValue));
            Snapshots.Add(accepted.At);
        }

        public void Cancel(ActivityId id)
        {
            var before = Register.Head;
            var after = Register.Cancel(id);
            if (after != before)
            {
                End(id, after.Seq);
                Snapshots.Add(after);
            }
        }

        public ActivityVersion[] Answer(Activity activity, SnapshotId at, ActivityId? except = null) =>
        [
            .. _statements.Where(s => s.From <= at.Seq && at.Seq < s.Until && s.Version.Id != except)
                .Where(s => Conflict.Exists(activity, s.Activity)).Select(s => s.Version),
        ];

        private void End(ActivityId id, long seq)
        {
            var i = _statements.FindLastIndex(s => s.Version.Id == id && s.Until == long.MaxValue);
            if (i >= 0)
            {
                _statements[i] = _statements[i] with { Until = seq };
            }
        }
    }

    [Fact]
    public void The_index_answers_as_brute_force_at_every_snapshot_through_amendments_and_cancels()
    {
        var random = new Random(100);
        var town = Worlds.Town(seed: 101, count: 4_000, days: 5);
        var chronicle = new Chronicle();
        foreach (var activity in town.Take(3_500))
        {
            chronicle.Record(new ActivityId(random.Next(3_000)), activity);
            if (random.Next(4) == 0)
            {
                chronicle.Cancel(new ActivityId(random.Next(3_000)));
            }
        }

        var met = 0;
        foreach (var asked in town.Skip(3_500))
        {
            var at = chronicle.Snapshots[random.Next(chronicle.Snapshots.Count)];
            var found = Found(chronicle.Register, asked, at);
            Assert.Equal(chronicle.Answer(asked, at), found);
            met += found.Length;
        }

        Assert.True(met > 1_000, $"{met}");
    }

    [Fact]
    public void On_a_lattice_and_over_years_the_index_answers_as_brute_force()
    {
        var random = new Random(110);
        var chronicle = new Chronicle();
        var world = Worlds.Lattice(seed: 111, count: 600).Concat(
            Enumerable.Range(0, 200).Select(i => Long(random, random.Next(1, Limits.HorizonSeconds / (1 + (i * i))))))
                .ToArray();
        random.Shuffle(world);
        for (var i = 0; i < world.Length; i++)
        {
            chronicle.Record(new ActivityId(i), world[i]);
        }

        for (var i = 0; i < world.Length; i++)
        {
            var except = new ActivityId(i);
            Assert.Equal(
                chronicle.Answer(world[i], chronicle.Register.Head, except),
                Found(chronicle.Register, world[i], chronicle.Register.Head, except));
        }
    }

    [Theory]
    [InlineData(3_600)]
    [InlineData(262_800)] // longer than three days: it lies in slabs of coarser steps
    [InlineData(31_536_007)]
    public void An_area_is_met_to_its_last_second_and_no_longer(int seconds)
    {
        var register = new Register(NoticeTerms.Default);
        var who = new Particulars("x", ActivityKind.Works, IsEmergency: false, 0);
        Activity Square(int from, int until) => Worlds.Taken(Activity.Area(
            who, [new(0, 0), new(1_000, 0), new(1_000, 1_000), new(0, 1_000)], new Window(from, until)));
        Activity Walk(int from) => Worlds.Taken(Activity.Route(
            who, [new(new Place(500, 500), from), new(new Place(600, 600), from + 60)], slackSeconds: 0));
        const int begin = 1_000_001;
        register.Record(new Proposal(new ActivityId(1), Square(begin, begin + seconds)), Nobody);
        for (var off = -40; off <= 40; off++)
        {
            var end = begin + seconds;
            Assert.Equal(off < 0 ? 1 : 0, Found(register, Square(end + off, end + off + 60), register.Head).Length);
            Assert.Equal(off < 0 ? 1 : 0, Found(register, Walk(end + off), register.Head).Length);
            Assert.Equal(off > 0 ? 1 : 0, Found(register, Square(begin + off - 60, begin + off), register.Head).Length);
            Assert.Equal(off > 0 ? 1 : 0, Found(register, Walk(begin + off - 60), register.Head).Length);
        }
    }

    private static Activity Long(Random random, int seconds)
    {
        var from = random.Next(Limits.HorizonSeconds - seconds);
        var who = new Particulars("x", ActivityKind.Works, IsEmergency: false, random.Next(4));
        return Worlds.Taken(Activity.Point(
            who, new Place(random.Next(13) - 6, random.Next(13) - 6), new Window(from, from + seconds)));
    }

    [Fact]
    public void Order_names_and_history_change_no_answer()
    {
        var town = Worlds.Town(seed: 120, count: 1_500, days: 2, boxMetres: 10_000);
        var forward = new Register(NoticeTerms.Default);
        var backward = new Register(NoticeTerms.Default);
        for (var i = 0; i < town.Length; i++)
        {
            forward.Record(new Proposal(new ActivityId(i), town[i]), Nobody);
            var j = town.Length - 1 - i;
            backward.Record(new Proposal(new ActivityId(10_000 + j), town[i]), Nobody);
            backward.Record(new Proposal(new ActivityId(10_000 + j), town[j]), Nobody);
        }

        foreach (var asked in Worlds.Town(seed: 121, count: 200, days: 2, boxMetres: 10_000))
        {
            Assert.Equal(
                Found(forward, asked, forward.Head).Select(v => v.Id.Value).Order(),
                Found(backward, asked, backward.Head).Select(v => v.Id.Value - 10_000).Order());
        }
    }

    [Fact]
    public void Readers_beside_a_busy_writer_get_the_same_answer_for_the_same_snapshot()
    {
        var town = Worlds.Town(seed: 130, count: 3_000, days: 1, boxMetres: 10_000);
        var asked = Worlds.Town(seed: 131, count: 64, days: 1, boxMetres: 10_000);
        var chronicle = new Chronicle();
        var register = chronicle.Register;
        var answers = new List<(SnapshotId At, Activity Asked, ActivityVersion[] Found)>[2];
        using var ready = new Barrier(3);
        var isDone = false;
        var readers = Enumerable.Range(0, 2).Select(r => new Thread(() =>
        {
            answers[r] = [];
            var random = new Random(132 + r);
            ready.SignalAndWait(TestContext.Current.CancellationToken);
            while (!Volatile.Read(ref isDone) || answers[r].Count < 500)
            {
                var head = register.Head;
                var at = random.Next(3) == 0 ? new SnapshotId(random.NextInt64(head.Seq + 1)) : head;
                var activity = asked[random.Next(asked.Length)];
                answers[r].Add((at, activity, Found(register, activity, at)));
            }
        })).ToArray();
        Array.ForEach(readers, t => t.Start());
        ready.SignalAndWait(TestContext.Current.CancellationToken);
        for (var i = 0; i < town.Length; i++)
        {
            chronicle.Record(new ActivityId(i % 2_000), town[i]);
            chronicle.Cancel(new ActivityId(i / 3));
        }

        Volatile.Write(ref isDone, true);
        Array.ForEach(readers, t => t.Join());
        Assert.All(answers.SelectMany(a => a.Take(1_000)), a => Assert.Equal(chronicle.Answer(a.Asked, a.At), a.Found));
        Assert.Contains(answers.SelectMany(a => a), a => a.Found.Length > 0);
    }

    [Fact]
    public void A_second_cancel_changes_nothing()
    {
        var register = new Register(NoticeTerms.Default);
        var town = Worlds.Town(seed: 140, count: 1, days: 1);
        var id = new ActivityId(7);
        Assert.Equal(new SnapshotId(0), register.Cancel(id));
        var recorded = register.Record(new Proposal(id, town[0]), Nobody).At;
        var cancelled = register.Cancel(id);
        Assert.Equal(cancelled, register.Cancel(id));
        Assert.Single(Found(register, town[0], recorded));
        Assert.Empty(Found(register, town[0], cancelled));
        Assert.Throws<ArgumentOutOfRangeException>(() => Found(register, town[0], new SnapshotId(3)));
    }

    [Theory]
    [InlineData(ActivityKind.Operation, false, true)]
    [InlineData(ActivityKind.Works, false, true)]
    [InlineData(ActivityKind.Operation, true, false)]
    [InlineData(ActivityKind.Humanitarian, false, false)]
    public void Who_does_not_know_what_he_meets_is_held_up_unless_it_is_humanitarian_or_an_emergency(
        ActivityKind kind, bool isEmergency, bool isHeldUp)
    {
        var register = new Register(NoticeTerms.Default);
        var window = new Window(1_000_000, 1_003_600);
        Activity At(ActivityKind k, bool emergency) => Worlds.Taken(
            Activity.Point(new Particulars("x", k, emergency, 50_000), new Place(0, 0), window));
        var first = register.Record(new Proposal(new ActivityId(1), At(ActivityKind.Operation, false)), Nobody);
        var plan = new Proposal(new ActivityId(2), At(kind, isEmergency));
        var result = register.Commit(plan, Nobody);
        if (isHeldUp)
        {
            Assert.Equal([first.Version], Assert.IsType<CommitResult.MissingAwareness>(result).Missing);
            Assert.Equal(first.At, register.Head);
            var stale = new HashSet<ActivityVersion> { first.Version with { Version = 2 } };
            Assert.IsType<CommitResult.MissingAwareness>(register.Commit(plan, stale));
            var aware = register.Commit(plan, new HashSet<ActivityVersion> { first.Version });
            Assert.Empty(Assert.IsType<CommitResult.Accepted>(aware).Unaware);
        }
        else
        {
            Assert.Equal([first.Version], Assert.IsType<CommitResult.Accepted>(result).Unaware);
        }
    }

    [Fact]
    public void Notice_is_due_48_hours_before_the_first_overlap_with_a_relief_movement_and_24_in_an_emergency()
    {
        var register = new Register(NoticeTerms.Default);
        static Activity At(ActivityKind kind, bool isEmergency, int from) => Worlds.Taken(Activity.Point(
            new Particulars("x", kind, isEmergency, 50_000), new Place(0, 0), new Window(from, from + 3_600)));
        register.Record(new Proposal(new ActivityId(1), At(ActivityKind.Humanitarian, false, 1_000_000)), Nobody);
        int Due(ActivityKind kind, bool isEmergency) => register.Assess(
            new Proposal(new ActivityId(2), At(kind, isEmergency, 1_001_000)), register.Head).Activities
                .Single().NoticeDueSeconds;
        Assert.Equal(1_001_000 - 172_800, Due(ActivityKind.Operation, false));
        Assert.Equal(1_001_000 - 86_400, Due(ActivityKind.Operation, true));
    }

    [Fact]
    public void Alternatives_are_the_departures_that_brute_force_finds_clear()
    {
        var town = Worlds.Town(seed: 150, count: 800, days: 1, boxMetres: 8_000);
        var chronicle = new Chronicle();
        for (var i = 0; i < town.Length; i++)
        {
            chronicle.Record(new ActivityId(i), town[i]);
        }

        var clear = 0;
        for (var i = 0; i < 40; i++)
        {
            var begins = new Window(0, 90_000);
            var found = chronicle.Register.Alternatives(
                new Proposal(new ActivityId(i), town[i]), begins, 1_800, chronicle.Register.Head);
            var expected = Enumerable.Range(0, 50).Select(k => k * 1_800).Where(s => chronicle.Answer(
                town[i].ShiftedTo(s)!, chronicle.Register.Head, new ActivityId(i)).Length == 0);
            Assert.Equal(expected, found);
            clear += found.Length;
        }

        Assert.InRange(clear, 20, 1_980);
    }

    [Fact]
    public void A_changed_zone_affects_whom_brute_force_finds_and_a_proposal_meets_the_zones_that_it_enters()
    {
        var town = Worlds.Town(seed: 160, count: 1_000, days: 2);
        var zones = Worlds.Town(seed: 161, count: 600, days: 2).Where(z => z.Shape == Shape.Area)
            .Select(z => Worlds.Taken(Activity.Area(
                z.Particulars with { BufferMillimetres = 0 },
                [.. Enumerable.Range(0, z.VertexCount).Select(z.Vertex)],
                new Window(0, 500_000)))).ToArray();
        var chronicle = new Chronicle();
        for (var i = 0; i < town.Length; i++)
        {
            chronicle.Record(new ActivityId(i), town[i]);
        }

        foreach (var (n, zone) in zones.Index())
        {
            Assert.Equal(
                chronicle.Answer(zone, chronicle.Register.Head),
                chronicle.Register.ZoneChanged(zone, chronicle.Register.Head));
            chronicle.Register.StateZone(new ActivityId(n), zone);
        }

        foreach (var asked in town.Take(60))
        {
            var report = chronicle.Register.Assess(new Proposal(new ActivityId(-1), asked), chronicle.Register.Head);
            Assert.Equal(
                zones.Index().Where(z => Definition.Conflict(asked, z.Item)).Select(z => (long)z.Index),
                report.Zones.Select(m => m.Version.Id.Value));
        }

        var before = chronicle.Register.Head;
        Assert.NotEqual(before, chronicle.Register.LiftZone(new ActivityId(0)));
        Assert.Equal(chronicle.Register.Head, chronicle.Register.LiftZone(new ActivityId(0)));
        Assert.Throws<ArgumentException>(
            () => chronicle.Register.StateZone(new ActivityId(1), town.First(a => a.Shape == Shape.Point)));
    }

    [Fact]
    public void A_query_allocates_nothing()
    {
        var register = new Register(NoticeTerms.Default);
        foreach (var (i, activity) in Worlds.Town(seed: 170, count: 2_000, days: 1).Index())
        {
            register.Record(new Proposal(new ActivityId(i), activity), Nobody);
        }

        var asked = Worlds.Town(seed: 171, count: 200, days: 1);
        var found = new ActivityVersion[1_000];
        var total = asked.Sum(a => register.Find(a, null, register.Head, found));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var again = 0;
        foreach (var a in asked)
        {
            again += register.Find(a, null, register.Head, found);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(total, again);
    }

    [Fact]
    public void Packed_boxes_by_vector_instructions_are_those_of_their_twin()
    {
        var random = new Random(180);
        var pack = new int[Prefilter.PackLength];
        for (var n = 0; n < 5_000; n++)
        {
            var s = random.Next(2) == 0 ? 4 : 600_000_000;
            Box Any() => new(random.Next(-s, s), random.Next(-s, s), random.Next(-s, s), random.Next(-s, s));
            Prefilter.ClearPack(pack);
            for (var i = 0; i < random.Next(Prefilter.Width + 1); i++)
            {
                Prefilter.SetInPack(pack, i, Any(), random.Next(-5, 5), random.Next(-5, 5));
            }

            var (box, from, until) = (Any(), random.Next(-5, 5), random.Next(-5, 5));
            var near = Prefilter.BoxesOneByOne(pack, box, from, until);
            Assert.Equal(
                (near, near),
                (Prefilter.BoxesBy512(pack, box, from, until), Prefilter.BoxesBy256(pack, box, from, until)));
        }
    }

    [Fact]
    public void Boxes_in_steps_by_vector_instructions_are_those_of_their_twin_and_miss_nothing()
    {
        var random = new Random(181);
        var pack = new short[Prefilter.PackLength];
        var (boxes, windows) = (new Box[Prefilter.Width], new Window[Prefilter.Width]);
        var (met, missed) = (0, 0);
        for (var n = 0; n < 5_000; n++)
        {
            var s = random.Next(2) == 0 ? 70_000 : 700_000_000;
            var slab = new SlabTime(921_600 * random.Next(300), random.Next(2) == 0 ? 5 : 0);
            int Number() => random.Next(-s, s);
            Box Any() => Box.Of(new Segment(Number(), Number(), Number(), Number()));
            Window At() => random.Next(14_000) is var from ? new(
                slab.FromSeconds + from, slab.FromSeconds + from + 1 + random.Next(4_000)) : default;
            Prefilter.ClearPack(pack);
            var count = random.Next(Prefilter.Width + 1);
            for (var i = 0; i < count; i++)
            {
                (boxes[i], windows[i]) = (Any(), At());
                var coarse = CoarseBox.Of(boxes[i], windows[i], slab);
                Prefilter.SetInPack(pack, i, coarse);
                var (box, window) = (coarse.Box, coarse.WindowIn(slab));
                Assert.Equal((box, window), (box.Union(boxes[i]), window with
                {
                    FromSeconds = Math.Min(window.FromSeconds, windows[i].FromSeconds),
                    UntilSeconds = Math.Max(window.UntilSeconds, windows[i].UntilSeconds),
                }));
            }

            var (asked, during) = (Any(), At());
            var near = Prefilter.CoarseOneByOne(pack, CoarseBox.Of(asked, during, slab));
            Assert.Equal(near, Prefilter.CoarseBy256(pack, CoarseBox.Of(asked, during, slab)));
            Assert.Equal(0u, near >> count);
            for (var i = 0; i < count; i++)
            {
                var isMet = boxes[i].Meets(asked) && windows[i].Overlaps(during);
                met += isMet ? 1 : 0;
                missed += isMet && (near & (1u << i)) == 0 ? 1 : 0;
            }
        }

        Assert.True(met > 500, $"{met}");
        Assert.Equal(0, missed);
    }
}
