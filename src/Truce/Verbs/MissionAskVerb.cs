using System.Collections.Immutable;
using System.CommandLine;
using Truce.Json;
using Truce.Maps;
using Truce.Mission;
using Truce.Missions;
using Truce.Record;
using Truce.Rules;
using Truce.Space;
using Outcome = Truce.Record.Outcome;

namespace Truce.Verbs;

/// <summary>
/// <c>truce mission ask</c>: what a plan meets, for somebody who may not know everything, on the record.
/// </summary>
internal sealed class MissionAskVerb
{
    private readonly Argument<string> _plan = new("PLAN")
    {
        Description = "a GeoJSON file of activities (docs/space-geojson.md)",
    };

    private readonly Option<string> _as = new("--as") { Description = "the organisation that asks", Required = true };

    private readonly Option<string?> _mission = new("--mission")
    {
        Description = "a mission folder with areas.geojson, for the frame; without it the plan's own member `frame`",
    };

    private readonly OperatorOptions _operator = new();

    private readonly Option<bool> _json = new("--json") { Description = "print JSON instead of text" };

    private readonly TextWriter _output;
    private readonly TextWriter _error;

    private MissionAskVerb(TextWriter output, TextWriter error) => (_output, _error) = (output, error);

    public static Command Command(TextWriter output, TextWriter error)
    {
        var verb = new MissionAskVerb(output, error);
        var command = new Command("ask",
            "What does a plan meet, as far as ORG may know? For the operator: each check is an entry for ORG, hit or "
            + "not, and spends one unit of its budget of the day; the answer is another. What ORG may not know is told "
            + "as cells, windows of six hours and whom to ask. Exit 0 nothing, 1 something or no budget, 2 bad input."
            + "\n\nExamples:\n  truce mission ask patrol.geojson --as force --log our-log --key operator.key "
            + "--reading-key - --mission missions/gaza")
        {
            verb._plan, verb._as, verb._mission, verb._json,
        };
        verb._operator.AddTo(command);
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var (path, asker) = (parsed.GetValue(_plan)!, parsed.GetValue(_as)!);
        if (MissionFile.Bounded(path, MapFile.BytesMax, _error) is not { } bytes
            || _operator.Open(parsed, _error) is not { } desk)
        {
            return 2;
        }

        using (desk)
        {
            if (PlanOf(parsed, desk.Reading.Mission.Grid, MapFile.Read(bytes, path)) is not var (map, plan))
            {
                return 2;
            }

            var asked = Questions.Of(map.Grid, plan);
            if (asked is not { Length: > 0 } cells)
            {
                _error.WriteLine($"{path}: file: it touches more than {Questions.CellsMax * Questions.ChecksMax} cells "
                    + "and windows, or none\n  help: ask about fewer days or a smaller area at once");
                return 2;
            }

            var checks = new List<Checked>();
            foreach (var some in cells.Chunk(Questions.CellsMax))
            {
                if (Check(desk, asker, Digest.Of(bytes), some, parsed.GetValue(_operator.Receipts)) is not { } check)
                {
                    return desk.Finish(2, _error);
                }

                checks.Add(check);
            }

            Subject[] met = [.. Questions.Meets(desk.Reading.Fold, asker, plan)];
            Tell(parsed, desk, map, asker, checks, met);
            return desk.Finish(met.Length > 0 || checks.Any(c => c.IsSpent || c.Told.Length > 0) ? 1 : 0, _error);
        }
    }

    /// <summary>The plan in the mission's frame; null, and the reason printed, where it has none or is none.</summary>
    private (MissionMap Map, ImmutableArray<Activity> Plan)? PlanOf(ParseResult parsed, MissionGrid grid, MapFile file)
    {
        var folder = parsed.GetValue(_mission);
        var areas = folder is null ? file : SpaceVerb.Areas(folder, _error);
        if (areas is null)
        {
            return null;
        }

        if (MissionMap.FrameOf(areas) is not var (frame, epoch, cells))
        {
            if (!MapFiles.Print([areas], _error))
            {
                _error.WriteLine($"error: `{areas.Name}` has no member `frame`\n  help: name the mission: "
                    + "`--mission missions/gaza`");
            }

            return null;
        }

        if (epoch.ToUnixTimeMilliseconds() != grid.EpochMilliseconds || cells.CellMillimetres != grid.CellMillimetres)
        {
            _error.WriteLine(
                $"error: `{areas.Name}` counts from {epoch} in cells of {cells.CellMillimetres / 1_000} m, and the "
                + "record does not\n  help: "
                + $"its epoch is {NodaTime.Instant.FromUnixTimeMilliseconds(grid.EpochMilliseconds)}, its cells "
                + $"{grid.CellMillimetres / 1_000} m");
            return null;
        }

        var map = new MissionMap(frame, epoch, cells, IsStated: true, [], SpaceVerb.ZoneOf(folder));
        var planned = PlanFile.Read(file, map);
        return MapFiles.Print([file], _error) ? null
            : (map, [.. planned.Where(p => !p.IsZone).Select(p => p.Activity)]);
    }

