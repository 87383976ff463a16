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
internal sealed class Grid
{
    /// <summary>Between two steps: so long that every answer is overdue.</summary>
    private const long Wait = 40 * 24 * World.Hour;

    private readonly Machine _machine;
    private readonly Dictionary<(string Axis, string State, string Command), string> _cells = [];
    private readonly Dictionary<string, string> _why = [];
    private readonly Dictionary<string, (string Author, string Act)> _tries = [];
    private readonly Dictionary<(string Axis, string State), string[]> _ways = [];
    private readonly Audience _audience;
    private readonly string _framework;

    public Grid(Machine machine, string framework, Audience audience, string cells)
    {
        (_machine, _framework, _audience) = (machine, framework, audience);
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

    /// <summary>How a state is reached: commands that are tried acts, or with a field's code, <c>verify partly</c>.
    /// </summary>
    public Grid Way(string axis, string state, string commands)
    {
        _ways[(axis, state)] = commands.Split(", ", StringSplitOptions.RemoveEmptyEntries);
        return this;
    }

    /// <summary>Tries every command in every state of every axis.</summary>
    public void Check()
    {
        var faults = new StringBuilder();
        foreach (var axis in _machine.Axes)
        {
            foreach (var state in axis.States)
            {
                foreach (var row in _machine.Rows)
                {
                    var wanted = _cells.GetValueOrDefault((axis.Name, state, row.Command), "no cell");
                    wanted = _why.GetValueOrDefault(wanted, wanted);
                    var got = Answer(axis.Name, state, row);
                    if (wanted != got)
                    {
                        faults.AppendLine(System.Globalization.CultureInfo.InvariantCulture,
                            $"{axis.Name} {state}, {row.Command}: wanted {wanted}, got {got}");
                    }
                }
            }
        }

        Assert.Equal("", faults.ToString());
        Assert.Equal(_machine.Axes.Sum(a => a.States.Length) * _machine.Rows.Length, _cells.Count);
    }

    private string Answer(string axis, string state, Row row)
    {
        var world = new World();
        world.Framework(_framework);
        var opener = _machine.Rows[0].Command;
        Do(world, "", "", opener);
        var other = world.LastSubject;
        Do(world, "", other, opener);
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

    private string[] States(Subject subject) => [.. _machine.Axes.Select(a => $"{a.Name}:{subject[a.Name]}")];

    private void Do(World world, string subject, string other, string step)
    {
        var (tried, code) = step.Split(' ') is [var c, var with] ? (c, with) : (step, null);
        var (author, act) = _tries[tried];
        var command = tried.Split(':')[0];
        var row = _machine.Row(command)!;
        act = act.Replace("$other", other, StringComparison.Ordinal);
        if (code is not null)
        {
            var field = row.ToField ?? row.Fields[0].Name;
            act = Regex.Replace(act, $"\"{field}\":\"[^\"]*\"", $"\"{field}\":\"{code}\"");
        }

        var type = $"{_machine.Name}.{command}";
        _ = row.Kind switch
        {
            RowKind.Opens => world.Send(author, type, act, _audience),
            RowKind.Adds => world.Add(author, type, subject, act, _audience),
            _ => world.Decide(author, type, subject, act, _audience),
        };
    }
}
