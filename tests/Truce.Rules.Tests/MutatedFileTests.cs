using System.Text;

namespace Truce.Rules.Tests;

/// <summary>
/// Small valid files, damaged: bytes, lines, tokens, structure. Reading gives a framework or says why not; what
/// it calls usable is compiled and checked. Nothing throws.
/// </summary>
public sealed class MutatedFileTests
{
    private const int Files = 100_000;
    private const int FilesPlayed = 150;

    /// <summary>What drafters and attackers type in the wrong place.</summary>
    private static readonly string[] Pieces =
    [
        "missing", "unknown", "anyone", "sectors", "yes", "no", "none", "[]", "{}", "[a, b]", "{a: b}", "\"\"", "~",
        "-", ":", "#", "&a", "*a", "!!str", "|", ">", "---", "...", "?", "\t", "\0", "\u202E", "0", "-1",
        "99999999999999999999", "2026-02-30", "2999-12-31", "1900-01-01", "1000 years", "24:00-24:00", "20:00-06:00",
        "{claim: state}", "{refer: army}", "north + south", "not x", "x >= 9",
        "\u0662\u0660:\u0660\u0660-\u0660\u0666:\u0660\u0660", "100000 years", "10-5", "5-10", "101 %",
        "r1.delegated",
    ];

    [Fact]
    public void A_hundred_thousand_mutated_files_are_read_without_an_exception()
    {
        string[][] bases = [.. Enumerable.Range(1, 10).Select(s => RandomFrameworks.Yaml(s))
            .Concat(ReferenceExample.All.Select(e => e.Text)).Where(t => t.Length < 1_500).Select(t => t.Split('\n'))];
        var first = int.TryParse(Environment.GetEnvironmentVariable("TRUCE_MUTATION"), out var one) ? one : 0;
        string? failure = null;
        var usable = 0;
        Parallel.For(first, first > 0 ? first + 1 : Files, (seed, state) =>
        {
            var bytes = Mutated(bases[seed % bases.Length], seed);
            try
            {
                var reading = FrameworkReader.Read(bytes, "mutated.yaml");
                if (reading.IsUsable)
                {
                    Interlocked.Increment(ref usable);
                    Check.Run(new Rulebook(reading.Framework), new CheckOptions(NodeLimit: 2_000));
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Interlocked.CompareExchange(ref failure,
                    $"TRUCE_MUTATION={seed}: {e}\n{Encoding.UTF8.GetString(bytes)}", null);
                state.Stop();
            }
        });
        Assert.True(failure is null, failure);
        Assert.True(first > 0 || (usable > Files / 50 && usable < Files), $"{usable} usable");
    }

    /// <summary>The program on some of the usable ones: no exception, no defect of its own.</summary>
    [Fact]
    public void Every_verb_stands_what_mutated_files_say()
    {
        var folder = Directory.CreateTempSubdirectory("truce-mutated-").FullName;
        try
        {
            string[] bases = [.. Enumerable.Range(1, 10).Select(s => RandomFrameworks.Yaml(s))];
            var (original, file) = (Path.Combine(folder, "original.yaml"), Path.Combine(folder, "mutated.yaml"));
            int played = 0, decided = 0;
            for (var seed = 1; played < FilesPlayed; seed++)
            {
                var text = bases[seed % bases.Length];
                var bytes = Mutated(text.Split('\n'), seed);
                var reading = FrameworkReader.Read(bytes, "mutated.yaml");
                if (!reading.IsUsable)
                {
                    continue;
                }

                File.WriteAllText(original, text);
                File.WriteAllBytes(file, bytes);
                string[][] lines = [["check", file], ["check", file, "--format", "json"], ["weave", file],
                    ["diff", original, file]];
                Assert.All(lines, l => Assert.InRange(Code(seed, bytes, l), 0, 1));
                decided += Decision(file, reading.Framework) is { } question && Code(seed, bytes, question) < 2 ? 1 : 0;
                played++;
            }

            Assert.True(decided > FilesPlayed / 2, $"{decided} of {FilesPlayed} questions were answered");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Code(int seed, byte[] bytes, string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        try
        {
            var code = Program.Run(arguments, output, error);
            Assert.True(code is >= 0 and <= 2, $"exit {code}: {error}");
            return code;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Assert.Fail($"seed {seed}, {string.Join(' ', arguments)}: {e}\n{Encoding.UTF8.GetString(bytes)}");
            throw;
        }
    }

    /// <summary>The first of everything; null where there is nobody to ask about.</summary>
    private static string[]? Decision(string file, Framework f)
    {
        var space = new Rulebook(f).Space;
        if (space.Performers.IsEmpty || space.Actions.IsEmpty || space.Leaves.IsEmpty)
        {
            return null;
        }

        var day = f.Mandate.From ?? new NodaTime.LocalDate(2026, 3, 10);
        string[] phase = f.Phases.IsEmpty ? [] : ["--phase", f.Phases[0].Id];
        return ["decide", file, "--actor", space.Performers[0], "--action", space.Actions[0], "--area",
            space.Leaves[0].ToString(), "--at", $"{day:uuuu-MM-dd}T12:00", .. phase];
    }

    private static byte[] Mutated(string[] lines, int seed)
    {
        var random = new Random(seed);
        var copy = lines.ToList();
        for (var n = random.Next(4) == 0 ? random.Next(2, 5) : 1; n > 0; n--)
        {
            Mutate(copy, random);
        }

        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', copy));
        if (random.Next(5) == 0 && bytes.Length > 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(50) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes;
    }

    /// <summary>The line with the value of one of its keys replaced.</summary>
    private static string WithValue(string line, string piece, Random random)
    {
        var keys = Enumerable.Range(0, line.Length - 1).Where(i => line[i] == ':' && line[i + 1] == ' ').ToList();
        var start = keys[random.Next(keys.Count)] + 2;
        var length = line.AsSpan(start).IndexOfAny(",}");
        return line[..start] + piece + (length < 0 ? "" : line[(start + length)..]);
    }

    private static void Mutate(List<string> lines, Random random)
    {
        int at = random.Next(lines.Count), other = random.Next(lines.Count);
        var line = lines[at];
        var tokens = line.Split(' ');
        var token = random.Next(tokens.Length);
        switch (random.Next(11))
        {
            case 0:
                lines.RemoveAt(lines.Count > 1 ? at : 0);
                lines.Add("");
                break;
            case 1:
                lines.Insert(at, lines[other]);
                break;
            case 2:
                (lines[at], lines[other]) = (lines[other], lines[at]);
                break;
            case 3:
                lines[at] = random.Next(2) == 0 ? "  " + line : line.Length > 1 ? line[1..] : line;
                break;
            case 4:
                tokens[token] = Pieces[random.Next(Pieces.Length)];
                lines[at] = string.Join(' ', tokens);
                break;
            case 5:
                var from = lines[other].Split(' ');
                tokens[token] = from[random.Next(from.Length)];
                lines[at] = string.Join(' ', tokens);
                break;
            case 6 when line.Contains(':', StringComparison.Ordinal):
                lines[at] = line[..(line.IndexOf(':', StringComparison.Ordinal) + 1)] + " " +
                    Pieces[random.Next(Pieces.Length)];
                break;
            case 7 when line.Length > 0:
                lines[at] = line.Remove(random.Next(line.Length), 1);
                break;
            case >= 8 when line.Contains(": ", StringComparison.Ordinal):
                lines[at] = WithValue(line, Pieces[random.Next(Pieces.Length)], random);
                break;
            default:
                lines[at] = line.Insert(random.Next(line.Length + 1), Pieces[random.Next(Pieces.Length)]);
                break;
        }
    }
}
