namespace Truce.Tests;

/// <summary>The README's output blocks are what the program prints. A line `…` stands for lines left out.</summary>
public sealed class ReadmeTests
{
    private static IEnumerable<(string Command, List<string> Lines)> Blocks()
    {
        (string Command, List<string> Lines)? block = null;
        var inside = false;
        foreach (var line in File.ReadLines(Path.Combine(MissionTests.Root, "README.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inside = line == "```console";
                if (!inside && block is { } done)
                {
                    yield return done;
                    block = null;
                }
            }
            else if (inside && line.StartsWith("$ ./truce ", StringComparison.Ordinal))
            {
                block = (line["$ ./truce ".Length..], []);
            }
            else if (inside)
            {
                block!.Value.Lines.Add(line);
            }
        }
    }

    public static TheoryData<string> Commands => [.. Blocks().Select(b => b.Command)];

    [Fact]
    public void Has_output_to_compare() => Assert.True(Blocks().Count(b => b.Lines.Count > 3) >= 5);

    [Theory]
    [MemberData(nameof(Commands))]
    public void Shows_what_the_program_prints(string command)
    {
        var missions = Path.Combine(MissionTests.Root, "missions");
        var args = Words(command).Select(w => w.StartsWith("missions/", StringComparison.Ordinal)
            ? Path.Combine(missions, w["missions/".Length..]) : w).ToArray();
        var printed = DecideTests.Truce(args).Out.Replace(missions, "missions", StringComparison.Ordinal).Split('\n');
        var at = 0;
        var free = false;
        foreach (var line in Blocks().Single(b => b.Command == command).Lines)
        {
            if (line == "…")
            {
                free = true;
                continue;
            }

            var found = Array.IndexOf(printed, line, at);
            Assert.True(found >= 0
                && (free || found == at), $"{command}\nnot printed here: {line}\n---\n{string.Join('\n', printed)}");
            (at, free) = (found + 1, false);
        }
    }

    /// <summary>A command line as a shell splits it, double quotes only.</summary>
    private static List<string> Words(string command) =>
        [.. command.Split('"')
            .SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
