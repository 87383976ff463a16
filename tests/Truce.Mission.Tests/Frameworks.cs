namespace Truce.Mission.Tests;

/// <summary>Frameworks for tests.</summary>
internal static class Frameworks
{
    /// <summary>missions/exercises/curfew.yaml with what a mission's record needs beside it.</summary>
    public const string Curfew = """
        truce: 1
        framework: A curfew
        status: exercise
        zone: Asia/Gaza
        documents:
          d: {title: "Invented"}
        sources:
          s: {in: d, at: "1", says: "invented for a test"}
        mandate:
          adopted_by: {text: "nobody", source: s, basis: assumption}
          term: {from: 2025-10-01, for: 2 years, source: s, basis: assumption}
        areas:
          sectors: [north, south]
        actions:
          patrol: {is: patrol}
          move-aid: {is: move aid, free: [agencies]}
        actors:
          force: {is: command, source: s, basis: assumption}
          agencies: {is: humanitarian, source: s, basis: assumption}
        parties:
          committee: {role: mediator, source: s, basis: assumption}
        rules:
          - grant: force
            may: patrol
            id: patrols
            basis: assumption
            source: s
          - final: force
            over: patrol
            id: last-word
            basis: assumption
            source: s
          - final: committee
            over: [revise-framework, interpret, settle, declare-fact]
            id: committee-word
            basis: assumption
            source: s
        acts:
          movement: [move-aid]
        """;

    /// <summary>The same with phases, with a fact that is declared, and with one that is judged on the scene.</summary>
    public static string Phased { get; } = Curfew
        .Replace("\nactions:", """

            phases:
              stabilization: {declared_by: committee, source: s, basis: assumption}
              transfer: {declared_by: committee, source: s, basis: assumption}
            facts:
              alarm: {ask: "Is there an alarm?", judged: declared, by: committee, ordinary: no}
              seen: {ask: "Was a weapon seen?", judged: on-scene, ordinary: no}
            actions:
            """, StringComparison.Ordinal)
        .Replace("rules:", """
            rules:
              - grant: force
                may: search
                if: seen
                id: searches
                basis: assumption
                source: s
              - prohibit: force
                from: patrol
                if: alarm
                during: transfer
                id: no-patrols
                basis: assumption
                source: s
            """, StringComparison.Ordinal)
        .Replace("  patrol: {is: patrol}", "  patrol: {is: patrol}\n  search: {is: search}", StringComparison.Ordinal)
        .Replace("\nacts:", "\nacts:\n  plan.patrol: [patrol]\n  plan.search: [search]", StringComparison.Ordinal);
}
