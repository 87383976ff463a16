using System.Text;
using Truce.Mission;
using Truce.Record;

namespace Truce.Missions;

/// <summary>What can be recorded: the tables of the machines as text, and an act of each type as an example.</summary>
internal static class ActForms
{
    /// <summary>The members that every act may have, whatever its type.</summary>
    public static IReadOnlyList<(string Name, string Says)> Common { get; } =
    [
        ("subject", "the subject's id; an act that opens one has none: the id comes of the statement"),
        ("performer", "who does it, as the framework names him, where that is not the author"),
        ("at", "{\"from\": TIME, \"to\": TIME}: from when until when, at most 366 days, where that is no instant"),
        ("place", "[\"north+line-1\", …]: names of areas, joined by + where several cover one place"),
        ("facts", "[\"hostile-act=yes\", …]: what whoever acts judged on the scene; the ruling counts it as his word"),
        ("continues", "the id of a subject that this one continues, for another audience"),
    ];

    /// <summary>Every type, by machine.</summary>
    public static void WriteAll(TextWriter output)
    {
        foreach (var machine in Mission.Machines.All)
        {
            output.WriteLine($"{machine.Title}:");
            var width = machine.Rows.Max(r => r.Command.Length) + machine.Name.Length + 1;
            foreach (var row in machine.Rows)
            {
                var type = $"{machine.Name}.{row.Command}";
                output.WriteLine($"  {type.PadRight(width)}  {row.Does} ({Kind(row.Kind)})");
            }
        }

        output.WriteLine("\n`truce mission act TYPE` prints its fields and an example. An act that adds may come in "
            + "any order; one that decides\nnames the last decision that its author saw.");
    }

    /// <summary>One type: what it does, moves and needs, its fields, and an example.</summary>
    public static void Write(Machine machine, Row row, TextWriter output)
    {
        var text = new StringBuilder().Append($"{machine.Name}.{row.Command}: {row.Does}\n\n");
        FindingText.Wrap(text, $"{KindWords(row.Kind)} {LevelWords(row.Level)}", "", "");
        if (row.IsReport)
        {
            FindingText.Wrap(text, "It reports what somebody else did: it gets no verdict. Name whom in `alleged` and "
                + "what in `actions`, and the ruling says which clauses would be engaged.", "", "");
        }

        foreach (var line in Moves(machine, row).Concat(row.Needs.Select(n => NeedWords(row, n))))
        {
            FindingText.Wrap(text, line, "", "");
        }

        text.Append("\nFields:\n");
        if (row.Fields.IsEmpty)
        {
            text.Append("  none of its own\n");
        }

        foreach (var field in row.Fields)
        {
            FindingText.Wrap(text, $"{field.Name}{(field.IsRequired ? "" : " (may be left out)")}: "
                + Act.Form(field), "  ", "      ");
        }

        text.Append("Fields of every act, each may be left out where its line says nothing else:\n");
        foreach (var (name, says) in Common.Where(c => c.Name is not ("subject" or "continues")
            || (c.Name == "subject") != (row.Kind == RowKind.Opens)))
        {
            FindingText.Wrap(text, $"{name}: {says}", "  ", "      ");
        }

        text.Append("\nAn example:\n  ").Append(Example(machine, row)).Append('\n');
        output.Write(text.ToString());
    }

    /// <summary>An act that has the form of its type, as a file for the verb can have it.</summary>
    public static string Example(Machine machine, Row row)
    {
        List<KeyValuePair<string, JsonValue>> all = [];
        if (row.Kind != RowKind.Opens)
        {
            all.Add(new("subject", new JsonValue.Text($"{machine.Name}/0123456789abcdef")));
        }

        all.AddRange(row.Fields.Where(f => f.IsRequired).Select(f => KeyValuePair.Create(f.Name, Value(f))));
        if (row.Form is not null)
        {
            all.Add(new("place", new JsonValue.Items([new JsonValue.Text("north")])));
        }

        return Encoding.UTF8.GetString(CanonicalJson.Write(new JsonValue.Members(all)));
    }

    /// <summary>How a row stands to order, as a word.</summary>
    public static string Kind(RowKind kind) => kind switch
    {
        RowKind.Opens => "opens",
        RowKind.Adds => "adds",
        _ => "decides",
    };

    /// <summary>Which axis a row moves, and to what.</summary>
    public static IEnumerable<string> Moves(Machine machine, Row row)
    {
        if (row.Axis is not null && (row.To is not null || row.ToField is not null))
        {
            var order = machine.Axes[machine.AxisAt(row.Axis)].IsArranged ? ", in order of when it happened" : "";
            yield return $"It moves `{row.Axis}` to {(row.To is { } to ? to : $"what `{row.ToField}` says")}{order}.";
        }

        foreach (var (axis, to) in row.Moves)
        {
            yield return $"It moves `{axis}` to {to}.";
        }
    }

    private static string KindWords(RowKind kind) => kind switch
    {
        RowKind.Opens => "It opens a subject.",
        RowKind.Adds => "It adds to a subject, and may come in any order.",
        _ => "It decides on a subject: it names the last decision that its author saw, and a later one makes it "
            + "conflicting.",
    };

    private static string LevelWords(Level level) => level switch
    {
        Level.Clear => "It is public.",
        Level.Confidential => "It is for an audience (`--to`), and never public.",
        _ => "It is public, or for an audience (`--to`).",
    };

    private static string NeedWords(Row row, Need need) =>
        $"It needs `{need.Axis}` to be {string.Join(" or ", need.States)}: {need.Because}; "
        + (row.Kind == RowKind.Decides ? "else it is inapplicable." : "else it is shown as out of place.");

    private static JsonValue Value(Field field) => field.Kind switch
    {
        FieldKind.Code => new JsonValue.Text(field.Codes[0]),
        FieldKind.Codes => new JsonValue.Items([new JsonValue.Text(field.Codes[0])]),
        FieldKind.Names => new JsonValue.Items([new JsonValue.Text("relief")]),
        FieldKind.Number => new JsonValue.Number(4),
        FieldKind.Time => new JsonValue.Text("2026-03-10T02:10:00Z"),
        FieldKind.Subject => new JsonValue.Text("movement/0123456789abcdef"),
        FieldKind.Hash => new JsonValue.Text(field.Name is "statement" or "corrects" ? "entry:7" : "@attached.txt"),
        FieldKind.Flag => new JsonValue.Truth(true),
        _ => new JsonValue.Text(field.Name),
    };
}
