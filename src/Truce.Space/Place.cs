namespace Truce.Space;

/// <summary>A place in the mission frame, in whole millimetres from the mission's centre.</summary>
/// <param name="EastMillimetres">East of the centre; negative is west.</param>
/// <param name="NorthMillimetres">North of the centre; negative is south.</param>
public readonly record struct Place(int EastMillimetres, int NorthMillimetres)
{
    /// <summary>
    /// Whether the place lies within <see cref="Limits.FrameMillimetres"/> of the centre on both axes.
    /// </summary>
    public bool IsInFrame =>
        EastMillimetres is >= -Limits.FrameMillimetres and <= Limits.FrameMillimetres
        && NorthMillimetres is >= -Limits.FrameMillimetres and <= Limits.FrameMillimetres;
}

/// <summary>A position on the WGS 84 ellipsoid. Any two numbers; <see cref="MissionFrame"/> judges them.</summary>
/// <param name="LatitudeDegrees">North of the equator, -90 to 90.</param>
/// <param name="LongitudeDegrees">East of Greenwich, -180 to 180.</param>
public readonly record struct GeodeticPosition(double LatitudeDegrees, double LongitudeDegrees);

/// <summary>A stretch of time, half-open: the first second belongs to it, the last does not.</summary>
/// <param name="FromSeconds">The first second, counted from the mission's epoch.</param>
/// <param name="UntilSeconds">The first second after it. A window that does not end after it begins is empty.</param>
public readonly record struct Window(int FromSeconds, int UntilSeconds)
{
    /// <summary>Whether no second belongs to the window.</summary>
    public bool IsEmpty => UntilSeconds <= FromSeconds;

    /// <summary>Whether a second belongs to both. Windows that only meet end to start do not overlap.</summary>
    public bool Overlaps(Window other) =>
        Math.Max(FromSeconds, other.FromSeconds) < Math.Min(UntilSeconds, other.UntilSeconds);

    /// <summary>The seconds that belong to both; empty where there are none.</summary>
    public Window Intersect(Window other) =>
        new(Math.Max(FromSeconds, other.FromSeconds), Math.Min(UntilSeconds, other.UntilSeconds));
}

/// <summary>A place on a route and when it is expected to be reached.</summary>
/// <param name="Place">Where.</param>
/// <param name="ExpectedSeconds">When, in seconds from the mission's epoch.</param>
public readonly record struct Waypoint(Place Place, int ExpectedSeconds);

/// <summary>A waypoint as people state it, on the ellipsoid.</summary>
/// <param name="Position">Where.</param>
/// <param name="ExpectedSeconds">When, in seconds from the mission's epoch.</param>
public readonly record struct GeodeticWaypoint(GeodeticPosition Position, int ExpectedSeconds);
