using System.Diagnostics;
using Truce.Space;
using Activity = Truce.Space.Activity;

namespace Truce.Benchmarks;

/// <summary>
/// <c>./bench space</c>: the workload of <see cref="SpaceWorld"/>, the limit beside each figure, and the peers.
/// </summary>
internal sealed partial class SpaceBench
{
    private const int AskedSeed = 77;
    private const int Runs = 7;

    private readonly List<Row> _rows = [];
    private readonly List<string> _notes = [];
    private readonly List<SpaceGrowth.Point> _points = [];
    private readonly TextWriter _output;
    private readonly bool _isQuick;
    private readonly int _count;
    private readonly Activity[] _asked;
    private readonly Activity[] _zones = SpaceWorld.Zones();
    private readonly ActivityVersion[] _found = new ActivityVersion[100_000];

    private SpaceBench(bool isQuick, TextWriter output)
    {
        (_isQuick, _output, _count) = (isQuick, output, isQuick ? 20_000 : 100_000);
        _asked = [.. SpaceWorld.Activities(AskedSeed, isQuick ? 2_000 : 10_000)];
    }

    public static int Run(bool isQuick, bool json, string? plot, string? only, TextWriter output)
    {
        var bench = new SpaceBench(isQuick, output);
        bench.All(json, plot, only);
        return bench._rows.Exists(r => r.Met == false) ? 1 : 0;
    }

    private void All(bool json, string? plot, string? only)
    {
        _notes.Add(FormattableString.Invariant(
            $"activities: seed {SpaceWorld.Seed}, {_count:N0}; proposals: seed {AskedSeed}, {_asked.Length:N0}; ")
            + FormattableString.Invariant($"zones: seed {SpaceWorld.Seed + 1}, {_zones.Length}, ")
            + FormattableString.Invariant($"{_zones.Sum(SpaceWorld.Parts):N0} edges; load of the machine {Load()}"));
        var (register, memory) = Loaded(_count, SpaceWorld.Days, _zones);
        _rows.Add(new Row("memory of the register, activities and zones", "MB", memory, Target: "at most 32",
            Met: memory <= 32));
        var times = Queries(register);
        foreach (var (name, part) in new (string, Action)[]
        {
            ("readers", () => Readers(register)), ("commits", Commits), ("fences", Geofence),
            ("nts", () => Nts(register, times, memory)), ("postgis", () => Postgis(register, times, memory)),
            ("growth", Growing),
        })
        {
            if (only is null || only == name)
            {
                part();
            }
        }

        if (plot is not null)
        {
            File.WriteAllText(plot, SpaceGrowth.Plot(_points));
        }

        if (json)
        {
            Rows.Json(_rows, _output);
            return;
        }

        _output.WriteLine("Seconds of processor; medians of several runs. A ratio above 1 is ours' favour.\n");
        Rows.Table(_rows, _output);
        _output.WriteLine();
        SpaceGrowth.Table(_points, _output);
        _output.WriteLine();
        _notes.ForEach(_output.WriteLine);
    }

    private static string Load() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    /// <summary>A register with activities, which are forgotten outside of it, and its memory in MB.</summary>
    private static (Register Register, double Megabytes) Loaded(int count, int days, Activity[] zones)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var register = new Register(NoticeTerms.Default);
        foreach (var (i, activity) in SpaceWorld.Activities(SpaceWorld.Seed, count, days).Index())
        {
            register.Record(new Proposal(new ActivityId(i), activity), Everything.Known);
        }

        foreach (var (i, zone) in zones.Index())
        {
            register.StateZone(new ActivityId(i), zone);
        }

        return (register, (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6);
    }

    /// <summary>Microseconds of processor a query.</summary>
    private sealed record Times(double Activities, double Zones, double Both);

