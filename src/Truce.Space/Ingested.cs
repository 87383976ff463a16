namespace Truce.Space;

/// <summary>Why an activity or a position cannot be taken in exactly.</summary>
public enum RefusalReason
{
    /// <summary>A coordinate is not a number, or infinite.</summary>
    NotANumber,

    /// <summary>A latitude beyond 90 degrees or a longitude beyond 180.</summary>
    NotOnEarth,

    /// <summary>Within a degree of a pole, where a longitude means little.</summary>
    Pole,

    /// <summary>Farther than <see cref="Limits.FrameMillimetres"/> from the mission's centre.</summary>
    BeyondFrame,

    /// <summary>A buffer or slack below zero or above its limit.</summary>
    OutOfRange,

    /// <summary>A window that does not end after it begins.</summary>
    EmptyWindow,

    /// <summary>A window, slack included, that begins before the epoch or ends past the horizon.</summary>
    BeyondHorizon,

    /// <summary>A waypoint that is not expected after the one before it.</summary>
    BackwardsInTime,

    /// <summary>Fewer than two waypoints, or fewer than three vertices of a ring.</summary>
    TooFewVertices,

    /// <summary>More vertices or legs than the limit.</summary>
    TooManyVertices,

    /// <summary>A vertex of a ring that stands where an earlier one stands, once rounded to millimetres.</summary>
    RepeatedVertex,

    /// <summary>A ring that crosses or touches itself, or goes back along its own edge.</summary>
    SelfCrossing,
}

/// <summary>What was refused, and where.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Vertex">Which vertex or waypoint, counted from 0; null where no single one is at fault.</param>
/// <param name="Text">One lower-case sentence for people, without a final period.</param>
public sealed record Refusal(RefusalReason Reason, int? Vertex, string Text);

/// <summary>An activity taken in, or the reason why not.</summary>
public abstract record Ingested
{
    private Ingested()
    {
    }

    /// <summary>The activity, or null where it was refused.</summary>
    public Activity? ActivityOrNull => (this as Accepted)?.Activity;

    /// <summary>The input is represented exactly.</summary>
    /// <param name="Activity">The activity in whole millimetres and seconds.</param>
    public sealed record Accepted(Activity Activity) : Ingested;

    /// <summary>The input cannot be represented exactly.</summary>
    /// <param name="Refusal">Why, and at which vertex.</param>
    public sealed record Refused(Refusal Refusal) : Ingested;

    internal static Ingested Refuse(RefusalReason reason, int? vertex, string text) =>
        new Refused(new Refusal(reason, vertex, text));
}
