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
        var one = grid.CellsOf(At(100_000, 4_900_000, 21_600))!.Value;
        var other = grid.CellsOf(At(4_800_000, 60_000, 42_000))!.Value;
        Assert.Equal([new CoarseCell(0, 0, 1, 1)], one);
        Assert.Equal(one, other);
        var told = 0;
        foreach (var probe in Worlds.Town(seed: 300, count: Probes, days: 1))
        {
            var answer = CoarseGrid.Common(grid.BlocksOf(probe), one);
            Assert.Equal(answer, CoarseGrid.Common(grid.BlocksOf(probe), other));
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
                Assert.NotEmpty(CoarseGrid.Common(grid.BlocksOf(a), grid.CellsOf(b)!.Value));
            }
        }
    }

    [Fact]
    public void Cells_have_one_form_whatever_the_legs()
    {
        var grid = new CoarseGrid(CoarseGrid.CellMillimetresMin);
        Activity Along(params (int X, int Seconds)[] waypoints) => Worlds.Taken(Activity.Route(
            Relief, [.. waypoints.Select(w => new Waypoint(new Place(w.X, 2_000_000), w.Seconds))], slackSeconds: 0));
        CoarseCell[] both = [new(0, 0, 0, 1), new(1, 0, 1, 1)];
        Assert.Equal(both, grid.CellsOf(Along((1_000_000, 20_000), (4_900_000, 30_000), (6_000_000, 31_000))));
        Assert.Equal(both, grid.CellsOf(Along((2_000_000, 21_000), (2_000_000, 22_000), (9_000_000, 43_000))));
    }

    [Fact]
    public void What_touches_too_many_cells_has_none()
    {
        var grid = new CoarseGrid(CoarseGrid.CellMillimetresMin);
        Place[] ring = [new(-200_000_000, -200_000_000), new(200_000_000, -200_000_000), new(0, 200_000_000)];
        Assert.Null(grid.CellsOf(Worlds.Taken(Activity.Area(Relief, ring, new Window(0, 1)))));
    }

    [Fact]
    public void A_cell_is_at_least_five_kilometres_wide() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CoarseGrid(CoarseGrid.CellMillimetresMin - 1));
}
