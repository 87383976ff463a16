using System.Collections.Immutable;
using Truce.Record;

namespace Truce.Mission;

/// <summary>
/// What a machine may look at when it judges an act: whatever the act's audience may read, and no clock.
/// </summary>
public sealed class Asking
{
    private readonly Mission _mission;

    internal Asking(
        Mission mission, Fold fold, Act act, Speaker speaker, Received received, Subject? subject, string id)
    {
        _mission = mission;
        (Fold, Act, Speaker, Received, Subject, SubjectId) = (fold, act, speaker, received, subject, id);
    }

    /// <summary>The state.</summary>
    public Fold Fold { get; }

    /// <summary>The act.</summary>
    public Act Act { get; }

    /// <summary>Whose word it is.</summary>
    public Speaker Speaker { get; }

    /// <summary>The statement in its turn.</summary>
    public Received Received { get; }

    /// <summary>The subject that the act names; null for one that it opens, or that is not here.</summary>
    public Subject? Subject { get; }

    /// <summary>The id of the subject, a new one's too.</summary>
    public string SubjectId { get; }

    /// <summary>Who does it, as the framework names him.</summary>
    public string Performer => Act.Performer ?? Speaker.Of;

    /// <summary>
    /// Who has the last word over a reserved action, by the text of the framework in force when the act happened. With
    /// no framework in force nobody has.
    /// </summary>
    /// <param name="action">A reserved action: <c>interpret</c>, <c>declare-phase</c>.</param>
    /// <param name="place">Where; empty for every place.</param>
    public ImmutableArray<string> HoldersOf(string action, string place = "") =>
        HoldersAt(Received.Statement.OccurredAt, action, place);

    private ImmutableArray<string> HoldersAt(long at, string action, string place) =>
        _mission.Rulings.Holders(Fold.InForce, Performer, action, place, at);

    /// <summary>
    /// Whether the author's word decides as somebody's: his own; that of who belongs to him by the framework, where he
    /// acts as that one; that of an organisation without keys whose sponsor he is. Whatever else is entered for
    /// somebody is shown as that, and decides nothing in his name.
    /// </summary>
    /// <param name="who">As the framework names him.</param>
    public bool SpeaksFor(string who) => Speaker.IsForAnother
        ? who == Speaker.Of && Received.Author.IsBySponsor
        : who == Speaker.Of || (who == Performer && Sides.BelongsTo(Sides.Book(this), who, Speaker.Of));

    /// <summary>
    /// Why the author may not decide this: the sentence names who may. Null where the last word is his, when it
    /// happened by his word and when it was received: else whoever lost it could go on by writing an old date.
    /// </summary>
    /// <param name="place">Where; empty for every place.</param>
    /// <param name="actions">A reserved action, or several of which one is enough.</param>
    public string? NotHis(string place, params ImmutableArray<string> actions)
    {
        var (then, now, what) = (Received.Statement.OccurredAt, Received.ReceivedAt, string.Join(" or ", actions));
        foreach (var at in then == now ? [then] : new[] { then, now })
        {
            string[] holders = [.. actions.SelectMany(a => HoldersAt(at, a, place)).Distinct(StringComparer.Ordinal)];
            if (!holders.Any(SpeaksFor))
            {
                return (holders.Length == 0 ? $"the framework names nobody who may {what}"
                    : $"{string.Join(" or ", holders)} may {what}, by the framework")
                        + (at == then ? "" : " in force when it was received");
            }
        }

        return null;
    }

    /// <summary>
    /// The content of something that the statement has attached; null where it is not here, or not for all of the
    /// statement's audience.
    /// </summary>
    public ReadOnlyMemory<byte>? Attached(string commit) =>
        Received.Statement.Attached.FirstOrDefault(a => a.Commit.ToString() == commit) is { } attached
            ? _mission.Sources.Body(attached, Received.Statement.Audience) : null;

    internal Mission Mission => _mission;
}
