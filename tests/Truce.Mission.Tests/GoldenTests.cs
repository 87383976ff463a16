using System.Globalization;
using System.Text;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// Events of every version that there ever was, byte for byte, and what they fold to. A file is written once, when its
/// row gets that version, and never changed after a release: docs/decisions/0014-versions-of-events.md.
/// <c>UPDATE_EXPECT=1</c> writes what is missing, and what changed.
/// </summary>
public sealed class GoldenTests
{
    private static string Folder { get; } = Path.Combine(Root(AppContext.BaseDirectory), "tests", "Truce.Mission.Tests",
        "golden");

    private static bool IsWritten => Environment.GetEnvironmentVariable("UPDATE_EXPECT") == "1";

    [Fact]
    public void Every_version_of_every_event_has_a_file()
    {
        if (IsWritten)
        {
            foreach (var (row, world) in Table.All.SelectMany(t => t.Applied()).DistinctBy(a => a.Row))
            {
                Write(NameOf(TypeOf(row), row.Version), world);
            }
        }

        var wanted = from machine in Machines.All
                     from row in machine.Rows
                     from version in Enumerable.Range(1, row.Version)
                     select NameOf($"{machine.Name}.{row.Command}", version);
        var there = Directory.GetFiles(Folder, "*.txt").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);
        Assert.Equal(wanted.Order(StringComparer.Ordinal), there);
    }

    [Fact]
    public void Every_event_of_every_version_folds_to_what_it_folded_to()
    {
        var faults = new StringBuilder();
        foreach (var file in Files())
        {
            var (entries, state) = Read(file);
            var fold = Reader().Begin();
            foreach (var (received, outcome) in entries)
            {
                fold.Take(received, outcome);
            }

            if (fold.Shown() != state)
            {
                faults.AppendLine(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)} folds to\n{fold.Shown()}");
            }
        }

        Assert.Equal("", faults.ToString());
    }

    [Fact]
    public void Every_act_still_gives_the_bytes_of_its_version()
    {
        var faults = new StringBuilder();
        foreach (var file in Files())
        {
            var (entries, _) = Read(file);
            var last = entries[^1];
            var (type, version) = (last.Received.Statement.Type, VersionOf(file));
            var row = Mission.MachineOf(type, '.')!.Row(type.Split('.')[1])!;
            Assert.Equal($"{type}.v{version}", Path.GetFileNameWithoutExtension(file));
            if (row.Version != version)
            {
                continue; // an old one: it folds, and nothing makes it any more
            }

            var mission = Reader();
            var fold = mission.Begin();
            foreach (var (received, outcome) in entries.SkipLast(1))
            {
                fold.Take(received, outcome);
            }

            var judged = mission.Judge(fold, last.Received).Events.Select(Text);
            if (!judged.SequenceEqual(last.Outcome.Events.Select(Text), StringComparer.Ordinal))
            {
                faults.AppendLine(CultureInfo.InvariantCulture,
                    $"{type} gives {string.Join('\n', judged)}: a released event that changes gets a new version");
            }
        }

        Assert.Equal("", faults.ToString());
    }

    [Fact]
    public void An_event_of_an_earlier_version_is_read_as_one_of_today_and_one_of_a_later_counts_as_lost()
    {
        var row = new Row
        {
            Command = "state",
            Kind = RowKind.Adds,
            Does = "state a colour",
            Fields = [Field.Must("hue", FieldKind.Name)],
            Earlier =
            [
                e => e with { Fields = [new("tint", e.Fields[0].Value)] },
                e => e with { Fields = [new("hue", e.Fields.Single(f => f.Key == "tint").Value)] },
            ],
        };
        var first = new Event("colour.state", 1, "colour/0", [], [new("colour", new JsonValue.Text("red"))]);
        Assert.Equal(3, row.Version);
        Assert.Equal("""{"e":"colour.state","f":{"hue":"red"},"s":"colour/0","v":3}""",
            Text(row.Today(first)!.ToJson()));
        Assert.Null(row.Today(first with { Version = 4 }));

        var world = new World();
        world.Send("a", "crossing.list", """{"crossing":"crossing-4"}""");
        var (received, outcome) = world.Entries[0];
        var later = Event.Read(outcome.Events[0])! with { Version = 2 };
        var fold = world.Mission.Begin();
        fold.Take(received, outcome with { Events = [later.ToJson()] });
        Assert.Equal((0, 1), (fold.Subjects.Count, fold.Lost));
    }

    private static string NameOf(string type, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{type}.v{version}.txt");

    private static int VersionOf(string file) =>
        int.Parse(Path.GetFileNameWithoutExtension(file).Split(".v")[^1], CultureInfo.InvariantCulture);

    private static string TypeOf(Row row) =>
        $"{Machines.All.First(m => m.Rows.Any(r => ReferenceEquals(r, row))).Name}.{row.Command}";

    private static string[] Files() => [.. Directory.GetFiles(Folder, "*.txt").Order(StringComparer.Ordinal)];

    /// <summary>The machines over the frameworks that lie beside the files.</summary>
    private static Mission Reader()
    {
        var bodies = Directory.GetFiles(Folder, "*.yaml").Select(File.ReadAllBytes)
            .ToDictionary(b => Attached.CommitTo(Attached.Body(new byte[32], b)));
        return new Mission(new Sources
        {
            Body = (a, _) => bodies.TryGetValue(a.Commit, out var bytes) ? (ReadOnlyMemory<byte>?)bytes : null,
        });
    }

    private static void Write(string file, World world)
    {
        Directory.CreateDirectory(Folder);
        foreach (var body in world.Bodies)
        {
            var name = Convert.ToHexStringLower(Digest.Of(body).ToArray())[..8];
            File.WriteAllBytes(Path.Combine(Folder, $"framework-{name}.yaml"), body);
        }

        var text = new StringBuilder();
        foreach (var (received, outcome) in world.Entries)
        {
            var by = received.Author.By.Key!;
            text.Append(CultureInfo.InvariantCulture, $"""
                entry {received.Index} received {received.ReceivedAt} of {by.Organisation} as {by.Role}
                S {Encoding.UTF8.GetString(received.Statement.ToBytes())}
                {string.Concat(outcome.Events.Select(e => $"E {Text(e)}\n"))}

                """);
        }

        var replay = world.Folded(_ => true);
        File.WriteAllText(Path.Combine(Folder, file), $"{text}folds to\n{replay.Shown()}");
    }

    private static (List<(Received Received, Outcome Outcome)> Entries, string State) Read(string file)
    {
        var text = File.ReadAllText(file);
        var parts = text.Split("folds to\n", 2);
        var entries = new List<(Received, Outcome)>();
        foreach (var entry in parts[0].Split("entry ", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = entry.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var head = lines[0].Split(' ');
            var bytes = Encoding.UTF8.GetBytes(lines[1][2..]);
            var statement = StatementOf(Json(lines[1][2..]));
            Assert.Equal(bytes, statement.ToBytes());
            var key = new EnrolledKey(statement.Key, head[4], head[6], Area: null, 0, EnrolledBy: null);
            var (index, receivedAt) = (Number(head[0]), Number(head[2]));
            entries.Add((
                new Received(index, Digest.Of(bytes), statement,
                    new Authorship(new KeyStanding(Standing.Valid, key), statement.For), receivedAt),
                new Outcome
                {
                    ReceivedAt = receivedAt,
                    Fold = index,
                    Semantics = Mission.Semantics,
                    Kind = OutcomeKind.Applied,
                    Events = [.. lines[2..].Select(l => Json(l[2..]))],
                }));
        }

        return (entries, parts[1]);
    }

    /// <summary>A statement as its device signs it; one for an audience as it is before it is sealed.</summary>
    private static Statement StatementOf(JsonValue json) => json is JsonValue.Members { All: var all }
        && all.FirstOrDefault(m => m.Key == "audience").Value is { } audience
            ? Statement.Parse(Encoding.UTF8.GetBytes(Text(new JsonValue.Members(
                [.. all.Where(m => m.Key != "audience")])))).Required() with
            { Audience = AudienceOf(audience) }
            : Statement.Parse(Encoding.UTF8.GetBytes(Text(json))).Required();

    private static Audience AudienceOf(JsonValue json) =>
        Audience.Of(((JsonValue.Items)json).All.Select(o => ((JsonValue.Text)o).Value)).Required();

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static JsonValue Json(string text) => CanonicalJson.Parse(Encoding.UTF8.GetBytes(text)).Required();

    private static string Text(JsonValue json) => Encoding.UTF8.GetString(CanonicalJson.Write(json));

    private static string Root(string from) =>
        File.Exists(Path.Combine(from, "Truce.slnx")) ? from : Root(Directory.GetParent(from)!.FullName);
}
