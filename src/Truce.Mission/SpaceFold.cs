namespace Truce.Mission;

/// <summary>
/// Movements, sites and hazards of a state as activities: what a plan meets among what its readers may read.
/// </summary>
internal sealed class SpaceFold(Mission mission)
{
    public Mission Mission => mission;

    /// <summary>Whether a machine's subjects lie in space.</summary>
    public static bool IsOne(Machine machine) => machine.Name is "movement" or "site" or "hazard";

    /// <summary>Takes a step.</summary>
    public void Watch(Step step) => Taken = step.Entry;

    public long Taken { get; private set; }
}
