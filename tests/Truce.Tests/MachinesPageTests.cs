using System.Text;
using Truce.Mission;
using Truce.Missions;

namespace Truce.Tests;

/// <summary>
/// docs/machines.md is made from the tables of the machines: the diagram of each axis, the commands, and the fields.
/// UPDATE_EXPECT=1 writes it anew.
/// </summary>
public sealed class MachinesPageTests
{
    private const int ColumnsMax = 160;

    [Fact]
    public void The_page_shows_the_tables_as_they_are() => Same("machines.md", Page());

    [Fact]
    public void The_page_of_fields_shows_them_as_they_are() => Same("machine-fields.md", Fields());

    [Fact]
    public void Each_state_but_the_first_is_reached_by_a_command()
    {
        var lonely = from machine in Mission.Machines.All
                     from axis in machine.Axes
                     from state in axis.States.Skip(1)
                     where !Arrows(machine, axis).Any(a => a.To == state)
                     select $"{machine.Name}: {axis.Name} is never {state}";
        Assert.Empty(lonely);
    }

    private static void Same(string name, string page)
    {
        var file = Path.Combine(Frameworks.Root, "docs", name);
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECT") == "1")
        {
            File.WriteAllText(file, page);
        }

        Assert.Equal(File.ReadAllText(file), page);
    }

    /// <summary>The fields of every command.</summary>
    private static string Fields()
    {
        var page = new StringBuilder("# The fields of acts\n\n");
        Wrap(page, "This page is made from the tables of the program; a test keeps it so. [The machines](machines.md) "
            + "say what the commands do. Optional fields stand in brackets. A *name* is one line of at most 80 "
            + "characters, a *time* POSIX milliseconds, a *hash* base64 of 32 bytes that names something attached or "
            + "recorded, a *subject* an id. `truce mission act` takes times with their offset, files as `@FILE`, "
            + "an entry's hash or subject as `entry:N`.");
        foreach (var machine in Mission.Machines.All)
        {
            page.Append($"\n## {machine.Title}\n\n");
            foreach (var row in machine.Rows)
            {
                var added = string.Join(", ", row.Added.Select(f => $"`{f.Name}`"));
                Wrap(page, $"- `{machine.Name}.{row.Command}`: "
                    + (row.Fields.IsEmpty ? "none" : string.Join("; ", row.Fields.Select(Words)))
                    + (added.Length == 0 ? "" : $". The machine adds {added}"));
            }
        }

        return page.ToString();
    }

    private static string Page()
    {
        var page = new StringBuilder();
        Wrap(page, "# What is recorded: the machines");
        page.Append('\n');
        Wrap(page, "This page is made from the tables of the program; a test keeps it so. Each kind of subject is a "
            + "machine: axes, each with its states, and commands. A statement's type is the machine's name, a dot and "
            + "a command; `truce mission act TYPE` explains one and gives an example. [Their "
            + "fields](machine-fields.md) have a page of their own.");
        page.Append('\n');
        Wrap(page, "- A command that **opens** makes a subject; its id comes of the statement. One that **adds** may "
            + "come in any order: it is arranged by when it happened, and what does not follow is shown as out of "
            + "place and moves nothing; where it is for **who opened it**, so is anybody else's word, and one that he "
            + "denies. One that **decides** names the last decision that its author saw (`expects`): "
            + "a later one makes it *conflicting*.");
        Wrap(page, "- A decision without what it **needs** is *inapplicable*, with the reason. Some need more than "
            + "the table shows: somebody apart from those concerned, or whom the framework names; the reason says so. "
            + "An act is never refused for its ruling: whose word it is stands beside it.");
        Wrap(page, "- In a diagram, `any` stands for every state of the axis; arrows from a state to itself are left "
            + "out. Free text, geometry and photographs are no fields: they are attached, and a *hash* names them.");
        page.Append('\n');
        foreach (var machine in Mission.Machines.All)
        {
            var slug = machine.Title.ToLowerInvariant().Where(c => c is ' ' or '-' or (>= 'a' and <= 'z'));
            page.Append($"[{machine.Title}](#{string.Concat(slug).Replace(' ', '-')}) ·\n");
        }

        page.Length -= " ·\n".Length;
        page.Append('\n');
        foreach (var machine in Mission.Machines.All)
        {
            Write(page, machine);
        }

        return page.ToString();
    }

