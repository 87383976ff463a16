namespace Truce.Mission;

/// <summary>
/// How long things may take: mission data. Where the mission states none, these stand, with their source.
/// </summary>
public sealed record Terms
{
    private const long Hour = 3_600_000;
    private const long Day = 24 * Hour;

    /// <summary>
    /// The terms before a mission states its own. 48 h and 24 h are OCHA's procedure for Yemen; an investigation on its
    /// way in 24 h is CTSAMM's at Nassir; a certificate that lasts 20 days and a decision in 48 h are UNVIM's. The
    /// others are assumptions, marked so.
    /// </summary>
    public static Terms Default { get; } = new();

    /// <summary>By how much a movement is notified before it starts.</summary>
    public long MovementLead { get; init; } = 48 * Hour;

    /// <summary>The same for an emergency.</summary>
    public long EmergencyLead { get; init; } = 24 * Hour;

    /// <summary>How long a decision on a movement may take, where one is needed.</summary>
    public long MovementDecision { get; init; } = 48 * Hour;

    /// <summary>How long an approval lasts.</summary>
    public long ApprovalExpiry { get; init; } = 20 * Day;

    /// <summary>After how long a notified site is to be confirmed again. Assumed.</summary>
    public long SiteRevalidation { get; init; } = 30 * Day;

    /// <summary>How long a reported incident may wait for triage. Assumed.</summary>
    public long Triage { get; init; } = 24 * Hour;

    /// <summary>
    /// The standard of proof that the mission states, the same for all: another is shown, never refused. Assumed; it is
    /// the usual one of commissions of inquiry.
    /// </summary>
    public string StandardOfProof { get; init; } = "reasonable-grounds";

    /// <summary>How long verification may take to set out.</summary>
    public long Verification { get; init; } = 24 * Hour;

    /// <summary>How long an answer to a protest may take. Assumed.</summary>
    public long ProtestAnswer { get; init; } = 7 * Day;

    /// <summary>How long an answer to a complaint may take. Assumed.</summary>
    public long ComplaintAnswer { get; init; } = 30 * Day;

    /// <summary>How long an urgent message may stay unacknowledged before it is raised a level. Assumed.</summary>
    public long UrgentAcknowledgement { get; init; } = Hour / 12;

    /// <summary>The same for a message that is not urgent. Assumed.</summary>
    public long RoutineAcknowledgement { get; init; } = 4 * Hour;

    /// <summary>
    /// How many checks of plans somebody armed has a day, from midnight to midnight UTC. Assumed: a force that plans
    /// forty undertakings a day asks about each.
    /// </summary>
    public long QueryBudget { get; init; } = 40;

    /// <summary>How long the operator may take to answer a check of a plan. Assumed: whoever asks waits to leave.
    /// </summary>
    public long QueryAnswer { get; init; } = Hour / 4;

    /// <summary>Whom everybody is told to ask about what he may not know; the same whoever is asked about.</summary>
    public string AccessContact { get; init; } = "the access cell";

    /// <summary>
    /// How long it may take until the next of kin of own casualties are informed. Assumed. It is a reminder and never
    /// lifts an embargo.
    /// </summary>
    public long KinInformed { get; init; } = 24 * Hour;

    /// <summary>After how long a report on the use of force is due. Assumed.</summary>
    public long UseOfForceReport { get; init; } = 24 * Hour;

    /// <summary>How long its review may take. Assumed.</summary>
    public long UseOfForceReview { get; init; } = 30 * Day;
}
