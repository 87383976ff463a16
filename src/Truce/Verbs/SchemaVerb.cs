using System.CommandLine;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce schema</c>.</summary>
internal static class SchemaVerb
{
    public static Command Command(TextWriter output)
    {
        var command = new Command("schema", "Print the JSON Schema of framework files, for editors.\n\n" +
            "Examples:\n  truce schema\n  truce schema > framework.schema.json\n\n" +
            "An editor with a YAML language server uses it where the first line of a framework file is\n" +
            "# yaml-language-server: $schema=framework.schema.json");
        command.SetAction(_ =>
        {
            output.Write(FrameworkSchema.Json());
            return 0;
        });
        return command;
    }
}
