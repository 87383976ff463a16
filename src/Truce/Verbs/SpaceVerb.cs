using System.CommandLine;
using NodaTime;
using Truce.Json;
using Truce.Maps;

namespace Truce.Verbs;

/// <summary><c>truce space</c>: plans, tracks and positions.</summary>
internal static class SpaceVerb
{
    public static Command Command(TextWriter output, TextWriter error) => new("space",
        "What does a plan meet in space and time, when could it leave instead, and what did units report?")
    {
        Check(output, error), SpaceAlternatives.Command(output, error), SpaceTracks.Command(output, error),
        SpaceWhere.Command(output, error),
    };

    /// <summary>The plan file.</summary>
    public static Argument<string> Plan() => new("PLAN")
    {
        Description = "a GeoJSON file of activities (docs/space-geojson.md)",
    };

    /// <summary>The options that say what a plan is seen beside.</summary>
    public static (Option<string?> Against, Option<string?> Mission, Option<string?> As) Beside() => (
        new("--against") { Description = "a GeoJSON file of what else is planned; without it the plan alone" },
        new("--mission") { Description = "a mission folder with areas.geojson: its frame, its areas, its time zone" },
        new("--as")
        {
            Description = "answer as for this party or organisation: what it may not know is told coarsely",
        });

    /// <summary>Reads the files of a question; null, and the reasons printed, where something is wrong.</summary>
    public static MapFiles? Open(string plan, string? against, string? mission, string? asker, TextWriter error)
    {
        var areas = mission is null ? null : Areas(mission, error);
        var (first, second) = (Read(plan, error), against is null ? null : Read(against, error));
        if (first is null || (against is not null && second is null) || (mission is not null && areas is null))
        {
            return null;
        }

        if (asker is not null && areas?.Root.TryGetProperty("frame", out _) != true)
        {
            error.WriteLine("error: `--as` needs cells that do not move with the plan\n  help: name a mission whose " +
                $"{MissionMap.FileName} has a member `frame`: `--mission missions/gaza`");
            return null;
        }

        var files = MapFiles.Of(first, second, areas, ZoneOf(mission), error);
        if (files is null || files.Plan.Any(p => !p.IsZone))
        {
            return files;
        }

        error.WriteLine($"{plan}: file: it has no activity: nothing would be checked\n" +
            "  help: add a feature of another kind than zone; zones and what else is planned come with `--against`");
        return null;
    }

    /// <summary>The areas of a mission; null, and the reason printed, where there are none.</summary>
    public static MapFile? Areas(string mission, TextWriter error) => Read(AreasFile(mission), error);

    /// <summary>Where the areas of a mission lie: beside its framework.</summary>
    public static string AreasFile(string mission) =>
        Path.Combine(Path.GetDirectoryName(MissionFile.Locate(mission)) ?? "", MissionMap.FileName);

    /// <summary>The time zone of a mission's framework; UTC where there is none.</summary>
    public static DateTimeZone ZoneOf(string? mission) =>
        (mission is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(MissionFile.ReadAll(mission).Framework.Zone))
            ?? DateTimeZone.Utc;

    /// <summary>Writes a file that an option names; false, and the reason printed, where that fails.</summary>
    public static bool Save(string? path, Action<TextWriter> write, TextWriter error)
    {
        if (path is null)
        {
            return true;
        }

        try
        {
            using var file = new StreamWriter(path);
            write(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"error: `{path}` cannot be written: is the folder there, and the disk not full?");
            return false;
        }

        error.WriteLine($"truce: wrote {path}");
        return true;
    }

    /// <summary>Reads a map file; null, and the reason printed, where there is none.</summary>
    public static MapFile? Read(string path, TextWriter error) =>
        MissionFile.Bounded(path, MapFile.BytesMax, error) is { } bytes ? MapFile.Read(bytes, path) : null;

    private static Command Check(TextWriter output, TextWriter error)
    {
        var plan = Plan();
        var (against, mission, asker) = Beside();
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var features = new Option<string?>("--geojson") { Description = "write the conflicts as GeoJSON too" };
        var picture = new Option<string?>("--svg") { Description = "write a picture of the conflicts too" };
        var command = new Command("check",
            "Which activities of a plan meet what else is planned? Exit 0 none, 1 conflicts, 2 bad input.\n\n" +
            "Examples:\n  truce space check convoy.geojson --against operations.geojson\n" +
            "  truce space check convoy.geojson --against all.geojson --mission missions/gaza --as isf --svg out.svg")
        {
            plan, against, mission, asker, json, features, picture,
        };
        command.SetAction(parsed =>
        {
            var who = parsed.GetValue(asker);
            if (Open(parsed.GetValue(plan)!, parsed.GetValue(against), parsed.GetValue(mission), who, error)
                is not { } files)
            {
                return 2;
            }

            var check = PlanCheck.Of(files.Map, files.Plan, files.Against, who);
            if (parsed.GetValue(json))
            {
                SpaceJson.Write(output, check);
            }
            else
            {
                output.Write(PlanText.Of(check));
            }

            return Save(parsed.GetValue(features), w => SpaceJson.WriteFeatures(w, check), error)
                && Save(parsed.GetValue(picture), w => w.Write(ConflictPicture.Of(check)), error)
                ? check.Results.All(r => r.IsClear) && check.NotChecked.IsEmpty ? 0 : 1
                : 2;
        });
        return command;
    }
}
