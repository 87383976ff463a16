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
    int WestCell, int SouthCell, int EastCell, int NorthCell, int FirstWindow, int LastWindow)
{
    /// <summary>Whether a cell during a window belongs to both.</summary>
    public bool Meets(CoarseBlock other) =>
        WestCell <= other.EastCell && other.WestCell <= EastCell
        && SouthCell <= other.NorthCell && other.SouthCell <= NorthCell
        && FirstWindow <= other.LastWindow && other.FirstWindow <= LastWindow;
}

/// <summary>
/// How an activity is told to those who may not know it exactly: by cells and windows that are fixed for the
/// mission. An answer to a probe is worked out from the coarse blocks of both sides alone, so that no number of
/// probes, however nested, tells more than the blocks.
/// </summary>
public sealed class CoarseGrid
{
    /// <summary>A cell is at least 5 km wide.</summary>
    public const int CellMillimetresMin = 5_000_000;

    /// <summary>A window lasts six hours.</summary>
    public const int WindowSeconds = 21_600;

    private readonly int _cellMillimetres;

    /// <summary>The grid of a mission.</summary>
    /// <param name="cellMillimetres">The width of a cell, <see cref="CellMillimetresMin"/> or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cell is smaller.</exception>
    public CoarseGrid(int cellMillimetres)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cellMillimetres, CellMillimetresMin);
        _cellMillimetres = cellMillimetres;
    }

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

    /// <summary>The blocks of a probe that meet some block of a protected activity: all that may be told.</summary>
    /// <param name="probe">The plan of whoever asks.</param>
    /// <param name="guarded">The blocks of the protected activity; its exact drawing is not needed.</param>
    public ImmutableArray<CoarseBlock> Answer(Activity probe, ImmutableArray<CoarseBlock> guarded) =>
        [.. BlocksOf(probe).Where(b => guarded.Any(g => g.Meets(b)))];

    private int Cell(int millimetres) => (int)Math.Floor(millimetres / (double)_cellMillimetres);
}
