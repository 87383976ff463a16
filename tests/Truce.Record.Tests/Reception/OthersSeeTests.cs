using System.Text;

namespace Truce.Record.Tests;

/// <summary>
/// Two worlds through the whole reception: they differ in the content of one confidential act, and everything that is
/// answered to others, or that a look at the folders shows, is the same but for hashes of hidden bytes.
/// </summary>
public sealed class OthersSeeTests
{
    private const long Noon = ReceptionWorld.Noon;

    private static readonly Founded Founded = new();

    [Theory]
    [InlineData("""{"code":1}""", """{"code":99}""")]
    [InlineData("""{"code":1}""", """{"code":8,"place":"somewhere else, in many more words than before"}""")]
    public void Others_get_the_same_answers_whatever_a_confidential_act_says(string one, string other) =>
        Assert.Equal(Seen(one), Seen(other));

    [Fact]
    public void The_same_comparison_shows_an_act_of_another_size_class()
    {
        var large = $$"""{"code":1,"text":"{{new string('x', 3_000)}}"}""";

        Assert.NotEqual(Seen("""{"code":1}"""), Seen(large));
    }

    /// <summary>What g2 and the public get and can look at, from before the act until the end of a day.</summary>
    private static List<string> Seen(string act)
    {
        var world = new ReceptionWorld(
            RecordFoldTests.Counting, new SendingLimits { Organisation = new(Burst: 9, PerMinute: 1) },
            founded: Founded);
        var seen = new List<string>();
        world.Pen("post 1");
        world.Pen("post 2", "g2"); // whose root signs the same each time: Ed25519
        world.Recorded(world.Confide("post 1", act), Noon + 1);
        for (var i = 0; i < 12; i++)
        {
            var answer = world.Take(world.Report("post 2"), Noon + (i * 1_000));
            seen.Add(answer is Answer.Refused refused ? refused.Note.Text
                : $"{((Answer.Recorded)answer).Receipt.Text.Split('\n')[5]} {((Answer.Recorded)answer).Index}");
        }

        world.Recorded(world.Confide("post 1"), Noon + 20_000); // judged by what the first one said
        seen.AddRange(world.Reception.Refusals().Select(Text));
        seen.Add(Text(world.Reception.Daily()[^1].Act)); // the clear fold's hash: the last is the public's
        seen.Add(world.Reception.Chains.All.Count().ToString(provider: null));
        foreach (var index in Enumerable.Range(0, (int)world.Log.Size))
        {
            var leaf = world.Leaf(index);
            seen.Add(ConfidentialStatement.Parse(leaf.Statement.Span).IsValid
                ? $"{leaf.Statement.Length} {leaf.Outcome.Length} {Entry.Read(index, leaf).Required().ReceivedAt}"
                : Encoding.UTF8.GetString(leaf.ToBytes()));
        }

        var names = world.BodyDisk.Names();
        seen.AddRange(names.Select(n => $"{n[..4]} {world.BodyDisk.Length(n)}").Order(StringComparer.Ordinal));
        seen.AddRange(world.Disk.Names().Select(n => $"{n} {world.Disk.Length(n)}").Order(StringComparer.Ordinal));
        return seen;
    }

    private static string Text(JsonValue json) => Encoding.UTF8.GetString(CanonicalJson.Write(json));
}
