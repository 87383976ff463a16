using System.Text;
using System.Text.RegularExpressions;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// A machine's expected answers, written by hand: for every axis a grid with a line for each command and a column for
/// each state. A cell says what applies (<c>axis:state</c>, or <c>.</c> where nothing moves, <c>new</c> for an opener,
/// <c>~</c> for a fact out of place), or is a sign of a few letters that stands for a line of the text, such as
/// the reason why it is inapplicable. A pair that has no cell fails the test.
/// </summary>
internal sealed class Grid : Table
{
    /// <summary>Between two steps: so long that every answer is overdue.</summary>
    private const long Wait = 40 * 24 * World.Hour;

    private static readonly byte[] Next = Encoding.UTF8.GetBytes(Frameworks.Curfew + "\n");

    private readonly Dictionary<(string Axis, string State, string Command), string> _cells = [];
    private readonly Dictionary<string, string> _why = [];
    private readonly Dictionary<string, (string Author, string Act)> _tries = [];
    private readonly Dictionary<(string Axis, string State), string[]> _ways = [];
    private readonly Audience? _audience;
    private readonly string? _framework;
    private (string Author, string Type, string Act)? _before;

    public Grid(Machine machine, string? framework, Audience? audience, string cells)
        : base(machine, machine.Axes.Select(a => a.Name))
    {
        (_framework, _audience) = (framework, audience);
        string[] head = [];
        foreach (var line in cells.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Split(" = ", 2) is [{ Length: <= 3 } letter, var why])
            {
                _why[letter] = why;
                continue;
            }

            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] == "axis")
            {
                head = words[1..];
                continue;
            }

            Assert.True(words.Length == head.Length, $"{line}: {head.Length - 1} cells wanted");
            for (var i = 1; i < words.Length; i++)
            {
                _cells.Add((head[0], head[i], words[0]), words[i]);
            }
        }
    }

    /// <summary>
    /// An act that is tried in every state. <c>$other</c> is another subject of the machine. A variant for ways alone
    /// has a name behind a colon.
    /// </summary>
    public Grid Try(string command, string author, string act = "{}")
    {
        _tries[command] = (author, act);
        return this;
    }

    /// <summary>What comes before every history; its subject is <c>$before</c>.</summary>
    public Grid Before(string author, string type, string act)
    {
        _before = (author, type, act);
        return this;
    }

    /// <summary>How a state is reached: commands that are tried acts, or with a field's code, <c>verify partly</c>.
    /// </summary>
    public Grid Way(string axis, string state, string commands)
    {
        _ways[(axis, state)] = commands.Split(", ", StringSplitOptions.RemoveEmptyEntries);
        return this;
    }

    /// <summary>Tries every command in every state of an axis.</summary>
    public override void Check(string axis)
    {
        var faults = new StringBuilder();
        var states = Machine.Axes[Machine.AxisAt(axis)].States;
        foreach (var state in states)
        {
            foreach (var row in Machine.Rows)
            {
                var wanted = _cells.GetValueOrDefault((axis, state, row.Command), "no cell");
                wanted = _why.GetValueOrDefault(wanted, wanted);
                var got = Answer(axis, state, row);
                if (wanted != got)
                {
                    faults.AppendLine(System.Globalization.CultureInfo.InvariantCulture,
                        $"{axis} {state}, {row.Command}: wanted {wanted}, got {got}");
                }
            }
        }

        Assert.Equal("", faults.ToString());
        Assert.Equal(states.Length * Machine.Rows.Length, _cells.Count(c => c.Key.Axis == axis));
    }

    /// <summary>For each command the first history in which it applies, and its entry.</summary>
    public override IEnumerable<(Row Row, World World)> Applied()
    {
        foreach (var row in Machine.Rows)
        {
            if (row.Kind == RowKind.Opens)
            {
                var world = Begun();
                Do(world, "", "", row.Command);
                yield return (row, world);
                continue;
            }

            var (axis, state, _) = _cells.Where(c => c.Key.Command == row.Command && Applies(c.Value))
                .MinBy(c => (Machine.AxisAt(c.Key.Axis),
                    Machine.Axes[Machine.AxisAt(c.Key.Axis)].States.IndexOf(c.Key.State))).Key;
            yield return (row, Played(axis, state, row).World);
        }
    }

    private bool Applies(string cell) => cell == "."
        || (_why.GetValueOrDefault(cell, cell).Split(' ') is [var one] && one.Contains(':', StringComparison.Ordinal));

    private string Answer(string axis, string state, Row row)
    {
        var (world, subject, before) = Played(axis, state, row);
        if (world.Last.Kind != OutcomeKind.Applied)
        {
            Assert.Equal(before, States(world.All.Subjects[subject]));
            return world.Last.Kind == OutcomeKind.Inapplicable ? world.Last.Why! : $"{world.Last.Kind}";
        }

        if (row.Kind == RowKind.Opens)
        {
            return world.LastSubject == subject ? "the same subject" : "new";
        }

        var moves = Event.Read(world.Last.Events[0])!.Moves.Select(m => $"{m.Axis}:{m.To}")
            .Union(States(world.All.Subjects[subject]).Except(before)).ToArray();
        return world.Last.Why is not null ? "~" : moves.Length == 0 ? "." : string.Join('+', moves);
    }

    private (World World, string Subject, string[] Before) Played(string axis, string state, Row row)
    {
        var world = Begun();
        var opener = Machine.Rows[0].Command;
        Do(world, "", "", opener);
        var other = world.LastSubject;
        if (_tries.Any(t => t.Value.Act.Contains("$other", StringComparison.Ordinal)))
        {
            Do(world, "", other, opener);
        }

        var subject = world.LastSubject;
        foreach (var step in _ways.GetValueOrDefault((axis, state), []))
        {
            Do(world.After(Wait), subject, other, step);
            Assert.True(world.Last is { Kind: OutcomeKind.Applied, Why: null },
                $"on the way to {axis} {state}: {step}: {world.Last.Kind} {world.Last.Why}");
        }

        Assert.Equal(state, world.All.Subjects[subject][axis]);
        var before = States(world.All.Subjects[subject]);
        Do(world.After(Wait), subject, other, row.Command);
        return (world, subject, before);
    }

    private World Begun()
    {
        var world = new World();
        if (_framework is not null)
        {
            world.Framework(_framework);
        }

        if (_before is var (author, type, act))
        {
            world.Send(author, type, act);
            world.After(Wait);
        }

        return world;
    }

    private string[] States(Subject subject) => [.. Machine.Axes.Select(a => $"{a.Name}:{subject[a.Name]}")];

    private void Do(World world, string subject, string other, string step)
    {
        var (tried, code) = step.Split(' ') is [var c, var with] ? (c, with) : (step, null);
        var (author, act) = _tries[tried];
        var command = tried.Split(':')[0];
        var row = Machine.Row(command)!;
        act = act.Replace("$other", other, StringComparison.Ordinal).Replace("$before",
            _before is null ? "" : world.All.Of(_before.Value.Type.Split('.')[0]).First().Id, StringComparison.Ordinal);
        if (code is not null)
        {
            var field = row.ToField ?? row.Fields[0].Name;
            act = Regex.Replace(act, $"\"{field}\":\"[^\"]*\"", $"\"{field}\":\"{code}\"");
        }

        var type = $"{Machine.Name}.{command}";
        var attached = act.Contains("$framework", StringComparison.Ordinal) ? world.Attach(Next) : null;
        act = act.Replace("$framework", $"{Digest.Of(Next)}", StringComparison.Ordinal)
            .Replace("$body", $"{attached?.Commit}", StringComparison.Ordinal);
        _ = row.Kind switch
        {
            RowKind.Opens => world.Send(author, type, act, _audience, attached: attached is null ? null : [attached],
                role: author == "operator" || (_framework is null && world.Entries.Count == 0)
                    ? EnrolledKey.OperatorRole : "liaison"),
            RowKind.Adds => world.Add(author, type, subject, act, _audience),
            _ => world.Decide(author, type, subject, act, _audience),
        };
    }
}
