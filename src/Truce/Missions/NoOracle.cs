using System.Collections.Immutable;
using System.Globalization;
using Truce.Maps;
using Truce.Mission;
using Truce.Record;
using Truce.Rules;
using Truce.Space;
using Truce.Verbs;
using Place = Truce.Space.Place;
using Statement = Truce.Record.Statement;

namespace Truce.Missions;

/// <summary>
/// Both ends of one convoy over a record that was played: an armed party that asks as often as it likes, and a
/// recipient of the sealed route. Nothing is recorded.
/// </summary>
internal static class NoOracle
{
    /// <summary>
    /// What an armed party is told by any number of questions in and around its plan, each smaller than one before or
    /// shifted, with no budget.
    /// </summary>
    /// <param name="all">The state of whoever reads everything.</param>
    /// <param name="grid">The mission's cells.</param>
    /// <param name="asker">Who asks.</param>
    /// <param name="plan">Where and when his questions lie.</param>
    /// <param name="checks">How many he asks.</param>
    /// <returns>Every cell and window that he was ever told, each once.</returns>
    public static ImmutableArray<AskedCell> Probe(Fold all, CoarseGrid grid, string asker, Activity plan, int checks)
    {
        var random = new Random(checks);
        var told = new SortedSet<AskedCell>();
        Place[] around = [.. Enumerable.Range(0, plan.VertexCount).Select(plan.Vertex)];
        var (west, east) = (around.Min(p => p.EastMillimetres), around.Max(p => p.EastMillimetres) + 1);
        var (south, north) = (around.Min(p => p.NorthMillimetres), around.Max(p => p.NorthMillimetres) + 1);
        for (var n = 0; n < checks; n++)
        {
            var depth = 1 << (n % 20);
            var at = new Place(random.Next(west, east), random.Next(south, north));
            var from = random.Next(plan.Window.FromSeconds, plan.Window.UntilSeconds);
            var until = Math.Min(plan.Window.UntilSeconds,
                from + 1 + ((plan.Window.UntilSeconds - plan.Window.FromSeconds) / depth));
            var who = plan.Particulars with { BufferMillimetres = plan.Particulars.BufferMillimetres / depth };
            var probe = n == 0 ? plan : Activity.Point(who, at, new Window(from, until)).ActivityOrNull;
            foreach (var cells in probe is null ? [] : (Questions.Of(grid, [probe]) ?? []).Chunk(Questions.CellsMax))
            {
                told.UnionWith(Questions.MayBeIn(Questions.Answer(all, asker, Questions.Cells(cells))));
            }
        }

        return [.. told];
    }

    /// <summary>The same in words; null, and the reason printed, where a file is wrong.</summary>
    /// <param name="auditor">The record with the mission's reading key.</param>
    /// <param name="asker">Who asks.</param>
    /// <param name="plan">The file of his plan; its first activity counts.</param>
    /// <param name="mission">The mission's folder.</param>
    /// <param name="checks">How many he asks.</param>
    /// <param name="error">Takes what is wrong.</param>
    public static string? Armed(
        MissionReading auditor, string asker, string plan, string mission, int checks, TextWriter error)
    {
        if (SpaceVerb.Open(plan, against: null, mission, asker: null, error) is not { } files)
        {
            return null;
        }

        var map = files.Map;
        var told = Probe(auditor.Fold, map.Grid, asker, files.Plan.First(p => !p.IsZone).Activity, checks);
        var coarse = new Coarse(auditor.Fold.Terms.AccessContact,
            [.. told.Select(t => new CoarseCell(t.East, t.North, t.Window, t.Window))]);
        return string.Create(CultureInfo.InvariantCulture, $"{checks:#,0} checks by {Plain.Words(asker)}, nested and ")
            + $"shifted, without a budget, and all that he was told: {PlanText.Number(told.Length, "cell")}.\n"
            + string.Concat(PlanText.Cells(map, coarse).Select(c => $"  {c}\n"))
            + $"  ask {Plain.Words(coarse.Contact)}\n";
    }

    /// <summary>
    /// What a recipient of a movement's sealed route sees on his own machine: where and when exactly it meets what else
    /// is planned. Null, and the reason printed, where the route is not for him or a file is wrong.
    /// </summary>
    /// <param name="recipient">The record with his reading key.</param>
    /// <param name="movement">The movement's id.</param>
    /// <param name="against">The file of what else is planned.</param>
    /// <param name="mission">The mission's folder.</param>
    /// <param name="error">Takes what is wrong.</param>
    public static string? Recipient(
        MissionReading recipient, string movement, string against, string mission, TextWriter error)
    {
        if (recipient.Fold.Subjects.GetValueOrDefault(movement) is not { IsOpen: true } subject
            || RouteOf(recipient, subject) is not { } route)
        {
            error.WriteLine($"error: {recipient.As} has no route of {movement}\n  help: it is sealed to those whom its "
                + "notice names");
            return null;
        }

        var (areas, other) = (SpaceVerb.Areas(mission, error), SpaceVerb.Read(against, error));
        return areas is not null && other is not null
            && MapFiles.Of(MapFile.Read(route, "route"), other, areas, SpaceVerb.ZoneOf(mission), error) is { } files
                ? PlanText.Of(PlanCheck.Of(files.Map, files.Plan, files.Against, asker: null)) : null;
    }

    /// <summary>The sealed route of a movement; null where it has none, or it is not for this reader.</summary>
    public static ReadOnlyMemory<byte>? RouteOf(MissionReading reader, Subject movement)
    {
        var log = reader.Log;
        if (movement.Opening.Word("route") is not { } route || reader.Reader is not { } eyes
            || log.Bodies is not { } bodies)
        {
            return null;
        }

        var leaf = log.LeafAt(movement.OpenedBy);
        var statement = movement.Audience is null ? Statement.Parse(leaf.Statement.Span).Value
            : RecordAudit.Opened(leaf, bodies, log.Founding.Hash, eyes);
        var attached = statement?.Attached.FirstOrDefault(a => a.Commit.ToString() == route);
        return attached?.CiphertextHash is { } hash && Bodies.Wraps(bodies, hash) is { } wraps && wraps.Names(eyes.Name)
            && Bodies.Get(bodies, hash) is { } ciphertext
                ? Seal.Open(attached, log.Founding.Hash, ciphertext, wraps, eyes) : null;
    }
}
