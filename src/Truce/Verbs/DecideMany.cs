using System.Collections.Immutable;
using System.Text.Json;
using Truce.Json;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary>Many questions, one a line; many rulings, one a line.</summary>
internal static class DecideMany
{
    private const int LineCharactersMax = 65_536;
    private const int LinesMax = 10_000_000;

    private static readonly HashSet<string> Keys = ["actor", "action", "area", "phase", "at", "facts", "consent"];

    /// <summary>
    /// Answers every line; a bad line gives <c>{"line":N,"error":…}</c> in its place, so that nothing is lost. Exit
    /// code 2
    /// where a line was bad, else 1 where one is not permitted, else 0.
    /// </summary>
    public static int Run(Rulebook book, FileInfo file, TextWriter output, TextWriter error)
    {
        if (!file.Exists)
        {
            error.WriteLine($"{file}: error F001: there is no such file");
            return 2;
        }

        var (line, bad, refused) = (0, 0, false);
        using var reader = file.OpenText();
        while (reader.ReadLine() is { } text)
        {
            if (++line > LinesMax)
            {
                error.WriteLine($"{file}:{line}: error: more than {LinesMax} lines: split the file");
                return 2;
            }

            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            var defects = new List<QuestionDefect>();
            ImmutableArray<Ruling> rulings = [];
            string? answer = null;
            try
            {
                if (Read(book, text, defects) is { } question && defects.Count == 0)
                {
                    (rulings, var more) = book.Ask(question);
                    defects.AddRange(more);
                }

                answer = defects.Count > 0 ? null : RulingJson.Line(book, line, rulings);
            }
            catch (Exception e) when (e is not IOException)
            {
                // It costs this line alone: the others are still answered.
                defects.Add(new QuestionDefect("line", Program.Defect(e), null));
            }

            if (defects.Count > 0)
            {
                bad++;
                foreach (var d in defects)
                {
                    error.WriteLine($"{file}:{line}: error: " +
                        $"{d.Message}{(d.Help is null ? "" : $"\n  help: {d.Help}")}");
                }

                output.WriteLine(RulingJson.Error(line, defects));
                continue;
            }

            refused |= rulings.Any(r => !r.IsPermitted);
            output.WriteLine(answer);
        }

        return bad > 0 ? 2 : refused ? 1 : 0;
    }

    private static Question? Read(Rulebook book, string text, List<QuestionDefect> defects)
    {
        if (text.Length > LineCharactersMax)
        {
            defects.Add(new QuestionDefect("line", $"the line is longer than {LineCharactersMax} characters", null));
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8 });
            return FromJson(book, json.RootElement, defects);
        }
        catch (JsonException e)
        {
            defects.Add(new QuestionDefect("line", $"this is not JSON: at character {e.BytePositionInLine}", null));
            return null;
        }
    }

    private static Question? FromJson(Rulebook book, JsonElement root, List<QuestionDefect> defects)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            defects.Add(new QuestionDefect("line", "a question is a JSON object", null));
            return null;
        }

        foreach (var p in root.EnumerateObject().Where(p => !Keys.Contains(p.Name)))
        {
            defects.Add(new QuestionDefect("line", $"a question has no key `{p.Name}`",
                $"its keys are {string.Join(", ", Keys)}"));
        }

        Twice(root, "", defects);
        string? Words(string key)
        {
            if (!root.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
            {
                return null;
            }

            if (value.ValueKind != JsonValueKind.String)
            {
                defects.Add(new QuestionDefect(key, $"`{key}` must be a string", null));
                return null;
            }

            return value.GetString();
        }

        var areas = root.TryGetProperty("area", out var area) && area.ValueKind == JsonValueKind.Array
            ? area.EnumerateArray().Select(a => a.ToString()).ToList() : Words("area") is { } one ? [one] : [];
        return QuestionReader.Read(book, Words("actor"), Words("action"), areas, Words("phase"), Words("at"),
            Pairs(root, "facts", defects), Pairs(root, "consent", defects), defects, keys: true);
    }

    /// <summary>A key that is stated twice may be stated two ways: neither is taken.</summary>
    private static void Twice(JsonElement map, string where, List<QuestionDefect> defects)
    {
        foreach (var key in map.EnumerateObject().GroupBy(p => p.Name, StringComparer.Ordinal)
            .Where(g => g.Count() > 1))
        {
            defects.Add(new QuestionDefect("line", $"the key `{key.Key}`{where} is stated {key.Count()} times",
                "state it once"));
        }
    }

    private static List<(string, string)> Pairs(JsonElement root, string key, List<QuestionDefect> defects)
    {
        if (!root.TryGetProperty(key, out var map) || map.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (map.ValueKind != JsonValueKind.Object)
        {
            defects.Add(new QuestionDefect(key, $"`{key}` must be an object of names and values", null));
            return [];
        }

        Twice(map, $" of `{key}`", defects);
        return [.. map.EnumerateObject().Select(p => (p.Name, p.Value.ValueKind switch
        {
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            _ => p.Value.ToString(),
        }))];
    }
}