    private Times Queries(Register register)
    {
        var head = register.Head;
        var (hits, zoneHits, tested) = (0L, 0L, 0L);
        var traces = Traces(register, _asked);
        double Each(Action work) => Measure.ProcessorSeconds(Runs, work) / _asked.Length * 1e6;
        var activities = Each(() => hits = _asked.Sum(a => (long)register.Find(a, null, head, _found)));
        var zones = Each(() => zoneHits = _asked.Sum(a => (long)register.FindZones(a, head, _found)));
        var both = Each(() =>
        {
            foreach (var a in _asked)
            {
                register.Find(a, null, head, _found);
                register.FindZones(a, head, _found);
            }
        });
        var probe = Each(() => tested = _asked.Index().Sum(a => register.Activities.Test(a.Item, traces[a.Index])));
        if (tested != hits)
        {
            throw new InvalidOperationException($"the limit probe tests {tested} conflicts of {hits}");
        }

        _rows.Add(new Row("full check, activities and zones", "per CPU second", 1e6 / both, Target: "at least 58,000",
            Met: 1e6 / both >= 58_000));
        _rows.Add(new Row("activities alone", "µs", activities, "limit: the exact tests of the true conflicts alone",
            probe, probe / activities, "at most 2.5 times the limit", activities <= 2.5 * probe));
        _rows.Add(new Row("zones alone", "µs", zones));
        _notes.Add(FormattableString.Invariant(
            $"a proposal meets {hits / (double)_asked.Length:0.00} activities and ")
            + FormattableString.Invariant($"{zoneHits / (double)_asked.Length:0.00} zones on average"));
        Spread(register, head);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        foreach (var a in _asked)
        {
            register.Find(a, null, head, _found);
            register.FindZones(a, head, _found);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        _rows.Add(new Row("allocated by all the queries of a run", "bytes", allocated, Target: "none",
            Met: allocated == 0));
        return new Times(activities, zones, both);
    }

    /// <summary>
    /// Each query by the clock, the least of several runs: what others do on the machine is left out.
    /// </summary>
    private void Spread(Register register, SnapshotId head)
    {
        var least = new double[_asked.Length];
        Array.Fill(least, double.MaxValue);
        for (var run = 0; run < 9; run++)
        {
            for (var i = 0; i < _asked.Length; i++)
            {
                var begun = Stopwatch.GetTimestamp();
                register.Find(_asked[i], null, head, _found);
                least[i] = Math.Min(least[i], Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
            }
        }

        Array.Sort(least);
        var (p50, p99) = (least[least.Length / 2], least[least.Length * 99 / 100]);
        _rows.Add(new Row("activities alone, p99", "µs", p99, "p50 by the clock", p50, p50 / p99,
            "at most 10 times p50", p99 <= 10 * p50));
    }

    private static TimeIndex.Hit[][] Traces(Register register, Activity[] asked)
    {
        var traces = new TimeIndex.Hit[asked.Length][];
        var found = new ActivityVersion[1];
        for (var i = 0; i < asked.Length; i++)
        {
            var trace = Scratch.OfThread().Trace = [];
            register.Find(asked[i], null, register.Head, found);
            traces[i] = [.. trace];
        }

        Scratch.OfThread().Trace = null;
        return traces;
    }

    /// <summary>Two readers at once, then one beside a writer that amends and cancels.</summary>
    private void Readers(Register register)
    {
        double One(Register of)
        {
            var found = new ActivityVersion[100_000];
            var head = of.Head;
            var begun = Measure.ThreadSeconds();
            foreach (var a in _asked)
            {
                of.Find(a, null, head, found);
                of.FindZones(a, head, found);
            }

            return (Measure.ThreadSeconds() - begun) / _asked.Length * 1e6;
        }

        var (ones, twos, besides) = (new List<double>(), new List<double>(), new List<double>());
        var amended = SpaceWorld.Activities(SpaceWorld.Seed + 2, 20_000).ToArray();
        for (var run = 0; run < Runs; run++)
        {
            // In turns, so that what else goes on meets all three alike.
            ones.Add(One(register));
            twos.AddRange(Together(() => One(register), () => One(register)));
            var isDone = false;
            var (own, _) = Loaded(_isQuick ? 20_000 : 50_000, SpaceWorld.Days, _zones);
            var quiet = One(own);
            var writer = new Thread(() =>
            {
                for (var i = 0; !Volatile.Read(ref isDone); i++)
                {
                    own.Record(
                        new Proposal(new ActivityId(i % 20_000), amended[i % 20_000]), Everything.Known);
                    own.Cancel(new ActivityId((i * 7) % 20_000));
                }
            });
            writer.Start();
            besides.Add(One(own) / quiet);
            Volatile.Write(ref isDone, true);
            writer.Join();
        }

        var (one, two, beside) = (Measure.Median(ones), Measure.Median(twos), Measure.Median(besides));
        _rows.Add(new Row("full check, each of two readers", "µs", two, "one reader", one, one / two,
            "at most 1.05 times one reader", two <= 1.05 * one));
        _rows.Add(new Row("full check, a reader beside a writer", "times a reader alone", beside,
            Target: "at most 1.1", Met: beside <= 1.1));
        _notes.Add($"processors: {Environment.ProcessorCount}");
    }

    private static double[] Together(params Func<double>[] works)
    {
        var results = new double[works.Length];
        using var ready = new Barrier(works.Length);
        var threads = works.Select((work, i) => new Thread(() =>
        {
            ready.SignalAndWait();
            results[i] = work();
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        return results;
    }

    private void Commits()
    {
        var rates = new List<double>();
        for (var run = 0; run < 3; run++)
        {
            var (register, _) = Loaded(_count, SpaceWorld.Days, _zones);
            var begun = Measure.ProcessSeconds();
            foreach (var (i, a) in _asked.Index())
            {
                if (register.Commit(new Proposal(new ActivityId(1_000_000 + i), a), Everything.Known)
                    is not CommitResult.Accepted)
                {
                    throw new InvalidOperationException("a commit was refused");
                }
            }

            rates.Add(_asked.Length / (Measure.ProcessSeconds() - begun));
        }

        var rate = Measure.Median(rates);
        _rows.Add(new Row("check and commit in memory, one after the other", "per CPU second", rate,
            Target: "at least 30,000", Met: rate >= 30_000));
    }

    private void Growing()
    {
        (int Count, int Days)[] sizes = _isQuick
            ? [(1_000, 90), (10_000, 90), (100_000, 90)]
            : [(1_000, 90), (10_000, 90), (100_000, 90), (1_000_000, 90), (1_000_000, 900)];
        _points.AddRange(sizes.Select(size =>
        {
            var asked = SpaceWorld.Activities(AskedSeed, 2_000, size.Days).ToArray();
            var begun = Measure.ProcessSeconds();
            var (register, memory) = Loaded(size.Count, size.Days, _zones);
            var load = Measure.ProcessSeconds() - begun;
            var traces = Traces(register, asked);
            var hits = 0L;
            double Each(Action work) => Measure.ProcessorSeconds(5, work) / asked.Length * 1e6;
            var check = Each(() => hits = asked.Sum(a => (long)register.Find(a, null, register.Head, _found)));
            var limit = Each(() => _ = asked.Index().Sum(a => register.Activities.Test(a.Item, traces[a.Index])));
            return new SpaceGrowth.Point(
                size.Count, size.Days, hits / (double)asked.Length, check, limit, memory, load);
        }));
    }

    /// <summary>Whoever knows all versions of everything.</summary>
    private sealed class Everything : IReadOnlySet<ActivityVersion>
    {
        public static Everything Known { get; } = new();

        public int Count => int.MaxValue;

        public bool Contains(ActivityVersion item) => true;

        public bool IsProperSubsetOf(IEnumerable<ActivityVersion> other) => false;

        public bool IsProperSupersetOf(IEnumerable<ActivityVersion> other) => true;

        public bool IsSubsetOf(IEnumerable<ActivityVersion> other) => false;

        public bool IsSupersetOf(IEnumerable<ActivityVersion> other) => true;

        public bool Overlaps(IEnumerable<ActivityVersion> other) => true;

        public bool SetEquals(IEnumerable<ActivityVersion> other) => false;

        public IEnumerator<ActivityVersion> GetEnumerator() => throw new NotSupportedException();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() =>
            throw new NotSupportedException();
    }
}
