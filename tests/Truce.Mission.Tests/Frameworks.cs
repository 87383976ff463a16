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
}
