using System.Security.Cryptography;
using Truce.Record.Hashing;

namespace Truce.Record.Tests;

/// <summary>Many hashes at once are the bytes of the platform's own SHA-256, however wide the vectors.</summary>
public sealed class LanesTests
{
    public static TheoryData<int> Widths =>
        [.. new[] { 16, 8, 1 }.Where(w => w == 1 || (w == 8 ? Lanes8.IsSupported : Lanes16.IsSupported))];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_length_to_300_and_random_mixtures_hash_as_the_platform_does(int width)
    {
        var random = new Random(7);
        var buffer = new byte[200_000];
        random.NextBytes(buffer);
        Equal(buffer, [.. Enumerable.Range(0, 301).Select(length => new Piece(length * 3, length))], width);
        Equal(buffer, [new Piece(buffer.Length, 0), new Piece(buffer.Length - 1, 1), new Piece(0, 70_000)], width);
        for (var round = 0; round < 300; round++)
        {
            var longest = round % 3 == 0 ? 3000 : 600;
            Equal(buffer, [.. Enumerable.Range(0, random.Next(50)).Select(_ => random.Next(longest) is var length
                ? new Piece(random.Next(buffer.Length - length), length) : default)], width);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Nodes_over_any_number_of_pairs_are_those_of_the_tree(int width)
    {
        var random = new Random(8);
        var bytes = new byte[Digest.Bytes];
        for (var count = 0; count < 100; count++)
        {
            var children = new Digest[2 * count];
            for (var i = 0; i < children.Length; i++)
            {
                random.NextBytes(bytes);
                children[i] = new Digest(bytes);
            }

            var nodes = new Digest[count];
            Sha256Lanes.Nodes(children, nodes, width);

            var expected = Enumerable.Range(0, count).Select(i => Merkle.Node(children[2 * i], children[(2 * i) + 1]));
            Assert.Equal(expected, nodes);
        }
    }

    [Fact]
    public void A_piece_outside_its_buffer_is_refused()
    {
        var into = new Digest[4];
        Assert.Throws<ArgumentOutOfRangeException>(() => Sha256Lanes.Messages(
            new byte[10], [new Piece(0, 1), new Piece(0, 2), new Piece(3, 8), new Piece(0, 1)], into));
    }

    private static void Equal(byte[] buffer, Piece[] pieces, int width)
    {
        var hashes = new Digest[pieces.Length];
        Sha256Lanes.Messages(buffer, pieces, hashes, width);
        Assert.Equal(pieces.Select(p => new Digest(SHA256.HashData(buffer.AsSpan(p.At, p.Length)))), hashes);
    }
}
