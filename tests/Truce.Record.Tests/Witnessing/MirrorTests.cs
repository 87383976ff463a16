using System.Buffers;
using System.Text;

namespace Truce.Record.Tests.Witnessing;

public sealed class MirrorTests
{
    private const int Schedules = 800;

    private static readonly SigningKey Key = Some.Key("mirror.example/m", KeyUse.Cosignature);
    private static readonly WatchedLog Watched = new(Some.Origin, [Some.Log.Verifier]);
    private static readonly byte[] Secret = new byte[32];
    private static readonly Source Good = new(9000, "");

    [Fact]
    public void A_mirror_that_was_given_every_entry_serves_the_log_under_its_own_cosignature()
    {
        foreach (var size in new[] { 0, 1, 255, 256, 257, 700 })
        {
            using var mirror = Open(new SimulatedDisk(new Random(1)));
            Assert.Equal((200, ""), (Pend(mirror, Good, size).Status, Pend(mirror, Good, size).Body));

            var answer = Send(mirror, Good.Body(0, size));

            Assert.Equal((200, size, size), (answer.Status, mirror.Size, mirror.Next));
            var note = SignedNote.Parse(mirror.Read("checkpoint")!).Required();
            Assert.Equal(2, note.Verify(Some.Log.Verifier, Key.Verifier).Required().Count);
            Assert.Equal(Good.Head(size).ToString() + answer.Body, note.ToString());
            Assert.Equal(size, Copy.Verify(mirror.Read, Some.Log.Verifier).Required().Size);
        }
    }

    [Fact]
    public void A_long_upload_takes_several_requests_and_goes_on_where_the_mirror_says()
    {
        using var mirror = Open(new SimulatedDisk(new Random(1)));
        Pend(mirror, Good, 9000);

        var first = Send(mirror, Good.Body(0, 9000));
        var (size, next, ticket) = Info(first);
        var last = Send(mirror, Good.Body(next, size, ticket));

        Assert.Equal((202, 9000, 8192, 200), (first.Status, size, next, last.Status));
        Assert.Equal(Mirror.InfoType, first.ContentType);
        Assert.Equal(9000, Copy.Verify(mirror.Read, Some.Log.Verifier).Required().Size);
    }

    [Fact]
    public void Growth_from_any_size_to_any_size_is_taken_across_the_edges_of_bundles()
    {
        foreach (var (from, to) in new[] { (1, 2), (100, 255), (100, 256), (255, 257), (256, 512), (300, 301) })
        {
            using var mirror = Open(new SimulatedDisk(new Random(1)));
            Pend(mirror, Good, from);
            Send(mirror, Good.Body(0, from));
            Pend(mirror, Good, to);
            foreach (var start in new[] { from, 0, from / 2 })
            {
                Assert.Equal(200, Send(mirror, Good.Body(start, to)).Status);
            }

            Assert.Equal(to, Copy.Verify(mirror.Read, Some.Log.Verifier).Required().Size);
        }
    }

    [Fact]
    public void A_ticket_lets_an_upload_end_at_a_checkpoint_that_was_pending_before_and_no_forged_one_does()
    {
        using var mirror = Open(new SimulatedDisk(new Random(1)));
        Pend(mirror, Good, 300);
        var ticket = Info(Send(mirror, Good.Body(5, 300))).Ticket;
        Pend(mirror, Good, 600);

        Assert.Equal(409, Send(mirror, Good.Body(0, 300)).Status);
        ticket[3] ^= 1;
        Assert.Equal(409, Send(mirror, Good.Body(0, 300, ticket)).Status);
        ticket[3] ^= 1;
        Assert.Equal(409, Send(mirror, Good.Body(0, 299, ticket)).Status);
        Assert.Equal(200, Send(mirror, Good.Body(0, 300, ticket)).Status);
        Assert.Equal((300, 300), (mirror.Size, mirror.Next));
        Assert.Equal(200, Send(mirror, Good.Body(300, 600)).Status);
        Assert.Equal(409, Send(mirror, Good.Body(0, 300, ticket)).Status);
        Assert.Equal(600, mirror.Size);
    }

