using System.Text.Json;
using Truce.Rules;

namespace Truce.Json;

/// <summary>Findings as JSON. <c>docs/schemas/check.schema.json</c> is its published schema.</summary>
internal static class CheckJson
{
    /// <summary>What a check gave, whole: every box of every region.</summary>
    public static void Write(TextWriter output, Rulebook book, CheckResult result, Reading reading, string file) =>
        Wire.Write(output, (json, flush) =>
        {
            json.WriteStartObject();
            json.WriteNumber("version", Wire.Version);
            json.WriteString("kind", "truce-check");
            Framework(json, book.Framework, file);
            json.Strings("standing", [Prose.StandingLine, Prose.RecognitionLine]);
            json.WriteNumber("errors", result.Findings.Count(f => f.Severity == Severity.Error));
            json.WriteNumber("warnings", result.Findings.Count(f => f.Severity == Severity.Warning));
            json.WriteStartArray("findings");
            foreach (var finding in result.Findings)
            {
                Finding(json, finding);
                flush();
            }

            json.WriteEndArray();
            json.WriteStartArray("answers");
            foreach (var answer in result.Answers)
            {
                json.WriteStartObject();
                json.WriteString("code", answer.Code);
                json.WriteString("subject", answer.Subject);
                json.WriteString("value", Wire.Of(answer.Value));
                json.WriteString("sentence", answer.Sentence);
                json.Strings("workings", answer.Workings);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.Strings("not_decided", result.NotDecided);
            json.WriteNumber("nodes", result.Nodes);
            json.Diagnostics(reading.Diagnostics);
            json.WriteEndObject();
        });

    /// <summary>What reading a file gave, where it cannot be used.</summary>
    public static void WriteUnusable(TextWriter output, Reading reading, string file) => Wire.Write(output, (json, _) =>
    {
        json.WriteStartObject();
        json.WriteNumber("version", Wire.Version);
        json.WriteString("kind", "truce-diagnostics");
        json.WriteString("file", file);
        json.Diagnostics(reading.Diagnostics);
        json.WriteEndObject();
    });

    private static void Framework(Utf8JsonWriter json, Framework f, string file)
    {
        json.WriteStartObject("framework");
        json.WriteString("name", f.Name);
        json.WriteString("status", Wire.Of(f.Status));
        json.WriteString("zone", f.Zone);
        json.WriteString("file", file);
        json.WriteNumber("rules", f.Rules.Length);
        json.WriteEndObject();
    }

    private static void Finding(Utf8JsonWriter json, Finding f)
    {
        json.WriteStartObject();
        json.WriteString("code", f.Code);
        json.WriteString("severity", Wire.Of(f.Severity));
        json.WriteStartObject("footing");
        json.WriteString("kind", Wire.Of(f.Footing.Kind));
        json.Strings("claimants", new[] { f.Footing.Claimant, f.Footing.Second }.OfType<string>());
        json.WriteString("words", f.Footing.ToString());
        json.WriteEndObject();
        json.WriteString("kind", Wire.Of(f.Kind));
        json.WriteString("identity", f.Identity);
        json.Text("action", f.Action);
        json.Strings("subjects", f.Subjects);
        json.WriteStartArray("rules");
        foreach (var rule in f.Rules)
        {
            Rule(json, rule);
        }

        json.WriteEndArray();
        Region(json, f);
        Witness(json, f);
        json.Text("witness_ruling", f.WitnessWords);
        if (f.Share is { } share)
        {
            json.WriteNumber("share", share);
        }
        else
        {
            json.WriteNull("share");
        }

        json.WriteString("sentence", f.Sentence);
        json.Strings("workings", f.Workings);
        json.Strings("repairs", f.Repairs);
        json.Place(f.Place);
        json.WriteEndObject();
    }

    private static void Rule(Utf8JsonWriter json, Rule rule)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        json.WriteString("kind", Wire.Of(rule.Kind));
        json.Strings("sources", rule.Ground.Sources);
        json.WriteStartObject("basis");
        json.WriteString("kind", Wire.Of(rule.Ground.Basis.Kind));
        json.Text("claimant", rule.Ground.Basis.Claimant);
        json.WriteEndObject();
        json.Place(rule.Place);
        json.WriteEndObject();
    }

