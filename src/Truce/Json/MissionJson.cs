using System.Collections.Immutable;
using System.Text.Json;
using Truce.Mission;
using Truce.Missions;
using Truce.Rules;
using Truce.Verbs;

namespace Truce.Json;

/// <summary>A mission's state as JSON. Times are POSIX milliseconds, as in the record.</summary>
internal static class MissionJson
{
    /// <summary>What stands before every answer: whether something of it is under embargo, whose eyes, and how much
    /// they could read.</summary>
    public static void Head(Utf8JsonWriter json, MissionReading reading, params IEnumerable<string> subjects)
    {
        json.WriteNumber("version", Wire.Version);
        json.Text("embargo", Embargoed.Words(reading.Fold, subjects));
        json.WriteString("origin", reading.Log.Founding.Genesis.Origin);
        json.WriteBoolean("exercise", reading.Log.Founding.Genesis.IsExercise);
        json.WriteString("as", reading.As);
        json.WriteNumber("entries", reading.Report.Entries);
        json.WriteNumber("read", reading.Report.Read);
        json.WriteNumber("closed", reading.Report.Closed);
        json.WriteNumber("erased", reading.Report.Erased);
        json.WriteNumber("lost", reading.Fold.Lost);
    }

    /// <summary>What stands behind every answer.</summary>
    public static void Standing(Utf8JsonWriter json)
    {
        json.WriteString("standing", Prose.StandingLine);
        json.WriteString("recognition", Prose.RecognitionLine);
    }

    /// <summary>The ruling of an act; null where it has none.</summary>
    public static void Ruling(Utf8JsonWriter json, Ruled? ruled, Rulebook? book)
    {
        if (ruled is null)
        {
            json.WriteNull("ruling");
            return;
        }

        json.WriteStartObject("ruling");
        json.WriteBoolean("if_as_reported", ruled.IsReported);
        json.WriteBoolean("differs", ruled.Differs);
        json.WriteNumber("answers", ruled.Count);
        json.WriteBoolean("partial", ruled.IsPartial);
        Answers(json, "then", ruled.Then, ruled.IsReported);
        Answers(json, "now", ruled.Now, ruled.IsReported);
        json.Strings("words", RulingWords.Lines(ruled, book));
        json.WriteEndObject();
    }

    /// <summary>An act with what became of it.</summary>
    public static void Labelled(Utf8JsonWriter json, Labelled label)
    {
        json.WriteNumber("entry", label.Entry);
        json.WriteString("type", label.Type);
        json.Text("subject", label.Subject);
        json.Text("author", label.Author);
        json.WriteNumber("occurred_at", label.OccurredAt);
        json.WriteNumber("received_at", label.ReceivedAt);
        json.WriteString("outcome", RecordWords.Wire(label.Outcome));
        json.Text("why", label.Why);
        json.WriteBoolean("public", label.IsClear);
    }

    /// <summary>A step of a subject.</summary>
    public static void Step(Utf8JsonWriter json, Step step)
    {
        json.WriteStartObject();
        json.WriteNumber("entry", step.Entry);
        json.WriteString("command", step.Row.Command);
        json.WriteString("kind", ActForms.Kind(step.Row.Kind));
        json.WriteString("author", step.Author);
        json.WriteString("entered_by", step.EnteredBy);
        json.WriteString("performer", step.Performer);
        json.WriteNumber("occurred_at", step.OccurredAt);
        json.WriteNumber("received_at", step.ReceivedAt);
        json.WriteNumber("from", step.Window.From);
        json.WriteNumber("until", step.Window.Until);
        json.Strings("places", step.Places);
        json.WriteBoolean("out_of_place", step.IsOutOfPlace);
        json.WriteBoolean("counts", step.IsHere);
        json.WriteStartObject("fields");
        foreach (var field in step.Row.Fields.Concat(step.Row.Added))
        {
            Field(json, field, step);
        }

        json.WriteEndObject();
        json.WriteStartArray("confirmations");
        foreach (var c in ConfirmationMachine.Of(step))
        {
            json.WriteStartObject();
            json.WriteString("by", c.By);
            json.WriteBoolean("confirms", c.Confirms);
            json.WriteBoolean("counts", c.Counts);
            json.WriteNumber("entry", c.Step.Entry);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Something that falls due.</summary>
    public static void Due(Utf8JsonWriter json, Subject subject, Due due, long now)
    {
        json.WriteStartObject();
        json.WriteString("subject", subject.Id);
        json.WriteString("what", due.What);
        json.Text("of", due.Of);
        json.WriteNumber("due_at", due.AtMilliseconds);
        json.WriteBoolean("overdue", due.AtMilliseconds <= now);
        json.WriteString("term", due.Term);
        json.WriteEndObject();
    }

    private static void Field(Utf8JsonWriter json, Field field, Step step)
    {
        if (field.Kind is FieldKind.Codes or FieldKind.Names)
        {
            if (step.Words(field.Name) is { IsEmpty: false } words)
            {
                json.Strings(field.Name, words);
            }
        }
        else if (field.Kind is FieldKind.Number or FieldKind.Time)
        {
            if (step.Number(field.Name) is { } number)
            {
                json.WriteNumber(field.Name, number);
            }
        }
        else if (field.Kind == FieldKind.Flag)
        {
            if (step.Number(field.Name) is { } flag)
            {
                json.WriteBoolean(field.Name, flag == 1);
            }
        }
        else if (step.Word(field.Name) is { } word)
        {
            json.WriteString(field.Name, word);
        }
    }

    private static void Answers(
        Utf8JsonWriter json, string name, ImmutableArray<Answered> answers, bool isReported)
    {
        json.WriteStartArray(name);
        foreach (var a in answers)
        {
            json.WriteStartObject();
            json.Text("action", a.Action);
            json.WriteString("performer", a.Performer);
            json.Text("place", a.Place);
            json.WriteBoolean("elsewhere", a.IsElsewhere);
            json.Text("phase", a.Phase);
            if (!isReported)
            {
                json.WriteString("verdict", a.Verdict);
            }

            json.Strings("last_word", a.Holders);
            json.Strings("ask", a.Ask);
            json.Strings("tell", a.Tell);
            json.Strings("rules", a.Rules);
            json.Strings("claims", a.Claims);
            json.Strings("facts", a.Facts);
            json.Strings("if", a.If);
            json.WriteBoolean("phase_unknown", a.IsPhaseUnknown);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
