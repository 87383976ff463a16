using System.CommandLine;
using Truce.Json;
using Truce.Record;
using Truce.Rules;
using Statement = Truce.Record.Statement;

namespace Truce.Verbs;

/// <summary><c>truce record show</c>.</summary>
internal static class RecordShowVerb
{
    private const int LastUsual = 20;

    public static Command Command(TextWriter output, TextWriter error)
    {
        var from = new Argument<string>("FROM") { Description = "a log's folder, a copy of one, or an http address" };
        var index = new Argument<long?>("INDEX") { Description = "one entry", Arity = ArgumentArity.ZeroOrOne };
        var last = new Option<long>("--last")
        {
            Description = "so many of the last entries",
            DefaultValueFactory = _ => LastUsual,
        };
        var log = new Option<string?>("--log") { Description = "the log's vkey; a log's own folder says it itself" };
        var format = new Option<string>("--format") { Description = "text or json", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var reader = new ReaderOptions();
        var command = new Command("show",
            "Show entries as people read them. What is confidential stays closed without a key that opens it.\n\n"
            + "Examples:\n  truce record show our-log\n  truce record show our-log 12\n"
            + "  truce record show our-log --last 100 --reading-key un.reading.key --as un\n"
            + "  truce record show https://log.example/ 12 --log LOG-VKEY --format json")
        {
            from, index, last, log, format,
        };
        reader.AddTo(command);
        command.SetAction(parsed =>
        {
            using var reading = RecordReading.Open(parsed.GetValue(from)!, parsed.GetValue(log), error);
            if (reading is null)
            {
                return 2;
            }

            if (parsed.GetValue(last) < 1 || parsed.GetValue(index) is { } one && (one < 0 || one >= reading.Size))
            {
                error.WriteLine($"error: `{parsed.GetValue(from)}` has the entries 0 to {reading.Size - 1}"
                    + $"{(parsed.GetValue(index) is { } bad ? $", and {bad} is none" : "; `--last` takes 1 or more")}\n"
                    + "  help: what was recorded since its checkpoint was signed shows with the next one");
                return 2;
            }

            reading.Survey();
            var eyes = reader.IsGiven(parsed) ? reader.Read(parsed, reading.Roster, error) : null;
            if (reader.IsGiven(parsed) && eyes is null)
            {
                return 2;
            }

            var first = parsed.GetValue(index) ?? Math.Max(0, reading.Size - parsed.GetValue(last));
            var views = reading.Leaves(first, parsed.GetValue(index) is { } only ? only + 1 : reading.Size)
                .Select(e => EntryView.Of(reading, e.Index, e.Leaf, eyes));
            if (parsed.GetValue(format) == "json")
            {
                EntryJson.Write(output, reading, eyes, views);
            }
            else
            {
                EntryText.Write(output, reading, views);
            }

            return 0;
        });
        return command;
    }
}

/// <summary>Entries for people.</summary>
internal static class EntryText
{
    public static void Write(TextWriter output, RecordReading reading, IEnumerable<EntryView> views)
    {
        var genesis = reading.Founding.Genesis;
        output.WriteLine($"{(genesis.IsExercise ? "EXERCISE: " : "")}{Plain.Words(genesis.Mission)}, "
            + $"the record {genesis.Origin}, {reading.Size} entries");
        var hasRuling = false;
        foreach (var view in views)
        {
            output.WriteLine();
            hasRuling |= view.Outcome?.Ruling is not null;
            foreach (var line in Lines(view, genesis))
            {
                output.WriteLine(line);
            }
        }

        if (hasRuling)
        {
            output.WriteLine($"\n{Prose.StandingLine}\n{Prose.RecognitionLine}");
        }
    }

    private static IEnumerable<string> Lines(EntryView view, Genesis genesis)
    {
        yield return $"{view.Index}  {RecordWords.Time(view.ReceivedAt)}  {Head(view, genesis)}";
        foreach (var (_, words) in view.Labels)
        {
            yield return $"   ! {words}";
        }

        if (view is { IsSilence: true, Seen: { } seen } && view.Labels.All(l => l.Word != "clock_disputed"))
        {
            yield return $"   the witnesses were silent: by them it came {EntryView.Words(seen)}";
        }

        foreach (var line in view.Statement is { } statement ? Lines(view, statement) : [])
        {
            yield return $"   {line}";
        }

        if (view.Codes is { } codes)
        {
            yield return $"   of it stays {RecordWords.Json(codes)}";
        }

        if (view.Outcome is { } outcome && view.State != EntryState.Genesis)
        {
            yield return $"   outcome: {RecordWords.Wire(outcome.Kind)}"
                + (outcome.Why is { } why ? $": {Plain.Words(why)}" : "");
            foreach (var json in outcome.Events)
            {
                yield return $"   event {RecordWords.Json(json)}";
            }

            if (outcome.Ruling is { } ruling)
            {
                yield return $"   ruling {RecordWords.Json(ruling)}";
            }
        }
    }

