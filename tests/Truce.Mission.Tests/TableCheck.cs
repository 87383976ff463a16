using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// Holds a machine against a text of expected answers: a line for every pair of a state and a command. The text is
/// written by hand, apart from the table.
/// </summary>
internal static class TableCheck
{
    /// <summary>Reads "state command {act}: answer" lines and plays each; one that ends in `\` goes on in the next.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <param name="axis">The axis whose states are meant.</param>
    /// <param name="ways">For each state, how a subject comes into it: the opening act, its command, and the steps.
    /// </param>
    /// <param name="expected">The lines.</param>
    /// <param name="framework">The framework in force; null for none.</param>
    public static void Agrees(
        Machine machine, string axis, (string State, string Opening, string Command, string[] Steps)[] ways,
        string expected, string? framework = null)
    {
        var lines = expected.Replace("\\\n", "", StringComparison.Ordinal).Split('\n').Select(l => l.Trim())
            .Where(l => l.Length > 0).ToList();
        var missing = from state in machine.Axes[machine.AxisAt(axis)].States
                      from row in machine.Rows
                      where !lines.Exists(l => l.StartsWith($"{state} {row.Command}:", StringComparison.Ordinal)
                          || l.StartsWith($"{state} {row.Command} {{", StringComparison.Ordinal))
                      select $"{state} {row.Command}";
        Assert.Empty(missing);
        foreach (var line in lines)
        {
            var state = line[..line.IndexOf(' ', StringComparison.Ordinal)];
            Assert.Equal(line, Played(machine, axis, ways.First(w => w.State == state), line, framework));
        }
    }

    private static string Played(
        Machine machine, string axis, (string State, string Opening, string Command, string[] Steps) way, string line,
        string? framework)
    {
        var rest = line[(way.State.Length + 1)..];
        var command = rest[..rest.IndexOfAny([' ', ':'])];
        var row = machine.Row(command) ?? throw new InvalidOperationException($"no command {command}");
        if (row.Kind == RowKind.Opens)
        {
            return $"{way.State} {command}: opens";
        }

        var end = rest.LastIndexOf("}: ", StringComparison.Ordinal);
        var act = end < 0 ? "{}" : rest[(command.Length + 1)..(end + 1)];
        var world = new World();
        if (framework is not null)
        {
            world.Framework(framework);
            world.After(1);
        }

        var level = row.Level == Level.Confidential ? Audience.Of("a", "b").Required() : null;
        world.Send("a", $"{machine.Name}.{way.Command}", way.Opening, level);
        var subject = world.LastSubject;
        foreach (var step in way.Steps)
        {
            var space = step.IndexOf(' ', StringComparison.Ordinal);
            Play(world, machine, subject, space < 0 ? step : step[..space],
                space < 0 ? "{}" : step[(space + 1)..], level);
            Assert.Equal(OutcomeKind.Applied, world.Last.Kind);
        }

        Assert.Equal(way.State, world.All.Subjects[subject][axis]);
        Play(world, machine, subject, command, act, level);
        return $"{way.State} {command}{(act == "{}" ? "" : $" {act}")}: {Answer(world, subject)}";
    }

    private static void Play(World world, Machine machine, string subject, string command, string act, Audience? level)
    {
        if (command == "wait")
        {
            world.After(World.Hour);
            return;
        }

        world.After(1_000);
        var author = act.StartsWith("{\"as\":", StringComparison.Ordinal) ? act[7..act.IndexOf('"', 7)] : "b";
        act = author == "b" ? act : act.Contains(',', StringComparison.Ordinal)
            ? "{" + act[(act.IndexOf(',', StringComparison.Ordinal) + 1)..] : "{}";
        if (machine.Row(command)!.Kind == RowKind.Decides)
        {
            world.Decide(author, $"{machine.Name}.{command}", subject, act, level);
        }
        else
        {
            world.Add(author, $"{machine.Name}.{command}", subject, act, level);
        }
    }

    private static string Answer(World world, string subject)
    {
        var last = world.Last;
        if (last.Kind != OutcomeKind.Applied)
        {
            return $"{last.Kind.ToString().ToLowerInvariant()}: {last.Why}";
        }

        var entry = world.Entries[^1].Received.Index;
        var step = world.All.Subjects[subject].Steps.Single(s => s.Entry == entry);
        var moves = Event.Read(last.Events[0])!.Moves;
        return step.IsOutOfPlace ? $"out of place: {last.Why}"
            : moves.IsEmpty ? "applied" : $"applied: {string.Join(", ", moves.Select(m => $"{m.Axis} {m.To}"))}";
    }
}
