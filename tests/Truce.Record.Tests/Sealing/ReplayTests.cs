namespace Truce.Record.Tests;

public sealed class ReplayTests
{
    private static readonly Reader North = Parties.Reader(Parties.North);
    private static readonly Reader Operation = Parties.Reader(Audience.Operator);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_public_a_party_and_an_auditor_recompute_what_they_may_read(int seed)
    {
        var desk = Random(new Random(seed), entries: 60);
        var open = desk.Leaves.Count - 1 - desk.Sealed.Count;
        var norths = desk.Sealed.Values.Count(s => s.Audience.Contains(Parties.North));
        var all = desk.Leaves.Count - 1;

        Assert.True(open > 0 && norths > 0 && norths < desk.Sealed.Count);
        Report(desk.Replayed(), open, all - open);
        Report(desk.Replayed(North), open + norths, desk.Sealed.Count - norths);
        Report(desk.Replayed(Operation), all, 0);
        Assert.Equal(
            $"{all} of {all} recomputed, 0 closed to you, 0 sealed unread", desk.Replayed(Operation).ToString());

        void Report(ReplayReport report, int recomputed, int closed)
        {
            Assert.Null(report.First);
            Assert.Equal((all, recomputed, closed), (report.Outcomes, report.Recomputed, report.Closed));
        }
    }

