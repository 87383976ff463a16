namespace Truce.Mission;

/// <summary>
/// Which reports are one incident. A duplicate counts with the incident that stands for it: what was said and done on
/// it counts there, once; where it stands itself does not.
/// </summary>
internal sealed class Merged
{
    private readonly ILookup<string, Subject> _duplicates;

    public Merged(Fold fold)
    {
        var continued = Counting.Continued(fold, IncidentMachine.Table.Name);
        _duplicates = fold.AllOf(IncidentMachine.Table.Name)
            .Where(i => i.IsOpen && !continued.ContainsKey(i.Id) && IncidentGuards.Stands(i) is not null)
            .OrderBy(i => i.OpenedBy)
            .ToLookup(i => Root(fold, continued, i).Id, StringComparer.Ordinal);
    }

    /// <summary>An incident that counts, then those that it stands for.</summary>
    public IEnumerable<Subject> Reports(Subject incident) =>
        _duplicates[incident.Id].Where(d => d.Id != incident.Id).Prepend(incident);

    /// <summary>The steps that count on an incident and on those that it stands for.</summary>
    public IEnumerable<Step> Steps(Subject incident) =>
        Reports(incident).SelectMany(r => r.Steps).Where(s => s.IsHere);

    /// <summary>
    /// What an incident counts with: what it was decided to be a duplicate of, what its author continued it in, and so
    /// on. Where that goes in a circle it is the first there that is no duplicate: no incident vanishes between its own
    /// continuation and a decision that this is a duplicate of it.
    /// </summary>
    /// <param name="fold">A reader's state.</param>
    /// <param name="continued">What is continued, each with the last that continues it.</param>
    /// <param name="incident">An incident that is open here.</param>
    public static Subject Root(Fold fold, Dictionary<string, Subject> continued, Subject incident)
    {
        Subject? Original(Subject of) => IncidentGuards.Stands(of) is { } id
            && fold.Subjects.GetValueOrDefault(id) is { IsOpen: true } other ? other : null;

        var way = new List<Subject> { incident };
        while ((Original(way[^1]) ?? continued.GetValueOrDefault(way[^1].Id)) is { } next)
        {
            if (way.IndexOf(next) is >= 0 and var from)
            {
                var circle = way.Skip(from).OrderBy(i => i.OpenedBy).ToArray();
                return circle.FirstOrDefault(i => IncidentGuards.Stands(i) is null) ?? circle[0];
            }

            way.Add(next);
        }

        return way[^1];
    }
}
