using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Truce.Space;

namespace Truce.Maps;

/// <summary>
/// Reported positions in a table (CSV, RFC 4180): <c>unit</c>, <c>time</c>, <c>position</c> in any form or <c>lat</c>
/// and <c>lon</c>, and <c>accuracy_m</c> if it is known.
/// </summary>
internal static class TrackTable
{
    /// <summary>A larger table is refused: it would be read into memory whole.</summary>
    public const int BytesMax = 64 * 1024 * 1024;

    private static readonly string[] Columns = ["unit", "time", "position", "lat", "lon", "accuracy_m"];

    /// <summary>The reports in the table's order, with what is wrong.</summary>
    /// <param name="text">The table.</param>
    /// <param name="name">Its name for messages.</param>
    /// <param name="map">Where the mission is.</param>
    /// <param name="units">Numbers of the units; new ones are added.</param>
    public static (ImmutableArray<Position> Reports, ImmutableArray<string> Defects) Read(
        string text, string name, MissionMap map, Dictionary<string, UnitId> units)
    {
        var lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        var (reports, defects) = (
            ImmutableArray.CreateBuilder<Position>(), ImmutableArray.CreateBuilder<string>());
        var head = Fields(lines[0])?.Select(f => f.Trim().ToLowerInvariant()).ToList() ?? [];
        var at = Columns.Select(c => head.IndexOf(c)).ToArray();
        if (at[0] < 0 || at[1] < 0 || (at[2] < 0 && (at[3] < 0 || at[4] < 0)))
        {
            return ([], [$"{name}:1: the first line names no columns `unit`, `time` and `position`\n" +
                "  help: write `unit,time,position,accuracy_m`, or `unit,time,lat,lon,accuracy_m`"]);
        }

        if (head.FirstOrDefault(c => Columns.Contains(c) && head.IndexOf(c) != head.LastIndexOf(c)) is { } twin)
        {
            return ([], [$"{name}:1: the column `{twin}` stands twice\n  help: take one of them out"]);
        }

        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
            {
                continue;
            }

            var fields = Fields(lines[i]);
            var wrong = fields is null ? "a quote is not closed on its line"
                : fields.Count != head.Count ? $"{fields.Count} fields for {head.Count} columns" : null;
            if (wrong is null && Report(fields!, at, map, units, out wrong) is { } report)
            {
                reports.Add(report);
            }
            else
            {
                defects.Add($"{name}:{i + 1}: {wrong}\n  help: one report a line, as " +
                    "`convoy-1,2026-03-10T06:00:00Z,36RXV 23720 63579,10`");
            }
        }

        return (reports.ToImmutable(), defects.ToImmutable());
    }

    private static Position? Report(
        List<string> fields, int[] at, MissionMap map, Dictionary<string, UnitId> units, out string? wrong)
    {
        string Field(int column) => at[column] < 0 ? "" : fields[at[column]].Trim();
        wrong = null;
        var unit = Field(0);
        if (unit.Length == 0 || Rules.Plain.IsHostile(unit))
        {
            wrong = "the unit has no name";
            return null;
        }

        if (MissionMap.Time(Field(1)) is not { } time || map.Seconds(time) is not { } seconds)
        {
            wrong = $"`{Field(1)}` is no time with its offset from UTC, within ten years of the mission's epoch";
            return null;
        }

        var text = at[2] >= 0 ? Field(2) : $"{Field(3)}, {Field(4)}";
        if (PositionText.Read(text) is not PositionReading.Accepted read)
        {
            wrong = ((PositionReading.Refused)PositionText.Read(text)).Text;
            return null;
        }

        var place = map.Frame.PlaceOf(read.Position, out var refused);
        if (refused is not null)
        {
            wrong = $"`{text}` lies more than 500 km from the mission's centre";
            return null;
        }

        // A position that was given as a square is as uncertain as half its diagonal at the least.
        var accuracy = Field(5).Length == 0 ? 0
            : double.TryParse(Field(5), NumberStyles.Float, CultureInfo.InvariantCulture, out var metres) ? metres : -1;
        accuracy = accuracy < 0 ? accuracy : Math.Max(accuracy, (read.SquareMetres ?? 0) * 0.7072);
        if (!(accuracy is >= 0 and <= 1_000_000))
        {
            wrong = $"`{Field(5)}` is no accuracy of 0 to 1000000 metres";
            return null;
        }

        if (!units.TryGetValue(unit, out var id))
        {
            units[unit] = id = new UnitId(units.Count + 1);
        }

        return new Position(id, place, seconds, (int)Math.Ceiling(accuracy * 1000));
    }

    /// <summary>The fields of a line; null where a quote is not closed.</summary>
    private static List<string>? Fields(string line)
    {
        var (fields, field, isQuoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append(line[++i]);
            }
            else if (line[i] == '"' && (isQuoted || field.ToString().Trim().Length == 0))
            {
                isQuoted = !isQuoted;
            }
            else if (line[i] == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }

        fields.Add(field.ToString());
        return isQuoted ? null : fields;
    }
}
