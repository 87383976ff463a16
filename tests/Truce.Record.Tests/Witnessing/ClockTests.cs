namespace Truce.Record.Tests.Witnessing;

public sealed class ClockTests
{
    private static readonly SigningKey[] Witnesses =
        [.. "abc".Select(c => Some.Key($"witness.example/{c}", KeyUse.Cosignature))];

    private static readonly VerifierKey[] Keys = [.. Witnesses.Select(w => w.Verifier)];
    private static readonly Trees.Plain Tree = new(Trees.Leaves(200));

    [Fact]
    public void The_time_of_a_checkpoint_is_the_median_of_more_than_half_of_the_witnesses()
    {
        Assert.Equal(100, Kept(Note(3, 90, 100, 9_000)).Required().Time);
        Assert.Equal(95, Kept(Note(3, 90, 100)).Required().Time);
        Assert.Contains("1 of 3", Kept(Note(3, 90)).Error, StringComparison.Ordinal);
        var twice = Note(3, 90).With([Cosignature.Sign(Witnesses[0], Note(3, 90).Text, 95)]);
        Assert.False(Kept(twice).IsValid);
        Assert.False(Kept(Note(3, 90, 100).Only(s => s.Name != Some.Origin)).IsValid);
    }

    [Fact]
    public void An_entry_lies_between_the_last_tree_without_it_and_the_first_with_it()
    {
        var kept = Open(new SimulatedDisk(new Random(1)));
        Assert.All(new[] { Note(5, 600, 600), Note(5, 900, 900), Note(9, 1000, 1000) }, n => Assert.True(kept.Add(n)));

        Assert.Equal(new ClockBracket(null, 600), Clock.Bracket(kept.All, 4));
        Assert.Equal(new ClockBracket(900, 1000), Clock.Bracket(kept.All, 5));
        Assert.Equal(new ClockBracket(1000, null), Clock.Bracket(kept.All, 9));
        (long Time, bool Disputed)[] table =
        [
            (894_999, true), (895_000, false), (950_000, false), (1_005_000, false), (1_005_001, true),
        ];
        Assert.All(table, row => Assert.Equal(row.Disputed, Clock.Bracket(kept.All, 5).IsDisputed(row.Time)));
    }

    [Fact]
    public void Of_each_active_minute_at_least_one_is_kept_of_silence_none_and_the_last_word_before_growth()
    {
        var disk = new SimulatedDisk(new Random(1));
        var kept = Open(disk);
        (int Size, long Time)[] seen =
        [
            (1, 60), (2, 70), (3, 110), (3, 115), (3, 130), (3, 700), (4, 705), (5, 800), (5, 900),
        ];

        Assert.All(seen, s => Assert.True(kept.Add(Note(s.Size, s.Time, s.Time))));

        (long, long)[] expected = [(1, 60), (3, 110), (3, 700), (4, 705), (5, 800)];
        Assert.Equal(expected, kept.All.Select(k => (k.Head.Size, k.Time)));
        Assert.Equal(expected, Open(disk).All.Select(k => (k.Head.Size, k.Time)));
        Assert.False(kept.Add(Note(4, 950, 950)));
        Assert.False(kept.Add(Note(6, 850, 850)));
        Assert.False(kept.Add(Note(6, 950)));
    }

    [Fact]
    public void What_a_crash_left_at_the_end_is_cut_and_every_other_flipped_bit_is_named()
    {
        var disk = new SimulatedDisk(new Random(1));
        var kept = Open(disk);
        Assert.True(kept.Add(Note(1, 60, 60)) && kept.Add(Note(2, 120, 120)) && kept.Add(Note(3, 180, 180)));
        var length = disk.Bytes(KeptCheckpoints.FileName).Length;
        Assert.Null(Check(disk));
        for (var at = 0; at < length; at++)
        {
            disk.Bytes(KeptCheckpoints.FileName)[at] ^= 1;
            Assert.Equal(KeptCheckpoints.FileName, Check(disk)?.File);
            Assert.True(at >= length / 3 || !KeptCheckpoints.Open(disk, Some.Log.Verifier, Keys).IsValid, $"at {at}");
            disk.Bytes(KeptCheckpoints.FileName)[at] ^= 1;
        }

        disk.Cut(KeptCheckpoints.FileName, length - 5);
        Assert.Equal(2, Open(disk).All.Count);
        Assert.Null(Check(disk));
        Assert.True(Open(disk).Add(Note(3, 180, 180)));
        Assert.Equal(3, Open(disk).All.Count);
    }

    [Fact]
    public void A_kept_checkpoint_that_is_not_of_the_log_is_named()
    {
        var disk = new SimulatedDisk(new Random(1));
        Assert.True(Open(disk).Add(Note(7, 60, 60)));
        var other = new Trees.Plain([.. Trees.Leaves(9).Skip(1)]);

        Assert.Null(Check(disk));
        Assert.Equal(KeptCheckpoints.FileName, KeptCheckpoints.Check(
            disk, Some.Log.Verifier, Keys, 8, other.Subtree)?.File);
        Assert.NotNull(KeptCheckpoints.Check(disk, Some.Log.Verifier, Keys, 6, Tree.Subtree));
    }

