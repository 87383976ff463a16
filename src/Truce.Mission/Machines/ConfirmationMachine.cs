using Truce.Record;

namespace Truce.Mission;

/// <summary>What somebody says of a word that was entered in his name.</summary>
/// <param name="By">Who says it.</param>
/// <param name="Confirms">Whether he confirms the word; else he denies it.</param>
/// <param name="Counts">Whether the word is his own and he says so with his own key; else it counts for nobody.</param>
/// <param name="Step">The step that says it.</param>
public sealed record Confirmation(string By, bool Confirms, bool Counts, Step Step);

/// <summary>
/// An organisation confirms or denies what somebody entered for it, by that statement's hash and with its own key. It
/// is a fact beside the word: it moves nothing, and it may come before or after. RECORD.md §1.
/// </summary>
public static class ConfirmationMachine
{
    private const string Confirms = "confirms";

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("confirmation", "Confirmation of what was entered for somebody",
        [new Axis("state", ["stated"])],
    [
        new Row
        {
            Command = "state",
            Kind = RowKind.Opens,
            Does = "confirm or deny what was entered for oneself",
            IsReserve = true,
            Fields =
            [
                Field.Must("about", FieldKind.Subject), Field.Must("statement", FieldKind.Hash),
                Field.Must("word", FieldKind.Code, Confirms, "denies"), Field.May("text", FieldKind.Hash),
            ],
            Remark = asking => asking.Speaker.IsForAnother ? "it counts for nobody: one's own key alone confirms"
                : asking.Fold.Subjects.GetValueOrDefault(asking.Act.Word("about")!) is { } subject
                    && Digest.Parse(asking.Act.Word("statement")!) is { } hash
                    && subject.Steps.Where(s => s.IsStatement(hash)).Take(1).ToArray() is [var step]
                    ? NotHis(step, asking.Speaker.Of)
                : "the statement is not here yet: it counts once it is",
        },
    ]);

    /// <summary>What is said of a step's word by confirmations, those that count for nobody too, in order of when.
    /// </summary>
    /// <param name="step">A step.</param>
    public static IEnumerable<Confirmation> Of(Step step) => step.Subject.Fold.ConfirmationsAbout(step.Subject.Id)
        .Where(c => Digest.Parse(c.Word("statement") ?? "") is { } hash && step.IsStatement(hash))
        .OrderBy(c => c.OccurredAt).ThenBy(c => c.Entry)
        .Select(c => new Confirmation(c.Author, c.Word("word") == Confirms,
            c.EnteredBy == c.Author && NotHis(step, c.Author) is null, c));

    /// <summary>
    /// Whether the last that counts of what he says of a word that was entered for him denies it: then it is no word
    /// of his.
    /// </summary>
    internal static bool IsDenied(Step step) => step.EnteredBy != step.Author
        && Of(step).LastOrDefault(c => c.Counts) is { Confirms: false };

    private static string? NotHis(Step step, string who) =>
        step.Author == Speaker.Anonymous ? "it counts for nobody: nobody confirms what was said anonymously"
        : step.EnteredBy == step.Author ? $"it counts for nobody: {step.Author} signed that word itself"
        : step.Author != who ? $"it counts for nobody: the word was entered for {step.Author}"
        : null;
}
