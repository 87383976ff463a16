namespace Truce.Space;

/// <summary>
/// Takes in activities as people state them, on the ellipsoid. Positions are rounded once, here, to whole
/// millimetres of
/// the mission frame; the whole numbers are what is signed, stored and compared from then on.
/// </summary>
/// <param name="frame">The mission frame.</param>
public sealed class Intake(MissionFrame frame)
{
    /// <summary>One position for a window.</summary>
    /// <param name="particulars">Who, what and the buffer.</param>
    /// <param name="position">Where.</param>
    /// <param name="window">When.</param>
    /// <returns>As <see cref="Activity.Point"/>; also refuses what is no number, no position or a pole.</returns>
    public Ingested Point(Particulars particulars, GeodeticPosition position, Window window)
    {
        var place = PlaceOf(position, vertex: 0, out var refused);
        return refused ?? Activity.Point(particulars, place, window);
    }

    /// <summary>Waypoints in the order in which they are expected to be reached.</summary>
    /// <param name="particulars">Who, what and the buffer.</param>
    /// <param name="waypoints">At least two, each later than the one before.</param>
    /// <param name="slackSeconds">How much earlier or later he may be.</param>
    /// <returns>As <see cref="Activity.Route"/>; also refuses what is no number, no position or a pole.</returns>
    public Ingested Route(Particulars particulars, ReadOnlySpan<GeodeticWaypoint> waypoints, int slackSeconds)
    {
        var places = new Waypoint[Math.Min(waypoints.Length, Limits.RouteWaypoints + 1)];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = new Waypoint(PlaceOf(waypoints[i].Position, i, out var refused), waypoints[i].ExpectedSeconds);
            if (refused is not null)
            {
                return refused;
            }
        }

        return Activity.Route(particulars, places, slackSeconds);
    }

    /// <summary>A ring with its interior for a window.</summary>
    /// <param name="particulars">Who, what and the buffer.</param>
    /// <param name="ring">Three positions or more, either way round; a last one equal to the first is left out.</param>
    /// <param name="window">When.</param>
    /// <returns>As <see cref="Activity.Area"/>; also refuses what is no number, no position or a pole.</returns>
    public Ingested Area(Particulars particulars, ReadOnlySpan<GeodeticPosition> ring, Window window)
    {
        var places = new Place[Math.Min(ring.Length, Limits.RingVertices + 2)];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = PlaceOf(ring[i], i, out var refused);
            if (refused is not null)
            {
                return refused;
            }
        }

        return Activity.Area(particulars, places, window);
    }

    private Place PlaceOf(GeodeticPosition position, int vertex, out Ingested? refused)
    {
        var place = frame.PlaceOf(position, out var reason);
        refused = reason is not { } why ? null : Ingested.Refuse(why, vertex, why switch
        {
            RefusalReason.NotANumber => $"vertex {vertex} has a coordinate that is no number",
            RefusalReason.NotOnEarth => $"vertex {vertex} lies beyond 90 degrees of latitude or 180 of longitude",
            RefusalReason.Pole => $"vertex {vertex} lies within a degree of a pole",
            _ => $"vertex {vertex} lies more than 500 km from the mission's centre",
        });
        return place;
    }
}
