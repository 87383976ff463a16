using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Truce.Rules;

/// <summary>
/// The JSON Schema of framework files, for editors. It knows keys and forms; names are checked by the reader alone.
/// </summary>
public static class FrameworkSchema
{
    private const string Words = """{"type": ["string", "number", "boolean"]}""";

    private const string Date = """\\d{4}-\\d{2}-\\d{2}|unknown|missing""";

    private const string Place = "(^[A-Za-z0-9][A-Za-z0-9_.-]*( *\\\\+ *[A-Za-z0-9][A-Za-z0-9_.-]*)*$)";

    private const string Hours = """{"type": "string", "pattern": "^\\d{2}:\\d{2} ?- ?\\d{2}:\\d{2}$"}""";

    private const string Condition =
        """{"type": "string", "pattern": "^(not +)?[A-Za-z0-9][\\w.-]*( *(=|!=|<=|>=|<|>) *[\\w.-]+)?$"}""";

    private static readonly string[] RuleShapes =
        ["grant", "prohibit", "final", "consent", "consultation", "notice", "oblige", "inherent"];

    /// <summary>Forms that say so themselves, or take any word.</summary>
    private static readonly string[] TakesMissing =
        ["words", "words list", "name", "names", "places", "date", "date or none", "span", "amount", "share", "free",
            "label"];

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema, draft 7, with a final line end. Always the same.</summary>
    public static string Json()
    {
        var root = Shape(FileKeys.All[0]);
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Truce framework file",
        };
        foreach (var (key, value) in root.ToList())
        {
            root.Remove(key);
            schema[key] = value;
        }

        var definitions = new JsonObject();
        foreach (var shape in FileKeys.All.Skip(1))
        {
            definitions[shape.Name] = Shape(shape);
        }

        definitions["rule"] = new JsonObject { ["anyOf"] = new JsonArray([.. RuleShapes.Select(Reference)]) };
        foreach (var (name, form) in Forms())
        {
            definitions[FormName(name)] = JsonNode.Parse(form);
        }

        schema["definitions"] = definitions;
        return schema.ToJsonString(Options) + "\n";
    }

    private static JsonObject Shape(FileShape shape)
    {
        var properties = new JsonObject();
        foreach (var key in shape.Keys)
        {
            var form = Form(key.Form);
            properties[key.Name] = new JsonObject
            {
                ["description"] = key.Says,
                ["anyOf"] = key.Needed || TakesMissing.Contains(key.Form) ? new JsonArray(form)
                    : new JsonArray(form, new JsonObject { ["enum"] = new JsonArray("missing") }),
            };
        }

        var result = new JsonObject
        {
            ["description"] = shape.Says,
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = shape.Others is { } others ? Form(others) : JsonValue.Create(false),
        };
        if (shape.Keys.Any(k => k.Needed))
        {
            result["required"] = new JsonArray([.. shape.Keys.Where(k => k.Needed)
                .Select(k => JsonValue.Create(k.Name))]);
        }

        if (Exclusive(shape.Name) is { } exclusive)
        {
            result["oneOf"] = JsonNode.Parse(exclusive);
        }

        return result;
    }

    /// <summary>Keys of which exactly one stands, or none together with the others.</summary>
    private static string? Exclusive(string shape) => shape switch
    {
        "target" => """[{"required": ["names"]}, {"required": ["criterion"]}]""",
        "notice" => """[{"required": ["before"]}, {"required": ["after"]}]""",
        "fact" => """
            [{"required": ["one_of"]}, {"required": ["from", "to"]},
             {"not": {"anyOf": [{"required": ["one_of"]}, {"required": ["from"]}, {"required": ["to"]}]}}]
            """,
        _ => null,
    };

    private static JsonObject Form(string form) => form.Split(' ') switch
    {
        ["one", "of", ..] => new JsonObject { ["enum"] = Enum(form["one of ".Length..]) },
        ["one", "or", "more", var shape] => new JsonObject
        {
            ["anyOf"] = new JsonArray(Reference(shape),
                new JsonObject { ["type"] = "array", ["items"] = Reference(shape) }),
        },
        ["list", "of", var shape] => new JsonObject { ["type"] = "array", ["items"] = Reference(shape) },
        ["map", "of", var shape] => new JsonObject
        {
            ["type"] = "object",
            ["propertyNames"] = JsonNode.Parse("""{"pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"}"""),
            ["additionalProperties"] = Forms().ContainsKey(shape) ? Form(shape) : Reference(shape),
        },
        ["a", var shape] => Reference(shape),
        _ => Reference(FormName(form)),
    };

    private static JsonArray Enum(string words) => new([.. words.Split('|')
        .Select(w => w == "1" ? JsonValue.Create(1) : (JsonNode)JsonValue.Create(w))]);

    private static JsonObject Reference(string name) =>
        new() { ["$ref"] = $"#/definitions/{name}" };

    private static string FormName(string form) => form.Replace(' ', '-') + "-form";

    private static string Many(string one) => $$"""{"anyOf": [{{one}}, {"type": "array", "items": {{one}} } ]}""";

    private static Dictionary<string, string> Forms()
    {
        const string Name = """{"type": ["string", "integer"]}""";
        var place = $$"""{"type": ["string", "integer"], "pattern": "{{Place}}"}""";
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["words"] = Words,
            ["words list"] = Many(Words),
            ["id"] = """{"type": ["string", "integer"], "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"}""",
            ["name"] = Name,
            ["names"] = Many(Name),
            ["places"] = Many(place),
            ["hours"] = Many(Hours),
            ["conditions"] = Many(Condition),
            ["yesno"] = """{"enum": ["yes", "no", true, false, "true", "false"]}""",
            ["free"] = """
                {"anyOf": [{"type": ["boolean", "string"]}, {"type": "array", "items": {"type": "string"}}]}
                """,
            ["date"] = $$"""{"type": "string", "pattern": "^({{Date}})$"}""",
            ["date or none"] = $$"""{"type": "string", "pattern": "^({{Date}}|none)$"}""",
            ["span"] = """
                {"type": "string",
                 "pattern": "^(\\d{1,6} ?(min|minutes?|h|hours?|d|days?|w|weeks?|months?|y|years?)|unknown|missing)$"}
                """,
            ["amount"] = """
                {"anyOf": [{"type": "integer", "minimum": 0},
                 {"type": "string", "pattern": "^(\\d[\\d_,]{0,20}( ?- ?\\d[\\d_,]{0,20})?|unknown|missing)$"}]}
                """,
            ["share"] = """{"type": "string", "pattern": "^(\\d{1,3}(\\.\\d)? ?%|unknown|missing)$"}""",
            ["basis"] = """
                {"anyOf": [{"enum": ["text", "proposed", "practice", "assumption"]}, {"$ref": "#/definitions/basis"}]}
                """,
            ["fallback"] = """{"anyOf": [{"enum": ["stop", "proceed"]}, {"$ref": "#/definitions/refer"}]}""",
            ["label"] = $$"""{"anyOf": [{{Words}}, {"type": "object", "additionalProperties": {{Words}} } ]}""",
            ["roles"] = Many("""
                {"enum": ["party to the ceasefire", "civil authority", "guarantor", "mediator", "contributor",
                 "observer", "organisation"]}
                """),
            ["sectors"] = $$"""
                {"anyOf": [{{Many(Name)}},
                 {"type": "object", "additionalProperties": {"$ref": "#/definitions/sector"} } ]}
                """,
        };
    }
}
