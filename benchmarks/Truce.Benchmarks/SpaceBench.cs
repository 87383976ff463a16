using System.Diagnostics;
using Truce.Space;

namespace Truce.Benchmarks;

internal static class SpaceBench
{
    public static int Run(TextWriter output)
    {
        var zones = SpaceWorld.Zones();
        var asked = SpaceWorld.Activities(77, 10_000).ToArray();
        var before = GC.GetTotalMemory(true);
        var register = new Register(NoticeTerms.Default);
        var none = new HashSet<ActivityVersion>();
        var sw = Stopwatch.StartNew();
        var n = 0;
        foreach (var a in SpaceWorld.Activities(SpaceWorld.Seed, 100_000))
        {
            register.Record(new Proposal(new ActivityId(n++), a), none);
        }
        output.WriteLine($"load {sw.Elapsed.TotalSeconds:0.00} s");
        for (var i = 0; i < zones.Length; i++) register.StateZone(new ActivityId(i), zones[i]);
        output.WriteLine($"memory register {(GC.GetTotalMemory(true) - before) / 1e6:0.0} MB");
        zones = [];
        output.WriteLine($"memory all {(GC.GetTotalMemory(true) - before) / 1e6:0.0} MB (activities counted before)");
        var found = new ActivityVersion[4096];
        var traces = new TimeIndex.Hit[asked.Length][];
        for (var i = 0; i < asked.Length; i++)
        {
            var trace = Scratch.OfThread().Trace = [];
            register.Find(asked[i], null, register.Head, found);
            traces[i] = [.. trace];
            Scratch.OfThread().Trace = null;
        }
        for (var round = 0; round < int.Parse(Environment.GetEnvironmentVariable("ROUNDS") ?? "6"); round++)
        {
            long hits = 0, zhits = 0;
            var c0 = Cpu();
            foreach (var a in asked) hits += register.Find(a, null, register.Head, found);
            var c1 = Cpu();
            foreach (var a in asked) zhits += register.FindZones(a, register.Head, found);
            var c2 = Cpu();
            long thits = 0;
            for (var i = 0; i < asked.Length; i++) thits += register.Activities.Test(asked[i], traces[i]);
            var c3 = Cpu();
            output.WriteLine($"act {(c1 - c0) / asked.Length * 1e6:0.00} us ({hits / 1e4:0.00} hits), zones {(c2 - c1) / asked.Length * 1e6:0.00} us ({zhits / 1e4:0.00}), probe {(c3 - c2) / asked.Length * 1e6:0.00} ({thits/1e4}) ratio {(c1-c0)/(c3-c2):0.00}, full {asked.Length / (c2 - c0):0}/CPU s");
        }
        return 0;
    }

    private static double Cpu() => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
}
