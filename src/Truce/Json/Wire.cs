using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Truce.Rules;
using Truce.Space;
using Limits = Truce.Rules.Limits;
using Place = Truce.Rules.Place;

namespace Truce.Json;

/// <summary>
/// Names and small values as they go over the wire. They are written by hand: renaming something in the engine must not
/// change what other people's programs read.
/// </summary>
internal static class Wire
{
    /// <summary>The version of every format of ours. It rises when a field goes, or changes its meaning.</summary>
    public const int Version = 1;

    public static string Of(Severity severity) => severity == Severity.Error ? "error" : "warning";

    public static string Of(Status status) => status switch
    {
        Status.Draft => "draft",
        Status.Adopted => "adopted",
        Status.Historical => "historical",
        Status.Exercise => "exercise",
        _ => "invented",
    };

    public static string Of(FindingKind kind) => kind switch
    {
        FindingKind.Drafting => "drafting",
        FindingKind.Dispute => "dispute",
        FindingKind.Practice => "practice",
        _ => "assumed",
    };

    public static string Of(FootingKind kind) => kind switch
    {
        FootingKind.Text => "text",
        FootingKind.Claims => "claims",
        FootingKind.Practice => "practice",
        _ => "two_claims",
    };

    public static string Of(RuleKind kind) => kind switch
    {
        RuleKind.Grant => "grant",
        RuleKind.Prohibit => "prohibit",
        RuleKind.Final => "final",
        RuleKind.Require => "require",
        RuleKind.Oblige => "oblige",
        _ => "inherent",
    };

    public static string Of(BasisKind kind) => kind switch
    {
        BasisKind.Text => "text",
        BasisKind.Proposed => "proposed",
        BasisKind.Claim => "claim",
        BasisKind.Practice => "practice",
        _ => "assumption",
    };

    public static string Of(Trivalue value) => value switch
    {
        Trivalue.Cannot => "cannot",
        Trivalue.OnlyIf => "only_if",
        Trivalue.Can => "can",
        _ => "not_decided",
    };

    public static string Of(ActivityKind kind) => kind switch
    {
        ActivityKind.Operation => "operation",
        ActivityKind.Humanitarian => "humanitarian",
        ActivityKind.Police => "police",
        _ => "works",
    };

    /// <summary>Writes one document, indented, with line feeds alone, in pieces as they are finished.</summary>
    public static void Write(TextWriter output, Action<Utf8JsonWriter, Action> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions
        {
            Indented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
        void Flush()
        {
            json.Flush();
            output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
            buffer.ResetWrittenCount();
        }

        write(json, Flush);
        Flush();
        output.Write('\n');
    }

    public static void Strings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    public static void Text(this Utf8JsonWriter json, string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>A place in the file; null where the whole file is meant.</summary>
    public static void Place(this Utf8JsonWriter json, Place place)
    {
        if (place.Line == 0)
        {
            json.WriteNull("place");
            return;
        }

        json.WriteStartObject("place");
        json.WriteNumber("line", place.Line);
        json.WriteNumber("column", place.Column);
        json.WriteEndObject();
    }

    public static void Diagnostics(this Utf8JsonWriter json, IReadOnlyCollection<Diagnostic> diagnostics)
    {
        json.WriteStartArray("diagnostics");
        foreach (var d in diagnostics.Take(Limits.Diagnostics))
        {
            json.WriteStartObject();
            json.WriteString("code", d.Code);
            json.WriteString("severity", Of(d.Severity));
            json.WriteString("file", d.File);
            json.Place(d.Place);
            json.WriteString("message", d.Message);
            json.Text("help", d.Help);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("diagnostics_left_out", Math.Max(0, diagnostics.Count - Limits.Diagnostics));
    }
}
