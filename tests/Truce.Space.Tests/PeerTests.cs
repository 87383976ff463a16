using System.Diagnostics;
using System.Runtime.Intrinsics;
using Truce.Benchmarks;

namespace Truce.Space.Tests;

/// <summary>The answers against those of PostGIS, and against those of machines with shorter vectors or none.</summary>
public sealed class PeerTests
{
    private const string Vectors = "TRUCE_SPACE_VECTORS";

    [Fact]
    public void PostGIS_gives_the_same_answers_on_the_same_whole_numbers()
    {
        using var peer = PostgisPeer.Start(out var why);
        if (peer is null)
        {
            Assert.Skip(why);
            return;
        }

        var town = Worlds.Town(seed: 300, count: 1_800, days: 2);
        var (recorded, asked) = (town[..1_500], town[1_500..]);
        var zones = Worlds.Town(seed: 301, count: 600, days: 2).Where(z => z.Shape == Shape.Area)
            .Select(z => Worlds.Taken(Activity.Area(
                z.Particulars with { BufferMillimetres = 0 },
                [.. Enumerable.Range(0, z.VertexCount).Select(z.Vertex)], z.Window))).ToArray();
        var register = new Register(NoticeTerms.Default);
        foreach (var (i, activity) in recorded.Index())
        {
            register.Record(new Proposal(new ActivityId(i), activity), new HashSet<ActivityVersion>());
        }

        foreach (var (i, zone) in zones.Index())
        {
            register.StateZone(new ActivityId(i), zone);
        }

        peer.Load(recorded, zones, asked);
        var found = new ActivityVersion[recorded.Length];
        var met = 0;
        foreach (var (query, areZones) in new[] { ("best", false), ("plain", false), ("zones", true) })
        {
            var theirs = peer.Pairs(query);
            foreach (var (i, activity) in asked.Index())
            {
                var count = areZones
                    ? register.FindZones(activity, register.Head, found)
                    : register.Find(activity, null, register.Head, found);
                Assert.Equal(
                    theirs[i].Order(), found[..count].Select(v => (int)v.Id.Value).Order());
                met += count;
            }
        }

        Assert.True(met > 1_000, $"{met}");
    }

    /// <summary>Runs some tests anew in a process of its own that may not use the widest instructions.</summary>
    [Theory]
    [InlineData("DOTNET_EnableAVX512", "256")]
    [InlineData("DOTNET_EnableHWIntrinsic", "0")]
    public void With_shorter_vectors_or_none_the_answers_are_those_of_brute_force(string setting, string bits)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(Vectors) is not null, "run by itself");
        Assert.SkipUnless(Vector256.IsHardwareAccelerated, "this machine has no such vectors");
        var command = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            Environment = { [setting] = "0", [Vectors] = bits },
        };
        foreach (var test in new[]
        {
            nameof(The_vectors_are_those_that_were_asked_for), "In_a_town_the_predicate_is_the_definition",
            "On_a_lattice_and_over_years_the_index_answers_as_brute_force",
            "On_a_tight_lattice_the_zones_of_a_place_are_those_of_brute_force",
        })
        {
            command.ArgumentList.Add("--filter-method");
            command.ArgumentList.Add($"*{test}");
        }

        using var child = Process.Start(command)!;
        var said = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.True(child.ExitCode == 0 && said.Contains("succeeded: 4", StringComparison.Ordinal), said);
    }

    [Fact]
    public void The_vectors_are_those_that_were_asked_for()
    {
        var widest = Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : "0";
        Assert.Equal(Environment.GetEnvironmentVariable(Vectors) ?? widest, widest);
    }
}
