namespace Truce.Mission.Tests;

/// <summary>Every command of what is declared and stays: frameworks, phases, facts, terms, what fell due.</summary>
internal static class DeclarationTables
{
    internal static Table Framework { get; } = new Grid(Declarations.Framework, framework: null, audience: null, """
        axis state  revised
        revise      new
        """)
        .Try("revise", "committee", """{"framework":"$framework","body":"$body"}""");

    internal static Table Phase { get; } = new Grid(Declarations.Phase, Frameworks.Phased, audience: null, """
        axis state  declared
        declare     new
        """)
        .Try("declare", "committee", """{"sector":"north","phase":"transfer"}""");

    internal static Table Fact { get; } = new Grid(Declarations.Fact, Frameworks.Phased, audience: null, """
        axis state  declared
        declare     new
        """)
        .Try("declare", "committee", """{"sector":"north","fact":"alarm","value":"yes"}""");

    internal static Table Terms { get; } = new Grid(TermsMachine.Table, Frameworks.Curfew, audience: null, """
        axis state  declared
        declare     new
        """)
        .Try("declare", "committee", """{"term":"triage","minutes":60,"source":"order 7"}""");

    internal static Table Mode { get; } = new Grid(ModeMachine.Table, Frameworks.Curfew, audience: null, """
        axis state  declared
        declare     new
        """)
        .Try("declare", "committee", """{"mode":"needs-clearance","source":"order 7","place":["north"]}""");

    internal static Table Timer { get; } = new Grid(TimerMachine.Table, Frameworks.Curfew, audience: null, """
        axis state  noted
        note        T

        T = it is noted already, in entry 2
        """)
        .Before("force", "message.send", """{"channel":"hotline","to":["idf"],"urgency":"routine"}""")
        .Try("note", "operator", """{"about":"$before","what":"acknowledgement","of":"idf","due":1760112000000}""");
}
