using System.Collections.Concurrent;
using System.Collections.Immutable;
using Truce.Maps;
using Truce.Mission;
using Truce.Record;

namespace Truce.Missions;

/// <summary>
/// A mission's machines over what lies beside a log. What all of a step's audience may read counts, and nothing else: a
/// clear body for everybody; a confidential one where it is wrapped for exactly the audience and the operator.
/// </summary>
internal sealed class MissionSources
{
    private readonly ConcurrentDictionary<Digest, bool> _missing = [];

    /// <summary>The machines over bodies that some readers open.</summary>
    /// <param name="log">The hash of leaf 0, and the logs before it.</param>
    /// <param name="bodies">Where ciphertexts, wraps and attachments are.</param>
    /// <param name="readers">The names and keys under which they are opened; none for the public.</param>
    public MissionSources(Lineage log, BodySource bodies, IReadOnlyList<Reader> readers) =>
        Mission = new Mission.Mission(new Sources
        {
            Body = (attached, audience) => attached.CiphertextHash is { } hash
                ? Opened(attached, hash, audience, log, bodies, readers)
                : Clear(attached, bodies),
            Plan = Plan,
        });

    /// <summary>The machines.</summary>
    public Mission.Mission Mission { get; }

    /// <summary>Clear bodies that were asked for and are not here: what turns on them cannot be computed.</summary>
    public IReadOnlyCollection<Digest> Missing => [.. _missing.Keys.OrderBy(h => h.ToHex(), StringComparer.Ordinal)];

    private ReadOnlyMemory<byte>? Clear(Attached attached, BodySource bodies)
    {
        if (bodies.Body(attached.Commit) is { } body && Attached.CommitTo(body) == attached.Commit)
        {
            return Attached.Content(body);
        }

        _missing[attached.Commit] = true;
        return null;
    }

    private static ReadOnlyMemory<byte>? Opened(
        Attached attached, Digest hash, Audience? audience, Lineage log, BodySource bodies,
        IReadOnlyList<Reader> readers) =>
        audience is not null && bodies.Wraps(hash) is { } wraps
        && readers.FirstOrDefault(r => wraps.Names(r.Name)) is { } reader && wraps.AreFor(audience, reader.Name)
        && bodies.Body(hash) is { } ciphertext
            ? Seal.Open(attached, log, ciphertext, wraps, reader)
            : null;

    /// <summary>
    /// The activities of a plan that carries its mission's frame; none where the file is no plan or has defects.
    /// </summary>
    private static ImmutableArray<Space.Activity> Plan(ReadOnlyMemory<byte> bytes)
    {
        var file = MapFile.Read(bytes, "plan");
        if (MissionMap.FrameOf(file) is not var (frame, epoch, grid))
        {
            return [];
        }

        var map = new MissionMap(frame, epoch, grid, IsStated: true, [], NodaTime.DateTimeZone.Utc);
        var planned = PlanFile.Read(file, map);
        return file.Defects.Count > 0 ? [] : [.. planned.Select(p => p.Activity)];
    }
}