    private static string Head(EntryView view, Genesis genesis) => view.State switch
    {
        EntryState.Genesis => "genesis, signed by "
            + string.Join(", ", genesis.Guardians.Select(g => Plain.Words(g.Name)))
            + (genesis.Continues is { } before ? $"; continues {Plain.Words(before.Origin)}" : ""),
        EntryState.Closed => view.SizeClass is { } size
            ? $"confidential: closed to you; {RecordWords.Bytes(size)} class"
            : "confidential: closed to you; its ciphertext is not here",
        EntryState.Erased => "confidential: erased",
        EntryState.Lost => "confidential: LOST: its ciphertext is missing, and no entry says that it was erased",
        _ => $"{Plain.Words(view.Statement!.Type)}  by {Who(view)}",
    };

    private static string Who(EntryView view)
    {
        var by = view.Author!.By.Key is { } key
            ? $"{Plain.Words(key.Organisation)} ({Plain.Words(key.Role)}"
                + $"{(key.Area is { } area ? $", {Plain.Words(area)}" : "")})"
            : $"the unknown key {view.Statement!.Key}";
        return view.Author.For is { } whom ? $"{by}; entered by it for {RecordWords.For(whom)}" : by;
    }

    private static IEnumerable<string> Lines(EntryView view, Statement statement)
    {
        if (statement.Audience is { } audience)
        {
            yield return $"confidential to {Plain.Words(audience.ToString())} and the operator";
        }

        yield return $"occurred {RecordWords.Time(statement.OccurredAt)}, by its author";
        yield return $"act {RecordWords.Json(statement.Act)}";
        foreach (var expected in statement.Expects ?? [])
        {
            yield return $"expects {Plain.Words(expected.Subject)}: "
                + (expected.Decision is { } decision ? $"the decision {decision}" : "no decision before it");
        }

        foreach (var body in view.Bodies)
        {
            var bytes = body.Bytes is { } length ? $", {RecordWords.Bytes(length)}" : "";
            yield return $"attached {body.Attached.Hash}: {body.State switch
            {
                "clear" => "clear",
                "opened" => "sealed, open to you",
                "closed" => "sealed, closed to you",
                "erased" => "erased",
                "lost" => "LOST",
                _ => "not here",
            }}{bytes}";
        }
    }
}

/// <summary>Entries for programs.</summary>
internal static class EntryJson
{
    public static void Write(TextWriter output, RecordReading reading, Reader? reader, IEnumerable<EntryView> views) =>
        Wire.Write(output, (json, flush) =>
        {
            json.WriteStartObject();
            json.WriteNumber("version", Wire.Version);
            json.WriteString("origin", reading.Founding.Genesis.Origin);
            json.WriteBoolean("exercise", reading.Founding.Genesis.IsExercise);
            json.WriteString("genesis", reading.Founding.Hash.ToString());
            json.WriteNumber("size", reading.Size);
            json.WriteString("root", reading.Log.Head.Root.ToString());
            json.Text("as", reader?.Name);
            json.WriteStartArray("entries");
            foreach (var view in views)
            {
                One(json, view);
                flush();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static void One(System.Text.Json.Utf8JsonWriter json, EntryView view)
    {
        json.WriteStartObject();
        json.WriteNumber("index", view.Index);
        json.WriteString("state", Of(view.State));
        json.WriteNumber("received_at", view.ReceivedAt);
        json.Strings("labels", view.Labels.Select(l => l.Word));
        foreach (var (name, time) in new[] { ("seen_after", view.Seen?.After), ("seen_before", view.Seen?.Before) })
        {
            if (time is { } seconds)
            {
                json.WriteNumber(name, seconds);
            }
        }

        if (view.SizeClass is { } size)
        {
            json.WriteNumber("size_class", size);
        }

        if (view.Statement is { } statement)
        {
            Stated(json, view, statement);
        }

        if (view.Codes is { } codes)
        {
            json.WritePropertyName("codes");
            json.WriteRawValue(CanonicalJson.Write(codes));
        }

        if (view.Outcome is { } outcome)
        {
            json.WritePropertyName("outcome");
            json.WriteRawValue(outcome.ToBytes());
        }

        json.WriteEndObject();
    }

    private static void Stated(System.Text.Json.Utf8JsonWriter json, EntryView view, Statement statement)
    {
        var by = view.Author!.By;
        json.WriteStartObject("by");
        json.WriteString("key", statement.Key.ToString());
        json.WriteString("standing", RecordWords.Wire(by.Standing));
        json.Text("organisation", by.Key?.Organisation);
        json.Text("role", by.Key?.Role);
        json.Text("area", by.Key?.Area);
        json.WriteEndObject();
        json.Text("signed_by", view.Author.SignedBy);
        json.WritePropertyName("statement");
        json.WriteRawValue(statement.ToBytes());
        json.WriteStartArray("bodies");
        foreach (var body in view.Bodies)
        {
            json.WriteStartObject();
            json.WriteString("hash", body.Attached.Hash.ToString());
            json.WriteString("state", body.State);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Of(EntryState state) => state switch
    {
        EntryState.Genesis => "genesis",
        EntryState.Clear => "clear",
        EntryState.Opened => "opened",
        EntryState.Closed => "closed",
        EntryState.Erased => "erased",
        _ => "lost",
    };
}