    [Fact]
    public void The_first_outcome_that_differs_is_named_to_whoever_can_open_it()
    {
        var desk = Random(new Random(4), entries: 20);
        var altered = desk.Add(
            Parties.Both, Desk.Act(1, 1), altered: o => o with { Ruling = new JsonValue.Text("OTHER") });
        desk.Add(Parties.Both, Desk.Act(1, 1), altered: o => o with { Semantics = 9, Why = "also" });

        Assert.Null(desk.Replayed().First);
        Assert.Null(desk.Replayed(Parties.Reader(Parties.Relief)).First);
        foreach (var reader in new[] { North, Operation })
        {
            var report = desk.Replayed(reader);
            Assert.Equal(altered, report.First!.Index);
            Assert.Contains("`ruling` is \"OTHER\"", report.First.What, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_operator_that_judges_by_what_the_audience_cannot_read_is_caught()
    {
        var caught = 0;
        for (var seed = 0; seed < 10; seed++)
        {
            var desk = Random(new Random(seed), entries: 30, leaks: true);
            caught += desk.Replayed(Operation).First is null ? 0 : 1;
        }

        Assert.True(caught >= 8, $"{caught} of 10");
    }

    [Fact]
    public void A_fold_may_lag_and_says_so_but_never_goes_back()
    {
        var desk = Random(new Random(5), entries: 10);
        desk.Add(Parties.Both, Desk.Act(1, 1));
        desk.Add(Parties.Both, Desk.Act(1, 1), lag: 1);
        desk.Add(null, Desk.Act(1, 1), lag: 2);
        Assert.Null(desk.Replayed(Operation).First);

        var pretends = desk.Add(null, Desk.Act(1, 1), altered: o => o with { Fold = o.Fold + 1 });
        Assert.Contains("`fold`", First(desk, pretends), StringComparison.Ordinal);
        var other = Random(new Random(6), entries: 10);
        other.Add(Parties.Both, Desk.Act(1, 1));
        var back = other.Add(Parties.Both, Desk.Act(1, 1), lag: 9, altered: o => o);
        Assert.Contains("smaller", First(other, back), StringComparison.Ordinal);
    }

    [Fact]
    public void Time_never_goes_back_and_every_leaf_is_an_entry()
    {
        var desk = Random(new Random(7), entries: 3);
        var early = desk.Add(null, Desk.Act(1, 1), altered: o => o with { ReceivedAt = 5 });
        Assert.Contains("received before", First(desk, early), StringComparison.Ordinal);

        var broken = Random(new Random(7), entries: 3);
        broken.Leaves.Add(new Leaf("{}"u8.ToArray(), default, Desk.Plain.ToBytes()));
        Assert.Contains("not an entry", First(broken, 4), StringComparison.Ordinal);
        var mixed = Random(new Random(7), entries: 3);
        mixed.Leaves.Add(new Leaf(
            new ConfidentialStatement(default, default).ToBytes(), default, Desk.Plain.ToBytes()));
        Assert.Contains("not an entry", First(mixed, 4), StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_that_is_wrapped_badly_for_one_reader_is_noted_and_stays_closed_to_him()
    {
        var desk = new Desk();
        desk.Add(Parties.Both, Desk.Act(1, 1));
        var good = desk.Sealed[1].Statement.Body.Wraps;
        var recipients = Parties.For(Parties.Both);
        recipients[0] = recipients[0] with { Key = Parties.Key(Parties.Relief).Public };
        var bad = Wraps.Make(
            Parties.Genesis, good.CiphertextHash, Parties.Randoms("s 1", 3).Key.Span, recipients,
            Parties.Randoms("bad", 3).Seeds);
        Assert.Null(desk.Bodies.Erase(good.CiphertextHash));
        Assert.Null(desk.Bodies.Put(StoredBody.Ciphertext(desk.Sealed[1].Statement.Body.Ciphertext, bad)));

        var report = desk.Replayed(North);

        Assert.Equal((0, 1), (report.Recomputed, report.Closed));
        Assert.StartsWith("entry 1: wrapped for `north`, and yet closed", Assert.Single(report.Notes),
            StringComparison.Ordinal);
        Assert.Equal(1, desk.Replayed(Operation).Recomputed);
    }

    [Fact]
    public void Sealed_documents_are_counted_and_never_read()
    {
        var desk = new Desk();
        var route = Seal.Document(
            "the exact route"u8, Parties.Genesis, Parties.Recipients(Parties.Relief), Parties.Randoms("route", 1));
        Assert.Null(desk.Bodies.Put(StoredBody.Of(route)));
        desk.Add(Parties.Both, Desk.Act(1, 1), attached: [route.Attached]);

        Assert.Equal("1 of 1 recomputed, 0 closed to you, 1 sealed unread", desk.Replayed(Operation).ToString());
        Assert.Equal("0 of 1 recomputed, 1 closed to you, 0 sealed unread", desk.Replayed().ToString());
        Assert.Equal(
            "1 of 1 recomputed, 0 closed to you, 0 sealed unread",
            desk.Replayed(Operation, Parties.Reader(Parties.Relief)).ToString());
    }

    [Fact]
    public void Each_fold_takes_an_entry_at_most_once_and_each_outcome_is_judged_once()
    {
        var desk = Random(new Random(8), entries: 80);
        var (folds, taken, judged) = (0, new Dictionary<Audience, int>(), 0);
        var publics = 0;
        var report = Replay.Run(Parties.Genesis, () => desk.Leaves, desk.Source, [Operation], audience =>
        {
            folds++;
            var fold = Desk.Fold();
            return new AudienceFold(
                entry =>
                {
                    _ = audience is null ? publics++ : taken[audience] = taken.GetValueOrDefault(audience) + 1;
                    fold.Take(entry);
                },
                question =>
                {
                    judged++;
                    return fold.Judge(question);
                });
        });

        Assert.Null(report.First);
        Assert.Equal(desk.Leaves.Count - 1, judged);
        Assert.Equal(1 + desk.Sealed.Values.Select(s => s.Audience).Distinct().Count(), folds);
        Assert.All(taken.Values, count => Assert.InRange(count, 1, desk.Leaves.Count));
        Assert.InRange(publics, 1, desk.Leaves.Count - desk.Sealed.Count);
    }

    /// <summary>Random acts of a few devices, clear and of every audience.</summary>
    internal static Desk Random(Random random, int entries, bool leaks = false)
    {
        var desk = new Desk { Leaks = leaks };
        for (var i = 0; i < entries; i++)
        {
            var audience = random.Next(3) == 0 ? null : Desk.Audiences[random.Next(Desk.Audiences.Length)];
            desk.Add(audience, RandomAct(random), device: $"device {random.Next(3)}");
        }

        return desk;
    }

    internal static JsonValue RandomAct(Random random) =>
        Desk.Act(random.Next(2), random.Next(1, 4), random.Next(3) == 0 ? random.Next(6) : null);

    private static string First(Desk desk, int index)
    {
        var first = desk.Replayed(Operation).First;
        Assert.Equal(index, first?.Index);
        return first!.What;
    }
}