    private static void Region(Utf8JsonWriter json, Finding f)
    {
        if (f.Region is not { } region)
        {
            json.WriteNull("region");
            return;
        }

        json.WriteStartObject("region");
        json.Strings("words", f.Where);
        json.WriteStartArray("boxes");
        foreach (var box in region.Boxes)
        {
            Box(json, region.Space, box);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Box(Utf8JsonWriter json, Situations space, ulong[] box)
    {
        List<int> Bits(int dim) => Mask.Bits(space.Dim(box, dim));
        json.WriteStartObject();
        json.Strings("performers", Bits(Situations.Performer).Select(i => space.Performers[i]));
        json.Strings("actions", Bits(Situations.Action).Select(i => space.Actions[i]));
        json.WriteStartArray("leaves");
        foreach (var leaf in Bits(Situations.Leaf))
        {
            Leaf(json, space.Leaves[leaf]);
        }

        json.WriteEndArray();
        json.Strings("phases", Bits(Situations.Phase).Select(i => space.Phases[i]));
        json.WriteStartArray("days");
        foreach (var (first, last) in Runs(Bits(Situations.Day)))
        {
            Days(json, new DayCell(space.Days[first].First, space.Days[last].Last));
        }

        json.WriteEndArray();
        json.WriteStartArray("hours");
        foreach (var (first, last) in Runs(Bits(Situations.Hour)))
        {
            Hours(json, new HourSpan(space.Hours[first].FromMinute, space.Hours[last].UntilMinute));
        }

        json.WriteEndArray();
        json.WriteStartArray("facts");
        for (var f = 0; f < space.Facts.Length; f++)
        {
            Fact(json, space.Facts[f], Bits(Situations.FirstFact + f));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Leaf(Utf8JsonWriter json, Leaf leaf)
    {
        json.WriteStartArray();
        json.WriteStringValue(leaf.Sector);
        foreach (var area in leaf.Areas)
        {
            json.WriteStringValue(area);
        }

        json.WriteEndArray();
    }

    /// <summary>Both ends included; null where the term's end there is not known.</summary>
    private static void Days(Utf8JsonWriter json, DayCell days)
    {
        json.WriteStartObject();
        json.Text("from", days.First is { } first ? Text.Date(first) : null);
        json.Text("until", days.Last is { } last ? Text.Date(last) : null);
        json.WriteEndObject();
    }

    /// <summary>From, included, to before until, on the local clock; the day ends at 24:00.</summary>
    private static void Hours(Utf8JsonWriter json, HourSpan hours)
    {
        json.WriteStartObject();
        json.WriteString("from", Text.Clock(hours.FromMinute));
        json.WriteString("until", Text.Clock(hours.UntilMinute));
        json.WriteEndObject();
    }

    private static void Fact(Utf8JsonWriter json, FactAxis axis, List<int> values)
    {
        json.WriteStartObject();
        json.WriteString("fact", axis.Id);
        if (axis.Starts.IsEmpty)
        {
            json.Strings("values", values.Select(v => axis.Values[v]));
        }
        else
        {
            json.WriteStartArray("ranges");
            foreach (var (first, last) in Runs(values))
            {
                json.WriteStartObject();
                json.WriteNumber("from", axis.Starts[first]);
                json.WriteNumber("to", last + 1 < axis.Starts.Length ? axis.Starts[last + 1] - 1 : axis.Most);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Ascending numbers as runs without a gap, both ends included.</summary>
    private static IEnumerable<(int First, int Last)> Runs(List<int> values)
    {
        for (var i = 0; i < values.Count;)
        {
            var j = i;
            while (j + 1 < values.Count && values[j + 1] == values[j] + 1)
            {
                j++;
            }

            yield return (values[i], values[j]);
            i = j + 1;
        }
    }

    private static void Witness(Utf8JsonWriter json, Finding f)
    {
        if (f.Witness is not { } w)
        {
            json.WriteNull("witness");
            return;
        }

        // Where the identity has no action the finding is about two or more units and acts, and the first of each
        // says nothing.
        var one = f.Action.Length > 0;
        json.WriteStartObject("witness");
        json.Text("performer", one ? w.Performer : null);
        json.Text("action", one ? w.Action : null);
        json.WritePropertyName("leaf");
        Leaf(json, w.Leaf);
        json.WriteString("phase", w.Phase);
        json.WritePropertyName("days");
        Days(json, w.Day);
        json.WritePropertyName("hours");
        Hours(json, w.Hour);
        json.WriteStartArray("facts");
        foreach (var (fact, value) in w.Facts)
        {
            json.WriteStartObject();
            json.WriteString("fact", fact);
            json.Text("value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("words", FindingText.Example(f));
        json.WriteEndObject();
    }
}
