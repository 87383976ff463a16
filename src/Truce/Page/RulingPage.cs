using System.Collections.Immutable;
using Truce.Rules;

namespace Truce.Page;

/// <summary>One cell's ruling: each footing, every live clause with its source, and what was set aside.</summary>
internal sealed class RulingPage(Rulebook book, CheckResult result)
{
    private readonly CellWords _words = new(book);
    private readonly Dictionary<string, Source> _sources =
        book.Framework.Sources.ToDictionary(s => s.Id, StringComparer.Ordinal);

    private readonly Dictionary<string, Document> _documents =
        book.Framework.Documents.ToDictionary(d => d.Id, StringComparer.Ordinal);

    /// <summary>The one ruling of all cells of which no clause speaks.</summary>
    public static void None(Html html, string id) => html
        .Raw($"<article class=\"ruling\" id=\"{id}\" tabindex=\"-1\">")
        .Raw("<p class=\"close\"><a class=\"back\" href=\"#picture\">Close</a></p><h4>No clause speaks</h4>")
        .Raw("<p>Nothing in the framework grants, forbids or owns this act here. That is no finding: a missing last ")
        .Raw("word is a defect only where an act is granted or a duty.</p></article>\n");

    /// <summary>
    /// The ruling on an action in some places during a phase. One that says the same <paramref name="again"/> is not
    /// printed.
    /// </summary>
    public void Ruling(Html html, string id, int action, int phase, List<int> leaves, string where, bool again,
        PictureCell cell)
    {
        html.Raw($"<article class=\"ruling{(again ? " again" : "")}\" id=\"r{id}\" tabindex=\"-1\" ")
            .Raw($"aria-labelledby=\"r{id}-h\">")
            .Raw($"<p class=\"close\"><a class=\"back\" href=\"#c{id}\">Close</a></p><h4 id=\"r{id}-h\">")
            .Element("span class=\"id\"", book.Space.Actions[action]).Raw(" ").Element("span class=\"is\"",
                book.Terms[action].Is)
            .Raw("</h4>").Element("p class=\"at\"", where);
        Footing(html, cell.ByText, []);
        foreach (var other in cell.Others)
        {
            Footing(html, other, cell.ByText.Strands);
        }

        if (!cell.Varies.IsEmpty)
        {
            html.Raw("<h5>It varies</h5><ul>");
            foreach (var line in cell.Varies)
            {
                html.Element("li", line);
            }

            html.Raw("</ul>");
        }

        Findings(html, action, phase, leaves);
        html.Raw("</article>\n");
    }

    private void Findings(Html html, int action, int phase, List<int> leaves)
    {
        var here = result.Findings.Select((f, i) => (f, i)).Where(x => CheckPage.IsListed(x.i) && x.f.Region
            is { } region
            && region.Boxes.Exists(b => Mask.Has(region.Space.Dim(b, Situations.Action), action)
                && Mask.Has(region.Space.Dim(b, Situations.Phase), phase)
                && leaves.Exists(l => Mask.Has(region.Space.Dim(b, Situations.Leaf), l)))).ToList();
        if (here.Count == 0)
        {
            return;
        }

        html.Raw("<h5>Findings here</h5><ul>");
        foreach (var (f, i) in here)
        {
            html.Raw($"<li><a href=\"#{CheckPage.Anchor(i)}\">").Text($"{f.Code} {Codes.Of(f.Code).Name}").Raw("</a> ")
                .Text($"{string.Join(", ", f.Subjects)} ({f.Footing})").Raw("</li>");
        }

        html.Raw("</ul>");
    }

    /// <summary>
    /// A footing: verdicts, then the clauses. Another footing than the text shows only the clauses that it adds.
    /// </summary>
    private void Footing(Html html, FootingCell cell, ImmutableArray<Strand> known)
    {
        var words = cell.Footing.ToString();
        html.Element("h5", char.ToUpperInvariant(words[0]) + words[1..]).Raw("<ul class=\"verdicts\">");
        foreach (var alike in cell.Strands.GroupBy(s => Prose.Headline(s.Answer, cell.Footing), StringComparer.Ordinal))
        {
            html.Raw("<li>").Element("b", _words.Who([.. alike.SelectMany(s => s.Performers)])).Raw(": ")
                .Text(alike.Key).Raw("</li>");
        }

        if (cell.Strands.IsEmpty)
        {
            html.Raw("<li>no clause speaks</li>");
        }

        html.Raw("</ul>");
        var before = known.SelectMany(s => s.Answer.Live).Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        var live = Live(cell).Where(x => !before.Contains(x.Rule.Id)).ToList();
        if (live.Count > 0)
        {
            html.Element("p class=\"sub\"", known.IsEmpty ? "Clauses that hold" : "Clauses that this footing adds")
                .Raw("<ul class=\"rules\">");
            foreach (var (rule, who) in live)
            {
                Clause(html, rule, who);
            }

            html.Raw("</ul>");
        }

        Aside(html, cell, known);
        Asked(html, cell);
    }

