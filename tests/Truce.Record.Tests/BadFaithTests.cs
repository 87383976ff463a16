using Truce.Record.Tests.Witnessing;

namespace Truce.Record.Tests;

/// <summary>
/// Each way in which an operator, a machine or a witness can fail the others, named, and the mechanism that catches it.
/// The operator holds the log's key and the receipt key throughout.
/// </summary>
public sealed class BadFaithTests
{
    private static readonly string[] Names = ["a", "b", "c", "d", "e"];

    private static readonly SigningKey[] Cosigners =
        [.. Names.Select(n => Some.Key($"witness.example/{n}", KeyUse.Cosignature))];

    private static readonly SigningKey ReceiptKey = Some.Key("receipts.example", KeyUse.Note);
    private static readonly WatchedLog Watched = new(Some.Origin, [Some.Log.Verifier]);
    private static readonly TrustPolicy Policy = TrustPolicy.Parse(Some.Bytes(
        $"log {Some.Log.Verifier}\n"
        + string.Concat(Names.Zip(Cosigners, (n, c) => $"witness {n} {c.Verifier}\n"))
        + $"group g 3 {string.Join(' ', Names)}\nquorum g\n")).Required();

    private readonly WitnessStore[] _witnesses = [.. Cosigners.Select(c =>
        WitnessStore.Open(new SimulatedDisk(new Random(1)), c, Watched).Required())];

    [Fact]
    public void An_operator_who_drops_an_entry_is_convicted_by_its_receipt_and_a_later_checkpoint()
    {
        var honest = Tree(10, "honest");
        var dropped = Tree(10, "dropped", same: 6);
        var receipt = Receipt(honest, index: 6, receivedAt: 1_000_000);

        var seen = Accepted(dropped, 10, seconds: 1_030);

        Assert.Equal(Promise.Broken, receipt.Judge(seen, dropped.Leaves[6], Names.Length));
        var kept = Accepted(honest, 10, 1_030, anew: true);
        Assert.Equal(Promise.Kept, receipt.Judge(kept, honest.Leaves[6], Names.Length));
    }

    [Fact]
    public void An_operator_who_delays_an_entry_is_convicted_by_a_checkpoint_without_it_a_minute_after_the_deadline()
    {
        var log = Tree(10, "");
        var receipt = Receipt(log, index: 6, receivedAt: 1_000_000);

        Assert.Equal(Promise.Open, receipt.Judge(Accepted(log, 6, seconds: 1_120), null, Names.Length));
        Assert.Equal(Promise.Broken, receipt.Judge(Accepted(log, 6, seconds: 1_121, old: 6), null, Names.Length));
    }

    [Fact]
    public void Three_witnesses_that_lie_about_the_time_do_not_convict_where_they_are_not_more_than_half()
    {
        var log = Tree(10, "");
        var receipt = Receipt(log, index: 6, receivedAt: 1_000_000);
        var note = log.Head(6);
        var seen = Policy.Accept(note.With(
            Cosigners.Select((c, i) => Cosignature.Sign(c, note.Text, i < 2 ? 9_999 : 1_050)))).Required();

        Assert.Equal(Promise.Open, receipt.Judge(seen, null, Names.Length));
    }

    [Fact]
    public void An_operator_who_back_dates_an_entry_is_shown_clock_disputed_by_the_witnesses_brackets()
    {
        var log = Tree(10, "");
        var kept = Kept();
        foreach (var (size, old, seconds) in new[] { (5, 0, 600L), (5, 5, 3_600L), (6, 5, 3_601L) })
        {
            Assert.True(kept.Add(Cosigned(log, size, seconds, old)));
        }

        var bracket = Clock.Bracket(kept.All, 5);

        Assert.Equal(new ClockBracket(3_600, 3_601), bracket);
        Assert.True(bracket.IsDisputed(700_000));
        Assert.True(bracket.IsDisputed(3_700_000));
        Assert.False(bracket.IsDisputed(3_600_500));
    }

    [Fact]
    public void An_operator_who_reorders_entries_breaks_the_order_of_their_times_or_its_receipts()
    {
        var honest = Tree(10, "");
        var receipt = Receipt(honest, index: 4, receivedAt: 1_000_000);
        var swapped = Tree(10, "", entry: i => i switch { 4 => 5, 5 => 4, _ => i });

        var seen = Accepted(swapped, 10, seconds: 1_010);

        Assert.Equal(Promise.Broken, receipt.Judge(seen, swapped.Leaves[4], Names.Length));
        Assert.Equal(5, Clock.FirstThatGoesBack([1, 2, 3, 4, 6, 5, 7]));
        Assert.Equal(102, Clock.FirstThatGoesBack([5, 5, 4], first: 100));
        Assert.Null(Clock.FirstThatGoesBack([1, 2, 3, 4, 5, 5, 7]));
    }

