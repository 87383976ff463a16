using System.Collections.Immutable;

namespace Truce.Space;

/// <summary>Cells of the mission's grid during six-hour windows, all bounds included.</summary>
/// <param name="WestCell">The first column; column 0 begins at the mission's centre.</param>
/// <param name="SouthCell">The first row; row 0 begins at the mission's centre.</param>
/// <param name="EastCell">The last column.</param>
/// <param name="NorthCell">The last row.</param>
/// <param name="FirstWindow">The first window; window 0 begins at the epoch.</param>
/// <param name="LastWindow">The last window.</param>
public readonly record struct CoarseBlock(
    int WestCell, int SouthCell, int EastCell, int NorthCell, int FirstWindow, int LastWindow);

/// <summary>One cell of the mission's grid during one six-hour window or several in a row.</summary>
/// <param name="EastCell">The column; column 0 begins at the mission's centre.</param>
/// <param name="NorthCell">The row; row 0 begins at the mission's centre.</param>
/// <param name="FirstWindow">The first window; window 0 begins at the epoch.</param>
/// <param name="LastWindow">The last window, included.</param>
public readonly record struct CoarseCell(int EastCell, int NorthCell, int FirstWindow, int LastWindow);

/// <summary>
/// How an activity is told to those who may not know it exactly: by cells and windows that are fixed for the
/// mission. An answer to a probe is worked out from the cells of the protected activity alone, so that no number of
/// probes, however nested, tells more than those cells.
/// </summary>
public sealed class CoarseGrid
{
    /// <summary>A cell is at least 5 km wide.</summary>
    public const int CellMillimetresMin = 5_000_000;

    /// <summary>A window lasts six hours.</summary>
    public const int WindowSeconds = 21_600;

    /// <summary>
    /// An activity that touches more cells than this is no place that could be protected by a cell; it is stated
    /// openly.
    /// </summary>
    public const int CellsMax = 4_096;

    /// <summary>The grid of a mission.</summary>
    /// <param name="cellMillimetres">The width of a cell, <see cref="CellMillimetresMin"/> or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cell is smaller.</exception>
    public CoarseGrid(int cellMillimetres)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cellMillimetres, CellMillimetresMin);
        CellMillimetres = cellMillimetres;
    }

    /// <summary>The width of a cell.</summary>
    public int CellMillimetres { get; }

    /// <summary>
    /// The blocks that an activity, its buffer included, may touch: one a part, without repetitions, sorted.
    /// </summary>
    /// <param name="activity">The activity.</param>
    public ImmutableArray<CoarseBlock> BlocksOf(Activity activity)
    {
        var blocks = new HashSet<CoarseBlock>();
        for (var part = 0; part < activity.PartCount; part++)
        {
            var box = activity.Shape == Shape.Area ? activity.Box : Box.Of(activity.Leg(part));
            var (wide, window) = (box.Grow(activity.BufferMillimetres), activity.PartWindow(part));
            blocks.Add(new CoarseBlock(
                Cell(wide.West),
                Cell(wide.South),
                Cell(wide.East),
                Cell(wide.North),
                window.FromSeconds / WindowSeconds,
                (window.UntilSeconds - 1) / WindowSeconds));
        }

        return
        [
            .. blocks.OrderBy(b => b.FirstWindow).ThenBy(b => b.WestCell).ThenBy(b => b.SouthCell)
                .ThenBy(b => b.LastWindow).ThenBy(b => b.EastCell).ThenBy(b => b.NorthCell),
        ];
    }

    /// <summary>
    /// The cells and windows that an activity, its buffer included, may touch: all that is ever told of it to those who
    /// may not know it. In one form only: sorted, windows in a row joined, so that nothing of its parts shows.
    /// </summary>
    /// <param name="activity">The activity.</param>
    /// <returns>Null where it touches more than <see cref="CellsMax"/> cells.</returns>
    public ImmutableArray<CoarseCell>? CellsOf(Activity activity)
    {
        var blocks = BlocksOf(activity);
        var cells = new HashSet<(int, int)>();
        foreach (var b in blocks)
        {
            if (((long)b.EastCell - b.WestCell + 1) * ((long)b.NorthCell - b.SouthCell + 1) > CellsMax)
            {
                return null;
            }

            cells.UnionWith(
                from east in Enumerable.Range(b.WestCell, b.EastCell - b.WestCell + 1)
                from north in Enumerable.Range(b.SouthCell, b.NorthCell - b.SouthCell + 1)
                select (east, north));
            if (cells.Count > CellsMax)
            {
                return null;
            }
        }

        return Joined(
            from b in blocks
            from east in Enumerable.Range(b.WestCell, b.EastCell - b.WestCell + 1)
            from north in Enumerable.Range(b.SouthCell, b.NorthCell - b.SouthCell + 1)
            select new CoarseCell(east, north, b.FirstWindow, b.LastWindow));
    }

    /// <summary>The corner of a cell that lies nearest to the south-west, and the one opposite.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>Both cut to the mission frame.</returns>
    public (Place SouthWest, Place NorthEast) CornersOf(CoarseCell cell)
    {
        int Edge(int number) =>
            (int)Math.Clamp((long)number * CellMillimetres, -Limits.FrameMillimetres, Limits.FrameMillimetres);
        return (
            new Place(Edge(cell.EastCell), Edge(cell.NorthCell)),
            new Place(Edge(cell.EastCell + 1), Edge(cell.NorthCell + 1)));
    }

    /// <summary>When a cell is meant.</summary>
    /// <param name="cell">The cell.</param>
    public static Window WindowOf(CoarseCell cell) =>
        new(cell.FirstWindow * WindowSeconds, (cell.LastWindow + 1) * WindowSeconds);

    /// <summary>What of protected cells lies in the blocks of a probe: the whole answer to it.</summary>
    /// <param name="probe">The blocks of whoever asks.</param>
    /// <param name="guarded">The cells of a protected activity; its exact drawing is not needed.</param>
    public static ImmutableArray<CoarseCell> Common(
        ImmutableArray<CoarseBlock> probe, ImmutableArray<CoarseCell> guarded) => Joined(
        from cell in guarded
        from b in probe
        where b.WestCell <= cell.EastCell && cell.EastCell <= b.EastCell
            && b.SouthCell <= cell.NorthCell && cell.NorthCell <= b.NorthCell
            && b.FirstWindow <= cell.LastWindow && cell.FirstWindow <= b.LastWindow
        select cell with
        {
            FirstWindow = Math.Max(b.FirstWindow, cell.FirstWindow),
            LastWindow = Math.Min(b.LastWindow, cell.LastWindow),
        });

    /// <summary>Any cells in their one form: sorted, windows that overlap or follow each other joined.</summary>
    internal static ImmutableArray<CoarseCell> Joined(IEnumerable<CoarseCell> cells)
    {
        var joined = ImmutableArray.CreateBuilder<CoarseCell>();
        foreach (var cell in cells.OrderBy(c => (c.EastCell, c.NorthCell, c.FirstWindow, c.LastWindow)))
        {
            if (joined.Count > 0 && joined[^1] is var last
                && (last.EastCell, last.NorthCell) == (cell.EastCell, cell.NorthCell)
                && cell.FirstWindow <= last.LastWindow + 1)
            {
                joined[^1] = last with { LastWindow = Math.Max(last.LastWindow, cell.LastWindow) };
            }
            else
            {
                joined.Add(cell);
            }
        }

        return joined.DrainToImmutable();
    }

    private int Cell(int millimetres) => (int)Math.Floor(millimetres / (double)CellMillimetres);
}
