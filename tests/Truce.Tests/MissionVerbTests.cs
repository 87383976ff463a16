using System.Text.Json;
using Truce.Missions;

namespace Truce.Tests;

/// <summary><c>truce mission</c>: acts from what was written to their receipt, and what each reader is shown.</summary>
public sealed class MissionVerbTests : IDisposable
{
    private readonly RecordStory _story = new();

    public void Dispose() => _story.Dispose();

    [Fact]
    public void Types_are_listed_and_explained()
    {
        RecordStory.Is(0, "crossing.state  state whether a crossing is open (adds)", "mission", "act");
        RecordStory.Is(0, "It moves `status` to what `status` says, in order of when it happened.", "mission", "act",
            "crossing.state");
        RecordStory.Is(2, "crossing has crossing.list, crossing.state", "mission", "act", "crossing.close");
        RecordStory.Is(2, "`truce mission act` lists them", "mission", "act", "note");
    }

    [Fact]
    public void An_act_is_signed_recorded_and_said_with_its_subject_and_receipt()
    {
        var said = Act("crossing.list", """{"crossing":"five","at":"2026-03-10T02:10:00+02:00"}""", "--receipts",
            _story.At("receipts"));
        Assert.Contains("entry 2: crossing.list: list a crossing\n  subject crossing/", said, StringComparison.Ordinal);
        Assert.Contains("\n  applied\n  receipt ", said, StringComparison.Ordinal);
        Assert.True(File.Exists(_story.At("receipts/2.receipt")));
        Act("crossing.state", """{"subject":"entry:2","status":"open","source":"post"}""", "--at",
            "2026-03-10T02:15:00+02:00");
        Act("crossing.state", """{"subject":"entry:2","status":"closed","source":"road"}""", "--at",
            "2026-03-10T02:20:00+02:00", "--for", "relief", "--by", "radio");

        var screen = RecordStory.Done("mission", "show", "2", "--log", _story.Log, "--now", "2026-03-10T02:30:00Z");
        Assert.Contains("  status: CLOSED\n", screen, StringComparison.Ordinal);
        Assert.Contains("un says open (2026-03-10 00:15:00Z, entry 3); relief says closed", screen,
            StringComparison.Ordinal);
        Assert.Contains("state, by relief, entered for them by un (entry 4", screen, StringComparison.Ordinal);
        Assert.Contains("no order, no clearance", screen, StringComparison.Ordinal);
        Assert.Contains("without prejudice", screen, StringComparison.Ordinal);
        RecordStory.Is(0, "1 act\n", "mission", "timeline", "--log", _story.Log, "--from", "2026-03-10T00:16:00Z",
            "--to", "2026-03-10T00:21:00Z");
    }

    [Fact]
    public void A_decision_names_the_last_one_that_its_author_could_read_and_a_stale_one_conflicts()
    {
        Act("incident.report", """{"kind":"shelling","source-kinds":["patrol"]}""");
        var first = Act("incident.triage", """{"subject":"entry:2","triage":"triaged"}""");
        Assert.Contains("nobody has decided on it yet", first, StringComparison.Ordinal);
        var second = RecordStory.Done("mission", "act", "incident.set-out", """{"subject":"entry:2"}""", "--log",
            _story.Log, "--key", _story.Key("agency"));
        Assert.Contains(": decided last by ", second, StringComparison.Ordinal);

        // Written by hand, as a device that was offline would have it: nobody had decided when it looked.
        using var error = new StringWriter();
        using var reading = MissionReading.Open(_story.Log, vkey: null, keys: null, error)!;
        var subject = reading.Fold.Labelled(2)!.Subject;
        RecordStory.Done("record", "append", _story.Log, "--key", _story.At("desk.key"), "--type", "incident.triage",
            "--act", $$"""{"subject":"{{subject}}","triage":"out-of-scope"}""", "--expects", $"{subject}=");
        RecordStory.Is(0, "conflicting: incident/", "mission", "timeline", "--log", _story.Log);
    }

