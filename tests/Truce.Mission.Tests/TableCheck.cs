using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// Holds a machine against a text of expected answers: a line for every pair of a state and a command. The text is
/// written by hand, apart from the table.
/// </summary>
internal sealed class TableCheck : Table
{
    private readonly (string State, string Opening, string Command, string[] Steps)[] _ways;
    private readonly List<string> _lines;
    private readonly string? _framework;

    /// <summary>Reads "state command {act}: answer" lines; one that ends in `\` goes on in the next.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="axis">The axis whose states are meant.</param>
    /// <param name="ways">For each state its opening act, that one's command, and the steps into it.</param>
    /// <param name="expected">The lines.</param>
    /// <param name="framework">The framework in force; null for none.</param>
    public TableCheck(
        Machine machine, string axis, (string State, string Opening, string Command, string[] Steps)[] ways,
        string expected, string? framework = null)
        : base(machine, [axis])
    {
        (_ways, _framework) = (ways, framework);
        _lines = [.. expected.Replace("\\\n", "", StringComparison.Ordinal).Split('\n')
            .Select(l => l.Trim()).Where(l => l.Length > 0)];
    }

    /// <summary>Plays each line.</summary>
    public override void Check(string axis)
    {
        var missing = from state in Machine.Axes[Machine.AxisAt(axis)].States
                      from row in Machine.Rows
                      where !_lines.Exists(l => l.StartsWith($"{state} {row.Command}:", StringComparison.Ordinal)
                          || l.StartsWith($"{state} {row.Command} {{", StringComparison.Ordinal))
                      select $"{state} {row.Command}";
        Assert.Empty(missing);
        foreach (var line in _lines)
        {
            var (world, subject) = Played(axis, line, out var told);
            Assert.Equal(line, subject.Length == 0 ? told : $"{told}: {Answer(world, subject)}");
        }
    }

    /// <summary>For each command the first history in which it applies.</summary>
    public override IEnumerable<(Row Row, World World)> Applied()
    {
        foreach (var row in Machine.Rows)
        {
            var line = _lines.Find(l => l.Split(' ')[1].TrimEnd(':') == row.Command
                && (l.EndsWith(": opens", StringComparison.Ordinal)
                    || l.Contains(": applied", StringComparison.Ordinal)));
            if (line is not null)
            {
                yield return (row, Played(Axes[0], line, out _).World);
                continue;
            }

            var way = _ways.First(w => w.Steps is [.., var last] && last.Split(' ')[0] == row.Command);
            yield return (row, Begun(way, way.Command, level: null).World);
        }
    }

    private (World World, string Subject) Played(string axis, string line, out string told)
    {
        var way = _ways.First(w => w.State == line[..line.IndexOf(' ', StringComparison.Ordinal)]);
        var rest = line[(way.State.Length + 1)..];
        var command = rest[..rest.IndexOfAny([' ', ':'])];
        var row = Machine.Row(command) ?? throw new InvalidOperationException($"no command {command}");
        var level = row.Level == Level.Confidential ? Audience.Of("a", "b").Required() : null;
        if (row.Kind == RowKind.Opens)
        {
            var opened = Begun(way with { Steps = [] }, command, level).World;
            told = $"{way.State} {command}: {(opened.Last.Kind == OutcomeKind.Applied ? "opens" : opened.Last.Why)}";
            return (opened, "");
        }

        var (world, subject) = Begun(way, way.Command, level);
        var end = rest.LastIndexOf("}: ", StringComparison.Ordinal);
        var act = end < 0 ? "{}" : rest[(command.Length + 1)..(end + 1)];
        Assert.Equal(way.State, world.All.Subjects[subject][axis]);
        Play(world, Machine, subject, command, act, level);
        told = $"{way.State} {command}{(act == "{}" ? "" : $" {act}")}";
        return (world, subject);
    }

    private (World World, string Subject) Begun(
        (string State, string Opening, string Command, string[] Steps) way, string opener, Audience? level)
    {
        var world = new World();
        if (_framework is not null)
        {
            world.Framework(_framework);
            world.After(1);
        }

        world.Send("a", $"{Machine.Name}.{opener}", way.Opening, level);
        var subject = world.LastSubject;
        foreach (var step in way.Steps)
        {
            var space = step.IndexOf(' ', StringComparison.Ordinal);
            Play(world, Machine, subject, space < 0 ? step : step[..space],
                space < 0 ? "{}" : step[(space + 1)..], level);
            Assert.Equal(OutcomeKind.Applied, world.Last.Kind);
        }

        return (world, subject);
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
