using System.Collections.Immutable;
using Truce.Space;

namespace Truce.Maps;

/// <summary>What one activity of a plan meets.</summary>
/// <param name="Planned">The activity.</param>
/// <param name="Told">What it meets, as far as the asker may know.</param>
/// <param name="Areas">The named areas that it touches by the map.</param>
internal sealed record Checked(Planned Planned, Disclosed Told, ImmutableArray<MapArea> Areas)
{
    /// <summary>Whether it meets anything.</summary>
    public bool IsClear => Told.Activities.IsEmpty && Told.Zones.IsEmpty && Told.Coarse.IsEmpty;
}

/// <summary>A plan beside what else is planned, through the eyes of whoever asks.</summary>
internal sealed class PlanCheck
{
    /// <summary>Who asks where nobody is named: whoever holds the files, who can read all of them.</summary>
    private const string Holder = "";

    /// <summary>
    /// Once so many conflicts are explained no further activity is checked: 10,000 activities in one place would make
    /// fifty million.
    /// </summary>
    public const int ConflictsMax = 10_000;

    private static readonly HashSet<ActivityVersion> Unaware = [];

    private readonly Dictionary<string, ActivityId> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<(bool IsZone, ActivityId Id), Planned> _others = [];
    private readonly string? _asker;
    private readonly Disclosure _mission;

    private PlanCheck(MissionMap map, string? asker) =>
        (Map, _asker, _mission) = (map, asker, new Disclosure(NoticeTerms.Default, map.Grid));

    /// <summary>Where the mission is.</summary>
    public MissionMap Map { get; }

    /// <summary>The activities of the plan, in the file's order.</summary>
    public ImmutableArray<Checked> Results { get; private set; } = [];

    /// <summary>The activities at the end of the plan that were not checked: too many conflicts came before.</summary>
    public ImmutableArray<Planned> NotChecked { get; private set; } = [];

    /// <summary>
    /// Checks each activity of a plan. Where nothing is given to check against, each is checked against those before it
    /// in the plan, so that a pair is told once.
    /// </summary>
    /// <param name="map">Where the mission is.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="against">What else is planned; null for the plan alone.</param>
    /// <param name="asker">Who asks; null for whoever holds the files.</param>
    public static PlanCheck Of(
        MissionMap map, ImmutableArray<Planned> plan, ImmutableArray<Planned>? against, string? asker)
    {
        var check = new PlanCheck(map, asker);
        var zones = plan.Concat(against ?? []).Where(p => p.IsZone);
        foreach (var other in (against ?? []).Where(p => !p.IsZone).Concat(zones))
        {
            check.Add(other);
        }

        var results = ImmutableArray.CreateBuilder<Checked>();
        var conflicts = 0;
        foreach (var planned in plan.Where(p => !p.IsZone))
        {
            if (conflicts >= ConflictsMax)
            {
                break;
            }

            var told = check._mission.Assess(asker ?? Holder, check.ProposalOf(planned), check._mission.Head);
            results.Add(new Checked(planned, told, [.. Shapes.Passed(planned.Activity, map)]));
            conflicts += told.Activities.Length;
            if (against is null)
            {
                check.Add(planned);
            }
        }

        check.Results = results.ToImmutable();
        check.NotChecked = [.. plan.Where(p => !p.IsZone).Skip(results.Count)];
        return check;
    }

    /// <summary>The activity or zone that was met.</summary>
    public Planned Other(Met met, bool isZone) => _others[(isZone, met.Version.Id)];

    /// <summary>Begins at which an activity of the plan meets nothing.</summary>
    public ImmutableArray<int> Alternatives(Planned planned, Window begins, int stepSeconds) =>
        _mission.Alternatives(_asker ?? Holder, ProposalOf(planned), begins, stepSeconds, _mission.Head);

    private Proposal ProposalOf(Planned planned) => new(IdOf(planned), planned.Activity);

    private ActivityId IdOf(Planned planned)
    {
        var name = planned.IsZone ? $"zone {planned.Name}" : planned.Name;
        return _ids.TryGetValue(name, out var id) ? id : _ids[name] = new ActivityId(_ids.Count + 1);
    }

    private void Add(Planned planned)
    {
        _others[(planned.IsZone, IdOf(planned))] = planned;
        if (planned.IsZone)
        {
            _mission.StateZone(IdOf(planned), planned.Activity);
            return;
        }

        var actor = planned.Activity.Particulars.Actor;
        _mission.Record(
            actor, new Stated(ProposalOf(planned), _asker is null ? null : planned.Readers, planned.Contact), Unaware);
    }
}