    [Fact]
    public void What_the_witnesses_contradict_is_found_with_few_looks_and_silence_is_a_bracket()
    {
        var kept = Open(new SimulatedDisk(new Random(1)));
        Assert.True(kept.Add(Note(50, 600, 600)) && kept.Add(Note(120, 700, 700)) && kept.Add(Note(120, 760, 760)));
        Assert.True(kept.Add(Note(180, 1000, 1000)));
        long[] times =
        [
            .. Enumerable.Repeat(500_000L, 50), .. Enumerable.Repeat(594_999L, 3), .. Enumerable.Repeat(650_000L, 60),
            .. Enumerable.Repeat(705_001L, 7), .. Enumerable.Repeat(900_000L, 60), .. Enumerable.Repeat(995_000L, 20),
        ];
        var looks = 0;

        var found = Clock.Disputes(kept.All, times.Length, n => times[(looks += 1) < 0 ? 0 : n]).ToArray();

        Assert.Equal([(50, 53), (113, 120)], found.Select(d => (d.From, d.To)));
        Assert.Equal(new ClockBracket(600, 700), found[0].Bracket);
        Assert.InRange(looks, 1, 60);
        for (var n = 0; n < times.Length; n++)
        {
            Assert.Equal(Clock.Bracket(kept.All, n).IsDisputed(times[n]), found.Any(d => n >= d.From && n < d.To));
        }

        (long? After, long? Before, bool IsSilence)[] table =
        [
            (600, 660, false), (600, 661, true), (null, 700, true), (700, null, true), (null, null, false),
        ];
        Assert.All(table, t => Assert.Equal(t.IsSilence, new ClockBracket(t.After, t.Before).IsSilence));
    }

    [Fact]
    public void After_a_change_of_witnesses_old_notes_count_by_the_old_ones_and_new_notes_by_the_new()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var late = Some.Key("witness.example/late", KeyUse.Cosignature);
        WitnessesAt changed = size => size <= 5 ? Keys : [late.Verifier];
        var kept = KeptCheckpoints.Open(disk, Some.Log.Verifier, changed).Required();
        var unsigned = Note(7);
        var bare = new Checkpoint(Some.Origin, 7, Tree.Root(7)).Sign(Some.Log);

        Assert.True(kept.Add(Note(5, 60, 60)));
        Assert.False(kept.Add(Note(7, 120, 120)));
        Assert.True(kept.Add(bare.With([Cosignature.Sign(late, bare.Text, 120)])));

        Assert.Equal(2, KeptCheckpoints.Open(disk, Some.Log.Verifier, changed).Required().All.Count);
        var (all, first) = KeptCheckpoints.Check(disk, Some.Log.Verifier, changed, 200, Tree.Subtree);
        Assert.Equal((2, null), (all.Count, first));
        Assert.NotNull(Check(disk));
        Assert.Equal(unsigned.Text, bare.Text);
    }

    [Fact]
    public void A_reader_finds_the_bracket_of_an_entry_and_passes_over_what_does_not_hold()
    {
        var disk = new SimulatedDisk(new Random(1));
        var kept = Open(disk);
        Assert.True(kept.Add(Note(5, 60, 60)) && kept.Add(Note(9, 120, 120)) && kept.Add(Note(20, 240, 240)));
        var published = Note(40, 500, 500);
        var times = WitnessedTimes.Read(disk, published, Some.Log.Verifier, _ => Keys, size => Tree.Root((int)size));
        var doubted = WitnessedTimes.Read(
            disk, published, Some.Log.Verifier, _ => Keys, size => Tree.Root(size == 9 ? 8 : (int)size));

        Assert.Equal(new ClockBracket(null, 60), times.Bracket(4));
        Assert.Equal(new ClockBracket(60, 120), times.Bracket(5));
        Assert.Equal(new ClockBracket(240, 500), times.Bracket(20));
        Assert.Equal(new ClockBracket(60, 240), doubted.Bracket(5));
        Assert.Equal(new ClockBracket(60, 240), doubted.Bracket(12));
        Assert.Equal(new ClockBracket(null, 500), WitnessedTimes.Read(
            null, published, Some.Log.Verifier, _ => Keys, size => Tree.Root((int)size)).Bracket(12));
    }

    private static Fault? Check(Disk disk) =>
        KeptCheckpoints.Check(disk, Some.Log.Verifier, Keys, 200, Tree.Subtree);

    private static KeptCheckpoints Open(Disk disk) =>
        KeptCheckpoints.Open(disk, Some.Log.Verifier, Keys).Required();

    private static Parsed<KeptCheckpoint> Kept(SignedNote note) =>
        KeptCheckpoint.From(note, Some.Log.Verifier, Keys);

    private static SignedNote Note(int size, params long[] times)
    {
        var note = new Checkpoint(Some.Origin, size, Tree.Root(size)).Sign(Some.Log);
        return note.With(times.Select((time, i) => Cosignature.Sign(Witnesses[i], note.Text, time)));
    }
}
