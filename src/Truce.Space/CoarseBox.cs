namespace Truce.Space;

/// <summary>
/// Where and when something is, in steps of 33 m and of a slab's seconds, both ends included: what meets or overlaps
/// still does so in steps, so a search by steps misses nothing. Sixteen bytes with an entry's number.
/// </summary>
internal readonly record struct CoarseBox(
    short West, short South, short East, short North, short From, short Until)
{
    /// <summary>A frame with every buffer then has 36,622 steps.</summary>
    public const int StepBits = 15;

    /// <summary>The steps of a box and a window within a slab.</summary>
    /// <param name="box">The box.</param>
    /// <param name="window">The window, not empty, which does not leave the slab.</param>
    /// <param name="slab">The slab.</param>
    public static CoarseBox Of(in Box box, Window window, SlabTime slab) => new(
        (short)(box.West >> StepBits), (short)(box.South >> StepBits),
        (short)(box.East >> StepBits), (short)(box.North >> StepBits),
        (short)((window.FromSeconds - slab.FromSeconds) >> slab.StepBits),
        (short)((window.UntilSeconds - 1 - slab.FromSeconds) >> slab.StepBits));

    /// <summary>All places that have these steps.</summary>
    public Box Box
    {
        get
        {
            const int Last = (1 << StepBits) - 1;
            return new Box(
                West << StepBits, South << StepBits, (East << StepBits) | Last, (North << StepBits) | Last);
        }
    }

    /// <summary>All seconds that have these steps.</summary>
    public Window WindowIn(SlabTime slab) => new(
        slab.FromSeconds + (From << slab.StepBits), slab.FromSeconds + ((Until + 1) << slab.StepBits));

    public CoarseBox Union(in CoarseBox other) => new(
        Math.Min(West, other.West), Math.Min(South, other.South), Math.Max(East, other.East),
        Math.Max(North, other.North), Math.Min(From, other.From), Math.Max(Until, other.Until));
}

/// <summary>When a slab begins, and how many seconds its steps of time are long: 1, 2, 4 and so on.</summary>
internal readonly record struct SlabTime(int FromSeconds, int StepBits);
