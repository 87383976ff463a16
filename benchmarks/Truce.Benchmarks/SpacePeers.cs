using Truce.Space;

namespace Truce.Benchmarks;

/// <summary>The peers: the same data, the same proposals, the answers compared.</summary>
internal sealed partial class SpaceBench
{
    /// <summary>So many proposals are asked of a peer; the ratio is of the mean.</summary>
    private int AskedOfPeers => Math.Min(_asked.Length, 5_000);

    private void Nts(Register register, Times times, double megabytes)
    {
        const string Name = "NetTopologySuite, a tree for each 6 h";
        var asked = _asked[..AskedOfPeers];
        var (best, memory, zones, differ, pairs) = (double.MaxValue, double.MaxValue, 0.0, 0L, 0L);
        foreach (var byLeg in new[] { true, false })
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var peer = new NtsPeer(SpaceWorld.Activities(SpaceWorld.Seed, _count), _zones, byLeg);
            var megabytesOfPeer = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;
            pairs = 0;
            foreach (var activity in asked)
            {
                Compare(Ours(register, activity, areZones: false), peer.Find(activity), ref pairs, ref differ);
                Compare(Ours(register, activity, areZones: true), peer.FindZones(activity), ref pairs, ref differ);
            }

            double Each(Action<Activity> ask) =>
                Measure.ProcessorSeconds(3, () => Array.ForEach(asked, ask)) / asked.Length * 1e6;
            var each = Each(a => peer.Find(a));
            _notes.Add(FormattableString.Invariant(
                $"NetTopologySuite by {(byLeg ? "leg" : "stretch")}: {each:0.0} µs, {megabytesOfPeer:0} MB"));
            (best, memory) = each < best ? (each, megabytesOfPeer) : (best, memory);
            zones = Each(a => peer.FindZones(a));
            GC.KeepAlive(peer);
        }

        _rows.Add(new Row("full check", "µs", times.Both, Name, best + zones, (best + zones) / times.Both,
            "at least 8 times", best + zones >= 8 * times.Both));
        _rows.Add(new Row("activities alone", "µs", times.Activities, Name, best, best / times.Activities));
        _rows.Add(new Row("zones alone", "µs", times.Zones, "NetTopologySuite, one tree", zones, zones / times.Zones));
        _rows.Add(new Row("memory", "MB", megabytes, Name, memory, memory / megabytes, "at most an eighth",
            memory >= 8 * megabytes));
        _rows.Add(new Row("answers that differ from NetTopologySuite's", "answers", differ, Target: "none",
            Met: differ == 0));
        _notes.Add(FormattableString.Invariant($"NetTopologySuite: {pairs:N0} conflicts compared"));
    }

    private void Postgis(Register register, Times times, double megabytes)
    {
        using var peer = PostgisPeer.Start(out var why);
        if (peer is null)
        {
            _rows.Add(new Row("full check, against PostGIS", "µs", times.Both, $"not compared: {why}"));
            return;
        }

        var asked = _asked[..AskedOfPeers];
        peer.Load(SpaceWorld.Activities(SpaceWorld.Seed, _count), _zones, asked);
        var (pairs, differ) = (0L, 0L);
        var (met, zones) = (peer.Pairs("best"), peer.Pairs("zones"));
        foreach (var (i, activity) in asked.Index())
        {
            Compare(Ours(register, activity, areZones: false), met[i], ref pairs, ref differ);
            Compare(Ours(register, activity, areZones: true), zones[i], ref pairs, ref differ);
        }

        var (best, plain, zone) = (peer.Microseconds("best", asked.Length),
            peer.Microseconds("plain", asked.Length / 5), peer.Microseconds("zones", asked.Length));
        Row Against(string name, double theirs, int least) => new(
            "full check", "µs", times.Both, name, theirs, theirs / times.Both, $"at least {least} times",
            theirs >= least * times.Both);
        _rows.Add(Against("PostGIS, best tuned", best + zone, 30));
        _rows.Add(Against("PostGIS, plain", plain + zone, 100));
        _rows.Add(new Row("activities alone", "µs", times.Activities, "PostGIS, best tuned", best,
            best / times.Activities));
        _rows.Add(new Row("zones alone", "µs", times.Zones, "PostGIS", zone, zone / times.Zones));
        var memory = peer.Megabytes();
        _rows.Add(new Row("memory", "MB", megabytes, "PostGIS, tables and indexes", memory, memory / megabytes,
            "at most an eighth", memory >= 8 * megabytes));
        _rows.Add(new Row("answers that differ from PostGIS's", "answers", differ, Target: "none", Met: differ == 0));
        _notes.Add(FormattableString.Invariant($"PostGIS: {peer.Version}; {pairs:N0} conflicts compared"));
    }

    private HashSet<int> Ours(Register register, Activity activity, bool areZones)
    {
        var count = areZones
            ? register.FindZones(activity, register.Head, _found)
            : register.Find(activity, null, register.Head, _found);
        return [.. _found[..count].Select(v => (int)v.Id.Value)];
    }

    private static void Compare(HashSet<int> ours, IReadOnlySet<int> theirs, ref long pairs, ref long differ)
    {
        pairs += ours.Count;
        differ += ours.Except(theirs).Count() + theirs.Except(ours).Count();
    }
}
