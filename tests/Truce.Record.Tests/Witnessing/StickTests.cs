namespace Truce.Record.Tests.Witnessing;

public sealed class StickTests
{
    [Fact]
    public void A_stick_lets_its_receiver_go_on_from_its_own_size_and_rebuild_its_own_root()
    {
        var (_, log) = Shelves.Log(700);
        var stick = new Shelves();
        var ciphertext = new byte[] { 1, 2 };
        var wraps = Wraps.Parse(Some.Bytes($"{{\"ciphertext_hash\":\"{Digest.Of(ciphertext)}\",\"v\":1,\"wraps\":"
            + $"[{{\"epoch\":0,\"to\":\"relief\",\"wrap\":\"{Convert.ToBase64String(new byte[80])}\"}}]}}")).Required();
        var statement = new SignedStatement(
            new byte[Leaf.StatementBytesMax], new byte[Leaf.SignatureBytesMax]).ToBytes();
        var deposit = new Deposit(Some.Origin, Merkle.EmptyRoot, 5).Sign(Some.Witness).ToBytes();
        StickFile[] beside =
        [
            .. StickFile.Of(StoredBody.Ciphertext(ciphertext, wraps)), .. StickFile.Of(StoredBody.Clear(new byte[40])),
            StickFile.Outgoing(statement).Required(), StickFile.Outgoing(deposit).Required(),
        ];

        Assert.Equal(700, Stick.Write(log, stick.Write, Some.Log.Verifier, 300, beside).Required().Size);

        Assert.Equal(("stick", "checkpoint"), (stick.Put[0], stick.Put[^1]));
        Assert.Equal(new StickHead(Some.Log.Verifier, 300), Stick.ReadHead(stick.Files["stick"]).Required());
        Assert.Null(Stick.FirstThatDoesNotBelong(stick.Files.Select(f => (f.Key, (long)f.Value.Length, true))));
        Assert.DoesNotContain("tile/entries/000", stick.Files.Keys);
        Assert.Equal(Stick.StatementFileBytesMax, statement.Length);
        Assert.Equal("body wraps body unsequenced deposit",
            string.Join(' ', stick.Put.Skip(1).Take(beside.Length).Select(p => p.Split('/')[0])));
        Assert.All(beside, b => Assert.True(Stick.IsWhole(Stick.Path(b.Part, b.Name), b.Bytes.Span)));
        Assert.All(beside, b => Assert.Equal(b.Bytes.ToArray(), stick.Files[Stick.Path(b.Part, b.Name)]));
        Assert.Equal(Attached.CommitTo(new byte[40]), beside[2].Name);
        Assert.False(StickFile.Outgoing(new Refusal(
            Some.Origin, Merkle.EmptyRoot, 1, RefusalReason.Form, null, "no").Sign(Some.Log).ToBytes()).IsValid);
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
            ("tile/entries/0", 10, true, false), ($"body/{hash}", 16_777_232, true, true),
            ($"body/{hash}", 16_777_233, true, false),
            ($"wraps/{hash}", 10, true, true), ($"ciphertext/{hash}", 10, true, false),
            ($"body/{hash.ToUpperInvariant()}", 10, true, false), ($"body/{hash}0", 10, true, false),
            ($"unsequenced/{hash}", 48_036, true, true), ($"unsequenced/{hash}", 48_037, true, false),
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