    [Fact]
    public void A_checkpoint_too_long_for_a_ticket_is_mirrored_without_one()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var mirror = Open(disk))
        {
            var note = SignedNote.Sign(Checkpoint.Parse(Good.Head(300).Text).Required().Text
                + new string('x', Witness.HeldBytesMax - Good.Head(300).ToBytes().Length - 1) + "\n", Some.Log);
            Assert.Equal(200, mirror.AddCheckpoint(Witness.Request(0, [], note)).Status);

            Assert.Empty(Info(Send(mirror, Good.Body(5, 300))).Ticket);
            Assert.Equal(200, Send(mirror, Good.Body(0, 300)).Status);
        }

        using var again = Open(disk);
        Assert.Equal(300, again.Size);
    }

    [Fact]
    public void Each_refusal_has_the_status_of_the_specification()
    {
        using var mirror = Open(new SimulatedDisk(new Random(1)));
        var fork = new Source(700, "fork");
        Assert.Equal(422, Send(mirror, Good.Body(0, 300)).Status);
        Pend(mirror, Good, 300);
        var whole = Good.Body(0, 300);
        var foreign = Good.Body(0, 300).ToArray();
        foreign[5] ^= 1;
        var flipped = Good.Body(0, 300).ToArray();
        flipped[flipped.Length / 4] ^= 1;
        (int Status, byte[] Body)[] table =
        [
            (400, []), (400, whole[..30]), (400, whole[..60]), (400, Good.Body(0, 300)[..2000]), (404, foreign),
            (400, new UploadHeader(Some.Origin, 3, 2, default).ToBytes()),
            (409, new UploadHeader(Some.Origin, 0, -1, default).ToBytes()), // 2^64 - 1, a size of no tree
            (409, new UploadHeader(Some.Origin, -2, -1, default).ToBytes()),
            (409, Good.Body(0, 200)), (409, Good.Body(1, 300)), (422, fork.Body(0, 300)),
            (422, flipped),
        ];
        foreach (var (status, body) in table)
        {
            Assert.Equal(status, Send(mirror, body).Status);
            Assert.Equal((0L, 0L), (mirror.Next, mirror.Size));
        }

        Assert.Equal(422, Pend(mirror, fork, 301, 300).Status);
        Assert.Equal(202, Send(mirror, whole[..^10]).Status);
        Assert.Equal(256, mirror.Next);
        Assert.Equal(200, Send(mirror, Good.Body(256, 300)).Status);
        Assert.Equal(200, Send(mirror, Good.Body(300, 300)).Status);
    }

    [Fact]
    public void What_is_no_leaf_is_stored_for_the_log_signed_for_it_and_remarked()
    {
        var odd = new Source(3, "", i => i == 1 ? [1, 2, 3] : Source.Entry(i, ""));
        using var mirror = Mirror.Open(new SimulatedDisk(new Random(1)), Watched, Key, Secret,
            (index, _) => index == 2 ? "a ruling that is not the rulebook's" : null).Required();
        Pend(mirror, odd, 3);

        Assert.Equal(200, Send(mirror, odd.Body(0, 3)).Status);
        Assert.Equal([1L, 2L], mirror.Remarks.Select(r => r.Index));
        Assert.Contains("rulebook", mirror.Remarks[1].What, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_key_a_damaged_file_and_a_second_process_are_refused()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var mirror = Open(disk))
        {
            Pend(mirror, Good, 300);
            Send(mirror, Good.Body(0, 300));
            Assert.Contains("in use", Mirror.Open(disk, Watched, Key, Secret).Error, StringComparison.Ordinal);
        }

        using var other = Some.Key("other.example", KeyUse.Cosignature);
        Assert.Contains("key", Mirror.Open(disk, Watched, other, Secret).Error, StringComparison.Ordinal);
        foreach (var name in new[] { "state", "pending", "checkpoint", "hashes-0" })
        {
            disk.Bytes(name)[^2] ^= 1;
            Assert.False(Mirror.Open(disk, Watched, Key, Secret).IsValid);
            disk.Bytes(name)[^2] ^= 1;
        }

        Open(disk).Dispose();
    }

    [Fact]
    public void No_schedule_of_crashes_loses_what_a_mirror_cosigned() =>
        Seeds.Hold(Schedules, seed => Schedule(new Random(seed)));

    private static void Schedule(Random random)
    {
        var disk = new SimulatedDisk(random);
        var cosigned = 0L;
        for (var round = 0; round < 5; round++)
        {
            disk.FaultAfter = random.Next(4) == 0 ? -1 : random.Next(60);
            disk.FaultKills = random.Next(2) == 0;
            Mirror? mirror = null;
            try
            {
                mirror = Mirror.Open(disk, Watched, Key, Secret).Value;
                for (var i = 0; mirror is { Stopped: null } && i < 3; i++)
                {
                    var size = (int)Math.Min(600, PendingOf(mirror) + random.Next(1, 200));
                    Pend(mirror, Good, size, (int)PendingOf(mirror));
                    var body = Good.Body((int)mirror.Next, size);
                    var answer = Send(mirror, body[..random.Next(body.Length / 2, body.Length + 1)]);
                    cosigned = answer.Status == 200 ? size : cosigned;
                }
            }
            catch (KilledException)
            {
                // The process is gone.
            }

            mirror?.Dispose();
            disk.Restart(powerLoss: random.Next(2) == 0);
            using var check = Open(disk);
            Assert.True(check.Size >= cosigned, $"cosigned {cosigned} and holds {check.Size}");
            Assert.True(check.Size == 0
                || Copy.Verify(check.Read, Some.Log.Verifier).Required().Size == check.Size);
        }
    }

    private static long PendingOf(Mirror mirror)
    {
        var conflict = mirror.AddCheckpoint(Witness.Request(600, [], Good.Head(600)));
        return conflict.Status == 409 ? long.Parse(conflict.Body, null) : 600;
    }

    private static Mirror Open(Disk disk) => Mirror.Open(disk, Watched, Key, Secret).Required();

    private static WitnessAnswer Pend(Mirror mirror, Source log, int size, int? old = null)
    {
        var answer = mirror.AddCheckpoint(log.Ask(old ?? 0, size));
        return answer.Status == 409 && old is null
            ? Pend(mirror, log, size, int.Parse(answer.Body, null)) : answer;
    }

    private static (long Size, int Next, byte[] Ticket) Info(WitnessAnswer answer) => answer.Body.Split('\n') is
        [var size, var next, var ticket, ""]
        ? (long.Parse(size, null), int.Parse(next, null), Convert.FromBase64String(ticket))
        : throw new FormatException(answer.Body);

    /// <summary>A request as a server handles it: its packages one after the other, until it ends.</summary>
    internal static WitnessAnswer Send(Mirror mirror, byte[] body)
    {
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(body));
        if (UploadHeader.TryRead(ref reader) is not { IsValid: true, Value: var header })
        {
            return new WitnessAnswer(400, "", "", null);
        }

        var (upload, refusal) = mirror.Begin(header);
        while (upload is { HasMore: true } && upload.TryRead(ref reader) is { IsValid: true, Value: var package })
        {
            if (mirror.Take(upload, package) is { } refused)
            {
                return refused;
            }
        }

        return upload is null ? refusal! : mirror.Finish(upload, time: 99);
    }

    /// <summary>A log that uploads.</summary>
    internal sealed class Source(int entries, string salt, Func<int, byte[]>? entry = null)
    {
        private readonly Trees.Plain _tree = new(
            [.. Enumerable.Range(0, entries).Select(i => Merkle.Leaf((entry ?? (n => Entry(n, salt)))(i)))]);

        public static byte[] Entry(int i, string salt) =>
            new Leaf(Encoding.UTF8.GetBytes($"entry {i}{salt}"), default, default).ToBytes();

        public SignedNote Head(int size) => new Checkpoint(Some.Origin, size, _tree.Root(size)).Sign(Some.Log);

        public byte[] Ask(int old, int size) =>
            Witness.Request(old, old > size ? [] : Merkle.Consistency(old, size, _tree.Subtree), Head(size));

        public byte[] Body(int start, long end, byte[]? ticket = null) => Packages.Body(
            new UploadHeader(Some.Origin, start, end, ticket ?? []),
            i => (entry ?? (n => Entry(n, salt)))((int)i), _tree.Subtree);
    }
}