    private static void Write(StringBuilder page, Machine machine)
    {
        page.Append($"\n## {machine.Title}\n\nIds `{machine.Name}/…`.\n");
        foreach (var axis in machine.Axes.Where(a => a.States.Length > 1))
        {
            page.Append($"\n**{axis.Name}**{(axis.IsArranged ? ", by when things happened" : "")}:\n\n");
            page.Append("```mermaid\nstateDiagram-v2\n");
            page.Append($"  [*] --> {Node(axis.States[0])}\n");
            foreach (var group in Arrows(machine, axis).Where(a => a.From != a.To)
                .GroupBy(a => $"{Node(a.From)} --> {Node(a.To)}", a => a.Command))
            {
                page.Append($"  {group.Key}: {string.Join(", ", group.Distinct())}\n");
            }

            page.Append("```\n");
        }

        page.Append("\n| command | what it does | kind | for whom | needs |\n|---|---|---|---|---|\n");
        foreach (var row in machine.Rows)
        {
            var whom = row.Level switch { Level.Clear => "public", Level.Confidential => "audience", _ => "either" };
            var needs = string.Join("; ", row.Needs.Select(n => $"{n.Axis}: {string.Join(", ", n.States)}"));
            var kind = ActForms.Kind(row.Kind) + (row.IsOpeners ? ", who opened it" : "");
            page.Append($"| `{row.Command}` | {row.Does} | {kind} | {whom} | {needs} |\n");
        }
    }

    private static string Words(Field field)
    {
        var kind = field.Kind switch
        {
            FieldKind.Code => string.Join(" | ", field.Codes),
            FieldKind.Codes => $"some of {string.Join(", ", field.Codes)}",
            var other => other.ToString().ToLowerInvariant(),
        };
        return field.IsRequired ? $"`{field.Name}` {kind}" : $"[`{field.Name}` {kind}]";
    }

    /// <summary>What moves an axis: from where, to where, by which command.</summary>
    private static IEnumerable<(string From, string To, string Command)> Arrows(Machine machine, Axis axis)
    {
        foreach (var row in machine.Rows)
        {
            var to = row.Moves.Where(m => m.Axis == axis.Name).Select(m => m.To).Concat(
                row.Axis != axis.Name ? []
                : row.To is { } one ? [one]
                : row.Fields.Concat(row.Added).FirstOrDefault(f => f.Name == row.ToField) is { } field
                    ? field.Codes.Where(c => axis.States.Contains(c)) : []);
            var needs = row.Needs.Where(n => n.Axis == axis.Name).SelectMany(n => n.States).ToArray();
            foreach (var state in to.Distinct())
            {
                foreach (var from in row.Kind == RowKind.Opens ? ["[*]"]
                    : needs.Length is 0 || needs.Length == axis.States.Length ? ["any"] : needs)
                {
                    yield return (from, state, row.Command);
                }
            }
        }
    }

    private static string Node(string state) => state.Replace('-', '_');

    private static void Wrap(StringBuilder page, string words)
    {
        var line = new StringBuilder();
        foreach (var word in words.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > ColumnsMax)
            {
                page.Append(line).Append('\n');
                line.Clear().Append(words.StartsWith("- ", StringComparison.Ordinal) ? "  " : "").Append(word);
            }
            else
            {
                line.Append(line.Length > 0 ? " " : "").Append(word);
            }
        }

        page.Append(line).Append('\n');
    }
}
