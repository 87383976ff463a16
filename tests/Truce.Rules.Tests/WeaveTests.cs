using System.Net;

namespace Truce.Rules.Tests;

public sealed class WeaveTests
{
    public static TheoryData<string> Missions => Tests.Missions.Theory;

    [Theory]
    [MemberData(nameof(Missions))]
    public void Every_quote_is_found_in_its_document(string file) =>
        Assert.Empty(Quotes.Missing(Tests.Missions.Read(file), name => Document(file, name)));

    [Fact]
    public void A_quote_is_searched_word_for_word_where_its_document_is_there()
    {
        var f = new Framework
        {
            Documents = [new Document("d", "D", null, "d.txt", default), new Document("e", "E", null, "e.txt", default),
                new Document("g", "G", null, null, default)],
            Sources =
            [
                Source("found", "d", "two  words"), Source("lost", "d", "two words more"),
                    Source("case", "d", "Two words"),
                Source("no-file", "e", "x"), Source("no-text", "g", "x"),
            ],
        };
        Assert.Equal(["lost d.txt", "case d.txt"],
            Quotes.Missing(f, n => n == "d.txt" ? "the two\n  words\nhere" : null)
            .Select(m => $"{m.SourceId} {m.File}"));
    }

    [Theory]
    [MemberData(nameof(Missions))]
    public void Everything_stands_where_it_is_cited(string file)
    {
        var f = Tests.Missions.Read(file);
        var sections = Sections(Markdown(f));
        void Check(string kind, string id, Ground ground)
        {
            var where = sections.Where(s => s.Value.Contains($"- {kind} `{id}`: ", StringComparison.Ordinal))
                .Select(s => s.Key)
                .Where(k => f.Sources.Any(s => s.Id == k)).ToHashSet();
            Assert.True(where.SetEquals(ground.Sources), $"{kind} {id}: {string.Join(' ', where)}");
        }

        f.Rules.ToList().ForEach(r => Check("Rule", r.Id, r.Ground));
        f.Objections.ToList().ForEach(o => Check("Objection", o.Id, o.Ground));
        f.Benchmarks.ToList().ForEach(b => Check("Benchmark", b.Id, b.Ground));
        f.Pledges.ToList().ForEach(p => Check("Pledge", p.Contributor, p.Ground));
        f.Phases.ToList().ForEach(p => Check("Phase", p.Id, p.Ground));
        f.Mandate.Ceilings.ToList().ForEach(c => Check("Ceiling", c.Component, c.Ground));
        f.Mandate.Needed.ToList().ForEach(c => Check("Needed", c.Component, c.Ground));
        f.NotEncoded.ToList().ForEach(n => Assert.Contains(n.Reason, sections[n.SourceId], StringComparison.Ordinal));
        f.Sources.ToList().ForEach(s =>
            Assert.Contains(s.Quote ?? s.Says ?? "", sections[s.Id], StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Missions))]
    public void Every_finding_is_there_and_named_at_its_rules(string file)
    {
        var book = new Rulebook(Tests.Missions.Read(file));
        var result = Check.Run(book);
        var sections = Sections(Weave.Markdown(book, result, []));
        for (var i = 0; i < result.Findings.Length; i++)
        {
            var finding = result.Findings[i];
            Assert.Contains($"- F{i + 1} {finding.Code} ", sections["Findings"], StringComparison.Ordinal);
            foreach (var source in finding.Rules.SelectMany(r => r.Ground.Sources))
            {
                Assert.Contains($"F{i + 1} ({finding.Code}", sections[source], StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Missions))]
    public void The_standing_lines_are_on_both_forms(string file)
    {
        var book = new Rulebook(Tests.Missions.Read(file));
        var result = Check.Run(book);
        foreach (var text in new[] { Weave.Markdown(book, result, []), Weave.Html(book, result, []) })
        {
            Assert.Equal(3, text.Split(Prose.StandingLine).Length);
            Assert.Equal(3, text.Split(Prose.RecognitionLine).Length);
        }
    }

    [Fact]
    public void The_page_holds_what_the_text_holds_and_runs_nothing()
    {
        var f = Tests.Missions.Read("missions/gaza/framework.yaml") with { Name = "<script>alert(1)</script>" };
        var book = new Rulebook(f);
        var html = Weave.Html(book, Check.Run(book), []);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.All(f.Rules, r => Assert.Contains($"<code>{r.Id}</code>", html, StringComparison.Ordinal));
        Assert.All(f.Sources.Where(s => s.Quote is not null),
            s => Assert.Contains(WebUtility.HtmlEncode(s.Quote)!, html, StringComparison.Ordinal));
    }

    [Fact]
    public void A_quote_that_is_not_found_is_said_to_be_so()
    {
        var book = new Rulebook(Tests.Missions.Read("missions/gaza/framework.yaml"));
        var text = Weave.Markdown(book, Check.Run(book), [new MissingQuote("A2", "article.txt", default)]);
        Assert.Contains("Quote not found in article.txt", Sections(text)["A2"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enforcement", "isf may patrol, search, seize-weapons, detain, use-force, protect-aid, form-police " +
        "or enforce-truce")]
    [InlineData("self-defence", "anyone may always defend, and no ordinary prohibition removes it; if hostile-act")]
    [InlineData("legal-floor", "nobody may attack-protected, and nothing overrides this")]
    [InlineData("borders", "idf has the last word over hold-border, whoever does it; in border-north-east")]
    [InlineData("order-after-transfer", "police must be able to keep-order; in strip, during transfer")]
    public void A_rule_reads_as_a_sentence(string id, string sentence) => Assert.Equal(sentence,
        Prose.Clause(Tests.Missions.Read("missions/gaza/framework.yaml").Rules.Single(r => r.Id == id)));

    [Theory]
    [InlineData("G4", "search needs the consent of army, when force does it; no time to answer is stated; on " +
        "refusal: nothing said; " +
        "on silence: nothing said; in line, unless imminent-attack")]
    [InlineData("G1-notice", "jmc must be told of patrol, search, seize or use-force, when force does it, at most 2 " +
        "hours after; in line or south")]
    [InlineData("G2-consultation",
        "force must be consulted on patrol, search, seize, arrest or use-force, when army does it; during p1")]
    public void A_requirement_reads_as_a_sentence(string id, string sentence) => Assert.Equal(sentence,
        Prose.Clause(Tests.Missions.Read("missions/line/framework.yaml").Rules.Single(r => r.Id == id)));

    private static Source Source(string id, string document, string quote) =>
        new(id, document, "", quote, null, default);

    private static string? Document(string file, string name)
    {
        var path = Path.Combine(Tests.Missions.Root, Path.GetDirectoryName(file)!, name);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    private static string Markdown(Framework f)
    {
        var book = new Rulebook(f);
        return Weave.Markdown(book, Check.Run(book), []);
    }

    /// <summary>The text below each heading, by the id in the heading, or its words.</summary>
    private static Dictionary<string, string> Sections(string markdown) => markdown.Split("\n##").Skip(1).ToDictionary(
        s => s.StartsWith('#') ? s[..s.IndexOf('\n', StringComparison.Ordinal)].Split('`')[^2]
            : s[1..s.IndexOf('\n', StringComparison.Ordinal)],
        s => s);
}
