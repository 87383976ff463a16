using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Truce.Record.Tests;

/// <summary>
/// The vectors of docs/vectors/record: written from keys that come of fixed seeds, so that each run gives the same
/// bytes. UPDATE_EXPECT=1 writes them; what is valid is said by hand and held against the public API by
/// <see cref="VectorTests"/>.
/// </summary>
internal static class VectorFile
{
    public const string Folder = "docs/vectors/record";

    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string PathOf(string name) => Path.Combine(Root, Folder, name + ".json");

    /// <summary>Whether the expected files are to be written now.</summary>
    public static bool IsUpdating => Environment.GetEnvironmentVariable("UPDATE_EXPECT") == "1";

    /// <summary>The file's text.</summary>
    public static string Write(object content) => JsonSerializer.Serialize(content, Form) + "\n";

    /// <summary>The file as it lies in the repository.</summary>
    public static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(PathOf(name)))!;

    /// <summary>The cases of a list, each an object.</summary>
    public static IEnumerable<JsonObject> Cases(string name, string list) =>
        Read(name)[list]!.AsArray().Select(c => c!.AsObject());

    public static string Text(this JsonObject c, string name) => c[name]!.GetValue<string>();

    public static long Long(this JsonObject c, string name) =>
        long.Parse(c.Text(name), System.Globalization.CultureInfo.InvariantCulture);

    public static bool Valid(this JsonObject c) => c["valid"]!.GetValue<bool>();

    /// <summary>A member as it is, or the bytes of its sibling whose name ends in `_hex`.</summary>
    public static byte[] Bytes(this JsonObject c, string name) => c[name] is { } text
        ? Encoding.UTF8.GetBytes(text.GetValue<string>())
        : Convert.FromHexString(c.Text(name + "_hex"));

    public static Digest Hash(this JsonObject c, string name) => new(Convert.FromHexString(c.Text(name)));

    public static Digest[] Hashes(this JsonObject c, string name) =>
        [.. c[name]!.AsArray().Select(h => new Digest(Convert.FromHexString(h!.GetValue<string>())))];

    public static string[] Texts(this JsonObject c, string name) =>
        [.. c[name]!.AsArray().Select(t => t!.GetValue<string>())];

    /// <summary>Hex as the files write it.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static string FindRoot(string folder)
    {
        var at = folder;
        while (!File.Exists(Path.Combine(at, "STYLE.md")))
        {
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("not inside the repository");
        }

        return at;
    }
}