    /// <summary>One check and, while there is budget, its answer.</summary>
    private Checked? Check(OperatorDesk desk, string asker, Digest plan, AskedCell[] cells, string? receipts)
    {
        JsonValue.Text Word(string text) => new(text);
        var texts = Questions.Cells(cells);
        if (desk.Say("query.check", new JsonValue.Members(
            [
                new("asker", Word(asker)), new("plan", Word(plan.ToString())),
                new("cells", new JsonValue.Items([.. texts.Select(Word)])),
            ]), asker, subject: null, receipts, _error) is not var (entry, outcome)
            || Applied(entry, outcome) is not { } e)
        {
            return null;
        }

        long Number(string name) => ((JsonValue.Number)e.Fields.First(f => f.Key == name).Value).Value;
        var check = new Checked(entry, Answer: null, Number("of-today"), Number("budget"), []);
        if (e.Moves.Contains(("answer", "spent")))
        {
            return check;
        }

        var told = Questions.Answer(desk.Reading.Fold, asker, texts);
        return desk.Say("query.answer", new JsonValue.Members(
            [
                new("subject", Word(e.Subject)), new("told", new JsonValue.Items([.. told.Select(Word)])),
                new("contact", Word(desk.Reading.Fold.Terms.AccessContact)),
            ]), asker, e.Subject, receipts, _error) is var (answer, said) && Applied(answer, said) is not null
                ? check with { Answer = answer, Told = [.. Questions.MayBeIn(told)] } : null;
    }

    private Event? Applied(long entry, Outcome outcome)
    {
        if (outcome.Kind == OutcomeKind.Applied)
        {
            return Event.Read(outcome.Events[0]);
        }

        _error.WriteLine($"error: entry {entry} is {RecordWords.Wire(outcome.Kind)}: {Plain.Words(outcome.Why ?? "")}\n"
            + "  help: `truce mission act query.check` shows its form");
        return null;
    }

    private void Tell(
        ParseResult parsed, OperatorDesk desk, MissionMap map, string asker, List<Checked> checks, Subject[] met)
    {
        var coarse = new Coarse(desk.Reading.Fold.Terms.AccessContact, [.. checks.SelectMany(c => c.Told)
            .Select(t => new CoarseCell(t.East, t.North, t.Window, t.Window))]);
        if (parsed.GetValue(_json))
        {
            Json(desk, map, asker, checks, met, coarse);
            return;
        }

        MissionVerb.Head(_output, desk.Reading);
        _output.WriteLine();
        foreach (var check in checks)
        {
            _output.WriteLine($"entry {check.Entry}: {Plain.Words(asker)} asks; {check.OfToday} of {check.Budget} today"
                + (check.IsSpent ? ". BUDGET SPENT: no answer before midnight UTC. A notification needs no check"
                    : $"; answered in entry {check.Answer}"));
        }

        foreach (var subject in met)
        {
            _output.WriteLine($"  MEETS {subject.Id}, of {Plain.Words(subject.Opening.Author)}, which "
                + $"{Plain.Words(asker)} may read");
        }

        if (!coarse.Cells.IsEmpty)
        {
            _output.WriteLine($"  MAY MEET something that {Plain.Words(asker)} may not know: ask "
                + $"{Plain.Words(coarse.Contact)}. This is all that is told, however often one asks:");
        }

        foreach (var cell in PlanText.Cells(map, coarse))
        {
            _output.WriteLine($"      {cell}");
        }

        if (met.Length == 0 && coarse.Cells.IsEmpty && !checks.Any(c => c.IsSpent))
        {
            _output.WriteLine("  meets nothing that was notified; nothing is safe because nothing is found");
        }

        MissionVerb.Standing(_output);
    }

    private void Json(
        OperatorDesk desk, MissionMap map, string asker, List<Checked> checks, Subject[] met, Coarse coarse) =>
        Wire.Write(_output, (json, _) =>
        {
            json.WriteStartObject();
            MissionJson.Head(json, desk.Reading);
            json.WriteString("asker", asker);
            json.WriteStartArray("checks");
            foreach (var check in checks)
            {
                json.WriteStartObject();
                json.WriteNumber("entry", check.Entry);
                json.WriteNumber("of_today", check.OfToday);
                json.WriteNumber("budget", check.Budget);
                json.WriteBoolean("spent", check.IsSpent);
                json.WriteNumber("answered_in", check.Answer ?? -1);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.Strings("meets", met.Select(s => s.Id));
            json.WriteString("contact", coarse.Contact);
            json.WriteStartArray("cells");
            foreach (var cell in coarse.Cells)
            {
                var window = CoarseGrid.WindowOf(cell);
                json.WriteStartObject();
                json.WriteNumber("east", cell.EastCell);
                json.WriteNumber("north", cell.NorthCell);
                json.WriteString("from", map.Iso(window.FromSeconds));
                json.WriteString("until", map.Iso(window.UntilSeconds));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            MissionJson.Standing(json);
            json.WriteEndObject();
        });

    /// <summary>
    /// A check on the record: its entry, that of its answer, the budget, and the cells that were told.
    /// </summary>
    private sealed record Checked(
        long Entry, long? Answer, long OfToday, long Budget, ImmutableArray<AskedCell> Told)
    {
        public bool IsSpent => Answer is null;
    }
}

/// <summary>The options by which the operator speaks.</summary>
internal sealed class OperatorOptions
{
    private readonly Option<string> _log = new("--log") { Description = "the log's folder", Required = true };

    private readonly Option<string> _key = new("--key")
    {
        Description = "a private device key of the operator",
        Required = true,
    };

    private readonly Option<string> _readingKey = new("--reading-key")
    {
        Description = "the mission's private reading key, or - for the standard input",
        Required = true,
    };

    private readonly Option<string?> _keys = new("--keys") { Description = "the folder of the operator's keys" };

    /// <summary>The folder for receipts.</summary>
    public Option<string?> Receipts { get; } = new("--receipts") { Description = "the folder for INDEX.receipt" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _log, _key, _readingKey, _keys, Receipts })
        {
            command.Add(option);
        }
    }

    /// <summary>The desk; null, and the reason printed, where it cannot be opened.</summary>
    public OperatorDesk? Open(ParseResult parsed, TextWriter error) => OperatorDesk.Open(parsed.GetValue(_log)!,
        parsed.GetValue(_key)!, parsed.GetValue(_keys), parsed.GetValue(_readingKey)!, error);
}
