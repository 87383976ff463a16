using System.Collections.Immutable;
using System.Text;
using Truce.Mission;
using Truce.Missions;
using Truce.Verbs;

namespace Truce.Page;

/// <summary>
/// A report as one page for people: every figure leads to its entries, and every entry to its proof. It needs no
/// network, no script and no font, and it prints.
/// </summary>
internal static class ReportPage
{
    /// <summary>The most entries of a figure beside it; all are in its list below.</summary>
    private const int LinksMax = 6;

    /// <summary>The most ranges of a figure's list.</summary>
    private const int RangesMax = 300;

    /// <summary>What is held and due comes soon on the page of a duty officer's telephone.</summary>
    private const int GapLinksMax = 6;
    private const int SignedColumns = 2;

    private static readonly string Style = ReadStyle();

    /// <summary>The page.</summary>
    public static string Of(ReportPaper paper)
    {
        var html = new Html();
        Head(html, paper);
        var listed = paper.Entries.Select(e => e.Label.Entry).ToHashSet();
        foreach (var (section, i) in paper.Report.Sections.Select((s, i) => (s, i)))
        {
            Section(html, section, i, listed);
        }

        Sign(html, paper.Report);
        Lists(html, paper, listed);
        Entries(html, paper);
        html.Raw("</main>\n<footer>");
        Standing(html, paper.Report);
        return html.Raw("</footer>\n</body>\n</html>\n").ToString();
    }

