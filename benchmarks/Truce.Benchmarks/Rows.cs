using System.Globalization;
using System.Text.Json;
using Truce.Rules;

namespace Truce.Benchmarks;

/// <summary>Results, printed.</summary>
internal static class Rows
{
    /// <summary>Rows and what must be said beside them; as JSON the rows alone.</summary>
    public static void Print(IReadOnlyList<Row> rows, List<string> notes, bool json, TextWriter output)
    {
        if (json)
        {
            Json(rows, output);
            return;
        }

        Table(rows, output);
        output.WriteLine();
        notes.ForEach(output.WriteLine);
    }

    /// <summary>What else the machine does, in a note; none where it does not say.</summary>
    public static IEnumerable<string> Load(string when) => !File.Exists("/proc/loadavg") ? []
        : [$"load of the machine {when}: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}; "
            + $"{Environment.ProcessorCount} cores"];

    public static void Table(IReadOnlyList<Row> rows, TextWriter output)
    {
        foreach (var r in rows)
        {
            output.WriteLine($"{r.Name}\n    {Figure(r.Ours)} {r.Unit}" +
                (r.Target is null ? "" : $"; target: {r.Target}: " +
                    $"{(r.Met == true ? "met" : r.Met == false ? "MISSED" : "not compared")}") +
                (r.Peer is null ? "" : r.PeerValue is null ? $"; {r.Peer}"
                    : $"; {r.Peer}: {Figure(r.PeerValue)} {r.Unit}, ratio {Figure(r.Ratio)}"));
        }
    }

    public static void Json(IReadOnlyList<Row> rows, TextWriter output)
    {
        static double? Finite(double? n) => n is { } x && double.IsFinite(x) ? x : null;
        output.WriteLine(JsonSerializer.Serialize(rows.Select(r => new Dictionary<string, object?>
        {
            ["name"] = r.Name,
            ["unit"] = r.Unit,
            ["ours"] = Finite(r.Ours),
            ["peer"] = r.Peer,
            ["peer_value"] = Finite(r.PeerValue),
            ["ratio"] = Finite(r.Ratio),
            ["target"] = r.Target,
            ["met"] = r.Met,
        }), Indented));
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Figure(double? n) => n is not { } x || !double.IsFinite(x) ? "-"
        : Math.Abs(x) >= 1_000 ? Text.Number((long)Math.Round(x))
        : x == Math.Floor(x) ? x.ToString("0", CultureInfo.InvariantCulture)
        : x.ToString(Math.Abs(x) >= 100 ? "0" : Math.Abs(x) >= 10 ? "0.0" : Math.Abs(x) >= 0.1 ? "0.00" : "0.0000",
            CultureInfo.InvariantCulture);
}
