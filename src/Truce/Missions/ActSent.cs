using System.Text;
using Truce.Json;
using Truce.Mission;
using Truce.Record;
using Truce.Rules;
using Truce.Verbs;
using Answer = Truce.Record.Answer;
using Statement = Truce.Record.Statement;

namespace Truce.Missions;

/// <summary>What became of an act that was sent: the outcome, the ruling in words, the entry and the receipt.</summary>
internal sealed class ActSent
{
    private readonly Answer.Recorded _recorded;
    private readonly string _does;
    private readonly string? _receipt;
    private readonly Outcome? _outcome;
    private readonly Rulebook? _book;
    private readonly string _subject;
    private readonly Statement _statement;

    public ActSent(
        RecordFolder record, Answer.Recorded recorded, Statement statement, Machine machine, Row row, string? receipt)
    {
        (_recorded, _statement, _receipt) = (recorded, statement, receipt);
        _does = $"{machine.Name}.{row.Command}: {row.Does}";
        _outcome = record.OutcomeOf(recorded.Index);
        _book = _outcome?.Framework is { } framework ? record.Mission.BookOf(framework) : null;
        _subject = row.Kind != RowKind.Opens ? ((JsonValue.Text)((JsonValue.Members)statement.Act)["subject"]!).Value
            : Mission.Mission.IdOf(machine, Digest.Of(record.LeafAt(recorded.Index)!.Statement.Span));
    }

    /// <summary>0 where it applied, else 1.</summary>
    public int Code => _outcome?.Kind == OutcomeKind.Applied ? 0 : 1;

    public void Write(TextWriter output)
    {
        output.WriteLine($"entry {_recorded.Index}: {_does}{(_recorded.IsNew ? "" : "; recorded before")}");
        output.WriteLine($"  subject {_subject}");
        output.WriteLine($"  {Plain.Words(Outcome())}");
        var text = new StringBuilder();
        foreach (var line in Ruled.Of(_outcome?.Ruling) is { } ruled ? RulingWords.Lines(ruled, _book) : [])
        {
            FindingText.Wrap(text, Plain.Words(line), "  ", "    ");
        }

        output.Write(text.ToString());
        output.WriteLine(_receipt is null ? "  no receipt is kept: name a folder with `--receipts`"
            : $"  receipt {_receipt}");
        MissionVerb.Standing(output);
    }

    public void WriteJson(TextWriter output) => Wire.Write(output, (json, _) =>
    {
        json.WriteStartObject();
        json.WriteNumber("version", Wire.Version);
        json.WriteNumber("entry", _recorded.Index);
        json.WriteBoolean("new", _recorded.IsNew);
        json.WriteString("type", _statement.Type);
        json.WriteString("subject", _subject);
        json.Text("outcome", _outcome is null ? null : RecordWords.Wire(_outcome.Kind));
        json.Text("why", _outcome?.Why);
        json.WriteStartArray("expects");
        foreach (var expected in _statement.Expects ?? [])
        {
            json.WriteStartObject();
            json.WriteString("subject", expected.Subject);
            json.Text("decision", expected.Decision?.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        MissionJson.Ruling(json, Ruled.Of(_outcome?.Ruling), _book);
        json.Text("receipt", _receipt);
        MissionJson.Standing(json);
        json.WriteEndObject();
    });

    private string Outcome() => _outcome is null ? "what became of it is closed: enter the reading key"
        : RecordWords.Wire(_outcome.Kind) + (_outcome.Why is { } why ? $": {why}" : "");
}
