namespace Truce.Record.Tests;

public sealed class TileTests
{
    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(0, 1234067, 256, "tile/0/x001/x234/067")]
    [InlineData(3, 999, 1, "tile/3/999.p/1")]
    [InlineData(63, 1000, 255, "tile/63/x001/000.p/255")]
    [InlineData(null, 273, 112, "tile/entries/273.p/112")]
    public void Paths_are_those_of_the_specification(int? level, long index, int width, string path)
    {
        var tile = new Tile(level, index, width);

        Assert.Equal(path, tile.Path);
        Assert.Equal(tile, Tile.Parse(path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("tile/00/000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x000/000")]
    [InlineData("tile/0/001/000")]
    [InlineData("tile/0/x001/x000")]
    [InlineData("tile/0/xx01/000")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/000/.p/1")]
    [InlineData("tile/entries/000.p/1/2")]
    [InlineData("tile/data/000")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/999")]
    public void Other_paths_are_not_read(string path) => Assert.Null(Tile.Parse(path));

    [Fact]
    public void Seventy_thousand_entries_have_the_tiles_of_the_specification()
    {
        var tiles = Tile.All(70_000).ToArray();

        Assert.Equal(273, tiles.Count(t => t is { Level: 0, Width: 256 }));
        Assert.Equal("tile/0/273.p/112", tiles.Last(t => t.Level == 0).Path);
        Assert.Equal(["tile/1/000", "tile/1/001.p/17"], tiles.Where(t => t.Level == 1).Select(t => t.Path));
        Assert.Equal(["tile/2/000.p/1"], tiles.Where(t => t.Level == 2).Select(t => t.Path));
        Assert.Equal(["tile/0/000", "tile/1/000.p/1"], Tile.All(256).Select(t => t.Path));
    }

    [Fact]
    public void Every_size_to_1100_and_around_65536_has_its_root_through_tiles()
    {
        var leaves = Trees.Leaves(65_800);
        var files = Levels(leaves);
        var tree = TileTree.Over((level, index, into) =>
            files[level].AsSpan((int)index * Digest.Bytes, into.Length).CopyTo(into));
        int[] sizes = [.. Enumerable.Range(0, 1101), .. Enumerable.Range(65_500, 80), .. Enumerable.Range(65_700, 100)];
        foreach (var size in sizes)
        {
            var root = Merkle.Root(leaves.AsSpan(0, size));
            Assert.Equal(root, Merkle.Root(size, tree));
            foreach (var index in new[] { 0, size / 3, size - 1 }.Where(i => i >= 0 && i < size))
            {
                var proof = Merkle.Inclusion(index, size, tree);
                Assert.True(Merkle.VerifyInclusion(leaves[index], index, size, root, proof), $"{index} of {size}");
            }
        }
    }

    [Fact]
    public void Each_hash_of_each_tile_is_the_root_of_its_leaves()
    {
        var leaves = Trees.Leaves(65_800);
        var files = Levels(leaves);
        foreach (var tile in Tile.All(leaves.Length))
        {
            var (offset, length) = tile.HashBytes;
            var bytes = files[tile.Level!.Value].AsSpan((int)offset, length);
            for (var i = 0; i < tile.Width; i++)
            {
                var span = 1 << (Tile.Height * tile.Level.Value);
                var first = (int)((tile.Index * 256) + i) * span;
                Assert.Equal(
                    Merkle.Root(leaves.AsSpan(first, span)), new Digest(bytes.Slice(i * Digest.Bytes, Digest.Bytes)));
            }
        }
    }

    [Fact]
    public void A_tile_is_in_a_log_from_the_size_that_fills_it()
    {
        Assert.False(new Tile(level: 1, index: 0, width: 1).IsIn(255));
        Assert.True(new Tile(level: 1, index: 0, width: 1).IsIn(256));
        Assert.True(new Tile(level: null, index: 1, width: 4).IsIn(260));
        Assert.False(new Tile(level: null, index: 1, width: 5).IsIn(260));
        Assert.False(new Tile(level: 63, index: 0, width: 1).IsIn(long.MaxValue));
    }

    /// <summary>The flat files of each level, written as an engine would write them.</summary>
    private static List<byte[]> Levels(Digest[] leaves)
    {
        var files = new List<byte[]>();
        for (var row = leaves; row.Length > 0;)
        {
            files.Add([.. row.SelectMany(h => h.ToArray())]);
            row = [.. row.Chunk(256).Where(c => c.Length == 256).Select(c => Merkle.Root(c))];
        }

        return files;
    }
}
