using System.Security.Cryptography;
using System.Text;
using Truce.Record;

namespace Truce.Tests;

/// <summary>
/// One mission from end to end, by the program alone: a framework in force, two parties, an act that some may read,
/// witnesses, and replay as the public, as a party and as an auditor.
/// </summary>
public sealed class MissionStoryTests : IDisposable
{
    private const string Framework = """
        truce: 1
        framework: A crossing
        status: exercise
        zone: Asia/Gaza
        documents:
          d: {title: "Invented"}
        sources:
          s: {in: d, at: "1", says: "invented for a test"}
        mandate:
          adopted_by: {text: "nobody", source: s, basis: assumption}
          term: {from: 2025-10-01, for: 4 years, source: s, basis: assumption}
        areas:
          sectors: [north, south]
        actions:
          close-crossing: {is: open and close a crossing}
        actors:
          force: {is: command, source: s, basis: assumption}
          agencies: {is: humanitarian, source: s, basis: assumption, channel: "radio 4"}
        parties:
          committee: {role: mediator, source: s, basis: assumption}
        rules:
          - {grant: force, may: close-crossing, id: the-gate, basis: assumption, source: s}
          - {final: force, over: close-crossing, id: the-word, basis: assumption, source: s}
          - {require: notice, of: agencies, for: close-crossing, before: 2 hours, id: the-notice, basis: assumption,
             source: s}
          - {final: committee, over: [revise-framework, declare-fact], id: the-text, basis: assumption, source: s}
        acts:
          crossing: [close-crossing]
        """;

    private readonly RecordStory _story = new("committee", "force", "agencies");

    public MissionStoryTests()
    {
        _story.Enrol("operator", "operator", "committee");
        _story.Enrol("post", "post", "force");
        _story.Enrol("desk", "desk", "agencies");
        File.WriteAllText(_story.At("framework.yaml"), Framework);
    }

    public void Dispose() => _story.Dispose();

    [Fact]
    public void A_mission_is_replayed_clean_by_the_public_a_party_and_an_auditor()
    {
        InForce();
        var said = Act("post", "crossing.list", """{"crossing":"five","place":["north"]}""");
        Assert.Contains("force: close-crossing (open and close a crossing), in north: PERMITTED, under force.", said,
            StringComparison.Ordinal);
        Assert.Contains("Whose word: force. Must be told: agencies.", said.ReplaceLineEndings(" ").Replace("    ", "",
            StringComparison.Ordinal), StringComparison.Ordinal);
        Act("desk", "crossing.list", """{"crossing":"six","place":["south"]}""", "--to", "force,agencies");
        Act("post", "crossing.state", """{"subject":"entry:6","status":"closed","source":"post","place":["south"]}""",
            "--to", "agencies,force");
        _story.Cosign(_story.Log, DateTimeOffset.UnixEpoch.AddYears(60).ToUnixTimeSeconds());

        Sound("replay as the public: 5 of 7 recomputed, 2 closed to you", "");
        Sound("replay as agencies: 7 of 7 recomputed, 0 closed to you", _story.Key("agencies.reading"));
        Sound("replay as committee: 5 of 7 recomputed, 2 closed to you", _story.Key("committee.reading"));
        Sound("replay as operator: 7 of 7 recomputed, 0 closed to you", _story.Reading);
        var screen = RecordStory.Done("mission", "show", "6", "--log", _story.Log, "--as", _story.Key("force.reading"));
        Assert.Contains("  status: CLOSED\n", screen, StringComparison.Ordinal);
        Assert.Contains("agencies: must be told (close-crossing), by radio 4", screen, StringComparison.Ordinal);
    }