    [Fact]
    public void An_operator_who_answers_two_parties_differently_gets_a_quorum_for_one_answer_alone()
    {
        var (mine, theirs) = (Tree(10, "mine"), Tree(10, "theirs"));

        var first = Policy.Accept(Cosigned(mine, 10, 1_000, 0, "a", "b", "c"));
        var second = Policy.Accept(Cosigned(theirs, 10, 1_000, 0, "a", "b", "c", "d", "e"));

        Assert.True(first.IsValid);
        Assert.Contains("2 of 5", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Forks_shown_to_disjoint_witnesses_never_both_have_a_quorum_and_their_notes_are_the_evidence()
    {
        for (var split = 0; split <= Names.Length; split++)
        {
            var test = new BadFaithTests();
            var (mine, theirs) = (Tree(10, "mine", same: 4), Tree(12, "theirs", same: 4));
            var first = test.Cosigned(mine, 10, 1_000, 0, Names[..split]);
            var second = test.Cosigned(theirs, 12, 1_000, 0, Names[split..]);

            Assert.False(Policy.Accept(first).IsValid && Policy.Accept(second).IsValid);
            var copy = new Shelves();
            Copy.Run(mine.Read(first), copy.Read, copy.Write, Some.Log.Verifier).Required();
            var fork = Copy.Run(theirs.Read(second), copy.Read, copy.Write, Some.Log.Verifier).Required();
            Assert.Equal(first.ToString(), Assert.IsType<Copied.Forked>(fork).Held.ToString());
            Assert.Equal(second.ToString(), ((Copied.Forked)fork).Offered.ToString());
        }
    }

    [Fact]
    public void At_first_contact_a_witness_takes_whatever_it_is_shown_and_only_a_quorum_of_others_tells()
    {
        var (old, fork) = (Tree(10, "old"), Tree(10, "fork"));
        Cosigned(old, 10, 1_000, 0, "a", "b", "c");

        // `d` has never seen this log: it cannot know. One witness is no quorum.
        Assert.Equal(200, _witnesses[3].AddCheckpoint(fork.Ask(0, 10), 1_001).Status);
        Assert.False(Policy.Accept(Cosigned(fork, 10, 1_001, 10, "d")).IsValid);

        // And from then on it holds to what it was shown: the two histories cannot be joined.
        Assert.Equal(422, _witnesses[3].AddCheckpoint(old.Ask(10, 10), 1_002).Status);
    }

    [Fact]
    public void A_log_restored_from_an_older_disk_does_not_sign_again_what_its_witnesses_have_seen()
    {
        using var log = Filled(5);
        using var restored = Filled(3);
        var latest = log.Sign(Some.Log).Required();
        Assert.Equal(200, _witnesses[0].AddCheckpoint(Witness.Request(0, [], latest), 1_000).Status);
        var seen = SignedNote.Parse(_witnesses[0].Latest(Witness.MonitoringPath(Some.Origin))!).Required();

        var start = Start.Judge(restored, [new(seen), new(Latest: null), new(Latest: null), null, null]);

        Assert.Equal(5, Assert.IsType<Start.Behind>(start).Head.Size);

        // Had it signed all the same, the witness would not go back.
        restored.Append([new Leaf("another"u8.ToArray(), default, default)]).Required();
        var again = restored.Sign(Some.Log).Required();
        Assert.Equal(409, _witnesses[0].AddCheckpoint(Witness.Request(0, [], again), 1_001).Status);
    }

    [Fact]
    public void A_log_that_is_behind_fetches_its_own_entries_back_and_takes_no_others()
    {
        using var restored = Filled(3);
        var (full, _) = Shelf(700);
        var (fork, _) = Shelf(700, "fork", same: 2);
        var (shorter, _) = Shelf(500);
        var head = StaticLog.Open(full, Some.Log.Verifier).Required().Head;
        ReadPath doctored = path => path == "tile/entries/001" && full(path) is { } b ? [.. b[..^1], (byte)(b[^1] ^ 1)]
            : full(path);

        Assert.Contains("does not begin", Look(fork, head), StringComparison.Ordinal);
        Assert.Contains("does not lead", Look(shorter, head), StringComparison.Ordinal);
        Assert.Contains("tile/entries/001", Look(doctored, head), StringComparison.Ordinal);
        Assert.Equal(3, restored.Size);
        var fetch = Fetch.Look(full, Some.Log.Verifier, restored.Size, restored.Root, head).Required();
        Assert.Equal(head, fetch.Into(restored).Required());
        Assert.Equal((700, head.Root), (restored.Size, restored.Root));
        Assert.IsType<Start.Cleared>(Start.Judge(restored, [new(fetch.Note)]));

        string? Look(ReadPath read, Checkpoint ahead) =>
            Fetch.Look(read, Some.Log.Verifier, restored.Size, restored.Root, ahead).Error;
    }

    [Fact]
    public void A_source_that_changes_between_the_check_and_the_fetch_is_caught_and_nothing_of_it_is_appended()
    {
        using var restored = Filled(3);
        var (full, _) = Shelf(700);
        var changed = false;
        ReadPath turncoat = path => changed && path == "tile/entries/001" ? full("tile/entries/000") : full(path);
        var fetch = Fetch.Look(turncoat, Some.Log.Verifier, restored.Size, restored.Root).Required();
        changed = true;

        Assert.StartsWith("tile/entries/001", fetch.Into(restored).Error, StringComparison.Ordinal);
        Assert.Equal(256, restored.Size);
    }

    [Fact]
    public void A_witness_restored_from_an_older_disk_says_so_and_alone_makes_no_quorum()
    {
        var (mine, fork) = (Tree(12, "mine", same: 5), Tree(12, "fork", same: 5));
        Cosigned(mine, 5, 1_000, 0);
        var old = _witnesses[4].Latest(Witness.MonitoringPath(Some.Origin))!;
        Cosigned(mine, 12, 1_001, 5);
        using var restored = WitnessStore.Open(Disk(old), Cosigners[4], Watched).Required();

        // The log hears that the witness holds less than it cosigned before.
        Assert.Equal("5\n", restored.AddCheckpoint(mine.Ask(12, 12), 1_002).Body);

        // It would cosign a fork; the others do not, and both notes under its key convict it.
        var answer = restored.AddCheckpoint(fork.Ask(5, 12), 1_003);
        Assert.Equal(200, answer.Status);
        Assert.All(_witnesses, w => Assert.NotEqual(200, w.AddCheckpoint(fork.Ask(5, 12), 1_003).Status));
        var note = SignedNote.Parse([.. Some.Bytes($"{fork.Head(12)}"), .. Some.Bytes(answer.Body)]).Required();
        Assert.False(Policy.Accept(note).IsValid);
    }

    [Fact]
    public void Two_instances_on_one_folder_are_refused_and_on_two_copies_only_one_gets_cosignatures()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (RecordLog.Create(disk, new LogSettings(Some.Log.Verifier, segmentBytes: 16_384)).Required())
        {
            Assert.Contains("in use", RecordLog.Open(disk).Error, StringComparison.Ordinal);
        }

        var (one, two) = (Tree(10, "one", same: 4), Tree(10, "two", same: 4));
        Cosigned(one, 4, 1_000, 0);
        Assert.True(Policy.Accept(Cosigned(one, 10, 1_001, 4)).IsValid);
        Assert.All(_witnesses, w => Assert.Equal("10\n", w.AddCheckpoint(two.Ask(4, 10), 1_001).Body));
        Assert.All(_witnesses, w => Assert.Equal(422, w.AddCheckpoint(two.Ask(10, 10), 1_001).Status));
    }

    [Fact]
    public void An_operator_who_refuses_in_silence_is_convicted_by_two_deposits_after_fifteen_minutes()
    {
        using var one = Some.Key("one.example", KeyUse.Note);
        using var two = Some.Key("two.example", KeyUse.Note);
        var statement = Digest.Of("S"u8);
        SignedDeposit[] deposits =
        [
            .. new[] { one, two }.Select(k => Deposit.Open(
                new Deposit(Some.Origin, statement, 1_000_000).Sign(k), one.Verifier, two.Verifier).Required()),
        ];

        Assert.Empty(Deposit.Overdue(deposits, _ => false, now: 1_900_000));
        Assert.True(Assert.Single(Deposit.Overdue(deposits, _ => false, now: 1_900_001)).IsProof);
        Assert.False(Assert.Single(Deposit.Overdue(deposits[..1], _ => false, now: 1_900_001)).IsProof);
        Assert.Empty(Deposit.Overdue(deposits, s => s == statement, now: 1_900_001));
    }

    [Fact]
    public void A_party_that_unplugs_its_witness_delays_nothing_and_is_named()
    {
        var log = Tree(10, "");
        var seen = Policy.Accept(Cosigned(log, 10, 1_000, 0, "a", "b", "d")).Required();

        var judged = Quorum.Judge(9, 1_000_000, 1_000_100, Waits.ForQuorum, Names, seen);

        Assert.Equal((ActStanding.Witnessed, "c e"), (judged.Standing, string.Join(' ', judged.Absent)));
    }

    [Fact]
    public void A_thief_of_the_logs_key_gets_no_witness_to_cosign_another_history()
    {
        var (mine, stolen) = (Tree(20, "mine", same: 9), Tree(20, "stolen", same: 9));
        Cosigned(mine, 12, 1_000, 0);
        for (var size = 1; size <= 20; size++)
        {
            var ask = stolen.Ask(Math.Min(12, size), size);
            var statuses = _witnesses.Select(w => w.AddCheckpoint(ask, 1_001).Status);
            Assert.All(statuses, status => Assert.Equal(size < 12 ? 409 : 422, status));
        }
    }

    private static Receipt Receipt(History log, int index, long receivedAt)
    {
        var receipt = new Receipt(Some.Origin, index, log.Leaves[index], Digest.Of("S"u8), receivedAt);
        return Record.Receipt.Open(receipt.Sign(ReceiptKey), ReceiptKey.Verifier).Required();
    }

    private WitnessedCheckpoint Accepted(History log, int size, long seconds, int old = 0, bool anew = false) =>
        Policy.Accept((anew ? new BadFaithTests() : this).Cosigned(log, size, seconds, old)).Required();

    /// <summary>A checkpoint with the cosignature of each named witness that gives one; of all where none is.</summary>
    private SignedNote Cosigned(History log, int size, long seconds, int old, params string[] names)
    {
        var note = log.Head(size);
        foreach (var (_, witness, cosigner) in Names.Zip(_witnesses, Cosigners)
            .Where(w => names.Length == 0 || names.Contains(w.First)))
        {
            var answer = witness.AddCheckpoint(log.Ask(old, size), seconds);
            if (Witness.Read(answer.Status, Some.Bytes(answer.Body), note, cosigner.Verifier)
                is WitnessReply.Cosigned given)
            {
                note = note.With([given.Line]);
            }
        }

        return note;
    }

    private static KeptCheckpoints Kept() => KeptCheckpoints.Open(
        new SimulatedDisk(new Random(1)), Some.Log.Verifier, [.. Cosigners.Select(c => c.Verifier)]).Required();

    private static SimulatedDisk Disk(byte[] head)
    {
        var disk = new SimulatedDisk(new Random(1));
        disk.Replace(WitnessStore.FileOf(Some.Origin), head);
        return disk;
    }

    private static RecordLog Filled(int entries)
    {
        var log = RecordLog.Create(
            new SimulatedDisk(new Random(1)), new LogSettings(Some.Log.Verifier, segmentBytes: 1 << 18)).Required();
        Shelves.Grow(log, entries);
        return log;
    }

    private static (ReadPath Read, Disk Disk) Shelf(int entries, string salt = "", int same = 0)
    {
        var (disk, read) = Shelves.Log(entries, salt, same);
        return (read, disk);
    }

    private static History Tree(int size, string salt, int same = 0, Func<int, int>? entry = null) =>
        new(size, salt, same, entry ?? (i => i));

    /// <summary>A history that the operator could sign.</summary>
    private sealed class History(int size, string salt, int same, Func<int, int> entry)
    {
        private readonly Trees.Plain _tree = new([.. Enumerable.Range(0, size).Select(
            i => Merkle.Leaf(Some.Bytes($"{entry(i)} {(i < same ? "" : salt)}")))]);

        public Digest[] Leaves => _tree.Leaves;

        public SignedNote Head(int at) => new Checkpoint(Some.Origin, at, _tree.Root(at)).Sign(Some.Log);

        public byte[] Ask(int old, int at) =>
            Witness.Request(old, old > at ? [] : Merkle.Consistency(old, at, _tree.Subtree), Head(at));

        /// <summary>What a server of this history shows under a checkpoint.</summary>
        public ReadPath Read(SignedNote note) => path => path == StaticLog.CheckpointPath ? note.ToBytes()
            : Tile.Parse(path) is not { Index: 0 } tile || tile.Width != size ? null
            : tile.Level is null
                ? [.. Enumerable.Range(0, size).SelectMany(i =>
                    Some.Bytes($"{entry(i)} {(i < same ? "" : salt)}") is var e ? [0, (byte)e.Length, .. e] : e)]
            : [.. Leaves.SelectMany(l => l.ToArray())];
    }
}
