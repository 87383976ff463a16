namespace Truce.Space;

/// <summary>A closed upright rectangle in whole millimetres.</summary>
internal readonly record struct Box(int West, int South, int East, int North)
{
    public static Box Around(ReadOnlySpan<int> easts, ReadOnlySpan<int> norths)
    {
        var (west, south, east, north) = (easts[0], norths[0], easts[0], norths[0]);
        for (var i = 1; i < easts.Length; i++)
        {
            (west, east) = (Math.Min(west, easts[i]), Math.Max(east, easts[i]));
            (south, north) = (Math.Min(south, norths[i]), Math.Max(north, norths[i]));
        }

        return new Box(west, south, east, north);
    }

    public static Box Of(in Segment s) =>
        new(Math.Min(s.X1, s.X2), Math.Min(s.Y1, s.Y2), Math.Max(s.X1, s.X2), Math.Max(s.Y1, s.Y2));

    /// <summary>Every place of the plane that is at most so far east or west, and north or south, of the box.</summary>
    public Box Grow(int millimetres) =>
        new(West - millimetres, South - millimetres, East + millimetres, North + millimetres);

    public bool Meets(in Box other) =>
        West <= other.East && other.West <= East && South <= other.North && other.South <= North;

    public bool Holds(int east, int north) => West <= east && east <= East && South <= north && north <= North;

    public Box Union(in Box other) => new(
        Math.Min(West, other.West),
        Math.Min(South, other.South),
        Math.Max(East, other.East),
        Math.Max(North, other.North));
}

/// <summary>A segment between two places; both in one place is a point.</summary>
internal readonly record struct Segment(int X1, int Y1, int X2, int Y2);
