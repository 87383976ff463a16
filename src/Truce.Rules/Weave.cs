using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Truce.Rules;

/// <summary>
/// The framework as a document that a lawyer reads: by source and place, the quote beside each clause and number that
/// cites it, and the findings that name them. Pure: the same framework gives the same document.
/// </summary>
public static partial class Weave
{
    /// <summary>What means something to Markdown wherever it stands.</summary>
    private const string Signs = "\\`*_[]<>#|~&";

    /// <summary>The document as Markdown.</summary>
    /// <param name="book">The compiled framework.</param>
    /// <param name="result">What checking it gave.</param>
    /// <param name="missingQuotes">Quotes that their documents do not contain, see <see cref="Quotes"/>.</param>
    public static string Markdown(Rulebook book, CheckResult result, ImmutableArray<MissingQuote> missingQuotes)
    {
        var text = new StringBuilder();
        foreach (var (kind, words) in Blocks(book, result, missingQuotes))
        {
            text.Append(kind switch
            {
                WovenKind.Title => "# ",
                WovenKind.Chapter => "\n## ",
                WovenKind.Section => "\n### ",
                WovenKind.Quote => "\n> ",
                WovenKind.Item => "- ",
                WovenKind.Detail => "  - ",
                _ => "\n",
            }).Append(Escaped(words, kind != WovenKind.Quote)).Append('\n');
            text.Append(kind is WovenKind.Quote or WovenKind.Section ? "\n" : "");
        }

        return text.ToString().Replace("\n\n\n", "\n\n", StringComparison.Ordinal);
    }

    /// <summary>
    /// Words as Markdown that shows them and does nothing else. Names between backticks stay code, except in a quote,
    /// where every sign is the source's own.
    /// </summary>
    private static string Escaped(string words, bool hasNames)
    {
        var one = words.ReplaceLineEndings(" ");
        var text = new StringBuilder(one.Length + 8);
        for (var i = 0; i < one.Length; i++)
        {
            if (hasNames && one[i] == '`' && NameInBackticks().Match(one, i) is { Success: true } name)
            {
                text.Append(name.ValueSpan);
                i += name.Length - 1;
                continue;
            }

            text.Append(Signs.Contains(one[i], StringComparison.Ordinal) ? "\\" : "").Append(one[i]);
        }

        // Words at the head of a line are no list within the list.
        var head = ListHead().Match(one);
        return head.Success ? text.Insert(head.Length - 1, '\\').ToString() : text.ToString();
    }

    [GeneratedRegex(@"\G`[A-Za-z0-9][A-Za-z0-9_.+-]*`", RegexOptions.CultureInvariant)]
    private static partial Regex NameInBackticks();

    [GeneratedRegex(@"^(?:[0-9]+[.)]|[-+=])", RegexOptions.CultureInvariant)]
    private static partial Regex ListHead();

