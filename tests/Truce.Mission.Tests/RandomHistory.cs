using System.Globalization;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// Acts of every machine in a random order: by several authors, for several audiences, late by up to three days,
/// entered for others, about subjects that are there, are not there yet or are of others, with decisions that have
/// seen the last one and that have not. Each is of good form; what it says is as random as its form allows.
/// </summary>
internal sealed class RandomHistory
{
    private const string Hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    private static readonly string[] Authors = ["agencies", "committee", "force", "idf", "monitors", "operator"];

    private static readonly string[] Places = ["north", "south", "elsewhere"];

    private static readonly string[] Names = ["agencies", "force", "idf", "north", "alpha", "1:-1", "0:0", "patrol"];

    private static readonly string[] Cells = ["0:0", "1:-1"];

    private readonly Random _random;
    private readonly List<(string Id, Audience? Audience)> _subjects = [];

    public RandomHistory(int seed)
    {
        _random = new Random(seed);
        World = new World();
        World.Framework(_random.Next(2) == 0 ? Frameworks.Curfew : Frameworks.Phased);
    }

    public World World { get; }

    /// <summary>Takes so many steps.</summary>
    public RandomHistory Run(int steps, Func<Machine, bool>? of = null, Func<Row, bool>? rows = null)
    {
        var machines = Machines.All.Where(m => m != Declarations.Framework && (of?.Invoke(m) ?? true)).ToArray();
        for (var i = 0; i < steps; i++)
        {
            Step(machines, rows ?? (_ => true));
        }

        return this;
    }

    private void Step(Machine[] machines, Func<Row, bool> wanted)
    {
        var author = Any(Authors);
        var subject = _subjects.Count > 0 && _random.Next(4) > 0 ? Any(_subjects) : ("", null);
        var machine = subject.Item1.Length > 0 ? Mission.MachineOf(subject.Item1)! : Any(machines);
        var opens = subject.Item1.Length == 0;
        var rows = machine.Rows.Where(r => (r.Kind == RowKind.Opens) == opens && wanted(r)).ToArray();
        if (rows.Length == 0)
        {
            return;
        }

        var row = Any(rows);
        Audience?[] audiences = [null, Audience.Of("agencies", "committee", "monitors").Required(),
            Audience.Of("agencies", "committee", "force", "idf", "monitors").Required()];
        var audience = row.Level == Level.Clear ? null
            : !opens && _random.Next(12) > 0 && !(row.Level == Level.Confidential && subject.Item2 is null)
                ? subject.Item2
            : row.Level == Level.Confidential ? audiences[1 + _random.Next(2)] : Any(audiences);
        World.After(_random.Next(6) * World.Hour);
        var late = _random.Next(3) == 0 ? _random.Next(72) * World.Hour : 0;
        var act = ActOf(row, subject.Item1, audience is null);
        var expects = row.Kind != RowKind.Decides ? null : new[]
        {
            new Expectation(subject.Item1, _random.Next(5) == 0 ? Digest.Of([1])
                : World.All.Subjects.GetValueOrDefault(subject.Item1)?.LastDecision),
        };
        var outcome = World.Send(author, $"{machine.Name}.{row.Command}", act, audience, World.Now - late, expects,
            entered: _random.Next(8) == 0 ? """{"by":"telephone","of":"anonymous"}""" : null,
            role: author == "operator" ? EnrolledKey.OperatorRole : "liaison");
        if (row.Kind == RowKind.Opens && outcome.Kind == OutcomeKind.Applied)
        {
            _subjects.Add((World.LastSubject, audience));
        }
    }

    private string ActOf(Row row, string subject, bool isPublic)
    {
        var fields = row.Fields.Where(f => !isPublic || f.Name is not (Handling.Mark or Handling.Release))
            .Where(f => f.IsRequired || _random.Next(3) == 0 || f.Name == "consent")
            .Select(f => $"\"{f.Name}\":"
                + (f.Name == "embargo" && isPublic ? "\"kin-informed\"" : ValueOf(f))).ToList();
        if (subject.Length > 0)
        {
            fields.Add($"\"subject\":\"{subject}\"");
        }

        if ((_random.Next(2) == 0 && row.Command != "refer") || row.Form is not null)
        {
            fields.Add($"\"place\":[\"{Any(Places)}\"]");
        }

        return $"{{{string.Join(',', fields)}}}";
    }

    private string ValueOf(Field field) => field.Kind switch
    {
        FieldKind.Code => $"\"{Any(field.Codes.ToArray())}\"",
        FieldKind.Codes => $"[{string.Join(',', Some(field.Codes.ToArray()).Select(c => $"\"{c}\""))}]",
        FieldKind.Name => field.Name switch
        {
            "sector" => "\"north\"",
            "fact" => "\"alarm\"",
            "value" => "\"yes\"",
            "phase" => "\"transfer\"",
            _ => $"\"{Any(Names)}\"",
        },
        FieldKind.Names => $"[{string.Join(',', Some(field.Name == "cells" ? Cells : Names).Select(n => $"\"{n}\""))}]",
        FieldKind.Number => _random.Next(20).ToString(CultureInfo.InvariantCulture),
        FieldKind.Time => (World.Now + ((_random.Next(200) - 100) * World.Hour)).ToString(CultureInfo.InvariantCulture),
        FieldKind.Subject => _subjects.Count > 0 && _random.Next(6) > 0 ? $"\"{Any(_subjects).Id}\""
            : "\"incident/00000000000000ff\"",
        FieldKind.Hash => (field.Name is "corrects" or "statement") && World.Entries.Count > 0
            ? $"\"{Any(World.Entries.ToArray()).Received.Hash}\"" : $"\"{Hash}\"",
        _ => _random.Next(2) == 0 ? "true" : "false",
    };

    private T Any<T>(IReadOnlyList<T> all) => all[_random.Next(all.Count)];

    private T[] Some<T>(T[] all) =>
        [.. all.OrderBy(_ => _random.Next()).Take(1 + _random.Next(Math.Min(3, all.Length)))];
}
