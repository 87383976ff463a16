namespace Truce.Space;

/// <summary>
/// What the exact tests read of an activity: its segments, wherever they are stored. Segment i runs from vertex i to
/// vertex i + 1: a leg, the place of a point, or an edge of a ring, whose first vertex stands once more at its end.
/// </summary>
internal readonly ref struct Drawing
{
    /// <param name="chain">
    /// Easts, norths and times, then <see cref="Prefilter.Width"/> numbers more, whatever they are.
    /// </param>
    /// <param name="vertices">How many easts and norths there are.</param>
    /// <param name="isArea">Whether they are a ring.</param>
    /// <param name="slack">The slack of a route.</param>
    /// <param name="buffer">The buffer.</param>
    public Drawing(ReadOnlySpan<int> chain, int vertices, bool isArea, int slack, int buffer)
    {
        Xs = chain;
        Ys = chain[vertices..];
        Ts = chain[(2 * vertices)..];
        (SegmentCount, IsArea, Slack, Buffer) = (vertices - 1, isArea, slack, buffer);
    }

    public ReadOnlySpan<int> Xs { get; }

    public ReadOnlySpan<int> Ys { get; }

    /// <summary>A time a vertex; of an area the begin and the end.</summary>
    public ReadOnlySpan<int> Ts { get; }

    public int SegmentCount { get; }

    public bool IsArea { get; }

    public int Slack { get; }

    public int Buffer { get; }

    public Segment Segment(int i) => new(Xs[i], Ys[i], Xs[i + 1], Ys[i + 1]);
}
