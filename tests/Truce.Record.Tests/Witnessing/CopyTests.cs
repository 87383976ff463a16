namespace Truce.Record.Tests.Witnessing;

public sealed class CopyTests
{
    private static readonly VerifierKey Key = Some.Log.Verifier;

    [Fact]
    public void A_copy_of_any_size_is_what_the_log_serves_and_its_checkpoint_is_written_last()
    {
        foreach (var size in new[] { 0, 1, 2, 255, 256, 257, 511, 512, 700 })
        {
            var (_, log) = Shelves.Log(size);
            var copy = new Shelves();

            var done = Copy.Run(log, copy.Read, copy.Write, Key).Required();

            Assert.Equal(size, Assert.IsType<Copied.Complete>(done).Head.Size);
            Assert.Equal("checkpoint", copy.Put[^1]);
            Assert.Equal(size, Copy.Verify(copy.Read, Key).Required().Size);
            var bundles = Tile.All(size).Where(t => t.Level == 0).Select(t => new Tile(null, t.Index, t.Width));
            var paths = Tile.All(size).Concat(bundles).Select(t => t.Path).Append("checkpoint").ToHashSet();
            Assert.Equal(paths, copy.Files.Keys.ToHashSet());
            Assert.All(paths, path => Assert.Equal(log(path), copy.Files[path]));
        }
    }

    [Fact]
    public void A_large_copy_has_tiles_of_the_second_level()
    {
        var (_, log) = Shelves.Log(66_000);
        var copy = new Shelves();

        Copy.Run(log, copy.Read, copy.Write, Key).Required();

        Assert.Equal(log("tile/2/000.p/1"), copy.Files["tile/2/000.p/1"]);
        Assert.Equal(66_000, Copy.Verify(copy.Read, Key).Required().Size);
    }

    [Fact]
    public void A_copy_goes_on_after_an_interruption_at_any_file_and_after_the_log_has_grown()
    {
        var (disk, log) = Shelves.Log(600);
        var whole = new Shelves();
        Copy.Run(log, whole.Read, whole.Write, Key).Required();
        for (var stop = 0; stop < whole.Put.Count; stop++)
        {
            var copy = new Shelves { StopAfter = stop };
            Assert.Equal("stopped", Copy.Run(log, copy.Read, copy.Write, Key).Error);
            Assert.False(copy.Files.ContainsKey("checkpoint"));

            Copy.Run(log, copy.Read, copy.Write, Key).Required();

            // At most one bundle is written twice: the one whose hashes did not follow it.
            Assert.InRange(copy.Put.Count, whole.Put.Count, whole.Put.Count + 1);
            Assert.Equal(600, Copy.Verify(copy.Read, Key).Required().Size);
        }

        using (var open = RecordLog.Open(disk).Required())
        {
            Shelves.Grow(open, 1000);
        }

        whole.Put.Clear();
        var more = Copy.Run(log, whole.Read, whole.Write, Key).Required();
        Assert.Equal(600, Assert.IsType<Copied.Complete>(more).Before);
        Assert.Equal(1000, Copy.Verify(whole.Read, Key).Required().Size);
        Assert.DoesNotContain("tile/entries/000", whole.Put);
        whole.Put.Clear();
        Copy.Run(log, whole.Read, whole.Write, Key).Required();
        Assert.Empty(whole.Put);
    }

    [Fact]
    public void A_copy_of_another_history_stops_and_keeps_both_checkpoints_as_evidence()
    {
        foreach (var (first, second, same) in new[] { (300, 600, 10), (600, 300, 299), (300, 300, 299), (1, 2, 0) })
        {
            var copy = new Shelves();
            Copy.Run(Shelves.Log(first, "a", same).Read, copy.Read, copy.Write, Key).Required();
            var before = copy.Files.ToDictionary();

            var fork = Assert.IsType<Copied.Forked>(
                Copy.Run(Shelves.Log(second, "b", same).Read, copy.Read, copy.Write, Key).Required());

            Assert.Equal(before["checkpoint"], copy.Files[fork.HeldFile]);
            Assert.Equal(fork.Offered.ToBytes(), copy.Files[fork.OfferedFile]);
            Assert.Equal(before.Count + 2, copy.Files.Count);
            Assert.All(before, file => Assert.Equal(file.Value, copy.Files[file.Key]));
        }
    }

    [Fact]
    public void An_older_source_changes_nothing()
    {
        var copy = new Shelves();
        Copy.Run(Shelves.Log(600).Read, copy.Read, copy.Write, Key).Required();
        copy.Put.Clear();

        var newer = Copy.Run(Shelves.Log(300).Read, copy.Read, copy.Write, Key).Required();

        Assert.Equal((600, 300), newer is Copied.Newer n ? (n.Head.Size, n.Offered.Size) : default);
        Assert.Empty(copy.Put);
    }

