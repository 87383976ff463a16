using System.Globalization;
using System.Text.Json;
using Truce.Mission;
using Truce.Missions;

namespace Truce.Json;

/// <summary>A report as JSON, by docs/schemas/report.schema.json. Times are POSIX milliseconds, as in the record.
/// </summary>
internal static class ReportJson
{
    /// <summary>The most entries of a figure that are listed; past it a count.</summary>
    private const int EntriesMax = 10_000;

    public static void Write(TextWriter output, ReportPaper paper) => Wire.Write(output, (json, flush) =>
    {
        json.WriteStartObject();
        json.WriteNumber("truce_report", Wire.Version);
        json.WriteString("report", paper.Report.Name);
        json.WriteString("title", paper.Report.Title);
        json.Text("embargo", paper.Embargo);
        json.WriteString("mission", paper.Mission);
        json.WriteString("origin", paper.Origin);
        json.WriteBoolean("exercise", paper.IsExercise);
        Time(json, "from", paper.Report.Period.From);
        Time(json, "until", paper.Report.Period.Until);
        json.WriteString("as", paper.As);
        json.WriteNumber("entries_read", paper.Reading.Read);
        json.WriteNumber("entries_closed", paper.Reading.Closed);
        json.WriteNumber("entries_erased", paper.Reading.Erased);
        json.WriteNumber("entries_not_public", paper.NotPublic);
        json.Strings("handling", paper.Handling.Marks.Select(m => m.Mark));
        json.Strings("release", paper.Handling.Release);
        json.WriteStartObject("checkpoint");
        json.WriteNumber("size", paper.Checkpoint.Size);
        json.WriteString("root", paper.Checkpoint.Root.ToString());
        json.Strings("cosigned_by", paper.Cosigners);
        json.WriteEndObject();
        json.Strings("not_known", paper.Gaps.Select(g => g.Words));
        json.WriteStartArray("sections");
        foreach (var section in paper.Report.Sections)
        {
            Section(json, section);
            flush();
        }

        json.WriteEndArray();
        json.WriteStartArray("entries");
        foreach (var entry in paper.Entries)
        {
            Entry(json, entry);
            flush();
        }

        json.WriteEndArray();
        json.WriteNumber("entries_left_out", paper.EntryCount - paper.Entries.Length);
        json.Strings("standing", ReportText.Standing(paper.Report));
        json.WriteEndObject();
    });

    private static void Section(Utf8JsonWriter json, Section section)
    {
        json.WriteStartObject();
        json.WriteString("title", section.Title);
        json.Text("note", section.Note);
        json.WriteStartArray("figures");
        foreach (var f in section.Figures)
        {
            json.WriteStartObject();
            json.WriteString("label", f.Label);
            Value(json, f);
            Number(json, "lowest", f.Low);
            Number(json, "highest", f.High);
            json.Text("unit", f.Unit);
            json.Text("mark", ReportPaper.Word(f.Mark).ToLowerInvariant());
            json.Text("note", f.Note);
            json.WriteStartArray("entries");
            foreach (var entry in f.Entries.Take(EntriesMax))
            {
                json.WriteNumberValue(entry);
            }

            json.WriteEndArray();
            json.WriteNumber("entries_left_out", Math.Max(0, f.Entries.Length - EntriesMax));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A number where there is a unit, else a text; null where there is none: it is not zero.</summary>
    private static void Value(Utf8JsonWriter json, Figure f)
    {
        if (f.Unit.Length > 0
            && decimal.TryParse(f.Value, NumberStyles.Number, CultureInfo.InvariantCulture, out var number))
        {
            json.WriteNumber("value", number);
        }
        else
        {
            json.Text("value", f.Value);
        }
    }

    private static void Entry(Utf8JsonWriter json, PaperEntry entry)
    {
        json.WriteStartObject();
        MissionJson.Labelled(json, entry.Label);
        json.WriteString("entered_by", entry.EnteredBy);
        json.WriteString("leaf_hash", entry.LeafHash.ToString());
        json.WriteEndObject();
    }

    private static void Time(Utf8JsonWriter json, string name, long milliseconds) =>
        Number(json, name, milliseconds == long.MinValue ? null : milliseconds);

    private static void Number(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } n)
        {
            json.WriteNumber(name, n);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