    /// <summary>
    /// The document as one page that needs nothing else and can be printed. Parameters as for Markdown.
    /// </summary>
    public static string Html(Rulebook book, CheckResult result, ImmutableArray<MissingQuote> missingQuotes)
    {
        ArgumentNullException.ThrowIfNull(book);
        var body = new StringBuilder();
        var depth = 0;
        foreach (var (kind, words) in Blocks(book, result, missingQuotes))
        {
            var wanted = kind switch { WovenKind.Item => 1, WovenKind.Detail => 2, _ => 0 };
            for (; depth > wanted; depth--)
            {
                body.Append("</ul>\n");
            }

            for (; depth < wanted; depth++)
            {
                body.Append("<ul>\n");
            }

            var tag = kind switch
            {
                WovenKind.Title => "h1",
                WovenKind.Chapter => "h2",
                WovenKind.Section => "h3",
                WovenKind.Quote => "blockquote",
                WovenKind.Item or WovenKind.Detail => "li",
                _ => "p",
            };
            body.Append('<').Append(tag).Append(" dir=\"auto\">").Append(Inline(words)).Append("</").Append(tag)
                .Append(">\n");
        }

        body.Append(string.Concat(Enumerable.Repeat("</ul>\n", depth)));
        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{WebUtility.HtmlEncode(book.Framework.Name)}}</title>
            <style>
            body { font: 1rem/1.5 Georgia, serif; color: #111; background: #fff }
            body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
            blockquote { margin: .5rem 0; padding-left: 1rem; border-left: .25rem solid #888 }
            code { font-size: .9em }
            @media print { h2, h3 { break-after: avoid } li { break-inside: avoid } }
            </style>
            </head>
            <body>
            <main>
            {{body}}</main>
            </body>
            </html>

            """;
    }

    /// <summary>Words between backticks are names.</summary>
    private static string Inline(string words)
    {
        var parts = words.Split('`');
        return string.Concat(parts.Select((part, i) => i % 2 == 1 && i < parts.Length - 1
            ? $"<code>{WebUtility.HtmlEncode(part)}</code>"
            : (i % 2 == 1 ? "`" : "") + WebUtility.HtmlEncode(part)));
    }

    private static IEnumerable<(WovenKind Kind, string Words)> Blocks(
        Rulebook book, CheckResult result, ImmutableArray<MissingQuote> missingQuotes)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(result);
        var f = book.Framework;
        var items = WovenItems.Of(f);
        yield return (WovenKind.Title, f.Name);
        yield return (WovenKind.Text, Prose.StandingLine);
        yield return (WovenKind.Text, Prose.RecognitionLine);
        yield return (WovenKind.Text, $"Status: {f.Status.ToString().ToLowerInvariant()}. " +
            $"{Count(f.Rules.Length, "rule")}, " +
            $"{Count(f.Sources.Length, "source")}, {Count(result.Findings.Length, "finding")}. Local time: {f.Zone}.");
        foreach (var document in f.Documents)
        {
            yield return (WovenKind.Chapter,
                $"{document.Title} (`{document.Id}`{(document.Date is { } d ? $", {d}" : "")})");
            foreach (var source in f.Sources.Where(s => s.DocumentId == document.Id))
            {
                foreach (var block in OfSource(f, result, items, source, missingQuotes))
                {
                    yield return block;
                }
            }
        }

        var rest = Assumed(f, items, result).Concat(Uncited(items, result)).Concat(LeftOut(f))
            .Concat(NotEncoded(f)).Concat(Findings(result));
        foreach (var block in rest)
        {
            yield return block;
        }

        yield return (WovenKind.Chapter, "What this is not");
        yield return (WovenKind.Text, Prose.StandingLine);
        yield return (WovenKind.Text, Prose.RecognitionLine);
    }

    private static string Count(int n, string one) => $"{Text.Number(n)} {one}{(n == 1 ? "" : "s")}";

    private static IEnumerable<(WovenKind, string)> OfSource(Framework f, CheckResult result, List<WovenItem> items,
        Source source, ImmutableArray<MissingQuote> missingQuotes)
    {
        yield return (WovenKind.Section, source.At.Length == 0 ? $"`{source.Id}`" : $"{source.At} (`{source.Id}`)");
        if (source.Quote is { } quote)
        {
            yield return (WovenKind.Quote, $"“{quote}”");
        }

        if (source.Says is { } says)
        {
            yield return (WovenKind.Quote, says.StartsWith("as reported", StringComparison.Ordinal)
                || says.StartsWith("from general knowledge", StringComparison.Ordinal) ? says : $"As reported: {says}");
        }

        foreach (var missing in missingQuotes.Where(m => m.SourceId == source.Id))
        {
            yield return (WovenKind.Text, $"Quote not found in {missing.File}.");
        }

        var citing = items.Where(i => i.Ground.Sources.Contains(source.Id)).ToList();
        var left = f.NotEncoded.Where(n => n.SourceId == source.Id).ToList();
        if (citing.Count == 0 && left.Count == 0)
        {
            yield return (WovenKind.Text, "Nothing cites it.");
        }

        foreach (var n in left)
        {
            yield return (WovenKind.Text, $"Not encoded: {n.Reason}.");
        }

        foreach (var block in citing.SelectMany(i => OfItem(f, result, i, source.Id)))
        {
            yield return block;
        }
    }

    private static IEnumerable<(WovenKind, string)> OfItem(Framework f, CheckResult result, WovenItem item,
        string source)
    {
        yield return (WovenKind.Item, $"{item.Kind} `{item.Id}`: {item.Words}.");
        var also = item.Ground.Sources.Where(s => s != source).Select(s => $"`{s}`").ToList();
        yield return (WovenKind.Detail,
            $"Footing: {item.Ground.Basis}{(also.Count > 0 ? $"; it cites {Text.And(also)} too" : "")}.");
        if (item.Rule is { } rule)
        {
            if (!rule.Overrides.IsEmpty)
            {
                yield return (WovenKind.Detail, $"It overrides {Text.And([.. rule.Overrides.Select(o => $"`{o}`")])}.");
            }

            var over = f.Rules.Where(r => r.Overrides.Contains(rule.Id)).Select(r => $"`{r.Id}`").ToList();
            if (over.Count > 0)
            {
                yield return (WovenKind.Detail, $"It is overridden by {Text.And(over)}.");
            }
        }

        var findings = result.Findings.Select((x, i) => (Finding: x, Number: i + 1)).Where(x => Names(x.Finding, item))
            .Select(x => $"{Tag(x.Number)} ({x.Finding.Code}, {Codes.Of(x.Finding.Code).Name}, {x.Finding.Footing})")
                .ToList();
        if (findings.Count > 0)
        {
            yield return (WovenKind.Detail, $"Findings: {string.Join("; ", findings)}.");
        }
    }

    private static string Tag(int number) => $"F{Text.Plain(number)}";

    private static bool Names(Finding finding, WovenItem item) => item.Rule is { } rule
        ? finding.Rules.Any(r => r.Id == rule.Id)
        : finding.Rules.IsEmpty && finding.Place.Line > 0 && finding.Place == item.Place;

    private static IEnumerable<(WovenKind, string)> Assumed(Framework f, List<WovenItem> items, CheckResult result)
    {
        var assumed = items.Where(i => i.Ground.Basis.Kind == BasisKind.Assumption).ToList();
        if (assumed.Count == 0)
        {
            yield break;
        }

        yield return (WovenKind.Chapter, "By our own assumption");
        yield return (WovenKind.Text, "These are in no document: they were added so that an example runs.\n");
        foreach (var block in assumed.SelectMany(i => OfItem(f, result, i, "")))
        {
            yield return block;
        }
    }

    /// <summary>Whoever is named without a source: the language asks none of actors and parties.</summary>
    private static IEnumerable<(WovenKind, string)> Uncited(List<WovenItem> items, CheckResult result)
    {
        var uncited = items.Where(i => i.Ground.Sources.IsEmpty).ToList();
        if (uncited.Count > 0)
        {
            yield return (WovenKind.Chapter, "Named without a source");
            yield return (WovenKind.Text, "");
        }

        foreach (var item in uncited)
        {
            var tags = result.Findings.Select((x, i) => (x, i)).Where(x => Names(x.x, item)).Select(x => Tag(x.i + 1))
                .ToList();
            yield return (WovenKind.Item, $"{item.Kind} `{item.Id}`: {item.Words}." +
                (tags.Count > 0 ? $" Findings: {Text.And(tags)}." : ""));
        }
    }

    private static IEnumerable<(WovenKind, string)> LeftOut(Framework f)
    {
        var missing = WovenItems.LeftOut(f).ToList();
        if (missing.Count == 0)
        {
            yield break;
        }

        yield return (WovenKind.Chapter, "What the text leaves out, or nobody knows");
        yield return (WovenKind.Text, "");
        foreach (var line in missing)
        {
            yield return (WovenKind.Item, $"{line}.");
        }
    }

    private static IEnumerable<(WovenKind, string)> NotEncoded(Framework f)
    {
        if (!f.NotEncoded.IsEmpty)
        {
            yield return (WovenKind.Chapter, "What is not encoded");
            yield return (WovenKind.Text, "");
        }

        foreach (var n in f.NotEncoded)
        {
            yield return (WovenKind.Item, $"`{n.SourceId}`: {n.Reason}.");
        }
    }

    private static IEnumerable<(WovenKind, string)> Findings(CheckResult result)
    {
        yield return (WovenKind.Chapter, "Findings");
        yield return (WovenKind.Text, result.Findings.IsEmpty ? "No finding." : "");
        foreach (var (finding, i) in result.Findings.Select((x, i) => (x, i)))
        {
            var words = $"{Tag(i + 1)} {finding.Code} ({finding.Kind.ToString().ToLowerInvariant()}, " +
                $"{finding.Footing}): {finding.Sentence}.";
            yield return (WovenKind.Item, words);
            if (finding.Where.Length > 0)
            {
                yield return (WovenKind.Detail, $"Where: {string.Join("; ", finding.Where.Take(3))}" +
                    (finding.Where.Length > 3 ? $"; and {Text.Plain(finding.Where.Length - 3)} more." : "."));
            }
        }

        foreach (var answer in result.Answers)
        {
            yield return (WovenKind.Item, $"{answer.Code} {answer.Subject}: {answer.Sentence}.");
        }

        foreach (var line in result.NotDecided)
        {
            yield return (WovenKind.Item, line);
        }
    }
}

/// <summary>What a block of the document is.</summary>
internal enum WovenKind
{
    Title,
    Chapter,
    Section,
    Text,
    Quote,
    Item,
    Detail,
}
