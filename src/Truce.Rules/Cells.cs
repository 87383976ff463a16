namespace Truce.Rules;

/// <summary>
/// Cuts the space, but for performers and actions, into cells in which every given box holds either the whole cell or none of
/// it. Values that no box tells apart stay together, so the number of cells follows the boxes, not the situations.
/// </summary>
internal sealed class Cells(Situations space, int nodeLimit)
{
    private int _nodes;

    /// <summary>How many nodes have been visited.</summary>
    public int Nodes => _nodes;

    /// <summary>True once the limit was met: what was asked last is not decided.</summary>
    public bool GaveUp { get; private set; }

    /// <summary>Visits each cell once, in a fixed order.</summary>
    /// <param name="boxes">The boxes; empty ones are ignored.</param>
    /// <param name="start">The part of the space to cut.</param>
    /// <param name="firstDim">The first dimension to cut; those before are left as they are in <paramref name="start"/>.</param>
    /// <param name="visit">Receives the cell (owned by the receiver) and the indices of the boxes that hold it, ascending.</param>
    /// <returns>False where the node limit was met.</returns>
    public bool Each(IReadOnlyList<ulong[]> boxes, ulong[] start, int firstDim, Action<ulong[], List<int>> visit)
    {
        var all = new List<int>(boxes.Count);
        for (var i = 0; i < boxes.Count; i++)
        {
            all.Add(i);
        }

        Visit(boxes, all, start, firstDim, visit);
        return !GaveUp;
    }

    private void Visit(IReadOnlyList<ulong[]> boxes, List<int> candidates, ulong[] cell, int firstDim,
        Action<ulong[], List<int>> visit)
    {
        if (GaveUp || ++_nodes > nodeLimit)
        {
            GaveUp = true;
            return;
        }

        var meeting = new List<int>(candidates.Count);
        Span<int> partial = stackalloc int[space.Dims];
        partial.Clear();
        foreach (var i in candidates)
        {
            if (Meets(boxes[i], cell, firstDim))
            {
                meeting.Add(i);
                for (var d = firstDim; d < space.Dims; d++)
                {
                    if (!Mask.Holds(space.Dim(boxes[i], d), space.Dim(cell, d)))
                    {
                        partial[d]++;
                    }
                }
            }
        }

        var most = 0;
        for (var d = 1; d < space.Dims; d++)
        {
            most = partial[d] > partial[most] ? d : most;
        }

        if (partial[most] == 0)
        {
            visit(cell, meeting);
            return;
        }

        foreach (var group in Groups(boxes, meeting, cell, most))
        {
            var child = (ulong[])cell.Clone();
            group.CopyTo(space.Dim(child, most));
            Visit(boxes, meeting, child, firstDim, visit);
        }
    }

    private bool Meets(ulong[] box, ulong[] cell, int firstDim)
    {
        for (var d = firstDim; d < space.Dims; d++)
        {
            if (!Mask.Meets(space.Dim(box, d), space.Dim(cell, d)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The values of one dimension, those together that no box tells apart; ordered by their least value.</summary>
    private List<ulong[]> Groups(IReadOnlyList<ulong[]> boxes, List<int> meeting, ulong[] cell, int dim)
    {
        var groups = new List<ulong[]> { space.Dim(cell, dim).ToArray() };
        foreach (var i in meeting)
        {
            var box = space.Dim(boxes[i], dim);
            for (var g = groups.Count - 1; g >= 0; g--)
            {
                if (Mask.Meets(groups[g], box) && !Mask.Holds(box, groups[g]))
                {
                    groups.Add(Mask.Less(groups[g], box));
                    Mask.And(groups[g], box);
                }
            }
        }

        groups.Sort((a, b) => Mask.First(a).CompareTo(Mask.First(b)));
        return groups;
    }
}
