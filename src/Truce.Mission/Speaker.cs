using Truce.Record;

namespace Truce.Mission;

/// <summary>
/// Whose word an act is: the organisation that signed it, or the one for which it was entered, which has no keys at
/// hand. It is never shown as the signature of the latter. RECORD.md §1.
/// </summary>
/// <param name="Of">Whose word; <see cref="Anonymous"/> where he does not say.</param>
/// <param name="EnteredBy">Who signed the entry.</param>
/// <param name="By">How it came, where it was entered for somebody else; null for the author's own.</param>
public sealed record Speaker(string Of, string EnteredBy, string? By)
{
    /// <summary>Somebody who does not say who he is.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>How a word can come to whoever enters it.</summary>
    public static IReadOnlyList<string> Ways { get; } = ["paper", "telephone", "radio", "mediator", "in-person"];

    /// <summary>Whether it was entered for somebody else.</summary>
    public bool IsForAnother => By is not null;

    /// <summary>What is wrong with a statement's <c>for</c>; null where nothing is.</summary>
    public static string? Fault(JsonValue? entered) =>
        entered is null || Read(entered) is not null ? null
            : "`for` is `of`, an organisation or `anonymous`, and `by`: "
                + string.Join(", ", Ways) + "; with `evidence`, a hash, where there is any";

    /// <summary>Whose word a statement is; null where no key that may sign signed it.</summary>
    public static Speaker? From(Authorship author)
    {
        ArgumentNullException.ThrowIfNull(author);
        return Names(author) is var (of, enteredBy, by) ? new Speaker(of, enteredBy, by) : null;
    }

    /// <summary>The same without an object, for whoever folds a million.</summary>
    internal static (string Of, string EnteredBy, string? By)? Names(Authorship author) =>
        author.By.Key is not { } key || !(author.By.MaySign || author.By.Standing == Standing.Vouched) ? null
            : author.For is null ? (key.Organisation, key.Organisation, null)
            : Read(author.For) is { } f ? (f.Of, key.Organisation, f.By)
            : null;

    private static (string Of, string By)? Read(JsonValue entered) =>
        entered is JsonValue.Members { All.Count: 2 or 3 } m
        && m["of"] is JsonValue.Text { Value: { Length: > 0 and <= 80 } of } && !of.Any(char.IsControl)
        && m["by"] is JsonValue.Text { Value: var by } && Ways.Contains(by)
        && (m.All.Count == 2 || (m["evidence"] is JsonValue.Text e && Digest.Parse(e.Value) is not null))
            ? (of, by) : null;
}
