using System.Text.Json;
using Truce.Missions;
using Truce.Space;

namespace Truce.Tests;

/// <summary>
/// A convoy with a sealed route, by the program alone: an armed party asks and gets a cell, its recipient the exact
/// conflict, its owner a digest, and everybody replays what he may.
/// </summary>
public sealed class MissionAskTests : IDisposable
{
    private const string Operation = "\"kind\":\"operation\","
        + "\"from\":\"2027-03-10T07:00:00Z\",\"until\":\"2027-03-10T08:00:00Z\"";

    private readonly RecordStory _story = new("committee", "force", "agencies");

    public MissionAskTests()
    {
        _story.Enrol("operator", "operator", "committee");
        _story.Enrol("desk", "desk", "agencies");
        File.WriteAllText(_story.At("route.geojson"), Collection("convoy", """
            {"type":"LineString","coordinates":[[34.40,31.46],[34.41,31.47]]}
            """, "\"kind\":\"humanitarian\",\"slack_min\":5,"
            + "\"times\":[\"2027-03-10T07:10:00Z\",\"2027-03-10T07:30:00Z\"]"));
        File.WriteAllText(_story.At("patrol.geojson"),
            Collection("patrol", """{"type":"Point","coordinates":[34.405,31.466]}""", Operation));
        File.WriteAllText(_story.At("elsewhere.geojson"),
            Collection("patrol", """{"type":"Point","coordinates":[34.25,31.25]}""", Operation));
    }

    private static string Gaza => Path.Combine(MissionTests.Root, "missions", "gaza");

    public void Dispose() => _story.Dispose();

    private static string Collection(string id, string geometry, string properties) =>
        $"{{\"type\":\"FeatureCollection\",\"features\":[{{\"type\":\"Feature\",\"id\":\"{id}\","
        + "\"geometry\":" + geometry
        + ",\"properties\":{\"actor\":\"force\",\"buffer_m\":500," + properties + "}}]}";

    [Fact]
    public void An_armed_party_is_told_the_cell_and_a_recipient_the_conflict()
    {
        var convoy = Notify();
        var (code, said, _) = Ask("force", "patrol.geojson");
        Assert.Equal(1, code);
        Assert.Contains("force asks; 1 of 40 today; answered in entry ", said, StringComparison.Ordinal);
        Assert.Contains("MAY MEET something that force may not know: ask the access cell.", said,
            StringComparison.Ordinal);
        Assert.DoesNotContain(convoy, said, StringComparison.Ordinal);
        (code, said, _) = Ask("committee", "patrol.geojson");
        Assert.Equal(1, code);
        Assert.Contains($"MEETS {convoy}, of agencies, which committee may read", said, StringComparison.Ordinal);
        Assert.DoesNotContain("MAY MEET", said, StringComparison.Ordinal);
        (code, said, _) = Ask("force", "elsewhere.geojson");
        Assert.Equal(0, code);
        Assert.Contains("force asks; 2 of 40 today", said, StringComparison.Ordinal);
        Assert.Contains("meets nothing that was notified", said, StringComparison.Ordinal);
        Replays();

        using var auditor = Reading(_story.Reading);
        var armed = NoOracle.Armed(auditor, "force", _story.At("patrol.geojson"), Gaza, 10_000, TextWriter.Null)!;
        Assert.StartsWith("10,000 checks by force, nested and shifted, without a budget, and all that he was told: "
            + "1 cell.", armed, StringComparison.Ordinal);
        using var recipient = Reading(_story.Key("committee.reading"));
        Assert.Contains("CONFLICT with patrol (force, operation, point)", NoOracle.Recipient(
            recipient, convoy, _story.At("patrol.geojson"), Gaza, TextWriter.Null), StringComparison.Ordinal);
        using var force = Reading(_story.Key("force.reading"));
        Assert.Null(NoOracle.Recipient(force, convoy, _story.At("patrol.geojson"), Gaza, TextWriter.Null));
        Assert.Null(NoOracle.RouteOf(auditor, auditor.Fold.Subjects[convoy])); // sealed without the operator
    }

