using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Truce.Json;
using Truce.Rules;

namespace Truce.Page;

/// <summary>
/// A check as one page for people: findings by footing, and who decides what, where and when. It needs no network, no
/// script and no font, and it prints.
/// </summary>
internal static class CheckPage
{
    /// <summary>
    /// Largest page, in bytes: what a browser on an old telephone still opens. Past it the picture is left out.
    /// </summary>
    public const int BytesMax = 5_000_000;

    private const int FindingsMax = 1_000;
    private const int LinesMax = 12;
    private const int NamesMax = 1_000;

    private const string NamesHead = "<thead><tr><th scope=\"col\">Id</th><th scope=\"col\">Local names</th>" +
        "<th scope=\"col\">What it is</th></tr></thead><tbody>\n";

    private static readonly string Style = ReadStyle();

    /// <summary>The page.</summary>
    public static string Of(Rulebook book, CheckResult result, bool textOnly, int bytesMax = BytesMax)
    {
        var (head, foot) = (Head(book, result), Foot());
        var names = Names(book.Framework);
        var left = bytesMax - Bytes(head) - Bytes(foot) - Bytes(names);
        var picture = PictureMaker.Make(book, textOnly) is { } p ? new PicturePage(book, p, result).Html(left) : null;
        if (picture is null || Bytes(picture) > left)
        {
            picture = LeftOut("The picture is left out: this framework is too large for one page. " +
                "`truce decide` answers a single situation.");
        }

        var page = head + picture + names + foot;
        return Bytes(page) <= bytesMax ? page : head
            + LeftOut("The picture and the names are left out: the page would be too large.") + foot;
    }

    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    private static string LeftOut(string why) => new Html()
        .Raw("<section id=\"picture\"><h2>Who decides what, where and when</h2>")
        .Element("p class=\"note\"", why).Raw("</section>\n").ToString();

