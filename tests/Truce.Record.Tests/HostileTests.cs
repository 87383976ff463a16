using System.Text;

namespace Truce.Record.Tests;

/// <summary>Structured fuzzing: good documents, damaged as an attacker would. Nothing throws, nothing grows.</summary>
public sealed class HostileTests
{
    private const int Inputs = 200_000;
    private const int AllocatedBytesMax = 8 << 20;

    private static readonly byte[][] Fragments =
    [
        .. new[]
        {
            "\n", "\n\n", "0", "00", "-1", "9223372036854775807", "9223372036854775808", "18446744073709551615", " ",
            "\t", "+", "— ", "=", "AAAA", "index ", "extra ", "old ", "quorum none\n", "group g all ", "#", "\"",
            "\\ud800", "\\u0000", "[[[[[[[[", "{\"a\":", "-0", "1e999", "x001/", ".p/255", "\u00a0", "\u2028", "\0",
        }.Select(Some.Bytes),
        [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
    ];

    [Fact]
    public void Damaged_documents_are_refused_as_values_within_bounded_memory()
    {
        const int seed = 6962;
        var random = new Random(seed);
        for (var i = 0; i < Inputs; i++)
        {
            var input = Damage(Seeds[random.Next(Seeds.Length)], random, Seeds);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ReadAsEverything(input);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, input {i}: {e}\n{Convert.ToBase64String(input)}");
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < AllocatedBytesMax, $"seed {seed}, input {i}: {allocated} bytes");
        }
    }

    /// <summary>What is read at all is written back as the same bytes: each format has one form.</summary>
    private static void ReadAsEverything(byte[] input)
    {
        var note = SignedNote.Parse(input);
        if (note.IsValid)
        {
            Assert.Equal(input, note.Value.ToBytes());
            var checkpoint = Checkpoint.Parse(note.Value.Text);
            Assert.True(!checkpoint.IsValid || checkpoint.Value.Text == note.Value.Text);
            _ = note.Value.Verify(Some.Log.Verifier, Some.Witness.Verifier);
            _ = Receipt.Open(note.Value, Some.Log.Verifier);
        }

        var proof = TlogProof.Parse(input);
        if (proof.IsValid)
        {
            Assert.Equal(input, proof.Value.ToBytes());
            _ = proof.Value.Verify(Merkle.EmptyRoot, Policy);
        }

        _ = TrustPolicy.Parse(input).Value?.Accept(Signed);
        _ = Witness.AddCheckpoint(
            input, o => o == Some.Origin ? Watched : null, _ => null, Some.Witness, time: 9);
        _ = Witness.Read(200, input, Signed, Some.Witness.Verifier);
        _ = Witness.Read(409, input, Signed, Some.Witness.Verifier);
        var text = Encoding.Latin1.GetString(input);
        Assert.True(VerifierKey.Parse(text) is not { IsValid: true, Value: var key } || key.ToString() == text);
        Assert.True(Tile.Parse(text) is not { } tile || tile.Path == text);
        if (CanonicalJson.ParseCanonical(input) is { IsValid: true, Value: var json })
        {
            Assert.Equal(input, CanonicalJson.Write(json));
        }

        if (Statement.Parse(input) is { IsValid: true, Value: var statement })
        {
            Assert.Equal(input, statement.ToBytes());
        }

        _ = ConfidentialStatement.Parse(input);
        if (Leaf.Parse(input) is { IsValid: true, Value: var leaf })
        {
            Assert.Equal(input, leaf.ToBytes());
        }
    }

    internal static byte[] Damage(byte[] document, Random random, byte[][] others)
    {
        var bytes = document.ToList();
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            var length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0 when length > 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, Fragments[random.Next(Fragments.Length)]);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    bytes.InsertRange(at, others[random.Next(others.Length)]);
                    break;
                case 6 when random.Next(200) == 0:
                    var piece = Fragments[random.Next(Fragments.Length)];
                    bytes.InsertRange(at, Enumerable.Repeat(piece, 20_000).SelectMany(f => f));
                    break;
                default:
                    SwapLines(bytes, random);
                    break;
            }
        }

        return [.. bytes];
    }

    private static void SwapLines(List<byte> bytes, Random random)
    {
        var lines = Encoding.Latin1.GetString([.. bytes]).Split('\n');
        var (a, b) = (random.Next(lines.Length), random.Next(lines.Length));
        (lines[a], lines[b]) = (lines[b], lines[a]);
        bytes.Clear();
        bytes.AddRange(Encoding.Latin1.GetBytes(string.Join('\n', lines)));
    }

    private static WatchedLog Watched { get; } = new(Some.Origin, [Some.Log.Verifier]);

    private static SignedNote Signed { get; } = Head.Sign(Some.Log);

    private static Checkpoint Head => new(Some.Origin, size: 5, Merkle.EmptyRoot);

    private static TrustPolicy Policy { get; } = TrustPolicy.Parse(Some.Bytes(PolicyText)).Required();

    private static string PolicyText =>
        $"log {Some.Log.Verifier} url\nwitness a {Some.Witness.Verifier}\ngroup g any a\nquorum g\n";

    private static byte[][] Seeds { get; } = [.. Documents()];

    private static IEnumerable<byte[]> Documents()
    {
        var note = Signed.With([Cosignature.Sign(Some.Witness, Head.Text, 7)]);
        Digest[] hashes = [Merkle.EmptyRoot, Merkle.Leaf([])];
        var receipt = new Receipt(Some.Origin, 3, Merkle.Leaf([]), Merkle.EmptyRoot, 1000);
        var statement = new Statement
        {
            Origin = Some.Origin,
            Genesis = Merkle.EmptyRoot,
            Id = "01932c07-209a-7c3d-8000-0123456789ab",
            Key = Some.Device("device.example").Key,
            Seen = 41,
            Expects = [new("incident/7", Decision: null)],
            Type = "incident.verify",
            OccurredAt = 5,
            Act = CanonicalJson.Parse("""{"a":[1,"\u20ac",{"b":null}]}"""u8).Required(),
        };
        yield return note.ToBytes();
        yield return Some.Bytes(Head.Text);
        yield return new TlogProof([1, 2, 3], 4, hashes, note).ToBytes();
        yield return Some.Bytes(PolicyText);
        yield return Witness.Request(5, hashes, note);
        yield return Some.Bytes(note.Signatures[1].Line);
        yield return "20\n"u8.ToArray();
        yield return Some.Bytes(Some.Log.Verifier.ToString());
        yield return Some.Bytes(new Tile(level: 3, index: 1234067, width: 5).Path);
        yield return receipt.Sign(Some.Log).ToBytes();
        yield return statement.ToBytes();
        yield return new ConfidentialStatement(Merkle.EmptyRoot, Merkle.EmptyRoot).ToBytes();
        yield return new Leaf(statement.ToBytes(), new byte[64], "{}"u8.ToArray()).ToBytes();
    }
}
