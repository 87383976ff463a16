namespace Truce.Record.Tests.Witnessing;

/// <summary>Requests of strangers to a witness and a mirror: damaged, spliced, repeated. None crashes them.</summary>
public sealed class RequestFuzzTests
{
    private const int Inputs = 20_000;
    private const int Seed = 7;
    private const long AllocatedBytesMax = 8 << 20;

    private static readonly MirrorTests.Source Log = new(600, "");
    private static readonly WatchedLog Watched = new(Some.Origin, [Some.Log.Verifier]);

    [Fact]
    public void No_request_of_20_000_crashes_a_witness_or_a_mirror_or_makes_one_sign_what_it_must_not()
    {
        using var key = Some.Key("mirror.example/m", KeyUse.Cosignature);
        using var witness = WitnessStore.Open(new SimulatedDisk(new Random(1)), Some.Witness, Watched).Required();
        using var mirror = Mirror.Open(new SimulatedDisk(new Random(1)), Watched, key, new byte[32]).Required();
        mirror.AddCheckpoint(Log.Ask(0, 300));
        var conflict = MirrorTests.Send(mirror, Log.Body(7, 300));
        var ticket = Convert.FromBase64String(conflict.Body.Split('\n')[2]);
        byte[][] seeds =
        [
            Log.Ask(0, 300), Log.Ask(300, 400), Log.Body(0, 300)[..4000], Log.Body(290, 300, ticket),
            new UploadHeader(Some.Origin, 0, 300, ticket).ToBytes(), Log.Body(256, 300),
            Some.Bytes($"subtree 0 4\n{Merkle.EmptyRoot}\n\n{Log.Head(300)}"),
        ];
        var random = new Random(Seed);
        for (var i = 0; i < Inputs; i++)
        {
            var input = Damage(seeds[random.Next(seeds.Length)], seeds, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Try(witness, mirror, input);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {Seed}, input {i}: {e}\n{Convert.ToBase64String(input)}");
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < AllocatedBytesMax, $"seed {Seed}, input {i}: {allocated} bytes");
        }

        Assert.Null(witness.Stopped);
        Assert.Null(mirror.Stopped);
        Assert.Empty(mirror.Remarks);
        Assert.True(mirror.Size == 0 || Copy.Verify(mirror.Read, Some.Log.Verifier).IsValid);
    }

    private static void Try(WitnessStore witness, Mirror mirror, byte[] input)
    {
        Signed(witness.AddCheckpoint(input, time: 9), Some.Witness.Verifier);
        _ = mirror.AddCheckpoint(input);
        _ = MirrorTests.Send(mirror, input);
        var signed = SubtreeRequest.Answer(input, o => o == Some.Origin, _ => true, _ => "");
        Assert.NotEqual(200, signed.Status);
        _ = WitnessSettings.Parse(input);
        _ = SecretKey.Parse(input);
        _ = Stick.ReadHead(input);
        if (SignedNote.Parse(input) is { IsValid: true, Value: var note })
        {
            _ = Deposit.Open(note, Some.Log.Verifier);
            _ = StartOrder.Open(note, Some.Log.Verifier);
        }
    }

    /// <summary>Whatever a witness cosigned is a tree of the log: its key signed no other note here.</summary>
    private static void Signed(WitnessAnswer answer, VerifierKey key)
    {
        if (answer.Status == 200)
        {
            var head = Checkpoint.Parse(answer.Next!.Note.Text).Required();
            Assert.Equal(Log.Head((int)head.Size).Text, answer.Next.Note.Text);
            Assert.True(answer.Next.Note.Verify(key).IsValid);
        }
    }

    private static byte[] Damage(byte[] document, byte[][] seeds, Random random)
    {
        var bytes = document.ToList();
        for (var times = random.Next(0, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            var length = Math.Min(random.Next(1, 60), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0 when length > 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 4:
                    bytes.InsertRange(at, seeds[random.Next(seeds.Length)]);
                    break;
                case 5:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 300)));
                    break;
                default:
                    bytes.InsertRange(random.Next(Math.Min(40, bytes.Count + 1)), [255, 255, 255, 255]);
                    break;
            }
        }

        return [.. bytes];
    }
}