    private static string ReadStyle()
    {
        using var stream = typeof(CheckPage).Assembly.GetManifestResourceStream("page.css")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string Head(Rulebook book, CheckResult result)
    {
        var f = book.Framework;
        var html = new Html().Raw("<!DOCTYPE html>\n<html lang=\"en\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Raw("<meta http-equiv=\"Content-Security-Policy\" ")
            .Raw("content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
            .Element("title", $"{f.Name}: who decides, and what does not fit").Raw("\n<style>\n").Raw(Style)
            .Raw("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n")
            .Raw("<header>\n").Element("h1", f.Name).Raw("\n<dl class=\"facts\">");
        foreach (var (term, words) in About(f))
        {
            html.Raw("<div>").Element("dt", term).Element("dd", words).Raw("</div>");
        }

        html.Raw("</dl>\n<div class=\"standing\">").Element("p", Prose.StandingLine).Element("p", Prose.RecognitionLine)
            .Raw("</div>\n</header>\n<nav aria-label=\"On this page\"><ul><li><a href=\"#findings\">Findings</a></li>")
            .Raw("<li><a href=\"#picture\">Who decides what, where and when</a></li>")
            .Raw("<li><a href=\"#names\">Names</a></li></ul></nav>\n")
            .Raw("<main>\n");
        Findings(html, result);
        return html.ToString();
    }

    private static IEnumerable<(string Term, string Words)> About(Framework f)
    {
        yield return ("Status", Wire.Of(f.Status));
        yield return ("Adopted by", f.Mandate.AdoptedBy ?? "missing");
        yield return ("Term", Term(f.Mandate));
        yield return ("Rules", f.Rules.Length.ToString(CultureInfo.InvariantCulture));
        yield return ("Clock", f.Zone);
    }

    private static string Term(Mandate m)
    {
        var first = m.From is { } from ? $"from {Text.Date(from)}" : "start unknown";
        var last = m switch
        {
            { Until: { } until } => $"until {Text.Date(until)}",
            { Duration: { } length } => $"for {Text.Span(length)}",
            _ => m.Expires ? "end unknown" : "no end stated",
        };
        return $"{first}, {last}";
    }

    private static void Findings(Html html, CheckResult result)
    {
        html.Raw("<section id=\"findings\">\n<h2>Findings</h2>\n").Element("p class=\"counts\"",
            FindingText.Counts(result));
        html.Raw("<ul class=\"footings\">");
        foreach (var (group, i) in result.Findings.GroupBy(f => f.Footing).Select((g, i) => (g, i)))
        {
            html.Raw($"<li><a href=\"#g{i}\">").Text(FindingText.Heading(group.Key)).Raw("</a>: ")
                .Text(string.Join(", ", group.GroupBy(f => f.Code)
                    .Select(g => $"{g.Count()} × {g.Key} {Codes.Of(g.Key).Name}")))
                .Raw("</li>");
        }

        html.Raw("</ul>\n");
        foreach (var (group, g) in result.Findings.Take(FindingsMax).Select((f, i) => (f, i))
            .GroupBy(x => x.f.Footing).Select((x, g) => (x, g)))
        {
            html.Raw("\n<section>").Element($"h3 id=\"g{g}\"", FindingText.Heading(group.Key)).Raw("\n");
            foreach (var (finding, i) in group)
            {
                Finding(html, finding, i);
            }

            html.Raw("</section>");
        }

        if (result.Findings.Length > FindingsMax)
        {
            html.Element("p class=\"note\"", $"and {Text.Number(result.Findings.Length - FindingsMax)} more; " +
                "`truce check --format json` has them all");
        }

        if (!result.Answers.IsEmpty)
        {
            html.Raw("\n<section><h3>Questions that turn on numbers</h3>\n");
            foreach (var a in result.Answers)
            {
                html.Raw("<article class=\"finding\">").Raw("<h4>").Element("span class=\"code\"", a.Code).Raw(" ")
                    .Text(FindingText.Value(a.Value)).Raw("</h4><p>").Sentence(a.Sentence).Raw("</p>");
                Lines(html, a.Workings);
                html.Raw("</article>\n");
            }

            html.Raw("</section>");
        }

        foreach (var line in result.NotDecided)
        {
            html.Element("p class=\"note\"", line);
        }

        html.Raw("\n</section>\n");
    }

    /// <summary>The anchor of a finding, by its place in the list.</summary>
    public static string Anchor(int index) => $"f{(index + 1).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Whether the page has an anchor for a finding.</summary>
    public static bool IsListed(int index) => index < FindingsMax;

    private static void Finding(Html html, Finding f, int index)
    {
        var id = Anchor(index);
        html.Raw($"<article class=\"finding {Wire.Of(f.Severity)}\" id=\"{id}\" aria-labelledby=\"{id}-h\">")
            .Raw($"<h4 id=\"{id}-h\">")
            .Element("span class=\"code\"", f.Code).Raw(" ").Text(Codes.Of(f.Code).Name);
        if (f.Action.Length > 0)
        {
            html.Raw(": ").Element("span class=\"id\"", f.Action);
        }

        html.Raw(" ").Element("span class=\"kind\"", $"{Wire.Of(f.Severity)}, {Wire.Of(f.Kind)}")
            .Raw($" <a class=\"self\" href=\"#{id}\">{id}</a></h4>")
            .Raw("<p>").Sentence(f.Sentence).Raw("</p>");
        Lines(html, f.Workings);
        html.Raw("<dl>");
        if (f.Region is not null)
        {
            html.Raw("<div><dt>Where</dt><dd>").Text(string.Join("; ", f.Where.Take(LinesMax)))
                .Text(f.Where.Length > LinesMax ? $"; and {f.Where.Length - LinesMax} more" : "").Raw("</dd></div>");
            html.Raw("<div><dt>For example</dt><dd>").Text(FindingText.Example(f));
            html.Text(f.WitnessWords.Length > 0 ? $": {f.WitnessWords}" : "").Raw("</dd></div>");
        }

        if (FindingText.Share(f) is { } share)
        {
            html.Raw("<div><dt>Share</dt>").Element("dd", share).Raw("</div>");
        }

        if (!f.Repairs.IsEmpty)
        {
            html.Raw("<div><dt>Kinds of repair</dt>").Element("dd", string.Join("; ", f.Repairs)).Raw("</div>");
        }

        html.Raw("</dl></article>\n");
    }

    private static void Lines(Html html, ImmutableArray<string> lines)
    {
        if (!lines.IsEmpty)
        {
            html.Raw("<ul class=\"workings\">");
            foreach (var line in lines)
            {
                html.Element("li", line);
            }

            html.Raw("</ul>");
        }
    }

    /// <summary>The ids with their labels, in the languages of the file.</summary>
    private static string Names(Framework f)
    {
        var html = new Html().Raw("<section id=\"names\">\n<h2>Names</h2>\n")
            .Raw("<p>Ids of places and peoples are neutral codes. Local names stand beside them.</p>\n")
            .Raw("<div class=\"pair\">\n<table class=\"names\"><caption>Places</caption>").Raw(NamesHead);
        foreach (var a in f.Areas.Take(NamesMax))
        {
            html.Raw("<tr>").Element("th scope=\"row\" class=\"id\"", a.Id).Raw("<td>");
            Labels(html, a.Labels);
            html.Raw("</td>").Element("td", a.IsSector ? "sector" : "crosses " + Text.And(a.Crosses)
                + (a.Within.IsEmpty ? "" : $"; lies in {Text.And(a.Within)}")).Raw("</tr>\n");
        }

        foreach (var g in f.Groups.Take(NamesMax))
        {
            html.Raw("<tr>").Element("th scope=\"row\" class=\"id\"", g.Id).Raw("<td></td>")
                .Element("td", "stands for " + Text.And([.. g.Parts.Select(p => string.Join(" + ", p))]))
                    .Raw("</tr>\n");
        }

        html.Raw("</tbody></table>\n<table class=\"names\"><caption>Who is named</caption>").Raw(NamesHead);
        foreach (var a in f.Actors.Take(NamesMax))
        {
            html.Raw("<tr>").Element("th scope=\"row\" class=\"id\"", a.Id).Raw("<td>");
            Labels(html, a.Labels);
            html.Raw("</td>").Element("td", WhatIs(a)).Raw("</tr>\n");
        }

        html.Raw("</tbody></table>\n</div>\n");
        var more = Math.Max(0, f.Areas.Length - NamesMax) + Math.Max(0, f.Actors.Length - NamesMax);
        if (more > 0)
        {
            html.Element("p class=\"note\"", $"and {Text.Number(more)} more names");
        }

        return html.Raw("</section>\n").ToString();
    }

    private static string WhatIs(Actor a)
    {
        var kind = a.Kind switch
        {
            ActorKind.StateForce => "state force",
            ActorKind.ArmedGroup => "armed group",
            ActorKind.Party when !a.Roles.IsEmpty => string.Join(", ", a.Roles),
            _ => a.Kind.ToString().ToLowerInvariant(),
        };
        return string.Join(", ", new[]
        {
            kind, a.Under.IsEmpty ? "" : $"under {Text.And(a.Under)}", a.Of.IsEmpty ? "" : $"of {Text.And(a.Of)}",
        }.Where(w => w.Length > 0));
    }

    /// <summary>Labels, each with its language and direction.</summary>
    internal static void Labels(Html html, ImmutableDictionary<string, string> labels)
    {
        foreach (var (language, label) in labels.OrderBy(l => l.Key == "en" ? "" : l.Key, StringComparer.Ordinal))
        {
            html.Raw($"<bdi class=\"label\"{Direction(language)}>").Text(label).Raw("</bdi> ");
        }
    }

    private static string Direction(string language)
    {
        if (language.Length is < 2 or > 12 || !language.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            return " dir=\"auto\"";
        }

        var right = language.Split('-')[0].ToLowerInvariant()
            is "ar" or "he" or "iw" or "fa" or "ur" or "ps" or "ku" or "ckb"
            or "yi" or "sd" or "ug" or "dv" or "syr";
        return $" lang=\"{language}\" dir=\"{(right ? "rtl" : "ltr")}\"";
    }

    private static string Foot() => new Html().Raw("</main>\n<footer><p>").Text(Prose.StandingLine).Raw("</p><p>")
        .Text(Prose.RecognitionLine).Raw("</p></footer>\n</body>\n</html>\n").ToString();
}
