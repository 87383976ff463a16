using Truce.Missions;

namespace Truce.Tests;

/// <summary>A mission's machines over a log's folder, and its state for the public, a party and an auditor.</summary>
public sealed class MissionReadingTests : IDisposable
{
    private readonly RecordStory _story = new();

    public void Dispose() => _story.Dispose();

    [Fact]
    public void Each_reader_folds_what_he_can_open_and_is_told_how_much_that_is()
    {
        Act("crossing.list", """{"crossing":"open to all"}""");
        Act("crossing.list", """{"crossing":"for two"}""", "agency", "un");
        Act("crossing.list", """{"crossing":"for one"}""", "un");
        _story.Note(7);

        Folds(keys: null, "3 of 5 entries read, 2 closed to you", "open to all");
        Folds(_story.Key("agency.reading"), "4 of 5 entries read, 1 closed to you", "open to all", "for two");
        Folds(_story.Key("un.reading"), "5 of 5 entries read, 0 closed to you", "open to all", "for two", "for one");
        Folds(_story.Reading, "5 of 5 entries read, 0 closed to you", "open to all", "for two", "for one");
        foreach (var (key, says) in new[]
        {
            ("", "replay as the public: 3 of 5 recomputed, 2 closed to you"),
            (_story.Key("agency.reading"), "replay as agency: 4 of 5 recomputed, 1 closed to you"),
            (_story.Reading, "replay as operator: 5 of 5 recomputed, 0 closed to you"),
        })
        {
            RecordStory.Is(0, says,
                ["record", "fsck", _story.Log, "--replay", .. key.Length > 0 ? new[] { "--reading-key", key } : []]);
        }
    }

    [Fact]
    public void An_act_without_its_form_is_refused_and_a_type_of_no_machine_is_kept()
    {
        RecordStory.Is(1, "refused (form): crossing.list lacks `crossing`", Append("crossing.list", "{}"));
        RecordStory.Is(1, "refused (form): no act is called `crossing.close`: crossing has list, state",
            Append("crossing.close", "{}"));
        _story.Note(7);
        RecordStory.Is(0, "outcome: applied: no machine reads acts of this type", "record", "show", _story.Log, "2");
    }

    [Fact]
    public void A_key_that_is_nobody_s_opens_nothing()
    {
        RecordStory.Done("key", "new", _story.At("x.key"), "--type", "x25519");
        using var error = new StringWriter();
        Assert.Null(MissionReading.Open(_story.Log, vkey: null, _story.At("x.key"), error));
        Assert.Contains("nobody's reading key in this log", error.ToString(), StringComparison.Ordinal);
    }

    private void Folds(string? keys, string says, params string[] crossings)
    {
        using var error = new StringWriter();
        using var reading = MissionReading.Open(_story.Log, vkey: null, keys, error);
        Assert.NotNull(reading);
        Assert.Equal(says, reading.Report.ToString());
        Assert.Equal(crossings, reading.Fold.Of("crossing").Select(c => c.Opening.Word("crossing")));
    }

    private void Act(string type, string act, params string[] audience) =>
        RecordStory.Done(
        [
            .. Append(type, act), .. audience.SelectMany(a => new[] { "--audience", a }),
            "--reading-key", _story.Reading,
        ]);

    private string[] Append(string type, string act) =>
        ["record", "append", _story.Log, "--key", _story.At("desk.key"), "--type", type, "--act", act];
}