    [Fact]
    public void A_doctored_source_is_named_and_none_of_it_reaches_the_copy()
    {
        var good = new Shelves();
        Copy.Run(Shelves.Log(600).Read, good.Read, good.Write, Key).Required();
        foreach (var path in good.Files.Keys.Order(StringComparer.Ordinal))
        {
            var bad = new Shelves();
            foreach (var (name, bytes) in good.Files)
            {
                bad.Files[name] = [.. bytes];
            }

            bad.Files[path][bad.Files[path].Length / 2] ^= 1;
            var copy = new Shelves();

            var done = Copy.Run(bad.Read, copy.Read, copy.Write, Key);
            var check = Copy.Verify(bad.Read, Key);

            // The tiles that make the root are named together with the checkpoint that they contradict.
            Assert.True(Names(path, check.Error!), $"{path}: {check.Error}");
            Assert.True(done.IsValid || Names(path, done.Error), $"{path}: {done.Error}");
            Assert.All(copy.Files, file => Assert.Equal(good.Files[file.Key], file.Value));
            Assert.Equal(done.IsValid, copy.Files.ContainsKey("checkpoint"));
        }
    }

    [Fact]
    public void Whatever_is_changed_in_a_copy_is_named_with_its_file_and_the_place_where_it_begins()
    {
        var good = new Shelves();
        Copy.Run(Shelves.Log(600).Read, good.Read, good.Write, Key).Required();
        Assert.Null(CopyFault.Find(good.Read, Key));
        foreach (var (path, right) in good.Files)
        {
            Fault Found(byte[]? bytes) =>
                CopyFault.Find(p => p != path ? good.Read(p) : bytes, Key)!.First;
            int[] starts = path.Contains("entries", StringComparison.Ordinal) ? [.. Starts(right)] : [];
            foreach (var at in Enumerable.Range(0, right.Length).Where(i => i % 61 == 0 || i == right.Length - 1))
            {
                byte[] wrong = [.. right];
                wrong[at] ^= 1;

                var (file, offset, _) = Found(wrong);

                Assert.Equal(path, file);
                Assert.True(path == "checkpoint" || offset == (starts.Length == 0 ? at : starts.Last(s => s <= at)),
                    $"{path}: {offset}, and {at} was changed");
            }

            Assert.Equal((path, 0, "missing"), Found(null) is var (f, o, w) ? (f, o, w) : default);
            Assert.Equal(path, Found([.. right, 0]).File);
            Assert.Equal(path, Found(right[..^1]).File);
            Assert.Equal(path, Found([]).File);
            Assert.Equal((path, "no disk"), CopyFault.Find(
                p => p == path ? throw new IOException($"{path}: no disk") : good.Read(p), Key)!
                .First is var (n, _, why) ? (n, why) : default);
        }
    }

    [Fact]
    public void Of_a_copy_that_gives_no_signed_root_the_entry_or_the_checkpoint_is_named_and_how_many_stand_before()
    {
        var good = new Shelves();
        Copy.Run(Shelves.Log(600).Read, good.Read, good.Write, Key).Required();
        var other = Shelves.Log(600, "b", same: 300).Read;

        var entries = CopyFault.Find(p => p == "tile/entries/001" ? other(p) : good.Read(p), Key)!;
        var all = CopyFault.Find(p => p == "checkpoint" ? other(p) : good.Read(p), Key)!;

        Assert.Equal((300, "tile/entries/001"), (entries.Sound, entries.First.File));
        Assert.Equal(("checkpoint", true), (all.First.File, all.First.What.StartsWith("signed for another tree")));
    }

    private static IEnumerable<int> Starts(byte[] bundle)
    {
        for (var at = 0; at < bundle.Length; at += 2 + (bundle[at] << 8) + bundle[at + 1])
        {
            yield return at;
        }
    }

    private static bool Names(string path, string error) =>
        error.Contains(path.Split('.')[0], StringComparison.Ordinal)
        || error.EndsWith("checkpoint: its root is not that of the tiles beside it", StringComparison.Ordinal);

    [Fact]
    public void A_full_tile_or_bundle_stands_in_for_a_partial_one_that_was_removed()
    {
        var (_, late) = Shelves.Log(600);
        var (_, early) = Shelves.Log(100);
        ReadPath mixed = path => path == "checkpoint" ? early(path) : path.Contains(".p/") ? null : late(path);
        var copy = new Shelves();

        Copy.Run(mixed, copy.Read, copy.Write, Key).Required();

        Assert.Equal(100, Copy.Verify(copy.Read, Key).Required().Size);
    }

    [Fact]
    public void Nothing_is_read_under_the_key_or_the_name_of_another_log()
    {
        using var thief = Some.Key(Some.Origin, KeyUse.Note, salt: "thief");
        var copy = new Shelves();

        var done = Copy.Run(Shelves.Log(3).Read, copy.Read, copy.Write, thief.Verifier);

        Assert.StartsWith("the source: checkpoint:", done.Error, StringComparison.Ordinal);
        Assert.Empty(copy.Files);
    }
}
