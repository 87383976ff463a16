namespace Truce.Space.Tests;

/// <summary>What is told of a protected activity is its cells and windows and nothing else.</summary>
public sealed class CoarseGridTests
{
    private const int Probes = 10_000;

    private static readonly Particulars Relief = new("relief", ActivityKind.Humanitarian, IsEmergency: false, 50_000);

    [Fact]
    public void Two_places_in_one_cell_and_window_answer_every_probe_alike()
    {
        var grid = new CoarseGrid(CoarseGrid.CellMillimetresMin);
        Activity At(int x, int y, int from) =>
            Worlds.Taken(Activity.Point(Relief, new Place(x, y), new Window(from, from + 600)));
        var one = grid.BlocksOf(At(100_000, 4_900_000, 21_600));
        var other = grid.BlocksOf(At(4_800_000, 60_000, 42_000));
        Assert.Equal(one, other);
        var told = 0;
        foreach (var probe in Worlds.Town(seed: 300, count: Probes, days: 1))
        {
            var answer = grid.Answer(probe, one);
            Assert.Equal(answer, grid.Answer(probe, other));
            told += answer.IsEmpty ? 0 : 1;
        }

        Assert.InRange(told, 100, Probes - 100);
    }

    [Fact]
    public void A_conflict_is_never_without_a_coarse_answer()
    {
        var grid = new CoarseGrid(CoarseGrid.CellMillimetresMin);
        var town = Worlds.Town(seed: 301, count: 300, days: 1, boxMetres: 12_000);
        foreach (var a in town)
        {
            foreach (var b in town.Where(b => Conflict.Exists(a, b)))
            {
                Assert.NotEmpty(grid.Answer(a, grid.BlocksOf(b)));
            }
        }
    }

    [Fact]
    public void A_cell_is_at_least_five_kilometres_wide() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CoarseGrid(CoarseGrid.CellMillimetresMin - 1));
}
