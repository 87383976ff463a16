namespace Truce.Record.Tests.Witnessing;

public sealed class StickTests
{
    [Fact]
    public void A_stick_lets_its_receiver_go_on_from_its_own_size_and_rebuild_its_own_root()
    {
        var (_, log) = Shelves.Log(700);
        var stick = new Shelves();
        var beside = new (StickPart, byte[])[]
        {
            (StickPart.Ciphertext, [1, 2]), (StickPart.Unsequenced, [3]), (StickPart.Receipt, [4]),
            (StickPart.Deposit, [5]),
        };

        Assert.Equal(700, Stick.Write(log, stick.Write, Some.Log.Verifier, 300, beside).Required().Size);

        Assert.Equal(("stick", "checkpoint"), (stick.Put[0], stick.Put[^1]));
        Assert.Equal(new StickHead(Some.Log.Verifier, 300), Stick.ReadHead(stick.Files["stick"]).Required());
        Assert.Null(Stick.FirstThatDoesNotBelong(stick.Files.Select(f => (f.Key, (long)f.Value.Length, true))));
        Assert.DoesNotContain("tile/entries/000", stick.Files.Keys);
        Assert.All(beside, b => Assert.True(Stick.IsWhole(Stick.Path(b.Item1, Digest.Of(b.Item2)), b.Item2)));
        var read = StaticLog.Open(stick.Read, Some.Log.Verifier).Required();
        Assert.Equal(StaticLog.Open(Shelves.Log(300).Read, Some.Log.Verifier).Required().Head.Root, read.RootAt(300));
        Assert.All(Enumerable.Range(1, 2), n => Assert.True(read.Bundle(n).IsValid));
        var (disk, _) = Shelves.Log(300);
        using var mine = RecordLog.Open(disk).Required();
        var fetch = Fetch.Look(stick.Read, Some.Log.Verifier, 300, mine.Root).Required();
        Assert.Equal(700, fetch.Into(mine).Required().Size);
    }

    [Fact]
    public void Only_fixed_names_and_plain_files_within_their_limits_belong_on_a_stick()
    {
        var hash = Merkle.EmptyRoot.ToHex();
        (string Path, long Length, bool IsPlain, bool Belongs)[] table =
        [
            ("checkpoint", 10, true, true), ("checkpoint", SignedNote.BytesMax + 1, true, false),
            ("checkpoint", 10, false, false), ("stick", 10, true, true), ("tile/0/000", 8192, true, true),
            ("tile/0/000", 8193, true, false), ("tile/entries/000.p/7", 10, true, true),
            ("tile/entries/0", 10, true, false), ($"ciphertext/{hash}", 10, true, true),
            ($"ciphertext/{hash.ToUpperInvariant()}", 10, true, false), ($"ciphertext/{hash}0", 10, true, false),
            ($"unsequenced/{hash}", 36_006, true, true), ($"unsequenced/{hash}", 36_007, true, false),
            ($"receipt/../{hash}", 10, true, false), ($"../receipt/{hash}", 10, true, false),
            ($"deposit/{hash}", 10, true, true), ($"other/{hash}", 10, true, false), ("autorun.inf", 1, true, false),
        ];

        Assert.All(table, row => Assert.Equal(
            row.Belongs, Stick.FirstThatDoesNotBelong([(row.Path, row.Length, row.IsPlain)]) is null));
        Assert.False(Stick.IsWhole($"receipt/{hash}", [1]));
        Assert.All(Enum.GetValues<StickPart>(), part => Assert.True(Stick.BytesMax(part) > 0));
    }

    [Fact]
    public void A_start_order_is_for_one_size_of_one_log()
    {
        var (disk, _) = Shelves.Log(3);
        using var log = RecordLog.Open(disk).Required();
        var order = new StartOrder(Some.Origin, 3, log.Root, 5);

        Assert.Equal(order, StartOrder.Open(order.Sign(Some.Log), Some.Log.Verifier).Required());
        Assert.True(order.IsFor(log));
        Assert.False((order with { Size = 2 }).IsFor(log));
        Assert.False((order with { Origin = "x" }).IsFor(log));
        Assert.False(StartOrder.Open(new Deposit("x", Merkle.EmptyRoot, 1).Sign(Some.Log), Some.Log.Verifier).IsValid);
    }
}
