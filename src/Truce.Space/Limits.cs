namespace Truce.Space;

/// <summary>
/// What Space accepts at most. Each limit has its reason; past it an input is refused with that reason.
/// </summary>
public static class Limits
{
    /// <summary>
    /// Places lie within 500 km of the mission's centre, east and north, in millimetres. Products of two differences
    /// then fit in 63 bits, and the frame stays within 0.3 % of true distances.
    /// </summary>
    public const int FrameMillimetres = 500_000_000;

    /// <summary>Windows end at the latest ten years after the mission's epoch, so that an index has a size.</summary>
    public const int HorizonSeconds = 315_576_000;

    /// <summary>A buffer is at most 100 km: more is a sector, which has a ring of its own.</summary>
    public const int BufferMillimetres = 100_000_000;

    /// <summary>Slack is at most seven days: more is a site, which has a window of its own.</summary>
    public const int SlackSeconds = 604_800;

    /// <summary>
    /// A ring has at most this many vertices: testing that it does not cross itself looks at all pairs.
    /// </summary>
    public const int RingVertices = 4_096;

    /// <summary>A route has at most this many waypoints as stated.</summary>
    public const int RouteWaypoints = 4_096;

    /// <summary>
    /// A route has at most this many legs after long ones are split: one test looks at pairs of legs.
    /// </summary>
    public const int RouteLegs = 16_384;

    /// <summary>Moving legs longer than this are split, so that a coarse drawing does not matter much.</summary>
    public const int LegSeconds = 300;

    /// <summary>Pairs of parts that an explanation lists; all are counted.</summary>
    public const int ExplainedPairs = 64;
}