    private static string ReadStyle()
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static void Head(Html html, ReportPaper paper)
    {
        html.Raw("<!DOCTYPE html>\n<html lang=\"en\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Raw("<meta http-equiv=\"Content-Security-Policy\" ")
            .Raw("content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
            .Element("title", $"{paper.Report.Title}: {paper.Mission}").Raw("\n<style>\n").Raw(Style)
            .Raw("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#figures\">Skip to the figures</a>\n<header>\n");
        if (paper.Embargo is { } embargo)
        {
            html.Raw("<p class=\"embargo\">").Mixed(embargo).Raw("</p>\n");
        }

        if (paper.IsExercise)
        {
            html.Raw("<p class=\"exercise\">EXERCISE: nothing of this happened</p>\n");
        }

        html.Element("h1", paper.Report.Title).Raw("\n<dl>");
        foreach (var (term, words) in new[]
        {
            ("Mission", paper.Mission), ("Record", paper.Origin), ("Period", paper.PeriodWords),
            ("Made as", $"{paper.As}: {paper.Reading}"), ("At", $"the checkpoint of {paper.CheckpointWords}"),
        })
        {
            Auto(html.Raw("<div>").Element("dt", term), "dd", words).Raw("</div>");
        }

        html.Raw("</dl>\n").Raw(paper.NotPublic > 0 ? "<p class=\"private\">" : "<p>").Mixed(paper.ForWhom)
            .Raw("</p><div class=\"standing\">");
        Standing(html, paper.Report);
        html.Raw("</div>\n</header>\n");
        Gaps(html, paper);
        html.Raw("<nav aria-label=\"On this page\"><ul>");
        foreach (var (section, i) in paper.Report.Sections.Select((s, i) => (s, i)))
        {
            html.Raw($"<li><a href=\"#s{i}\">").Mixed(section.Title).Raw("</a></li>");
        }

        html.Raw("<li><a href=\"#entries\">Entries and proofs</a></li></ul></nav>\n<main id=\"figures\">\n");
    }

    private static void Gaps(Html html, ReportPaper paper)
    {
        html.Raw("<section class=\"gaps\" aria-labelledby=\"gaps-h\"><h2 id=\"gaps-h\">What is not known</h2>\n<ul>");
        foreach (var gap in paper.Gaps)
        {
            html.Raw("<li>").Mixed(gap.Words);
            foreach (var ((section, figure), i) in gap.Figures.Take(GapLinksMax).Select((f, i) => (f, i)))
            {
                html.Raw($"{(i == 0 ? " " : ", ")}<a href=\"#f{section}-{figure}\">");
                Auto(html, "span", paper.Report.Sections[section].Figures[figure].Label).Raw("</a>");
            }

            html.Text(gap.Figures.Length > GapLinksMax
                ? $" and {ReportPaper.Text(gap.Figures.Length - GapLinksMax)} more" : "").Raw("</li>\n");
        }

        html.Raw("</ul></section>\n");
    }

    private static void Section(Html html, Section section, int number, HashSet<long> listed)
    {
        html.Raw($"<section aria-labelledby=\"s{number}\"><h2 id=\"s{number}\">").Mixed(section.Title).Raw("</h2>\n");
        if (section.Figures.IsEmpty)
        {
            html.Raw("<p class=\"note\">").Mixed($"None. {section.Note}".TrimEnd()).Raw("</p></section>\n");
            return;
        }

        html.Raw("<table class=\"figures\" role=\"table\">")
            .Raw(section.Note.Length > 0 ? "<caption>" : "<caption class=\"hidden\">")
            .Mixed(section.Note.Length > 0 ? section.Note : section.Title)
            .Raw("</caption><thead><tr role=\"row\"><th scope=\"col\" role=\"columnheader\">What</th>")
            .Raw("<th scope=\"col\" role=\"columnheader\">Figure</th>")
            .Raw("<th scope=\"col\" role=\"columnheader\">Remark</th>")
            .Raw("<th scope=\"col\" role=\"columnheader\">Entries</th></tr></thead><tbody>\n");
        foreach (var (figure, i) in section.Figures.Select((f, i) => (f, i)))
        {
            html.Raw($"<tr role=\"row\" id=\"f{number}-{i}\"><th scope=\"row\" role=\"rowheader\">");
            Auto(html, "span", figure.Label).Raw("</th><td class=\"n\" role=\"cell\">");
            Auto(html, $"span class=\"{(figure.Unit.Length > 0 ? "num" : "text")}\"", ReportPaper.Value(figure));
            if (figure.Unit.Length > 0)
            {
                Auto(html.Raw(" "), "span class=\"unit\"", ReportPaper.Unit(figure));
            }

            html.Raw("</td><td role=\"cell\">");
            if (figure.Mark != Mission.Mark.None)
            {
                var mark = ReportPaper.Word(figure.Mark).ToLowerInvariant();
                html.Element($"span class=\"mark {mark}\"", mark).Raw(figure.Note.Length > 0 ? " " : "");
            }

            if (figure.Note.Length > 0)
            {
                Auto(html, "span class=\"note\"", figure.Note);
            }

            html.Raw("</td><td class=\"links\" role=\"cell\"");
            html.Raw(figure.Entries.IsEmpty ? ">" : " data-head=\"Entries\">");
            Links(html, figure.Entries, $"l{number}-{i}", listed);
            html.Raw("</td></tr>\n");
        }

        html.Raw("</tbody></table></section>\n");
    }

    private static void Links(Html html, ImmutableArray<long> entries, string list, HashSet<long> listed)
    {
        foreach (var entry in entries.Take(LinksMax))
        {
            Link(html, entry, listed).Raw(" ");
        }

        if (entries.Length > LinksMax)
        {
            html.Raw($"<a href=\"#{list}\">all {ReportPaper.Text(entries.Length)}</a>");
        }
    }

    private static Html Link(Html html, long entry, HashSet<long> listed) => listed.Contains(entry)
        ? html.Raw($"<a href=\"#e{ReportPaper.Text(entry)}\">{ReportPaper.Text(entry)}</a>")
        : html.Raw(ReportPaper.Text(entry));

    /// <summary>The duty officer who signs it makes it his; until then it is a draft.</summary>
    private static void Sign(Html html, Report report)
    {
        if (report.Name != Reports.Watch)
        {
            return;
        }

        html.Raw("<section aria-labelledby=\"sign\"><h2 id=\"sign\">Hand-over</h2><p>Drafted from the record. Who "
            + "hands over corrects it by hand and signs; what counts is the hand-over that both record.</p>"
            + "<div class=\"sign\">");
        foreach (var who in new[] { "Handed over by", "Taken over by" }.Take(SignedColumns))
        {
            html.Raw($"<div>{who}: function, time, signature</div>");
        }

        html.Raw("</div></section>\n");
    }

    /// <summary>Of figures with many entries, which they are.</summary>
    private static void Lists(Html html, ReportPaper paper, HashSet<long> listed)
    {
        var many = paper.Report.Sections.SelectMany((s, i) => s.Figures.Select((f, j) => (Figure: f, i, j)))
            .Where(f => f.Figure.Entries.Length > LinksMax).ToArray();
        if (many.Length == 0)
        {
            return;
        }

        html.Raw("<section class=\"proofs\" aria-labelledby=\"lists\"><h2 id=\"lists\">Entries of figures with many")
            .Raw("</h2>\n<ul class=\"lists\">");
        foreach (var (figure, i, j) in many)
        {
            html.Raw($"<li id=\"l{i}-{j}\"><a href=\"#f{i}-{j}\">");
            Auto(html, "span", figure.Label).Raw($"</a>, {ReportPaper.Text(figure.Entries.Length)}: ");
            var ranges = ReportPaper.Ranges(figure.Entries).ToArray();
            foreach (var ((from, to), k) in ranges.Take(RangesMax).Select((r, k) => (r, k)))
            {
                Link(html.Raw(k == 0 ? "" : ", "), from, listed);
                if (to > from)
                {
                    Link(html.Raw("–"), to, listed);
                }
            }

            var left = ranges.Skip(RangesMax).Sum(r => r.To - r.From + 1);
            html.Text(left > 0 ? $" and {ReportPaper.Text(left)} more; `--format json` has them" : "").Raw("</li>\n");
        }

        html.Raw("</ul></section>\n");
    }

    private static void Entries(Html html, ReportPaper paper)
    {
        html.Raw("<section class=\"proofs\" aria-labelledby=\"entries\"><h2 id=\"entries\">Entries and proofs</h2>\n")
            .Raw("<p>").Sentence(ReportText.ProveWords)
            .Text(" The hash in a row is that of the entry's leaf, of which the proof is. A proof shows that the ")
            .Text("entry stands in the record as it was signed; that its author told the truth, it does not.")
            .Raw("</p>\n");
        if (paper.Entries.IsEmpty)
        {
            html.Raw("<p>No entry is behind these figures.</p></section>\n");
            return;
        }

        html.Raw("<table class=\"entries\" role=\"table\"><caption>")
            .Text(paper.EntryCount == paper.Entries.Length ? "All" : $"The first {paper.Entries.Length} of")
            .Text($" {ReportPaper.Text(paper.EntryCount)} entries behind the figures")
            .Raw("</caption><thead><tr role=\"row\">");
        foreach (var head in new[] { "Entry", "Act, and by whom", "When", "What became of it", "Leaf, and its proof" })
        {
            html.Raw($"<th scope=\"col\" role=\"columnheader\">{head}</th>");
        }

        html.Raw("</tr></thead><tbody>\n");
        foreach (var entry in paper.Entries)
        {
            Entry(html, entry, paper.Report.Period);
        }

        html.Raw("</tbody></table></section>\n");
    }

    private static void Entry(Html html, PaperEntry entry, Period period)
    {
        var (label, number) = (entry.Label, ReportPaper.Text(entry.Label.Entry));
        html.Raw($"<tr role=\"row\" id=\"e{number}\"><th scope=\"row\" role=\"rowheader\">{number}</th>")
            .Raw("<td role=\"cell\">").Element("code", label.Type).Raw(" by ");
        Auto(html, "span", label.Author);
        if (entry.EnteredBy != label.Author)
        {
            Auto(html.Raw(", entered for them by "), "span", entry.EnteredBy);
        }

        Auto(html.Raw("<br>"), "span class=\"note\"", label.Subject).Raw("</td><td role=\"cell\">happened ")
            .Text(period.Text(label.OccurredAt)).Raw("<br>received ").Text(period.Text(label.ReceivedAt))
            .Raw("</td><td role=\"cell\">").Text(RecordWords.Wire(label.Outcome));
        if (label.Why is { } why)
        {
            Auto(html.Raw(": "), "span", why);
        }

        html.Text(label.IsClear ? "; public" : "; not public").Raw("</td><td role=\"cell\">")
            .Element("code class=\"hash\"", entry.LeafHash.ToString())
            .Element("code", $"truce record prove LOG {number}")
            .Element("code", $"truce record verify {number}.entry --policy YOUR.policy").Raw("</td></tr>\n");
    }

    private static void Standing(Html html, Report report)
    {
        foreach (var line in ReportText.Standing(report))
        {
            html.Element("p", line);
        }
    }

    /// <summary>
    /// Words in any script in an element: somebody's own run in their own direction, and those in a line of ours turn
    /// nothing else of it.
    /// </summary>
    private static Html Auto(Html html, string open, string words) => Bidi.IsOwnWords(words)
        ? html.Raw($"<{open} dir=\"auto\">").RightToLeft(words).Raw($"</{open.Split(' ')[0]}>")
        : html.Raw($"<{open}>").Mixed(words).Raw($"</{open.Split(' ')[0]}>");
}
