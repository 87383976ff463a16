using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Truce.Space.Tests;

/// <summary>
/// The conformance pack in <c>docs/conformance/space</c>: what is written there is what the generator here writes
/// (UPDATE_EXPECT=1), what the definition in unbounded integers answers, and what the product answers.
/// </summary>
public sealed class ConformanceTests
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static string Folder
    {
        get
        {
            var at = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(at, "Truce.slnx")))
            {
                at = Path.GetDirectoryName(at)!;
            }

            return Path.Combine(at, "docs", "conformance", "space");
        }
    }

    public static TheoryData<string> Files =>
        ["conflicts.json", "lattice.json", "splitting.json", "refusals.json", "frame.json", "cells.json", "grid.json"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_file_is_what_the_generator_writes(string name)
    {
        var path = Path.Combine(Folder, name);
        var lines = Cases(name).Select(c => "    " + JsonSerializer.Serialize(c, c.GetType(), Form));
        var text = $"{{\n  \"version\": 1,\n  \"what\": \"{name[..^5]}\",\n  \"cases\": [\n" +
            string.Join(",\n", lines) + "\n  ]\n}\n";
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECT") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.ReadAllText(path), text);
    }

    [Theory]
    [InlineData("conflicts.json", 30)]
    [InlineData("lattice.json", 400)]
    public void Each_pair_in_the_files_is_answered_alike_by_the_definition_and_by_the_product(string name, int least)
    {
        var cases = Read(name);
        Assert.True(cases.Count >= least);
        var conflicts = cases.Count(c => c.GetProperty("conflict").GetBoolean());
        Assert.InRange(conflicts, cases.Count / 10, cases.Count * 9 / 10);
        foreach (var c in cases)
        {
            var (a, b) = (Stated(c.GetProperty("a")), Stated(c.GetProperty("b")));
            var expected = c.GetProperty("conflict").GetBoolean();
            var named = c.GetProperty("name").GetString();
            Assert.True(expected == Definition.Conflict(a, b), $"{named}: the definition says {!expected}");
            Assert.True(expected == Conflict.Exists(a, b), $"{named}: the product says {!expected}");
            Assert.True(expected == Conflict.Exists(b, a), $"{named}: exchanged, the product says {!expected}");
            if (Conflict.Between(a, b) is { } why)
            {
                int[] window = [why.Overlap.FromSeconds, why.Overlap.UntilSeconds];
                Assert.Equal(c.GetProperty("together").Deserialize<int[]>(), window);
                Assert.Equal(c.GetProperty("least_distance").GetInt64(), why.LeastDistanceMillimetres);
            }
        }
    }

    [Fact]
    public void Each_name_says_its_answer_once()
    {
        var names = Read("conflicts.json").Select(c => c.GetProperty("name").GetString()).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    private static List<JsonElement> Read(string name) =>
    [
        .. JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name))).RootElement.GetProperty("cases")
            .EnumerateArray(),
    ];

    private static Activity Stated(JsonElement e) =>
        ConformanceCases.Taken(e.Deserialize<ConformanceCases.Stated>(Form)!)!;

    private static IEnumerable<object> Cases(string name) => name switch
    {
        "conflicts.json" => ConformanceCases.Ties().Select(Answered),
        "lattice.json" => ConformanceCases.Lattice(seed: 600, count: 500).Select(Answered),
        "splitting.json" => Splitting(),
        "refusals.json" => Refusals(),
        "frame.json" => Frame(),
        "cells.json" => Cells(),
        _ => Grid(),
    };

    /// <summary>The yes or no is the definition's, in unbounded integers, and not the product's.</summary>
    private static object Answered(ConformanceCases.Case c)
    {
        var (a, b) = (ConformanceCases.Taken(c.A)!, ConformanceCases.Taken(c.B)!);
        var why = Conflict.Between(a, b);
        return new
        {
            c.Name,
            c.A,
            c.B,
            Conflict = Definition.Conflict(a, b),
            Together = why is null ? null : (int[])[why.Overlap.FromSeconds, why.Overlap.UntilSeconds],
            LeastDistance = why?.LeastDistanceMillimetres,
        };
    }

    private static IEnumerable<object> Splitting()
    {
        var random = new Random(601);
        for (var i = 0; i < 30; i++)
        {
            int[][] vertices = [.. Enumerable.Range(0, 3).Select(k => k == 1 && i % 5 == 0 ? [7, 7] : At(random, i))];
            if (i % 5 == 0)
            {
                vertices[2] = vertices[1]; // a halt is not split
            }

            int[] times = [1_000, 1_000 + random.Next(1, 1_300), 3_000 + random.Next(1, 900)];
            var route = new ConformanceCases.Stated("route", 0, 0, vertices, null, times);
            var taken = ConformanceCases.Taken(route)!;
            yield return new
            {
                Vertices = vertices,
                Times = times,
                Split = Enumerable.Range(0, taken.VertexCount).Select(k => (int[])
                    [taken.Vertex(k).EastMillimetres, taken.Vertex(k).NorthMillimetres, Time(taken, k)]),
            };
        }
    }

    private static int[] At(Random random, int i) => i % 2 == 0
        ? [random.Next(-5, 6), random.Next(-5, 6)]
        : [random.Next(-500_000_000, 500_000_001), random.Next(-500_000_000, 500_000_001)];

    private static int Time(Activity a, int vertex) =>
        vertex < a.PartCount ? a.PartWindow(vertex).FromSeconds : a.PartWindow(vertex - 1).UntilSeconds;

    private static IEnumerable<object> Refusals()
    {
        (string Name, ConformanceCases.Stated Stated)[] bad =
        [
            ("a ring that crosses itself", new("area", 0, 0, [[0, 0], [9, 9], [9, 0], [0, 9]], [0, 9], null)),
            (
                "a ring that touches itself",
                new("area", 0, 0, [[0, 0], [9, 0], [4, 4], [9, 9], [0, 9], [4, 4]], [0, 9], null)),
            ("a ring that goes back on itself", new("area", 0, 0, [[0, 0], [9, 0], [4, 0], [4, 9]], [0, 9], null)),
            ("a ring of two", new("area", 0, 0, [[0, 0], [9, 0]], [0, 9], null)),
            ("a window that ends as it begins", new("point", 0, 0, [[0, 0]], [9, 9], null)),
            ("a window before the epoch", new("point", 0, 0, [[0, 0]], [-1, 9], null)),
            ("a window past the horizon", new("point", 0, 0, [[0, 0]], [0, Limits.HorizonSeconds + 1], null)),
            ("a place beyond the frame", new("point", 0, 0, [[500_000_001, 0]], [0, 9], null)),
            ("a waypoint at the same time", new("route", 0, 0, [[0, 0], [9, 0], [9, 9]], null, [5, 6, 6])),
            ("one waypoint", new("route", 0, 0, [[0, 0]], null, [5])),
            ("slack that leaves the epoch", new("route", 0, 6, [[0, 0], [9, 0]], null, [5, 9])),
            ("room below zero", new("point", -1, 0, [[0, 0]], [0, 9], null)),
            ("room above the limit", new("point", Limits.BufferMillimetres + 1, 0, [[0, 0]], [0, 9], null)),
        ];
        foreach (var (name, stated) in bad)
        {
            var refused = Assert.IsType<Ingested.Refused>(ConformanceCases.Ingested(stated)).Refusal;
            yield return new
            {
                Name = name,
                Activity = stated,
                Reason = JsonNamingPolicy.SnakeCaseLower.ConvertName(refused.Reason.ToString()),
                refused.Vertex,
            };
        }
    }

    /// <summary>No place lies within 50 micrometres of where rounding turns: the millimetre is then certain.</summary>
    private static IEnumerable<object> Frame()
    {
        var random = new Random(602);
        foreach (var centre in (GeodeticPosition[])[new(31.4, 34.38), new(-12.5, 130.25), new(68, -150), new(0, 0)])
        {
            var frame = new MissionFrame(centre);
            for (var i = 0; i < 12;)
            {
                var p = new GeodeticPosition(
                    Math.Round(centre.LatitudeDegrees + (random.NextDouble() * 7) - 3.5, 7),
                    Math.Round(centre.LongitudeDegrees + (random.NextDouble() * 7) - 3.5, 7));
                var (east, north) = frame.MetresOf(p);
                var place = frame.PlaceOf(p, out var refused);
                if (refused is null && IsCertain(east) && IsCertain(north))
                {
                    i++;
                    yield return new
                    {
                        Centre = (double[])[centre.LatitudeDegrees, centre.LongitudeDegrees],
                        Position = (double[])[p.LatitudeDegrees, p.LongitudeDegrees],
                        Place = (int[])[place.EastMillimetres, place.NorthMillimetres],
                    };
                }
            }
        }
    }

    private static bool IsCertain(double metres) => Math.Abs((metres * 1000) - Math.Round(metres * 1000)) < 0.45;

    private static IEnumerable<object> Cells()
    {
        var grid = new CoarseGrid(CoarseGrid.CellMillimetresMin);
        (string Name, ConformanceCases.Stated Stated)[] cases =
        [
            ("in one cell and window", new("point", 100_000, 0, [[1_000_000, 1_000_000]], [21_600, 43_200], null)),
            ("room that reaches the next cell", new("point", 100_000, 0, [[4_900_000, 1_000_000]], [0, 1], null)),
            ("room that ends a millimetre before it", new("point", 100_000, 0, [[4_899_999, 1_000_000]], [0, 1], null)),
            ("west and south of the centre", new("point", 0, 0, [[-1, -5_000_001]], [21_599, 21_601], null)),
            ("a route through two cells", new(
                "route", 0, 0, [[1_000_000, 0], [6_000_000, 0]], null, [21_000, 22_200])),
            ("slack that reaches the next window", new("route", 0, 600, [[0, 0], [1_000, 0]], null, [42_000, 42_601])),
        ];
        foreach (var (name, stated) in cases)
        {
            yield return new
            {
                Name = name,
                Activity = stated,
                CellMm = grid.CellMillimetres,
                Cells = grid.CellsOf(ConformanceCases.Taken(stated)!)!.Value
                    .Select(c => (int[])[c.EastCell, c.NorthCell, c.FirstWindow, c.LastWindow]),
            };
        }
    }

    private static IEnumerable<object> Grid()
    {
        (double, double)[] positions =
        [
            (31.4, 34.38), (60.4, 5.3), (78.2, 15.6), (-33.86, 151.21), (0, 0), (-0.0000001, 179.9999), (83.999, -180),
            (72, 9), (64, 3), (-80, 0), (84, 0), (-80.1, 0),
        ];
        foreach (var (latitude, longitude) in positions)
        {
            yield return new
            {
                Position = (double[])[latitude, longitude],
                Grid = Mgrs.Of(new GeodeticPosition(latitude, longitude), digits: 5) ?? "none",
            };
        }
    }
}
