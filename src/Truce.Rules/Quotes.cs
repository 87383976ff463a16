using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>A quote that its document does not contain.</summary>
/// <param name="SourceId">The source.</param>
/// <param name="File">The file that was searched.</param>
/// <param name="Place">Where the framework declares the source.</param>
public sealed record MissingQuote(string SourceId, string File, Place Place);

/// <summary>Are the quotes of a framework found in its documents, word for word?</summary>
public static class Quotes
{
    /// <summary>
    /// The quotes that are not found, in the file's order. A run of spaces and line breaks counts as one space. A quote
    /// without a document's file, or whose file is not there, is not looked for.
    /// </summary>
    /// <param name="framework">The framework.</param>
    /// <param name="readDocument">The text of a file beside the framework; null where there is none.</param>
    public static ImmutableArray<MissingQuote> Missing(Framework framework, Func<string, string?> readDocument)
    {
        ArgumentNullException.ThrowIfNull(framework);
        ArgumentNullException.ThrowIfNull(readDocument);
        var files = framework.Documents.Where(d => d.File is not null).GroupBy(d => d.Id)
            .ToDictionary(g => g.Key, g => g.First().File!, StringComparer.Ordinal);
        var texts = files.Values.Distinct(StringComparer.Ordinal)
            .ToDictionary(f => f, f => readDocument(f) is { } t ? Flat(t) : null, StringComparer.Ordinal);
        return
        [
            .. framework.Sources.Where(s => s.Quote is not null && files.TryGetValue(s.DocumentId, out var file)
                    && texts[file] is { } text && !text.Contains(Flat(s.Quote), StringComparison.Ordinal))
                .Select(s => new MissingQuote(s.Id, files[s.DocumentId], s.Place)),
        ];
    }

    private static string Flat(string text) =>
        string.Join(' ', Plain.Words(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
