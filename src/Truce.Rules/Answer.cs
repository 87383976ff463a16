using System.Collections.Immutable;
using NodaTime;

namespace Truce.Rules;

/// <summary>The verdicts, in the order of LANGUAGE §4, and OUTSIDE THE TERM of §1.</summary>
public enum Verdict
{
    /// <summary>A live prohibition stands against it.</summary>
    Forbidden,

    /// <summary>Permitted by the text.</summary>
    Permitted,

    /// <summary>No live grant, and it is not free.</summary>
    NotGranted,

    /// <summary>Two or more have the last word.</summary>
    Contested,

    /// <summary>Nobody has the last word.</summary>
    Unowned,

    /// <summary>Refused, silent or deadlocked, with nothing said for that case.</summary>
    Deadlock,

    /// <summary>A consent is refused, and the text says that the act then stops.</summary>
    Refused,

    /// <summary>A consent has not been stated.</summary>
    Awaits,

    /// <summary>The day lies outside the mandate's term.</summary>
    OutsideTerm,
}

/// <summary>Whether a performer may act, before anyone is asked.</summary>
public enum Permission
{
    /// <summary>An <c>always</c> prohibition.</summary>
    ForbiddenAlways,

    /// <summary>An inherent right.</summary>
    Inherent,

    /// <summary>A live prohibition.</summary>
    Forbidden,

    /// <summary>Nothing grants it.</summary>
    NotGranted,

    /// <summary>A live grant.</summary>
    Granted,

    /// <summary>It is free to the performer, and no grant is needed.</summary>
    Free,
}

/// <summary>What somebody who was asked is stated to have done.</summary>
public enum Statement
{
    /// <summary>Nothing has been stated.</summary>
    None,

    /// <summary>Consent was given.</summary>
    Given,

    /// <summary>Consent was refused.</summary>
    Refused,

    /// <summary>No answer within the time.</summary>
    Silent,

    /// <summary>A body could not decide.</summary>
    Deadlocked,
}

/// <summary>A consent that is due.</summary>
/// <param name="Of">Whose; empty where the text names nobody.</param>
/// <param name="RuleId">The rule.</param>
/// <param name="State">What was stated.</param>
/// <param name="CountsAsGiven">It is the performer's own, or its superior's.</param>
/// <param name="AnswerWithin">How long there is to answer, or null.</param>
/// <param name="OnRefusal">What then happens.</param>
/// <param name="OnSilence">What then happens.</param>
public sealed record ConsentDue(string Of, string RuleId, Statement State, bool CountsAsGiven, Period? AnswerWithin,
    Fallback OnRefusal, Fallback OnSilence);

/// <summary>A consultation that is due.</summary>
/// <param name="With">With whom; empty where the text names nobody.</param>
/// <param name="RuleId">The rule.</param>
/// <param name="Channel">By what channel, or null.</param>
public sealed record ConsultationDue(string With, string RuleId, string? Channel);

/// <summary>A notice that is due.</summary>
/// <param name="To">To whom; empty where the text names nobody.</param>
/// <param name="RuleId">The rule.</param>
/// <param name="Before">How long before the act, or null.</param>
/// <param name="After">How long after the act at most, or null.</param>
/// <param name="Channel">By what channel, or null where neither the rule nor the addressee names one.</param>
public sealed record NoticeDue(string To, string RuleId, Period? Before, Period? After, string? Channel)
{
    /// <summary>When it is due for an act at an instant on a local clock.</summary>
    public Instant DueFor(Instant act, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (Before is { } before && (before.Years | before.Months | before.Weeks | before.Days) != 0)
        {
            return act.InZone(zone).LocalDateTime.Minus(before).InZoneLeniently(zone).ToInstant();
        }

        if (After is { } after && (after.Years | after.Months | after.Weeks | after.Days) != 0)
        {
            return act.InZone(zone).LocalDateTime.Plus(after).InZoneLeniently(zone).ToInstant();
        }

        return Before is not null ? act.Minus(Before.ToDuration()) : act.Plus(After!.ToDuration());
    }
}

/// <summary>A duty of the performer.</summary>
/// <param name="Of">The obligor.</param>
/// <param name="RuleId">The rule.</param>
public sealed record DutyDue(string Of, string RuleId);

/// <summary>A rule that would hold but for rules that override it here.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="By">The live rules that override it.</param>
public sealed record SetAside(string RuleId, ImmutableArray<string> By);

/// <summary>The answer to one situation on one footing. Every rule was evaluated; the verdict is the first that
/// applies.</summary>
public sealed record Answer
{
    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Whether the performer may, before anyone is asked.</summary>
    public required Permission Permission { get; init; }

    /// <summary>Who has the last word, after yielding; ordered as in the file.</summary>
    public ImmutableArray<string> Holders { get; init; } = [];

    /// <summary>The consents due and their state.</summary>
    public ImmutableArray<ConsentDue> Consents { get; init; } = [];

    /// <summary>For <see cref="Verdict.Awaits"/>, <see cref="Verdict.Refused"/> and <see cref="Verdict.Deadlock"/>:
    /// whose answer it turns on.</summary>
    public ImmutableArray<string> TurnsOn { get; init; } = [];

    /// <summary>Who must be consulted.</summary>
    public ImmutableArray<ConsultationDue> Consultations { get; init; } = [];

    /// <summary>Who must be told, and when.</summary>
    public ImmutableArray<NoticeDue> Notices { get; init; } = [];

    /// <summary>The duties that this act would meet.</summary>
    public ImmutableArray<DutyDue> Duties { get; init; } = [];

    /// <summary>The live rules, in the file's order.</summary>
    public ImmutableArray<Rule> Live { get; init; } = [];

    /// <summary>The rules set aside, in the file's order.</summary>
    public ImmutableArray<SetAside> SetAside { get; init; } = [];

    /// <summary>
    /// What tells two answers apart: verdict, permission, holders, consents, consultations, notices and duties, but not
    /// which
    /// rules they come from.
    /// </summary>
    internal string Signature => field ??= Rulebook.SignatureOf(this);
}