    [Theory]
    [InlineData("`crossing` of crossing.list is one line", "crossing.list", """{"crossing":7}""")]
    [InlineData("crossing.list lacks `crossing`", "crossing.list", "{}")]
    [InlineData("`body` names plan.geojson, which is not attached: add `--attach plan.geojson`", "framework.revise",
        """{"framework":"#plan.geojson","body":"@plan.geojson"}""")]
    [InlineData("no entry that you may read there is about a subject", "crossing.state",
        """{"subject":"entry:99","status":"open","source":"x"}""")]
    [InlineData("which is no time with its offset", "crossing.list", """{"crossing":"x","at":"2026-03-10T02:10"}""")]
    public void What_has_not_its_form_is_said_before_anything_is_signed(string says, string type, string act)
    {
        RecordStory.Is(2, says, "mission", "act", type, act, "--log", _story.Log, "--key", _story.At("desk.key"));
        Assert.Contains("2 entries", RecordStory.Done("record", "show", _story.Log), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("`--for ORG` and `--by WAY` go together", "--for", "relief")]
    [InlineData("is not FILE=ORG,ORG", "--seal", "plan.geojson")]
    [InlineData("is no time with its offset from UTC", "--at", "yesterday")]
    [InlineData("`nobody` has no reading key in this log", "--to", "nobody")]
    [InlineData("`--evidence` shows a word", "--evidence", "paper.pdf")]
    public void Options_that_do_not_hold_are_said_with_the_remedy(string says, string option, string value)
    {
        RecordStory.Is(2, says, "mission", "act", "crossing.list", """{"crossing":"x"}""", "--log", _story.Log, "--key",
            _story.At("desk.key"), option, value);
    }

    [Fact]
    public void Who_was_spoken_for_confirms_and_it_is_shown_beside_the_step()
    {
        Act("crossing.list", """{"crossing":"five"}""", "--for", "agency", "--by", "radio");
        const string act = """{"about":"entry:2","statement":"entry:2","word":"WORD"}""";
        Act("confirmation.state", act.Replace("WORD", "denies", StringComparison.Ordinal));
        RecordStory.Done("mission", "act", "confirmation.state", act.Replace("WORD", "confirms",
            StringComparison.Ordinal), "--log", _story.Log, "--key", _story.Key("agency"));
        RecordStory.Is(2, "`statement` is `entry:9`: there is no such entry", "mission", "act", "confirmation.state",
            act.Replace("\"statement\":\"entry:2\"", "\"statement\":\"entry:9\"", StringComparison.Ordinal), "--log",
            _story.Log, "--key", _story.Key("agency"));

        var screen = RecordStory.Done("mission", "show", "2", "--log", _story.Log);
        Assert.Contains("  denied by un (entry 3), which counts for nobody", screen, StringComparison.Ordinal);
        Assert.Contains("  confirmed by agency (entry 4)\n", screen, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(RecordStory.Done("mission", "show", "2", "--log", _story.Log, "--json"));
        Assert.Equal([false, true], json.RootElement.GetProperty("subject").GetProperty("steps")[0]
            .GetProperty("confirmations").EnumerateArray().Select(c => c.GetProperty("counts").GetBoolean()));
    }

    [Fact]
    public void A_draft_sends_nothing()
    {
        Assert.Contains("not sent", Act("crossing.list", """{"crossing":"x"}""", "--draft"), StringComparison.Ordinal);
        Assert.Contains("2 entries", RecordStory.Done("record", "show", _story.Log), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_for_an_audience_is_shown_to_it_alone()
    {
        File.WriteAllText(_story.At("note.txt"), "the gate is narrow");
        RecordStory.Is(0, "`--to` leaves out un, whose act it is: it cannot read it", "mission", "act", "crossing.list",
            """{"crossing":"hidden"}""", "--log", _story.Log, "--key", _story.At("desk.key"), "--to", "agency",
            "--reading-key", _story.Reading, "--attach", _story.At("note.txt"));
        RecordStory.Is(2, "is no subject and no entry of an act that the public may read", "mission", "show", "2",
            "--log", _story.Log);
        RecordStory.Is(2, "that un may read", "mission", "show", "2", "--log", _story.Log, "--as",
            _story.Key("un.reading"));
        RecordStory.Is(0, "crossing hidden", "mission", "show", "2", "--log", _story.Log, "--as",
            _story.Key("agency.reading"));
        RecordStory.Is(0, "0 acts", "mission", "timeline", "--log", _story.Log);
        RecordStory.Is(0, "0 lost", "record", "fsck", _story.Log, "--replay", "--reading-key", _story.Reading);
    }

    [Fact]
    public void An_act_that_names_what_its_readers_may_not_know_is_stopped_before_it_is_signed()
    {
        string[] seen = ["--reading-key", _story.Reading];
        Act("crossing.list", """{"crossing":"hidden"}""", [.. seen, "--to", "un"]);
        using var reading = MissionReading.Open(_story.Log, vkey: null, _story.Key("un.reading"), TextWriter.Null)!;
        var id = reading.Fold.Labelled(2)!.Subject;
        foreach (var (type, act, to) in new (string, string, string?)[]
        {
            ("message.call", $$"""{"channel":"radio","to":["un"],"urgency":"urgent","kind":"other","about":"{{id}}"}""",
                null),
            ("crossing.list", $$"""{"crossing":"the one of {{id}}!"}""", "agency,un"),
            ("crossing.state", """{"subject":"entry:2","status":"open","source":"post"}""", null),
            ("confirmation.state", """{"about":"entry:2","statement":"entry:2","word":"denies"}""", null),
        })
        {
            string[] sent =
            [
                "mission", "act", type, act, "--log", _story.Log, "--key", _story.At("desk.key"), .. seen,
                .. to is null ? Array.Empty<string>() : ["--to", to],
            ];
            RecordStory.Is(2, $"names {id}, which is for un: whoever reads this act would learn of it", sent);
            Assert.Contains("not sent", RecordStory.Done([.. sent, "--even-so", "--draft"]), StringComparison.Ordinal);
        }

        Act("crossing.state", """{"subject":"entry:2","status":"open","source":"post"}""",
            [.. seen, "--to", "un"]);
        Act("crossing.list", """{"crossing":"other","continues":"entry:2"}""", [.. seen, "--to", "agency,un"]);
    }

    [Fact]
    public void Json_says_the_same_to_programs()
    {
        Act("crossing.list", """{"crossing":"five"}""");
        foreach (var args in new string[][]
        {
            ["mission", "show", "2"], ["mission", "timeline"], ["mission", "deadlines", "--within", "24h"],
        })
        {
            using var json = JsonDocument.Parse(RecordStory.Done([.. args, "--log", _story.Log, "--json"]));
            Assert.Equal(1, json.RootElement.GetProperty("version").GetInt32());
            Assert.Equal("the public", json.RootElement.GetProperty("as").GetString());
            Assert.Contains("no order", json.RootElement.GetProperty("standing").GetString(), StringComparison.Ordinal);
        }

        using var act = JsonDocument.Parse(Act("crossing.list", """{"crossing":"six"}""", "--json"));
        Assert.Equal("applied", act.RootElement.GetProperty("outcome").GetString());
        Assert.Equal(3, act.RootElement.GetProperty("entry").GetInt32());
    }

    private string Act(string type, string act, params string[] more) => RecordStory.Done(
        ["mission", "act", type, act, "--log", _story.Log, "--key", _story.At("desk.key"), .. more]);
}