    [Fact]
    public void A_spent_budget_is_said_and_a_notice_goes_on()
    {
        RecordStory.Done("mission", "act", "terms.declare", """{"term":"query-budget","checks":0,"source":"order 1"}""",
            "--log", _story.Log, "--key", _story.At("operator.key"));
        var (code, said, _) = Ask("force", "elsewhere.geojson");
        Assert.Equal(1, code);
        Assert.Contains("1 of 0 today. BUDGET SPENT", said, StringComparison.Ordinal);
        Notify();
        var json = JsonDocument.Parse(Ask("force", "patrol.geojson", "--json").Out).RootElement;
        Assert.True(json.GetProperty("checks")[0].GetProperty("spent").GetBoolean());
        Assert.Equal(0, json.GetProperty("cells").GetArrayLength());
        Replays();
    }

    [Fact]
    public void A_digest_goes_to_everybody_once_also_when_there_is_nothing_to_tell()
    {
        Notify();
        string[] verb =
        [
            "mission", "digest", "--log", _story.Log, "--key", _story.At("operator.key"),
            "--reading-key", _story.Reading,
        ];
        var said = RecordStory.Done(verb);
        Assert.Equal(3, said.Split(", nobody").Length - 1);
        Assert.Equal(3, RecordStory.Done(verb).Split(": given already").Length - 1);
        using var owner = Reading(_story.Key("agencies.reading"));
        var digest = Assert.Single(owner.Fold.Of("digest"));
        var screen = RecordStory.Done("mission", "show", digest.Id, "--log", _story.Log, "--as",
            _story.Key("agencies.reading"));
        Assert.Contains("askers nobody", screen, StringComparison.Ordinal);
        RecordStory.Is(2, "is not over", [.. verb, "--day", "2199-01-01"]);
        RecordStory.Is(2, "is no day", [.. verb, "--day", "today"]);
        Replays();
    }

    [Fact]
    public void Who_is_no_operator_and_a_plan_without_a_frame_are_refused_before_anything_is_entered()
    {
        string[] verb = ["mission", "ask", _story.At("patrol.geojson"), "--as", "force", "--log", _story.Log];
        string[] gaza = ["--mission", Gaza, "--reading-key", _story.Reading];
        RecordStory.Is(2, "is no key of the operator here", [.. verb, .. gaza, "--key", _story.At("desk.key")]);
        RecordStory.Is(2, "has no member `frame`",
            [.. verb, "--reading-key", _story.Reading, "--key", _story.At("operator.key")]);
        RecordStory.Is(2, "`nobody` has no reading key",
            [.. verb[..4], "nobody", .. verb[5..], .. gaza, "--key", _story.At("operator.key")]);
        using var all = Reading(_story.Reading);
        Assert.Empty(all.Fold.Of("query"));
    }

    private (int Code, string Out, string Error) Ask(string asker, string plan, params string[] more) => Frameworks.Run(
    [
        "mission", "ask", _story.At(plan), "--as", asker, "--log", _story.Log, "--key", _story.At("operator.key"),
        "--reading-key", _story.Reading, "--mission", Gaza, .. more,
    ]);

    private MissionReading Reading(string key) =>
        MissionReading.Open(_story.Log, vkey: null, key, TextWriter.Null)!;

    /// <summary>The agencies notify, to the committee, with a cell, and seal the route to it.</summary>
    private string Notify()
    {
        var place = new MissionFrame(new GeodeticPosition(31.4, 34.38))
            .PlaceOf(new GeodeticPosition(31.466, 34.405), out _);
        static int Cell(int millimetres) => (int)Math.Floor(millimetres / 5e6);
        File.WriteAllText(_story.At("convoy.json"), $$"""
            {"mode":"notify-only","kind":"convoy","purpose":"food","recipients":["committee"],"route":"@route.geojson",
            "departure":"2027-03-10T07:00:00Z","arrival":"2027-03-10T08:00:00Z",
            "at":{"from":"2027-03-10T07:00:00Z","to":"2027-03-10T08:00:00Z"},
            "cells":["{{Cell(place.EastMillimetres)}}:{{Cell(place.NorthMillimetres)}}"]}
            """);
        RecordStory.Done("mission", "act", "movement.notify", _story.At("convoy.json"), "--log", _story.Log, "--key",
            _story.At("desk.key"), "--to", "agencies,committee", "--reading-key", _story.Reading, "--seal",
            _story.At("route.geojson") + "=committee,agencies");
        using var all = Reading(_story.Reading);
        return all.Fold.Of("movement").Single().Id;
    }

    private void Replays()
    {
        string[] readers = ["reading", "committee.reading", "force.reading", "agencies.reading"];
        foreach (var key in readers.Select(_story.Key))
        {
            RecordStory.Is(0, "recomputed", "record", "fsck", _story.Log, "--replay", "--reading-key", key);
        }
    }
}
