using System.Globalization;
using Truce.Space;

namespace Truce.Mission;

/// <summary>
/// One cell of the mission's grid during one window of six hours: the unit in which is asked and answered. Its text has
/// one length, so that a list of them has one size whatever it says.
/// </summary>
/// <param name="East">The column; column 0 begins at the mission's centre.</param>
/// <param name="North">The row; row 0 begins at the mission's centre.</param>
/// <param name="Window">The window; window 0 begins at the mission's epoch.</param>
public readonly record struct AskedCell(int East, int North, int Window) : IComparable<AskedCell>
{
    /// <summary>The characters of its text.</summary>
    public const int TextLength = 15;

    private const string NoneHead = "----:----:";

    /// <summary>What stands in a list where nothing more is asked; each different.</summary>
    public static string None(int number) => string.Create(CultureInfo.InvariantCulture, $"{NoneHead}{number:00000}");

    /// <summary>Whether a text stands for nothing.</summary>
    public static bool IsNone(string text) => text.StartsWith(NoneHead, StringComparison.Ordinal);

    /// <summary>Reads a text; null where it is no cell with a window.</summary>
    public static AskedCell? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == TextLength && text[4] == ':' && text[9] == ':' && Number(text[..4]) is { } east
            && Number(text[5..9]) is { } north
            && int.TryParse(text.AsSpan(10), NumberStyles.None, CultureInfo.InvariantCulture, out var window)
            && new AskedCell(east, north, window) is var cell && cell.ToString() == text ? cell : null;
    }

    /// <summary>Whether it belongs to a block of cells and windows.</summary>
    public bool IsIn(in CoarseBlock block) =>
        block.WestCell <= East && East <= block.EastCell && block.SouthCell <= North && North <= block.NorthCell
        && block.FirstWindow <= Window && Window <= block.LastWindow;

    /// <inheritdoc/>
    public int CompareTo(AskedCell other) => (Window, East, North).CompareTo((other.Window, other.East, other.North));

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{East:+000;-000}:{North:+000;-000}:{Window:00000}");

    private static int? Number(string text) =>
        text[0] is '+' or '-' && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var number) ? number : null;
}
