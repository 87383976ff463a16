using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>What a code means: for <c>truce explain</c>, SARIF and the page.</summary>
/// <param name="Code">The code.</param>
/// <param name="Name">Two or three words.</param>
/// <param name="Question">The question that is asked, one sentence.</param>
/// <param name="Meaning">Why it matters, a paragraph.</param>
/// <param name="Practice">The law or practice behind it, with where to look.</param>
/// <param name="Repairs">The kinds of repair.</param>
public sealed record CodeMeaning(
    string Code, string Name, string Question, string Meaning, string Practice, ImmutableArray<string> Repairs);

/// <summary>The closed list of codes.</summary>
public static partial class Codes
{
    /// <summary>All codes, in order.</summary>
    public static ImmutableArray<CodeMeaning> All { get; } = [.. Entries()];

    /// <summary>The meaning of a code.</summary>
    /// <exception cref="ArgumentException">If there is no such code.</exception>
    public static CodeMeaning Of(string code) =>
        All.FirstOrDefault(c => c.Code == code)
            ?? throw new ArgumentException($"there is no code {code}", nameof(code));
}