    [Fact]
    public void An_act_is_never_refused_for_its_ruling_and_says_it()
    {
        InForce();
        var said = Act("desk", "crossing.list", """{"crossing":"six","place":["south"]}""");
        Assert.Contains("applied", said, StringComparison.Ordinal);
        Assert.Contains("agencies: close-crossing (open and close a crossing), in south: NOT GRANTED", said,
            StringComparison.Ordinal);
        Assert.Contains("OUTSIDE THE FRAMEWORK", Act("desk", "fact.declare",
            """{"sector":"south","fact":"x","value":"y"}""", code: 1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_slip_of_the_hand_in_a_place_or_a_name_is_asked_about_before_anything_is_signed()
    {
        InForce();
        foreach (var (says, act) in new[]
        {
            ("`nroth` in `place` is no area of the framework in force: did you mean `north`?",
                """{"channel":"radio","to":["agencies"],"urgency":"urgent","place":["nroth"]}"""),
            ("`line-9` in `place` is no area of the framework in force",
                """{"channel":"radio","to":["agencies"],"urgency":"urgent","place":["north+line-9"]}"""),
            ("`comittee` in `to` is nobody here: did you mean `committee`?",
                """{"channel":"radio","to":["agencies","comittee"],"urgency":"urgent"}"""),
        })
        {
            string[] sent =
            [
                "mission", "act", "message.call", act, "--log", _story.Log, "--key", _story.At("post.key"),
            ];
            RecordStory.Is(2, $"error: {says}", sent);
            RecordStory.Is(2, "nothing was signed", sent);
            Assert.Contains("not sent", RecordStory.Done([.. sent, "--even-so", "--draft"]), StringComparison.Ordinal);
        }

        Act("post", "message.call", """{"channel":"radio","to":["brigade 2"],"urgency":"urgent"}"""); // a unit's name
    }

    [Fact]
    public void A_report_that_names_no_action_says_so_and_not_that_nothing_was_in_force()
    {
        InForce();
        var said = Act("desk", "incident.report", """{"kind":"shooting","source-kinds":["witness"]}""");
        Assert.Contains("None: it names no action of the framework", said, StringComparison.Ordinal);
        Assert.DoesNotContain("No framework was in force", said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_outcome_that_was_doctored_is_named_by_replay_and_by_nothing_else()
    {
        InForce();
        Act("post", "crossing.list", """{"crossing":"five","place":["north"]}""");
        Doctored(_story.Log, o => o with { Why = "the operator's own words" });
        RecordStory.Is(0, "every hash, root, checkpoint, signature, key and time holds", "record", "fsck", _story.Log);
        RecordStory.Is(1, "FAULT replay: entry 6: its `why` is \"the operator's own words\", and the entries before it "
            + "give null", "record", "fsck", _story.Log, "--replay");
    }

    [Fact]
    public void An_outcome_of_an_older_meaning_is_no_way_around_the_machines()
    {
        InForce();
        Act("post", "crossing.list", """{"crossing":"five","place":["north"]}""");
        Doctored(_story.Log, o => new Outcome
        {
            ReceivedAt = o.ReceivedAt,
            Fold = o.Fold,
            Semantics = 0,
            Kind = OutcomeKind.Applied,
        });
        RecordStory.Is(1, "entry 6: its `semantics` is smaller than that of an entry before it", "record", "fsck",
            _story.Log, "--replay");
    }

    [Fact]
    public void A_copy_without_bodies_says_which_body_a_replay_lacks()
    {
        InForce();
        Act("post", "crossing.list", """{"crossing":"five","place":["north"]}""");
        RecordStory.Done("record", "copy", _story.Log, _story.At("copy"));
        string[] fsck = ["record", "fsck", _story.At("copy"), "--log", _story.LogKey, "--replay"];
        RecordStory.Is(1, "NOT REPLAYED from here on: entry 4", fsck);
        RecordStory.Is(1, ", which acts name, is not here: replay where the bodies are", fsck);
    }

    private void InForce() => Assert.Contains("applied", Act("operator", "framework.revise",
        """{"framework":"#framework.yaml","body":"@framework.yaml"}""", "--attach", _story.At("framework.yaml")),
        StringComparison.Ordinal);

    private string Act(string key, string type, string act, string? option = null, string? value = null, int code = 0)
    {
        var (got, output, error) = Frameworks.Run(
        [
            "mission", "act", type, act, "--log", _story.Log, "--key", _story.At($"{key}.key"), "--reading-key",
            _story.Reading, .. option is null ? [] : new[] { option, value! },
        ]);
        Assert.True(got == code, $"{type}: {got}\n{output}{error}");
        return output;
    }

    [Fact]
    public void Testimony_is_sealed_unless_its_author_says_otherwise()
    {
        InForce();
        Act("desk", "incident.report", """{"kind":"shooting","source-kinds":["witness"]}""", "--to", "force,agencies");
        File.WriteAllText(_story.At("nurse.txt"), "I saw it");
        const string act = """
            {"subject":"entry:5","evidence":"@nurse.txt","form":"testimony","consent":"to-examine"}
            """;
        string[] sent =
        [
            "mission", "act", "incident.evidence", act, "--log", _story.Log, "--key", _story.At("desk.key"),
            "--reading-key", _story.Reading, "--to", "force,agencies", "--attach", _story.At("nurse.txt"),
        ];
        RecordStory.Is(2, "`nurse.txt` is testimony, and agencies, force and the operator could read it", sent);
        RecordStory.Is(0, "applied", [.. sent[..^2], "--seal", $"{_story.At("nurse.txt")}=agencies"]);
        Act("desk", "incident.report", """{"kind":"shooting","source-kinds":["witness"]}""");
        RecordStory.Is(2, "testimony would be public for ever",
        [
            .. sent[..3], act.Replace("entry:5", "entry:7", StringComparison.Ordinal), .. sent[4..8], "--attach",
            _story.At("nurse.txt"),
        ]);
    }

    [Fact]
    public void What_is_stopped_for_want_of_the_reading_key_says_what_to_do()
    {
        InForce();
        RecordStory.Is(1, "A confidential act needs `--reading-key FILE`", "mission", "act", "crossing.list",
            """{"crossing":"five"}""", "--log", _story.Log, "--key", _story.At("post.key"), "--to", "force");
        RecordStory.Is(2, "`--from` is not before `--to`", "mission", "timeline", "--log", _story.Log, "--from",
            "2026-03-10T02:00:00Z", "--to", "2026-03-10T01:00:00Z");
    }

    private void Sound(string says, string key) => RecordStory.Is(0, says,
        ["record", "fsck", _story.Log, "--replay", .. key.Length > 0 ? new[] { "--reading-key", key } : []]);

    /// <summary>The last entry's act once more, by its author, with an outcome of the operator's choice.</summary>
    private void Doctored(string path, Func<Outcome, Outcome> change)
    {
        using var disk = new Folder(path);
        using var log = RecordLog.Open(disk).Required();
        var last = Leaf.Parse(log.Entries(log.Size - 1, log.Size)!.AsMemory(sizeof(ushort))).Required();
        using var device = PrivateKeyFile.Parse(File.ReadAllBytes(_story.At("post.key"))).Required().ToSigner()
            .Required();
        var statement = Statement.Parse(last.Statement.Span).Required();
        var signed = SignedStatement.Sign(statement with
        {
            Id = Pen.Id(statement.OccurredAt, RandomNumberGenerator.GetBytes(Pen.RandomBytes)),
            Previous = Digest.Of(last.Statement.Span),
        }, device);
        var outcome = Outcome.Parse(last.Outcome.Span).Required();
        var json = Encoding.UTF8.GetString(outcome.ToBytes());
        var id = Convert.ToHexStringLower(Digest.Of(last.Statement.Span).ToArray())[..16];
        var fresh = Convert.ToHexStringLower(Digest.Of(signed.Statement.Span).ToArray())[..16];
        var own = Outcome.Parse(Encoding.UTF8.GetBytes(json.Replace(id, fresh, StringComparison.Ordinal))).Required();
        log.Append([new Leaf(signed.Statement, signed.Signature, change(own with { Fold = log.Size }).ToBytes())])
            .Required();
        using var key = Http.Keys.Read(Path.Combine(path, "keys", "log.key")).Required();
        log.Publish(log.Sign(key).Required()).Required();
    }
}
