using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Whoever was spoken for confirms or denies it with his own key; nobody else does.</summary>
public sealed class ConfirmationTests
{
    private const string ForVillage = """{"by":"telephone","of":"village"}""";

    internal static Table Machine { get; } = new Grid(ConfirmationMachine.Table, Frameworks.Curfew, audience: null, """
        axis state  stated
        state       new
        """)
        .Before("force", "message.send", """{"channel":"hotline","to":["idf"],"urgency":"routine"}""")
        .Try("state", "agencies", """
            {"about":"$before","statement":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","word":"confirms"}
            """);

    [Theory]
    [InlineData("village", null, ForVillage, true, null)]
    [InlineData("force", null, ForVillage, false, "it counts for nobody: the word was entered for village")]
    [InlineData("agencies", null, ForVillage, false, "it counts for nobody: the word was entered for village")]
    [InlineData("force", ForVillage, ForVillage, false, "it counts for nobody: one's own key alone confirms")]
    [InlineData("anonymous", null, """{"by":"paper","of":"anonymous"}""", false,
        "it counts for nobody: nobody confirms what was said anonymously")]
    [InlineData("agencies", null, null, false, "it counts for nobody: agencies signed that word itself")]
    public void A_word_is_confirmed_by_whose_it_is_with_his_own_key_and_anybody_elses_counts_for_nobody(
        string by, string? confirmedFor, string? entered, bool counts, string? why)
    {
        var world = new World();
        var (subject, hash) = Reported(world, entered);
        foreach (var word in new[] { "confirms", "denies" })
        {
            world.After(1).Send(by, "confirmation.state", Act(subject, hash, word), entered: confirmedFor);
            Assert.Equal((OutcomeKind.Applied, why), (world.Last.Kind, world.Last.Why));
        }

        var said = ConfirmationMachine.Of(world.All.Subjects[subject].Opening).ToArray();
        Assert.Equal([(true, counts, 1), (false, counts, 2)], said.Select(c => (c.Confirms, c.Counts, c.Step.Entry)));
    }

    [Fact]
    public void A_confirmation_counts_whether_it_comes_before_or_after_and_is_for_whoever_may_read_both()
    {
        var parties = Audience.Of("agencies", "village").Required();
        var world = new World();
        var (subject, hash) = Reported(world, ForVillage, parties);
        world.After(1).Send("village", "confirmation.state", Act(subject, hash, "denies"), parties);
        world.After(1).Send("village", "confirmation.state", Act(subject, hash, "confirms"),
            Audience.Of("village", "force").Required());
        Assert.Equal("the statement is not here yet: it counts once it is", world.Last.Why);

        var late = world.InAnotherOrder([2, 1, 0]);
        foreach (var fold in new[] { world.All, late.All })
        {
            Assert.Equal([(false, true), (true, true)], ConfirmationMachine.Of(fold.Subjects[subject].Opening)
                .Select(c => (c.Confirms, c.Counts)));
        }

        Assert.Single(ConfirmationMachine.Of(world.As("agencies").Subjects[subject].Opening));
        Assert.False(world.As("force").Subjects.ContainsKey(subject));
        var again = world.Mission.Begin();
        again.Load(world.All.Save());
        Assert.Equal(2, ConfirmationMachine.Of(again.Subjects[subject].Opening).Count());
    }

    [Fact]
    public void A_confirmation_is_of_one_statement_and_not_of_the_subjects_others()
    {
        var world = new World();
        var (subject, hash) = Reported(world, ForVillage);
        world.After(1).Send("agencies", "incident.note",
            $$"""{"subject":"{{subject}}","text":"{{Digest.Of([1])}}"}""", entered: ForVillage);
        world.After(1).Send("village", "confirmation.state", Act(subject, hash, "confirms"));
        Assert.Single(ConfirmationMachine.Of(world.All.Subjects[subject].Opening));
        Assert.Empty(ConfirmationMachine.Of(world.All.Subjects[subject].Last("note")!.Value));
    }

    private static (string Subject, Digest Hash) Reported(World world, string? entered, Audience? audience = null)
    {
        world.Send("agencies", "incident.report",
            """{"kind":"shooting","source-kinds":["witness"],"place":["north"]}""", audience, entered: entered);
        return (world.LastSubject, world.Entries[^1].Received.Hash);
    }

    private static string Act(string subject, Digest hash, string word) =>
        $$"""{"about":"{{subject}}","statement":"{{hash}}","word":"{{word}}"}""";
}
