namespace Truce.Rules.Tests;

/// <summary>
/// What a party says takes nothing from the text and adds nothing to it, inside the rules and outside. Each case states
/// something as a claim; by the text the findings are those of the same file without it.
/// </summary>
public sealed class ClaimTests
{
    private const string Head = """
        truce: 1
        framework: Claims outside the rules
        status: invented
        zone: UTC
        documents: {act: {title: The act}}
        sources: {S: {in: act, at: "1"}}
        areas: {sectors: [north]}
        actions: {patrol: {is: patrol}}
        actors: {force: {is: command, answers_to: council}, army: {is: state force, of: other}}
        parties: {council: {role: organisation, seat: itself}, other: {role: guarantor, seat: the council}}

        """;

    private const string Rules = """
        rules:
          - {grant: force, may: patrol, id: may, basis: text, source: S}
          - {final: force, over: patrol, id: word, basis: text, source: S}
          - {final: army, over: patrol, during: late, id: word-2, basis: text, source: S}
          - {oblige: force, to: hand-over, id: due, basis: text, source: S}

        """;

    private const string Phases = "phases: {early: {source: S, basis: text}, late: {source: S, basis: text}}\n";
    private const string Claim = "source: S, basis: {claim: other}";

    public static TheoryData<string, string, string> Cases => new()
    {
        { "a phase that begins late", "phases: {early: {source: S, basis: text}, late: {not_before: 2027-05-01, " +
            Claim + "}}\n" + Rules, Phases + Rules },
        { "a term", $"mandate: {{term: {{from: 2026-01-01, until: 2026-12-31, {Claim}}}}}\n" + Phases + Rules,
            Phases + Rules },
        { "an endgame", $"endgame: {{statement: it ends, successor: other, {Claim}}}\n" + Phases + Rules,
            Phases + Rules },
        { "a last word over hand-over", Phases + Rules + $"  - {{final: other, over: hand-over, id: theirs, " +
            $"{Claim}}}\n",
            Phases + Rules },
        { "a duty to certify", Phases + Rules + $"  - {{oblige: force, to: certify, id: theirs, {Claim}}}\n",
            Phases + Rules },
        { "a requirement", $"mandate: {{needed: {{troops: 500, {Claim}}}, ceiling: {{troops: 900, source: S, " +
            $"basis: text}}}}\n" +
            Phases + Rules, "mandate: {ceiling: {troops: 900, source: S, basis: text}}\n" + Phases + Rules },
        { "a pledge", $"mandate: {{needed: {{troops: 500, source: S, " +
            $"basis: text}}}}\ncontributors: {{council: {{troops: 100, source: S, " +
            $"basis: text}}, other: {{troops: 900, {Claim}}}}}\n" + Phases + Rules,
            "mandate: {needed: {troops: 500, source: S, basis: text}}\ncontributors: {council: {troops: 100, " +
            "source: S, basis: " +
            "text}}\n" + Phases + Rules },
        { "a benchmark", $"benchmarks: {{done: {{{Claim}}}}}\n" + Phases + Rules, Phases + Rules },
        { "a police plan", $"police: {{needed: 900, by: 2026-02-01, start: 2026-01-01, intake: 10, every: 10 days, " +
            $"course: 20 days, " +
            $"pass_rate: 50 %, {Claim}}}\n" + Phases + Rules, Phases + Rules },
    };

    private static IEnumerable<string> ByText(string yaml, bool textOnly)
    {
        var reading = FrameworkReader.Read(Head + yaml, "claims.yaml");
        Assert.True(reading.IsUsable, string.Join('\n', reading.Diagnostics));
        var result = Check.Run(new Rulebook(reading.Framework), new CheckOptions(textOnly));
        return result.Findings.Where(f => f.Footing.Kind == FootingKind.Text).Select(f => $"{f.Identity} {f.Kind}")
            .Order(StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_claim_changes_nothing_by_the_text(string what, string with, string without)
    {
        Assert.NotEmpty(what);
        Assert.Equal(ByText(without, false), ByText(with, false));
        Assert.Equal(ByText(without, true), ByText(with, true));
        Assert.All(Check.Run(new Rulebook(FrameworkReader.Read(Head + with, "c").Framework),
            new CheckOptions(true)).Findings,
            f => Assert.Equal(FootingKind.Text, f.Footing.Kind));
    }
}