    private static List<(Rule Rule, List<int> Who)> Live(FootingCell cell)
    {
        var rules = new List<(Rule Rule, List<int> Who)>();
        foreach (var strand in cell.Strands)
        {
            foreach (var rule in strand.Answer.Live)
            {
                var at = rules.FindIndex(r => r.Rule.Id == rule.Id);
                if (at < 0)
                {
                    rules.Add((rule, [.. strand.Performers]));
                }
                else
                {
                    rules[at].Who.AddRange(strand.Performers);
                }
            }
        }

        return [.. rules.OrderBy(r => r.Rule.Place)];
    }

    private void Clause(Html html, Rule rule, List<int> who)
    {
        html.Raw("<li>").Element("code", rule.Id).Raw(" ").Element("span class=\"basis\"", rule.Ground.Basis.ToString())
            .Raw(" ").Text(RuleWords.Of(rule)).Raw(". ").Element("span class=\"n\"",
                $"Here it holds for {_words.Who(who)}.");
        foreach (var id in rule.Ground.Sources)
        {
            html.Raw("<div class=\"source\">").Element("span class=\"id\"", id);
            if (_sources.TryGetValue(id, out var source))
            {
                var title = _documents.TryGetValue(source.DocumentId, out var d) ? d.Title : source.DocumentId;
                html.Raw(" ").Text($"{title}, {source.At}").Raw(": ");
                if (source.Quote is { } quote)
                {
                    html.Raw("<q>").Text(quote).Raw("</q>");
                }
                else if (source.Says is { } says)
                {
                    html.Text($"as reported: {says}");
                }
            }

            html.Raw("</div>");
        }

        html.Raw("</li>");
    }

    private static void Aside(Html html, FootingCell cell, ImmutableArray<Strand> known)
    {
        static IEnumerable<(string Rule, string By)> Of(IEnumerable<Strand> strands) =>
            strands.SelectMany(s => s.Answer.SetAside).Select(a => (a.RuleId, Text.And(a.By))).Distinct();
        var aside = Of(cell.Strands).Except(Of(known)).ToList();
        if (aside.Count == 0)
        {
            return;
        }

        html.Raw("<p class=\"sub\">Set aside</p><ul class=\"rules\">");
        foreach (var (rule, by) in aside)
        {
            html.Raw("<li>").Element("code", rule).Text($" is overridden by {by}").Raw("</li>");
        }

        html.Raw("</ul>");
    }

    private void Asked(Html html, FootingCell cell)
    {
        static string Whom(string who) => who.Length == 0 ? "somebody whom the text does not name" : who;
        var lines = new List<string>();
        foreach (var strand in cell.Strands)
        {
            var who = _words.Who(strand.Performers);
            lines.AddRange(strand.Answer.Consents.Select(c => c.CountsAsGiven
                ? $"{who}: the consent of {Whom(c.Of)} counts as given ({c.RuleId})"
                : $"{who}: the consent of {Whom(c.Of)} is not stated; " +
                  $"{(c.AnswerWithin is { } w ? $"answer within {Text.Span(w)}" : "no time for an answer is said")}; " +
                  $"on refusal: {c.OnRefusal}; on silence: {c.OnSilence} ({c.RuleId})"));
            lines.AddRange(strand.Answer.Consultations.Select(c => $"{who}: {Whom(c.With)} is consulted ({c.RuleId})"));
            lines.AddRange(strand.Answer.Notices.Select(n => $"{who}: {Whom(n.To)} is told" + n switch
            {
                { Before: { } before } => $" {Text.Span(before)} before",
                { After: { } after } => $" within {Text.Span(after)} after",
                _ => "",
            } + $" ({n.RuleId})"));
            lines.AddRange(strand.Answer.Duties.Select(d => $"{who}: it is a duty of {Whom(d.Of)} ({d.RuleId})"));
        }

        if (lines.Count == 0)
        {
            return;
        }

        html.Raw("<p class=\"sub\">Asked, told and due</p><ul>");
        foreach (var line in lines)
        {
            html.Element("li", line);
        }

        html.Raw("</ul>");
    }
}
