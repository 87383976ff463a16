using System.Globalization;
using System.Text.Json;
using Truce.Rules;

namespace Truce.Json;

/// <summary>
/// Findings in the Static Analysis Results Interchange Format, SARIF 2.1.0, which editors and code hosts read.
/// </summary>
internal static class Sarif
{
    private const string Schema =
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    /// <summary>The findings, the three-valued answers, and what reading warned of.</summary>
    public static void Write(TextWriter output, CheckResult result, Reading reading, string file) =>
        Run(output, reading, successful: true, result.NotDecided, (json, flush) =>
        {
            foreach (var finding in result.Findings)
            {
                Result(json, finding, file);
                flush();
            }

            foreach (var answer in result.Answers)
            {
                Result(json, answer, file);
            }

            Results(json, reading);
        });

    /// <summary>What reading a file gave, where it cannot be used.</summary>
    public static void WriteUnusable(TextWriter output, Reading reading) =>
        Run(output, reading, successful: false, [], (json, _) => Results(json, reading));

    private static void Run(TextWriter output, Reading reading, bool successful, IEnumerable<string> notDecided,
        Action<Utf8JsonWriter, Action> results) => Wire.Write(output, (json, flush) =>
        {
            json.WriteStartObject();
            json.WriteString("$schema", Schema);
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            Tool(json, reading);
            json.WriteStartArray("invocations");
            json.WriteStartObject();
            json.WriteBoolean("executionSuccessful", successful);
            json.WriteStartArray("toolExecutionNotifications");
            foreach (var line in notDecided)
            {
                json.WriteStartObject();
                json.WriteString("level", "warning");
                Message(json, "message", line);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteString("columnKind", "utf16CodeUnits");
            json.WriteStartArray("results");
            results(json, flush);
            json.WriteEndArray();
            json.WriteStartObject("properties");
            json.Strings("standing", [Prose.StandingLine, Prose.RecognitionLine]);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        });

    /// <summary>The codes of the file's own defects that occurred, in order.</summary>
    private static List<string> FileCodes(Reading reading) =>
        [.. reading.Diagnostics.Select(d => d.Code).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static int IndexOf(string code) => Codes.All.Select(c => c.Code).ToList().IndexOf(code);

    private static void Tool(Utf8JsonWriter json, Reading reading)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "Truce");
        json.WriteString("version", typeof(Sarif).Assembly.GetName().Version!.ToString(3));
        json.WriteStartArray("rules");
        foreach (var code in Codes.All)
        {
            json.WriteStartObject();
            json.WriteString("id", code.Code);
            json.WriteString("name", Pascal(code.Name));
            Message(json, "shortDescription", code.Question);
            Message(json, "fullDescription", code.Meaning);
            Message(json, "help", $"{code.Practice}\n\nKinds of repair: {string.Join("; ", code.Repairs)}.");
            json.WriteStartObject("defaultConfiguration");
            json.WriteString("level", code.Code[0] == 'E' ? "error" : "warning");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        foreach (var code in FileCodes(reading))
        {
            json.WriteStartObject();
            json.WriteString("id", code);
            Message(json, "shortDescription", "A defect of the framework file.");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Pascal(string words) => string.Concat(words.Split(' ', '-', ',', '\'')
        .Where(w => w.Length > 0).Select(w => char.ToUpperInvariant(w[0]) + w[1..]));

    private static void Message(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static void Result(Utf8JsonWriter json, Finding f, string file)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", f.Code);
        json.WriteNumber("ruleIndex", IndexOf(f.Code));
        json.WriteString("level", Wire.Of(f.Severity));
        Message(json, "message", Words(f));
        Locations(json, "locations", file, [(f.Place, null)]);
        Locations(json, "relatedLocations", file, f.Rules.Where(r => r.Place != f.Place)
            .Select(r => (r.Place, (string?)Prose.Reference(r))));
        json.WriteStartObject("partialFingerprints");
        json.WriteString("truceIdentity/v1", $"{f.Identity}, {f.Footing}");
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteString("footing", f.Footing.ToString());
        json.WriteString("kind", Wire.Of(f.Kind));
        json.Strings("rules", f.Rules.Select(r => r.Id));
        json.Strings("repairs", f.Repairs);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Words(Finding f)
    {
        var words = $"{Capital(f.Footing.ToString())}: {f.Sentence}.";
        if (f.Witness is not null)
        {
            words += $" Where: {string.Join("; ", f.Where.Take(3))}{(f.Where.Length > 3 ? "; and more" : "")}. " +
                $"For example: {FindingText.Example(f)}{(f.WitnessWords.Length > 0 ? $": {f.WitnessWords}" : "")}.";
        }

        return f.Workings.IsEmpty ? words : $"{words}\n{string.Join('\n', f.Workings)}";
    }

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    /// <summary>
    /// An answer that is no finding: open where it turns on what is not known, else passed. Neither has a level.
    /// </summary>
    private static void Result(Utf8JsonWriter json, OpenAnswer a, string file)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", a.Code);
        json.WriteNumber("ruleIndex", IndexOf(a.Code));
        json.WriteString("kind", a.Value == Trivalue.Can ? "pass" : "open");
        json.WriteString("level", "none");
        Message(json, "message", string.Join('\n', a.Workings.Prepend($"{FindingText.Value(a.Value)}: {a.Sentence}")));
        Locations(json, "locations", file, [(default, null)]);
        json.WriteStartObject("partialFingerprints");
        json.WriteString("truceIdentity/v1", $"{a.Code} {a.Subject}");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Results(Utf8JsonWriter json, Reading reading)
    {
        var codes = FileCodes(reading);
        foreach (var d in reading.Diagnostics.Take(Limits.Diagnostics))
        {
            json.WriteStartObject();
            json.WriteString("ruleId", d.Code);
            json.WriteNumber("ruleIndex", Codes.All.Length + codes.IndexOf(d.Code));
            json.WriteString("level", Wire.Of(d.Severity));
            Message(json, "message", d.Help is null ? d.Message : $"{d.Message}\nhelp: {d.Help}");
            Locations(json, "locations", d.File, [(d.Place, null)]);
            json.WriteEndObject();
        }
    }

    private static void Locations(Utf8JsonWriter json, string name, string file, IEnumerable<(Place, string?)> places)
    {
        json.WriteStartArray(name);
        foreach (var ((line, column), words) in places)
        {
            json.WriteStartObject();
            json.WriteStartObject("physicalLocation");
            json.WriteStartObject("artifactLocation");
            json.WriteString("uri", Address(file));
            json.WriteEndObject();
            if (line > 0)
            {
                json.WriteStartObject("region");
                json.WriteNumber("startLine", line);
                json.WriteNumber("startColumn", Math.Max(1, column));
                json.WriteEndObject();
            }

            json.WriteEndObject();
            if (words is not null)
            {
                Message(json, "message", words);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>
    /// A path as a URI reference: relative stays relative, since a log is often read on another machine.
    /// </summary>
    internal static string Address(string file)
    {
        var path = string.Join('/', file.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString));
        return path.StartsWith('/') ? string.Create(CultureInfo.InvariantCulture, $"file://{path}") : path;
    }
}
